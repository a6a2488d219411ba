//! What a terminal lends to the engine: files, folders, HTTP and the clock.

use super::disk::{self, Disk, Found, FoundKind, Refused};
use crate::engine::{Given, Host};
use crate::model::{Moment, Problem};
use crate::pickle::{Limits, ZoneOffset};
use crate::source::failure::UnreachableHint;
use crate::source::listing::{Entry, EntryKind, Listing};
use crate::source::{
    Ask, Blob, Folder, Http, HttpAnswer, HttpFailure, ReadError, Waiting, Want, join,
    served::leads_out,
};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs;
use std::future::ready;
use std::io::{self, Read as _, Seek as _};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{SystemTime, UNIX_EPOCH};

/// One source given on the command line.
pub struct Terminal {
    given: Option<Given>,
    /// One for all requests: it keeps its connections.
    http: Rc<Fetcher>,
}

impl Terminal {
    /// For a URL, which the engine fetches itself.
    pub fn new() -> Self {
        Self {
            given: None,
            http: Rc::new(Fetcher::new()),
        }
    }

    /// For a file or a folder on disk.
    pub fn at(path: &Path) -> io::Result<Self> {
        let given = if fs::metadata(path)?.is_dir() {
            Given::Folder(lent(Disk::at(path)?))
        } else {
            Given::File(Rc::new(DiskFile::at(path)?))
        };
        Ok(Self {
            given: Some(given),
            ..Self::new()
        })
    }

    /// For a folder that another part of the program makes up.
    pub fn lending(folder: Rc<dyn Folder>) -> Self {
        Self {
            given: Some(Given::Folder(folder)),
            ..Self::new()
        }
    }

    /// The same, of which nobody says that it runs: it is to be packed.
    pub fn still(path: &Path) -> io::Result<Self> {
        let mut terminal = Self::at(path)?;
        terminal.given = terminal.given.map(|given| match given {
            Given::Folder(folder) => Given::Folder(Rc::new(Still(folder))),
            file => file,
        });
        Ok(terminal)
    }
}

/// A folder of the disk as the engine takes it.
pub(super) fn lent(disk: Disk) -> Rc<dyn Folder> {
    Rc::new(DiskFolder {
        disk,
        led_out: RefCell::default(),
    })
}

/// A folder as it is now: what is not there yet is not waited for.
struct Still(Rc<dyn Folder>);

impl Folder for Still {
    fn name(&self) -> String {
        self.0.name()
    }

    fn list<'a>(&'a self, folder: &'a str) -> Waiting<'a, Result<Listing, ReadError>> {
        self.0.list(folder)
    }

    fn read<'a>(&'a self, wants: &'a [Want]) -> Waiting<'a, Vec<Result<Vec<u8>, ReadError>>> {
        self.0.read(wants)
    }

    fn can_grow(&self) -> bool {
        false
    }
}

impl Default for Terminal {
    fn default() -> Self {
        Self::new()
    }
}

impl Host for Terminal {
    fn http(&self) -> Rc<dyn Http> {
        self.http.clone()
    }

    /// What is no whole address is a path, and not asked for here.
    fn absolute(&self, address: &str) -> Result<String, String> {
        Ok(address.to_owned())
    }

    fn now(&self) -> Moment {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Moment(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }

    fn breathe(&self) -> Waiting<'_, ()> {
        Box::pin(ready(()))
    }

    fn pause(&self, milliseconds: u32) -> Waiting<'_, ()> {
        std::thread::sleep(std::time::Duration::from_millis(milliseconds.into()));
        Box::pin(ready(()))
    }

    fn zone_offset(&self) -> ZoneOffset {
        super::zones::offset
    }

    fn limits(&self, stored: u64) -> Limits {
        super::value::limits(stored)
    }

    fn given(&self, _: &str) -> Option<Given> {
        self.given.clone()
    }
}

/// A file on disk, read in parts.
pub(super) struct DiskFile {
    path: PathBuf,
    size: u64,
}

impl DiskFile {
    pub(super) fn at(path: &Path) -> io::Result<Self> {
        Ok(Self {
            path: path.to_owned(),
            size: fs::metadata(path)?.len(),
        })
    }
}

impl Blob for DiskFile {
    fn name(&self) -> String {
        disk::name_of(&self.path)
    }

    fn size(&self) -> u64 {
        self.size
    }

    fn read(&self, range: Range<u64>) -> Waiting<'_, Result<Vec<u8>, ReadError>> {
        Box::pin(ready(read_part(&self.path, range)))
    }
}

fn read_part(path: &Path, range: Range<u64>) -> Result<Vec<u8>, ReadError> {
    let told = |error: io::Error| ReadError::Unreachable(format!("{}: {error}", path.display()));
    let mut file = fs::File::open(path).map_err(told)?;
    file.seek(io::SeekFrom::Start(range.start)).map_err(told)?;
    let wanted = range.end - range.start;
    let mut bytes = Vec::with_capacity(usize::try_from(wanted).unwrap_or(0));
    file.take(wanted).read_to_end(&mut bytes).map_err(told)?;
    if (bytes.len() as u64) < wanted {
        return Err(ReadError::Damaged(format!(
            "{} has become shorter while it was read.",
            path.display()
        )));
    }
    Ok(bytes)
}

/// A folder on disk. Its own name is the first part of every path, as in a folder
/// that is dropped on the page: a flow's folder then has its name.
struct DiskFolder {
    disk: Disk,
    /// The first links that lead out of it: they are not followed.
    led_out: RefCell<BTreeSet<String>>,
}

impl DiskFolder {
    /// The path within the folder, of a path that begins with its name.
    fn within<'p>(&self, path: &'p str) -> Option<&'p str> {
        let rest = path.strip_prefix(self.disk.name())?;
        match rest {
            "" => Some(""),
            rest => rest.strip_prefix('/'),
        }
    }

    fn entries(&self, folder: &str) -> Result<Listing, ReadError> {
        if folder.is_empty() {
            let entry = Entry {
                name: self.disk.name().into(),
                kind: EntryKind::Folder,
            };
            return Ok(Listing::new(vec![entry]));
        }
        let within = self.within(folder).ok_or(ReadError::Missing)?;
        let found = self.disk.list(within);
        let found = found.map_err(|refused| read_error(&refused, folder))?;
        let entry = |found: Found| {
            let kind = match found.kind {
                FoundKind::Folder => EntryKind::Folder,
                FoundKind::File(version) => EntryKind::File {
                    size: Some(version.size),
                },
                FoundKind::LeadsOut => {
                    /// As many as anybody looks at.
                    const TOLD: usize = 20;
                    let mut led_out = self.led_out.borrow_mut();
                    if led_out.len() < TOLD {
                        led_out.insert(join(folder, &found.name));
                    }
                    return None;
                }
            };
            let name = found.name.into();
            Some(Entry { name, kind })
        };
        Ok(Listing::new(found.into_iter().filter_map(entry).collect()))
    }

    fn content(&self, want: &Want) -> Result<Vec<u8>, ReadError> {
        let within = self.within(&want.path).ok_or(ReadError::Missing)?;
        let told = |refused: &Refused| read_error(refused, &want.path);
        let (mut file, _) = self.disk.open(within).map_err(|refused| told(&refused))?;
        disk::read_part(&mut file, want.range).map_err(|error| told(&Refused::Failed(error)))
    }
}

fn read_error(refused: &Refused, path: &str) -> ReadError {
    match refused {
        Refused::Missing | Refused::NoPath(_) => ReadError::Missing,
        Refused::LeadsOut | Refused::Failed(_) => ReadError::Unreachable(refused.words(path)),
    }
}

impl Folder for DiskFolder {
    fn name(&self) -> String {
        self.disk.name().to_owned()
    }

    fn problems(&self) -> Vec<Problem> {
        let led_out = self.led_out.borrow();
        led_out.iter().map(|path| leads_out(path)).collect()
    }

    fn list<'a>(&'a self, folder: &'a str) -> Waiting<'a, Result<Listing, ReadError>> {
        Box::pin(ready(self.entries(folder)))
    }

    fn read<'a>(&'a self, wants: &'a [Want]) -> Waiting<'a, Vec<Result<Vec<u8>, ReadError>>> {
        Box::pin(ready(wants.iter().map(|want| self.content(want)).collect()))
    }

    fn can_grow(&self) -> bool {
        true
    }
}

/// HTTP with ranges, through the proxy that the environment names.
struct Fetcher {
    agent: ureq::Agent,
}

impl Fetcher {
    fn new() -> Self {
        let config = ureq::Agent::config_builder().http_status_as_error(false);
        Self {
            agent: config.build().into(),
        }
    }
}

/// Whether a URL names this machine, which a proxy cannot reach.
fn is_loopback(url: &str) -> bool {
    let Ok(url) = url.parse::<ureq::http::Uri>() else {
        return false;
    };
    let host = url.host().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let named = bare.rsplit('.').next().unwrap_or_default();
    named.eq_ignore_ascii_case("localhost")
        || bare
            .parse()
            .is_ok_and(|address: std::net::IpAddr| address.is_loopback())
}

impl Http for Fetcher {
    fn get<'a>(
        &'a self,
        ask: Ask<'a>,
        arrived: &'a dyn Fn(u64, Option<u64>),
    ) -> Waiting<'a, Result<HttpAnswer, HttpFailure>> {
        Box::pin(ready(fetch(&self.agent, &ask, arrived)))
    }

    fn post<'a>(
        &'a self,
        url: &'a str,
        question: Vec<u8>,
    ) -> Waiting<'a, Result<HttpAnswer, HttpFailure>> {
        Box::pin(ready(post(&self.agent, url, &question)))
    }
}

fn post(agent: &ureq::Agent, url: &str, question: &[u8]) -> Result<HttpAnswer, HttpFailure> {
    let told = |error: &dyn std::fmt::Display| HttpFailure {
        detail: error.to_string(),
        hint: UnreachableHint::NoAnswer,
    };
    let mut request = agent.post(url);
    if is_loopback(url) {
        request = request.config().proxy(None).build();
    }
    let mut answer = request.send(question).map_err(|error| told(&error))?;
    let mut body = Vec::new();
    answer
        .body_mut()
        .with_config()
        .limit(crate::source::limits::WHOLE_ARCHIVE + 1)
        .reader()
        .read_to_end(&mut body)
        .map_err(|error| told(&error))?;
    Ok(HttpAnswer {
        status: answer.status().as_u16(),
        body,
        ..HttpAnswer::default()
    })
}

/// What is read of an answer at once.
const PIECE: usize = 64 << 10;

fn fetch(
    agent: &ureq::Agent,
    ask: &Ask<'_>,
    arrived: &dyn Fn(u64, Option<u64>),
) -> Result<HttpAnswer, HttpFailure> {
    let told = |error: &dyn std::fmt::Display| HttpFailure {
        detail: error.to_string(),
        hint: UnreachableHint::NoAnswer,
    };
    let mut request = match ask.only_head {
        true => agent.head(ask.url),
        false => agent.get(ask.url),
    };
    if is_loopback(ask.url) {
        request = request.config().proxy(None).build();
    }
    // Offsets are those of the file as it is stored: nothing may pack it on the way.
    request = request.header("Accept-Encoding", "identity");
    if let Some(accept) = ask.accept {
        request = request.header("Accept", accept);
    }
    if let Some(key) = ask.key {
        let led = request.config().max_redirects(0).build();
        request = led.header(&key.header, &key.value);
    }
    if let Some(range) = &ask.range {
        let last = range.end.saturating_sub(1);
        request = request.header("Range", format!("bytes={}-{last}", range.start));
    }
    let mut answer = request.call().map_err(|error| told(&error))?;
    let header = |name: &str| {
        answer
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned)
    };
    let number = |name: &str| header(name).and_then(|value| value.trim().parse().ok());
    let mut told_of = HttpAnswer {
        status: answer.status().as_u16(),
        url: Some(ureq::ResponseExt::get_uri(&answer).to_string()),
        content_range: header("content-range"),
        length: number("content-length"),
        encoded: header("content-encoding").is_some_and(|value| value != "identity"),
        version: header("etag").or_else(|| header("last-modified")),
        retry_after: number("retry-after"),
        ..HttpAnswer::default()
    };
    let most = ask.most_of(told_of.status);
    told_of.cut = told_of.length.is_some_and(|length| length > most);
    if told_of.cut || ask.only_head {
        return Ok(told_of);
    }
    let mut reader = answer.body_mut().with_config().limit(most + 1).reader();
    let mut piece = vec![0; PIECE];
    loop {
        let read = reader.read(&mut piece).map_err(|error| told(&error))?;
        told_of
            .body
            .extend_from_slice(piece.get(..read).unwrap_or_default());
        let size = told_of.body.len() as u64;
        told_of.cut = size > most;
        if read == 0 || told_of.cut {
            break;
        }
        arrived(size, told_of.length);
    }
    Ok(told_of)
}

#[cfg(test)]
mod tests {
    use super::is_loopback;

    #[test]
    fn this_machine_has_several_names() {
        for url in [
            "http://localhost:8000/a.zip",
            "http://runs.LOCALHOST/",
            "http://127.0.0.1/a.zip?x=1",
            "http://127.8.9.1:80/",
            "http://[::1]:8000/a.zip",
        ] {
            assert!(is_loopback(url), "{url}");
        }
        for url in [
            "http://localhost.example.org/",
            "http://10.0.0.1/",
            "https://example.org/localhost",
            "http://127.0.0.1.example.org/",
            "no address",
        ] {
            assert!(!is_loopback(url), "{url}");
        }
    }
}
