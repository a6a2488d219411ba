//! Rows of Prefect's database as the objects that its REST API gives, which
//! [`records`](super::records) read: columns by their names, those that hold JSON as it is.
//!
//! Tables and columns are those of `prefect/server/database/orm_models.py`, 3.9.1. The state of a
//! run is a row of another table, and the row of a run tells its type and its name: the whole of
//! it comes from the history of the run ([`Course::complete`](super::records::Course::complete)).

use super::export::File;
use super::json::Json;
use super::pages::Item;
use super::reading::{Reading, Record};
use crate::formats::sqlite::{Row, Value};
use crate::source::Listing;
use std::fmt::Write as _;

/// The name of the database of a server in its home.
const NAME: &str = "prefect.db";

/// The database in a listing of its folder.
pub fn database_in(listing: &Listing) -> Option<&str> {
    let is_named = |name: &&str| *name == NAME || name.ends_with(".db") && name.contains("prefect");
    let mut names = listing.files().map(|(name, _)| name);
    names.find(is_named)
}

/// Columns whose texts are JSON.
const JSON: [&str; 16] = [
    "parameters",
    "tags",
    "labels",
    "context",
    "empirical_policy",
    "task_inputs",
    "state_details",
    "data",
    "created_by",
    "job_variables",
    "resource",
    "related",
    "payload",
    "metadata_",
    "schedules",
    "concurrency_options",
];

/// The table that holds what a file of an export does.
pub fn table(file: File) -> Option<&'static str> {
    Some(match file {
        File::Flows => "flow",
        File::FlowRuns => "flow_run",
        File::TaskRuns => "task_run",
        File::FlowRunStates => "flow_run_state",
        File::TaskRunStates => "task_run_state",
        File::Logs => "log",
        File::Artifacts => "artifact",
        File::Deployments => "deployment",
        File::Events => "events",
        File::Graphs | File::Manifest => return None,
    })
}

/// The column of a table by which the rows of one run are found.
pub fn key(file: File) -> Option<&'static str> {
    Some(match file {
        File::TaskRuns | File::FlowRunStates | File::Logs | File::Artifacts => "flow_run_id",
        File::TaskRunStates => "task_run_id",
        File::Events => "event",
        _ => return None,
    })
}

/// The names of the events that are records of assets.
pub const ASSETS: [&str; 3] = [
    "prefect.asset.materialization.succeeded",
    "prefect.asset.materialization.failed",
    "prefect.asset.referenced",
];

/// The artifact that holds what a state says of a result: those of flows and of what stands in for
/// them are kept so (`prefect/server/models/flow_runs.py`, `set_flow_run_state`).
pub fn result_artifact(row: &Row) -> Option<String> {
    let id = row.get("result_artifact_id")?;
    let is_told = row.get("data").is_some_and(|data| !data.is_null());
    id.text().filter(|_| !is_told).map(str::to_owned)
}

/// Reads a record out of a row of the table of a file. `result` is what its artifact says of a
/// result ([`result_artifact`]), as JSON.
pub fn read<R: Record>(
    file: File,
    row: &Row,
    result: Option<&str>,
    reading: &mut Reading<'_>,
) -> Option<R> {
    let run = match file {
        File::FlowRunStates => row.get("flow_run_id"),
        File::TaskRunStates => row.get("task_run_id"),
        _ => None,
    };
    let run = run.and_then(|run| run.text().map(str::to_owned));
    let object = object(row, result);
    let text = match run {
        Some(_) => format!("[{object}]"),
        None => object,
    };
    let value = Json::whole(text.as_bytes()).ok()?;
    let item = Item {
        of: run.map(Into::into),
        value,
    };
    R::read(&item, reading)
}

/// A row as an object of JSON.
fn object(row: &Row, result: Option<&str>) -> String {
    let mut out = String::from("{");
    for column in &row.table().columns {
        let Some(value) = row.get(&column.name) else {
            continue;
        };
        if out.len() > 1 {
            out.push(',');
        }
        quoted(&column.name, &mut out);
        out.push(':');
        match value {
            Value::Null if column.name == "data" && result.is_some() => {
                out.push_str(result.filter(is_json).unwrap_or("null"));
            }
            Value::Null | Value::Blob(_) => out.push_str("null"),
            Value::Integer(number) => {
                // Writing to a text does not fail.
                let _written = write!(out, "{number}");
            }
            Value::Real(number) if number.is_finite() => {
                let _written = write!(out, "{number:?}");
            }
            Value::Real(_) => out.push_str("null"),
            Value::Text { text, .. } => {
                match JSON.contains(&column.name.as_str()) && is_json(&&*text) {
                    true => out.push_str(&text),
                    false => quoted(&text, &mut out),
                }
            }
        }
    }
    out.push('}');
    out
}

fn is_json(text: &&str) -> bool {
    Json::whole(text.as_bytes()).is_ok()
}

/// A text of JSON.
fn quoted(text: &str, out: &mut String) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            letter if (letter as u32) < 0x20 => {
                let _written = write!(out, "\\u{:04x}", letter as u32);
            }
            letter => out.push(letter),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_text_comes_back(text in any::<String>()) {
            let mut out = String::new();
            quoted(&text, &mut out);
            let value = Json::whole(out.as_bytes()).unwrap();
            prop_assert_eq!(value.text().unwrap(), text);
        }
    }
}
