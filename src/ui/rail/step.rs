//! A step that opens into its tasks, many of one status as one row.

use super::folds::{Fold, Screen, Spot};
use crate::engine::ask::Window;
use crate::engine::rail::find::RailFound;
use crate::engine::rail::{RailStep, RailTask, in_full};
use crate::engine::tasks::{TasksQuery, TasksSort};
use crate::model::{RunPath, Status};
use crate::route::Place;
use crate::text::human;
use crate::ui::ask::answer;
use crate::ui::dom::prelude::*;
use crate::ui::parts::lasting::lasting;
use crate::ui::parts::marks::{glyph, icon};
use crate::ui::state::App;

pub(super) fn step_row(
    app: App,
    run: &RunPath,
    step: &RailStep,
    spot: Spot,
    open: Fold,
    note: View,
    only: Option<(String, RailFound)>,
) -> View {
    let href = app.step_href(run, &step.name);
    let (run, step, here) = (run.clone(), step.clone(), spot.here);
    let name = step.name.clone();
    let status = step.status;
    let children = move || {
        if let Some((text, found)) = only.as_ref().filter(|_| open.get()) {
            return Some(found_rows(app, &run, text, found, here));
        }
        open.get().then(|| {
            let groups = step.groups.iter().map(|group| {
                if group.named.is_empty()
                    || (group.status == Status::Succeeded
                        && group.count > 3
                        && step.groups.len() > 1)
                {
                    let name = format!("{} {}", step.name, group.status.key());
                    let fold = open.all.fold(name, || false);
                    group_row(
                        app,
                        &run,
                        &step.name,
                        (group.status, group.count),
                        fold,
                        here,
                    )
                } else {
                    let rows = group
                        .named
                        .iter()
                        .map(|task| task_row(app, &run, &step.name, task, here));
                    rows.collect_view().into_view()
                }
            });
            // Those that are known to come have no page yet.
            let coming = (step.coming > 0).then(|| {
                row(
                    app.step_href(&run, &step.name),
                    3,
                    Some(1),
                    None,
                    glyph(Status::Skipped, ""),
                    format!("{} not started", human::count(step.coming)),
                    None,
                    "",
                    View::Nothing,
                )
            });
            let groups = groups.collect_view();
            group().child(groups).child(coming).into_view()
        })
    };
    let around = spot.clone();
    let row = el::a()
        .attr("role", "treeitem")
        .class("tree-row")
        .attr("href", href)
        .attr("aria-level", "2")
        .attr("aria-expanded", move || open.get().to_string())
        .attr("aria-selected", move || spot.is_screen().to_string())
        .attr("aria-current", move || {
            (!open.get() && around.hides_screen()).then_some("true")
        })
        .attr("tabindex", "-1")
        .child(twist(open))
        .child(glyph(status, ""))
        .child(el::span().class("name").child(name))
        .child(el::span().class("n").child(note));
    group().child(row).child(children).into_view()
}

/// Of a step the tasks that were looked for.
fn found_rows(app: App, run: &RunPath, text: &str, found: &RailFound, here: Screen) -> View {
    let tasks = found.tasks.iter();
    let rows = tasks.map(|task| task_row(app, run, &found.name, task, here));
    let left = found.matching.saturating_sub(found.tasks.len() as u64);
    let more = (left > 0).then(|| {
        let place = Place::Step {
            flow: run.flow.clone(),
            run: run.run.clone(),
            step: found.name.clone(),
        };
        let mut route = app.route.with_untracked(|route| route.clone().to(place));
        route.filters.text = Some(text.to_owned());
        more_row(route.with_extra("as", Some("list")).to_hash(), left)
    });
    group().child(rows.collect_view()).child(more).into_view()
}

/// What a tree leaves to the page of the step.
fn more_row(href: String, left: u64) -> View {
    row(
        href,
        4,
        None,
        None,
        icon("more", ""),
        format!("{} more", human::count(left)),
        None,
        "",
        View::Nothing,
    )
}

/// The arrow that opens a row; a click on it does not follow the link.
fn twist(fold: Fold) -> View {
    el::span()
        .class("twist")
        .on_click(move |event| {
            event.prevent_default();
            event.stop_propagation();
            fold.toggle();
        })
        .child(icon("right", "icon-s"))
        .into_view()
}

/// Many tasks of one status as one row, which opens into some of them.
fn group_row(
    app: App,
    run: &RunPath,
    step: &str,
    (status, count): (Status, u64),
    open: Fold,
    here: Screen,
) -> View {
    /// Rows that are drawn; the step's page has the rest.
    const SHOWN: u64 = 100;
    let word = if status == Status::Skipped {
        "not started".to_owned()
    } else {
        status.in_sentence().to_owned()
    };
    let name = format!("{} {word}", human::count(count));
    let (run, step) = (run.clone(), step.to_owned());
    let (asked_run, asked_step) = (run.clone(), step.clone());
    let tasks = answer(move || {
        open.get().then(|| TasksQuery {
            run: asked_run.clone(),
            step: Some(asked_step.clone()),
            text: String::new(),
            statuses: vec![status],
            sort: TasksSort::Order,
            descending: false,
            window: Window {
                first: 0,
                count: SHOWN,
            },
        })
    });
    let (status_run, status_step) = (run.clone(), step.clone());
    let of_status = move || {
        let route = app.step_route(&status_run, &status_step, Some(status));
        route.to_hash()
    };
    let href = of_status();
    // The screen shows a task of it that has no row of its own.
    let of_step = step.clone();
    let hides_screen = Memo::new(move |_| {
        let is_in = here.status.get() == Some(status);
        let Some(task) = here.task_of(&of_step).filter(|_| is_in) else {
            return false;
        };
        let drawn = tasks.value().filter(|_| open.get());
        !drawn.is_some_and(|view| view.rows.iter().any(|row| row.id == task))
    });
    let children = move || {
        let view = tasks.get().value.filter(|_| open.get())?;
        let tasks = view.rows.iter().map(|task| {
            let label = task.label.clone().unwrap_or_else(|| task.id.clone());
            RailTask {
                id: task.id.clone(),
                status: task.status,
                short: task.values.clone().unwrap_or_else(|| label.clone()),
                label,
                attempts: task.attempts.len() as u64,
                duration: task.duration,
                since: task.since,
            }
        });
        let rows = in_full(tasks.collect());
        let rows = rows
            .iter()
            .map(|task| task_row(app, &run, &step, task, here))
            .collect_view();
        let more = (view.matching > SHOWN).then(|| more_row(of_status(), view.matching - SHOWN));
        Some(group().child(rows).child(more))
    };
    let row = el::a()
        .attr("role", "treeitem")
        .class("tree-row")
        .attr("href", href)
        .attr("aria-level", "3")
        .attr("aria-expanded", move || open.get().to_string())
        .attr("aria-current", move || hides_screen.get().then_some("true"))
        .attr("tabindex", "-1")
        .style("--l", "1")
        .child(twist(open))
        .child(glyph(status, ""))
        .child(el::span().class("name").child(name));
    group().child(row).child(children).into_view()
}

fn task_row(app: App, run: &RunPath, step: &str, task: &RailTask, here: Screen) -> View {
    let path = run.task(step, &task.id);
    let note = match task.attempts > 1 {
        true => format!("{} attempts", task.attempts).into_view(),
        false => lasting(task.status, task.duration, task.since),
    };
    row(
        app.task_href(&path),
        3,
        Some(1),
        Some(Spot::of(here, run, &[step, &task.id])),
        glyph(task.status, ""),
        task.short.clone(),
        Some(task.label.clone()),
        "",
        note,
    )
}

#[allow(
    clippy::too_many_arguments,
    reason = "one row of a tree; each argument is one thing in it"
)]
pub(super) fn row(
    href: String,
    level: u8,
    indent: Option<u8>,
    spot: Option<Spot>,
    mark: View,
    name: String,
    title: Option<String>,
    class: &'static str,
    note: View,
) -> View {
    let twist = (level > 1).then(|| {
        el::span()
            .class("twist none")
            .child(icon("right", "icon-s"))
    });
    let row = el::a()
        .attr("role", "treeitem")
        .class("tree-row")
        .attr("href", href)
        .attr("aria-level", u32::from(level))
        .attr("aria-selected", move || {
            spot.as_ref().is_some_and(Spot::is_screen).to_string()
        })
        .attr("tabindex", if level == 1 { "0" } else { "-1" })
        .style("--l", indent.unwrap_or(0).to_string());
    let told = group()
        .child(el::span().class(format!("name {class}")).child(name))
        .child(el::span().class("n").child(note));
    // Of a task that goes by its values these are whole: where there is no room for both,
    // the note is left out.
    let told = match title {
        Some(_) => el::span().class("told-of").child(told).into_view(),
        None => told.into_view(),
    };
    row.attr("title", title)
        .child(twist)
        .child(mark)
        .child(told)
        .into_view()
}
