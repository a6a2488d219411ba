//! The tabs of a place. Which one is open stands in the address.

use crate::route::Route;
use crate::text::human;
use crate::ui::dom::prelude::*;
use crate::ui::state::App;
use web_sys::{ScrollIntoViewOptions, ScrollLogicalPosition};

/// A tab: its word in the address, its name, and how much is in it where that is known.
pub struct Tab {
    pub word: &'static str,
    pub name: &'static str,
    pub count: Option<u64>,
}

/// The open tab of a place; an unknown or missing one is the first.
pub fn current(app: App, words: &'static [&'static str]) -> Memo<&'static str> {
    Memo::new(move |_| {
        app.route.with(|route| {
            let wanted = route.tab.as_deref();
            let known = words.iter().find(|word| Some(**word) == wanted);
            known.or(words.first()).copied().unwrap_or_default()
        })
    })
}

fn show_open(bar: Reference) {
    let open = bar
        .get_untracked()
        .and_then(|bar| bar.query_selector("[aria-selected=true]").ok().flatten());
    if let Some(open) = open {
        let options = ScrollIntoViewOptions::new();
        options.set_block(ScrollLogicalPosition::Nearest);
        options.set_inline(ScrollLogicalPosition::Center);
        open.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// What an open tab shows.
pub fn panel(word: &'static str) -> Element {
    el::div()
        .key(word)
        .attr("id", "panel")
        .attr("role", "tabpanel")
        .attr("aria-labelledby", format!("tab-{word}"))
        .class("panel")
}

pub fn bar(app: App, label: &'static str, tabs: Vec<Tab>, current: Memo<&'static str>) -> View {
    let tabs = tabs
        .into_iter()
        .map(|tab| {
            let href = move || {
                app.route.with(|route| {
                    let mut there = route.clone().to(route.place.clone()).with_tab(tab.word);
                    there.attempt = route.attempt;
                    there.to_hash()
                })
            };
            let open = move || current.get() == tab.word;
            el::a()
                .attr("role", "tab")
                .attr("href", href)
                .attr("id", format!("tab-{}", tab.word))
                .attr("aria-selected", move || open().to_string())
                .attr("aria-controls", "panel")
                .attr("tabindex", move || if open() { "0" } else { "-1" })
                .child(tab.name)
                .child(tab.count.map(|count| {
                    group()
                        .child(" ")
                        .child(el::span().class("n").child(human::count(count)))
                }))
        })
        .collect_view();
    // On a narrow screen the open one may lie beside what can be seen.
    let bar = Reference::new();
    react(move || {
        current.track();
        if bar.get().is_some() {
            request_animation_frame(move || show_open(bar));
        }
    });
    el::div()
        .reference(bar)
        .class("tabs")
        .attr("role", "tablist")
        .attr("aria-label", label)
        .child(tabs)
        .into_view()
}

/// Whether something is chosen in a list beside which it is shown: a file, or a line of
/// the one that is shown first; a card.
pub fn is_chosen(route: &Route, tab: &str) -> bool {
    match tab {
        "code" => route.select.is_some() || route.lines.is_some(),
        "cards" => route.select.is_some(),
        _ => false,
    }
}
