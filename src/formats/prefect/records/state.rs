//! A state, and the histories of them.

use super::super::id::{Id, Word};
use super::super::json::{Json, Kind};
use super::super::pages::Item;
use super::super::reading::{Reading, Record};
use crate::model::Moment;
use crate::sorting::sort_by_key;
use std::collections::HashMap;

/// What a run was in from a moment on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    pub kind: StateType,
    /// Any text: only the types are fixed.
    pub name: Word,
    pub at: Option<Moment>,
    /// An empty one is not a missing one.
    pub message: Option<Box<str>>,
    pub result: Option<Box<StoredResult>>,
    pub details: Option<Box<Details>>,
    /// Only its type and name are known, from the run that is in it.
    pub(super) is_bare: bool,
}

/// The nine types (`prefect/client/schemas/objects.py`, `StateType`).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum StateType {
    Scheduled,
    Pending,
    Running,
    Completed,
    Failed,
    Cancelled,
    Cancelling,
    Crashed,
    Paused,
    /// One that a newer release may have.
    Other(Word),
}

impl StateType {
    pub fn of(word: Word) -> Self {
        match &*word {
            "SCHEDULED" => Self::Scheduled,
            "PENDING" => Self::Pending,
            "RUNNING" => Self::Running,
            "COMPLETED" => Self::Completed,
            "FAILED" => Self::Failed,
            "CANCELLED" => Self::Cancelled,
            "CANCELLING" => Self::Cancelling,
            "CRASHED" => Self::Crashed,
            "PAUSED" => Self::Paused,
            _ => Self::Other(word),
        }
    }

    pub fn word(&self) -> &str {
        match self {
            Self::Scheduled => "SCHEDULED",
            Self::Pending => "PENDING",
            Self::Running => "RUNNING",
            Self::Completed => "COMPLETED",
            Self::Failed => "FAILED",
            Self::Cancelled => "CANCELLED",
            Self::Cancelling => "CANCELLING",
            Self::Crashed => "CRASHED",
            Self::Paused => "PAUSED",
            Self::Other(word) => word,
        }
    }

    /// Whether a run in it has come to its end (`prefect/client/schemas/objects.py`, `TERMINAL_STATES`).
    pub fn is_final(&self) -> bool {
        matches!(
            self,
            Self::Completed | Self::Failed | Self::Cancelled | Self::Crashed
        )
    }
}

impl State {
    /// Of which only the type and the name are known.
    pub fn named(kind: StateType, name: Word) -> Self {
        Self {
            kind,
            name,
            is_bare: false,
            ..Self::bare()
        }
    }

    pub(super) fn bare() -> Self {
        Self {
            kind: StateType::Other("".into()),
            name: "".into(),
            at: None,
            message: None,
            result: None,
            details: None,
            is_bare: true,
        }
    }

    /// When what it announces is due (`AwaitingRetry`, `Scheduled`).
    pub fn due(&self) -> Option<Moment> {
        self.details.as_ref()?.scheduled
    }

    /// The run of a subflow that this state of its stand-in mirrors.
    pub fn child_flow_run(&self) -> Option<&Id> {
        self.details.as_ref()?.child_flow_run_id.as_ref()
    }
}

/// `state_details`, as far as it says anything: most of it is null, and the two ids of the
/// run are where the state hangs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Details {
    pub child_flow_run_id: Option<Id>,
    pub scheduled: Option<Moment>,
    pub pause_timeout: Option<Moment>,
    pub pause_key: Option<Box<str>>,
    pub deferred: bool,
    /// Its result is a value whose further way nobody can follow.
    pub untrackable_result: bool,
    pub task_parameters_id: Option<Id>,
    pub cache_key: Option<Box<str>>,
    pub cache_expiration: Option<Moment>,
    pub refresh_cache: Option<bool>,
    pub retriable: Option<bool>,
    pub traceparent: Option<Box<str>>,
}

/// `data` of a state: which file a result went to, and how
/// (`prefect/_internal/result_records.py`, `ResultRecordMetadata`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoredResult {
    pub storage_key: Option<Box<str>>,
    pub expiration: Option<Moment>,
    pub serializer: Option<Serializer>,
    pub prefect_version: Option<Word>,
    pub storage_block_id: Option<Id>,
}

/// How a value became bytes (`prefect/serializers.py`). States of task runs keep no more of
/// it than its type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Serializer {
    pub kind: Word,
    /// What was packed, where bytes are packed.
    pub inner: Option<Box<Serializer>>,
    /// The Python module that packed them.
    pub compression: Option<Word>,
    /// The Python module that pickles, or writes JSON.
    pub library: Option<Word>,
}

/// Serializers in serializers: Prefect itself has one level.
const DEEPEST: usize = 4;

/// Reads a serializer; `None` for what names none.
pub fn read_serializer(value: &Json<'_>, reading: &mut Reading<'_>) -> Option<Serializer> {
    serializer(value, reading, DEEPEST)
}

fn serializer(value: &Json<'_>, reading: &mut Reading<'_>, deepest: usize) -> Option<Serializer> {
    // Written short: its type alone.
    if let Some(kind) = value.text() {
        return Some(Serializer {
            kind: reading.words_of(&kind),
            ..Serializer::default()
        });
    }
    let mut found = Serializer::default();
    let mut is_named = false;
    for (name, value) in reading.object("serializer", value) {
        match &*name {
            "type" => {
                if let Some(kind) = reading.word(&name, &value) {
                    found.kind = kind;
                    is_named = true;
                }
            }
            "serializer" if deepest > 0 => {
                found.inner = serializer(&value, reading, deepest - 1).map(Box::new);
            }
            "compressionlib" => found.compression = reading.word(&name, &value),
            "picklelib" | "jsonlib" => found.library = reading.word(&name, &value),
            _ => {}
        }
    }
    is_named.then_some(found)
}

/// Reads the column or field `data`. Anything but the record of a stored result is none: an
/// older release put the value itself there.
pub fn read_result(value: &Json<'_>, reading: &mut Reading<'_>) -> Option<StoredResult> {
    if value.kind() != Kind::Object {
        return None;
    }
    let mut found = StoredResult::default();
    let mut says_anything = false;
    for (name, value) in reading.object("data", value) {
        match &*name {
            "storage_key" => {
                found.storage_key = reading.text(&name, &value).map(Into::into);
                says_anything |= found.storage_key.is_some();
            }
            "expiration" => found.expiration = reading.moment(&name, &value),
            "serializer" => {
                found.serializer = read_serializer(&value, reading);
                says_anything |= found.serializer.is_some();
            }
            "prefect_version" => found.prefect_version = reading.word(&name, &value),
            "storage_block_id" => found.storage_block_id = reading.id(&name, &value),
            _ => {}
        }
    }
    says_anything.then_some(found)
}

/// What `state_details` says, and the run that it names.
pub fn read_details(value: &Json<'_>, reading: &mut Reading<'_>) -> (Option<Details>, Option<Id>) {
    let mut found = Details::default();
    let (mut flow_run, mut task_run) = (None, None);
    for (name, value) in reading.object("state_details", value) {
        if value.is_null() {
            continue;
        }
        match &*name {
            "flow_run_id" => flow_run = reading.id(&name, &value),
            "task_run_id" => task_run = reading.id(&name, &value),
            "child_flow_run_id" => found.child_flow_run_id = reading.id(&name, &value),
            "scheduled_time" => found.scheduled = reading.moment(&name, &value),
            "pause_timeout" => found.pause_timeout = reading.moment(&name, &value),
            "pause_key" => found.pause_key = reading.text(&name, &value).map(Into::into),
            "deferred" => found.deferred = reading.truth(&name, &value).unwrap_or_default(),
            "untrackable_result" => {
                found.untrackable_result = reading.truth(&name, &value).unwrap_or_default();
            }
            "task_parameters_id" => found.task_parameters_id = reading.id(&name, &value),
            "cache_key" => found.cache_key = reading.text(&name, &value).map(Into::into),
            "cache_expiration" => found.cache_expiration = reading.moment(&name, &value),
            "refresh_cache" => found.refresh_cache = reading.truth(&name, &value),
            "retriable" => found.retriable = reading.truth(&name, &value),
            "traceparent" => found.traceparent = reading.text(&name, &value).map(Into::into),
            _ => {}
        }
    }
    let says_anything = found != Details::default();
    (says_anything.then_some(found), task_run.or(flow_run))
}

/// A state and the run that it names, if it does. `None` for what has no type.
pub(super) fn read_state(
    value: &Json<'_>,
    reading: &mut Reading<'_>,
) -> Option<(State, Option<Id>)> {
    let mut kind = None;
    let mut state = State {
        is_bare: false,
        ..State::bare()
    };
    let mut of = None;
    for (name, value) in reading.fields(value) {
        match &*name {
            "type" => kind = reading.word(&name, &value),
            "name" => state.name = reading.word(&name, &value).unwrap_or_else(|| "".into()),
            "timestamp" => state.at = reading.moment(&name, &value),
            "message" => state.message = reading.text(&name, &value).map(Into::into),
            "data" => state.result = read_result(&value, reading).map(Box::new),
            "state_details" => {
                let (details, run) = read_details(&value, reading);
                state.details = details.map(Box::new);
                of = run;
            }
            _ => {}
        }
    }
    let Some(kind) = kind else {
        if value.kind() == Kind::Object {
            let what = "A state has no type.".to_owned();
            reading.tell(value.at(), what, "It is left out.");
        }
        return None;
    };
    if state.name.is_empty() {
        state.name = capitalised(&kind, reading);
    }
    state.kind = StateType::of(kind);
    Some((state, of))
}

/// The name that Prefect gives a state which has none: its type, capitalised.
fn capitalised(kind: &str, reading: &mut Reading<'_>) -> Word {
    let mut letters = kind.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    let rest = letters.as_str().to_lowercase();
    reading.words_of(&format!("{}{rest}", first.unwrap_or_default()))
}

/// States of one run, as many as one entry of a file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatesOfRun {
    pub run: Id,
    pub states: Vec<State>,
}

impl Record for StatesOfRun {
    const NOUN: &'static str = "state";
    const BY_RUN: bool = true;

    fn read(item: &Item<'_>, reading: &mut Reading<'_>) -> Option<Self> {
        let Some(run) = &item.of else {
            // One answer of `GET /task_run_states/`: the state tells the run.
            let (state, run) = read_state(&item.value, reading)?;
            let Some(run) = run else {
                let what = "A state names no run.".to_owned();
                reading.tell(item.value.at(), what, "It is left out.");
                return None;
            };
            return Some(Self {
                run,
                states: vec![state],
            });
        };
        let run = Id::of(run)?;
        let items = reading.list("states", &item.value);
        let states = items.iter().filter_map(|item| read_state(item, reading));
        let states = states.map(|(state, _)| state).collect();
        Some(Self { run, states })
    }
}

/// The states of every run, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Histories(HashMap<Id, Vec<State>>);

impl Histories {
    /// Adds states. Once all are added, [`Histories::finish`] puts them in order.
    pub fn add(&mut self, of: StatesOfRun) {
        let known = self.0.entry(of.run).or_default();
        match known.is_empty() {
            true => *known = of.states,
            false => known.extend(of.states),
        }
    }

    /// Puts the states of every run in the order of their times; of those that were added
    /// twice one stays.
    pub fn finish(&mut self) {
        self.0.values_mut().for_each(|states| {
            // A state without a time stays behind the one that it came after.
            let mut last = None;
            let times = states.iter().map(|state| {
                last = state.at.or(last);
                last
            });
            if !times.is_sorted() {
                sort_by_key(states, |state| state.at);
            }
            states.dedup();
        });
    }

    /// Nothing where no state of the run is recorded.
    pub fn of(&self, run: &Id) -> &[State] {
        self.0.get(run).map(Vec::as_slice).unwrap_or_default()
    }

    /// How many runs have one.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
