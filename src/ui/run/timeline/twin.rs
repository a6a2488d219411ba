//! The same facts as a table, for the keyboard and for screen readers.

use super::address::with_flipped;
use super::lane::{Part, parts, unrecorded};
use super::look::told;
use super::name::Name;
use super::rows::{has_begin, length_of, length_of_group, why};
use super::state::Timeline;
use crate::engine::timeline::{GroupRow, Grouping, TaskBar, TimelineRow, TimelineView};
use crate::layout::timeline::Stretch;
use crate::model::{Span, Status};
use crate::text::human;
use crate::ui::dom::prelude::*;
use crate::ui::parts as ui;
use crate::ui::parts::controls::nothing_matches;
use crate::ui::parts::marks::{glyph, icon};
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
        0 => ui::empty("No tasks", "No task of this run was recorded.", None),
        total => {
            let all = human::counted(total, "task", "tasks");
            nothing_matches(timeline.app, "No task matches", all)
        }
    }
}

fn drawn(timeline: Timeline, view: &TimelineView, row: &TimelineRow) -> View {
    let row_of = || el::div().class("row").attr("role", "row");
    match row {
        TimelineRow::Group(group) => {
            let count = human::counted(group.tasks, "task", "tasks");
            let is_mixed = group.failed > 0 && group.failed < group.tasks;
            let status = match (group.tasks, is_mixed) {
                (0, _) => group.absence.word().to_owned(),
                (_, true) => format!(
                    "{} of {} failed",
                    human::count(group.failed),
                    human::count(group.tasks)
                ),
                (_, false) => group.status.word().to_owned(),
            };
            row_of()
                .class_if("group", true)
                .child(cell().class("k1 grow").child(group_name(timeline, group)))
                .child(status_cell(group.status, &status))
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
                        .child(group.time.map(|time| length_of_group(group, time))),
                )
                .child(
                    cell()
                        .class("dim k2 cut-end")
                        .attr("title", count.clone())
                        .child(count),
                )
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
            let last = task.attempts.last();
            let runs = last.is_some_and(|last| last.status == Status::Running);
            let is_backwards = task.attempts.iter().any(|one| one.is_backwards);
            let end = |time| match is_backwards || !runs && last.is_some_and(|one| !one.is_ended) {
                true => "unknown".to_owned(),
                false if runs => "runs".to_owned(),
                false => to(timeline, view, time),
            };
            let begin = |time| match has_begin(task) {
                true => from(timeline, view, time),
                false => "unknown".to_owned(),
            };
            // Where there is no column for it.
            let narrow = whole.map(|time| {
                let (from, to) = (begin(time), end(time));
                match queued.as_ref().filter(|_| time.from > Span(0)) {
                    Some(queued) => format!("{from} to {to}, after {queued} in the queue"),
                    None => format!("{from} to {to}"),
                }
            });
            let attempts = attempts_of(task);
            let on_path = task.on_path.as_ref().map(why);
            let hosts = view.has_hosts.then(|| {
                let hosts = hosts_of(task);
                cell()
                    .class("dim cut-end")
                    .attr("title", hosts.clone())
                    .child(hosts)
            });
            let grouping = timeline.says.with(|says| says.rows.group.clone());
            let is_inside = task.is_inside && grouping != Grouping::None;
            let name = Name::of(task, &grouping).words();
            row_of()
                .child(
                    cell()
                        .class("k1 grow cut-end")
                        .class_if("inside", is_inside)
                        .child(
                            el::a()
                                .class("whole")
                                .attr("href", timeline.app.task_href(&path))
                                .attr("title", task.name.clone())
                                .child(name),
                        ),
                )
                .child(status_cell(task.status, task.status.word_with(task.caught)))
                .child(cell().class("dim").child(whole.map(begin)))
                .child(cell().class("dim").child(whole.map(end)))
                .child(cell().class("dim").child(queued))
                .child(cell().class("k2").child(length_of(task)))
                .child(
                    cell()
                        .class("dim cut-end")
                        .class_if("k2", task.attempts.len() > 1)
                        .attr("title", attempts.clone())
                        .child(attempts),
                )
                .child(cell().class("only-narrow dim k3 cut-end").child(narrow))
                .child(hosts)
                .child(
                    cell()
                        .class("dim cut-end k2")
                        .attr("title", on_path.clone())
                        .child(on_path),
                )
                .into_view()
        }
        TimelineRow::Rest { key, left } => {
            let words = format!("{} more", human::count(*left));
            let open = opener(timeline, key).child(words);
            row_of()
                .child(cell().class("k1 dim").child(open))
                .into_view()
        }
    }
}

fn cell() -> Element {
    el::span().attr("role", "cell")
}

fn status_cell(status: Status, word: &str) -> Element {
    let word = el::span()
        .class("cut-end")
        .attr("title", word.to_owned())
        .child(word.to_owned());
    cell().class("flex k1").child(glyph(status, "")).child(word)
}

/// What opens a group, or closes it.
fn opener(timeline: Timeline, key: &str) -> Element {
    let key = key.to_owned();
    let flip = move || timeline.app.change(|route| with_flipped(route, &key));
    el::button().class("whole").on_click(move |_| flip())
}

fn group_name(timeline: Timeline, group: &GroupRow) -> View {
    let name = el::b().child(group.name.clone());
    if group.tasks == 0 {
        return name.into_view();
    }
    let mark = icon(
        "right",
        if group.is_open {
            "icon-s open"
        } else {
            "icon-s"
        },
    );
    opener(timeline, &group.key)
        .attr("aria-expanded", group.is_open.to_string())
        .child(mark)
        .child(name)
        .into_view()
}

/// How many there are, what became of each, and the waits between them: `2: 0 failed 1.1 s,
/// waited 10 s, 1 succeeded 800 ms`; of an only one the other columns say it.
fn attempts_of(task: &TaskBar) -> String {
    let many = human::count(task.attempts.len() as u64);
    if task.attempts.len() < 2 {
        return many;
    }
    let part = |(part, time): (Part, Stretch)| {
        let length = human::span(time.length().0);
        match part {
            Part::Queued => None,
            Part::Retry(_) => Some(format!("waited {length}")),
            Part::Gap(at) => Some(unrecorded(task, at)),
            Part::Attempt(at) => {
                let one = task.attempts.get(at)?;
                let how = one.status.in_sentence();
                Some(format!("{} {how} {length}", one.number))
            }
        }
    };
    let timed: Vec<String> = parts(task).into_iter().filter_map(part).collect();
    let untimed = task.attempts.iter().filter(|one| one.time.is_none());
    let untimed = untimed.map(|one| format!("{} {}", one.number, one.status.in_sentence()));
    let all: Vec<String> = timed.into_iter().chain(untimed).collect();
    format!("{many}: {}", all.join(", "))
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
    tell(timeline, view, time, time.from)
}

fn to(timeline: Timeline, view: &TimelineView, time: Stretch) -> String {
    tell(timeline, view, time, time.to)
}

/// A begin or an end, so finely that it is told from the other.
fn tell(timeline: Timeline, view: &TimelineView, time: Stretch, at: Span) -> String {
    let clock = timeline.says.with(|says| says.clock);
    let of = time.length().0.saturating_mul(10);
    // Nothing was noted more exactly than to the millisecond.
    let of = of.min(view.whole.length().0).max(1_000_000);
    told(timeline.app, view.zero, clock, at, Span(of))
}
