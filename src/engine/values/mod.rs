//! Values of artifacts: what can be asked about one, and what the answers hold.
//!
//! A value is looked at a piece at a time: first how it is to be shown and its root
//! ([`ValueQuery`]), then the parts of a place in it ([`ChildrenQuery`]); its bytes,
//! to be drawn or saved, are asked for apart ([`BytesQuery`]). Nothing here is read or
//! decoded: [`answers`] puts the answers together out of what [`stored`] fetches and
//! decodes, [`included`] finds beside the flows, and [`shape`] makes of it. Start with
//! [`answers`].

mod answers;
mod estimator;
mod fetched;
mod figure;
mod included;
mod markdown;
mod picture;
mod place;
mod raised;
mod result;
mod save;
mod search;
mod shape;
mod stored;
mod table;
mod text;

pub use estimator::{EstimatorView, StepView, TreeNode, TreeQuery, TreeView};
pub use fetched::{Blob, Stored};
pub(crate) use fetched::{Check, fetch_blob, size_of};
pub(in crate::engine) use figure::marks;
pub use included::Included;
pub use place::{Unread, contents, read_inside, too_large};
pub use raised::RaisedView;
pub use shape::kind_of_class;
pub use stored::{Decoded, Most, ValueCache, fault_of};
pub(in crate::engine) use table::about;
pub use table::{
    AboveView, CellText, ColumnHead, ColumnQuery, ColumnView, DISTINCT, OrderCache, TableLine,
    TableQuery, TableSort, TableView,
};

use super::ask::{Failure, Window};
use crate::libraries::numpy::{Shown, place_on, rows_and_columns};
use crate::model::{AttemptNumber, Moment, TaskPath};
use serde::{Deserialize, Serialize};

/// One artifact of one attempt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ValueQuery {
    pub task: TaskPath,
    pub attempt: Option<AttemptNumber>,
    pub name: String,
    /// A place in it, as a path without its name: `.coef_[0]`, or nothing for all of it.
    pub at: String,
    /// Decode it though it is large.
    pub large: bool,
    /// Where bytes or a text hold something in a format of their own, that is meant, unless
    /// they are short or reading it takes long.
    pub enter: bool,
}

impl ValueQuery {
    fn most(&self) -> Most {
        match self.large {
            true => Most::Raised,
            false => Most::Default,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ValueView {
    pub name: String,
    pub attempt: AttemptNumber,
    /// `module.qualname` of its class.
    pub class: String,
    pub sha: String,
    /// Bytes before compression, and as stored.
    pub size: Option<u64>,
    pub stored: Option<u64>,
    pub encoding: String,
    pub created: Option<Moment>,
    /// A line of it.
    pub summary: String,
    /// The place that is shown, which may be a part of the value.
    pub at: String,
    /// The way there, from the whole value on: each with its own place.
    pub way: Vec<(String, String)>,
    /// The cell that was asked for, by row and column of the table that is shown.
    pub cell: Option<(u64, u64)>,
    /// The row that was asked for, where it is no cell.
    pub row: Option<u64>,
    /// Why the place that was asked for is not what is shown.
    pub lost: Option<String>,
    /// What its bytes or its text hold in a format of their own, and the place of that.
    pub inside: Option<(String, String)>,
    /// The bytes or the text that hold what is shown.
    pub holder: Option<Holder>,
    pub shape: Shape,
    /// What it can be seen as beside its table.
    pub pictures: Vec<Picture>,
    /// What it can be saved as, the likeliest first.
    pub saves: Vec<Save>,
    /// How the name of a file ends that is its content as it is.
    pub extension: String,
    /// Its text is a page of HTML.
    pub is_page: bool,
    /// Its text looks like Markdown.
    pub is_markdown: bool,
    /// The value as the root of a tree.
    pub root: Option<Child>,
    pub outcome: Trust,
    /// Its bytes are not those that were stored, or not all of them.
    pub damaged: bool,
    /// Whether they are is still to be asked ([`CheckQuery`]): a large value is shown first.
    pub unchecked: bool,
    /// What was odd about it, a sentence each.
    pub problems: Vec<String>,
    /// Classes that were not at hand and not needed.
    pub classes: Vec<String>,
    /// Calls that the pickle asked for and that a program should never make.
    pub dangerous: Vec<String>,
    /// Larger than what is decoded without asking: its size.
    pub too_large: Option<u64>,
    /// A limit ended the decoding, which is raised for who asks.
    pub limited: bool,
}

/// Bytes or a text that hold something in a format of their own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Holder {
    /// Its place in the artifact.
    pub at: String,
    pub class: String,
    pub kind: Kind,
    pub is_text: bool,
    /// How the name of a file ends that is its content as it is.
    pub extension: String,
    /// What it holds, by name; where that holds another, from outside in.
    pub formats: Vec<String>,
}

/// Whether the bytes of a value are those that were stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CheckQuery(pub ValueQuery);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CheckView {
    /// What is wrong with them.
    pub fault: Option<String>,
}

/// One cell of a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CellQuery {
    pub value: ValueQuery,
    pub records: bool,
    pub slice: Vec<AxisAs>,
    pub row: u64,
    pub column: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CellView {
    /// The whole of it, unless it is very long.
    pub text: String,
    /// Its place in the artifact.
    pub at: String,
    /// It has parts of its own, or is more than a line.
    pub opens: bool,
}

/// How far a value can be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Trust {
    Whole,
    WithWarning,
    Partial,
    Nothing,
}

/// Which view suits the value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Shape {
    /// Text of several lines, or long: they are asked for by parts.
    Text { chars: u64, total_lines: u64 },
    /// An image that a browser can draw; its bytes are asked for apart.
    Image {
        mime: String,
        width: u32,
        height: u32,
    },
    /// Bytes, and what they begin like; they are asked for by parts.
    Bytes { total: u64, kind: String },
    /// A single value: as Python prints it.
    Scalar { repr: String },
    /// Something with rows and columns, and how many; an array has its axes.
    Table {
        rows: u64,
        columns: u64,
        axes: Vec<u64>,
    },
    /// Something with parts. Its rows may be alike, so that it can be read as a table; or it
    /// is a call that was not made, and what was called is more than its class tells.
    Tree { records: bool, call: bool },
    /// An estimator of scikit-learn, or a tree out of one.
    Estimator(Box<EstimatorView>),
    /// An exception.
    Raised(Box<RaisedView>),
    /// Not decoded.
    Nothing,
}

/// A place in a value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Child {
    /// As Python would write it: `[0]`, `["key"]`, `.attribute`; the root has its name.
    pub label: String,
    /// Its place in the artifact.
    pub at: String,
    pub node: u32,
    pub class: String,
    pub summary: String,
    pub children: u64,
    pub kind: Kind,
}

/// What a mark in front of a value tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    Number,
    Text,
    List,
    Dict,
    Bytes,
    Image,
    Table,
    Time,
    Object,
    Other,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChildrenQuery {
    pub value: ValueQuery,
    pub node: u32,
    /// The place of that node.
    pub at: String,
    pub window: Window,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChildrenView {
    pub children: Vec<Child>,
    pub total: u64,
    pub window: Window,
}

/// Some of a value's bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HexQuery {
    pub value: ValueQuery,
    pub from: u64,
    pub count: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HexView {
    pub from: u64,
    pub bytes: Vec<u8>,
}

/// Some of a text's lines.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TextQuery {
    pub value: ValueQuery,
    pub from: u64,
    pub count: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TextView {
    pub from: u64,
    pub lines: Vec<TextLine>,
    /// Lines in all.
    pub total: u64,
}

/// A line, or as much of it as is shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TextLine {
    pub text: String,
    /// Characters that are not shown.
    pub left_out: u64,
}

/// A text that is looked for in the parts of a value: in names and keys, and in what
/// stands there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SearchQuery {
    pub value: ValueQuery,
    pub text: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SearchView {
    /// Some of them, the nearest first; the label is the whole place.
    pub hits: Vec<Child>,
    pub hits_total: u64,
    pub looked_at: u64,
    /// There is more of the value than was looked at.
    pub in_part: bool,
}

/// A text as a document of Markdown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MarkdownQuery {
    pub value: ValueQuery,
}

/// A value as a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BytesQuery {
    pub value: ValueQuery,
    pub save: Save,
    /// A list of rows that are alike is saved as a table.
    pub records: bool,
    /// What of an array of more than two axes is meant.
    pub slice: Vec<AxisAs>,
}

impl BytesQuery {
    pub fn new(value: ValueQuery, save: Save) -> Self {
        Self {
            value,
            save,
            records: false,
            slice: Vec::new(),
        }
    }

    fn shown(&self) -> Vec<Shown> {
        shown(&self.slice)
    }
}

/// What a value can be saved as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Save {
    /// The bytes or the text that it is.
    Content,
    /// A table.
    Csv,
    /// An array.
    Npy,
    Json,
    /// A picture of it.
    Picture(SeenAs),
    /// The whole artifact as it is stored, unpacked.
    Pickle,
}

/// A picture of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    pub seen: SeenAs,
    /// It is of a part of an array, which is chosen.
    pub is_part: bool,
}

/// What an array can be seen as beside a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SeenAs {
    Image,
    Heat,
    Lines,
}

/// An array as lines over its places.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinesQuery {
    pub value: ValueQuery,
    pub slice: Vec<AxisAs>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinesView {
    pub lines: Vec<LineView>,
    /// The smallest and largest of all, in a few digits.
    pub low: String,
    pub high: String,
    /// Elements of each, and how many of them are in a bucket.
    pub length: u64,
    pub step: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LineView {
    pub name: String,
    /// The smallest and largest number of a stretch.
    pub buckets: Vec<Option<(f64, f64)>>,
    pub min: Option<f64>,
    pub max: Option<f64>,
    /// What of it is no number.
    pub note: String,
}

/// A value is not of the kind that a view needs: an address that was made for another.
fn wrong_kind(what: &str, query: &ValueQuery) -> Box<Failure> {
    Box::new(Failure {
        headline: format!("{}{} is no {what}", query.name, query.at),
        explanation: "It is a value of another kind.".to_owned(),
        advice: vec!["Open the artifact itself, without a view.".to_owned()],
        ..*Failure::not_found(
            what,
            &format!("{}/{}{}", query.task, query.name, query.at),
            "",
        )
    })
}

/// What an axis of an array is in a table or a picture of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AxisAs {
    /// It is looked at in one place.
    At(u64),
    Rows,
    Columns,
}

/// All axes of an array, those too of which nothing is said; none of fewer than two.
pub fn all_axes(slice: &[AxisAs], axes: usize) -> Vec<AxisAs> {
    let said = shown(slice);
    let Some((rows, columns)) = rows_and_columns(axes, &said) else {
        return Vec::new();
    };
    let all = (0..axes).map(|axis| match axis {
        _ if axis == rows => AxisAs::Rows,
        _ if axis == columns => AxisAs::Columns,
        _ => AxisAs::At(place_on(axis, &said) as u64),
    });
    all.collect()
}

fn shown(slice: &[AxisAs]) -> Vec<Shown> {
    let axes = slice.iter().map(|axis| match axis {
        AxisAs::At(place) => Shown::At(usize::try_from(*place).unwrap_or(usize::MAX)),
        AxisAs::Rows => Shown::Rows,
        AxisAs::Columns => Shown::Columns,
    });
    axes.collect()
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BytesView {
    pub bytes: Vec<u8>,
    pub mime: String,
    /// A name to save it under.
    pub file: String,
    /// What of the value is not in it, or how it is to be read.
    pub note: String,
}
