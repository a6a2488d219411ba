//! Ids and words, small: a large run has a hundred thousand of the first, and few different
//! ones of the second.
//!
//! An id is a UUID (`uuid7` of task runs and states, `uuid4` of the rest); whatever else a
//! record says is kept as it is. Ids are ordered as their texts are.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

/// A text that many records share.
pub type Word = Arc<str>;

/// An id, as a rule a UUID.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Id {
    Uuid([u8; 16]),
    Other(Word),
}

impl Id {
    /// `None` for a text that is empty.
    pub fn of(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        Some(uuid(text.as_bytes()).map_or_else(|| Self::Other(text.into()), Self::Uuid))
    }
}

fn uuid(text: &[u8]) -> Option<[u8; 16]> {
    if text.len() != 36 {
        return None;
    }
    let mut digits = 0;
    let mut out = [0_u8; 16];
    for (at, byte) in text.iter().enumerate() {
        if matches!(at, 8 | 13 | 18 | 23) {
            if *byte != b'-' {
                return None;
            }
            continue;
        }
        let value = char::from(*byte).to_digit(16)? as u8;
        let place = out.get_mut(digits / 2)?;
        *place = (*place << 4) | value;
        digits += 1;
    }
    Some(out)
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Id::Uuid(bytes) => {
                for (at, byte) in bytes.iter().enumerate() {
                    if matches!(at, 4 | 6 | 8 | 10) {
                        f.write_str("-")?;
                    }
                    write!(f, "{byte:02x}")?;
                }
                Ok(())
            }
            Id::Other(text) => f.write_str(text),
        }
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Ord for Id {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Id::Uuid(one), Id::Uuid(other)) => one.cmp(other),
            _ => self.to_string().cmp(&other.to_string()),
        }
    }
}

impl PartialOrd for Id {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The words that were met, each once.
#[derive(Debug, Default)]
pub struct Words(HashSet<Word>);

impl Words {
    pub fn of(&mut self, text: &str) -> Word {
        if let Some(known) = self.0.get(text) {
            return Arc::clone(known);
        }
        let word: Word = text.into();
        self.0.insert(Arc::clone(&word));
        word
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expected: &str, is_uuid: bool) {
        let id = Id::of(text).unwrap();
        assert_eq!(
            (id.to_string().as_str(), matches!(id, Id::Uuid(_))),
            (expected, is_uuid)
        );
    }

    #[test]
    fn an_id_is_shown_as_it_is_written() {
        let uuid = "01a1faf6-4e19-76e1-bd56-24aaee1be162";
        check(uuid, uuid, true);
        check(&uuid.to_uppercase(), uuid, true);
        check(
            "01a1faf6-4e19-76e1-bd56-24aaee1be16",
            "01a1faf6-4e19-76e1-bd56-24aaee1be16",
            false,
        );
        check(
            "01a1faf6-4e19-76e1-bd56x24aaee1be162",
            "01a1faf6-4e19-76e1-bd56x24aaee1be162",
            false,
        );
        check("a run", "a run", false);
        assert_eq!(Id::of("  "), None);
    }

    proptest! {
        #[test]
        fn ids_are_ordered_as_texts(bytes in any::<([u8; 16], [u8; 16])>(), other in "[0-9a-f\\-x]{1,40}") {
            let (one, another) = (Id::Uuid(bytes.0), Id::Uuid(bytes.1));
            prop_assert_eq!(one.cmp(&another), one.to_string().cmp(&another.to_string()));
            let other = Id::of(&other).unwrap();
            prop_assert_eq!(one.cmp(&other), one.to_string().cmp(&other.to_string()));
            prop_assert_eq!(Id::of(&one.to_string()), Some(one));
        }
    }

    #[test]
    fn a_word_is_kept_once() {
        let mut words = Words::default();
        assert!(Arc::ptr_eq(&words.of("Completed"), &words.of("Completed")));
    }
}
