//! A run with its steps and tasks: in two parts, so that a run of many thousand
//! tasks can be read in pieces and shown while it is read.
//!
//! [`outline`] finds the steps and the tasks' ids, [`TaskFolder::of`] the files of one,
//! and [`read_task`] reads it as far as lists and pictures need it: a handful of small records, no artifact and
//! no log but the end of one whose attempt has no other end.

use super::attempt::{Records, went_well};
use super::folders::{TaskFolder, listed, unlistable};
use super::json::Problems;
use super::names::TaskNames;
use super::outcome::{AttemptFacts, task_status};
use super::paths::{self, Store};
use super::store::note_lost_record;
use super::{log, record};
use crate::model::{
    Attempt, AttemptNumber, ForeachFrame, Host, MetadataEntry, MetadataValue, Moment, Place,
    Problem, RunPath, RunRecord, Span, Status, Task, TaskPath, pathspec::natural, time::later,
};
use crate::pickle::{self, Pickle};
use crate::sorting::{SortedSet, sort_by, sort_by_key};
use crate::source::{Range64, Shelf, join};

/// The frame of a run: what there is to read.
#[derive(Clone, Debug, Default)]
pub struct Outline {
    pub record: RunRecord,
    /// In the order in which they were created; the hidden step is the last.
    pub steps: Vec<StepOutline>,
    /// A folder of steps or tasks that cannot be listed: there may be more of them.
    pub unlisted: Option<String>,
}

#[derive(Clone, Debug)]
pub struct StepOutline {
    pub name: String,
    pub created: Option<Moment>,
    pub recorded: bool,
    /// Ids as people count.
    pub tasks: Vec<String>,
}

impl Outline {
    /// The step of a run of `spin` (Metaflow `cli_components/run_cmds.py`, `spin`): one
    /// task of one step, run by itself with the values of an earlier run. It has no hidden
    /// step, and its task the number that is the hidden one's in other runs.
    pub fn spun(&self) -> Option<&str> {
        match self.steps.as_slice() {
            [only] if only.name != paths::PARAMETERS && only.tasks == ["0"] => Some(&only.name),
            _ => None,
        }
    }
}

pub fn outline(shelf: &Shelf, store: &Store, run: &RunPath) -> (Outline, Problems) {
    let mut problems = Vec::new();
    let record = super::store::read_run_record(shelf, store, run, &mut problems);
    let mut outline = Outline {
        record,
        ..Outline::default()
    };
    let folder = store.run(run);
    let listing = match shelf.list(&folder) {
        None => return (outline, problems),
        Some(Ok(listing)) => listing,
        Some(Err(error)) => {
            problems.push(Problem::damage(
                Place::file(&folder),
                error.to_string(),
                "The run's steps are not shown.",
            ));
            outline.unlisted = Some(run.run.clone());
            return (outline, problems);
        }
    };
    for name in listing.folders().filter(|name| *name != "_meta") {
        let step_folder = join(&folder, name);
        let Some(inside) = listed(shelf, &step_folder, &mut problems) else {
            if unlistable(shelf, &step_folder) {
                outline.unlisted.get_or_insert_with(|| name.to_owned());
            }
            continue;
        };
        let bare = store.lacks_metadata(&run.flow);
        let recorded = match shelf.list(&paths::meta(&step_folder)) {
            None => continue,
            Some(meta) => meta.is_ok_and(|meta| meta.has_file("_self.json")),
        };
        let found = recorded
            .then(|| {
                record::read_self(
                    shelf,
                    &step_folder,
                    "When the step was created is not known.",
                    &mut problems,
                )
            })
            .flatten();
        if !recorded && !bare {
            let record = format!("The record of step {name}");
            let hint = "Its tasks are shown; Metaflow's client does not list the step.";
            note_lost_record(shelf, &step_folder, &record, hint, &mut problems);
        }
        let mut tasks: Vec<String> = inside
            .folders()
            .filter(|task| *task != "_meta")
            .map(str::to_owned)
            .collect();
        sort_by(&mut tasks, |a, b| natural(a, b));
        outline.steps.push(StepOutline {
            name: name.to_owned(),
            created: found.and_then(|found| found.at),
            // Of a flow without metadata the files are all the record there is.
            recorded: recorded || bare,
            tasks,
        });
    }
    let key = |step: &StepOutline| {
        (
            step.name == paths::PARAMETERS,
            step.created.unwrap_or(Moment(i64::MAX)),
        )
    };
    sort_by(&mut outline.steps, |a, b| {
        key(a).cmp(&key(b)).then_with(|| a.name.cmp(&b.name))
    });
    (outline, problems)
}

/// One task, and the run that its run was resumed from, if that was asked for or the task is
/// a copy of one there.
pub struct ReadTask {
    pub task: Task,
    pub origin_run: Option<String>,
}

/// The fields of metadata that name the machine; of a task the first that it has counts.
///
/// On Kubernetes (`plugins/kubernetes/kubernetes_decorator.py`) the address of the node is
/// always noted, its id only where the cluster is one of AWS, and only as far as it could be
/// asked for; of AWS Batch (`plugins/aws/batch/batch_decorator.py`) only the id. A pod is none:
/// each attempt has its own.
const MACHINES: [&str; 2] = ["kubernetes-node-ip", "ec2-instance-id"];

/// Reads what lists say of a task, whose folder has been looked into. Every task of a run notes the run that it was resumed from;
/// `for_run` asks for that note of a task which is no copy.
pub fn read_task(
    shelf: &Shelf,
    store: &Store,
    path: &TaskPath,
    files: &TaskFolder,
    for_run: bool,
) -> (ReadTask, Problems) {
    let missed = shelf.missed();
    let mut problems = files.problems.clone();
    let TaskFolder {
        path: folder,
        meta,
        names,
        ..
    } = files;
    if files.lacks_own_record {
        problems.push(Problem::damage(
            Place::file(paths::self_record(folder)),
            "The task's own record is missing.",
            "When it was created is not known; Metaflow's client does not list the task.",
        ));
    }
    let own = names
        .recorded
        .then(|| {
            record::read_self(
                shelf,
                folder,
                "When the task was created is not known.",
                &mut problems,
            )
        })
        .flatten();

    let mut events = |field: &str| read_events(shelf, meta, names, field, &mut problems);
    let starts = events("attempt");
    let oks = events("attempt_ok");
    let dones = events("attempt-done");
    let machine = MACHINES
        .iter()
        .find(|field| names.events_of(field).next().is_some());
    let machines = machine.map(|field| events(field)).unwrap_or_default();
    // These say the same for every attempt: the newest is enough.
    let mut newest = |field: &str| {
        let file = names.events_of(field).max_by_key(|event| event.at)?;
        record::read_event(shelf, meta, file, &mut problems)
    };
    let origin_task = newest("origin-task-id").map(|entry| entry.value.text());
    let tells_origin = for_run || origin_task.is_some();
    let origin_run = tells_origin
        .then(|| newest("origin-run-id"))
        .flatten()
        .map(|entry| entry.value.text())
        .filter(|origin| origin != "None");
    let foreach_path = newest("foreach-execution-path").map(|entry| entry.value.text());
    let foreach_stack = newest("foreach-stack").map(|entry| entry.value);

    let own_records = Records {
        shelf,
        folder,
        meta,
        names,
    };
    let numbers = match shelf.missed() > missed {
        // What else there is to read of an attempt depends on what its events say.
        true => {
            own_records.ask_ahead();
            SortedSet::default()
        }
        false => names.attempts(),
    };
    let last = numbers.last().copied();
    let mut attempts = Vec::new();
    for number in numbers {
        let of_attempt = |events: &[MetadataEntry]| {
            events
                .iter()
                .rev()
                .find(|entry| attempt_of(entry) == number)
                .cloned()
        };
        let ok = of_attempt(&oks);
        let done = of_attempt(&dones);
        let told = AttemptFacts {
            ok: ok.as_ref().and_then(went_well),
            done: done.is_some(),
            cloned: origin_task.is_some(),
            later_attempt: last.is_some_and(|last| number < last),
            parameters: path.step == paths::PARAMETERS,
            ..AttemptFacts::default()
        };
        let facts = own_records.facts(number, told, &mut problems);
        let started = of_attempt(&starts).and_then(|entry| entry.at).or_else(|| {
            let has_start = names.started.contains(&number);
            has_start
                .then(|| record::read_attempt_start(shelf, folder, number, &mut problems))
                .flatten()
        });
        let recorded_end = done.or(ok).and_then(|entry| entry.at);
        let recorded_end = recorded_end.map(|ended| not_just_before(ended, started));
        let ended = recorded_end.or_else(|| {
            let spoke = last_log_time(shelf, folder, names, number);
            // What was printed before it began says nothing of its end.
            spoke.filter(|at| started.is_none_or(|started| *at > started))
        });
        let (status, evidence) = facts.judge(later(ended, started));
        attempts.push(Attempt {
            number,
            status,
            evidence,
            started,
            ended,
            end_recorded: recorded_end.is_some(),
            done: facts.done,
            caught: facts.caught(),
            exit: facts.exit,
            host: of_attempt(&machines).and_then(|entry| match &entry.value {
                MetadataValue::Text(name) => Host::named(name),
                _ => None,
            }),
        });
    }
    // Where nobody can say which attempts there are, none is no news.
    let nothing_known = attempts.is_empty() && files.doubtful;
    let task = Task {
        id: path.task.clone(),
        created: own.and_then(|own| own.at),
        recorded: names.recorded || store.lacks_metadata(&path.flow),
        status: if nothing_known {
            Status::Unknown
        } else {
            task_status(&attempts)
        },
        attempts,
        foreach: foreach_frames(foreach_path.as_deref(), foreach_stack.as_ref()),
        origin: origin_run
            .as_ref()
            .zip(origin_task)
            .map(|(run, task)| format!("{run}/{}/{task}", path.step)),
        iteration: None,
        // Only the one task of them has this note (`plugins/parallel_decorator.py`).
        control: names.events_of("internal_task_type").next().is_some(),
        name: None,
        state: None,
        subflow: None,
    };
    for (first, last) in task.missing_attempts() {
        let what = match last - first {
            0 => format!("Of attempt {first} there is no record."),
            1 => format!("Of attempts {first} and {last} there is no record."),
            _ => format!("Of attempts {first} to {last} there is no record."),
        };
        let hint = "A later one is there: they never got to write one, or it was deleted.";
        problems.push(Problem::note(Place::file(folder), what, hint));
    }
    (ReadTask { task, origin_run }, problems)
}

/// An end, which is written in whole milliseconds, where its start is told more exactly.
fn not_just_before(ended: Moment, started: Option<Moment>) -> Moment {
    const MILLISECOND: i64 = 1000;
    let started = started.filter(|started| started.since(ended) < Span(MILLISECOND));
    started.map_or(ended, |started| ended.max(started))
}

fn read_events(
    shelf: &Shelf,
    meta: &str,
    names: &TaskNames,
    field: &str,
    problems: &mut Problems,
) -> Vec<MetadataEntry> {
    let mut events: Vec<MetadataEntry> = names
        .events_of(field)
        .filter_map(|file| record::read_event(shelf, meta, file, problems))
        .collect();
    sort_by_key(&mut events, |entry| entry.at);
    events
}

/// The attempt that an event belongs to: its tag, or, for `attempt` and
/// `attempt-done`, its value.
fn attempt_of(entry: &MetadataEntry) -> AttemptNumber {
    let value = entry.value.text();
    match entry.field.as_str() {
        "attempt" | "attempt-done" => value.parse().ok().or(entry.attempt),
        _ => entry.attempt,
    }
    .unwrap_or_default()
}

/// The time of the last line that an attempt printed: the only end that one without
/// an `attempt-done` may have.
pub(super) fn last_log_time(
    shelf: &Shelf,
    folder: &str,
    names: &TaskNames,
    attempt: AttemptNumber,
) -> Option<Moment> {
    /// Enough for the last line's header, unless that line is very long.
    const END: u64 = 16 << 10;
    let mut last = None;
    for file in names.logs.iter().filter(|file| file.attempt == attempt) {
        let path = format!("{folder}/{}", file.name);
        let read = match file.size {
            Some(size) => shelf.read_part(
                &path,
                Range64 {
                    start: size.saturating_sub(END),
                    end: size,
                },
            ),
            // Where a listing has no sizes the end cannot be named.
            None => shelf.read(&path),
        };
        if let Some(Ok(bytes)) = read {
            last = later(last, log::last_time(bytes));
        }
    }
    last
}

/// The frames of a foreach: the path names steps and indices and is complete, the
/// stack names variables and values and may be shorter.
pub fn foreach_frames(path: Option<&str>, stack: Option<&MetadataValue>) -> Vec<ForeachFrame> {
    let labels: Vec<&str> = match stack {
        Some(MetadataValue::List(items)) => items.iter().map(String::as_str).collect(),
        _ => Vec::new(),
    };
    let mut frames = Vec::new();
    for (at, part) in path
        .unwrap_or_default()
        .split(',')
        .filter(|part| !part.is_empty())
        .enumerate()
    {
        let (step, index) = part.rsplit_once(':').unwrap_or((part, ""));
        let label = labels.get(at).and_then(|label| label.split_once('='));
        frames.push(ForeachFrame {
            step: step.to_owned(),
            index: index.parse().ok(),
            label: label.map(|(name, value)| (name.to_owned(), value.to_owned())),
        });
    }
    frames
}

/// The same frames out of the artifact `_foreach_stack`.
pub fn frames_of_stack(stack: &Pickle) -> Vec<ForeachFrame> {
    let text = |node| {
        let text = stack.as_str(node).map(str::to_owned);
        text.filter(|text| !text.is_empty())
    };
    let frames = stack.foreach_frames().unwrap_or_default();
    let frame = |frame: &pickle::known::ForeachFrame| ForeachFrame {
        step: text(frame.step).unwrap_or_default(),
        index: stack
            .as_int(frame.index)
            .and_then(|index| u64::try_from(index).ok()),
        label: text(frame.var).zip(text(frame.value)),
    };
    frames.iter().map(frame).collect()
}

/// Which iteration, from 0, the artifact `_iteration_stack` tells: that of the innermost
/// step that leads to itself.
pub fn iteration_of_stack(stack: &Pickle) -> Option<u64> {
    let last = stack.as_list(stack.root()?)?.last()?;
    u64::try_from(stack.as_int(*last)?).ok()
}

/// The path that [`foreach_frames`] was made from.
pub fn foreach_path(frames: &[ForeachFrame]) -> Option<String> {
    let part = |frame: &ForeachFrame| match frame.index {
        Some(index) => format!("{}:{index}", frame.step),
        None => frame.step.clone(),
    };
    (!frames.is_empty()).then(|| frames.iter().map(part).collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreach_frames_are_whole_though_values_are_missing() {
        let stack = MetadataValue::List(vec!["country=FI".to_owned()]);
        let frames = foreach_frames(Some("country:3,fold:1"), Some(&stack));
        assert_eq!(frames.len(), 2);
        assert_eq!(
            frames[0].label,
            Some(("country".to_owned(), "FI".to_owned()))
        );
        assert_eq!(frames[1].label, None);
        assert_eq!(foreach_path(&frames).as_deref(), Some("country:3,fold:1"));
        assert_eq!(foreach_path(&[]), None);
    }
}
