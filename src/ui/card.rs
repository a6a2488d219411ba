//! The bundled example as a picture: a real run, drawn before anything is opened, so
//! that one sees what one gets before a word is read.
//!
//! Its few numbers lie beside the example in `trainflow.card.json`, which
//! `tests/fixtures/make/card.py` writes from the example itself.

use super::parts::marks::glyph;
use crate::browser::example::{self, Card, Row};
use crate::model::Status;
use crate::text::human;
use leptos::prelude::*;
use leptos::svg;

const WIDTH: f64 = 560.0;
const LEFT: f64 = 92.0;
const ROW: f64 = 17.0;
const TOP: f64 = 26.0;

/// The picture with its legend and the link into it.
pub fn example(href: String) -> AnyView {
    let card = RwSignal::new(None::<Card>);
    let task = example::read(move |read| {
        // The page may be gone when it arrives.
        let _shown = card.try_set(Some(read));
    });
    let task = StoredValue::new_local(Some(task));
    on_cleanup(move || task.update_value(|task| drop(task.take())));
    view! { {move || card.get().map(|card| drawn(&card, &href))} }.into_any()
}

fn drawn(card: &Card, href: &str) -> AnyView {
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
            let label = if at == 0 { "0".to_owned() } else { human::span(at * 1000) };
            let line = format!("M{:.1} {TOP}V{:.1}", x(at) + 0.5, height - 4.0);
            view! { <text class="axis" x=format!("{:.1}", x(at) + 4.0) y="16">{label}</text><path class="grid" d=line></path> }
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
    let picture = svg::svg()
        .attr("viewBox", format!("0 0 {WIDTH} {height:.0}"))
        .attr("role", "img")
        .attr(
            "aria-label",
            format!("Timeline of {}, {tasks}, {length}", card.flow),
        )
        .child((axis, rows));
    let tip = card.note.as_ref().and_then(|note| {
        let row = card.rows.get(note.row)?;
        let (from, to, _) = *row.attempts.get(note.attempt as usize)?;
        let left = format!("{:.1}%", (x(from) + x(to)) / 2.0 / WIDTH * 100.0 - 2.0);
        let top = format!(
            "{:.1}%",
            (TOP + ROW * note.row as f64 - 62.0) / height * 100.0
        );
        let length = human::span((to - from) * 1000);
        let name = format!("{}, attempt {}", row.step, note.attempt);
        let inside = view! {
            <b>{glyph(Status::Failed, "glyph-s")}{name}<span class="n">{length}</span></b>
            <p class="mono">{note.text.clone()}</p>
        };
        Some(
            leptos::html::div()
                .class("tip")
                .style(("--x", left))
                .style(("--y", top))
                .child(inside),
        )
    });
    let swatch = |class: &'static str| view! { <svg class="swatch" viewBox="0 0 14 9"><rect class=class width="14" height="9" rx="2"></rect></svg> };
    view! {
        <div class="list-head">
            <h2>{card.flow.clone()}</h2>
            <span class="mono faint">{card.run.clone()}</span>
            <span class="push head-acts">{glyph(status, "")}{format!("{length}, {tasks}")}</span>
        </div>
        <div class="drawing">{picture}{tip}</div>
        <div class="legend">
            <span>{swatch("mk")}"succeeded"</span>
            <span>{swatch("mk fail")}"failed attempt"</span>
            <span>{swatch("mk queue")}"queued"</span>
            <span><svg class="swatch" viewBox="0 0 14 9"><path class="wait" d="M0 4.5h14"></path></svg>"waiting to retry"</span>
            <a class="link push" href=href.to_owned()>"Open this example"</a>
        </div>
    }
    .into_any()
}

fn drawn_row(row: &Row, label: &str, top: f64, x: &impl Fn(i64) -> f64) -> AnyView {
    let bar = |class: &'static str, from: i64, to: i64| {
        let width = (x(to) - x(from)).max(if class == "mk fail" { 3.0 } else { 2.0 });
        view! {
            <rect class=class x=format!("{:.1}", x(from)) y=format!("{:.1}", top + 3.5) width=format!("{width:.1}") height="11" rx="2"></rect>
        }
        .into_any()
    };
    let mut marks: Vec<AnyView> = Vec::new();
    if let Some((started, _, _)) = row.attempts.first() {
        marks.push(bar("mk queue", row.created, *started));
    }
    let mut ended: Option<i64> = None;
    for (from, to, failed) in &row.attempts {
        if let Some(before) = ended {
            let line = format!(
                "M{:.1} {:.1}H{:.1}",
                x(before) + 2.0,
                top + 9.0,
                x(*from) - 2.0
            );
            marks.push(view! { <path class="wait" d=line></path> }.into_any());
        }
        marks.push(bar(if *failed { "mk fail" } else { "mk" }, *from, *to));
        ended = Some(*to);
    }
    view! {
        <text x="0" y=format!("{:.1}", top + 13.0)>{label.to_owned()}</text>
        <text class="val" x="82" y=format!("{:.1}", top + 13.0)>{row.value.clone()}</text>
        {marks}
    }
    .into_any()
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
