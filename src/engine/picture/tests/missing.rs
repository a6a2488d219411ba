//! Steps without tasks and edges that no run went along: what is said of each.

use super::super::Absence;
use super::*;

fn each() -> StepKind {
    StepKind::Foreach {
        over: "words".to_owned(),
    }
}

fn of(name: &str) -> Step {
    step(name, vec![task(1, Status::Succeeded, Some((0, 1)))])
}

fn straight() -> Vec<GraphStep> {
    vec![
        graph_step("start", each(), &["work"]),
        graph_step("work", StepKind::Linear, &["gather"]),
        graph_step("gather", StepKind::Join, &["end"]),
        graph_step("end", StepKind::End, &[]),
    ]
}

fn absences(sketch: &Sketch) -> Vec<Absence> {
    let nodes = sketch.nodes.iter().filter(|node| node.tasks == 0);
    nodes.map(|node| node.absence).collect()
}

/// The run came to its end, so it was there: no switch leads past it.
#[test]
fn what_no_switch_leads_past_is_lost_and_was_taken() {
    let ended = run(straight(), vec![of("start"), of("end")]);
    let sketch = sketch_of(&ended, &Ways::default(), false);
    assert_eq!(absences(&sketch), [Absence::Lost; 2]);
    assert_eq!(sketch.lost, ["work", "gather"]);
    assert_eq!(sketch.passed_by, 0);
    assert_eq!(sketch.nodes[1].second_line().left, "records missing");
    assert_eq!(sketch.nodes[1].status_word(), "Records missing");

    let mut failed = ended;
    failed.status = Status::Failed;
    let sketch = sketch_of(&failed, &Ways::default(), false);
    assert_eq!(absences(&sketch), [Absence::NotReached; 2]);
    assert!(sketch.lost.is_empty());
}

#[test]
fn what_a_run_that_goes_on_may_get_to_is_not_there_yet() {
    let mut running = run(straight(), vec![of("start")]);
    running.status = Status::Running;
    let sketch = sketch_of(&running, &Ways::default(), false);
    assert_eq!(absences(&sketch), [Absence::NotYet; 3]);
    assert_eq!(sketch.nodes[1].second_line().left, "not yet");
}

#[test]
fn a_foreach_over_nothing_has_no_tasks() {
    let ended = run(straight(), vec![of("start"), of("gather"), of("end")]);
    let sketch = sketch_of(&ended, &Ways::default(), false);
    assert_eq!(absences(&sketch), [Absence::NoTasks]);
    assert!(sketch.lost.is_empty());
}

/// What only a way that was not taken leads to was not taken, also where it leads in circles.
#[test]
fn behind_a_switch_steps_that_lead_to_one_another_were_not_taken() {
    let switch = StepKind::Switch {
        on: "way".to_owned(),
        cases: Vec::new(),
    };
    let graph = vec![
        graph_step("start", switch.clone(), &["end", "once"]),
        graph_step("once", StepKind::Linear, &["again"]),
        graph_step("again", switch, &["once", "end"]),
        graph_step("end", StepKind::End, &[]),
    ];
    let ended = run(graph, vec![of("start"), of("end")]);
    let sketch = sketch_of(&ended, &Ways::default(), false);
    assert_eq!(absences(&sketch), [Absence::NotTaken; 2]);
    assert!(sketch.cycle.is_empty(), "a switch leads back");
}

#[test]
fn an_edge_that_leads_back_was_taken_only_where_something_came_after() {
    let graph = vec![
        graph_step("start", each(), &["work"]),
        graph_step("work", StepKind::Linear, &["gather", "start", "work"]),
        graph_step("gather", StepKind::Join, &["end"]),
        graph_step("end", StepKind::Linear, &["start"]),
    ];
    let taken = |again: Option<u64>| {
        let mut work = task(1, Status::Succeeded, Some((1, 2)));
        work.iteration = again;
        let steps = vec![
            of("start"),
            step("work", vec![work]),
            of("gather"),
            of("end"),
        ];
        let sketch = sketch_of(&run(graph.clone(), steps), &Ways::default(), false);
        assert_eq!(sketch.cycle, ["start", "work", "gather", "end"]);
        let pairs = sketch.pairs.iter().zip(&sketch.edges);
        let taken = pairs.filter(|(_, note)| note.taken);
        taken.map(|(pair, _)| *pair).collect::<Vec<_>>()
    };
    assert_eq!(taken(None), [(0, 1), (1, 2), (2, 3)]);
    assert_eq!(taken(Some(1)), [(0, 1), (1, 2), (1, 1), (2, 3)]);
}

/// The same word beside its tasks, around their steps and on the page of the step.
#[test]
fn a_foreach_is_called_by_what_names_its_tasks() {
    let of_many = |name: &str| {
        let tasks = (0..3).map(|id| task(id, Status::Succeeded, None));
        let mut step = step(name, tasks.collect());
        for task in &mut step.tasks {
            task.foreach[0].step = "start".to_owned();
        }
        step
    };
    let steps = vec![of("start"), of_many("work"), of("gather"), of("end")];
    let sketch = sketch_of(&run(straight(), steps), &Ways::default(), false);
    assert_eq!(sketch.groups[0].over, "n");
    assert_eq!(sketch.edges[0].words, "foreach n");
    let sketch = sketch_of(&run(straight(), vec![]), &Ways::default(), false);
    assert_eq!(sketch.groups[0].over, "words");
}

#[test]
fn what_is_hidden_of_a_box_is_counted() {
    let mut node = sketch_of(&run(straight(), vec![]), &Ways::default(), false)
        .nodes
        .remove(1);
    let marks = ["@retry times=1", "@resources cpu=2", "@environment"];
    node.decorators = marks.map(str::to_owned).to_vec();
    assert_eq!(node.second_line().right, "@retry 1 +2");
    node.kind = "foreach".to_owned();
    node.tasks = 12_345;
    node.status = Status::Failed;
    node.failed = 2_345;
    assert_eq!(node.second_line().right, "+4");
}

/// A box of several statuses claims none of them.
#[test]
fn many_tasks_that_are_not_drawn_say_how_they_fared() {
    let mut node = sketch_of(&run(straight(), vec![]), &Ways::default(), false)
        .nodes
        .remove(1);
    node.stands_for = StandsFor::More {
        step: "work".to_owned(),
    };
    node.tasks = 9976;
    node.status = Status::Retried;
    node.mix = vec![(Status::Retried, 176), (Status::Succeeded, 9800)];
    assert_eq!((node.mark(), node.colour()), (None, Status::Succeeded));
    assert_eq!(node.second_line().left, "9,800 succeeded, 176 retried");
    assert_eq!(node.status_word(), "9,800 succeeded, 176 after a retry");
    assert_eq!(node.troubles(), "176 retried");
    node.mix.remove(0);
    assert_eq!(node.mark(), Some(Status::Retried));
    assert_eq!(node.second_line().left, "all succeeded");
}
