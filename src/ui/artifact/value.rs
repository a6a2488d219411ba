//! One value: what it is, and the view that suits it.

use super::bytes::bytes;
use super::downloads::downloads;
use super::estimator::estimator;
use super::image::image;
use super::markdown::document;
use super::raised::raised;
use super::seen::table_or_picture;
use super::table::{Chosen, table};
use super::text::text;
use super::tree::{call_tree, tree};
use super::ways::{bar, either};
use crate::browser::card::Shown;
use crate::engine::values::{
    BytesQuery, BytesView, CheckQuery, Save, Shape, Trust, ValueQuery, ValueView, kind_of_class,
};
use crate::model::TaskPath;
use crate::route::Route;
use crate::text::human;
use crate::ui::ask::{Answer, answer};
use crate::ui::dom::prelude::*;
use crate::ui::error;
use crate::ui::keys::arrived;
use crate::ui::parts;
use crate::ui::parts::controls::{back, button, copy_button};
use crate::ui::parts::locked::{frame, mark};
use crate::ui::parts::marks::{icon, kind_icon};
use crate::ui::state::App;

/// The word in the address for bytes and texts as they are, whatever they hold.
const RAW: &str = "raw";

/// One value: what it is, and the view that suits it.
pub(super) fn value_pane(app: App, task: TaskPath, attempt: u32, name: String) -> View {
    let large = RwSignal::new(false);
    let at = Memo::new(move |_| app.route.with(|route| route.at.clone().unwrap_or_default()));
    // What bytes hold is what people look for in them.
    let enter = Memo::new(move |_| app.route.with(|route| route.extra("as") != Some(RAW)));
    let question = {
        let (task, name) = (task.clone(), name.clone());
        move || ValueQuery {
            task: task.clone(),
            attempt: Some(attempt),
            name: name.clone(),
            at: at.get(),
            large: large.get(),
            enter: enter.get(),
        }
    };
    let asked = question.clone();
    let found = answer(move || Some(asked()));
    let list = app
        .task_route(&task)
        .with_attempt(Some(attempt))
        .with_tab("data")
        .to_hash();
    let draw = move || match found.get() {
        Answer {
            failure: Some(failure),
            ..
        } => error::in_place(&failure),
        Answer {
            value: Some(view), ..
        } => drawn(app, &view, question(), large, list.clone()),
        Answer { progress, .. } => parts::loading(progress),
    };
    group().child(draw).into_view()
}

fn drawn(
    app: App,
    view: &ValueView,
    question: ValueQuery,
    large: RwSignal<bool>,
    list: String,
) -> View {
    let own_kind = || {
        let root = view.root.as_ref().map(|root| root.kind);
        root.unwrap_or(kind_of_class(&view.class))
    };
    let (kind, class) = match &view.holder {
        Some(holder) => (
            holder.kind,
            format!("{} · {}", holder.class, holder.formats.join(" · ")),
        ),
        None => (own_kind(), view.class.clone()),
    };
    let unknown =
        view.root.is_some() && !view.classes.is_empty() && matches!(view.shape, Shape::Tree { .. });
    let chip = match view.outcome {
        _ if view.damaged && view.root.is_some() => Some(("chip chip-fail", "damaged")),
        Trust::Partial => Some(("chip chip-warn", "read in part")),
        Trust::Nothing if view.too_large.is_none() => Some(("chip chip-fail", "cannot be read")),
        _ if !view.dangerous.is_empty() => {
            Some(("chip chip-fail", "asks to run code, which was not done"))
        }
        _ if unknown => Some(("chip chip-mark only-wide", "shown as it is stored")),
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
    let copy_python = {
        let [flow, run, step, task] = question.task.clone().into_parts();
        let parts = vec![flow, run, step, task, view.name.clone()];
        let at = view.at.clone();
        move || app.copy_python_of(parts.clone(), question.attempt, at.clone())
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
    let check = view.unchecked.then(|| check(question.clone()));
    let problems = view
        .problems
        .iter()
        .map(|text| el::p().class("note").child(text.clone()))
        .collect_view();
    // What is looked at from here on is where the way led to.
    let question = ValueQuery {
        at: view.at.clone(),
        enter: false,
        ..question
    };
    let way = way(app, view, &question);
    if !matches!(view.shape, Shape::Tree { .. }) {
        arrived(&view.at, ".way [aria-current]");
    }
    let further = view.limited.then(|| {
        el::p().class("note").child(
            el::button()
                .class("btn btn-s")
                .on_click(move |_| large.set(true))
                .child("Decode further, with more memory"),
        )
    });
    let body = body(app, view, &question, large);
    let classes = (!view.classes.is_empty()).then(|| unneeded(view));
    group()
        .child(
            el::div()
                .class("pane-head")
                .child(back("All data", move || list.clone()))
                .child(kind_icon(kind))
                .child(el::h2().class("mono").child(view.name.clone()))
                .child(el::span().class("n").child(class))
                .child(chip)
                .child(el::span().class("push"))
                .child(button(
                    "copy",
                    "Copy Python",
                    "btn btn-s btn-quiet",
                    copy_python,
                ))
                .child(downloads(app, view, &question)),
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
        .child(check)
        .child(problems)
        .child(further)
        .child(way)
        .child(body)
        .child(classes)
        .into_view()
}

/// Whether the bytes of a large value, which is shown already, are those that were stored.
fn check(question: ValueQuery) -> View {
    let found = answer(move || Some(CheckQuery(question.clone())));
    let fault = move || {
        let fault = found.value()?.fault.clone()?;
        Some(
            el::p()
                .class("note")
                .attr("role", "alert")
                .child(icon("warn", "icon-s"))
                .child(format!(" {fault}")),
        )
    };
    group().child(fault).into_view()
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
    if view.is_page || view.is_markdown {
        let (of, own) = (question.clone(), view.clone());
        let text = move |choice| {
            let text = by_shape(app, &own, &of);
            group().child(bar(choice)).child(text).into_view()
        };
        let of = question.clone();
        return match view.is_page {
            true => {
                let page = move |choice| page(&of, choice);
                either(app, ["Page", "Text"], &["text"], page, text)
            }
            false => {
                let document = move |choice| document(&of, choice);
                either(app, ["Markdown", "Text"], &["text"], document, text)
            }
        };
    }
    by_shape(app, view, question)
}

/// A text that is a page of HTML, locked in.
fn page(question: &ValueQuery, choice: View) -> View {
    let question = BytesQuery::new(question.clone(), Save::Content);
    let found = answer(move || Some(question.clone()));
    let shown = Shown::default();
    let draw = crate::ui::ask::shown(found, move |view: &BytesView| {
        frame(&shown, &view.bytes, "Page")
    });
    let tools = el::div().class("table-tools").child(mark()).child(choice);
    group().child(tools).child(draw).into_view()
}

/// The view that suits the value.
fn by_shape(app: App, view: &ValueView, question: &ValueQuery) -> View {
    match &view.shape {
        Shape::Scalar { repr } => el::div()
            .class("scroll page")
            .child(el::pre().class("scalar mono").child(repr.clone()))
            .into_view(),
        Shape::Text { chars, total_lines } => text(question, *chars, *total_lines),
        Shape::Image {
            mime,
            width,
            height,
        } => {
            let (of, mime) = (question.clone(), mime.clone());
            let (width, height) = (*width, *height);
            let picture = move |choice| image(app, of.clone(), &mime, width, height, choice);
            beside_parts(app, question, view, "Picture", picture)
        }
        Shape::Bytes { total, kind } => bytes(question, *total, kind),
        Shape::Table { axes, .. } => {
            let lengths = axes.clone();
            let chosen = Chosen {
                cell: view.cell,
                row: view.row,
            };
            let (of, own) = (question.clone(), lengths.clone());
            let whole = move |choice| table(app, &of, &own, false, chosen, choice);
            table_or_picture(app, question, &view.pictures, &lengths, whole)
        }
        Shape::Tree { call: true, .. } => call_tree(app, question, view.root.as_ref()),
        Shape::Tree { records, .. } => tree_or_table(app, question, view, *records),
        Shape::Estimator(found) => {
            let (of, found) = (question.clone(), found.clone());
            let model = move |choice| estimator(app, &of, &found, choice);
            beside_parts(app, question, view, "Model", model)
        }
        Shape::Raised(found) => {
            let (of, found) = (question.clone(), found.clone());
            let exception = move |choice| raised(app, &of, &found, choice);
            beside_parts(app, question, view, "Exception", exception)
        }
        Shape::Nothing => {
            parts::empty("The value cannot be shown", "Its bytes can be saved.", None)
        }
    }
}

/// The way from the whole value to the part that is shown; what can be looked into.
fn way(app: App, view: &ValueView, question: &ValueQuery) -> Option<View> {
    let place = |at: &str| super::place(app, question, at).to_hash();
    let lost = view.lost.as_ref().map(|lost| {
        el::p()
            .class("note")
            .child(icon("warn", "icon-s"))
            .child(format!(" {lost} What is there is shown."))
    });
    let last = view.way.len().saturating_sub(1);
    let parts = view.way.iter().enumerate().map(|(at, (label, way))| {
        let part = el::a().class("mono").attr("href", place(way));
        let part = match at == last {
            true => part.attr("aria-current", "true"),
            false => part,
        };
        el::li().child(part.child(label.clone()))
    });
    let choice = held(app, view, question);
    if last == 0 && choice.is_none() {
        return lost.map(IntoView::into_view);
    }
    let path = format!("{}{}", view.name, view.at);
    let copy = (last > 0).then(|| {
        copy_button(app, "Copy path", "Path", "btn btn-s btn-quiet", move || {
            path.clone()
        })
    });
    let way = el::nav()
        .class("way")
        .attr("aria-label", "Place in the value")
        .child((last > 0).then(|| el::ol().child(parts.collect_view())))
        .child(copy)
        .child(choice);
    Some(group().child(lost).child(way).into_view())
}

/// The choice between bytes or a text as they are, and what they hold.
fn held(app: App, view: &ValueView, question: &ValueQuery) -> Option<View> {
    let raw = |at: &str| super::place(app, question, at).with_extra("as", Some(RAW));
    let (format, inside, outside, is_text) = match (&view.holder, &view.inside) {
        (Some(holder), _) => {
            let inside = super::place(app, question, &view.at);
            let format = holder.formats.last()?.clone();
            (format, inside, raw(&holder.at), holder.is_text)
        }
        (None, Some((format, at))) => {
            let is_text = matches!(view.shape, Shape::Text { .. } | Shape::Scalar { .. });
            let inside = super::place(app, question, at);
            (format.clone(), inside, raw(&view.at), is_text)
        }
        (None, None) => return None,
    };
    let is_in = view.holder.is_some();
    let option = |label: String, route: Route, is_chosen: bool| {
        let option = el::a().attr("href", route.to_hash()).child(label);
        match is_chosen {
            true => option.attr("aria-current", "true"),
            false => option,
        }
    };
    let raw_name = match is_text {
        true => "Text",
        false => "Bytes",
    };
    let mut name: Vec<char> = format.chars().collect();
    if let Some(first) = name.first_mut() {
        first.make_ascii_uppercase();
    }
    Some(
        el::div()
            .class("seg push")
            .attr("role", "group")
            .attr("aria-label", "Read as")
            .child(option(name.into_iter().collect(), inside, is_in))
            .child(option(raw_name.to_owned(), outside, !is_in))
            .into_view(),
    )
}

/// Something that has a view of its own, and its parts beside it.
fn beside_parts(
    app: App,
    question: &ValueQuery,
    view: &ValueView,
    name: &'static str,
    own: impl Fn(View) -> View + 'static,
) -> View {
    let root = view.root.clone().filter(|root| root.children > 0);
    let Some(root) = root else {
        return own(group().into_view());
    };
    let question = question.clone();
    let parts = move |choice| tree(app, &question, Some(&root), choice);
    either(app, [name, "Parts"], &["tree"], own, parts)
}

/// Something with parts: as a tree, or as a table where its rows are alike.
fn tree_or_table(app: App, question: &ValueQuery, view: &ValueView, records: bool) -> View {
    if !records {
        return tree(app, question, view.root.as_ref(), group().into_view());
    }
    let of = question.clone();
    let as_table = move |choice| table(app, &of, &[], true, Chosen::default(), choice);
    let (question, root) = (question.clone(), view.root.clone());
    let as_tree = move |choice| tree(app, &question, root.as_ref(), choice);
    let formats = view.holder.as_ref().map(|holder| holder.formats.as_slice());
    let format = formats.and_then(<[String]>::last).map(String::as_str);
    // Files and lines are a list of rows before they are anything else.
    if matches!(format, Some("zip" | "tar" | "JSON Lines")) {
        return either(app, ["Table", "Tree"], &["tree"], as_table, as_tree);
    }
    let words = &["table", "columns"];
    either(app, ["Tree", "Table"], words, as_tree, as_table)
}

/// Which classes Python would have needed.
fn unneeded(view: &ValueView) -> View {
    // What is shown as what it is says enough.
    if !matches!(view.shape, Shape::Tree { .. }) {
        let count = view.classes.len() as u64;
        let names = human::counted(count, "class or function", "classes and functions");
        return el::p()
            .class("note")
            .attr("title", view.classes.join("\n"))
            .child(format!(
                "Read without Python: nothing of it was run, though it names {names}."
            ))
            .into_view();
    }
    let most: Vec<String> = view.classes.iter().take(6).cloned().collect();
    let more = view.classes.len().saturating_sub(6);
    let more = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    el::p()
        .class("note")
        .child("Read without Python; nothing of it was run. It names ")
        .child(el::code().child(most.join(", ")))
        .child(more)
        .child(".")
        .into_view()
}
