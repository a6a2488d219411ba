//! What is open: sources are opened, added and closed through the address, and what is
//! opened follows it.

use super::{App, SourcesState, local_name};
use crate::browser::files::Gift;
use crate::browser::{door, private, storage};
use crate::engine::ask::{Failure, Question as _};
use crate::engine::encode;
use crate::engine::sources::{Open, SourceSpec, SourcesView};
use crate::route::{Place, Route};
use crate::ui::ask::Ticketed;
use crate::ui::dom::prelude::*;
use crate::ui::given::{self, Given};
use crate::ui::open;
use std::time::Duration;

impl App {
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
            open::remember(app, &view);
            given::settle(app, &view);
            app.sources.set(SourcesState::Open(view));
        }
        Err(failure) => app.sources.set(SourcesState::Failed(failure)),
    }
}
