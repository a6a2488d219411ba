//! What was wrong in what has been read so far.

use super::frame;
use crate::engine::sources::ProblemsQuery;
use crate::model::Problem;
use crate::text::human;
use crate::ui::ask::answer;
use crate::ui::dom::prelude::*;
use crate::ui::parts::marks::icon;
use crate::ui::state::{App, Dialog};

pub(super) fn problems(app: App) -> View {
    let found = answer(move || Some(ProblemsQuery));
    let text = move || {
        found
            .value_untracked()
            .map(|view| {
                view.problems
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>()
                    .join("\n")
            })
            .unwrap_or_default()
    };
    let list = move || {
        found.value().map(|view| {
            if view.problems.is_empty() {
                return el::p()
                    .class("faint")
                    .child("Nothing that was read had a problem.")
                    .into_view();
            }
            let rows = view.problems.iter().enumerate();
            let rows = rows
                .map(|(at, one)| one_problem(one, (at as u64) < view.doubts))
                .collect_view();
            el::div().class("problems").child(rows).into_view()
        })
    };
    let count = move || {
        found.value().map(|view| {
            let shown = view.problems.len() as u64;
            if shown < view.total {
                format!(
                    "the first {} of {}",
                    human::count(shown),
                    human::count(view.total)
                )
            } else {
                human::counted(view.total, "problem", "problems")
            }
        })
    };
    let foot = el::div()
        .class("dialog-foot")
        .child(
            el::span()
                .child(count)
                .child(" in what has been read so far"),
        )
        .child(
            el::button()
                .class("btn")
                .on_click(move |_| app.copy(text(), "Problems"))
                .child(icon("copy", ""))
                .child("Copy all"),
        );
    frame(
        Dialog::Problems,
        "Problems",
        group().child(list).into_view(),
        foot.into_view(),
    )
}

/// `bad` where it leaves a status in doubt.
fn one_problem(problem: &Problem, bad: bool) -> View {
    el::article()
        .class("problem")
        .class_if("bad", bad)
        .child(icon("warn", "icon-m"))
        .child(el::h3().child(problem.what.clone()))
        .child(el::p().child(el::code().child(problem.place.to_string())))
        .child(el::p().class("faint").child(problem.hint.clone()))
        .into_view()
}
