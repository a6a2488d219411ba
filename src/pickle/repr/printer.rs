//! Walks a value and prints it, with a stack of what is still to print.

use super::known::print_known;
use super::out::Out;
use super::scalar;
use super::set_order::set_order;
use crate::pickle::known;
use crate::pickle::node::{Made, NodeId};
use crate::pickle::object::Object;
use crate::pickle::value::{Dict, Pickle, Value};
use std::collections::HashMap;

/// Something still to print.
#[derive(Debug)]
pub(super) enum Job<'a> {
    Value(NodeId),
    Put(&'static str),
    /// The elements from a place on, with commas between them.
    Items(&'a [NodeId], usize),
    /// The same for elements in an order of their own.
    Ordered(Vec<NodeId>, usize),
    /// The entries from a place on.
    Entries(Dict<'a>, usize, Style),
    /// Some entries in an order of their own, last first.
    Ranked(Dict<'a>, Vec<u32>),
    /// The elements of an `array.array` from a place on.
    Elements(known::Array<'a>, usize),
    /// A container is complete: seeing it again is no cycle any more.
    Leave(NodeId),
    /// The same for an exception, with what was known of it before.
    LeaveRaised(NodeId, Option<usize>),
}

/// How an entry is printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Style {
    /// `key: value`
    Dict,
    /// `(key, value)`
    Pair,
    /// `key=value`, the key being a name
    Keyword,
    /// `key: value`, the key being a name
    Attribute,
}

pub(super) struct Printer<'a> {
    pub pickle: &'a Pickle,
    pub out: Out,
    jobs: Vec<Job<'a>>,
    /// The containers that are being printed. The number is not used: one type of map is
    /// less program than two.
    open: HashMap<NodeId, usize>,
    /// The exceptions that are being printed, with how many containers were open when
    /// the innermost printing of each began.
    raised: HashMap<NodeId, usize>,
}

impl<'a> Printer<'a> {
    pub fn new(pickle: &'a Pickle, out: Out) -> Printer<'a> {
        Printer {
            pickle,
            out,
            jobs: Vec::new(),
            open: HashMap::new(),
            raised: HashMap::new(),
        }
    }

    pub fn print(&mut self, id: NodeId) {
        self.jobs.push(Job::Value(id));
        while let Some(job) = self.jobs.pop() {
            if self.out.is_full() {
                return;
            }
            self.step(job);
        }
    }

    /// Lines up what is to be printed next, in reading order.
    pub fn queue<const N: usize>(&mut self, jobs: [Job<'a>; N]) {
        self.jobs.extend(jobs.into_iter().rev());
    }

    /// Remembers that `id` is being printed; `false` if it already is, further out.
    pub fn enter(&mut self, id: NodeId) -> bool {
        self.open.insert(id, 0).is_none()
    }

    /// Remembers that an exception is being printed, and says what was remembered of it
    /// before; `None` if no container was opened since it was last begun.
    pub fn enter_raised(&mut self, id: NodeId) -> Option<Option<usize>> {
        let open = self.open.len();
        let before = self.raised.get(&id).copied();
        if before.is_some_and(|before| before >= open) {
            return None;
        }
        self.raised.insert(id, open);
        Some(before)
    }

    fn step(&mut self, job: Job<'a>) {
        match job {
            Job::Value(id) => self.value(id),
            Job::Put(text) => self.out.put(text),
            Job::Leave(id) => {
                self.open.remove(&id);
            }
            Job::LeaveRaised(id, Some(before)) => {
                self.raised.insert(id, before);
            }
            Job::LeaveRaised(id, None) => {
                self.raised.remove(&id);
            }
            Job::Items(ids, at) => {
                let Some(&id) = ids.get(at) else { return };
                if at > 0 {
                    self.out.put(", ");
                }
                self.queue([Job::Value(id), Job::Items(ids, at + 1)]);
            }
            Job::Ordered(ids, at) => {
                let Some(&id) = ids.get(at) else { return };
                if at > 0 {
                    self.out.put(", ");
                }
                self.queue([Job::Value(id), Job::Ordered(ids, at + 1)]);
            }
            Job::Entries(dict, at, style) => {
                let Some((key, value)) = dict.get(at) else {
                    return;
                };
                if at > 0 {
                    self.out.put(", ");
                }
                self.entry(key, value, style, Job::Entries(dict, at + 1, style));
            }
            Job::Ranked(dict, mut order) => {
                let Some(at) = order.pop() else { return };
                let Some((key, value)) = dict.get(at as usize) else {
                    return;
                };
                let more = if order.is_empty() { "" } else { ", " };
                self.queue([
                    Job::Value(key),
                    Job::Put(": "),
                    Job::Value(value),
                    Job::Put(more),
                    Job::Ranked(dict, order),
                ]);
            }
            Job::Elements(array, at) => super::known::element(self, array, at),
        }
    }

    fn entry(&mut self, key: NodeId, value: NodeId, style: Style, rest: Job<'a>) {
        match style {
            Style::Dict => {
                self.queue([Job::Value(key), Job::Put(": "), Job::Value(value), rest]);
            }
            Style::Pair => {
                self.out.put("(");
                let (comma, close) = (Job::Put(", "), Job::Put(")"));
                self.queue([Job::Value(key), comma, Job::Value(value), close, rest]);
            }
            Style::Keyword | Style::Attribute => {
                match self.pickle.value(key) {
                    Value::Text(name) => {
                        // The head is enough: more characters than are left go nowhere.
                        let head = name.head(self.out.left().saturating_mul(4).saturating_add(4));
                        self.out.put(&head.escaped());
                    }
                    _ => return self.entry(key, value, Style::Dict, rest),
                }
                let between = if style == Style::Keyword { "=" } else { ": " };
                self.queue([Job::Put(between), Job::Value(value), rest]);
            }
        }
    }

    fn value(&mut self, id: NodeId) {
        match self.pickle.value(id) {
            Value::None => self.out.put("None"),
            Value::Bool(true) => self.out.put("True"),
            Value::Bool(false) => self.out.put("False"),
            Value::Int(value) => self.out.put(&value.to_string()),
            Value::BigInt(value) => match value.decimal() {
                Some(decimal) => self.out.put(&decimal),
                None => self.inexact(&value.describe()),
            },
            Value::Float(value) => self.out.put(&scalar::float(value)),
            Value::Text(text) => scalar::text(&mut self.out, text),
            Value::Bytes(bytes) => scalar::bytes(&mut self.out, bytes),
            Value::ByteArray(bytes) => scalar::byte_array(&mut self.out, bytes),
            Value::List(items) => self.container(id, "[", items, "]", "[...]"),
            Value::Tuple([]) => self.out.put("()"),
            Value::Tuple(items) => {
                let close = if items.len() == 1 { ",)" } else { ")" };
                self.container(id, "(", items, close, "(...)");
            }
            Value::Set([]) => self.out.put("set()"),
            Value::Set(items) => self.set(id, "{", items, "}", "set(...)"),
            Value::FrozenSet([]) => self.out.put("frozenset()"),
            Value::FrozenSet(items) => {
                self.set(id, "frozenset({", items, "})", "frozenset(...)");
            }
            Value::Dict(dict) => self.dict(id, "{", dict, Style::Dict, "}", "{...}"),
            Value::Buffer { index, .. } => {
                self.inexact(&format!("<buffer {index} outside the pickle>"));
            }
            Value::Missing => self.inexact("<missing>"),
            Value::Global(_) | Value::Object(_) => {
                let words = self.pickle.words();
                if let Some(printed) = words.and_then(|words| (words.printed)(self.pickle, id)) {
                    self.out.exact &= printed.exact;
                    return self.out.put(&printed.text);
                }
                match known::known(self.pickle, id) {
                    Some(known) => print_known(self, id, known),
                    None => self.object(id),
                }
            }
        }
    }

    /// Prints something that Python would print otherwise.
    pub fn inexact(&mut self, text: &str) {
        self.out.exact = false;
        self.out.put(text);
    }

    fn set(
        &mut self,
        id: NodeId,
        open: &'static str,
        items: &'a [NodeId],
        close: &'static str,
        again: &'static str,
    ) {
        if items.len() == 1 {
            return self.container(id, open, items, close, again);
        }
        let Some(order) = set_order(self.pickle, items) else {
            self.out.exact = false;
            return self.container(id, open, items, close, again);
        };
        // Numbers and tuples of them hold no set, so there is no cycle to look for.
        self.out.put(open);
        self.queue([Job::Ordered(order, 0), Job::Put(close)]);
    }

    pub fn container(
        &mut self,
        id: NodeId,
        open: &'static str,
        items: &'a [NodeId],
        close: &'static str,
        again: &'static str,
    ) {
        if !self.enter(id) {
            self.out.put(again);
            return;
        }
        self.out.put(open);
        self.queue([Job::Items(items, 0), Job::Put(close), Job::Leave(id)]);
    }

    pub fn dict(
        &mut self,
        id: NodeId,
        open: &'static str,
        dict: Dict<'a>,
        style: Style,
        close: &'static str,
        again: &'static str,
    ) {
        if !self.enter(id) {
            self.out.put(again);
            return;
        }
        self.out.put(open);
        self.queue([
            Job::Entries(dict, 0, style),
            Job::Put(close),
            Job::Leave(id),
        ]);
    }

    /// `module.Class(args, key=value) {state} [items] {entries}`
    pub fn object(&mut self, id: NodeId) {
        self.out.exact = false;
        let Some(object) = self.pickle.as_object(id) else {
            return;
        };
        if let Some(member) = known::member(self.pickle, object) {
            self.out
                .put(&format!("{}.{}", member.module, member.within()));
            return;
        }
        if !self.enter(id) {
            self.out.put("...");
            return;
        }
        self.queue([Job::Leave(id)]);
        self.parts_of(object);
        match object.made() {
            Made::PersistentId => {
                self.out.put("<persistent id ");
                self.queue([Job::Value(object.callable()), Job::Put(">")]);
                return;
            }
            Made::Extension => {
                self.out.put("<extension ");
                self.queue([Job::Value(object.callable()), Job::Put(">")]);
                return;
            }
            _ => {}
        }
        let comma = match (object.args(), object.kwargs().is_empty()) {
            ([], _) | (_, true) => "",
            _ => ", ",
        };
        self.queue([
            Job::Put("("),
            Job::Items(object.args(), 0),
            Job::Put(comma),
            Job::Entries(object.kwargs(), 0, Style::Keyword),
            Job::Put(")"),
        ]);
        match known::class_name(self.pickle, object) {
            Some(class) => {
                // Hostile names may be long; `Out` cuts them.
                self.out.put(class.module);
                self.out.put(".");
                self.out.put(class.name);
            }
            None if self.is_long_chain(object) => self.out.put("…"),
            None => self.queue([Job::Value(object.callable())]),
        }
    }

    /// Whether what was called is the result of a call, and so on for longer than anybody
    /// wrote. The innermost call comes first, so that a long chain would be gone through
    /// before anything is printed.
    fn is_long_chain(&self, object: Object<'a>) -> bool {
        const LONGEST: usize = 64;
        let called = |&id: &NodeId| Some(self.pickle.as_object(id)?.callable());
        let chain = std::iter::successors(Some(object.callable()), called);
        chain.take(LONGEST).count() == LONGEST
    }

    /// Lines up what follows an object's call: its states, items and entries.
    fn parts_of(&mut self, object: Object<'a>) {
        if !object.added().is_empty() {
            self.queue([Job::Put(" {"), Job::Items(object.added(), 0), Job::Put("}")]);
        }
        if !object.entries().is_empty() {
            let entries = Job::Entries(object.entries(), 0, Style::Dict);
            self.queue([Job::Put(" {"), entries, Job::Put("}")]);
        }
        if !object.items().is_empty() {
            self.queue([Job::Put(" ["), Job::Items(object.items(), 0), Job::Put("]")]);
        }
        for state in object.states().into_iter().rev() {
            match crate::pickle::object::attribute_dicts(self.pickle, state.value) {
                Some([Some(own), Some(slots)]) if !own.is_empty() => self.queue([
                    Job::Put(" {"),
                    Job::Entries(own, 0, Style::Attribute),
                    Job::Put(if slots.is_empty() { "" } else { ", " }),
                    Job::Entries(slots, 0, Style::Attribute),
                    Job::Put("}"),
                ]),
                Some([_, Some(only)] | [Some(only), None]) => self.queue([
                    Job::Put(" {"),
                    Job::Entries(only, 0, Style::Attribute),
                    Job::Put("}"),
                ]),
                Some([None, None]) => {}
                None => self.queue([Job::Put(" {"), Job::Value(state.value), Job::Put("}")]),
            }
        }
    }
}
