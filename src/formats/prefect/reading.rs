//! Reading records one by one, field by field: what is wrong is told, and the rest is kept.
//!
//! A record that is no object, or lacks its id, is left out; a field of the wrong kind is as
//! good as none; fields that nobody knows are nobody's business. Each is told with its place,
//! the same of many records three times and then as a number. What fields there are is for
//! [`records`](super::records). Start with [`Reader`], which gives one record after the
//! other, so that who reads a large file can breathe between them; [`read_all`] reads a
//! small one, [`read_row`] a row of the database.

use super::id::{Id, Word, Words};
use super::json::{Json, Kind};
use super::pages::{Item, Pages, Stop};
use super::times;
use crate::counts;
use crate::model::{Moment, Place, Problem, Span};
use std::collections::{HashMap, HashSet};

pub type Problems = Vec<Problem>;

/// A kind of record.
pub trait Record: Sized {
    /// What one is called in a sentence.
    const NOUN: &'static str;

    /// Whether an object holds them by run.
    const BY_RUN: bool = false;

    /// `None` for what is left out; why is told by who reads it.
    fn read(item: &Item<'_>, reading: &mut Reading<'_>) -> Option<Self>;

    /// By which two of them are known to be one.
    fn id(&self) -> Option<&Id> {
        None
    }

    fn updated(&self) -> Option<Moment> {
        None
    }
}

/// What is shared by all records of a file.
pub struct Reading<'a> {
    file: &'a str,
    noun: &'static str,
    /// Whether places are bytes of the file: those of a database are none.
    has_bytes: bool,
    words: &'a mut Words,
    problems: &'a mut Problems,
    /// What was told, and how often.
    told: Vec<(String, u64)>,
    /// Records of which no two are to be kept, where they do not keep their ids.
    seen: HashSet<Id>,
}

/// So often the same is told with its place.
const TOLD: u64 = 3;

/// So many different faults of a file are told.
const DIFFERENT: usize = 50;

/// So many parts of one list or object are looked at: a hostile one would fill the memory.
const PARTS: usize = 1_000_000;

impl<'a> Reading<'a> {
    pub fn of(
        file: &'a str,
        noun: &'static str,
        words: &'a mut Words,
        problems: &'a mut Problems,
    ) -> Self {
        Self {
            file,
            noun,
            has_bytes: true,
            words,
            problems,
            told: Vec::new(),
            seen: HashSet::new(),
        }
    }

    /// Of a table of a database, whose texts have no place in its file.
    pub fn of_table(
        file: &'a str,
        noun: &'static str,
        words: &'a mut Words,
        problems: &'a mut Problems,
    ) -> Self {
        Self {
            has_bytes: false,
            ..Self::of(file, noun, words, problems)
        }
    }

    /// What comes next is of another kind.
    pub fn go_on_with(&mut self, noun: &'static str) {
        self.noun = noun;
    }

    pub fn words_of(&mut self, text: &str) -> Word {
        self.words.of(text)
    }

    /// Whether an id comes for the first time.
    pub fn is_new(&mut self, id: Option<Id>) -> bool {
        id.is_none_or(|id| self.seen.insert(id))
    }

    /// Tells that something is wrong; the same no more than a few times.
    pub fn tell(&mut self, at: u64, what: String, hint: &str) {
        let place = match self.has_bytes {
            true => Place::at(self.file, at),
            false => Place::file(self.file),
        };
        // Names may come from the file, so that there is no end of what can be told.
        let what = match self.told.len() < DIFFERENT {
            true => what,
            false => format!("More is wrong with {}s.", self.noun),
        };
        match self.told.iter_mut().find(|(told, _)| *told == what) {
            Some((_, times)) => {
                *times += 1;
                if *times > TOLD {
                    return;
                }
            }
            None => self.told.push((what.clone(), 1)),
        }
        self.problems.push(Problem::damage(place, what, hint));
    }

    /// Tells how often the rest was.
    pub fn finish(&mut self) {
        for (what, times) in std::mem::take(&mut self.told) {
            if let Some(more @ 1..) = times.checked_sub(TOLD) {
                let hint = format!(
                    "The same is so {}.",
                    counts::counted(more, "more time", "more times")
                );
                self.problems
                    .push(Problem::damage(Place::file(self.file), what, hint));
            }
        }
    }

    fn wrong(&mut self, name: &str, value: &Json<'_>, wanted: &str) {
        if value.is_null() {
            return;
        }
        let what = format!(
            "The field `{name}` of a {} should be {wanted} and is {}.",
            self.noun,
            value.kind().words()
        );
        self.tell(value.at(), what, "It is read as if it were not there.");
    }

    pub fn text(&mut self, name: &str, value: &Json<'_>) -> Option<String> {
        let found = value.text();
        if found.is_none() {
            self.wrong(name, value, "a text");
        }
        found.map(std::borrow::Cow::into_owned)
    }

    pub fn word(&mut self, name: &str, value: &Json<'_>) -> Option<Word> {
        let found = value.text();
        if found.is_none() {
            self.wrong(name, value, "a text");
        }
        found.map(|text| self.words.of(&text))
    }

    pub fn id(&mut self, name: &str, value: &Json<'_>) -> Option<Id> {
        let found = value.text();
        if found.is_none() {
            self.wrong(name, value, "an id");
        }
        found.and_then(|text| Id::of(&text))
    }

    pub fn moment(&mut self, name: &str, value: &Json<'_>) -> Option<Moment> {
        let Some(text) = value.text() else {
            self.wrong(name, value, "a time");
            return None;
        };
        let found = times::rfc3339(&text);
        if found.is_none() {
            let what = format!("The field `{name}` of a {} is no time.", self.noun);
            self.tell(value.at(), what, "It is read as if it were not there.");
        }
        found
    }

    /// Seconds; in a row of the database a date after the epoch.
    pub fn span(&mut self, name: &str, value: &Json<'_>) -> Option<Span> {
        if let Some(span) = value.text().and_then(|text| times::sqlite_span(&text)) {
            return Some(span);
        }
        times::seconds(self.number(name, value)?)
    }

    pub fn number(&mut self, name: &str, value: &Json<'_>) -> Option<f64> {
        let found = value.number();
        if found.is_none() {
            self.wrong(name, value, "a number");
        }
        found
    }

    pub fn count(&mut self, name: &str, value: &Json<'_>) -> Option<u64> {
        let found = value
            .integer()
            .and_then(|number| u64::try_from(number).ok());
        if found.is_none() {
            self.wrong(name, value, "a count");
        }
        found
    }

    /// In a row of the database 0 or 1.
    pub fn truth(&mut self, name: &str, value: &Json<'_>) -> Option<bool> {
        let of_number = match value.integer() {
            Some(0) => Some(false),
            Some(1) => Some(true),
            _ => None,
        };
        let found = value.truth().or(of_number);
        if found.is_none() {
            self.wrong(name, value, "true or false");
        }
        found
    }

    /// Texts of a list; what else is in it is told and left out.
    pub fn words(&mut self, name: &str, value: &Json<'_>) -> Vec<Word> {
        let items = self.list(name, value);
        let words = items.iter().filter_map(|item| self.word(name, item));
        words.collect()
    }

    /// The items of a list.
    pub fn list<'j>(&mut self, name: &str, value: &Json<'j>) -> Vec<Json<'j>> {
        if value.kind() != Kind::List {
            self.wrong(name, value, "a list");
            return Vec::new();
        }
        let mut items = Vec::new();
        for item in value.items().take(PARTS) {
            match item {
                Ok(item) => items.push(item),
                Err(fault) => self.broken(fault.at as u64),
            }
        }
        items
    }

    /// The fields of an object.
    pub fn object<'j>(
        &mut self,
        name: &str,
        value: &Json<'j>,
    ) -> Vec<(std::borrow::Cow<'j, str>, Json<'j>)> {
        if value.kind() != Kind::Object {
            self.wrong(name, value, "an object");
            return Vec::new();
        }
        self.fields(value)
    }

    /// A value of any kind as it is written, without blanks; `None` where there is none.
    pub fn raw(&mut self, value: &Json<'_>) -> Option<Box<str>> {
        let is_nothing = value.is_null() || value.is_empty_object();
        (!is_nothing).then(|| value.compact().into())
    }

    /// The fields of a whole record; what is no object is told.
    pub fn fields<'j>(&mut self, value: &Json<'j>) -> Vec<(std::borrow::Cow<'j, str>, Json<'j>)> {
        let mut fields = Vec::new();
        if value.kind() != Kind::Object {
            let what = format!(
                "A {} should be an object and is {}.",
                self.noun,
                value.kind().words()
            );
            self.tell(value.at(), what, "It is left out.");
        }
        for field in value.fields().take(PARTS) {
            match field {
                Ok(field) => fields.push(field),
                Err(fault) => self.broken(fault.at as u64),
            }
        }
        fields
    }

    fn broken(&mut self, at: u64) {
        let what = format!("A {} is not JSON from here on.", self.noun);
        self.tell(at, what, "The fields before are kept.");
    }

    /// That a record has no id.
    pub fn lacks_id(&mut self, value: &Json<'_>) {
        if value.kind() == Kind::Object {
            let what = format!("A {} has no id.", self.noun);
            self.tell(value.at(), what, "It is left out.");
        }
    }

    fn stopped(&mut self, stop: Stop, size: usize) {
        let many = format!("{}s", self.noun);
        let (place, what, hint) = match stop {
            Stop::Empty => (
                Place::file(self.file),
                match size {
                    0 => "The file is empty (0 bytes).".to_owned(),
                    _ => "The file holds nothing but blanks.".to_owned(),
                },
                format!("No {many} are known from it."),
            ),
            Stop::Cut { at } => (
                Place::at(self.file, at as u64),
                format!(
                    "The file ends in the middle of a {}, after {}.",
                    self.noun,
                    counts::bytes(size as u64)
                ),
                format!("The {many} before are shown; export it again for the rest."),
            ),
            Stop::Broken { at } => (
                Place::at(self.file, at as u64),
                "The file is not JSON from here on.".to_owned(),
                format!("The {many} before are shown."),
            ),
            Stop::Refused { at, detail } => (
                Place::at(self.file, at as u64),
                format!(
                    "The file holds an error of the server instead of {many}: {}",
                    cut(&detail)
                ),
                "Ask the server again and save its answer.".to_owned(),
            ),
            Stop::Other { at, kind } => (
                Place::at(self.file, at as u64),
                format!("The file should be a list of {many} and is {kind}."),
                "Nothing is read from it.".to_owned(),
            ),
        };
        self.problems.push(Problem::damage(place, what, hint));
    }
}

/// The first line of a text, no longer than a message may be, as a sentence.
pub(super) fn cut(text: &str) -> String {
    const MOST: usize = 200;
    let line = text.lines().next().unwrap_or_default().trim_end();
    if line.chars().nth(MOST).is_none() && !line.ends_with(['.', '!', '?']) {
        return format!("{line}.");
    }
    match line.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}…", line.get(..at).unwrap_or_default()),
        None => line.to_owned(),
    }
}

/// Gives the records of a file one after the other.
pub struct Reader<'a, R> {
    pages: Pages<'a>,
    size: usize,
    reading: Reading<'a>,
    of: std::marker::PhantomData<R>,
}

impl<'a, R: Record> Reader<'a, R> {
    /// `file` names it in problems.
    pub fn of(
        bytes: &'a [u8],
        file: &'a str,
        words: &'a mut Words,
        problems: &'a mut Problems,
    ) -> Self {
        Self {
            pages: Pages::of(bytes, R::BY_RUN),
            size: bytes.len(),
            reading: Reading::of(file, R::NOUN, words, problems),
            of: std::marker::PhantomData,
        }
    }
}

impl<R: Record> Iterator for Reader<'_, R> {
    type Item = R;

    fn next(&mut self) -> Option<R> {
        loop {
            match self.pages.next() {
                Some(Ok(item)) => {
                    if let Some(record) = R::read(&item, &mut self.reading) {
                        return Some(record);
                    }
                }
                Some(Err(stop)) => self.reading.stopped(stop, self.size),
                None => {
                    self.reading.finish();
                    return None;
                }
            }
        }
    }
}

/// All records of a file. Pages that were asked for while new records came have some of them
/// twice: the newer one counts, in the place of the first.
pub fn read_all<R: Record>(
    bytes: &[u8],
    file: &str,
    words: &mut Words,
    problems: &mut Problems,
) -> Vec<R> {
    let mut kept = Kept::default();
    for record in Reader::of(bytes, file, words, problems) {
        kept.add(record);
    }
    kept.records
}

/// One record out of a row of the database, written as a JSON object: its columns by their
/// names, those that hold JSON as it is, the row of its state as `state`. Times and lengths
/// may be in the form that they have there.
pub fn read_row<R: Record>(row: &str, reading: &mut Reading<'_>) -> Option<R> {
    let value = Json::whole(row.as_bytes()).ok()?;
    R::read(&Item { of: None, value }, reading)
}

/// Records of which no two are the same.
pub struct Kept<R> {
    pub records: Vec<R>,
    places: HashMap<Id, usize>,
}

impl<R> Default for Kept<R> {
    fn default() -> Self {
        Self {
            records: Vec::new(),
            places: HashMap::new(),
        }
    }
}

impl<R: Record> Kept<R> {
    pub fn add(&mut self, record: R) {
        let Some(id) = record.id() else {
            self.records.push(record);
            return;
        };
        match self.places.get(id).and_then(|at| self.records.get_mut(*at)) {
            Some(known) if known.updated() <= record.updated() => *known = record,
            Some(_) => {}
            None => {
                self.places.insert(id.clone(), self.records.len());
                self.records.push(record);
            }
        }
    }
}
