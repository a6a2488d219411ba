//! A traceback on the page: its frames with the source around them, or its text.
//!
//! Start with [`frames`]; [`whole`] is for what has not the usual shape.

use super::lines;
use super::marks::icon;
use crate::engine::excerpt::Packaged;
use crate::model::TaskPath;
use crate::text::human;
use crate::text::traceback::{Frame, Raised, Relation, Traceback, frames::libraries};
use crate::ui::code;
use crate::ui::dom::prelude::*;
use crate::ui::state::App;

/// As it was recorded, line by line.
pub fn whole(text: &str) -> View {
    let count = text.lines().count() as u64;
    let rows = text
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
pub struct Code {
    pub app: App,
    pub task: TaskPath,
    pub attempt: u32,
    pub packaged: Packaged,
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

/// Exception by exception, frame by frame.
pub fn frames(traceback: &Traceback, code: &Code) -> View {
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
    let own = frame.package.is_none();
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
    let around = code.packaged.around(frame);
    let source = if frame.source.is_empty() && around.is_none() {
        el::p()
            .class("note")
            .child("The source of this line was not at hand when it was raised.")
            .into_view()
    } else {
        let recorded = frame.source.iter().enumerate();
        let recorded =
            recorded.map(|(at, line)| lines::code_line(number + at as u64, &line.text, at == 0));
        let rows = match around {
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
