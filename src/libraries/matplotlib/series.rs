//! What axes show: each artist as the points, bars or pixels that it draws.

use super::colour::{self, colour};
use super::part::{Part, Room};
use super::points::{MOST_POINTS, Points, paths, pieces, some};
use crate::libraries::numpy::Array;
use crate::pickle::NodeId;

/// Something that axes show.
#[derive(Clone, Debug)]
pub struct Series<'a> {
    /// What a legend calls it; empty for what stands in none.
    pub label: String,
    pub space: Space,
    pub shape: Shape<'a>,
    /// As a style sheet takes it: `#1f77b4ff`, or a name. Of an area its inside, of
    /// everything else the line; `None` for nothing, and where a map gives the colours.
    pub colour: Option<String>,
    /// Of the line, in points.
    pub width: f64,
}

/// Where the numbers of a series are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Space {
    Data,
    /// Across the axes from 0 to 1, and up in data.
    Across,
    /// Across in data, and up the axes from 0 to 1.
    Up,
    /// Both from 0 to 1, from the lower left corner.
    Axes,
}

#[derive(Clone, Debug)]
pub enum Shape<'a> {
    Line {
        points: Points,
        /// `-`, `--`, `-.`, `:`, or `None`.
        style: String,
        /// As Matplotlib calls it: `o`, `^`; `None` for none.
        marker: String,
        /// Points.
        marker_size: f64,
        /// `default`, or how a step is drawn: `steps-post`.
        steps: String,
    },
    Bars(Vec<Bar>),
    Scatter {
        points: Points,
        /// One for all, or one for each point.
        colours: Vec<String>,
        /// Square points, one for all or one for each point.
        sizes: Vec<f64>,
        /// Numbers that a map turns into colours, where there are such.
        values: Option<Array<'a>>,
    },
    Areas(Vec<Points>),
    Segments(Vec<Points>),
    Image {
        /// Numbers of two axes, or colours in the last of three.
        array: Array<'a>,
        /// Left, right, bottom, top, in data.
        extent: [f64; 4],
        /// Whether the first row is at the top.
        from_top: bool,
    },
    Text {
        text: String,
        x: f64,
        y: f64,
    },
}

impl Shape<'_> {
    /// How much is kept of it.
    fn size(&self) -> usize {
        match self {
            Shape::Line { points, .. } | Shape::Scatter { points, .. } => points.points.len(),
            Shape::Areas(pieces) | Shape::Segments(pieces) => {
                pieces.iter().map(|piece| piece.points.len() + 1).sum()
            }
            Shape::Bars(bars) => bars.len(),
            Shape::Image { .. } | Shape::Text { .. } => 1,
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    pub x: f64,
    pub y: f64,
    /// May be negative, as may be the height: a bar goes down from its foot.
    pub width: f64,
    pub height: f64,
    pub colour: Option<String>,
}

/// More artists than this are not looked at.
const MOST_ARTISTS: usize = 10_000;

/// What axes show, and the classes of what is not read.
pub(super) fn series<'a>(axes: Part<'a>, room: &Room) -> (Vec<Series<'a>>, Vec<(&'a str, usize)>) {
    let mut found = Vec::new();
    let mut left_out: Vec<(&str, usize)> = Vec::new();
    let mut bars = Bars::of(axes);
    for &id in axes.list("_children").iter().take(MOST_ARTISTS) {
        let Some(artist) = Part::of(axes.pickle, id) else {
            continue;
        };
        if artist.flag("_visible") == Some(false) {
            continue;
        }
        match bars.take(id) {
            Taken::First(container) if room.take(MOST_POINTS) => {
                found.extend(of_bars(axes, container));
            }
            Taken::First(_) => left_out.push(("BarContainer", 1)),
            Taken::Again => {}
            Taken::No => match of_artist(axes, artist) {
                Some(one) if room.take(one.shape.size()) => found.push(one),
                _ => {
                    let class = artist.class().map_or("object", |(_, name)| name);
                    match left_out.iter_mut().find(|(known, _)| *known == class) {
                        Some((_, count)) => *count += 1,
                        None => left_out.push((class, 1)),
                    }
                }
            },
        }
    }
    (found, left_out)
}

/// The bars of each call of `bar` or `hist`, which are artists by themselves.
struct Bars<'a> {
    containers: Vec<Part<'a>>,
    drawn: Vec<bool>,
    /// Bars, and the numbers of their containers, by bar.
    of: Vec<(NodeId, usize)>,
}

enum Taken<'a> {
    No,
    /// It is drawn with the bars of its container, now, or was already.
    First(Part<'a>),
    Again,
}

impl<'a> Bars<'a> {
    fn of(axes: Part<'a>) -> Self {
        let containers = axes.list("containers").iter().take(MOST_ARTISTS);
        let containers: Vec<Part<'a>> = containers
            .filter_map(|&id| Part::of(axes.pickle, id))
            .filter(|container| {
                container
                    .class()
                    .is_some_and(|(_, name)| name == "BarContainer")
            })
            .collect();
        let mut of = Vec::new();
        for (number, container) in containers.iter().enumerate() {
            let bars = container.list("patches").iter().take(MOST_ARTISTS);
            of.extend(bars.map(|&bar| (bar, number)));
            if of.len() > MOST_ARTISTS {
                break;
            }
        }
        crate::sorting::sort(&mut of);
        Self {
            drawn: vec![false; containers.len()],
            containers,
            of,
        }
    }

    fn take(&mut self, id: NodeId) -> Taken<'a> {
        let at = self.of.partition_point(|(bar, _)| *bar < id);
        let Some(&(bar, number)) = self.of.get(at) else {
            return Taken::No;
        };
        match (self.drawn.get_mut(number), self.containers.get(number)) {
            (Some(drawn), Some(container)) if bar == id => match std::mem::replace(drawn, true) {
                true => Taken::Again,
                false => Taken::First(*container),
            },
            _ => Taken::No,
        }
    }
}

fn of_bars<'a>(axes: Part<'a>, container: Part<'a>) -> Option<Series<'a>> {
    let bars = container.list("patches").iter().take(MOST_POINTS);
    let parts = bars.filter_map(|&id| Part::of(axes.pickle, id));
    let bars: Vec<Bar> = parts.clone().filter_map(bar).collect();
    let first = parts.into_iter().next()?;
    Some(Series {
        label: label(container),
        space: space(axes, first.id("_transform"))?,
        colour: bars.first()?.colour.clone(),
        width: first.number("_linewidth").unwrap_or(1.0),
        shape: Shape::Bars(bars),
    })
}

fn bar(rectangle: Part<'_>) -> Option<Bar> {
    Some(Bar {
        x: rectangle.number("_x0")?,
        y: rectangle.number("_y0")?,
        width: rectangle.number("_width")?,
        height: rectangle.number("_height")?,
        colour: inside(rectangle),
    })
}

/// The colour of a patch, if it is filled.
fn inside(patch: Part<'_>) -> Option<String> {
    match patch.flag("_fill") {
        Some(false) => None,
        _ => colour(patch.pickle, patch.id("_facecolor")?, None),
    }
}

fn of_artist<'a>(axes: Part<'a>, artist: Part<'a>) -> Option<Series<'a>> {
    let (module, class) = artist.class()?;
    let (shape, colour, width) = match (module, class) {
        ("matplotlib.lines", "Line2D") => line(artist)?,
        ("matplotlib.patches", "Rectangle") if artist.number("angle") == Some(0.0) => {
            let bars = Shape::Bars(vec![bar(artist)?]);
            (bars, inside(artist), artist.number("_linewidth"))
        }
        ("matplotlib.patches", "Polygon" | "StepPatch" | "PathPatch") => {
            let areas = pieces(artist.part("_path")?)?;
            match inside(artist) {
                Some(inside) => (Shape::Areas(areas), Some(inside), Some(0.0)),
                None => {
                    let edge = colour(artist.pickle, artist.id("_edgecolor")?, None);
                    (Shape::Segments(areas), edge, artist.number("_linewidth"))
                }
            }
        }
        ("matplotlib.collections", "PathCollection") => return scatter(axes, artist),
        ("matplotlib.collections", "PolyCollection" | "FillBetweenPolyCollection") => {
            let faces = artist.array("_facecolors")?;
            (
                Shape::Areas(paths(artist)?),
                colour::of_row(&faces, 0),
                None,
            )
        }
        ("matplotlib.collections", "LineCollection") => {
            let edges = artist.id("_edgecolors");
            let edge = edges.and_then(|edges| colour(artist.pickle, edges, None));
            let widths = artist.array("_linewidths");
            let width = widths.map(|widths| widths.number_at(&[0]));
            let width = width.filter(|width| width.is_finite());
            (Shape::Segments(paths(artist)?), edge, width)
        }
        ("matplotlib.image", "AxesImage") => (image(artist)?, None, None),
        ("matplotlib.text", "Text" | "Annotation") => {
            let text = Shape::Text {
                text: artist.text("_text"),
                x: artist.number("_x")?,
                y: artist.number("_y")?,
            };
            let colour = colour(artist.pickle, artist.id("_color")?, artist.number("_alpha"));
            (text, colour, None)
        }
        _ => return None,
    };
    Some(Series {
        label: label(artist),
        space: space(axes, artist.id("_transform"))?,
        shape,
        colour,
        width: width.unwrap_or(1.0),
    })
}

/// Those with an underscore in front are Matplotlib's own.
fn label(artist: Part<'_>) -> String {
    let label = artist.text("_label");
    match label.starts_with('_') {
        true => String::new(),
        false => label,
    }
}

/// By the transformation, which is one of the axes'.
fn space(axes: Part<'_>, transform: Option<NodeId>) -> Option<Space> {
    let spaces = [
        ("transData", Space::Data),
        ("_yaxis_transform", Space::Across),
        ("_xaxis_transform", Space::Up),
        ("transAxes", Space::Axes),
    ];
    let mut spaces = spaces.into_iter();
    let found = spaces.find(|(name, _)| transform.is_some() && axes.id(name) == transform);
    found.map(|(_, space)| space)
}

type Drawn<'a> = (Shape<'a>, Option<String>, Option<f64>);

fn line<'a>(artist: Part<'a>) -> Option<Drawn<'a>> {
    let fresh = artist.flag("_invalidx") != Some(true) && artist.flag("_invalidy") != Some(true);
    let points = match artist.array("_xy").filter(|_| fresh) {
        Some(both) if both.shape.get(1) == Some(&2) => {
            let count = *both.shape.first()?;
            some(count, &|at| {
                (both.number_at(&[at, 0]), both.number_at(&[at, 1]))
            })
        }
        // It was never drawn: what it was given, where that are numbers.
        _ => {
            let (x, y) = (artist.array("_xorig")?, artist.array("_yorig")?);
            let plain = |array: &Array<'_>| array.dtype.is_number() && array.shape.len() == 1;
            if !plain(&x) || !plain(&y) || x.len() != y.len() {
                return None;
            }
            some(x.len(), &|at| (x.number_at(&[at]), y.number_at(&[at])))
        }
    };
    let marker = artist.part("_marker").map(|marker| {
        let named = marker.text("_marker");
        match named.is_empty() {
            true => "None".to_owned(),
            false => named,
        }
    });
    let shape = Shape::Line {
        points,
        style: artist.text("_linestyle"),
        marker: marker.unwrap_or_else(|| "None".to_owned()),
        marker_size: artist.number("_markersize").unwrap_or(6.0),
        steps: artist.text("_drawstyle"),
    };
    let colour = colour(artist.pickle, artist.id("_color")?, artist.number("_alpha"));
    Some((shape, colour, artist.number("_linewidth")))
}

fn scatter<'a>(axes: Part<'a>, artist: Part<'a>) -> Option<Series<'a>> {
    let offsets = artist.array("_offsets")?;
    let &[count, 2] = offsets.shape.as_slice() else {
        return None;
    };
    let points = some(count, &|at| {
        (offsets.number_at(&[at, 0]), offsets.number_at(&[at, 1]))
    });
    let values = artist.array("_A");
    let faces = artist.array("_facecolors").filter(|_| values.is_none());
    let rows = faces
        .as_ref()
        .and_then(|faces| faces.shape.first().copied());
    let each = |rows: usize| (0..rows).step_by(if rows == count { points.step } else { 1 });
    let colours: Vec<String> = each(rows.unwrap_or(0))
        .take(MOST_POINTS)
        .filter_map(|row| colour::of_row(faces.as_ref()?, row))
        .collect();
    let sizes = artist.array("_sizes")?;
    let sizes: Vec<f64> = each(sizes.len())
        .take(MOST_POINTS)
        .map(|at| sizes.number_at(&[at]))
        .collect();
    let moved = artist.id("_offset_transform").or(artist.id("_transOffset"));
    Some(Series {
        label: label(artist),
        space: space(axes, moved)?,
        colour: colours.first().cloned(),
        width: 1.0,
        shape: Shape::Scatter {
            points,
            colours,
            sizes,
            values,
        },
    })
}

fn image<'a>(artist: Part<'a>) -> Option<Shape<'a>> {
    let array = artist.array("_A")?;
    let (&height, &width) = (array.shape.first()?, array.shape.get(1)?);
    let from_top = artist.text("origin") != "lower";
    let edges = artist.list("_extent").iter();
    let edges = edges.map(|&edge| super::part::number(artist.pickle, edge));
    let extent = match edges.collect::<Option<Vec<f64>>>()?.as_slice() {
        &[left, right, bottom, top] => [left, right, bottom, top],
        // Each pixel has its number in its middle.
        _ => {
            let (right, far) = (width as f64 - 0.5, height as f64 - 0.5);
            match from_top {
                true => [-0.5, right, far, -0.5],
                false => [-0.5, right, -0.5, far],
            }
        }
    };
    Some(Shape::Image {
        array,
        extent,
        from_top,
    })
}
