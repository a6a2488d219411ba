//! A figure of Matplotlib's redrawn: lines, bars, points, areas, images and texts between
//! their axes, as an SVG. What is not read is said.
//!
//! The SVG is shown as an image, in which nothing runs; texts are escaped all the same, and
//! colours are let through letter by letter ([`letters`]). Start with [`drawn`]; [`axis`]
//! and [`series`] draw what a plot has at its edges and within.

mod axis;
mod base64;
mod letters;
mod series;

use crate::layout::number::number;
use crate::libraries::matplotlib::{Axes, Figure, Series, Shape, Space};
pub(in crate::engine) use axis::marks;
use axis::part;
use letters::{colour, text};

/// Points in an inch.
const POINTS: f64 = 72.0;

/// The room for the label of an axis that goes up.
const LABEL: f64 = 14.0;

/// No figure is drawn larger than this, in inches.
const MOST_INCHES: f64 = 200.0;

/// The drawing, and what of the figure is not in it.
pub(super) fn drawn(figure: &Figure<'_>) -> (Vec<u8>, String) {
    let side = |inches: f64| match inches.is_finite() {
        true => inches.clamp(0.1, MOST_INCHES) * POINTS,
        false => POINTS,
    };
    let (width, height) = (side(figure.width), side(figure.height));
    let plots = figure.axes.iter();
    let plots: Vec<Plot<'_>> = plots.map(|axes| Plot::of(axes, width, height)).collect();
    // What is written beside a plot may need more room than the figure has there: until it is
    // drawn Matplotlib does not know either.
    let reach = |most: f64, plot: &Plot<'_>| most.max(plot.reaches().0);
    let left = plots.iter().fold(0.0, reach);
    let deep = |most: f64, plot: &Plot<'_>| most.max(plot.reaches().1 - height);
    let below = plots.iter().fold(0.0, deep);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"{x} 0 {w} {h}\" width=\"{w}\" height=\"{h}\" font-family=\"sans-serif\" font-size=\"10\"><rect x=\"{x}\" width=\"100%\" height=\"100%\" fill=\"#fff\"/>",
        x = number(-left),
        w = number(width + left),
        h = number(height + below)
    );
    let mut left_out: Vec<(String, usize)> = Vec::new();
    for (at, plot) in plots.iter().enumerate() {
        plot.draw(at, &mut svg);
        for (class, count) in &plot.axes.left_out {
            match left_out.iter_mut().find(|(known, _)| known == class) {
                Some((_, sum)) => *sum += count,
                None => left_out.push(((*class).to_owned(), *count)),
            }
        }
    }
    if !figure.title.is_empty() {
        text(&mut svg, width / 2.0, 16.0, "middle", 12.0, &figure.title);
    }
    svg.push_str("</svg>");
    let told = left_out
        .iter()
        .map(|(class, count)| format!("{count} × {class}"));
    let told: Vec<String> = told.collect();
    let note = match told.is_empty() {
        true => "redrawn from its data".to_owned(),
        false => format!("redrawn from its data, without {}", told.join(", ")),
    };
    (svg.into_bytes(), note)
}

/// Axes in the drawing: their frame, and how data become places.
struct Plot<'a> {
    axes: &'a Axes<'a>,
    left: f64,
    top: f64,
    width: f64,
    height: f64,
}

impl<'a> Plot<'a> {
    fn of(axes: &'a Axes<'a>, width: f64, height: f64) -> Self {
        let [left, bottom, right, top] = axes.place.map(|part| match part.is_finite() {
            true => part.clamp(-1.0, 2.0),
            false => 0.0,
        });
        Self {
            axes,
            left: left * width,
            top: (1.0 - top) * height,
            width: ((right - left) * width).max(1.0),
            height: ((top - bottom) * height).max(1.0),
        }
    }

    /// How far its words reach beyond the figure's left side, and how far down.
    fn reaches(&self) -> (f64, f64) {
        let (up, across) = (&self.axes.y.label, &self.axes.x.label);
        let beside = match (self.axes.framed, up.is_empty()) {
            (true, true) => self.reach(),
            (true, false) => self.reach() + LABEL,
            (false, _) => 0.0,
        };
        let below = match (self.axes.framed, across.is_empty()) {
            (true, true) => 18.0,
            (true, false) => 34.0,
            (false, _) => 0.0,
        };
        (beside + 2.0 - self.left, self.top + self.height + below)
    }

    /// The place of a point, far outside ones held to where no browser minds them.
    fn place(&self, space: Space, (x, y): (f64, f64)) -> Option<(f64, f64)> {
        let across = match space {
            Space::Data | Space::Up => part(&self.axes.x, x),
            Space::Across | Space::Axes => x,
        };
        let up = match space {
            Space::Data | Space::Across => part(&self.axes.y, y),
            Space::Up | Space::Axes => y,
        };
        let held = |part: f64| part.is_finite().then(|| part.clamp(-50.0, 50.0));
        let (across, up) = (held(across)?, held(up)?);
        Some((
            self.left + across * self.width,
            self.top + (1.0 - up) * self.height,
        ))
    }

    fn draw(&self, at: usize, svg: &mut String) {
        let frame = format!(
            "x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"",
            number(self.left),
            number(self.top),
            number(self.width),
            number(self.height)
        );
        svg.push_str(&format!(
            "<clipPath id=\"c{at}\"><rect {frame}/></clipPath>"
        ));
        svg.push_str(&format!("<g clip-path=\"url(#c{at})\">"));
        for series in &self.axes.series {
            self.series(series, svg);
        }
        svg.push_str("</g>");
        if self.axes.framed {
            svg.push_str(&format!(
                "<rect {frame} fill=\"none\" stroke=\"#000\" stroke-width=\"0.8\"/>"
            ));
            self.ticks(svg);
        }
        let middle = self.left + self.width / 2.0;
        text(
            svg,
            middle,
            self.top - 6.0,
            "middle",
            12.0,
            &self.axes.title,
        );
        let below = self.top + self.height + 30.0;
        text(svg, middle, below, "middle", 10.0, &self.axes.x.label);
        if !self.axes.y.label.is_empty() {
            let (x, y) = (
                self.left - self.reach() - LABEL / 2.0,
                self.top + self.height / 2.0,
            );
            svg.push_str(&format!(
                "<g transform=\"rotate(-90 {} {})\">",
                number(x),
                number(y)
            ));
            text(svg, x, y, "middle", 10.0, &self.axes.y.label);
            svg.push_str("</g>");
        }
        if self.axes.legend {
            self.legend(svg);
        }
    }

    /// The legend, at the upper right: where Matplotlib would find the most room for it is
    /// known when it draws.
    fn legend(&self, svg: &mut String) {
        /// More would cover the plot.
        const MOST: usize = 12;
        const LINE: f64 = 13.0;
        const LETTER: f64 = 5.6;
        const SAMPLE: f64 = 20.0;
        let all = self.axes.series.iter();
        let named = all.filter(|series| !series.label.is_empty());
        let named: Vec<&Series<'_>> = named.take(MOST).collect();
        let longest = named.iter().map(|series| series.label.chars().count());
        let words = longest.max().unwrap_or(0).min(60) as f64 * LETTER;
        if named.is_empty() {
            return;
        }
        let width = SAMPLE + words + 14.0;
        let (left, top) = (self.left + self.width - width - 5.0, self.top + 5.0);
        svg.push_str(&format!(
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"2\" fill=\"#fff\" fill-opacity=\"0.8\" stroke=\"#ccc\"/>",
            number(left),
            number(top),
            number(width),
            number(LINE * named.len() as f64 + 5.0)
        ));
        for (series, at) in named.into_iter().zip(1..) {
            let y = top + LINE * f64::from(at) - 1.0;
            let ink = colour(series.colour.as_deref());
            let (from, to) = (left + 4.0, left + 4.0 + SAMPLE);
            let sample = match &series.shape {
                Shape::Line { style, .. } => format!(
                    "<path d=\"M{} {y}H{}\" fill=\"none\" stroke=\"{ink}\" stroke-width=\"1.5\"{}/>",
                    number(from),
                    number(to),
                    series::dash(style),
                    y = number(y - 3.5)
                ),
                _ => format!(
                    "<rect x=\"{}\" y=\"{}\" width=\"{SAMPLE}\" height=\"7\" fill=\"{ink}\"/>",
                    number(from),
                    number(y - 7.0)
                ),
            };
            svg.push_str(&sample);
            text(svg, to + 5.0, y, "start", 10.0, &series.label);
        }
    }
}
