//! Why something is left out, in the words in which a stranger reads it.
//!
//! Each reason is told of one thing, in the place of a value that is looked for, and of
//! many, in the summary and on the page: “3 values were left out: they hold bytes …”
//! ([`LeftOut::told`](crate::pack::index::LeftOut::told)).

/// Why something is left out, as it goes on after “left out:”.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Why {
    /// Of one thing.
    one: &'static str,
    many: &'static str,
}

const fn why(one: &'static str, many: &'static str) -> Why {
    Why { one, many }
}

impl Why {
    pub const SECRET: Why = why(
        "it belongs to an artifact whose name says that it is a secret",
        "they belong to artifacts whose names say that they are secrets",
    );
    pub const OTHER_SHA: Why = why(
        "it is damaged: its bytes do not have the SHA-1 under which they are stored",
        "they are damaged: their bytes do not have the SHA-1 under which they are stored",
    );
    pub const TOO_LARGE: Why = why(
        "it is too large to be looked into",
        "they are too large to be looked into",
    );
    pub const TOO_DEEP: Why = why(
        "it is packed in itself too often to be looked into",
        "they are packed in themselves too often to be looked into",
    );
    pub const DAMAGED_GZIP: Why = why(
        "it is packed by gzip, and damaged, so it cannot be unpacked",
        "they are packed by gzip, and damaged, so they cannot be unpacked",
    );
    pub const DAMAGED_TAR: Why = why(
        "it holds a damaged archive, which cannot be looked into",
        "they hold damaged archives, which cannot be looked into",
    );
    pub const PICKLE: Why = why(
        "it holds bytes that begin like a pickle but cannot be decoded",
        "they hold bytes that begin like a pickle but cannot be decoded",
    );
    pub const BYTES: Why = why(
        "it holds bytes of a form that cannot be looked into",
        "they hold bytes of forms that cannot be looked into",
    );
    pub const BYTES_OF_A_LIBRARY: Why = why(
        "it holds bytes that a library packed in a way of its own, which cannot be looked into",
        "they hold bytes that a library packed in a way of its own, which cannot be looked into",
    );
    pub const NO_UNICODE: Why = why(
        "it holds a text that is not valid Unicode, so it cannot be looked through",
        "they hold texts that are not valid Unicode, so they cannot be looked through",
    );
    pub const NO_TEXT: Why = why(
        "it is not text, so it cannot be looked through",
        "they are not text, so they cannot be looked through",
    );
    pub const PROGRAM: Why = why(
        "it is a page with a program or pictures in it, which cannot be looked into",
        "they are pages with programs or pictures in them, which cannot be looked into",
    );
    pub const LINK: Why = why(
        "it tells where something lies on the machine that made it",
        "they tell where something lies on the machine that made them",
    );

    /// Of so many things.
    pub fn of(self, count: u64) -> &'static str {
        match count {
            1 => self.one,
            _ => self.many,
        }
    }

    /// Of one thing, as a sentence.
    pub fn sentence(self) -> String {
        let mut rest = self.one.chars();
        let first = rest.next().into_iter().flat_map(char::to_uppercase);
        first.chain(rest).chain(['.']).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_a_sentence_of_one_and_goes_on_after_what_was_left_out() {
        assert_eq!(
            Why::TOO_LARGE.sentence(),
            "It is too large to be looked into."
        );
        assert_eq!(Why::LINK.of(1), Why::LINK.one);
        assert_eq!(Why::LINK.of(2), Why::LINK.many);
    }
}
