//! The colours of `style/tokens.css`: text can be read on every ground, marks can be seen, and whoever does not see all
//! colours tells the bars of one status from those of another.
//!
//! Shapes, which stand beside the colours, are looked at in a browser (`tests/browser/cases/22-colours.mjs`).

#![expect(
    clippy::unwrap_used,
    reason = "a test that panics has failed, which is what it is for"
)]

use std::collections::BTreeMap;

const TOKENS: &str = include_str!("../style/tokens.css");

const GROUNDS: [&str; 6] = [
    "bg",
    "bg-rail",
    "bg-sunk",
    "bg-raised",
    "hover",
    "accent-bg",
];
const TEXTS: [&str; 13] = [
    "fg", "fg-2", "fg-3", "accent", "ok", "fail", "stop", "run", "wait", "retry", "unf", "cache",
    "skip",
];
const BARS: [&str; 8] = [
    "ok-bar",
    "fail-bar",
    "stop-bar",
    "run-bar",
    "wait-bar",
    "retry-bar",
    "unf-bar",
    "cache-bar",
];

/// Red, green and blue from 0 to 1, in proportion to the light.
type Light = [f64; 3];

/// The colours of one theme by their names.
type Palette = BTreeMap<String, Light>;

/// Both themes, light and dark.
fn themes() -> [(&'static str, Palette); 2] {
    let (mut light, mut dark) = (Palette::new(), Palette::new());
    for line in TOKENS.lines() {
        let Some((name, rest)) = line
            .trim()
            .strip_prefix("--")
            .and_then(|line| line.split_once(": light-dark("))
        else {
            continue;
        };
        let (one, other) = rest.split_once(')').unwrap().0.split_once(", ").unwrap();
        light.insert(name.to_owned(), read(one));
        dark.insert(name.to_owned(), read(other));
    }
    [("light", light), ("dark", dark)]
}

/// `#rrggbb`, as IEC 61966-2-1 (sRGB) has it.
fn read(hex: &str) -> Light {
    [1, 3, 5].map(|at| {
        let part = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
        match part <= 0.04045 {
            true => part / 12.92,
            false => ((part + 0.055) / 1.055).powf(2.4),
        }
    })
}

fn colour(palette: &Palette, name: &str) -> Light {
    *palette
        .get(name)
        .unwrap_or_else(|| panic!("no colour is called --{name}"))
}

/// WCAG 2.2, “contrast ratio”.
fn contrast(one: Light, other: Light) -> f64 {
    let luminance = |[red, green, blue]: Light| 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
    one.max(other) / one.min(other)
}

fn check_contrast(marks: &[&str], grounds: &[&str], least: f64) {
    let mut low = Vec::new();
    for (theme, palette) in themes() {
        for mark in marks {
            for ground in grounds {
                let ratio = contrast(colour(&palette, mark), colour(&palette, ground));
                if ratio < least {
                    low.push(format!("{theme}: --{mark} on --{ground} has {ratio:.2}"));
                }
            }
        }
    }
    assert!(low.is_empty(), "less than {least}:\n{}", low.join("\n"));
}

#[test]
fn text_can_be_read_on_every_ground() {
    check_contrast(&TEXTS, &GROUNDS, 4.5);
}

#[test]
fn bars_lines_and_controls_can_be_seen() {
    let series: Vec<String> = (0..8).map(|at| format!("series-{at}")).collect();
    let mut marks: Vec<&str> = series.iter().map(String::as_str).collect();
    marks.extend(BARS);
    marks.extend(["queue", "line-ctl"]);
    check_contrast(&marks, &["bg", "bg-raised"], 3.0);
}

#[test]
fn words_in_bars_can_be_read() {
    let others = BARS.into_iter().filter(|bar| *bar != "fail-bar");
    check_contrast(&["on-bar"], &others.collect::<Vec<_>>(), 4.5);
    check_contrast(&["bg"], &["fail-bar"], 4.5);
}

/// What light looks like to whoever lacks one of the three kinds of cones: Machado, Oliveira and Fernandes (2009), “A
/// Physiologically-based Model for Simulation of Color Vision Deficiency”, severity 1.0.
const VISIONS: [(&str, [Light; 3]); 4] = [
    (
        "all cones",
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
    ),
    (
        "protanopia",
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ],
    ),
    (
        "deuteranopia",
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ],
    ),
    (
        "tritanopia",
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ],
    ),
];

fn times(rows: &[Light; 3], light: Light) -> Light {
    rows.map(|row| row.iter().zip(light).map(|(part, of)| part * of).sum())
}

/// Oklab, in which equal steps look equally large: some 0.02 are just seen side by side.
fn oklab(light: Light) -> Light {
    const CONES: [Light; 3] = [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ];
    const LAB: [Light; 3] = [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ];
    times(&LAB, times(&CONES, light).map(f64::cbrt))
}

fn distance(one: Light, other: Light) -> f64 {
    let squares = one
        .iter()
        .zip(other)
        .map(|(one, other)| (one - other).powi(2));
    squares.sum::<f64>().sqrt()
}

#[test]
fn statuses_are_told_apart_without_all_cones() {
    let mut alike = Vec::new();
    for (theme, palette) in themes() {
        for (vision, matrix) in &VISIONS {
            let seen = |name: &str| {
                let light = times(matrix, colour(&palette, name));
                oklab(light.map(|part| part.clamp(0.0, 1.0)))
            };
            for (at, one) in BARS.iter().enumerate() {
                for other in &BARS[at + 1..] {
                    // A failure is what is looked for.
                    let least = match [one, other].contains(&&"fail-bar") {
                        true => 0.04,
                        false => 0.02,
                    };
                    let apart = distance(seen(one), seen(other));
                    if apart < least {
                        alike.push(format!(
                            "{theme}, {vision}: --{one} and --{other} are {apart:.3} apart"
                        ));
                    }
                }
            }
        }
    }
    assert!(alike.is_empty(), "{}", alike.join("\n"));
}
