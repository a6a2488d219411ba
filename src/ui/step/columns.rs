//! The artifacts that are columns of the list: which they are, the field that adds one, and
//! the switch that draws one over the tasks.

use super::counted;
use crate::engine::siblings::MOST_COLUMNS;
use crate::engine::siblings::names::{ColumnNamesQuery, IsColumnQuery, IsColumnView};
use crate::engine::siblings::rows::SiblingRowsView;
use crate::model::RunPath;
use crate::route::Route;
use crate::text::human;
use crate::ui::ask::{Found, Ticketed, answer};
use crate::ui::dom::prelude::*;
use crate::ui::parts::marks::icon;
use crate::ui::parts::progress_line;
use crate::ui::state::App;
use wasm_bindgen::JsCast as _;
use web_sys::HtmlInputElement;

const KEY: &str = "col";
const CHART: &str = "chart";

/// The artifacts that are columns, as the address names them (`col=`).
pub(super) fn columns(app: App) -> Vec<String> {
    app.route.with(of_route)
}

fn of_route(route: &Route) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in route.extras(KEY).filter(|name| !name.is_empty()) {
        if names.len() < MOST_COLUMNS && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}

/// The column that is drawn over the tasks (`chart=`).
pub(super) fn charted(app: App) -> Option<String> {
    let named = app
        .route
        .with(|route| route.extra(CHART).map(str::to_owned))?;
    columns(app).into_iter().find(|name| *name == named)
}

fn add(app: App, name: &str) {
    let name = name.trim().to_owned();
    app.change(|route| {
        let mut names = of_route(&route);
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
        route.with_extras(KEY, &names)
    });
}

fn remove(app: App, name: &str) {
    app.change(|mut route| {
        let mut names = of_route(&route);
        names.retain(|known| known != name);
        let sorted = format!("{}{name}", super::list::BY_COLUMN);
        route.filters.sort = route.filters.sort.filter(|sort| sort.by != sorted);
        if route.extra(CHART) == Some(name) {
            route = route.with_extra(CHART, None);
        }
        route.with_extras(KEY, &names)
    });
}

/// The line above the list. `sort` is how it is sorted where there are no heads.
pub(super) fn bar(
    app: App,
    run: RunPath,
    step: String,
    found: Found<SiblingRowsView>,
    sort: View,
) -> View {
    let count = move || {
        let view = found.value()?;
        Some(counted(view.matching, view.total))
    };
    let chips = move || {
        let names = columns(app).into_iter();
        let view = found.value();
        let strangers = view.as_ref().map(|view| view.strangers.as_slice());
        let is_stranger = |name: &String| {
            let mut strangers = strangers.unwrap_or_default().iter();
            strangers.any(|(stranger, _)| stranger == name)
        };
        names
            .map(|name| {
                let is_column = !is_stranger(&name);
                chip(app, name, is_column)
            })
            .collect_view()
    };
    let strangers = move || {
        let view = found.value()?;
        let said = view.strangers.iter().map(|(_, why)| why.as_str());
        Some(capital(&said.collect::<Vec<_>>().join("; ")))
    };
    let in_part = move || {
        let view = found.value()?;
        let column = view
            .columns
            .iter()
            .find(|column| column.most < view.total)?;
        let told = format!(
            "Values of the first {} are read",
            human::counted(column.most, "task", "tasks")
        );
        Some(el::span().class("faint").child(told))
    };
    el::div()
        .class("list-bar")
        .child(el::span().class("faint").child(count))
        .child(el::div().class("chips").child(chips))
        .child(field(app, run, step))
        .child(
            el::span()
                .class("refused")
                .attr("role", "status")
                .child(strangers),
        )
        .child(sort)
        .child(in_part)
        .into_view()
}

/// A column, with what can be done with it; what is no artifact can be taken away.
fn chip(app: App, name: String, is_column: bool) -> View {
    let (shown, drawn, gone) = (name.clone(), name.clone(), name.clone());
    let is_drawn = move || charted(app).as_deref() == Some(shown.as_str());
    let chart = is_column.then(|| {
        el::button()
            .class("link")
            .attr("aria-pressed", move || is_drawn().to_string())
            .attr("aria-label", format!("Chart of {name}"))
            .on_click(move |_| {
                app.change(|route| {
                    let is_on = route.extra(CHART) == Some(drawn.as_str());
                    route.with_extra(CHART, (!is_on).then_some(drawn.as_str()))
                });
            })
            .child("chart")
    });
    el::span()
        .class("chip column")
        .class_if("chip-on", is_column)
        .child(
            el::span()
                .class("mono")
                .class_if("refused", !is_column)
                .child(name.clone()),
        )
        .child(chart)
        .child(
            el::button()
                .attr("aria-label", format!("Remove column {name}"))
                .on_click(move |_| remove(app, &gone))
                .child(icon("close", "icon-s")),
        )
        .into_view()
}

/// Where the name of another one is typed, or chosen among those that the tasks have.
fn field(app: App, run: RunPath, step: String) -> View {
    const LIST: &str = "column-names";
    const TOLD: &str = "column-told";
    let is_wanted = RwSignal::new(false);
    let (asked_run, asked_step) = (run.clone(), step.clone());
    let names = answer(move || {
        is_wanted.get().then(|| ColumnNamesQuery {
            run: asked_run.clone(),
            step: asked_step.clone(),
        })
    });
    let options = move || {
        let shown = columns(app);
        let view = names.value()?;
        let left = view.names.iter().filter(|(name, _)| !shown.contains(name));
        let option = |(name, class): &(String, String)| {
            el::option()
                .attr("value", name.clone())
                .child(class.clone())
        };
        Some(left.map(option).collect_view())
    };
    let input = Reference::new();
    // Why what was typed last is no column.
    let refused = RwSignal::new(String::new());
    let take = move |typed: &str| {
        if let Some(input) = input.get_as::<HtmlInputElement>() {
            input.set_value("");
        }
        refused.set(String::new());
        add(app, typed);
    };
    let asked = Ticketed::new();
    // What is typed stays where it is if it is none.
    let check = move |typed: String| {
        let name = typed.trim().to_owned();
        let question = IsColumnQuery {
            run: run.clone(),
            step: step.clone(),
            name: name.clone(),
        };
        let hear = move |view: IsColumnView| match view.is_there {
            true => take(&name),
            false => {
                let _gone = refused.try_set(capital(&view.told));
            }
        };
        asked.ask(
            question,
            |_| {},
            move |answer| match answer {
                Ok(view) => hear(view),
                Err(failure) => {
                    let _gone = refused.try_set(failure.explanation);
                }
            },
        );
    };
    let is_full = move || columns(app).len() >= MOST_COLUMNS;
    let told = move || {
        let why = refused.get();
        (!why.is_empty()).then(|| el::span().class("refused").child(why))
    };
    let field = el::label()
        .class("field s add-column")
        .child(icon("plus", ""))
        .child(
            el::input()
                .reference(input)
                .attr("type", "text")
                .attr("list", LIST)
                .attr("placeholder", "Add a column")
                .attr("aria-label", "Add a column: the name of an artifact")
                .attr("autocomplete", "off")
                .attr("spellcheck", "false")
                .attr("disabled", is_full)
                .attr("aria-invalid", move || {
                    (!refused.get().is_empty()).then_some("true")
                })
                .attr("aria-describedby", TOLD)
                .on("focus", move |_| is_wanted.set(true))
                .on("input", move |event| {
                    // One that was chosen is there at once; what is typed waits for Enter.
                    let typed = event_target_value(&event);
                    refused.set(String::new());
                    let kind = js_sys::Reflect::get(&event, &"inputType".into()).ok();
                    let kind = kind.and_then(|kind| kind.as_string());
                    let is_chosen = kind
                        .as_deref()
                        .is_none_or(|kind| kind == "insertReplacementText");
                    let known = names.value_untracked();
                    if is_chosen
                        && known
                            .is_some_and(|view| view.names.iter().any(|(name, _)| *name == typed))
                    {
                        take(&typed);
                    }
                })
                .on_key(move |event| {
                    if event.key() == "Enter" {
                        event.prevent_default();
                        if let Some(input) = event
                            .target()
                            .and_then(|target| target.dyn_into::<HtmlInputElement>().ok())
                            .filter(|input| !input.value().trim().is_empty())
                        {
                            check(input.value());
                        }
                    }
                }),
        )
        .child(Element::new("datalist").attr("id", LIST).child(options));
    group()
        .child(field)
        .child(
            el::span()
                .attr("id", TOLD)
                .attr("role", "status")
                .child(told),
        )
        .into_view()
}

/// As the beginning of a sentence.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}

/// How far the reading of values is, and the way out of it.
pub(super) fn progress<A: 'static>(app: App, found: Found<A>) -> View {
    let shown = move || {
        let now = found.get();
        let progress = now.progress.filter(|_| now.waiting)?;
        let total = progress.total.filter(|total| *total > FEW)?;
        // Other things are read too, which only leaving the page stops.
        if !is_of_columns(app, &progress.what) {
            return None;
        }
        (progress.done < total).then(|| {
            el::div()
                .class("list-progress")
                .child(progress_line(&progress))
                .child(
                    el::button()
                        .class("btn btn-s")
                        .on_click(move |_| stop(app))
                        .child("Stop"),
                )
        })
    };
    shown.into_view()
}

/// Whether it is an artifact that is read: a column, or what the filter is about.
fn is_of_columns(app: App, what: &str) -> bool {
    let Some(read) = what.strip_prefix("Reading ") else {
        return false;
    };
    let shown = columns(app);
    app.route.with(|route| {
        let text = route.filters.text.as_deref().unwrap_or_default();
        let is_known = |name: &str| shown.iter().any(|one| one == name) || is_about(text, name);
        read.split(", ").any(is_known)
    })
}

/// Whether a filter has a condition on an artifact.
fn is_about(text: &str, name: &str) -> bool {
    let mut words = text.split_whitespace();
    words.any(|word| {
        let rest = word.strip_prefix(name);
        rest.is_some_and(|rest| rest.starts_with(['=', '<', '>', '!']))
    })
}

/// What takes no time worth telling.
const FEW: u64 = 200;

/// Asks no longer for what takes all values: neither order nor chart nor condition.
fn stop(app: App) {
    app.change(|mut route| {
        let is_of_column = |by: &str| by.starts_with(super::list::BY_COLUMN);
        route.filters.sort = route.filters.sort.filter(|sort| !is_of_column(&sort.by));
        // Which conditions are on artifacts is known where they are read.
        let has_sign = |text: &String| text.contains(['=', '<', '>', '!']);
        route.filters.text = route.filters.text.filter(|text| !has_sign(text));
        route.with_extra(CHART, None)
    });
}
