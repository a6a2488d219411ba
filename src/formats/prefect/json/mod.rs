//! JSON where it stands: values as stretches of the bytes, read when somebody asks.
//!
//! An export of a large run is many megabytes of which little is kept, and a value may hold
//! what no reader of JSON takes (`NaN`, integers of any length, half a surrogate), so that no
//! tree is made of it: a value is its bytes and its place. Nothing recurses. Knows nothing of
//! Prefect. Start with [`Json::whole`]; [`super::pages`] reads what a whole file is.

mod escapes;

pub use escapes::quoted;

use escapes::unescaped;
use std::borrow::Cow;

/// A value: its bytes without blanks around them, and where in the file they begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Json<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// Where the bytes are no JSON any more, or end within a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    pub at: usize,
    pub is_cut: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Null,
    Truth,
    Number,
    Text,
    List,
    Object,
    /// A word that JSON does not have.
    Odd,
}

impl Kind {
    pub fn words(self) -> &'static str {
        match self {
            Kind::Null => "null",
            Kind::Truth => "true or false",
            Kind::Number => "a number",
            Kind::Text => "a text",
            Kind::List => "a list",
            Kind::Object => "an object",
            Kind::Odd => "no JSON",
        }
    }
}

impl<'a> Json<'a> {
    /// The one value that the bytes hold, whatever follows it.
    pub fn whole(bytes: &'a [u8]) -> Result<Self, Fault> {
        value(bytes, 0, 0).map(|(found, _)| found)
    }

    /// Where it begins in its file.
    pub fn at(&self) -> u64 {
        self.at as u64
    }

    pub fn kind(&self) -> Kind {
        match self.bytes {
            [b'{', ..] => Kind::Object,
            [b'[', ..] => Kind::List,
            [b'"', ..] => Kind::Text,
            b"null" => Kind::Null,
            b"true" | b"false" => Kind::Truth,
            _ if self.number().is_some() => Kind::Number,
            _ => Kind::Odd,
        }
    }

    pub fn is_null(&self) -> bool {
        self.bytes == b"null"
    }

    pub fn truth(&self) -> Option<bool> {
        match self.bytes {
            b"true" => Some(true),
            b"false" => Some(false),
            _ => None,
        }
    }

    /// A number, those that only Python writes among them.
    pub fn number(&self) -> Option<f64> {
        match self.bytes {
            b"NaN" => Some(f64::NAN),
            b"Infinity" => Some(f64::INFINITY),
            b"-Infinity" => Some(f64::NEG_INFINITY),
            [b'-', b'0'..=b'9', ..] | [b'0'..=b'9', ..] => {
                std::str::from_utf8(self.bytes).ok()?.parse().ok()
            }
            _ => None,
        }
    }

    /// A whole number, also where it is written with a fraction of zero.
    pub fn integer(&self) -> Option<i64> {
        let text = std::str::from_utf8(self.bytes).ok()?;
        text.parse().ok().or_else(|| {
            let number = self.number()?;
            (number.fract() == 0.0 && number.abs() < 9e15).then_some(number as i64)
        })
    }

    /// A text, without its escapes. What is no UTF-8, and half surrogates, become U+FFFD.
    pub fn text(&self) -> Option<Cow<'a, str>> {
        let inner = self.bytes.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
        if !inner.contains(&b'\\') {
            return Some(String::from_utf8_lossy(inner));
        }
        Some(Cow::Owned(unescaped(inner)))
    }

    /// The value as it is written.
    pub fn raw(&self) -> Cow<'a, str> {
        String::from_utf8_lossy(self.bytes)
    }

    /// The same without the blanks between its parts: what is kept of a file that was written
    /// to be read by people.
    pub fn compact(&self) -> String {
        let mut out = Vec::with_capacity(self.bytes.len());
        let mut at = 0;
        while let Some(byte) = self.bytes.get(at) {
            let end = match byte {
                b' ' | b'\t' | b'\r' | b'\n' => {
                    at += 1;
                    continue;
                }
                b'"' => text_end(self.bytes, at).unwrap_or(self.bytes.len()),
                _ => at + 1,
            };
            out.extend_from_slice(self.bytes.get(at..end).unwrap_or_default());
            at = end;
        }
        String::from_utf8_lossy(&out).into_owned()
    }

    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The items of a list, of anything else none.
    pub fn items(&self) -> Items<'a> {
        Items::within(self.bytes, self.at, b'[')
    }

    /// The fields of an object, of anything else none.
    pub fn fields(&self) -> Fields<'a> {
        Fields(Items::within(self.bytes, self.at, b'{'))
    }

    /// A field of an object. Of several of one name the first.
    pub fn field(&self, name: &str) -> Option<Json<'a>> {
        let mut fields = self.fields().filter_map(Result::ok);
        fields.find(|(key, _)| key == name).map(|(_, found)| found)
    }

    pub fn is_empty_object(&self) -> bool {
        self.kind() == Kind::Object && self.fields().next().is_none()
    }
}

/// Goes through a list until its end, or to where it breaks.
#[derive(Clone, Debug)]
pub struct Items<'a> {
    bytes: &'a [u8],
    base: usize,
    /// Where the next item, or the end, is to be; nothing once it was found.
    next: Option<usize>,
    is_first: bool,
    /// Behind the bracket that closes it, once that was found.
    end: Option<usize>,
}

impl<'a> Items<'a> {
    /// A list whose bracket is the first byte; its end need not be there.
    pub(super) fn within(bytes: &'a [u8], base: usize, bracket: u8) -> Self {
        Self {
            bytes,
            base,
            next: (bytes.first() == Some(&bracket)).then_some(1),
            is_first: true,
            end: None,
        }
    }

    /// Behind its end, counted from its first byte.
    pub(super) fn end(&self) -> Option<usize> {
        self.end
    }

    /// The place of the next item; nothing at the end.
    fn place(&mut self, close: u8) -> Option<Result<usize, Fault>> {
        let mut at = blank(self.bytes, self.next?);
        if self.bytes.get(at) == Some(&close) {
            self.end = Some(at + 1);
            self.next = None;
            return None;
        }
        if !self.is_first {
            match self.bytes.get(at) {
                Some(b',') => at = blank(self.bytes, at + 1),
                byte => return Some(Err(self.broken(at, byte.is_none()))),
            }
            // A comma before the end, as some people's programs write it.
            if self.bytes.get(at) == Some(&close) {
                self.end = Some(at + 1);
                self.next = None;
                return None;
            }
        }
        self.is_first = false;
        Some(Ok(at))
    }

    fn value(&mut self, at: usize) -> Result<Json<'a>, Fault> {
        match value(self.bytes, at, self.base) {
            Ok((found, end)) => {
                self.next = Some(end);
                Ok(found)
            }
            Err(fault) => {
                self.next = None;
                Err(fault)
            }
        }
    }

    fn broken(&mut self, at: usize, is_cut: bool) -> Fault {
        self.next = None;
        Fault {
            at: self.base + at,
            is_cut,
        }
    }
}

impl<'a> Iterator for Items<'a> {
    type Item = Result<Json<'a>, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(match self.place(b']')? {
            Ok(at) => self.value(at),
            Err(fault) => Err(fault),
        })
    }
}

/// Goes through an object: names and values.
#[derive(Clone, Debug)]
pub struct Fields<'a>(Items<'a>);

impl<'a> Fields<'a> {
    pub(super) fn open(bytes: &'a [u8], base: usize) -> Self {
        Self(Items::within(bytes, base, b'{'))
    }

    pub(super) fn end(&self) -> Option<usize> {
        self.0.end
    }

    /// The next name, and where its value begins, counted from the first byte: whoever asks
    /// for the value itself asks [`Fields::value`] next.
    pub(super) fn name(&mut self) -> Option<Result<(Cow<'a, str>, usize), Fault>> {
        let at = match self.0.place(b'}')? {
            Ok(at) => at,
            Err(fault) => return Some(Err(fault)),
        };
        if self.0.bytes.get(at).is_some_and(|byte| *byte != b'"') {
            return Some(Err(self.0.broken(at, false)));
        }
        let name = match self.0.value(at) {
            Ok(name) => name,
            Err(fault) => return Some(Err(fault)),
        };
        let colon = blank(self.0.bytes, at + name.bytes.len());
        match self.0.bytes.get(colon) {
            Some(b':') => {
                let begin = blank(self.0.bytes, colon + 1);
                Some(Ok((name.text().unwrap_or_default(), begin)))
            }
            byte => Some(Err(self.0.broken(colon, byte.is_none()))),
        }
    }

    pub(super) fn value(&mut self, at: usize) -> Result<Json<'a>, Fault> {
        self.0.value(at)
    }

    /// Goes on behind a value that was read otherwise.
    pub(super) fn go_on(&mut self, behind: usize) {
        self.0.next = Some(behind);
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<(Cow<'a, str>, Json<'a>), Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(match self.name()? {
            Ok((name, at)) => self.value(at).map(|found| (name, found)),
            Err(fault) => Err(fault),
        })
    }
}

/// The next place that is no blank.
pub(super) fn blank(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    let blanks = rest
        .iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'));
    from + blanks.count()
}

/// The value that begins at a place, after blanks, and the place behind it.
pub(super) fn value(bytes: &[u8], from: usize, base: usize) -> Result<(Json<'_>, usize), Fault> {
    let begin = blank(bytes, from);
    let fault = |at: usize, is_cut| Fault {
        at: base + at,
        is_cut,
    };
    let end = match bytes.get(begin) {
        None => return Err(fault(begin, true)),
        Some(b'"') => text_end(bytes, begin),
        Some(b'{' | b'[') => nest_end(bytes, begin),
        Some(_) => Some(word_end(bytes, begin)),
    };
    let Some(end) = end else {
        return Err(fault(bytes.len(), true));
    };
    if end == begin {
        return Err(fault(begin, false));
    }
    let found = Json {
        bytes: bytes.get(begin..end).unwrap_or_default(),
        at: base + begin,
    };
    Ok((found, end))
}

/// Behind the quote that ends the text at a place.
fn text_end(bytes: &[u8], begin: usize) -> Option<usize> {
    let mut at = begin + 1;
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// Behind the bracket that ends what begins at a place. Which kind of bracket closes which is
/// left to who reads what is inside.
fn nest_end(bytes: &[u8], begin: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = begin;
    loop {
        match bytes.get(at)? {
            b'"' => {
                at = text_end(bytes, at)?;
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
        at += 1;
    }
}

fn word_end(bytes: &[u8], begin: usize) -> usize {
    let rest = bytes.get(begin..).unwrap_or_default();
    let is_end = |byte: &u8| {
        matches!(
            byte,
            b',' | b':' | b']' | b'}' | b'[' | b'{' | b'"' | b' ' | b'\t' | b'\r' | b'\n'
        )
    };
    begin + rest.iter().position(is_end).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests;
