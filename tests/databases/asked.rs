//! What is not looked for is not read.

use super::{Asked, Files, case};
use runglass::formats::sqlite::{Database, Rows, Value};

fn asked(name: &str, rows: impl FnOnce(&Database) -> Rows) -> (usize, Asked) {
    let files: Files = case(name);
    let database = files.open(64).unwrap();
    let mut rows = rows(&database);
    let (rows, asked) = files.rows(&mut rows, 64);
    (rows.len(), asked)
}

#[test]
fn an_index_leads_to_few_pages() {
    let (count, all) = asked("deep", |database| {
        database.rows(database.table("d").unwrap())
    });
    assert_eq!(count, 2500);
    assert!(all.parts > 150, "{}", all.parts);
    assert!(all.rounds < 20, "{}", all.rounds);

    let (count, few) = asked("deep", |database| {
        let key = vec![
            Value::of_text(format!("alder-{:036}", 0)),
            Value::Integer(592),
        ];
        let table = database.table("d").unwrap();
        database.rows_where(table, &["run", "at"], &[key]).unwrap()
    });
    assert_eq!(count, 1);
    // Four levels of the index, three or four of the table.
    assert!(few.parts <= 8, "{}", few.parts);
}

#[test]
fn a_rowid_leads_to_few_pages() {
    let (count, few) = asked("overflow", |database| {
        database.rows_by_rowid(database.table("o").unwrap(), vec![3, 9])
    });
    assert_eq!(count, 2);
    assert!(few.parts <= 6, "{}", few.parts);
}

#[test]
fn what_lies_behind_the_last_column_is_not_read() {
    let read = |columns: &'static [&'static str]| {
        let files = case("overflow");
        let database = files.open(64).unwrap();
        let mut rows = database.rows(database.table("o").unwrap()).only(columns);
        let (rows, asked) = files.rows(&mut rows, 64);
        assert_eq!(rows.len(), 37);
        for row in &rows {
            let length = row.get("small").unwrap().integer().unwrap();
            assert_eq!(row.get("k").unwrap().text().unwrap(), format!("k{length}"));
            let behind = row.get("after");
            let behind = behind.as_ref().and_then(Value::text);
            assert!(matches!(behind, None | Some("behind")));
            assert!(behind.is_some() || columns.len() == 2);
        }
        assert!(rows[0].get("none").is_none());
        asked.parts
    };
    let (few, all) = (read(&["k", "small"]), read(&["small", "after"]));
    assert!(few * 3 < all, "{few} of {all}");
}
