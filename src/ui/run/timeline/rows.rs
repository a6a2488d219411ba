//! The rows: a label that leads to the task, the step or the group, and its lane. The list is
//! one stop of the keyboard; the arrows go through its rows.

use super::address::with_flipped;
use super::lane;
use super::look::Scale;
use super::name::Name;
use crate::engine::timeline::{
    GroupRow, Grouping, OnPath, TaskBar, TimelineRow, TimelineView, Untold,
};
use crate::layout::timeline::Stretch;
use crate::layout::timeline::critical::Reason;
use crate::model::{RunPath, Span, Status};
use crate::text::human;
use crate::ui::dom::prelude::*;
use crate::ui::parts::marks::{glyph, icon, status_class};
use crate::ui::state::App;

/// What the rows are drawn with.
pub(super) struct Drawn<'a> {
    pub app: App,
    pub run: &'a RunPath,
    pub view: &'a TimelineView,
    pub scale: &'a Scale,
    pub grouping: &'a Grouping,
    pub with_path: bool,
    /// The part that the keyboard is at: its row and which of its parts.
    pub chosen: Option<(u64, usize)>,
}

impl Drawn<'_> {
    pub fn rows(&self) -> Vec<View> {
        let rows = self.view.rows.iter().enumerate();
        rows.map(|(at, row)| self.row(self.view.window.first + at as u64, row))
            .collect()
    }

    fn row(&self, at: u64, row: &TimelineRow) -> View {
        let chosen = self
            .chosen
            .filter(|(row, _)| *row == at)
            .map(|(_, part)| part);
        let (label, lane, class) = match row {
            TimelineRow::Group(group) => (
                self.group_label(group),
                lane::group_strip(group, self.view.shape.as_ref(), self.scale, self.with_path),
                "row group",
            ),
            TimelineRow::Task(task) => {
                let path = self.run.task(&task.step, &task.id);
                let opens = |number| {
                    let route = self.app.task_route(&path);
                    route.with_attempt(Some(number)).to_hash()
                };
                (
                    self.task_label(task),
                    lane::task(task, self.scale, self.with_path, chosen, &opens),
                    match task.is_inside && *self.grouping != Grouping::None {
                        true => "row inside",
                        false => "row",
                    },
                )
            }
            TimelineRow::Rest { key, left } => {
                (self.rest_label(key, *left), Vec::new(), "row inside")
            }
        };
        let lane = el::svg()
            .class("lane")
            .attr("aria-hidden", "true")
            .child(lane);
        el::div()
            .key(at.to_string())
            .class(class)
            .attr("role", "row")
            .attr("aria-rowindex", (at + 1).to_string())
            .attr("data-at", at.to_string())
            .child(label)
            .child(
                el::span()
                    .attr("role", "cell")
                    .class("k2 lane-of")
                    .child(lane),
            )
            .into_view()
    }

    fn group_label(&self, group: &GroupRow) -> Element {
        let app = self.app;
        let key = group.key.clone();
        let flip = move || app.change(|route| with_flipped(route, &key));
        let is_empty = group.tasks == 0;
        let spoken = spoken_group(group);
        let name = el::span()
            .class("cut-end name")
            .attr("title", group.name.clone())
            .child(group.name.clone());
        let leads = match &group.step {
            Some(step) => el::a().attr("href", app.step_href(self.run, step)),
            // What leads nowhere is opened.
            None => {
                let flip = flip.clone();
                el::button().on_click(move |_| flip())
            }
        };
        let twist = (!is_empty).then(|| {
            el::button()
                .class("twist above")
                .attr("tabindex", "-1")
                .attr("aria-label", format!("Tasks of {}", group.name))
                .attr("aria-expanded", group.is_open.to_string())
                .on_click(move |_| flip())
                .child(icon("right", "icon-s"))
        });
        let count = (!is_empty).then(|| {
            el::span()
                .class("faint")
                .child(format!("×{}", human::count(group.tasks)))
        });
        let length = match (is_empty, group.time) {
            (true, _) => group.absence.words().to_owned(),
            (false, Some(time)) => length_of_group(group, time),
            (false, None) => "no times".to_owned(),
        };
        cell()
            .class_if("skip", is_empty)
            .child(twist)
            .child(glyph(group.status, ""))
            .child(
                leads
                    .class("whole")
                    .attr("tabindex", "-1")
                    .attr(
                        "aria-expanded",
                        (!is_empty).then(|| group.is_open.to_string()),
                    )
                    .attr("aria-label", spoken)
                    .child(name),
            )
            .child(count)
            .child(failed_of(group))
            .child(el::span().class("n").child(length))
    }

    fn task_label(&self, task: &TaskBar) -> Element {
        let path = self.run.task(&task.step, &task.id);
        let name = Name::of(task, self.grouping);
        let mut spoken = spoken_task(task, self.with_path);
        let seen = name.words();
        // What is heard begins with what is seen.
        if !spoken.starts_with(&seen) {
            spoken = format!("{seen}, {spoken}");
        }
        let several = (task.attempts.len() > 1).then(|| {
            el::span().class("faint").child(human::counted(
                task.attempts.len() as u64,
                "attempt",
                "attempts",
            ))
        });
        cell()
            .child(glyph(task.status, "glyph-s"))
            .child(
                el::a()
                    .class("whole")
                    .attr("tabindex", "-1")
                    .attr("href", self.app.task_href(&path))
                    .attr("title", task.name.clone())
                    .attr("aria-label", spoken)
                    .child(name.view()),
            )
            .child(several)
            .child(el::span().class("n").child(length_of(task)))
    }

    fn rest_label(&self, key: &str, left: u64) -> Element {
        let app = self.app;
        let key = key.to_owned();
        cell().child(
            el::button()
                .class("whole link")
                .attr("tabindex", "-1")
                .on_click(move |_| app.change(|route| with_flipped(route, &key)))
                .child(format!("{} more", human::count(left))),
        )
    }
}

fn cell() -> Element {
    el::span().attr("role", "rowheader").class("k1 grow label")
}

fn failed_of(group: &GroupRow) -> Option<Element> {
    let some = group.failed > 0 && group.failed < group.tasks;
    some.then(|| {
        el::span()
            .class("fail")
            .child(format!("{} failed", human::count(group.failed)))
    })
}

/// From the first begin to the last end of its tasks, as far as that is known.
pub(super) fn length_of_group(group: &GroupRow, time: Stretch) -> String {
    match group.is_backwards || group.is_ahead {
        true => "unknown".to_owned(),
        false => human::span(time.length().0),
    }
}

/// From its first begin to its last end, as far as that is known.
pub(super) fn length_of(task: &TaskBar) -> String {
    let times = task.attempts.iter().filter_map(|one| one.time);
    let last = task.attempts.last();
    let is_open = last.is_some_and(|last| !last.is_ended && last.status != Status::Running);
    let is_unknown = task
        .attempts
        .iter()
        .any(|one| one.is_backwards || one.is_ahead);
    let is_late = !has_begin(task);
    match times.reduce(|whole, time| whole.with(time)) {
        Some(_) if is_unknown => "unknown".to_owned(),
        Some(whole) if is_late && whole.length() == Span(0) => "unknown".to_owned(),
        Some(whole) if is_open && whole.length() == Span(0) => "no end".to_owned(),
        Some(whole) if is_open || is_late => format!("> {}", human::span(whole.length().0)),
        Some(whole) => human::span(whole.length().0),
        None if task.attempts.is_empty() => "not begun".to_owned(),
        None => "no times".to_owned(),
    }
}

/// Whether its first bar begins where the task did; else only the end of that is known.
pub(super) fn has_begin(task: &TaskBar) -> bool {
    let first = task.attempts.iter().find(|one| one.time.is_some());
    first.is_none_or(|first| first.is_begun)
}

fn spoken_group(group: &GroupRow) -> String {
    if group.tasks == 0 {
        return format!("{}, {}", group.name, group.absence.words());
    }
    let mut spoken = format!(
        "{}, {}, {}",
        group.name,
        group.status.in_sentence(),
        human::counted(group.tasks, "task", "tasks")
    );
    if group.failed > 0 {
        spoken.push_str(&format!(", {} failed", human::count(group.failed)));
    }
    if let Some(time) = group.time {
        spoken.push_str(&format!(
            ", from {} to {}, up to {} at once",
            human::span(time.from.0),
            human::span(time.to.0),
            human::count(group.most_at_once)
        ));
    }
    spoken
}

/// What a row shows, in words.
pub(super) fn spoken_task(task: &TaskBar, with_path: bool) -> String {
    let status = task.status.in_sentence_with(task.caught);
    let mut spoken = format!("{}, {status}", task.name);
    if let Some(queued) = task.queued.filter(|queued| queued.length() > Span(0)) {
        spoken.push_str(&format!(
            ", waited {} to begin",
            human::span(queued.length().0)
        ));
    }
    for attempt in &task.attempts {
        let host = attempt.host.as_ref();
        let place = host.map(|host| format!(" on {host}")).unwrap_or_default();
        spoken.push_str(&match attempt.time {
            Some(time) if !attempt.is_begun => format!(
                ", attempt {} {}{place} until {}, its begin is not known",
                attempt.number,
                attempt.status.in_sentence(),
                human::span(time.to.0)
            ),
            Some(time) if attempt.is_backwards || attempt.is_ahead => format!(
                ", attempt {} {}{place} from {}, how long is not known",
                attempt.number,
                attempt.status.in_sentence(),
                human::span(time.from.0)
            ),
            Some(time) => format!(
                ", attempt {} {}{place} from {} for {}",
                attempt.number,
                attempt.status.in_sentence(),
                human::span(time.from.0),
                human::span(time.length().0)
            ),
            None => format!(
                ", attempt {} {}{place}, without times",
                attempt.number,
                attempt.status.in_sentence()
            ),
        });
    }
    if let (true, Some(on_path)) = (with_path, &task.on_path) {
        spoken.push_str(", on the critical path: ");
        spoken.push_str(&why(on_path));
    }
    spoken
}

/// Why a task is on the critical path, in a sentence.
pub(super) fn why(on_path: &OnPath) -> String {
    let wait = human::span(on_path.wait.length().0);
    let begin = on_path.wait.to;
    match (&on_path.reason, &on_path.before) {
        (_, Some(before)) if on_path.before_over > Span(0) => {
            let over = human::span(on_path.before_over.0);
            format!("needed {before}, which ended {over} after this began: two clocks disagree")
        }
        (_, before) if on_path.untold.is_some() && begin >= Span(0) => {
            let after = before.as_ref();
            let after = after.map_or("the start".to_owned(), |before| before.clone());
            match on_path.untold {
                Some(Untold::Ahead) => {
                    format!(
                        "how long after {after} it began is not known: its times lie in the future"
                    )
                }
                Some(Untold::Clocks) => {
                    format!("how long after {after} it began is not known: two clocks disagree")
                }
                _ => format!("began {wait} after {after}; of the steps between no times are known"),
            }
        }
        (Reason::Needed, Some(before)) => format!("began {wait} after {before}, which it needed"),
        (Reason::Place, Some(before)) => {
            format!(
                "came as {before} ended, probably for want of a free place, and began {wait} after it"
            )
        }
        _ if begin < Span(0) => {
            let early = human::span(begin.0.saturating_neg());
            format!("began {early} before the run did: two clocks disagree")
        }
        _ => format!("began {wait} after the start"),
    }
}

/// The class of a bar's words, and what the tooltip says of a status.
pub(super) fn mark_of(status: Status) -> View {
    el::span()
        .class(status_class(status))
        .child(glyph(status, "glyph-s"))
        .into_view()
}
