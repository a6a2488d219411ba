//! Times of a run that cannot be, or that do not fit together: told as notes, one for each kind.
//!
//! Clocks differ between machines and are set back, and a copy may have got another name. What
//! cannot be told because of that is shown as unknown elsewhere; here stands why.

use crate::counts::counted;
use crate::model::{Moment, Place, Problem, Run, Span, Status, Step, Task};
use crate::text::human;

/// What ends later than the run by less is not worth one: the last step's end is noted by another
/// process, maybe on another machine.
const LATE: Span = Span(2_000_000);

/// `folder`: of the run.
pub(super) fn odd_times(run: &Run, folder: &str, now: Moment) -> Vec<Problem> {
    let told = [
        backwards(run),
        backwards_itself(run),
        early(run),
        ahead(run, now),
        late(run, now),
    ];
    let note = |(what, hint)| Problem::note(Place::file(folder), what, hint);
    told.into_iter().flatten().map(note).collect()
}

/// Tasks that were begun and of which no time was recorded at all: neither a begin nor an end.
pub(super) fn untimed(run: &Run, folder: &str) -> Option<Problem> {
    let is_untimed = |task: &Task| {
        let attempts = task.attempts.iter();
        let mut timed = attempts.filter(|one| one.started.is_some() || one.end_recorded);
        // Of one that runs, the records may be on their way.
        let is_begun = !task.attempts.is_empty() && task.status != Status::Running;
        is_begun && timed.next().is_none()
    };
    let mut found = run.tasks().filter(|(_, task)| is_untimed(task));
    let (step, task) = found.next()?;
    let (count, all) = (1 + found.count() as u64, run.tasks().count() as u64);
    let what = match count {
        1 => format!("No times were recorded of {}.", name(step, task)),
        _ if count == all => {
            let tasks = counted(all, "task", "tasks");
            format!("No times were recorded of any of its {tasks}.")
        }
        _ => {
            let (count, tasks) = (human::count(count), counted(all, "task", "tasks"));
            format!("No times were recorded of {count} of its {tasks}.")
        }
    };
    let hint = "How long such a task took is not known: what it printed tells only that it was alive then.";
    Some(Problem::note(Place::file(folder), what, hint))
}

/// What is wrong, and what that means.
pub(super) type Told = (String, &'static str);

/// Tasks that end before they begin.
fn backwards(run: &Run) -> Option<Told> {
    let of_task = |(step, task)| Some((name(step, task), early_end(task)?));
    let mut all = run.tasks().filter_map(of_task);
    let (first, by) = all.next()?;
    let by = human::span(by.0);
    let what = match 1 + all.count() as u64 {
        1 => format!("{first} ended {by} before it began, by its records."),
        tasks => {
            let tasks = counted(tasks, "task", "tasks");
            format!(
                "{tasks} ended before they began, by their records: {first} by {by}, and others."
            )
        }
    };
    Some((
        what,
        "How long such a task took is not known: a clock was set back meanwhile, or two clocks disagree.",
    ))
}

/// By how much a task, or one of its attempts, ended before it began.
fn early_end(task: &Task) -> Option<Span> {
    let attempts = task.attempts.iter().map(|one| (one.started, one.ended));
    let all = attempts.chain([(task.started(), task.ended())]);
    let early = all.filter_map(|(started, ended)| Some(started?.since(ended?)));
    early.max().filter(|early| *early > Span(0))
}

fn backwards_itself(run: &Run) -> Option<Told> {
    let early = run.record.started?.since(run.ended?);
    let what = format!(
        "The run ended {} before it began, by its records.",
        human::span(early.0)
    );
    (early > Span(0)).then_some((
        what,
        "How long it took is not known: two clocks disagree, or its folder was given another name.",
    ))
}

/// Tasks that began before the run did. What a run took over from another one may well have.
fn early(run: &Run) -> Option<Told> {
    // A start that cannot be is no measure.
    let start = run
        .record
        .started
        .filter(|_| backwards_itself(run).is_none())?;
    let (tasks, by, task) = most(run, |task| {
        let by = start.since(task.started()?);
        let is_own = task.status != Status::Cached && task.origin.is_none();
        (by > LATE && is_own).then_some(by)
    })?;
    let by = human::span(by.0);
    let what = match tasks {
        1 => format!("{task} began {by} before the run did."),
        _ => {
            let tasks = counted(tasks, "task", "tasks");
            format!("{tasks} began before the run did, the first one, {task}, by {by}.")
        }
    };
    Some((
        what,
        "Two clocks disagree: what such a task waited for cannot be told by its times.",
    ))
}

/// What is said to happen later than now.
fn ahead(run: &Run, now: Moment) -> Option<Told> {
    let begin = run.record.started.filter(|at| at.is_ahead(now));
    let last = most(run, |task| last_time(task).filter(|at| at.is_ahead(now)));
    let what = match last {
        None => {
            let by = human::span(begin?.since(now).0);
            format!("The start of the run lies {by} in the future.")
        }
        Some((tasks, at, task)) => {
            let by = human::span(at.since(now).0);
            match tasks {
                1 => format!("Times of {task} lie in the future, the last one by {by}."),
                _ => {
                    let tasks = counted(tasks, "task", "tasks");
                    format!("Times of {tasks} lie in the future, the last one, of {task}, by {by}.")
                }
            }
        }
    };
    Some((
        what,
        "The clock of a machine that wrote them was ahead, or the clock here is behind.",
    ))
}

/// Tasks that were at work after the run had ended: the run is as long as up to its last step,
/// and its timeline longer.
pub(super) fn late(run: &Run, now: Moment) -> Option<Told> {
    let ended = run.ended.filter(|_| run.is_over())?;
    let end = run.end_task();
    let end = end.and_then(|(step, id)| run.task(&step, &id));
    // An end that cannot be is no measure.
    if backwards_itself(run).is_some() || end.is_some_and(|end| early_end(end).is_some()) {
        return None;
    }
    let (tasks, by, task) = most(run, |task| {
        let last = last_time(task).filter(|at| !at.is_ahead(now))?;
        Some(last.since(ended)).filter(|by| *by > LATE)
    })?;
    let by = human::span(by.0);
    let what = match tasks {
        1 => format!("{task} ended {by} after the run did."),
        _ => {
            let tasks = counted(tasks, "task", "tasks");
            format!("{tasks} ended after the run did, the last one, {task}, by {by}.")
        }
    };
    Some((
        what,
        "The run's duration is up to the end of its last step; its timeline shows what came after it too.",
    ))
}

/// How many tasks have something, the most that one has of it, and which one that is.
fn most<T: Ord>(run: &Run, of: impl Fn(&Task) -> Option<T>) -> Option<(u64, T, String)> {
    let (mut tasks, mut found) = (0, None::<(T, &Step, &Task)>);
    for (step, task) in run.tasks() {
        let Some(one) = of(task) else { continue };
        tasks += 1;
        if found.as_ref().is_none_or(|(most, ..)| one > *most) {
            found = Some((one, step, task));
        }
    }
    let (one, step, task) = found?;
    Some((tasks, one, name(step, task)))
}

/// The last time at which anything of it was recorded.
fn last_time(task: &Task) -> Option<Moment> {
    let attempts = task.attempts.iter();
    let times = attempts.flat_map(|one| [one.started, one.ended]);
    times.fold(task.created, Option::max)
}

/// `work/7 (country=FI)`.
fn name(step: &Step, task: &Task) -> String {
    let path = format!("{}/{}", step.name, task.id);
    match task.label() {
        Some(label) => format!("{path} ({label})"),
        None => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Attempt, sample};

    const NOW: Moment = Moment(1_000_000_000_000);

    /// Seconds before [`NOW`].
    fn before(seconds: f64) -> Option<Moment> {
        Some(Moment(NOW.0 - (seconds * 1e6) as i64))
    }

    fn task(id: &str, times: &[(f64, f64)]) -> Task {
        let attempt = |(number, (started, ended)): (usize, &(f64, f64))| Attempt {
            number: number as u32,
            started: before(*started),
            ended: before(*ended),
            ..sample::attempt(Status::Succeeded)
        };
        Task {
            attempts: times.iter().enumerate().map(attempt).collect(),
            ..sample::task(id, Status::Succeeded)
        }
    }

    /// From 100 s to 10 s before now.
    fn run(tasks: Vec<Task>) -> Run {
        let mut run = sample::run(vec![sample::step("work", tasks)]);
        run.record.started = before(100.0);
        run.ended = before(10.0);
        run
    }

    #[track_caller]
    fn check(run: &Run, expected: &[&str]) {
        let told = odd_times(run, "F/1", NOW);
        let told: Vec<&str> = told.iter().map(|problem| &*problem.what).collect();
        assert_eq!(told, expected);
    }

    #[test]
    fn ordinary_times_need_no_word() {
        check(&run(vec![task("1", &[(90.0, 10.0)])]), &[]);
        // What clocks differ by, and of what nothing is known.
        check(&run(vec![task("1", &[(90.0, 8.1)]), task("2", &[])]), &[]);
        check(&run(vec![]), &[]);
    }

    #[test]
    fn what_ends_before_it_begins_is_told_once() {
        let early = |id| task(id, &[(40.0, 45.0)]);
        check(
            &run(vec![task("1", &[(90.0, 80.0)]), early("2")]),
            &["work/2 ended 5.0 s before it began, by its records."],
        );
        check(
            &run(vec![early("1"), early("2"), early("3")]),
            &["3 tasks ended before they began, by their records: work/1 by 5.0 s, and others."],
        );
        // Of two attempts the second one ran by another clock.
        let between = task("1", &[(40.0, 35.0), (60.0, 50.0)]);
        assert_eq!(between.took(NOW), None);
        check(
            &run(vec![between]),
            &["work/1 ended 10 s before it began, by its records."],
        );
        let mut itself = run(vec![]);
        itself.ended = before(107.0);
        assert_eq!(itself.took(NOW), None);
        check(
            &itself,
            &["The run ended 7.0 s before it began, by its records."],
        );
    }

    #[test]
    fn what_began_before_the_run_is_told_once() {
        let early = |id, by: f64| task(id, &[(100.0 + by, 90.0)]);
        check(&run(vec![early("1", 1.9)]), &[]);
        check(
            &run(vec![early("1", 3600.0)]),
            &["work/1 began 1h 00m before the run did."],
        );
        check(
            &run(vec![early("1", 3.0), early("2", 9.0)]),
            &["2 tasks began before the run did, the first one, work/2, by 9.0 s."],
        );
        // What was taken over from another run is as old as that one.
        let mut cached = run(vec![early("1", 3600.0)]);
        cached.steps[0].tasks[0].status = Status::Cached;
        check(&cached, &[]);
    }

    #[test]
    fn the_future_is_told_once() {
        let later = |id, by: f64| task(id, &[(20.0, -by)]);
        // As far as clocks may differ; that it ended after the run did is another thing.
        let near = odd_times(&run(vec![later("1", 119.0)]), "F/1", NOW);
        assert_eq!(near.len(), 1);
        assert!(near[0].what.contains("after the run did"), "{near:?}");
        check(
            &run(vec![later("1", 600.0)]),
            &["Times of work/1 lie in the future, the last one by 10m 00s."],
        );
        check(
            &run(vec![
                later("1", 600.0),
                later("2", 700.0),
                later("3", 650.0),
            ]),
            &["Times of 3 tasks lie in the future, the last one, of work/2, by 11m 40s."],
        );
        let mut begun = run(vec![]);
        begun.record.started = before(-7200.0);
        begun.ended = None;
        check(&begun, &["The start of the run lies 2h 00m in the future."]);
    }

    #[test]
    fn tasks_without_times_are_told_once() {
        let timed = || task("1", &[(90.0, 80.0)]);
        let untimed_task = |id| {
            let mut task = task(id, &[(0.0, 70.0)]);
            // Its last line was printed then.
            task.attempts[0].started = None;
            task.attempts[0].end_recorded = false;
            task
        };
        let told = |tasks| untimed(&run(tasks), "F/1").map(|problem| problem.what);
        // What has not begun has no times to record.
        assert_eq!(told(vec![timed(), task("2", &[])]), None);
        assert_eq!(
            told(vec![timed(), untimed_task("2")]).as_deref(),
            Some("No times were recorded of work/2.")
        );
        assert_eq!(
            told(vec![timed(), untimed_task("2"), untimed_task("3")]).as_deref(),
            Some("No times were recorded of 2 of its 3 tasks.")
        );
        assert_eq!(
            told(vec![untimed_task("2"), untimed_task("3")]).as_deref(),
            Some("No times were recorded of any of its 2 tasks.")
        );
        // An end alone is a time, and what runs may get one yet.
        let mut ended = untimed_task("2");
        ended.attempts[0].end_recorded = true;
        let mut running = untimed_task("3");
        running.status = Status::Running;
        assert_eq!(told(vec![ended, running]), None);
    }

    #[test]
    fn what_goes_on_after_the_end_of_the_run_is_told_once() {
        let late = |id, by: f64| task(id, &[(20.0, 10.0 - by)]);
        check(
            &run(vec![late("1", 3.0)]),
            &["work/1 ended 3.0 s after the run did."],
        );
        let mut three = run(vec![late("1", 3.0), late("2", 9.0), late("3", 4.0)]);
        check(
            &three,
            &["3 tasks ended after the run did, the last one, work/2, by 9.0 s."],
        );
        // Of what has no end nothing comes after it.
        three.status = Status::Unfinished;
        check(&three, &[]);
        // An end before the start is told alone.
        three.status = Status::Succeeded;
        three.ended = before(101.0);
        check(
            &three,
            &["The run ended 1.0 s before it began, by its records."],
        );
    }
}
