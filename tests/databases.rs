//! Databases of SQLite, held against what SQLite itself reads of them; damaged ones; and what
//! comes of bytes that are changed by chance.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed, which is what it is for"
)]

#[path = "databases/asked.rs"]
mod asked;
#[path = "databases/damage.rs"]
mod damage;
#[path = "support/fixtures.rs"]
mod fixtures;
#[path = "databases/oracle.rs"]
mod oracle;
#[path = "databases/prefect.rs"]
mod prefect;

use runglass::formats::sqlite::{Database, Fault, File, Opening, Part, Row, Rows, Sizes};
use std::io::Read as _;

/// The files of a database, in memory.
#[derive(Clone, Default)]
struct Files {
    database: Vec<u8>,
    log: Option<Vec<u8>>,
    journal: Option<Vec<u8>>,
}

/// What was asked of the files.
#[derive(Default)]
struct Asked {
    parts: usize,
    bytes: u64,
    rounds: usize,
}

impl Files {
    fn sizes(&self) -> Sizes {
        let size = |file: &Option<Vec<u8>>| file.as_ref().map(|bytes| bytes.len() as u64);
        Sizes {
            database: self.database.len() as u64,
            log: size(&self.log),
            journal: size(&self.journal),
        }
    }

    /// What lies beyond a file's end is not there.
    fn read(&self, part: &Part) -> &[u8] {
        let bytes = match part.file {
            File::Database => &self.database,
            File::Log => self.log.as_ref().unwrap(),
            File::Journal => self.journal.as_ref().unwrap(),
        };
        let end = part.range.end.min(bytes.len() as u64);
        let start = part.range.start.min(end);
        &bytes[start as usize..end as usize]
    }

    /// Parts are asked for so many at once, and fed in another order than they were wanted.
    fn open(&self, most: usize) -> Result<Database, Fault> {
        let mut opening = Opening::of(self.sizes());
        loop {
            let parts = opening.wants(most);
            assert!(parts.len() <= most);
            if parts.is_empty() {
                return opening.finish();
            }
            for part in parts.iter().rev() {
                opening.feed(part, self.read(part));
            }
        }
    }

    fn rows(&self, rows: &mut Rows, most: usize) -> (Vec<Row>, Asked) {
        let mut found = Vec::new();
        let mut asked = Asked::default();
        loop {
            found.extend(std::iter::from_fn(|| rows.next_row()));
            let parts = rows.wants(most);
            assert!(parts.len() <= most);
            if parts.is_empty() {
                return (found, asked);
            }
            asked.rounds += 1;
            for part in parts.iter().rev() {
                asked.parts += 1;
                asked.bytes += part.range.end - part.range.start;
                rows.feed(part, self.read(part));
            }
        }
    }
}

fn unpacked(path: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let packed = fixtures::bytes(path);
    flate2::read::GzDecoder::new(packed.as_slice())
        .read_to_end(&mut bytes)
        .unwrap();
    bytes
}

fn case(name: &str) -> Files {
    let log = format!("tests/fixtures/sqlite/{name}.db-wal.gz");
    Files {
        database: unpacked(&format!("tests/fixtures/sqlite/{name}.db.gz")),
        log: fixtures::path(&log).exists().then(|| unpacked(&log)),
        journal: None,
    }
}

/// The names of all cases.
fn cases() -> Vec<String> {
    let folder = std::fs::read_dir(fixtures::path("tests/fixtures/sqlite")).unwrap();
    let names = folder.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut cases: Vec<String> = names
        .filter_map(|name| Some(name.strip_suffix(".db.gz")?.to_owned()))
        .collect();
    cases.sort();
    assert!(cases.len() > 40, "{cases:?}");
    cases
}
