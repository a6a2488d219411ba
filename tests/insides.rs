//! What bytes and texts hold in formats of their own.

#![expect(
    clippy::unwrap_used,
    reason = "a test that panics has failed, which is what it is for"
)]

use proptest::prelude::*;
use runglass::inside::{Format, of_bytes, of_text};
use runglass::libraries::numpy;
use runglass::pickle::{Limits, decode, repr};

fn printed(program: Vec<u8>) -> String {
    let pickle = decode(program, &Limits::default());
    assert!(pickle.problems().is_empty(), "{:?}", pickle.problems());
    repr(&pickle, pickle.root().unwrap(), 10_000).text
}

/// What a text is taken for, and what is read of it, as Python prints it.
#[track_caller]
fn check(text: &str, format: Format, expected: &str) {
    let found = of_text(text).unwrap();
    assert_eq!(found.format, format);
    assert_eq!(printed(found.program().unwrap()), expected);
}

#[track_caller]
fn check_none(text: &str) {
    let found = of_text(text).map(|found| found.format);
    assert_eq!(found, None, "{text:?}");
}

#[test]
fn json_is_read_as_pythons_json_reads_it() {
    let json = |text, expected| check(text, Format::Json, expected);
    json("{}", "{}");
    json(" [ ] ", "[]");
    json(
        r#"{"a": [1, -2.50, 1e3, true, false, null], "b": {"c": "d"}}"#,
        "{'a': [1, -2.5, 1000.0, True, False, None], 'b': {'c': 'd'}}",
    );
    json(
        "[123456789012345678901234567890, 0.1]",
        "[123456789012345678901234567890, 0.1]",
    );
    json(
        r#"["\u00fc\ud83d\ude00\n\/", "\ud83d"]"#,
        "['ü😀\\n/', '\u{fffd}']",
    );
    json("[NaN, Infinity, -Infinity]", "[nan, inf, -inf]");
    json("[{\"a\": 1},\n {\"a\": 2}]", "[{'a': 1}, {'a': 2}]");
    // The last of a name counts, as in Python.
    json(r#"{"a": 1, "a": 2}"#, "{'a': 2}");
    check(
        "{\"a\": 1}\n{\"a\": 2}\n",
        Format::JsonLines,
        "[{'a': 1}, {'a': 2}]",
    );
}

#[test]
fn what_is_not_whole_is_not_read() {
    for text in [
        "[1, 2,]",
        "[1 2]",
        r#"{"a" 1}"#,
        r#"{"a": }"#,
        "[1]]",
        "[01x]",
        r#"["\x"]"#,
        "[\"a]",
        "[truth]",
    ] {
        let found = of_text(text).filter(|found| found.program().is_some());
        assert!(found.is_none(), "{text}");
    }
    check_none("a sentence, with a comma");
    check_none("One line, of prose\nand, another\nwith, one each");
    check_none("");
    check_none("[see below]");
}

#[test]
fn a_nest_of_a_million_brackets_is_read() {
    let text = format!("{}{}", "[".repeat(1_000_000), "]".repeat(1_000_000));
    let found = of_text(&text).unwrap();
    let pickle = decode(found.program().unwrap(), &Limits::default());
    assert!(pickle.root().is_some());
}

#[test]
fn separated_values_are_read_as_texts() {
    check(
        "a,b\n1,\"x, \"\"y\"\"\"\r\n007,\n",
        Format::Csv(b','),
        "csv.reader(['a', 'b'], [['1', 'x, \"y\"'], ['007', '']])",
    );
    check(
        "a\tb\n1\t2\n",
        Format::Csv(b'\t'),
        "csv.reader(['a', 'b'], [['1', '2']])",
    );
}

#[test]
fn bytes_are_told_by_how_they_begin() {
    let format = |bytes: &[u8]| of_bytes(bytes).map(|found| found.format);
    assert_eq!(format(b"\x80\x04N."), Some(Format::Pickle));
    assert_eq!(format(b"\x1f\x8b\x08\0"), Some(Format::Gzip));
    assert_eq!(format(b"PAR1....PAR1"), Some(Format::Parquet));
    assert_eq!(format(b"ARROW1..ARROW1"), Some(Format::Arrow));
    let stream = b"\xff\xff\xff\xff\x08\0\0\0\x04\0\0\0....";
    assert_eq!(format(stream), Some(Format::Arrow));
    assert_eq!(format(&[0xff; 64]), None);
    assert_eq!(format(&stream[..15]), None);
    assert_eq!(format(b"{\"a\": 1}"), Some(Format::Json));
    assert_eq!(format("größe".as_bytes()), Some(Format::Text));
    assert_eq!(format(b"\x00\x01\x02"), None);
    assert_eq!(format(b""), None);
}

#[test]
fn a_file_of_numpys_becomes_its_array() {
    // numpy.save of numpy.array([[1, 2], [3, 4]], "<i2")
    let mut header = b"{'descr': '<i2', 'fortran_order': False, 'shape': (2, 2), }".to_vec();
    header.resize(117, b' ');
    header.push(b'\n');
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header);
    bytes.extend([1, 0, 2, 0, 3, 0, 4, 0]);
    let found = of_bytes(&bytes).unwrap();
    assert_eq!(found.format, Format::Npy);
    let pickle = decode(found.program().unwrap(), &Limits::default());
    let array = numpy::array(&pickle, pickle.root().unwrap()).unwrap();
    assert_eq!(array.shape, [2, 2]);
    let cells = array.iter().map(|cell| cell.text(&pickle));
    assert_eq!(cells.collect::<Vec<_>>(), ["1", "2", "3", "4"]);
}

proptest! {
    /// Whatever it is, it is read to its end or refused, and what comes of it is a pickle.
    #[test]
    fn nothing_goes_wrong(
        bytes in prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..200),
            "[\\[\\]{}\",:0-9a-z\\\\\n .-]{0,200}".prop_map(String::into_bytes),
            proptest::collection::vec(any::<u8>(), 0..100).prop_map(|tail| {
                [&b"\x93NUMPY\x01\x00"[..], &tail].concat()
            }),
            proptest::collection::vec(any::<u8>(), 0..100).prop_map(|middle| {
                [&b"ARROW1"[..], &middle, b"ARROW1"].concat()
            }),
            proptest::collection::vec(any::<u8>(), 0..100).prop_map(|middle| {
                let length = (middle.len() as u32).to_le_bytes();
                [&b"PAR1"[..], &middle, &length, b"PAR1"].concat()
            }),
        ]
    ) {
        if let Some(program) = of_bytes(&bytes).and_then(|found| found.program()) {
            let pickle = decode(program, &Limits::default());
            let told = pickle.root().map(|root| repr(&pickle, root, 1000).text);
            prop_assert!(told.is_none_or(|text| text.len() < 10_000));
        }
    }
}
