//! The directory of a tar: what lies where in it, by the headers that stand before each file.
//!
//! Reads the plain old format, `ustar` with its prefix, GNU's long names and sizes in
//! base 256, and pax's `path`, `linkpath`, `size` and `mtime` (POSIX.1-2017, `pax`). Nothing is
//! copied: an entry says where its content stands. What is wrong is said once, with
//! everything that came before it kept. Start with [`index`] for a tar that is here whole,
//! with [`Walk`] for one that comes in parts.

use super::{Modified, push_clean_path};
use rawzip::time::UtcDateTime;
use std::ops::Range;

/// What a tar holds, in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TarIndex {
    pub entries: Vec<TarEntry>,
    /// Names that lead out of the archive, or are none: their entries are left out.
    pub refused: u64,
    /// Why the tar could not be read to its end, in a sentence.
    pub fault: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TarEntry {
    /// Without `.` and empty parts; never leads out.
    pub path: String,
    /// Where its content stands.
    pub content: Range<u64>,
    /// What it is a link to; a link has no content of its own.
    pub link: Option<Link>,
    /// In UTC; `None` where it is no time of our calendar.
    pub modified: Option<Modified>,
}

/// Another name for a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    /// By a path of the machine that unpacks it, as written.
    Symbolic(String),
    /// By the path of another entry, without `.` and empty parts.
    Hard(String),
}

impl Link {
    pub fn target(&self) -> &str {
        match self {
            Link::Symbolic(target) | Link::Hard(target) => target,
        }
    }
}

impl TarIndex {
    /// An entry by its path. Of several with one path the last counts, as unpacking
    /// would leave it.
    pub fn find(&self, path: &str) -> Option<&TarEntry> {
        self.entries.iter().rev().find(|entry| entry.path == path)
    }
}

const BLOCK: usize = 512;

/// A long name is no longer than what file systems allow, with room to spare.
const LONGEST_NAME: usize = 64 << 10;

/// A note ahead of an entry holds a name or some, and what else its packer wrote down.
const LONGEST_NOTE: u64 = 1 << 20;

/// Whether bytes begin with the header of an entry.
pub fn is_tar(bytes: &[u8]) -> bool {
    bytes
        .get(..BLOCK)
        .is_some_and(|block| Header(block).is_sound())
}

/// Reads the directory of a tar that is here whole.
pub fn index(bytes: &[u8]) -> TarIndex {
    let mut index = TarIndex::default();
    let mut walk = Walk::new(bytes.len() as u64);
    loop {
        match walk.step(0, bytes) {
            Step::Entry(entry) => index.entries.push(entry),
            Step::Refused => index.refused += 1,
            Step::Nothing => {}
            // All of it is here.
            Step::Needs(_) | Step::End => return index,
            Step::Fault(fault) => {
                index.fault = Some(fault);
                return index;
            }
        }
    }
}

/// A walk through a tar from header to header.
pub struct Walk {
    size: u64,
    at: u64,
    ahead: Ahead,
}

/// What a step of a walk came to.
#[derive(Debug)]
pub enum Step {
    /// A file or a link.
    Entry(TarEntry),
    /// Something else: a folder, a note on what follows.
    Nothing,
    /// A file whose name leads out of the archive, or is none.
    Refused,
    /// These bytes are needed for the same step again.
    Needs(Range<u64>),
    /// The end, as it should be.
    End,
    /// An end before that, and why, in a sentence.
    Fault(String),
}

impl Walk {
    /// Through a tar of so many bytes.
    pub fn new(size: u64) -> Self {
        Self {
            size,
            at: 0,
            ahead: Ahead::default(),
        }
    }

    /// How far the walk is.
    pub fn at(&self) -> u64 {
        self.at
    }

    /// Goes on by one header. `window` are the bytes of the tar from `start` on, as far as
    /// they are here.
    pub fn step(&mut self, start: u64, window: &[u8]) -> Step {
        let at = self.at;
        let part = |range: &Range<u64>| {
            let first = usize::try_from(range.start.checked_sub(start)?).ok()?;
            let last = usize::try_from(range.end.checked_sub(start)?).ok()?;
            window.get(first..last)
        };
        let left = self.size.saturating_sub(at);
        if left < BLOCK as u64 {
            return match left > 0 || at == 0 {
                true => Step::Fault(format!("The archive ends in the middle, at byte {at}.")),
                false => Step::End,
            };
        }
        let head = at..at.saturating_add(BLOCK as u64);
        let Some(header) = part(&head).map(Header) else {
            return Step::Needs(head);
        };
        // A block of zeros ends a tar; that there should be two is nothing to insist on.
        if header.0.iter().all(|byte| *byte == 0) {
            return Step::End;
        }
        if !header.is_sound() {
            return Step::Fault(format!("There is no entry of a tar at byte {at}."));
        }
        let size = self.ahead.size.or_else(|| header.size());
        let content = size.and_then(|size| Some(head.end..head.end.checked_add(size)?));
        let Some(content) = content.filter(|content| content.end <= self.size) else {
            return Step::Fault(format!(
                "The archive ends in the middle of the file at byte {at}."
            ));
        };
        let next = content.end.div_ceil(BLOCK as u64) * BLOCK as u64;
        let kind = header.kind();
        if matches!(kind, b'L' | b'K' | b'x') {
            if content.end - content.start > LONGEST_NOTE {
                return Step::Fault(format!(
                    "The note at byte {at} is longer than any name of a file."
                ));
            }
            let Some(inside) = part(&content) else {
                return Step::Needs(at..content.end);
            };
            self.at = next;
            // It was of this note alone.
            self.ahead.size = None;
            match kind {
                b'L' => self.ahead.path = Some(text(inside)),
                b'K' => self.ahead.link = Some(text(inside)),
                _ => self.ahead.read_pax(inside),
            }
            return Step::Nothing;
        }
        self.at = next;
        if kind == b'g' {
            // Of the archive as a whole: nothing that is needed here.
            self.ahead.size = None;
            return Step::Nothing;
        }
        entry(header, kind, content, std::mem::take(&mut self.ahead))
    }
}

fn entry(header: Header<'_>, kind: u8, content: Range<u64>, ahead: Ahead) -> Step {
    // `7` is a contiguous file, which no system of today tells from a file.
    let is_link = matches!(kind, b'1' | b'2');
    if !is_link && !matches!(kind, b'0' | 0 | b'7') {
        return Step::Nothing;
    }
    let name = ahead.path.unwrap_or_else(|| header.path());
    // Old archives mark a folder by its name alone.
    if name.ends_with('/') {
        return Step::Nothing;
    }
    let mut path = String::new();
    if name.len() > LONGEST_NAME || !push_clean_path(&mut path, &name) {
        return Step::Refused;
    }
    let seconds = ahead.modified.or_else(|| octal(header.field(136..148)));
    let target = is_link.then(|| ahead.link.unwrap_or_else(|| header.link()));
    let link = match target {
        None => None,
        Some(target) if kind == b'2' => Some(Link::Symbolic(target)),
        Some(target) => {
            let mut clean = String::new();
            if !push_clean_path(&mut clean, &target) {
                return Step::Refused;
            }
            Some(Link::Hard(clean))
        }
    };
    Step::Entry(TarEntry {
        path,
        content: match link {
            Some(_) => content.start..content.start,
            None => content,
        },
        link,
        modified: seconds.and_then(modified),
    })
}

/// The moment so many seconds after 1970.
fn modified(seconds: u64) -> Option<Modified> {
    let moment = UtcDateTime::from_unix(i64::try_from(seconds).ok()?);
    // Python's calendar ends there, too.
    (moment.year() <= 9999).then(|| Modified {
        year: moment.year(),
        month: moment.month(),
        day: moment.day(),
        hour: moment.hour(),
        minute: moment.minute(),
        second: moment.second(),
    })
}

/// What entries without content of their own say about the one that follows.
#[derive(Default)]
struct Ahead {
    path: Option<String>,
    link: Option<String>,
    size: Option<u64>,
    modified: Option<u64>,
}

impl Ahead {
    /// Records of the form `length key=value\n`, where the length counts itself.
    fn read_pax(&mut self, mut records: &[u8]) {
        while let Some(space) = records.iter().position(|byte| *byte == b' ') {
            let (digits, _) = records.split_at(space);
            let length = std::str::from_utf8(digits)
                .ok()
                .and_then(|digits| digits.parse::<usize>().ok());
            let Some(record) = length.and_then(|length| records.get(space + 1..length)) else {
                return;
            };
            records = records.get(space + 1 + record.len()..).unwrap_or_default();
            let record = record.strip_suffix(b"\n").unwrap_or(record);
            let Some(equals) = record.iter().position(|byte| *byte == b'=') else {
                continue;
            };
            let (key, value) = record.split_at(equals);
            let value = value.get(1..).unwrap_or_default();
            match key {
                b"path" => self.path = Some(text(value)),
                b"linkpath" => self.link = Some(text(value)),
                b"size" => self.size = text(value).parse().ok(),
                // With what is less than a second behind a dot.
                b"mtime" => {
                    let seconds = text(value);
                    self.modified = seconds.split('.').next().and_then(|it| it.parse().ok());
                }
                _ => {}
            }
        }
    }
}

/// The 512 bytes before an entry's content.
#[derive(Clone, Copy)]
struct Header<'a>(&'a [u8]);

impl<'a> Header<'a> {
    fn field(self, range: Range<usize>) -> &'a [u8] {
        self.0.get(range).unwrap_or_default()
    }

    fn kind(self) -> u8 {
        self.field(156..157).first().copied().unwrap_or_default()
    }

    /// Whether the sum of the header's bytes is the one that it names: with its own
    /// field read as spaces. Some old programs summed up signed bytes.
    fn is_sound(self) -> bool {
        let Some(named) = octal(self.field(148..156)) else {
            return false;
        };
        let own = |at: usize| (148..156).contains(&at);
        let bytes = || {
            let all = self.0.iter().enumerate();
            all.map(move |(at, byte)| if own(at) { b' ' } else { *byte })
        };
        let unsigned: u64 = bytes().map(u64::from).sum();
        let signed: i64 = bytes().map(|byte| i64::from(byte.cast_signed())).sum();
        named == unsigned || i64::try_from(named) == Ok(signed)
    }

    fn size(self) -> Option<u64> {
        let field = self.field(124..136);
        match field.first() {
            // Base 256, for more than eight gigabytes.
            Some(first) if first & 0x80 != 0 => {
                let mut size = u64::from(first & 0x7f);
                for byte in field.iter().skip(1) {
                    size = size.checked_mul(256)?.checked_add(u64::from(*byte))?;
                }
                Some(size)
            }
            _ => octal(field),
        }
    }

    fn path(self) -> String {
        let name = text(self.field(0..100));
        // GNU uses the prefix's place for times of access.
        let prefix = match self.field(257..263) {
            b"ustar\0" => text(self.field(345..500)),
            _ => String::new(),
        };
        match prefix.is_empty() {
            true => name,
            false => format!("{prefix}/{name}"),
        }
    }

    fn link(self) -> String {
        text(self.field(157..257))
    }
}

/// Up to the first NUL; bytes that are no UTF-8 are replaced.
fn text(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|byte| *byte == 0);
    let bytes = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default();
    String::from_utf8_lossy(bytes).into_owned()
}

/// Digits with blanks around them; nothing at all is zero.
fn octal(field: &[u8]) -> Option<u64> {
    let digits = text(field);
    match digits.trim() {
        "" => Some(0),
        digits => u64::from_str_radix(digits, 8).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn header(name: &[u8], size: &[u8], kind: u8, magic: &[u8], prefix: &[u8]) -> Vec<u8> {
        let mut block = vec![0; BLOCK];
        let mut put = |at: usize, bytes: &[u8]| block[at..at + bytes.len()].copy_from_slice(bytes);
        put(0, name);
        put(124, size);
        put(148, b"        ");
        put(156, &[kind]);
        put(257, magic);
        put(345, prefix);
        let sum: u64 = block.iter().map(|byte| u64::from(*byte)).sum();
        block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        block
    }

    fn entry(name: &str, kind: u8, content: &[u8]) -> Vec<u8> {
        let size = format!("{:011o}\0", content.len());
        let mut bytes = header(name.as_bytes(), size.as_bytes(), kind, b"ustar\0", b"");
        bytes.extend(content);
        bytes.resize(bytes.len().div_ceil(BLOCK) * BLOCK, 0);
        bytes
    }

    #[track_caller]
    fn check(parts: &[Vec<u8>], expected: &[&str]) {
        let bytes = parts.concat();
        let index = index(&bytes);
        let mut told: Vec<String> = index
            .entries
            .iter()
            .map(|entry| match &entry.link {
                Some(link) => format!("{} -> {}", entry.path, link.target()),
                None => {
                    let content = entry.content.start as usize..entry.content.end as usize;
                    format!("{}: {}", entry.path, text(&bytes[content]))
                }
            })
            .collect();
        told.extend((index.refused > 0).then(|| format!("{} refused", index.refused)));
        told.extend(index.fault);
        assert_eq!(told, expected);
    }

    #[test]
    fn entries_stand_in_their_order() {
        let end = vec![0; 2 * BLOCK];
        check(
            &[
                entry("flow.py", b'0', b"print()"),
                entry("lib/", b'5', b""),
                entry("./lib//a.py", 0, b"a"),
                entry("here", b'2', b""),
                end,
            ],
            &["flow.py: print()", "lib/a.py: a", "here -> "],
        );
        check(&[vec![0; BLOCK]], &[]);
    }

    #[test]
    fn a_long_name_comes_ahead() {
        let long = "folder/".repeat(30) + "file";
        let pax = |key: &str, value: &str| {
            let mut length = key.len() + value.len() + 3;
            length += (length + 2).to_string().len();
            entry("pax", b'x', format!("{length} {key}={value}\n").as_bytes())
        };
        let gnu = entry("././@LongLink", b'L', format!("{long}\0").as_bytes());
        let short = || entry("short", b'0', b"x");
        check(
            &[gnu, short(), short()],
            &[&format!("{long}: x"), "short: x"],
        );
        check(&[pax("path", "größe"), short()], &["größe: x"]);
        let link = entry("short", b'2', b"");
        check(
            &[pax("linkpath", &long), link],
            &[&format!("short -> {long}")],
        );
        let mut prefixed = header(b"name", b"00000000001\0", b'0', b"ustar\0", b"in/here");
        prefixed.extend(entry("", 0, b"")[..].iter().map(|_| b'x'));
        check(&[prefixed], &["in/here/name: x"]);
    }

    #[test]
    fn names_cannot_lead_out() {
        check(
            &[entry("../x", b'0', b"1"), entry("/etc/x", b'0', b"2")],
            &["etc/x: 2", "1 refused"],
        );
    }

    #[test]
    fn what_came_before_a_fault_is_kept() {
        let good = entry("a", b'0', b"1");
        let cut = "The archive ends in the middle, at byte 1024.";
        check(&[good.clone(), good[..300].to_vec()], &["a: 1", cut]);
        let noise = vec![7; BLOCK];
        let told = "There is no entry of a tar at byte 1024.";
        check(&[good.clone(), noise], &["a: 1", told]);
        let huge = header(b"b", &[0xff; 12], b'0', b"ustar\0", b"");
        let told = "The archive ends in the middle of the file at byte 1024.";
        check(&[good, huge], &["a: 1", told]);
        check(&[], &["The archive ends in the middle, at byte 0."]);
    }

    /// The same out of no more than each step asks for.
    fn index_in_parts(bytes: &[u8]) -> TarIndex {
        let mut index = TarIndex::default();
        let mut walk = Walk::new(bytes.len() as u64);
        let mut here = 0..0;
        loop {
            let window = &bytes[here.start as usize..here.end as usize];
            match walk.step(here.start, window) {
                Step::Entry(entry) => index.entries.push(entry),
                Step::Refused => index.refused += 1,
                Step::Nothing => {}
                Step::Needs(range) => {
                    assert_ne!(range, here);
                    here = range;
                }
                Step::End => return index,
                Step::Fault(fault) => {
                    index.fault = Some(fault);
                    return index;
                }
            }
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..3000)) {
            index(&bytes);
        }

        #[test]
        fn any_content_behind_sound_headers_is_read(
            contents in proptest::collection::vec(
                (prop_oneof![Just(b'L'), Just(b'x'), Just(b'0'), Just(b'2')], proptest::collection::vec(any::<u8>(), 0..700)),
                0..5,
            ),
        ) {
            let parts: Vec<Vec<u8>> = contents.iter().map(|(kind, content)| entry("n", *kind, content)).collect();
            let bytes = parts.concat();
            let found = index(&bytes);
            prop_assert!(bytes.is_empty() || found.fault.is_none());
            for entry in &found.entries {
                prop_assert!(entry.content.start <= entry.content.end && entry.content.end <= bytes.len() as u64);
                prop_assert!(!entry.path.split('/').any(|part| part == ".."));
            }
            prop_assert_eq!(index_in_parts(&bytes), found);
        }
    }
}
