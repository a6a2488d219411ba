//! A value as a tree that opens part by part.

use crate::engine::ask::Window;
use crate::engine::values::{Child, ChildrenQuery, ValueQuery};
use crate::text::human;
use crate::ui::ask::answer;
use crate::ui::dom::prelude::*;
use crate::ui::parts::marks::{icon, kind_icon};

/// What a whole value is stands above the tree: its parts follow at once.
pub(super) fn tree(question: &ValueQuery, root: Option<&Child>) -> View {
    let inside = root.map(|root| match root.children {
        0 => node(question.clone(), root.clone(), 0, true),
        _ => parts_from(question.clone(), root.node, 0, 0),
    });
    let tree = el::div()
        .class("tree value-tree")
        .attr("role", "tree")
        .attr("aria-label", "Value")
        .child(inside);
    el::div().class("scroll").child(tree).into_view()
}

/// The parts of a value from one on: some, and a button that brings those after them.
fn parts_from(question: ValueQuery, node: u32, first: u64, level: usize) -> View {
    /// Parts that come at once.
    const SOME: u64 = 100;
    let more = RwSignal::new(false);
    let asked = question.clone();
    let found = answer(move || {
        Some(ChildrenQuery {
            value: asked.clone(),
            node,
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
        let rows = view
            .children
            .iter()
            .enumerate()
            .map(|(at, child)| {
                let is_first = level == 0 && first == 0 && at == 0;
                self::node(question.clone(), child.clone(), level, is_first)
            })
            .collect_view();
        let next = first + view.children.len() as u64;
        let left = view.total.saturating_sub(next);
        let question = question.clone();
        let rest = move || {
            if left == 0 {
                return None;
            }
            if more.get() {
                return Some(parts_from(question.clone(), node, next, level));
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
fn node(question: ValueQuery, child: Child, level: usize, first: bool) -> View {
    let open = RwSignal::new(false);
    let bits = child.node;
    let children = move || {
        open.get()
            .then(|| parts_from(question.clone(), bits, 0, level + 1))
    };
    let can_open = child.children > 0;
    let toggle = move || {
        if can_open {
            open.update(|open| *open = !*open);
        }
    };
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
        .child(el::span().class("n").child(child.summary.clone()));
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
