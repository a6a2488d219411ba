//! What is typed above a drawing, among all steps and tasks of the run: from which one goes to
//! which, and where a task is drawn.

use super::{Depth, PictureView, StepNode};
use crate::engine::rail::find::RailFindView;
use crate::sorting::SortedMap;

/// What was found, in the order of the drawing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hits {
    /// Those that one goes to: of very many tasks the first.
    all: Vec<Hit>,
    pub steps: u64,
    pub tasks: u64,
}

/// A box that was found by its own name, or a task.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// The box, of a task that of its step.
    pub at: usize,
    pub task: Option<String>,
    /// Which one it is of all that were found, from 1 on.
    pub nth: u64,
    /// How many tasks of the same step were found.
    pub alike: u64,
}

/// Where a task is in a drawing of steps.
#[derive(Clone, Debug, PartialEq)]
pub enum Drawn {
    /// The box of its step is its own.
    Box,
    /// A tile of the opened step.
    Tile(usize),
    /// Its step could be opened.
    Closed,
    /// Nowhere: more tasks are left out than drawn.
    Left,
}

impl Hits {
    /// Boxes that were found by their names.
    pub fn of_boxes(boxes: impl Iterator<Item = usize>) -> Self {
        let mut hits = Self::default();
        for at in boxes {
            hits.steps += 1;
            let nth = hits.steps;
            hits.all.push(Hit {
                at,
                task: None,
                nth,
                alike: 0,
            });
        }
        hits
    }

    /// Steps and tasks that were found, of a drawing whose boxes stand in this order.
    pub fn of_run(view: &PictureView, order: &[usize], found: &RailFindView) -> Self {
        let named = found.steps.iter();
        let named: SortedMap<&str, _> = named.map(|step| (step.name.as_str(), step)).collect();
        let mut hits = Self::default();
        for at in order.iter().copied() {
            let node = view.nodes.get(at);
            let Some(step) = node.and_then(|node| named.get(node.name.as_str())) else {
                continue;
            };
            let before = hits.total();
            if step.whole {
                hits.steps += 1;
            } else {
                hits.tasks = hits.tasks.saturating_add(step.matching);
            }
            let ids = step.tasks.iter().map(|task| Some(task.id.clone()));
            let found = step.whole.then_some(None).into_iter().chain(ids);
            let found = found.zip(1..).map(|(task, nth)| Hit {
                at,
                task,
                nth: before.saturating_add(nth),
                alike: if step.whole { 0 } else { step.matching },
            });
            hits.all.extend(found);
        }
        hits
    }

    pub fn total(&self) -> u64 {
        self.steps.saturating_add(self.tasks)
    }

    /// The one that is looked at: a box, or a task of it.
    pub fn here(&self, at: Option<usize>, task: Option<&str>) -> Option<usize> {
        let is_here = |hit: &Hit| Some(hit.at) == at && hit.task.as_deref() == task;
        self.all.iter().position(is_here)
    }

    pub fn get(&self, place: usize) -> Option<&Hit> {
        self.all.get(place)
    }

    /// The one that comes after the one that is looked at, or before it; around the ends.
    pub fn next(&self, here: Option<usize>, back: bool) -> Option<&Hit> {
        let last = self.all.len().checked_sub(1)?;
        self.all.get(match (here, back) {
            (None, false) => 0,
            (None | Some(0), true) => last,
            (Some(at), true) => at - 1,
            (Some(at), false) if at >= last => 0,
            (Some(at), false) => at + 1,
        })
    }
}

impl Drawn {
    /// Where a task of the step in this box is.
    pub fn of(node: &StepNode, id: &str, depth: &Depth) -> Self {
        if let Some(fan) = &node.fan {
            let tile = fan.tiles.iter().position(|tile| tile.id == id);
            return tile.map_or(Drawn::Left, Drawn::Tile);
        }
        match depth {
            _ if node.tasks <= 1 => Drawn::Box,
            Depth::Steps => Drawn::Closed,
            _ => Drawn::Left,
        }
    }
}
