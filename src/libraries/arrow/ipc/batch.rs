//! The arrays of one batch: which of its buffers belong to which column.
//!
//! A batch lists, field by field and parts behind their whole, how many elements there are
//! and where each buffer lies. What buffers a field has hangs on its type alone.

use super::flat::Table;
use super::schema::Field;
use crate::libraries::arrow::chunk::{Chunk, Chunked};
use crate::libraries::arrow::kind::Kind;
use crate::sorting::SortedMap;
use std::rc::Rc;

/// The words of dictionaries, by their number.
pub(super) type Words<'a> = SortedMap<i64, Rc<Chunked<'a>>>;

/// A batch of which the first so many fields were read.
pub(super) struct Batch<'a, 'w> {
    /// 16 bytes each: numbers of elements and of nulls, places and lengths of buffers.
    nodes: &'a [[u8; 16]],
    buffers: &'a [[u8; 16]],
    /// How many buffers of data each column of views has.
    views: &'a [[u8; 8]],
    body: &'a [u8],
    words: &'w Words<'a>,
    /// Everything that the field says was there.
    sound: bool,
}

impl<'a, 'w> Batch<'a, 'w> {
    pub fn new(batch: Table<'a>, body: &'a [u8], words: &'w Words<'a>) -> Self {
        let pairs = |number| batch.structs::<16>(number).unwrap_or(&[]);
        Self {
            nodes: pairs(1),
            buffers: pairs(2),
            views: batch.structs::<8>(4).unwrap_or(&[]),
            body,
            words,
            sound: true,
        }
    }

    /// The next column. `None` where nobody knows which buffers are those of the columns
    /// behind it; inside, where it alone cannot be read.
    pub fn column(&mut self, field: &Field<'a>, rows: usize) -> Option<Option<Chunk<'a>>> {
        self.sound = true;
        let chunk = self.chunk(field, field.kind.clone()?)?;
        Some((self.sound && chunk.len == rows).then_some(chunk))
    }

    /// The words of the dictionary of a field.
    pub fn words(&mut self, field: &Field<'a>) -> Option<Chunk<'a>> {
        self.sound = true;
        let chunk = self.chunk(field, field.of_words()?)?;
        self.sound.then_some(chunk)
    }

    /// A field that is of this type; of one with words its numbers.
    fn chunk(&mut self, field: &Field<'a>, kind: Rc<Kind>) -> Option<Chunk<'a>> {
        let len = self.node()?;
        let mut chunk = Chunk {
            len,
            offset: 0,
            valid: None,
            buffers: Vec::new(),
            children: Vec::new(),
            words: None,
            kind,
        };
        if *chunk.kind != Kind::Null {
            let valid = self.buffer()?;
            chunk.valid = (!valid.is_empty()).then_some(valid);
        }
        let buffers = match &*chunk.kind {
            Kind::Null | Kind::Struct(_) | Kind::FixedList(..) => 0,
            Kind::Text | Kind::LargeText | Kind::Bytes | Kind::LargeBytes => 2,
            Kind::TextView | Kind::BytesView => {
                let (count, rest) = self.views.split_first()?;
                self.views = rest;
                usize::try_from(i64::from_le_bytes(*count))
                    .ok()?
                    .checked_add(1)?
            }
            _ => 1,
        };
        if buffers > self.buffers.len() {
            return None;
        }
        for _ in 0..buffers {
            let buffer = self.buffer()?;
            chunk.buffers.push(buffer);
        }
        match &*chunk.kind {
            Kind::Dictionary(..) => {
                let id = field.dictionary?;
                chunk.words = self.words.get(&id).cloned();
            }
            Kind::Struct(_)
            | Kind::List(_)
            | Kind::LargeList(_)
            | Kind::FixedList(..)
            | Kind::Map(..) => {
                for child in &field.children {
                    let kind = child.kind.clone()?;
                    let child = self.chunk(child, kind)?;
                    chunk.children.push(child);
                }
            }
            _ => {}
        }
        self.sound &= chunk.has_room();
        Some(chunk)
    }

    fn node(&mut self) -> Option<usize> {
        let (node, rest) = self.nodes.split_first()?;
        self.nodes = rest;
        usize::try_from(i64::from_le_bytes(*node.first_chunk()?)).ok()
    }

    /// What lies outside of the body is no buffer.
    fn buffer(&mut self) -> Option<&'a [u8]> {
        let (buffer, rest) = self.buffers.split_first()?;
        self.buffers = rest;
        let place = |bytes: Option<&[u8; 8]>| usize::try_from(i64::from_le_bytes(*bytes?)).ok();
        let found = place(buffer.first_chunk()).zip(place(buffer.last_chunk()));
        let found =
            found.and_then(|(start, length)| self.body.get(start..start.checked_add(length)?));
        self.sound &= found.is_some();
        Some(found.unwrap_or(&[]))
    }
}
