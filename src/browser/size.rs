//! How wide an element of the page is, whenever that changes.

use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, ResizeObserver};

/// Hears of the width of an element, until it is dropped.
pub struct Width {
    observer: ResizeObserver,
    _heard: Closure<dyn FnMut()>,
}

/// Calls `heard` with the width of an element, in pixels, at once and whenever it changes.
/// `None` in a browser that cannot tell.
pub fn follow(element: &Element, heard: impl Fn(f64) + 'static) -> Option<Width> {
    let followed = element.clone();
    let heard = Closure::<dyn FnMut()>::new(move || {
        heard(followed.get_bounding_client_rect().width());
    });
    let observer = ResizeObserver::new(heard.as_ref().unchecked_ref()).ok()?;
    observer.observe(element);
    Some(Width {
        observer,
        _heard: heard,
    })
}

impl Drop for Width {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
