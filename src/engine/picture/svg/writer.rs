//! Elements, attributes and words, written so that every reader of XML takes them.

use super::super::file::Palette;
use crate::layout::dag::Align;
use crate::layout::number;

pub(super) fn text_of(value: f32) -> String {
    number::number(f64::from(value))
}

pub(super) struct Writer<'a> {
    pub out: String,
    pub palette: &'a Palette,
}

/// How a text is set.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Set<'a> {
    pub size: &'a str,
    pub fill: &'a str,
    pub anchor: Align,
}

impl Writer<'_> {
    pub fn open(&mut self, tag: &str, attributes: &[(&str, &str)]) {
        self.out.push('<');
        self.out.push_str(tag);
        for (name, value) in attributes {
            self.attribute(name, value);
        }
    }

    pub fn attribute(&mut self, name: &str, value: &str) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        self.escaped(value);
        self.out.push('"');
    }

    pub fn attribute_as_is(&mut self, name: &str, value: &str) {
        self.out.push_str(&format!(" {name}=\"{value}\""));
    }

    pub fn numbers(&mut self, attributes: &[(&str, f32)]) {
        for (name, value) in attributes {
            self.attribute(name, &text_of(*value));
        }
    }

    /// Ends the head of an element that has something in it.
    pub fn within(&mut self) {
        self.out.push_str(">\n");
    }

    /// Ends an element that has nothing in it.
    pub fn close(&mut self) {
        self.out.push_str("/>\n");
    }

    pub fn end(&mut self, tag: &str) {
        self.out.push_str(&format!("</{tag}>\n"));
    }

    pub fn element(&mut self, tag: &str, attributes: &[(&str, &str)], text: &str) {
        self.open(tag, attributes);
        self.out.push('>');
        self.escaped(text);
        self.end(tag);
    }

    /// What XML cannot hold at all is shown as what could not be read.
    pub fn escaped(&mut self, text: &str) {
        for letter in text.chars() {
            match letter {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '"' => self.out.push_str("&quot;"),
                '\n' => self.out.push_str("&#10;"),
                '\t' | '\r' => self.out.push(' '),
                '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => self.out.push('\u{fffd}'),
                letter => self.out.push(letter),
            }
        }
    }

    pub fn anchor(&mut self, align: Align) {
        match align {
            Align::Start => {}
            Align::Middle => self.attribute("text-anchor", "middle"),
            Align::End => self.attribute("text-anchor", "end"),
        }
    }

    pub fn words(&mut self, set: Set<'_>, bold: bool, x: f32, y: f32, text: &str) {
        if text.is_empty() {
            return;
        }
        self.open("text", &[("font-size", set.size), ("fill", set.fill)]);
        if bold {
            self.attribute("font-weight", "600");
        }
        self.anchor(set.anchor);
        self.numbers(&[("x", x), ("y", y)]);
        self.out.push('>');
        self.escaped(text);
        self.end("text");
    }
}
