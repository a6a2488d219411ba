//! The drawing of a run's graph: steps, edges, status; the panel beside it.
//!
//! [`tab`] is the whole of it, [`small`] the form for the overview. Where the steps and
//! edges stand was computed by the engine; here they are drawn.

mod canvas;
mod edges;
mod inspector;
mod node;
mod small;
mod twin;
mod walk;

pub use small::small;

use super::super::ask::answer;
use super::super::parts::controls::segments;
use super::super::parts::marks::{glyph, icon};
use super::super::state::App;
use super::super::{error, keys};
use crate::browser::letters::lower;
use crate::engine::picture::PictureQuery;
use crate::model::{RunPath, Status};
use crate::ui::dom::prelude::*;
use canvas::Canvas;
use edges::{edges, words};
use inspector::inspector;
use node::{Acts, big_node};
use twin::twin;
use walk::neighbour;
use web_sys::KeyboardEvent;

/// The whole tab.
pub fn tab(app: App, run: RunPath) -> View {
    let only_reached = Memo::new(move |_| {
        app.route
            .with(|route| route.extra("reached") == Some("only"))
    });
    let as_table = Memo::new(move |_| app.route.with(|route| route.extra("as") == Some("table")));
    let asked = run.clone();
    let found = answer(move || {
        Some(PictureQuery {
            run: asked.clone(),
            small: false,
            only_reached: only_reached.get(),
        })
    });
    let selected = Memo::new(move |_| app.route.with(|route| route.select.clone()));
    let sought = RwSignal::new(String::new());
    let canvas = Canvas::new();
    let fit = move || {
        if let Some(view) = found.value_untracked() {
            canvas.fit(&view);
        }
    };
    react(move || {
        let there = found.value().is_some();
        if there && canvas.is_new() {
            fit();
        }
    });
    listen("keydown", move |event: KeyboardEvent| {
        if event.key() == "f" && !keys::is_typing(&event) {
            fit();
        }
    });

    let select_run = run.clone();
    let choose = move |name: Option<String>| {
        app.change(|route| route.with_select(name.as_deref()));
    };
    let open_run = run.clone();
    let open = move |name: &str| {
        app.go(app.route.with_untracked(|route| {
            route.clone().to(crate::route::Place::Step {
                flow: open_run.flow.clone(),
                run: open_run.run.clone(),
                step: name.to_owned(),
            })
        }))
    };
    let open = StoredValue::new(open);
    let drawn = move || {
        found.value().map(|view| {
            let text = lower(&sought.get());
            let marked = selected.get();
            let nodes: Vec<View> = view
                .steps
                .iter()
                .zip(&view.drawing.nodes)
                .enumerate()
                .map(|(at, (step, node))| {
                    let is_selected = marked.as_deref() == Some(step.name.as_str());
                    let faded = !text.is_empty() && !lower(&step.name).contains(&text);
                    let walk = view.clone();
                    big_node(
                        step,
                        node,
                        is_selected,
                        faded,
                        marked.is_none() && at == 0,
                        canvas,
                        Acts {
                            choose: Box::new(choose),
                            open: Box::new(move |name| open.with_value(|open| open(name))),
                            walk: Box::new(move |key| neighbour(&walk, at, key)),
                        },
                    )
                })
                .collect();
            let inside = el::g()
                .class("view")
                .attr("transform", move || canvas.transform())
                .child(edges(&view))
                .child(words(&view))
                .child(nodes);
            el::svg()
                .class("dag")
                .attr("data-zoom", move || canvas.distance())
                .style("--zoom", move || canvas.shrunk())
                .attr("role", "group")
                .attr(
                    "aria-label",
                    "Steps of this run; arrow keys walk along its edges",
                )
                .child(inside)
        })
    };
    let drawn = StoredValue::new_local(std::rc::Rc::new(drawn));
    let table_run = run.clone();
    let twin = move || found.value().map(|view| twin(app, &table_run, &view));
    let set = move |key: &'static str, value: Option<&'static str>| {
        app.change(|route| route.with_extra(key, value))
    };
    let chosen = Signal::derive(move || as_table.get());
    let reached_word = move || match only_reached.get() {
        true => "Not reached: hidden",
        false => "Not reached: shown",
    };
    let unreached = move || found.value().map_or(0, |view| view.not_reached);
    let tools = el::div()
        .class("tools")
        .child(segments(
            "View",
            &[(false, "Graph"), (true, "Table")],
            chosen,
            move |table| set("as", table.then_some("table")),
            "",
        ))
        .child(
            el::label()
                .class("field s only-wide")
                .child(icon("search", ""))
                .child(
                    el::input()
                        .attr("type", "search")
                        .class("filter-input")
                        .attr("placeholder", "Find step")
                        .attr("aria-label", "Find step")
                        .on("input", move |event| sought.set(event_target_value(&event))),
                ),
        )
        .child(el::span().class("push"))
        .child(move || {
            (unreached() > 0 || only_reached.get()).then(|| {
                el::button()
                    .class("btn btn-s btn-quiet")
                    .attr("aria-label", reached_word)
                    .on_click(move |_| {
                        set("reached", (!only_reached.get_untracked()).then_some("only"));
                        canvas.forget();
                    })
                    .child(glyph(Status::Skipped, ""))
                    .child(el::span().class("only-wide").child(reached_word))
            })
        })
        .child(
            el::div()
                .class("zoom")
                .child(
                    el::button()
                        .class("btn btn-icon")
                        .attr("aria-label", "Smaller")
                        .on_click(move |_| canvas.zoom(0.8))
                        .child(icon("minus", "")),
                )
                .child(el::output().child(move || canvas.percent()))
                .child(
                    el::button()
                        .class("btn btn-icon")
                        .attr("aria-label", "Larger")
                        .on_click(move |_| canvas.zoom(1.25))
                        .child(icon("plus", "")),
                ),
        )
        .child(
            el::button()
                .class("btn btn-s")
                .attr("aria-keyshortcuts", "F")
                .attr("aria-label", "Fit F")
                .on_click(move |_| fit())
                .child(icon("fit", ""))
                .child(el::span().class("only-wide").child("Fit"))
                .child(" ")
                .child(el::kbd().class("only-wide").child("F")),
        );
    let inspector = move || {
        let step = selected.get()?;
        Some(inspector(app, select_run.clone(), step))
    };
    let failure = move || Some(error::in_place(&*found.failure()?));
    let guessed = move || {
        let guessed = found.value()?.guessed;
        guessed.then(|| el::p().class("note").child(GUESSED))
    };
    let picture = move || {
        if as_table.get() {
            twin().into_view()
        } else {
            let drawn = drawn.get_value();
            canvas.show(move || drawn()).into_view()
        }
    };
    let pane = el::div()
        .class("pane")
        .child(tools)
        .child(failure)
        .child(guessed)
        .child(picture);
    group().child(pane).child(inspector).into_view()
}

const GUESSED: &str = "This run recorded no graph. Its steps are shown in the order in which they began, without edges.";
