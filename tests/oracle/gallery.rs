//! Values that have a view of their own: one of each kind hangs in the gallery.

use crate::host::TestHost;
use crate::{fixtures, task_path};
use runglass::engine::ask::Window;
use runglass::engine::data::TaskDataQuery;
use runglass::engine::values::{
    AxisAs, BytesQuery, Child, Save, SeenAs, Shape, TableQuery, TreeQuery, TreeView, ValueQuery,
    ValueView,
};
use runglass::engine::{Engine, Given};
use runglass::source::MemoryBlob;
use std::fmt::Write as _;
use std::rc::Rc;

fn engine() -> Engine {
    let file = fixtures::bytes("tests/fixtures/metaflow/gallery.zip");
    let file = MemoryBlob::new("gallery.zip", file);
    let (engine, opened) = TestHost::given(Given::File(Rc::new(file))).open("gallery.zip");
    opened.unwrap();
    engine
}

/// The only run of the archive.
fn run() -> String {
    let expected = fixtures::bytes("tests/fixtures/metaflow/gallery.expected.json");
    let expected: serde_json::Value = serde_json::from_slice(&expected).unwrap();
    expected["runs"]
        .as_object()
        .unwrap()
        .keys()
        .next()
        .unwrap()
        .clone()
}

fn query(task: &str, name: &str, at: &str) -> ValueQuery {
    ValueQuery {
        task: task_path(&format!("{}/{task}", run())),
        attempt: None,
        name: name.to_owned(),
        at: at.to_owned(),
        large: false,
        enter: false,
    }
}

fn view(task: &str, name: &str, at: &str) -> ValueView {
    pollster::block_on(engine().ask(query(task, name, at))).unwrap()
}

#[test]
fn lists_say_what_each_value_is() {
    let engine = engine();
    let mut page = String::new();
    for task in [
        "models/2",
        "tables/3",
        "pictures/4",
        "papers/5",
        "mishaps/6",
        "rescued/7",
    ] {
        writeln!(page, "{task}").unwrap();
        let query = TaskDataQuery {
            task: task_path(&format!("{}/{task}", run())),
            attempt: None,
            text: String::new(),
            hidden: false,
        };
        let view = pollster::block_on(engine.ask(query)).unwrap();
        for row in view.rows {
            let told = row.value.unwrap_or_else(|| format!("({})", row.class));
            writeln!(page, "  {:16} {told}", row.name).unwrap();
        }
    }
    insta::assert_snapshot!("the_lines_of_a_list", page);
}

#[test]
fn an_estimator_is_told_by_what_it_was_made_with_and_learned() {
    let mut page = String::new();
    for name in ["boosted", "forest", "pipeline", "tree", "unfitted"] {
        let Shape::Estimator(found) = view("models/2", name, "").shape else {
            panic!("{name}");
        };
        let tree = if found.has_tree { ", with a tree" } else { "" };
        writeln!(page, "{} by {}{tree}", found.line, found.release).unwrap();
        let mut list = |title: &str, parts: &[Child]| {
            for part in parts {
                writeln!(
                    page,
                    "  {title} {} = {} ({})",
                    part.label, part.summary, part.at
                )
                .unwrap();
            }
        };
        list("parameter", &found.parameters);
        list("learned", &found.learned);
        list("other", &found.others);
        list("member", &found.members[..found.members.len().min(2)]);
        for step in &found.steps {
            let value = &step.value;
            writeln!(
                page,
                "  step {} = {} ({})",
                step.name, value.summary, value.at
            )
            .unwrap();
        }
    }
    insta::assert_snapshot!("estimators", page);
}

#[test]
fn the_places_of_members_and_steps_lead_there() {
    for (name, at, summary) in [
        (
            "boosted",
            ".estimators_[2][1]",
            "DecisionTreeRegressor, 5 nodes",
        ),
        (
            "forest",
            ".estimators_[3]",
            "DecisionTreeClassifier, 23 nodes",
        ),
        ("pipeline", ".steps[1][1]", "LogisticRegression, fitted"),
    ] {
        let view = view("models/2", name, at);
        assert_eq!(
            (view.lost, view.summary.as_str()),
            (None, summary),
            "{name}{at}"
        );
    }
}

fn tree(name: &str, at: &str, from: u64, levels: u64) -> TreeView {
    let query = TreeQuery {
        value: query("models/2", name, at),
        from,
        levels,
    };
    pollster::block_on(engine().ask(query)).unwrap()
}

fn drawn(view: &TreeView) -> String {
    let mut page = String::new();
    for (number, question) in &view.way {
        writeln!(page, "from {number}: {question}").unwrap();
    }
    for node in &view.nodes {
        let indent = "  ".repeat(node.level as usize);
        let question = node.question.as_deref().unwrap_or("leaf");
        let cut = if node.is_cut { " …" } else { "" };
        let sure = node.sure.as_deref().unwrap_or("");
        writeln!(
            page,
            "{indent}{} at {}: {question}; {} of {}, {sure} {}{cut}",
            node.number, node.row, node.answer, node.samples, node.impurity
        )
        .unwrap();
    }
    page
}

#[test]
fn a_tree_names_its_features_and_classes() {
    insta::assert_snapshot!("a_tree_of_classes", drawn(&tree("tree", "", 0, 3)));
    insta::assert_snapshot!(
        "a_tree_of_numbers",
        drawn(&tree("regression_tree", ".tree_", 2, 8))
    );
}

#[test]
fn a_tree_in_a_forest_has_the_names_of_the_forest() {
    let view = tree("forest", ".estimators_[0]", 0, 1);
    assert_eq!(view.classes, ["setosa", "versicolor", "virginica"]);
    let question = view.nodes[0].question.as_deref().unwrap();
    assert!(question.contains("(cm) ≤ "), "{question}");
}

#[test]
fn a_value_without_a_tree_says_so() {
    let query = TreeQuery {
        value: query("models/2", "unfitted", ""),
        from: 0,
        levels: 3,
    };
    let failure = pollster::block_on(engine().ask(query)).unwrap_err();
    assert_eq!(failure.headline, "unfitted is no tree");
}

#[track_caller]
fn check_raised(task: &str, name: &str, kind: &str, message: &str) {
    let Shape::Raised(found) = view(task, name, "").shape else {
        panic!("{name}");
    };
    assert_eq!(
        (found.kind.as_str(), found.message.as_str()),
        (kind, message)
    );
}

#[test]
fn exceptions_read_as_python_says_them() {
    check_raised(
        "mishaps/6",
        "noted",
        "ValueError",
        "('frame 7 hangs askew', 7)",
    );
    check_raised(
        "mishaps/6",
        "missing",
        "FileNotFoundError",
        "[Errno 2] No such file or directory: 'no/such/room'",
    );
    check_raised("mishaps/6", "far_away", "KeyError", "3");
    let Shape::Raised(noted) = view("mishaps/6", "noted", "").shape else {
        panic!("no exception");
    };
    assert_eq!(noted.notes, ["seen by the night watch"]);
}

#[test]
fn a_traceback_that_was_pickled_along_has_its_chain_and_the_source_of_the_run() {
    let view = view("rescued/7", "carried", "");
    assert_eq!(view.class, "builtins.RuntimeError");
    let Shape::Raised(found) = view.shape else {
        panic!("no exception");
    };
    let traceback = found.traceback.as_ref().unwrap();
    let mut page = String::new();
    for raised in &traceback.raised {
        writeln!(page, "{:?}", raised.relation).unwrap();
        for frame in &raised.frames {
            let line = found.packaged.around(frame).and_then(|excerpt| {
                let at = excerpt.at.checked_sub(excerpt.first)? as usize;
                excerpt.lines.get(at).cloned()
            });
            writeln!(
                page,
                "  {} {:?}: {}",
                frame.file,
                frame.function,
                line.unwrap_or_default()
            )
            .unwrap();
        }
        let exception = raised.exception.as_ref().unwrap();
        writeln!(page, "  {}: {}", exception.kind, exception.message).unwrap();
    }
    insta::assert_snapshot!("a_traceback_that_was_pickled_along", page);
}

/// The first cells of a table of an array, and where the one in its middle is.
fn plane(name: &str, slice: &[AxisAs]) -> (u64, u64, Vec<String>) {
    let query = TableQuery {
        value: query("pictures/4", name, ""),
        records: false,
        slice: slice.to_vec(),
        rows: Window { first: 0, count: 2 },
        columns: Window { first: 0, count: 2 },
        sort: None,
    };
    let view = pollster::block_on(engine().ask(query)).unwrap();
    let cells = view.lines.iter().flat_map(|line| &line.cells);
    (
        view.total.0,
        view.total.1,
        cells.map(|cell| cell.text.clone()).collect(),
    )
}

#[test]
fn an_array_is_a_table_of_any_two_axes() {
    use AxisAs::{At, Columns, Rows};
    let plain = plane("pixels", &[]);
    assert_eq!(plain, plane("pixels", &[At(0), Rows, Columns]));
    assert_eq!((plain.0, plain.1), (96, 3));
    assert_eq!(
        plain.2,
        ["0", "0", "2", "0"][..]
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
    );
    let (rows, columns, turned) = plane("pixels", &[At(0), Columns, Rows]);
    assert_eq!((rows, columns), (3, 96));
    assert_eq!(turned, ["0", "2", "0", "0"]);
    let (rows, columns, across) = plane("pixels", &[Rows, Columns, At(2)]);
    assert_eq!((rows, columns), (64, 96));
    assert_eq!(across[0], "255");
}

#[test]
fn pictures_say_whether_they_are_of_a_part() {
    let seen = |name: &str| {
        let pictures = view("pictures/4", name, "").pictures;
        pictures
            .iter()
            .map(|one| (one.seen, one.is_part))
            .collect::<Vec<_>>()
    };
    // Three channels behind two axes; three pictures of one channel; fifty images.
    assert_eq!(
        seen("pixels"),
        [
            (SeenAs::Image, false),
            (SeenAs::Lines, true),
            (SeenAs::Heat, true)
        ]
    );
    assert_eq!(seen("scan"), [(SeenAs::Image, false), (SeenAs::Heat, true)]);
    assert_eq!(seen("volume")[0], (SeenAs::Image, true));
}

#[test]
fn a_heat_map_is_of_the_plane_that_is_asked_for() {
    let query = BytesQuery {
        slice: vec![AxisAs::Rows, AxisAs::At(3), AxisAs::Columns],
        ..BytesQuery::new(query("pictures/4", "scan", ""), Save::Picture(SeenAs::Heat))
    };
    let found = pollster::block_on(engine().ask(query)).unwrap();
    // Width and height of a PNG stand at its start.
    assert_eq!(found.bytes[16..24], [0, 0, 0, 96, 0, 0, 0, 3]);
}

fn csv_name(name: &str, slice: &[AxisAs]) -> String {
    let question = BytesQuery {
        slice: slice.to_vec(),
        ..BytesQuery::new(query("pictures/4", name, ""), Save::Csv)
    };
    pollster::block_on(engine().ask(question)).unwrap().file
}

#[test]
fn a_table_of_a_part_is_named_by_that_part() {
    use AxisAs::{At, Columns, Rows};
    assert_eq!(csv_name("scan", &[]), "scan.0.csv");
    assert_eq!(csv_name("scan", &[At(2), Rows, Columns]), "scan.2.csv");
    // Past the end the last place is shown.
    assert_eq!(csv_name("scan", &[At(90), Rows, Columns]), "scan.2.csv");
    assert_eq!(
        csv_name("scan", &[Rows, At(3), Columns]),
        "scan.rows.3.columns.csv"
    );
    assert_eq!(
        csv_name("scan", &[At(1), Columns, Rows]),
        "scan.1.columns.rows.csv"
    );
}

/// Some kilobytes, most of which are mentioned over and over.
#[test]
fn what_would_be_too_long_as_json_is_not_begun() {
    let question = BytesQuery::new(query("pictures/4", "chart", ""), Save::Json);
    let failure = pollster::block_on(engine().ask(question)).unwrap_err();
    insta::assert_snapshot!(failure.explanation);
}
