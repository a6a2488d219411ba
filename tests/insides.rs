//! What bytes and texts hold in formats of their own.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed, which is what it is for"
)]

#[path = "support/fixtures.rs"]
mod fixtures;

use proptest::prelude::*;
use runglass::inside::{Format, of_bytes, of_text};
use runglass::libraries::numpy;
use runglass::libraries::records;
use runglass::pickle::{Limits, decode, repr};
use serde_json::Value as Json;

fn printed(program: Vec<u8>) -> String {
    let pickle = decode(program, &Limits::default());
    assert!(pickle.problems().is_empty(), "{:?}", pickle.problems());
    repr(&pickle, pickle.root().unwrap(), 100_000).text
}

/// What a text is taken for, and what is read of it, as Python prints it.
#[track_caller]
fn check(text: &str, format: Format, expected: &str) {
    let found = of_text(text).unwrap();
    assert_eq!(found.format, format);
    assert_eq!(printed(found.read().unwrap().program), expected);
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
        let found = of_text(text).filter(|found| found.read().is_some());
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
    let pickle = decode(found.read().unwrap().program, &Limits::default());
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
    assert_eq!(format(b"PK\x03\x04"), Some(Format::Zip));
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
    let pickle = decode(found.read().unwrap().program, &Limits::default());
    let array = numpy::array(&pickle, pickle.root().unwrap()).unwrap();
    assert_eq!(array.shape, [2, 2]);
    let cells = array.iter().map(|cell| cell.text(&pickle));
    assert_eq!(cells.collect::<Vec<_>>(), ["1", "2", "3", "4"]);
}

#[test]
fn archives_are_listed_as_python_lists_them() {
    let expected = fixtures::bytes("tests/fixtures/archives/expected.json");
    let expected: Json = serde_json::from_slice(&expected).unwrap();
    for (name, listed) in expected.as_object().unwrap() {
        let bytes = fixtures::bytes(&format!("tests/fixtures/{name}"));
        let reading = of_bytes(&bytes).unwrap().read().unwrap();
        assert_eq!(reading.problems, [""; 0], "{name}");
        assert_eq!(printed(reading.program), listed.as_str().unwrap(), "{name}");
    }
}

#[test]
fn a_list_of_files_is_a_table() {
    let bytes = fixtures::bytes("tests/fixtures/archives/mixed.zip");
    let program = of_bytes(&bytes).unwrap().read().unwrap().program;
    let pickle = decode(program, &Limits::default());
    let records = records(&pickle, pickle.root().unwrap()).unwrap();
    assert_eq!((records.rows.len(), records.columns.len()), (12, 6));
}

/// A zip of so many empty files, as far as its directory goes; its end counts up to 65,535.
fn zip_of(entries: usize) -> Vec<u8> {
    let announced = entries as u16;
    let mut bytes = b"PK\x03\x04".to_vec();
    let start = bytes.len() as u32;
    for _ in 0..entries {
        bytes.extend(b"PK\x01\x02");
        bytes.extend([0; 24]);
        bytes.extend([1, 0]);
        bytes.extend([0; 16]);
        bytes.push(b'n');
    }
    let size = bytes.len() as u32 - start;
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend([announced.to_le_bytes(), announced.to_le_bytes()].concat());
    bytes.extend([size.to_le_bytes(), start.to_le_bytes()].concat());
    bytes.extend([0, 0]);
    bytes
}

#[test]
fn of_a_long_list_the_first_are_read() {
    let bytes = zip_of(100_001);
    let reading = of_bytes(&bytes).unwrap().read().unwrap();
    assert_eq!(
        reading.problems,
        ["Only the first 100,000 entries are listed."]
    );
    let pickle = decode(reading.program, &Limits::default());
    assert_eq!(
        pickle.as_list(pickle.root().unwrap()).unwrap().len(),
        100_000
    );
}

#[test]
fn what_an_archive_lost_is_said() {
    let mut bytes = zip_of(3);
    // The second record is no record.
    bytes[4 + 47] = b'?';
    let reading = of_bytes(&bytes).unwrap().read().unwrap();
    assert!(
        reading.problems[0]
            .starts_with("The directory of the archive ends in the middle, after 1 of 3 entries: "),
        "{:?}",
        reading.problems
    );
    let tar = fixtures::bytes("tests/fixtures/archives/pax.tar");
    // Less than a header is no tar.
    assert!(of_bytes(&tar[..300]).is_none());
    let reading = of_bytes(&tar[..1500]).unwrap().read().unwrap();
    assert_eq!(
        reading.problems,
        ["The archive ends in the middle, at byte 1024."]
    );
    // The directory of a zip stands at its end.
    let zip = fixtures::bytes("tests/fixtures/broken/cut-off.zip");
    assert!(of_bytes(&zip).unwrap().read().is_none());
}

/// The bytes of a real file, some of them changed, and cut off somewhere.
fn damaged(name: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let whole = fixtures::bytes(name);
    let places = proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8);
    (places, any::<prop::sample::Index>(), any::<bool>()).prop_map(move |(places, end, cut)| {
        let mut bytes = whole.clone();
        for (at, byte) in places {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if cut {
            bytes.truncate(end.index(bytes.len()));
        }
        bytes
    })
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
            damaged("tests/fixtures/archives/mixed.zip"),
            damaged("tests/fixtures/archives/pax.tar"),
            damaged("tests/fixtures/archives/gnu.tar"),
        ]
    ) {
        if let Some(reading) = of_bytes(&bytes).and_then(|found| found.read()) {
            let pickle = decode(reading.program, &Limits::default());
            let told = pickle.root().map(|root| repr(&pickle, root, 1000).text);
            prop_assert!(told.is_none_or(|text| text.len() < 10_000));
        }
    }
}
