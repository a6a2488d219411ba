//! The view of an object: everything that the pickle says about it.
//!
//! Python would hand all this to the class; here it is kept apart, so that a reader
//! sees what was stored without the class being there.

use super::node::{Made, NodeId, Rest};
use super::value::{Dict, Global, Pickle, Value};
use std::fmt;

/// An object of a class (or from a function) that was not called.
#[derive(Clone, Copy)]
pub struct Object<'a> {
    pickle: &'a Pickle,
    id: NodeId,
    made: Made,
    rest_is: Rest,
    callable: NodeId,
    args: NodeId,
    rest: u32,
}

/// One state that the object was given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct State {
    pub value: NodeId,
    /// The function that was to apply it; `None` for the object's own `__setstate__`
    /// (or, without one, its `__dict__`).
    pub setter: Option<NodeId>,
}

/// More keys than this are not looked at to tell whether a dict holds attributes.
const KEYS_LOOKED_AT: usize = 32;

impl<'a> Object<'a> {
    pub(super) fn new(
        pickle: &'a Pickle,
        id: NodeId,
        made: Made,
        rest_is: Rest,
        callable: NodeId,
        args: NodeId,
        rest: u32,
    ) -> Object<'a> {
        Object {
            pickle,
            id,
            made,
            rest_is,
            callable,
            args,
            rest,
        }
    }

    pub fn id(self) -> NodeId {
        self.id
    }

    pub fn made(self) -> Made {
        self.made
    }

    /// The class or function: a name, or an object that stands for one. For
    /// [`Made::PersistentId`] and [`Made::Extension`] it is the id or number.
    pub fn callable(self) -> NodeId {
        self.callable
    }

    /// The class or function, where it is a name.
    pub fn class(self) -> Option<Global<'a>> {
        match self.made {
            Made::PersistentId | Made::Extension => None,
            _ => self.pickle.as_global(self.callable),
        }
    }

    /// The positional arguments.
    pub fn args(self) -> &'a [NodeId] {
        self.pickle.as_list(self.args).unwrap_or(&[])
    }

    /// The tuple of the positional arguments.
    pub fn args_node(self) -> NodeId {
        self.args
    }

    /// The keyword arguments' dict.
    pub fn kwargs_node(self) -> Option<NodeId> {
        let kwargs = self.extra()?.kwargs;
        (kwargs != NodeId::MISSING).then_some(kwargs)
    }

    pub fn kwargs(self) -> Dict<'a> {
        self.kwargs_node()
            .and_then(|node| self.pickle.as_dict(node))
            .unwrap_or_default()
    }

    /// What was appended (a subclass of list, a deque).
    pub fn items(self) -> &'a [NodeId] {
        self.extra()
            .map_or(&[], |extra| self.pickle.ids(extra.items))
    }

    /// What was set by key (a subclass of dict).
    pub fn entries(self) -> Dict<'a> {
        self.extra().map_or(Dict::default(), |extra| {
            Dict::new(self.pickle.ids(extra.entries))
        })
    }

    /// What was added (a subclass of set).
    pub fn added(self) -> &'a [NodeId] {
        self.extra()
            .map_or(&[], |extra| self.pickle.ids(extra.added))
    }

    /// Whether it is nothing but a call that was not made: nothing was done with what would
    /// have come of it.
    pub fn is_bare_call(self) -> bool {
        !matches!(self.made, Made::PersistentId | Made::Extension)
            && self.states().is_empty()
            && self.items().is_empty()
            && self.entries().is_empty()
            && self.added().is_empty()
    }

    /// The states in the order in which they were given; nearly always one or none.
    pub fn states(self) -> Vec<State> {
        match self.rest_is {
            Rest::Nothing => Vec::new(),
            Rest::State => vec![State {
                value: NodeId::from_bits(self.rest),
                setter: None,
            }],
            Rest::Extra => {
                let kept = self.pickle.ids(self.pickle.extra(self.rest).states);
                let pairs = kept.as_chunks::<2>().0.iter();
                pairs
                    .map(|&[value, setter]| State {
                        value,
                        setter: (setter != NodeId::MISSING).then_some(setter),
                    })
                    .collect()
            }
        }
    }

    /// The dicts that [`attributes`](Self::attributes) come from, in order.
    pub fn attribute_dicts(self) -> Vec<Dict<'a>> {
        let states = self.states().into_iter();
        states
            .flat_map(|state| attribute_dicts(self.pickle, state.value).unwrap_or_default())
            .flatten()
            .filter(|dict| !dict.is_empty())
            .collect()
    }

    /// How many attributes there are.
    pub fn attribute_count(self) -> usize {
        self.attribute_dicts().iter().map(|dict| dict.len()).sum()
    }

    /// The attributes: the entries of every state that is a dict with text keys, or a
    /// pair of such dicts (the second one for `__slots__`), as Python's default
    /// `__setstate__` takes them. Names may repeat where several states set them; the
    /// last one holds.
    pub fn attributes(self) -> impl Iterator<Item = (NodeId, NodeId)> + 'a {
        self.attribute_dicts().into_iter().flat_map(Dict::iter)
    }

    /// The value of one attribute.
    pub fn attribute(self, name: &str) -> Option<NodeId> {
        self.attributes()
            .filter(|&(key, _)| self.pickle.is_text(key, name))
            .last()
            .map(|(_, value)| value)
    }

    /// The states that are not attributes: what only the class knows to read.
    pub fn opaque_states(self) -> Vec<State> {
        let mut states = self.states();
        states.retain(|state| attribute_dicts(self.pickle, state.value).is_none());
        states
    }

    fn extra(self) -> Option<super::node::Extra> {
        (self.rest_is == Rest::Extra).then(|| self.pickle.extra(self.rest))
    }
}

/// The dicts of attributes that a state consists of; `None` if it is something else.
pub(super) fn attribute_dicts(pickle: &Pickle, state: NodeId) -> Option<[Option<Dict<'_>>; 2]> {
    match pickle.value(state) {
        Value::Dict(dict) if has_names(pickle, dict) => Some([Some(dict), None]),
        Value::Tuple(&[own, slots]) => {
            let part = |id| match pickle.value(id) {
                Value::None => Some(None),
                Value::Dict(dict) if has_names(pickle, dict) => Some(Some(dict)),
                _ => None,
            };
            match (part(own)?, part(slots)?) {
                (None, None) => None,
                (own, slots) => Some([own, slots]),
            }
        }
        // No attributes at all: nothing for the class to read.
        Value::None => Some([None, None]),
        _ => None,
    }
}

fn has_names(pickle: &Pickle, dict: Dict<'_>) -> bool {
    dict.iter()
        .take(KEYS_LOOKED_AT)
        .all(|(key, _)| matches!(pickle.value(key), Value::Text(_)))
}

impl fmt::Debug for Object<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Object")
            .field("id", &self.id)
            .field("made", &self.made)
            .finish()
    }
}
