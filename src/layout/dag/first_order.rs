//! The order to begin with: a walk in depth from the first nodes, children in their
//! preferred order. A flow of nested branches comes out of it without a crossing and
//! with its branches in the order of the code.

#![expect(
    clippy::indexing_slicing,
    reason = "vertices and segments are numbered by `lanes`"
)]

use super::lanes::Layered;

pub(super) fn walk(graph: &Layered) -> Vec<Vec<usize>> {
    let count = graph.layer.iter().max().map_or(0, |last| last + 1);
    let mut layers = vec![Vec::new(); count];
    let mut seen = vec![false; graph.vertices()];
    let mut open = Vec::new();
    let roots = (0..graph.vertices()).filter(|&vertex| graph.up.len(vertex) == 0);
    for root in roots {
        open.push(root);
        while let Some(vertex) = open.pop() {
            if std::mem::replace(&mut seen[vertex], true) {
                continue;
            }
            layers[graph.layer[vertex]].push(vertex);
            let below = graph.down.of(vertex).iter().rev();
            let below = below.map(|&segment| graph.lower[segment]);
            open.extend(below.filter(|&vertex| !seen[vertex]));
        }
    }
    layers
}
