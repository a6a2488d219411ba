//! The drawing of a run's graph: steps, edges, status; the panel beside it.

use super::super::ask::{answer, shown};
use super::super::parts::marks::{bar, glyph, icon, spoken_glyph, status_class};
use super::super::state::{App, span};
use crate::engine::picture::{PictureQuery, PictureView, StepFactsQuery, StepFactsView, StepNode};
use crate::layout::dag::{Align, Node};
use crate::model::{RunPath, Status};
use crate::text::human;
use leptos::ev;
use leptos::html::Div;
use leptos::prelude::*;
use leptos::svg;

/// How the drawing lies in its pane.
#[derive(Clone, Copy, PartialEq)]
struct Look {
    x: f64,
    y: f64,
    zoom: f64,
}

/// The small form, for the overview: a click goes to the step.
pub fn small(app: App, run: RunPath) -> AnyView {
    let asked = run.clone();
    let found = answer(move || {
        Some(PictureQuery {
            run: asked.clone(),
            small: true,
            only_reached: false,
        })
    });
    view! {
        {move || found.get().value.map(|view| {
            let drawing = &view.drawing;
            let (width, height) = (drawing.width + 4.0, drawing.height + 4.0);
            let nodes = view.steps.iter().zip(&drawing.nodes).map(|(step, node)| small_node(app, &run, step, node)).collect_view();
            let inside = svg::g().attr("transform", "translate(1 1)").child((edges(&view), nodes));
            svg::svg()
                .class("dag")
                .attr("viewBox", format!("0 0 {width} {height}"))
                .attr("width", format!("{width}"))
                .attr("height", format!("{height}"))
                .attr("role", "group")
                .attr("aria-label", "Steps of this run")
                .child(inside)
                .into_any()
        })}
    }
    .into_any()
}

fn small_node(app: App, run: &RunPath, step: &StepNode, node: &Node) -> AnyView {
    let (x, y) = (node.x, node.y);
    let sheet = (step.depth > 0).then(|| rect("sheet", x + 2.0, y + 2.0, node.width, node.height));
    let count = (step.failed > 0 && step.tasks > 1).then(|| {
        view! { <text class="sub end" x=(x + node.width - 9.0).to_string() y=(y + 16.0).to_string()>{format!("{} / {}", human::count(step.failed), human::count(step.tasks))}</text> }
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
    let inside = (
        sheet,
        rect("box", x, y, node.width, node.height),
        placed_glyph(step.status, x + 7.0, y + 6.0, 12.0),
        view! { <text class="name" x=(x + 24.0).to_string() y=(y + 16.0).to_string()>{short(&step.name, 13)}</text> },
        count,
    );
    let group = svg::g().class(class).child(inside);
    svg::a()
        .attr("href", app.step_href(run, &step.name))
        .attr("aria-label", spoken(step, &seen))
        .child(group)
        .into_any()
}

/// The whole tab.
pub fn tab(app: App, run: RunPath) -> AnyView {
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
    let pane = NodeRef::<Div>::new();
    let sought = RwSignal::new(String::new());

    let fit = move || {
        let (Some(view), Some(pane)) = (found.get_untracked().value, pane.get_untracked()) else {
            return;
        };
        let (width, height) = (
            f64::from(pane.client_width()),
            f64::from(pane.client_height()),
        );
        look.set(Some(fitted(&view, width, height)));
    };
    Effect::new(move || {
        let there = found.with(|answer| answer.value.is_some());
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
    let fit_key = window_event_listener(ev::keydown, move |event| {
        if event.key() == "f" && !super::super::keys::is_typing(&event) {
            fit();
        }
    });
    on_cleanup(move || fit_key.remove());

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
        found.get().value.map(|view| {
            let text = sought.get().to_lowercase();
            let marked = selected.get();
            let nodes: Vec<AnyView> = view
                .steps
                .iter()
                .zip(&view.drawing.nodes)
                .enumerate()
                .map(|(at, (step, node))| {
                    let is_selected = marked.as_deref() == Some(step.name.as_str());
                    let faded = !text.is_empty() && !step.name.to_lowercase().contains(&text);
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
                        "translate({:.1} {:.1}) scale({:.3})",
                        look.x, look.y, look.zoom
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
            let inside = svg::g().class("view").attr("transform", transform).child((
                edges(&view),
                words(&view),
                nodes,
            ));
            svg::svg()
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
    let twin = move || found.get().value.map(|view| twin(app, &table_run, &view));
    let dragging = StoredValue::new(None::<(f64, f64)>);
    let canvas = move || {
        view! {
            <div
                class="canvas"
                node_ref=pane
                on:wheel=move |event| {
                    event.prevent_default();
                    let Some(pane) = pane.get_untracked() else { return };
                    let rect = pane.get_bounding_client_rect();
                    let at = (f64::from(event.client_x()) - rect.left(), f64::from(event.client_y()) - rect.top());
                    let factor = (-event.delta_y() * 0.0015).exp();
                    look.update(|look| *look = look.map(|look| zoomed(look, factor, at)));
                }
                on:pointerdown=move |event| {
                    if event.button() == 0 {
                        dragging.set_value(Some((f64::from(event.client_x()), f64::from(event.client_y()))));
                    }
                }
                on:pointermove=move |event| {
                    if event.buttons() & 1 == 0 {
                        dragging.set_value(None);
                    }
                    let Some((x, y)) = dragging.get_value() else { return };
                    let now = (f64::from(event.client_x()), f64::from(event.client_y()));
                    dragging.set_value(Some(now));
                    look.update(|look| *look = look.map(|look| Look { x: look.x + now.0 - x, y: look.y + now.1 - y, ..look }));
                }
                on:pointerup=move |_| dragging.set_value(None)
            >
                {drawn}
                <div class="legend">
                    {[Status::Succeeded, Status::Failed, Status::Retried].map(|status| {
                        let word = if status == Status::Retried { "retried".to_owned() } else { status.word().to_lowercase() };
                        view! { <span>{glyph(status, "glyph-s")}{word}</span> }
                    }).collect_view()}
                    <span><svg class="swatch" viewBox="0 0 14 9"><path class="edge" d="M0 4.5h14"></path></svg>"path taken"</span>
                    <span><svg class="swatch" viewBox="0 0 14 9"><path class="edge skip" d="M0 4.5h14"></path></svg>"not reached"</span>
                </div>
            </div>
        }
    };
    let set = move |key: &'static str, value: Option<&'static str>| {
        app.change(|route| route.with_extra(key, value))
    };
    let chosen = Signal::derive(move || as_table.get());
    let unreached = move || found.get().value.map_or(0, |view| view.not_reached);
    let tools = view! {
        <div class="tools">
            {super::super::parts::controls::segments("View", &[(false, "Graph"), (true, "Table")], chosen, move |table| set("as", table.then_some("table")), "")}
            <label class="field s only-wide">
                {icon("search", "")}
                <input type="search" class="filter-input" placeholder="Find step" aria-label="Find step" on:input=move |event| sought.set(event_target_value(&event)) />
            </label>
            {move || (unreached() > 0 || only_reached.get()).then(|| view! {
                <button class="btn btn-s btn-quiet push" on:click=move |_| {
                    set("reached", (!only_reached.get_untracked()).then_some("only"));
                    look.set(None);
                }>
                    {glyph(Status::Skipped, "")}
                    <span>{if only_reached.get() { "Not reached: hidden" } else { "Not reached: shown" }}</span>
                </button>
            })}
            <span class="push"></span>
            <div class="zoom">
                <button class="btn btn-icon" aria-label="Smaller" on:click=move |_| zoom(0.8)>{icon("minus", "")}</button>
                <output>{move || look.get().map(|look| format!("{:.0}%", look.zoom * 100.0))}</output>
                <button class="btn btn-icon" aria-label="Larger" on:click=move |_| zoom(1.25)>{icon("plus", "")}</button>
            </div>
            <button class="btn btn-s" aria-keyshortcuts="F" on:click=move |_| fit()>{icon("fit", "")}"Fit"<kbd class="only-wide">"F"</kbd></button>
        </div>
    };
    let inspector = move || {
        let step = selected.get()?;
        Some(inspector(app, select_run.clone(), step))
    };
    view! {
        <div class="pane">
            {tools}
            {move || found.get().failure.map(|failure| super::super::error::in_place(&failure))}
            {move || found.get().value.filter(|view| view.guessed).map(|_| view! {
                <p class="note">"This run recorded no graph. Its steps are shown in the order in which they began, without edges."</p>
            })}
            {move || if as_table.get() { twin().into_any() } else { canvas().into_any() }}
        </div>
        {inspector}
    }
    .into_any()
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

fn edges(view: &PictureView) -> AnyView {
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
            let triangle = format!(
                "M{} {}L{} {}L{} {}Z",
                bx - to.y * 4.0,
                by + to.x * 4.0,
                bx + to.y * 4.0,
                by - to.x * 4.0,
                tip.x,
                tip.y
            );
            let d = edge.path.d();
            (!d.is_empty())
                .then(|| view! { <path class=line d=d></path><path class=head d=triangle></path> })
        })
        .collect_view()
        .into_any()
}

fn words(view: &PictureView) -> AnyView {
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
            view! { <text class="words" x=edge.label.at.x.to_string() y=(edge.label.at.y + 4.0).to_string() text-anchor=anchor>{note.words.clone()}</text> }
        })
        .collect_view()
        .into_any()
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
) -> AnyView {
    let (x, y) = (node.x, node.y);
    let sheets: Vec<AnyView> = (1..=step.depth.min(2))
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
    let failed = (step.failed > 0 && step.tasks > 1)
        .then(|| view! { " · "<tspan>{format!("{} failed", human::count(step.failed))}</tspan> });
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
    let title = svg::title().child(if step.doc.is_empty() {
        step.name.clone()
    } else {
        format!("{}: {}", step.name, step.doc)
    });
    view! {
        <g
            class=class
            data-step=step.name.clone()
            tabindex=if selected || first { "0" } else { "-1" }
            role="button"
            aria-pressed=selected.to_string()
            aria-label=spoken(step, &seen)
            on:click=move |_| acts.with_value(|acts| (acts.choose)(Some(name.get_value())))
            on:dblclick=move |_| acts.with_value(|acts| (acts.open)(&name.get_value()))
            on:keydown=move |event| {
                match event.key().as_str() {
                    "Enter" => acts.with_value(|acts| (acts.open)(&name.get_value())),
                    " " => acts.with_value(|acts| (acts.choose)(Some(name.get_value()))),
                    "Escape" => acts.with_value(|acts| (acts.choose)(None)),
                    key => {
                        let Some(next) = acts.with_value(|acts| (acts.walk)(key)) else { return };
                        acts.with_value(|acts| (acts.choose)(Some(next.clone())));
                        focus_step(next);
                    }
                }
                event.prevent_default();
            }
        >
            {title}
            {ring}
            {sheets}
            {rect("box", x, y, node.width, node.height)}
            {placed_glyph(step.status, x + 10.0, y + 9.0, 14.0)}
            <text class="name" x=left.to_string() y=(y + 21.0).to_string()>{short(&step.name, 20)}</text>
            <text class="time end" x=right.to_string() y=(y + 21.0).to_string()>{span(step.duration)}</text>
            <text class="sub" x=left.to_string() y=(y + 37.0).to_string()>{count}{failed}</text>
            <text class="sub end" x=right.to_string() y=(y + 37.0).to_string()>{kind}</text>
            {mix(step, x + 10.0, y + 43.0, node.width - 20.0)}
        </g>
    }
    .into_any()
}

/// One part for each task up to 24, else in proportion; what failed stands first and taller.
fn mix(step: &StepNode, x: f32, y: f32, width: f32) -> AnyView {
    const PARTS: u64 = 24;
    if step.tasks == 0 {
        return ().into_any();
    }
    let mut parts: Vec<AnyView> = Vec::new();
    let mut part = |status: Status, at: f32, width: f32| {
        let (class, top, height) = match status {
            Status::Failed => ("mk fail".to_owned(), y - 3.0, 7.0),
            Status::Succeeded => ("mk".to_owned(), y, 4.0),
            status => (format!("mk {}", status_class(status)), y, 4.0),
        };
        parts.push(view! { <rect class=class x=format!("{at:.1}") y=top.to_string() width=format!("{:.1}", width.max(1.0)) height=height.to_string() rx="1"></rect> }.into_any());
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
    parts.collect_view().into_any()
}

fn rect(class: &'static str, x: f32, y: f32, width: f32, height: f32) -> AnyView {
    view! { <rect class=class x=x.to_string() y=y.to_string() width=width.to_string() height=height.to_string()></rect> }.into_any()
}

fn placed_glyph(status: Status, x: f32, y: f32, size: f32) -> AnyView {
    let status = status_class(status);
    svg::svg()
        .class(format!("glyph {status}"))
        .attr("x", x.to_string())
        .attr("y", y.to_string())
        .attr("width", size.to_string())
        .attr("height", size.to_string())
        .attr("aria-hidden", "true")
        .child(svg::r#use().attr("href", format!("#g-{status}")))
        .into_any()
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
    format!("{seen}, {}", step.status.word().to_lowercase())
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
fn twin(app: App, run: &RunPath, view: &PictureView) -> AnyView {
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
                .filter_map(|edge| view.steps.get(edge.to as usize).map(|step| step.name.as_str()))
                .collect();
            let decorators = step.decorators.join(" ");
            view! {
                <div class="row" role="row">
                    <span role="cell" class="flex k1">{glyph(step.status, "")}<span>{step.status.word()}</span></span>
                    <span role="cell" class="mono k1 grow"><a class="whole" href=app.step_href(run, &step.name)>{step.name.clone()}</a></span>
                    <span role="cell" class="dim">{human::count(step.tasks)}</span>
                    <span role="cell" class="dim">{(step.failed > 0).then(|| human::count(step.failed))}</span>
                    <span role="cell" class="dim">{span(step.duration)}</span>
                    <span role="cell" class="dim">{step.kind.clone()}</span>
                    <span role="cell" class="mono dim cut-end">{next.join(", ")}</span>
                    <span role="cell" class="mono dim cut-end">{decorators}</span>
                </div>
            }
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
    .map(|head| view! { <span role="columnheader">{head}</span> })
    .collect_view();
    view! {
        <div class="scroll" tabindex="0"><div class="table steps" role="table" aria-label="Steps">
            <div class="thead" role="row">{heads}</div>
            <div class="rows" role="rowgroup">{rows}</div>
        </div></div>
    }
    .into_any()
}

/// What the panel beside the drawing says of the selected step.
fn inspector(app: App, run: RunPath, step: String) -> AnyView {
    let (asked_run, asked_step) = (run.clone(), step.clone());
    let found = answer(move || {
        Some(StepFactsQuery {
            run: asked_run.clone(),
            step: asked_step.clone(),
        })
    });
    let facts_run = run.clone();
    let draw = shown(found, move |view: StepFactsView| {
        facts(app, &facts_run, &view)
    });
    view! { <aside class="side inspector" aria-label=step><div class="scroll">{draw}</div></aside> }
        .into_any()
}

fn facts(app: App, run: &RunPath, view: &StepFactsView) -> AnyView {
    let node = &view.node;
    let doc = (!node.doc.is_empty()).then(|| view! { <p class="dim">{node.doc.clone()}</p> });
    let chips = node
        .decorators
        .iter()
        .map(|one| view! { <span class="chip">{one.clone()}</span> })
        .collect_view();
    let tally = node
        .mix
        .iter()
        .map(|(status, count)| view! { <li>{glyph(*status, "")}{status.word()}<span class="n">{human::count(*count)}</span></li> })
        .collect_view();
    let mix = node
        .mix
        .iter()
        .map(|(status, count)| {
            leptos::html::i()
                .class(match status {
                    Status::Succeeded => "bar".to_owned(),
                    status => format!("bar {}", status_class(*status)),
                })
                .style(("--n", count.to_string()))
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
            let part = dot.duration.map_or(0.0, |length| super::super::parts::marks::percent(length.0, longest));
            view! { <li>{glyph(dot.status, "")}<a class="whole cut-end" href=app.task_href(&path)>{dot.label.clone()}</a>{bar(Some(dot.status), part)}<span class="n">{span(dot.duration)}</span></li> }
        })
        .collect_view();
    let left = view.not_shown + (view.dots.len() as u64).saturating_sub(12);
    let more = (left > 0).then(|| view! { <p><a href=app.step_href(run, &node.name)>{format!("{} more", human::count(left))}</a></p> });
    let durations = (!view.dots.is_empty()).then(|| {
        let median = (node.tasks > 1).then(|| view! { <span class="faint">"median "{span(view.median)}</span> });
        view! { <section class="sect"><div class="sect-head"><h3>"Tasks"</h3>{median}</div><ol class="facts-list longest">{bars}</ol>{more}</section> }
    });
    let place = view.place.clone().map(|(file, line)| view! { <section class="sect"><div class="sect-head"><h3>"Source"</h3><span class="mono faint push">{format!("{file}:{line}")}</span></div></section> });
    let failed = view.first_failure.as_ref().map(|first| {
        let path = run.task(&first.step, &first.id);
        view! { <section class="sect"><div class="sect-head"><h3 class="fail">{first.label.clone()}</h3><span class="faint">"first to fail"</span></div><p><a href=app.task_href(&path)>"Open task"</a></p></section> }
    });
    view! {
        <section class="sect">
            <div class="inspect-head">{spoken_glyph(node.status, "")}<h2>{node.name.clone()}</h2><a class="btn btn-s" href=app.step_href(run, &node.name)>"Open step"</a></div>
            {doc}
            <div class="chips">{chips}</div>
        </section>
        <section class="sect"><div class="sect-head"><h3>{tasks}</h3><span class="faint">{node.kind.clone()}</span></div><div class="mix" aria-hidden="true">{mix}</div><ul class="tally">{tally}</ul></section>
        {failed}
        {durations}
        {place}
    }
    .into_any()
}
