//! The list of runs.
//!
//! Names are known at once; how each run went is read in portions, newest first,
//! and a partial answer is given after each.

use super::ask::{Failure, Window};
use super::{Engine, Work};
use crate::formats::metaflow::brief::RunBrief;
use crate::model::{Moment, RunPath, Span, Status, pathspec::natural};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::rc::Rc;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RunsQuery {
    pub flow: Option<String>,
    /// Text in the flow, the id, the user or a tag, in any case.
    pub text: String,
    pub statuses: Vec<Status>,
    /// All of these.
    pub tags: Vec<String>,
    pub user: Option<String>,
    pub sort: RunsSort,
    pub descending: bool,
    pub window: Window,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum RunsSort {
    #[default]
    Started,
    Status,
    Flow,
    User,
    Duration,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RunsView {
    /// Runs in all sources.
    pub total: u64,
    /// Runs that match the query.
    pub matching: u64,
    pub rows: Vec<RunRow>,
    pub window: Window,
    pub flows: Vec<FlowRow>,
    /// User tags by frequency.
    pub tags: Vec<(String, u64)>,
    pub users: Vec<(String, u64)>,
    /// How many runs have each status, among those of the chosen flow.
    pub statuses: Vec<(Status, u64)>,
    /// Runs whose outcome is not read yet.
    pub pending: u64,
    /// The past durations of the chosen flow, or of the only one.
    pub history: Option<History>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FlowRow {
    pub name: String,
    pub runs: u64,
    /// The newest run's.
    pub status: Option<Status>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunRow {
    pub flow: String,
    pub run: String,
    /// Not known while the run has not been read.
    pub status: Option<Status>,
    pub proof: String,
    /// The step it failed in, or had its last sign of life in.
    pub step: Option<String>,
    pub retried: u64,
    pub tasks: u64,
    pub user: Option<String>,
    pub tags: Vec<String>,
    pub started: Option<Moment>,
    pub duration: Option<Span>,
    /// The longest duration and the median of the flow, to draw the bar against.
    pub longest: Option<Span>,
    pub median: Option<Span>,
    pub latest: bool,
    pub last_good: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct History {
    pub flow: String,
    /// Oldest first, at most the last thirty.
    pub bars: Vec<(Status, Option<Span>, String)>,
    pub median: Option<Span>,
    pub succeeded_first_time: u64,
}

/// How many runs are read between two partial answers.
const PORTION: usize = 24;

/// A run in the list: its place and, once read, its line.
struct Line {
    path: RunPath,
    brief: Option<Rc<RunBrief>>,
}

impl Engine {
    pub(super) async fn runs(&self, query: RunsQuery, work: &Work) -> Result<RunsView, Failure> {
        let all = self.run_paths();
        let opened = self.opened();
        let mut unread: Vec<(usize, usize, RunPath)> = Vec::new();
        for path in &all {
            let (holder, store) = self.find_run(path)?;
            let Some(holder) = opened.iter().position(|open| Rc::ptr_eq(open, &holder)) else {
                continue;
            };
            let in_store = opened.get(holder).and_then(|open| open.stores.get(store));
            if in_store.is_some_and(|in_store| in_store.brief(path).is_none()) {
                unread.push((holder, store, path.clone()));
            }
        }
        // The newest first, whatever the flow: they are what is looked at.
        unread.sort_by(|a, b| natural(&b.2.run, &a.2.run));
        while !unread.is_empty() {
            if unread.len() > PORTION {
                work.partial(&self.runs_view(&query, &all));
            }
            let mut portion: Vec<_> = unread.drain(..unread.len().min(PORTION)).collect();
            portion.sort();
            for in_one_store in portion.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
                let Some((holder, store, _)) = in_one_store.first() else {
                    continue;
                };
                let Some(open) = opened.get(*holder) else {
                    continue;
                };
                let paths: Vec<RunPath> = in_one_store
                    .iter()
                    .map(|(_, _, path)| path.clone())
                    .collect();
                if let Some(in_store) = open.stores.get(*store) {
                    in_store.read_briefs(open, &paths, work).await;
                }
            }
        }
        Ok(self.runs_view(&query, &all))
    }

    /// The line of one run, read if it has not been.
    pub(super) async fn brief_of(
        &self,
        path: &RunPath,
        work: &Work,
    ) -> Result<Rc<RunBrief>, Failure> {
        let (opened, at) = self.find_run(path)?;
        let Some(store) = opened.stores.get(at) else {
            return Ok(Rc::default());
        };
        if store.brief(path).is_none() {
            store
                .read_briefs(&opened, std::slice::from_ref(path), work)
                .await;
        }
        Ok(store.brief(path).unwrap_or_default())
    }

    fn runs_view(&self, query: &RunsQuery, all: &[RunPath]) -> RunsView {
        let lines: Vec<Line> = all
            .iter()
            .map(|path| {
                let brief = self
                    .find_run(path)
                    .ok()
                    .and_then(|(opened, at)| opened.stores.get(at)?.brief(path));
                Line {
                    path: path.clone(),
                    brief,
                }
            })
            .collect();
        let mut by_flow: BTreeMap<&str, Vec<&Line>> = BTreeMap::new();
        for line in &lines {
            by_flow.entry(&line.path.flow).or_default().push(line);
        }
        let standings: BTreeMap<&str, Standing> = by_flow
            .iter()
            .map(|(flow, lines)| (*flow, Standing::of(lines)))
            .collect();
        let in_flow = |line: &&Line| {
            query
                .flow
                .as_ref()
                .is_none_or(|flow| line.path.flow == *flow)
        };
        let mut matching: Vec<&Line> = lines
            .iter()
            .filter(in_flow)
            .filter(|line| matches(query, line))
            .collect();
        matching.sort_by(|a, b| {
            let order = compare(query.sort, a, b);
            let order = if query.descending {
                order.reverse()
            } else {
                order
            };
            order.then_with(|| natural(&b.path.run, &a.path.run))
        });
        let shown = query.window.of(&matching);
        let rows = shown
            .iter()
            .map(|line| row(line, standings.get(line.path.flow.as_str())))
            .collect();
        let history_flow = query.flow.as_deref().or_else(|| {
            let mut flows = by_flow.keys();
            flows.next().filter(|_| flows.next().is_none()).copied()
        });
        RunsView {
            total: lines.len() as u64,
            matching: matching.len() as u64,
            rows,
            window: query.window,
            flows: by_flow
                .iter()
                .map(|(flow, lines)| FlowRow {
                    name: (*flow).to_owned(),
                    runs: lines.len() as u64,
                    status: lines.first().and_then(|line| line.brief.as_ref()?.status),
                })
                .collect(),
            tags: counts(lines.iter().filter(in_flow).flat_map(|line| {
                line.brief
                    .iter()
                    .flat_map(|brief| brief.record.tags.iter().cloned())
            })),
            users: counts(
                lines
                    .iter()
                    .filter(in_flow)
                    .filter_map(|line| line.brief.as_ref()?.record.user.clone()),
            ),
            statuses: Status::ALL
                .into_iter()
                .map(|status| {
                    let same = |line: &&Line| {
                        line.brief
                            .as_ref()
                            .is_some_and(|brief| brief.status == Some(status))
                    };
                    (
                        status,
                        lines.iter().filter(in_flow).filter(same).count() as u64,
                    )
                })
                .filter(|(_, count)| *count > 0)
                .collect(),
            pending: lines.iter().filter(|line| line.brief.is_none()).count() as u64,
            history: history_flow
                .and_then(|flow| Some(history(flow, by_flow.get(flow)?, standings.get(flow)?))),
        }
    }
}

/// What a flow's runs say about each of them.
struct Standing {
    latest: Option<String>,
    last_good: Option<String>,
    longest: Option<Span>,
    median: Option<Span>,
}

impl Standing {
    /// `lines` are newest first.
    fn of(lines: &[&Line]) -> Self {
        let good = lines.iter().find(|line| {
            line.brief
                .as_ref()
                .and_then(|brief| brief.status)
                .is_some_and(went_well)
        });
        let mut durations: Vec<Span> = lines
            .iter()
            .filter(|line| {
                line.brief
                    .as_ref()
                    .and_then(|brief| brief.status)
                    .is_some_and(went_well)
            })
            .filter_map(|line| duration(line.brief.as_deref()?))
            .collect();
        durations.sort();
        let longest = lines
            .iter()
            .filter_map(|line| duration(line.brief.as_deref()?))
            .max();
        Self {
            latest: lines.first().map(|line| line.path.run.clone()),
            last_good: good.map(|line| line.path.run.clone()),
            longest,
            median: durations.get(durations.len() / 2).copied(),
        }
    }
}

pub(super) fn went_well(status: Status) -> bool {
    matches!(status, Status::Succeeded | Status::Retried | Status::Cached)
}

pub(super) fn duration(brief: &RunBrief) -> Option<Span> {
    Some(brief.ended?.since(brief.record.started?))
}

fn matches(query: &RunsQuery, line: &Line) -> bool {
    let brief = line.brief.as_deref();
    let status = brief.and_then(|brief| brief.status);
    if !query.statuses.is_empty() && !status.is_some_and(|status| query.statuses.contains(&status))
    {
        return false;
    }
    let empty = Default::default();
    let record = brief.map_or(&empty, |brief| &brief.record);
    if query.user.is_some() && record.user != query.user {
        return false;
    }
    let has = |tag: &String| record.tags.contains(tag) || record.system_tags.contains(tag);
    if !query.tags.iter().all(has) {
        return false;
    }
    let text = query.text.trim().to_lowercase();
    let found = |field: &str| field.to_lowercase().contains(&text);
    text.is_empty()
        || found(&line.path.to_string())
        || record.user.as_deref().is_some_and(found)
        || record.tags.iter().any(|tag| found(tag))
}

fn compare(sort: RunsSort, a: &Line, b: &Line) -> Ordering {
    let by = |line: &Line| line.brief.clone().unwrap_or_default();
    match sort {
        RunsSort::Started => by(a).record.started.cmp(&by(b).record.started),
        RunsSort::Status => by(a).status.cmp(&by(b).status),
        RunsSort::Flow => a.path.flow.cmp(&b.path.flow),
        RunsSort::User => by(a).record.user.cmp(&by(b).record.user),
        RunsSort::Duration => duration(&by(a)).cmp(&duration(&by(b))),
    }
}

fn row(line: &Line, standing: Option<&Standing>) -> RunRow {
    let brief = line.brief.clone().unwrap_or_default();
    let is = |of: Option<&String>| of == Some(&line.path.run);
    RunRow {
        flow: line.path.flow.clone(),
        run: line.path.run.clone(),
        status: brief.status,
        proof: brief.proof.clone(),
        step: match brief.status {
            Some(Status::Failed) => brief.failed_step.clone(),
            Some(Status::Running | Status::Unfinished) => brief.last_step.clone(),
            _ => None,
        },
        retried: brief.retried,
        tasks: brief.tasks,
        user: brief.record.user.clone(),
        tags: brief.record.tags.clone(),
        started: brief
            .record
            .started
            .or_else(|| crate::formats::metaflow::store::started_by_id(&line.path.run)),
        duration: duration(&brief),
        longest: standing.and_then(|standing| standing.longest),
        median: standing.and_then(|standing| standing.median),
        latest: standing.is_some_and(|standing| is(standing.latest.as_ref())),
        last_good: standing.is_some_and(|standing| is(standing.last_good.as_ref())),
    }
}

fn history(flow: &str, lines: &[&Line], standing: &Standing) -> History {
    const SHOWN: usize = 30;
    let known = |line: &&&Line| {
        line.brief
            .as_ref()
            .is_some_and(|brief| brief.status.is_some())
    };
    let mut bars: Vec<(Status, Option<Span>, String)> = lines
        .iter()
        .filter(known)
        .take(SHOWN)
        .filter_map(|line| {
            let brief = line.brief.as_ref()?;
            Some((brief.status?, duration(brief), line.path.run.clone()))
        })
        .collect();
    bars.reverse();
    let first_time = bars
        .iter()
        .filter(|(status, _, _)| matches!(status, Status::Succeeded | Status::Cached))
        .count();
    History {
        flow: flow.to_owned(),
        bars,
        median: standing.median,
        succeeded_first_time: first_time as u64,
    }
}

/// How often each occurs, the most frequent first, then by name.
fn counts(items: impl Iterator<Item = String>) -> Vec<(String, u64)> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for item in items {
        *counts.entry(item).or_default() += 1;
    }
    let mut counts: Vec<(String, u64)> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts
}
