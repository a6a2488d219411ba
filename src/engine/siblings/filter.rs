//! What is typed to find some of the tasks: words that all have to be there, and conditions.
//!
//! `FI`, `features/13`, `KeyError` are words: they are looked for in values, ids and errors.
//! `country=FI`, `loss>0.5`, `duration>=2m`, `attempts!=1` are conditions, as soon as what
//! stands before the sign is the name of a value, of a column, or one of these two.

use super::order::{Siblings, parts_of};
use super::scalar::{Scalar, ScalarKind};
use crate::model::Task;

pub(super) struct Filter {
    words: Vec<Word>,
    /// The names that conditions on artifacts are about.
    columns: Vec<String>,
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
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    Part(usize),
    Column(usize),
    Duration,
    Attempts,
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
    pub fn of(text: &str, parts: &[String], columns: &[String]) -> Self {
        let words = text.split_whitespace();
        let words: Vec<Word> = words.map(|word| word_of(word, parts, columns)).collect();
        Self {
            words,
            columns: columns.to_vec(),
        }
    }

    /// The artifacts that have to be read to tell.
    pub fn columns(&self) -> Vec<String> {
        let named = self.words.iter().filter_map(|word| match word {
            Word::Condition {
                of: Of::Column(at), ..
            } => self.columns.get(*at).cloned(),
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
                    Of::Column(at) => {
                        let columns = siblings.order.columns.borrow();
                        let name = self.columns.get(*at);
                        let column = name.and_then(|name| columns.get(name));
                        let value = column.and_then(|column| column.get(place)?.as_ref());
                        let there = |value: &&Scalar| {
                            matches!(value.kind, ScalarKind::Value | ScalarKind::Large)
                        };
                        value
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

fn word_of(word: &str, parts: &[String], columns: &[String]) -> Word {
    let found = word.find(['=', '<', '>', '!']).and_then(|at| {
        let (name, rest) = word.split_at_checked(at)?;
        let (sign, said) = SIGNS.iter().find(|(sign, _)| rest.starts_with(sign))?;
        let of = named(name, parts, columns)?;
        Some((of, *said, rest.strip_prefix(sign)?))
    });
    let Some((of, sign, text)) = found else {
        return Word::Text(word.to_lowercase());
    };
    Word::Condition {
        number: match of {
            Of::Duration => seconds(text),
            _ => text.parse().ok(),
        },
        of,
        sign,
        text: text.to_lowercase(),
    }
}

fn named(name: &str, parts: &[String], columns: &[String]) -> Option<Of> {
    let place = |names: &[String]| names.iter().position(|known| known == name);
    let part = place(parts).map(Of::Part);
    part.or(place(columns).map(Of::Column)).or(match name {
        "duration" => Some(Of::Duration),
        "attempts" => Some(Of::Attempts),
        _ => None,
    })
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
        let (parts, columns) = (vec!["country".to_owned()], vec!["loss".to_owned()]);
        let word = |word: &str| word_of(word, &parts, &columns);
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
            condition(Of::Column(0), Sign::AtLeast, "0.5", Some(0.5))
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
        for text in ["town=FI", "=FI", "FI", "x!y", "é>"] {
            assert_eq!(word(text), Word::Text(text.to_lowercase()));
        }
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
