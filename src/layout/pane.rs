//! How a drawing lies in a pane: how near, what of it is in view, and how much of that is
//! worth drawing.
//!
//! A page holds some two thousand elements well, and a drawing may have ten times as many
//! boxes. So only those in view are drawn, and the more there are, the less is said of
//! each; very many are coloured blocks without anything else.

use crate::layout::dag::{Drawing, Edge, Node};

/// How a drawing lies in its pane: where its corner is, and how large it is shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    pub x: f64,
    pub y: f64,
    pub zoom: f64,
}

/// Width and height.
pub type Extent = (f64, f64);

pub type Point = (f64, f64);

/// Below this the words of a box would be too small to be read. So they are drawn larger, and
/// fewer of them.
pub const WHOLE: f64 = 0.85;
/// Below this there is room for its name alone.
pub const BRIEF: f64 = 0.62;
/// Below this there are no names either.
pub const NAMED: f64 = 0.3;
const LEAST: f64 = 0.002;
/// A drawing that is long and thin is not made thinner than this to fit.
const THIN: f64 = 48.0;
const MOST: f64 = 3.0;

impl Look {
    /// The drawing as large as fits, but not larger than life, with so much around it. Where
    /// one goes on below it has to fit by its width alone. What is so long that nothing of it
    /// could be seen goes on beyond the pane too.
    pub fn fitted(drawing: Extent, pane: Extent, room: f64, goes_on: bool) -> Self {
        let (width, height) = (drawing.0.max(1.0), drawing.1.max(1.0));
        let wide = (pane.0 - 2.0 * room) / width;
        let high = (pane.1 - 2.0 * room - 32.0) / height;
        let zoom = if goes_on { wide } else { wide.min(high) };
        let least = (THIN / width.min(height)).max(LEAST);
        let zoom = zoom.max(least).clamp(LEAST, 1.0);
        let aside = (pane.0 - width * zoom) / 2.0;
        Self {
            // One that goes on beyond the pane is shown from its beginning on.
            x: if goes_on { aside } else { aside.max(room) },
            y: match wide < high && wide < 1.0 && !goes_on {
                // One that is wide has as much free above as below, where its legend stands.
                true => ((pane.1 - 32.0 - height * zoom) / 2.0).max(8.0),
                false => ((pane.1 - height * zoom) / 2.0).clamp(8.0, 24.0),
            },
            zoom,
        }
    }

    /// Not lower than it has to be: with nothing above the drawing but a margin.
    pub fn below_top(self) -> Self {
        Self {
            y: self.y.min(24.0),
            ..self
        }
    }

    /// A point of the drawing in the middle of the pane.
    pub fn centred(point: Point, zoom: f64, pane: Extent) -> Self {
        Self {
            x: pane.0 / 2.0 - point.0 * zoom,
            y: pane.1 / 2.0 - point.1 * zoom,
            zoom,
        }
    }

    /// The same drawing nearer or farther, with one point of the pane staying where it is.
    pub fn zoomed(self, factor: f64, at: Point) -> Self {
        let zoom = (self.zoom * factor).clamp(LEAST, MOST);
        let real = zoom / self.zoom;
        Self {
            x: at.0 - (at.0 - self.x) * real,
            y: at.1 - (at.1 - self.y) * real,
            zoom,
        }
    }

    pub fn moved(self, by: Point) -> Self {
        Self {
            x: self.x + by.0,
            y: self.y + by.1,
            ..self
        }
    }

    /// Moved back so far that something of the drawing is in view.
    pub fn kept(self, drawing: Extent, pane: Extent) -> Self {
        /// So many pixels of it, or all of it.
        const LEAST_IN_VIEW: f64 = 64.0;
        let within = |at: f64, drawing: f64, pane: f64| {
            let length = drawing * self.zoom;
            let seen = LEAST_IN_VIEW.min(length).min(pane);
            at.max(seen - length).min(pane - seen)
        };
        Self {
            x: within(self.x, drawing.0, pane.0),
            y: within(self.y, drawing.1, pane.1),
            ..self
        }
    }

    /// What of the drawing is in view.
    pub fn area(self, pane: Extent) -> Area {
        Area {
            left: -self.x / self.zoom,
            top: -self.y / self.zoom,
            right: (pane.0 - self.x) / self.zoom,
            bottom: (pane.1 - self.y) / self.zoom,
        }
    }

    /// The point of the drawing that is at a point of the pane.
    pub fn under(self, at: Point) -> Point {
        ((at.0 - self.x) / self.zoom, (at.1 - self.y) / self.zoom)
    }
}

/// What is drawn so wide can be seen, in the pixels of the drawing. The same for looks that
/// differ little.
pub fn least_seen(look: Look) -> f32 {
    const SEEN: f64 = 2.0;
    let zoom = (look.zoom.log2() * 2.0).floor() / 2.0;
    (SEEN / zoom.exp2()) as f32
}

/// Whether a drawing is so large that a map of it helps: it does not fit at 60 %.
pub fn wants_map(drawing: Extent, pane: Extent) -> bool {
    drawing.0 * 0.6 > pane.0 || drawing.1 * 0.6 > pane.1
}

/// A part of a drawing, in its own pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

impl Area {
    pub const ALL: Self = Self {
        left: f64::NEG_INFINITY,
        top: f64::NEG_INFINITY,
        right: f64::INFINITY,
        bottom: f64::INFINITY,
    };

    fn meets(&self, left: f64, top: f64, right: f64, bottom: f64) -> bool {
        left <= self.right && right >= self.left && top <= self.bottom && bottom >= self.top
    }

    pub fn has_node(&self, node: &Node) -> bool {
        let (x, y) = (f64::from(node.x), f64::from(node.y));
        let (width, height) = (f64::from(node.width), f64::from(node.height));
        self.meets(x, y, x + width, y + height)
    }

    /// Whether the whole box is in it.
    pub fn holds(&self, node: &Node) -> bool {
        let (x, y) = (f64::from(node.x), f64::from(node.y));
        x >= self.left
            && y >= self.top
            && x + f64::from(node.width) <= self.right
            && y + f64::from(node.height) <= self.bottom
    }

    /// Whether a line may pass through it: where its points lie around it.
    pub fn has_edge(&self, edge: &Edge) -> bool {
        let start = edge.path.start;
        let mut ends = [start.x, start.y, start.x, start.y];
        for segment in &edge.path.segments {
            let point = segment.end();
            ends = [
                ends[0].min(point.x),
                ends[1].min(point.y),
                ends[2].max(point.x),
                ends[3].max(point.y),
            ];
        }
        let [left, top, right, bottom] = ends.map(f64::from);
        // A loop is curved outwards, by less than this.
        const CURVE: f64 = 80.0;
        self.meets(left - CURVE, top - CURVE, right + CURVE, bottom + CURVE)
    }
}

/// What is drawn of an area in view: somewhat more, so that it need not be drawn again at
/// every step of a move. The same for looks that differ little.
pub fn drawn_area(look: Look, pane: Extent) -> Area {
    // Steps of a quarter of the pane at the zoom's half power of two.
    let zoom = (look.zoom.log2() * 2.0).floor() / 2.0;
    let step = |side: f64| (side / zoom.exp2() / 4.0).max(1.0);
    let (wide, high) = (step(pane.0), step(pane.1));
    let view = look.area(pane);
    Area {
        left: (view.left / wide).floor() * wide,
        top: (view.top / high).floor() * high,
        right: (view.right / wide).ceil() * wide,
        bottom: (view.bottom / high).ceil() * high,
    }
}

/// How much is said of each box.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// Boxes of one status are one shape.
    Blocks,
    /// A box, and the mark of a failure.
    Plain,
    /// Mark, name and bar.
    Named,
    /// Without what it is and its decorators.
    Brief,
    Full,
}

impl Detail {
    /// For so many boxes, shown so large.
    pub fn of(zoom: f64, boxes: usize) -> Self {
        match boxes {
            0..=80 if zoom >= WHOLE => Self::Full,
            0..=80 if zoom >= BRIEF => Self::Brief,
            0..=150 if zoom >= NAMED => Self::Named,
            0..=280 => Self::Plain,
            _ => Self::Blocks,
        }
    }
}

/// The nodes in an area, by their places.
pub fn nodes_in(drawing: &Drawing, area: &Area) -> Vec<usize> {
    let nodes = drawing.nodes.iter().enumerate();
    nodes
        .filter(|(_, node)| area.has_node(node))
        .map(|(at, _)| at)
        .collect()
}

/// Where each of the wanted things is kept: one that was there before stays where it is, so
/// that it stays the same thing on the page, and what is new takes the places that others
/// have left.
pub fn slots(before: &[Option<usize>], wanted: &[usize]) -> Vec<Option<usize>> {
    // `wanted` is in order.
    let is_wanted = |one: &usize| wanted.binary_search(one).is_ok();
    let mut slots: Vec<Option<usize>> = before.iter().map(|one| one.filter(is_wanted)).collect();
    let mut kept: Vec<bool> = vec![false; wanted.len()];
    for one in slots.iter().flatten() {
        if let Ok(at) = wanted.binary_search(one)
            && let Some(kept) = kept.get_mut(at)
        {
            *kept = true;
        }
    }
    let new = wanted.iter().zip(&kept).filter(|(_, kept)| !**kept);
    let mut new = new.map(|(one, _)| *one);
    for slot in slots.iter_mut().filter(|slot| slot.is_none()) {
        *slot = new.next();
    }
    slots.extend(new.map(Some));
    while slots.last() == Some(&None) {
        slots.pop();
    }
    slots
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn look() -> impl Strategy<Value = Look> {
        let shift = || -1e5..1e5_f64;
        (shift(), shift(), 0.02..MOST).prop_map(|(x, y, zoom)| Look { x, y, zoom })
    }

    #[test]
    fn a_drawing_fits_and_is_never_larger_than_life() {
        let pane = (1000.0, 700.0);
        assert_eq!(Look::fitted((200.0, 300.0), pane, 24.0, false).zoom, 1.0);
        let large = Look::fitted((4000.0, 300.0), pane, 24.0, false);
        assert!(large.x >= 24.0 && large.x + 4000.0 * large.zoom <= 976.1);
        let long = Look::fitted((200.0, 430_000.0), pane, 24.0, false);
        assert!(200.0 * long.zoom >= THIN && long.zoom < NAMED);
        assert_eq!(long.below_top().y, 8.0);
        let flat = Look::fitted((430_000.0, 200.0), pane, 24.0, false);
        assert!(200.0 * flat.zoom >= THIN && flat.x == 24.0);
        // A wide one is in the middle, and below it there is room for the legend.
        let wide = Look::fitted((4000.0, 400.0), pane, 24.0, false);
        let (above, below) = (wide.y, 700.0 - wide.y - 400.0 * wide.zoom);
        assert!((below - above - 32.0).abs() < 0.1, "{above} {below}");
        // Large both ways, it fits.
        let large = Look::fitted((53_000.0, 6_000.0), pane, 24.0, false);
        assert!(53_000.0 * large.zoom <= 1000.0);
        assert!(wants_map((200.0, 430_000.0), pane) && !wants_map((900.0, 900.0), pane));
        let narrow = Look::fitted((480.0, 4000.0), (390.0, 500.0), 12.0, true);
        assert!(480.0 * narrow.zoom <= 390.0 && 4000.0 * narrow.zoom > 500.0);
        assert!(Look::fitted((0.0, 0.0), (0.0, 0.0), 24.0, false).zoom > 0.0);
    }

    #[test]
    fn more_boxes_say_less_each() {
        let of = |boxes| Detail::of(1.0, boxes);
        assert!(of(10) > of(120) && of(120) > of(250) && of(250) > of(20_000));
        assert!(Detail::of(0.7, 10) < Detail::of(1.0, 10));
        assert!(Detail::of(0.5, 10) < Detail::of(0.7, 10));
        assert!(Detail::of(0.1, 10) < Detail::of(0.5, 10));
    }

    proptest! {
        #[test]
        fn a_point_stays_where_it_is_when_it_comes_nearer(
            look in look(), factor in 0.1..10.0_f64, at in (0.0..1000.0_f64, 0.0..1000.0_f64),
        ) {
            let (before, after) = (look.under(at), look.zoomed(factor, at).under(at));
            let far = (before.0 - after.0).abs().max((before.1 - after.1).abs());
            prop_assert!(far * look.zoom < 0.1, "{before:?} {after:?}");
        }

        #[test]
        fn something_of_the_drawing_stays_in_view(
            look in look(), drawing in (1.0..50_000.0_f64, 1.0..50_000.0_f64),
        ) {
            let pane = (1200.0, 800.0);
            let kept = look.kept(drawing, pane);
            let area = kept.area(pane);
            let seen = |from: f64, to: f64, length: f64| (to.min(length) - from.max(0.0)) * look.zoom;
            let least = |length: f64| (length * look.zoom).min(63.9);
            prop_assert!(seen(area.left, area.right, drawing.0) >= least(drawing.0) - 0.1);
            prop_assert!(seen(area.top, area.bottom, drawing.1) >= least(drawing.1) - 0.1);
            prop_assert_eq!(kept.kept(drawing, pane), kept);
        }

        #[test]
        fn what_is_least_can_be_seen(look in look()) {
            let seen = f64::from(least_seen(look)) * look.zoom;
            prop_assert!((1.99..=2.9).contains(&seen), "{seen}");
        }

        #[test]
        fn what_is_drawn_is_what_is_in_view_and_not_much_more(look in look()) {
            let pane = (1200.0, 800.0);
            let (view, drawn) = (look.area(pane), drawn_area(look, pane));
            prop_assert!(drawn.left <= view.left && drawn.right >= view.right);
            prop_assert!(drawn.top <= view.top && drawn.bottom >= view.bottom);
            let wide = |area: &Area| area.right - area.left;
            prop_assert!(wide(&drawn) < 1.75 * wide(&view));
        }

        #[test]
        fn what_stays_in_view_stays_where_it_is(
            before in proptest::collection::btree_set(0..60_usize, 0..40),
            after in proptest::collection::btree_set(0..60_usize, 0..40),
        ) {
            let before: Vec<usize> = before.into_iter().collect();
            let after: Vec<usize> = after.into_iter().collect();
            let first = slots(&[], &before);
            prop_assert_eq!(first.iter().flatten().count(), before.len());
            let second = slots(&first, &after);
            let mut held: Vec<usize> = second.iter().flatten().copied().collect();
            held.sort_unstable();
            prop_assert_eq!(&held, &after);
            for (at, one) in first.iter().enumerate() {
                if one.is_some_and(|one| after.binary_search(&one).is_ok()) {
                    prop_assert_eq!(second.get(at), Some(one));
                }
            }
        }
    }
}
