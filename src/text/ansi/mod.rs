//! A log line as the terminal would have shown it: styled runs of text.
//!
//! Understood are colours and weights ([`style`]), the carriage return and the
//! erasing of a line (progress bars), and links, of which the text is kept.
//! Every other escape sequence is dropped and counted, every other control
//! character is made visible (`␀`, `␛`), so that nothing in a log acts on
//! anything. A sequence that is not well-formed, or does not end in its line, is
//! no sequence: its escape character is shown and what follows is text.
//!
//! What it refuses to know: which colour a theme gives to *red*, and the width
//! of a character. Each one is one cell, so a progress bar that overwrites wide
//! characters with narrow ones may leave one standing that a terminal had hidden.
//! Direction marks (U+202E and the like) are text; a page isolates each line.
//!
//! Start with [`line`]. The grammar is that of ECMA-48 §5.4 and of xterm's
//! "Control Sequences".

pub mod colour;
mod escape;
pub mod style;

pub use colour::Rgb;
pub use style::{Ink, Style};

use escape::{Event, events};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::ops::Range;

/// Some text in one style.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    pub text: String,
    pub style: Style,
}

/// One line of a log, ready to be drawn.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AnsiLine {
    /// Neighbours differ in style. The characters of all runs together are the
    /// line's text, in which positions are counted.
    pub runs: Vec<Run>,
    /// How many earlier states of the line `\r` has overwritten; [`states`] has them.
    pub folded: u32,
    /// How many characters were cut off at the end.
    pub left_out: u64,
    /// How many escape sequences were dropped without an effect.
    pub dropped: u32,
}

impl AnsiLine {
    /// The text alone.
    pub fn text(&self) -> String {
        self.runs.iter().map(|run| run.text.as_str()).collect()
    }
}

/// What a terminal finally shows of one line (without its line end), at most
/// `max_chars` characters of it.
///
/// Returns the style that is in force at the end: a colour that nobody switched
/// off goes on in the next line, so hand it in as `carried` there.
pub fn line(text: &str, carried: Style, max_chars: usize) -> (AnsiLine, Style) {
    if needs_no_care(text) {
        return (as_it_stands(text, carried, max_chars), carried);
    }
    let mut screen = Screen::new(carried, max_chars);
    let states = screen.play(text, |_, _| {});
    let mut line = screen.shown();
    line.folded = states.saturating_sub(1);
    line.dropped = screen.dropped;
    (line, screen.style)
}

/// The states that a progress line went through, oldest first, each as the
/// terminal showed it; the last one is what [`line`] returns. `which` is the
/// window of states that is looked at.
pub fn states(text: &str, carried: Style, max_chars: usize, which: Range<u32>) -> Vec<AnsiLine> {
    let mut seen = Vec::new();
    Screen::new(carried, max_chars).play(text, |number, screen| {
        if which.contains(&number) {
            seen.push(screen.shown());
        }
    });
    seen
}

/// The text that [`line`] shows, without its styles: what is searched and copied.
pub fn plain(text: &str, max_chars: usize) -> Cow<'_, str> {
    if needs_no_care(text) {
        return Cow::Borrowed(split_at_char(text, max_chars).0);
    }
    let (line, _) = line(text, Style::default(), max_chars);
    Cow::Owned(line.text())
}

/// Whether the text shows as it stands: no control characters but tabs.
fn needs_no_care(text: &str) -> bool {
    text.chars().all(|c| c == '\t' || !c.is_control())
}

/// Most lines of most logs: no terminal has to be played to show them.
fn as_it_stands(text: &str, style: Style, max_chars: usize) -> AnsiLine {
    let (kept, cut) = split_at_char(text, max_chars);
    let text = kept.to_owned();
    AnsiLine {
        runs: (!text.is_empty())
            .then_some(Run { text, style })
            .into_iter()
            .collect(),
        left_out: u64::try_from(cut.chars().count()).unwrap_or(u64::MAX),
        ..AnsiLine::default()
    }
}

fn split_at_char(text: &str, chars: usize) -> (&str, &str) {
    let at = text
        .char_indices()
        .nth(chars)
        .map_or(text.len(), |(at, _)| at);
    text.split_at_checked(at).unwrap_or((text, ""))
}

/// One row of a terminal, as far as logs need it.
struct Screen {
    /// What stands in the row, from its start; never more than `max` cells, and
    /// then exactly `min(width, max)`.
    cells: Vec<(char, Style)>,
    /// How many characters the row holds, those beyond `max` included.
    width: usize,
    cursor: usize,
    max: usize,
    style: Style,
    dropped: u32,
}

impl Screen {
    fn new(style: Style, max: usize) -> Self {
        Self {
            cells: Vec::new(),
            width: 0,
            cursor: 0,
            max,
            style,
            dropped: 0,
        }
    }

    /// Plays a line and calls `at_state` at the end of each of its states, with
    /// the state's number. Returns how many there were.
    ///
    /// A state is what stands there when the cursor goes back to the start or
    /// something is erased, if anything was written since the state before: neither
    /// the `\r` of a line end nor one at the start makes a state. The last state is
    /// what is left at the end, which may be nothing if a bar cleared itself.
    fn play(&mut self, text: &str, mut at_state: impl FnMut(u32, &Self)) -> u32 {
        let mut states = 0_u32;
        let mut written = false;
        let mut erased = false;
        let mut end_state = |screen: &Self| {
            at_state(states, screen);
            states = states.saturating_add(1);
        };
        for event in events(text) {
            match event {
                Event::Char(letter) => {
                    self.write(letter);
                    (written, erased) = (true, false);
                }
                Event::Return => {
                    if std::mem::take(&mut written) {
                        end_state(self);
                    }
                    self.cursor = 0;
                }
                Event::Erase(how) if self.would_erase(how) => {
                    if std::mem::take(&mut written) {
                        end_state(self);
                    }
                    self.erase(how);
                    erased = true;
                }
                Event::Style(parameters) => self.style.apply(parameters),
                Event::Other => self.dropped = self.dropped.saturating_add(1),
                Event::Erase(_) | Event::Link => {}
            }
        }
        if written || erased {
            end_state(self);
        }
        states
    }

    fn write(&mut self, letter: char) {
        match letter {
            '\t' => self.put(letter),
            '\0'..='\u{1f}' => self.put(char::from_u32(0x2400 + letter as u32).unwrap_or(letter)),
            '\u{7f}' => self.put('\u{2421}'),
            // The C1 controls have no pictures of their own.
            '\u{80}'..='\u{9f}' => {
                for shown in format!("\\x{:02x}", letter as u32).chars() {
                    self.put(shown);
                }
            }
            letter => self.put(letter),
        }
    }

    fn put(&mut self, letter: char) {
        // After an erasure the cursor can stand behind the end of the row.
        while self.cells.len() < self.cursor.min(self.max) {
            self.cells.push((' ', Style::default()));
        }
        let cell = (letter, self.style);
        if let Some(old) = self.cells.get_mut(self.cursor) {
            *old = cell;
        } else if self.cursor < self.max {
            self.cells.push(cell);
        }
        self.cursor = self.cursor.saturating_add(1);
        self.width = self.width.max(self.cursor);
    }

    /// ECMA-48 EL: 0 from the cursor to the end, 1 from the start to the cursor,
    /// 2 the whole line. The cursor stays.
    fn erase(&mut self, how: u8) {
        match how {
            0 => {
                self.width = self.width.min(self.cursor);
                self.cells.truncate(self.width);
            }
            1 => {
                for cell in self.cells.iter_mut().take(self.cursor.saturating_add(1)) {
                    *cell = (' ', Style::default());
                }
            }
            _ => {
                self.width = 0;
                self.cells.clear();
            }
        }
    }

    fn would_erase(&self, how: u8) -> bool {
        self.width > if how == 0 { self.cursor } else { 0 }
    }

    fn shown(&self) -> AnsiLine {
        let mut runs: Vec<Run> = Vec::new();
        for &(letter, style) in &self.cells {
            match runs.last_mut() {
                Some(run) if run.style == style => run.text.push(letter),
                _ => runs.push(Run {
                    text: letter.to_string(),
                    style,
                }),
            }
        }
        AnsiLine {
            runs,
            left_out: u64::try_from(self.width - self.cells.len()).unwrap_or(u64::MAX),
            ..AnsiLine::default()
        }
    }
}
