//! A column: one cell for each row of a table, in the shape that says it shortest.
//!
//! Records of one kind differ in little: a task's number, a time, a value. So most columns
//! are one word for all rows, a sequence, or numbers that grow. [`Column`] is what stands
//! in the file; [`Cells`] is the same checked and ready to be read.
//! [`encoder`](super::encoder) finds the shape.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A column as it is written: `{"sequence": [1, 1]}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Column {
    /// Every row has this text.
    Same(String),
    /// A number, and by how much it grows from row to row.
    Sequence([i64; 2]),
    /// The first number, then each row's difference from the row before.
    Deltas(Vec<i64>),
    /// Texts, each once, and for each row the place of its text among them.
    Words((Vec<String>, Vec<u32>)),
    Texts(Vec<String>),
    /// The texts that stand around columns: one text more than columns.
    Pattern((Vec<String>, Vec<Column>)),
    /// What stands in an earlier column, counted from 0 in the order in which
    /// they are written (patterns are not counted, their columns are). Where it is a number,
    /// so much is added.
    Like((u32, i64)),
    /// The rows that have a cell, each as its difference from the one before, and their
    /// cells; the other rows have none.
    Sparse((Vec<u32>, Box<Column>)),
}

/// Why columns cannot be read, in a sentence.
pub type Fault = String;

/// One column that holds no other, ready to be read.
#[derive(Debug)]
enum Leaf {
    Same(String),
    Sequence([i64; 2]),
    Numbers(Vec<i64>),
    Words(Vec<String>, Vec<u32>),
    Texts(Vec<String>),
    Like(usize, i64),
}

/// How the leaves of one column come together.
#[derive(Debug)]
enum Shape {
    Leaf(usize),
    Pattern(Vec<String>, Vec<Shape>),
    /// The rows that have a cell, ascending.
    Sparse(Vec<u32>, Box<Shape>),
}

/// Columns of one table, checked: each has a cell for each row.
#[derive(Debug)]
pub struct Cells {
    rows: usize,
    leaves: Vec<Leaf>,
    columns: Vec<Shape>,
}

impl Cells {
    /// For a table of so many rows.
    pub fn new(rows: usize) -> Self {
        Self {
            rows,
            leaves: Vec::new(),
            columns: Vec::new(),
        }
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Takes in a column, which is the next in number.
    pub fn add(&mut self, column: Column) -> Result<(), Fault> {
        let shape = self.shape(column, self.rows)?;
        self.columns.push(shape);
        Ok(())
    }

    /// Takes in a column that was written without regard to the ones before it: what it is
    /// like stands in itself, and is counted from its own first leaf.
    pub fn add_alone(&mut self, column: Column) -> Result<(), Fault> {
        let mut alone = Self::new(self.rows);
        let shape = alone.shape(column, self.rows)?;
        let before = self.leaves.len();
        let leaves = alone.leaves.into_iter();
        self.leaves.extend(leaves.map(|leaf| match leaf {
            Leaf::Like(other, plus) => Leaf::Like(other + before, plus),
            leaf => leaf,
        }));
        self.columns.push(moved(shape, before));
        Ok(())
    }

    fn shape(&mut self, column: Column, rows: usize) -> Result<Shape, Fault> {
        let has = |what: &str, cells: usize| match cells == rows {
            true => Ok(()),
            false => Err(format!(
                "a column of {what} has {cells} cells for {rows} rows"
            )),
        };
        let leaf = match column {
            Column::Same(text) => Leaf::Same(text),
            Column::Sequence(numbers) => Leaf::Sequence(numbers),
            Column::Deltas(mut numbers) => {
                has("numbers", numbers.len())?;
                let mut sum = 0i64;
                for number in &mut numbers {
                    sum = sum.wrapping_add(*number);
                    *number = sum;
                }
                Leaf::Numbers(numbers)
            }
            Column::Words((words, places)) => {
                has("words", places.len())?;
                if let Some(place) = places.iter().find(|place| **place as usize >= words.len()) {
                    let words = words.len();
                    return Err(format!("a column names word {place} of {words}"));
                }
                Leaf::Words(words, places)
            }
            Column::Texts(texts) => {
                has("texts", texts.len())?;
                Leaf::Texts(texts)
            }
            Column::Like((leaf, plus)) => {
                let leaf = leaf as usize;
                match self.leaves.get(leaf) {
                    // What is like something that is like another would need no end.
                    Some(Leaf::Like(..)) | None => {
                        return Err(format!("a column is like column {leaf}, which is none"));
                    }
                    Some(_) => Leaf::Like(leaf, plus),
                }
            }
            Column::Pattern((texts, columns)) => {
                if texts.len() != columns.len() + 1 {
                    let (texts, columns) = (texts.len(), columns.len());
                    return Err(format!(
                        "a pattern has {texts} texts around {columns} columns"
                    ));
                }
                let shapes = columns.into_iter().map(|column| self.shape(column, rows));
                let shapes = shapes.collect::<Result<_, Fault>>()?;
                return Ok(Shape::Pattern(texts, shapes));
            }
            Column::Sparse((differences, column)) => {
                let mut there = differences;
                let mut at = None;
                for row in &mut there {
                    let next = match at {
                        None => Some(*row),
                        Some(before) if *row > 0 => u32::checked_add(before, *row),
                        Some(_) => None,
                    };
                    let next = next.filter(|next| (*next as usize) < rows);
                    at = next;
                    *row = next.ok_or("a column names rows that are none")?;
                }
                // Its rows are others than the table's: nothing is like it.
                let mut inner = Cells::new(there.len());
                let shape = inner.shape(*column, there.len())?;
                let before = self.leaves.len();
                if inner
                    .leaves
                    .iter()
                    .any(|leaf| matches!(leaf, Leaf::Like(..)))
                {
                    return Err("a column of some rows is like another".to_owned());
                }
                self.leaves.append(&mut inner.leaves);
                return Ok(Shape::Sparse(there, Box::new(moved(shape, before))));
            }
        };
        self.leaves.push(leaf);
        Ok(Shape::Leaf(self.leaves.len() - 1))
    }

    /// A cell as text; `None` where the row has none.
    pub fn text(&self, column: usize, row: usize) -> Option<Cow<'_, str>> {
        if row >= self.rows {
            return None;
        }
        let shape = self.columns.get(column)?;
        if let Shape::Leaf(leaf) = shape {
            return self.leaf_text(*leaf, row);
        }
        let mut out = String::new();
        self.write(shape, row, &mut out).then_some(Cow::Owned(out))
    }

    /// Whether a row has a cell.
    pub fn has(&self, column: usize, row: usize) -> bool {
        match self.columns.get(column) {
            Some(Shape::Sparse(there, _)) => found(there, row).is_some(),
            Some(_) => row < self.rows,
            None => false,
        }
    }

    /// How many bytes a cell has as text.
    pub fn length(&self, column: usize, row: usize) -> usize {
        let shape = self.columns.get(column).filter(|_| row < self.rows);
        shape.map_or(0, |shape| self.shape_length(shape, row))
    }

    fn shape_length(&self, shape: &Shape, row: usize) -> usize {
        match shape {
            Shape::Leaf(leaf) => match self.leaf_number(*leaf, row) {
                Some(number) => decimal_length(number),
                None => self.leaf_text(*leaf, row).map_or(0, |text| text.len()),
            },
            Shape::Pattern(texts, shapes) => {
                let around: usize = texts.iter().map(String::len).sum();
                let within = shapes.iter().map(|shape| self.shape_length(shape, row));
                around + within.sum::<usize>()
            }
            Shape::Sparse(there, shape) => match found(there, row) {
                Some(row) => self.shape_length(shape, row),
                None => 0,
            },
        }
    }

    /// A cell as a number; `None` where the row has none.
    pub fn number(&self, column: usize, row: usize) -> Option<i64> {
        if row >= self.rows {
            return None;
        }
        match self.columns.get(column)? {
            Shape::Leaf(leaf) => self.number_in(*leaf, row),
            Shape::Sparse(there, shape) => match **shape {
                Shape::Leaf(leaf) => self.number_in(leaf, found(there, row)?),
                _ => None,
            },
            Shape::Pattern(..) => None,
        }
    }

    fn number_in(&self, leaf: usize, row: usize) -> Option<i64> {
        self.leaf_number(leaf, row)
            .or_else(|| self.leaf_text(leaf, row)?.parse().ok())
    }

    fn leaf_number(&self, leaf: usize, row: usize) -> Option<i64> {
        match self.leaves.get(leaf)? {
            Leaf::Sequence([first, step]) => {
                let row = i64::try_from(row).ok()?;
                Some(first.wrapping_add(step.wrapping_mul(row)))
            }
            Leaf::Numbers(numbers) => numbers.get(row).copied(),
            Leaf::Like(other, plus) => Some(self.leaf_number(*other, row)?.wrapping_add(*plus)),
            _ => None,
        }
    }

    fn leaf_text(&self, leaf: usize, row: usize) -> Option<Cow<'_, str>> {
        if let Some(number) = self.leaf_number(leaf, row) {
            return Some(Cow::Owned(number.to_string()));
        }
        match self.leaves.get(leaf)? {
            Leaf::Same(text) => Some(Cow::Borrowed(text)),
            Leaf::Words(words, places) => {
                let place = *places.get(row)? as usize;
                Some(Cow::Borrowed(words.get(place)?))
            }
            Leaf::Texts(texts) => Some(Cow::Borrowed(texts.get(row)?)),
            Leaf::Like(other, _) => self.leaf_text(*other, row),
            Leaf::Sequence(_) | Leaf::Numbers(_) => None,
        }
    }

    /// Appends a cell; `false` where the row has none.
    fn write(&self, shape: &Shape, row: usize, out: &mut String) -> bool {
        match shape {
            Shape::Leaf(leaf) => match self.leaf_text(*leaf, row) {
                Some(text) => out.push_str(&text),
                None => return false,
            },
            Shape::Pattern(texts, shapes) => {
                for (text, shape) in texts.iter().zip(shapes) {
                    out.push_str(text);
                    if !self.write(shape, row, out) {
                        return false;
                    }
                }
                out.push_str(texts.last().map_or("", String::as_str));
            }
            Shape::Sparse(there, shape) => match found(there, row) {
                Some(row) => return self.write(shape, row, out),
                None => return false,
            },
        }
        true
    }
}

fn found(there: &[u32], row: usize) -> Option<usize> {
    there.binary_search(&u32::try_from(row).ok()?).ok()
}

/// The same shape over leaves that stand so much further on.
fn moved(shape: Shape, by: usize) -> Shape {
    match shape {
        Shape::Leaf(leaf) => Shape::Leaf(leaf + by),
        Shape::Pattern(texts, shapes) => Shape::Pattern(
            texts,
            shapes.into_iter().map(|shape| moved(shape, by)).collect(),
        ),
        Shape::Sparse(there, shape) => Shape::Sparse(there, Box::new(moved(*shape, by))),
    }
}

fn decimal_length(number: i64) -> usize {
    let digits = number.unsigned_abs().checked_ilog10().unwrap_or(0) as usize + 1;
    digits + usize::from(number < 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_refused(json: &str, what: &str) {
        let fault = Cells::new(2).add(serde_json::from_str(json).unwrap());
        let fault = fault.unwrap_err();
        assert!(fault.contains(what), "{fault}");
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        check_refused(r#"{"deltas":[1]}"#, "1 cells for 2 rows");
        check_refused(r#"{"texts":["a","b","c"]}"#, "3 cells for 2 rows");
        check_refused(r#"{"words":[["a"],[0,1]]}"#, "word 1 of 1");
        check_refused(r#"{"like":[0,0]}"#, "which is none");
        check_refused(r#"{"pattern":[["a"],[{"same":"b"}]]}"#, "1 texts around 1");
        check_refused(r#"{"sparse":[[0,0],{"same":"b"}]}"#, "rows that are none");
        check_refused(r#"{"sparse":[[5],{"same":"b"}]}"#, "rows that are none");
    }
}
