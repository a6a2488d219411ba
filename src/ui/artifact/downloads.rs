//! The menu of what a value can be saved as.

use super::axes::slice;
use super::saving::{save_value, saving};
use crate::engine::values::{BytesQuery, Save, SeenAs, Shape, ValueQuery, ValueView};
use crate::ui::dom::prelude::*;
use crate::ui::parts::menu::{Act, menu};
use crate::ui::state::App;

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
        let act = move || {
            let slice = app.route.with_untracked(slice);
            save_value(
                app,
                BytesQuery {
                    slice,
                    records,
                    ..BytesQuery::new(question.clone(), save)
                },
            );
        };
        (name, Box::new(act) as Act)
    });
    let menu = menu("Download", items.collect());
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
