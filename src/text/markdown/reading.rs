//! From the events of the parser to pieces, within bounds.

use super::{Align, Document, Part, Piece};
use crate::text::code::{CodeKind, CodeRun};
use crate::text::python;
use pulldown_cmark::{Alignment, CodeBlockKind, Event, LinkType, Options, Parser, Tag};

/// Bytes of a text that are read.
const MOST: usize = 200_000;

/// Pieces that a screen builds, those of highlighted code among them.
const PIECES: usize = 30_000;

/// Parts within one another; what is deeper stands in the innermost of these.
const DEPTH: usize = 24;

/// Letters of an address, and of the name of a language.
const ADDRESS: usize = 2000;
const LANGUAGE: usize = 40;

/// The pieces of a document.
pub fn read(text: &str) -> Document {
    let head = head(text);
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut reader = Reader::default();
    let mut shown = head.len();
    for (event, range) in Parser::new_ext(head, options).into_offset_iter() {
        if reader.count >= PIECES {
            shown = range.start;
            break;
        }
        reader.event(event);
    }
    reader.finish();
    Document {
        pieces: reader.pieces,
        shown: shown as u64,
        total: text.len() as u64,
    }
}

/// As much as is read, up to the end of a line where there is one.
fn head(text: &str) -> &str {
    if text.len() <= MOST {
        return text;
    }
    let end = (0..=MOST).rev().find(|end| text.is_char_boundary(*end));
    let head = text.get(..end.unwrap_or(0)).unwrap_or_default();
    let line = head.rfind('\n').map_or(head, |end| {
        let whole = head.get(..=end);
        whole.unwrap_or(head)
    });
    // A line may be longer than all of it.
    if line.len() > MOST / 2 { line } else { head }
}

#[derive(Default)]
struct Reader {
    pieces: Vec<Piece>,
    /// What the pieces count for.
    count: usize,
    /// Of all parts that are open, whether there is a piece for it.
    open: Vec<bool>,
    depth: usize,
    /// How the columns of the table stand that is read, and which one is next.
    columns: Vec<Align>,
    column: usize,
    /// What is gathered instead of being a piece at once.
    gathered: Option<Gathered>,
}

enum Gathered {
    Code {
        language: String,
        text: String,
    },
    Html(String),
    /// How many parts are open within the image; of them only the text is told.
    Image {
        address: String,
        described: String,
        within: usize,
    },
}

impl Reader {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(_) => self.end(),
            Event::Text(text) => self.text(&text),
            Event::Code(text) => match &mut self.gathered {
                Some(_) => self.text(&text),
                None => self.push(Piece::Code(text.into_string())),
            },
            Event::Html(text) | Event::InlineHtml(text) => self.text(&text),
            Event::SoftBreak => self.text("\n"),
            Event::HardBreak => match &mut self.gathered {
                Some(_) => self.text("\n"),
                None => self.push(Piece::Break),
            },
            Event::Rule => self.push(Piece::Rule),
            Event::TaskListMarker(done) => self.push(Piece::Tick(done)),
            // Not asked for: they stand as the text that they are.
            Event::InlineMath(text) | Event::DisplayMath(text) => self.text(&text),
            Event::FootnoteReference(text) => self.text(&text),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        if let Some(Gathered::Image { within, .. }) = &mut self.gathered {
            *within += 1;
            return;
        }
        match tag {
            Tag::CodeBlock(kind) => {
                let language = match &kind {
                    CodeBlockKind::Fenced(info) => language(info),
                    CodeBlockKind::Indented => String::new(),
                };
                self.gather_code(language);
            }
            Tag::MetadataBlock(_) => self.gather_code("yaml".to_owned()),
            Tag::HtmlBlock => self.gathered = Some(Gathered::Html(String::new())),
            Tag::Image { dest_url, .. } => {
                self.gathered = Some(Gathered::Image {
                    address: cut(&dest_url, ADDRESS),
                    described: String::new(),
                    within: 0,
                });
            }
            Tag::Table(alignments) => {
                self.columns = alignments.into_iter().map(align).collect();
                self.open(Part::Table);
            }
            Tag::TableHead => self.open_row(Part::Head),
            Tag::TableRow => self.open_row(Part::Row),
            Tag::TableCell => {
                let align = self.columns.get(self.column).copied();
                self.column += 1;
                self.open(Part::Cell(align.unwrap_or(Align::None)));
            }
            Tag::Paragraph => self.open(Part::Paragraph),
            Tag::Heading { level, .. } => self.open(Part::Heading(level as u8)),
            Tag::BlockQuote(_) => self.open(Part::Quote),
            Tag::List(None) => self.open(Part::Bullets),
            Tag::List(Some(first)) => self.open(Part::Numbers(first)),
            Tag::Item => self.open(Part::Item),
            Tag::Emphasis => self.open(Part::Emphasis),
            Tag::Strong => self.open(Part::Strong),
            Tag::Strikethrough => self.open(Part::Struck),
            Tag::Link {
                link_type,
                dest_url,
                ..
            } => {
                let address = match link_type {
                    LinkType::Email => format!("mailto:{dest_url}"),
                    _ => dest_url.into_string(),
                };
                self.open(link(address));
            }
            // Not asked for: what is in them stands where they are.
            Tag::FootnoteDefinition(_)
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::Superscript
            | Tag::Subscript => self.open.push(false),
        }
    }

    fn end(&mut self) {
        match self.gathered.take() {
            Some(Gathered::Image {
                address,
                described,
                within,
            }) => match within.checked_sub(1) {
                Some(within) => {
                    self.gathered = Some(Gathered::Image {
                        address,
                        described,
                        within,
                    });
                }
                None => self.push(Piece::Image { described, address }),
            },
            Some(Gathered::Code { language, text }) => self.code_block(language, &text),
            Some(Gathered::Html(text)) => self.push(Piece::Html(text)),
            None => {
                if self.open.pop() == Some(true) {
                    self.depth -= 1;
                    self.push(Piece::Close);
                }
            }
        }
    }

    /// Whatever is open when the text ends, or the room.
    fn finish(&mut self) {
        while self.gathered.is_some() || !self.open.is_empty() {
            self.end();
        }
    }

    fn open(&mut self, part: Part) {
        // Rows and items are nothing without what they are of.
        let (room, is_piece) = match part {
            Part::Table => (4, true),
            Part::Bullets | Part::Numbers(_) => (2, true),
            Part::Head | Part::Row | Part::Cell(_) | Part::Item => {
                (1, self.open.last() == Some(&true))
            }
            _ => (1, true),
        };
        let is_piece = is_piece && self.depth + room <= DEPTH;
        self.open.push(is_piece);
        if is_piece {
            self.depth += 1;
            self.push(Piece::Open(part));
        } else if part.is_block() && matches!(self.pieces.last(), Some(Piece::Text(_))) {
            self.push(Piece::Break);
        }
    }

    fn open_row(&mut self, part: Part) {
        self.column = 0;
        self.open(part);
    }

    fn gather_code(&mut self, language: String) {
        let text = String::new();
        self.gathered = Some(Gathered::Code { language, text });
    }

    fn text(&mut self, text: &str) {
        let gathered = match &mut self.gathered {
            Some(Gathered::Code { text, .. } | Gathered::Html(text)) => Some(text),
            Some(Gathered::Image { described, .. }) => Some(described),
            None => None,
        };
        let before = gathered.or_else(|| match self.pieces.last_mut() {
            Some(Piece::Text(before)) => Some(before),
            _ => None,
        });
        match before {
            Some(before) => before.push_str(text),
            None => self.push(Piece::Text(text.to_owned())),
        }
    }

    fn code_block(&mut self, language: String, text: &str) {
        let text = text.strip_suffix('\n').unwrap_or(text);
        let mut runs = Vec::new();
        if matches!(language.as_str(), "python" | "py" | "python3") {
            for line in python::highlight(text) {
                runs.extend(line);
                runs.push(plain("\n"));
            }
            runs.pop();
        }
        let fits = self.count + runs.len() <= PIECES;
        if runs.is_empty() || !fits {
            runs = vec![plain(text)];
        }
        self.count += runs.len();
        self.push(Piece::CodeBlock { language, runs });
    }

    fn push(&mut self, piece: Piece) {
        self.count += 1;
        self.pieces.push(piece);
    }
}

impl Part {
    /// Whether it stands in lines of its own.
    fn is_block(&self) -> bool {
        !matches!(
            self,
            Part::Emphasis | Part::Strong | Part::Struck | Part::Link(_) | Part::Address(_)
        )
    }
}

/// Where a link leads, if it is one that says so openly.
fn link(address: String) -> Part {
    const OPEN: [&str; 3] = ["http://", "https://", "mailto:"];
    let begins = |scheme: &&str| {
        let head = address.get(..scheme.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(scheme))
    };
    if address.len() <= ADDRESS && OPEN.iter().any(begins) {
        Part::Link(address)
    } else {
        Part::Address(cut(&address, ADDRESS))
    }
}

/// The first word behind a fence.
fn language(info: &str) -> String {
    let word = info.split([' ', ',', '{', '\t']).next();
    cut(&word.unwrap_or_default().to_lowercase(), LANGUAGE)
}

fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

fn plain(text: &str) -> CodeRun {
    CodeRun {
        kind: CodeKind::Plain,
        text: text.to_owned(),
    }
}

fn align(alignment: Alignment) -> Align {
    match alignment {
        Alignment::None => Align::None,
        Alignment::Left => Align::Left,
        Alignment::Center => Align::Center,
        Alignment::Right => Align::Right,
    }
}
