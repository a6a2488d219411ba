//! A page of HTML as what a listing has of it: title, headings, and links with what stands
//! beside each. Knows no server; start with [`Page::read`].

use super::markup::{Token, tokens, unescape};
use std::borrow::Cow;

pub(super) struct Page<'a> {
    /// What a browser writes on the tab, in one line.
    pub title: String,
    /// The text of the first large heading.
    pub heading: String,
    /// The values of `aria-describedby` and `summary` of the first table.
    pub table: Option<String>,
    pub anchors: Vec<Anchor<'a>>,
    /// There were more links than are read.
    pub cut: bool,
    /// It has an end: what servers write has one.
    pub ended: bool,
}

/// A link, and what follows it up to the next one.
pub(super) struct Anchor<'a> {
    pub href: Cow<'a, str>,
    /// Words that stand behind it.
    pub after: Vec<Cow<'a, str>>,
    /// A number that the next cell of the table has beside its text.
    pub data: Option<Cow<'a, str>>,
}

/// Words behind a link that are kept: a date and a size have fewer.
const WORDS: usize = 4;

impl<'a> Page<'a> {
    /// Reads a document, and no more links than so many.
    pub fn read(document: &'a str, most: usize) -> Self {
        let mut page = Page {
            title: String::new(),
            heading: String::new(),
            table: None,
            anchors: Vec::new(),
            cut: false,
            ended: false,
        };
        let (mut in_title, mut in_heading, mut in_anchor) = (false, false, false);
        for token in tokens(document) {
            match token {
                Token::Open(tag) if tag.is("title") => in_title = page.title.is_empty(),
                Token::Open(tag) if tag.is("h1") || tag.is("h2") => {
                    in_heading = page.heading.is_empty();
                }
                Token::Open(tag) if tag.is("table") && page.table.is_none() => {
                    let named = tag.attribute("aria-describedby");
                    let named = named.or_else(|| tag.attribute("summary"));
                    page.table = Some(named.unwrap_or_default().into_owned());
                }
                Token::Open(tag) if tag.is("td") && !in_anchor => {
                    let data = tag.attribute("data-order");
                    let data = data.or_else(|| tag.attribute("data-size"));
                    if let (Some(anchor), Some(data)) = (page.anchors.last_mut(), data) {
                        anchor.data.get_or_insert(data);
                    }
                }
                Token::Open(tag) if tag.is("a") => {
                    let Some(href) = tag.attribute("href") else {
                        continue;
                    };
                    if page.anchors.len() == most {
                        page.cut = true;
                        break;
                    }
                    page.anchors.push(Anchor {
                        href,
                        after: Vec::new(),
                        data: None,
                    });
                    in_anchor = true;
                }
                Token::Close(name) => match name.to_ascii_lowercase().as_str() {
                    "title" => in_title = false,
                    "h1" | "h2" => in_heading = false,
                    "a" => in_anchor = false,
                    "html" | "body" => page.ended = true,
                    _ => {}
                },
                Token::Text(text) if in_title => push_line(&mut page.title, text),
                Token::Text(text) if in_heading => push_line(&mut page.heading, text),
                Token::Text(text) if !in_anchor => {
                    if let Some(anchor) = page.anchors.last_mut() {
                        anchor.push(text);
                    }
                }
                Token::Open(_) | Token::Text(_) => {}
            }
        }
        page
    }

    /// Whether title or heading begin so.
    pub fn is_titled(&self, start: &str) -> bool {
        self.title.starts_with(start) || self.heading.starts_with(start)
    }
}

impl<'a> Anchor<'a> {
    fn push(&mut self, text: &'a str) {
        for part in text.split_ascii_whitespace() {
            if self.after.len() == WORDS {
                return;
            }
            let word = unescape(part);
            if !word.chars().all(char::is_whitespace) {
                self.after.push(word);
            }
        }
    }
}

/// Appends a text in one line that is not too long to be shown.
fn push_line(line: &mut String, text: &str) {
    const LONGEST: usize = 200;
    for word in unescape(text).split_whitespace() {
        if line.len() + word.len() > LONGEST {
            return;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_page_holds() {
        let document = "<title> Runs\n of <b>ana</title><h1>A &amp; B</h1><h2>no</h2>\
            <table summary='list'><td><a href='x'>one <i>two</i></a></td><td data-order='5'>5 kB</td>\
            <td>&nbsp;</td><td>then</td><a name=here>no link</a><a href=y>";
        let page = Page::read(document, 9);
        assert_eq!(
            (page.title.as_str(), page.heading.as_str()),
            ("Runs of ana", "A & B")
        );
        assert_eq!(page.table.as_deref(), Some("list"));
        let [first, second] = page.anchors.as_slice() else {
            panic!()
        };
        assert_eq!((&*first.href, &*second.href), ("x", "y"));
        assert_eq!(first.after, ["5", "kB", "then", "no"]);
        assert_eq!(first.data.as_deref(), Some("5"));
        assert!(!page.cut && Page::read(document, 1).cut);
    }
}
