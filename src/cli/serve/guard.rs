//! What is refused before anything is looked at.
//!
//! A page of another site can make a browser ask this machine for anything. It cannot
//! read the answers, since none of them says that it may; but a name of its own could
//! lead to this machine (DNS rebinding), and then it would be this site in the browser's
//! eyes. So only the names of this machine are answered to, and a question by POST only
//! where it comes from a page that was served here.

use super::answer;
use axum::body::Body;
use axum::http::header::{HOST, HeaderName, ORIGIN};
use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use std::net::IpAddr;

/// The names to which this server answers.
pub struct Names {
    /// It listens where others can reach it, by whatever address it has there.
    by_any_address: bool,
}

impl Names {
    pub fn of(hosts: &[IpAddr]) -> Self {
        Self {
            by_any_address: hosts.iter().any(|host| !host.is_loopback()),
        }
    }

    /// Whether a host is a name of this machine. No name that others give away is: an
    /// address leads where it says.
    fn has(&self, host: &str) -> bool {
        let host = host.trim_start_matches('[').trim_end_matches(']');
        match host.parse::<IpAddr>() {
            Ok(address) => self.by_any_address || address.is_loopback(),
            // A browser asks nobody where `localhost` is.
            Err(_) => host.eq_ignore_ascii_case("localhost"),
        }
    }
}

/// Whether somebody may ask this at all.
#[expect(clippy::result_large_err, reason = "it is the answer, and seldom")]
pub fn check(names: &Names, head: &Parts) -> Result<(), Response<Body>> {
    let host = one(head, HOST).and_then(|host| host.parse::<Authority>().ok());
    if !host.as_ref().is_some_and(|host| names.has(host.host())) {
        let told = "This server answers only to an address of its machine, such as 127.0.0.1.";
        return Err(answer::refused(StatusCode::MISDIRECTED_REQUEST, told));
    }
    if head.method == Method::GET || head.method == Method::HEAD {
        return Ok(());
    }
    let Some(origin) = head.headers.get(ORIGIN) else {
        return Ok(());
    };
    let own = host.map(|host| format!("http://{host}"));
    match own.is_some_and(|own| origin.as_bytes() == own.as_bytes()) {
        true => Ok(()),
        false => Err(answer::refused(
            StatusCode::FORBIDDEN,
            "Only a page that was served here may ask this.",
        )),
    }
}

/// A header that is there once.
fn one(head: &Parts, name: HeaderName) -> Option<&str> {
    let mut all = head.headers.get_all(name).iter();
    let first = all.next()?;
    all.next().is_none().then(|| first.to_str().ok())?
}

/// The path of a request without its first `/`, decoded. None for one that is not in
/// plain parts: it would be read in one way here and in another on the disk.
pub fn path_of(path: &str) -> Option<String> {
    let mut decoded = Vec::new();
    let mut rest = path.strip_prefix('/')?.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            decoded.push(byte);
            continue;
        }
        let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
        let byte = u8::try_from(digit(rest.next())? * 16 + digit(rest.next())?).ok()?;
        // A separator that is hidden is no separator and no part of a name.
        if matches!(byte, b'/' | b'\\' | 0) {
            return None;
        }
        decoded.push(byte);
    }
    let path = String::from_utf8(decoded).ok()?;
    let parts = path.split('/');
    let is_plain = |part: &str| part != "." && part != ".." && !part.contains(['\\', '\0']);
    parts.clone().all(is_plain).then(|| path.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_paths_are_paths() {
        for (path, expected) in [
            ("/", Some("")),
            ("/a/b%20c.json", Some("a/b c.json")),
            ("/gr%C3%B6%C3%9Fe", Some("größe")),
            ("/runs/", Some("runs/")),
            ("a", None),
            ("*", None),
            ("/..", None),
            ("/a/../b", None),
            ("/a/%2e%2E/b", None),
            ("/%2e", None),
            ("/a%2fb", None),
            ("/a%5Cb", None),
            ("/a\\b", None),
            ("/a%00b", None),
            ("/a%", None),
            ("/a%2", None),
            ("/a%zz", None),
            ("/%ff", None),
            // Decoded once, this is a name with a percent sign.
            ("/%252e%252e/a", Some("%2e%2e/a")),
        ] {
            assert_eq!(path_of(path).as_deref(), expected, "{path}");
        }
    }

    #[test]
    fn no_name_leads_here_but_those_of_this_machine() {
        let own = Names::of(&["127.0.0.1".parse().unwrap()]);
        let open = Names::of(&["0.0.0.0".parse().unwrap()]);
        for host in ["127.0.0.1", "localhost", "LocalHost", "[::1]", "127.9.9.9"] {
            assert!(own.has(host) && open.has(host), "{host}");
        }
        for host in ["192.168.1.7", "[fe80::1]"] {
            assert!(!own.has(host) && open.has(host), "{host}");
        }
        for host in [
            "example.org",
            "127.0.0.1.example.org",
            "localhost.example.org",
            "",
            "a.localhost",
            "0x7f.1",
        ] {
            assert!(!own.has(host) && !open.has(host), "{host}");
        }
    }
}
