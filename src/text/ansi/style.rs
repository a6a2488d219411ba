//! Colours and weights, and the parameters that switch them.
//!
//! Parameters are those of ECMA-48 §8.3.117 (SGR), with xterm's bright colours
//! (90 to 107), indexed and direct colours (38, 48) in both spellings, `38;5;n`
//! and `38:5:n`. Blinking, concealing, fonts and frames are ignored: concealed
//! text in a log is text that somebody wants to see.

use super::colour::{self, Rgb};
use serde::{Deserialize, Serialize};

/// A colour as the log names it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ink {
    /// The page's own colour.
    #[default]
    Default,
    /// One of the sixteen that the theme decides: 0 to 7 are black, red, green,
    /// yellow, blue, magenta, cyan, white; 8 to 15 are the bright ones.
    Named(u8),
    /// An exact colour, still to be made legible: [`colour::legible`].
    Rgb(Rgb),
}

/// How a piece of text looks. The default is plain text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Style {
    pub fg: Ink,
    pub bg: Ink,
    pub bold: bool,
    pub dim: bool,
    pub italic: bool,
    pub underline: bool,
    pub strike: bool,
    /// Foreground and background change places; the page does it, because it
    /// knows what the default colours are.
    pub inverse: bool,
}

impl Style {
    /// Applies the parameters of one sequence, such as `1;38;5;208`. Nothing at
    /// all means reset; what is not known changes nothing.
    pub(super) fn apply(&mut self, parameters: &str) {
        let mut fields = parameters.split(';');
        while let Some(field) = fields.next() {
            if let Some((code, detail)) = field.split_once(':') {
                self.apply_detailed(number(code), detail);
                continue;
            }
            match number(field) {
                Some(38) => set(&mut self.fg, extended(&mut fields)),
                Some(48) => set(&mut self.bg, extended(&mut fields)),
                // The colour of underlines: its parameters must not be taken for others.
                Some(58) => drop(extended(&mut fields)),
                Some(code) => self.apply_code(code),
                None => {}
            }
        }
    }

    fn apply_code(&mut self, code: u8) {
        match code {
            0 => *self = Self::default(),
            1 => self.bold = true,
            2 => self.dim = true,
            3 => self.italic = true,
            4 | 21 => self.underline = true,
            7 => self.inverse = true,
            9 => self.strike = true,
            22 => (self.bold, self.dim) = (false, false),
            23 => self.italic = false,
            24 => self.underline = false,
            27 => self.inverse = false,
            29 => self.strike = false,
            30..=37 => self.fg = Ink::Named(code - 30),
            39 => self.fg = Ink::Default,
            40..=47 => self.bg = Ink::Named(code - 40),
            49 => self.bg = Ink::Default,
            90..=97 => self.fg = Ink::Named(code - 90 + 8),
            100..=107 => self.bg = Ink::Named(code - 100 + 8),
            _ => {}
        }
    }

    /// A parameter with parts of its own: `4:3` is a curly underline, `38:5:n`
    /// and `38:2::r:g:b` are colours.
    fn apply_detailed(&mut self, code: Option<u8>, detail: &str) {
        match code {
            Some(4) => self.underline = number(detail) != Some(0),
            Some(38) => set(&mut self.fg, extended_parts(detail)),
            Some(48) => set(&mut self.bg, extended_parts(detail)),
            _ => {}
        }
    }
}

fn set(ink: &mut Ink, to: Option<Ink>) {
    if let Some(to) = to {
        *ink = to;
    }
}

/// A colour in the fields that follow a 38, 48 or 58.
fn extended<'t>(fields: &mut impl Iterator<Item = &'t str>) -> Option<Ink> {
    let mut next = || fields.next().and_then(number);
    match next()? {
        5 => Some(indexed(next()?)),
        2 => {
            let (r, g, b) = (next(), next(), next());
            Some(Ink::Rgb(Rgb(r?, g?, b?)))
        }
        _ => None,
    }
}

/// The same with colons, where direct colours may name a colour space first.
fn extended_parts(detail: &str) -> Option<Ink> {
    let parts: Vec<&str> = detail.split(':').take(7).collect();
    match parts.as_slice() {
        ["5", index] => Some(indexed(number(index)?)),
        ["2", r, g, b] | ["2", _, r, g, b, ..] => {
            Some(Ink::Rgb(Rgb(number(r)?, number(g)?, number(b)?)))
        }
        _ => None,
    }
}

fn indexed(index: u8) -> Ink {
    match index {
        0..16 => Ink::Named(index),
        _ => Ink::Rgb(colour::indexed(index)),
    }
}

/// A missing number is a zero; one that is too large is none.
fn number(text: &str) -> Option<u8> {
    if text.is_empty() {
        return Some(0);
    }
    text.parse().ok()
}
