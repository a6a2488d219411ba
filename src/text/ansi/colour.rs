//! Exact colours: the 240 fixed ones of a terminal, and making any of them
//! legible on a theme's ground.

use serde::{Deserialize, Serialize};

/// What text must reach against its ground (WCAG 2, level AA).
pub const TEXT_CONTRAST: f64 = 4.5;

/// A colour in sRGB: red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rgb(pub u8, pub u8, pub u8);

/// The colour that xterm gives to an index from 16 on: a cube of six levels, then
/// 24 greys. The first sixteen belong to the theme; asked for here, they are black.
pub fn indexed(index: u8) -> Rgb {
    match index {
        0..16 => Rgb(0, 0, 0),
        16..232 => {
            let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
            let at = index - 16;
            Rgb(level(at / 36), level(at / 6 % 6), level(at % 6))
        }
        232.. => {
            let grey = 8 + 10 * (index - 232);
            Rgb(grey, grey, grey)
        }
    }
}

/// The contrast ratio of two colours, 1 to 21 (WCAG 2).
pub fn contrast(a: Rgb, b: Rgb) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// The colour itself if it can be read on the ground, else the nearest darker or
/// lighter one of its hue that can: darker on a light ground, lighter on a dark one.
pub fn legible(colour: Rgb, ground: Rgb) -> Rgb {
    // Where black and white are equally far from the ground: (L + 0.05)² = 1.05 · 0.05.
    // Either of them is then at 4.58, so there always is an answer.
    let darken = luminance(ground) > 0.1791;
    let target = if darken { 0.0 } else { 255.0 };
    let towards = |step: u32| {
        let share = f64::from(step) / 255.0;
        let mix = |part: u8| {
            let part = f64::from(part);
            (part + (target - part) * share).round() as u8
        };
        Rgb(mix(colour.0), mix(colour.1), mix(colour.2))
    };
    (0..=255)
        .map(towards)
        .find(|candidate| contrast(*candidate, ground) >= TEXT_CONTRAST)
        .unwrap_or(towards(255))
}

/// Relative luminance, 0 for black to 1 for white (WCAG 2).
fn luminance(Rgb(r, g, b): Rgb) -> f64 {
    let linear = |part: u8| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 {
            part / 12.92
        } else {
            ((part + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}
