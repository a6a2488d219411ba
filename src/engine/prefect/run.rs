//! What Prefect knows of a flow run as a whole: who had it made and how, its parameters, the runs
//! around it, and what its tasks made to be looked at.

use super::{Kept, Loaded};
use crate::engine::ask::Failure;
use crate::engine::{Engine, Work};
use crate::formats::prefect::artifacts::{Shown, shown};
use crate::formats::prefect::id::Id;
use crate::formats::prefect::json::Json;
use crate::formats::prefect::records::{self, AssetEventKind, Deployment, FlowRun, RetryDelay};
use crate::formats::prefect::run::status;
use crate::model::run::BODY;
use crate::model::{Moment, Problem, RunPath, Span, Status, TaskPath};
use crate::sorting::sort_by_key;
use crate::text::markdown::{Document, read};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunFactsQuery {
    pub run: RunPath,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RunFactsView {
    pub id: String,
    /// Names and values as they are recorded.
    pub facts: Vec<(String, String)>,
    /// Each with its value as JSON.
    pub parameters: Vec<(String, String)>,
    pub tags: Vec<String>,
    pub labels: Vec<(String, String)>,
    pub times: Vec<(String, Moment)>,
    /// From when it was to begin to when it did.
    pub late: Option<Span>,
    /// At work, all attempts together.
    pub worked: Option<Span>,
    pub run_count: u64,
    /// The page of the flow's own code, with its log, its attempts and its result.
    pub body: Option<TaskPath>,
    pub deployment: Option<DeploymentView>,
    /// The run that called it, and its stand-in there.
    pub parent: Option<(RunView, TaskPath)>,
    /// The runs of the flows that it called.
    pub subflows: Vec<RunView>,
    pub artifacts: Vec<ArtifactView>,
    pub assets: Vec<AssetView>,
    /// What is wrong with the files of artifacts and events.
    pub problems: Vec<Problem>,
}

/// A run, as a link to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunView {
    pub run: RunPath,
    pub name: String,
    pub status: Status,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeploymentView {
    /// Its name, where the records have it.
    pub name: Option<String>,
    pub id: String,
    pub description: String,
    pub facts: Vec<(String, String)>,
}

/// Something that a task made to be looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ArtifactView {
    pub id: String,
    pub key: Option<String>,
    pub description: String,
    pub created: Option<Moment>,
    pub updated: Option<Moment>,
    /// The task that made it, and what that is called; the flow itself where it is none.
    pub made_by: Option<(TaskPath, String)>,
    pub shown: ShownView,
    /// Versions of the same key in this run: which one of how many, from 1.
    pub version: Option<(u64, u64)>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ShownView {
    Markdown(Document),
    Link {
        text: String,
        to: String,
    },
    Table {
        columns: Vec<String>,
        rows: Vec<Vec<Option<String>>>,
        left_out: u64,
    },
    Progress(f64),
    /// An address, which may hold the image itself.
    Image(String),
    /// A value that is not what its type says, or of a type that is not known: JSON.
    Other {
        kind: String,
        json: String,
    },
}

/// What was done to an asset.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AssetView {
    pub asset: String,
    /// `made`, `not made`, `read`.
    pub what: String,
    pub upstream: Vec<String>,
    pub by: Option<String>,
    pub task: Option<(TaskPath, String)>,
}

/// Rows of a table that are shown.
const ROWS: usize = 200;

impl Engine {
    pub(in crate::engine) async fn prefect_run(
        &self,
        query: RunFactsQuery,
        work: &Work,
    ) -> Result<RunFactsView, Box<Failure>> {
        let loaded = self.load_run(&query.run, work).await?;
        let Some(run) = loaded.records.prefect() else {
            let place = query.run.to_string();
            return Err(Failure::not_found("run of Prefect", &place, "others"));
        };
        let mut view = run.facts_of_run(&query.run);
        view.deployment = run.deployment(work).await;
        let extras = run.extras(work).await;
        let mut artifacts: Vec<&records::Artifact> = extras.artifacts.iter().collect();
        sort_by_key(&mut artifacts, |one| one.created);
        view.problems = extras.problems.clone();
        view.artifacts = artifacts
            .iter()
            .filter_map(|one| run.artifact(&query.run, one, &artifacts))
            .collect();
        view.assets = extras
            .events
            .iter()
            .map(|event| AssetView {
                asset: event.asset.clone(),
                what: match &event.kind {
                    AssetEventKind::Materialized => "made",
                    AssetEventKind::Failed => "not made: its task failed",
                    AssetEventKind::Referenced => "read",
                    AssetEventKind::Other(event) => event,
                }
                .to_owned(),
                upstream: event.upstream.iter().map(|one| one.to_string()).collect(),
                by: event.by.as_ref().map(|by| by.to_string()),
                task: event
                    .task_run_id
                    .as_ref()
                    .and_then(|id| run.task_named(&query.run, id)),
            })
            .collect();
        Ok(view)
    }
}

impl Loaded {
    fn facts_of_run(&self, path: &RunPath) -> RunFactsView {
        let run = &self.gathered.run;
        let course = &run.course;
        let times = [
            ("Expected", course.expected_start),
            ("Started", course.started),
            ("Ended", course.ended),
            ("Recorded", course.created),
        ];
        let times = times.into_iter();
        let begun = course.started.zip(course.expected_start);
        RunFactsView {
            id: run.id.to_string(),
            facts: facts(run),
            parameters: parameters(run.parameters.as_deref()),
            tags: run.tags.iter().map(|tag| tag.to_string()).collect(),
            labels: run
                .labels
                .iter()
                .map(|(name, value)| (name.to_string(), value.clone()))
                .collect(),
            times: times
                .filter_map(|(name, at)| Some((name.to_owned(), at?)))
                .collect(),
            late: begun.and_then(|(started, expected)| started.checked_since(expected)),
            worked: course.total_run_time,
            run_count: course.run_count,
            body: (path.flow != crate::formats::prefect::run::NO_FLOW)
                .then(|| path.task(BODY, &run.id.to_string())),
            deployment: None,
            parent: self.parent(run),
            subflows: self.subflows(),
            artifacts: Vec::new(),
            assets: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// The run in which the flow was called, and the task run that stands in for it there.
    fn parent(&self, run: &FlowRun) -> Option<(RunView, TaskPath)> {
        let stand_in = run.parent_task_run_id.as_ref()?;
        let (parent, step) = self.kept.stand_in(stand_in)?;
        let view = self.kept.run_view(&parent)?;
        let place = view.run.task(&step, &stand_in.to_string());
        Some((view, place))
    }

    fn subflows(&self) -> Vec<RunView> {
        let steps = self.gathered.steps.iter();
        let members = steps.flat_map(|step| &step.tasks);
        let ids = members.filter_map(|member| member.subflow.as_ref());
        ids.filter_map(|id| self.kept.run_view(id)).collect()
    }

    async fn deployment(&self, work: &Work) -> Option<DeploymentView> {
        let run = &self.gathered.run;
        let id = run.deployment_id.as_ref()?;
        let known = self.kept.deployment(id, work).await;
        Some(DeploymentView {
            name: known.map(|known| known.name.clone()),
            id: id.to_string(),
            description: known
                .and_then(|known| known.description.clone())
                .unwrap_or_default(),
            facts: of_deployment(run, known),
        })
    }

    fn artifact(
        &self,
        path: &RunPath,
        one: &records::Artifact,
        all: &[&records::Artifact],
    ) -> Option<ArtifactView> {
        let shown = match shown(one, ROWS)? {
            Shown::Markdown(text) => ShownView::Markdown(read(&text)),
            Shown::Link { text, to } => ShownView::Link { text, to },
            Shown::Table(table) => ShownView::Table {
                columns: table.columns,
                rows: table
                    .rows
                    .into_iter()
                    .map(|row| {
                        row.into_iter()
                            .map(|cell| cell.as_deref().map(plain))
                            .collect()
                    })
                    .collect(),
                left_out: table.left_out,
            },
            Shown::Progress(part) => ShownView::Progress(part),
            Shown::Image(address) => ShownView::Image(address),
            Shown::Other { kind, json } | Shown::Odd { kind, json } => ShownView::Other {
                kind: kind.to_string(),
                json,
            },
        };
        let versions: Vec<&&records::Artifact> = all
            .iter()
            .filter(|other| other.key.is_some() && other.key == one.key && other.kind.is_some())
            .collect();
        let version = versions.iter().position(|other| other.id == one.id);
        Some(ArtifactView {
            id: one.id.to_string(),
            key: one.key.as_ref().map(|key| key.to_string()),
            description: one.description.clone().unwrap_or_default(),
            created: one.created,
            updated: one.updated.filter(|_| one.updated > one.created),
            made_by: one
                .task_run_id
                .as_ref()
                .and_then(|id| self.task_named(path, id)),
            shown,
            version: version
                .filter(|_| versions.len() > 1)
                .map(|at| (at as u64 + 1, versions.len() as u64)),
        })
    }

    /// Where a task run is, and what it is called.
    fn task_named(&self, path: &RunPath, id: &Id) -> Option<(TaskPath, String)> {
        let (step, at) = self.place_of(id)?;
        let name = self.gathered.tasks.get(at)?.name.to_string();
        Some((path.task(&step, &id.to_string()), name))
    }
}

impl Kept {
    /// A run as a link to it.
    fn run_view(&self, id: &Id) -> Option<RunView> {
        let run = self.path_of(id)?;
        let found = self.run(&run)?;
        Some(RunView {
            name: found.name.clone(),
            status: status(found, false).0,
            run,
        })
    }
}

/// A value of JSON in a cell: a text as it is.
fn plain(json: &str) -> String {
    let value = Json::whole(json.as_bytes()).ok();
    let text = value.as_ref().and_then(Json::text);
    text.map_or_else(|| json.to_owned(), std::borrow::Cow::into_owned)
}

/// What is recorded in a word or two.
fn facts(run: &FlowRun) -> Vec<(String, String)> {
    let policy = &run.policy;
    let delay = match &policy.delay {
        RetryDelay::NotRecorded => None,
        RetryDelay::Each(seconds) => Some(format!("{seconds} s")),
        RetryDelay::Listed(all) => {
            let all = all.iter().map(|seconds| format!("{seconds} s"));
            Some(all.collect::<Vec<_>>().join(", "))
        }
    };
    let by = run.created_by.as_ref().map(|by| {
        let kind = by.kind.as_deref().unwrap_or_default().to_lowercase();
        match &by.display {
            Some(display) => format!("{kind} {display}"),
            None => kind,
        }
    });
    let all = [
        (
            "Flow version",
            run.flow_version.as_deref().map(str::to_owned),
        ),
        ("Retries", policy.retries.map(|count| count.to_string())),
        (
            "Retry delay",
            delay.filter(|_| policy.retries.is_some_and(|count| count > 0)),
        ),
        ("Made by", by.filter(|by| !by.is_empty())),
        (
            "Scheduled",
            run.auto_scheduled
                .then(|| "by its deployment's schedule".to_owned()),
        ),
        (
            "Process",
            run.infrastructure_pid.as_deref().map(str::to_owned),
        ),
        (
            "Idempotency key",
            run.idempotency_key.as_deref().map(str::to_owned),
        ),
        ("Context", run.context.as_deref().map(str::to_owned)),
        (
            "Job variables",
            run.job_variables.as_deref().map(str::to_owned),
        ),
    ];
    let all = all.into_iter();
    all.filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect()
}

fn parameters(raw: Option<&str>) -> Vec<(String, String)> {
    let Some(object) = raw.and_then(|raw| Json::whole(raw.as_bytes()).ok()) else {
        return Vec::new();
    };
    let fields = object.fields().filter_map(Result::ok);
    fields
        .map(|(name, value)| (name.into_owned(), value.compact()))
        .collect()
}

fn of_deployment(run: &FlowRun, known: Option<&Deployment>) -> Vec<(String, String)> {
    let text = |text: Option<&str>| text.map(str::to_owned);
    let schedules = known.map(|known| {
        let rules = known.schedules.iter().map(|one| match one.active {
            true => one.rule.clone(),
            false => format!("{} (off)", one.rule),
        });
        rules.collect::<Vec<_>>().join(", ")
    });
    let all = [
        ("Version", text(run.deployment_version.as_deref())),
        ("Work pool", text(run.work_pool_name.as_deref())),
        ("Work queue", text(run.work_queue_name.as_deref())),
        ("Schedules", schedules.filter(|rules| !rules.is_empty())),
        (
            "Entrypoint",
            known.and_then(|known| known.entrypoint.clone()),
        ),
        (
            "Concurrency limit",
            known.and_then(|known| Some(known.concurrency_limit?.to_string())),
        ),
        (
            "Paused",
            known.filter(|known| known.paused).map(|_| "yes".to_owned()),
        ),
    ];
    let all = all.into_iter();
    all.filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect()
}
