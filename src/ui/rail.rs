//! The rail at the left: flows beside the list of runs, steps and tasks beside a run.

use super::ask::{Found, answer};
use super::parts::marks::{glyph, icon, spoken_glyph};
use super::state::{App, span};
use crate::browser::letters::lower;
use crate::engine::ask::Window;
use crate::engine::rail::{RailQuery, RailStep, RailTask, RailView};
use crate::engine::runs::RunsView;
use crate::engine::sources::ReadingQuery;
use crate::engine::tasks::{TasksQuery, TasksSort};
use crate::model::{RunPath, Status, TaskPath};
use crate::route::{Filters, Place, Route};
use crate::text::human;
use crate::ui::dom::prelude::*;

/// Draws the rail around its content.
fn rail(app: App, label: &'static str, content: View, strip: View) -> View {
    el::nav()
        .class("rail")
        .attr("aria-label", label)
        .child(content)
        .child(foot(app))
        .child(
            el::div()
                .class("rail-strip")
                .child(
                    el::button()
                        .class("btn btn-quiet btn-icon")
                        .attr("aria-label", "Show the rail")
                        .on_click(move |_| app.toggle_rail())
                        .child(icon("menu", "icon-m")),
                )
                .child(strip),
        )
        .into_view()
}

/// How much of the source has been read, and what was wrong with it.
fn foot(app: App) -> View {
    // Asked again whenever the place changes: reading goes on with looking.
    let place = Memo::new(move |_| {
        app.route
            .with(|route| (route.place.clone(), route.tab.clone()))
    });
    let trigger = RwSignal::new(0u32);
    let reading = answer(move || {
        Some(ReadingQuery {
            times: trigger.get(),
        })
    });
    let ask_again = move || {
        // The rail may be gone by then.
        let _told = trigger.try_update(|count| *count += 1);
    };
    react(move || {
        place.track();
        // What a place needs is read soon after it is shown.
        for wait in [250, 1000, 3000] {
            set_timeout(ask_again, std::time::Duration::from_millis(wait));
        }
    });
    let name = super::frame::source_name(app);
    let told = move || {
        reading.get().value.map(|view| {
            let text = match view.size {
                Some(size) => format!(
                    "{} of {} read",
                    human::size(view.read.min(size)),
                    human::size(size)
                ),
                None => format!("{} read", human::size(view.read)),
            };
            let part = view
                .size
                .filter(|size| *size > 0)
                .map(|size| view.read.min(size) as f64 / size as f64 * 100.0);
            let bar = part.map(|part| {
                el::progress()
                    .attr("max", "100")
                    .attr("value", part)
                    .attr("aria-label", "Read so far")
            });
            let problems = (view.problems > 0).then(|| {
                let label = human::counted(view.problems, "problem", "problems");
                el::button()
                    .class("link")
                    .on_click(move |_| app.dialog.set(super::state::Dialog::Problems))
                    .child(label)
            });
            group()
                .child(bar)
                .child(el::p().child(text))
                .child(problems)
        })
    };
    el::div()
        .class("rail-foot")
        .child(icon("box", ""))
        .child(el::span().class("cut-end").child(name))
        .child(el::span())
        .child(told)
        .into_view()
}

/// Flows and tags of all runs.
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
    let tags = move || {
        let view = runs.get().value?;
        let rows: Vec<_> = view
            .tags
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
        (!rows.is_empty()).then(|| group().child(el::h3().child("Tags")).child(rows))
    };
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
        .child(statuses)
        .child(tags);
    rail(app, "Flows", content.into_view(), ().into_view())
}

/// The address of this list with other filters.
fn filtered(app: App, filters: Filters) -> String {
    app.route
        .with_untracked(|route| route.clone().with_filters(filters))
        .to_hash()
}

/// Which steps and groups somebody opened or closed, by name; the others are as they
/// begin.
#[derive(Clone, Copy)]
struct Opened(RwSignal<Vec<(String, bool)>>);

/// One of them.
#[derive(Clone, Copy)]
struct Fold {
    open: Memo<bool>,
    name: StoredValue<String>,
    all: Opened,
}

impl Opened {
    fn fold(self, name: String, begins: impl Fn() -> bool + Send + Sync + 'static) -> Fold {
        let name = StoredValue::new(name);
        let open = Memo::new(move |_| {
            let is_this = |(known, _): &&(String, bool)| name.with_value(|name| name == known);
            let told = self
                .0
                .with(|all| all.iter().find(is_this).map(|(_, open)| *open));
            told.unwrap_or_else(&begins)
        });
        Fold {
            open,
            name,
            all: self,
        }
    }
}

impl Fold {
    fn get(self) -> bool {
        self.open.get()
    }

    fn toggle(self) {
        let told = (self.name.get_value(), !self.open.get_untracked());
        self.all.0.update(|all| {
            all.retain(|(known, _)| *known != told.0);
            all.push(told);
        });
    }
}

/// A place in the tree: one knows of itself whether it is what the screen shows, so that
/// the tree stays as it is while one walks through it.
#[derive(Clone)]
struct Spot {
    /// Flow, run, step and task of the screen, as far as it has them.
    here: Memo<Vec<String>>,
    own: Vec<String>,
    /// It stands for all that is in it.
    whole: bool,
}

impl Spot {
    fn of(here: Memo<Vec<String>>, run: &RunPath, rest: &[&str]) -> Self {
        let mut own = vec![run.flow.clone(), run.run.clone()];
        own.extend(rest.iter().map(|part| (*part).to_owned()));
        Self {
            here,
            own,
            whole: false,
        }
    }

    fn has_screen(&self) -> bool {
        self.here.with(|here| here.starts_with(&self.own))
    }

    fn is_screen(&self) -> bool {
        match self.whole {
            true => self.has_screen(),
            false => self.here.with(|here| *here == self.own),
        }
    }
}

/// The steps of a run, with the tasks worth naming. Drawn once for all the places in the
/// run, so that what was opened stays open and the focus stays where it was.
pub fn of_run(app: App, run: RunPath) -> View {
    let asked = run.clone();
    let tree = answer(move || Some(RailQuery { run: asked.clone() }));
    let typed = RwSignal::new(String::new());
    let opened = Opened(RwSignal::new(Vec::new()));
    let here = Memo::new(move |_| {
        app.route.with(|route| {
            // A step that is selected in the DAG is as good as its own screen.
            let mut parts = route.place.parts();
            if route.tab.as_deref() == Some("dag") {
                parts.extend(route.select.as_deref());
            }
            let parts = parts.iter().take(4);
            parts.map(|part| (*part).to_owned()).collect::<Vec<_>>()
        })
    });
    let at_run = run.clone();
    let rows = move || {
        tree.get().value.map(|view| {
            let text = lower(typed.get().trim());
            tree_rows(app, &at_run, &view, &text, here, opened)
        })
    };
    let strip_run = run.clone();
    let strip = move || {
        tree.get().value.map(|view| {
            let run = strip_run.clone();
            let glyphs = view
                .steps
                .iter()
                .map(|step| {
                    let href = app.step_href(&run, &step.name);
                    let label = format!("{}, {}", step.name, step.status.in_sentence());
                    el::a()
                        .class("rail-glyph")
                        .attr("href", href)
                        .attr("aria-label", label)
                        .attr("title", step.name.clone())
                        .child(glyph(step.status, ""))
                })
                .collect_view();
            group()
                .child(
                    el::a()
                        .class("rail-glyph")
                        .attr("href", app.run_href(&strip_run))
                        .attr("aria-label", run.run.clone())
                        .child(glyph(view.status, "")),
                )
                .child(glyphs)
        })
    };
    let content = group()
        .child(
            el::label()
                .class("field")
                .child(icon("filter", ""))
                .child(
                    el::input()
                        .attr("type", "search")
                        .class("rail-filter")
                        .attr("placeholder", "Filter steps and tasks")
                        .attr("aria-label", "Filter steps and tasks")
                        .on("input", move |event| typed.set(event_target_value(&event))),
                )
                .child(el::kbd().child("/")),
        )
        .child(
            el::div()
                .class("tree scroll")
                .attr("role", "tree")
                .attr("aria-label", "Steps and tasks")
                .child(rows),
        );
    rail(
        app,
        "This run",
        content.into_view(),
        group().child(strip).into_view(),
    )
}

fn tree_rows(
    app: App,
    run: &RunPath,
    view: &RailView,
    text: &str,
    here: Memo<Vec<String>>,
    opened: Opened,
) -> View {
    let mut rows: Vec<View> = Vec::new();
    rows.push(row(
        app.run_href(run),
        1,
        None,
        Some(Spot::of(here, run, &[])),
        spoken_glyph(view.status, ""),
        view.run.run.clone(),
        "mono",
        String::new(),
    ));
    let mut unreached = 0;
    for step in &view.steps {
        let matching: Vec<&RailTask> = step
            .groups
            .iter()
            .flat_map(|group| &group.named)
            .filter(|task| !text.is_empty() && lower(&task.label).contains(text))
            .collect();
        if !text.is_empty() && !lower(&step.name).contains(text) && matching.is_empty() {
            continue;
        }
        let spot = Spot::of(here, run, &[&step.name]);
        let note = note(step, unreached);
        if step.status == Status::Skipped {
            unreached += 1;
        }
        let trouble = step.groups.iter().any(|group| {
            matches!(
                group.status,
                Status::Failed | Status::Retried | Status::Running | Status::Unfinished
            )
        });
        let start_open = trouble || !matching.is_empty();
        if step.groups.is_empty() {
            // A step of one task: the task itself is one click less away.
            rows.push(row(
                app.step_href(run, &step.name),
                2,
                None,
                Some(Spot {
                    whole: true,
                    ..spot
                }),
                glyph(step.status, ""),
                step.name.clone(),
                "",
                note,
            ));
        } else {
            // What is opened among the found says nothing of the whole.
            let inside = spot.clone();
            let begins = move || start_open || inside.has_screen();
            let fold = opened.fold(format!("{text} {}", step.name), begins);
            // Of a step that is found by its tasks, these are what was looked for.
            let only: Option<String> = (!lower(&step.name).contains(text)).then(|| text.to_owned());
            rows.push(step_row(app, run, step, spot, fold, note, only));
        }
    }
    rows.collect_view().into_view()
}

fn note(step: &RailStep, unreached_before: u32) -> String {
    match (step.failed, step.status) {
        (0, Status::Skipped) if unreached_before == 0 => "not reached".to_owned(),
        (0, Status::Skipped) => String::new(),
        (0, _) if step.tasks > 1 => human::count(step.tasks),
        (failed, _) if failed > 0 && step.tasks > 1 => format!(
            "{} of {} failed",
            human::count(failed),
            human::count(step.tasks)
        ),
        _ => span(step.duration),
    }
}

/// A step that opens into its tasks.
fn step_row(
    app: App,
    run: &RunPath,
    step: &RailStep,
    spot: Spot,
    open: Fold,
    note: String,
    only: Option<String>,
) -> View {
    let href = app.step_href(run, &step.name);
    let (run, step, here) = (run.clone(), step.clone(), spot.here);
    let name = step.name.clone();
    let status = step.status;
    let children = move || {
        open.get().then(|| {
            let groups = step.groups.iter().map(|group| {
                if let Some(text) = &only {
                    let named = group.named.iter();
                    let found = named.filter(|task| lower(&task.label).contains(text));
                    let rows = found.map(|task| task_row(app, &run, &step.name, task, here));
                    return rows.collect_view().into_view();
                }
                if group.named.is_empty()
                    || (group.status == Status::Succeeded
                        && group.count > 3
                        && step.groups.len() > 1)
                {
                    let name = format!("{} {}", step.name, group.status.key());
                    let fold = open.all.fold(name, || false);
                    group_row(
                        app,
                        &run,
                        &step.name,
                        (group.status, group.count),
                        fold,
                        here,
                    )
                } else {
                    let rows = group
                        .named
                        .iter()
                        .map(|task| task_row(app, &run, &step.name, task, here));
                    rows.collect_view().into_view()
                }
            });
            groups.collect_view()
        })
    };
    let row = el::a()
        .attr("role", "treeitem")
        .class("tree-row")
        .attr("href", href)
        .attr("aria-level", "2")
        .attr("aria-expanded", move || open.get().to_string())
        .attr("aria-selected", move || spot.is_screen().to_string())
        .attr("tabindex", "-1")
        .child(twist(open))
        .child(glyph(status, ""))
        .child(el::span().class("name").child(name))
        .child(el::span().class("n").child(note));
    group().child(row).child(children).into_view()
}

/// The arrow that opens a row; a click on it does not follow the link.
fn twist(fold: Fold) -> View {
    el::span()
        .class("twist")
        .on_click(move |event| {
            event.prevent_default();
            event.stop_propagation();
            fold.toggle();
        })
        .child(icon("right", "icon-s"))
        .into_view()
}

/// Many tasks of one status as one row, which opens into some of them.
fn group_row(
    app: App,
    run: &RunPath,
    step: &str,
    (status, count): (Status, u64),
    open: Fold,
    here: Memo<Vec<String>>,
) -> View {
    /// Rows that are drawn; the step's page has the rest.
    const SHOWN: u64 = 100;
    let word = if status == Status::Skipped {
        "not started".to_owned()
    } else {
        status.in_sentence().to_owned()
    };
    let name = format!("{} {word}", human::count(count));
    let (run, step) = (run.clone(), step.to_owned());
    let (asked_run, asked_step) = (run.clone(), step.clone());
    let tasks = answer(move || {
        open.get().then(|| TasksQuery {
            run: asked_run.clone(),
            step: Some(asked_step.clone()),
            text: String::new(),
            statuses: vec![status],
            sort: TasksSort::Order,
            descending: false,
            window: Window {
                first: 0,
                count: SHOWN,
            },
        })
    });
    let href = app.step_href(&run, &step);
    let children = move || {
        let view = tasks.get().value.filter(|_| open.get())?;
        let rows = view
            .rows
            .iter()
            .map(|task| {
                let label = task.label.clone().unwrap_or_else(|| task.id.clone());
                let short = RailTask {
                    id: task.id.clone(),
                    status: task.status,
                    label,
                    attempts: task.attempts.len() as u64,
                    duration: task.duration,
                };
                task_row(app, &run, &step, &short, here)
            })
            .collect_view();
        let more = (view.matching > SHOWN).then(|| {
            row(
                app.step_href(&run, &step),
                4,
                None,
                None,
                icon("more", ""),
                format!("{} more", human::count(view.matching - SHOWN)),
                "",
                String::new(),
            )
        });
        Some(group().child(rows).child(more))
    };
    let row = el::a()
        .attr("role", "treeitem")
        .class("tree-row")
        .attr("href", href)
        .attr("aria-level", "3")
        .attr("aria-expanded", move || open.get().to_string())
        .attr("tabindex", "-1")
        .style("--l", "1")
        .child(twist(open))
        .child(glyph(status, ""))
        .child(el::span().class("name").child(name));
    group().child(row).child(children).into_view()
}

fn task_row(app: App, run: &RunPath, step: &str, task: &RailTask, here: Memo<Vec<String>>) -> View {
    let path = TaskPath {
        flow: run.flow.clone(),
        run: run.run.clone(),
        step: step.to_owned(),
        task: task.id.clone(),
    };
    let note = if task.attempts > 1 {
        format!("{} attempts", task.attempts)
    } else {
        span(task.duration)
    };
    row(
        app.task_href(&path),
        3,
        Some(1),
        Some(Spot::of(here, run, &[step, &task.id])),
        glyph(task.status, ""),
        task.label.clone(),
        "",
        note,
    )
}

#[allow(
    clippy::too_many_arguments,
    reason = "one row of a tree; each argument is one thing in it"
)]
fn row(
    href: String,
    level: u8,
    indent: Option<u8>,
    spot: Option<Spot>,
    mark: View,
    name: String,
    class: &'static str,
    note: String,
) -> View {
    let twist = (level > 1).then(|| {
        el::span()
            .class("twist none")
            .child(icon("right", "icon-s"))
    });
    let row = el::a()
        .attr("role", "treeitem")
        .class("tree-row")
        .attr("href", href)
        .attr("aria-level", u32::from(level))
        .attr("aria-selected", move || {
            spot.as_ref().is_some_and(Spot::is_screen).to_string()
        })
        .attr("tabindex", if level == 1 { "0" } else { "-1" })
        .style("--l", indent.unwrap_or(0).to_string());
    row.child(twist)
        .child(mark)
        .child(el::span().class(format!("name {class}")).child(name))
        .child(el::span().class("n").child(note))
        .into_view()
}

/// The address of a task from a route.
pub fn task_of(route: &Route) -> Option<TaskPath> {
    match &route.place {
        Place::Task {
            flow,
            run,
            step,
            task,
        }
        | Place::Artifact {
            flow,
            run,
            step,
            task,
            ..
        } => Some(TaskPath {
            flow: flow.clone(),
            run: run.clone(),
            step: step.clone(),
            task: task.clone(),
        }),
        _ => None,
    }
}

/// The run of a route.
pub fn run_of(route: &Route) -> Option<RunPath> {
    run_at(&route.place)
}

/// The run that a place is in.
pub fn run_at(place: &Place) -> Option<RunPath> {
    let parts = place.parts();
    match parts.as_slice() {
        [flow, run, ..] => Some(RunPath::new(*flow, *run)),
        _ => None,
    }
}
