//! What is typed to find some of the tasks: words that all have to be there, and conditions.
//!
//! `FI`, `features/13`, `KeyError` are words: they are looked for in values, ids and errors.
//! `country=FI`, `loss>0.5`, `duration>=2m`, `attempts!=1`, `status=failed` are conditions, as
//! soon as what stands before the sign is the name of a value, of an artifact, or one of these
//! three; an artifact is read for it. Any other word with a sign is looked for as it is, since
//! errors hold such too. What is not as it may have been meant is said ([`FilterSaidQuery`]).

use super::Chosen;
use super::columns::MOST_TASKS;
use super::order::{Siblings, parts_of};
use super::scalar::{Scalar, ScalarKind};
use crate::engine::ask::Failure;
use crate::engine::{Engine, Work};
use crate::model::{Status, Task};
use crate::text::human;
use serde::{Deserialize, Serialize};

/// What of a filter is not as it may have been meant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FilterSaidQuery {
    pub of: Chosen,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FilterSaidView {
    /// Sentences without their full stops.
    pub said: Vec<String>,
}

pub(super) struct Filter {
    words: Vec<Word>,
}

#[derive(Debug, PartialEq)]
enum Word {
    /// In lower case.
    Text(String),
    Condition {
        of: Of,
        sign: Sign,
        text: String,
        number: Option<f64>,
    },
    /// A condition that cannot be told: nothing is left out for it. Why that is.
    Unclear(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Of {
    Part(usize),
    Column(String),
    Duration,
    Attempts,
    Status,
}

/// A word that may be a condition.
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

/// Artifacts that one filter is about, at most: all tasks are read for each.
const MOST_ARTIFACTS: usize = 8;

impl Engine {
    /// What is typed, once it is known which of its names are artifacts.
    pub(super) async fn filter_of(&self, siblings: &Siblings, of: &Chosen, work: &Work) -> Filter {
        let parts = &siblings.order.parts;
        let mut artifacts = of.columns.clone();
        for name in strangers(&of.text, parts, &of.columns) {
            let has_room = artifacts.len() < of.columns.len() + MOST_ARTIFACTS;
            if has_room && self.has_artifact(siblings, &name, work).await {
                artifacts.push(name);
            }
        }
        Filter::of(&of.text, parts, &artifacts)
    }

    pub(in crate::engine) async fn filter_said(
        &self,
        query: FilterSaidQuery,
        work: &Work,
    ) -> Result<FilterSaidView, Box<Failure>> {
        let of = &query.of;
        let siblings = self.siblings_of(&of.run, &of.step, work).await?;
        let filter = self.filter_of(&siblings, of, work).await;
        let names = siblings.order.names.borrow();
        let unclear = filter.words.iter().filter_map(|word| match word {
            Word::Unclear(why) => Some(why.clone()),
            _ => None,
        });
        let words = typed(&of.text).into_iter();
        let words = words.flat_map(|typed| typed.told(&of.columns, &siblings.order.parts));
        let as_text = words.filter_map(|word| {
            let word = word.as_str();
            let text = Word::Text(word.to_lowercase());
            let likely = likely(word).filter(|_| filter.words.contains(&text))?;
            if !is_name(likely.name) || likely.text.is_empty() {
                return None;
            }
            let none = names.none(likely.name, &siblings);
            Some(format!("“{word}” is looked for as text: {none}"))
        });
        let in_part = (siblings.len() > MOST_TASKS && !filter.columns().is_empty()).then(|| {
            format!(
                "{} is known of the first {} only",
                filter.columns().join(", "),
                human::counted(MOST_TASKS as u64, "task", "tasks")
            )
        });
        Ok(FilterSaidView {
            said: unclear.chain(as_text).chain(in_part).collect(),
        })
    }
}

impl Filter {
    pub fn of(text: &str, parts: &[String], artifacts: &[String]) -> Self {
        let words = typed(text).into_iter();
        let words = words.flat_map(|typed| typed.told(artifacts, parts));
        Self {
            words: words.map(|word| word_of(&word, parts, artifacts)).collect(),
        }
    }

    /// The artifacts that have to be read to tell.
    pub fn columns(&self) -> Vec<String> {
        let named = self.words.iter().filter_map(|word| match word {
            Word::Condition {
                of: Of::Column(name),
                text,
                ..
            } if !text.is_empty() => Some(name.clone()),
            _ => None,
        });
        named.collect()
    }

    /// Whether errors are looked into.
    pub fn has_text(&self) -> bool {
        self.words.iter().any(|word| matches!(word, Word::Text(_)))
    }

    pub fn holds(&self, siblings: &Siblings, place: usize, task: &Task) -> bool {
        if self.words.is_empty() {
            return true;
        }
        let parts = parts_of(task);
        let mut looked_in = String::new();
        if self.has_text() {
            let label = task.label().unwrap_or_default();
            looked_in = format!("{}/{}\n{label}", siblings.order.step, task.id);
            let raised = siblings.order.raised.borrow();
            if let Some(Some(line)) = raised.get(&place) {
                looked_in = format!("{looked_in}\n{line}");
            }
            looked_in = looked_in.to_lowercase();
        }
        self.words.iter().all(|word| match word {
            Word::Unclear(_) => true,
            Word::Text(text) => looked_in.contains(text.as_str()),
            Word::Condition {
                of,
                sign,
                text,
                number,
            } => {
                let is = |value: &str, known: Option<f64>| sign.holds(value, known, text, *number);
                match of {
                    Of::Part(at) => parts
                        .get(*at)
                        .is_some_and(|(_, value)| is(value, value.trim().parse().ok())),
                    Of::Duration => task
                        .took(siblings.now)
                        .is_some_and(|length| is("", Some(length.0 as f64 / 1e6))),
                    Of::Attempts => {
                        let attempts = task.attempts.len();
                        is(&attempts.to_string(), Some(attempts as f64))
                    }
                    Of::Status => {
                        let is_meant = task.status.key().starts_with(text.as_str());
                        text.is_empty() || is_meant == (*sign == Sign::Is)
                    }
                    Of::Column(name) => {
                        let columns = siblings.order.columns.borrow();
                        let column = columns.get(name);
                        let value = column.and_then(|column| column.get(place)?.as_ref());
                        let there = |value: &&Scalar| {
                            matches!(value.kind, ScalarKind::Value | ScalarKind::Large)
                        };
                        // What is still being typed leaves out nothing.
                        text.is_empty()
                            || value
                                .filter(there)
                                .is_some_and(|value| is(&value.text, value.number))
                    }
                }
            }
        })
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

fn word_of(word: &str, parts: &[String], artifacts: &[String]) -> Word {
    let known = likely(word).and_then(|likely| {
        let of = named(likely.name, parts, artifacts)?;
        Some((of, likely.sign, likely.text))
    });
    let Some((of, sign, text)) = known else {
        return Word::Text(word.to_lowercase());
    };
    let number = match of {
        Of::Duration => seconds(text),
        _ => text.parse().ok(),
    };
    match unclear(&of, sign, text, number) {
        Some(why) => Word::Unclear(format!("“{word}” is left out: {why}")),
        None => Word::Condition {
            of,
            sign,
            text: text.to_lowercase(),
            number,
        },
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
    fn told(&self, artifacts: &[String], parts: &[String]) -> Vec<String> {
        let known = self.likely();
        let is_known = known.is_some_and(|one| named(one.name, parts, artifacts).is_some());
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
fn strangers(text: &str, parts: &[String], columns: &[String]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for typed in typed(text) {
        let Some(likely) = typed.likely() else {
            continue;
        };
        let is_stranger = named(likely.name, parts, columns).is_none();
        let is_new = names.iter().all(|known| known != likely.name);
        if is_stranger && is_name(likely.name) && is_new {
            names.push(likely.name.to_owned());
        }
    }
    names
}

fn named(name: &str, parts: &[String], artifacts: &[String]) -> Option<Of> {
    let part = parts.iter().position(|known| known == name).map(Of::Part);
    let artifact = artifacts.iter().find(|known| *known == name);
    part.or(artifact.cloned().map(Of::Column)).or(match name {
        "duration" => Some(Of::Duration),
        "attempts" => Some(Of::Attempts),
        "status" => Some(Of::Status),
        _ => None,
    })
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
mod tests {
    use super::*;

    #[test]
    fn a_sign_behind_a_known_name_is_a_condition() {
        let (parts, artifacts) = (vec!["country".to_owned()], vec!["loss".to_owned()]);
        let word = |word: &str| word_of(word, &parts, &artifacts);
        let condition = |of, sign, text: &str, number| Word::Condition {
            of,
            sign,
            text: text.to_owned(),
            number,
        };
        assert_eq!(
            word("country=FI"),
            condition(Of::Part(0), Sign::Is, "fi", None)
        );
        assert_eq!(
            word("loss>=0.5"),
            condition(
                Of::Column("loss".to_owned()),
                Sign::AtLeast,
                "0.5",
                Some(0.5)
            )
        );
        assert_eq!(
            word("attempts!=1"),
            condition(Of::Attempts, Sign::IsNot, "1", Some(1.0))
        );
        assert_eq!(
            word("duration<2m"),
            condition(Of::Duration, Sign::Below, "2m", Some(120.0))
        );
        assert_eq!(
            word("duration>500ms"),
            condition(Of::Duration, Sign::Above, "500ms", Some(0.5))
        );
        assert_eq!(
            word("status=Failed"),
            condition(Of::Status, Sign::Is, "failed", None)
        );
        for text in ["town=FI", "=FI", "FI", "x!y", "é>"] {
            assert_eq!(word(text), Word::Text(text.to_lowercase()));
        }
    }

    #[test]
    fn blanks_around_the_sign_of_a_known_name_do_not_matter() {
        let (parts, artifacts) = (vec!["country".to_owned()], vec!["loss".to_owned()]);
        let words = |text: &str| -> Vec<String> {
            let typed = typed(text).into_iter();
            typed.flat_map(|one| one.told(&artifacts, &parts)).collect()
        };
        assert_eq!(words("loss > 0.5 country= FI"), ["loss>0.5", "country=FI"]);
        assert_eq!(words("FI loss >=0.5"), ["FI", "loss>=0.5"]);
        // What is still being typed takes nothing of the next one.
        assert_eq!(words("loss> country=FI"), ["loss>", "country=FI"]);
        // An error may hold such.
        assert_eq!(words("x > 5 and y"), ["x", ">", "5", "and", "y"]);
        assert_eq!(strangers("x > 5 loss=2", &parts, &artifacts), ["x"]);
    }

    #[test]
    fn what_cannot_be_told_leaves_out_nothing_and_says_so() {
        let (parts, artifacts) = (vec!["country".to_owned()], vec!["loss".to_owned()]);
        let said = |word: &str| match word_of(word, &parts, &artifacts) {
            Word::Unclear(why) => why,
            _ => String::new(),
        };
        assert!(said("duration>banana").starts_with("“duration>banana” is left out: a duration"));
        assert!(said("attempts=two").contains("attempts are a number"));
        assert!(said("country>FI").contains("only numbers"));
        assert!(said("loss<low").contains("only numbers"));
        assert!(said("status>failed").contains("equal"));
        assert!(said("status=broken").contains("failed, running"));
        // What is still being typed, and what is fine.
        for word in [
            "duration>",
            "loss>",
            "status=fa",
            "status!=retried",
            "loss=low",
            "town>FI",
        ] {
            assert_eq!(said(word), "", "{word}");
        }
    }

    #[test]
    fn names_that_nothing_is_known_of_are_looked_up() {
        let (parts, columns) = (vec!["country".to_owned()], vec!["loss".to_owned()]);
        let text = "country=FI loss>1 rate<2 rate>1 duration>1s http://x?a=b (a=b 1=2 KeyError";
        assert_eq!(strangers(text, &parts, &columns), ["rate"]);
    }

    #[test]
    fn numbers_are_compared_as_numbers_and_others_by_what_they_contain() {
        let is = |value: &str, sign: Sign, text: &str| {
            sign.holds(value, value.parse().ok(), text, text.parse().ok())
        };
        assert!(is("10", Sign::Is, "10.0") && !is("10", Sign::Is, "1"));
        assert!(is("Finland", Sign::Is, "fin") && !is("Finland", Sign::IsNot, "fin"));
        assert!(is("9", Sign::Below, "10") && !is("nine", Sign::Below, "10"));
        assert!(is("9", Sign::Above, ""), "still being typed");
    }
}
