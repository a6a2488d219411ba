//! The bar above the drawing.

use super::canvas::Canvas;
use super::drawn::{Marked, place_of};
use super::find::find;
use super::saving::saving;
use crate::engine::picture::sought::Hit;
use crate::engine::picture::{Depth, PictureQuery, PictureView};
use crate::model::{RunPath, Status};
use crate::ui::ask::Found;
use crate::ui::dom::prelude::*;
use crate::ui::parts::controls::segments;
use crate::ui::parts::marks::{glyph, icon};
use crate::ui::state::App;

/// What the bar shows and changes.
#[derive(Clone, Copy)]
pub(super) struct Tools {
    pub depth: Memo<Depth>,
    pub as_table: Memo<bool>,
    pub only_reached: Memo<bool>,
    pub found: Found<PictureView>,
    pub canvas: Canvas,
    pub marked: Marked,
}

const BEYOND: &str = "As a whole this drawing would be too thin to be seen: fitted, it goes on beyond the pane. The map shows all of it.";

/// How one looks at the graph.
#[derive(Clone, Copy, PartialEq)]
enum Seen {
    Steps,
    Tasks,
    Lineage,
    Table,
}

pub(super) fn tools(
    app: App,
    tools: Tools,
    run: RunPath,
    query: impl Fn() -> PictureQuery + Clone + 'static,
    go: impl Fn(&Hit) + Clone + 'static,
) -> View {
    let Tools {
        depth,
        as_table,
        only_reached,
        found,
        canvas,
        marked,
    } = tools;
    let fit = move || {
        if let Some(view) = found.value_untracked() {
            canvas.fit(&view);
        }
    };
    let why_not = move || match found.value() {
        Some(view) if view.passed_by > 0 && view.passed_by == view.not_reached => "Not taken",
        Some(view) if !view.lost.is_empty() => "Without tasks",
        _ => "Not reached",
    };
    let reached_word = move || {
        let state = if only_reached.get() {
            "hidden"
        } else {
            "shown"
        };
        format!("{}: {state}", why_not())
    };
    let unreached = move || found.value().map_or(0, |view| view.not_reached);
    let reached = move || {
        (unreached() > 0 || only_reached.get()).then(|| {
            el::button()
                .class("btn btn-s btn-quiet reached")
                .on_click(move |_| {
                    let only = (!only_reached.get_untracked()).then_some("only");
                    app.change(|route| route.with_extra("reached", only));
                })
                .child(glyph(Status::Skipped, ""))
                .child(reached_word)
        })
    };
    let beyond = move || {
        let view = found.value()?;
        canvas.goes_beyond(&view).then_some(BEYOND)
    };
    let zoom = move || {
        el::div()
            .class("zoom")
            .child(
                el::button()
                    .class("btn btn-icon")
                    .attr("aria-label", "Smaller")
                    .on_click(move |_| canvas.zoom(0.8))
                    .child(icon("minus", "")),
            )
            .child(
                el::output()
                    .attr("title", beyond)
                    .child(move || canvas.percent()),
            )
            .child(
                el::button()
                    .class("btn btn-icon")
                    .attr("aria-label", "Larger")
                    .on_click(move |_| canvas.zoom(1.25))
                    .child(icon("plus", "")),
            )
    };
    let fit = move || {
        el::button()
            .class("btn btn-s")
            .attr("aria-keyshortcuts", "F")
            .attr("aria-label", "Fit F")
            .attr("title", beyond)
            .on_click(move |_| fit())
            .child(icon("fit", ""))
            .child(el::span().class("only-wide").child("Fit"))
            .child(" ")
            .child(el::kbd().class("only-wide").child("F"))
    };
    let sought = move || {
        let here = move || {
            let view = found.value()?;
            marked
                .selected
                .with(|name| place_of(&view, name.as_deref()))
        };
        find(marked.sought, found, here, go.clone())
    };
    // What a table has no use for.
    let drawn_only = move |view: View| (!as_table.get()).then_some(view);
    let is_lineage = Memo::new(move |_| matches!(depth.get(), Depth::Lineage { .. }));
    el::div()
        .class("tools")
        .child(move || views(app, depth, as_table, is_lineage.get()))
        .child(move || of_task(app, &run, depth))
        .child(move || drawn_only(sought()))
        .child(el::span().class("push"))
        .child(reached)
        .child(move || drawn_only(zoom().into_view()))
        .child(move || drawn_only(fit().into_view()))
        .child(move || drawn_only(saving(app, query.clone())))
        .into_view()
}

fn views(app: App, depth: Memo<Depth>, as_table: Memo<bool>, is_lineage: bool) -> View {
    let mut options = vec![(Seen::Steps, "Steps"), (Seen::Tasks, "Tasks")];
    if is_lineage {
        options.push((Seen::Lineage, "Lineage"));
    }
    options.push((Seen::Table, "Table"));
    let chosen = Signal::derive(move || match (as_table.get(), depth.get()) {
        (true, _) => Seen::Table,
        (_, Depth::Lineage { .. }) => Seen::Lineage,
        (_, Depth::Tasks) => Seen::Tasks,
        _ => Seen::Steps,
    });
    let choose = move |seen: Seen| {
        app.change(|mut route| {
            let table = (seen == Seen::Table).then_some("table");
            if matches!(seen, Seen::Steps | Seen::Tasks) {
                let tasks = (seen == Seen::Tasks).then_some("tasks");
                route = route.with_extra("depth", tasks);
                if route.extra("of").is_some() {
                    // A task is no step.
                    route = route.with_extra("of", None).with_select(None);
                }
            }
            route.with_extra("as", table)
        });
    };
    segments("View", &options, chosen, choose, "")
}

/// Whose lineage it is, and the way out of it.
fn of_task(app: App, run: &RunPath, depth: Memo<Depth>) -> Option<View> {
    let Depth::Lineage { step, task } = depth.get() else {
        return None;
    };
    let href = app.task_href(&run.task(&step, &task));
    let leave = move |_| {
        app.change(|route| route.with_extra("of", None).with_select(None));
    };
    let chip = el::span()
        .class("chip chip-on")
        .child(el::span().class("faint only-wide").child("around "))
        .child(
            el::a()
                .class("mono")
                .attr("href", href)
                .child(format!("{step}/{task}")),
        )
        .child(
            el::button()
                .attr("aria-label", "Back to the steps")
                .on_click(leave)
                .child(icon("close", "icon-s")),
        );
    Some(chip.into_view())
}
