//! Folders of runs as real web servers list them: what comes of each is what comes of the
//! folder itself.
//!
//! The servers are those that people have; `./dev setup` installs them, and a test without
//! its server fails. Each is started on a port of its own.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed, which is what it is for"
)]

#[path = "support/fixtures.rs"]
mod fixtures;
#[path = "support/folder.rs"]
#[allow(dead_code, reason = "only what unpacks is needed")]
mod folder;
#[path = "support/real.rs"]
mod real;

use real::RealServer;
use runglass::cli::dump::dump;
use runglass::cli::host::Terminal;
use runglass::cli::pack::{Asked, Chosen, pack};
use runglass::engine::Engine;
use runglass::engine::ask::Window;
use runglass::engine::live::{Reread, Watch};
use runglass::engine::overview::OverviewQuery;
use runglass::engine::runs::RunsQuery;
use runglass::engine::sources::{Open, SourceSpec};
use runglass::model::RunPath;
use runglass::source::failure::{Missing, UnreachableHint};
use runglass::source::{Blob, MemoryBlob, NoPace, OpenError, open_blob};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::rc::Rc;

const SERVERS: [&str; 9] = [
    "http.server",
    "nginx",
    "nginx-json",
    "apache-plain",
    "apache-fancy",
    "apache-table",
    "lighttpd",
    "caddy",
    "s3",
];

/// Unpacks archives below the build's own folder for such things, each into a folder of its
/// name.
fn on_disk(test: &str, archives: &[&str]) -> PathBuf {
    let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("servers-{test}"));
    if root.exists() {
        std::fs::remove_dir_all(&root).unwrap();
    }
    for archive in archives {
        let name = archive.rsplit('/').next().unwrap();
        let bytes = fixtures::bytes(&format!("{archive}.zip"));
        let blob: Rc<dyn Blob> = Rc::new(MemoryBlob::new(name, bytes));
        let source = pollster::block_on(open_blob(blob, Rc::new(NoPace))).unwrap();
        for (path, bytes) in folder::unpacked(&*source) {
            let place = root.join(name).join(path);
            std::fs::create_dir_all(place.parent().unwrap()).unwrap();
            std::fs::write(place, bytes).unwrap();
        }
    }
    root
}

/// What a source holds, but for its own name.
fn dumped(source: &str) -> Value {
    let told = pollster::block_on(dump(source, None));
    let mut told = told.unwrap_or_else(|failure| panic!("{source}: {failure:?}"));
    told["source"].take();
    told
}

/// Where two dumps differ, and how, in a line each.
fn differences(told: &Value, expected: &Value, place: &str, out: &mut Vec<String>) {
    if let (Some(told), Some(expected)) = (told.as_object(), expected.as_object()) {
        for name in told.keys().chain(expected.keys()).collect::<BTreeSet<_>>() {
            let of =
                |map: &serde_json::Map<String, Value>| map.get(name).cloned().unwrap_or_default();
            differences(&of(told), &of(expected), &format!("{place} → {name}"), out);
        }
    } else if told != expected {
        out.push(format!("{place}: {told} instead of {expected}"));
    }
}

#[track_caller]
fn assert_same(server: &str, told: &Value, expected: &Value) {
    let mut other = Vec::new();
    differences(told, expected, server, &mut other);
    other.truncate(10);
    assert!(other.is_empty(), "{}", other.join("\n"));
}

/// A run, two with faults, and one whose names are as odd as names can be.
const ARCHIVES: [&str; 4] = [
    "tests/fixtures/broken/bare-store",
    "tests/fixtures/broken/cut-json",
    "tests/fixtures/broken/missing-blob",
    "tests/fixtures/broken/odd-names",
];

/// What a server's folders hold is what the folders hold.
#[track_caller]
fn check(server: &str, flags: &[&str]) {
    let root = on_disk(&format!("{server}{}", flags.concat()), &ARCHIVES);
    let real = RealServer::start(server, &root, flags);
    // All of them side by side, at the top of the host or of the bucket.
    let all = |dumped: Value| {
        dumped["runs"]
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(
        all(dumped(&real.url)),
        all(dumped(root.to_str().unwrap())),
        "{server}"
    );
    for archive in ARCHIVES {
        let name = archive.rsplit('/').next().unwrap();
        // One of its tasks begins with a dot, and such these servers do not list.
        if name == "odd-names" && (server.starts_with("nginx") || server == "lighttpd") {
            continue;
        }
        let expected = dumped(root.join(name).to_str().unwrap());
        assert_eq!(expected["runs"].as_object().unwrap().len(), 1, "{name}");
        // As people type it, too.
        for path in [format!("{name}/"), name.to_owned()] {
            assert_same(server, &dumped(&real.url(&path)), &expected);
        }
    }
}

#[test]
fn http_server() {
    check("http.server", &[]);
}

#[test]
fn nginx() {
    check("nginx", &[]);
}

#[test]
fn nginx_in_json() {
    check("nginx-json", &[]);
}

/// Without ranges each file comes whole; packed on the way, browsers and this client ask
/// for it as it is.
#[test]
fn nginx_without_ranges_and_packing() {
    check("nginx", &["--no-ranges", "--gzip"]);
}

#[test]
fn apache_with_a_plain_list() {
    check("apache-plain", &[]);
}

#[test]
fn apache_with_columns() {
    check("apache-fancy", &[]);
}

#[test]
fn apache_with_a_table() {
    check("apache-table", &[]);
}

#[test]
fn lighttpd() {
    check("lighttpd", &[]);
}

#[test]
fn caddy() {
    check("caddy", &[]);
}

/// In pages of three keys, so that each folder takes some.
#[test]
fn s3() {
    check("s3", &["--page-size=3"]);
}

/// Copies a folder with all that is in it.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &to),
            false => drop(std::fs::copy(entry.path(), to).unwrap()),
        }
    }
}

/// A folder behind a server is looked into again: what has come is heard of, and what lists do
/// not tell is read when somebody asks to read all anew.
#[track_caller]
fn check_followed(server: &str, tells_sizes: bool) {
    let root = on_disk(
        &format!("followed-{server}"),
        &["tests/fixtures/broken/bare-store"],
    );
    let real = RealServer::start(server, &root, &[]);
    let engine = Engine::new(Rc::new(Terminal::new()));
    let key = real.url("bare-store/");
    let open = Open {
        sources: vec![SourceSpec {
            key,
            given: None,
            whole: false,
            unlock: None,
            signature: None,
        }],
        again: false,
        anyway: false,
    };
    let opened = pollster::block_on(engine.ask(open)).unwrap();
    assert!(opened.sources[0].grows, "{server}");
    let flow = real.root.join("bare-store/LinearFlow");
    let tags = || {
        let query = RunsQuery {
            window: Window {
                first: 0,
                count: 10,
            },
            ..RunsQuery::default()
        };
        let view = pollster::block_on(engine.ask(query)).unwrap();
        let rows = view.rows.iter();
        rows.map(|row| (row.run.clone(), row.tags.clone()))
            .collect::<Vec<_>>()
    };
    let heard = |before| {
        let view = pollster::block_on(engine.ask(Watch { heard: before }));
        view.unwrap().heard
    };
    assert_eq!(tags().len(), 1, "{server}");

    copy(&flow.join(OLD), &flow.join(NEW));
    let mut number = heard(0);
    assert_eq!(tags().len(), 2, "{server}");

    // The new run's own folder is known from here on.
    copy(&flow.join(OLD), &flow.join(NEWER));
    number = heard(number);
    assert_eq!(tags().len(), 3, "{server}");

    // Of a run that is looked at, its own record is watched too.
    let old = OverviewQuery::of(RunPath::new("LinearFlow", OLD));
    pollster::block_on(engine.ask(old)).unwrap();
    let record = flow.join(OLD).join("_meta/_self.json");
    let text = std::fs::read_to_string(&record).unwrap();
    std::fs::write(
        &record,
        text.replace("\"tags\": [", "\"tags\": [\"seen\", "),
    )
    .unwrap();
    if tells_sizes {
        heard(number);
    } else {
        pollster::block_on(engine.ask(Reread)).unwrap();
    }
    let is_seen =
        |(id, tags): &(String, Vec<String>)| id == OLD && tags.iter().any(|tag| tag == "seen");
    assert!(tags().iter().any(is_seen), "{server}: {:?}", tags());
}

const OLD: &str = "1795211174306524";
const NEW: &str = "1795211174306525";
const NEWER: &str = "1795211174306526";

#[test]
fn what_comes_into_a_folder_is_heard_of() {
    check_followed("http.server", false);
    check_followed("nginx", true);
}

/// A datastore has a name that begins with a dot; nginx, and Apache as most systems set it
/// up, list no such names.
#[test]
fn a_datastore_that_is_not_listed_is_found() {
    let root = on_disk("hidden", &["public/examples/trainflow"]);
    assert!(root.join("trainflow/.metaflow").is_dir());
    let expected = dumped(root.join("trainflow").to_str().unwrap());
    assert_eq!(expected["runs"].as_object().unwrap().len(), 3);
    for (server, flags) in [
        ("nginx", &[][..]),
        ("apache-fancy", &["--hide"]),
        ("caddy", &[]),
    ] {
        let real = RealServer::start(server, &root, flags);
        assert_same(server, &dumped(&real.url("trainflow/")), &expected);
        let inside = dumped(&real.url("trainflow/.metaflow/"));
        assert_eq!(inside["runs"], expected["runs"], "{server}");
    }
}

/// The lines that the page has to copy make a real server share its files: with everybody,
/// and with who sends a key.
#[test]
fn the_lines_to_copy_let_other_pages_read() {
    let root = on_disk("lines", &["tests/fixtures/broken/no-runs"]);
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .proxy(None)
        .build()
        .into();
    for missing in [Missing::AllowOrigin, Missing::AllowHeaders] {
        let error = OpenError::Unreachable {
            url: String::new(),
            detail: String::new(),
            hint: UnreachableHint::NotShared(missing),
        };
        let servers = [
            ("nginx", "nginx"),
            ("Apache", "apache-plain"),
            ("Caddy", "caddy"),
            ("lighttpd", "lighttpd"),
            ("Python", "python"),
        ];
        for (name, server) in servers {
            let lines = error.lines().into_iter();
            let lines = lines.filter(|(server, _)| *server == name);
            let lines = lines.map(|(_, lines)| lines).next().unwrap();
            let file = root.join(format!("{server}.lines"));
            std::fs::write(&file, &lines).unwrap();
            let settings = format!("--settings={}", file.to_str().unwrap());
            let real = RealServer::start(server, &root, &[&settings]);
            let url = real.url("no-runs/");
            let answer = agent.get(&url).call().unwrap();
            let header = |name: &str| {
                answer
                    .headers()
                    .get(name)
                    .map(|value| value.to_str().unwrap().to_owned())
            };
            assert_eq!(
                header("access-control-allow-origin").as_deref(),
                Some("*"),
                "{name}"
            );
            assert!(
                header("access-control-expose-headers")
                    .unwrap()
                    .contains("Content-Range"),
                "{name}"
            );
            if missing == Missing::AllowHeaders {
                // What a browser asks before it sends a key.
                let asked = agent.options(&url).call().unwrap();
                assert!(asked.status().is_success(), "{name}: {}", asked.status());
                let allowed = asked.headers().get("access-control-allow-headers");
                assert!(
                    allowed.unwrap().to_str().unwrap().contains("Authorization"),
                    "{name}"
                );
            }
        }
    }
}

#[test]
fn what_holds_no_runs_is_said() {
    let root = on_disk("no-runs", &["tests/fixtures/broken/no-runs"]);
    std::fs::write(
        root.join("page.html"),
        "<title>Sign in</title><form></form>",
    )
    .unwrap();
    let mut told = String::new();
    for server in SERVERS {
        let real = RealServer::start(server, &root, &[]);
        for path in ["no-runs/", "page.html", "nothing/", "nothing.zip"] {
            let failure = pollster::block_on(dump(&real.url(path), None)).unwrap_err();
            told.push_str(&format!("{server}/{path}: {}\n", failure.headline));
            let explained = failure.explanation.replace(&real.url, "http://…/");
            told.push_str(&format!("  {explained}\n"));
        }
    }
    insta::assert_snapshot!(told);
}

#[test]
fn packed_runs_are_the_same_behind_any_server() {
    let archive = "tests/fixtures/broken/cut-json";
    let root = on_disk("packed", &[archive]);
    let out = root.join("packed");
    let folder = root.join("cut-json");
    let asked = Asked {
        source: folder.to_str().unwrap(),
        out: &out,
        chosen: Chosen::default(),
        key: None,
        redact: None,
    };
    pollster::block_on(pack(&asked)).unwrap();
    let expected = dumped(folder.to_str().unwrap());
    for server in ["http.server", "nginx", "s3"] {
        let real = RealServer::start(server, &root, &[]);
        assert_same(server, &dumped(&real.url("packed/")), &expected);
    }
}
