//! SQL as words and marks: as much as it takes to read what a table is made of.

/// A word or a mark of a statement.
#[derive(Clone, Debug, PartialEq)]
pub enum Token<'s> {
    /// A keyword, or a name without quotes.
    Word(&'s str),
    /// A name in `"…"`, `` `…` `` or `[…]`.
    Name(String),
    /// In `'…'`: a text, and a name where only a name can be.
    Text(String),
    Number(&'s str),
    Blob(Vec<u8>),
    Mark(char),
}

/// Words and marks one after the other; what is in no quotes that end is a mark.
pub fn tokens(sql: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let (token, length) = token(rest, first);
        tokens.extend(token);
        rest = rest.get(length..).unwrap_or_default();
    }
    tokens
}

/// The first of a text, which is not empty, and how many bytes of it that is.
fn token(rest: &str, first: char) -> (Option<Token<'_>>, usize) {
    let up_to = |end: &str, from: usize| {
        let found = rest.get(from..).and_then(|inside| inside.find(end));
        found.map_or(rest.len(), |at| from + at + end.len())
    };
    if first.is_ascii_whitespace() {
        return (None, first.len_utf8());
    }
    if rest.starts_with("--") {
        return (None, up_to("\n", 2));
    }
    if rest.starts_with("/*") {
        return (None, up_to("*/", 2));
    }
    let mark = (Some(Token::Mark(first)), first.len_utf8());
    match first {
        '\'' => quoted(rest, '\'').map_or(mark, |(text, length)| (Some(Token::Text(text)), length)),
        '"' | '`' => {
            quoted(rest, first).map_or(mark, |(name, length)| (Some(Token::Name(name)), length))
        }
        '[' => {
            let end = up_to("]", 1);
            let name = rest.get(1..end.saturating_sub(1)).unwrap_or_default();
            (Some(Token::Name(name.to_owned())), end)
        }
        'x' | 'X' if rest.get(1..).is_some_and(|after| after.starts_with('\'')) => {
            blob(rest).unwrap_or(mark)
        }
        _ if first.is_ascii_digit() => number(rest),
        '.' if rest
            .get(1..)
            .is_some_and(|after| after.starts_with(|c: char| c.is_ascii_digit())) =>
        {
            number(rest)
        }
        _ if is_of_word(first) => {
            let length = rest.find(|c| !is_of_word(c)).unwrap_or(rest.len());
            (rest.get(..length).map(Token::Word), length)
        }
        _ => mark,
    }
}

fn is_of_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '$') || !c.is_ascii()
}

/// What stands in quotes, doubled ones being one of them; with the length of it all.
fn quoted(rest: &str, quote: char) -> Option<(String, usize)> {
    let mut inside = String::new();
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c != quote {
            inside.push(c);
        } else if chars.next_if(|(_, next)| *next == quote).is_some() {
            inside.push(quote);
        } else {
            return Some((inside, at + quote.len_utf8()));
        }
    }
    None
}

fn blob(rest: &str) -> Option<(Option<Token<'_>>, usize)> {
    let digits = rest.get(2..)?;
    let end = digits.find('\'')?;
    let digits = digits.get(..end)?.as_bytes();
    let (pairs, odd) = digits.as_chunks::<2>();
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let byte = |pair: &[u8; 2]| {
        let [high, low] = *pair;
        u8::try_from(digit(high)? * 16 + digit(low)?).ok()
    };
    let bytes = pairs.iter().map(byte).collect::<Option<Vec<u8>>>()?;
    odd.is_empty()
        .then_some((Some(Token::Blob(bytes)), end + 3))
}

/// `12`, `1.5e-3`, `0x1F`; with what stands right behind it.
fn number(rest: &str) -> (Option<Token<'_>>, usize) {
    let mut before = ' ';
    let is_hex = rest.get(1..2).is_some_and(|x| x.eq_ignore_ascii_case("x"));
    let length = rest.find(|c: char| {
        let is_sign = !is_hex && matches!(c, '+' | '-') && matches!(before, 'e' | 'E');
        before = c;
        !(is_sign || is_of_word(c) || c == '.')
    });
    let length = length.unwrap_or(rest.len());
    (rest.get(..length).map(Token::Number), length)
}
