//! The screens: read a signal, call a pure function, draw.
//!
//! [`mount`] draws the whole page, [`mount_first_page`] the first one alone.
//! [`state`] holds what all screens share, [`ask`] brings answers from the engine,
//! [`frame`] draws what stands around every place, [`parts`] what recurs in them.
//! One file or folder per place follows. Nothing here reads a file, parses a record
//! or lays out a picture.

pub mod artifact;
pub mod ask;
pub mod card;
pub mod cards;
pub mod code;
pub mod dialogs;
pub mod dom;
pub mod error;
mod first_page;
pub mod frame;
pub mod given;
mod history;
pub mod kept;
pub mod keys;
pub mod live;
pub mod open;
pub mod parts;
mod prefect;
pub mod rail;
pub mod run;
pub mod runs;
pub mod sources;
pub mod state;
pub mod step;
pub mod storage;
pub mod task;
mod unlock;

use crate::browser::programs;
use crate::route::Place;
use crate::ui::dom::{focus, prelude::*};
pub use first_page::mount_first_page;
use state::{App, SourcesState};

/// Puts the app in the place of the boot splash or of the first page.
pub fn mount() {
    let had_focus = focus::is_somewhere();
    programs::end_first_page();
    let app = App::start(given::take, live::reread);
    for (key, gift) in programs::kept() {
        given::hand_over(app, &key, gift);
    }
    app.link_awaited.set_value(programs::link_is_wished());
    leptos::mount::mount_to_body(move || {
        provide_context(app);
        state::follow_sources(app);
        state::rest_from_values(app);
        live::follow(app);
        live::wait_for_runs(app);
        keys::listen(app);
        open::accept_drops(app);
        if let Some(body) = document().body() {
            // It is drawn for as long as the page lives.
            StoredValue::new_local(dom::show(&body, root(app)));
        }
    });
    if had_focus {
        focus::arrive();
    }
    end_splash();
}

fn end_splash() {
    if let Some(splash) = document().get_element_by_id("boot") {
        splash.remove();
    }
}

/// Which screen is drawn. Filters, tabs and selections change inside a screen; what
/// is listed here makes a new one.
#[derive(Clone, PartialEq)]
enum Screen {
    Open,
    Opening,
    Failed,
    Place(Place),
}

fn root(app: App) -> View {
    let screen = Memo::new(move |_| {
        let (place, names_none) = app
            .route
            .with(|route| (route.place.clone(), route.sources.is_empty()));
        if place == Place::Open {
            return Screen::Open;
        }
        app.sources.with(|sources| match sources {
            SourcesState::None if names_none => Screen::Open,
            // It is about to be opened.
            SourcesState::None => Screen::Opening,
            SourcesState::Opening(_) => Screen::Opening,
            SourcesState::Failed(_) => Screen::Failed,
            // Artifacts are shown inside their task, so that going from one to the next
            // keeps the list.
            SourcesState::Open(_) => Screen::Place(match place {
                Place::Artifact {
                    flow,
                    run,
                    step,
                    task,
                    ..
                } => Place::Task {
                    flow,
                    run,
                    step,
                    task,
                },
                place => place,
            }),
        })
    });
    let run = Memo::new(move |_| {
        screen.with(|screen| match screen {
            Screen::Place(place) => place.run_path(),
            _ => None,
        })
    });
    // What tabs, bookmarks and the history are told by: the place, the nearest part first.
    react(move || {
        let title = app.route.with(|route| {
            let parts = route.place.parts();
            match parts.as_slice() {
                [] => "Runglass".to_owned(),
                [flow] => format!("{flow} - Runglass"),
                [flow, run] => format!("{flow}/{run} - Runglass"),
                [flow, run, rest @ ..] => {
                    format!("{} - {flow}/{run} - Runglass", rest.join("/"))
                }
            }
        });
        document().set_title(&title);
    });
    let before = StoredValue::new(Screen::Opening);
    react(move || {
        let screen = screen.get();
        // A sheet over the page has done its work when one goes elsewhere.
        if app.rail.get_untracked() == state::Rail::Sheet {
            app.rail.set(state::Rail::Wide);
            keys::leave_rail("#main");
        }
        // Also without a link that would have had the focus: by *go to*, by a key.
        if matches!(screen, Screen::Place(_)) && matches!(before.get_value(), Screen::Place(_)) {
            focus::arrive();
        }
        before.set_value(screen);
    });
    group()
        .child(
            el::div()
                .class("app")
                .attr("data-rail", move || {
                    (app.rail.get() != state::Rail::Wide).then(|| app.rail.get().word())
                })
                .child(frame::skip_link())
                .child(frame::header(app))
                .child(move || run.get().map(|run| rail::of_run(app, run)))
                .child(move || match screen.get() {
                    Screen::Open => open::page(app),
                    Screen::Opening => open::opening(app),
                    Screen::Failed => error::of_source(app),
                    Screen::Place(Place::Open) => open::page(app),
                    Screen::Place(Place::Runs { flow }) => runs::page(app, flow),
                    Screen::Place(Place::Run { flow, run }) => run::page(app, flow, run),
                    Screen::Place(Place::Step { flow, run, step }) => {
                        step::page(app, flow, run, step)
                    }
                    Screen::Place(
                        Place::Task {
                            flow,
                            run,
                            step,
                            task,
                        }
                        | Place::Artifact {
                            flow,
                            run,
                            step,
                            task,
                            ..
                        },
                    ) => task::page(app, flow, run, step, task),
                }),
        )
        .child(dialogs::all(app))
        .child(frame::toast(app))
        .into_view()
}
