//! A tree whose nodes stand in levels from left to right: where each of them is.
//!
//! Every leaf has a row of its own, in the order in which the tree is walked, and whatever
//! has children stands in the middle of them; so nothing overlaps, and no edges cross.
//! Start with [`rows`].

/// The row of each node, in halves of a row and finer: a leaf's is a whole number. Given is
/// the parent of each, which stands before it; one whose parent does not is a root of its
/// own. Children keep their order.
pub fn rows(parents: &[Option<usize>]) -> Vec<f64> {
    let mut children: Vec<Vec<usize>> = parents.iter().map(|_| Vec::new()).collect();
    let mut roots = Vec::new();
    for (at, parent) in parents.iter().enumerate() {
        let parent = parent.filter(|parent| *parent < at);
        match parent.and_then(|parent| children.get_mut(parent)) {
            Some(siblings) => siblings.push(at),
            None => roots.push(at),
        }
    }
    let mut rows = vec![0.0; parents.len()];
    let mut next = 0.0;
    roots.reverse();
    let mut open = roots;
    while let Some(at) = open.pop() {
        match children.get(at) {
            Some(below) if !below.is_empty() => open.extend(below.iter().rev()),
            _ => {
                if let Some(row) = rows.get_mut(at) {
                    *row = next;
                }
                next += 1.0;
            }
        }
    }
    // Children stand behind their parents: from the last on, all below a node are placed.
    for (at, below) in children.iter().enumerate().rev() {
        let place = |child: Option<&usize>| rows.get(*child?).copied();
        if let (Some(first), Some(last)) = (place(below.first()), place(below.last()))
            && let Some(row) = rows.get_mut(at)
        {
            *row = (first + last) / 2.0;
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(parents: &[Option<usize>], expected: &[f64]) {
        assert_eq!(rows(parents), expected);
    }

    #[test]
    fn parents_stand_between_their_children() {
        check(&[], &[]);
        check(&[None], &[0.0]);
        check(&[None, Some(0), Some(0)], &[0.5, 0.0, 1.0]);
        // The first child has two of its own.
        check(
            &[None, Some(0), Some(0), Some(1), Some(1)],
            &[1.25, 0.5, 2.0, 0.0, 1.0],
        );
    }

    #[test]
    fn what_is_no_tree_is_placed_too() {
        check(&[Some(0), Some(7), Some(1)], &[0.0, 1.0, 1.0]);
    }

    fn tree() -> impl Strategy<Value = Vec<Option<usize>>> {
        proptest::collection::vec(any::<prop::sample::Index>(), 0..60).prop_map(|picks| {
            let parent =
                |(at, pick): (usize, prop::sample::Index)| (at > 0).then(|| pick.index(at));
            picks.into_iter().enumerate().map(parent).collect()
        })
    }

    proptest! {
        #[test]
        fn nodes_of_a_level_keep_a_row_apart(parents in tree()) {
            let found = rows(&parents);
            let mut levels = Vec::new();
            for parent in &parents {
                let level = parent.map_or(0, |parent: usize| levels[parent] + 1);
                levels.push(level);
            }
            for (at, row) in found.iter().enumerate() {
                for (other, beside) in found.iter().enumerate().skip(at + 1) {
                    if levels[at] == levels[other] {
                        prop_assert!((row - beside).abs() >= 1.0, "{at} and {other}: {found:?}");
                    }
                }
            }
        }
    }
}
