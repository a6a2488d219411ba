//! The lines of Python that reach a place by the engine's own client.

use super::ask::Failure;
use super::{Engine, Work};
use crate::formats::metaflow::python::{self, Reached};
use crate::model::{AttemptNumber, RunPath};
use crate::pickle::explore::{Path, Step};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PythonQuery {
    /// Flow, run, step, task and artifact, as many as the place has.
    pub parts: Vec<String>,
    /// Of a task or an artifact.
    pub attempt: Option<AttemptNumber>,
    /// Of an artifact, the part that is looked at.
    pub at: String,
    /// `None` is everything.
    pub namespace: Option<String>,
    /// What of the place is looked at: the word of its tab.
    pub tab: Option<String>,
    /// Of a flow, the tags that its runs are to have.
    pub tags: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PythonView {
    pub lines: String,
}

impl Engine {
    pub(super) async fn python(
        &self,
        query: PythonQuery,
        work: &Work,
    ) -> Result<PythonView, Box<Failure>> {
        let parts: Vec<&str> = query.parts.iter().map(String::as_str).collect();
        let mut attempt = query.attempt;
        let (mut spun, mut outside) = (false, false);
        if let [flow, run, rest @ ..] = parts.as_slice() {
            let run = RunPath::new(*flow, *run);
            // What is not there is reached by no line.
            if let [step, task, of_task @ ..] = rest {
                let task = run.task(step, task);
                let place = self.task_place(&task, attempt, work).await?;
                // The client takes a value from the attempt that ended last, the page
                // from the one that is looked at.
                if !of_task.is_empty() {
                    attempt = Some(place.attempt);
                }
            }
            let brief = self.brief_of(&run, work).await?;
            spun = brief.spun;
            // The client refuses what is outside of its namespace.
            outside = query
                .namespace
                .as_ref()
                .is_some_and(|namespace| !brief.record.has_tag(namespace));
        }
        let end = match (parts.as_slice(), query.tab.as_deref()) {
            ([flow, run], Some("data")) => {
                let loaded = self.load_run(&RunPath::new(*flow, *run), work).await?;
                loaded.run.end_task().map(|(step, _)| step)
            }
            _ => None,
        };
        Ok(PythonView {
            lines: python::lines(&Reached {
                parts,
                attempt,
                namespace: query.namespace.as_deref().filter(|_| !outside),
                tab: query.tab.as_deref(),
                end: end.as_deref(),
                tags: query.tags.iter().map(String::as_str).collect(),
                at: in_python(&query.at),
                spun,
            }),
        })
    }
}

/// The way to a part as far as Python goes it: what stands in an address is anybody's, so
/// that only steps are written, and none that Python does not know.
fn in_python(at: &str) -> String {
    let Ok(path) = at.parse::<Path>() else {
        return String::new();
    };
    let known = |step: &&Step| match step {
        Step::Index(_) | Step::Key(_) => true,
        Step::Attribute(name) => {
            let mut letters = name.chars();
            let first = letters
                .next()
                .is_some_and(|c| c.is_alphabetic() || c == '_');
            first && letters.all(|c| c.is_alphanumeric() || c == '_')
        }
        _ => false,
    };
    let steps = path.steps.iter().take_while(known);
    steps.map(ToString::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(at: &str, expected: &str) {
        assert_eq!(in_python(at), expected);
    }

    #[test]
    fn only_steps_of_python_are_written() {
        check("", "");
        check(".coef_[0]", ".coef_[0]");
        check("[\"a\"].iloc[3]", "[\"a\"].iloc[3]");
        check("<inside>[0]", "");
        check("[0]<args>[1]", "[0]");
        check("; import os", "");
        check("[__import__('os')]", "");
    }
}
