//! What Metaflow's own client would say of a run or a task, to stand beside what the
//! record proves: it knows neither failed nor running, and is wrong now and then.
//!
//! The answers are those of [`formats::metaflow::client`](crate::formats::metaflow::client);
//! here they are asked for what a screen shows. Start with [`Engine::client_of_run`].

use super::ask::Failure;
use super::loaded::LoadedRun;
use super::runs::{PORTION, went_well};
use super::{Engine, Work};
use crate::formats::metaflow::client::ClientTask;
use crate::formats::metaflow::paths::PARAMETERS;
use crate::formats::metaflow::task::Depth;
use crate::model::{RunBrief, RunPath, Status};
use crate::sorting::sort_by_key;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::rc::Rc;

/// Two properties of the client's `Run` and `Task`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientSays {
    pub found: Found,
    pub successful: bool,
    /// None after `sys.exit`.
    pub finished: Option<bool>,
}

/// Whether the client would find a run or a task at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Found {
    #[default]
    Here,
    /// Its own record is lost.
    Nowhere,
    /// Only the metadata service knows of it.
    Elsewhere,
}

impl ClientSays {
    /// Of what has not been read.
    pub(super) const UNKNOWN: Self = Self {
        found: Found::Elsewhere,
        successful: false,
        finished: None,
    };

    pub(super) fn of(client: &ClientTask<'_>, found: Found) -> Self {
        Self {
            found,
            successful: client.successful(),
            finished: client.finished(),
        }
    }

    /// `successful False, finished False`, as Python prints them.
    pub fn line(&self) -> String {
        match self.found {
            Found::Here => {}
            Found::Nowhere => return "MetaflowNotFound is raised".to_owned(),
            Found::Elsewhere => return "not asked: its metadata are not here".to_owned(),
        }
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
            Status::Failed | Status::Cancelled => (false, true),
            Status::Running
            | Status::Waiting
            | Status::Unfinished
            | Status::Unknown
            | Status::Skipped => (false, false),
        };
        match self.found {
            Found::Here => {}
            Found::Nowhere => return true,
            // What cannot be known is no contradiction.
            Found::Elsewhere => return false,
        }
        self.successful != well || self.finished.unwrap_or(false) != over
    }
}

/// The newest run of a flow, and the newest that went well: by when it was started, and as
/// `Flow.latest_run` and `Flow.latest_successful_run` name them in the same namespace. The
/// client goes by when a run's record was written, which tagging does anew, and by its own
/// idea of success.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Newest {
    pub latest: Option<String>,
    pub last_good: Option<String>,
    pub client_latest: Option<String>,
    pub client_last_good: Option<String>,
    /// More good runs were there than were asked whether the client thinks so too.
    pub client_unsure: bool,
}

/// Good runs that are read to find one that the client calls successful: mostly the first.
const ASKED: usize = 16;

impl Newest {
    /// Where the client differs, in its own words.
    pub fn client_line(&self) -> Option<String> {
        let says = |name: &str, ours: &Option<String>, theirs: &Option<String>| {
            let theirs_text = theirs.as_deref().unwrap_or("None");
            (ours != theirs).then(|| format!("{name} {theirs_text}"))
        };
        let theirs_unless_unsure = match self.client_unsure {
            true => &self.last_good,
            false => &self.client_last_good,
        };
        let unsure = || {
            let told = format!("latest_successful_run none of the {ASKED} newest good ones");
            self.client_unsure.then_some(told)
        };
        let all = [
            says("latest_run", &self.latest, &self.client_latest),
            says(
                "latest_successful_run",
                &self.last_good,
                theirs_unless_unsure,
            )
            .or_else(unsure),
        ];
        let told: Vec<String> = all.into_iter().flatten().collect();
        (!told.is_empty()).then(|| told.join(", "))
    }
}

impl Engine {
    /// The newest runs of a run's flow, in the datastore where that run is: the client sees
    /// one datastore at a time. Nothing where the records do not say when they were written.
    pub(super) async fn newest_runs(
        &self,
        of: &RunPath,
        namespace: Option<&str>,
        work: &Work,
    ) -> Result<Option<Newest>, Box<Failure>> {
        let (opened, at) = self.find_run(of)?;
        let Some(in_store) = opened.stores.get(at) else {
            return Ok(None);
        };
        let flow = in_store.flows.iter().find(|one| one.name == of.flow);
        let Some(flow) = flow.filter(|flow| flow.has_metadata) else {
            return Ok(None);
        };
        let all = flow.runs.iter().map(|run| RunPath::new(&of.flow, run));
        let all: Vec<RunPath> = all.collect();
        let unread = all.iter().filter(|run| in_store.needs_brief(run, work));
        let unread: Vec<RunPath> = unread.cloned().collect();
        for some in unread.chunks(PORTION) {
            self.read_briefs(&opened, in_store, some, work).await;
        }
        let with_brief = |run: RunPath| in_store.brief(&run).map(|brief| (run, brief));
        let mut runs: Vec<(RunPath, Rc<RunBrief>)> =
            all.into_iter().filter_map(with_brief).collect();
        if let Some(namespace) = namespace {
            runs.retain(|(_, brief)| brief.record.has_tag(namespace));
        }
        let id = |(path, _): &(RunPath, _)| path.run.clone();
        let good = |(_, brief): &(RunPath, Rc<RunBrief>)| brief.status.is_some_and(went_well);
        let whole = || runs.iter().filter(|(_, brief)| !brief.spun);
        let mut newest = Newest {
            latest: whole().next().map(id),
            last_good: whole().find(|run| good(run)).map(id),
            ..Newest::default()
        };
        // Runs of one moment stay in the order of their ids.
        sort_by_key(&mut runs, |(_, brief)| Reverse(brief.record.recorded));
        newest.client_latest = runs.first().map(id);
        for (run, asked) in runs.iter().filter(|run| good(run)).zip(0..) {
            newest.client_unsure = asked == ASKED;
            if newest.client_unsure {
                break;
            }
            let loaded = self.load_run(&run.0, work).await?;
            if self.client_of_run(&loaded, work).await.successful {
                newest.client_last_good = Some(id(run));
                break;
            }
        }
        Ok(Some(newest))
    }

    /// `Run.successful` and `Run.finished`: those of the end step's newest task. Which
    /// step that is the client asks the hidden task, and of a resumed run it is told
    /// nothing.
    pub(super) async fn client_of_run(&self, loaded: &LoadedRun, work: &Work) -> ClientSays {
        let run = &loaded.run;
        let found = found(loaded, run.record.recorded.is_some());
        let mut end = None;
        if let Some(task) = &run.parameters {
            let path = loaded.path.task(PARAMETERS, &task.id);
            let (detail, _) = self.load_task(loaded, &path, Depth::Tables, work).await;
            end = detail.noted("end_step");
        }
        let graph = run.graph.as_ref();
        let graph = graph.filter(|_| found == Found::Elsewhere);
        let end = end.or_else(|| graph.map(|graph| graph.end.clone()));
        let end = end.as_deref().unwrap_or("end");
        let recorded = run.step(end).filter(|step| step.recorded);
        let tasks = recorded
            .map(|step| step.tasks.as_slice())
            .unwrap_or_default();
        let tasks = tasks.iter().filter(|task| task.recorded);
        let Some(task) = tasks.max_by_key(|task| task.created) else {
            return ClientSays {
                found,
                successful: false,
                finished: Some(false),
            };
        };
        let path = loaded.path.task(end, &task.id);
        let (detail, _) = self.load_task(loaded, &path, Depth::Tables, work).await;
        let client = ClientTask {
            detail: &detail,
            attempt: None,
        };
        ClientSays::of(&client, found)
    }
}

/// Whether the client would find what has a record, or has none, in a run.
pub(super) fn found(loaded: &LoadedRun, recorded: bool) -> Found {
    let store = loaded.metaflow();
    match recorded {
        _ if store.is_none_or(|store| store.lacks_metadata(&loaded.path.flow)) => Found::Elsewhere,
        true => Found::Here,
        false => Found::Nowhere,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(status: Status, successful: bool, finished: Option<bool>, differs: bool) {
        let says = ClientSays {
            found: Found::Here,
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
