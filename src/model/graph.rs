//! The shape of a flow: its steps and what follows what.

use serde::{Deserialize, Serialize};

/// A flow's graph as the engine recorded it for one run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Graph {
    /// The script's file name.
    pub file: String,
    pub doc: String,
    /// The step that a run begins with, and the one that it ends with.
    pub start: String,
    pub end: String,
    /// In the order of the source where lines are known, else by name.
    pub steps: Vec<GraphStep>,
    /// Parameters by name, each with its kind (`Parameter`, `IncludeFile`, `Config`).
    pub parameters: Vec<(String, String)>,
    /// Class attributes that every task carries.
    pub constants: Vec<String>,
    pub decorators: Vec<Decorator>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GraphStep {
    pub name: String,
    pub kind: StepKind,
    pub doc: String,
    /// Line in the script, from 1.
    pub line: Option<u64>,
    pub next: Vec<String>,
    pub decorators: Vec<Decorator>,
}

/// What a step does with the paths through it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StepKind {
    Linear,
    /// Every branch is taken.
    Split,
    /// One task for each item of the named artifact.
    Foreach {
        over: String,
    },
    /// As many tasks as asked for, together (Metaflow: @parallel).
    Parallel,
    /// One branch is taken: the artifact that decides, and value → step.
    Switch {
        on: String,
        cases: Vec<(String, String)>,
    },
    Join,
    End,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decorator {
    pub name: String,
    /// Attributes that were set, as `name=value`, by name.
    pub attributes: Vec<(String, String)>,
}

impl Graph {
    pub fn step(&self, name: &str) -> Option<&GraphStep> {
        self.steps.iter().find(|step| step.name == name)
    }

    /// Steps that lead into the named one, in the graph's order.
    pub fn before<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a GraphStep> {
        self.steps
            .iter()
            .filter(move |step| step.next.iter().any(|next| next == name))
    }
}

impl Decorator {
    /// As it stands above the step: `@retry times=1`. Only the named attributes
    /// are shown; an attribute that says nothing (`None`) is left out.
    pub fn line(&self) -> String {
        let mut line = format!("@{}", self.name);
        for (name, value) in self.attributes.iter().filter(|(_, value)| value != "None") {
            line.push_str(&format!(" {name}={value}"));
        }
        line
    }
}
