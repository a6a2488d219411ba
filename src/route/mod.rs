//! An address in the app ⇄ the part of the URL behind `#`, both ways.
//!
//! ```text
//! #/<Flow>/<run>/<step>/<task>/<artifact>?src=…&attempt=1&tab=logs&lines=stderr:8-9
//! ```
//!
//! The address is the state of the screen: what is not in it is not shared by a
//! link. It lives behind `#`, so any static host serves it in any folder, and no
//! server ever sees it. Nothing here knows a browser, a run or which tabs exist: a
//! place is a name, and whether something is there is for the engine to say.
//!
//! Reading never fails. What is not understood is kept, so that an address passes
//! unharmed through a version of the app that does not know all of it; only parts
//! behind the fifth, second values of keys that have one, and empty sources are
//! dropped. Printing and reading again gives the same route.
//!
//! Start with [`Route`]; [`Place`] has the path, [`Local`] what was given by hand,
//! [`percent`] the escapes.
//!
//! # Which version is this?
//!
//! The grammar described here is version 1, and version 1 is not written: links
//! are for people too. A later grammar that this one would misread says `v=2`.
//! An address with such a `v` is read as far as this grammar goes, keeps its `v`
//! when it is printed again, and [`Route::is_newer`] lets the page say so.

pub mod filters;
pub mod local;
pub mod percent;
pub mod place;

pub use filters::{Filters, Sort};
pub use local::{Local, Print};
pub use place::Place;

use std::fmt;

/// The version of the grammar that this program writes.
pub const VERSION: u32 = 1;

/// An address in the app. The default is the first page, without a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// What is open (`src=`, repeated), the first one first in every clash of
    /// names: URLs, relative ones beside the app, or what was given by hand ([`Local`]).
    /// An empty one is none.
    pub sources: Vec<String>,
    /// Whose runs are looked at (`ns=`): those with this tag, which goes with the reader
    /// from place to place. `None` is everything.
    pub namespace: Option<String>,
    /// What the page asks about is open all the same (`anyway=1`): what can still be read of
    /// an archive that is not whole, one that unpacks to very much. It goes along with the
    /// sources.
    pub anyway: bool,
    pub place: Place,
    /// Which attempt of the task (`attempt=`), from 0; `None` is the latest.
    pub attempt: Option<u32>,
    /// The open tab (`tab=`), by its word in lower case. One that the place does
    /// not have falls back to its first.
    pub tab: Option<String>,
    /// Selected lines of a log (`lines=`).
    pub lines: Option<Lines>,
    /// A place inside of an artifact's value (`at=`), as the path bar shows it.
    pub at: Option<String>,
    /// What is selected in a picture or a list (`select=`): a step, a task.
    pub select: Option<String>,
    /// The part of the time axis that is looked at (`time=`).
    pub time: Option<TimeRange>,
    /// What a list shows, and in which order.
    pub filters: Filters,
    /// The version that the address says it has (`v=`).
    pub version: u32,
    /// All else, in its order: keys of other versions, and known keys whose values
    /// could not be read.
    pub rest: Vec<(String, String)>,
}

impl Default for Route {
    fn default() -> Self {
        Self {
            sources: Vec::new(),
            namespace: None,
            anyway: false,
            place: Place::Open,
            attempt: None,
            tab: None,
            lines: None,
            at: None,
            select: None,
            time: None,
            filters: Filters::default(),
            version: VERSION,
            rest: Vec::new(),
        }
    }
}

/// Lines of one log: `stderr:8-9`, or `stderr:8` for a single one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lines {
    /// Which log: `stdout`, `stderr`, or what else the engine writes.
    pub stream: String,
    /// The first and the last line, as the page numbers them, from 1.
    pub first: u64,
    pub last: u64,
}

/// A range of moments in microseconds since the Unix epoch, the earlier one first:
/// `1795211261502114..1795211300000000`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeRange {
    pub from: i64,
    pub to: i64,
}

impl Route {
    /// Reads an address: what stands behind `#` in the location, with or without
    /// the `#`, or a whole link.
    pub fn parse(text: &str) -> Self {
        let hash = match text.strip_prefix('#') {
            Some(hash) => hash,
            None if text.starts_with('/') => text,
            None => text.split_once("#/").map_or(text, |(_, hash)| hash),
        };
        let (path, query) = hash.split_once('?').unwrap_or((hash, ""));
        let mut route = Self::default();
        let mut front = None;
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            let key = percent::decode_part(key);
            // Lists have commas between their values, so they are decoded later.
            if key == "status" {
                route.filters.read_statuses(value);
                continue;
            }
            let value = percent::decode(value);
            match (key.as_str(), value.as_str()) {
                ("place", "open") => front = front.or(Some(Place::Open)),
                ("place", "runs") => front = front.or(Some(Place::Runs { flow: None })),
                _ if route.read(&key, &value) => {}
                _ => route.rest.push((key, value)),
            }
        }
        route.place = Place::from_path(path)
            .or(front)
            .unwrap_or_else(|| front_page(&route.sources));
        route
    }

    /// Takes one key into its field. `false` if the key is not known, or its value
    /// makes no sense. The first value of a key counts.
    fn read(&mut self, key: &str, value: &str) -> bool {
        fn first<T>(field: &mut Option<T>, value: Option<T>) -> bool {
            let understood = value.is_some();
            if field.is_none() {
                *field = value;
            }
            understood
        }
        match key {
            "src" if value.is_empty() => true,
            "src" => {
                self.sources.push(value.to_owned());
                true
            }
            "ns" if value.is_empty() => true,
            "ns" => first(&mut self.namespace, Some(value.to_owned())),
            "anyway" => {
                self.anyway |= value == "1";
                value == "1"
            }
            "attempt" => first(&mut self.attempt, whole_number(value)),
            "tab" => first(&mut self.tab, Some(value.to_ascii_lowercase())),
            "lines" => first(&mut self.lines, Lines::read(value)),
            "at" => first(&mut self.at, Some(value.to_owned())),
            "select" => first(&mut self.select, Some(value.to_owned())),
            "time" => first(&mut self.time, TimeRange::read(value)),
            "v" => match whole_number(value) {
                Some(version) if version >= VERSION => {
                    self.version = self.version.max(version);
                    true
                }
                _ => false,
            },
            _ => self.filters.read(key, value),
        }
    }

    /// The address as it is written into the location and into links.
    pub fn to_hash(&self) -> String {
        self.to_string()
    }

    /// Whether a newer version of the app wrote this address.
    pub fn is_newer(&self) -> bool {
        self.version > VERSION
    }

    /// The value of a key that has no field of its own.
    pub fn extra(&self, key: &str) -> Option<&str> {
        let (_, value) = self.rest.iter().find(|(known, _)| known == key)?;
        Some(value)
    }

    /// All values of a key that has no field of its own, in their order.
    pub fn extras<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        let of_key = self.rest.iter().filter(move |(known, _)| known == key);
        of_key.map(|(_, value)| value.as_str())
    }
}

/// Where the bare path leads: to the first page, or to what was opened.
fn front_page(sources: &[String]) -> Place {
    if sources.is_empty() {
        Place::Open
    } else {
        Place::Runs { flow: None }
    }
}

/// The same route with something changed. All of them take the route, so that
/// they can be chained: `route.to(place).with_tab("logs")`.
impl Route {
    /// The first page of a source.
    pub fn open(source: &str) -> Self {
        Self::open_all([source])
    }

    /// The same of several sources.
    pub fn open_all<'s>(sources: impl IntoIterator<Item = &'s str>) -> Self {
        Self::default()
            .with_sources(sources)
            .to(Place::Runs { flow: None })
    }

    /// Another place in the same sources. Everything that belonged to the old
    /// place is dropped, keys without a field of their own included; only the
    /// attempt stays where the task stays.
    #[must_use]
    pub fn to(self, place: Place) -> Self {
        let task = self.place.task_path();
        let same_task = task.is_some() && task == place.task_path();
        Self {
            sources: self.sources,
            namespace: self.namespace,
            anyway: self.anyway,
            attempt: self.attempt.filter(|_| same_task),
            place,
            ..Self::default()
        }
    }

    /// The page on which a source is added to these.
    pub fn adding(&self) -> Self {
        self.clone().to(Place::Open)
    }

    /// Whether this is the page on which a source is added to others.
    pub fn is_adding(&self) -> bool {
        self.place == Place::Open && !self.sources.is_empty()
    }

    /// The list of runs of these sources and another one.
    pub fn with_another(self, source: &str) -> Self {
        let mut route = self.to(Place::Runs { flow: None });
        if route.sources.iter().all(|known| known != source) {
            route.sources.push(source.to_owned());
        }
        route
    }

    /// The place that this one stands in, with the same sources; `None` for the
    /// first page and for the list of all runs.
    pub fn parent(&self) -> Option<Self> {
        Some(self.clone().to(self.place.parent()?))
    }

    #[must_use]
    pub fn with_sources<'s>(mut self, sources: impl IntoIterator<Item = &'s str>) -> Self {
        self.sources = sources.into_iter().map(str::to_owned).collect();
        self
    }

    #[must_use]
    pub fn with_namespace(mut self, namespace: Option<&str>) -> Self {
        self.namespace = namespace.map(str::to_owned);
        self
    }

    #[must_use]
    pub fn with_anyway(mut self, anyway: bool) -> Self {
        self.anyway = anyway;
        self
    }

    /// Another attempt of the same task; lines that were selected in the log of
    /// the attempt before are not the same lines.
    #[must_use]
    pub fn with_attempt(mut self, attempt: Option<u32>) -> Self {
        if attempt != self.attempt {
            self.lines = None;
        }
        self.attempt = attempt;
        self
    }

    #[must_use]
    pub fn with_tab(mut self, tab: &str) -> Self {
        self.tab = Some(tab.to_ascii_lowercase());
        self
    }

    #[must_use]
    pub fn with_lines(mut self, lines: Option<Lines>) -> Self {
        self.lines = lines;
        self
    }

    #[must_use]
    pub fn with_at(mut self, at: Option<&str>) -> Self {
        self.at = at.map(str::to_owned);
        self
    }

    #[must_use]
    pub fn with_select(mut self, select: Option<&str>) -> Self {
        self.select = select.map(str::to_owned);
        self
    }

    #[must_use]
    pub fn with_time(mut self, time: Option<TimeRange>) -> Self {
        self.time = time;
        self
    }

    #[must_use]
    pub fn with_filters(mut self, filters: Filters) -> Self {
        self.filters = filters;
        self
    }

    /// The same of a key that may be repeated.
    #[must_use]
    pub fn with_extras(mut self, key: &str, values: &[String]) -> Self {
        self.rest.retain(|(known, _)| known != key);
        let pair = |value: &String| (key.to_owned(), value.clone());
        self.rest.extend(values.iter().map(pair));
        self
    }

    /// Sets or removes a key that has no field of its own.
    #[must_use]
    pub fn with_extra(mut self, key: &str, value: Option<&str>) -> Self {
        self.rest.retain(|(known, _)| known != key);
        self.rest
            .extend(value.map(|value| (key.to_owned(), value.to_owned())));
        self
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sources: Vec<String> = self
            .sources
            .iter()
            .filter(|s| !s.is_empty())
            .cloned()
            .collect();
        write!(f, "#/{}", self.place)?;
        let mut query = Query {
            out: f,
            first: true,
        };
        for source in &sources {
            query.pair("src", source)?;
        }
        // The bare path leads to one of two places; the other one is named.
        match &self.place {
            Place::Open | Place::Runs { flow: None } if self.place == front_page(&sources) => {}
            Place::Open => query.pair("place", "open")?,
            Place::Runs { flow: None } => query.pair("place", "runs")?,
            _ => {}
        }
        let namespace = self.namespace.as_ref();
        query.maybe("ns", namespace.filter(|namespace| !namespace.is_empty()))?;
        query.maybe("anyway", self.anyway.then_some(1))?;
        query.maybe("attempt", self.attempt)?;
        query.maybe("tab", self.tab.as_deref().map(str::to_ascii_lowercase))?;
        query.maybe("lines", self.lines.as_ref())?;
        query.maybe("at", self.at.as_ref())?;
        query.maybe("select", self.select.as_ref())?;
        query.maybe("time", self.time)?;
        self.filters.write(&mut query)?;
        for (key, value) in &self.rest {
            query.pair(key, value)?;
        }
        query.maybe("v", (self.version > VERSION).then_some(self.version))
    }
}

/// The pairs behind `?`, as they are written.
struct Query<'a, 'f> {
    out: &'a mut fmt::Formatter<'f>,
    first: bool,
}

impl Query<'_, '_> {
    fn pair(&mut self, key: &str, value: &str) -> fmt::Result {
        self.encoded(key, &percent::encode_value(value))
    }

    /// A pair whose value is encoded already.
    fn encoded(&mut self, key: &str, value: &str) -> fmt::Result {
        let mark = if self.first { '?' } else { '&' };
        self.first = false;
        write!(self.out, "{mark}{}={value}", percent::encode_part(key))
    }

    fn maybe(&mut self, key: &str, value: Option<impl fmt::Display>) -> fmt::Result {
        match value {
            Some(value) => self.pair(key, &value.to_string()),
            None => Ok(()),
        }
    }
}

impl Lines {
    fn read(text: &str) -> Option<Self> {
        // The numbers stand at the end: a stream's name may have a colon.
        let (stream, numbers) = text.rsplit_once(':')?;
        let (first, last) = numbers.split_once('-').unwrap_or((numbers, numbers));
        let (first, last) = (whole_number(first)?, whole_number(last)?);
        Some(Self {
            stream: stream.to_owned(),
            first,
            last,
        })
    }
}

impl fmt::Display for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.stream, self.first)?;
        if self.last != self.first {
            write!(f, "-{}", self.last)?;
        }
        Ok(())
    }
}

impl TimeRange {
    fn read(text: &str) -> Option<Self> {
        let (one, other) = text.split_once("..")?;
        let (one, other): (i64, i64) = (one.parse().ok()?, other.parse().ok()?);
        // Whichever way round somebody wrote it.
        Some(Self {
            from: one.min(other),
            to: one.max(other),
        })
    }
}

impl fmt::Display for TimeRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.from, self.to)
    }
}

/// Digits only: `parse` alone would take `+8`.
fn whole_number<T: std::str::FromStr>(text: &str) -> Option<T> {
    let digits = text.chars().all(|c| c.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}
