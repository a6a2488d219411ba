//! From something that was given to a source.

use super::zip::open_zip;
use super::{Blob, OpenError, Pace, Source};
use std::rc::Rc;

/// Opens an archive by what it holds, whatever its name.
pub async fn open_blob(
    blob: Rc<dyn Blob>,
    pace: Rc<dyn Pace>,
) -> Result<Rc<dyn Source>, OpenError> {
    if blob.size() == 0 {
        return Err(OpenError::Empty);
    }
    Ok(Rc::new(open_zip(blob, pace).await?))
}
