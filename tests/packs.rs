//! Packed runs are the runs that were packed: the same dump from what was recorded and from
//! what `runglass pack` makes of it, as a folder and as a zip; and nothing is packed twice.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed, which is what it is for"
)]

#[path = "support/fixtures.rs"]
#[allow(dead_code, reason = "here archives are opened where they lie")]
mod fixtures;
#[path = "support/folder.rs"]
mod folder;
#[cfg(unix)]
#[path = "support/held.rs"]
mod held;
#[path = "support/on_disk.rs"]
mod on_disk;
#[cfg(unix)]
#[path = "support/site.rs"]
#[allow(dead_code, reason = "only what a socket needs is asked for")]
mod site;

use folder::{MemoryFolder, unpacked};
use on_disk::files_below;
use runglass::cli::dump::dump;
use runglass::cli::pack::redact::Redact;
use runglass::cli::pack::{Asked, Chosen, Summary, pack};
use runglass::engine::ask::Failure;
use runglass::model::{Moment, Status};
use runglass::pack::index::decode;
use runglass::source::{MemoryBlob, NoPace, open_blob};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// What a source holds, but for its name.
fn dumped(source: &Path) -> Value {
    let told = pollster::block_on(dump(source.to_str().unwrap(), None));
    let mut told = told.unwrap_or_else(|failure| panic!("{}: {failure:?}", source.display()));
    told["source"].take();
    told
}

fn packed(source: &Path, out: &Path, chosen: Chosen) -> Result<Summary, Box<Failure>> {
    pollster::block_on(pack(&Asked {
        source: source.to_str().unwrap(),
        out,
        chosen,
        key: None,
        redact: None,
    }))
}

/// A folder of its own, deleted when it is left.
fn scratch() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn archives(folder: &str) -> Vec<PathBuf> {
    let folder = fixtures::path(folder);
    let mut found: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "zip"))
        .collect();
    found.sort();
    found
}

#[track_caller]
fn check_same(source: &Path) {
    let scratch = scratch();
    let expected = dumped(source);
    for out in ["packed", "packed.zip"] {
        let out = scratch.path().join(out);
        packed(source, &out, Chosen::default()).unwrap();
        let told = dumped(&out);
        for map in ["flows", "runs", "steps", "tasks", "namespaces"] {
            let (told, expected) = (&told[map], &expected[map]);
            for (key, expected) in expected.as_object().unwrap() {
                assert_eq!(&told[key], expected, "{map} {key} of {}", source.display());
            }
            assert_eq!(told, expected);
        }
        // Nothing that the page shows lies so deep that it is not packed.
        let too_deep = |problem: &&Value| {
            let what = problem["what"].as_str().unwrap();
            !what.contains("It lies too deep in other folders")
        };
        let problems = |told: &Value| -> Vec<Value> {
            let all = told["problems"].as_array().unwrap().iter();
            all.filter(too_deep).cloned().collect()
        };
        assert_eq!(problems(&told), problems(&expected), "{}", source.display());
    }
}

#[test]
fn what_real_runs_left_is_the_same_packed() {
    for archive in archives("tests/fixtures/metaflow") {
        check_same(&archive);
    }
}

#[test]
fn what_is_damaged_is_the_same_packed() {
    for archive in archives("tests/fixtures/broken") {
        let opens = pollster::block_on(dump(archive.to_str().unwrap(), None)).is_ok();
        // Its directory lies about sizes, and what was packed has the true ones.
        let lies = archive.ends_with("lying-directory.zip");
        if opens && !lies {
            check_same(&archive);
        }
    }
}

/// The files of a recorded archive, on disk.
fn on_disk(archive: &str, folder: &Path) {
    on_disk_of(&fixtures::path(archive), folder);
}

/// The files of an archive, on disk.
fn on_disk_of(archive: &Path, folder: &Path) {
    let blob = MemoryBlob::new("recorded.zip", fs::read(archive).unwrap());
    let source = pollster::block_on(open_blob(Rc::new(blob), Rc::new(NoPace))).unwrap();
    let memory = MemoryFolder {
        files: unpacked(&*source),
        can_grow: false,
    };
    for (path, bytes) in memory.files {
        let place = folder.join(path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(place, bytes).unwrap();
    }
}

const BASICS: &str = "tests/fixtures/metaflow/basics.zip";

fn flow(name: &str) -> Chosen {
    Chosen {
        flows: vec![name.to_owned()],
        ..Chosen::default()
    }
}

fn counts(summary: &Summary) -> (u64, u64, u64) {
    (summary.new, summary.changed, summary.kept)
}

#[test]
fn only_what_is_new_or_changed_is_packed() {
    let scratch = scratch();
    let lab = scratch.path().join("lab");
    on_disk(BASICS, &lab);
    for out in ["packed", "packed.zip"] {
        let out = scratch.path().join(out);
        let first = packed(&lab, &out, flow("ForeachFlow")).unwrap();
        assert_eq!((counts(&first), first.runs, first.flows), ((1, 0, 0), 1, 1));
        // What was packed before stays.
        let second = packed(&lab, &out, flow("LinearFlow")).unwrap();
        assert_eq!(
            (counts(&second), second.runs, second.flows),
            ((2, 0, 0), 3, 2)
        );
        // The engine's client writes a run's own record anew when somebody tags it.
        let record = lab.join(".metaflow/LinearFlow/1795211174306524/_meta/_self.json");
        let text = fs::read_to_string(&record).unwrap();
        assert!(text.contains("\"first\""));
        fs::write(&record, text.replace("\"first\"", "\"again\"")).unwrap();
        let third = packed(&lab, &out, flow("LinearFlow")).unwrap();
        assert_eq!(counts(&third), (0, 1, 1));
        let run = &dumped(&out)["runs"]["LinearFlow/1795211174306524"];
        assert!(
            run["user_tags"]
                .as_array()
                .unwrap()
                .contains(&"again".into())
        );
        fs::write(&record, text).unwrap();
    }
}

#[test]
fn what_failed_of_many_tasks_is_packed_with_the_line_of_the_run() {
    let scratch = scratch();
    let lab = scratch.path().join("lab");
    on_disk(BASICS, &lab);
    let work = ".metaflow/ForeachFlow/1795211227774857/work/";
    let files = files_below(&lab);
    let of_task = files
        .iter()
        .filter(|(path, _)| path.contains(&format!("{work}7/")));
    for (path, bytes) in of_task {
        for copy in 0..100 {
            let place = lab.join(path.replace("/work/7/", &format!("/work/{}/", 1000 + copy)));
            let is_outcome = path.contains("sysmeta_attempt_ok_");
            let failed = String::from_utf8_lossy(bytes).replace("True", "False");
            fs::create_dir_all(place.parent().unwrap()).unwrap();
            match is_outcome && copy < 3 {
                true => fs::write(place, failed).unwrap(),
                false => fs::write(place, bytes).unwrap(),
            }
        }
    }
    let out = scratch.path().join("packed");
    packed(&lab, &out, flow("ForeachFlow")).unwrap();
    let index = decode(&fs::read(out.join("runglass.json")).unwrap()).unwrap();
    let [line] = index.stores[0].flows[0].runs.as_slice() else {
        panic!("one run");
    };
    assert_eq!(line.status, Some(Status::Succeeded));
    assert_eq!((line.tasks, line.failed), (111, Some(3)));
}

#[test]
fn packing_again_changes_no_byte_and_leaves_nothing_behind() {
    let scratch = scratch();
    let lab = scratch.path().join("lab");
    on_disk(BASICS, &lab);
    let out = scratch.path().join("packed");
    packed(&lab, &out, Chosen::default()).unwrap();
    let before = files_below(&out);
    let again = packed(&lab, &out, Chosen::default()).unwrap();
    assert_eq!((again.new, again.changed), (0, 0));
    assert_eq!(files_below(&out), before);
    // A run that changes and changes back leaves no manifest of the time between.
    let record = lab.join(".metaflow/LinearFlow/1795211174306524/_meta/_self.json");
    let text = fs::read_to_string(&record).unwrap();
    for text in [text.replace("\"first\"", "\"again\""), text] {
        fs::write(&record, text).unwrap();
        packed(&lab, &out, Chosen::default()).unwrap();
    }
    assert_eq!(files_below(&out), before);
}

#[test]
fn who_was_stopped_goes_on() {
    let scratch = scratch();
    let lab = scratch.path().join("lab");
    on_disk(BASICS, &lab);
    let whole = scratch.path().join("whole");
    packed(&lab, &whole, Chosen::default()).unwrap();
    // As it is left in the middle: some runs are done and noted, the index is not there.
    let stopped = scratch.path().join("stopped");
    packed(&lab, &stopped, flow("ForeachFlow")).unwrap();
    fs::rename(
        stopped.join("runglass.json"),
        stopped.join("runglass.part.json"),
    )
    .unwrap();
    fs::write(stopped.join("metaflow/ForeachFlow/half.part"), "ha").unwrap();
    // Who opens it is told what it is, and that it may become whole.
    let told = pollster::block_on(dump(stopped.to_str().unwrap(), None)).unwrap_err();
    assert_eq!(told.headline, "This pack is not whole yet");
    let begins = "stopped/runglass.part.json notes how far a pack has come that is still being written, or was stopped. stopped holds ";
    assert!(told.explanation.starts_with(begins), "{}", told.explanation);
    let advice = "If it was stopped, give the same `runglass pack` command again.";
    assert!(
        told.advice.iter().any(|one| one == advice),
        "{:?}",
        told.advice
    );
    assert!(told.waits());
    let failure = packed(&stopped, &scratch.path().join("never"), Chosen::default()).unwrap_err();
    assert_eq!(failure.headline, "This pack is not whole");
    let summary = packed(&lab, &stopped, Chosen::default()).unwrap();
    assert_eq!(summary.kept, 1);
    assert_eq!(dumped(&stopped)["runs"], dumped(&whole)["runs"]);
}

/// Packed runs of two flows. A log of the second is so large that it is not kept in memory:
/// whenever somebody wants it, it is asked for.
#[cfg(unix)]
fn two_flows(scratch: &Path) -> PathBuf {
    let (lab, from) = (scratch.join("lab"), scratch.join("from"));
    on_disk(BASICS, &lab);
    let all = files_below(&lab);
    let mut logs = all.keys().filter(|path| is_log(path));
    let log = logs.find(|path| path.contains("/LinearFlow/")).unwrap();
    fs::write(lab.join(log), "a line of a long log\n".repeat(10_000)).unwrap();
    let some = Chosen {
        flows: vec!["ForeachFlow".to_owned(), "LinearFlow".to_owned()],
        ..Chosen::default()
    };
    packed(&lab, &from, some).unwrap();
    from
}

/// Packs `from` with the real program, stops it at the first log that it reads after it has
/// noted a run in `root`, and gives what it says.
#[cfg(unix)]
fn stopped(from: &Path, out: &Path, root: &Path, more: &[&str]) -> String {
    use std::process::{Command, Stdio};
    let noted = root.join("runglass.part.json");
    let server = held::Held::serve(from.to_owned(), move |path| {
        let noted = fs::read_to_string(&noted).unwrap_or_default();
        is_log(path) && noted.contains("\"manifest\"")
    });
    let mut command = Command::new(env!("CARGO_BIN_EXE_runglass"));
    command.arg("pack").arg(server.url()).arg("-o").arg(out);
    command.args(more).stdout(Stdio::piped());
    let child = command.stderr(Stdio::piped()).spawn().unwrap();
    server.wait();
    let pid = child.id().to_string();
    let told = Command::new("kill").args(["-INT", &pid]).status().unwrap();
    assert!(told.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{output:?}");
    assert!(output.stdout.is_empty(), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[cfg(unix)]
fn is_log(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|end| end == "log")
}

#[cfg(unix)]
#[test]
fn ctrl_c_says_what_is_there_and_the_same_command_goes_on() {
    let scratch = scratch();
    let from = two_flows(scratch.path());
    let whole = scratch.path().join("whole");
    packed(&from, &whole, Chosen::default()).unwrap();
    let undisturbed = files_below(&whole);
    for (name, root, expected) in [
        (
            "new",
            "new",
            "OUT is not whole and cannot be opened yet, and the same command goes on where it stopped.",
        ),
        (
            "new.zip",
            "new.zip.part",
            "there is no OUT yet. What is done is kept in OUT.part, and the same command goes on from there.",
        ),
    ] {
        let (out, root) = (scratch.path().join(name), scratch.path().join(root));
        let told = stopped(&from, &out, &root, &[]);
        let expected = expected.replace("OUT", out.to_str().unwrap());
        assert_eq!(told, format!("Stopped: {expected}\n"));
        let left = files_below(&root);
        assert!(left.contains_key("runglass.part.json"));
        assert!(!left.contains_key("runglass.json"));
        assert!(!left.keys().any(|path| path.ends_with(".part")), "{left:?}");
        // It goes on, and what comes of it is what comes of it undisturbed.
        let summary = packed(&from, &out, Chosen::default()).unwrap();
        assert!(summary.kept > 0 && summary.new > 0, "{summary}");
        let there = match name {
            "new" => files_below(&out),
            _ => {
                let unpacked = scratch.path().join("unpacked");
                on_disk_of(&out, &unpacked);
                files_below(&unpacked)
            }
        };
        assert!(there == undisturbed, "{name}: {:?}", there.keys());
        assert!(name == "new" || !root.exists());
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_nothing_of_redacted_runs() {
    let scratch = scratch();
    let from = two_flows(scratch.path());
    let out = scratch.path().join("shown");
    let shown = out.display();
    for there in [
        format!("there is no {shown} yet"),
        format!("{shown} is as it was before"),
    ] {
        let before = files_below(scratch.path());
        let root = scratch.path().join("shown.redacting");
        let told = stopped(&from, &out, &root, &["--redact"]);
        let again = "Redacted runs are always packed anew, so the same command begins again.";
        assert_eq!(told, format!("Stopped: {there}. {again}\n"));
        assert!(!root.exists());
        assert!(files_below(scratch.path()) == before);
        let asked = Asked {
            source: from.to_str().unwrap(),
            out: &out,
            chosen: Chosen::default(),
            key: None,
            redact: Some(Redact::default()),
        };
        pollster::block_on(pack(&asked)).unwrap();
    }
}

#[test]
fn a_part_of_the_runs_takes_only_their_values_along() {
    let scratch = scratch();
    let archive = fixtures::path(BASICS);
    let out = scratch.path().join("packed");
    let until = Chosen {
        until: Some(Moment(1_795_211_180_000_000)),
        ..flow("LinearFlow")
    };
    let summary = packed(&archive, &out, until).unwrap();
    assert_eq!(summary.runs, 1);
    let all = dumped(&archive);
    let told = dumped(&out);
    for map in ["runs", "steps", "tasks"] {
        for (key, told) in told[map].as_object().unwrap() {
            // What it shares with a run that is not here cannot be told.
            assert_eq!(told, &all[map][key], "{map} {key}");
        }
    }
    // The two runs have each some values that the other has not.
    let values = |out: &Path| -> usize {
        let files = files_below(&out.join("metaflow/LinearFlow"));
        let shared = files.iter().filter(|(path, _)| {
            // Not those of a run.
            is_named(path, "records-") && !path.contains('/')
        });
        shared.map(|(_, bytes)| bytes.len()).sum()
    };
    let whole = scratch.path().join("whole");
    packed(&archive, &whole, flow("LinearFlow")).unwrap();
    assert!(0 < values(&out) && values(&out) < values(&whole));
}

#[track_caller]
fn check_refused(outcome: Result<Summary, Box<Failure>>, headline: &str) {
    assert_eq!(outcome.unwrap_err().headline, headline);
}

#[test]
fn what_is_not_ours_is_not_written_over() {
    let scratch = scratch();
    let archive = fixtures::path(BASICS);
    fs::write(scratch.path().join("thesis.tex"), "dear reader").unwrap();
    check_refused(
        packed(&archive, scratch.path(), Chosen::default()),
        "This folder holds something else",
    );
    let out = scratch.path().join("packed");
    packed(&archive, &out, flow("LinearFlow")).unwrap();
    fs::write(out.join("runglass.json"), "{").unwrap();
    check_refused(
        packed(&archive, &out, flow("LinearFlow")),
        "What was packed before cannot be read",
    );
}

#[test]
fn an_archive_of_another_kind_is_not_written() {
    let scratch = scratch();
    let archive = fixtures::path(BASICS);
    for name in ["x.tar", "x.tar.gz", "x.7z"] {
        let failure = packed(&archive, &scratch.path().join(name), Chosen::default()).unwrap_err();
        assert_eq!(failure.headline, "Runs are packed into a folder or a zip");
    }
    // Neither is one written over that was packed by something else.
    let zip = scratch.path().join("mine.zip");
    fs::copy(&archive, &zip).unwrap();
    check_refused(
        packed(&archive, &zip, Chosen::default()),
        "This zip holds something else",
    );
    assert_eq!(fs::read(&zip).unwrap(), fs::read(&archive).unwrap());
    assert_eq!(files_below(scratch.path()).len(), 1);
}

#[test]
fn what_was_asked_for_and_is_not_there_is_named() {
    let scratch = scratch();
    let archive = fixtures::path(BASICS);
    let tag = |tag: &str| Chosen {
        tags: vec![tag.to_owned()],
        ..flow("LinearFlow")
    };
    let later = Chosen {
        since: Some(Moment(1_895_211_180_000_000)),
        ..flow("LinearFlow")
    };
    let told = |out: &Path, chosen: Chosen, redact: Option<Redact>| {
        let asked = Asked {
            source: archive.to_str().unwrap(),
            out,
            chosen,
            key: None,
            redact,
        };
        let failure = pollster::block_on(pack(&asked)).unwrap_err();
        assert_eq!(failure.headline, "There is nothing to pack");
        format!("{} {}", failure.explanation, failure.advice[0])
    };
    let there = scratch.path().join("there");
    packed(&archive, &there, flow("LinearFlow")).unwrap();
    let before = files_below(scratch.path());
    for name in ["new", "new.zip", "there"] {
        let out = scratch.path().join(name);
        assert!(told(&out, flow("NoSuchFlow"), None).starts_with(
            "There is no run of a flow “NoSuchFlow” in it. --flow with “ArtifactZooFlow”, “"
        ));
        let none = told(&out, tag("nightly"), None);
        assert!(
            none.starts_with(
                "It has 2 runs of “LinearFlow”, none with the tag “nightly”. --tag with “"
            ),
            "{none}"
        );
        let none = told(&out, later.clone(), None);
        let expected = "It has 2 runs, none that began 2030-01-21T07:33:00Z or later. They began from 2026-11-";
        assert!(none.starts_with(expected), "{none}");
        // Nothing is left behind, and what was there is as it was.
        assert_eq!(files_below(scratch.path()), before);
        assert!(name == "there" || !out.exists());
    }
    let out = scratch.path().join("shown.zip");
    told(&out, flow("NoSuchFlow"), Some(Redact::default()));
    assert_eq!(fs::read_dir(scratch.path()).unwrap().count(), 1);
    // One of several that is not there is told beside what is packed.
    let both = Chosen {
        flows: vec!["LinearFlow".to_owned(), "NoSuchFlow".to_owned()],
        ..Chosen::default()
    };
    let told = packed(&archive, &there, both).unwrap().to_string();
    assert!(
        told.contains("There is no run of a flow “NoSuchFlow” in "),
        "{told}"
    );
}

#[test]
fn what_has_not_changed_is_not_written_and_what_is_gone_is_told() {
    let scratch = scratch();
    let lab = scratch.path().join("lab");
    on_disk(BASICS, &lab);
    for name in ["packed", "packed.zip"] {
        let out = scratch.path().join(name);
        packed(&lab, &out, Chosen::default()).unwrap();
        let before = files_below(scratch.path());
        let told = packed(&lab, &out, Chosen::default()).unwrap().to_string();
        let expected = format!(
            "{}: 18 runs of 15 flows.\nNothing new: 18 runs are as they were; nothing written.",
            out.display()
        );
        assert_eq!(told, expected);
        assert_eq!(files_below(scratch.path()), before);
        let some = packed(&lab, &out, flow("LinearFlow")).unwrap();
        assert_eq!((some.kept, some.others, some.gone), (2, 16, 0));
    }
    fs::remove_dir_all(lab.join(".metaflow/LinearFlow/1795211174306524")).unwrap();
    for name in ["packed", "packed.zip"] {
        let out = scratch.path().join(name);
        let summary = packed(&lab, &out, Chosen::default()).unwrap();
        assert_eq!((summary.runs, summary.kept, summary.gone), (18, 17, 1));
        let expected = format!(
            "1 run is kept that was packed before and is not in {} any more.",
            lab.display()
        );
        assert!(summary.to_string().ends_with(&expected), "{summary}");
        let kept = &dumped(&out)["runs"]["LinearFlow/1795211174306524"];
        assert_eq!(kept["successful"], true);
    }
}

/// Packs one flow, damages one kind of file, and gives what is then told.
fn damaged(damage: impl Fn(&str, &[u8]) -> Option<Vec<u8>>) -> (Value, Value) {
    let scratch = scratch();
    let archive = fixtures::path(BASICS);
    let out = scratch.path().join("packed");
    packed(&archive, &out, flow("ForeachFlow")).unwrap();
    let whole = dumped(&out);
    for (path, bytes) in files_below(&out) {
        if let Some(other) = damage(&path, &bytes) {
            fs::write(out.join(path), other).unwrap();
        }
    }
    (whole, dumped(&out))
}

fn is_named(path: &str, begins: &str) -> bool {
    let name = path.rsplit('/').next().unwrap();
    name.starts_with(begins) && is_json(path)
}

fn is_json(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|end| end == "json")
}

fn told_problems(told: &Value) -> Vec<String> {
    let all = told["problems"].as_array().unwrap().iter();
    all.map(|problem| problem["what"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_cut_manifest_is_made_up_for_by_the_records() {
    let (whole, told) =
        damaged(|path, bytes| is_named(path, "run-").then(|| bytes[..bytes.len() / 2].to_vec()));
    for map in ["flows", "runs", "steps", "tasks"] {
        assert_eq!(told[map], whole[map]);
    }
    let [problem] = &*told_problems(&told) else {
        panic!("{:?}", told["problems"])
    };
    assert!(
        problem.starts_with("The manifest of the run cannot be read:"),
        "{problem}"
    );
}

#[test]
fn a_cut_index_is_made_up_for_by_the_manifests_beside_it() {
    let (whole, told) =
        damaged(|path, bytes| (path == "runglass.json").then(|| bytes[..bytes.len() / 2].to_vec()));
    for map in ["flows", "runs", "steps", "tasks"] {
        assert_eq!(told[map], whole[map], "{map}");
    }
    let [problem] = &*told_problems(&told) else {
        panic!("{:?}", told["problems"])
    };
    assert!(
        problem.starts_with("The index of the packed runs cannot be read:"),
        "{problem}"
    );
}

#[test]
fn lost_records_leave_what_the_manifest_tells() {
    let (whole, told) = damaged(|path, _| is_named(path, "records-").then(Vec::new));
    let keys = |told: &Value| -> Vec<String> {
        told["tasks"].as_object().unwrap().keys().cloned().collect()
    };
    assert_eq!(keys(&told), keys(&whole));
    let mut problems = told_problems(&told).into_iter();
    assert!(problems.any(|what| what.starts_with("A file of packed records cannot be read:")));
}

#[test]
fn a_newer_version_is_shown_as_far_as_it_is_understood() {
    let (whole, told) = damaged(|path, bytes| {
        let text = std::str::from_utf8(bytes).ok()?;
        let newer = text.replacen(
            "\"runglass\":1",
            "\"runglass\":2,\"colour\":[{\"a\":[1]}]",
            1,
        );
        is_json(path).then(|| newer.into_bytes())
    });
    for map in ["flows", "runs", "steps", "tasks"] {
        assert_eq!(told[map], whole[map]);
    }
    let problems = told_problems(&told);
    assert!(
        problems
            .iter()
            .all(|what| what.contains("version 2 of the form"))
    );
    assert!(problems.len() >= 3, "{problems:?}");
}

#[test]
fn what_is_written_is_what_the_docs_describe() {
    let mut schemas = boon::Schemas::new();
    let mut compiler = boon::Compiler::new();
    let path = fixtures::path("docs/pack.schema.json");
    let schema = compiler
        .compile(path.to_str().unwrap(), &mut schemas)
        .unwrap();
    let scratch = scratch();
    let mut checked = 0;
    let other = "tests/fixtures/broken/other-methods.zip";
    for (archive, is_redacted) in [(BASICS, false), (other, false), (other, true)] {
        let out = scratch.path().join(checked.to_string());
        let asked = Asked {
            source: &fixtures::path(archive).display().to_string(),
            out: &out,
            chosen: Chosen::default(),
            key: None,
            redact: is_redacted.then(Redact::default),
        };
        pollster::block_on(pack(&asked)).unwrap();
        for (path, bytes) in files_below(&out) {
            let is_ours = ["runglass", "run-", "records-"]
                .iter()
                .any(|name| is_named(&path, name));
            if is_ours {
                let json: Value = serde_json::from_slice(&bytes).unwrap();
                let valid = schemas.validate(&json, schema);
                assert!(valid.is_ok(), "{path}: {:#}", valid.unwrap_err());
                checked += 1;
            }
        }
    }
    assert!(checked > 40);
    // A schema that takes anything would be none.
    let other = serde_json::json!({"runglass": 1, "kind": "run", "flow": 5});
    assert!(schemas.validate(&other, schema).is_err());
}
