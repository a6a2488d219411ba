//! What looks like a secret: keys of known shapes, and what is called a password, a token or
//! a key where it is assigned.
//!
//! Made by hand and not of regular expressions: each shape is a few lines that can be read,
//! and a text is gone through once for each kind. The shapes are those that the services
//! themselves document. What has no shape and no name cannot be told from other text.

#![expect(
    clippy::indexing_slicing,
    reason = "places are found in the text that they stand in"
)]

use super::assigned::named;
use super::hits::{Hit, What};

/// Notes all that looks like a secret.
pub fn find(text: &str, hits: &mut Vec<Hit>) {
    let bytes = text.as_bytes();
    let mut note = |start: usize, end: usize| {
        if let Some(found) = text.get(start..end)
            && !is_placeholder(found)
        {
            hits.push(Hit::name(What::Secret, start..end));
        }
    };
    shapes(bytes, &mut note);
    keys_in_blocks(text, &mut note);
    named(bytes, &mut note);
}

/// Whether a text stands where something was replaced already.
pub fn is_placeholder(text: &str) -> bool {
    let numbered = |stem: &str| {
        let rest = text
            .strip_prefix(stem)
            .and_then(|rest| rest.strip_prefix('-'));
        rest.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
    };
    What::ALL.iter().any(|what| numbered(what.stem()))
}

/// A token that begins with a text of its own.
struct Shape {
    begins: &'static str,
    /// How many characters follow at least.
    least: usize,
    /// Whether `-` and `.` may stand in it, beside letters, digits and `_`.
    also: &'static [u8],
}

const fn shape(begins: &'static str, least: usize, also: &'static [u8]) -> Shape {
    Shape {
        begins,
        least,
        also,
    }
}

const SHAPES: &[Shape] = &[
    // AWS: access keys, for a person, for a while, and others.
    shape("AKIA", 16, b""),
    shape("ASIA", 16, b""),
    shape("ABIA", 16, b""),
    shape("ACCA", 16, b""),
    // GitHub.
    shape("ghp_", 30, b""),
    shape("gho_", 30, b""),
    shape("ghu_", 30, b""),
    shape("ghs_", 30, b""),
    shape("ghr_", 30, b""),
    shape("github_pat_", 22, b""),
    // GitLab.
    shape("glpat-", 18, b"-."),
    shape("gldt-", 18, b"-."),
    shape("glrt-", 18, b"-."),
    shape("glptt-", 18, b"-."),
    // Slack.
    shape("xoxb-", 10, b"-"),
    shape("xoxa-", 10, b"-"),
    shape("xoxp-", 10, b"-"),
    shape("xoxr-", 10, b"-"),
    shape("xoxs-", 10, b"-"),
    shape("xapp-", 10, b"-"),
    shape("hooks.slack.com/services/", 10, b"/"),
    // OpenAI, Anthropic and who took after them; Stripe.
    shape("sk-", 20, b"-"),
    shape("sk_live_", 16, b""),
    shape("sk_test_", 16, b""),
    shape("rk_live_", 16, b""),
    shape("whsec_", 16, b"+/="),
    // Google.
    shape("AIza", 35, b"-"),
    shape("ya29.", 20, b"-."),
    shape("GOCSPX-", 20, b"-"),
    // Hugging Face, npm, PyPI, Databricks, SendGrid, Grafana, Vault, DigitalOcean, Docker.
    shape("hf_", 30, b""),
    shape("npm_", 36, b""),
    shape("pypi-", 50, b"-"),
    shape("dapi", 32, b""),
    shape("SG.", 40, b"-."),
    shape("glsa_", 30, b""),
    shape("hvs.", 20, b"-"),
    shape("dop_v1_", 60, b""),
    shape("dckr_pat_", 20, b"-"),
];

fn shapes(bytes: &[u8], note: &mut impl FnMut(usize, usize)) {
    for at in 0..bytes.len() {
        if at > 0 && is_word(bytes[at - 1]) && !is_escaped(bytes, at) {
            continue;
        }
        let rest = &bytes[at..];
        for shape in SHAPES {
            if !rest.starts_with(shape.begins.as_bytes()) {
                continue;
            }
            let allowed = |byte: u8| is_word(byte) || shape.also.contains(&byte);
            let length = length_of(&rest[shape.begins.len()..], allowed);
            let has_digit = rest[shape.begins.len()..][..length]
                .iter()
                .any(u8::is_ascii_digit);
            if length >= shape.least && has_digit {
                note(at, at + shape.begins.len() + length);
            }
        }
        if let Some(length) = web_token(rest) {
            note(at, at + length);
        }
        if let Some(begins) = bearer(rest) {
            let length = length_of(&rest[begins..], is_token);
            if length >= 8
                && rest[begins..][..length]
                    .iter()
                    .any(|byte| !byte.is_ascii_lowercase())
            {
                note(at + begins, at + begins + length);
            }
        }
    }
}

/// A JSON Web Token: three parts of base64, of which the first is a JSON object (RFC 7519).
fn web_token(rest: &[u8]) -> Option<usize> {
    let part = |from: usize| length_of(&rest[from..], |byte| is_word(byte) || byte == b'-');
    if !rest.starts_with(b"eyJ") {
        return None;
    }
    let first = part(0);
    let second_at = first + 1;
    let has_second = rest.get(first) == Some(&b'.');
    let second = has_second
        .then(|| part(second_at))
        .filter(|length| *length >= 4)?;
    let end = second_at + second;
    Some(match rest.get(end) {
        Some(b'.') => end + 1 + part(end + 1),
        _ => end,
    })
}

fn bearer(rest: &[u8]) -> Option<usize> {
    const WORD: &[u8] = b"bearer ";
    let word = rest.get(..WORD.len())?;
    word.eq_ignore_ascii_case(WORD).then_some(WORD.len())
}

/// Private keys as text (RFC 7468): from the line that begins one to the line that ends it,
/// or to the end of the text.
fn keys_in_blocks(text: &str, note: &mut impl FnMut(usize, usize)) {
    let mut from = 0;
    while let Some(found) = text.get(from..).and_then(|rest| rest.find("-----BEGIN ")) {
        let start = from + found;
        let rest = &text[start..];
        from = start + "-----BEGIN ".len();
        let label = rest.get("-----BEGIN ".len()..).unwrap_or_default();
        let is_private = label
            .split("-----")
            .next()
            .is_some_and(|label| label.len() < 64 && label.contains("PRIVATE KEY"));
        if !is_private {
            continue;
        }
        let end = rest.find("-----END ").map_or(rest.len(), |end| {
            let after = end + "-----END ".len();
            let close = rest[after..].find("-----");
            close.map_or(rest.len(), |close| after + close + "-----".len())
        });
        note(start, start + end);
        from = start + end;
    }
}

pub fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn is_token(byte: u8) -> bool {
    is_word(byte) || b"-._~+/=".contains(&byte)
}

pub fn length_of(bytes: &[u8], is_in: impl Fn(u8) -> bool) -> usize {
    let end = bytes.iter().position(|byte| !is_in(*byte));
    end.unwrap_or(bytes.len())
}

/// Whether what stands before a place is the end of an escape, and no part of a word:
/// `\n` and `\x1b` as Python prints them, `%20` in a URL, the colours of a terminal.
pub fn is_escaped(bytes: &[u8], at: usize) -> bool {
    let back = |count: usize| at.checked_sub(count).map(|at| bytes[at]);
    let hex = |from: usize, to: usize| {
        (from..=to).all(|count| back(count).is_some_and(|byte| byte.is_ascii_hexdigit()))
    };
    let short = back(2) == Some(b'\\')
        && matches!(
            back(1),
            Some(b'n' | b't' | b'r' | b'f' | b'v' | b'b' | b'a' | b'0')
        );
    let long = hex(1, 2)
        && (back(3) == Some(b'%') || back(3) == Some(b'x') && back(4) == Some(b'\\'))
        || hex(1, 4) && back(5) == Some(b'u') && back(6) == Some(b'\\');
    short || long || ends_colour(&bytes[..at])
}

fn ends_colour(before: &[u8]) -> bool {
    let Some((last, before)) = before.split_last() else {
        return false;
    };
    let inside = before.iter().rev();
    let inside = inside
        .take_while(|byte| byte.is_ascii_digit() || **byte == b';')
        .count();
    last.is_ascii_alphabetic() && before[..before.len() - inside].ends_with(b"\x1b[")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::pack::redact::hits::replaced;

    fn told(text: &str) -> String {
        let mut hits = Vec::new();
        find(text, &mut hits);
        replaced(text, hits, |_, _| "*".to_owned()).unwrap_or_else(|| text.to_owned())
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(told(text), expected, "{text}");
    }

    #[track_caller]
    fn check_not(text: &str) {
        check(text, text);
    }

    #[test]
    fn keys_are_told_by_their_shape() {
        check("key AKIAIOSFODNN7EXAMPLE.", "key *.");
        check("ghp_16C7e42F292c6912E7710c838347Ae178B4a", "*");
        check(
            "\x1b[1mghp_16C7e42F292c6912E7710c838347Ae178B4a",
            "\x1b[1m*",
        );
        check("use glpat-AbCdEfGhIjKlMnOpQr12 here", "use * here");
        check("xoxb-123456789012-abcdefABCDEF", "*");
        check("sk-proj-abcdefghij0123456789ABCDEFGHIJ", "*");
        check("hf_abcdefghijklmnopqrstuvwxyz01234567", "*");
        check("AIzaSyA1234567890abcdefghijklmnopqrstuv-x", "*");
        check("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-DEF_1 x", "* x");
        check(
            "-H 'Authorization: Bearer abc.DEF123456'",
            "-H 'Authorization: *'",
        );
        check("got bearer abcDEF123456, failed", "got bearer *, failed");
        check(
            "a\n-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\nb",
            "a\n*\nb",
        );
        check("x -----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl", "x *");
    }

    #[test]
    fn what_is_assigned_to_a_secret_is_one() {
        check("password=hunter2", "password=*");
        check("password=hunter", "password=*");
        check("DB_PASSWORD='two words'", "DB_PASSWORD='*'");
        check(
            r#"{"api_key": "abc", "n": 1}"#,
            r#"{"api_key": "*", "n": 1}"#,
        );
        check(r#""{\"token\": \"abc\"}""#, r#""{\"token\": \"*\"}""#);
        check("{'client_secret': 'abc'}", "{'client_secret': '*'}");
        check("accessToken: a1b2c3d4", "accessToken: *");
        check("run.py --api-key abc123 -v", "run.py --api-key * -v");
        check("run.py --token=abc", "run.py --token=*");
        check("AccountKey=Eby8vdM02xNO;End=1", "AccountKey=*;End=1");
        check(
            "os.environ['AWS_SECRET_ACCESS_KEY'] = 'wJalr'",
            "os.environ['AWS_SECRET_ACCESS_KEY'] = '*'",
        );
        check(
            "f?X-Amz-Signature=0a1b2c&X-Amz-Date=1",
            "f?X-Amz-Signature=*&X-Amz-Date=1",
        );
        check("f?a=1&sig=ab%2Fcd", "f?a=1&sig=*");
        check("Password: correct", "Password: *");
        check("Set-Cookie: id=1; Path=/", "Set-Cookie: *");
        check("Authorization: Basic dXNlcjpwYXNz", "Authorization: *");
    }

    #[test]
    fn what_is_none_is_left() {
        for text in [
            "SyntaxError: invalid token: unexpected end",
            "tokens: 12345678",
            "max_token=12 eos_token='</s>' pad_token: '<pad>'",
            "def login(user, password: str, token=None):",
            "password = get_password()",
            "password=os.environ['X']",
            "if token == 'abc1234':",
            "the secret of success",
            "token_pattern='(?u)abc'",
            "keyboard: qwerty123",
            "task-0123456789012345678901234567",
            "risk-0123456789012345678901234567",
            "git 8094bfcb205bad904300b3c63157e9d3f9f8fcf7",
            "sig = inspect.signature(f)",
            "-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----",
            "a bearer of bad news",
            "password: ***",
            "bypass=1 compass: north-west9",
        ] {
            check_not(text);
        }
    }

    #[test]
    fn what_was_replaced_is_not_replaced_again() {
        check_not("password=secret-3");
        check_not("Authorization: secret-12");
    }
}
