//! Axes: where they stand in the figure, what they measure, and what they show.

use super::limits::limits;
use super::part::{Part, Room};
use super::series::{Series, series};
use crate::pickle::{NodeId, Pickle};

/// One plot of a figure.
#[derive(Clone, Debug)]
pub struct Axes<'a> {
    /// Left, bottom, right and top, as parts of the figure, from its lower left corner.
    pub place: [f64; 4],
    pub title: String,
    pub x: Axis,
    pub y: Axis,
    /// Whether both axes measure alike, as those of images do.
    pub equal: bool,
    /// Whether its frame, ticks and labels are drawn.
    pub framed: bool,
    /// Whether a legend names its series.
    pub legend: bool,
    /// In the order in which they are drawn.
    pub series: Vec<Series<'a>>,
    /// What is not read: classes, and how many there are of each.
    pub left_out: Vec<(&'a str, usize)>,
}

/// One axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    pub label: String,
    /// What stands at the left or lower end, and at the other one: an axis may run backwards.
    pub from: f64,
    pub to: f64,
    /// `linear`, `log`, or as its class is called.
    pub scale: String,
    /// Whether the limits were worked out here from the data, as Matplotlib does when it
    /// draws a figure that was not drawn before it was pickled.
    pub worked_out: bool,
}

/// The axes that an object stands for: it may be of any class.
pub(super) fn axes<'a>(pickle: &'a Pickle, id: NodeId, room: &Room) -> Option<Axes<'a>> {
    let axes = Part::of(pickle, id)?;
    let place = axes
        .part("_originalPosition")
        .or(axes.part("_position"))?
        .array("_points")?;
    let title = |name| axes.part(name).map(|title| title.text("_text"));
    let titles = ["title", "_left_title", "_right_title"];
    let title = titles.into_iter().filter_map(title);
    let (series, left_out) = series(axes, room);
    let aspect = axes.number("_aspect");
    Some(Axes {
        place: [(0, 0), (0, 1), (1, 0), (1, 1)].map(|(y, x)| place.number_at(&[y, x])),
        title: title
            .into_iter()
            .find(|title| !title.is_empty())
            .unwrap_or_default(),
        x: axis(axes, "x", room)?,
        y: axis(axes, "y", room)?,
        equal: aspect == Some(1.0),
        framed: axes.flag("axison").unwrap_or(true),
        legend: axes.part("legend_").is_some(),
        series,
        left_out,
    })
}

/// `letter` is `x` or `y`.
fn axis(axes: Part<'_>, letter: &str, room: &Room) -> Option<Axis> {
    let axis = axes.part(&format!("{letter}axis"))?;
    let label = axis.part("label").map(|label| label.text("_text"));
    let scale = axis.part("_scale")?;
    let scale = match scale.class()?.1 {
        "LinearScale" => "linear",
        "LogScale" => "log",
        "SymmetricalLogScale" => "symlog",
        "LogitScale" => "logit",
        other => other,
    };
    let (from, to, worked_out) = limits(axes, axis, letter, scale, room)?;
    Some(Axis {
        label: label.unwrap_or_default(),
        from,
        to,
        scale: scale.to_owned(),
        worked_out,
    })
}
