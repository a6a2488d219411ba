//! Pickles that Python wrote, against what Python says about them.
//!
//! The pickles and the answers are made by `tests/fixtures/make/pickles.py`.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its fixture has failed"
)]

mod corpus;
mod differential;
mod hostile;
mod look;
mod soup;

use look::look_around;
use runglass::pickle::explore::{Step, child_count, children};
use runglass::pickle::summary::summary;
use runglass::pickle::{Limits, Outcome, Pickle, decode, known, repr, type_name};
use serde_json::Value as Json;
use std::fs;
use std::path::PathBuf;

fn fixture(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/pickles")
        .join(name);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn rows(name: &str) -> Vec<Json> {
    serde_json::from_slice(&fixture(name)).unwrap()
}

fn from_hex(hex: &str) -> Vec<u8> {
    hex.as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

/// The pickles of a row, by protocol.
fn pickles(row: &Json) -> Vec<(String, Pickle)> {
    let name = row["name"].as_str().unwrap();
    let mut all = vec![("4".to_owned(), fixture(&format!("{name}.pkl")))];
    for (protocol, hex) in row["pickles"].as_object().unwrap() {
        all.push((protocol.clone(), from_hex(hex.as_str().unwrap())));
    }
    all.into_iter()
        .map(|(protocol, bytes)| (format!("{name}, protocol {protocol}"), bytes))
        .map(|(what, bytes)| (what, decode(bytes, &Limits::default())))
        .collect()
}

#[test]
fn every_value_prints_as_in_python() {
    let mut wrong = Vec::new();
    let rows = rows("values.json");
    assert!(rows.len() > 150);
    for row in &rows {
        for (what, pickle) in pickles(row) {
            let root = pickle
                .root()
                .unwrap_or_else(|| panic!("{what}: {:?}", pickle.problems()));
            let printed = repr(&pickle, root, 100_000);
            let old = row["repr_old"].as_str().filter(|_| pickle.protocol() < 4);
            let expected = old.unwrap_or(row["repr"].as_str().unwrap());
            if printed.text != expected || printed.cut || !printed.exact {
                wrong.push(format!(
                    "{what}\n  expected {expected}\n  printed  {printed:?}"
                ));
            }
            let kind = type_name(&pickle, root);
            if kind != row["type"].as_str().unwrap() {
                wrong.push(format!("{what}\n  expected {}, got {kind}", row["type"]));
            }
            let len = known::len(&pickle, root);
            if len != row["len"].as_u64() {
                wrong.push(format!("{what}\n  expected {}, got {len:?}", row["len"]));
            }
            if pickle.outcome() != Outcome::Value {
                wrong.push(format!("{what}\n  {:?}", pickle.problems()));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} are wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn pickles_of_python_2_are_read_as_python_3_reads_them() {
    for row in rows("python2.json") {
        let name = row["name"].as_str().unwrap();
        let pickle = decode(
            from_hex(row["pickle"].as_str().unwrap()),
            &Limits::default(),
        );
        let root = pickle.root().unwrap();
        assert_eq!(
            repr(&pickle, root, 1000).text,
            row["repr"].as_str().unwrap(),
            "{name}"
        );
        assert_eq!(
            type_name(&pickle, root),
            row["type"].as_str().unwrap(),
            "{name}"
        );
        // Bytes that are no ASCII are worth a word.
        let expected = match name.starts_with("datetime") {
            true => Outcome::ValueWithWarning,
            false => Outcome::Value,
        };
        assert_eq!(
            pickle.outcome(),
            expected,
            "{name}: {:?}",
            pickle.problems()
        );
    }
}

/// Values whose classes no reader has: what is there of them, readable.
#[test]
fn values_of_foreign_classes_are_readable() {
    let expected = "\
zoo_point: zoo.Point() {x: 1.0, y: 2.0, tags: ['t']} | Point, 3 fields
  .x .y .tags
zoo_slotted: zoo.Slotted() {a: 1, b: 'x'} | Slotted, 2 fields
  .a .b
zoo_both: zoo.Both() {c: None, a: 1, b: 'x'} | Both, 3 fields
  .c .a .b
zoo_stateful: zoo.Stateful() {['opaque', 7]} | Stateful, 2 values
  <state>
zoo_reduced: zoo.Reduced(1, 'two') | Reduced(1, 'two')
  <args>
zoo_keywords: zoo.Keywords(1, 2, depth=3) | Keywords(1, 2, depth=3)
  <args> <kwargs>
zoo_list: zoo.MyList() [1, 2] | MyList, 2 items
  [0] [1]
zoo_list_attribute: zoo.MyList() {name: 'n'} [1, 2] | MyList, 2 items
  .name [0] [1]
zoo_dict: zoo.MyDict() {'a': 1} | MyDict, 1 key
  [\"a\"]
zoo_set: zoo.MySet([1]) | MySet([1])
  <args>
zoo_int: zoo.MyInt(7) | MyInt(7)
  <args>
zoo_error: zoo.MyError('custom') | MyError('custom')
  <args>
zoo_enum: zoo.Colour(1) | Colour(1)
  <args>
zoo_enum_by_name: zoo.Shade.LIGHT | Shade.LIGHT
  <args>
zoo_flag: zoo.Perm(3) | Perm(3)
  <args>
zoo_pair: zoo.Pair(1, 'b') | Pair(1, 'b')
  <args>
zoo_class: <class 'zoo.Point'> | <class 'zoo.Point'>
  -
zoo_function: <function zoo.apply_state> | <function zoo.apply_state>
  -
zoo_setter: zoo.WithSetter() {colour: 'red'} | WithSetter, 1 field
  .colour
zoo_cycle: zoo.Point() {x: 0.0, y: 0.0, tags: [], me: ...} | Point, 4 fields
  .x .y .tags .me
metaflow_included_file: metaflow.includefile.IncludedFile() {_descriptor: {'type': 'uploader-v2', \
'url': 'local:///x/.metaflow/data/F/00', 'is_text': True, 'encoding': None, 'note': None, \
'sub-type': 'uploaded', 'size': 3}, _cached_size: None} | IncludedFile, 3 bytes
  ._descriptor ._cached_size
";
    let mut shown = String::new();
    for row in rows("foreign.json") {
        for (what, pickle) in pickles(&row) {
            let root = pickle.root().unwrap();
            assert_eq!(
                pickle.outcome(),
                Outcome::Value,
                "{what}: {:?}",
                pickle.problems()
            );
            assert_eq!(
                type_name(&pickle, root),
                row["type"].as_str().unwrap(),
                "{what}"
            );
            let printed = repr(&pickle, root, 1000);
            assert!(!printed.exact && !printed.cut, "{what}");
            if pickle.protocol() < 4 {
                continue;
            }
            if what.ends_with("protocol 4") {
                let globals: Vec<&str> = pickle.globals().map(|global| global.written()).collect();
                assert_eq!(Json::from(globals), row["globals"], "{what}");
            }
            let children = children(&pickle, root, 0..99);
            let labels: Vec<&str> = children.iter().map(|child| child.label.as_str()).collect();
            let labels = if labels.is_empty() {
                "-".to_owned()
            } else {
                labels.join(" ")
            };
            let name = row["name"].as_str().unwrap();
            shown += &format!(
                "{name}: {} | {}\n  {labels}\n",
                printed.text,
                summary(&pickle, root)
            );
        }
    }
    assert_eq!(shown, expected);
}

#[test]
fn every_child_is_found_again_by_its_path() {
    for row in rows("values.json").iter().chain(&rows("foreign.json")) {
        for (what, pickle) in pickles(row) {
            look_around(&pickle);
            let root = pickle.root().unwrap();
            let count = child_count(&pickle, root);
            let all = children(&pickle, root, 0..count);
            for (place, child) in all.iter().enumerate() {
                let found = pickle.resolve(root, std::slice::from_ref(&child.step));
                assert_eq!(found, Ok(child.node), "{what}{}", child.label);
                let window = children(&pickle, root, place..place + 1);
                assert_eq!(window, std::slice::from_ref(child), "{what}");
            }
        }
    }
}

#[test]
fn a_pickle_cut_anywhere_still_shows_what_came_before() {
    for row in rows("values.json").iter().chain(&rows("foreign.json")) {
        let whole = fixture(&format!("{}.pkl", row["name"].as_str().unwrap()));
        let step = whole.len().div_ceil(400);
        for len in (0..whole.len()).step_by(step) {
            let pickle = decode(whole[..len].to_vec(), &Limits::default());
            let outcome = pickle.outcome();
            assert!(
                matches!(outcome, Outcome::Partial | Outcome::Error),
                "{len}: {outcome:?}"
            );
            assert_eq!(outcome == Outcome::Error, pickle.root().is_none());
            look_around(&pickle);
        }
    }
}

#[test]
fn a_cut_list_keeps_its_beginning() {
    let whole = fixture("list_1500.pkl");
    let pickle = decode(whole[..whole.len() / 2].to_vec(), &Limits::default());
    let root = pickle.root().unwrap();
    assert_eq!(pickle.outcome(), Outcome::Partial);
    assert!(pickle.is_unfinished(root));
    assert!(repr(&pickle, root, 30).text.starts_with("[0, 1, 2, 3, "));
}

#[test]
fn metaflow_values_have_readers_of_their_own() {
    let open = |name: &str| decode(fixture(name), &Limits::default());

    let stack = open("metaflow_foreach_stack.pkl");
    let frames = stack.foreach_frames().unwrap();
    let facts: Vec<_> = frames
        .iter()
        .map(|frame| {
            (
                stack.as_str(frame.step),
                stack.as_int(frame.index),
                stack.as_str(frame.value),
            )
        })
        .collect();
    assert_eq!(
        facts,
        [
            (Some("work"), Some(1), Some("béta")),
            (Some("inner"), Some(0), None)
        ]
    );

    let failed = open("metaflow_exception.pkl");
    let wrapped = failed.wrapped_exception().unwrap();
    assert_eq!(wrapped.class.unwrap().as_str(), Some("builtins.ValueError"));
    assert_eq!(wrapped.exception.unwrap().as_str(), Some("no luck"));
    assert!(wrapped.stacktrace.unwrap().lossy().starts_with("Traceback"));

    let included = open("metaflow_included_file.pkl");
    let file = included.included_file().unwrap();
    let size = included.item(file.descriptor, "size").unwrap();
    assert_eq!(included.as_int(size), Some(3));
}

#[test]
fn only_the_zone_info_form_of_getattr_is_known() {
    // getattr(ZoneInfo, "clear_cache")("x", 1)
    let program = b"cbuiltins\ngetattr\n(czoneinfo\nZoneInfo\nVclear_cache\ntR(Vx\nI1\ntR.";
    let pickle = decode(program.to_vec(), &Limits::default());
    let root = pickle.root().unwrap();
    assert!(known::known(&pickle, root).is_none());
    assert_eq!(
        repr(&pickle, root, 200).text,
        "zoneinfo.ZoneInfo.clear_cache('x', 1)"
    );
}

/// The printed form, the summary and the class of a pickle without a PROTO.
#[track_caller]
fn check_call(program: &str, printed: &str, line: &str, class: &str) {
    let pickle = decode(program.into(), &Limits::default());
    let root = pickle.root().unwrap();
    let found = repr(&pickle, root, 200).text;
    assert_eq!(
        (found.as_str(), summary(&pickle, root).as_str()),
        (printed, line)
    );
    assert_eq!(type_name(&pickle, root), class);
    look_around(&pickle);
}

#[test]
fn a_call_that_was_not_made_reads_as_one() {
    check_call(
        "cos\nsystem\n(Vecho x\ntR.",
        "os.system('echo x')",
        "system('echo x')",
        "os.system",
    );
    check_call("ctime\ntime\n(tR.", "time.time()", "time()", "time.time");
    let long = "x".repeat(70);
    check_call(
        &format!("cos\nsystem\n(V{long}\nI1\ntR."),
        &format!("os.system('{long}', 1)"),
        &format!("system('{long}'…"),
        "os.system",
    );
    // A name longer than anybody's is not printed over and over.
    let module = "m".repeat(1000);
    check_call(
        &format!("c{module}\nf\n(I1\ntR."),
        &module[..200],
        "f, 1 argument",
        &format!("{module}.f"),
    );
}

#[test]
fn what_getattr_looks_up_in_a_class_reads_as_its_member() {
    let inner = "cbuiltins\ngetattr\n(czoo\nOuter\nVInner\ntR";
    check_call(
        &format!("{inner}."),
        "zoo.Outer.Inner",
        "Outer.Inner",
        "builtins.getattr",
    );
    check_call(
        &format!("cbuiltins\ngetattr\n({inner}VRED\ntR."),
        "zoo.Outer.Inner.RED",
        "Outer.Inner.RED",
        "zoo.Outer.Inner",
    );
    // What is no name, and what is looked up elsewhere, stays a call.
    check_call(
        "cbuiltins\ngetattr\n(czoo\nOuter\nVa b\ntR.",
        "builtins.getattr(<class 'zoo.Outer'>, 'a b')",
        "getattr(<class 'zoo.Outer'>, 'a b')",
        "builtins.getattr",
    );
    check_call(
        "cbuiltins\ngetattr\n(I1\nVreal\ntR.",
        "builtins.getattr(1, 'real')",
        "getattr(1, 'real')",
        "builtins.getattr",
    );
    let nested = (0..100).fold("czoo\nOuter\n".to_owned(), |of, _| {
        format!("cbuiltins\ngetattr\n({of}VA\ntR")
    });
    let pickle = decode(format!("{nested}.").into(), &Limits::default());
    let root = pickle.root().unwrap();
    assert!(summary(&pickle, root).starts_with("getattr(builtins.getattr("));
}

#[test]
fn what_python_prints_as_it_is_is_known_for_every_character() {
    let changes: Vec<u32> = serde_json::from_slice(&fixture("printable.json")).unwrap();
    let mut wrong = Vec::new();
    for code in (0..0x11_0000).filter_map(char::from_u32) {
        let before = changes.partition_point(|&change| change <= u32::from(code));
        let expected = before % 2 == 1;
        // A path escapes exactly what Python's repr escapes.
        let label = Step::Key(code.to_string()).to_string();
        let shown = label == format!("[\"{code}\"]");
        if shown != expected && !"\"\\".contains(code) {
            wrong.push(code);
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}
