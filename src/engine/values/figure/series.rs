//! What is drawn between the axes: lines, bars, points, areas, images.

use super::Plot;
use super::base64::base64;
use super::letters::{colour, text};
use crate::engine::values::picture::coloured;
use crate::layout::number::number;
use crate::libraries::matplotlib::{Points, Series, Shape, Space};
use crate::libraries::numpy::Array;
use crate::libraries::numpy::pictures::{Layout, heat, rgba};
use crate::libraries::picture::{Window, png};

/// Pixels of an image in a figure.
const PIXELS: usize = 512 * 512;

impl Plot<'_> {
    pub(super) fn series(&self, series: &Series<'_>, svg: &mut String) {
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
                let dash = dash(style);
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

/// The attribute of a line's style.
pub(super) fn dash(style: &str) -> &'static str {
    match style {
        "--" => " stroke-dasharray=\"5.5 2.4\"",
        "-." => " stroke-dasharray=\"9.6 2.4 1.5 2.4\"",
        ":" => " stroke-dasharray=\"1.5 2.5\"",
        _ => "",
    }
}
