//! Cards: pages of HTML.
//!
//! A page that is only markup is a text like any other. One with a program in it, as
//! Metaflow's own cards are, is left out: what the program was given is packed in ways of its
//! own, and pictures may show anything. Who keeps cards all the same gets them with what
//! they were given unpacked, gone through and packed again, and with names and keys replaced
//! elsewhere.
//! (Metaflow `plugins/cards/card_modules/basic.py`: `window.__MF_DATA__["id"] = "<base64>"`.)

use super::content::text_in;
use super::encoded::{decoded, encoded};
use super::json::{Known, json};
use super::left_out::Why;
use super::words::Words;

/// A card without what is not to be shown.
pub fn card(words: &Words, bytes: &[u8], keep: bool) -> Result<Vec<u8>, Why> {
    let Some(text) = text_in(bytes) else {
        return match keep {
            true => Ok(bytes.to_vec()),
            false => Err(Why::NO_TEXT),
        };
    };
    let lower = text.to_ascii_lowercase();
    let has_more = ["<script", "base64,", "javascript:"]
        .iter()
        .any(|sign| lower.contains(sign));
    match (has_more, keep) {
        (false, _) => Ok(words.text(text).into_owned().into_bytes()),
        (true, true) => Ok(with_data(words, text).into_bytes()),
        (true, false) => Err(Why::PROGRAM),
    }
}

const GIVEN: &str = "__MF_DATA__[";

/// What Metaflow's own program is given is JSON in base64. In the program itself a path
/// could be a part of an expression: there only names and keys are replaced.
fn with_data(words: &Words, text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(GIVEN) {
        let (before, after) = rest.split_at(at + GIVEN.len());
        out.push_str(&words.name(before));
        let value = after
            .find("= \"")
            .or_else(|| after.find("=\""))
            .filter(|at| *at < 100);
        let start = value.and_then(|at| Some(at + after.get(at..)?.find('"')? + 1));
        let Some(start) = start else {
            rest = after;
            continue;
        };
        let (head, data) = after.split_at(start);
        let end = data.find('"').unwrap_or(data.len());
        let (data, tail) = data.split_at(end);
        out.push_str(head);
        let plain = decoded(data.trim_end_matches('=').as_bytes());
        let plain = plain.and_then(|plain| String::from_utf8(plain).ok());
        // What is no text is not shown.
        let plain = plain.map(|plain| json(words, &plain, Known::default()));
        out.push_str(&encoded(
            plain.unwrap_or_else(|| "{}".to_owned()).as_bytes(),
        ));
        rest = tail;
    }
    out.push_str(&words.name(rest));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_without_a_program_is_a_text() {
        let words = Words::default();
        let told = card(&words, b"<p>/home/ana/x</p>", false).unwrap();
        assert_eq!(told, b"<p>/path-1/x</p>");
        assert!(card(&words, b"<SCRIPT>1</SCRIPT>", false).is_err());
    }

    #[test]
    fn what_a_program_was_given_is_gone_through() {
        let words = Words::default();
        let data = encoded(br#"{"text": "in /home/ana/x"}"#);
        let page = format!("<script>a=b/c/d; window.__MF_DATA__[\"i\"] = \"{data}\"; e()</script>");
        let told = card(&words, page.as_bytes(), true).unwrap();
        let expected = page.replace(&data, &encoded(br#"{"text": "in /path-1/x"}"#));
        assert_eq!(String::from_utf8(told).unwrap(), expected);
    }
}
