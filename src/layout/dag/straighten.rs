//! Taking out bends that the balance of four drafts has left: what belongs together
//! moves to where its neighbours above and below draw it, if there is room and if all
//! in all more is won than lost.
//!
//! A vertex is drawn, from above and from below, to the median of its neighbours or
//! half-way between the two: a node below three others gets under the second, one
//! below two stays between them. Nothing is pushed aside.

#![expect(
    clippy::indexing_slicing,
    reason = "vertices and segments are numbered by `lanes`"
)]

use super::lanes::Layered;
use super::lists::Lists;
use super::spines::Yielding;
use crate::sorting::sort_by;

/// A lane would rather start straight than end straight: it bends in the last gap.
const START_OF_LANE: f64 = 2.0;

/// To stand in the middle of two branches counts more than a straight edge elsewhere.
const BETWEEN_TWO: f64 = 0.5;

/// How often everything is moved at most, and how many vertices all in all: a small
/// drawing can have more care than a large one.
const PASSES: usize = 64;
const VERTICES: usize = 400_000;
const LEAST_PASSES: usize = 8;

/// Places on their way to fewer bends.
#[derive(Debug)]
pub(super) struct Straighten {
    across: Vec<f64>,
    /// The positions in the layers.
    place: Vec<usize>,
    /// What draws every vertex, from above and from below.
    middles: Vec<[Option<Middle>; 2]>,
    pass: usize,
    /// How many times in a row nothing moved.
    idle: usize,
}

/// The two middle neighbours on one side of a vertex, the same twice for an odd
/// number, and how much they count.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Middle {
    left: usize,
    right: usize,
    weight: f64,
}

/// What moves as one. The least is a run: vertices joined by straight segments that
/// have to stay straight, such as chains, lanes, spines, and a split with the middle
/// one of an odd number of branches.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Unit {
    /// Runs that are where they are drawn to move together.
    balanced: bool,
    /// Runs that stand as close as they may move together.
    touching: bool,
}

/// The units of one pass after the other.
const UNITS: [Unit; 4] = [
    Unit {
        balanced: false,
        touching: false,
    },
    Unit {
        balanced: true,
        touching: false,
    },
    Unit {
        balanced: false,
        touching: true,
    },
    Unit {
        balanced: true,
        touching: true,
    },
];

const ABOVE: usize = 0;
const BELOW: usize = 1;

impl Straighten {
    /// `up` and `down` list segments from left to right.
    pub(super) fn new(
        graph: &Layered,
        across: Vec<f64>,
        place: Vec<usize>,
        up: &Lists,
        down: &Lists,
        yielding: &[Yielding],
    ) -> Self {
        let mut middles = Vec::with_capacity(graph.vertices());
        let mut neighbours = Vec::new();
        for vertex in 0..graph.vertices() {
            neighbours.clear();
            let segments = up.of(vertex).iter();
            let segments = segments.filter(|&&segment| !yielding[segment].below);
            neighbours.extend(segments.map(|&segment| graph.upper[segment]));
            let mut above = middle(&neighbours);
            if let Some(middle) = &mut above
                && !graph.is_node(vertex)
                && graph.is_node(middle.left)
            {
                middle.weight = START_OF_LANE;
            }
            neighbours.clear();
            let segments = down.of(vertex).iter();
            let segments = segments.filter(|&&segment| !yielding[segment].above);
            neighbours.extend(segments.map(|&segment| graph.lower[segment]));
            middles.push([above, middle(&neighbours)]);
        }
        Self {
            across,
            place,
            middles,
            pass: 0,
            idle: 0,
        }
    }

    /// Moves everything once; at last gives the middle of every vertex, counted from
    /// the left edge of the drawing.
    pub(super) fn advance(&mut self, graph: &Layered) -> Option<Vec<f64>> {
        let unit = UNITS[self.pass % UNITS.len()];
        let moved = self.pass(graph, unit);
        self.pass += 1;
        self.idle = if moved { 0 } else { self.idle + 1 };
        let most = (VERTICES / graph.vertices().max(1)).clamp(LEAST_PASSES, PASSES);
        if self.idle < UNITS.len() && self.pass < most {
            return None;
        }
        let mut across = std::mem::take(&mut self.across);
        let left = across.iter().zip(&graph.before);
        let left = left.map(|(at, before)| at - before);
        let left = left.min_by(f64::total_cmp).unwrap_or(0.0);
        for at in &mut across {
            *at -= left;
        }
        Some(across)
    }

    /// Moves every unit once; true if any moved.
    fn pass(&mut self, graph: &Layered, unit: Unit) -> bool {
        let unit = self.units(graph, unit);
        let members = Lists::new(graph.vertices(), unit.iter().copied());
        let mut moved = false;
        let mut draws: Vec<(f64, f64)> = Vec::new();
        let mut touched = Touched::new(graph.vertices());
        for number in 0..graph.vertices() {
            let vertices = members.of(number);
            draws.clear();
            for &vertex in vertices {
                for middle in self.middles[vertex].into_iter().flatten() {
                    if unit[middle.left] != number && unit[middle.right] != number {
                        draws.push((self.to(middle) - self.across[vertex], middle.weight));
                    }
                }
            }
            let wanted = wanted(&mut draws);
            if wanted == 0.0 {
                continue;
            }
            let (least, most) = self.room(graph, vertices, &unit);
            // On the grid of half pixels.
            let shift = (wanted.clamp(least, most) * 2.0).trunc() / 2.0;
            if shift == 0.0 {
                continue;
            }
            touched.begin(graph, vertices);
            let before = self.cost(&touched);
            for &vertex in vertices {
                self.across[vertex] += shift;
            }
            if self.cost(&touched) < before {
                moved = true;
            } else {
                for &vertex in vertices {
                    self.across[vertex] -= shift;
                }
            }
        }
        moved
    }

    fn to(&self, middle: Middle) -> f64 {
        (self.across[middle.left] + self.across[middle.right]) / 2.0
    }

    /// How far a unit may move to the left (not above 0) and to the right (not below).
    fn room(&self, graph: &Layered, vertices: &[usize], unit: &[usize]) -> (f64, f64) {
        let (mut least, mut most) = (f64::NEG_INFINITY, f64::INFINITY);
        for &vertex in vertices {
            let layer = &graph.layers[graph.layer[vertex]];
            let (place, at) = (self.place[vertex], self.across[vertex]);
            let left = place.checked_sub(1).map(|place| layer[place]);
            if let Some(left) = left.filter(|&left| unit[left] != unit[vertex]) {
                least = least.max(self.across[left] + graph.distance(left, vertex) - at);
            }
            let right = layer.get(place + 1).copied();
            if let Some(right) = right.filter(|&right| unit[right] != unit[vertex]) {
                most = most.min(self.across[right] - graph.distance(vertex, right) - at);
            }
        }
        (least.min(0.0), most.max(0.0))
    }

    /// How far vertices stand from where they are drawn to.
    fn cost(&self, touched: &Touched) -> f64 {
        let costs = touched.list.iter().filter_map(|&(vertex, side)| {
            let middle = self.middles[vertex][side]?;
            Some((self.to(middle) - self.across[vertex]).abs() * middle.weight)
        });
        costs.sum()
    }

    /// For each vertex the number of its unit.
    fn units(&self, graph: &Layered, unit: Unit) -> Vec<usize> {
        let across = &self.across;
        let mut groups = Groups((0..graph.vertices()).collect());
        for (&upper, &lower) in graph.upper.iter().zip(&graph.lower) {
            let only = |middle: Option<Middle>, other: usize| {
                middle.is_some_and(|middle| middle.left == other && middle.right == other)
            };
            if across[upper] == across[lower]
                && only(self.middles[upper][BELOW], lower)
                && only(self.middles[lower][ABOVE], upper)
            {
                groups.join(upper, lower);
            }
        }
        if unit.balanced {
            for (vertex, middles) in self.middles.iter().enumerate() {
                for &middle in middles.iter().flatten() {
                    if self.to(middle) == across[vertex] {
                        groups.join(vertex, middle.left);
                        groups.join(vertex, middle.right);
                    }
                }
            }
        }
        if unit.touching {
            for pair in graph.layers.iter().flat_map(|layer| layer.windows(2)) {
                let (left, right) = (pair[0], pair[1]);
                if across[right] - across[left] == graph.distance(left, right) {
                    groups.join(left, right);
                }
            }
        }
        (0..graph.vertices())
            .map(|vertex| groups.of(vertex))
            .collect()
    }
}

fn middle(neighbours: &[usize]) -> Option<Middle> {
    let last = neighbours.len().checked_sub(1)?;
    let (left, right) = (neighbours[last / 2], neighbours[neighbours.len() / 2]);
    let between = if left == right { 0.0 } else { BETWEEN_TWO };
    Some(Middle {
        left,
        right,
        weight: neighbours.len() as f64 + between,
    })
}

/// Vertices with the side from which they are drawn, each once.
struct Touched {
    list: Vec<(usize, usize)>,
    /// When each was added last, above and below.
    when: Vec<[usize; 2]>,
    now: usize,
}

impl Touched {
    fn new(vertices: usize) -> Self {
        Self {
            list: Vec::new(),
            when: vec![[0; 2]; vertices],
            now: 0,
        }
    }

    /// Collects what is drawn otherwise when the given vertices move.
    fn begin(&mut self, graph: &Layered, vertices: &[usize]) {
        self.list.clear();
        self.now += 1;
        for &vertex in vertices {
            self.add(vertex, ABOVE);
            self.add(vertex, BELOW);
            for &segment in graph.up.of(vertex) {
                self.add(graph.upper[segment], BELOW);
            }
            for &segment in graph.down.of(vertex) {
                self.add(graph.lower[segment], ABOVE);
            }
        }
    }

    fn add(&mut self, vertex: usize, side: usize) {
        let when = &mut self.when[vertex][side];
        if *when != self.now {
            *when = self.now;
            self.list.push((vertex, side));
        }
    }
}

/// The shift closest to none that brings a unit as near to where it is drawn as can
/// be: nothing if as much draws to the left as to the right.
fn wanted(draws: &mut [(f64, f64)]) -> f64 {
    sort_by(draws, |a, b| a.0.total_cmp(&b.0));
    let total: f64 = draws.iter().map(|draw| draw.1).sum();
    let (mut below, mut low, mut high) = (0.0, None, 0.0);
    for &(shift, weight) in draws.iter() {
        if below * 2.0 > total {
            break;
        }
        below += weight;
        high = shift;
        if low.is_none() && below * 2.0 >= total {
            low = Some(shift);
        }
    }
    match low {
        Some(low) if low > 0.0 => low,
        Some(_) if high < 0.0 => high,
        Some(_) | None => 0.0,
    }
}

/// Disjoint sets of vertices: each points towards the least of its set.
struct Groups(Vec<usize>);

impl Groups {
    fn of(&mut self, mut vertex: usize) -> usize {
        while self.0[vertex] != vertex {
            self.0[vertex] = self.0[self.0[vertex]];
            vertex = self.0[vertex];
        }
        vertex
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.of(a), self.of(b));
        self.0[a.max(b)] = a.min(b);
    }
}

#[cfg(test)]
mod tests {
    use super::wanted;

    #[track_caller]
    fn check(draws: &[(f64, f64)], shift: f64) {
        assert_eq!(wanted(&mut draws.to_vec()), shift);
    }

    #[test]
    fn a_unit_moves_only_when_more_draws_to_one_side() {
        check(&[], 0.0);
        check(&[(12.0, 1.0)], 12.0);
        check(&[(-20.0, 1.0), (20.0, 1.0)], 0.0);
        check(&[(-20.0, 1.0), (20.0, 2.0)], 20.0);
        check(&[(0.0, 1.0), (20.0, 1.0)], 0.0);
    }

    #[test]
    fn it_goes_no_farther_than_to_the_nearest_good_place() {
        check(&[(10.0, 1.0), (20.0, 1.0)], 10.0);
        check(&[(-30.0, 1.0), (-20.0, 1.0), (-10.0, 1.0)], -20.0);
    }
}
