//! The file that an address asks for, and the one that was given in its place.

use crate::engine::ask::Failure;
use crate::route::{Local, Print, Route};
use crate::text::human;
use crate::ui::dom::prelude::*;
use crate::ui::given::{self, Other, Printed};
use crate::ui::parts::marks::icon;
use crate::ui::state::App;

/// Whether what was given was given for this.
pub fn is_for(other: &Other, failure: &Failure) -> bool {
    let source = failure.source.as_ref();
    source.is_some_and(|source| source.key == other.wanted)
}

fn local(failure: &Failure) -> Option<Local<'_>> {
    Local::parse(&failure.source.as_ref()?.key)
}

/// Only a file has a fingerprint.
pub fn may_be_a_folder(failure: &Failure) -> bool {
    local(failure).is_some_and(|local| local.print.is_none())
}

/// The same failure after another file was given.
pub fn told(other: &Other, failure: Failure) -> Failure {
    let named = Local::parse(&other.wanted).is_some_and(|local| local.name == other.given.name);
    let explanation = match named {
        true => format!(
            "`{}` has the name that the link says, and other bytes in it. It may be an older \
             or a newer one, or that of somebody else.",
            other.given.name
        ),
        false => format!(
            "`{}` is another file than the link means.",
            other.given.name
        ),
    };
    Failure {
        headline: "This is another file".to_owned(),
        explanation,
        advice: vec![
            "Choose the file with the fingerprint that is wanted, or drop it here.".to_owned(),
            "If somebody sent you the link, ask them for that file.".to_owned(),
            "Open it all the same, if it may be close enough: the run may not be in it.".to_owned(),
        ],
        ..failure
    }
}

/// The same failure where this browser knows the way to what is asked for.
pub fn told_kept(failure: Failure) -> Failure {
    let name = local(&failure).map_or("", |local| local.name).to_owned();
    Failure {
        headline: "This can be opened again".to_owned(),
        explanation: format!(
            "This browser knows the way to `{name}`. After a reload it lets the page read it \
             again when you say so; the place in it is kept."
        ),
        advice: vec![
            "Open it again, and let the browser show it to this page.".to_owned(),
            "If it was moved, choose it, or drop it here.".to_owned(),
        ],
        ..failure
    }
}

pub fn all_the_same(app: App, other: Other) -> Element {
    el::button()
        .class("btn")
        .on_click(move |_| given::open_all_the_same(app, &other))
        .child("Open it all the same")
}

/// What is wanted, below it what was given, and the place that opens.
pub fn files(app: App, failure: &Failure, other: Option<&Other>) -> Element {
    let wanted = local(failure);
    let print = wanted.as_ref().and_then(|local| local.print.clone());
    let size = print.as_ref().and_then(|print| print.size);
    let name = wanted.map(|local| local.name.to_owned());
    let first = row(
        "Wanted",
        name.unwrap_or_default(),
        size,
        print.as_ref(),
        false,
    );
    let second = other.map(|other| {
        let print = match &other.given.print {
            Printed::Known(print) => Some(print),
            _ => None,
        };
        row("Given", other.given.name.clone(), other.size, print, true)
    });
    let how = print.map(|print| {
        el::p().class("small faint").child(match print.size {
            None => {
                "The fingerprint is the SHA-256 of the file, of which the first digits are shown."
            }
            Some(_) => {
                "The fingerprint of a large file is its size and the SHA-256 of 64 pieces of it."
            }
        })
    });
    let place = app.route.with(place);
    let place = (!place.is_empty()).then(|| {
        el::p()
            .class("small faint")
            .child("Opens at ")
            .child(el::code().child(place))
    });
    el::section()
        .child(el::ul().class("files").child(first).child(second))
        .child(how)
        .child(place)
}

fn row(
    word: &'static str,
    name: String,
    size: Option<u64>,
    print: Option<&Print>,
    differs: bool,
) -> Element {
    let print = print.map(|print| {
        el::code()
            .class_if("fail", differs)
            .attr("title", print.to_string())
            .child(print.short())
    });
    el::li()
        .child(icon("file", ""))
        .child(el::span().class("faint").child(word))
        .child(el::b().class("cut-end").child(name))
        .child(print)
        .child(el::span().class("n").child(size.map(human::size)))
}

/// Where the address leads, as a pathspec and the tab.
fn place(route: &Route) -> String {
    let path = route.place.parts().join("/");
    match (&route.tab, path.is_empty()) {
        (Some(tab), false) => format!("{path}, {tab}"),
        _ => path,
    }
}
