//! Steps and tasks of a run by what is typed, among all that it has; and in which group of the
//! tree one of its tasks is.

use super::{RailTask, in_full, rail_task, step_order};
use crate::engine::ask::Failure;
use crate::engine::tasks::{foreach_order, has_text, is_called};
use crate::engine::{Engine, Work};
use crate::model::{RunPath, Status, Task, TaskPath};
use crate::sorting::{sort_by, sort_by_key};
use crate::source::Pace as _;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RailFindQuery {
    pub run: RunPath,
    /// Text in the name of a step, or in the id or a foreach value of a task, in any case.
    pub text: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RailFindView {
    /// What was looked for.
    pub text: String,
    /// In the order of the tree; those without anything that was found are not among them.
    pub steps: Vec<RailFound>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RailFound {
    pub name: String,
    /// It is found by its own name: all of it is meant.
    pub whole: bool,
    /// Tasks that were found, of a step that is not meant as a whole, and the first of them.
    pub matching: u64,
    pub tasks: Vec<RailTask>,
}

/// Which status a task has, if the run has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RailSpotQuery {
    pub task: TaskPath,
}

/// Tasks that are named of one step, and of all.
const OF_STEP: usize = 50;
const OF_RUN: usize = 400;

/// So many tasks are looked at without a pause.
const AT_ONCE: usize = 2000;

impl Engine {
    pub(in crate::engine) async fn rail_find(
        &self,
        query: RailFindQuery,
        work: &Work,
    ) -> Result<RailFindView, Box<Failure>> {
        let loaded = self.load_run(&query.run, work).await?;
        let now = work.host.now();
        let text = query.text.trim().to_lowercase();
        let mut room = OF_RUN;
        let mut steps = Vec::new();
        for name in step_order(&loaded.run) {
            let step = loaded.run.step(&name);
            let all = step.map(|step| step.tasks.as_slice()).unwrap_or_default();
            let whole = name.to_lowercase().contains(&text);
            let mut found: Vec<&Task> = Vec::new();
            for some in all.chunks(AT_ONCE).filter(|_| !whole) {
                found.extend(some.iter().filter(|task| has_text(&name, task, &text)));
                work.breathe().await;
            }
            if !whole && found.is_empty() {
                continue;
            }
            sort_by(&mut found, |a, b| foreach_order(a, b));
            sort_by_key(&mut found, |task| !is_called(&name, task, &text));
            let shown = found.iter().take(OF_STEP.min(room));
            let tasks: Vec<RailTask> = shown.map(|task| rail_task(task, now)).collect();
            room -= tasks.len();
            steps.push(RailFound {
                name,
                whole,
                matching: found.len() as u64,
                tasks: in_full(tasks),
            });
        }
        Ok(RailFindView {
            text: query.text,
            steps,
        })
    }

    pub(in crate::engine) async fn rail_spot(
        &self,
        query: RailSpotQuery,
        work: &Work,
    ) -> Result<Option<Status>, Box<Failure>> {
        let at = &query.task;
        let run = RunPath::new(&at.flow, &at.run);
        let loaded = self.load_run(&run, work).await?;
        let task = loaded.run.task(&at.step, &at.task);
        Ok(task.map(|task| task.status))
    }
}
