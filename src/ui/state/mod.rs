//! What all screens share: where one is, what is open, and how it is shown.
//!
//! [`App`] is at hand on every screen; what it can do lies in files by what it is about:
//! `going` (addresses), `opening` (sources), `copying` (links), `words` (times).

mod copying;
mod going;
mod opening;
mod words;

pub use opening::{follow_sources, reopening, rest_from_values, show_opened};
pub use words::{how_known, span};

use super::given::{Given, Other};
use super::live::Live;
use crate::browser::files::Gift;
use crate::browser::{address, clock, of_site, storage};
use crate::engine::ask::Failure;
use crate::engine::sources::SourcesView;
use crate::model::TaskPath;
use crate::route::{Local, Route};
use crate::source::Progress;
use crate::text::clock::Zone;
use crate::ui::dom::prelude::*;

/// Shared by all screens; made of signals, so it is copied freely.
#[derive(Clone, Copy)]
pub struct App {
    pub route: RwSignal<Route>,
    pub sources: RwSignal<SourcesState>,
    /// Counts gifts and tries, so that what is missing is looked for again.
    gifts: RwSignal<u32>,
    /// What is opened next is opened anew, whatever is known of it.
    afresh: StoredValue<bool>,
    pub theme: RwSignal<Theme>,
    pub rail: RwSignal<Rail>,
    pub dialog: RwSignal<Dialog>,
    pub toast: RwSignal<Option<Toast>>,
    pub live: RwSignal<Live>,
    zone: StoredValue<Zone>,
    /// Sources that the user lets be fetched whole.
    wholes: StoredValue<Vec<String>>,
    /// What was given to this page by hand.
    pub given: RwSignal<Vec<Given>>,
    /// What was given last is not what was asked for.
    pub other: RwSignal<Option<Other>>,
    /// What was given while something is open, by its key: whether it comes beside that or
    /// in its place is asked.
    pub beside: RwSignal<Vec<String>>,
    /// Sources that this browser keeps, and wants to be asked before it gives them.
    pub asks: RwSignal<Vec<String>>,
    /// What of the site's own list cannot be followed, where that has led here.
    pub site_fault: RwSignal<Option<Fault>>,
    /// The task that is looked at, and what tells it from the others of its step.
    pub here: RwSignal<Option<(TaskPath, String)>>,
    /// Somebody wants a link, as soon as it can say which file it means.
    pub link_awaited: StoredValue<bool>,
    /// Opens what the user gave.
    take: fn(App, Vec<Gift>),
    /// Reads again what is open; on the first page nothing is.
    reread: fn(App),
}

#[derive(Clone, PartialEq)]
pub enum SourcesState {
    None,
    Opening(Option<Progress>),
    Open(SourcesView),
    Failed(Failure),
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    System,
    Light,
    Dark,
}

/// How the rail is shown. On a narrow screen it is a sheet that lies over the page.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Rail {
    Wide,
    Strip,
    Sheet,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Dialog {
    None,
    GoTo,
    Keys,
    Problems,
    /// What becomes of what is open.
    Beside,
}

/// What is wrong with a list of sources, and those of it that could be opened.
#[derive(Clone, PartialEq, Eq)]
pub struct Fault {
    pub told: String,
    pub beside: Vec<String>,
}

#[derive(Clone, PartialEq, Eq)]
pub struct Toast {
    pub text: String,
    pub good: bool,
}

pub fn app() -> App {
    expect_context()
}

impl App {
    pub fn start(take: fn(App, Vec<Gift>), reread: fn(App)) -> Self {
        let route = RwSignal::new(Route::parse(&address::hash()));
        address::on_change(move |hash| {
            let now = Route::parse(&hash);
            if route.with_untracked(|before| *before != now) {
                route.set(now);
            }
        });
        let fault = of_site::fault_on_the_way().map(|told| Fault {
            told,
            beside: route.with_untracked(|route| route.sources.clone()),
        });
        let theme = match storage::get("theme").as_deref() {
            Some("light") => Theme::Light,
            Some("dark") => Theme::Dark,
            _ => Theme::System,
        };
        let rail = if storage::get("rail").as_deref() == Some("strip") {
            Rail::Strip
        } else {
            Rail::Wide
        };
        let app = Self {
            route,
            sources: RwSignal::new(SourcesState::None),
            gifts: RwSignal::new(0),
            afresh: StoredValue::new(false),
            theme: RwSignal::new(theme),
            rail: RwSignal::new(rail),
            dialog: RwSignal::new(Dialog::None),
            toast: RwSignal::new(None),
            live: RwSignal::new(Live::Off),
            zone: StoredValue::new(clock::zone()),
            wholes: StoredValue::new(Vec::new()),
            given: RwSignal::new(Vec::new()),
            other: RwSignal::new(None),
            beside: RwSignal::new(Vec::new()),
            asks: RwSignal::new(Vec::new()),
            site_fault: RwSignal::new(fault),
            here: RwSignal::new(None),
            link_awaited: StoredValue::new(false),
            take,
            reread,
        };
        app.show_theme();
        app
    }

    pub fn next_theme(self) {
        self.theme.update(|theme| {
            *theme = match theme {
                Theme::System => Theme::Light,
                Theme::Light => Theme::Dark,
                Theme::Dark => Theme::System,
            }
        });
        match self.theme.get_untracked() {
            Theme::System => storage::remove("theme"),
            Theme::Light => storage::set("theme", "light"),
            Theme::Dark => storage::set("theme", "dark"),
        }
        self.show_theme();
    }

    fn show_theme(self) {
        let Some(root) = document().document_element() else {
            return;
        };
        // An attribute that cannot be set leaves the theme of the system.
        let _shown = match self.theme.get_untracked() {
            Theme::System => root.remove_attribute("data-theme"),
            Theme::Light => root.set_attribute("data-theme", "light"),
            Theme::Dark => root.set_attribute("data-theme", "dark"),
        };
    }

    pub fn toggle_rail(self) {
        let narrow = is_narrower(900.0);
        self.rail.update(|rail| {
            *rail = match (narrow, *rail) {
                (true, Rail::Sheet) => Rail::Wide,
                (true, _) => Rail::Sheet,
                (false, Rail::Wide) => Rail::Strip,
                (false, _) => Rail::Wide,
            }
        });
        if !narrow {
            storage::set("rail", self.rail.get_untracked().word());
        }
    }

    pub fn say(self, text: impl Into<String>, good: bool) {
        self.toast.set(Some(Toast {
            text: text.into(),
            good,
        }));
    }
}

/// Whether the style sheets lay everything out one below the other.
pub fn is_narrow() -> bool {
    is_narrower(640.0)
}

fn is_narrower(than: f64) -> bool {
    let width = window().inner_width().ok();
    width
        .and_then(|width| width.as_f64())
        .is_some_and(|width| width < than)
}

impl Rail {
    pub fn word(self) -> &'static str {
        match self {
            Rail::Wide => "wide",
            Rail::Strip => "strip",
            Rail::Sheet => "sheet",
        }
    }
}

/// The name of a file or folder that was given by hand.
pub fn local_name(key: &str) -> Option<&str> {
    Local::parse(key).map(|local| local.name)
}
