//! What a list shows, and in which order.

use super::{Query, percent};
use std::fmt;

/// The filters of a list. Which of them a list knows, and what their words mean,
/// is the list's; the default shows everything in its own order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filters {
    /// Text to be found (`q=`).
    pub text: Option<String>,
    /// Any of these (`status=failed,retried`), in lower case. An empty one is none.
    pub statuses: Vec<String>,
    /// Any of these (`flow=`, repeated).
    pub flows: Vec<String>,
    /// All of these (`tag=`, repeated).
    pub tags: Vec<String>,
    /// Any of these (`user=`, repeated).
    pub users: Vec<String>,
    /// How far back (`since=`), as the list's control has it: `7d`, `2026-11-13`.
    pub since: Option<String>,
    /// In which order (`sort=`).
    pub sort: Option<Sort>,
}

/// The order of a list: `started`, or `-started` for the greatest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sort {
    /// The column's word, which begins with a letter.
    pub by: String,
    pub descending: bool,
}

impl Filters {
    /// Whether everything is shown, in whichever order.
    pub fn is_empty(&self) -> bool {
        let unsorted = Self {
            sort: None,
            ..self.clone()
        };
        unsorted == Self::default()
    }

    pub(super) fn read(&mut self, key: &str, value: &str) -> bool {
        match key {
            "q" => first(&mut self.text, value.to_owned()),
            "since" => first(&mut self.since, value.to_owned()),
            "sort" => first(&mut self.sort, Sort::read(value)),
            "flow" => self.flows.push(value.to_owned()),
            "tag" => self.tags.push(value.to_owned()),
            "user" => self.users.push(value.to_owned()),
            _ => return false,
        }
        true
    }

    /// Reads the list of statuses, not yet decoded.
    pub(super) fn read_statuses(&mut self, list: &str) {
        let statuses = list
            .split(',')
            .map(|item| percent::decode(item).to_ascii_lowercase());
        self.statuses
            .extend(statuses.filter(|status| !status.is_empty()));
    }

    pub(super) fn write(&self, query: &mut Query<'_, '_>) -> fmt::Result {
        query.maybe("q", self.text.as_ref())?;
        let statuses: Vec<String> = self
            .statuses
            .iter()
            .filter(|status| !status.is_empty())
            .map(|status| percent::encode_item(&status.to_ascii_lowercase()))
            .collect();
        if !statuses.is_empty() {
            query.encoded("status", &statuses.join(","))?;
        }
        for (key, values) in [
            ("flow", &self.flows),
            ("tag", &self.tags),
            ("user", &self.users),
        ] {
            for value in values {
                query.pair(key, value)?;
            }
        }
        query.maybe("since", self.since.as_ref())?;
        query.maybe("sort", self.sort.as_ref())
    }
}

fn first<T>(field: &mut Option<T>, value: T) {
    field.get_or_insert(value);
}

impl Sort {
    fn read(text: &str) -> Self {
        match text.strip_prefix('-') {
            Some(by) => Self {
                by: by.to_owned(),
                descending: true,
            },
            None => Self {
                by: text.to_owned(),
                descending: false,
            },
        }
    }
}

impl fmt::Display for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.descending { "-" } else { "" };
        write!(f, "{sign}{}", self.by)
    }
}
