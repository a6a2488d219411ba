//! What a screen does with a value, with everything that must hold of it. The fuzzer does
//! the same.

use runglass::pickle::explore::{Path, child_count, children};
use runglass::pickle::summary::{MOST_CHARS, shape, summary};
use runglass::pickle::{NodeId, Pickle, known, repr, type_name};

/// Looks at a value and at what is in it, level by level, as a screen would.
pub fn look_around(pickle: &Pickle) {
    look_at(pickle, 300);
}

/// The same, at so many values.
pub fn look_at(pickle: &Pickle, most: usize) {
    let mut todo: Vec<NodeId> = pickle.root().into_iter().collect();
    for _ in 0..most {
        let Some(id) = todo.pop() else { break };
        let printed = repr(pickle, id, 120);
        assert!(printed.text.chars().count() <= 120);
        assert!(!printed.cut || printed.text.chars().count() == 120);
        assert!(summary(pickle, id).chars().count() <= MOST_CHARS);
        assert!(shape(pickle, id).chars().count() <= MOST_CHARS);
        assert!(!type_name(pickle, id).is_empty());
        known::len(pickle, id);
        let count = child_count(pickle, id);
        let shown = children(pickle, id, 0..20);
        assert_eq!(shown.len(), count.min(20));
        for child in &shown {
            let path = Path::new("x").child(child.step.clone());
            assert_eq!(path.to_string().parse::<Path>().as_ref(), Ok(&path));
            assert!(pickle.resolve(id, &path.steps).is_ok(), "{path}");
        }
        todo.extend(shown.iter().map(|child| child.node));
    }
}
