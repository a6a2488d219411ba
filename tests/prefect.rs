//! Exports of a real Prefect server: held against what Prefect's own client says of it, as a person
//! reads them on the screens, and broken in one way after the other.
//!
//! Each snapshot of a screen is to be read by eye: is what happened told, in words that are
//! true, and is nothing told that Prefect has not recorded?

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed, which is what it is for"
)]

#[path = "prefect/broken.rs"]
mod broken;
#[path = "support/fixtures.rs"]
mod fixtures;
#[path = "support/folder.rs"]
mod folder;
#[path = "support/host.rs"]
mod host;
#[path = "prefect/results.rs"]
mod results;
#[path = "prefect/screens.rs"]
mod screens;
#[path = "support/words.rs"]
mod words;

use folder::{MemoryFolder, unpacked};
use host::TestHost;
use runglass::cli::dump::dump_engine;
use runglass::engine::ask::{Failure, Question, Window};
use runglass::engine::{Engine, Given};
use runglass::source::{MemoryBlob, NoPace, open_blob};
use serde_json::Value;
use std::collections::BTreeMap;
use std::rc::Rc;

const ALL: Window = Window {
    first: 0,
    count: 1000,
};

/// The files of the export, as unpacking it would leave them.
fn files() -> BTreeMap<String, Vec<u8>> {
    files_of("basics.zip")
}

/// The database of the server of which the export is, and its write-ahead log.
fn database() -> BTreeMap<String, Vec<u8>> {
    files_of("db-with-wal.zip")
}

fn files_of(name: &str) -> BTreeMap<String, Vec<u8>> {
    let bytes = fixtures::bytes(&format!("tests/fixtures/prefect/{name}"));
    let blob = MemoryBlob::new(name, bytes);
    let source = pollster::block_on(open_blob(Rc::new(blob), Rc::new(NoPace))).unwrap();
    unpacked(&*source)
}

fn expected() -> Value {
    let bytes = fixtures::bytes("tests/fixtures/prefect/basics.expected.json");
    serde_json::from_slice(&bytes).unwrap()
}

/// The export in its archive.
fn archive() -> Engine {
    archive_of("basics.zip")
}

fn archive_of(name: &str) -> Engine {
    let bytes = fixtures::bytes(&format!("tests/fixtures/prefect/{name}"));
    let blob = MemoryBlob::new(name, bytes);
    let (engine, opened) = TestHost::given(Given::File(Rc::new(blob))).open(name);
    opened.unwrap();
    engine
}

/// Files in a folder, as they are or changed.
fn folder(files: BTreeMap<String, Vec<u8>>) -> Result<Engine, Failure> {
    let folder = MemoryFolder {
        files,
        can_grow: false,
    };
    let (engine, opened) = TestHost::given(Given::Folder(Rc::new(folder))).open("export");
    opened.map(|_| engine)
}

fn ask<Q: Question>(engine: &Engine, question: Q) -> Q::Answer {
    pollster::block_on(engine.ask(question)).unwrap()
}

/// All that the oracle says of flow runs and task runs, but for results and artifacts, which no
/// record of these has.
#[track_caller]
fn check_dump(engine: &Engine) {
    let dumped = pollster::block_on(dump_engine(engine, "export", None)).unwrap();
    assert_eq!(dumped["problems"], serde_json::json!([]));
    let (dumped, expected) = (&dumped["prefect"], expected());
    assert_eq!(dumped["flows"], expected["flows"]);
    for kind in ["flow_runs", "task_runs"] {
        let all = expected[kind].as_object().unwrap();
        assert_eq!(dumped[kind].as_object().unwrap().len(), all.len());
        for (id, fields) in all {
            for (name, value) in fields.as_object().unwrap() {
                if !matches!(name.as_str(), "result" | "artifacts") {
                    assert_eq!(dumped[kind][id][name], *value, "{kind} {id}: {name}");
                }
            }
        }
    }
}

#[test]
fn an_archive_is_what_the_client_says() {
    check_dump(&archive());
}

#[test]
fn a_folder_is_what_the_client_says() {
    check_dump(&folder(files()).unwrap());
}

/// Somebody packs the folder, or saves it beside others.
#[test]
fn an_export_is_found_in_folders() {
    let below = |(path, bytes)| (format!("backup/monday/prefect/{path}"), bytes);
    check_dump(&folder(files().into_iter().map(below).collect()).unwrap());
}

/// The same runs, as the server keeps them: its process was stopped, and left the log behind.
#[test]
fn a_database_is_what_the_client_says() {
    check_dump(&folder(database()).unwrap());
    check_dump(&archive_of("db-with-wal.zip"));
}

/// Somebody chooses the home of Prefect, with its results, profiles and all.
#[test]
fn a_home_is_what_the_client_says() {
    let home = |(path, bytes): (String, Vec<u8>)| (format!(".prefect/{path}"), bytes);
    let mut all: BTreeMap<String, Vec<u8>> = database().into_iter().map(home).collect();
    let results = files().into_iter();
    let results = results.filter(|(path, _)| path.starts_with("storage/"));
    all.extend(results.map(home));
    all.insert(
        ".prefect/profiles.toml".to_owned(),
        b"active = 'x'".to_vec(),
    );
    let engine = folder(all).unwrap();
    check_dump(&engine);
    results::check(&engine);
}
