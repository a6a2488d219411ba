//! The cards of a task or of a whole run, and the page of one.
//!
//! A card is a page of HTML with scripts in it: here it is bytes that are handed on, and
//! what shows them must lock them in. Start with [`Engine::cards_view`].

use super::ask::Failure;
use super::loaded::LoadedRun;
use super::values::Most;
use super::{Engine, Work};
use crate::formats::metaflow::task::{Depth, TaskDetail};
use crate::formats::metaflow::{Store, cards};
use crate::model::{AttemptNumber, Card, RunPath, TaskPath};
use crate::source::Pace as _;
use crate::source::{Progress, ReadError, Unit, Want, gather};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CardsQuery {
    pub run: RunPath,
    /// `(step, id)`, or all tasks of the run.
    pub task: Option<(String, String)>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CardsView {
    /// In the order of the run's steps and tasks.
    pub cards: Vec<CardRow>,
    pub problems: Vec<crate::model::Problem>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CardRow {
    /// The task whose card it is on the screen.
    pub step: String,
    pub task: String,
    pub label: Option<String>,
    pub card: Card,
    /// The task that drew it, where that is the one which this one was copied from.
    pub from_origin: Option<TaskPath>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CardQuery {
    pub run: RunPath,
    pub card: Card,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CardView {
    /// The page as it was written; `None` for a card of which only updates are left.
    pub page: Option<Vec<u8>>,
    /// The last update as JSON.
    pub update: Option<String>,
    pub attempt: Option<AttemptNumber>,
    /// What could not be read, in sentences.
    pub problems: Vec<String>,
}

impl Engine {
    pub(super) async fn cards_view(
        &self,
        query: CardsQuery,
        work: &Work,
    ) -> Result<CardsView, Box<Failure>> {
        let loaded = self.load_run(&query.run, work).await?;
        let mut view = CardsView::default();
        let places: Vec<TaskPath> = match &query.task {
            Some((step, id)) => vec![query.run.task(step, id)],
            None => self.tasks_with_cards(&loaded, work).await,
        };
        let total = places.len() as u64;
        for (place, done) in places.iter().zip(0..) {
            work.progress(Progress {
                what: "Looking for cards".to_owned(),
                done,
                total: Some(total),
                unit: Unit::Things,
            });
            let (detail, _) = self.load_task(&loaded, place, Depth::Tables, work).await;
            self.cards_of(&loaded, place, &detail, &mut view, work)
                .await;
        }
        Ok(view)
    }

    /// The tasks of a run that have cards, or are copies of tasks that may have some.
    pub(super) async fn tasks_with_cards(&self, loaded: &LoadedRun, work: &Work) -> Vec<TaskPath> {
        let Some(store) = loaded.metaflow() else {
            return Vec::new();
        };
        let with_folder = gather(&*loaded.source, work, |shelf| {
            cards::tasks(shelf, store, &loaded.path)
        })
        .await;
        let has_folder = |step: &str, id: &str| {
            let here = |(known, task): &&(Option<String>, String)| {
                task == id && known.as_ref().is_none_or(|known| known == step)
            };
            with_folder.iter().any(|place| here(&place))
        };
        let tasks = loaded.run.tasks();
        let those =
            tasks.filter(|(step, task)| task.origin.is_some() || has_folder(&step.name, &task.id));
        those
            .map(|(step, task)| loaded.path.task(&step.name, &task.id))
            .collect()
    }

    /// The cards of one task, which has been read.
    pub(super) async fn cards_of(
        &self,
        loaded: &LoadedRun,
        place: &TaskPath,
        detail: &TaskDetail,
        view: &mut CardsView,
        work: &Work,
    ) {
        let task = loaded.run.task(&place.step, &place.task);
        let label = task.and_then(crate::model::Task::label);
        let (mut found, problems) = self.cards(loaded, place, &detail.metadata, work).await;
        view.problems.extend(problems);
        // What a copy has none of is with the task that ran.
        let mut from_origin = None;
        if let Some(origin) = detail.origin.as_ref().filter(|_| found.is_empty()) {
            let (theirs, _) = self.load_task(loaded, origin, Depth::Tables, work).await;
            let (cards, problems) = self.cards(loaded, origin, &theirs.metadata, work).await;
            view.problems.extend(problems);
            found = cards;
            from_origin = Some(origin.clone());
        }
        view.cards.extend(found.into_iter().map(|card| CardRow {
            step: place.step.clone(),
            task: place.task.clone(),
            label: label.clone(),
            card,
            from_origin: from_origin.clone(),
        }));
    }

    pub(super) async fn card(
        &self,
        query: CardQuery,
        work: &Work,
    ) -> Result<CardView, Box<Failure>> {
        let loaded = self.load_run(&query.run, work).await?;
        let mut view = CardView {
            page: None,
            update: None,
            attempt: query.card.attempt,
            problems: Vec::new(),
        };
        let files = [&query.card.page, &query.card.update];
        let Some(root) = loaded.metaflow().map(Store::card_root) else {
            return Ok(view);
        };
        for (file, at) in files.into_iter().zip(0..) {
            let Some(file) = file else { continue };
            // The path comes back from the screen: it leads to a card and nowhere else.
            let inside = file.path.starts_with(&format!("{root}/"));
            if !inside || file.path.split('/').any(|part| part == "..") {
                continue;
            }
            if file.size.is_some_and(|size| size > Most::Default.bytes()) {
                let what = format!("{} is too large to be shown.", file.path);
                view.problems.push(what);
                continue;
            }
            let want = Want {
                path: file.path.clone(),
                range: None,
            };
            let read = loaded.source.read(std::slice::from_ref(&want)).await;
            match (read.into_iter().next(), at) {
                (Some(Ok(bytes)), 0) => view.page = Some(bytes.to_vec()),
                (Some(Ok(bytes)), _) => {
                    view.update = Some(String::from_utf8_lossy(&bytes).into_owned());
                }
                (None | Some(Err(ReadError::Missing)), _) => {
                    view.problems
                        .push(format!("{} is not there any more.", file.path));
                }
                (Some(Err(error)), _) => view.problems.push(format!("{}: {error}", file.path)),
            }
        }
        Ok(view)
    }
}
