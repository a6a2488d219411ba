//! What can be chosen in *go to*: how it is drawn, and what comes of it.

use crate::engine::goto::{Found, FoundKind};
use crate::route::Place;
use crate::ui::dom::prelude::*;
use crate::ui::parts::marks::{glyph, icon};
use crate::ui::state::{App, Dialog};

/// Something that can be chosen in the palette.
#[derive(Clone, PartialEq)]
pub(super) enum Choice {
    Place(Found),
    Act(&'static str, &'static str, Act),
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Act {
    Open,
    Add,
    Theme,
    Keys,
    CopyLink,
    CopyPython,
    Problems,
    Rail,
}

pub(super) const ACTS: [(&str, &str, Act); 8] = [
    ("Open another source", "O", Act::Open),
    ("Add a source to what is open", "", Act::Add),
    ("Copy a link to this view", "Y", Act::CopyLink),
    ("Copy Python for this place", "P", Act::CopyPython),
    ("Switch the theme", "T", Act::Theme),
    ("Show or hide the rail", "[", Act::Rail),
    ("Show all problems", "", Act::Problems),
    ("Show the keys", "?", Act::Keys),
];

pub(super) fn group_of(choice: &Choice) -> &'static str {
    match choice {
        Choice::Place(found) => match found.kind {
            FoundKind::Flow => "Flows",
            FoundKind::Run => "Runs",
            FoundKind::Step => "Steps",
            FoundKind::Task => "Tasks",
            FoundKind::Artifact => "Data",
        },
        Choice::Act(..) => "Actions",
    }
}

pub(super) fn option(
    at: usize,
    choice: &Choice,
    chosen: RwSignal<usize>,
    take: impl Fn(Option<Choice>) + Copy + 'static,
) -> View {
    let taken = choice.clone();
    let selected = move || (chosen.get() == at).to_string();
    let inside = match choice {
        Choice::Place(found) => {
            let mark = found.status.map_or_else(
                || {
                    icon(
                        if found.kind == FoundKind::Artifact {
                            "object"
                        } else {
                            "box"
                        },
                        "",
                    )
                },
                |status| glyph(status, ""),
            );
            // A task is named with its foreach value behind it.
            let (name, value) = match found.text.split_once(' ') {
                Some((name, value)) => (name, Some(value)),
                None => (found.text.as_str(), None),
            };
            group()
                .child(mark)
                .child(
                    el::span()
                        .class("mono")
                        .child(marked(name, &found.marks, 0)),
                )
                .child(value.map(|value| {
                    let begins = name.chars().count() + 1;
                    el::span()
                        .class("dim")
                        .child(marked(value, &found.marks, begins))
                }))
                .child(el::span().class("n").child(found.note.clone()))
                .into_view()
        }
        Choice::Act(name, key, _) => {
            let key = (!key.is_empty()).then(|| el::kbd().child(*key));
            group()
                .child(icon("right", ""))
                .child(el::span().child(*name))
                .child(el::span().class("n"))
                .child(key)
                .into_view()
        }
    };
    el::div()
        .attr("role", "option")
        .attr("id", format!("option-{at}"))
        .attr("aria-selected", selected)
        .on_mouse("mousemove", move |_| chosen.set(at))
        .on_click(move |_| take(Some(taken.clone())))
        .child(inside)
        .into_view()
}

/// A text with some of its characters marked; `begins` is how many stand before it.
fn marked(text: &str, marks: &[u32], begins: usize) -> View {
    let mut parts: Vec<View> = Vec::new();
    let mut run = String::new();
    let mut in_mark = false;
    let flush = |run: &mut String, in_mark: bool, parts: &mut Vec<View>| {
        let text = std::mem::take(run);
        if text.is_empty() {
            return;
        }
        parts.push(if in_mark {
            el::em().child(text).into_view()
        } else {
            text.into_view()
        });
    };
    for (at, letter) in text.chars().enumerate() {
        let marked = marks.binary_search(&((begins + at) as u32)).is_ok();
        if marked != in_mark {
            flush(&mut run, in_mark, &mut parts);
            in_mark = marked;
        }
        run.push(letter);
    }
    flush(&mut run, in_mark, &mut parts);
    parts.into_view()
}

pub(super) fn go_to(app: App, pathspec: &str) {
    // A name alone is looked for; only a path is an address.
    if let Some(place) = Place::from_pathspec(pathspec).filter(|_| pathspec.contains('/')) {
        app.go(app.route.with_untracked(|route| route.clone().to(place)));
    }
}

pub(super) fn perform(app: App, act: Act) {
    match act {
        Act::Open => app.go(crate::route::Route::default()),
        Act::Add => app.go(app.route.with_untracked(crate::route::Route::adding)),
        Act::Theme => app.next_theme(),
        Act::Keys => app.dialog.set(Dialog::Keys),
        Act::CopyLink => app.copy_link(),
        Act::CopyPython => app.copy_python(),
        Act::Problems => app.dialog.set(Dialog::Problems),
        Act::Rail => app.toggle_rail(),
    }
}
