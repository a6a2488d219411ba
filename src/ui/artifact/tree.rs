//! A value as a tree that opens part by part.

use super::place;
use crate::engine::ask::Window;
use crate::engine::values::{Child, ChildrenQuery, Kind, SearchQuery, SearchView, ValueQuery};
use crate::text::human;
use crate::ui::ask::{answer, shown};
use crate::ui::dom::prelude::*;
use crate::ui::keys::{arrive, arrived};
use crate::ui::parts::controls::text_filter;
use crate::ui::parts::marks::{icon, kind_icon};
use crate::ui::state::App;
use wasm_bindgen::JsCast as _;

/// Where the keyboard comes into the tree.
const FIRST: &str = ".value-tree > [role=treeitem]";

/// What a whole value is stands above the tree: its parts follow at once.
pub(super) fn tree(app: App, question: &ValueQuery, root: Option<&Child>, choice: View) -> View {
    let begins = if root.is_some_and(|root| root.children > 0) {
        Begins::Parts
    } else {
        Begins::Root
    };
    tree_from(app, question, root, begins, choice)
}

/// The same for a call that was not made, which only its own row tells.
pub(super) fn call_tree(app: App, question: &ValueQuery, root: Option<&Child>) -> View {
    tree_from(app, question, root, Begins::Root, group().into_view())
}

/// What stands at the top of a tree.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Begins {
    Root,
    Parts,
}

fn tree_from(
    app: App,
    question: &ValueQuery,
    root: Option<&Child>,
    begins: Begins,
    choice: View,
) -> View {
    let inside = root.map(|root| match begins {
        Begins::Root => {
            let open = RwSignal::new(root.children > 0);
            node(app, question.clone(), root.clone(), 0, true, open)
        }
        Begins::Parts => parts_from(app, question.clone(), root.clone(), 0, 0),
    });
    let tree = el::div()
        .class("tree value-tree")
        .attr("role", "tree")
        .attr("aria-label", "Value")
        .on("focusin", |event| stay(&event))
        .child(inside);
    if root.is_some() && begins == Begins::Root {
        arrived(&question.at, FIRST);
    }
    let sought = RwSignal::new(String::new());
    let is_searched = move || !sought.with(|text| text.trim().is_empty());
    let (asked, whole) = (question.clone(), tree.into_view());
    group()
        .child(
            el::div()
                .class("table-tools")
                .child(text_filter("Search in this value", sought))
                .child(choice),
        )
        .child(
            el::div()
                .class("scroll")
                .child(move || is_searched().then(|| hits(app, asked.clone(), sought)))
                .child(
                    el::div()
                        .attr("hidden", move || is_searched().then_some(""))
                        .child(whole),
                ),
        )
        .into_view()
}

/// The row that has the focus is the one where the keyboard comes in again.
fn stay(event: &web_sys::Event) {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let row = target.and_then(|target| target.closest("[role=treeitem]").ok()?);
    let Some((row, tree)) = row.and_then(|row| Some((row.clone(), row.closest(".tree").ok()??)))
    else {
        return;
    };
    // What cannot be set stays as it was.
    if let Ok(Some(before)) = tree.query_selector("[role=treeitem][tabindex='0']") {
        let _left = before.set_attribute("tabindex", "-1");
    }
    let _came = row.set_attribute("tabindex", "0");
}

/// Where a text stands in a value.
fn hits(app: App, question: ValueQuery, sought: RwSignal<String>) -> View {
    let asked = question.clone();
    let found = answer(move || {
        Some(SearchQuery {
            value: asked.clone(),
            text: sought.get(),
        })
    });
    let draw = shown(found, move |view: &SearchView| {
        let looked_at = human::counted(view.looked_at, "part", "parts");
        let told = match (view.hits_total, view.in_part) {
            (0, false) => format!("Not found in {looked_at}."),
            (0, true) => format!("Not found in the first {looked_at}; there are more."),
            (hits, in_part) => {
                let some = match view.hits.len() as u64 {
                    shown if shown < hits => format!(", {} of them here", human::count(shown)),
                    _ => String::new(),
                };
                let of = if in_part { " of the first" } else { " among" };
                let hits = human::counted(hits, "place", "places");
                format!("{hits}{of} {looked_at}{some}")
            }
        };
        let rows = view.hits.iter().map(|hit| {
            let at = hit.at.clone();
            el::a()
                .class("tree-row")
                .on_click(move |event| follow(&event, &at))
                .attr("href", place(app, &question, &hit.at).to_hash())
                .child(kind_icon(hit.kind))
                .child(
                    el::span()
                        .class("named")
                        .child(el::span().class("name").child(hit.label.clone())),
                )
                .child(el::span().class("n").child(hit.summary.clone()))
        });
        group()
            .child(el::p().class("note").child(told))
            .child(
                el::div()
                    .class("tree value-tree")
                    .child(rows.collect_view()),
            )
            .into_view()
    });
    el::section()
        .attr("aria-label", "Found")
        .child(draw)
        .into_view()
}

/// A link to a part was followed here, not into another tab.
fn follow(event: &web_sys::MouseEvent, at: &str) {
    if !event.ctrl_key() && !event.meta_key() && !event.shift_key() {
        arrive(at);
    }
}

/// The parts of a value from one on: some, and a button that brings those after them.
fn parts_from(app: App, question: ValueQuery, of: Child, first: u64, level: usize) -> View {
    /// Parts that come at once.
    const SOME: u64 = 100;
    let more = RwSignal::new(false);
    let (asked, place) = (question.clone(), of.clone());
    let found = answer(move || {
        Some(ChildrenQuery {
            value: asked.clone(),
            node: place.node,
            at: place.at.clone(),
            window: Window { first, count: SOME },
        })
    });
    let rows = move || {
        let now = found.get();
        if let Some(failure) = now.failure {
            let told = failure.explanation.clone();
            return Some(el::p().class("note").child(told).into_view());
        }
        let view = now.value?;
        if level == 0 && first == 0 {
            arrived(&question.at, FIRST);
        }
        let rows = view
            .children
            .iter()
            .enumerate()
            .map(|(at, child)| {
                let is_first = level == 0 && first == 0 && at == 0;
                let open = RwSignal::new(false);
                node(app, question.clone(), child.clone(), level, is_first, open)
            })
            .collect_view();
        let next = first + view.children.len() as u64;
        let left = view.total.saturating_sub(next);
        let (question, of) = (question.clone(), of.clone());
        let rest = move || {
            if left == 0 {
                return None;
            }
            if more.get() {
                return Some(parts_from(app, question.clone(), of.clone(), next, level));
            }
            let label = format!(
                "Show {} more of {}",
                human::count(left.min(SOME)),
                human::count(view.total)
            );
            Some(
                el::button()
                    .class("btn btn-s btn-quiet more")
                    .on_click(move |_| more.set(true))
                    .child(label)
                    .into_view(),
            )
        };
        Some(group().child(rows).child(rest).into_view())
    };
    rows.into_view()
}

/// A place in a value; opens into its parts. The first of all is where the keyboard
/// comes in.
fn node(
    app: App,
    question: ValueQuery,
    child: Child,
    level: usize,
    first: bool,
    open: RwSignal<bool>,
) -> View {
    let alone = place(app, &question, &child.at);
    let of = child.clone();
    let children = move || {
        open.get()
            .then(|| parts_from(app, question.clone(), of.clone(), 0, level + 1))
    };
    // An array or a table is looked at alone, not taken apart.
    let can_open = child.children > 0 && child.kind != Kind::Table;
    let (there, own, at) = (alone.clone(), child.at.clone(), child.at.clone());
    let is_long = matches!(
        child.kind,
        Kind::Table | Kind::Image | Kind::Bytes | Kind::Text
    );
    let toggle = move || {
        if can_open {
            open.update(|open| *open = !*open);
        } else if is_long {
            arrive(&own);
            app.go(there.clone());
        }
    };
    let open_alone = (level > 0 || !first || child.children == 0).then(|| {
        el::a()
            .class("alone")
            .attr("href", alone.to_hash())
            .attr("tabindex", "-1")
            .attr("aria-label", format!("Open {} alone", child.label))
            .attr(
                "title",
                "Open this part alone: it has an address of its own",
            )
            .on_click(move |event| {
                event.stop_propagation();
                follow(&event, &at);
            })
            .child(icon("right", "icon-s"))
    });
    let short_class = child
        .class
        .strip_prefix("builtins.")
        .unwrap_or(&child.class)
        .to_owned();
    let inside = group()
        .child(
            el::span()
                .class("twist")
                .class_if("none", !can_open)
                .child(icon("right", "icon-s")),
        )
        .child(kind_icon(child.kind))
        .child(
            el::span()
                .class("named")
                .child(el::span().class("name").child(child.label.clone()))
                .child(el::span().class("kind").child(short_class)),
        )
        .child(el::span().class("n").child(child.summary.clone()))
        .child(open_alone);
    let row = el::div()
        .attr("role", "treeitem")
        .class("tree-row")
        .attr("aria-level", level + 1)
        .attr("aria-expanded", move || {
            can_open.then(|| open.get().to_string())
        })
        .attr("tabindex", if first { "0" } else { "-1" })
        .style("--l", level)
        .on_click(move |_| toggle())
        .child(inside);
    group().child(row).child(children).into_view()
}
