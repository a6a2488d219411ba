//! The bytes of a persisted result of Prefect: found by its storage key, unpacked, and as the
//! pickle that all previews read.

use super::fetched::Fetched;
use super::stored::Most;
use crate::engine::Work;
use crate::engine::ask::Failure;
use crate::engine::prefect::Loaded;
use crate::formats::prefect::id::Words;
use crate::formats::prefect::result::{Fault, Found, Step, lies, open};
use crate::inside::program_of_json;
use crate::source::inflate::unpack;
use crate::source::{ReadError, Source, Want};
use std::rc::Rc;

/// The headline of all that can go wrong here.
const HEADLINE: &str = "This result cannot be read";

/// `key` is the id of the task run whose result it is.
pub(super) async fn fetch_result(
    source: &Rc<dyn Source>,
    run: &Loaded,
    key: &str,
    most: Most,
    work: &Work,
) -> Result<Fetched, Box<Failure>> {
    let told = run.stored(key);
    let files = run.results().await;
    let storage_key = told.and_then(|told| told.storage_key.as_deref());
    let found = storage_key.map_or(Found::Missing, |key| files.find(key));
    let Found::File(file) = found else {
        return Err(Failure::unreadable(
            "The result is not here",
            storage_key.unwrap_or_default(),
            &lies(told, found),
            "Put the folder of the results beside the records, as `storage`.",
        ));
    };
    let want = Want {
        path: file.to_owned(),
        range: None,
    };
    let answer = source.read(std::slice::from_ref(&want)).await.pop();
    let bytes = answer.unwrap_or(Err(ReadError::Missing));
    let bytes = bytes.map_err(|error| {
        Failure::unreadable(
            HEADLINE,
            file,
            &error.to_string(),
            "Copy the results again.",
        )
    })?;
    let stored = bytes.len() as u64;
    let fault = |fault: Fault| {
        let problem = fault.problem(file);
        Failure::unreadable(HEADLINE, file, &problem.what, &problem.hint)
    };
    let mut problems = Vec::new();
    let opened = open(&bytes, file, told, &mut Words::default(), &mut problems);
    let mut problems: Vec<String> = problems.into_iter().map(|problem| problem.what).collect();
    let mut next = opened.next.map_err(fault)?;
    let mut so_far = 0;
    let bytes = loop {
        match next {
            Step::Pickle(bytes) => break bytes,
            Step::Json(bytes) => match program_of_json(&bytes) {
                Some(program) => break program,
                None => {
                    return Err(Failure::unreadable(
                        HEADLINE,
                        file,
                        "It should be JSON and is not.",
                        "The file may be damaged.",
                    ));
                }
            },
            Step::Packed {
                bytes,
                packing,
                inner,
            } => {
                let unpacked = unpack(&bytes, packing, None, most.bytes(), work).await;
                let unpacked = unpacked.map_err(|error| {
                    Failure::unreadable(
                        HEADLINE,
                        file,
                        &error.to_string(),
                        "Copy the results again.",
                    )
                })?;
                problems.extend(unpacked.fault);
                so_far += 1;
                next = Step::unpacked(unpacked.bytes, inner.as_ref(), so_far).map_err(fault)?;
            }
        }
    };
    Ok(Fetched {
        bytes,
        stored,
        problems,
        is_checked: true,
    })
}
