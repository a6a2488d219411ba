//! Two ways to look at one value; which of them stands in the address as `as=`.

use crate::ui::dom::prelude::*;
use crate::ui::parts::controls::segments;
use crate::ui::state::App;

/// The first way, or the second where the address has one of these words; the first word is
/// the one that is written.
pub(super) fn either(
    app: App,
    names: [&'static str; 2],
    words: &'static [&'static str],
    first: impl Fn() -> View + 'static,
    second: impl Fn() -> View + 'static,
) -> View {
    let chosen = Memo::new(move |_| {
        app.route
            .with(|route| route.extra("as").is_some_and(|word| words.contains(&word)))
    });
    let [one, other] = names;
    let choice = segments(
        "View",
        &[(false, one), (true, other)],
        Signal::derive(move || chosen.get()),
        move |second| {
            let word = words.first().copied().filter(|_| second);
            app.change(|route| route.with_extra("as", word));
        },
        "",
    );
    group()
        .child(el::div().class("table-tools").child(choice))
        .child(move || match chosen.get() {
            true => second(),
            false => first(),
        })
        .into_view()
}
