//! Fields, chips and buttons that several screens use.

use super::marks::{glyph, icon};
use crate::model::Status;
use crate::text::human;
use crate::ui::state::App;
use leptos::prelude::*;

/// A field that filters a list; what is typed stands in the address as `q=`.
pub fn filter_field(app: App, label: &'static str, small: bool) -> AnyView {
    let text = move || {
        app.route
            .with(|route| route.filters.text.clone().unwrap_or_default())
    };
    view! {
        <label class="field" class:s=small>
            {icon("search", "")}
            <input
                type="search"
                class="filter-input"
                placeholder=label
                aria-label=label
                prop:value=text
                on:input=move |event| {
                    let typed = event_target_value(&event);
                    app.change(|mut route| {
                        route.filters.text = Some(typed).filter(|typed| !typed.is_empty());
                        route
                    });
                }
            />
        </label>
    }
    .into_any()
}

/// Buttons that show only what has a status, with the counts; in the address as `status=`.
pub fn status_filter(app: App, counts: &[(Status, u64)]) -> AnyView {
    counts
        .iter()
        .map(|(status, count)| {
            let (status, count) = (*status, *count);
            let on = move || app.route.with(|route| route.filters.statuses.iter().any(|key| key == status.key()));
            let label = format!("Only {}: {}", status.word().to_lowercase(), human::count(count));
            view! {
                <button class="btn btn-s" aria-pressed=move || on().to_string() aria-label=label on:click=move |_| toggle_status(app, status)>
                    {glyph(status, "")}
                    {human::count(count)}
                </button>
            }
        })
        .collect_view()
        .into_any()
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

pub fn clear_filters(app: App) -> AnyView {
    view! {
        <button class="btn btn-s" on:click=move |_| app.change(|mut route| {
            let sort = route.filters.sort.take();
            route.filters = crate::route::Filters { sort, ..Default::default() };
            route
        })>"Clear filter"</button>
    }
    .into_any()
}

/// A button that copies a text.
pub fn copy_button(
    app: App,
    label: &'static str,
    what: &'static str,
    class: &'static str,
    text: impl Fn() -> String + 'static,
) -> AnyView {
    view! { <button class=class on:click=move |_| app.copy(text(), what)>{icon("copy", "")}{label}</button> }.into_any()
}

/// A choice of a few views, of which one is shown.
pub fn segments<T: Copy + PartialEq + Send + Sync + 'static>(
    label: &'static str,
    options: &[(T, &'static str)],
    chosen: Signal<T>,
    choose: impl Fn(T) + Clone + Send + Sync + 'static,
    class: &str,
) -> AnyView {
    let buttons = options
        .iter()
        .map(|(value, name)| {
            let (value, name, choose) = (*value, *name, choose.clone());
            view! {
                <button role="radio" aria-checked=move || (chosen.get() == value).to_string() on:click=move |_| choose(value)>{name}</button>
            }
        })
        .collect_view();
    view! { <div class=format!("seg {class}") role="radiogroup" aria-label=label>{buttons}</div> }
        .into_any()
}
