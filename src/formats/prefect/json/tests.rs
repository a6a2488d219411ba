use super::*;
use proptest::prelude::*;

#[track_caller]
fn check_text(written: &str, expected: &str) {
    let value = Json::whole(written.as_bytes()).unwrap();
    assert_eq!(value.text().as_deref(), Some(expected));
}

#[test]
fn texts_lose_their_escapes() {
    check_text(r#""plain""#, "plain");
    check_text(r#""a\"b\\c\/d\n\t\u00e9\u0000""#, "a\"b\\c/d\n\té\0");
    check_text(r#""\ud83d\ude00""#, "😀");
    check_text(r#""\ud83d!""#, "\u{fffd}!");
    check_text(r#""\ud83d\u0041""#, "\u{fffd}A");
    check_text(r#""\uzz""#, "\u{fffd}zz");
}

#[track_caller]
fn check_items(written: &str, expected: &[&str], fault: Option<(usize, bool)>) {
    let mut items = Items::within(written.as_bytes(), 0, b'[');
    let mut found = Vec::new();
    let mut broken = None;
    for item in &mut items {
        match item {
            Ok(item) => found.push(item.raw().into_owned()),
            Err(fault) => broken = Some((fault.at, fault.is_cut)),
        }
    }
    assert_eq!(
        (found, broken),
        (expected.iter().map(|e| (*e).to_owned()).collect(), fault)
    );
}

#[test]
fn a_list_gives_its_items_until_it_breaks() {
    check_items("[]", &[], None);
    check_items(
        r#"[1, "]" ,{"a":[2]} , NaN]"#,
        &["1", "\"]\"", r#"{"a":[2]}"#, "NaN"],
        None,
    );
    check_items("[1, 2", &["1", "2"], Some((5, true)));
    check_items(r#"[{"a": 1}, {"b": "#, &[r#"{"a": 1}"#], Some((17, true)));
    check_items("[1 2]", &["1"], Some((3, false)));
    check_items("[1,]", &["1"], None);
    check_items("[1,,2]", &["1"], Some((3, false)));
}

#[track_caller]
fn check_kind(written: &str, kind: Kind, number: Option<f64>, integer: Option<i64>) {
    let value = Json::whole(written.as_bytes()).unwrap();
    assert_eq!(
        (value.kind(), value.integer()),
        (kind, integer),
        "{written}"
    );
    match number {
        Some(number) if number.is_nan() => assert!(value.number().unwrap().is_nan()),
        number => assert_eq!(value.number(), number, "{written}"),
    }
}

#[test]
fn kinds_are_told_by_what_is_written() {
    check_kind("12", Kind::Number, Some(12.0), Some(12));
    check_kind("-2.0", Kind::Number, Some(-2.0), Some(-2));
    check_kind("0.5", Kind::Number, Some(0.5), None);
    check_kind(
        "1208925819614629174706176",
        Kind::Number,
        Some(1.208_925_819_614_629_2e24),
        None,
    );
    check_kind("NaN", Kind::Number, Some(f64::NAN), None);
    check_kind("-Infinity", Kind::Number, Some(f64::NEG_INFINITY), None);
    check_kind("nan", Kind::Odd, None, None);
    check_kind("null", Kind::Null, None, None);
    check_kind("true", Kind::Truth, None, None);
    check_kind("{}", Kind::Object, None, None);
}

#[test]
fn blanks_between_parts_are_no_part_of_a_value() {
    let value = Json::whole(b"{ \"a b\\\" \" :\n [1 , 2\t]}").unwrap();
    assert_eq!(value.compact(), r#"{"a b\" ":[1,2]}"#);
}

#[test]
fn fields_are_found_by_name() {
    let value = Json::whole(br#" {"a": {"b": 1}, "b" :2, "c": [ 3 ]} "#).unwrap();
    assert_eq!(value.field("b").unwrap().integer(), Some(2));
    assert_eq!(value.field("c").unwrap().raw(), "[ 3 ]");
    assert_eq!(value.field("d"), None);
    assert_eq!(value.field("c").unwrap().at(), 30);
}

/// Everything there is to ask of a value and of what is in it, some levels deep.
fn walk(value: Json<'_>, depth: usize) {
    let _ = (
        value.kind(),
        value.number(),
        value.integer(),
        value.text(),
        value.raw(),
    );
    if depth < 4 {
        for item in value.items().flatten() {
            walk(item, depth + 1);
        }
        for (_, item) in value.fields().flatten() {
            walk(item, depth + 1);
        }
    }
}

proptest! {
    #[test]
    fn no_bytes_break_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        if let Ok(value) = Json::whole(&bytes) {
            walk(value, 0);
        }
    }

    #[test]
    fn nothing_that_looks_like_json_breaks_the_reader(text in r#"[\[\]{}",:\\ud0-9eE.\- a\n]{0,60}"#) {
        if let Ok(value) = Json::whole(text.as_bytes()) {
            walk(value, 0);
        }
    }

    #[test]
    fn what_is_quoted_comes_back(text in any::<String>()) {
        let written = quoted(&text);
        let value = Json::whole(written.as_bytes()).unwrap();
        prop_assert_eq!(value.text().unwrap(), text);
    }

    #[test]
    fn what_serde_reads_is_read_alike(text in any::<String>(), number in any::<i64>(), fraction in any::<f64>()) {
        let written = serde_json::json!({"t": [text], "n": number, "f": fraction}).to_string();
        let value = Json::whole(written.as_bytes()).unwrap();
        let item = value.field("t").unwrap().items().next().unwrap().unwrap();
        prop_assert_eq!(item.text().unwrap(), text);
        prop_assert_eq!(value.field("n").unwrap().integer(), Some(number));
        if fraction.is_finite() {
            prop_assert_eq!(value.field("f").unwrap().number(), Some(fraction));
        }
    }
}
