//! Where the focus goes when what had it goes out of the page. A browser leaves it nowhere
//! then, and who works by the keyboard begins at the top again.
//!
//! [`leaving`] is told of everything before it is taken out. If nothing else has taken the
//! focus by the next frame, it goes to the neighbour of the same kind; else to the heading
//! above, or to whatever was around; where all of that is gone too, to the place's `main`,
//! from where the next stop is the first control of the content. What a press of a button
//! brings only later can be named ahead ([`wish`]). Nothing is ever scrolled for it, and a
//! focus that is somewhere is never moved.

use leptos::prelude::{document, request_animation_frame};
use std::cell::RefCell;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Element, HtmlElement, Node, NodeList};

/// What a control is at home in.
const HOME: &str = "section, article, aside, nav, main, dialog, [tabindex]";

/// What was around a control that goes.
#[derive(Default)]
struct Lost {
    /// From the nearest to the widest, each with the heading above the control.
    homes: Vec<(HtmlElement, Option<HtmlElement>)>,
    /// The controls of its kind that stood behind it, the nearest first, and then those
    /// before it.
    kin: Vec<HtmlElement>,
}

/// What is to have the focus as soon as it is there.
struct Wish {
    selector: &'static str,
    /// Which of all: the last one, where there are not so many.
    at: usize,
    /// Something that had the focus has gone since.
    is_due: bool,
}

thread_local! {
    static LOST: RefCell<Option<Lost>> = const { RefCell::new(None) };
    static WISH: RefCell<Option<Wish>> = const { RefCell::new(None) };
}

/// What has the focus, if anything has.
fn focused() -> Option<Element> {
    let focused = document().active_element()?;
    let nowhere = document().body().map(Element::from);
    Some(focused).filter(|focused| Some(focused) != nowhere.as_ref())
}

/// Whether anything has the focus.
pub fn is_somewhere() -> bool {
    focused().is_some()
}

/// Whether this element has it.
pub fn is_at(element: &Element) -> bool {
    focused().as_ref() == Some(element)
}

/// An element is about to be taken out of the page, with all that is in it.
pub(super) fn leaving(node: &Element) {
    let Some(gone) = focused().filter(|focused| node.contains(Some(focused))) else {
        return;
    };
    // Somebody went elsewhere after the wish: it is no longer one.
    WISH.with_borrow_mut(|wish| {
        let is_main = gone.id() == "main";
        *wish = wish.take().filter(|wish| is_main || !wish.is_due);
        if let Some(wish) = wish {
            wish.is_due = true;
        }
    });
    let lost = Lost {
        homes: homes(&gone),
        kin: kin(&gone),
    };
    let is_first = LOST.with_borrow_mut(|before| before.replace(lost).is_none());
    if is_first {
        request_animation_frame(settle);
    }
}

/// Names what is to have the focus once the control is gone that was pressed.
pub fn wish(selector: &'static str, at: usize) {
    let wish = Wish {
        selector,
        at,
        is_due: false,
    };
    WISH.set(Some(wish));
}

/// Another place is shown: from the next frame on its `main` has the focus, if nothing has.
pub fn arrive() {
    let is_first = LOST.with_borrow_mut(|lost| {
        let is_first = lost.is_none();
        lost.get_or_insert_default();
        is_first
    });
    if is_first {
        request_animation_frame(settle);
    }
}

fn settle() {
    let lost = LOST.take().unwrap_or_default();
    if is_somewhere() || is_fulfilled() {
        return;
    }
    for (home, heading) in lost.homes {
        if !home.is_connected() {
            continue;
        }
        let inside = |one: &&HtmlElement| one.is_connected() && home.contains(Some(one));
        let mut kin = lost.kin.iter().filter(inside);
        if kin.any(take) || heading.iter().filter(inside).any(take) || take(&home) {
            return;
        }
    }
    take_first("#main");
}

/// Gives the focus to the first of these that takes it.
pub fn take_first(selector: &str) {
    let found = everywhere(selector);
    // Where there is none, the focus stays where it is.
    let _taken = found.iter().any(take);
}

fn is_fulfilled() -> bool {
    let found = WISH.with_borrow(|wish| {
        let wish = wish.as_ref()?;
        let found = everywhere(wish.selector);
        let at = wish.at.min(found.len().checked_sub(1)?);
        found.into_iter().nth(at)
    });
    let fulfilled = found.is_some_and(|found| take(&found));
    if fulfilled {
        WISH.set(None);
    }
    fulfilled
}

fn homes(gone: &Element) -> Vec<(HtmlElement, Option<HtmlElement>)> {
    let mut homes = Vec::new();
    let mut around = gone.parent_element();
    while let Some(home) = around.and_then(|around| around.closest(HOME).ok()?) {
        let headings = all(&home, "h1, h2, h3");
        let above = |heading: &HtmlElement| is_before(heading, gone);
        let heading = headings.into_iter().rev().find(above);
        around = home.parent_element();
        homes.push((home.unchecked_into(), heading));
    }
    homes
}

fn kin(gone: &Element) -> Vec<HtmlElement> {
    let alike = everywhere(&gone.tag_name());
    // Of what is drawn as SVG, only the attribute is a text.
    let class = gone.get_attribute("class");
    let others = alike
        .into_iter()
        .filter(|one| one.get_attribute("class") == class && !one.is_same_node(Some(gone)));
    let (mut before, mut kin): (Vec<_>, Vec<_>) = others.partition(|one| is_before(one, gone));
    before.reverse();
    kin.append(&mut before);
    kin
}

/// Whether a node stands before another one that is not in it.
fn is_before(one: &Node, other: &Node) -> bool {
    one.compare_document_position(other) & Node::DOCUMENT_POSITION_FOLLOWING != 0
}

/// What an element holds of this.
pub fn all(within: &Element, selector: &str) -> Vec<HtmlElement> {
    listed(within.query_selector_all(selector).ok())
}

fn everywhere(selector: &str) -> Vec<HtmlElement> {
    listed(document().query_selector_all(selector).ok())
}

fn listed(list: Option<NodeList>) -> Vec<HtmlElement> {
    let list = list.as_ref();
    let each = list.map_or(0, NodeList::length);
    (0..each)
        .filter_map(|at| list?.get(at)?.dyn_into().ok())
        .collect()
}

/// Gives an element the focus, and makes it able to have it; whether it took it. What is
/// hidden does not.
pub fn take(element: &HtmlElement) -> bool {
    if element.tab_index() < 0 && !element.has_attribute("tabindex") {
        // Only this program can give it the focus then, no key can.
        element.set_tab_index(-1);
    }
    let options = js_sys::Object::new();
    let still = JsValue::from_str("preventScroll");
    let _set = js_sys::Reflect::set(&options, &still, &JsValue::TRUE);
    let focus = js_sys::Reflect::get(element, &JsValue::from_str("focus"));
    if let Some(focus) = focus
        .ok()
        .and_then(|it| it.dyn_into::<js_sys::Function>().ok())
    {
        let _focused = focus.call1(element, &options);
    }
    document().active_element().as_ref() == Some(element.as_ref())
}
