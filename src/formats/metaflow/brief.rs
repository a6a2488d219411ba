//! A run in one line, for the list of runs: as few records as will do.
//!
//! The names of the files tell the tasks, their attempts and the newest event. Two
//! records tell a good run (its own and the last task's outcome); only a run
//! without a good end has the outcome of every task read. And the last task stands in a step
//! of few: whether a run ended well is told before the thousands of tasks of a wide step are
//! looked into, which adds how many were tried again.

use super::attempt::{Records, went_well};
use super::folders::TaskFolder;
use super::json::{Problems, real};
use super::names::TaskNames;
use super::outcome::{AttemptFacts, SIGN_OF_LIFE};
use super::paths::{self, Store};
use super::record;
use super::run::{self, Outline};
use crate::model::time::later;
use crate::model::{AttemptNumber, Evidence, Moment, RunBrief, RunPath, Status, TaskPath};
use crate::source::{Listing, Shelf};

/// A run's line, with what was wrong when it was read.
#[derive(Default)]
pub struct Line {
    pub brief: RunBrief,
    pub problems: Problems,
    /// No note says which step is the last: the tasks whose values may hold the graph, which
    /// does, each with its attempts.
    pub graph_among: Vec<(TaskPath, Vec<AttemptNumber>)>,
}

/// What the names of a run's files tell, of which a large run has half a million: taken in
/// once, before any of its records is asked for.
pub struct RunNames {
    outline: Outline,
    /// Of each step the tasks that were looked into.
    steps: Vec<Vec<TaskBrief>>,
    /// The task of the hidden step.
    hidden: Option<TaskBrief>,
    problems: Problems,
}

/// What is known of one task by its names.
struct TaskBrief {
    step: usize,
    path: TaskPath,
    files: TaskFolder,
    newest: Option<Moment>,
}

/// Steps by the number of their tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    Narrow,
    Wide,
}

/// Up to so many tasks a step is narrow: looking into them takes no time worth a mention.
const NARROW: usize = 64;

impl RunNames {
    /// Of a run of which no task has been looked into yet.
    pub fn of((outline, problems): (Outline, Problems)) -> Self {
        Self {
            steps: outline.steps.iter().map(|_| Vec::new()).collect(),
            outline,
            problems,
            hidden: None,
        }
    }

    /// The tasks of the narrow or of the wide steps that are to be looked into, each with the
    /// place of its step.
    pub fn places(&self, run: &RunPath, width: Width) -> Vec<(usize, TaskPath)> {
        let steps = self.outline.steps.iter().enumerate();
        let steps =
            steps.filter(|(_, step)| (step.tasks.len() <= NARROW) == (width == Width::Narrow));
        let tasks = steps.flat_map(|(at, step)| {
            let place = move |task: &String| (at, run.task(&step.name, task));
            step.tasks.iter().map(place)
        });
        tasks.collect()
    }

    /// Takes in one of them: of its names no more than the line of the run needs.
    pub fn take(&mut self, (step, path): (usize, TaskPath), mut files: TaskFolder) {
        let newest = files.names.newest_event();
        files.names.keep_only(&TOLD_BY, "_success");
        self.problems.append(&mut files.problems);
        let task = TaskBrief {
            step,
            newest,
            path,
            files,
        };
        if task.path.step == paths::PARAMETERS {
            self.hidden = Some(task);
        } else if let Some(tasks) = self.steps.get_mut(step) {
            tasks.push(task);
        }
    }

    /// How many tasks there are, but for the hidden one.
    fn count(&self) -> usize {
        let steps = self.outline.steps.iter();
        let shown = steps.filter(|step| step.name != paths::PARAMETERS);
        shown.map(|step| step.tasks.len()).sum()
    }

    /// How many of them have not been looked into.
    pub fn unseen(&self) -> usize {
        self.count() - self.tasks().count()
    }

    fn tasks(&self) -> impl Iterator<Item = &TaskBrief> {
        self.steps.iter().flatten()
    }
}

// The events that tell the line of a run.
const TOLD_BY: [&str; 6] = ["attempt", OK, DONE, ORIGIN_RUN, ORIGIN_TASK, END_STEP];
const OK: &str = "attempt_ok";
const DONE: &str = "attempt-done";
const ORIGIN_RUN: &str = "origin-run-id";
const ORIGIN_TASK: &str = "origin-task-id";
const END_STEP: &str = "end_step";

/// Reads a run's line. `end_step` is what the last step is called, where the flow's graph
/// has been asked for that.
pub fn read(
    shelf: &Shelf,
    store: &Store,
    path: &RunPath,
    names: &RunNames,
    end_step: Option<&str>,
    alive: bool,
    now: Moment,
) -> Line {
    let missed = shelf.missed();
    let RunNames {
        outline, hidden, ..
    } = names;
    let mut problems = names.problems.clone();
    let mut graph_among = Vec::new();
    let is_whole = names.unseen() == 0;
    let mut brief = RunBrief {
        record: outline.record.clone(),
        tasks: names.count() as u64,
        unseen: names.unseen() as u64,
        ..RunBrief::default()
    };
    let mut end_step = end_step.map(str::to_owned);
    if let Some(hidden) = hidden {
        let noted = hidden.files.names.events_of(END_STEP);
        let newest = noted.max_by_key(|event| event.at);
        let entry = newest
            .and_then(|file| record::read_event(shelf, &hidden.files.meta, file, &mut problems));
        end_step = end_step.or(entry.map(|entry| entry.value.text()));
    }
    brief.retried = names
        .tasks()
        .filter(|task| task.files.names.attempts().len() > 1)
        .count() as u64;
    let newest = names.tasks().max_by_key(|task| task.newest);
    brief.last_step = newest
        .and_then(|task| outline.steps.get(task.step))
        .map(|step| step.name.clone());
    // Without any event nothing is known of its end.
    let last = newest.and_then(|task| task.newest);
    brief.ended = last.and_then(|last| later(Some(last), brief.record.started));

    if let Some(step) = outline.spun() {
        brief.spun = true;
        end_step = Some(step.to_owned());
    }
    if end_step.is_none() && !outline.steps.iter().any(|step| step.name == END) {
        let origin = names
            .tasks()
            .find_map(|task| noted(shelf, &task.files.meta, &task.files.names, ORIGIN_RUN));
        end_step = origin.and_then(|origin| end_of_origin(shelf, store, path, origin));
        if end_step.is_none() && is_whole && store.lacks_metadata(&path.flow) {
            let all = hidden.iter().chain(names.tasks());
            let attempts = |task: &TaskBrief| task.files.names.attempts().into_vec();
            graph_among.extend(all.map(|task| (task.path.clone(), attempts(task))));
        }
    }
    let end_step = end_step.as_deref().unwrap_or(END);
    let end_task = names
        .tasks()
        .filter(|task| {
            outline
                .steps
                .get(task.step)
                .is_some_and(|step| step.name == end_step)
        })
        .max_by_key(|task| task.newest);
    let at_end = end_task.map(|task| (task, last_outcome(shelf, task, &mut problems)));
    // The records of all tasks count only where the last step has not ended well. Of few tasks
    // they are asked for along with its own, of many not before that is known.
    if brief.tasks > FEW && shelf.missed() > missed {
        return Line {
            brief,
            problems,
            graph_among,
        };
    }
    if let Some((task, (Status::Succeeded, record))) = at_end {
        // Of tasks that nobody has looked at it is not said that they are copies.
        let cached = is_whole
            && names
                .tasks()
                .all(|task| task.files.names.events_of(ORIGIN_TASK).next().is_some());
        // As the run's own page has it: the end of its last task.
        let newest = |field: &str| {
            let times = task.files.names.events_of(field).map(|event| event.at);
            times.max().and_then(real)
        };
        let recorded = newest(DONE).or_else(|| newest(OK));
        brief.only_seen = recorded.is_none();
        brief.ended = recorded.or_else(|| {
            let last = task.files.names.attempts().last().copied()?;
            run::last_log_time(shelf, &task.files.path, &task.files.names, last)
        });
        // Of few tasks the records were asked for above.
        let is_cheap = is_whole && brief.tasks <= FEW;
        brief.failed = is_cheap.then(|| {
            // What is wrong with them is told on the run's own page.
            let mut ignored = Vec::new();
            let failed = names
                .tasks()
                .filter(|task| last_outcome(shelf, task, &mut ignored).0 == Status::Failed);
            failed.count() as u64
        });
        brief.proof = format!("{end_step} {record}");
        brief.status = Some(match (cached, brief.retried) {
            (true, _) => Status::Cached,
            (false, 0) => Status::Succeeded,
            (false, _) => Status::Retried,
        });
        return Line {
            brief,
            problems,
            graph_among,
        };
    }
    if !is_whole {
        // Of the narrow steps alone it cannot be told where it is, and since when.
        (brief.ended, brief.last_step) = (None, None);
        return Line {
            brief,
            problems,
            graph_among,
        };
    }
    // A task that was killed noted no end: its last words may be later than all notes.
    for task in names.tasks() {
        let attempts = task.files.names.attempts();
        let ends = task.files.names.events_of(DONE).count();
        if let Some(last) = attempts.last().filter(|_| ends < attempts.len()) {
            let spoke = run::last_log_time(shelf, &task.files.path, &task.files.names, *last);
            brief.ended = later(brief.ended, spoke);
        }
    }
    // A run that has just begun has no task yet.
    let sign = later(brief.ended, brief.record.started);
    let running = alive && sign.is_some_and(|last| now.since(last) < SIGN_OF_LIFE);
    let mut doubt = outline
        .unlisted
        .as_ref()
        .map(|folder| format!("the folder {folder}"));
    // Of the tasks that failed, the first in the order of the steps is named. What is wrong with
    // those behind it is told on the run's own page.
    let (mut failed, mut is_open) = (0, false);
    let mut ignored = Vec::new();
    for task in names.tasks() {
        let told_of = match failed {
            0 => &mut problems,
            _ => &mut ignored,
        };
        let (status, record) = last_outcome(shelf, task, told_of);
        match (status, failed) {
            (Status::Failed, 0) => {
                brief.failed_step = outline.steps.get(task.step).map(|step| step.name.clone());
                brief.proof = record;
                failed = 1;
            }
            (Status::Failed, _) => failed += 1,
            (Status::Unknown, _) => {
                doubt.get_or_insert(record);
            }
            (status, _) => {
                let has_begun = !task.files.names.attempts().is_empty();
                is_open |= has_begun && status == Status::Unfinished;
            }
        }
    }
    brief.failed = Some(failed);
    if failed > 0 {
        brief.status = Some(Status::Failed);
        brief.goes_on = running && is_open;
        return Line {
            brief,
            problems,
            graph_among,
        };
    }
    brief.status = Some(match &doubt {
        _ if running => Status::Running,
        Some(_) => Status::Unknown,
        None => Status::Unfinished,
    });
    brief.proof = doubt.unwrap_or_default();
    Line {
        brief,
        problems,
        graph_among,
    }
}

/// How many tasks' records may be read in vain: another question to a server takes longer.
const FEW: u64 = 64;

/// What the last step is called unless the flow says otherwise.
const END: &str = "end";

/// The name of the last step as an earlier run notes it, of which this one is a `resume`:
/// that copies the parameters, but not this note on them.
fn end_of_origin(shelf: &Shelf, store: &Store, path: &RunPath, origin: String) -> Option<String> {
    /// Chains of `resume` are possible, endless ones are not followed.
    const CHAIN: usize = 16;
    let mut next = Some(origin);
    for _ in 0..CHAIN {
        let run = RunPath::new(&path.flow, &next.take().filter(|origin| origin != "None")?);
        let listing = shelf.list(&store.run(&run))?.ok()?;
        for step in listing.folders().filter(|name| *name != "_meta") {
            let tasks = shelf.list(&store.step(&run, step))?.ok()?;
            let Some(task) = tasks.folders().find(|name| *name != "_meta") else {
                continue;
            };
            let meta = paths::meta(&store.task(&run.task(step, task)));
            let names = TaskNames::of(&Listing::default(), shelf.list(&meta)?.ok()?);
            if step != paths::PARAMETERS {
                next = next.or_else(|| noted(shelf, &meta, &names, ORIGIN_RUN));
            } else if let Some(end) = noted(shelf, &meta, &names, END_STEP) {
                return Some(end);
            }
        }
    }
    None
}

/// The newest value of a field. What cannot be read is told where its own run is shown.
fn noted(shelf: &Shelf, meta: &str, names: &TaskNames, field: &str) -> Option<String> {
    let newest = names.events_of(field).max_by_key(|event| event.at)?;
    let entry = record::read_event(shelf, meta, newest, &mut Vec::new())?;
    Some(entry.value.text())
}

/// How a task's last attempt went, as far as it is over, and the record that tells it
/// or would tell it.
fn last_outcome(shelf: &Shelf, task: &TaskBrief, problems: &mut Problems) -> (Status, String) {
    let records = Records {
        shelf,
        folder: &task.files.path,
        meta: &task.files.meta,
        names: &task.files.names,
    };
    let Some(last) = task.files.names.attempts().last().copied() else {
        return if task.files.doubtful {
            (Status::Unknown, format!("the folder {}", task.files.path))
        } else {
            (Status::Unfinished, String::new())
        };
    };
    let newest = task.files.names.events_of(OK);
    let newest = newest.max_by_key(|event| event.at);
    let entry = newest.and_then(|file| record::read_event(shelf, &task.files.meta, file, problems));
    let entry = entry.filter(|entry| entry.attempt.is_none_or(|attempt| attempt == last));
    let told = AttemptFacts {
        ok: entry.as_ref().and_then(went_well),
        ..AttemptFacts::default()
    };
    // Most runs are told by this one record: no other is opened then.
    let facts = match told.ok {
        Some(_) => told,
        None => records.facts(last, told, problems),
    };
    let (status, evidence) = facts.judge(None);
    let record = match evidence {
        Evidence::Recorded { record }
        | Evidence::ExitCode { record, .. }
        | Evidence::Unreadable { record }
        | Evidence::EndOnly { record } => record,
        _ => String::new(),
    };
    (status, record)
}
