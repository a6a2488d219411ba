//! Spines: a branch that does nothing, an edge from a split straight to where its
//! branches meet again, is drawn as a straight line from node to node, and what the
//! other branch does stands beside it.
//!
//! Without this rule both would stand half a node off their column, and the edge
//! would bend twice.

#![expect(
    clippy::indexing_slicing,
    reason = "vertices, segments and tree nodes are numbered by this program"
)]

use super::lanes::{Lane, Layered};
use super::lists::Lists;

/// Whether a segment leaves the column at its upper or lower end to a spine beside it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Yielding {
    pub above: bool,
    pub below: bool,
}

/// For each segment whether it yields: to a spine, or because it leads back and joins
/// its nodes beside their middles.
pub(super) fn yielding(graph: &Layered) -> Vec<Yielding> {
    let edges = &graph.edges;
    let after = Lists::new(graph.nodes, edges.iter().map(|edge| edge.upper));
    let before = Lists::new(graph.nodes, edges.iter().map(|edge| edge.lower));
    let by_layer = Lists::new(
        graph.layers.len(),
        graph.layer[..graph.nodes].iter().copied(),
    );
    let sorted: Vec<usize> = (0..graph.layers.len())
        .flat_map(|layer| by_layer.of(layer).iter().copied())
        .collect();

    // Where all ways from a node meet again, and where all ways to a node part.
    let mut meets = Tree::new(graph.nodes);
    for &node in sorted.iter().rev() {
        meets.add(node, after.of(node).iter().map(|&edge| edges[edge].lower));
    }
    let mut parts = Tree::new(graph.nodes);
    for &node in &sorted {
        parts.add(node, before.of(node).iter().map(|&edge| edges[edge].upper));
    }

    let mut yielding = vec![Yielding::default(); graph.segments()];
    for edge in edges {
        let (upper, lower) = (edge.upper, edge.lower);
        let Some(Lane { points, segments }) = &edge.lane else {
            continue;
        };
        let (first, last) = (segments.start, segments.end - 1);
        if edge.reversed {
            yielding[first].above = true;
            yielding[last].below = true;
            continue;
        }
        if points.is_empty() || after.len(upper) != 2 || !meets.leads(upper, lower) {
            continue;
        }
        for &segment in graph.down.of(upper) {
            yielding[segment].above |= segment != first;
        }
        if parts.leads(lower, upper) {
            for &segment in graph.up.of(lower) {
                yielding[segment].below |= segment != last;
            }
        }
    }
    yielding
}

/// A tree of dominators that grows leaf by leaf. Each node also knows one far
/// ancestor, chosen by depth alone, so that the way to a common ancestor takes a
/// logarithmic number of steps.
struct Tree {
    /// Place 0 is the root above all; node `n` is at `n + 1`.
    parent: Vec<usize>,
    far: Vec<usize>,
    depth: Vec<usize>,
}

impl Tree {
    fn new(nodes: usize) -> Self {
        Self {
            parent: vec![0; nodes + 1],
            far: vec![0; nodes + 1],
            depth: vec![0; nodes + 1],
        }
    }

    /// Hangs a node below the nearest that all the given nodes have in common.
    fn add(&mut self, node: usize, mut nexts: impl Iterator<Item = usize>) {
        let parent = match nexts.next() {
            None => 0,
            Some(first) => nexts.fold(first + 1, |common, next| self.common(common, next + 1)),
        };
        let far = self.far[parent];
        let farther = self.far[far];
        let equal_jumps =
            self.depth[parent] - self.depth[far] == self.depth[far] - self.depth[farther];
        let at = node + 1;
        self.parent[at] = parent;
        self.depth[at] = self.depth[parent] + 1;
        self.far[at] = if equal_jumps { farther } else { parent };
    }

    /// Whether `next` is the nearest node that no way from `node` avoids.
    fn leads(&self, node: usize, next: usize) -> bool {
        self.parent[node + 1] == next + 1
    }

    fn common(&self, mut a: usize, mut b: usize) -> usize {
        if self.depth[a] < self.depth[b] {
            std::mem::swap(&mut a, &mut b);
        }
        while self.depth[a] > self.depth[b] {
            a = if self.depth[self.far[a]] >= self.depth[b] {
                self.far[a]
            } else {
                self.parent[a]
            };
        }
        while a != b {
            (a, b) = if self.far[a] == self.far[b] {
                (self.parent[a], self.parent[b])
            } else {
                (self.far[a], self.far[b])
            };
        }
        a
    }
}

#[cfg(test)]
mod tests {
    use super::Tree;

    #[test]
    fn a_common_ancestor_is_found_from_any_depth() {
        // Two chains of 50 that part at node 9.
        let mut tree = Tree::new(100);
        tree.add(0, [].into_iter());
        for node in 1..10 {
            tree.add(node, [node - 1].into_iter());
        }
        tree.add(10, [9].into_iter());
        tree.add(60, [9].into_iter());
        for step in 1..40 {
            tree.add(10 + step, [9 + step].into_iter());
            tree.add(60 + step, [59 + step].into_iter());
        }
        for (a, b, common) in [
            (49, 99, 9),
            (10, 99, 9),
            (30, 49, 30),
            (5, 99, 5),
            (7, 7, 7),
        ] {
            assert_eq!(tree.common(a + 1, b + 1), common + 1, "{a} and {b}");
        }
    }

    #[test]
    fn a_node_hangs_below_what_all_its_ways_share() {
        let mut tree = Tree::new(5);
        tree.add(4, [].into_iter());
        tree.add(3, [4].into_iter());
        tree.add(2, [3].into_iter());
        tree.add(1, [3].into_iter());
        tree.add(0, [1, 2].into_iter());
        assert!(tree.leads(0, 3));
        assert!(!tree.leads(0, 4));
    }
}
