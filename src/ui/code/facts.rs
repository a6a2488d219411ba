//! The package itself: how large it is, who packed it with what, and the environment
//! that went with it.

use super::{back, save_button};
use crate::engine::code::{CodeQuery, PackageView};
use crate::text::human;
use crate::ui::dom::prelude::*;
use crate::ui::parts::facts::{named_pair, pair, pairs, section};
use crate::ui::state::App;

pub fn page(app: App, query: &CodeQuery, package: &PackageView) -> View {
    let mono = |text: &str| el::span().class("mono").child(text.to_owned()).into_view();
    let stored = format!(
        "{}, unpacked {}",
        human::size(package.stored),
        human::size(package.unpacked)
    );
    let stored = vec![
        pair("SHA-1", mono(&package.sha)),
        pair("Size", stored.into_view()),
        // A path of the machine that made it; nothing is read from there.
        pair("Packed to", mono(&package.location)),
    ];
    let info = (!package.info.is_empty()).then(|| {
        let rows = package.info.iter();
        let rows = rows.map(|(name, value)| named_pair(name.clone(), mono(value)));
        section("INFO", package.info.len(), pairs(rows.collect()))
    });
    let environment = package.environment.as_ref().map(|environment| {
        let text = el::pre().class("mono").child(environment.clone());
        section("Environment", 0, text.into_view())
    });
    let problems = package
        .problems
        .iter()
        .map(|told| el::p().class("note").child(told.clone()));
    group()
        .child(
            el::div()
                .class("pane-head")
                .child(back(app))
                .child(el::h2().child("Package"))
                .child(el::span().class("push"))
                .child(save_button(app, query.clone(), None, "Save package")),
        )
        .child(
            el::div().class("scroll").attr("tabindex", "0").child(
                el::div()
                    .class("page about")
                    .child(section("Stored", 0, pairs(stored)))
                    .child(info)
                    .child(environment)
                    .child(problems.collect_view()),
            ),
        )
        .into_view()
}
