//! What was replaced by what, for who packed: a file of its own that is not to be shared.
//!
//! It is written only where somebody names a place for it, never into what is packed, and
//! nobody else can read it. Given again, the same names get the same words.

use super::hits::What;
use super::names::Names;
use super::words::Words;
use crate::engine::ask::Failure;
use crate::pack::index::Redacted;
use serde_json::{Value, json};
use std::io::Write as _;
use std::path::{Path, PathBuf};

const NOTE: &str = "This file holds what was replaced. Do not share it.";

fn failed(headline: &str, path: &Path, why: &str, advice: &str) -> Box<Failure> {
    Failure::unreadable(headline, &path.display().to_string(), why, advice)
}

/// Refuses a place in what is shared.
pub fn refuse_inside(report: &Path, out: &Path) -> Result<(), Box<Failure>> {
    let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let folder = report.parent().unwrap_or(Path::new(""));
    let real = |path: &Path| std::fs::canonicalize(path).unwrap_or_else(|_| absolute(path));
    let folder: PathBuf = match folder.as_os_str().is_empty() {
        true => real(Path::new(".")),
        false => real(folder),
    };
    match folder.starts_with(real(out)) {
        false => Ok(()),
        true => Err(failed(
            "The report would be shared",
            report,
            "It lies in the folder that is packed into, and holds what was replaced.",
            "Name a place outside of it.",
        )),
    }
}

/// The words of an earlier pack, where there is a report of one.
pub fn before(report: &Path) -> Result<Names, Box<Failure>> {
    let bytes = match std::fs::read(report) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Names::default()),
        Err(error) => return Err(unread(report, &error.to_string())),
    };
    let told: Value =
        serde_json::from_slice(&bytes).map_err(|error| unread(report, &error.to_string()))?;
    let Some(given) = told.get("words").and_then(Value::as_object) else {
        return Err(unread(report, "it is no report of redacted runs"));
    };
    let mut names = Vec::new();
    for what in What::ALL {
        let of_kind = given.get(what.words()).and_then(Value::as_object);
        for (original, word) in of_kind.into_iter().flatten() {
            let word = word.as_str().unwrap_or_default().to_owned();
            names.push((what, original.clone(), word));
        }
    }
    Ok(Names::before(names))
}

fn unread(report: &Path, why: &str) -> Box<Failure> {
    failed(
        "The report of an earlier pack cannot be read",
        report,
        &format!("{why}."),
        "Name another file: all names then get new words.",
    )
}

/// Writes what was replaced by what, and what was left out.
pub fn write(report: &Path, words: &Words, redacted: &Redacted) -> Result<(), Box<Failure>> {
    let names = words.names();
    let of_kind = |what: What| -> Value {
        let all = names.all().filter(|(kind, ..)| *kind == what);
        all.map(|(_, original, word)| (original.to_owned(), Value::from(word)))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    let given: serde_json::Map<String, Value> = What::ALL
        .iter()
        .map(|what| (what.words().to_owned(), of_kind(*what)))
        .collect();
    let ordinary: Vec<Value> = words
        .ordinary()
        .iter()
        .map(|(what, original)| json!({"kind": what.words(), "word": original}))
        .collect();
    let told = json!({
        "note": NOTE,
        "words": given,
        "replaced_only_where_they_stand_as_names": ordinary,
        "summary": redacted,
    });
    let text = serde_json::to_string_pretty(&told).unwrap_or_default();
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options
        .open(report)
        .and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| {
        failed(
            "The report cannot be written",
            report,
            &format!("{error}."),
            "Check the space and the rights there. The runs are not packed.",
        )
    })
}
