//! Where the result of a run lies, and what its bytes are.
//!
//! A state names a storage key; the file of it is in one of three forms (`prefect/results.py`,
//! `ResultRecord` and `ResultStore.apersist_result_record`, 3.9.1): *wrapped*, one JSON object
//! of `metadata` and `result`; *bare*, what the serializer wrote and nothing else; *split*, bare
//! beside a file of its metadata elsewhere. What the file says of its serializer counts: the
//! copy in the state of a task run is cut down to a type. Serializers may stand in one another
//! (`prefect/serializers.py`): bytes are texts of Base64 between them.
//!
//! Nothing waits here and nothing is unpacked: [`Opened::next`] is either the bytes of JSON or
//! of a pickle, or packed bytes that somebody with a pace unpacks by
//! [`unpack`](crate::source::inflate::unpack) and gives to [`Step::unpacked`]. What a pickle
//! holds is for [`pickle`](crate::pickle). Start with [`open`]; [`Files`] finds the file.

use super::id::{Word, Words};
use super::json::{Json, Kind};
use super::reading::Reading;
use super::records::{Serializer, StoredResult, read_result, read_serializer};
use crate::model::{Place, Problem};
use crate::source::inflate::Packing;
use std::collections::HashMap;

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
    let is_metadata = names_serializer(&whole) && whole.field("storage_key").is_some();
    match is_metadata {
        true => Parts::Metadata(whole),
        false => Parts::Bare,
    }
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

fn last_part(key: &str) -> &str {
    key.rsplit(['/', '\\']).next().unwrap_or(key)
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

/// The files of stored results in a source.
#[derive(Clone, Debug, Default)]
pub struct Files {
    /// Paths in the source, and how many bytes of each are the folder of the results.
    paths: Vec<(String, usize)>,
    /// By the last part of the path.
    by_name: HashMap<String, Vec<usize>>,
    by_path: HashMap<String, usize>,
    folder: String,
    /// The folder that was copied, on its own machine.
    base: Option<String>,
}

/// Where a storage key leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found<'a> {
    File(&'a str),
    Missing,
    /// Several files may be meant.
    Several,
}

impl Files {
    /// `folder` is the folder of the results in the source, `base` what the manifest of an
    /// export calls `storage_base`.
    pub fn of(folder: &str, paths: impl IntoIterator<Item = String>, base: Option<&str>) -> Self {
        let mut files = Self {
            folder: folder.trim_matches('/').to_owned(),
            base: base.map(|base| plain(base).trim_end_matches('/').to_owned()),
            ..Self::default()
        };
        let skip = match files.folder.len() {
            0 => 0,
            length => length + 1,
        };
        for path in paths {
            let inside = path.get(skip..).unwrap_or(&path);
            let name = last_part(inside).to_owned();
            let at = files.paths.len();
            files.by_name.entry(name).or_default().push(at);
            files.by_path.insert(inside.to_owned(), at);
            files.paths.push((path, skip));
        }
        files
    }

    fn path(&self, at: usize) -> Found<'_> {
        self.paths
            .get(at)
            .map_or(Found::Missing, |(path, _)| Found::File(path))
    }

    /// The file of a key. Where the folder is not known that it was copied from, the file
    /// whose whole path is the end of the key, the longest of such; else one whose name is
    /// the key's own, if that is a hash and there is no other.
    pub fn find(&self, key: &str) -> Found<'_> {
        let key = plain(key);
        if let Some(base) = &self.base
            && let Some(inside) = key
                .strip_prefix(base.as_str())
                .and_then(|rest| rest.strip_prefix('/'))
        {
            return self
                .by_path
                .get(inside)
                .map_or(Found::Missing, |at| self.path(*at));
        }
        // From the whole key to its last part.
        let mut rest = key.trim_start_matches('/');
        loop {
            if let Some(at) = self.by_path.get(rest) {
                return self.path(*at);
            }
            match rest.split_once('/') {
                Some((_, shorter)) => rest = shorter,
                None => break,
            }
        }
        let is_hash = rest.len() >= 32 && rest.bytes().all(|byte| byte.is_ascii_hexdigit());
        match self
            .by_name
            .get(rest)
            .filter(|_| is_hash)
            .map(Vec::as_slice)
        {
            Some([only]) => self.path(*only),
            Some([_, _, ..]) => Found::Several,
            _ => Found::Missing,
        }
    }
}

/// With `/` between its parts, also where Windows wrote it.
fn plain(key: &str) -> String {
    let is_windows = key.contains(":\\") || (key.contains('\\') && !key.contains('/'));
    match is_windows {
        true => key.replace('\\', "/"),
        false => key.to_owned(),
    }
}

/// Whether and where a result is, in a sentence for who looks for it.
pub fn lies(stored: Option<&StoredResult>, found: Found<'_>) -> String {
    let Some(key) = stored.and_then(|stored| stored.storage_key.as_deref()) else {
        return "The result was not persisted: nothing of it is left.".to_owned();
    };
    let block = stored.and_then(|stored| stored.storage_block_id.as_ref());
    match (found, block) {
        (Found::File(path), _) => format!("It is here, in {path}."),
        (Found::Several, _) => {
            format!("It was stored as {key}, and several files here may be meant.")
        }
        (Found::Missing, Some(block)) => {
            format!(
                "It was stored as {key} by the storage block {block}, and is not among these files."
            )
        }
        (Found::Missing, None) => format!(
            "It was stored as {key} where the task ran, and is not among these files. A result under the policy NO_CACHE is named and never written."
        ),
    }
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
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn told(serializer: &str) -> StoredResult {
        StoredResult {
            storage_key: Some("/x/storage/abc".into()),
            serializer: serializer_of(serializer, &mut Words::default()),
            ..StoredResult::default()
        }
    }

    fn opened(bytes: &[u8], state: Option<&str>) -> (Opened, Vec<String>) {
        let mut problems = Vec::new();
        let told = state.map(told);
        let found = open(
            bytes,
            "abc",
            told.as_ref(),
            &mut Words::default(),
            &mut problems,
        );
        (found, problems.iter().map(ToString::to_string).collect())
    }

    #[track_caller]
    fn check(
        bytes: &str,
        state: Option<&str>,
        form: Form,
        guessed: bool,
        next: Result<Step, Fault>,
    ) {
        let (found, problems) = opened(bytes.as_bytes(), state);
        assert_eq!(
            (found.form, found.guessed, found.next),
            (form, guessed, next),
            "{bytes}"
        );
        assert_eq!(problems, Vec::<String>::new());
    }

    fn wrapped(serializer: &str, result: &str) -> String {
        format!(
            r#"{{"metadata": {{"storage_key": "/x/storage/abc", "expiration": null, "serializer": {serializer}}}, "result": {}}}"#,
            super::super::json::quoted(result)
        )
    }

    #[test]
    fn a_file_says_how_it_was_written() {
        let json = r#"{"type": "json"}"#;
        let pickle = r#"{"type": "pickle", "picklelib": "cloudpickle"}"#;
        let (wrap, bare) = (Form::Wrapped, Form::Bare);
        check(
            &wrapped(json, "[NaN, 1]"),
            None,
            wrap,
            false,
            Ok(Step::Json(b"[NaN, 1]".to_vec())),
        );
        check(
            &wrapped(pickle, "gAVL\nKi4=\n"),
            Some(json),
            wrap,
            false,
            Ok(Step::Pickle(b"\x80\x05K*.".to_vec())),
        );
        check(
            "{\"kinds\": 20}",
            Some(json),
            bare,
            false,
            Ok(Step::Json(b"{\"kinds\": 20}".to_vec())),
        );
        check(
            "gAVLKi4=\n",
            Some(pickle),
            bare,
            false,
            Ok(Step::Pickle(b"\x80\x05K*.".to_vec())),
        );
        // Nothing says how.
        check(
            "gAVLKi4=\n",
            None,
            bare,
            true,
            Ok(Step::Pickle(b"\x80\x05K*.".to_vec())),
        );
        check(
            "{\"metadata\": 1, \"result\": \"x\"}",
            None,
            bare,
            true,
            Ok(Step::Json(b"{\"metadata\": 1, \"result\": \"x\"}".to_vec())),
        );
        check("", None, bare, true, Err(Fault::Empty));
        check("<html>", None, bare, true, Err(Fault::Unknown));
        // Serializers of others, and what is damaged.
        check(
            &wrapped(r#"{"type": "parquet"}"#, "UEFSMQ=="),
            None,
            wrap,
            false,
            Err(Fault::Serializer("parquet".into())),
        );
        check(
            &wrapped(pickle, "gAV!"),
            None,
            wrap,
            false,
            Err(Fault::NotBase64 { at: 3 }),
        );
        check(
            r#"{"storage_key": "k", "serializer": {"type": "json"}, "expiration": null}"#,
            None,
            Form::Split,
            false,
            Err(Fault::OnlyMetadata {
                key: Some("k".to_owned()),
            }),
        );
    }

    #[track_caller]
    fn check_packed(
        serializer: &str,
        begin: &[u8],
        expected: Result<(Packing, Option<&str>), Fault>,
    ) {
        let coded = {
            // Base64 of the beginning of packed bytes.
            const LETTERS: &[u8] =
                b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
            begin
                .chunks(3)
                .flat_map(|three| {
                    let bits = three
                        .iter()
                        .fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte))
                        << (8 * (3 - three.len()));
                    (0..4)
                        .map(move |at| LETTERS[(bits >> (18 - 6 * at)) as usize & 63] as char)
                        .collect::<Vec<_>>()
                })
                .collect::<String>()
        };
        let (found, _) = opened(wrapped(serializer, &coded).as_bytes(), None);
        let found = found.next.map(|step| match step {
            Step::Packed { packing, inner, .. } => (packing, inner.map(|one| one.kind.to_string())),
            other => panic!("{other:?}"),
        });
        assert_eq!(
            found,
            expected.map(|(packing, inner)| (packing, inner.map(str::to_owned)))
        );
    }

    #[test]
    fn packed_results_are_unpacked_by_others() {
        let xz = b"\xfd7zXZ\0";
        check_packed(
            r#"{"type": "compressed", "compressionlib": "lzma", "serializer": {"type": "json"}}"#,
            xz,
            Ok((Packing::Xz, Some("json"))),
        );
        check_packed(
            r#"{"type": "compressed/pickle"}"#,
            xz,
            Ok((Packing::Xz, Some("pickle"))),
        );
        check_packed(
            r#"{"type": "compressed"}"#,
            b"\x1f\x8b\x08\0\0\0",
            Ok((Packing::Members, None)),
        );
        check_packed(
            r#"{"type": "compressed", "compressionlib": "zlib", "serializer": {"type": "pickle"}}"#,
            b"\x78\x9c\0",
            Ok((Packing::Zlib, Some("pickle"))),
        );
        check_packed(
            r#"{"type": "compressed", "compressionlib": "bz2", "serializer": {"type": "pickle"}}"#,
            b"BZh9\0\0",
            Ok((Packing::Bzip2, Some("pickle"))),
        );
        check_packed(
            r#"{"type": "compressed", "compressionlib": "blosc2", "serializer": {"type": "pickle"}}"#,
            b"abc",
            Err(Fault::Compression("blosc2".to_owned())),
        );
        check_packed(
            r#"{"type": "compressed", "compressionlib": "lzma", "serializer": {"type": "pickle"}}"#,
            b"\x5d\0\0",
            Err(Fault::Compression("lzma (not as xz)".to_owned())),
        );
    }

    #[test]
    fn a_file_of_another_key_is_told() {
        let other = wrapped(r#"{"type": "json"}"#, "1").replace("storage/abc", "storage/other");
        let (_, problems) = opened(other.as_bytes(), Some(r#"{"type": "json"}"#));
        assert_eq!(
            problems,
            [
                "abc: The file should be the result /x/storage/abc and says that it is /x/storage/other. The value that is shown may be that of another run."
            ]
        );
    }

    #[track_caller]
    fn check_found(base: Option<&str>, key: &str, expected: Found<'_>) {
        let hash = "0bca446fe7ae3807627a4b20ffef35ef";
        let paths = [
            "storage/a",
            "storage/named/a",
            "storage/named/x.json",
            "storage/p/q/x.json",
        ];
        let hashed = [
            format!("storage/{hash}"),
            format!("storage/deep/{}", "f".repeat(32)),
            format!("storage/deep/{}", "e".repeat(32)),
            format!("storage/other/{}", "e".repeat(32)),
        ];
        let files = Files::of(
            "storage",
            paths.iter().map(|path| (*path).to_owned()).chain(hashed),
            base,
        );
        assert_eq!(files.find(key), expected, "{key}");
    }

    #[test]
    fn a_key_leads_to_its_file() {
        let base = Some("/home/demo/.prefect/storage");
        check_found(
            base,
            "/home/demo/.prefect/storage/a",
            Found::File("storage/a"),
        );
        check_found(
            base,
            "/home/demo/.prefect/storage/named/x.json",
            Found::File("storage/named/x.json"),
        );
        check_found(base, "/home/demo/.prefect/storage/x.json", Found::Missing);
        check_found(base, "/home/demo/.prefect/storage/../a", Found::Missing);
        // Without a manifest, and keys of a storage block.
        check_found(
            None,
            "/home/demo/.prefect/storage/named/x.json",
            Found::File("storage/named/x.json"),
        );
        check_found(None, "/home/demo/x.json", Found::Missing);
        check_found(None, "p/q/x.json", Found::File("storage/p/q/x.json"));
        check_found(None, "/home/named/a", Found::File("storage/named/a"));
        check_found(
            None,
            "C:\\Users\\demo\\.prefect\\storage\\named\\a",
            Found::File("storage/named/a"),
        );
        check_found(base, "a", Found::File("storage/a"));
        check_found(
            None,
            "/elsewhere/0bca446fe7ae3807627a4b20ffef35ef",
            Found::File("storage/0bca446fe7ae3807627a4b20ffef35ef"),
        );
        check_found(
            None,
            &format!("/elsewhere/{}", "f".repeat(32)),
            Found::File("storage/deep/ffffffffffffffffffffffffffffffff"),
        );
        check_found(
            None,
            &format!("/elsewhere/{}", "e".repeat(32)),
            Found::Several,
        );
        check_found(None, "", Found::Missing);
    }

    #[track_caller]
    fn check_class(value: &str, expected: &str) {
        assert_eq!(
            json_class(&Json::whole(value.as_bytes()).unwrap()),
            expected
        );
    }

    #[test]
    fn values_of_json_have_a_class() {
        check_class("1", "builtins.int");
        check_class("1.0", "builtins.float");
        check_class("-Infinity", "builtins.float");
        check_class("[1]", "builtins.list");
        check_class(r#"{"a": 1}"#, "builtins.dict");
        check_class(
            r#"{"__class__": "datetime.datetime", "data": "2026"}"#,
            "datetime.datetime",
        );
        check_class(r#"{"__class__": "datetime.datetime"}"#, "builtins.dict");
        check_class(
            r#"{"__exc_type__": "builtins.ValueError", "message": "x"}"#,
            "builtins.ValueError",
        );
    }

    #[test]
    fn every_fault_says_what_to_try() {
        for fault in [
            Fault::Empty,
            Fault::TooDeep,
            Fault::Unknown,
            Fault::Compression("blosc2".to_owned()),
        ] {
            let problem = fault.problem("abc");
            assert!(problem.what.ends_with('.') && problem.hint.ends_with('.'));
        }
        assert_eq!(
            Step::unpacked(
                b"1".to_vec(),
                serializer_of(r#""json""#, &mut Words::default()).as_ref(),
                9
            ),
            Err(Fault::TooDeep)
        );
    }

    proptest! {
        #[test]
        fn no_bytes_break_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..100), state in prop::sample::select(&["json", "pickle", "compressed", "x"][..])) {
            let _ = opened(&bytes, Some(&format!("\"{state}\"")));
            let _ = opened(wrapped(&format!("{{\"type\": \"{state}\"}}"), &String::from_utf8_lossy(&bytes)).as_bytes(), None);
        }

        #[test]
        fn no_key_breaks_the_search(key in "[/a-c.\\\\:]{0,20}", base in prop::option::of("[/a-c]{0,8}")) {
            let files = Files::of("s", ["s/a".to_owned(), "s/b/c".to_owned()], base.as_deref());
            let _ = files.find(&key);
        }
    }
}
