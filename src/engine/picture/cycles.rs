//! Ways that lead back to where they began.

use crate::sorting::SortedSet;

/// What closes the cycles of a graph.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Cycles {
    /// The edges that lead back to a node that led to them, or to the node itself.
    pub back: SortedSet<(usize, usize)>,
    /// The nodes of the longest cycle that was met, in its order.
    pub longest: Vec<usize>,
}

/// Goes through a graph, from its first node on.
pub(super) fn cycles(next: &[Vec<usize>]) -> Cycles {
    let mut back: Vec<(usize, usize)> = Vec::new();
    let mut longest: Vec<usize> = Vec::new();
    // Where each stands on the way that is gone at the moment; of those that are done nothing.
    let mut depth: Vec<Option<usize>> = vec![None; next.len()];
    let mut seen = vec![false; next.len()];
    for root in 0..next.len() {
        if seen.get(root).copied().unwrap_or(true) {
            continue;
        }
        let mut way: Vec<(usize, usize)> = Vec::new();
        enter(root, &mut way, &mut seen, &mut depth);
        while let Some((at, edge)) = way.last_mut() {
            let (here, to) = (*at, next.get(*at).and_then(|next| next.get(*edge)).copied());
            *edge += 1;
            let Some(to) = to else {
                way.pop();
                if let Some(depth) = depth.get_mut(here) {
                    *depth = None;
                }
                continue;
            };
            if let Some(from) = depth.get(to).copied().flatten() {
                back.push((here, to));
                if way.len() - from > longest.len() {
                    let cycle = way.iter().skip(from);
                    longest = cycle.map(|(at, _)| *at).collect();
                }
            } else if seen.get(to) == Some(&false) {
                enter(to, &mut way, &mut seen, &mut depth);
            }
        }
    }
    Cycles {
        back: back.into_iter().collect(),
        longest,
    }
}

fn enter(at: usize, way: &mut Vec<(usize, usize)>, seen: &mut [bool], depth: &mut [Option<usize>]) {
    if let (Some(seen), Some(depth)) = (seen.get_mut(at), depth.get_mut(at)) {
        *seen = true;
        *depth = Some(way.len());
    }
    way.push((at, 0));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_leads_back_closes_a_cycle() {
        let diamond = cycles(&[vec![1, 2], vec![3], vec![3], vec![]]);
        assert_eq!(diamond, Cycles::default());
        let found = cycles(&[vec![1, 0], vec![2, 7], vec![0, 3], vec![]]);
        let back: Vec<(usize, usize)> = found.back.iter().copied().collect();
        assert_eq!(back, [(0, 0), (2, 0)]);
        assert_eq!(found.longest, [0, 1, 2]);
    }

    #[test]
    fn a_very_long_cycle() {
        let next: Vec<Vec<usize>> = (0..50_000).map(|at| vec![(at + 1) % 50_000]).collect();
        assert_eq!(cycles(&next).longest.len(), 50_000);
    }
}
