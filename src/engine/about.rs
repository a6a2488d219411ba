//! Everything about a run that is no task: parameters, tags, what ran it, where it
//! came from.

use super::ask::Failure;
use super::{Engine, Work};
use crate::formats::metaflow::paths::PARAMETERS;
use crate::formats::metaflow::task::Depth;
use crate::model::{Moment, RunPath};
use crate::sorting::SortedMap;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AboutQuery {
    pub run: RunPath,
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
    /// When the run's record was written last; tagging rewrites it.
    pub recorded: Option<Moment>,
    pub origin: Option<String>,
    /// The script, the flow's docstring with its paragraphs in one line each, and its
    /// decorators.
    pub file: String,
    pub doc: String,
    pub decorators: Vec<String>,
    pub constants: Vec<ParameterRow>,
    /// What the scheduler noted of the run: field and value, the newest of each.
    pub notes: Vec<(String, String)>,
    /// Whether the graph was recorded, which is where the file, the docstring and the
    /// kinds of parameters stand.
    pub has_graph: bool,
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
            recorded: run.record.recorded,
            origin: run.origin.clone(),
            file: graph.file.clone(),
            doc: unwrapped(graph.doc.trim()),
            decorators: graph
                .decorators
                .iter()
                .map(|decorator| decorator.line())
                .collect(),
            constants: Vec::new(),
            notes: Vec::new(),
            has_graph: run.graph.is_some(),
        };
        let Some(task) = &run.parameters else {
            return Ok(view);
        };
        view.parameters_task = Some((PARAMETERS.to_owned(), task.id.clone()));
        let path = loaded.path.task(PARAMETERS, &task.id);
        let (detail, _) = self.load_task(&loaded, &path, Depth::Tables, work).await;
        // Events are ordered by time: of each field the last one stays.
        let notes = detail.metadata.iter();
        let notes = notes.map(|entry| (entry.field.clone(), entry.value.text()));
        let newest: SortedMap<String, String> = notes.collect();
        view.notes = newest.into_iter().collect();
        let artifacts = detail
            .artifacts
            .into_values()
            .next_back()
            .unwrap_or_default();
        for artifact in artifacts
            .iter()
            .filter(|artifact| !artifact.hidden() && artifact.name != "name")
        {
            let line = self.value_line(&loaded, artifact, work).await;
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
        Ok(view)
    }
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
