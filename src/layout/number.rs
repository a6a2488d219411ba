//! Coordinates as text: what stands in the attributes of a drawing.
//!
//! At most three decimals, which is finer than any screen. The formatting of the
//! standard library prints every number exactly, with tables that weigh more than a
//! drawing needs.

/// `12`, `-0.5`, `79.125`. What is not a number is 0.
pub fn number(value: f64) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

/// Appends the number to a text.
pub fn write(value: f64, text: &mut String) {
    // Saturates: no coordinate is anywhere near the ends.
    let thousandths = (value * 1000.0).round() as i64;
    if thousandths < 0 {
        text.push('-');
    }
    let thousandths = thousandths.unsigned_abs();
    text.push_str(&(thousandths / 1000).to_string());
    let mut rest = thousandths % 1000;
    if rest > 0 {
        text.push('.');
    }
    let mut unit = 100;
    while rest > 0 {
        text.push(char::from(b'0' + (rest / unit) as u8));
        rest %= unit;
        unit /= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::number;
    use proptest::prelude::*;

    #[test]
    fn known_numbers() {
        let cases = [
            (0.0, "0"),
            (-0.0, "0"),
            (12.0, "12"),
            (-0.5, "-0.5"),
            (79.125, "79.125"),
            (0.0625, "0.063"),
            (0.05, "0.05"),
            (1e6, "1000000"),
            (f64::NAN, "0"),
        ];
        for (value, text) in cases {
            assert_eq!(number(value), text, "{value}");
        }
    }

    proptest! {
        #[test]
        fn reads_back_to_a_thousandth(value in -1e9..1e9f64) {
            let read: f64 = number(value).parse().unwrap_or(f64::NAN);
            prop_assert!((read - value).abs() <= 0.000_501, "{value} became {read}");
        }
    }
}
