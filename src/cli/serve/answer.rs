//! The parts of HTTP that all answers share: types, versions, ranges, packing.

use axum::body::{Body, Bytes};
use axum::http::header::{
    ACCEPT_ENCODING, ACCEPT_RANGES, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH,
    CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderName, IF_NONE_MATCH, IF_RANGE, LOCATION, RANGE, VARY,
};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::Response;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write as _;
use std::ops::Range;

/// What is packed: less is not worth the trouble.
const WORTH_PACKING: usize = 1 << 10;

/// For everybody: nothing is guessed, nothing is lent to other sites.
const COMMON: [(&str, &str); 4] = [
    ("x-content-type-options", "nosniff"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("referrer-policy", "no-referrer"),
];

/// An answer without a body.
pub fn empty(status: StatusCode) -> Response<Body> {
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = status;
    for (name, value) in COMMON {
        let name = HeaderName::from_static(name);
        answer
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    answer
}

pub fn set(answer: &mut Response<Body>, name: HeaderName, value: &str) {
    // What cannot stand in a header is no value that is made here.
    if let Ok(value) = HeaderValue::from_str(value) {
        answer.headers_mut().insert(name, value);
    }
}

pub fn refused(status: StatusCode, why: &str) -> Response<Body> {
    let mut answer = empty(status);
    set(&mut answer, CONTENT_TYPE, "text/plain; charset=utf-8");
    *answer.body_mut() = Body::from(format!("{why}\n"));
    answer
}

pub fn not_allowed() -> Response<Body> {
    let mut answer = refused(
        StatusCode::METHOD_NOT_ALLOWED,
        "Only GET and HEAD are answered here.",
    );
    set(&mut answer, ALLOW, "GET, HEAD");
    answer
}

pub fn moved(to: &str) -> Response<Body> {
    let mut answer = empty(StatusCode::PERMANENT_REDIRECT);
    set(&mut answer, LOCATION, to);
    answer
}

/// A small record, made for this answer.
pub fn record(head: &Parts, record: &serde_json::Value) -> Response<Body> {
    let mut answer = empty(StatusCode::OK);
    set(&mut answer, CONTENT_TYPE, "application/json");
    set(&mut answer, CACHE_CONTROL, "no-store");
    let body = record.to_string();
    set(&mut answer, CONTENT_LENGTH, &body.len().to_string());
    if head.method != Method::HEAD {
        *answer.body_mut() = Body::from(body);
    }
    answer
}

/// A message of the protocol, packed where that makes it shorter.
pub fn message(head: &Parts, bytes: Vec<u8>) -> Response<Body> {
    let mut answer = empty(StatusCode::OK);
    set(&mut answer, CONTENT_TYPE, "application/octet-stream");
    set(&mut answer, CACHE_CONTROL, "no-store");
    let packed = takes_gzip(head)
        .then(|| packed_if_shorter(&bytes))
        .flatten();
    if packed.is_some() {
        set(&mut answer, CONTENT_ENCODING, "gzip");
    }
    *answer.body_mut() = Body::from(packed.unwrap_or(bytes));
    answer
}

/// Whether a client reads what is packed by gzip (RFC 9110 §12.5.3).
pub fn takes_gzip(head: &Parts) -> bool {
    let all = head.headers.get_all(ACCEPT_ENCODING).iter();
    let all = all.filter_map(|value| value.to_str().ok());
    all.flat_map(|value| value.split(',')).any(|coding| {
        let (name, quality) = coding.split_once(';').unwrap_or((coding, ""));
        let refused = quality.replace(' ', "");
        let refused = refused.strip_prefix("q=");
        let refused = refused.is_some_and(|quality| quality.parse() == Ok(0.0));
        matches!(name.trim(), "gzip" | "x-gzip" | "*") && !refused
    })
}

/// Packs quickly, if a look at the beginning says that it helps: stored values are packed
/// already.
pub fn packed_if_shorter(bytes: &[u8]) -> Option<Vec<u8>> {
    const LOOK: usize = 16 << 10;
    if bytes.len() < WORTH_PACKING {
        return None;
    }
    let start = bytes.get(..LOOK).unwrap_or(bytes);
    if bytes.len() > LOOK && packed(start, Compression::fast())?.len() * 10 > start.len() * 9 {
        return None;
    }
    let all = packed(bytes, Compression::fast())?;
    (all.len() < bytes.len()).then_some(all)
}

pub fn packed(bytes: &[u8], level: Compression) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), level);
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok()
}

/// Whether the client has this version already.
pub fn is_known(head: &Parts, etag: &str) -> bool {
    let known = head.headers.get_all(IF_NONE_MATCH).iter();
    let known = known.filter_map(|value| value.to_str().ok());
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    known
        .flat_map(|value| value.split(','))
        .any(|tag| tag.trim() == "*" || bare(tag) == bare(etag))
}

/// The part of a file that is asked for: an error where it has no such part. Where the
/// question is none that has to be understood (another unit, several ranges, another
/// version) it is all of the file (RFC 9110 §14.2).
pub fn range_of(head: &Parts, size: u64, etag: &str) -> Result<Option<Range<u64>>, ()> {
    let text = |name| head.headers.get(name).and_then(|value| value.to_str().ok());
    if text(IF_RANGE).is_some_and(|version| version != etag) {
        return Ok(None);
    }
    let asked = text(RANGE).and_then(|range| range.trim().strip_prefix("bytes="));
    let Some((first, last)) = asked.and_then(|asked| asked.split_once('-')) else {
        return Ok(None);
    };
    let number = |digits: &str| match digits.bytes().all(|digit| digit.is_ascii_digit()) {
        // More digits than a number has lead beyond every end.
        true => digits.parse::<u64>().ok().or(Some(u64::MAX)),
        false => None,
    };
    let range = match (first.trim(), last.trim()) {
        ("", "") => return Ok(None),
        ("", last) => match number(last) {
            None => return Ok(None),
            Some(last) => size.saturating_sub(last)..size,
        },
        (first, "") => match number(first) {
            None => return Ok(None),
            Some(first) => first..size,
        },
        (first, last) => match (number(first), number(last)) {
            (Some(first), Some(last)) if first <= last => first..last.saturating_add(1).min(size),
            _ => return Ok(None),
        },
    };
    match range.start < range.end {
        true => Ok(Some(range)),
        false => Err(()),
    }
}

/// The head of an answer about a file, its body to be put in by who has it. `None` for
/// the part where there is nothing to send.
pub struct FileHead {
    pub answer: Response<Body>,
    pub part: Option<Range<u64>>,
}

/// The head for a file of this size and version.
pub fn file_head(head: &Parts, size: u64, etag: &str, kind: &str) -> FileHead {
    let none = |mut answer: Response<Body>| {
        set(&mut answer, ETAG, etag);
        FileHead { answer, part: None }
    };
    if is_known(head, etag) {
        return none(empty(StatusCode::NOT_MODIFIED));
    }
    let Ok(range) = range_of(head, size, etag) else {
        let mut answer = empty(StatusCode::RANGE_NOT_SATISFIABLE);
        set(&mut answer, CONTENT_RANGE, &format!("bytes */{size}"));
        return none(answer);
    };
    let mut answer = empty(match range {
        Some(_) => StatusCode::PARTIAL_CONTENT,
        None => StatusCode::OK,
    });
    if let Some(range) = &range {
        let last = range.end.saturating_sub(1);
        let told = format!("bytes {}-{last}/{size}", range.start);
        set(&mut answer, CONTENT_RANGE, &told);
    }
    let part = range.unwrap_or(0..size);
    set(&mut answer, ETAG, etag);
    set(&mut answer, ACCEPT_RANGES, "bytes");
    set(&mut answer, CONTENT_TYPE, kind);
    set(
        &mut answer,
        CONTENT_LENGTH,
        &(part.end - part.start).to_string(),
    );
    let part = (head.method != Method::HEAD).then_some(part);
    FileHead { answer, part }
}

/// The same bytes packed, as another version of the file.
pub fn packed_file(head: &Parts, bytes: Bytes, etag: &str, kind: &str) -> Response<Body> {
    let etag = format!("{}-gz\"", etag.trim_end_matches('"'));
    if is_known(head, &etag) {
        let mut answer = empty(StatusCode::NOT_MODIFIED);
        set(&mut answer, ETAG, &etag);
        return answer;
    }
    let mut answer = empty(StatusCode::OK);
    set(&mut answer, ETAG, &etag);
    set(&mut answer, CONTENT_TYPE, kind);
    set(&mut answer, CONTENT_ENCODING, "gzip");
    set(&mut answer, VARY, "Accept-Encoding");
    set(&mut answer, CONTENT_LENGTH, &bytes.len().to_string());
    if head.method != Method::HEAD {
        *answer.body_mut() = Body::from(bytes);
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    fn head(headers: &[(&str, &str)]) -> Parts {
        let mut request = Request::builder();
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn ranges_are_those_of_the_standard() {
        let size = 1000;
        for (asked, expected) in [
            ("bytes=0-99", Ok(Some(0..100))),
            ("bytes=990-2000", Ok(Some(990..1000))),
            ("bytes=990-", Ok(Some(990..1000))),
            ("bytes=-10", Ok(Some(990..1000))),
            ("bytes=-2000", Ok(Some(0..1000))),
            ("bytes=-0", Err(())),
            ("bytes=1000-", Err(())),
            ("bytes=99999999999999999999-", Err(())),
            ("bytes=5-2", Ok(None)),
            ("bytes=0-1,5-6", Ok(None)),
            ("lines=0-1", Ok(None)),
            ("bytes=-", Ok(None)),
            ("bytes=+1-5", Ok(None)),
            ("bytes", Ok(None)),
        ] {
            let asked_head = head(&[("range", asked)]);
            assert_eq!(range_of(&asked_head, size, "\"a\""), expected, "{asked}");
        }
        let other = head(&[("range", "bytes=0-1"), ("if-range", "\"b\"")]);
        assert_eq!(range_of(&other, size, "\"a\""), Ok(None));
        let same = head(&[("range", "bytes=0-1"), ("if-range", "\"a\"")]);
        assert_eq!(range_of(&same, size, "\"a\""), Ok(Some(0..2)));
        assert_eq!(range_of(&head(&[("range", "bytes=0-")]), 0, ""), Err(()));
    }

    #[test]
    fn gzip_is_for_who_takes_it() {
        for (accepted, expected) in [
            ("gzip", true),
            ("br, gzip;q=0.5", true),
            ("*", true),
            ("gzip;q=0", false),
            ("gzip; q=0.0", false),
            ("identity", false),
            ("", false),
        ] {
            let asked = head(&[("accept-encoding", accepted)]);
            assert_eq!(takes_gzip(&asked), expected, "{accepted}");
        }
    }

    #[test]
    fn only_what_gets_shorter_is_packed() {
        assert!(packed_if_shorter(&[7; 100]).is_none());
        assert!(packed_if_shorter(&[7; 100_000]).unwrap().len() < 1000);
        let once = packed(
            &(0..200_000u32)
                .flat_map(|n| (n.wrapping_mul(2_654_435_761)).to_le_bytes())
                .collect::<Vec<_>>(),
            Compression::best(),
        )
        .unwrap();
        assert!(packed_if_shorter(&once).is_none());
    }
}
