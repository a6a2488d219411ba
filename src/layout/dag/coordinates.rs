//! Where the vertices stand across the drawing, by the method of Brandes and Köpf:
//! vertices are lined up with the median of their neighbours into straight blocks,
//! once from each of the four corners; each time the blocks are pushed together; and
//! a vertex stands in the middle of the four places that it got. So lanes and chains
//! come out straight and branches symmetric.
//!
//! Blocks are pushed together by longest paths over *is left of*, not by the classes
//! of the paper, whose shifting has an error that lets blocks overlap.

#![expect(
    clippy::indexing_slicing,
    reason = "vertices and segments are numbered by `lanes`"
)]

use super::lanes::Layered;
use super::lists::Lists;
use super::spines::{self, Yielding};
use super::straighten::Straighten;
use crate::sorting::{sort_by, sort_by_key};

#[derive(Debug)]
pub(super) struct Coordinates {
    place: Vec<usize>,
    /// The segments of every vertex, from left to right.
    up: Lists,
    down: Lists,
    yielding: Vec<Yielding>,
    /// Segments that must not be straight, because a lane or a spine is.
    bent: Vec<bool>,
    drafts: Vec<Vec<f64>>,
}

/// Which corner a draft is made from.
#[derive(Clone, Copy)]
struct Corner {
    from_top: bool,
    from_left: bool,
}

const CORNERS: [Corner; 4] = [
    Corner {
        from_top: true,
        from_left: true,
    },
    Corner {
        from_top: true,
        from_left: false,
    },
    Corner {
        from_top: false,
        from_left: true,
    },
    Corner {
        from_top: false,
        from_left: false,
    },
];

impl Coordinates {
    pub(super) fn new(graph: &Layered) -> Self {
        let mut place = vec![0; graph.vertices()];
        for layer in &graph.layers {
            for (at, &vertex) in layer.iter().enumerate() {
                place[vertex] = at;
            }
        }
        let mut up = graph.up.clone();
        let mut down = graph.down.clone();
        sort_by_place(&mut up, &graph.upper, &place);
        sort_by_place(&mut down, &graph.lower, &place);
        let yielding = spines::yielding(graph);
        let mut bent: Vec<bool> = yielding
            .iter()
            .map(|yielding| yielding.above || yielding.below)
            .collect();
        bend_across_lanes(graph, &place, &up, &mut bent);
        Self {
            place,
            up,
            down,
            yielding,
            bent,
            drafts: Vec::new(),
        }
    }

    /// Makes one draft at each call, and from the last the middle of every vertex, as
    /// a start for taking out bends.
    pub(super) fn advance(&mut self, graph: &Layered) -> Option<Straighten> {
        if let Some(&corner) = CORNERS.get(self.drafts.len()) {
            let (root, next) = self.line_up(graph, corner);
            let draft = push_together(graph, &root, &next, corner);
            self.drafts.push(draft);
            return None;
        }
        let across = balance(graph, &mut self.drafts);
        let place = std::mem::take(&mut self.place);
        Some(Straighten::new(
            graph,
            across,
            place,
            &self.up,
            &self.down,
            &self.yielding,
        ))
    }

    /// The blocks: the first vertex of each vertex's block, and the next one in it
    /// (the first again after the last).
    fn line_up(&self, graph: &Layered, corner: Corner) -> (Vec<usize>, Vec<usize>) {
        let mut root: Vec<usize> = (0..graph.vertices()).collect();
        let mut next = root.clone();
        let (segments, far) = if corner.from_top {
            (&self.up, &graph.upper)
        } else {
            (&self.down, &graph.lower)
        };
        // Places as seen from the corner, so that they always grow.
        let seen = |place: usize| {
            if corner.from_left {
                place as isize
            } else {
                -(place as isize)
            }
        };
        let layers = graph.layers.len();
        for step in 0..layers {
            let layer = &graph.layers[if corner.from_top {
                step
            } else {
                layers - 1 - step
            }];
            let mut taken = isize::MIN;
            for step in 0..layer.len() {
                let vertex = layer[if corner.from_left {
                    step
                } else {
                    layer.len() - 1 - step
                }];
                let segments = segments.of(vertex);
                if segments.is_empty() {
                    continue;
                }
                let (left, right) = ((segments.len() - 1) / 2, segments.len() / 2);
                let medians = if corner.from_left {
                    [left, right]
                } else {
                    [right, left]
                };
                for median in medians {
                    let segment = segments[median];
                    let other = far[segment];
                    let at = seen(self.place[other]);
                    if !self.bent[segment] && taken < at {
                        next[other] = vertex;
                        root[vertex] = root[other];
                        next[vertex] = root[vertex];
                        taken = at;
                        break;
                    }
                }
            }
        }
        (root, next)
    }
}

fn sort_by_place(lists: &mut Lists, far: &[usize], place: &[usize]) {
    for vertex in 0..place.len() {
        let segments = lists.of_mut(vertex);
        sort_by_key(segments, |&segment| (place[far[segment]], segment));
    }
}

/// Marks the segments that cross a lane between two of its points: the lane stays
/// straight, the other bends.
fn bend_across_lanes(graph: &Layered, place: &[usize], up: &Lists, bent: &mut [bool]) {
    for pair in graph.layers.windows(2) {
        let (upper, lower) = (&pair[0], &pair[1]);
        let inner = |vertex: usize| {
            let &segment = up.of(vertex).first()?;
            let other = graph.upper[segment];
            (!graph.is_node(vertex) && !graph.is_node(other)).then_some(place[other])
        };
        // Between two lanes nothing may lead out of the span between them.
        let mut from = 0;
        let mut left = 0;
        for (at, &vertex) in lower.iter().enumerate() {
            let lane = inner(vertex);
            if lane.is_none() && at + 1 < lower.len() {
                continue;
            }
            let left_end = left;
            let right_end = lane.unwrap_or(upper.len());
            for &between in &lower[from..=at] {
                for &segment in up.of(between) {
                    let other = graph.upper[segment];
                    let outside = place[other] < left_end || place[other] > right_end;
                    if outside && (graph.is_node(between) || graph.is_node(other)) {
                        bent[segment] = true;
                    }
                }
            }
            from = at + 1;
            left = right_end;
        }
    }
}

/// The middle of every vertex when all blocks stand as close as they can.
fn push_together(graph: &Layered, root: &[usize], next: &[usize], corner: Corner) -> Vec<f64> {
    // Pairs of blocks of which the first is nearer to the corner's side.
    let mut pairs: Vec<(usize, usize, f64)> = Vec::with_capacity(graph.vertices());
    for layer in &graph.layers {
        for pair in layer.windows(2) {
            let distance = graph.distance(pair[0], pair[1]);
            let (near, far) = if corner.from_left {
                (pair[0], pair[1])
            } else {
                (pair[1], pair[0])
            };
            pairs.push((root[near], root[far], distance));
        }
    }
    let behind = Lists::new(graph.vertices(), pairs.iter().map(|pair| pair.0));

    // Every block as near as it can be, in an order in which no block comes before
    // one that stands nearer.
    let mut missing = vec![0_usize; graph.vertices()];
    for &(_, far, _) in &pairs {
        missing[far] += 1;
    }
    let mut blocks: Vec<usize> = (0..graph.vertices())
        .filter(|&vertex| root[vertex] == vertex && missing[vertex] == 0)
        .collect();
    let mut at = vec![0.0_f64; graph.vertices()];
    let mut done = 0;
    while let Some(&block) = blocks.get(done) {
        done += 1;
        for &pair in behind.of(block) {
            let (_, far, distance) = pairs[pair];
            at[far] = at[far].max(at[block] + distance);
            missing[far] -= 1;
            if missing[far] == 0 {
                blocks.push(far);
            }
        }
    }
    // Then as far as the blocks behind it allow, which closes holes.
    for &block in blocks.iter().rev() {
        let limits = behind.of(block).iter().map(|&pair| {
            let (_, far, distance) = pairs[pair];
            at[far] - distance
        });
        if let Some(limit) = limits.min_by(f64::total_cmp) {
            at[block] = at[block].max(limit);
        }
    }

    let sign = if corner.from_left { 1.0 } else { -1.0 };
    for block in blocks {
        let place = at[block];
        let mut vertex = block;
        loop {
            at[vertex] = sign * place;
            vertex = next[vertex];
            if vertex == block {
                break;
            }
        }
    }
    at
}

/// Lays the drafts over the narrowest, each at the side that it was pushed to, and
/// takes for each vertex the mean of its two middle places.
fn balance(graph: &Layered, drafts: &mut [Vec<f64>]) -> Vec<f64> {
    let ends = |draft: &[f64]| {
        let reach = draft.iter().enumerate();
        reach.fold((f64::MAX, f64::MIN), |(left, right), (vertex, &at)| {
            (
                left.min(at - graph.before[vertex]),
                right.max(at + graph.after[vertex]),
            )
        })
    };
    let all_ends: Vec<(f64, f64)> = drafts.iter().map(|draft| ends(draft)).collect();
    let narrowest = all_ends
        .iter()
        .copied()
        .min_by(|a, b| (a.1 - a.0).total_cmp(&(b.1 - b.0)))
        .unwrap_or_default();
    for ((draft, ends), corner) in drafts.iter_mut().zip(all_ends).zip(CORNERS) {
        let shift = if corner.from_left {
            narrowest.0 - ends.0
        } else {
            narrowest.1 - ends.1
        };
        for at in draft {
            *at += shift;
        }
    }
    let mut across: Vec<f64> = (0..graph.vertices())
        .map(|vertex| {
            let mut places = [0.0; 4];
            for (place, draft) in places.iter_mut().zip(drafts.iter()) {
                *place = draft[vertex];
            }
            sort_by(&mut places, f64::total_cmp);
            (places[1] + places[2]) / 2.0
        })
        .collect();
    for at in &mut across {
        // On the grid of half pixels before edges are drawn, so that a straight line
        // is exactly straight. Distances are on this grid too, so that none shrinks.
        *at = (*at * 2.0).round() / 2.0;
    }
    across
}
