//! A tree of decisions, drawn from left to right: each question with its answers behind it,
//! a part of the tree at a time. Where the part begins stands in the address as `node=`,
//! how deep it is as `levels=`.

use crate::engine::values::{TreeNode, TreeQuery, TreeView, ValueQuery};
use crate::layout::number::number;
use crate::text::human;
use crate::ui::ask::{answer, shown};
use crate::ui::dom::prelude::*;
use crate::ui::parts::controls::segments;
use crate::ui::state::App;

/// Pixels: a node, and what is between two of them.
const WIDTH: f64 = 192.0;
const HEIGHT: f64 = 44.0;
const ACROSS: f64 = 44.0;
const DOWN: f64 = 12.0;

/// So small its words of 12 pixels have 10 still; and the least that can be chosen.
const READABLE: f64 = 10.0 / 12.0;
const SMALLEST: f64 = 0.25;

/// Levels that are drawn unless more are asked for.
const LEVELS: u64 = 4;

pub(super) fn decisions(app: App, question: ValueQuery) -> View {
    let asked = move |key: &'static str| {
        app.route
            .with(|route| route.extra(key).and_then(|text| text.parse::<u64>().ok()))
    };
    let levels = Memo::new(move |_| asked("levels").unwrap_or(LEVELS));
    let found = answer(move || {
        Some(TreeQuery {
            value: question.clone(),
            from: asked("node").unwrap_or(0),
            levels: levels.get(),
        })
    });
    let choice = segments(
        "Levels",
        &[(2, "2"), (LEVELS, "4"), (6, "6"), (8, "8")],
        Signal::derive(move || levels.get()),
        move |levels| {
            let levels = (levels != LEVELS).then(|| levels.to_string());
            app.change(|route| route.with_extra("levels", levels.as_deref()));
        },
        "",
    );
    let fit = Fit::new(app);
    let draw = shown(found, move |view: &TreeView| drawn(app, view, fit));
    el::section()
        .class("block plot")
        .attr("aria-label", "Tree")
        .child(
            el::div()
                .class("sect-head")
                .child(el::h2().child("Tree"))
                .child(el::span().class("push faint").child("Levels"))
                .child(choice)
                .child(fit.choice()),
        )
        .child(draw)
        .into_view()
}

/// How large the tree is drawn: as it is, or as wide as its pane. It stands in the address
/// as `size=`, where somebody has chosen.
#[derive(Clone, Copy)]
struct Fit {
    node: Reference,
    /// Of the pane, in pixels, once there is one.
    room: RwSignal<Option<f64>>,
    chosen: Memo<Option<bool>>,
    app: App,
    /// Of the tree as it is.
    width: RwSignal<f64>,
}

impl Fit {
    fn new(app: App) -> Self {
        let fit = Self {
            node: Reference::new(),
            room: RwSignal::new(None),
            chosen: Memo::new(move |_| {
                app.route.with(|route| match route.extra("size") {
                    Some("fit") => Some(true),
                    Some("full") => Some(false),
                    _ => None,
                })
            }),
            app,
            width: RwSignal::new(0.0),
        };
        let measure = move || {
            let node = fit.node.get_untracked();
            if let Some(room) = node.map(|node| f64::from(node.client_width())) {
                fit.room.set(Some(room).filter(|room| *room > 0.0));
            }
        };
        react(move || {
            // With the frame that draws it.
            if fit.node.get().is_some() {
                request_animation_frame(measure);
            }
        });
        listen("resize", move |_: web_sys::Event| measure());
        fit
    }

    /// What makes the tree as wide as the pane.
    fn whole(self, width: f64) -> f64 {
        let room = self.room.get().unwrap_or(width);
        (room / width.max(1.0)).clamp(SMALLEST, 1.0)
    }

    fn fits(self, width: f64) -> bool {
        let chosen = self.chosen.get();
        chosen.unwrap_or_else(|| self.whole(width) >= READABLE)
    }

    fn scale(self, width: f64) -> f64 {
        match self.fits(width) {
            true => self.whole(width),
            false => 1.0,
        }
    }

    /// The choice, where there is one.
    fn choice(self) -> impl Fn() -> Option<View> {
        move || {
            let width = self.width.get();
            let app = self.app;
            (self.whole(width) < 1.0).then(|| {
                segments(
                    "Size",
                    &[(true, "Fit"), (false, "100%")],
                    Signal::derive(move || self.fits(width)),
                    move |fits| {
                        let word = if fits { "fit" } else { "full" };
                        app.change(|route| route.with_extra("size", Some(word)));
                    },
                    "",
                )
            })
        }
    }
}

/// The address of a part of the tree.
fn part_href(app: App, from: u64) -> String {
    let from = (from > 0).then(|| from.to_string());
    app.route
        .with_untracked(|route| route.clone().with_extra("node", from.as_deref()))
        .to_hash()
}

fn drawn(app: App, view: &TreeView, fit: Fit) -> View {
    let told = format!(
        "{}, {} deep",
        human::counted(view.nodes_total, "node", "nodes"),
        human::counted(view.depth, "level", "levels")
    );
    let told = match view.note.as_str() {
        "" => told,
        note => format!("{told}; {note}"),
    };
    let classes = view.classes.iter().enumerate().map(|(at, name)| {
        el::span()
            .class("plot-name")
            .attr("data-n", at)
            .child(name.clone())
    });
    let way = view.way.iter().map(|(number, question)| {
        el::li().child(
            el::a()
                .class("mono")
                .attr("href", part_href(app, *number))
                .child(question.clone()),
        )
    });
    let way = (!view.way.is_empty()).then(|| {
        el::nav()
            .class("way said")
            .attr("aria-label", "Way from the root")
            .child(el::ol().child(way.collect_view()))
    });
    let edges = view.nodes.iter().filter_map(|node| edge(view, node));
    let boxes = view.nodes.iter().map(|node| question_box(app, node));
    let (width, height) = (
        view.levels as f64 * (WIDTH + ACROSS) - ACROSS + ACROSS * 0.75,
        view.rows * (HEIGHT + DOWN) - DOWN,
    );
    fit.width.set(width);
    group()
        .child(
            el::p()
                .class("faint")
                .child(told)
                .child(classes.collect_view()),
        )
        .child(way)
        .child(
            el::div()
                .class("decisions")
                .reference(fit.node)
                .attr("role", "group")
                .attr("aria-label", "Tree of decisions")
                .attr("tabindex", "0")
                .child(
                    el::div()
                        .style("--w", format!("{}px", number(width.max(0.0))))
                        .style("--fit", move || number(fit.scale(width)))
                        .style("--h", format!("{}px", number(height.max(0.0))))
                        .child(
                            el::svg()
                                .attr("aria-hidden", "true")
                                .child(edges.collect_view()),
                        )
                        .child(boxes.collect_view()),
                ),
        )
        .into_view()
}

fn place(node: &TreeNode) -> (f64, f64) {
    (
        node.level as f64 * (WIDTH + ACROSS),
        node.row * (HEIGHT + DOWN),
    )
}

/// The line from the parent, thicker where more of its samples go.
fn edge(view: &TreeView, node: &TreeNode) -> Option<View> {
    let parent = view.nodes.get(usize::try_from(node.parent?).ok()?)?;
    let (from, to) = (place(parent), place(node));
    let (x, y) = (from.0 + WIDTH, from.1 + HEIGHT / 2.0);
    let (right, down) = (to.0, to.1 + HEIGHT / 2.0);
    let middle = (x + right) / 2.0;
    let curve = format!(
        "M{} {}C{} {} {} {} {} {}",
        number(x),
        number(y),
        number(middle),
        number(y),
        number(middle),
        number(down),
        number(right),
        number(down)
    );
    let part = match parent.samples {
        0 => 0.0,
        all => (node.samples as f64 / all as f64).clamp(0.0, 1.0),
    };
    let is_first = node.row < parent.row;
    let path = el::path()
        .class("edge")
        .attr("d", curve)
        .attr("stroke-width", number(1.0 + part * 4.0));
    let word = el::text()
        .attr("x", number(right - 4.0))
        .attr("y", number(down - 5.0))
        .child(if is_first { "yes" } else { "no" });
    Some(group().child(path).child(word).into_view())
}

fn question_box(app: App, node: &TreeNode) -> View {
    let (x, y) = place(node);
    let samples = human::counted(node.samples, "sample", "samples");
    let missing = node.missing.map_or("", |left| match left {
        true => "; no value: yes",
        false => "; no value: no",
    });
    let answer = match &node.sure {
        Some(sure) => format!("{}, {sure}", node.answer),
        None => node.answer.clone(),
    };
    let (strong, under) = match &node.question {
        // The bar below says how sure that is.
        Some(question) => (question.clone(), format!("{samples}, {}", node.answer)),
        None => (answer.clone(), samples.clone()),
    };
    let full = format!(
        "{strong}\n{samples}, {answer}\n{}{missing}\nnode {}",
        node.impurity, node.number
    );
    let shares = node.shares.iter().enumerate();
    let shares = shares
        .filter(|(_, share)| **share > 0.0)
        .map(|(at, share)| {
            el::i()
                .attr("data-n", at)
                .style("--w", format!("{}%", number(share * 100.0)))
        });
    let shares =
        (!node.shares.is_empty()).then(|| el::span().class("shares").child(shares.collect_view()));
    let inside = group()
        .child(el::b().class("cut-end").child(strong))
        .child(el::span().class("cut-end").child(under))
        .child(shares);
    let placed = |element: Element| {
        element
            .class("decision")
            .class_if("leaf", node.question.is_none())
            .attr("title", full.clone())
            .style("--x", format!("{}px", number(x)))
            .style("--y", format!("{}px", number(y)))
    };
    // A question leads to the part that begins with it.
    let is_first = node.level == 0;
    match node.question.is_some() && !is_first {
        true => placed(el::a().attr("href", part_href(app, node.number)))
            .class_if("cut", node.is_cut)
            .child(inside)
            .into_view(),
        false => placed(el::div()).child(inside).into_view(),
    }
}
