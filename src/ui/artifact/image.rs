//! A value that is an image.

use super::table::places;
use crate::browser::clipboard;
use crate::engine::values::{BytesQuery, Save, ValueQuery};
use crate::ui::ask::answer;
use crate::ui::dom::prelude::*;
use crate::ui::error;
use crate::ui::parts::controls::segments;
use crate::ui::state::App;

/// An image that is the value.
pub(super) fn image(
    app: App,
    question: ValueQuery,
    kind: &str,
    width: u32,
    height: u32,
    name: String,
) -> View {
    let kind = kind
        .strip_prefix("image/")
        .map_or(kind.to_owned(), str::to_ascii_uppercase);
    let size = if width > 0 {
        format!("{kind}, {width} × {height}")
    } else {
        kind
    };
    drawn(app, question, Save::Content, size, name, false)
}

/// A picture of a value; `sharp` where each of its points is seen apart.
pub(super) fn picture(
    app: App,
    question: ValueQuery,
    save: Save,
    told: String,
    sharp: bool,
) -> View {
    let name = question.name.clone();
    drawn(app, question, save, told, name, sharp)
}

fn drawn(
    app: App,
    question: ValueQuery,
    save: Save,
    told: String,
    name: String,
    sharp: bool,
) -> View {
    let url = RwSignal::new(None::<String>);
    let real = Memo::new(move |_| app.route.with(|route| route.extra("size") == Some("full")));
    let found = answer(move || {
        Some(BytesQuery {
            slice: app.route.with(|route| places(route.extra("slice"))),
            ..BytesQuery::new(question.clone(), save)
        })
    });
    react(move || {
        if let Some(view) = found.value() {
            let made = clipboard::object_url(&view.bytes, &view.mime);
            if let Some(before) = url.get_untracked() {
                clipboard::forget(&before);
            }
            url.set(made);
        }
    });
    on_cleanup(move || {
        if let Some(Some(before)) = url.try_get_untracked() {
            clipboard::forget(&before);
        }
    });
    let said = move || {
        let note = found
            .value()
            .map(|view| view.note.clone())
            .unwrap_or_default();
        let parts = [told.as_str(), note.as_str()];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join("; ")
    };
    let chosen = Signal::derive(move || real.get());
    group()
        .child(
            el::div()
                .class("image-tools")
                .child(el::span().class("faint").child(said))
                .child(segments(
                    "Size",
                    &[(false, "Fit"), (true, "100%")],
                    chosen,
                    move |full| {
                        app.change(|route| route.with_extra("size", full.then_some("full")))
                    },
                    "",
                )),
        )
        .child(
            el::div()
                .class("image-view")
                .class_if("sharp", sharp)
                .attr("data-actual", move || real.get().then_some(""))
                .child(move || found.failure().map(|failure| error::in_place(&failure)))
                .child(move || {
                    url.get()
                        .map(|url| el::img().attr("src", url).attr("alt", name.clone()))
                }),
        )
        .into_view()
}
