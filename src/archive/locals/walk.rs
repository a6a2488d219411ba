//! From header to header. A step looks at what stands next, or goes on with a file whose end
//! has to be found; it never reads further than the bytes that it was given.

use super::header::{
    DESCRIPTOR, Descriptor, FIXED, FIXED_RECORD, Header, LOCAL, LONGEST_DESCRIPTOR, RECORD, Window,
    u16_at,
};
use super::inflated::{Inflating, Progress};
use super::sought::{Found, Seeking};
use super::{End, Local, State, Step};
use std::ops::Range;

/// A walk through a zip from header to header.
pub struct Walk {
    size: u64,
    /// The most that a file may unpack to, where its end is found by that.
    most: u64,
    at: u64,
    doing: Doing,
}

enum Doing {
    /// A header, a record of the directory, or whatever stands next.
    Next,
    /// There may be a descriptor of a file of so many packed bytes.
    Behind(u64),
    Inflating(Box<(Local, Inflating)>),
    Seeking(Box<(Local, Seeking)>),
    /// The next header is looked for from here on; what was before it is this file, or none.
    Lost(Option<Box<Local>>, u64),
    Directory {
        start: u64,
        records: u64,
    },
    Over(End),
}

impl Walk {
    /// Through a zip of so many bytes. No file is unpacked to more than `most`, only to find
    /// its end.
    pub fn new(size: u64, most: u64) -> Self {
        Self {
            size,
            most,
            at: 0,
            doing: Doing::Next,
        }
    }

    /// How far the walk is.
    pub fn at(&self) -> u64 {
        match &self.doing {
            Doing::Inflating(inflating) => inflating.1.at,
            Doing::Seeking(seeking) => seeking.1.at,
            Doing::Lost(_, at) => *at,
            _ => self.at,
        }
    }

    /// Goes on by one step. `window` are the bytes of the zip from `start` on, as far as they
    /// are here.
    pub fn step(&mut self, start: u64, window: &[u8]) -> Step {
        let bytes = window;
        let window = Window { start, bytes };
        match std::mem::replace(&mut self.doing, Doing::Next) {
            Doing::Next => self.next(window),
            Doing::Behind(packed) => self.behind(window, packed),
            Doing::Inflating(inflating) => self.inflate(window, inflating),
            Doing::Seeking(seeking) => self.seek(window, seeking),
            Doing::Lost(local, at) => self.look(window, local, at),
            Doing::Directory { start, records } => self.directory(window, start, records),
            Doing::Over(end) => self.end(end),
        }
    }

    fn end(&mut self, end: End) -> Step {
        self.doing = Doing::Over(end);
        Step::End(end)
    }

    /// Asks for bytes, to go on as before.
    fn needs(&mut self, range: Range<u64>, doing: Doing) -> Step {
        self.doing = doing;
        Step::Needs(range)
    }

    fn next(&mut self, window: Window<'_>) -> Step {
        let at = self.at;
        let left = self.size.saturating_sub(at);
        if left == 0 {
            return self.end(End::Between);
        }
        let known = at..at + left.min(4);
        let Some(sign) = window.get(known.clone()) else {
            return self.needs(known, Doing::Next);
        };
        if left < 4 && LOCAL.starts_with(sign) || left < FIXED && *sign == LOCAL {
            return self.end(End::InHeader(at));
        }
        match sign {
            sign if *sign == LOCAL => self.header(window),
            sign if *sign == RECORD => {
                let (start, records) = (at, 0);
                self.doing = Doing::Directory { start, records };
                Step::Nothing
            }
            _ => {
                self.doing = Doing::Lost(None, at);
                Step::Nothing
            }
        }
    }

    fn header(&mut self, window: Window<'_>) -> Step {
        let at = self.at;
        let fixed = at..at + FIXED;
        let Some(header) = window.get(fixed.clone()).and_then(Header::of) else {
            return self.needs(fixed, Doing::Next);
        };
        let content = at.saturating_add(header.length());
        if content > self.size {
            return self.end(End::InHeader(at));
        }
        let Some(words) = window.get(fixed.end..content) else {
            return self.needs(at..content, Doing::Next);
        };
        let (name, extra) = words.split_at(usize::from(header.name).min(words.len()));
        let header = header.with_extra(extra);
        let is_open = header.is_open();
        let announced = |number| (!is_open).then_some(number);
        let local = Local {
            raw_name: name.to_vec(),
            method: header.method,
            encrypted: header.is_encrypted(),
            header: at,
            content: content..content,
            packed: announced(header.packed),
            size: announced(header.size),
            crc: (!is_open).then_some(header.crc),
            state: State::Whole,
        };
        if is_open {
            return self.open(local);
        }
        if header.has_descriptor() {
            self.doing = Doing::Behind(header.packed);
        }
        match content.checked_add(header.packed) {
            Some(end) if end <= self.size => self.whole(local, end),
            _ => self.cut(local),
        }
    }

    /// A file whose length stands behind its content.
    fn open(&mut self, local: Local) -> Step {
        const DEFLATE: u16 = 8;
        let start = local.content.start;
        // A folder has no content, and some packers write nothing behind it.
        if local.raw_name.ends_with(b"/") && local.method == 0 {
            self.doing = Doing::Behind(0);
            return self.whole(local, start);
        }
        self.doing = match local.method {
            DEFLATE if !local.encrypted => {
                Doing::Inflating(Box::new((local, Inflating::new(start))))
            }
            method => {
                let is_stored = method == 0 && !local.encrypted;
                let seeking = Seeking::new(self.size, start, is_stored);
                Doing::Seeking(Box::new((local, seeking)))
            }
        };
        Step::Nothing
    }

    fn whole(&mut self, mut local: Local, end: u64) -> Step {
        local.content.end = end;
        self.at = end;
        Step::Entry(local)
    }

    fn cut(&mut self, mut local: Local) -> Step {
        local.content.end = self.size;
        local.state = State::Cut;
        self.at = self.size;
        self.doing = Doing::Over(End::InFile);
        Step::Entry(local)
    }

    /// What may stand behind a file whose length was known before.
    fn behind(&mut self, window: Window<'_>, packed: u64) -> Step {
        let known = self.at..self.size.min(self.at + LONGEST_DESCRIPTOR);
        let Some(bytes) = window.get(known.clone()) else {
            return self.needs(known, Doing::Behind(packed));
        };
        // Where the next file follows at once, there is none.
        let is_next = bytes.starts_with(&LOCAL) || bytes.starts_with(&RECORD);
        let mut forms = Descriptor::forms(bytes).filter(|_| !is_next);
        if let Some(descriptor) = forms.find(|form| form.packed == packed) {
            self.at += descriptor.length;
        } else if bytes.starts_with(&DESCRIPTOR) && (bytes.len() as u64) < LONGEST_DESCRIPTOR {
            // The archive ends in it.
            self.at = self.size;
        }
        Step::Nothing
    }

    fn inflate(&mut self, window: Window<'_>, mut doing: Box<(Local, Inflating)>) -> Step {
        let (local, inflating) = &mut *doing;
        match inflating.step(window) {
            Progress::Some if inflating.size <= self.most => {
                self.doing = Doing::Inflating(doing);
                Step::Nothing
            }
            Progress::Needs if inflating.at >= self.size => self.cut(doing.0),
            Progress::Needs => {
                let at = inflating.at;
                self.needs(at..at + 1, Doing::Inflating(doing))
            }
            Progress::Over => {
                let end = inflating.at;
                let known = end..self.size.min(end + LONGEST_DESCRIPTOR);
                let Some(bytes) = window.get(known.clone()) else {
                    return self.needs(known, Doing::Inflating(doing));
                };
                let packed = end - local.content.start;
                let (size, crc) = (inflating.size, inflating.crc.sum());
                let is_own = |form: &Descriptor| form.packed == packed && form.size == size;
                let descriptor = Descriptor::forms(bytes).find(is_own);
                let is_next = bytes.starts_with(&LOCAL) || bytes.starts_with(&RECORD);
                match descriptor {
                    None if !is_next && (bytes.len() as u64) < LONGEST_DESCRIPTOR => {
                        self.cut(doing.0)
                    }
                    None if !is_next => self.lost(doing.0),
                    _ => {
                        local.packed = Some(packed);
                        local.size = Some(size);
                        local.crc = Some(descriptor.map_or(crc, |known| known.crc));
                        let length = descriptor.map_or(0, |known| known.length);
                        let step = self.whole(doing.0, end);
                        self.at += length;
                        step
                    }
                }
            }
            // It is too large to be unpacked for its end alone.
            Progress::Some => {
                let seeking = Seeking::new(self.size, local.content.start, false);
                self.doing = Doing::Seeking(Box::new((doing.0, seeking)));
                Step::Nothing
            }
            Progress::Broken => self.lost(doing.0),
        }
    }

    fn seek(&mut self, window: Window<'_>, mut doing: Box<(Local, Seeking)>) -> Step {
        match doing.1.step(window) {
            Found::Needs(range) => self.needs(range, Doing::Seeking(doing)),
            Found::None => self.cut(doing.0),
            Found::Descriptor(end, descriptor) => {
                let mut local = doing.0;
                local.packed = Some(descriptor.packed);
                local.size = Some(descriptor.size);
                local.crc = Some(descriptor.crc);
                let step = self.whole(local, end);
                self.at = end + descriptor.length;
                step
            }
        }
    }

    fn lost(&mut self, local: Local) -> Step {
        let from = local.content.start;
        self.doing = Doing::Lost(Some(Box::new(local)), from);
        Step::Nothing
    }

    /// Looks for the next header, or the first record of the directory.
    fn look(&mut self, window: Window<'_>, local: Option<Box<Local>>, mut at: u64) -> Step {
        let here = window.start + window.bytes.len() as u64;
        let found = loop {
            let rest = window.from(at);
            at += rest
                .iter()
                .position(|byte| *byte == b'P')
                .unwrap_or(rest.len()) as u64;
            let known = at..self.size.min(at + FIXED);
            if known.is_empty() {
                break self.size;
            }
            if known.end > here || at < window.start {
                return self.needs(known, Doing::Lost(local, at));
            }
            let bytes = window.get(known).unwrap_or_default();
            if Header::is_likely(bytes) || bytes.starts_with(&RECORD) {
                break at;
            }
            at += 1;
        };
        let from = self.at;
        match local {
            Some(local) => {
                let mut local = *local;
                local.state = State::Lost;
                local.content.end = found;
                self.at = found;
                Step::Entry(local)
            }
            None => {
                self.at = found;
                Step::Skipped(from..found)
            }
        }
    }

    fn directory(&mut self, window: Window<'_>, start: u64, records: u64) -> Step {
        let at = self.at;
        let doing = Doing::Directory { start, records };
        let cut = End::InDirectory { start, records };
        let known = at..self.size.min(at + 4);
        let Some(sign) = window.get(known.clone()) else {
            return self.needs(known, doing);
        };
        if *sign != RECORD {
            return self.end(match sign.len() < 4 {
                true => cut,
                false => End::BehindDirectory { start, records },
            });
        }
        let fixed = at..at + FIXED_RECORD;
        if fixed.end > self.size {
            return self.end(cut);
        }
        let Some(record) = window.get(fixed.clone()) else {
            return self.needs(fixed, doing);
        };
        // Name, extra fields, comment.
        let lengths = [28, 30, 32].map(|at| u64::from(u16_at(record, at).unwrap_or_default()));
        let next = fixed.end + lengths.iter().sum::<u64>();
        if next > self.size {
            return self.end(cut);
        }
        self.at = next;
        let records = records + 1;
        self.doing = Doing::Directory { start, records };
        Step::Nothing
    }
}
