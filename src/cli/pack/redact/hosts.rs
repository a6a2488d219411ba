//! Names of machines and addresses of people: in URLs, after `host=`, as numbers, by their
//! endings; and what stands before the `@` of a URL, which is a secret.

#![expect(
    clippy::indexing_slicing,
    reason = "places are found in the text that they stand in"
)]

use super::hits::{Hit, What};
use super::secrets::{is_escaped, is_placeholder, length_of};
use std::net::Ipv6Addr;

pub fn find(text: &str, hits: &mut Vec<Hit>) {
    in_urls(text, hits);
    numbers(text.as_bytes(), hits);
    hexadecimal(text.as_bytes(), hits);
    dotted(text, hits);
    people(text, hits);
    assigned(text, hits);
}

/// Hosts that everybody knows, and those that name nobody's machine.
const PUBLIC: &[&str] = &[
    "localhost",
    "example.com",
    "example.org",
    "example.net",
    "github.com",
    "gitlab.com",
    "pypi.org",
    "python.org",
    "metaflow.org",
    "outerbounds.com",
    "w3.org",
    "json-schema.org",
    "vega.github.io",
    "scikit-learn.org",
    "pydata.org",
    "numpy.org",
    "pytorch.org",
    "stackoverflow.com",
    "readthedocs.io",
    "huggingface.co",
];

fn is_public(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let is_below = |known: &&str| {
        let before = host.strip_suffix(*known);
        before.is_some_and(|before| before.is_empty() || before.ends_with('.'))
    };
    PUBLIC.iter().any(is_below)
        || host.starts_with("127.")
        || matches!(host.as_str(), "0.0.0.0" | "::1")
        || is_placeholder(&host)
}

fn in_urls(text: &str, hits: &mut Vec<Hit>) {
    let mut from = 0;
    while let Some(found) = text[from..].find("://") {
        let sign = from + found;
        from = sign + 3;
        let has_scheme = sign > 0 && text.as_bytes()[sign - 1].is_ascii_alphanumeric();
        let ends = |byte: u8| byte.is_ascii_whitespace() || b"/?#\"'`<>()\\,;|{}".contains(&byte);
        let end = from + length_of(&text.as_bytes()[from..], |byte| !ends(byte));
        let Some(authority) = text.get(from..end).filter(|_| has_scheme) else {
            continue;
        };
        let at = authority.rfind('@');
        if let Some(at) = at {
            let who = &authority[..at];
            if !who.is_empty() && who != "git" && !is_placeholder(who) {
                hits.push(Hit::name(What::Secret, from..from + at));
            }
        }
        let start = from + at.map_or(0, |at| at + 1);
        let host = &text[start..end];
        let host = match host.find(']') {
            Some(close) if host.starts_with('[') => &host[..close + 1],
            _ => host.split(':').next().unwrap_or_default(),
        };
        let bare = host.trim_matches(['[', ']']).trim_end_matches('.');
        if bare.chars().any(char::is_alphanumeric) && !is_public(bare) {
            let length = host.trim_end_matches('.').len();
            hits.push(Hit::name(What::Host, start..start + length));
        }
    }
}

/// Addresses of IPv4. Four numbers after a word for a version are one.
fn numbers(bytes: &[u8], hits: &mut Vec<Hit>) {
    let mut at = 0;
    while at < bytes.len() {
        let length = length_of(&bytes[at..], |byte| byte.is_ascii_digit() || byte == b'.');
        if length == 0 {
            at += 1;
            continue;
        }
        let (start, end) = (at, at + length);
        at = end;
        let is_apart =
            (start == 0 || !bytes[start - 1].is_ascii_alphanumeric() || is_escaped(bytes, start))
                && bytes
                    .get(end)
                    .is_none_or(|byte| !byte.is_ascii_alphanumeric());
        let text = std::str::from_utf8(&bytes[start..end]).unwrap_or_default();
        let text = text.trim_end_matches('.');
        let parts: Vec<&str> = text.split('.').collect();
        let is_address = parts.len() == 4 && parts.iter().all(|part| part.parse::<u8>().is_ok());
        let before = &bytes[start.saturating_sub(12)..start];
        let before = String::from_utf8_lossy(before).to_ascii_lowercase();
        let is_version = before.contains("version") || before.ends_with("==");
        if is_apart && is_address && !is_version && !is_public(text) {
            hits.push(Hit::name(What::Host, start..start + text.len()));
        }
    }
}

/// Addresses of IPv6, full or with `::` for zeros. Those of a machine begin as few other
/// things do; what may be a name of C++ or Rust, a slice of Python or a time is left.
fn hexadecimal(bytes: &[u8], hits: &mut Vec<Hit>) {
    let mut at = 0;
    while at < bytes.len() {
        let length = length_of(&bytes[at..], |byte| {
            byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.')
        });
        if length == 0 {
            at += 1;
            continue;
        }
        let (start, end) = (at, at + length);
        at = end;
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let begins_apart = start == 0 || !is_part(&bytes[start - 1]) || is_escaped(bytes, start);
        let text = std::str::from_utf8(&bytes[start..end]).unwrap_or_default();
        let mut text = text.trim_end_matches('.');
        // What it says follows after a colon.
        if !text.ends_with("::") {
            text = text.strip_suffix(':').unwrap_or(text);
        }
        if begins_apart && !bytes.get(end).is_some_and(is_part) && is_of_a_machine(text) {
            hits.push(Hit::name(What::Host, start..start + text.len()));
        }
    }
}

/// Whether it can be nothing but the address of a machine: one of the internet (2000::/3), of
/// a private network (fc00::/7) or of a link (fe80::/10).
fn is_of_a_machine(text: &str) -> bool {
    let Ok(address) = text.parse::<Ipv6Addr>() else {
        return false;
    };
    let groups = || text.split(':').filter(|group| !group.is_empty());
    let has_digit_first = |group: &str| group.starts_with(|c: char| c.is_ascii_digit());
    match address.segments()[0] {
        // `[2000::2]` is a slice.
        0x2000..=0x3fff => groups().count() > 2 || groups().any(|group| !is_decimal(group)),
        // `fdab::face` is a name in a name.
        0xfc00..=0xfdff | 0xfe80..=0xfebf => groups().count() > 3 || groups().any(has_digit_first),
        _ => false,
    }
}

fn is_decimal(group: &str) -> bool {
    group.bytes().all(|byte| byte.is_ascii_digit())
}

/// Endings of names that mean something in one network, or of a rented machine.
const PRIVATE: &[&str] = &[
    ".internal",
    ".intranet",
    ".intra",
    ".corp",
    ".lan",
    ".localdomain",
    ".home.arpa",
    ".cluster.local",
    ".svc",
    ".amazonaws.com",
    ".cloudapp.azure.com",
    ".windows.net",
];

fn dotted(text: &str, hits: &mut Vec<Hit>) {
    let bytes = text.as_bytes();
    let is_in = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
    let mut at = 0;
    while at < bytes.len() {
        let length = length_of(&bytes[at..], is_in);
        if length == 0 {
            at += 1;
            continue;
        }
        let name = text[at..at + length].trim_end_matches(['.', '-']);
        let lower = name.to_ascii_lowercase();
        let is_private = PRIVATE
            .iter()
            .any(|end| lower.ends_with(end) && lower.len() > end.len());
        // `threading.local` is no machine, `anas-laptop.local` is.
        let local = lower.strip_suffix(".local");
        let is_local = local.is_some_and(|name| {
            name.contains(['-', '.']) || name.ends_with(|c: char| c.is_ascii_digit())
        });
        if is_private || is_local {
            hits.push(Hit::name(What::Host, at..at + name.len()));
        }
        at += length;
    }
}

/// Addresses of mail: they name a person.
fn people(text: &str, hits: &mut Vec<Hit>) {
    for (at, _) in text.match_indices('@') {
        let is_local = |c: char| c.is_alphanumeric() || "._%+-".contains(c);
        let start = text[..at]
            .char_indices()
            .rev()
            .take_while(|(_, c)| is_local(*c))
            .last()
            .map_or(at, |(start, _)| start);
        let is_host = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
        let end = at + 1 + length_of(&text.as_bytes()[at + 1..], is_host);
        let host = text[at + 1..end].trim_end_matches(['.', '-']);
        let top = host.rsplit_once('.').map(|(_, top)| top);
        let has_top =
            top.is_some_and(|top| top.len() >= 2 && top.bytes().all(|b| b.is_ascii_alphabetic()));
        let name = &text[start..at];
        // In front of a URL's host stands a secret, which was found already.
        let authority = text[..start].rsplit_once("://").map(|(_, after)| after);
        let is_in_url = authority.is_some_and(|text| !text.contains(['/', ' ', '\n']));
        if has_top && !name.is_empty() && name != "git" && !is_in_url {
            hits.push(Hit::name(What::User, start..at + 1 + host.len()));
        }
    }
}

/// `host='db.internal'`, `"hostname": "db"`, `HOSTNAME=…`.
fn assigned(text: &str, hits: &mut Vec<Hit>) {
    let bytes = text.as_bytes();
    for name in ["hostname", "host", "nodename"] {
        for at in positions(bytes, name.as_bytes()) {
            let before = at.checked_sub(1).map(|at| bytes[at]);
            let follows_word = before.is_some_and(|byte| byte.is_ascii_alphanumeric());
            if follows_word && !is_escaped(bytes, at) {
                continue;
            }
            let mut at = at + name.len();
            at += length_of(&bytes[at..], |byte| matches!(byte, b'"' | b'\'' | b'\\'));
            let spaces = length_of(&bytes[at..], |byte| byte == b' ');
            at += spaces;
            if !matches!(bytes.get(at), Some(b'=' | b':')) || bytes.get(at + 1) == Some(&b'=') {
                continue;
            }
            at += 1;
            let apart = length_of(&bytes[at..], |byte| byte == b' ');
            at += apart;
            let quotes = length_of(&bytes[at..], |byte| matches!(byte, b'"' | b'\'' | b'\\'));
            at += quotes;
            let is_host =
                |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
            let length = length_of(&bytes[at..], is_host);
            let host = text[at..at + length].trim_end_matches('.');
            // After a colon and a space there is prose, unless it looks like a name.
            let looks_like = host.contains(['.', '-']) || host.bytes().any(|b| b.is_ascii_digit());
            let is_taken = quotes > 0 || apart == 0 || looks_like;
            let is_call = matches!(bytes.get(at + length), Some(b'(' | b'['));
            let is_word = matches!(host, "None" | "null" | "str" | "self" | "True" | "False");
            if is_taken && host.len() >= 2 && !is_call && !is_word && !is_public(host) {
                hits.push(Hit::name(What::Host, at..at + host.len()));
            }
        }
    }
}

/// Where a text stands, in capitals or not.
fn positions(bytes: &[u8], wanted: &[u8]) -> Vec<usize> {
    let windows = bytes.windows(wanted.len()).enumerate();
    let same = windows.filter(|(_, window)| window.eq_ignore_ascii_case(wanted));
    same.map(|(at, _)| at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::pack::redact::hits::{With, replaced};

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let mut hits = Vec::new();
        find(text, &mut hits);
        let told = replaced(text, hits, |hit, _| match hit.with {
            With::Name(What::Secret) => "*".to_owned(),
            With::Name(What::User) => "@".to_owned(),
            _ => "#".to_owned(),
        });
        assert_eq!(told.as_deref().unwrap_or(text), expected);
    }

    #[test]
    fn machines_are_told() {
        check("https://db.acme.io:5432/x", "https://#:5432/x");
        check("s3://ana-bucket/x/y", "s3://#/x/y");
        check("postgres://ana:pw@db/x", "postgres://*@#/x");
        check(
            "https://tok123@github.com/a/b.git",
            "https://*@github.com/a/b.git",
        );
        check("http://[fe80::1]:80/", "http://#:80/");
        check("connect to 10.0.3.17: refused", "connect to #: refused");
        check(
            "connect to fd12:3456:789a::7: refused",
            "connect to #: refused",
        );
        check(
            "[2001:db8::1]:8080, 2a02:2e0:3fe:1001:302::.",
            "[#]:8080, #.",
        );
        check("inet6 FE80::A1B2:C3FF:FE4D:5E6F%eth0/64", "inet6 #%eth0/64");
        check("2001:0db8:85a3:0000:0000:8a2e:0370:7334", "#");
        check(
            r#"{"log": "to\n2001:db8::10.0.3.17"}"#,
            r#"{"log": "to\n#"}"#,
        );
        check("on ip-10-0-3-17.ec2.internal.", "on #.");
        check("anas-laptop.local", "#");
        check(
            "HTTPConnectionPool(host='db7', port=1)",
            "HTTPConnectionPool(host='#', port=1)",
        );
        check("HOSTNAME=worker", "HOSTNAME=#");
        check("{\"hostname\": \"worker\"}", "{\"hostname\": \"#\"}");
        check("mail Ana.S@acme.io now", "mail @ now");
    }

    #[test]
    fn what_is_none_is_left() {
        for text in [
            "https://docs.metaflow.org/x",
            "http://localhost:8000/, http://127.0.0.1/",
            "version 1.2.3.4, metaflow==2.1.0.4, 1.2.3, 1.2.3.4.5",
            "threading.local self.host = host",
            "the host: it is down",
            "git@github.com:a/b.git",
            "@step and @retry(times=3)",
            "ghost: a1 b",
            "12:30:45, 2026-11-22T12:30:45, 21:46:28.000000, 1:2:3:4:5:6:7:8",
            "std::vec<a::b> abc::def fdab::face dead::beef::bad Vec::<fe80> ::",
            "x[2000::2], y[::3], z[2001:2003:2], [::1]:80",
            "00:1b:44:11:3a:b7, 00:11:22:33:44:55:66:77, aa::1, 2001:db8::1x",
            "://",
        ] {
            check(text, text);
        }
    }
}
