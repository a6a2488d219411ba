//! A figure of Matplotlib's redrawn: lines, bars, points, areas, images and texts between
//! their axes, as an SVG. What is not read is said.
//!
//! The SVG is shown as an image, in which nothing runs; texts are escaped all the same, and
//! colours are let through letter by letter. Start with [`drawn`].

use super::picture::coloured;
use crate::layout::number::number;
use crate::libraries::matplotlib::{Axes, Axis, Figure, Points, Series, Shape, Space};
use crate::libraries::numpy::Array;
use crate::libraries::numpy::pictures::{Layout, heat, rgba};
use crate::libraries::picture::{Window, png};

/// Points in an inch.
const POINTS: f64 = 72.0;

/// No figure is drawn larger than this, in inches.
const MOST_INCHES: f64 = 200.0;

/// Pixels of an image in a figure.
const PIXELS: usize = 512 * 512;

/// The drawing, and what of the figure is not in it.
pub(super) fn drawn(figure: &Figure<'_>) -> (Vec<u8>, String) {
    let side = |inches: f64| match inches.is_finite() {
        true => inches.clamp(0.1, MOST_INCHES) * POINTS,
        false => POINTS,
    };
    let (width, height) = (side(figure.width), side(figure.height));
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {w} {h}\" width=\"{w}\" height=\"{h}\" font-family=\"sans-serif\" font-size=\"10\"><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>",
        w = number(width),
        h = number(height)
    );
    let mut left_out: Vec<(String, usize)> = Vec::new();
    for (at, axes) in figure.axes.iter().enumerate() {
        let plot = Plot::of(axes, width, height);
        plot.draw(at, &mut svg);
        for (class, count) in &axes.left_out {
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
            let (x, y) = (self.left - 36.0, self.top + self.height / 2.0);
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

    fn ticks(&self, svg: &mut String) {
        let (bottom, right) = (self.top + self.height, self.left + self.width);
        for value in ticks(&self.axes.x) {
            let x = self.left + part(&self.axes.x, value) * self.width;
            if x < self.left - 0.1 || x > right + 0.1 {
                continue;
            }
            svg.push_str(&line_of(x, bottom, x, bottom + 3.5));
            text(svg, x, bottom + 14.0, "middle", 10.0, &tick(value));
        }
        for value in ticks(&self.axes.y) {
            let y = bottom - part(&self.axes.y, value) * self.height;
            if y < self.top - 0.1 || y > bottom + 0.1 {
                continue;
            }
            svg.push_str(&line_of(self.left - 3.5, y, self.left, y));
            text(svg, self.left - 6.0, y + 3.5, "end", 10.0, &tick(value));
        }
    }

    fn legend(&self, svg: &mut String) {
        let named = self
            .axes
            .series
            .iter()
            .filter(|series| !series.label.is_empty());
        // More would cover the plot.
        for (series, at) in named.take(12).zip(1..) {
            let y = self.top + 6.0 + 13.0 * f64::from(at);
            let right = self.left + self.width - 8.0;
            let colour = colour(series.colour.as_deref());
            svg.push_str(&format!(
                "<rect x=\"{}\" y=\"{}\" width=\"14\" height=\"4\" fill=\"{colour}\"/>",
                number(right - 14.0),
                number(y - 6.0)
            ));
            text(svg, right - 20.0, y, "end", 10.0, &series.label);
        }
    }

    fn series(&self, series: &Series<'_>, svg: &mut String) {
        let ink = colour(series.colour.as_deref());
        let width = match series.width.is_finite() {
            true => series.width.clamp(0.0, 50.0),
            false => 1.0,
        };
        match &series.shape {
            Shape::Line {
                points,
                style,
                marker,
                marker_size,
                steps,
            } => {
                let dash = match style.as_str() {
                    "--" => " stroke-dasharray=\"5.5 2.4\"",
                    "-." => " stroke-dasharray=\"9.6 2.4 1.5 2.4\"",
                    ":" => " stroke-dasharray=\"1.5 2.5\"",
                    _ => "",
                };
                if !matches!(style.as_str(), "None" | "" | " ") {
                    let d = self.path(series.space, points, steps, false);
                    svg.push_str(&format!(
                        "<path d=\"{d}\" fill=\"none\" stroke=\"{ink}\" stroke-width=\"{}\"{dash} stroke-linejoin=\"round\"/>",
                        number(width)
                    ));
                }
                if !matches!(marker.as_str(), "None" | "" | " ") {
                    let radius = marker_size.clamp(0.5, 100.0) / 2.0;
                    for place in points.points.iter() {
                        self.dot(series.space, *place, radius, &ink, svg);
                    }
                }
            }
            Shape::Bars(bars) => {
                for bar in bars {
                    let own = match &bar.colour {
                        Some(own) => colour(Some(own)),
                        None => ink.clone(),
                    };
                    let one = self.place(series.space, (bar.x, bar.y));
                    let other = (bar.x + bar.width, bar.y + bar.height);
                    let other = self.place(series.space, other);
                    if let (Some((x, y)), Some((to_x, to_y))) = (one, other) {
                        svg.push_str(&format!(
                            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{own}\"/>",
                            number(x.min(to_x)),
                            number(y.min(to_y)),
                            number((to_x - x).abs()),
                            number((to_y - y).abs())
                        ));
                    }
                }
            }
            Shape::Scatter {
                points,
                colours,
                sizes,
                ..
            } => {
                for (at, place) in points.points.iter().enumerate() {
                    let own = colours.get(at).or(colours.first());
                    let size = sizes.get(at).or(sizes.first()).copied().unwrap_or(36.0);
                    let radius = size.clamp(0.1, 10_000.0).sqrt() / 2.0;
                    let own = own.map_or_else(|| ink.clone(), |own| colour(Some(own)));
                    self.dot(series.space, *place, radius, &own, svg);
                }
            }
            Shape::Areas(pieces) => {
                for piece in pieces {
                    let d = self.path(series.space, piece, "default", true);
                    svg.push_str(&format!("<path d=\"{d}\" fill=\"{ink}\"/>"));
                }
            }
            Shape::Segments(pieces) => {
                for piece in pieces {
                    let d = self.path(series.space, piece, "default", false);
                    svg.push_str(&format!(
                        "<path d=\"{d}\" fill=\"none\" stroke=\"{ink}\" stroke-width=\"{}\"/>",
                        number(width)
                    ));
                }
            }
            Shape::Image {
                array,
                extent,
                from_top,
            } => self.image(array, *extent, *from_top, svg),
            Shape::Text { text: own, x, y } => {
                if let Some((x, y)) = self.place(series.space, (*x, *y)) {
                    text(svg, x, y, "start", 10.0, own);
                }
            }
        }
    }

    fn dot(&self, space: Space, place: (f64, f64), radius: f64, ink: &str, svg: &mut String) {
        if let Some((x, y)) = self.place(space, place) {
            svg.push_str(&format!(
                "<circle cx=\"{}\" cy=\"{}\" r=\"{}\" fill=\"{ink}\"/>",
                number(x),
                number(y),
                number(radius)
            ));
        }
    }

    fn path(&self, space: Space, points: &Points, steps: &str, closed: bool) -> String {
        let mut path = String::new();
        let mut last: Option<(f64, f64)> = None;
        for point in &points.points {
            let Some((x, y)) = self.place(space, *point) else {
                last = None;
                continue;
            };
            match (last, steps) {
                (None, _) => path.push_str(&format!("M{} {}", number(x), number(y))),
                (Some(_), "steps-post") => {
                    path.push_str(&format!("H{}V{}", number(x), number(y)));
                }
                (Some(_), "steps" | "steps-pre") => {
                    path.push_str(&format!("V{}H{}", number(y), number(x)));
                }
                (Some((before, _)), "steps-mid") => {
                    let middle = number((before + x) / 2.0);
                    path.push_str(&format!("H{middle}V{}H{}", number(y), number(x)));
                }
                (Some(_), _) => path.push_str(&format!("L{} {}", number(x), number(y))),
            }
            last = Some((x, y));
        }
        if closed && !path.is_empty() {
            path.push('Z');
        }
        path
    }

    fn image(&self, array: &Array<'_>, extent: [f64; 4], from_top: bool, svg: &mut String) {
        let pixels = match array.shape.len() {
            2 => heat(array, 512).map(|heat| coloured(&heat)),
            _ => rgba(array, Layout::ChannelsLast, Window::WHOLE, PIXELS),
        };
        let file = pixels.as_ref().and_then(png);
        let [left, right, bottom, top] = extent;
        let one = self.place(Space::Data, (left, top));
        let other = self.place(Space::Data, (right, bottom));
        let (Some(file), Some((x, y)), Some((to_x, to_y))) = (file, one, other) else {
            return;
        };
        // Where the first row is at the bottom, the picture stands on its head.
        let flip = match (to_y >= y) == from_top {
            true => String::new(),
            false => format!(" transform=\"matrix(1 0 0 -1 0 {})\"", number(y + to_y)),
        };
        svg.push_str(&format!(
            "<image x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" preserveAspectRatio=\"none\" style=\"image-rendering:pixelated\"{flip} href=\"data:image/png;base64,{}\"/>",
            number(x.min(to_x)),
            number(y.min(to_y)),
            number((to_x - x).abs()),
            number((to_y - y).abs()),
            base64(&file)
        ));
    }
}

/// Where a number stands on an axis: 0 at its beginning, 1 at its end.
fn part(axis: &Axis, value: f64) -> f64 {
    let of = |value: f64| match axis.scale.as_str() {
        "log" => value.log10(),
        _ => value,
    };
    let (from, to) = (of(axis.from), of(axis.to));
    if from == to {
        return 0.5;
    }
    // Halves: the whole width may be beyond what a float holds.
    (of(value) / 2.0 - from / 2.0) / (to / 2.0 - from / 2.0)
}

/// Round numbers along an axis: some five, or the powers of ten of a logarithmic one.
fn ticks(axis: &Axis) -> Vec<f64> {
    let (low, high) = (axis.from.min(axis.to), axis.from.max(axis.to));
    if !(low.is_finite() && high.is_finite()) || low >= high {
        return Vec::new();
    }
    if axis.scale == "log" {
        if low <= 0.0 {
            return Vec::new();
        }
        let (first, last) = (low.log10().ceil() as i32, high.log10().floor() as i32);
        let step = ((last - first) / 8).max(1);
        let powers = (0..=8)
            .map(|at| first + at * step)
            .take_while(|power| *power <= last);
        return powers.map(|power| 10f64.powi(power)).collect();
    }
    let rough = (high - low) / 5.0;
    let power = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 2.5, 5.0, 10.0];
    let step = step
        .into_iter()
        .find(|step| step * power >= rough)
        .unwrap_or(10.0)
        * power;
    let first = (low / step).ceil();
    let all = (0..12).map(|at| (first + f64::from(at)) * step);
    all.take_while(|value| *value <= high + step * 1e-9)
        .collect()
}

fn tick(value: f64) -> String {
    let text = super::table::about(value);
    let text = text.strip_suffix(".0").unwrap_or(&text);
    match text {
        "-0" => "0".to_owned(),
        text => text.to_owned(),
    }
}

fn line_of(x: f64, y: f64, to_x: f64, to_y: f64) -> String {
    format!(
        "<path d=\"M{} {}L{} {}\" stroke=\"#000\" stroke-width=\"0.8\"/>",
        number(x),
        number(y),
        number(to_x),
        number(to_y)
    )
}

/// Letters in a drawing: what is marked up as a formula stays as it was written.
fn text(svg: &mut String, x: f64, y: f64, anchor: &str, size: f64, text: &str) {
    /// Longer ones are no labels.
    const CHARS: usize = 300;
    if text.is_empty() {
        return;
    }
    let mut escaped = String::new();
    for char in text.chars().take(CHARS) {
        match char {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '\n' | '\t' => escaped.push(' '),
            char if char.is_control() || ('\u{fffe}'..='\u{ffff}').contains(&char) => {}
            char => escaped.push(char),
        }
    }
    svg.push_str(&format!(
        "<text x=\"{}\" y=\"{}\" text-anchor=\"{anchor}\" font-size=\"{}\">{escaped}</text>",
        number(x),
        number(y),
        number(size)
    ));
}

/// A colour as a file names it, if it is one: letters, digits and `#`.
fn colour(named: Option<&str>) -> String {
    let plain = |name: &&str| {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'#';
        name.len() <= 32 && name.bytes().all(is_plain)
    };
    named.filter(plain).unwrap_or("none").to_owned()
}

/// RFC 4648, with padding.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let byte = |at: usize| u32::from(three.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let letter = LETTERS.get((bits >> (18 - 6 * at)) as usize & 63).copied();
            text.push(match at <= three.len() {
                true => char::from(letter.unwrap_or(b'A')),
                false => '=',
            });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_become_letters() {
        let check = |bytes: &[u8], expected| assert_eq!(base64(bytes), expected);
        check(b"", "");
        check(b"f", "Zg==");
        check(b"fo", "Zm8=");
        check(b"foo", "Zm9v");
        check(b"\xff\xfe\xfd\xfc", "//79/A==");
    }

    #[track_caller]
    fn check_ticks(from: f64, to: f64, scale: &str, expected: &[f64]) {
        let axis = Axis {
            label: String::new(),
            from,
            to,
            scale: scale.to_owned(),
            worked_out: false,
        };
        assert_eq!(ticks(&axis), expected);
    }

    #[test]
    fn ticks_are_round_numbers() {
        check_ticks(0.0, 10.0, "linear", &[0.0, 2.0, 4.0, 6.0, 8.0, 10.0]);
        check_ticks(10.0, 0.0, "linear", &[0.0, 2.0, 4.0, 6.0, 8.0, 10.0]);
        check_ticks(-1.0, 1.0, "linear", &[-1.0, -0.5, 0.0, 0.5, 1.0]);
        check_ticks(0.5, 2000.0, "log", &[1.0, 10.0, 100.0, 1000.0]);
        check_ticks(-1.0, 10.0, "log", &[]);
        check_ticks(1.0, 1.0, "linear", &[]);
        check_ticks(f64::NAN, 1.0, "linear", &[]);
    }
}
