//! `pathlib`: a path is stored as its parts and shown as one text.
//!
//! Source: `PurePath._parse_args` of CPython's `Lib/pathlib.py`.

use super::super::node::{NodeId, TextKind};
use super::super::text::{self, Text};
use super::super::value::{Global, Pickle, Value};

/// A path of `pathlib`.
#[derive(Clone, Debug)]
pub struct Path<'a> {
    pub class: Global<'a>,
    bytes: Vec<u8>,
    kind: TextKind,
}

impl Path<'_> {
    /// The path with forward slashes, as its `repr` shows it.
    pub fn text(&self) -> Text<'_> {
        Text::new(&self.bytes, self.kind)
    }
}

/// Longer paths than this are no paths.
const LONGEST: usize = 1 << 16;

fn parts<'a>(pickle: &'a Pickle, args: &[NodeId]) -> Option<Vec<&'a [u8]>> {
    let mut left = LONGEST;
    args.iter()
        .map(|&arg| match pickle.value(arg) {
            Value::Text(text) => {
                left = left.checked_sub(text.bytes().len() + 1)?;
                Some(text.bytes())
            }
            _ => None,
        })
        .collect()
}

pub(super) fn posix<'a>(
    pickle: &'a Pickle,
    class: Global<'a>,
    args: &[NodeId],
) -> Option<Path<'a>> {
    let mut root: &[u8] = b"";
    let mut names: Vec<&[u8]> = Vec::new();
    for part in parts(pickle, args)? {
        if part.starts_with(b"/") {
            // An absolute part starts anew. Exactly two slashes mean something to POSIX.
            root = if part.starts_with(b"//") && !part.starts_with(b"///") {
                b"//"
            } else {
                b"/"
            };
            names.clear();
        }
        names.extend(
            part.split(|&byte| byte == b'/')
                .filter(|name| is_name(name)),
        );
    }
    Some(path(class, root.to_vec(), &names))
}

pub(super) fn windows<'a>(
    pickle: &'a Pickle,
    class: Global<'a>,
    args: &[NodeId],
) -> Option<Path<'a>> {
    let is_separator = |byte: &u8| matches!(byte, b'/' | b'\\');
    let mut anchor: Vec<u8> = Vec::new();
    let mut names: Vec<&[u8]> = Vec::new();
    for part in parts(pickle, args)? {
        let mut rest = part;
        match part {
            [first, second, server @ ..] if is_separator(first) && is_separator(second) => {
                // `\\server\share\` is one anchor.
                let ends: Vec<usize> = server
                    .iter()
                    .enumerate()
                    .filter(|(_, byte)| is_separator(byte))
                    .map(|(at, _)| at)
                    .collect();
                let end = ends.get(1).copied().unwrap_or(server.len());
                anchor = b"//".to_vec();
                let share = server.get(..end).unwrap_or(server);
                anchor.extend(
                    share
                        .iter()
                        .map(|byte| if is_separator(byte) { &b'/' } else { byte }),
                );
                anchor.push(b'/');
                names.clear();
                rest = server.get(end..).unwrap_or(&[]);
            }
            [letter, b':', after @ ..] if letter.is_ascii_alphabetic() => {
                anchor = vec![*letter, b':'];
                names.clear();
                if after.first().is_some_and(is_separator) {
                    anchor.push(b'/');
                }
                rest = after;
            }
            [first, ..] if is_separator(first) => {
                // A root without a drive keeps the drive.
                anchor.truncate(if anchor.get(1) == Some(&b':') { 2 } else { 0 });
                anchor.push(b'/');
                names.clear();
            }
            _ => {}
        }
        names.extend(rest.split(is_separator).filter(|name| is_name(name)));
    }
    Some(path(class, anchor, &names))
}

fn is_name(name: &[u8]) -> bool {
    !name.is_empty() && name != b"."
}

fn path<'a>(class: Global<'a>, mut bytes: Vec<u8>, names: &[&[u8]]) -> Path<'a> {
    bytes.extend(names.join(&b'/'));
    if bytes.is_empty() {
        bytes.push(b'.');
    }
    let kind = text::kind(&bytes);
    Path { class, bytes, kind }
}
