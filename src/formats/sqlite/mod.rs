//! The tables of an SQLite database, read out of its file and its write-ahead log: read-only,
//! and only those pages that are asked for.
//!
//! SQLite itself is C and would weigh more than the rest of the engine; the readers there are
//! in Rust want the whole database in memory (`sqlite-core`) or a file of the system and no
//! log (`sqlite_wasm_reader`), or bring all of SQL with them, so that this is written anew.
//!
//! Nothing here waits or knows where bytes come from: whoever reads asks what is wanted
//! ([`Part`]: a file and a range in it), gets it from wherever, and feeds it. [`Opening`] reads
//! the header, the log and what tables there are, and ends in a [`Database`]; its
//! [`Rows`] are those of a table, all of them or those that an index finds:
//!
//! ```text
//! let mut opening = Opening::of(Sizes { database, log, journal });
//! loop {
//!     let parts = opening.wants(64);
//!     if parts.is_empty() { break }
//!     for part in parts { opening.feed(&part, &read(part.file, part.range)) }
//! }
//! let database = opening.finish()?;
//! let mut rows = database.rows(database.table("log")?);
//! loop {
//!     while let Some(row) = rows.next_row() { … row.get("message") … }
//!     let parts = rows.wants(64);
//!     if parts.is_empty() { break }
//!     for part in parts { rows.feed(&part, &read(part.file, part.range)) }
//! }
//! ```
//!
//! What cannot be read is told as [`Fault`]s, and all other rows still come. Facts are those
//! of SQLite's description of its file format, and of what SQLite 3.40 writes. Nothing that
//! the file says leads to more memory than was read of it, but for texts that are no UTF-8
//! (three times as much) and the values of a record (some bytes each).

mod bytes;
mod database;
mod fault;
mod header;
mod opening;
mod order;
mod page;
mod pages;
mod record;
mod rows;
mod schema;
mod sql;
mod statement;
mod value;
mod wal;
mod walk;

pub use database::Database;
pub use fault::{Fault, File};
pub use header::Header;
pub use opening::{Opening, Sizes};
pub use pages::Part;
pub use rows::{Row, Rows};
pub use schema::{Column, Index, Table};
pub use value::{Encoding, Value};
pub use wal::{Ending, Wal};

#[cfg(test)]
mod tests;
