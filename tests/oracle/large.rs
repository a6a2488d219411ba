//! A value that is so large that it comes in pieces: it is shown before its SHA-1 is looked
//! at, and that is told afterwards.

use crate::folder::{MemoryFolder, unpacked};
use crate::host::TestHost;
use crate::{fixtures, task_path};
use flate2::Compression;
use flate2::write::GzEncoder;
use runglass::engine::ask::Window;
use runglass::engine::logs::{LogQuery, Streams};
use runglass::engine::values::{CheckQuery, HexQuery, Shape, ValueQuery};
use runglass::engine::{Engine, Given};
use runglass::formats::metaflow::blob::sha1;
use runglass::model::Stream;
use runglass::source::{Folder, Listing, MemoryBlob, NoPace, ReadError, Waiting, Want, open_blob};
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

/// A folder on a machine that has no room for some of its files.
struct Narrow(MemoryFolder);

impl Folder for Narrow {
    fn name(&self) -> String {
        self.0.name()
    }

    fn list<'a>(&'a self, folder: &'a str) -> Waiting<'a, Result<Listing, ReadError>> {
        self.0.list(folder)
    }

    fn read<'a>(&'a self, wants: &'a [Want]) -> Waiting<'a, Vec<Result<Vec<u8>, ReadError>>> {
        let limit = 1 << 20;
        let size = move |want: &Want| self.0.files.get(&want.path).map_or(0, Vec::len) as u64;
        let refuses = move |want: &Want| want.range.is_none() && size(want) > limit;
        Box::pin(async move {
            let mut answers = self.0.read(wants).await;
            for (answer, want) in answers
                .iter_mut()
                .zip(wants)
                .filter(|(_, want)| refuses(want))
            {
                let size = size(want);
                *answer = Err(ReadError::TooLarge { size, limit });
            }
            answers
        })
    }

    fn can_grow(&self) -> bool {
        false
    }
}

#[test]
fn of_a_log_that_is_too_large_the_end_is_shown() {
    let blob = fixtures::bytes("tests/fixtures/broken/bare-store.zip");
    let blob = Rc::new(MemoryBlob::new("small.zip", blob));
    let source = pollster::block_on(open_blob(blob, Rc::new(NoPace))).unwrap();
    let mut files = unpacked(&*source);
    let is_log = |path: &&String| path.ends_with("/start/1/0.runtime_stdout.log");
    let log = files.keys().find(is_log).unwrap().clone();
    let lines = (0..70_000).map(|number| format!("{number:>1023}\n"));
    files.insert(log.clone(), lines.collect::<String>().into_bytes());
    let can_grow = false;
    let folder = Narrow(MemoryFolder { files, can_grow });
    let (engine, opened) = TestHost::given(Given::Folder(Rc::new(folder))).open("narrow");
    opened.unwrap();
    let question = LogQuery {
        task: task_path("LinearFlow/1795211174306524/start/1"),
        attempt: 0,
        streams: Streams::One(Stream::Stdout),
        window: Window { first: 0, count: 1 },
        from_end: true,
        search: String::new(),
    };
    let told = pollster::block_on(engine.ask(question)).unwrap();
    // As many whole lines as there are in the last 64 MiB, but for the first, of which only a
    // part may be there.
    assert_eq!(told.total, (64 << 10) - 1);
    let last = told.lines[0].line.text();
    assert_eq!(last.trim(), "69999");
    let [problem] = &*told.problems else {
        panic!("{:?}", told.problems)
    };
    assert_eq!(problem.place.file, log);
    assert_eq!(
        problem.what,
        "The file has 71,680,000 bytes: the last 67,107,840 bytes are shown."
    );
}
