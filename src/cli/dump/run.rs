//! A run and its steps, as the client tells them.
//!
//! Most of what it says of a run it takes from the run's newest tasks, so the tasks
//! are told first and their [`TaskFacts`] kept. Reads no file itself. Start with
//! [`Dumper::run`].

use super::task::TaskFacts;
use super::{Maps, Tags, iso};
use crate::engine::ask::Failure;
use crate::engine::loaded::LoadedRun;
use crate::engine::{Engine, Work};
use crate::formats::metaflow::Store;
use crate::formats::metaflow::paths::PARAMETERS;
use crate::formats::metaflow::task::Depth;
use crate::formats::metaflow::trigger::{self, TriggerEvent};
use crate::model::{Moment, Problem, RunPath, Step};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// What the client says of a run, kept for its flow.
pub(super) struct RunFacts {
    pub id: String,
    pub created: Option<Moment>,
    pub successful: bool,
    pub tags: Vec<String>,
}

/// A run that is being told, with all that is in it.
pub(super) struct Dumper<'a> {
    pub engine: &'a Engine,
    pub work: &'a Work,
    pub loaded: &'a LoadedRun,
    pub store: &'a Store,
    /// The run that this one resumes, as the newest step's task tells it: the text
    /// `None` in an ordinary run.
    pub origin: Option<String>,
    /// What could not be read of tasks, logs and values: a page says it where it shows
    /// them, a dump has read them all.
    pub found: &'a RefCell<BTreeSet<Problem>>,
}

impl Dumper<'_> {
    /// Tells the run, its steps and its tasks, as far as they are wanted.
    pub(super) async fn run(
        &mut self,
        maps: &mut Maps,
        wanted: &dyn Fn(&[&str]) -> bool,
    ) -> Result<RunFacts, Box<Failure>> {
        let run = &self.loaded.run;
        let path = &self.loaded.path;
        let record = &run.record;
        let tags = Tags::of(&record.tags, &record.system_tags);
        let mut steps: Vec<&Step> = run.steps.iter().filter(|step| step.recorded).collect();
        // The client's order: the newest first.
        steps.sort_by_key(|step| std::cmp::Reverse(step.created));
        let mut facts: BTreeMap<&str, Vec<TaskFacts>> = BTreeMap::new();
        for step in &run.steps {
            let mut tasks = Vec::new();
            for task in step.tasks.iter().filter(|task| task.recorded) {
                let place = path.task(&step.name, &task.id);
                let (told, found) = self.task(&place, task, &tags).await?;
                if wanted(&[&path.flow, &path.run, &step.name, &task.id]) {
                    maps.tasks.insert(place.to_string(), told);
                }
                tasks.push(found);
            }
            tasks.sort_by_key(|task| std::cmp::Reverse(task.created));
            facts.insert(&step.name, tasks);
        }
        let mut end_noted = None;
        if let Some(task) = &run.parameters {
            let place = path.task(PARAMETERS, &task.id);
            let (told, found) = self.task(&place, task, &tags).await?;
            if wanted(&[&path.flow, &path.run, PARAMETERS, &task.id]) {
                maps.tasks.insert(place.to_string(), told);
            }
            let (detail, _) = self
                .engine
                .load_task(self.loaded, &place, Depth::Tables, self.work)
                .await;
            end_noted = Some((detail.noted("start_step"), detail.noted("end_step")));
            facts.insert(PARAMETERS, vec![found]);
        }
        let newest = steps
            .first()
            .and_then(|step| facts.get(step.name.as_str())?.first());
        let origin = newest.and_then(|task| task.origin_run.clone());
        self.origin.clone_from(&origin);
        for step in &steps {
            if wanted(&[&path.flow, &path.run, &step.name]) {
                let told = self.step(
                    step,
                    facts
                        .get(step.name.as_str())
                        .map(Vec::as_slice)
                        .unwrap_or_default(),
                    &tags,
                );
                maps.steps.insert(format!("{path}/{}", step.name), told);
            }
        }
        if run.parameters.is_some() && wanted(&[&path.flow, &path.run, PARAMETERS]) {
            let tasks = facts.get(PARAMETERS).map(Vec::as_slice).unwrap_or_default();
            let (created, problems) = self
                .engine
                .step_created(self.loaded, PARAMETERS, self.work)
                .await;
            self.found.borrow_mut().extend(problems);
            maps.steps.insert(
                format!("{path}/{PARAMETERS}"),
                self.hidden_step(tasks, created, &tags),
            );
        }
        // Without metadata the graph alone names them.
        let lacks_metadata = self.store.lacks_metadata(&path.flow);
        if let Some(graph) = run.graph.as_ref().filter(|_| lacks_metadata) {
            end_noted = Some((Some(graph.start.clone()), Some(graph.end.clone())));
        }
        let (start, end) = end_noted.unwrap_or_default();
        let (start, end) = (
            start.unwrap_or_else(|| "start".to_owned()),
            end.unwrap_or_else(|| "end".to_owned()),
        );
        let end_task = facts.get(end.as_str()).and_then(|tasks| tasks.first());
        let successful = end_task.is_some_and(|task| task.successful);
        // The client asks the newest task of each step, the newest step first.
        let newest = steps
            .iter()
            .filter_map(|step| facts.get(step.name.as_str())?.first());
        let code = newest
            .map(|task| &task.code.code)
            .find(|code| !code.is_null());
        let start_task = facts.get(start.as_str()).and_then(|tasks| tasks.first());
        let trigger = start_task
            .and_then(|task| trigger::read(task.triggers.as_deref()?))
            .map(|events| told_trigger(&events));
        let mut told = json!({
            "created_at": iso(record.recorded),
            "steps": steps.iter().map(|step| &step.name).collect::<Vec<_>>(),
            "successful": successful,
            "finished": end_task.map_or(Some(false), |task| task.finished),
            "finished_at": end_task.and_then(|task| iso(task.finished_at)),
            "end_task": end_task.map(|task| format!("{path}/{end}/{}", task.id)),
            "data": end_task.map(|task| &task.visible),
            "code": code,
            "origin_pathspec": origin.map(|origin| format!("{}/{origin}", path.flow)),
            "graph_endpoints": [start, end],
            "trigger": trigger,
            "extra": {
                "status": run.status.key(),
                "started": iso(record.started),
                "ended": iso(run.ended),
            },
        });
        tags.add_to(&mut told);
        if wanted(&[&path.flow, &path.run]) {
            maps.runs.insert(path.to_string(), told);
        }
        let tags = record
            .tags
            .iter()
            .chain(&record.system_tags)
            .cloned()
            .collect();
        Ok(RunFacts {
            id: path.run.clone(),
            created: record.recorded,
            successful,
            tags,
        })
    }

    fn step(&self, step: &Step, tasks: &[TaskFacts], tags: &Tags) -> Value {
        let path = &self.loaded.path;
        let run = &self.loaded.run;
        // The client asks the graph of the step's newest task, which needs its artifacts.
        let has_graph = tasks.first().is_some_and(|task| task.has_artifacts);
        let graph = run.graph.as_ref().filter(|_| has_graph);
        let before = graph.map(|graph| {
            graph
                .before(&step.name)
                .map(|step| step.name.clone())
                .collect::<Vec<_>>()
        });
        let next = graph
            .and_then(|graph| graph.step(&step.name))
            .map(|step| step.next.clone());
        self.step_value(
            &step.name,
            false,
            step.created,
            tasks,
            before,
            next,
            path,
            tags,
        )
    }

    fn hidden_step(&self, tasks: &[TaskFacts], created: Option<Moment>, tags: &Tags) -> Value {
        self.step_value(
            PARAMETERS,
            true,
            created,
            tasks,
            Some(Vec::new()),
            Some(Vec::new()),
            &self.loaded.path,
            tags,
        )
    }

    #[allow(
        clippy::too_many_arguments,
        reason = "one call for two kinds of steps; each argument is a property"
    )]
    fn step_value(
        &self,
        name: &str,
        hidden: bool,
        created: Option<Moment>,
        tasks: &[TaskFacts],
        before: Option<Vec<String>>,
        next: Option<Vec<String>>,
        path: &RunPath,
        tags: &Tags,
    ) -> Value {
        let ended: Option<Vec<Moment>> = tasks.iter().map(|task| task.finished_at).collect();
        let newest = tasks.first();
        let mut told = json!({
            "hidden": hidden,
            "created_at": iso(created),
            "tasks": tasks.iter().map(|task| &task.id).collect::<BTreeSet<_>>(),
            "task_count": tasks.len(),
            "task": newest.map(|task| format!("{path}/{name}/{}", task.id)),
            "finished_at": iso(ended.and_then(|ended| ended.into_iter().max())),
            "environment_info": newest.map(|task| &task.code.environment),
            "parent_steps": before,
            "child_steps": next,
            "control_tasks": tasks.iter().filter(|task| task.is_control).map(|task| &task.id).collect::<Vec<_>>(),
            "origin_pathspec": self.origin.as_ref().map(|run| format!("{}/{run}/{name}", path.flow)),
        });
        tags.add_to(&mut told);
        told
    }

    pub(super) fn note(&self, problem: Problem) {
        self.found.borrow_mut().insert(problem);
    }
}

/// `Run.trigger`.
fn told_trigger(events: &[TriggerEvent]) -> Value {
    let told: Vec<Value> = events
        .iter()
        .map(|event| {
            json!({
                "name": event.name,
                "id": event.id,
                "timestamp": iso(event.at),
                "type": event.kind,
            })
        })
        .collect();
    let runs: Vec<String> = events.iter().filter_map(TriggerEvent::run).collect();
    json!({ "event": told.first(), "events": told, "run": runs.first(), "runs": runs })
}
