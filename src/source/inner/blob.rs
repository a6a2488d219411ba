//! An inner archive as an archive of its own: its bytes come out of what it lies in.
//!
//! Start with [`open`].

use super::super::open::recover_within;
use super::super::{Blob, MemoryBlob, Pace, ReadError, Source, Waiting, Want, limits};
use crate::counts;
use std::cell::Cell;
use std::ops::Range;
use std::rc::Rc;

/// Opens one, also where it is not whole; `room` is what may still be taken into memory. An
/// error says why it is left out.
pub(super) async fn open(
    outer: &Rc<dyn Source>,
    path: &str,
    size: u64,
    room: &Cell<u64>,
    pace: &Rc<dyn Pace>,
) -> Result<Rc<dyn Source>, String> {
    let blob: Rc<dyn Blob> = match outer.reads_parts(path) {
        true => Rc::new(FileBlob {
            outer: outer.clone(),
            path: path.to_owned(),
            size,
        }),
        false => {
            let left = room.get();
            if size > left {
                return Err(format!(
                    "It has {}, and of all archives together no more than {} are unpacked.",
                    counts::size(size),
                    counts::size(limits::INNER_ARCHIVES)
                ));
            }
            let want = Want {
                path: path.to_owned(),
                range: None,
            };
            let answer = outer.read(std::slice::from_ref(&want)).await;
            let content = answer.into_iter().next().unwrap_or(Err(ReadError::Missing));
            let content = content.map_err(|error| error.to_string())?;
            // The size is what somebody says; this is what came.
            room.set(left.saturating_sub(content.len() as u64));
            Rc::new(MemoryBlob::new(path, Rc::unwrap_or_clone(content)))
        }
    };
    // One that was packed when it was cut off already will not get whole.
    let opened = recover_within(blob, room, pace.clone()).await;
    opened.map_err(|error| format!("{}: {}", error.headline(), error.explanation(path)))
}

/// A file of a source that reads files by parts.
struct FileBlob {
    outer: Rc<dyn Source>,
    path: String,
    size: u64,
}

impl Blob for FileBlob {
    fn name(&self) -> String {
        self.path.clone()
    }

    fn size(&self) -> u64 {
        self.size
    }

    fn read(&self, range: Range<u64>) -> Waiting<'_, Result<Vec<u8>, ReadError>> {
        Box::pin(async move {
            let length = range.end.saturating_sub(range.start);
            let want = Want {
                path: self.path.clone(),
                range: Some(range.into()),
            };
            let answer = self.outer.read(std::slice::from_ref(&want)).await;
            let part = answer
                .into_iter()
                .next()
                .unwrap_or(Err(ReadError::Missing))?;
            match part.len() as u64 == length {
                true => Ok(Rc::unwrap_or_clone(part)),
                false => Err(ReadError::Damaged(format!(
                    "{} ends before its size.",
                    self.path
                ))),
            }
        })
    }
}
