//! The rail at the left: flows beside the list of runs, steps and tasks beside a run.
//!
//! [`flows`] is the one, [`run`] the other; here is what stands around both.

mod flows;
mod folds;
mod run;
mod step;

pub use flows::of_flows;
pub use run::of_run;

use super::ask::answer;
use super::parts::marks::icon;
use super::state::{App, Dialog};
use crate::engine::sources::ReadingQuery;
use crate::text::human;
use crate::ui::dom::prelude::*;

/// Draws the rail around its content.
fn rail(app: App, label: &'static str, content: View, strip: View) -> View {
    el::nav()
        .class("rail")
        .attr("aria-label", label)
        .child(content)
        .child(foot(app))
        .child(
            el::div()
                .class("rail-strip")
                .child(
                    el::button()
                        .class("btn btn-quiet btn-icon")
                        .attr("aria-label", "Show the rail")
                        .on_click(move |_| app.toggle_rail())
                        .child(icon("menu", "icon-m")),
                )
                .child(strip),
        )
        .into_view()
}

/// How much of the source has been read, and what was wrong with it.
fn foot(app: App) -> View {
    // Asked again whenever the place changes: reading goes on with looking.
    let place = Memo::new(move |_| {
        app.route
            .with(|route| (route.place.clone(), route.tab.clone()))
    });
    let trigger = RwSignal::new(0u32);
    let reading = answer(move || {
        Some(ReadingQuery {
            times: trigger.get(),
        })
    });
    let ask_again = move || {
        // The rail may be gone by then.
        let _told = trigger.try_update(|count| *count += 1);
    };
    react(move || {
        place.track();
        // What a place needs is read soon after it is shown.
        for wait in [250, 1000, 3000] {
            set_timeout(ask_again, std::time::Duration::from_millis(wait));
        }
    });
    let name = super::frame::source_name(app);
    let told = move || {
        reading.get().value.map(|view| {
            let text = match view.size {
                Some(size) => format!(
                    "{} of {} read",
                    human::size(view.read.min(size)),
                    human::size(size)
                ),
                None => format!("{} read", human::size(view.read)),
            };
            let part = view
                .size
                .filter(|size| *size > 0)
                .map(|size| view.read.min(size) as f64 / size as f64 * 100.0);
            let bar = part.map(|part| {
                el::progress()
                    .attr("max", "100")
                    .attr("value", part)
                    .attr("aria-label", "Read so far")
            });
            let problems = (view.problems > 0).then(|| {
                let label = match view.notes == view.problems {
                    true => human::counted(view.notes, "note", "notes"),
                    false => human::counted(view.problems, "problem", "problems"),
                };
                el::button()
                    .class("link")
                    .on_click(move |_| app.dialog.set(Dialog::Problems))
                    .child(label)
            });
            let locked = view.locked.as_ref().map(|name| {
                el::p()
                    .attr("role", "status")
                    .child(format!("{name} wants a key by now. "))
                    .child(
                        // It cannot be opened, which is where a key is typed in.
                        el::button()
                            .class("link")
                            .on_click(move |_| app.retry())
                            .child("Give the key"),
                    )
            });
            group()
                .child(bar)
                .child(el::p().child(text))
                .child(problems)
                .child(locked)
        })
    };
    el::div()
        .class("rail-foot")
        .child(icon("box", ""))
        .child(el::span().class("cut-end").child(name))
        .child(el::span())
        .child(told)
        .into_view()
}
