//! What is said of a task that is pointed at in a picture, and the way to it.

use super::super::super::ask::{Found, Ticketed};
use crate::engine::siblings::Chosen;
use crate::engine::siblings::scalar::ScalarKind;
use crate::engine::siblings::sibling::{SiblingQuery, SiblingView};
use crate::model::pathspec::shown_task;
use crate::text::human;
use crate::ui::dom::prelude::*;
use crate::ui::parts::marks::glyph;
use crate::ui::state::{App, span};

#[derive(Clone, Copy)]
pub(in super::super) struct Tip {
    app: App,
    of: Memo<Chosen>,
    found: Found<Option<SiblingView>>,
    opening: Ticketed,
}

/// What a tip stands beside, in the window.
pub(in super::super) struct Beside {
    pub left: f64,
    pub right: f64,
    pub top: f64,
    pub bottom: f64,
}

/// How much room a tip takes at most, about.
const WIDE: f64 = 320.0;
const HIGH: f64 = 110.0;

impl Tip {
    pub fn new(app: App, of: Memo<Chosen>, found: Found<Option<SiblingView>>) -> Self {
        Self {
            app,
            of,
            found,
            opening: Ticketed::new(),
        }
    }

    pub fn value(self) -> Option<SiblingView> {
        let value = self.found.value()?;
        Option::clone(&value)
    }

    /// Goes to the task that a question is about.
    pub fn open(self, question: SiblingQuery) {
        self.opening.ask(
            question,
            |_| {},
            move |answer| {
                if let (Ok(Some(view)), Some(of)) = (answer, self.of.try_get_untracked()) {
                    let route = self.app.task_route(&of.run.task(&of.step, &view.id));
                    self.app.go(route);
                }
            },
        );
    }

    pub fn floating(self, view: &SiblingView, beside: Beside) -> View {
        let window = window();
        let length = |length: Result<wasm_bindgen::JsValue, _>| {
            length
                .ok()
                .and_then(|length| length.as_f64())
                .unwrap_or(1000.0)
        };
        let (width, height) = (length(window.inner_width()), length(window.inner_height()));
        let wide = WIDE.min(width - 16.0);
        let x = match beside.right + 8.0 + wide <= width {
            true => beside.right + 8.0,
            false => (beside.left - 8.0 - wide).max(8.0),
        };
        let y = match beside.bottom + 8.0 + HIGH <= height {
            true => beside.bottom + 8.0,
            false => (beside.top - HIGH).max(8.0),
        };
        let px = |length: f64| format!("{}px", crate::layout::number::number(length));
        let why = view.why.clone().map(|why| {
            let failed = view.status == crate::model::Status::Failed;
            el::p().class("mono").class_if("fail", failed).child(why)
        });
        let (title, lines) = self.said(view);
        el::div()
            .class("tip plot-tip")
            .attr("aria-hidden", "true")
            .style("--x", px(x))
            .style("--y", px(y))
            .style("--wide", px(wide))
            .child(
                el::b()
                    .child(glyph(view.status, ""))
                    .child(el::span().child(title)),
            )
            .child(why)
            .child(
                lines
                    .into_iter()
                    .map(|line| el::p().child(line))
                    .collect_view(),
            )
            .into_view()
    }

    /// Title and further lines, without the error.
    fn said(self, view: &SiblingView) -> (String, Vec<String>) {
        let step = self.of.with(|of| of.step.clone());
        let name = view
            .label
            .clone()
            .unwrap_or_else(|| shown_task(&step, &view.id));
        let mut facts = vec![shown_task(&step, &view.id)];
        if view.attempts != 1 {
            facts.push(human::counted(view.attempts, "attempt", "attempts"));
        }
        // What runs has taken as long as it has until it was pointed at.
        if view.duration.is_some() {
            let so_far = view.since.map_or("", |_| " so far");
            facts.push(format!("{}{so_far}", span(view.duration)));
        }
        if view.worked.is_some() {
            facts.push(format!("{} at work", span(view.worked)));
        }
        let mut lines = vec![facts.join(", ")];
        if let Some(value) = view
            .value
            .as_ref()
            .filter(|value| value.kind == ScalarKind::Value)
        {
            lines.insert(0, value.text.clone());
        }
        if !view.statuses.is_empty() {
            let counts = view.statuses.iter();
            let counts: Vec<String> = counts
                .map(|(status, count)| format!("{} {}", human::count(*count), status.in_sentence()))
                .collect();
            let upto = view.last.as_ref().map(|last| format!(" up to {last}"));
            lines.push(format!(
                "This cell: {}{}",
                counts.join(", "),
                upto.unwrap_or_default()
            ));
        }
        (name, lines)
    }

    /// The same as one text.
    pub fn words(self, view: &SiblingView) -> String {
        let (title, lines) = self.said(view);
        let why = view.why.iter().cloned();
        let parts = [title, view.status.in_sentence().to_owned()].into_iter();
        parts.chain(why).chain(lines).collect::<Vec<_>>().join(", ")
    }
}
