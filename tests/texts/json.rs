//! JSON laid out.

use proptest::prelude::*;
use runglass::text::code::CodeKind;
use runglass::text::json::{Ending, Limits, Pretty, pretty};

/// The lines as text, indented.
fn text_of(pretty: &Pretty) -> String {
    pretty
        .lines
        .iter()
        .map(|line| {
            let text: String = line.runs.iter().map(|run| run.text.as_str()).collect();
            format!("{}{text}\n", "  ".repeat(line.depth))
        })
        .collect()
}

#[track_caller]
fn check(text: &str, limits: &Limits, ending: Ending, expected: &str) {
    let laid_out = pretty(text, limits).unwrap();
    crate::survives_the_door(&laid_out);
    assert_eq!(
        text_of(&laid_out),
        expected.trim_start_matches('\n'),
        "for {text:?}"
    );
    assert_eq!(laid_out.ending, ending, "for {text:?}");
}

#[test]
fn short_values_stay_in_a_line() {
    let limits = Limits::default();
    for (text, expected) in [
        ("[]", "[]\n"),
        (" {} ", "{}\n"),
        ("[1,2 , 3]", "[1, 2, 3]\n"),
        (r#"{"a":1,"b":null}"#, "{\"a\": 1, \"b\": null}\n"),
        // Numbers keep all their digits, and what Python writes for JSON is taken.
        (
            "[12345678901234567890.50, NaN, -Infinity]",
            "[12345678901234567890.50, NaN, -Infinity]\n",
        ),
        ("{'name': None, 'ok': True}", "{'name': None, 'ok': True}\n"),
    ] {
        check(text, &limits, Ending::Whole, expected);
    }
}

#[test]
fn what_is_nested_is_indented() {
    check(
        r#"{"name":"train","decorators":[{"name":"retry","attributes":{"times":2}},"x"],"empty":{}}"#,
        &Limits::default(),
        Ending::Whole,
        r#"
{
  "name": "train",
  "decorators": [
    {
      "name": "retry",
      "attributes": {"times": 2}
    },
    "x"
  ],
  "empty": {}
}
"#,
    );
}

#[test]
fn escaped_letters_are_written_as_letters() {
    for (text, expected) in [
        (
            r#"["caf\u00e9 \u65e5\u672c \ud83c\udf89"]"#,
            "[\"café 日本 🎉\"]\n",
        ),
        // What cannot be seen, or would end the string, stays escaped.
        (
            r#"["\u0000\u200b\u202e\u0022\ud83c"]"#,
            "[\"\\u0000\\u200b\\u202e\\u0022\\ud83c\"]\n",
        ),
        (
            r#"["\\u00e9 \n \u+0e9 \u00"]"#,
            "[\"\\\\u00e9 \\n \\u+0e9 \\u00\"]\n",
        ),
    ] {
        check(text, &Limits::default(), Ending::Whole, expected);
    }
}

#[test]
fn limits_are_kept_and_told() {
    let few_lines = Limits {
        lines: 3,
        ..Limits::default()
    };
    check(
        "[[1],[2],[3],[4]]",
        &few_lines,
        Ending::Shortened { bytes: 8 },
        "
[
  [1],
  [2],
  … 8 B more
",
    );
    let few_bytes = Limits {
        bytes: 12,
        ..Limits::default()
    };
    check(
        r#"{"a": [1], "bcdef": 2}"#,
        &few_bytes,
        Ending::Shortened { bytes: 11 },
        "
{
  \"a\": [1],
  … 11 B more
",
    );
    let flat = Limits {
        depth: 1,
        ..Limits::default()
    };
    check(
        r#"{"a": {"b": {"c": 1}}, "d": [1], "e": [[]]}"#,
        &flat,
        Ending::Whole,
        "
{
  \"a\": {…},
  \"d\": [1],
  \"e\": […]
}
",
    );
    let short = Limits {
        string: 5,
        ..Limits::default()
    };
    check(
        r#"["0123456789"]"#,
        &short,
        Ending::Whole,
        "[\"0123… 7 characters more]\n",
    );
}

#[test]
fn broken_text_is_shown_raw_from_there_on() {
    check(
        "[[1],2}, oh\nno",
        &Limits::default(),
        Ending::Broken { at: 6 },
        "
[
  [1],
  2
}, oh
no
",
    );
    check(
        "{\"a\": [1], \"never closed: 1\n}",
        &Limits::default(),
        Ending::Broken { at: 11 },
        "
{
  \"a\": [1],
\"never closed: 1
}
",
    );
    check(
        "[1] and more",
        &Limits::default(),
        Ending::Broken { at: 4 },
        "[1]\nand more\n",
    );
    check(
        "[[1],",
        &Limits::default(),
        Ending::Broken { at: 5 },
        "[\n  [1],\n",
    );
}

#[test]
fn single_values_are_not_laid_out() {
    for text in ["", "  ", "12", "\"[1]\"", "null", "key=[1]"] {
        assert_eq!(pretty(text, &Limits::default()), None, "for {text:?}");
    }
}

#[test]
fn kinds_are_told_apart() {
    let laid_out = pretty(r#"{"a": "b", "c": [true, -1.5]}"#, &Limits::default()).unwrap();
    let of = |wanted: CodeKind| -> Vec<&str> {
        laid_out
            .lines
            .iter()
            .flat_map(|line| &line.runs)
            .filter(|run| run.kind == wanted)
            .map(|run| run.text.as_str())
            .collect()
    };
    assert_eq!(of(CodeKind::Key), ["\"a\"", "\"c\""]);
    assert_eq!(of(CodeKind::String), ["\"b\""]);
    assert_eq!(of(CodeKind::Keyword), ["true"]);
    assert_eq!(of(CodeKind::Number), ["-1.5"]);
}

proptest! {
    #[test]
    fn any_text_is_laid_out_within_the_limits(
        text in "([\\[\\]{},:\"' ]|\\\\u00e9|\\\\|1|é|true|\n){0,80}",
        lines in 1_usize..6,
        depth in 0_usize..4,
        bytes in 0_usize..60,
    ) {
        let limits = Limits { bytes, lines, depth, string: 10 };
        if let Some(laid_out) = pretty(&format!("[{text}"), &limits) {
            prop_assert!(laid_out.lines.len() <= lines + 3);
            prop_assert!(laid_out.lines.iter().all(|line| line.depth <= depth + 1));
        }
    }

    #[test]
    fn whole_text_keeps_all_but_its_blanks(values in prop::collection::vec("[a-z0-9]{1,12}", 0..20)) {
        let members: Vec<String> = values.iter().map(|v| format!("\"{v}\": [\"{v}\", {{}}]")).collect();
        let text = format!("{{{}}}", members.join(", "));
        let laid_out = pretty(&text, &Limits::default()).unwrap();
        let without_blanks = |text: &str| text.split_whitespace().collect::<String>();
        prop_assert_eq!(without_blanks(&text_of(&laid_out)), without_blanks(&text));
    }
}

/// Brackets that never close must not be looked for again from each of them.
#[test]
fn a_wall_of_brackets_is_no_work() {
    let text = "[".repeat(100_000);
    let laid_out = pretty(&text, &Limits::default()).unwrap();
    assert!(laid_out.lines.len() < 100);
}
