//! A place in the app: the path of an address, and the pathspecs that engines print.

use super::percent;
use crate::model::{RunPath, TaskPath};
use std::fmt;

/// Where one is. Names are as the engine has them, not escaped.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// The first page, where something is opened.
    Open,
    /// The list of runs, of one flow or of all.
    Runs {
        flow: Option<String>,
    },
    Run {
        flow: String,
        run: String,
    },
    Step {
        flow: String,
        run: String,
        step: String,
    },
    Task {
        flow: String,
        run: String,
        step: String,
        task: String,
    },
    Artifact {
        flow: String,
        run: String,
        step: String,
        task: String,
        artifact: String,
    },
}

impl Place {
    /// Takes what a person has at hand: `Flow/123/step/4`, `Flow/123/step/4/name`,
    /// the same from an address (`#/Flow/123`), or as Metaflow's client prints it,
    /// `Task('Flow/123/step/4')`. `None` where there is no part, or more than five.
    pub fn from_pathspec(text: &str) -> Option<Self> {
        let text = text.trim();
        let printed = ["')", "\")"].iter().find_map(|end| {
            let inside = text.strip_suffix(end)?;
            let (_, pathspec) = inside.split_once(['\'', '"'])?;
            Some(pathspec)
        });
        let path = printed.unwrap_or(text);
        let path = match path.strip_prefix('#') {
            // An address goes on with what belongs to the screen.
            Some(hash) => hash.split('?').next().unwrap_or_default(),
            None => path,
        };
        let parts = path.split('/').filter(|part| !part.is_empty()).count();
        if parts > 5 {
            return None;
        }
        Self::from_path(path)
    }

    /// The place of a path, each part escaped. Empty parts are slips of a pen and
    /// do not count, nor does what stands behind the fifth. `None` for a path
    /// without parts, which alone does not say where it leads.
    pub(super) fn from_path(path: &str) -> Option<Self> {
        let mut parts = path
            .split('/')
            .filter(|part| !part.is_empty())
            .map(percent::decode_part);
        let flow = parts.next()?;
        let Some(run) = parts.next() else {
            return Some(Self::Runs { flow: Some(flow) });
        };
        let Some(step) = parts.next() else {
            return Some(Self::Run { flow, run });
        };
        let Some(task) = parts.next() else {
            return Some(Self::Step { flow, run, step });
        };
        let place = match parts.next() {
            None => Self::Task {
                flow,
                run,
                step,
                task,
            },
            Some(artifact) => Self::Artifact {
                flow,
                run,
                step,
                task,
                artifact,
            },
        };
        Some(place)
    }

    /// The place of some names from the flow down; `None` for none, or more than five.
    pub fn from_parts(parts: &[String]) -> Option<Self> {
        let path: Vec<String> = parts
            .iter()
            .map(|part| percent::encode_part(part))
            .collect();
        (parts.len() <= 5).then(|| Self::from_path(&path.join("/")))?
    }

    /// The names from the flow down: none to five.
    pub fn parts(&self) -> Vec<&str> {
        match self {
            Self::Open | Self::Runs { flow: None } => vec![],
            Self::Runs { flow: Some(flow) } => vec![flow],
            Self::Run { flow, run } => vec![flow, run],
            Self::Step { flow, run, step } => vec![flow, run, step],
            Self::Task {
                flow,
                run,
                step,
                task,
            } => vec![flow, run, step, task],
            Self::Artifact {
                flow,
                run,
                step,
                task,
                artifact,
            } => vec![flow, run, step, task, artifact],
        }
    }

    /// The run, where the place is one or inside of one.
    pub fn run_path(&self) -> Option<RunPath> {
        match self.parts().as_slice() {
            [flow, run, ..] => Some(RunPath::new(*flow, *run)),
            _ => None,
        }
    }

    /// The task, where the place is one or inside of one.
    pub fn task_path(&self) -> Option<TaskPath> {
        match self.parts().as_slice() {
            [flow, run, step, task, ..] => Some(RunPath::new(*flow, *run).task(step, task)),
            _ => None,
        }
    }

    /// The place that this one stands in; `None` for the first page and the list
    /// of all runs.
    pub fn parent(&self) -> Option<Self> {
        let place = match self.clone() {
            Self::Open | Self::Runs { flow: None } => return None,
            Self::Runs { flow: Some(_) } => Self::Runs { flow: None },
            Self::Run { flow, .. } => Self::Runs { flow: Some(flow) },
            Self::Step { flow, run, .. } => Self::Run { flow, run },
            Self::Task {
                flow, run, step, ..
            } => Self::Step { flow, run, step },
            Self::Artifact {
                flow,
                run,
                step,
                task,
                ..
            } => Self::Task {
                flow,
                run,
                step,
                task,
            },
        };
        Some(place)
    }
}

/// The pathspec, each part escaped: `Flow/123/step/4`. Nothing for the first page
/// and for the list of all runs.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<String> = self.parts().into_iter().map(percent::encode_part).collect();
        f.write_str(&parts.join("/"))
    }
}
