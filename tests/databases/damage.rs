//! What is told of databases that are not as they should be, and that nothing breaks down
//! over bytes that are changed by chance.

use super::{Files, case, cases};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use runglass::formats::sqlite::Fault;
use std::fmt::Write as _;

/// All that is told while everything is read.
fn told(files: &Files) -> Vec<Fault> {
    let database = match files.open(16) {
        Ok(database) => database,
        Err(fault) => return vec![fault],
    };
    let pages = (files.database.len() + files.log.as_ref().map_or(0, Vec::len)) / 512 + 1;
    let mut faults = database.faults.clone();
    for table in &database.tables {
        let mut rows = database.rows(table);
        let (found, asked) = files.rows(&mut rows, 16);
        // Every page is asked for once.
        assert!(asked.parts <= pages, "{} of {pages}", asked.parts);
        for row in &found {
            for column in 0..table.columns.len() {
                row.at(column);
            }
        }
        faults.append(&mut rows.take_faults());
    }
    faults
}

fn shown(name: &str, files: &Files) -> String {
    let mut out = format!("{name}\n");
    for fault in told(files) {
        let severity = fault.severity;
        writeln!(out, "  {severity:?}: {}", fault.problem("x.db")).unwrap();
    }
    out
}

#[test]
fn what_is_wrong_is_told() {
    let mut out: String = cases()
        .iter()
        .map(|name| shown(name, &case(name)))
        .filter(|shown| shown.lines().count() > 1)
        .collect();
    let mut changed = |name: &str, change: fn(&mut Files)| {
        let mut files = case("values");
        change(&mut files);
        out.push_str(&shown(name, &files));
    };
    changed("a file of no bytes", |files| files.database.clear());
    changed("a file that ends in its header", |files| {
        files.database.truncate(70)
    });
    changed("a file that ends in its first page", |files| {
        files.database.truncate(300)
    });
    changed("an encrypted database", |files| {
        for byte in &mut files.database {
            *byte ^= 0x5a;
        }
    });
    changed("a newer version of the format", |files| {
        files.database[19] = 3
    });
    changed("pages of no size", |files| files.database[16] = 3);
    changed("too much reserved", |files| files.database[20] = 200);
    changed("a journal of an unfinished transaction", |files| {
        files.journal = Some(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7".to_vec());
    });
    changed("a journal that is done with", |files| {
        files.journal = Some(vec![0; 512])
    });
    changed("an empty journal", |files| files.journal = Some(Vec::new()));
    changed("a log that is none", |files| {
        files.log = Some(b"something else".repeat(9))
    });
    changed("a log of a few bytes", |files| {
        files.log = Some(vec![0x37, 0x7f, 6])
    });
    changed("a table that is made in no known way", |files| {
        let sql = b"CREATE TABLE v (";
        let at = files
            .database
            .windows(sql.len())
            .position(|found| found == sql);
        files.database[at.unwrap()] = b'D';
    });
    insta::assert_snapshot!(out);
}

/// Cases that are small, and have between them what a database can have.
const SEEDS: &[&str] = &[
    "values",
    "overflow",
    "added-column",
    "quoted-names",
    "utf16le",
    "without-rowid",
    "wal",
    "wal-generations",
    "indexes",
    "auto-vacuum",
    "deleted-rows",
];

/// A place, and what is written there: often what means something.
fn change() -> impl Strategy<Value = (Index, Vec<u8>)> {
    let bytes = prop_oneof![
        prop::collection::vec(any::<u8>(), 1..5),
        select(vec![0_u8, 1, 2, 5, 10, 13, 0x7f, 0x80, 0xff]).prop_map(|byte| vec![byte]),
        (1_u32..200).prop_map(|page| page.to_be_bytes().to_vec()),
        Just(vec![0xff; 9]),
    ];
    (any::<Index>(), bytes)
}

fn write(target: &mut [u8], (at, bytes): &(Index, Vec<u8>), within: usize) {
    if target.is_empty() {
        return;
    }
    let at = at.index(target.len().min(within));
    for (byte, new) in target[at..].iter_mut().zip(bytes) {
        *byte = *new;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn nothing_breaks_over_changed_bytes(
        seed in select(SEEDS),
        changes in prop::collection::vec(change(), 1..12),
        in_log in prop::collection::vec(change(), 0..3),
        cut in prop::option::weighted(0.2, any::<Index>()),
        within in select(vec![2048_usize, usize::MAX]),
    ) {
        let mut files = case(seed);
        for change in &changes {
            write(&mut files.database, change, within);
        }
        for change in &in_log {
            write(files.log.get_or_insert_default(), change, usize::MAX);
        }
        if let Some(cut) = cut {
            let length = cut.index(files.database.len());
            files.database.truncate(length);
        }
        told(&files);
    }

    #[test]
    fn nothing_breaks_over_pages_of_noise(
        mut pages in prop::collection::vec(any::<u8>(), 512 * 6),
        kinds in prop::collection::vec(select(vec![2_u8, 5, 10, 13]), 5),
        counts in prop::collection::vec(0_u8..40, 5),
    ) {
        let sound = case("values").database;
        pages[..512].copy_from_slice(&sound[..512]);
        for (nth, (kind, count)) in kinds.iter().zip(&counts).enumerate() {
            let start = (nth + 1) * 512;
            pages[start] = *kind;
            pages[start + 3..start + 5].copy_from_slice(&[0, *count]);
            // Places of cells that lie in the page, and pages that there are.
            for pair in pages[start + 8..start + 100].chunks_mut(2) {
                pair[0] &= 1;
            }
            pages[start + 8..start + 12].copy_from_slice(&[0, 0, 0, *count % 7]);
        }
        told(&Files { database: pages, ..Files::default() });
    }

    #[test]
    fn nothing_breaks_over_any_bytes(mut bytes in prop::collection::vec(any::<u8>(), 0..3000), log in prop::option::of(prop::collection::vec(any::<u8>(), 0..2000))) {
        let sound = case("values").database;
        for (byte, header) in bytes.iter_mut().zip(&sound[..100]) {
            *byte = *header;
        }
        told(&Files { database: bytes, log, journal: None });
    }
}
