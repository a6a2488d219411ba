//! Absolute paths, of Unix and of Windows, and whose home they lie in.
//!
//! Of a path its last part stays, so that a traceback can still be read, and what lies below
//! a folder that everybody has: `site-packages`, the datastore. The folder gets another name,
//! the same for the same folder.

#![expect(
    clippy::indexing_slicing,
    reason = "places are found in the text that they stand in"
)]

use super::hits::{Hit, With};
use super::secrets::length_of;

/// Notes every absolute path.
pub fn find(text: &str, hits: &mut Vec<Hit>) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let begins = match bytes[at] {
            b'/' => begins_path(bytes, at),
            b'\\' => begins_share(bytes, at),
            byte if byte.is_ascii_alphabetic() => begins_drive(bytes, at),
            _ => false,
        };
        if !begins {
            at += 1;
            continue;
        }
        let end = end_of(text, at);
        if is_path(&text[at..end]) {
            hits.push(Hit {
                range: at..end,
                with: With::Path,
            });
            at = end;
        } else {
            at += 1;
        }
    }
}

/// Whether a path may begin after this.
fn is_boundary(bytes: &[u8], at: usize) -> bool {
    match at.checked_sub(1).map(|at| bytes[at]) {
        None => true,
        Some(byte) => {
            byte.is_ascii_whitespace()
                || b"\"'`=([{,:;<>|@!$".contains(&byte)
                || super::secrets::is_escaped(bytes, at)
                // Compilers are told folders so: `-I/opt/lib`.
                || (byte.is_ascii_uppercase() && at >= 2 && bytes[at - 2] == b'-')
        }
    }
}

fn begins_path(bytes: &[u8], at: usize) -> bool {
    let follows = bytes
        .get(at + 1)
        .is_some_and(|byte| !matches!(byte, b'/' | b' '));
    // `file:///home/…`, `local:///home/…`.
    let is_of_scheme = bytes[..at].ends_with(b"://");
    follows && (is_boundary(bytes, at) || is_of_scheme)
}

/// `C:\Users\…`, `C:/Users/…`, also with its backslashes doubled.
fn begins_drive(bytes: &[u8], at: usize) -> bool {
    let is_apart =
        at == 0 || !bytes[at - 1].is_ascii_alphanumeric() || super::secrets::is_escaped(bytes, at);
    // `s://` is an address.
    let slashes = bytes.get(at + 2..).unwrap_or_default();
    is_apart
        && bytes.get(at + 1) == Some(&b':')
        && (slashes.starts_with(b"\\") || slashes.starts_with(b"/") && !slashes.starts_with(b"//"))
}

/// `\\server\share\…`.
fn begins_share(bytes: &[u8], at: usize) -> bool {
    let slashes = length_of(&bytes[at..], |byte| byte == b'\\');
    let follows = bytes
        .get(at + slashes)
        .is_some_and(u8::is_ascii_alphanumeric);
    is_boundary(bytes, at) && matches!(slashes, 2 | 4) && follows
}

fn end_of(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes();
    let quote = at.checked_sub(1).map(|at| bytes[at]);
    let quote = quote.filter(|byte| matches!(byte, b'"' | b'\'' | b'`'));
    if let Some(quote) = quote {
        // In quotes there may be spaces in it: `File "/home/ana/My flows/flow.py"`.
        let inside = length_of(&bytes[at..], |byte| byte != quote && byte != b'\n');
        let is_closed = bytes.get(at + inside) == Some(&quote);
        let is_list = bytes[at..at + inside]
            .iter()
            .any(|byte| b":;<>|".contains(byte));
        if is_closed && !(is_list && bytes[at] == b'/') {
            return at + inside;
        }
    }
    let ends = |byte: u8| byte.is_ascii_whitespace() || b"\"'`<>|*?;,()[]{}\0\x1b".contains(&byte);
    // The colon of a drive stands in it.
    let first = if bytes[at] == b'/' {
        at
    } else {
        (at + 2).min(bytes.len())
    };
    let mut end = first;
    loop {
        end += length_of(&bytes[end..], |byte| !ends(byte) && byte != b':');
        // `C:\Program Files\x`: a word with a backslash in it goes on with a path of Windows.
        let is_space = bytes.get(end) == Some(&b' ') && bytes[at] != b'/';
        let next = bytes.get(end + 1..).unwrap_or_default();
        let word = length_of(next, |byte| !ends(byte));
        if !is_space || !next[..word].contains(&b'\\') || next.starts_with(b"\\") {
            return end;
        }
        end += 1;
    }
}

/// What every machine has, and tells nothing.
const DEVICES: &[&str] = &[
    "/dev/null",
    "/dev/shm",
    "/dev/stdin",
    "/dev/stdout",
    "/dev/stderr",
    "/dev/random",
    "/dev/urandom",
];

fn is_path(path: &str) -> bool {
    if DEVICES.contains(&path) {
        return false;
    }
    let parts = path
        .split(['/', '\\'])
        .filter(|part| !part.is_empty() && !part.ends_with(':'));
    let is_drive = !path.starts_with('/');
    parts.count() >= if is_drive { 1 } else { 2 }
}

/// A path's folder and what stays of it.
pub fn split(path: &str) -> (&str, &str) {
    /// Below these everybody has the same.
    const SHARED: [&str; 4] = [
        "/site-packages/",
        "/dist-packages/",
        "/.metaflow/",
        "/.metaflow_spin/",
    ];
    let shared = SHARED.iter().filter_map(|folder| path.find(folder)).min();
    // Python's own library: `/usr/lib/python3.11/json/decoder.py`.
    let python = path.find("/python3.").filter(|_| path.ends_with(".py"));
    let trimmed = path.trim_end_matches(['/', '\\', '.']);
    let last = trimmed.rfind(['/', '\\']);
    let at = shared.or(python).or(last).unwrap_or(0);
    let folder = path.get(..at).unwrap_or_default();
    let rest = path.get(at + 1..).unwrap_or_default();
    (folder.trim_end_matches(['/', '\\']), rest)
}

/// Whose home a path lies in.
pub fn owner(path: &str) -> Option<&str> {
    let mut parts = path.split(['/', '\\']).filter(|part| !part.is_empty());
    let homes = |part: &&str| matches!(part.to_ascii_lowercase().as_str(), "home" | "users");
    // Below the top, or on a drive or in a mounted folder.
    let _home = parts.by_ref().take(3).find(homes)?;
    parts.next().filter(|name| !name.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::pack::redact::hits::replaced;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let mut hits = Vec::new();
        find(text, &mut hits);
        let told = replaced(text, hits, |_, path| {
            let (folder, rest) = split(path);
            assert!(!rest.is_empty() && !folder.is_empty(), "{path}");
            format!("/…/{rest}")
        });
        assert_eq!(told.as_deref().unwrap_or(text), expected);
    }

    #[track_caller]
    fn check_not(text: &str) {
        check(text, text);
    }

    #[test]
    fn paths_keep_their_end() {
        check(
            "  File \"/home/ana/My flows/flow.py\", line 3, in start",
            "  File \"/…/flow.py\", line 3, in start",
        );
        check("/home/ana", "/…/ana");
        check("/home/ana/lab/", "/…/lab/");
        check("PATH=/home/ana/bin:/opt/x/bin", "PATH=/…/bin:/…/bin");
        check("at /srv/a/b.py:12", "at /…/b.py:12");
        check("file:///home/ana/x", "file:///…/x");
        check("cc -I/opt/inc/x", "cc -I/…/x");
        check(r"C:\Program Files\A\x.dll, b", "/…/x.dll, b");
        check(r"in C:\Users\ana\x.py.", r"in /…/x.py.");
        check(r#""C:\\Users\\ana\\x.py""#, r#""/…/x.py""#);
        check(r"\\nas\home\x", r"/…/x");
        check("\\n/home/ana/x", "\\n/…/x");
        check("('/a/b', '/c d/e')", "('/…/b', '/…/e')");
        check(
            "/home/ana/env/lib/python3.11/site-packages/sklearn/base.py",
            "/…/site-packages/sklearn/base.py",
        );
        check(
            "/usr/lib/python3.11/json/decoder.py",
            "/…/python3.11/json/decoder.py",
        );
        check(":root:/home/ana/.metaflow", ":root:/…/.metaflow");
        check(
            "local:///home/ana/.metaflow/data/F/ab12",
            "local:///…/.metaflow/data/F/ab12",
        );
    }

    #[test]
    fn what_is_no_path_is_left() {
        for text in [
            "and/or",
            "1/2/3",
            "a / b / c",
            "https://example.org/a/b",
            "text/html",
            "</b>",
            "<br/>",
            "// note/this",
            "/dev/null",
            "Flow/1/start/2",
            "a: b",
            "x:/",
            "// a",
            "2026/11/01",
        ] {
            check_not(text);
        }
    }

    #[test]
    fn a_home_has_an_owner() {
        for (path, name) in [
            ("/home/ana/lab", Some("ana")),
            ("/Users/Ana", Some("Ana")),
            (r"C:\Users\ana\x", Some("ana")),
            ("/mnt/c/Users/ana/x", Some("ana")),
            ("/opt/lab", None),
            ("/home", None),
        ] {
            assert_eq!(owner(path), name, "{path}");
        }
    }
}
