//! Two packs into one OUT at the same time, with the real program: the second is refused, and
//! nothing of the first is lost; whoever stops or crashes keeps nobody away.

#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed, which is what it is for"
)]

#[path = "support/fixtures.rs"]
#[allow(dead_code, reason = "here archives are opened where they lie")]
mod fixtures;
#[path = "support/held.rs"]
mod held;
#[path = "support/on_disk.rs"]
#[allow(dead_code, reason = "here only names are compared")]
mod on_disk;
#[path = "support/site.rs"]
#[allow(dead_code, reason = "only what a socket needs is asked for")]
mod site;

use held::Held;
use runglass::cli::dump::dump;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

const BASICS: &str = "tests/fixtures/metaflow/basics.zip";
const FOLDER: &[&str] = &[];
const REDACTED: &[&str] = &["--redact"];

/// Begins to pack.
fn begun(source: &str, out: &Path, more: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_runglass"));
    command.arg("pack").arg(source).arg("-o").arg(out);
    command.args(more).stdout(Stdio::piped());
    command.stderr(Stdio::piped()).spawn().unwrap()
}

fn packed(source: &str, out: &Path, more: &[&str]) -> Output {
    begun(source, out, more).wait_with_output().unwrap()
}

#[track_caller]
fn check_success(output: &Output) {
    assert!(output.status.success(), "{output:?}");
}

/// Packs one flow of the recorded runs.
#[track_caller]
fn pack_flow(name: &str, out: &Path, more: &[&str]) {
    let archive = fixtures::path(BASICS);
    let flow = ["--flow", name];
    let more = [&flow, more].concat();
    check_success(&packed(archive.to_str().unwrap(), out, &more));
}

/// A pack that has begun and is given nothing to read: it waits for the first file of runs
/// that are packed already.
struct Waiting {
    server: Held,
    child: Child,
    out: PathBuf,
}

impl Waiting {
    fn of(flow: &str, scratch: &Path, out: &Path, more: &[&str]) -> Self {
        let from = scratch.join("from");
        if !from.exists() {
            pack_flow(flow, &from, &[]);
        }
        let server = Held::serve(from, |_| true);
        let child = begun(&server.url(), out, more);
        server.wait();
        Self {
            server,
            child,
            out: out.to_owned(),
        }
    }

    /// Packs the same place with another program, which is told that this one does.
    #[track_caller]
    fn check_refused(&self, more: &[&str]) {
        let archive = fixtures::path(BASICS);
        let output = packed(archive.to_str().unwrap(), &self.out, more);
        let (process, out) = (self.child.id(), self.out.display());
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        assert!(output.stdout.is_empty(), "{output:?}");
        let told = String::from_utf8(output.stderr).unwrap();
        let lines: Vec<&str> = told.lines().collect();
        assert_eq!(
            lines.first(),
            Some(&"Another pack is writing to this place")
        );
        for expected in [
            format!(
                "A `runglass pack` (process {process}) has begun to pack into it and is not done: of two at once, one would lose what the other has packed."
            ),
            format!("  where: {out}"),
            "  try: Wait until it is done, and give the same command again.".to_owned(),
            "  try: Or name another folder or zip.".to_owned(),
        ] {
            assert!(lines.contains(&&*expected), "{told}");
        }
    }

    /// Lets it go on until it is done.
    #[track_caller]
    fn goes_on(mut self) {
        self.server.let_go();
        check_success(&self.child.wait_with_output().unwrap());
    }

    fn end(self, signal: &str) -> Output {
        let pid = self.child.id().to_string();
        let told = Command::new("kill").args([signal, &pid]).status().unwrap();
        assert!(told.success());
        self.child.wait_with_output().unwrap()
    }
}

fn flows(out: &Path) -> Vec<String> {
    let told = pollster::block_on(dump(out.to_str().unwrap(), None)).unwrap();
    told["flows"].as_object().unwrap().keys().cloned().collect()
}

/// What is left beside what was packed.
fn names(scratch: &Path) -> Vec<String> {
    let entries = fs::read_dir(scratch).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| name != "from").collect();
    names.sort();
    names
}

#[test]
fn the_second_is_refused_and_loses_nothing_of_the_first() {
    for (name, how) in [
        ("packed", FOLDER),
        ("packed.zip", FOLDER),
        ("packed", REDACTED),
        ("packed.zip", REDACTED),
    ] {
        let scratch = tempfile::tempdir().unwrap();
        let out = scratch.path().join(name);
        let first = Waiting::of("ForeachFlow", scratch.path(), &out, how);
        for other in [FOLDER, REDACTED] {
            first.check_refused(other);
        }
        first.goes_on();
        assert_eq!(flows(&out), ["ForeachFlow"], "{name} {how:?}");
        pack_flow("LinearFlow", &out, how);
        let expected: &[&str] = match how.is_empty() {
            true => &["ForeachFlow", "LinearFlow"],
            // They are always packed anew.
            false => &["LinearFlow"],
        };
        assert_eq!(flows(&out), expected, "{name} {how:?}");
        assert_eq!(names(scratch.path()), [name]);
        let is_left = |path: &String| path.ends_with(".packing");
        assert!(out.is_file() || !on_disk::files_below(&out).keys().any(is_left));
    }
}

#[test]
fn who_was_stopped_or_has_crashed_keeps_nobody_away() {
    for (name, how) in [
        ("packed", FOLDER),
        ("packed.zip", FOLDER),
        ("packed", REDACTED),
    ] {
        let scratch = tempfile::tempdir().unwrap();
        let out = scratch.path().join(name);
        let begin = || Waiting::of("ForeachFlow", scratch.path(), &out, how);
        let stopped = begin().end("-INT");
        assert_eq!(stopped.status.code(), Some(130));
        let told = String::from_utf8(stopped.stderr).unwrap();
        assert_eq!(told, "Stopped before anything was written.\n");
        assert!(names(scratch.path()).is_empty(), "{name} {how:?}");
        let crashed = begin().end("-KILL");
        assert_eq!(crashed.status.code(), None);
        // The system has unlocked what it left, and the next takes it over and away.
        assert!(!names(scratch.path()).is_empty(), "{name} {how:?}");
        begin().goes_on();
        assert_eq!(names(scratch.path()), [name], "{name} {how:?}");
        assert_eq!(flows(&out), ["ForeachFlow"], "{name} {how:?}");
    }
}
