//! The cells, drawn. Each status has a shape of its own beside its colour, also where a cell
//! has only few pixels.

use super::palette::Palette;
use crate::engine::siblings::cells::{Cell, CellsView, Form, Label};
use crate::layout::cells::{Cells, labelled};
use crate::model::Status;
use wasm_bindgen::JsCast as _;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

/// Strengths of one colour, the fastest first.
const STRENGTHS: [f64; 5] = [0.3, 0.45, 0.62, 0.8, 1.0];

/// How much a failed cell is larger than its place, on each side.
const LARGER: f64 = 1.5;

/// The size of labels.
const TEXT: f64 = 11.0;

/// What is drawn, and where on the canvas.
pub(super) struct Plot<'a> {
    pub view: &'a CellsView,
    pub cells: Cells,
    /// Where the first cell begins.
    pub left: f64,
    pub top: f64,
    /// The strength of what went well tells how long it took.
    pub by_duration: bool,
}

impl Plot<'_> {
    pub fn draw(&self, canvas: &HtmlCanvasElement, palette: &Palette, dots: f64) {
        let width = self.left + self.cells.width() + LARGER;
        let height = self.top + self.cells.height() + LARGER;
        canvas.set_width((width * dots).ceil() as u32);
        canvas.set_height((height * dots).ceil() as u32);
        let context = canvas.get_context("2d").ok().flatten();
        let Some(context) = context.and_then(|context| context.dyn_into().ok()) else {
            return;
        };
        let context: CanvasRenderingContext2d = context;
        let _scaled = context.set_transform(dots, 0.0, 0.0, dots, 0.0, 0.0);
        context.clear_rect(0.0, 0.0, width, height);
        // One colour after the other; those that failed lie over their neighbours.
        for strength in 1..=5u8 {
            let alpha = match self.by_duration {
                true => STRENGTHS
                    .get(usize::from(strength) - 1)
                    .copied()
                    .unwrap_or(1.0),
                false => 1.0,
            };
            context.set_global_alpha(alpha);
            context.set_fill_style_str(&palette.ok);
            self.each(|cell, x, y, w, h| {
                let shown = cell.strength.clamp(1, 5);
                if cell.status == Status::Succeeded && !cell.is_out && shown == strength {
                    context.fill_rect(x, y, w, h);
                }
            });
        }
        context.set_global_alpha(1.0);
        self.each(|cell, x, y, w, h| match cell.status {
            _ if cell.is_out => {
                context.set_fill_style_str(&palette.out);
                context.fill_rect(x, y, w, h);
            }
            Status::Succeeded | Status::Failed => {}
            status => shape(&context, palette, status, (x, y, w, h)),
        });
        self.each(|cell, x, y, w, h| {
            if cell.status == Status::Failed && !cell.is_out {
                shape(&context, palette, cell.status, (x, y, w, h));
            }
        });
        if self.view.form == Form::Grid {
            self.labels(&context, palette);
        }
    }

    /// Every cell with its corner and its size.
    fn each(&self, mut draw: impl FnMut(Cell, f64, f64, f64, f64)) {
        let gap = self.cells.gap();
        let (width, height) = (self.cells.step_x - gap, self.cells.step_y - gap);
        for (at, byte) in self.view.cells.iter().enumerate() {
            if let Some(cell) = Cell::read(*byte) {
                let (x, y) = self.cells.at(at);
                draw(cell, self.left + x, self.top + y, width, height);
            }
        }
    }

    fn labels(&self, context: &CanvasRenderingContext2d, palette: &Palette) {
        let font = |weight: u16| format!("{weight} {TEXT}px {}", palette.font);
        let put = |label: &Label, x: f64, y: f64| {
            let (weight, colour) = match label.failed {
                true => (600, &palette.text),
                false => (400, &palette.faint),
            };
            context.set_font(&font(weight));
            context.set_fill_style_str(colour);
            let _put = context.fill_text(&label.text, x, y);
        };
        context.set_text_baseline("middle");
        context.set_text_align("right");
        let line = TEXT + 3.0;
        let down = self.view.down.iter().enumerate().map(|(row, label)| {
            let middle = self.cells.step_y * (row as f64 + 0.5);
            (middle - line / 2.0, line, label.failed)
        });
        for row in labelled(&down.collect::<Vec<_>>()) {
            if let Some(label) = self.view.down.get(row) {
                let y = self.top + self.cells.step_y * (row as f64 + 0.5);
                put(label, self.left - 8.0, y);
            }
        }
        context.set_text_align("left");
        let across = self.view.across.iter().enumerate().map(|(column, label)| {
            let room = width_of(&label.text) + 12.0;
            (self.cells.step_x * column as f64, room, label.failed)
        });
        for column in labelled(&across.collect::<Vec<_>>()) {
            if let Some(label) = self.view.across.get(column) {
                let x = self.cells.step_x * column as f64;
                // One that would be cut off stands as far to the right as it can, if it must.
                let last = self.cells.width() - width_of(&label.text);
                if x <= last || label.failed {
                    put(label, self.left + x.min(last.max(0.0)), self.top - 10.0);
                }
            }
        }
    }
}

/// About how wide a label is.
pub(super) fn width_of(text: &str) -> f64 {
    text.chars().count() as f64 * TEXT * 0.62
}

/// The mark of a status in a cell.
fn shape(
    context: &CanvasRenderingContext2d,
    palette: &Palette,
    status: Status,
    (x, y, w, h): (f64, f64, f64, f64),
) {
    let path = |points: &[(f64, f64)]| {
        context.begin_path();
        for (at, (along, down)) in points.iter().enumerate() {
            match at {
                0 => context.move_to(x + along * w, y + down * h),
                _ => context.line_to(x + along * w, y + down * h),
            }
        }
    };
    match status {
        Status::Failed => {
            context.set_fill_style_str(&palette.fail);
            let (x, y) = (x - LARGER, y - LARGER);
            let (w, h) = (w + 2.0 * LARGER, h + 2.0 * LARGER);
            context.fill_rect(x, y, w, h);
            let arm = w.min(h) * 0.22;
            let (middle_x, middle_y) = (x + w / 2.0, y + h / 2.0);
            context.set_stroke_style_str(&palette.ground);
            context.set_line_width(if arm > 2.5 { 1.6 } else { 1.0 });
            context.begin_path();
            for (from, to) in [((-1.0, -1.0), (1.0, 1.0)), ((1.0, -1.0), (-1.0, 1.0))] {
                context.move_to(middle_x + arm * from.0, middle_y + arm * from.1);
                context.line_to(middle_x + arm * to.0, middle_y + arm * to.1);
            }
            context.stroke();
        }
        // A corner is missing.
        Status::Retried => {
            context.set_fill_style_str(&palette.retry);
            path(&[(0.0, 0.0), (0.5, 0.0), (1.0, 0.5), (1.0, 1.0), (0.0, 1.0)]);
            context.fill();
        }
        // Pointed, as the end of a bar that grows.
        Status::Running => {
            context.set_fill_style_str(&palette.run);
            path(&[(0.0, 0.0), (0.55, 0.0), (1.0, 0.5), (0.55, 1.0), (0.0, 1.0)]);
            context.fill();
        }
        // Notched, as what was broken off.
        Status::Cancelled => {
            context.set_fill_style_str(&palette.cancelled);
            path(&[(0.0, 0.0), (1.0, 0.0), (0.55, 0.5), (1.0, 1.0), (0.0, 1.0)]);
            context.fill();
        }
        // Two blocks, as the mark of a pause.
        Status::Waiting => {
            context.set_fill_style_str(&palette.waiting);
            context.fill_rect(x, y, w * 0.35, h);
            context.fill_rect(x + w * 0.65, y, w * 0.35, h);
        }
        // An outline that is open at the right.
        Status::Unfinished | Status::Unknown => {
            context.set_stroke_style_str(&palette.unfinished);
            context.set_line_width(1.0);
            let (x, y, w, h) = (x + 0.5, y + 0.5, w - 1.0, h - 1.0);
            context.begin_path();
            context.move_to(x + w, y);
            context.line_to(x, y);
            context.line_to(x, y + h);
            context.line_to(x + w, y + h);
            context.stroke();
        }
        // Thinner, with a line above.
        Status::Cached => {
            context.set_fill_style_str(&palette.cached);
            context.fill_rect(x, y, w, 1.0);
            context.fill_rect(x, y + h * 0.4, w, h * 0.6);
        }
        Status::Skipped => {
            context.set_fill_style_str(&palette.skipped);
            context.fill_rect(x, (y + h / 2.0).floor(), w, 1.0);
        }
        Status::Succeeded => {
            context.set_fill_style_str(&palette.ok);
            context.fill_rect(x, y, w, h);
        }
    }
}
