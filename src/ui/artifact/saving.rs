//! Files that are being made of values, whatever is looked at meanwhile: what they are, how
//! far they are, and a way to stop. Start with [`save_value`].

use crate::browser::clipboard;
use crate::browser::door::Ticket;
use crate::engine::ask::Failure;
use crate::engine::values::{BytesQuery, BytesView, Save};
use crate::model::Status;
use crate::source::{Progress, Unit};
use crate::text::human;
use crate::ui::ask::ask;
use crate::ui::dom::prelude::*;
use crate::ui::parts::marks::glyph;
use crate::ui::state::App;
use std::cell::RefCell;
use std::time::Duration;
use wasm_bindgen::JsCast as _;

/// What takes no longer is not worth a word.
const SOON: Duration = Duration::from_millis(200);

/// A file that is being made.
#[derive(Clone)]
struct Saving {
    number: u32,
    /// As `chart as JSON`.
    what: String,
    progress: Option<Progress>,
    /// It has taken so long that it is worth a word.
    is_slow: bool,
}

thread_local! {
    // They belong to no screen, and go with none.
    static ALL: ArcRwSignal<Vec<Saving>> = ArcRwSignal::new(Vec::new());
    static TICKETS: RefCell<Vec<(u32, Ticket)>> = const { RefCell::new(Vec::new()) };
    static NEXT: RefCell<u32> = const { RefCell::new(0) };
    /// What was said when one failed; it is over when the next one does not.
    static SAID: RefCell<Option<String>> = const { RefCell::new(None) };
}

fn change(number: u32, change: impl FnOnce(&mut Saving)) {
    ALL.with(|all| {
        all.update(|all| {
            if let Some(saving) = all.iter_mut().find(|saving| saving.number == number) {
                change(saving);
            }
        });
    });
}

/// Has a file made, and given to the browser.
pub(super) fn save_value(app: App, question: BytesQuery) {
    let number = NEXT.with(|next| next.replace_with(|number| number.wrapping_add(1)));
    let value = &question.value;
    let what = format!("{}{} as {}", value.name, value.at, format_of(question.save));
    let saving = Saving {
        number,
        what: what.clone(),
        progress: None,
        is_slow: false,
    };
    ALL.with(|all| all.update(|all| all.push(saving)));
    set_timeout(move || change(number, |saving| saving.is_slow = true), SOON);
    let ticket = ask(
        question,
        move |progress| change(number, |saving| saving.progress = Some(progress)),
        move |answer| {
            over(number);
            hear(app, &what, answer);
        },
    );
    // Without an engine it is over already.
    let is_on = ALL.with(|all| {
        let all = all.get_untracked();
        all.iter().any(|saving| saving.number == number)
    });
    if is_on {
        TICKETS.with(|tickets| tickets.borrow_mut().push((number, ticket)));
    }
}

fn format_of(save: Save) -> &'static str {
    match save {
        Save::Content => "it is",
        Save::Csv => "CSV",
        Save::Npy => "a file of NumPy",
        Save::Json => "JSON",
        Save::Picture(_) => "a picture",
        Save::Pickle => "a pickle",
    }
}

fn hear(app: App, what: &str, answer: Result<BytesView, Failure>) {
    let said = match answer {
        Ok(view) => {
            clipboard::save(&view.bytes, &view.mime, &view.file);
            None
        }
        Err(failure) => {
            let advice = failure.advice.first().cloned().unwrap_or_default();
            let told = failure.explanation;
            Some(format!("{what} was not saved. {told} {advice}"))
        }
    };
    let before = SAID.with(|kept| kept.replace(said.clone()));
    match said {
        Some(said) => app.say(said, false),
        // Another one may stand there now.
        None if app.toast.with_untracked(|now| {
            now.as_ref().map(|toast| &toast.text) == before.as_ref() && before.is_some()
        }) =>
        {
            app.toast.set(None);
        }
        None => {}
    }
}

/// It is made, or is not to be made any more.
fn over(number: u32) {
    // Dropped when nothing is borrowed: that stops the work.
    let ticket = TICKETS.with(|tickets| {
        let mut tickets = tickets.borrow_mut();
        let at = tickets.iter().position(|(known, _)| *known == number)?;
        Some(tickets.remove(at))
    });
    drop(ticket);
    ALL.with(|all| all.update(|all| all.retain(|saving| saving.number != number)));
}

/// What is being made, with a way to stop it. Nothing where that takes no time.
pub(super) fn saving() -> View {
    let all = ALL.with(Clone::clone);
    let slow = Memo::new(move |_| {
        let all = all.get();
        let slow = all.iter().filter(|saving| saving.is_slow);
        slow.map(|saving| saving.what.clone()).collect::<Vec<_>>()
    });
    let stop = |_| {
        let all = ALL.with(GetUntracked::get_untracked);
        for saving in all {
            over(saving.number);
        }
        // The button is gone, and the focus with it.
        let opener = document().query_selector(".downloads > summary");
        let opener = opener.ok().flatten().and_then(|one| one.dyn_into().ok());
        if let Some(opener) = opener {
            let opener: web_sys::HtmlElement = opener;
            // What takes no focus leaves it where it is.
            let _focused = opener.focus();
        }
    };
    let shown = move || {
        let slow = slow.get();
        let told = match slow.as_slice() {
            [] => return None,
            [one] => format!("Saving {one}"),
            many => format!("Saving {} files", many.len()),
        };
        Some(
            el::div()
                .class("saving")
                .child(glyph(Status::Running, ""))
                .child(el::span().class("cut-end").child(told))
                .child(el::span().class("faint").child(how_far))
                .child(
                    el::button()
                        .class("btn btn-s")
                        .attr("aria-label", "Stop saving")
                        .on_click(stop)
                        .child("Stop"),
                ),
        )
    };
    el::div()
        .class("savings")
        .attr("role", "status")
        .child(shown)
        .into_view()
}

/// How far the first of them is.
fn how_far() -> Option<String> {
    let all = ALL.with(Get::get);
    let progress = all.into_iter().find_map(|saving| saving.progress)?;
    Some(match (progress.total, progress.unit) {
        (Some(total), _) if total > 0 => {
            let part = progress.done as f64 / total as f64;
            format!("{} %", (part * 100.0).clamp(0.0, 100.0).floor())
        }
        (_, Unit::Bytes) => human::size(progress.done),
        (_, Unit::Things) => human::count(progress.done),
    })
}
