//! Artifacts as columns: what they hold in many tasks.
//!
//! Of each task one table is read, of each different value its blob, many at once; a value
//! that many tasks share is read once. Start with [`Engine::read_all`], and with
//! [`Engine::read_some`] for the rows that are shown.

use super::order::Siblings;
use super::scalar::{Scalar, ScalarKind};
use crate::engine::prefect::RESULT;
use crate::engine::records::RunRecords;
use crate::engine::values::Most;
use crate::engine::{Engine, Work};
use crate::formats::metaflow::{blob, record};
use crate::libraries::words;
use crate::pickle::{Limits, decode};
use crate::sorting::{SortedMap, SortedSet};
use crate::source::inflate::unpack;
use crate::source::{Bytes, Pace as _, Progress, ReadError, Unit, Want, gather};

/// Tasks that are read for a column, at most.
pub const MOST_TASKS: usize = 20_000;

/// Tasks that are read at once.
pub(super) const AT_ONCE: usize = 128;

/// Larger values are no scalars. As stored they may be somewhat more.
pub(super) const SMALL: u64 = 4 << 10;

/// Results of Prefect are no scalars beyond that: they are texts of Base64 in JSON.
const LARGEST_RESULT: u64 = 4 * SMALL;

/// One artifact in the table of a task.
pub(super) struct Named {
    sha: String,
    pub size: Option<u64>,
    pub class: String,
    is_pickle: bool,
}

impl Engine {
    /// Reads some artifacts of all tasks, or of as many as are read at all.
    pub(super) async fn read_all(&self, siblings: &Siblings, names: &[String], work: &Work) {
        let places: Vec<usize> = (0..siblings.len().min(MOST_TASKS)).collect();
        self.read_some(siblings, names, &places, work).await;
    }

    /// Reads some artifacts of some tasks. What was read stays, also when the rest is stopped.
    pub(super) async fn read_some(
        &self,
        siblings: &Siblings,
        names: &[String],
        places: &[usize],
        work: &Work,
    ) {
        let order = &siblings.order;
        for name in names {
            let empty = || vec![None; siblings.len()];
            let mut columns = order.columns.borrow_mut();
            columns.value_or_insert_with(name.clone(), empty);
        }
        let is_unread = |place: &&usize| {
            let columns = order.columns.borrow();
            let mut all = names.iter().filter_map(|name| columns.get(name));
            all.any(|column| column.get(**place).is_some_and(Option::is_none))
        };
        let unread: Vec<usize> = places.iter().filter(is_unread).copied().collect();
        let mut done = places.len() - unread.len();
        let told = |done: usize| {
            work.progress(Progress {
                what: format!("Reading {}", names.join(", ")),
                done: done as u64,
                total: Some(places.len() as u64),
                unit: Unit::Things,
            });
        };
        if !unread.is_empty() {
            told(done);
        }
        for some in unread.chunks(AT_ONCE) {
            let tables = self.tables(siblings, some, work).await;
            self.read_blobs(siblings, names, &tables, work).await;
            fill(siblings, names, some, &tables);
            done += some.len();
            told(done);
            work.breathe().await;
        }
    }

    /// The tables of some tasks: of the last attempt of each.
    pub(super) async fn tables(
        &self,
        siblings: &Siblings,
        places: &[usize],
        work: &Work,
    ) -> Vec<SortedMap<String, Named>> {
        let loaded = &siblings.loaded;
        if let RunRecords::Prefect(run) = &loaded.records {
            let result = |place: &usize| {
                let task = siblings.task(*place)?;
                run.has_result(&task.id).then(|| {
                    let named = Named {
                        sha: task.id.clone(),
                        size: None,
                        class: String::new(),
                        is_pickle: true,
                    };
                    (RESULT.to_owned(), named)
                })
            };
            let tables = places
                .iter()
                .map(|place| result(place).into_iter().collect());
            return tables.collect();
        }
        let folders: Vec<Option<(String, u32)>> = places
            .iter()
            .map(|place| {
                let task = siblings.task(*place)?;
                let last = task.last_attempt()?;
                Some((loaded.metaflow()?.task(&siblings.path(task)), last.number))
            })
            .collect();
        let tables = gather(&*loaded.source, work, |shelf| {
            let of = |folder: &Option<(String, u32)>| {
                let (folder, attempt) = folder.as_ref()?;
                // What is wrong with one is told on the page of its task.
                record::read_table(shelf, folder, *attempt, &mut Vec::new())
            };
            folders.iter().map(of).collect::<Vec<_>>()
        })
        .await;
        let named = |row: record::TableRow| Named {
            is_pickle: matches!(
                record::encoding(row.encoding.as_deref()),
                crate::model::Encoding::Pickle(_)
            ),
            sha: row.sha,
            size: row.size,
            class: row
                .class
                .as_deref()
                .map(record::class_name)
                .unwrap_or_default(),
        };
        tables
            .into_iter()
            .map(|table| {
                let rows = table.map(|table| table.rows).unwrap_or_default();
                rows.into_iter()
                    .map(|(name, row)| (name, named(row)))
                    .collect()
            })
            .collect()
    }

    /// Reads the small values of these names that are not known yet.
    async fn read_blobs(
        &self,
        siblings: &Siblings,
        names: &[String],
        tables: &[SortedMap<String, Named>],
        work: &Work,
    ) {
        let loaded = &siblings.loaded;
        let wanted: SortedSet<String> = {
            let known = siblings.order.by_sha.borrow();
            let named = tables
                .iter()
                .flat_map(|table| names.iter().filter_map(|name| table.get(name)));
            named
                .filter(|named| named.is_readable() && !known.contains_key(&named.sha))
                .map(|named| named.sha.clone())
                .collect()
        };
        let mut places = Vec::new();
        let mut found = Vec::new();
        if loaded.records.prefect().is_some() {
            for key in wanted.into_vec() {
                let stored = loaded.stored(&key);
                let decoded = self.decode(stored, Most::Default, work).await;
                let scalar = match decoded {
                    Ok(decoded) if decoded.stored <= LARGEST_RESULT => {
                        Scalar::of_pickle(&decoded.pickle)
                    }
                    Ok(_) => Scalar::of(ScalarKind::Large, ""),
                    Err(failure) => Scalar::of(ScalarKind::Faulty, failure.explanation),
                };
                found.push((key, scalar));
            }
            siblings.order.by_sha.borrow_mut().extend(found);
            return;
        }
        for sha in wanted.into_vec() {
            let store = loaded.metaflow();
            match store.and_then(|store| blob::place(store, &loaded.path.flow, &sha)) {
                Some(place) => places.push((sha, place)),
                None => found.push((
                    sha,
                    Scalar::of(ScalarKind::Faulty, "Its record names no value."),
                )),
            }
        }
        // Its record says that it is small; if it is not, its bytes are not the right ones.
        let want = |path: &String| Want {
            path: path.clone(),
            range: Some((0..SMALL << 2).into()),
        };
        let wants: Vec<Want> = places
            .iter()
            .flat_map(|(_, place)| [want(&place.blob), want(&place.note)])
            .collect();
        let answers = loaded.source.read(&wants).await;
        let mut answers = answers.into_iter();
        for (sha, _) in places {
            let (stored, note) = (answers.next(), answers.next());
            let note = note.and_then(Result::ok);
            let stored = stored.unwrap_or(Err(ReadError::Missing));
            let scalar = self.scalar_of(&sha, stored, note, work).await;
            found.push((sha, scalar));
            work.breathe().await;
        }
        siblings.order.by_sha.borrow_mut().extend(found);
    }

    async fn scalar_of(
        &self,
        sha: &str,
        stored: Result<Bytes, ReadError>,
        note: Option<Bytes>,
        work: &Work,
    ) -> Scalar {
        let faulty = |why: &str| Scalar::of(ScalarKind::Faulty, why);
        let stored = match stored {
            Ok(stored) => stored,
            Err(ReadError::Missing) => return faulty("The value is not in this source."),
            Err(_) => return faulty("The value cannot be read."),
        };
        let Ok(packing) = blob::packing(note.as_deref().map(Vec::as_slice)) else {
            return faulty("The value is packed in a way that is not known.");
        };
        // A copy of a bucket has lost the notes.
        let packing =
            packing.filter(|_| note.is_some() || blob::sha1(&stored) != sha.to_lowercase());
        let bytes = match packing {
            None => stored.to_vec(),
            Some(packing) => match unpack(&stored, packing, None, SMALL << 4, work).await {
                Ok(unpacked) => unpacked.bytes,
                Err(_) => return faulty("The value cannot be unpacked."),
            },
        };
        if blob::sha1(&bytes) != sha.to_lowercase() {
            return faulty("Its bytes are not those that were stored.");
        }
        let limits = Limits::default();
        let pickle = decode(bytes, &limits).with_words(words(self.host.zone_offset()));
        Scalar::of_pickle(&pickle)
    }
}

impl Named {
    fn is_readable(&self) -> bool {
        // How large a result of Prefect is, no record says.
        let is_small = self.size.is_none_or(|size| size <= SMALL);
        is_small && self.is_pickle && known(&self.sha).is_none()
    }
}

/// What needs no reading.
fn known(sha: &str) -> Option<Scalar> {
    let text = match sha {
        blob::TRUE_SHA => "True",
        blob::FALSE_SHA => "False",
        blob::NONE_SHA => "None",
        _ => return None,
    };
    Some(Scalar::of(ScalarKind::Value, text))
}

/// Puts what is known of some tasks into the columns.
fn fill(
    siblings: &Siblings,
    names: &[String],
    places: &[usize],
    tables: &[SortedMap<String, Named>],
) {
    let by_sha = siblings.order.by_sha.borrow();
    let mut columns = siblings.order.columns.borrow_mut();
    for (place, table) in places.iter().zip(tables) {
        for name in names {
            let column = columns.get_mut(name);
            if let Some(cell) = column.and_then(|column| column.get_mut(*place)) {
                *cell = Some(scalar_in(table, name, &by_sha));
            }
        }
    }
}

fn scalar_in(
    table: &SortedMap<String, Named>,
    name: &str,
    by_sha: &SortedMap<String, Scalar>,
) -> Scalar {
    let Some(named) = table.get(name) else {
        return Scalar::of(ScalarKind::Missing, "");
    };
    let read = known(&named.sha).or_else(|| by_sha.get(&named.sha).cloned());
    read.unwrap_or_else(|| Scalar::of(ScalarKind::Large, named.class.clone()))
}
