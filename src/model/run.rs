//! Flow, run, step, task, attempt: the tree that everything hangs on.
//!
//! These are the facts that lists and pictures need, for every task of a run;
//! artifacts, metadata and logs of a task are read when somebody looks at it.

use super::{
    AttemptNumber, Evidence, Graph, Host, Links, Moment, Problem, RunPath, Span, Status, System,
};
use serde::{Deserialize, Serialize};

/// A flow (TaPS: app) with the runs that are recorded of it, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    pub name: String,
    pub runs: Vec<String>,
    /// Whether the values of its artifacts are there at all (Metaflow: the folder `data`).
    pub has_values: bool,
    /// Whether anything but its files is known (Metaflow: folders `_meta`).
    pub has_metadata: bool,
}

/// What is recorded of a run itself, without its tasks (Prefect: flow run).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunRecord {
    /// Who recorded it.
    pub system: System,
    pub flow: String,
    pub id: String,
    /// What the engine calls it for people, where that is not its id (Prefect: `amber-fox`).
    pub name: Option<String>,
    pub user: Option<String>,
    /// User tags, sorted.
    pub tags: Vec<String>,
    /// Tags that the engine set, sorted.
    pub system_tags: Vec<String>,
    /// When the record was written. Metaflow's tagging rewrites it: see `started`.
    pub recorded: Option<Moment>,
    /// When the run began, from its id where that holds the time.
    pub started: Option<Moment>,
}

impl RunRecord {
    /// Whether it has a tag, whoever set it.
    pub fn has_tag(&self, wanted: &str) -> bool {
        self.tags
            .iter()
            .chain(&self.system_tags)
            .any(|tag| tag == wanted)
    }

    /// How long it took up to that end. Of a run of no length at all nothing but its start is
    /// known: to begin takes longer.
    pub fn length_to(&self, ended: Moment, now: Moment) -> Option<Span> {
        let length = ended.told_since(self.started?, now);
        length.filter(|length| *length > Span(0))
    }
}

/// A run with all its steps and tasks.
#[derive(Clone, Debug)]
pub struct Run {
    pub record: RunRecord,
    pub status: Status,
    pub evidence: Evidence,
    /// The end of the last attempt, or the last sign of life when it has no end.
    pub ended: Option<Moment>,
    pub graph: Option<Graph>,
    /// The steps that have a record, in the order in which they were created;
    /// `_parameters` is not among them.
    pub steps: Vec<Step>,
    /// The hidden task that holds the parameters (Metaflow: `_parameters`).
    pub parameters: Option<Task>,
    /// What the engine calls the state that it is in (Prefect: `TimedOut`).
    pub state: Option<Box<str>>,
    /// What the engine says of that state, in its own words.
    pub message: Option<Box<str>>,
    /// What followed what, where the engine has recorded it task by task.
    pub links: Option<Links>,
    /// The code of the flow itself, where the engine runs it as it runs tasks, with attempts, a
    /// log and a result of its own (Prefect): the task of the hidden step [`BODY`].
    pub body: Option<Task>,
    /// The run that this one resumes.
    pub origin: Option<String>,
    /// One task of one step, run by itself (Metaflow: `spin`).
    pub spun: bool,
    pub problems: Vec<Problem>,
}

/// The hidden step of the flow's own code, in addresses.
pub const BODY: &str = "_flow";

#[derive(Clone, Debug)]
pub struct Step {
    pub name: String,
    pub created: Option<Moment>,
    /// Whether the step has a record of its own; without one the engine's client
    /// does not list it.
    pub recorded: bool,
    /// By id, as people count.
    pub tasks: Vec<Task>,
}

/// One execution of a step (Prefect: task run).
#[derive(Clone, Debug)]
pub struct Task {
    pub id: String,
    /// When the engine gave out the id: the task waits from here to its first start.
    pub created: Option<Moment>,
    pub recorded: bool,
    pub status: Status,
    /// By number; numbers may have gaps.
    pub attempts: Vec<Attempt>,
    /// Where in its foreach the task stands, outermost first; empty outside.
    pub foreach: Vec<ForeachFrame>,
    /// Which iteration of a step that leads to itself, from 0.
    pub iteration: Option<u64>,
    /// The task that this one is a copy of: `run/step/task`.
    pub origin: Option<String>,
    /// Of tasks that run together, it leads the others (Metaflow: @parallel).
    pub control: bool,
    /// What the engine calls it for people, where that is neither its id nor its place in a
    /// foreach (Prefect: `temperature-7f4`).
    pub name: Option<Box<str>>,
    /// What the engine calls the state that it is in (Prefect: `TimedOut`).
    pub state: Option<Box<str>>,
    /// The run that it stands in for (Prefect: that of a subflow).
    pub subflow: Option<Box<RunPath>>,
}

/// One frame of a foreach: `country=FI`, the third of twelve.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForeachFrame {
    pub step: String,
    pub index: Option<u64>,
    /// `variable=value` as recorded; values are cut by the engine.
    pub label: Option<(String, String)>,
}

/// One try of a task (Metaflow: attempt, under @retry).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    pub number: AttemptNumber,
    pub status: Status,
    pub evidence: Evidence,
    pub started: Option<Moment>,
    pub ended: Option<Moment>,
    /// Whether `ended` is the recorded end, not only the last sign of life.
    pub end_recorded: bool,
    /// Whether the engine closed it, well or badly, so that its artifacts can be listed.
    pub done: bool,
    /// An exception was caught and the run went on (Metaflow: @catch).
    pub caught: bool,
    pub exit: Option<Exit>,
    /// The machine that it ran on, where that is recorded.
    pub host: Option<Host>,
}

/// How the process of an attempt ended, as its parent saw it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exit {
    pub code: i64,
    pub killed: bool,
    pub success: bool,
}

impl Run {
    /// Whether it is known to have ended.
    pub fn is_over(&self) -> bool {
        !matches!(
            self.status,
            Status::Running | Status::Unfinished | Status::Unknown | Status::Skipped
        )
    }

    /// Whether its end was noted; else what is known of it is the last sign of life.
    pub fn end_is_recorded(&self) -> bool {
        let end = self.end_task();
        let task = end.and_then(|(step, id)| self.task(&step, &id));
        let last = task.and_then(Task::last_attempt);
        self.is_over() && last.is_none_or(|last| last.end_recorded)
    }

    /// The newest task of the last step, whose data are what the run leaves: step and id.
    pub fn end_task(&self) -> Option<(String, String)> {
        let graph = self.graph.as_ref();
        let end = graph.map_or("end", |graph| graph.end.as_str());
        let newest = self
            .step(end)?
            .tasks
            .iter()
            .max_by_key(|task| task.created)?;
        Some((end.to_owned(), newest.id.clone()))
    }

    pub fn step(&self, name: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.name == name)
    }

    pub fn task(&self, step: &str, task: &str) -> Option<&Task> {
        if step == "_parameters" {
            return self.parameters.as_ref().filter(|found| found.id == task);
        }
        if step == BODY {
            return self.body.as_ref().filter(|found| found.id == task);
        }
        self.step(step)?.tasks.iter().find(|found| found.id == task)
    }

    /// How many tasks there are, without those that stand in for another run.
    pub fn count(&self) -> u64 {
        let own = self.tasks().filter(|(_, task)| task.subflow.is_none());
        own.count() as u64
    }

    pub fn tasks(&self) -> impl Iterator<Item = (&Step, &Task)> {
        self.steps
            .iter()
            .flat_map(|step| step.tasks.iter().map(move |task| (step, task)))
    }

    /// Since when it has been running, if it still is: no end is to be believed then.
    pub fn running_since(&self) -> Option<Moment> {
        let runs = |(_, task): (&Step, &Task)| task.running_since().is_some();
        let goes_on = self.status == Status::Running || self.tasks().any(runs);
        self.record.started.filter(|_| goes_on)
    }

    /// From its start to its end; until now, where it still runs.
    pub fn took(&self, now: Moment) -> Option<Span> {
        let since = self.running_since().map(|since| now.since(since));
        since.or_else(|| self.record.length_to(self.ended?, now))
    }
}

impl Step {
    /// What its tasks amount to; a step without tasks was not reached.
    pub fn status(&self) -> Status {
        Status::of_group(self.tasks.iter().map(|task| task.status)).unwrap_or(Status::Skipped)
    }

    /// The first start of its tasks.
    fn started(&self) -> Option<Moment> {
        self.tasks.iter().filter_map(Task::started).min()
    }

    /// How many of its tasks failed for good.
    pub fn failed(&self) -> u64 {
        let failed = self
            .tasks
            .iter()
            .filter(|task| task.status == Status::Failed);
        failed.count() as u64
    }

    /// Whether that is all of it: of each of its tasks it is known how long it took.
    pub fn is_measured(&self, now: Moment) -> bool {
        let is_over = |task: &Task| !matches!(task.status, Status::Running | Status::Unfinished);
        let is_known = |task: &Task| is_over(task) && task.took(now).is_some();
        self.tasks.iter().all(is_known)
    }

    /// Since when it has been running, if one of its tasks still is.
    pub fn running_since(&self) -> Option<Moment> {
        let runs = self.tasks.iter().any(|task| task.running_since().is_some());
        self.started().filter(|_| runs)
    }

    /// From the first start to the last end of its tasks; until now, where it still runs.
    pub fn took(&self, now: Moment) -> Option<Span> {
        let since = self.running_since().map(|since| now.since(since));
        let ended = self.tasks.iter().filter_map(Task::ended).max();
        since.or_else(|| ended?.told_since(self.started()?, now))
    }
}

impl Task {
    pub fn started(&self) -> Option<Moment> {
        self.attempts.first()?.started
    }

    pub fn ended(&self) -> Option<Moment> {
        self.attempts.last()?.ended
    }

    /// Since when it has been running, if it still is.
    pub fn running_since(&self) -> Option<Moment> {
        let runs = self.last_attempt()?.status == Status::Running;
        self.started().filter(|_| runs)
    }

    /// From the first start to the last end, or to now where it still runs: what somebody
    /// waited, waits between attempts included.
    pub fn took(&self, now: Moment) -> Option<Span> {
        let since = self.running_since().map(|since| now.since(since));
        since.or_else(|| self.ended()?.told_since(self.started()?, now))
    }

    /// The time at work: all attempts, without the waits between them.
    pub fn worked(&self, now: Moment) -> Option<Span> {
        let known = self.attempts.iter().filter_map(|one| one.took(now));
        known.reduce(|sum, one| Span(sum.0.saturating_add(one.0)))
    }

    pub fn attempt(&self, number: AttemptNumber) -> Option<&Attempt> {
        self.attempts
            .iter()
            .find(|attempt| attempt.number == number)
    }

    /// Numbers of attempts that left no record though a later one did, as first and last
    /// of each gap.
    pub fn missing_attempts(&self) -> Vec<(AttemptNumber, AttemptNumber)> {
        let mut gaps = Vec::new();
        let mut expected = 0;
        for attempt in &self.attempts {
            if attempt.number > expected {
                gaps.push((expected, attempt.number - 1));
            }
            expected = attempt.number.saturating_add(1);
        }
        gaps
    }

    /// Where it ran: the machine of the last attempt of which one is recorded.
    pub fn host(&self) -> Option<&Host> {
        let mut hosts = self.attempts.iter().rev();
        hosts.find_map(|attempt| attempt.host.as_ref())
    }

    pub fn last_attempt(&self) -> Option<&Attempt> {
        self.attempts.last()
    }

    /// Whether it ended well with an exception that was caught: what it was to do failed.
    pub fn is_caught(&self) -> bool {
        self.last_attempt().is_some_and(|last| last.caught)
    }

    /// The values alone: `FI / 3`, or nothing where [`Task::label`] is nothing.
    pub fn values_alone(&self) -> Option<String> {
        let values = self.values().into_iter().map(|(_, value)| value);
        let parts: Vec<String> = values.collect();
        match parts.is_empty() {
            true => self.name.as_deref().map(str::to_owned),
            false => Some(parts.join(" / ")),
        }
    }

    /// Where it stands in its foreach and among the iterations of its step: variables and
    /// their values, outermost first. Where no variable is known, its name is empty.
    pub fn values(&self) -> Vec<(String, String)> {
        let frame = |frame: &ForeachFrame| match (&frame.label, frame.index) {
            (Some(known), _) => known.clone(),
            (None, Some(index)) => (String::new(), format!("{}[{index}]", frame.step)),
            (None, None) => (String::new(), frame.step.clone()),
        };
        let iteration = self
            .iteration
            .map(|number| ("iteration".to_owned(), number.to_string()));
        self.foreach.iter().map(frame).chain(iteration).collect()
    }

    /// `country=FI / fold=3`, `iteration=2`; outside of a foreach and of a step that leads to
    /// itself its name, if the engine gave it one.
    pub fn label(&self) -> Option<String> {
        let part = |(name, value): (String, String)| match name.is_empty() {
            true => value,
            false => format!("{name}={value}"),
        };
        let parts: Vec<String> = self.values().into_iter().map(part).collect();
        match parts.is_empty() {
            true => self.name.as_deref().map(str::to_owned),
            false => Some(parts.join(" / ")),
        }
    }
}

impl Attempt {
    /// How long it took; until now, where it still runs.
    pub fn took(&self, now: Moment) -> Option<Span> {
        match (self.status, self.started) {
            (Status::Running, Some(started)) => Some(now.since(started)),
            _ => self.ended?.told_since(self.started?, now),
        }
    }
}
