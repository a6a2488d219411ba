//! What is open in the tree, and where in it the screen is.

use crate::model::{RunPath, Status};
use crate::ui::dom::prelude::*;

/// Which steps and groups somebody opened or closed, by name; the others are as they
/// begin.
#[derive(Clone, Copy)]
pub struct Opened(RwSignal<Vec<(String, bool)>>);

/// One of them.
#[derive(Clone, Copy)]
pub struct Fold {
    open: Memo<bool>,
    name: StoredValue<String>,
    pub all: Opened,
}

impl Opened {
    pub fn none() -> Self {
        Self(RwSignal::new(Vec::new()))
    }

    pub fn fold(self, name: String, begins: impl Fn() -> bool + Send + Sync + 'static) -> Fold {
        let name = StoredValue::new(name);
        let open = Memo::new(move |_| {
            let is_this = |(known, _): &&(String, bool)| name.with_value(|name| name == known);
            let told = self
                .0
                .with(|all| all.iter().find(is_this).map(|(_, open)| *open));
            told.unwrap_or_else(&begins)
        });
        Fold {
            open,
            name,
            all: self,
        }
    }
}

impl Fold {
    pub fn get(self) -> bool {
        self.open.get()
    }

    pub fn toggle(self) {
        let told = (self.name.get_value(), !self.open.get_untracked());
        self.all.0.update(|all| {
            all.retain(|(known, _)| *known != told.0);
            all.push(told);
        });
    }
}

/// What the screen shows.
#[derive(Clone, Copy)]
pub struct Screen {
    /// Flow, run, step and task, as far as it has them.
    pub parts: Memo<Vec<String>>,
    /// How that task went, once it is known: in this group it is.
    pub status: Memo<Option<Status>>,
}

impl Screen {
    /// The id of the task that is shown, if it is one of this step.
    pub fn task_of(self, step: &str) -> Option<String> {
        self.parts.with(|parts| {
            let [.., of, task] = parts.get(..4)? else {
                return None;
            };
            (of == step).then(|| task.clone())
        })
    }
}

/// A place in the tree: one knows of itself whether it is what the screen shows, so that
/// the tree stays as it is while one walks through it.
#[derive(Clone)]
pub struct Spot {
    pub here: Screen,
    own: Vec<String>,
    /// It stands for all that is in it.
    whole: bool,
}

impl Spot {
    pub fn of(here: Screen, run: &RunPath, rest: &[&str]) -> Self {
        let mut own = vec![run.flow.clone(), run.run.clone()];
        own.extend(rest.iter().map(|part| (*part).to_owned()));
        Self {
            here,
            own,
            whole: false,
        }
    }

    pub fn whole(self) -> Self {
        Self {
            whole: true,
            ..self
        }
    }

    pub fn has_screen(&self) -> bool {
        let parts = self.here.parts;
        parts.with(|here| here.starts_with(&self.own))
    }

    /// The screen is within it, and nothing else is there to tell.
    pub fn hides_screen(&self) -> bool {
        self.has_screen() && !self.is_screen()
    }

    pub fn is_screen(&self) -> bool {
        match self.whole {
            true => self.has_screen(),
            false => self.here.parts.with(|here| *here == self.own),
        }
    }
}
