//! HTTP by fetch: ranges, progress, and why a fetch failed as far as a page can know.
//!
//! What a browser does by itself: it asks for ranges of the bytes as they are stored (with
//! `Range` it sends `Accept-Encoding: identity`), unpacks what was packed on the way, follows
//! where it is led, and hides from the page what the server has not exposed.

use super::clock;
use crate::source::failure::{Missing, UnreachableHint};
use crate::source::hosts::{host_of, is_private, is_this_machine};
use crate::source::{Ask, Http, HttpAnswer, HttpFailure, Waiting};
use gloo_net::http::{Method, RequestBuilder, Response};
use js_sys::{Reflect, Uint8Array};
use std::cell::Cell;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, ReadableStreamDefaultReader, RequestCache, RequestMode, RequestRedirect,
    ResponseType,
};

#[derive(Default)]
pub struct BrowserHttp {
    /// Whether the last part of more than a moment came fast.
    is_fast: Cell<bool>,
}

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
        ask: Ask<'a>,
        arrived: &'a dyn Fn(u64, Option<u64>),
    ) -> Waiting<'a, Result<HttpAnswer, HttpFailure>> {
        Box::pin(async move {
            let guard = Guard(AbortController::new().ok());
            let signal = guard.0.as_ref().map(AbortController::signal);
            let response = match request(&ask).abort_signal(signal.as_ref()).send().await {
                Ok(response) => response,
                Err(error) => return Err(why(&ask, error.to_string()).await),
            };
            let answer = head_of(&response);
            let most = ask.most_of(answer.status);
            if ask.only_head {
                return Ok(answer);
            }
            if answer.length.is_some_and(|length| length > most) {
                return Ok(HttpAnswer {
                    cut: true,
                    ..answer
                });
            }
            let is_short = |length: &u64| match self.is_fast.get() {
                true => *length <= PART,
                false => *length <= SHORT,
            };
            let part = answer.length.filter(|_| answer.status == 206);
            let began = clock::now();
            let body = match part.filter(is_short) {
                Some(length) => read_part(&response, length, most, arrived).await,
                None => read_body(&response, answer.length, most, arrived).await,
            };
            if let Some(length) = part.filter(|length| *length > SHORT) {
                let took = clock::now().since(began).0.max(0) as u64;
                let at_most = length.saturating_mul(1_000_000) / FAST;
                self.is_fast.set(took < at_most);
            }
            let (body, cut) = body.map_err(|detail| HttpFailure {
                detail,
                hint: UnreachableHint::BrokeOff,
            })?;
            Ok(HttpAnswer {
                body,
                cut,
                ..answer
            })
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

fn request(ask: &Ask<'_>) -> RequestBuilder {
    let mut request = RequestBuilder::new(ask.url);
    if ask.only_head {
        request = request.method(Method::HEAD);
    }
    request = match &ask.range {
        Some(range) => {
            let last = range.end.saturating_sub(1);
            request
                .header("Range", &format!("bytes={}-{last}", range.start))
                // Chromium's cache lets in one request for an address at a time: parts that
                // are asked for together would wait for each other.
                .cache(RequestCache::NoStore)
        }
        // From the cache only what the server says is still the same.
        None => request.cache(RequestCache::NoCache),
    };
    if let Some(accept) = ask.accept {
        request = request.header("Accept", accept);
    }
    match ask.key {
        // A browser would hand the header on to wherever the server leads.
        Some(key) => request
            .header(&key.header, &key.value)
            .redirect(RequestRedirect::Manual),
        None => request,
    }
}

fn head_of(response: &Response) -> HttpAnswer {
    let headers = response.headers();
    let number = |name: &str| {
        headers
            .get(name)
            .and_then(|value| value.trim().parse().ok())
    };
    let encoding = headers.get("content-encoding");
    // Led elsewhere, and not followed: a page is told no more of it.
    let led = response.type_() == ResponseType::Opaqueredirect;
    HttpAnswer {
        status: if led { 307 } else { response.status() },
        url: Some(response.url()).filter(|url| !url.is_empty()),
        content_range: headers.get("content-range"),
        length: number("content-length"),
        encoded: encoding.is_some_and(|encoding| encoding != "identity"),
        version: headers.get("etag").or_else(|| headers.get("last-modified")),
        retry_after: number("retry-after"),
        ..HttpAnswer::default()
    }
}

/// Parts of so many bytes are nothing whose progress somebody would watch, on a fast line and
/// on any. A whole file is, however small: a slow line makes every byte of it wait.
const PART: u64 = 8 << 20;
const SHORT: u64 = 64 << 10;

/// What a fast line brings, in bytes a second.
const FAST: u64 = 1_000_000;

/// A part comes as one: read bit by bit it would wait for its turn with each.
async fn read_part(
    response: &Response,
    length: u64,
    most: u64,
    arrived: &dyn Fn(u64, Option<u64>),
) -> Result<(Vec<u8>, bool), String> {
    let body = response.binary().await;
    let body = body.map_err(|error| format!("the answer broke off ({error})"))?;
    let size = body.len() as u64;
    arrived(size, Some(length));
    Ok((body, size > most))
}

/// The body up to so many bytes, and whether there is more.
async fn read_body(
    response: &Response,
    total: Option<u64>,
    most: u64,
    arrived: &dyn Fn(u64, Option<u64>),
) -> Result<(Vec<u8>, bool), String> {
    let told = |error: JsValue| format!("the answer broke off ({})", text(&error));
    let Some(stream) = response.body() else {
        return Ok((Vec::new(), false));
    };
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    let room = total.unwrap_or(0).min(most);
    let mut body: Vec<u8> = Vec::new();
    body.try_reserve_exact(room as usize)
        .map_err(|why| format!("there is no room for {room} bytes: {why}"))?;
    loop {
        let part = JsFuture::from(reader.read()).await.map_err(told)?;
        let done = Reflect::get(&part, &"done".into()).map_err(told)?;
        if done.is_truthy() {
            return Ok((body, false));
        }
        let bytes: Uint8Array = Reflect::get(&part, &"value".into())
            .map_err(told)?
            .unchecked_into();
        let length = bytes.length() as usize;
        if (body.len() + length) as u64 > most {
            return Ok((body, true));
        }
        body.extend_from_slice(&bytes.to_vec());
        // A body that is unpacked on its way is longer than was announced.
        let size = body.len() as u64;
        arrived(size, total.filter(|total| *total >= size));
    }
}

/// A failed fetch gives no reason. What the address says is asked first; then a request
/// for nothing but an opaque answer tells a server that does not answer from one that does
/// not share, and one without a key whether it shares with others.
async fn why(ask: &Ask<'_>, detail: String) -> HttpFailure {
    let host = host_of(ask.url);
    let hint = match told_by_address(ask.url) {
        Some(hint) => hint,
        None if ask.range.is_some()
            && ask.key.is_none()
            && answers(ask.url, RequestMode::Cors).await =>
        {
            UnreachableHint::OnlyWhole
        }
        None if answers(ask.url, RequestMode::NoCors).await => {
            let shares = ask.key.is_some() && answers(ask.url, RequestMode::Cors).await;
            UnreachableHint::NotShared(match shares {
                true => Missing::AllowHeaders,
                false => Missing::AllowOrigin,
            })
        }
        None if is_private(host) && !is_this_machine(host) => UnreachableHint::PrivateNetwork,
        None => UnreachableHint::NoAnswer,
    };
    HttpFailure { detail, hint }
}

fn told_by_address(url: &str) -> Option<UnreachableHint> {
    let host = host_of(url);
    match url.split_once(':').map_or("", |(scheme, _)| scheme) {
        "http" | "https" => {}
        // `C:\runs.zip` is taken for an address, too.
        "file" | "" => return Some(UnreachableHint::FileScheme),
        scheme if scheme.len() == 1 => return Some(UnreachableHint::FileScheme),
        _ => return Some(UnreachableHint::OtherScheme),
    }
    if url.starts_with("http:") && location("protocol") == "https:" && !is_this_machine(host) {
        return Some(UnreachableHint::MixedContent);
    }
    let navigator = Reflect::get(&js_sys::global(), &"navigator".into());
    let online = navigator.and_then(|navigator| Reflect::get(&navigator, &"onLine".into()));
    let offline = online.is_ok_and(|online| online == JsValue::FALSE);
    (offline && !is_this_machine(host)).then_some(UnreachableHint::Offline)
}

/// Whether anything answers, and may be read where the mode asks for that. Nothing of the
/// answer is.
async fn answers(url: &str, mode: RequestMode) -> bool {
    let guard = Guard(AbortController::new().ok());
    let signal = guard.0.as_ref().map(AbortController::signal);
    let probe = RequestBuilder::new(url).mode(mode);
    probe.abort_signal(signal.as_ref()).send().await.is_ok()
}

fn location(part: &str) -> String {
    let location = Reflect::get(&js_sys::global(), &"location".into());
    let part = location.and_then(|location| Reflect::get(&location, &part.into()));
    part.ok()
        .and_then(|part| part.as_string())
        .unwrap_or_default()
}

fn text(error: &JsValue) -> String {
    let message = Reflect::get(error, &"message".into())
        .ok()
        .and_then(|message| message.as_string());
    message
        .or_else(|| error.as_string())
        .unwrap_or_else(|| format!("{error:?}"))
}
