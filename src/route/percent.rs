//! Percent-escapes, as few as a link can bear.
//!
//! Letters and digits of any script stay readable; a browser that escapes those
//! outside of ASCII does no harm, because reading decodes both. A plus sign is a
//! plus sign, but it is written escaped for those programs that take it for a blank.

/// A part of the path, or a key. An empty part has no place in a path, so it is
/// written `~`, and `~` alone is escaped.
pub fn encode_part(part: &str) -> String {
    match part {
        "" => "~".to_owned(),
        "~" => "%7E".to_owned(),
        part => encode(part, ""),
    }
}

/// The part or key that was written by [`encode_part`].
pub fn decode_part(text: &str) -> String {
    if text == "~" {
        String::new()
    } else {
        decode(text)
    }
}

/// A value. What stands in URLs stays readable, since most values are one: a
/// fragment may hold `/` and `?` (RFC 3986 §3.5), and pairs are split at their
/// first `=`.
pub fn encode_value(value: &str) -> String {
    encode(value, "/:?=@,")
}

/// One value of several in a list with commas.
pub(super) fn encode_item(item: &str) -> String {
    encode(item, "/:?=@")
}

fn encode(text: &str, also: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_alphanumeric() || "-._~".contains(letter) || also.contains(letter) {
            out.push(letter);
        } else {
            for byte in letter.encode_utf8(&mut [0; 4]).bytes() {
                out.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    out
}

/// Takes escapes for what they stand for. A percent sign without two hexadecimal
/// digits stays, and so do escapes that are no UTF-8.
pub fn decode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        let (before, escapes) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(before);
        // Neighbouring escapes belong together: one character may need four of them.
        let mut bytes = Vec::new();
        rest = escapes;
        while let Some((byte, behind)) = escape(rest) {
            bytes.push(byte);
            rest = behind;
        }
        let mut at = 0;
        for chunk in bytes.utf8_chunks() {
            out.push_str(chunk.valid());
            at += 3 * chunk.valid().len();
            let wrong = 3 * chunk.invalid().len();
            out.push_str(escapes.get(at..at + wrong).unwrap_or_default());
            at += wrong;
        }
        if bytes.is_empty() {
            let (sign, behind) = rest.split_at_checked(1).unwrap_or((rest, ""));
            out.push_str(sign);
            rest = behind;
        }
    }
    out.push_str(rest);
    out
}

/// The byte of an escape at the start of the text, and what stands behind it.
fn escape(text: &str) -> Option<(u8, &str)> {
    let (digits, rest) = text.strip_prefix('%')?.split_at_checked(2)?;
    let all_hex = digits.chars().all(|c| c.is_ascii_hexdigit());
    let byte = u8::from_str_radix(digits, 16).ok().filter(|_| all_hex)?;
    Some((byte, rest))
}
