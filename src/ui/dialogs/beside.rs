//! The question what becomes of what is open when something else is given by hand.

use super::frame;
use crate::ui::dom::prelude::*;
use crate::ui::sources::name_of;
use crate::ui::state::{App, Dialog};

pub(super) fn beside(app: App) -> View {
    let keys = app.beside.get_untracked();
    let (name, both, only) = match keys.as_slice() {
        [] => return View::Nothing,
        [key] => {
            let name = name_of(key);
            let only = format!("Open only {name}");
            (name, "Open both", only)
        }
        more => (
            format!("the {} that you gave", more.len()),
            "Open all",
            "Open only these".to_owned(),
        ),
    };
    let open = super::super::frame::source_name(app);
    let told = el::p()
        .class("beside")
        .child(el::b().child(open))
        .child(" is open. Its runs and those of ")
        .child(el::b().child(name))
        .child(" can stand in one list.");
    let alone = keys.clone();
    let foot = el::div()
        .class("dialog-foot")
        .child(
            el::button()
                .class("btn btn-primary")
                .attr("autofocus", true)
                .on_click(move |_| {
                    app.dialog.set(Dialog::None);
                    app.add_all(&keys);
                })
                .child(both),
        )
        .child(
            el::button()
                .class("btn")
                .on_click(move |_| {
                    app.dialog.set(Dialog::None);
                    app.open_all(&alone);
                })
                .child(only),
        );
    frame(
        Dialog::Beside,
        "Open another one",
        told.into_view(),
        foot.into_view(),
    )
}
