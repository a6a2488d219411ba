//! The field that finds steps and tasks of the run by their names: what does not match fades,
//! and Enter goes from one that matches to the next.
//!
//! Where steps are drawn, all tasks of the run are looked through, in the engine; where tasks
//! are, these.

use super::walk::in_reading_order;
use crate::browser::letters::lower;
use crate::engine::picture::sought::{Hit, Hits};
use crate::engine::picture::{Depth, PictureView, StandsFor, StepNode, Tile};
use crate::engine::rail::find::{RailFindQuery, RailFindView};
use crate::engine::tasks::have_text;
use crate::model::RunPath;
use crate::sorting::SortedSet;
use crate::text::human;
use crate::ui::ask::{Found, answer};
use crate::ui::dom::prelude::*;
use crate::ui::parts::controls::search_input;
use crate::ui::parts::marks::icon;
use std::rc::Rc;

/// What is looked for.
#[derive(Clone, Copy)]
pub(super) struct Sought {
    typed: RwSignal<String>,
    /// In small letters.
    text: Memo<String>,
    found: Found<RailFindView>,
    /// The drawing is of tasks.
    is_lineage: Memo<bool>,
    /// The task that was gone to last: its step, and its id.
    pub task: RwSignal<Option<(String, String)>>,
}

/// What of the drawing has it.
pub(super) struct Having {
    text: String,
    /// The steps that have it, they or tasks of theirs, as soon as they are known.
    steps: Option<SortedSet<String>>,
    task: Option<(String, String)>,
}

/// How a tile stands to what is looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Looks {
    Plain,
    Faded,
    /// It was gone to.
    Reached,
}

impl Sought {
    pub fn new(run: RunPath, depth: Memo<Depth>) -> Self {
        let typed = RwSignal::new(String::new());
        let text = Memo::new(move |_| lower(typed.get().trim()));
        let is_lineage = Memo::new(move |_| matches!(depth.get(), Depth::Lineage { .. }));
        let found = answer(move || {
            let text = text.get();
            (!text.is_empty() && !is_lineage.get()).then(|| RailFindQuery {
                run: run.clone(),
                text,
            })
        });
        let task = RwSignal::new(None);
        react(move || {
            text.track();
            task.set(None);
        });
        Self {
            typed,
            text,
            found,
            is_lineage,
            task,
        }
    }

    /// What is looked for, as it was typed.
    pub fn text(self) -> String {
        self.typed.get_untracked().trim().to_owned()
    }

    /// What was found of just this text.
    fn known(self) -> Option<Rc<RailFindView>> {
        let text = self.text.get();
        self.found.value().filter(|view| view.text == text)
    }

    pub fn having(self) -> Having {
        let steps = self.known().map(|view| {
            let names = view.steps.iter().map(|step| step.name.clone());
            names.collect()
        });
        Having {
            text: self.text.get(),
            steps,
            task: self.task.get(),
        }
    }

    /// All of it, as soon as it is known: found once for a text, of very many boxes too.
    fn hits(self, drawn: Found<PictureView>) -> Memo<Option<Hits>> {
        let order = Memo::new(move |_| {
            let view = drawn.value();
            view.map_or_else(Vec::new, |view| in_reading_order(&view).collect::<Vec<_>>())
        });
        Memo::new(move |_| {
            let text = self.text.get();
            let view = drawn.value().filter(|_| !text.is_empty())?;
            if !self.is_lineage.get() {
                let known = self.known()?;
                return Some(order.with(|order| Hits::of_run(&view, order, &known)));
            }
            let has_text = |at: &usize| {
                let node = view.nodes.get(*at);
                node.is_some_and(|node| has_text(node, &text))
            };
            Some(order.with(|order| Hits::of_boxes(order.iter().copied().filter(has_text))))
        })
    }
}

impl Having {
    pub fn fades(&self, node: &StepNode) -> bool {
        match &self.steps {
            _ if self.text.is_empty() => false,
            Some(steps) => !steps.contains(node.name.as_str()),
            None => !has_text(node, &self.text),
        }
    }

    pub fn looks(&self, step: &StepNode, tile: &Tile) -> Looks {
        let is_reached = |(name, id): &(String, String)| *name == step.name && *id == tile.id;
        // Of a step that is found by its own name no task is told from the others.
        let has = || lower(&step.name).contains(&self.text) || tile_has(step, tile, &self.text);
        match self.text.is_empty() {
            true => Looks::Plain,
            false if self.task.as_ref().is_some_and(is_reached) => Looks::Reached,
            false if has() => Looks::Plain,
            false => Looks::Faded,
        }
    }
}

/// Whether a box has this text, which is in small letters, in its name or in its value, or
/// in those of a task that is shown in it.
fn has_text(node: &StepNode, text: &str) -> bool {
    let label = match &node.stands_for {
        StandsFor::Task { label, .. } => label.as_deref().unwrap_or_default(),
        _ => "",
    };
    let mut tiles = node.fan.iter().flat_map(|fan| &fan.tiles);
    have_text(&lower(&node.name), &lower(label), text)
        || tiles.any(|tile| tile_has(node, tile, text))
}

fn tile_has(step: &StepNode, tile: &Tile, text: &str) -> bool {
    let path = format!("{}/{}", step.name, tile.id);
    have_text(&lower(&path), &lower(&tile.label), text)
}

pub(super) fn find(
    sought: Sought,
    drawn: Found<PictureView>,
    here: impl Fn() -> Option<usize> + Clone + 'static,
    go: impl Fn(&Hit) + 'static,
) -> View {
    let all = sought.hits(drawn);
    let place = move |hits: &Hits, here: Option<usize>, task: Option<(String, String)>| {
        let id = task.as_ref().map(|(_, id)| id.as_str());
        // Another box was chosen since.
        hits.here(here, id).or_else(|| hits.here(here, None))
    };
    let told_here = here.clone();
    let told = move || {
        let here = told_here();
        all.with(|all| {
            let all = all.as_ref()?;
            let at = place(all, here, sought.task.get());
            let count = human::count(all.total());
            Some(match at.and_then(|at| all.get(at)) {
                _ if all.total() == 0 => "none".to_owned(),
                Some(hit) => format!("{} of {count}", human::count(hit.nth)),
                None => count,
            })
        })
    };
    let in_words = move || {
        all.with(|all| {
            let all = all.as_ref().filter(|all| all.tasks > 0)?;
            let tasks = human::counted(all.tasks, "task", "tasks");
            Some(match all.steps {
                0 => tasks,
                steps => format!("{} and {tasks}", human::counted(steps, "step", "steps")),
            })
        })
    };
    let is_lineage = sought.is_lineage;
    let (go, here) = (Rc::new(go), Rc::new(here));
    let field = move || {
        let label = match is_lineage.get() {
            true => "Find task",
            false => "Find step or task",
        };
        let (go, here) = (go.clone(), here.clone());
        search_input(label, move |text| sought.typed.set(text))
            // It stays what it is where only its name is another one.
            .property("value", move || sought.typed.get())
            .on_key(move |event| {
                if event.key() != "Enter" {
                    return;
                }
                event.prevent_default();
                let next = all.with_untracked(|all| {
                    let all = all.as_ref()?;
                    let here = place(all, here(), sought.task.get_untracked());
                    all.next(here, event.shift_key()).cloned()
                });
                if let Some(next) = next {
                    go(&next);
                }
            })
    };
    el::label()
        .class("field s")
        .child(icon("search", ""))
        .child(field)
        .child(
            el::output()
                .class("faint small")
                .attr("title", in_words)
                .child(told),
        )
        .into_view()
}
