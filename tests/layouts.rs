//! Drawings of graphs: what typical flows look like (`pictures`), what holds for
//! every graph (`rules`), and the cases that a caller meets.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may stop where it finds something wrong"
)]

#[path = "layouts/canvas.rs"]
mod canvas;
#[path = "layouts/pictures.rs"]
mod pictures;
#[path = "layouts/rules.rs"]
mod rules;
#[path = "layouts/timeline.rs"]
mod timeline;

use proptest::prelude::*;
use rules::check;
use runglass::layout::dag::{
    Align, Direction, Drawing, Edge, EdgeKind, Layout, Outline, Path, Point, Progress, Segment,
    Settings, Size, layout,
};

/// A flow as its steps and what follows each: `start: a b, a: end, b: end, end:`.
/// Steps keep the order in which they stand.
fn flow(text: &str) -> (Vec<&str>, Vec<(usize, usize)>) {
    let steps: Vec<(&str, &str)> = text
        .split(',')
        .map(|step| step.trim().split_once(':').expect("name: next steps"))
        .collect();
    let names: Vec<&str> = steps.iter().map(|step| step.0).collect();
    let mut edges = Vec::new();
    for (from, (_, nexts)) in steps.iter().enumerate() {
        for next in nexts.split_whitespace() {
            let to = names.iter().position(|name| *name == next);
            edges.push((from, to.expect("a step of the flow")));
        }
    }
    (names, edges)
}

/// Sizes that fall on whole characters, as do half of the sums of them.
const BOX: Size = Size {
    width: 132.0,
    height: 48.0,
    order: None,
    words: 0.0,
};

const GAPS: Settings = Settings {
    direction: Direction::Down,
    layer_gap: 48.0,
    neighbour_gap: 60.0,
};

const TRAIN_FLOW: &str = "start: load reference, load: features, features: join, \
    reference: train, join: train, train: evaluate, evaluate: publish end, publish: end, end:";

/// The numbers of the drawing in `TrainFlow`'s picture: 216 × 52, gaps of 34 and 48.
#[test]
fn the_train_flow_as_numbers() {
    let (names, edges) = flow(TRAIN_FLOW);
    let drawing = layout(Outline {
        nodes: vec![Size::STEP; names.len()],
        edges,
        settings: Settings::STEPS,
    });
    insta::assert_snapshot!(numbers(&drawing, &names), @r"
    480 × 654
    start at 132 0, layer 0
    load at 0 86, layer 1
    features at 0 172, layer 2
    reference at 264 86, layer 1
    join at 0 258, layer 3
    train at 132 344, layer 4
    evaluate at 132 430, layer 5
    publish at 0 516, layer 6
    end at 132 602, layer 7
    start → load: M240 52C240 79,108 59,108 86, label 98 72.5 End
    start → reference: M240 52C240 79,372 59,372 86, label 382 72.5 Start
    load → features: M108 138L108 172, label 118 155 Start
    features → join: M108 224L108 258, label 118 241 Start
    reference → train: M372 138L372 310C372 337,274.5 317,274.5 344, label 382 241 Start
    join → train: M108 310C108 337,205.5 317,205.5 344, label 215.5 330.5 Start
    train → evaluate: M240 396L240 430, label 250 413 Start
    evaluate → publish: M240 482C240 509,108 489,108 516, label 98 502.5 End
    evaluate → end: M240 482L240 602, label 250 542 Start
    publish → end: M108 568C108 595,205.5 575,205.5 602, label 215.5 588.5 Start
    ");
}

#[test]
fn from_left_to_right() {
    let (names, edges) = flow("start: a b, a: end, b: end, end: end");
    let drawing = layout(Outline {
        nodes: vec![Size::SMALL; names.len()],
        edges,
        settings: Settings {
            direction: Direction::Right,
            ..Settings::SMALL
        },
    });
    insta::assert_snapshot!(numbers(&drawing, &names), @r"
    416 × 68
    start at 0 22, layer 0
    a at 144 0, layer 1
    b at 144 44, layer 1
    end at 288 22, layer 2
    start → a: M128 34C141 34,131 12,144 12, label 137.5 2 Middle
    start → b: M128 34C141 34,131 56,144 56, label 137.5 66 Middle
    a → end: M272 12C285 12,275 30,288 30, label 281.5 40 Middle
    b → end: M272 56C285 56,275 38,288 38, label 281.5 28 Middle
    end → end: M326.5 46C326.5 59.5,377.5 59.5,377.5 46, label 352 66 Middle
    ");
}

fn numbers(drawing: &Drawing, names: &[&str]) -> String {
    let mut lines = vec![format!("{} × {}", drawing.width, drawing.height)];
    for (node, name) in drawing.nodes.iter().zip(names) {
        lines.push(format!(
            "{name} at {} {}, layer {}",
            node.x, node.y, node.layer
        ));
    }
    for edge in &drawing.edges {
        let (from, to) = (names[edge.from as usize], names[edge.to as usize]);
        let (at, side) = (edge.label.at, edge.label.align);
        lines.push(format!(
            "{from} → {to}: {}, label {} {} {side:?}",
            edge.path.d(),
            at.x,
            at.y
        ));
    }
    lines.join("\n")
}

#[test]
fn the_words_of_a_loop_stand_clear_of_what_passes_by() {
    const WORDS: f32 = 90.0;
    // A switch that may come back to the step, or go past it.
    let looping = Size {
        words: WORDS,
        ..BOX
    };
    let drawing = layout(Outline {
        nodes: vec![BOX, looping, BOX],
        edges: vec![(0, 1), (1, 1), (1, 2), (0, 2)],
        settings: GAPS,
    });
    let words = drawing.edges[1].label.at;
    let node = drawing.nodes[1];
    assert!(words.x > node.x + node.width);
    let past = drawing.edges[3].label.at.x;
    assert!(
        past > words.x + WORDS || past < node.x,
        "{past} is beside {}",
        words.x
    );
}

#[test]
fn siblings_keep_the_order_that_is_asked_for() {
    // The list has them the other way round.
    let ordered = |order| Size {
        order: Some(order),
        ..BOX
    };
    let drawing = layout(Outline {
        nodes: vec![ordered(0), ordered(3), ordered(2), ordered(1)],
        edges: vec![(0, 1), (0, 2), (0, 3)],
        settings: GAPS,
    });
    let x: Vec<f32> = drawing.nodes.iter().map(|node| node.x).collect();
    assert!(x[3] < x[2] && x[2] < x[1], "{x:?}");
}

#[test]
fn edges_that_cannot_be_drawn_alone_say_so() {
    let outline = Outline {
        nodes: vec![BOX; 2],
        edges: vec![(0, 1), (1, 7), (0, 1), (1, 0), (1, 1), (1, 1), (9, 9)],
        settings: GAPS,
    };
    let drawing = check(&outline);
    let kinds: Vec<EdgeKind> = drawing.edges.iter().map(|edge| edge.kind).collect();
    assert_eq!(
        kinds,
        [
            EdgeKind::Forward,
            EdgeKind::Missing,
            EdgeKind::Same(0),
            EdgeKind::Reversed,
            EdgeKind::Loop,
            EdgeKind::Same(4),
            EdgeKind::Missing,
        ]
    );
    assert_eq!(drawing.path(2), Some(&drawing.edges[0].path));
    assert_eq!(drawing.path(1), None);
}

#[test]
fn sizes_that_make_no_sense_are_held_to_what_can_be_drawn() {
    for side in [f32::NAN, -3.0, 0.0, f32::INFINITY, 1e30] {
        let size = Size {
            width: side,
            height: side,
            order: None,
            words: 0.0,
        };
        check(&Outline {
            nodes: vec![size; 4],
            edges: vec![(0, 1), (0, 2), (1, 3), (2, 3), (0, 3)],
            settings: Settings {
                direction: Direction::Down,
                layer_gap: side,
                neighbour_gap: side,
            },
        });
    }
    assert_eq!(layout(Outline::default()), Drawing::default());
}

/// Large graphs come out whole. How long they take is not measured here; each of
/// these would take minutes if any step were quadratic.
#[test]
fn large_graphs() {
    let draw = |nodes: usize, edges: Vec<(usize, usize)>| {
        layout(Outline {
            nodes: vec![Size::SMALL; nodes],
            edges,
            settings: Settings::SMALL,
        })
    };
    let chain = draw(5000, (1..5000).map(|to| (to - 1, to)).collect());
    assert_eq!(chain.width, 128.0);
    assert!(chain.edges.iter().all(|edge| edge.path.segments.len() == 1));

    let fan = draw(5000, (1..5000).map(|to| (0, to)).collect());
    assert_eq!((fan.crossings, fan.nodes[4999].layer), (0, 1));

    let complete = draw(
        100,
        (0..2500).map(|edge| (edge / 50, 50 + edge % 50)).collect(),
    );
    assert_eq!(complete.crossings, 1225 * 1225);

    let all_to_the_last = (1..5000).flat_map(|to| [(to - 1, to), (to - 1, 4999)]);
    let past_the_cap = draw(5000, all_to_the_last.collect());
    assert!(past_the_cap.without_lanes);
    assert!(past_the_cap.edges.iter().any(|edge| edge.direct));
    assert!(past_the_cap.edges.iter().any(|edge| !edge.direct));

    let ring = draw(
        5000,
        (0..5000).map(|from| (from, (from + 1) % 5000)).collect(),
    );
    let reversed = |edge: &&Edge| edge.kind == EdgeKind::Reversed;
    assert_eq!(ring.edges.iter().filter(reversed).count(), 1);

    let single = draw(20_000, Vec::new());
    assert!(single.width < 4.0 * single.height, "packed as a block");
}

fn size() -> impl Strategy<Value = Size> {
    let side = || prop_oneof![3 => 20.0..240.0_f32, 1 => Just(100.0_f32)];
    let words = prop_oneof![Just(0.0), 0.0..200.0_f32];
    let order = proptest::option::of(0..9_u32);
    (side(), side(), order, words).prop_map(|(width, height, order, words)| Size {
        width,
        height,
        order,
        words,
    })
}

/// Any graph of up to 24 nodes: loops, cycles, repetitions and edges to nowhere.
fn outline() -> impl Strategy<Value = Outline> {
    let settings =
        (any::<bool>(), 0.0..60.0_f32, 0.0..60.0_f32).prop_map(|(down, layer, side)| Settings {
            direction: if down {
                Direction::Down
            } else {
                Direction::Right
            },
            layer_gap: layer,
            neighbour_gap: side,
        });
    (proptest::collection::vec(size(), 0..24), settings).prop_flat_map(|(nodes, settings)| {
        let node = 0..nodes.len() + 1;
        proptest::collection::vec((node.clone(), node), 0..50).prop_map(move |edges| Outline {
            nodes: nodes.clone(),
            edges,
            settings,
        })
    })
}

/// The edges of steps put one after the other or side by side, again and again.
fn nested_flow() -> impl Strategy<Value = Vec<(usize, usize)>> {
    let change = (any::<prop::sample::Index>(), 1..4_usize);
    proptest::collection::vec(change, 0..12).prop_map(|changes| {
        let mut edges = vec![(0, 1)];
        let mut next = 2;
        for (edge, branches) in changes {
            let (from, to) = edges.swap_remove(edge.index(edges.len()));
            let (split, join) = (next, next + 1);
            edges.extend([(from, split), (join, to)]);
            next += 2;
            for branch in next..next + branches {
                edges.extend([(split, branch), (branch, join)]);
            }
            next += branches;
        }
        edges
    })
}

proptest! {
    #[test]
    fn every_graph_is_drawn_by_the_rules(outline in outline()) {
        check(&outline);
    }

    #[test]
    fn the_same_graph_gives_the_same_drawing(outline in outline()) {
        prop_assert_eq!(layout(outline.clone()), layout(outline));
    }

    #[test]
    fn a_drawing_survives_the_way_to_the_screen(outline in outline()) {
        let drawing = layout(outline);
        let bytes = postcard::to_stdvec(&drawing).unwrap();
        prop_assert_eq!(postcard::from_bytes::<Drawing>(&bytes).unwrap(), drawing);
    }

    #[test]
    fn nested_branches_do_not_cross(edges in nested_flow()) {
        let nodes = edges.iter().map(|edge| edge.1 + 1).max().unwrap_or(1);
        let drawing = check(&Outline {
            nodes: vec![BOX; nodes],
            edges,
            settings: GAPS,
        });
        prop_assert_eq!(drawing.crossings, 0);
    }

    #[test]
    fn an_acyclic_graph_has_no_edge_that_leads_back(outline in outline()) {
        let mut outline = outline;
        outline.edges.retain(|edge| edge.0 < edge.1);
        let drawing = layout(outline);
        let backwards = |edge: &Edge| edge.kind == EdgeKind::Reversed;
        prop_assert!(!drawing.edges.iter().any(backwards));
    }

    #[test]
    fn a_tree_has_no_crossings_and_keeps_the_order_of_its_siblings(
        parents in proptest::collection::vec(any::<prop::sample::Index>(), 1..40),
    ) {
        let edges: Vec<(usize, usize)> = parents
            .iter()
            .enumerate()
            .map(|(node, parent)| (parent.index(node + 1), node + 1))
            .collect();
        let outline = Outline {
            nodes: vec![BOX; edges.len() + 1],
            edges: edges.clone(),
            settings: GAPS,
        };
        let drawing = check(&outline);
        prop_assert_eq!(drawing.crossings, 0);
        for (index, &(parent, child)) in edges.iter().enumerate() {
            for &(_, sibling) in edges[..index].iter().filter(|edge| edge.0 == parent) {
                prop_assert!(drawing.nodes[sibling].x < drawing.nodes[child].x);
            }
        }
    }
}

#[test]
fn work_in_slices_gives_the_same_drawing() {
    let edges = (0..900_usize).map(|edge| (edge % 499, edge * 7919 % 500));
    let outline = Outline {
        nodes: vec![BOX; 500],
        edges: edges.collect(),
        settings: GAPS,
    };
    let mut work = Layout::new(outline.clone());
    let mut slices = 1;
    while work.advance() == Progress::More {
        slices += 1;
    }
    assert_eq!(work.advance(), Progress::Done);
    assert!(slices > 3, "{slices}");
    assert_eq!(work.finish(), layout(outline));
}

#[test]
fn a_path_is_written_for_svg() {
    let point = |x, y| Point { x, y };
    let path = Path {
        start: point(108.0, 52.0),
        segments: vec![
            Segment::Line(point(108.0, 60.5)),
            Segment::Cubic(point(108.0, 87.5), point(-4.0, 67.5), point(-4.0, 94.5)),
        ],
    };
    assert_eq!(path.d(), "M108 52L108 60.5C108 87.5,-4 67.5,-4 94.5");
    assert_eq!(Path::default().d(), "");
    assert_eq!(Align::default(), Align::Start);
}
