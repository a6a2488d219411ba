//! What a box of the drawing says, in words and in bars: the same on the screen, for
//! whoever hears it, and in a file.

use super::{StandsFor, StepNode};
use crate::layout::pane::BRIEF;
use crate::model::{Span, Status};
use crate::sorting::sort_by_key;
use crate::text::human::{count, counted, span};

/// The second line of a box.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SecondLine {
    pub left: String,
    /// How many failed, where that is worth a word.
    pub failed: Option<String>,
    pub right: String,
}

/// A part of the bar at the bottom of a box.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    pub status: Status,
    pub x: f32,
    pub y: f32,
    pub width: f32,
    pub height: f32,
}

/// How many letters of the usual width stand in the second line of a box: of a wide font.
const LETTERS: usize = 26;
/// What is between its left and its right.
const GAP: usize = 1;

/// A name that has no more room than for so many letters of the usual width.
pub fn short(name: &str, most: usize) -> String {
    /// The width of what stands for the rest.
    const CUT: usize = 13;
    let room = most.saturating_mul(10);
    let (mut wide, mut kept) = (0, 0);
    for letter in name.chars() {
        wide += width(letter);
        kept += usize::from(wide + CUT <= room);
        if wide > room {
            return name.chars().take(kept).chain(['…']).collect();
        }
    }
    name.to_owned()
}

/// How many letters of the usual width are as wide as a text.
pub(super) fn letters(text: &str) -> usize {
    text.chars().map(width).sum::<usize>().div_ceil(10)
}

/// How wide a letter is, in tenths of a usual one.
fn width(letter: char) -> usize {
    match letter {
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 15,
        'i' | 'j' | 'l' | 'I' | ' ' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | '\u{b7}' => 5,
        'f' | 'r' | 't' | '(' | ')' | '[' | ']' | '/' | '-' => 7,
        'A'..='Z' | '=' | '+' | '×' => 12,
        '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{ffdc}' | '\u{1f000}'.. => 19,
        _ => 10,
    }
}

/// How many letters of the usual width a name may have in a box so wide, that is shown so
/// large, beside its duration. Reckoned for a wide font; the sizes are those of the style
/// sheet.
pub fn name_letters(width: f32, took: &str, zoom: f32) -> usize {
    /// The mark before it, and the edge.
    const BESIDE: f32 = 42.0;
    /// A usual letter of the name and one of the duration, in parts of their sizes.
    const BOLD: f32 = 0.71;
    const PLAIN: f32 = 0.64;
    let name = (12.0 / zoom).max(13.0) * BOLD;
    let time = (11.5 / zoom).max(13.0) * PLAIN;
    let after = match took.is_empty() || zoom < BRIEF as f32 {
        true => 0.0,
        false => letters(took) as f32 * time + 8.0,
    };
    ((width - BESIDE - after) / name).max(1.0) as usize
}

/// How many of which status: the most first, but what failed before all.
fn mix_told(mix: &[(Status, u64)], word: impl Fn(Status, bool) -> &'static str) -> String {
    let mut order: Vec<(Status, u64)> = mix.to_vec();
    // Stable: of equally many the worst first.
    sort_by_key(&mut order, |(status, many)| {
        (*status != Status::Failed, u64::MAX - many)
    });
    let mut has_succeeded = false;
    let told = order.iter().map(|(status, many)| {
        let told = format!("{} {}", count(*many), word(*status, has_succeeded));
        has_succeeded |= *status == Status::Succeeded;
        told
    });
    told.collect::<Vec<_>>().join(", ")
}

/// `9,800 succeeded, 176 after a retry`.
pub(super) fn mix_words(mix: &[(Status, u64)]) -> String {
    mix_told(mix, |status, has_succeeded| match status {
        Status::Retried if has_succeeded => "after a retry",
        status => status.in_sentence(),
    })
}

/// `9,800 succeeded, 176 retried`: where there is little room.
fn mix_in_short(mix: &[(Status, u64)]) -> String {
    mix_told(mix, |status, _| match status {
        Status::Retried => "retried",
        status => status.in_sentence(),
    })
}

/// The status that all of some tasks have.
pub fn only_status(mix: &[(Status, u64)]) -> Option<Status> {
    match mix {
        [(status, _)] => Some(*status),
        _ => None,
    }
}

/// A decorator in few letters: `@retry 2`.
fn mark(line: &str) -> String {
    let mut words = line.split(' ');
    let name = words.next().unwrap_or_default();
    let times = words.find_map(|word| word.strip_prefix("times="));
    match (name, times) {
        ("@retry", Some(times)) => format!("{name} {times}"),
        _ => name.to_owned(),
    }
}

fn took(length: Option<Span>) -> Option<String> {
    length.map(|length| span(length.0))
}

impl StepNode {
    pub fn is_step(&self) -> bool {
        self.stands_for == StandsFor::Step
    }

    /// What it is, and its decorators as marks: as many as there is room for.
    fn marks(&self, room: usize) -> String {
        let marks: Vec<String> = self.decorators.iter().map(|one| mark(one)).collect();
        let all: Vec<&str> = std::iter::once(self.kind.as_str())
            .chain(marks.iter().map(String::as_str))
            .filter(|mark| !mark.is_empty())
            .collect();
        for shown in (1..=all.len()).rev() {
            let mut line = all.get(..shown).unwrap_or_default().join(" · ");
            if shown < all.len() {
                line.push_str(&format!(" +{}", all.len() - shown));
            }
            if letters(&line) <= room {
                return line;
            }
        }
        // What is left out is counted.
        let more = all.len().saturating_sub(1);
        let (name, after) = match (all.first(), more) {
            (None, _) => return String::new(),
            (Some(first), 0) => (first, String::new()),
            (Some(first), more) => (first, format!(" +{more}")),
        };
        let after_letters = letters(&after);
        match room.checked_sub(after_letters) {
            Some(left @ 5..) => short(name.split(' ').next().unwrap_or(name), left) + &after,
            _ if room >= 2 => format!("+{}", all.len()),
            _ => String::new(),
        }
    }

    pub fn second_line(&self) -> SecondLine {
        match &self.stands_for {
            StandsFor::Step => {
                let left = match self.status {
                    Status::Skipped => self.in_sentence(),
                    _ => self.many(),
                };
                let failed = (self.failed > 0 && self.tasks > 1)
                    .then(|| format!("{} failed", count(self.failed)));
                let seen = match &failed {
                    Some(failed) => letters(&format!("{left} \u{b7} {failed}")),
                    None => letters(&left),
                };
                let room = LETTERS.saturating_sub(seen + GAP);
                SecondLine {
                    left,
                    failed,
                    right: self.marks(room),
                }
            }
            StandsFor::Task { attempts, .. } => {
                let right = match attempts {
                    0 | 1 => String::new(),
                    more => counted(*more, "attempt", "attempts"),
                };
                let after = match right.is_empty() {
                    true => 0,
                    false => letters(&right) + GAP,
                };
                SecondLine {
                    left: short(&self.name, LETTERS.saturating_sub(after)),
                    failed: None,
                    right,
                }
            }
            StandsFor::More { .. } => SecondLine {
                left: match self.mix.as_slice() {
                    [(status, _)] => format!("all {}", short(status.in_sentence(), LETTERS - 3)),
                    mix => short(&mix_in_short(mix), LETTERS),
                },
                ..SecondLine::default()
            },
        }
    }

    /// The status that its mark shows: none where it stands for tasks of several.
    pub fn mark(&self) -> Option<Status> {
        let is_several = self.mix.len() > 1 && matches!(self.stands_for, StandsFor::More { .. });
        (!is_several).then_some(self.status)
    }

    /// The status in whose colour it is shown where there is room for a colour alone: of tasks
    /// of several statuses that which most of them have.
    pub fn colour(&self) -> Status {
        let most = self.mix.iter().max_by_key(|(_, many)| *many);
        let most = most.map_or(self.status, |(status, _)| *status);
        self.mark().unwrap_or(most)
    }

    /// Whether all of its tasks ended well with an exception that was caught.
    fn is_caught(&self) -> bool {
        self.caught > 0 && self.caught == self.tasks
    }

    /// How it fared, in the middle of a sentence.
    pub fn in_sentence(&self) -> String {
        match self.mark() {
            None => mix_words(&self.mix),
            Some(Status::Skipped) => self.absence.words().to_owned(),
            Some(status) => status.in_sentence_with(self.is_caught()).to_owned(),
        }
    }

    /// How it fared.
    pub fn status_word(&self) -> String {
        match self.mark() {
            None => mix_words(&self.mix),
            Some(Status::Skipped) => self.absence.word().to_owned(),
            Some(status) => status.word_with(self.is_caught()).to_owned(),
        }
    }

    /// How many failed, and how many only at first: `2 failed, 3 retried`.
    pub fn troubles(&self) -> String {
        let mix = self.mix.iter().copied();
        let troubles = mix.filter(|(status, _)| matches!(status, Status::Failed | Status::Retried));
        mix_in_short(&troubles.collect::<Vec<_>>())
    }

    /// What it is called in so many letters: a task by the value of its foreach, or by its step
    /// where it has none.
    pub fn called(&self, letters: usize) -> String {
        let label = match &self.stands_for {
            StandsFor::Task {
                label: Some(label), ..
            } => label,
            StandsFor::Task { step, .. } => return short(step, letters),
            _ => return short(&self.name, letters),
        };
        if short(label, letters) == *label {
            return label.clone();
        }
        // The values alone: `FI / 3`.
        let values = label.split(" / ");
        let values = values.map(|one| one.split_once('=').map_or(one, |(_, value)| value));
        let values: Vec<&str> = values.collect();
        short(&values.join(" / "), letters)
    }

    /// How many sheets lie behind it: of a foreach two, of one in another three, and none
    /// where its tasks are shown one by one.
    pub fn sheets(&self) -> u8 {
        match (self.depth, &self.fan) {
            (0, _) | (_, Some(_)) => 0,
            (depth, None) => depth.min(2) + 1,
        }
    }

    /// How long it took. Of what did not end only the last sign of life is known, and of what
    /// did maybe not when.
    pub fn took(&self) -> String {
        let is_over = matches!(
            self.status,
            Status::Succeeded | Status::Retried | Status::Cached | Status::Failed
        );
        let is_more = matches!(self.stands_for, StandsFor::More { .. });
        match took(self.duration) {
            Some(took) if self.status == Status::Unfinished => format!("> {took}"),
            Some(took) => took,
            None if is_over && !is_more => "unknown".to_owned(),
            None => String::new(),
        }
    }

    /// Those that have begun, and those that are to come.
    fn all_tasks(&self) -> u64 {
        self.tasks.saturating_add(self.coming)
    }

    /// How many have begun: `28 of 48`, or `48` where none are to come.
    pub fn how_many(&self) -> String {
        match self.coming {
            0 => count(self.tasks),
            _ => format!("{} of {}", count(self.tasks), count(self.all_tasks())),
        }
    }

    /// How many tasks, each of which took how long: `12 × 1.8 s`.
    fn many(&self) -> String {
        match took(self.median).filter(|_| self.all_tasks() > 1) {
            Some(median) => format!("{} × {median}", self.how_many()),
            None if self.coming > 0 => format!("{} tasks", self.how_many()),
            None => counted(self.tasks, "task", "tasks"),
        }
    }

    /// All that can be seen of it, in the order in which it is seen.
    pub fn in_words(&self) -> String {
        let line = self.second_line();
        let second = match line.failed {
            Some(failed) => format!("{} · {failed}", line.left),
            None => line.left,
        };
        let all = [self.called(20), self.took(), second, line.right];
        let all: Vec<String> = all.into_iter().filter(|text| !text.is_empty()).collect();
        all.join(" ")
    }

    /// What is said of it when the pointer rests on it, in lines.
    pub fn told(&self) -> String {
        let mut lines = vec![format!("{}: {}", self.name, self.in_sentence())];
        if let StandsFor::Task {
            label: Some(label), ..
        } = &self.stands_for
        {
            lines.push(label.clone());
        }
        if self.is_step() && self.tasks > 0 {
            let mut line = counted(self.tasks, "task", "tasks");
            if self.coming > 0 {
                line.push_str(&format!(", {} not started", count(self.coming)));
            }
            if let Some(took) = took(self.duration) {
                line.push_str(&format!(", {took} from the first start to the last end"));
            }
            lines.push(line);
        }
        lines.extend(self.at_work());
        if !self.decorators.is_empty() {
            lines.push(self.decorators.join(", "));
        }
        if !self.doc.is_empty() {
            lines.push(self.doc.clone());
        }
        lines.join("\n")
    }

    /// The same in rows, for the screen.
    pub fn facts(&self) -> Vec<(&'static str, String)> {
        let mut facts = Vec::new();
        if self.mark().is_some() {
            facts.push(("Status", self.status_word()));
        }
        match &self.stands_for {
            StandsFor::Task {
                label, attempts, ..
            } => {
                facts.extend(label.clone().map(|label| ("Value", label)));
                if *attempts > 1 {
                    facts.push(("Attempts", count(*attempts)));
                }
            }
            StandsFor::Step | StandsFor::More { .. } if self.tasks > 0 => {
                facts.push(("Tasks", self.how_many()));
                if self.mix.len() > 1 || self.coming > 0 {
                    let mix = self.mix.iter();
                    let mix = mix
                        .map(|(status, many)| format!("{} {}", count(*many), status.in_sentence()));
                    let coming = (self.coming > 0).then_some(self.coming);
                    let coming = coming.map(|many| format!("{} not started", count(many)));
                    let caught = (self.caught > 0)
                        .then(|| format!("{} with an exception caught", count(self.caught)));
                    let mix: Vec<String> = mix.chain(caught).chain(coming).collect();
                    facts.push(("Of them", mix.join("\n")));
                }
            }
            StandsFor::Step | StandsFor::More { .. } => {}
        }
        let length = self.took();
        if !length.is_empty() {
            let several = self.all_tasks() > 1;
            facts.push((
                if several {
                    "First start to last end"
                } else {
                    "Took"
                },
                length,
            ));
        }
        if let Some(median) = took(self.median).filter(|_| self.all_tasks() > 1) {
            facts.push(("Median of its tasks", median));
        }
        if let Some(worked) = took(self.worked).filter(|_| self.worked != self.duration) {
            facts.push(("At work", worked));
        }
        if !self.kind.is_empty() {
            facts.push(("Kind", self.kind.clone()));
        }
        if !self.decorators.is_empty() {
            facts.push(("Decorators", self.decorators.join("\n")));
        }
        facts
    }

    /// The time at work of all, and how long the middle one took where there are several.
    pub fn at_work(&self) -> Option<String> {
        let worked = took(self.worked)?;
        Some(match took(self.median).filter(|_| self.all_tasks() > 1) {
            Some(median) => format!("{worked} at work, median of its tasks {median}"),
            None => format!("{worked} at work"),
        })
    }

    /// The bar at the bottom: one part for each task up to 24, else in proportion; what
    /// failed stands first and taller, what was retried half as much.
    pub fn parts(&self, x: f32, y: f32, width: f32) -> Vec<Part> {
        const PARTS: u64 = 24;
        let part = |status: Status, x: f32, width: f32| {
            let taller = match status {
                Status::Failed => 3.0,
                Status::Retried => 1.5,
                _ => 0.0,
            };
            Part {
                status,
                x,
                y: y - taller,
                width: width.max(1.0),
                height: 4.0 + taller,
            }
        };
        // Of those to come the place is left free.
        let begun: u64 = self.mix.iter().map(|(_, count)| count).sum();
        let all = begun.saturating_add(self.coming);
        if all <= PARTS {
            let each = (width + 1.0) / all.max(1) as f32;
            let statuses = self
                .mix
                .iter()
                .flat_map(|(status, count)| std::iter::repeat_n(*status, *count as usize));
            let parts = statuses.enumerate();
            return parts
                .map(|(at, status)| part(status, x + each * at as f32, each - 1.0))
                .collect();
        }
        // Every status can be seen: what the small ones get more, the large ones give.
        const LEAST: f32 = 3.0;
        let share = |count: u64| (width * count as f32 / all as f32).max(LEAST);
        let wanted: f32 = self.mix.iter().map(|(_, count)| share(*count)).sum();
        let large: f32 = self
            .mix
            .iter()
            .map(|(_, count)| share(*count))
            .filter(|share| *share > LEAST)
            .sum();
        let shrink = ((wanted - width) / large.max(1.0)).clamp(0.0, 1.0);
        let mut at = x;
        let mut parts = Vec::new();
        for (status, count) in &self.mix {
            let share = share(*count);
            let length = match share > LEAST {
                true => (share * (1.0 - shrink)).max(LEAST),
                false => share,
            };
            parts.push(part(*status, at, length - 1.0));
            at += length;
        }
        parts
    }
}
