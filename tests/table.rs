//! One table: every kind of source, with every recorded archive in it, gives the same dump;
//! and so it does where reads are late, fail once, or come byte by byte.
//!
//! Which faults a kind can have is a part of the table. What comes by HTTP is asked again
//! when it fails: that is where `Fault::Once` stands. A file or a folder of this machine is
//! read once, and what fails then is told (`tests/sources.rs`). Bytes come one by one where
//! there is a wire: from a real socket. The faults are tried with the smallest archives.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed, which is what it is for"
)]

#[path = "support/faulty.rs"]
#[allow(dead_code, reason = "nothing is closed here")]
mod faulty;
#[path = "support/fixtures.rs"]
mod fixtures;
#[path = "support/folder.rs"]
mod folder;
#[path = "support/host.rs"]
#[allow(dead_code, reason = "time stands still here")]
mod host;
#[path = "support/lister.rs"]
mod lister;
#[path = "support/on_disk.rs"]
mod on_disk;
#[path = "support/server.rs"]
#[allow(dead_code, reason = "here everything comes byte by byte")]
mod server;
#[path = "support/serving.rs"]
#[allow(dead_code, reason = "only where it is matters")]
mod serving;
#[path = "support/site.rs"]
#[allow(dead_code, reason = "nothing is counted here")]
mod site;

use faulty::{Slow, SlowFolder, Turns};
use folder::{MemoryFolder, unpacked};
use host::TestHost;
use lister::{Lister, Style};
use on_disk::files_below;
use runglass::cli::dump::{dump, dump_engine};
use runglass::cli::pack::{Asked, Chosen, pack};
use runglass::engine::Given;
use runglass::source::failure::UnreachableHint;
use runglass::source::{
    Ask, Http, HttpAnswer, HttpFailure, MemoryBlob, NoPace, Waiting, open_blob,
};
use serde_json::Value;
use server::Server;
use serving::Serving;
use site::with_ranges;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::rc::Rc;
use std::sync::Arc;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    AsIs,
    /// Every read takes several turns of whoever runs it.
    Late,
    /// Every request fails, and is answered when it is made again: the server is busy, or
    /// the line breaks off, but not while it is opened, when nobody waits for what may not be
    /// there at all.
    Once,
    /// Every answer comes byte by byte.
    Bytes,
}

use Fault::{AsIs, Bytes, Late, Once};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    /// An archive, given by hand or by its address.
    File(Packing),
    FileByUrl(Packing),
    /// A folder that is dropped, on disk, listed by a server, served by `runglass serve`.
    Dropped,
    OnDisk,
    Listed(Style),
    Served,
    /// What `runglass pack` makes: a folder on disk, one by its address, a zip by its.
    Packed,
    PackedByUrl,
    PackedZipByUrl,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Packing {
    Zip,
    Tar,
    Gzip,
    Bzip2,
    Xz,
    Zstd,
    /// The zip in another zip.
    Nested,
}

/// Each kind of source, and what it is tried with.
const TABLE: &[(Kind, &[Fault])] = &[
    (Kind::File(Packing::Zip), &[AsIs, Late]),
    (Kind::File(Packing::Tar), &[AsIs, Late]),
    (Kind::File(Packing::Gzip), &[AsIs, Late]),
    (Kind::File(Packing::Bzip2), &[AsIs, Late]),
    (Kind::File(Packing::Xz), &[AsIs, Late]),
    (Kind::File(Packing::Zstd), &[AsIs, Late]),
    (Kind::File(Packing::Nested), &[AsIs, Late]),
    (Kind::FileByUrl(Packing::Zip), &[AsIs, Late, Once, Bytes]),
    (Kind::FileByUrl(Packing::Tar), &[Late, Once, Bytes]),
    (Kind::FileByUrl(Packing::Gzip), &[Late, Once, Bytes]),
    (Kind::FileByUrl(Packing::Bzip2), &[Late, Once, Bytes]),
    (Kind::FileByUrl(Packing::Xz), &[Late, Once, Bytes]),
    (Kind::FileByUrl(Packing::Zstd), &[Late, Once, Bytes]),
    (Kind::FileByUrl(Packing::Nested), &[Late, Once, Bytes]),
    (Kind::Dropped, &[AsIs, Late]),
    (Kind::OnDisk, &[AsIs]),
    (Kind::Listed(Style::Python), &[AsIs, Late, Once]),
    (Kind::Listed(Style::Nginx), &[AsIs, Late, Once]),
    (Kind::Listed(Style::NginxJson), &[AsIs, Late, Once]),
    (Kind::Listed(Style::Apache), &[AsIs, Late, Once]),
    (Kind::Listed(Style::Lighttpd), &[AsIs, Late, Once]),
    (Kind::Listed(Style::Caddy), &[AsIs, Late, Once]),
    (Kind::Listed(Style::Bucket), &[AsIs, Late, Once]),
    (Kind::Served, &[AsIs]),
    (Kind::Packed, &[AsIs]),
    (Kind::PackedByUrl, &[AsIs, Late, Once]),
    (Kind::PackedZipByUrl, &[AsIs, Late, Once, Bytes]),
];

/// These are small enough for each fault.
const SMALL: [&str; 2] = ["papers", "gallery"];
/// And this one for bytes that come one by one.
const SMALLEST: &str = "papers";

/// A recorded archive, and all that it is made into, each when it is asked for.
struct Recorded {
    name: &'static str,
    zip: Vec<u8>,
    files: BTreeMap<String, Vec<u8>>,
    scratch: tempfile::TempDir,
    made: RefCell<BTreeMap<String, Vec<u8>>>,
    expected: Value,
}

impl Recorded {
    fn of(name: &'static str) -> Self {
        let zip = fixtures::bytes(&format!("tests/fixtures/metaflow/{name}.zip"));
        let blob = MemoryBlob::new("recorded.zip", zip.clone());
        let source = pollster::block_on(open_blob(Rc::new(blob), Rc::new(NoPace))).unwrap();
        let files = unpacked(&*source);
        let scratch = tempfile::tempdir().unwrap();
        for (path, bytes) in &files {
            let place = scratch.path().join("lab").join(path);
            fs::create_dir_all(place.parent().unwrap()).unwrap();
            fs::write(place, bytes).unwrap();
        }
        let blob = MemoryBlob::new("recorded.zip", zip.clone());
        let expected = opened(TestHost::given(Given::File(Rc::new(blob))), "recorded.zip");
        assert!(!expected["runs"].as_object().unwrap().is_empty());
        Self {
            name,
            zip,
            files,
            scratch,
            made: RefCell::default(),
            expected,
        }
    }

    fn lab(&self) -> PathBuf {
        self.scratch.path().join("lab")
    }

    fn archive(&self, packing: Packing) -> Vec<u8> {
        let key = format!("{packing:?}");
        if let Some(made) = self.made.borrow().get(&key) {
            return made.clone();
        }
        let tar = || self.archive(Packing::Tar);
        let made = match packing {
            Packing::Zip => return self.zip.clone(),
            Packing::Tar => tar_of(&self.files),
            Packing::Gzip => packed_by("import gzip as m", &tar()),
            Packing::Bzip2 => packed_by("import bz2 as m", &tar()),
            Packing::Xz => packed_by("import lzma as m", &tar()),
            Packing::Zstd => {
                let level = ruzstd::encoding::CompressionLevel::Fastest;
                ruzstd::encoding::compress_to_vec(tar().as_slice(), level)
            }
            Packing::Nested => zip_of("inner.zip", &self.zip),
        };
        self.made.borrow_mut().insert(key, made.clone());
        made
    }

    /// As `runglass pack` makes it.
    fn packed(&self, name: &str) -> PathBuf {
        let out = self.scratch.path().join(name);
        if !out.exists() {
            let lab = self.lab();
            let asked = Asked {
                source: lab.to_str().unwrap(),
                out: &out,
                chosen: Chosen::default(),
                key: None,
                redact: None,
            };
            pollster::block_on(pack(&asked)).unwrap();
        }
        out
    }

    fn dumped(&self, kind: Kind, fault: Fault) -> Value {
        match kind {
            Kind::File(packing) => {
                let (name, bytes) = (name_of(packing), self.archive(packing));
                let given: Given = match fault {
                    Late => Given::File(Rc::new(Slow::new(bytes))),
                    _ => Given::File(Rc::new(MemoryBlob::new(name, bytes))),
                };
                opened(TestHost::given(given), name)
            }
            Kind::FileByUrl(packing) => self.by_url(self.archive(packing), name_of(packing), fault),
            Kind::Dropped => {
                let folder = MemoryFolder {
                    files: self.files.clone(),
                    can_grow: false,
                };
                let given = match fault {
                    Late => Given::Folder(Rc::new(SlowFolder(folder))),
                    _ => Given::Folder(Rc::new(folder)),
                };
                opened(TestHost::given(given), "lab")
            }
            Kind::OnDisk => on_disk(&self.lab()),
            Kind::Listed(style) => {
                let files = self.files.iter();
                // What begins with a dot is not listed by all of them.
                let files = files
                    .map(|(path, bytes)| (path.trim_start_matches('.').to_owned(), bytes.clone()));
                let lister = Lister {
                    style,
                    files: files.collect(),
                };
                by_http(Rc::new(lister), &Lister::url(""), fault)
            }
            Kind::Served => {
                let app = self.scratch.path().join("app");
                fs::create_dir_all(&app).unwrap();
                fs::write(app.join("index.html"), "<title>App</title>").unwrap();
                let serving = Serving::of(&self.lab(), &app);
                let told = pollster::block_on(dump(&serving.url("runs/"), None));
                without_name(told.unwrap())
            }
            Kind::Packed => on_disk(&self.packed("packed")),
            Kind::PackedByUrl => {
                let files = files_below(&self.packed("packed"));
                let style = Style::Python;
                by_http(Rc::new(Lister { style, files }), &Lister::url(""), fault)
            }
            Kind::PackedZipByUrl => {
                let zip = fs::read(self.packed("packed.zip")).unwrap();
                self.by_url(zip, "packed.zip", fault)
            }
        }
    }

    fn by_url(&self, bytes: Vec<u8>, name: &str, fault: Fault) -> Value {
        if fault == Bytes {
            let server = Server::byte_by_byte(with_ranges(Arc::new(bytes)));
            let told = pollster::block_on(dump(&server.url(name), None));
            return without_name(told.unwrap());
        }
        let files = BTreeMap::from([(name.to_owned(), bytes)]);
        let style = Style::Python;
        by_http(Rc::new(Lister { style, files }), &Lister::url(name), fault)
    }

    fn check(&self) {
        for (kind, faults) in TABLE {
            for fault in *faults {
                let is_tried = match fault {
                    AsIs => true,
                    Late | Once => SMALL.contains(&self.name),
                    Bytes => self.name == SMALLEST,
                };
                if is_tried {
                    let told = self.dumped(*kind, *fault);
                    self.same(&told, *kind, *fault);
                }
            }
        }
    }

    fn same(&self, told: &Value, kind: Kind, fault: Fault) {
        for (map, expected) in self.expected.as_object().unwrap() {
            let (told, empty) = (&told[map], serde_json::Map::new());
            let of = |value: &Value| value.as_object().unwrap_or(&empty).clone();
            let keys: BTreeSet<String> = [of(told), of(expected)]
                .into_iter()
                .flatten()
                .map(|(key, _)| key)
                .collect();
            for key in keys {
                assert_eq!(
                    told[&key], expected[&key],
                    "{map} {key} of {} as {kind:?}, {fault:?}",
                    self.name
                );
            }
            assert_eq!(
                told, expected,
                "{map} of {} as {kind:?}, {fault:?}",
                self.name
            );
        }
    }
}

fn without_name(mut told: Value) -> Value {
    told["source"].take();
    told
}

fn opened(host: TestHost, key: &str) -> Value {
    let (engine, opened) = host.open(key);
    opened.unwrap_or_else(|failure| panic!("{key}: {failure:?}"));
    without_name(pollster::block_on(dump_engine(&engine, "", None)).unwrap())
}

fn on_disk(path: &Path) -> Value {
    without_name(pollster::block_on(dump(path.to_str().unwrap(), None)).unwrap())
}

fn by_http(http: Rc<dyn Http>, url: &str, fault: Fault) -> Value {
    let failed = RefCell::default();
    let http: Rc<dyn Http> = Rc::new(Line {
        http,
        fault,
        failed,
    });
    let host = TestHost {
        http: Some(http),
        ..TestHost::default()
    };
    opened(host, url)
}

/// No more requests than these open a source.
const OPENING: usize = 8;

/// A line that is late, or drops each request the first time.
struct Line {
    http: Rc<dyn Http>,
    fault: Fault,
    failed: RefCell<BTreeSet<String>>,
}

impl Http for Line {
    fn get<'a>(
        &'a self,
        ask: Ask<'a>,
        arrived: &'a dyn Fn(u64, Option<u64>),
    ) -> Waiting<'a, Result<HttpAnswer, HttpFailure>> {
        let asked = format!("{} {:?} {}", ask.url, ask.range, ask.only_head);
        Box::pin(async move {
            match self.fault {
                Late => Turns(1 + asked.len() % 5).await,
                Once => {
                    let count = self.failed.borrow().len();
                    let is_first = self.failed.borrow_mut().insert(asked);
                    if is_first && (count < OPENING || count.is_multiple_of(2)) {
                        return Ok(HttpAnswer {
                            status: 503,
                            ..HttpAnswer::default()
                        });
                    }
                    if is_first {
                        return Err(HttpFailure {
                            detail: "the connection was closed".to_owned(),
                            hint: UnreachableHint::NoAnswer,
                        });
                    }
                }
                _ => {}
            }
            self.http.get(ask, arrived).await
        })
    }

    fn post<'a>(
        &'a self,
        url: &'a str,
        question: Vec<u8>,
    ) -> Waiting<'a, Result<HttpAnswer, HttpFailure>> {
        self.http.post(url, question)
    }
}

fn name_of(packing: Packing) -> &'static str {
    match packing {
        Packing::Zip => "runs.zip",
        Packing::Tar => "runs.tar",
        Packing::Gzip => "runs.tar.gz",
        Packing::Bzip2 => "runs.tar.bz2",
        Packing::Xz => "runs.tar.xz",
        Packing::Zstd => "runs.tar.zst",
        Packing::Nested => "outer.zip",
    }
}

/// As `tar` writes it: `ustar`, and GNU's long names.
fn tar_of(files: &BTreeMap<String, Vec<u8>>) -> Vec<u8> {
    let mut tar = Vec::new();
    let mut add = |name: &str, kind: u8, content: &[u8]| {
        let mut head = [0u8; 512];
        let short = &name.as_bytes()[..name.len().min(100)];
        head[..short.len()].copy_from_slice(short);
        head[100..107].copy_from_slice(b"0000644");
        head[124..135].copy_from_slice(format!("{:011o}", content.len()).as_bytes());
        head[136..147].copy_from_slice(b"00000000000");
        head[148..156].copy_from_slice(b"        ");
        head[156] = kind;
        head[257..265].copy_from_slice(b"ustar  \0");
        let sum: u32 = head.iter().map(|byte| u32::from(*byte)).sum();
        head[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        tar.extend_from_slice(&head);
        tar.extend_from_slice(content);
        tar.resize(tar.len().next_multiple_of(512), 0);
    };
    for (path, content) in files {
        if path.len() > 100 {
            add("././@LongLink", b'L', format!("{path}\0").as_bytes());
        }
        add(path, b'0', content);
    }
    tar.resize(tar.len() + 1024, 0);
    tar
}

/// A zip with one file, as it is.
fn zip_of(name: &str, content: &[u8]) -> Vec<u8> {
    let mut zip = rawzip::ZipArchiveWriter::new(Vec::new());
    let (mut entry, config) = zip.new_file(name).start().unwrap();
    let mut writer = config.wrap(&mut entry);
    writer.write_all(content).unwrap();
    let (_, written) = writer.finish().unwrap();
    entry.finish(written).unwrap();
    zip.finish().unwrap()
}

/// Packed by one of Python's modules.
fn packed_by(import: &str, bytes: &[u8]) -> Vec<u8> {
    let program = format!(
        "{import}, sys; sys.stdout.buffer.write(m.compress(sys.stdin.buffer.read(), {}))",
        if import.contains("lzma") {
            "preset=0"
        } else {
            "1"
        }
    );
    let mut child = Command::new("python3")
        .args(["-c", &program])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let bytes = bytes.to_vec();
    let writes = std::thread::spawn(move || input.write_all(&bytes));
    let ended = child.wait_with_output().unwrap();
    writes.join().unwrap().unwrap();
    assert!(ended.status.success() && !ended.stdout.is_empty());
    ended.stdout
}

#[test]
fn basics() {
    Recorded::of("basics").check();
}

#[test]
fn client_api() {
    Recorded::of("client-api").check();
}

#[test]
fn first_light() {
    Recorded::of("first-light").check();
}

#[test]
fn gallery() {
    Recorded::of("gallery").check();
}

#[test]
fn hosts() {
    Recorded::of("hosts").check();
}

#[test]
fn papers() {
    Recorded::of("papers").check();
}

/// An archive that is recorded later is in the table too.
#[test]
fn no_archive_is_left_out() {
    let there = fs::read_dir(fixtures::path("tests/fixtures/metaflow")).unwrap();
    let there = there.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let there: BTreeSet<String> = there.filter(|name| name.ends_with(".zip")).collect();
    let ours = [
        "basics",
        "client-api",
        "first-light",
        "gallery",
        "hosts",
        "papers",
    ];
    assert_eq!(there, ours.map(|name| format!("{name}.zip")).into());
}
