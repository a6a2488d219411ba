//! What stands around every place: the header with the pathspec, the toast.

use super::parts::marks::{icon, mark};
use super::state::{App, Dialog, SourcesState, Theme};
use crate::model::RunPath;
use crate::model::pathspec::shown_id;
use crate::route::Place;
use crate::ui::dom::prelude::*;
use crate::ui::parts::named::run_name;

/// For those who come by the keyboard: past the header.
pub fn skip_link() -> Element {
    el::a()
        .class("skip-link")
        .attr("href", "#main")
        .on_click(move |event| {
            event.prevent_default();
            super::keys::focus_main();
        })
        .child("Skip to the content")
}

pub fn header(app: App) -> View {
    let place = Memo::new(move |_| app.route.with(|route| route.place.clone()));
    // Without a source no place leads anywhere.
    let is_open =
        move || place.get() == Place::Open || app.route.with(|route| route.sources.is_empty());
    let theme = move || match app.theme.get() {
        Theme::System => "Theme: as the system",
        Theme::Light => "Theme: light",
        Theme::Dark => "Theme: dark",
    };
    el::header()
        .class("top")
        .child(
            el::a()
                .class("home")
                .attr("href", "#/")
                .attr("aria-label", move || {
                    (!is_open()).then_some("Runglass, open another source")
                })
                .child(mark())
                .child(move || is_open().then_some("Runglass")),
        )
        .child(move || (!is_open()).then(|| crumbs(app, place.get())))
        .child(move || match is_open() {
            true => View::Nothing,
            false => super::live::mark(app),
        })
        .child(move || {
            (!is_open()).then(|| {
                group()
                    .child(
                        el::button()
                            .class("btn open-palette")
                            .attr(
                                "aria-label",
                                format!("Go to {}", super::keys::command_key()),
                            )
                            .attr("aria-keyshortcuts", "Control+K Meta+K")
                            .on_click(move |_| app.dialog.set(Dialog::GoTo))
                            .child(icon("search", ""))
                            .child(el::span().child("Go to"))
                            .child(" ")
                            .child(el::kbd().child(super::keys::command_key())),
                    )
                    .child(
                        el::button()
                            .class("btn")
                            .attr("aria-label", "Copy link to this view")
                            .on_click(move |_| app.copy_link())
                            .child(icon("link", ""))
                            .child(el::span().class("only-wide").child("Copy link")),
                    )
                    .child(
                        el::button()
                            .class("btn")
                            .attr(
                                "title",
                                "Copy the lines by which Metaflow's client reaches this place",
                            )
                            .on_click(move |_| app.copy_python())
                            .child(icon("code", ""))
                            .child(el::span().class("only-wide").child("Python")),
                    )
            })
        })
        .child(
            el::button()
                .class(move || {
                    if is_open() {
                        "btn btn-quiet btn-icon push"
                    } else {
                        "btn btn-quiet btn-icon"
                    }
                })
                .attr("aria-label", theme)
                .attr("title", theme)
                .on_click(move |_| app.next_theme())
                .child(icon("theme", "icon-m")),
        )
        .child(
            el::button()
                .class("btn btn-quiet btn-icon only-wide")
                .attr("aria-label", "Keys")
                .on_click(move |_| app.dialog.set(Dialog::Keys))
                .child(icon("help", "icon-m")),
        )
        .child(move || {
            (!is_open()).then(|| {
                el::button()
                    .class("btn btn-quiet btn-icon only-narrow menu-button")
                    .attr("aria-label", "Menu")
                    .on_click(move |_| app.toggle_rail())
                    .child(icon("menu", "icon-m"))
            })
        })
        .into_view()
}

/// The source and the pathspec; each part leads to its place.
fn crumbs(app: App, place: Place) -> View {
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
            // The hidden task has a page, but the step that it is in has none.
            let hidden = at == 2 && part == "_parameters";
            let href = Place::from_parts(pathspec).filter(|_| !hidden);
            let href = href.map(|place| app.href(place));
            el::li().child(
                el::a()
                    .attr("href", href)
                    .class("mono")
                    .attr("aria-current", (at + 1 == last).then_some("page"))
                    .child(el::span().class("cut-end").child(match at {
                        1 => run_name(RunPath::new(
                            parts.first().cloned().unwrap_or_default(),
                            part.clone(),
                        )),
                        _ => shown_id(part).into_owned().into_view(),
                    }))
                    .child((at == 3).then(|| label_of(app, &place))),
            )
        })
        .collect_view();
    el::nav()
        .class("crumbs")
        .attr("aria-label", "Place")
        .child(
            el::a()
                .class("back btn btn-quiet btn-icon")
                .attr("href", up)
                .attr("aria-label", "Up")
                .child(icon("left", "")),
        )
        .child(
            el::ol()
                .child(
                    el::li().child(
                        el::a()
                            .attr("href", runs)
                            .attr("aria-current", (last == 0).then_some("page"))
                            .child(icon("box", ""))
                            .child(el::span().class("cut-end").child(source)),
                    ),
                )
                .child(steps),
        )
        .into_view()
}

/// The values that tell a task from the others of its step.
fn label_of(app: App, place: &Place) -> View {
    let path = place.task_path();
    let label = move || {
        let here = app
            .here
            .get()
            .filter(|(task, _)| Some(task) == path.as_ref());
        here.map(|(_, label)| el::span().class("crumb-label only-wide").child(label))
    };
    label.into_view()
}

/// The source as the user knows it.
pub fn source_name(app: App) -> String {
    app.sources.with(|sources| match sources {
        SourcesState::Open(view) => match view.sources.as_slice() {
            [one] => one.name.clone(),
            many => format!("{} sources", many.len()),
        },
        _ => app.route.with(|route| match route.sources.as_slice() {
            [] => String::new(),
            [one] => super::sources::name_of(one),
            many => format!("{} sources", many.len()),
        }),
    })
}

/// One sentence at the bottom left, gone by itself.
pub fn toast(app: App) -> View {
    react(move || {
        if let Some(toast) = app.toast.get()
            && toast.good
        {
            // By then another may be there.
            let gone = move || {
                if app.toast.with_untracked(|now| now.as_ref() == Some(&toast)) {
                    app.toast.set(None);
                }
            };
            set_timeout(gone, std::time::Duration::from_secs(4));
        }
    });
    let shown = move || {
        app.toast.get().map(|toast| {
            let status = if toast.good {
                crate::model::Status::Succeeded
            } else {
                crate::model::Status::Failed
            };
            el::div()
                .class("toast")
                .child(super::parts::marks::glyph(status, ""))
                .child(el::span().child(toast.text))
                .child(
                    el::button()
                        .class("btn btn-s btn-quiet")
                        .on_click(move |_| app.toast.set(None))
                        .child("Close"),
                )
        })
    };
    el::div()
        .class("toasts")
        .attr("role", "status")
        .attr("aria-live", "polite")
        .child(shown)
        .into_view()
}
