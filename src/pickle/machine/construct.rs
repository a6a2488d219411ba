//! Calls that stand for plain values.
//!
//! Older protocols write `set([1, 2])`, `bytearray(b"…")` or
//! `_codecs.encode("…", "latin1")` where later ones have an opcode, and write NEWOBJ
//! itself as a call of `copyreg`. Such calls become what the opcode would have made;
//! they only move values about, as opcodes do. With any other arguments they stay
//! calls.

use super::{Fault, Machine};
use crate::pickle::names::Role;
use crate::pickle::node::{Made, Node, NodeId, Rest, Span, Stretch};

impl Machine {
    /// Carries out the constructors of plain values; `None` for everything else, and
    /// for arguments that such a constructor is not written with.
    pub(super) fn construct(
        &mut self,
        callable: NodeId,
        args: Span,
    ) -> Result<Option<NodeId>, Fault> {
        let role = self.role_of(callable);
        if role == Role::Unknown {
            return self.partial_of_new(callable, args);
        }
        let (len, first, second, third) = {
            let args = self.arena.ids(args);
            let at = |index: usize| args.get(index).copied().unwrap_or(NodeId::MISSING);
            (args.len(), at(0), at(1), at(2))
        };
        let node = match (role, len) {
            (Role::Set | Role::FrozenSet | Role::List | Role::Tuple, 0 | 1) => {
                let items = match self.arena.node(first) {
                    Node::List(span)
                    | Node::Tuple(span)
                    | Node::Set(span)
                    | Node::FrozenSet(span) => {
                        self.charge(span.len)?;
                        self.arena.copy(span)
                    }
                    Node::Missing => Span::EMPTY,
                    _ => return Ok(None),
                };
                match role {
                    Role::Set => Node::Set(items),
                    Role::FrozenSet => Node::FrozenSet(items),
                    Role::List => Node::List(items),
                    _ if items.len == 0 => return Ok(Some(NodeId::EMPTY_TUPLE)),
                    _ => Node::Tuple(items),
                }
            }
            (Role::Dict, 0) => Node::Dict(Span::EMPTY),
            (Role::Dict, 1) => match self.arena.node(first) {
                Node::Dict(span) => {
                    self.charge(span.len)?;
                    Node::Dict(self.arena.copy(span))
                }
                _ => return Ok(None),
            },
            (Role::Bytes, 0) => Node::Bytes(Stretch::default()),
            (Role::Bytes, 1) => match self.arena.node(first) {
                Node::Bytes(bytes) => Node::Bytes(bytes),
                _ => return Ok(None),
            },
            (Role::ByteArray, 0) => Node::ByteArray(Stretch::default()),
            (Role::ByteArray, 1) => match self.arena.node(first) {
                Node::Bytes(bytes) => Node::ByteArray(bytes),
                _ => return Ok(None),
            },
            // Protocols 0 to 2: `bytearray(text, "latin-1")`.
            (Role::ByteArray, 2) => match self.latin1(first, second)? {
                Some(bytes) => Node::ByteArray(bytes),
                None => return Ok(None),
            },
            // Protocols 0 to 2: `_codecs.encode(text, "latin1")` is how bytes are written.
            (Role::Encode, 2) => match self.latin1(first, second)? {
                Some(bytes) => Node::Bytes(bytes),
                None => return Ok(None),
            },
            (Role::Reconstructor, 3) => {
                return Ok(self.reconstruct(first, second, third));
            }
            (Role::OrderedDict, 1) => return self.ordered_pairs(callable, first),
            (Role::NewObject, 1..) if self.must_be_callable(first).is_ok() => {
                let rest = Span {
                    start: args.start + 1,
                    len: args.len - 1,
                    cap: 0,
                };
                let args = self.rest_of(rest);
                self.object(Made::New, first, args, NodeId::MISSING);
                return Ok(self.stack.pop());
            }
            (Role::NewObjectEx, 3)
                if self.must_be_callable(first).is_ok()
                    && matches!(self.arena.node(second), Node::Tuple(_))
                    && matches!(self.arena.node(third), Node::Dict(_)) =>
            {
                let third = self.copy_of_dict(third)?;
                self.object(Made::NewWithKeywords, first, second, third);
                return Ok(self.stack.pop());
            }
            _ => return Ok(None),
        };
        Ok(Some(self.arena.push(node)))
    }

    /// Python 2 writes `OrderedDict([[key, value], …])`; Python 3 sets the entries later.
    fn ordered_pairs(&mut self, class: NodeId, list: NodeId) -> Result<Option<NodeId>, Fault> {
        let Node::List(list) = self.arena.node(list) else {
            return Ok(None);
        };
        self.charge(list.len.saturating_mul(2))?;
        let pair = |&id: &NodeId| match self.arena.node(id) {
            Node::List(pair) | Node::Tuple(pair) => self
                .arena
                .ids(pair)
                .first_chunk::<2>()
                .copied()
                .filter(|_| pair.len == 2),
            _ => None,
        };
        let pairs: Option<Vec<[NodeId; 2]>> = self.arena.ids(list).iter().map(pair).collect();
        let Some(pairs) = pairs else { return Ok(None) };
        self.object(Made::Called, class, NodeId::EMPTY_TUPLE, NodeId::MISSING);
        let object = self.stack.pop();
        if let Some(object) = object {
            self.arena.change_extra(object, |arena, extra| {
                extra.entries = arena.store(pairs.as_flattened());
            });
        }
        Ok(object)
    }

    /// A tuple node for a part of another tuple. The cost is bounded by the pickle:
    /// each call stands for one opcode, and is charged.
    fn rest_of(&mut self, span: Span) -> NodeId {
        if span.len == 0 {
            return NodeId::EMPTY_TUPLE;
        }
        // Tuples do not change, so the part may share the whole's place.
        self.arena.push(Node::Tuple(Span {
            cap: span.len,
            ..span
        }))
    }

    /// The bytes of `text` in Latin-1, if `encoding` says that it is that.
    fn latin1(&mut self, text: NodeId, encoding: NodeId) -> Result<Option<Stretch>, Fault> {
        let (Node::Text(text, _), Node::Text(encoding, _)) =
            (self.arena.node(text), self.arena.node(encoding))
        else {
            return Ok(None);
        };
        if !matches!(
            self.arena.bytes_at(encoding),
            b"latin1" | b"latin-1" | b"iso-8859-1" | b"iso8859-1"
        ) {
            return Ok(None);
        }
        // Each call looks through the whole text, and a text may stand in many calls.
        self.charge_steps(u64::from(text.len) / 16);
        if self.arena.bytes_at(text).is_ascii() {
            return Ok(Some(text));
        }
        self.charge_steps(u64::from(text.len) / 4);
        let utf8 = self.arena.bytes_at(text);
        let Ok(chars) = std::str::from_utf8(utf8) else {
            return Ok(None);
        };
        let bytes: Option<Vec<u8>> = chars
            .chars()
            .map(|char| u8::try_from(u32::from(char)).ok())
            .collect();
        match bytes {
            Some(bytes) => self.keep(&bytes).map(Some),
            None => Ok(None),
        }
    }

    /// `copyreg._reconstructor(class, base, state)`: an instance of `class`; for a
    /// class that derives from a plain type, `state` is the plain value.
    fn reconstruct(&mut self, class: NodeId, base: NodeId, state: NodeId) -> Option<NodeId> {
        self.must_be_callable(class).ok()?;
        let is_object = match self.arena.node(base) {
            Node::Global(number) => {
                let name = self.arena.names.get(number as usize)?;
                &*name.module == "builtins" && &*name.name == "object"
            }
            _ => false,
        };
        let args = if is_object {
            NodeId::EMPTY_TUPLE
        } else {
            let span = self.arena.store(&[state]);
            self.arena.push(Node::Tuple(span))
        };
        self.object(Made::New, class, args, NodeId::MISSING);
        self.stack.pop()
    }

    /// Protocols 2 and 3 write NEWOBJ_EX as a call of
    /// `functools.partial(cls.__new__, cls, *args, **kwargs)`.
    fn partial_of_new(&mut self, callable: NodeId, args: Span) -> Result<Option<NodeId>, Fault> {
        if args.len != 0 {
            return Ok(None);
        }
        let Some((args, kwargs)) = self.parts_of_partial(callable) else {
            return Ok(None);
        };
        let Some(&class) = self.arena.ids(args).first() else {
            return Ok(None);
        };
        self.must_be_callable(class)?;
        let args = self.rest_of(Span {
            start: args.start + 1,
            len: args.len - 1,
            cap: 0,
        });
        let kwargs = self.copy_of_dict(kwargs)?;
        self.object(Made::NewWithKeywords, class, args, kwargs);
        Ok(self.stack.pop())
    }

    /// The arguments and keywords of a `functools.partial` of some `__new__`.
    fn parts_of_partial(&self, partial: NodeId) -> Option<(Span, NodeId)> {
        let Node::Object {
            rest_is: Rest::State,
            callable,
            rest,
            ..
        } = self.arena.node(partial)
        else {
            return None;
        };
        if self.role_of(callable) != Role::Partial {
            return None;
        }
        let Node::Tuple(state) = self.arena.node(NodeId::from_bits(rest)) else {
            return None;
        };
        let &[function, args, kwargs, _dict] = self.arena.ids(state) else {
            return None;
        };
        let Node::Object {
            callable: getattr,
            args: of,
            ..
        } = self.arena.node(function)
        else {
            return None;
        };
        let (Role::GetAttr, Node::Tuple(of)) = (self.role_of(getattr), self.arena.node(of)) else {
            return None;
        };
        let &[_class, attribute] = self.arena.ids(of) else {
            return None;
        };
        let (Node::Text(attribute, _), Node::Tuple(args), Node::Dict(_)) = (
            self.arena.node(attribute),
            self.arena.node(args),
            self.arena.node(kwargs),
        ) else {
            return None;
        };
        (self.arena.bytes_at(attribute) == b"__new__").then_some((args, kwargs))
    }
}
