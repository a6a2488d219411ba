//! The views of tasks in the bundled example as text; see `run_views.rs`.

use crate::example::{
    SCREEN, ask, at, failed_run, failed_task, features, mix, or_dash, task_of_country, took,
    trainflow,
};
use runglass::engine::data::TaskDataQuery;
use runglass::engine::failure_card::{ExceptionView, FailureCardQuery};
use runglass::engine::siblings::SiblingsQuery;
use runglass::engine::task::{AttemptView, MetadataQuery, Relative, TaskQuery};
use runglass::text::human;
use runglass::text::traceback::Traceback;
use std::fmt::Write as _;

#[test]
fn the_failure_card() {
    let task = failed_task();
    let view = ask(FailureCardQuery {
        task,
        attempt: None,
    });
    let mut page = format!("{}  {}\n", view.task, or_dash(view.label.as_ref()));
    writeln!(page, "attempt {} of", view.attempt).unwrap();
    attempts(&view.attempts, &mut page);
    writeln!(page, "{}", view.how).unwrap();
    writeln!(page, "the same in all attempts: {}", view.same_in_all).unwrap();
    exception(view.exception.as_ref().unwrap(), &mut page);
    assert!(view.source().is_some());
    for source in &view.packaged.around {
        writeln!(
            page,
            "{} of the code package, line {}:",
            source.file, source.at
        )
        .unwrap();
        for (number, line) in (source.first..).zip(&source.lines) {
            writeln!(page, "  {number:3}  {line}").unwrap();
        }
    }
    writeln!(
        page,
        "stderr: {} lines, recorded {}, raised at {:?}",
        view.lines, view.stderr_recorded, view.raised_at
    )
    .unwrap();
    for row in &view.tail {
        writeln!(
            page,
            "  {:3}  {}  {}",
            row.number,
            at(row.at),
            row.line.text()
        )
        .unwrap();
    }
    insta::assert_snapshot!(page);
}

fn attempts(attempts: &[AttemptView], page: &mut String) {
    for one in attempts {
        writeln!(
            page,
            "  {}  {}  {} to {} (recorded {})",
            one.number,
            one.status.key(),
            at(one.started),
            at(one.ended),
            one.end_recorded
        )
        .unwrap();
        writeln!(
            page,
            "     {} after a wait of {}  exit {}  killed {}  caught {}  {:?}",
            took(one.duration),
            took(one.waited),
            or_dash(one.exit_code),
            one.killed,
            one.caught,
            one.evidence
        )
        .unwrap();
    }
}

fn exception(exception: &ExceptionView, page: &mut String) {
    writeln!(page, "{}: {}", exception.kind, exception.message).unwrap();
    writeln!(
        page,
        "  from {}, caught {}",
        exception.from, exception.caught
    )
    .unwrap();
    let Some(Traceback { raised, .. }) = &exception.traceback else {
        return writeln!(page, "  no traceback: {}", exception.text).unwrap();
    };
    for one in raised {
        for frame in &one.frames {
            let line = or_dash(frame.line);
            let function = or_dash(frame.function.as_ref());
            let whose = or_dash(frame.package.as_ref());
            writeln!(page, "  {}:{line} in {function}  ({whose})", frame.file).unwrap();
            for source in &frame.source {
                writeln!(page, "    | {}", source.text).unwrap();
            }
        }
    }
}

#[test]
fn the_tasks_of_a_step() {
    let view = ask(features(""));
    let mut page = format!(
        "{} of {} tasks ({})\n",
        view.matching,
        view.total,
        mix(&view.statuses)
    );
    let step = ask(SiblingsQuery {
        run: failed_run(),
        step: "features".to_owned(),
    });
    let head = step.head;
    writeln!(
        page,
        "{}  {}  {}  {} of {} failed  {}",
        head.name,
        head.status.key(),
        took(head.duration),
        head.failed,
        head.tasks,
        head.kind
    )
    .unwrap();
    writeln!(page, "{:?} {:?}", head.doc, head.decorators).unwrap();
    writeln!(
        page,
        "longest {}  median {}  foreach {:?}",
        took(view.longest),
        took(view.median),
        step.foreach
    )
    .unwrap();
    for row in &view.rows {
        let tries: Vec<String> = row
            .attempts
            .iter()
            .map(|(number, status)| format!("{number} {}", status.key()))
            .collect();
        writeln!(
            page,
            "{}/{}  {}  {}  [{}]",
            row.step,
            row.id,
            or_dash(row.label.as_ref()),
            row.status.key(),
            tries.join(", ")
        )
        .unwrap();
        writeln!(
            page,
            "  created {}  queued {}  started {}  took {}  caught {}",
            at(row.created),
            took(row.queued),
            at(row.started),
            took(row.duration),
            row.caught
        )
        .unwrap();
    }
    assert_eq!(step.few.len(), view.rows.len());
    insta::assert_snapshot!(page);
}

#[test]
fn a_task_with_two_attempts() {
    let engine = trainflow();
    let task = task_of_country("NL");
    let mut page = String::new();
    for attempt in [None, Some(0)] {
        let question = TaskQuery {
            task: task.clone(),
            attempt,
        };
        let view = pollster::block_on(engine.ask(question)).unwrap();
        writeln!(page, "{}  {}", view.task, or_dash(view.label)).unwrap();
        writeln!(
            page,
            "{}  {}  {}",
            view.status.word(),
            at(view.created),
            took(view.duration)
        )
        .unwrap();
        writeln!(page, "attempt {} of", view.attempt).unwrap();
        attempts(&view.attempts, &mut page);
        writeln!(
            page,
            "previous {}  next {}",
            or_dash(view.previous),
            or_dash(view.next)
        )
        .unwrap();
        relatives("parents", &view.parents, view.parents_total, &mut page);
        relatives("children", &view.children, view.children_total, &mut page);
        writeln!(page, "copied from {}", or_dash(view.origin)).unwrap();
        writeln!(page, "{:?}\n", view.counts).unwrap();
        assert!(view.problems.is_empty());
    }
    insta::assert_snapshot!(page);
}

fn relatives(what: &str, some: &[Relative], total: u64, page: &mut String) {
    writeln!(page, "{total} {what}").unwrap();
    for one in some {
        let label = or_dash(one.label.as_ref());
        writeln!(
            page,
            "  {}/{}  {label}  {}",
            one.step,
            one.id,
            one.status.key()
        )
        .unwrap();
    }
}

#[test]
fn the_data_of_a_task() {
    let engine = trainflow();
    let mut page = String::new();
    for (task, hidden) in [(task_of_country("NL"), false), (failed_task(), true)] {
        let question = TaskDataQuery {
            task: task.clone(),
            attempt: None,
            hidden,
            text: String::new(),
        };
        let view = pollster::block_on(engine.ask(question)).unwrap();
        writeln!(page, "{task}, attempt {}", view.attempt).unwrap();
        writeln!(
            page,
            "{} values and {} of the engine's, recorded {}, compared with parents {:?}",
            view.total, view.hidden, view.recorded, view.parents_compared
        )
        .unwrap();
        for row in &view.rows {
            writeln!(
                page,
                "  {}  {} ({:?})  {}{}",
                row.name,
                row.class,
                row.kind,
                or_dash(row.size.map(human::size)),
                if row.passed_on { "  passed on" } else { "" }
            )
            .unwrap();
            let value = or_dash(row.value.as_ref().or(row.fault.as_ref()));
            writeln!(page, "      {value}").unwrap();
        }
        page.push('\n');
    }
    insta::assert_snapshot!(page);
}

#[test]
fn the_metadata_of_a_task() {
    let view = ask(MetadataQuery {
        task: task_of_country("NL"),
        attempt: None,
        newest: false,
        text: String::new(),
        window: SCREEN,
    });
    let mut page = format!("{} of {} events\n", view.matching, view.total);
    for row in &view.rows {
        let number = or_dash(row.attempt);
        let origin = if row.from_origin {
            "  of its origin"
        } else {
            ""
        };
        writeln!(
            page,
            "{}  {number}  {} ({})  {}{origin}",
            at(row.at),
            row.field,
            row.kind,
            row.value
        )
        .unwrap();
    }
    insta::assert_snapshot!(page);
}
