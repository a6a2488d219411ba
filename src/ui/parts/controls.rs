//! Fields, chips and buttons that several screens use.

use super::marks::{glyph, icon};
use crate::model::Status;
use crate::text::human;
use crate::ui::dom::prelude::*;
use crate::ui::state::App;
use std::rc::Rc;
use wasm_bindgen::JsCast as _;
use web_sys::HtmlInputElement;

/// A field that filters a list; what is typed stands in the address as `q=`.
pub fn filter_field(app: App, label: &'static str, small: bool) -> View {
    let text = move || {
        app.route
            .with(|route| route.filters.text.clone().unwrap_or_default())
    };
    el::label()
        .class("field")
        .class_if("s", small)
        .child(icon("search", ""))
        .child(
            search_input(label, move |typed| {
                app.change(|mut route| {
                    route.filters.text = Some(typed).filter(|typed| !typed.is_empty());
                    route
                });
            })
            .property("value", text),
        )
        .into_view()
}

/// What of a filter is not as it may have been meant: lines below its field.
pub fn said(lines: impl Fn() -> Option<Vec<String>> + 'static) -> View {
    let inside = move || {
        let lines = lines()?.into_iter();
        Some(lines.map(|line| el::p().child(line)).collect_view())
    };
    el::div()
        .class("filter-said")
        .attr("role", "status")
        .child(inside)
        .into_view()
}

/// What is typed in to look for something: each letter is heard, and Escape takes all of them
/// away. Where nothing is typed, Escape leaves the field.
pub fn search_input(label: &'static str, hear: impl Fn(String) + 'static) -> Element {
    let hear = Rc::new(hear);
    let emptied = hear.clone();
    el::input()
        .attr("type", "search")
        .class("filter-input")
        .attr("placeholder", label)
        .attr("aria-label", label)
        .on("input", move |event| hear(event_target_value(&event)))
        .on_key(move |event| {
            let input = event.target().and_then(|it| it.dyn_into().ok());
            let input: Option<HtmlInputElement> = input;
            let input = input.filter(|input| !input.value().is_empty());
            if let Some(input) = input.filter(|_| event.key() == "Escape") {
                // Not every browser does it by itself, nor says so to who listens.
                event.prevent_default();
                input.set_value("");
                emptied(String::new());
            }
        })
}

/// A field that filters a short list beside what is looked at; the address knows nothing
/// of it.
pub fn text_filter(label: &'static str, typed: RwSignal<String>) -> View {
    el::label()
        .class("field s push")
        .child(icon("filter", ""))
        .child(search_input(label, move |text| typed.set(text)))
        .into_view()
}

/// One of several, by a control of the browser's own: for lists that may be long.
pub fn choice(
    label: &'static str,
    options: Vec<(String, String)>,
    chosen: &str,
    choose: impl Fn(String) + 'static,
) -> View {
    let options = options.into_iter().map(|(value, name)| {
        let is_chosen = value == chosen;
        el::option()
            .attr("value", value)
            // To a property any text is yes, and no text is no.
            .property("selected", is_chosen.then_some("yes"))
            .child(name)
    });
    el::select()
        .class("btn choice")
        .attr("aria-label", label)
        .on("change", move |event| choose(event_target_value(&event)))
        .child(options.collect_view())
        .into_view()
}

/// Buttons that show only what has a status, with the counts; in the address as `status=`.
pub fn status_filter(app: App, counts: &[(Status, u64)]) -> View {
    counts
        .iter()
        .map(|(status, count)| {
            let (status, count) = (*status, *count);
            let on = move || {
                app.route
                    .with(|route| route.filters.statuses.iter().any(|key| key == status.key()))
            };
            let label = format!("Only {}: {}", status.in_sentence(), human::count(count));
            el::button()
                .class("btn btn-s")
                .attr("aria-pressed", move || on().to_string())
                .attr("aria-label", label)
                .on_click(move |_| toggle_status(app, status))
                .child(glyph(status, ""))
                .child(human::count(count))
        })
        .collect_view()
}

pub fn toggle_status(app: App, status: Status) {
    app.change(|mut route| {
        let key = status.key().to_owned();
        let keys = &mut route.filters.statuses;
        if keys.contains(&key) {
            keys.retain(|known| *known != key);
        } else {
            keys.push(key);
        }
        route
    });
}

/// The statuses that the address filters by.
pub fn wanted_statuses(app: App) -> Vec<Status> {
    app.route.with(|route| {
        route
            .filters
            .statuses
            .iter()
            .filter_map(|key| Status::from_key(key))
            .collect()
    })
}

/// A list of which nothing matches: what was looked for, among how many, and the way out.
pub fn nothing_matches(app: App, headline: &'static str, all: String) -> View {
    let told = move || {
        app.route.with(|route| {
            let filters = &route.filters;
            let others = [&filters.statuses, &filters.tags, &filters.users];
            let others = others.iter().any(|list| !list.is_empty());
            match &filters.text {
                Some(text) if others => format!("{all}, none with “{text}” and these filters"),
                Some(text) => format!("{all}, none with “{text}”"),
                None => format!("{all}, none with these filters"),
            }
        })
    };
    el::div()
        .class("empty")
        .child(el::h2().child(headline))
        .child(el::p().child(told))
        .child(clear_filters(app))
        .into_view()
}

fn clear_filters(app: App) -> View {
    el::button()
        .class("btn btn-s")
        .on_click(move |_| {
            app.change(|mut route| {
                let sort = route.filters.sort.take();
                route.filters = crate::route::Filters {
                    sort,
                    ..Default::default()
                };
                route
            })
        })
        .child("Clear filter")
        .into_view()
}

/// A button with a mark and its words. Where there is little room the style sheet leaves
/// out the words, hence its name.
pub fn button(
    mark: &'static str,
    label: &'static str,
    class: &'static str,
    act: impl Fn() + 'static,
) -> View {
    el::button()
        .class(class)
        .attr("aria-label", label)
        .on_click(move |_| act())
        .child(icon(mark, ""))
        .child(el::span().child(label))
        .into_view()
}

/// A button that copies a text.
pub fn copy_button(
    app: App,
    label: &'static str,
    what: &'static str,
    class: &'static str,
    text: impl Fn() -> String + 'static,
) -> View {
    button("copy", label, class, move || app.copy(text(), what))
}

/// On a narrow screen, where a list and what is chosen in it are not side by side: the
/// way back to the list.
pub fn back(label: &'static str, href: impl Fn() -> String + Send + Sync + 'static) -> View {
    el::a()
        .class("btn btn-s btn-quiet btn-icon only-narrow")
        .attr("href", href)
        .attr("aria-label", label)
        .child(icon("left", ""))
        .into_view()
}

/// A choice of a few views, of which one is shown.
pub fn segments<T: Copy + PartialEq + Send + Sync + 'static>(
    label: &'static str,
    options: &[(T, &'static str)],
    chosen: Signal<T>,
    choose: impl Fn(T) + Clone + 'static,
    class: &str,
) -> View {
    let buttons = options
        .iter()
        .map(|(value, name)| {
            let (value, name, choose) = (*value, *name, choose.clone());
            el::button()
                .attr("role", "radio")
                .attr("aria-checked", move || (chosen.get() == value).to_string())
                .on_click(move |_| choose(value))
                .child(name)
        })
        .collect_view();
    el::div()
        .class(format!("seg {class}"))
        .attr("role", "radiogroup")
        .attr("aria-label", label)
        .child(buttons)
        .into_view()
}
