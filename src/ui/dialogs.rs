//! What floats over a place: *go to*, the keys, the list of problems.

use super::ask::answer;
use super::parts::marks::{glyph, icon};
use super::state::{App, Dialog, app};
use super::{keys, rail};
use crate::engine::goto::{Found, FoundKind, GoToQuery};
use crate::engine::sources::ProblemsQuery;
use crate::model::{Problem, Severity};
use crate::route::Place;
use crate::text::human;
use leptos::html::{Dialog as DialogElement, Input};
use leptos::prelude::*;

/// All dialogs; at most one is open.
pub fn all(app: App) -> AnyView {
    view! {
        {move || match app.dialog.get() {
            Dialog::None => ().into_any(),
            Dialog::GoTo => palette(app),
            Dialog::Keys => keys_dialog(app),
            Dialog::Problems => problems(app),
        }}
    }
    .into_any()
}

/// Shows a dialog as soon as it is there; closing it in any way is seen.
fn modal(app: App, node: NodeRef<DialogElement>) {
    Effect::new(move || {
        if let Some(dialog) = node.get()
            && !dialog.open()
        {
            // A dialog that is not in the page cannot be shown, and is not.
            let _shown = dialog.show_modal();
        }
    });
    let _ = app;
}

fn frame(title: &'static str, content: AnyView, foot: AnyView) -> AnyView {
    let app = app();
    let node = NodeRef::<DialogElement>::new();
    modal(app, node);
    let close = move || app.dialog.set(Dialog::None);
    view! {
        <dialog class="dialog wide" node_ref=node aria-labelledby="dialog-title" on:close=move |_| close() on:click=move |event| {
            // A click on the ground beside the dialog goes to the element itself.
            if event.target() == event.current_target() { close(); }
        }>
            <div class="dialog-head">
                <h2 id="dialog-title">{title}</h2>
                <button class="btn btn-s btn-quiet btn-icon" aria-label="Close" on:click=move |_| close()>{icon("close", "")}</button>
            </div>
            <div class="dialog-body">{content}</div>
            {foot}
        </dialog>
    }
    .into_any()
}

fn keys_dialog(_: App) -> AnyView {
    let command = keys::command_key();
    let groups: [(&str, Vec<(&str, Vec<&str>)>); 4] = [
        (
            "Everywhere",
            vec![
                ("Go to", vec![command]),
                ("Nearest filter", vec!["/"]),
                ("Keys", vec!["?"]),
                ("Rail", vec!["["]),
                ("Copy link", vec!["Y"]),
                ("Open a file", vec!["O"]),
                ("Theme", vec!["T"]),
                ("Out", vec!["Esc"]),
            ],
        ),
        (
            "In a run",
            vec![
                ("Next failure", vec!["."]),
                ("Next and previous task", vec!["J", "K"]),
                ("Tabs", vec!["1", "9"]),
                ("Up", vec!["U"]),
            ],
        ),
        (
            "In a tree or a list",
            vec![
                ("Move", vec!["↑", "↓"]),
                ("Open and close", vec!["→", "←"]),
                ("Follow", vec!["Enter"]),
            ],
        ),
        (
            "DAG",
            vec![
                ("Fit", vec!["F"]),
                ("Along the edges", vec!["←", "↑", "↓", "→"]),
                ("Open the step", vec!["Enter"]),
            ],
        ),
    ];
    let sections = groups
        .into_iter()
        .map(|(title, rows)| {
            let rows = rows
                .into_iter()
                .map(|(name, keys)| {
                    let keys = keys
                        .into_iter()
                        .map(|key| view! { <kbd>{key.to_owned()}</kbd> })
                        .collect_view();
                    view! { <div><dt>{name.to_owned()}</dt><dd>{keys}</dd></div> }
                })
                .collect_view();
            view! { <section><h3>{title.to_owned()}</h3><dl>{rows}</dl></section> }
        })
        .collect_view();
    frame(
        "Keys",
        view! { <div class="keys">{sections}</div> }.into_any(),
        ().into_any(),
    )
}

fn problems(app: App) -> AnyView {
    let found = answer(move || Some(ProblemsQuery));
    let text = move || {
        found
            .get_untracked()
            .value
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
        found.get().value.map(|view| {
            if view.problems.is_empty() {
                return view! { <p class="faint">"Nothing that was read had a problem."</p> }
                    .into_any();
            }
            let rows = view.problems.iter().map(one_problem).collect_view();
            view! { <div class="problems">{rows}</div> }.into_any()
        })
    };
    let count = move || {
        found.get().value.map(|view| {
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
    let foot = view! {
        <div class="dialog-foot">
            <span>{count}" in what has been read so far"</span>
            <button class="btn" on:click=move |_| app.copy(text(), "Problems")>{icon("copy", "")}"Copy all"</button>
        </div>
    };
    frame("Problems", view! { {list} }.into_any(), foot.into_any())
}

fn one_problem(problem: &Problem) -> AnyView {
    let bad = problem.severity == Severity::Damage;
    view! {
        <article class="problem" class:bad=bad>
            {icon("warn", "icon-m")}
            <h3>{problem.what.clone()}</h3>
            <p><code>{problem.place.to_string()}</code></p>
            <p class="faint">{problem.hint.clone()}</p>
        </article>
    }
    .into_any()
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
    Problems,
    Rail,
}

const ACTS: [(&str, &str, Act); 6] = [
    ("Open another source", "O", Act::Open),
    ("Copy a link to this view", "Y", Act::CopyLink),
    ("Switch the theme", "T", Act::Theme),
    ("Show or hide the rail", "[", Act::Rail),
    ("Show all problems", "", Act::Problems),
    ("Show the keys", "?", Act::Keys),
];

fn palette(app: App) -> AnyView {
    let node = NodeRef::<DialogElement>::new();
    let field = NodeRef::<Input>::new();
    modal(app, node);
    let typed = RwSignal::new(String::new());
    let chosen = RwSignal::new(0usize);
    let only_acts = move || typed.with(|text| text.trim_start().starts_with('>'));
    let (run, task) = app
        .route
        .with_untracked(|route| (rail::run_of(route), rail::task_of(route)));
    let found = answer(move || {
        (!only_acts()).then(|| GoToQuery {
            text: typed.get(),
            run: run.clone(),
            task: task.clone(),
        })
    });
    let choices = Memo::new(move |_| {
        let text = typed.get();
        let places = found.get().value.map(|view| view.found).unwrap_or_default();
        let wanted = text.trim_start_matches(['>', ' ']).to_lowercase();
        let acts = ACTS.iter().filter(|(name, _, _)| {
            wanted.is_empty() && only_acts()
                || !wanted.is_empty() && name.to_lowercase().contains(&wanted)
        });
        let mut all: Vec<Choice> = places
            .into_iter()
            .filter(|_| !only_acts())
            .map(Choice::Place)
            .collect();
        all.extend(acts.map(|(name, key, act)| Choice::Act(name, key, *act)));
        all
    });
    Effect::new(move || {
        typed.track();
        chosen.set(0);
    });
    let take = move |choice: Option<Choice>| {
        app.dialog.set(Dialog::None);
        match choice {
            Some(Choice::Place(found)) => go_to(app, &found.path),
            Some(Choice::Act(_, _, act)) => perform(app, act),
            // Nothing was found: what was typed may still be a pathspec.
            None => go_to(app, &typed.get_untracked()),
        }
    };
    let pressed = move |event: leptos::ev::KeyboardEvent| {
        let count = choices.with(Vec::len);
        match event.key().as_str() {
            "ArrowDown" => chosen.update(|at| *at = (*at + 1) % count.max(1)),
            "ArrowUp" => chosen.update(|at| *at = (*at + count.max(1) - 1) % count.max(1)),
            "Enter" => take(choices.with(|all| all.get(chosen.get_untracked()).cloned())),
            _ => return,
        }
        event.prevent_default();
    };
    let list = move || {
        let all = choices.get();
        let mut title = "";
        let mut rows: Vec<AnyView> = Vec::new();
        for (at, choice) in all.iter().enumerate() {
            let group = group_of(choice);
            if group != title {
                rows.push(view! { <div role="presentation">{group}</div> }.into_any());
                title = group;
            }
            rows.push(option(at, choice, chosen, take));
        }
        if rows.is_empty() && !typed.get().trim().is_empty() && !found.get().waiting {
            rows.push(view! { <p class="note">"Nothing has this name. A pathspec such as Flow/run/step/task goes straight there with Enter."</p> }.into_any());
        }
        rows
    };
    let active = move || format!("option-{}", chosen.get());
    view! {
        <dialog class="palette" node_ref=node aria-label="Go to" on:close=move |_| app.dialog.set(Dialog::None) on:click=move |event| {
            if event.target() == event.current_target() { app.dialog.set(Dialog::None); }
        }>
            <div class="palette-field">
                {icon("search", "icon-m")}
                <input node_ref=field role="combobox" aria-expanded="true" aria-controls="found" aria-activedescendant=active aria-autocomplete="list" aria-label="Go to" autofocus=true spellcheck="false" autocomplete="off" placeholder="Flow, run, step, task, foreach value or pathspec" on:input=move |event| typed.set(event_target_value(&event)) on:keydown=pressed />
                <kbd>"Esc"</kbd>
            </div>
            <div class="palette-list" role="listbox" id="found" aria-label="Found">{list}</div>
            <div class="palette-foot"><span><kbd>"↑"</kbd><kbd>"↓"</kbd>" move"</span><span><kbd>{icon("enter", "icon-s")}</kbd>" open"</span><span class="push"><kbd>">"</kbd>" actions only"</span></div>
        </dialog>
    }
    .into_any()
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
    take: impl Fn(Option<Choice>) + Copy + Send + Sync + 'static,
) -> AnyView {
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
            view! { {mark}<span class="mono">{marked(&found.text, &found.marks)}</span><span class="dim"></span><span class="n">{found.note.clone()}</span> }.into_any()
        }
        Choice::Act(name, key, _) => {
            let key = (!key.is_empty()).then(|| view! { <kbd>{*key}</kbd> });
            view! { {icon("right", "")}<span>{*name}</span><span class="n"></span>{key} }.into_any()
        }
    };
    view! {
        <div role="option" id=format!("option-{at}") aria-selected=selected on:mousemove=move |_| chosen.set(at) on:click=move |_| take(Some(taken.clone()))>{inside}</div>
    }
    .into_any()
}

/// A text with some of its characters marked.
fn marked(text: &str, marks: &[u32]) -> AnyView {
    let mut parts: Vec<AnyView> = Vec::new();
    let mut run = String::new();
    let mut in_mark = false;
    let flush = |run: &mut String, in_mark: bool, parts: &mut Vec<AnyView>| {
        let text = std::mem::take(run);
        if text.is_empty() {
            return;
        }
        parts.push(if in_mark {
            view! { <em>{text}</em> }.into_any()
        } else {
            text.into_any()
        });
    };
    for (at, letter) in text.chars().enumerate() {
        let marked = marks.binary_search(&(at as u32)).is_ok();
        if marked != in_mark {
            flush(&mut run, in_mark, &mut parts);
            in_mark = marked;
        }
        run.push(letter);
    }
    flush(&mut run, in_mark, &mut parts);
    parts.into_any()
}

fn go_to(app: App, pathspec: &str) {
    if let Some(place) = Place::from_pathspec(pathspec) {
        app.go(app.route.with_untracked(|route| route.clone().to(place)));
    }
}

fn perform(app: App, act: Act) {
    match act {
        Act::Open => app.go(crate::route::Route::default()),
        Act::Theme => app.next_theme(),
        Act::Keys => app.dialog.set(Dialog::Keys),
        Act::CopyLink => app.copy_link(),
        Act::Problems => app.dialog.set(Dialog::Problems),
        Act::Rail => app.toggle_rail(),
    }
}
