//! A page of somebody else's, locked in: it runs in a frame that belongs to no site, and
//! reaches nothing.

use crate::browser::card::{PAGE, Shown};
use crate::ui::dom;
use crate::ui::dom::prelude::*;
use web_sys::MessageEvent;

/// The frame of a page of HTML; `shown` hands it over, here and in a tab of its own.
pub fn frame(shown: &Shown, bytes: &[u8], title: &'static str) -> View {
    shown.is(bytes);
    let node = Reference::new();
    let answers = shown.clone();
    dom::listen("message", move |event: MessageEvent| {
        answers.hear(&event, node.get_untracked().as_ref());
    });
    el::iframe()
        .class("card-frame")
        .reference(node)
        .attr("title", title)
        .attr("sandbox", "allow-scripts")
        .attr("src", PAGE)
        .into_view()
}

/// What is said beside such a frame.
pub fn mark() -> Element {
    el::span()
        .class("push faint only-wide locked")
        .attr("title", "It is a page with scripts: it runs in a frame that reaches nothing of this page and can load nothing.")
        .child(super::marks::icon("lock", "icon-s"))
        .child(" locked in")
}
