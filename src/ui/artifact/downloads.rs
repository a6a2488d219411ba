//! The menu of what a value can be saved as.

use super::axes::slice;
use super::saving::{save_value, saving};
use crate::engine::values::{BytesQuery, Save, SeenAs, Shape, ValueQuery, ValueView};
use crate::ui::dom::prelude::*;
use crate::ui::keys::move_in;
use crate::ui::parts::marks::icon;
use crate::ui::state::App;
use wasm_bindgen::JsCast as _;
use web_sys::{Event, HtmlElement, KeyboardEvent};

/// What the value can be saved as.
pub(super) fn downloads(app: App, view: &ValueView, question: &ValueQuery) -> View {
    let question = ValueQuery {
        at: view.at.clone(),
        // Who saves it has asked for all of it.
        large: true,
        ..question.clone()
    };
    let records = matches!(view.shape, Shape::Tree { records: true, .. });
    let own = view
        .saves
        .iter()
        .map(|save| (*save, question.clone(), name(*save, view)));
    // What it was found in can be saved, too.
    let holder = view.holder.as_ref().map(|holder| {
        let at = holder.at.clone();
        let name = match holder.is_text {
            true => format!("Text that it is in (.{})", holder.extension),
            false => format!("Bytes that it is in (.{})", holder.extension),
        };
        (
            Save::Content,
            ValueQuery {
                at,
                ..question.clone()
            },
            name,
        )
    });
    let items = own.chain(holder).map(|(save, question, name)| {
        el::button()
            .attr("role", "menuitem")
            .attr("tabindex", "-1")
            .on_click(move |event| {
                let slice = app.route.with_untracked(slice);
                save_value(
                    app,
                    BytesQuery {
                        slice,
                        records,
                        ..BytesQuery::new(question.clone(), save)
                    },
                );
                close_menu(&event);
            })
            .child(name)
    });
    let menu = el::details()
        .class("downloads")
        .on_key(|event| press(&event))
        .on("toggle", |event| opened(&event))
        .on("focusout", |event| left(&event))
        .child(
            el::summary()
                .class("btn btn-s btn-quiet")
                .child(icon("download", ""))
                .child(el::span().child("Download")),
        )
        .child(el::div().attr("role", "menu").child(items.collect_view()));
    group().child(saving()).child(menu).into_view()
}

fn name(save: Save, view: &ValueView) -> String {
    let name = match (save, &view.shape) {
        (Save::Content, Shape::Image { mime, .. }) => match mime.as_str() {
            "image/png" => "Image (.png)",
            "image/jpeg" => "Image (.jpg)",
            "image/gif" => "Image (.gif)",
            "image/webp" => "Image (.webp)",
            // A figure is drawn, a picture of Pillow's is packed anew.
            kind if kind == "image/svg+xml" || kind.starts_with("Figure") => "Drawing (.svg)",
            _ => "Image (.png)",
        },
        (Save::Content, Shape::Bytes { .. }) => return format!("Bytes (.{})", view.extension),
        (Save::Content, _) => return format!("Text (.{})", view.extension),
        (Save::Picture(SeenAs::Heat), _) => "Heat map (.png)",
        (Save::Picture(_), _) => "Image (.png)",
        (Save::Csv, Shape::Table { axes, .. }) if axes.len() > 2 => "Table that is shown (.csv)",
        (Save::Csv, _) => "Table (.csv)",
        (Save::Npy, _) => "Array (.npy)",
        (Save::Json, _) => "JSON (.json)",
        (Save::Pickle, _) if view.at.is_empty() => "Pickle (.pkl)",
        (Save::Pickle, _) => "Pickle of the whole artifact (.pkl)",
    };
    name.to_owned()
}

fn target_of(event: &Event) -> Option<HtmlElement> {
    event.target()?.dyn_into().ok()
}

fn menu_of(element: &web_sys::Element) -> Option<web_sys::Element> {
    element.closest("details").ok()?
}

/// Gives the focus to the first of these in the menu.
fn focus_in(menu: &web_sys::Element, selector: &str) {
    let found = menu.query_selector(selector).ok().flatten();
    if let Some(found) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
        // What takes no focus leaves it where it is.
        let _focused = found.focus();
    }
}

/// The menu that was opened has the focus in it.
fn opened(event: &Event) {
    if let Some(menu) = target_of(event).filter(|menu| menu.has_attribute("open")) {
        focus_in(&menu, "[role=menuitem]");
    }
}

/// What the keys do in the menu and on the word that opens it.
fn press(event: &KeyboardEvent) {
    let Some(here) = target_of(event) else {
        return;
    };
    let Some(menu) = menu_of(&here) else {
        return;
    };
    let is_item = here.get_attribute("role").as_deref() == Some("menuitem");
    let is_open = menu.has_attribute("open");
    match event.key().as_str() {
        // What cannot be opened stays closed.
        "ArrowDown" if !is_open => drop(menu.set_attribute("open", "")),
        "ArrowDown" if is_item => move_in(&here, "[role=menuitem]", "details", 1),
        "ArrowUp" if is_item => move_in(&here, "[role=menuitem]", "details", -1),
        "ArrowDown" | "Home" if is_open => focus_in(&menu, "[role=menuitem]"),
        "End" if is_open => focus_in(&menu, "[role=menuitem]:last-child"),
        "Escape" if is_open => {
            close(&menu);
            focus_in(&menu, "summary");
        }
        _ => return,
    }
    event.prevent_default();
}

/// The menu closes when the focus has gone elsewhere.
fn left(event: &Event) {
    let Some(menu) = target_of(event).and_then(|from| menu_of(&from)) else {
        return;
    };
    // Where it goes is known when it is there.
    request_animation_frame(move || {
        let here = document().active_element();
        if here.is_none_or(|here| !menu.contains(Some(&here))) {
            close(&menu);
        }
    });
}

/// Closes the menu that something in it was chosen of.
fn close_menu(event: &web_sys::MouseEvent) {
    if let Some(menu) = target_of(event).and_then(|target| menu_of(&target)) {
        close(&menu);
        focus_in(&menu, "summary");
    }
}

fn close(menu: &web_sys::Element) {
    // What cannot be closed stays open.
    let _closed = menu.remove_attribute("open");
}
