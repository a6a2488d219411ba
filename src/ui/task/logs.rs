//! stdout and stderr of one attempt, side by side or merged by time; the data beside.

use super::super::artifact;
use super::super::ask::{Answer, answer};
use super::super::parts::marks::icon;
use super::super::parts::{self, controls, lines};
use super::super::state::App;
use crate::browser::{clipboard, door};
use crate::engine::ask::Window;
use crate::engine::logs::{LogQuery, LogTextQuery, LogView, Streams};
use crate::layout::window::Rows;
use crate::model::{Stream, TaskPath};
use crate::route::Lines;
use crate::text::human;
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

/// One line, in pixels; the style sheet has the same.
const LINE: f64 = 18.0;

#[derive(Clone, Copy)]
struct View {
    app: App,
    task: StoredValue<TaskPath>,
    attempt: u32,
    wrap: RwSignal<bool>,
    times: RwSignal<bool>,
    search: RwSignal<String>,
}

pub fn tab(app: App, task: TaskPath, attempt: u32) -> AnyView {
    let merged = Memo::new(move |_| app.route.with(|route| route.extra("as") == Some("merged")));
    let view = View {
        app,
        task: StoredValue::new(task.clone()),
        attempt,
        wrap: RwSignal::new(false),
        times: RwSignal::new(true),
        search: RwSignal::new(String::new()),
    };
    // On a narrow screen one stream is shown at a time: that of the selected lines first.
    let show = RwSignal::new(app.route.with_untracked(|route| {
        route
            .lines
            .as_ref()
            .map_or("stderr".to_owned(), |lines| lines.stream.clone())
    }));
    let toggle = |signal: RwSignal<bool>, name: &'static str| {
        view! { <button class="btn btn-s btn-quiet only-wide" aria-pressed=move || signal.get().to_string() on:click=move |_| signal.update(|on| *on = !*on)>{name}</button> }
    };
    let streams = move || {
        if merged.get() {
            view! { <div class="panel streams">{pane(view, Streams::Both, "both")}</div> }
                .into_any()
        } else {
            view! {
                <div class="panel streams" data-show=move || show.get()>
                    {pane(view, Streams::One(Stream::Stdout), "stdout")}
                    {pane(view, Streams::One(Stream::Stderr), "stderr")}
                </div>
            }
            .into_any()
        }
    };
    let chosen = Signal::derive(move || merged.get());
    let narrow = Signal::derive(move || show.get() == "stdout");
    view! {
        <div class="pane">
            <div class="tools">
                <label class="field s">
                    {icon("search", "")}
                    <input type="search" class="filter-input" placeholder="Search these logs" aria-label="Search these logs" on:input=move |event| view.search.set(event_target_value(&event)) />
                </label>
                <div class="only-wide">
                    {controls::segments("Layout", &[(false, "Split"), (true, "Merged")], chosen, move |merged| app.change(|route| route.with_extra("as", merged.then_some("merged"))), "")}
                </div>
                <div class="only-narrow">
                    {controls::segments("Stream", &[(true, "stdout"), (false, "stderr")], narrow, move |stdout| show.set(if stdout { "stdout" } else { "stderr" }.to_owned()), "")}
                </div>
                {toggle(view.wrap, "Wrap")}
                {toggle(view.times, "Times")}
                <button class="btn btn-s btn-quiet push only-wide" on:click=move |_| save(view)>{icon("download", "")}"Download"</button>
            </div>
            {streams}
        </div>
        {artifact::side_list(app, task, attempt)}
    }
    .into_any()
}

/// One log with its head and its lines.
fn pane(view: View, streams: Streams, name: &'static str) -> AnyView {
    let node = NodeRef::<Div>::new();
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
    let total = move || found.with(|answer| answer.value.as_ref().map_or(0, |log| log.total));
    let rows = move |height: f64| Rows {
        count: total() as usize,
        height: LINE,
        viewport: height,
        overscan: 40,
    };
    let measure = move || {
        let Some(node) = node.get_untracked() else {
            return;
        };
        let seen = rows(f64::from(node.client_height())).window(f64::from(node.scroll_top()));
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
    Effect::new(move || {
        view.search.track();
        hit.set(0);
    });
    let jump_to = move |line: u64| {
        let Some(node) = node.get_untracked() else {
            return;
        };
        let height = f64::from(node.client_height());
        let top = (line as f64 * LINE - height / 3.0).max(0.0);
        node.set_scroll_top(top as i32);
        measure();
    };
    let jump = move |step: i64| {
        let Some(log) = found.get_untracked().value else {
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
    Effect::new(move || {
        let there = found.with(|answer| answer.value.is_some());
        if there && node.get().is_some() && !jumped.get_value() {
            jumped.set_value(true);
            let wanted = view.app.route.with_untracked(|route| route.lines.clone());
            if let Some(lines) = wanted.filter(|lines| lines.stream == name) {
                jump_to(lines.first.saturating_sub(1));
            }
        }
    });
    let selected = Memo::new(move |_| {
        view.app
            .route
            .with(|route| route.lines.clone().filter(|lines| lines.stream == name))
    });
    let select = move |line: u64, extend: bool| {
        view.app.change(|route| {
            let before = route.lines.clone().filter(|lines| lines.stream == name);
            let lines = match before {
                Some(before) if extend => Lines {
                    stream: name.to_owned(),
                    first: before.first.min(line),
                    last: before.last.max(line),
                },
                Some(before) if before.first == line && before.last == line => {
                    return route.with_lines(None);
                }
                _ => Lines {
                    stream: name.to_owned(),
                    first: line,
                    last: line,
                },
            };
            route.with_lines(Some(lines))
        });
    };
    let clicked = move |event: leptos::ev::MouseEvent| {
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let Some(target) = target.filter(|target| target.class_list().contains("no")) else {
            return;
        };
        let line = target
            .parent_element()
            .and_then(|line| line.get_attribute("data-line"))
            .and_then(|line| line.parse().ok());
        if let Some(line) = line {
            select(line, event.shift_key());
        }
    };
    let head = move || {
        found.get().value.map(|log| {
            let told = format!("{}, {}", human::counted(log.total, "line", "lines"), human::size(log.size));
            let hits = (!view.search.get().trim().is_empty()).then(|| {
                let told = match log.found_total {
                    0 => "not found".to_owned(),
                    total => format!("{} of {}", human::count(hit.get() as u64 + 1), human::count(total)),
                };
                view! {
                    <span class="faint">{told}</span>
                    <button class="btn btn-s btn-quiet btn-icon" aria-label="Previous hit" on:click=move |_| jump(-1)>{icon("asc", "icon-s")}</button>
                    <button class="btn btn-s btn-quiet btn-icon" aria-label="Next hit" on:click=move |_| jump(1)>{icon("desc", "icon-s")}</button>
                }
            });
            let chosen = selected.get().map(|lines| {
                let told = if lines.first == lines.last { format!("line {}", lines.first) } else { format!("lines {} to {}", lines.first, lines.last) };
                view! {
                    <span class="chip chip-on">{told}</span>
                    <button class="btn btn-s btn-link" on:click=move |_| view.app.copy_link()>"Copy link"</button>
                    <button class="btn btn-s btn-link" on:click=move |_| copy_lines(view, streams, lines.clone())>"Copy text"</button>
                }
            });
            view! { <span class="n">{told}</span><span class="push"></span>{hits}{chosen} }
        })
    };
    let notes = move || {
        found.get().value.map(|log| {
            let lossy = (log.undecodable > 0).then(|| {
                let text = format!(
                    "{} are not UTF-8 and stand as \u{fffd}",
                    human::counted(log.undecodable, "byte", "bytes")
                );
                view! { <p class="note">{text}</p> }
            });
            let problems = log.problems.iter().map(parts::problem).collect_view();
            view! { {lossy}{problems} }
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
        } if log.total == 0 => nothing(name, &log),
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
            let drawn = log.lines.len() as u64;
            let rows = lines::marked_lines(
                view.app,
                &log.lines,
                view.times.get(),
                &lines::Marks {
                    chosen,
                    hit: current,
                    text,
                    both: streams == Streams::Both,
                },
            );
            let digits = log.total.max(1).ilog10() + 1;
            leptos::html::div()
                .class("lines")
                .style(("--no", digits.to_string()))
                .style(("--before", format!("{}px", first as f64 * LINE)))
                .style((
                    "--after",
                    format!("{}px", (log.total - first - drawn) as f64 * LINE),
                ))
                .child(rows)
                .into_any()
        }
    };
    view! {
        <section class="pane" data-stream=name>
            <div class="pane-head sunk"><h2>{if name == "both" { "stdout and stderr" } else { name }}</h2>{head}</div>
            {notes}
            <div class="log scroll" data-wrap=move || view.wrap.get().then_some("") data-times=move || (!view.times.get()).then_some("off") tabindex="0" role="region" aria-label=name node_ref=node on:scroll=move |_| measure() on:click=clicked>
                {body}
            </div>
        </section>
    }
    .into_any()
}

fn nothing(name: &'static str, log: &LogView) -> AnyView {
    if log.recorded {
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

fn copy_lines(view: View, streams: Streams, lines: Lines) {
    let question = LogTextQuery {
        task: view.task.get_value(),
        attempt: view.attempt,
        streams,
        lines: Some((lines.first.saturating_sub(1), lines.last.saturating_sub(1))),
    };
    with_text(question, move |text| view.app.copy(text, "Lines"));
}

/// Saves both streams, each as a file of its own.
fn save(view: View) {
    for stream in [Stream::Stdout, Stream::Stderr] {
        let task = view.task.get_value();
        let name = format!(
            "{}-{}-{}-{}.{}.txt",
            task.flow,
            task.step,
            task.task,
            view.attempt,
            stream.word()
        );
        let question = LogTextQuery {
            task,
            attempt: view.attempt,
            streams: Streams::One(stream),
            lines: None,
        };
        with_text(question, move |text| {
            clipboard::save(text.as_bytes(), "text/plain", &name)
        });
    }
}

/// Asks for a text that nothing on the screen waits for.
fn with_text(question: LogTextQuery, done: impl Fn(String) + 'static) {
    let ticket = door::ask(question, move |news| {
        if let door::News::Done(Ok(view)) = news {
            done(view.text);
        }
    });
    // It is answered once; leaving the page does not stop a copy.
    std::mem::forget(ticket);
}
