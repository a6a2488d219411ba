//! The data of an attempt: the list, and the value that is looked at.
//!
//! [`list`] is the one, [`value`] the other: what it is, and the view that suits it,
//! each kind of view in a file of its own. Start with [`tab`].

mod axes;
mod bytes;
mod decisions;
mod downloads;
mod estimator;
mod image;
mod list;
pub mod markdown;
mod raised;
mod saving;
mod seen;
mod table;
mod text;
mod tree;
mod value;
mod ways;

use super::parts;
use super::state::App;
use crate::engine::values::ValueQuery;
use crate::model::TaskPath;
use crate::route::{Place, Route};
use crate::ui::dom::prelude::*;
use list::data_list;
use std::rc::Rc;
use value::value_pane;

/// The tab: the list at the left, the chosen value at the right.
pub fn tab(app: App, task: TaskPath, attempt: u32, foot: Foot) -> View {
    let first = RwSignal::new(None);
    let chosen = Memo::new(move |_| chosen_name(app).or_else(|| first.get()));
    let list = data_list(app, task.clone(), attempt, Some((first, chosen)));
    let value = move || match chosen.get() {
        None => parts::empty(
            "No value is chosen",
            "Choose one of the artifacts at the left.",
            None,
        ),
        Some(name) => value_pane(app, task.clone(), attempt, name),
    };
    group()
        .child(
            el::section()
                .class("side")
                .attr("aria-label", "Data")
                .child(list)
                .child(move || foot()),
        )
        .child(
            el::section()
                .class("pane")
                .attr("aria-label", "Value")
                .child(value),
        )
        .into_view()
}

/// What stands below the list: where the task itself stands.
pub type Foot = Rc<dyn Fn() -> Option<View>>;

/// The list beside the logs.
pub fn side_list(app: App, task: TaskPath, attempt: u32, foot: Foot) -> View {
    el::aside()
        .class("side")
        .attr("aria-label", "Data")
        .child(data_list(app, task, attempt, None))
        .child(move || foot())
        .into_view()
}

/// The address of a part of a value, or of the whole of it.
fn place(app: App, question: &ValueQuery, at: &str) -> Route {
    let kept = app.route.with_untracked(|route| route.attempt);
    let route = app.artifact_route(&question.task, &question.name);
    let at = Some(at).filter(|at| !at.is_empty());
    route.with_attempt(kept).with_at(at)
}

fn chosen_name(app: App) -> Option<String> {
    app.route.with(artifact_of)
}

fn artifact_of(route: &Route) -> Option<String> {
    match &route.place {
        Place::Artifact { artifact, .. } => Some(artifact.clone()),
        _ => None,
    }
}
