//! The views of runs in the bundled example as text, to be read by eye: what the
//! screens are made of, fact by fact. The records and the clock are fixed, so every
//! time in them is stable.

use crate::example::{
    FAILED, SCREEN, ask, at, failed_run, failed_task, mix, or_dash, strip, took, trainflow,
};
use runglass::engine::about::{AboutQuery, ParameterRow};
use runglass::engine::ask::{Failure, Question, Window};
use runglass::engine::code::{CodeFileQuery, CodeQuery};
use runglass::engine::goto::GoToQuery;
use runglass::engine::overview::OverviewQuery;
use runglass::engine::rail::RailQuery;
use runglass::engine::runs::RunsQuery;
use runglass::engine::storage::{Amount, StorageQuery};
use runglass::model::{RunPath, Status};
use runglass::text::code::CodeKind;
use runglass::text::human;
use std::fmt::Write as _;

#[test]
fn the_list_of_runs() {
    let view = ask(RunsQuery {
        window: SCREEN,
        descending: true,
        ..RunsQuery::default()
    });
    let mut page = String::new();
    writeln!(page, "{} of {} runs", view.matching, view.total).unwrap();
    for flow in &view.flows {
        let status = or_dash(flow.status.map(Status::key));
        writeln!(
            page,
            "flow {}  {} runs, the newest {status}",
            flow.name, flow.runs
        )
        .unwrap();
    }
    writeln!(page, "statuses  {}", mix(&view.statuses)).unwrap();
    writeln!(page, "tags  {:?}", view.tags).unwrap();
    writeln!(page, "users  {:?}", view.users).unwrap();
    for row in &view.rows {
        writeln!(page, "\n{}/{}", row.flow, row.run).unwrap();
        let status = or_dash(row.status.map(Status::word));
        writeln!(
            page,
            "  {status}  {}  ({})",
            or_dash(row.step.as_ref()),
            row.proof
        )
        .unwrap();
        writeln!(page, "  {} tasks, {} retried", row.tasks, row.retried).unwrap();
        writeln!(page, "  {} {:?}", or_dash(row.user.as_ref()), row.tags).unwrap();
        writeln!(
            page,
            "  {}  {}  longest {}  median {}",
            at(row.started),
            took(row.duration),
            took(row.longest),
            took(row.median)
        )
        .unwrap();
        writeln!(page, "  latest {}  last good {}", row.latest, row.last_good).unwrap();
    }
    let history = view.history.unwrap();
    writeln!(
        page,
        "\nhistory of {}: median {}, {} at the first try",
        history.flow,
        took(history.median),
        history.succeeded_first_time
    )
    .unwrap();
    for past in &history.bars {
        let (status, length) = (past.status.key(), took(past.duration));
        writeln!(page, "  {}  {status}  {length}", past.run).unwrap();
    }
    insta::assert_snapshot!(page);
}

#[test]
fn the_rail() {
    let view = ask(RailQuery { run: failed_run() });
    let mut page = format!("{}  {}\n", view.run, view.status.word());
    for step in &view.steps {
        writeln!(
            page,
            "{}  {}  {}  {} of {} failed",
            step.name,
            step.status.key(),
            took(step.duration),
            step.failed,
            step.tasks
        )
        .unwrap();
        for group in &step.groups {
            writeln!(page, "  {} {}", group.count, group.status.key()).unwrap();
            for task in &group.named {
                writeln!(
                    page,
                    "    {}  {}  {} attempts  {}",
                    task.id,
                    task.label,
                    task.attempts,
                    took(task.duration)
                )
                .unwrap();
            }
        }
    }
    insta::assert_snapshot!(page);
}

#[test]
fn the_overview_of_each_run() {
    let engine = trainflow();
    for (name, run) in [
        ("failed", FAILED),
        ("retried", "1795218597618720"),
        ("short", "1795218571629966"),
    ] {
        let question = OverviewQuery::of(RunPath::new("TrainFlow", run));
        let view = pollster::block_on(engine.ask(question)).unwrap();
        let mut page = format!("{}  {}\n", view.run, view.status.word());
        writeln!(page, "{}", view.headline).unwrap();
        writeln!(page, "{}", view.evidence).unwrap();
        writeln!(page, "({})", view.proof).unwrap();
        writeln!(page, "{} to {}", at(view.started), at(view.ended)).unwrap();
        writeln!(
            page,
            "{}, median {}",
            took(view.duration),
            took(view.median)
        )
        .unwrap();
        writeln!(page, "{} {:?}", or_dash(view.user.as_ref()), view.tags).unwrap();
        writeln!(page, "ran with {}", view.ran_with.join(", ")).unwrap();
        writeln!(page, "resumes {}", or_dash(view.origin.as_ref())).unwrap();
        writeln!(page, "before it").unwrap();
        for past in &view.previous {
            writeln!(page, "  {}  {}", past.run, past.status.key()).unwrap();
        }
        writeln!(
            page,
            "{} tasks, reached its end: {}",
            view.tasks, view.has_end
        )
        .unwrap();
        for group in &view.failures {
            writeln!(page, "failure  {} x {}", group.count, group.kind).unwrap();
            writeln!(page, "  first {}", strip(&group.task)).unwrap();
        }
        if let Some(siblings) = &view.siblings {
            let by = or_dash(siblings.by.as_ref());
            let statuses = mix(&siblings.statuses);
            writeln!(
                page,
                "siblings in {} by {by}: {} ({statuses})",
                siblings.step, siblings.total
            )
            .unwrap();
            for task in &siblings.tasks {
                writeln!(page, "  {}", strip(task)).unwrap();
            }
        }
        writeln!(page, "longest steps").unwrap();
        for step in &view.longest_steps {
            writeln!(
                page,
                "  {}  {}  {}  waited {}, to retry {}  {} tasks",
                step.step,
                step.status.key(),
                took(step.duration),
                took(Some(step.waited)),
                took(Some(step.retrying)),
                step.tasks
            )
            .unwrap();
        }
        writeln!(page, "still at work").unwrap();
        for task in &view.running {
            writeln!(page, "  {}", strip(task)).unwrap();
        }
        assert_eq!((view.problems.len(), view.problems_total), (0, 0));
        insta::assert_snapshot!(format!("overview_{name}"), page);
    }
}

#[test]
fn about_a_run() {
    let view = ask(AboutQuery {
        run: failed_run(),
        namespace: None,
    });
    let mut page = format!("{}\n{:?}\n{:?}\n", view.file, view.doc, view.decorators);
    writeln!(
        page,
        "{} {:?}\n{:?}",
        or_dash(view.user.as_ref()),
        view.tags,
        view.system_tags
    )
    .unwrap();
    writeln!(
        page,
        "started {}  recorded {}",
        at(view.started),
        at(view.recorded)
    )
    .unwrap();
    writeln!(
        page,
        "resumes {}  graph {}",
        or_dash(view.origin.as_ref()),
        view.has_graph
    )
    .unwrap();
    parameters("parameters", &view.parameters, &mut page);
    parameters("constants", &view.constants, &mut page);
    writeln!(page, "held by {:?}", view.parameters_task).unwrap();
    for (field, value) in &view.notes {
        writeln!(page, "note  {field}  {value}").unwrap();
    }
    insta::assert_snapshot!(page);
}

fn parameters(what: &str, rows: &[ParameterRow], page: &mut String) {
    writeln!(page, "{what}").unwrap();
    for row in rows {
        let value = or_dash(row.value.as_ref().or(row.fault.as_ref()));
        writeln!(page, "  {} ({}) = {value}", row.name, row.kind).unwrap();
    }
}

#[test]
fn going_to_a_place() {
    let engine = trainflow();
    let mut page = String::new();
    for text in ["fi", "", "train", &format!("TrainFlow/{FAILED}/fe")] {
        let question = GoToQuery {
            text: text.to_owned(),
            run: Some(failed_run()),
            task: Some(failed_task()),
        };
        let view = pollster::block_on(engine.ask(question)).unwrap();
        writeln!(page, "“{text}”").unwrap();
        for found in &view.found {
            let status = or_dash(found.status.map(Status::key));
            writeln!(
                page,
                "  {:?}  {}  {:?}  ({})  {status}\n    {}",
                found.kind, found.text, found.marks, found.note, found.path
            )
            .unwrap();
        }
    }
    insta::assert_snapshot!(page);
}

#[test]
fn the_code_of_a_run() {
    let code = CodeQuery {
        run: failed_run(),
        task: None,
    };
    let package = ask(code.clone()).package.unwrap();
    let mut page = format!("{} of {}\n", or_dash(package.script), package.location);
    writeln!(
        page,
        "{}  {} stored, {} unpacked  environment {}",
        package.sha,
        package.stored,
        package.unpacked,
        or_dash(package.environment)
    )
    .unwrap();
    for (key, value) in &package.info {
        writeln!(page, "  {key}  {value}").unwrap();
    }
    for file in &package.files {
        let size = file.size;
        writeln!(page, "{:?}  {}  {size}", file.owner, file.path).unwrap();
    }
    assert_eq!(package.problems, [""; 0]);
    let file = ask(CodeFileQuery {
        code,
        path: "trainflow.py".to_owned(),
        window: Window {
            first: 78,
            count: 6,
        },
    });
    writeln!(page, "\n{} lines, {} bytes", file.total, file.size).unwrap();
    for line in &file.lines {
        let runs = line.iter().filter(|run| run.kind != CodeKind::Plain);
        let kinds: Vec<String> = runs
            .map(|run| format!("{:?} {}", run.kind, run.text))
            .collect();
        let text: String = line.iter().map(|run| run.text.as_str()).collect();
        writeln!(page, "  {text}    {}", kinds.join(", ")).unwrap();
    }
    insta::assert_snapshot!(page);
}

fn trainflow_fails<Q: Question>(question: Q) -> Failure {
    match pollster::block_on(trainflow().ask(question)) {
        Ok(_) => panic!("there should be no answer"),
        Err(failure) => failure,
    }
}

#[test]
fn a_file_that_the_package_does_not_hold() {
    let code = CodeQuery {
        run: failed_run(),
        task: None,
    };
    let failure = trainflow_fails(CodeFileQuery {
        code,
        path: "../secret.py".to_owned(),
        window: SCREEN,
    });
    assert_eq!(failure.headline, "There is no file ../secret.py here");
}

/// The runs in a namespace, by the page's list and by the client.
#[test]
fn a_namespace_holds_what_the_client_finds_in_it() {
    let oracle = crate::oracle("tests/fixtures/metaflow/trainflow.expected.json");
    let namespaces = oracle["namespaces"].as_object().unwrap();
    assert!(namespaces.len() > 1);
    for (namespace, flows) in namespaces {
        let view = ask(RunsQuery {
            namespace: Some(namespace.clone()),
            window: SCREEN,
            descending: true,
            ..RunsQuery::default()
        });
        let flow = &flows["TrainFlow"];
        let runs: Vec<&str> = view.rows.iter().map(|row| row.run.as_str()).collect();
        let mut expected: Vec<&str> = flow["runs"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|run| run.as_str())
            .collect();
        // The client's order is that of the records, the list's that of the starts.
        expected.sort_by(|a, b| b.cmp(a));
        assert_eq!(runs, expected, "{namespace}");
        assert_eq!(view.total + view.elsewhere, 3);
        let latest = view.rows.iter().find(|row| row.latest).unwrap();
        assert_eq!(flow["latest_run"], *latest.run);
        let good = view.rows.iter().find(|row| row.last_good);
        assert_eq!(
            flow["latest_successful_run"].as_str(),
            good.map(|row| row.run.as_str())
        );
    }
    let all = ask(RunsQuery {
        window: SCREEN,
        ..RunsQuery::default()
    });
    let named: Vec<&String> = all.namespaces.iter().map(|(name, _)| name).collect();
    assert!(
        namespaces.keys().all(|name| named.contains(&name)),
        "{named:?}"
    );
    assert_eq!(all.elsewhere, 0);
}

#[test]
fn what_the_values_of_a_flow_take() {
    let view = ask(StorageQuery {
        flow: "TrainFlow".to_owned(),
    });
    let mut page = String::new();
    let amount = |amount: Amount| format!("{} of {}", amount.count, human::size(amount.bytes));
    writeln!(page, "values  {}", amount(view.values)).unwrap();
    writeln!(page, "included  {}", amount(view.included)).unwrap();
    writeln!(page, "shared  {}", amount(view.shared)).unwrap();
    for value in view.shared_values.iter().take(8) {
        let name = value.name.as_deref().unwrap_or("code package");
        let (runs, more, size) = (value.runs, value.more_names, human::size(value.bytes));
        writeln!(page, "  {name} +{more}  {runs} runs  {size}").unwrap();
    }
    writeln!(
        page,
        "unused  {}  {:?}",
        amount(view.unused),
        view.unused_shas
    )
    .unwrap();
    writeln!(page, "missing {}  sizes {}", view.missing, view.has_sizes).unwrap();
    for run in &view.runs {
        let (refers, alone) = (amount(run.refers), amount(run.alone));
        let logs = human::size(run.logs);
        writeln!(page, "{}  {refers}  alone {alone}  logs {logs}", run.run).unwrap();
    }
    writeln!(page, "{} artifacts", view.artifacts_total).unwrap();
    for artifact in view.artifacts.iter().take(12) {
        writeln!(page, "  {}  {}", artifact.name, amount(artifact.values)).unwrap();
    }
    insta::assert_snapshot!(page);
}
