//! Values as files: the stored pickle, the content of bytes and texts, JSON, CSV, `.npy`.
//!
//! Start with [`ways`] for what a value can be saved as, and [`Engine::value_bytes`];
//! [`names`] has what the files are called.

mod csv;
mod json;
mod names;
mod weigh;

pub(super) use names::extension;

use super::fetched::{Check, fetch};
use super::place::Spot;
use super::stored::Most;
use super::{BytesQuery, BytesView, Save, SeenAs, picture, wrong_kind};
use crate::engine::ask::Failure;
use crate::engine::{Engine, Work};
use crate::libraries::place::Within;
use crate::libraries::table::{array_within, table};
use crate::libraries::{numpy, records};
use crate::model::Encoding;
use crate::pickle::Value;
use crate::text::human;
use names::{file_name, kind_of, part_name};
use weigh::Longer;

/// A file that a page makes is held in memory, more than once for a moment.
const MOST: usize = 512_000_000;

/// Nor is as much JSON of use to anybody: what is shared stands there as often as it is
/// mentioned, and a figure of 40 kB would become half a gigabyte.
const MOST_JSON: usize = 64_000_000;

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
            let fetched = fetch(stored, Most::Raised, Check::Now, work).await?;
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
                let text = text.map_err(|why| too_long_json(&name, why))?;
                Ok(view(text, "application/json", name, "json"))
            }
            Save::Csv => {
                let within = Within {
                    records: query.records,
                    ..spot.within.clone()
                };
                let shown = query.shown();
                let table = table(pickle, spot.node, &within, &shown);
                let table = table.ok_or_else(|| wrong_kind("table", &query.value))?;
                let array = array_within(pickle, spot.node, &within);
                let part = array.map(|array| part_name(&array.shape, &shown));
                let name = file_name(
                    &query.value.name,
                    &format!("{}{}", query.value.at, part.unwrap_or_default()),
                );
                if table.columns > csv::MOST_COLUMNS {
                    return Err(too_wide(&name, table.columns));
                }
                let text = csv::text(&table, pickle, MOST, work).await;
                let text = text.ok_or_else(|| too_long(&name, "CSV", MOST, ""))?;
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
                let bytes = match pickle.value(spot.node) {
                    Value::Bytes(bytes) | Value::ByteArray(bytes) => bytes.to_vec(),
                    Value::Text(text) => text.lossy().into_owned().into_bytes(),
                    _ => pickle.bytes().to_vec(),
                };
                let (mime, extension) = kind_of(pickle, spot.node);
                Ok(view(bytes, mime, name, extension))
            }
        }
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

const HEADLINE: &str = "This is too large for a file made here";

fn too_long(name: &str, format: &str, most: usize, why: &str) -> Box<Failure> {
    let most = human::size(most as u64);
    Failure::unreadable(
        HEADLINE,
        name,
        &format!("As {format} it would be larger than {most}, which is the limit here{why}."),
        "Save the pickle, and convert it in Python.",
    )
}

fn too_long_json(name: &str, why: Option<Longer>) -> Box<Failure> {
    let why = why.filter(|why| why.told / 2 > why.parts).map(|why| {
        format!(
            ": its {} are told wherever they are mentioned, more than {} times in all",
            human::counted(why.parts, "part", "parts"),
            human::count(why.told)
        )
    });
    too_long(name, "JSON", MOST_JSON, &why.unwrap_or_default())
}

fn too_wide(name: &str, columns: usize) -> Box<Failure> {
    Failure::unreadable(
        HEADLINE,
        name,
        &format!(
            "It has {} columns, and a file made here has {} at most.",
            human::count(columns as u64),
            human::count(csv::MOST_COLUMNS as u64)
        ),
        "Save the pickle, and convert it in Python.",
    )
}
