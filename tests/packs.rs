//! Packed runs are the runs that were packed: the same dump from what was recorded and from
//! what `runglass pack` makes of it, as a folder and as a zip; and nothing is packed twice.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed, which is what it is for"
)]

#[path = "support/fixtures.rs"]
mod fixtures;

use runglass::cli::dump::dump;
use runglass::cli::pack::{Asked, Chosen, Summary, pack};
use runglass::engine::ask::Failure;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

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
