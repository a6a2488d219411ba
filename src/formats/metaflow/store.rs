//! Which flows and runs there are.

use super::folders::listed;
use super::json::{self, Problems};
use super::paths::{self, Store};
use super::record;
use crate::counts::count;
use crate::model::{Flow, Moment, Place, Problem, RunPath, RunRecord, System, pathspec::natural};
use crate::sorting::sort_by;
use crate::source::{Shelf, join};

/// Whether a folder, in which lie these folders, is a datastore: it holds flows, which are
/// folders with `_meta/_self.json`, or with runs that have one.
pub fn is_store(shelf: &Shelf, folder: &str, folders: &[&str]) -> bool {
    let mut folders = folders.iter();
    folders.any(|name| is_flow(shelf, &join(folder, name)))
}

/// Whether a folder has the shape of a flow. Its own record may be lost, its blobs
/// too: what is left must still be told from a run, a step and a task, which have
/// a record of the same name.
fn is_flow(shelf: &Shelf, folder: &str) -> bool {
    /// Enough runs to look into: all of one flow have the same shape.
    const SAMPLE: usize = 8;
    let Some(Ok(listing)) = shelf.list(folder) else {
        return false;
    };
    if listing.has_folder(paths::PARAMETERS) {
        return false;
    }
    let marked = listing.has_file("latest_run") || listing.has_folder("data");
    let recorded = listing.has_folder("_meta") && has_self(shelf, folder) == Some(true);
    if marked && recorded {
        return true;
    }
    let mut runs = listing
        .folders()
        .filter(|name| *name != "_meta" && *name != "data")
        .take(SAMPLE);
    runs.any(|name| {
        let run = join(folder, name);
        // A run with a record is one even where nothing of its flow came: packers put the
        // flow's own record wherever it falls.
        let is_told = || marked || recorded || has_self(shelf, &run) == Some(true);
        is_run(shelf, &run) && is_told() || recorded && is_spun(shelf, &run)
    })
}

/// Whether a folder has a record of its own; `None` while that is not known.
fn has_self(shelf: &Shelf, folder: &str) -> Option<bool> {
    Some(
        shelf
            .list(&paths::meta(folder))?
            .is_ok_and(|meta| meta.has_file("_self.json")),
    )
}

/// Whether a folder has the shape of a run: the hidden step is written first.
fn is_run(shelf: &Shelf, folder: &str) -> bool {
    matches!(shelf.list(folder), Some(Ok(listing)) if listing.has_folder(paths::PARAMETERS))
}

/// Whether a folder in a flow's has the shape of a run of `spin`, which runs one step and
/// writes no hidden one: it holds a step with a task. In a run's folder that is a step, in
/// which no task holds another.
fn is_spun(shelf: &Shelf, folder: &str) -> bool {
    recorded_child(shelf, folder).is_some_and(|step| recorded_child(shelf, &step).is_some())
}

/// A folder with a record of its own, in one that has a record too.
fn recorded_child(shelf: &Shelf, folder: &str) -> Option<String> {
    /// The first are as good as any.
    const SAMPLE: usize = 2;
    if has_self(shelf, folder) != Some(true) {
        return None;
    }
    let listing = shelf.list(folder)?.ok()?;
    let mut inside = listing
        .folders()
        .filter(|name| *name != "_meta")
        .take(SAMPLE);
    inside
        .find(|name| has_self(shelf, &join(folder, name)) == Some(true))
        .map(|name| join(folder, name))
}

/// Whether nothing of a flow has metadata: not the flow, and none of some runs, down to
/// their hidden tasks. That is how a bucket looks, where metadata lie in a service
/// (Metaflow `plugins/metadata_providers/service.py`). `None` while it is not known.
fn lacks_metadata(shelf: &Shelf, flow: &str, runs: &[String]) -> Option<bool> {
    /// Runs that are looked into: where one has metadata, all have.
    const SAMPLE: usize = 4;
    let mut folders = vec![flow.to_owned()];
    for run in runs.iter().take(SAMPLE) {
        let hidden = format!("{flow}/{run}/{}", paths::PARAMETERS);
        if let Ok(listing) = shelf.list(&hidden)? {
            folders.extend(listing.folders().map(|task| join(&hidden, task)));
        }
        folders.push(hidden);
        folders.push(join(flow, run));
    }
    for folder in folders {
        if matches!(shelf.list(&folder)?, Ok(listing) if listing.has_folder("_meta")) {
            return Some(false);
        }
    }
    Some(true)
}

/// The flows of a datastore by name, each with its runs, newest first.
///
/// The client lists only folders with a record of their own; a run whose record is
/// lost is listed here too, with a problem.
pub fn list_flows(shelf: &Shelf, store: &Store, problems: &mut Problems) -> Vec<Flow> {
    let Some(Ok(listing)) = shelf.list(&store.root) else {
        return Vec::new();
    };
    let mut flows = Vec::new();
    for name in listing.folders() {
        let folder = store.flow(name);
        if !is_flow(shelf, &folder) {
            listed(shelf, &folder, problems);
            continue;
        }
        let Some(Ok(inside)) = shelf.list(&folder) else {
            continue;
        };
        let mut lost = Vec::new();
        if has_self(shelf, &folder) == Some(false) {
            let hint = "Its runs are shown; Metaflow's client does not list the flow.";
            note_lost_record(shelf, &folder, "The flow's own record", hint, &mut lost);
        }
        let mut runs = Vec::new();
        for run in inside
            .folders()
            .filter(|run| *run != "_meta" && *run != "data")
        {
            let run_folder = join(&folder, run);
            let Some(recorded) = has_self(shelf, &run_folder) else {
                continue;
            };
            if !recorded && !is_run(shelf, &run_folder) {
                listed(shelf, &run_folder, problems);
                continue;
            }
            if !recorded {
                let hint =
                    "Its tags and user are not known; Metaflow's client does not list the run.";
                note_lost_record(shelf, &run_folder, "The run's own record", hint, &mut lost);
            }
            runs.push(run.to_owned());
        }
        sort_by(&mut runs, |a, b| natural(b, a));
        let has_metadata = lacks_metadata(shelf, &folder, &runs) != Some(true);
        match has_metadata {
            true => problems.extend(lost),
            false => problems.push(no_metadata(&folder)),
        }
        // A run with parameters has values; one that was spun may have none.
        let has_values =
            inside.has_folder("data") || !runs.iter().any(|run| is_run(shelf, &join(&folder, run)));
        if !has_values {
            problems.push(lost_values(&folder, runs.len()));
        }
        flows.push(Flow {
            name: name.to_owned(),
            runs,
            has_values,
            has_metadata,
        });
    }
    flows
}

/// That a flow has no metadata: nothing is broken, and some things cannot be known.
fn no_metadata(flow: &str) -> Problem {
    Problem::note(
        Place::file(flow),
        "The flow's runs have no metadata (folders “_meta”): this is a copy of a datastore whose metadata lie in Metaflow's service.",
        "Tags, users, who resumed what, and when tasks were queued are only known there. All else is shown.",
    )
}

/// That the folder of a flow's values is missing: told once, not of every value.
fn lost_values(flow: &str, runs: usize) -> Problem {
    let runs = match runs {
        1 => "of its one run".to_owned(),
        runs => format!("of all its {} runs", count(runs as u64)),
    };
    Problem::damage(
        Place::file(join(flow, "data")),
        format!("The flow's folder “data” is not in this source: it holds the values {runs}."),
        "Artifacts are shown without values, steps in the order in which they began. Pack or copy that folder too.",
    )
}

/// Notes that a record of a flow, a run or a step is not there, or that nobody can tell.
pub fn note_lost_record(
    shelf: &Shelf,
    folder: &str,
    record: &str,
    hint: &str,
    problems: &mut Problems,
) {
    let before = problems.len();
    listed(shelf, &paths::meta(folder), problems);
    if problems.len() == before {
        problems.push(Problem::damage(
            Place::file(paths::self_record(folder)),
            format!("{record} is missing."),
            hint,
        ));
    }
}

/// A run's own record. Where it is lost, the id still tells what it can.
pub fn read_run_record(
    shelf: &Shelf,
    store: &Store,
    run: &RunPath,
    problems: &mut Problems,
) -> RunRecord {
    let folder = store.run(run);
    let has_record = has_self(shelf, &folder) == Some(true);
    let found = has_record
        .then(|| {
            record::read_self(
                shelf,
                &folder,
                "The run's tags and user are not known.",
                problems,
            )
        })
        .flatten()
        .unwrap_or_default();
    // A bucket gives its runs other ids: the first attempt's start is what is left.
    let begun = || match store.lacks_metadata(&run.flow) {
        true => first_start(shelf, &join(&folder, paths::PARAMETERS)),
        false => None,
    };
    RunRecord {
        flow: run.flow.clone(),
        id: run.run.clone(),
        name: None,
        system: System::Metaflow,
        user: found.user,
        tags: found.tags,
        system_tags: found.system_tags,
        recorded: found.at,
        started: started_by_id(&run.run).or(found.at).or_else(begun),
    }
}

/// When the first task of a step started.
fn first_start(shelf: &Shelf, step: &str) -> Option<Moment> {
    let tasks = shelf.list(step)?.ok()?;
    let starts = tasks.folders().filter_map(|task| {
        record::read_attempt_start(shelf, &join(step, task), 0, &mut Vec::new())
    });
    starts.min()
}

/// A local run's id is the microsecond at which it began, in 16 digits
/// (Metaflow `metadata_provider/metadata.py`, `_new_run`).
pub fn started_by_id(id: &str) -> Option<Moment> {
    let digits = id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_digit());
    digits
        .then(|| id.parse().ok().map(Moment))
        .flatten()
        .and_then(json::real)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_local_run_id_is_its_start() {
        assert_eq!(
            started_by_id("1795211261502114"),
            Some(Moment(1_795_211_261_502_114))
        );
        assert_eq!(started_by_id("argo-hello-x7"), None);
        assert_eq!(started_by_id("12"), None);
    }
}
