//! A few tasks above their list: each by name, and how long it took against the others.

use crate::engine::siblings::SiblingsView;
use crate::engine::siblings::cells::strength;
use crate::engine::tasks::StripTask;
use crate::model::{RunPath, Status};
use crate::text::human;
use crate::ui::dom::prelude::*;
use crate::ui::parts::marks::{glyph, status_class};
use crate::ui::state::{App, span};

/// One cell for each task in the order of the foreach, with its value, in as many rows as it
/// takes; the style sheet knows how wide the screen is.
pub(super) fn strip(app: App, run: &RunPath, view: &SiblingsView) -> View {
    let count = view.few.len();
    let median = view.spread.map_or(0.0, |spread| spread.median);
    let names = view.few.iter().map(|task| task.short().chars().count());
    let widest = names.max().unwrap_or(0).clamp(4, 12);
    let cells = view
        .few
        .iter()
        .map(|task| cell(app, run, task, median))
        .collect_view();
    let label = format!(
        "{}; the list below says the same",
        human::counted(count as u64, "task", "tasks")
    );
    let swatches = (1..=5u32)
        .map(|n| el::i().class("bar swatch").attr("data-d", n))
        .collect_view();
    let by = match view.foreach.as_slice() {
        [] => "each cell one task".to_owned(),
        names => format!("each cell one task, by {}", names.join(", ")),
    };
    el::figure()
        .class("strip")
        .attr("aria-label", "All tasks")
        .child(
            el::div()
                .class("cells named")
                .style("--n", count)
                .style("--ch", widest)
                .attr("role", "group")
                .attr("aria-label", label)
                .child(cells),
        )
        .child(
            el::figcaption()
                .class("legend")
                .child(el::span().child(by))
                .child(
                    el::span()
                        .class("push")
                        .child("faster ")
                        .child(swatches)
                        .child(" slower"),
                )
                .child(
                    el::span()
                        .child(glyph(Status::Retried, "glyph-s"))
                        .child("retried"),
                )
                .child(
                    el::span()
                        .child(glyph(Status::Failed, "glyph-s"))
                        .child("failed"),
                ),
        )
        .into_view()
}

fn cell(app: App, run: &RunPath, task: &StripTask, median: f64) -> View {
    let path = run.task(&task.step, &task.id);
    let label = format!(
        "{}, {}, {}",
        task.label,
        task.status.in_sentence(),
        span(task.duration)
    );
    let class = match task.status {
        Status::Succeeded => "bar".to_owned(),
        status => format!("bar {}", status_class(status)),
    };
    // Five strengths by duration, for what went as planned.
    let strength = (task.status == Status::Succeeded)
        .then(|| u32::from(strength(task.duration, median).max(1)));
    let name = el::span().class("cut-end").child(task.short().to_owned());
    el::a()
        .attr("href", app.task_href(&path))
        .attr("title", label.clone())
        .attr("aria-label", label)
        .class_if("fail", task.status == Status::Failed)
        .child(name)
        .child(el::i().class(class).attr("data-d", strength))
        .into_view()
}
