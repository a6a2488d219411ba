//! The drawing as a file: SVG, or pixels.

use super::super::super::ask::once;
use super::super::super::parts::menu::{Act, menu};
use super::super::super::state::{App, Theme};
use crate::browser::{clipboard, raster};
use crate::engine::picture::PictureQuery;
use crate::engine::picture::file::{Palette, PictureFileQuery, PictureFileView, pixels_scale};
use crate::ui::dom::prelude::*;

pub(super) fn saving(app: App, query: impl Fn() -> PictureQuery + Clone + 'static) -> View {
    let act = |save: fn(App, PictureFileView)| {
        let query = query.clone();
        Box::new(move || {
            let question = PictureFileQuery {
                picture: query(),
                palette: Box::new(palette(app)),
            };
            once(app, question, move |file| save(app, file));
        }) as Act
    };
    let items = vec![
        ("Save as SVG".to_owned(), act(save_svg)),
        ("Save as PNG".to_owned(), act(save_png)),
    ];
    menu("Save", items)
}

fn save_svg(_: App, file: PictureFileView) {
    let name = format!("{}.svg", file.name);
    clipboard::save(file.svg.as_bytes(), "image/svg+xml", &name);
}

fn save_png(app: App, file: PictureFileView) {
    let scale = pixels_scale(file.width, file.height);
    let pixels = |side: f32| ((f64::from(side) * scale).floor() as u32).max(1);
    let (width, height) = (pixels(file.width), pixels(file.height));
    let name = format!("{}.png", file.name);
    raster::png(file.svg, width, height, move |bytes| match bytes {
        Some(bytes) => {
            clipboard::save(&bytes, "image/png", &name);
            if scale < 1.0 {
                let percent = (scale * 100.0).round().max(1.0) as u64;
                let said = format!(
                    "Saved at {percent}% of its size: no browser holds a larger picture. The SVG has all of it."
                );
                app.say(said, true);
            }
        }
        None => app.say(
            "The browser has no room for so large a picture. Save it as SVG.",
            false,
        ),
    });
}

/// The colours that the page has at the moment.
fn palette(app: App) -> Palette {
    let root = document().document_element();
    let style = root.and_then(|root| window().get_computed_style(&root).ok().flatten());
    let token = |name: &'static str| {
        let style = style.as_ref();
        let value = style.and_then(|style| style.get_property_value(name).ok());
        value.unwrap_or_default()
    };
    Palette::read(token, is_dark(app))
}

fn is_dark(app: App) -> bool {
    match app.theme.get_untracked() {
        Theme::Light => false,
        Theme::Dark => true,
        Theme::System => {
            let dark = window().match_media("(prefers-color-scheme: dark)");
            dark.ok().flatten().is_some_and(|query| query.matches())
        }
    }
}
