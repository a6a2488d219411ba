//! The cell that is looked at: its place in the address, and the whole of it.

use super::Shown;
use crate::engine::values::{CellQuery, CellView};
use crate::ui::artifact::place;
use crate::ui::ask::{answer, shown};
use crate::ui::dom::prelude::*;
use crate::ui::parts::controls::copy_button;
use crate::ui::parts::marks::icon;
use crate::ui::state::App;
use wasm_bindgen::JsCast as _;

/// `120,3`: row and column.
pub(super) fn chosen_cell(text: Option<&str>) -> Option<(u64, u64)> {
    let (row, column) = text?.split_once(',')?;
    Some((row.parse().ok()?, column.parse().ok()?))
}

/// A click on a cell: its place goes into the address.
pub(super) fn choose(app: App, event: &web_sys::MouseEvent) {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let cell = target.and_then(|target| target.closest("[data-cell]").ok()?);
    let Some(place) = cell.and_then(|cell| cell.get_attribute("data-cell")) else {
        return;
    };
    app.change(|route| {
        let same = route.select.as_deref() == Some(&place);
        route.with_select(Some(place.as_str()).filter(|_| !same))
    });
}

/// The cell that is looked at: the whole of it, and its place in the value.
pub(super) fn cell_strip(view: &Shown, (row, column): (u64, u64)) -> View {
    let asked = view.clone();
    let app = view.app;
    let found = answer(move || {
        Some(CellQuery {
            value: asked.question.clone(),
            records: asked.records,
            slice: asked.slice.get(),
            row,
            column,
        })
    });
    let question = view.question.clone();
    let draw = shown(found, move |cell: &CellView| {
        let path = format!("{}{}", question.name, cell.at);
        let copied = path.clone();
        // Without the cell, whichever way the address names it.
        let at = Some(question.at.as_str()).filter(|at| !at.is_empty());
        let back = app
            .route
            .with_untracked(|route| route.clone().with_at(at).with_select(None));
        let alone = cell.opens.then(|| {
            el::a()
                .class("btn btn-s")
                .attr("href", place(app, &question, &cell.at).to_hash())
                .child("Open")
        });
        group()
            .child(
                el::div()
                    .class("sect-head")
                    .child(el::h2().class("mono cut-end").child(path))
                    .child(el::span().class("push"))
                    .child(alone)
                    .child(copy_button(
                        app,
                        "Copy path",
                        "Path",
                        "btn btn-s btn-quiet",
                        move || copied.clone(),
                    ))
                    .child(
                        el::button()
                            .class("btn btn-s btn-quiet btn-icon")
                            .attr("aria-label", "Close")
                            .on_click(move |_| app.go(back.clone()))
                            .child(icon("close", "")),
                    ),
            )
            .child(
                el::pre()
                    .class("pre mono")
                    .attr("tabindex", "0")
                    .child(cell.text.clone()),
            )
            .into_view()
    });
    el::section()
        .class("event")
        .attr("aria-label", "Cell")
        .child(draw)
        .into_view()
}
