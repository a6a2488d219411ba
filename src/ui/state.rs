//! What all screens share: where one is, what is open, and how it is shown.

use super::ask::{Ticketed, once};
use super::given::{self, Given, Other};
use super::live::Live;
use crate::browser::files::Gift;
use crate::browser::{address, clock, door, of_site, private, storage};
use crate::engine::ask::{Failure, Question as _};
use crate::engine::encode;
use crate::engine::python::PythonQuery;
use crate::engine::sources::{Open, SourceSpec, SourcesView};
use crate::model::{AttemptNumber, Moment, RunPath, Span, TaskPath};
use crate::route::{Local, Place, Route};
use crate::source::Progress;
use crate::source::http::signed::parted;
use crate::text::clock::{self as words, Zone};
use crate::text::human;
use crate::ui::dom::prelude::*;
use std::time::Duration;

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

    /// Goes to an address, as a link does.
    pub fn go(self, route: Route) {
        address::push(&route.to_hash());
    }

    /// Changes the address without a step in the history: for filters and selections.
    pub fn change(self, change: impl FnOnce(Route) -> Route) {
        let route = change(self.route.get_untracked());
        if self.route.with_untracked(|before| *before == route) {
            return;
        }
        address::replace(&route.to_hash());
        self.route.set(route);
    }

    /// Looks at the runs of a namespace from now on, also when the source is opened again.
    pub fn choose_namespace(self, namespace: Option<String>) {
        let route = self.route.get_untracked();
        for key in &route.sources {
            storage::remember_namespace(key, namespace.as_deref());
        }
        self.go(route.with_namespace(namespace.as_deref()));
    }

    /// The address of a place in what is open.
    pub fn href(self, place: Place) -> String {
        self.route
            .with_untracked(|route| route.clone().to(place))
            .to_hash()
    }

    pub fn run_href(self, run: &RunPath) -> String {
        self.href(Place::Run {
            flow: run.flow.clone(),
            run: run.run.clone(),
        })
    }

    pub fn step_href(self, run: &RunPath, step: &str) -> String {
        self.href(Place::Step {
            flow: run.flow.clone(),
            run: run.run.clone(),
            step: step.to_owned(),
        })
    }

    pub fn task_route(self, task: &TaskPath) -> Route {
        let place = Place::Task {
            flow: task.flow.clone(),
            run: task.run.clone(),
            step: task.step.clone(),
            task: task.task.clone(),
        };
        self.route.with_untracked(|route| route.clone().to(place))
    }

    pub fn task_href(self, task: &TaskPath) -> String {
        self.task_route(task).to_hash()
    }

    pub fn artifact_route(self, task: &TaskPath, artifact: &str) -> Route {
        let place = Place::Artifact {
            flow: task.flow.clone(),
            run: task.run.clone(),
            step: task.step.clone(),
            task: task.task.clone(),
            artifact: artifact.to_owned(),
        };
        self.route.with_untracked(|route| route.clone().to(place))
    }

    /// Opens what was dropped or picked.
    pub fn take(self, gifts: Vec<Gift>) {
        if !gifts.is_empty() {
            (self.take)(self, gifts);
        }
    }

    /// Opens a source, also one that was open before: it may hold something else by now. On
    /// the page that adds to what is open, that stays open.
    pub fn open(self, key: &str) {
        self.open_all(&[key.to_owned()]);
    }

    /// The same of several at once, in one list.
    pub fn open_all(self, keys: &[String]) {
        let now = self.route.get_untracked();
        if now.is_adding() {
            self.add_all(keys);
            return;
        }
        match now.sources == keys {
            true => self.retry(),
            false => self.afresh.set_value(true),
        }
        let Some((first, more)) = keys.split_first() else {
            return;
        };
        let namespace = storage::namespace_of(first);
        let all = std::iter::once(first).chain(more).map(String::as_str);
        self.go(Route::open_all(all).with_namespace(namespace.as_deref()));
    }

    /// Opens a source beside those that are open.
    pub fn add(self, key: &str) {
        self.add_all(&[key.to_owned()]);
    }

    pub fn add_all(self, keys: &[String]) {
        let now = self.route.get_untracked();
        let another = |route: Route, key: &String| route.with_another(key);
        self.go(keys.iter().fold(now, another));
    }

    /// Where a source leads to that can be chosen on the first page: also beside what is open.
    pub fn opens(self, key: &str, namespace: Option<&str>) -> String {
        let route = self.route.with(|now| match now.is_adding() {
            true => now.clone().with_another(key),
            false => Route::open(key).with_namespace(namespace),
        });
        route.to_hash()
    }

    /// Closes a source by the engine's key, and keeps the others.
    pub fn close_source(self, key: &str) {
        let mut route = self.route.get_untracked();
        let is_other = |source: &String| {
            self.given
                .with_untracked(|all| given::key_of(all, source) != key)
        };
        route.sources.retain(is_other);
        self.go(match (route.sources.is_empty(), &route.place) {
            (true, _) => Route::default(),
            (false, Place::Open) => route,
            (false, _) => route.to(Place::Runs { flow: None }),
        });
    }

    /// Opens what the error screen asks about.
    pub fn open_anyway(self) {
        let route = self.route.get_untracked();
        self.go(route.with_anyway(true));
    }

    /// Reads again what is open, because somebody asks for that.
    pub fn reread(self) {
        (self.reread)(self);
    }

    /// Fetches a source whole, however large it is.
    pub fn read_whole(self, source: String) {
        self.wholes.update_value(|wholes| wholes.push(source));
        self.retry();
    }

    /// Opens all of it again.
    pub fn retry(self) {
        self.afresh.set_value(true);
        self.try_missing();
    }

    /// Tries again to open what could not be opened; what is open stays as it is.
    pub fn try_missing(self) {
        self.gifts.update(|count| *count += 1);
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

    /// Copies, and says what was copied.
    pub fn copy(self, text: String, what: impl Into<String>) {
        let what = what.into();
        crate::browser::clipboard::copy(text, move |copied| {
            if copied {
                self.say(format!("{what} copied"), true);
            } else {
                self.say("The browser did not let the page copy", false);
            }
        });
    }

    pub fn copy_link(self) {
        let mut route = self.route.get_untracked();
        if given::is_coming(self, &route.sources) {
            self.link_awaited.set_value(true);
            return;
        }
        let names = |source: &String| local_name(source).map(str::to_owned);
        let files: Vec<String> = route.sources.iter().filter_map(names).collect();
        let mut sources = route.sources.iter();
        let is_private = |source: &String| private::is_private(source) || parted(source).is_some();
        let what = match (sources.any(is_private), files.is_empty()) {
            (true, _) => {
                "Link to this view without your key, which others are asked for:".to_owned()
            }
            (false, true) => "Link to this view".to_owned(),
            (false, false) => format!("Link for who has {}:", files.join(" and ")),
        };
        for source in &mut route.sources {
            let linked = given::linked(self, source);
            *source = parted(&linked).map_or(linked, |(bare, _)| bare);
        }
        self.copy(address::link(&route.to_hash()), what);
    }

    /// Copies the lines by which the engine's client reaches this place.
    pub fn copy_python(self) {
        let (parts, attempt) = self.route.with_untracked(|route| {
            let parts = route.place.parts().into_iter();
            (parts.map(str::to_owned).collect(), route.attempt)
        });
        let at = self.route.with_untracked(|route| route.at.clone());
        self.copy_python_of(parts, attempt, at.unwrap_or_default());
    }

    pub fn copy_python_of(self, parts: Vec<String>, attempt: Option<AttemptNumber>, at: String) {
        let question = PythonQuery {
            parts,
            attempt,
            at,
            namespace: self.route.with_untracked(|route| route.namespace.clone()),
            tab: self.route.with_untracked(|route| route.tab.clone()),
            tags: self
                .route
                .with_untracked(|route| route.filters.tags.clone()),
        };
        once(self, question, move |python| {
            self.copy(python.lines, "Python for this place");
        });
    }

    // Words for moments and spans, in the reader's zone.

    pub fn started(self, at: Moment) -> String {
        self.zone
            .with_value(|zone| words::started(clock::now().0, at.0, zone))
    }

    pub fn ago(self, at: Moment) -> Option<String> {
        words::ago(clock::now().0, at.0)
    }

    pub fn stated(self, at: Moment) -> String {
        self.zone
            .with_value(|zone| words::stated(clock::now().0, at.0, zone))
    }

    pub fn full(self, at: Moment) -> String {
        self.zone.with_value(|zone| words::full(at.0, zone))
    }

    pub fn time(self, at: Moment) -> String {
        self.zone.with_value(|zone| words::time_of_day(at.0, zone))
    }

    /// The reader's zone.
    pub fn zone(self) -> Zone {
        self.zone.get_value()
    }

    pub fn time_millis(self, at: Moment) -> String {
        self.zone
            .with_value(|zone| words::time_of_day_millis(at.0, zone))
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

pub fn span(span: Option<Span>) -> String {
    span.map(|span| human::span(span.0)).unwrap_or_default()
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

/// Keeps the opened sources in step with the address.
pub fn follow_sources(app: App) {
    let ticket = Ticketed::new();
    given::follow_prints(app);
    let wanted = Memo::new(move |_| {
        let (sources, anyway) = app
            .route
            .with(|route| (route.sources.clone(), route.anyway));
        let key = |all: &[Given]| {
            sources
                .iter()
                .map(|source| given::key_of(all, source))
                .collect()
        };
        (app.given.with(|all| key(all)), anyway)
    });
    react(move || {
        let (keys, anyway): (Vec<String>, bool) = wanted.get();
        app.gifts.track();
        if keys.is_empty() {
            ticket.clear();
            app.sources.set(SourcesState::None);
            return;
        }
        app.sources.set(SourcesState::Opening(None));
        if given::look_for_kept(app, &keys) {
            return;
        }
        let again = app.afresh.get_value();
        app.afresh.set_value(false);
        ticket.ask(
            opening(app, keys, anyway, again),
            move |progress| app.sources.set(SourcesState::Opening(Some(progress))),
            move |opened| show_opened(app, opened),
        );
    });
}

/// Gives back the memory that a large value has taken, some time after it was closed.
pub fn rest_from_values(app: App) {
    /// Who goes from one large value to the next needs it again.
    const SOON: Duration = Duration::from_secs(1);
    let is_value = Memo::new(move |_| {
        app.route
            .with(|route| matches!(route.place, Place::Artifact { .. }))
    });
    react(move || {
        let looks = is_value.get();
        door::looks_into_value(looks);
        if !looks && door::is_swollen() {
            let rest = move || {
                if door::is_swollen() {
                    let opening = reopening(app);
                    let request = encode(&opening.clone().into_request());
                    door::renew(request.unwrap_or_default(), move || {
                        opening == reopening(app)
                    });
                }
            };
            set_timeout(rest, SOON);
        }
    });
}

/// The question that opens the sources of the address once more.
pub fn reopening(app: App) -> Open {
    let route = app.route.get_untracked();
    let keys = app.given.with_untracked(|all| {
        let sources = route.sources.iter();
        sources.map(|source| given::key_of(all, source)).collect()
    });
    opening(app, keys, route.anyway, false)
}

fn opening(app: App, keys: Vec<String>, anyway: bool, again: bool) -> Open {
    let spec = |key: String| SourceSpec {
        given: local_name(&key).map(str::to_owned),
        whole: app.wholes.with_value(|wholes| wholes.contains(&key)),
        unlock: private::unlock_of(&key),
        signature: private::signature_of(&key),
        key,
    };
    Open {
        sources: keys.into_iter().map(spec).collect(),
        again,
        anyway,
    }
}

/// What came of opening.
pub fn show_opened(app: App, opened: Result<SourcesView, Failure>) {
    match opened {
        Ok(mut view) => {
            for source in &mut view.sources {
                if let Some(name) = storage::site_name(&source.key) {
                    source.name = name;
                }
            }
            super::open::remember(app, &view);
            given::settle(app, &view);
            app.sources.set(SourcesState::Open(view));
        }
        Err(failure) => app.sources.set(SourcesState::Failed(failure)),
    }
}

/// How the status of an attempt is known, as a sentence.
pub fn how_known(
    status: crate::model::Status,
    evidence: &crate::model::Evidence,
    caught: bool,
) -> String {
    let known = crate::engine::failure_card::how(status, evidence);
    if caught {
        format!("{known} An exception was caught on the way.")
    } else {
        known
    }
}
