//! How wide an element is, as long as it is there; and when what is drawn on it looks other
//! than it was: another theme, another screen.

use crate::ui::dom::prelude::*;
use crate::ui::state::App;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;
use web_sys::ResizeObserver;

/// The width of an element in pixels, once it is known.
pub(in super::super) fn width_of(element: Reference) -> RwSignal<Option<f64>> {
    let width = RwSignal::new(None);
    let measure = move || {
        let Some(element) = element.get_untracked() else {
            return;
        };
        let now = f64::from(element.client_width());
        if now > 0.0 && width.try_get_untracked().flatten() != Some(now) {
            let _gone = width.try_set(Some(now));
        }
    };
    let heard = Closure::<dyn Fn()>::new(move || {
        // Not within the observer, which would measure again in the same frame.
        request_animation_frame(measure);
    });
    let observer = ResizeObserver::new(heard.as_ref().unchecked_ref()).ok();
    let kept = StoredValue::new_local(Some((observer, heard)));
    react(move || {
        let Some(element) = element.get() else {
            return;
        };
        kept.with_value(|kept| {
            if let Some((Some(observer), _)) = kept {
                observer.disconnect();
                observer.observe(&element);
            }
        });
        measure();
    });
    on_cleanup(move || {
        kept.update_value(|kept| {
            if let Some((Some(observer), _)) = kept.take() {
                observer.disconnect();
            }
        });
    });
    width
}

/// Counts how often colours or dots have changed.
pub(super) fn looks(app: App) -> RwSignal<u32> {
    let count = RwSignal::new(0);
    let again = move || {
        let _gone = count.try_update(|count| *count += 1);
    };
    react(move || {
        app.theme.track();
        // The style sheet follows an attribute that is set behind the signal.
        request_animation_frame(again);
    });
    listen("resize", move |_: web_sys::Event| again());
    for asked in ["(prefers-color-scheme: dark)", "(forced-colors: active)"] {
        let Ok(Some(answer)) = window().match_media(asked) else {
            continue;
        };
        let heard = Closure::<dyn Fn()>::new(again);
        let _heard =
            answer.add_event_listener_with_callback("change", heard.as_ref().unchecked_ref());
        let kept = StoredValue::new_local(Some((answer, heard)));
        on_cleanup(move || {
            kept.update_value(|kept| {
                if let Some((answer, heard)) = kept.take() {
                    let listener = heard.as_ref().unchecked_ref();
                    let _gone = answer.remove_event_listener_with_callback("change", listener);
                }
            });
        });
    }
    count
}

/// Dots of the screen in a pixel of the style sheets.
pub(super) fn dots() -> f64 {
    window().device_pixel_ratio().clamp(1.0, 3.0)
}

/// The height of the window.
pub(super) fn height() -> f64 {
    let height = window().inner_height().ok();
    height.and_then(|height| height.as_f64()).unwrap_or(800.0)
}
