//! A run at a glance: how it went, what failed first, what else there is.

use super::ask::Failure;
use super::headline::{evidence, headline, proof};
use super::history::RUNS;
use super::lengths::measure;
use super::loaded::LoadedRun;
use super::reach::not_reached;
use super::runs::{sources_of, went_well};
use super::says::ClientSays;
use super::tasks::{StripTask, strip_task};
use super::timeline::StepWaits;
use super::{Engine, Work};
use crate::model::run::BODY;
use crate::model::{
    Moment, Problem, Run, RunPath, Span, Status, Step, System, Task, pathspec::natural,
};
use crate::sorting::{sort_by, sort_by_key};
use crate::source::Pace as _;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OverviewQuery {
    pub run: RunPath,
    /// Which one the run is looked at in; `None` is everything.
    pub namespace: Option<String>,
}

impl OverviewQuery {
    /// In no namespace of its own.
    pub fn of(run: RunPath) -> Self {
        Self {
            run,
            namespace: None,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OverviewView {
    pub run: RunPath,
    /// In which source it was found, by its place among those that are open.
    pub source: u32,
    /// So many other sources hold it too.
    pub also_in: u32,
    pub system: System,
    /// What its engine calls it for people.
    pub name: Option<String>,
    pub status: Status,
    /// `Failed in features, country=FI`.
    pub headline: String,
    /// How it is known, in a sentence or two.
    pub evidence: String,
    /// The record that the status was told by.
    pub proof: String,
    /// What the engine's client would say instead.
    pub client: ClientSays,
    pub started: Option<Moment>,
    pub ended: Option<Moment>,
    /// It is known to have ended; else `ended` is the last sign of life.
    pub is_over: bool,
    pub duration: Option<Span>,
    /// Since when it runs, if it still does.
    pub since: Option<Moment>,
    /// Of the runs of the flow before this one that went well.
    pub median: Option<Span>,
    pub user: Option<String>,
    pub tags: Vec<String>,
    /// Whether it is in the namespace that was asked for, if one was.
    pub in_namespace: Option<bool>,
    /// `Metaflow 2.19.39`, `Python 3.11.7`, `dev`.
    pub ran_with: Vec<String>,
    /// The runs before this one, newest first.
    pub previous: Vec<Previous>,
    pub origin: Option<String>,
    /// The run that was resumed is in the source too.
    pub origin_here: bool,
    /// One for each distinct exception, the first in time first.
    pub failures: Vec<FailureGroup>,
    /// The tasks of the step that matters most: that of the first failure, else the widest.
    pub siblings: Option<Siblings>,
    /// The steps that took longest, of a run without failure.
    pub longest_steps: Vec<StepTime>,
    pub running: Vec<StripTask>,
    pub tasks: u64,
    /// Code went with it, and some of its tasks may have cards; not known at first.
    pub has_code: Option<bool>,
    pub has_cards: Option<bool>,
    /// Artifacts of the end of a good run.
    pub has_end: bool,
    pub problems: Vec<Problem>,
    pub problems_total: u64,
    /// The source did not answer for some of it, and may do so when it is asked again.
    pub unanswered: bool,
    /// Because it wants a key by now.
    pub locked: bool,
}

/// A run before this one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Previous {
    pub run: String,
    pub name: Option<String>,
    pub status: Status,
}

/// Tasks that failed with the same exception.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FailureGroup {
    pub kind: String,
    /// The first of them.
    pub task: StripTask,
    pub count: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Siblings {
    pub step: String,
    /// What the foreach is over, outermost first.
    pub by: Option<String>,
    pub tasks: Vec<StripTask>,
    pub total: u64,
    /// Tasks that have not begun, as far as it is known that there will be some.
    pub coming: u64,
    pub statuses: Vec<(Status, u64)>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepTime {
    pub step: String,
    pub status: Status,
    /// From the first begin to the last end of its tasks, where that is known.
    pub duration: Option<Span>,
    /// Since when it runs, if it still does.
    pub since: Option<Moment>,
    /// What the end of the run waited for its tasks to begin, and for them to be tried again.
    pub waited: Span,
    pub retrying: Span,
    pub tasks: u64,
}

/// Exceptions are read of so many failed tasks; the rest is counted with the last.
const FAILURES_READ: usize = 40;

/// Tiles on one screen.
const TILES: usize = 60;

impl Engine {
    pub(super) async fn overview(
        &self,
        query: OverviewQuery,
        work: &Work,
    ) -> Result<OverviewView, Box<Failure>> {
        let loaded = self.load_run(&query.run, work).await?;
        let run = &loaded.run;
        let failures = self.failure_groups(&loaded, work).await;
        let (previous, median) = self.neighbours(&loaded, work).await?;
        let now = work.host.now();
        let (source, also_in) = sources_of(&self.opened(), &query.run);
        const SHOWN: usize = 20;
        // A good end and a failure are what they are, whatever else has not come.
        let is_told = run.status == Status::Failed || went_well(run.status);
        let is_lost = !loaded.is_answered() && !is_told;
        let name = loaded.source.facts().name;
        let is_locked = !loaded.is_answered() && loaded.source.is_locked();
        let did_not = match is_locked {
            false => format!("{name} did not give all of its records"),
            true => format!("{name} wants a key by now, or another one"),
        };
        let mut view = OverviewView {
            source,
            also_in,
            system: run.record.system,
            name: run.record.name.clone(),
            status: run.status,
            headline: match is_lost {
                false => headline(run, &failures),
                true => "Not all of this run has come".to_owned(),
            },
            evidence: match self.unfinished_by(&loaded, work).await {
                _ if is_lost => format!("{did_not}: what is shown is what came."),
                Some(task) => format!(
                    "{task} ended well and led to no other step: its code returned without self.next.{}",
                    not_reached(run).told()
                ),
                None if !loaded.is_answered() => format!("{} {did_not}.", evidence(run)),
                None => evidence(run),
            },
            proof: proof(&run.evidence),
            unanswered: !loaded.is_answered(),
            locked: is_locked,
            client: match is_lost {
                false => self.client_of_run(&loaded, work).await,
                true => ClientSays::UNKNOWN,
            },
            started: run.record.started,
            ended: run.ended,
            is_over: run.end_is_recorded(),
            duration: run.took(now),
            since: run.running_since(),
            median,
            user: run.record.user.clone(),
            tags: run.record.tags.clone(),
            in_namespace: query
                .namespace
                .as_ref()
                .map(|namespace| run.record.has_tag(namespace)),
            ran_with: ran_with(&run.record.system_tags),
            previous,
            origin_here: self.has_origin(&query.run, run.origin.as_deref()),
            origin: run.origin.clone(),
            siblings: siblings(&loaded, &failures, now),
            longest_steps: longest_steps(run, &[], now),
            running: running(run, now),
            tasks: run.count(),
            has_code: None,
            has_cards: None,
            has_end: went_well(run.status),
            problems: run.problems.iter().take(SHOWN).cloned().collect(),
            problems_total: run.problems.len() as u64,
            failures,
            run: query.run,
        };
        // Nobody is made to wait for what only the tabs say.
        work.partial(&view);
        if view.failures.is_empty() {
            work.breathe().await;
            view.longest_steps = longest_steps(run, &loaded.waits(now), now);
        }
        view.has_code = Some(self.noted_by_run(&loaded, work).await.is_some());
        view.has_cards = Some(!self.tasks_with_cards(&loaded, work).await.is_empty());
        Ok(view)
    }

    /// The task that a run without an end stopped at by itself.
    async fn unfinished_by(&self, loaded: &LoadedRun, work: &Work) -> Option<String> {
        match loaded.run.status {
            Status::Unfinished => self.ended_without_next(loaded, work).await,
            _ => None,
        }
    }

    /// Whether the run that was resumed can be gone to.
    pub(super) fn has_origin(&self, run: &RunPath, origin: Option<&str>) -> bool {
        origin.is_some_and(|origin| {
            let origin = RunPath::new(&run.flow, origin);
            self.run_paths().contains(&origin)
        })
    }

    async fn failure_groups(&self, loaded: &LoadedRun, work: &Work) -> Vec<FailureGroup> {
        let run = &loaded.run;
        if went_well(run.status) {
            return Vec::new();
        }
        let mut failed: Vec<(&Step, &Task)> = run
            .tasks()
            .filter(|(_, task)| task.status == Status::Failed)
            .collect();
        sort_by(&mut failed, |a, b| {
            a.1.ended()
                .cmp(&b.1.ended())
                .then_with(|| natural(&a.1.id, &b.1.id))
        });
        let mut groups: Vec<FailureGroup> = Vec::new();
        let body = run.body.as_ref().filter(|_| failed.is_empty());
        if let Some(body) = body.filter(|body| body.status == Status::Failed) {
            let path = loaded.path.task(BODY, &body.id);
            let attempt = body.last_attempt().map_or(0, |attempt| attempt.number);
            let exception = self.exception_of(&path, attempt, work).await.ok().flatten();
            groups.push(FailureGroup {
                kind: exception
                    .map(|exception| exception.kind)
                    .unwrap_or_default(),
                task: strip_task(BODY, body, work.host.now()),
                count: 1,
            });
        }
        for (at, (step, task)) in failed.iter().enumerate() {
            let path = loaded.path.task(&step.name, &task.id);
            let kind = if at < FAILURES_READ {
                let attempt = task.last_attempt().map_or(0, |attempt| attempt.number);
                let exception = self.exception_of(&path, attempt, work).await.ok().flatten();
                exception
                    .map(|exception| exception.kind)
                    .unwrap_or_default()
            } else {
                groups
                    .last()
                    .map(|group| group.kind.clone())
                    .unwrap_or_default()
            };
            match groups
                .iter_mut()
                .find(|group| group.kind == kind && group.task.step == step.name)
            {
                Some(group) => group.count += 1,
                None => groups.push(FailureGroup {
                    kind,
                    task: strip_task(&step.name, task, work.host.now()),
                    count: 1,
                }),
            }
        }
        groups
    }

    /// The runs of the flow before this one, and the median of those that went well: of as
    /// many as [`history`](super::history) puts beside it.
    async fn neighbours(
        &self,
        loaded: &LoadedRun,
        work: &Work,
    ) -> Result<(Vec<Previous>, Option<Span>), Box<Failure>> {
        const SHOWN: usize = 4;
        let path = &loaded.path;
        let all = self.run_paths();
        let of_flow = all.iter().filter(|other| other.flow == path.flow);
        let before = of_flow.skip_while(|other| *other != path).skip(1);
        let mut previous = Vec::new();
        let mut durations = Vec::new();
        for other in before.take(RUNS.saturating_sub(1)) {
            let brief = self.brief_of(other, work).await?;
            let Some(status) = brief.status.filter(|_| !brief.spun) else {
                continue;
            };
            if previous.len() < SHOWN {
                previous.push(Previous {
                    run: other.run.clone(),
                    name: brief.record.name.clone(),
                    status,
                });
            }
            durations.extend(measure(&brief, work.host.now()));
        }
        Ok((previous, Span::median(durations)))
    }
}

/// What ran it, from the engine's own tags.
fn ran_with(system_tags: &[String]) -> Vec<String> {
    let tag = |key: &str| {
        system_tags
            .iter()
            .find_map(|tag| tag.strip_prefix(key)?.strip_prefix(':'))
    };
    let metaflow = tag("metaflow_version").map(|version| format!("Metaflow {version}"));
    let python = tag("python_version").map(|version| format!("Python {version}"));
    metaflow
        .into_iter()
        .chain(python)
        .chain(tag("runtime").map(str::to_owned))
        .collect()
}

fn siblings(loaded: &LoadedRun, failures: &[FailureGroup], now: Moment) -> Option<Siblings> {
    let run = &loaded.run;
    let step = match failures.first() {
        Some(first) => run.step(&first.task.step)?,
        None => run.steps.iter().max_by_key(|step| step.tasks.len())?,
    };
    if step.tasks.len() < 2 {
        return None;
    }
    let mut tasks: Vec<&Task> = step.tasks.iter().collect();
    let place = |task: &Task| {
        task.foreach
            .iter()
            .map(|frame| frame.index)
            .collect::<Vec<_>>()
    };
    sort_by(&mut tasks, |a, b| {
        place(a).cmp(&place(b)).then_with(|| natural(&a.id, &b.id))
    });
    let statuses = Status::tally(tasks.iter().map(|task| task.status));
    if tasks.len() > TILES {
        // What went wrong must be among those that are shown.
        sort_by_key(&mut tasks, |task| went_well(task.status));
        tasks.truncate(TILES);
    }
    let names = tasks.first().map(|task| {
        let names = task.foreach.iter().filter_map(|frame| frame.label.as_ref());
        names
            .map(|(name, _)| name.as_str())
            .collect::<Vec<_>>()
            .join(" / ")
    });
    let by = names.filter(|names| !names.is_empty());
    Some(Siblings {
        step: step.name.clone(),
        by,
        total: step.tasks.len() as u64,
        coming: loaded.coming(&step.name),
        tasks: tasks
            .into_iter()
            .map(|task| strip_task(&step.name, task, now))
            .collect(),
        statuses,
    })
}

/// The steps that took longest, from the first begin to the last end of their tasks: as they are
/// drawn. Those of which that is not known come last, where the run waited for them.
fn longest_steps(run: &Run, waits: &[StepWaits], now: Moment) -> Vec<StepTime> {
    const SHOWN: usize = 6;
    let time = |step: &Step| {
        let duration = step.took(now);
        let waits = waits.iter().find(|waits| waits.step == step.name);
        let time = StepTime {
            step: step.name.clone(),
            status: step.status(),
            duration,
            since: step.running_since(),
            waited: waits.map_or(Span(0), |waits| waits.waited),
            retrying: waits.map_or(Span(0), |waits| waits.retrying),
            tasks: step.tasks.len() as u64,
        };
        let has_waits = time.waited.0.saturating_add(time.retrying.0) > 0;
        (duration.is_some() || has_waits).then_some(time)
    };
    let mut times: Vec<StepTime> = run.steps.iter().filter_map(time).collect();
    // A known duration is more than none.
    sort_by(&mut times, |one, other| {
        let longer = other.duration.cmp(&one.duration);
        longer.then_with(|| one.step.cmp(&other.step))
    });
    times.truncate(SHOWN);
    times
}

fn running(run: &Run, now: Moment) -> Vec<StripTask> {
    let busy = run
        .tasks()
        .filter(|(_, task)| matches!(task.status, Status::Running | Status::Unfinished));
    busy.take(TILES)
        .map(|(step, task)| strip_task(&step.name, task, now))
        .collect()
}
