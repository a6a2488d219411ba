//! An artifact: its record, and its value as Python prints it.
//!
//! The value is decoded as the page has it decoded; one that cannot be read is null
//! here and stands among the problems. Start with [`Dumper::artifact`].

use super::iso;
use super::run::Dumper;
use crate::engine::data::record_of;
use crate::engine::values::{Most, fault_of};
use crate::formats::metaflow::blob;
use crate::formats::metaflow::client::ClientTask;
use crate::model::{Artifact, Encoding, TaskPath};
use crate::pickle::{self, Pickle};
use serde_json::{Value, json};

/// An artifact's entry, and what else its value tells of the task.
pub(super) struct Shown {
    pub told: Value,
    pub index: Option<i64>,
    pub exception: Option<String>,
}

/// How much of a value is printed.
const REPR: usize = 300;

impl Dumper<'_> {
    pub(super) async fn artifact(
        &self,
        client: &ClientTask<'_>,
        artifact: &Artifact,
        path: &TaskPath,
    ) -> Shown {
        let mut shown = Shown {
            told: Value::Null,
            index: None,
            exception: None,
        };
        let mut size = client.size_of(&artifact.name);
        let mut class = artifact.class.clone();
        let mut text = None;
        if matches!(artifact.encoding, Encoding::Pickle(_)) {
            let loaded = self.loaded;
            let stored = loaded.stored(&artifact.sha);
            let decoded = self.engine.decode(stored, Most::Raised, self.work).await;
            let attempt = client.artifacts_attempt().unwrap_or_default();
            let record = record_of(&client.detail.folder, attempt, &artifact.name);
            let blob = blob::place(self.store, &path.flow, &artifact.sha);
            // Of a flow without values it was told already that there are none.
            if blob.is_none() || loaded.has_values {
                let blob = blob.map(|place| place.blob);
                let found = fault_of(&decoded, blob.as_deref(), &record);
                found.into_iter().for_each(|problem| self.note(problem));
            }
            if let Ok(decoded) = decoded
                && let Some(root) = decoded.pickle.root()
            {
                let value = &decoded.pickle;
                // What was recorded is right even where only running the pickle would show it;
                // without a module (an enum) the pickle knows more.
                if !class.as_ref().is_some_and(|class| class.contains('.')) {
                    class = Some(pickle::type_name(value, root));
                }
                text = Some(pickle::repr(value, root, REPR).text);
                shown.index = innermost_index(value);
                shown.exception = exception_text(value);
                if let Some(included) = self.engine.included(loaded, path, value, self.work).await {
                    class = Some(
                        if included.text.is_some() {
                            "builtins.str"
                        } else {
                            "builtins.bytes"
                        }
                        .to_owned(),
                    );
                    size = size.and(included_size(value));
                    text = Some(match &included.text {
                        Some(text) => repr_of_bytes(python_lines(text).as_bytes(), true),
                        None => repr_of_bytes(&included.bytes, false),
                    });
                }
            }
        }
        shown.told = json!({
            "sha": artifact.sha,
            "size": size,
            "content_type": artifact.encoding.name(),
            "data_type": class,
            "finished_at": iso(artifact.created),
            "repr": text,
            "hidden": artifact.hidden(),
        });
        shown
    }
}

/// `Task.index`: that of the last frame of `_foreach_stack`.
fn innermost_index(value: &Pickle) -> Option<i64> {
    value.as_int(value.foreach_frames()?.last()?.index)
}

/// What the client's exception prints as.
fn exception_text(value: &Pickle) -> Option<String> {
    let wrapped = value.wrapped_exception()?;
    let text = |text: Option<pickle::Text<'_>>| text.map(|text| text.lossy().into_owned());
    match text(wrapped.stacktrace) {
        Some(stacktrace) => Some(stacktrace),
        None => Some(format!(
            "[no stacktrace]\n{}: {}",
            text(wrapped.class).unwrap_or_default(),
            text(wrapped.exception).unwrap_or_default()
        )),
    }
}

fn included_size(value: &Pickle) -> Option<u64> {
    let descriptor = value.included_file()?.descriptor;
    value
        .as_int(value.item(descriptor, "size")?)?
        .try_into()
        .ok()
}

/// Python reads text with one kind of end of line.
pub(super) fn python_lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// Python's text of a file's content: by a pickle of it, so that there is one printer.
fn repr_of_bytes(bytes: &[u8], is_text: bool) -> String {
    // PROTO 4, then BINUNICODE8 or BINBYTES8, eight bytes of length, the content, STOP.
    let mut made = vec![0x80, 4, if is_text { 0x8d } else { 0x8e }];
    made.extend((bytes.len() as u64).to_le_bytes());
    made.extend(bytes);
    made.push(b'.');
    let value = pickle::decode(made, &pickle::Limits::default());
    value
        .root()
        .map(|root| pickle::repr(&value, root, REPR).text)
        .unwrap_or_default()
}
