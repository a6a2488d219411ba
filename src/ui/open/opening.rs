//! While a source is being opened: what is done, how far it is, and how long nothing has come.

use crate::text::human::span;
use crate::ui::dom::prelude::*;
use crate::ui::frame::source_name;
use crate::ui::parts::progress_line;
use crate::ui::state::{App, SourcesState};
use std::time::Duration;

/// Seconds after which a silence is told: until then it is nothing to think about.
const LONG: u32 = 5;

/// While a source is being opened.
pub fn opening(app: App) -> View {
    let waited = RwSignal::new(0u32);
    react(move || {
        app.sources.track();
        waited.set(0);
    });
    count_seconds(waited);
    let silence = move || {
        let seconds = waited.get();
        let told = format!(
            "Nothing has come for {}.",
            span(i64::from(seconds) * 1_000_000)
        );
        (seconds >= LONG).then(|| el::p().class("faint").child(told))
    };
    let progress = move || match app.sources.get() {
        SourcesState::Opening(Some(progress)) => Some(progress_line(&progress)),
        _ => None,
    };
    let name = source_name(app);
    el::main()
        .key("opening")
        .class("main opening")
        .attr("id", "main")
        .attr("tabindex", "-1")
        .attr("aria-busy", "true")
        .child(
            el::div()
                .class("empty late")
                .attr("role", "status")
                .child(el::h2().child("Opening ").child(name))
                .child(progress)
                .child(silence)
                .child(el::a().class("btn btn-s").attr("href", "#/").child("Stop")),
        )
        .into_view()
}

/// Counts as long as the signal lives.
fn count_seconds(waited: RwSignal<u32>) {
    let next = move || {
        if waited.try_update(|seconds| *seconds += 1).is_some() {
            count_seconds(waited);
        }
    };
    set_timeout(next, Duration::from_secs(1));
}
