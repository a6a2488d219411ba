//! How long the runs of a flow took, one after the other, and each of their steps.
//!
//! What a whole run took stands in its line. What its steps took is known only once its
//! tasks have been read: that is done when somebody asks for it, newest first, with an
//! answer after each run, and kept. Start with [`Engine::history`].

use super::ask::Failure;
use super::lengths::{at_least, measure, running_since, took};
use super::opened::{Holds, OpenedStore};
use super::rail::step_order;
use super::retries::retrying;
use super::runs::went_well;
use super::{Engine, Work};
use crate::model::{Moment, RunBrief, RunPath, Span, Status, Step, Task};
use crate::source::{Pace as _, Progress, Unit};
use serde::{Deserialize, Serialize};
use std::rc::Rc;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HistoryQuery {
    pub flow: String,
    /// Up to this run; the newest ones without it.
    pub run: Option<String>,
    /// Only runs that have this tag, whoever set it.
    pub namespace: Option<String>,
    /// What each step took, too: all tasks of all these runs are read.
    pub steps: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HistoryView {
    /// The oldest first.
    pub runs: Vec<RunBar>,
    /// Of the runs that went well, but for the last one.
    pub median: Option<Span>,
    /// So many runs that is of.
    pub measures: u64,
    /// Earlier runs that are not among these.
    pub earlier: u64,
    /// In the order of the flow as the newest run has it. Empty before steps are asked for.
    pub steps: Vec<StepTrend>,
    /// Runs whose steps are still to be read.
    pub pending: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunBar {
    pub run: String,
    /// What its engine calls it for people.
    pub name: Option<String>,
    pub status: Option<Status>,
    pub started: Option<Moment>,
    /// How long it took; of one without an end how long it was seen.
    pub duration: Option<Span>,
    /// It took longer than that: of its end only the last sign of life is known.
    pub at_least: bool,
    /// Since when it runs, if it still does.
    pub since: Option<Moment>,
    /// Its times lie in the future: no other is measured by it.
    pub is_ahead: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepTrend {
    pub step: String,
    /// One for each of the runs; `None` where it was not reached, or is not read yet.
    pub bars: Vec<Option<StepBar>>,
    /// Of the runs in which it went well, but for the last one, without the waits to be tried
    /// again.
    pub median: Option<Span>,
    /// So many runs that is of.
    pub measures: u64,
    /// In some of those it did wait so.
    pub has_waits: bool,
    /// How many tasks it had in those: the fewest and the most.
    pub tasks_before: Option<(u64, u64)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepBar {
    pub status: Status,
    pub tasks: u64,
    /// Some of its tasks are copies: it says nothing of how long the step takes.
    pub copied: bool,
    /// From the first begin to the last end of its tasks.
    pub duration: Option<Span>,
    /// How much of that it only waited for a task to be tried again, with none at work: such
    /// waits are not compared.
    pub retrying: Span,
    /// It took longer than that: some task still ran, or its begin or its end is not known.
    pub at_least: bool,
    /// Others are measured by it: it went well, it really ran, and its times may be true.
    pub is_measure: bool,
}

/// What there is to say of how long a step took last, beside the usual.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Change {
    AsUsual,
    /// So many times as long.
    Slower(f64),
    /// The usual is so many times as long.
    Faster(f64),
    /// What failed halfway is not measured by what did not.
    FailedAfter(Span),
}

impl Change {
    /// What is less is noise: of short steps the machine, of long ones the data.
    const LEAST: u64 = 100_000;
    const PART: u64 = 10;

    fn of(length: Span, median: Span) -> Self {
        let apart = length.0.abs_diff(median.0);
        let usual = median.0.unsigned_abs();
        if apart < Self::LEAST || apart < usual / Self::PART {
            return Self::AsUsual;
        }
        let times = |longer: Span, shorter: Span| longer.0 as f64 / shorter.0.max(1) as f64;
        match length > median {
            true => Self::Slower(times(length, median)),
            false => Self::Faster(times(median, length)),
        }
    }
}

impl StepTrend {
    /// How the last run's differs from the usual, where that can be told. What was only copied
    /// cannot be compared; what has no end may take longer yet: no more than that it is slower
    /// can be told of it.
    pub fn change(&self) -> Option<Change> {
        let last = self.bars.last().copied().flatten()?;
        let length = last.duration.filter(|_| !last.copied)?;
        match last.status {
            Status::Failed => (!last.at_least).then_some(Change::FailedAfter(length)),
            Status::Unfinished | Status::Unknown | Status::Skipped => None,
            _ => {
                let change = Change::of(last.compared()?, self.median?);
                let is_told = !last.at_least || matches!(change, Change::Slower(_));
                is_told.then_some(change)
            }
        }
    }
}

/// The steps of a run, in the order of its flow.
pub(super) type StepBars = Vec<(String, StepBar)>;

/// The same with until when they hold.
pub(super) struct KeptSteps {
    steps: Rc<StepBars>,
    holds: Holds,
}

/// So many runs are put side by side.
pub(super) const RUNS: usize = 30;

impl Engine {
    pub(super) async fn history(
        &self,
        query: HistoryQuery,
        work: &Work,
    ) -> Result<HistoryView, Box<Failure>> {
        // Newest first, as all lists of runs are.
        let mut paths = self.run_paths();
        paths.retain(|path| path.flow == query.flow);
        if paths.is_empty() {
            return Err(self.no_such_run(&RunPath::new(&query.flow, "")));
        }
        if let Some(run) = &query.run {
            let at = paths.iter().position(|path| path.run == *run);
            paths.drain(..at.unwrap_or(0));
        }
        let earlier = paths.len().saturating_sub(RUNS) as u64;
        paths.truncate(RUNS);
        for path in &paths {
            let (opened, at) = self.find_run(path)?;
            if let Some(store) = opened.stores.get(at)
                && store.needs_brief(path, work)
            {
                let one = std::slice::from_ref(path);
                self.read_briefs(&opened, store, one, work).await;
            }
        }
        paths.retain(|path| self.is_in_history(path, &query));
        if query.steps {
            let total = paths.len() as u64;
            let mut unread: Vec<RunPath> = paths
                .iter()
                .filter(|path| self.steps_of(path, work).is_none())
                .cloned()
                .collect();
            while !unread.is_empty() {
                let path = unread.remove(0);
                work.partial(&self.history_view(&paths, earlier, unread.len() + 1, work));
                work.progress(Progress {
                    what: "Reading steps of runs".to_owned(),
                    done: total - unread.len() as u64 - 1,
                    total: Some(total),
                    unit: Unit::Things,
                });
                self.read_steps(&path, work).await?;
                work.breathe().await;
            }
        }
        Ok(self.history_view(&paths, earlier, 0, work))
    }

    /// One step that was run by itself is no measure of a run.
    fn is_in_history(&self, path: &RunPath, query: &HistoryQuery) -> bool {
        let Ok((opened, at)) = self.find_run(path) else {
            return false;
        };
        let brief = opened.stores.get(at).and_then(|store| store.brief(path));
        brief.is_some_and(|brief| {
            let is_asked_for = query.run.as_ref() == Some(&path.run);
            let wanted = query.namespace.as_ref();
            let is_there = wanted.is_none_or(|namespace| brief.record.has_tag(namespace));
            is_asked_for || !brief.spun && is_there
        })
    }

    async fn read_steps(&self, path: &RunPath, work: &Work) -> Result<(), Box<Failure>> {
        let loaded = self.load_run(path, work).await?;
        let run = &loaded.run;
        let now = work.host.now();
        let steps = step_order(run).into_iter().filter_map(|name| {
            let step = run.step(&name)?;
            (!step.tasks.is_empty()).then(|| (name, StepBar::of(step, now)))
        });
        let (opened, at) = self.find_run(path)?;
        if let Some(store) = opened.stores.get(at) {
            let kept = KeptSteps {
                steps: Rc::new(steps.collect()),
                holds: loaded.holds,
            };
            store.steps.borrow_mut().insert(path.clone(), kept);
        }
        Ok(())
    }

    fn steps_of(&self, path: &RunPath, work: &Work) -> Option<Rc<StepBars>> {
        let (opened, at) = self.find_run(path).ok()?;
        opened.stores.get(at)?.known_steps(path, work.host.now())
    }

    /// `paths`: newest first.
    fn history_view(
        &self,
        paths: &[RunPath],
        earlier: u64,
        pending: usize,
        work: &Work,
    ) -> HistoryView {
        let oldest_first = || paths.iter().rev();
        let runs: Vec<RunBar> = oldest_first()
            .map(|path| self.run_bar(path, work))
            .collect();
        let steps: Vec<Option<Rc<StepBars>>> = oldest_first()
            .map(|path| self.steps_of(path, work))
            .collect();
        let now = work.host.now();
        let measures: Vec<Option<Span>> = oldest_first()
            .map(|path| measure(&*self.known_brief(path)?, now))
            .collect();
        HistoryView {
            median: median(&measures),
            measures: before(&measures).count() as u64,
            runs,
            earlier,
            steps: trends(&steps),
            pending: pending as u64,
        }
    }

    fn known_brief(&self, path: &RunPath) -> Option<Rc<RunBrief>> {
        let (opened, at) = self.find_run(path).ok()?;
        opened.stores.get(at)?.brief(path)
    }

    fn run_bar(&self, path: &RunPath, work: &Work) -> RunBar {
        let brief = self.known_brief(path);
        let brief = brief.as_deref();
        let now = work.host.now();
        let times = brief.map(|brief| [brief.record.started, brief.ended]);
        let mut times = times.into_iter().flatten().flatten();
        RunBar {
            run: path.run.clone(),
            name: brief.and_then(|brief| brief.record.name.clone()),
            status: brief.and_then(|brief| brief.status),
            started: brief.and_then(|brief| brief.record.started),
            duration: brief.and_then(|brief| took(brief, now)),
            at_least: brief.is_some_and(at_least),
            since: brief.and_then(running_since),
            is_ahead: times.any(|at| at.is_ahead(now)),
        }
    }
}

impl StepBar {
    fn of(step: &Step, now: Moment) -> Self {
        let status = step.status();
        let copied = step.tasks.iter().any(|task| task.status == Status::Cached);
        let runs = step.running_since().is_some();
        let is_past = |task: &Task| task.ended().is_some_and(|ended| !ended.is_ahead(now));
        let is_measured = step.is_measured(now);
        Self {
            status,
            tasks: step.tasks.len() as u64,
            copied,
            duration: step.took(now),
            retrying: retrying(step, now),
            at_least: runs || !is_measured,
            is_measure: is_measure(status)
                && !copied
                && is_measured
                && step.tasks.iter().all(is_past),
        }
    }

    /// How long it took, as it is put beside others.
    pub fn compared(&self) -> Option<Span> {
        let length = self.duration?;
        Some(Span(length.0.saturating_sub(self.retrying.0).max(0)))
    }
}

impl OpenedStore {
    fn known_steps(&self, path: &RunPath, now: Moment) -> Option<Rc<StepBars>> {
        let steps = self.steps.borrow();
        let kept = steps.get(path).filter(|kept| kept.holds.at(now))?;
        Some(kept.steps.clone())
    }
}

/// Each step over the runs; `runs` has the oldest first.
fn trends(runs: &[Option<Rc<StepBars>>]) -> Vec<StepTrend> {
    // The newest run's order first; what only earlier ones have comes behind.
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in runs.iter().rev().flatten().flat_map(|run| run.iter()) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    let trend = |name: &str| {
        let of_run = |run: &Option<Rc<StepBars>>| {
            let mut steps = run.iter().flat_map(|run| run.iter());
            steps.find(|(step, _)| step == name).map(|(_, bar)| *bar)
        };
        let bars: Vec<Option<StepBar>> = runs.iter().map(of_run).collect();
        let measures: Vec<Option<Span>> = bars
            .iter()
            .map(|bar| bar.filter(|bar| bar.is_measure)?.compared())
            .collect();
        let earlier = bars.split_last().map(|(_, earlier)| earlier);
        let mut earlier = earlier.unwrap_or_default().iter().flatten();
        let has_waited = |bar: &StepBar| bar.is_measure && bar.retrying > Span(0);
        StepTrend {
            step: name.to_owned(),
            median: median(&measures),
            measures: before(&measures).count() as u64,
            has_waits: earlier.any(has_waited),
            tasks_before: tasks_before(&bars),
            bars,
        }
    };
    names.into_iter().map(trend).collect()
}

/// How many tasks a step had in the runs that its last one is measured by, at least and at
/// most.
fn tasks_before(bars: &[Option<StepBar>]) -> Option<(u64, u64)> {
    let (_, before) = bars.split_last()?;
    let before = before.iter().flatten();
    let measures = before.filter(|bar| !bar.copied && is_measure(bar.status));
    let counts = measures.map(|bar| (bar.tasks, bar.tasks));
    counts.reduce(|(low, high), (count, _)| (low.min(count), high.max(count)))
}

/// Whether others are measured by what ended so: what went well and really ran.
pub(super) fn is_measure(status: Status) -> bool {
    went_well(status) && status != Status::Cached
}

/// Of all but the last one, which is measured by it.
fn median(measures: &[Option<Span>]) -> Option<Span> {
    Span::median(before(measures).collect())
}

fn before(measures: &[Option<Span>]) -> impl Iterator<Item = Span> {
    let before = measures.split_last().map(|(_, before)| before);
    before.unwrap_or_default().iter().copied().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said of a last run of so many milliseconds, where the usual is so many.
    #[track_caller]
    fn check(status: Status, length: i64, median: Option<i64>, expected: Option<Change>) {
        let span = |millis: i64| Span(millis * 1000);
        let bar = StepBar {
            status,
            tasks: 1,
            copied: status == Status::Cached,
            duration: Some(span(length)),
            retrying: Span(0),
            at_least: matches!(status, Status::Running | Status::Unfinished),
            is_measure: went_well(status),
        };
        let trend = StepTrend {
            step: "work".to_owned(),
            bars: vec![None, Some(bar)],
            median: median.map(span),
            measures: 1,
            has_waits: false,
            tasks_before: None,
        };
        assert_eq!(trend.change(), expected);
    }

    #[test]
    fn a_change_is_told_where_it_is_worth_a_word() {
        let good = Status::Succeeded;
        check(good, 2000, None, None);
        check(good, 2000, Some(1000), Some(Change::Slower(2.0)));
        check(good, 1000, Some(4000), Some(Change::Faster(4.0)));
        // So little is noise, and so is so small a part.
        check(good, 5, Some(6), Some(Change::AsUsual));
        check(good, 5, Some(104), Some(Change::AsUsual));
        check(good, 104, Some(4), Some(Change::Slower(26.0)));
        check(good, 99_000, Some(90_001), Some(Change::AsUsual));
        check(good, 99_000, Some(90_000), Some(Change::Slower(1.1)));
        check(good, 81_001, Some(90_000), Some(Change::AsUsual));
    }

    #[test]
    fn only_what_went_well_is_compared() {
        let after = Change::FailedAfter(Span(1_000_000));
        check(Status::Failed, 1000, Some(1000), Some(after));
        check(Status::Failed, 1000, None, Some(after));
        check(Status::Cached, 1000, Some(4000), None);
        check(Status::Unfinished, 9000, Some(4000), None);
        // What runs may take longer yet.
        check(Status::Running, 1000, Some(4000), None);
        check(Status::Running, 4000, Some(4000), None);
        check(Status::Running, 8000, Some(4000), Some(Change::Slower(2.0)));
    }
}
