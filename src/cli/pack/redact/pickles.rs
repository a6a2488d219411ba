//! Pickles, written anew: their texts without what is not to be shown, all else as it was.
//!
//! Nothing in a pickle is run. It is decoded to know which text stands under which key, and
//! which bytes are numbers; then its opcodes are copied one after the other, the texts with
//! the lengths that they have now. Frames, which only tell how much to read ahead, are left
//! away (PEP 3154: they are optional).
//!
//! What holds other bytes than numbers cannot be looked into: rows of a table lie in them
//! end to end, so that no name is a word of its own.

use super::Keep;
use super::assigned::{is_secret_name, is_worth_hiding};
use super::content;
use super::environment;
use super::hits::What;
use super::json::{is_environment, is_host, is_user};
use super::left_out::Why;
use super::opcodes::{Kind, Op, ops, push_bytes, push_text};
use super::words::Words;
use crate::libraries::numpy;
use crate::pickle::opcode as op;
use crate::pickle::{Limits, NodeId, Pickle, Value, decode};
use std::collections::{HashMap, HashSet};

/// Fewer bytes hold a date, a number, an id.
const SMALL: usize = 16;

/// A pickle without what is not to be shown.
pub fn pickle(words: &Words, bytes: &[u8], keep: Keep, depth: usize) -> Result<Vec<u8>, Why> {
    let ops = ops(bytes).ok_or(Why::PICKLE)?;
    let pickle = decode(bytes.to_vec(), &Limits::default());
    if pickle.root().is_none() && !keep.values {
        return Err(Why::PICKLE);
    }
    let known = Known::of(&pickle);
    let mut out = Vec::with_capacity(bytes.len());
    for one in &ops {
        let whole = bytes.get(one.start..one.end).unwrap_or_default();
        let content = bytes.get(one.content..one.end).unwrap_or_default();
        match one.kind {
            Kind::Frame => {}
            Kind::Other => out.extend_from_slice(whole),
            Kind::Line => out.extend_from_slice(&line(words, whole)),
            Kind::Text => match std::str::from_utf8(content) {
                Ok(text) => {
                    let told = known.text(words, one.content, text);
                    push_text(&mut out, told.as_bytes(), whole, told == text);
                }
                // Surrogates alone are no text for us.
                Err(_) if keep.values => out.extend_from_slice(whole),
                Err(_) => return Err(Why::NO_UNICODE),
            },
            Kind::Bytes => {
                let told = known.bytes(words, one.content, content, keep, depth)?;
                push_bytes(&mut out, &told, whole, told == content);
            }
        }
    }
    Ok(out)
}

/// The texts of a pickle: those of a secret.
pub fn texts(bytes: &[u8]) -> Vec<String> {
    let texts = ops(bytes).unwrap_or_default().into_iter();
    let texts = texts.filter(|one| matches!(one.kind, Kind::Text | Kind::Bytes));
    let texts = texts.filter_map(|one| bytes.get(one.content..one.end));
    let texts = texts.filter_map(|text| std::str::from_utf8(text).ok());
    texts.map(str::to_owned).collect()
}

/// Whether a value says anything: `None`, `False` and an empty list do not.
pub fn says_anything(bytes: &[u8]) -> bool {
    let Some(ops) = ops(bytes) else { return true };
    let code = |one: &Op| bytes.get(one.start).copied().unwrap_or_default();
    ops.iter().any(|one| {
        matches!(one.kind, Kind::Text | Kind::Bytes | Kind::Line)
            || matches!(code(one), op::BININT | op::BININT1 | op::BININT2)
            || matches!(code(one), op::LONG1 | op::LONG4 | op::BINFLOAT)
    })
}

/// An opcode whose argument is a line: a text in it has other letters escaped, and is found
/// as Python spells it.
fn line(words: &Words, whole: &[u8]) -> Vec<u8> {
    let Some((code, lines)) = whole.split_first() else {
        return Vec::new();
    };
    let is_number = matches!(*code, op::INT | op::LONG | op::FLOAT | op::GET | op::PUT);
    match std::str::from_utf8(lines) {
        Ok(lines) if !is_number => {
            let told = lines.split('\n').map(|line| words.text(line));
            let told: Vec<String> = told.map(|line| line.replace('\n', " ")).collect();
            [&[*code], told.join("\n").as_bytes()].concat()
        }
        _ => whole.to_vec(),
    }
}

/// What decoding tells of the texts and bytes of a pickle, by where they stand in it.
#[derive(Default)]
struct Known {
    texts: HashMap<usize, What>,
    numbers: HashSet<usize>,
    /// A library keeps its values in bytes of its own form.
    is_foreign: bool,
}

/// Modules whose objects keep texts as texts.
const PLAIN: &[&str] = &[
    "builtins",
    "__builtin__",
    "__main__",
    "collections",
    "datetime",
    "decimal",
    "fractions",
    "uuid",
    "pathlib",
    "copyreg",
    "copy_reg",
    "_codecs",
    "metaflow",
    "zoneinfo",
    "re",
    "enum",
    "ipaddress",
];

impl Known {
    fn of(pickle: &Pickle) -> Self {
        let mut known = Self {
            is_foreign: pickle.globals().any(|global| {
                let top = global.module().split('.').next().unwrap_or_default();
                !PLAIN.contains(&top)
            }),
            ..Self::default()
        };
        let mut seen = HashSet::new();
        let mut open: Vec<(NodeId, bool)> =
            pickle.root().map(|id| (id, false)).into_iter().collect();
        while let Some((id, in_environment)) = open.pop() {
            if !seen.insert((id, in_environment)) {
                continue;
            }
            let mut add = |ids: &[NodeId]| open.extend(ids.iter().map(|id| (*id, in_environment)));
            match pickle.value(id) {
                Value::List(ids) | Value::Tuple(ids) | Value::Set(ids) | Value::FrozenSet(ids) => {
                    add(ids);
                }
                Value::Dict(dict) => {
                    for (key, value) in dict.iter() {
                        known.under(pickle, key, value, in_environment, &mut open);
                    }
                }
                Value::Object(object) => {
                    add(object.args());
                    add(object.items());
                    add(object.added());
                    for (key, value) in object.entries().iter().chain(object.kwargs().iter()) {
                        known.under(pickle, key, value, in_environment, &mut open);
                    }
                    for state in object.states() {
                        open.push((state.value, in_environment));
                    }
                    known.numbers_of(pickle, id);
                }
                _ => {}
            }
        }
        known
    }

    /// What stands under a key.
    fn under(
        &mut self,
        pickle: &Pickle,
        key: NodeId,
        value: NodeId,
        in_environment: bool,
        open: &mut Vec<(NodeId, bool)>,
    ) {
        let name = pickle.as_str(key).unwrap_or_default();
        let is_container = pickle.as_dict(value).is_some();
        open.push((key, false));
        open.push((
            value,
            in_environment || is_container && is_environment(name),
        ));
        let text = match pickle.value(value) {
            Value::Text(text) => text.bytes(),
            Value::Bytes(bytes) => bytes,
            _ => return,
        };
        let Some(at) = place_in(pickle.bytes(), text) else {
            return;
        };
        let what = if is_secret_name(name) {
            What::Secret
        } else if is_user(name) {
            What::User
        } else if is_host(name) {
            What::Host
        } else if in_environment {
            What::Environment
        } else {
            return;
        };
        self.texts.insert(at, what);
    }

    /// Notes the bytes of an array of numbers: they can be seen as what they are. Those of
    /// one byte each may be a text.
    fn numbers_of(&mut self, pickle: &Pickle, id: NodeId) {
        let array = numpy::array(pickle, id).or_else(|| numpy::scalar(pickle, id));
        let is_numbers = array.is_some_and(|array| array.dtype.is_number() && array.dtype.size > 1);
        let Some(object) = pickle.as_object(id).filter(|_| is_numbers) else {
            return;
        };
        let states = object.states().into_iter();
        let states = states
            .filter_map(|state| pickle.as_list(state.value))
            .flatten();
        for part in states.chain(object.args()) {
            let at = pickle
                .as_bytes(*part)
                .and_then(|data| place_in(pickle.bytes(), data));
            self.numbers.extend(at);
        }
    }

    fn text(&self, words: &Words, at: usize, text: &str) -> String {
        let whole = match self.texts.get(&at) {
            Some(What::Environment) if !environment::is_telling(text) => None,
            Some(What::Secret) if !is_worth_hiding(text) => None,
            what => what,
        };
        match whole {
            Some(what) if !text.is_empty() => words.word(*what, text),
            _ => words.text(text).into_owned(),
        }
    }

    fn bytes(
        &self,
        words: &Words,
        at: usize,
        bytes: &[u8],
        keep: Keep,
        depth: usize,
    ) -> Result<Vec<u8>, Why> {
        if let Some(what) = self.texts.get(&at)
            && !bytes.is_empty()
        {
            let text = String::from_utf8_lossy(bytes);
            return Ok(words.word(*what, &text).into_bytes());
        }
        let is_looked_into = bytes.len() <= SMALL || self.numbers.contains(&at);
        if is_looked_into && (keep.values || !words.is_in(bytes)) {
            return Ok(bytes.to_vec());
        }
        let inside = match self.is_foreign {
            true => Err(Why::BYTES_OF_A_LIBRARY),
            false => content::content(words, bytes, keep, depth + 1),
        };
        match inside {
            Err(_) if keep.values => Ok(bytes.to_vec()),
            inside => inside,
        }
    }
}

/// Where a part of some bytes begins in them.
fn place_in(all: &[u8], part: &[u8]) -> Option<usize> {
    let at = (part.as_ptr() as usize).checked_sub(all.as_ptr() as usize)?;
    (at + part.len() <= all.len() && !part.is_empty()).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pickle::repr;
    use std::collections::BTreeSet;

    /// What a pickle holds afterwards, as Python prints it.
    fn told(bytes: &[u8]) -> Result<String, Why> {
        let mut words = Words::default();
        let _learned = pickle(&words, bytes, Keep::default(), 0);
        words.settle(&BTreeSet::new());
        let told = pickle(&words, bytes, Keep::default(), 0)?;
        let told = decode(told, &Limits::default());
        assert!(told.problems().is_empty(), "{:?}", told.problems());
        Ok(repr(&told, told.root().unwrap(), 10_000).text)
    }

    fn short(text: &str) -> Vec<u8> {
        [
            &[op::SHORT_BINUNICODE, text.len() as u8],
            text.as_bytes(),
            &[op::MEMOIZE],
        ]
        .concat()
    }

    /// A dict of texts, in protocol 4.
    fn dict(pairs: &[(&str, &str)]) -> Vec<u8> {
        let inside: Vec<u8> = pairs
            .iter()
            .flat_map(|(key, value)| [short(key), short(value)].concat())
            .collect();
        let body = [b"}\x94(".as_slice(), &inside, b"u."].concat();
        let frame = (body.len() as u64).to_le_bytes();
        [b"\x80\x04\x95".as_slice(), &frame, &body].concat()
    }

    #[test]
    fn texts_are_written_with_their_new_lengths() {
        let long = format!("/home/ana/{}/x.csv", "y".repeat(200));
        let bytes = dict(&[("password", "hunter2"), ("path", &long), ("n", "hunter2!")]);
        let told = told(&bytes).unwrap();
        assert_eq!(
            told,
            "{'password': 'secret-1', 'path': '/path-1/x.csv', 'n': 'secret-1!'}"
        );
    }

    #[test]
    fn a_text_may_become_longer_than_a_short_one() {
        let text = format!("{} C:/", "C:/a ".repeat(48));
        let told = told(&dict(&[("x", &text)])).unwrap();
        assert!(told.len() > 300, "{told}");
    }

    #[test]
    fn older_protocols_are_written_too() {
        assert_eq!(told(b"V/home/ana/x\np0\n.").unwrap(), "'/path-1/x'");
        assert_eq!(
            told(b"\x80\x02X\x0b\x00\x00\x00/home/ana/xq\x00.").unwrap(),
            "'/path-1/x'"
        );
    }

    #[test]
    fn bytes_that_cannot_be_looked_into_are_no_part_of_it() {
        let bytes = |content: &[u8]| {
            [
                b"\x80\x04C".as_slice(),
                &[content.len() as u8],
                content,
                b"\x94.",
            ]
            .concat()
        };
        assert_eq!(
            told(&bytes(b"password=hunter2 x")).unwrap(),
            "b'password=secret-1 x'"
        );
        assert_eq!(
            told(&bytes(&[0, 159, 146, 150])).unwrap(),
            "b'\\x00\\x9f\\x92\\x96'"
        );
        assert!(told(&bytes(&[0x9f; 40])).is_err());
        assert!(told(&b"\x80\x04C\x05ab"[..]).is_err());
        assert!(told(&b"\x80\x04N.more"[..]).is_err());
    }

    #[test]
    fn nothing_says_nothing() {
        for (bytes, expected) in [
            (&b"\x80\x04N."[..], false),
            (b"\x80\x04]\x94.", false),
            (b"\x80\x04K\x05.", true),
            (b"\x80\x04\x8c\x01a\x94.", true),
        ] {
            assert_eq!(says_anything(bytes), expected);
        }
    }
}
