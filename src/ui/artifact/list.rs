//! The list of an attempt's data.

use super::artifact_of;
use crate::engine::data::{ArtifactRow, TaskDataQuery, TaskDataView};
use crate::model::TaskPath;
use crate::text::human;
use crate::ui::ask::{answer, shown};
use crate::ui::dom::prelude::*;
use crate::ui::keys::move_in;
use crate::ui::parts::controls::text_filter;
use crate::ui::parts::marks::{icon, kind_icon};
use crate::ui::state::{App, is_narrow};
use wasm_bindgen::JsCast as _;
use web_sys::{HtmlElement, KeyboardEvent};

/// The name of the value that is shown while none is chosen, and of the one that is shown.
pub(super) type Shown = (RwSignal<Option<String>>, Memo<Option<String>>);

/// The list of the data, beside the value that is shown; where there is none, the list
/// says what it is.
pub(super) fn data_list(app: App, task: TaskPath, attempt: u32, beside: Option<Shown>) -> View {
    let typed = RwSignal::new(String::new());
    // A hidden artifact that is looked at must be in its list. Untracked: the list stays
    // when another value is chosen.
    let chosen = app.route.with_untracked(artifact_of);
    let hidden = RwSignal::new(chosen.is_some_and(|name| name.starts_with('_')));
    let asked = task.clone();
    let found = answer(move || {
        Some(TaskDataQuery {
            task: asked.clone(),
            attempt: Some(attempt),
            hidden: hidden.get(),
            text: typed.get(),
        })
    });
    react(move || {
        let (Some((first, _)), Some(view)) = (beside, found.value()) else {
            return;
        };
        // It stays, whatever is filtered. On a narrow screen no value stands beside the
        // list, and what is not looked at is not read.
        if first.get_untracked().is_none() && !is_narrow() {
            let row = view.rows.iter().find(|row| !row.passed_on);
            first.set(row.or(view.rows.first()).map(|row| row.name.clone()));
        }
    });
    let current = beside.map(|(_, current)| current);
    let count = move || found.value().map(|view| human::count(view.total));
    let draw = shown(found, move |view: &TaskDataView| {
        rows(app, &task, view, hidden, current)
    });
    let heading = beside.is_none().then(|| {
        group()
            .child(el::h2().child("Data"))
            .child(el::span().class("n").child(count))
    });
    group()
        .child(
            el::div()
                .class("pane-head")
                .on_key(|event| into_list(&event))
                .child(heading)
                .child(text_filter("Filter data", typed)),
        )
        .child(
            el::div()
                .class("data-list scroll")
                .attr("tabindex", "-1")
                .on_key(|event| in_list(&event))
                .child(draw),
        )
        .into_view()
}

fn target_of(event: &KeyboardEvent) -> Option<HtmlElement> {
    event.target()?.dyn_into().ok()
}

/// From the filter the keyboard goes into the list, or opens the first that it left.
fn into_list(event: &KeyboardEvent) {
    let head = target_of(event).and_then(|field| field.closest(".pane-head").ok()?);
    let list = head.and_then(|head| head.next_element_sibling());
    let first = list.and_then(|list| list.query_selector("a").ok()?);
    let Some(first) = first.and_then(|first| first.dyn_into::<HtmlElement>().ok()) else {
        return;
    };
    match event.key().as_str() {
        "ArrowDown" => {
            // What takes no focus leaves it where it is.
            let _focused = first.focus();
        }
        "Enter" => first.click(),
        _ => return,
    }
    event.prevent_default();
}

/// The arrows move between the data.
fn in_list(event: &KeyboardEvent) {
    let step = match event.key().as_str() {
        "ArrowDown" => 1,
        "ArrowUp" => -1,
        _ => return,
    };
    if let Some(link) = target_of(event).filter(|target| target.tag_name() == "A") {
        move_in(&link, "a", ".data-list", step);
        event.prevent_default();
    }
}

fn rows(
    app: App,
    task: &TaskPath,
    view: &TaskDataView,
    hidden: RwSignal<bool>,
    current: Option<Memo<Option<String>>>,
) -> View {
    let part_of = |title: &'static str, wanted: &dyn Fn(&&ArtifactRow) -> bool| {
        let some: Vec<&ArtifactRow> = view.rows.iter().filter(wanted).collect();
        (!some.is_empty()).then(|| {
            let count = some.len();
            let items = some
                .into_iter()
                .map(|row| item(app, task, view.attempt, row, current))
                .collect_view();
            group()
                .child(
                    el::h3()
                        .child(el::span().child(title))
                        .child(el::span().child(count)),
                )
                .child(el::ul().child(items))
        })
    };
    let none = view.rows.is_empty().then(|| {
        let text = if view.recorded && view.total > 0 {
            "No artifact has this name."
        } else if view.recorded {
            "This attempt left no artifacts."
        } else {
            "This attempt left no artifacts: it did not come to the point where they are stored."
        };
        el::p().class("note").child(text)
    });
    let own = match view.is_alone {
        true => "Of this attempt",
        false => "Set in this attempt",
    };
    let (compared, parents) = view.parents_compared;
    let part = (compared < parents).then(|| {
        el::p().class("note").child(format!(
            "Compared with {} of {} tasks that led here.",
            human::count(compared),
            human::count(parents)
        ))
    });
    let more = (view.hidden > 0).then(|| {
        let count = view.hidden;
        let label = move || match hidden.get() {
            true => "Hide what Metaflow keeps for itself".to_owned(),
            false => format!(
                "Show {} that Metaflow keeps for itself",
                human::count(count)
            ),
        };
        el::button()
            .class("btn btn-s btn-quiet show-hidden")
            .on_click(move |_| hidden.update(|on| *on = !*on))
            .child(label)
    });
    group()
        .child(none)
        .child(part_of(own, &|row| !row.passed_on && !row.hidden))
        .child(part_of("Passed on unchanged", &|row| {
            row.passed_on && !row.hidden
        }))
        .child(part_of("Kept by Metaflow", &|row| row.hidden))
        .child(part)
        .child(more)
        .into_view()
}

fn item(
    app: App,
    task: &TaskPath,
    attempt: u32,
    row: &ArtifactRow,
    current: Option<Memo<Option<String>>>,
) -> View {
    let (name, of) = (row.name.clone(), task.clone());
    let href = move || {
        let kept = app.route.with(|route| route.attempt.map(|_| attempt));
        app.artifact_route(&of, &name).with_attempt(kept).to_hash()
    };
    let own = row.name.clone();
    let is_current = move || (current?.get().as_ref() == Some(&own)).then_some("true");
    let brief = match (&row.value, &row.fault) {
        (Some(value), None) => el::span()
            .class("brief cut-end")
            .child(value.clone())
            .into_view(),
        // What is there, and that it cannot be relied on.
        (Some(value), Some(fault)) => el::span()
            .class("brief cut-end fail")
            .attr("title", fault.clone())
            .child(icon("warn", "icon-s"))
            .child(format!(" damaged: {value}"))
            .into_view(),
        (None, Some(fault)) => el::span()
            .class("brief cut-end fail")
            .child(fault.clone())
            .into_view(),
        (None, None) => el::span()
            .class("brief cut-end")
            .child(row.class.clone())
            .into_view(),
    };
    el::li()
        .child(
            el::a()
                .attr("href", href)
                .attr("aria-current", is_current)
                .attr("title", row.class.clone())
                .child(kind_icon(row.kind))
                .child(el::span().class("name cut-end").child(row.name.clone()))
                .child(el::span().class("n").child(row.size.map(human::size)))
                .child(brief),
        )
        .into_view()
}
