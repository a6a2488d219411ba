//! A value that is so large that it comes in pieces: it is shown before its SHA-1 is looked
//! at, and that is told afterwards.

use crate::folder::{MemoryFolder, unpacked};
use crate::host::TestHost;
use crate::{fixtures, task_path};
use flate2::Compression;
use flate2::write::GzEncoder;
use runglass::engine::values::{CheckQuery, HexQuery, Shape, ValueQuery};
use runglass::engine::{Engine, Given};
use runglass::formats::metaflow::blob::sha1;
use runglass::source::{MemoryBlob, NoPace, open_blob};
use std::io::Write as _;
use std::rc::Rc;

/// More than comes in one piece, and no two of them alike.
const SIZE: usize = 20_000_000;

/// A pickle of bytes that cannot be packed.
fn program() -> Vec<u8> {
    let mut state = 1u64;
    let mut program = vec![0x80, 4, b'B'];
    program.extend((SIZE as u32).to_le_bytes());
    for _ in 0..SIZE / 8 {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        program.extend(state.to_le_bytes());
    }
    program.push(b'.');
    program
}

fn packed(program: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(1));
    encoder.write_all(program).unwrap();
    encoder.finish().unwrap()
}

/// The engine with a run whose `notes` is a large value, stored so, and the task's path.
fn engine(stored: Vec<u8>, sha: &str) -> (Engine, String) {
    let blob = fixtures::bytes("tests/fixtures/metaflow/gallery.zip");
    let blob = Rc::new(MemoryBlob::new("gallery.zip", blob));
    let source = pollster::block_on(open_blob(blob, Rc::new(NoPace))).unwrap();
    let mut files = unpacked(&*source);
    let table = "/papers/5/0.data.json";
    let table = files
        .keys()
        .find(|path| path.ends_with(table))
        .unwrap()
        .clone();
    let folder = table
        .strip_suffix("/papers/5/0.data.json")
        .unwrap()
        .to_owned();
    let (flow, run) = folder.rsplit_once('/').unwrap();
    let task = format!("GalleryFlow/{run}/papers/5");
    let text = String::from_utf8(files[&table].clone()).unwrap();
    let mut json: serde_json::Value = serde_json::from_str(&text).unwrap();
    json["objects"]["notes"] = sha.into();
    json["info"]["notes"]["size"] = (SIZE + 8).into();
    files.insert(table.clone(), serde_json::to_vec(&json).unwrap());
    let place = format!("{flow}/data/{}/{sha}", &sha[..2]);
    let note = files.iter().find(|(path, _)| path.ends_with("_meta"));
    let note = note.map(|(_, note)| note.clone()).unwrap();
    files.insert(format!("{place}_meta"), note);
    files.insert(place, stored);
    let folder = MemoryFolder {
        files,
        can_grow: false,
    };
    let (engine, opened) = TestHost::given(Given::Folder(Rc::new(folder))).open("gallery");
    opened.unwrap();
    (engine, task)
}

fn query(task: &str) -> ValueQuery {
    ValueQuery {
        task: task_path(task),
        attempt: None,
        name: "notes".to_owned(),
        at: String::new(),
        large: false,
        enter: false,
    }
}

/// What is shown at once, and what is told of its bytes afterwards.
#[track_caller]
fn check(stored: Vec<u8>, sha: &str, is_unchecked: bool, fault: Option<&str>) {
    let (engine, task) = engine(stored, sha);
    let view = pollster::block_on(engine.ask(query(&task))).unwrap();
    assert_eq!(view.unchecked, is_unchecked);
    assert!(matches!(view.shape, Shape::Bytes { .. }));
    let told = pollster::block_on(engine.ask(CheckQuery(query(&task)))).unwrap();
    match fault {
        None => assert_eq!(told.fault, None),
        Some(fault) => assert!(told.fault.unwrap().contains(fault)),
    }
    let again = pollster::block_on(engine.ask(query(&task))).unwrap();
    assert_eq!((again.unchecked, again.damaged), (false, fault.is_some()));
}

#[test]
fn a_whole_one_is_what_was_stored() {
    let program = program();
    let sha = sha1(&program);
    let (engine, task) = engine(packed(&program), &sha);
    let part = HexQuery {
        value: query(&task),
        from: SIZE as u64 - 16,
        count: 16,
    };
    let part = pollster::block_on(engine.ask(part)).unwrap();
    assert_eq!(part.bytes, program[program.len() - 17..program.len() - 1]);
    check(packed(&program), &sha, true, None);
}

#[test]
fn one_that_was_changed_is_told_afterwards() {
    let program = program();
    let other = sha1(b"something else");
    check(
        packed(&program),
        &other,
        true,
        Some("do not have the SHA-1"),
    );
}

#[test]
fn one_that_is_cut_off_is_told_at_once() {
    let program = program();
    let mut stored = packed(&program);
    stored.truncate(15_000_000);
    check(stored, &sha1(&program), false, Some("cut off"));
}
