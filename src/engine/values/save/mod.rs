//! Values as files: the stored pickle, the content of bytes and texts, JSON, CSV, `.npy`.
//!
//! Start with [`ways`] for what a value can be saved as, and [`Engine::value_bytes`].

mod csv;
mod json;

use super::fetched::{Check, fetch_blob};
use super::markdown::is_markdown;
use super::place::{Spot, contents};
use super::shape::is_page;
use super::stored::Most;
use super::{BytesQuery, BytesView, Save, SeenAs, picture, wrong_kind};
use crate::engine::ask::Failure;
use crate::engine::{Engine, Work};
use crate::inside::Format;
use crate::inside::image::image;
use crate::inside::magic::magic;
use crate::libraries::place::Within;
use crate::libraries::table::{array_within, table};
use crate::libraries::{numpy, records};
use crate::model::Encoding;
use crate::pickle::{NodeId, Pickle, Value};

/// A file that a page makes is held in memory, more than once for a moment.
const MOST: usize = 512 << 20;

/// Nor is as much JSON of use to anybody: what is shared stands there as often as it is
/// mentioned, and a figure of 40 kB would become half a gigabyte.
const MOST_JSON: usize = 64 << 20;

/// What a place can be saved as, the likeliest first.
pub(super) fn ways(spot: &Spot) -> Vec<Save> {
    let pickle = spot.pickle();
    let mut ways = Vec::new();
    if matches!(
        pickle.value(spot.node),
        Value::Bytes(_) | Value::ByteArray(_) | Value::Text(_)
    ) {
        ways.push(Save::Content);
    }
    if picture::own_picture(spot).is_some() {
        ways.push(Save::Content);
    }
    let pictures = picture::pictures(spot).into_iter();
    let seen = pictures.map(|picture| picture.seen);
    ways.extend(
        seen.filter(|seen| *seen != SeenAs::Lines)
            .map(Save::Picture),
    );
    let is_table = table(pickle, spot.node, &spot.within, &[]).is_some();
    if is_table || records(pickle, spot.node).is_some_and(|records| records.rows.len() > 1) {
        ways.push(Save::Csv);
    }
    if array(spot).is_some() {
        ways.push(Save::Npy);
    }
    ways.extend([Save::Json, Save::Pickle]);
    ways
}

/// The part of an array that a place is, if NumPy would write it as it is.
fn array(spot: &Spot) -> Option<numpy::Array<'_>> {
    let part = array_within(spot.pickle(), spot.node, &spot.within)?;
    numpy::can_be_file(&part).then_some(part)
}

impl Engine {
    pub(in crate::engine) async fn value_bytes(
        &self,
        query: BytesQuery,
        work: &Work,
    ) -> Result<BytesView, Box<Failure>> {
        let (place, artifact) = self.artifact(&query.value, work).await?;
        let name = file_name(&query.value.name, &query.value.at);
        if query.save == Save::Pickle || matches!(artifact.encoding, Encoding::Other(_)) {
            let stored = place.loaded.stored(&artifact.sha);
            let fetched = fetch_blob(stored, Most::Raised, Check::Now, work).await?;
            let extension = match artifact.encoding {
                Encoding::Other(_) => "bin",
                _ => "pkl",
            };
            // The pickle is that of the whole value, whatever part is looked at.
            let name = file_name(&query.value.name, "");
            return Ok(view(
                fetched.bytes,
                "application/octet-stream",
                name,
                extension,
            ));
        }
        let spot = self.spot_of_value(&query.value, work).await?;
        let pickle = spot.pickle();
        match query.save {
            Save::Json => {
                let text = json::text(pickle, spot.node, &spot.within, MOST_JSON, work).await;
                let text = text.ok_or_else(|| too_large(&name, "JSON"))?;
                Ok(view(text, "application/json", name, "json"))
            }
            Save::Csv => {
                let within = Within {
                    records: query.records,
                    ..spot.within.clone()
                };
                let table = table(pickle, spot.node, &within, &query.shown());
                let table = table.ok_or_else(|| wrong_kind("table", &query.value))?;
                let text = csv::text(&table, pickle, MOST, work).await;
                let text = text.ok_or_else(|| too_large(&name, "CSV"))?;
                Ok(view(text, "text/csv", name, "csv"))
            }
            Save::Npy => {
                let bytes = array(&spot).and_then(|array| numpy::npy(&array));
                let bytes = bytes.ok_or_else(|| wrong_kind("array", &query.value))?;
                Ok(view(bytes, "application/octet-stream", name, "npy"))
            }
            Save::Picture(seen) => {
                let drawn = picture::drawn(&spot, seen, &query.shown());
                let drawn = drawn.ok_or_else(|| wrong_kind("picture", &query.value))?;
                Ok(picture::view(name, drawn))
            }
            Save::Content | Save::Pickle if picture::own_picture(&spot).is_some() => {
                let drawn = picture::drawn(&spot, SeenAs::Image, &[]);
                let drawn = drawn.ok_or_else(|| wrong_kind("picture", &query.value))?;
                Ok(picture::view(name, drawn))
            }
            Save::Content | Save::Pickle => {
                let (bytes, mime, extension) = match pickle.value(spot.node) {
                    Value::Bytes(bytes) | Value::ByteArray(bytes) => match image(bytes) {
                        Some(image) => (bytes.to_vec(), image.mime, image.extension),
                        None => {
                            let extension = magic(bytes).map_or("bin", |magic| magic.extension);
                            (bytes.to_vec(), "application/octet-stream", extension)
                        }
                    },
                    Value::Text(text) => {
                        let (mime, extension) = match image(text.bytes()) {
                            Some(image) => (image.mime, image.extension),
                            None => kind_of_text(pickle, spot.node),
                        };
                        (text.lossy().into_owned().into_bytes(), mime, extension)
                    }
                    _ => (pickle.bytes().to_vec(), "application/octet-stream", "pkl"),
                };
                Ok(view(bytes, mime, name, extension))
            }
        }
    }
}

/// The MIME type of a text, and how its file's name ends, by what it is.
fn kind_of_text(pickle: &Pickle, node: NodeId) -> (&'static str, &'static str) {
    match contents(pickle, node).map(|contents| contents.format) {
        Some(Format::Json) => ("application/json", "json"),
        Some(Format::JsonLines) => ("application/jsonl", "jsonl"),
        Some(Format::Csv(b'\t')) => ("text/tab-separated-values", "tsv"),
        Some(Format::Csv(_)) => ("text/csv", "csv"),
        _ if is_page(pickle, node) => ("text/html", "html"),
        _ if is_markdown(pickle, node) => ("text/markdown", "md"),
        _ => ("text/plain", "txt"),
    }
}

fn view(bytes: Vec<u8>, mime: &str, name: String, extension: &str) -> BytesView {
    BytesView {
        bytes,
        mime: mime.to_owned(),
        file: format!("{name}.{extension}"),
        note: String::new(),
    }
}

fn too_large(name: &str, format: &str) -> Box<Failure> {
    let what = format!("As {format} it would be larger than what a page can hold.");
    Failure::unreadable(
        "This is too large for a file made here",
        name,
        &what,
        "Save the pickle, and convert it in Python.",
    )
}

/// A name of letters, digits and what no file system minds.
fn file_name(name: &str, at: &str) -> String {
    /// So that the whole stays a name everywhere.
    const LETTERS: usize = 80;
    let plain = |char: char| match char {
        char if char.is_alphanumeric() || char == '_' || char == '-' => char,
        _ => '.',
    };
    let all: String = name.chars().chain(at.chars()).map(plain).collect();
    let parts: Vec<&str> = all.split('.').filter(|part| !part.is_empty()).collect();
    parts.join(".").chars().take(LETTERS).collect()
}
