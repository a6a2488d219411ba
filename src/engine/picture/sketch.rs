//! Steps as boxes and what follows what, before anything has a place.

use super::absence::{Absence, absences};
use super::cycles::cycles;
use super::fan::Fan;
use super::faults::{astray, cycle_without_switch};
use super::groups::{Group, groups, groups_of, over};
use super::{EdgeNote, StandsFor, StepNode, Ways};
use crate::engine::runs::went_well;
use crate::model::{Graph, GraphStep, Moment, Run, Span, Status, Step, StepKind, Task};
use crate::sorting::{SortedMap, SortedSet};
use crate::text::human::count;

/// A drawing of which nothing has a place yet.
#[derive(Debug, Default)]
pub(super) struct Sketch {
    pub nodes: Vec<StepNode>,
    /// Where each of them stands in the flow's code, or another order of the same use.
    pub orders: Vec<u32>,
    pub pairs: Vec<(usize, usize)>,
    /// One for each pair.
    pub edges: Vec<EdgeNote>,
    pub not_reached: u64,
    pub passed_by: u64,
    pub guessed: bool,
    pub groups: Vec<Group>,
    pub astray: Vec<(String, String)>,
    /// The steps of which no task is recorded though the run went there: the first few.
    pub lost: Vec<String>,
    /// The steps of a cycle without a switch, which no run could go along: the first few.
    pub cycle: Vec<String>,
}

/// How many steps are named of which something is told.
const NAMED: usize = 20;

/// Tiles of all opened steps together: what a page can hold, and no screen shows more.
const TILES: usize = 2000;

/// What is known of a run when it is drawn.
pub(super) struct Drawn<'a> {
    pub run: &'a Run,
    /// Where its switches went, as far as that is known.
    pub ways: &'a Ways,
    /// How many tasks its steps will have, as far as that is known.
    pub expected: &'a SortedMap<String, u64>,
    pub now: Moment,
}

/// The steps of a run.
pub(super) fn of_steps(drawn: &Drawn<'_>, only_reached: bool, opened: bool) -> Sketch {
    let (run, ways) = (drawn.run, drawn.ways);
    let guessed = run.graph.is_none();
    let graph = run.graph.clone().unwrap_or_else(|| graph_of_steps(run));
    let known: SortedSet<&str> = graph.steps.iter().map(|step| step.name.as_str()).collect();
    let recorded: SortedMap<&str, &Step> = run
        .steps
        .iter()
        .map(|step| (step.name.as_str(), step))
        .collect();
    let depths = foreach_depths(&graph);
    let of_graph = graph.steps.iter().zip(depths);
    let expected = |name: &str| drawn.expected.get(name).copied().unwrap_or(0);
    let of_graph = of_graph.map(|(step, depth)| Known {
        name: &step.name,
        in_graph: Some(step),
        step: recorded.get(step.name.as_str()).copied(),
        expected: expected(&step.name),
        depth,
    });
    let others = run.steps.iter();
    let others = others.filter(|step| !known.contains(step.name.as_str()));
    let others = others.map(|step| Known {
        name: &step.name,
        in_graph: None,
        step: Some(step),
        expected: expected(&step.name),
        depth: 0,
    });
    let mut all: Vec<Known<'_>> = of_graph.chain(others).collect();
    let not_reached = all.iter().filter(|known| !known.is_reached()).count() as u64;
    if only_reached {
        all.retain(Known::is_reached);
    }
    let place: SortedMap<&str, usize> = all
        .iter()
        .enumerate()
        .map(|(at, known)| (known.name, at))
        .collect();
    let of_graph = run.graph.as_ref().map(groups_of).unwrap_or_default();
    let absences = &absences(run, ways, &of_graph);
    let of_kind = |wanted: Absence| {
        let names = graph.steps.iter().map(|step| step.name.as_str());
        names.filter(move |name| absences.get(name) == Some(&wanted))
    };
    let mut sketch = Sketch {
        not_reached,
        passed_by: of_kind(Absence::NotTaken).count() as u64,
        guessed,
        lost: of_kind(Absence::Lost)
            .take(NAMED)
            .map(str::to_owned)
            .collect(),
        cycle: cycle_without_switch(&graph)
            .into_iter()
            .take(NAMED)
            .collect(),
        astray: astray(run).take(NAMED).collect(),
        ..Sketch::default()
    };
    let fans = all.iter().filter(|known| known.tasks().len() > 1).count();
    let tiles_each = TILES / fans.max(1);
    for (at, known) in all.iter().enumerate() {
        let mut node = step_node(known, drawn.now);
        node.absence = absences.get(known.name).copied().unwrap_or_default();
        if opened && known.tasks().len() > 1 {
            node.fan = Some(Fan::of(known.tasks(), tiles_each, drawn.now));
        }
        sketch.nodes.push(node);
        let line = known.in_graph.and_then(|step| step.line);
        let line = line.and_then(|line| u32::try_from(line).ok());
        sketch.orders.push(line.unwrap_or(at as u32));
    }
    let variable = |opener: &GraphStep| {
        let known = place.get(opener.name.as_str()).and_then(|at| all.get(*at));
        variable(opener, known.map_or(0, |known| known.depth), &recorded)
    };
    let closing = cycles(&places_of_next(&all, &place));
    for (from, known) in all.iter().enumerate() {
        let Some(step) = known.in_graph else {
            continue;
        };
        let ways = ways.get(&step.name);
        for next in &step.next {
            let Some(to) = place.get(next.as_str()).copied() else {
                continue;
            };
            let mut note = edge_note(step, known, next, all.get(to), variable);
            note.taken &= !closing.back.contains(&(from, to)) || went_back(known, all.get(to));
            // Another way may have led there.
            note.taken &= ways.is_none_or(|ways| ways.contains(next));
            sketch.pairs.push((from, to));
            sketch.edges.push(note);
        }
    }
    sketch.groups = groups(&graph, &place, variable);
    sketch
}

/// What is known of a step: by the graph, by records, or by both.
pub(super) struct Known<'a> {
    pub name: &'a str,
    pub in_graph: Option<&'a GraphStep>,
    pub step: Option<&'a Step>,
    /// How many tasks it will have, as far as that is known.
    pub expected: u64,
    pub depth: u8,
}

impl<'a> Known<'a> {
    fn tasks(&self) -> &'a [Task] {
        self.step
            .map(|step| step.tasks.as_slice())
            .unwrap_or_default()
    }

    fn is_reached(&self) -> bool {
        !self.tasks().is_empty()
    }

    /// Those that have begun, and those that will.
    fn all_tasks(&self) -> u64 {
        self.expected.max(self.tasks().len() as u64)
    }
}

/// Without a recorded graph: the steps as they began, in one line.
fn graph_of_steps(run: &Run) -> Graph {
    let steps = run.steps.iter().map(|step| GraphStep {
        name: step.name.clone(),
        kind: StepKind::Linear,
        doc: String::new(),
        line: None,
        next: Vec::new(),
        decorators: Vec::new(),
    });
    Graph {
        steps: steps.collect(),
        ..Graph::default()
    }
}

/// How many foreach loops each step stands in.
pub(super) fn foreach_depths(graph: &Graph) -> Vec<u8> {
    let named = graph.steps.iter().enumerate();
    let place: SortedMap<&str, usize> = named.map(|(at, step)| (step.name.as_str(), at)).collect();
    let next: Vec<Vec<usize>> = graph
        .steps
        .iter()
        .map(|step| {
            let next = step.next.iter();
            next.filter_map(|name| place.get(name.as_str()).copied())
                .collect()
        })
        .collect();
    // The first step that leads to each, and whether another one does.
    let mut before: Vec<Option<(usize, bool)>> = vec![None; graph.steps.len()];
    for (from, next) in next.iter().enumerate() {
        for to in next {
            let Some(before) = before.get_mut(*to) else {
                continue;
            };
            *before = match *before {
                None => Some((from, false)),
                Some((first, more)) => Some((first, more || first != from)),
            };
        }
    }
    let mut depths: Vec<Option<u8>> = vec![None; graph.steps.len()];
    let start = place.get(graph.start.as_str());
    let mut todo: Vec<(usize, u8)> = start.map(|start| (*start, 0)).into_iter().collect();
    while let Some((at, depth)) = todo.pop() {
        let Some(step) = graph.steps.get(at) else {
            continue;
        };
        // A join with one step before it gathers a foreach; with several it gathers branches.
        let gathers = match before.get(at).copied().flatten() {
            Some((first, false)) => depths.get(first).is_some_and(Option::is_some),
            _ => false,
        };
        let depth = match step.kind == StepKind::Join && gathers {
            true => depth.saturating_sub(1),
            false => depth,
        };
        let Some(known) = depths.get_mut(at) else {
            continue;
        };
        if known.is_some_and(|known| known <= depth) {
            continue;
        }
        *known = Some(depth);
        let opens = matches!(step.kind, StepKind::Foreach { .. } | StepKind::Parallel);
        let below = match opens {
            true => depth.saturating_add(1).min(8),
            false => depth,
        };
        let next = next.get(at).into_iter().flatten();
        todo.extend(next.map(|next| (*next, below)));
    }
    depths.into_iter().map(Option::unwrap_or_default).collect()
}

pub(super) fn step_node(known: &Known<'_>, now: Moment) -> StepNode {
    let (tasks, step, in_graph) = (known.tasks(), known.step, known.in_graph);
    let mix = Status::tally(tasks.iter().map(|task| task.status));
    let ended = tasks.iter().filter(|task| task.running_since().is_none());
    let worked = tasks.iter().filter_map(|task| task.worked(now));
    StepNode {
        name: known.name.to_owned(),
        stands_for: StandsFor::Step,
        status: step.map_or(Status::Skipped, Step::status),
        tasks: tasks.len() as u64,
        coming: known.all_tasks() - tasks.len() as u64,
        failed: step.map_or(0, Step::failed),
        caught: tasks.iter().filter(|task| task.is_caught()).count() as u64,
        duration: step.and_then(|step| step.took(now)),
        worked: worked.reduce(|sum, one| Span(sum.0.saturating_add(one.0))),
        median: Span::median(ended.filter_map(|task| task.took(now)).collect()),
        kind: in_graph.map(kind_word).unwrap_or_default(),
        decorators: in_graph
            .map(|step| step.decorators.iter().map(|one| one.line()).collect())
            .unwrap_or_default(),
        doc: in_graph
            .map(|step| step.doc.trim().to_owned())
            .unwrap_or_default(),
        depth: known.depth,
        mix,
        fan: None,
        absence: Absence::NotReached,
    }
}

pub(in crate::engine) fn kind_word(step: &GraphStep) -> String {
    match &step.kind {
        StepKind::Linear | StepKind::End => String::new(),
        StepKind::Split => "split".to_owned(),
        StepKind::Foreach { .. } => "foreach".to_owned(),
        StepKind::Parallel => "parallel".to_owned(),
        StepKind::Switch { .. } => "switch".to_owned(),
        StepKind::Join => "join".to_owned(),
    }
}

/// Where each box leads to.
fn places_of_next(all: &[Known<'_>], place: &SortedMap<&str, usize>) -> Vec<Vec<usize>> {
    let next = all.iter().map(|known| {
        let next = known.in_graph.into_iter().flat_map(|step| &step.next);
        next.filter_map(|name| place.get(name.as_str()).copied())
            .collect()
    });
    next.collect()
}

/// Whether a run went along an edge that leads back: the step was gone through again.
fn went_back(from: &Known<'_>, to: Option<&Known<'_>>) -> bool {
    let Some(to) = to else {
        return false;
    };
    let is_again = |task: &Task| task.iteration.is_some_and(|number| number > 0);
    if to.tasks().iter().any(is_again) {
        return true;
    }
    let first_end = from.tasks().iter().filter_map(Task::ended).min();
    let is_after = |task: &Task| {
        task.started()
            .zip(first_end)
            .is_some_and(|(at, end)| at >= end)
    };
    from.name != to.name && to.tasks().len() > 1 && to.tasks().iter().any(is_after)
}

/// What the tasks of a foreach are told apart by: the variables that name them, else its
/// list. So many loops are around it, whose variables are not its own.
fn variable(opener: &GraphStep, around: u8, recorded: &SortedMap<&str, &Step>) -> String {
    let first = opener.next.iter();
    let mut first = first.filter_map(|name| recorded.get(name.as_str())?.tasks.first());
    let frames = first.next().into_iter().flat_map(|task| &task.foreach);
    let own = frames.skip(usize::from(around));
    let names = own.filter_map(|frame| frame.label.as_ref());
    let names: Vec<&str> = names.map(|(name, _)| name.as_str()).collect();
    match names.is_empty() {
        true => over(opener),
        false => names.join(", "),
    }
}

fn edge_note(
    step: &GraphStep,
    from: &Known<'_>,
    next: &str,
    to: Option<&Known<'_>>,
    variable: impl Fn(&GraphStep) -> String,
) -> EdgeNote {
    let taken = from.is_reached() && to.is_some_and(Known::is_reached);
    let joins = to.and_then(|to| to.in_graph);
    let joins = joins.is_some_and(|to| to.kind == StepKind::Join);
    let tasks = from.tasks();
    let words = match &step.kind {
        StepKind::Foreach { .. } => format!("foreach {}", variable(step)),
        StepKind::Switch { on, cases } => {
            let values: Vec<&str> = cases
                .iter()
                .filter(|(_, step)| step == next)
                .map(|(value, _)| value.as_str())
                .collect();
            format!("{on} is {}", values.join(" or "))
        }
        _ if !taken && from.all_tasks() > 1 && joins => {
            let arrived = tasks.iter().filter(|task| went_well(task.status)).count();
            let all = count(from.all_tasks());
            format!("waits for all {all}, {} arrived", count(arrived as u64))
        }
        _ => String::new(),
    };
    EdgeNote {
        taken,
        words,
        is_roomy: true,
    }
}
