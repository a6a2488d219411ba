//! Which steps of the graph a run has no task of, and why: it did not get so far, or
//! a switch chose another way.

use super::rail::step_order;
use super::runs::went_well;
use crate::counts::count;
use crate::model::{GraphStep, Run, StepKind};
use crate::sorting::{SortedMap, SortedSet};

/// How many steps of the graph have no task.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct NotReached {
    /// Every way to them leads over a branch of a switch that was not taken.
    pub left_out: usize,
    /// The others.
    pub never: usize,
}

impl NotReached {
    /// In sentences, each with a space before it; nothing when every step was reached.
    pub fn told(self) -> String {
        let mut told = match self.never {
            0 => String::new(),
            1 => " One step was never reached.".to_owned(),
            steps => format!(" {} steps were never reached.", count(steps as u64)),
        };
        told.push_str(&match self.left_out {
            0 => String::new(),
            1 => " One step is on a branch that was not taken.".to_owned(),
            steps => {
                let steps = count(steps as u64);
                format!(" {steps} steps are on branches that were not taken.")
            }
        });
        told
    }
}

/// Counts the steps without a task. Of a run without a graph there are none: nobody
/// knows which steps there would be.
pub(super) fn not_reached<'a>(run: &'a Run) -> NotReached {
    let mut count = NotReached::default();
    let Some(graph) = &run.graph else {
        return count;
    };
    let no_steps = |step: &'a GraphStep| (step.name.as_str(), Vec::new());
    let mut before: SortedMap<&str, Vec<&GraphStep>> = graph.steps.iter().map(no_steps).collect();
    for step in &graph.steps {
        for next in step.next.iter().filter(|next| **next != step.name) {
            if let Some(before) = before.get_mut(next.as_str()) {
                before.push(step);
            }
        }
    }
    let order = step_order(run);
    let place: SortedMap<&str, usize> = order.iter().map(String::as_str).zip(0..).collect();
    let mut left_out: SortedSet<&str> = SortedSet::default();
    // Along the graph: what leads to a step has been looked at before the step.
    for name in order.iter().filter(|name| !is_reached(run, name)) {
        let Some(before) = before.get(name.as_str()) else {
            continue;
        };
        let closed = |step: &&GraphStep| {
            left_out.contains(step.name.as_str()) || chose_another(run, step, name, &place)
        };
        if !before.is_empty() && before.iter().all(closed) {
            left_out.insert(name);
            count.left_out += 1;
        } else {
            count.never += 1;
        }
    }
    count
}

fn is_reached(run: &Run, step: &str) -> bool {
    run.step(step).is_some_and(|step| !step.tasks.is_empty())
}

/// Whether a switch went well and on to another step than this one; the way back, to
/// itself or to a step before it, is not on.
fn chose_another(
    run: &Run,
    switch: &GraphStep,
    than: &str,
    place: &SortedMap<&str, usize>,
) -> bool {
    let is_on = |next: &str| place.get(next) > place.get(switch.name.as_str());
    let decided = run
        .step(&switch.name)
        .is_some_and(|step| step.tasks.iter().any(|task| went_well(task.status)));
    matches!(switch.kind, StepKind::Switch { .. })
        && decided
        && switch
            .next
            .iter()
            .any(|next| next != than && is_on(next) && is_reached(run, next))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Evidence, Graph, RunRecord, Status, Step, Task};

    /// A run of a graph, `name > next next`; a switch has a `?` behind its name, and a
    /// `*` in front of it says that it has a task, which went well.
    fn run(graph: &[&str]) -> Run {
        let steps = graph.iter().map(|line| {
            let (name, next) = line.split_once(" > ").unwrap_or((line, ""));
            let kind = match name.ends_with('?') {
                true => StepKind::Switch {
                    on: "way".to_owned(),
                    cases: Vec::new(),
                },
                false => StepKind::Linear,
            };
            GraphStep {
                name: name.trim_matches(['*', '?']).to_owned(),
                kind,
                doc: String::new(),
                line: None,
                next: next.split_whitespace().map(str::to_owned).collect(),
                decorators: Vec::new(),
            }
        });
        let begun = graph.iter().filter(|line| line.starts_with('*'));
        let begun = begun.map(|line| Step {
            name: line
                .split(' ')
                .next()
                .unwrap()
                .trim_matches(['*', '?'])
                .to_owned(),
            created: None,
            recorded: true,
            tasks: vec![Task {
                id: "1".to_owned(),
                created: None,
                recorded: true,
                status: Status::Succeeded,
                attempts: Vec::new(),
                foreach: Vec::new(),
                iteration: None,
                origin: None,
                control: false,
            }],
        });
        Run {
            record: RunRecord::default(),
            status: Status::Succeeded,
            evidence: Evidence::NoEnd { last_sign: None },
            ended: None,
            graph: Some(Graph {
                steps: steps.collect(),
                ..Graph::default()
            }),
            steps: begun.collect(),
            parameters: None,
            origin: None,
            spun: false,
            problems: Vec::new(),
        }
    }

    #[track_caller]
    fn check(graph: &[&str], left_out: usize, never: usize) {
        let expected = NotReached { left_out, never };
        assert_eq!(not_reached(&run(graph)), expected, "{graph:?}");
    }

    #[test]
    fn a_branch_that_was_not_taken_is_told_from_what_was_not_reached() {
        // The switch chose `a`; `c` follows only from `b`.
        check(&["*s? > a b", "*a > end", "b > c", "c > end", "*end"], 2, 0);
        // The same, and the run ended before its end.
        check(&["*s? > a b", "*a > end", "b > c", "c > end", "end"], 2, 1);
        // The switch has not decided, or nobody can see how.
        check(&["*s? > a b", "a > end", "b > end", "end"], 0, 3);
        check(&["s? > a b", "a > end", "b > end", "end"], 0, 4);
        // A plain split takes all its branches.
        check(&["*s > a b", "*a > end", "b > end", "end"], 0, 2);
        // A switch that leads back to a step before it.
        check(&["*s > a", "*a? > s end", "*end"], 0, 0);
        check(&["*s > a", "*a? > a end", "end"], 0, 1);
        check(&["*s > a", "*a? > s end", "end"], 0, 1);
    }
}
