//! How files and folders are given by hand: two buttons, and the window that takes drops.

use crate::browser::spawn::spawn;
use crate::browser::{files, programs};
use crate::ui::dom::prelude::*;
use crate::ui::parts::marks::icon;
use crate::ui::state::App;
use web_sys::{DragEvent, HtmlInputElement};

const LISTED_WHOLE: &str = "The browser lists all of it first, once. Dropped, a folder is read as it is looked at, and followed.";

/// The two buttons that bring files and a folder in; what the first one says, and its class.
pub fn choosers(app: App, folder: bool, file: &'static str, class: &'static str) -> View {
    let file_input = Reference::new();
    let folder_input = Reference::new();
    let taken = move |input: Reference| {
        let Some(input) = input.get_as::<HtmlInputElement>() else {
            return;
        };
        let given = input.files().as_ref().map(files::picked);
        app.take(given.unwrap_or_default());
        // The same file can be chosen again.
        input.set_value("");
    };
    // The browser's own way leads back to it after a reload; a field does not.
    let click = move |input: Reference, folder: bool| {
        if let Some(asked) = files::ask(folder) {
            programs::warm();
            spawn(async move {
                app.take(files::chosen(asked).await);
            })
            .detach();
        } else if let Some(input) = input.get_as::<HtmlInputElement>() {
            input.click();
        }
    };
    let folder_field = el::input()
        .attr("type", "file")
        .class("offscreen")
        .attr("tabindex", "-1")
        .attr("aria-hidden", "true")
        .attr("webkitdirectory", "")
        .attr("data-pick", "folder")
        .reference(folder_input)
        .on("change", move |_| taken(folder_input));
    let folder_part = folder.then(|| {
        group().child(folder_field).child(
            el::button()
                .class("btn")
                .on_click(move |_| click(folder_input, true))
                .attr("title", (!files::asks()).then_some(LISTED_WHOLE))
                .child(icon("folder", ""))
                .child("Choose folder"),
        )
    });
    group()
        .child(
            el::input()
                .reference(file_input)
                .attr("type", "file")
                .class("offscreen")
                .attr("tabindex", "-1")
                .attr("aria-hidden", "true")
                .attr("data-pick", "file")
                .attr("multiple", "")
                .on("change", move |_| taken(file_input)),
        )
        .child(
            el::button()
                .class(format!("{class} pick-file"))
                .on_click(move |_| click(file_input, false))
                .child(icon("file", ""))
                .child(file),
        )
        .child(folder_part)
        .into_view()
}

/// The whole window takes what is dropped.
pub fn accept_drops(app: App) {
    let is_files = |event: &DragEvent| {
        event.data_transfer().is_some_and(|data| {
            (0..data.types().length())
                .any(|at| data.types().get(at).as_string().as_deref() == Some("Files"))
        })
    };
    let mark = |on: bool| {
        let main = document().get_element_by_id("main");
        if let Some(main) = main {
            // Only the look depends on it.
            let _marked = main.toggle_attribute_with_force("data-drag", on);
        }
    };
    // The page itself never takes the file in the browser's way, which would leave it.
    listen("dragover", move |event: DragEvent| {
        if is_files(&event) {
            programs::warm();
            event.prevent_default();
            mark(true);
        }
    });
    listen("dragleave", move |event: DragEvent| {
        if event.related_target().is_none() {
            mark(false);
        }
    });
    listen("drop", move |event: DragEvent| {
        if !is_files(&event) {
            return;
        }
        event.prevent_default();
        mark(false);
        let given = event.data_transfer().as_ref().map(files::dropped);
        app.take(given.unwrap_or_default());
    });
}
