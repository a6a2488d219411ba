//! What went wrong in one attempt: the exception, where it was raised, and the last
//! lines on stderr. What one reads first.

use super::ask::{Failure, Window};
use super::excerpt::{Excerpt, Packaged};
use super::logs::{LogRow, ReadLine, Streams};
use super::records::RunRecords;
use super::task::{AttemptView, attempt_views};
use super::values::Most;
use super::{Engine, Work};
use crate::formats::metaflow::blob;
use crate::formats::prefect::attempts::Failure as Failed;
use crate::model::{Attempt, AttemptNumber, Evidence, Status, Stream, System, TaskPath};
use crate::pickle::Text;
use crate::text::traceback::{self, Traceback};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FailureCardQuery {
    pub task: TaskPath,
    /// The last attempt when none is named.
    pub attempt: Option<AttemptNumber>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FailureCardView {
    pub task: TaskPath,
    pub system: System,
    pub label: Option<String>,
    pub attempts: Vec<AttemptView>,
    pub attempt: AttemptNumber,
    pub exception: Option<ExceptionView>,
    /// Without an exception: how it is known that the attempt failed.
    pub how: String,
    /// What of the traceback's source went with the run.
    pub packaged: Packaged,
    /// The last lines of stderr without the frames of its traceback, which stand in the
    /// exception; and how many lines there are in all.
    pub tail: Vec<LogRow>,
    pub lines: u64,
    /// Numbers of the lines, from 0, that name the exception.
    pub raised_at: Vec<u64>,
    pub stderr_recorded: bool,
    /// Every attempt raised the same.
    pub same_in_all: bool,
}

/// An exception as it was recorded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExceptionView {
    /// The class with its module.
    pub kind: String,
    pub message: String,
    /// The traceback taken apart, where it has the usual shape.
    pub traceback: Option<Traceback>,
    /// As it was recorded.
    pub text: String,
    /// Where it was found: the artifact's name, or `stderr`.
    pub from: String,
    /// @catch took it, and the run went on.
    pub caught: bool,
}

impl FailureCardView {
    /// The source where it was raised, if that is the user's own code and went with the run.
    pub fn source(&self) -> Option<&Excerpt> {
        let traceback = self.exception.as_ref()?.traceback.as_ref()?;
        self.packaged.around(traceback.last()?.place()?)
    }
}

impl ExceptionView {
    /// The class without its module.
    pub fn short(&self) -> &str {
        self.kind.rsplit('.').next().unwrap_or_default()
    }

    /// Class and message in one line.
    pub fn line(&self) -> String {
        let message = self.message.lines().next().unwrap_or_default();
        match message {
            "" => self.short().to_owned(),
            message => format!("{}: {message}", self.short()),
        }
    }

    /// Whether a line of a log names it, as the end of a traceback does.
    fn is_named_in(&self, line: &str) -> bool {
        let name = self.short();
        !name.is_empty()
            && (line.trim_start_matches([' ', '>']).starts_with(name)
                || line.contains(&format!(".{name}: ")))
    }

    /// The last line, from 0, that names it.
    pub(super) fn raised_at(&self, lines: &[ReadLine]) -> Option<u64> {
        let at = lines
            .iter()
            .rposition(|line| self.is_named_in(&line.text))?;
        Some(at as u64)
    }
}

/// How many lines of stderr a card shows.
const TAIL: usize = 8;

/// Beside a traceback: lines before it, and the last ones.
const BEFORE: usize = 4;
const LAST: usize = 3;

/// The end of a log as one text, and the number of its first line: enough for a
/// traceback, unless it is one of runaway recursion, of which the end is enough.
fn end_of(lines: &[ReadLine]) -> (usize, String) {
    const LINES: usize = 2000;
    let from = lines.len().saturating_sub(LINES);
    let texts: Vec<&str> = lines
        .iter()
        .skip(from)
        .map(|line| line.text.as_str())
        .collect();
    (from, texts.join("\n"))
}

/// Which lines of stderr are worth reading, as first lines and counts: the last ones. Of
/// a traceback that stands in them, what was printed before it and what it ended in.
fn last_lines(lines: &[ReadLine], exception: Option<&ExceptionView>) -> Vec<(u64, u64)> {
    let total = lines.len();
    let told = exception.and_then(|exception| {
        let end = exception.raised_at(lines)?;
        let (from, text) = end_of(lines);
        let start = from + traceback::in_log(&text)?.first_line;
        if start >= end as usize {
            return None;
        }
        Some((start, end as usize))
    });
    let range = |from: usize, until: usize| (from as u64, until.saturating_sub(from) as u64);
    match told {
        Some((start, end)) if end - start + LAST > TAIL => {
            let after = total.saturating_sub(LAST).max(end + 1);
            vec![
                range(start.saturating_sub(BEFORE), start),
                range(end, end + 1),
                range(after, total),
            ]
        }
        _ => vec![range(total.saturating_sub(TAIL), total)],
    }
}

impl Engine {
    pub(super) async fn failure_card(
        &self,
        query: FailureCardQuery,
        work: &Work,
    ) -> Result<FailureCardView, Box<Failure>> {
        let place = self.task_place(&query.task, query.attempt, work).await?;
        let Some(task) = place.task(&query.task) else {
            return Err(Failure::not_found(
                "task",
                &query.task.to_string(),
                "others",
            ));
        };
        let attempts = attempt_views(task, work.host.now());
        let log = self
            .read_log(
                &query.task,
                place.attempt,
                Streams::One(Stream::Stderr),
                work,
            )
            .await?;
        let exception = self.exception_of(&query.task, place.attempt, work).await?;
        let mut same_in_all = task.attempts.len() > 1;
        for other in task
            .attempts
            .iter()
            .filter(|other| other.number != place.attempt)
        {
            let theirs = self.exception_of(&query.task, other.number, work).await?;
            let what = |exception: &Option<ExceptionView>| {
                exception
                    .as_ref()
                    .map(|one| (one.kind.clone(), one.message.clone()))
            };
            same_in_all &= exception.is_some() && what(&theirs) == what(&exception);
        }
        let total = log.lines.len() as u64;
        let tail: Vec<LogRow> = last_lines(&log.lines, exception.as_ref())
            .into_iter()
            .flat_map(|(first, count)| super::logs::rows(&log, Window { first, count }))
            .collect();
        let names_it = |row: &&LogRow| {
            let text = row.line.text();
            exception
                .as_ref()
                .is_some_and(|exception| exception.is_named_in(&text))
        };
        let traceback = exception
            .as_ref()
            .and_then(|exception| exception.traceback.clone());
        let mut view = FailureCardView {
            task: query.task.clone(),
            system: place.loaded.run.record.system,
            label: task.label(),
            how: task
                .attempt(place.attempt)
                .map(|attempt| how_attempt(attempt, place.loaded.run.record.system))
                .unwrap_or_default(),
            attempts,
            attempt: place.attempt,
            raised_at: tail.iter().filter(names_it).map(|row| row.number).collect(),
            exception,
            packaged: Packaged::default(),
            tail,
            lines: total,
            stderr_recorded: log.recorded,
            same_in_all,
        };
        if let Some(traceback) = traceback {
            // A package is large beside all else on the card.
            work.partial(&view);
            view.packaged = self.packaged(&place, &traceback, work).await;
        }
        Ok(view)
    }

    /// The exception of one attempt: from its artifact, else from the end of its stderr.
    pub(super) async fn exception_of(
        &self,
        path: &TaskPath,
        attempt: AttemptNumber,
        work: &Work,
    ) -> Result<Option<ExceptionView>, Box<Failure>> {
        let place = self.task_place_alone(path, Some(attempt), work).await?;
        if let RunRecords::Prefect(run) = &place.loaded.records {
            let found = run.failure(&path.step, &path.task, attempt, work).await;
            return Ok(found.map(of_prefect));
        }
        for name in ["_exception", "_catch_exception"] {
            let Some(artifact) = place.detail.artifact(attempt, name) else {
                continue;
            };
            if artifact.sha == blob::NONE_SHA {
                continue;
            }
            let stored = place.loaded.stored(&artifact.sha);
            let decoded = self.decode(stored, Most::Default, work).await;
            let Ok(value) = decoded else { continue };
            let Some(wrapped) = value.pickle.wrapped_exception() else {
                continue;
            };
            let text = |text: Option<Text<'_>>| {
                text.map(|text| text.lossy().into_owned())
                    .unwrap_or_default()
            };
            let stacktrace = text(wrapped.stacktrace);
            return Ok(Some(ExceptionView {
                kind: text(wrapped.class),
                message: text(wrapped.exception),
                traceback: traceback::parse(&stacktrace),
                text: stacktrace,
                from: name.to_owned(),
                caught: name == "_catch_exception",
            }));
        }
        let failed = place
            .task(path)
            .and_then(|task| task.attempt(attempt))
            .map(|attempt| attempt.status);
        if failed != Some(Status::Failed) {
            return Ok(None);
        }
        let log = self
            .read_log(path, attempt, Streams::One(Stream::Stderr), work)
            .await?;
        let (_, text) = end_of(&log.lines);
        let found = traceback::in_log(&text);
        let named = found
            .as_ref()
            .and_then(|found| found.last()?.exception.clone());
        Ok(named.map(|exception| ExceptionView {
            kind: exception.kind,
            message: exception.message,
            traceback: found,
            text,
            from: "stderr".to_owned(),
            caught: false,
        }))
    }
}

/// What Prefect tells of a failure: the message of a state, and a traceback in the log.
fn of_prefect(failure: Failed) -> ExceptionView {
    let text = failure.traceback.unwrap_or_default();
    ExceptionView {
        kind: failure.class.unwrap_or_default(),
        message: failure.text,
        traceback: traceback::parse(&text),
        from: match text.is_empty() {
            true => "its state".to_owned(),
            false => "the log".to_owned(),
        },
        text,
        caught: false,
    }
}

/// How an attempt ended, as far as it is known.
fn how_attempt(attempt: &Attempt, system: System) -> String {
    let known = how(attempt.status, &attempt.evidence, system);
    match (&attempt.evidence, &attempt.exit) {
        (Evidence::Recorded { .. }, Some(exit)) if exit.code != 0 => {
            let record = "N.runtime".to_owned();
            let code = exit.code;
            let evidence = Evidence::ExitCode { code, record };
            let ended = how(attempt.status, &evidence, system);
            format!("{ended} {known}")
        }
        _ => known,
    }
}

/// How a status is known, as a sentence.
pub fn how(status: Status, evidence: &Evidence, system: System) -> String {
    match evidence {
        Evidence::Recorded { record } => format!("{} recorded {record}.", system.word()),
        Evidence::ExitCode { code, .. } if *code < 0 => {
            format!(
                "The process was ended by signal {}{}.",
                -code,
                signal_name(-code)
            )
        }
        Evidence::ExitCode { code, .. } => format!("The process ended with exit code {code}."),
        Evidence::LaterAttempt => {
            "No end was recorded, and a later attempt was started.".to_owned()
        }
        Evidence::FailedTask { task } => format!("{task} failed on its last attempt."),
        Evidence::NoEnd { .. } if status == Status::Running => "No end is recorded yet.".to_owned(),
        Evidence::NoEnd { .. } => {
            "No end was recorded: it was killed, cut off, or saved while it ran.".to_owned()
        }
        Evidence::Unreadable { record } => {
            format!("How it ended cannot be told: {record} cannot be read.")
        }
        Evidence::EndOnly { record } => {
            format!("{record} tells that it ended; the records that tell how are lost.")
        }
    }
}

fn signal_name(signal: i64) -> &'static str {
    match signal {
        2 => " (SIGINT, interrupted)",
        6 => " (SIGABRT, aborted)",
        9 => " (SIGKILL, killed, often for want of memory)",
        11 => " (SIGSEGV, crashed)",
        15 => " (SIGTERM, asked to stop)",
        _ => "",
    }
}
