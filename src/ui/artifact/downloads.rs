//! The menu of what a value can be saved as.

use super::axes::slice;
use crate::browser::clipboard;
use crate::engine::values::{BytesQuery, Save, SeenAs, Shape, ValueQuery, ValueView};
use crate::ui::ask::once;
use crate::ui::dom::prelude::*;
use crate::ui::parts::marks::icon;
use crate::ui::state::App;
use wasm_bindgen::JsCast as _;

/// What the value can be saved as.
pub(super) fn downloads(app: App, view: &ValueView, question: &ValueQuery) -> View {
    let question = ValueQuery {
        at: view.at.clone(),
        // Who saves it has asked for all of it.
        large: true,
        ..question.clone()
    };
    let items = view.saves.iter().map(|save| {
        let (save, question) = (*save, question.clone());
        let records = matches!(view.shape, Shape::Tree { records: true });
        el::button()
            .attr("role", "menuitem")
            .on_click(move |event| {
                save_value(app, question.clone(), save, records);
                close_menu(&event);
            })
            .child(name(save, view))
    });
    el::details()
        .class("downloads")
        .child(
            el::summary()
                .class("btn btn-s btn-quiet")
                .child(icon("download", ""))
                .child(el::span().child("Download")),
        )
        .child(el::div().attr("role", "menu").child(items.collect_view()))
        .into_view()
}

fn name(save: Save, view: &ValueView) -> &'static str {
    match (save, &view.shape) {
        (Save::Content, Shape::Image { mime, .. }) => match mime.as_str() {
            "image/png" => "Image (.png)",
            "image/jpeg" => "Image (.jpg)",
            "image/gif" => "Image (.gif)",
            "image/webp" => "Image (.webp)",
            // A figure is drawn, a picture of Pillow's is packed anew.
            kind if kind == "image/svg+xml" || kind.starts_with("Figure") => "Drawing (.svg)",
            _ => "Image (.png)",
        },
        (Save::Content, Shape::Bytes { .. }) => "The bytes",
        (Save::Content, _) => "The text (.txt)",
        (Save::Picture(SeenAs::Heat), _) => "Heat map (.png)",
        (Save::Picture(_), _) => "Image (.png)",
        (Save::Csv, Shape::Table { axes, .. }) if axes.len() > 2 => {
            "The table that is shown (.csv)"
        }
        (Save::Csv, _) => "Table (.csv)",
        (Save::Npy, _) => "Array (.npy)",
        (Save::Json, _) => "JSON (.json)",
        (Save::Pickle, _) if view.at.is_empty() => "Pickle (.pkl)",
        (Save::Pickle, _) => "Pickle of the whole artifact (.pkl)",
    }
}

/// Closes the menu that something in it was chosen of.
fn close_menu(event: &web_sys::MouseEvent) {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let menu = target.and_then(|target| target.closest("details").ok()?);
    if let Some(menu) = menu {
        // What cannot be closed stays open.
        let _closed = menu.remove_attribute("open");
    }
}

fn save_value(app: App, question: ValueQuery, save: Save, records: bool) {
    let slice = app.route.with_untracked(slice);
    let question = BytesQuery {
        slice,
        records,
        ..BytesQuery::new(question, save)
    };
    once(app, question, |view| {
        clipboard::save(&view.bytes, &view.mime, &view.file);
    });
}
