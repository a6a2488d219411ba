//! How each option is told: one function for each.

use super::super::names::step_name;
use super::super::records::{
    AssetEvent, AssetEventKind, Log, RetryDelay, Serializer, StateType, StoredResult, TaskRun,
};
use super::super::state::StateKind;
use super::{Facts, Known};
use crate::counts;

/// What is told of one option.
pub(super) type Told = (Known, Option<String>);

pub(super) const NOT_RECORDED: Told = (Known::NotRecorded, None);

pub(super) fn recorded(value: impl Into<String>) -> Told {
    (Known::Recorded, Some(value.into()))
}

pub(super) fn inferred(from: &'static str, value: impl Into<String>) -> Told {
    (Known::Inferred { from }, Some(value.into()))
}

pub(super) fn kind_of(run: &TaskRun) -> Option<StateKind> {
    run.course.state.as_ref().map(StateKind::of_state)
}

pub(super) fn stored_of(run: &TaskRun) -> Option<&StoredResult> {
    run.course.state.as_ref()?.result.as_deref()
}

pub(super) fn state(facts: &Facts<'_>) -> Option<StateKind> {
    kind_of(facts.run)
}

pub(super) fn stored<'a>(facts: &Facts<'a>) -> Option<&'a StoredResult> {
    stored_of(facts.run)
}

fn is_stand_in(run: &TaskRun) -> bool {
    let state = run.course.state.as_ref();
    state.is_some_and(|state| state.child_flow_run().is_some())
}

/// The name that a run in a flow has by default: the task's, `-`, and the first of its dynamic
/// key (`prefect/task_engine.py`, `prefect/tasks.py`, `create_run`). That of a stand-in is the
/// name of a flow.
pub(super) fn default_name(run: &TaskRun) -> Option<&str> {
    let key = run.dynamic_key.as_deref().filter(|_| !is_stand_in(run))?;
    let whole = run
        .name
        .strip_suffix(key)
        .and_then(|name| name.strip_suffix('-'));
    if let Some(name) = whole.filter(|name| !name.is_empty()) {
        return Some(name);
    }
    let (name, mark) = run.name.rsplit_once('-')?;
    let is_mark = mark.len() == 3 && key.starts_with(mark);
    (is_mark && !name.is_empty()).then_some(name)
}

const BY_NAME: &str = "the name of the run, which is the one that runs have by default";

pub(super) fn name(facts: &Facts<'_>) -> Told {
    match default_name(facts.run) {
        Some(name) => inferred(BY_NAME, name),
        // A run outside of flows has no more than it.
        None if *facts.run.name == *step_name(&facts.run.task_key) => inferred(
            "the name of the run, which is its function's",
            &*facts.run.name,
        ),
        None => NOT_RECORDED,
    }
}

pub(super) fn tags(facts: &Facts<'_>) -> Told {
    match facts.run.tags.as_slice() {
        [] => recorded("none"),
        tags => recorded(tags.join(", ")),
    }
}

pub(super) fn version(facts: &Facts<'_>) -> Told {
    recorded(facts.run.task_version.as_deref().unwrap_or("none"))
}

pub(super) fn cache_policy(facts: &Facts<'_>) -> Told {
    match state(facts) {
        Some(StateKind::Cached) => inferred(
            "the state Cached",
            "one by which the result of an earlier run was found",
        ),
        _ => NOT_RECORDED,
    }
}

pub(super) fn cache_key(facts: &Facts<'_>) -> Told {
    let recorded_key = facts.run.cache_key.as_deref();
    if let Some(key) = recorded_key {
        return recorded(key);
    }
    let key = stored(facts).and_then(|stored| stored.storage_key.as_deref());
    match key.map(|key| key.rsplit(['/', '\\']).next().unwrap_or(key)) {
        Some(key) => inferred(
            "the last part of the storage key, unless that was given a name of its own",
            key,
        ),
        None => NOT_RECORDED,
    }
}

pub(super) fn cache_expiration(facts: &Facts<'_>) -> Told {
    match (facts.run.course.state.as_ref(), stored(facts)) {
        (_, Some(stored)) => match stored.expiration.and_then(|at| at.iso(3)) {
            Some(at) => recorded(format!("until {at}")),
            None => recorded("never expires"),
        },
        _ => NOT_RECORDED,
    }
}

pub(super) fn refresh_cache(facts: &Facts<'_>) -> Told {
    let state = facts.run.course.state.as_ref();
    let details = state.and_then(|state| state.details.as_ref());
    match details.and_then(|details| details.refresh_cache) {
        Some(true) => recorded("yes"),
        Some(false) => recorded("no"),
        None => NOT_RECORDED,
    }
}

pub(super) fn task_run_name(facts: &Facts<'_>) -> Told {
    match default_name(facts.run) {
        Some(_) => inferred(BY_NAME, "none"),
        None if *facts.run.name == *step_name(&facts.run.task_key) => NOT_RECORDED,
        // The stand-in of a subflow is named by Prefect; a run outside of flows has the name
        // of its task, whatever that is.
        None if is_stand_in(facts.run) || facts.run.flow_run_id.is_none() => NOT_RECORDED,
        None => inferred(
            "the name of the run, which is none that runs have by default",
            format!("one that gave {}", facts.run.name),
        ),
    }
}

pub(super) fn retries(facts: &Facts<'_>) -> Told {
    match facts.run.policy.retries {
        Some(0) => recorded("none"),
        Some(retries) => recorded(counts::counted(retries, "retry", "retries")),
        None => NOT_RECORDED,
    }
}

pub(super) fn retry_delay(facts: &Facts<'_>) -> Told {
    let waits = facts.attempts.list.iter().filter_map(|attempt| {
        let wait = attempt
            .wait
            .as_ref()
            .filter(|wait| wait.kind == StateKind::AwaitingRetry)?;
        let length = wait.due?.checked_since(wait.from?)?;
        Some(format!("{:.3} s", length.0 as f64 / 1e6))
    });
    let waits: Vec<String> = waits.collect();
    let plain = match &facts.run.policy.delay {
        RetryDelay::NotRecorded => return NOT_RECORDED,
        RetryDelay::Each(0.0) => "none".to_owned(),
        RetryDelay::Each(each) => format!("{each} s"),
        RetryDelay::Listed(list) => {
            let list: Vec<String> = list.iter().map(|one| format!("{one} s")).collect();
            list.join(", then ")
        }
    };
    recorded(match waits.as_slice() {
        [] => plain,
        waits => format!("{plain} (due after {})", waits.join(", ")),
    })
}

pub(super) fn jitter(facts: &Facts<'_>) -> Told {
    match (facts.run.policy.jitter, facts.run.policy.retries) {
        (Some(factor), _) => recorded(factor.to_string()),
        (None, Some(_)) => recorded("none"),
        (None, None) => NOT_RECORDED,
    }
}

pub(super) fn retry_condition(facts: &Facts<'_>) -> Told {
    let retries = facts.run.policy.retries.unwrap_or_default();
    let has_left = facts.run.course.run_count <= retries && retries > 0;
    match state(facts) {
        Some(StateKind::Failed) if has_left => inferred(
            "retries that were left when it failed",
            "perhaps one that refused to try again",
        ),
        _ => NOT_RECORDED,
    }
}

pub(super) fn persist_result(facts: &Facts<'_>) -> Told {
    match (stored(facts), state(facts)) {
        (Some(_), _) => recorded("yes"),
        (None, Some(StateKind::Completed | StateKind::Failed)) => {
            inferred("a final state without a result", "no")
        }
        _ => NOT_RECORDED,
    }
}

pub(super) fn result_storage(facts: &Facts<'_>) -> Told {
    let Some(stored) = stored(facts) else {
        return NOT_RECORDED;
    };
    if let Some(block) = &stored.storage_block_id {
        return recorded(format!("the block {block}"));
    }
    let key = stored.storage_key.as_deref().unwrap_or_default();
    match key.rfind(['/', '\\']).and_then(|at| key.get(..at)) {
        Some(folder) if !folder.is_empty() => inferred(
            "the path of the storage key",
            format!("the folder {folder}"),
        ),
        _ => NOT_RECORDED,
    }
}

pub(super) fn result_storage_key(facts: &Facts<'_>) -> Told {
    match stored(facts).and_then(|stored| stored.storage_key.as_deref()) {
        Some(key) => recorded(key),
        None => NOT_RECORDED,
    }
}

pub(super) fn result_serializer(facts: &Facts<'_>) -> Told {
    let in_file = facts.in_file.and_then(|stored| stored.serializer.as_ref());
    let in_state = stored(facts).and_then(|stored| stored.serializer.as_ref());
    match in_file.or(in_state) {
        Some(serializer) => recorded(words_of(serializer)),
        None => NOT_RECORDED,
    }
}

/// `pickle by cloudpickle`, `compressed: json packed by lzma`.
pub fn words_of(serializer: &Serializer) -> String {
    let by = |word: &Option<super::super::id::Word>| match word {
        Some(word) => format!(" by {word}"),
        None => String::new(),
    };
    match &serializer.inner {
        Some(inner) => format!(
            "{}: {} packed{}",
            serializer.kind,
            words_of(inner),
            by(&serializer.compression)
        ),
        None => match (&serializer.library, &serializer.compression) {
            (Some(library), _) if **library != *serializer.kind => {
                format!("{} by {library}", serializer.kind)
            }
            (_, compression @ Some(_)) => format!("{}, packed{}", serializer.kind, by(compression)),
            _ => serializer.kind.to_string(),
        },
    }
}

pub(super) fn timeout(facts: &Facts<'_>) -> Told {
    if state(facts) != Some(StateKind::TimedOut) {
        return NOT_RECORDED;
    }
    let message = facts
        .run
        .course
        .state
        .as_ref()
        .and_then(|state| state.message.as_deref());
    let seconds = message.and_then(|message| {
        let (_, rest) = message.rsplit_once("timeout of ")?;
        let (number, _) = rest.split_once(" second")?;
        number.trim().parse::<f64>().ok()
    });
    match seconds {
        Some(seconds) => inferred("the message of the state TimedOut", format!("{seconds} s")),
        // A time-out of something that it called.
        None => NOT_RECORDED,
    }
}

/// What comes in the rows that begin so, without quotes.
pub(super) fn told_by<'a>(
    logs: &'a [&'a Log],
    beginning: &'a str,
) -> impl Iterator<Item = &'a str> {
    logs.iter()
        .filter_map(move |log| log.message.strip_prefix(beginning))
}

/// The text within the first quotes.
pub(super) fn quoted(text: &str) -> Option<(&str, &str)> {
    let quote = text
        .chars()
        .next()
        .filter(|one| matches!(one, '\'' | '"'))?;
    text.get(1..)?.split_once(quote)
}

const BY_LOG: &str = "rows of its log";

/// What hooks are called for.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Entering {
    Completed,
    Failed,
    Running,
}

impl Entering {
    /// By the name of a state, as far as that is one that Prefect gives; else by the state
    /// that the run is in, if that has the name.
    fn of(name: &str, facts: &Facts<'_>) -> Option<Self> {
        Some(match name {
            "Completed" | "Cached" => Self::Completed,
            "Failed" | "TimedOut" => Self::Failed,
            "Running" | "Retrying" => Self::Running,
            _ => {
                let state = facts.run.course.state.as_ref();
                match state.filter(|state| &*state.name == name)?.kind {
                    StateType::Completed => Self::Completed,
                    StateType::Failed => Self::Failed,
                    StateType::Running => Self::Running,
                    _ => return None,
                }
            }
        })
    }
}

pub(super) fn hooks(facts: &Facts<'_>, meant: Entering) -> Told {
    let hooks = told_by(facts.logs, "Running hook ").filter_map(|rest| {
        let (hook, rest) = quoted(rest)?;
        let (_, rest) = rest.split_once("entering state ")?;
        let (entered, _) = quoted(rest)?;
        (Entering::of(entered, facts) == Some(meant)).then_some(hook)
    });
    named(hooks)
}

pub(super) fn transaction_hooks(facts: &Facts<'_>, beginning: &str) -> Told {
    named(told_by(facts.logs, beginning).filter_map(|rest| Some(quoted(rest)?.0)))
}

pub(super) fn named<'a>(hooks: impl Iterator<Item = &'a str>) -> Told {
    let mut names: Vec<&str> = Vec::new();
    for hook in hooks {
        if !names.contains(&hook) {
            names.push(hook);
        }
    }
    match names.is_empty() {
        true => NOT_RECORDED,
        false => inferred(BY_LOG, names.join(", ")),
    }
}

pub(super) fn listed<'a>(assets: impl Iterator<Item = &'a str>) -> Told {
    let mut names: Vec<&str> = Vec::new();
    for asset in assets {
        if !names.contains(&asset) {
            names.push(asset);
        }
    }
    match names.is_empty() {
        true => NOT_RECORDED,
        false => recorded(names.join(", ")),
    }
}

pub(super) fn asset_deps(facts: &Facts<'_>) -> Told {
    let of_event = |event: &'_ &AssetEvent| event.kind == AssetEventKind::Referenced;
    let read = facts
        .events
        .iter()
        .filter(|event| of_event(event))
        .map(|event| event.asset.as_str());
    let upstream = facts
        .events
        .iter()
        .flat_map(|event| event.upstream.iter().map(String::as_str));
    match listed(read.chain(upstream)) {
        (Known::Recorded, assets) => {
            let from = "the upstream assets of its events, those that came to it through other tasks among them";
            (Known::Inferred { from }, assets)
        }
        told => told,
    }
}

pub(super) fn assets(facts: &Facts<'_>) -> Told {
    let made = facts
        .events
        .iter()
        .filter(|event| event.kind != AssetEventKind::Referenced);
    listed(made.map(|event| event.asset.as_str()))
}

pub(super) fn by(facts: &Facts<'_>) -> Told {
    listed(facts.events.iter().filter_map(|event| event.by.as_deref()))
}

pub(super) fn called(facts: &Facts<'_>) -> Told {
    let state = facts.run.course.state.as_ref();
    let is_deferred = state
        .and_then(|state| state.details.as_ref())
        .is_some_and(|details| details.deferred);
    match (is_deferred, &facts.run.flow_run_id, facts.siblings) {
        (true, _, _) => recorded("deferred, by delay"),
        (_, None, _) => inferred("a task run without a flow run", "outside of a flow"),
        (_, _, 2..) => inferred(
            "the runs of its step",
            format!("{} times in this run", counts::count(facts.siblings as u64)),
        ),
        _ => NOT_RECORDED,
    }
}
