//! What is typed above a drawing: what it finds, and where that is.

use super::super::sought::{Drawn, Hits};
use super::*;
use crate::engine::rail::RailTask;
use crate::engine::rail::find::{RailFindView, RailFound};

fn found(name: &str, tasks: Option<(u64, &[&str])>) -> RailFound {
    let task = |id: &&str| RailTask {
        id: (*id).to_owned(),
        status: Status::Succeeded,
        label: (*id).to_owned(),
        short: (*id).to_owned(),
        attempts: 1,
        duration: None,
        since: None,
    };
    let (matching, tasks) = tasks.unwrap_or_default();
    RailFound {
        name: name.to_owned(),
        whole: tasks.is_empty(),
        matching,
        tasks: tasks.iter().map(task).collect(),
    }
}

/// Two boxes, the second of them opened.
fn view() -> PictureView {
    let mut view = drawing("first");
    view.nodes[1].name = "second".to_owned();
    view.nodes[1].fan = Some(Fan::of(
        &[task(7, Status::Failed, None), task(8, Status::Failed, None)],
        1,
        Moment(0),
    ));
    view
}

#[test]
fn tasks_are_counted_though_not_each_is_gone_to() {
    let steps = vec![
        found("second", None),
        found("first", Some((400, &["3", "4"]))),
        found("not drawn", Some((9, &["5"]))),
    ];
    let hits = Hits::of_run(
        &view(),
        &[0, 1],
        &RailFindView {
            text: "text".to_owned(),
            steps,
        },
    );
    assert_eq!((hits.steps, hits.tasks, hits.total()), (1, 400, 401));
    let mut here = None;
    let mut way = Vec::new();
    for back in [false, false, false, false, true, true] {
        let hit = hits.next(here, back).unwrap().clone();
        here = hits.here(Some(hit.at), hit.task.as_deref());
        assert_eq!(hits.get(here.unwrap()), Some(&hit));
        way.push((hit.at, hit.task.unwrap_or_default(), hit.nth));
    }
    assert_eq!(hits.get(0).unwrap().alike, 400);
    let stop = |at, task: &str, nth| (at, task.to_owned(), nth);
    let (three, four, last) = (stop(0, "3", 1), stop(0, "4", 2), stop(1, "", 401));
    assert_eq!(
        way,
        [three.clone(), four.clone(), last.clone(), three, last, four]
    );
    // A box that is looked at is not a task of it.
    assert_eq!(hits.here(Some(0), None), None);
    assert_eq!(Hits::default().next(None, false), None);
    let boxes = Hits::of_boxes([5, 2].into_iter());
    let last = boxes.next(None, true).unwrap();
    assert_eq!((last.at, last.nth, boxes.total()), (2, 2, 2));
}

#[test]
fn a_task_is_a_tile_or_left_out_or_its_step_is_closed() {
    let nodes = view().nodes;
    let of = |at: usize, id: &str, depth: Depth| Drawn::of(&nodes[at], id, &depth);
    assert_eq!(of(0, "7", Depth::Steps), Drawn::Closed);
    assert_eq!(of(0, "7", Depth::Tasks), Drawn::Left);
    assert_eq!(of(1, "7", Depth::Tasks), Drawn::Tile(0));
    assert_eq!(of(1, "8", Depth::Tasks), Drawn::Left);
    let alone = StepNode {
        tasks: 1,
        ..nodes[0].clone()
    };
    assert_eq!(Drawn::of(&alone, "7", &Depth::Steps), Drawn::Box);
}
