//! The drawing of every recorded run as a file, and the facts that the drawing and the
//! table beside it stand on.
//!
//! The snapshots are whole files: what stands below the head of one opens in a browser.

#![expect(
    clippy::unwrap_used,
    reason = "a test that panics has failed, which is what it is for"
)]

#[path = "support/fixtures.rs"]
mod fixtures;
#[path = "support/host.rs"]
mod host;

use host::TestHost;
use runglass::engine::ask::Window;
use runglass::engine::picture::file::{Palette, PictureFileQuery, PictureFileView};
use runglass::engine::picture::{Depth, PictureQuery, PictureView, StandsFor};
use runglass::engine::runs::RunsQuery;
use runglass::engine::{Engine, Given};
use runglass::model::{RunPath, Status};
use runglass::source::MemoryBlob;
use std::rc::Rc;

const TRAINFLOW: &str = "public/examples/trainflow.zip";
const FAILED: &str = "1795218658028712";

const RECORDED: [&str; 6] = [
    "tests/fixtures/metaflow/basics.zip",
    "tests/fixtures/metaflow/first-light.zip",
    TRAINFLOW,
    "tests/fixtures/metaflow/client-api.zip",
    "tests/fixtures/metaflow/gallery.zip",
    "tests/fixtures/metaflow/papers.zip",
];

fn opened(archive: &str) -> Engine {
    let file = MemoryBlob::new("archive.zip", fixtures::bytes(archive));
    let (engine, opened) = TestHost::given(Given::File(Rc::new(file))).open("archive.zip");
    opened.unwrap();
    engine
}

fn runs(engine: &Engine) -> Vec<RunPath> {
    let question = RunsQuery {
        window: Window {
            first: 0,
            count: 1000,
        },
        ..RunsQuery::default()
    };
    let view = pollster::block_on(engine.ask(question)).unwrap();
    let runs = view.rows.iter();
    runs.map(|row| RunPath::new(&row.flow, &row.run)).collect()
}

/// The colours of the page.
fn palette(dark: bool) -> Palette {
    let tokens = String::from_utf8(fixtures::bytes("style/tokens.css")).unwrap();
    let token = |name: &'static str| {
        let begin = format!("  {name}: ");
        let line = tokens.lines().find_map(|line| line.strip_prefix(&begin));
        line.and_then(|line| line.strip_suffix(';'))
            .unwrap_or_else(|| panic!("{name} is no token"))
            .to_owned()
    };
    Palette::read(token, dark)
}

fn picture(engine: &Engine, run: &RunPath, depth: Depth) -> PictureView {
    let question = PictureQuery {
        run: run.clone(),
        depth,
        only_reached: false,
    };
    pollster::block_on(engine.ask(question)).unwrap()
}

fn file(engine: &Engine, run: &RunPath, depth: Depth, dark: bool) -> PictureFileView {
    let question = PictureFileQuery {
        picture: PictureQuery {
            run: run.clone(),
            depth,
            only_reached: false,
        },
        palette: Box::new(palette(dark)),
    };
    let view = pollster::block_on(engine.ask(question)).unwrap();
    check(&view.svg);
    view
}

/// A file that every reader of XML takes: tags in pairs, quotes closed, nothing that asks
/// for anything from elsewhere.
#[track_caller]
fn check(svg: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = svg;
    while let Some((text, tag)) = rest.split_once('<') {
        assert!(!text.contains('>'), "{text}");
        let (tag, after) = tag.split_once('>').unwrap();
        rest = after;
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
        let name = tag.split([' ', '/']).find(|part| !part.is_empty()).unwrap();
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !tag.ends_with('/') {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?}");
    let elsewhere = ["http", "url(", "var(", "light-dark", "style="];
    let inside = svg.replacen("http://www.w3.org/2000/svg", "", 1);
    for word in elsewhere {
        let found = inside
            .find(&format!("=\"{word}"))
            .or(inside.find(&format!(" {word}")));
        // A text of a run may have such words; an attribute may not.
        let quoted = found.filter(|at| inside[..*at].rfind('<') > inside[..*at].rfind('>'));
        assert_eq!(quoted, None, "{word}");
    }
    assert!(!svg.contains("=\"\""), "a colour is missing");
}

#[track_caller]
fn assert_file(name: &str, file: &PictureFileView) {
    insta::with_settings!({
        snapshot_path => "drawings",
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, { insta::assert_snapshot!(name, file.svg) });
}

#[test]
fn every_recorded_run_as_a_file() {
    let mut count = 0;
    for archive in RECORDED {
        let engine = opened(archive);
        for run in runs(&engine) {
            let name = format!("{}-{}", run.flow, run.run);
            let drawn = file(&engine, &run, Depth::Steps, false);
            assert_file(&name, &drawn);
            count += 1;
        }
    }
    assert!(count > 30, "{count}");
}

#[test]
fn fans_that_are_opened_and_one_task_with_its_kin_as_files() {
    let engine = opened(TRAINFLOW);
    let run = RunPath::new("TrainFlow", FAILED);
    let tasks = file(&engine, &run, Depth::Tasks, true);
    assert_file("tasks-dark", &tasks);
    let view = picture(&engine, &run, Depth::Tasks);
    let failed = view.nodes.iter().find(|node| node.failed > 0).unwrap();
    let bad = &failed.fan.as_ref().unwrap().tiles[0];
    assert_eq!(bad.status, Status::Failed);
    let lineage = Depth::Lineage {
        step: failed.name.clone(),
        task: bad.id.clone(),
    };
    let lineage = file(&engine, &run, lineage, false);
    assert_file("lineage", &lineage);

    let engine = opened("tests/fixtures/metaflow/basics.zip");
    let all = runs(&engine);
    for flow in ["NestedForeachFlow", "ForeachFlow", "SwitchFlow"] {
        let run = all.iter().find(|run| run.flow == flow).unwrap();
        let tasks = file(&engine, run, Depth::Tasks, false);
        assert_file(&format!("tasks-{flow}"), &tasks);
        let start = Depth::Lineage {
            step: "start".to_owned(),
            task: "1".to_owned(),
        };
        let lineage = file(&engine, run, start, false);
        assert_file(&format!("lineage-{flow}"), &lineage);
    }
}

#[test]
fn every_task_of_an_opened_step_has_a_tile_in_its_frame() {
    for archive in RECORDED {
        let engine = opened(archive);
        for run in runs(&engine) {
            let view = picture(&engine, &run, Depth::Tasks);
            let opened = view.nodes.iter().zip(&view.drawing.nodes);
            for (node, place) in opened.filter(|(node, _)| node.tasks > 1) {
                let fan = node.fan.as_ref().unwrap();
                assert_eq!(fan.tiles.len() as u64 + fan.left, node.tasks);
                assert!(fan.tiles.is_sorted_by_key(|tile| tile.status));
                for at in 0..fan.tiles.len() {
                    let spot = fan.spot(at);
                    assert!(spot.x + spot.width <= place.width - 10.0);
                    assert!(spot.y + spot.height <= place.height - 10.0);
                }
            }
        }
    }
}

/// Of every task the boxes above and below it are those that its page names.
#[test]
fn the_kin_of_a_task_is_that_of_its_page() {
    let engine = opened("tests/fixtures/metaflow/basics.zip");
    let mut looked_at = 0;
    // Of iterations the client says more than there is to say.
    let all = runs(&engine).into_iter();
    for run in all.filter(|run| run.flow != "SwitchFlow") {
        let steps = picture(&engine, &run, Depth::Tasks);
        for node in &steps.nodes {
            let fan = node.fan.iter().flat_map(|fan| &fan.tiles);
            for tile in fan {
                let task = run.task(&node.name, &tile.id);
                let page = runglass::engine::task::TaskQuery {
                    task,
                    attempt: None,
                };
                let page = pollster::block_on(engine.ask(page)).unwrap();
                let lineage = Depth::Lineage {
                    step: node.name.clone(),
                    task: tile.id.clone(),
                };
                let view = picture(&engine, &run, lineage);
                let name = format!("{}/{}", node.name, tile.id);
                let here = view.nodes.iter().position(|node| node.name == name);
                let here = here.unwrap() as u32;
                let mut linked: Vec<&str> = Vec::new();
                for edge in view.drawing.edges.iter() {
                    let other = match (edge.from == here, edge.to == here) {
                        (true, false) => edge.to,
                        (false, true) => edge.from,
                        _ => continue,
                    };
                    linked.push(&view.nodes[other as usize].name);
                }
                let kin = page.parents.iter().chain(&page.children);
                let mut named: Vec<String> = kin
                    .map(|one| format!("{}/{}", one.step, one.id))
                    .filter(|other| *other != name)
                    .collect();
                linked.sort_unstable();
                linked.dedup();
                named.sort_unstable();
                named.dedup();
                assert_eq!(linked, named, "{run}/{name}");
                looked_at += 1;
            }
        }
    }
    assert!(looked_at > 20, "{looked_at}");
}

#[test]
fn what_is_not_drawn_one_by_one_is_counted() {
    let engine = opened("tests/fixtures/metaflow/basics.zip");
    let all = runs(&engine);
    let run = all.iter().find(|run| run.flow == "ForeachFlow").unwrap();
    let view = picture(
        &engine,
        run,
        Depth::Lineage {
            step: "start".to_owned(),
            task: "1".to_owned(),
        },
    );
    let tasks = view.nodes.iter().map(|node| match &node.stands_for {
        StandsFor::Task { .. } => 1,
        StandsFor::More { .. } => node.tasks,
        StandsFor::Step => panic!("{node:?}"),
    });
    let steps = picture(&engine, run, Depth::Steps);
    let recorded: u64 = steps.nodes.iter().map(|node| node.tasks).sum();
    assert_eq!(tasks.sum::<u64>(), recorded);
}

#[test]
fn each_iteration_leads_to_the_next_and_the_last_one_on() {
    let engine = opened("tests/fixtures/metaflow/basics.zip");
    let all = runs(&engine);
    let run = all.iter().find(|run| run.flow == "SwitchFlow").unwrap();
    let depth = Depth::Lineage {
        step: "loop".to_owned(),
        task: "3".to_owned(),
    };
    let view = picture(&engine, run, depth);
    let name = |at: u32| view.nodes[at as usize].name.as_str();
    let edges = view.drawing.edges.iter();
    let mut links: Vec<String> = edges
        .map(|edge| format!("{} → {}", name(edge.from), name(edge.to)))
        .collect();
    links.sort_unstable();
    let expected = [
        "loop/2 → loop/3",
        "loop/3 → loop/4",
        "loop/4 → loop/5",
        "loop/5 → end/6",
        "start/1 → loop/2",
    ];
    assert_eq!(links, expected);
}

#[test]
fn a_task_that_is_not_there_has_no_lineage() {
    let engine = opened(TRAINFLOW);
    let run = RunPath::new("TrainFlow", FAILED);
    for (step, task) in [("features", "999"), ("nowhere", "1"), ("", "")] {
        let question = PictureQuery {
            run: run.clone(),
            depth: Depth::Lineage {
                step: step.to_owned(),
                task: task.to_owned(),
            },
            only_reached: false,
        };
        let failure = pollster::block_on(engine.ask(question)).unwrap_err();
        assert!(failure.headline.contains("There is no task"), "{failure:?}");
    }
}
