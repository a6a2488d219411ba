//! The list of runs.
//!
//! Names are known at once; how each run went is read in portions, newest first,
//! and a partial answer is given after each.

use super::ask::{Failure, Window};
use super::lengths::{at_least, duration, measure, running_since, took};
use super::opened::Opened;
use super::{Engine, Work};
use crate::model::{Moment, RunBrief, RunPath, Span, Status, pathspec::natural};
use crate::sorting::{sort, sort_by, sort_by_key};
use serde::{Deserialize, Serialize};
use std::cmp::{Ordering, Reverse};
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
    /// Only runs that have this tag, whoever set it: what the client calls a namespace
    /// (`user:ana`, `production:…`). Flows, counts and the latest runs are those in it.
    pub namespace: Option<String>,
    pub sort: RunsSort,
    pub descending: bool,
    pub window: Window,
}

/// What its engine calls a run for people, where it has such names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunNameQuery {
    pub run: RunPath,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunNameView {
    pub name: Option<String>,
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
    /// Runs in all sources, of the namespace if one is chosen.
    pub total: u64,
    /// Runs that are in other namespaces.
    pub elsewhere: u64,
    /// Runs, of whichever namespace, that several sources hold: each is there once.
    pub shared: u64,
    /// Every namespace that a run is in, by its runs.
    pub namespaces: Vec<(String, u64)>,
    /// Runs that match the query.
    pub matching: u64,
    pub rows: Vec<RunRow>,
    pub window: Window,
    pub flows: Vec<FlowRow>,
    /// User tags by frequency.
    pub tags: Vec<(String, u64)>,
    pub users: Vec<(String, u64)>,
    /// Tags of @project, which Metaflow sets itself, by frequency.
    pub projects: Vec<(String, u64)>,
    /// How many runs have each status, among those of the chosen flow.
    pub statuses: Vec<(Status, u64)>,
    /// Runs whose outcome is not read yet, or not with all their tasks.
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
    /// What its engine calls it for people.
    pub name: Option<String>,
    /// What it came to in words of its engine.
    pub state: Option<String>,
    /// Not known while the run has not been read.
    pub status: Option<Status>,
    pub proof: String,
    /// The step it failed in, or had its last sign of life in.
    pub step: Option<String>,
    /// How many tasks failed for good, also of one that went well; `None` where that is not
    /// known, which reading all its tasks would tell.
    pub failed: Option<u64>,
    pub retried: u64,
    pub tasks: u64,
    /// Of the tasks so many have not been looked into yet.
    pub unseen: u64,
    pub user: Option<String>,
    pub tags: Vec<String>,
    pub started: Option<Moment>,
    pub duration: Option<Span>,
    /// It took longer than that: of its end only the last sign of life is known.
    pub at_least: bool,
    /// Since when it runs, if it still does.
    pub since: Option<Moment>,
    /// The longest duration and the median of the flow, to draw the bar against.
    pub longest: Option<Span>,
    pub median: Option<Span>,
    pub latest: bool,
    pub last_good: bool,
    /// Only a part of it is in the archive.
    pub in_part: bool,
    /// One step alone, run by itself.
    pub spun: bool,
    /// In which source it was found, by its place among those that are open.
    pub source: u32,
    /// So many other sources hold it too.
    pub also_in: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct History {
    pub flow: String,
    /// Oldest first, at most the last thirty.
    pub bars: Vec<PastRun>,
    pub median: Option<Span>,
    pub succeeded_first_time: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PastRun {
    pub run: String,
    pub name: Option<String>,
    pub status: Status,
    pub duration: Option<Span>,
    /// It took longer than that.
    pub at_least: bool,
}

/// How many runs are read between two partial answers.
pub(super) const PORTION: usize = 24;
const FIRST_PORTION: usize = 4;

/// A run in the list: its place and, once read, its line.
struct Line {
    path: RunPath,
    brief: Option<Rc<RunBrief>>,
    /// Of one that somebody has looked at: how many of its tasks failed.
    failed: Option<u64>,
    in_part: bool,
    source: u32,
    also_in: u32,
}

impl Engine {
    pub(super) async fn runs(
        &self,
        query: RunsQuery,
        work: &Work,
    ) -> Result<RunsView, Box<Failure>> {
        let all = self.run_paths();
        let opened = self.opened();
        if let Some(flow) = &query.flow
            && !opened.is_empty()
            && !all.iter().any(|path| path.flow == *flow)
        {
            return Err(self.no_such_run(&RunPath::new(flow, "")));
        }
        let mut unread: Vec<(usize, usize, RunPath)> = Vec::new();
        for path in &all {
            let (holder, store) = self.find_run(path)?;
            let Some(holder) = opened.iter().position(|open| Rc::ptr_eq(open, &holder)) else {
                continue;
            };
            let in_store = opened.get(holder).and_then(|open| open.stores.get(store));
            if in_store.is_some_and(|in_store| in_store.needs_brief(path, work)) {
                unread.push((holder, store, path.clone()));
            }
        }
        // The newest first, whatever the flow: they are what is looked at.
        sort_by(&mut unread, |a, b| natural(&b.2.run, &a.2.run));
        let mut in_part = Vec::new();
        // Of a folder each run costs questions of its own: the first few are shown early.
        let is_folder = |open: &Rc<Opened>| open.source.facts().can_grow;
        let mut length = match opened.iter().any(is_folder) {
            true => FIRST_PORTION,
            false => PORTION,
        };
        while !unread.is_empty() {
            if unread.len() > length {
                work.partial(&self.runs_view(&query, &all));
            }
            let mut portion: Vec<_> = unread.drain(..unread.len().min(length)).collect();
            length = (length * 2).min(PORTION);
            sort_by_key(&mut portion, |(holder, store, _)| (*holder, *store));
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
                    let first = self.read_first_lines(open, in_store, &paths, work).await;
                    in_part.extend(first.into_iter().map(|line| (open, in_store, line)));
                }
            }
        }
        // The many tasks of large runs come after the first lines of all.
        for (open, in_store, line) in in_part {
            work.partial(&self.runs_view(&query, &all));
            self.read_rest(open, in_store, line, work).await;
        }
        Ok(self.runs_view(&query, &all))
    }

    fn runs_view(&self, query: &RunsQuery, all: &[RunPath]) -> RunsView {
        let opened = self.opened();
        let now = self.host.now();
        let mut lines: Vec<Line> = all
            .iter()
            .map(|path| {
                let found = self.find_run(path).ok();
                let in_part = found.as_ref();
                let in_part = in_part.is_some_and(|(opened, _)| opened.is_in_part(path));
                let store = found
                    .as_ref()
                    .and_then(|(opened, at)| opened.stores.get(*at));
                let brief = store.and_then(|store| store.brief(path));
                let failed = store.and_then(|store| store.failed_tasks(path, now));
                let (source, also_in) = sources_of(&opened, path);
                Line {
                    path: path.clone(),
                    brief,
                    failed,
                    in_part,
                    source,
                    also_in,
                }
            })
            .collect();
        let is_read = |line: &&Line| line.brief.as_ref().is_some_and(|brief| brief.unseen == 0);
        let pending = lines.len() - lines.iter().filter(is_read).count();
        let shared = lines.iter().filter(|line| line.also_in > 0).count();
        let namespaces = counts(lines.iter().flat_map(Line::namespaces));
        if let Some(namespace) = &query.namespace {
            lines.retain(|line| line.has_tag(namespace));
        }
        // All runs of a flow stand side by side.
        let by_flow = lines.chunk_by(|a, b| a.path.flow == b.path.flow);
        let flows: Vec<OfFlow<'_>> = by_flow.filter_map(|lines| OfFlow::of(lines, now)).collect();
        let flow_of = |name: &str| flows.iter().find(|flow| flow.name == name);
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
        sort_by(&mut matching, |a, b| {
            let order = compare(query.sort, now, a, b);
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
            .map(|line| row(line, flow_of(&line.path.flow), now))
            .collect();
        let history_of = match (&query.flow, flows.as_slice()) {
            (Some(name), _) => flow_of(name),
            (None, [only]) => Some(only),
            (None, _) => None,
        };
        RunsView {
            total: lines.len() as u64,
            elsewhere: (all.len() - lines.len()) as u64,
            shared: shared as u64,
            namespaces,
            matching: matching.len() as u64,
            rows,
            window: query.window,
            flows: flows
                .iter()
                .map(|flow| FlowRow {
                    name: flow.name.to_owned(),
                    runs: flow.lines.len() as u64,
                    status: flow.lines.first().and_then(Line::status),
                })
                .collect(),
            tags: counts(lines.iter().filter(in_flow).flat_map(|line| {
                line.brief
                    .iter()
                    .flat_map(|brief| brief.record.tags.iter().cloned())
            })),
            projects: counts(lines.iter().filter(in_flow).flat_map(|line| {
                let records = line.brief.iter().map(|brief| &brief.record);
                let tags = records.flat_map(|record| record.system_tags.iter());
                tags.filter(|tag| tag.starts_with("project")).cloned()
            })),
            users: counts(
                lines
                    .iter()
                    .filter(in_flow)
                    .filter_map(|line| line.brief.as_ref()?.record.user.clone()),
            ),
            statuses: Status::tally(lines.iter().filter(in_flow).filter_map(Line::status)),
            pending: pending as u64,
            history: history_of.map(|flow| history(flow, now)),
        }
    }
}

impl Line {
    fn is_spun(&self) -> bool {
        self.brief.as_ref().is_some_and(|brief| brief.spun)
    }

    fn tags(&self) -> impl Iterator<Item = &String> {
        let records = self.brief.iter().map(|brief| &brief.record);
        records.flat_map(|record| record.tags.iter().chain(&record.system_tags))
    }

    /// The client looks among all tags: one that a user set works too.
    fn has_tag(&self, wanted: &str) -> bool {
        let brief = self.brief.as_ref();
        brief.is_some_and(|brief| brief.record.has_tag(wanted))
    }

    /// The tags that are meant as namespaces (Metaflow `util.py`, `get_username`;
    /// `plugins/argo`, `plugins/aws/step_functions`: `production:` and a token).
    fn namespaces(&self) -> impl Iterator<Item = String> {
        let is_one = |tag: &&String| tag.starts_with("user:") || tag.starts_with("production:");
        self.tags().filter(is_one).cloned()
    }

    fn status(&self) -> Option<Status> {
        self.brief.as_ref()?.status
    }
}

/// The runs of one flow, newest first, and what they say about each of them.
struct OfFlow<'a> {
    name: &'a str,
    lines: &'a [Line],
    latest: Option<&'a str>,
    last_good: Option<&'a str>,
    longest: Option<Span>,
    median: Option<Span>,
}

impl<'a> OfFlow<'a> {
    fn of(lines: &'a [Line], now: Moment) -> Option<Self> {
        let went_well = |line: &&Line| line.status().is_some_and(went_well);
        // One step alone is no measure of a run, and no latest one.
        let whole = || lines.iter().filter(|line| !line.is_spun());
        let durations = whole().filter_map(|line| measure(line.brief.as_deref()?, now));
        let longest = whole()
            .filter_map(|line| took(line.brief.as_deref()?, now))
            .max();
        let run = |line: &'a Line| line.path.run.as_str();
        Some(Self {
            name: &lines.first()?.path.flow,
            lines,
            latest: whole().next().map(run),
            last_good: whole().find(went_well).map(run),
            longest,
            median: Span::median(durations.collect()),
        })
    }
}

pub(super) fn went_well(status: Status) -> bool {
    matches!(status, Status::Succeeded | Status::Retried | Status::Cached)
}

/// Which source a run counts as being of, by its place, and how many others hold it too.
pub(super) fn sources_of(opened: &[Rc<Opened>], run: &RunPath) -> (u32, u32) {
    let mut holders = opened.iter().zip(0..).filter(|(open, _)| open.has(run));
    let first = holders.next().map_or(0, |(_, at)| at);
    (first, holders.count() as u32)
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
    if !query.tags.iter().all(|tag| record.has_tag(tag)) {
        return false;
    }
    let text = query.text.trim().to_lowercase();
    let found = |field: &str| field.to_lowercase().contains(&text);
    text.is_empty()
        || found(&line.path.to_string())
        || record.name.as_deref().is_some_and(found)
        || record.user.as_deref().is_some_and(found)
        || record.tags.iter().any(|tag| found(tag))
        // What every run has (its Python, its runtime) is nothing to look for.
        || record.system_tags.iter().any(|tag| tag.starts_with("project") && found(tag))
}

fn compare(sort: RunsSort, now: Moment, a: &Line, b: &Line) -> Ordering {
    let by = |line: &Line| line.brief.clone().unwrap_or_default();
    match sort {
        RunsSort::Started => by(a).record.started.cmp(&by(b).record.started),
        RunsSort::Status => by(a).status.cmp(&by(b).status),
        RunsSort::Flow => a.path.flow.cmp(&b.path.flow),
        RunsSort::User => by(a).record.user.cmp(&by(b).record.user),
        RunsSort::Duration => took(&by(a), now).cmp(&took(&by(b), now)),
    }
}

fn row(line: &Line, flow: Option<&OfFlow<'_>>, now: Moment) -> RunRow {
    let brief = line.brief.clone().unwrap_or_default();
    let is = |of: Option<&str>| of == Some(line.path.run.as_str());
    RunRow {
        flow: line.path.flow.clone(),
        run: line.path.run.clone(),
        name: brief.record.name.clone(),
        state: brief.state.as_deref().map(str::to_owned),
        status: brief.status,
        proof: brief.proof.clone(),
        step: match brief.status {
            Some(Status::Failed) => brief.failed_step.clone(),
            Some(Status::Running | Status::Unfinished | Status::Unknown) => brief.last_step.clone(),
            _ => None,
        },
        failed: brief.failed.or(line.failed),
        retried: brief.retried,
        tasks: brief.tasks,
        unseen: brief.unseen,
        user: brief.record.user.clone(),
        tags: brief.record.tags.clone(),
        started: brief
            .record
            .started
            .or_else(|| crate::formats::metaflow::store::started_by_id(&line.path.run)),
        duration: took(&brief, now),
        at_least: at_least(&brief),
        since: running_since(&brief),
        longest: flow.and_then(|flow| flow.longest),
        median: flow.and_then(|flow| flow.median),
        latest: flow.is_some_and(|flow| is(flow.latest)),
        last_good: flow.is_some_and(|flow| is(flow.last_good)),
        in_part: line.in_part,
        spun: brief.spun,
        source: line.source,
        also_in: line.also_in,
    }
}

fn history(flow: &OfFlow<'_>, now: Moment) -> History {
    const SHOWN: usize = 30;
    let known = flow.lines.iter().filter_map(|line| {
        let brief = line.brief.as_ref().filter(|brief| !brief.spun)?;
        Some(PastRun {
            run: line.path.run.clone(),
            name: brief.record.name.clone(),
            status: brief.status?,
            duration: duration(brief, now),
            at_least: at_least(brief),
        })
    });
    let mut bars: Vec<PastRun> = known.take(SHOWN).collect();
    bars.reverse();
    let first_time = bars
        .iter()
        .filter(|run| matches!(run.status, Status::Succeeded | Status::Cached))
        .count();
    History {
        flow: flow.name.to_owned(),
        bars,
        median: flow.median,
        succeeded_first_time: first_time as u64,
    }
}

/// How often each occurs, the most frequent first, then by name.
fn counts(items: impl Iterator<Item = String>) -> Vec<(String, u64)> {
    let mut items: Vec<String> = items.collect();
    sort(&mut items);
    let same = items.chunk_by(|a, b| a == b);
    let mut counts: Vec<(String, u64)> = same
        .filter_map(|same| Some((same.first()?.clone(), same.len() as u64)))
        .collect();
    sort_by_key(&mut counts, |(_, count)| Reverse(*count));
    counts
}
