//! An export of a server: which file is which, and what its manifest says.
//!
//! It is a folder or a zip, maybe with a folder around it, whose files are answers of the REST
//! API as they came. Three are needed to see anything; without the others there is less to
//! see, and who shows it says so. What the files hold is for [`records`](super::records).

use super::id::Words;
use super::json::Kind;
use super::pages::Item;
use super::reading::{Problems, Reading, Record, read_all};
use crate::model::Moment;
use crate::source::{Listing, join};

/// A file of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum File {
    Flows,
    FlowRuns,
    TaskRuns,
    FlowRunStates,
    TaskRunStates,
    Logs,
    Artifacts,
    Deployments,
    Events,
    Graphs,
    Manifest,
}

/// The folder of stored results.
pub const STORAGE: &str = "storage";

impl File {
    pub const ALL: [File; 11] = [
        Self::Flows,
        Self::FlowRuns,
        Self::TaskRuns,
        Self::FlowRunStates,
        Self::TaskRunStates,
        Self::Logs,
        Self::Artifacts,
        Self::Deployments,
        Self::Events,
        Self::Graphs,
        Self::Manifest,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Flows => "flows.json",
            Self::FlowRuns => "flow_runs.json",
            Self::TaskRuns => "task_runs.json",
            Self::FlowRunStates => "flow_run_states.json",
            Self::TaskRunStates => "task_run_states.json",
            Self::Logs => "logs.json",
            Self::Artifacts => "artifacts.json",
            Self::Deployments => "deployments.json",
            Self::Events => "events.json",
            Self::Graphs => "graphs.json",
            Self::Manifest => "manifest.json",
        }
    }

    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|file| file.name() == name)
    }

    /// What is not known without it, in a sentence; `None` where nothing is missed.
    pub fn lack(self) -> Option<&'static str> {
        match self {
            Self::Flows => Some("The names of flows are not known."),
            Self::FlowRuns => Some("Only task runs are known, not the flow runs around them."),
            Self::TaskRuns => Some("What the flow runs did is not known."),
            Self::FlowRunStates | Self::TaskRunStates => {
                Some("Each run is shown with one attempt, by its own times.")
            }
            Self::Logs => Some("There are no logs, and so no tracebacks."),
            Self::Artifacts => Some("There are no artifacts."),
            Self::Deployments => Some("Deployments are known by their ids alone."),
            Self::Events => Some("There are no assets."),
            Self::Graphs | Self::Manifest => None,
        }
    }

    /// Whether nothing can be shown without one of these.
    pub fn is_needed(self) -> bool {
        matches!(self, Self::Flows | Self::FlowRuns | Self::TaskRuns)
    }
}

/// The folder of an export in a source, and which files are in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub folder: String,
    pub files: Vec<File>,
    /// The results of its tasks lie beside the answers.
    pub has_storage: bool,
}

impl Place {
    /// What a folder is as an export; `None` for one that is none. A file of runs makes one, and
    /// flows beside another of its files: a `flows.json` alone may be anything.
    pub fn of(folder: &str, listing: &Listing) -> Option<Self> {
        let files = listing.files().filter_map(|(name, _)| File::of(name));
        let files: Vec<File> = files.collect();
        let has_runs = files.contains(&File::FlowRuns) || files.contains(&File::TaskRuns);
        let is_export = has_runs || files.contains(&File::Flows) && files.len() > 1;
        is_export.then(|| Self {
            folder: folder.to_owned(),
            files,
            has_storage: listing.has_folder(STORAGE),
        })
    }

    pub fn has(&self, file: File) -> bool {
        self.files.contains(&file)
    }

    pub fn path(&self, file: File) -> String {
        join(&self.folder, file.name())
    }
}

/// `manifest.json`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    pub prefect_version: Option<String>,
    pub exported: Option<Moment>,
    /// The folder that the results were copied from, on its own machine.
    pub storage_base: Option<String>,
}

impl Manifest {
    pub fn read(bytes: &[u8], file: &str, problems: &mut Problems) -> Self {
        let mut words = Words::default();
        let found = read_all::<Self>(bytes, file, &mut words, problems);
        found.into_iter().next().unwrap_or_default()
    }
}

/// The version of the layout that is known here.
const VERSION: u64 = 1;

impl Record for Manifest {
    const NOUN: &'static str = "manifest";

    fn read(item: &Item<'_>, reading: &mut Reading<'_>) -> Option<Self> {
        let mut found = Self::default();
        for (name, value) in reading.fields(&item.value) {
            match &*name {
                "format" => {
                    let format = reading.text(&name, &value);
                    if let Some(format) = format.filter(|format| format != "prefect-export") {
                        let what = format!("The manifest is of another format: {format}.");
                        reading.tell(value.at(), what, "It is read as one of a Prefect export.");
                    }
                }
                "format_version" => {
                    let version = reading.count(&name, &value);
                    if let Some(version) = version.filter(|version| *version > VERSION) {
                        let what = format!(
                            "The export is of version {version}; this program knows version {VERSION}."
                        );
                        reading.tell(value.at(), what, "What is new in it may not be shown.");
                    }
                }
                "prefect_version" => found.prefect_version = reading.text(&name, &value),
                "exported_at" => found.exported = reading.moment(&name, &value),
                "storage_base" => found.storage_base = reading.text(&name, &value),
                _ => {}
            }
        }
        (item.value.kind() == Kind::Object).then_some(found)
    }
}
