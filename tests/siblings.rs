//! The tasks of a step beside one another, of recorded runs: cells, rows with artifacts as
//! columns, a chart, and what did not go as planned.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed, which is what it is for"
)]

#[path = "support/fixtures.rs"]
mod fixtures;
#[path = "support/host.rs"]
mod host;

use host::TestHost;
use runglass::engine::ask::{FailureKind, Question, Window};
use runglass::engine::overview::OverviewQuery;
use runglass::engine::rail::RailQuery;
use runglass::engine::rail::find::{RailFindQuery, RailSpotQuery};
use runglass::engine::siblings::cells::{Cell, CellsQuery, CellsView, Form};
use runglass::engine::siblings::chart::{Blank, ChartQuery, Gap};
use runglass::engine::siblings::filter::FilterSaidQuery;
use runglass::engine::siblings::names::{ColumnNamesQuery, IsColumnQuery};
use runglass::engine::siblings::rows::{SiblingRowsQuery, SiblingRowsView, SiblingSort};
use runglass::engine::siblings::sibling::{SiblingQuery, Spot};
use runglass::engine::siblings::trouble::TroubleQuery;
use runglass::engine::siblings::{Chosen, SiblingsQuery};
use runglass::engine::{Engine, Given};
use runglass::model::{RunPath, Status};
use runglass::source::MemoryBlob;
use std::fmt::Write as _;
use std::rc::Rc;

const EXAMPLE: &str = "public/examples/trainflow.zip";
const BASICS: &str = "tests/fixtures/metaflow/basics.zip";

fn open(archive: &str) -> Engine {
    let file = MemoryBlob::new(archive, fixtures::bytes(archive));
    let (engine, opened) = TestHost::given(Given::File(Rc::new(file))).open(archive);
    opened.unwrap();
    engine
}

fn ask<Q: Question>(engine: &Engine, question: Q) -> Q::Answer {
    pollster::block_on(engine.ask(question)).unwrap()
}

fn features() -> Chosen {
    Chosen::all(
        RunPath::new("TrainFlow", "1795218658028712"),
        "features".to_owned(),
    )
}

fn nested() -> Chosen {
    Chosen::all(
        RunPath::new("NestedForeachFlow", "1795211253052101"),
        "year".to_owned(),
    )
}

fn rows(engine: &Engine, of: Chosen, sort: SiblingSort, descending: bool) -> SiblingRowsView {
    let window = Window {
        first: 0,
        count: 100,
    };
    ask(
        engine,
        SiblingRowsQuery {
            of,
            sort,
            descending,
            window,
        },
    )
}

fn with(of: Chosen, text: &str, columns: &[&str]) -> Chosen {
    Chosen {
        text: text.to_owned(),
        columns: columns.iter().map(|name| (*name).to_owned()).collect(),
        ..of
    }
}

/// The first value of each row.
fn firsts(view: &SiblingRowsView) -> Vec<String> {
    view.rows.iter().map(|row| row.parts[0].clone()).collect()
}

fn cells_of(engine: &Engine, of: Chosen, form: Form) -> (CellsQuery, CellsView) {
    let query = CellsQuery {
        of,
        form,
        columns: 100,
        most: 10_000,
    };
    (query.clone(), ask(engine, query))
}

#[test]
fn a_step_of_a_foreach() {
    let engine = open(EXAMPLE);
    let of = features();
    let view = ask(
        &engine,
        SiblingsQuery {
            run: of.run.clone(),
            step: of.step.clone(),
        },
    );
    let mut page = format!(
        "{} {:?} over {:?}, grid {}, {} of {} failed\n",
        view.head.name, view.statuses, view.foreach, view.has_grid, view.head.failed, view.total
    );
    let histogram = view.histogram.unwrap();
    let bars = histogram
        .bars
        .iter()
        .map(|bar| bar.good + bar.failed)
        .sum::<u64>();
    writeln!(page, "{} tasks in bars of {} µs", bars, histogram.width.0).unwrap();
    let table = rows(
        &engine,
        with(of, "", &["country", "rows", "nothing"]),
        SiblingSort::Order,
        false,
    );
    writeln!(page, "{:?}", table.parts).unwrap();
    for column in &table.columns {
        writeln!(
            page,
            "{}: {} of {} read, spread {}",
            column.name,
            column.read,
            column.most,
            column.fences.is_some()
        )
        .unwrap();
    }
    for row in &table.rows {
        let values: Vec<String> = row
            .values
            .iter()
            .map(|value| format!("{:?} {}", value.kind, value.text))
            .collect();
        writeln!(
            page,
            "{} {:?} {} {:?} {}",
            row.id,
            row.parts,
            row.status.key(),
            row.why,
            values.join(" | ")
        )
        .unwrap();
    }
    insta::assert_snapshot!(page);
}

#[test]
fn two_values_are_a_grid() {
    let engine = open(BASICS);
    let (query, view) = cells_of(&engine, nested(), Form::Grid);
    assert_eq!(view.form, Form::Grid);
    assert_eq!((view.rows, view.columns, view.joined), (2, 2, (1, 1)));
    let labels = |labels: &[runglass::engine::siblings::cells::Label]| -> Vec<String> {
        labels.iter().map(|label| label.text.clone()).collect()
    };
    let table = rows(&engine, nested(), SiblingSort::Order, false);
    let values: Vec<String> = table.rows.iter().map(|row| row.parts.join("/")).collect();
    let crossed: Vec<String> = labels(&view.down)
        .iter()
        .flat_map(|down| {
            labels(&view.across)
                .into_iter()
                .map(move |across| format!("{down}/{across}"))
        })
        .collect();
    assert_eq!(values, crossed);
    // A cell tells of the task that the list has at its place.
    for (at, row) in table.rows.iter().enumerate() {
        let sibling = ask(
            &engine,
            SiblingQuery {
                spot: Spot::Cell(query.clone(), at as u64),
                column: None,
            },
        );
        assert_eq!(sibling.unwrap().label, row.label);
    }
    assert_eq!(
        ask(
            &engine,
            SiblingQuery {
                spot: Spot::Cell(query, 4),
                column: None
            }
        ),
        None
    );
    // The step before is over one value.
    let outer = Chosen {
        step: "country".to_owned(),
        ..nested()
    };
    assert_eq!(cells_of(&engine, outer, Form::Grid).1.form, Form::Strip);
}

#[test]
fn too_many_tasks_share_a_cell_which_tells_the_worst() {
    let engine = open(EXAMPLE);
    let query = CellsQuery {
        of: features(),
        form: Form::Strip,
        columns: 100,
        most: 3,
    };
    let view = ask(&engine, query.clone());
    assert_eq!((view.columns, view.joined), (3, (1, 4)));
    let alone = cells_of(&engine, features(), Form::Strip).1;
    let status = |byte: &u8| Cell::read(*byte).unwrap().status;
    let worst: Vec<Status> = alone
        .cells
        .chunks(4)
        .map(|some| some.iter().map(status).min().unwrap())
        .collect();
    assert_eq!(view.cells.iter().map(status).collect::<Vec<_>>(), worst);
    let failed = worst
        .iter()
        .position(|status| *status == Status::Failed)
        .unwrap();
    let sibling = ask(
        &engine,
        SiblingQuery {
            spot: Spot::Cell(query, failed as u64),
            column: None,
        },
    )
    .unwrap();
    assert_eq!(sibling.status, Status::Failed);
    assert_eq!(
        sibling.statuses.iter().map(|(_, count)| count).sum::<u64>(),
        4
    );
    assert!(sibling.why.unwrap().contains(": "));
}

#[test]
fn what_a_filter_leaves_out_keeps_its_place() {
    let engine = open(EXAMPLE);
    let (_, all) = cells_of(&engine, features(), Form::Strip);
    let (_, some) = cells_of(&engine, with(features(), "country=FI", &[]), Form::Strip);
    assert_eq!((some.cells.len(), some.matching), (all.cells.len(), 1));
    let left: Vec<bool> = some
        .cells
        .iter()
        .map(|byte| !Cell::read(*byte).unwrap().is_out)
        .collect();
    assert_eq!(left.iter().filter(|left| **left).count(), 1);
}

#[test]
fn rows_are_found_by_value_number_id_and_error() {
    let engine = open(EXAMPLE);
    let found = |text: &str, columns: &[&str]| {
        rows(
            &engine,
            with(features(), text, columns),
            SiblingSort::Order,
            false,
        )
    };
    assert_eq!(firsts(&found("country=FI", &[])), ["FI"]);
    assert_eq!(
        found("attempts>1", &[]).matching,
        found("", &[])
            .rows
            .iter()
            .filter(|row| row.attempts > 1)
            .count() as u64
    );
    let failed = found("", &[])
        .rows
        .into_iter()
        .find(|row| row.status == Status::Failed)
        .unwrap();
    let error = failed.why.unwrap();
    let word = error.split(':').next().unwrap();
    assert!(found(word, &[]).rows.iter().any(|row| row.id == failed.id));
    assert_eq!(found(&format!("features/{}", failed.id), &[]).matching, 1);
    assert_eq!(found("country=FI attempts<1", &[]).matching, 0);
}

#[test]
fn a_filter_reads_the_artifact_that_it_names() {
    let engine = open(BASICS);
    let work = Chosen::all(
        RunPath::new("ForeachFlow", "1795211227774857"),
        "work".to_owned(),
    );
    let matching = |text: &str| {
        let of = with(work.clone(), text, &[]);
        rows(&engine, of, SiblingSort::Order, false).matching
    };
    let as_column = with(work.clone(), "length>4", &["length"]);
    let expected = rows(&engine, as_column, SiblingSort::Order, false).matching;
    assert!((1..8).contains(&expected), "{expected}");
    // By an engine that has not read it yet.
    let engine = open(BASICS);
    let of = with(work.clone(), "length>4", &[]);
    assert_eq!(cells_of(&engine, of, Form::Strip).1.matching, expected);
    assert_eq!(matching("length>4"), expected);
    assert_eq!(matching("length<=4"), 8 - expected);
    assert_eq!(matching("length>"), 8, "still being typed");
}

#[test]
fn what_of_a_filter_may_have_been_meant_otherwise_is_said() {
    let engine = open(EXAMPLE);
    let said = |text: &str| {
        let of = with(features(), text, &[]);
        ask(&engine, FilterSaidQuery { of }).said
    };
    let matching = |text: &str| {
        rows(
            &engine,
            with(features(), text, &[]),
            SiblingSort::Order,
            false,
        )
        .matching
    };
    assert_eq!(said("country=FI rows>1 status=failed KeyError"), [""; 0]);
    assert_eq!(matching("status=failed"), 1);
    assert_eq!(matching("status!=failed"), 11);
    assert_eq!(
        said("lost>4"),
        ["“lost>4” is looked for as text: no task of this step has an artifact “lost”"]
    );
    assert_eq!(matching("lost>4"), 0);
    let banana = said("duration>banana");
    assert!(banana[0].starts_with("“duration>banana” is left out: "));
    assert_eq!(matching("duration>banana"), 12);
    let is_column = |name: &str| {
        ask(
            &engine,
            IsColumnQuery {
                run: features().run,
                step: features().step,
                name: name.to_owned(),
            },
        )
    };
    // What is no artifact is no column, and no order, whatever the address says.
    let columns = ["lost", "rows", "nothing"];
    let by = SiblingSort::Column("lost".to_owned());
    let table = rows(&engine, with(features(), "", &columns), by, false);
    assert_eq!(table.columns.len(), 1);
    assert!(table.rows.iter().all(|row| row.values.len() == 1));
    let strangers: Vec<&str> = table
        .strangers
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(strangers, ["lost", "nothing"]);
    assert_eq!(
        table.strangers[0].1,
        "no task of this step has an artifact “lost”"
    );
    let in_order = rows(&engine, features(), SiblingSort::Order, false);
    let ids = |view: &SiblingRowsView| -> Vec<String> {
        view.rows.iter().map(|row| row.id.clone()).collect()
    };
    assert_eq!(ids(&table), ids(&in_order));
    assert!(is_column("rows").is_there);
    assert!(!is_column("lost").is_there);
    assert!(is_column("nothing").told.contains("“nothing”"));
}

#[test]
fn a_task_without_a_number_is_told_of_where_it_would_be() {
    let engine = open(EXAMPLE);
    let chart = |column: &str, text: &str| {
        let of = with(features(), text, &[]);
        let (column, most) = (column.to_owned(), 300);
        ask(&engine, ChartQuery { of, column, most })
    };
    let all = rows(&engine, features(), SiblingSort::Order, false).rows;
    let failed = all.iter().position(|row| row.status == Status::Failed);
    let failed = failed.unwrap() as u64;
    let nothing = chart("nothing", "");
    assert_eq!((nothing.numbers, nothing.total), (0, 12));
    assert_eq!(nothing.failed, 0, "of those that have a number");
    assert_eq!(nothing.gaps, [(Gap::Failed, 1), (Gap::Missing, 11)]);
    let blanks: Vec<Blank> = (0..12)
        .map(|place| Blank {
            place,
            failed: place == failed,
        })
        .collect();
    assert_eq!(nothing.blanks, blanks);
    assert_eq!(chart("nothing", "status=failed").gaps, [(Gap::Failed, 1)]);
    assert_eq!(chart("rows", "").gaps, [(Gap::Large, 12)]);
    assert_eq!(chart("country", "").gaps, [(Gap::NoNumber, 12)]);
}

#[test]
fn the_tree_is_searched_among_all_tasks() {
    let engine = open(EXAMPLE);
    let run = features().run;
    let find = |text: &str| {
        let (run, text) = (run.clone(), text.to_owned());
        ask(&engine, RailFindQuery { run, text }).steps
    };
    let found = |text: &str| -> Vec<(String, bool, u64, usize)> {
        let steps = find(text).into_iter();
        let told = steps.map(|step| (step.name, step.whole, step.matching, step.tasks.len()));
        told.collect()
    };
    // One that went well, as most of them, and by its id as well.
    assert_eq!(found("DE"), [("features".to_owned(), false, 1, 1)]);
    let id = find("country=de")[0].tasks[0].id.clone();
    assert_eq!(found(&format!("features/{id}"))[0].2, 1);
    assert_eq!(found("country=")[0].2, 12);
    assert_eq!(found("FEATUR"), [("features".to_owned(), true, 0, 0)]);
    assert_eq!(found("nowhere"), []);
    let status = |task: &str| {
        ask(
            &engine,
            RailSpotQuery {
                task: run.task("features", task),
            },
        )
    };
    assert_eq!(status(&id), Some(Status::Succeeded));
    assert_eq!(status("no such task"), None);
}

#[test]
fn an_artifact_is_a_column_that_sorts_filters_and_is_drawn() {
    let engine = open(BASICS);
    let work = Chosen::all(
        RunPath::new("ForeachFlow", "1795211227774857"),
        "work".to_owned(),
    );
    let names = ask(
        &engine,
        ColumnNamesQuery {
            run: work.run.clone(),
            step: work.step.clone(),
        },
    )
    .names;
    let named = |name: &str| names.iter().any(|(known, _)| known == name);
    assert!(named("length"), "{names:?}");
    let sorted = rows(
        &engine,
        with(work.clone(), "", &["length"]),
        SiblingSort::Column("length".to_owned()),
        true,
    );
    let numbers: Vec<f64> = sorted
        .rows
        .iter()
        .filter_map(|row| row.values[0].number)
        .collect();
    assert_eq!(numbers.len(), 8);
    assert!(numbers.is_sorted_by(|a, b| a >= b), "{numbers:?}");
    let most = numbers[0];
    let above = rows(
        &engine,
        with(work.clone(), &format!("length>={most}"), &["length"]),
        SiblingSort::Order,
        false,
    );
    assert_eq!(
        above.matching,
        numbers.iter().filter(|number| **number == most).count() as u64
    );
    let chart = ask(
        &engine,
        ChartQuery {
            of: work.clone(),
            column: "length".to_owned(),
            most: 300,
        },
    );
    assert_eq!((chart.numbers, chart.read, chart.points.len()), (8, 8, 8));
    let point = chart
        .points
        .iter()
        .find(|point| point.number == most)
        .unwrap();
    let spot = Spot::Place(work, point.place);
    let sibling = ask(
        &engine,
        SiblingQuery {
            spot,
            column: Some("length".to_owned()),
        },
    )
    .unwrap();
    assert_eq!(sibling.value.unwrap().number, Some(most));
}

#[test]
fn what_did_not_go_as_planned_is_grouped_by_its_error() {
    let engine = open(EXAMPLE);
    let of = features();
    let view = ask(
        &engine,
        TroubleQuery {
            run: of.run,
            step: of.step,
        },
    );
    let groups: Vec<(Status, u64)> = view
        .groups
        .iter()
        .map(|group| (group.status, group.count))
        .collect();
    assert_eq!(groups, [(Status::Failed, 1), (Status::Retried, 1)]);
    assert_eq!(
        (view.failed, view.retried, view.unread, view.is_reading),
        (1, 1, 0, false)
    );
    assert!(
        view.groups.iter().all(|group| group.why.is_some()),
        "{view:?}"
    );
}

#[test]
fn a_step_that_is_not_there_is_said() {
    let engine = open(EXAMPLE);
    let of = Chosen {
        step: "featres".to_owned(),
        ..features()
    };
    let asked = SiblingsQuery {
        run: of.run,
        step: of.step,
    };
    let failure = pollster::block_on(engine.ask(asked)).unwrap_err();
    assert_eq!(failure.kind, FailureKind::NotFound);
    assert!(failure.explanation.contains("features"));
}

/// From the first start to the last end, in rows, cells, conditions and bars alike; the time
/// at work is told beside it.
#[test]
fn a_task_took_as_long_as_somebody_waited_for_it() {
    let engine = open(EXAMPLE);
    let all = rows(&engine, features(), SiblingSort::Duration, true);
    let retried = all.rows.iter().find(|row| row.status == Status::Retried);
    let retried = retried.unwrap();
    let (took, worked) = (retried.duration.unwrap(), retried.worked.unwrap());
    assert!(took.0 > worked.0 + 5_000_000, "{took:?} {worked:?}");
    assert_eq!(all.longest, all.rows[0].duration);
    assert!(all.rows.is_sorted_by(|a, b| a.duration >= b.duration));
    let longer = rows(
        &engine,
        with(features(), "duration>11s", &[]),
        SiblingSort::Order,
        false,
    );
    assert!(longer.rows.iter().any(|row| row.id == retried.id));
    let rail = ask(
        &engine,
        RailQuery {
            run: features().run,
        },
    );
    let groups = rail.steps.iter().flat_map(|step| &step.groups);
    let mut named = groups.flat_map(|group| &group.named);
    let in_rail = named.find(|task| task.id == retried.id).unwrap();
    assert_eq!(in_rail.duration, retried.duration);
    let overview = ask(&engine, OverviewQuery::of(features().run));
    let tiles = overview.siblings.unwrap().tasks;
    let tile = tiles.iter().find(|task| task.id == retried.id).unwrap();
    assert_eq!(tile.duration, retried.duration);
}

#[test]
fn what_catch_took_did_not_work_after_a_retry() {
    let engine = open(BASICS);
    let run = RunPath::new("CatchFlow", "1795211276885134");
    let view = ask(
        &engine,
        TroubleQuery {
            run: run.clone(),
            step: "hard".to_owned(),
        },
    );
    assert_eq!((view.failed, view.retried, view.caught), (0, 0, 1));
    let group = &view.groups[0];
    assert!(group.caught && group.why.is_some(), "{group:?}");
    let overview = ask(&engine, OverviewQuery::of(run));
    assert_eq!(
        overview.headline,
        "Succeeded, with an exception that was caught"
    );
    assert!(
        !overview.evidence.contains("retry"),
        "{}",
        overview.evidence
    );
}

#[test]
fn values_within_values_are_told_from_the_outermost_on() {
    let engine = open(BASICS);
    let query = SiblingsQuery {
        run: nested().run,
        step: nested().step,
    };
    let few = ask(&engine, query).few;
    let short: Vec<&str> = few.iter().map(|task| task.short.as_str()).collect();
    assert_eq!(short, ["FR / 2024", "FR / 2025", "JP / 2024", "JP / 2025"]);
    assert_eq!(few[0].label, "countries=FR / years=2024");
}
