//! JSON text laid out for reading: indented lines of highlighted runs.
//!
//! It works on the text and never builds values, so numbers keep all their
//! digits, names their order and duplicates, and what is broken half-way is shown
//! up to there and raw from there on. The reprs of Python's dicts and lists are
//! laid out as well, because metadata is full of them. Bounded in everything: see
//! [`Limits`].
//!
//! Lists and objects of plain values that fit in one line stay in one.
//!
//! Start with [`pretty`].

use super::code::{CodeKind, CodeRun, push};
use super::human;
use serde::{Deserialize, Serialize};

/// How much is laid out at most.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Bytes of the text that are looked at.
    pub bytes: usize,
    pub lines: usize,
    /// Lists and objects nested deeper than this are shown as `[…]` and `{…}`.
    pub depth: usize,
    /// Characters of one string.
    pub string: usize,
}

impl Default for Limits {
    /// Enough for any record that a person wrote, and within what one reply to
    /// the screen may hold.
    fn default() -> Self {
        Self {
            bytes: 100_000,
            lines: 2000,
            depth: 32,
            string: 2000,
        }
    }
}

/// One line of the laid-out text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JsonLine {
    /// How many levels it is indented.
    pub depth: usize,
    pub runs: Vec<CodeRun>,
}

/// How the layout ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ending {
    /// The text is whole and all of it is there.
    Whole,
    /// The limits were reached; the text has this many bytes more.
    Shortened { bytes: usize },
    /// The text stops being JSON at this byte; from there on it is shown raw.
    Broken { at: usize },
}

/// A laid-out text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pretty {
    pub lines: Vec<JsonLine>,
    pub ending: Ending,
}

/// Lays a text out. `None` if it does not begin as a list or an object: a single
/// value is better shown as it is.
pub fn pretty(text: &str, limits: &Limits) -> Option<Pretty> {
    let start = text.find(|c: char| !c.is_whitespace())?;
    if !text.get(start..)?.starts_with(['{', '[']) {
        return None;
    }
    let looked_at = (0..=limits.bytes.min(text.len()))
        .rfind(|at| text.is_char_boundary(*at))
        .unwrap_or(0);
    let (tokens, tokens_end) = tokens(text.get(..looked_at)?);
    let mut layout = Layout {
        limits,
        tokens: &tokens,
        lines: Vec::new(),
        line: Vec::new(),
        open: Vec::new(),
    };
    let stopped_at = layout.run().unwrap_or(tokens_end);
    let finished = layout.open.is_empty();
    let rest = text.get(stopped_at..).unwrap_or_default();
    let ending = if finished && rest.trim().is_empty() {
        Ending::Whole
    } else if layout.lines.len() >= limits.lines || looked_at < text.len() {
        Ending::Shortened { bytes: rest.len() }
    } else {
        Ending::Broken { at: stopped_at }
    };
    layout.end_line();
    match ending {
        Ending::Whole => {}
        Ending::Shortened { bytes } => {
            let size = human::size(u64::try_from(bytes).unwrap_or(u64::MAX));
            layout.note(&format!("… {size} more"));
        }
        Ending::Broken { .. } => layout.raw(rest),
    }
    Some(Pretty {
        lines: layout.lines,
        ending,
    })
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Token<'t> {
    Open(char),
    Close(char),
    Comma,
    Colon,
    /// With its quotes.
    String(&'t str),
    /// Anything else that hangs together: a number, a literal, a stray word.
    Word(&'t str),
}

/// The tokens with the bytes at which they begin, and where they end: at the end
/// of the text, or at a string that is not closed.
fn tokens(text: &str) -> (Vec<(usize, Token<'_>)>, usize) {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let Some(first) = rest.chars().next() else {
            break;
        };
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let (token, length) = match first {
            '{' | '[' => (Token::Open(first), 1),
            '}' | ']' => (Token::Close(first), 1),
            ',' => (Token::Comma, 1),
            ':' => (Token::Colon, 1),
            '"' | '\'' => {
                let Some(string) = string(rest, first) else {
                    return (tokens, at);
                };
                (Token::String(string), string.len())
            }
            _ => {
                let ends = |c: char| c.is_whitespace() || "{}[],:\"".contains(c);
                let word = rest
                    .get(..rest.find(ends).unwrap_or(rest.len()))
                    .unwrap_or(rest);
                (Token::Word(word), word.len())
            }
        };
        tokens.push((at, token));
        at += length;
    }
    (tokens, at)
}

fn string(text: &str, quote: char) -> Option<&str> {
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if letter == '\\' {
            escaped = true;
        } else if letter == quote {
            return text.get(..=at);
        }
    }
    None
}

/// A list or an object of plain values stays in one line up to this many bytes.
const ONE_LINE: usize = 60;

struct Layout<'a> {
    limits: &'a Limits,
    tokens: &'a [(usize, Token<'a>)],
    lines: Vec<JsonLine>,
    line: Vec<CodeRun>,
    /// The closing brackets that are waited for.
    open: Vec<char>,
}

impl Layout<'_> {
    /// Lays out the tokens. Returns the byte at which it stopped before the last
    /// of them: out of lines, or at a bracket that closes nothing.
    fn run(&mut self) -> Option<usize> {
        let mut at = 0;
        while let Some(&(byte, token)) = self.tokens.get(at) {
            // Behind the outermost value nothing belongs to it.
            let behind = self.open.is_empty() && at > 0;
            if behind || self.lines.len() >= self.limits.lines {
                return Some(byte);
            }
            match token {
                Token::Open(bracket) => {
                    at = self.bracket(at, bracket);
                    continue;
                }
                Token::Close(bracket) => {
                    if self.open.last() != Some(&bracket) {
                        return Some(byte);
                    }
                    self.end_line();
                    self.open.pop();
                    push(
                        &mut self.line,
                        CodeKind::Plain,
                        bracket.encode_utf8(&mut [0; 4]),
                    );
                }
                Token::Comma => {
                    push(&mut self.line, CodeKind::Plain, ",");
                    self.end_line();
                }
                token => self.plain(token, at),
            }
            at += 1;
        }
        None
    }

    /// An opening bracket, with all that it holds if that fits in the line or is
    /// nested too deep. Returns where to go on.
    fn bracket(&mut self, at: usize, bracket: char) -> usize {
        let close = if bracket == '{' { '}' } else { ']' };
        if let Some(end) = self.end_if_short(at, close) {
            push(
                &mut self.line,
                CodeKind::Plain,
                bracket.encode_utf8(&mut [0; 4]),
            );
            for inside in at + 1..end {
                match self.tokens.get(inside) {
                    Some((_, Token::Comma)) => push(&mut self.line, CodeKind::Plain, ", "),
                    Some((_, token)) => self.plain(*token, inside),
                    None => {}
                }
            }
            push(
                &mut self.line,
                CodeKind::Plain,
                close.encode_utf8(&mut [0; 4]),
            );
            return end + 1;
        }
        push(
            &mut self.line,
            CodeKind::Plain,
            bracket.encode_utf8(&mut [0; 4]),
        );
        if self.open.len() >= self.limits.depth {
            push(&mut self.line, CodeKind::Note, "…");
            // One that never closes takes all the rest with it: to look for the end
            // of each bracket in it once more would take forever.
            let Some(end) = self.matching(at) else {
                return self.tokens.len();
            };
            push(
                &mut self.line,
                CodeKind::Plain,
                close.encode_utf8(&mut [0; 4]),
            );
            return end + 1;
        }
        // Behind a bracket a new line begins, one level deeper.
        self.end_line();
        self.open.push(close);
        at + 1
    }

    /// Where the bracket at `at` closes, if only plain values stand before that
    /// and not too many.
    fn end_if_short(&self, at: usize, close: char) -> Option<usize> {
        let (start, _) = self.tokens.get(at)?;
        for (end, (byte, token)) in self.tokens.iter().enumerate().skip(at + 1) {
            match token {
                _ if byte - start > ONE_LINE => return None,
                Token::Close(bracket) => return (*bracket == close).then_some(end),
                Token::Open(_) => return None,
                _ => {}
            }
        }
        None
    }

    /// Where the bracket at `at` closes, whatever stands inside.
    fn matching(&self, at: usize) -> Option<usize> {
        let mut depth = 0_usize;
        for (end, (_, token)) in self.tokens.iter().enumerate().skip(at) {
            match token {
                Token::Open(_) => depth += 1,
                Token::Close(_) => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                return Some(end);
            }
        }
        None
    }

    fn plain(&mut self, token: Token<'_>, at: usize) {
        match token {
            Token::Colon => push(&mut self.line, CodeKind::Plain, ": "),
            Token::String(text) => {
                let is_key = matches!(self.tokens.get(at + 1), Some((_, Token::Colon)));
                let kind = if is_key {
                    CodeKind::Key
                } else {
                    CodeKind::String
                };
                self.string(kind, text);
            }
            Token::Word(word) => {
                let kind = match word {
                    "true" | "false" | "null" | "True" | "False" | "None" => CodeKind::Keyword,
                    "NaN" | "nan" | "Infinity" | "-Infinity" | "inf" | "-inf" => CodeKind::Number,
                    word if word.starts_with(|c: char| c == '-' || c.is_ascii_digit()) => {
                        CodeKind::Number
                    }
                    _ => CodeKind::Plain,
                };
                self.string(kind, word);
            }
            Token::Open(_) | Token::Close(_) | Token::Comma => {}
        }
    }

    /// Text of one kind, cut where it is too long.
    fn string(&mut self, kind: CodeKind, text: &str) {
        let text = readable(text);
        let Some((cut, _)) = text.char_indices().nth(self.limits.string) else {
            push(&mut self.line, kind, &text);
            return;
        };
        let (kept, rest) = text.split_at_checked(cut).unwrap_or((&text, ""));
        push(&mut self.line, kind, kept);
        let left = u64::try_from(rest.chars().count()).unwrap_or(u64::MAX);
        let left = human::counted(left, "character", "characters");
        push(&mut self.line, CodeKind::Note, &format!("… {left} more"));
    }

    fn end_line(&mut self) {
        if self.line.is_empty() {
            return;
        }
        self.lines.push(JsonLine {
            depth: self.open.len(),
            runs: std::mem::take(&mut self.line),
        });
    }

    fn note(&mut self, text: &str) {
        push(&mut self.line, CodeKind::Note, text);
        self.end_line();
    }

    /// What is not JSON, line by line as it stands.
    fn raw(&mut self, text: &str) {
        self.open.clear();
        for line in text.lines() {
            if self.lines.len() >= self.limits.lines {
                break;
            }
            self.string(CodeKind::Plain, line);
            self.end_line();
        }
    }
}

/// A string with its `\u00e9` written as letters, as Python's `json` escapes all
/// that is not ASCII. Escapes for what cannot be seen stay.
fn readable(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.contains("\\u") {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(before);
        let length = match unescaped(escape) {
            Some((letter, length)) if is_visible(letter) => {
                out.push(letter);
                length
            }
            // Any other escape is taken with the character behind it, so that the
            // second half of `\\` is not read as the first half of the next one.
            _ => {
                let length = escape.chars().take(2).map(char::len_utf8).sum();
                out.push_str(escape.get(..length).unwrap_or_default());
                length
            }
        };
        rest = escape.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
    out.into()
}

/// The character of a `\uXXXX`, or of two that make a surrogate pair, and the
/// length of the escape.
fn unescaped(escape: &str) -> Option<(char, usize)> {
    let unit = |at: usize| {
        let digits = escape.get(at..at + 6)?.strip_prefix("\\u")?;
        // `from_str_radix` would take a sign as well.
        let all_hex = digits.chars().all(|c| c.is_ascii_hexdigit());
        u16::from_str_radix(digits, 16).ok().filter(|_| all_hex)
    };
    let first = unit(0)?;
    if let Some(letter) = char::from_u32(u32::from(first)) {
        return Some((letter, 6));
    }
    let letter = char::decode_utf16([first, unit(6)?]).next()?.ok()?;
    Some((letter, 12))
}

fn is_visible(letter: char) -> bool {
    let formatting = matches!(letter,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    !letter.is_ascii() && !letter.is_control() && !letter.is_whitespace() && !formatting
}
