//! The list of runs.

use super::ask::{Found, answer};
use super::parts::controls::{self, filter_field, nothing_matches, status_filter, wanted_statuses};
use super::parts::lasting::lasting;
use super::parts::marks::{bar, glyph, icon, percent};
use super::parts::table::{Scrolled, Table, TableRows, column, plain};
use super::parts::tabs::{self, Tab};
use super::state::{App, span};
use super::{history, rail, sources, storage};
use crate::engine::runs::{History, RunRow, RunsQuery, RunsSort, RunsView};
use crate::layout::number::number;
use crate::model::pathspec::shown_run;
use crate::model::{RunPath, Status};
use crate::route::Sort;
use crate::text::human;
use crate::ui::dom::prelude::*;

static TABLE: Table = Table {
    class: "runs",
    label: "Runs",
    columns: &[
        column("Status", "status"),
        column("Flow", "flow"),
        plain("Run"),
        column("User", "user"),
        plain("Tags"),
        column("Started", "started"),
        column("Duration", "duration"),
    ],
};

/// The same of several sources.
static TABLE_OF_SEVERAL: Table = Table {
    class: "runs several",
    label: "Runs",
    columns: &[
        column("Status", "status"),
        column("Flow", "flow"),
        plain("Run"),
        plain("Source"),
        column("User", "user"),
        plain("Tags"),
        column("Started", "started"),
        column("Duration", "duration"),
    ],
};

/// Of one flow; without one there is nothing but the runs.
const TABS: &[&str] = &["runs", "durations", "storage"];

pub fn page(app: App, flow: Option<String>) -> View {
    let scrolled = Scrolled::new();
    let asked = flow.clone();
    let runs = answer(move || {
        let sort = sorted(app);
        Some(app.route.with(|route| RunsQuery {
            flow: asked.clone(),
            text: route.filters.text.clone().unwrap_or_default(),
            statuses: wanted_statuses(app),
            tags: route.filters.tags.clone(),
            user: route.filters.users.first().cloned(),
            namespace: route.namespace.clone(),
            sort: match sort.by.as_str() {
                "status" => RunsSort::Status,
                "flow" => RunsSort::Flow,
                "user" => RunsSort::User,
                "duration" => RunsSort::Duration,
                _ => RunsSort::Started,
            },
            descending: sort.descending,
            window: scrolled.window.get(),
        }))
    });
    let title = flow.clone().unwrap_or_else(|| "Runs".to_owned());
    let is_flow = flow.is_some();
    let flow_name = flow.clone();
    let count = move || {
        runs.get().value.map(|view| {
            // Of one flow's list all of it are the runs of that flow.
            let of_flow = view
                .flows
                .iter()
                .find(|row| flow_name.as_ref() == Some(&row.name));
            let of_all = of_flow.map_or(view.total, |row| row.runs);
            if view.matching == of_all || is_flow && !filtered(app) {
                human::counted(view.matching, "run", "runs")
            } else {
                format!(
                    "{} of {}",
                    human::count(view.matching),
                    human::count(of_all)
                )
            }
        })
    };
    let pending = move || {
        let pending = runs.get().value.map_or(0, |view| view.pending);
        (pending > 0).then(|| format!("reading {} more", human::count(pending)))
    };
    let tab = tabs::current(app, TABS);
    // What all flows take together nobody asks.
    let tabs = flow.is_some().then(|| {
        let named = [
            ("runs", "Runs"),
            ("durations", "Durations"),
            ("storage", "Storage"),
        ];
        let tabs = named.map(|(word, name)| Tab {
            word,
            name,
            count: None,
        });
        tabs::bar(app, "This flow", tabs.into(), tab)
    });
    let of_flow = flow.clone();
    let panel = move || match (tab.get(), &of_flow) {
        ("durations", Some(flow)) => tabs::panel("durations")
            .child(history::tab(app, flow.clone()))
            .into_view(),
        ("storage", Some(flow)) => tabs::panel("storage")
            .child(storage::tab(app, flow.clone()))
            .into_view(),
        (_, flow) => {
            let panel = match flow {
                Some(_) => tabs::panel("runs"),
                None => el::section().class("panel").attr("aria-label", "Runs"),
            };
            list(app, panel.class("panel stack"), scrolled, runs)
        }
    };
    let namespace = move || runs.get().value.map(|view| namespaces(app, &view));
    let main = el::main()
        .key(flow.clone().unwrap_or_default())
        .class("main")
        .attr("id", "main")
        .attr("tabindex", "-1")
        .child(
            el::div()
                .class("head line")
                .child(el::h1().class_if("mono", is_flow).child(title))
                .child(el::span().class("faint").child(count))
                .child(
                    el::div()
                        .class("head-acts")
                        .child(el::span().attr("role", "status").child(pending)),
                )
                .child(namespace),
        )
        .child(move || sources::site_fault(app))
        .child(move || sources::not_open(app))
        .child(tabs)
        .child(panel);
    group()
        .child(rail::of_flows(app, runs, flow))
        .child(main)
        .into_view()
}

/// The filters, the table, and the past of the flow.
fn list(app: App, panel: Element, scrolled: Scrolled, runs: Found<RunsView>) -> View {
    let sources = sources::names(app);
    let table = match sources.is_empty() {
        true => &TABLE,
        false => &TABLE_OF_SEVERAL,
    };
    let rows = move |view: &RunsView| {
        let drawn = view.rows.iter();
        TableRows {
            total: view.matching,
            first: view.window.first,
            drawn: drawn.map(|row| run_row(app, row, &sources)).collect(),
            empty: nothing(app, view.total, view.elsewhere),
        }
    };
    panel
        .child(
            el::div()
                .class("tools")
                .child(filter_field(app, "Text, id, user or tag", false))
                .child(move || {
                    runs.get()
                        .value
                        .map(|view| status_filter(app, &view.statuses))
                })
                .child(move || chosen(app)),
        )
        .child(table.show(app, scrolled, move || Some(sorted(app)), runs, rows))
        .child(move || {
            runs.get()
                .value
                .and_then(|view| Some(past(app, view.history.as_ref()?)))
        })
        .into_view()
}

/// Whether the address leaves some runs out.
fn filtered(app: App) -> bool {
    app.route.with(|route| !route.filters.is_empty())
}

fn sorted(app: App) -> Sort {
    let chosen = app.route.with(|route| route.filters.sort.clone());
    chosen.unwrap_or_else(|| Sort {
        by: "started".to_owned(),
        descending: true,
    })
}

/// Filters that are not buttons of their own: a tag, a user. A click takes one away.
fn chosen(app: App) -> View {
    let (tags, users) = app
        .route
        .with(|route| (route.filters.tags.clone(), route.filters.users.clone()));
    let chip = |text: String, remove: Box<dyn Fn(&mut crate::route::Filters)>| {
        let label = format!("Remove the filter {text}");
        el::button()
            .class("btn btn-s")
            .attr("aria-pressed", "true")
            .attr("aria-label", label)
            .on_click(move |_| {
                app.change(|mut route| {
                    remove(&mut route.filters);
                    route
                })
            })
            .child(text)
            .child(icon("close", "icon-s"))
            .into_view()
    };
    let mut chips = Vec::new();
    for tag in tags {
        let gone = tag.clone();
        chips.push(chip(
            format!("tag {tag}"),
            Box::new(move |filters| filters.tags.retain(|known| *known != gone)),
        ));
    }
    for user in users {
        let gone = user.clone();
        chips.push(chip(
            format!("user {user}"),
            Box::new(move |filters| filters.users.retain(|known| *known != gone)),
        ));
    }
    chips.collect_view().into_view()
}

/// Whose runs are listed: a user's, a deployment's, or all.
fn namespaces(app: App, view: &RunsView) -> Option<View> {
    let chosen = app.route.with(|route| route.namespace.clone());
    if view.namespaces.is_empty() && chosen.is_none() {
        return None;
    }
    let mut options = vec![(String::new(), "All namespaces".to_owned())];
    let known = view.namespaces.iter();
    options.extend(
        known.map(|(name, count)| (name.clone(), format!("{name} ({})", human::count(*count)))),
    );
    let chosen = chosen.unwrap_or_default();
    if options.iter().all(|(value, _)| *value != chosen) {
        options.push((chosen.clone(), format!("{chosen} (0)")));
    }
    let choose = move |name: String| {
        app.choose_namespace(Some(name).filter(|name| !name.is_empty()));
    };
    Some(controls::choice("Namespace", options, &chosen, choose))
}

/// A namespace in which there is no run, beside others with some.
fn only_elsewhere(app: App, elsewhere: u64) -> View {
    let namespace = app.route.with_untracked(|route| route.namespace.clone());
    let everything = el::button()
        .class("btn btn-s")
        .on_click(move |_| app.choose_namespace(None))
        .child("Show all namespaces");
    super::parts::empty(
        format!(
            "No run is in the namespace {}",
            namespace.unwrap_or_default()
        ),
        format!(
            "{} elsewhere.",
            human::counted(elsewhere, "run is", "runs are")
        ),
        Some(everything.into_view()),
    )
}

fn nothing(app: App, total: u64, elsewhere: u64) -> View {
    if total == 0 && elsewhere > 0 {
        return only_elsewhere(app, elsewhere);
    }
    nothing_matches(app, "No run matches", human::counted(total, "run", "runs"))
}

/// What there is to say beside how a run went: in short, and in whole words.
fn note(row: &RunRow, status: Status) -> (String, String) {
    let failed = row.failed.unwrap_or(0);
    if let Some(step) = &row.step {
        let more = failed.saturating_sub(1);
        let told = format!("in {step}");
        return match more {
            0 => (told.clone(), told),
            _ => (
                format!("{told} and {} more", human::count(more)),
                format!(
                    "{told} and {}",
                    human::counted(more, "more task", "more tasks")
                ),
            ),
        };
    }
    let good = matches!(status, Status::Succeeded | Status::Retried | Status::Cached);
    // Its end did not wait for them.
    let failed = (good && failed > 0).then(|| {
        let tasks = human::counted(failed, "task", "tasks");
        (
            format!("{} failed", human::count(failed)),
            format!("though {tasks} failed"),
        )
    });
    let retried = match (row.unseen, row.retried) {
        (0, 0) => None,
        (0, retried) => Some(format!("{} retried", human::count(retried))),
        _ => Some("retries not counted yet".to_owned()),
    };
    let retried = retried.map(|told| (told.clone(), told));
    let both = failed.into_iter().chain(retried);
    let (short, whole): (Vec<String>, Vec<String>) = both.unzip();
    (short.join(", "), whole.join(", "))
}

fn run_row(app: App, row: &RunRow, names: &[String]) -> View {
    let path = RunPath::new(&row.flow, &row.run);
    let status = match row.status {
        None => el::span().class("faint").child("reading").into_view(),
        Some(status) => {
            let word = match (&row.state, status) {
                (Some(state), _) => state.clone(),
                (None, Status::Retried) => "Succeeded".to_owned(),
                (None, status) => status.word().to_owned(),
            };
            let (short, whole) = note(row, status);
            group()
                .child(glyph(status, ""))
                .child(
                    el::span()
                        .class_if("fail", status == Status::Failed)
                        .child(word),
                )
                .child(
                    el::span()
                        .class("faint cut-end")
                        .attr("title", (!whole.is_empty()).then_some(whole))
                        .child(short),
                )
                .into_view()
        }
    };
    let proof = match (row.proof.as_str(), row.status) {
        ("", Some(Status::Unfinished)) => "no record of an end".to_owned(),
        _ => row.proof.clone(),
    };
    let mark = match (row.latest, row.last_good) {
        _ if row.in_part => Some(("in part", "chip chip-warn")),
        _ if row.spun => Some(("spin", "chip")),
        (true, true) => Some(("latest, last good", "chip chip-ok")),
        (true, false) => Some(("latest", "chip chip-mark")),
        (false, true) => Some(("last good", "chip chip-ok")),
        (false, false) => None,
    };
    let mark = mark.map(|(word, class)| el::span().class(class).child(word));
    let tags = row
        .tags
        .iter()
        .map(|tag| {
            let href = app.route.with_untracked(|route| {
                let mut route = route.clone();
                if !route.filters.tags.contains(tag) {
                    route.filters.tags.push(tag.clone());
                }
                route.to_hash()
            });
            el::a().class("chip").attr("href", href).child(tag.clone())
        })
        .collect_view();
    let of_source = sources::of_run(names, row.source, row.also_in, "of-source k3");
    let started = row.started.map(|at| {
        let ago = app.ago(at).unwrap_or_default();
        group()
            .child(
                el::span()
                    .attr("title", app.full(at))
                    .child(app.started(at)),
            )
            .child(" ")
            .child(el::span().class("faint").child(ago))
    });
    let length = row.duration.zip(row.longest).map(|(duration, longest)| {
        let marked = el::span()
            .class("span")
            .child(bar(row.status, percent(duration.0, longest.0)));
        match row.median {
            Some(median) => marked
                .attr("data-m", "")
                .style("--m", format!("{}%", number(percent(median.0, longest.0))))
                .into_view(),
            None => marked.into_view(),
        }
    });
    // How long a run without an end has been going is not known, only how long it was seen.
    let status_of = row.status.unwrap_or(Status::Unknown);
    let duration = match row.duration.filter(|_| row.at_least) {
        Some(length) => format!("> {}", human::span(length.0)).into_view(),
        None => lasting(status_of, row.duration, row.since),
    };
    el::div()
        .class("row")
        .attr("role", "row")
        .child(
            el::span()
                .attr("role", "cell")
                .class("flex k1")
                .attr("title", proof)
                .child(status),
        )
        .child(
            el::span().attr("role", "cell").class("flow k1 grow").child(
                el::a()
                    .class("whole")
                    .attr("href", app.run_href(&path))
                    .child(row.flow.clone()),
            ),
        )
        .child(
            el::span()
                .attr("role", "cell")
                .class("flex k2")
                .child(
                    el::span()
                        .class("mono cut-end")
                        .attr("title", row.name.as_ref().map(|_| row.run.clone()))
                        .child(shown_run(&row.run, row.name.as_deref())),
                )
                .child(mark),
        )
        .child(of_source.map(|told| told.attr("role", "cell")))
        .child(
            el::span()
                .attr("role", "cell")
                .class("dim")
                .child(row.user.clone()),
        )
        .child(
            el::span()
                .attr("role", "cell")
                .class("flex")
                .child(el::span().class("chips above").child(tags)),
        )
        .child(
            el::span()
                .attr("role", "cell")
                .class("flex k2 started")
                .child(started),
        )
        .child(
            el::span()
                .attr("role", "cell")
                .class("flex k1")
                .child(length)
                .child(el::span().class("dim").child(duration)),
        )
        .into_view()
}

/// The past durations of a flow as bars, oldest first.
fn past(app: App, history: &History) -> View {
    let longest = history
        .bars
        .iter()
        .filter_map(|run| run.duration)
        .map(|length| length.0)
        .max()
        .unwrap_or(1)
        .max(1);
    let bars = history
        .bars
        .iter()
        .map(|past| {
            let (run, status) = (&past.run, past.status);
            let part = past
                .duration
                .map_or(0.0, |length| percent(length.0, longest))
                .max(6.0);
            let took = match past.duration {
                None => "no duration".to_owned(),
                Some(_) if past.at_least => format!("> {}", span(past.duration)),
                Some(_) => span(past.duration),
            };
            let name = shown_run(run, past.name.as_deref());
            let label = format!("{name}, {}, {took}", status.in_sentence());
            let class = match status {
                Status::Succeeded => "bar".to_owned(),
                status => format!("bar {}", super::parts::marks::status_class(status)),
            };
            let href = app.run_href(&RunPath::new(&history.flow, run));
            el::a()
                .class(class)
                .attr("href", href)
                .attr("title", label.clone())
                .attr("aria-label", label)
                .style("--v", format!("{}%", number(part)))
        })
        .collect_view();
    let count = history.bars.len();
    let median = history
        .median
        .map(|median| el::span().child("median ").child(span(Some(median))));
    el::div()
        .class("pane-foot past-foot")
        .child(el::b().child(format!("{}, last {count}", history.flow)))
        .child(
            el::span()
                .class("past-bars")
                .attr("role", "group")
                .attr("aria-label", "Past durations")
                .child(bars),
        )
        .child(median)
        .child(el::span().child(format!(
            "{} of {count} succeeded first time",
            history.succeeded_first_time
        )))
        .child(
            el::span()
                .class("push faint only-wide")
                .child("The mark on each bar is the flow's median"),
        )
        .into_view()
}
