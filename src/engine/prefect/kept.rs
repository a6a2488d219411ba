//! What is known of all runs of a server as soon as its records are opened.

use super::origin::{Origin, Which};
use crate::engine::Work;
use crate::formats::prefect::export::{File, Manifest};
use crate::formats::prefect::id::{Id, Words};
use crate::formats::prefect::names::stand_ins;
use crate::formats::prefect::records::{Deployment, Flow, FlowRun, TaskRun};
use crate::formats::prefect::run::{NO_FLOW, Tally, free, record, status};
use crate::formats::prefect::state::told;
use crate::formats::prefect::{names, reading};
use crate::model::{self, Moment, Problem, RunBrief, RunPath};
use crate::sorting::sort_by;
use std::cell::{OnceCell, RefCell};
use std::cmp::Reverse;
use std::collections::HashMap;

/// The records of one server, as far as lists need them.
pub struct Kept {
    pub(super) origin: Origin,
    pub manifest: Manifest,
    /// Names of flows by their ids.
    flows: HashMap<Id, String>,
    runs: HashMap<Id, Known>,
    /// The run of a subflow by the task run that stands in for it.
    pub(super) stand_ins: HashMap<Id, Id>,
    /// Where those are: in which run, and in which step of it.
    stand_ins_at: HashMap<Id, (Id, String)>,
    deployments: OnceCell<Vec<Deployment>>,
    pub(super) words: RefCell<Words>,
}

/// A flow run, or what a task run without one stands for.
struct Known {
    run: FlowRun,
    flow: String,
    tally: Tally,
}

impl Kept {
    pub async fn read(origin: Origin, work: &Work, problems: &mut Vec<Problem>) -> Self {
        let mut words = Words::default();
        let all = Which::All;
        let manifest = origin.manifest(problems, work).await;
        let mut flows = reading::Kept::<Flow>::default();
        let take = |flow| flows.add(flow);
        origin
            .each(File::Flows, all, &mut words, problems, work, take)
            .await;
        let flows: HashMap<Id, String> = (flows.records.into_iter())
            .map(|flow| (flow.id, flow.name))
            .collect();
        let mut runs = reading::Kept::<FlowRun>::default();
        let take = |run| runs.add(run);
        origin
            .each(File::FlowRuns, all, &mut words, problems, work, take)
            .await;
        let stand_ins = stand_ins(&runs.records);
        let mut known: HashMap<Id, Known> = HashMap::new();
        for run in runs.records {
            let flow = flow_of(&run, &flows);
            let tally = Tally::default();
            known.insert(run.id.clone(), Known { run, flow, tally });
        }
        let mut tasks = reading::Kept::<TaskRun>::default();
        let take = |task| tasks.add(task);
        origin
            .each(File::TaskRuns, all, &mut words, problems, work, take)
            .await;
        let mut stand_ins_at = HashMap::new();
        for task in &tasks.records {
            let is_stand_in = names::subflow(task, &stand_ins).is_some();
            if let Some(run) = task.flow_run_id.as_ref().filter(|_| is_stand_in) {
                let step = names::step_name(&task.task_key).to_owned();
                stand_ins_at.insert(task.id.clone(), (run.clone(), step));
            }
            let id = task.flow_run_id.as_ref().unwrap_or(&task.id);
            let of = known.entry(id.clone()).or_insert_with(|| Known {
                // One whose flow run is not there: of that nothing is known but its id.
                run: match task.flow_run_id {
                    None => free(task),
                    Some(_) => FlowRun::bare(id.clone()),
                },
                flow: NO_FLOW.to_owned(),
                tally: Tally::default(),
            });
            of.tally.add(task, is_stand_in);
        }
        problems.extend(origin.lacks());
        Self {
            origin,
            manifest,
            flows,
            runs: known,
            stand_ins,
            stand_ins_at,
            deployments: OnceCell::new(),
            words: RefCell::new(words),
        }
    }

    /// What tells them from others of their source.
    pub fn root(&self) -> &str {
        self.origin.root()
    }

    /// Each flow by its name with its runs, newest first. A flow without runs is one too.
    pub fn flows(&self) -> Vec<model::Flow> {
        // What is in no order is put into one, flows without runs among them.
        let names = self.flows.values().map(|name| (name.as_str(), None));
        let runs = self.runs.values();
        let runs = runs.map(|known| (known.flow.as_str(), Some(&known.run)));
        let mut all: Vec<(&str, Option<&FlowRun>)> = names.chain(runs).collect();
        sort_by(&mut all, |(flow, one), (other_flow, other)| {
            let key = |run: &Option<&FlowRun>| {
                let run = run.as_ref();
                Reverse(run.map(|run| (begins(run), run.id.clone())))
            };
            flow.cmp(other_flow).then_with(|| key(one).cmp(&key(other)))
        });
        let by_flow = all.chunk_by(|(one, _), (other, _)| one == other);
        let flows = by_flow.filter_map(|of_flow| {
            let (name, _) = of_flow.first()?;
            let runs = of_flow.iter().filter_map(|(_, run)| *run);
            Some(model::Flow {
                name: (*name).to_owned(),
                runs: runs.map(|run| run.id.to_string()).collect(),
                has_values: self.origin.storage().is_some(),
                has_metadata: true,
            })
        });
        flows.collect()
    }

    /// What a list says of a run.
    pub fn brief(&self, path: &RunPath, _now: Moment) -> RunBrief {
        let Some(known) = self.known(path) else {
            return RunBrief::default();
        };
        let Known { run, flow, tally } = known;
        let (status, evidence) = status(run, false);
        RunBrief {
            record: record(run, flow),
            status: Some(status),
            state: run.course.state.as_ref().and_then(told).map(Into::into),
            ended: run.course.ended.or(tally.last),
            only_seen: false,
            goes_on: false,
            failed_step: tally.failed_step().map(str::to_owned),
            failed: Some(tally.failed),
            last_step: tally.last_step().map(str::to_owned),
            tasks: tally.tasks,
            unseen: 0,
            retried: tally.retried,
            spun: false,
            proof: match evidence {
                model::Evidence::Recorded { record } => record,
                _ => String::new(),
            },
        }
    }

    fn known(&self, path: &RunPath) -> Option<&Known> {
        self.runs.get(&Id::of(&path.run)?)
    }

    /// When a run began, or was to begin.
    pub fn begins(&self, path: &RunPath) -> Option<Moment> {
        begins(&self.known(path)?.run)
    }

    /// What a run is called.
    pub fn name_of(&self, path: &RunPath) -> Option<String> {
        self.known(path).map(|known| known.run.name.clone())
    }

    pub(super) fn run(&self, path: &RunPath) -> Option<&FlowRun> {
        self.known(path).map(|known| &known.run)
    }

    /// In which run a task run stands in for a subflow, and in which step of it.
    pub(super) fn stand_in(&self, task: &Id) -> Option<(Id, String)> {
        self.stand_ins_at.get(task).cloned()
    }

    /// A deployment, out of those that are read when one is asked for the first time.
    pub(super) async fn deployment(&self, id: &Id, work: &Work) -> Option<&Deployment> {
        if self.deployments.get().is_none() {
            let mut words = self.words.take();
            let mut found = reading::Kept::<Deployment>::default();
            let mut ignored = Vec::new();
            let take = |one| found.add(one);
            self.origin
                .each(
                    File::Deployments,
                    Which::All,
                    &mut words,
                    &mut ignored,
                    work,
                    take,
                )
                .await;
            self.words.replace(words);
            // Two may have asked at once, and both read the same.
            let _known = self.deployments.set(found.records);
        }
        let mut all = self.deployments.get()?.iter();
        all.find(|one| one.id == *id)
    }

    /// Where the run with an id is.
    pub(super) fn path_of(&self, id: &Id) -> Option<RunPath> {
        let known = self.runs.get(id)?;
        Some(RunPath::new(&known.flow, id.to_string()))
    }
}

/// When a run began, or was to begin.
fn begins(run: &FlowRun) -> Option<Moment> {
    let course = &run.course;
    let begins = course.started.or(course.expected_start);
    begins.or(course.created)
}

fn flow_of(run: &FlowRun, flows: &HashMap<Id, String>) -> String {
    match &run.flow_id {
        // Its name is not known: the export has no `flows.json`, or not all of it.
        Some(id) => flows.get(id).cloned().unwrap_or_else(|| id.to_string()),
        None => NO_FLOW.to_owned(),
    }
}
