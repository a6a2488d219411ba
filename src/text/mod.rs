//! Previews as data: numbers in words, log lines as styled runs, highlighted
//! code, tracebacks taken apart, Markdown in pieces, search.
//!
//! Nothing here knows a screen: what comes out are runs of text with a meaning,
//! never HTML and never a colour that a theme decides. Nothing here knows where
//! the text came from either, so moments and spans are plain microseconds. All
//! text is foreign: every function is total, and what could grow is bounded.
//!
//! Start with [`human`]; [`ansi`] is what every log goes through.

pub mod human;
pub mod clock;
pub mod ansi;
pub mod code;
pub mod python;
pub mod markdown;
pub mod traceback;
pub mod lines;
pub mod fuzzy;
mod case;
