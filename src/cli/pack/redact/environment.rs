//! Values of environment variables where a program has printed them: `NAME=value` at the
//! beginning of a line, and Python's `environ({…})`.
//!
//! A short number says nothing about anybody, and stays.

#![expect(
    clippy::indexing_slicing,
    reason = "places are found in the text that they stand in"
)]

use super::hits::{Hit, What};
use super::secrets::{is_placeholder, length_of};

pub fn find(text: &str, hits: &mut Vec<Hit>) {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if let Some((what, start, end)) = assignment(line.trim_end_matches(['\n', '\r'])) {
            hits.push(Hit::name(what, at + start..at + end));
        }
        at += line.len();
    }
    for (at, begins) in text.match_indices("environ({") {
        in_a_dict(text, at + begins.len(), hits);
    }
}

/// `NAME=value`, also after `export` or `declare -x`.
fn assignment(line: &str) -> Option<(What, usize, usize)> {
    let bytes = line.as_bytes();
    let words = ["export ", "declare -x ", "setenv ", "ENV "];
    let mut at = length_of(bytes, |byte| matches!(byte, b' ' | b'\t'));
    let word = words.iter().find(|word| line[at..].starts_with(**word));
    at += word.map_or(0, |word| word.len());
    let length = length_of(&bytes[at..], |byte| {
        byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_'
    });
    let name = &line[at..at + length];
    let is_name = length >= 3 && !bytes[at].is_ascii_digit() || length > 0 && word.is_some();
    let start = at + length + 1;
    let is_assigned = bytes.get(at + length) == Some(&b'=') && bytes.get(start) != Some(&b'=');
    if !is_name || !is_assigned || !is_telling(&line[start..]) {
        return None;
    }
    Some((what(name), start, line.len()))
}

/// What a variable holds, by its name: some name a person or a machine.
fn what(name: &str) -> What {
    match name {
        name if name.ends_with("USER") || matches!(name, "LOGNAME" | "USERNAME") => What::User,
        "HOSTNAME" | "HOST" | "COMPUTERNAME" => What::Host,
        _ => What::Environment,
    }
}

/// The values of `{'NAME': 'value', …})`.
fn in_a_dict(text: &str, from: usize, hits: &mut Vec<Hit>) {
    let bytes = text.as_bytes();
    let mut at = from;
    let mut is_key = true;
    let mut name = "";
    while at < bytes.len() && bytes[at] != b'}' && bytes[at] != b'\n' {
        let quote = bytes[at];
        if !matches!(quote, b'"' | b'\'') {
            is_key = match quote {
                b':' => false,
                b',' => true,
                _ => is_key,
            };
            at += 1;
            continue;
        }
        let start = at + 1;
        let mut end = start;
        while end < bytes.len() && bytes[end] != quote {
            end += if bytes[end] == b'\\' { 2 } else { 1 };
        }
        let end = end.min(bytes.len());
        let inside = text.get(start..end).unwrap_or_default();
        match is_key {
            true => name = inside,
            false if is_telling(inside) => hits.push(Hit::name(what(name), start..end)),
            false => {}
        }
        at = end + 1;
    }
}

/// Whether a value is more than a number or a switch.
pub fn is_telling(value: &str) -> bool {
    let bare = value.trim().trim_matches(['"', '\'']);
    let is_number = bare.len() <= 6
        && bare
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'));
    let is_switch = matches!(
        bare.to_ascii_lowercase().as_str(),
        "true" | "false" | "yes" | "no" | "on" | "off"
    );
    !is_number && !is_switch && !is_placeholder(bare)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::pack::redact::hits::replaced;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let mut hits = Vec::new();
        find(text, &mut hits);
        let told = replaced(text, hits, |_, _| "*".to_owned());
        assert_eq!(told.as_deref().unwrap_or(text), expected);
    }

    #[test]
    fn printed_environments_are_told() {
        check("LANG=en_US.UTF-8\nPATH=/bin:/usr/bin\n", "LANG=*\nPATH=*\n");
        check("export X=a b\r\n", "export X=*\r\n");
        check("declare -x EDITOR=\"vi\"", "declare -x EDITOR=*");
        check(
            "environ({'SHELL': '/bin/sh', 'N': '1', 'A': 'it\\'s'})",
            "environ({'SHELL': '*', 'N': '1', 'A': '*'})",
        );
    }

    #[test]
    fn what_is_none_is_left() {
        for text in [
            "x=abc",
            "AUC=0.913",
            "with LR=abc",
            "A==b",
            "DEBUG=true",
            "F1=best",
            "environ({",
        ] {
            check(text, text);
        }
    }
}
