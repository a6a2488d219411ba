//! What Metaflow's own client would say of a run or a task, to stand beside what the
//! record proves: it knows neither failed nor running, and is wrong now and then.
//!
//! The answers are those of [`formats::metaflow::client`](crate::formats::metaflow::client);
//! here they are asked for what a screen shows. Start with [`Engine::client_of_run`].

use super::opened::LoadedRun;
use super::{Engine, Work};
use crate::formats::metaflow::client::ClientTask;
use crate::formats::metaflow::paths::PARAMETERS;
use crate::formats::metaflow::task::Depth;
use crate::model::Status;
use serde::{Deserialize, Serialize};

/// Two properties of the client's `Run` and `Task`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientSays {
    pub successful: bool,
    /// None after `sys.exit`.
    pub finished: Option<bool>,
}

impl ClientSays {
    pub(super) fn of(client: &ClientTask<'_>) -> Self {
        Self {
            successful: client.successful(),
            finished: client.finished(),
        }
    }

    /// `successful False, finished False`, as Python prints them.
    pub fn line(&self) -> String {
        let python = |truth: Option<bool>| match truth {
            Some(true) => "True",
            Some(false) => "False",
            None => "None",
        };
        format!(
            "successful {}, finished {}",
            python(Some(self.successful)),
            python(self.finished)
        )
    }

    /// Whether it reads otherwise than the status: a run that ended is not finished for
    /// it when it failed, and one that went well may be none when it was resumed.
    pub fn differs_from(&self, status: Status) -> bool {
        let (well, over) = match status {
            Status::Succeeded | Status::Retried | Status::Cached => (true, true),
            Status::Failed => (false, true),
            Status::Running | Status::Unfinished | Status::Unknown | Status::Skipped => {
                (false, false)
            }
        };
        self.successful != well || self.finished.unwrap_or(false) != over
    }
}

impl Engine {
    /// `Run.successful` and `Run.finished`: those of the end step's newest task. Which
    /// step that is the client asks the hidden task, and of a resumed run it is told
    /// nothing.
    pub(super) async fn client_of_run(&self, loaded: &LoadedRun, work: &Work) -> ClientSays {
        let run = &loaded.run;
        let mut end = None;
        if let Some(task) = &run.parameters {
            let path = loaded.path.task(PARAMETERS, &task.id);
            let (detail, _) = self.load_task(loaded, &path, Depth::Tables, work).await;
            end = detail.noted("end_step");
        }
        let graph = run.graph.as_ref();
        let graph = graph.filter(|_| loaded.store.lacks_metadata(&loaded.path.flow));
        let end = end.or_else(|| graph.map(|graph| graph.end.clone()));
        let end = end.as_deref().unwrap_or("end");
        let recorded = run.step(end).filter(|step| step.recorded);
        let tasks = recorded
            .map(|step| step.tasks.as_slice())
            .unwrap_or_default();
        let tasks = tasks.iter().filter(|task| task.recorded);
        let Some(task) = tasks.max_by_key(|task| task.created) else {
            return ClientSays {
                successful: false,
                finished: Some(false),
            };
        };
        let path = loaded.path.task(end, &task.id);
        let (detail, _) = self.load_task(loaded, &path, Depth::Tables, work).await;
        ClientSays::of(&ClientTask {
            detail: &detail,
            attempt: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(status: Status, successful: bool, finished: Option<bool>, differs: bool) {
        let says = ClientSays {
            successful,
            finished,
        };
        assert_eq!(
            says.differs_from(status),
            differs,
            "{status:?} {}",
            says.line()
        );
    }

    #[test]
    fn a_failure_is_not_finished_for_the_client() {
        check(Status::Succeeded, true, Some(true), false);
        check(Status::Failed, false, Some(false), true);
        check(Status::Failed, false, None, true);
        check(Status::Unfinished, false, Some(false), false);
        check(Status::Succeeded, false, Some(false), true);
        // @catch took an exception: finished, and not successful.
        check(Status::Succeeded, false, Some(true), true);
    }
}
