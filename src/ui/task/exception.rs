//! What an attempt raised: frames and text.

use super::super::ask::{answer, shown};
use super::super::parts::controls::{copy_button, segments};
use super::super::parts::marks::icon;
use super::super::parts::{self, lines};
use super::super::state::App;
use crate::engine::excerpt::Packaged;
use crate::engine::failure_card::{ExceptionView, FailureCardQuery, FailureCardView};
use crate::model::TaskPath;
use crate::text::human;
use crate::text::traceback::{Frame, Raised, Relation, frames::libraries};
use crate::ui::code;
use crate::ui::dom::prelude::*;
use std::rc::Rc;

pub fn tab(app: App, task: TaskPath, attempt: u32) -> View {
    let asked = task.clone();
    let found = answer(move || {
        Some(FailureCardQuery {
            task: asked.clone(),
            attempt: Some(attempt),
        })
    });
    let as_text = Memo::new(move |_| app.route.with(|route| route.extra("as") == Some("text")));
    group()
        .child(shown(found, move |view: &FailureCardView| {
            draw(app, &task, view, as_text)
        }))
        .into_view()
}

fn draw(app: App, task: &TaskPath, view: &FailureCardView, as_text: Memo<bool>) -> View {
    let Some(exception) = view.exception.clone() else {
        let failed = view
            .attempts
            .iter()
            .find(|attempt| attempt.number == view.attempt)
            .is_some_and(|attempt| attempt.status == crate::model::Status::Failed);
        let (headline, text) = if failed {
            (
                "No exception was recorded",
                format!("{} Its last lines may tell more.", view.how),
            )
        } else {
            (
                "Nothing was raised",
                format!("Attempt {} ended without an exception.", view.attempt),
            )
        };
        let logs = app
            .task_route(task)
            .with_attempt(Some(view.attempt))
            .with_tab("logs")
            .to_hash();
        let way_out = el::a()
            .class("link")
            .attr("href", logs)
            .child("Show its logs")
            .into_view();
        return el::div()
            .class("pane")
            .child(parts::empty(headline, text, Some(way_out)))
            .into_view();
    };
    let text = exception.text.clone();
    let no_frames = exception.traceback.is_none();
    let chosen = Signal::derive(move || as_text.get() || no_frames);
    let shown = exception.clone();
    let code = Rc::new(Code {
        app,
        task: task.clone(),
        attempt: view.attempt,
        packaged: view.packaged.clone(),
    });
    let from = from(app, task, view, &exception);
    let body = move || {
        if chosen.get() {
            whole(&shown)
        } else {
            frames(&shown, &code)
        }
    };
    let short = exception
        .kind
        .rsplit('.')
        .next()
        .unwrap_or_default()
        .to_owned();
    el::div()
        .class("pane")
        .child(
            el::div()
                .class("tools")
                .child(segments(
                    "View",
                    &[(false, "Frames"), (true, "Text")],
                    chosen,
                    move |text| app.change(|route| route.with_extra("as", text.then_some("text"))),
                    "",
                ))
                .child(el::span().class("push"))
                .child(copy_button(
                    app,
                    "Copy traceback",
                    "Traceback",
                    "btn btn-s btn-quiet",
                    move || text.clone(),
                )),
        )
        .child(
            el::div().class("scroll").child(
                el::div()
                    .class("exception page")
                    .child(
                        el::div()
                            .class("exc")
                            .child(el::b().attr("title", exception.kind.clone()).child(short))
                            .child(el::p().child(exception.message.clone())),
                    )
                    .child(from)
                    .child(body),
            ),
        )
        .into_view()
}

fn from(app: App, task: &TaskPath, view: &FailureCardView, exception: &ExceptionView) -> View {
    let same = view.same_in_all.then_some(" The same in every attempt.");
    let caught = exception
        .caught
        .then_some(" @catch took it, and the run went on.");
    if exception.from == "stderr" {
        return el::p()
            .class("dim")
            .child(format!(
                "From the end of stderr of attempt {}: no exception was stored.",
                view.attempt
            ))
            .child(same)
            .into_view();
    }
    let href = app
        .artifact_route(task, &exception.from)
        .with_attempt(Some(view.attempt))
        .to_hash();
    el::p()
        .class("dim")
        .child("From the artifact ")
        .child(
            el::a()
                .class("link mono")
                .attr("href", href)
                .child(exception.from.clone()),
        )
        .child(format!(" of attempt {}.", view.attempt))
        .child(same)
        .child(caught)
        .into_view()
}

fn whole(exception: &ExceptionView) -> View {
    let count = exception.text.lines().count() as u64;
    let rows = exception
        .text
        .lines()
        .enumerate()
        .map(|(at, line)| {
            el::div()
                .class("line")
                .child(el::span().class("no").child(at + 1))
                .child(el::span().class("txt").child(line.to_owned()))
        })
        .collect_view();
    el::div()
        .class("code")
        .attr("tabindex", "0")
        .attr("role", "region")
        .attr("aria-label", "Traceback")
        .child(lines::lines_of(count, rows.into_view()))
        .into_view()
}

/// What of the traceback's source went with the run.
struct Code {
    app: App,
    task: TaskPath,
    attempt: u32,
    packaged: Packaged,
}

impl Code {
    /// The address of a frame's line.
    fn href(&self, frame: &Frame) -> Option<String> {
        let (_, path) = self
            .packaged
            .files
            .iter()
            .find(|(file, _)| *file == frame.file)?;
        let line = frame.line.map(u64::from);
        Some(code::place(self.app, &self.task, self.attempt, path, line).to_hash())
    }
}

fn frames(exception: &ExceptionView, code: &Code) -> View {
    let Some(traceback) = &exception.traceback else {
        return whole(exception);
    };
    let last = traceback.raised.len().saturating_sub(1);
    traceback
        .raised
        .iter()
        .enumerate()
        .map(|(at, raised)| chain(raised, at == last, code))
        .collect_view()
}

fn chain(raised: &Raised, is_last: bool, code: &Code) -> View {
    let relation = raised.relation.map(|relation| match relation {
        Relation::Cause => "This was the direct cause of",
        Relation::During => "While this was handled, there came",
    });
    let relation = relation.map(|text| el::p().class("dim").child(text));
    let head = (!is_last).then(|| {
        raised.exception.as_ref().map(|exception| {
            el::p()
                .class("mono")
                .child(el::b().child(exception.kind.clone()))
                .child(" ")
                .child(exception.message.clone())
        })
    });
    let count = raised.frames.len();
    let mut at = 0;
    let frames = raised
        .rows()
        .map(|row| {
            at += row.len();
            let has_last = at == count;
            match row {
                [frame] => drawn_frame(frame, has_last, code),
                // A fold that is all there is stands open.
                row => folded(row, row.len() == count, has_last, code),
            }
        })
        .collect_view();
    let left_out = (raised.left_out > 0).then(|| {
        el::p().class("note").child({
            format!(
                "{} frames in the middle are left out here; the text has them.",
                human::count(raised.left_out as u64)
            )
        })
    });
    let several = raised
        .group
        .clone()
        .map(|text| el::pre().class("pre mono").child(text));
    group()
        .child(relation)
        .child(head)
        .child(
            el::div()
                .class("sect-head")
                .child(el::h2().child("Traceback"))
                .child(el::span().class("faint").child(format!(
                    "{}, the last call below",
                    human::counted(count as u64, "frame", "frames")
                ))),
        )
        .child(left_out)
        .child(el::div().class("frames").child(frames))
        .child(several)
        .into_view()
}

/// Frames in libraries that follow one another: seldom where the mistake is.
fn folded(row: &[Frame], open: bool, has_last: bool, code: &Code) -> View {
    let count: u64 = row.iter().map(|frame| 1 + u64::from(frame.repeated)).sum();
    let names = libraries(row).join(", ");
    let label = format!("{} in {names}", human::counted(count, "frame", "frames"));
    let inside = row.iter().enumerate();
    let inside =
        inside.map(|(at, frame)| drawn_frame(frame, has_last && at + 1 == row.len(), code));
    el::details()
        .attr("open", open)
        .child(
            el::summary()
                .child(icon("right", "icon-s"))
                .child(el::span().class("dim cut-end").child(label))
                .child(here(has_last)),
        )
        .child(inside.collect_view())
        .into_view()
}

fn here(raised_here: bool) -> Option<Element> {
    raised_here.then(|| el::span().class("chip chip-fail push").child("raised here"))
}

fn drawn_frame(frame: &Frame, raised_here: bool, code: &Code) -> View {
    let own = frame.library.is_none();
    let number = u64::from(frame.line.unwrap_or(0));
    let file = frame.shown_file();
    let place = match frame.line {
        Some(line) => format!("{file}:{line}"),
        None => file.to_owned(),
    };
    let function = frame
        .function
        .clone()
        .map(|name| el::span().class("faint").child("in ").child(name));
    let repeated = (frame.repeated > 0).then(|| {
        el::span().class("faint").child(format!(
            "{} more times",
            human::count(u64::from(frame.repeated))
        ))
    });
    let source = if frame.source.is_empty() {
        el::p()
            .class("note")
            .child("The source of this line was not at hand when it was raised.")
            .into_view()
    } else {
        let recorded = frame.source.iter().enumerate();
        let recorded =
            recorded.map(|(at, line)| lines::code_line(number + at as u64, &line.text, at == 0));
        let rows = match code.packaged.around(frame) {
            Some(excerpt) => lines::highlighted(excerpt.first, &excerpt.lines.join("\n"), number),
            None => recorded.collect_view().into_view(),
        };
        el::div()
            .class("code")
            .attr("tabindex", "0")
            .attr("role", "group")
            .attr("aria-label", "Source")
            .child(lines::lines_of(number, rows))
            .into_view()
    };
    let link = code.href(frame).map(|href| {
        el::p().class("note").child(
            el::a()
                .class("link")
                .attr("href", href)
                .child("Open this line in the code of the run"),
        )
    });
    el::details()
        .attr("open", own || raised_here)
        .child(
            el::summary()
                .child(icon("right", "icon-s"))
                .child(
                    el::span()
                        .class("mono cut-start")
                        .class_if("faint", !own)
                        .attr("title", frame.file.clone())
                        .child(el::bdi().child(place)),
                )
                .child(function)
                .child(repeated)
                .child(here(raised_here)),
        )
        .child(source)
        .child(link)
        .into_view()
}
