//! What tasks of Prefect made to be looked at: texts, tables, links, images, progress.

use crate::engine::prefect::run::{ArtifactView, RunFactsQuery, RunFactsView, ShownView};
use crate::layout::number::number;
use crate::model::RunPath;
use crate::text::human;
use crate::ui::artifact::markdown::written;
use crate::ui::ask::{answer, shown};
use crate::ui::dom::prelude::*;
use crate::ui::parts;
use crate::ui::state::App;

pub fn tab(app: App, run: RunPath) -> View {
    let found = answer(move || Some(RunFactsQuery { run: run.clone() }));
    let draw = shown(found, move |view: &RunFactsView| {
        match view.artifacts.is_empty() {
            true => parts::empty(
                "No artifacts",
                "Neither the flow nor its tasks made one, or they are not among these records.",
                None,
            ),
            false => {
                let all = view.artifacts.iter().map(|one| artifact(app, one));
                el::div()
                    .class("page made")
                    .child(all.collect_view())
                    .into_view()
            }
        }
    });
    el::div()
        .class("scroll")
        .attr("tabindex", "0")
        .child(draw)
        .into_view()
}

fn artifact(app: App, one: &ArtifactView) -> View {
    let name = one
        .key
        .clone()
        .unwrap_or_else(|| "without a key".to_owned());
    let version = one.version.map(|(at, all)| {
        el::span().class("chip").child(format!(
            "version {} of {}",
            human::count(at),
            human::count(all)
        ))
    });
    let by = one.made_by.as_ref().map(|(place, name)| {
        el::a()
            .class("link")
            .attr("href", app.task_href(place))
            .child(name.clone())
    });
    let at = one.updated.or(one.created).map(|at| {
        let word = if one.updated.is_some() {
            "updated"
        } else {
            "made"
        };
        el::span()
            .class("faint")
            .attr("title", app.full(at))
            .child(format!("{word} {}", app.started(at)))
    });
    let description =
        (!one.description.is_empty()).then(|| el::p().class("dim").child(one.description.clone()));
    el::article()
        .class("one")
        .attr("aria-label", name.clone())
        .child(
            el::div()
                .class("one-head")
                .child(el::h2().class("mono").child(name))
                .child(version)
                .child(by)
                .child(at.map(|at| at.class("push"))),
        )
        .child(description)
        .child(content(&one.shown))
        .into_view()
}

fn content(shown: &ShownView) -> View {
    match shown {
        ShownView::Markdown(document) => written(document),
        ShownView::Link { text, to } => link(text, to),
        ShownView::Table {
            columns,
            rows,
            left_out,
        } => table(columns, rows, *left_out),
        ShownView::Progress(part) => el::div()
            .class("flex")
            .child(
                el::progress()
                    .attr("max", "100")
                    .attr("value", number(part.clamp(0.0, 100.0))),
            )
            .child(format!("{} %", number(*part)))
            .into_view(),
        ShownView::Image(address) => image(address),
        ShownView::Other { kind, json } => group()
            .child(
                el::p()
                    .class("faint")
                    .child(format!("Of the type {kind}, as it is recorded:")),
            )
            .child(el::pre().child(json.clone()))
            .into_view(),
    }
}

/// Only what leads out openly is a link.
fn link(text: &str, to: &str) -> View {
    let is_open = to.starts_with("https://") || to.starts_with("http://");
    match is_open {
        true => el::p()
            .child(
                el::a()
                    .class("link")
                    .attr("href", to.to_owned())
                    .attr("target", "_blank")
                    .attr("rel", "noopener noreferrer")
                    .child(text.to_owned()),
            )
            .child(" ")
            .child(el::span().class("faint mono").child(to.to_owned()))
            .into_view(),
        false => el::p()
            .child(text.to_owned())
            .child(" ")
            .child(el::span().class("faint mono").child(to.to_owned()))
            .into_view(),
    }
}

/// An image that is in the record is shown; another one is named, and not fetched.
fn image(address: &str) -> View {
    let kinds = [
        "data:image/png;",
        "data:image/jpeg;",
        "data:image/gif;",
        "data:image/webp;",
    ];
    match kinds.iter().any(|kind| address.starts_with(kind)) {
        true => el::img()
            .attr("src", address.to_owned())
            .attr("alt", "The image of this artifact")
            .into_view(),
        false => group()
            .child(
                el::p()
                    .class("dim")
                    .child("An image elsewhere, which is not fetched:"),
            )
            .child(link("open it", address))
            .into_view(),
    }
}

fn table(columns: &[String], rows: &[Vec<Option<String>>], left_out: u64) -> View {
    let head = (!columns.is_empty()).then(|| {
        let cells = columns.iter().map(|name| el::th().child(name.clone()));
        el::thead().child(el::tr().child(cells.collect_view()))
    });
    let body = rows.iter().map(|row| {
        let cells = row.iter().map(|cell| el::td().child(cell.clone()));
        el::tr().child(cells.collect_view())
    });
    let more = (left_out > 0).then(|| {
        let told = format!("and {} more", human::counted(left_out, "row", "rows"));
        el::p().class("faint").child(told)
    });
    group()
        .child(
            el::div()
                .class("markdown scroll-x")
                .attr("tabindex", "0")
                .child(
                    el::table()
                        .child(head)
                        .child(el::tbody().child(body.collect_view())),
                ),
        )
        .child(more)
        .into_view()
}
