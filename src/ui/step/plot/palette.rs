//! The colours of the style sheets, as a canvas takes them.

use crate::ui::dom::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::HtmlElement;

/// What is drawn with, in the theme that is shown.
pub(super) struct Palette {
    pub ok: String,
    pub fail: String,
    pub retry: String,
    pub run: String,
    pub cancelled: String,
    pub waiting: String,
    pub unfinished: String,
    pub cached: String,
    pub skipped: String,
    pub out: String,
    pub ground: String,
    pub text: String,
    pub faint: String,
    pub font: String,
}

impl Palette {
    /// Asks an element of the page, which is otherwise of no use.
    pub fn read(probe: &HtmlElement) -> Self {
        let colour = |token: &str| {
            // A property holds both themes; a colour that is in use is one of them.
            let _set = probe
                .style()
                .set_property("color", &format!("var({token})"));
            used(probe, "color")
        };
        Self {
            ok: colour("--ok-bar"),
            fail: colour("--fail-bar"),
            retry: colour("--retry-bar"),
            run: colour("--run-bar"),
            cancelled: colour("--stop-bar"),
            waiting: colour("--wait-bar"),
            unfinished: colour("--unf-bar"),
            cached: colour("--cache-bar"),
            skipped: colour("--skip"),
            out: colour("--line"),
            ground: colour("--bg"),
            text: colour("--fg"),
            faint: colour("--fg-3"),
            font: used(probe, "font-family"),
        }
    }
}

fn used(probe: &HtmlElement, property: &str) -> String {
    let style = window()
        .get_computed_style(probe.unchecked_ref())
        .ok()
        .flatten();
    let value = style.and_then(|style| style.get_property_value(property).ok());
    value.unwrap_or_default()
}
