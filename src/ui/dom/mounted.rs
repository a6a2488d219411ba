//! How a view gets into the page, and how a newer one takes its place.
//!
//! [`Mounted`] remembers what was drawn. [`patch`] compares it with what is to be seen
//! now and changes the difference: an element stays if the new one has its tag and its
//! key. A part that is drawn anew by itself ends in a comment, before which its nodes
//! stand.

use super::element::{Attribute, Hear, Kind, Listener};
use super::{Element, View, focus};
use leptos::prelude::{Get, GetUntracked, LocalStorage, RenderEffect, RwSignal, Set, document};
use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Comment, Event, Node, Text};

const SVG: &str = "http://www.w3.org/2000/svg";

/// Puts a view at the end of an element, for as long as the returned handle lives.
#[must_use = "dropping it stops the drawing"]
pub fn show(parent: &web_sys::Element, view: View) -> impl Sized + 'static {
    let place = Place {
        parent: parent.clone().into(),
        before: None,
        svg: false,
    };
    mount(view, &place)
}

/// An element of the page, once it is there.
#[derive(Clone, Copy)]
pub struct Reference(RwSignal<Option<web_sys::Element>, LocalStorage>);

impl Reference {
    pub fn new() -> Self {
        Self(RwSignal::new_local(None))
    }

    pub fn get(self) -> Option<web_sys::Element> {
        self.0.try_get().flatten()
    }

    pub fn get_untracked(self) -> Option<web_sys::Element> {
        self.0.try_get_untracked().flatten()
    }

    /// The same as the kind of element that it is.
    pub fn get_as<E: JsCast>(self) -> Option<E> {
        self.get_untracked().map(JsCast::unchecked_into)
    }

    fn came(self, node: &web_sys::Element) {
        if self.get_untracked().as_ref() != Some(node) {
            // Whoever made the reference may be gone already.
            let _gone = self.0.try_set(Some(node.clone()));
        }
    }

    fn went(self, node: &web_sys::Element) {
        if self.get_untracked().as_ref() == Some(node) {
            let _gone = self.0.try_set(None);
        }
    }
}

impl Default for Reference {
    fn default() -> Self {
        Self::new()
    }
}

/// What is in the page.
#[derive(Default)]
enum Mounted {
    #[default]
    Nothing,
    Text(Text, Cow<'static, str>),
    Element(Box<MountedElement>),
    Group(Vec<Mounted>),
    Live(Live),
}

struct MountedElement {
    node: web_sys::Element,
    tag: &'static str,
    key: Cow<'static, str>,
    attributes: Vec<MountedAttribute>,
    listeners: Vec<MountedListener>,
    children: Vec<Mounted>,
    reference: Option<super::Reference>,
}

struct MountedAttribute {
    name: &'static str,
    kind: Kind,
    /// What it is set to now.
    set: Rc<RefCell<Option<Cow<'static, str>>>>,
    /// Sets it again; lives as long as the attribute.
    _effect: Option<RenderEffect<()>>,
}

struct MountedListener {
    node: web_sys::Element,
    event: &'static str,
    hear: Rc<RefCell<Hear>>,
    heard: Closure<dyn Fn(Event)>,
}

struct Live {
    end: Comment,
    inside: Rc<RefCell<Mounted>>,
    _effect: RenderEffect<()>,
}

/// Where something is put.
struct Place {
    parent: Node,
    before: Option<Node>,
    svg: bool,
}

impl Place {
    fn insert(&self, node: &Node) {
        // The parent is always ours; a page that somebody else changed is left as it is.
        let _inserted = self.parent.insert_before(node, self.before.as_ref());
    }

    fn before(&self, before: Option<Node>) -> Place {
        Place {
            parent: self.parent.clone(),
            before: before.or_else(|| self.before.clone()),
            svg: self.svg,
        }
    }
}

fn mount(view: View, place: &Place) -> Mounted {
    match view {
        View::Nothing => Mounted::Nothing,
        View::Text(text) => {
            let node = document().create_text_node(&text);
            place.insert(&node);
            Mounted::Text(node, text)
        }
        View::Element(element) => mount_element(element, place),
        View::Group(views) => {
            let mut mounted = Vec::with_capacity(views.len());
            for view in views {
                mounted.push(mount(view, place));
            }
            Mounted::Group(mounted)
        }
        View::Live(draw) => {
            let end = document().create_comment("");
            place.insert(&end);
            live(draw, end, Rc::default(), place.svg)
        }
    }
}

fn live(
    draw: Box<dyn Fn() -> View>,
    end: Comment,
    inside: Rc<RefCell<Mounted>>,
    svg: bool,
) -> Mounted {
    let effect = {
        let (end, inside) = (end.clone(), inside.clone());
        RenderEffect::new(move |_| {
            let view = draw();
            let Some(parent) = end.parent_node() else {
                return;
            };
            let place = Place {
                parent,
                before: Some(end.clone().into()),
                svg,
            };
            let old = inside.take();
            inside.replace(patch(old, view, &place));
        })
    };
    Mounted::Live(Live {
        end,
        inside,
        _effect: effect,
    })
}

fn mount_element(element: Element, place: &Place) -> Mounted {
    let parts = *element.0;
    let svg = place.svg || parts.tag == "svg";
    let made = if svg {
        document().create_element_ns(Some(SVG), parts.tag)
    } else {
        document().create_element(parts.tag)
    };
    // Tags are written in this program: all are valid.
    let Ok(node) = made else {
        return Mounted::Nothing;
    };
    let inside = Place {
        parent: node.clone().into(),
        before: None,
        svg,
    };
    let mut mounted = MountedElement {
        tag: parts.tag,
        key: parts.key,
        attributes: Vec::new(),
        listeners: Vec::new(),
        children: Vec::with_capacity(parts.children.len()),
        reference: parts.reference,
        node,
    };
    mounted.set_attributes(parts.attributes);
    mounted.set_listeners(parts.listeners);
    for child in parts.children {
        mounted.children.push(mount(child, &inside));
    }
    place.insert(&mounted.node);
    if let Some(reference) = mounted.reference {
        reference.came(&mounted.node);
    }
    Mounted::Element(Box::new(mounted))
}

/// Makes what is there into what is to be seen.
fn patch(old: Mounted, new: View, place: &Place) -> Mounted {
    match (old, new) {
        (Mounted::Nothing, view) => mount(view, place),
        (Mounted::Text(node, old), View::Text(new)) => {
            if old != new {
                node.set_data(&new);
            }
            Mounted::Text(node, new)
        }
        (Mounted::Element(mut old), View::Element(new))
            if old.tag == new.0.tag && old.key == new.0.key =>
        {
            old.patch(new, place.svg);
            Mounted::Element(old)
        }
        (Mounted::Group(old), View::Group(new)) => Mounted::Group(patch_all(old, new, place)),
        (Mounted::Live(old), View::Live(draw)) => {
            let Live {
                end,
                inside,
                _effect,
            } = old;
            // It must not draw once more what is no longer wanted.
            drop(_effect);
            live(draw, end, inside, place.svg)
        }
        (old, view) => {
            let new = mount(view, &place.before(first_node(&old)));
            remove(old);
            new
        }
    }
}

/// From the last to the first, so that each knows what stands behind it.
fn patch_all(old: Vec<Mounted>, new: Vec<View>, place: &Place) -> Vec<Mounted> {
    let (mut old, mut new) = (old, new);
    let ahead = match gone_on(&old, &new) {
        GoneOn::Nowhere => Vec::new(),
        GoneOn::Forward(by) => {
            old.drain(..by).for_each(remove);
            Vec::new()
        }
        GoneOn::Back(by) => {
            let first = place.before(first_of(&old));
            new.drain(..by).map(|view| mount(view, &first)).collect()
        }
    };
    let mut mounted = ahead;
    mounted.append(&mut patch_each(old, new, place));
    mounted
}

/// Where a list has gone whose elements have keys: a window over rows has most of them in
/// common with what it showed before.
enum GoneOn {
    Nowhere,
    /// So many are gone at its beginning.
    Forward(usize),
    /// So many are new there.
    Back(usize),
}

fn gone_on(old: &[Mounted], new: &[View]) -> GoneOn {
    let of_old = |old: &Mounted, key: &str| match old {
        Mounted::Element(element) => element.key == key,
        _ => false,
    };
    let of_new = |new: &View, key: &str| match new {
        View::Element(element) => element.0.key == key,
        _ => false,
    };
    let (Some(Mounted::Element(first_old)), Some(View::Element(first_new))) =
        (old.first(), new.first())
    else {
        return GoneOn::Nowhere;
    };
    let (key_old, key_new) = (&*first_old.key, &*first_new.0.key);
    if key_old == key_new || key_old.is_empty() || key_new.is_empty() {
        return GoneOn::Nowhere;
    }
    let forward = old.iter().position(|one| of_old(one, key_new));
    let back = || new.iter().position(|one| of_new(one, key_old));
    match forward {
        Some(by) => GoneOn::Forward(by),
        None => back().map_or(GoneOn::Nowhere, GoneOn::Back),
    }
}

fn patch_each(old: Vec<Mounted>, new: Vec<View>, place: &Place) -> Vec<Mounted> {
    let mut old = old;
    let kept = old.len().min(new.len());
    for gone in old.drain(kept..) {
        remove(gone);
    }
    let mut new = new;
    let added = new.split_off(kept);
    // What is new stands behind what is kept: its place is known.
    let mut behind = Vec::with_capacity(added.len());
    for view in added {
        behind.push(mount(view, place));
    }
    let mut next = first_of(&behind);
    let mut mounted = Vec::with_capacity(kept + behind.len());
    while let (Some(old), Some(view)) = (old.pop(), new.pop()) {
        let patched = patch(old, view, &place.before(next.clone()));
        next = first_node(&patched).or(next);
        mounted.push(patched);
    }
    mounted.reverse();
    mounted.append(&mut behind);
    mounted
}

fn first_of(mounted: &[Mounted]) -> Option<Node> {
    mounted.iter().find_map(first_node)
}

fn first_node(mounted: &Mounted) -> Option<Node> {
    match mounted {
        Mounted::Nothing => None,
        Mounted::Text(node, _) => Some(node.clone().into()),
        Mounted::Element(element) => Some(element.node.clone().into()),
        Mounted::Group(group) => first_of(group),
        Mounted::Live(live) => {
            first_node(&live.inside.borrow()).or_else(|| Some(live.end.clone().into()))
        }
    }
}

fn remove(mounted: Mounted) {
    match mounted {
        Mounted::Nothing => {}
        Mounted::Text(node, _) => node.remove(),
        Mounted::Element(element) => {
            focus::leaving(&element.node);
            element.node.remove();
        }
        Mounted::Group(group) => group.into_iter().for_each(remove),
        Mounted::Live(live) => {
            live.end.remove();
            remove(live.inside.take());
        }
    }
}

impl MountedElement {
    fn patch(&mut self, new: Element, svg: bool) {
        let parts = *new.0;
        self.set_attributes(parts.attributes);
        self.set_listeners(parts.listeners);
        let place = Place {
            parent: self.node.clone().into(),
            before: None,
            svg: svg || self.tag == "svg",
        };
        let children = std::mem::take(&mut self.children);
        self.children = patch_all(children, parts.children, &place);
        self.reference = parts.reference;
        if let Some(reference) = self.reference {
            reference.came(&self.node);
        }
    }

    fn set_attributes(&mut self, attributes: Vec<Attribute>) {
        let mut old = std::mem::take(&mut self.attributes);
        for attribute in attributes {
            let before = old
                .iter()
                .position(|old| old.name == attribute.name && old.kind == attribute.kind)
                .map(|at| old.swap_remove(at).set);
            self.attributes.push(mount_attribute(
                &self.node,
                attribute,
                before.unwrap_or_default(),
            ));
        }
        for gone in old {
            if gone.set.borrow().is_some() {
                apply(&self.node, gone.name, gone.kind, None);
            }
        }
    }

    fn set_listeners(&mut self, listeners: Vec<Listener>) {
        let mut old = std::mem::take(&mut self.listeners).into_iter();
        for Listener { event, hear } in listeners {
            match old.next() {
                Some(kept) if kept.event == event => {
                    kept.hear.replace(hear);
                    self.listeners.push(kept);
                }
                _ => self.listeners.push(mount_listener(&self.node, event, hear)),
            }
        }
    }
}

impl Drop for MountedElement {
    fn drop(&mut self) {
        if let Some(reference) = self.reference {
            reference.went(&self.node);
        }
    }
}

fn mount_attribute(
    node: &web_sys::Element,
    attribute: Attribute,
    set: Rc<RefCell<Option<Cow<'static, str>>>>,
) -> MountedAttribute {
    let Attribute { name, kind, value } = attribute;
    let effect = match value {
        super::Value::Live(_) => {
            let (node, set) = (node.clone(), set.clone());
            Some(RenderEffect::new(move |_| {
                change(&node, name, kind, &set, value.now());
            }))
        }
        _ => {
            change(node, name, kind, &set, value.now());
            None
        }
    };
    MountedAttribute {
        name,
        kind,
        set,
        _effect: effect,
    }
}

fn change(
    node: &web_sys::Element,
    name: &'static str,
    kind: Kind,
    set: &RefCell<Option<Cow<'static, str>>>,
    value: Option<Cow<'static, str>>,
) {
    if *set.borrow() != value {
        apply(node, name, kind, value.as_deref());
        set.replace(value);
    }
}

fn apply(node: &web_sys::Element, name: &'static str, kind: Kind, value: Option<&str>) {
    // Names are written in this program; what the browser refuses stays as it was.
    let _applied = match (kind, value) {
        (Kind::Attribute, Some(value)) => node.set_attribute(name, value),
        (Kind::Attribute, None) => node.remove_attribute(name),
        (Kind::Style, value) => {
            let style = node.unchecked_ref::<web_sys::HtmlElement>().style();
            style.set_property(name, value.unwrap_or_default())
        }
        (Kind::Property, value) => {
            let value = JsValue::from_str(value.unwrap_or_default());
            js_sys::Reflect::set(node, &JsValue::from_str(name), &value).map(|_| ())
        }
    };
}

fn mount_listener(node: &web_sys::Element, event: &'static str, hear: Hear) -> MountedListener {
    let hear = Rc::new(RefCell::new(hear));
    let inside = hear.clone();
    let heard = Closure::<dyn Fn(Event)>::new(move |event: Event| {
        // Taken out first: what is heard may lead to another listener in its place.
        let hear = inside.borrow().clone();
        hear(event);
    });
    let _added = node.add_event_listener_with_callback(event, heard.as_ref().unchecked_ref());
    MountedListener {
        node: node.clone(),
        event,
        hear,
        heard,
    }
}

impl Drop for MountedListener {
    fn drop(&mut self) {
        let _removed = self
            .node
            .remove_event_listener_with_callback(self.event, self.heard.as_ref().unchecked_ref());
    }
}
