//! What did not go as planned in a step, by what was raised.

use super::LIST_OF;
use super::columns::capital;
use super::durations::of_all;
use crate::engine::siblings::rows::SiblingRow;
use crate::engine::siblings::trouble::{TroubleGroup, TroubleQuery, TroubleView};
use crate::model::pathspec::shown_task;
use crate::model::{RunPath, Status};
use crate::text::human;
use crate::ui::ask::answer;
use crate::ui::dom::prelude::*;
use crate::ui::parts::failed_or_waiting;
use crate::ui::parts::lasting::lasting;
use crate::ui::parts::marks::glyph;
use crate::ui::state::App;

/// `is_filtered`: the screen shows some of the tasks, and this is of all.
pub(super) fn section(app: App, run: RunPath, step: String, is_filtered: Memo<bool>) -> View {
    let (asked_run, asked_step) = (run.clone(), step.clone());
    let found = answer(move || {
        Some(TroubleQuery {
            run: asked_run.clone(),
            step: asked_step.clone(),
        })
    });
    let inside = move || {
        let view = found.value()?;
        Some(drawn(app, &run, &step, &view, is_filtered))
    };
    el::section()
        .class("step-part trouble")
        .attr("aria-label", "Not as planned")
        .child(failed_or_waiting(found))
        .child(inside)
        .into_view()
}

fn drawn(app: App, run: &RunPath, step: &str, view: &TroubleView, is_filtered: Memo<bool>) -> View {
    let all = view.total;
    let total = view.failed + view.retried + view.caught;
    let told = move || match (total, is_filtered.get()) {
        (0, false) => "nothing failed, nothing was retried".to_owned(),
        (0, true) => format!("{} none failed, none was retried", of_all(all)),
        (total, false) => human::counted(total, "task", "tasks"),
        (total, true) => format!("{} {}", human::count(total), of_all(all)),
    };
    let title = el::div()
        .class("sect-head")
        .child(el::h2().child("Not as planned"))
        .child(el::span().class("faint").child(told))
        .child((total > 0).then(|| {
            el::span()
                .class("faint push only-wide")
                .child("grouped by error")
        }));
    let groups = view
        .groups
        .iter()
        .map(|group| of_group(app, run, step, group));
    let unread = (view.unread > 0).then(|| match view.is_reading {
        true => {
            let told = format!(
                "Reading the errors of {} …",
                human::counted(view.unread, "task", "tasks")
            );
            el::p()
                .class("faint late")
                .attr("role", "status")
                .child(told)
        }
        false => {
            let told = human::counted(view.unread, "more task", "more tasks");
            let status = if view.failed > 0 {
                Status::Failed
            } else {
                Status::Retried
            };
            el::p()
                .class("faint")
                .child(format!("The errors of {told} were not read: "))
                .child(
                    el::a()
                        .class("link")
                        .attr("href", listed(app, status, None))
                        .child("all of them in the list"),
                )
        }
    });
    let (errors, tasks) = view.left_out;
    let left_out = (errors > 0).then(|| {
        let errors = human::counted(errors, "more error", "more errors");
        let tasks = human::counted(tasks, "task", "tasks");
        el::p()
            .class("faint")
            .child(format!("{errors} of {tasks}, which the list has too"))
    });
    group()
        .child(title)
        .child(apart("Failures are ", &view.apart))
        .child(groups.collect_view())
        .child(left_out)
        .child(unread)
        .into_view()
}

fn of_group(app: App, run: &RunPath, step: &str, group: &TroubleGroup) -> View {
    let failed = group.status == Status::Failed;
    let why = match &group.why {
        Some(why) => el::span()
            .class("mono why")
            .class_if("fail", failed)
            .attr("title", why.clone())
            .child(why.clone()),
        None => el::span().class("dim why").child("No error was recorded"),
    };
    let rows = group.rows.iter().map(|row| one(app, run, step, row));
    let left = group.count.saturating_sub(group.rows.len() as u64);
    let more = (left > 0).then(|| {
        // The class of what was raised, by which the list finds the others.
        let class = group.why.as_ref().and_then(|why| why.split(':').next());
        let label = format!("{} more", human::count(left));
        el::li().child(
            el::a()
                .class("link more")
                .attr("href", listed(app, group.status, class))
                .child(label),
        )
    });
    let word = match (failed, group.caught) {
        (true, _) => "failed",
        (false, true) => "caught by @catch",
        (false, false) => "worked after a retry",
    };
    el::section()
        .class("trouble-group")
        .child(
            el::h3().child(glyph(group.status, "")).child(why).child(
                el::span()
                    .class("n")
                    .child(format!("{} {word}", human::count(group.count))),
            ),
        )
        .child(apart("", &group.apart))
        .child(el::ol().child(rows.collect_view()).child(more))
        .into_view()
}

/// What sets those that failed apart from the others.
fn apart(begins: &'static str, said: &[String]) -> Option<Element> {
    (!said.is_empty()).then(|| {
        let told = format!("{begins}{}", said.join("; "));
        el::p().class("apart").child(capital(&told))
    })
}

fn one(app: App, run: &RunPath, step: &str, row: &SiblingRow) -> View {
    let path = run.task(step, &row.id);
    let id = shown_task(step, &row.id);
    // With the names of its values, where there is room for them.
    let whole = row.label.clone().unwrap_or_else(|| id.clone());
    let short = match row.parts.iter().any(|value| !value.is_empty()) {
        true => row.parts.join(" / "),
        false => whole.clone(),
    };
    let name = group()
        .child(el::b().class("only-wide").child(whole))
        .child(el::b().class("only-narrow").child(short));
    let attempts = (row.attempts != 1).then(|| human::counted(row.attempts, "attempt", "attempts"));
    el::li()
        .child(
            el::a()
                .attr("href", app.task_href(&path))
                .child(
                    el::span()
                        .class("name")
                        .attr("title", row.label.clone())
                        .child(name),
                )
                .child(el::span().class("mono dim").child(id))
                .child(el::span().class("faint only-wide").child(attempts))
                .child(el::span().class("dim num").child(lasting(
                    row.status,
                    row.duration,
                    row.since,
                ))),
        )
        .into_view()
}

/// The list of the tasks of a status, with this in their errors.
fn listed(app: App, status: Status, text: Option<&str>) -> String {
    let mut route = app.route.with_untracked(Clone::clone);
    route.filters.statuses = vec![status.key().to_owned()];
    route.filters.text = text.map(str::to_owned);
    route.with_extra("as", Some(LIST_OF)).to_hash()
}
