//! The cards of a task.
//!
//! Start with [`Dumper::cards`].

use super::artifact::python_lines;
use super::run::Dumper;
use crate::formats::metaflow::client::ClientTask;
use crate::model::{Place, Problem, TaskPath};
use crate::source::{ReadError, Want};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

impl Dumper<'_> {
    /// What the client finds: of a copy made by `resume` the cards of its origin. `None`
    /// for a task without cards.
    pub(super) async fn cards(&self, client: &ClientTask<'_>, path: &TaskPath) -> Option<Value> {
        let path = client.detail.origin.as_ref().unwrap_or(path);
        let root = self.store.card_root();
        let (cards, problems) = self
            .engine
            .cards(self.loaded, path, &client.detail.metadata, self.work)
            .await;
        self.found.borrow_mut().extend(problems);
        let mut told = Vec::new();
        for card in cards {
            let Some(page) = card.page else { continue };
            let want = Want {
                path: page.path.clone(),
                range: None,
            };
            let read = self.loaded.source.read(std::slice::from_ref(&want)).await;
            let bytes = match read.into_iter().next() {
                Some(Ok(bytes)) => bytes,
                Some(Err(error)) => {
                    let hint = "What the card shows is not known.";
                    let place = Place::file(&page.path);
                    let told = match error {
                        ReadError::LeftOut(why) => Problem::note(place, why, hint),
                        error => Problem::damage(place, error.to_string(), hint),
                    };
                    self.note(told);
                    continue;
                }
                None => continue,
            };
            // The client opens it as text.
            let text = python_lines(&String::from_utf8_lossy(&bytes));
            let path = page.path.strip_prefix(&root).unwrap_or(&page.path);
            told.push(json!({
                "type": card.kind,
                "id": card.id,
                "hash": card.uuid,
                "path": path.trim_start_matches('/'),
                "length": text.chars().count(),
                "sha256": format!("{:x}", Sha256::digest(text.as_bytes())),
            }));
        }
        (!told.is_empty()).then_some(Value::Array(told))
    }
}
