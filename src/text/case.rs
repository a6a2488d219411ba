//! Letters without their case, one for one.

/// The lower-case letter of a letter, and everything else as it is.
///
/// The few letters whose lower case is two characters (`İ`) stay as they are,
/// so that positions in folded text are positions in the text itself.
pub(super) fn fold(letter: char) -> char {
    if letter.is_ascii() {
        return letter.to_ascii_lowercase();
    }
    let mut lower = letter.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(only), None) => only,
        _ => letter,
    }
}
