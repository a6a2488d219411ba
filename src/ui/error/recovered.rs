//! An archive that is not whole: how much of it came, and which runs can still be read.

use crate::engine::recovered::{RecoveredView, RunsTold};
use crate::model::Status;
use crate::source::Recovered;
use crate::text::human::{self, counted};
use crate::ui::dom::prelude::*;
use crate::ui::parts::marks::glyph;
use crate::ui::state::App;

/// The button that opens what is there, where there is a run.
pub fn open(app: App, view: &RecoveredView) -> Option<Element> {
    let button = el::button()
        .class("btn btn-primary")
        .on_click(move |_| app.open_anyway())
        .child("Open what could be read");
    view.has_runs().then_some(button)
}

/// The archive from its first byte to its last, as far as it came.
pub fn arrived(archive: &Recovered) -> Element {
    let size = |bytes| human::size(bytes);
    let missing = match (archive.missing, archive.directory) {
        (0, _) => "all of it, but for its directory".to_owned(),
        (missing, Some(_)) => format!("{} or more of its directory missing", size(missing)),
        (missing, None) => format!(
            "{} or more missing; how much in all is not known",
            size(missing)
        ),
    };
    let shares = Shares::of(archive);
    let part = |class: &'static str, share: u64| {
        let bar = el::i().class(class).style("--n", share.to_string());
        (share > 0).then_some(bar)
    };
    let bar = el::div()
        .class("arrived")
        .attr("aria-hidden", "true")
        .child(part("there", shares.there))
        .child(part("part", shares.part))
        .child(part("missing", shares.missing))
        .child(part("needed", shares.needed));
    let files = counted(archive.whole, "whole file", "whole files");
    let in_part = match archive.in_part {
        0 => None,
        some => Some(counted(some, "file in part", "files in part")),
    };
    let here = el::span()
        .style("--n", (shares.there + shares.part).to_string())
        .child(el::span().child(files))
        .child(in_part.map(|told| el::span().class("push").child(told)));
    let ends = match archive.missing {
        0 => None,
        _ => Some(format!("ends at byte {}", human::count(archive.arrived))),
    };
    let gone = el::span()
        .style("--n", (shares.missing + shares.needed).to_string())
        .child(ends.map(|told| el::b().class("fail").child(told)))
        .child(el::span().class("push").child("directory"));
    el::section()
        .child(
            el::p()
                .class("arrived-head")
                .child(el::b().child(format!("{} arrived", size(archive.arrived))))
                .child(el::span().class("push faint").child(missing)),
        )
        .child(bar)
        .child(el::div().class("arrived").child(here).child(gone))
}

/// How wide each part of the picture is drawn.
struct Shares {
    there: u64,
    part: u64,
    missing: u64,
    needed: u64,
}

impl Shares {
    fn of(archive: &Recovered) -> Self {
        // A part of nothing would not be seen, and how much is missing is known at its least.
        let least = |share: u64| archive.arrived / share + 1;
        let there = match archive.directory {
            Some((start, _)) => start,
            None => archive.sound,
        };
        let part = match archive.directory {
            Some(_) => 0,
            None => archive.arrived.saturating_sub(there),
        };
        let in_files = archive.missing > 0 && archive.directory.is_none();
        Self {
            there: there.max(1),
            part: match part {
                0 => 0,
                some => some.max(least(40)),
            },
            missing: match in_files {
                true => archive.missing.max(least(6)),
                false => 0,
            },
            needed: least(24),
        }
    }
}

/// The runs that are whole, and those that are there in part.
pub fn usable(view: &RecoveredView) -> Element {
    let rows = [
        row(Status::Succeeded, &view.whole, ["whole run", "whole runs"]),
        row(
            Status::Unfinished,
            &view.in_part,
            ["run in part", "runs in part"],
        ),
    ];
    let unseen = (view.unseen > 0).then(|| {
        let more = counted(view.unseen, "more run", "more runs");
        el::li()
            .child(glyph(Status::Skipped, ""))
            .child(el::span().child(more))
            .child(el::span().class("n").child("not looked at"))
    });
    let none = (!view.has_runs()).then(|| {
        el::li()
            .child(glyph(Status::Skipped, ""))
            .child(el::span().child("No run is among the files that came"))
    });
    el::div()
        .child(el::h2().child("What can still be read"))
        .child(
            el::ul()
                .class("usable")
                .child(rows.into_iter().flatten().collect_view())
                .child(unseen)
                .child(none),
        )
}

fn row(status: Status, told: &RunsTold, [one, many]: [&str; 2]) -> Option<View> {
    let tasks = counted(told.tasks, "task", "tasks");
    let row = el::li()
        .child(glyph(status, ""))
        .child(el::span().child(counted(told.runs, one, many)))
        .child(el::span().class("n").child(tasks));
    let names = told.named.iter().map(|run| {
        let lacks = run.lacks.as_ref();
        let lacks = lacks.map(|lacks| el::span().class("faint").child(lacks.clone()));
        el::li()
            .child(el::code().child(run.path.to_string()))
            .child(lacks)
    });
    let more = match told.runs.saturating_sub(told.named.len() as u64) {
        0 => None,
        more => Some(
            el::li()
                .class("faint")
                .child(format!("and {} more", human::count(more))),
        ),
    };
    let list = el::ul().child(names.collect_view()).child(more);
    (told.runs > 0).then(|| row.child(list).into_view())
}
