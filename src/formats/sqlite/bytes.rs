//! Numbers out of bytes, as SQLite writes them: the most significant byte first.

pub fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let found = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_be_bytes(found.try_into().ok()?))
}

pub fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let found = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_be_bytes(found.try_into().ok()?))
}

/// A number of one to nine bytes, and how many they are: seven bits of each of the first
/// eight, all of the ninth.
pub fn varint_at(bytes: &[u8], at: usize) -> Option<(u64, usize)> {
    const MOST: usize = 9;
    let mut number = 0_u64;
    for (place, byte) in bytes.get(at..)?.iter().take(MOST).enumerate() {
        if place + 1 == MOST {
            return Some(((number << 8) | u64::from(*byte), MOST));
        }
        number = (number << 7) | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some((number, place + 1));
        }
    }
    None
}

/// Of up to eight bytes, with a sign.
pub fn integer(bytes: &[u8]) -> i64 {
    let is_negative = bytes.first().is_some_and(|byte| byte & 0x80 != 0);
    let start = if is_negative { -1 } else { 0 };
    let push = |number: i64, byte: &u8| (number << 8) | i64::from(*byte);
    bytes.iter().fold(start, push)
}
