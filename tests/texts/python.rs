//! Highlighted Python.

use proptest::prelude::*;
use runglass::text::code::{CodeKind, CodeRun};
use runglass::text::python;

/// One letter for each character of a line, below which it can be read.
fn kinds(runs: &[CodeRun]) -> String {
    let letter = |kind| match kind {
        CodeKind::Plain => ' ',
        CodeKind::Keyword => 'k',
        CodeKind::String => 's',
        CodeKind::Comment => 'c',
        CodeKind::Number => 'n',
        CodeKind::Decorator => '@',
        CodeKind::Definition => 'd',
        CodeKind::Builtin => 'b',
        CodeKind::Key | CodeKind::Note => '!',
    };
    let line: String = runs
        .iter()
        .map(|run| {
            letter(run.kind)
                .to_string()
                .repeat(run.text.chars().count())
        })
        .collect();
    line.trim_end().to_owned()
}

/// Lines of source, each with the letters of its kinds below it.
#[track_caller]
fn check(annotated: &str) {
    let lines: Vec<&str> = annotated
        .strip_prefix('\n')
        .unwrap_or(annotated)
        .lines()
        .collect();
    let source: Vec<&str> = lines.iter().copied().step_by(2).collect();
    let highlighted = python::highlight(&source.join("\n"));
    assert_eq!(highlighted.len(), source.len());
    for (at, runs) in highlighted.iter().enumerate() {
        let expected = lines.get(at * 2 + 1).copied().unwrap_or_default();
        assert_eq!(kinds(runs), expected.trim_end(), "for {:?}", source[at]);
    }
    crate::survives_the_door(&highlighted);
}

#[test]
fn the_look_of_a_flow() {
    check(
        r#"
from metaflow import FlowSpec, step  # the engine
kkkk          kkkkkk                 cccccccccccc
class TrainFlow(FlowSpec):
kkkkk ddddddddd
    @retry(times=2)
    @@@@@@       n
    @step
    @@@@@
    async def features(self):
    kkkkk kkk dddddddd
        if len(df) < 1_000 and not None:
        kk bbb       nnnnn kkk kkk kkkk
            df["age"] = df.age.astype("int64")
               sssss                  sssssss
        self.frame = a @ b
"#,
    );
}

#[test]
fn strings_of_every_kind() {
    check(
        r##"
x = 'a\'b' + "c\\" + r"\d" + rb'\x' + F"{x}" # "
    ssssss   sssss   sssss   ssssss   ssssss ccc
f"{row["age"]:>{width}} and {other['x']}" + y
sssssssssssssssssssssssssssssssssssssssss
f"{{" + "}" + f'{a!r}'
sssss   sss   ssssssss
print("never closed
bbbbb sssssssssssss
plain

doc = """one "quoted" line
      ssssssssssssssssssss
    still in it # no comment
ssssssssssssssssssssssssssss
    \""" not yet """ + x
ssssssssssssssssssss
y = 'goes on \
    ssssssssss
over there' + z
sssssssssss
"##,
    );
}

#[test]
fn numbers_and_names() {
    check(
        "
a1 = 0xFF + 1e-3 + .5 + 3.14j - 1_0 if x2 else 0b01
     nnnn   nnnn   nn   nnnnn   nnn kk    kkkk nnnn
0xe-1
nnn n
m.print(print, self.len, naïve, 数)
        bbbbb
",
    );
}

#[test]
fn words_that_are_keywords_only_sometimes() {
    check(
        "
match command:
kkkkk
    case [x, 'go']:  # any
    kkkk     ssss    ccccc
match = re.match(x)

case.close()

type Point = tuple[int, int]
kkkk         bbbbb bbb  bbb
type(x) == int
bbbb       bbb
",
    );
}

#[test]
fn a_window_begins_with_the_state_before_it() {
    let (_, state) = python::line("text = '''begin", python::State::default());
    let (runs, state) = python::line("middle", state);
    assert_eq!(kinds(&runs), "ssssss");
    let (runs, state) = python::line("end''' + 1", state);
    assert_eq!(kinds(&runs), "ssssss   n");
    assert_eq!(state, python::State::default());
}

proptest! {
    #[test]
    fn nothing_is_lost_or_added(source in "([ -~]|\n|\"\"\"|'''|f\"|\\{|\\\\|é|@|\r\n){0,60}") {
        let highlighted = python::highlight(&source);
        let lines: Vec<String> = highlighted
            .iter()
            .map(|runs| runs.iter().map(|run| run.text.as_str()).collect())
            .collect();
        prop_assert_eq!(lines, source.lines().collect::<Vec<_>>());
    }
}
