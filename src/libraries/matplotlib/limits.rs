//! The limits of an axis.
//!
//! Matplotlib works them out when it draws: a figure that was pickled before has none but
//! those of empty axes, and says so. Then they are worked out as `autoscale_view` does it
//! (`axes/_base.py` of Matplotlib 3.11), for linear and logarithmic scales.

use super::part::{Part, Room, number};
use crate::pickle::NodeId;

/// More axes that share an axis are not looked at.
const MOST_SHARED: usize = 100;

/// Both limits, and whether they were worked out here.
pub(super) fn limits(
    axes: Part<'_>,
    axis: Part<'_>,
    letter: &str,
    scale: &str,
    room: &Room,
) -> Option<(f64, f64, bool)> {
    let column = usize::from(letter == "y");
    let view = axes.part("_viewLim")?.array("_points")?;
    let (from, to) = (view.number_at(&[0, column]), view.number_at(&[1, column]));
    let stale = axes.id("_stale_viewlims").and_then(|id| {
        let stale = axes.pickle.item(id, letter)?;
        axes.pickle.as_bool(stale)
    });
    let automatic = axis
        .flag("_autoscale_on")
        .or_else(|| axes.flag(&format!("_autoscale{}on", letter.to_uppercase())));
    if stale != Some(true) || automatic == Some(false) {
        return Some((from, to, false));
    }
    let worked_out = worked_out(axes, letter, column, scale, room);
    Some(match worked_out {
        // An axis that runs backwards goes on doing so.
        Some((low, high)) if from > to => (high, low, true),
        Some((low, high)) => (low, high, true),
        None => (from, to, false),
    })
}

fn worked_out(
    axes: Part<'_>,
    letter: &str,
    column: usize,
    scale: &str,
    room: &Room,
) -> Option<(f64, f64)> {
    let shared = axes
        .id("_shared_axes")
        .and_then(|id| axes.pickle.item(id, letter))
        .and_then(|id| axes.pickle.as_list(id));
    let shared: Vec<Part<'_>> = match shared {
        Some(shared) => {
            let shared = shared.iter().take(MOST_SHARED);
            shared.filter_map(|&id| Part::of(axes.pickle, id)).collect()
        }
        None => vec![axes],
    };
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    let mut least_positive = f64::INFINITY;
    for one in &shared {
        let data = one.part("dataLim")?;
        let points = data.array("_points")?;
        for row in [0, 1] {
            let end = points.number_at(&[row, column]);
            if end.is_finite() {
                (low, high) = (low.min(end), high.max(end));
            }
        }
        let positive = data.array("_minpos")?.number_at(&[column]);
        least_positive = least_positive.min(positive);
    }
    let logarithmic = match scale {
        "linear" => false,
        "log" => true,
        _ => return None,
    };
    if low > high || (logarithmic && high <= 0.0) {
        return None;
    }
    if logarithmic && low <= 0.0 {
        low = match least_positive.is_finite() {
            true => least_positive,
            false => 1e-300,
        };
    }
    let (low, high) = apart(low, high, logarithmic);
    let margin = axes.number(&format!("_{letter}margin")).unwrap_or(0.05);
    let (least, most) = match margin != 0.0 && axes.flag("_use_sticky_edges") != Some(false) {
        true => sticky(&shared, letter, logarithmic, (low, high), room),
        false => (None, None),
    };
    let (first, last) = match logarithmic {
        true => (low.log10(), high.log10()),
        false => (low, high),
    };
    let wide = (last - first) * margin;
    let wide = if wide.is_finite() { wide } else { 0.0 };
    let back = |at: f64| if logarithmic { 10f64.powf(at) } else { at };
    let (low, high) = (back(first - wide), back(last + wide));
    Some((
        least.map_or(low, |least| low.max(least)),
        most.map_or(high, |most| high.min(most)),
    ))
}

/// Limits that are the same are drawn apart.
fn apart(low: f64, high: f64, logarithmic: bool) -> (f64, f64) {
    let size = low.abs().max(high.abs());
    match high - low <= size * 1e-15 {
        true if logarithmic => {
            // A decade to each side.
            let decade = low.log10();
            (
                10f64.powf(decade.ceil() - 1.0),
                10f64.powf(decade.floor() + 1.0),
            )
        }
        true if size == 0.0 => (-0.05, 0.05),
        true => (low - 0.05 * low.abs(), high + 0.05 * high.abs()),
        false => (low, high),
    }
}

/// The edges over which no margin goes: the foot of a bar, the border of an image.
fn sticky(
    shared: &[Part<'_>],
    letter: &str,
    logarithmic: bool,
    (low, high): (f64, f64),
    room: &Room,
) -> (Option<f64>, Option<f64>) {
    let slack = 1e-5 * (high - low).abs();
    let (mut least, mut most): (Option<f64>, Option<f64>) = (None, None);
    for axes in shared {
        for &child in axes.list("_children").iter().take_while(|_| room.take(1)) {
            let Some(edges) =
                Part::of(axes.pickle, child).and_then(|child| child.part("_sticky_edges"))
            else {
                continue;
            };
            // `_XYPair(x, y)`
            let place = usize::from(letter == "y");
            let edges = edges.object.args().get(place);
            let edges: &[NodeId] = edges
                .and_then(|&edges| axes.pickle.as_list(edges))
                .unwrap_or(&[]);
            let edges = edges.iter().take_while(|_| room.take(1));
            for edge in edges.filter_map(|&edge| number(axes.pickle, edge)) {
                if logarithmic && edge <= 0.0 {
                    continue;
                }
                if edge < low + slack {
                    least = Some(least.map_or(edge, |least| least.max(edge)));
                }
                if edge >= high - slack {
                    most = Some(most.map_or(edge, |most| most.min(edge)));
                }
            }
        }
    }
    (least, most)
}
