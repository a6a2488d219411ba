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
    a article aside b bdi blockquote br button
    code dd defs details dialog div dl dt
    em figcaption figure footer form g h1 h2 h3 h4 h5 h6 header hr
    i iframe img input kbd label li main mark
    nav ol option output p path pattern pre progress rect
    s section select small span strong summary svg
    table tbody td text th thead time title tr tspan ul
}

/// `<use>`
pub fn use_() -> Element {
    Element::new("use")
}
