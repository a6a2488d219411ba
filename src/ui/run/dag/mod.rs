//! The drawing of a run's graph: steps, edges, status; the panel beside it.
//!
//! [`tab`] is the whole of it, [`small`] the form for the overview. Where the boxes and
//! edges stand was computed by the engine; here they are drawn. What is looked at stands
//! in the address: `depth=tasks` opens the steps, `of=step/id` is the lineage of a task,
//! `as=table` the same as a table.

mod canvas;
mod drawn;
mod edges;
mod find;
mod frames;
mod inspector;
mod legend;
mod minimap;
mod node;
mod reach;
mod saving;
mod small;
mod tiles;
mod tip;
mod tools;
mod twin;
mod walk;

pub use small::small;

use super::super::ask::answer;
use super::super::state::App;
use super::super::{error, keys};
use crate::engine::picture::seen::only_status;
use crate::engine::picture::{Depth, Entry, Mark, PictureQuery, StandsFor, entries};
use crate::model::{RunPath, Status};
use crate::route::{Place, Route, percent};
use crate::text::human;
use crate::ui::dom::focus;
use crate::ui::dom::prelude::*;
use canvas::{Canvas, FEW};
use drawn::{Marked, above, below, boxes, has_lines, place_of};
use find::Sought;
use inspector::{inspector, of_node};
use minimap::minimap;
use node::Acts;
use std::rc::Rc;
use tip::Tips;
use tools::{Tools, tools};
use twin::twin;
use walk::neighbour;
use web_sys::KeyboardEvent;

/// The address of a task's lineage.
pub fn lineage_href(app: App, run: &RunPath, step: &str, task: &str) -> String {
    let place = Place::Run {
        flow: run.flow.clone(),
        run: run.run.clone(),
    };
    let route = app.route.with(|route| route.clone().to(place));
    of_task(route.with_tab("dag"), step, task).to_hash()
}

fn of_task(route: Route, step: &str, task: &str) -> Route {
    let of = [step, task].map(percent::encode_part).join("/");
    route
        .with_extra("of", Some(&of))
        .with_extra("depth", None)
        .with_select(Some(&format!("{step}/{task}")))
}

/// How far the address looks into the graph.
fn depth_of(route: &Route) -> Depth {
    let of = route.extra("of").and_then(|of| of.split_once('/'));
    match of {
        Some((step, task)) => Depth::Lineage {
            step: percent::decode_part(step),
            task: percent::decode_part(task),
        },
        None if route.extra("depth") == Some("tasks") => Depth::Tasks,
        None => Depth::Steps,
    }
}

/// The whole tab.
pub fn tab(app: App, run: RunPath) -> View {
    let only_reached = Memo::new(move |_| {
        app.route
            .with(|route| route.extra("reached") == Some("only"))
    });
    let as_table = Memo::new(move |_| app.route.with(|route| route.extra("as") == Some("table")));
    let depth = Memo::new(move |_| app.route.with(depth_of));
    let asked = run.clone();
    let query = move || PictureQuery {
        run: asked.clone(),
        depth: depth.get(),
        only_reached: only_reached.get(),
    };
    let question = query.clone();
    let found = answer(move || Some(question()));
    let selected = Memo::new(move |_| app.route.with(|route| route.select.clone()));
    let asked = Memo::new(move |_| match depth.get() {
        Depth::Lineage { step, task } => Some(format!("{step}/{task}")),
        _ => None,
    });
    let tips = Tips::new();
    let marked = Marked {
        selected,
        asked,
        tips,
        sought: Sought::new(run.clone(), depth),
        kept: StoredValue::new(Vec::new()),
    };
    let canvas = Canvas::new();
    let fit = move || {
        if let Some(view) = found.value_untracked() {
            canvas.fit(&view);
        }
    };
    react(move || {
        depth.track();
        only_reached.track();
        canvas.forget();
    });
    let is_arriving = StoredValue::new(true);
    react(move || {
        let view = found.value();
        let Some(view) = view.filter(|_| canvas.is_new()) else {
            return;
        };
        let chosen = selected.with_untracked(|name| place_of(&view, name.as_deref()));
        let asked = asked.with_untracked(|name| place_of(&view, name.as_deref()));
        let failed = |node: &crate::engine::picture::StepNode| node.status == Status::Failed;
        let around = chosen
            .or(asked)
            .or(view.nodes.iter().position(failed))
            .or(walk::in_reading_order(&view).next());
        let around = around.and_then(|at| view.drawing.nodes.get(at));
        canvas.begin(&view, around);
        // Who comes back to where a box was chosen goes on from there.
        if is_arriving.get_value()
            && let Some(name) = selected.get_untracked()
        {
            go_on_from(name);
        }
        is_arriving.set_value(false);
    });
    // The panel beside it takes its room from the drawing, or lies over a part of it.
    react(move || {
        let name = selected.get();
        request_animation_frame(move || {
            canvas.measure();
            let view = found.value_untracked();
            let node = view.as_ref().and_then(|view| {
                let at = place_of(view, Some(name.as_deref()?))?;
                view.drawing.nodes.get(at)
            });
            if let Some(node) = node {
                canvas.uncover(node);
            }
        });
    });
    listen("keydown", move |event: KeyboardEvent| {
        let plain = !event.ctrl_key() && !event.meta_key() && !event.alt_key();
        if event.key() == "f" && plain && !keys::is_typing(&event) {
            fit();
        }
    });

    let choose = move |at: Option<usize>| {
        let view = found.value_untracked();
        let node = view.as_ref().zip(at);
        let name = node.and_then(|(view, at)| Some(view.nodes.get(at)?.name.clone()));
        app.change(|route| route.with_select(name.as_deref()));
    };
    let open_run = run.clone();
    let open = move |at: usize| {
        let view = found.value_untracked();
        let node = view.as_ref().and_then(|view| view.nodes.get(at));
        let Some(node) = node else { return };
        // It is where one comes back to.
        app.change(|route| route.with_select(Some(&node.name)));
        app.go(match &node.stands_for {
            StandsFor::Step => app.step_route(&open_run, &node.name, None),
            StandsFor::More { step } => app.step_route(&open_run, step, only_status(&node.mix)),
            StandsFor::Task { step, id, .. } => app.task_route(&open_run.task(step, id)),
        });
    };
    // The last step that was taken by the keyboard.
    let came = StoredValue::new(None::<(usize, usize)>);
    let go = reach::go(app, run.clone(), found, depth, canvas, marked.sought);
    let acts = Acts {
        choose: Rc::new(choose),
        open: Rc::new(open),
        walk: Rc::new(move |at, key| {
            let view = found.value_untracked()?;
            let before = came.get_value().filter(|(_, to)| *to == at);
            let next = neighbour(&view, before.map(|(from, _)| from), at, key)?;
            came.set_value(Some((at, next)));
            canvas.reveal(view.drawing.nodes.get(next)?);
            Some((next, view.nodes.get(next)?.name.clone()))
        }),
    };
    let cut = Memo::new(move |_| canvas.cut(&*found.value()?));
    let drawn_run = run.clone();
    let below_acts = acts.clone();
    let below_them = move || {
        let (view, cut) = (found.value()?, cut.get()?);
        Some(below(&view, cut, canvas, &below_acts))
    };
    let inside = move || {
        let (view, cut) = (found.value()?, cut.get()?);
        Some(boxes(app, &drawn_run, &view, cut, canvas, marked, &acts))
    };
    let above_them = move || Some(above(&*found.value()?, cut.get()?));
    let inside = StoredValue::new_local(Rc::new(inside));
    let below_them = StoredValue::new_local(Rc::new(below_them));
    // A layer of its own, which a drawing that glides has, is slow where it is very large.
    let glides = Memo::new(move |_| found.value().is_some_and(|view| view.nodes.len() <= FEW));
    let drawn = move || {
        let (inside, below_them) = (inside.get_value(), below_them.get_value());
        let label = move || match depth.get() {
            Depth::Lineage { step, task } => {
                format!("Tasks around {step}/{task}; arrow keys walk along the edges")
            }
            _ => "Steps of this run; arrow keys walk along its edges".to_owned(),
        };
        let view = el::g()
            .class("view")
            .attr("transform", move || canvas.transform())
            .child(move || below_them())
            .child(move || inside())
            .child(above_them);
        let is_there = Memo::new(move |_| found.value().is_some());
        let drawing = el::svg()
            .class("dag")
            .attr("data-zoom", move || canvas.distance())
            .style("--zoom", move || canvas.shrunk())
            .attr("role", "group")
            .attr("aria-label", label)
            .attr("data-there", move || is_there.get())
            .attr("data-glides", move || glides.get())
            .child(view);
        group().child(drawing).child(minimap(canvas, found))
    };
    let table_run = run.clone();
    let of_tasks = Memo::new(move |_| matches!(depth.get(), Depth::Lineage { .. }));
    let select_run = run.clone();
    let inspector = move || {
        let name = selected.get()?;
        let closed = name.clone();
        let close: inspector::Close = Rc::new(move || {
            choose(None);
            walk::focus_step(closed.clone());
        });
        Some(match depth.get() {
            Depth::Lineage { step, task } => {
                let is_itself = name == format!("{step}/{task}");
                let view = found.value()?;
                let node = view.nodes.get(place_of(&view, Some(&name))?)?;
                of_node(app, &select_run, node, is_itself, &close)
            }
            _ => inspector(app, select_run.clone(), name, close),
        })
    };
    // The table says so itself.
    let failure = move || {
        let failure = found.failure().filter(|_| !as_table.get())?;
        Some(error::in_place(&failure))
    };
    let guessed = move || {
        let guessed = found.value()?.guessed;
        guessed.then(|| el::p().class("note").child(GUESSED))
    };
    let astray = move || {
        let view = found.value()?;
        let (step, next) = view.astray.first()?;
        let more = match view.astray.len() - 1 {
            0 => String::new(),
            more => format!(", and {} like it", human::count(more as u64)),
        };
        let told = format!(
            "The graph leads from “{step}” to “{next}”, a step that it does not have{more}. This is not drawn."
        );
        Some(el::p().class("note").child(told))
    };
    let lost = move || {
        let told = match found.value()?.lost.as_slice() {
            [] => return None,
            lost => format!(
                "The run went on past {}, but no tasks are recorded there: these records are missing.",
                named(lost)
            ),
        };
        Some(el::p().class("note").child(told))
    };
    let cycle = move || {
        let told = match found.value()?.cycle.as_slice() {
            [] => return None,
            [one] => format!("The graph leads from “{one}” back to itself, without a switch."),
            cycle => format!(
                "The graph has a cycle through {}, without a switch.",
                named(cycle)
            ),
        };
        Some(el::p().class("note").child(told))
    };
    let has_lines = Memo::new(move |_| {
        let view = found.value();
        let view = view.as_ref().zip(cut.get());
        view.is_none_or(|(view, cut)| has_lines(view, cut))
    });
    let in_drawing = Memo::new(move |_| {
        let mut all = entries(&*found.value()?);
        if !has_lines.get() {
            all.retain(|entry| !matches!(entry.mark, Mark::Line { .. }));
            all.push(Entry {
                mark: Mark::Words,
                words: "lines are left out from so far".to_owned(),
            });
        }
        Some(all)
    });
    // Of very many steps this is a while.
    let laid_out = move || {
        let is_awaited = found.value().is_none() && found.failure().is_none();
        is_awaited.then(|| {
            let words = el::p().class("laid-out faint").attr("role", "status");
            words.child("Laying out the graph…")
        })
    };
    let picture = move || {
        if as_table.get() {
            twin(app, &table_run, found, of_tasks.get())
        } else {
            let let_go = move || choose(None);
            canvas
                .show(drawn(), in_drawing, tips, let_go)
                .child(laid_out)
                .into_view()
        }
    };
    let bar = tools(
        app,
        Tools {
            depth,
            as_table,
            only_reached,
            found,
            canvas,
            marked,
        },
        run,
        query,
        go,
    );
    let pane = el::div()
        .class("pane")
        .child(bar)
        .child(failure)
        .child(guessed)
        .child(astray)
        .child(lost)
        .child(cycle)
        .child(picture);
    group().child(pane).child(inspector).into_view()
}

/// Gives the focus to a box, if it has only been brought back to where the content begins.
fn go_on_from(name: String) {
    request_animation_frame(move || {
        // By now it has been: see `focus::arrive`.
        request_animation_frame(move || {
            let main = document().get_element_by_id("main");
            if main.is_some_and(|main| focus::is_at(&main)) {
                walk::focus_step(name);
            }
        });
    });
}

/// Steps in a sentence: the first few of them.
fn named(steps: &[String]) -> String {
    const FEW: usize = 5;
    let few: Vec<String> = steps
        .iter()
        .take(FEW)
        .map(|name| format!("“{name}”"))
        .collect();
    match (few.split_last(), steps.len() > FEW) {
        (Some((last, others)), false) if !others.is_empty() => {
            format!("{} and {last}", others.join(", "))
        }
        (_, more) => few.join(", ") + if more { " and others" } else { "" },
    }
}

const GUESSED: &str = "This run recorded no graph. Its steps are shown in the order in which they began, without edges.";
