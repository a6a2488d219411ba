//! A few tasks above their list: each by name, and how long it took against the others.

use super::plot::{Beside, Tip};
use crate::engine::siblings::cells::{Cell, CellsQuery, CellsView, Form, strength};
use crate::engine::siblings::sibling::{SiblingQuery, Spot};
use crate::engine::siblings::{Chosen, SiblingsView};
use crate::engine::tasks::StripTask;
use crate::model::Status;
use crate::text::human;
use crate::ui::ask::{Found, answer};
use crate::ui::dom::prelude::*;
use crate::ui::parts::marks::{glyph, status_class};
use crate::ui::state::{App, span};

/// So many of those that have not begun have a place.
const COMING: u64 = 40;

#[derive(Clone, Copy)]
pub(super) struct Few {
    app: App,
    chosen: Memo<Chosen>,
    /// Which of them a filter lets through, where there is one.
    filtered: Found<CellsView>,
    /// The task that is pointed at, by its place.
    pointed: RwSignal<Option<u64>>,
    tip: Tip,
}

impl Few {
    /// `is_shown`: whether the tasks are few enough.
    pub fn new(app: App, chosen: Memo<Chosen>, is_shown: Memo<bool>) -> Self {
        let filtered = answer(move || {
            let of = chosen.get();
            let is_filtered = !of.text.trim().is_empty() || !of.statuses.is_empty();
            (is_filtered && is_shown.get()).then_some(CellsQuery {
                of,
                form: Form::Strip,
                columns: 1000,
                most: 1000,
            })
        });
        let pointed = RwSignal::new(None);
        let sibling = answer(move || {
            Some(SiblingQuery {
                spot: Spot::Place(chosen.get(), pointed.get()?),
                column: None,
            })
        });
        Self {
            app,
            chosen,
            filtered,
            pointed,
            tip: Tip::new(app, chosen, sibling),
        }
    }

    /// One cell for each task in the order of the foreach, with its values, in as many rows as
    /// it takes; the style sheet knows how wide the screen is.
    pub fn strip(self, view: &SiblingsView) -> View {
        let count = view.few.len();
        let median = view.spread.map_or(0.0, |spread| spread.median);
        let names = view.few.iter().map(|task| task.short.chars().count());
        let widest = names.max().unwrap_or(0).clamp(4, 18);
        let cells = view.few.iter().zip(0..);
        let cells = cells.map(|(task, at)| self.cell(task, at, median));
        let label = format!(
            "{}; the list below says the same",
            human::counted(count as u64, "task", "tasks")
        );
        let swatches = (1..=5u32)
            .map(|n| el::i().class("bar swatch").attr("data-d", n))
            .collect_view();
        let by = match view.foreach.as_slice() {
            [] => "each cell one task".to_owned(),
            names => format!("each cell one task, by {}", names.join(" / ")),
        };
        let coming = view.head.coming;
        let places = coming.min(COMING);
        let place = || {
            el::span()
                .class("coming")
                .child(el::span().class("cut-end").child("\u{a0}"))
                .child(el::i().class("bar"))
        };
        let is_there = |status: Status| view.statuses.iter().any(|(one, _)| *one == status);
        let named = [(Status::Retried, "retried"), (Status::Failed, "failed")];
        let named = named.into_iter().filter(|(status, _)| is_there(*status));
        let named =
            named.map(|(status, word)| el::span().child(glyph(status, "glyph-s")).child(word));
        el::figure()
            .class("strip")
            .attr("aria-label", "All tasks")
            .child(
                el::div()
                    .class("cells named")
                    .style("--n", count as u64 + places)
                    .style("--ch", widest)
                    .attr("role", "group")
                    .attr("aria-label", label)
                    .child(cells.collect_view())
                    .child((0..places).map(|_| place()).collect_view()),
            )
            .child(
                el::figcaption()
                    .class("legend")
                    .child(el::span().child(by))
                    .child((coming > 0).then(|| {
                        let told = format!("{} not started", human::count(coming));
                        el::span().child(told)
                    }))
                    .child(move || self.matching())
                    .child(
                        el::span()
                            .class("push")
                            .child("faster ")
                            .child(swatches)
                            .child(" slower"),
                    )
                    .child(named.collect_view()),
            )
            .child(move || self.floating())
            .into_view()
    }

    fn cell(self, task: &StripTask, at: u64, median: f64) -> View {
        let of = self.chosen.get_untracked();
        let path = of.run.task(&task.step, &task.id);
        let label = format!(
            "{}, {}, {}",
            task.label,
            task.status.in_sentence(),
            span(task.duration)
        );
        let class = match task.status {
            Status::Succeeded => "bar".to_owned(),
            status => format!("bar {}", status_class(status)),
        };
        // Five strengths by duration, for what went as planned.
        let strength = (task.status == Status::Succeeded)
            .then(|| u32::from(strength(task.duration, median).max(1)));
        let name = el::span().class("cut-end").child(task.short.clone());
        let point = move |to: Option<u64>| {
            if self.pointed.get_untracked() != to {
                self.pointed.set(to);
            }
        };
        el::a()
            .attr("id", place_id(at))
            .attr("href", self.app.task_href(&path))
            .attr("aria-label", label)
            .attr("data-out", move || self.is_out(at).then_some(""))
            .class_if("fail", task.status == Status::Failed)
            .on_mouse("mouseenter", move |_| point(Some(at)))
            .on_mouse("mouseleave", move |_| point(None))
            .on("focus", move |_| point(Some(at)))
            .on("blur", move |_| point(None))
            .child(name)
            .child(el::i().class(class).attr("data-d", strength))
            .into_view()
    }

    fn is_out(self, at: u64) -> bool {
        let cells = self.filtered.value();
        let byte = cells.and_then(|view| view.cells.get(usize::try_from(at).ok()?).copied());
        byte.and_then(Cell::read).is_some_and(|cell| cell.is_out)
    }

    fn matching(self) -> Option<Element> {
        let view = self.filtered.value()?;
        let told = format!(
            "{} of {} match the filter",
            human::count(view.matching),
            human::count(view.total)
        );
        Some(el::span().child(told))
    }

    fn floating(self) -> Option<View> {
        let at = self.pointed.get()?;
        let view = self.tip.value().filter(|view| view.at == at)?;
        let cell = document().get_element_by_id(&place_id(at))?;
        let edges = cell.get_bounding_client_rect();
        Some(self.tip.floating(
            &view,
            Beside {
                left: edges.left(),
                right: edges.right(),
                top: edges.top(),
                bottom: edges.bottom(),
            },
        ))
    }
}

fn place_id(at: u64) -> String {
    format!("few-{at}")
}
