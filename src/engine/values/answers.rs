//! The answers to questions about one value.
//!
//! Finds the artifact that is meant, has its value decoded unless it is larger than
//! anybody asked for, and shows as much of it as fits a screen. How bytes become a
//! value is [`stored`](super::stored)'s business. Start with [`Engine::value`].

use super::estimator::estimator;
use super::fetched::Check;
use super::markdown::is_markdown;
use super::picture::{own_picture, pictures};
use super::place::{Spot, contents};
use super::raised::raised;
use super::save::{extension, ways};
use super::shape::{child, is_page, shape};
use super::stored::{Decoded, Most, sentence};
use super::{
    CheckQuery, CheckView, ChildrenQuery, ChildrenView, HexQuery, HexView, Save, Shape, Trust,
    ValueQuery, ValueView,
};
use crate::engine::ask::{Failure, Window};
use crate::engine::data::record_of;
use crate::engine::task::TaskPlace;
use crate::engine::{Engine, Work};
use crate::libraries::numpy;
use crate::model::{Artifact, Encoding};
use crate::pickle::explore::{Part, Step};
use crate::pickle::{self, NodeId, Outcome, Value};
use crate::text::human;
use std::rc::Rc;

impl Engine {
    pub(in crate::engine) async fn value(
        &self,
        query: ValueQuery,
        work: &Work,
    ) -> Result<ValueView, Box<Failure>> {
        let (place, artifact) = self.artifact(&query, work).await?;
        let mut view = ValueView {
            name: query.name.clone(),
            attempt: place.attempt,
            class: artifact.class.clone().unwrap_or_default(),
            sha: artifact.sha.clone(),
            size: artifact.size,
            stored: None,
            encoding: artifact.encoding.name().to_owned(),
            created: artifact.created,
            summary: String::new(),
            at: String::new(),
            way: Vec::new(),
            cell: None,
            row: None,
            lost: None,
            inside: None,
            holder: None,
            shape: Shape::Nothing,
            is_page: false,
            is_markdown: false,
            pictures: Vec::new(),
            saves: vec![Save::Pickle],
            extension: String::new(),
            root: None,
            outcome: Trust::Nothing,
            damaged: false,
            unchecked: false,
            problems: Vec::new(),
            classes: Vec::new(),
            dangerous: Vec::new(),
            too_large: None,
            limited: false,
        };
        if let Encoding::Other(name) = &artifact.encoding {
            view.problems.push(format!(
                "It was written as {name}, which only an extension of Metaflow can read. Its bytes can be saved."
            ));
            return Ok(view);
        }
        let most = query.most();
        if let Some(size) = artifact.size.filter(|size| *size > most.bytes()) {
            view.too_large = Some(size);
            return Ok(view);
        }
        let decoded = self.decode_artifact(&place, &artifact, most, work).await;
        let record = record_of(&place.detail.folder, place.attempt, &query.name);
        self.note_fault(&place.loaded, &artifact.sha, &record, &decoded);
        let decoded = decoded?;
        judge(&decoded, &mut view);
        view.unchecked = decoded.is_unchecked();
        view.limited = decoded.is_limited() && !query.large;
        if let Some(spot) = self.spot(&query, work).await? {
            let is_limited = spot.is_limited || spot.decoded.is_limited();
            view.limited |= is_limited && !query.large;
            shown(&spot, &mut view);
            if let Shape::Raised(raised) = &mut view.shape {
                self.with_source(&spot, raised, work).await;
            }
        }
        Ok(view)
    }

    pub(in crate::engine) async fn value_children(
        &self,
        query: ChildrenQuery,
        work: &Work,
    ) -> Result<ChildrenView, Box<Failure>> {
        let spot = self.spot_of_value(&query.value, work).await?;
        let pickle = spot.pickle();
        let node = NodeId::from_bits(query.node);
        /// What a screen shows at once.
        const MOST: u64 = 500;
        let total = pickle::explore::child_count(pickle, node) as u64;
        let first = query.window.first.min(total);
        let end = first
            .saturating_add(query.window.count.min(MOST))
            .min(total);
        let found = pickle::explore::children(pickle, node, first as usize..end as usize);
        let children = found
            .into_iter()
            .map(|found| {
                let at = format!("{}{}", query.at, found.step);
                child(pickle, found.label, at, found.node)
            })
            .collect();
        Ok(ChildrenView {
            children,
            total,
            window: Window {
                first,
                count: end - first,
            },
        })
    }

    pub(in crate::engine) async fn value_hex(
        &self,
        query: HexQuery,
        work: &Work,
    ) -> Result<HexView, Box<Failure>> {
        /// What a screen shows at once, and more.
        const MOST: u64 = 64 << 10;
        let spot = self.spot_of_value(&query.value, work).await?;
        let bytes = match spot.pickle().value(spot.node) {
            Value::Bytes(bytes) | Value::ByteArray(bytes) => bytes,
            _ => &[],
        };
        let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(bytes.len());
        let start = place(query.from);
        let end = place(query.from.saturating_add(query.count.min(MOST)));
        Ok(HexView {
            from: start as u64,
            bytes: bytes.get(start..end).unwrap_or_default().to_vec(),
        })
    }

    /// The place that a question is about, which must be there.
    pub(super) async fn spot_of_value(
        &self,
        query: &ValueQuery,
        work: &Work,
    ) -> Result<Spot, Box<Failure>> {
        self.spot(query, work).await?.ok_or_else(|| {
            let place = format!("{}/{}{}", query.task, query.name, query.at);
            Failure::not_found("value", &place, "nothing that could be decoded")
        })
    }

    /// Looks at the SHA-1 of a value that was shown before.
    pub(in crate::engine) async fn value_check(
        &self,
        CheckQuery(query): CheckQuery,
        work: &Work,
    ) -> Result<CheckView, Box<Failure>> {
        let (place, artifact) = self.artifact(&query, work).await?;
        let decoded = self.artifact_value(&query, work).await;
        let record = record_of(&place.detail.folder, place.attempt, &query.name);
        self.note_fault(&place.loaded, &artifact.sha, &record, &decoded);
        Ok(CheckView {
            fault: decoded?.fault(),
        })
    }

    /// The decoded value of an artifact.
    pub async fn artifact_value(
        &self,
        query: &ValueQuery,
        work: &Work,
    ) -> Result<Rc<Decoded>, Box<Failure>> {
        let (place, artifact) = self.artifact(query, work).await?;
        let stored = place.loaded.stored(&artifact.sha);
        self.decode(stored, query.most(), work).await
    }

    pub(super) async fn artifact(
        &self,
        query: &ValueQuery,
        work: &Work,
    ) -> Result<(TaskPlace, Artifact), Box<Failure>> {
        let place = self
            .task_place_alone(&query.task, query.attempt, work)
            .await?;
        let Some(artifact) = place.detail.artifact(place.attempt, &query.name).cloned() else {
            let known = place
                .detail
                .artifacts
                .get(&place.attempt)
                .map(Vec::as_slice)
                .unwrap_or_default();
            let names: Vec<&str> = known
                .iter()
                .filter(|artifact| !artifact.hidden())
                .take(12)
                .map(|artifact| artifact.name.as_str())
                .collect();
            let nearest = if names.is_empty() {
                format!("no artifact of attempt {}", place.attempt)
            } else {
                let names = names.join(", ");
                format!("these artifacts of attempt {}: {names}", place.attempt)
            };
            return Err(Failure::not_found(
                "artifact",
                &format!("{}/{}", query.task, query.name),
                &nearest,
            ));
        };
        Ok((place, artifact))
    }

    pub(super) async fn decode_artifact(
        &self,
        place: &TaskPlace,
        artifact: &Artifact,
        most: Most,
        work: &Work,
    ) -> Result<Rc<Decoded>, Box<Failure>> {
        let stored = place.loaded.stored(&artifact.sha);
        self.decode_with(stored, most, Check::Later, work).await
    }
}

/// What is shown of a place.
fn shown(spot: &Spot, view: &mut ValueView) {
    let pickle = spot.pickle();
    let node = spot.node;
    view.at = spot.path.to_string();
    view.lost = spot.lost.clone();
    let steps = &spot.path.steps;
    let way = (0..=steps.len()).map(|until| {
        let place: String = steps.iter().take(until).map(ToString::to_string).collect();
        let label = match until.checked_sub(1).and_then(|last| steps.get(last)) {
            Some(step) => step.to_string(),
            None => view.name.clone(),
        };
        (label, place)
    });
    // What bytes hold is chosen beside the way: it is no part of them.
    let is_part = |(label, _): &(String, String)| *label != Step::Part(Part::Inside).to_string();
    view.way = way.filter(is_part).collect();
    // What was recorded is right even where only running the pickle would show it.
    if !view.class.contains('.') || !spot.is_whole() || spot.is_included {
        view.class = pickle::type_name(pickle, node);
    }
    view.summary = pickle::summary::summary(pickle, node);
    if spot.is_included || spot.is_inside() {
        view.problems.extend(spot.decoded.problems());
    }
    if spot.is_inside() {
        view.problems.extend(pickle.problems().iter().map(sentence));
    }
    if let Some(misfit) = numpy::misfit(pickle, node) {
        view.problems.push(misfit.problem);
    }
    if spot.is_included && spot.is_whole() {
        // As the client tells it: of the file, not of what points to it.
        let size = match pickle.value(node) {
            Value::Text(text) => text.bytes().len(),
            Value::Bytes(bytes) => bytes.len(),
            _ => 0,
        } as u64;
        view.size = Some(size);
        view.summary = format!("included file, {}", human::size(size));
    }
    let inside = contents(pickle, node);
    view.inside = inside.map(|inside| {
        let place = format!("{}{}", spot.path, Step::Part(Part::Inside));
        (inside.format.name().to_owned(), place)
    });
    view.holder = spot.holder.clone();
    view.shape = shape(pickle, node, &spot.within);
    view.is_page = is_page(pickle, node);
    view.is_markdown =
        matches!(view.shape, Shape::Text { .. }) && !view.is_page && is_markdown(pickle, node);
    view.saves = ways(spot);
    view.extension = extension(pickle, node).to_owned();
    view.pictures = pictures(spot);
    if let Some((mime, width, height)) = own_picture(spot) {
        view.shape = Shape::Image {
            mime,
            width,
            height,
        };
    }
    if let Some(raised) = raised(pickle, node) {
        view.shape = Shape::Raised(Box::new(raised));
    }
    if let Some(estimator) = estimator(spot) {
        view.shape = Shape::Estimator(Box::new(estimator));
    }
    view.cell = spot.cell.map(|(row, column)| (row as u64, column as u64));
    view.row = spot.row.map(|row| row as u64);
    let name = view.way.last().map(|(label, _)| label.clone());
    view.root = Some(child(
        pickle,
        name.unwrap_or_default(),
        view.at.clone(),
        node,
    ));
}

/// How far a decoded artifact can be relied on, whatever part of it is looked at.
fn judge(decoded: &Decoded, view: &mut ValueView) {
    let pickle = &decoded.pickle;
    view.damaged = decoded.fault().is_some();
    view.stored = Some(decoded.stored);
    let size = pickle.bytes().len() as u64;
    let recorded = view.size.replace(size);
    view.problems = decoded.problems().collect();
    if let Some(recorded) = recorded.filter(|recorded| *recorded != size) {
        view.problems.push(format!(
            "Its record says that it has {}; it has {}.",
            human::counted(recorded, "byte", "bytes"),
            human::counted(size, "byte", "bytes")
        ));
    }
    view.problems.extend(pickle.problems().iter().map(sentence));
    view.outcome = match pickle.outcome() {
        Outcome::Value => Trust::Whole,
        Outcome::ValueWithWarning => Trust::WithWarning,
        Outcome::Partial => Trust::Partial,
        Outcome::Error => Trust::Nothing,
    };
    /// A screenful; a pickle can name very many.
    const NAMED: usize = 50;
    view.classes = pickle
        .calls_not_made()
        .take(NAMED)
        .map(|global| global.to_string())
        .collect();
    view.dangerous = pickle
        .globals()
        .filter(|global| global.is_dangerous())
        .take(NAMED)
        .map(|global| global.to_string())
        .collect();
}
