//! The lines of a text, however many: those that are asked for.
//!
//! Where lines begin is looked up once for a text, and remembered for every thousandth of
//! them. Start with [`Engine::value_text`].

use super::{TextLine, TextQuery, TextView};
use crate::engine::ask::Failure;
use crate::engine::{Engine, Work};
use crate::pickle::{Text, Value};
use std::cell::RefCell;
use std::rc::Rc;

/// Lines from one that is remembered to the next.
const STEP: usize = 1000;

/// Where the lines of a text begin.
struct Starts {
    /// Of every [`STEP`]th line.
    known: Vec<usize>,
    lines: u64,
}

impl Starts {
    fn of(bytes: &[u8]) -> Self {
        let mut known = vec![0];
        let mut lines = 0usize;
        for (at, _) in bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n') {
            lines += 1;
            if lines.is_multiple_of(STEP) {
                known.push(at + 1);
            }
        }
        if bytes.last().is_some_and(|last| *last != b'\n') {
            lines += 1;
        }
        Self {
            known,
            lines: lines as u64,
        }
    }
}

/// Where the lines begin of the text that was asked for last.
#[derive(Default)]
pub(super) struct LineCache(RefCell<Option<(u32, Rc<Starts>)>>);

impl LineCache {
    fn starts(&self, node: u32, bytes: &[u8]) -> Rc<Starts> {
        if let Some((known, starts)) = &*self.0.borrow()
            && *known == node
        {
            return starts.clone();
        }
        let starts = Rc::new(Starts::of(bytes));
        *self.0.borrow_mut() = Some((node, starts.clone()));
        starts
    }
}

impl Engine {
    pub(in crate::engine) async fn value_text(
        &self,
        query: TextQuery,
        work: &Work,
    ) -> Result<TextView, Box<Failure>> {
        let spot = self.spot_of_value(&query.value, work).await?;
        let Value::Text(text) = spot.pickle().value(spot.node) else {
            return Err(super::wrong_kind("text", &query.value));
        };
        let node = spot.node.to_bits();
        let starts = spot.decoded.lines.starts(node, text.bytes());
        Ok(window(text, &starts, query.from, query.count))
    }
}

fn window(text: Text<'_>, starts: &Starts, from: u64, count: u64) -> TextView {
    /// What a screen shows at once, and more.
    const MOST: u64 = 1000;
    let from = from.min(starts.lines);
    let count = count.min(MOST).min(starts.lines - from);
    let line = usize::try_from(from).unwrap_or(usize::MAX);
    let start = starts.known.get(line / STEP).copied().unwrap_or(0);
    let rest = text.bytes().get(start..).unwrap_or_default();
    let mut at = start;
    let lines = rest
        .split_inclusive(|byte| *byte == b'\n')
        .map(|line| {
            at += line.len();
            (at - line.len(), line)
        })
        .skip(line % STEP)
        .take(count as usize)
        .map(|(at, line)| one(text, at, line))
        .collect();
    TextView {
        from,
        lines,
        total: starts.lines,
    }
}

/// A line of it, which begins at a byte of the text.
fn one(text: Text<'_>, at: usize, line: &[u8]) -> TextLine {
    /// Characters of a line that are shown.
    const MOST: usize = 2000;
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    // No character is of more than four bytes.
    let some = line.len().min((MOST + 1) * 4);
    let shown: String = text
        .part(at..at + some)
        .lossy()
        .chars()
        .take(MOST)
        .collect();
    let is_first = |byte: &&u8| **byte & 0xc0 != 0x80;
    let all = match line.len() {
        length if length <= MOST => 0,
        _ => line.iter().filter(is_first).count(),
    };
    TextLine {
        text: shown,
        left_out: all.saturating_sub(MOST) as u64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inside::program_of_text;
    use crate::pickle::{Limits, decode};

    #[track_caller]
    fn check(source: &str, from: u64, expected: &[&str]) {
        let pickle = decode(program_of_text(source), &Limits::default());
        let Some(Value::Text(text)) = pickle.root().map(|root| pickle.value(root)) else {
            panic!("no text");
        };
        let starts = Starts::of(text.bytes());
        assert_eq!(starts.lines, source.lines().count() as u64);
        let view = window(text, &starts, from, 3);
        let lines: Vec<&str> = view.lines.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(lines, expected);
    }

    #[test]
    fn lines_are_those_of_the_text() {
        check("", 0, &[]);
        check("a", 0, &["a"]);
        check("a\r\n\nb\n", 0, &["a", "", "b"]);
        check("a\nb\nc\nd", 2, &["c", "d"]);
        check("a\nb", u64::MAX, &[]);
        let many: Vec<String> = (0..4001).map(|at| format!("line {at} é")).collect();
        let many = many.join("\n");
        check(&many, 998, &["line 998 é", "line 999 é", "line 1000 é"]);
        check(&many, 4000, &["line 4000 é"]);
    }

    #[test]
    fn a_long_line_is_cut() {
        let source = format!("{}\nb", "é".repeat(5000));
        let pickle = decode(program_of_text(&source), &Limits::default());
        let Some(Value::Text(text)) = pickle.root().map(|root| pickle.value(root)) else {
            panic!("no text");
        };
        let view = window(text, &Starts::of(text.bytes()), 0, 9);
        let cut: Vec<(usize, u64)> = view
            .lines
            .iter()
            .map(|line| (line.text.chars().count(), line.left_out))
            .collect();
        assert_eq!(cut, [(2000, 3000), (1, 0)]);
    }
}
