//! Members of classes, which `getattr` finds by their names: how an Enum may be stored, and
//! how protocols below 4 store a class inside of another.
//!
//! `enum.pickle_by_enum_name` of Lib/enum.py, and `save_global` of Lib/pickle.py (3.11).
//! Start with [`member`].

use super::class_by_value;
use crate::pickle::names::Role;
use crate::pickle::node::{Made, NodeId};
use crate::pickle::object::Object;
use crate::pickle::value::{Pickle, Value};

/// `Colour.RED`: a class, and the name of something in it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Member {
    /// `zoo`, `Colour`
    pub module: String,
    pub class: String,
    pub name: String,
}

impl Member {
    /// `Colour.RED`
    pub fn within(&self) -> String {
        format!("{}.{}", self.class, self.name)
    }

    /// Whether it is one of an Enum's rather than a class or a function. By Python's
    /// convention these stand in capital letters.
    pub fn is_of_enum(&self) -> bool {
        let is_small = |char: char| char.is_lowercase();
        self.name.chars().any(char::is_uppercase)
            && self.name.chars().nth(1).is_some()
            && !self.name.contains(is_small)
    }
}

/// The member that an object is; `None` where something else was called, where what it
/// was to be looked for in has no name, or where more was done with it.
pub fn member(pickle: &Pickle, object: Object<'_>) -> Option<Member> {
    /// Classes inside of classes; nobody writes more.
    const DEEP: usize = 8;
    let mut names = Vec::new();
    let mut now = object;
    loop {
        let (owner, name) = looked_up(pickle, now)?;
        names.push(name);
        match pickle.value(owner) {
            Value::Global(global) => {
                return Some(put_together(global.module(), global.name(), names));
            }
            Value::Object(outer) => {
                if let Some(class) = class_by_value(pickle, outer) {
                    return Some(put_together(class.module, class.name, names));
                }
                now = outer;
            }
            _ => return None,
        }
        if names.len() >= DEEP {
            return None;
        }
    }
}

/// What `getattr` was to be called with.
fn looked_up<'a>(pickle: &'a Pickle, object: Object<'a>) -> Option<(NodeId, &'a str)> {
    let is_getattr = object.class()?.role() == Role::GetAttr && object.made() == Made::Called;
    let &[owner, name] = object.args() else {
        return None;
    };
    let name = pickle.as_str(name)?;
    (is_getattr && object.is_bare_call() && is_name(name)).then_some((owner, name))
}

fn put_together(module: &str, class: &str, mut names: Vec<&str>) -> Member {
    // The innermost stands first.
    let name = match names.is_empty() {
        true => "",
        false => names.remove(0),
    };
    let outer = names.iter().rev().map(|name| format!(".{name}"));
    Member {
        module: module.to_owned(),
        class: outer.fold(class.to_owned(), |class, name| class + &name),
        name: name.to_owned(),
    }
}

/// What Python could write behind a point, and not so long that it would hide the rest.
fn is_name(name: &str) -> bool {
    const LONGEST: usize = 100;
    let is_word = |char: char| char == '_' || char.is_alphanumeric();
    name.len() <= LONGEST
        && name.chars().all(is_word)
        && name.chars().next().is_some_and(|first| !first.is_numeric())
}
