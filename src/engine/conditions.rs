//! What is typed to find some of the tasks: words that all have to be there, and conditions.
//!
//! `FI`, `features/13`, `KeyError` are words: they are looked for in values, ids and, where these
//! are read, in errors. `country=FI`, `loss>0.5`, `duration>=2m`, `attempts!=1`, `status=failed`,
//! `id=13`, `host=node-3`, `exception=KeyError` are conditions, as soon as what stands before the
//! sign is the name of a value, of an artifact, or one of these six. Any other word with a sign
//! is looked for as it is, since errors hold such too.
//!
//! A value, an id and a host are meant exactly, where some task has just that; else those are
//! meant that contain it ([`Filter::settle`]).
//!
//! The page of a step knows artifacts and errors ([`filter`](super::siblings::filter)), the list
//! of all tasks of a run neither ([`tasks`](super::tasks)).

use super::siblings::parts_of;
use super::tasks::{have_text, names};
use crate::model::{Moment, Status, Task};
use crate::sorting::SortedSet;

pub(super) struct Filter {
    words: Vec<Word>,
    /// Words that look like conditions on something that is not known, and what that would be.
    pub strange: Vec<(String, String)>,
}

/// What can be asked beside what is known of every task.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    /// The names of what tells tasks apart.
    pub parts: &'a [String],
    /// Artifacts that are read for it.
    pub artifacts: &'a [String],
    /// What tasks raised is read for it.
    pub errors: bool,
}

/// A task, and what is known of it beside.
pub(super) struct Looked<'a> {
    pub step: &'a str,
    pub task: &'a Task,
    pub now: Moment,
    /// What it raised, as far as that was read.
    pub raised: Option<&'a str>,
    /// What an artifact of it holds, and as a number.
    pub held: &'a dyn Fn(&str) -> Option<Held>,
}

pub(super) type Held = (String, Option<f64>);

#[derive(Debug, PartialEq)]
enum Word {
    /// In lower case.
    Text(String),
    Condition(Condition),
    /// A condition that cannot be told: nothing is left out for it. Why that is.
    Unclear(String),
}

#[derive(Debug, PartialEq)]
struct Condition {
    typed: String,
    of: Of,
    sign: Sign,
    /// In lower case.
    text: String,
    number: Option<f64>,
    /// No task has exactly this value, and some have one that contains it.
    contains: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Of {
    Part(String),
    Column(String),
    Duration,
    Attempts,
    Status,
    Id,
    Host,
    Error,
}

/// A word that may be a condition.
#[derive(Clone, Copy)]
struct Likely<'a> {
    name: &'a str,
    sign: Sign,
    text: &'a str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    Is,
    IsNot,
    Above,
    AtLeast,
    Below,
    AtMost,
}

/// The longer ones first.
const SIGNS: [(&str, Sign); 6] = [
    ("!=", Sign::IsNot),
    (">=", Sign::AtLeast),
    ("<=", Sign::AtMost),
    (">", Sign::Above),
    ("<", Sign::Below),
    ("=", Sign::Is),
];

impl Filter {
    pub fn of(text: &str, known: Known<'_>) -> Self {
        let mut filter = Self {
            words: Vec::new(),
            strange: Vec::new(),
        };
        for word in typed(text).iter().flat_map(|typed| typed.told(known)) {
            let likely = likely(&word).filter(|one| is_name(one.name) && !one.text.is_empty());
            let told = word_of(&word, known);
            if let (Word::Text(_), Some(likely)) = (&told, likely) {
                let name = likely.name.to_owned();
                filter.strange.push((word, name));
            }
            filter.words.push(told);
        }
        filter
    }

    /// Decides of each value that is asked for whether it is meant exactly.
    pub fn settle<'t, All: Iterator<Item = &'t Task>>(&mut self, tasks: impl Fn() -> All) {
        for word in &mut self.words {
            let Word::Condition(condition) = word else {
                continue;
            };
            if !condition.is_of_value() {
                continue;
            }
            let is_there = |condition: &Condition| {
                let mut values = tasks().filter_map(|task| condition.value(task));
                values.any(|value| condition.is_like(&value))
            };
            if !is_there(condition) {
                condition.contains = true;
                condition.contains = is_there(condition);
            }
        }
    }

    /// What of it is not as it may have been meant, as sentences without their full stops.
    pub fn said(&self) -> impl Iterator<Item = String> {
        self.words.iter().filter_map(|word| match word {
            Word::Unclear(why) => Some(why.clone()),
            Word::Condition(condition) if condition.contains => Some(format!(
                "“{}” is taken for values that contain it: no task has exactly this one",
                condition.typed
            )),
            _ => None,
        })
    }

    fn conditions(&self) -> impl Iterator<Item = &Condition> {
        self.words.iter().filter_map(|word| match word {
            Word::Condition(condition) => Some(condition),
            _ => None,
        })
    }

    /// The artifacts that have to be read to tell.
    pub fn columns(&self) -> Vec<String> {
        let asked = self.conditions().filter(|one| !one.text.is_empty());
        let named = asked.filter_map(|condition| match &condition.of {
            Of::Column(name) => Some(name.clone()),
            _ => None,
        });
        named.collect()
    }

    /// Whether errors are looked into.
    pub fn has_errors(&self) -> bool {
        let mut conditions = self.conditions();
        self.has_text() || conditions.any(|one| one.of == Of::Error && !one.text.is_empty())
    }

    fn has_text(&self) -> bool {
        self.words.iter().any(|word| matches!(word, Word::Text(_)))
    }

    pub fn holds(&self, looked: &Looked<'_>) -> bool {
        if self.words.is_empty() {
            return true;
        }
        let (path, label, raised) = match self.has_text() {
            true => {
                let (path, label) = names(looked.step, looked.task);
                (
                    path,
                    label,
                    looked.raised.unwrap_or_default().to_lowercase(),
                )
            }
            false => <(String, String, String)>::default(),
        };
        self.words.iter().all(|word| match word {
            Word::Unclear(_) => true,
            Word::Text(text) => have_text(&path, &label, text) || raised.contains(text),
            Word::Condition(condition) => condition.holds(looked),
        })
    }
}

impl Condition {
    /// Whether it asks for just one value, or for all but one, of those that every task has.
    fn is_of_value(&self) -> bool {
        let is_value = matches!(self.of, Of::Part(_) | Of::Id | Of::Host);
        is_value && matches!(self.sign, Sign::Is | Sign::IsNot) && !self.text.is_empty()
    }

    fn value(&self, task: &Task) -> Option<String> {
        match &self.of {
            Of::Part(name) => {
                let mut parts = parts_of(task).into_iter();
                parts
                    .find(|(known, _)| known == name)
                    .map(|(_, value)| value)
            }
            Of::Id => Some(task.id.clone()),
            Of::Host => Some(task.host()?.name().to_owned()),
            _ => None,
        }
    }

    /// Whether a value is the one that is asked for.
    fn is_like(&self, value: &str) -> bool {
        // As Python writes a text.
        const QUOTES: [char; 2] = ['\'', '"'];
        let value = value.trim().trim_matches(QUOTES);
        match (value.parse::<f64>().ok(), self.number) {
            (Some(value), Some(number)) => value == number,
            _ => {
                let (value, text) = (value.to_lowercase(), self.text.trim_matches(QUOTES));
                value == text || self.contains && value.contains(text)
            }
        }
    }

    fn holds(&self, looked: &Looked<'_>) -> bool {
        // What is still being typed leaves out nothing.
        if self.text.is_empty() {
            return true;
        }
        let is = |value: &str, known| self.sign.holds(value, known, &self.text, self.number);
        let wants = self.sign == Sign::Is;
        match &self.of {
            _ if self.is_of_value() => {
                let value = self.value(looked.task);
                value.is_some_and(|value| self.is_like(&value) == wants)
            }
            Of::Part(_) | Of::Id | Of::Host => {
                let value = self.value(looked.task);
                value.is_some_and(|value| is(&value, value.trim().parse().ok()))
            }
            Of::Duration => {
                let length = looked.task.took(looked.now);
                length.is_some_and(|length| is("", Some(length.0 as f64 / 1e6)))
            }
            Of::Attempts => {
                let attempts = looked.task.attempts.len();
                is(&attempts.to_string(), Some(attempts as f64))
            }
            Of::Status => looked.task.status.key().starts_with(&self.text) == wants,
            Of::Error => {
                let raised = looked.raised.map(str::to_lowercase);
                raised.is_some_and(|raised| raised.contains(&self.text)) == wants
            }
            Of::Column(name) => {
                let held = (looked.held)(name);
                held.is_some_and(|(text, number)| is(&text, number))
            }
        }
    }
}

impl Sign {
    fn holds(self, value: &str, known: Option<f64>, text: &str, number: Option<f64>) -> bool {
        let both = known.zip(number);
        let compares =
            |is: fn(f64, f64) -> bool| both.is_some_and(|(known, number)| is(known, number));
        let alike = || match both {
            Some((known, number)) => known == number,
            None => value.to_lowercase().contains(text),
        };
        match self {
            // What is still being typed.
            _ if text.is_empty() => true,
            Sign::Is => alike(),
            Sign::IsNot => !alike(),
            Sign::Above => compares(|known, number| known > number),
            Sign::AtLeast => compares(|known, number| known >= number),
            Sign::Below => compares(|known, number| known < number),
            Sign::AtMost => compares(|known, number| known <= number),
        }
    }
}

const RAISED: &str = "what tasks raised can be asked on the page of a step";

fn word_of(word: &str, known: Known<'_>) -> Word {
    let found = likely(word).and_then(|likely| {
        let of = named(likely, known)?;
        Some((of, likely.sign, likely.text))
    });
    let Some((of, sign, text)) = found else {
        return Word::Text(word.to_lowercase());
    };
    let number = match of {
        Of::Duration => seconds(text),
        _ => text.parse().ok(),
    };
    let is_lost = of == Of::Error && !known.errors && !text.is_empty();
    let lost = is_lost.then(|| RAISED.to_owned());
    match lost.or_else(|| unclear(&of, sign, text, number)) {
        Some(why) => Word::Unclear(format!("“{word}” is left out: {why}")),
        None => Word::Condition(Condition {
            typed: word.to_owned(),
            of,
            sign,
            text: text.to_lowercase(),
            number,
            contains: false,
        }),
    }
}

/// A word, or a condition with blanks around its sign.
struct Typed<'a> {
    words: Vec<&'a str>,
    /// Without the blanks.
    joined: String,
}

impl Typed<'_> {
    fn likely(&self) -> Option<Likely<'_>> {
        likely(&self.joined)
    }

    /// One word where it is a condition on something that is known, else each word as it is:
    /// errors hold such too.
    fn told(&self, known: Known<'_>) -> Vec<String> {
        let likely = self.likely();
        let is_known = likely.is_some_and(|one| named(one, known).is_some());
        match is_known {
            true => vec![self.joined.clone()],
            false => self.words.iter().map(|word| (*word).to_owned()).collect(),
        }
    }
}

/// The words of a text; what belongs to one condition together.
fn typed(text: &str) -> Vec<Typed<'_>> {
    let has_sign = |word: &str| word.contains(['=', '<', '>', '!']);
    let ends_in_sign = |word: &str| SIGNS.iter().any(|(sign, _)| word.ends_with(sign));
    let mut all: Vec<Typed<'_>> = Vec::new();
    for word in text.split_whitespace() {
        let begins_with_sign = SIGNS.iter().any(|(sign, _)| word.starts_with(sign));
        let goes_on = |before: &Typed<'_>| match begins_with_sign {
            true => is_name(&before.joined),
            false => ends_in_sign(&before.joined) && !has_sign(word),
        };
        match all.last_mut() {
            Some(before) if goes_on(before) => {
                before.words.push(word);
                before.joined.push_str(word);
            }
            _ => all.push(Typed {
                words: vec![word],
                joined: word.to_owned(),
            }),
        }
    }
    all
}

/// A name, a sign, and what may follow.
fn likely(word: &str) -> Option<Likely<'_>> {
    let at = word.find(['=', '<', '>', '!'])?;
    let (name, rest) = word.split_at_checked(at)?;
    let (sign, said) = SIGNS.iter().find(|(sign, _)| rest.starts_with(sign))?;
    let is_letter = |letter: char| letter.is_alphabetic() || letter == '_';
    // A value of a foreach may be called otherwise; no artifact is.
    (name.starts_with(is_letter)).then_some(Likely {
        name,
        sign: *said,
        text: rest.strip_prefix(sign)?,
    })
}

/// Whether something can be the name of an artifact.
fn is_name(name: &str) -> bool {
    name.chars()
        .all(|letter| letter.is_alphanumeric() || letter == '_')
}

/// What stands before a sign and is neither a value nor a column nor known otherwise, each once.
pub(super) fn strangers(text: &str, known: Known<'_>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for typed in typed(text) {
        let Some(likely) = typed.likely() else {
            continue;
        };
        let is_stranger = named(likely, known).is_none();
        let is_new = names.iter().all(|known| known != likely.name);
        if is_stranger && is_name(likely.name) && is_new {
            names.push(likely.name.to_owned());
        }
    }
    names
}

/// The names of what tells some tasks apart, where a text may ask for one.
pub(super) fn parts_in<'t>(text: &str, tasks: impl Iterator<Item = &'t Task>) -> Vec<String> {
    if !typed(text).iter().any(|typed| typed.likely().is_some()) {
        return Vec::new();
    }
    let mut names: SortedSet<String> = SortedSet::default();
    for (name, _) in tasks.flat_map(parts_of) {
        if !names.contains(&name) {
            names.insert(name);
        }
    }
    names.into_vec()
}

fn named(likely: Likely<'_>, known: Known<'_>) -> Option<Of> {
    let name = likely.name;
    if known.parts.iter().any(|part| part == name) {
        return Some(Of::Part(name.to_owned()));
    }
    if known.artifacts.iter().any(|artifact| artifact == name) {
        return Some(Of::Column(name.to_owned()));
    }
    let is_equal = matches!(likely.sign, Sign::Is | Sign::IsNot);
    // A number that is called so is an artifact.
    let is_number = likely.text.parse::<f64>().is_ok();
    match name {
        "duration" => Some(Of::Duration),
        "attempts" => Some(Of::Attempts),
        "status" => Some(Of::Status),
        "id" if is_equal => Some(Of::Id),
        "host" if is_equal && !is_number => Some(Of::Host),
        "exception" | "error" if is_equal && !is_number => Some(Of::Error),
        _ => None,
    }
}

/// Why a condition cannot be told, if that is so. What is still being typed is none yet.
fn unclear(of: &Of, sign: Sign, text: &str, number: Option<f64>) -> Option<String> {
    if text.is_empty() {
        return None;
    }
    let is_equal = matches!(sign, Sign::Is | Sign::IsNot);
    let why = match of {
        Of::Duration if number.is_none() => {
            "a duration is a number with its unit, such as 90s, 5m or 1.5h"
        }
        Of::Attempts if number.is_none() => "attempts are a number",
        Of::Status if !is_equal => "a status is equal (=) or not (!=)",
        Of::Status => {
            let typed = text.to_lowercase();
            let mut keys = Status::ALL.iter().map(|status| status.key());
            return (!keys.any(|key| key.starts_with(&typed))).then(|| {
                let keys = Status::ALL.map(Status::key);
                format!("a status is one of {}", keys.join(", "))
            });
        }
        _ if !is_equal && number.is_none() => "only numbers are more or less than others",
        _ => return None,
    };
    Some(why.to_owned())
}

/// `30`, `30s`, `500ms`, `2m`, `1.5h`
fn seconds(text: &str) -> Option<f64> {
    let units = [("ms", 0.001), ("s", 1.0), ("m", 60.0), ("h", 3600.0)];
    let unit = units.iter().find(|(unit, _)| text.ends_with(unit));
    let (digits, factor) = match unit {
        Some((unit, factor)) => (text.strip_suffix(unit)?, *factor),
        None => (text, 1.0),
    };
    Some(digits.parse::<f64>().ok()? * factor)
}

#[cfg(test)]
mod tests;
