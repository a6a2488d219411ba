//! Pixels to draw, whatever they were made of.
//!
//! A picture of many pixels is made smaller while it is read: each pixel that is drawn is
//! the mean of a square of them. What is given back says so. [`png`] makes a file of them,
//! [`colours`] are those of numbers.

pub mod colours;
mod png;

pub use png::png;

/// Pixels as a canvas takes them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rgba {
    pub width: usize,
    pub height: usize,
    /// Red, green, blue and alpha, 8 bits each, row by row from the top.
    pub pixels: Vec<u8>,
    /// How many pixels of the picture, along each axis, became one; 1 where all are here.
    pub step: usize,
    /// The numbers that are black and white, where they were stretched between the two.
    pub range: Option<(f64, f64)>,
}

/// A stretch of a picture, in its own pixels. What lies outside of it is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub left: usize,
    pub top: usize,
    pub width: usize,
    pub height: usize,
}

/// No more pixels are made at a time: 16 MiB of them.
pub const MOST_PIXELS: usize = 4 << 20;

/// Nor more along a side: a canvas has no larger ones everywhere.
pub const MOST_SIDE: usize = 16_384;

impl Window {
    /// All of a picture.
    pub const WHOLE: Window = Window {
        left: 0,
        top: 0,
        width: usize::MAX,
        height: usize::MAX,
    };

    /// The part of it that a picture has.
    fn inside(self, width: usize, height: usize) -> Window {
        let left = self.left.min(width);
        let top = self.top.min(height);
        Window {
            left,
            top,
            width: self.width.min(width - left),
            height: self.height.min(height - top),
        }
    }
}

/// The pixels of a window of a picture of this size, at most so many. `pixel` is asked for
/// each one inside by column and row, once.
pub(super) fn draw(
    (width, height): (usize, usize),
    window: Window,
    most: usize,
    pixel: &dyn Fn(usize, usize) -> [u8; 4],
) -> Rgba {
    let window = window.inside(width, height);
    let most = most.clamp(1, MOST_PIXELS);
    if window.width == 0 || window.height == 0 {
        return Rgba {
            step: 1,
            ..Rgba::default()
        };
    }
    let step = step(window, most);
    let (across, down) = (window.width.div_ceil(step), window.height.div_ceil(step));
    let mut pixels = Vec::with_capacity(across * down * 4);
    // Of each pixel of a row the sums of its colours, weighted by alpha, and of alpha.
    let mut sums = vec![[0u64; 4]; across];
    for row in 0..down {
        let rows = row * step..((row + 1) * step).min(window.height);
        if step == 1 {
            let places = 0..window.width;
            places.for_each(|x| pixels.extend(pixel(window.left + x, window.top + row)));
            continue;
        }
        sums.fill([0; 4]);
        for y in rows.clone() {
            for x in 0..window.width {
                let [red, green, blue, alpha] = pixel(window.left + x, window.top + y);
                if let Some(sum) = sums.get_mut(x / step) {
                    let weight = u64::from(alpha);
                    for (sum, part) in sum.iter_mut().zip([red, green, blue]) {
                        *sum += u64::from(part) * weight;
                    }
                    if let Some(all) = sum.last_mut() {
                        *all += weight;
                    }
                }
            }
        }
        for (x, &[red, green, blue, alpha]) in sums.iter().enumerate() {
            let wide = step.min(window.width - x * step);
            let count = (wide * rows.len()) as u64;
            let mean = |sum: u64| ((sum + alpha / 2) / alpha.max(1)) as u8;
            let alpha = ((alpha + count / 2) / count.max(1)) as u8;
            pixels.extend([mean(red), mean(green), mean(blue), alpha]);
        }
    }
    Rgba {
        width: across,
        height: down,
        pixels,
        step,
        range: None,
    }
}

/// The smallest step with which a window has no more than so many pixels.
fn step(window: Window, most: usize) -> usize {
    let fits = |step: usize| {
        let (across, down) = (window.width.div_ceil(step), window.height.div_ceil(step));
        // Sides that are too long are not multiplied.
        across <= MOST_SIDE && down <= MOST_SIDE && across * down <= most
    };
    // Twice as long until it fits, then the first one in between.
    let mut long = 1usize;
    while !fits(long) {
        long = long.saturating_mul(2);
    }
    let (mut low, mut high) = (long / 2, long);
    while low + 1 < high {
        let middle = low + (high - low) / 2;
        match fits(middle) {
            true => high = middle,
            false => low = middle,
        }
    }
    high
}

/// The shade of a number between black and white; `None` for what is no number.
pub(super) fn shade(number: f64, (low, high): (f64, f64)) -> Option<u8> {
    if number.is_nan() {
        return None;
    }
    let part = match high > low {
        // Half of each: the whole width may be beyond what a float holds.
        true => (number / 2.0 - low / 2.0) / (high / 2.0 - low / 2.0),
        false => 0.0,
    };
    Some((part.clamp(0.0, 1.0) * 255.0 + 0.5) as u8)
}

/// The smallest and the largest of the numbers that are finite.
pub(super) fn range(numbers: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    let finite = numbers.filter(|number| number.is_finite());
    finite.fold(None, |range, number| match range {
        None => Some((number, number)),
        Some((low, high)) => Some((number.min(low), number.max(high))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(size: (usize, usize), window: Window, most: usize, expected: (usize, usize, usize)) {
        let drawn = draw(size, window, most, &|x, y| [x as u8, y as u8, 0, 255]);
        assert_eq!((drawn.width, drawn.height, drawn.step), expected);
        assert_eq!(drawn.pixels.len(), drawn.width * drawn.height * 4);
        assert!(drawn.width * drawn.height <= most.max(1));
    }

    #[test]
    fn pictures_become_as_small_as_asked() {
        let part = |left, top, width, height| Window {
            left,
            top,
            width,
            height,
        };
        check((4, 3), Window::WHOLE, 12, (4, 3, 1));
        check((4, 3), Window::WHOLE, 11, (2, 2, 2));
        check((4, 3), Window::WHOLE, 0, (1, 1, 4));
        check((100_000, 1), Window::WHOLE, 10, (10, 1, 10_000));
        check((1 << 40, 0), Window::WHOLE, 10, (0, 0, 1));
        check((20_000, 1), Window::WHOLE, 1 << 20, (10_000, 1, 2));
        check((4, 3), part(3, 1, 9, 9), 100, (1, 2, 1));
        check((4, 3), part(4, 0, 1, 1), 100, (0, 0, 1));
        check((4, 0), Window::WHOLE, 100, (0, 0, 1));
    }

    #[test]
    fn a_smaller_picture_has_the_mean_of_what_is_seen() {
        let squares = |x: usize, _: usize| match x {
            0 => [200, 0, 0, 255],
            1 => [100, 0, 0, 255],
            // Nothing is seen of its colour.
            2 => [0, 255, 0, 0],
            _ => [10, 0, 0, 100],
        };
        let drawn = draw((4, 2), Window::WHOLE, 2, &squares);
        assert_eq!(drawn.pixels, [150, 0, 0, 255, 10, 0, 0, 50]);
    }

    #[test]
    fn numbers_become_shades() {
        assert_eq!(shade(f64::NAN, (0.0, 1.0)), None);
        assert_eq!(shade(5.0, (5.0, 5.0)), Some(0));
        assert_eq!(shade(f64::INFINITY, (0.0, 1.0)), Some(255));
        assert_eq!(shade(0.0, (f64::MIN, f64::MAX)), Some(128));
        assert_eq!(range([2.0, f64::NAN, -1.0].into_iter()), Some((-1.0, 2.0)));
        assert_eq!(range([f64::INFINITY].into_iter()), None);
    }
}
