//! The lines of Python that reach a place by Metaflow's client, to be copied.
//!
//! Names come from records and addresses: whatever they hold, the lines stay what they
//! are meant to be. Nothing here runs anything. Start with [`lines`].

/// What is to be reached: up to five parts of a pathspec, in the client's words a flow, a
/// run, a step, a task and an artifact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reached<'a> {
    pub parts: Vec<&'a str>,
    /// Of a task or an artifact.
    pub attempt: Option<u32>,
    /// None for everything: the client itself begins with the runs of its own user.
    pub namespace: Option<&'a str>,
    /// What of a run or a task is looked at: `logs`, `data`, `code`, `cards`, `metadata`.
    pub tab: Option<&'a str>,
    /// The last step of a run, where its data are looked at.
    pub end: Option<&'a str>,
    /// Of a flow, the tags that its runs are to have: all of them.
    pub tags: Vec<&'a str>,
    /// A part of an artifact, as Python writes it: the caller has made it of steps.
    pub at: String,
    /// The run was made by `spin`, which keeps a datastore of its own.
    pub spun: bool,
}

/// Imports, the namespace, and one expression.
pub fn lines(reached: &Reached<'_>) -> String {
    let class = match reached.parts.len() {
        0 => "Metaflow",
        1 => "Flow",
        2 => "Run",
        3 => "Step",
        _ => "Task",
    };
    let namespace = match reached.namespace {
        Some(namespace) => literal(namespace),
        None => "None".to_owned(),
    };
    let (folder, imported, spin) = match reached.spun {
        true => (
            ".metaflow_spin",
            "inspect_spin, namespace",
            "inspect_spin('.')\n",
        ),
        false => (".metaflow", "namespace", ""),
    };
    let cards = match (reached.parts.len(), reached.tab) {
        (4, Some("cards")) => "from metaflow.cards import get_cards\n",
        _ => "",
    };
    // Values are looked for under the path that the run noted.
    let machine = match reached.parts.len() {
        5.. => ", on the machine that ran it",
        _ => "",
    };
    format!(
        "# In the folder that holds {folder}{machine}.\nfrom metaflow import {class}, {imported}\n{cards}\n{spin}namespace({namespace})\n{}\n",
        expression(reached)
    )
}

/// `Task('F/R/S/T', attempt=0)['x'].data`
fn expression(reached: &Reached<'_>) -> String {
    let attempt = reached.attempt;
    let attempt = attempt.map(|attempt| format!(", attempt={attempt}"));
    let task = |path: &[&str]| {
        let attempt = attempt.unwrap_or_default();
        format!("Task({}{attempt})", literal(&path.join("/")))
    };
    match reached.parts.as_slice() {
        [] => "list(Metaflow())".to_owned(),
        [flow] if !reached.tags.is_empty() => {
            let tags: Vec<String> = reached.tags.iter().map(|tag| literal(tag)).collect();
            format!("list(Flow({}).runs({}))", literal(flow), tags.join(", "))
        }
        [flow] => format!("Flow({})", literal(flow)),
        [flow, run] => {
            let run = format!("Run({})", literal(&format!("{flow}/{run}")));
            match (reached.tab, reached.end) {
                (Some("code"), _) => format!("{run}.code"),
                // `Run.data` asks a step that a resumed run does not know.
                (Some("data"), Some(end)) => format!("{run}[{}].task.data", literal(end)),
                _ => run,
            }
        }
        [flow, run, step] => format!("Step({})", literal(&format!("{flow}/{run}/{step}"))),
        [path @ .., artifact] if path.len() == 4 => {
            format!("{}[{}].data{}", task(path), literal(artifact), reached.at)
        }
        path if path.len() == 4 => match reached.tab {
            Some("logs") => format!("print({}.stdout)", task(path)),
            Some("exception") => format!("{}.exception", task(path)),
            Some("data") => format!("{}.data", task(path)),
            Some("code") => format!("{}.code", task(path)),
            Some("cards") => format!("get_cards({})", task(path)),
            Some("metadata") => format!("{}.metadata_dict", task(path)),
            _ => task(path),
        },
        path => task(path),
    }
}

/// A text as Python writes it.
fn literal(text: &str) -> String {
    let mut literal = String::from("'");
    for letter in text.chars() {
        match letter {
            '\\' | '\'' => {
                literal.push('\\');
                literal.push(letter);
            }
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            letter if letter.is_control() => {
                literal.push_str(&format!("\\x{:02x}", u32::from(letter)));
            }
            letter => literal.push(letter),
        }
    }
    literal.push('\'');
    literal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(parts: &[&str], attempt: Option<u32>, expected: &str) {
        let reached = Reached {
            parts: parts.to_vec(),
            attempt,
            ..Reached::default()
        };
        assert_eq!(expression(&reached), expected);
    }

    #[test]
    fn each_place_has_its_expression() {
        check(&[], None, "list(Metaflow())");
        check(&["F"], None, "Flow('F')");
        check(&["F", "1"], None, "Run('F/1')");
        check(&["F", "1", "s"], None, "Step('F/1/s')");
        check(&["F", "1", "s", "2"], None, "Task('F/1/s/2')");
        check(&["F", "1", "s", "2"], Some(0), "Task('F/1/s/2', attempt=0)");
        let artifact = ["F", "1", "s", "2", "x"];
        check(&artifact, Some(1), "Task('F/1/s/2', attempt=1)['x'].data");
    }

    #[test]
    fn a_name_cannot_end_the_text_that_it_stands_in() {
        check(&["a'b\\"], None, r"Flow('a\'b\\')");
        check(&["a\nimport os"], None, r"Flow('a\nimport os')");
        // The last control characters are those of two hex digits.
        check(&["\u{0}\u{9f}"], None, r"Flow('\x00\x9f')");
    }

    #[track_caller]
    fn check_lines(reached: &Reached<'_>, expected: &str) {
        assert_eq!(lines(reached), expected);
    }

    #[test]
    fn the_lines_begin_with_what_they_need() {
        let reached = Reached {
            parts: vec!["F", "1"],
            namespace: Some("user:ana"),
            ..Reached::default()
        };
        check_lines(
            &reached,
            "# In the folder that holds .metaflow.\nfrom metaflow import Run, namespace\n\nnamespace('user:ana')\nRun('F/1')\n",
        );
    }

    #[test]
    fn a_value_is_read_where_the_run_has_put_it() {
        let reached = Reached {
            parts: vec!["F", "1", "s", "2", "x"],
            ..Reached::default()
        };
        check_lines(
            &reached,
            "# In the folder that holds .metaflow, on the machine that ran it.\nfrom metaflow import Task, namespace\n\nnamespace(None)\nTask('F/1/s/2')['x'].data\n",
        );
    }

    #[test]
    fn what_spin_left_lies_in_a_datastore_of_its_own() {
        let reached = Reached {
            parts: vec!["F", "1"],
            spun: true,
            ..Reached::default()
        };
        check_lines(
            &reached,
            "# In the folder that holds .metaflow_spin.\nfrom metaflow import Run, inspect_spin, namespace\n\ninspect_spin('.')\nnamespace(None)\nRun('F/1')\n",
        );
    }
}
