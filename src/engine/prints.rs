//! By which a file that was given by hand is known again, in a link to a place in it.

use super::ask::Failure;
use super::{Engine, Given, Work};
use crate::route::Print;
use crate::source::fingerprint::fingerprint;
use serde::{Deserialize, Serialize};

/// Takes the fingerprint of what was given under a key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PrintQuery {
    pub key: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PrintView {
    /// As it stands in an address; a folder has none.
    pub print: Option<String>,
    pub size: Option<u64>,
}

impl Engine {
    pub(super) async fn print(
        &self,
        query: PrintQuery,
        work: &Work,
    ) -> Result<PrintView, Box<Failure>> {
        let Some(Given::File(blob)) = self.host.given(&query.key) else {
            return Ok(PrintView::default());
        };
        let found = fingerprint(&*blob, work).await.map_err(|error| {
            Failure::unreadable(
                "The file cannot be read",
                &blob.name(),
                &error.to_string(),
                "Choose it again.",
            )
        })?;
        let of_pieces = (!found.whole).then_some(found.size);
        Ok(PrintView {
            print: Some(Print::new(found.hash, of_pieces).to_string()),
            size: Some(found.size),
        })
    }
}
