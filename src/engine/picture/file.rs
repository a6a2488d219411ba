//! The drawing as a file of its own: an SVG in the colours that the page has at the moment.

use super::svg;
use super::{Depth, PictureQuery};
use crate::engine::ask::Failure;
use crate::engine::{Engine, Work};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PictureFileQuery {
    pub picture: PictureQuery,
    pub palette: Box<Palette>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PictureFileView {
    pub svg: String,
    /// In pixels.
    pub width: f32,
    pub height: f32,
    /// What the file may be called, without an ending.
    pub name: String,
}

macro_rules! palette {
    ($($field:ident: $token:literal,)*) => {
        /// The colours of a theme: those that a drawing needs.
        #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
        pub struct Palette {
            $(pub $field: String,)*
        }

        impl Palette {
            /// From the tokens of the style sheet, by their names.
            pub fn read(token: impl Fn(&'static str) -> String, dark: bool) -> Self {
                Self {
                    $($field: colour(&token($token), dark),)*
                }
            }
        }
    };
}

palette! {
    bg: "--bg",
    ground: "--bg-rail",
    line_2: "--line-2",
    fg: "--fg",
    fg_2: "--fg-2",
    fg_3: "--fg-3",
    line: "--line-ctl",
    ok: "--ok",
    ok_bar: "--ok-bar",
    fail: "--fail",
    fail_bar: "--fail-bar",
    run: "--run",
    run_bar: "--run-bar",
    retry: "--retry",
    retry_bar: "--retry-bar",
    stop: "--stop",
    stop_bar: "--stop-bar",
    wait: "--wait",
    wait_bar: "--wait-bar",
    unf: "--unf",
    unf_bar: "--unf-bar",
    cache: "--cache",
    cache_bar: "--cache-bar",
    skip: "--skip",
}

/// One of the two colours of `light-dark(#ffffff, #111316)`, or the only one.
fn colour(token: &str, dark: bool) -> String {
    let token = token.trim();
    let inside = token
        .strip_prefix("light-dark(")
        .and_then(|rest| rest.strip_suffix(')'));
    let one = match inside.and_then(|both| both.split_once(',')) {
        Some((_, one)) if dark => one,
        Some((one, _)) => one,
        None => token,
    };
    one.trim().to_owned()
}

impl Engine {
    pub(in crate::engine) async fn picture_file(
        &self,
        query: PictureFileQuery,
        work: &Work,
    ) -> Result<PictureFileView, Box<Failure>> {
        let view = self.drawn(&query.picture, work).await?;
        let run = &query.picture.run;
        let of = match &query.picture.depth {
            Depth::Lineage { step, task } => format!("{run} {step} {task}"),
            _ => run.to_string(),
        };
        let letter = |letter: char| match letter {
            letter if letter.is_alphanumeric() || "_-.".contains(letter) => letter,
            _ => '-',
        };
        let (svg, width, height) = svg::written(&view, &of, &query.palette);
        let name: String = of.chars().take(120).map(letter).collect();
        Ok(PictureFileView {
            svg,
            width,
            height,
            name: format!("{name}-dag"),
        })
    }
}

/// By how much a picture in pixels may be larger than the drawing: twice, as far as there
/// is a canvas so large.
pub fn pixels_scale(width: f32, height: f32) -> f64 {
    /// What browsers hold at least.
    const SIDE: f64 = 16_384.0;
    const AREA: f64 = 33_554_432.0;
    let (width, height) = (f64::from(width).max(1.0), f64::from(height).max(1.0));
    let by_side = SIDE / width.max(height);
    let by_area = (AREA / (width * height)).sqrt();
    by_side.min(by_area).min(2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_theme_takes_one_of_two_colours() {
        let both = "light-dark(#ffffff, #111316)";
        assert_eq!(colour(both, false), "#ffffff");
        assert_eq!(colour(both, true), "#111316");
        assert_eq!(colour(" #0a0a0a ", true), "#0a0a0a");
    }

    #[test]
    fn pixels_stay_below_what_a_canvas_holds() {
        assert_eq!(pixels_scale(800.0, 600.0), 2.0);
        assert_eq!(pixels_scale(0.0, 0.0), 2.0);
        for (width, height) in [(20_000.0, 400.0), (9_000.0, 9_000.0), (300.0, 430_000.0)] {
            let scale = pixels_scale(width, height);
            let (w, h) = (f64::from(width) * scale, f64::from(height) * scale);
            assert!(w.max(h) <= 16_384.5 && w * h <= 33_600_000.0, "{w} × {h}");
        }
    }
}
