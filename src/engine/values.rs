//! Values of artifacts: fetched, unpacked, decoded, kept for a while, and shown a
//! piece at a time.

use super::ask::{Failure, Window};
use super::opened::LoadedRun;
use super::task::TaskPlace;
use super::{Engine, Work};
use crate::formats::metaflow::{Store, blob};
use crate::model::{Artifact, AttemptNumber, Encoding, Moment, TaskPath};
use crate::pickle::{self, Limits, Machine, NodeId, Outcome, Pickle, Value};
use crate::source::inflate::unpack;
use crate::source::{Bytes, Pace as _, ReadError, Source, Want, limits};
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::rc::Rc;

/// One artifact of one attempt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ValueQuery {
    pub task: TaskPath,
    pub attempt: Option<AttemptNumber>,
    pub name: String,
    /// Decode it though it is large.
    pub large: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ValueView {
    pub name: String,
    pub attempt: AttemptNumber,
    /// `module.qualname` of its class.
    pub class: String,
    pub sha: String,
    /// Bytes before compression, and as stored.
    pub size: Option<u64>,
    pub stored: Option<u64>,
    pub encoding: String,
    pub created: Option<Moment>,
    /// A line of it.
    pub summary: String,
    pub shape: Shape,
    /// The value as the root of a tree.
    pub root: Option<Child>,
    pub outcome: Trust,
    /// What was odd about it, a sentence each.
    pub problems: Vec<String>,
    /// Classes that were not at hand and not needed.
    pub classes: Vec<String>,
    /// Calls that the pickle asked for and that a program should never make.
    pub dangerous: Vec<String>,
    /// The line that fetches it with the engine's own client.
    pub python: String,
    /// Larger than what is decoded without asking: its size.
    pub too_large: Option<u64>,
}

/// How far a value can be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Trust {
    Whole,
    WithWarning,
    Partial,
    Nothing,
}

/// Which view suits the value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Shape {
    /// Text of several lines, or long: its beginning, and the characters in all.
    Text {
        lines: Vec<String>,
        chars: u64,
        total_lines: u64,
    },
    /// An image that a browser can draw; its bytes are asked for apart.
    Image {
        mime: String,
        width: u32,
        height: u32,
    },
    /// Bytes: the first of them.
    Bytes {
        head: Vec<u8>,
        total: u64,
        kind: String,
    },
    /// A single value: as Python prints it.
    Scalar { repr: String },
    /// Something with parts.
    Tree,
    /// Not decoded.
    Nothing,
}

/// A place in a value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Child {
    /// As Python would write it: `[0]`, `["key"]`, `.attribute`; the root has its name.
    pub label: String,
    pub node: u32,
    pub class: String,
    pub summary: String,
    pub children: u64,
    pub kind: Kind,
}

/// What a mark in front of a value tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    Number,
    Text,
    List,
    Dict,
    Bytes,
    Image,
    Table,
    Time,
    Object,
    Other,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChildrenQuery {
    pub value: ValueQuery,
    pub node: u32,
    pub window: Window,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChildrenView {
    pub children: Vec<Child>,
    pub total: u64,
    pub window: Window,
}

/// The bytes of a value: the content of bytes and images, else the pickle itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BytesQuery {
    pub value: ValueQuery,
    /// The pickle as it is stored, whatever is in it.
    pub raw: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BytesView {
    pub bytes: Vec<u8>,
    pub mime: String,
    /// A name to save it under.
    pub file: String,
}

/// A decoded value.
pub struct Decoded {
    pub pickle: Pickle,
    /// Bytes as stored.
    pub stored: u64,
    pub problems: Vec<String>,
}

impl Decoded {
    /// What takes something away from the value, in sentences: damaged bytes, a pickle
    /// that ends in the middle. `None` for a value that can be relied on.
    pub fn fault(&self) -> Option<String> {
        // That nothing is no pickle goes without saying.
        let nothing = self.pickle.bytes().is_empty() && !self.problems.is_empty();
        let of_pickle = self.pickle.problems().iter().filter(|_| !nothing);
        let lost = of_pickle.filter(|problem| problem.severity() == pickle::Severity::Damage);
        let faults: Vec<String> = self
            .problems
            .iter()
            .cloned()
            .chain(lost.map(sentence))
            .collect();
        (!faults.is_empty()).then(|| faults.join(" "))
    }
}

/// How large a value is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Most {
    Default,
    Raised,
}

impl Most {
    /// A value of this size is decoded in well under a second; more is asked for first.
    const DEFAULT: u64 = 64 << 20;

    fn bytes(self) -> u64 {
        match self {
            Most::Default => Self::DEFAULT,
            Most::Raised => limits::UNPACKED_FILE,
        }
    }
}

/// The values looked at last.
#[derive(Default)]
pub struct ValueCache {
    kept: RefCell<Vec<(String, Rc<Decoded>)>>,
}

impl ValueCache {
    /// Bytes of pickles and their arenas that are kept.
    const KEPT: u64 = 192 << 20;

    fn get(&self, key: &str) -> Option<Rc<Decoded>> {
        let mut kept = self.kept.borrow_mut();
        let at = kept.iter().position(|(known, _)| known == key)?;
        let found = kept.remove(at);
        let value = found.1.clone();
        kept.push(found);
        Some(value)
    }

    fn put(&self, key: String, value: Rc<Decoded>) {
        let weight = |value: &Decoded| value.pickle.bytes().len() as u64 + value.pickle.memory();
        let mut kept = self.kept.borrow_mut();
        kept.push((key, value));
        while kept.len() > 1
            && kept.iter().map(|(_, value)| weight(value)).sum::<u64>() > Self::KEPT
        {
            kept.remove(0);
        }
    }

    pub fn clear(&self) {
        self.kept.borrow_mut().clear();
    }
}

impl Engine {
    /// Fetches, unpacks, checks and decodes a stored value.
    pub(crate) async fn decode(
        &self,
        source: &dyn Source,
        store: &Store,
        flow: &str,
        sha: &str,
        most: Most,
        work: &Work,
    ) -> Result<Rc<Decoded>, Box<Failure>> {
        let key = store.blob(flow, sha);
        if let Some(known) = self.values.get(&key) {
            return Ok(known);
        }
        let fetched = fetch_blob(source, store, flow, sha, most, work).await?;
        let mut machine = Machine::new(fetched.bytes, Limits::default());
        while machine.advance(STEPS_AT_ONCE) == pickle::Progress::More {
            work.breathe().await;
        }
        let decoded = Rc::new(Decoded {
            pickle: machine.finish(),
            stored: fetched.stored,
            problems: fetched.problems,
        });
        self.values.put(key, decoded.clone());
        Ok(decoded)
    }

    pub(super) async fn value(
        &self,
        query: ValueQuery,
        work: &Work,
    ) -> Result<ValueView, Box<Failure>> {
        let (place, artifact) = self.artifact(&query, work).await?;
        let mut view = ValueView {
            name: query.name.clone(),
            attempt: place.attempt,
            class: artifact.class.clone().unwrap_or_default(),
            sha: artifact.sha.clone(),
            size: artifact.size,
            stored: None,
            encoding: artifact.encoding.name().to_owned(),
            created: artifact.created,
            summary: String::new(),
            shape: Shape::Nothing,
            root: None,
            outcome: Trust::Nothing,
            problems: Vec::new(),
            classes: Vec::new(),
            dangerous: Vec::new(),
            python: format!(
                "Task('{}', attempt={})['{}'].data",
                query.task, place.attempt, query.name
            ),
            too_large: None,
        };
        if let Encoding::Other(name) = &artifact.encoding {
            view.problems.push(format!(
                "It was written as {name}, which only an extension of Metaflow can read. Its bytes can be saved."
            ));
            return Ok(view);
        }
        let most = if query.large {
            Most::Raised
        } else {
            Most::Default
        };
        if let Some(size) = artifact.size.filter(|size| *size > most.bytes()) {
            view.too_large = Some(size);
            return Ok(view);
        }
        let decoded = self
            .decode_artifact(&place, &query.task, &artifact, most, work)
            .await?;
        let pickle = &decoded.pickle;
        view.stored = Some(decoded.stored);
        view.size = view.size.or(Some(pickle.bytes().len() as u64));
        view.problems = decoded.problems.clone();
        view.problems.extend(pickle.problems().iter().map(sentence));
        view.outcome = match pickle.outcome() {
            Outcome::Value => Trust::Whole,
            Outcome::ValueWithWarning => Trust::WithWarning,
            Outcome::Partial => Trust::Partial,
            Outcome::Error => Trust::Nothing,
        };
        /// A screenful; a pickle can name very many.
        const NAMED: usize = 50;
        view.classes = pickle
            .calls_not_made()
            .take(NAMED)
            .map(|global| global.to_string())
            .collect();
        view.dangerous = pickle
            .globals()
            .filter(|global| global.is_dangerous())
            .take(NAMED)
            .map(|global| global.to_string())
            .collect();
        let Some(root) = pickle.root() else {
            return Ok(view);
        };
        let included = self
            .included(&place.loaded, &query.task, pickle, work)
            .await;
        if let Some(included) = included {
            view.class = if included.text.is_some() {
                "builtins.str"
            } else {
                "builtins.bytes"
            }
            .to_owned();
            view.shape = match included.text {
                Some(text) => text_shape(&text),
                None => bytes_shape(&included.bytes),
            };
            view.problems.extend(included.problems);
            view.summary = format!(
                "included file, {}",
                crate::text::human::size(included.bytes.len() as u64)
            );
            return Ok(view);
        }
        // What was recorded is right even where only running the pickle would show it.
        if !view.class.contains('.') {
            view.class = pickle::type_name(pickle, root);
        }
        view.summary = pickle::summary::summary(pickle, root);
        view.shape = shape(pickle, root);
        view.root = Some(child(pickle, query.name.clone(), root));
        Ok(view)
    }

    pub(super) async fn value_children(
        &self,
        query: ChildrenQuery,
        work: &Work,
    ) -> Result<ChildrenView, Box<Failure>> {
        let (place, artifact) = self.artifact(&query.value, work).await?;
        let most = if query.value.large {
            Most::Raised
        } else {
            Most::Default
        };
        let decoded = self
            .decode_artifact(&place, &query.value.task, &artifact, most, work)
            .await?;
        let pickle = &decoded.pickle;
        let node = NodeId::from_bits(query.node);
        /// What a screen shows at once.
        const MOST: u64 = 500;
        let total = pickle::explore::child_count(pickle, node) as u64;
        let first = query.window.first.min(total);
        let end = first
            .saturating_add(query.window.count.min(MOST))
            .min(total);
        let found = pickle::explore::children(pickle, node, first as usize..end as usize);
        let children = found
            .into_iter()
            .map(|found| child(pickle, found.label.to_string(), found.node))
            .collect();
        Ok(ChildrenView {
            children,
            total,
            window: Window {
                first,
                count: end - first,
            },
        })
    }

    pub(super) async fn value_bytes(
        &self,
        query: BytesQuery,
        work: &Work,
    ) -> Result<BytesView, Box<Failure>> {
        let (place, artifact) = self.artifact(&query.value, work).await?;
        let name = &query.value.name;
        let (source, store) = (&place.loaded.source, &place.loaded.store);
        if query.raw || matches!(artifact.encoding, Encoding::Other(_)) {
            let fetched = fetch_blob(
                &**source,
                store,
                &query.value.task.flow,
                &artifact.sha,
                Most::Raised,
                work,
            )
            .await?;
            let extension = if matches!(artifact.encoding, Encoding::Other(_)) {
                "bin"
            } else {
                "pkl"
            };
            return Ok(BytesView {
                bytes: fetched.bytes,
                mime: "application/octet-stream".to_owned(),
                file: format!("{name}.{extension}"),
            });
        }
        let most = if query.value.large {
            Most::Raised
        } else {
            Most::Default
        };
        let decoded = self
            .decode_artifact(&place, &query.value.task, &artifact, most, work)
            .await?;
        let pickle = &decoded.pickle;
        if let Some(included) = self
            .included(&place.loaded, &query.value.task, pickle, work)
            .await
        {
            let extension = if included.text.is_some() {
                "txt"
            } else {
                "bin"
            };
            return Ok(BytesView {
                bytes: included.bytes,
                mime: "application/octet-stream".to_owned(),
                file: format!("{name}.{extension}"),
            });
        }
        let root = pickle.root();
        let (bytes, mime, extension) = match root.map(|root| pickle.value(root)) {
            Some(Value::Bytes(bytes) | Value::ByteArray(bytes)) => match image(bytes) {
                Some(image) => (bytes.to_vec(), image.mime, image.extension),
                None => (bytes.to_vec(), "application/octet-stream", "bin"),
            },
            Some(Value::Text(text)) => {
                (text.lossy().into_owned().into_bytes(), "text/plain", "txt")
            }
            _ => (pickle.bytes().to_vec(), "application/octet-stream", "pkl"),
        };
        Ok(BytesView {
            bytes,
            mime: mime.to_owned(),
            file: format!("{name}.{extension}"),
        })
    }

    async fn artifact(
        &self,
        query: &ValueQuery,
        work: &Work,
    ) -> Result<(TaskPlace, Artifact), Box<Failure>> {
        let place = self.task_place(&query.task, query.attempt, work).await?;
        let Some(artifact) = place.detail.artifact(place.attempt, &query.name).cloned() else {
            let known = place
                .detail
                .artifacts
                .get(&place.attempt)
                .map(Vec::as_slice)
                .unwrap_or_default();
            let names: Vec<&str> = known
                .iter()
                .filter(|artifact| !artifact.hidden())
                .take(12)
                .map(|artifact| artifact.name.as_str())
                .collect();
            let nearest = if names.is_empty() {
                format!("no artifact of attempt {}", place.attempt)
            } else {
                let names = names.join(", ");
                format!("these artifacts of attempt {}: {names}", place.attempt)
            };
            return Err(Failure::not_found(
                "artifact",
                &format!("{}/{}", query.task, query.name),
                &nearest,
            ));
        };
        Ok((place, artifact))
    }

    async fn decode_artifact(
        &self,
        place: &TaskPlace,
        path: &TaskPath,
        artifact: &Artifact,
        most: Most,
        work: &Work,
    ) -> Result<Rc<Decoded>, Box<Failure>> {
        self.decode(
            &*place.loaded.source,
            &place.loaded.store,
            &path.flow,
            &artifact.sha,
            most,
            work,
        )
        .await
    }

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

/// The content of a file that went with a run.
pub struct Included {
    pub bytes: Vec<u8>,
    pub text: Option<String>,
    pub problems: Vec<String>,
}

/// A few milliseconds of decoding.
const STEPS_AT_ONCE: u64 = 200_000;

struct Fetched {
    bytes: Vec<u8>,
    stored: u64,
    problems: Vec<String>,
}

async fn fetch_blob(
    source: &dyn Source,
    store: &Store,
    flow: &str,
    sha: &str,
    most: Most,
    work: &Work,
) -> Result<Fetched, Box<Failure>> {
    let headline = "This value cannot be read";
    let Some(place) = blob::place(store, flow, sha) else {
        let what = if sha.is_empty() {
            "Its record does not say where the value is stored.".to_owned()
        } else {
            format!("Its record names “{sha}”, which is no SHA-1 of a stored value.")
        };
        return Err(Failure::unreadable(
            headline,
            &store.flow(flow),
            &what,
            "The record may be damaged.",
        ));
    };
    let wants = [
        Want {
            path: place.blob.clone(),
            range: None,
        },
        Want {
            path: place.note.clone(),
            range: None,
        },
    ];
    let mut answers = source.read(&wants).await.into_iter();
    let (stored, note) = (answers.next(), answers.next());
    let stored: Bytes = match stored {
        Some(Ok(bytes)) => bytes,
        Some(Err(ReadError::Missing)) | None => {
            let what = "The file that holds the value is not in this source.";
            let advice = "Pack or copy the flow's folder “data” too: it holds the values.";
            return Err(Failure::unreadable(headline, &place.blob, what, advice));
        }
        Some(Err(error)) => {
            let advice = match error {
                ReadError::Unsupported(_) => "Unpack the archive and open the folder.",
                ReadError::Unreachable(_) => "Try again.",
                _ => "Copy the datastore again.",
            };
            return Err(Failure::unreadable(
                headline,
                &place.blob,
                &error.to_string(),
                advice,
            ));
        }
    };
    let note = note.and_then(Result::ok);
    let packing = blob::packing(note.as_deref().map(Vec::as_slice));
    let packing = packing.map_err(|what| {
        Failure::unreadable(
            headline,
            &place.note,
            &what,
            "Copy the datastore again, or read it with the engine's own client.",
        )
    })?;
    let size = stored.len() as u64;
    let mut problems = Vec::new();
    let bytes = match packing {
        None => stored.to_vec(),
        Some(packing) => {
            let unpacked = unpack(&stored, packing, None, most.bytes(), work).await;
            let unpacked = unpacked.map_err(|error| {
                Failure::unreadable(
                    headline,
                    &place.blob,
                    &error.to_string(),
                    "Copy the datastore again.",
                )
            })?;
            problems.extend(unpacked.fault);
            unpacked.bytes
        }
    };
    if problems.is_empty() && blob::sha1(&bytes) != sha.to_lowercase() {
        problems.push("The bytes do not have the SHA-1 under which they are stored: the value is damaged or was changed.".to_owned());
    }
    Ok(Fetched {
        bytes,
        stored: size,
        problems,
    })
}

fn sentence(problem: &pickle::Problem) -> String {
    let text = problem.to_string();
    let mut chars = text.chars();
    chars
        .next()
        .map(|first| first.to_uppercase().collect::<String>() + chars.as_str() + ".")
        .unwrap_or_default()
}

pub(super) fn child(pickle: &Pickle, label: String, node: NodeId) -> Child {
    let class = pickle::type_name(pickle, node);
    Child {
        label,
        node: node.to_bits(),
        summary: pickle::summary::summary(pickle, node),
        children: pickle::explore::child_count(pickle, node) as u64,
        kind: kind(pickle, node, &class),
        class,
    }
}

fn kind(pickle: &Pickle, node: NodeId, class: &str) -> Kind {
    match pickle.value(node) {
        Value::Bool(_) | Value::Int(_) | Value::BigInt(_) | Value::Float(_) => Kind::Number,
        Value::Text(_) => Kind::Text,
        Value::Bytes(bytes) | Value::ByteArray(bytes) => {
            if image(bytes).is_some() {
                Kind::Image
            } else {
                Kind::Bytes
            }
        }
        Value::List(_) | Value::Tuple(_) | Value::Set(_) | Value::FrozenSet(_) => Kind::List,
        Value::Dict(_) => Kind::Dict,
        Value::Object(_) => kind_of_class(class),
        _ => Kind::Other,
    }
}

/// What the name of a class alone tells: for lists of artifacts that are not decoded.
pub fn kind_of_class(class: &str) -> Kind {
    let bare = class.strip_prefix("builtins.").unwrap_or(class);
    match bare {
        "int" | "float" | "bool" | "complex" | "decimal.Decimal" | "fractions.Fraction" => {
            Kind::Number
        }
        "str" => Kind::Text,
        "bytes" | "bytearray" => Kind::Bytes,
        "list" | "tuple" | "set" | "frozenset" | "collections.deque" | "numpy.ndarray" => {
            Kind::List
        }
        "dict" | "collections.OrderedDict" | "collections.defaultdict" | "collections.Counter" => {
            Kind::Dict
        }
        "NoneType" => Kind::Other,
        _ if bare.starts_with("pandas.")
            && (bare.ends_with("DataFrame") || bare.ends_with("Series")) =>
        {
            Kind::Table
        }
        _ if bare.starts_with("datetime.") => Kind::Time,
        _ if bare.starts_with("numpy.") => Kind::Number,
        _ => Kind::Object,
    }
}

fn shape(pickle: &Pickle, root: NodeId) -> Shape {
    /// A text that fits one line is shown as one.
    const SHORT: usize = 120;
    match pickle.value(root) {
        Value::Text(text) => {
            let text = text.lossy();
            if text.chars().count() <= SHORT && !text.contains('\n') {
                Shape::Scalar {
                    repr: pickle::repr(pickle, root, 1000).text,
                }
            } else {
                text_shape(&text)
            }
        }
        Value::Bytes(bytes) | Value::ByteArray(bytes) => match image(bytes) {
            Some(image) => Shape::Image {
                mime: image.mime.to_owned(),
                width: image.width,
                height: image.height,
            },
            None => bytes_shape(bytes),
        },
        _ if pickle::explore::child_count(pickle, root) > 0 => Shape::Tree,
        _ => Shape::Scalar {
            repr: pickle::repr(pickle, root, 4000).text,
        },
    }
}

fn text_shape(text: &str) -> Shape {
    /// What is shown at once of a long text.
    const LINES: usize = 500;
    const LINE: usize = 2000;
    Shape::Text {
        lines: text
            .lines()
            .take(LINES)
            .map(|line| line.chars().take(LINE).collect())
            .collect(),
        chars: text.chars().count() as u64,
        total_lines: text.lines().count() as u64,
    }
}

fn bytes_shape(bytes: &[u8]) -> Shape {
    const HEAD: usize = 512;
    Shape::Bytes {
        head: bytes.iter().take(HEAD).copied().collect(),
        total: bytes.len() as u64,
        kind: magic(bytes).to_owned(),
    }
}

/// What the first bytes say that a file is.
fn magic(bytes: &[u8]) -> &'static str {
    const KNOWN: [(&[u8], &str); 9] = [
        (b"%PDF-", "PDF document"),
        (b"PK\x03\x04", "zip archive"),
        (b"\x1f\x8b", "gzip data"),
        (b"PAR1", "Parquet file"),
        (b"\x93NUMPY", "NumPy array (.npy)"),
        (b"ARROW1", "Arrow file"),
        (b"\x28\xb5\x2f\xfd", "zstd data"),
        (b"SQLite format 3\0", "SQLite database"),
        (b"\x80\x04\x95", "pickle"),
    ];
    KNOWN
        .iter()
        .find(|(start, _)| bytes.starts_with(start))
        .map_or("", |(_, kind)| kind)
}

struct Image {
    mime: &'static str,
    extension: &'static str,
    width: u32,
    height: u32,
}

/// Images that every browser draws, with their size where it stands at the start.
fn image(bytes: &[u8]) -> Option<Image> {
    let big = |at: usize| {
        let four = bytes.get(at..at + 4)?;
        Some(u32::from_be_bytes(four.try_into().ok()?))
    };
    let little = |at: usize| {
        let two = bytes.get(at..at + 2)?;
        Some(u32::from(u16::from_le_bytes(two.try_into().ok()?)))
    };
    let (mime, extension, width, height) = match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => {
            ("image/png", "png", big(16), big(20))
        }
        [b'G', b'I', b'F', b'8', ..] => ("image/gif", "gif", little(6), little(8)),
        [0xff, 0xd8, 0xff, ..] => ("image/jpeg", "jpg", None, None),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => ("image/webp", "webp", None, None),
        _ => return None,
    };
    Some(Image {
        mime,
        extension,
        width: width.unwrap_or(0),
        height: height.unwrap_or(0),
    })
}
