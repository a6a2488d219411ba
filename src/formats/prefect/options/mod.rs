//! The options of a task, as far as anything tells them after its run.
//!
//! Prefect stores few of them as such; more show in what a run left behind, and some nowhere
//! (`prefect/tasks.py`, `Task.__init__`, 3.9.1). Each is told with how it is known, and what
//! nothing tells is not guessed. The log gives the names of hooks
//! (`prefect/task_engine.py`, `call_hooks`; `prefect/transactions.py`). Start with
//! [`options`]; [`reused`] finds whose result was taken.

mod tell;

pub use tell::words_of;

use super::attempts::Attempts;
use super::records::{AssetEvent, Log, StoredResult, TaskRun};
use super::state::StateKind;
use tell::*;

/// An option of a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskOption {
    /// As it is written in the decorator.
    pub name: &'static str,
    pub known: Known,
    /// In plain words; nothing where nothing is known.
    pub value: Option<String>,
    /// What it does, in a sentence.
    pub meaning: &'static str,
}

/// How an option is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// A record says it.
    Recorded,
    /// It follows from something else.
    Inferred {
        from: &'static str,
    },
    NotRecorded,
}

/// What there is to tell options by.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    pub run: &'a TaskRun,
    pub attempts: &'a Attempts,
    /// Its own rows.
    pub logs: &'a [&'a Log],
    /// What the file of the result says, which is more than the state does.
    pub in_file: Option<&'a StoredResult>,
    /// Its events of assets.
    pub events: &'a [&'a AssetEvent],
    /// So many runs of its step are in the run, itself among them.
    pub siblings: usize,
}

/// A function that tells an option.
type Teller = fn(&Facts<'_>) -> Told;

/// In the order of `prefect.task`, what it does not have itself behind.
const OPTIONS: [(&str, Teller, &str); 31] = [
    (
        "name",
        name,
        "What the task is called, instead of its function's name.",
    ),
    (
        "description",
        |_| NOT_RECORDED,
        "A text about the task, by default its docstring.",
    ),
    (
        "tags",
        tags,
        "Words to find it by; those around the call are among them.",
    ),
    ("version", version, "A version that its author gives it."),
    (
        "cache_policy",
        cache_policy,
        "From what the key is made under which a result is found again.",
    ),
    (
        "cache_key_fn",
        |_| NOT_RECORDED,
        "A function that makes that key.",
    ),
    (
        "cache_key",
        cache_key,
        "The key under which this result is found again.",
    ),
    (
        "cache_expiration",
        cache_expiration,
        "How long a result may be taken again.",
    ),
    (
        "refresh_cache",
        refresh_cache,
        "Run though there is a result, and store the new one.",
    ),
    (
        "task_run_name",
        task_run_name,
        "A template for the names of its runs.",
    ),
    (
        "retries",
        retries,
        "How often it is tried again when it fails.",
    ),
    (
        "retry_delay_seconds",
        retry_delay,
        "How long is waited before each retry.",
    ),
    (
        "retry_jitter_factor",
        jitter,
        "How much these waits vary at random, so that retries do not come at once.",
    ),
    (
        "retry_condition_fn",
        retry_condition,
        "A function that decides whether a failure is tried again.",
    ),
    (
        "persist_result",
        persist_result,
        "Whether its result is stored.",
    ),
    (
        "result_storage",
        result_storage,
        "Where its result is stored.",
    ),
    (
        "result_storage_key",
        result_storage_key,
        "The name under which its result is stored.",
    ),
    (
        "result_serializer",
        result_serializer,
        "How its result becomes bytes.",
    ),
    (
        "cache_result_in_memory",
        |_| NOT_RECORDED,
        "Whether its result stays in memory for the tasks that follow.",
    ),
    (
        "timeout_seconds",
        timeout,
        "After how long it is stopped and fails.",
    ),
    (
        "log_prints",
        |_| NOT_RECORDED,
        "Whether what it prints goes to its log; such rows look like any others.",
    ),
    (
        "on_completion",
        |facts| hooks(facts, Entering::Completed),
        "Functions that are called when it completes.",
    ),
    (
        "on_failure",
        |facts| hooks(facts, Entering::Failed),
        "Functions that are called when it fails.",
    ),
    (
        "on_running",
        |facts| hooks(facts, Entering::Running),
        "Functions that are called when it begins to run.",
    ),
    (
        "on_commit",
        |facts| transaction_hooks(facts, "Running commit hook "),
        "Functions that are called when its transaction is committed.",
    ),
    (
        "on_rollback",
        |facts| transaction_hooks(facts, "Running rollback hook "),
        "Functions that are called when its transaction is rolled back.",
    ),
    (
        "viz_return_value",
        |_| NOT_RECORDED,
        "What it gives when only the shape of the flow is drawn.",
    ),
    ("asset_deps", asset_deps, "Assets that it reads."),
    ("assets", assets, "Assets that it makes (`@materialize`)."),
    ("by", by, "The tool that makes these assets."),
    (
        "called by",
        called,
        "How it was called: as a function, by submit, by map, or by delay.",
    ),
];

/// All options of a task, known or not.
pub fn options(facts: &Facts<'_>) -> Vec<TaskOption> {
    let told = OPTIONS.iter().map(|(name, tell, meaning)| {
        let (known, value) = tell(facts);
        TaskOption {
            name,
            known,
            value,
            meaning,
        }
    });
    told.collect()
}

/// What came of the transaction that its result was stored in, where anything tells.
pub fn transaction(facts: &Facts<'_>) -> Option<&'static str> {
    let ran = |beginning| told_by(facts.logs, beginning).next().is_some();
    match state(facts) {
        Some(StateKind::RolledBack) => Some("rolled back"),
        _ if ran("Running rollback hook ") => Some("rolled back"),
        _ if ran("Running commit hook ") => Some("committed"),
        _ => None,
    }
}

/// The run, among those of a source, whose result this one took: the one that stored it.
pub fn reused<'a>(
    run: &TaskRun,
    all: impl IntoIterator<Item = &'a TaskRun>,
) -> Option<&'a TaskRun> {
    let is_cached = |run: &TaskRun| kind_of(run) == Some(StateKind::Cached);
    if !is_cached(run) {
        return None;
    }
    let key = stored_of(run)?.storage_key.as_deref()?;
    let before = |other: &&TaskRun| {
        other.id != run.id
            && !is_cached(other)
            && stored_of(other).and_then(|stored| stored.storage_key.as_deref()) == Some(key)
            // Whoever stored it later stored another result under the same key.
            && (run.course.ended.is_none() || other.course.ended <= run.course.ended)
    };
    all.into_iter()
        .filter(before)
        .max_by_key(|other| other.course.ended)
}

#[cfg(test)]
mod tests;
