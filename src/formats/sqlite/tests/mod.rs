//! The parts by themselves; whole databases are in `tests/databases.rs`, beside what SQLite
//! reads of them.

mod bytes;
mod logs;
mod order;
mod pages;
mod statements;
