//! The database of a server of Prefect: its tables, page by page, as far as they are asked for.

use super::origin::{AT_ONCE, Which, whole};
use crate::engine::Work;
use crate::formats::prefect::export::File;
use crate::formats::prefect::id::Words;
use crate::formats::prefect::reading::{Reading, Record};
use crate::formats::prefect::rows::{self, ASSETS};
use crate::formats::sqlite::{
    self, Database, Fault, Opening, Part, Row, Rows, Sizes, Table, Value,
};
use crate::model::{Place, Problem};
use crate::source::{Bytes, EntryKind, Listing, Pace as _, Progress, Source, Unit, Want, join};
use std::collections::HashMap;
use std::rc::Rc;

/// Parts of the files that are on their way at once.
const PARTS: usize = 64;

/// The tables of a database.
pub struct Tables {
    files: Files,
    database: Database,
}

/// The files of a database, which lie beside one another.
struct Files {
    path: String,
    /// Those of which no parts can be read, as a whole.
    whole: HashMap<&'static str, Bytes>,
}

impl Tables {
    /// Opens the database `name` in a folder, of which the listing is known.
    pub async fn open(
        source: &dyn Source,
        folder: &str,
        name: &str,
        listing: &Listing,
        problems: &mut Vec<Problem>,
        work: &Work,
    ) -> Option<Self> {
        let path = join(folder, name);
        let mut files = Files {
            path: path.clone(),
            whole: HashMap::new(),
        };
        let mut sizes = [None; 3];
        let kinds = [
            sqlite::File::Database,
            sqlite::File::Log,
            sqlite::File::Journal,
        ];
        for (kind, size) in kinds.into_iter().zip(&mut sizes) {
            let entry = listing.get(&format!("{name}{}", kind.ending()));
            let Some(EntryKind::File { size: told }) = entry.map(|entry| &entry.kind) else {
                continue;
            };
            *size = match told {
                Some(size) => Some(*size),
                None => size_of(source, &files.of(kind)).await,
            };
            if !source.reads_parts(&files.of(kind)) {
                match whole(source, &files.of(kind)).await {
                    Ok(bytes) => {
                        *size = Some(bytes.len() as u64);
                        files.whole.insert(kind.ending(), bytes);
                    }
                    Err(error) => {
                        let hint = "Nothing of it can be shown.";
                        let at = Place::file(files.of(kind));
                        problems.push(Problem::damage(at, error.to_string(), hint));
                        return None;
                    }
                }
            }
        }
        let [database, log, journal] = sizes;
        let mut opening = Opening::of(Sizes {
            database: database?,
            log,
            journal,
        });
        loop {
            let parts = opening.wants(PARTS);
            if parts.is_empty() {
                break;
            }
            let answers = files.read(source, &parts).await;
            for (part, bytes) in parts.iter().zip(answers) {
                opening.feed(part, &bytes);
                work.breathe().await;
            }
        }
        match opening.finish() {
            Ok(mut database) => {
                let faults = std::mem::take(&mut database.faults);
                problems.extend(faults.into_iter().map(|fault| fault.problem(&path)));
                Some(Self { files, database })
            }
            Err(fault) => {
                problems.push(fault.problem(&path));
                None
            }
        }
    }

    /// Whether it has the table of a server: any other program may have such a file.
    pub fn is_of_prefect(&self) -> bool {
        self.has(File::FlowRuns) && self.has(File::TaskRuns)
    }

    pub fn path(&self) -> &str {
        &self.files.path
    }

    fn table(&self, file: File) -> Option<&Rc<Table>> {
        self.database.table(rows::table(file)?)
    }

    pub fn has(&self, file: File) -> bool {
        self.table(file).is_some()
    }

    /// Gives each record of a table that is asked for.
    #[expect(
        clippy::too_many_arguments,
        reason = "what is read, from where, and what becomes of it"
    )]
    pub(super) async fn each<R: Record>(
        &self,
        source: &dyn Source,
        file: File,
        which: Which<'_>,
        words: &mut Words,
        problems: &mut Vec<Problem>,
        work: &Work,
        mut take: impl FnMut(R),
    ) {
        let Some(table) = self.table(file) else {
            return;
        };
        let path = self.path();
        let mut faults: Vec<Fault> = Vec::new();
        let mut reading = Reading::of_table(path, R::NOUN, words, problems);
        let has_results = matches!(file, File::FlowRunStates | File::TaskRunStates);
        let mut done: u64 = 0;
        for mut all in self.rows(table, file, which) {
            loop {
                let mut some = Vec::new();
                while let Some(row) = all.next_row() {
                    some.push(row);
                    if some.len() == AT_ONCE {
                        break;
                    }
                }
                if some.is_empty() {
                    let parts = all.wants(PARTS);
                    if parts.is_empty() {
                        break;
                    }
                    self.feed(source, &mut all, &parts).await;
                    continue;
                }
                let results = match has_results {
                    true => self.results(source, &some, &mut faults).await,
                    false => HashMap::new(),
                };
                for row in &some {
                    let result = rows::result_artifact(row);
                    let result = result.and_then(|id| results.get(&id));
                    let result = result.map(String::as_str);
                    if let Some(record) = rows::read(file, row, result, &mut reading) {
                        take(record);
                    }
                }
                done = done.saturating_add(some.len() as u64);
                work.progress(Progress {
                    what: format!("Reading {}", table.name),
                    done,
                    total: None,
                    unit: Unit::Things,
                });
                work.breathe().await;
            }
            faults.extend(all.take_faults());
        }
        reading.finish();
        problems.extend(faults.into_iter().map(|fault| fault.problem(path)));
    }

    async fn feed(&self, source: &dyn Source, rows: &mut Rows, parts: &[Part]) {
        let answers = self.files.read(source, parts).await;
        for (part, bytes) in parts.iter().zip(answers) {
            rows.feed(part, &bytes);
        }
    }

    /// What the artifacts say of results that some states only name, by their ids.
    async fn results(
        &self,
        source: &dyn Source,
        states: &[Row],
        faults: &mut Vec<Fault>,
    ) -> HashMap<String, String> {
        let ids = states.iter().filter_map(rows::result_artifact);
        let ids: Vec<Vec<Value<'_>>> = ids.map(|id| vec![Value::of_text(id)]).collect();
        let mut found = HashMap::new();
        let table = self.table(File::Artifacts).filter(|_| !ids.is_empty());
        let rows = table.and_then(|table| self.database.rows_where(table, &["id"], &ids));
        let Some(mut rows) = rows else {
            return found;
        };
        loop {
            while let Some(row) = rows.next_row() {
                let text = |name| {
                    row.get(name)
                        .and_then(|value| value.text().map(str::to_owned))
                };
                if let (Some(id), Some(data)) = (text("id"), text("data")) {
                    found.insert(id, data);
                }
            }
            let parts = rows.wants(PARTS);
            if parts.is_empty() {
                break;
            }
            self.feed(source, &mut rows, &parts).await;
        }
        faults.extend(rows.take_faults());
        found
    }

    /// The rows that are asked for: by an index where there is one for them.
    fn rows(&self, table: &Rc<Table>, file: File, which: Which<'_>) -> Vec<Rows> {
        let by = |column: &str, values: Vec<String>| {
            let keys = values.into_iter();
            let keys: Vec<Vec<Value<'_>>> = keys.map(|value| vec![Value::of_text(value)]).collect();
            self.database.rows_where(table, &[column], &keys)
        };
        let found = match (file, which) {
            (File::Events, _) => {
                let names = ASSETS.map(str::to_owned).to_vec();
                by("event", names).map(|rows| vec![rows])
            }
            (_, Which::OfRun(id)) => {
                // What has no flow run has the id of its own.
                let own = match file {
                    File::TaskRuns => "id",
                    _ => "task_run_id",
                };
                let of_flow = rows::key(file).and_then(|column| by(column, vec![id.to_string()]));
                let of_task = by(own, vec![id.to_string()]);
                match file {
                    File::FlowRunStates => of_flow.map(|rows| vec![rows]),
                    _ => of_flow.zip(of_task).map(|(one, other)| vec![one, other]),
                }
            }
            (_, Which::Of(ids)) => {
                let ids = ids.iter().map(ToString::to_string).collect();
                let column = rows::key(file);
                column
                    .and_then(|column| by(column, ids))
                    .map(|rows| vec![rows])
            }
            (_, Which::All) => None,
        };
        found.unwrap_or_else(|| vec![self.database.rows(table)])
    }
}

impl Files {
    fn of(&self, kind: sqlite::File) -> String {
        format!("{}{}", self.path, kind.ending())
    }

    /// The bytes of some parts; none of what cannot be had, which is told by who wants it.
    async fn read(&self, source: &dyn Source, parts: &[Part]) -> Vec<Vec<u8>> {
        let is_whole = |part: &Part| self.whole.contains_key(part.file.ending());
        let wants: Vec<Want> = parts
            .iter()
            .filter(|part| !is_whole(part))
            .map(|part| Want {
                path: self.of(part.file),
                range: Some(part.range.clone().into()),
            })
            .collect();
        let mut answers = source.read(&wants).await.into_iter();
        let bytes = parts
            .iter()
            .map(|part| match self.whole.get(part.file.ending()) {
                Some(whole) => {
                    let size = whole.len() as u64;
                    let end = part.range.end.min(size) as usize;
                    let start = part.range.start.min(size) as usize;
                    whole.get(start..end).unwrap_or_default().to_vec()
                }
                None => {
                    let answer = answers.next().and_then(Result::ok);
                    answer.map(|bytes| bytes.to_vec()).unwrap_or_default()
                }
            });
        bytes.collect()
    }
}

async fn size_of(source: &dyn Source, path: &str) -> Option<u64> {
    source.sizes(&[path.to_owned()]).await.pop().flatten()
}
