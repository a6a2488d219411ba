//! Tags and texts out of HTML or XML, as far as a list of names needs it.
//!
//! Takes anything and never fails: what is no tag is text. It builds no tree, knows no
//! element but those whose content is a program or a style, which it leaves out, and
//! decodes only the entities that servers write. Start with [`tokens`].

use std::borrow::Cow;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    Open(Tag<'a>),
    /// The name of what ends.
    Close(&'a str),
    /// As it stands there: see [`unescape`].
    Text(&'a str),
}

/// A tag that opens an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    /// Without its prefix, as it is written.
    pub name: &'a str,
    /// It closes itself, as an element without content does in XML.
    pub empty: bool,
    attributes: &'a str,
}

impl<'a> Tag<'a> {
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// The value of an attribute, decoded.
    pub fn attribute(&self, wanted: &str) -> Option<Cow<'a, str>> {
        let mut rest = self.attributes;
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
            if rest.is_empty() {
                return None;
            }
            let ends = |c: char| c.is_whitespace() || c == '=' || c == '/';
            let (name, after) = rest.split_at(rest.find(ends).unwrap_or(rest.len()));
            let spaced = after.trim_start();
            let Some(value) = spaced.strip_prefix('=') else {
                // A `=` that stands alone is a name of its own.
                rest = match name.is_empty() {
                    true => after.get(1..).unwrap_or_default(),
                    false => after,
                };
                continue;
            };
            let value = value.trim_start();
            let (value, after) = match value.chars().next() {
                Some(quote @ ('"' | '\'')) => {
                    let inside = value.get(1..).unwrap_or_default();
                    inside.split_once(quote).unwrap_or((inside, ""))
                }
                _ => value.split_at(value.find(char::is_whitespace).unwrap_or(value.len())),
            };
            if name.eq_ignore_ascii_case(wanted) {
                return Some(unescape(value));
            }
            rest = after;
        }
    }
}

/// The tags and texts of a document in their order.
pub(super) fn tokens(document: &str) -> Tokens<'_> {
    Tokens { rest: document }
}

pub(super) struct Tokens<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            if self.rest.is_empty() {
                return None;
            }
            // A `<` that begins no tag is text, with what follows it.
            let begins = |at: &usize| {
                let after = self.rest.as_bytes().get(at + 1);
                after.is_some_and(|next| next.is_ascii_alphabetic() || b"/!?".contains(next))
            };
            let found = self.rest.match_indices('<').map(|(at, _)| at).find(begins);
            match found {
                Some(0) => {
                    if let Some(token) = self.tag() {
                        return Some(token);
                    }
                }
                at => {
                    let (text, rest) = self.rest.split_at(at.unwrap_or(self.rest.len()));
                    self.rest = rest;
                    return Some(Token::Text(text));
                }
            }
        }
    }
}

impl<'a> Tokens<'a> {
    /// Takes what begins with `<`; nothing comes of what only a browser heeds.
    fn tag(&mut self) -> Option<Token<'a>> {
        if let Some(comment) = self.rest.strip_prefix("<!--") {
            self.rest = comment.split_once("-->").map_or("", |(_, rest)| rest);
            return None;
        }
        let inside = self.rest.get(1..).unwrap_or_default();
        let end = end_of_tag(inside);
        let tag = inside.get(..end).unwrap_or_default();
        self.rest = inside.get(end + 1..).unwrap_or_default();
        if let Some(name) = tag.strip_prefix('/') {
            return Some(Token::Close(local(name.trim())));
        }
        if tag.starts_with(['!', '?']) {
            return None;
        }
        let split = tag.find(|c: char| c.is_whitespace() || c == '/');
        let (name, attributes) = tag.split_at(split.unwrap_or(tag.len()));
        for program in ["script", "style"] {
            if name.eq_ignore_ascii_case(program) {
                self.rest = after_close(self.rest, program);
                return None;
            }
        }
        Some(Token::Open(Tag {
            name: local(name),
            empty: tag.ends_with('/'),
            attributes,
        }))
    }
}

/// Where the `>` is that ends a tag: not one in quotes.
fn end_of_tag(tag: &str) -> usize {
    let mut quote = None;
    for (at, byte) in tag.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return at,
            // Quotes count where a value begins; elsewhere they are letters.
            (None, b'"' | b'\'') if tag.get(..at).is_some_and(begins_value) => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    tag.len()
}

fn begins_value(before: &str) -> bool {
    before.trim_end().ends_with('=')
}

fn after_close<'a>(text: &'a str, name: &str) -> &'a str {
    let ends = |at: &usize| {
        let tag = text.get(at + 2..at + 2 + name.len());
        tag.is_some_and(|tag| tag.eq_ignore_ascii_case(name))
    };
    let mut found = text.match_indices("</").map(|(at, _)| at);
    let end = found.find(ends).unwrap_or(text.len());
    text.get(end..).unwrap_or_default()
}

/// A name without the prefix of its namespace.
fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// The text with its entities decoded: by number, and those that XML has, with `&nbsp;`.
/// What is none stays.
pub(super) fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        match entity(after) {
            Some((decoded, after)) => {
                out.push(decoded);
                rest = after;
            }
            None => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn entity(after: &str) -> Option<(char, &str)> {
    /// `&#1114111;` is the longest.
    const LONGEST: usize = 9;
    let end = after.bytes().take(LONGEST).position(|byte| byte == b';')?;
    let (name, rest) = (after.get(..end)?, after.get(end + 1..)?);
    let decoded = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)?
        }
    };
    Some((decoded, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Tags with all that can stand in a listing, in one line each.
    fn told(document: &str) -> Vec<String> {
        let told = tokens(document).map(|token| match token {
            Token::Open(tag) => match tag.attribute("href") {
                Some(href) => format!("{}({href})", tag.name),
                None => tag.name.to_owned(),
            },
            Token::Close(name) => format!("/{name}"),
            Token::Text(text) => format!("“{}”", unescape(text)),
        });
        told.collect()
    }

    #[track_caller]
    fn check(document: &str, expected: &[&str]) {
        assert_eq!(told(document), expected);
    }

    #[test]
    fn tags_and_texts() {
        check(
            "<!DOCTYPE html><!-- <a> --><A HREF='x&amp;y'>x &lt; y</A>",
            &["A(x&y)", "“x < y”", "/A"],
        );
        check("<a class=b href = \"a>b\" />", &["a(a>b)"]);
        check("<a href=x/y>", &["a(x/y)"]);
        check("<a data-href=1 href>", &["a"]);
        check(
            "<?xml version='1.0'?><s3:Key>a</s3:Key>",
            &["Key", "“a”", "/Key"],
        );
        check("<script>'<a href=x>'</script >b", &["/script", "“b”"]);
        check("1 < 2 <3 <", &["“1 < 2 <3 <”"]);
        check("<a href='never ends", &["a(never ends)"]);
        check("<p title=it's>x", &["p", "“x”"]);
    }

    #[test]
    fn entities() {
        assert_eq!(unescape("&#x26;&#38;&amp;amp;&nbsp;"), "&&&amp;\u{a0}");
        assert_eq!(
            unescape("&; &nothing; &#x110000; &#; &"),
            "&; &nothing; &#x110000; &#; &"
        );
    }

    proptest! {
        #[test]
        fn anything_is_read_to_its_end(parts in prop::collection::vec(
            prop::sample::select(vec![
                "<", ">", "a", " ", "href", "=", "\"", "'", "/", "!--", "-->", "script", "&", "#", ";", "?", "é", "</",
            ]), 0..40,
        )) {
            let document = parts.concat();
            let length: usize = tokens(&document).map(|token| match token {
                Token::Open(tag) => tag.name.len() + tag.attribute("href").map_or(0, |_| 1),
                Token::Close(name) => name.len(),
                Token::Text(text) => text.len(),
            }).sum();
            prop_assert!(length <= document.len());
        }

        #[test]
        fn what_is_escaped_comes_back(text in "\\PC{0,30}") {
            let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
            prop_assert_eq!(unescape(&escaped), text.as_str());
            let link = format!("<a href=\"{escaped}\">");
            let Some(Token::Open(tag)) = tokens(&link).next() else { panic!() };
            prop_assert_eq!(tag.attribute("href").unwrap_or_default(), text.as_str());
        }
    }
}
