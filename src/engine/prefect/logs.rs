//! The log of a flow run, parted by tasks and attempts, line by line.

use super::Loaded;
use crate::engine::Work;
use crate::formats::prefect::attempts::{self, Attempts, Failure, failure};
use crate::formats::prefect::id::Id;
use crate::formats::prefect::records::Log;
use crate::model::run::BODY;
use crate::model::{AttemptNumber, Level, Moment, Problem, Stream};

/// What one attempt of a task, or of the flow itself, has in the log.
#[derive(Default)]
pub struct LinesOf {
    pub lines: Vec<Line>,
    pub is_recorded: bool,
    pub problems: Vec<Problem>,
}

/// One line of a message; the first has what its row says beside it.
pub struct Line {
    pub at: Option<Moment>,
    pub level: Level,
    pub text: String,
}

impl Line {
    /// Warnings and errors are what a process would write to stderr.
    pub fn stream(&self) -> Stream {
        stream_of(self.level)
    }
}

fn stream_of(level: Level) -> Stream {
    match level >= Level::Warning {
        true => Stream::Stderr,
        false => Stream::Stdout,
    }
}

impl Loaded {
    /// The lines of an attempt, in the order of their times.
    pub async fn lines(
        &self,
        step: &str,
        task: &str,
        attempt: AttemptNumber,
        work: &Work,
    ) -> LinesOf {
        let logs = self.logs(work).await;
        let rows = self.rows_of(&logs.rows, step, task, attempt);
        let mut found = LinesOf {
            is_recorded: logs.is_recorded,
            problems: logs.problems.clone(),
            ..LinesOf::default()
        };
        for row in rows {
            let level = Level::of(row.level);
            found.lines.extend(row.message.lines().map(|text| Line {
                at: row.at,
                level,
                text: text.to_owned(),
            }));
        }
        found
    }

    /// The bytes of its messages by stream.
    pub async fn log_sizes(
        &self,
        step: &str,
        task: &str,
        attempt: AttemptNumber,
        work: &Work,
    ) -> (u64, u64) {
        let logs = self.logs(work).await;
        let mut sizes = (0, 0);
        for row in self.rows_of(&logs.rows, step, task, attempt) {
            let size = row.message.len() as u64;
            match stream_of(Level::of(row.level)) {
                Stream::Stdout => sizes.0 += size,
                Stream::Stderr => sizes.1 += size,
            }
        }
        sizes
    }

    /// What went wrong in an attempt.
    pub async fn failure(
        &self,
        step: &str,
        task: &str,
        attempt: AttemptNumber,
        work: &Work,
    ) -> Option<Failure> {
        let tries = self.tries(step, task)?;
        let one = tries.list.iter().find(|one| one.number == attempt)?;
        let logs = self.logs(work).await;
        let found = failure(one, self.rows_of(&logs.rows, step, task, attempt))?;
        Some(Failure {
            // Where no exception is named, the state is: `TimedOut`, `Crashed`.
            class: found
                .class
                .or_else(|| Some(one.ended_by.as_deref()?.to_owned())),
            ..found
        })
    }

    /// The attempts of a task, or of the flow itself.
    pub(super) fn tries(&self, step: &str, task: &str) -> Option<&Attempts> {
        match step == BODY {
            true => Some(&self.gathered.own),
            false => self.gathered.attempts.get(self.gathered.task(task)?),
        }
    }

    /// The rows of an attempt. What came before the first is told with it.
    fn rows_of<'a>(
        &self,
        rows: &'a [Log],
        step: &str,
        task: &str,
        attempt: AttemptNumber,
    ) -> Vec<&'a Log> {
        let id = Id::of(task);
        let is_body = step == BODY;
        let is_of_it = |row: &&Log| match is_body {
            true => row.task_run_id.is_none(),
            false => row.task_run_id == id,
        };
        let rows: Vec<&Log> = rows.iter().filter(is_of_it).collect();
        let tries = self.tries(step, task).map(|tries| tries.list.as_slice());
        let tries = tries.unwrap_or_default();
        let parts = attempts::rows(rows.iter().copied(), tries);
        let first = tries.first().map_or(0, |first| first.number);
        let parted = rows.into_iter().zip(parts);
        parted
            .filter(|(_, of)| of.unwrap_or(first) == attempt)
            .map(|(row, _)| row)
            .collect()
    }
}
