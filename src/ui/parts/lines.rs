//! Lines of logs and of code, as they are drawn everywhere.

use super::super::state::App;
use super::table::Scrolled;
use crate::browser::letters::lower;
use crate::engine::excerpt::Excerpt;
use crate::engine::logs::LogRow;
use crate::route::Lines;
use crate::text::ansi::{AnsiLine, Ink, Style};
use crate::text::code::{CodeKind, CodeRun};
use crate::text::human;
use crate::text::python;
use crate::text::traceback::Traceback;
use crate::ui::dom::prelude::*;
use wasm_bindgen::JsCast as _;

/// Lines of a log with numbers and times; where some are left out, it says so. `total`
/// makes room for the longest number, `hot` marks lines.
pub fn log_lines(
    app: App,
    rows: &[LogRow],
    total: u64,
    times: bool,
    hot: &dyn Fn(u64) -> bool,
) -> View {
    let mut next = rows.first().map_or(0, |row| row.number);
    let lines = rows
        .iter()
        .map(|row| {
            let left_out = row.number.saturating_sub(next);
            next = row.number + 1;
            let gap = (left_out > 0).then(|| {
                let told = human::counted(left_out, "line", "lines");
                el::div()
                    .class("line faint")
                    .child(el::span().class("no").child("⋮"))
                    .child(el::span().class("txt").child(told))
            });
            let time = times.then(|| {
                let text = row.at.map(|at| app.time_millis(at)).unwrap_or_default();
                el::time()
                    .attr("title", row.at.map(|at| app.full(at)))
                    .child(text)
            });
            let marked = hot(row.number).then_some("");
            let line = el::div()
                .class("line")
                .attr("data-hot", marked)
                .attr("data-line", row.number + 1)
                .child(el::span().class("no").child(row.number + 1))
                .child(time)
                .child(text(&row.line));
            group().child(gap).child(line)
        })
        .collect_view();
    lines_of(total, lines.into_view())
}

/// The frame of lines: as many digits as the longest number has.
pub fn lines_of(total: u64, lines: View) -> View {
    frame_of(total).child(lines).into_view()
}

/// Lines that scroll, of which only those that are seen are there, below what is told of all
/// of them.
pub fn told_pane(
    scrolled: Scrolled,
    told: String,
    label: &'static str,
    lines: impl IntoView + 'static,
) -> View {
    let pane = scrolled.pane().class("log scroll");
    group()
        .child(el::p().class("note").child(told))
        .child(
            pane.attr("role", "region")
                .attr("aria-label", label)
                .child(lines),
        )
        .into_view()
}

/// The same without lines in it.
pub fn frame_of(total: u64) -> Element {
    let digits = total.max(1).ilog10() + 1;
    el::div().class("lines").style("--no", digits)
}

/// The text of a line in its styles.
pub fn text(line: &AnsiLine) -> View {
    let runs = line
        .runs
        .iter()
        .map(|run| {
            let class = style_class(&run.style);
            match class.is_empty() {
                true => run.text.clone().into_view(),
                false => el::span().class(class).child(run.text.clone()).into_view(),
            }
        })
        .collect_view();
    let folded = (line.folded > 0).then(|| {
        let label = format!("{} earlier states of this line", line.folded);
        group().child(" ").child(
            el::span()
                .class("folded")
                .attr("title", label.clone())
                .child(format!("⟲ {}", line.folded)),
        )
    });
    let cut = (line.left_out > 0).then(|| {
        group().child(" ").child(
            el::span()
                .class("folded")
                .child(format!("… {} more characters", human::count(line.left_out))),
        )
    });
    el::span()
        .class("txt")
        .child(runs)
        .child(folded)
        .child(cut)
        .into_view()
}

/// The classes of a style: `a1` red … `bold`.
fn style_class(style: &Style) -> String {
    let mut class: Vec<String> = Vec::new();
    let (ink, ground) = if style.inverse {
        (&style.bg, &style.fg)
    } else {
        (&style.fg, &style.bg)
    };
    if let Some(number) = colour(ink) {
        class.push(format!("a{number}"));
    }
    if let Some(number) = colour(ground) {
        class.push(format!("b{number}"));
    }
    let marks = [
        (style.bold, "bold"),
        (style.dim, "weak"),
        (style.italic, "italic"),
        (style.underline, "under"),
        (style.strike, "strike"),
    ];
    class.extend(
        marks
            .iter()
            .filter(|(on, _)| *on)
            .map(|(_, name)| (*name).to_owned()),
    );
    class.join(" ")
}

/// One of the sixteen colours. A colour by its numbers becomes the nearest of them:
/// the style sheet alone holds colours.
fn colour(ink: &Ink) -> Option<u8> {
    match ink {
        Ink::Default => None,
        Ink::Named(number) => Some(*number),
        Ink::Rgb(rgb) => Some(nearest(rgb.0, rgb.1, rgb.2)),
    }
}

fn nearest(r: u8, g: u8, b: u8) -> u8 {
    let (most, least) = (r.max(g).max(b), r.min(g).min(b));
    if most - least < 40 {
        return if most > 140 { 7 } else { 8 };
    }
    let high = |part: u8| u16::from(part) * 5 > u16::from(most) * 3;
    u8::from(high(r)) | u8::from(high(g)) << 1 | u8::from(high(b)) << 2
}

/// The line that raised, and what stands around it where the code is known. `frames` is
/// where the whole traceback is, `code` where a line of a packaged file is.
pub fn raised_at(
    traceback: &Traceback,
    excerpt: Option<&Excerpt>,
    frames: String,
    code: impl Fn(&str, u64) -> String,
) -> Option<View> {
    let raised = traceback.last()?;
    let place = raised.place()?;
    let file = place
        .file
        .rsplit('/')
        .next()
        .unwrap_or(&place.file)
        .to_owned();
    let in_packages = raised
        .frames
        .iter()
        .filter(|frame| frame.package.is_some())
        .count();
    let folded = (in_packages > 0).then(|| {
        let label = human::counted(
            in_packages as u64,
            "frame in a library",
            "frames in libraries",
        );
        el::a()
            .class("link push only-wide")
            .attr("href", frames)
            .child(label)
    });
    let number = u64::from(place.line.unwrap_or(0));
    let rows = match excerpt {
        Some(excerpt) => highlighted(excerpt.first, &excerpt.lines.join("\n"), number),
        None => code_line(number, &place.source.first()?.text, true),
    };
    Some(
        group()
            .child(
                el::div()
                    .class("card-bar")
                    .child(
                        el::a()
                            .class("mono")
                            .class_if("link", excerpt.is_some())
                            .attr("href", excerpt.map(|excerpt| code(&excerpt.file, number)))
                            .attr("title", place.file.clone())
                            .child(format!("{file}:{number}")),
                    )
                    .child(
                        el::span()
                            .class("faint")
                            .child(place.function.clone().map(|name| format!("in {name}"))),
                    )
                    .child(folded),
            )
            .child(
                el::div()
                    .class("code")
                    .attr("tabindex", "0")
                    .attr("role", "region")
                    .attr("aria-label", "Source")
                    .child(lines_of(number, rows)),
            )
            .into_view(),
    )
}

/// Lines of Python from a number on, one of them marked.
pub fn highlighted(first: u64, source: &str, hot: u64) -> View {
    python::highlight(source)
        .iter()
        .zip(first..)
        .map(|(tokens, number)| numbered(number, tokens, number == hot))
        .collect_view()
        .into_view()
}

/// A line of Python with its number.
pub fn code_line(number: u64, source: &str, hot: bool) -> View {
    let tokens = python::highlight(source)
        .into_iter()
        .next()
        .unwrap_or_default();
    numbered(number, &tokens, hot).into_view()
}

/// A line of code with its number.
pub fn numbered(number: u64, tokens: &[CodeRun], hot: bool) -> Element {
    el::div()
        .class("line")
        .attr("data-hot", hot.then_some(""))
        .child(el::span().class("no").child(number))
        .child(el::span().class("txt").child(tokens_view(tokens)))
}

/// Code in its colours.
pub fn tokens_view(runs: &[CodeRun]) -> View {
    runs.iter()
        .map(|run| {
            let class = match run.kind {
                CodeKind::Keyword => "kw",
                CodeKind::String | CodeKind::Key => "str",
                CodeKind::Number => "lit",
                CodeKind::Decorator | CodeKind::Definition | CodeKind::Builtin => "fn",
                CodeKind::Comment | CodeKind::Note => "faint",
                CodeKind::Plain => "",
            };
            match class {
                "" => run.text.clone().into_view(),
                class => el::span().class(class).child(run.text.clone()).into_view(),
            }
        })
        .collect_view()
}

/// The line whose number was clicked, and whether it extends what is selected.
pub fn clicked(event: &web_sys::MouseEvent) -> Option<(u64, bool)> {
    let target: web_sys::Element = event.target()?.dyn_into().ok()?;
    if !target.class_list().contains("no") {
        return None;
    }
    let line = target.parent_element()?.get_attribute("data-line")?;
    Some((line.parse().ok()?, event.shift_key()))
}

/// Selects a line in the address, or the lines up to it; a line that is selected alone
/// is so no more.
pub fn select(app: App, stream: &str, line: u64, extend: bool) {
    app.change(|route| {
        let before = route.lines.clone().filter(|lines| lines.stream == stream);
        let (first, last) = match before {
            Some(before) if extend => (before.first.min(line), before.last.max(line)),
            Some(before) if before.first == line && before.last == line => {
                return route.with_lines(None);
            }
            _ => (line, line),
        };
        route.with_lines(Some(Lines {
            stream: stream.to_owned(),
            first,
            last,
        }))
    });
}

/// Which lines are selected, and what can be done with them.
pub fn chosen(app: App, lines: &Lines, copy_text: Option<impl Fn(Lines) + 'static>) -> View {
    let told = match lines.first == lines.last {
        true => format!("line {}", lines.first),
        false => format!("lines {} to {}", lines.first, lines.last),
    };
    let lines = lines.clone();
    let copy_text = copy_text.map(|copy| {
        el::button()
            .class("btn btn-s btn-link")
            .on_click(move |_| copy(lines.clone()))
            .child("Copy text")
    });
    group()
        .child(el::span().class("chip chip-on").child(told))
        .child(
            el::button()
                .class("btn btn-s btn-link")
                .on_click(move |_| app.copy_link())
                .child("Copy link"),
        )
        .child(copy_text)
        .into_view()
}

/// What is marked in a log.
pub struct Marks {
    pub chosen: Option<Lines>,
    /// The line, from 0, of the hit that is shown.
    pub hit: Option<u64>,
    /// The text that is searched.
    pub text: String,
    /// Both streams are shown: each line says which one it is of.
    pub both: bool,
    /// The line, from 0, that names the exception.
    pub raised: Option<u64>,
}

/// Lines of a log of which some are selected or found.
pub fn marked_lines(app: App, rows: &[LogRow], times: bool, marks: &Marks) -> View {
    rows.iter()
        .map(|row| {
            let number = row.number + 1;
            let chosen = marks
                .chosen
                .as_ref()
                .is_some_and(|lines| (lines.first..=lines.last).contains(&number));
            let time = times.then(|| {
                let text = row.at.map(|at| app.time(at)).unwrap_or_default();
                el::time()
                    .attr("title", row.at.map(|at| app.full(at)))
                    .child(text)
            });
            let is_err = marks.both && row.stream == crate::model::Stream::Stderr;
            let err = is_err && row.level.is_none();
            let level = row.level.map(|level| {
                el::span()
                    .class(format!("level {}", level.word()))
                    .child(level.word())
            });
            el::div()
                .class("line")
                .class_if("err", err)
                .attr("data-selected", chosen.then_some(""))
                .attr("data-hot", (marks.raised == Some(row.number)).then_some(""))
                .attr("data-found", (marks.hit == Some(row.number)).then_some(""))
                .attr("data-line", number)
                .child(el::span().class("no").child(number))
                .child(time)
                .child(level)
                .child(if marks.text.is_empty() {
                    text(&row.line)
                } else {
                    found_text(&row.line, &marks.text)
                })
        })
        .collect_view()
}

/// A line with the searched text marked; where it is found the styles give way.
fn found_text(line: &AnsiLine, sought: &str) -> View {
    let plain = line.text();
    let (folded, sought) = (lower(&plain), lower(sought));
    // Where folding changes lengths, places in the one are none in the other.
    if !folded.contains(&sought) || folded.len() != plain.len() {
        return text(line);
    }
    let mut parts: Vec<View> = Vec::new();
    let mut at = 0;
    while let Some(found) = folded.get(at..).and_then(|rest| rest.find(&sought)) {
        let (from, to) = (at + found, at + found + sought.len());
        parts.push(
            plain
                .get(at..from)
                .unwrap_or_default()
                .to_owned()
                .into_view(),
        );
        let hit = plain.get(from..to).unwrap_or_default().to_owned();
        parts.push(el::mark().child(hit).into_view());
        at = to;
    }
    parts.push(plain.get(at..).unwrap_or_default().to_owned().into_view());
    el::span().class("txt").child(parts).into_view()
}
