//! The code that went with a run, a tar: written anew, its texts without what is not to be
//! shown.
//!
//! Files that are no texts are left out, and links, which tell paths of the machine. Owners,
//! rights and times of files are not taken along.

use super::content::text_in;
use super::json::{self, json};
use super::left_out::Why;
use super::words::{Kind, Words};
use crate::archive::tar;

/// A tar without what is not to be shown.
pub fn package(words: &Words, bytes: &[u8], keep: bool) -> Result<Vec<u8>, Why> {
    let index = tar::index(bytes);
    if index.fault.is_some() && !keep {
        return Err(Why::DAMAGED_TAR);
    }
    let mut out = Vec::with_capacity(bytes.len());
    for entry in &index.entries {
        let content = usize::try_from(entry.content.start).ok();
        let content = content.zip(usize::try_from(entry.content.end).ok());
        let content = content.and_then(|(start, end)| bytes.get(start..end));
        let Some(content) = content.filter(|_| entry.link.is_none()) else {
            words.note_left_out("links in code packages", Why::LINK);
            continue;
        };
        let told = match text_in(content) {
            Some(text) => file(words, &entry.path, text).into_bytes(),
            None if keep => content.to_vec(),
            None => {
                words.note_left_out("files in code packages", Why::NO_TEXT);
                continue;
            }
        };
        let path = entry.path.split('/').map(|part| words.name(part));
        let path = path.collect::<Vec<_>>().join("/");
        add(&mut out, &path, &told);
    }
    // Two empty blocks end it.
    out.resize(out.len() + 2 * BLOCK, 0);
    Ok(out)
}

/// One file of a package, by its name.
fn file(words: &Words, path: &str, text: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or_default();
    // Metaflow's notes on a package are JSON without an ending.
    let is_note = matches!(
        name,
        "INFO" | "CONFIG" | "DIST_INFO" | "CONFIG_PARAMETERS" | ".mf_install"
    );
    if is_note || name.ends_with(".json") {
        let known = json::Known {
            // The settings of an installation.
            is_environment: matches!(name, "CONFIG"),
            ..json::Known::default()
        };
        return json(words, text, known);
    }
    let is_program = [".py", ".pyi", ".pyx", ".ipynb", ".md", ".rst", ".txt"];
    let kind = match is_program.iter().any(|end| name.ends_with(end)) {
        true => Kind::Program,
        false => Kind::Prose,
    };
    words.text_of(text, kind).into_owned()
}

const BLOCK: usize = 512;

/// Adds a file: a header of `ustar` (POSIX.1-2017, `pax`), before it one of GNU's for a
/// name that is longer than it holds.
fn add(out: &mut Vec<u8>, path: &str, content: &[u8]) {
    /// Bytes of a name.
    const NAME: usize = 100;
    if path.len() > NAME {
        header(out, b"././@LongLink", b'L', path.len() + 1);
        body(out, &[path.as_bytes(), &[0]].concat());
    }
    let name = path.as_bytes();
    header(out, name.get(..NAME).unwrap_or(name), b'0', content.len());
    body(out, content);
}

fn header(out: &mut Vec<u8>, name: &[u8], kind: u8, size: usize) {
    let mut block = Vec::with_capacity(BLOCK);
    block.extend_from_slice(name);
    block.resize(100, 0);
    block.extend_from_slice(b"0000644\x000000000\x000000000\x00");
    block.extend_from_slice(format!("{size:011o}\x00").as_bytes());
    block.extend_from_slice(b"00000000000\x00");
    // The sum is made as if it were spaces.
    block.extend_from_slice(b"        ");
    block.push(kind);
    block.resize(257, 0);
    block.extend_from_slice(b"ustar\x0000");
    block.resize(BLOCK, 0);
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    let sum = format!("{sum:06o}\x00 ");
    if let Some(place) = block.get_mut(148..156) {
        place.copy_from_slice(sum.as_bytes());
    }
    out.extend_from_slice(&block);
}

fn body(out: &mut Vec<u8>, content: &[u8]) {
    out.extend_from_slice(content);
    out.resize(out.len().next_multiple_of(BLOCK), 0);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_package_is_written_anew() {
        let long = format!("src/{}/flow.py", "deep".repeat(40));
        let mut tar = Vec::new();
        add(
            &mut tar,
            "INFO",
            br#"{"username": "ana", "script": "flow.py"}"#,
        );
        add(
            &mut tar,
            "CONFIG",
            br#"{"METAFLOW_SERVICE_URL": "metadata service"}"#,
        );
        add(
            &mut tar,
            &long,
            b"X=5\nDIR = '/home/ana/lab/x'  # for Ana\n",
        );
        add(&mut tar, "flow.pyc", b"\0\xff/home/ana");
        tar.resize(tar.len() + 2 * BLOCK, 0);
        let mut words = Words::default();
        let _learned = package(&words, &tar, false).unwrap();
        words.settle(&BTreeSet::new());
        let told = package(&words, &tar, false).unwrap();
        let index = tar::index(&told);
        assert_eq!(index.fault, None);
        let files: Vec<(&str, &str)> = index
            .entries
            .iter()
            .map(|entry| {
                let content = &told[entry.content.start as usize..entry.content.end as usize];
                (entry.path.as_str(), std::str::from_utf8(content).unwrap())
            })
            .collect();
        assert_eq!(
            files,
            [
                ("INFO", r#"{"username": "user-1", "script": "flow.py"}"#),
                ("CONFIG", r#"{"METAFLOW_SERVICE_URL": "environment-1"}"#),
                (&long, "X=5\nDIR = '/path-1/x'  # for user-1\n"),
            ]
        );
    }
}
