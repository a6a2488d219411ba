//! Addresses of what is open, and the way to them.

use super::App;
use crate::browser::{address, storage};
use crate::model::{RunPath, Status, TaskPath};
use crate::route::{Place, Route};
use crate::ui::dom::prelude::*;

impl App {
    /// Goes to an address, as a link does.
    pub fn go(self, route: Route) {
        address::push(&route.to_hash());
    }

    /// Changes the address without a step in the history: for filters and selections.
    pub fn change(self, change: impl FnOnce(Route) -> Route) {
        let route = change(self.route.get_untracked());
        if self.route.with_untracked(|before| *before == route) {
            return;
        }
        address::replace(&route.to_hash());
        self.route.set(route);
    }

    /// Looks at the runs of a namespace from now on, also when the source is opened again.
    pub fn choose_namespace(self, namespace: Option<String>) {
        let route = self.route.get_untracked();
        for key in &route.sources {
            storage::remember_namespace(key, namespace.as_deref());
        }
        self.go(route.with_namespace(namespace.as_deref()));
    }

    /// The address of a place in what is open.
    pub fn href(self, place: Place) -> String {
        self.route
            .with_untracked(|route| route.clone().to(place))
            .to_hash()
    }

    pub fn run_href(self, run: &RunPath) -> String {
        self.href(Place::Run {
            flow: run.flow.clone(),
            run: run.run.clone(),
        })
    }

    pub fn step_href(self, run: &RunPath, step: &str) -> String {
        self.href(Place::Step {
            flow: run.flow.clone(),
            run: run.run.clone(),
            step: step.to_owned(),
        })
    }

    /// A step with its tasks of one status, or with all of them.
    pub fn step_route(self, run: &RunPath, step: &str, only: Option<Status>) -> Route {
        let place = Place::Step {
            flow: run.flow.clone(),
            run: run.run.clone(),
            step: step.to_owned(),
        };
        let mut route = self.route.with_untracked(|route| route.clone().to(place));
        route.filters.statuses = only.iter().map(|status| status.key().to_owned()).collect();
        route
    }

    pub fn task_route(self, task: &TaskPath) -> Route {
        let place = Place::Task {
            flow: task.flow.clone(),
            run: task.run.clone(),
            step: task.step.clone(),
            task: task.task.clone(),
        };
        self.route.with_untracked(|route| route.clone().to(place))
    }

    pub fn task_href(self, task: &TaskPath) -> String {
        self.task_route(task).to_hash()
    }

    pub fn artifact_route(self, task: &TaskPath, artifact: &str) -> Route {
        let place = Place::Artifact {
            flow: task.flow.clone(),
            run: task.run.clone(),
            step: task.step.clone(),
            task: task.task.clone(),
            artifact: artifact.to_owned(),
        };
        self.route.with_untracked(|route| route.clone().to(place))
    }
}
