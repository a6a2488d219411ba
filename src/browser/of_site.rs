//! What the site itself names in `sites.json`. `boot.js` fetches the list, once for both
//! programs of a tab.

use super::global::global;
use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;

/// The function that promises what the list says.
const SITE: &str = "runglassSite";

/// What `boot.js` leaves there where it has followed the list, and not all of it.
const FAULT: &str = "runglassSiteFault";

/// Why not all could be followed of the list that has led here, if one has, as half a
/// sentence. Who comes by a link does not make it be fetched.
pub fn fault_on_the_way() -> Option<String> {
    global(FAULT).as_string()
}

/// A source that the site names.
#[derive(Clone, PartialEq)]
pub struct NamedSource {
    pub src: String,
    pub name: Option<String>,
}

/// What `sites.json` beside the page says.
#[derive(Clone, Default, PartialEq)]
pub struct SiteSources {
    pub sources: Vec<NamedSource>,
    /// Why not all of it could be understood, as half a sentence.
    pub fault: Option<String>,
}

/// The sources that this site names.
pub async fn site_sources() -> SiteSources {
    let field = |of: &JsValue, name: &str| Reflect::get(of, &name.into()).unwrap_or_default();
    let Ok(ask) = global(SITE).dyn_into::<Function>() else {
        return SiteSources::default();
    };
    let Ok(Ok(asked)) = ask.call0(&JsValue::NULL).map(JsValue::dyn_into::<Promise>) else {
        return SiteSources::default();
    };
    let told = JsFuture::from(asked).await.unwrap_or_default();
    let sources = field(&told, "sources")
        .dyn_into::<Array>()
        .unwrap_or_default();
    let source = |one: JsValue| {
        let src = field(&one, "src").as_string()?;
        let name = field(&one, "name").as_string();
        Some(NamedSource { src, name })
    };
    SiteSources {
        sources: sources.iter().filter_map(source).collect(),
        fault: field(&told, "fault").as_string(),
    }
}
