//! What only Prefect has: options and states of a task, what had a run made, artifacts.

pub mod artifacts;
pub mod run;
pub mod task;

use super::parts::facts::{chip_pair, section};
use super::parts::marks::glyph;
use super::state::App;
use crate::engine::prefect::task::StateRow;
use crate::ui::dom::prelude::*;

/// Names and values as they are recorded.
fn recorded(facts: &[(String, String)]) -> Vec<View> {
    let facts = facts.iter();
    facts
        .map(|(name, value)| {
            let value = el::span().class("mono").child(value.clone());
            fact(name, value.into_view())
        })
        .collect()
}

/// A fact under a name of ours.
fn fact(name: &str, value: View) -> View {
    el::div()
        .child(el::dt().child(name.to_owned()))
        .child(el::dd().child(value))
        .into_view()
}

fn faint(text: &'static str) -> View {
    el::span().class("faint").child(text).into_view()
}

/// A row of chips, if there are some.
fn chips(name: &'static str, texts: &[String]) -> Option<View> {
    let chips = texts.iter();
    let chips = chips.map(|text| el::span().class("chip").child(text.clone()));
    (!texts.is_empty()).then(|| chip_pair(name, chips.collect_view()))
}

/// The states that something was in, oldest first.
fn states(app: App, states: &[StateRow]) -> View {
    if states.is_empty() {
        let told =
            "No history is among these records: what is known of its states is the last one.";
        return section("States", 0, el::p().class("faint").child(told).into_view());
    }
    let row = |state: &StateRow| {
        let at = state.at.map(|at| {
            el::time()
                .attr("title", app.full(at))
                .child(app.time_millis(at))
        });
        let due = state.due.map(|at| {
            el::p()
                .class("faint")
                .child(format!("due {}", app.time_millis(at)))
        });
        let message = (!state.message.is_empty())
            .then(|| el::p().class("message").child(state.message.clone()));
        el::li()
            .child(
                el::span()
                    .class("state")
                    .attr("title", format!("{} {}", state.kind, state.meaning))
                    .child(glyph(state.status, ""))
                    .child(el::b().child(state.name.clone())),
            )
            .child(at)
            .child(el::div().child(message).child(due))
    };
    let list = el::ol()
        .class("states")
        .child(states.iter().map(row).collect_view());
    section("States", states.len(), list.into_view())
}
