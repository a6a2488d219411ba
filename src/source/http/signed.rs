//! Addresses that carry their own permission: presigned ones, in which a signature opens one
//! file, or all of a container, to whoever has the address.
//!
//! [`parted`] takes the permission out, so that the address can be shown, kept and sent
//! without it, and [`signed`] puts it back when bytes are asked for.

/// What belongs to the signature in the schemes that are in use, by how a name begins: Amazon's
/// (Signature Version 4), Google's (V4) and Alibaba's.
const BEGINNINGS: [&str; 3] = ["x-amz-", "x-goog-", "x-oss-"];

/// The same by whole names: Amazon's Version 2 and CloudFront, Google's V2, and Azure's shared
/// access signatures.
const NAMES: [&str; 24] = [
    "awsaccesskeyid",
    "googleaccessid",
    "ossaccesskeyid",
    "signature",
    "expires",
    "policy",
    "key-pair-id",
    "hash-algorithm",
    "sig",
    "se",
    "sv",
    "sp",
    "sr",
    "st",
    "ss",
    "srt",
    "spr",
    "sip",
    "skoid",
    "sktid",
    "skt",
    "ske",
    "sks",
    "skv",
];

/// That a query is signed at all.
const SIGNATURES: [&str; 5] = [
    "x-amz-signature",
    "x-goog-signature",
    "x-oss-signature",
    "signature",
    "sig",
];

/// The address without its permission, and the query that has it; `None` where it has none.
pub fn parted(url: &str) -> Option<(String, String)> {
    let url = url.split('#').next().unwrap_or(url);
    let (address, query) = url.split_once('?')?;
    let name = |pair: &str| pair.split('=').next().unwrap_or(pair).to_ascii_lowercase();
    let is_signed = query
        .split('&')
        .any(|pair| SIGNATURES.contains(&&*name(pair)));
    if !is_signed {
        return None;
    }
    let belongs = |pair: &&str| {
        let name = name(pair);
        NAMES.contains(&&*name) || BEGINNINGS.iter().any(|begins| name.starts_with(begins))
    };
    let others: Vec<&str> = query.split('&').filter(|pair| !belongs(pair)).collect();
    let bare = match others.as_slice() {
        [] => address.to_owned(),
        others => format!("{address}?{}", others.join("&")),
    };
    Some((bare, query.to_owned()))
}

/// The address with the query that has its permission.
pub fn signed(bare: &str, query: &str) -> String {
    let address = bare.split(['?', '#']).next().unwrap_or(bare);
    format!("{address}?{query}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, bare: &str) {
        let (found, query) = parted(url).expect("it is signed");
        assert_eq!(found, bare);
        assert_eq!(parted(&found), None);
        let whole = url.split('#').next().unwrap_or(url);
        assert_eq!(signed(&found, &query), whole);
    }

    #[test]
    fn signatures_are_taken_out_and_put_back() {
        check(
            "https://b.s3.amazonaws.com/a.zip?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIA%2Fx&X-Amz-Date=1&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=0f1e",
            "https://b.s3.amazonaws.com/a.zip",
        );
        // What else is asked stays in sight.
        check(
            "https://b.s3.amazonaws.com/a.zip?versionId=7&x-amz-signature=0f1e&response-content-type=a#x",
            "https://b.s3.amazonaws.com/a.zip?versionId=7&response-content-type=a",
        );
        check(
            "https://b.s3.amazonaws.com/a.zip?AWSAccessKeyId=AKIA&Expires=1&Signature=a%3D",
            "https://b.s3.amazonaws.com/a.zip",
        );
        check(
            "https://storage.googleapis.com/b/a.zip?X-Goog-Credential=x&X-Goog-Signature=0f",
            "https://storage.googleapis.com/b/a.zip",
        );
        check(
            "https://team.blob.core.windows.net/runs/a.zip?sv=2024&se=1&sr=b&sp=r&sig=a%2Bb",
            "https://team.blob.core.windows.net/runs/a.zip",
        );
        check(
            "https://d1.cloudfront.net/a.zip?Policy=x&Signature=y&Key-Pair-Id=z",
            "https://d1.cloudfront.net/a.zip",
        );
    }

    #[test]
    fn other_addresses_stay_as_they_are() {
        for url in [
            "https://example.org/a.zip",
            "https://example.org/a.zip?st=1&se=2",
            "https://example.org/?list-type=2&prefix=sig",
            "runs/?x-amz-date=1",
            "",
        ] {
            assert_eq!(parted(url), None, "{url}");
        }
    }
}
