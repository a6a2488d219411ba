//! The bytes of a value, as far as they are shown.

use crate::text::human;
use crate::ui::dom::prelude::*;
use crate::ui::parts::lines;

pub(super) fn bytes(head: &[u8], total: u64, kind: &str) -> View {
    let rows = head
        .chunks(16)
        .enumerate()
        .map(|(at, row)| {
            let hex: Vec<String> = row.iter().map(|byte| format!("{byte:02x}")).collect();
            let text: String = row
                .iter()
                .map(|byte| {
                    if byte.is_ascii_graphic() || *byte == b' ' {
                        char::from(*byte)
                    } else {
                        '·'
                    }
                })
                .collect();
            el::div()
                .class("line")
                .child(el::span().class("no").child(format!("{:06x}", at * 16)))
                .child(
                    el::span()
                        .class("txt")
                        .child(format!("{:<48}", hex.join(" "))),
                )
                .child(el::span().class("txt").child(text))
        })
        .collect_view();
    let kind = if kind.is_empty() {
        String::new()
    } else {
        format!("{kind}, ")
    };
    let told = if (head.len() as u64) < total {
        format!(
            "{kind}the first {} of {}",
            human::count(head.len() as u64),
            human::counted(total, "byte", "bytes")
        )
    } else {
        format!("{kind}{}", human::counted(total, "byte", "bytes"))
    };
    group()
        .child(el::p().class("note").child(told))
        .child(
            el::div()
                .class("log scroll")
                .attr("tabindex", "0")
                .attr("role", "region")
                .attr("aria-label", "Bytes")
                .child(lines::lines_of(100_000, rows.into_view())),
        )
        .into_view()
}
