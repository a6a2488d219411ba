//! What stands in a text that is not to be shown, and by what it is replaced.
//!
//! Each finder looks through a text for one kind of thing and notes where it stands.
//! [`replaced`] puts the new words in: what overlaps becomes one stretch, so that no end of
//! anything that was found is left.

use std::ops::Range;

/// What is replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    User,
    Host,
    Path,
    Environment,
    Secret,
}

impl What {
    pub const ALL: [What; 5] = [
        What::User,
        What::Host,
        What::Path,
        What::Environment,
        What::Secret,
    ];

    /// As it is told, of many.
    pub fn words(self) -> &'static str {
        match self {
            What::User => "user names",
            What::Host => "host names",
            What::Path => "absolute paths",
            What::Environment => "environment values",
            What::Secret => "secrets",
        }
    }

    /// What the words in its place begin with.
    pub fn stem(self) -> &'static str {
        match self {
            What::User => "user",
            What::Host => "host",
            What::Path => "path",
            What::Environment => "environment",
            What::Secret => "secret",
        }
    }
}

/// A stretch of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    pub range: Range<usize>,
    pub with: With,
}

/// What comes in the place of a stretch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum With {
    /// The same word for the same text.
    Name(What),
    /// A path, whose last part stays.
    Path,
    /// Another name of a value, whose content has changed.
    Sha(String),
}

impl Hit {
    pub fn name(what: What, range: Range<usize>) -> Self {
        Self {
            range,
            with: With::Name(what),
        }
    }
}

/// The text with other words in the place of the hits; `None` where there are none.
/// `words` gives those for a stretch.
pub fn replaced(
    text: &str,
    mut hits: Vec<Hit>,
    mut words: impl FnMut(&Hit, &str) -> String,
) -> Option<String> {
    if hits.is_empty() {
        return None;
    }
    // The longest first of those that begin together.
    hits.sort_by_key(|hit| (hit.range.start, std::cmp::Reverse(hit.range.end)));
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for hit in hits {
        // It lies in what is replaced already.
        if hit.range.end <= done || hit.range.is_empty() {
            continue;
        }
        let Some(original) = text.get(hit.range.clone()) else {
            continue;
        };
        out.push_str(text.get(done..hit.range.start).unwrap_or_default());
        out.push_str(&words(&hit, original));
        done = hit.range.end;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_end_of_what_was_found_is_left() {
        let hit = |range| Hit::name(What::Secret, range);
        let told = |hits: Vec<Hit>| replaced("abcdefgh", hits, |_, _| "*".to_owned());
        assert_eq!(told(vec![]), None);
        assert_eq!(told(vec![hit(2..4)]).as_deref(), Some("ab*efgh"));
        // One in another, and one that begins in another.
        let within = told(vec![hit(3..4), hit(2..6)]);
        assert_eq!(within.as_deref(), Some("ab*gh"));
        let across = told(vec![hit(2..5), hit(4..7)]);
        assert_eq!(across.as_deref(), Some("ab**h"));
    }
}
