//! The bundled example as a picture: a real run, drawn before anything is opened, so
//! that one sees what one gets before a word is read.
//!
//! Its few numbers lie beside the example in `trainflow.card.txt`, which
//! `tests/fixtures/make/card.py` writes from the example itself.

use super::parts::marks::{glyph, swatch, swatch_line};
use crate::browser::example::{self, Card, Row};
use crate::layout::number::number;
use crate::model::Status;
use crate::text::human;
use crate::ui::dom::prelude::*;

const WIDTH: f64 = 560.0;
const LEFT: f64 = 92.0;
const ROW: f64 = 17.0;
const TOP: f64 = 26.0;

/// The picture with its legend and the link into it.
pub fn example(href: String) -> View {
    let card = RwSignal::new(None::<Card>);
    let task = example::read(move |read| {
        // The page may be gone when it arrives.
        let _shown = card.try_set(Some(read));
    });
    let task = StoredValue::new_local(Some(task));
    on_cleanup(move || task.update_value(|task| drop(task.take())));
    group()
        .child(move || card.get().map(|card| drawn(&card, &href)))
        .into_view()
}

fn drawn(card: &Card, href: &str) -> View {
    let status = Status::from_key(&card.status).unwrap_or(Status::Succeeded);
    let tasks = human::counted(card.rows.len() as u64, "task", "tasks");
    let length = human::span(card.length * 1000);
    let height = TOP + ROW * card.rows.len() as f64 + 6.0;
    let scale = (WIDTH - LEFT - 8.0) / card.length.max(1) as f64;
    let x = move |at: i64| LEFT + at as f64 * scale;
    let step = tick(card.length);
    let axis = (0..)
        .map(|n| n * step)
        .take_while(|at| *at <= card.length)
        .map(|at| {
            let label = if at == 0 {
                "0".to_owned()
            } else {
                human::span(at * 1000)
            };
            let line = format!(
                "M{} {}V{}",
                number(x(at) + 0.5),
                number(TOP),
                number(height - 4.0)
            );
            group()
                .child(
                    el::text()
                        .class("axis")
                        .attr("x", x(at) + 4.0)
                        .attr("y", "16")
                        .child(label),
                )
                .child(el::path().class("grid").attr("d", line))
        })
        .collect_view();
    let mut before = "";
    let rows = card
        .rows
        .iter()
        .enumerate()
        .map(|(at, row)| {
            let label = if row.step == before {
                String::new()
            } else {
                row.step.clone()
            };
            before = &row.step;
            drawn_row(row, &label, TOP + ROW * at as f64, &x)
        })
        .collect_view();
    let picture = el::svg()
        .attr(
            "viewBox",
            format!("0 0 {} {}", number(WIDTH), number(height)),
        )
        .attr("role", "img")
        .attr(
            "aria-label",
            format!("Timeline of {}, {tasks}, {length}", card.flow),
        )
        .child(axis)
        .child(rows);
    let tip = card.note.as_ref().and_then(|note| {
        let row = card.rows.get(note.row)?;
        let (from, to, _) = *row.attempts.get(note.attempt as usize)?;
        let left = percent((x(from) + x(to)) / 2.0 / WIDTH * 100.0 - 2.0);
        let top = percent((TOP + ROW * note.row as f64) / height * 100.0);
        let length = human::span((to - from) * 1000);
        let name = format!("{}, attempt {}", row.step, note.attempt);
        let inside = group()
            .child(
                el::b()
                    .child(glyph(Status::Failed, "glyph-s"))
                    .child(name)
                    .child(el::span().class("n").child(length)),
            )
            .child(el::p().class("mono").child(note.text.clone()));
        Some(
            el::div()
                .class("tip")
                .style("--x", left)
                .style("--y", top)
                .child(inside),
        )
    });
    group()
        .child(
            el::div()
                .class("list-head")
                .child(el::h2().child(card.flow.clone()))
                .child(el::span().class("mono faint").child(card.run.clone()))
                .child(
                    el::span()
                        .class("push head-acts")
                        .child(glyph(status, ""))
                        .child(format!("{length}, {tasks}")),
                ),
        )
        .child(el::div().class("drawing").child(picture).child(tip))
        .child(
            el::div()
                .class("legend")
                .child(el::span().child(swatch("mk")).child("succeeded"))
                .child(el::span().child(swatch("mk fail")).child("failed attempt"))
                .child(el::span().child(swatch("mk queue")).child("queued"))
                .child(
                    el::span()
                        .child(swatch_line("wait"))
                        .child("waiting to retry"),
                )
                .child(
                    el::a()
                        .class("link push")
                        .attr("href", href.to_owned())
                        .child("Open this example"),
                ),
        )
        .into_view()
}

fn drawn_row(row: &Row, label: &str, top: f64, x: &impl Fn(i64) -> f64) -> View {
    let bar = |class: &'static str, from: i64, to: i64| {
        let width = (x(to) - x(from)).max(if class == "mk fail" { 3.0 } else { 2.0 });
        el::rect()
            .class(class)
            .attr("x", x(from))
            .attr("y", top + 3.5)
            .attr("width", width)
            .attr("height", "11")
            .attr("rx", "2")
            .into_view()
    };
    let mut marks: Vec<View> = Vec::new();
    if let Some((started, _, _)) = row.attempts.first() {
        marks.push(bar("mk queue", row.created, *started));
    }
    let mut ended: Option<i64> = None;
    for (from, to, failed) in &row.attempts {
        if let Some(before) = ended {
            let line = format!(
                "M{} {}H{}",
                number(x(before) + 2.0),
                number(top + 9.0),
                number(x(*from) - 2.0)
            );
            marks.push(el::path().class("wait").attr("d", line).into_view());
        }
        marks.push(bar(if *failed { "mk fail" } else { "mk" }, *from, *to));
        ended = Some(*to);
    }
    group()
        .child(
            el::text()
                .attr("x", "0")
                .attr("y", top + 13.0)
                .child(label.to_owned()),
        )
        .child(
            el::text()
                .class("val")
                .attr("x", "82")
                .attr("y", top + 13.0)
                .child(row.value.clone()),
        )
        .child(marks)
        .into_view()
}

/// A round step, so that the axis has three to six marks.
fn tick(length: i64) -> i64 {
    const ROUND: [i64; 10] = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600];
    ROUND
        .into_iter()
        .map(|seconds| seconds * 1000)
        .find(|step| length / step <= 5)
        .unwrap_or(3_600_000)
}

fn percent(value: f64) -> String {
    format!("{}%", number(value))
}
