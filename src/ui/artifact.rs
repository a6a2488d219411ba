//! The data of an attempt: the list, and the value that is looked at.

use super::ask::{Answer, answer, shown};
use super::parts::controls::{copy_button, segments, text_filter};
use super::parts::marks::{icon, kind_icon};
use super::parts::{self, lines};
use super::state::{App, is_narrow};
use crate::browser::clipboard;
use crate::engine::ask::Window;
use crate::engine::data::{ArtifactRow, TaskDataQuery, TaskDataView};
use crate::engine::values::{
    BytesQuery, Child, ChildrenQuery, Shape, Trust, ValueQuery, ValueView,
};
use crate::model::TaskPath;
use crate::route::{Place, Route};
use crate::text::human;
use crate::ui::dom::prelude::*;
use std::rc::Rc;

/// The tab: the list at the left, the chosen value at the right.
pub fn tab(app: App, task: TaskPath, attempt: u32, foot: Foot) -> View {
    let first = RwSignal::new(None);
    let chosen = Memo::new(move |_| chosen_name(app).or_else(|| first.get()));
    let list = data_list(app, task.clone(), attempt, Some((first, chosen)));
    let value = move || match chosen.get() {
        None => parts::empty(
            "No value is chosen",
            "Choose one of the artifacts at the left.",
            None,
        ),
        Some(name) => value_pane(app, task.clone(), attempt, name),
    };
    group()
        .child(
            el::section()
                .class("side")
                .attr("aria-label", "Data")
                .child(list)
                .child(move || foot()),
        )
        .child(
            el::section()
                .class("pane")
                .attr("aria-label", "Value")
                .child(value),
        )
        .into_view()
}

/// What stands below the list: where the task itself stands.
pub type Foot = Rc<dyn Fn() -> Option<View>>;

/// The list beside the logs.
pub fn side_list(app: App, task: TaskPath, attempt: u32, foot: Foot) -> View {
    el::aside()
        .class("side")
        .attr("aria-label", "Data")
        .child(data_list(app, task, attempt, None))
        .child(move || foot())
        .into_view()
}

fn chosen_name(app: App) -> Option<String> {
    app.route.with(artifact_of)
}

fn artifact_of(route: &Route) -> Option<String> {
    match &route.place {
        Place::Artifact { artifact, .. } => Some(artifact.clone()),
        _ => None,
    }
}

/// The name of the value that is shown while none is chosen, and of the one that is shown.
type Shown = (RwSignal<Option<String>>, Memo<Option<String>>);

/// The list of the data, beside the value that is shown; where there is none, the list
/// says what it is.
fn data_list(app: App, task: TaskPath, attempt: u32, beside: Option<Shown>) -> View {
    let typed = RwSignal::new(String::new());
    // A hidden artifact that is looked at must be in its list. Untracked: the list stays
    // when another value is chosen.
    let chosen = app.route.with_untracked(artifact_of);
    let hidden = RwSignal::new(chosen.is_some_and(|name| name.starts_with('_')));
    let asked = task.clone();
    let found = answer(move || {
        Some(TaskDataQuery {
            task: asked.clone(),
            attempt: Some(attempt),
            hidden: hidden.get(),
            text: typed.get(),
        })
    });
    react(move || {
        let (Some((first, _)), Some(view)) = (beside, found.value()) else {
            return;
        };
        // It stays, whatever is filtered. On a narrow screen no value stands beside the
        // list, and what is not looked at is not read.
        if first.get_untracked().is_none() && !is_narrow() {
            let row = view.rows.iter().find(|row| !row.passed_on);
            first.set(row.or(view.rows.first()).map(|row| row.name.clone()));
        }
    });
    let current = beside.map(|(_, current)| current);
    let count = move || found.value().map(|view| human::count(view.total));
    let draw = shown(found, move |view: &TaskDataView| {
        rows(app, &task, view, hidden, current)
    });
    let heading = beside.is_none().then(|| {
        group()
            .child(el::h2().child("Data"))
            .child(el::span().class("n").child(count))
    });
    group()
        .child(
            el::div()
                .class("pane-head")
                .child(heading)
                .child(text_filter("Filter data", typed)),
        )
        .child(
            el::div()
                .class("data-list scroll")
                .attr("tabindex", "-1")
                .child(draw),
        )
        .into_view()
}

fn rows(
    app: App,
    task: &TaskPath,
    view: &TaskDataView,
    hidden: RwSignal<bool>,
    current: Option<Memo<Option<String>>>,
) -> View {
    let part_of = |title: &'static str, wanted: &dyn Fn(&&ArtifactRow) -> bool| {
        let some: Vec<&ArtifactRow> = view.rows.iter().filter(wanted).collect();
        (!some.is_empty()).then(|| {
            let count = some.len();
            let items = some
                .into_iter()
                .map(|row| item(app, task, view.attempt, row, current))
                .collect_view();
            group()
                .child(
                    el::h3()
                        .child(el::span().child(title))
                        .child(el::span().child(count)),
                )
                .child(el::ul().child(items))
        })
    };
    let none = view.rows.is_empty().then(|| {
        let text = if view.recorded {
            "No artifact has this name."
        } else {
            "This attempt left no artifacts: it did not come to the point where they are stored."
        };
        el::p().class("note").child(text)
    });
    let (compared, parents) = view.parents_compared;
    let part = (compared < parents).then(|| {
        el::p().class("note").child(format!(
            "Compared with {} of {} tasks that led here.",
            human::count(compared),
            human::count(parents)
        ))
    });
    let more = (view.hidden > 0).then(|| {
        let count = view.hidden;
        let label = move || match hidden.get() {
            true => "Hide what Metaflow keeps for itself".to_owned(),
            false => format!(
                "Show {} that Metaflow keeps for itself",
                human::count(count)
            ),
        };
        el::button()
            .class("btn btn-s btn-quiet show-hidden")
            .on_click(move |_| hidden.update(|on| *on = !*on))
            .child(label)
    });
    group()
        .child(none)
        .child(part_of("Set in this attempt", &|row| {
            !row.passed_on && !row.hidden
        }))
        .child(part_of("Passed on unchanged", &|row| {
            row.passed_on && !row.hidden
        }))
        .child(part_of("Kept by Metaflow", &|row| row.hidden))
        .child(part)
        .child(more)
        .into_view()
}

fn item(
    app: App,
    task: &TaskPath,
    attempt: u32,
    row: &ArtifactRow,
    current: Option<Memo<Option<String>>>,
) -> View {
    let (name, of) = (row.name.clone(), task.clone());
    let href = move || {
        let kept = app.route.with(|route| route.attempt.map(|_| attempt));
        app.artifact_route(&of, &name).with_attempt(kept).to_hash()
    };
    let own = row.name.clone();
    let is_current = move || (current?.get().as_ref() == Some(&own)).then_some("true");
    let brief = match (&row.value, &row.fault) {
        (Some(value), _) => el::span()
            .class("brief cut-end")
            .child(value.clone())
            .into_view(),
        (None, Some(fault)) => el::span()
            .class("brief cut-end fail")
            .child(fault.clone())
            .into_view(),
        (None, None) => el::span()
            .class("brief cut-end")
            .child(row.class.clone())
            .into_view(),
    };
    el::li()
        .child(
            el::a()
                .attr("href", href)
                .attr("aria-current", is_current)
                .attr("title", row.class.clone())
                .child(kind_icon(row.kind))
                .child(el::span().class("name cut-end").child(row.name.clone()))
                .child(el::span().class("n").child(row.size.map(human::size)))
                .child(brief),
        )
        .into_view()
}

/// One value: what it is, and the view that suits it.
fn value_pane(app: App, task: TaskPath, attempt: u32, name: String) -> View {
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
    group().child(draw).into_view()
}

fn drawn(
    app: App,
    view: &ValueView,
    question: ValueQuery,
    large: RwSignal<bool>,
    back: &str,
) -> View {
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
    .map(|(class, text)| el::span().class(class).child(text));
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
    let stored = view.stored.map(|stored| {
        el::span()
            .class("faint")
            .child(format!("{} stored", human::size(stored)))
    });
    let save = {
        let question = question.clone();
        move |_| save_value(app, question.clone())
    };
    let dangerous = (!view.dangerous.is_empty()).then(|| {
        el::div()
            .class("problem bad")
            .child(icon("warn", "icon-m"))
            .child(el::h3().child("This pickle names functions that no data needs"))
            .child(
                el::p()
                    .child(el::code().child(view.dangerous.join(", ")))
                    .child(" Nothing was called; do not open it with Python."),
            )
    });
    let problems = view
        .problems
        .iter()
        .map(|text| el::p().class("note").child(text.clone()))
        .collect_view();
    let body = body(app, view, &question, large);
    let classes = (!view.classes.is_empty()).then(|| {
        let most: Vec<String> = view.classes.iter().take(6).cloned().collect();
        let more = view.classes.len().saturating_sub(6);
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        el::p()
            .class("note")
            .child("Decoded without running it. Not needed: ")
            .child(el::code().child(most.join(", ")))
            .child(more)
            .child(".")
    });
    group()
        .child(
            el::div()
                .class("pane-head")
                .child(
                    el::a()
                        .class("btn btn-s btn-quiet btn-icon only-narrow")
                        .attr("href", back.to_owned())
                        .attr("aria-label", "All data")
                        .child(icon("left", "")),
                )
                .child(kind_icon(kind))
                .child(el::h2().class("mono").child(view.name.clone()))
                .child(el::span().class("n").child(view.class.clone()))
                .child(chip)
                .child(el::span().class("push"))
                .child(copy_button(
                    app,
                    "Copy Python",
                    "Python",
                    "btn btn-s btn-quiet",
                    move || python.clone(),
                ))
                .child(
                    el::button()
                        .class("btn btn-s btn-quiet btn-icon")
                        .attr("aria-label", "Download")
                        .on_click(save)
                        .child(icon("download", "")),
                ),
        )
        .child(
            el::dl()
                .class("facts value-facts")
                .child(
                    el::div().child(el::dt().child("Size")).child(
                        el::dd()
                            .child(view.size.map(human::size))
                            .child(" ")
                            .child(stored),
                    ),
                )
                .child(
                    el::div()
                        .child(el::dt().child("Stored as"))
                        .child(el::dd().child(view.encoding.clone())),
                )
                .child(el::div().child(el::dt().child("SHA-1")).child(
                    el::dd().child(el::span().class("mono").attr("title", sha).child(short_sha)),
                ))
                .child(
                    el::div()
                        .class("only-wide")
                        .child(el::dt().child("Recorded"))
                        .child(el::dd().child(view.created.map(|at| {
                            el::span()
                                .attr("title", app.full(at))
                                .child(app.started(at))
                        }))),
                ),
        )
        .child(dangerous)
        .child(problems)
        .child(body)
        .child(classes)
        .into_view()
}

fn body(app: App, view: &ValueView, question: &ValueQuery, large: RwSignal<bool>) -> View {
    if let Some(size) = view.too_large {
        let way_out = el::button()
            .class("btn btn-s")
            .on_click(move |_| large.set(true))
            .child("Decode it all the same");
        return parts::empty(
            "This value is large",
            format!("{} are decoded only when asked for.", human::size(size)),
            Some(way_out.into_view()),
        );
    }
    match &view.shape {
        Shape::Scalar { repr } => el::div()
            .class("scroll page")
            .child(el::pre().class("scalar mono").child(repr.clone()))
            .into_view(),
        Shape::Text {
            lines,
            chars,
            total_lines,
        } => {
            let count = *total_lines;
            let shown = lines.len() as u64;
            let rows = lines
                .iter()
                .enumerate()
                .map(|(at, line)| {
                    el::div()
                        .class("line")
                        .child(el::span().class("no").child(at + 1))
                        .child(el::span().class("txt").child(line.clone()))
                })
                .collect_view();
            let told = if shown < count {
                format!(
                    "The first {} of {} lines, {} characters in all",
                    human::count(shown),
                    human::count(count),
                    human::count(*chars)
                )
            } else {
                format!(
                    "{}, {}",
                    human::counted(count, "line", "lines"),
                    human::counted(*chars, "character", "characters")
                )
            };
            group()
                .child(el::p().class("note").child(told))
                .child(
                    el::div()
                        .class("log scroll")
                        .attr("tabindex", "0")
                        .attr("role", "region")
                        .attr("aria-label", "Text")
                        .child(lines::lines_of(count, rows.into_view())),
                )
                .into_view()
        }
        Shape::Image {
            mime,
            width,
            height,
        } => image(
            app,
            question.clone(),
            mime.clone(),
            *width,
            *height,
            view.name.clone(),
        ),
        Shape::Bytes { head, total, kind } => bytes(head, *total, kind),
        Shape::Tree => {
            // What a whole value is stands in the head of the pane: its parts follow at once.
            let inside = view.root.as_ref().map(|root| match root.children {
                0 => node(question.clone(), root.clone(), 0, true),
                _ => parts_from(question.clone(), root.node, 0, 0),
            });
            let tree = el::div()
                .class("tree value-tree")
                .attr("role", "tree")
                .attr("aria-label", "Value")
                .child(inside);
            el::div().class("scroll").child(tree).into_view()
        }
        Shape::Nothing => {
            parts::empty("The value cannot be shown", "Its bytes can be saved.", None)
        }
    }
}

/// The parts of a value from one on: some, and a button that brings those after them.
fn parts_from(question: ValueQuery, node: u32, first: u64, level: usize) -> View {
    /// Parts that come at once.
    const SOME: u64 = 100;
    let more = RwSignal::new(false);
    let asked = question.clone();
    let found = answer(move || {
        Some(ChildrenQuery {
            value: asked.clone(),
            node,
            window: Window { first, count: SOME },
        })
    });
    let rows = move || {
        let now = found.get();
        if let Some(failure) = now.failure {
            let told = failure.explanation.clone();
            return Some(el::p().class("note").child(told).into_view());
        }
        let view = now.value?;
        let rows = view
            .children
            .iter()
            .enumerate()
            .map(|(at, child)| {
                let is_first = level == 0 && first == 0 && at == 0;
                self::node(question.clone(), child.clone(), level, is_first)
            })
            .collect_view();
        let next = first + view.children.len() as u64;
        let left = view.total.saturating_sub(next);
        let question = question.clone();
        let rest = move || {
            if left == 0 {
                return None;
            }
            if more.get() {
                return Some(parts_from(question.clone(), node, next, level));
            }
            let label = format!(
                "Show {} more of {}",
                human::count(left.min(SOME)),
                human::count(view.total)
            );
            Some(
                el::button()
                    .class("btn btn-s btn-quiet more")
                    .on_click(move |_| more.set(true))
                    .child(label)
                    .into_view(),
            )
        };
        Some(group().child(rows).child(rest).into_view())
    };
    rows.into_view()
}

/// A place in a value; opens into its parts. The first of all is where the keyboard
/// comes in.
fn node(question: ValueQuery, child: Child, level: usize, first: bool) -> View {
    let open = RwSignal::new(false);
    let bits = child.node;
    let children = move || {
        open.get()
            .then(|| parts_from(question.clone(), bits, 0, level + 1))
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
    let inside = group()
        .child(
            el::span()
                .class("twist")
                .class_if("none", !can_open)
                .child(icon("right", "icon-s")),
        )
        .child(kind_icon(child.kind))
        .child(
            el::span()
                .class("named")
                .child(el::span().class("name").child(child.label.clone()))
                .child(el::span().class("kind").child(short_class)),
        )
        .child(el::span().class("n").child(child.summary.clone()));
    let row = el::div()
        .attr("role", "treeitem")
        .class("tree-row")
        .attr("aria-level", level + 1)
        .attr("aria-expanded", move || {
            can_open.then(|| open.get().to_string())
        })
        .attr("tabindex", if first { "0" } else { "-1" })
        .style("--l", level)
        .on_click(move |_| toggle())
        .child(inside);
    group().child(row).child(children).into_view()
}

fn image(
    app: App,
    question: ValueQuery,
    mime: String,
    width: u32,
    height: u32,
    name: String,
) -> View {
    let url = RwSignal::new(None::<String>);
    let real = Memo::new(move |_| app.route.with(|route| route.extra("as") == Some("full")));
    let found = answer(move || {
        Some(BytesQuery {
            value: question.clone(),
            raw: false,
        })
    });
    react(move || {
        if let Some(view) = found.value() {
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
            mime.trim_start_matches("image/").to_ascii_uppercase()
        )
    } else {
        mime
    };
    let chosen = Signal::derive(move || real.get());
    group()
        .child(
            el::div()
                .class("image-tools")
                .child(el::span().class("faint").child(size))
                .child(segments(
                    "Size",
                    &[(false, "Fit"), (true, "100%")],
                    chosen,
                    move |full| app.change(|route| route.with_extra("as", full.then_some("full"))),
                    "",
                )),
        )
        .child(
            el::div()
                .class("image-view")
                .attr("data-actual", move || real.get().then_some(""))
                .child(move || {
                    found
                        .failure()
                        .map(|failure| super::error::in_place(&failure))
                })
                .child(move || {
                    url.get()
                        .map(|url| el::img().attr("src", url).attr("alt", name.clone()))
                }),
        )
        .into_view()
}

fn bytes(head: &[u8], total: u64, kind: &str) -> View {
    let rows = head
        .chunks(16)
        .enumerate()
        .map(|(at, row)| {
            let hex: Vec<String> = row.iter().map(|byte| format!("{byte:02x}")).collect();
            let text: String = row
                .iter()
                .map(|byte| {
                    if byte.is_ascii_graphic() || *byte == b' ' {
                        char::from(*byte)
                    } else {
                        '·'
                    }
                })
                .collect();
            el::div()
                .class("line")
                .child(el::span().class("no").child(format!("{:06x}", at * 16)))
                .child(
                    el::span()
                        .class("txt")
                        .child(format!("{:<48}", hex.join(" "))),
                )
                .child(el::span().class("txt").child(text))
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
    group()
        .child(el::p().class("note").child(told))
        .child(
            el::div()
                .class("log scroll")
                .attr("tabindex", "0")
                .attr("role", "region")
                .attr("aria-label", "Bytes")
                .child(lines::lines_of(100_000, rows.into_view())),
        )
        .into_view()
}

fn save_value(app: App, question: ValueQuery) {
    let question = BytesQuery {
        // Who saves it has asked for all of it.
        value: ValueQuery {
            large: true,
            ..question
        },
        raw: false,
    };
    super::ask::once(app, question, |view| {
        clipboard::save(&view.bytes, &view.mime, &view.file);
    });
}
