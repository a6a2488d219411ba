//! Where the result of a run lies, and what its bytes are.
//!
//! A state names a storage key; the file of it is in one of three forms (`prefect/results.py`,
//! `ResultStore`, and `prefect/_internal/result_records.py`, 3.9.1): *wrapped*, one JSON object
//! of `metadata` and `result`; *bare*, what the serializer wrote and nothing else; *split*, bare
//! beside a file of its metadata elsewhere. Older releases called the two parts of a
//! wrapped one `serializer` and `data`. What the file says of its serializer counts: the
//! copy in the state of a task run is cut down to a type. Serializers may stand in one another
//! (`prefect/serializers.py`): bytes are texts of Base64 between them.
//!
//! Nothing waits here and nothing is unpacked: [`Opened::next`] is either the bytes of JSON or
//! of a pickle, or packed bytes that somebody with a pace unpacks by
//! [`unpack`](crate::source::inflate::unpack) and gives to [`Step::unpacked`]. What a pickle
//! holds is for [`pickle`](crate::pickle). Start with [`open`]; [`Files`] finds the file.

mod files;

pub use files::{Files, Found, lies};

use super::id::{Word, Words};
use super::json::{Json, Kind};
use super::reading::Reading;
use super::records::{Serializer, StoredResult, read_result, read_serializer};
use crate::model::{Place, Problem};
use crate::source::inflate::Packing;
use files::last_part;

/// How a result lies in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Wrapped,
    Bare,
    /// The file holds metadata, and the result is in another.
    Split,
}

/// A file of a result, opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    pub form: Form,
    /// What the file says of itself.
    pub told: Option<StoredResult>,
    /// How it was written; out of the file, else out of the state.
    pub serializer: Option<Serializer>,
    /// It is not recorded how it was written: it is read as what it looks like.
    pub guessed: bool,
    pub next: Result<Step, Fault>,
}

/// How far the bytes are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// To be unpacked first.
    Packed {
        bytes: Vec<u8>,
        packing: Packing,
        inner: Option<Serializer>,
    },
    Json(Vec<u8>),
    Pickle(Vec<u8>),
}

/// Why no value comes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Only its metadata are in this file: the result has this key.
    OnlyMetadata {
        key: Option<String>,
    },
    /// A serializer that is none of Prefect's own.
    Serializer(Word),
    /// A module that packs, and nothing here unpacks.
    Compression(String),
    /// It should be Base64, and is not from this byte of it on.
    NotBase64 {
        at: usize,
    },
    /// It is neither JSON nor a pickle, and nothing says what it is.
    Unknown,
    Empty,
    /// Serializers in one another without end.
    TooDeep,
}

impl Fault {
    pub fn problem(&self, file: &str) -> Problem {
        let (what, hint) = match self {
            Fault::OnlyMetadata { key } => (
                match key {
                    Some(key) => format!("The file holds the metadata of a result that lies under the key {key}."),
                    None => "The file holds the metadata of a result, and no result.".to_owned(),
                },
                "Add the folder of the results to the export.".to_owned(),
            ),
            Fault::Serializer(kind) => (
                format!("The result was written by the serializer {kind}, which is none of Prefect's own."),
                "Only its bytes are shown; read it where that serializer is installed.".to_owned(),
            ),
            Fault::Compression(module) => (
                format!("The result is packed by the Python module {module}, for which there is no decoder here."),
                "Unpacked are lzma (as xz), gzip, zlib and bz2. Read it in Python, or store it by one of these.".to_owned(),
            ),
            Fault::NotBase64 { at } => (
                format!("The result should be Base64 and is not from its byte {at} on."),
                "The file may be damaged; only its bytes are shown.".to_owned(),
            ),
            Fault::Unknown => (
                "The file is neither JSON nor a pickle, and nothing says how it was written.".to_owned(),
                "Only its bytes are shown.".to_owned(),
            ),
            Fault::Empty => (
                "The file of the result is empty (0 bytes).".to_owned(),
                "There is no value to show.".to_owned(),
            ),
            Fault::TooDeep => (
                "The result is packed more often than anybody packs.".to_owned(),
                "Only its bytes are shown.".to_owned(),
            ),
        };
        Problem::damage(Place::file(file), what, hint)
    }
}

/// Opens a file. `told` is what the state says of the result. What is odd about its metadata
/// is told as a problem of the file.
pub fn open(
    bytes: &[u8],
    file: &str,
    told: Option<&StoredResult>,
    words: &mut Words,
    problems: &mut Vec<Problem>,
) -> Opened {
    let by_state = told.and_then(|told| told.serializer.clone());
    let mut reading = Reading::of(file, "result", words, problems);
    let (form, own, payload) = match parts(bytes) {
        Parts::Wrapped(metadata, result) => {
            (Form::Wrapped, read_result(&metadata, &mut reading), result)
        }
        Parts::Metadata(metadata) => {
            let own = read_result(&metadata, &mut reading);
            let key = own.as_ref().and_then(|own| own.storage_key.clone());
            let key = key.map(String::from);
            return Opened {
                form: Form::Split,
                serializer: own
                    .as_ref()
                    .and_then(|own| own.serializer.clone())
                    .or(by_state),
                told: own,
                guessed: false,
                next: Err(Fault::OnlyMetadata { key }),
            };
        }
        Parts::Bare => (Form::Bare, None, bytes.to_vec()),
    };
    reading.finish();
    if let Some(problem) = wrong_key(file, told, own.as_ref()) {
        problems.push(problem);
    }
    let serializer = own
        .as_ref()
        .and_then(|own| own.serializer.clone())
        .or(by_state);
    Opened {
        form,
        guessed: serializer.as_ref().is_none_or(is_cut_down),
        next: step(payload, serializer.as_ref()),
        serializer,
        told: own,
    }
}

/// Whether only the outer of two serializers is told.
fn is_cut_down(serializer: &Serializer) -> bool {
    &*serializer.kind == "compressed" && serializer.inner.is_none()
}

enum Parts<'a> {
    /// Its metadata, and its result without the escapes of JSON.
    Wrapped(Json<'a>, Vec<u8>),
    Metadata(Json<'a>),
    Bare,
}

fn parts(bytes: &[u8]) -> Parts<'_> {
    let Ok(whole) = Json::whole(bytes) else {
        return Parts::Bare;
    };
    let names_serializer = |object: &Json<'_>| {
        let serializer = object.field("serializer");
        serializer.is_some_and(|one| one.field("type").is_some())
    };
    if let Some(metadata) = whole.field("metadata").filter(names_serializer)
        && let Some(result) = whole.field("result").and_then(|result| result.text())
    {
        return Parts::Wrapped(metadata, result.into_owned().into_bytes());
    }
    // Of a release before the metadata (`ResultRecord.coerce_old_format`).
    if names_serializer(&whole)
        && is_old(&whole)
        && let Some(result) = whole.field("data").and_then(|data| data.text())
    {
        return Parts::Wrapped(whole, result.into_owned().into_bytes());
    }
    let is_metadata = names_serializer(&whole) && whole.field("storage_key").is_some();
    match is_metadata {
        true => Parts::Metadata(whole),
        false => Parts::Bare,
    }
}

/// Whether an object has no other fields than such a record: a result may have such too.
fn is_old(whole: &Json<'_>) -> bool {
    const FIELDS: [&str; 4] = ["serializer", "data", "prefect_version", "expiration"];
    let is_of_it = |name: &str| FIELDS.contains(&name);
    let mut fields = whole.fields();
    fields.all(|field| field.is_ok_and(|(name, _)| is_of_it(&name)))
}

/// That the file of one key says that it is of another.
fn wrong_key(
    file: &str,
    told: Option<&StoredResult>,
    own: Option<&StoredResult>,
) -> Option<Problem> {
    let asked = told?.storage_key.as_deref()?;
    let found = own?.storage_key.as_deref()?;
    let is_one = asked == found || last_part(asked) == last_part(found);
    (!is_one).then(|| {
        let what = format!("The file should be the result {asked} and says that it is {found}.");
        let hint = "The value that is shown may be that of another run.";
        Problem::warning(Place::file(file), what, hint)
    })
}

/// Packings in one another: Prefect itself has one.
const DEEPEST: usize = 4;

/// The next step of bytes that this serializer wrote; where none is told, of what they look
/// like.
fn step(bytes: Vec<u8>, serializer: Option<&Serializer>) -> Result<Step, Fault> {
    let Some(serializer) = serializer else {
        return by_look(bytes);
    };
    match &*serializer.kind {
        "json" => Ok(Step::Json(bytes)),
        "pickle" => Ok(Step::Pickle(base64(&bytes)?)),
        kind if kind == "compressed" || kind.starts_with("compressed/") => {
            let inner = serializer.inner.as_deref().cloned().or_else(|| {
                let (_, inner) = kind.split_once('/')?;
                Some(Serializer {
                    kind: inner.into(),
                    ..Serializer::default()
                })
            });
            let bytes = base64(&bytes)?;
            let packing = packing(serializer.compression.as_deref(), &bytes)?;
            Ok(Step::Packed {
                bytes,
                packing,
                inner,
            })
        }
        _ => Err(Fault::Serializer(serializer.kind.clone())),
    }
}

impl Step {
    /// The step after these bytes were unpacked; `so_far` of them were before.
    pub fn unpacked(
        bytes: Vec<u8>,
        inner: Option<&Serializer>,
        so_far: usize,
    ) -> Result<Step, Fault> {
        match so_far < DEEPEST {
            true => step(bytes, inner),
            false => Err(Fault::TooDeep),
        }
    }
}

/// The packing of a Python module; where none is named, that of the bytes.
fn packing(module: Option<&str>, bytes: &[u8]) -> Result<Packing, Fault> {
    match module {
        Some("gzip") => Ok(Packing::Members),
        Some("zlib") => Ok(Packing::Zlib),
        Some("bz2") => Ok(Packing::Bzip2),
        Some("lzma") if !bytes.starts_with(b"\xfd7zXZ") => {
            Err(Fault::Compression("lzma (not as xz)".to_owned()))
        }
        Some("lzma") => Ok(Packing::Xz),
        Some(other) => Err(Fault::Compression(other.to_owned())),
        None => match (Packing::of(bytes), bytes) {
            (Some(packing), _) => Ok(packing),
            (None, [0x78, 0x01 | 0x5e | 0x9c | 0xda, ..]) => Ok(Packing::Zlib),
            _ => Err(Fault::Compression("that is not recorded".to_owned())),
        },
    }
}

/// A pickle begins with the opcode of its protocol, which every one of Python 3 has.
const PICKLE: u8 = 0x80;

fn by_look(bytes: Vec<u8>) -> Result<Step, Fault> {
    if bytes.is_empty() {
        return Err(Fault::Empty);
    }
    if let Ok(inner) = base64(&bytes) {
        if inner.first() == Some(&PICKLE) {
            return Ok(Step::Pickle(inner));
        }
        if let Some(packing) = Packing::of(&inner) {
            return Ok(Step::Packed {
                bytes: inner,
                packing,
                inner: None,
            });
        }
    }
    match Json::whole(&bytes) {
        Ok(value) if value.kind() != Kind::Odd => Ok(Step::Json(bytes)),
        _ if bytes.first() == Some(&PICKLE) => Ok(Step::Pickle(bytes)),
        _ => Err(Fault::Unknown),
    }
}

/// Bytes of Base64, with line breaks wherever they are.
fn base64(text: &[u8]) -> Result<Vec<u8>, Fault> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0_u32, 0_u32);
    let mut ended = false;
    for (at, byte) in text.iter().enumerate() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => {
                ended = true;
                continue;
            }
            b'\n' | b'\r' | b' ' | b'\t' => continue,
            _ => return Err(Fault::NotBase64 { at }),
        };
        if ended {
            return Err(Fault::NotBase64 { at });
        }
        bits = (bits << 6) | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    Ok(out)
}

/// The class of a value of JSON as Prefect's decoder makes it (`prefect/serializers.py`,
/// `prefect_json_object_decoder`): `builtins.dict`, `datetime.datetime`. A class of somebody's
/// own is named too, though only where it can be imported does the decoder make it.
pub fn json_class(value: &Json<'_>) -> String {
    let plain = match value.kind() {
        Kind::Null => "NoneType",
        Kind::Truth => "bool",
        Kind::Text => "str",
        Kind::List => "list",
        Kind::Number => {
            let is_float = value
                .bytes()
                .iter()
                .any(|byte| matches!(byte, b'.' | b'e' | b'E' | b'N' | b'I'));
            if is_float { "float" } else { "int" }
        }
        Kind::Object => {
            let made = value
                .field("__class__")
                .filter(|_| value.field("data").is_some());
            let made = made.or_else(|| value.field("__exc_type__"));
            if let Some(class) = made.and_then(|class| class.text()) {
                return class.into_owned();
            }
            "dict"
        }
        Kind::Odd => "object",
    };
    format!("builtins.{plain}")
}

/// Reads the `serializer` of a record alone: what a column or a document holds.
pub fn serializer_of(text: &str, words: &mut Words) -> Option<Serializer> {
    let value = Json::whole(text.as_bytes()).ok()?;
    read_serializer(
        &value,
        &mut Reading::of("", "result", words, &mut Vec::new()),
    )
}

#[cfg(test)]
mod tests;
