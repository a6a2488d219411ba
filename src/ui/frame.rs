//! What stands around every place: the header with the pathspec, the toast.

use super::parts::marks::{icon, mark};
use super::state::{App, Dialog, SourcesState, Theme, local_name};
use crate::route::Place;
use leptos::prelude::*;

pub fn header(app: App) -> AnyView {
    let place = Memo::new(move |_| app.route.with(|route| route.place.clone()));
    let is_open = move || place.get() == Place::Open;
    let theme = move || match app.theme.get() {
        Theme::System => "Theme: as the system",
        Theme::Light => "Theme: light",
        Theme::Dark => "Theme: dark",
    };
    view! {
        <header class="top">
            <a class="home" href="#/" aria-label=move || (!is_open()).then_some("Runglass, open another source")>
                {mark()}
                {move || is_open().then_some("Runglass")}
            </a>
            {move || (!is_open()).then(|| crumbs(app, place.get()))}
            {move || (!is_open()).then(|| view! {
                <button class="btn open-palette" aria-label=format!("Go to {}", super::keys::command_key()) aria-keyshortcuts="Control+K Meta+K" on:click=move |_| app.dialog.set(Dialog::GoTo)>
                    {icon("search", "")}
                    <span>"Go to"</span>
                    <kbd>{super::keys::command_key()}</kbd>
                </button>
                <button class="btn" aria-label="Copy link to this view" on:click=move |_| app.copy_link()>
                    {icon("link", "")}
                    <span class="only-wide">"Copy link"</span>
                </button>
            })}
            <button class="btn btn-quiet btn-icon" class:push=is_open aria-label=theme title=theme on:click=move |_| app.next_theme()>{icon("theme", "icon-m")}</button>
            <button class="btn btn-quiet btn-icon only-wide" aria-label="Keys" on:click=move |_| app.dialog.set(Dialog::Keys)>{icon("help", "icon-m")}</button>
            {move || (!is_open()).then(|| view! {
                <button class="btn btn-quiet btn-icon only-narrow" aria-label="Menu" on:click=move |_| app.toggle_rail()>{icon("menu", "icon-m")}</button>
            })}
        </header>
    }
    .into_any()
}

/// The source and the pathspec; each part leads to its place.
fn crumbs(app: App, place: Place) -> AnyView {
    let up = move || {
        app.route.with(|route| {
            route
                .parent()
                .map_or_else(|| "#/".to_owned(), |parent| parent.to_hash())
        })
    };
    let parts: Vec<String> = place.parts().into_iter().map(str::to_owned).collect();
    let last = parts.len();
    let source = source_name(app);
    let runs = app.href(Place::Runs { flow: None });
    let steps = parts
        .iter()
        .enumerate()
        .map(|(at, part)| {
            let pathspec = parts.get(..=at).unwrap_or_default();
            let href = Place::from_parts(pathspec).map(|place| app.href(place));
            view! {
                <li>
                    <a href=href class="mono" aria-current=(at + 1 == last).then_some("page")><span class="cut-end">{part.clone()}</span></a>
                </li>
            }
        })
        .collect_view();
    view! {
        <nav class="crumbs" aria-label="Place">
            <a class="back btn btn-quiet btn-icon" href=up aria-label="Up">{icon("left", "")}</a>
            <ol>
                <li><a href=runs aria-current=(last == 0).then_some("page")>{icon("box", "")}<span class="cut-end">{source}</span></a></li>
                {steps}
            </ol>
        </nav>
    }
    .into_any()
}

/// The source as the user knows it.
pub fn source_name(app: App) -> String {
    app.sources.with(|sources| match sources {
        SourcesState::Open(view) => match view.sources.as_slice() {
            [one] => one.name.clone(),
            many => format!("{} sources", many.len()),
        },
        _ => app.route.with(|route| {
            let key = route.sources.first().cloned().unwrap_or_default();
            local_name(&key).map_or_else(|| crate::source::http::url_name(&key), str::to_owned)
        }),
    })
}

/// One sentence at the bottom left, gone by itself.
pub fn toast(app: App) -> AnyView {
    Effect::new(move || {
        if let Some(toast) = app.toast.get()
            && toast.good
        {
            set_timeout(
                move || app.toast.set(None),
                std::time::Duration::from_secs(4),
            );
        }
    });
    let shown = move || {
        app.toast.get().map(|toast| {
            let status = if toast.good { crate::model::Status::Succeeded } else { crate::model::Status::Failed };
            view! {
                <div class="toast">
                    {super::parts::marks::glyph(status, "")}
                    <span>{toast.text}</span>
                    <button class="btn btn-s btn-quiet" on:click=move |_| app.toast.set(None)>"Close"</button>
                </div>
            }
        })
    };
    view! { <div class="toasts" role="status" aria-live="polite">{shown}</div> }.into_any()
}
