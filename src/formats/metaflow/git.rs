//! What a task noted of the checkout that it ran from (Metaflow `metadata_provider/metadata.py`,
//! `_get_git_info_as_dict`): JSON in the metadata `git-info`, only inside a checkout.

use serde_json::Value;

/// The metadata that holds it.
pub const FIELD: &str = "git-info";

/// Repository, branch, commit and whether it had changes that were not committed. A clean
/// checkout notes no word of changes, so one cannot be told from one that was not asked.
pub fn read(text: &str) -> Vec<(&'static str, String)> {
    let Ok(Value::Object(noted)) = serde_json::from_str(text) else {
        return Vec::new();
    };
    const KEYS: [(&str, &str); 4] = [
        ("Repository", "repo_url"),
        ("Branch", "branch_name"),
        ("Commit", "commit_sha"),
        ("Uncommitted changes", "has_uncommitted_changes"),
    ];
    let value = |key: &str| match noted.get(key)? {
        Value::String(text) => Some(text.clone()),
        Value::Bool(true) => Some("yes".to_owned()),
        Value::Bool(false) => Some("none".to_owned()),
        _ => None,
    };
    let rows = KEYS.iter();
    let mut told: Vec<(&str, String)> = rows
        .filter_map(|(name, key)| Some((*name, value(key)?)))
        .collect();
    let asks = noted.contains_key("has_uncommitted_changes");
    if !told.is_empty() && !asks {
        told.push(("Uncommitted changes", "none noted".to_owned()));
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(&str, &str)]) {
        let rows = read(text);
        let rows: Vec<(&str, &str)> = rows
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        assert_eq!(rows, expected);
    }

    #[test]
    fn what_was_noted_is_told() {
        check(
            r#"{"repo_url": "https://example.org/a.git", "branch_name": "main", "commit_sha": "8094bf", "has_uncommitted_changes": true}"#,
            &[
                ("Repository", "https://example.org/a.git"),
                ("Branch", "main"),
                ("Commit", "8094bf"),
                ("Uncommitted changes", "yes"),
            ],
        );
        check(
            r#"{"commit_sha": "8094bf", "branch_name": null}"#,
            &[("Commit", "8094bf"), ("Uncommitted changes", "none noted")],
        );
    }

    #[test]
    fn what_is_no_note_tells_nothing() {
        check("", &[]);
        check("[1]", &[]);
        check("{\"commit_sha\": ", &[]);
    }
}
