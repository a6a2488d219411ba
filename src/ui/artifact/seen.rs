//! An array as a picture: which ways there are, and its lines. Images and heat maps are
//! [`image`](super::image)'s.

use super::axes::{axes, slice};
use crate::engine::values::{LineView, LinesQuery, LinesView, Picture, Save, SeenAs, ValueQuery};
use crate::layout::number::number;
use crate::text::human;
use crate::ui::artifact::image::picture;
use crate::ui::artifact::ways::bar;
use crate::ui::ask::{answer, shown};
use crate::ui::dom::prelude::*;
use crate::ui::parts;
use crate::ui::parts::controls::segments;
use crate::ui::state::App;

const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 320.0;

/// The word of a way in the address, and its name.
fn words(seen: Option<SeenAs>) -> (&'static str, &'static str) {
    match seen {
        None => ("table", "Table"),
        Some(SeenAs::Image) => ("image", "Image"),
        Some(SeenAs::Heat) => ("heat", "Heat map"),
        Some(SeenAs::Lines) => ("line", "Line"),
    }
}

/// A value that is a table, or one of the pictures of it.
pub(super) fn table_or_picture(
    app: App,
    question: &ValueQuery,
    pictures: &[Picture],
    lengths: &[u64],
    table: impl Fn(View) -> View + 'static,
) -> View {
    if pictures.is_empty() {
        return table(group().into_view());
    }
    let all: Vec<Option<SeenAs>> = std::iter::once(None)
        .chain(pictures.iter().map(|picture| Some(picture.seen)))
        .collect();
    // What has the shape of an image with channels is one: as a table it says nothing.
    let is_image = |picture: &&Picture| picture.seen == SeenAs::Image && !picture.is_part;
    let first = pictures.first().filter(is_image);
    let first = first.filter(|_| lengths.len() == 3).map(|one| one.seen);
    let known = all.clone();
    let chosen = Memo::new(move |_| {
        let word = app.route.with(|route| route.extra("as").map(str::to_owned));
        let mut all = known.iter().copied();
        let word = match word.as_deref() {
            // A table with its summaries.
            Some("columns") => Some("table"),
            other => other,
        };
        let named = |seen: &Option<SeenAs>| Some(words(*seen).0) == word;
        all.find(named).unwrap_or(first)
    });
    let options: Vec<(Option<SeenAs>, &'static str)> =
        all.iter().map(|seen| (*seen, words(*seen).1)).collect();
    let choice = move || {
        segments(
            "View",
            &options,
            Signal::derive(move || chosen.get()),
            move |seen| {
                let word = (seen != first).then_some(words(seen).0);
                app.change(|route| route.with_extra("as", word));
            },
            "",
        )
    };
    let question = question.clone();
    let lengths = lengths.to_vec();
    let parts: Vec<SeenAs> = pictures
        .iter()
        .filter(|picture| picture.is_part)
        .map(|picture| picture.seen)
        .collect();
    group()
        .child(move || {
            let Some(seen) = chosen.get() else {
                // The table has its own fields.
                return table(choice());
            };
            let fields = parts.contains(&seen).then(|| axes(app, &lengths));
            let tools = group().child(fields).child(choice()).into_view();
            match seen {
                SeenAs::Lines => lines(app, question.clone(), tools),
                SeenAs::Image | SeenAs::Heat => {
                    let save = Save::Picture(seen);
                    picture(app, question.clone(), save, tools)
                }
            }
        })
        .into_view()
}

/// The lines of an array over one another.
fn lines(app: App, question: ValueQuery, tools: View) -> View {
    let found = answer(move || {
        Some(LinesQuery {
            value: question.clone(),
            slice: app.route.with(slice),
        })
    });
    let draw = shown(found, |view: &LinesView| drawn(view));
    group()
        .child(bar(tools))
        .child(el::div().class("scroll page plot").child(draw))
        .into_view()
}

fn drawn(view: &LinesView) -> View {
    let least = view
        .lines
        .iter()
        .filter_map(|line| line.min)
        .reduce(f64::min);
    let most = view
        .lines
        .iter()
        .filter_map(|line| line.max)
        .reduce(f64::max);
    let (Some(low), Some(high)) = (least, most) else {
        return parts::empty("Nothing to draw", "None of it is a finite number.", None);
    };
    let height = if high > low { high - low } else { 1.0 };
    let y = |value: f64| HEIGHT - (value - low) / height * HEIGHT;
    let lines = view.lines.iter().enumerate().map(|(at, line)| {
        el::path()
            .class("plot-line")
            .attr("data-n", at % 8)
            .attr("d", path(line, &y))
    });
    let names = view
        .lines
        .iter()
        .enumerate()
        .filter(|(_, line)| !line.name.is_empty());
    let names = names.map(|(at, line)| {
        let note = match line.note.as_str() {
            "" => String::new(),
            note => format!(" ({note})"),
        };
        el::span()
            .class("plot-name")
            .attr("data-n", at % 8)
            .child(format!("{}{note}", line.name))
    });
    let step = (view.step > 1).then(|| {
        let step = human::count(view.step);
        format!("; each place is {step} values, from the least to the most of them")
    });
    let own = view.lines.first().filter(|line| line.name.is_empty());
    let note = own
        .map(|line| line.note.clone())
        .filter(|note| !note.is_empty());
    let told = format!(
        "{}, from {} to {}{}{}",
        human::counted(view.length, "value", "values"),
        view.low,
        view.high,
        step.unwrap_or_default(),
        note.map(|note| format!("; {note}")).unwrap_or_default()
    );
    group()
        .child(el::p().class("faint").child(told.clone()))
        .child(
            el::svg()
                .attr(
                    "viewBox",
                    format!("-4 -8 {} {}", number(WIDTH + 8.0), number(HEIGHT + 16.0)),
                )
                .attr("role", "img")
                .attr("aria-label", told)
                .attr("preserveAspectRatio", "none")
                .child(lines.collect_view()),
        )
        .child(el::div().class("chips").child(names.collect_view()))
        .into_view()
}

/// Up and down in each bucket, broken where there is nothing.
fn path(line: &LineView, y: &dyn Fn(f64) -> f64) -> String {
    let last = line.buckets.len().saturating_sub(1).max(1) as f64;
    let mut path = String::new();
    let mut broken = true;
    for (at, bucket) in line.buckets.iter().enumerate() {
        let Some((low, high)) = bucket else {
            broken = true;
            continue;
        };
        let x = number(at as f64 / last * WIDTH);
        path.push_str(if broken { "M" } else { "L" });
        path.push_str(&format!("{x} {}", number(y(*low))));
        if high > low {
            path.push_str(&format!("L{x} {}", number(y(*high))));
        } else if broken {
            // A place alone is seen too.
            path.push_str("h0.5");
        }
        broken = false;
    }
    path
}
