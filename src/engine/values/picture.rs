//! Values as pictures: images as they are, arrays as heat maps, images and lines.
//!
//! Start with [`pictures`] for what a value can be seen as.

use super::figure;
use super::place::Spot;
use super::{BytesView, LineView, LinesQuery, LinesView, Picture, SeenAs, wrong_kind};
use crate::counts::{count, counted};
use crate::engine::ask::Failure;
use crate::engine::{Engine, Work};
use crate::libraries::numpy::pictures::{Along, Heat, View, heat, lines, rgba, views};
use crate::libraries::numpy::{self, Array, Shown, place_on};
use crate::libraries::picture::{MOST_PIXELS, Rgba, Window, colours, png};
use crate::libraries::table::array_within;
use crate::libraries::{matplotlib, pillow};
use crate::pickle::repr::float;

/// What a place can be seen as beside a table, the likeliest first.
pub(super) fn pictures(spot: &Spot) -> Vec<Picture> {
    let Some(array) = array_within(spot.pickle(), spot.node, &spot.within) else {
        return Vec::new();
    };
    let mut pictures: Vec<Picture> = Vec::new();
    for part in [coloured_part(&array, &[]), array.plane(&[])] {
        let Some(part) = part else { continue };
        for view in views(&part) {
            let picture = Picture {
                seen: match view {
                    View::Image(_) => SeenAs::Image,
                    View::Heat => SeenAs::Heat,
                    View::Lines(_) => SeenAs::Lines,
                },
                is_part: part.shape.len() < array.shape.len(),
            };
            if !pictures.iter().any(|known| known.seen == picture.seen) {
                pictures.push(picture);
            }
        }
    }
    pictures
}

/// The part of an array that is looked at as a picture.
fn array<'a>(spot: &'a Spot, seen: SeenAs, shown: &[Shown]) -> Option<Array<'a>> {
    let array = array_within(spot.pickle(), spot.node, &spot.within)?;
    let coloured = coloured_part(&array, shown).filter(|_| seen == SeenAs::Image);
    coloured.or_else(|| array.plane(shown))
}

/// The last three axes as an image with channels, where they look like one; the axes before
/// them are at their places.
fn coloured_part<'a>(array: &Array<'a>, shown: &[Shown]) -> Option<Array<'a>> {
    let before = array.shape.len().checked_sub(3)?;
    let mut axes = 0..before;
    let part = axes.try_fold(array.clone(), |part, axis| part.row(place_on(axis, shown)))?;
    let is_image = |view: &View| matches!(view, View::Image(_));
    views(&part).iter().any(is_image).then_some(part)
}

/// A picture as a file, and what is to be said of it.
pub(super) struct Drawn {
    bytes: Vec<u8>,
    note: String,
    mime: &'static str,
    extension: &'static str,
}

/// Whether a value is a picture by itself, and its size in pixels.
pub(super) fn own_picture(spot: &Spot) -> Option<(String, u32, u32)> {
    let (pickle, node) = (spot.pickle(), spot.node);
    let pixels = |length: usize| u32::try_from(length).unwrap_or(0);
    if let Some(image) = pillow::image(pickle, node).filter(pillow::Image::can_be_drawn) {
        let kind = format!("{} ({})", image.class, image.mode);
        return Some((kind, pixels(image.width), pixels(image.height)));
    }
    let line = matplotlib::line(pickle, node)?;
    Some((line, 0, 0))
}

/// The picture of a place; `None` for what is none, or has not the form of one.
pub(super) fn drawn(spot: &Spot, seen: SeenAs, shown: &[Shown]) -> Option<Drawn> {
    if let Some(figure) = matplotlib::figure(spot.pickle(), spot.node) {
        let (bytes, note) = figure::drawn(&figure);
        return Some(Drawn {
            bytes,
            note,
            mime: "image/svg+xml",
            extension: "svg",
        });
    }
    let (bytes, note) = pixels(spot, seen, shown)?;
    Some(Drawn {
        bytes,
        note,
        mime: "image/png",
        extension: "png",
    })
}

fn pixels(spot: &Spot, seen: SeenAs, shown: &[Shown]) -> Option<(Vec<u8>, String)> {
    if let Some(image) = pillow::image(spot.pickle(), spot.node) {
        let drawn = image.rgba(Window::WHOLE, MOST_PIXELS)?;
        return Some((png(&drawn)?, said(&drawn)));
    }
    let array = array(spot, seen, shown)?;
    match seen {
        SeenAs::Image => {
            let mut all = views(&array).into_iter();
            let layout = all.find_map(|view| match view {
                View::Image(layout) => Some(layout),
                _ => None,
            })?;
            let drawn = rgba(&array, layout, Window::WHOLE, MOST_PIXELS)?;
            Some((png(&drawn)?, said(&drawn)))
        }
        SeenAs::Heat => {
            let heat = heat(&array, numpy::pictures::MOST_CELLS)?;
            Some((png(&coloured(&heat))?, said_of_heat(&heat)))
        }
        SeenAs::Lines => None,
    }
}

pub(super) fn coloured(heat: &Heat) -> Rgba {
    let (low, high) = (heat.min.unwrap_or(0.0), heat.max.unwrap_or(0.0));
    // Half of each: the whole width may be beyond what a float holds.
    let width = high / 2.0 - low / 2.0;
    let pixels = heat.cells.iter().flat_map(|cell| {
        let part = match width > 0.0 {
            true => (cell / 2.0 - low / 2.0) / width,
            false => 0.0,
        };
        let [red, green, blue] = colours::colour(part);
        match cell.is_nan() {
            true => [0; 4],
            false => [red, green, blue, 255],
        }
    });
    Rgba {
        width: heat.columns,
        height: heat.rows,
        pixels: pixels.collect(),
        step: 1,
        range: None,
    }
}

fn said(drawn: &Rgba) -> String {
    let mut said = Vec::new();
    if drawn.step > 1 {
        let step = count(drawn.step as u64);
        said.push(format!("each pixel is the mean of {step} × {step}"));
    }
    if let Some((low, high)) = drawn.range {
        said.push(format!("black is {}, white is {}", float(low), float(high)));
    }
    said.join("; ")
}

fn said_of_heat(heat: &Heat) -> String {
    let mut said = Vec::new();
    if let (Some(low), Some(high)) = (heat.min, heat.max) {
        said.push(format!(
            "dark blue is {}, yellow is {}",
            float(low),
            float(high)
        ));
    }
    if heat.step != (1, 1) {
        let (down, across) = heat.step;
        said.push(format!("each cell is the mean of {down} × {across}"));
    }
    said.extend(odd(heat.nan, heat.infinite));
    said.join("; ")
}

fn odd(nan: u64, infinite: u64) -> Option<String> {
    let missing = (nan > 0).then(|| counted(nan, "is no number", "are no number"));
    let infinite = (infinite > 0).then(|| counted(infinite, "is infinite", "are infinite"));
    let told: Vec<String> = missing.into_iter().chain(infinite).collect();
    (!told.is_empty()).then(|| told.join(", "))
}

impl Engine {
    pub(in crate::engine) async fn value_lines(
        &self,
        query: LinesQuery,
        work: &Work,
    ) -> Result<LinesView, Box<Failure>> {
        let spot = self.spot_of_value(&query.value, work).await?;
        let shown = super::shown(&query.slice);
        let found = array(&spot, SeenAs::Lines, &shown).and_then(|array| {
            let mut all = views(&array).into_iter();
            let along = all.find_map(|view| match view {
                View::Lines(along) => Some(along),
                _ => None,
            })?;
            lines(&array, along, numpy::pictures::MOST_BUCKETS).map(|lines| (along, lines))
        });
        let Some((along, found)) = found else {
            return Err(wrong_kind("picture", &query.value));
        };
        let name = |at: usize| match along {
            Along::Whole => String::new(),
            Along::Rows => format!("row {at}"),
            Along::Columns => format!("column {at}"),
        };
        let all = found.lines.iter().enumerate();
        let lines = all.map(|(at, line)| LineView {
            name: name(at),
            buckets: line.buckets.clone(),
            min: line.min,
            max: line.max,
            note: odd(line.nan, line.infinite).unwrap_or_default(),
        });
        let told = |number: Option<f64>| number.map(super::table::about).unwrap_or_default();
        let all = || found.lines.iter();
        Ok(LinesView {
            low: told(all().filter_map(|line| line.min).reduce(f64::min)),
            high: told(all().filter_map(|line| line.max).reduce(f64::max)),
            lines: lines.collect(),
            length: found.len as u64,
            step: found.step as u64,
        })
    }
}

/// The file of a picture.
pub(super) fn view(name: String, drawn: Drawn) -> BytesView {
    BytesView {
        bytes: drawn.bytes,
        mime: drawn.mime.to_owned(),
        file: format!("{name}.{}", drawn.extension),
        note: drawn.note,
    }
}
