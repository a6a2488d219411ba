//! What went wrong in a try, out of the state that ended it and the rows of its log.
//!
//! The message of a state holds the type and the text of an exception; tracebacks are in the
//! log alone (`prefect/task_engine.py`, `handle_exception`, 3.9.1).

use super::super::records::Log;
use super::{Attempt, is_tried_again};
use crate::model::AttemptNumber;

/// How such rows begin.
const FAILED: &str = "Task run failed with exception: ";
const FLOW_FAILED: &str = "Encountered exception during execution: ";
/// Of a task that returned a state which says so.
const FAILED_STATE: &str = "Task run failed with state: ";

/// The try, from 0, of which a row says that it failed and is followed by another:
/// `Task run failed with exception: … - Retry 1/2 will start immediately`.
pub(super) fn retried(message: &str) -> Option<AttemptNumber> {
    let beginnings = [FAILED, FAILED_STATE];
    let rest = beginnings
        .iter()
        .find_map(|start| message.strip_prefix(start))?;
    // The text of an exception may hold anything, and comes before.
    let (_, tail) = rest.rsplit_once(" - Retry ")?;
    let (number, tail) = tail.split_once('/')?;
    let (of, tail) = tail.split_once(' ')?;
    let is_number = !of.is_empty() && of.bytes().all(|byte| byte.is_ascii_digit());
    let is_retry = is_number && tail.starts_with("will start ");
    let number: AttemptNumber = number.parse().ok().filter(|_| is_retry)?;
    number.checked_sub(1)
}

/// What went wrong in a try.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failure {
    /// `ValueError`; nothing where no exception is named.
    pub class: Option<String>,
    pub text: String,
    /// As Python printed it, with its causes.
    pub traceback: Option<String>,
}

/// What went wrong in a try: what the state says that ended it, else what its rows say.
/// `None` where nothing says that anything did.
pub fn failure<'a>(attempt: &Attempt, rows: impl IntoIterator<Item = &'a Log>) -> Option<Failure> {
    let is_failure = attempt
        .end
        .is_some_and(|end| end.is_failure() || is_tried_again(end));
    if !is_failure {
        return None;
    }
    let mut told = None;
    let mut traceback = None;
    for row in rows {
        let Some(found) = of_row(&row.message) else {
            continue;
        };
        traceback = found.traceback.clone().or(traceback);
        told = Some(found);
    }
    let of_state = attempt.message.as_deref().filter(|text| !text.is_empty());
    let mut failure = match (of_state.map(of_message), told) {
        // A time-out says less than its exception.
        (Some(found), told) if found.class.is_some() || told.is_none() => found,
        (Some(found), Some(told)) => Failure {
            class: told.class,
            ..found
        },
        (_, told) => told.unwrap_or_default(),
    };
    failure.traceback = traceback;
    Some(failure)
}

/// Of the message of a state: `Task run encountered an exception ValueError: no sensor`,
/// `Flow run encountered an exception: RuntimeError: …` (`prefect/states.py`,
/// `exception_to_failed_state`).
pub(super) fn of_message(message: &str) -> Failure {
    const BEGINNINGS: [&str; 2] = [
        "Task run encountered an exception",
        "Flow run encountered an exception",
    ];
    let rest = BEGINNINGS
        .iter()
        .find_map(|start| message.strip_prefix(start));
    let Some(rest) = rest else {
        return Failure {
            text: message.to_owned(),
            ..Failure::default()
        };
    };
    let rest = rest.trim_start_matches(':').trim();
    match rest.split_once(": ") {
        Some((class, text)) if is_class(class) => Failure {
            class: Some(class.to_owned()),
            text: text.to_owned(),
            traceback: None,
        },
        _ => match rest.strip_suffix(':').filter(|class| is_class(class)) {
            Some(class) => Failure {
                class: Some(class.to_owned()),
                ..Failure::default()
            },
            None => Failure {
                text: rest.to_owned(),
                ..Failure::default()
            },
        },
    }
}

/// Of a row that tells an exception: `… : ValueError('no sensor')`, a retry or not, and
/// behind it the traceback.
pub(super) fn of_row(message: &str) -> Option<Failure> {
    let is_state = message.starts_with(FAILED_STATE);
    let rest = [FAILED, FLOW_FAILED, FAILED_STATE]
        .iter()
        .find_map(|start| message.strip_prefix(start))?;
    // How Python prints that there is no exception to print.
    let rest = rest.strip_suffix("\nNoneType: None").unwrap_or(rest);
    const BEGIN: &str = "\nTraceback (most recent call last):";
    // Causes come first and have a traceback of their own.
    const ROOTS: [&str; 2] = [BEGIN, "\n  + Exception Group Traceback"];
    let begins = ROOTS.iter().filter_map(|root| rest.find(root)).min();
    let (head, traceback) = match begins.and_then(|at| rest.split_at_checked(at)) {
        Some((head, traceback)) => (head, Some(traceback.trim_start_matches('\n').to_owned())),
        None => (rest, None),
    };
    let exhausted = head.strip_suffix(" - Retries are exhausted");
    let again = head
        .rsplit_once(" - Retry ")
        .filter(|_| retried(message).is_some());
    let head = exhausted.or(again.map(|(head, _)| head)).unwrap_or(head);
    let (class, text) = match head.split_once('(') {
        Some((class, text)) if !is_state && is_class(class) => {
            (Some(class.to_owned()), argument(text))
        }
        _ => (None, head.to_owned()),
    };
    Some(Failure {
        class,
        text,
        traceback,
    })
}

/// The one text that an exception was made with, else its arguments as they are printed.
fn argument(arguments: &str) -> String {
    let inner = arguments.strip_suffix(')').unwrap_or(arguments);
    for quote in ['\'', '"'] {
        let text = inner
            .strip_prefix(quote)
            .and_then(|text| text.strip_suffix(quote));
        if let Some(text) = text.filter(|text| !text.contains(['\\', quote])) {
            return text.to_owned();
        }
    }
    inner.to_owned()
}

fn is_class(text: &str) -> bool {
    let is_letter = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.');
    let first = text.chars().next();
    first.is_some_and(|first| first.is_alphabetic() || first == '_') && text.chars().all(is_letter)
}
