//! Records in JSON: each text in them by itself, with the key that it stands under.
//!
//! What is no text is left, byte for byte, and what is cut off in the middle is gone through
//! as far as it goes: the texts are what matters, not whether the whole is sound.

use super::assigned::is_secret_name;
use super::environment;
use super::hits::What;
use super::words::Words;
use std::collections::BTreeMap;

/// What is known of a record beside its bytes.
#[derive(Clone, Copy, Default)]
pub struct Known<'a> {
    /// All of it are settings: of a machine, of an installation.
    pub is_environment: bool,
    /// The sizes of values by the artifact's name, where they have changed.
    pub sizes: Option<&'a BTreeMap<String, u64>>,
}

/// Texts in texts, so deep.
const DEPTH: usize = 8;

/// The record without what is not to be shown.
pub fn json(words: &Words, text: &str, known: Known<'_>) -> String {
    Reading {
        words,
        known,
        within: Vec::new(),
        key: String::new(),
        field: String::new(),
        depth: 0,
    }
    .all(text)
}

struct Reading<'a> {
    words: &'a Words,
    known: Known<'a>,
    /// The keys of what is open.
    within: Vec<String>,
    key: String,
    /// What a metadata record says that its value is.
    field: String,
    depth: usize,
}

impl Reading<'_> {
    fn all(&mut self, text: &str) -> String {
        let bytes = text.as_bytes();
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            let start = at;
            at += 1;
            match byte {
                b'"' => {
                    let end = end_of_text(bytes, at);
                    at = end;
                    let literal = text.get(start..end).unwrap_or_default();
                    let follows = bytes.get(end..).unwrap_or_default();
                    let is_key = follows
                        .iter()
                        .find(|byte| !byte.is_ascii_whitespace())
                        .is_some_and(|byte| *byte == b':');
                    self.text(literal, is_key, &mut out);
                    continue;
                }
                b'{' => self.within.push(std::mem::take(&mut self.key)),
                // What is in a list stands under the list's key.
                b'[' => self.within.push(self.key.clone()),
                b'}' | b']' => self.key = self.within.pop().unwrap_or_default(),
                b'0'..=b'9' | b'-' => {
                    let more = bytes.get(at..).unwrap_or_default();
                    let more = more
                        .iter()
                        .take_while(|byte| b"0123456789+-.eE".contains(byte));
                    at += more.count();
                    if let Some(size) = self.size() {
                        out.push_str(&size.to_string());
                        continue;
                    }
                }
                _ => {
                    // To the next byte that means something.
                    let more = bytes.get(at..).unwrap_or_default();
                    let more = more
                        .iter()
                        .take_while(|byte| !b"\"{}[]-0123456789".contains(byte));
                    at += more.count();
                }
            }
            out.push_str(text.get(start..at).unwrap_or_default());
        }
        out
    }

    /// The size that a value has now, where one is being read (`N.data.json`: `info`, the
    /// artifact's name, `size`).
    fn size(&self) -> Option<u64> {
        let [_, info, name] = self.within.as_slice() else {
            return None;
        };
        let is_size = self.key == "size" && info == "info";
        self.known.sizes?.get(name).copied().filter(|_| is_size)
    }

    fn text(&mut self, literal: &str, is_key: bool, out: &mut String) {
        let text = match serde_json::from_str::<String>(literal) {
            Ok(text) => text,
            // It is cut off, or has escapes that are none.
            Err(_) => literal.trim_matches('"').to_owned(),
        };
        let told = match is_key {
            true => self.words.name(&text).into_owned(),
            false => self.value(&text),
        };
        match told == text {
            true => out.push_str(literal),
            false => out.push_str(&quoted(&told)),
        }
        if is_key {
            self.key = text;
        } else if self.key == "field_name" {
            self.field = text;
        }
    }

    fn value(&mut self, text: &str) -> String {
        let key = match self.key.as_str() {
            "value" if !self.field.is_empty() => self.field.as_str(),
            key => key,
        };
        let is_in_environment =
            self.known.is_environment || self.within.iter().any(|key| is_environment(key));
        if text.is_empty() {
            return String::new();
        }
        if is_user(key) {
            return self.words.word(What::User, text);
        }
        if is_host(key) {
            return self.words.word(What::Host, text);
        }
        for (begins, what) in [("user:", What::User), ("production:", What::Secret)] {
            if let Some(name) = text.strip_prefix(begins)
                && !name.is_empty()
                && matches!(self.key.as_str(), "tags" | "system_tags")
            {
                return format!("{begins}{}", self.words.word(what, name));
            }
        }
        let is_nested = text.trim_start().starts_with(['{', '[']) && self.depth < DEPTH;
        if is_nested && serde_json::from_str::<serde_json::Value>(text).is_ok() {
            let mut inside = Reading {
                words: self.words,
                known: Known {
                    is_environment: is_in_environment,
                    sizes: None,
                },
                within: vec![self.key.clone()],
                key: String::new(),
                field: String::new(),
                depth: self.depth + 1,
            };
            return inside.all(text);
        }
        if is_secret_name(key) && super::assigned::is_worth_hiding(text) {
            return self.words.word(What::Secret, text);
        }
        if is_in_environment && environment::is_telling(text) {
            return self.words.word(What::Environment, text);
        }
        self.words.text(text).into_owned()
    }
}

/// Behind the closing quote, or the end.
fn end_of_text(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Whether what stands under a key is a user's name.
pub fn is_user(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    matches!(
        key.as_str(),
        "user" | "user_name" | "username" | "owner" | "author" | "logname"
    ) || key.ends_with("-owner")
        || key.ends_with("_user")
}

/// Whether what stands under a key is a machine's name.
pub fn is_host(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    matches!(
        key.as_str(),
        "host"
            | "hostname"
            | "host_name"
            | "nodename"
            | "node_name"
            | "kubernetes-node-ip"
            | "ec2-instance-id"
    )
}

/// Whether what stands under a key are variables of an environment: `@environment(vars=…)`
/// has them under `vars`.
pub fn is_environment(key: &str) -> bool {
    matches!(
        key,
        "env" | "environ" | "environment" | "env_vars" | "vars" | "environment_variables"
    )
}

/// As Python writes it: with no other letters than English.
fn quoted(text: &str) -> String {
    let written = serde_json::to_string(text).unwrap_or_default();
    let mut out = String::with_capacity(written.len());
    let mut units = [0; 2];
    for c in written.chars() {
        match c.is_ascii() {
            true => out.push(c),
            false => {
                for unit in c.encode_utf16(&mut units) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let words = Words::default();
        assert_eq!(json(&words, text, Known::default()), expected);
    }

    #[test]
    fn texts_are_told_by_their_keys() {
        check(
            r#"{"user_name": "zo\u00eb", "tags": ["user:zo\u00eb", "größe"], "ts_epoch": -1.5e3}"#,
            r#"{"user_name": "user-1", "tags": ["user:user-1", "größe"], "ts_epoch": -1.5e3}"#,
        );
        check(
            r#"{"field_name": "user", "type": "user", "value": "ana"}"#,
            r#"{"field_name": "user", "type": "user", "value": "user-1"}"#,
        );
        check(
            r#"{"field_name": "ec2-instance-id", "value": "i-0b51c7d20f6a94e83"}"#,
            r#"{"field_name": "ec2-instance-id", "value": "host-1"}"#,
        );
        check(
            r#"{"password": "x1y2z3", "n": null}"#,
            r#"{"password": "secret-1", "n": null}"#,
        );
        check(
            r#"{"env": {"A": "b c", "N": "1"}, "x": "b c"}"#,
            r#"{"env": {"A": "environment-1", "N": "1"}, "x": "b c"}"#,
        );
    }

    #[test]
    fn texts_in_texts_are_gone_through() {
        check(
            r#"{"value": "{\"location\": \"/home/ana/x\", \"sha\": \"ab\"}"}"#,
            r#"{"value": "{\"location\": \"/path-1/x\", \"sha\": \"ab\"}"}"#,
        );
    }

    #[test]
    fn what_is_cut_off_is_gone_through_as_far_as_it_goes() {
        check(
            r#"{"user": "ana", "ds-root": "/home/ana/la"#,
            r#"{"user": "user-1", "ds-root": "/path-1/la""#,
        );
        check(r#"{"a": "b\"#, r#"{"a": "b\"#);
        check("{]}}[", "{]}}[");
    }

    #[test]
    fn sizes_are_those_of_now() {
        let words = Words::default();
        let sizes = BTreeMap::from([("x".to_owned(), 7)]);
        let known = Known {
            sizes: Some(&sizes),
            ..Known::default()
        };
        let text = r#"{"objects": {"x": "s"}, "info": {"x": {"size": 12, "n": 3}, "y": {"size": 4}}, "size": 9}"#;
        let told = json(&words, text, known);
        assert_eq!(told, text.replace("12", "7"));
    }
}
