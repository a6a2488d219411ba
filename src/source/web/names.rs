//! Names of files as URLs hold them, and back.
//!
//! A listing links to what lies in its folder; to the parent, to itself in another order,
//! and to other sites too. What is not directly in the folder is no entry, and what would
//! lead out of it under a name of its own is refused. Start with [`link`].

/// What a link of a listing leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Link {
    Entry {
        name: String,
        folder: bool,
    },
    /// The parent, the same folder in another order, another place.
    Elsewhere,
    /// No name that a file can have: as it is written.
    Refused(String),
}

/// Where a link in the listing of a folder leads; `folder` is its URL, which ends with `/`.
pub(super) fn link(href: &str, folder: &str) -> Link {
    let href = href.trim();
    let inside = match href.strip_prefix(folder) {
        Some(inside) => inside,
        None if has_scheme(href) || href.starts_with("//") => return Link::Elsewhere,
        None if href.starts_with('/') => match href.strip_prefix(path_of(folder)) {
            Some(inside) => inside,
            None => return Link::Elsewhere,
        },
        None => href,
    };
    let inside = inside.trim_start_matches("./");
    let climbs = inside.trim_end_matches('/');
    if climbs
        .split('/')
        .all(|part| matches!(part, "" | "." | ".."))
        || inside.contains(['?', '#'])
    {
        return Link::Elsewhere;
    }
    let (name, is_folder) = match inside.strip_suffix('/') {
        Some(name) => (name, true),
        None => (inside, false),
    };
    match decoded(name).filter(|decoded| is_name(decoded) && !name.contains('/')) {
        Some(name) => Link::Entry {
            name,
            folder: is_folder,
        },
        None => Link::Refused(href.to_owned()),
    }
}

/// Whether a text can be the name of one file in a folder. A `\` parts folders on some
/// systems, so that it is no part of a name here either.
pub(super) fn is_name(text: &str) -> bool {
    !matches!(text, "" | "." | "..") && !text.contains(['/', '\\', '\0'])
}

/// `mailto:x`, `https://…`; not `./a:b`.
fn has_scheme(href: &str) -> bool {
    let scheme = href.split(['/', '?', '#']).next().unwrap_or_default();
    let is_letter = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    scheme.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(is_letter)
    })
}

/// The path of an absolute URL, from its `/` on.
pub(super) fn path_of(url: &str) -> &str {
    let url = url.split(['?', '#']).next().unwrap_or(url);
    let host = url.find("://").map_or(0, |at| at + 3);
    let path = url.get(host..).and_then(|rest| rest.find('/'));
    path.and_then(|at| url.get(host + at..)).unwrap_or("/")
}

/// A text without its `%xx`; `None` when it is no UTF-8 then.
pub(super) fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let hex = |at: usize| (*after.get(at)? as char).to_digit(16);
        match (first, hex(0), hex(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push((high * 16 + low) as u8);
                rest = after.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).ok()
}

/// Appends a text so that it is one part of a path, or a value of a query, and nothing else.
pub(super) fn encode(out: &mut String, text: &str) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(byte as char);
        } else {
            out.push('%');
            for digit in [byte >> 4, byte & 15] {
                out.push(HEX.get(usize::from(digit)).map_or('0', |hex| *hex as char));
            }
        }
    }
}

/// The URL of a path below a folder whose URL ends with `/`.
pub(super) fn below(folder: &str, path: &str) -> String {
    let mut url = folder.to_owned();
    for (at, part) in path.split('/').enumerate() {
        if at > 0 {
            url.push('/');
        }
        encode(&mut url, part);
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FOLDER: &str = "http://127.0.0.1:8000/my%20runs/";

    #[track_caller]
    fn check(href: &str, expected: Option<&str>) {
        let told = match link(href, FOLDER) {
            Link::Entry { name, folder } if folder => Some(name + "/"),
            Link::Entry { name, .. } => Some(name),
            Link::Elsewhere => None,
            Link::Refused(name) => Some(format!("refused {name}")),
        };
        assert_eq!(told.as_deref(), expected, "{href}");
    }

    #[test]
    fn what_lies_in_the_folder() {
        check("a.txt", Some("a.txt"));
        check(" a.txt ", Some("a.txt"));
        check("sub/", Some("sub/"));
        check("./col:on", Some("col:on"));
        check("100%25%20sure%3F", Some("100% sure?"));
        check("%", Some("%"));
        check("%zz%4", Some("%zz%4"));
        check("...", Some("..."));
        check("/my%20runs/x/", Some("x/"));
        check("http://127.0.0.1:8000/my%20runs/x", Some("x"));
    }

    #[test]
    fn what_lies_elsewhere() {
        for href in [
            "",
            ".",
            "./",
            "..",
            "../",
            "../../",
            "/",
            "//example.org/a",
            "?C=N;O=D",
            "#top",
            "a?download=1",
            "https://example.org/",
            "mailto:ana@example.org",
            "javascript:alert(1)",
            "/other/a",
            "/my%20runs/",
            FOLDER,
        ] {
            check(href, None);
        }
    }

    #[test]
    fn what_is_no_name() {
        for href in [
            "../secret",
            "a/b",
            "a//",
            "%2e%2e/",
            "%2E%2E",
            "%2e",
            "..%2fsecret",
            "a%2Fb",
            "a%5Cb",
            "a%00",
            "latin-%e9",
            "/my%20runs/../x",
        ] {
            check(href, Some(&format!("refused {href}")));
        }
    }

    proptest! {
        #[test]
        fn every_name_comes_back(name in "\\PC{1,20}", folder: bool) {
            prop_assume!(is_name(&name));
            let mut href = String::new();
            encode(&mut href, &name);
            if folder {
                href.push('/');
            }
            prop_assert_eq!(link(&href, FOLDER), Link::Entry { name: name.clone(), folder });
            let whole = below(FOLDER, &name) + if folder { "/" } else { "" };
            prop_assert_eq!(link(&whole, FOLDER), Link::Entry { name, folder });
        }

        #[test]
        fn no_link_leads_out(href in "[./%2eEfF5cC\\\\a:?#-]{0,12}") {
            if let Link::Entry { name, .. } = link(&href, FOLDER) {
                let url = below(FOLDER, &name);
                prop_assert!(url.len() > FOLDER.len());
                prop_assert!(!url.get(FOLDER.len()..).unwrap_or("/").contains('/'));
                prop_assert!(name != "." && name != "..");
            }
        }
    }
}
