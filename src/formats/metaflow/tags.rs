//! Tags of a run, changed by the rules of Metaflow's client (`tagging_util.py`;
//! `plugins/metadata_providers/local.py`, `_mutate_user_tags_for_run`): from the record
//! as it is to the record as it should be. Nothing is written here.
//!
//! Only the run's own record counts; those below it keep the tags that they began with.
//! As the client does, a change sets `ts_epoch` to now. Who changes it has no name in a
//! browser, so `user_name` stays. Start with [`apply`].

use crate::model::Moment;
use crate::sorting::SortedSet;
use serde_json::{Map, Value};
use std::fmt;

/// User tags that a run may have, unless it has more already.
pub const MOST: usize = 50;
/// Characters of one tag.
pub const LONGEST: usize = 500;

/// Removal comes first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edit {
    pub add: Vec<String>,
    pub remove: Vec<String>,
}

/// Why tags cannot be changed so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    Empty,
    TooLong {
        letters: usize,
    },
    TooMany {
        tags: usize,
    },
    /// What Metaflow set itself cannot be taken away.
    System {
        tag: String,
    },
    /// The record is no object with lists of tags.
    NoRecord,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refused::Empty => write!(f, "A tag needs at least one letter."),
            Refused::TooLong { letters } => {
                write!(
                    f,
                    "A tag may have {LONGEST} letters; this one has {letters}."
                )
            }
            Refused::TooMany { tags } => {
                write!(f, "A run may have {MOST} tags; these would be {tags}.")
            }
            Refused::System { tag } => {
                write!(f, "“{tag}” was set by Metaflow and cannot be removed.")
            }
            Refused::NoRecord => write!(f, "The record of this run cannot be read as one."),
        }
    }
}

/// The record with other tags; `None` where nothing would change.
pub fn apply(record: &[u8], edit: &Edit, now: Moment) -> Result<Option<Vec<u8>>, Refused> {
    let Ok(Value::Object(mut run)) = serde_json::from_slice::<Value>(record) else {
        return Err(Refused::NoRecord);
    };
    let (known, system) = (set(&run, "tags")?, set(&run, "system_tags")?);
    if let Some(tag) = edit.remove.iter().find(|tag| system.contains(*tag)) {
        return Err(Refused::System { tag: tag.clone() });
    }
    let kept = known.iter().filter(|tag| !edit.remove.contains(tag));
    // What already is a tag of the system is silently none of the user's.
    let added = edit.add.iter().filter(|tag| !system.contains(*tag));
    let next: SortedSet<String> = kept.chain(added).cloned().collect();
    if next == known {
        return Ok(None);
    }
    if next.len() > MOST && next.len() > known.len() {
        return Err(Refused::TooMany { tags: next.len() });
    }
    for tag in next.iter() {
        let letters = tag.chars().count();
        if letters == 0 {
            return Err(Refused::Empty);
        }
        if letters > LONGEST {
            return Err(Refused::TooLong { letters });
        }
    }
    let next = next.into_iter().map(Value::String);
    run.insert("tags".to_owned(), Value::Array(next.collect()));
    run.insert("ts_epoch".to_owned(), (now.0 / 1000).into());
    let bytes = serde_json::to_vec(&run).ok();
    bytes.map(Some).ok_or(Refused::NoRecord)
}

/// A list of texts of the record as a set; a list that is not there is empty.
fn set(run: &Map<String, Value>, key: &str) -> Result<SortedSet<String>, Refused> {
    let texts = match run.get(key) {
        None | Some(Value::Null) => return Ok(SortedSet::default()),
        Some(Value::Array(texts)) => texts,
        Some(_) => return Err(Refused::NoRecord),
    };
    let texts = texts.iter().map(|text| text.as_str().map(str::to_owned));
    texts.collect::<Option<_>>().ok_or(Refused::NoRecord)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment(1_795_248_035_087_492);

    fn edit(add: &[&str], remove: &[&str]) -> Edit {
        let own = |tags: &[&str]| tags.iter().map(|tag| (*tag).to_owned()).collect();
        Edit {
            add: own(add),
            remove: own(remove),
        }
    }

    fn record(tags: &[&str]) -> Vec<u8> {
        serde_json::json!({
            "flow_id": "F", "run_number": "1", "user_name": "ana", "ts_epoch": 5,
            "tags": tags, "system_tags": ["user:ana"], "unknown": {"kept": true},
        })
        .to_string()
        .into_bytes()
    }

    #[track_caller]
    fn check(tags: &[&str], edit: Edit, expected: Result<Option<&[&str]>, Refused>) {
        let found = apply(&record(tags), &edit, NOW);
        let tags = found.map(|bytes| {
            let run: Value = serde_json::from_slice(&bytes?).unwrap();
            assert_eq!(run["ts_epoch"], 1_795_248_035_087i64);
            assert_eq!(run["user_name"], "ana");
            assert_eq!(run["unknown"]["kept"], true);
            assert_eq!(run["system_tags"], serde_json::json!(["user:ana"]));
            Some(run["tags"].clone())
        });
        assert_eq!(
            tags,
            expected.map(|tags| tags.map(|tags| serde_json::json!(tags)))
        );
    }

    #[test]
    fn tags_come_and_go() {
        check(&["b"], edit(&["a"], &[]), Ok(Some(&["a", "b"])));
        check(&["a", "b"], edit(&[], &["b"]), Ok(Some(&["a"])));
        check(&["a"], edit(&["b"], &["a"]), Ok(Some(&["b"])));
        // Removal comes first, so what is both stays.
        check(&["a"], edit(&["a"], &["a"]), Ok(None));
    }

    #[test]
    fn what_changes_nothing_is_not_written() {
        check(&["a"], edit(&["a"], &["z"]), Ok(None));
        check(&["a"], edit(&["user:ana"], &[]), Ok(None));
    }

    #[test]
    fn what_the_client_refuses_is_refused() {
        let own = "user:ana".to_owned();
        check(
            &[],
            edit(&[], &["user:ana"]),
            Err(Refused::System { tag: own }),
        );
        check(&[], edit(&[""], &[]), Err(Refused::Empty));
        let long = "ä".repeat(501);
        check(
            &[],
            edit(&[&long], &[]),
            Err(Refused::TooLong { letters: 501 }),
        );
        let many: Vec<String> = (0..51).map(|n| n.to_string()).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        check(&[], edit(&many, &[]), Err(Refused::TooMany { tags: 51 }));
    }

    #[test]
    fn a_run_with_too_many_tags_can_lose_some() {
        let many: Vec<String> = (100..160).map(|n| n.to_string()).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        check(&many, edit(&[], &["159"]), Ok(Some(&many[..59])));
    }

    #[test]
    fn a_broken_record_is_not_written_over() {
        for record in ["", "{", "[]", r#"{"tags": "a"}"#, r#"{"tags": [1]}"#] {
            let found = apply(record.as_bytes(), &edit(&["a"], &[]), NOW);
            assert_eq!(found, Err(Refused::NoRecord), "{record}");
        }
    }
}
