//! Numbers of things, as people read them: `1,204`, `1 task`, `12 tasks`.
//!
//! Every message that counts something goes through here, so that all of them count
//! alike. What a number is of is no matter here; lengths of time and sizes in units
//! are [`text::human`](crate::text::human)'s.

/// A count with thousands separators: `1,204`. Ids and offsets are no counts and never
/// go through here.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A count with its noun: `1 task`, `12 tasks`.
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// A count of bytes: `1 byte`, `33,698 bytes`.
pub fn bytes(number: u64) -> String {
    counted(number, "byte", "bytes")
}
