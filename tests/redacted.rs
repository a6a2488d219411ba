//! Redacted runs can be shown to a stranger: of what was recorded, and of what is planted
//! here, no name, no path and no secret is anywhere in them, however it is packed; and they
//! are the runs that they were.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed, which is what it is for"
)]

#[path = "support/fixtures.rs"]
mod fixtures;
#[path = "support/folder.rs"]
#[allow(dead_code, reason = "only what a source holds is asked for")]
mod folder;
#[path = "support/on_disk.rs"]
mod on_disk;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use folder::unpacked;
use on_disk::files_below;
use runglass::archive::tar;
use runglass::cli::dump::dump;
use runglass::cli::pack::redact::{Keep, Machine, Redact};
use runglass::cli::pack::{Asked, Chosen, Summary, pack};
use runglass::engine::ask::Failure;
use runglass::pack::records::{Content, Records};
use runglass::source::{MemoryBlob, NoPace, open_blob};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::rc::Rc;

fn redacted(source: &Path, out: &Path, redact: Redact) -> Result<Summary, Box<Failure>> {
    packed(source, out, Some(redact))
}

fn packed(source: &Path, out: &Path, redact: Option<Redact>) -> Result<Summary, Box<Failure>> {
    pollster::block_on(pack(&Asked {
        source: source.to_str().unwrap(),
        out,
        chosen: Chosen::default(),
        key: None,
        redact,
    }))
}

fn dumped(source: &Path) -> Value {
    let told = pollster::block_on(dump(source.to_str().unwrap(), None));
    told.unwrap_or_else(|failure| panic!("{}: {failure:?}", source.display()))
}

/// Every file below a folder, or in a zip, by its path.
fn files_of(out: &Path) -> BTreeMap<String, Vec<u8>> {
    if out.is_file() {
        let blob = MemoryBlob::new("out.zip", fs::read(out).unwrap());
        let source = pollster::block_on(open_blob(Rc::new(blob), Rc::new(NoPace))).unwrap();
        return unpacked(&*source);
    }
    files_below(out)
}

/// Everything that some bytes are and hold: records, what gzip, tar and base64 pack. It is
/// told to `look` with where it was found.
fn all_in(place: &str, bytes: &[u8], depth: usize, look: &mut dyn FnMut(&str, &[u8])) {
    look(place, bytes);
    if depth == 0 {
        return;
    }
    if bytes.starts_with(b"\x1f\x8b") {
        let mut inside = Vec::new();
        // What came out before a fault counts too.
        let _read = GzDecoder::new(bytes).read_to_end(&mut inside);
        all_in(&format!("{place} (gzip)"), &inside, depth - 1, look);
    }
    if tar::is_tar(bytes) {
        for entry in tar::index(bytes).entries {
            let content = &bytes[entry.content.start as usize..entry.content.end as usize];
            let place = format!("{place}: {}", entry.path);
            look(&place, entry.path.as_bytes());
            all_in(&place, content, depth - 1, look);
        }
    }
    if let Ok(records) = Records::parse(bytes) {
        for (path, at, _) in records.files() {
            let place = format!("{place}: {path}");
            look(&place, path.as_bytes());
            match records.content(at).unwrap() {
                Content::Here(inside) => all_in(&place, &inside, depth - 1, look),
                Content::Lost(why) => look(&place, why.as_bytes()),
                Content::Beside(_) => {}
            }
        }
    }
    let is_digit = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/".contains(byte);
    for run in bytes
        .split(|byte| !is_digit(byte))
        .filter(|run| run.len() >= 16)
    {
        let plain = base64(run);
        if std::str::from_utf8(&plain).is_ok() {
            all_in(&format!("{place} (base64)"), &plain, depth - 1, look);
        }
    }
}

fn base64(run: &[u8]) -> Vec<u8> {
    let digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let value = |byte: &u8| digits.find(char::from(*byte)).unwrap() as u32;
    let three = |four: &[u8]| {
        let bits = four.iter().fold(0, |bits, byte| bits << 6 | value(byte));
        [(bits >> 16) as u8, (bits >> 8) as u8, bits as u8]
    };
    run.chunks_exact(4).flat_map(three).collect()
}

/// Whether a word stands somewhere by itself, in capitals or not; a text that is longer than
/// a name, anywhere. `text` is in small letters.
fn holds(text: &str, wanted: &str) -> bool {
    let is_part = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let is_word = wanted.chars().count() <= 4;
    let bytes = text.as_bytes();
    let mut places = text.match_indices(wanted);
    places.any(|(at, _)| {
        let before = at.checked_sub(1).and_then(|at| bytes.get(at));
        let after = bytes.get(at + wanted.len());
        !is_word || !is_part(before) && !is_part(after)
    })
}

/// Where any of some words stand in what was packed.
fn found_in(out: &Path, words: &[&str]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let lower: Vec<String> = words.iter().map(|word| word.to_ascii_lowercase()).collect();
    let mut look = |place: &str, bytes: &[u8]| {
        let text = bytes.to_ascii_lowercase();
        let text = String::from_utf8_lossy(&text);
        let here = words
            .iter()
            .zip(&lower)
            .filter(|(_, word)| holds(&text, word));
        for (word, _) in here {
            found.insert(format!("{word} in {place}"));
        }
    };
    for (path, bytes) in files_of(out) {
        look(&path, path.as_bytes());
        all_in(&path, &bytes, 6, &mut look);
    }
    found
}

/// All of this stands in the recorded runs.
const RECORDED: &[&str] = &[
    "ana",
    "bob",
    "ben",
    "mira",
    "zoë",
    r"zo\u00eb",
    r"zo\xeb",
    "zo%C3%AB",
    "/home/ana",
    "/home/lab",
    "/home/mira",
    "bakery-0-mxyz",
    "10.0.2.17",
    "i-0b51c7d20f6a94e83",
];

fn archives() -> Vec<PathBuf> {
    let folder = fs::read_dir(fixtures::path("tests/fixtures/metaflow")).unwrap();
    let paths = folder.map(|entry| entry.unwrap().path());
    let mut zips: Vec<PathBuf> = paths
        .filter(|path| path.extension().is_some_and(|end| end == "zip"))
        .collect();
    zips.sort();
    zips
}

/// What a stranger needs to see: how it went, when, and in which order.
fn outcome(told: &Value) -> Value {
    let kept = [
        "successful",
        "finished",
        "created_at",
        "finished_at",
        "extra",
        "index",
        "current_attempt",
        "child_task_pathspecs",
        "parent_task_pathspecs",
        "origin_pathspec",
        "steps",
        "end_task",
        "visible_artifacts",
        "runs",
        "latest_run",
        "latest_successful_run",
        "graph_endpoints",
    ];
    // Hosts have other names, but the same is the same.
    let mut hosts = Vec::new();
    let maps = ["flows", "runs", "steps", "tasks"].map(|map| {
        let things = told[map].as_object().unwrap().iter().map(|(path, thing)| {
            let thing = thing.as_object().unwrap().iter();
            let mut thing: serde_json::Map<String, Value> = thing
                .filter(|(key, _)| kept.contains(&key.as_str()))
                .map(|(key, value)| (key.clone(), value.clone()))
                .collect();
            // The last line of a traceback: what was raised.
            let raised = told[map][path]["exception_repr"].as_str();
            let raised = raised.map(|text| text.trim_end().lines().next_back().unwrap());
            let class = raised.map(|line| line.split(':').next().unwrap());
            thing.insert("raised".to_owned(), class.into());
            let attempts = thing.get_mut("extra");
            let attempts = attempts.and_then(|extra| extra["attempts"].as_array_mut());
            let all = attempts.into_iter().flatten();
            for host in all.filter_map(|attempt| attempt.get_mut("host")) {
                let known = hosts.iter().position(|known| known == host);
                let at = known.unwrap_or_else(|| {
                    hosts.push(host.clone());
                    hosts.len() - 1
                });
                *host = at.into();
            }
            (path.clone(), Value::from(thing))
        });
        (map.to_owned(), things.collect())
    });
    Value::Object(maps.into_iter().collect())
}

#[test]
fn recorded_runs_can_be_shown() {
    for archive in archives() {
        let scratch = tempfile::tempdir().unwrap();
        let plain = scratch.path().join("plain");
        packed(&archive, &plain, None).unwrap();
        // What is looked for is there, and found.
        assert!(!found_in(&plain, RECORDED).is_empty());
        let expected = outcome(&dumped(&archive));
        // A zip has the same files; a small one will do.
        let is_small = fs::metadata(&archive).unwrap().len() < 1 << 20;
        let outs = ["shown", "shown.zip"].into_iter();
        for out in outs.take(if is_small { 2 } else { 1 }) {
            let out = scratch.path().join(out);
            redacted(&archive, &out, Redact::default()).unwrap();
            assert_eq!(found_in(&out, RECORDED), BTreeSet::new());
            let told = dumped(&out);
            assert_eq!(outcome(&told), expected, "{}", archive.display());
            let problems = told["problems"].as_array().unwrap();
            let others: Vec<&Value> = problems
                .iter()
                .filter(|problem| problem["severity"] != "note")
                .collect();
            assert_eq!(others, Vec::<&Value>::new());
            let says =
                |problem: &Value| problem["what"].as_str().unwrap().contains("were redacted");
            assert!(problems.iter().any(says));
        }
    }
}

/// One secret of each kind, as it would stand in a run.
const PLANTED: &[(&str, &str)] = &[
    (
        "AKIAIOSFODNN7EXAMPLE",
        "key AKIAIOSFODNN7EXAMPLE is not valid",
    ),
    (
        "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
        "remote: ghp_16C7e42F292c6912E7710c838347Ae178B4a",
    ),
    (
        "eyJzdWIiOiJ4In0",
        "jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl",
    ),
    ("tr0ub4dor", "psql password=tr0ub4dor"),
    ("correcthorse", "{'db_password': 'correcthorse'}"),
    (
        "s3cr3t-of-url",
        "postgres://svc:s3cr3t-of-url@db.prod.acme.io/x",
    ),
    ("db.prod.acme.io", "connecting to db.prod.acme.io"),
    ("10.20.30.40", "10.20.30.40 refused"),
    ("ip-10-0-0-9.ec2.internal", "on ip-10-0-0-9.ec2.internal"),
    (
        "ab12cd34sig",
        "https://x.example.org/f?X-Amz-Signature=ab12cd34sig&x=1",
    ),
    (
        "MIIEpAIBAAKCAQEA",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\n-----END RSA PRIVATE KEY-----",
    ),
    (
        "/opt/acme",
        "File \"/opt/acme/flows/flow.py\", line 1, in start",
    ),
    ("Program Files", r"C:\Program Files\Acme\x.dll,"),
    ("warehouse-eu.acme", "ACME_WAREHOUSE=warehouse-eu.acme"),
    ("carla", "USER=carla"),
    ("carla", "hello Carla"),
    ("carla@acme.io", "mail to carla@acme.io"),
    (
        "dGhlIHBhc3N3b3JkPXRyMHViNGRvcg",
        "dGhlIHBhc3N3b3JkPXRyMHViNGRvcg==",
    ),
    ("Bearer q1w2e3r4t5", "Authorization: Bearer q1w2e3r4t5"),
];

/// A store with one run of real records, into which all of that is planted.
struct Planted {
    scratch: tempfile::TempDir,
    flow: PathBuf,
}

const RUN: &str = "1795211188093828";

impl Planted {
    fn new() -> Self {
        let scratch = tempfile::tempdir().unwrap();
        let bytes = fixtures::bytes("tests/fixtures/metaflow/basics.zip");
        let blob = MemoryBlob::new("basics.zip", bytes);
        let source = pollster::block_on(open_blob(Rc::new(blob), Rc::new(NoPace))).unwrap();
        for (path, bytes) in unpacked(&*source) {
            if path.starts_with(".metaflow/LinearFlow/") {
                let place = scratch.path().join("lab").join(path);
                fs::create_dir_all(place.parent().unwrap()).unwrap();
                fs::write(place, bytes).unwrap();
            }
        }
        let flow = scratch.path().join("lab/.metaflow/LinearFlow");
        Self { scratch, flow }
    }

    fn lab(&self) -> PathBuf {
        self.scratch.path().join("lab")
    }

    fn task(&self) -> PathBuf {
        self.flow.join(RUN).join("start/1")
    }

    fn log(&self, text: &str) {
        let line =
            |text: &str| format!("[MFLOG|0|2026-11-20T21:46:28.000000Z|runtime|0f0f0f0f]{text}\n");
        let lines: String = text.lines().map(line).collect();
        fs::write(self.task().join("0.runtime_stdout.log"), lines).unwrap();
    }

    /// Puts a value in the place of one that the task has, and says what it is stored as.
    fn value(&self, name: &str, pickle: &[u8]) -> String {
        let mut sha = sha1_smol::Sha1::new();
        sha.update(pickle);
        let sha = sha.digest().to_string();
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(pickle).unwrap();
        let folder = self.flow.join("data").join(&sha[..2]);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(&sha), encoder.finish().unwrap()).unwrap();
        fs::write(
            folder.join(format!("{sha}_meta")),
            r#"{"cas_raw": false, "cas_version": 1}"#,
        )
        .unwrap();
        let table = self.task().join("0.data.json");
        let mut told: Value = serde_json::from_slice(&fs::read(&table).unwrap()).unwrap();
        told["objects"][name] = sha.clone().into();
        told["info"][name] = serde_json::json!({
            "size": pickle.len(), "type": "<class 'str'>", "encoding": "pickle-v4",
        });
        fs::write(&table, told.to_string()).unwrap();
        let record = serde_json::json!({
            "run_number": RUN, "step_name": "start", "task_id": "1", "attempt_id": 0, "name": name,
            "content_type": "pickle-v4", "type": "metaflow.artifact", "sha": sha, "ds_type": "local",
            "location": ":root:/home/ana/lab/proj/.metaflow", "flow_id": "LinearFlow",
            "user_name": "bob", "tags": [], "system_tags": [], "ts_epoch": 1795211189000u64,
        });
        let file = format!("_meta/0_artifact_{name}.json");
        fs::write(self.task().join(file), record.to_string()).unwrap();
        sha
    }

    fn out(&self, name: &str) -> PathBuf {
        self.scratch.path().join(name)
    }
}

/// A text as a pickle of protocol 4.
fn pickled(text: &str) -> Vec<u8> {
    let length = (text.len() as u32).to_le_bytes();
    [b"\x80\x04X".as_slice(), &length, text.as_bytes(), b"\x94."].concat()
}

/// A dict in a dict, of texts.
fn nested(outer: &str, inner: &str, value: &str) -> Vec<u8> {
    let text = |text: &str| [&[0x8c, text.len() as u8], text.as_bytes(), b"\x94"].concat();
    let (outer, inner, value) = (text(outer), text(inner), text(value));
    [
        b"\x80\x04}\x94".as_slice(),
        &outer,
        b"}\x94",
        &inner,
        &value,
        b"ss.",
    ]
    .concat()
}

#[test]
fn cards_that_are_kept_are_gone_through() {
    let scratch = tempfile::tempdir().unwrap();
    let out = scratch.path().join("shown");
    let redact = Redact {
        keep: Keep {
            cards: true,
            ..Keep::default()
        },
        ..Redact::default()
    };
    let archive = fixtures::path("tests/fixtures/metaflow/basics.zip");
    redacted(&archive, &out, redact).unwrap();
    let is_card = |path: &&String| path.ends_with(".html");
    assert!(files_of(&out).keys().filter(is_card).count() > 3);
    assert_eq!(found_in(&out, RECORDED), BTreeSet::new());
}

#[test]
fn what_is_planted_in_logs_and_values_is_found() {
    let planted = Planted::new();
    let texts: Vec<&str> = PLANTED.iter().map(|(_, text)| *text).collect();
    let all = texts.join("\n");
    planted.log(&all);
    // What a value was is not to be guessed by its old SHA-1 either.
    let shas: Vec<String> = texts
        .iter()
        .enumerate()
        .map(|(at, text)| planted.value(&format!("text_{at}"), &pickled(text)))
        .collect();
    planted.value("settings", &nested("vars", "ACME_REGION", "north-by-west"));
    planted.value("account", &nested("login", "user_name", "dora"));
    planted.value(
        "bytes",
        &[
            b"\x80\x04B".as_slice(),
            &(all.len() as u32).to_le_bytes(),
            all.as_bytes(),
            b".",
        ]
        .concat(),
    );
    // Only its name tells that it is one; and so it is one wherever it stands.
    planted.value("acme_api_key", &pickled("kl9-mn8-op7"));
    planted.value("other", &pickled("see kl9-mn8-op7"));
    let meta = planted
        .task()
        .join("_meta/sysmeta_hostname_1795211189000.json");
    let record = r#"{"field_name": "hostname", "type": "hostname", "value": "blade17", "ts_epoch": 1795211189000}"#;
    fs::write(meta, record).unwrap();
    fs::write(
        planted.task().join("notes.json"),
        serde_json::json!({ "a": all, "on": "blade17" }).to_string(),
    )
    .unwrap();
    fs::write(
        planted.task().join("unknown.bin"),
        [&[0xff, 0xfe], all.as_bytes()].concat(),
    )
    .unwrap();
    let mut words: Vec<&str> = PLANTED.iter().map(|(word, _)| *word).collect();
    words.extend(shas.iter().map(String::as_str));
    words.extend(["north-by-west", "dora"]);
    words.extend([
        "kl9-mn8-op7",
        "blade17",
        "laptop-of-ana",
        "from-the-environment-1",
    ]);
    let redact = Redact {
        machine: Machine {
            users: Vec::new(),
            hosts: vec!["laptop-of-ana".to_owned()],
            secrets: vec!["from-the-environment-1".to_owned()],
        },
        ..Redact::default()
    };
    planted.value(
        "machine",
        &pickled("on laptop-of-ana: from-the-environment-1"),
    );
    let plain = planted.out("plain");
    packed(&planted.lab(), &plain, None).unwrap();
    let there = found_in(&plain, &words);
    for word in &words {
        let begins = format!("{word} in ");
        assert!(
            there.iter().any(|place| place.starts_with(&begins)),
            "{word} is not planted"
        );
    }
    for out in ["shown", "shown.zip"] {
        let out = planted.out(out);
        redacted(&planted.lab(), &out, redact.clone()).unwrap();
        assert_eq!(found_in(&out, &words), BTreeSet::new());
        assert_eq!(found_in(&out, RECORDED), BTreeSet::new());
    }
    // It can still be read.
    let told = dumped(&planted.out("shown"));
    let task = &told["tasks"][format!("LinearFlow/{RUN}/start/1")];
    let log = task["stdout"].as_str().unwrap();
    for line in [
        "flow.py\", line 1, in start",
        "is not valid",
        "psql password=secret-",
        "hello user-",
    ] {
        assert!(log.contains(line), "{line}: {log}");
    }
    assert_eq!(log.lines().count(), all.lines().count());
    assert!(
        task["artifacts"]["text_0"]["repr"]
            .as_str()
            .unwrap()
            .starts_with("'key secret-")
    );
    let problems = told["problems"].as_array().unwrap();
    let says = |text: &str| {
        problems
            .iter()
            .any(|problem| problem["what"].as_str().unwrap().contains(text))
    };
    assert!(says(
        "Left out when these runs were redacted. It belongs to an artifact whose name says that it is a secret."
    ));
    assert!(
        says(": it belongs to an artifact whose name says"),
        "{problems:?}"
    );
    assert!(!says("SHA-1"), "{problems:?}");
}

#[test]
fn the_same_names_get_the_same_words() {
    let planted = Planted::new();
    planted.log("hello carla\nUSER=carla");
    let report = planted.out("report.json");
    let redact = Redact {
        report: Some(report.clone()),
        ..Redact::default()
    };
    let out = planted.out("shown");
    redacted(&planted.lab(), &out, redact.clone()).unwrap();
    let before = files_of(&out);
    redacted(&planted.lab(), &out, redact.clone()).unwrap();
    assert_eq!(files_of(&out), before);
    let told: Value = serde_json::from_slice(&fs::read(&report).unwrap()).unwrap();
    let word = told["words"]["user names"]["bob"].clone();
    assert!(word.as_str().unwrap().starts_with("user-"));
    // Without the report who is found first would have the first word.
    fs::write(planted.flow.join("a-note"), "USER=aaron").unwrap();
    redacted(&planted.lab(), &out, redact).unwrap();
    let again: Value = serde_json::from_slice(&fs::read(&report).unwrap()).unwrap();
    assert_eq!(again["words"]["user names"]["bob"], word);
    assert!(again["words"]["user names"]["aaron"].is_string());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(
            fs::metadata(&report).unwrap().permissions().mode() & 0o077,
            0
        );
    }
    // Nothing of it lies in what is shared.
    assert!(files_of(&out).keys().all(|path| !path.contains("report")));
}

#[test]
fn what_cannot_be_looked_into_is_taken_along_where_somebody_says_so() {
    let planted = Planted::new();
    let opaque: Vec<u8> = (0..200).map(|at| 128 + at % 100).collect();
    planted.value(
        "opaque",
        &[
            b"\x80\x04B".as_slice(),
            &200u32.to_le_bytes(),
            &opaque,
            b".",
        ]
        .concat(),
    );
    let shown = |keep: Keep| {
        let out = planted.out(&format!("shown-{}", keep.values));
        let redact = Redact {
            keep,
            ..Redact::default()
        };
        let summary = redacted(&planted.lab(), &out, redact).unwrap();
        let mut told = dumped(&out);
        let task = told["tasks"][format!("LinearFlow/{RUN}/start/1")].take();
        // The terminal and the page say the same of it.
        let expected = "1 of the values was left out: it holds bytes that begin like a pickle but cannot be decoded.";
        let notes = told["problems"].as_array().unwrap().iter();
        let is_on_page = notes.clone().any(|note| note["what"] == expected);
        assert_eq!(is_on_page, !keep.values, "{:?}", told["problems"]);
        let line = format!("\n  {expected}");
        assert_eq!(
            summary.to_string().contains(&line),
            !keep.values,
            "{summary}"
        );
        let begins = "These runs were redacted when they were packed: user names were replaced ";
        let is_told = |note: &Value| note["what"].as_str().unwrap().starts_with(begins);
        assert!(notes.clone().any(is_told), "{:?}", told["problems"]);
        (
            summary.redacted.unwrap().left_out,
            task["artifacts"]["opaque"]["repr"].clone(),
        )
    };
    let (left_out, repr) = shown(Keep::default());
    assert_eq!(
        (left_out.len(), &*left_out[0].what, left_out[0].count),
        (1, "values", 1)
    );
    assert_eq!(repr, Value::Null);
    let keep = Keep {
        values: true,
        ..Keep::default()
    };
    let (left_out, repr) = shown(keep);
    assert_eq!(left_out, []);
    assert!(repr.as_str().unwrap().starts_with("b'\\x80"));
}

#[track_caller]
fn check_refused(outcome: Result<Summary, Box<Failure>>, headline: &str) {
    assert_eq!(outcome.unwrap_err().headline, headline);
}

/// What was replaced and left out, as the page tells it.
fn notes(source: &Path) -> Vec<String> {
    let told = dumped(source);
    let problems = told["problems"].as_array().unwrap().iter();
    let whats = problems.map(|problem| problem["what"].as_str().unwrap().to_owned());
    whats
        .filter(|what| what.contains("redacted when") || what.contains("left out:"))
        .collect()
}

#[test]
fn what_is_packed_from_redacted_runs_is_redacted() {
    let planted = Planted::new();
    let bytes = [0xff; 200];
    let opaque = [b"\x80\x04B".as_slice(), &200u32.to_le_bytes(), &bytes, b"."];
    planted.value("opaque", &opaque.concat());
    let first = planted.out("first");
    redacted(&planted.lab(), &first, Redact::default()).unwrap();
    let expected = notes(&first);
    assert!(expected.len() > 1, "{expected:?}");
    let headline = "Redacted runs are not mixed with others";
    for name in ["again", "again.zip"] {
        let again = planted.out(name);
        // A second time, too.
        for _ in 0..2 {
            let summary = packed(&first, &again, None).unwrap();
            assert!(summary.to_string().contains("Redacted. Look at it before"));
            assert_eq!(notes(&again), expected);
            assert_eq!(dumped(&again)["tasks"], dumped(&first)["tasks"]);
        }
        let before = files_of(&again);
        check_refused(packed(&planted.lab(), &again, None), headline);
        assert_eq!(files_of(&again), before);
        // Nor the other way round.
        let plain = planted.out(&format!("plain-{name}"));
        packed(&planted.lab(), &plain, None).unwrap();
        let before = files_of(&plain);
        check_refused(packed(&first, &plain, None), headline);
        assert_eq!(files_of(&plain), before);
    }
    // Redacted twice, nothing that was left out the first time is forgotten.
    let twice = planted.out("twice");
    redacted(&first, &twice, Redact::default()).unwrap();
    let told = notes(&twice);
    let whole = told.iter().filter(|note| note.contains("redacted when"));
    assert_eq!(whole.count(), 1, "{told:?}");
    for note in expected.iter().filter(|note| note.contains("left out:")) {
        let why = note.split_once("left out:").unwrap().1;
        assert!(
            told.iter().any(|told| told.ends_with(why)),
            "{note} {told:?}"
        );
    }
}

#[test]
fn redacted_runs_are_not_mixed_with_others() {
    let planted = Planted::new();
    for name in ["out", "out.zip"] {
        let headline = "Redacted runs are not mixed with others";
        let plain = planted.out(&format!("plain-{name}"));
        packed(&planted.lab(), &plain, None).unwrap();
        let before = files_of(&plain);
        check_refused(
            redacted(&planted.lab(), &plain, Redact::default()),
            headline,
        );
        assert_eq!(files_of(&plain), before);
        let shown = planted.out(&format!("shown-{name}"));
        redacted(&planted.lab(), &shown, Redact::default()).unwrap();
        let before = files_of(&shown);
        check_refused(packed(&planted.lab(), &shown, None), headline);
        assert_eq!(files_of(&shown), before);
    }
    // One archive among others is what it is: each has its own words, and some have all.
    let both = planted.out("both");
    fs::create_dir(&both).unwrap();
    fs::copy(planted.out("shown-out.zip"), both.join("shown.zip")).unwrap();
    let again = planted.out("of-both");
    packed(&both, &again, None).unwrap();
    assert_eq!(notes(&again), notes(&planted.out("shown-out.zip")));
    fs::copy(archives().swap_remove(0), both.join("plain.zip")).unwrap();
    let headline = "Redacted runs are not mixed with others";
    for redact in [None, Some(Redact::default())] {
        let again = planted.out("of-several");
        check_refused(packed(&both, &again, redact), headline);
        assert!(!again.exists());
    }
    let foreign = planted.out("foreign");
    fs::create_dir(&foreign).unwrap();
    fs::write(foreign.join("thesis.tex"), "dear reader").unwrap();
    let headline = "This folder holds something else";
    check_refused(
        redacted(&planted.lab(), &foreign, Redact::default()),
        headline,
    );
    let inside = Redact {
        report: Some(planted.out("shown-out").join("report.json")),
        ..Redact::default()
    };
    let headline = "The report would be shared";
    check_refused(
        redacted(&planted.lab(), &planted.out("shown-out"), inside),
        headline,
    );
}
