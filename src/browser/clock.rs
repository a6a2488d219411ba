//! The reader's clock, time zone and pauses.

use crate::model::Moment;
use crate::source::Waiting;
use crate::text::clock::Zone;
use js_sys::{Date, Function, Promise, Reflect};
use std::cell::Cell;
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::MessageChannel;

pub fn now() -> Moment {
    Moment::from_millis(Date::now() as i64)
}

/// The reader's zone, with the changes of some years around now. Its name is not asked
/// for: the first question to `Intl` takes a browser a tenth of a second.
pub fn zone() -> Zone {
    /// Clocks are never changed twice within a week.
    const WEEK: f64 = 7.0 * 86_400_000.0;
    const YEAR: f64 = 365.0 * 86_400_000.0;
    let now = Date::now();
    let mut offsets = Vec::new();
    let mut last = None;
    let mut day = now - 12.0 * YEAR;
    while day < now + 2.0 * YEAR {
        let date = Date::new(&JsValue::from_f64(day));
        let minutes = -(date.get_timezone_offset() as i32);
        if last != Some(minutes) {
            let from = if last.is_none() {
                i64::MIN
            } else {
                change_between(day - WEEK, day, minutes)
            };
            offsets.push((from, minutes));
            last = Some(minutes);
        }
        day += WEEK;
    }
    Zone { offsets }
}

/// The microsecond at which the offset became `minutes`, to the minute.
fn change_between(mut before: f64, mut after: f64, minutes: i32) -> i64 {
    while after - before > 60_000.0 {
        let middle = ((before + after) / 2.0).floor();
        let date = Date::new(&JsValue::from_f64(middle));
        if -(date.get_timezone_offset() as i32) == minutes {
            after = middle
        } else {
            before = middle
        }
    }
    ((after / 60_000.0).round() * 60_000_000.0) as i64
}

/// How long work goes on before it lets other work run: well below a frame.
const STRETCH: f64 = 8.0;

thread_local! {
    static LAST_PAUSE: Cell<f64> = const { Cell::new(0.0) };
}

/// Pauses when work has gone on for a while. A message is a whole turn of the event
/// loop, so a request to stop is seen, and unlike a timer it is not held back.
pub fn breathe() -> Waiting<'static, ()> {
    let now = Date::now();
    if now - LAST_PAUSE.get() < STRETCH {
        return Box::pin(std::future::ready(()));
    }
    Box::pin(turn())
}

/// One whole turn of the event loop.
pub async fn turn() {
    let turn = Promise::new(&mut |resolve, _| post_to_self(resolve));
    // A channel that cannot be made means no pause, not no work.
    let _turned = JsFuture::from(turn).await;
    LAST_PAUSE.set(Date::now());
}

/// Waits, on the page or in the worker.
pub async fn pause(milliseconds: u32) {
    let waited = Promise::new(&mut |resolve, _| {
        let set = Reflect::get(&js_sys::global(), &"setTimeout".into());
        let set = set.and_then(|set| set.dyn_into::<Function>());
        let started = set.and_then(|set| set.call2(&JsValue::NULL, &resolve, &milliseconds.into()));
        // Without a timer nobody waits.
        if started.is_err() {
            let _resolved = resolve.call0(&JsValue::NULL);
        }
    });
    let _waited = JsFuture::from(waited).await;
}

fn post_to_self(resolve: Function) {
    let Ok(channel) = MessageChannel::new() else {
        let _resolved = resolve.call0(&JsValue::NULL);
        return;
    };
    let port = channel.port1();
    let closing = port.clone();
    let heard = Closure::once_into_js(move || {
        closing.close();
        let _resolved = resolve.call0(&JsValue::NULL);
    });
    port.set_onmessage(Some(heard.unchecked_ref()));
    let _posted = channel.port2().post_message(&JsValue::NULL);
}
