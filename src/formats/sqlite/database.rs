//! A database that was opened: its tables, and ways to their rows.

use super::fault::Fault;
use super::header::Header;
use super::pages::Pages;
use super::rows::Rows;
use super::schema::Table;
use super::value::Value;
use super::wal::Wal;
use std::rc::Rc;

#[derive(Debug)]
pub struct Database {
    /// The newest one.
    pub header: Header,
    /// In the order in which they were made, SQLite's own among them.
    pub tables: Vec<Rc<Table>>,
    /// What was found on the way here.
    pub faults: Vec<Fault>,
    pub(super) pages: Rc<Pages>,
}

impl Database {
    /// Large and small letters are the same.
    pub fn table(&self, name: &str) -> Option<&Rc<Table>> {
        let is_it = |table: &&Rc<Table>| table.name.eq_ignore_ascii_case(name);
        self.tables.iter().find(is_it)
    }

    /// What counts of the log.
    pub fn wal(&self) -> Option<&Wal> {
        self.pages.wal()
    }

    /// All rows, in the order of their rowids, or of the primary key where there are none.
    pub fn rows(&self, table: &Rc<Table>) -> Rows {
        Rows::all(&self.pages, table)
    }

    /// The rows whose columns have one of these groups of values, in the order of their
    /// rowids. Texts are met by equal texts only, numbers by equal numbers. `None` when that
    /// would mean to read the whole table: no index begins with these columns.
    pub fn rows_where(
        &self,
        table: &Rc<Table>,
        columns: &[&str],
        groups: &[Vec<Value<'_>>],
    ) -> Option<Rows> {
        if let [column] = columns
            && table
                .column(column)
                .is_some_and(|at| table.rowid == Some(at))
        {
            let rowids = groups.iter().filter_map(|group| group.first()?.integer());
            return Some(self.rows_by_rowid(table, rowids.collect()));
        }
        let index = table.index_on(columns)?;
        Some(Rows::through(
            &self.pages,
            table,
            index,
            columns.len(),
            groups,
        ))
    }

    /// Those that are there, in the order of their rowids.
    pub fn rows_by_rowid(&self, table: &Rc<Table>, rowids: Vec<i64>) -> Rows {
        Rows::by_rowid(&self.pages, table, rowids)
    }
}
