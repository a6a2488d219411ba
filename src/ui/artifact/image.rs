//! A value that is an image.

use crate::browser::clipboard;
use crate::engine::values::{BytesQuery, Save, ValueQuery};
use crate::ui::ask::answer;
use crate::ui::dom::prelude::*;
use crate::ui::error;
use crate::ui::parts::controls::segments;
use crate::ui::state::App;

pub(super) fn image(
    app: App,
    question: ValueQuery,
    mime: String,
    width: u32,
    height: u32,
    name: String,
) -> View {
    let url = RwSignal::new(None::<String>);
    let real = Memo::new(move |_| app.route.with(|route| route.extra("as") == Some("full")));
    let found = answer(move || Some(BytesQuery::new(question.clone(), Save::Content)));
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
    let size = if width > 0 {
        format!(
            "{}, {width} × {height}",
            mime.trim_start_matches("image/").to_ascii_uppercase()
        )
    } else {
        mime
    };
    let chosen = Signal::derive(move || real.get());
    group()
        .child(
            el::div()
                .class("image-tools")
                .child(el::span().class("faint").child(size))
                .child(segments(
                    "Size",
                    &[(false, "Fit"), (true, "100%")],
                    chosen,
                    move |full| app.change(|route| route.with_extra("as", full.then_some("full"))),
                    "",
                )),
        )
        .child(
            el::div()
                .class("image-view")
                .attr("data-actual", move || real.get().then_some(""))
                .child(move || found.failure().map(|failure| error::in_place(&failure)))
                .child(move || {
                    url.get()
                        .map(|url| el::img().attr("src", url).attr("alt", name.clone()))
                }),
        )
        .into_view()
}
