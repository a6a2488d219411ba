//! A value that is an exception.

use super::ways::bar;
use crate::engine::values::{RaisedView, ValueQuery};
use crate::ui::dom::prelude::*;
use crate::ui::parts::traceback::{self, Code};
use crate::ui::state::App;

/// What was raised, and the way to where it was as far as the record knows it.
pub(super) fn raised(app: App, question: &ValueQuery, view: &RaisedView, choice: View) -> View {
    let short = view.kind.rsplit('.').next().unwrap_or_default().to_owned();
    let notes = view.notes.iter();
    let notes = notes.map(|note| el::p().class("mono").child(note.clone()));
    let way = match &view.traceback {
        Some(found) => {
            let code = Code {
                app,
                task: question.task.clone(),
                attempt: question.attempt.unwrap_or_default(),
                packaged: view.packaged.clone(),
            };
            traceback::frames(found, &code)
        }
        None if !view.text.is_empty() => traceback::whole(&view.text),
        None => el::p()
            .class("dim")
            .child("Python pickles an exception without its traceback.")
            .into_view(),
    };
    let page = el::div().class("scroll").child(
        el::div()
            .class("exception page")
            .child(
                el::div()
                    .class("exc")
                    .child(el::b().attr("title", view.kind.clone()).child(short))
                    .child(el::p().child(view.message.clone()))
                    .child(notes.collect_view()),
            )
            .child(way),
    );
    group().child(bar(choice)).child(page).into_view()
}
