//! What the host of an address says of where it is.

/// The host of a URL, without user, port and brackets.
pub fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    match host.strip_prefix('[') {
        Some(six) => six.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    }
}

/// The https address of what a storage's own programs name by `s3://` or `gs://`, in the
/// storages that these words were made for.
pub fn of_browsers(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let (bucket, path) = rest.split_once('/').unwrap_or((rest, ""));
    match scheme {
        _ if bucket.is_empty() => None,
        "s3" | "s3a" | "s3n" => Some(format!("https://{bucket}.s3.amazonaws.com/{path}")),
        "gs" => Some(format!("https://storage.googleapis.com/{bucket}/{path}")),
        _ => None,
    }
}

/// Whether what was typed as an address may be the path of a file: from the top of a disk, of a
/// home, of another machine.
pub fn may_be_a_path(typed: &str) -> bool {
    let mut beginnings = ["/", "~/", r"\\"].iter();
    beginnings.any(|begins| typed.starts_with(begins)) && !typed.starts_with("//")
}

/// Browsers let a secure page fetch from the reader's own machine.
pub fn is_this_machine(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or_default();
    last.eq_ignore_ascii_case("localhost")
        || host == "::1"
        || numbers(host).is_some_and(|four| four[0] == 127)
}

/// An address of a network that is not everybody's: RFC 1918, RFC 3927, RFC 4193, and names
/// that only such a network knows.
pub fn is_private(host: &str) -> bool {
    let ends = [
        ".local",
        ".lan",
        ".internal",
        ".intranet",
        ".home.arpa",
        ".corp",
    ];
    let lower = host.to_ascii_lowercase();
    match numbers(host) {
        Some([10, ..] | [192, 168, ..] | [169, 254, ..] | [172, 16..=31, ..] | [127, ..]) => true,
        Some(_) => false,
        None if host.contains(':') => {
            ["fc", "fd", "fe80"]
                .iter()
                .any(|start| lower.starts_with(start))
                || lower == "::1"
        }
        // A name without a point is one of the network around.
        None => {
            !host.is_empty() && (!host.contains('.') || ends.iter().any(|end| lower.ends_with(end)))
        }
    }
}

/// An address of four numbers.
fn numbers(host: &str) -> Option<[u8; 4]> {
    let mut parts = host.split('.').map(str::parse);
    let mut next = || parts.next()?.ok();
    let four = [next()?, next()?, next()?, next()?];
    parts.next().is_none().then_some(four)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_of_browsers(url: &str, expected: Option<&str>) {
        assert_eq!(of_browsers(url).as_deref(), expected);
    }

    #[test]
    fn what_names_a_bucket_has_an_address_for_browsers() {
        check_of_browsers(
            "s3://lab/metaflow/runs.zip",
            Some("https://lab.s3.amazonaws.com/metaflow/runs.zip"),
        );
        check_of_browsers("s3://lab", Some("https://lab.s3.amazonaws.com/"));
        check_of_browsers(
            "gs://lab/runs/",
            Some("https://storage.googleapis.com/lab/runs/"),
        );
        check_of_browsers("s3:///runs.zip", None);
        check_of_browsers("ftp://lab/runs.zip", None);
        check_of_browsers("https://lab/runs.zip", None);
    }

    #[test]
    fn paths_of_a_machine() {
        for path in ["~/runs/a.zip", "/mnt/lab/.metaflow", r"\\lab\runs"] {
            assert!(may_be_a_path(path), "{path}");
        }
        for address in ["~ana/runs/", "//h.org/a", "runs/a.zip", "https://h.org/a"] {
            assert!(!may_be_a_path(address), "{address}");
        }
    }

    #[test]
    fn hosts() {
        for (url, host) in [
            ("http://a.org/x", "a.org"),
            ("https://u:p@a.org:8443/x?y@z", "a.org"),
            ("http://[::1]:80/", "::1"),
            ("http://a.org?b/c", "a.org"),
            ("runs/a.zip", ""),
        ] {
            assert_eq!(host_of(url), host, "{url}");
        }
    }

    #[test]
    fn where_hosts_are() {
        for host in [
            "localhost",
            "runs.LOCALHOST",
            "127.0.0.1",
            "127.9.9.9",
            "::1",
        ] {
            assert!(is_this_machine(host), "{host}");
        }
        for host in [
            "10.1.2.3",
            "192.168.0.9",
            "172.31.0.1",
            "169.254.1.1",
            "fd00::1",
            "nas",
            "ci.lab.internal",
            "NAS.local",
        ] {
            assert!(is_private(host) && !is_this_machine(host), "{host}");
        }
        for host in [
            "example.org",
            "8.8.8.8",
            "172.32.0.1",
            "2001:db8::1",
            "",
            "1.2.3.4.5",
            "localhost.example.org",
        ] {
            assert!(!is_private(host) && !is_this_machine(host), "{host}");
        }
    }
}
