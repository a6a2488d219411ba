//! What an S3 server lists of a bucket: the answers of `ListObjectsV2` and its errors.
//!
//! A bucket has no folders: keys with a common beginning up to the next `/` are told as one
//! (`CommonPrefixes`), in pages of at most 1,000. The names of the elements are those of the
//! Amazon S3 API Reference (2006-03-01), which other servers give alike.

use super::markup::{Token, tokens, unescape};
use super::names::decoded;
use super::{Listed, NoListing};

/// One page of a listing.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Answer {
    pub listed: Listed,
    /// What the next page is asked for by.
    pub next: Option<String>,
    /// The prefix that was asked for, as the server understood it.
    pub prefix: String,
}

/// Why there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Refusal {
    pub code: String,
    pub message: String,
    /// The key that was taken for a file's: it ends what is the bucket's own address.
    pub key: Option<String>,
}

impl Refusal {
    /// In one line: the code, and the server's own words.
    pub fn told(&self) -> String {
        /// Words that are longer are no help.
        const LONGEST: usize = 200;
        let message: String = self.message.chars().take(LONGEST).collect();
        match message.trim() {
            "" => self.code.clone(),
            message => format!("{}: {message}", self.code),
        }
    }

    /// The status that belongs to the code: some servers say no in an answer of success
    /// (Amazon S3 API reference, "Error responses").
    pub fn status(&self) -> u16 {
        match self.code.as_str() {
            "NoSuchKey" | "NoSuchBucket" | "NoSuchVersion" => 404,
            "SlowDown" | "ServiceUnavailable" => 503,
            "InternalError" => 500,
            _ => 403,
        }
    }
}

/// What an answer in XML is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Said {
    Page(Answer),
    Refused(Refusal),
}

/// Reads an answer; an element is known by its own name and that of the one around it.
pub(super) fn read(document: &str, most: usize) -> Result<Said, NoListing> {
    let mut read = Reader::default();
    let mut path: Vec<&str> = Vec::new();
    for token in tokens(document) {
        match token {
            Token::Open(tag) => {
                /// Answers have three; more is something else.
                const DEPTH: usize = 16;
                if path.len() == DEPTH {
                    return Err(NoListing::Xml);
                }
                path.push(tag.name);
                read.value.clear();
                if !tag.empty {
                    continue;
                }
            }
            Token::Text(text) => {
                read.value.push_str(&unescape(text));
                continue;
            }
            Token::Close(name) if path.last() != Some(&name) => return Err(NoListing::Xml),
            Token::Close(_) => {}
        }
        // An element has come to its end.
        read.close(&path, most);
        read.value.clear();
        let name = path.pop().unwrap_or_default();
        if path.is_empty() {
            return read.said(name);
        }
    }
    Err(match path.is_empty() {
        true => NoListing::Xml,
        false => NoListing::CutOff,
    })
}

#[derive(Default)]
struct Reader {
    value: String,
    key: String,
    size: Option<u64>,
    files: Vec<(String, Option<u64>)>,
    folders: Vec<String>,
    encoded: bool,
    truncated: bool,
    prefix: String,
    next: Option<String>,
    refusal: Refusal,
    full: bool,
}

impl Reader {
    fn close(&mut self, path: &[&str], most: usize) {
        let value = || self.value.clone();
        match path {
            ["ListBucketResult", "Contents", "Key"] => self.key = value(),
            ["ListBucketResult", "Contents", "Size"] => self.size = super::exact(self.value.trim()),
            ["ListBucketResult", "Contents"] => {
                let file = (std::mem::take(&mut self.key), self.size.take());
                self.full |= self.files.len() >= most;
                if !self.full {
                    self.files.push(file);
                }
            }
            ["ListBucketResult", "CommonPrefixes", "Prefix"] => {
                let folder = value();
                self.full |= self.folders.len() >= most;
                if !self.full {
                    self.folders.push(folder);
                }
            }
            ["ListBucketResult", "Prefix"] => self.prefix = value(),
            ["ListBucketResult", "EncodingType"] => self.encoded = self.value.trim() == "url",
            ["ListBucketResult", "IsTruncated"] => self.truncated = self.value.trim() == "true",
            ["ListBucketResult", "NextContinuationToken"] => self.next = Some(value()),
            ["Error", "Code"] => self.refusal.code = value(),
            ["Error", "Message"] => self.refusal.message = value(),
            ["Error", "Key"] => self.refusal.key = Some(value()),
            _ => {}
        }
    }

    fn said(self, root: &str) -> Result<Said, NoListing> {
        match root {
            "Error" => return Ok(Said::Refused(self.refusal)),
            "ListBucketResult" => {}
            _ => return Err(NoListing::Xml),
        }
        // As a form would be: a `+` is a space.
        let plain = |text: &str| match self.encoded {
            true => decoded(&text.replace('+', " ")),
            false => Some(text.to_owned()),
        };
        let prefix = plain(&self.prefix).ok_or(NoListing::Xml)?;
        let mut listed = Listed {
            cut: self.full,
            ..Listed::default()
        };
        for (key, size) in &self.files {
            match plain(key)
                .as_deref()
                .and_then(|key| key.strip_prefix(&prefix))
            {
                // What some programs put there for the folder itself.
                Some("") => {}
                Some(name) => listed.add(name, false, *size),
                None => listed.refuse(key),
            }
        }
        for folder in &self.folders {
            let whole = plain(folder);
            let name = whole
                .as_deref()
                .and_then(|whole| whole.strip_prefix(&prefix));
            match name.and_then(|name| name.strip_suffix('/')) {
                Some(name) => listed.add(name, true, None),
                None => listed.refuse(folder),
            }
        }
        Ok(Said::Page(Answer {
            listed,
            next: self.next.filter(|next| self.truncated && !next.is_empty()),
            prefix,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn page(inside: &str) -> Answer {
        let document =
            format!("<?xml version='1.0'?><ListBucketResult xmlns='x'>{inside}</ListBucketResult>");
        match read(&document, 100) {
            Ok(Said::Page(answer)) => answer,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn keys_are_names_below_the_prefix() {
        let answer = page(
            "<Delimiter/><Prefix>a/</Prefix><Marker /><Contents><Key>a/</Key><Size>0</Size></Contents>\
             <Contents><Size>7</Size><Key>a/x &amp; y+z</Key></Contents>\
             <Contents><Key>b/other</Key></Contents><Contents><Key>a/b/deep</Key></Contents>\
             <CommonPrefixes><Prefix>a/sub/</Prefix></CommonPrefixes>\
             <CommonPrefixes><Prefix>a/../</Prefix></CommonPrefixes>\
             <CommonPrefixes><Prefix>a//</Prefix></CommonPrefixes>\
             <IsTruncated>false</IsTruncated><NextContinuationToken>n</NextContinuationToken>",
        );
        let names: Vec<&str> = answer
            .listed
            .entries
            .iter()
            .map(|entry| &*entry.name)
            .collect();
        assert_eq!(names, ["x & y+z", "sub"]);
        assert_eq!(answer.listed.refused, ["b/other", "b/deep", ".."]);
        assert_eq!(answer.listed.refused_count, 4);
        assert_eq!(answer.next, None);
    }

    #[test]
    fn what_is_no_answer() {
        for (document, expected) in [
            ("", NoListing::Xml),
            ("no", NoListing::Xml),
            ("<html></html>", NoListing::Xml),
            (
                "<ListAllMyBucketsResult></ListAllMyBucketsResult>",
                NoListing::Xml,
            ),
            ("<ListBucketResult><Contents>", NoListing::CutOff),
            ("<rss/>", NoListing::Xml),
            (
                "<ListBucketResult><Contents></ListBucketResult>",
                NoListing::Xml,
            ),
        ] {
            assert_eq!(read(document, 9), Err(expected), "{document}");
        }
        let deep = "<a>".repeat(100_000);
        assert_eq!(read(&deep, 9), Err(NoListing::Xml));
    }

    proptest! {
        #[test]
        fn a_key_comes_back(name in "[^/\\\\\\x00]{1,12}", as_url: bool) {
            prop_assume!(name != "." && name != "..");
            let key = match as_url {
                true => {
                    let mut key = String::new();
                    super::super::names::encode(&mut key, &name);
                    key + "</Key></Contents><EncodingType>url</EncodingType><Contents><Key>"
                }
                false => name.replace('&', "&amp;").replace('<', "&lt;"),
            };
            let answer = page(&format!("<Contents><Key>{key}</Key></Contents>"));
            prop_assert_eq!(&*answer.listed.entries[0].name, name.as_str());
        }
    }
}
