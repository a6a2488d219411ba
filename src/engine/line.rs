//! A value in one line, for lists of artifacts, without decoding more than that needs.
//!
//! Small values are decoded. Of an array its head is enough: shape and type of its elements
//! stand before them. Of other values the shape stands behind what it is the shape of, so
//! that a list decodes as many of them as it has room for. Start with
//! [`Engine::value_line`].

use super::loaded::LoadedRun;
use super::values::{Most, size_of};
use super::{Engine, Work};
use crate::formats::metaflow::blob;
use crate::libraries::{numpy, words};
use crate::model::{Artifact, Encoding};
use crate::pickle::{self, Limits, decode};
use crate::source::Want;
use crate::source::inflate::unpack;

/// A value as a list shows it.
#[derive(Default)]
pub(super) struct ValueLine {
    pub value: Option<String>,
    pub fault: Option<String>,
}

/// Bytes of larger values that one list may still decode.
pub(super) struct Room(u64);

impl Default for Room {
    fn default() -> Self {
        Self(16 << 20)
    }
}

impl Room {
    fn take(&mut self, size: u64) -> bool {
        let left = self.0.checked_sub(size);
        self.0 = left.unwrap_or(self.0);
        left.is_some()
    }
}

/// A value up to this size is decoded whatever else is in the list.
const SMALL: u64 = 64 << 10;

/// Larger ones are never decoded for a line.
const LARGE: u64 = 4 << 20;

/// In what is stored: more than the words before an array's first element.
const HEAD: u64 = 8 << 10;

impl Engine {
    /// A line of a value; nothing for one that is too large for a list. `record` is the
    /// file that names the value.
    pub(super) async fn value_line(
        &self,
        loaded: &LoadedRun,
        artifact: &Artifact,
        record: &str,
        room: &mut Room,
        work: &Work,
    ) -> ValueLine {
        let known = match artifact.sha.as_str() {
            blob::TRUE_SHA => Some("True"),
            blob::FALSE_SHA => Some("False"),
            blob::NONE_SHA => Some("None"),
            _ => None,
        };
        if let Some(known) = known {
            return ValueLine {
                value: Some(known.to_owned()),
                fault: None,
            };
        }
        if matches!(artifact.encoding, Encoding::Other(_)) {
            return ValueLine::default();
        }
        // Where the table is damaged, the size as stored must do.
        let size = match artifact.size {
            Some(size) => Some(size),
            None => stored_size(loaded, artifact).await,
        };
        if let Some(size) = size.filter(|size| *size > SMALL) {
            let is_array = artifact.class.as_deref() == Some("numpy.ndarray");
            let line = match is_array {
                true => self.array_line(loaded, artifact, work).await,
                false => None,
            };
            if line.is_some() || size > LARGE || !room.take(size) {
                return ValueLine {
                    value: line,
                    fault: None,
                };
            }
        }
        let stored = loaded.stored(&artifact.sha);
        let decoded = self.decode(stored, Most::Default, work).await;
        self.note_fault(loaded, &artifact.sha, record, &decoded);
        match decoded {
            Ok(decoded) => ValueLine {
                value: decoded
                    .pickle
                    .root()
                    .map(|root| pickle::summary::summary(&decoded.pickle, root)),
                fault: decoded.fault(),
            },
            Err(failure) => ValueLine {
                value: None,
                fault: Some(failure.explanation),
            },
        }
    }

    /// An array by the head of its pickle.
    async fn array_line(
        &self,
        loaded: &LoadedRun,
        artifact: &Artifact,
        work: &Work,
    ) -> Option<String> {
        let place = blob::place(loaded.metaflow()?, &loaded.path.flow, &artifact.sha)?;
        let head = Want {
            path: place.blob,
            range: Some((0..HEAD).into()),
        };
        let note = Want {
            path: place.note,
            range: None,
        };
        let mut answers = loaded.source.read(&[head, note]).await.into_iter();
        let head = answers.next()?.ok()?;
        let note = answers.next()?.ok();
        let bytes = match blob::packing(note.as_deref().map(Vec::as_slice)).ok()? {
            None => head.to_vec(),
            // It ends in the middle, which gives its beginning.
            Some(packing) => {
                unpack(&head, packing, None, HEAD << 10, work)
                    .await
                    .ok()?
                    .bytes
            }
        };
        let limits = Limits::default();
        let pickle = decode(bytes, &limits).with_words(words(self.host.zone_offset()));
        let array = numpy::head(&pickle, pickle.root()?)?;
        Some(format!(
            "{} {} {}",
            array.class,
            array.dtype.name(),
            numpy::tuple(&array.shape)
        ))
    }
}

/// The bytes of a value as they lie in the source, where that can be told.
async fn stored_size(loaded: &LoadedRun, artifact: &Artifact) -> Option<u64> {
    let place = blob::place(loaded.metaflow()?, &loaded.path.flow, &artifact.sha)?;
    size_of(&*loaded.source, &place.blob).await
}
