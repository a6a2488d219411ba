//! Colours, as a style sheet takes them.
//!
//! Source: `to_rgba` of `colors.py` and the tables of `_color_data.py` of Matplotlib 3.11.

use super::part::number;
use crate::libraries::numpy::{self, Array};
use crate::pickle::{NodeId, Pickle, Value};

/// The colours of one letter, and those of Tableau in the order of `C0` to `C9`, which are
/// the colours of series where nobody set others.
const LETTERS: [(char, u32); 8] = [
    ('b', 0x0000ff),
    ('g', 0x008000),
    ('r', 0xff0000),
    ('c', 0x00bfbf),
    ('m', 0xbf00bf),
    ('y', 0xbfbf00),
    ('k', 0x000000),
    ('w', 0xffffff),
];

const TABLEAU: [(&str, u32); 10] = [
    ("blue", 0x1f77b4),
    ("orange", 0xff7f0e),
    ("green", 0x2ca02c),
    ("red", 0xd62728),
    ("purple", 0x9467bd),
    ("brown", 0x8c564b),
    ("pink", 0xe377c2),
    ("gray", 0x7f7f7f),
    ("olive", 0xbcbd22),
    ("cyan", 0x17becf),
];

/// `#rrggbbaa`, or one of the names that style sheets know as well; `None` for no colour,
/// and for what is none. `alpha` stands in for the colour's own, where it is given and the
/// colour is no name.
pub(super) fn colour(pickle: &Pickle, id: NodeId, alpha: Option<f64>) -> Option<String> {
    match pickle.value(id) {
        Value::Text(text) => of_text(text.as_str()?, alpha),
        Value::Tuple(parts) | Value::List(parts) => {
            let part = |&part: &NodeId| number(pickle, part);
            let parts: Option<Vec<f64>> = parts.iter().take(5).map(part).collect();
            of_parts(&parts?, alpha)
        }
        _ => {
            let array = numpy::array(pickle, id)?;
            match *array.shape {
                [count @ 3..5] => {
                    let parts: Vec<f64> = (0..count).map(|at| array.number_at(&[at])).collect();
                    of_parts(&parts, alpha)
                }
                _ => of_row(&array, 0),
            }
        }
    }
}

/// A row of an array of colours.
pub(super) fn of_row(array: &Array<'_>, row: usize) -> Option<String> {
    let &[rows, parts @ 3..5] = array.shape.as_slice() else {
        return None;
    };
    let parts = (row < rows).then_some(0..parts)?;
    let parts: Vec<f64> = parts.map(|part| array.number_at(&[row, part])).collect();
    of_parts(&parts, None)
}

fn of_text(text: &str, alpha: Option<f64>) -> Option<String> {
    if text == "none" {
        return None;
    }
    if let Some(digits) = text.strip_prefix('#') {
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        // Each digit stands for two.
        let twice: String = digits.chars().flat_map(|digit| [digit, digit]).collect();
        let digits = match digits.len() {
            3 | 4 => &twice,
            6 | 8 => digits,
            _ => return None,
        };
        let rgb = u32::from_str_radix(digits.get(..6)?, 16).ok()?;
        let own = digits.get(6..8).unwrap_or("ff");
        return of_number(
            rgb,
            alpha.or(Some(f64::from(u8::from_str_radix(own, 16).ok()?) / 255.0)),
        );
    }
    let mut letters = LETTERS.iter();
    if let Some((_, rgb)) = letters.find(|(letter, _)| text.strip_prefix(*letter) == Some("")) {
        return of_number(*rgb, alpha);
    }
    let tableau = match text.strip_prefix("tab:") {
        Some(name) => TABLEAU.iter().find(|(known, _)| *known == name),
        None => text
            .strip_prefix('C')
            .and_then(|number| number.parse::<usize>().ok())
            .and_then(|number| TABLEAU.get(number % TABLEAU.len())),
    };
    if let Some((_, rgb)) = tableau {
        return of_number(*rgb, alpha);
    }
    // A shade of grey.
    if let Ok(grey) = text.parse::<f64>() {
        return of_parts(&[grey, grey, grey], alpha);
    }
    // Every other name is one of a style sheet, or none at all.
    let letters = text.bytes().all(|letter| letter.is_ascii_alphabetic());
    (letters && text.len() <= 20).then(|| text.to_ascii_lowercase())
}

fn of_number(rgb: u32, alpha: Option<f64>) -> Option<String> {
    let part = |shift: u32| f64::from(rgb >> shift & 0xff) / 255.0;
    of_parts(&[part(16), part(8), part(0)], alpha)
}

/// Red, green, blue, and alpha if there is one: from 0 to 1.
fn of_parts(parts: &[f64], alpha: Option<f64>) -> Option<String> {
    let (&[red, green, blue], own) = parts.split_first_chunk()?;
    let alpha = alpha.or(own.first().copied()).unwrap_or(1.0);
    let byte = |part: f64| (part.clamp(0.0, 1.0) * 255.0).round_ties_even() as u8;
    let [red, green, blue, alpha] = [red, green, blue, alpha].map(byte);
    Some(format!("#{red:02x}{green:02x}{blue:02x}{alpha:02x}"))
}
