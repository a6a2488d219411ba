//! Exports of which something is missing, cut or odd: what is said of it, and what is shown.

use super::{ALL, ask, database, files, folder, words};
use runglass::cli::dump::dump_engine;
use runglass::engine::runs::RunsQuery;
use std::collections::BTreeMap;
use std::fmt::Write as _;

type Files = BTreeMap<String, Vec<u8>>;

/// The words of the error screen, or how many runs there are, how many tasks in the largest, and
/// all problems.
fn told(files: Files) -> String {
    let engine = match folder(files) {
        Ok(engine) => engine,
        Err(failure) => return words::of_failure(&failure),
    };
    let view = ask(
        &engine,
        RunsQuery {
            window: ALL,
            descending: true,
            ..RunsQuery::default()
        },
    );
    let mut text = String::new();
    writeln!(text, "{} runs of {} flows", view.total, view.flows.len()).unwrap();
    for (status, count) in &view.statuses {
        writeln!(text, "  {count} {}", status.in_sentence()).unwrap();
    }
    let dumped = pollster::block_on(dump_engine(&engine, "export", None)).unwrap();
    let tasks = dumped["prefect"]["task_runs"].as_object();
    let tasks = tasks.map_or(0, serde_json::Map::len);
    writeln!(text, "{tasks} task runs\n").unwrap();
    text.push_str(&words::of_problems(&dumped));
    text
}

#[track_caller]
fn check(name: &str, change: impl Fn(&mut Files)) {
    check_files(name, files(), change);
}

#[track_caller]
fn check_database(name: &str, change: impl Fn(&mut Files)) {
    check_files(name, database(), change);
}

#[track_caller]
fn check_files(name: &str, mut files: Files, change: impl Fn(&mut Files)) {
    change(&mut files);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots/broken");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, told(files)));
}

fn cut(files: &mut Files, name: &str, part: f64) {
    let bytes = files.get_mut(name).unwrap();
    bytes.truncate((bytes.len() as f64 * part) as usize);
}

fn without(files: &mut Files, names: &[&str]) {
    for name in names {
        files.remove(*name).unwrap();
    }
}

fn replace(files: &mut Files, name: &str, from: &str, to: &str) {
    let text = String::from_utf8(files[name].clone()).unwrap();
    assert!(text.contains(from), "{name} has no {from}");
    files.insert(name.to_owned(), text.replace(from, to).into_bytes());
}

#[test]
fn a_file_that_is_cut() {
    check("task_runs-cut", |files| cut(files, "task_runs.json", 0.5));
    check("flow_runs-cut", |files| cut(files, "flow_runs.json", 0.5));
    check("states-cut", |files| {
        cut(files, "task_run_states.json", 0.5)
    });
    check("logs-cut", |files| cut(files, "logs.json", 0.5));
    check("flows-empty", |files| cut(files, "flows.json", 0.0));
}

#[test]
fn a_part_that_is_missing() {
    check("no-flows", |files| without(files, &["flows.json"]));
    check("no-flow_runs", |files| without(files, &["flow_runs.json"]));
    check("no-task_runs", |files| without(files, &["task_runs.json"]));
    check("only-what-is-needed", |files| {
        files.retain(|name, _| {
            matches!(
                name.as_str(),
                "flows.json" | "flow_runs.json" | "task_runs.json"
            )
        });
    });
    check("only-flow_runs", |files| {
        files.retain(|name, _| name == "flow_runs.json")
    });
    check("only-logs", |files| {
        files.retain(|name, _| name == "logs.json")
    });
}

#[test]
fn records_that_are_odd() {
    check("states-of-unknown-types", |files| {
        replace(files, "task_runs.json", "\"COMPLETED\"", "\"EVAPORATED\"");
    });
    check("an-error-of-the-server", |files| {
        let answer = br#"{"detail": "Invalid limit: must be less than or equal to 200."}"#;
        files.insert("task_runs.json".to_owned(), answer.to_vec());
    });
    check("no-json", |files| {
        files.insert(
            "flow_runs.json".to_owned(),
            b"<html>502 Bad Gateway</html>".to_vec(),
        );
    });
    check("a-newer-layout", |files| {
        replace(
            files,
            "manifest.json",
            "\"format_version\": 1",
            "\"format_version\": 7",
        );
    });
}

#[test]
fn a_database_that_is_not_whole() {
    check_database("database-without-its-log", |files| {
        without(files, &["prefect.db-wal"]);
    });
    check_database("database-cut", |files| cut(files, "prefect.db", 0.4));
    check_database("log-cut", |files| cut(files, "prefect.db-wal", 0.5));
    check_database("database-empty", |files| cut(files, "prefect.db", 0.0));
    check_database("database-of-text", |files| {
        files.insert(
            "prefect.db".to_owned(),
            b"not a database at all, only words".to_vec(),
        );
    });
    check_database("a-page-of-noise", |files| {
        without(files, &["prefect.db-wal"]);
        let bytes = files.get_mut("prefect.db").unwrap();
        for byte in &mut bytes[4096 * 60..4096 * 61] {
            *byte ^= 0x5a;
        }
    });
}
