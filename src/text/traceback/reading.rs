//! The lines of a traceback, one after the other.

use super::frames::{Frame, SourceLine, before_package, package_of};
use super::{Exception, KEPT_AT_EACH_END, MAX_MESSAGE, Raised, Relation, Traceback};

/// How far a message goes.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Message {
    ToTheEnd,
    ToTheNextRecord,
}

const HEADER: &str = "Traceback (most recent call last):";
const GROUP: &str = "Exception Group ";
const CAUSE: &str = "The above exception was the direct cause of the following exception:";
const DURING: &str = "During handling of the above exception, another exception occurred:";

/// The last chain of exceptions in a text.
pub(super) fn read(text: &str, message: Message) -> Option<Traceback> {
    let lines: Vec<&str> = text.lines().collect();
    let mut reader = Reader {
        lines: &lines,
        at: 0,
        margin: String::new(),
        message,
    };
    let mut last: Option<Traceback> = None;
    let mut relation = None;
    while let Some(start) = reader.next_start() {
        let raised = reader.raised(relation);
        match &mut last {
            Some(traceback) if raised.relation.is_some() => {
                traceback.raised.push(raised);
                traceback.end_line = reader.at;
            }
            _ => {
                last = Some(Traceback {
                    raised: vec![raised],
                    first_line: start,
                    end_line: reader.at,
                });
            }
        }
        relation = reader.relation();
    }
    last.or_else(|| reader.syntax_error())
}

struct Reader<'t> {
    lines: &'t [&'t str],
    /// The line that is read next.
    at: usize,
    /// What stands before every line of the traceback being read.
    margin: String,
    message: Message,
}

impl<'t> Reader<'t> {
    /// Goes behind the next header and returns its line.
    fn next_start(&mut self) -> Option<usize> {
        loop {
            let start = self.at;
            let line = self.lines.get(start)?;
            self.at += 1;
            let Some((before, after)) = line.split_once(HEADER) else {
                continue;
            };
            // A header that stands in the middle of a sentence is not one.
            if !after.trim().is_empty() {
                continue;
            }
            let before = before.strip_suffix(GROUP).unwrap_or(before);
            let only_drawing = before
                .chars()
                .all(|c| matches!(c, ' ' | '\t' | '>' | '|' | '+'));
            self.margin = if only_drawing {
                before.replace('+', "|")
            } else {
                String::new()
            };
            return Some(start);
        }
    }

    /// A line without the margin; `None` where the margin is not there.
    fn inside(&self, at: usize) -> Option<&'t str> {
        let line = *self.lines.get(at)?;
        match line.strip_prefix(self.margin.as_str()) {
            Some(inside) => Some(inside),
            // Blanks at the end of a line get lost on the way.
            None if line.trim_end() == self.margin.trim_end() => Some(""),
            None => None,
        }
    }

    /// The frames, the exception and its message, from behind a header on.
    fn raised(&mut self, relation: Option<Relation>) -> Raised {
        let mut raised = Raised {
            relation,
            ..Raised::default()
        };
        while let Some(line) = self.inside(self.at) {
            if let Some(frame) = frame(line) {
                self.at += 1;
                raised.frames.push(frame);
                if let Some(frame) = raised.frames.last_mut() {
                    self.source(frame);
                }
                if raised.frames.len() > 2 * KEPT_AT_EACH_END {
                    raised.frames.remove(KEPT_AT_EACH_END);
                    raised.left_out += 1;
                }
            } else if let Some(times) = repeated(line) {
                self.at += 1;
                if let Some(frame) = raised.frames.last_mut() {
                    frame.repeated = times;
                }
            } else if line.starts_with("  ") {
                // Something that Python does not print, between two frames.
                self.at += 1;
            } else {
                break;
            }
        }
        if let Some(mut exception) = self.inside(self.at).and_then(exception) {
            self.at += 1;
            self.message(&mut exception);
            raised.exception = Some(exception);
            raised.group = self.group();
        }
        raised
    }

    /// The source lines of a frame, with the marks below each.
    fn source(&mut self, frame: &mut Frame) {
        while let Some(text) = self.inside(self.at).and_then(|l| l.strip_prefix("    ")) {
            self.at += 1;
            let is_marks = text.contains(['^', '~']) && text.chars().all(|c| " ^~".contains(c));
            match frame.source.last_mut() {
                Some(above) if is_marks && above.marks.is_none() => {
                    above.marks = Some(text.to_owned());
                }
                _ => frame.source.push(SourceLine {
                    text: text.to_owned(),
                    marks: None,
                }),
            }
        }
    }

    /// The further lines of a message.
    fn message(&mut self, exception: &mut Exception) {
        let mut end = self.at;
        while let Some(line) = self.inside(end) {
            let ends_log = self.message == Message::ToTheNextRecord
                && (line.trim().is_empty() || is_record(line));
            let begins_other = chains(line).is_some() || line.contains(HEADER);
            if ends_log || begins_other {
                break;
            }
            end += 1;
        }
        // Blank lines at the end are not the message's.
        while end > self.at && self.inside(end - 1).is_some_and(|l| l.trim().is_empty()) {
            end -= 1;
        }
        for at in self.at..end {
            let line = self.inside(at).unwrap_or_default();
            if exception.message.len().saturating_add(line.len()) > MAX_MESSAGE {
                exception.message.push_str("\n…");
                break;
            }
            exception.message.push('\n');
            exception.message.push_str(line);
        }
        self.at = end;
        // The traceback of another process stands in the message of an exception of
        // `concurrent.futures`, between two lines of three quotes.
        let message = exception.message.trim_end();
        let message = message.strip_suffix("\n\"\"\"").unwrap_or(message);
        exception.message.truncate(message.trim_end().len());
    }

    /// Goes behind the sentence that chains the next exception to this one, if
    /// that comes next.
    fn relation(&mut self) -> Option<Relation> {
        let behind = self.lines.get(self.at..)?;
        let blanks = behind
            .iter()
            .take_while(|line| bare(line).is_empty())
            .count();
        let relation = chains(behind.get(blanks)?)?;
        self.at += blanks + 1;
        Some(relation)
    }

    /// The members of an exception group, drawn with `|` and `+`, up to where the
    /// drawing ends.
    fn group(&mut self) -> Option<String> {
        let start = self.at;
        if !bare(self.lines.get(start)?).starts_with("+-+---") {
            return None;
        }
        let members = self.lines.get(start..)?;
        let count = members
            .iter()
            .take_while(|line| line.trim_start_matches([' ', '>']).starts_with(['|', '+']))
            .count();
        self.at += count;
        Some(members.get(..count)?.join("\n"))
    }

    /// A syntax error in the program itself: a place and an exception, no header.
    fn syntax_error(&mut self) -> Option<Traceback> {
        self.margin.clear();
        let places = self.lines.iter().enumerate();
        let (first_line, _) = places
            .rev()
            .find(|(_, line)| frame(line).is_some_and(|frame| frame.function.is_none()))?;
        self.at = first_line;
        let raised = self.raised(None);
        raised.exception.as_ref()?;
        Some(Traceback {
            raised: vec![raised],
            first_line,
            end_line: self.at,
        })
    }
}

/// `  File "flow.py", line 71, in features`; the last part is missing in a
/// syntax error.
fn frame(line: &str) -> Option<Frame> {
    let (file, rest) = line.strip_prefix("  File \"")?.rsplit_once("\", line ")?;
    let (number, function) = match rest.split_once(", in ") {
        Some((number, function)) => (number, Some(function.to_owned())),
        None => (rest, None),
    };
    Some(Frame {
        file: file.to_owned(),
        line: number.trim_end().parse().ok(),
        function,
        package: package_of(file),
        skipped: before_package(file),
        ..Frame::default()
    })
}

/// `  [Previous line repeated 987 more times]`
fn repeated(line: &str) -> Option<u32> {
    let times = line.strip_prefix("  [Previous line repeated ")?;
    times.split(' ').next()?.parse().ok()
}

/// `module.Class: message`, or the class alone.
pub(super) fn exception(line: &str) -> Option<Exception> {
    let line = line.trim_end();
    let (kind, message) = match line.split_once(':') {
        Some((kind, message)) => (kind, message.strip_prefix(' ').unwrap_or(message)),
        None => (line, ""),
    };
    // Classes made in functions have `<locals>` in their names, Ray's have the
    // class that they stand for in parentheses.
    let is_name = |c: char| c == '_' || c.is_alphanumeric() || ".<>()".contains(c);
    let begins = kind.starts_with(|c: char| c == '_' || c.is_alphabetic());
    if !begins || !kind.chars().all(is_name) {
        return None;
    }
    let cut = message
        .char_indices()
        .map(|(at, _)| at)
        .find(|at| *at >= MAX_MESSAGE)
        .unwrap_or(message.len());
    Some(Exception {
        kind: kind.to_owned(),
        message: message.get(..cut).unwrap_or_default().to_owned(),
    })
}

/// A line without the margins and drawings that may stand before it.
fn bare(line: &str) -> &str {
    line.trim_matches(|c: char| c.is_whitespace() || c == '|' || c == '>')
}

/// How the next exception of a chain follows, if this is the sentence that says so.
fn chains(line: &str) -> Option<Relation> {
    match bare(line) {
        CAUSE => Some(Relation::Cause),
        DURING => Some(Relation::During),
        _ => None,
    }
}

/// Whether a log record begins here: with a date, a time or a level.
fn is_record(line: &str) -> bool {
    let line = line.trim_start_matches('[');
    let shaped = |shape: &str| {
        let mut letters = line.chars();
        shape.chars().all(|expected| match letters.next() {
            Some(letter) if expected == '0' => letter.is_ascii_digit(),
            letter => letter == Some(expected),
        })
    };
    let first = line.split([' ', ':', ']']).next().unwrap_or_default();
    let level = ["DEBUG", "INFO", "WARNING", "WARN", "ERROR", "CRITICAL"].contains(&first);
    level || shaped("0000-00-00") || shaped("00:00:00")
}
