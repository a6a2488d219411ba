//! What of a step was only waiting for tasks to be tried again: no work, and no measure of it.

use crate::model::{Attempt, Moment, Span, Status, Step};
use crate::sorting::sort;

/// For how long some task of a step waited to be tried again, and none was at work.
pub(super) fn retrying(step: &Step, now: Moment) -> Span {
    let (mut work, mut all) = (Vec::new(), Vec::new());
    for task in &step.tasks {
        let mut last: Option<&Attempt> = None;
        for attempt in &task.attempts {
            let end = match attempt.status {
                Status::Running => Some(now),
                _ => attempt.ended,
            };
            work.extend(attempt.started.zip(end));
            // What is not recorded may have been work.
            let before = last.filter(|last| {
                last.end_recorded && last.number.checked_add(1) == Some(attempt.number)
            });
            all.extend(before.and_then(|before| before.ended.zip(attempt.started)));
            last = Some(attempt);
        }
    }
    if all.is_empty() {
        return Span(0);
    }
    all.extend_from_slice(&work);
    Span(covered(all).0.saturating_sub(covered(work).0))
}

/// How long it was any of these times.
fn covered(mut times: Vec<(Moment, Moment)>) -> Span {
    sort(&mut times);
    let mut sum = 0_i64;
    let mut until: Option<Moment> = None;
    for (from, to) in times {
        let from = until.map_or(from, |until| until.max(from));
        sum = sum.saturating_add(to.since(from).0.max(0));
        until = until.max(Some(to));
    }
    Span(sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Task, sample};

    /// Attempts by number, begin and end, in seconds.
    type Attempts<'a> = &'a [(u32, i64, i64)];

    fn task(times: Attempts<'_>) -> Task {
        let second = |at: i64| Some(Moment(at * 1_000_000));
        let attempt = |(number, started, ended): &(u32, i64, i64)| Attempt {
            number: *number,
            started: second(*started),
            ended: second(*ended),
            ..sample::attempt(Status::Failed)
        };
        Task {
            attempts: times.iter().map(attempt).collect(),
            ..sample::task(1, Status::Retried)
        }
    }

    fn step(tasks: &[Attempts<'_>]) -> Step {
        sample::step("work", tasks.iter().map(|times| task(times)).collect())
    }

    #[track_caller]
    fn check(tasks: &[Attempts<'_>], seconds: i64) {
        let waited = retrying(&step(tasks), Moment(100_000_000));
        assert_eq!(waited, Span(seconds * 1_000_000));
    }

    #[test]
    fn waits_are_told_while_nothing_is_at_work() {
        check(&[&[(0, 10, 20)]], 0);
        check(&[&[(0, 10, 20), (1, 50, 60)]], 30);
        check(&[&[(0, 10, 20), (1, 50, 60), (2, 65, 70)]], 35);
        // Another one is at work meanwhile, and for some of the time.
        check(&[&[(0, 10, 20), (1, 50, 60)], &[(0, 5, 70)]], 0);
        check(&[&[(0, 10, 20), (1, 50, 60)], &[(0, 15, 30)]], 20);
        // Two that wait at once wait once.
        check(
            &[&[(0, 10, 20), (1, 50, 60)], &[(0, 10, 30), (1, 45, 60)]],
            15,
        );
        // Time between tasks is not one's wait to be tried again.
        check(&[&[(0, 10, 20)], &[(0, 50, 60)]], 0);
    }

    #[test]
    fn what_is_not_known_is_no_wait() {
        check(&[&[(0, 10, 20), (2, 50, 60)]], 0);
        check(&[&[(0, 10, 55), (1, 50, 60)]], 0);
        let mut unended = step(&[&[(0, 10, 20), (1, 50, 60)]]);
        // That is its last sign of life.
        unended.tasks[0].attempts[0].end_recorded = false;
        assert_eq!(retrying(&unended, Moment(0)), Span(0));
        let mut running = step(&[&[(0, 10, 20), (1, 50, 60)], &[(0, 15, 16)]]);
        running.tasks[1].attempts[0].status = Status::Running;
        assert_eq!(retrying(&running, Moment(40_000_000)), Span(10_000_000));
    }
}
