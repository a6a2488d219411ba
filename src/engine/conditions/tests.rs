//! What is a condition, whom it finds, and what is said of it.

use super::*;
use crate::model::{ForeachFrame, sample};

fn names() -> (Vec<String>, Vec<String>) {
    (vec!["country".to_owned()], vec!["loss".to_owned()])
}

fn known<'a>(parts: &'a [String], artifacts: &'a [String]) -> Known<'a> {
    Known {
        parts,
        artifacts,
        errors: true,
    }
}

fn task(id: u64, country: &str) -> Task {
    Task {
        foreach: vec![sample::frame("country", id, country)],
        ..sample::task(id, Status::Succeeded)
    }
}

/// The ids of the tasks that a text finds, and what is said of it.
fn found(text: &str, errors: bool) -> (Vec<String>, Vec<String>) {
    let tasks = [
        task(1, "r1"),
        task(10, "r10"),
        task(11, "'r11'"),
        task(2, "2"),
    ];
    let parts = parts_in(text, tasks.iter());
    let known = Known {
        parts: &parts,
        artifacts: &[],
        errors,
    };
    let mut filter = Filter::of(text, known);
    filter.settle(|| tasks.iter());
    let holds = |task: &&Task| {
        filter.holds(&Looked {
            step: "work",
            task,
            now: Moment(0),
            raised: (task.id == "10").then_some("KeyError: 'x'"),
            held: &|_| None,
        })
    };
    let ids = tasks.iter().filter(holds).map(|task| task.id.clone());
    (ids.collect(), filter.said().collect())
}

#[test]
fn a_value_is_meant_exactly_where_a_task_has_it() {
    let exact = |text: &str, ids: &[&str]| {
        let (found, said) = found(text, true);
        assert_eq!(found, ids, "{text}");
        assert_eq!(said, [""; 0], "{text}");
    };
    exact("country=r1", &["1"]);
    exact("country=R11", &["11"]);
    exact("country!=r1", &["10", "11", "2"]);
    exact("country=2.0", &["2"]);
    exact("country=nowhere", &[]);
    exact("id=1", &["1"]);
    exact("id!=1", &["10", "11", "2"]);
    exact("country=", &["1", "10", "11", "2"]);
    for (text, ids) in [
        ("country=0", &["10"][..]),
        ("country=r", &["1", "10", "11"]),
        ("country!=r", &["2"]),
    ] {
        let (found, said) = found(text, true);
        assert_eq!(found, ids, "{text}");
        assert!(said[0].starts_with(&format!("“{text}” is taken for values that contain it")));
        assert_eq!(said.len(), 1);
    }
}

#[test]
fn a_word_is_looked_for_in_names_as_they_are_shown() {
    let mut nested = task(7, "r39");
    nested.foreach.push(ForeachFrame {
        step: "work".to_owned(),
        index: Some(3),
        label: Some(("week".to_owned(), "w046".to_owned())),
    });
    let holds = |text: &str| {
        let known = known(&[], &[]);
        Filter::of(text, known).holds(&Looked {
            step: "work",
            task: &nested,
            now: Moment(0),
            raised: Some("KeyError: 'a/b'"),
            held: &|_| None,
        })
    };
    for text in [
        "R39 / w046",
        "r39/w046",
        "r39 w046",
        "r39 /w046",
        "work/7",
        "a/b",
        "week=w046",
        "/",
        "country=r39 / week=w046",
    ] {
        assert!(holds(text), "{text}");
    }
    for text in ["r39/w047", "work/8", "work/r39", "r3 / w9"] {
        assert!(!holds(text), "{text}");
    }
}

#[test]
fn what_was_raised_is_a_condition_where_it_is_read() {
    assert_eq!(
        found("exception=KeyError", true),
        (vec!["10".to_owned()], Vec::new())
    );
    assert_eq!(found("error=keyerr r10", true).0, ["10"]);
    assert_eq!(found("error!=keyerr", true).0, ["1", "11", "2"]);
    let (ids, said) = found("exception=KeyError", false);
    assert_eq!(ids.len(), 4);
    assert!(said[0].starts_with("“exception=KeyError” is left out: what tasks raised"));
    // A number is an artifact's.
    let known = known(&[], &[]);
    assert_eq!(
        strangers("error<0.1 error=0.5 id=3 host=x id>3", known),
        ["error", "id"]
    );
}

#[test]
fn a_sign_behind_a_known_name_is_a_condition() {
    let (parts, artifacts) = names();
    let known = known(&parts, &artifacts);
    let word = |word: &str| match word_of(word, known) {
        Word::Condition(found) => Ok((found.of, found.sign, found.text, found.number)),
        other => Err(other),
    };
    let condition = |of, sign, text: &str, number| Ok((of, sign, text.to_owned(), number));
    assert_eq!(
        word("country=FI"),
        condition(Of::Part("country".to_owned()), Sign::Is, "fi", None)
    );
    assert_eq!(
        word("loss>=0.5"),
        condition(
            Of::Column("loss".to_owned()),
            Sign::AtLeast,
            "0.5",
            Some(0.5)
        )
    );
    assert_eq!(
        word("attempts!=1"),
        condition(Of::Attempts, Sign::IsNot, "1", Some(1.0))
    );
    assert_eq!(
        word("duration<2m"),
        condition(Of::Duration, Sign::Below, "2m", Some(120.0))
    );
    assert_eq!(
        word("duration>500ms"),
        condition(Of::Duration, Sign::Above, "500ms", Some(0.5))
    );
    assert_eq!(
        word("status=Failed"),
        condition(Of::Status, Sign::Is, "failed", None)
    );
    for text in ["town=FI", "=FI", "FI", "x!y", "é>"] {
        assert_eq!(word(text), Err(Word::Text(text.to_lowercase())));
    }
}

#[test]
fn blanks_around_the_sign_of_a_known_name_do_not_matter() {
    let (parts, artifacts) = names();
    let known = known(&parts, &artifacts);
    let words = |text: &str| -> Vec<String> {
        let typed = typed(text).into_iter();
        typed.flat_map(|one| one.told(known)).collect()
    };
    assert_eq!(words("loss > 0.5 country= FI"), ["loss>0.5", "country=FI"]);
    assert_eq!(words("FI loss >=0.5"), ["FI", "loss>=0.5"]);
    // What is still being typed takes nothing of the next one.
    assert_eq!(words("loss> country=FI"), ["loss>", "country=FI"]);
    // An error may hold such.
    assert_eq!(words("x > 5 and y"), ["x", ">", "5", "and", "y"]);
    assert_eq!(strangers("x > 5 loss=2", known), ["x"]);
}

#[test]
fn what_cannot_be_told_leaves_out_nothing_and_says_so() {
    let (parts, artifacts) = names();
    let known = known(&parts, &artifacts);
    let said = |word: &str| match word_of(word, known) {
        Word::Unclear(why) => why,
        _ => String::new(),
    };
    assert!(said("duration>banana").starts_with("“duration>banana” is left out: a duration"));
    assert!(said("attempts=two").contains("attempts are a number"));
    assert!(said("country>FI").contains("only numbers"));
    assert!(said("loss<low").contains("only numbers"));
    assert!(said("status>failed").contains("equal"));
    assert!(said("status=broken").contains("failed, cancelled, running"));
    // What is still being typed, and what is fine.
    for word in [
        "duration>",
        "loss>",
        "status=fa",
        "status!=retried",
        "loss=low",
        "town>FI",
    ] {
        assert_eq!(said(word), "", "{word}");
    }
}

#[test]
fn names_that_nothing_is_known_of_are_looked_up() {
    let (parts, columns) = names();
    let text = "country=FI loss>1 rate<2 rate>1 duration>1s http://x?a=b (a=b 1=2 KeyError";
    assert_eq!(strangers(text, known(&parts, &columns)), ["rate"]);
}

#[test]
fn numbers_are_compared_as_numbers_and_others_by_what_they_contain() {
    let is = |value: &str, sign: Sign, text: &str| {
        sign.holds(value, value.parse().ok(), text, text.parse().ok())
    };
    assert!(is("10", Sign::Is, "10.0") && !is("10", Sign::Is, "1"));
    assert!(is("Finland", Sign::Is, "fin") && !is("Finland", Sign::IsNot, "fin"));
    assert!(is("9", Sign::Below, "10") && !is("nine", Sign::Below, "10"));
    assert!(is("9", Sign::Above, ""), "still being typed");
}
