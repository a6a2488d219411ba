//! A value that is an estimator of scikit-learn: what it was made with, what it learned,
//! what it is put together of. The tree in one is drawn by
//! [`decisions`](super::decisions).

use super::decisions::decisions;
use super::place;
use super::ways::bar;
use crate::engine::values::{Child, EstimatorView, ValueQuery};
use crate::text::human;
use crate::ui::dom::prelude::*;
use crate::ui::parts::marks::kind_icon;
use crate::ui::state::App;

pub(super) fn estimator(
    app: App,
    question: &ValueQuery,
    view: &EstimatorView,
    choice: View,
) -> View {
    let release = (!view.release.is_empty()).then(|| {
        el::span()
            .class("faint")
            .child(format!("scikit-learn {}", view.release))
    });
    let tree = view.has_tree.then(|| decisions(app, question.clone()));
    let steps = view.steps.iter().map(|step| {
        let columns = match step.columns.as_str() {
            "" => String::new(),
            columns => format!(" of {columns}"),
        };
        row(app, question, &step.value, &columns)
    });
    let steps = section("Put together of", steps.collect(), None);
    let shown = view.members.len() as u64;
    let more = (shown < view.members_total).then(|| {
        format!(
            "the first {} of {}",
            human::count(shown),
            human::count(view.members_total)
        )
    });
    let rows = |parts: &[Child]| {
        let rows = parts.iter().map(|part| row(app, question, part, ""));
        rows.collect::<Vec<View>>()
    };
    let page = el::div()
        .class("scroll page estimator")
        .child(
            el::div()
                .class("sect-head")
                .child(el::h2().child(view.line.clone()))
                .child(release),
        )
        .child(tree)
        .child(steps)
        .child(section("Parameters", rows(&view.parameters), None))
        .child(section("Learned", rows(&view.learned), None))
        .child(section("Members", rows(&view.members), more))
        .child(section("Other attributes", rows(&view.others), None));
    group().child(bar(choice)).child(page).into_view()
}

fn section(title: &'static str, rows: Vec<View>, note: Option<String>) -> Option<Element> {
    if rows.is_empty() {
        return None;
    }
    let count = rows.len();
    Some(
        el::section()
            .class("block")
            .attr("aria-label", title)
            .child(
                el::div()
                    .class("sect-head")
                    .child(el::h2().child(title))
                    .child(
                        el::span()
                            .class("faint")
                            .child(note.unwrap_or_else(|| human::count(count as u64))),
                    ),
            )
            .child(el::ol().class("attributes").child(rows.collect_view())),
    )
}

/// An attribute: its name, what it is, and the way to it alone.
fn row(app: App, question: &ValueQuery, part: &Child, behind: &str) -> View {
    let name = el::span().class("mono").child(part.label.clone());
    let told = el::span()
        .class("mono cut-end")
        .attr("title", part.summary.clone())
        .child(format!("{}{behind}", part.summary));
    let inside = match part.children {
        0 => el::div()
            .child(kind_icon(part.kind))
            .child(name)
            .child(told),
        _ => el::a()
            .attr("href", place(app, question, &part.at).to_hash())
            .child(kind_icon(part.kind))
            .child(name)
            .child(told),
    };
    el::li().child(inside).into_view()
}
