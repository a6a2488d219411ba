//! The runs that this site names in its `sites.json`, for who comes to the first page.

use crate::browser::of_site::{NamedSource, SiteSources, site_sources};
use crate::browser::spawn::spawn;
use crate::route::Route;
use crate::ui::dom::prelude::*;
use crate::ui::parts::marks::icon;
use crate::ui::sources::name_of;
use crate::ui::state::App;

/// A section, where the site names any.
pub(super) fn section(app: App) -> impl Fn() -> View {
    let site: RwSignal<SiteSources> = RwSignal::new(SiteSources::default());
    spawn(async move {
        let told = site_sources().await;
        // By then the first page may be left.
        let _left = site.try_set(told);
    })
    .detach();
    move || site.with(|site| drawn(app, site))
}

fn drawn(app: App, site: &SiteSources) -> View {
    if site.sources.is_empty() && site.fault.is_none() {
        return View::Nothing;
    }
    let all = Route::open_all(site.sources.iter().map(|source| source.src.as_str()));
    let all = (site.sources.len() > 1).then(|| {
        el::a()
            .class("btn btn-quiet btn-s push")
            .attr("href", all.to_hash())
            .child("Open all")
    });
    let lacks = match site.sources.is_empty() {
        true => "The sites.json of this site cannot be followed",
        false => "Not all of the sites.json of this site can be followed",
    };
    let fault = site.fault.as_ref().map(|fault| {
        el::p()
            .class("site-fault")
            .child(icon("warn", ""))
            .child(format!("{lacks}: {fault}."))
    });
    let rows = site.sources.iter().map(|source| row(app, source));
    el::section()
        .attr("aria-labelledby", "h-site")
        .child(
            el::div()
                .class("list-head")
                .child(el::h2().attr("id", "h-site").child("This site"))
                .child(all),
        )
        .child(fault)
        .child(el::ul().class("list examples").child(rows.collect_view()))
        .into_view()
}

fn row(app: App, source: &NamedSource) -> View {
    let src = source.src.clone();
    let name = source.name.clone().unwrap_or_else(|| name_of(&src));
    let link = el::a()
        .attr("href", move || app.opens(&src, None))
        .child(icon("globe", "icon-m"))
        .child(el::span().class("cut-end").child(el::b().child(name)));
    el::li().child(link).into_view()
}
