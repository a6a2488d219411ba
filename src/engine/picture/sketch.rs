//! Steps as boxes and what follows what, before anything has a place.

use super::fan::Fan;
use super::groups::{Group, groups};
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
}

/// How many steps that name one which is not there are named.
const ASTRAY: usize = 20;

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
    let passed = passed_by(run, ways);
    let mut sketch = Sketch {
        not_reached,
        passed_by: passed.len() as u64,
        guessed,
        ..Sketch::default()
    };
    let fans = all.iter().filter(|known| known.tasks().len() > 1).count();
    let tiles_each = TILES / fans.max(1);
    for (at, known) in all.iter().enumerate() {
        let mut node = step_node(known, drawn.now);
        node.passed_by = node.tasks == 0 && passed.contains(known.name);
        if opened && known.tasks().len() > 1 {
            node.fan = Some(Fan::of(known.tasks(), tiles_each, drawn.now));
        }
        sketch.nodes.push(node);
        let line = known.in_graph.and_then(|step| step.line);
        let line = line.and_then(|line| u32::try_from(line).ok());
        sketch.orders.push(line.unwrap_or(at as u32));
    }
    let is_there = |name: &str| known.contains(name) || recorded.contains_key(name);
    for (from, known) in all.iter().enumerate() {
        let Some(step) = known.in_graph else {
            continue;
        };
        let ways = ways.get(&step.name);
        for next in &step.next {
            let Some(to) = place.get(next.as_str()).copied() else {
                if !is_there(next) && sketch.astray.len() < ASTRAY {
                    sketch.astray.push((step.name.clone(), next.clone()));
                }
                continue;
            };
            let mut note = edge_note(step, known, next, all.get(to));
            // Another way may have led there.
            note.taken &= ways.is_none_or(|ways| ways.contains(next));
            sketch.pairs.push((from, to));
            sketch.edges.push(note);
        }
    }
    sketch.groups = groups(&graph, &place);
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

/// The steps without tasks that the run went past: it ended well without them, or every way
/// to them begins at a switch that took another one. The others were not reached.
pub(in crate::engine) fn passed_by<'a>(run: &'a Run, ways: &Ways) -> SortedSet<&'a str> {
    let Some(graph) = &run.graph else {
        return SortedSet::default();
    };
    let steps = run.steps.iter();
    let counts = steps.map(|step| (step.name.as_str(), step.tasks.len()));
    let counts: SortedMap<&str, usize> = counts.collect();
    let tasks = |name: &str| counts.get(name).copied().unwrap_or(0);
    let names = graph.steps.iter().map(|step| step.name.as_str());
    // Of a run that only some steps were made in, nothing was passed.
    if went_well(run.status) && tasks(&graph.end) > 0 {
        let next = graph.steps.iter().flat_map(|step| &step.next);
        let led_to: SortedSet<&str> = next.map(String::as_str).collect();
        return names
            .filter(|name| tasks(name) == 0 && led_to.contains(name))
            .collect();
    }
    let named = graph.steps.iter().enumerate();
    let place: SortedMap<&str, usize> = named.map(|(at, step)| (step.name.as_str(), at)).collect();
    let to = |name: &String| place.get(name.as_str()).copied();
    // How many edges lead to each that may still be gone along.
    let mut open: Vec<usize> = vec![0; graph.steps.len()];
    let edges = graph.steps.iter().flat_map(|step| step.next.iter());
    for at in edges.filter_map(to) {
        if let Some(open) = open.get_mut(at) {
            *open += 1;
        }
    }
    let mut closed: Vec<usize> = Vec::new();
    for step in &graph.steps {
        let is_switch = matches!(step.kind, StepKind::Switch { .. });
        let many = tasks(&step.name);
        if !is_switch || many == 0 {
            continue;
        }
        let ways = ways.get(&step.name);
        // One task takes one way.
        let went_on = many == 1 && step.next.iter().any(|next| tasks(next) > 0);
        let is_left = |next: &&String| match ways {
            Some(ways) => !ways.contains(*next),
            None => went_on && tasks(next) == 0,
        };
        closed.extend(step.next.iter().filter(is_left).filter_map(to));
    }
    let mut passed: SortedSet<&str> = SortedSet::default();
    while let Some(at) = closed.pop() {
        let (Some(open), Some(step)) = (open.get_mut(at), graph.steps.get(at)) else {
            continue;
        };
        *open = open.saturating_sub(1);
        if *open == 0 && tasks(&step.name) == 0 && passed.insert(&step.name) {
            closed.extend(step.next.iter().filter_map(to));
        }
    }
    passed
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
    let failed = tasks.iter().filter(|task| task.status == Status::Failed);
    let ended = tasks.iter().filter(|task| task.running_since().is_none());
    let worked = tasks.iter().filter_map(Task::worked);
    StepNode {
        name: known.name.to_owned(),
        stands_for: StandsFor::Step,
        status: step.map_or(Status::Skipped, Step::status),
        tasks: tasks.len() as u64,
        coming: known.all_tasks() - tasks.len() as u64,
        failed: failed.count() as u64,
        duration: step.and_then(|step| step.took(now)),
        worked: worked.reduce(|sum, one| Span(sum.0.saturating_add(one.0))),
        median: Span::median(ended.filter_map(Task::duration).collect()),
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
        passed_by: false,
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

fn edge_note(step: &GraphStep, from: &Known<'_>, next: &str, to: Option<&Known<'_>>) -> EdgeNote {
    let taken = from.is_reached() && to.is_some_and(Known::is_reached);
    let joins = to.and_then(|to| to.in_graph);
    let joins = joins.is_some_and(|to| to.kind == StepKind::Join);
    let tasks = from.tasks();
    let words = match &step.kind {
        StepKind::Foreach { over } => format!("foreach {over}"),
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
