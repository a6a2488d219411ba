//! Elements as data, and the one loop that brings them into the page.
//!
//! A screen says what it looks like by a [`View`]: elements ([`el`]), text, groups, and
//! parts that are drawn again when a signal that they read changes (closures). [`show`]
//! puts a view into the page and changes only what differs, so that focus, scrolling
//! and selections live on.
//!
//! Leptos' signals decide when something is drawn again. Its `view!` is not used: there,
//! every element with its attributes and children is a type of its own, whose code for
//! building, changing and removing it is compiled anew. With the three hundred templates
//! of this app that was nine tenths of a megabyte of program; here this code exists once.
//!
//! This module knows nothing of runs. Start with [`element`] for what a screen writes,
//! with [`mounted`] for how it gets into the page, with [`focus`] for what becomes of the
//! focus when it goes.

pub mod el;
mod element;
pub mod focus;
mod mounted;
mod value;

pub use element::{Element, group, listen};
pub use mounted::{Reference, show};
pub use value::{IntoValue, Value};

use leptos::prelude::{Effect, Get, Memo, RwSignal, Signal};
use std::borrow::Cow;

/// What every screen uses: views, and the signals of Leptos.
pub mod prelude {
    pub use super::{CollectView, Element, IntoView, Reference, View, el, group, listen, react};
    pub use leptos::prelude::{
        ArcRwSignal, Get, GetUntracked, GetValue, LocalStorage, Memo, RwSignal, Set, SetValue,
        Signal, StoredValue, Track, Update, UpdateValue, With, WithUntracked, WithValue, document,
        event_target_value, expect_context, on_cleanup, provide_context, request_animation_frame,
        set_timeout, window,
    };
}

/// Does something at once and whenever a signal changes that it reads. It exists once for
/// all of the screens, unlike Leptos' own, which is compiled for each closure.
pub fn react(act: impl Fn() + 'static) {
    fn boxed(act: Box<dyn Fn()>) {
        Effect::new(act);
    }
    boxed(Box::new(act));
}

/// Something that can be seen: elements, text, or several of them.
#[derive(Default)]
pub enum View {
    #[default]
    Nothing,
    Text(Cow<'static, str>),
    Element(Element),
    Group(Vec<View>),
    /// Drawn again whenever a signal changes that it reads.
    Live(Box<dyn Fn() -> View>),
}

/// What can stand inside an element.
pub trait IntoView: Sized {
    fn into_view(self) -> View;

    /// Puts it into an element, behind what is there.
    fn put(self, element: Element) -> Element {
        element.with_child(self.into_view())
    }
}

impl IntoView for View {
    fn into_view(self) -> View {
        self
    }
}

impl IntoView for () {
    fn into_view(self) -> View {
        View::Nothing
    }
}

impl IntoView for &'static str {
    fn into_view(self) -> View {
        View::Text(Cow::Borrowed(self))
    }

    fn put(self, element: Element) -> Element {
        element.with_text(self)
    }
}

impl IntoView for String {
    fn into_view(self) -> View {
        View::Text(Cow::Owned(self))
    }
}

macro_rules! numbers {
    ($($number:ident),*) => {
        $(impl IntoView for $number {
            fn into_view(self) -> View {
                self.to_string().into_view()
            }
        })*
    };
}

numbers!(u32, u64, usize);

impl IntoView for Element {
    fn into_view(self) -> View {
        View::of(self)
    }

    fn put(self, element: Element) -> Element {
        element.with_element(self)
    }
}

impl<V: IntoView> IntoView for Option<V> {
    fn into_view(self) -> View {
        self.map_or(View::Nothing, IntoView::into_view)
    }
}

impl<V: IntoView> IntoView for Vec<V> {
    fn into_view(self) -> View {
        self.into_iter().collect_view()
    }
}

impl<V: IntoView, F: Fn() -> V + 'static> IntoView for F {
    fn into_view(self) -> View {
        View::Live(Box::new(move || self().into_view()))
    }
}

macro_rules! signals {
    ($($signal:ident),*) => {
        $(impl<V: IntoView + Clone + Send + Sync + 'static> IntoView for $signal<V> {
            fn into_view(self) -> View {
                View::Live(Box::new(move || self.get().into_view()))
            }
        })*
    };
}

signals!(Memo, RwSignal, Signal);

/// Several views, one after the other.
pub trait CollectView {
    fn collect_view(self) -> View;
}

impl<V: IntoView, I: IntoIterator<Item = V>> CollectView for I {
    fn collect_view(self) -> View {
        let mut views = Vec::new();
        for one in self {
            views.push(one.into_view());
        }
        View::Group(views)
    }
}
