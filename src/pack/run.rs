//! The manifest of one run: what lists and pictures of it need, and where its records are.
//!
//! All steps are one table, and so are all tasks, all attempts and all frames of foreach,
//! each naming the row that it belongs to: a hundred thousand tasks are some dozen columns.
//! How the run as a whole went is not in here: who reads it judges that, by the tasks.
//! [`encode`] and [`decode`] are each other's inverse.

use super::column::Fault;
use super::ranges::RecordsFile;
use super::sheet::{Named, OpenSheet, Parts, Sheet};
use crate::model::{
    Attempt, Evidence, Exit, ForeachFrame, Graph, Hosts, Moment, Problem, RunRecord, Status, Step,
    System, Task,
};
use serde::{Deserialize, Serialize};

/// A run as it is packed.
#[derive(Clone, Debug, Default)]
pub struct PackedRun {
    pub record: RunRecord,
    pub graph: Option<Graph>,
    pub steps: Vec<Step>,
    /// The hidden step that holds the parameters, by its name.
    pub parameters: Option<(String, Task)>,
    pub origin: Option<String>,
    pub spun: bool,
    /// A folder of steps or tasks that could not be listed.
    pub unlisted: Option<String>,
    pub problems: Vec<Problem>,
    pub records: Vec<RecordsFile>,
    /// The version, where it is a newer one than is known here.
    pub newer: Option<u32>,
}

impl PackedRun {
    /// How many of its tasks failed for good.
    pub fn failed(&self) -> u64 {
        self.steps.iter().map(Step::failed).sum()
    }
}

/// The same as it is written.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct File {
    runglass: u32,
    kind: String,
    flow: String,
    run: String,
    user: Option<String>,
    tags: Vec<String>,
    system_tags: Vec<String>,
    /// Microseconds since the Unix epoch, as all times here.
    recorded: Option<i64>,
    started: Option<i64>,
    origin: Option<String>,
    spun: bool,
    unlisted: Option<String>,
    records: Vec<RecordsFile>,
    graph: Option<Graph>,
    steps: Sheet,
    tasks: Sheet,
    attempts: Sheet,
    frames: Sheet,
    problems: Vec<Problem>,
}

pub const KIND: &str = "run";

pub fn encode(run: &PackedRun) -> String {
    let record = run.record.clone();
    let hidden = run.parameters.as_ref();
    let no_step = |(name, task): &(String, Task)| Step {
        name: name.clone(),
        created: None,
        recorded: true,
        tasks: vec![task.clone()],
    };
    let hidden = hidden.map(no_step);
    let all: Vec<&Step> = run.steps.iter().chain(&hidden).collect();
    let mut steps = Sheet::new(all.len());
    steps.texts("name", all.iter().map(|step| Some(step.name.as_str())));
    steps.numbers("created", all.iter().map(|step| micros(step.created)));
    steps.flags("unrecorded", all.iter().map(|step| !step.recorded));
    steps.flags("hidden", (0..all.len()).map(|at| at >= run.steps.len()));
    let tasks: Vec<(usize, &Task)> = all
        .iter()
        .enumerate()
        .flat_map(|(at, step)| step.tasks.iter().map(move |task| (at, task)))
        .collect();
    let file = File {
        runglass: super::VERSION,
        kind: KIND.to_owned(),
        flow: record.flow,
        run: record.id,
        user: record.user,
        tags: record.tags,
        system_tags: record.system_tags,
        recorded: micros(record.recorded),
        started: micros(record.started),
        origin: run.origin.clone(),
        spun: run.spun,
        unlisted: run.unlisted.clone(),
        records: run.records.clone(),
        graph: run.graph.clone(),
        steps,
        tasks: tasks_sheet(&tasks),
        attempts: attempts_sheet(&tasks),
        frames: frames_sheet(&tasks),
        problems: run.problems.clone(),
    };
    // Texts, numbers and tables only: there is nothing that JSON could not say.
    serde_json::to_string(&file).unwrap_or_default()
}

fn tasks_sheet(tasks: &[(usize, &Task)]) -> Sheet {
    let mut sheet = Sheet::new(tasks.len());
    let all = || tasks.iter().map(|(_, task)| *task);
    sheet.numbers("of", tasks.iter().map(|(step, _)| Some(*step as i64)));
    sheet.texts("id", all().map(|task| Some(task.id.as_str())));
    sheet.numbers("created", all().map(|task| micros(task.created)));
    sheet.flags("unrecorded", all().map(|task| !task.recorded));
    sheet.texts("status", all().map(|task| Some(task.status.key())));
    sheet.numbers("iteration", all().map(|task| Some(task.iteration? as i64)));
    sheet.texts("origin", all().map(|task| task.origin.as_deref()));
    sheet.flags("control", all().map(|task| task.control));
    sheet
}

fn attempts_sheet(tasks: &[(usize, &Task)]) -> Sheet {
    let rows: Vec<(usize, &Attempt)> = tasks
        .iter()
        .enumerate()
        .flat_map(|(at, (_, task))| task.attempts.iter().map(move |attempt| (at, attempt)))
        .collect();
    let mut sheet = Sheet::new(rows.len());
    let all = || rows.iter().map(|(_, attempt)| *attempt);
    sheet.numbers("of", rows.iter().map(|(task, _)| Some(*task as i64)));
    sheet.numbers("number", all().map(|one| Some(i64::from(one.number))));
    sheet.texts("status", all().map(|one| Some(one.status.key())));
    sheet.numbers("started", all().map(|one| micros(one.started)));
    sheet.numbers("ended", all().map(|one| micros(one.ended)));
    sheet.flags("end_recorded", all().map(|one| one.end_recorded));
    sheet.flags("done", all().map(|one| one.done));
    sheet.flags("caught", all().map(|one| one.caught));
    let exit = |of: fn(&Exit) -> i64| move |one: &Attempt| one.exit.as_ref().map(of);
    sheet.numbers("exit_code", all().map(exit(|exit| exit.code)));
    let exit = |of: fn(&Exit) -> bool| move |one: &Attempt| one.exit.as_ref().is_some_and(of);
    sheet.flags("exit_killed", all().map(exit(|exit| exit.killed)));
    sheet.flags("exit_success", all().map(exit(|exit| exit.success)));
    let proofs: Vec<Proof<'_>> = all().map(|one| Proof::of(&one.evidence)).collect();
    let host = all().map(|one| Some(one.host.as_ref()?.name()));
    sheet.texts("host", host);
    sheet.texts("evidence", proofs.iter().map(|proof| Some(proof.kind)));
    sheet.texts("evidence_text", proofs.iter().map(|proof| proof.text));
    sheet.numbers("evidence_number", proofs.iter().map(|proof| proof.number));
    sheet
}

fn frames_sheet(tasks: &[(usize, &Task)]) -> Sheet {
    let rows: Vec<(usize, &ForeachFrame)> = tasks
        .iter()
        .enumerate()
        .flat_map(|(at, (_, task))| task.foreach.iter().map(move |frame| (at, frame)))
        .collect();
    let mut sheet = Sheet::new(rows.len());
    let all = || rows.iter().map(|(_, frame)| *frame);
    sheet.numbers("of", rows.iter().map(|(task, _)| Some(*task as i64)));
    sheet.texts("step", all().map(|frame| Some(frame.step.as_str())));
    let index = |frame: &ForeachFrame| i64::try_from(frame.index?).ok();
    sheet.numbers("index", all().map(index));
    let label = |frame: &'_ ForeachFrame| frame.label.clone();
    let labels: Vec<Option<(String, String)>> = all().map(label).collect();
    let name = |label: &'_ Option<(String, String)>| label.as_ref().map(|(name, _)| name.clone());
    let names: Vec<Option<String>> = labels.iter().map(name).collect();
    sheet.texts("variable", names.iter().map(Option::as_deref));
    let values = labels
        .iter()
        .map(|label| label.as_ref().map(|(_, value)| value.as_str()));
    sheet.texts("value", values);
    sheet
}

/// An evidence as cells.
#[derive(Default)]
struct Proof<'a> {
    kind: &'a str,
    text: Option<&'a str>,
    number: Option<i64>,
}

impl<'a> Proof<'a> {
    fn of(evidence: &'a Evidence) -> Self {
        let told = |kind, text: &'a str| Self {
            kind,
            text: Some(text),
            number: None,
        };
        match evidence {
            Evidence::Recorded { record } => told("recorded", record),
            Evidence::ExitCode { code, record } => Self {
                number: Some(*code),
                ..told("exit code", record)
            },
            Evidence::LaterAttempt => Self {
                kind: "later attempt",
                ..Self::default()
            },
            Evidence::FailedTask { task } => told("failed task", task),
            Evidence::NoEnd { last_sign } => Self {
                kind: "no end",
                text: None,
                number: micros(*last_sign),
            },
            Evidence::Unreadable { record } => told("unreadable", record),
            Evidence::EndOnly { record } => told("end only", record),
        }
    }
}

fn evidence(kind: &str, text: Option<String>, number: Option<i64>) -> Evidence {
    let record = text.unwrap_or_default();
    match kind {
        "recorded" => Evidence::Recorded { record },
        "exit code" => Evidence::ExitCode {
            code: number.unwrap_or_default(),
            record,
        },
        "later attempt" => Evidence::LaterAttempt,
        "failed task" => Evidence::FailedTask { task: record },
        "unreadable" => Evidence::Unreadable { record },
        "end only" => Evidence::EndOnly { record },
        // What a newer version may say besides.
        _ => Evidence::NoEnd {
            last_sign: number.map(Moment),
        },
    }
}

fn micros(moment: Option<Moment>) -> Option<i64> {
    moment.map(|moment| moment.0)
}

pub fn decode(bytes: &[u8]) -> Result<PackedRun, Fault> {
    let file: File = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    if file.kind != KIND {
        return Err(format!(
            "it is not the manifest of a run, but “{}”",
            file.kind
        ));
    }
    let tasks = file.tasks.open()?;
    let attempts = file.attempts.open()?;
    let frames = file.frames.open()?;
    let steps = file.steps.open()?;
    let mut all = read_tasks(&tasks, &attempts, &frames)?.into_iter();
    let mut in_steps = Parts::new(&tasks);
    let mut run = PackedRun {
        record: RunRecord {
            flow: file.flow,
            id: file.run,
            name: None,
            system: System::Metaflow,
            user: file.user,
            tags: file.tags,
            system_tags: file.system_tags,
            recorded: file.recorded.map(Moment),
            started: file.started.map(Moment),
        },
        graph: file.graph,
        origin: file.origin,
        spun: file.spun,
        unlisted: file.unlisted,
        problems: file.problems,
        records: file.records,
        newer: (file.runglass > super::VERSION).then_some(file.runglass),
        ..PackedRun::default()
    };
    let (name, created) = (steps.column("name"), steps.column("created"));
    let (unrecorded, hidden) = (steps.column("unrecorded"), steps.column("hidden"));
    for row in 0..steps.rows() {
        let tasks: Vec<Task> = all.by_ref().take(in_steps.of(row).len()).collect();
        let name = name.owned(row).unwrap_or_default();
        match hidden.flag(row) {
            true => run.parameters = tasks.into_iter().next().map(|task| (name, task)),
            false => run.steps.push(Step {
                name,
                created: created.number(row).map(Moment),
                recorded: !unrecorded.flag(row),
                tasks,
            }),
        }
    }
    all_owned(&in_steps, "tasks")?;
    Ok(run)
}

fn all_owned(parts: &Parts<'_>, what: &str) -> Result<(), Fault> {
    match parts.is_over() {
        true => Ok(()),
        false => Err(format!(
            "the table of {what} names rows that are none, or in another order"
        )),
    }
}

fn read_tasks(
    tasks: &OpenSheet,
    attempts: &OpenSheet,
    frames: &OpenSheet,
) -> Result<Vec<Task>, Fault> {
    let mut attempts_of = Parts::new(attempts);
    let mut frames_of = Parts::new(frames);
    let attempts = AttemptColumns::of(attempts);
    let mut hosts = Hosts::default();
    let column = |name| tasks.column(name);
    let (id, created, unrecorded) = (column("id"), column("created"), column("unrecorded"));
    let (status, iteration) = (column("status"), column("iteration"));
    let (origin, control) = (column("origin"), column("control"));
    let (step, index) = (frames.column("step"), frames.column("index"));
    let (variable, value) = (frames.column("variable"), frames.column("value"));
    let frame = |row| ForeachFrame {
        step: step.owned(row).unwrap_or_default(),
        index: index.count(row),
        label: variable.owned(row).zip(value.owned(row)),
    };
    let mut read = Vec::with_capacity(tasks.rows());
    for row in 0..tasks.rows() {
        read.push(Task {
            id: id.owned(row).unwrap_or_default(),
            created: created.number(row).map(Moment),
            recorded: !unrecorded.flag(row),
            status: status_of(status, row),
            attempts: attempts_of
                .of(row)
                .map(|row| attempts.read(row, &mut hosts))
                .collect(),
            foreach: frames_of.of(row).map(frame).collect(),
            iteration: iteration.count(row),
            origin: origin.owned(row),
            control: control.flag(row),
            name: None,
            state: None,
            subflow: None,
        });
    }
    all_owned(&attempts_of, "attempts")?;
    all_owned(&frames_of, "frames")?;
    Ok(read)
}

/// A status that a newer version knows besides is one that is not known here.
fn status_of(column: Named<'_>, row: usize) -> Status {
    let key = column.text(row).unwrap_or_default();
    Status::from_key(&key).unwrap_or(Status::Unknown)
}

struct AttemptColumns<'a> {
    number: Named<'a>,
    status: Named<'a>,
    started: Named<'a>,
    ended: Named<'a>,
    end_recorded: Named<'a>,
    done: Named<'a>,
    caught: Named<'a>,
    exit_code: Named<'a>,
    exit_killed: Named<'a>,
    exit_success: Named<'a>,
    host: Named<'a>,
    evidence: Named<'a>,
    evidence_text: Named<'a>,
    evidence_number: Named<'a>,
}

impl<'a> AttemptColumns<'a> {
    fn of(sheet: &'a OpenSheet) -> Self {
        Self {
            number: sheet.column("number"),
            status: sheet.column("status"),
            started: sheet.column("started"),
            ended: sheet.column("ended"),
            end_recorded: sheet.column("end_recorded"),
            done: sheet.column("done"),
            caught: sheet.column("caught"),
            exit_code: sheet.column("exit_code"),
            exit_killed: sheet.column("exit_killed"),
            exit_success: sheet.column("exit_success"),
            host: sheet.column("host"),
            evidence: sheet.column("evidence"),
            evidence_text: sheet.column("evidence_text"),
            evidence_number: sheet.column("evidence_number"),
        }
    }

    fn read(&self, row: usize, hosts: &mut Hosts) -> Attempt {
        let kind = self.evidence.text(row).unwrap_or_default();
        Attempt {
            number: self.number.count(row).unwrap_or_default(),
            status: status_of(self.status, row),
            evidence: evidence(
                &kind,
                self.evidence_text.owned(row),
                self.evidence_number.number(row),
            ),
            started: self.started.number(row).map(Moment),
            ended: self.ended.number(row).map(Moment),
            end_recorded: self.end_recorded.flag(row),
            done: self.done.flag(row),
            caught: self.caught.flag(row),
            exit: self.exit_code.number(row).map(|code| Exit {
                code,
                killed: self.exit_killed.flag(row),
                success: self.exit_success.flag(row),
            }),
            host: self.host.text(row).and_then(|name| hosts.named(&name)),
        }
    }
}

#[cfg(test)]
mod tests;
