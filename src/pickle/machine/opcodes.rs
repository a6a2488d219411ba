//! The loop over opcodes, and those opcodes that only move values about.
//!
//! Each arm does what the function of the same name in CPython's `Modules/_pickle.c`
//! does (`load_binint1` for BININT1 and so on); errors of the stack's shape end
//! decoding as they do there.

use super::numbers::{self, ReadInt};
use super::{Fault, Machine, unescape};
use crate::pickle::node::{Made, Node, NodeId, Rest, Stretch, TextKind};
use crate::pickle::opcode as op;
use crate::pickle::problem::What;
use crate::pickle::text;

impl Machine {
    /// Carries out opcodes until the budget is used up (`false`) or STOP (`true`).
    pub(super) fn run(&mut self) -> Result<bool, Fault> {
        while self.budget > 0 {
            self.budget -= 1;
            self.at = self.pos;
            let Some(&byte) = self.arena.bytes.get(self.pos) else {
                return Err(Box::new(What::NoStop));
            };
            self.pos += 1;
            match byte {
                // The most frequent ones first.
                op::MEMOIZE => {
                    let top = self.top()?;
                    self.memo.push(top);
                }
                op::BINGET => {
                    let number = self.u8()?;
                    self.get(u64::from(number))?;
                }
                op::LONG_BINGET => {
                    let number = self.u32()?;
                    self.get(u64::from(number))?;
                }
                op::BININT1 => {
                    let value = self.u8()?;
                    self.push_int(i64::from(value));
                }
                op::BININT2 => {
                    let value = self.u16()?;
                    self.push_int(i64::from(value));
                }
                op::BININT => {
                    let value = i32::from_le_bytes(self.array()?);
                    self.push_int(i64::from(value));
                }
                op::BINFLOAT => {
                    let value = f64::from_be_bytes(self.array()?);
                    self.push_node(Node::Float(value));
                }
                op::SHORT_BINUNICODE => {
                    let len = self.u8()?;
                    self.text(u64::from(len))?;
                }
                op::BINUNICODE => {
                    let len = self.u32()?;
                    self.text(u64::from(len))?;
                }
                op::MARK => self.mark(),
                op::NONE => self.stack.push(NodeId::NONE),
                op::NEWTRUE => self.stack.push(NodeId::TRUE),
                op::NEWFALSE => self.stack.push(NodeId::FALSE),
                op::EMPTY_TUPLE => self.stack.push(NodeId::EMPTY_TUPLE),
                op::EMPTY_DICT => self.push_node(Node::Dict(Default::default())),
                op::EMPTY_LIST => self.push_node(Node::List(Default::default())),
                op::EMPTY_SET => self.push_node(Node::Set(Default::default())),
                op::TUPLE1 => self.tuple(1)?,
                op::TUPLE2 => self.tuple(2)?,
                op::TUPLE3 => self.tuple(3)?,
                op::TUPLE => {
                    let mark = self.pop_mark()?;
                    self.tuple(self.stack.len() - mark)?;
                }
                op::SETITEMS => {
                    let mark = self.pop_mark()?;
                    self.set_items(mark)?;
                }
                op::SETITEM => {
                    let from = self.stack.len().checked_sub(2).ok_or(What::StackEmpty)?;
                    self.set_items(from)?;
                }
                op::APPENDS => {
                    let mark = self.pop_mark()?;
                    self.append(mark)?;
                }
                op::APPEND => {
                    let from = self.stack.len().checked_sub(1).ok_or(What::StackEmpty)?;
                    self.append(from)?;
                }
                op::ADDITEMS => {
                    let mark = self.pop_mark()?;
                    self.add_items(mark)?;
                }
                op::NEWOBJ => self.new_object()?,
                op::NEWOBJ_EX => self.new_object_ex()?,
                op::BUILD => self.build()?,
                op::REDUCE => self.reduce()?,
                op::STACK_GLOBAL => self.stack_global()?,
                op::GLOBAL => self.global()?,
                op::STOP => {
                    self.root = Some(self.pop()?);
                    let left = self.stack.len() as u64;
                    if left > 0 {
                        self.problem(What::LeftOnStack(left));
                    }
                    return Ok(true);
                }
                op::PROTO => {
                    self.protocol = self.u8()?;
                    if self.protocol > 5 {
                        self.problem(What::NewerProtocol(self.protocol));
                    }
                }
                op::FRAME => {
                    let wanted = self.u64()?;
                    let left = (self.arena.bytes.len() - self.pos) as u64;
                    if wanted > left {
                        self.problem(What::FrameTooLong { wanted, left });
                    }
                }

                op::BINPUT => {
                    let (number, top) = (self.u8()?, self.top()?);
                    self.memo.put(u64::from(number), top);
                }
                op::LONG_BINPUT => {
                    let (number, top) = (self.u32()?, self.top()?);
                    self.memo.put(u64::from(number), top);
                }
                op::PUT => {
                    let (number, top) = (self.line_index()?, self.top()?);
                    self.memo.put(number, top);
                }
                op::GET => {
                    let number = self.line_index()?;
                    self.get(number)?;
                }

                op::LONG1 => {
                    let len = self.u8()?;
                    self.long(u64::from(len))?;
                }
                op::LONG4 => {
                    let len = i32::from_le_bytes(self.array()?);
                    let len = u64::try_from(len)
                        .map_err(|_negative| What::NegativeLength(i64::from(len)))?;
                    self.long(len)?;
                }
                op::SHORT_BINBYTES => {
                    let len = self.u8()?;
                    self.bytes(u64::from(len))?;
                }
                op::BINBYTES => {
                    let len = self.u32()?;
                    self.bytes(u64::from(len))?;
                }
                op::BINBYTES8 => {
                    let len = self.u64()?;
                    self.bytes(len)?;
                }
                op::BYTEARRAY8 => {
                    let len = self.u64()?;
                    let stretch = self.take(len)?;
                    self.push_node(Node::ByteArray(stretch));
                }
                op::BINUNICODE8 => {
                    let len = self.u64()?;
                    self.text(len)?;
                }
                op::SHORT_BINSTRING => {
                    let len = self.u8()?;
                    let stretch = self.take(u64::from(len))?;
                    self.python2_string(stretch);
                }
                op::BINSTRING => {
                    let len = i32::from_le_bytes(self.array()?);
                    let len = u64::try_from(len)
                        .map_err(|_negative| What::NegativeLength(i64::from(len)))?;
                    let stretch = self.take(len)?;
                    self.python2_string(stretch);
                }
                op::STRING => self.string()?,
                op::UNICODE => self.unicode()?,
                op::INT => self.int()?,
                op::LONG => self.long_text()?,
                op::FLOAT => {
                    let line = self.line()?;
                    let text = self.arena.bytes_at(line);
                    let value = numbers::float(text).ok_or_else(|| bad_number(text))?;
                    self.push_node(Node::Float(value));
                }

                op::POP => self.pop_one()?,
                op::POP_MARK => {
                    let mark = self.pop_mark()?;
                    self.stack.truncate(mark);
                }
                op::DUP => {
                    let top = self.top()?;
                    self.stack.push(top);
                }
                op::LIST => {
                    let mark = self.pop_mark()?;
                    let span = self.arena.store(self.stack.get(mark..).unwrap_or(&[]));
                    self.stack.truncate(mark);
                    self.push_node(Node::List(span));
                }
                op::DICT => {
                    let mark = self.pop_mark()?;
                    if !self.above(mark).len().is_multiple_of(2) {
                        return Err(self.odd_items(mark));
                    }
                    let span = self.arena.store(self.stack.get(mark..).unwrap_or(&[]));
                    self.stack.truncate(mark);
                    self.push_node(Node::Dict(span));
                }
                op::FROZENSET => {
                    let mark = self.pop_mark()?;
                    let span = self.arena.store(self.stack.get(mark..).unwrap_or(&[]));
                    self.stack.truncate(mark);
                    self.push_node(Node::FrozenSet(span));
                }
                op::INST => self.inst()?,
                op::OBJ => self.obj()?,
                op::PERSID => {
                    let line = self.line()?;
                    let kind = text::kind(self.arena.bytes_at(line));
                    let id = self.arena.push(Node::Text(line, kind));
                    self.outside(Made::PersistentId, id, What::PersistentId);
                }
                op::BINPERSID => {
                    let id = self.pop()?;
                    self.outside(Made::PersistentId, id, What::PersistentId);
                }
                op::EXT1 => {
                    let code = self.u8()?;
                    self.extension(i64::from(code))?;
                }
                op::EXT2 => {
                    let code = self.u16()?;
                    self.extension(i64::from(code))?;
                }
                op::EXT4 => {
                    let code = i32::from_le_bytes(self.array()?);
                    self.extension(i64::from(code))?;
                }
                op::NEXT_BUFFER => {
                    self.problem(What::OutOfBand);
                    let index = self.buffers;
                    self.buffers = self.buffers.saturating_add(1);
                    self.push_node(Node::Buffer {
                        index,
                        readonly: false,
                    });
                }
                op::READONLY_BUFFER => self.readonly_buffer()?,
                unknown => return Err(Box::new(What::UnknownOpcode(unknown))),
            }
        }
        Ok(false)
    }

    #[inline]
    fn get(&mut self, number: u64) -> Result<(), Fault> {
        let id = self.memo.get(number).ok_or(What::MemoMissing(number))?;
        self.stack.push(id);
        Ok(())
    }

    fn line_index(&mut self) -> Result<u64, Fault> {
        let line = self.line()?;
        let text = self.arena.bytes_at(line);
        Ok(numbers::index(text).ok_or_else(|| bad_number(text))?)
    }

    #[inline]
    fn text(&mut self, len: u64) -> Result<(), Fault> {
        let stretch = self.take(len)?;
        let kind = text::kind(self.arena.bytes_at(stretch));
        if kind == TextKind::Invalid {
            self.problem(What::NotUtf8);
        }
        self.push_node(Node::Text(stretch, kind));
        Ok(())
    }

    fn bytes(&mut self, len: u64) -> Result<(), Fault> {
        let stretch = self.take(len)?;
        self.push_node(Node::Bytes(stretch));
        Ok(())
    }

    /// A Python 2 `str`, which Python 3 reads as ASCII unless it is told otherwise.
    fn python2_string(&mut self, stretch: Stretch) {
        if self.arena.bytes_at(stretch).is_ascii() {
            self.push_node(Node::Text(stretch, TextKind::Ascii));
        } else {
            self.problem(What::NotAscii);
            self.push_node(Node::Bytes(stretch));
        }
    }

    fn string(&mut self) -> Result<(), Fault> {
        let line = self.line()?;
        let (before, inside) =
            unescape::unquoted(self.arena.bytes_at(line)).ok_or(What::BadText)?;
        let stretch = if inside.contains(&b'\\') {
            let plain = unescape::string(inside).ok_or(What::BadText)?;
            self.keep(&plain)?
        } else {
            // Both come from the line, so both have 32 bits.
            Stretch {
                at: line.at + before as u32,
                len: inside.len() as u32,
            }
        };
        self.python2_string(stretch);
        Ok(())
    }

    fn unicode(&mut self) -> Result<(), Fault> {
        let line = self.line()?;
        let escaped = self.arena.bytes_at(line);
        let stretch = if escaped.is_ascii() && !escaped.contains(&b'\\') {
            line
        } else {
            let plain = unescape::unicode(escaped).ok_or(What::BadText)?;
            self.keep(&plain)?
        };
        let kind = text::kind(self.arena.bytes_at(stretch));
        self.push_node(Node::Text(stretch, kind));
        Ok(())
    }

    /// Keeps bytes beside the pickle, if memory allows.
    pub(super) fn keep(&mut self, bytes: &[u8]) -> Result<Stretch, Fault> {
        self.charge_bytes(bytes.len() as u64)?;
        if !self.arena.side_has_room(bytes.len()) {
            let limit = crate::pickle::problem::Limit::Size;
            return Err(Box::new(What::LimitReached(limit, u64::from(u32::MAX))));
        }
        Ok(self.arena.keep(bytes))
    }

    fn int(&mut self) -> Result<(), Fault> {
        let line = self.line()?;
        let text = self.arena.bytes_at(line);
        // What protocols 0 and 1 write for booleans.
        match numbers::boolean(text) {
            Some(false) => self.stack.push(NodeId::FALSE),
            Some(true) => self.stack.push(NodeId::TRUE),
            None => {
                let read = numbers::int(text, true).ok_or_else(|| bad_number(text))?;
                self.push_read(line, read)?;
            }
        }
        Ok(())
    }

    fn long_text(&mut self) -> Result<(), Fault> {
        let line = self.line()?;
        let text = self.arena.bytes_at(line);
        let digits = text.strip_suffix(b"L").unwrap_or(text);
        let read = numbers::int(digits, false).ok_or_else(|| bad_number(text))?;
        self.push_read(line, read)
    }

    fn push_read(&mut self, line: Stretch, read: ReadInt) -> Result<(), Fault> {
        let node = match read {
            ReadInt::Small(value) => {
                self.push_int(value);
                return Ok(());
            }
            ReadInt::Verbatim { from, to } => Node::Digits(Stretch {
                at: line.at + from as u32,
                len: (to - from) as u32,
            }),
            ReadInt::Decimal(digits) => Node::Digits(self.keep(digits.as_bytes())?),
            ReadInt::Bytes(bytes) => Node::Long(self.keep(&bytes)?),
        };
        self.push_node(node);
        Ok(())
    }

    fn long(&mut self, len: u64) -> Result<(), Fault> {
        let stretch = self.take(len)?;
        let bytes = self.arena.bytes_at(stretch);
        let needed = numbers::needed(bytes);
        match bytes.get(..needed).and_then(numbers::from_bytes) {
            Some(value) => self.push_int(value),
            None => self.push_node(Node::Long(Stretch {
                len: needed as u32,
                ..stretch
            })),
        }
        Ok(())
    }

    #[inline]
    fn tuple(&mut self, len: usize) -> Result<(), Fault> {
        if len == 0 {
            self.stack.push(NodeId::EMPTY_TUPLE);
            return Ok(());
        }
        let from = self
            .stack
            .len()
            .checked_sub(len)
            .filter(|&from| from >= self.fence);
        let from = from.ok_or(What::StackEmpty)?;
        let span = self.arena.store(self.stack.get(from..).unwrap_or(&[]));
        self.stack.truncate(from);
        self.push_node(Node::Tuple(span));
        Ok(())
    }

    fn extension(&mut self, code: i64) -> Result<(), Fault> {
        if code <= 0 {
            return Err(Box::new(What::BadExtension(code)));
        }
        let id = self.arena.push_int(code);
        self.outside(Made::Extension, id, What::Extension(code));
        Ok(())
    }

    /// A value that is not in the pickle. It can still be given items and a state.
    fn outside(&mut self, made: Made, id: NodeId, what: What) {
        self.problem(what);
        self.push_node(Node::Object {
            made,
            rest_is: Rest::Nothing,
            callable: id,
            args: NodeId::EMPTY_TUPLE,
            rest: 0,
        });
    }

    fn readonly_buffer(&mut self) -> Result<(), Fault> {
        let top = self.pop()?;
        match self.arena.node(top) {
            Node::Buffer { index, .. } => self.push_node(Node::Buffer {
                index,
                readonly: true,
            }),
            // A read-only view of these shows the same bytes.
            Node::Bytes(_) | Node::ByteArray(_) | Node::Object { .. } => self.stack.push(top),
            _ => {
                self.wrong_target("a buffer", top);
                self.stack.push(top);
            }
        }
        Ok(())
    }
}

/// The problem with a number's text, of which enough is kept to recognise it.
fn bad_number(text: &[u8]) -> What {
    let head = text.get(..text.len().min(40)).unwrap_or(text);
    What::BadNumber(String::from_utf8_lossy(head).into_owned())
}
