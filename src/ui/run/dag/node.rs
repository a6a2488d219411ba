//! One step of the large drawing: its box, its words, and the mix of its tasks.

use super::super::super::parts::marks::status_class;
use super::super::super::state::span;
use super::canvas::Canvas;
use super::walk::focus_step;
use crate::engine::picture::StepNode;
use crate::layout::dag::Node;
use crate::model::Status;
use crate::text::human;
use crate::ui::dom::prelude::*;

pub(super) type Walk = Box<dyn Fn(&str) -> Option<String>>;

pub(super) struct Acts {
    pub choose: Box<dyn Fn(Option<String>)>,
    pub open: Box<dyn Fn(&str)>,
    /// The step that an arrow key leads to.
    pub walk: Walk,
}

/// How many letters stand in the second line of a node, with a gap between count and kind.
const LETTERS: usize = 26;

pub(super) fn big_node(
    step: &StepNode,
    node: &Node,
    selected: bool,
    faded: bool,
    first: bool,
    canvas: Canvas,
    acts: Acts,
) -> View {
    let (x, y) = (node.x, node.y);
    let sheets: Vec<View> = (1..=step.depth.min(2))
        .rev()
        .map(|n| {
            rect(
                "sheet",
                x + 4.0 * f32::from(n),
                y + 4.0 * f32::from(n),
                node.width,
                node.height,
            )
        })
        .collect();
    let depth = f32::from(step.depth.min(2)) * 4.0;
    let ring = rect(
        "ring",
        x - 5.0,
        y - 5.0,
        node.width + 10.0 + depth,
        node.height + 10.0 + depth,
    );
    let reached = step.status != Status::Skipped;
    let count = if reached {
        human::counted(step.tasks, "task", "tasks")
    } else {
        "not reached".to_owned()
    };
    let failed = (step.failed > 0 && step.tasks > 1).then(|| {
        group()
            .child(" · ")
            .child(el::tspan().child(format!("{} failed", human::count(step.failed))))
    });
    let told = if step.failed > 0 && step.tasks > 1 {
        format!("{count} · {} failed", human::count(step.failed))
    } else {
        count.clone()
    };
    // The kind has the room that the count leaves; its arguments stand in the panel.
    let decorator = step.decorators.first();
    let decorator = decorator.and_then(|one| one.split(' ').next());
    let kind: Vec<&str> = [Some(step.kind.as_str()), decorator]
        .into_iter()
        .flatten()
        .filter(|text| !text.is_empty())
        .collect();
    let room = LETTERS.saturating_sub(told.chars().count());
    let kind = match room {
        0..4 => String::new(),
        room => short(&kind.join(" · "), room),
    };
    let seen: Vec<String> = [
        short(&step.name, 20),
        span(step.duration),
        told,
        kind.clone(),
    ]
    .into_iter()
    .filter(|text| !text.is_empty())
    .collect();
    let seen = seen.join(" ");
    let class = format!(
        "node {}{}",
        status_class(step.status),
        if faded { " faded" } else { "" }
    );
    let full = step.name.clone();
    let name = StoredValue::new(step.name.clone());
    let acts = StoredValue::new_local(acts);
    let (left, right) = (x + 32.0, x + node.width - 10.0);
    let title = el::title().child(if step.doc.is_empty() {
        step.name.clone()
    } else {
        format!("{}: {}", step.name, step.doc)
    });
    el::g()
        .class(class)
        .attr("data-step", step.name.clone())
        .attr("tabindex", if selected || first { "0" } else { "-1" })
        .attr("role", "button")
        .attr("aria-pressed", selected.to_string())
        .attr("aria-label", spoken(step, &seen))
        .on_click(move |_| acts.with_value(|acts| (acts.choose)(Some(name.get_value()))))
        .on_mouse("dblclick", move |_| {
            acts.with_value(|acts| (acts.open)(&name.get_value()))
        })
        .on_key(move |event| {
            match event.key().as_str() {
                "Enter" => acts.with_value(|acts| (acts.open)(&name.get_value())),
                " " => acts.with_value(|acts| (acts.choose)(Some(name.get_value()))),
                "Escape" => acts.with_value(|acts| (acts.choose)(None)),
                key => {
                    let Some(next) = acts.with_value(|acts| (acts.walk)(key)) else {
                        return;
                    };
                    acts.with_value(|acts| (acts.choose)(Some(next.clone())));
                    focus_step(next);
                }
            }
            event.prevent_default();
        })
        .child(title)
        .child(ring)
        .child(sheets)
        .child(rect("box", x, y, node.width, node.height))
        .child(placed_glyph(step.status, x + 10.0, y + 9.0, 14.0))
        // The blanks part the words for whoever hears them.
        .child(text("name", left, y + 21.0).child(move || short(&full, canvas.letters())))
        .child(" ")
        .child(text("time end", right, y + 21.0).child(span(step.duration)))
        .child(" ")
        .child(text("sub", left, y + 37.0).child(count).child(failed))
        .child(" ")
        .child(text("sub end", right, y + 37.0).child(kind))
        .child(mix(step, x + 10.0, y + 43.0, node.width - 20.0))
        .into_view()
}

fn text(class: &'static str, x: f32, y: f32) -> Element {
    el::text().class(class).attr("x", x).attr("y", y)
}

/// One part for each task up to 24, else in proportion; what failed stands first and taller.
fn mix(step: &StepNode, x: f32, y: f32, width: f32) -> View {
    const PARTS: u64 = 24;
    if step.tasks == 0 {
        return ().into_view();
    }
    let mut parts: Vec<View> = Vec::new();
    let mut part = |status: Status, at: f32, width: f32| {
        let (class, top, height) = match status {
            Status::Failed => ("mk fail".to_owned(), y - 3.0, 7.0),
            Status::Succeeded => ("mk".to_owned(), y, 4.0),
            status => (format!("mk {}", status_class(status)), y, 4.0),
        };
        parts.push(
            el::rect()
                .class(class)
                .attr("x", at)
                .attr("y", top)
                .attr("width", width.max(1.0))
                .attr("height", height)
                .attr("rx", "1")
                .into_view(),
        );
    };
    if step.tasks <= PARTS {
        let each = (width + 1.0) / step.tasks as f32;
        let statuses = step
            .mix
            .iter()
            .flat_map(|(status, count)| std::iter::repeat_n(*status, *count as usize));
        for (at, status) in statuses.enumerate() {
            part(status, x + each * at as f32, each - 1.0);
        }
    } else {
        let mut at = x;
        for (status, count) in &step.mix {
            let length = (width * *count as f32 / step.tasks as f32).max(3.0);
            part(*status, at, (length - 1.0).min(x + width - at));
            at += length;
        }
    }
    parts.collect_view().into_view()
}

pub(super) fn rect(class: &'static str, x: f32, y: f32, width: f32, height: f32) -> View {
    el::rect()
        .class(class)
        .attr("x", x)
        .attr("y", y)
        .attr("width", width)
        .attr("height", height)
        .into_view()
}

pub(super) fn placed_glyph(status: Status, x: f32, y: f32, size: f32) -> View {
    let status = status_class(status);
    el::svg()
        .class(format!("glyph {status}"))
        .attr("x", x)
        .attr("y", y)
        .attr("width", size)
        .attr("height", size)
        .attr("aria-hidden", "true")
        .child(el::use_().attr("href", format!("#g-{status}")))
        .into_view()
}

pub(super) fn short(name: &str, most: usize) -> String {
    if name.chars().count() <= most {
        return name.to_owned();
    }
    let mut cut: String = name.chars().take(most.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

/// What a screen reader says of a step: first what can be seen, in the same order.
pub(super) fn spoken(step: &StepNode, seen: &str) -> String {
    format!("{seen}, {}", step.status.in_sentence())
}
