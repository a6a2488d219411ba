//! What floats over a place: *go to*, the keys, the list of problems.

use super::ask::answer;
use super::keys::command_key;
use super::parts::marks::{glyph, icon};
use super::state::{App, Dialog, SourcesState, app};
use crate::browser::letters::lower;
use crate::engine::goto::{Found, FoundKind, GoToQuery};
use crate::engine::sources::ProblemsQuery;
use crate::model::Problem;
use crate::route::Place;
use crate::text::human;
use crate::ui::dom::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlDialogElement;

/// All dialogs; at most one is open.
pub fn all(app: App) -> View {
    group()
        .child(move || match app.dialog.get() {
            Dialog::None => ().into_view(),
            Dialog::GoTo => palette(app),
            Dialog::Keys => keys(),
            Dialog::Problems => problems(app),
        })
        .into_view()
}

/// Shows a dialog as soon as it is there; closing it in any way is seen.
fn modal(node: Reference) {
    react(move || {
        if let Some(dialog) = node.get().map(JsCast::unchecked_into::<HtmlDialogElement>)
            && !dialog.open()
        {
            // A dialog that is not in the page cannot be shown, and is not.
            let _shown = dialog.show_modal();
        }
    });
}

/// Closes a dialog as Escape does: the browser gives the focus back to where it was, and
/// says that it is closed.
fn close(node: Reference) {
    if let Some(dialog) = node.get_as::<HtmlDialogElement>() {
        dialog.close();
    }
}

/// A dialog was closed. By now another may be open in its place.
fn closed(app: App, own: Dialog) {
    if app.dialog.get_untracked() == own {
        app.dialog.set(Dialog::None);
    }
}

fn frame(own: Dialog, title: &'static str, content: View, foot: View) -> View {
    let app = app();
    let node = Reference::new();
    modal(node);
    let close = move || close(node);
    el::dialog()
        .key(title)
        .class("dialog wide")
        .reference(node)
        .attr("aria-labelledby", "dialog-title")
        .on("close", move |_| closed(app, own))
        .on_click(move |event| {
            // A click on the ground beside the dialog goes to the element itself.
            if event.target() == event.current_target() {
                close();
            }
        })
        .child(
            el::div()
                .class("dialog-head")
                .child(el::h2().attr("id", "dialog-title").child(title))
                .child(
                    el::button()
                        .class("btn btn-s btn-quiet btn-icon")
                        .attr("aria-label", "Close")
                        .on_click(move |_| close())
                        .child(icon("close", "")),
                ),
        )
        .child(el::div().class("dialog-body").child(content))
        .child(foot)
        .into_view()
}

/// What a key does, and the keys, parted by blanks; none stands for that of the command
/// on this machine.
type Keys = &'static [(&'static str, &'static str)];

const KEYS: [(&str, Keys); 4] = [
    (
        "Everywhere",
        &[
            ("Go to", ""),
            ("Nearest filter", "/"),
            ("Keys", "?"),
            ("Show or hide the rail", "["),
            ("Copy link", "Y"),
            ("Copy Python", "P"),
            ("Open a file", "O"),
            ("Theme", "T"),
            ("Close", "Esc"),
        ],
    ),
    (
        "In a run",
        &[
            ("Next failure", "."),
            ("Next and previous task", "J K"),
            ("Tabs", "1 to 9"),
            ("One level up", "U"),
        ],
    ),
    (
        "In a tree or a list",
        &[
            ("Move", "↑ ↓"),
            ("Open and close", "→ ←"),
            ("Follow", "Enter"),
        ],
    ),
    (
        "DAG",
        &[
            ("Fit", "F"),
            ("Along the edges", "← ↑ ↓ →"),
            ("Open the step", "Enter"),
        ],
    ),
];

/// The keys, and what they do.
pub fn keys() -> View {
    let row = |(name, pressed): &(&'static str, &'static str)| {
        let pressed = match *pressed {
            "" => el::kbd().child(command_key()).into_view(),
            pressed => pressed
                .split(' ')
                .map(|key| match key {
                    "to" => " to ".into_view(),
                    key => el::kbd().child(key).into_view(),
                })
                .collect_view(),
        };
        el::div()
            .child(el::dt().child(*name))
            .child(el::dd().child(pressed))
    };
    let sections = KEYS
        .iter()
        .map(|(title, rows)| {
            el::section()
                .child(el::h3().child(*title))
                .child(el::dl().child(rows.iter().map(row).collect_view()))
        })
        .collect_view();
    frame(
        Dialog::Keys,
        "Keys",
        el::div().class("keys").child(sections).into_view(),
        ().into_view(),
    )
}

fn problems(app: App) -> View {
    let found = answer(move || Some(ProblemsQuery));
    let text = move || {
        found
            .value_untracked()
            .map(|view| {
                view.problems
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>()
                    .join("\n")
            })
            .unwrap_or_default()
    };
    let list = move || {
        found.value().map(|view| {
            if view.problems.is_empty() {
                return el::p()
                    .class("faint")
                    .child("Nothing that was read had a problem.")
                    .into_view();
            }
            let rows = view.problems.iter().enumerate();
            let rows = rows
                .map(|(at, one)| one_problem(one, (at as u64) < view.doubts))
                .collect_view();
            el::div().class("problems").child(rows).into_view()
        })
    };
    let count = move || {
        found.value().map(|view| {
            let shown = view.problems.len() as u64;
            if shown < view.total {
                format!(
                    "the first {} of {}",
                    human::count(shown),
                    human::count(view.total)
                )
            } else {
                human::counted(view.total, "problem", "problems")
            }
        })
    };
    let foot = el::div()
        .class("dialog-foot")
        .child(
            el::span()
                .child(count)
                .child(" in what has been read so far"),
        )
        .child(
            el::button()
                .class("btn")
                .on_click(move |_| app.copy(text(), "Problems"))
                .child(icon("copy", ""))
                .child("Copy all"),
        );
    frame(
        Dialog::Problems,
        "Problems",
        group().child(list).into_view(),
        foot.into_view(),
    )
}

/// `bad` where it leaves a status in doubt.
fn one_problem(problem: &Problem, bad: bool) -> View {
    el::article()
        .class("problem")
        .class_if("bad", bad)
        .child(icon("warn", "icon-m"))
        .child(el::h3().child(problem.what.clone()))
        .child(el::p().child(el::code().child(problem.place.to_string())))
        .child(el::p().class("faint").child(problem.hint.clone()))
        .into_view()
}

/// Something that can be chosen in the palette.
#[derive(Clone, PartialEq)]
enum Choice {
    Place(Found),
    Act(&'static str, &'static str, Act),
}

#[derive(Clone, Copy, PartialEq)]
enum Act {
    Open,
    Theme,
    Keys,
    CopyLink,
    CopyPython,
    Problems,
    Rail,
}

const ACTS: [(&str, &str, Act); 7] = [
    ("Open another source", "O", Act::Open),
    ("Copy a link to this view", "Y", Act::CopyLink),
    ("Copy Python for this place", "P", Act::CopyPython),
    ("Switch the theme", "T", Act::Theme),
    ("Show or hide the rail", "[", Act::Rail),
    ("Show all problems", "", Act::Problems),
    ("Show the keys", "?", Act::Keys),
];

fn palette(app: App) -> View {
    let node = Reference::new();
    let field = Reference::new();
    modal(node);
    let typed = RwSignal::new(String::new());
    let chosen = RwSignal::new(0usize);
    let only_acts = move || typed.with(|text| text.trim_start().starts_with('>'));
    let (run, task) = app
        .route
        .with_untracked(|route| (route.place.run_path(), route.place.task_path()));
    // The source may come while somebody types already.
    let is_open = Memo::new(move |_| {
        app.sources
            .with(|sources| matches!(sources, SourcesState::Open(_)))
    });
    let found = answer(move || {
        (is_open.get() && !only_acts()).then(|| GoToQuery {
            text: typed.get(),
            run: run.clone(),
            task: task.clone(),
        })
    });
    let choices = Memo::new(move |_| {
        let text = typed.get();
        let places = found
            .value()
            .map(|view| view.found.clone())
            .unwrap_or_default();
        let wanted = lower(text.trim_start_matches(['>', ' ']));
        let acts = ACTS.iter().filter(|(name, _, _)| {
            wanted.is_empty() && only_acts() || !wanted.is_empty() && lower(name).contains(&wanted)
        });
        let mut all: Vec<Choice> = places
            .into_iter()
            .filter(|_| !only_acts())
            .map(Choice::Place)
            .collect();
        all.extend(acts.map(|(name, key, act)| Choice::Act(name, key, *act)));
        all
    });
    // Enter was pressed before it was known what is found.
    let entered = StoredValue::new(false);
    react(move || {
        typed.track();
        chosen.set(0);
        entered.set_value(false);
    });
    react(move || {
        let option = format!("option-{}", chosen.get());
        if let Some(option) = document().get_element_by_id(&option) {
            let nearest = web_sys::ScrollIntoViewOptions::new();
            nearest.set_block(web_sys::ScrollLogicalPosition::Nearest);
            option.scroll_into_view_with_scroll_into_view_options(&nearest);
        }
    });
    let take = move |choice: Option<Choice>| {
        close(node);
        closed(app, Dialog::GoTo);
        match choice {
            Some(Choice::Place(found)) => go_to(app, &found.path),
            Some(Choice::Act(_, _, act)) => perform(app, act),
            // Nothing was found: what was typed may still be a pathspec.
            None if !only_acts() => go_to(app, &typed.get_untracked()),
            None => {}
        }
    };
    let enter = move || {
        let is_path = typed.with_untracked(|text| text.contains('/'));
        match found.waiting() {
            // What stands in the list was found for another text.
            true if is_path => take(None),
            true => entered.set_value(true),
            false => take(choices.with_untracked(|all| all.get(chosen.get_untracked()).cloned())),
        }
    };
    react(move || {
        if !found.waiting() && entered.get_value() {
            entered.set_value(false);
            enter();
        }
    });
    let pressed = move |event: web_sys::KeyboardEvent| {
        let count = choices.with(Vec::len);
        match event.key().as_str() {
            "ArrowDown" => chosen.update(|at| *at = (*at + 1) % count.max(1)),
            "ArrowUp" => chosen.update(|at| *at = (*at + count.max(1) - 1) % count.max(1)),
            "Enter" => enter(),
            _ => return,
        }
        event.prevent_default();
    };
    let list = move || {
        let all = choices.get();
        let mut title = "";
        let mut rows: Vec<View> = Vec::new();
        for (at, choice) in all.iter().enumerate() {
            let group = group_of(choice);
            if group != title {
                rows.push(
                    el::div()
                        .attr("role", "presentation")
                        .child(group)
                        .into_view(),
                );
                title = group;
            }
            rows.push(option(at, choice, chosen, take));
        }
        if let Some(failure) = found.failure() {
            rows.push(
                el::p()
                    .class("note")
                    .child(failure.explanation.clone())
                    .into_view(),
            );
        } else if rows.is_empty() && !typed.get().trim().is_empty() && !found.waiting() {
            rows.push(el::p().class("note").child("Nothing has this name. A pathspec such as Flow/run/step/task goes straight there with Enter.").into_view());
        }
        rows
    };
    let active = move || format!("option-{}", chosen.get());
    el::dialog()
        .key("palette")
        .class("palette")
        .reference(node)
        .attr("aria-label", "Go to")
        .on("close", move |_| closed(app, Dialog::GoTo))
        .on_click(move |event| {
            if event.target() == event.current_target() {
                close(node);
            }
        })
        .child(
            el::div()
                .class("palette-field")
                .child(icon("search", "icon-m"))
                .child(
                    el::input()
                        .reference(field)
                        .attr("role", "combobox")
                        .attr("aria-expanded", "true")
                        .attr("aria-controls", "found")
                        .attr("aria-activedescendant", active)
                        .attr("aria-autocomplete", "list")
                        .attr("aria-label", "Go to")
                        .attr("autofocus", true)
                        .attr("spellcheck", "false")
                        .attr("autocomplete", "off")
                        .attr(
                            "placeholder",
                            "Flow, run, step, task, foreach value or pathspec",
                        )
                        .on("input", move |event| typed.set(event_target_value(&event)))
                        .on_key(pressed),
                )
                .child(el::kbd().child("Esc")),
        )
        .child(
            el::div()
                .class("palette-list")
                .attr("role", "listbox")
                .attr("id", "found")
                .attr("aria-label", "Found")
                .child(list),
        )
        .child(
            el::div()
                .class("palette-foot")
                .child(
                    el::span()
                        .child(el::kbd().child("↑"))
                        .child(el::kbd().child("↓"))
                        .child(" move"),
                )
                .child(
                    el::span()
                        .child(el::kbd().child(icon("enter", "icon-s")))
                        .child(" open"),
                )
                .child(
                    el::span()
                        .class("push")
                        .child(el::kbd().child(">"))
                        .child(" actions only"),
                ),
        )
        .into_view()
}

fn group_of(choice: &Choice) -> &'static str {
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

fn option(
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

fn go_to(app: App, pathspec: &str) {
    // A name alone is looked for; only a path is an address.
    if let Some(place) = Place::from_pathspec(pathspec).filter(|_| pathspec.contains('/')) {
        app.go(app.route.with_untracked(|route| route.clone().to(place)));
    }
}

fn perform(app: App, act: Act) {
    match act {
        Act::Open => app.go(crate::route::Route::default()),
        Act::Theme => app.next_theme(),
        Act::Keys => app.dialog.set(Dialog::Keys),
        Act::CopyLink => app.copy_link(),
        Act::CopyPython => app.copy_python(),
        Act::Problems => app.dialog.set(Dialog::Problems),
        Act::Rail => app.toggle_rail(),
    }
}
