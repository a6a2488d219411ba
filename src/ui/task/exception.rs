//! What an attempt raised: frames and text.

use super::super::ask::{answer, shown};
use super::super::parts;
use super::super::parts::controls::{copy_button, segments};
use super::super::parts::traceback::{self, Code};
use super::super::state::App;
use crate::engine::failure_card::{ExceptionView, FailureCardQuery, FailureCardView};
use crate::model::TaskPath;
use crate::ui::dom::prelude::*;
use std::rc::Rc;

pub fn tab(app: App, task: TaskPath, attempt: u32) -> View {
    let asked = task.clone();
    let found = answer(move || {
        Some(FailureCardQuery {
            task: asked.clone(),
            attempt: Some(attempt),
        })
    });
    let as_text = Memo::new(move |_| app.route.with(|route| route.extra("as") == Some("text")));
    group()
        .child(shown(found, move |view: &FailureCardView| {
            draw(app, &task, view, as_text)
        }))
        .into_view()
}

fn draw(app: App, task: &TaskPath, view: &FailureCardView, as_text: Memo<bool>) -> View {
    let Some(exception) = view.exception.clone() else {
        let failed = view
            .attempts
            .iter()
            .find(|attempt| attempt.number == view.attempt)
            .is_some_and(|attempt| attempt.status == crate::model::Status::Failed);
        let (headline, text) = if failed {
            (
                "No exception was recorded",
                format!("{} Its last lines may tell more.", view.how),
            )
        } else {
            (
                "Nothing was raised",
                format!("Attempt {} ended without an exception.", view.attempt),
            )
        };
        let logs = app
            .task_route(task)
            .with_attempt(Some(view.attempt))
            .with_tab("logs")
            .to_hash();
        let way_out = el::a()
            .class("link")
            .attr("href", logs)
            .child("Show its logs")
            .into_view();
        return el::div()
            .class("pane")
            .child(parts::empty(headline, text, Some(way_out)))
            .into_view();
    };
    let text = exception.text.clone();
    let no_frames = exception.traceback.is_none();
    let chosen = Signal::derive(move || as_text.get() || no_frames);
    let shown = exception.clone();
    let code = Rc::new(Code {
        app,
        task: task.clone(),
        attempt: view.attempt,
        packaged: view.packaged.clone(),
    });
    let from = from(app, task, view, &exception);
    let body = move || match shown.traceback.as_ref().filter(|_| !chosen.get()) {
        Some(found) => traceback::frames(found, &code),
        None => traceback::whole(&shown.text),
    };
    let short = exception
        .kind
        .rsplit('.')
        .next()
        .unwrap_or_default()
        .to_owned();
    el::div()
        .class("pane")
        .child(
            el::div()
                .class("tools")
                .child(segments(
                    "View",
                    &[(false, "Frames"), (true, "Text")],
                    chosen,
                    move |text| app.change(|route| route.with_extra("as", text.then_some("text"))),
                    "",
                ))
                .child(el::span().class("push"))
                .child(copy_button(
                    app,
                    "Copy traceback",
                    "Traceback",
                    "btn btn-s btn-quiet",
                    move || text.clone(),
                )),
        )
        .child(
            el::div().class("scroll").child(
                el::div()
                    .class("exception page")
                    .child(
                        el::div()
                            .class("exc")
                            .child(el::b().attr("title", exception.kind.clone()).child(short))
                            .child(el::p().child(exception.message.clone())),
                    )
                    .child(from)
                    .child(body),
            ),
        )
        .into_view()
}

fn from(app: App, task: &TaskPath, view: &FailureCardView, exception: &ExceptionView) -> View {
    let same = view.same_in_all.then_some(" The same in every attempt.");
    let caught = exception
        .caught
        .then_some(" @catch took it, and the run went on.");
    if exception.from == "stderr" {
        return el::p()
            .class("dim")
            .child(format!(
                "From the end of stderr of attempt {}: no exception was stored.",
                view.attempt
            ))
            .child(same)
            .into_view();
    }
    if !exception.from.starts_with('_') {
        return el::p()
            .class("dim")
            .child(format!(
                "From {} of attempt {}.",
                exception.from, view.attempt
            ))
            .child(same)
            .into_view();
    }
    let href = app
        .artifact_route(task, &exception.from)
        .with_attempt(Some(view.attempt))
        .to_hash();
    el::p()
        .class("dim")
        .child("From the artifact ")
        .child(
            el::a()
                .class("link mono")
                .attr("href", href)
                .child(exception.from.clone()),
        )
        .child(format!(" of attempt {}.", view.attempt))
        .child(same)
        .child(caught)
        .into_view()
}
