//! What floats over a place: *go to* ([`palette`]), the keys, the list of problems, the
//! question what becomes of what is open ([`beside`]).
//!
//! Start with [`all`]; [`frame`] is what the lists stand in.

mod beside;
mod choice;
mod keys;
mod palette;
mod problems;

use super::parts::marks::icon;
use super::state::{App, Dialog, app};
use crate::ui::dom::prelude::*;
use beside::beside;
pub use keys::keys;
use palette::palette;
use problems::problems;
use wasm_bindgen::JsCast;
use web_sys::HtmlDialogElement;

/// All dialogs; at most one is open.
pub fn all(app: App) -> View {
    group()
        .child(move || match app.dialog.get() {
            Dialog::None => ().into_view(),
            Dialog::GoTo => palette(app),
            Dialog::Keys => keys(),
            Dialog::Problems => problems(app),
            Dialog::Beside => beside(app),
        })
        .into_view()
}

/// Shows a dialog as soon as it is there; closing it in any way is seen.
fn modal(node: Reference) {
    react(move || {
        if let Some(dialog) = node.get().map(JsCast::unchecked_into::<HtmlDialogElement>)
            && !dialog.open()
        {
            // A dialog that is not in the page cannot be shown, and is not.
            let _shown = dialog.show_modal();
        }
    });
}

/// Closes a dialog as Escape does: the browser gives the focus back to where it was, and
/// says that it is closed.
fn close(node: Reference) {
    if let Some(dialog) = node.get_as::<HtmlDialogElement>() {
        dialog.close();
    }
}

/// A dialog was closed. By now another may be open in its place.
fn closed(app: App, own: Dialog) {
    if app.dialog.get_untracked() == own {
        app.dialog.set(Dialog::None);
    }
}

fn frame(own: Dialog, title: &'static str, content: View, foot: View) -> View {
    let app = app();
    let node = Reference::new();
    modal(node);
    let close = move || close(node);
    el::dialog()
        .key(title)
        .class("dialog wide")
        .reference(node)
        .attr("aria-labelledby", "dialog-title")
        .on("close", move |_| closed(app, own))
        .on_click(move |event| {
            // A click on the ground beside the dialog goes to the element itself.
            if event.target() == event.current_target() {
                close();
            }
        })
        .child(
            el::div()
                .class("dialog-head")
                .child(el::h2().attr("id", "dialog-title").child(title))
                .child(
                    el::button()
                        .class("btn btn-s btn-quiet btn-icon")
                        .attr("aria-label", "Close")
                        .on_click(move |_| close())
                        .child(icon("close", "")),
                ),
        )
        .child(el::div().class("dialog-body").child(content))
        .child(foot)
        .into_view()
}
