//! A header that the user typed in for a private host.
//!
//! It goes to the place that it was typed for and to what lies below it, and nowhere else:
//! not to another host, not to another folder, and not where a server leads. It is never
//! written down: no message, no address and no dump has it. Start with [`Keyed`].

use super::super::Waiting;
use super::{Ask, Http, HttpAnswer, HttpFailure};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::rc::Rc;

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// `Authorization`, or what the host wants.
    pub header: String,
    pub value: String,
}

/// Its value is a secret, also to whoever looks for a fault.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({}: …)", self.header)
    }
}

impl Key {
    /// Whether no page may send it: the browser itself says that (Fetch §2.2.2).
    pub fn is_forbidden(&self) -> bool {
        const NAMES: [&str; 22] = [
            "accept-charset",
            "accept-encoding",
            "access-control-request-headers",
            "access-control-request-method",
            "access-control-request-private-network",
            "connection",
            "content-length",
            "cookie",
            "cookie2",
            "date",
            "dnt",
            "expect",
            "host",
            "keep-alive",
            "origin",
            "referer",
            "set-cookie",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "via",
        ];
        let name = self.header.to_ascii_lowercase();
        let begins = ["proxy-", "sec-"]
            .iter()
            .any(|begin| name.starts_with(begin));
        begins || NAMES.contains(&name.as_str())
    }

    /// Whether it can be a header: RFC 9110 §5.1 and §5.5.
    pub fn is_sound(&self) -> bool {
        let is_token =
            |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        let is_text = |byte: u8| byte == b'\t' || (b' '..=b'~').contains(&byte);
        !self.header.is_empty()
            && self.header.bytes().all(is_token)
            && !self.value.is_empty()
            && self.value.bytes().all(is_text)
    }
}

/// Asks with a key where it belongs.
pub struct Keyed {
    http: Rc<dyn Http>,
    /// Up to the `/` of the folder.
    below: String,
    key: Key,
}

impl Keyed {
    /// With a key for what lies at and beside a URL.
    pub fn new(http: Rc<dyn Http>, url: &str, key: Key) -> Self {
        let path = url.split(['?', '#']).next().unwrap_or(url);
        let host = path.find("://").map_or(0, |at| at + 3);
        let folder = path.rfind('/').filter(|at| *at >= host);
        let below = match folder {
            Some(at) => path.get(..=at).unwrap_or(path).to_owned(),
            None => format!("{path}/"),
        };
        Self { http, below, key }
    }

    fn is_for(&self, url: &str) -> bool {
        let (path, query) = url.split_once('?').unwrap_or((url, ""));
        let is_below = path.starts_with(&self.below) && !path.contains("/../");
        // The keys of a bucket are listed at its top, whatever they begin with.
        let host = self.below.find("://").map_or(0, |at| at + 3);
        let is_around = path.len() > host && path.ends_with('/') && self.below.starts_with(path);
        is_below || is_around && query.starts_with("list-type=2&")
    }
}

impl Http for Keyed {
    fn get<'a>(
        &'a self,
        ask: Ask<'a>,
        arrived: &'a dyn Fn(u64, Option<u64>),
    ) -> Waiting<'a, Result<HttpAnswer, HttpFailure>> {
        let key = self.is_for(ask.url).then_some(&self.key);
        self.http.get(Ask { key, ..ask }, arrived)
    }

    /// `runglass serve` wants no key, and is given none.
    fn post<'a>(
        &'a self,
        url: &'a str,
        question: Vec<u8>,
    ) -> Waiting<'a, Result<HttpAnswer, HttpFailure>> {
        self.http.post(url, question)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::failure::UnreachableHint;
    use super::*;

    struct Nobody;

    impl Http for Nobody {
        fn get<'a>(
            &'a self,
            ask: Ask<'a>,
            _: &'a dyn Fn(u64, Option<u64>),
        ) -> Waiting<'a, Result<HttpAnswer, HttpFailure>> {
            let detail = ask.key.map(|key| key.value.clone()).unwrap_or_default();
            let hint = UnreachableHint::NoAnswer;
            Box::pin(std::future::ready(Err(HttpFailure { detail, hint })))
        }
    }

    #[track_caller]
    fn check(typed_for: &str, url: &str, sent: bool) {
        let key = Key {
            header: "Authorization".to_owned(),
            value: "Bearer s3cret".to_owned(),
        };
        let keyed = Keyed::new(Rc::new(Nobody), typed_for, key);
        let answer = pollster::block_on(keyed.get(Ask::whole(url, 1), &|_, _| {}));
        assert_eq!(answer.unwrap_err().detail.contains("s3cret"), sent, "{url}");
    }

    #[test]
    fn a_key_goes_where_it_belongs() {
        let folder = "https://h.org/team/runs/?a=1";
        for url in [
            "https://h.org/team/runs/",
            "https://h.org/team/runs/a/b?x",
            "https://h.org/team/?list-type=2&prefix=runs%2F",
        ] {
            check(folder, url, true);
        }
        for url in [
            "https://h.org/team/",
            "https://h.org/team/runs-of-others/",
            "https://h.org/team/runs/../secret",
            "https://h.org.evil.org/team/runs/",
            "http://h.org/team/runs/",
            "https://h.org:8443/team/runs/",
            "https://evil.org/?list-type=2&x",
            "https://?list-type=2&x",
        ] {
            check(folder, url, false);
        }
        check("https://h.org/a.zip", "https://h.org/a.zip", true);
        check("https://h.org/a.zip", "https://h.org.evil.org/a.zip", false);
        check("https://h.org", "https://h.org/a", true);
        check("https://h.org", "https://h.org.evil.org/a", false);
    }

    #[test]
    fn a_browser_keeps_some_headers_for_itself() {
        let forbidden = |header: &str| {
            let (header, value) = (header.to_owned(), "x".to_owned());
            Key { header, value }.is_forbidden()
        };
        for header in ["Cookie", "HOST", "Sec-Token", "Proxy-Authorization"] {
            assert!(forbidden(header), "{header}");
        }
        for header in ["Authorization", "X-Cookie", "X-Api-Key"] {
            assert!(!forbidden(header), "{header}");
        }
    }

    #[test]
    fn a_key_is_a_header() {
        let sound = |header: &str, value: &str| {
            let (header, value) = (header.to_owned(), value.to_owned());
            Key { header, value }.is_sound()
        };
        assert!(sound("Authorization", "Bearer x.y=="));
        assert!(sound("X-Api-Key", "a b"));
        for (header, value) in [
            ("", "x"),
            ("A B", "x"),
            ("A:", "x"),
            ("A", ""),
            ("A", "x\r\nB: y"),
            ("A", "é"),
        ] {
            assert!(!sound(header, value), "{header}: {value}");
        }
        let key = Key {
            header: "A".to_owned(),
            value: "s3cret".to_owned(),
        };
        assert!(!format!("{key:?}").contains("s3cret"));
    }
}
