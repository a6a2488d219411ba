//! Which edges close a cycle. Turned round, they leave a graph without cycles.
//!
//! A search in depth from the first nodes follows a flow as its author wrote it, so
//! that the edge that is turned is the one that a reader would call *back*.

#![expect(clippy::indexing_slicing, reason = "edges join nodes below the count")]

use super::lists::Lists;

/// For each edge whether it leads back. Edges must not be loops; those of a node are
/// followed in their order in the list.
pub(super) fn closing(nodes: usize, edges: &[(usize, usize)]) -> Vec<bool> {
    #[derive(Clone, Copy, PartialEq)]
    enum Seen {
        Not,
        /// On the way from the root to the node in hand.
        Open,
        Done,
    }

    let after = Lists::new(nodes, edges.iter().map(|edge| edge.0));
    let mut has_before = vec![false; nodes];
    for &(_, to) in edges {
        has_before[to] = true;
    }
    let first = (0..nodes).filter(|&node| !has_before[node]);
    let roots = first.chain(0..nodes);

    let mut closing = vec![false; edges.len()];
    let mut seen = vec![Seen::Not; nodes];
    // Each with the place of its next edge.
    let mut way: Vec<(usize, usize)> = Vec::new();
    for root in roots {
        if seen[root] != Seen::Not {
            continue;
        }
        seen[root] = Seen::Open;
        way.push((root, 0));
        while let Some((node, next)) = way.last_mut() {
            let Some(&edge) = after.of(*node).get(*next) else {
                seen[*node] = Seen::Done;
                way.pop();
                continue;
            };
            *next += 1;
            let to = edges[edge].1;
            match seen[to] {
                Seen::Open => closing[edge] = true,
                Seen::Done => {}
                Seen::Not => {
                    seen[to] = Seen::Open;
                    way.push((to, 0));
                }
            }
        }
    }
    closing
}

#[cfg(test)]
mod tests {
    use super::closing;

    #[track_caller]
    fn check(nodes: usize, edges: &[(usize, usize)], back: &[(usize, usize)]) {
        let found: Vec<_> = closing(nodes, edges)
            .into_iter()
            .zip(edges)
            .filter_map(|(closes, &edge)| closes.then_some(edge))
            .collect();
        assert_eq!(found, back);
    }

    #[test]
    fn only_edges_that_lead_back_are_turned() {
        check(3, &[(0, 1), (0, 2), (1, 2)], &[]);
        check(2, &[(0, 1), (1, 0)], &[(1, 0)]);
        check(4, &[(0, 1), (1, 2), (2, 1), (2, 3)], &[(2, 1)]);
    }

    #[test]
    fn a_cycle_is_entered_where_it_is_entered_from_outside() {
        check(4, &[(0, 1), (1, 0), (2, 3), (3, 1)], &[(0, 1)]);
    }

    #[test]
    fn a_cycle_without_an_entry_begins_at_its_first_node() {
        check(3, &[(0, 1), (1, 2), (2, 0)], &[(2, 0)]);
    }
}
