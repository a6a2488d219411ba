//! stdout and stderr of one attempt, side by side or merged by time; the data beside.

use super::super::artifact;
use super::super::ask::{Answer, answer, once};
use super::super::parts::marks::icon;
use super::super::parts::table::{REST, tells_rest};
use super::super::parts::{self, controls, lines};
use super::super::state::App;
use crate::browser::clipboard;
use crate::engine::ask::Window;
use crate::engine::logs::{LogQuery, LogTextQuery, LogView, Streams};
use crate::layout::number::number;
use crate::layout::window::{self, Place, Rows};
use crate::model::{Stream, System, TaskPath};
use crate::route::Lines;
use crate::text::human;
use crate::ui::dom::prelude::*;
use std::time::Duration;

/// One line, in pixels; the style sheet has the same.
const LINE: f64 = 18.0;

#[derive(Clone, Copy)]
struct Shown {
    app: App,
    task: StoredValue<TaskPath>,
    attempt: u32,
    system: System,
    wrap: RwSignal<bool>,
    times: RwSignal<bool>,
    search: RwSignal<String>,
}

impl Shown {
    fn of(app: App, task: &TaskPath, attempt: u32, system: System) -> Self {
        Self {
            app,
            task: StoredValue::new(task.clone()),
            attempt,
            system,
            wrap: RwSignal::new(false),
            times: RwSignal::new(true),
            search: RwSignal::new(String::new()),
        }
    }

    /// What a stream is called.
    fn name(&self, stream: &'static str) -> &'static str {
        match (self.system, stream) {
            (System::Metaflow, "both") => "stdout and stderr",
            (System::Metaflow, name) => name,
            (System::Prefect, "both") => "Log",
            (System::Prefect, _) => "Warnings and errors",
        }
    }
}

pub fn tab(
    app: App,
    task: TaskPath,
    attempt: u32,
    system: System,
    first: Stream,
    foot: artifact::Foot,
) -> View {
    let content = match system {
        System::Metaflow => of_streams(app, &task, attempt, first),
        System::Prefect => of_levels(app, &task, attempt),
    };
    group()
        .child(content)
        .child(artifact::side_list(app, task, attempt, foot))
        .into_view()
}

/// The log of an engine that tells rows by how much they matter, and not by streams.
pub fn of_levels(app: App, task: &TaskPath, attempt: u32) -> View {
    let only = Memo::new(move |_| {
        app.route
            .with(|route| route.extra("as") == Some("warnings"))
    });
    let view = Shown::of(app, task, attempt, System::Prefect);
    let rows = move || {
        let (streams, name) = match only.get() {
            true => (Streams::One(Stream::Stderr), "stderr"),
            false => (Streams::Both, "both"),
        };
        el::div()
            .key(name)
            .class("panel streams")
            .child(pane(view, streams, name))
    };
    let choice = controls::segments(
        "Rows",
        &[(false, "All"), (true, "Warnings and errors")],
        Signal::derive(move || only.get()),
        move |only| app.change(|route| route.with_extra("as", only.then_some("warnings"))),
        "",
    );
    el::div()
        .class("pane")
        .child(tools(view, choice))
        .child(rows)
        .into_view()
}

fn of_streams(app: App, task: &TaskPath, attempt: u32, first: Stream) -> View {
    let merged = Memo::new(move |_| app.route.with(|route| route.extra("as") == Some("merged")));
    let view = Shown::of(app, task, attempt, System::Metaflow);
    // On a narrow screen one stream is shown at a time: that of the selected lines first,
    // else the one with something in it.
    let show = RwSignal::new(app.route.with_untracked(|route| {
        route
            .lines
            .as_ref()
            .map_or(first.word().to_owned(), |lines| lines.stream.clone())
    }));
    let streams = move || {
        if merged.get() {
            el::div()
                .class("panel streams")
                .child(pane(view, Streams::Both, "both"))
                .into_view()
        } else {
            el::div()
                .class("panel streams")
                .attr("data-show", move || show.get())
                .child(pane(view, Streams::One(Stream::Stdout), "stdout"))
                .child(pane(view, Streams::One(Stream::Stderr), "stderr"))
                .into_view()
        }
    };
    let chosen = Signal::derive(move || merged.get());
    let narrow = Signal::derive(move || show.get() == "stdout");
    let layout = group()
        .child(el::div().class("only-wide").child(controls::segments(
            "Layout",
            &[(false, "Split"), (true, "Merged")],
            chosen,
            move |merged| app.change(|route| route.with_extra("as", merged.then_some("merged"))),
            "",
        )))
        .child(el::div().class("only-narrow").child(controls::segments(
            "Stream",
            &[(true, "stdout"), (false, "stderr")],
            narrow,
            move |stdout| show.set(if stdout { "stdout" } else { "stderr" }.to_owned()),
            "",
        )));
    el::div()
        .class("pane")
        .child(tools(view, layout.into_view()))
        .child(streams)
        .into_view()
}

/// What stands above the lines.
fn tools(view: Shown, choice: View) -> View {
    let toggle = |signal: RwSignal<bool>, name: &'static str| {
        el::button()
            .class("btn btn-s btn-quiet only-wide")
            .attr("aria-pressed", move || signal.get().to_string())
            .on_click(move |_| signal.update(|on| *on = !*on))
            .child(name)
    };
    el::div()
        .class("tools")
        .child(
            el::label()
                .class("field s")
                .child(icon("search", ""))
                .child(controls::search_input("Search these logs", move |text| {
                    view.search.set(text);
                })),
        )
        .child(choice)
        .child(toggle(view.wrap, "Wrap"))
        .child(toggle(view.times, "Times"))
        .child(
            el::button()
                .class("btn btn-s btn-quiet push only-wide")
                .on_click(move |_| save(view))
                .child(icon("download", ""))
                .child("Download"),
        )
        .into_view()
}

/// One log with its head and its lines.
fn pane(view: Shown, streams: Streams, name: &'static str) -> View {
    let node = Reference::new();
    let window = RwSignal::new(Window {
        first: 0,
        count: 120,
    });
    let found = answer(move || {
        Some(LogQuery {
            task: view.task.get_value(),
            attempt: view.attempt,
            streams,
            window: window.get(),
            from_end: false,
            search: view.search.get(),
        })
    });
    let total = move || found.value_untracked().map_or(0, |log| log.total);
    // What a line takes: wrapped lines as much as those that are drawn take on average.
    let tall = RwSignal::new(LINE);
    let rows = move |height: f64| Rows {
        count: total() as usize,
        height: tall.get_untracked(),
        viewport: height,
        overscan: 40,
    };
    // How much further a line is in the log than in the element, which is shorter than a
    // very long log.
    let ahead = RwSignal::new(0.0);
    let place = StoredValue::new(Place::default());
    let measure = move || {
        let Some(node) = node.get_untracked() else {
            return;
        };
        let rows = rows(f64::from(node.client_height()));
        let mut now = rows.moved(place.get_value(), f64::from(node.scroll_top()));
        if rows.is_stuck(now) {
            now = rows.settled(now);
            node.set_scroll_top(now.scroll as i32);
        }
        place.set_value(now);
        let seen = rows.window_at(now);
        if now.ahead != ahead.get_untracked() {
            ahead.set(now.ahead);
        }
        let first = seen.first / 20 * 20;
        let now = Window {
            first: first as u64,
            count: (seen.end - first + 20) as u64,
        };
        if window.get_untracked() != now {
            window.set(now);
        }
    };
    // Hits: which one is shown, and a jump to it.
    let hit = RwSignal::new(0usize);
    react(move || {
        view.search.track();
        hit.set(0);
    });
    let jump_to = move |line: u64| {
        let Some(node) = node.get_untracked() else {
            return;
        };
        let height = f64::from(node.client_height());
        let top = line as f64 * tall.get_untracked() - height / 3.0;
        let there = rows(height).place_at(top);
        place.set_value(there);
        node.set_scroll_top(there.scroll as i32);
        measure();
    };
    // The bar of a long log goes where it belongs when that rests.
    let steps = StoredValue::new(0u32);
    let settle = move |step: u32| {
        // The log may be gone by then.
        let Some(node) = node.get_untracked() else {
            return;
        };
        if steps.try_get_value() == Some(step) {
            let there = rows(f64::from(node.client_height())).settled(place.get_value());
            place.set_value(there);
            node.set_scroll_top(there.scroll as i32);
            measure();
        }
    };
    let scrolled = move || {
        measure();
        steps.update_value(|steps| *steps = steps.wrapping_add(1));
        let step = steps.get_value();
        if ahead.get_untracked() > 0.0 && !tells_rest() {
            set_timeout(move || settle(step), REST);
        }
    };
    // The same as soon as what was found is drawn.
    let jump_soon = move |line: u64| set_timeout(move || jump_to(line), Duration::ZERO);
    react(move || {
        let wrapped = view.wrap.get();
        let Some(log) = found.value().filter(|_| wrapped) else {
            tall.set(LINE);
            return;
        };
        let drawn = log.lines.len().max(1) as f64;
        // Once it is drawn.
        let average = move || {
            // The log may be gone by then.
            let Some(before) = tall.try_get_untracked() else {
                return;
            };
            let Some(node) = node.get_untracked() else {
                return;
            };
            let Ok(Some(first)) = node.query_selector(".line") else {
                return;
            };
            let Ok(Some(last)) = node.query_selector(".line:last-child") else {
                return;
            };
            let from = first.get_bounding_client_rect().top();
            let now = (last.get_bounding_client_rect().bottom() - from) / drawn;
            if (now - before).abs() > 1.0 {
                tall.set(now.max(LINE));
                measure();
            }
        };
        set_timeout(average, Duration::ZERO);
    });
    let jump = move |step: i64| {
        let Some(log) = found.value_untracked() else {
            return;
        };
        if log.found.is_empty() {
            return;
        }
        let count = log.found.len() as i64;
        hit.update(|at| *at = (*at as i64 + step).rem_euclid(count) as usize);
        if let Some(line) = log.found.get(hit.get_untracked()) {
            jump_to(*line);
        }
    };
    // The lines that the address names come into view once.
    let jumped = StoredValue::new(false);
    react(move || {
        let there = found.value().is_some();
        if there && node.get().is_some() && !jumped.get_value() {
            jumped.set_value(true);
            let wanted = view.app.route.with_untracked(|route| route.lines.clone());
            match wanted {
                Some(lines) if lines.stream == name => jump_soon(lines.first.saturating_sub(1)),
                Some(_) => {}
                // What was raised is what one looks for in the log of a failure.
                None => {
                    if let Some(line) = found.value_untracked().and_then(|log| log.raised_at) {
                        jump_soon(line);
                    }
                }
            }
        }
    });
    // So does the first place where a text is found.
    let searched = StoredValue::new(String::new());
    react(move || {
        let text = view.search.get();
        let Some(log) = found.value().filter(|_| !found.waiting()) else {
            return;
        };
        if searched.with_value(|before| *before != text) {
            searched.set_value(text);
            if let Some(line) = log.found.first() {
                jump_soon(*line);
            }
        }
    });
    let selected = Memo::new(move |_| {
        view.app
            .route
            .with(|route| route.lines.clone().filter(|lines| lines.stream == name))
    });
    let clicked = move |event: web_sys::MouseEvent| {
        if let Some((line, extend)) = lines::clicked(&event) {
            lines::select(view.app, name, line, extend);
        }
    };
    let head = move || {
        found.value().map(|log| {
            let told = format!(
                "{}, {}",
                human::counted(log.total, "line", "lines"),
                human::size(log.size)
            );
            let hits = (!view.search.get().trim().is_empty()).then(|| {
                let told = match log.found_total {
                    0 => "not found".to_owned(),
                    total => format!(
                        "{} of {}",
                        human::count(hit.get() as u64 + 1),
                        human::count(total)
                    ),
                };
                group()
                    .child(el::span().class("faint").child(told))
                    .child(
                        el::button()
                            .class("btn btn-s btn-quiet btn-icon")
                            .attr("aria-label", "Previous hit")
                            .on_click(move |_| jump(-1))
                            .child(icon("asc", "icon-s")),
                    )
                    .child(
                        el::button()
                            .class("btn btn-s btn-quiet btn-icon")
                            .attr("aria-label", "Next hit")
                            .on_click(move |_| jump(1))
                            .child(icon("desc", "icon-s")),
                    )
            });
            let chosen = selected.get().map(|lines| {
                let copy = move |lines| copy_lines(view, streams, lines);
                lines::chosen(view.app, &lines, Some(copy))
            });
            group()
                .child(el::span().class("n").child(told))
                .child(el::span().class("push"))
                .child(hits)
                .child(chosen)
        })
    };
    let notes = move || {
        found.value().map(|log| {
            let lossy = (log.undecodable > 0).then(|| {
                let text = format!(
                    "{} are not UTF-8 and stand as \u{fffd}",
                    human::counted(log.undecodable, "byte", "bytes")
                );
                el::p().class("note").child(text)
            });
            let origin = log.from_origin.as_ref().map(|origin| {
                el::p()
                    .class("note of-origin")
                    .child("This task was copied by resume. Its log is that of ")
                    .child(
                        el::a()
                            .class("link mono")
                            .attr("href", view.app.task_href(origin))
                            .child(origin.to_string()),
                    )
                    .child(".")
            });
            let problems = log.problems.iter().map(parts::problem).collect_view();
            group().child(origin).child(lossy).child(problems)
        })
    };
    let body = move || match found.get() {
        Answer {
            failure: Some(failure),
            ..
        } => super::super::error::in_place(&failure),
        Answer {
            value: None,
            progress,
            ..
        } => parts::loading(progress),
        Answer {
            value: Some(log), ..
        } if log.total == 0 => nothing(view, name, &log),
        Answer {
            value: Some(log), ..
        } => {
            let chosen = selected.get();
            let hits = log.found.clone();
            let current = hits
                .get(hit.get())
                .copied()
                .filter(|_| !view.search.get_untracked().trim().is_empty());
            let text = view.search.get_untracked().trim().to_owned();
            let first = log.window.first;
            let drawn = log.lines.len() as f64;
            let rows = lines::marked_lines(
                view.app,
                &log.lines,
                view.times.get(),
                &lines::Marks {
                    chosen,
                    hit: current,
                    text,
                    both: streams == Streams::Both,
                    raised: log.raised_at,
                },
            );
            let height = tall.get();
            let whole = (log.total as f64 * height).min(window::HIGHEST);
            let before = (first as f64 * height - ahead.get()).clamp(0.0, whole);
            let digits = log.total.max(1).ilog10() + 1;
            el::div()
                .class("lines")
                .style("--no", digits)
                .style("--before", format!("{}px", number(before)))
                .style(
                    "--after",
                    format!("{}px", number((whole - before - drawn * height).max(0.0))),
                )
                .child(rows)
                .into_view()
        }
    };
    el::section()
        .class("pane")
        .attr("data-stream", name)
        .attr("data-empty", move || {
            found.value().filter(|log| log.total == 0).map(|_| "")
        })
        .child(
            el::div()
                .class("pane-head sunk")
                .child(el::h2().child(view.name(name)))
                .child(head),
        )
        .child(notes)
        .child(
            el::div()
                .class("log scroll")
                .attr("data-wrap", move || view.wrap.get().then_some(""))
                .attr("data-times", move || (!view.times.get()).then_some("off"))
                .attr("tabindex", "0")
                .attr("role", "region")
                .attr("aria-label", view.name(name))
                .reference(node)
                .on("scroll", move |_| scrolled())
                .on("scrollend", move |_| settle(steps.get_value()))
                .on_click(clicked)
                .child(body),
        )
        .into_view()
}

fn nothing(view: Shown, name: &'static str, log: &LogView) -> View {
    let app = view.app;
    if view.system == System::Prefect && log.problems.is_empty() {
        return match (log.recorded, name) {
            (true, "stderr") => parts::empty(
                "No warnings and no errors",
                "All rows have what else was logged.",
                None,
            ),
            (true, _) => parts::empty(
                "Nothing was logged",
                "No row of the log belongs to this attempt. What was printed is only logged where log_prints is on.",
                None,
            ),
            (false, _) => parts::empty(
                "There are no logs here",
                "The records that were opened have none: no logs.json lies beside them.",
                None,
            ),
        };
    }
    if let Some(leader) = &log.led_by {
        let route = app.task_route(leader).with_tab("logs");
        let way_out = el::a()
            .class("link")
            .attr("href", route.to_hash())
            .child(format!("Show the logs of {}/{}", leader.step, leader.task));
        return parts::empty(
            format!("Its {name} is with the task that leads"),
            "Tasks of @parallel run together, and all of them write into the log of the one that started the others.",
            Some(way_out.into_view()),
        );
    }
    if let Some(origin) = &log.origin_missing {
        return parts::empty(
            format!("The {name} is in another run"),
            format!(
                "This task was copied by resume, and its log stayed with {origin}, which is not in this source."
            ),
            None,
        );
    }
    if !log.problems.is_empty() {
        parts::empty(
            format!("The {name} cannot be read"),
            "Why is told above. What else the task left can be looked at.",
            None,
        )
    } else if log.recorded {
        parts::empty(
            format!("Nothing on {name}"),
            "The log is there and holds no line.",
            None,
        )
    } else {
        parts::empty(
            format!("No {name} was recorded"),
            "There is no log file beside this attempt's records. A task that was killed together with its scheduler, one that runs, and one copied by resume leave none.",
            None,
        )
    }
}

fn copy_lines(view: Shown, streams: Streams, lines: Lines) {
    let question = LogTextQuery {
        task: view.task.get_value(),
        attempt: view.attempt,
        streams,
        lines: Some((lines.first.saturating_sub(1), lines.last.saturating_sub(1))),
    };
    once(view.app, question, move |log| {
        view.app.copy(log.text, "Lines")
    });
}

/// Saves what there is, each stream as a file of its own.
fn save(view: Shown) {
    let files: &[(Streams, &str)] = match view.system {
        System::Metaflow => &[
            (Streams::One(Stream::Stdout), "stdout"),
            (Streams::One(Stream::Stderr), "stderr"),
        ],
        System::Prefect => &[(Streams::Both, "log")],
    };
    for (streams, word) in files {
        let task = view.task.get_value();
        let name = format!(
            "{}-{}-{}-{}.{word}.txt",
            task.flow, task.step, task.task, view.attempt,
        );
        let question = LogTextQuery {
            task,
            attempt: view.attempt,
            streams: *streams,
            lines: None,
        };
        once(view.app, question, move |log| {
            clipboard::save(log.text.as_bytes(), "text/plain", &name)
        });
    }
}
