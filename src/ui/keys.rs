//! The keyboard: every place can be reached and worked without a mouse.

use super::state::{App, Dialog, Rail};
use crate::route::Place;
use crate::ui::dom::{self, prelude::*};
use std::cell::RefCell;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement, KeyboardEvent};

/// The name of the key that opens *go to* on this machine.
pub fn command_key() -> &'static str {
    let platform = window().navigator().platform().unwrap_or_default();
    if platform.starts_with("Mac") || platform.starts_with("iP") {
        "⌘K"
    } else {
        "Ctrl K"
    }
}

/// Whether a key belongs to a field that somebody types in.
pub fn is_typing(event: &KeyboardEvent) -> bool {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    target
        .is_some_and(|target| matches!(target.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"))
}

pub fn focus_main() {
    focus("#main");
}

thread_local! {
    /// The place in a value that somebody goes to, whose view takes the focus.
    static ARRIVING: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// The view of a place in a value takes the focus as soon as it is there: what had it is
/// gone by then.
pub fn arrive(at: &str) {
    ARRIVING.with(|arriving| *arriving.borrow_mut() = Some(at.to_owned()));
}

/// The view of a place is there: gives the focus to something in it, if it waits for that.
pub fn arrived(at: &str, selector: &'static str) {
    let is_here = ARRIVING.with(|arriving| {
        let is_here = arriving.borrow().as_deref() == Some(at);
        is_here && arriving.borrow_mut().take().is_some()
    });
    if is_here {
        request_animation_frame(move || {
            focus(selector);
        });
    }
}

fn element(selector: &str) -> Option<HtmlElement> {
    document().query_selector(selector).ok()??.dyn_into().ok()
}

fn focus(selector: &str) -> bool {
    // Nothing to focus is nothing to do.
    element(selector).is_some_and(|element| element.focus().is_ok())
}

/// Closes the rail where it lies over the page; whether it did.
fn close_sheet(app: App) -> bool {
    let is_sheet = app.rail.get_untracked() == Rail::Sheet;
    if is_sheet {
        app.rail.set(Rail::Wide);
        leave_rail(".top > .menu-button, .rail-strip > .btn");
    }
    is_sheet
}

/// The rail no longer lies over the page, and what had the focus in it is hidden: the first of
/// these takes it that can be seen.
pub fn leave_rail(selector: &'static str) {
    if element(".rail :focus").is_some() {
        request_animation_frame(move || dom::focus::take_first(selector));
    }
}

fn click(selector: &str) {
    if let Some(element) = element(selector) {
        element.click();
    }
}

pub fn listen(app: App) {
    dom::listen("keydown", move |event: KeyboardEvent| {
        if event.default_prevented() {
            return;
        }
        let command = event.ctrl_key() || event.meta_key();
        if command && event.key().eq_ignore_ascii_case("k") {
            event.prevent_default();
            if app.route.with_untracked(|route| route.sources.is_empty()) {
                // Where nothing is open, one goes to an address.
                focus(".open-url input");
            } else if app.dialog.get_untracked() != Dialog::GoTo {
                app.dialog.set(Dialog::GoTo);
            }
            return;
        }
        if command && event.key() == "Enter" && open_alone(&event) {
            event.prevent_default();
            return;
        }
        if command || event.alt_key() || app.dialog.get_untracked() != Dialog::None {
            return;
        }
        if in_tree(&event) || in_tabs(&event) {
            event.prevent_default();
            return;
        }
        if is_typing(&event) {
            if event.key() == "Escape" && !close_sheet(app) {
                focus_main();
            }
            return;
        }
        if press(app, &event.key()) {
            event.prevent_default();
        }
    });
}

/// What a key does; whether it did something.
fn press(app: App, key: &str) -> bool {
    match key {
        "?" => app.dialog.set(Dialog::Keys),
        "[" => app.toggle_rail(),
        "y" | "Y" => app.copy_link(),
        "p" | "P" => app.copy_python(),
        "t" | "T" => app.next_theme(),
        "r" | "R" => app.reread(),
        "/" => return focus(".main .filter-input") || focus(".rail-filter"),
        "o" | "O" => {
            if element(".pick-file").is_some() {
                click(".pick-file")
            } else {
                app.go(crate::route::Route::default())
            }
        }
        "u" | "U" => click(".crumbs .back"),
        "j" | "J" => click(".next-task"),
        "k" | "K" => click(".previous-task"),
        "." => {
            // Of a list of runs the first that failed; of a run its next failed task.
            let of_run = app.route.with_untracked(|route| route.place.run_path());
            match of_run {
                Some(_) => next_failure(),
                None => click(".main .row:has(.glyph.fail) .whole"),
            }
        }
        "Escape" => {
            if close_sheet(app) {
                // That was it.
            } else if app.toast.get_untracked().is_some() {
                app.toast.set(None);
            } else if app.route.with_untracked(|route| route.lines.is_some()) {
                app.change(|route| route.with_lines(None));
            } else if app.route.with_untracked(|route| {
                // A file or a card is looked at: it is not left by the way.
                let looked_at = matches!(route.tab.as_deref(), Some("code" | "cards"));
                route.select.is_some() && !looked_at
            }) {
                app.change(|route| route.with_select(None));
            } else {
                return false;
            }
        }
        "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" => {
            if app.route.with_untracked(|route| route.place == Place::Open) {
                return false;
            }
            click(&format!(".tabs > a:nth-of-type({key})"));
        }
        _ => return false,
    }
    true
}

/// Goes to the next failed task in the tree, from the one that is looked at.
fn next_failure() {
    let Ok(rows) = document().query_selector_all(".rail .tree-row") else {
        return;
    };
    let rows: Vec<HtmlElement> = (0..rows.length())
        .filter_map(|at| rows.get(at)?.dyn_into().ok())
        .collect();
    let here = rows
        .iter()
        .position(|row| row.get_attribute("aria-selected").as_deref() == Some("true"))
        .unwrap_or(0);
    let failed = |row: &&HtmlElement| {
        row.query_selector(".glyph.fail").ok().flatten().is_some()
            && row.get_attribute("aria-level").as_deref() != Some("1")
    };
    // Tasks before the steps that they are in: those are where the answer is.
    let task = |row: &&HtmlElement| row.get_attribute("aria-level").as_deref() == Some("3");
    let after = || rows.iter().cycle().skip(here + 1).take(rows.len());
    if let Some(row) = after()
        .filter(failed)
        .find(task)
        .or_else(|| after().find(failed))
    {
        row.click();
    }
}

/// Arrow keys in a tree: up and down over what is shown, right and left open and close.
fn in_tree(event: &KeyboardEvent) -> bool {
    let Some(row) = event
        .target()
        .and_then(|target| target.dyn_into::<HtmlElement>().ok())
    else {
        return false;
    };
    if !row.class_list().contains("tree-row") {
        return false;
    }
    let expanded = row.get_attribute("aria-expanded");
    match event.key().as_str() {
        "ArrowDown" => move_in(&row, ".tree-row", ".tree", 1),
        "ArrowUp" => move_in(&row, ".tree-row", ".tree", -1),
        "ArrowRight" if expanded.as_deref() == Some("false") => toggle(&row),
        "ArrowLeft" if expanded.as_deref() == Some("true") => toggle(&row),
        "ArrowRight" => move_in(&row, ".tree-row", ".tree", 1),
        "ArrowLeft" => go_in(&row, ".tree-row", ".tree", parent_row),
        "Home" => go_in(&row, ".tree-row", ".tree", |_, _| Some(0)),
        "End" => go_in(&row, ".tree-row", ".tree", |rows, _| {
            rows.len().checked_sub(1)
        }),
        "Enter" | " " if row.tag_name() != "A" => row.click(),
        " " => row.click(),
        _ => return false,
    }
    true
}

fn toggle(row: &HtmlElement) {
    let twist = row
        .query_selector(".twist")
        .ok()
        .flatten()
        .and_then(|twist| twist.dyn_into::<HtmlElement>().ok());
    if let Some(twist) = twist {
        twist.click();
    }
}

fn in_tabs(event: &KeyboardEvent) -> bool {
    let Some(tab) = event
        .target()
        .and_then(|target| target.dyn_into::<HtmlElement>().ok())
    else {
        return false;
    };
    if tab.get_attribute("role").as_deref() != Some("tab") {
        return false;
    }
    match event.key().as_str() {
        "ArrowRight" => move_in(&tab, "[role=tab]", ".tabs", 1),
        "ArrowLeft" => move_in(&tab, "[role=tab]", ".tabs", -1),
        _ => return false,
    }
    true
}

/// Opens the part of a value alone whose row in the tree has the focus.
fn open_alone(event: &KeyboardEvent) -> bool {
    let row = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    let link = row.and_then(|row| row.query_selector(":scope > .alone").ok()?);
    let link = link.and_then(|link| link.dyn_into::<HtmlElement>().ok());
    link.map(|link| link.click()).is_some()
}

/// The row that a row is below of: the last one before it that is less deep.
fn parent_row(rows: &[HtmlElement], here: usize) -> Option<usize> {
    let level = |row: &HtmlElement| row.get_attribute("aria-level")?.parse::<u32>().ok();
    let own = rows.get(here).and_then(level)?;
    let before = rows.get(..here)?;
    before
        .iter()
        .rposition(|row| level(row).is_some_and(|level| level < own))
}

/// Gives the focus to a neighbour among the elements of one container.
pub fn move_in(from: &HtmlElement, selector: &str, container: &str, step: isize) {
    go_in(from, selector, container, |_, here| {
        here.checked_add_signed(step)
    });
}

/// Gives it to any of them, by its place, which depends on the one that has the focus.
fn go_in(
    from: &HtmlElement,
    selector: &str,
    container: &str,
    next: impl Fn(&[HtmlElement], usize) -> Option<usize>,
) {
    let Ok(Some(container)) = from.closest(container) else {
        return;
    };
    let Ok(all) = container.query_selector_all(selector) else {
        return;
    };
    let all: Vec<HtmlElement> = (0..all.length())
        .filter_map(|at| all.get(at)?.dyn_into().ok())
        .collect();
    let Some(here) = all.iter().position(|one| one == from) else {
        return;
    };
    if let Some(next) = next(&all, here).and_then(|next| all.get(next)) {
        let _focused = next.focus();
    }
}
