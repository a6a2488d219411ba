//! Base64 in a text: what stands in it is looked at as if it stood there plainly.
//!
//! What comes out as a text and holds something is replaced whole. Packed bytes in base64
//! are not looked into, and replaced too.

use super::hits::{Hit, What};

/// So many characters are looked at: fewer hold no more than a word.
const LEAST: usize = 16;

/// Base64 in base64, so deep.
const DEPTH: usize = 3;

/// Notes what holds something, as `holds` tells of a text.
pub fn find(text: &str, depth: usize, hits: &mut Vec<Hit>, holds: impl Fn(&str, usize) -> bool) {
    if depth >= DEPTH || text.len() < LEAST {
        return;
    }
    let is_digit = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/-_".contains(byte);
    let mut at = 0;
    for run in text.as_bytes().split(|byte| !is_digit(byte)) {
        let start = at;
        at += run.len() + 1;
        // The sign in front of a run of digits may be one of its alphabet: `--x`, `/x`.
        let trimmed = run.iter().take_while(|byte| b"-/_+".contains(byte)).count();
        let Some(run) = run.get(trimmed..).filter(|run| run.len() >= LEAST) else {
            continue;
        };
        let start = start + trimmed;
        let range = start..start + run.len();
        let Some(bytes) = decoded(run) else { continue };
        let is_packed = bytes.starts_with(b"\x1f\x8b\x08") || bytes.starts_with(b"PK\x03\x04");
        let inside = std::str::from_utf8(&bytes).ok();
        let inside =
            inside.filter(|text| !text.chars().any(|c| c.is_control() && !c.is_whitespace()));
        if is_packed || inside.is_some_and(|inside| holds(inside, depth + 1)) {
            hits.push(Hit::name(What::Secret, range));
        }
    }
}

/// The bytes of base64, of either alphabet (RFC 4648), as far as whole ones come out.
pub fn decoded(digits: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(digits.len() / 4 * 3 + 3);
    let mut bits = 0u32;
    let mut count = 0;
    for digit in digits {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    Some(out)
}

/// Bytes as base64, with its signs at the end.
pub fn encoded(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let byte = |at: usize| u32::from(three.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let digit = DIGITS.get((bits >> (18 - 6 * at) & 63) as usize);
            let digit = digit.copied().filter(|_| at <= three.len());
            out.push(char::from(digit.unwrap_or(b'=')));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(text: &str) -> usize {
        let mut hits = Vec::new();
        find(text, 0, &mut hits, |inside, _| inside.contains("hunter2"));
        hits.len()
    }

    #[test]
    fn what_is_hidden_in_base64_is_found() {
        assert_eq!(found(&encoded(b"my password is hunter2")), 1);
        assert_eq!(
            found(&format!("x={}, y", encoded(b"my password is hunter2"))),
            1
        );
        assert_eq!(found(&encoded(b"\x1f\x8b\x08 something packed")), 1);
        assert_eq!(found(&encoded(b"nothing of interest in here")), 0);
        assert_eq!(found("/home/user/some/long/path/to/a/file"), 0);
    }

    proptest! {
        #[test]
        fn base64_comes_back(bytes in proptest::collection::vec(any::<u8>(), 0..50)) {
            let text = encoded(&bytes);
            prop_assert_eq!(text.len() % 4, 0);
            prop_assert_eq!(decoded(text.trim_end_matches('=').as_bytes()), Some(bytes));
        }
    }
}
