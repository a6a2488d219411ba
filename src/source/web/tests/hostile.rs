//! Sites that lead astray: what is opened of them, and what is told.

use super::super::open;
use crate::source::failure::UnreachableHint;
use crate::source::http::{Ask, Http, HttpAnswer, HttpFailure, open::Whole};
use crate::source::{NoPace, OpenError, Source, Waiting, Want, limits};
use std::cell::RefCell;
use std::future::ready;
use std::rc::Rc;

const BASE: &str = "http://127.0.0.1:8000/runs/";

type Answers = dyn Fn(&str, &Ask<'_>) -> HttpAnswer;

/// A site without a socket, and what was asked of it.
struct Site {
    answers: Box<Answers>,
    asked: RefCell<Vec<String>>,
}

impl Http for Site {
    fn get<'a>(
        &'a self,
        ask: Ask<'a>,
        _: &'a dyn Fn(u64, Option<u64>),
    ) -> Waiting<'a, Result<HttpAnswer, HttpFailure>> {
        self.asked.borrow_mut().push(ask.url.to_owned());
        let Some(path) = ask.url.strip_prefix("http://127.0.0.1:8000") else {
            return Box::pin(ready(Err(HttpFailure {
                detail: format!("{} is nowhere", ask.url),
                hint: UnreachableHint::NoAnswer,
            })));
        };
        let mut answer = (self.answers)(path, &ask);
        answer.length = Some(answer.body.len() as u64);
        answer.cut = answer.body.len() as u64 > ask.most_of(answer.status);
        Box::pin(ready(Ok(answer)))
    }
}

fn said(status: u16, body: &str) -> HttpAnswer {
    HttpAnswer {
        status,
        body: body.as_bytes().to_vec(),
        ..HttpAnswer::default()
    }
}

fn index(names: &[&str]) -> HttpAnswer {
    let links = names
        .iter()
        .map(|name| format!("<a href=\"{name}\">{name}</a>\n"));
    let links: String = links.collect();
    said(
        200,
        &format!("<title>Directory listing for /</title>{links}</html>"),
    )
}

fn site(answers: impl Fn(&str, &Ask<'_>) -> HttpAnswer + 'static) -> Rc<Site> {
    Rc::new(Site {
        answers: Box::new(answers),
        asked: RefCell::default(),
    })
}

fn opened_at(url: &str, site: &Rc<Site>) -> Result<Rc<dyn Source>, OpenError> {
    pollster::block_on(open(
        site.clone(),
        url,
        Rc::new(NoPace),
        Whole::Unasked,
        false,
    ))
}

#[track_caller]
fn opened(site: &Rc<Site>) -> Rc<dyn Source> {
    opened_at(BASE, site).unwrap_or_else(|error| panic!("{error}"))
}

fn listed(source: &dyn Source, folder: &str) -> Result<Vec<String>, String> {
    let listing = pollster::block_on(source.list(folder)).map_err(|error| error.to_string())?;
    Ok(listing.iter().map(|entry| entry.name.to_string()).collect())
}

fn read(source: &dyn Source, path: &str) -> Result<String, String> {
    let want = Want {
        path: path.to_owned(),
        range: None,
    };
    let answer = pollster::block_on(source.read(&[want])).remove(0);
    let bytes = answer.map_err(|error| error.to_string())?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn problems(source: &dyn Source) -> Vec<String> {
    let problems = source.problems().into_iter();
    problems.map(|problem| problem.to_string()).collect()
}

#[test]
fn names_that_lead_out_are_left_out() {
    let site = site(|path, _| match path {
        "/runs/" => index(&[
            "../",
            "a",
            "../../etc/passwd",
            "%2e%2e%2fetc",
            "/etc/passwd",
            "http://evil/x",
            "b/",
        ]),
        _ => said(404, ""),
    });
    let source = opened(&site);
    assert_eq!(listed(&*source, "").unwrap(), ["runs"]);
    assert_eq!(listed(&*source, "runs").unwrap(), ["a", "b"]);
    assert_eq!(
        problems(&*source),
        [
            "runs: The list of the folder has 2 names that no file in it can have: ../../etc/passwd, %2e%2e%2fetc. They are left out."
        ]
    );
    for path in [
        "runs/../x",
        "runs/x",
        "x",
        "../runs",
        "runs/a/../../x",
        "runs/",
    ] {
        assert!(read(&*source, path).is_err(), "{path}");
    }
    let asked = site.asked.borrow();
    assert!(
        asked
            .iter()
            .all(|url| url.starts_with("http://127.0.0.1:8000/") && !url.contains("..")),
        "{asked:?}"
    );
}

#[test]
fn a_folder_that_holds_itself_is_left() {
    let site = site(|path, _| match path.ends_with('/') {
        true => index(&["round/", "file"]),
        false => said(404, ""),
    });
    let source = opened(&site);
    let mut folder = "runs".to_owned();
    let mut turns = 0;
    while listed(&*source, &folder).is_ok_and(|names| names.iter().any(|name| name == "round")) {
        folder.push_str("/round");
        turns += 1;
        assert!(turns < 10, "it never ends");
    }
    assert_eq!(turns, 3);
    assert_eq!(
        problems(&*source),
        [
            "runs/round/round/round: The folder lists the same as the folders around it: it seems to hold itself. It is not looked into any further."
        ]
    );
}

#[test]
fn a_folder_is_not_looked_into_for_ever() {
    // Each has another name in it, so that no two are alike.
    let site = site(|path, _| match path.ends_with('/') {
        true => index(&["next/", &format!("file-{}", path.len())]),
        false => said(404, ""),
    });
    let source = opened(&site);
    let mut folder = "runs".to_owned();
    let why = loop {
        match listed(&*source, &folder) {
            Ok(_) => folder.push_str("/next"),
            Err(why) => break why,
        }
        assert!(folder.len() < 1000, "it never ends");
    };
    assert!(why.contains("40 deep"), "{why}");
}

#[test]
fn a_million_names_are_cut_and_told() {
    let names: Vec<String> = (0..200_000).map(|at| format!("run-{at}")).collect();
    let site = site(move |path, _| match path {
        "/runs/" => index(&names.iter().map(String::as_str).collect::<Vec<_>>()),
        _ => said(404, ""),
    });
    let source = opened(&site);
    assert_eq!(
        listed(&*source, "runs").unwrap().len(),
        limits::LISTED_NAMES
    );
    assert_eq!(
        problems(&*source),
        ["runs: The folder has more than 100,000 names. The others are left out."]
    );
}

#[test]
fn a_file_that_is_listed_and_not_there_is_told() {
    let site = site(|path, _| match path {
        "/runs/" => index(&["there", "gone"]),
        "/runs/there" => said(200, "text"),
        _ => said(404, ""),
    });
    let source = opened(&site);
    assert_eq!(read(&*source, "runs/there").unwrap(), "text");
    assert_eq!(
        read(&*source, "runs/gone").unwrap_err(),
        "The folder's list names it, but http://127.0.0.1:8000/runs/gone answered with status 404."
    );
    // What no list names is not asked for.
    let before = site.asked.borrow().len();
    assert_eq!(
        read(&*source, "runs/never").unwrap_err(),
        "The file is not there."
    );
    assert!(listed(&*source, "runs/never").is_err());
    assert_eq!(site.asked.borrow().len(), before);
}

/// A site of one page answers every address with it.
#[test]
fn a_site_of_one_page_is_no_folder() {
    let site = site(|_, _| {
        said(
            200,
            "<!doctype html><title>My app</title><div id=app></div></html>",
        )
    });
    for url in [
        BASE,
        "http://127.0.0.1:8000/runs",
        "http://127.0.0.1:8000/a.zip",
    ] {
        let Err(error) = opened_at(url, &site) else {
            panic!("{url}")
        };
        assert_eq!(error.headline(), "This address leads to no runs");
        assert!(
            error.explanation("runs").contains("a page, “My app”"),
            "{error}"
        );
    }
}

#[test]
fn an_index_of_another_kind_is_told_and_the_folder_opened() {
    let site = site(|path, _| match path {
        "/runs/" => index(&["runglass.json", "a"]),
        "/runs/runglass.json" => said(200, "{\"kind\": \"sealed\", \"runglass\": 9}"),
        _ => said(404, ""),
    });
    for url in [BASE, "http://127.0.0.1:8000/runs/runglass.json"] {
        let source = opened_at(url, &site).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(listed(&*source, "runs").unwrap(), ["a", "runglass.json"]);
        let problems = problems(&*source);
        assert!(
            problems[0].starts_with("runglass.json: It is of the kind “sealed”, version 9"),
            "{problems:?}"
        );
    }
}

/// What the user wrote behind `?` opens the folder, and so its files.
#[test]
fn a_token_goes_with_every_request() {
    let site = site(|path, _| match path {
        "/runs/?sig=s3cret" => index(&["a"]),
        "/runs/a?sig=s3cret" => said(200, "text"),
        path if path.contains("sig=s3cret") => said(404, ""),
        _ => said(403, ""),
    });
    let source =
        opened_at(&format!("{BASE}?sig=s3cret"), &site).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(read(&*source, "runs/a").unwrap(), "text");
    let asked = site.asked.take();
    assert!(
        asked.iter().all(|url| url.contains("sig=s3cret")),
        "{asked:?}"
    );
    let closed = format!("{BASE}?sig=other-s3cret");
    let Err(error) = opened_at(&closed, &site) else {
        panic!()
    };
    assert!(
        !error.to_string().contains("s3cret") && !error.explanation("runs").contains("s3cret"),
        "{error}"
    );
}

fn bucket_page(keys: std::ops::Range<usize>, next: Option<&str>) -> HttpAnswer {
    let keys: String = keys
        .map(|at| format!("<Contents><Key>runs/{at}</Key><Size>1</Size></Contents>"))
        .collect();
    let next = next.map(|next| {
        format!(
            "<IsTruncated>true</IsTruncated><NextContinuationToken>{next}</NextContinuationToken>"
        )
    });
    let next = next.unwrap_or_default();
    said(
        200,
        &format!(
            "<?xml version=\"1.0\"?><ListBucketResult><Prefix>runs/</Prefix>{keys}{next}</ListBucketResult>"
        ),
    )
}

const NO_KEY: &str = "<?xml version=\"1.0\"?><Error><Code>NoSuchKey</Code><Key>runs/</Key></Error>";

#[test]
fn a_bucket_is_read_page_by_page() {
    let site = site(|path, _| match path {
        path if path.starts_with("/?list-type=2") && path.contains("prefix=runs%2F") => {
            match path {
                path if path.contains("token=a%2F1") => bucket_page(3..6, Some("b")),
                path if path.contains("token=b") => bucket_page(6..8, None),
                _ => bucket_page(0..3, Some("a/1")),
            }
        }
        _ => said(404, NO_KEY),
    });
    let source = opened(&site);
    assert_eq!(listed(&*source, "runs").unwrap().len(), 8);
    assert_eq!(problems(&*source), [""; 0]);
}

#[test]
fn a_bucket_whose_pages_go_round_is_left() {
    let site = site(|path, _| match path.starts_with("/?list-type=2") {
        true => bucket_page(0..3, Some("again")),
        false => said(404, NO_KEY),
    });
    let source = opened(&site);
    assert_eq!(listed(&*source, "runs").unwrap(), ["0", "1", "2"]);
    assert!(problems(&*source)[0].contains("ends in the middle"));
    assert!(site.asked.borrow().len() < 10);
}

#[test]
fn a_bucket_that_says_no_is_told_in_its_words() {
    const DENIED: &str = "<Error><Code>AccessDenied</Code><Message>Ask Zoë.</Message></Error>";
    let site = site(|_, _| said(403, DENIED));
    let Err(error) = opened_at(BASE, &site) else {
        panic!()
    };
    assert_eq!(
        error.headline(),
        "The server does not list this folder for you"
    );
    // A bucket has no `autoindex`.
    assert!(!error.advice().concat().contains("autoindex"));
    assert!(
        error
            .details()
            .contains(&("said", "AccessDenied: Ask Zoë.".to_owned()))
    );
}
