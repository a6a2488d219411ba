//! Logs, a window of lines at a time.
//!
//! A log is read and merged whole once, then kept: its lines are found by number,
//! searched and cut into windows without being read again.

use super::ask::{Failure, FailureKind, Window};
use super::prefect::Loaded;
use super::records::RunRecords;
use super::task::TaskPlace;
use super::{Engine, Work};
use crate::counts;
use crate::formats::metaflow::log;
use crate::model::{
    AttemptNumber, Level, Log, Moment, Place, Problem, Run, RunPath, Stream, TaskPath,
};
use crate::sorting::{SortedSet, sort_by_key};
use crate::source::{Bytes, Pace as _, ReadError, Source, Want, limits};
use crate::text::ansi::{self, AnsiLine, Style};
use serde::{Deserialize, Serialize};
use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogQuery {
    pub task: TaskPath,
    pub attempt: AttemptNumber,
    /// One stream, or both merged by time.
    pub streams: Streams,
    /// Counted from the first line; see `from_end`.
    pub window: Window,
    /// Only the last lines: `window.count` of them.
    pub from_end: bool,
    /// Text to find, in any case.
    pub search: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Streams {
    One(Stream),
    Both,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogView {
    pub window: Window,
    pub lines: Vec<LogRow>,
    pub total: u64,
    /// Bytes of the stored files, headers included.
    pub size: u64,
    /// A log that is there and empty is not one that is not there.
    pub recorded: bool,
    /// Numbers (from 0) of the lines with the text that was searched, at most some thousands.
    pub found: Vec<u64>,
    pub found_total: u64,
    pub undecodable: u64,
    pub problems: Vec<Problem>,
    /// The log is that of the task which this one was copied from.
    pub from_origin: Option<TaskPath>,
    /// The log is there, in a run that is not in this source.
    pub origin_missing: Option<TaskPath>,
    /// No line is there: what the task printed stands in that of the one that led it.
    pub led_by: Option<TaskPath>,
    /// The line, from 0, that names what the attempt raised.
    pub raised_at: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogRow {
    /// From 0.
    pub number: u64,
    pub at: Option<Moment>,
    pub stream: Stream,
    /// How much it matters, where its engine says so.
    pub level: Option<Level>,
    pub line: AnsiLine,
}

/// The whole text of some lines, or of all, for copying and saving.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogTextQuery {
    pub task: TaskPath,
    pub attempt: AttemptNumber,
    pub streams: Streams,
    /// First and last line from 0, both included; all lines when `None`.
    pub lines: Option<(u64, u64)>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogTextView {
    pub text: String,
}

/// More hits than this are only counted.
const HITS: usize = 5000;

/// A line longer than this is cut on the screen; copying gives all of it.
const LINE: usize = 2000;

/// A line of one of the streams.
pub(super) struct ReadLine {
    pub stream: Stream,
    pub at: Option<Moment>,
    pub level: Option<Level>,
    pub text: String,
    /// The style that the lines before have left switched on.
    carried: Style,
}

/// A log that was read and merged.
#[derive(Default)]
pub(super) struct ReadLog {
    pub lines: Vec<ReadLine>,
    pub size: u64,
    pub recorded: bool,
    pub undecodable: u64,
    pub problems: Vec<Problem>,
    pub from_origin: Option<TaskPath>,
    pub origin_missing: Option<TaskPath>,
    pub led_by: Option<TaskPath>,
    /// The line that names what the attempt raised, once that was asked.
    raised_at: OnceCell<Option<u64>>,
}

/// The logs looked at last, so that scrolling does not read them again.
#[derive(Default)]
pub(super) struct LogCache {
    kept: RefCell<Vec<(LogKey, Rc<ReadLog>)>>,
}

/// Of which attempt, and which streams.
type LogKey = (TaskPath, AttemptNumber, Streams);

impl LogCache {
    /// Both streams of two attempts, split and merged.
    const KEPT: usize = 6;

    fn get(&self, key: &LogKey) -> Option<Rc<ReadLog>> {
        self.kept
            .borrow()
            .iter()
            .find(|(known, _)| known == key)
            .map(|(_, log)| log.clone())
    }

    fn put(&self, key: LogKey, log: Rc<ReadLog>) {
        let mut kept = self.kept.borrow_mut();
        kept.push((key, log));
        if kept.len() > Self::KEPT {
            kept.remove(0);
        }
    }

    pub fn clear(&self) {
        self.kept.borrow_mut().clear();
    }

    /// Of these runs something was written; a copy shows the log of its origin.
    pub fn forget(&self, runs: &SortedSet<RunPath>) {
        let is_of = |task: &TaskPath| runs.contains(&task.run_path());
        let mut kept = self.kept.borrow_mut();
        kept.retain(|((task, ..), log)| {
            !is_of(task) && !log.from_origin.as_ref().is_some_and(is_of)
        });
    }
}

impl Engine {
    pub(super) async fn log(&self, query: LogQuery, work: &Work) -> Result<LogView, Box<Failure>> {
        let read = self
            .read_log(&query.task, query.attempt, query.streams, work)
            .await?;
        let total = read.lines.len() as u64;
        let window = if query.from_end {
            let count = query.window.count.min(total);
            Window {
                first: total - count,
                count,
            }
        } else {
            query.window
        };
        let wanted = query.search.trim().to_lowercase();
        let mut found = Vec::new();
        let mut found_total = 0;
        if !wanted.is_empty() {
            for (number, line) in read.lines.iter().enumerate() {
                if line.text.to_lowercase().contains(&wanted) {
                    found_total += 1;
                    if found.len() < HITS {
                        found.push(number as u64);
                    }
                }
                if number % 1024 == 0 {
                    work.breathe().await;
                }
            }
        }
        let lines = rows(&read, window);
        if read.raised_at.get().is_none() {
            let exception = self.exception_of(&query.task, query.attempt, work).await?;
            let line = exception.and_then(|exception| exception.raised_at(&read.lines));
            // Two may have asked at once, and both know the same.
            let _known = read.raised_at.set(line);
        }
        Ok(LogView {
            window,
            lines,
            total,
            size: read.size,
            recorded: read.recorded,
            found,
            found_total,
            undecodable: read.undecodable,
            problems: read.problems.clone(),
            from_origin: read.from_origin.clone(),
            origin_missing: read.origin_missing.clone(),
            led_by: read.led_by.clone(),
            raised_at: read.raised_at.get().copied().flatten(),
        })
    }

    pub(super) async fn log_text(
        &self,
        query: LogTextQuery,
        work: &Work,
    ) -> Result<LogTextView, Box<Failure>> {
        let read = self
            .read_log(&query.task, query.attempt, query.streams, work)
            .await?;
        let (first, last) = query.lines.unwrap_or((0, u64::MAX));
        let wanted = read
            .lines
            .iter()
            .zip(0u64..)
            .filter(|(_, number)| (first..=last).contains(number));
        let mut text = String::new();
        for (line, _) in wanted {
            text.push_str(&line.text);
            text.push('\n');
        }
        Ok(LogTextView { text })
    }

    /// The log of an attempt, or of the task that it was copied from: `resume` copies
    /// records and artifacts, and leaves the log where it is (Metaflow `task.py`,
    /// `clone_only`).
    pub(super) async fn read_log(
        &self,
        path: &TaskPath,
        attempt: AttemptNumber,
        streams: Streams,
        work: &Work,
    ) -> Result<Rc<ReadLog>, Box<Failure>> {
        let key = (path.clone(), attempt, streams);
        if let Some(known) = self.logs.get(&key) {
            return Ok(known);
        }
        let news = self.news.get();
        let place = self.task_place_alone(path, Some(attempt), work).await?;
        let first = place.loaded.is_alone.then(|| self.precedence.first());
        let mut read = self.merged(&place, streams, work).await;
        drop(first);
        let origin = place.detail.origin.clone();
        if let Some(origin) = origin.filter(|_| !read.recorded) {
            match self.task_place_alone(&origin, None, work).await {
                Ok(ran) => {
                    read = self.merged(&ran, streams, work).await;
                    read.from_origin = Some(origin).filter(|_| read.recorded);
                }
                Err(failure) if failure.kind == FailureKind::NotFound => {
                    read.origin_missing = Some(origin);
                }
                Err(failure) => return Err(failure),
            }
        }
        // Who writes into the log of another one has no files of its own.
        if !read.recorded {
            let run = match place.loaded.is_alone {
                true => self.load_run(&path.run_path(), work).await?,
                false => place.loaded.clone(),
            };
            read.led_by = leader(&run.run, path);
        }
        let read = Rc::new(read);
        if self.news.get() == news {
            self.logs.put(key, read.clone());
        }
        Ok(read)
    }

    /// The streams of an attempt, merged.
    async fn merged(&self, place: &TaskPlace, streams: Streams, work: &Work) -> ReadLog {
        if let RunRecords::Prefect(run) = &place.loaded.records {
            return of_prefect(run, place, streams, work).await;
        }
        let mut read = ReadLog::default();
        let wanted: &[Stream] = match &streams {
            Streams::One(stream) => std::slice::from_ref(stream),
            Streams::Both => &[Stream::Stdout, Stream::Stderr],
        };
        for stream in wanted {
            let one = self.read_stream(place, *stream, &mut read.problems).await;
            read.size += one.size;
            read.recorded |= one.recorded;
            read.undecodable += one.undecodable;
            let mut carried = Style::default();
            for (number, line) in one.lines.into_iter().enumerate() {
                let before = carried;
                // Without an escape sequence nothing is switched on or off.
                if line.text.contains('\u{1b}') {
                    carried = ansi::line(&line.text, carried, 0).1;
                }
                read.lines.push(ReadLine {
                    stream: *stream,
                    at: line.at,
                    level: None,
                    text: line.text,
                    carried: before,
                });
                if number % 4096 == 0 {
                    work.breathe().await;
                }
            }
        }
        if streams == Streams::Both {
            // Stable: of one moment, stdout stays before stderr; lines without a time come last.
            sort_by_key(&mut read.lines, |line| line.at.unwrap_or(Moment(i64::MAX)));
        }
        read
    }

    async fn read_stream(
        &self,
        place: &TaskPlace,
        stream: Stream,
        problems: &mut Vec<Problem>,
    ) -> Log {
        let folder = &place.detail.folder;
        let wants: Vec<Want> = place
            .detail
            .log_files(place.attempt, stream)
            .map(|file| Want {
                path: format!("{folder}/{}", file.name),
                range: None,
            })
            .collect();
        let mut files: Vec<Bytes> = Vec::new();
        for (want, answer) in wants.iter().zip(place.loaded.source.read(&wants).await) {
            let answer = match answer {
                Err(ReadError::TooLarge { size, .. }) => {
                    last_of(&*place.loaded.source, want, size, problems).await
                }
                answer => answer,
            };
            match answer {
                Ok(bytes) => files.push(bytes),
                Err(error) => problems.push(Problem::damage(
                    Place::file(&want.path),
                    error.to_string(),
                    format!("What this file holds of {} is not shown.", stream.word()),
                )),
            }
        }
        let parts: Vec<&[u8]> = files.iter().map(|file| file.as_slice()).collect();
        let mut read = log::merge(&parts, limits::LOG_LINES);
        if let (1.., Some(want)) = (read.left_out, wants.first()) {
            problems.push(Problem::warning(
                Place::file(&want.path),
                format!(
                    "There are {} lines on {}: the first {} are not shown.",
                    counts::count(read.left_out + read.lines.len() as u64),
                    stream.word(),
                    counts::count(read.left_out)
                ),
                "What was printed last is shown. All of it is in the file itself.",
            ));
        }
        read.recorded = !wants.is_empty();
        read
    }
}

/// The log of an attempt of a task of Prefect, or the part of it that a stream stands for.
async fn of_prefect(run: &Loaded, place: &TaskPlace, streams: Streams, work: &Work) -> ReadLog {
    let found = run.lines(&place.step, &place.id, place.attempt, work).await;
    let is_asked = |stream| match streams {
        Streams::One(only) => stream == only,
        Streams::Both => true,
    };
    let mut lines = found.lines;
    lines.retain(|line| is_asked(line.stream()));
    let size = lines.iter().map(|line| line.text.len() as u64 + 1).sum();
    let mut carried = Style::default();
    let lines = lines.into_iter().map(|line| {
        let before = carried;
        if line.text.contains('\u{1b}') {
            carried = ansi::line(&line.text, carried, 0).1;
        }
        ReadLine {
            stream: line.stream(),
            at: line.at,
            level: Some(line.level),
            text: line.text,
            carried: before,
        }
    });
    ReadLog {
        lines: lines.collect(),
        size,
        recorded: found.is_recorded,
        problems: found.problems,
        ..ReadLog::default()
    }
}

/// The end of a log that is too large to be read whole, from the first line that is all
/// there, where its source reads parts of files.
async fn last_of(
    source: &dyn Source,
    want: &Want,
    size: u64,
    problems: &mut Vec<Problem>,
) -> Result<Bytes, ReadError> {
    let limit = limits::UNPACKED_FILE;
    if !source.reads_parts(&want.path) {
        return Err(ReadError::TooLarge { size, limit });
    }
    let start = size.saturating_sub(limits::LOG_TAIL);
    let part = Want {
        path: want.path.clone(),
        range: Some((start..size).into()),
    };
    let answer = source.read(&[part]).await.pop();
    let end = answer.unwrap_or(Err(ReadError::Missing))?;
    let first = end.iter().position(|byte| *byte == b'\n');
    let whole = first.filter(|_| start > 0).map_or(0, |at| at + 1);
    problems.push(Problem::warning(
        Place::file(&want.path),
        format!(
            "The file has {}: the last {} are shown.",
            counts::bytes(size),
            counts::bytes((end.len() - whole) as u64)
        ),
        "What was printed last is shown. All of it is in the file itself.",
    ));
    Ok(Rc::new(end.get(whole..).unwrap_or_default().to_vec()))
}

/// Of tasks that run together, the one that started the others, which write into its log
/// (Metaflow `plugins/parallel_decorator.py`, `_local_multinode_control_task_step_func`).
fn leader(run: &Run, path: &TaskPath) -> Option<TaskPath> {
    let step = run.step(&path.step)?;
    let leader = step.tasks.iter().find(|task| task.control)?;
    (leader.id != path.task).then(|| path.run_path().task(&path.step, &leader.id))
}

/// A window of lines as they are drawn.
pub(super) fn rows(log: &ReadLog, window: Window) -> Vec<LogRow> {
    let lines = window.of(&log.lines).iter().zip(window.first..);
    lines
        .map(|(line, number)| LogRow {
            number,
            at: line.at,
            stream: line.stream,
            level: line.level,
            line: ansi::line(&line.text, line.carried, LINE).0,
        })
        .collect()
}
