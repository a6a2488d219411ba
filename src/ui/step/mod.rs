//! A step: its tasks beside one another, as cells or as a list.
//!
//! [`plot`] draws all of them on one canvas; below it stands what did not go as planned
//! ([`trouble`]) and how long they took ([`durations`]). [`list`] has the same as rows, with
//! artifacts as columns; it is what a screen reader reads.

mod chart;
mod columns;
mod durations;
mod few;
mod head;
mod list;
mod plot;
mod trouble;

use super::ask::answer;
use super::parts::controls::{filter_field, said, segments, status_filter, wanted_statuses};
use super::parts::{self, table::Scrolled};
use super::state::App;
use crate::engine::siblings::filter::FilterSaidQuery;
use crate::engine::siblings::{Chosen, SiblingsQuery};
use crate::model::RunPath;
use crate::text::human;
use crate::ui::dom::prelude::*;
use few::Few;

/// What the tasks are seen as (`as=`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seen {
    Grid,
    Strip,
    List,
}

impl Seen {
    const ALL: [(Seen, &'static str); 3] = [
        (Seen::Grid, "Grid"),
        (Seen::Strip, "Strip"),
        (Seen::List, "List"),
    ];

    fn word(self) -> &'static str {
        match self {
            Seen::Grid => "grid",
            Seen::Strip => "strip",
            Seen::List => LIST_OF,
        }
    }
}

/// The word of a list, for links that lead there.
const LIST_OF: &str = "list";

/// So many tasks are a list at first, with a name for each above it.
const FEW: u64 = 40;

/// What can be typed: words, and conditions on values, artifacts, durations, attempts and
/// statuses.
const HINT: &str = "country=FI, loss>0.5, duration>30s, an id or an error";

pub fn page(app: App, flow: String, run: String, step: String) -> View {
    let path = RunPath::new(flow, run);
    let (asked_run, asked_step) = (path.clone(), step.clone());
    let found = answer(move || {
        Some(SiblingsQuery {
            run: asked_run.clone(),
            step: asked_step.clone(),
        })
    });
    let (chosen_run, chosen_step) = (path.clone(), step.clone());
    let chosen = Memo::new(move |_| Chosen {
        run: chosen_run.clone(),
        step: chosen_step.clone(),
        text: app
            .route
            .with(|route| route.filters.text.clone().unwrap_or_default()),
        statuses: wanted_statuses(app),
        columns: columns::columns(app),
    });
    let total = Memo::new(move |_| found.value().map_or(0, |view| view.total));
    let has_grid = Memo::new(move |_| found.value().is_some_and(|view| view.has_grid));
    let usual = move || match total.get() {
        total if total <= FEW => Seen::List,
        _ if has_grid.get() => Seen::Grid,
        _ => Seen::Strip,
    };
    let seen = Memo::new(move |_| {
        found.value()?;
        let said = app.route.with(|route| route.extra("as").map(str::to_owned));
        let known = Seen::ALL.iter().map(|(seen, _)| *seen);
        let mut known = known.filter(|seen| *seen != Seen::Grid || has_grid.get());
        let said = known.find(|seen| said.as_deref() == Some(seen.word()));
        Some(said.filter(|_| total.get() > 1).unwrap_or_else(usual))
    });
    let by_duration = Memo::new(move |_| {
        app.route
            .with(|route| route.extra("colour") != Some("status"))
    });

    let head_run = path.clone();
    let head_of = move || {
        let view = found.value()?;
        Some(head::head(app, &head_run, &view.head, &view.foreach))
    };
    let views = move || {
        (total.get() > 1).then(|| {
            let options: Vec<(Seen, &str)> = Seen::ALL
                .into_iter()
                .filter(|(seen, _)| *seen != Seen::Grid || has_grid.get())
                .collect();
            let now = Signal::derive(move || seen.get().unwrap_or(Seen::List));
            let choose = move |wanted: Seen| {
                let word = (wanted != usual()).then(|| wanted.word());
                app.change(|route| route.with_extra("as", word));
            };
            segments("View", &options, now, choose, "")
        })
    };
    let colours = move || {
        (seen.get().is_some_and(|seen| seen != Seen::List)).then(|| {
            let choose = move |by_duration: bool| {
                let word = (!by_duration).then_some("status");
                app.change(|route| route.with_extra("colour", word));
            };
            let now = Signal::derive(move || by_duration.get());
            let options = [(false, "Status"), (true, "Duration")];
            group()
                .child(el::span().class("faint only-wide").child("Colour"))
                .child(segments("Colour", &options, now, choose, ""))
        })
    };
    let tools = el::div()
        .class("tools step-tools")
        .child(filter_field(app, HINT, true))
        .child(move || found.value().map(|view| status_filter(app, &view.statuses)))
        .child(el::span().class("push"))
        .child(colours)
        .child(views);

    let foreach = Memo::new(move |_| {
        found
            .value()
            .map(|view| view.foreach.clone())
            .unwrap_or_default()
    });
    let coming = Memo::new(move |_| found.value().map_or(0, |view| view.head.coming));
    let is_filtered =
        Memo::new(move |_| chosen.with(|of| !of.text.trim().is_empty() || !of.statuses.is_empty()));
    let asked = plot::Asked {
        chosen,
        seen,
        total,
        coming,
        foreach,
    };
    let is_few = Memo::new(move |_| {
        let is_list = seen.get() == Some(Seen::List);
        is_list && found.value().is_some_and(|view| !view.few.is_empty())
    });
    let few = Few::new(app, chosen, is_few);
    let (below_run, below_step) = (path.clone(), step.clone());
    let inside = move || match seen.get()? {
        Seen::List => {
            let strip = move || {
                let view = found.value()?;
                let count = view.few.len() as u64;
                let is_shown = count > 0 && count.saturating_add(view.head.coming) > 1;
                is_shown.then(|| few.strip(&view))
            };
            let scrolled = Scrolled::new();
            Some(
                group()
                    .child(strip)
                    .child(list::list(app, chosen, scrolled)),
            )
        }
        _ => Some(
            group().child(
                el::div()
                    .key("plot")
                    .class("scroll step-plot")
                    .child(plot::figure(app, asked, by_duration))
                    .child(
                        el::div()
                            .class("step-parts")
                            .child(trouble::section(
                                app,
                                below_run.clone(),
                                below_step.clone(),
                                is_filtered,
                            ))
                            .child(move || {
                                let is_filtered = is_filtered.get();
                                Some(durations::section(&*found.value()?, is_filtered))
                            }),
                    ),
            ),
        ),
    };
    let is_list = Memo::new(move |_| seen.get().map(|seen| seen == Seen::List));
    let inside = move || {
        is_list.track();
        inside().map(IntoView::into_view)
    };
    let main = el::main()
        .key(format!("{path}/{step}"))
        .class("main")
        .attr("id", "main")
        .attr("tabindex", "-1")
        .child(move || {
            head_of().unwrap_or_else(|| {
                el::div()
                    .class("head line")
                    .child(el::h1().class("mono").child(step.clone()))
                    .into_view()
            })
        })
        .child(
            el::section()
                .class("panel stack")
                .attr("aria-label", "Tasks")
                .child(tools)
                .child(filter_said(chosen))
                .child(parts::failed_or_waiting(found))
                .child(inside),
        );
    main.into_view()
}

/// What of a filter is not as it may have been meant.
fn filter_said(chosen: Memo<Chosen>) -> View {
    let found = answer(move || {
        let of = chosen.get();
        (!of.text.trim().is_empty()).then_some(FilterSaidQuery { of })
    });
    said(move || Some(found.value()?.said.clone()))
}

/// `12 tasks`, or `3 of 12 tasks` under a filter.
fn counted(matching: u64, total: u64) -> String {
    let all = human::counted(total, "task", "tasks");
    match matching == total {
        true => all,
        false => format!("{} of {all}", human::count(matching)),
    }
}
