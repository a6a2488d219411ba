//! What a page and `runglass serve` say to each other about a folder, in bytes.
//!
//! A run of ten thousand tasks has half a million small files: one request lists or reads
//! thousands of them. Numbers are little-endian, a text is its length and its bytes.
//! Nothing here is trusted: what does not read as a message is no message. Each message
//! has a function that writes it and one that reads it, side by side; both ends use this
//! file.

use crate::source::{Range64, Want, Watched};

/// The folder's own record, by which a page knows that it may ask in this way.
pub const RECORD: &str = "runglass.json";
/// Where listings, files and changes are asked for, by POST, below the folder.
pub const LIST: &str = "_list";
pub const READ: &str = "_read";
pub const CHANGES: &str = "_changes";

/// Folders or files in one question.
pub const ASKED: usize = 4096;
/// Bytes of a question that a server takes.
pub const QUESTION: usize = 4 << 20;
/// Bytes of an answer, a little more or less: what is left out is asked for again.
pub const ANSWER: usize = 8 << 20;

/// What comes of one thing that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answered<T> {
    There(T),
    Missing,
    /// Why it cannot be had.
    Failed(String),
    /// The answer was long enough: ask for it again.
    Later,
}

/// One name in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub name: String,
    pub kind: ListedKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListedKind {
    Folder,
    File {
        size: u64,
    },
    /// A link that leads out of the folder that is served.
    LeadsOut,
}

/// Bytes of a file from where they were asked for, or only the first of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The size of the whole file.
    pub size: u64,
    /// What differs between two versions of it.
    pub version: u64,
    pub bytes: Vec<u8>,
}

/// How far somebody has heard of changes: of which life of a server, and up to where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    pub life: u64,
    pub up_to: u64,
}

// Questions.

pub fn write_folders(folders: &[String]) -> Vec<u8> {
    let mut out = Writer::default();
    out.list(folders, |out, folder| out.text(folder));
    out.0
}

pub fn read_folders(bytes: &[u8]) -> Option<Vec<String>> {
    Reader::whole(bytes, |from| from.list(ASKED, Reader::text))
}

pub fn write_wants(wants: &[Want]) -> Vec<u8> {
    let mut out = Writer::default();
    out.list(wants, |out, want| {
        out.text(&want.path);
        let range = want.range.unwrap_or(Range64 {
            start: 0,
            end: u64::MAX,
        });
        out.number(range.start);
        out.number(range.end);
    });
    out.0
}

pub fn read_wants(bytes: &[u8]) -> Option<Vec<Want>> {
    let want = |from: &mut Reader<'_>| {
        let path = from.text()?;
        let (start, end) = (from.number()?, from.number()?);
        let range = Some(Range64 { start, end }).filter(|_| start <= end)?;
        Some(Want {
            path,
            range: Some(range),
        })
    };
    Reader::whole(bytes, |from| from.list(ASKED, want))
}

pub fn write_watched(heard: Heard, watched: &[Watched]) -> Vec<u8> {
    let mut out = Writer::default();
    out.number(heard.life);
    out.number(heard.up_to);
    out.list(watched, |out, one| {
        out.text(&one.folder);
        out.0.push(u8::from(one.deep));
    });
    out.0
}

pub fn read_watched(bytes: &[u8]) -> Option<(Heard, Vec<Watched>)> {
    let one = |from: &mut Reader<'_>| {
        let folder = from.text()?;
        let deep = from.byte()? != 0;
        Some(Watched { folder, deep })
    };
    Reader::whole(bytes, |from| {
        let (life, up_to) = (from.number()?, from.number()?);
        Some((Heard { life, up_to }, from.list(ASKED, one)?))
    })
}

// Answers.

pub fn write_listings(answers: &[Answered<Vec<Listed>>]) -> Vec<u8> {
    let mut out = Writer::default();
    out.list(answers, |out, answer| {
        out.answered(answer, |out, entries| {
            out.list(entries, |out, entry| {
                out.text(&entry.name);
                let (kind, size) = match entry.kind {
                    ListedKind::Folder => (0, 0),
                    ListedKind::File { size } => (1, size),
                    ListedKind::LeadsOut => (2, 0),
                };
                out.0.push(kind);
                out.number(size);
            });
        });
    });
    out.0
}

pub fn read_listings(bytes: &[u8]) -> Option<Vec<Answered<Vec<Listed>>>> {
    let entry = |from: &mut Reader<'_>| {
        let name = from.text()?;
        let (kind, size) = (from.byte()?, from.number()?);
        let kind = match kind {
            0 => ListedKind::Folder,
            1 => ListedKind::File { size },
            2 => ListedKind::LeadsOut,
            _ => return None,
        };
        Some(Listed { name, kind })
    };
    let listing = |from: &mut Reader<'_>| from.answered(|from| from.list(usize::MAX, entry));
    Reader::whole(bytes, |from| from.list(ASKED, listing))
}

pub fn write_parts(answers: &[Answered<Part>]) -> Vec<u8> {
    let mut out = Writer::default();
    out.list(answers, |out, answer| {
        out.answered(answer, |out, part| {
            out.number(part.size);
            out.number(part.version);
            out.bytes(&part.bytes);
        });
    });
    out.0
}

pub fn read_parts(bytes: &[u8]) -> Option<Vec<Answered<Part>>> {
    let part = |from: &mut Reader<'_>| {
        Some(Part {
            size: from.number()?,
            version: from.number()?,
            bytes: from.bytes()?.to_vec(),
        })
    };
    let answer = |from: &mut Reader<'_>| from.answered(part);
    Reader::whole(bytes, |from| from.list(ASKED, answer))
}

pub fn write_changes(heard: Heard, folders: &[String]) -> Vec<u8> {
    let mut out = Writer::default();
    out.number(heard.life);
    out.number(heard.up_to);
    out.list(folders, |out, folder| out.text(folder));
    out.0
}

pub fn read_changes(bytes: &[u8]) -> Option<(Heard, Vec<String>)> {
    Reader::whole(bytes, |from| {
        let (life, up_to) = (from.number()?, from.number()?);
        let folders = from.list(usize::MAX, Reader::text)?;
        Some((Heard { life, up_to }, folders))
    })
}

#[derive(Default)]
struct Writer(Vec<u8>);

impl Writer {
    fn number(&mut self, number: u64) {
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }

    fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    fn list<T>(&mut self, all: &[T], mut each: impl FnMut(&mut Self, &T)) {
        self.number(all.len() as u64);
        for one in all {
            each(self, one);
        }
    }

    fn answered<T>(&mut self, answer: &Answered<T>, there: impl FnOnce(&mut Self, &T)) {
        match answer {
            Answered::There(it) => {
                self.0.push(0);
                there(self, it);
            }
            Answered::Missing => self.0.push(1),
            Answered::Failed(why) => {
                self.0.push(2);
                self.text(why);
            }
            Answered::Later => self.0.push(3),
        }
    }
}

struct Reader<'b> {
    left: &'b [u8],
}

impl<'b> Reader<'b> {
    /// Reads a message that is all of the bytes.
    fn whole<T>(bytes: &'b [u8], read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let mut reader = Self { left: bytes };
        let message = read(&mut reader)?;
        reader.left.is_empty().then_some(message)
    }

    fn taken(&mut self, length: usize) -> Option<&'b [u8]> {
        let (taken, left) = self.left.split_at_checked(length)?;
        self.left = left;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.taken(1)?.first().copied()
    }

    fn number(&mut self) -> Option<u64> {
        Some(u64::from_le_bytes(self.taken(8)?.try_into().ok()?))
    }

    fn bytes(&mut self) -> Option<&'b [u8]> {
        let length = usize::try_from(self.number()?).ok()?;
        self.taken(length)
    }

    fn text(&mut self) -> Option<String> {
        let bytes = self.bytes()?;
        Some(std::str::from_utf8(bytes).ok()?.to_owned())
    }

    fn list<T>(
        &mut self,
        most: usize,
        mut each: impl FnMut(&mut Self) -> Option<T>,
    ) -> Option<Vec<T>> {
        let count = usize::try_from(self.number()?).ok()?;
        // Each takes a byte at least: no more room is made than there are bytes.
        if count > most || count > self.left.len() {
            return None;
        }
        let mut all = Vec::new();
        for _ in 0..count {
            all.push(each(self)?);
        }
        Some(all)
    }

    fn answered<T>(&mut self, there: impl FnOnce(&mut Self) -> Option<T>) -> Option<Answered<T>> {
        Some(match self.byte()? {
            0 => Answered::There(there(self)?),
            1 => Answered::Missing,
            2 => Answered::Failed(self.text()?),
            3 => Answered::Later,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn answered<T: std::fmt::Debug + Clone + 'static>(
        there: impl Strategy<Value = T> + 'static,
    ) -> impl Strategy<Value = Answered<T>> {
        prop_oneof![
            there.prop_map(Answered::There),
            Just(Answered::Missing),
            any::<String>().prop_map(Answered::Failed),
            Just(Answered::Later),
        ]
    }

    fn listed() -> impl Strategy<Value = Listed> {
        let kind = prop_oneof![
            Just(ListedKind::Folder),
            any::<u64>().prop_map(|size| ListedKind::File { size }),
            Just(ListedKind::LeadsOut),
        ];
        (any::<String>(), kind).prop_map(|(name, kind)| Listed { name, kind })
    }

    fn part() -> impl Strategy<Value = Part> {
        let bytes = prop::collection::vec(any::<u8>(), 0..40);
        (any::<u64>(), any::<u64>(), bytes).prop_map(|(size, version, bytes)| Part {
            size,
            version,
            bytes,
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            folders in prop::collection::vec(any::<String>(), 0..9),
            wants in prop::collection::vec((any::<String>(), any::<u32>(), any::<u32>()), 0..9),
            watched in prop::collection::vec((any::<String>(), any::<bool>()), 0..9),
            (life, up_to) in any::<(u64, u64)>(),
            listings in prop::collection::vec(answered(prop::collection::vec(listed(), 0..5)), 0..5),
            parts in prop::collection::vec(answered(part()), 0..5),
        ) {
            let heard = Heard { life, up_to };
            let wants: Vec<Want> = wants
                .into_iter()
                .map(|(path, start, more)| Want {
                    path,
                    range: Some((u64::from(start)..u64::from(start) + u64::from(more)).into()),
                })
                .collect();
            let watched: Vec<Watched> = watched
                .into_iter()
                .map(|(folder, deep)| Watched { folder, deep })
                .collect();
            prop_assert_eq!(read_wants(&write_wants(&wants)), Some(wants));
            prop_assert_eq!(
                read_watched(&write_watched(heard, &watched)),
                Some((heard, watched))
            );
            prop_assert_eq!(
                read_changes(&write_changes(heard, &folders)),
                Some((heard, folders.clone()))
            );
            prop_assert_eq!(read_folders(&write_folders(&folders)), Some(folders));
            prop_assert_eq!(read_listings(&write_listings(&listings)), Some(listings));
            prop_assert_eq!(read_parts(&write_parts(&parts)), Some(parts));
        }

        #[test]
        fn no_bytes_end_in_a_fault(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let _read = (read_folders(&bytes), read_wants(&bytes), read_watched(&bytes));
            let _read = (read_listings(&bytes), read_parts(&bytes), read_changes(&bytes));
        }
    }

    #[test]
    fn a_message_that_is_cut_or_longer_is_none() {
        let message = write_folders(&["a".to_owned(), "b/c".to_owned()]);
        for end in 0..message.len() {
            assert_eq!(read_folders(&message[..end]), None, "{end}");
        }
        assert_eq!(read_folders(&[&message[..], b"x"].concat()), None);
    }

    #[test]
    fn a_count_makes_no_room() {
        // More texts than any memory holds, in eight bytes.
        assert_eq!(read_changes(&[0xff; 24]), None);
        assert_eq!(read_folders(&u64::MAX.to_le_bytes()), None);
    }
}
