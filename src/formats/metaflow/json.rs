//! JSON records that may be empty, cut off or of another shape.

use crate::counts;
use crate::model::{Moment, Place, Problem};
use crate::source::{Bytes, ReadError};
use serde_json::{Map, Value};

/// What a record could not give, collected while reading.
pub type Problems = Vec<Problem>;

/// Parses a record that should be an object. `loses` says what is missing without it.
///
/// `None` when the file is not known yet or of no use; only the latter is a problem.
pub fn object(
    read: Option<Result<&Bytes, &ReadError>>,
    path: &str,
    loses: &str,
    problems: &mut Problems,
) -> Option<Map<String, Value>> {
    let bytes = match read? {
        Ok(bytes) => bytes,
        Err(error) => {
            problems.push(Problem::damage(
                Place::file(path),
                format!("The record cannot be read: {error}"),
                loses,
            ));
            return None;
        }
    };
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(map)) => Some(map),
        Ok(other) => {
            let what = format!(
                "The record should be a JSON object and is {}.",
                kind_of(&other)
            );
            problems.push(Problem::damage(Place::file(path), what, loses));
            None
        }
        Err(_) if bytes.is_empty() => {
            problems.push(Problem::damage(
                Place::file(path),
                "The record is empty (0 bytes).",
                loses,
            ));
            None
        }
        Err(error) => {
            let offset = offset_of(bytes, error.line(), error.column());
            let what = if error.is_eof() {
                format!(
                    "The record ends in the middle, after {}.",
                    counts::bytes(bytes.len() as u64)
                )
            } else {
                "The record is not JSON from here on.".to_owned()
            };
            problems.push(Problem::damage(Place::at(path, offset), what, loses));
            None
        }
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn offset_of(bytes: &[u8], line: usize, column: usize) -> u64 {
    let before: usize = bytes
        .split_inclusive(|byte| *byte == b'\n')
        .take(line.saturating_sub(1))
        .map(<[u8]>::len)
        .sum();
    (before + column.saturating_sub(1)) as u64
}

pub fn text(map: &Map<String, Value>, key: &str) -> Option<String> {
    map.get(key)?.as_str().map(str::to_owned)
}

/// A whole number, also where it was written with a fraction of zero.
pub fn integer(map: &Map<String, Value>, key: &str) -> Option<i64> {
    let value = map.get(key)?;
    value.as_i64().or_else(|| {
        value
            .as_f64()
            .filter(|number| number.fract() == 0.0)
            .map(|number| number as i64)
    })
}

pub fn truth(map: &Map<String, Value>, key: &str) -> Option<bool> {
    map.get(key)?.as_bool()
}

/// A list of texts; anything else in it is left out.
pub fn texts(map: &Map<String, Value>, key: &str) -> Vec<String> {
    let items = map
        .get(key)
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default();
    items
        .iter()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

/// `ts_epoch`: milliseconds since the epoch.
pub fn recorded_at(map: &Map<String, Value>) -> Option<Moment> {
    integer(map, "ts_epoch").and_then(written_at)
}

/// When a record was written.
pub fn written_at(millis: i64) -> Option<Moment> {
    real(Moment::from_millis(millis))
}

/// A moment at which something may have been written: a clock that stood at its beginning told
/// nothing.
pub fn real(moment: Moment) -> Option<Moment> {
    (moment > Moment(0)).then_some(moment)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::rc::Rc;

    #[track_caller]
    fn check_problem(content: &str, expected: &str) {
        let bytes: Bytes = Rc::new(content.as_bytes().to_vec());
        let mut problems = Vec::new();
        assert_eq!(
            object(Some(Ok(&bytes)), "x.json", "It is left out.", &mut problems),
            None
        );
        let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(told, [format!("{expected} It is left out.")]);
    }

    #[test]
    fn each_fault_is_told_with_its_place() {
        check_problem("", "x.json: The record is empty (0 bytes).");
        check_problem(
            "[1, 2]",
            "x.json: The record should be a JSON object and is a list.",
        );
        check_problem(
            "{\"a\": 1, \"b",
            "x.json, byte 10: The record ends in the middle, after 11 bytes.",
        );
        check_problem(
            "{\"a\": nope}",
            "x.json, byte 7: The record is not JSON from here on.",
        );
    }
}
