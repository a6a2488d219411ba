//! Steps and their tasks: what Prefect calls tasks and task runs.
//!
//! A step is what runs of one `task_key` share: the name of the function and, behind the last
//! `-`, eight hex digits of a hash of its code, or `unknown` (`prefect/tasks.py`,
//! `_generate_task_key`, 3.9.1); a callable that is no function has the path of its class.
//! Which of the runs of a map a task is, is recorded nowhere and cannot be told from ids or
//! times: an ordinal by id is a label and no index. A flow that is called in a flow leaves a
//! stand-in among the tasks of the caller (`prefect/flow_engine.py`, `create_flow_run`).
//! Start with [`steps`].

use super::id::{Id, Word};
use super::records::{FlowRun, TaskRun};
use crate::model::Moment;
use crate::sorting::{SortedSet, sort, sort_by};
use std::collections::{HashMap, HashSet};

/// Where task runs stand that belong to no flow run.
pub const FREE: &str = "_free";

/// A step of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub key: Word,
    /// The name of its function.
    pub name: String,
    /// The same, told apart from another function of that name in the run.
    pub shown: String,
    /// When the first of its tasks was to begin.
    pub first: Option<Moment>,
    /// By id.
    pub tasks: Vec<Member>,
}

/// A task run of a step. Its place in the list is its ordinal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its place among the task runs that were asked about.
    pub at: usize,
    /// The run of a subflow that it stands in for.
    pub subflow: Option<Id>,
}

/// The name of the function in a task key.
pub fn step_name(task_key: &str) -> &str {
    match task_key.rsplit_once('-') {
        Some((name, mark)) if !name.is_empty() && is_mark(mark) => name,
        _ => task_key,
    }
}

/// Whether that is what a key ends with: names of functions have no `-`, keys that somebody
/// chose may.
fn is_mark(mark: &str) -> bool {
    let is_hash = mark.len() >= 8 && mark.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hash || mark == "unknown"
}

/// Which task runs stand in for which runs of subflows, as the flow runs tell it.
pub fn stand_ins<'a>(flow_runs: impl IntoIterator<Item = &'a FlowRun>) -> HashMap<Id, Id> {
    flow_runs
        .into_iter()
        .filter_map(|run| Some((run.parent_task_run_id.clone()?, run.id.clone())))
        .collect()
}

/// The run of a subflow that a task run stands in for: its own state tells it, or the
/// subflow's run does.
pub fn subflow(run: &TaskRun, stand_ins: &HashMap<Id, Id>) -> Option<Id> {
    let state = run.course.state.as_ref();
    let own = state.and_then(|state| state.child_flow_run());
    own.or_else(|| stand_ins.get(&run.id)).cloned()
}

/// The steps of one run, in the order in which they were to begin.
pub fn steps(runs: &[&TaskRun], stand_ins: &HashMap<Id, Id>) -> Vec<Step> {
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut steps: Vec<Step> = Vec::new();
    for (at, run) in runs.iter().enumerate() {
        let place = *places.entry(&run.task_key).or_insert_with(|| {
            steps.push(Step {
                key: run.task_key.clone(),
                name: match step_name(&run.task_key) {
                    "" => run.name.to_string(),
                    name => name.to_owned(),
                },
                shown: String::new(),
                first: None,
                tasks: Vec::new(),
            });
            steps.len() - 1
        });
        if let Some(step) = steps.get_mut(place) {
            let course = &run.course;
            let begins = course.expected_start.or(course.started).or(course.created);
            step.first = crate::model::time::earlier(step.first, begins);
            step.tasks.push(Member {
                at,
                subflow: subflow(run, stand_ins),
            });
        }
    }
    for step in &mut steps {
        let id = |member: &Member| runs.get(member.at).map(|run| &run.id);
        sort_by(&mut step.tasks, |one, other| id(one).cmp(&id(other)));
    }
    tell_apart(&mut steps);
    let key = |step: &Step| step.first.unwrap_or(Moment(i64::MAX));
    sort_by(&mut steps, |one, other| {
        let times = key(one).cmp(&key(other));
        times.then_with(|| one.key.cmp(&other.key))
    });
    steps
}

/// The attempts of a flow run that its task runs belong to, from 1: a flow that is tried again
/// makes new ones. Stand-ins, and tasks that were never started, belong to none.
pub fn flow_attempts<'a>(runs: impl IntoIterator<Item = &'a TaskRun>) -> Vec<u64> {
    let counts = runs.into_iter().map(|run| run.flow_run_run_count);
    counts
        .filter(|count| *count > 0)
        .collect::<SortedSet<_>>()
        .into_vec()
}

/// Two functions of one name are shown with the end of their keys.
fn tell_apart(steps: &mut [Step]) {
    let mut names: Vec<String> = steps.iter().map(|step| step.name.clone()).collect();
    sort(&mut names);
    let twice = names.windows(2).filter_map(|pair| match pair {
        [one, other] if one == other => Some(one.clone()),
        _ => None,
    });
    let twice: HashSet<String> = twice.collect();
    for step in steps {
        step.shown = match twice.contains(&step.name) {
            false => step.name.clone(),
            true => {
                let mark = step.key.get(step.name.len()..).unwrap_or_default();
                match mark.trim_start_matches('-') {
                    "" => step.key.to_string(),
                    mark => format!("{} ({mark})", step.name),
                }
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check_name(key: &str, expected: &str) {
        assert_eq!(step_name(key), expected);
    }

    #[test]
    fn a_step_is_named_by_its_function() {
        check_name("temperature-7f487b7b", "temperature");
        check_name("temperature-unknown", "temperature");
        check_name("__main__.Callable", "__main__.Callable");
        check_name("etl-load", "etl-load");
        check_name("-7f487b7b", "-7f487b7b");
        check_name("größe-7f487b7b", "größe");
        check_name("", "");
    }

    fn run(id: &str, key: &str, at: i64) -> TaskRun {
        let mut run = TaskRun::bare(Id::of(id).unwrap());
        run.task_key = key.into();
        run.course.expected_start = Some(Moment(at));
        run
    }

    #[track_caller]
    fn check(runs: &[(&str, &str, i64)], expected: &[(&str, &[&str])]) {
        let runs: Vec<TaskRun> = runs.iter().map(|(id, key, at)| run(id, key, *at)).collect();
        let runs: Vec<&TaskRun> = runs.iter().collect();
        let steps = steps(&runs, &HashMap::new());
        let found: Vec<(&str, Vec<String>)> = steps
            .iter()
            .map(|step| {
                let ids = step.tasks.iter().map(|task| runs[task.at].id.to_string());
                (step.shown.as_str(), ids.collect())
            })
            .collect();
        let expected: Vec<(&str, Vec<String>)> = expected
            .iter()
            .map(|(name, ids)| (*name, ids.iter().map(|id| (*id).to_owned()).collect()))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn runs_of_one_key_are_a_step() {
        check(
            &[
                ("c", "f-00000001", 5),
                ("a", "f-00000001", 7),
                ("b", "g-00000002", 1),
            ],
            &[("g", &["b"]), ("f", &["a", "c"])],
        );
        check(
            &[("a", "f-00000001", 1), ("b", "f-unknown", 2), ("c", "f", 3)],
            &[
                ("f (00000001)", &["a"]),
                ("f (unknown)", &["b"]),
                ("f", &["c"]),
            ],
        );
        check(&[], &[]);
    }

    #[test]
    fn a_stand_in_is_known_by_its_state_or_by_the_run_that_it_stands_for() {
        let mut flow_run = FlowRun::bare(Id::of("child").unwrap());
        flow_run.parent_task_run_id = Id::of("stand-in");
        let known = stand_ins([&flow_run]);
        assert_eq!(subflow(&run("stand-in", "f", 1), &known), Id::of("child"));
        assert_eq!(subflow(&run("task", "f", 1), &known), None);
    }

    proptest! {
        #[test]
        fn no_two_steps_are_shown_alike(keys in prop::collection::hash_set("[ab](-[0-9a-f]{8}|-unknown|-x|)", 0..6)) {
            let runs: Vec<TaskRun> = keys.iter().map(|key| run(key, key, 0)).collect();
            let runs: Vec<&TaskRun> = runs.iter().collect();
            let steps = steps(&runs, &HashMap::new());
            let shown: HashSet<&str> = steps.iter().map(|step| step.shown.as_str()).collect();
            prop_assert_eq!(shown.len(), keys.len());
        }
    }
}
