//! A drawing as pixels: an SVG on a canvas, and the canvas as a PNG.

use super::clipboard;
use super::spawn::spawn;
use js_sys::{Promise, Uint8Array};
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, CanvasRenderingContext2d, HtmlCanvasElement, HtmlImageElement};

/// Makes a PNG of an SVG, so many pixels wide and high; `done` hears what came of it:
/// nothing where the browser has no room for so large a picture.
pub fn png(svg: String, width: u32, height: u32, done: impl FnOnce(Option<Vec<u8>>) + 'static) {
    spawn(async move {
        let Some(url) = clipboard::object_url(svg.as_bytes(), "image/svg+xml") else {
            done(None);
            return;
        };
        let drawn = drawn(&url, width, height).await;
        clipboard::forget(&url);
        done(drawn.ok());
    })
    .detach();
}

async fn drawn(url: &str, width: u32, height: u32) -> Result<Vec<u8>, JsValue> {
    let image = HtmlImageElement::new_with_width_and_height(width, height)?;
    image.set_src(url);
    JsFuture::from(image.decode()).await?;
    let document = web_sys::window().and_then(|window| window.document());
    let document = document.ok_or(JsValue::NULL)?;
    let canvas: HtmlCanvasElement = document.create_element("canvas")?.unchecked_into();
    canvas.set_width(width);
    canvas.set_height(height);
    let context = canvas.get_context("2d")?.ok_or(JsValue::NULL)?;
    let context: CanvasRenderingContext2d = context.unchecked_into();
    context.draw_image_with_html_image_element_and_dw_and_dh(
        &image,
        0.0,
        0.0,
        f64::from(width),
        f64::from(height),
    )?;
    let blob = JsFuture::from(Promise::new(&mut |resolve, _| {
        let given = Closure::once_into_js(move |blob: JsValue| {
            // Whoever waits for it hears it.
            let _told = resolve.call1(&JsValue::NULL, &blob);
        });
        // A canvas that cannot be read gives nothing, and says so by never calling.
        let _asked = canvas.to_blob_with_type(given.unchecked_ref(), "image/png");
    }))
    .await?;
    let blob: Blob = blob.dyn_into()?;
    let bytes = JsFuture::from(blob.array_buffer()).await?;
    Ok(Uint8Array::new(&bytes).to_vec())
}
