//! A run over time: rows with the bars of its tasks, and the shape of the work above them.
//!
//! [`tab`] is the whole of it. What the address says stands in [`address`], what of the
//! time is looked at in [`look`]; [`head`] draws what is above the rows and behind them,
//! [`rows`] and [`lane`] the rows, [`foot`] what a range amounts to, [`side`] what stands
//! beside the rows. [`hand`] hears the
//! mouse, [`keys`] the keyboard. Which rows there are, and how much ran when, was counted by the
//! engine; here a time only becomes a pixel, so that zooming follows the hand.

mod address;
mod foot;
mod hand;
mod head;
mod keys;
mod lane;
mod legend;
mod look;
mod name;
mod rows;
mod side;
mod state;
mod tip;
mod tools;
mod twin;

use super::super::ask::answer;
use super::super::error;
use super::super::parts;
use super::super::parts::table::Scrolled;
use super::super::state::App;
use crate::browser::size;
use crate::engine::timeline::TimelineQuery;
use crate::model::RunPath;
use crate::text::human;
use crate::ui::dom::prelude::*;
use address::Says;
use hand::Hand;
use keys::Keys;
use look::{Look, told};
use rows::Drawn;
use state::Timeline;
use std::time::Duration;

/// Two pixels to a column: finer steps of a curve are not seen.
const COLUMN: f64 = 2.0;

/// Something that runs is asked for again so often.
const BEAT: Duration = Duration::from_secs(2);

/// The whole tab.
pub fn tab(app: App, run: RunPath) -> View {
    let says = Memo::new(move |_| app.route.with(Says::read));
    let look = Look::new(app);
    let scrolled = Scrolled::of_bars();
    let beat = RwSignal::new(0_u32);
    let asked = run.clone();
    let found = answer(move || {
        let says = says.get();
        let width = look.width.get();
        Some(TimelineQuery {
            run: asked.clone(),
            rows: says.rows,
            window: scrolled.window.get(),
            columns: (width / COLUMN) as u32,
            part: look.zoom().map(|view| (view.from, view.to)),
            cut: says.cut,
            range: says.range,
            beat: beat.get(),
        })
    });
    let timeline = Timeline {
        app,
        run: StoredValue::new(run),
        says,
        look,
        scrolled,
        found,
        has_hosts: Memo::new(move |_| found.value().is_some_and(|view| view.has_hosts)),
        pointed: RwSignal::new_local(None),
        drawn: RwSignal::new(None),
        chosen: RwSignal::new(None),
        has_marked: StoredValue::new(false),
        lanes: Reference::new(),
    };
    react(move || {
        let zoom = says.with(|says| (says.zoom, says.cut));
        if let Some(view) = found.value() {
            look.follow(&view, zoom.1, zoom.0);
        }
    });
    react(move || {
        if found.value().is_some_and(|view| view.now.is_some()) {
            let next = beat.get_untracked().wrapping_add(1);
            set_timeout(
                move || {
                    // The screen may be gone by then.
                    let _beaten = beat.try_set(next);
                },
                BEAT,
            );
        }
    });
    // How wide the lanes are follows the window, the rail and what is beside them.
    let followed = StoredValue::new_local(None);
    react(move || {
        if let Some(lanes) = timeline.lanes.get() {
            let follow = size::follow(&lanes, move |width| {
                if look.width.get_untracked() != width {
                    look.width.set(width);
                }
            });
            followed.set_value(follow);
        }
    });
    let (hand, keys) = (Hand::new(timeline), Keys::new(timeline));
    let as_table = Memo::new(move |_| says.with(|says| says.as_table));
    react(move || {
        as_table.track();
        scrolled.measure_anew();
    });
    let body = move || match as_table.get() {
        true => twin::twin(timeline),
        false => picture(timeline, hand, keys),
    };
    let failure = move || Some(error::in_place(&*found.failure()?));
    let waiting = move || {
        let now = found.get();
        let is_new = now.value.is_none() && now.failure.is_none();
        is_new.then(|| parts::loading(now.progress))
    };
    let untimed = move || {
        let view = found.value()?;
        let told = match view.untimed {
            0 => return None,
            untimed if untimed == view.total => {
                "No times were recorded: the tasks are listed without bars.".to_owned()
            }
            untimed => format!(
                "Of {} no times were recorded: they have no bars.",
                human::counted(untimed, "task", "tasks")
            ),
        };
        Some(el::p().class("note").child(told))
    };
    let doubts = move || {
        let view = found.value()?;
        let early = view.early.map(|(tasks, before)| {
            let tasks = human::counted(tasks, "task", "tasks");
            let before = human::span(before.0);
            let why = "two clocks disagree";
            format!("{tasks} began before the run did, up to {before}: {why}.")
        });
        let ahead = view.ahead.map(|ahead| {
            let ahead = human::span(ahead.0);
            let (is_cut, as_table) = says.with(|says| (says.cut, says.as_table));
            let rest = match is_cut || as_table {
                true => "",
                false => " Collapse idle shows the rest.",
            };
            format!("The last time that is recorded lies {ahead} in the future: a clock was wrong.{rest}")
        });
        let backwards = (view.backwards > 0).then(|| {
            let tasks = human::counted(view.backwards, "task", "tasks");
            format!("{tasks} ended before they began, by their records: how long they took is not known.")
        });
        let late = view.late.as_ref().map(|late| {
            format!("{late} How long the run took is told up to the end of its last step.")
        });
        let told = [early, backwards, late, ahead].into_iter().flatten();
        let told: Vec<String> = told.collect();
        (!told.is_empty()).then(|| el::p().class("note").child(told.join(" ")))
    };
    let foot = move || {
        let (view, scale) = timeline.telling()?;
        Some(foot::foot(timeline, &view, &scale))
    };
    let beside = move || {
        let side = timeline.side()?;
        let (view, scale) = timeline.telling()?;
        Some(side::side(timeline, side, &view, &scale))
    };
    let pane = el::div()
        .class("pane")
        .child(tools::tools(timeline))
        .child(failure)
        .child(waiting)
        .child(untimed)
        .child(doubts)
        .child(body)
        .child(foot);
    group().child(pane).child(beside).into_view()
}

fn picture(timeline: Timeline, hand: Hand, keys: Keys) -> View {
    let strip = el::svg()
        .class("time-strip")
        .attr("role", "img")
        .attr(
            "aria-label",
            "The whole run, with the part that is looked at",
        )
        .child(move || {
            let (view, scale) = timeline.drawing()?;
            Some(head::strip(
                &view,
                timeline.says.with(|says| says.cut),
                &scale,
            ))
        });
    let curve = el::svg()
        .class("time-curve")
        .attr("role", "img")
        .attr("aria-label", "Tasks at once over time")
        .child(move || {
            let (view, scale) = timeline.drawing()?;
            let clock = timeline.says.with(|says| says.clock);
            let range = timeline.range(&view, &scale);
            let curve = head::curve(timeline.app, &view, &scale, clock);
            Some(group().child(curve).child(head::over_axis(&scale, range)))
        });
    let ground = el::svg()
        .class("time-ground")
        .attr("aria-hidden", "true")
        .child(move || {
            let (view, scale) = timeline.drawing()?;
            let clock = timeline.says.with(|says| says.clock);
            let range = timeline.range(&view, &scale);
            Some(head::ground(timeline.app, &scale, clock, range))
        });
    let head = el::div()
        .class("time-head")
        .child(tools::place(timeline))
        .child(hand.holds_strip(strip))
        .child(tools::curve_label(timeline))
        .child(hand.holds(curve, true));
    let pane = timeline
        .scrolled
        .pane()
        .class("scroll")
        .on("focusin", move |event| {
            timeline.scrolled.came(event.target())
        })
        .on_key(move |event| {
            if keys.walk(&event) || timeline.scrolled.walk(&event) {
                event.prevent_default();
            }
        });
    let measure = el::div().class("time-measure").reference(timeline.lanes);
    let body = hand
        .holds(el::div().class("time-body"), false)
        .child(ground)
        .child(pane.child(measure).child(move || table(timeline)));
    // Without any time there is no axis.
    let is_timeless = move || {
        let view = timeline.found.value();
        view.is_some_and(|view| view.total > 0 && view.untimed == view.total)
    };
    el::div()
        .class("time")
        .attr("data-timeless", is_timeless)
        .child(hatch())
        .child(head)
        .child(body)
        .child(move || crosshair(timeline))
        .child(move || tip(timeline))
        .child(
            el::p()
                .class("sr")
                .attr("role", "status")
                .child(move || spoken(timeline)),
        )
        .into_view()
}

fn table(timeline: Timeline) -> Option<View> {
    let (view, scale) = timeline.drawing()?;
    timeline.scrolled.set_total(view.row_count);
    timeline.scrolled.drawn(view.window.first);
    if view.matching == 0 {
        return Some(twin::empty(timeline, &view));
    }
    let (grouping, with_path) = timeline
        .says
        .with(|says| (says.rows.group.clone(), says.path));
    let run = timeline.run.get_value();
    let drawn = Drawn {
        app: timeline.app,
        run: &run,
        view: &view,
        scale: &scale,
        grouping: &grouping,
        with_path,
        chosen: timeline.chosen.get(),
    };
    let rows = drawn.rows();
    let count = rows.len();
    let first = view.window.first;
    let links = with_path.then(|| {
        let d = head::links(&view, &scale, timeline.scrolled.row_height());
        el::svg()
            .class("links")
            .attr("aria-hidden", "true")
            .child(el::path().attr("d", d))
    });
    let rows = el::div()
        .class("rows")
        .attr("role", "rowgroup")
        .style("--before", timeline.scrolled.before(first))
        .style("--after", timeline.scrolled.after(first, count))
        .child(rows)
        .child(links);
    let table = el::div()
        .class("table time-rows")
        .attr("role", "table")
        .attr("aria-label", "Timeline")
        .attr("aria-rowcount", view.row_count)
        .child(rows);
    Some(table.into_view())
}

/// The hatch of queued time, once for all lanes.
fn hatch() -> Element {
    let line = el::path().attr("d", "M0 0V5");
    let pattern = el::pattern()
        .attr("id", "hatch")
        .attr("width", "5")
        .attr("height", "5")
        .attr("patternUnits", "userSpaceOnUse")
        .attr("patternTransform", "rotate(45)")
        .child(line);
    el::svg()
        .class("hatch")
        .attr("aria-hidden", "true")
        .child(el::defs().child(pattern))
}

/// A line through all rows at the pointer, with its time on the axis.
fn crosshair(timeline: Timeline) -> Option<View> {
    let at = timeline.pointed.get()?;
    let (_, scale) = timeline.drawing_untracked()?;
    let clock = timeline.says.with_untracked(|says| says.clock);
    let words = told(
        timeline.app,
        scale.zero,
        clock,
        scale.at(at.in_lane),
        scale.length(),
    );
    let line = el::div()
        .class("crosshair")
        .attr("aria-hidden", "true")
        .class_if("left", at.in_lane > scale.width - 90.0)
        .style("--x", format!("{}px", at.in_lane.round()))
        .child(el::span().child(words));
    Some(line.into_view())
}

fn tip(timeline: Timeline) -> Option<View> {
    let at = timeline
        .pointed
        .get()
        .filter(|_| timeline.drawn.get().is_none())?;
    let (view, scale) = timeline.drawing_untracked()?;
    let (clock, with_path) = timeline.says.with_untracked(|says| (says.clock, says.path));
    if at.in_curve {
        return tip::at_once(timeline.app, view.shape.as_ref()?, &at, &scale, clock);
    }
    let nth = at.row?.checked_sub(view.window.first)?;
    let row = view.rows.get(usize::try_from(nth).ok()?);
    tip::tip(timeline.app, row, &at, &scale, clock, with_path)
}

/// What the keyboard is at, for who does not see it.
fn spoken(timeline: Timeline) -> Option<String> {
    use crate::engine::timeline::TimelineRow;
    let (at, part) = timeline.chosen.get()?;
    let (view, scale) = timeline.drawing_untracked()?;
    let nth = usize::try_from(at.checked_sub(view.window.first)?).ok()?;
    let TimelineRow::Task(task) = view.rows.get(nth)? else {
        return None;
    };
    let (part, stretch) = lane::parts(task).into_iter().nth(part)?;
    let clock = timeline.says.with_untracked(|says| says.clock);
    let time = |at| told(timeline.app, scale.zero, clock, at, scale.length());
    let facts = tip::facts_of(task, part, stretch, &time, true);
    let facts: Vec<String> = facts
        .into_iter()
        .map(|(label, value)| format!("{label} {value}"))
        .collect();
    Some(facts.join(", "))
}
