//! How long a drawing takes to be laid out, and how long one slice of the work is: in
//! between a page or a worker hears what else there is to do.
//!
//!     cargo bench --bench drawings

#![expect(
    clippy::indexing_slicing,
    reason = "a bench that panics has failed, which is what it is for"
)]

use runglass::layout::dag::{Drawing, Layout, Outline, Progress, Settings, Size};
use std::time::{Duration, Instant};

/// How often each is done; the middle one is printed.
const TIMES: usize = 5;

type Edges = Vec<(usize, usize)>;

/// A small generator of numbers that look like chance and are the same every time.
fn chance(seed: &mut u64) -> usize {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005);
    *seed = seed.wrapping_add(1_442_695_040_888_963_407);
    (*seed >> 33) as usize
}

fn row(nodes: usize) -> Edges {
    (1..nodes).map(|to| (to - 1, to)).collect()
}

/// Layers of so many, each node with two before it, and one link in ten over some layers.
fn layers(nodes: usize, wide: usize) -> Edges {
    let mut seed = 7;
    let mut edges = Vec::new();
    for to in wide..nodes {
        let above = (to / wide - 1) * wide;
        for _ in 0..2 {
            edges.push((above + chance(&mut seed) % wide, to));
        }
        if chance(&mut seed).is_multiple_of(10) {
            edges.push((chance(&mut seed) % above.max(1), to));
        }
    }
    edges
}

/// Splits and joins in one another, as flows have them.
fn nested(nodes: usize) -> Edges {
    let mut seed = 11;
    let mut edges = vec![(0, 1)];
    let mut next = 2;
    while next + 5 < nodes {
        let (from, to) = edges.swap_remove(chance(&mut seed) % edges.len());
        let branches = 2 + chance(&mut seed) % 2;
        edges.extend([(from, next), (next + 1, to)]);
        for branch in next + 2..next + 2 + branches {
            edges.extend([(next, branch), (branch, next + 1)]);
        }
        next += 2 + branches;
    }
    edges
}

/// The drawing, how long it took, and its longest slice.
fn drawn(nodes: usize, edges: &Edges) -> (Drawing, Duration, Duration) {
    let begun = Instant::now();
    let mut layout = Layout::new(Outline {
        nodes: vec![Size::STEP; nodes],
        edges: edges.clone(),
        settings: Settings::STEPS,
    });
    let mut longest = Duration::ZERO;
    loop {
        let slice = Instant::now();
        let progress = layout.advance();
        longest = longest.max(slice.elapsed());
        if progress == Progress::Done {
            break;
        }
    }
    let drawing = layout.finish();
    (drawing, begun.elapsed(), longest)
}

fn main() {
    let cases = [
        ("2,000 in nested splits", 2000, nested(2000)),
        ("2,000 in layers of 40", 2000, layers(2000, 40)),
        ("5,000 in a row", 5000, row(5000)),
        ("20,000 in nested splits", 20_000, nested(20_000)),
        ("20,000 in layers of 200", 20_000, layers(20_000, 200)),
    ];
    for (name, nodes, edges) in cases {
        let mut times: Vec<_> = (0..TIMES).map(|_| drawn(nodes, &edges)).collect();
        times.sort_by_key(|(_, took, _)| *took);
        let (drawing, took, longest) = &times[TIMES / 2];
        println!(
            "{name:26} {:7.1} ms, longest slice {:5.1} ms, {} edges, {} crossings{}{}",
            took.as_secs_f64() * 1e3,
            longest.as_secs_f64() * 1e3,
            edges.len(),
            drawing.crossings,
            if drawing.coarse_order {
                ", coarse order"
            } else {
                ""
            },
            if drawing.without_lanes {
                ", without lanes"
            } else {
                ""
            },
        );
    }
}
