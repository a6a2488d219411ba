//! Which layer each node stands in: as early as its edges allow (the longest path
//! from a first node), then later where that makes edges shorter.

#![expect(clippy::indexing_slicing, reason = "edges join nodes below the count")]

use super::lists::Lists;

/// Rounds of moving nodes; two are enough for all but tangled graphs.
const ROUNDS: usize = 6;

/// The layer of each node, from 0, none of them empty. The edges must have no cycle.
pub(super) fn assign(nodes: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let after = Lists::new(nodes, edges.iter().map(|edge| edge.0));
    let before = Lists::new(nodes, edges.iter().map(|edge| edge.1));
    let sorted = topological(nodes, edges, &after, &before);

    let mut layer = vec![0; nodes];
    for &node in &sorted {
        for &edge in after.of(node) {
            let to = edges[edge].1;
            layer[to] = layer[to].max(layer[node] + 1);
        }
    }

    let mut length = total_length(edges, &layer);
    for _ in 0..ROUNDS {
        // A node with as many edges in as out may move for nothing. It goes down
        // with the nodes behind it and then up again as far as it can, so that a
        // whole chain follows its first node.
        for &node in sorted.iter().rev() {
            if after.len(node) >= before.len(node) {
                let below = after.of(node).iter().map(|&edge| layer[edges[edge].1]);
                if let Some(first) = below.min() {
                    layer[node] = first - 1;
                }
            }
        }
        for &node in &sorted {
            if before.len(node) >= after.len(node) {
                let above = before.of(node).iter().map(|&edge| layer[edges[edge].0]);
                if let Some(last) = above.max() {
                    layer[node] = last + 1;
                }
            }
        }
        let shorter = total_length(edges, &layer);
        if shorter == length {
            break;
        }
        length = shorter;
    }
    close_empty(&mut layer);
    layer
}

fn total_length(edges: &[(usize, usize)], layer: &[usize]) -> usize {
    edges
        .iter()
        .map(|&(from, to)| layer[to] - layer[from])
        .sum()
}

/// The nodes with every edge leading forward.
fn topological(
    nodes: usize,
    edges: &[(usize, usize)],
    after: &Lists,
    before: &Lists,
) -> Vec<usize> {
    let mut missing: Vec<usize> = (0..nodes).map(|node| before.len(node)).collect();
    let mut sorted: Vec<usize> = (0..nodes).filter(|&node| missing[node] == 0).collect();
    let mut next = 0;
    while next < sorted.len() {
        for &edge in after.of(sorted[next]) {
            let to = edges[edge].1;
            missing[to] -= 1;
            if missing[to] == 0 {
                sorted.push(to);
            }
        }
        next += 1;
    }
    sorted
}

/// Numbers the layers that have nodes from 0.
fn close_empty(layer: &mut [usize]) {
    let layers = layer.iter().max().map_or(0, |last| last + 1);
    let mut number = vec![0; layers];
    for &layer in layer.iter() {
        number[layer] = 1;
    }
    let mut used = 0;
    for number in &mut number {
        used += *number;
        // The first layer in use is 0; numbers of unused layers are never read.
        *number = used - *number;
    }
    for layer in layer {
        *layer = number[*layer];
    }
}

#[cfg(test)]
mod tests {
    use super::assign;

    #[track_caller]
    fn check(edges: &[(usize, usize)], layers: &[usize]) {
        assert_eq!(assign(layers.len(), edges), layers);
    }

    #[test]
    fn a_node_stands_below_all_that_lead_to_it() {
        check(&[(0, 1), (1, 2), (0, 2), (2, 3)], &[0, 1, 2, 3]);
    }

    #[test]
    fn a_branch_begins_right_after_its_split() {
        // 0 → 1 → 2 → 3 → 5 and 0 → 4 → 5
        check(
            &[(0, 1), (1, 2), (2, 3), (3, 5), (0, 4), (4, 5)],
            &[0, 1, 2, 3, 1, 4],
        );
    }

    #[test]
    fn a_second_beginning_stands_close_to_where_it_is_used() {
        // 0 → 1 → 2 → 3, and 4 → 3
        check(&[(0, 1), (1, 2), (2, 3), (4, 3)], &[0, 1, 2, 3, 2]);
    }

    #[test]
    fn a_chain_follows_its_first_node() {
        // 0 → 1 → 2 → 3 → 4, and 5 → 6 → 4
        check(
            &[(0, 1), (1, 2), (2, 3), (3, 4), (5, 6), (6, 4)],
            &[0, 1, 2, 3, 4, 2, 3],
        );
    }

    #[test]
    fn nothing_at_all_has_no_layers() {
        check(&[], &[]);
        check(&[], &[0, 0]);
    }
}
