//! Matplotlib: figures, as what they show.
//!
//! A figure is pickled as the tree of its artists, each with all of its attributes. Read
//! are the axes with their limits, scales and labels, and of what they show lines, bars,
//! scattered points, filled areas, segments, images and texts; whatever else there is, is
//! counted by its class. Positions come in the numbers of the data.
//!
//! Source of the attributes: `figure.py`, `axes/_base.py`, `lines.py`, `patches.py`,
//! `collections.py`, `image.py` and `text.py` of Matplotlib 3.6, 3.10 and 3.11. Start with
//! [`figure`].

mod axes;
mod colour;
mod limits;
mod part;
mod points;
mod series;

pub use axes::{Axes, Axis};
pub use points::{MOST_POINTS, Points};
pub use series::{Bar, Series, Shape, Space};

use crate::counts::counted;
use crate::pickle::{NodeId, Pickle};
use part::{Part, Room};

/// A figure.
#[derive(Clone, Debug)]
pub struct Figure<'a> {
    /// Inches.
    pub width: f64,
    pub height: f64,
    /// The title above all axes.
    pub title: String,
    /// In the order in which they were made, which is that in which they are drawn.
    pub axes: Vec<Axes<'a>>,
    /// The release that wrote it.
    pub version: &'a str,
}

/// More axes than this are not read.
const MOST_AXES: usize = 200;

/// The figure that an object stands for.
pub fn figure(pickle: &Pickle, id: NodeId) -> Option<Figure<'_>> {
    let figure = part(pickle, id)?;
    let (width, height) = size(figure)?;
    let title = figure.part("_suptitle");
    let room = Room::new();
    let axes = figure.list("_localaxes").iter().take(MOST_AXES);
    Some(Figure {
        width,
        height,
        title: title.map(|title| title.text("_text")).unwrap_or_default(),
        axes: axes
            .filter_map(|&id| axes::axes(pickle, id, &room))
            .collect(),
        version: pickle.as_str(figure.id("__mpl_version__")?)?,
    })
}

/// `Figure 6.4 × 4.8 inches, 2 axes`, without reading what they show.
pub fn line(pickle: &Pickle, id: NodeId) -> Option<String> {
    let figure = part(pickle, id)?;
    let (width, height) = size(figure)?;
    let tenths = |inches: f64| (inches * 10.0).round() / 10.0;
    let (width, height) = (tenths(width), tenths(height));
    let plots = counted(figure.list("_localaxes").len() as u64, "plot", "plots");
    Some(format!("Figure {width} × {height} inches, {plots}"))
}

fn part(pickle: &Pickle, id: NodeId) -> Option<Part<'_>> {
    let figure = Part::of(pickle, id)?;
    (figure.class()? == ("matplotlib.figure", "Figure")).then_some(figure)
}

/// Inches across and up.
fn size(figure: Part<'_>) -> Option<(f64, f64)> {
    let corners = figure.part("bbox_inches")?.array("_points")?;
    let along = |axis| corners.number_at(&[1, axis]) - corners.number_at(&[0, axis]);
    Some((along(0), along(1)))
}
