//! The records themselves, field by field. Every field may be missing.

use super::json::{self, Problems};
use super::names::EventFile;
use super::package::PackageNote;
use crate::model::{Artifact, AttemptNumber, Encoding, Exit, MetadataEntry, MetadataValue, Moment};
use crate::sorting::{SortedMap, sort};
use crate::source::Shelf;
use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::fmt;

/// `_self.json` of a run, a step or a task.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SelfRecord {
    pub user: Option<String>,
    pub tags: Vec<String>,
    pub system_tags: Vec<String>,
    pub at: Option<Moment>,
}

pub fn read_self(
    shelf: &Shelf,
    folder: &str,
    loses: &str,
    problems: &mut Problems,
) -> Option<SelfRecord> {
    let path = super::paths::self_record(folder);
    let read = shelf.read(&path);
    if let Some(Ok(bytes)) = read
        && let Ok(plain) = serde_json::from_slice::<PlainSelf>(bytes)
    {
        let at = json::written_at(plain.ts_epoch);
        return Some(SelfRecord::of(
            plain.tags,
            plain.system_tags,
            plain.user_name,
            at,
        ));
    }
    let map = json::object(read, &path, loses, problems)?;
    Some(SelfRecord::of(
        json::texts(&map, "tags"),
        json::texts(&map, "system_tags"),
        json::text(&map, "user_name"),
        json::recorded_at(&map),
    ))
}

/// The record as it is written; whatever is written otherwise is read field by field.
#[derive(Deserialize)]
struct PlainSelf {
    tags: Vec<String>,
    system_tags: Vec<String>,
    user_name: Option<String>,
    ts_epoch: i64,
}

impl SelfRecord {
    fn of(
        mut tags: Vec<String>,
        mut system_tags: Vec<String>,
        user: Option<String>,
        at: Option<Moment>,
    ) -> Self {
        // The lists come from sets: their order says nothing.
        sort(&mut tags);
        sort(&mut system_tags);
        Self {
            // Who writes tags later puts another name into the record; the tag stays.
            user: of_tag(&system_tags).or(user),
            tags,
            system_tags,
            at,
        }
    }
}

/// The user that the engine tagged the record with.
fn of_tag(system_tags: &[String]) -> Option<String> {
    let mut users = system_tags
        .iter()
        .filter_map(|tag| tag.strip_prefix("user:"));
    users.next().map(str::to_owned)
}

/// An event as it is written, of which a large run has a hundred thousand: whatever is written
/// otherwise is read field by field.
#[derive(Deserialize)]
struct PlainEvent<'a> {
    #[serde(borrow)]
    field_name: Cow<'a, str>,
    #[serde(borrow)]
    value: PlainValue<'a>,
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    tags: Vec<Cow<'a, str>>,
    ts_epoch: i64,
}

impl PlainEvent<'_> {
    fn entry(self) -> MetadataEntry {
        MetadataEntry {
            field: self.field_name.into_owned(),
            value: self.value.into_owned(),
            kind: self.kind.into_owned(),
            at: json::written_at(self.ts_epoch),
            attempt: attempt_of(self.tags.iter().map(|tag| &**tag)),
        }
    }
}

enum PlainValue<'a> {
    Text(Cow<'a, str>),
    List(Vec<String>),
}

impl PlainValue<'_> {
    fn into_owned(self) -> MetadataValue {
        match self {
            Self::Text(text) => MetadataValue::Text(text.into_owned()),
            Self::List(items) => MetadataValue::List(items),
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for PlainValue<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;

        impl<'de> Visitor<'de> for Either {
            type Value = PlainValue<'de>;

            fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
                to.write_str("a text or a list of texts")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(PlainValue::Text(text.into()))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(PlainValue::Text(text.to_owned().into()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
                let mut texts = Vec::new();
                while let Some(text) = items.next_element()? {
                    texts.push(text);
                }
                Ok(PlainValue::List(texts))
            }
        }

        deserializer.deserialize_any(Either)
    }
}

/// The attempt that an event is tagged with.
fn attempt_of<'a>(mut tags: impl Iterator<Item = &'a str>) -> Option<AttemptNumber> {
    tags.find_map(|tag| tag.strip_prefix("attempt_id:")?.parse().ok())
}

/// A metadata event: its own field name, value, time and attempt.
pub fn read_event(
    shelf: &Shelf,
    meta: &str,
    file: &EventFile,
    problems: &mut Problems,
) -> Option<MetadataEntry> {
    let path = format!("{meta}/{}", file.name);
    let read = shelf.read(&path);
    if let Some(Ok(bytes)) = read
        && let Ok(event) = serde_json::from_slice::<PlainEvent<'_>>(bytes)
    {
        return Some(event.entry());
    }
    let map = json::object(read, &path, "This metadata event is left out.", problems)?;
    let value = match map.get("value") {
        Some(Value::String(text)) => MetadataValue::Text(text.clone()),
        Some(Value::Array(items)) if items.iter().all(Value::is_string) => MetadataValue::List(
            items
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
        ),
        Some(other) => MetadataValue::Json(other.to_string()),
        None => MetadataValue::Json("null".to_owned()),
    };
    let tags = json::texts(&map, "tags");
    Some(MetadataEntry {
        field: json::text(&map, "field_name").unwrap_or_else(|| file.field().to_owned()),
        value,
        kind: json::text(&map, "type").unwrap_or_default(),
        at: json::recorded_at(&map).or(json::real(file.at)),
        attempt: attempt_of(tags.iter().map(String::as_str)),
    })
}

/// `N.attempt.json`: when the attempt started.
pub fn read_attempt_start(
    shelf: &Shelf,
    folder: &str,
    attempt: AttemptNumber,
    problems: &mut Problems,
) -> Option<Moment> {
    let path = format!("{folder}/{attempt}.attempt.json");
    let loses = "The start of this attempt is taken from its metadata.";
    let map = json::object(shelf.read(&path), &path, loses, problems)?;
    Moment::from_seconds(map.get("time")?.as_f64()?).and_then(json::real)
}

/// `N.task_begin`: the SHA-1 of the code package that the attempt ran with, and where that
/// was kept.
pub fn read_begun(
    shelf: &Shelf,
    folder: &str,
    attempt: AttemptNumber,
    problems: &mut Problems,
) -> Option<PackageNote> {
    let path = format!("{folder}/{attempt}.task_begin");
    let loses = "Which code went with this attempt is not known.";
    let map = json::object(shelf.read(&path), &path, loses, problems)?;
    Some(PackageNote {
        sha: json::text(&map, "code_package_sha")?,
        location: json::text(&map, "code_package_url").unwrap_or_default(),
    })
}

/// `N.runtime`: how the process ended, as the scheduler saw it.
pub fn read_exit(
    shelf: &Shelf,
    folder: &str,
    attempt: AttemptNumber,
    problems: &mut Problems,
) -> Option<Exit> {
    let path = format!("{folder}/{attempt}.runtime");
    let map = json::object(
        shelf.read(&path),
        &path,
        "The exit code of this attempt is not known.",
        problems,
    )?;
    Some(Exit {
        code: json::integer(&map, "return_code").unwrap_or_default(),
        killed: json::truth(&map, "killed").unwrap_or_default(),
        success: json::truth(&map, "success").unwrap_or_default(),
    })
}

/// `N.data.json`: the table of an attempt's artifacts, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    pub python: Option<String>,
    pub rows: SortedMap<String, TableRow>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableRow {
    pub sha: String,
    pub size: Option<u64>,
    /// As Python prints the class: `<class 'x.Y'>`.
    pub class: Option<String>,
    pub encoding: Option<String>,
}

pub fn read_table(
    shelf: &Shelf,
    folder: &str,
    attempt: AttemptNumber,
    problems: &mut Problems,
) -> Option<Table> {
    let path = format!("{folder}/{attempt}.data.json");
    let loses = "Sizes and types of this attempt's artifacts are not known.";
    let map = json::object(shelf.read(&path), &path, loses, problems)?;
    let empty = Map::new();
    let objects = map
        .get("objects")
        .and_then(Value::as_object)
        .unwrap_or(&empty);
    let info = map.get("info").and_then(Value::as_object).unwrap_or(&empty);
    let row = |name: &String| {
        let about = info.get(name).and_then(Value::as_object).unwrap_or(&empty);
        let sha = objects.get(name).and_then(Value::as_str);
        let row = TableRow {
            sha: sha.unwrap_or_default().to_owned(),
            size: json::integer(about, "size").and_then(|size| u64::try_from(size).ok()),
            class: json::text(about, "type"),
            encoding: json::text(about, "encoding"),
        };
        (name.clone(), row)
    };
    let names = objects
        .keys()
        .chain(info.keys().filter(|name| !objects.contains_key(*name)));
    Some(Table {
        python: json::text(&map, "python_version"),
        rows: names.map(row).collect(),
    })
}

/// `N_artifact_<name>.json`: the record of one artifact.
pub fn read_artifact(
    shelf: &Shelf,
    meta: &str,
    attempt: AttemptNumber,
    name: &str,
    problems: &mut Problems,
) -> Option<Artifact> {
    let path = format!("{meta}/{attempt}_artifact_{name}.json");
    let map = json::object(
        shelf.read(&path),
        &path,
        "This artifact's own record is left out.",
        problems,
    )?;
    Some(Artifact {
        name: json::text(&map, "name").unwrap_or_else(|| name.to_owned()),
        sha: json::text(&map, "sha").unwrap_or_default(),
        size: None,
        class: None,
        encoding: encoding(json::text(&map, "content_type").as_deref()),
        created: json::recorded_at(&map),
    })
}

/// A missing encoding means what the first releases wrote.
pub fn encoding(name: Option<&str>) -> Encoding {
    match name {
        None => Encoding::Pickle("gzip+pickle-v2".to_owned()),
        Some(name) if name.contains("pickle") => Encoding::Pickle(name.to_owned()),
        Some(name) => Encoding::Other(name.to_owned()),
    }
}

/// The class in `<class 'x.Y'>`: `x.Y`, and a builtin's bare name. Enums print as
/// `<enum 'Name'>`, without their module.
pub fn class_name(printed: &str) -> String {
    let inner = printed.split('\'').nth(1);
    inner.unwrap_or(printed).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_is_named_without_its_wrapping() {
        assert_eq!(
            class_name("<class 'pandas.core.frame.DataFrame'>"),
            "pandas.core.frame.DataFrame"
        );
        assert_eq!(class_name("<enum 'Colour'>"), "Colour");
        assert_eq!(class_name("whatever"), "whatever");
    }
}
