//! One box of the large drawing: its frame, its words, and the mix of its tasks.

use super::super::super::parts::marks::status_class;
use super::canvas::Canvas;
use super::tip::{Said, Tips};
use super::walk::focus_step;
use crate::engine::picture::seen::Part;
use crate::engine::picture::shapes::outline;
use crate::engine::picture::{StandsFor, StepNode};
use crate::layout::dag::Node;
use crate::layout::number::number;
use crate::layout::pane::Detail;
use crate::model::Status;
use crate::text::human;
use crate::ui::dom::prelude::*;
use std::rc::Rc;

type Walk = dyn Fn(usize, &str) -> Option<(usize, String)>;

/// What can be done with a box, by its place in the drawing.
#[derive(Clone)]
pub(super) struct Acts {
    pub choose: Rc<dyn Fn(Option<usize>)>,
    pub open: Rc<dyn Fn(usize)>,
    /// The box that an arrow key leads to, and its name.
    pub walk: Rc<Walk>,
}

/// How a box is shown.
#[derive(Clone, Copy)]
pub(super) struct Shown {
    pub at: usize,
    pub detail: Detail,
    pub selected: bool,
    pub faded: bool,
    /// It is where the keyboard comes in.
    pub first: bool,
    /// The drawing is around it.
    pub asked: bool,
}

pub(super) fn big_node(
    step: &StepNode,
    node: &Node,
    shown: Shown,
    canvas: Canvas,
    tips: Tips,
    acts: Acts,
) -> View {
    let at = shown.at;
    let is_more = matches!(step.stands_for, StandsFor::More { .. });
    let class = format!("node {}", step.mark().map_or("several", status_class));
    let (click, twice) = (acts.clone(), acts.clone());
    let pointed = std::rc::Rc::new(step.clone());
    let focused = pointed.clone();
    // Of a chosen one the panel beside it says all of that.
    let is_chosen = shown.selected;
    el::g()
        .class(class)
        .class_if("faded", shown.faded)
        .class_if("more", is_more)
        .class_if("asked", shown.asked)
        .attr("data-step", step.name.clone())
        .attr("tabindex", if shown.first { "0" } else { "-1" })
        .attr("role", "button")
        .attr("aria-pressed", shown.selected.to_string())
        .attr("aria-label", spoken(step, &step.in_words()))
        .on_click(move |_| {
            if !canvas.was_dragged() {
                (click.choose)(Some(at));
            }
        })
        .on_mouse("dblclick", move |_| (twice.open)(at))
        .on_key(move |event| {
            match event.key().as_str() {
                "Enter" => (acts.open)(at),
                " " => (acts.choose)(Some(at)),
                "Escape" => (acts.choose)(None),
                key => {
                    let Some((next, name)) = (acts.walk)(at, key) else {
                        return;
                    };
                    (acts.choose)(Some(next));
                    focus_step(name);
                }
            }
            event.prevent_default();
        })
        .on_mouse("pointerenter", move |event| {
            if !is_chosen {
                tips.enter(&event, || Said::of_step(&pointed));
            }
        })
        .on_mouse("pointerleave", move |_| tips.leave())
        .on("focus", move |event| {
            if !is_chosen {
                tips.focus(&event, || Said::of_step(&focused));
            }
        })
        .on("blur", move |_| tips.leave())
        .child(picture(step, node, shown, canvas))
        .into_view()
}

fn picture(step: &StepNode, node: &Node, shown: Shown, canvas: Canvas) -> View {
    let (x, y) = (node.x, node.y);
    let frame = rect("box", x, y, node.width, node.height);
    let sheets = step.sheets();
    let beyond = f32::from(sheets) * 4.0;
    let ring = shown.selected.then(|| {
        let (width, height) = (node.width + 10.0 + beyond, node.height + 10.0 + beyond);
        rect("ring", x - 5.0, y - 5.0, width, height)
    });
    if shown.detail <= Detail::Plain {
        let is_told = matches!(step.mark(), Some(Status::Failed | Status::Retried));
        // It is all that is told, and drawn small: as large as there is room for.
        const LARGE: f32 = 40.0;
        let aside = (node.width - LARGE) / 2.0;
        let mark = is_told.then(|| placed_glyph(step.status, x + aside, y + 6.0, LARGE));
        return group().child(ring).child(frame).child(mark).into_view();
    }
    let mark = mark_of(step, x + 10.0, y + 9.0);
    let (left, right) = (x + 32.0, x + node.width - 10.0);
    let took = step.took();
    let (full, width, beside) = (step.clone(), node.width, took.clone());
    let name =
        text("name", left, y + 21.0).child(move || full.called(canvas.letters(width, &beside)));
    let bar = step.fan.is_none().then(|| {
        let parts = step.parts(x + 10.0, y + 43.0, node.width - 20.0);
        bars(&parts)
    });
    if shown.detail == Detail::Named {
        let named = group().child(ring).child(frame).child(mark);
        return named.child(name).child(bar).into_view();
    }
    let sheets: Vec<View> = (1..=sheets)
        .rev()
        .map(|n| {
            let away = 4.0 * f32::from(n);
            rect("behind", x + away, y + away, node.width, node.height)
        })
        .collect();
    let line = step.second_line();
    let failed = line
        .failed
        .map(|failed| group().child(" · ").child(el::tspan().child(failed)));
    let took = (!took.is_empty()).then(|| text("time end", right, y + 21.0).child(took));
    let right_line = (!line.right.is_empty() && shown.detail == Detail::Full)
        .then(|| text("sub end", right, y + 37.0).child(line.right));
    group()
        .child(ring)
        .child(sheets)
        .child(frame)
        .child(mark)
        // The blanks part the words for whoever hears them.
        .child(name)
        .child(" ")
        .child(took)
        .child(" ")
        .child(text("sub", left, y + 37.0).child(line.left).child(failed))
        .child(" ")
        .child(right_line)
        .child(bar)
        .into_view()
}

fn text(class: &'static str, x: f32, y: f32) -> Element {
    el::text().class(class).attr("x", x).attr("y", y)
}

/// The class of a mark in the colour of bars.
pub(super) fn bar_class(status: Status) -> String {
    match status {
        Status::Succeeded => "mk".to_owned(),
        status => format!("mk {}", status_class(status)),
    }
}

/// Parts of one status are one shape.
pub(super) fn bars(parts: &[Part]) -> View {
    let mut shapes: Vec<(Status, String)> = Vec::new();
    for part in parts {
        let d = outline(part.status, [part.x, part.y, part.width, part.height]);
        match shapes.iter_mut().find(|(known, _)| *known == part.status) {
            Some((_, shape)) => shape.push_str(&d),
            None => shapes.push((part.status, d)),
        }
    }
    let shapes = shapes.into_iter();
    shapes
        .map(|(status, d)| el::path().class(bar_class(status)).attr("d", d))
        .collect_view()
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

/// The mark of a box: dots where it stands for tasks of several statuses.
fn mark_of(step: &StepNode, x: f32, y: f32) -> View {
    match step.mark() {
        Some(status) => placed_glyph(status, x, y, 14.0),
        None => dots(x, y).into_view(),
    }
}

fn dots(x: f32, y: f32) -> Element {
    let [left, level] = [x + 2.0, y + 7.0].map(|value| number(f64::from(value)));
    let d = format!("M{left} {level}h0m5 0h0m5 0h0");
    el::path().class("dots-of").attr("d", d)
}

/// The same mark beside words.
pub(super) fn several() -> View {
    el::svg()
        .class("glyph several")
        .attr("viewBox", "0 0 14 14")
        .attr("aria-hidden", "true")
        .child(dots(0.0, 0.0))
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

/// What a screen reader says of a box: first what can be seen, in the same order.
pub(super) fn spoken(step: &StepNode, seen: &str) -> String {
    let mut spoken = format!("{seen}, {}", step.in_sentence());
    if let Some(at_work) = step.at_work().filter(|_| step.is_step() && step.tasks > 1) {
        let tasks = human::counted(step.tasks, "task", "tasks");
        spoken.push_str(&format!(", {tasks}, {at_work}"));
    }
    spoken
}
