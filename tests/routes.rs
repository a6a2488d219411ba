//! Addresses: what they mean, how they look, and that nothing gets lost.

#![expect(
    clippy::indexing_slicing,
    reason = "a test that panics has failed, which is what it is for"
)]

use proptest::option;
use proptest::prelude::*;
use runglass::route::{Filters, Lines, Local, Place, Print, Route, Sort, TimeRange, percent};

fn place(parts: &[&str]) -> Place {
    let own = |at: usize| parts[at].to_owned();
    let (flow, run, step) = (|| own(0), || own(1), || own(2));
    match parts.len() {
        0 => Place::Runs { flow: None },
        1 => Place::Runs { flow: Some(flow()) },
        2 => Place::Run {
            flow: flow(),
            run: run(),
        },
        3 => Place::Step {
            flow: flow(),
            run: run(),
            step: step(),
        },
        4 => Place::Task {
            flow: flow(),
            run: run(),
            step: step(),
            task: own(3),
        },
        _ => Place::Artifact {
            flow: flow(),
            run: run(),
            step: step(),
            task: own(3),
            artifact: own(4),
        },
    }
}

fn at(parts: &[&str]) -> Route {
    Route::default().to(place(parts))
}

/// An address and its route, which also prints as that address.
#[track_caller]
fn check(address: &str, route: Route) {
    assert_eq!(Route::parse(address), route, "reading {address}");
    assert_eq!(route.to_hash(), address, "printing");
}

/// An address that is read as another one, the usual spelling.
#[track_caller]
fn check_reads_as(address: &str, usual: &str) {
    assert_eq!(Route::parse(address).to_hash(), usual, "reading {address}");
}

#[test]
fn places() {
    check("#/", Route::default());
    check("#/TrainFlow", at(&["TrainFlow"]));
    check("#/TrainFlow/1795", at(&["TrainFlow", "1795"]));
    check(
        "#/TrainFlow/1795/train",
        at(&["TrainFlow", "1795", "train"]),
    );
    check(
        "#/TrainFlow/1795/train/17",
        at(&["TrainFlow", "1795", "train", "17"]),
    );
    check(
        "#/TrainFlow/1795/train/17/model",
        at(&["TrainFlow", "1795", "train", "17", "model"]),
    );
}

#[test]
fn the_bare_path_leads_to_what_is_open() {
    check("#/?src=runs.zip", Route::open("runs.zip"));
    // The other of the two is named.
    check(
        "#/?src=runs.zip&place=open",
        Route::open("runs.zip").to(Place::Open),
    );
    check("#/?place=runs", at(&[]));
    check_reads_as("#/?place=open", "#/");
    check_reads_as("#/F?place=open", "#/F");
    check_reads_as("#/?place=open&place=runs", "#/");
    check_reads_as("#/?place=nowhere", "#/?place=nowhere");
}

#[test]
fn parts_are_escaped_and_stay_readable() {
    check(
        "#/my%20flow/a%2Fb/x%3Fy%23z/50%25",
        at(&["my flow", "a/b", "x?y#z", "50%"]),
    );
    check("#/béta/日本/-._~", at(&["béta", "日本", "-._~"]));
    check("#/%F0%9F%8E%89/%E2%80%AE", at(&["🎉", "\u{202e}"]));
    // An empty name has a sign, since an empty part does not count.
    check("#/F/~/%7E", at(&["F", "", "~"]));
    check_reads_as("#/F//1/", "#/F/1");
    // What browsers make of an address is the same address.
    check_reads_as("#/b%C3%A9ta/%e6%97%a5%E6%9C%AC", "#/béta/日本");
    // Wrong escapes stand for themselves.
    check_reads_as("#/100%/%zz/%C3/%C3%28", "#/100%25/%25zz/%25C3/%25C3%28");
    check_reads_as("#/a/b/c/d/e/too/many", "#/a/b/c/d/e");
}

#[test]
fn everything_else_stands_behind_the_question_mark() {
    let task = || at(&["F", "1", "s", "2"]);
    check(
        "#/F/1/s/2?attempt=0&tab=logs",
        task().with_attempt(Some(0)).with_tab("Logs"),
    );
    let lines = |stream: &str, first, last| {
        let stream = stream.to_owned();
        task().with_lines(Some(Lines {
            stream,
            first,
            last,
        }))
    };
    check("#/F/1/s/2?lines=stderr:8-9", lines("stderr", 8, 9));
    check("#/F/1/s/2?lines=stdout:8", lines("stdout", 8, 8));
    check("#/F/1/s/2?lines=a:b:8", lines("a:b", 8, 8));
    check("#/F/1/s/2/x?at=training_set.table%5B0%5D", {
        at(&["F", "1", "s", "2", "x"]).with_at(Some("training_set.table[0]"))
    });
    check(
        "#/F/1?tab=timeline&select=train&time=-5..1795211300000000",
        {
            let time = TimeRange {
                from: -5,
                to: 1_795_211_300_000_000,
            };
            at(&["F", "1"])
                .with_tab("timeline")
                .with_select(Some("train"))
                .with_time(Some(time))
        },
    );
    check("#/F/1?tab=", at(&["F", "1"]).with_tab(""));
}

#[test]
fn sources_may_repeat_and_stay_readable() {
    let sources = [
        "https://example.org/runs.zip?token=a&b=c d",
        "../beside.tar.gz",
        "local:9f31c07e:trainflow nov.zip",
    ];
    check(
        "#/F/1?src=https://example.org/runs.zip?token=a%26b=c%20d\
         &src=../beside.tar.gz&src=local:9f31c07e:trainflow%20nov.zip",
        at(&["F", "1"]).with_sources(sources),
    );
    check_reads_as("#/F?src=&src=a", "#/F?src=a");
    check_reads_as("#/?src=", "#/");
}

#[test]
fn a_namespace_goes_along() {
    let route = at(&["F"])
        .with_sources(["a"])
        .with_namespace(Some("user:ana"));
    check("#/F?src=a&ns=user:ana", route.clone());
    let there = route.to(place(&["F", "1", "start"])).to_hash();
    assert_eq!(there, "#/F/1/start?src=a&ns=user:ana");
    check_reads_as("#/F?ns=", "#/F");
}

#[test]
fn what_is_open_anyway_goes_along() {
    let route = at(&["F"]).with_sources(["a"]).with_anyway(true);
    check("#/F?src=a&anyway=1", route.clone());
    let there = route.to(place(&["F", "1"])).to_hash();
    assert_eq!(there, "#/F/1?src=a&anyway=1");
    check_reads_as("#/F?anyway=1&anyway=1", "#/F?anyway=1");
    // Another source is asked about anew.
    assert!(!Route::open("b").anyway);
}

#[test]
fn filters() {
    let own = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    check(
        "#/F?q=country=FI&status=failed,a%2Cb&flow=F&flow=G&tag=gpu&tag=x%26y&user=mira\
         &since=7d&sort=-started",
        at(&["F"]).with_filters(Filters {
            text: Some("country=FI".to_owned()),
            statuses: own(&["failed", "a,b"]),
            flows: own(&["F", "G"]),
            tags: own(&["gpu", "x&y"]),
            users: own(&["mira"]),
            since: Some("7d".to_owned()),
            sort: Some(Sort {
                by: "started".to_owned(),
                descending: true,
            }),
        }),
    );
    check_reads_as(
        "#/F?status=Failed&status=,retried,",
        "#/F?status=failed,retried",
    );
    assert!(Route::parse("#/F?sort=user").filters.is_empty());
    assert!(!Route::parse("#/F?tag=x").filters.is_empty());
}

#[test]
fn a_plus_sign_is_a_plus_sign() {
    check_reads_as("#/F?q=a+b", "#/F?q=a%2Bb");
    assert_eq!(
        Route::parse("#/F?q=a+b").filters.text.as_deref(),
        Some("a+b")
    );
}

#[test]
fn what_is_not_understood_is_kept() {
    check("#/F?new=1&other=a/b&new=2", {
        let mut route = at(&["F"]);
        route.rest = [("new", "1"), ("other", "a/b"), ("new", "2")]
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .into();
        route
    });
    // Known keys with values that make no sense.
    for kept in [
        "#/F?attempt=first",
        "#/F?attempt=+1",
        "#/F?attempt=99999999999",
        "#/F?lines=8-9",
        "#/F?lines=stderr:8-",
        "#/F?time=1..",
        "#/F?v=0",
        "#/F?v=later",
    ] {
        check_reads_as(kept, &kept.replace('+', "%2B"));
        assert_eq!(Route::parse(kept).rest.len(), 1, "{kept}");
    }
    check_reads_as("#/F?flag&&=empty", "#/F?flag=&~=empty");
    // The first value of a key counts.
    check_reads_as(
        "#/F?attempt=x&attempt=1&attempt=2",
        "#/F?attempt=1&attempt=x",
    );
    check_reads_as("#/F?tab=dag&tab=logs", "#/F?tab=dag");
}

#[test]
fn keys_without_a_field_can_be_used() {
    let route = at(&["F", "1"]).with_extra("with", Some("F/2"));
    assert_eq!(route.to_hash(), "#/F/1?with=F/2");
    assert_eq!(route.extra("with"), Some("F/2"));
    assert_eq!(
        route.clone().with_extra("with", Some("F/3")).to_hash(),
        "#/F/1?with=F/3"
    );
    assert_eq!(route.with_extra("with", None).to_hash(), "#/F/1");
}

#[test]
fn keys_without_a_field_may_be_repeated() {
    let route = Route::parse("#/F/1/s?col=loss&chart=loss&col=a b");
    assert_eq!(route.extras("col").collect::<Vec<_>>(), ["loss", "a b"]);
    let names = ["b".to_owned(), "c".to_owned()];
    let other = route.with_extras("col", &names);
    assert_eq!(other.to_hash(), "#/F/1/s?chart=loss&col=b&col=c");
    assert_eq!(
        other.with_extras("col", &[]).to_hash(),
        "#/F/1/s?chart=loss"
    );
}

#[test]
fn versions() {
    check_reads_as("#/F?v=1", "#/F");
    assert!(!Route::parse("#/F?v=1").is_newer());
    let newer = Route::parse("#/F?v=2&tab=dag");
    assert!(newer.is_newer());
    assert_eq!(newer.to_hash(), "#/F?tab=dag&v=2");
    // Going elsewhere writes an address of our own.
    assert_eq!(newer.to(place(&["G"])).to_hash(), "#/G");
}

#[test]
fn an_address_is_found_in_what_is_pasted() {
    for text in [
        "#/F/1?tab=dag",
        "/F/1?tab=dag",
        "F/1?tab=dag",
        "#F/1?tab=dag",
        "https://example.org/runglass/#/F/1?tab=dag",
        "http://127.0.0.1:8080/index.html?x=1#/F/1?tab=dag",
    ] {
        assert_eq!(Route::parse(text).to_hash(), "#/F/1?tab=dag", "{text}");
    }
}

#[test]
fn pathspecs_as_they_are_printed() {
    let task = Some(place(&["Flow", "123", "step", "4"]));
    for text in [
        "Flow/123/step/4",
        "#/Flow/123/step/4",
        "/Flow/123/step/4",
        " Flow/123/step/4/\n",
        "#/Flow/123/step/4?attempt=1",
        "Task('Flow/123/step/4')",
        "Task(\"Flow/123/step/4\")",
    ] {
        assert_eq!(Place::from_pathspec(text), task, "{text}");
    }
    let of = |text| Place::from_pathspec(text).map(|place| place.to_string());
    assert_eq!(of("Flow").as_deref(), Some("Flow"));
    assert_eq!(
        of("Flow/123/step/4/x").as_deref(),
        Some("Flow/123/step/4/x")
    );
    assert_eq!(
        of("app/runs%2F1/name/id").as_deref(),
        Some("app/runs%2F1/name/id")
    );
    for nothing in ["", "#/", "///", "a/b/c/d/e/f"] {
        assert_eq!(of(nothing), None, "{nothing}");
    }
}

#[test]
fn going_elsewhere_keeps_what_still_belongs() {
    let there = "#/F/1/s/2?src=a&src=b&attempt=0&tab=logs&lines=stderr:8&q=x&new=1";
    let route = Route::parse(there);
    for (parts, expected) in [
        (&["F", "1", "s", "3"][..], "#/F/1/s/3?src=a&src=b"),
        // The same task, or inside of it: the same attempt.
        (&["F", "1", "s", "2"][..], "#/F/1/s/2?src=a&src=b&attempt=0"),
        (
            &["F", "1", "s", "2", "x"][..],
            "#/F/1/s/2/x?src=a&src=b&attempt=0",
        ),
        (&["F", "1", "s"][..], "#/F/1/s?src=a&src=b"),
        (&[][..], "#/?src=a&src=b"),
    ] {
        assert_eq!(route.clone().to(place(parts)).to_hash(), expected);
    }
    // Lines of one attempt are not those of another.
    let other = route.clone().with_attempt(Some(1));
    assert_eq!(other.lines, None);
    assert_eq!(route.clone().with_attempt(Some(0)).lines, route.lines);
}

#[test]
fn up_and_up() {
    let mut route = Route::parse("#/F/1/s/2/x?src=a&attempt=1&at=y");
    let mut seen = Vec::new();
    while let Some(parent) = route.parent() {
        seen.push(parent.to_hash());
        route = parent;
    }
    assert_eq!(
        seen,
        [
            "#/F/1/s/2?src=a&attempt=1",
            "#/F/1/s?src=a",
            "#/F/1?src=a",
            "#/F?src=a",
            "#/?src=a",
        ]
    );
    assert_eq!(Route::default().parent(), None);
}

/// Names as they come: readable ones, and those made of what has a meaning.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9_]{1,6}",
        "[/?#&=%~+,:. é日🎉\u{0}\u{202e}-]{0,4}",
        any::<String>()
    ]
}

fn any_place() -> impl Strategy<Value = Place> {
    prop_oneof![
        1 => Just(Place::Open),
        8 => prop::collection::vec(name(), 0..=5).prop_map(|parts| {
            place(&parts.iter().map(String::as_str).collect::<Vec<_>>())
        }),
    ]
}

fn any_filters() -> impl Strategy<Value = Filters> {
    let names = || prop::collection::vec(name(), 0..3);
    let status = "[a-z,&% é]{1,5}";
    (
        option::of(name()),
        prop::collection::vec(status, 0..3),
        (names(), names(), names()),
        option::of(name()),
        option::of(("[a-z]{1,6}", any::<bool>())),
    )
        .prop_map(
            |(text, statuses, (flows, tags, users), since, sort)| Filters {
                text,
                statuses,
                flows,
                tags,
                users,
                since,
                sort: sort.map(|(by, descending)| Sort { by, descending }),
            },
        )
}

/// Any route that the app can make: unknown keys are really unknown.
fn any_route() -> impl Strategy<Value = Route> {
    let lines = (name(), any::<u64>(), any::<u64>()).prop_map(|(stream, first, last)| Lines {
        stream,
        first,
        last,
    });
    let time = (any::<i64>(), any::<i64>()).prop_map(|(one, other): (i64, i64)| TimeRange {
        from: one.min(other),
        to: one.max(other),
    });
    let unknown = (name(), name()).prop_map(|(key, value)| (format!("{key}-"), value));
    (
        prop::collection::vec(
            name().prop_filter("a source has a name", |s| !s.is_empty()),
            0..3,
        ),
        any_place(),
        (
            option::of(any::<u32>()),
            option::of("[a-z&é]{0,5}"),
            option::of(lines),
        ),
        (option::of(name()), option::of(name()), option::of(time)),
        (any_filters(), option::of(".{1,6}"), any::<bool>()),
        1_u32..4,
        prop::collection::vec(unknown, 0..3),
    )
        .prop_map(
            |(
                sources,
                place,
                (attempt, tab, lines),
                (at, select, time),
                (filters, namespace, anyway),
                version,
                rest,
            )| {
                Route {
                    sources,
                    namespace,
                    anyway,
                    place,
                    attempt,
                    tab,
                    lines,
                    at,
                    select,
                    time,
                    filters,
                    version,
                    rest,
                }
            },
        )
}

proptest! {
    #[test]
    fn every_route_prints_and_reads_back(route in any_route()) {
        let address = route.to_hash();
        prop_assert_eq!(&Route::parse(&address), &route, "by way of {}", address);
        // Pasted with the page's address before it, it is still the same.
        let link = format!("https://example.org/app/{address}");
        prop_assert_eq!(Route::parse(&link), route);
    }

    #[test]
    fn an_address_has_nothing_that_breaks_in_a_message(route in any_route()) {
        let address = route.to_hash();
        let clean = |c: char| c.is_alphanumeric() || "#/?&=%-._~:@,".contains(c);
        prop_assert!(address.chars().all(clean), "{}", address);
    }

    #[test]
    fn any_text_is_an_address(text in prop_oneof![
        any::<String>(),
        "(#|/|\\?|&|=|%|[0-9a-fA-F]{2}|,|~|v|src|tab|status|attempt|place|open|lines|:|é){0,30}",
    ]) {
        // Reading may drop, but it settles at once.
        let route = Route::parse(&text);
        prop_assert_eq!(Route::parse(&route.to_hash()), route);
        Place::from_pathspec(&text);
    }

    #[test]
    fn unknown_keys_survive(key in "[a-z]{9,12}", value in name(), address in any_route()) {
        let route = address.with_extra(&key, Some(&value));
        let back = Route::parse(&route.to_hash());
        prop_assert_eq!(back.extra(&key), Some(value.as_str()));
    }

    #[test]
    fn every_place_is_reached_by_its_pathspec(place in any_place()) {
        let top = matches!(place, Place::Open | Place::Runs { flow: None });
        prop_assert_eq!(Place::from_pathspec(&place.to_string()), (!top).then_some(place));
    }

    #[test]
    fn escapes_are_taken_back(text: String) {
        prop_assert_eq!(percent::decode_part(&percent::encode_part(&text)), text.clone());
        prop_assert_eq!(percent::decode(&percent::encode_value(&text)), text);
    }
}

/// A source that was given by hand, read and written again.
#[track_caller]
fn check_local(source: &str, print: Option<(&str, Option<u64>)>, name: &str) {
    let Some(local) = Local::parse(source) else {
        panic!("{source} was not taken for one given by hand")
    };
    let found = local.print.as_ref();
    let found = found.map(|print| (print.hash(), print.size));
    assert_eq!((found, local.name), (print, name), "{source}");
    let again = local.key();
    assert_eq!(Local::parse(&again), Some(local), "{again}");
}

#[test]
fn a_file_given_by_hand_is_told_by_its_print_and_its_name() {
    let hash = "9f31c07e".repeat(8);
    let hash = hash.as_str();
    check_local(&format!("local:{hash}:a.zip"), Some((hash, None)), "a.zip");
    let shouted = hash.to_uppercase();
    check_local(&format!("local:{shouted}:a"), Some((hash, None)), "a");
    let large = format!("local:5368709120-{hash}:nov: all.tar");
    check_local(&large, Some((hash, Some(5_368_709_120))), "nov: all.tar");
    // What is no print leaves the name.
    check_local("local::.metaflow", None, ".metaflow");
    check_local("local:9f31c07e:a.zip", None, "a.zip");
    check_local(&format!("local:{hash}0:a.zip"), None, "a.zip");
    check_local(&format!("local:-{hash}:a.zip"), None, "a.zip");
    check_local(&format!("local:+1-{hash}:a.zip"), None, "a.zip");
    check_local(&format!("local:99999999999999999999-{hash}:a"), None, "a");
    check_local("local::", None, "");
    // A mark of this browser is told to nobody else.
    let own = Local::parse("local:@a1b2:.metaflow");
    assert_eq!(own.as_ref().and_then(Local::id).as_deref(), Some("@a1b2"));
    let others = own.map(|local| (local.key(), local.for_others().key()));
    let expected = ("local:@a1b2:.metaflow", "local::.metaflow");
    assert_eq!(others, Some((expected.0.to_owned(), expected.1.to_owned())));
    for junk in ["@", "@a/b", "@é", "~2", &format!("@{}", "a".repeat(33))] {
        let source = format!("local:{junk}:a");
        assert_eq!(
            Local::parse(&source).and_then(|local| local.id()),
            None,
            "{junk}"
        );
    }
    for other in ["", "local:", "local:a.zip", "https://example.org/local::a"] {
        assert_eq!(Local::parse(other), None, "{other}");
    }
}

#[test]
fn a_print_is_shown_by_its_first_digits() {
    let print = Print::new([0xab; 32], None);
    assert_eq!(print.short(), "abababababab…");
    assert_eq!(Print::parse(&print.to_string()), Some(print));
}

proptest! {
    #[test]
    fn every_source_given_by_hand_survives_an_address(name in any::<String>(), hash: [u8; 32], size: Option<u64>) {
        let print = Some(Print::new(hash, size));
        let local = Local { print, own: None, name: &name };
        let key = local.key();
        prop_assert_eq!(Local::parse(&key), Some(local));
        let route = Route::parse(&Route::open(&key).to_hash());
        prop_assert_eq!(route.sources, [key]);
    }
}
