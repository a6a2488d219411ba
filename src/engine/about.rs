//! Everything about a run that is no task: parameters, tags, what ran it, where it
//! came from.

use super::ask::Failure;
use super::data::record_of;
use super::line::Room;
use super::loaded::LoadedRun;
use super::says::{ClientSays, Found, Newest, found};
use super::{Engine, Work};
use crate::formats::metaflow::paths::PARAMETERS;
use crate::formats::metaflow::task::Depth;
use crate::formats::metaflow::{git, trigger};
use crate::model::{Moment, RunPath};
use crate::sorting::SortedMap;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AboutQuery {
    pub run: RunPath,
    /// The newest runs are those in it; `None` is everything.
    pub namespace: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AboutView {
    pub parameters: Vec<ParameterRow>,
    /// The hidden task that holds them: `(step, id)`.
    pub parameters_task: Option<(String, String)>,
    pub tags: Vec<String>,
    pub system_tags: Vec<String>,
    pub user: Option<String>,
    pub started: Option<Moment>,
    /// When it ended, where that is recorded; else the last sign of life.
    pub ended: Option<Moment>,
    pub is_over: bool,
    /// The flow has no metadata here: what only the metadata service knows is not known.
    pub bare: bool,
    /// The task that ended it, whose data are the run's: `(step, id)`.
    pub end_task: Option<(String, String)>,
    /// What the engine's client would say of it.
    pub client: ClientSays,
    /// The newest runs of its flow; nothing where records do not say when they were written.
    pub newest: Option<Newest>,
    /// When the run's record was written last; tagging rewrites it.
    pub recorded: Option<Moment>,
    /// Where that record is: the `src=` of its source, and its path there.
    pub record: (String, String),
    pub origin: Option<String>,
    /// The run that was resumed is in the source too.
    pub origin_here: bool,
    /// The script, the flow's docstring with its paragraphs in one line each, and its
    /// decorators.
    pub file: String,
    pub doc: String,
    pub decorators: Vec<String>,
    pub constants: Vec<ParameterRow>,
    /// The checkout that it ran from: repository, branch, commit, changes.
    pub git: Vec<(String, String)>,
    /// What set it off, the latest first.
    pub triggers: Vec<TriggerRow>,
    /// What the scheduler noted of the run: field and value, the newest of each.
    pub notes: Vec<(String, String)>,
    /// Whether the graph was recorded, which is where the file, the docstring and the
    /// kinds of parameters stand.
    pub has_graph: bool,
}

/// A run that ended, or an event by name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TriggerRow {
    pub name: String,
    pub run: Option<RunPath>,
    /// As the client's `TriggeredEvent` has it, where it was noted.
    pub id: Option<String>,
    /// `run` or `event`.
    pub kind: Option<String>,
    /// That run is in the source too.
    pub here: bool,
    pub at: Option<Moment>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ParameterRow {
    pub name: String,
    /// `Parameter`, `IncludeFile`, `Config`.
    pub kind: String,
    pub value: Option<String>,
    pub fault: Option<String>,
}

impl Engine {
    pub(super) async fn about(
        &self,
        query: AboutQuery,
        work: &Work,
    ) -> Result<AboutView, Box<Failure>> {
        let loaded = self.load_run(&query.run, work).await?;
        let run = &loaded.run;
        let graph = run.graph.clone().unwrap_or_default();
        let mut view = AboutView {
            parameters: Vec::new(),
            parameters_task: None,
            tags: run.record.tags.clone(),
            system_tags: run.record.system_tags.clone(),
            user: run.record.user.clone(),
            started: run.record.started,
            ended: run.ended,
            is_over: run.end_is_recorded(),
            bare: found(&loaded, true) == Found::Elsewhere,
            end_task: run.end_task(),
            client: self.client_of_run(&loaded, work).await,
            newest: None,
            recorded: run.record.recorded,
            record: self.record_place(&query.run)?,
            origin_here: self.has_origin(&loaded.path, run.origin.as_deref()),
            origin: run.origin.clone(),
            file: graph.file.clone(),
            doc: unwrapped(graph.doc.trim()),
            decorators: graph
                .decorators
                .iter()
                .map(|decorator| decorator.line())
                .collect(),
            constants: Vec::new(),
            git: Vec::new(),
            triggers: Vec::new(),
            notes: Vec::new(),
            has_graph: run.graph.is_some(),
        };
        self.noted_at_start(&loaded, &mut view, work).await;
        self.noted_by_scheduler(&loaded, &mut view, work).await;
        // Of the other runs of the flow much may have to be read first.
        work.partial(&view);
        let namespace = query.namespace.as_deref();
        view.newest = self.newest_runs(&query.run, namespace, work).await?;
        Ok(view)
    }

    /// The parameters and constants, and what else the hidden task holds.
    async fn noted_by_scheduler(&self, loaded: &LoadedRun, view: &mut AboutView, work: &Work) {
        let run = &loaded.run;
        let graph = run.graph.clone().unwrap_or_default();
        let Some(task) = &run.parameters else {
            return;
        };
        view.parameters_task = Some((PARAMETERS.to_owned(), task.id.clone()));
        let path = loaded.path.task(PARAMETERS, &task.id);
        let (detail, _) = self.load_task(loaded, &path, Depth::Tables, work).await;
        // Events are ordered by time: of each field the last one stays.
        let notes = detail.metadata.iter();
        let notes = notes.map(|entry| (entry.field.clone(), entry.value.text()));
        let newest: SortedMap<String, String> = notes.collect();
        if let Some(noted) = newest.get(git::FIELD).filter(|_| view.git.is_empty()) {
            view.git = git_rows(noted);
        }
        // What git knows is told above in words of its own.
        let others = newest.into_iter().filter(|(field, _)| field != git::FIELD);
        view.notes = others.collect();
        let last = detail.artifacts.into_iter().next_back();
        let (attempt, artifacts) = last.unwrap_or_default();
        let mut room = Room::default();
        for artifact in artifacts
            .iter()
            .filter(|artifact| !artifact.hidden() && artifact.name != "name")
        {
            let record = record_of(&detail.folder, attempt, &artifact.name);
            let line = self
                .value_line(loaded, artifact, &record, &mut room, work)
                .await;
            // Without a graph every public value of the hidden task is taken for a parameter.
            let kind = graph
                .parameters
                .iter()
                .find(|(name, _)| *name == artifact.name)
                .map(|(_, kind)| kind.clone());
            let is_constant = graph.constants.contains(&artifact.name);
            let row = ParameterRow {
                name: artifact.name.clone(),
                kind: kind.unwrap_or_default(),
                value: line.value,
                fault: line.fault,
            };
            if is_constant {
                view.constants.push(row)
            } else {
                view.parameters.push(row)
            }
        }
    }

    /// What the first task noted of the checkout, and of what set the run off.
    async fn noted_at_start(&self, loaded: &LoadedRun, view: &mut AboutView, work: &Work) {
        let run = &loaded.run;
        let start = run
            .graph
            .as_ref()
            .map_or("start", |graph| graph.start.as_str());
        // A step that spin ran by itself noted the same.
        let step = run.step(start).or_else(|| run.steps.first());
        let Some((step, task)) = step.and_then(|step| Some((step, step.tasks.first()?))) else {
            return;
        };
        let path = loaded.path.task(&step.name, &task.id);
        let (detail, _) = self.load_task(loaded, &path, Depth::Tables, work).await;
        if view.file.is_empty() {
            view.file = detail.noted("script-name").unwrap_or_default();
        }
        if let Some(noted) = detail.noted(git::FIELD) {
            view.git = git_rows(&noted);
        }
        let events = detail.noted(trigger::FIELD);
        let events = events.and_then(|noted| trigger::read(&noted));
        let all = self.run_paths();
        let row = |event: trigger::TriggerEvent| {
            let run = event.run();
            let run = run.as_deref().and_then(|run| run.split_once('/'));
            let run = run.map(|(flow, run)| RunPath::new(flow, run));
            TriggerRow {
                here: run.as_ref().is_some_and(|run| all.contains(run)),
                run,
                id: event.id.clone(),
                kind: event.kind.clone(),
                at: event.at,
                name: event.name.unwrap_or_default(),
            }
        };
        view.triggers = events.into_iter().flatten().map(row).collect();
    }
}

fn git_rows(noted: &str) -> Vec<(String, String)> {
    let rows = git::read(noted).into_iter();
    rows.map(|(name, value)| (name.to_owned(), value)).collect()
}

/// A docstring without the line ends in the middle of its sentences, which come from the
/// width of somebody's editor. What looks like a list, a heading or code stays as it is.
fn unwrapped(doc: &str) -> String {
    let mut text = String::new();
    for line in doc.lines() {
        let goes_on = text.ends_with(|c: char| c.is_alphanumeric() || ",;.)\"'`".contains(c));
        let follows = line.starts_with(|c: char| c.is_alphabetic() || "(\"'`".contains(c));
        text.push_str(match text.is_empty() {
            true => "",
            false if goes_on && follows => " ",
            false => "\n",
        });
        text.push_str(line.trim_end());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::unwrapped;

    #[test]
    fn a_docstring_is_broken_between_its_paragraphs_alone() {
        let doc = "Predicts who leaves.\n\nFeatures differ; one model is\ntrained on all,\nonce.";
        assert_eq!(
            unwrapped(doc),
            "Predicts who leaves.\n\nFeatures differ; one model is trained on all, once."
        );
        // Lists, headings and code.
        for doc in [
            "Steps:\n- load\n- train",
            "Args:\n    rows: how many",
            "Returns\n-------\nfloat",
            "Run it:\n\n    python flow.py run\n    python flow.py show",
            "1. load\n2. train",
        ] {
            assert_eq!(unwrapped(doc), doc);
        }
        assert_eq!(unwrapped(""), "");
    }
}
