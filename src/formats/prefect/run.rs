//! A flow run as a whole: all that is recorded of it, what follows from that, and the same in
//! the words that hold for every engine.
//!
//! A task that was called outside of any flow, or deferred, belongs to no flow run
//! (`prefect/task_engine.py`, 3.9.1): it stands for one of its own, of the flow [`NO_FLOW`].
//! Start with [`Gathered::of`] and [`Gathered::to_model`].

use super::attempts::{Attempts, attempts};
use super::edges::{Edges, edges, step_edges};
use super::id::Id;
use super::names::{Step, steps};
use super::records::{Course, FlowRun, Histories, State, TaskRun};
use super::state::{Around, StateKind, told};
use crate::model::{
    self, Evidence, Graph, GraphStep, Links, Moment, Run, RunPath, RunRecord, Status, StepKind,
    System, Task, TaskAt,
};
use std::collections::HashMap;

/// The flow of task runs without one. No flow can have this name: `<` is not allowed in it
/// (`prefect/_internal/schemas/validators.py`, `raise_on_name_with_banned_characters`).
pub const NO_FLOW: &str = "<no flow>";

/// All that is recorded of a flow run, and what follows from it.
pub struct Gathered {
    pub run: FlowRun,
    pub tasks: Vec<TaskRun>,
    /// The states of the run itself, and of its tasks.
    pub history: Vec<State>,
    pub histories: Histories,
    /// The tries of the run itself, and of each of its tasks.
    pub own: Attempts,
    pub attempts: Vec<Attempts>,
    pub steps: Vec<Step>,
    pub edges: Edges,
    /// Where each task run is: in which step, and as which of it.
    places: HashMap<Id, TaskAt>,
}

/// The flow run that a task run without one stands for.
pub fn free(task: &TaskRun) -> FlowRun {
    FlowRun {
        name: task.name.to_string(),
        tags: task.tags.clone(),
        course: task.course.clone(),
        ..FlowRun::bare(task.id.clone())
    }
}

impl Gathered {
    /// `stand_ins`: which task runs stand in for which runs of subflows.
    pub fn of(
        run: FlowRun,
        tasks: Vec<TaskRun>,
        history: Vec<State>,
        histories: Histories,
        stand_ins: &HashMap<Id, Id>,
    ) -> Self {
        let refs: Vec<&TaskRun> = tasks.iter().collect();
        let steps = steps(&refs, stand_ins);
        let edges = edges(&refs, stand_ins);
        let tries = |task: &TaskRun| attempts(&task.course, histories.of(&task.id));
        let mut places = HashMap::with_capacity(tasks.len());
        for (step, of) in steps.iter().enumerate() {
            for (at, member) in of.tasks.iter().enumerate() {
                if let Some(task) = tasks.get(member.at) {
                    places.insert(task.id.clone(), (step as u32, at as u32));
                }
            }
        }
        Self {
            own: attempts(&run.course, &history),
            attempts: tasks.iter().map(tries).collect(),
            steps,
            edges,
            places,
            run,
            tasks,
            history,
            histories,
        }
    }

    /// Which of [`Gathered::tasks`] has an id.
    pub fn task(&self, id: &str) -> Option<usize> {
        let (step, at) = *self.places.get(&Id::of(id)?)?;
        let step = self.steps.get(step as usize)?;
        Some(step.tasks.get(at as usize)?.at)
    }

    /// The run with its steps and tasks. `subflow` knows where the run with an id is; `alive` is
    /// said of the records of a server that is asked now.
    pub fn to_model(
        &self,
        flow: &str,
        subflow: impl Fn(&Id) -> Option<RunPath>,
        alive: bool,
    ) -> Run {
        let course = &self.run.course;
        let own = around(alive);
        let (status, evidence) = self.own.status(course, own);
        let is_over = course
            .state
            .as_ref()
            .is_some_and(|state| state.kind.is_final());
        let of_tasks = match is_over {
            true => Around::Over,
            false => own,
        };
        let steps: Vec<model::Step> = self
            .steps
            .iter()
            .map(|step| model::Step {
                name: step.shown.clone(),
                created: step.first,
                recorded: true,
                tasks: step
                    .tasks
                    .iter()
                    .filter_map(|member| {
                        let of = |id| {
                            let known = subflow(id);
                            known.unwrap_or_else(|| RunPath::new(NO_FLOW, id.to_string()))
                        };
                        let subflow = member.subflow.as_ref().map(of);
                        self.task_at(member.at, subflow, of_tasks)
                    })
                    .collect(),
            })
            .collect();
        let last = |task: &Task| task.ended().or(task.started());
        let last = steps.iter().flat_map(|step| &step.tasks).filter_map(last);
        Run {
            record: record(&self.run, flow),
            status,
            evidence,
            // Of a run that did not end the last sign of life.
            ended: course.ended.or_else(|| last.max()),
            graph: self.graph(),
            links: Some(self.links()),
            body: self.body(own),
            steps,
            parameters: None,
            state: course.state.as_ref().and_then(told).map(Into::into),
            message: (course.state.as_ref())
                .and_then(|state| state.message.clone())
                .filter(|message| !message.is_empty()),
            origin: None,
            spun: false,
            problems: Vec::new(),
        }
    }

    fn task_at(&self, at: usize, subflow: Option<RunPath>, around: Around) -> Option<Task> {
        let (run, tries) = (self.tasks.get(at)?, self.attempts.get(at)?);
        Some(Task {
            subflow: subflow.map(Box::new),
            ..task_of(&run.id, &run.name, &run.course, tries, around)
        })
    }

    /// The flow itself, as a task. One that was called outside of flows has none around it.
    fn body(&self, around: Around) -> Option<Task> {
        let is_free = self.tasks.iter().any(|task| task.id == self.run.id);
        (!is_free).then(|| {
            task_of(
                &self.run.id,
                &self.run.name,
                &self.run.course,
                &self.own,
                around,
            )
        })
    }

    /// What followed what among the steps; nothing where no task run tells it.
    fn graph(&self) -> Option<Graph> {
        let pairs = step_edges(&self.steps, &self.edges.flow);
        if pairs.is_empty() {
            return None;
        }
        let mut next: Vec<Vec<String>> = vec![Vec::new(); self.steps.len()];
        for (from, to) in pairs {
            let to = self.steps.get(to).map(|step| step.shown.clone());
            if let Some(next) = next.get_mut(from) {
                next.extend(to);
            }
        }
        let steps = self.steps.iter().zip(next).map(|(step, next)| GraphStep {
            name: step.shown.clone(),
            kind: StepKind::Linear,
            doc: String::new(),
            line: None,
            next,
            decorators: Vec::new(),
        });
        Some(Graph {
            steps: steps.collect(),
            ..Graph::default()
        })
    }

    fn links(&self) -> Links {
        let place = |at: &usize| self.places.get(&self.tasks.get(*at)?.id).copied();
        let pairs = self.edges.flow.iter();
        let pairs = pairs.filter_map(|(from, to)| Some((place(from)?, place(to)?)));
        Links::of(pairs.collect())
    }

    /// How many of its tasks are in a state that is not final, though it is over itself: what
    /// became of them the server has lost.
    pub fn frozen(&self) -> u64 {
        super::lost::frozen(&self.run, &self.tasks)
    }
}

fn task_of(id: &Id, name: &str, course: &Course, tries: &Attempts, around: Around) -> Task {
    let (status, _) = tries.status(course, around);
    let count = tries.list.len();
    let numbered = tries.list.iter().enumerate();
    Task {
        id: id.to_string(),
        created: course.expected_start.or(course.created),
        recorded: true,
        status,
        attempts: numbered
            .map(|(at, one)| one.to_model(at + 1 == count, around))
            .collect(),
        foreach: Vec::new(),
        iteration: None,
        origin: None,
        control: false,
        name: Some(name.into()),
        state: course.state.as_ref().and_then(told).map(Into::into),
        subflow: None,
    }
}

/// What is around a run itself.
fn around(alive: bool) -> Around {
    match alive {
        true => Around::Alive,
        false => Around::Saved,
    }
}

/// What is recorded of the run itself.
pub fn record(run: &FlowRun, flow: &str) -> RunRecord {
    RunRecord {
        system: System::Prefect,
        flow: flow.to_owned(),
        id: run.id.to_string(),
        name: Some(run.name.clone()),
        user: None,
        tags: run.tags.iter().map(|tag| tag.to_string()).collect(),
        system_tags: Vec::new(),
        recorded: run.course.created,
        started: run.course.started,
    }
}

/// How a run went as far as it says itself, and on what that rests.
pub fn status(run: &FlowRun, alive: bool) -> (Status, Evidence) {
    attempts(&run.course, &[]).status(&run.course, around(alive))
}

/// What its task runs come to, for a list of runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub tasks: u64,
    pub failed: u64,
    pub retried: u64,
    /// The step of the first that failed, and of the last that began.
    failed_step: Option<(Moment, String)>,
    last_step: Option<(Moment, String)>,
    /// The last sign of life.
    pub last: Option<Moment>,
}

impl Tally {
    /// Takes in a task run. One that stands in for a subflow is none.
    pub fn add(&mut self, task: &TaskRun, is_stand_in: bool) {
        let course = &task.course;
        self.last = self.last.max(course.ended.or(course.started));
        if is_stand_in {
            return;
        }
        self.tasks += 1;
        let kind = course.state.as_ref().map(StateKind::of_state);
        let step = || super::names::step_name(&task.task_key).to_owned();
        if kind.is_some_and(StateKind::is_failure) {
            self.failed += 1;
            let at = course.ended.or(course.started);
            let at = at.unwrap_or(Moment(i64::MAX));
            if self
                .failed_step
                .as_ref()
                .is_none_or(|(first, _)| at < *first)
            {
                self.failed_step = Some((at, step()));
            }
        }
        let is_good = kind.is_some_and(|kind| kind.is_final() && !kind.is_failure());
        self.retried += u64::from(is_good && course.run_count > 1);
        let begun = course.started.unwrap_or(Moment(i64::MIN));
        if self
            .last_step
            .as_ref()
            .is_none_or(|(last, _)| begun > *last)
        {
            self.last_step = Some((begun, step()));
        }
    }

    pub fn failed_step(&self) -> Option<&str> {
        self.failed_step.as_ref().map(|(_, step)| step.as_str())
    }

    pub fn last_step(&self) -> Option<&str> {
        self.last_step.as_ref().map(|(_, step)| step.as_str())
    }
}
