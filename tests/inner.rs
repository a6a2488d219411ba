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
use runglass::cli::pack::{Asked, Chosen, pack};
use runglass::engine::Given;
use runglass::engine::ask::Failure;
use runglass::engine::overview::OverviewQuery;
use runglass::engine::sources::ProblemsQuery;
use runglass::model::RunPath;
use runglass::source::inner::open_inside;
use runglass::source::{FolderSource, MemoryBlob, NoPace, Source, Waiting, open_blob};
use serde_json::{Map, Value};
use site::{Double, with_ranges};
use std::fs;
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

/// The same with the archives in it opened, whatever is in them.
fn inside(outer: Rc<dyn Source>) -> Rc<dyn Source> {
    let look = |source| -> Waiting<'_, Option<Rc<dyn Source>>> {
        Box::pin(std::future::ready(Some(source)))
    };
    let opened = open_inside(outer, &look, Rc::new(NoPace));
    pollster::block_on(opened).unwrap().source
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
    let (both, problems, grows) = runs_of(Given::Folder(folder(&files)));
    let of_file = |bytes: &[u8]| {
        let blob = MemoryBlob::new("one", bytes.to_vec());
        runs_of(Given::File(Rc::new(blob))).0
    };
    let mut each = serde_json::Map::new();
    // The run that both hold is that of the first.
    for bytes in [&packed, &basics] {
        let alone = of_file(bytes);
        assert!(!alone.is_empty());
        each.extend(alone);
    }
    assert!(both == each);
    // Others may come.
    assert!(grows);
    let left_out = "This archive in the folder is left out. This is no archive that Runglass can read: downloads/broken.zip is neither a zip nor a tar, packed or not.";
    let told = ("downloads/broken.zip".to_owned(), left_out.to_owned());
    assert!(problems.contains(&told), "{problems:?}");
}

/// The runs of what is given; what is told of its problems, by their places; and whether it is
/// followed.
fn runs_of(given: Given) -> (Map<String, Value>, Vec<(String, String)>, bool) {
    let (engine, opened) = TestHost::given(given).open("given");
    let opened = opened.unwrap_or_else(|failure| panic!("{}", failure.explanation));
    let dump = pollster::block_on(dump_engine(&engine, "", None)).unwrap();
    let problems = pollster::block_on(engine.ask(ProblemsQuery)).unwrap();
    let told = problems.problems.into_iter();
    (
        dump["runs"].as_object().unwrap().clone(),
        told.map(|one| (one.place.file, one.what)).collect(),
        opened.sources[0].grows,
    )
}

/// Others are packed runs, others packed archives, and one is broken: each gives what it has.
#[test]
fn archives_beside_each_other_and_in_one_another_have_the_runs_of_all() {
    let basics = fixture("metaflow/basics.zip");
    let bare = fixture("broken/bare-store.zip");
    let packed = packed(&fixture("metaflow/client-api.zip"));
    let of = |bytes: &[u8]| {
        let blob = MemoryBlob::new("one", bytes.to_vec());
        runs_of(Given::File(Rc::new(blob))).0
    };
    let mut all = Map::new();
    for bytes in [&basics, &bare, &packed] {
        all.extend(of(bytes));
    }
    let photos = zip(&[("photo.png", b"")]);
    let deep = zip(&[
        ("basics.zip", &basics),
        ("broken.zip", b"PK"),
        ("b/photos.zip", &photos),
    ]);
    let files: [(&str, &[u8]); 4] = [
        ("given/deep.zip", &deep),
        ("given/bare.tar.gz", &gzip(&tar("bare.zip", &bare))),
        ("given/packed.zip", &packed),
        ("given/photos.zip", &photos),
    ];
    let outer = files.map(|(path, bytes)| (path.trim_start_matches("given/"), bytes));
    let broken = "This archive in the archive is left out. This is no archive that Runglass can read: broken.zip is neither a zip nor a tar, packed or not.";
    for (given, place) in [
        (Given::Folder(folder(&files)), "given/deep.zip/broken.zip"),
        (
            Given::File(Rc::new(MemoryBlob::new("outer.zip", zip(&outer)))),
            "deep.zip/broken.zip",
        ),
    ] {
        let (runs, problems, _) = runs_of(given);
        assert_eq!(runs.len(), all.len());
        assert!(runs == all);
        assert!(
            problems.contains(&(place.to_owned(), broken.to_owned())),
            "{problems:?}"
        );
    }
}

/// The same runs, packed.
fn packed(archive: &[u8]) -> Vec<u8> {
    let scratch = tempfile::tempdir().unwrap();
    let (source, out) = (scratch.path().join("a.zip"), scratch.path().join("out.zip"));
    fs::write(&source, archive).unwrap();
    let asked = Asked {
        source: source.to_str().unwrap(),
        out: &out,
        chosen: Chosen::default(),
        key: None,
        redact: None,
    };
    pollster::block_on(pack(&asked)).unwrap();
    fs::read(out).unwrap()
}

/// What somebody has downloaded, beside other things.
#[test]
fn an_archive_among_other_files_is_looked_into() {
    let runs = fixture("metaflow/basics.zip");
    let files: [(&str, &[u8]); 3] = [
        ("given/notes.txt", b"Those of the night."),
        ("given/more notes.txt", b""),
        ("given/nightly.zip", &runs),
    ];
    let given = Given::Folder(folder(&files));
    let alone = Given::File(Rc::new(MemoryBlob::new("nightly.zip", runs.clone())));
    let (runs, _, grows) = runs_of(given);
    assert_eq!(runs, runs_of(alone).0);
    // Other archives may come, and runs of its own.
    assert!(grows);
}

/// A program with its data, where no run has been yet: the first run is waited for.
#[test]
fn the_first_run_of_a_project_with_archives_is_waited_for() {
    let data = zip(&[("data.csv", b"1,2")]);
    let weights = vec![7; 17 << 20];
    let files: [(&str, &[u8]); 6] = [
        ("lab/flow.py", b"import metaflow"),
        ("lab/README.md", b"Run it."),
        ("lab/data.csv", b"1,2"),
        ("lab/data.zip", &data),
        ("lab/old.zip", b"PK"),
        ("lab/weights.tar.gz", &weights),
    ];
    let (_, opened) = TestHost::given(Given::Folder(folder(&files))).open("lab");
    let failure = opened.unwrap_err();
    assert_eq!(failure.headline, "There are no runs in here yet");
    assert_eq!(
        failure.explanation,
        "memory holds 6 files, and nothing in it, nor in the archive there that was looked into, is a flow with runs (a folder with _meta/_self.json, as Metaflow writes it, or an export of Prefect with flow_runs.json)."
    );
    assert!(failure.waits());
    // What is left out may matter, and is told.
    let told: Vec<&str> = failure.details.iter().map(|(_, value)| &**value).collect();
    assert_eq!(
        told[..2],
        [
            "lab/weights.tar.gz: This archive in the folder is left out. Other files lie beside it, and it would have to be read whole: 17.8 MB.",
            "lab/old.zip: This archive in the folder is left out. This is no archive that Runglass can read: lab/old.zip is neither a zip nor a tar, packed or not.",
        ]
    );
    assert_eq!(
        failure.advice[0],
        "If runs are in lab/weights.tar.gz, open it by itself."
    );
}

/// Where there are runs beside them, archives are files like others, which is told.
#[test]
fn archives_beside_runs_stay_closed() {
    let mut files = unpacked(&*source(fixture("broken/bare-store.zip")));
    files.insert("more.zip".to_owned(), fixture("metaflow/basics.zip"));
    let given = Given::Folder(Rc::new(MemoryFolder {
        files,
        can_grow: false,
    }));
    let (runs, problems, _) = runs_of(given);
    let blob = MemoryBlob::new("one", fixture("broken/bare-store.zip"));
    assert_eq!(runs, runs_of(Given::File(Rc::new(blob))).0);
    let told = "1 archive beside the runs is not looked into: more.zip.";
    assert!(
        problems.iter().any(|(_, what)| what == told),
        "{problems:?}"
    );
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
