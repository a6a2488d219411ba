//! Listings as real servers wrote them (`tests/fixtures/listings`), and what is none.

mod hostile;

use super::*;
use crate::sorting::SortedMap;
use proptest::prelude::*;
use serde_json::Value;

const FOLDER: &str = "http://127.0.0.1:8000/runs%20%26%20more/";

fn fixture(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/listings");
    std::fs::read(format!("{folder}/{name}")).unwrap_or_else(|why| panic!("{name}: {why}"))
}

/// The names of the recorded folder, a folder's with a `/`, and how large files are.
fn expected() -> SortedMap<String, Option<u64>> {
    let expected: Value = serde_json::from_slice(&fixture("expected.json")).unwrap();
    let entries = expected["entries"].as_object().unwrap();
    entries
        .iter()
        .map(|(name, size)| match size.as_u64() {
            Some(size) => (name.clone(), Some(size)),
            None => (format!("{name}/"), None),
        })
        .collect()
}

fn told(listed: Listed) -> (SortedMap<String, Option<u64>>, Vec<String>) {
    assert!(!listed.cut && !listed.broken_off);
    let (listing, refused, count) = listed.into_listing();
    assert_eq!(refused.len() as u64, count);
    let entries = listing.iter().map(|entry| match entry.kind {
        EntryKind::Folder => (format!("{}/", entry.name), None),
        EntryKind::File { size } => (entry.name.to_string(), size),
    });
    (entries.collect(), refused)
}

fn listed(name: &str) -> Listed {
    match read(&fixture(name), FOLDER, 1000) {
        Ok(Found::Listing { listed, .. }) => listed,
        Ok(Found::Bucket(answer)) => answer.listed,
        other => panic!("{name}: {other:?}"),
    }
}

enum Sizes {
    Exact,
    UpTo(u64),
    None,
}

/// A listing has every name, with its size as far as that server tells it, and refuses
/// those that are none.
#[track_caller]
fn check(name: &str, dots: bool, sizes: Sizes, refused: &[&str]) {
    let (entries, told) = told(listed(name));
    let expected: SortedMap<String, Option<u64>> = expected()
        .into_iter()
        .filter(|(name, _)| dots || !name.starts_with('.'))
        .map(|(name, size)| {
            let size = size.filter(|size| match sizes {
                Sizes::Exact => true,
                Sizes::UpTo(most) => *size <= most,
                Sizes::None => false,
            });
            (name, size)
        })
        .collect();
    let lines = |of: &SortedMap<String, Option<u64>>| -> Vec<String> {
        of.iter()
            .map(|(name, size)| format!("{name} {size:?}"))
            .collect()
    };
    assert_eq!(lines(&entries), lines(&expected), "{name}");
    assert_eq!(told, refused, "{name}");
}

#[test]
fn every_server_names_the_same_files() {
    check(
        "http.server.html",
        true,
        Sizes::None,
        &["back%5Cslash", "latin-%ED%B3%A9"],
    );
    check(
        "nginx.html",
        false,
        Sizes::Exact,
        &["back%5Cslash", "latin-%E9"],
    );
    check(
        "apache-plain.html",
        true,
        Sizes::None,
        &["back%5cslash", "latin-%e9"],
    );
    check(
        "apache-fancy.html",
        true,
        Sizes::UpTo(972),
        &["back%5cslash", "latin-%e9"],
    );
    check(
        "apache-table.html",
        true,
        Sizes::UpTo(972),
        &["back%5cslash", "latin-%e9"],
    );
    check(
        "lighttpd.html",
        false,
        Sizes::None,
        &["back%5Cslash", "latin-%E9"],
    );
    check(
        "caddy.html",
        true,
        Sizes::Exact,
        &["./back%5Cslash", "./latin-%E9"],
    );
    check("s3.xml", true, Sizes::Exact, &["back\\slash"]);
    check("s3-plain.xml", true, Sizes::Exact, &["back\\slash"]);
}

/// JSON cannot hold a name that is no text: what stands there instead leads nowhere.
#[test]
fn json_names_them_too() {
    for (name, dots, stands) in [
        ("nginx.json", false, "latin-\u{fffd}"),
        ("caddy.json", true, "latin-\u{fffd}"),
    ] {
        let body = String::from_utf8_lossy(&fixture(name)).into_owned();
        let mut found = match read(body.as_bytes(), FOLDER, 1000) {
            Ok(Found::Listing { listed, .. }) => listed,
            other => panic!("{name}: {other:?}"),
        };
        found.entries.retain(|entry| &*entry.name != stands);
        let (entries, refused) = told(found);
        let expected: Vec<_> = expected()
            .into_iter()
            .filter(|(name, _)| dots || !name.starts_with('.'))
            .collect();
        assert_eq!(entries.into_iter().collect::<Vec<_>>(), expected, "{name}");
        assert_eq!(refused, ["back\\slash"]);
    }
}

#[test]
fn a_folder_without_files_is_empty() {
    for name in [
        "http.server",
        "nginx",
        "apache-plain",
        "apache-fancy",
        "apache-table",
        "lighttpd",
        "caddy",
    ] {
        let listed = listed(&format!("{name}-empty.html"));
        assert_eq!(listed, Listed::default(), "{name}");
    }
    for name in ["nginx", "caddy"] {
        assert_eq!(
            listed(&format!("{name}-empty.json")),
            Listed::default(),
            "{name}"
        );
    }
    assert_eq!(listed("s3-empty.xml"), Listed::default());
}

fn page(name: &str) -> s3::Answer {
    match read(&fixture(name), FOLDER, 1000) {
        Ok(Found::Bucket(answer)) => answer,
        other => panic!("{name}: {other:?}"),
    }
}

#[test]
fn the_pages_of_a_bucket_follow_one_another() {
    let (first, second, whole) = (page("s3-page-1.xml"), page("s3-page-2.xml"), page("s3.xml"));
    assert!(first.next.is_some_and(|next| !next.is_empty()));
    assert_eq!((second.next, whole.next), (None, None));
    let mut both = first.listed;
    both.entries.extend(second.listed.entries);
    both.refused.extend(second.listed.refused);
    both.refused_count += second.listed.refused_count;
    assert_eq!(told(both), told(whole.listed));
    assert_eq!(whole.prefix, "runs & more/");
    // Without a delimiter, each key is one of the whole bucket.
    assert_eq!(page("s3-v1.xml").prefix, "");
}

#[test]
fn a_bucket_says_why_not() {
    let refusal = |name: &str| match read(&fixture(name), FOLDER, 1000) {
        Ok(Found::Refused(refusal)) => refusal,
        other => panic!("{name}: {other:?}"),
    };
    let no_key = refusal("s3-no-key.xml");
    assert_eq!((no_key.code.as_str(), no_key.status()), ("NoSuchKey", 404));
    assert_eq!(refusal("s3-no-key.xml").key.as_deref(), Some("nothing/"));
    assert_eq!(refusal("s3-no-bucket.xml").code, "NoSuchBucket");
    assert_eq!(
        refusal("s3-no-bucket.xml").message,
        "The specified bucket does not exist"
    );
}

#[test]
fn what_is_no_listing_is_not_taken_for_one() {
    let page = |title: &str| NoListing::Page {
        title: title.to_owned(),
    };
    let cases: [(&str, NoListing); 14] = [
        ("", NoListing::Other),
        ("PK\x03\x04", NoListing::Other),
        ("Index of /", NoListing::Other),
        (
            "<!doctype html><title>Runglass</title><div id=app></div><script src=app.js></script>",
            page("Runglass"),
        ),
        (
            "<html><title>Sign in</title><a href='forgot'>Forgot?</a>",
            page("Sign in"),
        ),
        ("<h1>404 Not Found</h1><a href='x'>x</a>", page("")),
        (
            "<?xml version='1.0'?><html><title>Old</title></html>",
            page("Old"),
        ),
        ("<?xml version='1.0'?><rss></rss>", NoListing::Xml),
        ("{\"error\": 1}", NoListing::Json),
        ("[1]", NoListing::Json),
        ("[{\"name\": \"x\"}]", NoListing::Json),
        ("[{\"is_dir\": false}]", NoListing::Json),
        ("[{\"name\": \"x", NoListing::CutOff),
        ("nothing", NoListing::Other),
    ];
    for (body, expected) in cases {
        assert_eq!(read(body.as_bytes(), FOLDER, 9), Err(expected), "{body}");
    }
}

#[test]
fn a_listing_that_ends_in_the_middle_is_told() {
    let body = fixture("nginx.html");
    let half = body.get(..body.len() / 2).unwrap();
    let Ok(Found::Listing { listed, .. }) = read(half, FOLDER, 1000) else {
        panic!()
    };
    assert!(listed.broken_off && listed.entries.len() > 5);
    let body = fixture("s3.xml");
    let half = body.get(..body.len() / 2).unwrap();
    assert_eq!(read(half, FOLDER, 1000), Err(NoListing::CutOff));
}

/// Names by the million: so many are taken as may be, and it is said.
#[test]
fn no_more_names_are_taken_than_may_be() {
    let links: String = (0..1_000_000)
        .map(|at| format!("<a href=\"{at}\">{at}</a>\n"))
        .collect();
    let html = format!("<title>Index of /</title><a href=\"../\">../</a>{links}</html>");
    let objects: Vec<String> = (0..1_000_000)
        .map(|at| format!("{{\"name\":\"{at}\",\"type\":\"file\"}}"))
        .collect();
    let json = format!("[{}]", objects.join(","));
    let keys: String = (0..1_000_000)
        .map(|at| format!("<Contents><Key>{at}</Key></Contents>"))
        .collect();
    let bucket = format!("<ListBucketResult>{keys}</ListBucketResult>");
    for (document, most) in [(html, 999), (json, 1000), (bucket, 1000)] {
        let listed = match read(document.as_bytes(), FOLDER, 1000) {
            Ok(Found::Listing { listed, .. }) => listed,
            Ok(Found::Bucket(answer)) => answer.listed,
            other => panic!("{other:?}"),
        };
        assert!(listed.cut);
        assert_eq!(listed.entries.len(), most);
    }
}

/// A bucket may have a file and a folder of one name, and a page may name a file twice.
#[test]
fn each_name_is_there_once() {
    let mut listed = Listed::default();
    for (name, folder) in [("a", false), ("b", false), ("a", true), ("b", false)] {
        listed.add(name, folder, Some(1));
    }
    let (listing, refused, count) = listed.into_listing();
    assert_eq!(listing.folders().collect::<Vec<_>>(), ["a"]);
    assert_eq!(listing.files().collect::<Vec<_>>(), [("b", Some(1))]);
    assert_eq!((refused, count), (vec!["a".to_owned()], 1));
}

proptest! {
    /// Whatever a recorded listing is broken into, no name leads out of its folder.
    #[test]
    fn damage_makes_no_names(
        which in prop::sample::select(vec!["nginx.html", "caddy.html", "apache-fancy.html", "s3.xml", "caddy.json"]),
        at in 0.0..1.0f64,
        put in "[\"'<>&%/.?#=a-c]{0,6}",
        taken in 0usize..9,
    ) {
        let mut body = fixture(which);
        let at = (body.len() as f64 * at) as usize;
        let end = (at + taken).min(body.len());
        body.splice(at..end, put.bytes());
        if let Ok(Found::Listing { listed, .. }) = read(&body, FOLDER, 1000) {
            for entry in listed.entries {
                prop_assert!(names::is_name(&entry.name));
            }
        }
    }
}
