//! A URL as it may be shown: in a message that somebody copies into a ticket, on a
//! screen that is shared.
//!
//! A password before the host and a signature in the query open the file to whoever
//! reads them. Which parameter is one of those nobody can tell by its name alone, so
//! that all lose their values.

use std::borrow::Cow;

/// The URL without user and password, and with `…` for every value of its query;
/// what stands behind `#` is left out.
///
/// Takes anything that somebody typed as an address, URL or not, and what it has made
/// of one already.
pub fn shown_url(url: &str) -> String {
    let url = url.split('#').next().unwrap_or(url);
    let (address, query) = match url.split_once('?') {
        Some((address, query)) => (address, Some(query)),
        None => (url, None),
    };
    let mut shown = without_user(address).into_owned();
    if let Some(query) = query {
        let cut = query.split('&').map(|pair| match pair.split_once('=') {
            Some((name, _)) => format!("{name}=…"),
            // Without a name, the whole of it may be the secret.
            None => "…".to_owned(),
        });
        shown.push('?');
        shown.push_str(&cut.collect::<Vec<_>>().join("&"));
    }
    shown
}

/// A text from somewhere else that may name the URL.
pub fn without_secrets(text: &str, url: &str) -> String {
    text.replace(url, &shown_url(url))
}

fn without_user(address: &str) -> Cow<'_, str> {
    let start = address.find("://").map_or(0, |at| at + 3);
    let (scheme, rest) = address.split_at(start);
    let host_end = rest.find(['/', '\\']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(host_end);
    match host.rsplit_once('@') {
        Some((user, host)) if start > 0 || user.contains(':') => {
            Cow::Owned(format!("{scheme}{host}{path}"))
        }
        _ => Cow::Borrowed(address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, expected: &str) {
        assert_eq!(shown_url(url), expected);
        assert_eq!(shown_url(expected), expected);
    }

    #[test]
    fn secrets_are_not_shown() {
        check(
            "https://example.org/runs/a.zip",
            "https://example.org/runs/a.zip",
        );
        check(
            "https://ana:s3cret@example.org:8443/a.zip",
            "https://example.org:8443/a.zip",
        );
        check(
            "https://token@example.org/a.zip",
            "https://example.org/a.zip",
        );
        check(
            "https://a@b:c@example.org/p@1/a.zip",
            "https://example.org/p@1/a.zip",
        );
        check(
            "https://bucket.s3.amazonaws.com/a.zip?X-Amz-Credential=AKIA%2Fx&X-Amz-Signature=0f1e#part",
            "https://bucket.s3.amazonaws.com/a.zip?X-Amz-Credential=…&X-Amz-Signature=…",
        );
        check(
            "https://example.org/a.zip?0f1e2d",
            "https://example.org/a.zip?…",
        );
        check("runs/p@1/a.zip?token=x", "runs/p@1/a.zip?token=…");
        check("ana:s3cret@example.org/a.zip", "example.org/a.zip");
        check("", "");
        check("#x?y=z", "");
    }
}
