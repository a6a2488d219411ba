//! The question what becomes of what is open when something else is given by hand.

use super::frame;
use crate::ui::dom::prelude::*;
use crate::ui::sources::name_of;
use crate::ui::state::{App, Dialog};

pub(super) fn beside(app: App) -> View {
    let Some(key) = app.beside.get_untracked() else {
        return View::Nothing;
    };
    let name = name_of(&key);
    let open = super::super::frame::source_name(app);
    let told = el::p()
        .class("beside")
        .child(el::b().child(open))
        .child(" is open. Its runs and those of ")
        .child(el::b().child(name.clone()))
        .child(" can stand in one list.");
    let only = key.clone();
    let foot = el::div()
        .class("dialog-foot")
        .child(
            el::button()
                .class("btn btn-primary")
                .attr("autofocus", true)
                .on_click(move |_| {
                    app.dialog.set(Dialog::None);
                    app.add(&key);
                })
                .child("Open both"),
        )
        .child(
            el::button()
                .class("btn")
                .on_click(move |_| {
                    app.dialog.set(Dialog::None);
                    app.open(&only);
                })
                .child(format!("Open only {name}")),
        );
    frame(
        Dialog::Beside,
        "Open another one",
        told.into_view(),
        foot.into_view(),
    )
}
