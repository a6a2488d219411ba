//! The same facts as a table, for the keyboard and for screen readers.

use super::super::super::parts::marks::glyph;
use super::super::super::state::{App, span};
use crate::engine::picture::{PictureView, StandsFor, StepNode};
use crate::model::RunPath;
use crate::text::human;
use crate::ui::dom::prelude::*;

pub(super) fn twin(app: App, run: &RunPath, view: &PictureView) -> View {
    // Found once, and not for each row among all edges.
    let mut next: Vec<Vec<&str>> = vec![Vec::new(); view.nodes.len()];
    for edge in &view.drawing.edges {
        let to = view.nodes.get(edge.to as usize);
        if let (Some(to), Some(next)) = (to, next.get_mut(edge.from as usize)) {
            next.push(&to.name);
        }
    }
    let of_tasks = view.nodes.iter().any(|node| !node.is_step());
    let rows = view
        .nodes
        .iter()
        .zip(next)
        .map(|(node, next)| row(app, run, node, &next))
        .collect_view();
    let heads = [
        "Status",
        if of_tasks { "Task" } else { "Step" },
        if of_tasks { "Value" } else { "Tasks" },
        "Failed",
        "Duration",
        "At work",
        "Median",
        "Kind",
        "Leads to",
        "Decorators",
    ]
    .map(|head| el::span().attr("role", "columnheader").child(head))
    .collect_view();
    el::div()
        .class("scroll")
        .attr("tabindex", "0")
        .child(
            el::div()
                .class("table steps")
                .attr("role", "table")
                .attr("aria-label", if of_tasks { "Tasks" } else { "Steps" })
                .child(el::div().class("thead").attr("role", "row").child(heads))
                .child(el::div().class("rows").attr("role", "rowgroup").child(rows)),
        )
        .into_view()
}

fn row(app: App, run: &RunPath, node: &StepNode, next: &[&str]) -> View {
    let cell = |class: &'static str| el::span().attr("role", "cell").class(class);
    let (href, count) = match &node.stands_for {
        StandsFor::Task {
            step, id, label, ..
        } => (
            app.task_href(&run.task(step, id)),
            label.clone().unwrap_or_default(),
        ),
        StandsFor::More { step } => (
            app.step_href(run, step),
            human::counted(node.tasks, "task", "tasks"),
        ),
        StandsFor::Step => (app.step_href(run, &node.name), human::count(node.tasks)),
    };
    let is_one = matches!(node.stands_for, StandsFor::Task { .. });
    let failed = (node.failed > 0 && !is_one).then(|| human::count(node.failed));
    let kind = match is_one {
        true => node.second_line().right,
        false => node.kind.clone(),
    };
    let told = (!node.doc.is_empty()).then(|| node.doc.clone());
    let name = el::a()
        .class("whole")
        .attr("href", href)
        .attr("title", told)
        .child(node.name.clone());
    el::div()
        .class("row")
        .attr("role", "row")
        .child(
            cell("flex k1")
                .child(glyph(node.status, ""))
                .child(el::span().child(node.status.word())),
        )
        .child(cell("mono k1 grow").child(name))
        .child(cell("dim cut-end").child(count))
        .child(cell("dim").child(failed))
        .child(cell("dim").child(node.took()))
        .child(cell("dim").child(span(node.worked)))
        .child(cell("dim").child(span(node.median)))
        .child(cell("dim").child(kind))
        .child(cell("mono dim cut-end").child(next.join(", ")))
        .child(cell("mono dim cut-end").child(node.decorators.join(" ")))
        .into_view()
}
