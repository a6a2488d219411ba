//! What a task printed: line by line, the engine's header of each line left alone.
//!
//! A line that is no text cannot be looked into and is left out, and so is what stands
//! between the lines that begin and end a private key.
//! (Metaflow `mflog/mflog.py` has the header.)

use super::hits::What;
use super::left_out::Why;
use super::words::Words;
use std::borrow::Cow;

/// In the place of a line that is no text.
const NO_TEXT: &str = "[This line was left out: it is not text.]";

/// Goes through a log; with `keep` lines that are no text stay, as far as they are one.
pub fn log(words: &Words, bytes: &[u8], keep: bool) -> Vec<u8> {
    let mut told = Vec::with_capacity(bytes.len());
    let mut in_key = false;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let (line, end) = match line.strip_suffix(b"\n") {
            Some(line) => (line, "\n"),
            None => (line, ""),
        };
        let (header, message) = line.split_at(header_length(line));
        let message = match std::str::from_utf8(message) {
            // Text of two bytes a letter is full of zeros.
            Ok(text) if keep || !text.contains('\0') => Cow::Borrowed(text),
            _ if keep => String::from_utf8_lossy(message),
            _ => {
                words.note_left_out("lines of logs", Why::NO_TEXT);
                Cow::Borrowed(NO_TEXT)
            }
        };
        let header = String::from_utf8_lossy(header);
        told.extend_from_slice(words.name(&header).as_bytes());
        let is_base64 = |c: char| c.is_ascii_alphanumeric() || "+/=:,- \r".contains(c);
        in_key = in_key && message.chars().all(is_base64);
        match in_key {
            true => told.extend_from_slice(words.word(What::Secret, message.trim()).as_bytes()),
            false => told.extend_from_slice(line_of(words, &message).as_bytes()),
        }
        in_key = (in_key || begins_key(&message)) && !message.contains("-----END ");
        told.extend_from_slice(end.as_bytes());
    }
    told
}

fn begins_key(message: &str) -> bool {
    let rest = message.split_once("-----BEGIN ").map(|(_, rest)| rest);
    rest.is_some_and(|rest| rest.contains("PRIVATE KEY-----"))
}

/// A line; where it is coloured, something may stand across two colours.
fn line_of<'t>(words: &Words, message: &'t str) -> Cow<'t, str> {
    let told = words.text(message);
    if !told.contains('\x1b') {
        return told;
    }
    let plain = plain(&told);
    match words.text(&plain) {
        Cow::Borrowed(_) => told,
        Cow::Owned(told) => Cow::Owned(told),
    }
}

/// Without the escapes that colour it.
fn plain(text: &str) -> String {
    let mut parts = text.split("\x1b[");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part
            .find(|c: char| c.is_ascii_alphabetic())
            .map_or(part.len(), |end| end + 1);
        out.push_str(part.get(end..).unwrap_or_default());
    }
    out
}

/// `[MFLOG|0|2026-01-31T23:59:59.123456Z|runtime|<id>]`; 0 where there is none.
fn header_length(line: &[u8]) -> usize {
    let begins = [b"[MFLOG|".as_slice(), b"[![MFLOG|"];
    /// Longer than any.
    const LONGEST: usize = 200;
    let is_one = begins.iter().any(|begins| line.starts_with(begins));
    let end = line.iter().take(LONGEST).position(|byte| *byte == b']');
    end.filter(|_| is_one).map_or(0, |end| end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn told(bytes: &[u8], keep: bool) -> (String, u64) {
        let mut words = Words::default();
        let _learned = log(&words, bytes, keep);
        words.settle(&BTreeSet::new());
        let _of_learning = words.take_tally();
        let told = log(&words, bytes, keep);
        let left_out = words.take_tally().left_out.into_values().sum();
        (String::from_utf8(told).unwrap(), left_out)
    }

    const HEAD: &str = "[MFLOG|0|2026-01-31T23:59:59.123456Z|runtime|0f]";

    #[test]
    fn lines_keep_their_headers_and_ends() {
        let text = format!("{HEAD}USER=ana wrote\r\n{HEAD}\n{HEAD}/home/ana/x failed");
        let (told, left_out) = told(text.as_bytes(), false);
        let expected = format!("{HEAD}USER=user-1\n{HEAD}\n{HEAD}/path-1/x failed");
        assert_eq!((told.replace("\r", ""), left_out), (expected, 0));
    }

    #[test]
    fn a_key_over_several_lines_is_replaced() {
        let text = format!(
            "{HEAD}-----BEGIN RSA PRIVATE KEY-----\n{HEAD}MIIEpAIBAAKCAQEA\n{HEAD}abcd/+==\n{HEAD}-----END RSA PRIVATE KEY-----\n{HEAD}done: 5!\n"
        );
        let (told, _) = told(text.as_bytes(), false);
        assert!(!told.contains("MIIE") && !told.contains("abcd"), "{told}");
        assert!(told.contains("done: 5!"));
        assert_eq!(told.lines().count(), 5);
    }

    #[test]
    fn what_is_no_text_is_left_out() {
        let bytes = b"a\n\xff\xfea\0n\0a\0\nb\n";
        assert_eq!(told(bytes, false), (format!("a\n{NO_TEXT}\nb\n"), 1));
        assert_eq!(told(bytes, true).1, 0);
    }

    #[test]
    fn a_secret_in_two_colours_is_found() {
        let text = "key AKIA\x1b[31mIOSFODNN7EXAMPLE\x1b[0m!\n\x1b[32mfine\x1b[0m\n";
        assert_eq!(
            told(text.as_bytes(), false).0,
            "key secret-1!\n\x1b[32mfine\x1b[0m\n"
        );
    }
}
