//! The data of an attempt: the list, and the value that is looked at.

use super::ask::{Answer, answer, shown};
use super::parts::controls::{copy_button, segments};
use super::parts::marks::{icon, kind_icon};
use super::parts::{self, lines};
use super::state::App;
use crate::browser::{clipboard, door};
use crate::engine::ask::Window;
use crate::engine::data::{ArtifactRow, TaskDataQuery, TaskDataView};
use crate::engine::values::{
    BytesQuery, Child, ChildrenQuery, Shape, Trust, ValueQuery, ValueView,
};
use crate::model::TaskPath;
use crate::route::Place;
use crate::text::human;
use leptos::prelude::*;

/// The tab: the list at the left, the chosen value at the right.
pub fn tab(app: App, task: TaskPath, attempt: u32) -> AnyView {
    let chosen = Memo::new(move |_| chosen_name(app));
    let list = data_list(app, task.clone(), attempt);
    let value = move || match chosen.get() {
        None => parts::empty(
            "No value is chosen",
            "Choose one of the artifacts at the left.",
            None,
        ),
        Some(name) => value_pane(app, task.clone(), attempt, name),
    };
    view! {
        <section class="side" aria-label="Data">{list}</section>
        <section class="pane" aria-label="Value">{value}</section>
    }
    .into_any()
}

/// The list beside the logs.
pub fn side_list(app: App, task: TaskPath, attempt: u32) -> AnyView {
    view! { <aside class="side" aria-label="Data">{data_list(app, task, attempt)}</aside> }
        .into_any()
}

fn chosen_name(app: App) -> Option<String> {
    app.route.with(|route| match &route.place {
        Place::Artifact { artifact, .. } => Some(artifact.clone()),
        _ => None,
    })
}

fn data_list(app: App, task: TaskPath, attempt: u32) -> AnyView {
    let typed = RwSignal::new(String::new());
    // A hidden artifact that is looked at must be in its list.
    let hidden = RwSignal::new(chosen_name(app).is_some_and(|name| name.starts_with('_')));
    let asked = task.clone();
    let found = answer(move || {
        Some(TaskDataQuery {
            task: asked.clone(),
            attempt: Some(attempt),
            hidden: hidden.get(),
            text: typed.get(),
        })
    });
    let count = move || found.get().value.map(|view| human::count(view.total));
    let draw = shown(found, move |view: TaskDataView| {
        rows(app, &task, &view, hidden)
    });
    view! {
        <div class="pane-head">
            <h2>"Data"</h2>
            <span class="n">{count}</span>
            <label class="field s push">{icon("filter", "")}<input type="search" placeholder="Filter" aria-label="Filter data" on:input=move |event| typed.set(event_target_value(&event)) /></label>
        </div>
        <div class="data-list scroll" tabindex="-1">{draw}</div>
    }
    .into_any()
}

fn rows(app: App, task: &TaskPath, view: &TaskDataView, hidden: RwSignal<bool>) -> AnyView {
    let group = |title: &'static str, wanted: &dyn Fn(&&ArtifactRow) -> bool| {
        let some: Vec<&ArtifactRow> = view.rows.iter().filter(wanted).collect();
        (!some.is_empty()).then(|| {
            let count = some.len();
            let items = some
                .into_iter()
                .map(|row| item(app, task, view.attempt, row))
                .collect_view();
            view! { <h3><span>{title}</span><span>{count}</span></h3><ul>{items}</ul> }
        })
    };
    let none = view.rows.is_empty().then(|| {
        let text = if view.recorded {
            "No artifact has this name."
        } else {
            "This attempt left no artifacts: it did not come to the point where they are stored."
        };
        view! { <p class="note">{text}</p> }
    });
    let (compared, parents) = view.parents_compared;
    let part = (compared < parents).then(|| {
        view! { <p class="note">{format!("Compared with {} of {} tasks that led here.", human::count(compared), human::count(parents))}</p> }
    });
    let more = (view.hidden > 0).then(|| {
        let count = view.hidden;
        let label = move || match hidden.get() {
            true => "Hide what Metaflow keeps for itself".to_owned(),
            false => format!("Show {} that Metaflow keeps for itself", human::count(count)),
        };
        view! { <button class="btn btn-s btn-quiet show-hidden" on:click=move |_| hidden.update(|on| *on = !*on)>{label}</button> }
    });
    view! {
        {none}
        {group("Set in this attempt", &|row| !row.passed_on && !row.hidden)}
        {group("Passed on unchanged", &|row| row.passed_on && !row.hidden)}
        {group("Kept by Metaflow", &|row| row.hidden)}
        {part}
        {more}
    }
    .into_any()
}

fn item(app: App, task: &TaskPath, attempt: u32, row: &ArtifactRow) -> AnyView {
    let (name, of) = (row.name.clone(), task.clone());
    let href = move || {
        let kept = app.route.with(|route| route.attempt.map(|_| attempt));
        app.artifact_route(&of, &name).with_attempt(kept).to_hash()
    };
    let current_name = row.name.clone();
    let current =
        move || (chosen_name(app).as_deref() == Some(current_name.as_str())).then_some("true");
    let brief = match (&row.value, &row.fault) {
        (Some(value), _) => view! { <span class="brief cut-end">{value.clone()}</span> }.into_any(),
        (None, Some(fault)) => {
            view! { <span class="brief cut-end fail">{fault.clone()}</span> }.into_any()
        }
        (None, None) => view! { <span class="brief cut-end">{row.class.clone()}</span> }.into_any(),
    };
    view! {
        <li><a href=href aria-current=current title=row.class.clone()>
            {kind_icon(row.kind)}
            <span class="name cut-end">{row.name.clone()}</span>
            <span class="n">{row.size.map(human::size)}</span>
            {brief}
        </a></li>
    }
    .into_any()
}

/// One value: what it is, and the view that suits it.
fn value_pane(app: App, task: TaskPath, attempt: u32, name: String) -> AnyView {
    let large = RwSignal::new(false);
    let question = {
        let (task, name) = (task.clone(), name.clone());
        move || ValueQuery {
            task: task.clone(),
            attempt: Some(attempt),
            name: name.clone(),
            large: large.get(),
        }
    };
    let asked = question.clone();
    let found = answer(move || Some(asked()));
    let back = app
        .task_route(&task)
        .with_attempt(Some(attempt))
        .with_tab("data")
        .to_hash();
    let draw = move || match found.get() {
        Answer {
            failure: Some(failure),
            ..
        } => super::error::in_place(&failure),
        Answer {
            value: Some(view), ..
        } => drawn(app, &view, question(), large, &back),
        Answer { progress, .. } => parts::loading(progress),
    };
    view! { {draw} }.into_any()
}

fn drawn(
    app: App,
    view: &ValueView,
    question: ValueQuery,
    large: RwSignal<bool>,
    back: &str,
) -> AnyView {
    let kind = view
        .root
        .as_ref()
        .map_or(crate::engine::values::kind_of_class(&view.class), |root| {
            root.kind
        });
    let python = view.python.clone();
    let unknown =
        view.root.is_some() && !view.classes.is_empty() && matches!(view.shape, Shape::Tree);
    let chip = match view.outcome {
        Trust::Partial => Some(("chip chip-warn", "read in part")),
        Trust::Nothing if view.too_large.is_none() => Some(("chip chip-fail", "cannot be read")),
        _ if !view.dangerous.is_empty() => {
            Some(("chip chip-fail", "asks to run code, which was not done"))
        }
        _ if unknown => Some(("chip chip-warn only-wide", "class not loaded, state shown")),
        _ => None,
    }
    .map(|(class, text)| view! { <span class=class>{text}</span> });
    let sha = view.sha.clone();
    let short_sha = if sha.len() > 12 {
        format!(
            "{}…{}",
            sha.get(..8).unwrap_or_default(),
            sha.get(sha.len() - 4..).unwrap_or_default()
        )
    } else {
        sha.clone()
    };
    let stored = view.stored.map(
        |stored| view! { <span class="faint">{format!("{} stored", human::size(stored))}</span> },
    );
    let save = {
        let question = question.clone();
        move |_| save_value(question.clone())
    };
    let dangerous = (!view.dangerous.is_empty()).then(|| {
        view! { <div class="problem bad">{icon("warn", "icon-m")}<h3>"This pickle names functions that no data needs"</h3><p><code>{view.dangerous.join(", ")}</code>" Nothing was called; do not open it with Python."</p></div> }
    });
    let problems = view
        .problems
        .iter()
        .map(|text| view! { <p class="note">{text.clone()}</p> })
        .collect_view();
    let body = body(app, view, &question, large);
    let classes = (!view.classes.is_empty()).then(|| {
        let most: Vec<String> = view.classes.iter().take(6).cloned().collect();
        let more = view.classes.len().saturating_sub(6);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        view! { <p class="note">"Decoded without running it. Not needed: "<code>{most.join(", ")}</code>{more}"."</p> }
    });
    view! {
        <div class="pane-head">
            <a class="btn btn-s btn-quiet btn-icon only-narrow" href=back.to_owned() aria-label="All data">{icon("left", "")}</a>
            {kind_icon(kind)}
            <h2 class="mono">{view.name.clone()}</h2>
            <span class="n">{view.class.clone()}</span>
            {chip}
            <span class="push"></span>
            {copy_button(app, "Copy Python", "Python", "btn btn-s btn-quiet", move || python.clone())}
            <button class="btn btn-s btn-quiet btn-icon" aria-label="Download" on:click=save>{icon("download", "")}</button>
        </div>
        <dl class="facts value-facts">
            <div><dt>"Size"</dt><dd>{view.size.map(human::size)}" "{stored}</dd></div>
            <div><dt>"Stored as"</dt><dd>{view.encoding.clone()}</dd></div>
            <div><dt>"SHA-1"</dt><dd><span class="mono" title=sha>{short_sha}</span></dd></div>
            <div class="only-wide"><dt>"Recorded"</dt><dd>{view.created.map(|at| view! { <span title=app.full(at)>{app.started(at)}</span> })}</dd></div>
        </dl>
        {dangerous}
        {problems}
        {body}
        {classes}
    }
    .into_any()
}

fn body(app: App, view: &ValueView, question: &ValueQuery, large: RwSignal<bool>) -> AnyView {
    if let Some(size) = view.too_large {
        let way_out = view! { <button class="btn btn-s" on:click=move |_| large.set(true)>"Decode it all the same"</button> };
        return parts::empty(
            "This value is large",
            format!("{} are decoded only when asked for.", human::size(size)),
            Some(way_out.into_any()),
        );
    }
    match &view.shape {
        Shape::Scalar { repr } => view! { <div class="scroll page"><pre class="scalar mono">{repr.clone()}</pre></div> }.into_any(),
        Shape::Text { lines, chars, total_lines } => {
            let count = *total_lines;
            let shown = lines.len() as u64;
            let rows = lines
                .iter()
                .enumerate()
                .map(|(at, line)| view! { <div class="line"><span class="no">{at + 1}</span><span class="txt">{line.clone()}</span></div> })
                .collect_view();
            let told = if shown < count {
                format!("The first {} of {} lines, {} characters in all", human::count(shown), human::count(count), human::count(*chars))
            } else {
                format!("{}, {}", human::counted(count, "line", "lines"), human::counted(*chars, "character", "characters"))
            };
            view! { <p class="note">{told}</p><div class="log scroll" tabindex="0" role="region" aria-label="Text">{lines::lines_of(count, rows.into_any())}</div> }.into_any()
        }
        Shape::Image { mime, width, height } => image(app, question.clone(), mime.clone(), *width, *height, view.name.clone()),
        Shape::Bytes { head, total, kind } => bytes(head, *total, kind),
        Shape::Tree => match &view.root {
            Some(root) => view! { <div class="scroll"><div class="tree value-tree" role="tree" aria-label="Value">{node(question.clone(), root.clone(), 0, true)}</div></div> }.into_any(),
            None => ().into_any(),
        },
        Shape::Nothing => parts::empty("The value cannot be shown", "Its bytes can be saved.", None),
    }
}

/// A place in a value; opens into its parts, some at a time.
fn node(question: ValueQuery, child: Child, level: usize, open_first: bool) -> AnyView {
    /// Parts that are shown at once.
    const SOME: u64 = 100;
    let open = RwSignal::new(open_first && child.children > 0);
    let count = RwSignal::new(SOME);
    let asked = question.clone();
    let bits = child.node;
    let parts = answer(move || {
        open.get().then(|| ChildrenQuery {
            value: asked.clone(),
            node: bits,
            window: Window {
                first: 0,
                count: count.get(),
            },
        })
    });
    let children = move || {
        let now = parts.get();
        if !open.get() {
            return None;
        }
        if let Some(failure) = now.failure {
            return Some(view! { <p class="note">{failure.explanation}</p> }.into_any());
        }
        let view = now.value?;
        let rows = view
            .children
            .iter()
            .map(|child| node(question.clone(), child.clone(), level + 1, false))
            .collect_view();
        let left = view.total - view.children.len() as u64;
        let more = (left > 0).then(|| {
            let label = format!("Show {} more of {}", human::count(left.min(SOME)), human::count(view.total));
            view! { <button class="btn btn-s btn-quiet more" on:click=move |_| count.update(|count| *count += SOME)>{label}</button> }
        });
        Some(view! { {rows}{more} }.into_any())
    };
    let can_open = child.children > 0;
    let toggle = move || {
        if can_open {
            open.update(|open| *open = !*open);
        }
    };
    let short_class = child
        .class
        .strip_prefix("builtins.")
        .unwrap_or(&child.class)
        .to_owned();
    let inside = view! {
        <span class="twist" class:none=!can_open>{icon("right", "icon-s")}</span>
        {kind_icon(child.kind)}
        <span class="name">{child.label.clone()}</span>
        <span class="kind">{short_class}</span>
        <span class="n">{child.summary.clone()}</span>
    };
    let row = leptos::html::div()
        .attr("role", "treeitem")
        .class("tree-row")
        .attr("aria-level", (level + 1).to_string())
        .attr("aria-expanded", move || {
            can_open.then(|| open.get().to_string())
        })
        .attr("tabindex", if level == 0 { "0" } else { "-1" })
        .style(("--l", level.to_string()))
        .on(leptos::ev::click, move |_| toggle())
        .child(inside);
    view! { {row}{children} }.into_any()
}

fn image(
    app: App,
    question: ValueQuery,
    mime: String,
    width: u32,
    height: u32,
    name: String,
) -> AnyView {
    let url = RwSignal::new(None::<String>);
    let real = Memo::new(move |_| app.route.with(|route| route.extra("as") == Some("full")));
    let found = answer(move || {
        Some(BytesQuery {
            value: question.clone(),
            raw: false,
        })
    });
    Effect::new(move || {
        if let Some(view) = found.get().value {
            let made = clipboard::object_url(&view.bytes, &view.mime);
            if let Some(before) = url.get_untracked() {
                clipboard::forget(&before);
            }
            url.set(made);
        }
    });
    on_cleanup(move || {
        if let Some(Some(before)) = url.try_get_untracked() {
            clipboard::forget(&before);
        }
    });
    let size = if width > 0 {
        format!(
            "{}, {width} × {height}",
            mime.trim_start_matches("image/").to_uppercase()
        )
    } else {
        mime
    };
    let chosen = Signal::derive(move || real.get());
    view! {
        <div class="image-tools">
            <span class="faint">{size}</span>
            {segments("Size", &[(false, "Fit"), (true, "100%")], chosen, move |full| app.change(|route| route.with_extra("as", full.then_some("full"))), "")}
        </div>
        <div class="image-view" data-actual=move || real.get().then_some("")>{move || url.get().map(|url| view! { <img src=url alt=name.clone() /> })}</div>
    }
    .into_any()
}

fn bytes(head: &[u8], total: u64, kind: &str) -> AnyView {
    let rows = head
        .chunks(16)
        .enumerate()
        .map(|(at, row)| {
            let hex: Vec<String> = row.iter().map(|byte| format!("{byte:02x}")).collect();
            let text: String = row.iter().map(|byte| if byte.is_ascii_graphic() || *byte == b' ' { char::from(*byte) } else { '·' }).collect();
            view! { <div class="line"><span class="no">{format!("{:06x}", at * 16)}</span><span class="txt">{format!("{:<48}", hex.join(" "))}</span><span class="txt">{text}</span></div> }
        })
        .collect_view();
    let kind = if kind.is_empty() {
        String::new()
    } else {
        format!("{kind}, ")
    };
    let told = if (head.len() as u64) < total {
        format!(
            "{kind}the first {} of {}",
            human::count(head.len() as u64),
            human::counted(total, "byte", "bytes")
        )
    } else {
        format!("{kind}{}", human::counted(total, "byte", "bytes"))
    };
    view! { <p class="note">{told}</p><div class="log scroll" tabindex="0" role="region" aria-label="Bytes">{lines::lines_of(100_000, rows.into_any())}</div> }.into_any()
}

fn save_value(question: ValueQuery) {
    let ticket = door::ask(
        BytesQuery {
            value: question,
            raw: false,
        },
        |news| {
            if let door::News::Done(Ok(view)) = news {
                clipboard::save(&view.bytes, &view.mime, &view.file);
            }
        },
    );
    // It is answered once; leaving the page does not stop a download.
    std::mem::forget(ticket);
}
