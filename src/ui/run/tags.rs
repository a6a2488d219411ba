//! The tags of a run, and changing them where the folder that was dropped can be written
//! to: by the client's own rules, which the engine knows.

use super::super::ask::{ask_anew, once, once_or_not};
use super::super::parts::marks::icon;
use super::super::state::App;
use crate::browser::door::{self, Writable};
use crate::engine::about::AboutView;
use crate::engine::tags::{Retagged, TagsQuery, TagsView};
use crate::model::RunPath;
use crate::route::Place;
use crate::ui::dom::prelude::*;
use std::cell::Cell;
use std::rc::Rc;
use web_sys::HtmlInputElement;

/// A tag as a link to the runs that have it: those of a project, of a branch, of a user.
pub fn link(app: App, run: &RunPath, tag: &str) -> Element {
    let mut runs = app.route.with_untracked(|route| {
        route.clone().to(Place::Runs {
            flow: Some(run.flow.clone()),
        })
    });
    runs.filters.tags.push(tag.to_owned());
    el::a()
        .attr("href", runs.to_hash())
        .attr("title", "The runs with this tag")
        .child(tag.to_owned())
}

/// The user's tags, with what changes them, or with the reason why nothing does.
pub fn of_users(app: App, run: &RunPath, view: &AboutView) -> View {
    let why_not = match door::writable(&view.record.0) {
        _ if view.bare => "Only the metadata service knows them.",
        Writable::Yes => return editable(app, run, view),
        Writable::NotHere => {
            "They cannot be changed here: this browser lets no page write into a folder. Chrome and Edge do."
        }
        Writable::No => {
            "Only in a folder can tags be changed: drop the .metaflow folder on this page."
        }
    };
    let tags = view.tags.iter();
    let tags = tags.map(|tag| link(app, run, tag).class("chip"));
    group()
        .child(tags.collect_view())
        .child(el::span().class("faint").child(why_not))
        .into_view()
}

fn editable(app: App, run: &RunPath, view: &AboutView) -> View {
    let field = Reference::new();
    // The tag that is written anew, if one is.
    let replaced = RwSignal::new(None::<String>);
    let leave = move || {
        replaced.set(None);
        if let Some(field) = field.get_as::<HtmlInputElement>() {
            field.set_value("");
        }
    };
    let (of, record) = (run.clone(), view.record.clone());
    let change = Rc::new(move |add: Vec<String>, remove: Vec<String>| {
        let question = TagsQuery {
            run: of.clone(),
            add,
            remove,
        };
        change(app, &record, question, leave);
    });
    let chips = view.tags.iter().map(|tag| {
        let (own, gone) = (tag.clone(), tag.clone());
        let change = change.clone();
        let edit = move |_| {
            replaced.set(Some(own.clone()));
            if let Some(field) = field.get_as::<HtmlInputElement>() {
                field.set_value(&own);
                field.select();
            }
        };
        let button = |label: String, name| {
            el::button()
                .attr("aria-label", label)
                .child(icon(name, "icon-s"))
        };
        el::span()
            .key(tag.clone())
            .class("chip editable")
            .child(link(app, run, tag))
            .child(button(format!("Change the tag {tag}"), "edit").on_click(edit))
            .child(
                button(format!("Remove the tag {tag}"), "close")
                    .on_click(move |_| change(Vec::new(), vec![gone.clone()])),
            )
    });
    let chips = chips.collect_view();
    let submit = move |event: web_sys::Event| {
        event.prevent_default();
        let typed = field.get_as::<HtmlInputElement>();
        let tag = typed.map(|field| field.value()).unwrap_or_default();
        match tag.trim() {
            "" => leave(),
            tag => change(
                vec![tag.to_owned()],
                replaced.get_untracked().into_iter().collect(),
            ),
        }
    };
    let word = move || match replaced.get() {
        Some(_) => "Replace",
        None => "Add",
    };
    let label = move || match replaced.get() {
        Some(tag) => format!("Instead of {tag}"),
        None => "New tag".to_owned(),
    };
    let input = el::input()
        .reference(field)
        .attr("type", "text")
        .attr("placeholder", label)
        .attr("aria-label", label)
        .on_key(move |event| {
            if event.key() == "Escape" && replaced.get_untracked().is_some() {
                event.stop_propagation();
                leave();
            }
        });
    group()
        .child(chips)
        .child(
            el::form()
                .class("add-tag")
                .on("submit", submit)
                .child(
                    el::label()
                        .class("field s")
                        .child(icon("tag", ""))
                        .child(input),
                )
                .child(el::button().class("btn btn-s").child(word)),
        )
        .into_view()
}

thread_local! {
    /// One change at a time: the next one has to read what this one wrote.
    static WRITING: Cell<bool> = const { Cell::new(false) };
}

/// Asks for permission while the click lasts, then for what is to be written, and writes.
fn change(
    app: App,
    record: &(String, String),
    question: TagsQuery,
    done: impl Fn() + Clone + 'static,
) {
    if WRITING.replace(true) {
        app.say("The last change is still being written", false);
        return;
    }
    let end = move |told: Result<&str, String>| {
        WRITING.set(false);
        match told {
            Ok(told) => {
                done();
                app.say(told, true);
            }
            Err(why) => app.say(why, false),
        }
    };
    let (source, path) = record.clone();
    door::permit(&source, path, move |permitted| {
        if let Err(why) = permitted {
            return end(Err(why));
        }
        let run = question.run.clone();
        once_or_not(app, question, move |answer| match answer {
            None => WRITING.set(false),
            Some(TagsView::Same) => end(Ok("The run has these tags already")),
            Some(TagsView::Refused(why)) => end(Err(why)),
            Some(TagsView::Write(file)) => {
                let (run, end) = (run.clone(), end.clone());
                door::replace(file, move |written| {
                    if let Err(why) = written {
                        return end(Err(why));
                    }
                    once(app, Retagged { run }, |()| ask_anew());
                    end(Ok("Tags written"));
                });
            }
        });
    });
}
