//! What the engine noted about a task while it ran, in order.

use super::super::ask::answer;
use super::super::parts;
use super::super::parts::controls::{copy_button, filter_field, nothing_matches, segments};
use super::super::parts::marks::icon;
use super::super::parts::table::{Column, Scrolled, Table, TableRows, plain};
use super::super::state::App;
use crate::engine::task::{MetadataQuery, MetadataRow, MetadataView};
use crate::model::TaskPath;
use crate::text::human;
use crate::ui::dom::prelude::*;

static TABLE: Table = Table {
    class: "metadata",
    label: "Metadata",
    columns: &[
        plain("Time"),
        plain("Field"),
        plain("Value"),
        plain("Type"),
        Column {
            name: "Attempt",
            sort: None,
            class: "num",
        },
    ],
};

/// Which of the events are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Events {
    All,
    Attempt,
    /// As the client's `metadata_dict` has them.
    Newest,
}

impl Events {
    fn of(word: Option<&str>) -> Self {
        match word {
            Some("attempt") => Events::Attempt,
            Some("newest") => Events::Newest,
            _ => Events::All,
        }
    }

    /// In the address.
    fn word(self) -> Option<&'static str> {
        match self {
            Events::All => None,
            Events::Attempt => Some("attempt"),
            Events::Newest => Some("newest"),
        }
    }
}

pub fn tab(app: App, task: TaskPath, attempt: u32) -> View {
    let scrolled = Scrolled::new();
    let shown = Memo::new(move |_| app.route.with(|route| Events::of(route.extra("as"))));
    let found = answer(move || {
        Some(MetadataQuery {
            task: task.clone(),
            attempt: (shown.get() == Events::Attempt).then_some(attempt),
            newest: shown.get() == Events::Newest,
            text: app
                .route
                .with(|route| route.filters.text.clone().unwrap_or_default()),
            window: scrolled.window.get(),
        })
    });
    // Values may be long: the one that is chosen is shown whole below the list.
    let chosen_row = RwSignal::new(None::<MetadataRow>);
    let rows = move |view: &MetadataView| TableRows {
        total: view.matching,
        first: view.window.first,
        drawn: view
            .rows
            .iter()
            .map(|row| event_row(app, row, chosen_row))
            .collect(),
        empty: match view.total {
            0 if view.bare => parts::empty(
                "No metadata here",
                "This datastore is a copy without them: what was noted of this task only the metadata service knows.",
                None,
            ),
            0 => parts::empty("No metadata", "Nothing was noted of this task.", None),
            total => {
                let all = human::counted(total, "event", "events");
                nothing_matches(app, "No event matches", all)
            }
        },
    };
    let count = move || {
        found
            .get()
            .value
            .map(|view| human::counted(view.matching, "event", "events"))
    };
    let chosen = Signal::derive(move || shown.get());
    group()
        .child(
            el::div()
                .class("tools")
                .child(filter_field(app, "Field or value", true))
                .child(segments(
                    "Events",
                    &[
                        (Events::All, "All"),
                        (Events::Attempt, "This attempt"),
                        (Events::Newest, "Newest of each"),
                    ],
                    chosen,
                    move |events| app.change(|route| route.with_extra("as", events.word())),
                    "",
                ))
                .child(el::span().class("push faint only-wide").child(count)),
        )
        .child(TABLE.show(app, scrolled, || None, found, rows))
        .child(move || chosen_row.get().map(|row| whole(app, &row, chosen_row)))
        .into_view()
}

/// One event with the whole of its value.
fn whole(app: App, row: &MetadataRow, chosen: RwSignal<Option<MetadataRow>>) -> View {
    let value = row.value.clone();
    let at = row.at.map(|at| app.full(at));
    el::section()
        .class("event")
        .attr("aria-label", row.field.clone())
        .child(
            el::div()
                .class("sect-head")
                .child(el::h2().class("mono").child(row.field.clone()))
                .child(el::span().class("faint").child(at))
                .child(el::span().class("push"))
                .child(copy_button(
                    app,
                    "Copy",
                    "Value",
                    "btn btn-s btn-quiet",
                    move || value.clone(),
                ))
                .child(
                    el::button()
                        .class("btn btn-s btn-quiet btn-icon")
                        .attr("aria-label", "Close")
                        .on_click(move |_| chosen.set(None))
                        .child(icon("close", "")),
                ),
        )
        .child(
            el::pre()
                .class("pre mono")
                .attr("tabindex", "0")
                .child(row.value.clone()),
        )
        .into_view()
}

fn event_row(app: App, row: &MetadataRow, chosen: RwSignal<Option<MetadataRow>>) -> View {
    let kind = row.kind.clone();
    let kind = if row.from_origin {
        format!("{kind} from the task it was copied from")
            .trim()
            .to_owned()
    } else {
        kind
    };
    let is_chosen = {
        let row = row.clone();
        move || {
            chosen
                .with(|chosen| chosen.as_ref() == Some(&row))
                .to_string()
        }
    };
    let open = {
        let row = row.clone();
        let field = row.field.clone();
        el::button()
            .class("whole")
            .attr("aria-pressed", is_chosen)
            .on_click(move |_| {
                chosen.update(|chosen| {
                    *chosen = Some(row.clone()).filter(|row| chosen.as_ref() != Some(row));
                })
            })
            .child(field)
    };
    el::div()
        .class("row")
        .attr("role", "row")
        .child(
            el::span()
                .attr("role", "cell")
                .class("mono faint k1")
                .attr("title", row.at.map(|at| app.full(at)))
                .child(row.at.map(|at| app.time_millis(at))),
        )
        .child(
            el::span()
                .attr("role", "cell")
                .class("mono strong k1 grow")
                .child(open),
        )
        .child(
            el::span()
                .attr("role", "cell")
                .class("mono k2 cut-end")
                .attr("title", row.value.clone())
                .child(row.value.clone()),
        )
        .child(el::span().attr("role", "cell").class("dim").child(kind))
        .child(
            el::span()
                .attr("role", "cell")
                .class("num dim")
                .child(row.attempt),
        )
        .into_view()
}
