//! The order of the vertices within their layers: sweeps up and down put each vertex
//! at the middle of its neighbours, then neighbours change places wherever this saves
//! a crossing. The best order seen is kept.
//!
//! It stops when nothing crosses, when several rounds brought nothing, or when the
//! drawing's share of work is spent: by work and not by the clock, so that the same
//! graph gives the same picture on every machine.

#![expect(
    clippy::indexing_slicing,
    reason = "vertices are numbered by `lanes`, places are positions in layers"
)]

use super::Fuel;
use super::crossings::{Counter, of_pair};
use super::first_order;
use super::lanes::Layered;
use crate::sorting::{sort, sort_by};
use std::cmp::Ordering;

/// How many neighbours may be looked at while one drawing is ordered.
pub(super) const ORDER_WORK: u64 = 6_000_000;

/// Rounds without fewer crossings before the search is given up.
const STALE_ROUNDS: usize = 12;
const ROUNDS: usize = 80;
/// An order found in fewer rounds, because the work was spent, is called coarse.
const FAIR_ROUNDS: usize = 8;
/// How often all layers are gone through for changes of places in one round.
const SWAP_PASSES: usize = 6;

/// The search for an order. The order in hand is [`Layered::layers`].
#[derive(Debug)]
pub(super) struct Order {
    /// The position of every vertex in its layer.
    place: Vec<usize>,
    best: Vec<Vec<usize>>,
    best_crossings: u64,
    /// Crossings of the order in hand, as far as they are counted.
    crossings: u64,
    round: usize,
    stale: usize,
    step: Step,
    /// The next layer of the step.
    at: usize,
    scratch: Scratch,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    Begin,
    Count,
    Sweep,
    /// The pass, and whether it has saved a crossing yet.
    Swap(usize, bool),
    /// After the search: the code's order where it costs nothing.
    Settle(usize, bool),
    Done,
}

/// Memory that is used again for every layer.
#[derive(Debug, Default)]
struct Scratch {
    counter: Counter,
    sorted: Vec<(f64, usize)>,
    ends: Vec<usize>,
    /// Where the ends of each vertex of a layer begin: up, down, and after the last.
    starts: Vec<usize>,
}

impl Order {
    pub(super) fn new(graph: &Layered) -> Self {
        Self {
            place: vec![0; graph.vertices()],
            best: Vec::new(),
            best_crossings: u64::MAX,
            crossings: 0,
            round: 0,
            stale: 0,
            step: Step::Begin,
            at: 0,
            scratch: Scratch::default(),
        }
    }

    /// Works until the fuel is spent; true when the order is found. `budget` is what
    /// the whole drawing may still spend on ordering.
    pub(super) fn advance(
        &mut self,
        graph: &mut Layered,
        budget: &mut u64,
        fuel: &mut Fuel,
    ) -> bool {
        while !fuel.is_spent() {
            if self.step == Step::Done {
                return true;
            }
            let work = self.step(graph, *budget == 0);
            fuel.spend(work);
            *budget = budget.saturating_sub(work as u64);
        }
        self.step == Step::Done
    }

    /// One layer's worth of work; returns how much it was.
    fn step(&mut self, graph: &mut Layered, out_of_budget: bool) -> usize {
        let layers = graph.layers.len();
        match self.step {
            Step::Begin => {
                graph.layers = first_order::walk(graph);
                for layer in 0..graph.layers.len() {
                    self.number(&graph.layers[layer]);
                }
                self.start(Step::Count);
                return graph.vertices() + graph.segments();
            }
            Step::Count if self.at + 1 < layers => return self.count(graph),
            Step::Sweep if self.at < layers => return self.sweep(graph),
            Step::Swap(pass, saved) if self.at < layers => {
                let (work, better) = self.swap(graph, false);
                self.step = Step::Swap(pass, saved || better);
                return work;
            }
            Step::Settle(pass, moved) if self.at < layers => {
                let (work, better) = self.swap(graph, true);
                self.step = Step::Settle(pass, moved || better);
                return work;
            }
            Step::Done => return 1,

            // All layers have been gone through: what comes next.
            Step::Count => self.judge(graph, out_of_budget),
            Step::Sweep => self.start(Step::Swap(0, false)),
            Step::Swap(pass, true) if pass + 1 < SWAP_PASSES && !out_of_budget => {
                self.start(Step::Swap(pass + 1, false));
            }
            Step::Swap(..) => self.start(Step::Count),
            Step::Settle(pass, true) if pass + 1 < SWAP_PASSES && !out_of_budget => {
                self.start(Step::Settle(pass + 1, false));
            }
            Step::Settle(..) => {
                mirror_if_backwards(graph, &self.place);
                graph.crossings = self.best_crossings;
                self.start(Step::Done);
                return graph.vertices();
            }
        }
        1
    }

    fn start(&mut self, step: Step) {
        self.step = step;
        self.at = 0;
        if step == Step::Count {
            self.crossings = 0;
        }
    }

    /// Keeps the order in hand if it is the best, and decides whether to go on.
    fn judge(&mut self, graph: &mut Layered, out_of_budget: bool) {
        if self.crossings < self.best_crossings {
            self.best_crossings = self.crossings;
            self.best.clone_from(&graph.layers);
            self.stale = 0;
        } else {
            self.stale += 1;
        }
        let searched = self.best_crossings == 0 || self.stale > STALE_ROUNDS;
        if searched || self.round >= ROUNDS || out_of_budget {
            graph.coarse_order = !searched && self.round < FAIR_ROUNDS;
            graph.layers = std::mem::take(&mut self.best);
            for layer in &graph.layers {
                self.number(layer);
            }
            self.start(Step::Settle(0, false));
        } else {
            self.round += 1;
            self.start(Step::Sweep);
        }
    }

    fn number(&mut self, layer: &[usize]) {
        for (place, &vertex) in layer.iter().enumerate() {
            self.place[vertex] = place;
        }
    }

    fn count(&mut self, graph: &Layered) -> usize {
        let upper = &graph.layers[self.at];
        let lower_length = graph.layers[self.at + 1].len();
        let counter = &mut self.scratch.counter;
        let (crossings, segments) = counter.between(graph, upper, lower_length, &self.place);
        self.crossings += crossings;
        self.at += 1;
        upper.len() + lower_length + 3 * segments
    }

    /// Sorts one layer by the middle of each vertex's neighbours in the layer before
    /// it, seen in the direction of the round. Vertices without such neighbours stay
    /// where they are.
    fn sweep(&mut self, graph: &mut Layered) -> usize {
        let downwards = self.round % 2 == 1;
        // Two rounds by the mean, two by the median: each gets out of corners in
        // which the other is stuck.
        let by_median = self.round % 4 >= 2;
        let index = if downwards {
            self.at
        } else {
            graph.layers.len() - 1 - self.at
        };
        self.at += 1;

        let Scratch { sorted, ends, .. } = &mut self.scratch;
        sorted.clear();
        let mut work = 0;
        for &vertex in &graph.layers[index] {
            let (segments, far) = if downwards {
                (graph.up.of(vertex), &graph.upper)
            } else {
                (graph.down.of(vertex), &graph.lower)
            };
            work += segments.len() + 2;
            if segments.is_empty() {
                continue;
            }
            let places = segments.iter().map(|&segment| self.place[far[segment]]);
            let middle = if by_median {
                ends.clear();
                ends.extend(places);
                sort(ends);
                median(ends)
            } else {
                places.sum::<usize>() as f64 / segments.len() as f64
            };
            sorted.push((middle, vertex));
        }
        // Equal middles keep their order.
        sort_by(sorted, |a, b| a.0.total_cmp(&b.0));

        let mut next = sorted.iter().map(|&(_, vertex)| vertex);
        for vertex in &mut graph.layers[index] {
            let segments = if downwards { &graph.up } else { &graph.down };
            if segments.len(*vertex) > 0
                && let Some(sorted) = next.next()
            {
                *vertex = sorted;
            }
        }
        self.number(&graph.layers[index]);
        work
    }

    /// Goes through one layer and lets neighbours change places where this saves
    /// crossings, or, to settle, where it costs none and the code has them the other
    /// way round. Returns the work and whether any did.
    fn swap(&mut self, graph: &mut Layered, settle: bool) -> (usize, bool) {
        let index = self.at;
        self.at += 1;
        let Scratch { ends, starts, .. } = &mut self.scratch;
        let layer = &mut graph.layers[index];
        if layer.len() < 2 {
            return (1, false);
        }
        // The other layers stand still meanwhile, so the sorted ends hold throughout.
        ends.clear();
        starts.clear();
        for &vertex in layer.iter() {
            for (segments, far) in [(&graph.up, &graph.upper), (&graph.down, &graph.lower)] {
                let start = ends.len();
                starts.push(start);
                let segments = segments.of(vertex).iter();
                ends.extend(segments.map(|&segment| self.place[far[segment]]));
                sort(&mut ends[start..]);
            }
        }
        starts.push(ends.len());
        let ends_of =
            |slot: usize, side: usize| &ends[starts[2 * slot + side]..starts[2 * slot + side + 1]];

        let mut work = 2 * (layer.len() + ends.len());
        let mut changed = false;
        // The vertex in hand travels to the right as long as it pays; `slot` is where
        // its ends are, which do not travel.
        let mut slot = 0;
        for right in 1..layer.len() {
            let up = of_pair(ends_of(slot, 0), ends_of(right, 0));
            let down = of_pair(ends_of(slot, 1), ends_of(right, 1));
            work +=
                starts[2 * slot + 2] - starts[2 * slot] + starts[2 * right + 2] - starts[2 * right];
            let (standing, swapped) = (up.0 + down.0, up.1 + down.1);
            let (a, b) = (layer[right - 1], layer[right]);
            let swap = if settle {
                swapped == standing && graph.rank[b] < graph.rank[a]
            } else {
                swapped < standing
            };
            if swap {
                layer.swap(right - 1, right);
                changed = true;
            } else {
                slot = right;
            }
        }
        if changed {
            self.number(&graph.layers[index]);
        }
        (work, changed)
    }
}

/// The median as Gansner and others weigh it: of two middle values the one on the
/// denser side counts more.
fn median(sorted: &[usize]) -> f64 {
    let middle = sorted.len() / 2;
    let value = |index: usize| sorted.get(index).copied().unwrap_or(0) as f64;
    if sorted.len() % 2 == 1 {
        return value(middle);
    }
    if sorted.len() == 2 {
        return (value(0) + value(1)) / 2.0;
    }
    let left = value(middle - 1) - value(0);
    let right = value(sorted.len() - 1) - value(middle);
    if left + right == 0.0 {
        return (value(middle - 1) + value(middle)) / 2.0;
    }
    (value(middle - 1) * right + value(middle) * left) / (left + right)
}

/// Crossings are the same in a mirror: of the two the drawing with more siblings in
/// the code's order is taken.
fn mirror_if_backwards(graph: &mut Layered, place: &[usize]) {
    let (mut as_in_code, mut backwards) = (0_usize, 0_usize);
    for vertex in 0..graph.nodes {
        for pair in graph.down.of(vertex).windows(2) {
            let (a, b) = (graph.lower[pair[0]], graph.lower[pair[1]]);
            match graph.rank[a].cmp(&graph.rank[b]) {
                Ordering::Equal => {}
                code if code == place[a].cmp(&place[b]) => as_in_code += 1,
                Ordering::Less | Ordering::Greater => backwards += 1,
            }
        }
    }
    if backwards > as_in_code {
        for layer in &mut graph.layers {
            layer.reverse();
        }
    }
}
