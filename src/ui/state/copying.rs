//! What is copied: a link to this view, and the lines by which Python reaches it.

use super::{App, local_name};
use crate::browser::{address, private};
use crate::engine::python::PythonQuery;
use crate::model::AttemptNumber;
use crate::source::http::signed::parted;
use crate::ui::ask::once;
use crate::ui::dom::prelude::*;
use crate::ui::given;

impl App {
    /// Copies, and says what was copied.
    pub fn copy(self, text: String, what: impl Into<String>) {
        let what = what.into();
        crate::browser::clipboard::copy(text, move |copied| {
            if copied {
                self.say(format!("{what} copied"), true);
            } else {
                self.say("The browser did not let the page copy", false);
            }
        });
    }

    pub fn copy_link(self) {
        let mut route = self.route.get_untracked();
        if given::is_coming(self, &route.sources) {
            self.link_awaited.set_value(true);
            return;
        }
        let names = |source: &String| local_name(source).map(str::to_owned);
        let files: Vec<String> = route.sources.iter().filter_map(names).collect();
        let mut sources = route.sources.iter();
        let is_private = |source: &String| private::is_private(source) || parted(source).is_some();
        let what = match (sources.any(is_private), files.is_empty()) {
            (true, _) => {
                "Link to this view without your key, which others are asked for:".to_owned()
            }
            (false, true) => "Link to this view".to_owned(),
            (false, false) => format!("Link for who has {}:", files.join(" and ")),
        };
        for source in &mut route.sources {
            let linked = given::linked(self, source);
            *source = parted(&linked).map_or(linked, |(bare, _)| bare);
        }
        self.copy(address::link(&route.to_hash()), what);
    }

    /// Copies the lines by which the engine's client reaches this place.
    pub fn copy_python(self) {
        let (parts, attempt) = self.route.with_untracked(|route| {
            let parts = route.place.parts().into_iter();
            (parts.map(str::to_owned).collect(), route.attempt)
        });
        let at = self.route.with_untracked(|route| route.at.clone());
        self.copy_python_of(parts, attempt, at.unwrap_or_default());
    }

    pub fn copy_python_of(self, parts: Vec<String>, attempt: Option<AttemptNumber>, at: String) {
        let question = PythonQuery {
            parts,
            attempt,
            at,
            namespace: self.route.with_untracked(|route| route.namespace.clone()),
            tab: self.route.with_untracked(|route| route.tab.clone()),
            tags: self
                .route
                .with_untracked(|route| route.filters.tags.clone()),
        };
        once(self, question, move |python| {
            self.copy(python.lines, "Python for this place");
        });
    }
}
