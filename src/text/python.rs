//! Python source as highlighted lines.
//!
//! A tokenizer that works line by line and carries between lines only whether a
//! string is open, so that a window of a long file can be coloured from any line
//! whose [`State`] is known. It refuses to know the grammar: it never says that
//! a program is wrong, and the texts of a line's runs together are the line.
//!
//! Start with [`highlight`].

use super::code::{CodeKind, CodeRun, push};
use serde::{Deserialize, Serialize};

/// What one line leaves to the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// The string that is still open: its quote, and whether there are three.
    open: Option<(char, bool)>,
}

/// All lines of a source text, without their line ends.
pub fn highlight(source: &str) -> Vec<Vec<CodeRun>> {
    let mut state = State::default();
    source
        .lines()
        .map(|text| {
            let (runs, next) = line(text, state);
            state = next;
            runs
        })
        .collect()
}

/// One line, and the state behind it.
pub fn line(text: &str, state: State) -> (Vec<CodeRun>, State) {
    let mut painter = Painter {
        rest: text,
        runs: Vec::new(),
        state: State::default(),
        previous: None,
    };
    if let Some((quote, triple)) = state.open {
        painter.string(0, quote, triple, false);
    }
    while !painter.rest.is_empty() {
        painter.token(text);
    }
    (painter.runs, painter.state)
}

struct Painter<'t> {
    rest: &'t str,
    runs: Vec<CodeRun>,
    state: State,
    /// The last token that was no blank: a word, or a single other character.
    previous: Option<&'t str>,
}

impl<'t> Painter<'t> {
    fn take(&mut self, bytes: usize, kind: CodeKind) -> &'t str {
        let (token, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        push(&mut self.runs, kind, token);
        self.rest = rest;
        if !token.trim().is_empty() {
            self.previous = Some(token);
        }
        token
    }

    /// Takes the next token. `whole` is the line, for words that are keywords
    /// only in some places.
    fn token(&mut self, whole: &'t str) {
        let Some(first) = self.rest.chars().next() else {
            return;
        };
        let second = self.rest.chars().nth(1).unwrap_or(' ');
        if first == '#' {
            self.take(self.rest.len(), CodeKind::Comment);
        } else if matches!(first, '"' | '\'') {
            self.opening(0, "");
        } else if first.is_ascii_digit() || (first == '.' && second.is_ascii_digit()) {
            self.take(number_length(self.rest), CodeKind::Number);
        } else if first == '@' && self.previous.is_none() && is_word(second) {
            let length = self
                .rest
                .find(|c: char| !(is_word(c) || matches!(c, '@' | '.')));
            self.take(length.unwrap_or(self.rest.len()), CodeKind::Decorator);
        } else if is_word(first) {
            self.word(whole);
        } else {
            self.take(first.len_utf8(), CodeKind::Plain);
        }
    }

    fn word(&mut self, whole: &str) {
        let length = self.rest.find(|c| !is_word(c)).unwrap_or(self.rest.len());
        let (word, behind) = self
            .rest
            .split_at_checked(length)
            .unwrap_or((self.rest, ""));
        if behind.starts_with(['"', '\'']) && is_string_prefix(word) {
            self.opening(length, word);
            return;
        }
        let kind = match self.previous {
            // An attribute may have any name: `re.match`, `model.type`.
            Some(".") => CodeKind::Plain,
            Some("def" | "class") => CodeKind::Definition,
            _ if KEYWORDS.contains(&word) => CodeKind::Keyword,
            None if is_soft_keyword(word, behind, whole) => CodeKind::Keyword,
            _ if BUILTINS.contains(&word) => CodeKind::Builtin,
            _ => CodeKind::Plain,
        };
        self.take(length, kind);
    }

    /// A string with its prefix, from the first character of the prefix on.
    fn opening(&mut self, prefix_length: usize, prefix: &str) {
        let quotes = self.rest.get(prefix_length..).unwrap_or_default();
        let quote = if quotes.starts_with('"') { '"' } else { '\'' };
        let triple = quotes.starts_with("\"\"\"") || quotes.starts_with("'''");
        let start = prefix_length + if triple { 3 } else { 1 };
        let fields = prefix.contains(['f', 'F', 't', 'T']);
        self.string(start, quote, triple, fields);
    }

    /// Takes a string whose contents begin at `start`, up to its end or the
    /// line's. `fields` is for f-strings, whose fields may hold their own quote
    /// (since Python 3.12); it is looked at in strings of one line only.
    fn string(&mut self, start: usize, quote: char, triple: bool, fields: bool) {
        let mut depth = 0_usize;
        let mut nested = false;
        let mut escaped = false;
        let mut doubled = false;
        let mut end = None;
        let contents = self.rest.get(start..).unwrap_or_default();
        for (at, letter) in contents.char_indices() {
            let here = contents.get(at..).unwrap_or_default();
            if escaped || doubled {
                (escaped, doubled) = (false, false);
            } else if letter == '\\' {
                escaped = true;
            } else if fields && depth == 0 && here.starts_with("{{") {
                doubled = true;
            } else if fields && !triple && !nested && letter == '{' {
                depth += 1;
            } else if fields && !triple && !nested && letter == '}' {
                depth = depth.saturating_sub(1);
            } else if letter == quote && triple {
                if here.chars().take_while(|c| *c == quote).nth(2).is_some() {
                    end = Some(at + 3);
                    break;
                }
            } else if letter == quote && nested {
                nested = false;
            } else if letter == quote {
                // Inside a field it opens a string, if one closes that and one this.
                nested = depth > 0 && here.matches(quote).nth(2).is_some();
                if !nested {
                    end = Some(at + 1);
                    break;
                }
            }
        }
        match end {
            Some(end) => {
                self.take(start + end, CodeKind::String);
            }
            None => {
                self.take(self.rest.len(), CodeKind::String);
                // A string in single quotes goes on only behind a backslash.
                if triple || escaped {
                    self.state.open = Some((quote, triple));
                }
            }
        }
    }
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

fn is_string_prefix(word: &str) -> bool {
    word.len() <= 2
        && word
            .chars()
            .all(|c| matches!(c.to_ascii_lowercase(), 'r' | 'b' | 'u' | 'f' | 't'))
}

/// Digits, letters and dots that hang together, and the sign of an exponent.
fn number_length(text: &str) -> usize {
    let mut before = ' ';
    let hexadecimal = text.starts_with("0x") || text.starts_with("0X");
    text.find(|c: char| {
        let exponent = !hexadecimal && matches!(before, 'e' | 'E') && matches!(c, '+' | '-');
        let goes_on = c.is_ascii_alphanumeric() || matches!(c, '.' | '_') || exponent;
        before = c;
        !goes_on
    })
    .unwrap_or(text.len())
}

/// `match`, `case` and `type` are words of the language only at the start of the
/// statements that they make, and names everywhere else.
fn is_soft_keyword(word: &str, behind: &str, whole: &str) -> bool {
    let next = behind.trim_start().chars().next().unwrap_or('=');
    match word {
        "match" | "case" => {
            let code = whole.split('#').next().unwrap_or_default();
            code.trim_end().ends_with(':') && !matches!(next, '=' | '.' | ',' | ')' | ':')
        }
        "type" => is_word(next) && behind.contains('='),
        _ => false,
    }
}

#[rustfmt::skip]
const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class",
    "continue", "def", "del", "elif", "else", "except", "finally", "for", "from", "global",
    "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return",
    "try", "while", "with", "yield",
];

/// The functions and types that need no import, without those that are mostly
/// used as names (`id`, `input`, `vars`, `help`).
#[rustfmt::skip]
const BUILTINS: [&str; 71] = [
    "ArithmeticError", "AssertionError", "AttributeError", "BaseException", "Exception",
    "FileNotFoundError", "IndexError", "KeyError", "KeyboardInterrupt", "NotImplemented",
    "NotImplementedError", "OSError", "RuntimeError", "StopIteration", "TimeoutError",
    "TypeError", "ValueError", "ZeroDivisionError", "abs", "all", "any", "bool", "bytearray",
    "bytes", "callable", "chr", "classmethod", "complex", "delattr", "dict", "divmod",
    "enumerate", "filter", "float", "frozenset", "getattr", "hasattr", "hash", "hex", "int",
    "isinstance", "issubclass", "iter", "len", "list", "map", "max", "memoryview", "min",
    "next", "object", "open", "ord", "pow", "print", "property", "range", "repr", "reversed",
    "round", "set", "setattr", "slice", "sorted", "staticmethod", "str", "sum", "super",
    "tuple", "type", "zip",
];
