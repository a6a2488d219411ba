//! Markdown as parts and pieces: what a document says, for a screen that builds it.
//!
//! The document is read as CommonMark with tables, task lists and struck text. What comes
//! out is flat and bounded, however deep it was nested. Nothing in it is ever fetched or
//! run: HTML stays the text that it is, an image is its description and its address, and
//! only addresses that lead out openly are links. Start with [`read`]; [`looks_like`] tells
//! whether a text is worth it.

mod reading;
mod sniff;

pub use reading::read;
pub use sniff::looks_like;

use super::code::CodeRun;
use serde::{Deserialize, Serialize};

/// A document, as far as it is shown.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// Every [`Piece::Open`] has its [`Piece::Close`].
    pub pieces: Vec<Piece>,
    /// Bytes of the text that were read, and that there are.
    pub shown: u64,
    pub total: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Piece {
    /// What follows is inside of it.
    Open(Part),
    Close,
    Text(String),
    /// Code within a line.
    Code(String),
    /// Code in lines of its own, with the name of its language where it has one.
    CodeBlock {
        language: String,
        runs: Vec<CodeRun>,
    },
    /// HTML in lines of its own, as it is written.
    Html(String),
    /// An image, which is not fetched.
    Image {
        described: String,
        address: String,
    },
    /// The box of a task, and whether it is done.
    Tick(bool),
    Break,
    Rule,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Part {
    Paragraph,
    /// Of level 1 to 6.
    Heading(u8),
    Quote,
    Bullets,
    /// Counted from here on.
    Numbers(u64),
    Item,
    Table,
    Head,
    Row,
    Cell(Align),
    Emphasis,
    Strong,
    Struck,
    /// Leads to an address of `http`, `https` or `mailto`.
    Link(String),
    /// Would lead somewhere else: within what the document was taken from, or nowhere good.
    Address(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Align {
    None,
    Left,
    Center,
    Right,
}
