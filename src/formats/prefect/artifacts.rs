//! What somebody is to look at: the artifacts that tasks made, by what they are, and the
//! versions of each.
//!
//! There are four types (`prefect/artifacts.py`, 3.9.1): `markdown`, `table`, `progress` and
//! `image`. A link is stored as a markdown that is nothing but a link. What has no type is the
//! record of a stored result and nobody's to look at. Texts are as they were written: a
//! markdown may hold any HTML, and an image or a link any address. Start with [`shown`];
//! [`versions`] brings those of one key together.

use super::id::{Id, Word};
use super::json::{Json, Kind};
use super::records::{Artifact, AssetEvent, AssetEventKind};
use crate::sorting::{sort, sort_by};
use std::borrow::Cow;
use std::collections::HashMap;

/// What an artifact shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Shown {
    Markdown(String),
    /// Its words, and where it leads.
    Link {
        text: String,
        to: String,
    },
    Table(Table),
    /// In hundredths.
    Progress(f64),
    /// An address, which may hold the image itself (`data:`).
    Image(String),
    /// A type that a newer release may have: its value as JSON.
    Other {
        kind: Word,
        json: String,
    },
    /// A type that is known, with a value that is none of it.
    Odd {
        kind: Word,
        json: String,
    },
}

/// A table, row by row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// In the order in which they come; a list of lists has none.
    pub columns: Vec<String>,
    /// Values as JSON has them; nothing where a row has no such column. A row may end early.
    pub rows: Vec<Vec<Option<Box<str>>>>,
    /// Rows that are not among them, because there are too many.
    pub left_out: u64,
}

/// What an artifact shows; `None` for the record of a result. Of a table no more than so many
/// rows.
pub fn shown(artifact: &Artifact, most: usize) -> Option<Shown> {
    let kind = artifact.kind.clone()?;
    let raw = artifact.data.as_deref().unwrap_or("null");
    let odd = || Shown::Odd {
        kind: kind.clone(),
        json: raw.to_owned(),
    };
    let Ok(value) = Json::whole(raw.as_bytes()) else {
        return Some(odd());
    };
    let text = value.text();
    Some(match (&*kind, text) {
        ("markdown", Some(text)) => match link(&text) {
            Some((words, to)) => Shown::Link {
                text: words.to_owned(),
                to: to.to_owned(),
            },
            None => Shown::Markdown(text.into_owned()),
        },
        ("image", Some(text)) => Shown::Image(text.into_owned()),
        ("progress", text) => {
            let number = text.and_then(|text| text.trim().parse().ok());
            match value
                .number()
                .or(number)
                .filter(|number| number.is_finite())
            {
                Some(number) => Shown::Progress(number),
                None => odd(),
            }
        }
        ("table", text) => {
            // A text that holds JSON; elsewhere the value itself.
            let inner = text.unwrap_or_else(|| value.raw());
            match Json::whole(inner.as_bytes())
                .ok()
                .and_then(|inner| table(&inner, most))
            {
                Some(table) => Shown::Table(table),
                None => odd(),
            }
        }
        ("markdown" | "image", None) => odd(),
        _ => Shown::Other {
            json: raw.to_owned(),
            kind,
        },
    })
}

/// `[words](address)` and nothing else, as `create_link_artifact` writes it.
fn link(text: &str) -> Option<(&str, &str)> {
    let inner = text.trim().strip_prefix('[')?.strip_suffix(')')?;
    let (words, to) = inner.split_once("](")?;
    let is_one = !to.contains(['(', ')', '[', ']', ' ', '\n']) && !words.contains(['\n', ']']);
    (is_one && !to.is_empty()).then_some((words, to))
}

/// A list of objects, an object of lists, or a list of lists.
fn table(value: &Json<'_>, most: usize) -> Option<Table> {
    match value.kind() {
        Kind::List => {
            let mut of_rows = Rows::default();
            for row in value.items() {
                // What is cut or broken ends the table.
                let Ok(row) = row else { break };
                match of_rows.table.rows.len() < most {
                    true => of_rows.add(&row),
                    false => of_rows.table.left_out += 1,
                }
            }
            Some(of_rows.table)
        }
        Kind::Object => {
            let mut table = Table::default();
            for (name, column) in value.fields().flatten().take(COLUMNS) {
                let place = table.columns.len();
                table.columns.push(name.into_owned());
                // A dictionary of a data frame has rows by their label.
                let items: Vec<Json<'_>> = match column.kind() {
                    Kind::List => column.items().flatten().collect(),
                    Kind::Object => column.fields().flatten().map(|(_, item)| item).collect(),
                    _ => vec![column],
                };
                table.left_out = table.left_out.max(items.len().saturating_sub(most) as u64);
                for (at, item) in items.iter().take(most).enumerate() {
                    if table.rows.len() <= at {
                        table.rows.resize_with(at + 1, Vec::new);
                    }
                    if let Some(row) = table.rows.get_mut(at) {
                        row.resize(place, None);
                        row.push(Some(item.raw().into()));
                    }
                }
            }
            Some(table)
        }
        _ => None,
    }
}

#[derive(Default)]
struct Rows {
    table: Table,
    places: HashMap<String, usize>,
}

/// Columns of a table: more are nobody's table.
const COLUMNS: usize = 1000;

impl Rows {
    fn add(&mut self, value: &Json<'_>) {
        let mut row: Vec<Option<Box<str>>> = Vec::new();
        let mut put = |place: usize, item: &Json<'_>| {
            if row.len() <= place {
                row.resize(place + 1, None);
            }
            if let Some(cell) = row.get_mut(place) {
                *cell = Some(item.raw().into());
            }
        };
        match value.kind() {
            Kind::Object => {
                for (name, item) in value.fields().flatten() {
                    if let Some(place) = self.place(name) {
                        put(place, &item);
                    }
                }
            }
            Kind::List => {
                for (place, item) in value.items().flatten().take(COLUMNS).enumerate() {
                    put(place, &item);
                }
            }
            _ => put(0, value),
        }
        self.table.rows.push(row);
    }

    fn place(&mut self, name: Cow<'_, str>) -> Option<usize> {
        if let Some(place) = self.places.get(&*name) {
            return Some(*place);
        }
        let place = self.table.columns.len();
        if place >= COLUMNS {
            return None;
        }
        self.table.columns.push(name.to_string());
        self.places.insert(name.into_owned(), place);
        Some(place)
    }
}

/// The versions of an artifact: those of one key, or one that has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Versions {
    pub key: Option<Word>,
    pub kind: Word,
    /// Places in the list, the newest first.
    pub at: Vec<usize>,
}

/// Brings the artifacts of a list together by key, in the order of the keys, those without a
/// key behind them; records of results are left out.
pub fn versions(artifacts: &[Artifact]) -> Vec<Versions> {
    let mut places: Vec<usize> = (0..artifacts.len()).collect();
    // Of two at one moment the one with the larger id: they are in no other order.
    let key = |at: &usize| {
        let one = artifacts.get(*at)?;
        Some((one.created, &one.id))
    };
    sort_by(&mut places, |one, other| key(other).cmp(&key(one)));
    let mut found: Vec<Versions> = Vec::new();
    let mut by_key: HashMap<&Word, usize> = HashMap::new();
    for at in places {
        let Some(artifact) = artifacts.get(at) else {
            continue;
        };
        let Some(kind) = &artifact.kind else {
            continue;
        };
        let known = artifact.key.as_ref().and_then(|key| by_key.get(key));
        match known.and_then(|known| found.get_mut(*known)) {
            Some(versions) => versions.at.push(at),
            None => {
                if let Some(key) = &artifact.key {
                    by_key.insert(key, found.len());
                }
                found.push(Versions {
                    key: artifact.key.clone(),
                    kind: kind.clone(),
                    at: vec![at],
                });
            }
        }
    }
    let order = |one: &Versions| (one.key.is_none(), one.key.clone());
    sort_by(&mut found, |one, other| order(one).cmp(&order(other)));
    found
}

/// What is known of an asset out of its events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asset {
    pub uri: String,
    /// What its newest event that says so calls it.
    pub name: Option<String>,
    pub description: Option<String>,
    pub url: Option<String>,
    pub owners: Vec<String>,
    /// Assets that it was made of, by URI.
    pub upstream: Vec<String>,
    /// Places of its events, in the order of the list.
    pub events: Vec<usize>,
    /// Task runs that made it, or were to.
    pub made_by: Vec<Id>,
}

/// The assets of a list of events, by URI.
pub fn assets(events: &[AssetEvent]) -> Vec<Asset> {
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut found: Vec<Asset> = Vec::new();
    for (at, event) in events.iter().enumerate() {
        let place = *places.entry(&event.asset).or_insert_with(|| {
            found.push(Asset {
                uri: event.asset.clone(),
                ..Asset::default()
            });
            found.len() - 1
        });
        let Some(asset) = found.get_mut(place) else {
            continue;
        };
        asset.events.push(at);
        asset.name = event.name.clone().or(asset.name.take());
        asset.description = event.description.clone().or(asset.description.take());
        asset.url = event.url.clone().or(asset.url.take());
        if !event.owners.is_empty() {
            asset.owners.clone_from(&event.owners);
        }
        asset.upstream.extend(event.upstream.iter().cloned());
        if matches!(
            event.kind,
            AssetEventKind::Materialized | AssetEventKind::Failed
        ) {
            asset.made_by.extend(event.task_run_id.clone());
        }
    }
    for asset in &mut found {
        sort(&mut asset.upstream);
        asset.upstream.dedup();
        sort(&mut asset.made_by);
        asset.made_by.dedup();
    }
    sort_by(&mut found, |one, other| one.uri.cmp(&other.uri));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::prefect::json::quoted;
    use crate::model::Moment;
    use proptest::prelude::*;

    fn artifact(id: &str, kind: Option<&str>, data: &str) -> Artifact {
        Artifact {
            id: Id::of(id).unwrap(),
            created: None,
            updated: None,
            key: None,
            kind: kind.map(Into::into),
            description: None,
            data: Some(data.into()),
            metadata: None,
            flow_run_id: None,
            task_run_id: None,
        }
    }

    #[track_caller]
    fn check(kind: &str, data: &str, expected: Shown) {
        assert_eq!(
            shown(&artifact("a", Some(kind), data), 10),
            Some(expected),
            "{data}"
        );
    }

    #[test]
    fn artifacts_are_what_their_type_says() {
        let link = |text: &str, to: &str| Shown::Link {
            text: text.to_owned(),
            to: to.to_owned(),
        };
        let markdown = |text: &str| Shown::Markdown(text.to_owned());
        check("markdown", r#""\u00fcber [a](b)""#, markdown("über [a](b)"));
        check(
            "markdown",
            r#""[Station list](https://x.org/?q=1&r=2)""#,
            link("Station list", "https://x.org/?q=1&r=2"),
        );
        check(
            "markdown",
            r#""[https://x.org](https://x.org)""#,
            link("https://x.org", "https://x.org"),
        );
        check(
            "markdown",
            r#""[a](b) and [c](d)""#,
            markdown("[a](b) and [c](d)"),
        );
        check(
            "markdown",
            r#""[](javascript:x)""#,
            link("", "javascript:x"),
        );
        check(
            "image",
            r#""data:image/png;base64,AAAA""#,
            Shown::Image("data:image/png;base64,AAAA".to_owned()),
        );
        check("progress", "62.5", Shown::Progress(62.5));
        check("progress", r#""62.5""#, Shown::Progress(62.5));
        check(
            "progress",
            "NaN",
            Shown::Odd {
                kind: "progress".into(),
                json: "NaN".to_owned(),
            },
        );
        check(
            "markdown",
            "5",
            Shown::Odd {
                kind: "markdown".into(),
                json: "5".to_owned(),
            },
        );
        check(
            "table",
            r#""not a table""#,
            Shown::Odd {
                kind: "table".into(),
                json: r#""not a table""#.to_owned(),
            },
        );
        check(
            "hologram",
            "{}",
            Shown::Other {
                kind: "hologram".into(),
                json: "{}".to_owned(),
            },
        );
        assert_eq!(shown(&artifact("a", None, "{}"), 10), None);
    }

    #[track_caller]
    fn check_table(inner: &str, most: usize, expected: &[&str], left_out: u64) {
        for data in [quoted(inner), inner.to_owned()] {
            let Some(Shown::Table(table)) = shown(&artifact("a", Some("table"), &data), most)
            else {
                panic!("{data}");
            };
            let width = table.rows.iter().map(Vec::len).max().unwrap_or_default();
            let line = |row: &Vec<Option<Box<str>>>| {
                let missing =
                    std::iter::repeat_n(&None, width.max(table.columns.len()) - row.len());
                row.iter()
                    .chain(missing)
                    .map(|cell| cell.as_deref().unwrap_or("-").to_owned())
                    .collect::<Vec<_>>()
                    .join(" ")
            };
            let mut lines = vec![table.columns.join(" ")];
            lines.extend(table.rows.iter().map(line));
            assert_eq!(
                (lines, table.left_out),
                (
                    expected.iter().map(|one| (*one).to_owned()).collect(),
                    left_out
                ),
                "{inner}"
            );
        }
    }

    #[test]
    fn a_table_has_three_shapes() {
        check_table(
            r#"[{"a": 1, "b": "x"}, {"b": null, "c": 1.5}]"#,
            9,
            &["a b c", "1 \"x\" -", "- null 1.5"],
            0,
        );
        check_table(r#"{"a": [1, 2], "b": [3]}"#, 9, &["a b", "1 3", "2 -"], 0);
        check_table(r#"[["x", 1], ["y"]]"#, 9, &["", "\"x\" 1", "\"y\" -"], 0);
        check_table("[1, [2, 3]]", 9, &["", "1 -", "2 3"], 0);
        check_table("[]", 9, &[""], 0);
        check_table(r#"[[1], [2], [3]]"#, 2, &["", "1", "2"], 1);
        check_table(r#"{"a": [1, 2, 3]}"#, 2, &["a", "1", "2"], 1);
        check_table(r#"{"a": {"0": 1, "1": 2}}"#, 9, &["a", "1", "2"], 0);
    }

    #[test]
    fn versions_stand_by_key_the_newest_first() {
        let one = |id: &str, key: &str, at: i64| {
            let mut one = artifact(id, Some("markdown"), "\"\"");
            one.key = (!key.is_empty()).then(|| key.into());
            one.created = Some(Moment(at));
            one
        };
        let mut list = vec![
            one("a", "report", 1),
            one("b", "", 9),
            one("c", "chart", 2),
            one("d", "report", 3),
            one("e", "report", 3),
        ];
        list.push(artifact("f", None, "{}"));
        let found: Vec<(Option<String>, Vec<usize>)> = versions(&list)
            .into_iter()
            .map(|one| (one.key.map(|key| key.to_string()), one.at))
            .collect();
        assert_eq!(
            found,
            [
                (Some("chart".to_owned()), vec![2]),
                (Some("report".to_owned()), vec![4, 3, 0]),
                (None, vec![1])
            ]
        );
    }

    proptest! {
        #[test]
        fn no_data_breaks_the_reading(kind in prop::sample::select(&["markdown", "table", "progress", "image"][..]), data in r#"[\[\]{}",:\\()a1\- ]{0,40}"#) {
            let _ = shown(&artifact("a", Some(kind), &data), 3);
            let _ = shown(&artifact("a", Some(kind), &quoted(&data)), 3);
        }
    }
}
