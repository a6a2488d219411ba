//! What `CREATE TABLE` and `CREATE INDEX` say: columns, their defaults, what is unique.
//!
//! The texts are those that SQLite has taken, so that what it would refuse need not be told
//! from what it allows. What is not needed to read rows (checks, foreign keys) is passed over.

use super::sql::{Token, tokens};
use super::value::Value;
use std::borrow::Cow;

#[derive(Debug, Default, PartialEq)]
pub struct TableText {
    pub columns: Vec<ColumnText>,
    /// In the order of the text: each has an index of its own, as a rule.
    pub uniques: Vec<Unique>,
    pub is_without_rowid: bool,
}

#[derive(Debug, Default, PartialEq)]
pub struct ColumnText {
    pub name: String,
    /// Its type, which may be anything, or nothing.
    pub kind: String,
    /// `None` where it is to be computed.
    pub default: Option<Value<'static>>,
    pub collation: Option<String>,
    /// Whether it is computed when it is read, and in no record.
    pub is_virtual: bool,
}

#[derive(Debug, Default, PartialEq)]
pub struct Unique {
    pub columns: Vec<Sorted>,
    pub is_primary: bool,
    /// `PRIMARY KEY DESC` of a single column.
    pub falls: bool,
}

/// A column of an index.
#[derive(Debug, Default, PartialEq)]
pub struct Sorted {
    /// `None` for an expression.
    pub name: Option<String>,
    pub collation: Option<String>,
    pub falls: bool,
}

#[derive(Debug, Default, PartialEq)]
pub struct IndexText {
    pub columns: Vec<Sorted>,
    pub is_partial: bool,
}

/// `None` for what is no such statement.
pub fn table(sql: &str) -> Option<TableText> {
    let tokens = tokens(sql);
    let mut reader = Reader::of(&tokens);
    reader.keyword("CREATE").then_some(())?;
    let _ = reader.keyword("TEMP") || reader.keyword("TEMPORARY");
    reader.keyword("TABLE").then_some(())?;
    reader.named()?;
    reader.mark('(').then_some(())?;
    let mut table = TableText::default();
    loop {
        match reader.is_at_any(&["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"]) {
            true => reader.constraints(&mut table),
            false => reader.column(&mut table)?,
        }
        if !reader.mark(',') {
            break;
        }
    }
    reader.mark(')').then_some(())?;
    while let Some(token) = reader.next() {
        table.is_without_rowid |= is_word(token, "WITHOUT") && reader.keyword("ROWID");
    }
    Some(table)
}

/// `None` for what is no such statement.
pub fn index(sql: &str) -> Option<IndexText> {
    let tokens = tokens(sql);
    let mut reader = Reader::of(&tokens);
    reader.keyword("CREATE").then_some(())?;
    reader.keyword("UNIQUE");
    reader.keyword("INDEX").then_some(())?;
    reader.named()?;
    reader.keyword("ON").then_some(())?;
    reader.name()?;
    let columns = reader.sorted();
    Some(IndexText {
        columns,
        is_partial: reader.is_at("WHERE"),
    })
}

fn is_word(token: &Token<'_>, keyword: &str) -> bool {
    matches!(token, Token::Word(word) if word.eq_ignore_ascii_case(keyword))
}

struct Reader<'t, 's> {
    tokens: &'t [Token<'s>],
    at: usize,
}

impl<'t, 's> Reader<'t, 's> {
    fn of(tokens: &'t [Token<'s>]) -> Self {
        Self { tokens, at: 0 }
    }

    fn peek(&self) -> Option<&'t Token<'s>> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Option<&'t Token<'s>> {
        let token = self.peek()?;
        self.at += 1;
        Some(token)
    }

    fn is_at(&self, keyword: &str) -> bool {
        self.peek().is_some_and(|token| is_word(token, keyword))
    }

    fn is_at_any(&self, keywords: &[&str]) -> bool {
        keywords.iter().any(|keyword| self.is_at(keyword))
    }

    fn is_at_mark(&self, mark: char) -> bool {
        self.peek() == Some(&Token::Mark(mark))
    }

    /// Takes a keyword, if it stands here.
    fn keyword(&mut self, keyword: &str) -> bool {
        let is_here = self.is_at(keyword);
        self.at += usize::from(is_here);
        is_here
    }

    fn mark(&mut self, mark: char) -> bool {
        let is_here = self.is_at_mark(mark);
        self.at += usize::from(is_here);
        is_here
    }

    /// Takes a name, if one stands here.
    fn name(&mut self) -> Option<String> {
        let name = match self.peek()? {
            Token::Word(name) => (*name).to_owned(),
            Token::Name(name) | Token::Text(name) => name.clone(),
            _ => return None,
        };
        self.at += 1;
        Some(name)
    }

    /// `IF NOT EXISTS main.name`, of which only the last is a must.
    fn named(&mut self) -> Option<String> {
        if self.keyword("IF") {
            (self.keyword("NOT") && self.keyword("EXISTS")).then_some(())?;
        }
        let name = self.name()?;
        match self.mark('.') {
            true => self.name(),
            false => Some(name),
        }
    }

    /// Takes all in parentheses, if they begin here.
    fn pass_group(&mut self) {
        let mut depth = 0_usize;
        while let Some(token) = self.peek() {
            match token {
                Token::Mark('(') => depth += 1,
                Token::Mark(')') if depth == 1 => {
                    self.at += 1;
                    return;
                }
                Token::Mark(')') => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                return;
            }
            self.at += 1;
        }
    }

    /// Whether a definition ends here.
    fn is_at_end(&self) -> bool {
        self.peek().is_none() || self.is_at_mark(',') || self.is_at_mark(')')
    }

    fn column(&mut self, table: &mut TableText) -> Option<()> {
        const STARTS: &[&str] = &[
            "CONSTRAINT",
            "PRIMARY",
            "NOT",
            "NULL",
            "UNIQUE",
            "CHECK",
            "DEFAULT",
            "COLLATE",
            "REFERENCES",
            "GENERATED",
            "AS",
            "DEFERRABLE",
            "ON",
        ];
        let mut column = ColumnText {
            name: self.name()?,
            ..ColumnText::default()
        };
        while !self.is_at_end() && !self.is_at_any(STARTS) {
            if self.is_at_mark('(') {
                // `INTEGER(8)` is another type than `INTEGER`.
                column.kind.push_str("()");
                self.pass_group();
                break;
            }
            let Some(word) = self.name() else {
                break;
            };
            if !column.kind.is_empty() {
                column.kind.push(' ');
            }
            column.kind.push_str(&word);
        }
        let only = |column: &ColumnText| {
            vec![Sorted {
                name: Some(column.name.clone()),
                ..Sorted::default()
            }]
        };
        while !self.is_at_end() {
            if self.keyword("PRIMARY") {
                self.keyword("KEY");
                let mut columns = only(&column);
                let falls = self.keyword("DESC");
                columns.iter_mut().for_each(|only| only.falls = falls);
                table.uniques.push(Unique {
                    columns,
                    is_primary: true,
                    falls,
                });
            } else if self.keyword("UNIQUE") {
                table.uniques.push(Unique {
                    columns: only(&column),
                    ..Unique::default()
                });
            } else if self.keyword("DEFAULT") {
                column.default = self.default();
            } else if self.keyword("COLLATE") {
                column.collation = self.name();
            } else if self.keyword("AS") {
                self.pass_group();
                column.is_virtual = !self.keyword("STORED");
            } else if self.is_at_mark('(') {
                self.pass_group();
            } else {
                // Of `CONSTRAINT name`, `REFERENCES name`, `ON DELETE SET DEFAULT` the second
                // word means nothing by itself.
                let has_another = self.is_at_any(&["CONSTRAINT", "REFERENCES", "SET", "MATCH"]);
                self.at += 1 + usize::from(has_another);
            }
        }
        table.columns.push(column);
        Some(())
    }

    /// Constraints of a table, between which a comma may be missing.
    fn constraints(&mut self, table: &mut TableText) {
        while !self.is_at_end() {
            let is_primary = self.is_at("PRIMARY");
            if is_primary || self.is_at("UNIQUE") {
                self.at += 1;
                self.keyword("KEY");
                table.uniques.push(Unique {
                    columns: self.sorted(),
                    is_primary,
                    falls: false,
                });
            } else if self.is_at_mark('(') {
                self.pass_group();
            } else {
                let has_another = self.is_at_any(&["CONSTRAINT", "REFERENCES", "SET", "MATCH"]);
                self.at += 1 + usize::from(has_another);
            }
        }
    }

    /// `(a, b COLLATE x DESC, lower(c))`.
    fn sorted(&mut self) -> Vec<Sorted> {
        let mut columns = Vec::new();
        if !self.mark('(') {
            return columns;
        }
        loop {
            let mut column = Sorted {
                name: self.name(),
                ..Sorted::default()
            };
            while !self.is_at_end() {
                if self.keyword("COLLATE") {
                    column.collation = self.name();
                } else if self.is_at("ASC") || self.is_at("DESC") {
                    column.falls = self.keyword("DESC");
                    self.keyword("ASC");
                } else if self.keyword("AUTOINCREMENT") {
                } else {
                    column.name = None;
                    match self.is_at_mark('(') {
                        true => self.pass_group(),
                        false => self.at += 1,
                    }
                }
            }
            columns.push(column);
            if !self.mark(',') {
                break;
            }
        }
        self.mark(')');
        columns
    }

    /// What stands behind `DEFAULT`; `None` for what is no literal.
    fn default(&mut self) -> Option<Value<'static>> {
        let start = self.at;
        let mut opened = 0_usize;
        while self.mark('(') {
            opened += 1;
        }
        let value = self.literal(opened > 0);
        let is_all = (0..opened).all(|_| self.mark(')'));
        if opened > 0 && (value.is_none() || !is_all) {
            self.at = start;
            self.pass_group();
            return None;
        }
        value
    }

    fn literal(&mut self, is_expression: bool) -> Option<Value<'static>> {
        let is_negative = self.mark('-');
        let _ = is_negative || self.mark('+');
        let value = match self.next()? {
            Token::Number(digits) => number(digits, is_negative)?,
            Token::Text(text) => Value::of_text(text.clone()),
            Token::Blob(bytes) => Value::Blob(Cow::Owned(bytes.clone())),
            Token::Word(word) => match word.to_ascii_uppercase().as_str() {
                "NULL" => Value::Null,
                "TRUE" => Value::Integer(1),
                "FALSE" => Value::Integer(0),
                "CURRENT_TIME" | "CURRENT_DATE" | "CURRENT_TIMESTAMP" => return None,
                // A name where no name can be is a text.
                _ if !is_expression => Value::of_text((*word).to_owned()),
                _ => return None,
            },
            Token::Name(name) if !is_expression => Value::of_text(name.clone()),
            _ => return None,
        };
        Some(value)
    }
}

pub fn number(digits: &str, is_negative: bool) -> Option<Value<'static>> {
    let digits = digits.replace('_', "");
    if let Some(hex) = digits.strip_prefix("0x").or(digits.strip_prefix("0X")) {
        let number = u64::from_str_radix(hex, 16).ok()?.cast_signed();
        let number = if is_negative {
            number.wrapping_neg()
        } else {
            number
        };
        return Some(Value::Integer(number));
    }
    let signed = if is_negative {
        format!("-{digits}")
    } else {
        digits
    };
    let whole = signed.parse().ok().map(Value::Integer);
    whole.or_else(|| signed.parse().ok().map(Value::Real))
}
