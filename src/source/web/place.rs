//! Where a folder lies, and the URLs of what is in it.
//!
//! What the user wrote behind `?` goes with every request: a token that opens the folder
//! opens its files. Pure; start with [`Place`].

use super::names::{below, decoded, encode, path_of};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Pages that a server writes for its folders; `base` ends with `/`.
    Pages { base: String, query: String },
    /// Keys of a bucket that begin alike. `bucket` is its URL and ends with `/`; `prefix`
    /// is a text as keys are, and ends with `/` unless it is empty.
    Bucket {
        bucket: String,
        prefix: String,
        query: String,
    },
}

/// A URL in its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    /// Up to the `?`.
    pub path: String,
    /// Behind the `?`, without it.
    pub query: String,
}

impl Address {
    pub fn of(url: &str) -> Self {
        let url = url.split('#').next().unwrap_or(url);
        let (path, query) = url.split_once('?').unwrap_or((url, ""));
        Self {
            path: path.to_owned(),
            query: query.to_owned(),
        }
    }

    /// The folder that it is, or that it would be with a `/` behind it.
    pub fn folder(&self) -> String {
        match self.path.ends_with('/') {
            true => self.path.clone(),
            false => format!("{}/", self.path),
        }
    }

    /// Where the bucket may be whose keys begin with this path, the likeliest first: `key`
    /// is what a server has taken for the key of a file. A bucket has its name before the
    /// host's or as the first part of the path.
    pub fn buckets(&self, key: Option<&str>) -> Vec<Place> {
        /// What a listing is asked for by: not the user's own.
        const OURS: [&str; 6] = [
            "list-type",
            "delimiter",
            "encoding-type",
            "continuation-token",
            "max-keys",
            "start-after",
        ];
        let folder = self.folder();
        let path = path_of(&folder).to_owned();
        let host = folder.strip_suffix(&path).unwrap_or_default();
        let inside = path.strip_prefix('/').unwrap_or(&path);
        let mut asked_prefix = None;
        let mut kept: Vec<&str> = Vec::new();
        for pair in self.query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=').unwrap_or((pair, "")) {
                ("prefix", value) => asked_prefix = decoded(&value.replace('+', " ")),
                (name, _) if OURS.contains(&name) => {}
                _ => kept.push(pair),
            }
        }
        let query = kept.join("&");
        // Whole parts of the path, from one on.
        let mut splits: Vec<(&str, &str)> = Vec::new();
        if let Some(key) = key.filter(|key| !key.is_empty()) {
            let keyed = |at: &usize| {
                let rest = inside.get(*at..).and_then(decoded);
                rest.is_some_and(|rest| rest.trim_end_matches('/') == key.trim_end_matches('/'))
            };
            let starts = std::iter::once(0).chain(inside.match_indices('/').map(|(at, _)| at + 1));
            let found = starts.into_iter().find(|at| keyed(at));
            splits.extend(found.and_then(|at| inside.split_at_checked(at)));
        }
        if let Some((_, rest)) = inside.split_once('/') {
            splits.extend(inside.split_at_checked(inside.len() - rest.len()));
        }
        splits.push(("", inside));
        let mut places: Vec<Place> = Vec::new();
        for (bucket, rest) in splits {
            let Some(mut prefix) = decoded(rest) else {
                continue;
            };
            if let (true, Some(asked)) = (prefix.is_empty(), &asked_prefix) {
                prefix = match asked.is_empty() || asked.ends_with('/') {
                    true => asked.clone(),
                    false => format!("{asked}/"),
                };
            }
            let place = Place::Bucket {
                bucket: format!("{host}/{bucket}"),
                prefix,
                query: query.clone(),
            };
            if !places.contains(&place) {
                places.push(place);
            }
        }
        places
    }
}

impl Place {
    /// What is asked for a folder's listing; `after` is where the page before ended.
    pub fn listing(&self, folder: &str, after: Option<&str>) -> String {
        match self {
            Place::Pages { base, query } => {
                let url = match folder {
                    "" => base.clone(),
                    folder => below(base, folder) + "/",
                };
                with_query(url, query)
            }
            Place::Bucket {
                bucket,
                prefix,
                query,
            } => {
                let mut url =
                    format!("{bucket}?list-type=2&delimiter=%2F&encoding-type=url&prefix=");
                encode(&mut url, prefix);
                if !folder.is_empty() {
                    encode(&mut url, &format!("{folder}/"));
                }
                if let Some(after) = after {
                    url.push_str("&continuation-token=");
                    encode(&mut url, after);
                }
                with_query(url, query)
            }
        }
    }

    /// The URL of a file.
    pub fn file(&self, path: &str) -> String {
        match self {
            Place::Pages { base, query } => with_query(below(base, path), query),
            Place::Bucket {
                bucket,
                prefix,
                query,
            } => with_query(below(&below(bucket, prefix), path), query),
        }
    }

    /// As the user knows it: the folder's own name, or the host's.
    pub fn name(&self) -> String {
        let whole = match self {
            Place::Pages { base, .. } => base.clone(),
            Place::Bucket { bucket, prefix, .. } => below(bucket, prefix),
        };
        let mut parts = whole.trim_end_matches('/').rsplit('/');
        let last = parts.next().unwrap_or_default();
        decoded(last)
            .filter(|name| super::names::is_name(name))
            .unwrap_or_else(|| last.to_owned())
    }
}

fn with_query(mut url: String, query: &str) -> String {
    if !query.is_empty() {
        url.push(if url.contains('?') { '&' } else { '?' });
        url.push_str(query);
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_have_their_files_below() {
        let Address { path: base, query } =
            Address::of("https://example.org/my%20runs/?sig=a%2Fb#x");
        let place = Place::Pages { base, query };
        assert_eq!(place.name(), "my runs");
        assert_eq!(
            place.listing("", None),
            "https://example.org/my%20runs/?sig=a%2Fb"
        );
        assert_eq!(
            place.listing("a/#b", None),
            "https://example.org/my%20runs/a/%23b/?sig=a%2Fb"
        );
        assert_eq!(
            place.file("a/b?"),
            "https://example.org/my%20runs/a/b%3F?sig=a%2Fb"
        );
        let base = "http://127.0.0.1:8000/".to_owned();
        let query = String::new();
        assert_eq!(Place::Pages { base, query }.name(), "127.0.0.1:8000");
    }

    #[track_caller]
    fn check_buckets(url: &str, key: Option<&str>, expected: &[(&str, &str, &str)]) {
        let told = Address::of(url)
            .buckets(key)
            .into_iter()
            .map(|place| match place {
                Place::Bucket {
                    bucket,
                    prefix,
                    query,
                } => (bucket, prefix, query),
                Place::Pages { .. } => panic!("{url}"),
            });
        let told: Vec<_> = told.collect();
        let told: Vec<_> = told
            .iter()
            .map(|(a, b, c)| (a.as_str(), b.as_str(), c.as_str()))
            .collect();
        assert_eq!(told, expected, "{url}");
    }

    #[test]
    fn a_bucket_is_sought_where_it_may_be() {
        check_buckets(
            "http://h/lab/runs%20a/",
            None,
            &[
                ("http://h/lab/", "runs a/", ""),
                ("http://h/", "lab/runs a/", ""),
            ],
        );
        check_buckets("https://lab.h/", None, &[("https://lab.h/", "", "")]);
        check_buckets(
            "https://lab.h/runs",
            Some("runs"),
            &[
                ("https://lab.h/", "runs/", ""),
                ("https://lab.h/runs/", "", ""),
            ],
        );
        check_buckets(
            "http://h/gate/lab/runs/?a=1&sig=x",
            Some("runs/"),
            &[
                ("http://h/gate/lab/", "runs/", "a=1&sig=x"),
                ("http://h/gate/", "lab/runs/", "a=1&sig=x"),
                ("http://h/", "gate/lab/runs/", "a=1&sig=x"),
            ],
        );
        // As somebody copied it from another listing.
        check_buckets(
            "http://h/lab/?list-type=2&prefix=runs%2Fa+b&sig=x&max-keys=5",
            None,
            &[
                ("http://h/lab/", "runs/a b/", "sig=x"),
                ("http://h/", "lab/", "sig=x"),
            ],
        );
    }

    #[test]
    fn keys_have_urls() {
        let place = Place::Bucket {
            bucket: "http://h/lab/".to_owned(),
            prefix: "my runs/".to_owned(),
            query: "sig=x".to_owned(),
        };
        assert_eq!(place.name(), "my runs");
        assert_eq!(place.file("a/b c"), "http://h/lab/my%20runs/a/b%20c?sig=x");
        assert_eq!(
            place.listing("a", Some("t/=")),
            "http://h/lab/?list-type=2&delimiter=%2F&encoding-type=url&prefix=my%20runs%2Fa%2F&continuation-token=t%2F%3D&sig=x"
        );
    }
}
