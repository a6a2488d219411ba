//! The drawing of a run's graph, and what the panel beside it says of one step.

use super::ask::Failure;
use super::tasks::{StripTask, strip_task};
use super::{Engine, Work};
use crate::layout::dag::{Drawing, Layout, Outline, Progress, Settings, Size};
use crate::model::{Graph, GraphStep, Run, RunPath, Span, Status, Step, StepKind};
use crate::sorting::{SortedMap, SortedSet, sort_by_key};
use crate::source::Pace as _;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PictureQuery {
    pub run: RunPath,
    /// The small form, for the overview.
    pub small: bool,
    /// Leave out the steps that the run did not reach.
    pub only_reached: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PictureView {
    pub drawing: Drawing,
    /// One for each node of the drawing.
    pub steps: Vec<StepNode>,
    /// One for each edge of the drawing.
    pub edges: Vec<EdgeNote>,
    /// Steps that the run did not reach, shown or not.
    pub not_reached: u64,
    /// The graph was not recorded: steps in the order in which they began, without edges.
    pub guessed: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepNode {
    pub name: String,
    pub status: Status,
    pub tasks: u64,
    pub failed: u64,
    pub duration: Option<Span>,
    /// What it is (`foreach`, `join`), and its decorators.
    pub kind: String,
    pub decorators: Vec<String>,
    pub doc: String,
    /// Sheets behind the node: 0, 1 for a foreach, 2 for one in another.
    pub depth: u8,
    /// Tasks by status, the worst first.
    pub mix: Vec<(Status, u64)>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EdgeNote {
    /// The run went along it.
    pub taken: bool,
    /// Words beside it; may be empty.
    pub words: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepFactsQuery {
    pub run: RunPath,
    pub step: String,
}

/// What the panel beside the drawing says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepFactsView {
    pub node: StepNode,
    /// Where it stands in the script: file and line.
    pub place: Option<(String, u64)>,
    pub median: Option<Span>,
    /// Lengths of its tasks, at most some hundreds of them, the worst first: failed,
    /// then without an end, then retried, then the rest.
    pub dots: Vec<StripTask>,
    pub not_shown: u64,
    /// The first task that failed.
    pub first_failure: Option<StripTask>,
    /// What that task raised, in a line.
    pub why: Option<String>,
    pub before: Vec<String>,
    pub next: Vec<String>,
}

/// A letter of the words beside an edge, in pixels, rather too wide than too narrow.
const LETTER: f32 = 6.5;

impl Engine {
    pub(super) async fn picture(
        &self,
        query: PictureQuery,
        work: &Work,
    ) -> Result<PictureView, Box<Failure>> {
        let loaded = self.load_run(&query.run, work).await?;
        let run = &loaded.run;
        let guessed = run.graph.is_none();
        let graph = run.graph.clone().unwrap_or_else(|| graph_of_steps(run));
        let depths = foreach_depths(&graph);
        let mut names: Vec<&str> = graph.steps.iter().map(|step| step.name.as_str()).collect();
        let known: SortedSet<&str> = names.iter().copied().collect();
        names.extend(
            run.steps
                .iter()
                .map(|step| step.name.as_str())
                .filter(|name| !known.contains(name)),
        );
        let reached = |name: &str| run.step(name).is_some_and(|step| !step.tasks.is_empty());
        let not_reached = names.iter().filter(|name| !reached(name)).count() as u64;
        if query.only_reached {
            names.retain(|name| reached(name));
        }
        let place: SortedMap<&str, usize> = names
            .iter()
            .enumerate()
            .map(|(at, name)| (*name, at))
            .collect();
        let steps: Vec<StepNode> = names
            .iter()
            .map(|name| {
                step_node(
                    name,
                    run.step(name),
                    graph.step(name),
                    depths.get(*name).copied().unwrap_or(0),
                )
            })
            .collect();
        let mut pairs = Vec::new();
        let mut edges = Vec::new();
        for step in &graph.steps {
            let Some(from) = place.get(step.name.as_str()) else {
                continue;
            };
            let ways = self.ways_taken(&loaded, step, work).await;
            for next in &step.next {
                let Some(to) = place.get(next.as_str()) else {
                    continue;
                };
                pairs.push((*from, *to));
                let mut note = edge_note(run, &graph, step, next);
                // Another way may have led there.
                note.taken &= ways.as_ref().is_none_or(|ways| ways.contains(next));
                edges.push(note);
            }
        }
        let (size, settings) = if query.small {
            (Size::SMALL, Settings::SMALL)
        } else {
            (Size::STEP, Settings::STEPS)
        };
        let nodes = names
            .iter()
            .enumerate()
            .map(|(at, name)| {
                let line = graph.step(name).and_then(|step| step.line);
                let mut all = pairs.iter().zip(&edges);
                let of_loop = all.find(|((from, to), _)| *from == at && *to == at);
                let letters = of_loop.map_or(0, |(_, note)| note.words.chars().count());
                Size {
                    words: match query.small {
                        true => 0.0,
                        false => letters as f32 * LETTER,
                    },
                    order: Some(
                        line.and_then(|line| u32::try_from(line).ok())
                            .unwrap_or(at as u32),
                    ),
                    ..size
                }
            })
            .collect();
        let mut layout = Layout::new(Outline {
            nodes,
            edges: pairs,
            settings,
        });
        while layout.advance() != Progress::Done {
            work.breathe().await;
        }
        Ok(PictureView {
            drawing: layout.finish(),
            steps,
            edges,
            not_reached,
            guessed,
        })
    }

    pub(super) async fn step_facts(
        &self,
        query: StepFactsQuery,
        work: &Work,
    ) -> Result<StepFactsView, Box<Failure>> {
        /// Dots on one line; more would only be a smear.
        const DOTS: usize = 300;
        let loaded = self.load_run(&query.run, work).await?;
        let run = &loaded.run;
        let step = run.step(&query.step);
        let in_graph = run.graph.as_ref().and_then(|graph| graph.step(&query.step));
        if step.is_none() && in_graph.is_none() {
            let place = format!("{}/{}", query.run, query.step);
            return Err(Failure::not_found(
                "step",
                &place,
                "other steps of this run",
            ));
        }
        let depth = run
            .graph
            .as_ref()
            .and_then(|graph| foreach_depths(graph).get(query.step.as_str()).copied());
        let tasks = step.map(|step| step.tasks.as_slice()).unwrap_or_default();
        let durations = tasks.iter().filter_map(crate::model::Task::worked);
        let is_bad = |task: &&crate::model::Task| task.status == Status::Failed;
        // Stable: of equal ones, the order in which they were recorded.
        let mut worst_first: Vec<&crate::model::Task> = tasks.iter().collect();
        sort_by_key(&mut worst_first, |task| task.status);
        let dots: Vec<StripTask> = worst_first
            .into_iter()
            .take(DOTS)
            .map(|task| strip_task(&query.step, task))
            .collect();
        let first_failure = tasks.iter().find(is_bad);
        let exception = match first_failure.and_then(|task| Some((task, task.last_attempt()?))) {
            Some((task, attempt)) => {
                let path = query.run.task(&query.step, &task.id);
                self.exception_of(&path, attempt.number, work).await?
            }
            None => None,
        };
        Ok(StepFactsView {
            node: step_node(&query.step, step, in_graph, depth.unwrap_or(0)),
            place: in_graph.and_then(|step| Some((run.graph.as_ref()?.file.clone(), step.line?))),
            median: Span::median(durations.collect()),
            not_shown: (tasks.len() - dots.len()) as u64,
            dots,
            first_failure: first_failure.map(|task| strip_task(&query.step, task)),
            why: exception.map(|exception| exception.line()),
            before: run
                .graph
                .iter()
                .flat_map(|graph| graph.before(&query.step))
                .map(|step| step.name.clone())
                .collect(),
            next: in_graph.map(|step| step.next.clone()).unwrap_or_default(),
        })
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
fn foreach_depths(graph: &Graph) -> SortedMap<&str, u8> {
    let mut depths: SortedMap<&str, u8> = SortedMap::default();
    let mut todo: Vec<(&str, u8)> = vec![(graph.start.as_str(), 0)];
    while let Some((name, depth)) = todo.pop() {
        let Some(step) = graph.step(name) else {
            continue;
        };
        let depth = if step.kind == StepKind::Join && joins_foreach(graph, name, &depths) {
            depth.saturating_sub(1)
        } else {
            depth
        };
        if depths.get(name).is_some_and(|known| *known <= depth) {
            continue;
        }
        depths.insert(name, depth);
        let opens = matches!(step.kind, StepKind::Foreach { .. } | StepKind::Parallel);
        let below = if opens {
            depth.saturating_add(1).min(8)
        } else {
            depth
        };
        todo.extend(step.next.iter().map(|next| (next.as_str(), below)));
    }
    depths
}

/// A join with one step before it gathers a foreach; with several it gathers branches.
fn joins_foreach(graph: &Graph, name: &str, depths: &SortedMap<&str, u8>) -> bool {
    let mut before = graph.before(name);
    let first = before.next();
    first.is_some_and(|first| depths.contains_key(first.name.as_str())) && before.next().is_none()
}

fn step_node(name: &str, step: Option<&Step>, in_graph: Option<&GraphStep>, depth: u8) -> StepNode {
    let tasks = step.map(|step| step.tasks.as_slice()).unwrap_or_default();
    let mix = Status::tally(tasks.iter().map(|task| task.status));
    let failed = tasks.iter().filter(|task| task.status == Status::Failed);
    StepNode {
        name: name.to_owned(),
        status: step.map_or(Status::Skipped, Step::status),
        tasks: tasks.len() as u64,
        failed: failed.count() as u64,
        duration: step.and_then(Step::duration),
        kind: in_graph.map(kind_word).unwrap_or_default(),
        decorators: in_graph
            .map(|step| step.decorators.iter().map(|one| one.line()).collect())
            .unwrap_or_default(),
        doc: in_graph
            .map(|step| step.doc.trim().to_owned())
            .unwrap_or_default(),
        depth,
        mix,
    }
}

pub(super) fn kind_word(step: &GraphStep) -> String {
    match &step.kind {
        StepKind::Linear | StepKind::End => String::new(),
        StepKind::Split => "split".to_owned(),
        StepKind::Foreach { .. } => "foreach".to_owned(),
        StepKind::Parallel => "parallel".to_owned(),
        StepKind::Switch { .. } => "switch".to_owned(),
        StepKind::Join => "join".to_owned(),
    }
}

fn edge_note(run: &Run, graph: &Graph, from: &GraphStep, to: &str) -> EdgeNote {
    let tasks_of = |name: &str| run.step(name).map_or(0, |step| step.tasks.len());
    let taken = tasks_of(&from.name) > 0 && tasks_of(to) > 0;
    let words = match &from.kind {
        StepKind::Foreach { over } => format!("foreach {over}"),
        StepKind::Switch { on, cases } => {
            let values: Vec<&str> = cases
                .iter()
                .filter(|(_, step)| step == to)
                .map(|(value, _)| value.as_str())
                .collect();
            format!("{on} is {}", values.join(" or "))
        }
        _ if !taken
            && tasks_of(&from.name) > 1
            && graph
                .step(to)
                .is_some_and(|step| step.kind == StepKind::Join) =>
        {
            let arrived = run.step(&from.name).map_or(0, |step| {
                step.tasks
                    .iter()
                    .filter(|task| super::runs::went_well(task.status))
                    .count()
            });
            format!("waits for all {}, {arrived} arrived", tasks_of(&from.name))
        }
        _ => String::new(),
    };
    EdgeNote { taken, words }
}
