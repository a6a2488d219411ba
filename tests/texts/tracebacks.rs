//! Tracebacks of real Pythons (`tracebacks/make.py`), and what logs make of them.

use proptest::prelude::*;
use runglass::text::traceback::{
    self, Exception, KEPT_AT_EACH_END, Raised, Relation, Traceback, frames,
};
use std::fmt::Write as _;
use std::path::Path;

/// A traceback as a reader would check it by eye.
fn dump(traceback: &Traceback) -> String {
    let mut out = format!("lines {}..{}\n", traceback.first_line, traceback.end_line);
    for raised in &traceback.raised {
        dump_raised(raised, &mut out);
    }
    out
}

fn dump_raised(raised: &Raised, out: &mut String) {
    match raised.relation {
        None => {}
        Some(Relation::Cause) => out.push_str("- caused:\n"),
        Some(Relation::During) => out.push_str("- while that was handled:\n"),
    }
    let mut first = 0;
    for row in raised.rows() {
        let [frame @ frames::Frame { package: None, .. }] = row else {
            let count: u32 = row.iter().map(|frame| 1 + frame.repeated).sum();
            let names = frames::libraries(row).join(", ");
            writeln!(out, "  ({count} in {names}, from frame {first})").unwrap();
            first += row.len();
            continue;
        };
        first += 1;
        let line = frame.line.map_or("?".to_owned(), |line| line.to_string());
        let function = frame.function.as_deref().unwrap_or("no function");
        writeln!(out, "  {}:{line} in {function}", frame.file).unwrap();
        for source in &frame.source {
            writeln!(out, "    | {}", source.text).unwrap();
            if let Some(marks) = &source.marks {
                writeln!(out, "    : {marks}").unwrap();
            }
        }
        if frame.repeated > 0 {
            writeln!(out, "    and {} more times", frame.repeated).unwrap();
        }
    }
    match &raised.exception {
        Some(exception) => writeln!(out, "  {} = {:?}", exception.kind, exception.message).unwrap(),
        None => out.push_str("  (no exception)\n"),
    }
    if let Some(group) = &raised.group {
        writeln!(out, "  group of {} lines", group.lines().count()).unwrap();
    }
}

#[test]
fn real_tracebacks_are_taken_apart() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/texts/tracebacks");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    files.sort();
    let mut all = String::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let found = traceback::parse(&text).unwrap_or_else(|| panic!("nothing in {file:?}"));
        crate::survives_the_door(&found);
        let name = file.file_stem().unwrap().to_string_lossy();
        writeln!(all, "== {name}: {}", dump(&found)).unwrap();

        // The same with a margin, as Metaflow's @catch prints it.
        if !text.contains("Traceback") {
            continue;
        }
        let margin: Vec<String> = text.lines().map(|line| format!(">  {line}")).collect();
        assert_eq!(
            traceback::parse(&margin.join("\n")).map(ungrouped),
            Some(ungrouped(found))
        );
    }
    insta::assert_snapshot!(all);
}

/// A group's drawing keeps the margin, all else is the same without it.
fn ungrouped(mut traceback: Traceback) -> Traceback {
    for raised in &mut traceback.raised {
        raised.group = raised.group.as_ref().map(|_| String::new());
    }
    traceback
}

const FLOW: &str = "\
Traceback (most recent call last):
  File \"/home/ana/lab/venv/lib/python3.11/site-packages/metaflow/task.py\", line 113, in _exec
    step_function()
  File \"flow.py\", line 16, in each
    raise RuntimeError(\"item 2 is broken\")
RuntimeError: item 2 is broken
";

#[track_caller]
fn check_message(traceback: Option<Traceback>, expected: &str) {
    let exception = traceback.and_then(|found| found.raised.into_iter().next_back()?.exception);
    assert_eq!(exception.unwrap().message, expected);
}

#[test]
fn a_message_ends_with_its_text_or_with_its_log_record() {
    let text = format!("{FLOW}  with details\n\nand an afterthought\n\n");
    check_message(
        traceback::parse(&text),
        "item 2 is broken\n  with details\n\nand an afterthought",
    );
    check_message(traceback::in_log(&text), "item 2 is broken\n  with details");
    for record in [
        "[2026-11-20 21:48:28.609] ERROR (taps.run) :: Caught unhandled exception",
        "2026-11-20T21:48:28Z retrying",
        "21:48:28.609 | INFO | Task run 'x'",
        "WARNING: no more retries",
        "\nTask failed.",
    ] {
        let text = format!("before\n{FLOW}{record}\n");
        check_message(traceback::in_log(&text), "item 2 is broken");
        let found = traceback::in_log(&text).unwrap();
        assert_eq!((found.first_line, found.end_line), (1, 7), "for {record:?}");
    }
}

#[test]
fn the_last_traceback_of_a_log_counts() {
    let second = FLOW.replace("item 2", "item 3");
    let log =
        format!("<flow F step each[2]> failed:\n    Internal error\n{FLOW}\nretry\n{second}\n");
    check_message(traceback::in_log(&log), "item 3 is broken");
    // A name before the header is not a margin.
    let named = format!("problem: {FLOW}\ncrash: {second}");
    check_message(traceback::in_log(&named), "item 3 is broken");
    // Cut off before the exception: the frames are there, the exception is not.
    let cut = FLOW.split("RuntimeError: item").next().unwrap();
    let found = traceback::in_log(cut).unwrap();
    assert_eq!(found.raised[0].frames.len(), 2);
    assert_eq!(found.raised[0].exception, None);
}

#[test]
fn the_place_is_in_the_readers_own_code_where_there_is_any() {
    let place = |text: &str| {
        traceback::parse(text)?
            .last()?
            .place()
            .map(|f| f.file.clone())
    };
    assert_eq!(place(FLOW).as_deref(), Some("flow.py"));
    let in_library = FLOW.replace("\"flow.py\"", "\"/v/site-packages/pandas/core.py\"");
    assert_eq!(
        place(&in_library).as_deref(),
        Some("/v/site-packages/pandas/core.py")
    );
}

#[test]
fn whose_code_a_file_is() {
    for (file, package) in [
        ("flow.py", None),
        ("/home/ana/proj/flow.py", None),
        ("C:\\Users\\ana\\proj\\flow.py", None),
        ("<string>", None),
        ("<stdin>", None),
        ("/home/lib/flow.py", None),
        (
            "/v/lib/python3.11/site-packages/pandas/core/frame.py",
            Some("pandas"),
        ),
        ("/usr/lib/python3/dist-packages/six.py", Some("six")),
        ("C:\\v\\Lib\\site-packages\\numpy\\x.py", Some("numpy")),
        ("pandas/_libs/index.pyx", Some("pandas")),
        ("/usr/lib/python3.11/json/decoder.py", Some("Python")),
        ("C:\\Python312\\Lib\\json\\decoder.py", Some("Python")),
        ("<frozen importlib._bootstrap>", Some("Python")),
    ] {
        assert_eq!(frames::package_of(file).as_deref(), package, "for {file}");
    }
}

#[test]
fn a_file_in_a_package_is_named_from_the_package_on() {
    for (file, shown) in [
        (
            "/v/lib/python3.11/site-packages/pandas/core/frame.py",
            "pandas/core/frame.py",
        ),
        ("/usr/lib/python3/dist-packages/six.py", "six.py"),
        ("C:\\v\\Lib\\site-packages\\numpy\\x.py", "numpy\\x.py"),
        (
            "/usr/lib/python3.11/json/decoder.py",
            "/usr/lib/python3.11/json/decoder.py",
        ),
        // Nobody's package: the reader's own file, whatever its folder is called.
        (
            "/home/ana/site-packages-old/flow.py",
            "/home/ana/site-packages-old/flow.py",
        ),
    ] {
        let frame = frames::Frame {
            file: file.to_owned(),
            skipped: frames::before_package(file),
            ..Default::default()
        };
        assert_eq!(frame.shown_file(), shown);
    }
}

#[test]
fn exceptions_at_the_end_of_a_log() {
    for (tail, expected) in [
        (FLOW, Some(("RuntimeError", "item 2 is broken"))),
        // The tail begins in the middle.
        (
            "    x()\nrequests.exceptions.Timeout: read timed out\nTask failed.\n",
            Some(("requests.exceptions.Timeout", "read timed out")),
        ),
        ("KeyboardInterrupt\n", Some(("KeyboardInterrupt", ""))),
        ("ray.exceptions.RayTaskError(ValueError): ray::f()\n", None),
        ("note: see below\nINFO: done\nall good\n", None),
        ("", None),
    ] {
        let found = traceback::exception_line(tail);
        let found = found
            .as_ref()
            .map(|(kind, message)| (kind.as_str(), message.as_str()));
        assert_eq!(found, expected, "for {tail:?}");
    }
    // Behind a traceback any class will do, and of its message the first line.
    let ray = FLOW.replace(
        "RuntimeError: item",
        "ray.X.<locals>.Oops(ValueError): one\ntwo",
    );
    let expected = (
        "ray.X.<locals>.Oops(ValueError)".to_owned(),
        "one".to_owned(),
    );
    assert_eq!(traceback::exception_line(&ray), Some(expected));
}

#[test]
fn a_deep_recursion_keeps_both_ends() {
    let frame = |n: usize| format!("  File \"flow.py\", line {n}, in f\n    g()\n");
    let frames: String = (1..=1000).map(frame).collect();
    let text = format!("Traceback (most recent call last):\n{frames}RecursionError: too deep\n");
    let found = traceback::parse(&text).unwrap();
    let raised = &found.raised[0];
    assert_eq!(raised.left_out, 1000 - 2 * KEPT_AT_EACH_END);
    let line = |at: usize| raised.frames[at].line.unwrap();
    assert_eq!((line(0), line(KEPT_AT_EACH_END - 1)), (1, 100));
    assert_eq!(
        (line(KEPT_AT_EACH_END), raised.frames.last().unwrap().line),
        (901, Some(1000))
    );
}

#[test]
fn what_is_no_traceback_is_none() {
    for text in [
        "",
        "all good",
        "it says Traceback (most recent call last): but goes on",
        "  File \"x.py\", line 3\nnothing: more than a mention",
    ] {
        let found = traceback::parse(text);
        let exception = found
            .as_ref()
            .and_then(|found| found.last()?.exception.clone());
        let mention = Exception {
            kind: "nothing".into(),
            message: "more than a mention".into(),
        };
        assert!(
            found.is_none() || exception == Some(mention),
            "for {text:?}: {found:?}"
        );
    }
}

proptest! {
    #[test]
    fn any_mixture_of_its_lines_can_be_read(
        lines in prop::collection::vec(prop::sample::select(vec![
            "Traceback (most recent call last):",
            "  + Exception Group Traceback (most recent call last):",
            "  File \"a.py\", line 1, in f",
            "  |   File \"a.py\", line 99999999999, in f",
            "    source()",
            "    ~~~~~~^^",
            "  [Previous line repeated 996 more times]",
            "ValueError: x",
            "  | ExceptionGroup: x (1 sub-exception)",
            "  +-+---------------- 1 ----------------",
            "    +------------------------------------",
            "During handling of the above exception, another exception occurred:",
            "The above exception was the direct cause of the following exception:",
            "", "é", "\"\"\"",
        ]), 0..20),
    ) {
        let text = lines.join("\n");
        for found in [traceback::parse(&text), traceback::in_log(&text)].into_iter().flatten() {
            prop_assert!(!found.raised.is_empty());
            prop_assert!(found.first_line < found.end_line && found.end_line <= lines.len());
        }
        traceback::exception_line(&text);
    }

    #[test]
    fn any_text_can_be_read(text: String) {
        traceback::parse(&text);
        traceback::exception_line(&text);
    }
}
