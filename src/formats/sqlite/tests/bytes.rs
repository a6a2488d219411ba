//! Numbers, texts and records out of bytes.

use super::super::bytes::{integer, varint_at};
use super::super::record::{Record, reach};
use super::super::value::{Encoding, Value};
use proptest::prelude::*;

/// As SQLite's description of its format has it.
fn varint(number: u64) -> Vec<u8> {
    if number >= 1 << 56 {
        let mut bytes: Vec<u8> = (0..8)
            .map(|nth| ((number >> (8 + 7 * (7 - nth))) & 0x7f) as u8 | 0x80)
            .collect();
        bytes.push(number as u8);
        return bytes;
    }
    let length = (1..8)
        .find(|length| number < 1 << (7 * length))
        .unwrap_or(8);
    (0..length)
        .map(|nth| {
            let rest = length - 1 - nth;
            ((number >> (7 * rest)) & 0x7f) as u8 | if rest > 0 { 0x80 } else { 0 }
        })
        .collect()
}

#[test]
fn numbers_of_any_length_are_read() {
    assert_eq!(varint_at(&[0x7f], 0), Some((0x7f, 1)));
    assert_eq!(varint_at(&[9, 0x81, 0x00], 1), Some((128, 2)));
    assert_eq!(varint_at(&[0xff; 9], 0), Some((u64::MAX, 9)));
    assert_eq!(varint_at(&[0xff; 12], 0), Some((u64::MAX, 9)));
    // Cut in the middle, and behind the end.
    assert_eq!(varint_at(&[0xff; 8], 0), None);
    assert_eq!(varint_at(&[1], 1), None);
    assert_eq!(varint_at(&[1], usize::MAX), None);
}

#[test]
fn whole_numbers_have_a_sign() {
    for (bytes, expected) in [
        (&[][..], 0),
        (&[0x7f], 127),
        (&[0x80], -128),
        (&[0xff, 0xff, 0xfe], -2),
        (&[0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], i64::MAX),
        (&[0x80, 0, 0, 0, 0, 0, 0, 0], i64::MIN),
    ] {
        assert_eq!(integer(bytes), expected);
    }
}

#[track_caller]
fn check_text(encoding: Encoding, bytes: &[u8], expected: &str, garbled: bool) {
    let value = Value::Text {
        text: expected.into(),
        is_garbled: garbled,
    };
    assert_eq!(encoding.text(bytes), value);
}

#[test]
fn what_is_no_text_is_marked() {
    check_text(Encoding::Utf8, "größe\0".as_bytes(), "größe\0", false);
    check_text(Encoding::Utf8, b"a\xffb", "a\u{fffd}b", true);
    // The sign itself may stand in a text.
    check_text(Encoding::Utf8, "\u{fffd}".as_bytes(), "\u{fffd}", false);
    check_text(
        Encoding::Utf16Le,
        &[0x3d, 0xd8, 0x3f, 0xdc],
        "\u{1f43f}",
        false,
    );
    check_text(
        Encoding::Utf16Be,
        &[0xd8, 0x3d, 0xdc, 0x3f],
        "\u{1f43f}",
        false,
    );
    check_text(Encoding::Utf16Be, &[0xd8, 0x3d, 0, 0x61], "\u{fffd}a", true);
    check_text(Encoding::Utf16Le, &[0x61, 0, 0x62], "a", true);
}

#[track_caller]
fn check_record(payload: &[u8], size: u64, expected: Result<&[Value<'_>], &str>) {
    let record = Record::read(payload.to_vec(), size);
    let values = record.as_ref().map(|record| {
        let values = (0..record.len()).map(|place| record.value(place, Encoding::Utf8));
        values.collect::<Option<Vec<_>>>().unwrap()
    });
    match (values, expected) {
        (Ok(values), Ok(expected)) => assert_eq!(values, expected),
        (Err(wrong), Err(expected)) => assert_eq!(*wrong, expected),
        (values, expected) => panic!("{values:?} and not {expected:?}"),
    }
}

#[test]
fn records_are_read() {
    check_record(&[1], 1, Ok(&[]));
    let payload = [5, 0, 8, 9, 15, b'x'];
    let values = [
        Value::Null,
        Value::Integer(0),
        Value::Integer(1),
        Value::of_text("x"),
    ];
    check_record(&payload, 6, Ok(&values));
    // No number is a number that SQLite has.
    let mut no_number = vec![2, 7];
    no_number.extend(f64::NAN.to_be_bytes());
    check_record(&no_number, 10, Ok(&[Value::Null]));
}

#[test]
fn what_is_wrong_with_a_record_is_told() {
    let kinds = "does not say what values it holds";
    check_record(&[], 0, Err(kinds));
    check_record(&[0], 1, Err(kinds));
    check_record(&[3, 1], 2, Err(kinds));
    // The kind of the second value goes on behind the kinds.
    check_record(&[3, 1, 0x81, 1], 4, Err(kinds));
    check_record(&[2, 10], 2, Err("holds a value of an unknown kind"));
    check_record(&[2, 6, 1, 2], 4, Err("ends before its values do"));
    let mut many = vec![0x82, 0x80, 0x03];
    many.resize(3 + 32_768, 8);
    check_record(&many, 40_000, Err("holds more values than a row can"));
}

#[test]
fn what_was_not_read_of_a_record_is_no_value() {
    // A text of 100 bytes, of which three are there.
    let payload = [4, 1, 0x81, 0x55, 7, b'a', b'b', b'c'];
    let record = Record::read(payload.to_vec(), 105).unwrap();
    assert_eq!(record.value(0, Encoding::Utf8), Some(Value::Integer(7)));
    assert_eq!(record.value(1, Encoding::Utf8), None);
    assert_eq!(record.value(2, Encoding::Utf8), None);
    assert_eq!(reach(&payload, 1), Some(5));
    assert_eq!(reach(&payload, 2), Some(105));
    assert_eq!(reach(&payload[..3], 1), None);
}

proptest! {
    #[test]
    fn numbers_come_back(number in any::<u64>(), shift in 0_u32..64, behind in any::<[u8; 3]>()) {
        let number = number >> shift;
        let mut bytes = varint(number);
        let length = bytes.len();
        bytes.extend(behind);
        prop_assert_eq!(varint_at(&bytes, 0), Some((number, length)));
    }

    #[test]
    fn texts_come_back(text in ".{0,20}") {
        for encoding in [Encoding::Utf8, Encoding::Utf16Le, Encoding::Utf16Be] {
            let bytes = encoding.bytes(&text);
            prop_assert_eq!(encoding.text(&bytes), Value::of_text(text.as_str()));
        }
    }

    #[test]
    fn any_bytes_are_a_record_or_told(payload in prop::collection::vec(any::<u8>(), 0..60), more in 0_u64..50) {
        let size = payload.len() as u64 + more;
        reach(&payload, 3);
        if let Ok(record) = Record::read(payload, size) {
            for place in 0..=record.len() {
                record.value(place, Encoding::Utf16Le);
            }
        }
    }
}
