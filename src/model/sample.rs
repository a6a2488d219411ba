//! The least that a run of a test is made of: one that went well, of which no times are recorded.
//! Who wants more of it writes that over.

use super::{Attempt, Evidence, ForeachFrame, Run, RunRecord, Status, Step, Task};

pub fn attempt(status: Status) -> Attempt {
    Attempt {
        number: 0,
        status,
        evidence: Evidence::LaterAttempt,
        started: None,
        ended: None,
        end_recorded: true,
        done: true,
        caught: false,
        exit: None,
        host: None,
    }
}

pub fn task(id: impl ToString, status: Status) -> Task {
    Task {
        id: id.to_string(),
        created: None,
        recorded: true,
        status,
        attempts: Vec::new(),
        foreach: Vec::new(),
        iteration: None,
        origin: None,
        control: false,
        name: None,
        state: None,
        subflow: None,
    }
}

/// `country=FI`, in the foreach of a step of that name.
pub fn frame(variable: &str, index: u64, value: &str) -> ForeachFrame {
    ForeachFrame {
        step: variable.to_owned(),
        index: Some(index),
        label: Some((variable.to_owned(), value.to_owned())),
    }
}

pub fn step(name: &str, tasks: Vec<Task>) -> Step {
    Step {
        name: name.to_owned(),
        created: None,
        recorded: true,
        tasks,
    }
}

pub fn run(steps: Vec<Step>) -> Run {
    Run {
        record: RunRecord::default(),
        status: Status::Succeeded,
        evidence: Evidence::LaterAttempt,
        ended: None,
        graph: None,
        steps,
        parameters: None,
        origin: None,
        state: None,
        message: None,
        links: None,
        body: None,
        spun: false,
        problems: Vec::new(),
    }
}
