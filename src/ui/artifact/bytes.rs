//! Bytes as a hex view: only the rows that can be seen are in the page.

use crate::engine::values::{HexQuery, HexView, ValueQuery};
use crate::text::human;
use crate::ui::ask::{answer, shown};
use crate::ui::dom::prelude::*;
use crate::ui::parts::lines;
use crate::ui::parts::table::Scrolled;

/// Bytes in a row.
const ROW: u64 = 16;

pub(super) fn bytes(question: &ValueQuery, total: u64, kind: &str) -> View {
    let scrolled = Scrolled::of_lines();
    let value = question.clone();
    let found = answer(move || {
        let window = scrolled.window.get();
        Some(HexQuery {
            value: value.clone(),
            from: window.first * ROW,
            count: window.count * ROW,
        })
    });
    let rows = total.div_ceil(ROW);
    let kind = match kind {
        "" => String::new(),
        kind => format!("{kind}, "),
    };
    let told = format!("{kind}{}", human::counted(total, "byte", "bytes"));
    let draw = shown(found, move |view: &HexView| drawn(scrolled, view, rows));
    lines::told_pane(scrolled, told, "Bytes", draw)
}

fn drawn(scrolled: Scrolled, view: &HexView, rows: u64) -> View {
    scrolled.set_total(rows);
    let first = view.from / ROW;
    let chunks = view.bytes.chunks(ROW as usize);
    let drawn = chunks.len();
    let lines = chunks.zip(first..).map(|(row, number)| line(row, number));
    el::div()
        .class("lines")
        .style("--no", 8u64)
        .style("--before", scrolled.before(first))
        .style("--after", scrolled.after(first, drawn))
        .child(lines.collect_view())
        .into_view()
}

fn line(row: &[u8], number: u64) -> View {
    let hex: Vec<String> = row.iter().map(|byte| format!("{byte:02x}")).collect();
    let letter = |byte: &u8| match byte.is_ascii_graphic() || *byte == b' ' {
        true => char::from(*byte),
        false => '·',
    };
    let text: String = row.iter().map(letter).collect();
    let hex = hex.join(" ");
    el::div()
        .class("line")
        .key(number.to_string())
        .child(
            el::span()
                .class("no")
                .child(format!("{:06x}", number * ROW)),
        )
        .child(el::span().class("txt").child(format!("{hex:<48}")))
        .child(el::span().class("txt").child(text))
        .into_view()
}
