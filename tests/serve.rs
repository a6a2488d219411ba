//! `runglass serve` as it is started by hand: what it gives, and what nobody gets.
//!
//! The program is the real one and the requests are bytes on a socket, since a client
//! would tidy up the paths and headers that are tried here.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed, which is what it is for"
)]

#[path = "support/fixtures.rs"]
mod fixtures;
#[path = "support/folder.rs"]
#[allow(dead_code, reason = "here folders lie on disk")]
mod folder;
#[path = "support/serving.rs"]
mod serving;

use runglass::cli::dump::dump;
use runglass::source::served::wire::{self, Answered, Heard, Listed, ListedKind};
use runglass::source::{Blob, MemoryBlob, NoPace, Want, Watched, open_blob};
use serde_json::Value;
use serving::Serving;
use std::fs;
use std::io::{BufRead as _, BufReader, Lines, Read as _};
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{ChildStderr, Command, Stdio};
use std::rc::Rc;

/// What lies outside of the folder that is served, and must stay there.
const SECRET: &str = "nobody may read this";

/// A folder below the build's own for such things, empty at first.
fn lab(name: &str) -> PathBuf {
    let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("serve-{name}"));
    if root.exists() {
        fs::remove_dir_all(&root).unwrap();
    }
    fs::create_dir_all(root.join("app/examples")).unwrap();
    fs::write(
        root.join("app/index.html"),
        "<!doctype html><title>App</title>",
    )
    .unwrap();
    fs::write(
        root.join("app/style-0123456789abcdef.css"),
        "a{b:c}".repeat(999),
    )
    .unwrap();
    fs::create_dir_all(root.join("lab/sub")).unwrap();
    fs::write(root.join("lab/a.txt"), "0123456789".repeat(1000)).unwrap();
    fs::write(root.join("lab/sub/größe b.json"), "{}").unwrap();
    fs::write(root.join("lab/page.html"), "<script>alert(1)</script>").unwrap();
    fs::write(root.join("secret.txt"), SECRET).unwrap();
    fs::create_dir_all(root.join("outside")).unwrap();
    fs::write(root.join("outside/secret.txt"), SECRET).unwrap();
    root
}

fn serving(root: &Path) -> Serving {
    Serving::of(&root.join("lab"), &root.join("app"))
}

/// Unpacks a recorded archive.
fn unpack(archive: &str, into: &Path) {
    let bytes = fixtures::bytes(archive);
    let blob: Rc<dyn Blob> = Rc::new(MemoryBlob::new(archive, bytes));
    let source = pollster::block_on(open_blob(blob, Rc::new(NoPace))).unwrap();
    for (path, bytes) in folder::unpacked(&*source) {
        let place = into.join(path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(place, bytes).unwrap();
    }
}

fn gunzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    flate2::read::GzDecoder::new(bytes)
        .read_to_end(&mut out)
        .unwrap();
    out
}

#[test]
fn the_app_and_the_runs_are_there() {
    let root = lab("there");
    let server = serving(&root);
    assert_eq!(
        server.address,
        format!("http://{}/#/?src=runs/", server.host)
    );
    assert!(server.host.starts_with("127.0.0.1:"));
    let page = server.get("/", &[]);
    assert_eq!(
        (page.status, page.text()),
        (200, "<!doctype html><title>App</title>".to_owned())
    );
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert_eq!(page.header("cache-control"), Some("no-cache"));
    assert_eq!(page.header("access-control-allow-origin"), None);
    let sites: Value = serde_json::from_slice(&server.get("/sites.json", &[]).body).unwrap();
    assert_eq!(
        sites,
        serde_json::json!({ "sources": [{ "src": "runs/", "name": "lab" }] })
    );
    let record: Value =
        serde_json::from_slice(&server.get("/runs/runglass.json", &[]).body).unwrap();
    assert_eq!(
        record,
        serde_json::json!({ "runglass": 1, "kind": "served", "name": "lab" })
    );
    let file = server.get("/runs/sub/gr%C3%B6%C3%9Fe%20b.json", &[]);
    assert_eq!((file.status, file.text()), (200, "{}".to_owned()));
    assert_eq!(server.get("/nothing", &[]).status, 404);
    assert_eq!(server.get("/runs/nothing", &[]).status, 404);
    assert_eq!(server.get("/runs/sub", &[]).status, 404);
    // What a run has written is no page of this site.
    let page = server.get("/runs/page.html", &[]);
    assert_eq!(
        page.header("content-type"),
        Some("text/plain; charset=utf-8")
    );
    assert_eq!(
        page.header("content-security-policy"),
        Some("sandbox; default-src 'none'")
    );
    assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
    // And a record that lies in the folder says more than that it is served.
    fs::write(
        root.join("lab/runglass.json"),
        "{\"runglass\":1,\"kind\":\"packed\"}",
    )
    .unwrap();
    assert!(
        server
            .get("/runs/runglass.json", &[])
            .text()
            .contains("packed")
    );
}

#[test]
fn files_come_in_parts_packed_and_not_twice() {
    let root = lab("parts");
    let server = serving(&root);
    let whole = server.get("/runs/a.txt", &[]);
    assert_eq!((whole.status, whole.body.len()), (200, 10_000));
    let etag = whole.header("etag").unwrap().to_owned();
    for (range, status, text, content_range) in [
        ("bytes=0-4", 206, "01234", Some("bytes 0-4/10000")),
        ("bytes=-3", 206, "789", Some("bytes 9997-9999/10000")),
        ("bytes=9998-", 206, "89", Some("bytes 9998-9999/10000")),
        ("bytes=9999-99999", 206, "9", Some("bytes 9999-9999/10000")),
        ("bytes=10000-", 416, "", Some("bytes */10000")),
        ("bytes=0-1,4-5", 200, &whole.text(), None),
    ] {
        let part = server.get("/runs/a.txt", &[&format!("Range: {range}")]);
        assert_eq!(part.status, status, "{range}");
        assert_eq!(part.text(), text, "{range}");
        assert_eq!(part.header("content-range"), content_range, "{range}");
    }
    let part = server.get("/runs/a.txt", &["Range: bytes=0-4", "If-Range: \"other\""]);
    assert_eq!((part.status, part.body.len()), (200, 10_000));
    let known = server.get("/runs/a.txt", &[&format!("If-None-Match: {etag}")]);
    assert_eq!((known.status, known.body.len()), (304, 0));
    let head = format!("Host: {}", server.host);
    let head = server.ask("HEAD /runs/a.txt HTTP/1.1", &[&head], b"");
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("content-length"), Some("10000"));

    let packed = server.get("/runs/a.txt", &["Accept-Encoding: br, gzip"]);
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    assert!(packed.body.len() < 500);
    assert_eq!(gunzip(&packed.body), whole.body);
    assert_ne!(packed.header("etag"), Some(etag.as_str()));
    let part = server.get(
        "/runs/a.txt",
        &["Accept-Encoding: gzip", "Range: bytes=0-4"],
    );
    assert_eq!(
        (part.text(), part.header("content-encoding")),
        ("01234".to_owned(), None)
    );
    let style = server.get("/style-0123456789abcdef.css", &["Accept-Encoding: gzip"]);
    assert_eq!(gunzip(&style.body), "a{b:c}".repeat(999).into_bytes());
    let lasts = "public, max-age=31536000, immutable";
    assert_eq!(style.header("cache-control"), Some(lasts));

    fs::write(root.join("lab/a.txt"), "another").unwrap();
    let changed = server.get("/runs/a.txt", &[&format!("If-None-Match: {etag}")]);
    assert_eq!(
        (changed.status, changed.text()),
        (200, "another".to_owned())
    );
}

/// Whatever is asked, in every way of asking, what lies outside is in no answer.
#[test]
fn nothing_outside_of_the_folder_is_reachable() {
    let root = lab("outside");
    #[cfg(unix)]
    {
        use std::os::unix::fs::symlink;
        symlink(root.join("outside"), root.join("lab/link")).unwrap();
        symlink(root.join("secret.txt"), root.join("lab/sub/link.txt")).unwrap();
        symlink("../../secret.txt", root.join("lab/sub/climbs.txt")).unwrap();
    }
    let server = serving(&root);
    let absolute = root.join("secret.txt");
    let absolute = absolute.to_str().unwrap();
    let mut paths: Vec<String> = [
        "../secret.txt",
        "sub/../../secret.txt",
        "./../secret.txt",
        "..%2fsecret.txt",
        "..%2Fsecret.txt",
        "%2e%2e/secret.txt",
        "%2e%2e%2fsecret.txt",
        ".%2e/secret.txt",
        "..%5csecret.txt",
        "..\\secret.txt",
        "%252e%252e%252fsecret.txt",
        "..%c0%afsecret.txt",
        "%c0%ae%c0%ae/secret.txt",
        "..;/secret.txt",
        "sub/..%00/../secret.txt",
        "../secret.txt%00.json",
        "//secret.txt",
        "file:///secret.txt",
        "C:%5csecret.txt",
        "C:/secret.txt",
        "link/secret.txt",
        "sub/link.txt",
        "sub/climbs.txt",
        "sub/link.txt/",
        "link/../secret.txt",
        "CON",
        "aux.txt",
        "a.txt::$DATA",
        "..",
        "../",
        ".",
        "~/secret.txt",
        "sub//../../secret.txt",
        "....//secret.txt",
        "...%2e/secret.txt",
    ]
    .map(str::to_owned)
    .to_vec();
    paths.push(absolute.to_owned());
    paths.push(absolute.replace('/', "%2f"));
    let host = format!("Host: {}", server.host);
    let mut told = String::new();
    for path in &paths {
        for prefix in ["/runs/", "/", "/runs//", "", &server.url("runs/")] {
            if prefix.is_empty() && !path.starts_with('/') {
                continue;
            }
            let said = server.ask(&format!("GET {prefix}{path} HTTP/1.1"), &[&host], b"");
            assert!(!said.text().contains(SECRET), "{prefix}{path}: {said:?}");
            assert!(
                [400, 403, 404].contains(&said.status),
                "{prefix}{path}: {said:?}"
            );
            if prefix == "/runs/" && !path.contains(absolute) && !path.contains("%2ft") {
                told.push_str(&format!("{path}: {} {}", said.status, said.text()));
            }
        }
        // The same by the questions of the page.
        let want = Want {
            path: path.clone(),
            range: None,
        };
        let said = server.post("/runs/_read", &[], &wire::write_wants(&[want]));
        let answers = wire::read_parts(&said.body).unwrap();
        assert!(
            !matches!(answers[0], Answered::There(_)),
            "{path}: {answers:?}"
        );
        let said = server.post(
            "/runs/_list",
            &[],
            &wire::write_folders(std::slice::from_ref(path)),
        );
        let answers = wire::read_listings(&said.body).unwrap();
        assert!(
            !matches!(answers[0], Answered::There(_)),
            "{path}: {answers:?}"
        );
    }
    #[cfg(unix)]
    insta::assert_snapshot!(told);
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_out_is_told() {
    let root = lab("links");
    std::os::unix::fs::symlink(root.join("outside"), root.join("lab/link")).unwrap();
    unpack("tests/fixtures/broken/bare-store.zip", &root.join("lab"));
    let server = serving(&root);
    let said = server.get("/runs/link/secret.txt", &[]);
    assert_eq!(said.status, 403);
    assert!(said.text().contains("leads out"), "{}", said.text());
    for source in [
        server.url("runs/"),
        root.join("lab").to_str().unwrap().to_owned(),
    ] {
        let dumped = pollster::block_on(dump(&source, None)).unwrap();
        let problems = dumped["problems"].as_array().unwrap();
        let of_link = problems
            .iter()
            .find(|problem| problem["place"] == "lab/link");
        assert!(of_link.is_some(), "{source}: {problems:?}");
    }
    // The store itself may be such a link: then it is known at once what to do.
    let other = lab("link-store");
    std::os::unix::fs::symlink(root.join("outside"), other.join("lab/.metaflow")).unwrap();
    let told = refused(&other, &[]);
    let real = fs::canonicalize(root.join("outside")).unwrap();
    assert!(
        told.contains(&format!("runglass serve {}", real.display())),
        "{told}"
    );
}

#[test]
fn other_sites_and_names_get_nothing() {
    let root = lab("names");
    let server = serving(&root);
    let port = server.host.rsplit(':').next().unwrap();
    let question = wire::write_folders(&["sub".to_owned()]);
    for (name, answers) in [
        (format!("127.0.0.1:{port}"), true),
        (format!("localhost:{port}"), true),
        (format!("[::1]:{port}"), true),
        // Through a tunnel it has another port.
        ("localhost:9999".to_owned(), true),
        ("localhost".to_owned(), true),
        (format!("example.org:{port}"), false),
        (format!("127.0.0.1.example.org:{port}"), false),
        (format!("localhost.example.org:{port}"), false),
        (format!("192.168.1.7:{port}"), false),
        (format!("ana@127.0.0.1:{port}"), true),
        (String::new(), false),
    ] {
        let host = format!("Host: {name}");
        for path in ["/", "/sites.json", "/runs/a.txt", "/runs/runglass.json"] {
            let said = server.ask(&format!("GET {path} HTTP/1.1"), &[&host], b"");
            assert_eq!(said.status == 200, answers, "{path} of {name}: {said:?}");
        }
        let said = server.ask("POST /runs/_list HTTP/1.1", &[&host], &question);
        assert_eq!(said.status == 200, answers, "{name}: {said:?}");
    }
    let hosts = ["Host: localhost", "Host: example.org"];
    assert_ne!(server.ask("GET / HTTP/1.1", &hosts, b"").status, 200);
    assert_ne!(server.ask("GET / HTTP/1.1", &[], b"").status, 200);
    // By HTTP/1.0 nobody has to say a name, and gets nothing.
    assert_ne!(server.ask("GET /runs/a.txt HTTP/1.0", &[], b"").status, 200);

    for (origin, answers) in [
        (server.url("").trim_end_matches('/').to_owned(), true),
        ("https://example.org".to_owned(), false),
        ("null".to_owned(), false),
        (format!("http://localhost:{port}"), false),
        (format!("https://{}", server.host), false),
        (format!("http://{}.example.org", server.host), false),
    ] {
        let origin = format!("Origin: {origin}");
        for path in ["/runs/_list", "/runs/_read", "/runs/_changes", "/"] {
            let said = server.post(path, &[&origin], &question);
            assert_eq!(
                said.status == 403,
                !answers,
                "{path} for {origin}: {said:?}"
            );
            assert_eq!(said.header("access-control-allow-origin"), None);
        }
        // A page elsewhere may ask, and is not let read.
        let said = server.get("/runs/a.txt", &[&origin]);
        assert_eq!(said.header("access-control-allow-origin"), None);
        assert_eq!(
            said.header("cross-origin-resource-policy"),
            Some("same-origin")
        );
    }
}

#[test]
fn nothing_is_written_and_what_is_no_question_is_told() {
    let root = lab("written");
    let server = serving(&root);
    let host = format!("Host: {}", server.host);
    for method in [
        "PUT", "DELETE", "PATCH", "POST", "OPTIONS", "MKCOL", "TRACE", "BREW",
    ] {
        for path in ["/runs/a.txt", "/runs/new.txt", "/", "/sites.json", "/runs/"] {
            let said = server.ask(&format!("{method} {path} HTTP/1.1"), &[&host], b"x");
            assert_eq!(said.status, 405, "{method} {path}");
        }
    }
    for method in ["PUT", "DELETE", "GET"] {
        let said = server.ask(&format!("{method} /runs/_list HTTP/1.1"), &[&host], b"");
        assert_ne!(said.status, 200, "{method}");
    }
    assert_eq!(
        fs::read_to_string(root.join("lab/a.txt")).unwrap().len(),
        10_000
    );
    for path in ["/runs/_list", "/runs/_read", "/runs/_changes"] {
        for body in [&b"x"[..], &[0xff; 64], &[0; 7]] {
            assert_eq!(server.post(path, &[], body).status, 400, "{path}");
        }
        let long = vec![0; wire::QUESTION + 1];
        let said = server.post(path, &[], &long);
        assert_eq!(said.status, 400, "{path}");
    }
}

fn text(part: &Answered<wire::Part>) -> Option<String> {
    match part {
        Answered::There(part) => Some(String::from_utf8_lossy(&part.bytes).into_owned()),
        _ => None,
    }
}

#[test]
fn many_folders_and_files_come_in_one_answer() {
    let root = lab("many");
    for number in 0..3000 {
        let folder = root.join(format!("lab/many/{number}"));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("a.json"), format!("{{\"number\": {number}}}")).unwrap();
    }
    // Larger than an answer.
    fs::write(root.join("lab/large"), vec![b'x'; wire::ANSWER * 2]).unwrap();
    let server = serving(&root);
    let folders: Vec<String> = (0..3000).map(|number| format!("many/{number}")).collect();
    let question = wire::write_folders(&folders);
    let said = server.post("/runs/_list", &["Accept-Encoding: gzip"], &question);
    assert_eq!(said.header("content-encoding"), Some("gzip"));
    let plain = gunzip(&said.body);
    assert!(said.body.len() * 10 < plain.len());
    let listings = wire::read_listings(&plain).unwrap();
    let size = "{\"number\": 7}".len() as u64;
    let expected = Listed {
        name: "a.json".to_owned(),
        kind: ListedKind::File { size },
    };
    assert_eq!(listings[7], Answered::There(vec![expected]));
    assert_eq!(listings.len(), 3000);

    let want = |path: String, range: Option<std::ops::Range<u64>>| Want {
        path,
        range: range.map(Into::into),
    };
    let wants: Vec<Want> = (0..3000)
        .map(|number| want(format!("many/{number}/a.json"), None))
        .collect();
    let said = server.post("/runs/_read", &[], &wire::write_wants(&wants));
    let parts = wire::read_parts(&said.body).unwrap();
    assert_eq!(text(&parts[2999]).as_deref(), Some("{\"number\": 2999}"));

    let wants = [
        want("a.txt".to_owned(), Some(8..12)),
        want("a.txt".to_owned(), Some(9999..20_000)),
        want("a.txt".to_owned(), Some(20_000..20_001)),
        want("nothing".to_owned(), None),
        want("sub".to_owned(), None),
        want("large".to_owned(), None),
        want("a.txt".to_owned(), None),
    ];
    let said = server.post("/runs/_read", &[], &wire::write_wants(&wants));
    let parts = wire::read_parts(&said.body).unwrap();
    let start: Vec<_> = parts[..3].iter().map(text).collect();
    assert_eq!(start, ["8901", "9", ""].map(|text| Some(text.to_owned())));
    assert_eq!(parts[3], Answered::Missing);
    assert_eq!(parts[4], Answered::Missing);
    let Answered::There(large) = &parts[5] else {
        panic!("{:?}", parts[6])
    };
    assert_eq!(large.size, 2 * wire::ANSWER as u64);
    assert!(large.bytes.len() <= wire::ANSWER && large.bytes.len() > wire::ANSWER / 2);
    assert_eq!(parts[6], Answered::Later);
}

#[test]
fn a_run_is_the_same_served_and_from_the_folder() {
    for archive in [
        "tests/fixtures/broken/bare-store.zip",
        "tests/fixtures/broken/cut-json.zip",
        "tests/fixtures/metaflow/client-api.zip",
    ] {
        let root = lab("dump");
        unpack(archive, &root.join("lab"));
        let server = serving(&root);
        let folder = root.join("lab");
        let mut expected = pollster::block_on(dump(folder.to_str().unwrap(), None)).unwrap();
        let mut served = pollster::block_on(dump(&server.url("runs/"), None)).unwrap();
        assert_eq!(served["source"], server.url("runs/"));
        expected["source"].take();
        served["source"].take();
        assert!(!expected["runs"].as_object().unwrap().is_empty());
        assert_eq!(served, expected, "{archive}");

        // And out of the archive itself, with nothing beside it.
        let zip = fixtures::path(archive);
        let server = Serving::of(&zip, &root.join("app"));
        let name = zip.file_name().unwrap().to_str().unwrap();
        assert_eq!(server.address, server.url(&format!("#/?src=runs/{name}")));
        let served = pollster::block_on(dump(&server.url(&format!("runs/{name}")), None)).unwrap();
        assert_eq!(served["runs"], expected["runs"], "{archive}");
        assert_eq!(server.get("/runs/other.zip", &[]).status, 404);
        assert_eq!(server.get("/runs/", &[]).status, 404);
        assert_eq!(server.get("/runs/runglass.json", &[]).status, 404);
    }
}

#[test]
fn changes_are_told_to_who_waits() {
    let root = lab("changes");
    let run = root.join("lab/run/start/1");
    fs::create_dir_all(&run).unwrap();
    let server = serving(&root);
    let watched = [Watched {
        folder: "run".to_owned(),
        deep: true,
    }];
    let ask = |heard: Heard| {
        let question = wire::write_watched(heard, &watched);
        let said = server.post("/runs/_changes", &[], &question);
        assert_eq!(said.status, 200);
        wire::read_changes(&said.body).unwrap()
    };
    let (heard, folders) = ask(Heard::default());
    assert_eq!(folders, ["run"]);
    // The answer waits until something happens, which it does while it waits.
    std::thread::scope(|scope| {
        let waits = scope.spawn(|| ask(heard));
        fs::write(run.join("0.data.json"), "{}").unwrap();
        let (now, folders) = waits.join().unwrap();
        assert_eq!(folders, ["run/start/1"]);
        assert!(now.up_to > heard.up_to);
    });
}

/// What it says when it does not start.
fn refused(root: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_runglass"));
    command.arg("serve").arg(root.join("lab")).arg("--no-open");
    command.arg("--app").arg(root.join("app")).args(arguments);
    let output = command.output().unwrap();
    assert!(!output.status.success(), "{arguments:?}");
    assert!(output.stdout.is_empty(), "{arguments:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn what_it_does_not_do_is_said_at_once() {
    let root = lab("refused");
    for host in ["0.0.0.0", "::", "192.0.2.1"] {
        let told = refused(&root, &["--host", host]);
        assert!(told.contains("--allow-others"), "{told}");
    }
    let told = refused(&root, &["--host", "example.org"]);
    assert!(
        told.contains("no address of an interface (invalid IP address syntax)"),
        "{told}"
    );
    let server = serving(&root);
    let port = server.host.rsplit(':').next().unwrap();
    let told = refused(&root, &["--port", port]);
    assert_eq!(
        told,
        format!("Port {port} is taken.\n  try: another --port\n")
    );
    fs::remove_file(root.join("app/index.html")).unwrap();
    let told = refused(&root, &[]);
    assert!(told.contains("There is no index.html"), "{told}");
    fs::remove_dir_all(root.join("lab")).unwrap();
    fs::create_dir_all(root.join("app")).unwrap();
    fs::write(root.join("app/index.html"), "").unwrap();
    assert!(refused(&root, &[]).contains("lab: "));
    // Only what is built to be installed has an app inside.
    if !cfg!(debug_assertions) {
        return;
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_runglass"));
    let output = command
        .args(["serve", "--no-open"])
        .arg(&root)
        .output()
        .unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("./dev install"), "{told}");
}

/// What it says beside the address, line by line; whoever drops it closes its mouth.
fn told_by(server: &mut Serving) -> Lines<BufReader<ChildStderr>> {
    BufReader::new(server.child.stderr.take().unwrap()).lines()
}

#[test]
fn who_serves_others_is_told_by_which_addresses() {
    let root = lab("others");
    for (host, own) in [("0.0.0.0", "127.0.0.1:"), ("::", "[::1]:")] {
        // A machine may have no such family.
        if TcpListener::bind((host, 0)).is_err() {
            continue;
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_runglass"));
        command.arg("serve").arg(root.join("lab"));
        command.arg("--app").arg(root.join("app"));
        command.args(["--port", "0", "--no-open", "--allow-others", "--host", host]);
        let mut server = Serving::start_told(command);
        assert!(server.host.starts_with(own), "{}", server.host);
        let mut lines = told_by(&mut server);
        let told: Vec<String> = lines
            .by_ref()
            .map(Result::unwrap)
            .take_while(|line| !line.starts_with("Everybody who reaches this machine"))
            .skip(1)
            .collect();
        // From where this machine would send to somebody else, of this family.
        let any = UdpSocket::bind((host, 0)).unwrap();
        let to = if host == "::" {
            "[2001:db8::1]:9"
        } else {
            "192.0.2.1:9"
        };
        let from = any.connect(to).and_then(|()| any.local_addr());
        if let Ok(from) = from.map(|from| SocketAddr::new(from.ip(), server.port()))
            && !from.ip().is_loopback()
        {
            let expected = format!("Others reach it at http://{from}/#/?src=runs/");
            assert!(told.contains(&expected), "{expected}: {told:?}");
        }
        let none = "No address of this machine was found by which others reach it.";
        assert!(!told.is_empty());
        for line in told.iter().filter(|line| *line != none) {
            let rest = line.strip_prefix("Others reach it at http://").unwrap();
            let other = rest.strip_suffix("/#/?src=runs/").unwrap().to_owned();
            let address: SocketAddr = other.parse().unwrap();
            assert!(!address.ip().is_loopback() && !address.ip().is_unspecified());
            // It is there, and by this address it is answered to.
            server.host = other;
            assert_eq!(server.get("/runs/a.txt", &[]).status, 200, "{line}");
        }
        assert!(told.len() == 1 || !told.iter().any(|line| line == none));
    }
}

const NO_RUNS: &str =
    "There are no runs in it yet: the page shows the first as soon as it is written.";

#[cfg(unix)]
#[test]
fn who_waits_for_the_first_run_is_told_so() {
    let root = lab("first");
    let command = |path: Option<&str>| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_runglass"));
        command
            .arg("serve")
            .args(path)
            .current_dir(root.join("lab"));
        command.args(["--port", "0", "--no-open", "--app"]);
        command.arg(root.join("app"));
        command
    };
    for path in [None, Some(".")] {
        let mut server = Serving::start_told(command(path));
        let lines: Vec<String> = told_by(&mut server).take(2).map(Result::unwrap).collect();
        assert_eq!(lines[1], NO_RUNS, "{lines:?}");
    }
    unpack("tests/fixtures/metaflow/basics.zip", &root.join("lab"));
    for path in [None, Some(".")] {
        let told = told_until_it_ends(Serving::start_told(command(path)));
        assert!(!told.contains(NO_RUNS), "{told}");
        assert!(told.ends_with("Ctrl+C ends it.\nEnded.\n"), "{told}");
    }
}

/// All that it says, when it has been told to end.
#[cfg(unix)]
fn told_until_it_ends(mut server: Serving) -> String {
    assert_eq!(server.get("/runs/runglass.json", &[]).status, 200);
    let pid = server.child.id().to_string();
    let told = Command::new("kill").args(["-INT", &pid]).status().unwrap();
    assert!(told.success() && server.child.wait().unwrap().success());
    let lines = told_by(&mut server).map(Result::unwrap);
    lines.map(|line| format!("{line}\n")).collect()
}

#[test]
fn without_a_path_it_is_the_store_of_this_folder() {
    let root = lab("here");
    let here = root.join("lab");
    let command = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_runglass"));
        command.args(["serve", "--port", "0", "--no-open", "--app"]);
        command.arg(root.join("app")).current_dir(&here);
        command
    };
    // It waits for the first run, and hears of nothing else.
    let server = Serving::start(command());
    let watched = ["", ".metaflow"].map(|folder| Watched {
        folder: folder.to_owned(),
        deep: !folder.is_empty(),
    });
    let ask = |heard: Heard| {
        let said = server.post("/runs/_changes", &[], &wire::write_watched(heard, &watched));
        wire::read_changes(&said.body).unwrap()
    };
    let (heard, _) = ask(Heard::default());
    let list = || {
        let said = server.post("/runs/_list", &[], &wire::write_folders(&[String::new()]));
        wire::read_listings(&said.body).unwrap()
    };
    assert_eq!(list(), [Answered::There(Vec::new())]);
    assert_eq!(server.get("/runs/a.txt", &[]).status, 404);
    fs::write(here.join("b.txt"), "").unwrap();
    fs::create_dir_all(here.join(".metaflow/Flow")).unwrap();
    let (_, folders) = ask(heard);
    // What lies beside it is never told; what lies in it may just be made.
    assert!(folders.contains(&String::new()), "{folders:?}");
    assert!(
        folders
            .iter()
            .all(|folder| folder.is_empty() || folder.starts_with(".metaflow"))
    );
    assert_ne!(list(), [Answered::There(Vec::new())]);
    assert!(
        server
            .get("/runs/runglass.json", &[])
            .text()
            .contains("\"name\":\"lab\"")
    );
    drop(server);
    fs::create_dir_all(here.join(".metaflow/Flow")).unwrap();
    fs::write(here.join(".metaflow/Flow/latest_run"), "1").unwrap();
    let server = Serving::start(command());
    let record = server.get("/runs/runglass.json", &[]).text();
    assert!(record.contains("\"name\":\"lab\""), "{record}");
    assert_eq!(
        server.get("/runs/.metaflow/Flow/latest_run", &[]).text(),
        "1"
    );
    // What lies beside it is nobody's business.
    assert_eq!(server.get("/runs/a.txt", &[]).status, 404);
    let said = server.post("/runs/_list", &[], &wire::write_folders(&[String::new()]));
    let names = wire::read_listings(&said.body).unwrap();
    let expected = Listed {
        name: ".metaflow".to_owned(),
        kind: ListedKind::Folder,
    };
    assert_eq!(names, [Answered::There(vec![expected])]);
}

#[cfg(unix)]
#[test]
fn it_ends_when_it_is_told_to_also_while_somebody_waits() {
    let root = lab("ends");
    let mut command = Command::new(env!("CARGO_BIN_EXE_runglass"));
    command
        .arg("serve")
        .arg(root.join("lab"))
        .arg("--app")
        .arg(root.join("app"));
    command
        .args(["--port", "0", "--no-open"])
        .stderr(Stdio::piped());
    let mut server = Serving::start(command);
    let watched = [Watched {
        folder: String::new(),
        deep: true,
    }];
    let said = server.post(
        "/runs/_changes",
        &[],
        &wire::write_watched(Heard::default(), &watched),
    );
    let (heard, _) = wire::read_changes(&said.body).unwrap();
    let pid = server.child.id().to_string();
    std::thread::scope(|scope| {
        let waits = scope
            .spawn(|| server.post("/runs/_changes", &[], &wire::write_watched(heard, &watched)));
        assert!(
            Command::new("kill")
                .args(["-INT", &pid])
                .status()
                .unwrap()
                .success()
        );
        // An answer or an end: either way nobody waits on.
        drop(waits.join());
    });
    assert!(server.child.wait().unwrap().success());
    let mut told = String::new();
    server
        .child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut told)
        .unwrap();
    assert!(told.ends_with("Ended.\n"), "{told}");
}
