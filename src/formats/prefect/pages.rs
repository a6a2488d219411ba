//! What a file of an export may be: one page, pages one after the other, an object around a
//! list, one record alone, or records by the run that they belong to.
//!
//! An export joins the pages of the REST API into one list; what people save by `curl` is one
//! answer for a file, or several in one. Routes that end in `/paginate` put the list into
//! `results`, `POST /events/filter` into `events` (`prefect/server/api/flow_runs.py`,
//! `events.py`, 3.9.1), and an error is an object with `detail`. Items are given one by one as
//! they stand in the bytes, those before a cut too. What an item means is for
//! [`reading`](super::reading). Start with [`Pages::of`].

use super::json::{Fault, Fields, Items, Json, blank, value};
use std::borrow::Cow;

/// One record of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item<'a> {
    /// The run that it stands under, in a file by runs.
    pub of: Option<Cow<'a, str>>,
    pub value: Json<'a>,
}

/// Why there is no more, or less than there should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Nothing but blanks.
    Empty,
    /// It ends within a record.
    Cut { at: usize },
    /// It is no JSON from here on.
    Broken { at: usize },
    /// An answer of the server that tells what was wrong with what it was asked.
    Refused { at: usize, detail: String },
    /// A value that is neither a list nor an object.
    Other { at: usize, kind: &'static str },
}

/// Goes through a file.
pub struct Pages<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Whether an object holds records by run.
    by_run: bool,
    inside: Inside<'a>,
    /// Whether there was a value at all.
    any: bool,
}

enum Inside<'a> {
    Nothing,
    /// A list, and the object around it, if there is one.
    List(Items<'a>, usize, Option<(Fields<'a>, usize)>),
    Runs(Fields<'a>, usize),
    End,
}

/// Fields of an answer that hold its records.
const LISTS: [&str; 2] = ["results", "events"];

impl<'a> Pages<'a> {
    /// `by_run`: objects hold records by the id of a run.
    pub fn of(bytes: &'a [u8], by_run: bool) -> Self {
        let mark = bytes.starts_with(b"\xef\xbb\xbf");
        Self {
            bytes,
            at: if mark { 3 } else { 0 },
            by_run,
            inside: Inside::Nothing,
            any: false,
        }
    }

    fn stop(&mut self, stop: Stop) -> Option<Result<Item<'a>, Stop>> {
        self.inside = Inside::End;
        Some(Err(stop))
    }

    fn fault(&mut self, fault: Fault) -> Option<Result<Item<'a>, Stop>> {
        let Fault { at, is_cut } = fault;
        self.stop(match is_cut {
            true => Stop::Cut { at },
            false => Stop::Broken { at },
        })
    }

    fn rest(&self, from: usize) -> &'a [u8] {
        self.bytes.get(from..).unwrap_or_default()
    }

    /// Begins the next value of the file. An object that is a record is given at once; nothing
    /// where there is more to go through, or nothing any more.
    fn begin(&mut self) -> Option<Result<Item<'a>, Stop>> {
        self.at = blank(self.bytes, self.at);
        let rest = self.rest(self.at);
        match rest.first() {
            None if self.any => {
                self.inside = Inside::End;
                None
            }
            None => self.stop(Stop::Empty),
            Some(b'[') => {
                self.any = true;
                self.inside = Inside::List(Items::within(rest, self.at, b'['), self.at, None);
                None
            }
            Some(b'{') => {
                self.any = true;
                self.object()
            }
            Some(_) => {
                let at = self.at;
                match value(self.bytes, at, 0) {
                    // A page that is nothing: the answer of a count, or `null`.
                    Ok((found, _)) => self.stop(Stop::Other {
                        at,
                        kind: found.kind().words(),
                    }),
                    Err(fault) => self.fault(fault),
                }
            }
        }
    }

    fn object(&mut self) -> Option<Result<Item<'a>, Stop>> {
        let begin = self.at;
        let rest = self.rest(begin);
        let mut fields = Fields::open(rest, begin);
        let mut refused = None;
        let mut is_first = true;
        while let Some(name) = fields.name() {
            let (name, at) = match name {
                Ok(found) => found,
                Err(fault) => return self.fault(fault),
            };
            let opens = rest.get(at) == Some(&b'[');
            if opens && LISTS.contains(&&*name) {
                let items = Items::within(rest.get(at..).unwrap_or_default(), begin + at, b'[');
                self.inside = Inside::List(items, begin + at, Some((fields, begin)));
                return None;
            }
            if is_first && self.by_run && name != "detail" {
                self.inside = Inside::Runs(Fields::open(rest, begin), begin);
                return None;
            }
            is_first = false;
            match fields.value(at) {
                Ok(found) if name == "detail" || name == "exception_message" => {
                    refused = Some(found.text().unwrap_or_else(|| found.raw()).into_owned());
                }
                Ok(_) if name == "id" => refused = None,
                Ok(_) => {}
                Err(fault) => return self.fault(fault),
            }
        }
        self.at = begin + fields.end().unwrap_or(rest.len());
        if let Some(detail) = refused {
            return self.stop(Stop::Refused { at: begin, detail });
        }
        if is_first && self.by_run {
            return None;
        }
        match value(self.bytes, begin, 0) {
            Ok((value, _)) => Some(Ok(Item { of: None, value })),
            Err(fault) => self.fault(fault),
        }
    }

    /// What follows the list in the object around it.
    fn leave(&mut self, mut fields: Fields<'a>, begin: usize, behind: usize) -> Option<Stop> {
        fields.go_on(behind - begin);
        for field in fields.by_ref() {
            if let Err(Fault { at, is_cut }) = field {
                self.inside = Inside::End;
                return Some(match is_cut {
                    true => Stop::Cut { at },
                    false => Stop::Broken { at },
                });
            }
        }
        self.at = begin + fields.end().unwrap_or(self.bytes.len());
        None
    }
}

impl<'a> Iterator for Pages<'a> {
    type Item = Result<Item<'a>, Stop>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (behind, around) = match &mut self.inside {
                Inside::End => return None,
                Inside::Nothing => match self.begin() {
                    None => continue,
                    given => return given,
                },
                Inside::List(items, begin, around) => match items.next() {
                    Some(Ok(value)) => return Some(Ok(Item { of: None, value })),
                    Some(Err(fault)) => return self.fault(fault),
                    None => (*begin + items.end().unwrap_or_default(), around.take()),
                },
                Inside::Runs(fields, begin) => match fields.next() {
                    Some(Ok((run, value))) => {
                        let of = Some(run);
                        return Some(Ok(Item { of, value }));
                    }
                    Some(Err(fault)) => return self.fault(fault),
                    None => (*begin + fields.end().unwrap_or_default(), None),
                },
            };
            self.inside = Inside::Nothing;
            self.at = behind;
            if let Some((fields, begin)) = around
                && let Some(stop) = self.leave(fields, begin, behind)
            {
                return Some(Err(stop));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(bytes: &str, by_run: bool, expected: &[&str], stop: Option<Stop>) {
        let mut found = Vec::new();
        let mut stopped = None;
        for item in Pages::of(bytes.as_bytes(), by_run) {
            match item {
                Ok(Item { of: None, value }) => found.push(value.raw().into_owned()),
                Ok(Item {
                    of: Some(run),
                    value,
                }) => found.push(format!("{run}: {}", value.raw())),
                Err(stop) => stopped = Some(stop),
            }
        }
        assert_eq!(
            (found, stopped),
            (expected.iter().map(|e| (*e).to_owned()).collect(), stop),
            "{bytes}"
        );
    }

    #[test]
    fn a_file_may_be_pages_in_many_ways() {
        let items = [r#"{"id": 1}"#, r#"{"id": 2}"#];
        check(r#"[{"id": 1}, {"id": 2}]"#, false, &items, None);
        check(
            "\u{feff}[{\"id\": 1}]\n[{\"id\": 2}][]\n",
            false,
            &items,
            None,
        );
        check(
            r#"{"limit": 2, "results": [{"id": 1}, {"id": 2}], "pages": 1}"#,
            false,
            &items,
            None,
        );
        check(
            r#"{"results": [{"id": 1}]} {"results": [{"id": 2}]}"#,
            false,
            &items,
            None,
        );
        check(
            r#"{"events": [{"id": 1}, {"id": 2}], "next_page": null}"#,
            false,
            &items,
            None,
        );
        check("{\"id\": 1}\n{\"id\": 2}\n", false, &items, None);
        check("[]", false, &[], None);
        check(&"[]".repeat(100_000), false, &[], None);
        check(&"{}".repeat(100_000), true, &[], None);
    }

    #[test]
    fn a_file_by_runs_names_them() {
        check(r#"{"a": [1], "b": []}"#, true, &["a: [1]", "b: []"], None);
        check("{}", true, &[], None);
        check(r#"[{"id": 1}]"#, true, &[r#"{"id": 1}"#], None);
        check(
            r#"{"a": [1], "b": [{"#,
            true,
            &["a: [1]"],
            Some(Stop::Cut { at: 18 }),
        );
    }

    #[test]
    fn what_comes_before_a_fault_is_kept() {
        check("", false, &[], Some(Stop::Empty));
        check(" \n", true, &[], Some(Stop::Empty));
        check(
            r#"[{"id": 1}, {"id":"#,
            false,
            &[r#"{"id": 1}"#],
            Some(Stop::Cut { at: 18 }),
        );
        check(
            r#"[{"id": 1}"#,
            false,
            &[r#"{"id": 1}"#],
            Some(Stop::Cut { at: 10 }),
        );
        check(
            r#"{"results": [{"id": 1}], "pages""#,
            false,
            &[r#"{"id": 1}"#],
            Some(Stop::Cut { at: 32 }),
        );
        check(
            r#"[{"id": 1}] }"#,
            false,
            &[r#"{"id": 1}"#],
            Some(Stop::Broken { at: 12 }),
        );
        check(
            "<html>",
            false,
            &[],
            Some(Stop::Other {
                at: 0,
                kind: "no JSON",
            }),
        );
        check(
            "12",
            false,
            &[],
            Some(Stop::Other {
                at: 0,
                kind: "a number",
            }),
        );
        let detail = "Invalid limit: must be less than or equal to 200.".to_owned();
        check(
            &format!(r#"{{"detail": "{detail}"}}"#),
            false,
            &[],
            Some(Stop::Refused {
                at: 0,
                detail: detail.clone(),
            }),
        );
        check(
            &format!(r#"{{"detail": "{detail}"}}"#),
            true,
            &[],
            Some(Stop::Refused { at: 0, detail }),
        );
    }

    proptest! {
        #[test]
        fn nothing_breaks_the_reader(text in r#"([\[\]{}",: 1]|"results"|"detail"|\{"id"|,|\[|\]){0,30}"#, by_run in any::<bool>()) {
            prop_assert!(Pages::of(text.as_bytes(), by_run).count() <= text.len() + 1);
        }
    }
}
