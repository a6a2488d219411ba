//! Files that went with a run (Metaflow: `IncludeFile`).
//!
//! The artifact holds a note on the file, not the file: its content lies elsewhere in
//! the store, found by the last part of a path of another machine. Start with
//! [`Engine::included`]; what the content means is not looked at.

use super::stored::Most;
use crate::engine::opened::LoadedRun;
use crate::engine::{Engine, Work};
use crate::formats::metaflow::blob;
use crate::model::TaskPath;
use crate::pickle::Pickle;
use crate::source::Want;
use crate::source::inflate::unpack;

/// The content of a file that went with a run.
pub struct Included {
    pub bytes: Vec<u8>,
    pub text: Option<String>,
    pub problems: Vec<String>,
}

impl Engine {
    /// The content of an IncludeFile, whose artifact only says where it lies.
    pub(crate) async fn included(
        &self,
        loaded: &LoadedRun,
        path: &TaskPath,
        pickle: &Pickle,
        work: &Work,
    ) -> Option<Included> {
        let file = pickle.included_file()?;
        let url = pickle
            .item(file.descriptor, "url")
            .and_then(|url| pickle.as_str(url))
            .unwrap_or_default();
        let is_text = pickle
            .item(file.descriptor, "is_text")
            .and_then(|is_text| pickle.as_bool(is_text))
            .unwrap_or(true);
        // The path is that of another machine: only its last part, the SHA, is used.
        let sha = url.rsplit('/').next().unwrap_or_default();
        let known = blob::place(&loaded.store, &path.flow, sha).is_some();
        let mut problems = Vec::new();
        let wanted = Want {
            path: loaded.store.included_file(&path.flow, sha),
            range: None,
        };
        let read = match known {
            true => loaded
                .source
                .read(std::slice::from_ref(&wanted))
                .await
                .pop(),
            false => None,
        };
        let bytes = match read {
            Some(Ok(packed)) => {
                let packing = crate::source::inflate::Packing::Gzip;
                match unpack(&packed, packing, None, Most::Default.bytes(), work).await {
                    Ok(unpacked) => {
                        problems.extend(unpacked.fault);
                        unpacked.bytes
                    }
                    Err(error) => {
                        problems.push(error.to_string());
                        Vec::new()
                    }
                }
            }
            _ => {
                problems.push(format!(
                    "The file's content is not in this source; it was recorded at {url}."
                ));
                Vec::new()
            }
        };
        let text = is_text.then(|| String::from_utf8_lossy(&bytes).into_owned());
        Some(Included {
            bytes,
            text,
            problems,
        })
    }
}
