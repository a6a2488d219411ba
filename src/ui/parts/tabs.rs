//! The tabs of a place. Which one is open stands in the address.

use crate::text::human;
use crate::ui::state::App;
use leptos::prelude::*;

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

pub fn bar(app: App, label: &'static str, tabs: Vec<Tab>, current: Memo<&'static str>) -> AnyView {
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
            view! {
                <a
                    role="tab"
                    href=href
                    id=format!("tab-{}", tab.word)
                    aria-selected=move || open().to_string()
                    aria-controls="panel"
                    tabindex=move || if open() { "0" } else { "-1" }
                >
                    {tab.name}
                    {tab.count.map(|count| view! { " "<span class="n">{human::count(count)}</span> })}
                </a>
            }
        })
        .collect_view();
    view! { <div class="tabs" role="tablist" aria-label=label>{tabs}</div> }.into_any()
}
