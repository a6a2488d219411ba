//! What tasks drew of themselves: the list, and the card that is looked at, locked in.
//!
//! Which one is shown stands in the address as `select=`, by the card's own number.

use super::ask::{answer, shown};
use super::parts;
use super::parts::controls::{back, button, text_filter};
use super::parts::locked::{frame, mark};
use super::parts::marks::icon;
use super::state::App;
use crate::browser::card::Shown;
use crate::browser::clipboard;
use crate::engine::cards::{CardQuery, CardRow, CardView, CardsQuery, CardsView};
use crate::model::RunPath;
use crate::text::human;
use crate::ui::dom::prelude::*;
use std::sync::Arc;

/// The cards of a run, or those of one task.
pub fn tab(app: App, run: RunPath, task: Option<(String, String)>) -> View {
    let asked = CardsQuery {
        run: run.clone(),
        task: task.clone(),
    };
    let found = answer(move || Some(asked.clone()));
    let whose = task.is_some();
    let draw = shown(found, move |view: &CardsView| {
        if view.cards.is_empty() {
            let headline = match whose {
                true => "This task drew no card",
                false => "No task of this run drew a card",
            };
            let problems = parts::problems(&view.problems, view.problems.len() as u64);
            let told = "Steps with @card leave one here.";
            let empty = parts::empty(headline, told, None);
            return el::div()
                .class("pane")
                .child(problems)
                .child(empty)
                .into_view();
        }
        drawn(app, &run, whose, &Arc::new(view.clone()))
    });
    group().child(draw).into_view()
}

fn drawn(app: App, run: &RunPath, of_task: bool, view: &Arc<CardsView>) -> View {
    let all = view.clone();
    let chosen = Memo::new(move |_| {
        let (wanted, attempt) = app
            .route
            .with(|route| (route.select.clone(), route.attempt));
        let cards = &all.cards;
        let named = cards
            .iter()
            .find(|row| Some(&row.card.uuid) == wanted.as_ref());
        // Of a task, the cards of the attempt that is looked at; without one, of its last.
        let last = || cards.iter().map(|row| row.card.attempt).max().flatten();
        let attempt = attempt.or_else(last).filter(|_| of_task);
        let of_attempt = |row: &&CardRow| attempt.is_some() && row.card.attempt == attempt;
        let found = named
            .or_else(|| cards.iter().find(of_attempt))
            .or(cards.first());
        found.map(|row| row.card.uuid.clone()).unwrap_or_default()
    });
    let typed = RwSignal::new(String::new());
    let listed = view.clone();
    let list = move || list(app, &listed, of_task, &typed.get(), chosen);
    let count = human::counted(view.cards.len() as u64, "card", "cards");
    let (cards, run) = (view.clone(), run.clone());
    let pane = move || {
        let uuid = chosen.get();
        let row = cards.cards.iter().find(|row| row.card.uuid == uuid)?;
        Some(pane(app, &run, row))
    };
    group()
        .child(
            el::section()
                .class("side narrow")
                .attr("aria-label", "Cards")
                .child(
                    el::div()
                        .class("pane-head")
                        .child(el::span().class("n").child(count))
                        .child(text_filter("Filter cards", typed)),
                )
                .child(parts::problems(&view.problems, view.problems.len() as u64))
                .child(el::div().class("data-list scroll").child(list)),
        )
        .child(
            el::section()
                .class("pane")
                .attr("aria-label", "Card")
                .child(pane),
        )
        .into_view()
}

/// The cards by task, those that have a text in a name of theirs.
fn list(app: App, view: &CardsView, of_task: bool, text: &str, chosen: Memo<String>) -> View {
    let text = crate::browser::letters::lower(text.trim());
    let task = |row: &CardRow| match &row.label {
        Some(label) => format!("{}/{} {label}", row.step, row.task),
        None => format!("{}/{}", row.step, row.task),
    };
    let matching = |row: &&CardRow| {
        let words = format!("{} {} {}", task(row), row.card.name(), row.card.kind);
        crate::browser::letters::lower(&words).contains(&text)
    };
    let found: Vec<&CardRow> = view.cards.iter().filter(matching).collect();
    if found.is_empty() {
        return el::p()
            .class("note")
            .child("No card has this in its name or that of its task.")
            .into_view();
    }
    let same_task = |a: &&CardRow, b: &&CardRow| a.step == b.step && a.task == b.task;
    found
        .chunk_by(same_task)
        .map(|of_one| {
            let title = of_one
                .first()
                .filter(|_| !of_task)
                .map(|row| el::h3().child(el::span().class("cut-end").child(task(row))));
            let items = of_one.iter().map(|row| item(app, row, chosen));
            group()
                .child(title)
                .child(el::ul().child(items.collect_view()))
        })
        .collect_view()
}

fn item(app: App, row: &CardRow, chosen: Memo<String>) -> View {
    let (uuid, own) = (row.card.uuid.clone(), row.card.uuid.clone());
    let href = move || {
        let here = |route: &crate::route::Route| route.clone().with_select(Some(&uuid)).to_hash();
        app.route.with(here)
    };
    let is_chosen = move || chosen.with(|chosen| *chosen == own).then_some("true");
    let size = row.card.page.as_ref().and_then(|page| page.size);
    let attempt = row.card.attempt.map(|attempt| format!("attempt {attempt}"));
    let kind = match (&row.card.id, &row.card.page) {
        (_, None) => Some("its page is not here".to_owned()),
        (Some(_), Some(_)) => Some(row.card.kind.clone()),
        (None, Some(_)) => None,
    };
    let brief: Vec<String> = attempt.into_iter().chain(kind).collect();
    let brief = brief.join(", ");
    el::li()
        .child(
            el::a()
                .attr("href", href)
                .attr("aria-current", is_chosen)
                .child(icon("table", ""))
                .child(
                    el::span()
                        .class("name cut-end")
                        .child(row.card.name().to_owned()),
                )
                .child(el::span().class("n").child(size.map(human::size)))
                .child(el::span().class("brief cut-end").child(brief)),
        )
        .into_view()
}

/// One card, with what it is and what can be done with it.
fn pane(app: App, run: &RunPath, row: &CardRow) -> View {
    let asked = CardQuery {
        run: run.clone(),
        card: row.card.clone(),
    };
    let found = answer(move || Some(asked.clone()));
    let locked = Shown::default();
    let attempt = row
        .card
        .attempt
        .map(|attempt| format!("attempt {attempt}, "));
    let told = format!("{}{}", attempt.unwrap_or_default(), row.card.kind);
    let name = format!("{}-{}-{}.html", row.step, row.task, row.card.name());
    let acts = {
        let locked = locked.clone();
        move || {
            let view = found.value()?;
            let page = view.page.clone()?;
            let (locked, name) = (locked.clone(), name.clone());
            let alone = move || {
                if !locked.open_alone() {
                    app.say("The browser did not let the page open a tab", false);
                }
            };
            Some(
                group()
                    .child(button("out", "Open alone", "btn btn-s", alone))
                    .child(button("download", "Save card", "btn btn-s", move || {
                        clipboard::save(&page, "text/html", &name);
                    })),
            )
        }
    };
    let origin = row.from_origin.as_ref().map(|origin| {
        el::p()
            .class("note")
            .child("This task was copied by resume; its card was drawn by ")
            .child(
                el::a()
                    .class("link mono")
                    .attr("href", app.task_href(origin))
                    .child(origin.to_string()),
            )
            .child(".")
    });
    let draw = shown(found, move |view: &CardView| page(view, &locked));
    group()
        .child(
            el::div()
                .class("pane-head")
                .child(back("All cards", move || {
                    app.route
                        .with(|route| route.clone().with_select(None).to_hash())
                }))
                .child(el::h2().class("mono").child(row.card.name().to_owned()))
                .child(el::span().class("n").child(told))
                .child(mark())
                .child(acts),
        )
        .child(origin)
        .child(draw)
        .into_view()
}

fn page(view: &CardView, locked: &Shown) -> View {
    let problems = view
        .problems
        .iter()
        .map(|told| el::p().class("note").child(told.clone()))
        .collect_view();
    let Some(bytes) = &view.page else {
        let values = view.update.as_ref().map(|update| {
            group()
                .child(
                    el::p().class("note").child(
                        "The page of this card is not here: it was never written, or has been removed. These are the values that it showed last.",
                    ),
                )
                .child(
                    el::div()
                        .class("scroll page")
                        .attr("tabindex", "0")
                        .child(el::pre().class("pre mono").child(update.clone())),
                )
        });
        return group().child(problems).child(values).into_view();
    };
    group()
        .child(problems)
        .child(frame(locked, bytes, "Card"))
        .into_view()
}
