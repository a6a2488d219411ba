//! From something that was given to a source.

use super::decoders::Packing;
use super::packed::{Growth, unwrap};
use super::tar::{Packed, open_tar};
use super::zip::{open_zip, recover_zip};
use super::{Blob, OpenError, Pace, Source};
use crate::archive::tar::is_tar;
use std::cell::Cell;
use std::rc::Rc;

/// The bytes at the beginning that tell what something is: a header of a tar.
const HEAD: u64 = 512;

/// What is done without asking, or after that.
#[derive(Clone, Copy)]
struct Allowed<'r> {
    /// Look for the files of a zip whose directory is lost.
    recover: bool,
    /// Unpack what grows very much, and take more memory for it.
    large: bool,
    /// The bytes that may still be held in memory, of which what is unpacked takes its part.
    room: Option<&'r Cell<u64>>,
}

impl Allowed<'_> {
    const NOTHING: Self = Allowed {
        recover: false,
        large: false,
        room: None,
    };

    fn growth(self) -> Growth {
        match self.room {
            Some(room) => Growth::Within(room.get()),
            None if self.large => Growth::Much,
            None => Growth::Usual,
        }
    }
}

/// Opens an archive by what it holds, whatever its name.
pub async fn open_blob(
    blob: Rc<dyn Blob>,
    pace: Rc<dyn Pace>,
) -> Result<Rc<dyn Source>, OpenError> {
    open(blob, Allowed::NOTHING, pace).await
}

/// The same after somebody was asked: what can still be read of an archive that is not
/// whole, and one that unpacks to very much.
pub async fn open_anyway(
    blob: Rc<dyn Blob>,
    pace: Rc<dyn Pace>,
) -> Result<Rc<dyn Source>, OpenError> {
    let allowed = Allowed {
        recover: true,
        large: true,
        room: None,
    };
    open(blob, allowed, pace).await
}

/// Opens what can still be read of an archive that is not whole; one that is opens as ever.
pub async fn recover_blob(
    blob: Rc<dyn Blob>,
    pace: Rc<dyn Pace>,
) -> Result<Rc<dyn Source>, OpenError> {
    let allowed = Allowed {
        recover: true,
        ..Allowed::NOTHING
    };
    open(blob, allowed, pace).await
}

/// The same of one of several that share the memory that there is.
pub(super) async fn recover_within(
    blob: Rc<dyn Blob>,
    room: &Cell<u64>,
    pace: Rc<dyn Pace>,
) -> Result<Rc<dyn Source>, OpenError> {
    let allowed = Allowed {
        recover: true,
        large: false,
        room: Some(room),
    };
    open(blob, allowed, pace).await
}

async fn open(
    blob: Rc<dyn Blob>,
    allowed: Allowed<'_>,
    pace: Rc<dyn Pace>,
) -> Result<Rc<dyn Source>, OpenError> {
    if blob.size() == 0 {
        return Err(OpenError::Empty);
    }
    let head = blob.read(0..blob.size().min(HEAD)).await;
    let head = head.map_err(|error| OpenError::Failed {
        detail: error.to_string(),
    })?;
    if let Some(packing) = Packing::of(&head) {
        if let Some(room) = allowed.room
            && blob.size() > room.get()
        {
            let (size, limit) = (blob.size(), room.get());
            return Err(OpenError::TooLarge { size, limit });
        }
        let content = unwrap(&*blob, packing, allowed.growth(), &*pace).await?;
        if let Some(room) = allowed.room {
            room.set(room.get().saturating_sub(content.blob.size()));
        }
        let head = content.blob.read(0..content.blob.size().min(HEAD)).await;
        let head = head.unwrap_or_default();
        if !is_tar(&head) {
            return Err(match content.fault {
                Some(detail) => OpenError::Failed { detail },
                None => OpenError::not_an_archive(&head),
            });
        }
        let packed = Packed {
            size: blob.size(),
            fault: content.fault,
        };
        return Ok(Rc::new(open_tar(content.blob, Some(packed), pace).await?));
    }
    if is_tar(&head) {
        return Ok(Rc::new(open_tar(blob, None, pace).await?));
    }
    match open_zip(blob.clone(), pace.clone()).await {
        Err(error) if allowed.recover && error.is_of_a_lost_directory() => {
            Ok(Rc::new(recover_zip(blob, pace).await?))
        }
        opened => Ok(Rc::new(opened?)),
    }
}
