//! Time zones as pandas keeps them: of `datetime`, `zoneinfo`, `pytz` and `dateutil`.

use crate::libraries::cell::Zone;
use crate::pickle::{Known, NodeId, Pickle, known};
use std::borrow::Cow;

/// The zone that an object stands for; `None` for none.
pub(super) fn zone(pickle: &Pickle, id: NodeId) -> Option<Zone<'_>> {
    if pickle.is_none(id) {
        return None;
    }
    let fixed = |seconds: i64, name: String| Zone {
        name: Cow::Owned(name),
        offset: i32::try_from(seconds).ok(),
    };
    match known(pickle, id) {
        Some(Known::TimeZone(offset, _)) => {
            let seconds = offset.as_microseconds() / 1_000_000;
            let seconds = i64::try_from(seconds).unwrap_or(0);
            return Some(fixed(seconds, named(seconds)));
        }
        Some(Known::ZoneInfo(key)) => {
            let name = key.lossy();
            let offset = (name == "UTC").then_some(0);
            return Some(Zone { name, offset });
        }
        _ => {}
    }
    let unknown = Zone {
        name: Cow::Borrowed("a time zone of its own"),
        offset: None,
    };
    let Some((module, object)) = pickle
        .as_object(id)
        .and_then(|object| Some((object.class()?, object)))
    else {
        return Some(unknown);
    };
    Some(match (module.module(), module.name(), object.args()) {
        ("pytz", "_UTC", _) => fixed(0, "UTC".to_owned()),
        // `(name, seconds, daylight saving, abbreviation)`: the offset is that of one
        // moment, which for an array is none of its own.
        ("pytz", "_p", &[name, ..]) => Zone {
            name: Cow::Borrowed(pickle.as_str(name).unwrap_or("pytz")),
            offset: None,
        },
        ("pytz", "FixedOffset" | "_FixedOffset", &[minutes]) => {
            let minutes = pickle.as_int(minutes).unwrap_or(0);
            fixed(
                minutes.saturating_mul(60),
                format!("pytz.FixedOffset({minutes})"),
            )
        }
        ("dateutil.tz.tz" | "dateutil.tz", "tzutc", _) => fixed(0, "UTC".to_owned()),
        ("dateutil.tz.tz" | "dateutil.tz", "tzfile", &[_, name] | &[name]) => Zone {
            name: Cow::Borrowed(pickle.as_str(name).unwrap_or("dateutil")),
            offset: None,
        },
        _ => unknown,
    })
}

/// The offset of a zone at one moment, where the record tells it for that moment.
pub(super) fn zone_of_moment(pickle: &Pickle, id: NodeId) -> Option<Zone<'_>> {
    let mut zone = zone(pickle, id)?;
    let object = pickle.as_object(id);
    if let Some(object) = object
        && object.class().is_some_and(|class| class.name() == "_p")
        && let &[_, seconds, ..] = object.args()
    {
        zone.offset = pickle
            .as_int(seconds)
            .and_then(|seconds| i32::try_from(seconds).ok());
    }
    Some(zone)
}

fn named(seconds: i64) -> String {
    if seconds == 0 {
        return "UTC".to_owned();
    }
    let sign = if seconds < 0 { '-' } else { '+' };
    let size = seconds.unsigned_abs();
    format!("UTC{sign}{:02}:{:02}", size / 3600, size / 60 % 60)
}
