//! Arrow's IPC format: a stream of messages, or a file of it.
//!
//! A message is `0xFFFFFFFF`, the length of its head, the head as a FlatBuffer, and a body.
//! The first one is a schema; then come batches of rows, each behind the dictionaries that
//! it needs. Source: "IPC Streaming Format" and "IPC File Format" of the Arrow columnar
//! format 1.5; numbers of fields from `Message.fbs`. Bodies that are compressed are not
//! read. Start with [`read`].

mod batch;
mod flat;
mod schema;

pub use schema::Field;

use super::chunk::{Chunk, Chunked};
use crate::counts::counted;
use crate::pickle::{NodeId, Pickle};
use crate::sorting::SortedMap;
use batch::{Batch, Words};
use flat::{Flat, Table};
use std::rc::Rc;

/// The columns of a stream, one below the other.
#[derive(Clone, Debug)]
pub struct Stream<'a> {
    pub columns: Vec<Column<'a>>,
    pub rows: usize,
    /// What of it cannot be read, a sentence each.
    pub problems: Vec<String>,
}

#[derive(Clone, Debug)]
pub struct Column<'a> {
    pub field: Field<'a>,
    /// `None` where the values cannot be read.
    pub values: Option<Chunked<'a>>,
}

/// What a file begins with, and ends with.
const MAGIC: &[u8] = b"ARROW1";

/// The table in the bytes of a stream or a file, which an object stands for that was made
/// of them: `pyarrow.ipc.open_stream(bytes)`.
pub fn opened(pickle: &Pickle, id: NodeId) -> Option<Stream<'_>> {
    let object = pickle.as_object(id)?;
    let function = object.class()?;
    let &[bytes] = object.args() else { return None };
    match (function.module(), function.name()) {
        ("pyarrow.ipc", "open_stream" | "open_file") => read(pickle.as_bytes(bytes)?),
        _ => None,
    }
}

/// The columns in the bytes of a stream, or of a file.
pub fn read(bytes: &[u8]) -> Option<Stream<'_>> {
    match bytes.strip_suffix(MAGIC) {
        Some(inside) if bytes.starts_with(MAGIC) => of_file(bytes, inside),
        _ => of_stream(bytes),
    }
}

/// One message after the other.
fn of_stream(bytes: &[u8]) -> Option<Stream<'_>> {
    let mut rest = bytes;
    let mut reader: Option<Reader<'_>> = None;
    while let Some((length, behind)) = head(rest) {
        // A head of no length ends the stream.
        if length == 0 {
            break;
        }
        let Some((message, behind)) = message(length, behind) else {
            reader.as_mut()?.is_cut = true;
            break;
        };
        rest = behind;
        match &mut reader {
            Some(reader) => reader.message(message)?,
            None if message.kind == SCHEMA => {
                reader = Some(Reader::new(message.inside, bytes.len())?);
            }
            None => return None,
        }
    }
    Some(reader?.stream())
}

/// The messages that the end of a file tells of: first all dictionaries, then the batches.
fn of_file<'a>(bytes: &'a [u8], inside: &'a [u8]) -> Option<Stream<'a>> {
    let (rest, length) = inside.split_last_chunk::<4>()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    let footer = Flat(rest.get(rest.len().checked_sub(length)?..)?).root()?;
    let mut reader = Reader::new(footer.table(1)?, bytes.len())?;
    // No two of them are the same bytes: together they are not longer than the file.
    let mut left = bytes.len();
    let blocks = |number| footer.structs::<24>(number).unwrap_or(&[]).iter();
    for block in blocks(2).chain(blocks(3)) {
        let found = block.first_chunk().and_then(|start| {
            let start = usize::try_from(i64::from_le_bytes(*start)).ok()?;
            let (length, behind) = head(bytes.get(start..)?)?;
            let (message, _) = message(length, behind)?;
            left = left.checked_sub(length)?.checked_sub(message.body.len())?;
            Some(message)
        });
        let Some(message) = found else {
            reader.is_cut = true;
            break;
        };
        reader.message(message)?;
    }
    Some(reader.stream())
}

/// The length of a message's head, and what is behind that.
fn head(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (mark, rest) = bytes.split_first_chunk::<4>()?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    (*mark == [0xff; 4]).then_some((length, rest))
}

/// Kinds of messages.
const SCHEMA: u8 = 1;
const DICTIONARY: u8 = 2;
const BATCH: u8 = 3;

struct Message<'a> {
    kind: u8,
    inside: Table<'a>,
    body: &'a [u8],
}

/// The message whose head is so long, and what is behind it.
fn message(length: usize, bytes: &[u8]) -> Option<(Message<'_>, &[u8])> {
    let (head, body) = bytes.split_at_checked(length)?;
    let message = Flat(head).root()?;
    let length = usize::try_from(message.i64(3).unwrap_or(0)).ok()?;
    let (body, rest) = body.split_at_checked(length)?;
    let message = Message {
        kind: message.byte(1)?,
        inside: message.table(2)?,
        body,
    };
    Some((message, rest))
}

/// What was read so far.
struct Reader<'a> {
    columns: Vec<Reading<'a>>,
    /// Columns from this one on cannot be found in their batches.
    found: usize,
    /// The fields of dictionaries by their numbers, and the words that they have now.
    fields: SortedMap<i64, Field<'a>>,
    words: Words<'a>,
    rows: usize,
    is_little: bool,
    is_cut: bool,
    /// By what.
    packed: Option<&'static str>,
}

struct Reading<'a> {
    field: Field<'a>,
    chunks: Vec<Chunk<'a>>,
    is_lost: bool,
}

impl<'a> Reader<'a> {
    /// `None` where it is no schema; it stands in so many bytes.
    fn new(schema: Table<'a>, bytes: usize) -> Option<Self> {
        let (fields, is_little) = schema::schema(schema, bytes)?;
        let mut known = Vec::new();
        fields
            .iter()
            .for_each(|field| with_words(field, &mut known));
        let column = |field| Reading {
            field,
            chunks: Vec::new(),
            is_lost: false,
        };
        let columns: Vec<Reading<'_>> = fields.into_iter().map(column).collect();
        Some(Self {
            found: if is_little { columns.len() } else { 0 },
            columns,
            fields: known.into_iter().collect(),
            words: SortedMap::default(),
            rows: 0,
            is_little,
            is_cut: false,
            packed: None,
        })
    }

    /// What has no rows is passed by. `None` where the number of rows is none.
    fn message(&mut self, message: Message<'a>) -> Option<()> {
        match message.kind {
            DICTIONARY => self.dictionary(message),
            BATCH => self.batch(message)?,
            _ => {}
        }
        Some(())
    }

    /// Words, which take the place of those that were there or stand behind them.
    fn dictionary(&mut self, message: Message<'a>) {
        let id = message.inside.i64(0).unwrap_or(0);
        let is_more = message.inside.byte(2) == Some(1);
        let known = self.words.remove(&id).filter(|_| is_more);
        let (Some(field), Some(batch)) = (self.fields.get(&id), message.inside.table(1)) else {
            return;
        };
        if let Some(packed) = packed(batch) {
            self.packed = Some(packed);
            return;
        }
        // Words that are in dictionaries themselves are not read: they would lead into one
        // another without end.
        let none = Words::default();
        let chunk = Batch::new(batch, message.body, &none).words(field);
        let words = chunk.and_then(|chunk| match known {
            Some(known) => known.with(chunk),
            None => Chunked::of(chunk.kind.clone(), vec![chunk]),
        });
        if let Some(words) = words {
            self.words.insert(id, Rc::new(words));
        }
    }

    fn batch(&mut self, message: Message<'a>) -> Option<()> {
        let rows = usize::try_from(message.inside.i64(0).unwrap_or(0)).ok()?;
        self.rows = self.rows.checked_add(rows)?;
        if let Some(packed) = packed(message.inside) {
            self.packed = Some(packed);
            self.found = 0;
        }
        let mut batch = Batch::new(message.inside, message.body, &self.words);
        for at in 0..self.found {
            let Some(column) = self.columns.get_mut(at) else {
                break;
            };
            match batch.column(&column.field, rows) {
                Some(Some(chunk)) => column.chunks.push(chunk),
                Some(None) => column.is_lost = true,
                None => {
                    self.found = at;
                    break;
                }
            }
        }
        Some(())
    }

    fn stream(self) -> Stream<'a> {
        let mut problems = Vec::new();
        let mut lost = Vec::new();
        if !self.is_little {
            let told =
                "The numbers are written with their highest byte first, which is not read here.";
            problems.push(told.to_owned());
        }
        if let Some(packed) = self.packed {
            problems.push(format!(
                "Values are compressed by {packed}, which is not read here."
            ));
        }
        let mut columns = Vec::new();
        for (at, column) in self.columns.into_iter().enumerate() {
            let kind = column.field.kind.clone();
            let values = kind.filter(|_| at < self.found && !column.is_lost);
            let values = values.and_then(|kind| Chunked::of(kind, column.chunks));
            if values.is_none() {
                lost.push(column.field.name);
            }
            columns.push(Column {
                field: column.field,
                values,
            });
        }
        if !lost.is_empty() {
            problems.push(told_of(&lost));
        }
        if self.is_cut {
            problems.push("The bytes end in the middle: there may have been more rows.".to_owned());
        }
        Stream {
            columns,
            rows: self.rows,
            problems,
        }
    }
}

/// By what the buffers of a batch are compressed, if they are.
fn packed(batch: Table<'_>) -> Option<&'static str> {
    Some(match batch.table(3)?.byte(0).unwrap_or(0) {
        0 => "LZ4",
        1 => "Zstandard",
        _ => "something unknown",
    })
}

/// The columns that cannot be read, some of them by their names.
fn told_of(lost: &[&str]) -> String {
    const NAMED: usize = 5;
    const LETTERS: usize = 40;
    let names = lost.iter().take(NAMED).map(|name| {
        let name: String = name.chars().take(LETTERS).collect();
        format!("“{name}”")
    });
    let names: Vec<String> = names.collect();
    let more = if lost.len() > NAMED { ", …" } else { "" };
    format!(
        "{} cannot be read: {}{more}.",
        counted(lost.len() as u64, "column", "columns"),
        names.join(", ")
    )
}

/// The fields whose words stand in a dictionary, this one and those in it.
fn with_words<'a>(field: &Field<'a>, known: &mut Vec<(i64, Field<'a>)>) {
    known.extend(field.dictionary.map(|id| (id, field.clone())));
    let children = field.children.iter();
    children.for_each(|child| with_words(child, known));
}
