//! One task, what led to it and what it led to, as boxes and links.
//!
//! From the task one goes level by level, up along parents and then down along children.
//! Of the tasks of a step that a level finds only some are drawn, the worst first, and
//! only those lead on; the others are one box together. So the work and the drawing
//! stay small whatever the run.
//!
//! Metaflow's client takes all iterations of a step that leads to itself for parents and
//! children of one another. Here each leads to the next one, and the last one leads on.

use super::absence::Absence;
use super::sketch::Sketch;
use super::{EdgeNote, StandsFor, StepNode};
use crate::engine::Work;
use crate::engine::ask::Failure;
use crate::engine::kin::{Kin, Relatives};
use crate::engine::loaded::LoadedRun;
use crate::formats::metaflow::run::foreach_path;
use crate::model::{Graph, Moment, Run, Span, Status, Task};
use crate::sorting::{SortedMap, SortedSet, sort_by_key};
use crate::source::Pace as _;
use crate::text::human::{count, counted};

/// Tasks of one step that are drawn one by one, in each of the two ways.
const OF_STEP: usize = 24;
/// Tasks that are drawn one by one.
const MOST: usize = 300;

pub(super) async fn sketch(
    loaded: &LoadedRun,
    step: &str,
    id: &str,
    work: &Work,
) -> Result<Sketch, Box<Failure>> {
    let run = &loaded.run;
    let from = run.steps.iter().find(|known| known.name == step);
    let at = from.and_then(|step| step.tasks.iter().position(|task| task.id == id));
    let Some((from, at)) = from.zip(at) else {
        let place = format!("{}/{step}/{id}", loaded.path);
        return Err(Failure::not_found(
            "task",
            &place,
            "other tasks of this run",
        ));
    };
    let nothing = Graph::default();
    let graph = run.graph.as_ref().unwrap_or(&nothing);
    let mut lineage = Lineage::new(run, graph, work.host.now());
    let itself: Kin<'_> = (from.name.as_str(), at);
    lineage.draw(itself);
    for upwards in [true, false] {
        let mut level = vec![itself];
        while !level.is_empty() {
            work.breathe().await;
            level = lineage.next_level(&level, upwards);
        }
    }
    let mut sketch = lineage.finish();
    sketch.guessed = run.graph.is_none();
    Ok(sketch)
}

/// Tasks of a step that are not drawn one by one.
#[derive(Default)]
struct Hidden<'a> {
    tasks: SortedSet<usize>,
    /// The drawn tasks that they were found from.
    from: SortedSet<Kin<'a>>,
}

struct Lineage<'a> {
    run: &'a Run,
    now: Moment,
    kinship: Relatives<'a>,
    /// Where the steps stand in the flow's code.
    order: SortedMap<&'a str, u32>,
    drawn: Vec<Kin<'a>>,
    place: SortedMap<Kin<'a>, usize>,
    links: SortedSet<(usize, usize)>,
    /// Of each step the last iteration at each place in the foreach.
    last: SortedMap<&'a str, SortedMap<Option<String>, u64>>,
    /// By way and step: those above first.
    hidden: SortedMap<(bool, &'a str), Hidden<'a>>,
}

impl<'a> Lineage<'a> {
    fn new(run: &'a Run, graph: &'a Graph, now: Moment) -> Self {
        let steps = graph.steps.iter().zip(0..);
        Self {
            run,
            now,
            kinship: Relatives::new(run, graph),
            order: steps.map(|(step, at)| (step.name.as_str(), at)).collect(),
            drawn: Vec::new(),
            place: SortedMap::default(),
            links: SortedSet::default(),
            last: SortedMap::default(),
            hidden: SortedMap::default(),
        }
    }

    fn task(&self, (step, at): Kin<'a>) -> Option<&'a Task> {
        self.run.step(step)?.tasks.get(at)
    }

    fn draw(&mut self, kin: Kin<'a>) -> usize {
        let at = self.drawn.len();
        self.drawn.push(kin);
        self.place.insert(kin, at);
        at
    }

    fn relatives(&mut self, kin: Kin<'a>, upwards: bool) -> Vec<Kin<'a>> {
        let mut found = match (self.task(kin), upwards) {
            (Some(task), true) => self.kinship.parents(kin, task),
            (Some(task), false) => self.kinship.children(kin, task),
            (None, _) => Vec::new(),
        };
        found.retain(|other| match upwards {
            true => self.leads_to(*other, kin),
            false => self.leads_to(kin, *other),
        });
        found
    }

    /// Whether the iterations of the two, if they have some, allow that the one led to the
    /// other.
    fn leads_to(&mut self, from: Kin<'a>, to: Kin<'a>) -> bool {
        let number = |task: Option<&Task>| task.and_then(|task| task.iteration);
        let (before, after) = (number(self.task(from)), number(self.task(to)));
        if from.0 == to.0 {
            return match before.zip(after) {
                Some((before, after)) => before.checked_add(1) == Some(after),
                None => true,
            };
        }
        let is_first = after.is_none_or(|after| after == 0);
        is_first && before.is_none_or(|_| self.is_last(from))
    }

    /// Whether no other task of the same place in the foreach is a later iteration.
    fn is_last(&mut self, kin: Kin<'a>) -> bool {
        let Some(task) = self.task(kin) else {
            return false;
        };
        let step = self.run.step(kin.0);
        let last = self.last.value_or_insert_with(kin.0, || {
            let mut last: SortedMap<Option<String>, u64> = SortedMap::default();
            let tasks = step.map(|step| step.tasks.as_slice()).unwrap_or_default();
            for task in tasks {
                let known = last.value_or_insert_with(foreach_path(&task.foreach), || 0);
                *known = task.iteration.map_or(*known, |number| number.max(*known));
            }
            last
        });
        let last = last.get(&foreach_path(&task.foreach)).copied();
        task.iteration == last
    }

    /// Draws the relatives of these tasks, and says which of them are new.
    fn next_level(&mut self, level: &[Kin<'a>], upwards: bool) -> Vec<Kin<'a>> {
        let mut found: Vec<(Kin<'a>, Kin<'a>)> = Vec::new();
        for from in level {
            let relatives = self.relatives(*from, upwards);
            found.extend(relatives.into_iter().map(|to| (*from, to)));
        }
        let unknown = |to: &Kin<'a>| !self.place.contains_key(to);
        let new: SortedSet<Kin<'a>> = found.iter().map(|(_, to)| *to).filter(unknown).collect();
        let mut new: Vec<Kin<'a>> = new.into_vec();
        // Stable: of equal ones, the order in which they were recorded.
        sort_by_key(&mut new, |kin| self.task(*kin).map(|task| task.status));
        let mut next = Vec::new();
        let mut of_step: SortedMap<&str, usize> = SortedMap::default();
        for kin in new {
            let count = of_step.value_or_insert_with(kin.0, || 0);
            *count += 1;
            if *count <= OF_STEP && self.drawn.len() < MOST {
                self.draw(kin);
                next.push(kin);
            }
        }
        for (from, to) in found {
            let Some(here) = self.place.get(&from).copied() else {
                continue;
            };
            match self.place.get(&to).copied() {
                Some(there) => {
                    let link = if upwards {
                        (there, here)
                    } else {
                        (here, there)
                    };
                    self.links.insert(link);
                }
                None => {
                    let hidden = self
                        .hidden
                        .value_or_insert_with((!upwards, to.0), Hidden::default);
                    hidden.tasks.insert(to.1);
                    hidden.from.insert(from);
                }
            }
        }
        // In the order of the flow, so that it is drawn in that order.
        sort_by_key(&mut next, |(step, at)| {
            (self.order.get(*step).copied().unwrap_or(u32::MAX), *at)
        });
        next
    }

    fn finish(self) -> Sketch {
        let mut sketch = Sketch::default();
        for (step, at) in &self.drawn {
            let Some(task) = self.run.step(step).and_then(|step| step.tasks.get(*at)) else {
                continue;
            };
            sketch.nodes.push(task_node(step, task, self.now));
            sketch.orders.push(*at as u32);
        }
        let mut links = self.links;
        for ((downwards, step), hidden) in self.hidden.iter() {
            let at = sketch.nodes.len();
            let tasks = self.run.step(step).map(|step| step.tasks.as_slice());
            let tasks = tasks.unwrap_or_default();
            let of_them = hidden.tasks.iter().filter_map(|at| tasks.get(*at));
            sketch.nodes.push(more_node(step, *downwards, of_them));
            sketch.orders.push(u32::MAX);
            for from in hidden.from.iter().filter_map(|kin| self.place.get(kin)) {
                let link = match downwards {
                    true => (*from, at),
                    false => (at, *from),
                };
                links.insert(link);
            }
            // Where those of the same step lead that are drawn, these lead too.
            let beside: SortedSet<usize> = self
                .drawn
                .iter()
                .enumerate()
                .filter(|(_, kin)| kin.0 == *step)
                .map(|(at, _)| at)
                .collect();
            let onward: Vec<(usize, usize)> = links
                .iter()
                .filter_map(|(from, to)| match downwards {
                    true => beside.contains(from).then_some((at, *to)),
                    false => beside.contains(to).then_some((*from, at)),
                })
                .collect();
            for link in onward {
                links.insert(link);
            }
        }
        for (from, to) in links.into_vec() {
            sketch.pairs.push((from, to));
            sketch.edges.push(EdgeNote {
                taken: true,
                words: String::new(),
                is_roomy: true,
            });
        }
        sketch
    }
}

fn task_node(step: &str, task: &Task, now: Moment) -> StepNode {
    StepNode {
        name: format!("{step}/{}", task.id),
        stands_for: StandsFor::Task {
            step: step.to_owned(),
            id: task.id.clone(),
            label: task.label(),
            attempts: task.attempts.len() as u64,
        },
        status: task.status,
        tasks: 1,
        coming: 0,
        failed: u64::from(task.status == Status::Failed),
        caught: u64::from(task.is_caught()),
        duration: task.took(now),
        worked: task.worked(now),
        median: None,
        kind: String::new(),
        decorators: Vec::new(),
        doc: String::new(),
        depth: 0,
        mix: Vec::new(),
        fan: None,
        absence: Absence::NotReached,
    }
}

fn more_node<'t>(step: &str, downwards: bool, tasks: impl Iterator<Item = &'t Task>) -> StepNode {
    let mut caught = 0;
    let mix = Status::tally(tasks.map(|task| {
        caught += u64::from(task.is_caught());
        task.status
    }));
    let all: u64 = mix.iter().map(|(_, count)| count).sum();
    let failed = mix.iter().find(|(status, _)| *status == Status::Failed);
    // The same step may have some above and some below.
    let word = if downwards { "more" } else { "more before" };
    StepNode {
        name: format!("{step}: {} {word}", count(all)),
        stands_for: StandsFor::More {
            step: step.to_owned(),
        },
        status: Status::of_group(mix.iter().map(|(status, _)| *status)).unwrap_or(Status::Skipped),
        tasks: all,
        coming: 0,
        failed: failed.map_or(0, |(_, count)| *count),
        caught,
        duration: None::<Span>,
        worked: None,
        median: None,
        kind: String::new(),
        decorators: Vec::new(),
        doc: format!(
            "{} of {step} that are not drawn one by one",
            counted(all, "task", "tasks")
        ),
        depth: 0,
        mix,
        fan: None,
        absence: Absence::NotReached,
    }
}
