//! What a screen writes: an element with its attributes, listeners and children.

use super::mounted::Reference;
use super::{IntoValue, IntoView, Value, View};
use leptos::prelude::{on_cleanup, window_event_listener_untyped};
use std::borrow::Cow;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Event, KeyboardEvent, MouseEvent, WheelEvent};

/// An element before it is in the page. One pointer, so that it is passed on cheaply.
pub struct Element(pub(super) Box<Parts>);

pub(super) struct Parts {
    /// Empty for a group.
    pub tag: &'static str,
    /// Elements of different keys are different things: one is never made into the other.
    pub key: Cow<'static, str>,
    pub attributes: Vec<Attribute>,
    pub listeners: Vec<Listener>,
    pub children: Vec<View>,
    pub reference: Option<Reference>,
}

pub(super) struct Attribute {
    pub name: &'static str,
    pub kind: Kind,
    pub value: Value,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Attribute,
    /// A property of the style: what a `style` attribute may not say under a strict
    /// content policy.
    Style,
    /// A property of the object, where it is not the attribute of the same name.
    Property,
}

pub(super) type Hear = Rc<dyn Fn(Event)>;

pub(super) struct Listener {
    pub event: &'static str,
    pub hear: Hear,
}

/// Hears an event wherever in the window it happens, until the screen that asked for it
/// is left.
pub fn listen<E: JsCast>(event: &'static str, hear: impl Fn(E) + 'static) {
    let handle = window_event_listener_untyped(event, move |event| hear(event.unchecked_into()));
    on_cleanup(move || handle.remove());
}

/// Several views without an element around them.
pub fn group() -> Element {
    Element::new("")
}

impl View {
    pub(super) fn of(element: Element) -> View {
        if element.0.tag.is_empty() {
            View::Group(element.0.children)
        } else {
            View::Element(element)
        }
    }
}

impl Element {
    #[inline(never)]
    pub fn new(tag: &'static str) -> Self {
        Element(Box::new(Parts {
            tag,
            key: Cow::Borrowed(""),
            attributes: Vec::new(),
            listeners: Vec::new(),
            children: Vec::new(),
            reference: None,
        }))
    }

    /// Says what thing this is, where another one of the same tag may stand in its place:
    /// then nothing of the other one is kept, neither where it was scrolled to nor the
    /// focus in it.
    pub fn key(mut self, key: impl Into<Cow<'static, str>>) -> Self {
        self.0.key = key.into();
        self
    }

    pub fn child(self, child: impl IntoView) -> Self {
        self.with_child(child.into_view())
    }

    pub fn class(self, class: impl IntoValue) -> Self {
        self.set("class", Kind::Attribute, class.into_value())
    }

    /// One more class, under a condition. Comes after [`Element::class`].
    pub fn class_if(mut self, class: &'static str, on: bool) -> Self {
        if !on {
            return self;
        }
        let named = self.0.attributes.iter_mut().find(|it| it.name == "class");
        match named.map(|attribute| &mut attribute.value) {
            Some(Value::Text(text)) => {
                let text = text.to_mut();
                text.push(' ');
                text.push_str(class);
                self
            }
            _ => self.class(class),
        }
    }

    pub fn attr(self, name: &'static str, value: impl IntoValue) -> Self {
        self.set(name, Kind::Attribute, value.into_value())
    }

    pub fn style(self, name: &'static str, value: impl IntoValue) -> Self {
        self.set(name, Kind::Style, value.into_value())
    }

    pub fn property(self, name: &'static str, value: impl IntoValue) -> Self {
        self.set(name, Kind::Property, value.into_value())
    }

    /// Lets one reach the element once it is in the page.
    pub fn reference(mut self, reference: Reference) -> Self {
        self.0.reference = Some(reference);
        self
    }

    pub fn on(self, event: &'static str, hear: impl Fn(Event) + 'static) -> Self {
        self.listen(event, Rc::new(hear))
    }

    pub fn on_click(self, hear: impl Fn(MouseEvent) + 'static) -> Self {
        self.on_mouse("click", hear)
    }

    pub fn on_mouse(self, event: &'static str, hear: impl Fn(MouseEvent) + 'static) -> Self {
        self.listen(event, Rc::new(move |event| hear(event.unchecked_into())))
    }

    pub fn on_wheel(self, hear: impl Fn(WheelEvent) + 'static) -> Self {
        self.listen("wheel", Rc::new(move |event| hear(event.unchecked_into())))
    }

    pub fn on_key(self, hear: impl Fn(KeyboardEvent) + 'static) -> Self {
        self.listen(
            "keydown",
            Rc::new(move |event| hear(event.unchecked_into())),
        )
    }

    // The common ends of the above: compiled once, and never into the screens, of which
    // they are most of the code.

    #[inline(never)]
    pub(super) fn with_child(mut self, child: View) -> Self {
        self.0.children.push(child);
        self
    }

    #[inline(never)]
    pub(super) fn with_text(self, text: &'static str) -> Self {
        self.with_child(View::Text(Cow::Borrowed(text)))
    }

    #[inline(never)]
    pub(super) fn with_element(self, child: Element) -> Self {
        self.with_child(View::of(child))
    }

    #[inline(never)]
    pub(super) fn with_attribute(self, name: &'static str, value: Value) -> Self {
        self.set(name, Kind::Attribute, value)
    }

    #[inline(never)]
    pub(super) fn with_text_attribute(self, name: &'static str, text: &'static str) -> Self {
        self.set(name, Kind::Attribute, Value::Text(Cow::Borrowed(text)))
    }

    #[inline(never)]
    fn set(mut self, name: &'static str, kind: Kind, value: Value) -> Self {
        self.0.attributes.push(Attribute { name, kind, value });
        self
    }

    #[inline(never)]
    fn listen(mut self, event: &'static str, hear: Hear) -> Self {
        self.0.listeners.push(Listener { event, hear });
        self
    }
}
