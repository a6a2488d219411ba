//! Which steps of the graph a run has no task of, and why: it did not get so far, or
//! a switch chose another way.

use super::picture::{Absence, Ways, absences_of};
use crate::counts::count;
use crate::model::Run;

/// How many steps of the graph have no task.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct NotReached {
    /// Every way to them leads over a branch of a switch that was not taken.
    pub left_out: usize,
    /// The run went past them: their records are missing.
    pub lost: usize,
    /// In a foreach over nothing.
    pub empty: usize,
    /// The others.
    pub never: usize,
}

impl NotReached {
    /// In sentences, each with a space before it; nothing when every step was reached.
    pub fn told(self) -> String {
        let of = |steps: usize, one: &str, many: &str| match steps {
            0 => String::new(),
            1 => format!(" One step {one}."),
            steps => format!(" {} steps {many}.", count(steps as u64)),
        };
        let all = [
            of(self.never, "was never reached", "were never reached"),
            of(
                self.left_out,
                "is on a branch that was not taken",
                "are on branches that were not taken",
            ),
            of(
                self.empty,
                "is in a foreach over nothing",
                "are in a foreach over nothing",
            ),
            of(
                self.lost,
                "has no records, though the run went past it",
                "have no records, though the run went past them",
            ),
        ];
        all.concat()
    }
}

/// Counts the steps without a task. Of a run without a graph there are none: nobody
/// knows which steps there would be.
pub(super) fn not_reached(run: &Run) -> NotReached {
    let mut count = NotReached::default();
    let absences = absences_of(run, &Ways::default());
    for step in run.graph.iter().flat_map(|graph| &graph.steps) {
        if run
            .step(&step.name)
            .is_some_and(|step| !step.tasks.is_empty())
        {
            continue;
        }
        *match absences.get(step.name.as_str()) {
            Some(Absence::NotTaken) => &mut count.left_out,
            Some(Absence::Lost) => &mut count.lost,
            Some(Absence::NoTasks) => &mut count.empty,
            Some(Absence::NotReached | Absence::NotYet) | None => &mut count.never,
        } += 1;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Evidence, Graph, GraphStep, Status, StepKind, sample};

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
        let begun = begun.map(|line| {
            let name = line.split(' ').next().unwrap().trim_matches(['*', '?']);
            sample::step(name, vec![sample::task(1, Status::Succeeded)])
        });
        Run {
            evidence: Evidence::NoEnd { last_sign: None },
            graph: Some(Graph {
                start: "s".to_owned(),
                end: "end".to_owned(),
                steps: steps.collect(),
                ..Graph::default()
            }),
            ..sample::run(begun.collect())
        }
    }

    #[track_caller]
    fn check(graph: &[&str], left_out: usize, never: usize) {
        let expected = NotReached {
            left_out,
            never,
            ..NotReached::default()
        };
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
        // So the run went past one of which there is no record.
        let lost = not_reached(&run(&["*s > a b", "*a > end", "b > end", "*end"]));
        assert_eq!((lost.lost, lost.never), (1, 0));
        assert_eq!(
            lost.told(),
            " One step has no records, though the run went past it."
        );
        // A switch that leads back to a step before it.
        check(&["*s > a", "*a? > s end", "*end"], 0, 0);
        check(&["*s > a", "*a? > a end", "end"], 0, 1);
        check(&["*s > a", "*a? > s end", "end"], 0, 1);
    }
}
