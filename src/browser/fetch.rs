//! HTTP by fetch: ranges, progress, and why a fetch failed as far as a page can know.

use crate::source::failure::UnreachableHint;
use crate::source::{Http, HttpAnswer, HttpFailure, Waiting, limits};
use gloo_net::http::{Method, RequestBuilder, Response};
use js_sys::{Reflect, Uint8Array};
use std::ops::Range;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, ReadableStreamDefaultReader, RequestMode};

pub struct BrowserHttp;

/// Ends the request when nobody waits for it any more.
struct Guard(Option<AbortController>);

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(controller) = &self.0 {
            controller.abort();
        }
    }
}

impl Http for BrowserHttp {
    fn get<'a>(
        &'a self,
        url: &'a str,
        range: Option<Range<u64>>,
        arrived: &'a dyn Fn(u64, Option<u64>),
    ) -> Waiting<'a, Result<HttpAnswer, HttpFailure>> {
        Box::pin(async move {
            let guard = Guard(AbortController::new().ok());
            let signal = guard.0.as_ref().map(AbortController::signal);
            let mut request = RequestBuilder::new(url).abort_signal(signal.as_ref());
            if let Some(range) = &range {
                let range = format!("bytes={}-{}", range.start, range.end.saturating_sub(1));
                request = request.header("Range", &range);
            }
            let response = match request.send().await {
                Ok(response) => response,
                Err(error) => return Err(why(url, error.to_string()).await),
            };
            let headers = response.headers();
            let answer = HttpAnswer {
                status: response.status(),
                content_range: headers.get("content-range"),
                version: headers.get("etag").or_else(|| headers.get("last-modified")),
                body: Vec::new(),
            };
            let total = headers
                .get("content-length")
                .and_then(|length| length.parse().ok());
            if answer.status >= 400 {
                return Ok(answer);
            }
            let body = match total.filter(|total| answer.status == 206 && *total <= PART) {
                Some(total) => read_part(&response, total, arrived).await,
                None => read_body(&response, total, arrived).await,
            };
            let body = body.map_err(|detail| HttpFailure {
                detail,
                hint: UnreachableHint::NoAnswer,
            })?;
            Ok(HttpAnswer { body, ..answer })
        })
    }

    fn post<'a>(
        &'a self,
        url: &'a str,
        question: Vec<u8>,
    ) -> Waiting<'a, Result<HttpAnswer, HttpFailure>> {
        Box::pin(async move {
            let told = |detail: String| HttpFailure {
                detail,
                hint: UnreachableHint::NoAnswer,
            };
            let guard = Guard(AbortController::new().ok());
            let signal = guard.0.as_ref().map(AbortController::signal);
            let request = RequestBuilder::new(url)
                .method(Method::POST)
                .abort_signal(signal.as_ref())
                .body(Uint8Array::from(question.as_slice()));
            let request = request.map_err(|error| told(error.to_string()))?;
            let response = request.send().await;
            let response = response.map_err(|error| told(error.to_string()))?;
            let status = response.status();
            let body = response.binary().await;
            let body = body.map_err(|error| told(format!("the answer broke off ({error})")))?;
            Ok(HttpAnswer {
                status,
                body,
                ..HttpAnswer::default()
            })
        })
    }
}

/// Parts of so many bytes are nothing whose progress somebody would watch. A whole
/// file is, however small: a slow line makes every byte of it wait.
const PART: u64 = 8 << 20;

fn too_long() -> String {
    format!("the answer is longer than {} bytes", limits::WHOLE_ARCHIVE)
}

/// A part comes as one: read bit by bit it would wait for its turn with each.
async fn read_part(
    response: &Response,
    total: u64,
    arrived: &dyn Fn(u64, Option<u64>),
) -> Result<Vec<u8>, String> {
    let body = response.binary().await;
    let body = body.map_err(|error| format!("the answer broke off ({error})"))?;
    if body.len() as u64 > limits::WHOLE_ARCHIVE {
        return Err(too_long());
    }
    arrived(body.len() as u64, Some(total));
    Ok(body)
}

async fn read_body(
    response: &Response,
    total: Option<u64>,
    arrived: &dyn Fn(u64, Option<u64>),
) -> Result<Vec<u8>, String> {
    let told = |error: JsValue| format!("the answer broke off ({})", text(&error));
    let Some(stream) = response.body() else {
        return Ok(Vec::new());
    };
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    let room = total.unwrap_or(0).min(limits::WHOLE_ARCHIVE);
    let mut body: Vec<u8> = Vec::new();
    body.try_reserve_exact(room as usize)
        .map_err(|why| format!("there is no room for {room} bytes: {why}"))?;
    loop {
        let part = JsFuture::from(reader.read()).await.map_err(told)?;
        let done = Reflect::get(&part, &"done".into()).map_err(told)?;
        if done.is_truthy() {
            return Ok(body);
        }
        let bytes: Uint8Array = Reflect::get(&part, &"value".into())
            .map_err(told)?
            .unchecked_into();
        let length = bytes.length() as usize;
        if (body.len() + length) as u64 > limits::WHOLE_ARCHIVE {
            return Err(too_long());
        }
        body.extend_from_slice(&bytes.to_vec());
        arrived(body.len() as u64, total);
    }
}

/// A failed fetch gives no reason. A second one that asks for nothing but an opaque
/// answer tells a server that does not answer from one that does not share.
async fn why(url: &str, detail: String) -> HttpFailure {
    let secure = is_secure_page();
    let mixed = secure && url.starts_with("http://") && !is_loopback(url);
    let hint = if mixed {
        UnreachableHint::MixedContent
    } else {
        let probe = RequestBuilder::new(url)
            .mode(RequestMode::NoCors)
            .send()
            .await;
        if probe.is_ok() {
            UnreachableHint::NotShared
        } else {
            UnreachableHint::NoAnswer
        }
    };
    HttpFailure { detail, hint }
}

fn is_secure_page() -> bool {
    let location = Reflect::get(&js_sys::global(), &"location".into());
    let protocol = location.and_then(|location| Reflect::get(&location, &"protocol".into()));
    protocol
        .ok()
        .and_then(|protocol| protocol.as_string())
        .is_some_and(|protocol| protocol == "https:")
}

/// Browsers let a secure page fetch from the reader's own machine.
fn is_loopback(url: &str) -> bool {
    let host = url
        .trim_start_matches("http://")
        .split(['/', ':'])
        .next()
        .unwrap_or_default();
    matches!(host, "localhost" | "127.0.0.1" | "[")
}

fn text(error: &JsValue) -> String {
    let message = Reflect::get(error, &"message".into())
        .ok()
        .and_then(|message| message.as_string());
    message
        .or_else(|| error.as_string())
        .unwrap_or_else(|| format!("{error:?}"))
}
