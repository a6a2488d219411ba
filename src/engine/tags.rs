//! Changing the tags of a run: what would have to be written where. The engine reads; it
//! is the page that may write into a folder, and says when it has.
//!
//! Start with [`Engine::tags`].

use super::Engine;
use super::ask::Failure;
use super::opened::OpenedStore;
use crate::formats::metaflow::{paths, tags};
use crate::model::RunPath;
use crate::source::{Want, join};
use serde::{Deserialize, Serialize};

/// Tags to be taken away, and then tags to be added.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TagsQuery {
    pub run: RunPath,
    pub add: Vec<String>,
    pub remove: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum TagsView {
    Write(Rewrite),
    /// It is so already.
    Same,
    /// Against the client's rules, in a sentence.
    Refused(String),
}

/// A file as it is and as it should be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rewrite {
    /// The `src=` of its source.
    pub source: String,
    pub path: String,
    pub before: Vec<u8>,
    pub after: Vec<u8>,
}

/// The record of a run was written: what was read of it before holds no more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Retagged {
    pub run: RunPath,
}

impl Engine {
    /// Where the record of a run is: the `src=` of its source, and its path there.
    pub(super) fn record_place(&self, run: &RunPath) -> Result<(String, String), Box<Failure>> {
        let (opened, at) = self.find_run(run)?;
        let Some(store) = opened.stores.get(at).and_then(OpenedStore::metaflow) else {
            let nearest = "other runs";
            return Err(Failure::not_found("run", &run.to_string(), nearest));
        };
        let path = join(&paths::meta(&store.run(run)), "_self.json");
        Ok((opened.key.clone(), path))
    }

    pub(super) async fn tags(&self, query: TagsQuery) -> Result<TagsView, Box<Failure>> {
        let (opened, _) = self.find_run(&query.run)?;
        let (_, path) = self.record_place(&query.run)?;
        let want = Want {
            path: path.clone(),
            range: None,
        };
        let read = opened.source.read(std::slice::from_ref(&want)).await;
        let before = match read.into_iter().next() {
            Some(Ok(bytes)) => bytes.to_vec(),
            Some(Err(error)) => return Ok(TagsView::Refused(format!("{path}: {error}"))),
            None => return Ok(TagsView::Refused(format!("{path} is not there."))),
        };
        let edit = tags::Edit {
            add: query.add,
            remove: query.remove,
        };
        Ok(match tags::apply(&before, &edit, self.host.now()) {
            Ok(Some(after)) => TagsView::Write(Rewrite {
                source: opened.key.clone(),
                path,
                before,
                after,
            }),
            Ok(None) => TagsView::Same,
            Err(refused) => TagsView::Refused(refused.to_string()),
        })
    }

    pub(super) fn retagged(&self, said: &Retagged) {
        if let Ok((opened, _)) = self.find_run(&said.run) {
            opened.forget(&said.run, &[], self.host.now());
        }
    }
}
