//! What is assigned to a name that says that it is a secret: `password=…`, `"token": "…"`,
//! `--api-key …`, `?sig=…`, `Authorization: …`. Tried in [`secrets`](super::secrets).
//!
//! Prose has colons too, and programs assign what they compute: what stands in quotes or
//! directly behind the sign counts more than what stands apart.

#![expect(
    clippy::indexing_slicing,
    reason = "places are found in the text that they stand in"
)]

use super::secrets::{is_placeholder, is_word, length_of};

/// Words at the end of a name that say that what it names is secret.
const SECRET_ENDS: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "apikey",
    "api_key",
    "accesskey",
    "access_key",
    "access_key_id",
    "accesskeyid",
    "secretkey",
    "secret_key",
    "privatekey",
    "private_key",
    "authkey",
    "auth_key",
    "accountkey",
    "account_key",
    "encryption_key",
    "signing_key",
    "credential",
    "credentials",
    "connection_string",
    "connectionstring",
    "authorization",
];

/// Names that are secret as a whole, or as the last word of several.
const SECRET_WORDS: &[&str] = &["pwd", "pass", "cookie", "dsn", "pat", "sas"];

/// What is called a token by those who split texts into tokens, and other names that only
/// look like one of those.
const NO_SECRETS: &[&str] = &[
    "pad", "eos", "bos", "sep", "unk", "cls", "mask", "start", "end", "next", "special", "reload",
    "image", "decoder", "by", "per", "max", "num", "n",
];

/// Names of what signs a URL: secret only in one.
const IN_URLS: &[&str] = &[
    "x-amz-signature",
    "x-amz-credential",
    "x-goog-signature",
    "x-goog-credential",
    "signature",
    "sig",
    "key",
    "code",
];

/// Whether something of this name is secret.
pub fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace('-', "_");
    let name = name.trim_matches('_');
    let ends = |end: &&str| name.ends_with(*end);
    if let Some(before) = name.strip_suffix("token") {
        let before = before.trim_end_matches('_');
        let last = before.rsplit('_').next().unwrap_or_default();
        return !NO_SECRETS.contains(&last);
    }
    let last = name.rsplit('_').next().unwrap_or_default();
    SECRET_ENDS.iter().any(ends) || SECRET_WORDS.contains(&last)
}

/// Whether even a plain word is taken for one.
fn is_password(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["password", "passwd", "pwd", "passphrase"]
        .iter()
        .any(|end| name.ends_with(end))
}

/// What is assigned to something that is called a secret: `password=…`, `"token": "…"`,
/// `--api-key …`, `?sig=…`, `Authorization: …`.
pub(super) fn named(bytes: &[u8], note: &mut impl FnMut(usize, usize)) {
    for at in 0..bytes.len() {
        let is_sign = matches!(bytes[at], b'=' | b':');
        // `--token abc`
        let is_option = bytes[at] == b' ';
        if !is_sign && !is_option {
            continue;
        }
        let before = |back: usize| at.checked_sub(back).map(|at| bytes[at]);
        let compares = matches!(bytes.get(at + 1), Some(b'='))
            || matches!(before(1), Some(b'=' | b'!' | b'<' | b'>'));
        if is_sign && compares {
            continue;
        }
        let Some(name) = name_before(bytes, at) else {
            continue;
        };
        let text = name.text.trim_start_matches('-');
        let in_url = bytes[at] == b'='
            && matches!(name.before, Some(b'?' | b'&'))
            && IN_URLS.contains(&text.to_ascii_lowercase().as_str());
        let is_option_name = name.text.starts_with("--") && !name.is_apart;
        if is_option && !is_option_name || !in_url && !is_secret_name(text) {
            continue;
        }
        if let Some((start, end)) = value_after(bytes, at + 1, &name, text, in_url) {
            note(start, end);
        }
    }
}

struct Name<'a> {
    text: &'a str,
    /// What stands before it.
    before: Option<u8>,
    /// There is space between it and the sign.
    is_apart: bool,
}

fn name_before(bytes: &[u8], sign: usize) -> Option<Name<'_>> {
    let mut end = sign;
    while end > 0 && bytes[end - 1] == b' ' && sign - end < 8 {
        end -= 1;
    }
    let is_apart = end < sign;
    // The quotes around a key, escaped or not.
    if end > 0 && matches!(bytes[end - 1], b'"' | b'\'' | b'`') {
        end -= 1;
        while end > 0 && bytes[end - 1] == b'\\' {
            end -= 1;
        }
    }
    if end > 1 && bytes[end - 1] == b']' && matches!(bytes[end - 2], b'"' | b'\'') {
        end -= 2;
    }
    let start = (0..end)
        .rev()
        .take(80)
        .take_while(|at| is_word(bytes[*at]) || bytes[*at] == b'-')
        .last()?;
    Some(Name {
        text: std::str::from_utf8(&bytes[start..end]).ok()?,
        before: start.checked_sub(1).map(|at| bytes[at]),
        is_apart,
    })
}

/// Where the value stands that follows a sign; `None` where there is none that could be a
/// secret.
fn value_after(
    bytes: &[u8],
    from: usize,
    name: &Name<'_>,
    text: &str,
    in_url: bool,
) -> Option<(usize, usize)> {
    let spaces = length_of(&bytes[from..], |byte| matches!(byte, b' ' | b'\t'));
    let mut start = from + spaces;
    let is_apart = name.is_apart || spaces > 0;
    // Python's prefixes of texts.
    if matches!(bytes.get(start), Some(b'b' | b'r' | b'u' | b'f'))
        && matches!(bytes.get(start + 1), Some(b'"' | b'\''))
    {
        start += 1;
    }
    let escapes = length_of(&bytes[start..], |byte| byte == b'\\');
    let quote = bytes.get(start + escapes).copied();
    let quote = quote.filter(|byte| matches!(byte, b'"' | b'\''));
    if let Some(quote) = quote {
        start += escapes + 1;
        let inside = length_of(&bytes[start..], |byte| byte != quote && byte != b'\n');
        let backslashes = bytes[start..start + inside].iter().rev();
        let backslashes = backslashes.take_while(|byte| **byte == b'\\').count();
        let end = start + inside - backslashes.min(escapes);
        return is_value(&bytes[start..end], text, true, is_apart).then_some((start, end));
    }
    let lower = text.to_ascii_lowercase();
    let is_header = matches!(lower.as_str(), "authorization" | "proxy-authorization")
        || lower.ends_with("cookie");
    let ends = |byte: u8| match is_header {
        true => matches!(byte, b'\n' | b'\r' | b'"' | b'\''),
        false => byte.is_ascii_whitespace() || b",;&)}]\"'<>|\\`".contains(&byte),
    };
    let end = start + length_of(&bytes[start..], |byte| !ends(byte));
    let value = &bytes[start..end];
    let is_long_enough = value.len() >= 4;
    let taken = match is_header || in_url {
        true => is_long_enough,
        // An expression of a program is none.
        false => !value.contains(&b'(') && is_value(value, text, false, is_apart),
    };
    taken.then_some((start, end))
}

/// Words that stand in the place of a value, or say what it would be.
const NO_VALUES: &[&str] = &[
    "none",
    "null",
    "nil",
    "true",
    "false",
    "str",
    "string",
    "bytes",
    "int",
    "bool",
    "any",
    "object",
    "optional",
    "required",
    "undefined",
    "self",
    "not",
    "is",
    "the",
    "was",
    "has",
];

/// Whether something under the name of a secret is one: `null` is not.
pub fn is_worth_hiding(text: &str) -> bool {
    is_value(text.as_bytes(), "password", true, false) && !is_placeholder(text)
}

fn is_value(value: &[u8], name: &str, is_quoted: bool, is_apart: bool) -> bool {
    let Ok(text) = std::str::from_utf8(value) else {
        return true;
    };
    let lower = text.to_ascii_lowercase();
    let lower = lower.trim_end_matches('.');
    let stands_for_one = NO_VALUES.contains(&lower)
        || [
            "<",
            "${",
            "{{",
            "%",
            "os.environ",
            "os.getenv",
            "self.",
            "args.",
        ]
        .iter()
        .any(|begins| text.starts_with(begins))
        || text
            .bytes()
            .all(|byte| matches!(byte, b'*' | b'.' | b'x' | b'X' | b'-' | b'_'));
    if text.is_empty() || stands_for_one {
        return false;
    }
    let is_plain = text.bytes().all(|byte| byte.is_ascii_alphabetic());
    match (is_quoted, is_apart) {
        (true, _) => text.len() >= 3 || is_password(name),
        // `token=abc` in one piece.
        (false, false) => text.len() >= 3,
        // “Invalid token: unexpected end” is prose.
        (false, true) => !is_plain && text.len() >= 6 || is_password(name) && text.len() >= 4,
    }
}
