//! Keys that are looked for, held against a list that is looked through from end to end.

use super::super::order::Keys;
use super::super::record::Record;
use super::super::value::{Encoding, Value};
use proptest::prelude::*;
use std::cmp::Ordering;

fn record(values: &[Value<'_>]) -> Record {
    let mut kinds = Vec::new();
    let mut body = Vec::new();
    for value in values {
        let (kind, bytes) = match value {
            Value::Null => (0, Vec::new()),
            Value::Integer(number) => (6, number.to_be_bytes().to_vec()),
            Value::Real(number) => (7, number.to_be_bytes().to_vec()),
            Value::Text { text, .. } => (13 + 2 * text.len(), text.as_bytes().to_vec()),
            Value::Blob(bytes) => (12 + 2 * bytes.len(), bytes.to_vec()),
        };
        kinds.push(u8::try_from(kind).unwrap());
        body.extend(bytes);
    }
    let mut payload = vec![u8::try_from(kinds.len() + 1).unwrap()];
    payload.extend(kinds);
    payload.extend(body);
    let size = payload.len() as u64;
    Record::read(payload, size).unwrap()
}

fn value() -> impl Strategy<Value = Value<'static>> {
    const LARGE: f64 = 9_223_372_036_854_775_808.0;
    prop_oneof![
        Just(Value::Null),
        (-3_i64..4).prop_map(Value::Integer),
        prop::sample::select(vec![i64::MIN, i64::MAX, 1 << 53, (1 << 53) + 1])
            .prop_map(Value::Integer),
        prop::sample::select(vec![
            0.0,
            -0.5,
            1.5,
            2.0,
            1e30,
            -1e30,
            LARGE,
            -LARGE,
            9_007_199_254_740_992.0,
            f64::INFINITY
        ])
        .prop_map(Value::Real),
        "[ab]{0,2}".prop_map(Value::of_text),
        prop::collection::vec(97_u8..99, 0..2).prop_map(|bytes| Value::Blob(bytes.into())),
    ]
}

/// SQLite's order, by numbers that are wide enough for both kinds.
fn compare(one: &Value<'_>, other: &Value<'_>) -> Ordering {
    let class = |value: &Value<'_>| match value {
        Value::Null => 0,
        Value::Integer(_) | Value::Real(_) => 1,
        Value::Text { .. } => 2,
        Value::Blob(_) => 3,
    };
    // Twice the number, so that halves are whole; what is too large is only that.
    let number = |value: &Value<'_>| match value {
        Value::Integer(number) => i128::from(*number) * 2,
        Value::Real(number) => (number * 2.0) as i128,
        _ => 0,
    };
    match (one, other) {
        (Value::Text { text: one, .. }, Value::Text { text: other, .. }) => one.cmp(other),
        (Value::Blob(one), Value::Blob(other)) => one.cmp(other),
        _ => (class(one), number(one)).cmp(&(class(other), number(other))),
    }
}

proptest! {
    #[test]
    fn what_is_found_is_what_is_there(
        entries in prop::collection::vec((value(), value()), 0..30),
        keys in prop::collection::vec((value(), value()), 1..5),
        falling in any::<(bool, bool)>(),
        columns in 1_usize..3,
    ) {
        let turned = |ordering: Ordering, falls: bool| if falls { ordering.reverse() } else { ordering };
        let mut entries: Vec<_> = entries.into_iter().map(|(one, other)| [one, other]).collect();
        entries.sort_by(|one, other| {
            let first = turned(compare(&one[0], &other[0]), falling.0);
            first.then_with(|| turned(compare(&one[1], &other[1]), falling.1))
        });
        let keys: Vec<Vec<Value<'_>>> = keys
            .into_iter()
            .map(|(one, other)| [one, other].into_iter().take(columns).collect())
            .collect();
        let is_wanted = |entry: &[Value<'_>; 2]| keys.iter().any(|key| {
            key.iter().zip(entry).all(|(key, value)| compare(key, value).is_eq())
        });
        let sought = Keys::of(&keys, vec![falling.0, falling.1], Encoding::Utf8);
        let records: Vec<Record> = entries.iter().map(|entry| record(entry)).collect();
        for (entry, record) in entries.iter().zip(&records) {
            prop_assert_eq!(sought.is_met(record), is_wanted(entry), "{:?}", entry);
        }
        // What lies between two entries, those themselves among it, is never passed by.
        for from in 0..=entries.len() {
            for to in from..=entries.len() {
                let after = from.checked_sub(1).map(|at| &records[at]);
                let has_any = entries[from..to].iter().any(is_wanted);
                if has_any {
                    prop_assert!(sought.is_between(after, records.get(to)));
                }
            }
        }
    }
}

#[test]
fn where_nothing_can_lie_is_not_looked() {
    let text = |text: &'static str| vec![Value::of_text(text)];
    let keys = Keys::of(&[text("m"), text("c")], vec![false], Encoding::Utf8);
    let entry = |text: &'static str| record(&[Value::of_text(text), Value::Integer(1)]);
    for (after, before, expected) in [
        (None, None, true),
        (None, Some("b"), false),
        (None, Some("c"), true),
        (Some("c"), Some("d"), true),
        (Some("d"), Some("l"), false),
        (Some("d"), None, true),
        (Some("n"), None, false),
    ] {
        let (after, before) = (after.map(entry), before.map(entry));
        let found = keys.is_between(after.as_ref(), before.as_ref());
        assert_eq!(found, expected);
    }
}
