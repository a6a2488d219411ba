//! The steps of a run, with the tasks worth naming.

use super::folds::{Opened, Screen, Spot};
use super::rail;
use super::step::{row, step_row};
use crate::engine::picture::Absence;
use crate::engine::rail::find::{RailFindQuery, RailFindView, RailSpotQuery};
use crate::engine::rail::{RailQuery, RailStep, RailView};
use crate::model::pathspec::shown_run;
use crate::model::{RunPath, Status};
use crate::text::human;
use crate::ui::ask::answer;
use crate::ui::dom::prelude::*;
use crate::ui::parts::controls::search_input;
use crate::ui::parts::lasting::lasting;
use crate::ui::parts::loading;
use crate::ui::parts::marks::{glyph, icon, spoken_glyph};
use crate::ui::state::App;

/// So many steps are all in the tree.
const ALL: usize = 150;
/// Of more only so many, and as many again in which something went wrong.
const SHOWN: usize = 60;

/// Drawn once for all the places in the
/// run, so that what was opened stays open and the focus stays where it was.
pub fn of_run(app: App, run: RunPath) -> View {
    let asked = run.clone();
    let tree = answer(move || Some(RailQuery { run: asked.clone() }));
    let typed = RwSignal::new(String::new());
    let opened = Opened::none();
    let sought = run.clone();
    let found = answer(move || {
        let text = typed.get().trim().to_owned();
        let run = sought.clone();
        (!text.is_empty()).then_some(RailFindQuery { run, text })
    });
    let parts = Memo::new(move |_| {
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
    let shown = run.clone();
    let spot = answer(move || {
        let parts = parts.get();
        let [flow, run, step, task] = parts.as_slice() else {
            return None;
        };
        let is_here = *flow == shown.flow && *run == shown.run;
        let task = shown.task(step, task);
        is_here.then_some(RailSpotQuery { task })
    });
    let status = Memo::new(move |_| spot.value().and_then(|status| *status));
    let here = Screen { parts, status };
    let at_run = run.clone();
    let rows = move || {
        let view = tree.get().value?;
        let found = found.value();
        Some(tree_rows(
            app,
            &at_run,
            &view,
            found.as_deref(),
            here,
            opened,
        ))
    };
    let nothing = move || {
        let view = found.value().filter(|view| view.steps.is_empty())?;
        Some(format!(
            "Nothing found: no step and no task has “{}”",
            view.text
        ))
    };
    let strip_run = run.clone();
    let strip = move || {
        tree.get().value.map(|view| {
            let run = strip_run.clone();
            let shown = match view.steps.len() {
                0..=ALL => ALL,
                _ => SHOWN,
            };
            let glyphs = view
                .steps
                .iter()
                .take(shown)
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
    // What fails is told beside.
    let waiting = move || {
        let now = tree.get();
        let waits = now.value.is_none() && now.failure.is_none();
        waits.then(|| loading(now.progress))
    };
    let content = group()
        .child(
            el::label()
                .class("field")
                .child(icon("filter", ""))
                .child(
                    search_input("Filter steps and tasks", move |text| typed.set(text))
                        .class_if("rail-filter", true),
                )
                .child(el::kbd().child("/")),
        )
        .child(
            el::p()
                .class("small faint rail-told")
                .attr("role", "status")
                .child(nothing),
        )
        .child(
            el::div()
                .class("tree scroll")
                .attr("role", "tree")
                .attr("aria-label", "Steps and tasks")
                .child(rows),
        )
        .child(waiting);
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
    found: Option<&RailFindView>,
    here: Screen,
    opened: Opened,
) -> View {
    let mut rows: Vec<View> = Vec::new();
    rows.push(row(
        app.run_href(run),
        1,
        None,
        Some(Spot::of(here, run, &[])),
        spoken_glyph(view.status, ""),
        shown_run(&view.run.run, view.name.as_deref()),
        None,
        "mono",
        View::Nothing,
    ));
    let mut unreached = 0;
    let (mut shown, mut left) = (0, 0);
    for step in &view.steps {
        let only = found.map(|view| view.steps.iter().find(|it| it.name == step.name));
        let only = match only {
            Some(None) => continue,
            Some(only) => only.filter(|only| !only.whole),
            None => None,
        };
        let spot = Spot::of(here, run, &[&step.name]);
        let note = note(step, unreached);
        if step.status == Status::Skipped && is_to_come(step.absence) {
            unreached += 1;
        }
        let trouble = step.groups.iter().any(|group| {
            matches!(
                group.status,
                Status::Failed | Status::Retried | Status::Running | Status::Unfinished
            )
        });
        let start_open = trouble || only.is_some();
        let room = match start_open {
            true => SHOWN + SHOWN,
            false => SHOWN,
        };
        if view.steps.len() > ALL && shown >= room {
            left += 1;
            continue;
        }
        shown += 1;
        if step.groups.is_empty() {
            // A step of one task: the task itself is one click less away.
            rows.push(row(
                app.step_href(run, &step.name),
                2,
                None,
                Some(spot.whole()),
                glyph(step.status, ""),
                step.name.clone(),
                None,
                "",
                note,
            ));
        } else {
            // What is opened among the found says nothing of the whole.
            let inside = spot.clone();
            let begins = move || start_open || inside.has_screen();
            let text = found.map_or("", |view| view.text.as_str());
            let fold = opened.fold(format!("{text} {}", step.name), begins);
            // Of a step that is found by its tasks, these are what was looked for.
            let only = only.map(|only| (text.to_owned(), only.clone()));
            rows.push(step_row(app, run, step, spot, fold, note, only));
        }
    }
    let more = (left > 0).then(|| {
        let left = human::counted(left, "more step", "more steps");
        el::p()
            .class("small faint tree-more")
            .attr("role", "none")
            .child(format!("{left}: type above to find one"))
    });
    group().child(rows.collect_view()).child(more).into_view()
}

/// Once it is said of one step, it holds for those below it.
fn is_to_come(absence: Absence) -> bool {
    matches!(absence, Absence::NotReached | Absence::NotYet)
}

fn note(step: &RailStep, unreached_before: u32) -> View {
    let all = step.tasks.saturating_add(step.coming);
    let told = match (step.failed, step.status) {
        (0, Status::Skipped) => match step.absence {
            absence if is_to_come(absence) && unreached_before > 0 => String::new(),
            absence => absence.words().to_owned(),
        },
        (0, _) if step.coming > 0 => {
            format!("{} of {}", human::count(step.tasks), human::count(all))
        }
        (0, _) if step.tasks > 1 => human::count(step.tasks),
        (failed, _) if failed > 0 && all > 1 => {
            format!("{} of {} failed", human::count(failed), human::count(all))
        }
        _ => return lasting(step.status, step.duration, step.since),
    };
    told.into_view()
}
