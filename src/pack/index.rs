//! The index of a packed folder: which runs there are, each in a line, and where the rest
//! of each is.
//!
//! It is the file [`FILE`] on top of the folder. All else has names that change with what
//! they hold, so a reader of one index never sees parts of two. [`encode`] and [`decode`]
//! are each other's inverse.

use super::column::Fault;
use super::ranges::RecordsFile;
use super::sheet::{Parts, Sheet};
use crate::counts::{count, counted};
use crate::model::{Moment, Place, Problem, RunRecord, Severity, Status, System};
use serde::{Deserialize, Serialize};

/// What the index of a packed folder is called.
pub const FILE: &str = "runglass.json";
/// What has been done so far, in the form of an index, until the index itself is written.
pub const DONE_SO_FAR: &str = "runglass.part.json";
pub const KIND: &str = "packed";

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Index {
    pub stores: Vec<PackedStore>,
    /// What was wrong with the runs' source as a whole.
    pub problems: Vec<Problem>,
    /// What was replaced and left out before packing, where that was asked for.
    pub redacted: Option<Redacted>,
    /// The version, where it is a newer one than is known here.
    pub newer: Option<u32>,
}

/// What was done to runs so that they can be shown to strangers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Redacted {
    pub replaced: Vec<Replaced>,
    pub left_out: Vec<LeftOut>,
}

/// What was replaced by other words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Replaced {
    /// Of what kind, as a person reads it: `user names`.
    pub what: String,
    pub times: u64,
    /// In how many files.
    pub files: u64,
}

/// What was left out because it could not be looked into.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LeftOut {
    /// Of what kind, as a person reads it, of many: `values`.
    pub what: String,
    /// What of so many of them is told after “left out:”; `they are too large`.
    pub why: String,
    pub count: u64,
}

impl Replaced {
    /// “12 times”.
    pub fn told_times(&self) -> String {
        match self.times {
            1 => "once".to_owned(),
            more => counted(more, "time", "times"),
        }
    }
}

impl Redacted {
    /// What was replaced, kind by kind: “user names were replaced 12 times, host names
    /// once”.
    pub fn told_replaced(&self) -> String {
        let one = |(nth, one): (usize, &Replaced)| {
            let were = if nth == 0 { " were replaced" } else { "" };
            format!("{}{were} {}", one.what, one.told_times())
        };
        match self.replaced.is_empty() {
            true => "nothing was found that had to be replaced".to_owned(),
            false => {
                let each = self.replaced.iter().enumerate().map(one);
                each.collect::<Vec<_>>().join(", ")
            }
        }
    }
}

impl Redacted {
    /// What was done in all, where runs that were redacted already are redacted again.
    pub fn and(mut self, then: Self) -> Self {
        for more in then.replaced {
            match self.replaced.iter_mut().find(|one| one.what == more.what) {
                Some(one) => {
                    one.times = one.times.saturating_add(more.times);
                    // Many are the same files.
                    one.files = one.files.max(more.files);
                }
                None => self.replaced.push(more),
            }
        }
        for more in then.left_out {
            let is_like = |one: &&mut LeftOut| one.what == more.what && one.why == more.why;
            match self.left_out.iter_mut().find(is_like) {
                Some(one) => one.count = one.count.saturating_add(more.count),
                None => self.left_out.push(more),
            }
        }
        self
    }
}

impl LeftOut {
    /// “3 values were left out: they are too large.”
    pub fn told(&self) -> String {
        let (what, why) = (&self.what, self.why.trim_end_matches('.'));
        match self.count {
            1 => format!("1 of the {what} was left out: {why}."),
            more => format!("{} {what} were left out: {why}.", count(more)),
        }
    }
}

/// A datastore, or what another engine keeps its runs in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PackedStore {
    /// Where it was in the source that was packed. Places are told by that.
    pub root: String,
    /// Where it is in the packed folder.
    pub folder: String,
    /// The folders in which a run's files lie, with `{flow}` and `{run}` for their names.
    pub run_folders: Vec<String>,
    pub flows: Vec<PackedFlow>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct PackedFlow {
    pub name: String,
    pub has_values: bool,
    pub has_metadata: bool,
    /// Of the flow's files that are no run's.
    pub records: Vec<RecordsFile>,
    /// Newest first.
    pub runs: Vec<RunLine>,
}

/// What the list of runs shows of one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunLine {
    pub record: RunRecord,
    pub status: Option<Status>,
    pub ended: Option<Moment>,
    /// It ended well, and `ended` is only the last sign of life.
    pub only_seen: bool,
    pub failed_step: Option<String>,
    /// How many tasks failed for good.
    pub failed: Option<u64>,
    pub last_step: Option<String>,
    pub tasks: u64,
    pub retried: u64,
    pub spun: bool,
    /// Which record told the status.
    pub proof: String,
    /// The name of its manifest.
    pub manifest: String,
    /// What tells whether the run has changed since.
    pub mark: String,
    /// What was wrong with it, as far as the list tells.
    pub problems: Vec<Problem>,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct File {
    runglass: u32,
    kind: String,
    stores: Vec<StoreFile>,
    problems: Vec<Problem>,
    #[serde(skip_serializing_if = "Option::is_none")]
    redacted: Option<Redacted>,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct StoreFile {
    root: String,
    folder: String,
    run_folders: Vec<String>,
    flows: Vec<FlowFile>,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct FlowFile {
    name: String,
    has_values: bool,
    has_metadata: bool,
    records: Vec<RecordsFile>,
    runs: Sheet,
    tags: Sheet,
    problems: Sheet,
}

pub fn encode(index: &Index) -> String {
    let flow = |flow: &PackedFlow| FlowFile {
        name: flow.name.clone(),
        has_values: flow.has_values,
        has_metadata: flow.has_metadata,
        records: flow.records.clone(),
        runs: runs_sheet(&flow.runs),
        tags: tags_sheet(&flow.runs),
        problems: problems_sheet(&flow.runs),
    };
    let store = |store: &PackedStore| StoreFile {
        root: store.root.clone(),
        folder: store.folder.clone(),
        run_folders: store.run_folders.clone(),
        flows: store.flows.iter().map(flow).collect(),
    };
    let file = File {
        runglass: super::VERSION,
        kind: KIND.to_owned(),
        stores: index.stores.iter().map(store).collect(),
        problems: index.problems.clone(),
        redacted: index.redacted.clone(),
    };
    // Texts, numbers and tables only: there is nothing that JSON could not say.
    serde_json::to_string(&file).unwrap_or_default()
}

fn runs_sheet(runs: &[RunLine]) -> Sheet {
    let mut sheet = Sheet::new(runs.len());
    let text = |of: fn(&RunLine) -> &str| runs.iter().map(move |run| Some(of(run)));
    let number = |of: fn(&RunLine) -> Option<i64>| runs.iter().map(of);
    sheet.texts("id", text(|run| &run.record.id));
    sheet.texts("user", runs.iter().map(|run| run.record.user.as_deref()));
    sheet.numbers("recorded", number(|run| Some(run.record.recorded?.0)));
    sheet.numbers("started", number(|run| Some(run.record.started?.0)));
    let statuses = runs.iter().map(|run| run.status.map(Status::key));
    sheet.texts("status", statuses);
    sheet.numbers("ended", number(|run| Some(run.ended?.0)));
    sheet.flags("only_seen", runs.iter().map(|run| run.only_seen));
    sheet.texts(
        "failed_step",
        runs.iter().map(|run| run.failed_step.as_deref()),
    );
    let failed = |run: &RunLine| i64::try_from(run.failed?).ok();
    sheet.numbers("failed", number(failed));
    sheet.texts("last_step", runs.iter().map(|run| run.last_step.as_deref()));
    sheet.numbers("tasks", number(|run| i64::try_from(run.tasks).ok()));
    sheet.numbers("retried", number(|run| i64::try_from(run.retried).ok()));
    sheet.flags("spun", runs.iter().map(|run| run.spun));
    sheet.texts("proof", text(|run| &run.proof));
    sheet.texts("manifest", text(|run| &run.manifest));
    sheet.texts("mark", text(|run| &run.mark));
    sheet
}

fn tags_sheet(runs: &[RunLine]) -> Sheet {
    let rows: Vec<(usize, bool, &str)> = runs
        .iter()
        .enumerate()
        .flat_map(|(at, run)| {
            let own = run
                .record
                .tags
                .iter()
                .map(move |tag| (at, false, tag.as_str()));
            let system = run.record.system_tags.iter();
            own.chain(system.map(move |tag| (at, true, tag.as_str())))
        })
        .collect();
    let mut sheet = Sheet::new(rows.len());
    sheet.numbers("of", rows.iter().map(|(of, ..)| Some(*of as i64)));
    sheet.texts("tag", rows.iter().map(|(.., tag)| Some(*tag)));
    sheet.flags("system", rows.iter().map(|(_, system, _)| *system));
    sheet
}

fn problems_sheet(runs: &[RunLine]) -> Sheet {
    let rows: Vec<(usize, &Problem)> = runs
        .iter()
        .enumerate()
        .flat_map(|(at, run)| run.problems.iter().map(move |problem| (at, problem)))
        .collect();
    let mut sheet = Sheet::new(rows.len());
    let all = || rows.iter().map(|(_, problem)| *problem);
    sheet.numbers("of", rows.iter().map(|(of, _)| Some(*of as i64)));
    sheet.texts(
        "severity",
        all().map(|problem| Some(severity_key(problem.severity))),
    );
    sheet.texts(
        "file",
        all().map(|problem| Some(problem.place.file.as_str())),
    );
    let offset = |problem: &Problem| i64::try_from(problem.place.offset?).ok();
    sheet.numbers("offset", all().map(offset));
    sheet.texts("what", all().map(|problem| Some(problem.what.as_str())));
    sheet.texts("hint", all().map(|problem| Some(problem.hint.as_str())));
    sheet
}

fn severity_key(severity: Severity) -> &'static str {
    match severity {
        Severity::Damage => "damage",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

pub fn decode(bytes: &[u8]) -> Result<Index, Fault> {
    let file: File = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    if file.kind != KIND {
        return Err(format!(
            "it is not the index of packed runs, but “{}”",
            file.kind
        ));
    }
    let flow = |flow: FlowFile| {
        Ok::<_, Fault>(PackedFlow {
            runs: read_runs(&flow.name, flow.runs, flow.tags, flow.problems)?,
            name: flow.name,
            has_values: flow.has_values,
            has_metadata: flow.has_metadata,
            records: flow.records,
        })
    };
    let store = |store: StoreFile| {
        let flows = store.flows.into_iter().map(flow);
        Ok::<_, Fault>(PackedStore {
            root: store.root,
            folder: store.folder,
            run_folders: store.run_folders,
            flows: flows.collect::<Result<_, _>>()?,
        })
    };
    let stores = file.stores.into_iter().map(store);
    Ok(Index {
        stores: stores.collect::<Result<_, _>>()?,
        problems: file.problems,
        redacted: file.redacted,
        newer: (file.runglass > super::VERSION).then_some(file.runglass),
    })
}

fn read_runs(flow: &str, runs: Sheet, tags: Sheet, problems: Sheet) -> Result<Vec<RunLine>, Fault> {
    let (runs, tags, problems) = (runs.open()?, tags.open()?, problems.open()?);
    let mut tags_of = Parts::new(&tags);
    let mut problems_of = Parts::new(&problems);
    let text = |name: &str, row: usize| runs.column(name).owned(row);
    let moment = |name: &str, row: usize| runs.column(name).number(row).map(Moment);
    let (tag, system) = (tags.column("tag"), tags.column("system"));
    let mut read = Vec::with_capacity(runs.rows());
    for row in 0..runs.rows() {
        let tags = tags_of.of(row);
        let of_kind = |wanted: bool| {
            let rows = tags.clone().filter(|row| system.flag(*row) == wanted);
            rows.filter_map(|row| tag.owned(row))
                .collect::<Vec<String>>()
        };
        let problem = |row: usize| {
            let text = |name: &str| problems.column(name).owned(row).unwrap_or_default();
            Problem {
                severity: match text("severity").as_str() {
                    "note" => Severity::Note,
                    "warning" => Severity::Warning,
                    _ => Severity::Damage,
                },
                place: Place {
                    file: text("file"),
                    offset: problems.column("offset").count(row),
                },
                what: text("what"),
                hint: text("hint"),
            }
        };
        let status = text("status", row);
        read.push(RunLine {
            record: RunRecord {
                flow: flow.to_owned(),
                id: text("id", row).unwrap_or_default(),
                name: None,
                system: System::Metaflow,
                user: text("user", row),
                tags: of_kind(false),
                system_tags: of_kind(true),
                recorded: moment("recorded", row),
                started: moment("started", row),
            },
            status: status.map(|key| Status::from_key(&key).unwrap_or(Status::Unknown)),
            ended: moment("ended", row),
            only_seen: runs.column("only_seen").flag(row),
            failed_step: text("failed_step", row),
            failed: runs.column("failed").count(row),
            last_step: text("last_step", row),
            tasks: runs.column("tasks").count(row).unwrap_or_default(),
            retried: runs.column("retried").count(row).unwrap_or_default(),
            spun: runs.column("spun").flag(row),
            proof: text("proof", row).unwrap_or_default(),
            manifest: text("manifest", row).unwrap_or_default(),
            mark: text("mark", row).unwrap_or_default(),
            problems: problems_of.of(row).map(problem).collect(),
        });
    }
    Ok(read)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    prop_compose! {
        fn line()(
            id in "[0-9]{1,4}",
            user in proptest::option::of(any::<String>()),
            tags in proptest::collection::vec(any::<String>(), 0..3),
            system_tags in proptest::collection::vec("[a-z:]{1,5}", 0..3),
            started in proptest::option::of((0i64..1 << 52).prop_map(Moment)),
            status in proptest::option::of(proptest::sample::select(Status::ALL.to_vec())),
            (failed_step, last_step) in any::<(Option<String>, Option<String>)>(),
            (tasks, retried) in (0u64..1 << 40, 0u64..5),
            failed in proptest::option::of(0u64..1 << 40),
            (spun, only_seen) in any::<(bool, bool)>(),
            whats in proptest::collection::vec((any::<String>(), proptest::option::of(0u64..99)), 0..3),
        ) -> RunLine {
            let problem = |(what, offset): (String, Option<u64>)| Problem {
                severity: Severity::Warning,
                place: Place { file: "f".to_owned(), offset },
                what,
                hint: String::new(),
            };
            RunLine {
                record: RunRecord {
                    system: System::Metaflow, flow: "F".to_owned(), id, name: None, user, tags, system_tags, started, recorded: started,
                },
                status, failed_step, failed, last_step, tasks, retried, spun, only_seen,
                ended: started,
                problems: whats.into_iter().map(problem).collect(),
                manifest: "run-1.json".to_owned(),
                ..RunLine::default()
            }
        }
    }

    #[test]
    fn what_redaction_did_is_told_in_sentences() {
        let replaced = |what: &str, times| Replaced {
            what: what.to_owned(),
            times,
            files: 1,
        };
        let mut redacted = Redacted::default();
        assert_eq!(
            redacted.told_replaced(),
            "nothing was found that had to be replaced"
        );
        redacted.replaced = vec![replaced("user names", 1204), replaced("secrets", 1)];
        assert_eq!(
            redacted.told_replaced(),
            "user names were replaced 1,204 times, secrets once"
        );
        let left_out = |count, why: &str| LeftOut {
            what: "values".to_owned(),
            why: why.to_owned(),
            count,
        };
        assert_eq!(
            left_out(3, "they are too large").told(),
            "3 values were left out: they are too large."
        );
        // Somebody else's words may be whole sentences.
        assert_eq!(
            left_out(1, "It is too large.").told(),
            "1 of the values was left out: It is too large."
        );
    }

    proptest! {
        #[test]
        fn an_index_comes_back(runs in proptest::collection::vec(line(), 0..5)) {
            let flow = PackedFlow {
                name: "F".to_owned(),
                has_values: true,
                records: vec![RecordsFile::named("a.json")],
                runs,
                ..PackedFlow::default()
            };
            let store = PackedStore {
                root: ".metaflow".to_owned(),
                flows: vec![flow],
                ..PackedStore::default()
            };
            let index = Index { stores: vec![store], ..Index::default() };
            prop_assert_eq!(decode(encode(&index).as_bytes()).unwrap(), index);
        }
    }

    #[test]
    fn another_kind_is_refused() {
        assert!(
            decode(br#"{"runglass":1,"kind":"served"}"#)
                .unwrap_err()
                .contains("served")
        );
    }
}
