//! What shape says beside colour, of the bars and the squares of a drawing: the same shapes
//! as those of the timeline and of the strip of tasks.

use crate::layout::number::number;
use crate::model::Status;

/// A bar or a square of a status, as a part of the `d` of a path.
pub fn outline(status: Status, [x, y, width, height]: [f32; 4]) -> String {
    /// Smaller ones have no room for it.
    const LEAST: f32 = 4.0;
    let is_wide = width >= LEAST;
    match status {
        // A corner is missing.
        Status::Retried if is_wide => {
            let cut = (width.min(height) * 0.5).min(9.0);
            let (neck, side) = (of(width - cut), of(height - cut));
            let (left, top, cut, height) = (of(x), of(y), of(cut), of(height));
            format!("M{left} {top}h{neck}l{cut} {cut}v{side}H{left}v-{height}Z")
        }
        // Pointed, as the end of a bar that grows.
        Status::Running if is_wide => {
            let tip = (width.min(height) * 0.45).min(9.0);
            let (half, tip, neck) = (of(height / 2.0), of(tip), of(width - tip));
            format!(
                "M{} {}h{neck}l{tip} {half}l-{tip} {half}h-{neck}Z",
                of(x),
                of(y)
            )
        }
        // Notched, as what was broken off.
        Status::Cancelled if is_wide => {
            let notch = of((width.min(height) * 0.45).min(9.0));
            let (half, width) = (of(height / 2.0), of(width));
            format!(
                "M{} {}h{width}l-{notch} {half}l{notch} {half}h-{width}Z",
                of(x),
                of(y)
            )
        }
        // Two blocks, as the mark of a pause.
        Status::Waiting => {
            let part = width * 0.35;
            block([x, y, part, height]) + &block([x + width - part, y, part, height])
        }
        // Thin, below a line.
        Status::Cached => {
            let (line, gap) = (height * 0.2, height * 0.25);
            let below = block([x, y + line + gap, width, height - line - gap]);
            block([x, y, width, line]) + &below
        }
        _ => block([x, y, width, height]),
    }
}

/// A rectangle as a part of a path.
pub fn block([x, y, width, height]: [f32; 4]) -> String {
    let [x, y, width, height] = [x, y, width, height].map(of);
    format!("M{x} {y}h{width}v{height}h-{width}Z")
}

/// The cross of what failed, in the middle of a square or of a block.
pub fn cross([x, y, width, height]: [f32; 4]) -> String {
    let arm = width.min(height) * 0.2;
    let (middle, level) = (x + width / 2.0, y + height / 2.0);
    let at = |dx: f32, dy: f32| format!("{} {}", of(middle + dx), of(level + dy));
    let down = format!("M{}L{}", at(-arm, -arm), at(arm, arm));
    format!("{down}M{}L{}", at(arm, -arm), at(-arm, arm))
}

fn of(value: f32) -> String {
    number(f64::from(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Who sees no colours tells them apart, however they are drawn.
    #[test]
    fn statuses_differ_by_shape() {
        for spot in [[0.0, 0.0, 14.0, 14.0], [10.0, 43.0, 30.0, 4.0]] {
            let of = |status| outline(status, spot);
            let done = of(Status::Succeeded);
            for status in [
                Status::Retried,
                Status::Running,
                Status::Cached,
                Status::Cancelled,
                Status::Waiting,
            ] {
                assert_ne!(of(status), done, "{status:?}");
            }
            assert_ne!(of(Status::Retried), of(Status::Cached));
        }
        assert_eq!(
            outline(Status::Retried, [0.0, 0.0, 14.0, 14.0]),
            "M0 0h7l7 7v7H0v-14Z"
        );
        assert_eq!(
            outline(Status::Retried, [0.0, 0.0, 2.0, 5.5]),
            "M0 0h2v5.5h-2Z"
        );
        assert_eq!(cross([0.0, 0.0, 10.0, 10.0]), "M3 3L7 7M7 3L3 7");
    }
}
