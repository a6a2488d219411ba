//! What of the time is looked at, and how it is drawn: the view, its width, and the hands
//! that move it.

use super::address::{Clock, with_zoom, with_zoom_into};
use crate::engine::timeline::TimelineView;
use crate::layout::axis::{Labels, Tick, TickLabel, Unit};
use crate::layout::timeline::ticks::{Style, ticks};
use crate::layout::timeline::{Cuts, Stretch, View as TimeView};
use crate::model::{Moment, Span};
use crate::text::clock as words;
use crate::ui::dom::prelude::*;
use crate::ui::state::App;
use std::time::Duration;

/// Times and pixels of one drawing.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Scale {
    pub zero: Moment,
    pub view: TimeView,
    pub cuts: Cuts,
    /// Of the lanes, in pixels.
    pub width: f64,
}

impl Scale {
    /// Where a time is drawn; not further outside than it takes to be unseen.
    pub fn x(&self, at: Span) -> f64 {
        self.x_of(self.cuts.drawn(at))
    }

    /// The same of drawn time.
    pub fn x_of(&self, drawn: f64) -> f64 {
        const BESIDE: f64 = 40.0;
        let x = (drawn - self.view.from) / self.view.length() * self.width;
        x.clamp(-BESIDE, self.width + BESIDE)
    }

    /// The time at a pixel.
    pub fn at(&self, x: f64) -> Span {
        self.view.at(x / self.width.max(1.0), &self.cuts)
    }

    /// Whether anything of a stretch can be seen.
    pub fn sees(&self, stretch: Stretch) -> bool {
        self.cuts.drawn(stretch.to) >= self.view.from
            && self.cuts.drawn(stretch.from) <= self.view.to
    }

    /// How long what is looked at is, without what is cut.
    pub fn length(&self) -> Span {
        Span(self.view.length() as i64)
    }

    pub fn moment(&self, at: Span) -> i64 {
        self.zero.0.saturating_add(at.0)
    }
}

/// The part of the axis that is looked at, and the width it has. Made of signals.
#[derive(Clone, Copy)]
pub(super) struct Look {
    app: App,
    /// `None` is the whole run.
    zoom: RwSignal<Option<TimeView>, LocalStorage>,
    pub width: RwSignal<f64>,
    /// What the address was last told, or has said.
    told: StoredValue<Option<Moments>>,
    /// What the address says, and whether idle time was cut, when it was last heard.
    heard: StoredValue<Option<(Option<Moments>, bool)>>,
    /// Counts the steps, so that the address is told of the last one only.
    steps: StoredValue<u32>,
}

/// From and to, in microseconds since the Unix epoch.
type Moments = (i64, i64);

/// The address is told where one is when nothing has moved for so long.
const REST: Duration = Duration::from_millis(250);

impl Look {
    pub fn new(app: App) -> Self {
        Self {
            app,
            zoom: RwSignal::new_local(None),
            width: RwSignal::new(0.0),
            told: StoredValue::new(None),
            heard: StoredValue::new(None),
            steps: StoredValue::new(0),
        }
    }

    /// The whole run is looked at.
    pub fn is_whole(self) -> bool {
        self.zoom.get().is_none()
    }

    pub fn zoom(self) -> Option<TimeView> {
        self.zoom.get()
    }

    /// How the run is drawn now; nothing before there is room.
    pub fn scale(self, run: &TimelineView, cut: bool) -> Option<Scale> {
        let width = self.width.get();
        (width > 0.0).then(|| scale_of(run, cut, self.zoom.get(), width))
    }

    pub fn scale_untracked(self, run: &TimelineView, cut: bool) -> Option<Scale> {
        let width = self.width.get_untracked();
        (width > 0.0).then(|| scale_of(run, cut, self.zoom.get_untracked(), width))
    }

    /// Takes what the address says, unless it only repeats what it was told.
    pub fn follow(self, run: &TimelineView, cut: bool, zoom: Option<Moments>) {
        let before = self.heard.get_value();
        if before == Some((zoom, cut)) {
            return;
        }
        self.heard.set_value(Some((zoom, cut)));
        let told = self.told.get_value();
        let is_news = before.is_none_or(|(before, _)| before != zoom) && told != zoom;
        let is_recut = before.is_some_and(|(_, before)| before != cut);
        if is_news || is_recut {
            self.look_at(run, cut, if is_news { zoom } else { told });
        }
    }

    fn look_at(self, run: &TimelineView, cut: bool, zoom: Option<Moments>) {
        self.told.set_value(zoom);
        let cuts = cuts_of(run, cut);
        let whole = TimeView::of_whole(run.whole, &cuts);
        let since = |micros: i64| Span(micros.saturating_sub(run.zero.0));
        // A part of another run is none of this one.
        let seen = zoom.map(|(from, to)| Stretch::new(since(from), since(to)));
        let seen = seen.filter(|seen| seen.meets(run.whole) && seen.length() > Span(0));
        let view = seen.map(|seen| TimeView::of(seen, &cuts).within(whole));
        self.zoom.set(view.filter(|view| !view.is_near(whole)));
    }

    /// Looks at something else, and lets the address know as soon as it rests.
    pub fn set(self, run: &TimelineView, cut: bool, view: TimeView) {
        let cuts = cuts_of(run, cut);
        let whole = TimeView::of_whole(run.whole, &cuts);
        let view = view.within(whole);
        let view = (!view.is_near(whole)).then_some(view);
        self.zoom.set(view);
        let zero = run.zero.0;
        let told = view.map(|view| {
            let stretch = view.stretch(&cuts);
            let moment = |at: Span| zero.saturating_add(at.0);
            (moment(stretch.from), moment(stretch.to))
        });
        self.told.set_value(told);
        self.steps
            .update_value(|steps| *steps = steps.wrapping_add(1));
        let step = self.steps.get_value();
        let place = self.app.route.with_untracked(|route| route.place.clone());
        let tell = move || {
            let is_here = self.app.route.with_untracked(|route| route.place == place);
            // The screen may be gone by then.
            if is_here && self.steps.try_get_value() == Some(step) {
                self.app.change(|route| with_zoom(route, told));
            }
        };
        set_timeout(tell, REST);
    }

    /// Looks at another part at once, as a step in the history.
    pub fn go(self, run: &TimelineView, cut: bool, stretch: Option<Stretch>) {
        let zero = run.zero.0;
        let moment = |at: Span| zero.saturating_add(at.0);
        let zoom = stretch.map(|stretch| (moment(stretch.from), moment(stretch.to)));
        self.steps
            .update_value(|steps| *steps = steps.wrapping_add(1));
        self.look_at(run, cut, zoom);
        let route = self.app.route.get_untracked();
        self.app.go(with_zoom_into(route, zoom));
    }

    pub fn zoomed(self, run: &TimelineView, cut: bool, factor: f64, part: f64) {
        if let Some(scale) = self.scale_untracked(run, cut) {
            let whole = TimeView::of_whole(run.whole, &scale.cuts);
            self.set(run, cut, scale.view.zoomed(factor, part, whole));
        }
    }

    pub fn panned(self, run: &TimelineView, cut: bool, part: f64) {
        if let Some(scale) = self.scale_untracked(run, cut) {
            let whole = TimeView::of_whole(run.whole, &scale.cuts);
            self.set(run, cut, scale.view.panned(part, whole));
        }
    }
}

pub(super) fn cuts_of(run: &TimelineView, cut: bool) -> Cuts {
    match cut {
        true => Cuts::new(run.idle.clone(), run.whole),
        false => Cuts::default(),
    }
}

/// The whole run in some width.
pub(super) fn whole_scale(run: &TimelineView, cut: bool, width: f64) -> Scale {
    scale_of(run, cut, None, width)
}

fn scale_of(run: &TimelineView, cut: bool, zoom: Option<TimeView>, width: f64) -> Scale {
    let cuts = cuts_of(run, cut);
    let whole = TimeView::of_whole(run.whole, &cuts);
    Scale {
        zero: run.zero,
        view: zoom.map_or(whole, |view| view.within(whole)),
        cuts,
        width,
    }
}

/// Least distance of two labels of the axis.
const APART: f64 = 90.0;

/// The labels of the axis, each with its place in pixels.
pub(super) fn labelled(app: App, scale: &Scale, clock: Clock) -> Vec<(f64, String)> {
    let zone = zone(app, clock);
    let minutes = zone.minutes_at(scale.zero.0);
    let style = Style {
        zero: scale.zero,
        labels: match clock {
            Clock::Start => Labels::SinceStart,
            Clock::Local | Clock::Utc => Labels::WallClock,
        },
        ahead_of_utc: Span(i64::from(minutes) * 60_000_000),
        width: scale.width,
        apart: APART,
    };
    let (unit, ticks) = ticks(scale.view, &scale.cuts, &style);
    let label = |tick: &Tick| {
        let micros = scale.moment(tick.at);
        match tick.label {
            TickLabel::SinceStart => words::since_start(tick.at.0),
            TickLabel::Clock if unit < Unit::Second => words::time_of_day_millis(micros, &zone),
            TickLabel::Clock => words::time_of_day(micros, &zone),
            TickLabel::Date => words::day(micros, &zone),
        }
    };
    ticks
        .iter()
        .map(|(part, tick)| (part * scale.width, label(tick)))
        .collect()
}

pub(super) fn zone(app: App, clock: Clock) -> words::Zone {
    match clock {
        Clock::Utc => words::Zone::default(),
        Clock::Start | Clock::Local => app.zone(),
    }
}

/// A time in words, to a thousandth of a length.
pub(super) fn told(app: App, zero: Moment, clock: Clock, at: Span, of: Span) -> String {
    match clock {
        Clock::Start => words::since_start(rounded(at.0, of.0 / 1000)),
        Clock::Local | Clock::Utc => {
            let micros = zero.0.saturating_add(at.0);
            let zone = zone(app, clock);
            match of.0 < 3_600_000_000 {
                true => words::time_of_day_millis(micros, &zone),
                false => words::time_of_day(micros, &zone),
            }
        }
    }
}

/// To a power of ten, or where minutes count to a second.
fn rounded(micros: i64, least: i64) -> i64 {
    let mut step = 1_i64;
    while step < least && step < 1_000_000 {
        step *= 10;
    }
    let half = step / 2;
    (micros.saturating_add(half)).div_euclid(step) * step
}

/// A stretch as a breadcrumb: `53.6 s to 2m 44s`.
pub(super) fn told_stretch(app: App, scale: &Scale, clock: Clock, stretch: Stretch) -> String {
    let of = scale.length();
    let at = |at: Span| match clock {
        Clock::Start => words::since_start(rounded(at.0, of.0 / 1000)),
        Clock::Local | Clock::Utc => words::time_of_day(scale.moment(at), &zone(app, clock)),
    };
    format!("{} to {}", at(stretch.from), at(stretch.to))
}
