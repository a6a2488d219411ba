//! The picture of the bundled example: a few numbers that lie beside it.
//!
//! They come as lines of words between tabs, not as JSON: the page itself reads no
//! other file, and needs no parser for this one.

use super::spawn::{Task, spawn};
use gloo_net::http::Request;

/// One run as the first page draws it.
#[derive(Clone)]
pub struct Card {
    pub flow: String,
    pub run: String,
    pub status: String,
    /// Milliseconds, as all times here; they count from the start of the run.
    pub length: i64,
    pub rows: Vec<Row>,
    pub note: Option<Note>,
}

#[derive(Clone)]
pub struct Row {
    pub step: String,
    pub value: String,
    pub created: i64,
    /// Start, end, whether it failed.
    pub attempts: Vec<(i64, i64, bool)>,
}

/// The attempt that is called out.
#[derive(Clone)]
pub struct Note {
    pub row: usize,
    pub attempt: u32,
    pub text: String,
}

/// Reads the picture. Without it the page is still whole, so a failure is not told.
pub fn read(done: impl FnOnce(Card) + 'static) -> Task {
    spawn(async move {
        // Beside the page, as all addresses that are not absolute.
        let Ok(answer) = Request::get("examples/trainflow.card.txt").send().await else {
            return;
        };
        if let Some(card) = answer.text().await.ok().as_deref().and_then(card) {
            done(card);
        }
    })
}

/// `run FLOW RUN STATUS LENGTH`, `note ROW ATTEMPT TEXT`, and for each task
/// `task STEP VALUE CREATED` with `START END ok|failed` for each attempt.
fn card(text: &str) -> Option<Card> {
    let mut card = None;
    for line in text.lines() {
        let mut words = line.split('\t');
        let kind = words.next()?;
        let mut word = || words.next();
        if kind == "run" {
            card = Some(Card {
                flow: word()?.to_owned(),
                run: word()?.to_owned(),
                status: word()?.to_owned(),
                length: word()?.parse().ok()?,
                rows: Vec::new(),
                note: None,
            });
            continue;
        }
        let card = card.as_mut()?;
        if kind == "note" {
            card.note = Some(Note {
                row: word()?.parse().ok()?,
                attempt: word()?.parse().ok()?,
                text: word()?.to_owned(),
            });
            continue;
        }
        let mut row = Row {
            step: word()?.to_owned(),
            value: word()?.to_owned(),
            created: word()?.parse().ok()?,
            attempts: Vec::new(),
        };
        while let Some(start) = word() {
            let (end, how) = (word()?, word()?);
            row.attempts
                .push((start.parse().ok()?, end.parse().ok()?, how == "failed"));
        }
        card.rows.push(row);
    }
    card
}
