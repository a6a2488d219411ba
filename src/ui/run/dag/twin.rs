//! The same facts as a table, for the keyboard and for screen readers.

use super::super::super::parts;
use super::super::super::parts::marks::glyph;
use super::super::super::parts::table::{Column, Scrolled, Table, TableRows, plain};
use super::super::super::state::{App, span};
use super::node::several;
use crate::engine::picture::{EdgeNote, PictureView, StandsFor, StepNode};
use crate::model::RunPath;
use crate::text::human;
use crate::ui::ask::Found;
use crate::ui::dom::prelude::*;

const fn columns(name: &'static str, count: &'static str) -> [Column; 10] {
    [
        plain("Status"),
        plain(name),
        plain(count),
        plain("Failed, retried"),
        plain("Duration"),
        plain("At work"),
        plain("Median"),
        plain("Kind"),
        plain("Leads to"),
        plain("Decorators"),
    ]
}

static STEPS: Table = Table {
    class: "steps",
    label: "Steps",
    columns: &columns("Step", "Tasks"),
};

static TASKS: Table = Table {
    class: "steps",
    label: "Tasks",
    columns: &columns("Task", "Value"),
};

pub(super) fn twin(app: App, run: &RunPath, found: Found<PictureView>, of_tasks: bool) -> View {
    let scrolled = Scrolled::new();
    let run = run.clone();
    let rows = move |view: &PictureView| {
        let window = scrolled.window.get();
        let shown = window.of(&view.nodes);
        let first = (window.first as usize).min(view.nodes.len());
        // Found once, and not for each row among all edges.
        let mut next: Vec<Vec<String>> = vec![Vec::new(); shown.len()];
        for (edge, note) in view.drawing.edges.iter().zip(&view.edges) {
            let here = (edge.from as usize).checked_sub(first);
            let next = here.and_then(|here| next.get_mut(here));
            if let (Some(to), Some(next)) = (view.nodes.get(edge.to as usize), next) {
                next.push(way(to, note));
            }
        }
        let mut within: Vec<Vec<&str>> = vec![Vec::new(); shown.len()];
        for frame in &view.frames {
            for step in &frame.steps {
                let here = (*step as usize).checked_sub(first);
                if let Some(within) = here.and_then(|here| within.get_mut(here)) {
                    within.push(&frame.words);
                }
            }
        }
        let rows = shown.iter().zip(next).zip(within);
        TableRows {
            total: view.nodes.len() as u64,
            first: first as u64,
            drawn: rows
                .map(|((node, next), within)| row(app, &run, node, &next, &within))
                .collect(),
            empty: parts::empty("No step", "Nothing of this run is recorded.", None),
        }
    };
    let table = if of_tasks { &TASKS } else { &STEPS };
    table.show(app, scrolled, || None, found, rows)
}

/// Where an edge leads, with what stands beside it in the drawing: `end (passed is False, not
/// taken)`.
fn way(to: &StepNode, note: &EdgeNote) -> String {
    let told = match (note.taken, to.tasks) {
        (true, _) => "",
        (false, 0) => to.absence.words(),
        (false, _) => "not taken",
    };
    let told = [&note.words, told]
        .into_iter()
        .filter(|one| !one.is_empty());
    let told: Vec<&str> = told.collect();
    match told.is_empty() {
        true => to.name.clone(),
        false => format!("{} ({})", to.name, told.join(", ")),
    }
}

/// `next`: where it leads; `within`: the groups that it stands in, outermost first.
fn row(app: App, run: &RunPath, node: &StepNode, next: &[String], within: &[&str]) -> View {
    let cell = |class: &'static str| el::span().attr("role", "cell").class(class);
    let (href, count) = match &node.stands_for {
        StandsFor::Task {
            step, id, label, ..
        } => (
            app.task_href(&run.task(step, id)),
            label.clone().unwrap_or_default().into_view(),
        ),
        StandsFor::More { step } => (
            app.step_href(run, step),
            human::counted(node.tasks, "task", "tasks").into_view(),
        ),
        StandsFor::Step => {
            // Where the columns have no heads, it says what it counts.
            let word = if node.tasks == 1 && node.coming == 0 {
                " task"
            } else {
                " tasks"
            };
            let word = el::span().class("only-narrow").child(word);
            let count = group().child(node.how_many()).child(word);
            (app.step_href(run, &node.name), count.into_view())
        }
    };
    let is_one = matches!(node.stands_for, StandsFor::Task { .. });
    let troubles = if is_one {
        String::new()
    } else {
        node.troubles()
    };
    let bad = if node.failed > 0 { "fail k2" } else { "dim k2" };
    let kind = match is_one {
        true => node.second_line().right,
        false => node.kind.clone(),
    };
    let within: Vec<&str> = within
        .iter()
        .copied()
        .filter(|one| !one.is_empty())
        .collect();
    let kind = match (kind.as_str(), within.is_empty()) {
        (_, true) => kind,
        ("", false) => format!("in {}", within.join(", ")),
        (kind, false) => format!("{kind}, in {}", within.join(", ")),
    };
    let next = next.join(", ");
    let decorators = node.decorators.join(" ");
    let median = node.median.map(|_| format!("median {}", span(node.median)));
    let leads = (!next.is_empty()).then(|| format!("to {next}"));
    // Where there are no columns for them.
    let narrow = [Some(kind.clone()), median, leads, Some(decorators.clone())];
    let narrow: Vec<String> = narrow
        .into_iter()
        .flatten()
        .filter(|one| !one.is_empty())
        .collect();
    let whole =
        |class: &'static str, text: String| cell(class).attr("title", text.clone()).child(text);
    // The name lies over the whole row.
    let told = node.told();
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
                .child(node.mark().map_or_else(several, |status| glyph(status, "")))
                .child(el::span().class("cut-end").child(node.status_word())),
        )
        .child(cell("mono k1 grow").child(name))
        .child(cell("dim cut-end k2").child(count))
        .child(cell(bad).child(troubles))
        .child(cell("dim k2").child(node.took()))
        .child(cell("dim").child(span(node.worked)))
        .child(cell("dim").child(span(node.median)))
        .child(whole("dim cut-end", kind))
        .child(whole("mono dim cut-end", next))
        .child(whole("mono dim cut-end", decorators))
        .child(cell("only-narrow dim k3 cut-end").child(narrow.join(" \u{b7} ")))
        .into_view()
}
