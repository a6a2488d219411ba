//! Small pictures: icons, status glyphs, bars. All of them stand in the sprite of
//! `index.html` and are only referred to.

use crate::engine::values::Kind;
use crate::layout::number::number;
use crate::model::Status;
use crate::ui::dom::prelude::*;

fn sprite(class: String, href: String, label: Option<String>) -> View {
    let picture = el::svg().class(class).child(el::use_().attr("href", href));
    match label {
        Some(label) => picture
            .attr("role", "img")
            .attr("aria-label", label)
            .into_view(),
        None => picture.attr("aria-hidden", "true").into_view(),
    }
}

/// An icon of the sprite; `class` may be empty, `icon-s` or `icon-m`.
pub fn icon(name: &str, class: &str) -> View {
    sprite(format!("icon {class}"), format!("#i-{name}"), None)
}

/// The mark of Runglass.
pub fn mark() -> View {
    sprite("mark".to_owned(), "#mark".to_owned(), None)
}

/// The class of a status in the style sheets.
pub fn status_class(status: Status) -> &'static str {
    match status {
        Status::Failed => "fail",
        Status::Cancelled => "stop",
        Status::Running => "run",
        Status::Waiting => "hold",
        Status::Unfinished | Status::Unknown => "unf",
        Status::Retried => "retry",
        Status::Succeeded => "ok",
        Status::Cached => "cache",
        Status::Skipped => "skip",
    }
}

/// The mark of a status where words beside it say the same.
pub fn glyph(status: Status, class: &str) -> View {
    let status = status_class(status);
    sprite(
        format!("glyph {status} {class}"),
        format!("#g-{status}"),
        None,
    )
}

/// The mark of a status that stands alone.
pub fn spoken_glyph(status: Status, class: &str) -> View {
    let word = status.word().to_owned();
    let status = status_class(status);
    sprite(
        format!("glyph {status} {class}"),
        format!("#g-{status}"),
        Some(word),
    )
}

/// A bar of a length in percent.
pub fn bar(status: Option<Status>, percent: f64) -> View {
    let class = match status {
        Some(Status::Succeeded) | None => "bar".to_owned(),
        Some(status) => format!("bar {}", status_class(status)),
    };
    let width = format!("{}%", number(percent.clamp(0.0, 100.0)));
    el::i().class(class).style("--w", width).into_view()
}

/// What part of a whole something is, in percent.
pub fn percent(part: i64, whole: i64) -> f64 {
    if whole <= 0 {
        0.0
    } else {
        part as f64 / whole as f64 * 100.0
    }
}

/// The icon of a kind of value.
pub fn kind_icon(kind: Kind) -> View {
    let name = match kind {
        Kind::Number => "hash",
        Kind::Text => "text",
        Kind::List => "list",
        Kind::Dict => "dict",
        Kind::Bytes => "bytes",
        Kind::Image => "image",
        Kind::Table => "table",
        Kind::Time => "clock",
        Kind::Object => "object",
        Kind::Other => "none",
    };
    icon(name, "")
}

/// A bar of a picture, small, for its legend.
pub fn swatch(class: &'static str) -> Element {
    let bar = el::rect()
        .class(class)
        .attr("width", "14")
        .attr("height", "9")
        .attr("rx", "2");
    small(bar)
}

/// A line of it.
pub fn swatch_line(class: &'static str) -> Element {
    small(el::path().class(class).attr("d", "M0 4.5h14"))
}

fn small(mark: Element) -> Element {
    el::svg()
        .class("swatch")
        .attr("viewBox", "0 0 14 9")
        .attr("aria-hidden", "true")
        .child(mark)
}
