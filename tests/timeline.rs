//! Timelines of recorded runs, drawn as text for a human to review: rows with their bars,
//! how much ran at once, what the end waited for, and the sums.
//!
//! ```text
//! ░ waits to begin   █ at work   ▒ an attempt that failed   · between attempts   _ critical
//! ```

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed, which is what it is for"
)]

#[path = "support/fixtures.rs"]
mod fixtures;
#[path = "support/folder.rs"]
mod folder;
#[path = "support/host.rs"]
mod host;

use folder::{MemoryFolder, unpacked};
use host::TestHost;
use runglass::engine::ask::Window;
use runglass::engine::overview::OverviewQuery;
use runglass::engine::timeline::{
    Grouping, Order, RowsQuery, TaskBar, TimelineQuery, TimelineRow, TimelineView, Untold,
};
use runglass::engine::{Engine, Given};
use runglass::layout::timeline::Stretch;
use runglass::layout::timeline::critical::Reason;
use runglass::model::{RunPath, Span, Status};
use runglass::source::{MemoryBlob, NoPace, open_blob};
use runglass::text::human;
use std::fmt::Write as _;
use std::rc::Rc;

const COLUMNS: usize = 60;

fn opened(archive: &str) -> Engine {
    let blob = MemoryBlob::new("runs.zip", fixtures::bytes(archive));
    let (engine, opened) = TestHost::given(Given::File(Rc::new(blob))).open("runs.zip");
    opened.unwrap();
    engine
}

fn question(run: &RunPath) -> TimelineQuery {
    TimelineQuery {
        run: run.clone(),
        rows: RowsQuery::default(),
        window: Window {
            first: 0,
            count: 1000,
        },
        columns: 0,
        part: None,
        beat: 0,
        cut: false,
        range: None,
    }
}

fn asked(engine: &Engine, query: TimelineQuery) -> TimelineView {
    pollster::block_on(engine.ask(query)).unwrap()
}

fn run(path: &str) -> RunPath {
    let (flow, run) = path.split_once('/').unwrap();
    RunPath::new(flow, run)
}

/// The newest run of a flow in the bundled example.
const EXAMPLE: &str = "public/examples/trainflow.zip";
const BASICS: &str = "tests/fixtures/metaflow/basics.zip";

fn length(span: Span) -> String {
    human::span(span.0)
}

/// A task's bar, one character for each column of the whole.
fn bar(task: &TaskBar, whole: Stretch) -> String {
    let width = whole.length().0.max(1) as f64 / COLUMNS as f64;
    let column = |at: Span| (((at.0 - whole.from.0) as f64 / width) as usize).min(COLUMNS - 1);
    let mut bar = vec![' '; COLUMNS];
    let mut paint = |time: Stretch, with: char| bar[column(time.from)..=column(time.to)].fill(with);
    let timed: Vec<_> = task
        .attempts
        .iter()
        .filter_map(|one| Some((one.time?, one)))
        .collect();
    if let Some(queued) = task.queued {
        paint(queued, '░');
    }
    if let (Some((first, _)), Some((last, _))) = (timed.first(), timed.last()) {
        paint(first.with(*last), '·');
    }
    for (time, attempt) in &timed {
        paint(
            *time,
            if attempt.status == Status::Failed {
                '▒'
            } else {
                '█'
            },
        );
    }
    bar.into_iter().collect()
}

fn drawn(view: &TimelineView) -> String {
    let mut text = String::new();
    let whole = view.whole;
    writeln!(
        text,
        "{} of {} tasks in {}, {} at once at most{}",
        view.matching,
        view.total,
        length(whole.length()),
        view.most_at_once,
        match view.untimed {
            0 => String::new(),
            untimed => format!(", {untimed} without times"),
        }
    )
    .unwrap();
    for idle in &view.idle {
        writeln!(
            text,
            "idle for {} from {}",
            length(idle.length()),
            length(idle.from)
        )
        .unwrap();
    }
    for row in &view.rows {
        match row {
            TimelineRow::Group(group) => {
                let sign = if group.is_open { '▾' } else { '▸' };
                writeln!(
                    text,
                    "{sign} {} ×{} {}, {} failed, {} at once",
                    group.name,
                    group.tasks,
                    group.status.key(),
                    group.failed,
                    group.most_at_once
                )
                .unwrap();
            }
            TimelineRow::Task(task) => {
                let name = format!("{}{}", if task.is_inside { "  " } else { "" }, task.name);
                let on_path = task.on_path.as_ref().map(|on| {
                    let before = on.before.clone().unwrap_or_default();
                    format!(" _ {:?} {before} +{}", on.reason, length(on.wait.length()))
                });
                let hosts = task.attempts.iter().filter_map(|one| one.host.as_ref());
                let hosts: String = hosts.map(|host| format!(" @{host}")).collect();
                writeln!(
                    text,
                    "{name:28}|{}|{hosts}{}",
                    bar(task, whole),
                    on_path.unwrap_or_default()
                )
                .unwrap();
            }
            TimelineRow::Rest { left, .. } => writeln!(text, "  and {left} more").unwrap(),
        }
    }
    writeln!(text, "critical path: {} tasks", view.path.tasks).unwrap();
    for step in &view.path.steps {
        writeln!(
            text,
            "  {} ×{} {}, of it {} retrying, after {}",
            step.step,
            step.tasks,
            length(step.took),
            length(step.retrying),
            length(step.waited)
        )
        .unwrap();
    }
    let sums = &view.sums;
    writeln!(
        text,
        "{} to {}: {} tasks, {:.2} at once, queued {}",
        length(sums.range.from),
        length(sums.range.to),
        sums.tasks,
        sums.at_once,
        length(sums.queued.unwrap())
    )
    .unwrap();
    for busy in &sums.busiest {
        writeln!(text, "  {} {}", busy.name, length(busy.worked)).unwrap();
    }
    text
}

/// Draws a recorded run, and compares it with its picture of last time.
#[track_caller]
fn check(archive: &str, path: &str, name: &str, change: impl FnOnce(&mut TimelineQuery)) {
    let mut query = question(&run(path));
    change(&mut query);
    let view = asked(&opened(archive), query);
    insta::assert_snapshot!(name, drawn(&view));
}

#[test]
fn a_run_that_went_well_at_the_second_try() {
    check(EXAMPLE, "TrainFlow/1795218597618720", "retried", |_| {});
}

#[test]
fn a_run_that_failed() {
    check(EXAMPLE, "TrainFlow/1795218658028712", "failed", |_| {});
}

#[test]
fn grouped_by_the_value_of_a_foreach() {
    check(
        EXAMPLE,
        "TrainFlow/1795218658028712",
        "by_country",
        |query| {
            query.rows.group = Grouping::Foreach("country".to_owned());
        },
    );
}

#[test]
fn the_longest_first_in_one_list() {
    check(EXAMPLE, "TrainFlow/1795218658028712", "longest", |query| {
        query.rows.group = Grouping::None;
        query.rows.order = Order::Duration;
        query.rows.descending = true;
    });
}

#[test]
fn by_status_and_only_some() {
    check(
        EXAMPLE,
        "TrainFlow/1795218658028712",
        "by_status",
        |query| {
            query.rows.group = Grouping::Status;
            query.rows.text = "feat".to_owned();
            query.rows.flipped = vec!["succeeded".to_owned()];
        },
    );
}

/// Tasks of which it is recorded where they ran.
const HOSTS: &str = "tests/fixtures/metaflow/hosts.zip";
const SURVEY: &str = "SurveyFlow/1795413496415889";

#[test]
fn grouped_by_host() {
    check(HOSTS, SURVEY, "by_host", |query| {
        query.rows.group = Grouping::Host;
    });
}

#[test]
fn groups_of_hosts_are_closed_by_their_keys_and_tasks_found_by_their_hosts() {
    let engine = opened(HOSTS);
    let mut query = question(&run(SURVEY));
    query.rows.group = Grouping::Host;
    let view = asked(&engine, query.clone());
    assert!(view.has_hosts);
    let closed = |view: &TimelineView| -> Vec<(String, u64)> {
        let groups = view.rows.iter().filter_map(|row| match row {
            TimelineRow::Group(group) if !group.is_open => Some((group.key.clone(), group.tasks)),
            _ => None,
        });
        groups.collect()
    };
    assert_eq!(closed(&view), []);
    query.rows.flipped = vec!["none".to_owned(), "=10.0.12.4".to_owned()];
    let view = asked(&engine, query.clone());
    let both = [("=10.0.12.4".to_owned(), 2), ("none".to_owned(), 2)];
    assert_eq!(closed(&view), both);
    query.rows.flipped.clear();
    // Also by the host of an attempt that is not the last.
    let matching = |text: &str| {
        let mut query = query.clone();
        query.rows.text = text.to_owned();
        asked(&engine, query).matching
    };
    assert_eq!((matching("10.0.2.17"), matching("10.0.2.9")), (3, 3));
    assert_eq!((matching("I-0B51"), matching("10.0.2.1")), (1, 3));
    // What is over no foreach variable is closed by the same word.
    query.rows.group = Grouping::Foreach("plots".to_owned());
    query.rows.flipped = vec!["none".to_owned()];
    let view = asked(&engine, query);
    assert_eq!(closed(&view), [("none".to_owned(), 3)]);
}

#[test]
fn a_task_belongs_to_the_last_host_that_is_recorded() {
    // The second attempt of count/5 ran elsewhere, and of that there is no record now.
    let moved =
        |path: &str| path.ends_with("count/5/_meta/sysmeta_kubernetes-node-ip_1795413499876.json");
    let mut folder = in_memory(HOSTS);
    let before = folder.files.len();
    folder.files.retain(|path, _| !moved(path));
    assert_eq!(folder.files.len() + 1, before);
    let view = by_host(folder);
    let of = |view: &TimelineView, host: &str| {
        let mut groups = view.rows.iter().filter_map(|row| match row {
            TimelineRow::Group(group) if group.name == host => Some(group.tasks),
            _ => None,
        });
        groups.next()
    };
    assert_eq!(
        (of(&view, "10.0.2.17"), of(&view, "10.0.2.9")),
        (Some(3), Some(2))
    );
    let view = by_host(in_memory(HOSTS));
    assert_eq!(
        (of(&view, "10.0.2.17"), of(&view, "10.0.2.9")),
        (Some(2), Some(3))
    );
}

#[test]
fn what_names_no_machine_is_no_host() {
    let mut folder = in_memory(HOSTS);
    for (path, bytes) in &mut folder.files {
        if path.contains("kubernetes-node-ip") || path.contains("ec2-instance-id") {
            let text = String::from_utf8(bytes.clone()).unwrap();
            let (before, after) = text.split_once("\"value\": \"").unwrap();
            let (_, after) = after.split_once('"').unwrap();
            let value = match path.contains("/count/") {
                true => "\" \"".to_owned(),
                false => "null".to_owned(),
            };
            *bytes = format!("{before}\"value\": {value}{after}").into_bytes();
        }
    }
    let view = by_host(folder);
    assert!(!view.has_hosts);
    assert_eq!(view.matching, view.total);
    let [TimelineRow::Group(group), ..] = view.rows.as_slice() else {
        panic!("{:?}", view.rows);
    };
    assert_eq!(
        (group.name.as_str(), group.tasks),
        ("no host recorded", view.total)
    );
}

fn in_memory(archive: &str) -> MemoryFolder {
    let blob = Rc::new(MemoryBlob::new("runs.zip", fixtures::bytes(archive)));
    let source = pollster::block_on(open_blob(blob, Rc::new(NoPace))).unwrap();
    MemoryFolder {
        files: unpacked(&*source),
        can_grow: false,
    }
}

fn by_host(folder: MemoryFolder) -> TimelineView {
    let (engine, opened) = TestHost::given(Given::Folder(Rc::new(folder))).open("lab");
    opened.unwrap();
    let mut query = question(&run(SURVEY));
    query.rows.group = Grouping::Host;
    asked(&engine, query)
}

#[test]
fn nested_foreach() {
    check(
        BASICS,
        "NestedForeachFlow/1795211253052101",
        "nested",
        |_| {},
    );
}

#[test]
fn a_run_that_was_killed() {
    check(BASICS, "KilledFlow/1795211357043842", "killed", |_| {});
}

#[test]
fn a_step_that_leads_to_itself() {
    check(BASICS, "SwitchFlow/1795211334900110", "switch", |_| {});
}

#[test]
fn a_resumed_run() {
    check(BASICS, "FailResumeFlow/1795211273050418", "resumed", |_| {});
}

/// All runs of an archive.
fn runs(engine: &Engine) -> Vec<RunPath> {
    use runglass::engine::runs::RunsQuery;
    let query = RunsQuery {
        window: question(&RunPath::new("", "")).window,
        ..RunsQuery::default()
    };
    let view = pollster::block_on(engine.ask(query)).unwrap();
    let rows = view.rows.iter();
    rows.map(|row| RunPath::new(&row.flow, &row.run)).collect()
}

fn bars(view: &TimelineView) -> impl Iterator<Item = &TaskBar> {
    view.rows.iter().filter_map(|row| match row {
        TimelineRow::Task(task) => Some(task),
        _ => None,
    })
}

/// What holds for every run, however its rows are put together.
fn check_sound(view: &TimelineView) {
    for task in bars(view) {
        let times: Vec<Stretch> = task.attempts.iter().filter_map(|one| one.time).collect();
        for pair in times.windows(2) {
            assert!(
                pair[0].to <= pair[1].from,
                "bars of {}/{} overlap: {pair:?}",
                task.step,
                task.id
            );
        }
        let all = task.queued.into_iter().chain(times);
        for time in all {
            assert_eq!(time.with(view.whole), view.whole, "{} is outside", task.id);
        }
    }
    let sum: u64 = view.sums.steps.iter().map(|step| step.tasks).sum();
    assert_eq!(sum, view.sums.tasks);
    // Without clocks that disagree, the parts of the path and what lies between are the run.
    for pair in view.path.parts.windows(2) {
        assert!(pair[0].time.from <= pair[1].time.from);
    }
}

#[test]
fn bars_of_a_row_never_overlap_and_every_grouping_has_every_task() {
    let mut seen = 0;
    for archive in [
        EXAMPLE,
        BASICS,
        "tests/fixtures/metaflow/first-light.zip",
        "tests/fixtures/metaflow/client-api.zip",
        HOSTS,
    ] {
        let engine = opened(archive);
        for path in runs(&engine) {
            let by_step = asked(&engine, question(&path));
            let mut groupings = vec![
                Grouping::Step,
                Grouping::Status,
                Grouping::Host,
                Grouping::None,
            ];
            assert_eq!(by_step.has_hosts, archive == HOSTS);
            groupings.extend(by_step.foreach.iter().cloned().map(Grouping::Foreach));
            for group in groupings {
                let mut query = question(&path);
                query.rows.group = group;
                query.columns = 500;
                let view = asked(&engine, query);
                check_sound(&view);
                assert_eq!(bars(&view).count() as u64, view.total);
                assert_eq!((view.matching, view.total), (by_step.total, by_step.total));
                seen += view.total;
            }
        }
    }
    assert!(seen > 500, "only {seen} rows were looked at");
}

#[test]
fn the_curve_of_a_run_is_that_of_its_groups_together() {
    let engine = opened(EXAMPLE);
    let mut query = question(&run("TrainFlow/1795218658028712"));
    query.columns = 500;
    query.rows.group = Grouping::Status;
    let view = asked(&engine, query);
    let shape = view.shape.unwrap();
    let curve: f32 = shape.running.iter().sum();
    let groups = shape.groups.iter().map(|group| {
        let heights = group.heights.iter();
        heights
            .map(|height| f32::from(*height) / 255.0 * group.highest)
            .sum::<f32>()
    });
    let groups: f32 = groups.sum();
    assert!(
        curve > 1.0 && (curve - groups).abs() < curve * 0.02,
        "{curve} and {groups}"
    );
    let failed: Vec<usize> = shape
        .groups
        .iter()
        .map(|group| group.failed.len())
        .collect();
    assert!(failed[0] > 0, "the attempts of the failed task, {failed:?}");
}

#[test]
fn a_range_is_summed_up() {
    let engine = opened(EXAMPLE);
    let mut query = question(&run("TrainFlow/1795218597618720"));
    let whole = asked(&engine, query.clone());
    let zero = whole.zero.0;
    let half = whole.whole.length().0 / 2;
    query.range = Some((zero, zero + half));
    let first = asked(&engine, query.clone()).sums;
    query.range = Some((zero + half, zero + 2 * half + 1));
    let second = asked(&engine, query.clone()).sums;
    let all: i64 = whole.sums.steps.iter().map(|step| step.worked.0).sum();
    let halves = first.steps.iter().chain(&second.steps);
    let halves: i64 = halves.map(|step| step.worked.0).sum();
    assert_eq!(all, halves);
    assert!(first.tasks < whole.total && second.tasks < whole.total);
    // Outside of the run there is nothing.
    query.range = Some((0, 5));
    let nothing = asked(&engine, query).sums;
    assert_eq!(
        (nothing.tasks, nothing.queued, nothing.at_once),
        (0, Some(Span(0)), 0.0)
    );
}

#[test]
fn rows_are_filtered_by_what_is_asked_for() {
    let engine = opened(EXAMPLE);
    let path = run("TrainFlow/1795218658028712");
    let matching = |change: fn(&mut RowsQuery)| {
        let mut query = question(&path);
        change(&mut query.rows);
        asked(&engine, query).matching
    };
    let all = matching(|_| {});
    assert_eq!(matching(|rows| rows.text = "COUNTRY=FI".to_owned()), 1);
    assert_eq!(matching(|rows| rows.text = "nowhere".to_owned()), 0);
    assert_eq!(matching(|rows| rows.statuses = vec![Status::Failed]), 1);
    let long = matching(|rows| rows.least = Some(Span(3_000_000)));
    let short = matching(|rows| rows.most = Some(Span(2_999_999)));
    assert!(long > 0 && short > 0);
    assert_eq!(long + short, all);
}

/// A recorded run with other times: `change` has each file's path and a time in
/// milliseconds, and gives another one, or none. Files of attempts without a time are left
/// out.
fn retimed(path: &RunPath, change: impl Fn(&str, i64) -> Option<i64>) -> Engine {
    const MARK: &str = "\"ts_epoch\": ";
    let blob = Rc::new(MemoryBlob::new("runs.zip", fixtures::bytes(BASICS)));
    let source = pollster::block_on(open_blob(blob, Rc::new(NoPace))).unwrap();
    let mut files = unpacked(&*source);
    let run = format!("/{}/{}/", path.flow, path.run);
    files.retain(|path, _| path.contains(&run) || path.contains("/data/"));
    let has_times = change("", 0).is_some();
    let tells_time = |path: &str| path.contains("sysmeta_") || path.contains(".attempt.json");
    files.retain(|path, _| has_times || !tells_time(path) && !path.contains(".runtime"));
    for (path, bytes) in &mut files {
        let Ok(text) = String::from_utf8(bytes.clone()) else {
            continue;
        };
        let Some((before, after)) = text.split_once(MARK) else {
            continue;
        };
        let digits = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(0);
        let (time, rest) = after.split_at(digits);
        let time = change(path, time.parse().unwrap());
        let time = time.map_or_else(|| "null".to_owned(), |time| time.to_string());
        *bytes = format!("{before}{MARK}{time}{rest}").into_bytes();
    }
    // Records of attempts have their times in their names too.
    let renamed = |(path, bytes): (String, Vec<u8>)| {
        let stem = path.strip_suffix(".json").unwrap_or_default();
        let stamp = stem.rsplit_once('_').and_then(|(before, stamp)| {
            let time: i64 = stamp.parse().ok()?;
            Some(format!("{before}_{}.json", change(&path, time)?))
        });
        (stamp.unwrap_or(path), bytes)
    };
    let folder = MemoryFolder {
        files: files.into_iter().map(renamed).collect(),
        can_grow: false,
    };
    let (engine, opened) = TestHost::given(Given::Folder(Rc::new(folder))).open("lab");
    opened.unwrap();
    engine
}

fn timeline_of(engine: &Engine, path: &RunPath) -> TimelineView {
    let mut query = question(path);
    query.columns = 400;
    query.cut = true;
    let view = asked(engine, query);
    check_sound(&view);
    view
}

#[test]
fn tasks_that_end_before_they_begin_have_bars_without_length() {
    let path = run("LinearFlow/1795211174306524");
    let engine = retimed(&path, |file, time| {
        let is_end = file.contains("attempt-done");
        Some(if is_end { time - 60_000 } else { time })
    });
    let view = timeline_of(&engine, &path);
    let attempts: Vec<_> = bars(&view).flat_map(|task| &task.attempts).collect();
    assert!(attempts.len() > 2);
    for attempt in attempts {
        assert_eq!(attempt.time.unwrap().length(), Span(0));
    }
}

#[test]
fn a_group_of_such_tasks_has_no_length_either() {
    let path = run("ForeachFlow/1795211227774857");
    let backwards = |which: &str| {
        let engine = retimed(&path, |file, time| {
            let is_end = file.contains("attempt-done") && file.contains(which);
            Some(if is_end { time - 60_000 } else { time })
        });
        let rows = timeline_of(&engine, &path).rows.into_iter();
        let mut groups = rows.filter_map(|row| match row {
            TimelineRow::Group(group) => Some(group.is_backwards),
            _ => None,
        });
        groups.next().unwrap()
    };
    assert!(backwards("/work/"));
    // Of one among others the group is as long as the others were at work.
    assert!(!backwards("/work/2/") && !backwards("nowhere"));
}

#[test]
fn a_clock_in_the_future_makes_the_axis_long_and_nothing_else() {
    const YEARS: i64 = 10 * 365 * 86_400_000;
    let path = run("LinearFlow/1795211174306524");
    let engine = retimed(&path, |file, time| {
        let is_last = file.contains("/end/");
        Some(if is_last { time + YEARS } else { time })
    });
    let view = timeline_of(&engine, &path);
    assert!(view.whole.length() > Span(YEARS * 1000));
    assert_eq!(view.idle.len(), 1, "ten years in which nothing ran");
    assert_eq!(bars(&view).count() as u64, view.total);
    assert_eq!(view.path.tasks, view.total);
}

#[test]
fn a_run_that_ended_well_waited_for_its_last_step_and_clocks_that_disagree_are_no_guess() {
    let path = run("BranchFlow/1795211202363386");
    let steps = |engine: &Engine| -> Vec<(String, Reason)> {
        let parts = timeline_of(engine, &path).path.parts;
        parts
            .into_iter()
            .map(|part| (part.step, part.reason))
            .collect()
    };
    let as_recorded = steps(&retimed(&path, |_, time| Some(time)));
    let is_on = |steps: &[(String, Reason)], branch: &str| {
        let mut steps = steps.iter();
        steps.any(|(step, _)| step == branch)
    };
    let mut branches = ["left", "right"].into_iter();
    let late = branches
        .find(|branch| !is_on(&as_recorded, branch))
        .unwrap();
    // The other branch ends a minute later, by a clock that is ahead.
    let folder = format!("/{late}/");
    let engine = retimed(&path, |file, time| {
        let is_late = file.contains(&folder) && file.contains("attempt-done");
        Some(time + if is_late { 60_000 } else { 0 })
    });
    let steps = steps(&engine);
    assert_eq!(steps.last().unwrap().0, "end");
    assert!(is_on(&steps, late), "the join needed it all the same");
    // Neither is the join said to have waited for a place.
    assert!(steps.iter().all(|(_, why)| *why != Reason::Place));
}

#[test]
fn between_attempts_that_are_not_next_to_each_other_nobody_waited() {
    let engine = opened("tests/fixtures/broken/attempt-gap.zip");
    let mut gaps = 0;
    for path in runs(&engine) {
        let view = asked(&engine, question(&path));
        for task in bars(&view) {
            let numbers: Vec<u32> = task.attempts.iter().map(|one| one.number).collect();
            if numbers.windows(2).any(|pair| pair[0] + 1 < pair[1]) {
                gaps += 1;
                let times: Vec<Stretch> = task.attempts.iter().filter_map(|one| one.time).collect();
                assert!(times.windows(2).any(|pair| pair[0].to < pair[1].from));
                let part = view.path.parts.iter().find(|part| part.id == task.id);
                let part = part.unwrap();
                assert_eq!(part.retrying, Span(0));
                // What needed it had begun long before its last attempt ended.
                assert!(part.unrecorded > Span(0) && part.over > Span(50_000_000));
                assert!(part.time.to <= view.path.parts.last().unwrap().time.from);
            }
        }
    }
    assert_eq!(gaps, 1);
}

#[test]
fn groups_are_in_the_order_that_their_tasks_are_in() {
    let engine = opened(EXAMPLE);
    let heads = |order, descending| -> Vec<String> {
        let mut query = question(&run("TrainFlow/1795218658028712"));
        query.rows.order = order;
        query.rows.descending = descending;
        let rows = asked(&engine, query).rows.into_iter();
        let of = |row| match row {
            TimelineRow::Group(group) => Some(group.name),
            TimelineRow::Task(task) => (!task.is_inside).then_some(task.step),
            TimelineRow::Rest { .. } => None,
        };
        rows.filter_map(of).collect()
    };
    let longest = heads(Order::Duration, true);
    assert_eq!(longest[..4], ["features", "load", "reference", "start"]);
    let latest = heads(Order::Start, true);
    assert_eq!(latest[0], "features");
    assert_eq!(latest[3], "start");
    // Steps that were not reached have no time: they come last, as the flow has them.
    for order in [longest, latest] {
        assert_eq!(order[4..], ["join", "train", "evaluate", "publish", "end"]);
    }
}

#[test]
fn the_most_at_once_is_that_of_what_is_shown_and_looked_at() {
    let engine = opened(EXAMPLE);
    let mut query = question(&run("TrainFlow/1795218658028712"));
    query.columns = 400;
    let most = |query: &TimelineQuery| {
        let view = asked(&engine, query.clone());
        let shape = view.shape.unwrap();
        let highest = shape.running.iter().copied().fold(0.0, f32::max);
        assert!(highest <= shape.most_at_once as f32);
        (
            shape.most_at_once,
            view.sums.most_at_once,
            view.most_at_once,
        )
    };
    let (seen, _, all) = most(&query);
    assert_eq!((seen, all), (4, 4));
    query.part = Some((0.0, 2e6));
    assert_eq!(
        most(&query),
        (1, 4, 4),
        "only start is at work in the first two seconds"
    );
    query.part = None;
    query.rows.text = "country=FI".to_owned();
    assert_eq!(most(&query), (1, 1, 4));
}

#[test]
fn without_any_times_all_tasks_are_listed_and_it_is_said() {
    let path = run("LinearFlow/1795211174306524");
    let view = timeline_of(&retimed(&path, |_, _| None), &path);
    assert!(view.total > 2);
    assert_eq!(view.untimed, view.total);
    assert_eq!(bars(&view).count() as u64, view.total);
    assert_eq!((view.path.tasks, view.most_at_once), (0, 0));
}

#[test]
fn every_broken_archive_has_a_timeline_of_what_can_be_read() {
    let mut seen = 0;
    let folder = fixtures::path("tests/fixtures/broken");
    for file in std::fs::read_dir(folder).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        let blob = MemoryBlob::new(
            &name,
            fixtures::bytes(&format!("tests/fixtures/broken/{name}")),
        );
        let (engine, opened) = TestHost::given(Given::File(Rc::new(blob))).open(&name);
        if opened.is_err() {
            continue;
        }
        for path in runs(&engine) {
            let query = question(&path);
            if let Ok(view) = pollster::block_on(engine.ask(query)) {
                check_sound(&view);
                seen += 1;
            }
        }
    }
    assert!(seen > 20, "only {seen} runs were looked at");
}

/// The path of a run, as it is told: the steps with what lies before them, and all of it.
fn told_path(engine: &Engine, path: &RunPath) -> (Vec<String>, Span) {
    let view = asked(engine, question(path));
    let parts = view.path.parts.iter().map(|part| {
        let known = part.wait.length().0 - part.unknown.0;
        match part.untold {
            None => format!("{} after {}", part.step, length(Span(known))),
            Some(why) => format!(
                "{} after {} unknown: {why:?} {:?}",
                part.step,
                length(part.unknown),
                part.missing
            ),
        }
    });
    (parts.collect(), view.path.length())
}

const FOREACH: &str = "ForeachFlow/1795211227774857";

/// What the overview says that the end of a run waited for each of its longest steps.
fn told_waits(engine: &Engine, path: &RunPath) -> Vec<(String, Span)> {
    let query = OverviewQuery::of(path.clone());
    let view = pollster::block_on(engine.ask(query)).unwrap();
    let steps = view.longest_steps.into_iter();
    steps.map(|step| (step.step, step.waited)).collect()
}

#[test]
fn through_steps_without_records_the_path_goes_on_and_no_wait_is_told() {
    let path = run(FOREACH);
    let mut folder = in_memory(BASICS);
    let is_lost = |file: &str, step: &str| file.contains(&format!("/{FOREACH}/{step}/"));
    folder
        .files
        .retain(|file, _| !is_lost(file, "work") && !is_lost(file, "gather"));
    let (engine, opened) = TestHost::given(Given::Folder(Rc::new(folder))).open("lab");
    opened.unwrap();
    let (parts, whole) = told_path(&engine, &path);
    assert_eq!(
        parts,
        [
            "start after 5.5 s",
            "end after 16 s unknown: Lost [\"work\", \"gather\"]"
        ]
    );
    assert_eq!(whole, asked(&engine, question(&path)).whole.length());
    for (step, waited) in told_waits(&engine, &path) {
        assert!(waited < Span(6_000_000), "{step} {waited:?}");
    }
}

#[test]
fn beside_a_step_without_records_it_is_not_known_what_its_join_waited_for() {
    let path = run("BranchFlow/1795211202363386");
    let as_recorded = asked(&opened(BASICS), question(&path)).path;
    for branch in ["left", "right"] {
        let mut folder = in_memory(BASICS);
        let lost = format!("/{path}/{branch}/");
        folder.files.retain(|file, _| !file.contains(&lost));
        let (engine, opened) = TestHost::given(Given::Folder(Rc::new(folder))).open("lab");
        opened.unwrap();
        let found = asked(&engine, question(&path)).path;
        let mut gaps = found.parts.iter().filter(|part| part.untold.is_some());
        let gap = gaps.next().unwrap();
        assert_eq!(gap.missing, [branch]);
        assert_eq!(gaps.next(), None);
        assert_eq!(found.length(), as_recorded.length());
    }
}

#[test]
fn between_clocks_that_disagree_no_wait_is_told() {
    const HOUR: i64 = 3_600_000;
    let path = run(FOREACH);
    let shifted = |by: i64| {
        retimed(&path, |file, time| {
            Some(time + if file.contains("/work/") { by } else { 0 })
        })
    };
    let (as_recorded, whole) = told_path(&shifted(0), &path);
    assert_eq!(as_recorded.len(), 5, "{as_recorded:?}");
    let (behind, length) = told_path(&shifted(-HOUR), &path);
    assert_eq!(
        behind,
        [
            "work after 0 s unknown: Clocks []",
            "gather after 21 s unknown: Clocks []",
            "end after 2.1 s"
        ]
    );
    assert_eq!(length, whole);
    let (ahead, length) = told_path(&shifted(HOUR), &path);
    assert_eq!(
        ahead,
        ["gather after 21 s unknown: Clocks []", "end after 2.1 s"]
    );
    assert_eq!(length, whole);
    for engine in [shifted(HOUR), shifted(-HOUR)] {
        for (step, waited) in told_waits(&engine, &path) {
            assert!(waited < Span(6_000_000), "{step} {waited:?}");
        }
    }
}

#[test]
fn no_length_up_to_the_future_is_told() {
    const YEARS: i64 = 10 * 365 * 86_400_000;
    let path = run(FOREACH);
    let engine = retimed(&path, |file, time| {
        let is_late = ["work", "gather", "end"]
            .iter()
            .any(|step| file.contains(&format!("/{FOREACH}/{step}/")));
        Some(time + if is_late { YEARS } else { 0 })
    });
    let page = pollster::block_on(engine.ask(OverviewQuery::of(path.clone()))).unwrap();
    assert_eq!(page.duration, None);
    assert!(page.ended.unwrap() > host::NOW, "the moment itself is told");
    for step in page.longest_steps {
        assert!(step.duration < Some(Span(6_000_000)), "{step:?}");
        assert!(step.waited < Span(6_000_000), "{step:?}");
    }
    use runglass::engine::runs::RunsQuery;
    let query = RunsQuery {
        window: question(&path).window,
        ..RunsQuery::default()
    };
    let list = pollster::block_on(engine.ask(query)).unwrap();
    let row = list.rows.iter().find(|row| row.run == path.run).unwrap();
    assert_eq!(row.duration, None);
    let view = asked(&engine, question(&path));
    // What lies wholly in the future is as long there as it was.
    let mut untold = view.path.parts.iter().filter(|part| part.untold.is_some());
    let first = untold.next().unwrap();
    assert_eq!(first.step, "work");
    assert_eq!(
        (first.untold, first.unknown),
        (Some(Untold::Ahead), Span(0))
    );
    assert_eq!(untold.next(), None);
    assert!(view.path.length() < Span(23_100_000));
    assert!(view.path.parts.iter().all(|part| part.took.is_some()));
    // One that ends there and begins now is not.
    let engine = retimed(&path, |file, time| {
        let is_end = file.contains(&format!("/{FOREACH}/end/")) && file.contains("attempt-done");
        Some(time + if is_end { YEARS } else { 0 })
    });
    let view = asked(&engine, question(&path));
    let last = view.path.parts.last().unwrap();
    assert_eq!((&*last.step, last.took), ("end", None));
    assert_eq!(
        view.path.steps.iter().map(|step| step.untold).sum::<u64>(),
        1
    );
    for task in bars(&view) {
        assert_eq!(task.attempts[0].is_ahead, task.step == "end");
    }
    assert!(
        view.sums
            .steps
            .iter()
            .all(|step| step.worked < Span(6_000_000))
    );
}

#[test]
fn what_ended_after_the_run_did_is_told_where_its_times_are_drawn() {
    let path = run(FOREACH);
    let late = |by: i64| {
        let engine = retimed(&path, |file, time| {
            let is_late = file.contains("/work/4/") && file.contains("attempt-done");
            Some(time + if is_late { by } else { 0 })
        });
        let view = asked(&engine, question(&path));
        let told = pollster::block_on(engine.ask(OverviewQuery::of(path.clone()))).unwrap();
        (view.late, view.whole.length() > told.duration.unwrap())
    };
    let (told, is_longer) = late(60_000);
    let told = told.unwrap();
    let (task, _) = told.split_once(" ended ").unwrap();
    assert_eq!(task, "work/4 (words=gamma)");
    assert!(told.ends_with(" after the run did."), "{told}");
    assert!(is_longer);
    assert_eq!(late(0), (None, false));
}
