//! A menu of what something can be saved as: a word that opens it, and what is in it.

use super::marks::icon;
use crate::ui::dom::prelude::*;
use crate::ui::keys::move_in;
use wasm_bindgen::JsCast as _;
use web_sys::{Event, HtmlElement, KeyboardEvent};

pub type Act = Box<dyn Fn()>;

/// A menu behind this word, with the names of its items and what they do.
pub fn menu(word: &'static str, items: Vec<(String, Act)>) -> View {
    let items = items.into_iter().map(|(name, act)| {
        el::button()
            .attr("role", "menuitem")
            .attr("tabindex", "-1")
            .on_click(move |event| {
                act();
                close_menu(&event);
            })
            .child(name)
    });
    el::details()
        .class("downloads")
        .on_key(|event| press(&event))
        .on("toggle", |event| opened(&event))
        .on("focusout", |event| left(&event))
        .child(
            el::summary()
                .class("btn btn-s btn-quiet")
                .attr("aria-label", word)
                .child(icon("download", ""))
                .child(el::span().child(word)),
        )
        .child(el::div().attr("role", "menu").child(items.collect_view()))
        .into_view()
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
