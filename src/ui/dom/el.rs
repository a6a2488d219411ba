//! The elements by name: `el::div()`. Those inside of `el::svg()` become SVG.

use super::Element;

macro_rules! elements {
    ($($name:ident)*) => {
        $(#[doc = concat!("`<", stringify!($name), ">`")]
        pub fn $name() -> Element {
            Element::new(stringify!($name))
        })*
    };
}

elements! {
    a article aside b bdi br button
    code dd details dialog div dl dt
    em figcaption figure footer form g h1 h2 h3 header
    i iframe img input kbd label li main mark
    nav ol option output p path pre progress rect
    section select small span summary svg text time title tspan
    ul
}

/// `<use>`
pub fn use_() -> Element {
    Element::new("use")
}
