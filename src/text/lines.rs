//! A text as numbered lines: windows into it, and searching it.
//!
//! A text of any size is indexed once and then looked at in windows. A search
//! goes in steps of a given size, so that whoever runs it can breathe between
//! them, be stopped, and show what was found so far.
//!
//! Lines are counted from 0 and end at `\n`, before which one `\r` belongs to the
//! line end. What stands in a line is taken as it is: a log with escape sequences
//! goes through [`ansi::plain`](super::ansi::plain) first, line by line.

use super::case::fold;
use serde::{Deserialize, Serialize};

/// Where the lines of a text begin. The text itself is not held: every question
/// hands it in again, and an index that belongs to another text answers with
/// empty lines.
#[derive(Clone, Debug, Default)]
pub struct LineIndex {
    /// Byte offsets of the first characters of all lines.
    starts: Vec<usize>,
    end: usize,
}

impl LineIndex {
    pub fn new(text: &str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0)
            .chain(ends.map(|(at, _)| at + 1))
            .filter(|start| *start < text.len())
            .collect();
        Self {
            starts,
            end: text.len(),
        }
    }

    /// How many lines there are. What stands behind the last line end counts if
    /// it is not empty.
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// One line without its line end.
    pub fn line<'t>(&self, text: &'t str, number: usize) -> Option<&'t str> {
        let start = *self.starts.get(number)?;
        let end = self.starts.get(number + 1).copied().unwrap_or(self.end);
        let line = text.get(start..end).unwrap_or_default();
        let end = ["\r\n", "\n"].iter().find_map(|end| line.strip_suffix(end));
        Some(end.unwrap_or(line))
    }

    /// The lines from `first` on, `count` at most, with their numbers.
    pub fn window<'t>(
        &self,
        text: &'t str,
        first: usize,
        count: usize,
    ) -> impl Iterator<Item = (usize, &'t str)> {
        let end = first.saturating_add(count).min(self.count());
        (first..end).filter_map(move |number| Some((number, self.line(text, number)?)))
    }

    /// The line in which a byte of the text stands.
    pub fn line_of(&self, offset: usize) -> Option<usize> {
        if offset >= self.end {
            return None;
        }
        self.starts
            .partition_point(|start| *start <= offset)
            .checked_sub(1)
    }
}

/// What is searched for, made ready once. Case is ignored, letter by letter.
#[derive(Clone, Debug)]
pub struct Needle {
    letters: Vec<char>,
}

impl Needle {
    /// `None` for an empty query, which would be found everywhere.
    pub fn new(query: &str) -> Option<Self> {
        let letters: Vec<char> = query.chars().map(fold).collect();
        (!letters.is_empty()).then_some(Self { letters })
    }

    /// All places in one line, from left to right, none overlapping another, as
    /// character positions from 0, the end excluded.
    pub fn places(&self, line: &str) -> impl Iterator<Item = (usize, usize)> {
        // In a line of ASCII, bytes are characters and nothing has to be copied.
        let ascii = line.is_ascii();
        let wide: Vec<char> = if ascii {
            Vec::new()
        } else {
            line.chars().map(fold).collect()
        };
        let length = self.letters.len();
        let last = if ascii { line.len() } else { wide.len() }.checked_sub(length);
        let mut at = 0;
        std::iter::from_fn(move || {
            while last.is_some_and(|last| at <= last) {
                let found = if ascii {
                    self.is_in_bytes(line.as_bytes().get(at..)?)
                } else {
                    wide.get(at..)?.starts_with(&self.letters)
                };
                if found {
                    let place = (at, at + length);
                    at += length;
                    return Some(place);
                }
                at += 1;
            }
            None
        })
    }

    fn is_in_bytes(&self, line: &[u8]) -> bool {
        self.letters
            .iter()
            .zip(line)
            .all(|(letter, byte)| *letter == char::from(byte.to_ascii_lowercase()))
    }
}

/// One place where the query was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    /// The line's number, from 0.
    pub line: usize,
    /// The first character, counted in the line from 0, and the one behind the last.
    pub start: usize,
    pub end: usize,
}

/// How far a search has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Progress {
    /// There is more text to search.
    More,
    /// Everything was searched.
    Done,
    /// As many places were found as were asked for; there may be more.
    Full,
}

/// A search through a text that goes on where it stopped.
#[derive(Clone, Debug)]
pub struct Search {
    needle: Needle,
    /// What was found so far, in the order of the text.
    pub hits: Vec<Hit>,
    limit: usize,
    next_line: usize,
}

impl Search {
    /// A search for at most `limit` places.
    pub fn new(needle: Needle, limit: usize) -> Self {
        Self {
            needle,
            hits: Vec::new(),
            limit,
            next_line: 0,
        }
    }

    /// The first line that was not searched yet.
    pub fn next_line(&self) -> usize {
        self.next_line
    }

    /// Searches on through about `bytes` bytes, whole lines and at least one.
    pub fn step(&mut self, text: &str, index: &LineIndex, bytes: usize) -> Progress {
        let mut left = bytes;
        while let Some(line) = index.line(text, self.next_line) {
            for (start, end) in self.needle.places(line) {
                if self.hits.len() >= self.limit {
                    return Progress::Full;
                }
                self.hits.push(Hit {
                    line: self.next_line,
                    start,
                    end,
                });
            }
            self.next_line += 1;
            match left.checked_sub(line.len() + 1) {
                Some(rest) if rest > 0 => left = rest,
                _ => break,
            }
        }
        if self.next_line < index.count() {
            Progress::More
        } else {
            Progress::Done
        }
    }
}
