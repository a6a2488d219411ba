//! Windows into texts, and finding things in texts and among names.

use proptest::prelude::*;
use runglass::text::fuzzy;
use runglass::text::lines::{Hit, LineIndex, Needle, Progress, Search};

#[test]
fn lines_end_where_they_should() {
    for (text, expected) in [
        ("", vec![]),
        ("a", vec!["a"]),
        ("a\n", vec!["a"]),
        ("a\n\nb", vec!["a", "", "b"]),
        ("\n", vec![""]),
        ("a\r\nb\rc\n", vec!["a", "b\rc"]),
    ] {
        let index = LineIndex::new(text);
        let lines: Vec<&str> = index.window(text, 0, 100).map(|(_, line)| line).collect();
        assert_eq!(lines, expected, "for {text:?}");
        assert_eq!(index.count(), expected.len());
    }
}

#[test]
fn a_window_holds_what_is_asked_for() {
    let text = "zero\none\ntwo\nthree";
    let index = LineIndex::new(text);
    let window = |first, count| index.window(text, first, count).collect::<Vec<_>>();
    assert_eq!(window(1, 2), [(1, "one"), (2, "two")]);
    assert_eq!(window(3, 10), [(3, "three")]);
    assert_eq!(window(4, 1), []);
    assert_eq!(window(0, 0), []);
    assert_eq!(window(2, usize::MAX), [(2, "two"), (3, "three")]);

    let lines: Vec<Option<usize>> = [0, 3, 4, 5, 17, 18].map(|at| index.line_of(at)).into();
    assert_eq!(lines, [Some(0), Some(0), Some(0), Some(1), Some(3), None]);
}

#[track_caller]
fn check_places(query: &str, line: &str, expected: &[(usize, usize)]) {
    let places: Vec<_> = Needle::new(query).unwrap().places(line).collect();
    assert_eq!(places, expected, "{query:?} in {line:?}");
}

#[test]
fn places_in_a_line() {
    check_places("null", "age has 387 NULLs", &[(12, 16)]);
    check_places("aa", "aaaaa", &[(0, 2), (2, 4)]);
    check_places("x", "", &[]);
    check_places("longer", "long", &[]);
    // Positions count characters, whatever they take in bytes.
    check_places("ÄRGER", "日本 ärger", &[(3, 8)]);
    check_places("b", "éb", &[(1, 2)]);
    // A letter whose lower case is two letters moves nothing.
    check_places("c", "İc", &[(1, 2)]);
    assert!(Needle::new("").is_none());
}

#[test]
fn a_search_goes_on_where_it_stopped() {
    let text = "fail\nok\nfail fail\nok\nFAIL";
    let index = LineIndex::new(text);
    let hit = |line, start| Hit {
        line,
        start,
        end: start + 4,
    };
    let all = [hit(0, 0), hit(2, 0), hit(2, 5), hit(4, 0)];

    let mut search = Search::new(Needle::new("fail").unwrap(), 100);
    let mut steps = 0;
    while search.step(text, &index, 1) == Progress::More {
        steps += 1;
        assert_eq!(search.next_line(), steps);
    }
    assert_eq!(search.hits, all);

    let mut at_once = Search::new(Needle::new("fail").unwrap(), 100);
    assert_eq!(at_once.step(text, &index, usize::MAX), Progress::Done);
    assert_eq!(at_once.hits, all);
    assert_eq!(at_once.step(text, &index, usize::MAX), Progress::Done);

    let mut bounded = Search::new(Needle::new("fail").unwrap(), 2);
    assert_eq!(bounded.step(text, &index, usize::MAX), Progress::Full);
    assert_eq!(bounded.hits, all[..2]);
    crate::survives_the_door(&bounded.hits);
}

/// The best names for a query, in order, the matched letters in brackets.
#[track_caller]
fn check_rank(query: &str, names: &[&str], expected: &[&str]) {
    let found: Vec<String> = fuzzy::rank(query, names.iter().copied(), 10)
        .iter()
        .map(|one| {
            crate::survives_the_door(one);
            names[one.index]
                .chars()
                .enumerate()
                .map(|(at, c)| {
                    let matched = one.fit.positions.contains(&u32::try_from(at).unwrap());
                    if matched {
                        format!("[{c}]")
                    } else {
                        c.to_string()
                    }
                })
                .collect::<String>()
                .replace("][", "")
        })
        .collect();
    assert_eq!(found, expected, "for {query:?}");
}

#[test]
fn names_are_ranked_as_one_means_them() {
    check_rank(
        "fi",
        &[
            "profile",
            "load/2/config",
            "Open file or folder",
            "Fit to screen",
            "Filter tasks",
        ],
        &[
            "[Fi]lter tasks",
            "[Fi]t to screen",
            "Open [fi]le or folder",
            "pro[fi]le",
            "load/2/con[fi]g",
        ],
    );
    // The name itself, then what begins with it, then words that do.
    check_rank(
        "train",
        &[
            "retrain",
            "TrainFlow/17/train",
            "trainer",
            "train",
            "pre/train",
        ],
        &[
            "[train]",
            "[train]er",
            "[Train]Flow/17/train",
            "pre/[train]",
            "re[train]",
        ],
    );
    // Word starts, also inside of words.
    check_rank(
        "tf17",
        &["TrainFlow/1795", "tiff17"],
        &["[T]rain[F]low/[17]95", "[t]if[f17]"],
    );
    check_rank(
        "features 10",
        &["features/10", "features/1"],
        &["[features]/[10]"],
    );
    check_rank(
        "gpu3",
        &["gpu/host-3", "gpu3"],
        &["[gpu3]", "[gpu]/host-[3]"],
    );
    check_rank("zz", &["pizza", "fez", "zebra"], &["pi[zz]a"]);
    // Two letters stand side by side, or begin words side by side.
    check_rank(
        "fi",
        &[
            "features/12 country=IT",
            "features/10 country=FI",
            "x/fold/item",
        ],
        &["features/10 country=[FI]", "x/[f]old/[i]tem"],
    );
    check_rank(
        "tf",
        &["TrainFlow", "tiff", "trainflow"],
        &["[T]rain[F]low"],
    );
    check_rank(
        "a",
        &["train", "abate", "x/a"],
        &["[a]bate", "x/[a]", "tr[a]in"],
    );
    check_rank("", &["b", "a"], &["b", "a"]);
    check_rank("É", &["café"], &["caf[é]"]);
}

/// The best of all ways to place the letters, found by trying all of them.
fn subsequence(query: &[char], name: &[char]) -> bool {
    let mut rest = name.iter();
    query.iter().all(|letter| rest.any(|other| other == letter))
}

proptest! {
    #[test]
    fn lines_put_together_are_the_text(text in "([a-c]|\n|\r|é){0,40}") {
        let index = LineIndex::new(&text);
        let lines: Vec<&str> = index.window(&text, 0, usize::MAX).map(|(_, line)| line).collect();
        prop_assert_eq!(lines, text.lines().collect::<Vec<_>>());
    }

    #[test]
    fn places_are_where_the_query_stands(query in "[abé]{1,3}", line in "[abAé]{0,20}") {
        let letters: Vec<char> = line.chars().collect();
        let mut behind = 0;
        for (start, end) in Needle::new(&query).unwrap().places(&line) {
            let found: String = letters[start..end].iter().collect();
            prop_assert_eq!(found.to_lowercase(), query.to_lowercase());
            prop_assert!(start >= behind);
            behind = end;
        }
        prop_assert_eq!(behind == 0, !line.to_lowercase().contains(&query));
    }

    #[test]
    fn a_search_does_not_depend_on_its_steps(text in "([ab]|\n){0,60}", bytes in 0_usize..20) {
        let index = LineIndex::new(&text);
        let mut search = Search::new(Needle::new("a").unwrap(), 1000);
        while search.step(&text, &index, bytes) == Progress::More {}
        prop_assert_eq!(search.hits.len(), text.matches('a').count());
    }

    #[test]
    fn a_fit_points_at_the_letters_typed(query in "[ab/]{1,4}", name in "[abAB/ ]{0,12}") {
        let letters: Vec<char> = name.to_lowercase().chars().collect();
        let typed: Vec<char> = query.chars().collect();
        match fuzzy::fit(&query, &name) {
            Some(fit) => {
                let found: Vec<char> = fit.positions.iter().map(|at| letters[*at as usize]).collect();
                prop_assert_eq!(found, typed);
                prop_assert!(fit.positions.windows(2).all(|two| two[0] < two[1]));
            }
            None if typed.len() < 3 => {
                prop_assert!(!letters.windows(typed.len()).any(|some| some == typed));
            }
            None => prop_assert!(!subsequence(&typed, &letters)),
        }
    }

    #[test]
    fn any_name_can_be_ranked(query: String, names: Vec<String>) {
        fuzzy::rank(&query, names.iter().map(String::as_str), 5);
    }
}
