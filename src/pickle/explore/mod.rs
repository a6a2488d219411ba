//! Stepping into a value: how many children it has, a window of them, and the way to
//! each as Python would write it.
//!
//! Everything is a window: asking for rows 500,000 to 500,100 of a list touches those
//! rows only. Cycles are harmless, because nothing here goes deeper than one level.
//! Start at [`children`]; [`path`] is `model.coef_[0]["a"]` as data, and
//! [`Pickle::resolve`] follows it.

pub mod path;
mod resolve;

pub use self::path::{BadPath, Part, Path, Step};
pub use self::resolve::Lost;

use super::known::{self, ArrayItems, Known};
use super::node::{Made, NodeId};
use super::object::Object;
use super::repr::repr;
use super::text::Text;
use super::value::{Dict, Pickle, Value};
use std::ops::Range;

/// One thing inside a value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Child {
    /// What Python would write after the value to get there, or a name in angle
    /// brackets for what Python has no expression for. Cut to some 80 characters.
    pub label: String,
    /// The way there, for a [`Path`].
    pub step: Step,
    pub node: NodeId,
}

/// Labels have at most this many characters between their brackets.
const LABEL: usize = 80;

/// Keys of more bytes than this are not written into paths; their place is.
const LONGEST_KEY: usize = 400;

/// Children of one kind that stand together.
#[derive(Clone, Copy, Debug)]
enum Section<'a> {
    /// `[0]`
    Items(&'a [NodeId]),
    /// `<element 0>`: sets have no positions in Python.
    Elements(&'a [NodeId]),
    /// `["key"]`
    Entries(Dict<'a>),
    /// `.name`; the number is that of the first one among all attributes.
    Attributes(Dict<'a>, usize),
    /// `.name` of a known class.
    Field(&'static str, NodeId),
    Part(Part, NodeId),
}

impl Section<'_> {
    fn len(&self) -> usize {
        match self {
            Section::Items(ids) | Section::Elements(ids) => ids.len(),
            Section::Entries(dict) | Section::Attributes(dict, _) => dict.len(),
            Section::Field(..) | Section::Part(..) => 1,
        }
    }
}

/// How many children a value has; 0 for one that shows all of itself, such as a
/// number, a text or a date.
pub fn child_count(pickle: &Pickle, id: NodeId) -> usize {
    sections(pickle, id).iter().map(Section::len).sum()
}

/// Those of a value's children whose places lie in `range`, in order: attributes
/// first, then items and entries, then what else the object was made with.
pub fn children(pickle: &Pickle, id: NodeId, range: Range<usize>) -> Vec<Child> {
    let sections = sections(pickle, id);
    let mut found = Vec::new();
    let mut start = 0;
    for section in &sections {
        let len = section.len();
        let from = range.start.saturating_sub(start).min(len);
        let to = range.end.saturating_sub(start).min(len);
        for place in from..to {
            found.extend(child(pickle, &sections, section, place));
        }
        start += len;
    }
    found
}

/// The kinds of children that a value has, in the order in which they are shown.
fn sections(pickle: &Pickle, id: NodeId) -> Vec<Section<'_>> {
    let mut sections = match pickle.value(id) {
        Value::List(items) | Value::Tuple(items) => vec![Section::Items(items)],
        Value::Set(items) | Value::FrozenSet(items) => vec![Section::Elements(items)],
        Value::Dict(dict) => vec![Section::Entries(dict)],
        Value::Object(object) => match known::known(pickle, id) {
            Some(Known::ClassByValue(_) | Known::FunctionByValue(_)) | None => {
                sections_of_object(object)
            }
            Some(known) => sections_of_known(object, &known),
        },
        _ => Vec::new(),
    };
    sections.retain(|section| section.len() > 0);
    sections
}

fn sections_of_known<'a>(object: Object<'a>, known: &Known<'a>) -> Vec<Section<'a>> {
    let mut sections = Vec::new();
    match known {
        Known::OrderedDict(dict) | Known::Counter(dict) => {
            push_attributes(&mut sections, object);
            sections.push(Section::Entries(*dict));
        }
        Known::DefaultDict(factory, dict) => {
            push_attributes(&mut sections, object);
            sections.extend(factory.map(|factory| Section::Field("default_factory", factory)));
            sections.push(Section::Entries(*dict));
        }
        Known::Deque(deque) => {
            push_attributes(&mut sections, object);
            sections.push(Section::Items(deque.items));
        }
        Known::Array(array) => {
            if let ArrayItems::Ids(ids) = array.items {
                sections.push(Section::Items(ids));
            }
        }
        Known::Partial(partial) => sections.extend([
            Section::Field("func", partial.function),
            Section::Field("args", partial.args_node),
            Section::Field("keywords", partial.kwargs_node),
        ]),
        &Known::Slice([start, stop, step]) => sections.extend([
            Section::Field("start", start),
            Section::Field("stop", stop),
            Section::Field("step", step),
        ]),
        Known::Exception(_) => {
            push_attributes(&mut sections, object);
            if !object.args().is_empty() {
                sections.push(Section::Field("args", object.args_node()));
            }
        }
        Known::ForeachFrame(frame) => {
            sections.extend(frame.fields().map(|(name, id)| Section::Field(name, id)));
        }
        Known::WrappedException(_) | Known::IncludedFile(_) | Known::Namespace(_) => {
            push_attributes(&mut sections, object);
        }
        _ => {}
    }
    sections
}

fn sections_of_object(object: Object<'_>) -> Vec<Section<'_>> {
    let mut sections = Vec::new();
    push_attributes(&mut sections, object);
    for (number, state) in object.opaque_states().into_iter().enumerate() {
        sections.push(Section::Part(Part::State(number), state.value));
    }
    sections.push(Section::Items(object.items()));
    sections.push(Section::Entries(object.entries()));
    sections.push(Section::Elements(object.added()));
    if !object.args().is_empty() {
        sections.push(Section::Part(Part::Args, object.args_node()));
    }
    if let Some(kwargs) = object.kwargs_node().filter(|_| !object.kwargs().is_empty()) {
        sections.push(Section::Part(Part::Kwargs, kwargs));
    }
    match object.made() {
        Made::PersistentId | Made::Extension => {
            sections.push(Section::Part(Part::Id, object.callable()));
        }
        _ if object.class().is_none() => {
            sections.push(Section::Part(Part::Callable, object.callable()));
        }
        _ => {}
    }
    sections
}

fn push_attributes<'a>(sections: &mut Vec<Section<'a>>, object: Object<'a>) {
    let mut first = 0;
    for dict in object.attribute_dicts() {
        sections.push(Section::Attributes(dict, first));
        first += dict.len();
    }
}

fn child(
    pickle: &Pickle,
    sections: &[Section<'_>],
    section: &Section<'_>,
    place: usize,
) -> Option<Child> {
    let plain = |step: Step, node: NodeId| Child {
        label: step.to_string(),
        step,
        node,
    };
    Some(match *section {
        Section::Items(ids) => {
            let index = i64::try_from(place).ok()?;
            plain(Step::Index(index), *ids.get(place)?)
        }
        Section::Elements(ids) => plain(Step::Part(Part::Element(place)), *ids.get(place)?),
        Section::Field(name, node) => plain(Step::Attribute(name.to_owned()), node),
        Section::Part(part, node) => plain(Step::Part(part), node),
        Section::Entries(dict) => {
            let (key, node) = dict.get(place)?;
            let (label, step) = key_label(pickle, key);
            Child {
                label,
                step: step.unwrap_or(Step::Part(Part::Entry(place))),
                node,
            }
        }
        Section::Attributes(dict, first) => {
            let (key, node) = dict.get(place)?;
            let by_place = Step::Part(Part::Attribute(first + place));
            let Value::Text(name) = pickle.value(key) else {
                return Some(plain(by_place, node));
            };
            let label = Step::Attribute(cut(name)).to_string();
            let step = short(name)
                .map(|name| Step::Attribute(name.to_owned()))
                // The same name may stand in another state; the last one holds.
                .filter(|step| {
                    let dicts = sections
                        .iter()
                        .filter(|other| matches!(other, Section::Attributes(..)));
                    dicts.count() == 1 || resolve::in_sections(pickle, sections, step) == Some(node)
                });
            Child {
                label,
                step: step.unwrap_or(by_place),
                node,
            }
        }
    })
}

/// The label of an entry, and the step where the key can be written down.
fn key_label(pickle: &Pickle, key: NodeId) -> (String, Option<Step>) {
    match pickle.value(key) {
        Value::Text(text) => {
            let step = short(text).map(|text| Step::Key(text.to_owned()));
            (Step::Key(cut(text)).to_string(), step)
        }
        Value::Int(index) => (format!("[{index}]"), Some(Step::Index(index))),
        _ => {
            let printed = repr(pickle, key, LABEL);
            let is_nan = matches!(pickle.value(key), Value::Float(value) if value.is_nan());
            let step = (!printed.cut && printed.exact && !is_nan)
                .then(|| Step::Repr(printed.text.clone()))
                // What would be read back as another kind of step cannot be written.
                .filter(|step| {
                    step.to_string()
                        .parse::<Path>()
                        .is_ok_and(|path| path.steps == [step.clone()])
                });
            let mark = if printed.cut { "…" } else { "" };
            (format!("[{}{mark}]", printed.text), step)
        }
    }
}

/// A text that can be written into a path.
fn short(text: Text<'_>) -> Option<&str> {
    Some(text)
        .filter(|text| text.bytes().len() <= LONGEST_KEY)?
        .as_str()
}

/// A text for a label.
fn cut(text: Text<'_>) -> String {
    let head = text.head(4 * LABEL + 4).escaped();
    match head.char_indices().nth(LABEL) {
        None => head.into_owned(),
        Some((end, _)) => format!("{}…", head.get(..end).unwrap_or(&head)),
    }
}
