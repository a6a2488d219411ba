//! Files that went with a run (Metaflow: `IncludeFile`).
//!
//! The artifact holds a note on the file, not the file: its content lies elsewhere in
//! the store, found by the last part of a path of another machine. Start with
//! [`Engine::included`]; what the content means is not looked at.

use super::stored::Most;
use crate::engine::loaded::LoadedRun;
use crate::engine::{Engine, Work};
use crate::formats::metaflow::blob;
use crate::inside;
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

impl Included {
    /// A pickle of the content.
    pub fn program(&self) -> Vec<u8> {
        match &self.text {
            Some(text) => inside::program_of_text(text),
            None => inside::program_of_bytes(&self.bytes),
        }
    }
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
        let store = loaded.metaflow()?;
        let known = blob::place(store, &path.flow, sha).is_some();
        let mut problems = Vec::new();
        let wanted = Want {
            path: store.included_file(&path.flow, sha),
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
        let encoding = pickle
            .item(file.descriptor, "encoding")
            .and_then(|encoding| pickle.as_str(encoding));
        let text = is_text.then(|| decoded(&bytes, encoding, &mut problems));
        Some(Included {
            bytes,
            text,
            problems,
        })
    }
}

/// The text of a file, by the name that Python has for its encoding; UTF-8 without one.
fn decoded(bytes: &[u8], encoding: Option<&str>, problems: &mut Vec<String>) -> String {
    let name = encoding.unwrap_or("utf-8");
    match plain_name(name).as_str() {
        "latin1" | "iso88591" | "88591" | "l1" | "cp819" => {
            return bytes.iter().map(|byte| char::from(*byte)).collect();
        }
        "utf8" | "u8" | "ascii" | "usascii" => {}
        "utf8sig" => {
            return decoded(
                bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes),
                None,
                problems,
            );
        }
        _ => problems.push(format!(
            "It was recorded as text in {name}, and is read here as UTF-8."
        )),
    }
    String::from_utf8_lossy(bytes).into_owned()
}

/// Python's codecs go by letters and digits alone.
fn plain_name(encoding: &str) -> String {
    let letters = encoding.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|letter| letter.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], encoding: Option<&str>, text: &str, problems: usize) {
        let mut found = Vec::new();
        assert_eq!(decoded(bytes, encoding, &mut found), text, "{encoding:?}");
        assert_eq!(found.len(), problems, "{encoding:?}: {found:?}");
    }

    #[test]
    fn a_text_is_read_in_its_encoding() {
        check(b"s\xfc\xdf", Some("latin-1"), "süß", 0);
        check(b"s\xfc\xdf", Some("ISO-8859-1"), "süß", 0);
        check("süß".as_bytes(), Some("utf-8"), "süß", 0);
        check("süß".as_bytes(), None, "süß", 0);
        check(b"\xef\xbb\xbfsweet", Some("utf-8-sig"), "sweet", 0);
        check(b"s\xfc\xdf", Some("utf-8"), "s\u{fffd}\u{fffd}", 0);
        check(b"sweet", Some("cp1252"), "sweet", 1);
    }
}
