//! A failure and a list of problems as a person reads them.

use runglass::engine::ask::Failure;
use std::fmt::Write as _;

/// The words of an error screen.
pub fn of_failure(failure: &Failure) -> String {
    let mut text = format!("{}\n{}\n", failure.headline, failure.explanation);
    for (label, value) in &failure.details {
        writeln!(text, "  {label}: {value}").unwrap();
    }
    for advice in &failure.advice {
        writeln!(text, "  try: {advice}").unwrap();
    }
    text
}

/// The `problems` of a dump.
pub fn of_problems(dump: &serde_json::Value) -> String {
    let word = |problem: &serde_json::Value, key: &str| {
        let word = problem[key].as_str().unwrap_or_default();
        word.to_owned()
    };
    let mut text = String::new();
    for problem in dump["problems"].as_array().unwrap() {
        let word = |key| word(problem, key);
        writeln!(text, "{} in {}", word("severity"), word("place")).unwrap();
        writeln!(text, "  {}", word("what")).unwrap();
        writeln!(text, "  {}", word("hint")).unwrap();
    }
    text
}
