//! The same facts as a table, for the keyboard and for screen readers.

use super::super::super::parts::marks::glyph;
use super::super::super::state::{App, span};
use crate::engine::picture::PictureView;
use crate::model::RunPath;
use crate::text::human;
use crate::ui::dom::prelude::*;

pub(super) fn twin(app: App, run: &RunPath, view: &PictureView) -> View {
    let rows = view
        .steps
        .iter()
        .enumerate()
        .map(|(at, step)| {
            let next: Vec<&str> = view
                .drawing
                .edges
                .iter()
                .filter(|edge| edge.from as usize == at)
                .filter_map(|edge| {
                    view.steps
                        .get(edge.to as usize)
                        .map(|step| step.name.as_str())
                })
                .collect();
            let decorators = step.decorators.join(" ");
            el::div()
                .class("row")
                .attr("role", "row")
                .child(
                    el::span()
                        .attr("role", "cell")
                        .class("flex k1")
                        .child(glyph(step.status, ""))
                        .child(el::span().child(step.status.word())),
                )
                .child(
                    el::span().attr("role", "cell").class("mono k1 grow").child(
                        el::a()
                            .class("whole")
                            .attr("href", app.step_href(run, &step.name))
                            .child(step.name.clone()),
                    ),
                )
                .child(
                    el::span()
                        .attr("role", "cell")
                        .class("dim")
                        .child(human::count(step.tasks)),
                )
                .child(
                    el::span()
                        .attr("role", "cell")
                        .class("dim")
                        .child((step.failed > 0).then(|| human::count(step.failed))),
                )
                .child(
                    el::span()
                        .attr("role", "cell")
                        .class("dim")
                        .child(span(step.duration)),
                )
                .child(
                    el::span()
                        .attr("role", "cell")
                        .class("dim")
                        .child(step.kind.clone()),
                )
                .child(
                    el::span()
                        .attr("role", "cell")
                        .class("mono dim cut-end")
                        .child(next.join(", ")),
                )
                .child(
                    el::span()
                        .attr("role", "cell")
                        .class("mono dim cut-end")
                        .child(decorators),
                )
        })
        .collect_view();
    let heads = [
        "Status",
        "Step",
        "Tasks",
        "Failed",
        "Duration",
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
                .attr("aria-label", "Steps")
                .child(el::div().class("thead").attr("role", "row").child(heads))
                .child(el::div().class("rows").attr("role", "rowgroup").child(rows)),
        )
        .into_view()
}
