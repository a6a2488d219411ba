//! `runglass.json`: what a program of Runglass's own says of a folder, beside its files.
//!
//! A JSON object whose `kind` says what the folder is and whose `runglass` the version in
//! which that is written down. This is the one place where kinds are told apart. Start with [`read`].

use super::super::served::name_in;
use serde_json::{Map, Value};

/// The file in a folder.
pub(super) const NAME: &str = "runglass.json";

/// More than any index needs.
pub(super) const LARGEST: u64 = 64 << 20;

/// What an index leads to.
pub(super) enum Index {
    /// A folder that `runglass serve` gives away, by its name.
    Served(String),
    /// Packed runs: files that need no listing.
    Packed,
    /// It is an index, and of no use here: why, in a sentence.
    Unusable(String),
    /// It is none: a site may answer any name with a page of its own.
    None,
}

/// Reads what was found under [`NAME`].
pub(super) fn read(body: &[u8]) -> Index {
    let Ok(Value::Object(index)) = serde_json::from_slice(body) else {
        return Index::None;
    };
    let kind = index.get("kind").and_then(Value::as_str);
    if let ("served", Some(name)) = (kind.unwrap_or_default(), name_in(&index)) {
        return Index::Served(name);
    }
    match kind {
        Some(crate::pack::index::KIND) => Index::Packed,
        Some(kind) => Index::Unusable(unknown(kind, &index)),
        None => Index::Unusable("It does not say its kind.".to_owned()),
    }
}

fn unknown(kind: &str, index: &Map<String, Value>) -> String {
    /// A name that is longer is none.
    const LONGEST: usize = 40;
    let kind: String = kind.chars().take(LONGEST).collect();
    match index.get("runglass").and_then(Value::as_u64) {
        Some(version) => format!(
            "It is of the kind “{kind}”, version {version}, which this Runglass does not know."
        ),
        None => format!("It is of the kind “{kind}”, which this Runglass does not know."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &str, expected: Option<&str>) {
        let told = match read(body.as_bytes()) {
            Index::Unusable(why) => Some(why),
            Index::None => None,
            Index::Served(_) | Index::Packed => panic!("{body}"),
        };
        assert_eq!(told.as_deref(), expected, "{body}");
    }

    #[test]
    fn what_is_not_known_is_told() {
        check("<!doctype html>", None);
        check("[]", None);
        check("", None);
        check("{}", Some("It does not say its kind."));
        check(
            "{\"kind\": \"sealed\", \"runglass\": 7}",
            Some("It is of the kind “sealed”, version 7, which this Runglass does not know."),
        );
    }
}
