//! A text as the document that it is written to be.
//!
//! How a document is read is [`text::markdown`](crate::text::markdown)'s business. Start
//! with [`Engine::value_markdown`].

use super::MarkdownQuery;
use crate::engine::ask::Failure;
use crate::engine::{Engine, Work};
use crate::pickle::{NodeId, Pickle, Value};
use crate::text::markdown::{Document, looks_like, read};

impl Engine {
    pub(in crate::engine) async fn value_markdown(
        &self,
        query: MarkdownQuery,
        work: &Work,
    ) -> Result<Document, Box<Failure>> {
        let spot = self.spot_of_value(&query.value, work).await?;
        Ok(match spot.pickle().value(spot.node) {
            Value::Text(text) => read(&text.lossy()),
            _ => Document::default(),
        })
    }
}

/// Whether a text looks as if it were written to be read so.
pub(super) fn is_markdown(pickle: &Pickle, node: NodeId) -> bool {
    matches!(pickle.value(node), Value::Text(text) if text.as_str().is_some_and(looks_like))
}
