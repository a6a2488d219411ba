//! A run over time: rows with the bars of tasks, how much ran at once, what a part of it
//! amounts to, and what its end waited for.
//!
//! What is needed of every task is put side by side once ([`facts`]), then each question
//! only counts: which rows there are ([`arrange`]), how much ran when ([`shape`]), what a
//! range holds ([`sums`]), and the critical path ([`path`]). Start with
//! [`Engine::timeline`].

mod arrange;
mod facts;
mod hosts;
mod path;
mod rows;
mod shape;
mod sums;

use super::ask::{Failure, Window};
use super::clocks;
use super::loaded::LoadedRun;
use super::picture::Absence;
use super::{Engine, Work};
use crate::layout::timeline::critical::Reason;
use crate::layout::timeline::{Cuts, Stretch, View};
use crate::model::{AttemptNumber, Host, Moment, Run, RunPath, Span, Status};
use crate::source::Pace as _;
use arrange::Arrangement;
use facts::Facts;
use path::CriticalPath;
pub use path::Untold;
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::rc::Rc;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TimelineQuery {
    pub run: RunPath,
    pub rows: RowsQuery,
    /// Which of the rows.
    pub window: Window,
    /// Into how many columns what is looked at is counted.
    pub columns: u32,
    /// The part of the axis that is looked at, in drawn microseconds (see
    /// [`crate::layout::timeline::Cuts`]); nothing is the whole run.
    pub part: Option<(f64, f64)>,
    /// Idle time is cut.
    pub cut: bool,
    /// The moments between which is summed up, in microseconds since the Unix epoch;
    /// nothing is the whole run.
    pub range: Option<(i64, i64)>,
    /// Counts how often it was asked while something runs: each time it is another question.
    pub beat: u32,
}

/// Which rows there are, and in which order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RowsQuery {
    pub group: Grouping,
    pub order: Order,
    pub descending: bool,
    /// Text in the step, the id, a foreach value or the host of an attempt, in any case.
    pub text: String,
    pub statuses: Vec<Status>,
    /// From its first begin to its last end so long at least, and at most.
    pub least: Option<Span>,
    pub most: Option<Span>,
    /// Groups, by their keys, that are closed though they would be open, or the other way
    /// round.
    pub flipped: Vec<String>,
    /// Only what waited or was at work in the part of the axis that is looked at.
    pub in_view: bool,
}

/// What tasks are put together by.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Grouping {
    #[default]
    Step,
    Status,
    /// The machine of the last attempt of which one is recorded.
    Host,
    /// The value of a foreach variable.
    Foreach(String),
    /// All are one list.
    None,
}

/// The order of tasks, within their group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Order {
    /// As the flow has them: by step, then by place in the foreach.
    #[default]
    Flow,
    Start,
    End,
    Duration,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TimelineView {
    /// What all times are counted from: the start of the run.
    pub zero: Moment,
    pub whole: Stretch,
    /// When it ended is known; else `whole` goes up to the last sign of life.
    pub is_over: bool,
    /// Something still runs: until when it was seen.
    pub now: Option<Span>,
    /// The run goes on: what it has not reached, it may reach yet.
    pub goes_on: bool,
    /// Times at which nothing ran, longer than a twentieth of the run.
    pub idle: Vec<Stretch>,
    pub total: u64,
    pub matching: u64,
    /// Tasks of which no time is known.
    pub untimed: u64,
    /// Tasks that began before the run did, and how long before.
    pub early: Option<(u64, Span)>,
    /// Tasks that ended before they began.
    pub backwards: u64,
    /// Tasks that ended after the run did, in a sentence: `whole` is longer than the run took.
    pub late: Option<String>,
    /// The last time lies so far in the future.
    pub ahead: Option<Span>,
    pub statuses: Vec<(Status, u64)>,
    /// The variables of the run's foreach steps, by which can be grouped.
    pub foreach: Vec<String>,
    /// Of some task it is recorded where it ran.
    pub has_hosts: bool,
    pub row_count: u64,
    pub window: Window,
    pub rows: Vec<TimelineRow>,
    /// The most tasks at any moment, of all.
    pub most_at_once: u64,
    pub shape: Option<Shape>,
    pub lanes: Vec<Lane>,
    pub sums: Sums,
    pub path: PathView,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum TimelineRow {
    Group(GroupRow),
    Task(TaskBar),
    /// So many tasks of a closed group that are not shown below those that are.
    Rest {
        key: String,
        left: u64,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupRow {
    /// By its number among all groups, as in [`GroupShape::group`].
    pub group: u32,
    pub key: String,
    pub name: String,
    /// It is this step.
    pub step: Option<String>,
    pub status: Status,
    pub tasks: u64,
    /// Of a step without tasks, why it has none, as far as that is known without a look into
    /// values.
    pub absence: Absence,
    pub failed: u64,
    /// From the first begin to the last end.
    pub time: Option<Stretch>,
    pub most_at_once: u64,
    pub is_open: bool,
    /// All of its tasks ended before they began: how long it took is not known.
    pub is_backwards: bool,
    /// Only its end lies in the future: that is not known either.
    pub is_ahead: bool,
    /// When tasks of it that have no row of their own were on the critical path.
    pub on_path: Vec<Stretch>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskBar {
    pub step: String,
    pub id: String,
    /// Its foreach value; of a step's only task the step.
    pub name: String,
    /// The values of its foreach, outermost first: variable and value; a variable that is
    /// not known is empty.
    pub values: Vec<(String, String)>,
    /// It stands below the head of its group.
    pub is_inside: bool,
    pub status: Status,
    /// It ended well with an exception that was caught.
    pub caught: bool,
    pub queued: Option<Stretch>,
    pub attempts: Vec<AttemptBar>,
    pub on_path: Option<OnPath>,
}

/// An attempt that a bar shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AttemptBar {
    pub number: AttemptNumber,
    pub status: Status,
    /// `None` where no time is known.
    pub time: Option<Stretch>,
    /// Its begin is recorded; else `time` is its end.
    pub is_begun: bool,
    /// Its end is recorded, not only the last sign of life.
    pub is_ended: bool,
    /// By its records it ended before it began: how long it took is not known.
    pub is_backwards: bool,
    /// Only its end lies in the future: that is not known either.
    pub is_ahead: bool,
    pub host: Option<Host>,
}

/// Why a task is on the critical path.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OnPath {
    pub reason: Reason,
    /// What it waited before it began.
    pub wait: Stretch,
    /// What of that may have been anything, and why.
    pub unknown: Span,
    pub untold: Option<Untold>,
    /// Until when it is on the path: longest to its end.
    pub until: Span,
    /// The task that it waited for, as people name it.
    pub before: Option<String>,
    /// That one ended so much later than this one began: their clocks disagree.
    pub before_over: Span,
}

/// How much ran in each column of a view, on average.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shape {
    /// The view, in drawn microseconds.
    pub from: f64,
    pub to: f64,
    /// The most at any moment of the view, of the tasks that are shown.
    pub most_at_once: u64,
    pub running: Vec<f32>,
    pub queued: Vec<f32>,
    /// Of the groups in the window.
    pub groups: Vec<GroupShape>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupShape {
    pub group: u32,
    /// In 255ths of the highest.
    pub heights: Vec<u8>,
    pub highest: f32,
    /// Columns in which an attempt of a task failed that failed in the end.
    pub failed: Vec<u32>,
    /// Columns in which an attempt failed that was tried again, and went well.
    pub retried: Vec<u32>,
}

/// A lane of the small picture of the whole run: when its steps were at work, in drawn
/// microseconds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Lane {
    pub work: Vec<(f64, f64)>,
    pub running: Vec<(f64, f64)>,
    pub failed: Vec<(f64, f64)>,
}

/// What happened in a part of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sums {
    pub range: Stretch,
    /// Tasks that were at work.
    pub tasks: u64,
    /// How many on average.
    pub at_once: f32,
    /// The most at any moment.
    pub most_at_once: u64,
    /// The waits to begin, together; of none it may be known.
    pub queued: Option<Span>,
    pub busiest: Vec<Busy>,
    /// The one that worked longest first.
    pub steps: Vec<StepSum>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Busy {
    pub step: String,
    pub id: String,
    /// Its values, innermost last, without their variables; else its step.
    pub name: String,
    pub worked: Span,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StepSum {
    pub step: String,
    pub tasks: u64,
    /// Of all its tasks together.
    pub worked: Span,
    pub longest: Span,
}

/// The critical path.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PathView {
    pub tasks: u64,
    /// By step, the one first that took longest with its waits.
    pub steps: Vec<PathStep>,
    /// What of it can be drawn in the window.
    pub links: Vec<PathLink>,
    /// Its tasks in the order of time: all but those in the middle of a very long one.
    pub parts: Vec<PathPart>,
    /// So many are left out of `parts`, behind the first half of them.
    pub left_out: u64,
}

impl PathView {
    /// How long all of it is, as far as that is known.
    pub fn length(&self) -> Span {
        let parts = self
            .steps
            .iter()
            .flat_map(|step| [step.took, step.waited, step.unknown]);
        Span(parts.fold(0, |sum, part| sum.saturating_add(part.0)))
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PathStep {
    pub step: String,
    pub tasks: u64,
    /// From the begin to the end of each task.
    pub took: Span,
    /// What of that was waiting between attempts.
    pub retrying: Span,
    /// What of that were attempts that left no record, or waiting for them.
    pub unrecorded: Span,
    /// Before they began.
    pub waited: Span,
    /// Before that: nobody knows what it was.
    pub unknown: Span,
    /// Tasks of which it is not known how long they took.
    pub untold: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PathPart {
    pub step: String,
    pub id: String,
    pub name: String,
    pub status: Status,
    pub time: Stretch,
    /// How long that is, where it is known.
    pub took: Option<Span>,
    pub retrying: Span,
    pub unrecorded: Span,
    pub reason: Reason,
    pub wait: Stretch,
    /// It ended so much later than what waited for it began: their clocks disagree.
    pub over: Span,
    /// Within that wait it was handed out: what was before it, it waited for something else
    /// than to begin.
    pub handed_out: Option<Span>,
    /// What of that wait may have been anything, and why.
    pub unknown: Span,
    pub untold: Option<Untold>,
    /// The steps between, of which no times are known.
    pub missing: Vec<String>,
}

impl PathPart {
    /// It is the first one, and began before the run did: clocks disagree.
    pub fn is_early(&self) -> bool {
        self.reason == Reason::First && self.wait.to.0 < facts::CLOCKS.0.saturating_neg()
    }
}

/// From the end of a part of the path down or up to the next one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PathLink {
    /// Rows, by their places among all.
    pub from: u64,
    pub to: u64,
    /// Where one ended and where the other began.
    pub ended: Span,
    pub began: Span,
}

/// What is kept of a run's timeline between questions.
#[derive(Default)]
pub(super) struct Kept {
    facts: RefCell<Option<Rc<Facts>>>,
    /// The last arrangements, the newest last.
    arranged: RefCell<Vec<(Wanted, Rc<Arrangement>)>>,
}

/// Which rows, and where only those of a stretch are wanted, which.
type Wanted = (RowsQuery, Option<Stretch>);

/// How many arrangements are kept: back and forth between two costs nothing.
const ARRANGED: usize = 3;

/// A running task is as long as when it was last looked at, for so long.
const FRESH: Span = Span(1_000_000);

impl Kept {
    fn facts(&self, run: &Run, now: Moment) -> Rc<Facts> {
        let mut kept = self.facts.borrow_mut();
        let runs = run.tasks().any(|(_, task)| task.status == Status::Running);
        let is_fresh =
            |facts: &&Rc<Facts>| !runs || now.since(facts.now) < FRESH && facts.now <= now;
        if let Some(facts) = kept.as_ref().filter(is_fresh) {
            return facts.clone();
        }
        self.arranged.borrow_mut().clear();
        let facts = Rc::new(Facts::of(run, now));
        *kept = Some(facts.clone());
        facts
    }

    fn arranged(&self, facts: &Facts, run: &Run, wanted: Wanted) -> Rc<Arrangement> {
        let mut kept = self.arranged.borrow_mut();
        if let Some((_, arranged)) = kept.iter().find(|(known, _)| *known == wanted) {
            return arranged.clone();
        }
        let arranged = Rc::new(Arrangement::new(facts, run, &wanted.0, wanted.1));
        if kept.len() >= ARRANGED {
            kept.remove(0);
        }
        kept.push((wanted, arranged.clone()));
        arranged
    }
}

impl LoadedRun {
    /// Of each step on the critical path what of the run was waiting for it: to begin, and to be
    /// tried again.
    pub(super) fn waits(&self, now: Moment) -> Vec<StepWaits> {
        let facts = self.timeline.facts(&self.run, now);
        let path = facts
            .path
            .get_or_init(|| CriticalPath::of(&facts, &self.run));
        let step = |on: &path::OnPath| {
            Some(StepWaits {
                step: facts.steps.get(on.step as usize)?.clone(),
                waited: on.waited,
                retrying: on.retrying,
            })
        };
        path.steps.iter().filter_map(step).collect()
    }
}

/// What a step made the end of its run wait for.
pub(super) struct StepWaits {
    pub step: String,
    pub waited: Span,
    pub retrying: Span,
}

impl Engine {
    pub(super) async fn timeline(
        &self,
        query: TimelineQuery,
        work: &Work,
    ) -> Result<TimelineView, Box<Failure>> {
        let loaded = self.load_run(&query.run, work).await?;
        // Between the parts a newer question may be heard.
        let facts = loaded.timeline.facts(&loaded.run, self.host.now());
        work.breathe().await;
        let within = (query.rows.in_view).then(|| {
            let cuts = shape::cuts(&facts, query.cut);
            looked_at(&query, &facts, &cuts).stretch(&cuts)
        });
        let wanted = (query.rows.clone(), within);
        let arranged = loaded.timeline.arranged(&facts, &loaded.run, wanted);
        work.breathe().await;
        facts
            .path
            .get_or_init(|| CriticalPath::of(&facts, &loaded.run));
        work.breathe().await;
        Ok(view(&loaded, &facts, &arranged, &query))
    }
}

fn view(
    loaded: &LoadedRun,
    facts: &Facts,
    arranged: &Arrangement,
    query: &TimelineQuery,
) -> TimelineView {
    let run = &loaded.run;
    let cuts = shape::cuts(facts, query.cut);
    let in_window = query.window.of(&arranged.rows);
    let range = query
        .range
        .map(|(from, to)| Stretch::new(shape::counted(facts, from), shape::counted(facts, to)));
    let looked_at = looked_at(query, facts, &cuts);
    let runs = facts
        .tasks
        .iter()
        .any(|task| task.status == Status::Running);
    let is_timed = |task: &&facts::Fact| task.time.is_some();
    TimelineView {
        zero: facts.zero,
        whole: facts.whole,
        is_over: run.end_is_recorded() || run.status == Status::Failed,
        now: runs.then(|| facts::since(facts.now, facts.zero)),
        goes_on: run.status == Status::Running,
        idle: facts.idle.clone(),
        total: facts.tasks.len() as u64,
        matching: arranged.matching,
        untimed: (facts.tasks.len() - facts.tasks.iter().filter(is_timed).count()) as u64,
        statuses: Status::tally(facts.tasks.iter().map(|task| task.status)),
        early: facts.early(),
        backwards: facts.tasks.iter().filter(|task| task.is_backwards).count() as u64,
        late: clocks::late(run, facts.now).map(|(what, _)| what),
        ahead: facts.ahead(),
        foreach: rows::variables(run),
        has_hosts: !facts.hosts(run).hosts.is_empty(),
        row_count: arranged.rows.len() as u64,
        window: query.window,
        rows: rows::rows(facts, run, arranged, in_window),
        most_at_once: facts.most_at_once,
        shape: (query.columns > 0).then(|| {
            shape::shape(
                facts,
                arranged,
                in_window,
                (looked_at, query.columns),
                &cuts,
            )
        }),
        lanes: shape::lanes(facts, &cuts),
        sums: sums::sums(facts, run, range.unwrap_or(facts.whole), |task| {
            arranged.group_of(task).is_some()
        }),
        path: rows::path(facts, run, arranged, query.window),
    }
}

fn looked_at(query: &TimelineQuery, facts: &Facts, cuts: &Cuts) -> View {
    let part = query.part.map(|(from, to)| View { from, to });
    part.filter(is_sound)
        .unwrap_or_else(|| View::of_whole(facts.whole, cuts))
}

/// Whether anything can be drawn in it.
fn is_sound(view: &View) -> bool {
    view.length().is_finite() && view.length() > 0.0
}
