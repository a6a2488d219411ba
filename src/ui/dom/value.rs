//! The values of attributes.

use super::Element;
use crate::layout::number::number;
use leptos::prelude::{Get, Memo, Signal};
use std::borrow::Cow;

/// What an attribute is set to.
pub enum Value {
    /// The attribute is not there.
    Absent,
    Text(Cow<'static, str>),
    /// Set again whenever a signal changes that it reads.
    Live(Box<dyn Fn() -> Value>),
}

impl Value {
    /// What it is at this moment; reads the signals.
    pub(super) fn now(&self) -> Option<Cow<'static, str>> {
        match self {
            Value::Absent => None,
            Value::Text(text) => Some(text.clone()),
            Value::Live(value) => value().now(),
        }
    }
}

pub trait IntoValue: Sized {
    fn into_value(self) -> Value;

    /// Sets an attribute to it.
    fn put(self, element: Element, name: &'static str) -> Element {
        element.with_attribute(name, self.into_value())
    }
}

impl IntoValue for Value {
    fn into_value(self) -> Value {
        self
    }
}

impl IntoValue for &'static str {
    fn into_value(self) -> Value {
        Value::Text(Cow::Borrowed(self))
    }

    fn put(self, element: Element, name: &'static str) -> Element {
        element.with_text_attribute(name, self)
    }
}

impl IntoValue for String {
    fn into_value(self) -> Value {
        Value::Text(Cow::Owned(self))
    }
}

macro_rules! numbers {
    ($($number:ty),*) => {
        $(impl IntoValue for $number {
            fn into_value(self) -> Value {
                self.to_string().into_value()
            }
        })*
    };
}

numbers!(u32, u64, usize);

impl IntoValue for f64 {
    fn into_value(self) -> Value {
        number(self).into_value()
    }
}

impl IntoValue for f32 {
    fn into_value(self) -> Value {
        f64::from(self).into_value()
    }
}

/// Present and empty, or not present.
impl IntoValue for bool {
    fn into_value(self) -> Value {
        if self { "".into_value() } else { Value::Absent }
    }
}

impl<V: IntoValue> IntoValue for Option<V> {
    fn into_value(self) -> Value {
        self.map_or(Value::Absent, IntoValue::into_value)
    }
}

impl<V: IntoValue, F: Fn() -> V + 'static> IntoValue for F {
    fn into_value(self) -> Value {
        Value::Live(Box::new(move || self().into_value()))
    }
}

macro_rules! signals {
    ($($signal:ident),*) => {
        $(impl<V: IntoValue + Clone + Send + Sync + 'static> IntoValue for $signal<V> {
            fn into_value(self) -> Value {
                Value::Live(Box::new(move || self.get().into_value()))
            }
        })*
    };
}

signals!(Memo, Signal);
