//! Archives that are broken on purpose, one for each fault: what a person reads.
//!
//! Each snapshot is named after its fault (`tests/fixtures/README.md` says what was
//! done) and holds either the words of the error screen, or the runs with all that
//! could still be read of them, and the list of problems. Read it as somebody who
//! has this archive and knows nothing of Runglass: is it said what is wrong, where,
//! and what to try? Is everything shown that can be? Is nothing missing in silence?

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed, which is what it is for"
)]

#[path = "support/fixtures.rs"]
mod fixtures;
#[path = "support/folder.rs"]
mod folder;
#[path = "support/host.rs"]
mod host;
#[path = "support/words.rs"]
mod words;

use folder::{MemoryFolder, unpacked};
use host::TestHost;
use runglass::cli::dump::dump_engine;
use runglass::engine::ask::{Failure, FailureKind, Window};
use runglass::engine::data::TaskDataQuery;
use runglass::engine::logs::{LogQuery, Streams};
use runglass::engine::overview::{OverviewQuery, OverviewView};
use runglass::engine::picture::Absence;
use runglass::engine::rail::RailQuery;
use runglass::engine::runs::{RunRow, RunsQuery};
use runglass::engine::siblings::SiblingsQuery;
use runglass::engine::sources::{Open, SourceSpec};
use runglass::engine::tasks::{TaskRow, TasksQuery};
use runglass::engine::values::ValueQuery;
use runglass::engine::{Engine, Given};
use runglass::model::{RunPath, Status, TaskPath};
use runglass::source::{MemoryBlob, NoPace, open_blob};
use runglass::text::human;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::rc::Rc;

const ALL: Window = Window {
    first: 0,
    count: 1000,
};

/// An engine with an archive, or why it cannot be opened.
fn open(name: &str, bytes: Vec<u8>) -> Result<Engine, Failure> {
    let blob = MemoryBlob::new(name, bytes);
    let (engine, opened) = TestHost::given(Given::File(Rc::new(blob))).open(name);
    opened.map(|_| engine)
}

/// The same with what can still be read of one that is not whole.
fn recover(name: &str, bytes: Vec<u8>) -> Engine {
    let blob = MemoryBlob::new(name, bytes);
    let host = TestHost {
        anyway: true,
        ..TestHost::given(Given::File(Rc::new(blob)))
    };
    let (engine, opened) = host.open(name);
    opened.unwrap();
    engine
}

/// Whether a failure says that there are runs all the same.
fn has_runs(failure: &Failure) -> bool {
    let recovered = failure.recovered();
    failure.kind == FailureKind::Asks || recovered.is_some_and(|view| view.has_runs())
}

/// Everything that a person is told of an archive.
fn told(name: &str, bytes: Vec<u8>) -> String {
    match open(name, bytes.clone()) {
        Ok(engine) => told_of(&engine, name),
        Err(failure) if has_runs(&failure) => {
            let could_be = told_of(&recover(name, bytes), name);
            let words = words::of_failure(&failure);
            format!("{words}\nWhat could be read\n\n{could_be}")
        }
        Err(failure) => words::of_failure(&failure),
    }
}

fn told_of(engine: &Engine, name: &str) -> String {
    // As the page asks for it.
    let question = RunsQuery {
        window: ALL,
        descending: true,
        ..RunsQuery::default()
    };
    let runs = pollster::block_on(engine.ask(question)).unwrap();
    assert_eq!(runs.pending, 0);
    let mut text = String::new();
    for row in &runs.rows {
        of_run(engine, row, &mut text);
    }
    let dumped = pollster::block_on(dump_engine(engine, name, None)).unwrap();
    let problems = words::of_problems(&dumped);
    match problems.as_str() {
        "" => text.push_str("\nNo problems.\n"),
        _ => write!(text, "\nProblems\n\n{problems}").unwrap(),
    }
    text
}

fn of_run(engine: &Engine, row: &RunRow, text: &mut String) {
    let run = RunPath::new(&row.flow, &row.run);
    let overview = pollster::block_on(engine.ask(OverviewQuery::of(run.clone()))).unwrap();
    assert_eq!(
        row.status,
        Some(overview.status),
        "the list and the page of {run} disagree"
    );
    let user = row.user.as_deref().unwrap_or("nobody known");
    let took = row
        .duration
        .map_or("?".to_owned(), |span| human::span(span.0));
    writeln!(text, "{run}  by {user}  {took}").unwrap();
    writeln!(text, "  {}. {}", overview.headline, overview.evidence).unwrap();
    let question = TasksQuery {
        run: run.clone(),
        step: None,
        text: String::new(),
        statuses: Vec::new(),
        sort: Default::default(),
        descending: false,
        window: ALL,
    };
    let tasks = pollster::block_on(engine.ask(question)).unwrap();
    for task in &tasks.rows {
        of_task(engine, &run, task, text);
    }
}

fn of_task(engine: &Engine, run: &RunPath, row: &TaskRow, text: &mut String) {
    let task = run.task(&row.step, &row.id);
    let took = row
        .duration
        .map_or("?".to_owned(), |span| human::span(span.0));
    let question = TaskDataQuery {
        task: task.clone(),
        attempt: None,
        hidden: true,
        text: String::new(),
    };
    let status = row.status.word();
    let place = format!("{}/{}", row.step, row.id);
    let data = pollster::block_on(engine.ask(question)).unwrap();
    let shown = data.rows.iter().filter(|row| row.value.is_some()).count();
    let of = data.rows.len();
    let lines = human::counted(lines_of_log(engine, &task, data.attempt), "line", "lines");
    writeln!(
        text,
        "  {place}  {status}  {took}  {shown} of {of} values, {lines} of log"
    )
    .unwrap();
    for row in data.rows {
        let without = row.value.is_none().then_some("not read for a list");
        if let Some(why) = row.fault.as_deref().or(without) {
            writeln!(text, "    {}  {why}", row.name).unwrap();
        }
    }
}

fn lines_of_log(engine: &Engine, task: &TaskPath, attempt: u32) -> u64 {
    let question = LogQuery {
        task: task.clone(),
        attempt,
        streams: Streams::Both,
        window: ALL,
        from_end: false,
        search: String::new(),
    };
    pollster::block_on(engine.ask(question)).map_or(0, |log| log.total)
}

#[test]
fn every_fault_is_told() {
    let folder = fixtures::path("tests/fixtures/broken");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert!(names.len() >= 37);
    for file in names {
        let fault = file.split('.').next().unwrap();
        let bytes = fixtures::bytes(&format!("tests/fixtures/broken/{file}"));
        insta::assert_snapshot!(fault, told(&file, bytes));
    }
    // Two archives hold 50 MB of zeros each way: reading them must not need many times that.
    #[cfg(target_os = "linux")]
    assert!(peak_kb() < 300_000, "{} kB of memory", peak_kb());
}

/// The most memory that this process ever had.
#[cfg(target_os = "linux")]
fn peak_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.unwrap().parse().unwrap()
}

/// The small run, whole: to be damaged.
fn small() -> Vec<u8> {
    fixtures::bytes("tests/fixtures/broken/bare-store.zip")
}

/// Opens and reads everything: either there are words for what is wrong, or a run.
#[track_caller]
fn check_survives(what: &str, bytes: Vec<u8>) {
    let engine = match open("small.zip", bytes.clone()) {
        Ok(engine) => engine,
        Err(failure) => {
            assert_eq!(failure.kind, FailureKind::Source, "{what}: {failure:?}");
            assert!(!failure.advice.is_empty(), "{what}: {failure:?}");
            if !has_runs(&failure) {
                return;
            }
            recover("small.zip", bytes)
        }
    };
    let dumped = pollster::block_on(dump_engine(&engine, "small.zip", None)).unwrap();
    assert!(
        dumped["runs"]
            .as_object()
            .is_some_and(|runs| !runs.is_empty()),
        "{what}"
    );
}

#[test]
fn cut_off_anywhere() {
    let whole = small();
    for end in (0..whole.len()).step_by(61) {
        check_survives(&format!("cut at {end}"), whole[..end].to_vec());
    }
}

#[test]
fn with_a_hole_anywhere() {
    let whole = small();
    for at in (0..whole.len()).step_by(509) {
        let mut bytes = whole.clone();
        bytes.drain(at..(at + 40).min(whole.len()));
        check_survives(&format!("without 40 bytes at {at}"), bytes);
    }
}

#[test]
fn with_bytes_flipped_anywhere() {
    let whole = small();
    for at in (0..whole.len()).step_by(127) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0xff;
        check_survives(&format!("byte {at} flipped"), bytes);
    }
}

#[test]
fn files_without_runs_are_counted_wherever_they_lie() {
    let check = |paths: &[&str], expected: &str| {
        let files = paths.iter().map(|path| ((*path).to_owned(), Vec::new()));
        let folder = MemoryFolder {
            files: files.collect(),
            can_grow: false,
        };
        let (_, opened) = TestHost::given(Given::Folder(Rc::new(folder))).open("memory");
        let told = opened.unwrap_err().explanation;
        assert!(told.starts_with(expected), "{told}");
    };
    check(&[], "memory holds no files.");
    check(&["a/b/c.txt"], "memory holds 1 file, and nothing in it is");
    check(&["a", "b/c", "b/d/e"], "memory holds 3 files, and");
    // Some folders are not looked into.
    check(
        &["a", "node_modules/b"],
        "memory holds at least 1 file, and",
    );
}

/// The records of `end/3`, whose end is that of the run, from the strongest proof on.
const TELL_THE_END: [&str; 4] = [
    "_meta/sysmeta_attempt_ok_1795211182410.json",
    "_meta/0_artifact__success.json",
    "0.runtime",
    "0.data.json",
];

/// What is said of the small run: in the list, and on its own page.
fn said(folder: MemoryFolder) -> (RunRow, OverviewView) {
    let (engine, opened) = TestHost::given(Given::Folder(Rc::new(folder))).open("memory");
    opened.unwrap();
    let question = RunsQuery {
        window: ALL,
        ..RunsQuery::default()
    };
    let runs = pollster::block_on(engine.ask(question)).unwrap();
    let run = RunPath::new(&runs.rows[0].flow, &runs.rows[0].run);
    let overview = pollster::block_on(engine.ask(OverviewQuery::of(run))).unwrap();
    (runs.rows[0].clone(), overview)
}

#[track_caller]
fn check_said(folder: MemoryFolder, status: Status, evidence: &str, proof: &str) {
    let (row, overview) = said(folder);
    assert_eq!((row.status, overview.status), (Some(status), status));
    assert_eq!(overview.evidence, evidence);
    assert_eq!(row.proof, proof);
}

const END: &str = "LinearFlow/1795211174306524/end/3";

#[test]
fn an_end_is_told_by_whatever_record_is_left() {
    let mut folder = files();
    let proofs = [
        "end attempt_ok True",
        "end _success True",
        "end N.runtime",
        "end _success True",
    ];
    for (lost, proof) in TELL_THE_END.iter().zip(proofs) {
        check_said(folder.clone(), Status::Succeeded, "3 tasks.", proof);
        folder.files.insert(format!("{END}/{lost}"), Vec::new());
    }
}

#[test]
fn an_end_that_cannot_be_read_is_not_called_missing() {
    let mut folder = files();
    for lost in TELL_THE_END {
        folder.files.insert(format!("{END}/{lost}"), Vec::new());
    }
    let record = "sysmeta_attempt_ok_1795211182410.json";
    check_said(
        folder.clone(),
        Status::Unknown,
        &format!("How it ended cannot be told: end/3/{record} cannot be read."),
        record,
    );
    // JSON, but nothing that an attempt_ok can be.
    let other = format!("{END}/{}", TELL_THE_END[0]);
    folder
        .files
        .insert(other.clone(), b"{\"value\": 5}".to_vec());
    assert_eq!(said(folder.clone()).0.status, Some(Status::Unknown));
    for lost in TELL_THE_END {
        folder.files.remove(&format!("{END}/{lost}"));
    }
    check_said(
        folder.clone(),
        Status::Unknown,
        "end/3/0.DONE.lock tells that it ended; the records that tell how are lost.",
        "0.DONE.lock",
    );
    folder.files.remove(&format!("{END}/0.DONE.lock"));
    let noted = "_meta/sysmeta_attempt-done_1795211182411.json";
    folder.files.remove(&format!("{END}/{noted}"));
    check_said(
        folder,
        Status::Unfinished,
        "No end was recorded; the last sign of life is in end: it was killed, cut off, or saved while it ran.",
        "",
    );
}

/// The files of the small run, in memory.
fn files() -> MemoryFolder {
    let blob = Rc::new(MemoryBlob::new("small.zip", small()));
    let source = pollster::block_on(open_blob(blob, Rc::new(NoPace))).unwrap();
    MemoryFolder {
        files: unpacked(&*source),
        can_grow: false,
    }
}

/// The dump of a folder, which must still have its one run.
#[track_caller]
fn dump_of(what: &str, folder: MemoryFolder) -> Value {
    let (engine, opened) = TestHost::given(Given::Folder(Rc::new(folder))).open("memory");
    assert_eq!(opened.unwrap().runs, 1, "{what}");
    let dumped = pollster::block_on(dump_engine(&engine, "memory", None)).unwrap();
    assert_eq!(dumped["runs"].as_object().unwrap().len(), 1, "{what}");
    dumped
}

/// Two people have a run each of one flow, and the blobs of one of them are damaged.
#[test]
fn a_value_is_that_of_its_own_source() {
    let whole = files();
    let mut damaged = MemoryFolder::default();
    for (path, bytes) in &whole.files {
        let mut bytes = bytes.clone();
        if path.contains("/data/") && !path.ends_with("_meta") {
            bytes.truncate(bytes.len() - 9);
        }
        let path = path.replace("1795211174306524", "1795211174306525");
        damaged.files.insert(path, bytes);
    }
    let given = |folder: MemoryFolder| Given::Folder(Rc::new(folder));
    let host = TestHost {
        by_key: BTreeMap::from([
            ("damaged".to_owned(), given(damaged)),
            ("whole".to_owned(), given(whole)),
        ]),
        ..TestHost::default()
    };
    let engine = Engine::new(Rc::new(host));
    let sources = ["damaged", "whole"].map(|key| SourceSpec {
        key: key.to_owned(),
        given: Some(key.to_owned()),
        whole: false,
        unlock: None,
        signature: None,
    });
    let question = Open {
        sources: sources.to_vec(),
        again: false,
        anyway: false,
    };
    assert_eq!(pollster::block_on(engine.ask(question)).unwrap().runs, 2);
    let problems = |run: &str| {
        let question = ValueQuery {
            at: String::new(),
            task: RunPath::new("LinearFlow", run).task("start", "1"),
            attempt: None,
            name: "title".to_owned(),
            large: false,
            enter: false,
        };
        pollster::block_on(engine.ask(question)).unwrap().problems
    };
    assert!(!problems("1795211174306525").is_empty());
    assert_eq!(problems("1795211174306524"), [""; 0]);
}

#[test]
fn a_step_that_lost_its_records_is_told_from_one_that_was_not_reached() {
    let absences = |lost: &[&str]| {
        let mut folder = files();
        let run = "LinearFlow/1795211174306524";
        let is_lost = |path: &str| {
            let mut lost = lost.iter();
            lost.any(|step| path.starts_with(&format!("{run}/{step}/")))
        };
        folder.files.retain(|path, _| !is_lost(path));
        let (engine, opened) = TestHost::given(Given::Folder(Rc::new(folder))).open("memory");
        opened.unwrap();
        let run = RunPath::new("LinearFlow", "1795211174306524");
        let rail = pollster::block_on(engine.ask(RailQuery { run: run.clone() })).unwrap();
        let step = SiblingsQuery {
            run,
            step: "middle".to_owned(),
        };
        let page = pollster::block_on(engine.ask(step)).unwrap().head;
        let in_rail = rail.steps.iter().find(|step| step.name == "middle");
        (in_rail.unwrap().absence, page.absence)
    };
    assert_eq!(absences(&["middle"]), (Absence::Lost, Absence::Lost));
    let both = absences(&["middle", "end"]);
    assert_eq!(both, (Absence::NotReached, Absence::NotReached));
}

#[test]
fn a_run_that_lost_a_file_is_still_there() {
    let whole = files();
    for lost in whole.files.keys() {
        let mut folder = whole.clone();
        folder.files.remove(lost);
        dump_of(&format!("without {lost}"), folder);
    }
}

/// An empty log may be one that nothing was written to, but no record and no value is
/// empty by itself: it is told, unless nothing of it is missing (what `0.attempt.json`
/// says stands elsewhere too).
#[test]
fn no_record_and_no_value_is_empty_in_silence() {
    let whole = files();
    let sound = dump_of("whole", whole.clone());
    assert_eq!(words::of_problems(&sound), "");
    for emptied in whole.files.keys().filter(|path| !path.ends_with(".log")) {
        let mut folder = whole.clone();
        folder.files.insert(emptied.clone(), Vec::new());
        let dumped = dump_of(&format!("{emptied} emptied"), folder);
        let told = words::of_problems(&dumped);
        assert!(
            told.contains(emptied.as_str()) || dumped == sound,
            "{emptied} is empty, and this is told:\n{told}"
        );
    }
}
