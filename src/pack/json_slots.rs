//! Where the values stand in a text of JSON: what is around them is the same for all
//! records of a kind.
//!
//! The text is not checked and not understood: cutting it at its values and putting it
//! together again gives the same bytes, whatever it is. Start with [`slots`].

/// The texts around the values, and the values as they are written: numbers, and what
/// stands between the quotes of texts that are not keys.
pub fn slots(text: &str) -> (Vec<&str>, Vec<&str>) {
    let mut around = Vec::new();
    let mut values = Vec::new();
    let bytes = text.as_bytes();
    let (mut from, mut at) = (0, 0);
    let mut cut = |from: &mut usize, start: usize, end: usize| {
        around.push(text.get(*from..start).unwrap_or_default());
        values.push(text.get(start..end).unwrap_or_default());
        *from = end;
    };
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => {
                let start = at + 1;
                let Some(end) = end_of_text(bytes, start) else {
                    break;
                };
                if !is_key(bytes, end + 1) {
                    cut(&mut from, start, end);
                }
                at = end + 1;
            }
            b'-' | b'0'..=b'9' => {
                let rest = bytes.get(at..).unwrap_or_default();
                let length = rest
                    .iter()
                    .position(|byte| {
                        !matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9')
                    })
                    .unwrap_or(rest.len());
                cut(&mut from, at, at + length);
                at += length;
            }
            _ => at += 1,
        }
    }
    around.push(text.get(from..).unwrap_or_default());
    (around, values)
}

/// Where the quote is that ends a text; `None` where the file ends before.
fn end_of_text(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// Whether a colon comes next.
fn is_key(bytes: &[u8], after: usize) -> bool {
    let mut rest = bytes.get(after..).unwrap_or_default().iter();
    rest.find(|byte| !byte.is_ascii_whitespace()) == Some(&b':')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn together(text: &str) -> String {
        let (around, values) = slots(text);
        assert_eq!(around.len(), values.len() + 1);
        let mut out = String::new();
        for (text, value) in around.iter().zip(&values) {
            out.push_str(text);
            out.push_str(value);
        }
        out + around.last().unwrap()
    }

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(slots(text).1, expected);
        assert_eq!(together(text), text);
    }

    #[test]
    fn values_are_found_and_keys_are_not() {
        check(
            r#"{"a": "b\"c", "n" : [1, -2.5e3], "ok": true}"#,
            &[r#"b\"c"#, "1", "-2.5e3"],
        );
        check(r#"{"a": "b"#, &[]);
        check(r#"{"a": "b\"#, &[]);
        check("", &[]);
        check("plain 12", &["12"]);
    }

    proptest! {
        #[test]
        fn any_text_comes_together_again(text in "[\\{\\}\\[\\],:\" a1\\\\é-]{0,40}") {
            prop_assert_eq!(together(&text), text);
        }
    }
}
