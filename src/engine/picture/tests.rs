//! Runs as nobody should write them, and very large ones: a sensible drawing of each.

mod missing;
mod placed;
mod sought;

use super::faults::faults;
use super::file::Palette;
use super::sketch::{Drawn, Sketch, of_steps};
use super::svg::written;
use super::{
    Depth, EdgeNote, Fan, Frame, PictureView, SMALL, StandsFor, StepNode, Tile, Ways, with_room,
};
use crate::layout::dag::{Align, Drawing, Outline, Settings, Size, layout};
use crate::model::sample::{self, step};
use crate::model::{
    Attempt, ForeachFrame, Graph, GraphStep, Moment, Run, Status, Step, StepKind, Task,
};
use crate::sorting::{SortedMap, SortedSet};

fn graph_step(name: &str, kind: StepKind, next: &[&str]) -> GraphStep {
    GraphStep {
        name: name.to_owned(),
        kind,
        doc: String::new(),
        line: None,
        next: next.iter().map(|next| (*next).to_owned()).collect(),
        decorators: Vec::new(),
    }
}

/// A task that began and ended at these seconds.
fn task(id: usize, status: Status, times: Option<(i64, i64)>) -> Task {
    let moment = |seconds: i64| Some(Moment(seconds * 1_000_000));
    let attempt = Attempt {
        started: times.and_then(|(started, _)| moment(started)),
        ended: times.and_then(|(_, ended)| moment(ended)),
        ..sample::attempt(status)
    };
    Task {
        attempts: vec![attempt],
        foreach: vec![sample::frame("n", id as u64, &id.to_string())],
        ..sample::task(id, status)
    }
}

fn run(graph: Vec<GraphStep>, steps: Vec<Step>) -> Run {
    Run {
        graph: (!graph.is_empty()).then(|| Graph {
            start: "start".to_owned(),
            end: "end".to_owned(),
            steps: graph,
            ..Graph::default()
        }),
        ..sample::run(steps)
    }
}

/// Of a run to which nothing more comes.
fn sketch_of(run: &Run, ways: &Ways, opened: bool) -> Sketch {
    let drawn = Drawn {
        run,
        ways,
        expected: &SortedMap::default(),
        now: Moment(0),
    };
    of_steps(&drawn, false, opened)
}

fn drawn(run: &Run, depth: Depth) -> (Sketch, Drawing) {
    let sketch = sketch_of(run, &Ways::default(), depth == Depth::Tasks);
    let drawing = layout(sketch.outline(&depth));
    assert_eq!(drawing.nodes.len(), sketch.nodes.len());
    assert_eq!(drawing.edges.len(), sketch.edges.len());
    (sketch, drawing)
}

#[test]
fn five_thousand_steps_in_a_row_are_one_column() {
    let name = |at: usize| match at {
        0 => "start".to_owned(),
        at => format!("s{at}"),
    };
    let steps = (0..5000).map(|at| graph_step(&name(at), StepKind::Linear, &[&name(at + 1)]));
    let run = run(steps.collect(), Vec::new());
    let (sketch, drawing) = drawn(&run, Depth::Steps);
    assert_eq!((drawing.width, sketch.not_reached), (216.0, 5000));
    assert_eq!(drawing.nodes.last().map(|node| node.layer), Some(4999));
}

#[test]
fn nothing_is_drawn_small_of_more_steps_than_a_page_holds() {
    let steps = |many: usize| {
        let name = |at: usize| format!("step_{at}");
        let graph =
            (0..many).map(|at| graph_step(&name(at), StepKind::Linear, &[name(at + 1).as_str()]));
        sketch_of(&run(graph.collect(), Vec::new()), &Ways::default(), false)
    };
    let drawn = |many, depth| {
        let (sketch, too_many) = with_room(steps(many), &depth);
        (sketch.nodes.len(), too_many)
    };
    assert_eq!(drawn(SMALL, Depth::Small), (SMALL, 0));
    assert_eq!(drawn(SMALL + 1, Depth::Small), (0, SMALL as u64 + 1));
    assert_eq!(drawn(SMALL + 1, Depth::Steps), (SMALL + 1, 0));
}

/// Depths of thousands of loops in one another stop somewhere, and nothing is gone through
/// again and again.
#[test]
fn twenty_thousand_loops_in_one_another() {
    let each = StepKind::Foreach {
        over: "x".to_owned(),
    };
    let name = |at: usize| match at {
        0 => "start".to_owned(),
        at => format!("s{at}"),
    };
    let steps = (0..20_000).map(|at| {
        let (next, far) = (name(at + 1), name(at * 7 % 20_000));
        graph_step(&name(at), each.clone(), &[&next, &far])
    });
    let run = run(steps.collect(), Vec::new());
    let sketch = sketch_of(&run, &Ways::default(), false);
    assert_eq!(sketch.nodes.len(), 20_000);
    assert!(sketch.nodes.iter().all(|node| node.depth <= 8));
}

#[test]
fn cycles_self_loops_twins_and_steps_that_are_nowhere() {
    let steps = vec![
        graph_step("start", StepKind::Split, &["a", "a", "nowhere"]),
        graph_step("a", StepKind::Linear, &["b", "a"]),
        graph_step("b", StepKind::Linear, &["start", "a"]),
        graph_step("b", StepKind::Join, &["b"]),
        graph_step("", StepKind::Join, &[""]),
    ];
    let recorded = vec![step("a", vec![]), step("other", vec![])];
    let run = run(steps, recorded);
    let (sketch, _) = drawn(&run, Depth::Tasks);
    let names: Vec<&str> = sketch.nodes.iter().map(|node| node.name.as_str()).collect();
    assert_eq!(names, ["start", "a", "b", "b", "", "other"]);
    assert_eq!(sketch.not_reached, 6);
    // It is said that one leads nowhere.
    assert_eq!(sketch.astray, [("start".to_owned(), "nowhere".to_owned())]);
    // They are told with what else is wrong with the run.
    let told = faults(&run, "Flow/1");
    let told: Vec<&str> = told.iter().map(|fault| fault.what.as_str()).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert_eq!(
        told[0],
        "The graph leads from “start” to “nowhere”, a step that it does not have."
    );
    assert!(told[1].ends_with("without a switch."), "{told:?}");
}

#[test]
fn faults_of_a_graph_are_counted_to_the_end() {
    let name = |at: usize| format!("s{}", at % 500);
    let step = |at| graph_step(&name(at), StepKind::Linear, &[&name(at + 1), "nowhere"]);
    let run = run((0..500).map(step).collect(), Vec::new());
    let told = faults(&run, "Flow/1");
    let told: Vec<&str> = told.iter().map(|fault| fault.what.as_str()).collect();
    assert_eq!(
        told,
        [
            "The graph leads from “s0” to “nowhere”, a step that it does not have, and 499 like it.",
            "The graph has a cycle of 500 steps, from “s0” to “s499” and back, without a switch.",
        ]
    );
    let (sketch, _) = drawn(&run, Depth::Steps);
    assert_eq!((sketch.astray.len(), sketch.cycle.len()), (20, 20));
}

/// A switch took one way, on which a step failed: what only the other way leads to was not
/// taken, and what comes after both was not reached.
#[test]
fn what_was_not_taken_and_what_was_not_reached() {
    let switch = StepKind::Switch {
        on: "way".to_owned(),
        cases: Vec::new(),
    };
    let graph = vec![
        graph_step("start", switch, &["left", "right"]),
        graph_step("left", StepKind::Linear, &["end"]),
        graph_step("right", StepKind::Linear, &["far"]),
        graph_step("far", StepKind::Linear, &["end"]),
        graph_step("end", StepKind::End, &[]),
    ];
    let recorded = |status| {
        let of = |name: &str, status| step(name, vec![task(1, status, Some((0, 1)))]);
        vec![of("start", Status::Succeeded), of("left", status)]
    };
    let said = |run: &Run, ways: &[&str]| {
        let taken: SortedSet<String> = ways.iter().map(|way| (*way).to_owned()).collect();
        let mut gone = Ways::default();
        if !ways.is_empty() {
            gone.insert("start".to_owned(), taken);
        }
        let sketch = sketch_of(run, &gone, false);
        let said = sketch.nodes.iter().map(|node| node.second_line().left);
        said.collect::<Vec<_>>()[2..].join(", ")
    };
    let mut failed = run(graph.clone(), recorded(Status::Failed));
    failed.status = Status::Failed;
    for ways in [&["left"][..], &[]] {
        assert_eq!(said(&failed, ways), "not taken, not taken, not reached");
    }
    // Nothing is known of where it goes.
    failed.steps.truncate(1);
    assert_eq!(said(&failed, &[]), "not reached, not reached, not reached");
    // It ended well, and where the switch led is not known.
    let mut steps = recorded(Status::Succeeded);
    steps.push(step("end", vec![task(2, Status::Succeeded, Some((1, 2)))]));
    let ended = run(graph, steps);
    assert_eq!(said(&ended, &[]), "not taken, not taken, 1 task");
}

#[test]
fn values_that_repeat_are_said_with_what_is_around_them() {
    let nested = |id: usize, outer: &str, inner: &str| {
        let mut task = task(id, Status::Succeeded, None);
        let frame = |step: &str, name: &str, value: &str| ForeachFrame {
            step: step.to_owned(),
            index: Some(id as u64),
            label: Some((name.to_owned(), value.to_owned())),
        };
        task.foreach = vec![frame("a", "country", outer), frame("b", "year", inner)];
        task
    };
    let both = [nested(1, "FR", "2024"), nested(2, "DE", "2024")];
    let shorts = |fan: &Fan| {
        fan.tiles
            .iter()
            .map(|tile| tile.short.clone())
            .collect::<Vec<_>>()
    };
    let fan = Fan::of(&both, 10, Moment(0));
    assert_eq!(shorts(&fan), ["FR / 2024", "DE / 2024"]);
    assert_eq!(fan.letters, 9);
    assert_eq!(shorts(&Fan::of(&both[..1], 10, Moment(0))), ["2024"]);
    // Without a value the place, as in the tree, where there is room for it.
    let unnamed = |step: &str| {
        let mut task = task(7, Status::Succeeded, None);
        task.foreach = vec![ForeachFrame {
            step: step.to_owned(),
            index: Some(7),
            label: None,
        }];
        shorts(&Fan::of(&[task], 10, Moment(0)))
    };
    assert_eq!(unnamed("train"), ["train[7]"]);
    assert_eq!(unnamed("hyperparameters"), ["[7]"]);
}

#[test]
fn a_run_of_one_task_without_a_graph() {
    let tasks = vec![task(1, Status::Failed, Some((20, 10)))];
    let (sketch, drawing) = drawn(&run(vec![], vec![step("only", tasks)]), Depth::Tasks);
    assert!(sketch.guessed);
    let node = &sketch.nodes[0];
    assert!(node.fan.is_none());
    // It ended before it began: how long it took is not known.
    assert_eq!(node.took(), "unknown");
    assert_eq!((drawing.width, drawing.height), (216.0, 52.0));
    let (none, drawing) = drawn(&run(vec![], vec![]), Depth::Steps);
    assert_eq!((none.nodes.len(), drawing.width), (0, 0.0));
}

#[test]
fn a_wide_step_has_as_many_tiles_as_a_frame_holds() {
    let mut tasks: Vec<Task> = (0..5000)
        .map(|at| task(at, Status::Succeeded, None))
        .collect();
    tasks[4000].status = Status::Failed;
    let fan = Fan::of(&tasks, 2000, Moment(0));
    assert_eq!((fan.tiles.len(), fan.left), (200, 4800));
    assert_eq!(
        (fan.tiles[0].id.as_str(), fan.tiles[1].id.as_str()),
        ("4000", "0")
    );
    // What has no tile is told with how it fared.
    assert_eq!(fan.told_of_left(), "4,800 more: all succeeded");
    for task in &mut tasks[..300] {
        task.status = Status::Retried;
    }
    let mixed = Fan::of(&tasks, 2000, Moment(0));
    let told = "4,800 more: 4,699 succeeded, 101 after a retry";
    assert_eq!(mixed.told_of_left(), told);
    assert!(mixed.is_mixed());
    // The share of one step among very many.
    let none = Fan::of(&tasks, 0, Moment(0));
    assert_eq!((none.tiles.len(), none.left), (0, 5000));
    assert_eq!(none.frame().0, 216.0);
    for key in [
        "ArrowUp",
        "ArrowDown",
        "ArrowLeft",
        "ArrowRight",
        "Home",
        "End",
    ] {
        for at in [0, 23, 24, 199, 5000] {
            assert!(fan.neighbour(at, key).is_none_or(|next| next < 200));
        }
        assert!(none.neighbour(0, key).is_none());
    }
}

#[test]
fn the_bar_of_a_box_never_leaves_it() {
    let statuses = Status::ALL;
    for (many, few) in [(1, 1), (24, 1), (25, 1), (1_000_000, 1), (3, 10_000)] {
        let mut node = drawn(&run(vec![], vec![step("s", vec![])]), Depth::Steps)
            .0
            .nodes
            .remove(0);
        node.mix = statuses.map(|status| (status, few)).to_vec();
        node.mix[5].1 = many;
        let parts = node.parts(10.0, 43.0, 196.0);
        for pair in parts.windows(2) {
            assert!(pair[0].x + pair[0].width <= pair[1].x + 0.01, "{pair:?}");
        }
        let last = parts.last().map(|part| part.x + part.width);
        assert!(
            last.is_some_and(|last| last <= 206.01),
            "{many} {few} {last:?}"
        );
        assert!(parts.iter().all(|part| part.width >= 1.0));
    }
}

/// A drawing of which every text is the same.
fn drawing(text: &str) -> PictureView {
    let tile = Tile {
        id: text.to_owned(),
        label: text.to_owned(),
        short: text.to_owned(),
        status: Status::Failed,
        caught: false,
        duration: None,
    };
    let node = StepNode {
        name: text.to_owned(),
        stands_for: StandsFor::Step,
        status: Status::Failed,
        tasks: 2,
        coming: 0,
        failed: 1,
        caught: 0,
        duration: None,
        worked: None,
        median: None,
        kind: text.to_owned(),
        decorators: vec![text.to_owned()],
        doc: text.to_owned(),
        depth: 2,
        mix: vec![(Status::Failed, 1)],
        fan: None,
        absence: super::Absence::NotReached,
    };
    let opened = StepNode {
        fan: Some(Fan::with_tiles(vec![tile])),
        ..node.clone()
    };
    let drawing = layout(Outline {
        nodes: vec![Size::STEP; 2],
        edges: vec![(0, 1), (1, 1)],
        settings: Settings::STEPS,
    });
    let note = EdgeNote {
        taken: true,
        words: text.to_owned(),
        is_roomy: true,
    };
    PictureView {
        drawing,
        nodes: vec![node, opened],
        edges: vec![note.clone(), note],
        not_reached: 0,
        passed_by: 0,
        guessed: false,
        frames: vec![Frame {
            x: 0.0,
            y: 0.0,
            width: 10.0,
            height: 10.0,
            words: text.to_owned(),
            words_x: 0.0,
            words_y: 0.0,
            align: Align::Start,
            room: 100.0,
            steps: vec![0],
            opener: 1,
        }],
        astray: vec![(text.to_owned(), text.to_owned())],
        lost: vec![text.to_owned()],
        cycle: vec![text.to_owned()],
        too_many: 0,
    }
}

#[test]
fn no_text_of_a_run_is_more_than_text() {
    let hostile = "<script>alert(1)</script>\"' onload=x & ]]> \u{0}\u{1f}\u{fffe}";
    let colours = Palette::read(|_| "#123456".to_owned(), false);
    let (svg, ..) = written(&drawing(hostile), hostile, &colours);
    assert!(svg.contains("&lt;script&gt;") && !svg.contains("<script"));
    assert!(!svg.contains("\" onload") && !svg.contains("]]>"));
    let is_control = |letter: char| letter < ' ' && letter != '\n' || letter == '\u{fffe}';
    assert!(!svg.contains(is_control));
    // The same elements as of a text without any of that.
    let (plain, ..) = written(&drawing("plain"), "plain", &colours);
    assert_eq!(svg.matches('<').count(), plain.matches('<').count());
}

#[test]
fn words_that_stand_out_are_in_the_file() {
    let colours = Palette::default();
    let view = drawing("a condition of forty letters or somewhat more");
    let (_, width, _) = written(&view, "", &colours);
    assert!(width > view.drawing.width + 200.0, "{width}");
    let (_, most, _) = written(&drawing(&"x".repeat(100_000)), "", &colours);
    assert!(most < 3000.0, "{most}");
}
