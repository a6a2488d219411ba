//! What the screens say of every run of the export: one page of text each, to be read by eye.

use super::{ALL, archive, ask};
use runglass::engine::Engine;
use runglass::engine::logs::{LogQuery, Streams};
use runglass::engine::overview::OverviewQuery;
use runglass::engine::picture::{Depth, PictureQuery};
use runglass::engine::prefect::run::{RunFactsQuery, ShownView};
use runglass::engine::prefect::task::{InputFrom, OptionKnown, TaskFactsQuery};
use runglass::engine::runs::{RunRow, RunsQuery};
use runglass::engine::task::TaskQuery;
use runglass::engine::tasks::TasksQuery;
use runglass::model::run::BODY;
use runglass::model::{RunPath, Status, TaskPath};
use std::fmt::Write as _;

fn runs(engine: &Engine) -> Vec<RunRow> {
    let view = ask(
        engine,
        RunsQuery {
            window: ALL,
            descending: true,
            ..RunsQuery::default()
        },
    );
    assert_eq!(view.pending, 0);
    view.rows
}

/// Ids say nothing to who reads a page; those of paths are cut as the screens cut them.
fn told(engine: &Engine, row: &RunRow) -> String {
    let path = RunPath::new(&row.flow, &row.run);
    let view = ask(engine, OverviewQuery::of(path.clone()));
    assert_eq!(
        row.status,
        Some(view.status),
        "the list and the page of {path} disagree"
    );
    assert_eq!(row.name, view.name);
    let mut page = String::new();
    let name = view.name.as_deref().unwrap_or("-");
    writeln!(page, "{} / {name}", row.flow).unwrap();
    let word = row.state.as_deref().unwrap_or(view.status.word());
    writeln!(page, "{word}, {}. {}", view.headline, view.evidence).unwrap();
    writeln!(page, "{}", view.proof).unwrap();
    writeln!(
        page,
        "in the list: {} tasks, {} failed, {} retried, {:?}",
        row.tasks,
        row.failed.unwrap_or_default(),
        row.retried,
        row.tags
    )
    .unwrap();
    for problem in &view.problems {
        writeln!(page, "! {} {}", problem.what, problem.hint).unwrap();
    }
    of_run(engine, &path, &mut page);
    let body = path.task(BODY, &path.run);
    if path.flow != "<no flow>" {
        of_task(engine, &body, &mut page);
    }
    let tasks = ask(
        engine,
        TasksQuery {
            run: path.clone(),
            step: None,
            text: String::new(),
            statuses: Vec::new(),
            sort: Default::default(),
            descending: false,
            window: ALL,
        },
    );
    for task in &tasks.rows {
        of_task(engine, &path.task(&task.step, &task.id), &mut page);
    }
    page
}

fn of_run(engine: &Engine, path: &RunPath, page: &mut String) {
    let view = ask(engine, RunFactsQuery { run: path.clone() });
    for (name, value) in view.facts.iter().chain(&view.parameters) {
        writeln!(page, "{name} = {value}").unwrap();
    }
    if let Some(one) = &view.deployment {
        writeln!(page, "deployment {:?} {:?}", one.name, one.facts).unwrap();
    }
    if let Some((parent, place)) = &view.parent {
        writeln!(
            page,
            "called by {} / {} as {}",
            parent.run.flow, parent.name, place.step
        )
        .unwrap();
    }
    for one in &view.subflows {
        writeln!(
            page,
            "calls {} / {}, {}",
            one.run.flow,
            one.name,
            one.status.key()
        )
        .unwrap();
    }
    for one in &view.artifacts {
        let key = one.key.as_deref().unwrap_or("no key");
        let by = one.made_by.as_ref().map_or("the flow", |(_, name)| name);
        let shown = match &one.shown {
            ShownView::Markdown(document) => {
                format!("markdown of {} pieces", document.pieces.len())
            }
            ShownView::Link { text, to } => format!("link {text} -> {to}"),
            ShownView::Table { columns, rows, .. } => {
                format!(
                    "table {columns:?} of {} rows, {:?}",
                    rows.len(),
                    rows.first()
                )
            }
            ShownView::Progress(part) => format!("progress {part}"),
            ShownView::Image(address) => format!("image {}", &address[..address.len().min(40)]),
            ShownView::Other { kind, json } => format!("{kind}: {json}"),
        };
        writeln!(page, "artifact {key} by {by}: {shown} {:?}", one.version).unwrap();
    }
    for one in &view.assets {
        let by = one.task.as_ref().map_or("?", |(_, name)| name);
        writeln!(
            page,
            "asset {} {} by {by} of {:?}",
            one.asset, one.what, one.upstream
        )
        .unwrap();
    }
    let picture = ask(
        engine,
        PictureQuery {
            run: path.clone(),
            depth: Depth::Steps,
            only_reached: false,
        },
    );
    for edge in &picture.drawing.edges {
        let name = |at: usize| picture.nodes.get(at).map_or("?", |node| node.name.as_str());
        writeln!(
            page,
            "{} -> {}",
            name(edge.from as usize),
            name(edge.to as usize)
        )
        .unwrap();
    }
    if picture.guessed {
        writeln!(page, "no edges are recorded").unwrap();
    }
}

fn of_task(engine: &Engine, path: &TaskPath, page: &mut String) {
    let view = ask(
        engine,
        TaskQuery {
            task: path.clone(),
            attempt: None,
        },
    );
    let word = view.state.as_deref().unwrap_or(view.status.word());
    let label = view.label.as_deref().unwrap_or("-");
    let name = match path.step == BODY {
        true => "the flow itself",
        false => path.step.as_str(),
    };
    writeln!(page, "\n{name}: {label}, {word}").unwrap();
    if let Some((run, name)) = &view.subflow {
        writeln!(page, "  stands for {} / {name}", run.flow).unwrap();
    }
    for attempt in &view.attempts {
        let log = ask(
            engine,
            LogQuery {
                task: path.clone(),
                attempt: attempt.number,
                streams: Streams::Both,
                window: ALL,
                from_end: false,
                search: String::new(),
            },
        );
        writeln!(
            page,
            "  attempt {}: {}, {} lines",
            attempt.number,
            attempt.status.key(),
            log.total
        )
        .unwrap();
    }
    if let Some(raised) = &view.raised {
        writeln!(page, "  raised {raised}").unwrap();
    }
    let facts = ask(engine, TaskFactsQuery { task: path.clone() });
    let states: Vec<String> = facts
        .states
        .iter()
        .map(|state| format!("{} ({})", state.name, state.status.key()))
        .collect();
    writeln!(page, "  {}", states.join(" > ")).unwrap();
    for row in &facts.inputs {
        let from = match &row.from {
            InputFrom::Task { name, .. } => name.clone(),
            InputFrom::Lost { .. } => "a lost task run".to_owned(),
            InputFrom::Parameter(name) => format!("parameter {name}"),
            InputFrom::Unknown => "not recorded".to_owned(),
        };
        writeln!(page, "  {} <- {from}", row.arguments).unwrap();
    }
    for option in &facts.options {
        let Some(value) = &option.value else { continue };
        let known = match &option.known {
            OptionKnown::Recorded => String::new(),
            OptionKnown::Inferred(from) => format!("  [from {from}]"),
            OptionKnown::NotRecorded => "  [not recorded]".to_owned(),
        };
        // Keys and paths of another machine.
        let value = match option.name.as_str() {
            "result_storage_key" | "cache_key" => "…",
            _ => value,
        };
        writeln!(page, "  {} = {value}{known}", option.name).unwrap();
    }
}

#[test]
fn every_run_is_told() {
    let engine = archive();
    let rows = runs(&engine);
    assert_eq!(rows.len(), 25);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for row in &rows {
            let id = &row.run[row.run.len() - 6..];
            let flow = row.flow.trim_matches(['<', '>']).replace(' ', "-");
            insta::assert_snapshot!(format!("{flow}-{id}"), told(&engine, row));
        }
    });
}

#[test]
fn statuses_are_told_apart() {
    let engine = archive();
    let has = |wanted: Status| runs(&engine).iter().any(|row| row.status == Some(wanted));
    for status in [
        Status::Failed,
        Status::Cancelled,
        Status::Unfinished,
        Status::Waiting,
    ] {
        assert!(has(status), "{status:?}");
    }
}
