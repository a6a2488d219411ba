//! *Go to*: a field, and below it what is found by what is typed there, places and actions.

use super::choice::{ACTS, Choice, go_to, group_of, option, perform};
use super::{close, closed, modal};
use crate::browser::letters::lower;
use crate::engine::goto::GoToQuery;
use crate::ui::ask::answer;
use crate::ui::dom::prelude::*;
use crate::ui::parts::{marks::icon, progress_line};
use crate::ui::state::{App, Dialog, SourcesState};

pub(super) fn palette(app: App) -> View {
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
    let entered = RwSignal::new(false);
    react(move || {
        typed.track();
        chosen.set(0);
        entered.set(false);
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
    // A whole pathspec needs no answer; what begins within the run that is open does.
    let says_where = move || {
        let view = found.value();
        typed.with_untracked(|text| {
            view.is_some_and(|view| view.text == *text && view.names_flow && text.contains('/'))
        })
    };
    let enter = move || match found.waiting() {
        // What stands in the list was found for another text, or is not all.
        true if says_where() => take(None),
        true => entered.set(true),
        false => take(choices.with_untracked(|all| all.get(chosen.get_untracked()).cloned())),
    };
    react(move || {
        let comes = found.waiting() && !says_where();
        if !comes && entered.get_untracked() {
            entered.set(false);
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
        let now = found.get();
        if let Some(failure) = now.failure {
            rows.push(
                el::p()
                    .class("note")
                    .child(failure.explanation.clone())
                    .into_view(),
            );
        } else if rows.is_empty() && !typed.get().trim().is_empty() && !now.waiting {
            rows.push(el::p().class("note").child("Nothing has this name. A pathspec such as Flow/run/step/task goes straight there with Enter.").into_view());
        }
        rows
    };
    let told = move || {
        let now = found.get();
        let run = now.value?.reading.clone()?;
        let told = match entered.get() {
            true => format!("Goes there as soon as the tasks of {run} are read."),
            false => format!("The tasks of {run} are still being read."),
        };
        let is_shown = now.waiting && !only_acts();
        is_shown.then(|| {
            group()
                .child(el::p().class("note").child(told))
                .child(now.progress.as_ref().map(progress_line))
        })
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
                .class("palette-told")
                .attr("role", "status")
                .child(told),
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
