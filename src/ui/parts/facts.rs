//! Names and values under titles: what is known of a run, a package, a source.

use crate::ui::dom::prelude::*;

/// Some facts under a title, with how many they are.
pub fn section(title: &'static str, count: usize, content: View) -> View {
    let count = (count > 0).then(|| count.to_string());
    el::section()
        .child(
            el::div()
                .class("sect-head")
                .child(el::h2().child(title))
                .child(el::span().class("push").child(count)),
        )
        .child(content)
        .into_view()
}

pub fn pairs(rows: Vec<View>) -> View {
    el::dl().class("pairs").child(rows).into_view()
}

pub fn pair(name: &'static str, value: View) -> View {
    el::div()
        .child(el::dt().child(name))
        .child(el::dd().child(value))
        .into_view()
}

/// The same under a name that the record gives.
pub fn named_pair(name: String, value: View) -> View {
    el::div()
        .child(el::dt().class("mono").child(name))
        .child(el::dd().child(value))
        .into_view()
}

/// The same whose value is a row of chips.
pub fn chip_pair(name: &'static str, value: View) -> View {
    el::div()
        .child(el::dt().child(name))
        .child(el::dd().class("chips").child(value))
        .into_view()
}
