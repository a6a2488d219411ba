//! A text of Markdown as the document that it is written to be.
//!
//! Out of pieces that the engine read, element by element. Links lead out in a tab of
//! their own, and say where; images are told, not fetched.

use super::ways::bar;
use crate::engine::values::{MarkdownQuery, ValueQuery};
use crate::text::human;
use crate::text::markdown::{Align, Document, Part, Piece};
use crate::ui::ask::{answer, shown};
use crate::ui::dom::IntoValue;
use crate::ui::dom::prelude::*;
use crate::ui::parts::lines::tokens_view;

pub(super) fn document(question: &ValueQuery, choice: View) -> View {
    let question = MarkdownQuery {
        value: question.clone(),
    };
    let found = answer(move || Some(question.clone()));
    let draw = shown(found, drawn);
    group().child(bar(choice)).child(draw).into_view()
}

/// A document by itself.
pub fn written(document: &Document) -> View {
    let mut builder = Builder::default();
    for piece in &document.pieces {
        builder.piece(piece);
    }
    el::div().class("markdown").child(builder.done).into_view()
}

fn drawn(document: &Document) -> View {
    let left_out = (document.shown < document.total).then(|| {
        let (shown, total) = (human::size(document.shown), human::size(document.total));
        let told = format!("The first {shown} of {total}; all of it is in the text.");
        el::p().class("note").child(told)
    });
    group()
        .child(left_out)
        .child(
            el::div()
                .class("scroll page")
                .attr("tabindex", "0")
                .attr("role", "region")
                .attr("aria-label", "Document")
                .child(written(document)),
        )
        .into_view()
}

#[derive(Default)]
struct Builder {
    done: Vec<View>,
    /// The elements that are open, the innermost last, and whether each is a table.
    open: Vec<(Element, bool)>,
    in_head: bool,
}

impl Builder {
    fn piece(&mut self, piece: &Piece) {
        let view = match piece {
            Piece::Open(part) => {
                self.in_head = match part {
                    Part::Head => true,
                    Part::Row | Part::Table => false,
                    _ => self.in_head,
                };
                let element = element(part, self.in_head);
                self.open.push((element, *part == Part::Table));
                return;
            }
            Piece::Close => match self.open.pop() {
                Some((table, true)) => sideways("Table").child(table).into_view(),
                Some((element, false)) => element.into_view(),
                None => return,
            },
            Piece::Text(text) => text.clone().into_view(),
            Piece::Code(text) => el::code().child(text.clone()).into_view(),
            Piece::CodeBlock { language, runs } => block(language, tokens_view(runs)),
            Piece::Html(text) => block("HTML, as it is written", text.clone().into_view()),
            Piece::Image { described, address } => image(described, address),
            Piece::Tick(done) => tick(*done),
            Piece::Break => el::br().into_view(),
            Piece::Rule => el::hr().into_view(),
        };
        match self.open.pop() {
            Some((outer, is_table)) => self.open.push((outer.child(view), is_table)),
            None => self.done.push(view),
        }
    }
}

fn element(part: &Part, in_head: bool) -> Element {
    match part {
        Part::Paragraph => el::p(),
        // The page's own headings are the first two levels.
        Part::Heading(1) => el::h3().attr("data-level", "1"),
        Part::Heading(2) => el::h4().attr("data-level", "2"),
        Part::Heading(3) => el::h5().attr("data-level", "3"),
        Part::Heading(_) => el::h6(),
        Part::Quote => el::blockquote(),
        Part::Bullets => el::ul(),
        Part::Numbers(first) => el::ol().attr("start", *first),
        Part::Item => el::li(),
        Part::Table => el::table(),
        Part::Head | Part::Row => el::tr(),
        Part::Cell(align) => {
            let cell = match in_head {
                true => el::th().attr("scope", "col"),
                false => el::td(),
            };
            match align {
                Align::None | Align::Left => cell,
                Align::Center => cell.class("mid"),
                Align::Right => cell.class("num"),
            }
        }
        Part::Emphasis => el::em(),
        Part::Strong => el::strong(),
        Part::Struck => el::s(),
        Part::Link(address) => el::a()
            .class("link")
            .attr("href", address.clone())
            .attr("target", "_blank")
            .attr("rel", "noopener noreferrer")
            .attr("title", address.clone()),
        Part::Address(address) => el::span().class("address").attr("title", address.clone()),
    }
}

/// What may be wider than the page, and is scrolled alone.
fn sideways(label: impl IntoValue) -> Element {
    el::div()
        .class("sideways")
        .attr("tabindex", "0")
        .attr("role", "group")
        .attr("aria-label", label)
}

/// Code in lines of its own.
fn block(language: &str, code: View) -> View {
    let label = match language {
        "" => "Code".to_owned(),
        language => format!("Code: {language}"),
    };
    let told = (!language.is_empty()).then(|| el::span().class("lang").child(language.to_owned()));
    el::figure()
        .child(told)
        .child(sideways(label).child(el::pre().child(el::code().child(code))))
        .into_view()
}

fn image(described: &str, address: &str) -> View {
    el::span()
        .class("picture")
        .attr(
            "title",
            format!("An image, which is not fetched: {address}"),
        )
        .child(match described {
            "" => "An image".to_owned(),
            described => described.to_owned(),
        })
        .child(" ")
        .child(el::code().child(address.to_owned()))
        .into_view()
}

fn tick(done: bool) -> View {
    el::input()
        .attr("type", "checkbox")
        .attr("disabled", "")
        .attr("aria-label", if done { "done" } else { "to do" })
        .attr("checked", done.then_some(""))
        .into_view()
}
