//! From something that was given to a source.

use super::decoders::Packing;
use super::packed::unwrap;
use super::tar::{Packed, open_tar};
use super::zip::{open_zip, recover_zip};
use super::{Blob, OpenError, Pace, Source};
use crate::archive::tar::is_tar;
use std::rc::Rc;

/// The bytes at the beginning that tell what something is: a header of a tar.
const HEAD: u64 = 512;

/// What is done without asking, or after that.
#[derive(Clone, Copy)]
struct Allowed {
    /// Look for the files of a zip whose directory is lost.
    recover: bool,
    /// Unpack what grows very much, and take more memory for it.
    large: bool,
}

/// Opens an archive by what it holds, whatever its name.
pub async fn open_blob(
    blob: Rc<dyn Blob>,
    pace: Rc<dyn Pace>,
) -> Result<Rc<dyn Source>, OpenError> {
    let (recover, large) = (false, false);
    open(blob, Allowed { recover, large }, pace).await
}

/// The same after somebody was asked: what can still be read of an archive that is not
/// whole, and one that unpacks to very much.
pub async fn open_anyway(
    blob: Rc<dyn Blob>,
    pace: Rc<dyn Pace>,
) -> Result<Rc<dyn Source>, OpenError> {
    let (recover, large) = (true, true);
    open(blob, Allowed { recover, large }, pace).await
}

/// Opens what can still be read of an archive that is not whole; one that is opens as ever.
pub async fn recover_blob(
    blob: Rc<dyn Blob>,
    pace: Rc<dyn Pace>,
) -> Result<Rc<dyn Source>, OpenError> {
    let (recover, large) = (true, false);
    open(blob, Allowed { recover, large }, pace).await
}

async fn open(
    blob: Rc<dyn Blob>,
    allowed: Allowed,
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
        let content = unwrap(&*blob, packing, allowed.large, &*pace).await?;
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
