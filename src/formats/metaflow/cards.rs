//! The pages that tasks drew of themselves (Metaflow `plugins/cards/card_datastore.py`).
//!
//! Only their names are read: type, id and uuid stand in them. Which attempt drew a card
//! is noted in the task's metadata, under the card's uuid.

use super::folders::listed;
use super::json::Problems;
use super::paths::Store;
use crate::model::{Card, CardFile, MetadataEntry, RunPath, TaskPath};
use crate::sorting::{SortedMap, sort_by};
use crate::source::{Shelf, join};

/// The cards of a task, by type, id and uuid.
pub fn list(
    shelf: &Shelf,
    store: &Store,
    task: &TaskPath,
    metadata: &[MetadataEntry],
    problems: &mut Problems,
) -> Vec<Card> {
    let folder = store.cards(task);
    let mut found: SortedMap<String, Card> = SortedMap::default();
    let mut add = |folder: &str, ending: &str, problems: &mut Problems| {
        let Some(listing) = listed(shelf, folder, problems) else {
            return;
        };
        for (name, size) in listing.files() {
            let Some(card) = name.strip_suffix(ending).and_then(named) else {
                continue;
            };
            let file = CardFile {
                path: join(folder, name),
                size,
            };
            let card = found.value_or_insert_with(card.uuid.clone(), || card);
            match ending {
                PAGE => card.page = Some(file),
                _ => card.update = Some(file),
            }
        }
    };
    add(&format!("{folder}/cards"), PAGE, problems);
    add(&format!("{folder}/runtime"), UPDATE, problems);
    // Until June 2022 ids of tasks were taken to be unique in a run.
    let old = store.old_cards(task);
    add(&format!("{old}/cards"), PAGE, problems);
    let mut cards: Vec<Card> = found.into_values().collect();
    for card in &mut cards {
        let noted = metadata.iter().find(|entry| entry.field == card.uuid);
        card.attempt = noted.and_then(|entry| entry.attempt);
    }
    sort_by(&mut cards, |a, b| {
        let key = |card: &Card| (card.attempt, card.kind.clone(), card.id.clone());
        key(a).cmp(&key(b)).then_with(|| a.uuid.cmp(&b.uuid))
    });
    cards
}

/// The tasks of a run that have a folder of cards, by step and id; releases before June
/// 2022 did not note the step.
pub fn tasks(shelf: &Shelf, store: &Store, run: &RunPath) -> Vec<(Option<String>, String)> {
    let root = store.run_cards(run);
    let mut found = Vec::new();
    let folders = |folder: &str| -> Vec<String> {
        let listing = shelf.list(folder).and_then(Result::ok);
        let names = listing.iter().flat_map(|listing| listing.folders());
        names.map(str::to_owned).collect()
    };
    for step in folders(&join(&root, "steps")) {
        for task in folders(&format!("{root}/steps/{step}/tasks")) {
            found.push((Some(step.clone()), task));
        }
    }
    for task in folders(&join(&root, "tasks")) {
        found.push((None, task));
    }
    found
}

/// The files of the cards of a run, with their sizes where the source tells them.
pub fn files(shelf: &Shelf, store: &Store, run: &RunPath) -> Vec<(String, Option<u64>)> {
    let root = store.run_cards(run);
    let mut found = Vec::new();
    for (step, task) in tasks(shelf, store, run) {
        let folder = match step {
            Some(step) => format!("{root}/steps/{step}/tasks/{task}"),
            None => format!("{root}/tasks/{task}"),
        };
        for kind in ["cards", "runtime"] {
            let folder = join(&folder, kind);
            let listing = shelf.list(&folder).and_then(Result::ok);
            let files = listing.iter().flat_map(|listing| listing.files());
            found.extend(files.map(|(name, size)| (join(&folder, name), size)));
        }
    }
    found
}

const PAGE: &str = ".html";
const UPDATE: &str = ".data.json";

/// `TYPE-UUID` or `TYPE-ID-UUID`; any other name is no card's.
fn named(stem: &str) -> Option<Card> {
    let parts: Vec<&str> = stem.split('-').collect();
    let (kind, id, uuid) = match parts.as_slice() {
        [kind, uuid] => (kind, None, uuid),
        [kind, id, uuid] => (kind, Some(id), uuid),
        _ => return None,
    };
    if uuid.is_empty() || !uuid.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    Some(Card {
        kind: (*kind).to_owned(),
        id: id.map(|id| (*id).to_owned()),
        uuid: (*uuid).to_owned(),
        attempt: None,
        page: None,
        update: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_name(stem: &str, expected: Option<(&str, Option<&str>, &str)>) {
        let card = named(stem);
        let told = card
            .as_ref()
            .map(|card| (card.kind.as_str(), card.id.as_deref(), card.uuid.as_str()));
        assert_eq!(told, expected, "{stem}");
    }

    #[test]
    fn a_name_tells_type_id_and_uuid() {
        check_name("default-5378a93b", Some(("default", None, "5378a93b")));
        check_name(
            "blank-summary-9145c3",
            Some(("blank", Some("summary"), "9145c3")),
        );
        check_name("default", None);
        check_name("a-b-c-d", None);
        check_name("tmp-notes", None);
    }
}
