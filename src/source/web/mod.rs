//! Folders behind a URL, by what their server says lies in them.
//!
//! No protocol lists a folder: servers write pages for people, each in its own way, or JSON,
//! or the XML of a bucket. [`read`] tells which it is, and makes names of it. One file for
//! each server holds what is known of its pages, with the source that it is known from.
//! What is no listing is never taken for an empty one. To open a URL, start with [`open`].
//!
//! | file | what it knows |
//! |---|---|
//! | `markup`, `names`, `page` | tags, names in URLs, and what a page has of both |
//! | `python`, `nginx`, `apache`, `lighttpd`, `caddy`, `others` | pages of HTML |
//! | `json` | nginx's and Caddy's |
//! | `s3` | buckets |
//! | `place` | where a folder or a bucket lies, and the URLs of what is in it |
//! | `asking` | how a server is asked for a listing, and why it gives none |
//! | `folder`, `files`, `kept` | a source that asks for what is looked at |
//! | `index` | what `runglass.json` says |
//! | `open` | which of all that a URL leads to |

mod apache;
mod asking;
mod caddy;
mod files;
mod folder;
mod following;
mod index;
mod json;
mod kept;
mod lighttpd;
mod markup;
mod names;
mod nginx;
mod open;
mod others;
mod page;
mod place;
mod python;
mod s3;
#[cfg(test)]
mod tests;

pub use open::open;

use super::{Entry, EntryKind, Listing};
use crate::sorting::sort_by;
use markup::{Token, tokens};
use names::Link;
use page::{Anchor, Page};

/// What one answer lists.
#[derive(Debug, Default, PartialEq, Eq)]
struct Listed {
    /// As they came: a name may stand there twice.
    entries: Vec<Entry>,
    /// The first of the names that no file in a folder can have.
    refused: Vec<String>,
    refused_count: u64,
    /// There are more names than are read.
    cut: bool,
    /// The answer ends in the middle.
    broken_off: bool,
}

impl Listed {
    fn is_full(&mut self, most: usize) -> bool {
        self.cut |= self.entries.len() >= most;
        self.cut
    }

    fn add(&mut self, name: &str, folder: bool, size: Option<u64>) {
        if !names::is_name(name) {
            return self.refuse(name);
        }
        let kind = match folder {
            true => EntryKind::Folder,
            false => EntryKind::File { size },
        };
        self.entries.push(Entry {
            name: name.into(),
            kind,
        });
    }

    fn refuse(&mut self, name: &str) {
        /// Names that are told.
        const TOLD: usize = 3;
        if self.refused.len() < TOLD {
            self.refused.push(name.to_owned());
        }
        self.refused_count += 1;
    }

    /// Takes in the next page.
    fn append(&mut self, page: Listed) {
        self.entries.extend(page.entries);
        for name in page.refused {
            self.refuse(&name);
            self.refused_count -= 1;
        }
        self.refused_count += page.refused_count;
        self.cut |= page.cut;
        self.broken_off |= page.broken_off;
    }

    /// Each name once. A bucket may have a file and a folder of one name; the folder counts.
    fn into_listing(mut self) -> (Listing, Vec<String>, u64) {
        let is_file = |entry: &Entry| entry.kind != EntryKind::Folder;
        let mut entries = std::mem::take(&mut self.entries);
        sort_by(&mut entries, |a, b| {
            a.name.cmp(&b.name).then(is_file(a).cmp(&is_file(b)))
        });
        entries.dedup_by(|later, earlier| {
            let same = later.name == earlier.name;
            if same && is_file(later) != is_file(earlier) {
                self.refuse(&later.name);
            }
            same
        });
        (Listing::new(entries), self.refused, self.refused_count)
    }
}

/// What an answer is.
#[derive(Debug, PartialEq, Eq)]
enum Found {
    Listing {
        listed: Listed,
        /// Whether the server may leave out names that begin with a dot.
        hides_dots: bool,
    },
    Bucket(s3::Answer),
    /// A bucket's server that says no.
    Refused(s3::Refusal),
}

/// Why an answer is no listing.
#[derive(Clone, Debug, PartialEq, Eq)]
enum NoListing {
    /// A page of some site, with its title.
    Page { title: String },
    /// JSON of another shape.
    Json,
    /// XML of another kind.
    Xml,
    /// It ends in the middle.
    CutOff,
    /// Something else.
    Other,
}

impl NoListing {
    /// What it is, as the end of “… answered with”.
    fn told(&self) -> String {
        match self {
            NoListing::Page { title } if title.is_empty() => "a page without a title".to_owned(),
            NoListing::Page { title } => format!("a page, “{title}”"),
            NoListing::Json => "JSON that is no list of files".to_owned(),
            NoListing::Xml => "XML that is no list of files".to_owned(),
            NoListing::CutOff => "a list that ends in the middle".to_owned(),
            NoListing::Other => "neither a page nor a list of files".to_owned(),
        }
    }
}

/// What is known of a server's pages.
struct Dialect {
    wrote: fn(&Page<'_>) -> bool,
    /// How large a file is, where the page says so exactly.
    size: fn(&Anchor<'_>) -> Option<u64>,
    hides_dots: bool,
}

/// The narrowest first.
const DIALECTS: [Dialect; 6] = [
    Dialect {
        wrote: python::wrote,
        size: |_| None,
        hides_dots: false,
    },
    Dialect {
        wrote: caddy::wrote,
        size: caddy::size,
        hides_dots: false,
    },
    Dialect {
        wrote: lighttpd::wrote,
        size: |_| None,
        hides_dots: true,
    },
    Dialect {
        wrote: nginx::wrote,
        size: nginx::size,
        hides_dots: true,
    },
    Dialect {
        wrote: apache::wrote,
        size: apache::size,
        hides_dots: true,
    },
    Dialect {
        wrote: others::wrote,
        size: |_| None,
        hides_dots: true,
    },
];

/// Whether bytes begin as a page, JSON or XML does, which all listings are.
fn may_list(body: &[u8]) -> bool {
    matches!(first_letter(body), Some(b'<' | b'[' | b'{'))
}

fn first_letter(body: &[u8]) -> Option<u8> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    body.iter()
        .copied()
        .find(|byte| !byte.is_ascii_whitespace())
}

/// Reads what a server answered for a folder; `folder` is its URL, without a query, and ends
/// with `/`. No more than `most` names are taken.
fn read(body: &[u8], folder: &str, most: usize) -> Result<Found, NoListing> {
    match first_letter(body) {
        Some(b'<') => {}
        Some(b'[' | b'{') => {
            return json::read(body, most).map(|listed| Found::Listing {
                listed,
                hides_dots: true,
            });
        }
        _ => return Err(NoListing::Other),
    }
    let document = String::from_utf8_lossy(body);
    let opened = |token| match token {
        Token::Open(tag) => Some(tag.name),
        _ => None,
    };
    match tokens(&document).find_map(opened) {
        Some("ListBucketResult" | "Error") => {
            return s3::read(&document, most).map(|said| match said {
                s3::Said::Page(answer) => Found::Bucket(answer),
                s3::Said::Refused(refusal) => Found::Refused(refusal),
            });
        }
        // Pages are written without it, or as a document of XML.
        Some(name) if document.trim_start().starts_with("<?xml") && !is_html(name) => {
            return Err(NoListing::Xml);
        }
        _ => {}
    }
    let page = Page::read(&document, most);
    let Some(dialect) = DIALECTS.iter().find(|dialect| (dialect.wrote)(&page)) else {
        return Err(NoListing::Page { title: page.title });
    };
    let mut listed = Listed {
        cut: page.cut,
        broken_off: !page.cut && !page.ended,
        ..Listed::default()
    };
    for anchor in &page.anchors {
        match names::link(&anchor.href, folder) {
            Link::Entry { name, folder: true } => listed.add(&name, true, None),
            Link::Entry { name, .. } => listed.add(&name, false, (dialect.size)(anchor)),
            Link::Elsewhere => {}
            Link::Refused(href) => listed.refuse(&href),
        }
    }
    Ok(Found::Listing {
        listed,
        hides_dots: dialect.hides_dots,
    })
}

fn is_html(name: &str) -> bool {
    name.eq_ignore_ascii_case("html")
}

/// A number of bytes that is written out: a rounded one has a letter or a point in it.
fn exact(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}
