//! `--header`: what a private host wants to know who asks, as `Authorization: Bearer …`.
//!
//! Its value is a secret. No message and no dump has it, and the command line's own parser is
//! not given it to judge, because that would repeat what it refuses. Where others can see which
//! programs run with what, it is better read from a file: `--header @FILE`.

use crate::source::http::key::Key;

const WRITTEN: &str =
    "A header is written as 'Name: value', or as @FILE for a file that holds that";

/// The header in an argument; an error never has its value.
pub fn key(argument: &str) -> Result<Key, String> {
    let read;
    let text = match argument.strip_prefix('@') {
        None => argument,
        Some(path) => {
            let told = |error| format!("The header cannot be read from {path}: {error}");
            read = std::fs::read_to_string(path).map_err(told)?;
            read.as_str()
        }
    };
    let (header, value) = text.trim().split_once(':').ok_or(WRITTEN)?;
    let key = Key {
        header: header.trim().to_owned(),
        value: value.trim().to_owned(),
    };
    match key.is_sound() {
        true => Ok(key),
        false => Err(format!(
            "{WRITTEN}: the name of letters and signs, the value of plain text in one line"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_a_name_and_a_value() {
        let told = key("Authorization: Bearer a:b").unwrap();
        assert_eq!(
            (&*told.header, &*told.value),
            ("Authorization", "Bearer a:b")
        );
    }

    #[test]
    fn no_error_repeats_the_value() {
        for text in [
            "hunter2",
            "A b: hunter2",
            "Name: hunter2\nMore: 1",
            "Name: hunter2\u{e9}",
            ": hunter2",
            "Name:",
        ] {
            let why = key(text).unwrap_err();
            assert!(!why.contains("hunter2"), "{why}");
        }
        assert!(
            key("@/nowhere/at/all")
                .unwrap_err()
                .contains("/nowhere/at/all")
        );
    }
}
