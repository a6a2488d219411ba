//! The drawing of a run's graph: steps, edges, status; the panel beside it.

use super::super::ask::{answer, shown};
use super::super::parts::marks::{bar, glyph, icon, spoken_glyph, status_class};
use super::super::state::{App, span};
use crate::browser::letters::lower;
use crate::engine::picture::{PictureQuery, PictureView, StepFactsQuery, StepFactsView, StepNode};
use crate::layout::dag::{Align, Node};
use crate::layout::number::number;
use crate::model::{RunPath, Status};
use crate::text::human;
use crate::ui::dom::prelude::*;
use web_sys::KeyboardEvent;

/// How the drawing lies in its pane.
#[derive(Clone, Copy, PartialEq)]
struct Look {
    x: f64,
    y: f64,
    zoom: f64,
}

/// The small form, for the overview: a click goes to the step.
pub fn small(app: App, run: RunPath) -> View {
    let asked = run.clone();
    let found = answer(move || {
        Some(PictureQuery {
            run: asked.clone(),
            small: true,
            only_reached: false,
        })
    });
    group()
        .child(move || {
            found.value().map(|view| {
                let drawing = &view.drawing;
                let width = f64::from(drawing.width) + 4.0;
                let height = f64::from(drawing.height) + 4.0;
                let nodes = view
                    .steps
                    .iter()
                    .zip(&drawing.nodes)
                    .map(|(step, node)| small_node(app, &run, step, node))
                    .collect_view();
                let inside = el::g()
                    .attr("transform", "translate(1 1)")
                    .child(edges(&view))
                    .child(nodes);
                el::svg()
                    .class("dag")
                    .attr(
                        "viewBox",
                        format!("0 0 {} {}", number(width), number(height)),
                    )
                    .attr("width", width)
                    .attr("height", height)
                    .attr("role", "group")
                    .attr("aria-label", "Steps of this run")
                    .child(inside)
                    .into_view()
            })
        })
        .into_view()
}

fn small_node(app: App, run: &RunPath, step: &StepNode, node: &Node) -> View {
    let (x, y) = (node.x, node.y);
    let sheet = (step.depth > 0).then(|| rect("sheet", x + 2.0, y + 2.0, node.width, node.height));
    let count = (step.failed > 0 && step.tasks > 1).then(|| {
        el::text()
            .class("sub end")
            .attr("x", x + node.width - 9.0)
            .attr("y", y + 16.0)
            .child(format!(
                "{} / {}",
                human::count(step.failed),
                human::count(step.tasks)
            ))
    });
    let seen = match (step.failed, step.tasks) {
        (failed, tasks) if failed > 0 && tasks > 1 => {
            format!(
                "{} {} / {}",
                short(&step.name, 13),
                human::count(failed),
                human::count(tasks)
            )
        }
        _ => short(&step.name, 13),
    };
    let class = format!("node {} small", status_class(step.status));
    let name = el::text()
        .class("name")
        .attr("x", x + 24.0)
        .attr("y", y + 16.0)
        .child(short(&step.name, 13));
    let group = el::g()
        .class(class)
        .child(sheet)
        .child(rect("box", x, y, node.width, node.height))
        .child(placed_glyph(step.status, x + 7.0, y + 6.0, 12.0))
        .child(name)
        .child(count);
    el::a()
        .attr("href", app.step_href(run, &step.name))
        .attr("aria-label", spoken(step, &seen))
        .child(group)
        .into_view()
}

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
    let look = RwSignal::new(None::<Look>);
    let pane = Reference::new();
    let sought = RwSignal::new(String::new());

    let fit = move || {
        let (Some(view), Some(pane)) = (found.value_untracked(), pane.get_untracked()) else {
            return;
        };
        let (width, height) = (
            f64::from(pane.client_width()),
            f64::from(pane.client_height()),
        );
        look.set(Some(fitted(&view, width, height)));
    };
    react(move || {
        let there = found.value().is_some();
        if there && pane.get().is_some() && look.get_untracked().is_none() {
            fit();
        }
    });
    let zoom = move |factor: f64| {
        let Some(pane) = pane.get_untracked() else {
            return;
        };
        let middle = (
            f64::from(pane.client_width()) / 2.0,
            f64::from(pane.client_height()) / 2.0,
        );
        look.update(|look| *look = look.map(|look| zoomed(look, factor, middle)));
    };
    listen("keydown", move |event: KeyboardEvent| {
        if event.key() == "f" && !super::super::keys::is_typing(&event) {
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
                        Acts {
                            choose: Box::new(choose),
                            open: Box::new(move |name| open.with_value(|open| open(name))),
                            walk: Box::new(move |key| neighbour(&walk, at, key)),
                        },
                    )
                })
                .collect();
            let transform = move || {
                look.get().map_or_else(String::new, |look| {
                    format!(
                        "translate({} {}) scale({})",
                        number(look.x),
                        number(look.y),
                        number(look.zoom)
                    )
                })
            };
            let far = move || {
                look.get().and_then(|look| match look.zoom {
                    zoom if zoom < 0.3 => Some("block"),
                    zoom if zoom < 0.5 => Some("far"),
                    _ => None,
                })
            };
            let inside = el::g()
                .class("view")
                .attr("transform", transform)
                .child(edges(&view))
                .child(words(&view))
                .child(nodes);
            el::svg()
                .class("dag")
                .attr("data-zoom", far)
                .attr("role", "group")
                .attr(
                    "aria-label",
                    "Steps of this run; arrow keys walk along its edges",
                )
                .child(inside)
        })
    };
    let table_run = run.clone();
    let twin = move || found.value().map(|view| twin(app, &table_run, &view));
    let dragging = StoredValue::new(None::<(f64, f64)>);
    let canvas = move || {
        el::div()
            .class("canvas")
            .reference(pane)
            .on_wheel(move |event| {
                event.prevent_default();
                let Some(pane) = pane.get_untracked() else {
                    return;
                };
                let rect = pane.get_bounding_client_rect();
                let at = (
                    f64::from(event.client_x()) - rect.left(),
                    f64::from(event.client_y()) - rect.top(),
                );
                let factor = (-event.delta_y() * 0.0015).exp();
                look.update(|look| *look = look.map(|look| zoomed(look, factor, at)));
            })
            .on_mouse("pointerdown", move |event| {
                if event.button() == 0 {
                    dragging.set_value(Some((
                        f64::from(event.client_x()),
                        f64::from(event.client_y()),
                    )));
                }
            })
            .on_mouse("pointermove", move |event| {
                if event.buttons() & 1 == 0 {
                    dragging.set_value(None);
                }
                let Some((x, y)) = dragging.get_value() else {
                    return;
                };
                let now = (f64::from(event.client_x()), f64::from(event.client_y()));
                dragging.set_value(Some(now));
                look.update(|look| {
                    *look = look.map(|look| Look {
                        x: look.x + now.0 - x,
                        y: look.y + now.1 - y,
                        ..look
                    })
                });
            })
            .on_mouse("pointerup", move |_| dragging.set_value(None))
            .child(drawn)
            .child(
                el::div()
                    .class("legend")
                    .child({
                        [Status::Succeeded, Status::Failed, Status::Retried]
                            .map(|status| {
                                let word = if status == Status::Retried {
                                    "retried".to_owned()
                                } else {
                                    status.in_sentence().to_owned()
                                };
                                el::span().child(glyph(status, "glyph-s")).child(word)
                            })
                            .collect_view()
                    })
                    .child(
                        el::span()
                            .child(
                                el::svg()
                                    .class("swatch")
                                    .attr("viewBox", "0 0 14 9")
                                    .child(el::path().class("edge").attr("d", "M0 4.5h14")),
                            )
                            .child("path taken"),
                    )
                    .child(
                        el::span()
                            .child(
                                el::svg()
                                    .class("swatch")
                                    .attr("viewBox", "0 0 14 9")
                                    .child(el::path().class("edge skip").attr("d", "M0 4.5h14")),
                            )
                            .child("not reached"),
                    ),
            )
    };
    let set = move |key: &'static str, value: Option<&'static str>| {
        app.change(|route| route.with_extra(key, value))
    };
    let chosen = Signal::derive(move || as_table.get());
    let unreached = move || found.value().map_or(0, |view| view.not_reached);
    let tools = el::div()
        .class("tools")
        .child(super::super::parts::controls::segments(
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
        .child(move || {
            (unreached() > 0 || only_reached.get()).then(|| {
                el::button()
                    .class("btn btn-s btn-quiet push")
                    .on_click(move |_| {
                        set("reached", (!only_reached.get_untracked()).then_some("only"));
                        look.set(None);
                    })
                    .child(glyph(Status::Skipped, ""))
                    .child(el::span().child(if only_reached.get() {
                        "Not reached: hidden"
                    } else {
                        "Not reached: shown"
                    }))
            })
        })
        .child(el::span().class("push"))
        .child(
            el::div()
                .class("zoom")
                .child(
                    el::button()
                        .class("btn btn-icon")
                        .attr("aria-label", "Smaller")
                        .on_click(move |_| zoom(0.8))
                        .child(icon("minus", "")),
                )
                .child(el::output().child(move || {
                    look.get()
                        .map(|look| format!("{}%", (look.zoom * 100.0).round() as u64))
                }))
                .child(
                    el::button()
                        .class("btn btn-icon")
                        .attr("aria-label", "Larger")
                        .on_click(move |_| zoom(1.25))
                        .child(icon("plus", "")),
                ),
        )
        .child(
            el::button()
                .class("btn btn-s")
                .attr("aria-keyshortcuts", "F")
                .on_click(move |_| fit())
                .child(icon("fit", ""))
                .child("Fit")
                .child(el::kbd().class("only-wide").child("F")),
        );
    let inspector = move || {
        let step = selected.get()?;
        Some(inspector(app, select_run.clone(), step))
    };
    group().child(el::div().class("pane").child(tools).child(move || found.get().failure.map(|failure| super::super::error::in_place(&failure))).child(move || found.value().filter(|view| view.guessed).map(|_| el::p().class("note").child("This run recorded no graph. Its steps are shown in the order in which they began, without edges."))).child(move || if as_table.get() { twin().into_view() } else { canvas().into_view() })).child(inspector)
    .into_view()
}

/// The drawing as large as fits, but not larger than life.
fn fitted(view: &PictureView, width: f64, height: f64) -> Look {
    const ROOM: f64 = 24.0;
    let (w, h) = (
        f64::from(view.drawing.width).max(1.0),
        f64::from(view.drawing.height).max(1.0),
    );
    let zoom = ((width - 2.0 * ROOM) / w)
        .min((height - 2.0 * ROOM - 16.0) / h)
        .clamp(0.05, 1.0);
    Look {
        x: (width - w * zoom) / 2.0,
        y: ((height - h * zoom) / 2.0).clamp(8.0, ROOM),
        zoom,
    }
}

/// The same drawing nearer or farther, with one point staying where it is.
fn zoomed(look: Look, factor: f64, at: (f64, f64)) -> Look {
    let zoom = (look.zoom * factor).clamp(0.05, 3.0);
    let real = zoom / look.zoom;
    Look {
        x: at.0 - (at.0 - look.x) * real,
        y: at.1 - (at.1 - look.y) * real,
        zoom,
    }
}

fn edges(view: &PictureView) -> View {
    view.drawing
        .edges
        .iter()
        .zip(&view.edges)
        .map(|(edge, note)| {
            let (line, head) = if note.taken {
                ("edge", "head-of")
            } else {
                ("edge skip", "head-of skip")
            };
            let (tip, to) = (edge.tip.at, edge.tip.towards);
            // A triangle 8 wide and 5 long, its point at the tip.
            let (bx, by) = (tip.x - to.x * 5.0, tip.y - to.y * 5.0);
            let triangle = [
                (bx - to.y * 4.0, by + to.x * 4.0),
                (bx + to.y * 4.0, by - to.x * 4.0),
                (tip.x, tip.y),
            ]
            .map(|(x, y)| format!("{} {}", number(x.into()), number(y.into())))
            .join("L");
            let triangle = format!("M{triangle}Z");
            let d = edge.path.d();
            (!d.is_empty()).then(|| {
                group()
                    .child(el::path().class(line).attr("d", d))
                    .child(el::path().class(head).attr("d", triangle))
            })
        })
        .collect_view()
        .into_view()
}

fn words(view: &PictureView) -> View {
    view.drawing
        .edges
        .iter()
        .zip(&view.edges)
        .filter(|(_, note)| !note.words.is_empty())
        .map(|(edge, note)| {
            let anchor = match edge.label.align {
                Align::Start => "start",
                Align::Middle => "middle",
                Align::End => "end",
            };
            el::text()
                .class("words")
                .attr("x", edge.label.at.x)
                .attr("y", edge.label.at.y + 4.0)
                .attr("text-anchor", anchor)
                .child(note.words.clone())
        })
        .collect_view()
        .into_view()
}

struct Acts {
    choose: Box<dyn Fn(Option<String>)>,
    open: Box<dyn Fn(&str)>,
    /// The step that an arrow key leads to.
    walk: Box<dyn Fn(&str) -> Option<String>>,
}

fn big_node(
    step: &StepNode,
    node: &Node,
    selected: bool,
    faded: bool,
    first: bool,
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
    let kind: Vec<String> = [step.kind.clone()]
        .into_iter()
        .chain(step.decorators.first().cloned())
        .filter(|text| !text.is_empty())
        .collect();
    let kind = short(&kind.join(" · "), 18);
    let told = if step.failed > 0 && step.tasks > 1 {
        format!("{count} · {} failed", human::count(step.failed))
    } else {
        count.clone()
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
        .child(
            el::text()
                .class("name")
                .attr("x", left)
                .attr("y", y + 21.0)
                .child(short(&step.name, 20)),
        )
        .child(
            el::text()
                .class("time end")
                .attr("x", right)
                .attr("y", y + 21.0)
                .child(span(step.duration)),
        )
        .child(
            el::text()
                .class("sub")
                .attr("x", left)
                .attr("y", y + 37.0)
                .child(count)
                .child(failed),
        )
        .child(
            el::text()
                .class("sub end")
                .attr("x", right)
                .attr("y", y + 37.0)
                .child(kind),
        )
        .child(mix(step, x + 10.0, y + 43.0, node.width - 20.0))
        .into_view()
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

fn rect(class: &'static str, x: f32, y: f32, width: f32, height: f32) -> View {
    el::rect()
        .class(class)
        .attr("x", x)
        .attr("y", y)
        .attr("width", width)
        .attr("height", height)
        .into_view()
}

fn placed_glyph(status: Status, x: f32, y: f32, size: f32) -> View {
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

fn short(name: &str, most: usize) -> String {
    if name.chars().count() <= most {
        return name.to_owned();
    }
    let mut cut: String = name.chars().take(most.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

/// What a screen reader says of a step: first what can be seen, in the same order.
fn spoken(step: &StepNode, seen: &str) -> String {
    format!("{seen}, {}", step.status.in_sentence().to_owned())
}

/// Down and up follow edges, left and right go along the layer.
fn neighbour(view: &PictureView, at: usize, key: &str) -> Option<String> {
    let here = view.drawing.nodes.get(at)?;
    let linked = |at: usize, forward: bool| {
        let edges = view.drawing.edges.iter();
        edges
            .filter(move |edge| (if forward { edge.from } else { edge.to }) as usize == at)
            .map(move |edge| (if forward { edge.to } else { edge.from }) as usize)
            .filter(move |other| *other != at)
    };
    let near = |others: Vec<usize>| {
        let distance = |other: &usize| {
            view.drawing
                .nodes
                .get(*other)
                .map_or(i64::MAX, |node| ((node.x - here.x).abs() * 2.0) as i64)
        };
        others.into_iter().min_by_key(distance)
    };
    let next = match key {
        "ArrowDown" => near(linked(at, true).collect()),
        "ArrowUp" => near(linked(at, false).collect()),
        "ArrowLeft" | "ArrowRight" => {
            let right = key == "ArrowRight";
            let others = view.drawing.nodes.iter().enumerate().filter(|(_, node)| {
                node.y == here.y
                    && (if right {
                        node.x > here.x
                    } else {
                        node.x < here.x
                    })
            });
            near(others.map(|(other, _)| other).collect())
        }
        _ => None,
    };
    view.steps.get(next?).map(|step| step.name.clone())
}

/// Gives the focus to a step once it is drawn again.
fn focus_step(name: String) {
    request_animation_frame(move || {
        let found = document().query_selector_all(".node[data-step]").ok();
        let Some(nodes) = found else { return };
        for at in 0..nodes.length() {
            let node = nodes
                .get(at)
                .and_then(|node| wasm_bindgen::JsCast::dyn_into::<web_sys::SvgElement>(node).ok());
            if let Some(node) = node
                .filter(|node| node.get_attribute("data-step").as_deref() == Some(name.as_str()))
            {
                let _focused = node.focus();
            }
        }
    });
}

/// The same facts as a table, for the keyboard and for screen readers.
fn twin(app: App, run: &RunPath, view: &PictureView) -> View {
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

/// What the panel beside the drawing says of the selected step.
fn inspector(app: App, run: RunPath, step: String) -> View {
    let (asked_run, asked_step) = (run.clone(), step.clone());
    let found = answer(move || {
        Some(StepFactsQuery {
            run: asked_run.clone(),
            step: asked_step.clone(),
        })
    });
    let facts_run = run.clone();
    let draw = shown(found, move |view: &StepFactsView| {
        facts(app, &facts_run, &view)
    });
    el::aside()
        .class("side inspector")
        .attr("aria-label", step)
        .child(el::div().class("scroll").child(draw))
        .into_view()
}

fn facts(app: App, run: &RunPath, view: &StepFactsView) -> View {
    let node = &view.node;
    let doc = (!node.doc.is_empty()).then(|| el::p().class("dim").child(node.doc.clone()));
    let chips = node
        .decorators
        .iter()
        .map(|one| el::span().class("chip").child(one.clone()))
        .collect_view();
    let tally = node
        .mix
        .iter()
        .map(|(status, count)| {
            el::li()
                .child(glyph(*status, ""))
                .child(status.word())
                .child(el::span().class("n").child(human::count(*count)))
        })
        .collect_view();
    let mix = node
        .mix
        .iter()
        .map(|(status, count)| {
            el::i()
                .class(match status {
                    Status::Succeeded => "bar".to_owned(),
                    status => format!("bar {}", status_class(*status)),
                })
                .style("--n", *count)
        })
        .collect_view();
    let tasks = human::counted(node.tasks, "task", "tasks");
    let longest = view
        .dots
        .iter()
        .filter_map(|dot| dot.duration)
        .map(|length| length.0)
        .max()
        .unwrap_or(0);
    let bars = view
        .dots
        .iter()
        .take(12)
        .map(|dot| {
            let path = run.task(&dot.step, &dot.id);
            let part = dot.duration.map_or(0.0, |length| {
                super::super::parts::marks::percent(length.0, longest)
            });
            el::li()
                .child(glyph(dot.status, ""))
                .child(
                    el::a()
                        .class("whole cut-end")
                        .attr("href", app.task_href(&path))
                        .child(dot.label.clone()),
                )
                .child(bar(Some(dot.status), part))
                .child(el::span().class("n").child(span(dot.duration)))
        })
        .collect_view();
    let left = view.not_shown + (view.dots.len() as u64).saturating_sub(12);
    let more = (left > 0).then(|| {
        el::p().child(
            el::a()
                .attr("href", app.step_href(run, &node.name))
                .child(format!("{} more", human::count(left))),
        )
    });
    let durations = (!view.dots.is_empty()).then(|| {
        let median = (node.tasks > 1).then(|| {
            el::span()
                .class("faint")
                .child("median ")
                .child(span(view.median))
        });
        el::section()
            .class("sect")
            .child(
                el::div()
                    .class("sect-head")
                    .child(el::h3().child("Tasks"))
                    .child(median),
            )
            .child(el::ol().class("facts-list longest").child(bars))
            .child(more)
    });
    let place = view.place.clone().map(|(file, line)| {
        el::section().class("sect").child(
            el::div()
                .class("sect-head")
                .child(el::h3().child("Source"))
                .child(
                    el::span()
                        .class("mono faint push")
                        .child(format!("{file}:{line}")),
                ),
        )
    });
    let failed = view.first_failure.as_ref().map(|first| {
        let path = run.task(&first.step, &first.id);
        el::section()
            .class("sect")
            .child(
                el::div()
                    .class("sect-head")
                    .child(el::h3().class("fail").child(first.label.clone()))
                    .child(el::span().class("faint").child("first to fail")),
            )
            .child(
                el::p().child(
                    el::a()
                        .attr("href", app.task_href(&path))
                        .child("Open task"),
                ),
            )
    });
    group()
        .child(
            el::section()
                .class("sect")
                .child(
                    el::div()
                        .class("inspect-head")
                        .child(spoken_glyph(node.status, ""))
                        .child(el::h2().child(node.name.clone()))
                        .child(
                            el::a()
                                .class("btn btn-s")
                                .attr("href", app.step_href(run, &node.name))
                                .child("Open step"),
                        ),
                )
                .child(doc)
                .child(el::div().class("chips").child(chips)),
        )
        .child(
            el::section()
                .class("sect")
                .child(
                    el::div()
                        .class("sect-head")
                        .child(el::h3().child(tasks))
                        .child(el::span().class("faint").child(node.kind.clone())),
                )
                .child(
                    el::div()
                        .class("mix")
                        .attr("aria-hidden", "true")
                        .child(mix),
                )
                .child(el::ul().class("tally").child(tally)),
        )
        .child(failed)
        .child(durations)
        .child(place)
        .into_view()
}
