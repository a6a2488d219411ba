//! Axes: where numbers stand on them, and the round ones that are marked.

use super::Plot;
use super::letters::text;
use crate::engine::values::table::about;
use crate::layout::number::number;
use crate::libraries::matplotlib::Axis;

impl Plot<'_> {
    pub(super) fn ticks(&self, svg: &mut String) {
        let (bottom, right) = (self.top + self.height, self.left + self.width);
        for (value, name) in named(&self.axes.x) {
            let x = self.left + part(&self.axes.x, value) * self.width;
            if x < self.left - 0.1 || x > right + 0.1 {
                continue;
            }
            svg.push_str(&line_of(x, bottom, x, bottom + 3.5));
            text(svg, x, bottom + 14.0, "middle", 10.0, &name);
        }
        for (value, name) in named(&self.axes.y) {
            let y = bottom - part(&self.axes.y, value) * self.height;
            if y < self.top - 0.1 || y > bottom + 0.1 {
                continue;
            }
            svg.push_str(&line_of(self.left - 3.5, y, self.left, y));
            text(svg, self.left - 6.0, y + 3.5, "end", 10.0, &name);
        }
    }

    /// How far what is written beside the axis that goes up reaches to the left of it.
    pub(super) fn reach(&self) -> f64 {
        /// Of a digit, and between ticks and their names.
        const LETTER: f64 = 5.8;
        const AWAY: f64 = 6.0;
        let names = named(&self.axes.y).into_iter();
        let longest = names.map(|(_, name)| name.chars().count()).max();
        AWAY + longest.unwrap_or(0).min(40) as f64 * LETTER
    }
}

/// What is marked on an axis: the places that have names, else round numbers.
fn named(axis: &Axis) -> Vec<(f64, String)> {
    if !axis.named.is_empty() {
        return axis.named.clone();
    }
    let round = ticks(axis).into_iter();
    round.map(|value| (value, tick(value))).collect()
}

/// Where a number stands on an axis: 0 at its beginning, 1 at its end.
pub(super) fn part(axis: &Axis, value: f64) -> f64 {
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

/// Some round numbers from one to another, in a few digits.
pub(in crate::engine) fn marks(from: f64, to: f64) -> Vec<(f64, String)> {
    let axis = Axis {
        label: String::new(),
        from,
        to,
        scale: String::new(),
        worked_out: false,
        named: Vec::new(),
    };
    named(&axis)
}

fn tick(value: f64) -> String {
    let text = about(value);
    let text = text.strip_suffix(".0").unwrap_or(&text);
    match text {
        "-0" => "0".to_owned(),
        // As Matplotlib writes it.
        text => text.replace('-', "−"),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_ticks(from: f64, to: f64, scale: &str, expected: &[f64]) {
        let axis = Axis {
            label: String::new(),
            from,
            to,
            scale: scale.to_owned(),
            worked_out: false,
            named: Vec::new(),
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
