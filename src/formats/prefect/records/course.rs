//! What flow runs and task runs have in common: their times, how often they were started,
//! and what was agreed on trying again.

use super::super::json::{Json, Kind};
use super::super::reading::Reading;
use super::state::read_state;
use super::{State, StateType};
use crate::model::{Moment, Span};

/// How a run went, as it says itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Course {
    pub created: Option<Moment>,
    pub updated: Option<Moment>,
    pub expected_start: Option<Moment>,
    pub next_scheduled_start: Option<Moment>,
    /// The first start.
    pub started: Option<Moment>,
    /// The last end; of a task run that was rolled back, the end of that.
    pub ended: Option<Moment>,
    /// All attempts together, without the waits between them.
    pub total_run_time: Option<Span>,
    pub run_count: u64,
    /// The state that it is in. Where only its type and name are told, it has no time.
    pub state: Option<State>,
}

impl Course {
    /// Reads a field that both kinds of runs have; `false` for any other.
    pub(super) fn read(&mut self, name: &str, value: &Json<'_>, reading: &mut Reading<'_>) -> bool {
        match name {
            "created" => self.created = reading.moment(name, value),
            "updated" => self.updated = reading.moment(name, value),
            "expected_start_time" => self.expected_start = reading.moment(name, value),
            "next_scheduled_start_time" => {
                self.next_scheduled_start = reading.moment(name, value);
            }
            "start_time" => self.started = reading.moment(name, value),
            "end_time" => self.ended = reading.moment(name, value),
            "total_run_time" => self.total_run_time = reading.span(name, value),
            "run_count" => self.run_count = reading.count(name, value).unwrap_or_default(),
            // Fields come in any order: what the state says of itself counts.
            "state" if value.kind() == Kind::Object => {
                let own = read_state(value, reading).map(|(state, _)| state);
                self.state = own.or(self.state.take());
            }
            "state_type" => {
                if let Some(word) = reading.word(name, value)
                    && let Some(state) = self.bare_state()
                {
                    state.kind = StateType::of(word);
                }
            }
            "state_name" => {
                if let Some(word) = reading.word(name, value)
                    && let Some(state) = self.bare_state()
                {
                    state.name = word;
                }
            }
            _ => return false,
        }
        true
    }

    /// Takes the state out of the history, where only its type and its name are known so far.
    pub fn complete(&mut self, history: &[State]) {
        let Some(state) = self.state.as_mut().filter(|state| state.is_bare) else {
            return;
        };
        let is_same = |other: &&State| other.kind == state.kind && other.name == state.name;
        if let Some(found) = history.iter().rev().find(is_same) {
            *state = found.clone();
        }
    }

    /// The state as far as it is told beside the record of it; nothing where that was read.
    fn bare_state(&mut self) -> Option<&mut State> {
        let state = self.state.get_or_insert_with(State::bare);
        state.is_bare.then_some(state)
    }
}

/// `empirical_policy`: what was agreed on trying again (`TaskRunPolicy`, `FlowRunPolicy`).
///
/// `max_retries` and `retry_delay_seconds` in it are always 0 and mean nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Policy {
    pub retries: Option<u64>,
    pub delay: RetryDelay,
    pub jitter: Option<f64>,
    /// Of a flow run that was tried again: `in_process`.
    pub retry_type: Option<Box<str>>,
}

/// How long is waited before the next try, in seconds.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum RetryDelay {
    #[default]
    NotRecorded,
    Each(f64),
    /// One for each retry; a function that told them is kept as what it told.
    Listed(Vec<f64>),
}

/// Reads the column or field `empirical_policy`.
pub fn read_policy(value: &Json<'_>, reading: &mut Reading<'_>) -> Policy {
    let mut policy = Policy::default();
    for (name, value) in reading.object("empirical_policy", value) {
        match &*name {
            "retries" => policy.retries = reading.count(&name, &value),
            "retry_jitter_factor" => policy.jitter = reading.number(&name, &value),
            "retry_type" => policy.retry_type = reading.text(&name, &value).map(Into::into),
            "retry_delay" if value.kind() == Kind::List => {
                let items = reading.list(&name, &value);
                let delays = items.iter().filter_map(|item| reading.number(&name, item));
                policy.delay = RetryDelay::Listed(delays.collect());
            }
            "retry_delay" => {
                let number = reading.number(&name, &value);
                policy.delay = number.map_or(RetryDelay::NotRecorded, RetryDelay::Each);
            }
            _ => {}
        }
    }
    policy
}
