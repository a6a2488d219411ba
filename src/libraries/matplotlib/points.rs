//! Points of a line, and of the pieces that a path is made of.

use super::part::Part;

/// Points in the order in which they are drawn; NaN where there is a gap.
#[derive(Clone, Debug, PartialEq)]
pub struct Points {
    pub points: Vec<(f64, f64)>,
    /// How many there are in the file; of more than [`MOST_POINTS`] every so many are here.
    pub count: usize,
    pub step: usize,
}

/// No series has more points, bars or areas.
pub const MOST_POINTS: usize = 5_000;

/// The pieces of all paths of a collection.
pub(super) fn paths(collection: Part<'_>) -> Option<Vec<Points>> {
    /// More points in all are not read.
    const MOST: usize = 100_000;
    let mut found: Vec<Points> = Vec::new();
    let mut points = 0;
    for &path in collection.list("_paths") {
        let more = pieces(Part::of(collection.pickle, path)?)?;
        points += more.iter().map(|piece| piece.points.len()).sum::<usize>();
        found.extend(more);
        if found.len() >= MOST_POINTS || points >= MOST {
            break;
        }
    }
    Some(found)
}

/// A path in straight pieces; `None` for one with curves.
pub(super) fn pieces(path: Part<'_>) -> Option<Vec<Points>> {
    // `Path.MOVETO`, `LINETO` and `CLOSEPOLY`
    const MOVE: f64 = 1.0;
    const LINE: f64 = 2.0;
    const CLOSE: f64 = 79.0;
    let vertices = path.array("_vertices")?;
    let &[count, 2] = vertices.shape.as_slice() else {
        return None;
    };
    let place = |at: usize| (vertices.number_at(&[at, 0]), vertices.number_at(&[at, 1]));
    let Some(codes) = path.array("_codes") else {
        return Some(vec![some(count, &place)]);
    };
    let mut pieces = Vec::new();
    let mut first = 0;
    for at in 0..=count {
        let code = if at == count {
            MOVE
        } else {
            codes.number_at(&[at])
        };
        if code == MOVE || code == CLOSE {
            if at > first {
                let start = first;
                pieces.push(some(at - start, &|next| place(start + next)));
            }
            first = if code == CLOSE { at + 1 } else { at };
        } else if code != LINE {
            return None;
        }
        if pieces.len() >= MOST_POINTS {
            break;
        }
    }
    Some(pieces)
}

/// All of so many points, or every so many.
pub(super) fn some(count: usize, point: &dyn Fn(usize) -> (f64, f64)) -> Points {
    let step = count.div_ceil(MOST_POINTS).max(1);
    Points {
        points: (0..count).step_by(step).map(point).collect(),
        count,
        step,
    }
}
