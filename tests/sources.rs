//! One run, however it comes in: the same dump from a zip on disk, a folder, a zip
//! behind HTTP with and without ranges; and the right words where a server or a
//! disk does not do what it should.
//!
//! A server's answers are data ([`site`]): each case is tried without a socket, and
//! over one on this machine with the command line's own HTTP client.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed, which is what it is for"
)]

#[path = "support/faulty.rs"]
mod faulty;
#[path = "support/fixtures.rs"]
mod fixtures;
#[path = "support/folder.rs"]
mod folder;
#[path = "support/host.rs"]
mod host;
#[path = "support/server.rs"]
mod server;
#[path = "support/site.rs"]
mod site;
#[path = "support/words.rs"]
mod words;

use faulty::{Closed, Slow};
use folder::{MemoryFolder, unpacked};
use host::{NOW, TestHost};
use runglass::cli::dump::{dump, dump_engine};
use runglass::engine::ask::{Failure, FailureKind, Window};
use runglass::engine::overview::OverviewQuery;
use runglass::engine::runs::{RunRow, RunsQuery};
use runglass::engine::sources::{Open, ProblemsQuery, SourceSpec};
use runglass::engine::{Engine, Given};
use runglass::model::{RunPath, Span, Status};
use runglass::source::{Blob, MemoryBlob, NoPace, limits, open_blob};
use serde_json::Value;
use server::Server;
use site::{Double, Reply, Site, with_ranges};
use std::cell::Cell;
use std::collections::BTreeSet;
use std::ops::Range;
use std::path::PathBuf;
use std::process::Command;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A whole run, and two with faults, so that problems are compared too.
const ARCHIVES: [&str; 3] = ["bare-store", "cut-json", "missing-blob"];

fn archive(name: &str) -> Vec<u8> {
    fixtures::bytes(&format!("tests/fixtures/broken/{name}.zip"))
}

/// The files of an archive as unpacking would leave them.
fn files_of(name: &str) -> MemoryFolder {
    let blob: Rc<dyn Blob> = Rc::new(MemoryBlob::new(name, archive(name)));
    let source = pollster::block_on(open_blob(blob, Rc::new(NoPace))).unwrap();
    MemoryFolder {
        files: unpacked(&*source),
        can_grow: false,
    }
}

/// What a host's source holds, but for its name.
fn dumped(host: TestHost) -> Result<Value, Failure> {
    let (engine, opened) = host.open("https://example.org/runs/small.zip");
    opened?;
    dump_of(&engine)
}

fn dump_of(engine: &Engine) -> Result<Value, Failure> {
    let mut dumped =
        pollster::block_on(dump_engine(engine, "", None)).map_err(|failure| *failure)?;
    rooted(&mut dumped);
    Ok(dumped)
}

/// Takes off what differs between a zip and a folder: the name, and the folders above
/// the flow in the places of problems.
fn rooted(dump: &mut Value) {
    dump["source"].take();
    for problem in dump["problems"].as_array_mut().unwrap() {
        let place = problem["place"].as_str().unwrap();
        if let Some(at) = place.find("LinearFlow") {
            problem["place"] = place[at..].into();
        }
    }
}

fn online(site: Site) -> TestHost {
    TestHost {
        http: Some(Rc::new(Double::new(site))),
        ..TestHost::default()
    }
}

fn in_memory(name: &str) -> TestHost {
    TestHost::given(Given::File(Rc::new(MemoryBlob::new(
        "small.zip",
        archive(name),
    ))))
}

#[test]
fn a_run_is_the_same_however_it_comes_in() {
    for name in ARCHIVES {
        let expected = dumped(in_memory(name)).unwrap();
        assert_eq!(expected["runs"].as_object().unwrap().len(), 1, "{name}");
        let file = Arc::new(archive(name));
        let whole = file.clone();
        let hidden = file.clone();
        let unwilling = file.clone();
        let hosts = [
            (
                "a folder",
                TestHost::given(Given::Folder(Rc::new(files_of(name)))),
            ),
            (
                "a blob that takes its time",
                TestHost::given(Given::File(Rc::new(Slow::new(archive(name))))),
            ),
            ("ranges", online(with_ranges(file.clone()))),
            (
                "a server without ranges",
                online(Arc::new(move |_, _| Reply::whole(&whole))),
            ),
            (
                "a server that does not let the page see Content-Range",
                online(Arc::new(move |_, range| Reply {
                    content_range: None,
                    ..Reply::part(&hidden, range)
                })),
            ),
            (
                "a server that stops giving ranges",
                online(Arc::new(move |nth, range| match nth {
                    0 | 1 => Reply::part(&unwilling, range),
                    _ => Reply::whole(&unwilling),
                })),
            ),
        ];
        for (what, host) in hosts {
            assert_eq!(dumped(host).unwrap(), expected, "{name} as {what}");
        }
    }
}

/// `--header`, by the program itself: it opens what wants it, and nothing repeats it.
#[test]
fn a_private_host_is_told_who_asks() {
    let file = Arc::new(archive("bare-store"));
    let server = Server::locked(with_ranges(file), "authorization: bearer hunter2");
    let url = server.url("small.zip");
    let runs = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_runglass"));
        let ended = command.arg("dump").args(arguments).output().unwrap();
        let words = [ended.stdout.as_slice(), &ended.stderr].concat();
        assert!(!String::from_utf8_lossy(&words).contains("hunter2"));
        ended
    };
    assert!(!runs(&[&url]).status.success());
    let typed = "Authorization: Bearer hunter2";
    let note = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(note.path(), typed).unwrap();
    let noted = format!("@{}", note.path().display());
    for header in [typed, &noted] {
        let ended = runs(&[&url, "--header", header]);
        assert!(ended.status.success());
        let told: Value = serde_json::from_slice(&ended.stdout).unwrap();
        assert_eq!(told["runs"].as_object().unwrap().len(), 1);
    }
    // Another header, none, and one for what is on this machine.
    let local = fixtures::path("tests/fixtures/broken/bare-store.zip");
    let local = local.to_str().unwrap();
    for (source, header) in [
        (url.as_str(), "Authorization: Bearer hunter2x"),
        (&url, "hunter2"),
        (local, typed),
    ] {
        let ended = runs(&[source, "--header", header]);
        assert!(!ended.status.success() && ended.stdout.is_empty());
    }
}

/// As several programs pack it, each here and behind a server.
#[test]
fn a_run_is_the_same_in_every_packing() {
    let expected = dumped(in_memory("bare-store")).unwrap();
    let tars = ["tar", "tar.gz", "tar.bz2", "tar.xz", "tar.zst"];
    let zips = [
        "deflate64.zip",
        "lzma.zip",
        "rare.zip",
        "piped.zip",
        "python.zip",
    ];
    for name in tars.iter().chain(&zips).map(|end| format!("run.{end}")) {
        let bytes = fixtures::bytes(&format!("tests/fixtures/archives/{name}"));
        let file = Arc::new(bytes.clone());
        let whole = file.clone();
        let hosts = [
            TestHost::given(Given::File(Rc::new(MemoryBlob::new(&*name, bytes.clone())))),
            TestHost::given(Given::File(Rc::new(Slow::new(bytes)))),
            online(with_ranges(file)),
            online(Arc::new(move |_, _| Reply::whole(&whole))),
        ];
        for host in hosts {
            assert_eq!(dumped(host).unwrap(), expected, "{name}");
        }
    }
}

/// The files of some bytes and what is wrong with them, or why there are none.
fn told_of(bytes: Vec<u8>) -> String {
    let blob: Rc<dyn Blob> = Rc::new(MemoryBlob::new("given", bytes));
    let source = match pollster::block_on(open_blob(blob, Rc::new(NoPace))) {
        Ok(source) => source,
        Err(error) => {
            return format!("{}\n{}\n", error.headline(), error.explanation("given"));
        }
    };
    let files = unpacked(&*source);
    let mut told = format!("{} files\n", files.len());
    for problem in source.problems() {
        let (place, what, hint) = (problem.place, problem.what, problem.hint);
        told.push_str(&format!("{place}: {what} {hint}\n"));
    }
    told
}

#[test]
fn what_is_wrong_with_a_tar_is_said() {
    let read = |name: &str| fixtures::bytes(&format!("tests/fixtures/archives/{name}"));
    let (tar, gzip, zstd) = (read("run.tar"), read("run.tar.gz"), read("run.tar.zst"));
    let half = |bytes: &[u8]| bytes[..bytes.len() / 2].to_vec();
    let mut scratched = tar.clone();
    scratched[60_000..60_512].fill(b'?');
    let mut text = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut text, b"title,year\nSheep,1894\n").unwrap();
    let cases = [
        ("links, and a name for another file", read("pax.tar")),
        ("the same by GNU's rules", read("gnu.tar")),
        ("a tar that is cut off", half(&tar)),
        ("a tar with other bytes in its middle", scratched),
        ("a packed tar that is cut off", half(&gzip)),
        ("the same by Zstandard", half(&zstd)),
        (
            "packed bytes of which nothing comes out",
            gzip[..12].to_vec(),
        ),
        ("a packed text", text.finish().unwrap()),
        ("a tar without files", vec![0; 1024]),
    ];
    let mut told = String::new();
    for (what, bytes) in cases {
        told.push_str(&format!("# {what}\n{}\n", told_of(bytes)));
    }
    insta::assert_snapshot!(told);
}

#[test]
fn a_run_is_the_same_from_disk_and_over_a_socket() {
    for name in ARCHIVES {
        let expected = dumped(in_memory(name)).unwrap();
        let zip = fixtures::path(&format!("tests/fixtures/broken/{name}.zip"));
        let folder = on_disk(name);
        let server = Server::start(with_ranges(Arc::new(archive(name))));
        let whole = Arc::new(archive(name));
        let plain = Server::start(Arc::new(move |_, _| Reply::whole(&whole)));
        for source in [
            zip.to_str().unwrap().to_owned(),
            folder.to_str().unwrap().to_owned(),
            server.url("small.zip"),
            plain.url("small.zip"),
        ] {
            let mut dumped = pollster::block_on(dump(&source, None)).unwrap();
            assert_eq!(dumped["source"], source);
            rooted(&mut dumped);
            assert_eq!(dumped, expected, "{name} as {source}");
        }
    }
}

/// Unpacks an archive below the build's own folder for such things.
fn on_disk(name: &str) -> PathBuf {
    let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("sources-{name}"));
    if root.exists() {
        std::fs::remove_dir_all(&root).unwrap();
    }
    for (path, bytes) in files_of(name).files {
        let place = root.join(path);
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        std::fs::write(place, bytes).unwrap();
    }
    root
}

/// What a server does wrong, and the headline that it must end in.
fn faulty_servers() -> Vec<(&'static str, Site, &'static str)> {
    let file = Arc::new(archive("bare-store"));
    let part = |change: fn(usize, Reply) -> Reply| -> Site {
        let file = file.clone();
        Arc::new(move |nth, range| change(nth, Reply::part(&file, range)))
    };
    let always = |reply: fn() -> Reply| -> Site { Arc::new(move |_, _| reply()) };
    vec![
        (
            "404",
            always(|| Reply::status(404)),
            "There is nothing at this address",
        ),
        (
            "403",
            always(|| Reply::status(403)),
            "The server does not give this file to you",
        ),
        ("500", always(|| Reply::status(500)), "The server refused"),
        (
            "a page instead of the file",
            always(|| Reply {
                status: 200,
                ..Reply::status(0)
            }),
            "This address leads to no runs",
        ),
        (
            "an empty file",
            always(|| Reply::status(416)),
            "This file is empty",
        ),
        (
            "a connection that ends in the middle of the first answer",
            always(|| Reply {
                cut: Some(3),
                ..Reply::whole(b"PK\x03\x04 and so on")
            }),
            "Nothing answers at this address",
        ),
        (
            "a connection that ends in the middle of the directory",
            part(|nth, reply| Reply {
                cut: (nth >= 1).then_some(100),
                ..reply
            }),
            "This could not be read",
        ),
        (
            "403 after the first answer (a link that runs out)",
            part(|nth, reply| match nth {
                0 => reply,
                _ => Reply::status(403),
            }),
            "The server does not give this file to you",
        ),
        (
            "Content-Range with too small a size",
            part(|_, reply| Reply {
                content_range: Some("bytes 0-511/1000".to_owned()),
                ..reply
            }),
            "This could not be read",
        ),
        (
            "Content-Range with too large a size",
            part(|nth, reply| match nth {
                0 => Reply {
                    content_range: Some("bytes 0-511/9999999".to_owned()),
                    ..reply
                },
                _ => reply,
            }),
            "This could not be read",
        ),
        (
            "a file that grows while it is opened, without an ETag",
            part(|nth, reply| match nth {
                0 => reply,
                _ => Reply {
                    content_range: Some("bytes 0-99/9999999".to_owned()),
                    ..reply
                },
            }),
            "This could not be read",
        ),
        (
            "a file that changes while it is opened",
            part(|nth, reply| Reply {
                etag: Some(format!("\"{}\"", nth.min(1))),
                ..reply
            }),
            "This could not be read",
        ),
        (
            "ranges at first, then the whole of a shorter file",
            part(|nth, reply| match nth {
                0 => reply,
                _ => Reply::whole(b"PK\x05\x06 something else by now"),
            }),
            "This could not be read",
        ),
    ]
}

#[test]
fn a_faulty_server_ends_in_words() {
    let mut told = String::new();
    for (what, site, headline) in faulty_servers() {
        let Err(failure) = dumped(online(site)) else {
            panic!("{what} was not noticed")
        };
        assert_eq!(failure.headline, headline, "{what}");
        let kind = match what.starts_with("403") && headline.contains("does not give") {
            true => FailureKind::NeedsKey,
            false => FailureKind::Source,
        };
        assert_eq!(failure.kind, kind, "{what}");
        told.push_str(&format!("# {what}\n{}\n", words::of_failure(&failure)));
    }
    insta::assert_snapshot!(told);
}

/// What opens a file to whoever has it stands in no message and in no dump.
#[test]
fn a_secret_in_a_url_is_not_repeated() {
    let check = |told: String| {
        assert!(told.contains("/small.zip"), "{told}");
        assert!(!told.contains("s3cret"), "{told}");
    };
    let url = "https://ana:s3cret@example.org/runs/small.zip?X-Amz-Signature=s3cret";
    for (_, site, _) in faulty_servers() {
        let (engine, opened) = online(site).open(url);
        let failure = opened.and_then(|_| dump_of(&engine)).unwrap_err();
        let told = words::of_failure(&failure);
        assert!(!told.contains("s3cret"), "{told}");
    }
    let server = Server::start(with_ranges(Arc::new(archive("missing-blob"))));
    let url = server.url("small.zip").replace("//", "//ana:s3cret@") + "?token=s3cret";
    let dumped = pollster::block_on(dump(&url, None)).unwrap();
    check(dumped.to_string());
    drop(server);
    let failure = pollster::block_on(dump(&url, None)).unwrap_err();
    check(words::of_failure(&failure));
    let failure = pollster::block_on(dump("http://ana:s3cret@/small.zip", None)).unwrap_err();
    check(words::of_failure(&failure));
}

#[test]
fn a_faulty_server_ends_in_the_same_words_over_a_socket() {
    for (what, site, headline) in faulty_servers() {
        let server = Server::start(site);
        let dumped = pollster::block_on(dump(&server.url("small.zip"), None));
        let Err(failure) = dumped else {
            panic!("{what} was not noticed")
        };
        assert_eq!(failure.headline, headline, "{what}: {failure:?}");
    }
}

/// A proxy, which here is not there, is not asked for what lies on this machine.
#[test]
fn this_machine_is_reached_without_a_proxy() {
    let server = Server::start(with_ranges(Arc::new(archive("bare-store"))));
    let mut command = Command::new(env!("CARGO_BIN_EXE_runglass"));
    command.args(["dump", &server.url("small.zip")]);
    for name in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
        command.env(name, "http://127.0.0.1:1");
    }
    for name in ["no_proxy", "NO_PROXY"] {
        command.env_remove(name);
    }
    let output = command.output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
}

#[test]
fn nobody_at_the_address() {
    let gone = Server::start(Arc::new(|_, _| Reply::status(200))).url("small.zip");
    let failure = pollster::block_on(dump(&gone, None)).unwrap_err();
    assert_eq!(failure.headline, "Nothing answers at this address");
}

/// A server that says a 206 of everything to the first question, for one byte: it
/// gives no ranges that can be relied on, but it gave the file.
#[test]
fn a_server_that_overdoes_it_is_read_whole() {
    let file = Arc::new(archive("bare-store"));
    let site: Site = Arc::new(move |_, range| Reply {
        status: if range.is_some() { 206 } else { 200 },
        ..Reply::whole(&file)
    });
    assert_eq!(
        dumped(online(site)).unwrap(),
        dumped(in_memory("bare-store")).unwrap()
    );
}

/// What a server does wrong, though it would give the whole file.
fn lying_servers(file: &Arc<Vec<u8>>) -> Vec<(&'static str, Site)> {
    let part = |change: fn(usize, Reply) -> Reply| -> Site {
        let file = file.clone();
        Arc::new(move |nth, range| match range {
            None => Reply::whole(&file),
            range => change(nth, Reply::part(&file, range)),
        })
    };
    let later = |change: fn(&mut Reply)| -> Site {
        let file = file.clone();
        Arc::new(move |nth, range| {
            let mut reply = Reply::part(&file, range.clone());
            if nth > 0 && range.is_some() {
                change(&mut reply);
            }
            reply
        })
    };
    vec![
        (
            "fewer bytes than were asked for",
            later(|reply| reply.body.truncate(50)),
        ),
        (
            "more bytes than were asked for, as what was packed on its way is when it is unpacked",
            later(|reply| reply.body.extend([0; 9])),
        ),
        (
            "another part than was asked for",
            later(|reply| {
                let total = reply.content_range.take().unwrap();
                let total = total.rsplit_once('/').unwrap().1.to_owned();
                reply.content_range = Some(format!("bytes 9-99/{total}"));
            }),
        ),
        (
            "another part at first",
            part(|_, mut reply| {
                let told = reply.content_range.take().unwrap();
                reply.content_range = Some(told.replace("bytes 0-", "bytes 1-"));
                reply
            }),
        ),
        (
            "a size that nobody knows",
            part(|_, mut reply| {
                let told = reply.content_range.take().unwrap();
                reply.content_range = Some(told.split_once('/').unwrap().0.to_owned() + "/*");
                reply
            }),
        ),
        (
            "the whole file as if it were the part",
            part(|_, mut reply| {
                reply.body.resize(9000, 0);
                reply
            }),
        ),
    ]
}

/// Parts that are not those that were asked for are noticed; the file is then read whole, and
/// once.
#[test]
fn a_lying_server_is_read_whole() {
    let file = Arc::new(archive("bare-store"));
    let expected = dumped(in_memory("bare-store")).unwrap();
    for (what, site) in lying_servers(&file) {
        let http = Rc::new(Double::new(site.clone()));
        let host = TestHost {
            http: Some(http.clone()),
            ..TestHost::default()
        };
        assert_eq!(dumped(host).unwrap(), expected, "{what}");
        let whole = http
            .asked
            .borrow()
            .iter()
            .filter(|range| range.is_none())
            .count();
        assert_eq!(whole, 1, "{what}");
        let server = Server::start(site);
        let mut over_socket = pollster::block_on(dump(&server.url("small.zip"), None)).unwrap();
        rooted(&mut over_socket);
        assert_eq!(over_socket, expected, "{what}");
    }
}

/// A line that breaks off, a server that is busy: asked again, it is well.
#[test]
fn what_fails_in_passing_is_asked_again() {
    let file = Arc::new(archive("bare-store"));
    let expected = dumped(in_memory("bare-store")).unwrap();
    let site: Site = Arc::new(move |nth, range| match nth % 3 {
        0 => Reply::status(503),
        1 if nth > 1 => Reply {
            cut: Some(1),
            ..Reply::part(&file, range)
        },
        _ => Reply::part(&file, range),
    });
    assert_eq!(dumped(online(site)).unwrap(), expected);
}

/// A server that goes while a run is looked at: that is said, nobody waits long for it, and when
/// it is back the run is what it is.
#[test]
fn a_server_that_goes_and_comes_back() {
    // Large enough not to come along when the archive is opened.
    let file = Arc::new(fixtures::bytes("tests/fixtures/metaflow/basics.zip"));
    let gone = Arc::new(AtomicBool::new(false));
    let is_gone = gone.clone();
    let site: Site = Arc::new(move |_, range| Reply {
        cut: is_gone.load(Ordering::Relaxed).then_some(0),
        ..Reply::part(&file, range)
    });
    let http = Rc::new(Double::new(site));
    let clock = Rc::new(Cell::new(NOW));
    let host = TestHost {
        http: Some(http.clone()),
        now: Some(clock.clone()),
        ..TestHost::default()
    };
    let (engine, opened) = host.open("https://example.org/basics.zip");
    opened.unwrap();
    let look = || {
        let question = OverviewQuery::of(RunPath::new("ForeachFlow", "1795211227774857"));
        pollster::block_on(engine.ask(question)).unwrap()
    };
    gone.store(true, Ordering::Relaxed);
    let before = http.asked.borrow().len();
    let told = look();
    assert_eq!(told.headline, "Not all of this run has come");
    assert_eq!(
        told.evidence,
        "basics.zip did not give all of its records: what is shown is what came."
    );
    assert!(told.unanswered);
    assert!(
        !told.client.differs_from(told.status),
        "{}",
        told.client.line()
    );
    let asked = http.asked.borrow().len() - before;
    assert!(asked < 40, "{asked} questions to nobody");

    gone.store(false, Ordering::Relaxed);
    clock.set(NOW.plus(Span::from_minutes(1)));
    let told = look();
    assert!(!told.unanswered);
    assert_eq!(told.headline, "Succeeded");
}

/// A presigned address that runs out, a key that is taken back: the page asks for another one.
#[test]
fn a_host_that_wants_a_key_by_now() {
    let file = Arc::new(fixtures::bytes("tests/fixtures/metaflow/basics.zip"));
    let is_over = Arc::new(AtomicBool::new(false));
    let over = is_over.clone();
    let site: Site = Arc::new(move |_, range| match over.load(Ordering::Relaxed) {
        false => Reply::part(&file, range),
        true => Reply::status(403),
    });
    let (engine, opened) = online(site).open("https://example.org/basics.zip");
    opened.unwrap();
    is_over.store(true, Ordering::Relaxed);
    let question = OverviewQuery::of(RunPath::new("ForeachFlow", "1795211227774857"));
    let told = pollster::block_on(engine.ask(question)).unwrap();
    assert!(told.unanswered && told.locked);
    assert_eq!(
        told.evidence,
        "basics.zip wants a key by now, or another one: what is shown is what came."
    );
    let why = "answered with status 403: it wants a key, or the one that was given has run out.";
    let mut problems = told.problems.iter();
    assert!(
        problems.any(|one| one.what.contains(why)),
        "{:?}",
        told.problems
    );
}

/// Many a bucket gives parts, and allows no page to see how large the file is: it is not read
/// whole for that.
#[test]
fn a_size_that_a_page_may_not_see_is_asked_for() {
    let file = Arc::new(fixtures::bytes("tests/fixtures/metaflow/client-api.zip"));
    let whole = file.len() as u64;
    let site: Site = Arc::new(move |_, range| Reply {
        content_range: None,
        ..Reply::part(&file, range)
    });
    let http = Rc::new(Double::new(site));
    let host = TestHost {
        http: Some(http.clone()),
        ..TestHost::default()
    };
    host.open("https://example.org/client-api.zip").1.unwrap();
    let sent = *http.sent.borrow();
    assert!(sent < whole / 2, "{sent} of {whole} bytes were sent");
}

/// A large file that can only be read whole is asked about; who says yes gets it.
#[test]
fn a_large_file_is_not_fetched_whole_unasked() {
    let size = limits::WHOLE_UNASKED + 1;
    let file = Arc::new(archive("bare-store"));
    let large = |_: usize, _: Option<Range<u64>>| Reply {
        announced: Some(limits::WHOLE_UNASKED + 1),
        ..Reply::whole(b"PK")
    };
    let http = Rc::new(Double::new(Arc::new(large)));
    let host = TestHost {
        http: Some(http.clone()),
        ..TestHost::default()
    };
    let failure = host.open("https://example.org/large.zip").1.unwrap_err();
    assert_eq!(failure.headline, "This file has to be read whole");
    assert_eq!(failure.kind, FailureKind::AsksFirst);
    assert!(
        failure.explanation.contains(&runglass::counts::size(size)),
        "{failure:?}"
    );
    // Not a byte of it was read to find out.
    assert_eq!((http.asked.borrow().len(), *http.sent.borrow()), (1, 0));

    let site: Site = Arc::new(move |_, _| Reply {
        announced: Some(limits::WHOLE_UNASKED + 1),
        ..Reply::whole(&file)
    });
    let open = |whole| {
        let engine = Engine::new(Rc::new(online(site.clone())));
        let sources = vec![SourceSpec {
            key: "https://example.org/small.zip".to_owned(),
            given: None,
            whole,
            unlock: None,
            signature: None,
        }];
        let open = Open {
            sources,
            anyway: false,
            again: false,
        };
        pollster::block_on(engine.ask(open)).map(|opened| opened.runs)
    };
    assert_eq!(open(true).unwrap(), 1);
    assert!(open(false).is_err());
    // There is an end to that too.
    let endless: Site = Arc::new(|_, _| Reply {
        announced: Some(limits::WHOLE_ARCHIVE + 1),
        ..Reply::whole(b"PK")
    });
    let failure = online(endless)
        .open("https://example.org/large.zip")
        .1
        .unwrap_err();
    assert_eq!(failure.headline, "This is more than can be read at once");
}

/// Each read in turn: what is lost by it is told, and comes with a second try.
#[test]
fn one_read_that_fails_is_told_and_can_be_tried_again() {
    let sound = dumped(in_memory("bare-store")).unwrap();
    let mut reads = 0..;
    loop {
        let failing = reads.next().unwrap();
        let mut blob = Slow::new(archive("bare-store"));
        blob.fails = Some(failing);
        let blob = Rc::new(blob);
        let host = TestHost::given(Given::File(blob.clone()));
        let (engine, opened) = host.open("small.zip");
        match opened.and_then(|_| dump_of(&engine)) {
            Ok(dumped) if blob.reads.get() <= failing => {
                assert_eq!(dumped, sound);
                break;
            }
            Ok(dumped) => {
                let told = words::of_problems(&dumped);
                assert!(
                    told.contains("The disk was pulled out.") || dumped == sound,
                    "read {failing} failed, and this is told:\n{told}"
                );
            }
            Err(failure) => {
                let told = words::of_failure(&failure);
                assert!(told.contains("The disk was pulled out."), "{told}");
            }
        }
        let again = Open {
            sources: vec![SourceSpec {
                key: "small.zip".to_owned(),
                given: Some("small.zip".to_owned()),
                whole: false,
                unlock: None,
                signature: None,
            }],
            again: true,
            anyway: false,
        };
        pollster::block_on(engine.ask(again)).unwrap();
        assert_eq!(dump_of(&engine).unwrap(), sound, "after read {failing}");
    }
    assert!(reads.start > 10, "only {} reads", reads.start);
}

/// How the runs of an engine went, and how much is wrong with them.
fn statuses(engine: &Engine) -> (Vec<Status>, u64) {
    let runs = pollster::block_on(engine.ask(all_runs())).unwrap();
    let of_run = |row: &RunRow| {
        let run = RunPath::new(&row.flow, &row.run);
        let overview = pollster::block_on(engine.ask(OverviewQuery::of(run))).unwrap();
        assert_eq!(row.status, Some(overview.status));
        overview.status
    };
    let told = runs.rows.iter().map(of_run).collect();
    let problems = pollster::block_on(engine.ask(ProblemsQuery)).unwrap();
    (told, problems.total)
}

/// A server that is away for a while: what it did not answer is no answer for good.
#[test]
fn what_was_not_answered_is_asked_again() {
    let file = Arc::new(fixtures::bytes("public/examples/trainflow.zip"));
    let away = Arc::new(AtomicBool::new(false));
    let now_away = away.clone();
    let site: Site = Arc::new(move |_, range| match now_away.load(Ordering::SeqCst) {
        true => Reply::status(503),
        false => Reply::part(&file, range),
    });
    let clock = Rc::new(Cell::new(NOW));
    let host = TestHost {
        now: Some(clock.clone()),
        ..online(site)
    };
    let (engine, opened) = host.open("https://example.org/runs/trainflow.zip");
    assert_eq!(opened.unwrap().problems, 0);
    away.store(true, Ordering::SeqCst);
    let (told, problems) = statuses(&engine);
    assert_eq!(told, [Status::Unknown; 3]);
    assert!(problems > 0);
    // At once nobody waits for it again.
    away.store(false, Ordering::SeqCst);
    assert_eq!(statuses(&engine), (told, problems));
    clock.set(NOW.plus(Span(60_000_000)));
    let well = [Status::Succeeded, Status::Retried, Status::Failed];
    assert_eq!(statuses(&engine), (well.to_vec(), 0));
}

#[test]
fn a_folder_that_cannot_be_listed_is_told() {
    let whole = files_of("bare-store");
    let sound = dumped(TestHost::given(Given::Folder(Rc::new(whole.clone())))).unwrap();
    let parents = |path: &String| {
        let parts = path.match_indices('/').map(|(at, _)| path[..at].to_owned());
        parts.collect::<Vec<_>>()
    };
    let folders: BTreeSet<String> = whole.files.keys().flat_map(parents).collect();
    assert!(folders.len() > 20);
    for closed in folders {
        let folder = Closed {
            folder: whole.clone(),
            closed: closed.clone(),
        };
        let told = match dumped(TestHost::given(Given::Folder(Rc::new(folder)))) {
            Ok(dumped) if dumped == sound => continue,
            Ok(dumped) => words::of_problems(&dumped),
            Err(failure) => words::of_failure(&failure),
        };
        assert!(
            told.contains(&closed) && told.contains("Permission denied."),
            "{closed} cannot be listed, and this is told:\n{told}"
        );
    }
}

#[test]
fn a_file_that_changes_after_it_was_opened_is_told() {
    let file = Arc::new(fixtures::bytes("public/examples/trainflow.zip"));
    let changed = Arc::new(AtomicBool::new(false));
    let now = changed.clone();
    let site: Site = Arc::new(move |_, range| Reply {
        etag: Some(format!("\"{}\"", now.load(Ordering::SeqCst))),
        ..Reply::part(&file, range)
    });
    let (engine, opened) = online(site).open("https://example.org/runs/trainflow.zip");
    assert_eq!(opened.unwrap().problems, 0);
    changed.store(true, Ordering::SeqCst);
    let runs = pollster::block_on(engine.ask(all_runs())).unwrap();
    assert_eq!(runs.total, 3);
    let problems = pollster::block_on(engine.ask(ProblemsQuery))
        .unwrap()
        .problems;
    let told = "https://example.org/runs/trainflow.zip has changed since it was opened.";
    assert!(
        problems.iter().any(|one| one.what.contains(told)),
        "{problems:?}"
    );
}

fn all_runs() -> RunsQuery {
    RunsQuery {
        window: Window {
            first: 0,
            count: 100,
        },
        ..RunsQuery::default()
    }
}

/// The run list of an archive of 2.9 MB, 18 runs and 4,986 files: what a reader
/// behind a slow line waits for.
#[test]
fn a_list_of_runs_costs_few_requests() {
    let file = fixtures::bytes("tests/fixtures/metaflow/basics.zip");
    let size = file.len();
    let http = Rc::new(Double::new(with_ranges(Arc::new(file))));
    let host = TestHost {
        http: Some(http.clone()),
        ..TestHost::default()
    };
    let (engine, opened) = host.open("https://example.org/runs/basics.zip");
    assert_eq!(opened.unwrap().runs, 18);
    let at_open = (http.asked.borrow().len(), *http.sent.borrow());
    let runs = pollster::block_on(engine.ask(all_runs())).unwrap();
    assert_eq!((runs.pending, runs.rows.len()), (0, 18));
    let (requests, bytes) = (http.asked.borrow().len(), *http.sent.borrow());
    println!(
        "{size} bytes, opened by {} requests, {} bytes",
        at_open.0, at_open.1
    );
    println!("{size} bytes, run list by {requests} requests, {bytes} bytes");
    println!(
        "{} different bytes among them",
        distinct(&http.asked.borrow())
    );
    assert!(requests <= 80, "{requests} requests");
    assert!(
        bytes <= size as u64,
        "{bytes} bytes, more than the whole file"
    );
}

/// Each pass over a run asks for more of its records, and each page for some of them
/// anew: nothing that was fetched is fetched again.
#[test]
fn no_byte_is_fetched_twice() {
    let file = fixtures::bytes("tests/fixtures/metaflow/basics.zip");
    let http = Rc::new(Double::new(with_ranges(Arc::new(file))));
    let host = TestHost {
        http: Some(http.clone()),
        ..TestHost::default()
    };
    let (engine, opened) = host.open("https://example.org/runs/basics.zip");
    assert_eq!(opened.unwrap().runs, 18);
    let (_, problems) = statuses(&engine);
    assert_eq!(problems, 0);
    pollster::block_on(dump_engine(&engine, "", None)).unwrap();
    let (sent, asked) = (*http.sent.borrow(), http.asked.borrow());
    // A part that is kept in the middle of another is fetched with it: that is rare.
    let twice = sent - distinct(&asked);
    println!(
        "{sent} bytes by {} requests, {twice} of them again",
        asked.len()
    );
    assert!(twice < sent / 50, "{twice} of {sent} bytes");
}

/// How many bytes the ranges cover.
fn distinct(ranges: &[Option<Range<u64>>]) -> u64 {
    let mut ranges: Vec<Range<u64>> = ranges.iter().flatten().cloned().collect();
    ranges.sort_by_key(|range| range.start);
    let (mut covered, mut end) = (0, 0);
    for range in ranges {
        covered += range.end.saturating_sub(range.start.max(end));
        end = end.max(range.end);
    }
    covered
}
