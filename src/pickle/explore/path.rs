//! The way into a value as text: `model.coef_[0]["a"]`.
//!
//! It is what a person would write in Python, with names in angle brackets for what
//! Python has no expression for (`<args>`, `<element 3>`). Printing and reading are
//! inverse to each other. Knows no values;
//! [`Pickle::resolve`](crate::pickle::Pickle::resolve) follows a path.

use crate::pickle::repr::is_printable;
use std::fmt;
use std::str::FromStr;

/// One step into a value.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Step {
    /// `[3]`: the place in a list (from the end if negative), or an integer key.
    Index(i64),
    /// `["a"]`: a text key.
    Key(String),
    /// `[(1, 2)]`: any other key, by its `repr`.
    Repr(String),
    /// `.coef_`; `.["two words"]` for a name that Python could not write there.
    Attribute(String),
    Part(Part),
}

/// A part of a value that Python has no expression for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Part {
    /// The positional arguments that the object was made with.
    Args,
    /// The keyword arguments.
    Kwargs,
    /// What the object is made by, where that is an object too.
    Callable,
    /// The persistent id or extension number.
    Id,
    /// A state that only the class can read, by number.
    State(usize),
    /// An element of a set, in the order of the pickle.
    Element(usize),
    /// An entry of a dict by its place: its key cannot be written down.
    Entry(usize),
    /// An attribute by its place, for the same reason.
    Attribute(usize),
    /// What bytes or a text hold in a format of their own. No step of a pickle's leads
    /// there: whoever knows the format follows it.
    Inside,
}

impl Part {
    fn name(self) -> (&'static str, usize) {
        match self {
            Part::Args => ("args", 0),
            Part::Kwargs => ("kwargs", 0),
            Part::Callable => ("callable", 0),
            Part::Id => ("id", 0),
            Part::State(number) => ("state", number),
            Part::Element(number) => ("element", number),
            Part::Entry(number) => ("entry", number),
            Part::Attribute(number) => ("attribute", number),
            Part::Inside => ("inside", 0),
        }
    }

    fn read(name: &str) -> Option<Part> {
        let (word, number) = match name.split_once(' ') {
            Some((word, number)) => (word, Some(number.parse::<usize>().ok()?)),
            None => (name, None),
        };
        match (word, number) {
            ("args", None) => Some(Part::Args),
            ("kwargs", None) => Some(Part::Kwargs),
            ("callable", None) => Some(Part::Callable),
            ("id", None) => Some(Part::Id),
            ("inside", None) => Some(Part::Inside),
            ("state", None) => Some(Part::State(0)),
            ("state", Some(number)) => Some(Part::State(number)),
            ("element", Some(number)) => Some(Part::Element(number)),
            ("entry", Some(number)) => Some(Part::Entry(number)),
            ("attribute", Some(number)) => Some(Part::Attribute(number)),
            _ => None,
        }
    }
}

/// A place inside a named value.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Path {
    /// The name of the value; may be empty.
    pub root: String,
    pub steps: Vec<Step>,
}

impl Path {
    pub fn new(root: &str) -> Path {
        Path {
            root: root.to_owned(),
            steps: Vec::new(),
        }
    }

    /// The path to a child of this place.
    pub fn child(&self, step: Step) -> Path {
        let mut path = self.clone();
        path.steps.push(step);
        path
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.root)?;
        self.steps.iter().try_for_each(|step| step.fmt(f))
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::Index(index) => write!(f, "[{index}]"),
            Step::Key(key) => {
                f.write_str("[")?;
                quoted(f, key)?;
                f.write_str("]")
            }
            Step::Repr(repr) => write!(f, "[{repr}]"),
            Step::Attribute(name) if is_identifier(name) => write!(f, ".{name}"),
            Step::Attribute(name) => {
                f.write_str(".[")?;
                quoted(f, name)?;
                f.write_str("]")
            }
            Step::Part(part) => match part.name() {
                (name, 0)
                    if !matches!(part, Part::Element(_) | Part::Entry(_) | Part::Attribute(_)) =>
                {
                    write!(f, "<{name}>")
                }
                (name, number) => write!(f, "<{name} {number}>"),
            },
        }
    }
}

/// Whether a name can stand after a point: as in Python, of letters, digits and
/// underscores, not beginning with a digit.
fn is_identifier(name: &str) -> bool {
    name.chars().all(is_word) && name.chars().next().is_some_and(|first| !first.is_numeric())
}

fn is_word(char: char) -> bool {
    char == '_' || char.is_alphanumeric()
}

fn quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_str("\"")?;
    for char in text.chars() {
        match char {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            _ if is_printable(char) => fmt::Write::write_char(f, char)?,
            _ if u32::from(char) <= 0xff => write!(f, "\\x{:02x}", u32::from(char))?,
            _ if u32::from(char) <= 0xffff => write!(f, "\\u{:04x}", u32::from(char))?,
            _ => write!(f, "\\U{:08x}", u32::from(char))?,
        }
    }
    f.write_str("\"")
}

/// A text that is no path.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BadPath {
    /// Where reading stopped, in bytes.
    pub at: usize,
    pub expected: &'static str,
}

impl fmt::Display for BadPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {} at character {}", self.expected, self.at + 1)
    }
}

impl std::error::Error for BadPath {}

impl FromStr for Path {
    type Err = BadPath;

    fn from_str(text: &str) -> Result<Path, BadPath> {
        let mut reader = Reader { text, at: 0 };
        let root = reader.word().to_owned();
        let mut steps = Vec::new();
        while reader.at < text.len() {
            steps.push(reader.step()?);
        }
        Ok(Path { root, steps })
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn bad(&self, expected: &'static str) -> BadPath {
        BadPath {
            at: self.at,
            expected,
        }
    }

    fn take(&mut self, wanted: &str) -> bool {
        let found = self.rest().starts_with(wanted);
        if found {
            self.at += wanted.len();
        }
        found
    }

    /// Everything up to the first character that no name has.
    fn word(&mut self) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|char: char| !is_word(char)).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or("")
    }

    fn step(&mut self) -> Result<Step, BadPath> {
        if self.take(".[") {
            let name = self.quoted()?;
            return if self.take("]") {
                Ok(Step::Attribute(name))
            } else {
                Err(self.bad("]"))
            };
        }
        if self.take(".") {
            return match self.word() {
                "" => Err(self.bad("a name")),
                name => Ok(Step::Attribute(name.to_owned())),
            };
        }
        if self.take("<") {
            let rest = self.rest();
            let end = rest.find('>').ok_or(self.bad("a part such as <args>"))?;
            let name = rest.get(..end).unwrap_or("");
            let part = Part::read(name).ok_or(self.bad("a part such as <args>"))?;
            self.at += end + 1;
            return Ok(Step::Part(part));
        }
        if self.take("[") {
            return self.bracket();
        }
        Err(self.bad(". or [ or <"))
    }

    fn bracket(&mut self) -> Result<Step, BadPath> {
        let start = self.at;
        if self.rest().starts_with(['"', '\'']) {
            let key = self.quoted()?;
            if self.take("]") {
                return Ok(Step::Key(key));
            }
            self.at = start;
        }
        let inside = self.balanced()?;
        if inside.is_empty() {
            return Err(BadPath {
                at: start,
                expected: "an index or a key",
            });
        }
        // `[+1]` and `[01]` are not how an index is printed.
        Ok(match inside.parse::<i64>() {
            Ok(index) if index.to_string() == inside => Step::Index(index),
            _ => Step::Repr(inside.to_owned()),
        })
    }

    /// Everything up to the bracket that closes this one; brackets inside quotes do not
    /// count.
    fn balanced(&mut self) -> Result<&'a str, BadPath> {
        let rest = self.rest();
        let mut depth = 0_usize;
        let mut quote = None;
        let mut escaped = false;
        for (at, char) in rest.char_indices() {
            match (quote, char) {
                (Some(_), _) if escaped => escaped = false,
                (Some(_), '\\') => escaped = true,
                (Some(open), _) if char == open => quote = None,
                (Some(_), _) => {}
                (None, '\'' | '"') => quote = Some(char),
                (None, '[' | '(' | '{') => depth += 1,
                (None, ']') if depth == 0 => {
                    self.at += at + 1;
                    return Ok(rest.get(..at).unwrap_or(""));
                }
                (None, ']' | ')' | '}') => depth = depth.saturating_sub(1),
                (None, _) => {}
            }
        }
        Err(self.bad("]"))
    }

    /// A text in single or double quotes, as Python and JSON write it.
    fn quoted(&mut self) -> Result<String, BadPath> {
        let mut chars = self.rest().char_indices();
        let Some((_, quote @ ('"' | '\''))) = chars.next() else {
            return Err(self.bad("a quote"));
        };
        let mut out = String::new();
        while let Some((at, char)) = chars.next() {
            if char == quote {
                self.at += at + 1;
                return Ok(out);
            }
            if char != '\\' {
                out.push(char);
                continue;
            }
            let width = match chars.next() {
                Some((_, 'n')) => {
                    out.push('\n');
                    continue;
                }
                Some((_, 'r')) => {
                    out.push('\r');
                    continue;
                }
                Some((_, 't')) => {
                    out.push('\t');
                    continue;
                }
                Some((_, 'x')) => 2,
                Some((_, 'u')) => 4,
                Some((_, 'U')) => 8,
                Some((_, other)) => {
                    out.push(other);
                    continue;
                }
                None => break,
            };
            let code = (0..width).try_fold(0_u32, |code, _| {
                Some(code.checked_mul(16)? + chars.next()?.1.to_digit(16)?)
            });
            out.push(
                code.and_then(char::from_u32)
                    .ok_or(self.bad("a valid escape"))?,
            );
        }
        Err(self.bad("a closing quote"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, steps: &[Step]) {
        let path: Path = text.parse().unwrap();
        assert_eq!(path.steps, steps);
        assert_eq!(path.to_string(), text);
    }

    #[test]
    fn paths_are_written_as_in_python() {
        check(
            "model.coef_[0][\"a\"]",
            &[
                Step::Attribute("coef_".into()),
                Step::Index(0),
                Step::Key("a".into()),
            ],
        );
        check("x[-1]", &[Step::Index(-1)]);
        check("", &[]);
        check(".größe", &[Step::Attribute("größe".into())]);
        check("x.[\"two words\"]", &[Step::Attribute("two words".into())]);
        check("x[(1, ']')]", &[Step::Repr("(1, ']')".into())]);
        check("x[b'a\\'b']", &[Step::Repr("b'a\\'b'".into())]);
        check("x[frozenset({1})]", &[Step::Repr("frozenset({1})".into())]);
        check("x<args>[1]", &[Step::Part(Part::Args), Step::Index(1)]);
        check(
            "x<state><state 2>",
            &[Step::Part(Part::State(0)), Step::Part(Part::State(2))],
        );
        check("x<element 0>", &[Step::Part(Part::Element(0))]);
        check(
            "x[\"a\\\"b\\\\c\\n\\x00\\u2028\"]",
            &[Step::Key("a\"b\\c\n\0\u{2028}".into())],
        );
    }

    #[test]
    fn single_quotes_are_read_too() {
        assert_eq!(
            "x['a']".parse::<Path>().unwrap().steps,
            [Step::Key("a".into())]
        );
    }

    #[track_caller]
    fn refuse(text: &str, message: &str) {
        assert_eq!(text.parse::<Path>().unwrap_err().to_string(), message);
    }

    #[test]
    fn what_is_no_path_is_refused() {
        refuse("x[", "expected ] at character 3");
        refuse("x[]", "expected an index or a key at character 3");
        refuse("x.", "expected a name at character 3");
        refuse("x y", "expected . or [ or < at character 2");
        refuse("x[\"a", "expected a closing quote at character 3");
        refuse(
            "x<nothing>",
            "expected a part such as <args> at character 3",
        );
        refuse("x[\"\\ud800\"]", "expected a valid escape at character 3");
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            any::<i64>().prop_map(Step::Index),
            any::<String>().prop_map(Step::Key),
            any::<String>().prop_map(Step::Attribute),
            "[a-z_]{1,5}".prop_map(Step::Attribute),
            "\\((1|'[^'\\\\]*'|2\\.5)(, [0-9]{1,3})*\\)".prop_map(Step::Repr),
            (0_usize..99).prop_map(|number| Step::Part(Part::Element(number))),
            (0_usize..99).prop_map(|number| Step::Part(Part::State(number))),
            Just(Step::Part(Part::Args)),
        ]
    }

    proptest! {
        #[test]
        fn every_path_is_read_back(root in "[a-z_]{0,8}", steps in prop::collection::vec(step(), 0..6)) {
            let path = Path { root, steps };
            prop_assert_eq!(path.to_string().parse::<Path>(), Ok(path));
        }

        #[test]
        fn no_text_makes_reading_panic(text in "\\PC{0,40}|[\\[\\]<>.'\"\\\\a(){}]{0,20}") {
            if let Ok(path) = text.parse::<Path>() {
                prop_assert_eq!(path.to_string().parse::<Path>(), Ok(path));
            }
        }
    }
}
