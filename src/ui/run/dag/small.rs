//! The small form of the drawing, for the overview: a click goes to the step.

use super::super::super::ask::answer;
use super::super::super::parts::marks::status_class;
use super::super::super::state::App;
use super::edges::{Lines, edges};
use super::node::{placed_glyph, rect, spoken};
use crate::engine::picture::seen::short;
use crate::engine::picture::{Depth, PictureQuery, StepNode};
use crate::layout::dag::Node;
use crate::layout::number::number;
use crate::layout::pane::Area;
use crate::model::RunPath;
use crate::text::human;
use crate::ui::dom::prelude::*;

pub fn small(app: App, run: RunPath) -> View {
    let asked = run.clone();
    let found = answer(move || {
        Some(PictureQuery {
            run: asked.clone(),
            depth: Depth::Small,
            only_reached: false,
        })
    });
    group()
        .child(move || {
            found.value().map(|view| {
                if view.too_many > 0 {
                    let many = human::counted(view.too_many, "step", "steps");
                    let told = format!("{many}: too many to be seen here.");
                    return el::p().class("dim").child(told).into_view();
                }
                let drawing = &view.drawing;
                let width = f64::from(drawing.width) + 4.0;
                let height = f64::from(drawing.height) + 4.0;
                let nodes = view
                    .nodes
                    .iter()
                    .zip(&drawing.nodes)
                    .map(|(step, node)| small_node(app, &run, step, node))
                    .collect_view();
                let inside = el::g()
                    .attr("transform", "translate(1 1)")
                    .child(edges(&view, &Area::ALL, Lines::All))
                    .child(nodes);
                el::svg()
                    .class("dag")
                    .attr(
                        "viewBox",
                        format!("0 0 {} {}", number(width), number(height)),
                    )
                    .attr("width", width)
                    .attr("height", height)
                    .attr("role", "group")
                    .attr("aria-label", "Steps of this run")
                    .child(inside)
                    .into_view()
            })
        })
        .into_view()
}

fn small_node(app: App, run: &RunPath, step: &StepNode, node: &Node) -> View {
    let (x, y) = (node.x, node.y);
    let sheet = (step.depth > 0).then(|| rect("behind", x + 2.0, y + 2.0, node.width, node.height));
    let count = (step.failed > 0 && step.tasks > 1).then(|| {
        el::text()
            .class("sub end")
            .attr("x", x + node.width - 9.0)
            .attr("y", y + 16.0)
            .child(format!(
                "{} / {}",
                human::count(step.failed),
                human::count(step.tasks)
            ))
    });
    let seen = match (step.failed, step.tasks) {
        (failed, tasks) if failed > 0 && tasks > 1 => {
            format!(
                "{} {} / {}",
                short(&step.name, 13),
                human::count(failed),
                human::count(tasks)
            )
        }
        _ => short(&step.name, 13),
    };
    let class = format!("node {} small", status_class(step.status));
    let name = el::text()
        .class("name")
        .attr("x", x + 24.0)
        .attr("y", y + 16.0)
        .child(short(&step.name, 13));
    let group = el::g()
        .class(class)
        .child(sheet)
        .child(rect("box", x, y, node.width, node.height))
        .child(placed_glyph(step.status, x + 7.0, y + 6.0, 12.0))
        .child(name)
        .child(" ")
        .child(count);
    el::a()
        .attr("href", app.step_href(run, &step.name))
        .attr("aria-label", spoken(step, &seen))
        .child(group)
        .into_view()
}
