//! What a person is told of some task runs and flow runs: their tries, what went wrong in
//! each, and every option that anything tells.

use super::Export;
use super::oracle::Records;
use crate::formats::prefect::attempts::{attempts, failure, rows};
use crate::formats::prefect::names;
use crate::formats::prefect::options::{Facts, Known, options, reused, transaction};
use crate::formats::prefect::records::{AssetEvent, Course, Log, State};
use crate::formats::prefect::state::{Around, StateKind, told};
use crate::model::Moment;
use std::fmt::Write as _;

/// Times as seconds after the first state of the run.
fn course(out: &mut String, course: &Course, history: &[State], logs: &[&Log]) {
    let state = course.state.as_ref().unwrap();
    let kind = StateKind::of_state(state);
    let status = kind.status(course.run_count, Around::Saved);
    writeln!(
        out,
        "  {} -> {}: {}",
        told(state).unwrap_or_else(|| state.name.to_string()),
        status.word(),
        kind.meaning()
    )
    .unwrap();
    let begin = history.first().and_then(|state| state.at).unwrap();
    let after = |at: Option<Moment>| {
        at.map_or("?".to_owned(), |at| {
            format!("{:.3}", at.since(begin).0 as f64 / 1e6)
        })
    };
    let tries = attempts(course, history).list;
    let of = rows(logs.iter().copied(), &tries);
    for (at, one) in tries.iter().enumerate() {
        let own: Vec<&Log> = logs
            .iter()
            .zip(&of)
            .filter(|(_, of)| **of == Some(one.number))
            .map(|(log, _)| *log)
            .collect();
        let (status, evidence) = one.status(at + 1 == tries.len(), Around::Saved);
        writeln!(
            out,
            "  {}: {} to {}, {} by {evidence:?}, {} rows",
            one.number,
            after(one.started),
            after(one.ended),
            status.key(),
            own.len()
        )
        .unwrap();
        if let Some(failure) = failure(one, own) {
            let lines = failure.traceback.map_or(0, |text| text.lines().count());
            writeln!(
                out,
                "     {}: {} ({lines} lines of traceback)",
                failure.class.unwrap_or_default(),
                failure.text
            )
            .unwrap();
        }
        if let Some(wait) = &one.wait {
            writeln!(
                out,
                "     {:?} from {} to {}, due {}",
                wait.kind,
                after(wait.from),
                after(wait.until),
                after(wait.due)
            )
            .unwrap();
        }
    }
}

#[test]
fn task_runs_and_flow_runs_are_told() {
    let records = Records::read(&Export::open());
    let mut out = String::new();
    for name in [
        "flaky-4d4",
        "always_fails-bec",
        "flaky_nodelay-41a",
        "not_retriable-14e",
        "too_slow-42e",
        "after-812",
        "write_file-0d7",
        "hooked-522",
        "cached_by_fn-e1b",
        "long_task-be5",
        "write_curated-",
        "child-flow-0",
        "fetch-Frei",
        "nap",
    ] {
        let run = records
            .task_runs
            .iter()
            .find(|run| run.name.starts_with(name))
            .unwrap();
        let of_run = |log: &&Log| log.task_run_id.as_ref() == Some(&run.id);
        let mut logs: Vec<&Log> = records.logs.iter().filter(of_run).collect();
        logs.sort_by_key(|log| log.at);
        let events: Vec<&AssetEvent> = records
            .events
            .iter()
            .filter(|event| event.task_run_id.as_ref() == Some(&run.id))
            .collect();
        writeln!(out, "{} ({})", run.name, names::step_name(&run.task_key)).unwrap();
        let history = records.task_histories.of(&run.id);
        course(&mut out, &run.course, history, &logs);
        let tries = attempts(&run.course, history);
        let siblings = records
            .task_runs
            .iter()
            .filter(|other| other.task_key == run.task_key && other.flow_run_id == run.flow_run_id)
            .count();
        let facts = Facts {
            run,
            attempts: &tries,
            logs: &logs,
            in_file: None,
            events: &events,
            siblings,
        };
        for option in options(&facts) {
            let how = match option.known {
                Known::Recorded => "recorded".to_owned(),
                Known::Inferred { from } => format!("inferred from {from}"),
                Known::NotRecorded => continue,
            };
            writeln!(out, "  {} = {} ({how})", option.name, option.value.unwrap()).unwrap();
        }
        if let Some(transaction) = transaction(&facts) {
            writeln!(out, "  transaction {transaction}").unwrap();
        }
        if let Some(other) = reused(run, &records.task_runs) {
            writeln!(out, "  took the result of {}", other.name).unwrap();
        }
    }
    for name in [
        "positive-crane",
        "imposing-auk",
        "advanced-serpent",
        "ninja-hamster",
        "spicy-auk",
        "olivine-lion",
        "modest-viper",
    ] {
        let run = records
            .flow_runs
            .iter()
            .find(|run| run.name == name)
            .unwrap();
        let of_run =
            |log: &&Log| log.flow_run_id.as_ref() == Some(&run.id) && log.task_run_id.is_none();
        let mut logs: Vec<&Log> = records.logs.iter().filter(of_run).collect();
        logs.sort_by_key(|log| log.at);
        writeln!(out, "{name}, a flow run").unwrap();
        course(
            &mut out,
            &run.course,
            records.flow_histories.of(&run.id),
            &logs,
        );
    }
    insta::assert_snapshot!(out);
}
