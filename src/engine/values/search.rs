//! Looking for a text in the parts of a value, near parts first.
//!
//! Start with [`Engine::value_search`].

use super::shape::child;
use super::{SearchQuery, SearchView};
use crate::engine::ask::Failure;
use crate::engine::{Engine, Work};
use crate::pickle::explore::{child_count, children};
use crate::pickle::{NodeId, summary};
use crate::source::{Pace as _, Progress, Unit};
use std::collections::{HashSet, VecDeque};

/// Parts that are looked at: a value of more is told to have been searched in part.
const LOOKED_AT: u64 = 500_000;

/// Hits that are shown.
const SHOWN: usize = 200;

/// Parts of one value that are fetched at a time.
const WINDOW: usize = 512;

impl Engine {
    pub(in crate::engine) async fn value_search(
        &self,
        query: SearchQuery,
        work: &Work,
    ) -> Result<SearchView, Box<Failure>> {
        let spot = self.spot_of_value(&query.value, work).await?;
        let pickle = spot.pickle();
        let text = query.text.trim().to_lowercase();
        let mut view = SearchView::default();
        if text.is_empty() {
            return Ok(view);
        }
        let mut seen: HashSet<NodeId> = HashSet::new();
        let mut open: VecDeque<(NodeId, String)> = VecDeque::new();
        open.push_back((spot.node, spot.path.to_string()));
        seen.insert(spot.node);
        while let Some((node, place)) = open.pop_front() {
            let count = child_count(pickle, node);
            for first in (0..count).step_by(WINDOW) {
                for part in children(pickle, node, first..first + WINDOW) {
                    view.looked_at += 1;
                    let at = format!("{place}{}", part.step);
                    let holds = child_count(pickle, part.node) > 0;
                    let found = part.label.to_lowercase().contains(&text)
                        || !holds && has(pickle, part.node, &text);
                    if found {
                        view.hits_total += 1;
                        if view.hits.len() < SHOWN {
                            let hit = child(pickle, at.clone(), at.clone(), part.node);
                            view.hits.push(hit);
                        }
                    }
                    // What is shared is looked into once, and what holds itself, too.
                    if holds && seen.insert(part.node) {
                        open.push_back((part.node, at));
                    }
                }
                if view.looked_at >= LOOKED_AT {
                    view.in_part = true;
                    return Ok(view);
                }
                work.progress(Progress {
                    what: "Searching".to_owned(),
                    done: view.looked_at,
                    total: None,
                    unit: Unit::Things,
                });
                work.breathe().await;
            }
        }
        Ok(view)
    }
}

/// Whether a single value has the text in what a line of it says, or anywhere if it is a
/// text itself.
fn has(pickle: &crate::pickle::Pickle, node: NodeId, text: &str) -> bool {
    match pickle.value(node) {
        crate::pickle::Value::Text(own) => own.lossy().to_lowercase().contains(text),
        _ => summary::summary(pickle, node).to_lowercase().contains(text),
    }
}
