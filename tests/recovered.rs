//! Zips that end too early, as packers really write them: each file that came whole is
//! there byte for byte, and nothing that did not come is said to be whole.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed, which is what it is for"
)]

#[path = "support/fixtures.rs"]
mod fixtures;
#[allow(dead_code, reason = "only what a source holds is asked for")]
#[path = "support/folder.rs"]
mod folder;
#[path = "support/host.rs"]
mod host;
#[path = "support/site.rs"]
mod site;

use folder::unpacked;
use host::TestHost;
use rawzip::ZipArchive;
use runglass::engine::Given;
use runglass::engine::recovered::RunTold;
use runglass::engine::sources::ProblemsQuery;
use runglass::model::RunPath;
use runglass::source::http::open::Whole;
use runglass::source::http::open_url;
use runglass::source::{
    MemoryBlob, NoPace, OpenError, Pace, Progress, Source, Waiting, open_blob, recover_blob,
};
use site::{Double, with_ranges};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::Future as _;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Waker};

/// By a packer that knows the sizes before, and by two that write into a pipe.
const ZIPS: [&str; 5] = [
    "broken/bare-store.zip",
    "archives/run.piped.zip",
    "archives/run.python.zip",
    "archives/run.rare.zip",
    "archives/run.deflate64.zip",
];

fn fixture(name: &str) -> Vec<u8> {
    fixtures::bytes(&format!("tests/fixtures/{name}"))
}

fn recovered(bytes: &[u8]) -> Result<Rc<dyn Source>, OpenError> {
    let blob = Rc::new(MemoryBlob::new("cut.zip", bytes.to_vec()));
    pollster::block_on(recover_blob(blob, Rc::new(NoPace)))
}

/// Where the files of a whole archive lie, and where its directory begins.
fn places(bytes: &[u8]) -> (BTreeMap<String, Range<u64>>, u64) {
    let archive = ZipArchive::from_slice(bytes).unwrap();
    let entries = archive.entries().map(|entry| {
        let entry = entry.unwrap();
        let name = String::from_utf8(entry.file_path().as_bytes().to_vec()).unwrap();
        (entry.local_header_offset(), name)
    });
    let mut starts: Vec<(u64, String)> = entries.collect();
    starts.sort();
    let ends = starts.iter().skip(1).map(|(start, _)| *start);
    let ends: Vec<u64> = ends.chain([archive.directory_offset()]).collect();
    let places = starts.into_iter().zip(ends);
    let places = places.map(|((start, name), end)| (name, start..end));
    let places = places.filter(|(name, _)| !name.ends_with('/')).collect();
    (places, archive.directory_offset())
}

#[test]
fn each_file_before_the_cut_is_there() {
    for name in ZIPS {
        let whole = fixture(name);
        let blob = Rc::new(MemoryBlob::new(name, whole.clone()));
        let source = pollster::block_on(open_blob(blob, Rc::new(NoPace))).unwrap();
        let files = unpacked(&*source);
        let (places, directory) = places(&whole);
        // A prime, so that cuts fall on every part of a header.
        for cut in (0..whole.len()).step_by(331) {
            let told = recovered(&whole[..cut]);
            let before = |path: &&String| places[*path].end <= cut as u64;
            let expected: Vec<&String> = places.keys().filter(before).collect();
            let Ok(found) = told else {
                assert!(expected.is_empty(), "{name} cut at {cut}");
                continue;
            };
            let facts = found.recovered().unwrap();
            let found_files = unpacked(&*found);
            let part: Vec<&String> = facts.parts.iter().map(|part| &part.path).collect();
            for path in &expected {
                assert!(
                    found_files[*path] == files[*path],
                    "{path} of {name}, {cut}"
                );
            }
            let others: Vec<&String> = found_files
                .keys()
                .filter(|path| !expected.contains(path))
                .collect();
            assert!(
                others.iter().all(|path| part.contains(path)),
                "{name} cut at {cut}: {others:?} are told as whole"
            );
            assert!(part.len() <= 1, "{name} cut at {cut}: {part:?}");
            assert_eq!(facts.arrived, cut as u64);
            assert_eq!(facts.skipped, 0, "{name} cut at {cut}");
            assert!(facts.directory.is_none() || cut as u64 > directory);
            assert!(
                (cut as u64) + facts.missing <= whole.len() as u64,
                "{name} cut at {cut}: {} are missing at least",
                facts.missing
            );
            // What is there of the last file is its beginning; of one that is stored nobody
            // can tell where what stands behind it begins.
            for path in part {
                let beginning = found_files[path].len().saturating_sub(24);
                let beginning = &found_files[path][..beginning];
                assert!(
                    files[path].starts_with(beginning),
                    "{path} of {name}, {cut}"
                );
            }
        }
    }
}

/// A file as it is, behind its header.
fn stored(name: &str, content: &[u8]) -> Vec<u8> {
    let mut crc = flate2::Crc::new();
    crc.update(content);
    let size = (content.len() as u32).to_le_bytes();
    let name_length = (name.len() as u16).to_le_bytes();
    let fixed: &[u8] = b"PK\x03\x04\x14\0\0\0\0\0\0\0\x21\0";
    let sums = [crc.sum().to_le_bytes(), size, size].concat();
    [
        fixed,
        &sums,
        &name_length,
        &[0, 0],
        name.as_bytes(),
        content,
    ]
    .concat()
}

#[test]
fn content_behind_a_url_is_not_fetched_to_find_the_next_file() {
    let large: Vec<u8> = (0..3_000_000u32).map(|at| (at / 7) as u8).collect();
    let mut bytes = ["a", "b", "c", "d"]
        .map(|name| stored(name, &large))
        .concat();
    bytes.truncate(bytes.len() - 100);
    let server = Rc::new(Double::new(with_ranges(Arc::new(bytes))));
    let url = "https://example.org/cut.zip";
    let source = pollster::block_on(async {
        let blob = open_url(server.clone(), url, Rc::new(NoPace), Whole::Unasked).await?;
        recover_blob(blob, Rc::new(NoPace)).await
    });
    let source = source.unwrap_or_else(|error| panic!("{error}"));
    let facts = source.recovered().unwrap();
    assert_eq!((facts.whole, facts.in_part), (3, 1));
    let sent = *server.sent.borrow();
    // The end is searched for a directory first.
    assert!(sent < 2_000_000, "{sent} bytes were fetched");
}

/// Work that is stopped at one of its breaths.
struct Stopped {
    breaths: Cell<u32>,
    told: RefCell<Vec<Progress>>,
}

impl Pace for Stopped {
    fn breathe(&self) -> Waiting<'_, ()> {
        match self.breaths.get().checked_sub(1) {
            Some(left) => {
                self.breaths.set(left);
                Box::pin(std::future::ready(()))
            }
            None => Box::pin(std::future::pending()),
        }
    }

    fn progress(&self, progress: Progress) {
        self.told.borrow_mut().push(progress);
    }
}

/// A file whose end nobody wrote before it is read to its end: with breaths, and told.
#[test]
fn a_long_search_is_told_and_can_be_stopped() {
    let mut bytes = stored("large", &vec![7u8; 30 << 20]);
    // Sizes and checksum stand behind it, and there they are cut off.
    bytes[6] = 8;
    bytes[14..26].fill(0);
    let size = bytes.len() as u64;
    let pace = Rc::new(Stopped {
        breaths: Cell::new(6),
        told: RefCell::default(),
    });
    let blob = Rc::new(MemoryBlob::new("cut.zip", bytes));
    let mut work = Box::pin(recover_blob(blob, pace.clone()));
    let mut context = Context::from_waker(Waker::noop());
    assert!(work.as_mut().poll(&mut context).is_pending());
    drop(work);
    let told = pace.told.borrow();
    let last = told.last().unwrap();
    assert_eq!(last.total, Some(size));
    assert!(last.done > 0 && last.done < size / 2, "{last:?}");
    assert!(told.is_sorted_by_key(|progress| progress.done));
}

/// A whole zip, stored in one that is not, has a directory: which is no directory of that one.
#[test]
fn the_directory_of_a_stored_zip_is_not_taken_for_its_own() {
    let inner = fixture("broken/bare-store.zip");
    let outer = [stored("first.txt", b"1"), stored("runs.zip", &inner)].concat();
    let blob = Rc::new(MemoryBlob::new("outer.zip", outer.clone()));
    let opened = pollster::block_on(open_blob(blob, Rc::new(NoPace)));
    assert!(matches!(opened, Err(OpenError::CutOff { .. })));
    let files = unpacked(&*recovered(&outer).unwrap_or_else(|error| panic!("{error}")));
    assert_eq!(files.len(), 2);
    assert!(files["runs.zip"] == inner);
    // Behind a program its offsets count from elsewhere, too.
    let behind = [b"#!/bin/sh\n".to_vec(), inner].concat();
    assert!(
        recovered(&behind)
            .unwrap_or_else(|error| panic!("{error}"))
            .recovered()
            .is_none()
    );
}

/// Packers may begin names with `./`: a file that is cut is still that of its run.
#[test]
fn a_run_is_in_part_however_its_files_are_written() {
    let whole = fixture("broken/bare-store.zip");
    let files = unpacked(&*recovered(&whole).unwrap_or_else(|error| panic!("{error}")));
    let dotted = files
        .iter()
        .map(|(path, content)| stored(&format!("./{path}"), content));
    let mut bytes = dotted.collect::<Vec<_>>().concat();
    let run = RunPath::new("LinearFlow", RUN);
    assert_eq!(told(bytes.clone()), (vec![run.clone()], vec![]));
    // A log of the run, and then all that comes behind it.
    let name = b"./LinearFlow/1795211174306524/start/1/0.runtime_stdout.log";
    let at = bytes
        .windows(name.len())
        .position(|some| some == name)
        .unwrap();
    bytes.drain(at + name.len() + 5..);
    assert_eq!(told(bytes), (vec![], vec![run]));
}

/// A tar opens by itself, wherever it ends; the run at which it does is marked.
#[test]
fn the_run_at_which_a_tar_ends_is_one_in_part() {
    let mut tar = fixtures::bytes("tests/fixtures/archives/run.tar");
    let in_part = |tar: &[u8]| {
        let blob = MemoryBlob::new("run.tar", tar.to_vec());
        let (engine, opened) = TestHost::given(Given::File(Rc::new(blob))).open("run.tar");
        opened.unwrap();
        let problems = pollster::block_on(engine.ask(ProblemsQuery))
            .unwrap()
            .problems;
        let what = problems.into_iter().map(|problem| problem.what);
        let what = what.filter(|what| what.starts_with("Only a part of this run"));
        what.collect::<Vec<String>>()
    };
    assert_eq!(in_part(&tar), [""; 0]);
    tar.truncate(tar.len() / 2);
    let [what] = &*in_part(&tar) else {
        panic!("one run is in part");
    };
    assert!(what.contains("the archive ends behind its"), "{what}");
}

fn told(bytes: Vec<u8>) -> (Vec<RunPath>, Vec<RunPath>) {
    let blob = MemoryBlob::new("cut.zip", bytes);
    let (_, opened) = TestHost::given(Given::File(Rc::new(blob))).open("cut.zip");
    let view = opened.unwrap_err().recovered().unwrap().clone();
    let paths = |told: Vec<RunTold>| told.into_iter().map(|run| run.path).collect();
    (paths(view.whole.named), paths(view.in_part.named))
}

const RUN: &str = "1795211174306524";
const OTHER: &str = "1795211188000000";

/// Ana's run and all its values come before Bob's.
#[test]
fn whole_runs_are_told_from_those_in_part() {
    let whole = fixture("broken/two-stores.zip");
    let (places, directory) = places(&whole);
    let ana = RunPath::new("LinearFlow", RUN);
    let bob = RunPath::new("LinearFlow", OTHER);
    let both = || vec![bob.clone(), ana.clone()];
    // In the middle of the directory.
    let cut = whole[..directory as usize + 1000].to_vec();
    let (mut all, part) = told(cut);
    all.sort();
    let mut expected = both();
    expected.sort();
    assert_eq!((all, part), (expected, vec![]));
    let ends = |folder: &str| {
        let own = places.iter().filter(|(path, _)| path.starts_with(folder));
        own.map(|(_, place)| place.end).max().unwrap() as usize
    };
    // Behind Ana's values, which are packed last of what is hers, and in Bob's.
    let of_bob = ends("bob/.metaflow/LinearFlow/1795211188000000/middle");
    assert_eq!(
        told(whole[..of_bob].to_vec()),
        (vec![ana.clone()], vec![bob])
    );
    // Ana's run has come, and not its values.
    let of_ana = ends("ana/.metaflow/LinearFlow/1795211174306524/");
    assert_eq!(told(whole[..of_ana + 60].to_vec()), (vec![], vec![ana]));
}
