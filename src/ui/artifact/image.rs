//! A value that is an image.

use super::axes::slice;
use crate::browser::clipboard;
use crate::engine::values::{BytesQuery, Save, ValueQuery};
use crate::ui::ask::answer;
use crate::ui::dom::prelude::*;
use crate::ui::error;
use crate::ui::parts::controls::segments;
use crate::ui::state::App;
use wasm_bindgen::JsCast as _;

/// An image that is the value.
pub(super) fn image(
    app: App,
    question: ValueQuery,
    kind: &str,
    width: u32,
    height: u32,
    choice: View,
) -> View {
    let kind = kind
        .strip_prefix("image/")
        .map_or(kind.to_owned(), str::to_ascii_uppercase);
    let size = if width > 0 {
        format!("{kind}, {width} × {height}")
    } else {
        kind
    };
    drawn(app, question, Save::Content, size, choice)
}

/// A picture of a value.
pub(super) fn picture(app: App, question: ValueQuery, save: Save, tools: View) -> View {
    drawn(app, question, save, String::new(), tools)
}

/// A small image fills the view by whole steps, so that each pixel is as large as the next.
fn enlarged(event: &web_sys::Event, drawing: bool) {
    /// The space around it, in pixels.
    const AROUND: u32 = 34;
    /// Larger pixels show no more.
    const MOST: u32 = 96;
    let image = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::HtmlImageElement>().ok());
    let Some(image) = image else { return };
    let Some(view) = image.parent_element() else {
        return;
    };
    let room = |room: i32| u32::try_from(room).unwrap_or(0).saturating_sub(AROUND);
    if drawing {
        // What has no pixels may have any size, if it is not blown up out of reason.
        let part = |side: i32, length: u32| f64::from(room(side)) / f64::from(length.max(1));
        let across = part(view.client_width(), image.natural_width());
        let down = part(view.client_height(), image.natural_height());
        let width = across.min(down).clamp(1.0, 3.0) * f64::from(image.natural_width());
        let width = format!("{}px", width.floor());
        let _styled = image.style().set_property("--enlarged", &width);
        return;
    }
    let steps = |side: i32, length: u32| room(side).checked_div(length).unwrap_or(1);
    let across = steps(view.client_width(), image.natural_width());
    let down = steps(view.client_height(), image.natural_height());
    let step = across.min(down).clamp(1, MOST);
    if step > 1 {
        let width = image.natural_width().saturating_mul(step);
        // What cannot be styled stays small.
        let _styled = image
            .style()
            .set_property("--enlarged", &format!("{width}px"));
        let _marked = image.set_attribute("data-enlarged", "");
    }
}

fn drawn(app: App, question: ValueQuery, save: Save, told: String, tools: View) -> View {
    let name = question.name.clone();
    let url = RwSignal::new(None::<String>);
    let real = Memo::new(move |_| app.route.with(|route| route.extra("size") == Some("full")));
    let found = answer(move || {
        Some(BytesQuery {
            slice: app.route.with(slice),
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
                .class("table-tools")
                .child(el::span().class("faint").child(said))
                .child(tools)
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
                .attr("data-actual", move || real.get().then_some(""))
                .child(move || found.failure().map(|failure| error::in_place(&failure)))
                .child(move || {
                    let drawing = found
                        .value()
                        .is_some_and(|view| view.mime == "image/svg+xml");
                    url.get().map(|url| {
                        el::img()
                            .attr("src", url)
                            .attr("alt", name.clone())
                            .on("load", move |event| enlarged(&event, drawing))
                    })
                }),
        )
        .into_view()
}
