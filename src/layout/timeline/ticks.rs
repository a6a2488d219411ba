//! The ticks of a view of time, also of one out of which idle time is cut.

use super::{Cuts, Stretch, View};
use crate::layout::axis::{self, Axis, Labels, Tick, Unit};
use crate::model::{Moment, Span};

/// How the axis is to be labelled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Style {
    /// What times are counted from.
    pub zero: Moment,
    pub labels: Labels,
    /// What the reader's clock is ahead of UTC.
    pub ahead_of_utc: Span,
    /// Of the view, in pixels.
    pub width: f64,
    /// Least distance of two ticks, in pixels.
    pub apart: f64,
}

/// The finest unit that a label has to show, and the ticks, each with its place: 0 at the
/// beginning of the view, 1 at its end.
pub fn ticks(view: View, cuts: &Cuts, style: &Style) -> (Unit, Vec<(f64, Tick)>) {
    // As many pixels to a second as the view has, whatever is cut out of it.
    let of = |stretch: Stretch, width: f64| {
        Axis::new(&axis::View {
            zero: style.zero,
            from: stretch.from,
            to: stretch.to,
            width,
            apart: style.apart,
            labels: style.labels,
            ahead_of_utc: style.ahead_of_utc,
        })
    };
    let mut placed: Vec<(f64, Tick)> = Vec::new();
    let mut unit = None;
    let least = style.apart / style.width.max(1.0);
    for piece in pieces(view, cuts) {
        let width = piece.length().0 as f64 / view.length() * style.width;
        // In a piece too short for two ticks one would stand anywhere.
        if !placed.is_empty() && width < style.apart {
            continue;
        }
        let axis = of(piece, width);
        unit = unit.min(Some(axis.unit)).or(Some(axis.unit));
        for mut tick in axis.ticks {
            // Only the start itself tells the clock where the others count from it.
            if style.labels == Labels::SinceStart && (!placed.is_empty() || tick.at > Span(0)) {
                tick.label = axis::TickLabel::SinceStart;
            }
            let part = view.part(tick.at, cuts);
            if placed
                .last()
                .is_none_or(|(last, _)| part - last >= least * 0.999)
            {
                placed.push((part, tick));
            }
        }
    }
    if placed.is_empty() {
        // All that is looked at is cut.
        let at = view.stretch(cuts).from;
        let label = axis::TickLabel::Clock;
        placed.push((view.part(at, cuts).clamp(0.0, 1.0), Tick { at, label }));
    }
    (unit.unwrap_or(Unit::Second), placed)
}

/// What of a view is not cut.
fn pieces(view: View, cuts: &Cuts) -> Vec<Stretch> {
    let whole = view.stretch(cuts);
    let mut from = whole.from;
    let mut pieces = Vec::new();
    for cut in cuts.all() {
        if cut.idle.from > from {
            pieces.push(Stretch::new(from, cut.idle.from.min(whole.to)));
        }
        from = from.max(cut.idle.to);
        if from >= whole.to {
            return pieces;
        }
    }
    pieces.push(Stretch::new(from, whole.to));
    pieces
}
