//! Flows and tags of all runs.

use super::rail;
use crate::engine::runs::RunsView;
use crate::model::Status;
use crate::route::{Filters, Place};
use crate::text::human;
use crate::ui::ask::Found;
use crate::ui::dom::prelude::*;
use crate::ui::parts::marks::{glyph, icon};
use crate::ui::sources;
use crate::ui::state::App;

pub fn of_flows(app: App, runs: Found<RunsView>, flow: Option<String>) -> View {
    let all = flow.is_none();
    let chosen = flow.clone();
    let flows = move || {
        let Some(view) = runs.get().value else {
            return Vec::new();
        };
        let rows = view.flows.iter().map(|row| {
            let current = chosen.as_deref() == Some(row.name.as_str());
            let href = app.href(Place::Runs {
                flow: Some(row.name.clone()),
            });
            let mark = row.status.map_or_else(
                || el::span().class("glyph").into_view(),
                |status| glyph(status, ""),
            );
            el::a()
                .class("tree-row")
                .attr("href", href)
                .attr("aria-current", current.then_some("page"))
                .child(mark)
                .child(el::span().class("name").child(row.name.clone()))
                .child(el::span().class("n").child(human::count(row.runs)))
                .into_view()
        });
        rows.collect::<Vec<_>>()
    };
    let total = move || {
        runs.get()
            .value
            .map(|view| human::count(view.total))
            .unwrap_or_default()
    };
    let statuses = move || {
        let view = runs.get().value?;
        let rows: Vec<_> = view
            .statuses
            .iter()
            .copied()
            .filter(|(status, _)| *status != Status::Succeeded)
            .map(|(status, count)| {
                let filters = Filters {
                    statuses: vec![status.key().to_owned()],
                    ..Filters::default()
                };
                let href = filtered(app, filters);
                let name = match status {
                    Status::Retried => "Needed a retry",
                    other => other.word(),
                };
                el::a()
                    .class("tree-row")
                    .attr("href", href)
                    .child(glyph(status, ""))
                    .child(el::span().class("name").child(name))
                    .child(el::span().class("n").child(human::count(count)))
            })
            .collect();
        (!rows.is_empty()).then(|| group().child(el::h3().child("Views")).child(rows))
    };
    let tagged = move |name: &'static str, of: fn(&RunsView) -> &Vec<(String, u64)>| {
        let view = runs.get().value?;
        let rows: Vec<_> = of(&view)
            .iter()
            .take(12)
            .map(|(tag, count)| {
                let href = filtered(
                    app,
                    Filters {
                        tags: vec![tag.clone()],
                        ..Filters::default()
                    },
                );
                el::a()
                    .class("tree-row")
                    .attr("href", href)
                    .child(icon("hash", "icon-s"))
                    .child(el::span().class("name").child(tag.clone()))
                    .child(el::span().class("n").child(human::count(*count)))
            })
            .collect();
        (!rows.is_empty()).then(|| group().child(el::h3().child(name)).child(rows))
    };
    let shared = move || {
        let view = runs.get().value?;
        let told = match view.shared {
            0 => return None,
            1 => "1 run is in several sources; it is shown once".to_owned(),
            many => format!(
                "{} runs are in several sources; each is shown once",
                human::count(many)
            ),
        };
        Some(el::p().class("small faint tree-more").child(told))
    };
    let projects = move || tagged("Projects", |view| &view.projects);
    let tags = move || tagged("Tags", |view| &view.tags);
    let content = el::div()
        .class("scroll tree")
        .child(el::h2().child("Flows"))
        .child(
            el::a()
                .class("tree-row")
                .attr("href", app.href(Place::Runs { flow: None }))
                .attr("aria-current", all.then_some("page"))
                .child(el::span().class("glyph"))
                .child(el::span().class("name").child("All flows"))
                .child(el::span().class("n").child(total)),
        )
        .child(flows)
        .child(sources::in_rail(app))
        .child(shared)
        .child(statuses)
        .child(projects)
        .child(tags);
    rail(app, "Flows", content.into_view(), ().into_view())
}

/// The address of this list with other filters.
fn filtered(app: App, filters: Filters) -> String {
    app.route
        .with_untracked(|route| route.clone().with_filters(filters))
        .to_hash()
}
