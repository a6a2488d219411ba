//! Several ways to look at one value; which of them stands in the address as `as=`.
//!
//! A way puts the choice between them into its own tools: one bar is enough.

use crate::ui::dom::prelude::*;
use crate::ui::parts::controls::segments;
use crate::ui::state::App;

/// The bar of a way that has no tools of its own.
pub(super) fn bar(choice: View) -> View {
    el::div().class("table-tools").child(choice).into_view()
}

/// The first way, or the second where the address has one of these words; the first word is
/// the one that is written.
pub(super) fn either(
    app: App,
    names: [&'static str; 2],
    words: &'static [&'static str],
    first: impl Fn(View) -> View + 'static,
    second: impl Fn(View) -> View + 'static,
) -> View {
    let chosen = Memo::new(move |_| {
        app.route
            .with(|route| route.extra("as").is_some_and(|word| words.contains(&word)))
    });
    let [one, other] = names;
    let choice = move || {
        segments(
            "View",
            &[(false, one), (true, other)],
            Signal::derive(move || chosen.get()),
            move |second| {
                let word = words.first().copied().filter(|_| second);
                app.change(|route| route.with_extra("as", word));
            },
            "",
        )
    };
    group()
        .child(move || match chosen.get() {
            true => second(choice()),
            false => first(choice()),
        })
        .into_view()
}
