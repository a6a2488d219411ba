//! Which word stands for which: the same for the same, wherever it is found.
//!
//! A user's name that was found where names of users stand is looked for everywhere else
//! too, as are hosts and secrets: [`Needles`]. What is too short for that, or means
//! something else too, is replaced only where it stands as a name.

use super::hits::{Hit, What};
use super::secrets::is_escaped;
use std::collections::{BTreeMap, BTreeSet};

/// What was found, and the words in its place.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Names {
    given: BTreeMap<(What, String), String>,
    count: BTreeMap<What, usize>,
}

impl Names {
    /// With the words of an earlier time.
    pub fn before(given: impl IntoIterator<Item = (What, String, String)>) -> Self {
        let mut names = Self::default();
        for (what, original, word) in given {
            let number = word
                .rsplit('-')
                .next()
                .and_then(|number| number.parse().ok());
            let count = names.count.entry(what).or_default();
            *count = number.unwrap_or(0).max(*count);
            names.given.insert((what, original), word);
        }
        names
    }

    /// The word for something, a new one where it was not seen before.
    pub fn word(&mut self, what: What, original: &str) -> String {
        let key = match what {
            // Names are the same in capitals.
            What::User | What::Host => original.to_lowercase(),
            _ => original.to_owned(),
        };
        let known = self.given.entry((what, key));
        let word = known.or_insert_with(|| {
            let count = self.count.entry(what).or_default();
            *count += 1;
            format!("{}-{count}", what.stem())
        });
        word.clone()
    }

    pub fn all(&self) -> impl Iterator<Item = (What, &str, &str)> {
        let all = self.given.iter();
        all.map(|((what, original), word)| (*what, original.as_str(), word.as_str()))
    }
}

/// What is looked for everywhere.
#[derive(Default)]
pub struct Needles {
    all: Vec<Needle>,
    /// Their numbers by their first byte, in small letters.
    by_first: BTreeMap<u8, Vec<usize>>,
    /// What was found and is not looked for everywhere, because it is an ordinary word.
    pub ordinary: BTreeSet<(What, String)>,
}

struct Needle {
    text: Vec<u8>,
    what: What,
    original: String,
    /// It is a word of its own, in capitals or not.
    is_word: bool,
}

/// Names of accounts that are nobody's, and words that could be a name.
const NOBODY: &[&str] = &[
    "root",
    "user",
    "users",
    "admin",
    "administrator",
    "ubuntu",
    "debian",
    "centos",
    "runner",
    "jovyan",
    "docker",
    "default",
    "nobody",
    "test",
    "tests",
    "dev",
    "prod",
    "production",
    "main",
    "metaflow",
    "local",
    "localhost",
    "server",
    "host",
    "node",
    "worker",
    "master",
    "home",
    "app",
    "data",
    "code",
    "none",
    "null",
    "unknown",
    "circleci",
    "jenkins",
    "vscode",
    "codespace",
    "ec2-user",
    "hadoop",
    "spark",
    "airflow",
    "python",
    "conda",
    "the",
    "and",
    "for",
    "run",
    "job",
    "task",
    "step",
    "flow",
    "start",
    "end",
    "self",
    "name",
    "guest",
    "public",
    "shared",
];

impl Needles {
    /// Of what was found. `structure` are the names of flows, steps and artifacts.
    pub fn of(names: &Names, structure: &BTreeSet<String>) -> Self {
        let mut needles = Self::default();
        for (what, original, _) in names.all() {
            let lower = original.to_lowercase();
            let is_ordinary = structure.contains(&lower) || NOBODY.contains(&lower.as_str());
            let letters_only = original.chars().all(char::is_alphabetic);
            let is_telling = match what {
                What::User => original.chars().count() >= 3,
                What::Host => original.chars().count() >= 4,
                What::Secret => original.len() >= if letters_only { 12 } else { 6 },
                What::Environment => original.len() >= 12 && !letters_only,
                What::Path => continue,
            };
            if is_ordinary || !is_telling {
                needles.ordinary.insert((what, original.to_owned()));
                continue;
            }
            let is_word = !matches!(what, What::Secret);
            for text in spellings(original) {
                needles.add(Needle {
                    text: text.into_bytes(),
                    what,
                    original: original.to_owned(),
                    is_word,
                });
            }
        }
        needles
    }

    fn add(&mut self, needle: Needle) {
        let Some(first) = needle.text.first() else {
            return;
        };
        let first = first.to_ascii_lowercase();
        self.by_first.entry(first).or_default().push(self.all.len());
        self.all.push(needle);
    }

    /// Notes where any of them stands, and of what.
    pub fn find(&self, text: &str, found: &mut Vec<(Hit, String)>) {
        if self.all.is_empty() {
            return;
        }
        let bytes = text.as_bytes();
        for (at, byte) in bytes.iter().enumerate() {
            let Some(numbers) = self.by_first.get(&byte.to_ascii_lowercase()) else {
                continue;
            };
            for needle in numbers.iter().filter_map(|number| self.all.get(*number)) {
                let end = at + needle.text.len();
                let Some(here) = bytes.get(at..end) else {
                    continue;
                };
                let is_same = match needle.is_word {
                    true => here.eq_ignore_ascii_case(&needle.text) && is_word_at(text, at, end),
                    false => here == needle.text,
                };
                if is_same {
                    found.push((Hit::name(needle.what, at..end), needle.original.clone()));
                }
            }
        }
    }

    /// Whether bytes that are no text hold any of them as it is.
    pub fn is_in(&self, bytes: &[u8]) -> bool {
        let is_here = |needle: &Needle| {
            let mut windows = bytes.windows(needle.text.len());
            windows.any(|window| window.eq_ignore_ascii_case(&needle.text))
        };
        self.all.iter().any(is_here)
    }
}

/// Whether neither a letter nor a digit stands on either side.
fn is_word_at(text: &str, start: usize, end: usize) -> bool {
    let before = text
        .get(..start)
        .and_then(|before| before.chars().next_back());
    let after = text.get(end..).and_then(|after| after.chars().next());
    let begins = before.is_none_or(|c| !c.is_alphanumeric() || is_escaped(text.as_bytes(), start));
    begins && after.is_none_or(|c| !c.is_alphanumeric())
}

/// A text as Python, JSON, URLs and HTML write it.
fn spellings(text: &str) -> BTreeSet<String> {
    let written = |letter: &dyn Fn(char) -> Option<String>| -> String {
        let each = text
            .chars()
            .map(|c| letter(c).unwrap_or_else(|| c.to_string()));
        each.collect()
    };
    let foreign = |c: char, written: String| (!c.is_ascii()).then_some(written);
    let bytes = |c: char, begins: &str| {
        let mut buffer = [0; 4];
        let bytes = c.encode_utf8(&mut buffer).bytes();
        bytes
            .map(|byte| format!("{begins}{byte:02x}"))
            .collect::<String>()
    };
    let units = |c: char| {
        let mut buffer = [0; 2];
        let units = c.encode_utf16(&mut buffer).iter();
        units
            .map(|unit| format!("\\u{unit:04x}"))
            .collect::<String>()
    };
    let hex = |c: char| match u32::from(c) {
        code if code < 256 => format!("\\x{code:02x}"),
        code if code < 0x1_0000 => format!("\\u{code:04x}"),
        code => format!("\\U{code:08x}"),
    };
    let entity = |c: char| {
        Some(match c {
            '&' => "&amp;".to_owned(),
            '<' => "&lt;".to_owned(),
            '>' => "&gt;".to_owned(),
            '"' => "&quot;".to_owned(),
            '\'' => "&#39;".to_owned(),
            _ => return None,
        })
    };
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
    [
        text.to_owned(),
        text.to_uppercase(),
        text.replace('\\', "\\\\").replace('"', "\\\""),
        text.replace('\\', "\\\\").replace('\'', "\\'"),
        written(&|c| foreign(c, units(c))),
        written(&|c| foreign(c, hex(c))),
        written(&|c| foreign(c, bytes(c, "\\x"))),
        written(&|c| foreign(c, format!("&#{};", u32::from(c)))),
        written(&|c| foreign(c, format!("&#x{:x};", u32::from(c)))),
        written(&entity),
        written(&|c| foreign(c, bytes(c, "%"))),
        written(&|c| (!is_plain(c)).then(|| bytes(c, "%"))),
        written(&|c| (!is_plain(c)).then(|| bytes(c, "%").to_uppercase())),
    ]
    .into_iter()
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::pack::redact::hits::replaced;

    fn needles(what: What, original: &str, structure: &[&str]) -> Needles {
        let mut names = Names::default();
        names.word(what, original);
        let structure = structure.iter().map(|name| (*name).to_owned()).collect();
        Needles::of(&names, &structure)
    }

    fn told(needles: &Needles, text: &str) -> String {
        let mut found = Vec::new();
        needles.find(text, &mut found);
        let hits = found.into_iter().map(|(hit, _)| hit).collect();
        replaced(text, hits, |_, _| "#".to_owned()).unwrap_or_else(|| text.to_owned())
    }

    #[test]
    fn a_name_is_a_word() {
        let ana = needles(What::User, "ana", &[]);
        for (text, expected) in [
            ("ana, Ana and ANA_x", "#, # and #_x"),
            ("banana analysis ana2", "banana analysis ana2"),
            (
                "a\\nana\\n %2Fana%2F \x1b[1mana\x1b[0m",
                "a\\n#\\n %2F#%2F \x1b[1m#\x1b[0m",
            ),
            ("“ana”", "“#”"),
            ("éana", "éana"),
        ] {
            assert_eq!(told(&ana, text), expected);
        }
    }

    #[test]
    fn a_name_is_found_however_it_is_spelled() {
        let zoe = needles(What::User, "zoë", &[]);
        let text = r"zoë zo\u00eb zo\xeb zo%C3%AB zo\xc3\xab zo&#235; ZOË zoe";
        assert_eq!(told(&zoe, text), "# # # # # # # zoe");
    }

    #[test]
    fn a_secret_is_found_as_urls_and_pages_write_it() {
        let secret = needles(What::Secret, "p@ss/w0rd&\"x", &[]);
        for text in [
            "p@ss/w0rd&\"x",
            "p%40ss%2Fw0rd%26%22x",
            "p%40ss%2fw0rd%26%22x",
            r#"p@ss/w0rd&\"x"#,
            "p@ss/w0rd&amp;&quot;x",
        ] {
            assert_eq!(told(&secret, text), "#", "{text}");
        }
    }

    #[test]
    fn ordinary_words_stay() {
        for (name, structure) in [("root", &[][..]), ("li", &[]), ("train", &["train"])] {
            let needles = needles(What::User, name, structure);
            assert_eq!(told(&needles, name), name);
            assert_eq!(needles.ordinary.len(), 1);
        }
        assert_eq!(
            told(&needles(What::Secret, "abc123", &[]), "xabc123y"),
            "x#y"
        );
    }

    #[test]
    fn words_of_an_earlier_time_are_kept() {
        let earlier = [(What::User, "ana".to_owned(), "user-7".to_owned())];
        let mut names = Names::before(earlier);
        assert_eq!(names.word(What::User, "Ana"), "user-7");
        assert_eq!(names.word(What::User, "bob"), "user-8");
    }
}
