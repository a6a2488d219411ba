//! The picture of the bundled example: a few numbers that lie beside it.

use super::address;
use super::fetch::BrowserHttp;
use super::spawn::{Task, spawn};
use crate::source::Http as _;
use serde::Deserialize;

/// One run as the first page draws it.
#[derive(Clone, Deserialize)]
pub struct Card {
    pub flow: String,
    pub run: String,
    pub status: String,
    /// Milliseconds, as all times here; they count from the start of the run.
    pub length: i64,
    pub rows: Vec<Row>,
    pub note: Option<Note>,
}

#[derive(Clone, Deserialize)]
pub struct Row {
    pub step: String,
    pub value: String,
    pub created: i64,
    /// Start, end, whether it failed.
    pub attempts: Vec<(i64, i64, bool)>,
}

/// The attempt that is called out.
#[derive(Clone, Deserialize)]
pub struct Note {
    pub row: usize,
    pub attempt: u32,
    pub text: String,
}

/// Reads the picture. Without it the page is still whole, so a failure is not told.
pub fn read(done: impl FnOnce(Card) + 'static) -> Task {
    spawn(async move {
        let Ok(url) = address::absolute("examples/trainflow.card.json") else {
            return;
        };
        let Ok(answer) = BrowserHttp.get(&url, None, &|_, _| {}).await else {
            return;
        };
        if let Ok(card) = serde_json::from_slice(&answer.body) {
            done(card);
        }
    })
}
