//! The answers to questions about one value.
//!
//! Finds the artifact that is meant, has its value decoded unless it is larger than
//! anybody asked for, and shows as much of it as fits a screen. How bytes become a
//! value is [`stored`](super::stored)'s business. Start with [`Engine::value`].

use super::shape::{bytes_shape, child, image, shape, text_shape};
use super::stored::{Decoded, Most, fetch_blob, sentence};
use super::{
    BytesQuery, BytesView, ChildrenQuery, ChildrenView, Shape, Trust, ValueQuery, ValueView,
};
use crate::engine::ask::{Failure, Window};
use crate::engine::task::TaskPlace;
use crate::engine::{Engine, Work};
use crate::model::{Artifact, Encoding, TaskPath};
use crate::pickle::{self, NodeId, Outcome, Value};
use std::rc::Rc;

impl Engine {
    pub(in crate::engine) async fn value(
        &self,
        query: ValueQuery,
        work: &Work,
    ) -> Result<ValueView, Box<Failure>> {
        let (place, artifact) = self.artifact(&query, work).await?;
        let mut view = ValueView {
            name: query.name.clone(),
            attempt: place.attempt,
            class: artifact.class.clone().unwrap_or_default(),
            sha: artifact.sha.clone(),
            size: artifact.size,
            stored: None,
            encoding: artifact.encoding.name().to_owned(),
            created: artifact.created,
            summary: String::new(),
            shape: Shape::Nothing,
            root: None,
            outcome: Trust::Nothing,
            damaged: false,
            problems: Vec::new(),
            classes: Vec::new(),
            dangerous: Vec::new(),
            too_large: None,
        };
        if let Encoding::Other(name) = &artifact.encoding {
            view.problems.push(format!(
                "It was written as {name}, which only an extension of Metaflow can read. Its bytes can be saved."
            ));
            return Ok(view);
        }
        let most = most_of(&query);
        if let Some(size) = artifact.size.filter(|size| *size > most.bytes()) {
            view.too_large = Some(size);
            return Ok(view);
        }
        let decoded = self
            .decode_artifact(&place, &query.task, &artifact, most, work)
            .await?;
        let pickle = &decoded.pickle;
        let fault = decoded.fault();
        view.damaged = fault.is_some();
        if let Ok((opened, _)) = self.find_run(&place.loaded.path) {
            let blob = place.loaded.store.blob(&query.task.flow, &artifact.sha);
            opened.note_value(&blob, fault);
        }
        view.stored = Some(decoded.stored);
        view.size = view.size.or(Some(pickle.bytes().len() as u64));
        view.problems = decoded.problems.clone();
        view.problems.extend(pickle.problems().iter().map(sentence));
        view.outcome = match pickle.outcome() {
            Outcome::Value => Trust::Whole,
            Outcome::ValueWithWarning => Trust::WithWarning,
            Outcome::Partial => Trust::Partial,
            Outcome::Error => Trust::Nothing,
        };
        /// A screenful; a pickle can name very many.
        const NAMED: usize = 50;
        view.classes = pickle
            .calls_not_made()
            .take(NAMED)
            .map(|global| global.to_string())
            .collect();
        view.dangerous = pickle
            .globals()
            .filter(|global| global.is_dangerous())
            .take(NAMED)
            .map(|global| global.to_string())
            .collect();
        let Some(root) = pickle.root() else {
            return Ok(view);
        };
        let included = self
            .included(&place.loaded, &query.task, pickle, work)
            .await;
        if let Some(included) = included {
            view.class = if included.text.is_some() {
                "builtins.str"
            } else {
                "builtins.bytes"
            }
            .to_owned();
            view.shape = match included.text {
                Some(text) => text_shape(&text),
                None => bytes_shape(&included.bytes),
            };
            view.problems.extend(included.problems);
            // As the client tells it: of the file, not of what points to it.
            view.size = Some(included.bytes.len() as u64);
            view.summary = format!(
                "included file, {}",
                crate::text::human::size(included.bytes.len() as u64)
            );
            return Ok(view);
        }
        // What was recorded is right even where only running the pickle would show it.
        if !view.class.contains('.') {
            view.class = pickle::type_name(pickle, root);
        }
        view.summary = pickle::summary::summary(pickle, root);
        view.shape = shape(pickle, root);
        view.root = Some(child(pickle, query.name.clone(), root));
        Ok(view)
    }

    pub(in crate::engine) async fn value_children(
        &self,
        query: ChildrenQuery,
        work: &Work,
    ) -> Result<ChildrenView, Box<Failure>> {
        let decoded = self.artifact_value(&query.value, work).await?;
        let pickle = &decoded.pickle;
        let node = NodeId::from_bits(query.node);
        /// What a screen shows at once.
        const MOST: u64 = 500;
        let total = pickle::explore::child_count(pickle, node) as u64;
        let first = query.window.first.min(total);
        let end = first
            .saturating_add(query.window.count.min(MOST))
            .min(total);
        let found = pickle::explore::children(pickle, node, first as usize..end as usize);
        let children = found
            .into_iter()
            .map(|found| child(pickle, found.label.to_string(), found.node))
            .collect();
        Ok(ChildrenView {
            children,
            total,
            window: Window {
                first,
                count: end - first,
            },
        })
    }

    pub(in crate::engine) async fn value_bytes(
        &self,
        query: BytesQuery,
        work: &Work,
    ) -> Result<BytesView, Box<Failure>> {
        let (place, artifact) = self.artifact(&query.value, work).await?;
        let name = &query.value.name;
        let (source, store) = (&place.loaded.source, &place.loaded.store);
        if query.raw || matches!(artifact.encoding, Encoding::Other(_)) {
            let fetched = fetch_blob(
                &**source,
                store,
                &query.value.task.flow,
                &artifact.sha,
                Most::Raised,
                work,
            )
            .await?;
            let extension = if matches!(artifact.encoding, Encoding::Other(_)) {
                "bin"
            } else {
                "pkl"
            };
            return Ok(BytesView {
                bytes: fetched.bytes,
                mime: "application/octet-stream".to_owned(),
                file: format!("{name}.{extension}"),
            });
        }
        let most = most_of(&query.value);
        let decoded = self
            .decode_artifact(&place, &query.value.task, &artifact, most, work)
            .await?;
        let pickle = &decoded.pickle;
        if let Some(included) = self
            .included(&place.loaded, &query.value.task, pickle, work)
            .await
        {
            let extension = if included.text.is_some() {
                "txt"
            } else {
                "bin"
            };
            return Ok(BytesView {
                bytes: included.bytes,
                mime: "application/octet-stream".to_owned(),
                file: format!("{name}.{extension}"),
            });
        }
        let root = pickle.root();
        let (bytes, mime, extension) = match root.map(|root| pickle.value(root)) {
            Some(Value::Bytes(bytes) | Value::ByteArray(bytes)) => match image(bytes) {
                Some(image) => (bytes.to_vec(), image.mime, image.extension),
                None => (bytes.to_vec(), "application/octet-stream", "bin"),
            },
            Some(Value::Text(text)) => {
                (text.lossy().into_owned().into_bytes(), "text/plain", "txt")
            }
            _ => (pickle.bytes().to_vec(), "application/octet-stream", "pkl"),
        };
        Ok(BytesView {
            bytes,
            mime: mime.to_owned(),
            file: format!("{name}.{extension}"),
        })
    }

    /// The decoded value of an artifact.
    pub async fn artifact_value(
        &self,
        query: &ValueQuery,
        work: &Work,
    ) -> Result<Rc<Decoded>, Box<Failure>> {
        let (place, artifact) = self.artifact(query, work).await?;
        self.decode_artifact(&place, &query.task, &artifact, most_of(query), work)
            .await
    }

    async fn artifact(
        &self,
        query: &ValueQuery,
        work: &Work,
    ) -> Result<(TaskPlace, Artifact), Box<Failure>> {
        let place = self.task_place(&query.task, query.attempt, work).await?;
        let Some(artifact) = place.detail.artifact(place.attempt, &query.name).cloned() else {
            let known = place
                .detail
                .artifacts
                .get(&place.attempt)
                .map(Vec::as_slice)
                .unwrap_or_default();
            let names: Vec<&str> = known
                .iter()
                .filter(|artifact| !artifact.hidden())
                .take(12)
                .map(|artifact| artifact.name.as_str())
                .collect();
            let nearest = if names.is_empty() {
                format!("no artifact of attempt {}", place.attempt)
            } else {
                let names = names.join(", ");
                format!("these artifacts of attempt {}: {names}", place.attempt)
            };
            return Err(Failure::not_found(
                "artifact",
                &format!("{}/{}", query.task, query.name),
                &nearest,
            ));
        };
        Ok((place, artifact))
    }

    async fn decode_artifact(
        &self,
        place: &TaskPlace,
        path: &TaskPath,
        artifact: &Artifact,
        most: Most,
        work: &Work,
    ) -> Result<Rc<Decoded>, Box<Failure>> {
        self.decode(
            &place.loaded.source,
            &place.loaded.store,
            &path.flow,
            &artifact.sha,
            most,
            work,
        )
        .await
    }
}

fn most_of(query: &ValueQuery) -> Most {
    match query.large {
        true => Most::Raised,
        false => Most::Default,
    }
}
