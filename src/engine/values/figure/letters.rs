//! What a file has written that comes into the drawing as letters: texts, and names of
//! colours.

use crate::layout::number::number;

/// Letters in a drawing: what is marked up as a formula stays as it was written.
pub(super) fn text(svg: &mut String, x: f64, y: f64, anchor: &str, size: f64, text: &str) {
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
pub(super) fn colour(named: Option<&str>) -> String {
    let plain = |name: &&str| {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'#';
        name.len() <= 32 && name.bytes().all(is_plain)
    };
    named.filter(plain).unwrap_or("none").to_owned()
}
