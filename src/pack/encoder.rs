//! Finds the shape that says a column shortest.
//!
//! One [`Encoder`] goes through the columns of a table in their order, because a column may
//! be like an earlier one. What it makes is read by [`Cells`](super::column::Cells).

use super::column::Column;
use crate::sorting::SortedMap;

/// Numbers that every reader of JSON keeps whole.
const EXACT: i64 = 1 << 53;

/// A text that is a number, written as numbers are, and that JSON keeps whole.
fn number_of(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = match digits.as_bytes() {
        [b'0'] => text == "0",
        [b'1'..=b'9', rest @ ..] => rest.len() < 16 && rest.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    let number: i64 = plain.then(|| text.parse().ok())??;
    (number.abs() < EXACT).then_some(number)
}

/// Finds the shapes of the columns of one table, one after the other.
#[derive(Default)]
pub struct Encoder<'a> {
    /// The columns so far that hold no other.
    leaves: Vec<Known<'a>>,
}

enum Known<'a> {
    Texts(Vec<&'a str>),
    Numbers(Vec<i64>),
    /// A column that none is said to be like.
    Other,
}

impl<'a> Encoder<'a> {
    /// A column with a cell for each row.
    pub fn column(&mut self, cells: Vec<&'a str>) -> Column {
        let Some((first, rest)) = cells.split_first() else {
            return self.other(Column::Texts(Vec::new()));
        };
        if rest.iter().all(|cell| cell == first) {
            return self.other(Column::Same((*first).to_owned()));
        }
        let numbers: Option<Vec<i64>> = cells.iter().map(|cell| number_of(cell)).collect();
        match numbers {
            Some(numbers) => self.numbers(numbers),
            None => self.texts(cells),
        }
    }

    /// A column of which some rows have no cell.
    pub fn sparse(&mut self, cells: Vec<Option<&'a str>>) -> Column {
        let there = cells.iter().enumerate().filter(|(_, cell)| cell.is_some());
        let mut before = None;
        let rows: Vec<u32> = there
            .map(|(row, _)| {
                let row = row as u32;
                let difference = row - before.unwrap_or(0);
                before = Some(row);
                difference
            })
            .collect();
        if rows.len() == cells.len() {
            return self.column(cells.into_iter().flatten().collect());
        }
        let mut inner = Encoder::default();
        let column = inner.column_without_likes(cells.into_iter().flatten().collect());
        let leaves = inner.leaves.iter().map(|_| Known::Other);
        self.leaves.extend(leaves);
        Column::Sparse((rows, Box::new(column)))
    }

    /// Columns of which each row has as many cells as the others, with the texts around.
    pub fn pattern(&mut self, texts: Vec<String>, columns: Vec<Vec<&'a str>>) -> Column {
        if columns.is_empty() {
            return self.other(Column::Same(texts.concat()));
        }
        let columns = columns.into_iter().map(|cells| self.column(cells));
        Column::Pattern((texts, columns.collect()))
    }

    fn column_without_likes(&mut self, cells: Vec<&'a str>) -> Column {
        let distinct = cells.windows(2).any(|two| two.first() != two.last());
        let numbers: Option<Vec<i64>> = cells.iter().map(|cell| number_of(cell)).collect();
        let column = match (cells.first(), numbers) {
            (Some(first), _) if !distinct => Column::Same((*first).to_owned()),
            (Some(_), Some(numbers)) => deltas(&numbers),
            _ => words(&cells).unwrap_or_else(|| texts(&cells)),
        };
        self.other(column)
    }

    fn other(&mut self, column: Column) -> Column {
        self.leaves.push(Known::Other);
        column
    }

    fn numbers(&mut self, numbers: Vec<i64>) -> Column {
        let like = self.leaves.iter().enumerate().find_map(|(at, known)| {
            let Known::Numbers(known) = known else {
                return None;
            };
            let plus = numbers.first()? - known.first()?;
            let mut pairs = numbers.iter().zip(known);
            pairs
                .all(|(one, other)| one - other == plus)
                .then_some((at as u32, plus))
        });
        if let Some(like) = like {
            return self.other(Column::Like(like));
        }
        let column = deltas(&numbers);
        self.leaves.push(Known::Numbers(numbers));
        column
    }

    fn texts(&mut self, cells: Vec<&'a str>) -> Column {
        let like = self
            .leaves
            .iter()
            .position(|known| matches!(known, Known::Texts(known) if *known == cells));
        if let Some(like) = like {
            return self.other(Column::Like((like as u32, 0)));
        }
        if let Some(words) = words(&cells) {
            self.leaves.push(Known::Texts(cells));
            return words;
        }
        if let Some((around, columns)) = by_digits(&cells) {
            return self.pattern(around, columns);
        }
        let column = texts(&cells);
        self.leaves.push(Known::Texts(cells));
        column
    }
}

fn texts(cells: &[&str]) -> Column {
    Column::Texts(cells.iter().map(|cell| (*cell).to_owned()).collect())
}

fn deltas(numbers: &[i64]) -> Column {
    let first = numbers.first().copied().unwrap_or(0);
    let mut steps = numbers.windows(2).map(|two| match two {
        [before, after] => after - before,
        _ => 0,
    });
    let step = steps.clone().next().unwrap_or(0);
    match steps.all(|one| one == step) {
        true => Column::Sequence([first, step]),
        false => {
            let mut before = 0;
            let difference = |number: &i64| {
                let difference = number - before;
                before = *number;
                difference
            };
            Column::Deltas(numbers.iter().map(difference).collect())
        }
    }
}

/// The cells as words, where each comes often enough.
fn words(cells: &[&str]) -> Option<Column> {
    const OFTEN: usize = 3;
    let mut words: Vec<&str> = Vec::new();
    let mut sorted: SortedMap<&str, u32> = SortedMap::default();
    let mut places = Vec::with_capacity(cells.len());
    for cell in cells {
        let place = match sorted.get(cell) {
            Some(place) => *place,
            None => {
                if (words.len() + 1) * OFTEN > cells.len() {
                    return None;
                }
                let place = words.len() as u32;
                words.push(cell);
                sorted.insert(cell, place);
                place
            }
        };
        places.push(place);
    }
    let words = words.into_iter().map(str::to_owned).collect();
    Some(Column::Words((words, places)))
}

/// Cells that differ in their numbers only: the texts around, and the numbers.
fn by_digits<'a>(cells: &[&'a str]) -> Option<(Vec<String>, Vec<Vec<&'a str>>)> {
    let first = split_digits(cells.first()?);
    let around: Vec<String> = first
        .iter()
        .step_by(2)
        .map(|part| (*part).to_owned())
        .collect();
    // A cell that is a number and nothing else has no texts around it.
    let is_bare = first.len() == 3 && around.iter().all(String::is_empty);
    if first.len() < 3 || cells.len() < 2 || is_bare {
        return None;
    }
    let mut columns: Vec<Vec<&str>> = vec![Vec::with_capacity(cells.len()); first.len() / 2];
    for cell in cells {
        let parts = split_digits(cell);
        let mut texts = parts.iter().step_by(2);
        if parts.len() != first.len()
            || !around
                .iter()
                .all(|text| texts.next() == Some(&text.as_str()))
        {
            return None;
        }
        let numbers = parts.iter().skip(1).step_by(2);
        for (column, number) in columns.iter_mut().zip(numbers) {
            column.push(number);
        }
    }
    Some((around, columns))
}

/// Texts and runs of digits in turn, beginning and ending with a text.
pub(super) fn split_digits(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    loop {
        let start = rest.find(|char: char| char.is_ascii_digit());
        let Some(start) = start else {
            parts.push(rest);
            return parts;
        };
        let (before, digits) = rest.split_at(start);
        let end = digits
            .find(|char: char| !char.is_ascii_digit())
            .unwrap_or(digits.len());
        let (digits, after) = digits.split_at(end);
        parts.extend([before, digits]);
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::super::column::Cells;
    use super::*;
    use proptest::prelude::*;
    use std::borrow::Cow;

    /// Encodes columns, writes and reads them as JSON, and gives back their cells.
    fn there_and_back(columns: &[Vec<Option<String>>], rows: usize) -> Vec<Vec<Option<String>>> {
        let mut encoder = Encoder::default();
        let mut cells = Cells::new(rows);
        for column in columns {
            let column = encoder.sparse(column.iter().map(Option::as_deref).collect());
            let json = serde_json::to_string(&column).unwrap();
            cells.add(serde_json::from_str(&json).unwrap()).unwrap();
        }
        let told = |at: usize| {
            let row = |row| {
                let text = cells.text(at, row).map(Cow::into_owned);
                let length = text.as_ref().map_or(0, String::len);
                assert_eq!(cells.length(at, row), length);
                text
            };
            (0..rows).map(row).collect()
        };
        (0..columns.len()).map(told).collect()
    }

    #[track_caller]
    fn check(cells: &[&str], json: &str) {
        let column = Encoder::default().column(cells.to_vec());
        assert_eq!(serde_json::to_string(&column).unwrap(), json);
    }

    #[test]
    fn the_shortest_shape_is_found() {
        check(&["a", "a", "a"], r#"{"same":"a"}"#);
        check(&["7"], r#"{"same":"7"}"#);
        check(&["1", "2", "3"], r#"{"sequence":[1,1]}"#);
        check(&["5", "7", "4"], r#"{"deltas":[5,2,-3]}"#);
        check(
            &["x", "y", "x", "x", "y", "x"],
            r#"{"words":[["x","y"],[0,1,0,0,1,0]]}"#,
        );
        check(&["x", "y"], r#"{"texts":["x","y"]}"#);
        check(
            &["a_1.json", "a_2.json"],
            r#"{"pattern":[["a_",".json"],[{"sequence":[1,1]}]]}"#,
        );
        // What is not written as numbers are, or is too large for JSON, is a text.
        check(&["01", "02"], r#"{"texts":["01","02"]}"#);
        check(
            &["9007199254740993", "9007199254740995"],
            r#"{"texts":["9007199254740993","9007199254740995"]}"#,
        );
    }

    #[test]
    fn columns_that_go_together_are_written_once() {
        let mut encoder = Encoder::default();
        encoder.column(vec!["5", "7", "4"]);
        let like = encoder.column(vec!["6", "8", "5"]);
        assert_eq!(like, Column::Like((0, 1)));
        encoder.column(vec!["x", "y", "z"]);
        assert_eq!(encoder.column(vec!["x", "y", "z"]), Column::Like((2, 0)));
    }

    fn cell() -> impl Strategy<Value = Option<String>> {
        proptest::option::weighted(
            0.9,
            prop_oneof![
                (0i64..20).prop_map(|number| number.to_string()),
                any::<i64>().prop_map(|number| number.to_string()),
                "[a-c]{0,2}",
                "[ab]{1,2}_[0-9]{1,3}\\.json",
                any::<String>(),
            ],
        )
    }

    proptest! {
        #[test]
        fn every_cell_comes_back(
            columns in (0usize..30).prop_flat_map(|rows| {
                proptest::collection::vec(proptest::collection::vec(cell(), rows), 0..4)
            }),
        ) {
            let rows = columns.first().map_or(0, Vec::len);
            prop_assert_eq!(there_and_back(&columns, rows), columns);
        }

        #[test]
        fn columns_by_chance_are_read_or_refused(
            numbers in proptest::collection::vec(any::<i64>(), 0..4),
            places in proptest::collection::vec(0u32..4, 0..4),
            leaf in 0u32..3,
            kind in 0u8..5,
        ) {
            let column = match kind {
                0 => Column::Deltas(numbers),
                1 => Column::Words((vec!["a".to_owned(); 2], places)),
                2 => Column::Like((leaf, i64::MAX)),
                3 => Column::Sequence([i64::MAX, i64::MAX]),
                _ => Column::Sparse((places, Box::new(Column::Sequence([i64::MIN, -1])))),
            };
            let mut cells = Cells::new(3);
            cells.add(Column::Sequence([i64::MAX, 1])).unwrap();
            if cells.add(column).is_ok() {
                for row in 0..4 {
                    let _told = (cells.text(1, row), cells.number(1, row), cells.length(1, row));
                }
            }
        }
    }
}
