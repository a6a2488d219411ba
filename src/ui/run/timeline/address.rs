//! What the address says of a timeline: how its rows are put together, what is looked at,
//! and how times are told.
//!
//! | key | values |
//! |---|---|
//! | `group` | `status`, `host`, `none`, `over:<foreach variable>`; steps without it |
//! | `sort` | `start`, `end`, `duration`, with `-` the greatest first; the flow's order without it |
//! | `over`, `under` | a duration, as `10s` |
//! | `zoom` | the part of the axis that is looked at, as moments; those before the last are parts around it, the widest first |
//! | `time` | the selected range, as moments |
//! | `rows` | `view`: only what waited or was at work in what is looked at |
//! | `idle` | `cut` |
//! | `path` | `hidden` |
//! | `clock` | `local`, `utc`; times since the start without it |
//! | `side` | what stands beside the rows: `path`, the parts of the critical path; `steps`, the sums of all steps |
//! | `flip` | groups that are open or closed against their habit, `/` between them |

use crate::engine::timeline::{Grouping, Order, RowsQuery};
use crate::model::{Span, Status};
use crate::route::{Route, Sort, percent};

/// What the address says of a timeline.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Says {
    pub rows: RowsQuery,
    /// From and to, in microseconds since the Unix epoch.
    pub zoom: Option<(i64, i64)>,
    /// Parts around that, from which one came to it: the widest first.
    pub around: Vec<(i64, i64)>,
    pub range: Option<(i64, i64)>,
    pub cut: bool,
    pub path: bool,
    pub clock: Clock,
    pub as_table: bool,
    pub side: Option<Side>,
}

/// What stands beside the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// What the end waited for, one part after the other.
    Path,
    /// What each step amounts to.
    Steps,
}

/// How times are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Clock {
    /// Since the start of the run.
    #[default]
    Start,
    /// By the reader's clock.
    Local,
    Utc,
}

impl Says {
    pub fn read(route: &Route) -> Self {
        let sort = route.filters.sort.as_ref();
        let statuses = route.filters.statuses.iter();
        let flipped = route.extra("flip").unwrap_or_default().split('/');
        let mut zooms = zooms(route);
        let zoom = zooms.pop();
        Self {
            rows: RowsQuery {
                group: grouping(route.extra("group")),
                order: match sort.map(|sort| sort.by.as_str()) {
                    Some("start" | "started") => Order::Start,
                    Some("end") => Order::End,
                    Some("duration") => Order::Duration,
                    _ => Order::Flow,
                },
                descending: sort.is_some_and(|sort| sort.descending),
                text: route.filters.text.clone().unwrap_or_default(),
                statuses: statuses.filter_map(|key| Status::from_key(key)).collect(),
                least: route.extra("over").and_then(duration),
                most: route.extra("under").and_then(duration),
                flipped: flipped
                    .filter(|key| !key.is_empty())
                    .map(percent::decode_part)
                    .collect(),
                in_view: route.extra("rows") == Some("view"),
            },
            around: zoom.map_or_else(Vec::new, |zoom| around(zooms, zoom)),
            zoom,
            range: route.time.map(|time| (time.from, time.to)),
            cut: route.extra("idle") == Some("cut"),
            path: route.extra("path") != Some("hidden"),
            clock: match route.extra("clock") {
                Some("local") => Clock::Local,
                Some("utc") => Clock::Utc,
                _ => Clock::Start,
            },
            as_table: route.extra("as") == Some("table"),
            side: match route.extra("side") {
                Some("path") => Some(Side::Path),
                Some("steps") => Some(Side::Steps),
                _ => None,
            },
        }
    }
}

/// Looks at another part of the axis, within the same parts around it as far as it lies in them.
pub(super) fn with_zoom(route: Route, zoom: Option<(i64, i64)>) -> Route {
    let mut known = zooms(&route);
    known.pop();
    with_zooms(route, known, zoom)
}

/// The same, also within what was looked at until now.
pub(super) fn with_zoom_into(route: Route, zoom: Option<(i64, i64)>) -> Route {
    let known = zooms(&route);
    with_zooms(route, known, zoom)
}

fn with_zooms(route: Route, known: Vec<(i64, i64)>, zoom: Option<(i64, i64)>) -> Route {
    let mut all = zoom.map_or_else(Vec::new, |zoom| around(known, zoom));
    all.extend(zoom);
    let text = |(from, to): &(i64, i64)| format!("{from}..{to}");
    let all: Vec<String> = all.iter().map(text).collect();
    route.with_extras("zoom", &all)
}

fn zooms(route: &Route) -> Vec<(i64, i64)> {
    route.extras("zoom").filter_map(moments).collect()
}

/// Those of some parts that a part lies in, and that lie in one another: the last few.
fn around(known: Vec<(i64, i64)>, zoom: (i64, i64)) -> Vec<(i64, i64)> {
    /// More would be no help.
    const LEVELS: usize = 4;
    let holds = |outer: (i64, i64), inner: (i64, i64)| {
        outer != inner && outer.0 <= inner.0 && inner.1 <= outer.1
    };
    let mut all = Vec::new();
    let mut inner = zoom;
    for outer in known.into_iter().rev().take(64) {
        if holds(outer, inner) && all.len() < LEVELS {
            all.push(outer);
            inner = outer;
        }
    }
    all.reverse();
    all
}

pub(super) fn with_side(route: Route, side: Option<Side>) -> Route {
    let word = side.map(|side| match side {
        Side::Path => "path",
        Side::Steps => "steps",
    });
    route.with_extra("side", word)
}

/// The other way round for one group.
pub(super) fn with_flipped(route: Route, key: &str) -> Route {
    let mut flipped = Says::read(&route).rows.flipped;
    match flipped.iter().position(|known| known == key) {
        Some(at) => {
            flipped.remove(at);
        }
        None => flipped.push(key.to_owned()),
    }
    let keys: Vec<String> = flipped
        .iter()
        .map(|key| percent::encode_part(key))
        .collect();
    let text = (!keys.is_empty()).then(|| keys.join("/"));
    route.with_extra("flip", text.as_deref())
}

/// Other groups: which of them are open is another question.
pub(super) fn with_grouping(route: Route, word: &str) -> Route {
    let word = Some(word).filter(|word| *word != "step");
    route.with_extra("group", word).with_extra("flip", None)
}

pub(super) fn with_order(mut route: Route, by: Option<&str>, descending: bool) -> Route {
    route.filters.sort = by.map(|by| Sort {
        by: by.to_owned(),
        descending,
    });
    route
}

fn grouping(word: Option<&str>) -> Grouping {
    match word {
        Some("status") => Grouping::Status,
        Some("host") => Grouping::Host,
        Some("none") => Grouping::None,
        Some(word) => word
            .strip_prefix("over:")
            .map_or(Grouping::Step, |name| Grouping::Foreach(name.to_owned())),
        None => Grouping::Step,
    }
}

pub(super) fn word_of(group: &Grouping) -> String {
    match group {
        Grouping::Step => "step".to_owned(),
        Grouping::Status => "status".to_owned(),
        Grouping::Host => "host".to_owned(),
        Grouping::None => "none".to_owned(),
        Grouping::Foreach(name) => format!("over:{name}"),
    }
}

fn moments(text: &str) -> Option<(i64, i64)> {
    let (from, to) = text.split_once("..")?;
    let (from, to): (i64, i64) = (from.parse().ok()?, to.parse().ok()?);
    (from < to).then_some((from, to))
}

/// `10s`, `1.5m`, `200ms`, `2h`.
fn duration(text: &str) -> Option<Span> {
    let unit = text.find(|c: char| c.is_ascii_alphabetic())?;
    let (number, unit) = text.split_at_checked(unit)?;
    let micros = match unit {
        "ms" => 1e3,
        "s" => 1e6,
        "m" => 60e6,
        "h" => 3600e6,
        "d" => 86_400e6,
        _ => return None,
    };
    let number: f64 = number.trim().parse().ok()?;
    (0.0..1e9)
        .contains(&number)
        .then_some(Span((number * micros) as i64))
}
