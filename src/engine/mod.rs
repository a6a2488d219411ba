//! The one door to what a run holds.
//!
//! A [`Question`](ask::Question) goes in, its answer comes out, both as bytes that can
//! cross a thread. The [`Engine`] owns the opened sources and what was read of them;
//! the screen and the command line own nothing. Work breathes: between two steps it
//! lets a stop be seen, and a stopped request is simply dropped.
//!
//! Start with [`ask`] for what can be asked. Each other file answers for one screen
//! or one part of it, and holds the shapes of its answers.

pub mod about;
mod alone;
pub mod ask;
mod bell;
mod briefs;
pub mod cards;
mod clocks;
pub mod code;
mod conditions;
pub mod data;
pub mod excerpt;
pub mod failure_card;
pub mod goto;
mod graph;
mod headline;
pub mod history;
mod kin;
mod lengths;
pub mod loaded;
mod line;
pub mod live;
pub mod logs;
pub mod opened;
pub mod overview;
mod packing;
pub mod package;
pub mod picture;
pub mod prefect;
pub mod prints;
pub mod python;
pub mod rail;
mod reach;
pub mod records;
pub mod recovered;
mod retries;
pub mod runs;
pub mod says;
pub mod siblings;
pub mod sources;
mod standing;
pub mod storage;
pub mod tags;
pub mod task;
pub mod task_about;
pub mod tasks;
pub mod timeline;
mod transition;
mod turns;
pub mod values;
pub mod wire;

use crate::model::Moment;
use crate::pickle::{Limits, ZoneOffset};
use crate::source::{Blob, Folder, Http, Pace, Progress, Waiting};
use ask::{Failure, Question, Request};
use opened::Opened;
use runs::RunNameView;
use serde::Serialize;
use std::cell::{Cell, RefCell};
use std::future::{Future, ready};
use std::rc::Rc;

/// What the outside lends to the engine.
pub trait Host {
    fn http(&self) -> Rc<dyn Http>;
    /// An address as it stands in `src=`, made absolute; the error says what is wrong
    /// with it.
    fn absolute(&self, address: &str) -> Result<String, String>;
    fn now(&self) -> Moment;
    /// Lets other work run when this work has gone on for a while.
    fn breathe(&self) -> Waiting<'_, ()>;
    /// Waits before something is tried again; nobody needs to.
    fn pause(&self, _milliseconds: u32) -> Waiting<'_, ()> {
        Box::pin(ready(()))
    }
    /// How far the zones of the calendar are ahead of UTC.
    fn zone_offset(&self) -> ZoneOffset;

    /// How much a value may take that nobody asked to be read whatever its size; `stored`
    /// is how many bytes it has where it lies, packed.
    fn limits(&self, _stored: u64) -> Limits {
        Limits::default()
    }
    /// A file or folder that the user gave by hand, by the key under which it was given.
    fn given(&self, key: &str) -> Option<Given>;
}

#[derive(Clone)]
pub enum Given {
    File(Rc<dyn Blob>),
    Folder(Rc<dyn Folder>),
}

/// Where a request says how far it is, and what it knows already.
pub trait Listener {
    fn progress(&self, progress: Progress);
    /// An answer that is right but not yet whole, encoded as the final one will be.
    fn partial(&self, answer: Vec<u8>);
}

pub struct Engine {
    host: Rc<dyn Host>,
    opened: RefCell<Vec<Rc<Opened>>>,
    /// Sources that were asked for and cannot be opened.
    failed: RefCell<Vec<Failure>>,
    values: values::ValueCache,
    orders: values::OrderCache,
    logs: logs::LogCache,
    packages: package::PackageCache,
    siblings: siblings::Orders,
    /// Counts how often something of it was forgotten because it has changed.
    news: Cell<u64>,
    /// Rung when something was read that can change.
    looked_at: bell::Bell,
    /// Tasks by themselves go before whole runs.
    precedence: turns::Precedence,
}

/// One request at work.
pub struct Work {
    host: Rc<dyn Host>,
    listener: Rc<dyn Listener>,
}

impl Pace for Work {
    fn breathe(&self) -> Waiting<'_, ()> {
        self.host.breathe()
    }

    fn progress(&self, progress: Progress) {
        self.listener.progress(progress);
    }

    fn pause(&self, milliseconds: u32) -> Waiting<'_, ()> {
        self.host.pause(milliseconds)
    }
}

impl Work {
    fn partial(&self, answer: &impl Serialize) {
        if let Ok(bytes) = encode(answer) {
            self.listener.partial(bytes);
        }
    }
}

impl Engine {
    pub fn new(host: Rc<dyn Host>) -> Self {
        Self {
            host,
            opened: RefCell::default(),
            failed: RefCell::default(),
            values: values::ValueCache::default(),
            orders: values::OrderCache::default(),
            logs: logs::LogCache::default(),
            packages: package::PackageCache::default(),
            siblings: siblings::Orders::default(),
            news: Cell::new(0),
            looked_at: bell::Bell::default(),
            precedence: turns::Precedence::default(),
        }
    }

    /// Answers a request in bytes by an answer in bytes: what crosses the thread.
    pub async fn answer(
        &self,
        request: &[u8],
        listener: Rc<dyn Listener>,
    ) -> Result<Vec<u8>, Failure> {
        let request: Request = postcard::from_bytes(request).map_err(Failure::of_protocol)?;
        let work = &Rc::new(Work {
            host: self.host.clone(),
            listener,
        });
        let answer = match request {
            Request::Open(question) => written(self.open(question, work)),
            Request::Print(question) => written(self.print(question, work)),
            Request::Runs(question) => written(self.runs(question, work)),
            Request::RunName(question) => written(ready(Ok(RunNameView {
                name: self.name_of_run(&question.run),
            }))),
            Request::Rail(question) => written(self.rail(question, work)),
            Request::RailFind(question) => written(self.rail_find(question, work)),
            Request::RailSpot(question) => written(self.rail_spot(question, work)),
            Request::Overview(question) => written(self.overview(question, work)),
            Request::FailureCard(question) => written(self.failure_card(question, work)),
            Request::Picture(question) => written(self.picture(question, work)),
            Request::PictureFile(question) => written(self.picture_file(question, work)),
            Request::StepFacts(question) => written(self.step_facts(question, work)),
            Request::Tasks(question) => written(self.tasks(question, work)),
            Request::History(question) => written(self.history(question, work)),
            Request::Timeline(question) => written(self.timeline(question, work)),
            Request::Siblings(question) => written(self.siblings(question, work)),
            Request::Cells(question) => written(self.cells(question, work)),
            Request::Sibling(question) => written(self.sibling(question, work)),
            Request::SiblingRows(question) => written(self.sibling_rows(question, work)),
            Request::Trouble(question) => written(self.trouble(question, work)),
            Request::ColumnNames(question) => written(self.column_names(question, work)),
            Request::IsColumn(question) => written(self.is_column(question, work)),
            Request::FilterSaid(question) => written(self.filter_said(question, work)),
            Request::Chart(question) => written(self.chart(question, work)),
            Request::RunData(question) => written(self.run_data(question, work)),
            Request::About(question) => written(self.about(question, work)),
            Request::Task(question) => written(self.task(question, work)),
            Request::TaskAbout(question) => written(self.task_about(question, work)),
            Request::PrefectTask(question) => written(self.prefect_task(question, work)),
            Request::PrefectRun(question) => written(self.prefect_run(question, work)),
            Request::TaskData(question) => written(self.task_data(question, work)),
            Request::Metadata(question) => written(self.metadata(question, work)),
            Request::Log(question) => written(self.log(question, work)),
            Request::LogText(question) => written(self.log_text(question, work)),
            Request::Value(question) => written(self.value(question, work)),
            Request::ValueChildren(question) => written(self.value_children(question, work)),
            Request::ValueTable(question) => written(self.value_table(question, work)),
            Request::ValueHex(question) => written(self.value_hex(question, work)),
            Request::ValueText(question) => written(self.value_text(question, work)),
            Request::ValueMarkdown(question) => written(self.value_markdown(question, work)),
            Request::ValueSearch(question) => written(self.value_search(question, work)),
            Request::ValueCheck(question) => written(self.value_check(question, work)),
            Request::ValueTree(question) => written(self.value_tree(question, work)),
            Request::ValueLines(question) => written(self.value_lines(question, work)),
            Request::ValueCell(question) => written(self.value_cell(question, work)),
            Request::ValueColumn(question) => written(self.value_column(question, work)),
            Request::ValueBytes(question) => written(self.value_bytes(question, work)),
            Request::Python(question) => written(self.python(question, work)),
            Request::Cards(question) => written(self.cards_view(question, work)),
            Request::Card(question) => written(self.card(question, work)),
            Request::Code(question) => written(self.code(question, work)),
            Request::CodeFile(question) => written(self.code_file(question, work)),
            Request::CodeBytes(question) => written(self.code_bytes(question, work)),
            Request::Storage(question) => written(self.storage(question, work)),
            Request::Tags(question) => written(self.tags(question)),
            Request::Retagged(said) => {
                self.retagged(&said);
                written(ready(Ok(())))
            }
            Request::Watch(question) => written(self.watch(question, work)),
            Request::Reread(question) => written(self.reread(question, work)),
            Request::GoTo(question) => written(self.go_to(question, work)),
            Request::Problems(question) => written(ready(Ok(self.all_problems(question)))),
            Request::Reading(question) => written(ready(Ok(self.reading(question)))),
        };
        answer.await.map_err(|failure| *failure)
    }

    /// Answers a question without the bytes in between: for tests and the command line.
    pub async fn ask<Q: Question>(&self, question: Q) -> Result<Q::Answer, Failure> {
        let request = encode(&question.into_request()).map_err(|failure| *failure)?;
        let answer = self.answer(&request, Rc::new(Silence)).await?;
        postcard::from_bytes(&answer).map_err(Failure::of_protocol)
    }

    pub(crate) fn work_in_silence(&self) -> Rc<Work> {
        Rc::new(Work {
            host: self.host.clone(),
            listener: Rc::new(Silence),
        })
    }
}

/// An answer in bytes, once it is there. Each question has a future of its own: in one
/// for all of them, every step would have to be found among those of all questions.
fn written<'a, A: Serialize + 'a>(
    answer: impl Future<Output = Result<A, Box<Failure>>> + 'a,
) -> Waiting<'a, Result<Vec<u8>, Box<Failure>>> {
    Box::pin(async move { encode(&answer.await?) })
}

/// Encodes what crosses the thread.
pub fn encode(answer: &impl Serialize) -> Result<Vec<u8>, Box<Failure>> {
    postcard::to_stdvec(answer).map_err(|error| Box::new(Failure::of_protocol(error)))
}

struct Silence;

impl Listener for Silence {
    fn progress(&self, _: Progress) {}
    fn partial(&self, _: Vec<u8>) {}
}
