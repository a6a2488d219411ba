//! The time zones of the calendar, which every browser has.

use js_sys::{Array, Date, Function, Intl, Object, Reflect};
use std::cell::RefCell;
use std::collections::BTreeMap;
use wasm_bindgen::{JsCast as _, JsValue};

thread_local! {
    /// What prints a moment in a zone, by its name; nothing for one that nobody knows.
    static KNOWN: RefCell<BTreeMap<String, Option<Function>>> = const { RefCell::new(BTreeMap::new()) };
}

/// Seconds east of UTC at a second since 1970; `None` for a zone that nobody knows.
pub fn offset(zone: &str, second: i64) -> Option<i32> {
    let print = KNOWN.with(|known| {
        let mut known = known.borrow_mut();
        known
            .entry(zone.to_owned())
            .or_insert_with(|| printer(zone))
            .clone()
    })?;
    let date = Date::new(&JsValue::from_f64(second as f64 * 1000.0));
    let text = print.call1(&JsValue::NULL, &date).ok()?.as_string()?;
    // `2024-01-01 00:00:00` on the clocks of the zone, as if these were those of UTC.
    let numbers: Vec<f64> = text
        .split(|letter: char| !letter.is_ascii_digit())
        .filter_map(|number| number.parse().ok())
        .collect();
    let &[year, month, day, hour, minute, second_of] = numbers.as_slice() else {
        return None;
    };
    let local = Date::utc(year, month - 1.0);
    let of_month = (day - 1.0) * 86_400.0 + hour * 3600.0 + minute * 60.0 + second_of;
    Some((local / 1000.0 + of_month - second as f64) as i32)
}

fn printer(zone: &str) -> Option<Function> {
    let options = Object::new();
    for (name, value) in [
        ("timeZone", zone),
        ("hourCycle", "h23"),
        ("year", "numeric"),
        ("month", "2-digit"),
        ("day", "2-digit"),
        ("hour", "2-digit"),
        ("minute", "2-digit"),
        ("second", "2-digit"),
    ] {
        let _set = Reflect::set(&options, &name.into(), &value.into());
    }
    // Year, month, day, as the Swedes write them. A name that is no zone is thrown.
    let make = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
    let make: Function = Reflect::get(&make, &"DateTimeFormat".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let made = Reflect::construct(&make, &Array::of2(&"sv".into(), &options)).ok()?;
    let made: Intl::DateTimeFormat = made.dyn_into().ok()?;
    Some(made.format())
}
