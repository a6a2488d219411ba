//! Axes: where they stand in the figure, what they measure, and what they show.

use super::limits::limits;
use super::part::{Part, Room, number};
use super::series::{Series, series};
use crate::pickle::{Known, NodeId, Pickle, known};

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
    /// Places that have names: categories, and labels that were set.
    pub named: Vec<(f64, String)>,
}

/// Names of places that are read.
const NAMED: usize = 200;

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
        named: named(axis),
    })
}

/// Labels that were set (`Axis.set_ticks`, `Axis.set_ticklabels` of Matplotlib 3.11: a list
/// with a list of places, or a dict behind a function), else categories
/// (`StrCategoryConverter` of `category.py`).
fn named(axis: Part<'_>) -> Vec<(f64, String)> {
    let pickle = axis.pickle;
    let pair = |(place, name): (NodeId, NodeId)| {
        let name: String = pickle.as_str(name)?.chars().take(60).collect();
        Some((number(pickle, place)?, name))
    };
    let major = axis.part("major");
    if let Some(major) = &major
        && let (Some(locator), Some(formatter)) = (major.part("locator"), major.part("formatter"))
    {
        let listed = formatter.list("seq").iter();
        let places = locator
            .array("locs")
            .map(|array| array.numbers().take(NAMED).collect());
        let places: Vec<f64> = places.unwrap_or_else(|| {
            let places = locator.list("locs").iter().take(NAMED);
            places.filter_map(|id| number(pickle, *id)).collect()
        });
        let names = listed.filter_map(|name| pickle.as_str(*name).map(str::to_owned));
        let listed: Vec<(f64, String)> = places.into_iter().zip(names).collect();
        if !listed.is_empty() {
            return listed;
        }
        let made = formatter.id("func").and_then(|func| known(pickle, func));
        if let Some(Known::Partial(partial)) = made {
            let names = partial
                .args
                .first()
                .and_then(|names| pickle.as_dict(*names));
            return names
                .into_iter()
                .flat_map(|names| names.iter())
                .take(NAMED)
                .filter_map(pair)
                .collect();
        }
    }
    let units = axis.part("units").and_then(|units| units.id("_mapping"));
    let mapping = match units.and_then(|mapping| known(pickle, mapping)) {
        Some(Known::OrderedDict(mapping)) => Some(mapping),
        _ => units.and_then(|mapping| pickle.as_dict(mapping)),
    };
    let entries = mapping.into_iter().flat_map(|mapping| mapping.iter());
    entries
        .take(NAMED)
        .filter_map(|(name, place)| pair((place, name)))
        .collect()
}
