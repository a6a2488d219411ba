//! Integers of more than 64 bits as text.
//!
//! Turning binary into decimal takes quadratic time, so the digits are capped where
//! Python 3.11 caps them too (`sys.get_int_max_str_digits()`, 4,300).

use super::value::BigInt;

/// The most decimal digits that are worked out.
pub const MOST_DIGITS: usize = 4300;

/// Every number of this many bytes has at most [`MOST_DIGITS`] digits.
const MOST_BYTES: usize = 1785;

impl<'a> BigInt<'a> {
    pub fn is_negative(self) -> bool {
        match self {
            BigInt::Bytes(bytes) => bytes.last().is_some_and(|&byte| byte >= 0x80),
            BigInt::Digits(digits) => digits.first() == Some(&b'-'),
        }
    }

    /// The number in decimal, if it has at most [`MOST_DIGITS`] digits.
    pub fn decimal(self) -> Option<String> {
        match self {
            BigInt::Digits(digits) => {
                let minus = usize::from(self.is_negative());
                let short = digits.len() - minus <= MOST_DIGITS;
                short.then(|| String::from_utf8_lossy(digits).into_owned())
            }
            BigInt::Bytes(bytes) if bytes.len() <= MOST_BYTES => {
                let digits = to_decimal(magnitude(bytes));
                Some(if self.is_negative() {
                    format!("-{digits}")
                } else {
                    digits
                })
            }
            BigInt::Bytes(_) => None,
        }
    }

    /// A short description of any number: its decimal digits if there are few, else its
    /// sign, its first digits in base 16 (or 10, as it is stored) and how many digits
    /// it has in decimal.
    pub fn describe(self) -> String {
        if let Some(decimal) = self.decimal() {
            return decimal;
        }
        let sign = if self.is_negative() { "-" } else { "" };
        match self {
            BigInt::Digits(digits) => {
                let digits = digits.strip_prefix(b"-").unwrap_or(digits);
                let head = digits.get(..16).unwrap_or(digits);
                let head = String::from_utf8_lossy(head);
                format!("{sign}{head}… ({} digits)", digits.len())
            }
            BigInt::Bytes(bytes) => {
                let tail = bytes.get(bytes.len().saturating_sub(9)..).unwrap_or(bytes);
                let mut head = String::new();
                for byte in magnitude(tail)
                    .iter()
                    .rev()
                    .flat_map(|limb| limb.to_be_bytes())
                {
                    head.push_str(&format!("{byte:02x}"));
                }
                let head = head.trim_start_matches('0');
                let head = head.get(..head.len().min(16)).unwrap_or(head);
                // 2.408… decimal digits per byte.
                let digits = (bytes.len() as f64 * 8.0 * std::f64::consts::LOG10_2) as u64;
                format!("{sign}0x{head}… (about {digits} digits)")
            }
        }
    }

    /// The number as 128 bits, if it is not negative and fits.
    pub fn as_u128(self) -> Option<u128> {
        match self {
            _ if self.is_negative() => None,
            BigInt::Digits(digits) => std::str::from_utf8(digits).ok()?.parse().ok(),
            BigInt::Bytes(bytes) => {
                let mut value = 0_u128;
                for &byte in bytes.iter().rev() {
                    value = value.checked_mul(256)?.checked_add(u128::from(byte))?;
                }
                Some(value)
            }
        }
    }
}

/// The absolute value of little-endian two's complement, in limbs of 32 bits.
fn magnitude(bytes: &[u8]) -> Vec<u32> {
    let negative = bytes.last().is_some_and(|&byte| byte >= 0x80);
    let filler = if negative { 0xff } else { 0 };
    let mut limbs: Vec<u32> = bytes
        .chunks(4)
        .map(|chunk| {
            let mut limb = [filler; 4];
            for (to, from) in limb.iter_mut().zip(chunk) {
                *to = *from;
            }
            u32::from_le_bytes(limb)
        })
        .collect();
    if negative {
        // Minus is: every bit the other way, plus one.
        let mut carry = true;
        for limb in &mut limbs {
            let (sum, over) = (!*limb).overflowing_add(u32::from(carry));
            *limb = sum;
            carry = over;
        }
        if carry {
            limbs.push(1);
        }
    }
    limbs
}

fn to_decimal(mut limbs: Vec<u32>) -> String {
    const BASE: u64 = 1_000_000_000;
    let mut groups = Vec::new();
    while limbs.last() == Some(&0) {
        limbs.pop();
    }
    while !limbs.is_empty() {
        let mut remainder = 0;
        for limb in limbs.iter_mut().rev() {
            let value = (remainder << 32) | u64::from(*limb);
            // The quotient of a value below BASE * 2^32 by BASE has 32 bits.
            *limb = (value / BASE) as u32;
            remainder = value % BASE;
        }
        groups.push(remainder);
        while limbs.last() == Some(&0) {
            limbs.pop();
        }
    }
    let Some(first) = groups.pop() else {
        return "0".to_owned();
    };
    let mut text = first.to_string();
    for group in groups.iter().rev() {
        text.push_str(&format!("{group:09}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], decimal: &str) {
        assert_eq!(BigInt::Bytes(bytes).decimal().as_deref(), Some(decimal));
    }

    #[test]
    fn bytes_become_decimal() {
        check(&[0, 0, 0, 0, 0, 0, 0, 0, 1], "18446744073709551616");
        check(&[0, 0, 0, 0, 0, 0, 0, 0, 0xff], "-18446744073709551616");
        check(
            &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe],
            "-18446744073709551617",
        );
        check(&[0, 0, 0, 0, 0, 0, 0, 0x80], "-9223372036854775808");
        check(&[], "0");
    }

    #[test]
    fn very_long_ones_are_described() {
        let mut bytes = vec![0; 2000];
        bytes.push(1);
        let long = BigInt::Bytes(&bytes);
        assert_eq!(long.decimal(), None);
        assert_eq!(long.describe(), "0x1000000000000000… (about 4818 digits)");
        let digits = [b'7'; 5000];
        assert_eq!(
            BigInt::Digits(&digits).describe(),
            "7777777777777777… (5000 digits)"
        );
    }

    #[test]
    fn only_what_fits_is_128_bits() {
        assert_eq!(BigInt::Bytes(&[0, 1]).as_u128(), Some(256));
        assert_eq!(BigInt::Bytes(&[0xff]).as_u128(), None);
        assert_eq!(BigInt::Bytes(&[1; 17]).as_u128(), None);
        assert_eq!(BigInt::Digits(b"12").as_u128(), Some(12));
    }
}
