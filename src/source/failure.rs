//! Why bytes cannot be had: one sentence of what, one of what to try.

use super::hosts;
use super::no_runs::NoRuns;
use super::of_pages;
use super::recovered::Recovered;
use super::sharing;
use super::shown::shown_url;
use crate::counts::{self, bytes, count};
use std::fmt;

/// Why one file of an opened source cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// There is no such file.
    Missing,
    /// The source itself could not be reached; the text says how.
    Unreachable(String),
    /// The source wants to know who asks; the text says how it was told.
    Locked(String),
    /// The file is there, but its bytes are not what they should be.
    Damaged(String),
    /// The file is there in a form that is not understood.
    Unsupported(String),
    /// The file was left out when the source was made to be shown to strangers; the text
    /// says why.
    LeftOut(String),
    /// The file is larger than what is read without asking.
    TooLarge { size: u64, limit: u64 },
}

/// Why a source cannot be opened at all.
///
/// Each variant holds what the screen needs; [`OpenError::headline`],
/// [`OpenError::explanation`] and [`OpenError::advice`] are the words on it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum OpenError {
    /// Nothing in it, not one byte.
    Empty,
    /// No format that is known; the first bytes for the details.
    NotAnArchive { first_bytes: String },
    /// A zip that ends before its directory.
    CutOff { size: u64, detail: String },
    /// A zip whose directory cannot be read.
    BrokenDirectory { detail: String },
    /// Every entry is encrypted.
    Encrypted { entries: u64 },
    /// An archive without one file in it.
    NoEntries,
    /// Files, but no runs of an engine that is known.
    NoRuns(Box<NoRuns>),
    /// The server answered with a status that is no success; `url` as it may be shown.
    Refused {
        url: String,
        status: u16,
        /// The server's own words, where they are made to be read.
        said: Option<String>,
    },
    /// What answers is neither an archive nor the list of a folder; `url` as it may be shown.
    NotAFolder { url: String, answered: String },
    /// It can only be read whole, and is larger than what is read without asking.
    AsksFirst { size: Option<u64>, limit: u64 },
    /// No answer that the page may see: unreachable, or refused by the browser; `url` as
    /// it may be shown.
    Unreachable {
        url: String,
        detail: String,
        hint: UnreachableHint,
    },
    /// Not an address; `url` as it was typed.
    BadAddress { url: String, detail: String },
    /// More than is read without asking.
    TooLarge { size: u64, limit: u64 },
    /// An archive that unpacks to more than is read without asking, or (where nothing is
    /// asked any more) than is read at all: so much came out of so many packed bytes.
    Grows {
        packed: u64,
        size: u64,
        most: u64,
        asks: bool,
    },
    /// A file that was dropped in an earlier session and whose bytes are gone.
    Forgotten { name: String },
    /// Reading failed in a way that no other variant names.
    Failed { detail: String },
}

/// What a failed fetch most likely means; a browser tells a page no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum UnreachableHint {
    /// The server answers, but does not allow other pages to read the answer (CORS).
    NotShared(Missing),
    /// A page loaded by https may not fetch http.
    MixedContent,
    /// Nothing answers, and the address is one of a private network.
    PrivateNetwork,
    /// A file of this machine, which no page may fetch.
    FileScheme,
    /// An address that is for other programs: browsers fetch by http and https.
    OtherScheme,
    /// The browser says that there is no network.
    Offline,
    /// The server answers, but not to a question for a part: browsers refuse parts that
    /// were packed on their way.
    OnlyWhole,
    /// An answer began, and broke off.
    BrokeOff,
    /// Nothing answers.
    NoAnswer,
}

/// The header that a server would have to send, for a page of another address to read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Missing {
    AllowOrigin,
    /// It shares its files, but not with who sends a key.
    AllowHeaders,
}

impl Missing {
    pub fn header(self) -> &'static str {
        match self {
            Missing::AllowOrigin => "Access-Control-Allow-Origin",
            Missing::AllowHeaders => "Access-Control-Allow-Headers",
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadError::Missing => f.write_str("The file is not there."),
            ReadError::Unreachable(detail)
            | ReadError::Locked(detail)
            | ReadError::Damaged(detail)
            | ReadError::Unsupported(detail)
            | ReadError::LeftOut(detail) => f.write_str(detail),
            ReadError::TooLarge { size, limit } => {
                let (size, limit) = (counts::size(*size), counts::size(*limit));
                write!(f, "The file has {size}; up to {limit} are read.")
            }
        }
    }
}

impl OpenError {
    /// Of something that begins with these bytes.
    pub(super) fn not_an_archive(head: &[u8]) -> Self {
        /// Enough to tell by what it is.
        const TOLD: usize = 8;
        let start = head.get(..TOLD).unwrap_or(head);
        let hex: Vec<String> = start.iter().map(|byte| format!("{byte:02x}")).collect();
        let printable = |byte: &u8| byte.is_ascii_graphic() || *byte == b' ';
        let mut first_bytes = hex.join(" ");
        if start.iter().all(printable) {
            first_bytes.push_str(&format!(" ({})", String::from_utf8_lossy(start)));
        }
        Self::NotAnArchive { first_bytes }
    }

    /// Whether the files of an archive may still be found without its directory.
    pub fn is_of_a_lost_directory(&self) -> bool {
        matches!(
            self,
            OpenError::CutOff { .. } | OpenError::BrokenDirectory { .. }
        )
    }

    pub fn headline(&self) -> &'static str {
        match self {
            OpenError::Empty => "This file is empty",
            OpenError::NotAnArchive { .. } => "This is no archive that Runglass can read",
            OpenError::CutOff { .. } => "This archive is cut off",
            OpenError::BrokenDirectory { .. } => "The directory of this archive cannot be read",
            OpenError::Encrypted { .. } => "This archive is encrypted",
            OpenError::NoEntries => "This archive holds no files",
            OpenError::NoRuns(none) => none.headline(),
            OpenError::Refused {
                status: 404 | 410, ..
            } => "There is nothing at this address",
            OpenError::Refused { status: 401, .. } => "The server asks who you are",
            OpenError::Refused {
                url, status: 403, ..
            } if is_folder(url) => "The server does not list this folder for you",
            OpenError::Refused { status: 403, .. } => "The server does not give this file to you",
            OpenError::Refused { .. } => "The server refused",
            OpenError::NotAFolder { .. } => "This address leads to no runs",
            OpenError::AsksFirst { .. } => "This file has to be read whole",
            OpenError::Unreachable {
                hint: UnreachableHint::NotShared(_),
                ..
            } => "The server does not share this file with other pages",
            OpenError::Unreachable {
                hint: UnreachableHint::MixedContent,
                ..
            } => "The browser does not fetch this from a secure page",
            OpenError::Unreachable {
                hint: UnreachableHint::FileScheme,
                ..
            } => "A page cannot fetch files of this machine",
            OpenError::Unreachable {
                hint: UnreachableHint::OtherScheme,
                ..
            } => "A page fetches by http and https only",
            OpenError::Unreachable {
                hint: UnreachableHint::Offline,
                ..
            } => "There is no network",
            OpenError::Unreachable {
                hint: UnreachableHint::BrokeOff,
                ..
            } => "The answer broke off",
            OpenError::Unreachable { .. } => "Nothing answers at this address",
            OpenError::BadAddress { .. } => "This is not an address",
            OpenError::TooLarge { .. } => "This is more than can be read at once",
            OpenError::Grows { asks: true, .. } => "This archive unpacks to very much",
            OpenError::Grows { .. } => "This archive unpacks to more than can be read",
            OpenError::Forgotten { .. } => "This view needs a file from you",
            OpenError::Failed { .. } => "This could not be read",
        }
    }

    /// One or two plain sentences; `name` is the source as the user knows it.
    pub fn explanation(&self, name: &str) -> String {
        match self {
            OpenError::Empty => format!("{name} has 0 bytes."),
            OpenError::NotAnArchive { .. } => {
                format!("{name} is neither a zip nor a tar, packed or not.")
            }
            OpenError::CutOff { size, .. } => format!(
                "{name} ends after {}, before the directory that every zip keeps at its end. \
                 It was probably copied or downloaded only in part.",
                counts::size(*size)
            ),
            OpenError::BrokenDirectory { .. } => {
                format!("{name} is a zip, but the directory at its end is not what it should be.")
            }
            OpenError::Encrypted { entries } => format!(
                "{} in {name} is locked with a password, and Runglass does not ask for passwords.",
                match entries {
                    1 => "The one file".to_owned(),
                    _ => format!("Each of the {} files", count(*entries)),
                }
            ),
            OpenError::NoEntries => format!("{name} is a whole archive with no file in it."),
            OpenError::NoRuns(none) => none.explanation(),
            OpenError::NotAFolder { url, answered } => format!(
                "{url} was answered with {answered}: neither an archive nor the list of a folder."
            ),
            OpenError::AsksFirst { size, limit } => format!(
                "Its server gives no parts of {name}, or does not let a page see which they are, so that all of it is fetched before anything is shown: {}.",
                match size {
                    Some(size) => counts::size(*size),
                    None => format!("more than {}, how much is not known", counts::size(*limit)),
                }
            ),
            OpenError::Refused {
                url,
                said: Some(said),
                ..
            } => format!("The server's answer to {url} is “{said}”."),
            OpenError::Refused { url, status, .. } => {
                format!("{url} was answered with status {status}.")
            }
            OpenError::Unreachable { url, hint, .. } => match hint {
                UnreachableHint::NotShared(missing) => format!(
                    "A server answers at {url}, but it does not allow a page from another address to read it (CORS): its answer lacks `{}`.",
                    missing.header()
                ),
                UnreachableHint::PrivateNetwork => {
                    format!("No answer came from {url}, which is an address of a private network.")
                }
                UnreachableHint::FileScheme => {
                    format!("{url} names a file, and no browser gives a page a file by its name.")
                }
                UnreachableHint::OtherScheme => match hosts::of_browsers(url) {
                    Some(address) => format!(
                        "{url} is how the storage's own programs name it. For browsers it is {address}, if its bucket is public."
                    ),
                    None => format!("{url} is an address for other programs."),
                },
                UnreachableHint::Offline => {
                    format!("The browser is offline, and {url} is elsewhere.")
                }
                UnreachableHint::MixedContent => {
                    format!("This page was loaded by https, and {url} is http.")
                }
                UnreachableHint::OnlyWhole => format!("{url} gives no parts of its files."),
                UnreachableHint::BrokeOff => {
                    format!("{url} began to answer, and the line was cut before the end.")
                }
                UnreachableHint::NoAnswer => format!("No answer came from {url}."),
            },
            OpenError::BadAddress { url, detail } => {
                let url = shown_url(url);
                format!("“{url}” cannot be read as a URL: {detail}.")
            }
            OpenError::TooLarge { size, limit } => {
                let (size, limit) = (counts::size(*size), counts::size(*limit));
                format!("{name} has {size}, and at most {limit} can be read here.")
            }
            OpenError::Grows {
                packed, size, most, ..
            } => format!(
                "{name} has {}, and {} have come out of it already. Up to {} can be unpacked here.",
                counts::size(*packed),
                counts::size(*size),
                counts::size(*most)
            ),
            OpenError::Forgotten { name } => format!(
                "The address leads into {name}, which was opened from a disk. A browser forgets such \
                 a file on reload, and no link carries it along; the place in it is kept."
            ),
            OpenError::Failed { detail } => format!("Reading {name} failed. {detail}"),
        }
    }

    /// What to try, most likely first; at most three. What is to be typed stands between
    /// backticks.
    pub fn advice(&self) -> Vec<String> {
        match self {
            OpenError::NoRuns(none) => none.advice(),
            other => other
                .usual_advice()
                .into_iter()
                .map(str::to_owned)
                .collect(),
        }
    }

    fn usual_advice(&self) -> Vec<&'static str> {
        match self {
            OpenError::NoRuns(_) => Vec::new(),
            OpenError::Empty => vec![
                "Copy or download the file again, and compare the number of bytes.",
                "If it was made with `zip -r`, wait until that command has ended.",
                "Or open the folder itself: nothing needs to be packed.",
            ],
            OpenError::CutOff { .. } => vec![
                "Copy or download the file again, and compare the number of bytes.",
                "If it was made with `zip -r`, wait until that command has ended.",
                "Or open the folder itself: nothing needs to be packed.",
            ],
            OpenError::NotAnArchive { .. } => vec![
                "Choose a .zip, a .tar (or .tar.gz, .tar.bz2, .tar.xz, .tar.zst), or the folder itself.",
                "If it came from a web page, the file may be an error page instead: open it in an editor.",
            ],
            OpenError::BrokenDirectory { .. } => vec![
                "Copy or download the file again.",
                "Or open the folder itself: nothing needs to be packed.",
            ],
            OpenError::Encrypted { .. } => {
                vec![
                    "Unpack it with its password and open the folder.",
                    "Or pack it again without a password.",
                ]
            }
            OpenError::NoEntries => vec!["Pack the folder again: `zip -r runs.zip .metaflow`"],
            OpenError::Refused {
                status: 404 | 410, ..
            } => {
                vec![
                    "Check the address, capital letters included.",
                    "Ask whoever sent the link whether the file was moved.",
                ]
            }
            OpenError::Refused { status: 401, .. } => vec![
                of_pages::KEY,
                "Or use an address that carries its own permission (a presigned URL).",
                of_pages::DROP_FILE,
            ],
            OpenError::Refused {
                url,
                status: 403,
                said: None,
            } if is_folder(url) => vec![
                "Let the server list the folder: `autoindex on` (nginx), `Options +Indexes` (Apache), `file_server browse` (Caddy).",
                of_pages::KEY_TOO,
                "Or use the address of an archive in it, or of a folder packed by `runglass pack`.",
            ],
            OpenError::Refused { status: 403, .. } => vec![
                "Ask whoever owns it for permission; a presigned URL may have run out.",
                of_pages::KEY_TOO,
                of_pages::DROP_FILE,
            ],
            OpenError::Refused { .. } => {
                vec!["Try again in a while.", of_pages::OTHER_TAB]
            }
            OpenError::NotAFolder { .. } => vec![
                "Let the server list the folder: `autoindex on` (nginx), `Options +Indexes` (Apache), `file_server browse` (Caddy).",
                "Or pack the folder and use the address of the zip: `zip -r runs.zip .metaflow`",
                of_pages::DROP_IT,
            ],
            OpenError::AsksFirst { .. } => vec![
                "Let the server answer requests for ranges: then only what you look at is read.",
                "Where it does, let it show Content-Range to other pages (Access-Control-Expose-Headers), or allow HEAD.",
                of_pages::DROP_FILE,
            ],
            OpenError::Unreachable {
                hint: UnreachableHint::NotShared(_),
                ..
            } => vec![
                "Let the server send what is missing: the lines for it stand below.",
                "Or put Runglass on the same server as the file.",
                of_pages::DROP_FILE,
            ],
            OpenError::Unreachable {
                hint: UnreachableHint::MixedContent,
                ..
            } => vec![
                "Use the https address of the file, if there is one.",
                "Or open Runglass by http, for instance from this machine.",
                of_pages::DROP_FILE,
            ],
            OpenError::Unreachable {
                hint: UnreachableHint::PrivateNetwork,
                ..
            } => vec![
                "Check the network: a VPN may be needed.",
                of_pages::LOCAL_NETWORK,
                of_pages::INSIDE_NETWORK,
            ],
            OpenError::Unreachable {
                hint: UnreachableHint::FileScheme,
                ..
            } => vec![
                "Choose the file or folder here, or drop it on the page.",
                "Or serve its folder on this machine: `runglass serve PATH`",
            ],
            OpenError::Unreachable {
                hint: UnreachableHint::OtherScheme,
                ..
            } => vec![
                "Give its address by https: that of the bucket, or a presigned one of the file.",
                of_pages::DROP_IT,
            ],
            OpenError::Unreachable {
                hint: UnreachableHint::Offline,
                ..
            } => vec![
                "Connect, and try again.",
                "Or choose a file of this machine: nothing of that needs a network.",
            ],
            OpenError::Unreachable {
                hint: UnreachableHint::BrokeOff,
                ..
            } => vec![
                "Try again: a line may fail in passing.",
                "If it breaks off again, look whether the server has the file whole.",
                of_pages::DROP_FILE,
            ],
            OpenError::Unreachable { .. } => vec![
                "Check that the server runs and that the address is right.",
                "Check the network: a VPN may be needed.",
                of_pages::DROP_FILE,
            ],
            OpenError::BadAddress { .. } => {
                vec![of_pages::ADDRESS]
            }
            OpenError::TooLarge { .. } => {
                vec!["Unpack it and open the folder: then only what you look at is read."]
            }
            OpenError::Grows { asks: true, .. } => vec![
                "Open it anyway, if you know who packed it: it takes that much memory.",
                "Or unpack it and open the folder: then only what you look at is read.",
            ],
            OpenError::Grows { .. } => {
                vec!["Unpack it and open the folder: then only what you look at is read."]
            }
            OpenError::Forgotten { .. } => {
                vec![
                    "Choose it, or drop it here: it opens at the place of the address.",
                    "If somebody sent you the link, ask them for the file of this name.",
                ]
            }
            OpenError::Failed { .. } => vec![
                "Try again.",
                "Or copy or download the file again, and open that.",
            ],
        }
    }

    /// What to write into the settings of the server, for the usual ones: its name, and the
    /// lines.
    pub fn lines(&self) -> Vec<(&'static str, String)> {
        match self {
            OpenError::Unreachable {
                hint: UnreachableHint::NotShared(missing),
                ..
            } => sharing::lines(*missing),
            _ => Vec::new(),
        }
    }

    /// Facts for the details, `label → value`.
    pub fn details(&self) -> Vec<(&'static str, String)> {
        match self {
            OpenError::NotAnArchive { first_bytes } => vec![("begins", first_bytes.clone())],
            OpenError::CutOff { size, detail } => vec![
                ("size", bytes(*size)),
                (
                    "sought",
                    "end of central directory (50 4b 05 06) in the last 65,557 bytes".to_owned(),
                ),
                ("what", detail.clone()),
            ],
            OpenError::BrokenDirectory { detail } => vec![("what", detail.clone())],
            OpenError::Encrypted { entries } => vec![("entries", count(*entries))],
            OpenError::NoRuns(none) => none.details(),
            OpenError::Refused { url, status, said } => {
                // What a server says tells more than its status, which may be that of success.
                let server = match said {
                    Some(said) => ("said", said.clone()),
                    None => ("server", format!("status {status}")),
                };
                vec![("where", url.clone()), server]
            }
            OpenError::NotAFolder { url, answered } => {
                vec![("where", url.clone()), ("answer", answered.clone())]
            }
            OpenError::AsksFirst { size, limit } => {
                let size = size.map(|size| ("size", bytes(size)));
                let unasked = ("limit", format!("{} without asking", bytes(*limit)));
                size.into_iter().chain([unasked]).collect()
            }
            OpenError::Unreachable { url, detail, .. } => {
                vec![("where", url.clone()), ("what", detail.clone())]
            }
            OpenError::BadAddress { url, detail } => {
                vec![("where", shown_url(url)), ("what", detail.clone())]
            }
            OpenError::TooLarge { size, limit } => {
                vec![("size", bytes(*size)), ("limit", bytes(*limit))]
            }
            OpenError::Grows {
                packed, size, most, ..
            } => vec![
                ("packed", bytes(*packed)),
                ("came", format!("{} at least", bytes(*size))),
                ("limit", bytes(*most)),
            ],
            OpenError::Empty
            | OpenError::NoEntries
            | OpenError::Forgotten { .. }
            | OpenError::Failed { .. } => Vec::new(),
        }
    }
}

/// Whether an address, as it is shown, is that of a folder.
fn is_folder(url: &str) -> bool {
    url.split('?').next().unwrap_or(url).ends_with('/')
}

/// Where an archive without a directory ends, as a sentence.
pub(super) fn cut_words(recovered: &Recovered) -> String {
    let after = counts::size(recovered.arrived);
    match (&recovered.directory, recovered.parts.last()) {
        (Some(_), _) if recovered.missing == 0 => {
            "The directory of the archive cannot be read, its files were looked for without it:"
                .to_owned()
        }
        (Some(_), _) => format!("The archive ends in the middle of its directory, after {after}:"),
        (None, Some(part)) if !part.damaged => {
            format!(
                "The archive ends after {after}, in the middle of {}:",
                part.path
            )
        }
        (None, _) => format!("The archive ends after {after}, before its directory:"),
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.headline())?;
        for (label, value) in self.details() {
            write!(f, "\n  {label}: {value}")?;
        }
        for advice in self.advice() {
            write!(f, "\n  try: {advice}")?;
        }
        Ok(())
    }
}

impl std::error::Error for OpenError {}
