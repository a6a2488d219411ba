//! Archives in archives: what is inside is read as if it lay there unpacked, and no more of
//! it than is looked at.

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
#[path = "support/site.rs"]
mod site;

use folder::{MemoryFolder, unpacked};
use host::TestHost;
use runglass::cli::dump::dump_engine;
use runglass::engine::Given;
use runglass::engine::ask::Failure;
use runglass::engine::overview::OverviewQuery;
use runglass::engine::sources::ProblemsQuery;
use runglass::model::RunPath;
use runglass::source::inner::{Budget, open_inside};
use runglass::source::{FolderSource, MemoryBlob, NoPace, Source, open_blob};
use serde_json::Value;
use site::{Double, with_ranges};
use std::io::Write as _;
use std::rc::Rc;
use std::sync::Arc;

fn fixture(name: &str) -> Vec<u8> {
    fixtures::bytes(&format!("tests/fixtures/{name}"))
}

/// A zip of files as they are.
fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = rawzip::ZipArchiveWriter::new(Vec::new());
    for (name, content) in files {
        let (mut entry, config) = archive.new_file(*name).start().unwrap();
        let mut data = config.wrap(&mut entry);
        data.write_all(content).unwrap();
        let (_, descriptor) = data.finish().unwrap();
        entry.finish(descriptor).unwrap();
    }
    archive.finish().unwrap()
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(content).unwrap();
    packer.finish().unwrap()
}

/// A tar of one file.
fn tar(name: &str, content: &[u8]) -> Vec<u8> {
    let mut header = vec![0u8; 512];
    let mut put = |at: usize, bytes: &[u8]| {
        header.splice(at..at + bytes.len(), bytes.iter().copied());
    };
    put(0, name.as_bytes());
    put(124, format!("{:011o}", content.len()).as_bytes());
    put(148, b"        ");
    put(156, b"0");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header.splice(148..155, format!("{sum:06o}\0").bytes());
    let mut tar = [&header[..], content].concat();
    tar.resize(tar.len().div_ceil(512) * 512 + 1024, 0);
    tar
}

fn source(bytes: Vec<u8>) -> Rc<dyn Source> {
    let blob = Rc::new(MemoryBlob::new("outer.zip", bytes));
    let source = pollster::block_on(open_blob(blob, Rc::new(NoPace)));
    source.unwrap_or_else(|error| panic!("{error}"))
}

/// The same with the archives in it opened.
fn inside(outer: Rc<dyn Source>) -> Rc<dyn Source> {
    let budget = Budget::default();
    let opened = open_inside(outer, &budget, Rc::new(NoPace));
    pollster::block_on(opened).unwrap()
}

fn dumped(bytes: Vec<u8>) -> Result<(String, Value), Failure> {
    let blob = Rc::new(MemoryBlob::new("outer.zip", bytes));
    let (engine, opened) = TestHost::given(Given::File(blob)).open("outer.zip");
    let opened = opened?;
    let mut dump = pollster::block_on(dump_engine(&engine, "", None)).unwrap();
    dump["problems"].take();
    let names = opened.sources.into_iter().map(|source| source.name);
    Ok((names.collect(), dump))
}

#[test]
fn a_run_is_the_same_in_an_archive_in_an_archive() {
    let inner = fixture("broken/bare-store.zip");
    let (_, expected) = dumped(inner.clone()).unwrap();
    let packed = fixture("archives/run.tar.gz");
    let cases = [
        (zip(&[("runs.zip", &inner)]), "outer.zip › runs.zip"),
        (zip(&[("a/b/RUNS.TGZ", &packed)]), "outer.zip › RUNS.TGZ"),
        (tar("runs.zip", &inner), "outer.zip › runs.zip"),
        (gzip(&tar("runs.zip", &inner)), "outer.zip › runs.zip"),
        (
            zip(&[
                ("a.zip", &zip(&[("b.tar.gz", &packed), ("x", b"")])),
                ("c.txt", b""),
            ]),
            "outer.zip › a.zip › b.tar.gz",
        ),
    ];
    for (outer, name) in cases {
        let (told, dump) = dumped(outer).unwrap();
        assert_eq!(told, name);
        assert!(dump == expected, "{name}");
    }
}

#[test]
fn the_files_are_those_of_the_inner_archive_under_its_name() {
    let inner = fixture("broken/bare-store.zip");
    let files = unpacked(&*source(inner.clone()));
    let outer = source(zip(&[("a/runs.zip", &inner), ("a/note.txt", b"here")]));
    let inside = unpacked(&*inside(outer));
    assert_eq!(inside.len(), files.len() + 1);
    assert_eq!(inside["a/note.txt"], b"here");
    for (path, content) in files {
        assert!(inside[&format!("a/runs.zip/{path}")] == content, "{path}");
    }
}

/// An inner archive that lies there as it is costs what is looked at in it.
#[test]
fn an_inner_archive_is_read_by_ranges() {
    let inner = fixture("metaflow/client-api.zip");
    let whole = inner.len() as u64;
    let outer = zip(&[("runs.zip", &inner), ("junk", &vec![7; 1 << 20])]);
    let server = Rc::new(Double::new(with_ranges(Arc::new(outer))));
    let host = TestHost {
        http: Some(server.clone()),
        ..TestHost::default()
    };
    let (engine, opened) = host.open("https://example.org/outer.zip");
    opened.unwrap();
    let run = RunPath::new("NightFlow", "1795248006016112");
    pollster::block_on(engine.ask(OverviewQuery::of(run))).unwrap();
    let sent = *server.sent.borrow();
    assert!(sent < whole / 2, "{sent} of {whole} bytes were fetched");
}

/// What lies in a folder, as somebody gives it.
fn folder(files: &[(&str, &[u8])]) -> Rc<MemoryFolder> {
    let file = |(path, bytes): &(&str, &[u8])| ((*path).to_owned(), bytes.to_vec());
    Rc::new(MemoryFolder {
        files: files.iter().map(file).collect(),
        can_grow: true,
    })
}

#[test]
fn a_folder_of_archives_has_the_runs_of_all_of_them() {
    let basics = fixture("metaflow/basics.zip");
    let packed = fixture("archives/run.tar.gz");
    let files: [(&str, &[u8]); 7] = [
        ("downloads/basics.zip", &basics),
        ("downloads/older/run.tar.gz", &packed),
        ("downloads/broken.zip", b"PK"),
        ("downloads/note.txt", b"here"),
        ("downloads/.DS_Store", b"1"),
        ("downloads/older/.DS_Store", b"2"),
        ("downloads/._note.txt", b"3"),
    ];
    let runs = |given: Given| {
        let (engine, opened) = TestHost::given(given).open("downloads");
        let opened = opened.unwrap();
        let dump = pollster::block_on(dump_engine(&engine, "", None)).unwrap();
        let problems = pollster::block_on(engine.ask(ProblemsQuery)).unwrap();
        let runs = dump["runs"].as_object().unwrap().clone();
        (opened, runs, problems.problems)
    };
    let (opened, both, problems) = runs(Given::Folder(folder(&files)));
    let of_file = |bytes: &[u8]| {
        let blob = MemoryBlob::new("one", bytes.to_vec());
        runs(Given::File(Rc::new(blob)))
    };
    let mut each = serde_json::Map::new();
    // The run that both hold is that of the first.
    for bytes in [&packed, &basics] {
        let alone = of_file(bytes).1;
        assert!(!alone.is_empty());
        each.extend(alone);
    }
    assert!(both == each);
    // A file that is written over is not followed.
    assert!(!opened.sources[0].grows);
    let told = problems.iter().map(|one| (&*one.place.file, &*one.what));
    let told: Vec<(&str, &str)> = told
        .filter(|(file, _)| *file == "downloads/broken.zip")
        .collect();
    assert_eq!(
        told,
        [(
            "downloads/broken.zip",
            "This archive in the folder is left out. This is no archive that Runglass can read: downloads/broken.zip is neither a zip nor a tar, packed or not."
        )]
    );
}

/// A program with its data, where no run has been yet: the data are left alone, and the first
/// run is waited for.
#[test]
fn archives_of_a_project_stay_closed() {
    let data = fixture("metaflow/basics.zip");
    let files: [(&str, &[u8]); 3] = [
        ("lab/flow.py", b"import metaflow"),
        ("lab/README.md", b"Run it."),
        ("lab/data.zip", &data),
    ];
    let (_, opened) = TestHost::given(Given::Folder(folder(&files))).open("lab");
    let failure = opened.unwrap_err();
    assert_eq!(failure.headline, "There are no runs in here yet");
    assert!(failure.waits());
}

/// Where there are runs beside them, archives are files like others.
#[test]
fn archives_beside_runs_stay_closed() {
    let mut files = unpacked(&*source(fixture("broken/bare-store.zip")));
    files.insert("more.zip".to_owned(), fixture("metaflow/basics.zip"));
    let given = Given::Folder(Rc::new(MemoryFolder {
        files,
        can_grow: false,
    }));
    let (_, opened) = TestHost::given(given).open("memory");
    let alone = dumped(fixture("broken/bare-store.zip")).unwrap().1;
    let flows = alone["flows"].as_object().unwrap().len() as u64;
    assert_eq!(opened.unwrap().sources[0].flows, flows);
}

/// Each may unpack to what is usual, all of them together not to more than there is room for.
#[test]
fn archives_of_a_folder_share_the_memory() {
    // What can be packed to a fiftieth grows as much as is usual.
    let mut noise = 1u32;
    let byte = |at: usize| {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        if at % 8192 < 160 {
            (noise >> 24) as u8
        } else {
            0
        }
    };
    let content: Vec<u8> = (0..200 << 20).map(byte).collect();
    let big = gzip(&tar("a.txt", &content));
    let names: Vec<String> = (0..7).map(|at| format!("{at}.tar.gz")).collect();
    let files: Vec<(&str, &[u8])> = names.iter().map(|name| (&**name, &big[..])).collect();
    let outer: Rc<dyn Source> = Rc::new(FolderSource::new(folder(&files)));
    let left_out: Vec<String> = inside(outer)
        .problems()
        .into_iter()
        .map(|one| one.place.file)
        .collect();
    assert_eq!(left_out, ["5.tar.gz", "6.tar.gz"]);
}

#[test]
fn archives_are_opened_only_so_deep() {
    let mut outer = fixture("broken/bare-store.zip");
    for depth in 1..=4 {
        outer = zip(&[("inner.zip", &outer)]);
        assert_eq!(dumped(outer.clone()).is_ok(), depth <= 3, "{depth}");
    }
}

#[test]
fn so_many_archives_are_left_out_with_a_word() {
    let names: Vec<String> = (0..70).map(|at| format!("{at:02}.zip")).collect();
    let inner = zip(&[("empty.txt", b"")]);
    let files: Vec<(&str, &[u8])> = names
        .iter()
        .map(|name| (name.as_str(), &inner[..]))
        .collect();
    let problems = inside(source(zip(&files))).problems();
    let told: Vec<&str> = problems
        .iter()
        .map(|problem| problem.what.as_str())
        .collect();
    assert_eq!(
        told,
        ["6 more archives and folders in the archive were not looked into: there are too many."]
    );
}
