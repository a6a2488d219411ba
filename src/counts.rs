//! Numbers of things, as people read them: `1,204`, `1 task`, `12 tasks`, `31.9 MB`.
//!
//! Every message that counts something goes through here, so that all of them count
//! alike. What a number is of is no matter here; lengths of time are
//! [`text::human`](crate::text::human)'s.

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

/// A size in bytes, in decimal units as disks and networks count:
/// `96 B`, `1.9 kB`, `212 kB`, `31.9 MB`, `211 MB`, `4.2 GB`.
///
/// Kilobytes have a fraction below 10, larger units below 100: a file of
/// megabytes is worth the digit, one of kilobytes is not.
pub fn size(bytes: u64) -> String {
    const UNITS: [(&str, u64, u64); 6] = [
        ("kB", 1000, 100),
        ("MB", 1_000_000, 1000),
        ("GB", 1_000_000_000, 1000),
        ("TB", 1_000_000_000_000, 1000),
        ("PB", 1_000_000_000_000_000, 1000),
        ("EB", 1_000_000_000_000_000_000, 1000),
    ];
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    for (unit, factor, fraction_below) in UNITS {
        let tenths = rounded(bytes, factor / 10);
        if tenths < fraction_below {
            return format!("{}.{} {unit}", tenths / 10, tenths % 10);
        }
        let whole = rounded(bytes, factor);
        if whole < 1000 {
            return format!("{whole} {unit}");
        }
    }
    // Unreachable: 2^64 bytes are 18.4 EB, and the last unit takes them.
    format!("{} B", count(bytes))
}

/// Half up, without the overflow of adding first.
pub(crate) fn rounded(number: u64, unit: u64) -> u64 {
    number / unit + u64::from(number % unit >= unit.div_ceil(2))
}
