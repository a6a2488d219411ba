//! How a run went, in words: in a line, and how that is known.

use super::failure_card::how;
use super::overview::FailureGroup;
use super::rail::short;
use super::reach::not_reached;
use crate::counts::{count, counted};
use crate::model::run::BODY;
use crate::model::{Evidence, Run, Status, Step, Task};

pub(super) fn headline(run: &Run, failures: &[FailureGroup]) -> String {
    if let [only] = run.steps.as_slice()
        && run.spun
    {
        return format!("{}: {} alone", run.status.word(), only.name);
    }
    match (run.status, failures.first()) {
        (Status::Failed, Some(first)) => {
            let place = if first.task.label == first.task.id {
                first.task.step.clone()
            } else {
                format!("{}, {}", first.task.step, first.task.label)
            };
            let more: u64 = failures.iter().map(|group| group.count).sum::<u64>() - 1;
            let failed = run.state.as_deref().unwrap_or("Failed");
            match more {
                _ if first.task.step == BODY => format!("{failed} in the flow's own code"),
                0 => format!("{failed} in {place}"),
                1 => format!("{failed} in {place} and one more task"),
                _ => format!("{failed} in {place} and {} more tasks", count(more)),
            }
        }
        (Status::Failed | Status::Cancelled | Status::Waiting, _) if run.state.is_some() => {
            run.state.as_deref().unwrap_or_default().to_owned()
        }
        (Status::Succeeded | Status::Retried | Status::Cached, _) if !failed(run).is_empty() => {
            let tasks = counted(failed(run).len() as u64, "task", "tasks");
            format!("Succeeded, though {tasks} failed")
        }
        (Status::Retried, _) if all_caught(run) => {
            "Succeeded, with an exception that was caught".to_owned()
        }
        (Status::Retried, _) => "Succeeded after a retry".to_owned(),
        (Status::Cached, _) => "Succeeded, every task copied from an earlier run".to_owned(),
        (Status::Unfinished | Status::Running, _) => match newest_step(run) {
            Some(step) => format!("{} in {step}", run.status.word()),
            None => format!("{}, no step began", run.status.word()),
        },
        (Status::Unknown, _) => "How it ended cannot be told".to_owned(),
        (status, _) => status.word().to_owned(),
    }
}

fn failed(run: &Run) -> Vec<(&Step, &Task)> {
    let failed = |(_, task): &(&Step, &Task)| task.status == Status::Failed;
    run.tasks().filter(failed).collect()
}

/// Whether nothing that was tried again worked in the end, but for what @catch made of it.
fn all_caught(run: &Run) -> bool {
    let mut retried = run.tasks().filter(|(_, task)| is_retried(task));
    retried.next().is_none()
}

/// Whether it worked only after a retry: not, where the last attempt failed too and that was
/// caught.
fn is_retried(task: &Task) -> bool {
    task.status == Status::Retried && !task.is_caught()
}

fn newest_step(run: &Run) -> Option<&str> {
    let newest = run.tasks().max_by_key(|(_, task)| {
        task.attempts
            .last()
            .and_then(|attempt| attempt.started)
            .max(task.created)
    });
    newest.map(|(step, _)| step.name.as_str())
}

pub(super) fn evidence(run: &Run) -> String {
    if run.spun {
        // Which one it was is not noted.
        return "spin ran this step by itself, with the values of an earlier run.".to_owned();
    }
    let unreached = not_reached(run).told();
    match run.status {
        Status::Failed => {
            let failed: Vec<&Step> = run
                .steps
                .iter()
                .filter(|step| step.status() == Status::Failed)
                .collect();
            let told = failed.iter().take(3).map(|step| failed_tasks(step));
            let told = told.collect::<Vec<_>>().join(" ");
            let message = run.message.as_deref().filter(|_| told.is_empty());
            message.map(sentence).unwrap_or(told) + &unreached
        }
        Status::Cancelled | Status::Waiting if run.message.is_some() => {
            run.message.as_deref().map(sentence).unwrap_or_default()
        }
        Status::Unfinished => {
            let last = outcome_sign(run);
            format!(
                "No end was recorded{last}: it was killed, cut off, or saved while it ran.{unreached}"
            )
        }
        Status::Unknown => how(run.status, &run.evidence, run.record.system) + &unreached,
        Status::Running => format!("No end is recorded yet{}.", outcome_sign(run)),
        _ => {
            let tasks = || run.tasks().map(|(_, task)| task);
            let mut told = counted(run.count(), "task", "tasks");
            let retried = tasks().filter(|task| is_retried(task));
            match retried.count() as u64 {
                0 => {}
                retried => told.push_str(&format!(", {} of them after a retry", count(retried))),
            }
            let caught = tasks().filter_map(Task::last_attempt);
            match caught.filter(|attempt| attempt.caught).count() as u64 {
                0 => {}
                caught => {
                    let caught = count(caught);
                    told.push_str(&format!(", {caught} with an exception that was caught"));
                }
            }
            format!("{told}.{}{unreached}", failed_all_the_same(run))
        }
    }
}

/// What an engine says in its own words, as a sentence: the first line of it.
fn sentence(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default().trim_end();
    match line.ends_with(['.', '!', '?']) {
        true => line.to_owned(),
        false => format!("{line}."),
    }
}

/// The tasks that failed of a run that went well: its end did not wait for them.
fn failed_all_the_same(run: &Run) -> String {
    /// So many are named.
    const NAMED: usize = 3;
    let all = failed(run).len();
    let names = names(failed(run).get(..NAMED.min(all)).unwrap_or_default());
    match all {
        0 => String::new(),
        1 => format!(" {names} failed on its last attempt."),
        2..=NAMED => format!(" {all} tasks failed on their last attempt: {names}."),
        _ => {
            let more = count((all - NAMED) as u64);
            let all = count(all as u64);
            format!(" {all} tasks failed on their last attempt: {names} and {more} more.")
        }
    }
}

/// Tasks as they are called elsewhere: by their values, with their step once behind them; else
/// by their ids.
fn names(tasks: &[(&Step, &Task)]) -> String {
    let has_values = |task: &Task| task.label().is_some();
    let same = |(a, one): &(&Step, &Task), (b, other): &(&Step, &Task)| {
        a.name == b.name && has_values(one) == has_values(other)
    };
    let of_one_step = tasks.chunk_by(same).map(|tasks| {
        let Some((step, _)) = tasks.first().filter(|(_, task)| has_values(task)) else {
            let ids = tasks
                .iter()
                .map(|(step, task)| format!("{}/{}", step.name, task.id));
            return ids.collect::<Vec<_>>().join(", ");
        };
        let values = tasks.iter().map(|(_, task)| short(task));
        format!("{} in {}", values.collect::<Vec<_>>().join(", "), step.name)
    });
    of_one_step.collect::<Vec<_>>().join(", ")
}

/// How many tasks of a step failed, as a sentence.
fn failed_tasks(step: &Step) -> String {
    let (failed, all) = (step.failed(), step.tasks.len() as u64);
    let name = &step.name;
    match (failed, all) {
        (1, 1) => format!("The only task of {name} failed on its last attempt."),
        (1, _) => {
            let all = count(all);
            format!("1 of the {all} tasks of {name} failed on its last attempt.")
        }
        _ => {
            let (failed, all) = (count(failed), count(all));
            format!("{failed} of the {all} tasks of {name} failed on their last attempt.")
        }
    }
}

fn outcome_sign(run: &Run) -> String {
    match newest_step(run) {
        Some(step) => format!("; the last sign of life is in {step}"),
        None => String::new(),
    }
}

pub(super) fn proof(evidence: &Evidence) -> String {
    match evidence {
        Evidence::Recorded { record } => format!("told by {record}"),
        Evidence::ExitCode { code, record } => format!("told by exit code {code} in {record}"),
        Evidence::LaterAttempt => "told by a later attempt".to_owned(),
        Evidence::FailedTask { task } => {
            format!("told by {task}, which failed on its last attempt")
        }
        Evidence::NoEnd { .. } => "no record says how it ended".to_owned(),
        Evidence::Unreadable { record } => format!("{record} cannot be read"),
        Evidence::EndOnly { record } => format!("{record} tells only that it ended"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample::{self, task};

    /// What is said of a run that went well, with so many tasks that did not.
    #[track_caller]
    fn check(failed: usize, headline_told: &str, evidence_told: &str) {
        let of = |at| match at < failed {
            true => Status::Failed,
            false => Status::Succeeded,
        };
        let tasks = (0..6).map(|at| task(at, of(at))).collect();
        let run = sample::run(vec![sample::step("work", tasks)]);
        assert_eq!(headline(&run, &[]), headline_told);
        assert_eq!(evidence(&run), evidence_told);
    }

    #[test]
    fn tasks_are_named_by_their_values_with_their_step_once() {
        let of = |id, values: &[(&str, &str)]| Task {
            foreach: values
                .iter()
                .map(|(name, value)| sample::frame(name, 0, value))
                .collect(),
            ..task(id, Status::Failed)
        };
        let step = |name: &str| sample::step(name, Vec::new());
        let (work, sum) = (step("work"), step("sum"));
        let (one, two) = (
            of(1, &[("region", "r03"), ("week", "w017")]),
            of(2, &[("region", "r10"), ("week", "w002")]),
        );
        let (three, alone) = (of(3, &[("region", "r03")]), of(4, &[]));
        assert_eq!(names(&[(&work, &one)]), "r03 / w017 in work");
        assert_eq!(
            names(&[(&work, &one), (&work, &two), (&sum, &three)]),
            "r03 / w017, r10 / w002 in work, r03 in sum"
        );
        assert_eq!(
            names(&[(&work, &one), (&sum, &alone)]),
            "r03 / w017 in work, sum/4"
        );
    }

    #[test]
    fn what_failed_all_the_same_is_named() {
        check(0, "Succeeded", "6 tasks.");
        check(
            1,
            "Succeeded, though 1 task failed",
            "6 tasks. work/0 failed on its last attempt.",
        );
        check(
            3,
            "Succeeded, though 3 tasks failed",
            "6 tasks. 3 tasks failed on their last attempt: work/0, work/1, work/2.",
        );
        check(
            5,
            "Succeeded, though 5 tasks failed",
            "6 tasks. 5 tasks failed on their last attempt: work/0, work/1, work/2 and 2 more.",
        );
    }
}
