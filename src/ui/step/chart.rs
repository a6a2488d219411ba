//! The numbers of an artifact over the tasks, in the order of their foreach: a small picture
//! beside the list, which has the same numbers.

use super::columns::{charted, progress};
use super::plot::{Beside, Tip, width_of};
use crate::engine::siblings::Chosen;
use crate::engine::siblings::chart::{ChartQuery, ChartView, Gap, Point};
use crate::engine::siblings::rows::SiblingRowsView;
use crate::engine::siblings::sibling::{SiblingQuery, Spot};
use crate::layout::number::number;
use crate::model::Status;
use crate::text::human;
use crate::ui::ask::{Found, answer};
use crate::ui::dom::prelude::*;
use crate::ui::state::App;
use web_sys::MouseEvent;

/// In pixels.
const HIGH: f64 = 148.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 26.0;

#[derive(Clone, Copy)]
struct Chart {
    app: App,
    chosen: Memo<Chosen>,
    found: Found<ChartView>,
    width: RwSignal<Option<f64>>,
    svg: Reference,
    pointed: RwSignal<Option<usize>>,
    walked: RwSignal<Option<usize>>,
    has_focus: RwSignal<bool>,
}

/// `list` is the answer for the rows beside it: only once that is there the rest is read, since
/// both may want the same.
pub(super) fn chart(app: App, chosen: Memo<Chosen>, list: Found<SiblingRowsView>) -> View {
    let is_stranger = move |name: &String| {
        let view = list.value();
        view.is_some_and(|view| view.strangers.iter().any(|(stranger, _)| stranger == name))
    };
    let column = Memo::new(move |_| charted(app).filter(|name| !is_stranger(name)));
    let is_ready = Memo::new(move |was: Option<&bool>| was == Some(&true) || !list.waiting());
    let shown = move || {
        column.get().map(|column| {
            let pane = Reference::new();
            let width = width_of(pane);
            let asked = column.clone();
            let chart = Chart {
                app,
                chosen,
                found: answer(move || {
                    // Two points for each few pixels, at most.
                    if !is_ready.get() {
                        return None;
                    }
                    let most = ((width.get()? - LEFT - RIGHT) / 4.0) as u64 * 2;
                    Some(ChartQuery {
                        of: chosen.get(),
                        column: asked.clone(),
                        most: (most / 40 * 40).clamp(40, 600),
                    })
                }),
                width,
                svg: Reference::new(),
                pointed: RwSignal::new(None),
                walked: RwSignal::new(None),
                has_focus: RwSignal::new(false),
            };
            chart.view(column, pane)
        })
    };
    shown.into_view()
}

/// How numbers and places become pixels.
#[derive(Clone, Copy)]
struct Scale {
    width: f64,
    tasks: f64,
    low: f64,
    high: f64,
}

impl Scale {
    fn of(view: &ChartView, width: f64) -> Self {
        let numbers = || view.points.iter().map(|point| point.number);
        let (low, high) = (
            numbers().fold(f64::INFINITY, f64::min),
            numbers().fold(f64::NEG_INFINITY, f64::max),
        );
        let (low, high) = if low < high {
            (low, high)
        } else {
            (low - 1.0, high + 1.0)
        };
        Self {
            width: (width - LEFT - RIGHT).max(40.0),
            tasks: view.total.saturating_sub(1).max(1) as f64,
            low,
            high,
        }
    }

    fn x(self, point: &Point) -> f64 {
        self.along(point.place)
    }

    fn along(self, place: u64) -> f64 {
        LEFT + place as f64 / self.tasks * self.width
    }

    fn y(self, value: f64) -> f64 {
        // Halves: the whole may be beyond what a number holds.
        let part = (value / 2.0 - self.low / 2.0) / (self.high / 2.0 - self.low / 2.0);
        TOP + (1.0 - part.clamp(0.0, 1.0)) * (HIGH - TOP - BOTTOM)
    }

    /// Whether something that is drawn lies beyond it.
    fn parts(self, fence: f64) -> bool {
        self.low < fence && fence < self.high
    }

    fn holds(self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }
}

impl Chart {
    fn told(self) -> Option<usize> {
        let walked = self.walked.get().filter(|_| self.has_focus.get());
        self.pointed.get().or(walked)
    }

    fn point(self, at: usize) -> Option<Point> {
        self.found.value()?.points.get(at).copied()
    }

    fn question(self, point: Point, column: &str) -> SiblingQuery {
        SiblingQuery {
            spot: Spot::Place(self.chosen.get(), point.place),
            column: Some(column.to_owned()),
        }
    }

    /// The point that is nearest.
    fn under(self, event: &MouseEvent) -> Option<usize> {
        let corner = self.svg.get_untracked()?.get_bounding_client_rect();
        let view = self.found.value_untracked()?;
        let scale = Scale::of(&view, self.width.get_untracked()?);
        let x = f64::from(event.client_x()) - corner.left();
        let y = f64::from(event.client_y()) - corner.top();
        // Along the axis first: of points above one another the nearest.
        let away = |point: &Point| {
            let (along, up) = (scale.x(point) - x, scale.y(point.number) - y);
            along * along * 4.0 + up * up
        };
        let points = view.points.iter().enumerate();
        let nearest = points.min_by(|(_, a), (_, b)| away(a).total_cmp(&away(b)));
        nearest.map(|(at, _)| at)
    }

    fn walk(self, key: &str) -> bool {
        let count = self
            .found
            .value_untracked()
            .map_or(0, |view| view.points.len());
        let Some(last) = count.checked_sub(1) else {
            return false;
        };
        let at = self.walked.get_untracked();
        let to = match (key, at) {
            ("ArrowRight" | "ArrowLeft", None) => 0,
            ("ArrowRight", Some(at)) => at.saturating_add(1),
            ("ArrowLeft", Some(at)) => at.saturating_sub(1),
            ("Home", _) => 0,
            ("End", _) => last,
            _ => return false,
        };
        self.walked.set(Some(to.min(last)));
        true
    }

    fn view(self, column: String, pane: Reference) -> View {
        let asked = column.clone();
        let sibling = answer(move || {
            let point = self.point(self.told()?)?;
            Some(self.question(point, &asked))
        });
        let tip = Tip::new(self.app, self.chosen, sibling);
        let (clicked, entered) = (column.clone(), column.clone());
        let open = move |at: Option<usize>, column: &str| {
            let view = self.found.value_untracked();
            let point = at.and_then(|at| view.as_ref()?.points.get(at).copied());
            if let Some(point) = point {
                tip.open(self.question(point, column));
            }
        };
        let name = column.clone();
        let picture = move || {
            let view = self.found.value()?;
            let width = self.width.get()?;
            let (clicked, entered, name) = (clicked.clone(), entered.clone(), name.clone());
            Some(
                el::svg()
                    .reference(self.svg)
                    .class("chart")
                    .attr("viewBox", format!("0 0 {} {HIGH}", number(width)))
                    .attr("tabindex", "0")
                    .attr("role", "application")
                    .attr("aria-roledescription", "chart")
                    .attr("aria-label", label(&view, &name))
                    .attr("aria-describedby", "chart-told")
                    .on_mouse("mousemove", move |event| {
                        let under = self.under(&event);
                        if self.pointed.get_untracked() != under {
                            self.pointed.set(under);
                        }
                    })
                    .on_mouse("mouseleave", move |_| self.pointed.set(None))
                    .on("focus", move |_| self.has_focus.set(true))
                    .on("blur", move |_| self.has_focus.set(false))
                    .on_click(move |event| open(self.under(&event), &clicked))
                    .on_key(move |event| {
                        let is_other = event.ctrl_key() || event.meta_key() || event.alt_key();
                        let heard = match event.key().as_str() {
                            _ if is_other => false,
                            "Enter" => {
                                open(self.walked.get_untracked(), &entered);
                                true
                            }
                            key => self.walk(key),
                        };
                        if heard {
                            event.prevent_default();
                        }
                    })
                    .child(drawn(&view, width))
                    .child(move || self.mark()),
            )
        };
        let floating = move || {
            let point = self.point(self.told()?)?;
            let view = tip.value().filter(|view| view.at == point.place)?;
            let scale = Scale::of(&*self.found.value()?, self.width.get()?);
            let corner = self.svg.get()?.get_bounding_client_rect();
            let (x, y) = (
                corner.left() + scale.x(&point),
                corner.top() + scale.y(point.number),
            );
            Some(tip.floating(
                &view,
                Beside {
                    left: x - 4.0,
                    right: x + 4.0,
                    top: y - 4.0,
                    bottom: y + 4.0,
                },
            ))
        };
        let spoken = move || {
            let is_here = self.has_focus.get() && self.pointed.get().is_none();
            let view = tip.value().filter(|_| is_here)?;
            Some(tip.words(&view))
        };
        let caption = move || Some(caption(&*self.found.value()?));
        el::figure()
            .key(format!("chart-{column}"))
            .class("list-chart")
            .attr("aria-label", format!("Chart of {column}"))
            .child(el::div().reference(pane).class("chart-pane").child(picture))
            .child(progress(self.app, self.found))
            .child(
                el::p()
                    .class("sr")
                    .attr("id", "chart-told")
                    .attr("aria-live", "polite")
                    .child(spoken),
            )
            .child(floating)
            .child(
                el::figcaption()
                    .class("legend")
                    .child(el::b().class("mono").child(column))
                    .child(el::span().child(caption)),
            )
            .into_view()
    }

    /// A ring around the point that is told of.
    fn mark(self) -> Option<View> {
        let point = self.point(self.told()?)?;
        let scale = Scale::of(&*self.found.value()?, self.width.get()?);
        let (x, y) = (number(scale.x(&point)), number(scale.y(point.number)));
        let ring = format!("M{x} {y}m-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0");
        Some(el::path().class("ring").attr("d", ring).into_view())
    }
}

fn label(view: &ChartView, column: &str) -> String {
    let tasks = human::counted(view.numbers, "task", "tasks");
    format!(
        "{column} of {tasks}; arrow keys walk over them, Enter opens one. The list below has the same numbers."
    )
}

fn caption(view: &ChartView) -> String {
    if view.numbers == 0 {
        let none = "No task that is shown has a number here";
        let gaps = gaps(view).map(|gaps| format!(": {gaps}"));
        return format!("{none}{}", gaps.unwrap_or_default());
    }
    let mut told = format!(
        "{} in the order of the foreach",
        human::counted(view.numbers, "task", "tasks")
    );
    if view.numbers > view.points.len() as u64 {
        told.push_str(", the smallest and the largest of each stretch");
        let points = view.points.iter();
        let failed = points
            .filter(|point| point.status == Status::Failed)
            .count() as u64;
        if failed > 0 && failed == view.failed {
            told.push_str(" and all that failed");
        }
    }
    if view.most < view.total {
        let most = human::counted(view.most, "task", "tasks");
        told.push_str(&format!("; only the first {most} are read"));
    }
    if let Some(spread) = view.spread {
        let fences = view.fences.as_ref();
        let low = fences.and_then(|fences| fences.low.as_ref());
        let high = fences.and_then(|fences| fences.high.as_ref());
        let low = low.filter(|(low, _)| *low > spread.low);
        let high = high.filter(|(high, _)| *high < spread.high);
        // The lines are drawn where something lies beyond them.
        match (low, high) {
            (Some((_, low)), Some((_, high))) => {
                told.push_str(&format!("; usual is {low} to {high} (dashed)"));
            }
            (Some((_, low)), None) => {
                told.push_str(&format!("; usual is {low} and more (dashed)"));
            }
            (None, Some((_, high))) => {
                told.push_str(&format!("; usual is up to {high} (dashed)"));
            }
            (None, None) if fences.is_some() => told.push_str("; none is unusual"),
            (None, None) => {}
        }
    }
    if let Some(gaps) = gaps(view) {
        told.push_str("; ");
        told.push_str(&gaps);
    }
    told
}

/// How many tasks have no point, and why.
fn gaps(view: &ChartView) -> Option<String> {
    let told = view.gaps.iter().map(|(gap, count)| {
        let count = human::count(*count);
        match gap {
            Gap::Failed => format!("{count} failed and did not set it"),
            Gap::Missing => format!("{count} did not set it"),
            Gap::NoNumber => format!("{count} set no number"),
            Gap::Large => format!("{count} set what is too large for a chart"),
            Gap::Faulty => format!("of {count} it cannot be read"),
        }
    });
    let told: Vec<String> = told.collect();
    (!told.is_empty()).then(|| format!("without a point (marked below): {}", told.join(", ")))
}

/// Grid lines, what is usual, and the points: one path for all that went alike.
fn drawn(view: &ChartView, width: f64) -> View {
    let scale = Scale::of(view, width);
    let (left, right) = (number(LEFT), number(LEFT + scale.width));
    let marks = view.marks.iter().filter(|(value, _)| scale.holds(*value));
    let marks = marks.map(|(value, name)| {
        let y = number(scale.y(*value));
        group()
            .child(
                el::path()
                    .class("grid")
                    .attr("d", format!("M{left} {y}H{right}")),
            )
            .child(
                el::text()
                    .attr("x", number(LEFT - 8.0))
                    .attr("y", number(scale.y(*value) + 4.0))
                    .attr("text-anchor", "end")
                    .child(name.clone()),
            )
    });
    let fences = view
        .fences
        .iter()
        .flat_map(|fences| [&fences.low, &fences.high])
        .flatten()
        .map(|(fence, _)| fence);
    let fences = fences.filter(|fence| scale.parts(**fence)).map(|fence| {
        let y = number(scale.y(*fence));
        el::path()
            .class("fence")
            .attr("d", format!("M{left} {y}H{right}"))
    });
    // The stretches that two points stand for.
    let mut line = String::new();
    if view.numbers > view.points.len() as u64 {
        for (at, point) in view.points.iter().enumerate() {
            line.push(if at == 0 { 'M' } else { 'L' });
            line.push_str(&format!(
                "{} {}",
                number(scale.x(point)),
                number(scale.y(point.number))
            ));
        }
    }
    let line = (!line.is_empty()).then(|| el::path().class("line").attr("d", line));
    // Each way to have gone has its shape: a dot, a diamond, a square.
    let points = |class: &'static str, shape: &str, is: fn(Status) -> bool| {
        let mut path = String::new();
        for point in view.points.iter().filter(|point| is(point.status)) {
            path.push_str(&format!(
                "M{} {}{shape}",
                number(scale.x(point)),
                number(scale.y(point.number))
            ));
        }
        (!path.is_empty()).then(|| el::path().class(class).attr("d", path))
    };
    // On the axis, where there is no point: a cross where the task failed, else a stroke.
    let blanks = |class: &'static str, shape: &str, failed: bool| {
        let mut path = String::new();
        for blank in view.blanks.iter().filter(|blank| blank.failed == failed) {
            let (x, y) = (
                number(scale.along(blank.place)),
                number(HIGH - BOTTOM + 4.0),
            );
            path.push_str(&format!("M{x} {y}{shape}"));
        }
        (!path.is_empty()).then(|| el::path().class(class).attr("d", path))
    };
    let is_line = line.is_some();
    let last = view.places.len().saturating_sub(1);
    let mut end = f64::NEG_INFINITY;
    let mut names = Vec::new();
    for (nth, (place, name)) in view.places.iter().enumerate() {
        let x = scale.along(*place);
        let wide = name.chars().count() as f64 * 7.0;
        let (anchor, from) = match nth {
            0 => ("start", x),
            nth if nth == last => ("end", x - wide),
            _ => ("middle", x - wide / 2.0),
        };
        // The last one has its place before those between.
        let room = LEFT + scale.width - wide;
        let is_free = from >= end + 12.0 && (nth == 0 || nth == last || from + wide < room);
        if is_free {
            end = from + wide;
            names.push(
                el::text()
                    .attr("x", number(x))
                    .attr("y", number(HIGH - 6.0))
                    .attr("text-anchor", anchor)
                    .child(name.clone()),
            );
        }
    }
    group()
        .child(names.into_iter().collect_view())
        .child(marks.collect_view())
        .child(fences.collect_view())
        .child(line)
        .child((!is_line).then(|| {
            points("point", "h0", |status| {
                !matches!(status, Status::Failed | Status::Retried)
            })
        }))
        .child(points(
            "point retry",
            "m-3.5 0l3.5-3.5 3.5 3.5-3.5 3.5z",
            |status| status == Status::Retried,
        ))
        .child(points("point fail", "h0", |status| {
            status == Status::Failed
        }))
        .child(blanks("blank", "v4", false))
        .child(blanks("blank fail", "m-3-1l6 6m0-6l-6 6", true))
        .into_view()
}
