//! What becomes of names, calls and states: GLOBAL, STACK_GLOBAL, REDUCE, NEWOBJ,
//! NEWOBJ_EX, INST, OBJ, BUILD and POP.
//!
//! No call is ever made. A call becomes an object node that holds the callable and
//! the arguments; [`construct`](super::construct) has the few exceptions.

use super::{Fault, Machine};
use crate::counts::count;
use crate::pickle::names::Role;
use crate::pickle::node::{Made, Node, NodeId, Rest, Stretch};
use crate::pickle::problem::What;

/// No module and no class has a name of more bytes.
const LONGEST_NAME: u32 = 1000;

/// An object is given one state, or two; each look at it goes through all of them.
const MOST_STATES: u32 = 64;

impl Machine {
    pub(super) fn global(&mut self) -> Result<(), Fault> {
        let node = self.global_of_two_lines()?;
        self.stack.push(node);
        Ok(())
    }

    fn global_of_two_lines(&mut self) -> Result<NodeId, Fault> {
        let (module, name) = (self.line()?, self.line()?);
        self.name(module, name)
    }

    pub(super) fn stack_global(&mut self) -> Result<(), Fault> {
        let (name, module) = (self.pop()?, self.pop()?);
        let (Node::Text(name_at, _), Node::Text(module_at, _)) =
            (self.arena.node(name), self.arena.node(module))
        else {
            let got = format!("{} and {}", self.type_name(module), self.type_name(name));
            return Err(Box::new(What::Needs {
                what: "a module and a name as text",
                got,
            }));
        };
        let node = self.name(module_at, name_at)?;
        self.stack.push(node);
        Ok(())
    }

    /// The node of a name. Names are kept as copies, and one text may stand for many of
    /// them, so they must be short.
    fn name(&mut self, module: Stretch, name: Stretch) -> Result<NodeId, Fault> {
        let len = module.len.max(name.len);
        if len > LONGEST_NAME {
            return Err(Box::new(What::Needs {
                what: "a module and a name of at most 1,000 bytes",
                got: count(u64::from(len)),
            }));
        }
        self.charge_bytes(0)?;
        let module = String::from_utf8_lossy(self.arena.bytes_at(module)).into_owned();
        let name = String::from_utf8_lossy(self.arena.bytes_at(name)).into_owned();
        let names = &mut self.arena.names;
        let before = names.len();
        let number = self
            .interner
            .number(names, &module, &name, self.protocol, self.at);
        if names.len() > before {
            // Both as they are in the pickle and as they are now, and in the interner.
            self.arena.name_bytes += 4 * (module.len() + name.len()) as u64;
        }
        Ok(self.arena.push(Node::Global(number)))
    }

    pub(super) fn role_of(&self, callable: NodeId) -> Role {
        match self.arena.node(callable) {
            Node::Global(number) => self
                .arena
                .names
                .get(number as usize)
                .map_or(Role::Unknown, |name| name.role),
            _ => Role::Unknown,
        }
    }

    /// Python's name for the type of a node, for messages.
    pub(super) fn type_name(&self, id: NodeId) -> String {
        let name = match self.arena.node(id) {
            Node::None => "NoneType",
            Node::Bool(_) => "bool",
            Node::Missing => "nothing",
            Node::Int(_) | Node::Long(_) | Node::Digits(_) => "int",
            Node::Float(_) => "float",
            Node::Text(..) => "str",
            Node::Bytes(_) => "bytes",
            Node::ByteArray(_) => "bytearray",
            Node::Buffer { .. } => "a buffer",
            Node::List(_) => "list",
            Node::Tuple(_) => "tuple",
            Node::Set(_) => "set",
            Node::FrozenSet(_) => "frozenset",
            Node::Dict(_) => "dict",
            Node::Global(number) => {
                let name = self.arena.names.get(number as usize);
                return name.map_or_else(String::new, |name| format!("the name {}", name.written));
            }
            Node::Object { callable, .. } => match self.arena.node(callable) {
                Node::Global(number) => {
                    let name = self.arena.names.get(number as usize);
                    return name.map_or_else(String::new, |name| format!("a {}", name.written));
                }
                _ => "an object",
            },
        };
        name.to_owned()
    }

    pub(super) fn reduce(&mut self) -> Result<(), Fault> {
        let (args, callable) = (self.pop()?, self.pop()?);
        let Node::Tuple(span) = self.arena.node(args) else {
            let got = self.type_name(args);
            return Err(Box::new(What::Needs {
                what: "a tuple of arguments",
                got,
            }));
        };
        self.must_be_callable(callable)?;
        if let Some(value) = self.construct(callable, span)? {
            self.stack.push(value);
            return Ok(());
        }
        self.object(Made::Called, callable, args, NodeId::MISSING);
        Ok(())
    }

    pub(super) fn new_object(&mut self) -> Result<(), Fault> {
        let (args, class) = (self.pop()?, self.pop()?);
        self.must_be_tuple(args)?;
        self.must_be_callable(class)?;
        self.object(Made::New, class, args, NodeId::MISSING);
        Ok(())
    }

    pub(super) fn new_object_ex(&mut self) -> Result<(), Fault> {
        let (kwargs, args, class) = (self.pop()?, self.pop()?, self.pop()?);
        if !matches!(self.arena.node(kwargs), Node::Dict(_)) {
            let got = self.type_name(kwargs);
            return Err(Box::new(What::Needs {
                what: "a dict of keyword arguments",
                got,
            }));
        }
        self.must_be_tuple(args)?;
        self.must_be_callable(class)?;
        let kwargs = self.copy_of_dict(kwargs)?;
        self.object(Made::NewWithKeywords, class, args, kwargs);
        Ok(())
    }

    /// A call takes the keywords that are there when it is made; the dict may be filled
    /// further.
    pub(super) fn copy_of_dict(&mut self, dict: NodeId) -> Result<NodeId, Fault> {
        let Node::Dict(span) = self.arena.node(dict) else {
            return Ok(dict);
        };
        self.charge(span.len)?;
        let copy = self.arena.copy(span);
        Ok(self.arena.push(Node::Dict(copy)))
    }

    pub(super) fn inst(&mut self) -> Result<(), Fault> {
        let class = self.global_of_two_lines()?;
        let mark = self.pop_mark()?;
        let args = self.tuple_above(mark);
        self.object(Made::Instance, class, args, NodeId::MISSING);
        Ok(())
    }

    pub(super) fn obj(&mut self) -> Result<(), Fault> {
        let mark = self.pop_mark()?;
        let Some(&class) = self.above(mark).first() else {
            return Err(Box::new(What::StackEmpty));
        };
        self.must_be_callable(class)?;
        let args = self.tuple_above(mark + 1);
        self.stack.truncate(mark);
        self.object(Made::Instance, class, args, NodeId::MISSING);
        Ok(())
    }

    /// Takes what lies above `height` as a tuple.
    fn tuple_above(&mut self, height: usize) -> NodeId {
        let items = self.stack.get(height..).unwrap_or(&[]);
        if items.is_empty() {
            return NodeId::EMPTY_TUPLE;
        }
        let span = self.arena.store(items);
        self.stack.truncate(height);
        self.arena.push(Node::Tuple(span))
    }

    fn must_be_tuple(&self, args: NodeId) -> Result<(), Fault> {
        match self.arena.node(args) {
            Node::Tuple(_) => Ok(()),
            _ => {
                let got = self.type_name(args);
                Err(Box::new(What::Needs {
                    what: "a tuple of arguments",
                    got,
                }))
            }
        }
    }

    /// Plain values cannot be called; what an object is, only its class would know.
    pub(super) fn must_be_callable(&self, callable: NodeId) -> Result<(), Fault> {
        match self.arena.node(callable) {
            Node::Global(_) | Node::Object { .. } => Ok(()),
            _ => {
                let got = self.type_name(callable);
                Err(Box::new(What::Needs {
                    what: "a class or function",
                    got,
                }))
            }
        }
    }

    /// Pushes an object and counts the call that was not made.
    pub(super) fn object(&mut self, made: Made, callable: NodeId, args: NodeId, kwargs: NodeId) {
        if let Node::Global(number) = self.arena.node(callable)
            && let Some(name) = self.arena.names.get_mut(number as usize)
        {
            if name.calls == 0 {
                name.call_offset = self.at;
            }
            name.calls = name.calls.saturating_add(1);
            name.is_class |= made != Made::Called;
        }
        self.push_node(Node::Object {
            made,
            rest_is: Rest::Nothing,
            callable,
            args,
            rest: 0,
        });
        if kwargs != NodeId::MISSING
            && let Some(&object) = self.stack.last()
        {
            self.arena
                .change_extra(object, |_, extra| extra.kwargs = kwargs);
        }
    }

    pub(super) fn build(&mut self) -> Result<(), Fault> {
        let (state, target) = (self.pop()?, self.top()?);
        self.add_state(target, state, NodeId::MISSING);
        Ok(())
    }

    /// Gives `target` a state; `setter` is the function that was to apply it, where
    /// it is not the target's own `__setstate__`.
    fn add_state(&mut self, target: NodeId, state: NodeId, setter: NodeId) {
        match self.arena.node(target) {
            Node::Object {
                made,
                rest_is: Rest::Nothing,
                callable,
                args,
                ..
            } if setter == NodeId::MISSING => {
                let rest = state.to_bits();
                let node = Node::Object {
                    made,
                    rest_is: Rest::State,
                    callable,
                    args,
                    rest,
                };
                self.arena.replace(target, node);
            }
            Node::Object { rest_is, rest, .. } => {
                if rest_is == Rest::Extra && self.arena.extra(rest).states.len >= 2 * MOST_STATES {
                    return self.wrong_target("an object that was given fewer states", target);
                }
                self.arena.change_extra(target, |arena, extra| {
                    extra.states = arena.extend(extra.states, &[state, setter]);
                });
            }
            _ => self.wrong_target("an object that can take a state", target),
        }
    }

    /// POP throws a value away, or a MARK that nothing lies on.
    ///
    /// A `__reduce__` of six parts names a function that applies the state
    /// (cloudpickle does this for functions and classes). It is written as the call
    /// `setter(object, state)` whose result is popped; the state is kept here.
    pub(super) fn pop_one(&mut self) -> Result<(), Fault> {
        if self
            .marks
            .last()
            .is_some_and(|&mark| mark as usize == self.stack.len())
        {
            self.pop_mark()?;
            return Ok(());
        }
        let popped = self.pop()?;
        let Ok(target) = self.top() else {
            return Ok(());
        };
        if let Node::Object {
            made: Made::Called,
            rest_is: Rest::Nothing,
            callable,
            args,
            ..
        } = self.arena.node(popped)
            && let Node::Tuple(args) = self.arena.node(args)
            && let &[object, state] = self.arena.ids(args)
            && object == target
        {
            self.add_state(target, state, callable);
        }
        Ok(())
    }
}
