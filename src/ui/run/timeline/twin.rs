//! The same facts as a table, for the keyboard and for screen readers.

use super::look::told;
use super::rows::{length_of, why};
use super::state::Timeline;
use crate::engine::timeline::{TaskBar, TimelineRow, TimelineView};
use crate::layout::timeline::Stretch;
use crate::model::Span;
use crate::text::human;
use crate::ui::dom::prelude::*;
use crate::ui::parts;
use crate::ui::parts::controls::nothing_matches;
use crate::ui::parts::marks::glyph;
use crate::ui::parts::table::{Table, TableRows, column, plain};

static TABLE: Table = Table {
    class: "times",
    label: "Timeline",
    columns: &[
        plain("Task"),
        plain("Status"),
        column("From", "start"),
        column("To", "end"),
        plain("Queued"),
        column("Took", "duration"),
        plain("Attempts"),
        plain("Critical path"),
    ],
};

/// The same of a run of which it is recorded where its tasks ran.
static WITH_HOSTS: Table = Table {
    class: "times with-hosts",
    label: "Timeline",
    columns: &[
        plain("Task"),
        plain("Status"),
        column("From", "start"),
        column("To", "end"),
        plain("Queued"),
        column("Took", "duration"),
        plain("Attempts"),
        plain("Host"),
        plain("Critical path"),
    ],
};

pub(super) fn twin(timeline: Timeline) -> View {
    let app = timeline.app;
    let rows = move |view: &TimelineView| TableRows {
        total: view.row_count,
        first: view.window.first,
        drawn: view
            .rows
            .iter()
            .map(|row| drawn(timeline, view, row))
            .collect(),
        empty: empty(timeline, view),
    };
    let sorted = move || app.route.with(|route| route.filters.sort.clone());
    let table = move || match timeline.has_hosts.get() {
        true => WITH_HOSTS.show(app, timeline.scrolled, sorted, timeline.found, rows),
        false => TABLE.show(app, timeline.scrolled, sorted, timeline.found, rows),
    };
    table.into_view()
}

/// What stands there when no task does.
pub(super) fn empty(timeline: Timeline, view: &TimelineView) -> View {
    match view.total {
        0 => parts::empty("No tasks", "No task of this run was recorded.", None),
        total => {
            let all = human::counted(total, "task", "tasks");
            nothing_matches(timeline.app, "No task matches", all)
        }
    }
}

fn drawn(timeline: Timeline, view: &TimelineView, row: &TimelineRow) -> View {
    let row_of = || el::div().class("row").attr("role", "row");
    let cell = || el::span().attr("role", "cell");
    match row {
        TimelineRow::Group(group) => {
            let count = human::counted(group.tasks, "task", "tasks");
            row_of()
                .class_if("group", true)
                .child(
                    cell()
                        .class("k1 grow")
                        .child(el::b().child(group.name.clone())),
                )
                .child(
                    cell()
                        .class("flex k1")
                        .child(glyph(group.status, ""))
                        .child(group.status.word()),
                )
                .child(
                    cell()
                        .class("dim")
                        .child(group.time.map(|time| from(timeline, view, time))),
                )
                .child(
                    cell()
                        .class("dim")
                        .child(group.time.map(|time| to(timeline, view, time))),
                )
                .child(cell())
                .child(
                    cell()
                        .class("k2")
                        .child(group.time.map(|time| human::span(time.length().0))),
                )
                .child(cell().class("dim k2").child(count))
                .child(view.has_hosts.then(cell))
                .child(cell())
                .into_view()
        }
        TimelineRow::Task(task) => {
            let path = timeline
                .run
                .with_value(|run| run.task(&task.step, &task.id));
            let whole = whole(task);
            let queued = task.queued.map(|queued| human::span(queued.length().0));
            let on_path = task.on_path.as_ref().map(why);
            let hosts = view.has_hosts.then(|| {
                let hosts = hosts_of(task);
                cell()
                    .class("dim cut-end")
                    .attr("title", hosts.clone())
                    .child(hosts)
            });
            row_of()
                .child(
                    cell().class("k1 grow").child(
                        el::a()
                            .class("whole")
                            .attr("href", timeline.app.task_href(&path))
                            .child(task.name.clone()),
                    ),
                )
                .child(
                    cell()
                        .class("flex k1")
                        .child(glyph(task.status, ""))
                        .child(task.status.word()),
                )
                .child(
                    cell()
                        .class("dim")
                        .child(whole.map(|time| from(timeline, view, time))),
                )
                .child(
                    cell()
                        .class("dim")
                        .child(whole.map(|time| to(timeline, view, time))),
                )
                .child(cell().class("dim").child(queued))
                .child(cell().class("k2").child(length_of(task)))
                .child(cell().class("dim").child(task.attempts.len()))
                .child(hosts)
                .child(
                    cell()
                        .class("dim cut-end k2")
                        .attr("title", on_path.clone())
                        .child(on_path),
                )
                .into_view()
        }
        TimelineRow::Rest { left, .. } => row_of()
            .child(cell().class("k1 dim").child(format!(
                "{} more in a group that is closed",
                human::count(*left)
            )))
            .into_view(),
    }
}

/// Where its attempts ran; one after another on the same is told once.
fn hosts_of(task: &TaskBar) -> String {
    let hosts = task.attempts.iter().filter_map(|one| one.host.as_ref());
    let mut names: Vec<&str> = hosts.map(|host| host.name()).collect();
    names.dedup();
    names.join(", ")
}

fn whole(task: &TaskBar) -> Option<Stretch> {
    let times = task.attempts.iter().filter_map(|one| one.time);
    times.reduce(|whole, time| whole.with(time))
}

fn from(timeline: Timeline, view: &TimelineView, time: Stretch) -> String {
    tell(timeline, view, time.from)
}

fn to(timeline: Timeline, view: &TimelineView, time: Stretch) -> String {
    tell(timeline, view, time.to)
}

fn tell(timeline: Timeline, view: &TimelineView, at: Span) -> String {
    let clock = timeline.says.with(|says| says.clock);
    told(timeline.app, view.zero, clock, at, view.whole.length())
}
