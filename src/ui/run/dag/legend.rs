//! What the marks and lines of the drawing mean: of those that are in it.

use super::super::super::parts::marks::{glyph, swatch_line};
use super::node::several;
use crate::engine::picture::{Entry, Mark};
use crate::ui::dom::prelude::*;

pub(super) fn legend(drawn: Memo<Option<Vec<Entry>>>) -> View {
    (move || {
        let drawn = drawn.get()?;
        let entries = drawn.iter().map(|entry| {
            let mark = match entry.mark {
                Mark::Status(status) => glyph(status, "glyph-s"),
                Mark::Several => several(),
                Mark::Line { taken: true } => swatch_line("edge").into_view(),
                Mark::Line { taken: false } => swatch_line("edge skip").into_view(),
                Mark::Words => View::Nothing,
            };
            el::span().child(mark).child(entry.words.clone())
        });
        let legend = el::div().class("legend");
        Some(legend.child(entries.collect_view()))
    })
    .into_view()
}
