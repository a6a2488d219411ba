//! What can be asked, and how an answer can fail.

use super::recovered::RecoveredView;
use super::{
    about, cards, code, data, failure_card, goto, history, live, logs, overview, picture, prefect,
    prints, python, rail, runs, siblings, sources, storage, tags, task, task_about, tasks,
    timeline, values,
};
use crate::model::{Place, Problem, RunPath};
use crate::source::{OpenError, of_pages};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// A question whose answer has one shape.
pub trait Question: Serialize + Clone + PartialEq + 'static {
    type Answer: Serialize + DeserializeOwned + Clone + 'static;
    fn into_request(self) -> Request;
}

macro_rules! questions {
    ($($name:ident => $question:ty, $answer:ty;)*) => {
        /// Every question as it crosses the thread.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        pub enum Request {
            $($name($question),)*
        }

        $(impl Question for $question {
            type Answer = $answer;
            fn into_request(self) -> Request {
                Request::$name(self)
            }
        })*
    };
}

questions! {
    Open => sources::Open, sources::SourcesView;
    Print => prints::PrintQuery, prints::PrintView;
    Runs => runs::RunsQuery, runs::RunsView;
    RunName => runs::RunNameQuery, runs::RunNameView;
    Rail => rail::RailQuery, rail::RailView;
    RailFind => rail::find::RailFindQuery, rail::find::RailFindView;
    RailSpot => rail::find::RailSpotQuery, Option<crate::model::Status>;
    Overview => overview::OverviewQuery, overview::OverviewView;
    FailureCard => failure_card::FailureCardQuery, failure_card::FailureCardView;
    Picture => picture::PictureQuery, picture::PictureView;
    PictureFile => picture::file::PictureFileQuery, picture::file::PictureFileView;
    StepFacts => picture::StepFactsQuery, picture::StepFactsView;
    Tasks => tasks::TasksQuery, tasks::TasksView;
    History => history::HistoryQuery, history::HistoryView;
    Timeline => timeline::TimelineQuery, timeline::TimelineView;
    Siblings => siblings::SiblingsQuery, siblings::SiblingsView;
    Cells => siblings::cells::CellsQuery, siblings::cells::CellsView;
    Sibling => siblings::sibling::SiblingQuery, Option<siblings::sibling::SiblingView>;
    SiblingRows => siblings::rows::SiblingRowsQuery, siblings::rows::SiblingRowsView;
    Trouble => siblings::trouble::TroubleQuery, siblings::trouble::TroubleView;
    ColumnNames => siblings::names::ColumnNamesQuery, siblings::names::ColumnNamesView;
    IsColumn => siblings::names::IsColumnQuery, siblings::names::IsColumnView;
    FilterSaid => siblings::filter::FilterSaidQuery, siblings::filter::FilterSaidView;
    Chart => siblings::chart::ChartQuery, siblings::chart::ChartView;
    RunData => data::RunDataQuery, data::RunDataView;
    About => about::AboutQuery, about::AboutView;
    Task => task::TaskQuery, task::TaskView;
    TaskAbout => task_about::TaskAboutQuery, task_about::TaskAboutView;
    PrefectTask => prefect::task::TaskFactsQuery, prefect::task::TaskFactsView;
    PrefectRun => prefect::run::RunFactsQuery, prefect::run::RunFactsView;
    TaskData => data::TaskDataQuery, data::TaskDataView;
    Metadata => task::MetadataQuery, task::MetadataView;
    Log => logs::LogQuery, logs::LogView;
    LogText => logs::LogTextQuery, logs::LogTextView;
    Value => values::ValueQuery, values::ValueView;
    ValueChildren => values::ChildrenQuery, values::ChildrenView;
    ValueTable => values::TableQuery, values::TableView;
    ValueHex => values::HexQuery, values::HexView;
    ValueText => values::TextQuery, values::TextView;
    ValueSearch => values::SearchQuery, values::SearchView;
    ValueCheck => values::CheckQuery, values::CheckView;
    ValueTree => values::TreeQuery, values::TreeView;
    ValueMarkdown => values::MarkdownQuery, crate::text::markdown::Document;
    ValueLines => values::LinesQuery, values::LinesView;
    ValueCell => values::CellQuery, values::CellView;
    ValueColumn => values::ColumnQuery, values::ColumnView;
    ValueBytes => values::BytesQuery, values::BytesView;
    Python => python::PythonQuery, python::PythonView;
    Cards => cards::CardsQuery, cards::CardsView;
    Card => cards::CardQuery, cards::CardView;
    Code => code::CodeQuery, code::CodeView;
    CodeFile => code::CodeFileQuery, code::CodeFileView;
    CodeBytes => code::CodeBytesQuery, code::CodeBytesView;
    Storage => storage::StorageQuery, storage::StorageView;
    Tags => tags::TagsQuery, tags::TagsView;
    Retagged => tags::Retagged, ();
    Watch => live::Watch, live::WatchView;
    Reread => live::Reread, sources::SourcesView;
    GoTo => goto::GoToQuery, goto::GoToView;
    Problems => sources::ProblemsQuery, sources::ProblemsView;
    Reading => sources::ReadingQuery, sources::ReadingView;
}

/// Why there is no answer: the words of an error screen.
///
/// Within the engine it travels in a box: it is large and seldom, and every `?` on its
/// way would hold the code to copy it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    pub kind: FailureKind,
    pub headline: String,
    pub explanation: String,
    /// At most three, most likely first; what is to be typed stands between backticks.
    pub advice: Vec<String>,
    pub details: Vec<(String, String)>,
    /// Of a source that cannot be opened.
    pub source: Option<Box<FailedSource>>,
    /// The newest run of the flow that was asked for, where another one was meant.
    pub newest: Option<Box<RunPath>>,
}

/// A source that cannot be opened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FailedSource {
    /// Its `src=`.
    pub key: String,
    /// What to write into the settings of its server, for the usual ones: name and lines.
    pub lines: Vec<(String, String)>,
    /// What can still be read of an archive that is not whole.
    pub recovered: Option<RecoveredView>,
    /// There is nothing in it yet, and something may come.
    pub waits: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FailureKind {
    /// A source cannot be opened.
    Source,
    /// The source asks for a file that only the user can give.
    NeedsFile,
    /// It can be opened, if somebody says so: it takes much memory.
    Asks,
    /// The source can only be read whole, which the user is asked about.
    AsksFirst,
    /// The source wants to know who asks.
    NeedsKey,
    /// The source is open, and there is no such place in it.
    NotFound,
    /// The place is there and cannot be read.
    Unreadable,
    /// What is there was left out, on purpose, by who made the source.
    LeftOut,
    /// A fault of this program.
    Fault,
}

impl Failure {
    /// As a line among the problems, at the file that it names or at another.
    pub fn as_problem(&self, file: Option<&str>) -> Problem {
        let told = self.details.iter().find(|(label, _)| label == "where");
        let told = file.or(told.map(|(_, file)| file.as_str()));
        let advice = self.advice.first().cloned().unwrap_or_default();
        let place = Place::file(told.unwrap_or_default());
        match self.kind {
            FailureKind::LeftOut => Problem::note(place, &self.explanation, advice),
            _ => Problem::damage(place, &self.explanation, advice),
        }
    }

    /// Of the source with this key, which the user knows by this name.
    pub fn of_source(error: &OpenError, key: &str, name: &str) -> Self {
        let kind = match error {
            OpenError::Forgotten { .. } => FailureKind::NeedsFile,
            OpenError::Grows { asks: true, .. } => FailureKind::Asks,
            OpenError::AsksFirst { .. } => FailureKind::AsksFirst,
            OpenError::Refused {
                status: 401 | 403, ..
            } => FailureKind::NeedsKey,
            _ => FailureKind::Source,
        };
        Self {
            kind,
            headline: error.headline().to_owned(),
            explanation: error.explanation(name),
            advice: error.advice(),
            details: error
                .details()
                .into_iter()
                .map(|(label, value)| (label.to_owned(), value))
                .collect(),
            source: Some(Box::new(FailedSource {
                key: key.to_owned(),
                lines: (error.lines().into_iter())
                    .map(|(server, lines)| (server.to_owned(), lines))
                    .collect(),
                recovered: None,
                waits: matches!(error, OpenError::NoRuns(none) if none.waits()),
            })),
            newest: None,
        }
    }

    /// What can still be read of an archive that is not whole.
    pub fn recovered(&self) -> Option<&RecoveredView> {
        self.source.as_ref()?.recovered.as_ref()
    }

    /// There is nothing in the source yet, and something may come.
    pub fn waits(&self) -> bool {
        self.source.as_ref().is_some_and(|source| source.waits)
    }

    /// There is no such run, step, task or artifact.
    pub fn not_found(what: &str, place: &str, nearest: &str) -> Box<Self> {
        Box::new(Self {
            kind: FailureKind::NotFound,
            headline: format!("There is no {what} {place} here"),
            explanation: format!("The opened sources hold {nearest}."),
            advice: vec![
                "Check the address, capital letters included.".to_owned(),
                of_pages::OTHER_SOURCE.to_owned(),
            ],
            details: vec![("sought".to_owned(), place.to_owned())],
            source: None,
            newest: None,
        })
    }

    pub fn unreadable(headline: &str, file: &str, what: &str, advice: &str) -> Box<Self> {
        Box::new(Self {
            kind: FailureKind::Unreadable,
            headline: headline.to_owned(),
            explanation: what.to_owned(),
            advice: vec![advice.to_owned()],
            details: vec![
                ("where".to_owned(), file.to_owned()),
                ("what".to_owned(), what.to_owned()),
            ],
            source: None,
            newest: None,
        })
    }

    pub fn of_protocol(error: postcard::Error) -> Self {
        Self {
            kind: FailureKind::Fault,
            headline: "Page and worker do not understand each other".to_owned(),
            explanation: "They probably come from two versions of Runglass.".to_owned(),
            advice: vec!["Reload the page without its cache (Ctrl+Shift+R).".to_owned()],
            details: vec![("what".to_owned(), error.to_string())],
            source: None,
            newest: None,
        }
    }
}

/// A stretch of a long list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    pub first: u64,
    pub count: u64,
}

impl Window {
    /// The rows of the window, never more than a screen can show.
    pub fn of<T>(self, rows: &[T]) -> &[T] {
        const MOST: u64 = 1000;
        let first = usize::try_from(self.first)
            .unwrap_or(usize::MAX)
            .min(rows.len());
        let end = first
            .saturating_add(self.count.min(MOST) as usize)
            .min(rows.len());
        rows.get(first..end).unwrap_or_default()
    }
}
