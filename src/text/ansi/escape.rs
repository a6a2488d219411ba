//! Where escape sequences begin and end, and which of them logs are made of.

/// One step of a line.
pub(super) enum Event<'t> {
    /// A character to be written, controls included.
    Char(char),
    /// The parameters of a "select graphic rendition", such as `1;31`.
    Style(&'t str),
    /// "Erase in line" with its parameter, 0 to 2.
    Erase(u8),
    Return,
    /// Begin or end of a hyperlink (OSC 8), whose text stands between.
    Link,
    /// A sequence that nothing here understands.
    Other,
}

pub(super) fn events(text: &str) -> impl Iterator<Item = Event<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let letter = rest.chars().next()?;
        let after = rest.get(letter.len_utf8()..)?;
        let (event, next) = match letter {
            '\r' => (Event::Return, after),
            '\u{1b}' => sequence(after).unwrap_or((Event::Char(letter), after)),
            letter => (Event::Char(letter), after),
        };
        rest = next;
        Some(event)
    })
}

/// The sequence whose escape character has just been passed, and the text behind
/// it. `None` if it is malformed or its end is not in this line.
fn sequence(text: &str) -> Option<(Event<'_>, &str)> {
    let first = text.chars().next()?;
    let after = text.get(first.len_utf8()..)?;
    match first {
        '[' => control_sequence(after),
        ']' => control_string(after, true),
        'P' | 'X' | '^' | '_' => control_string(after, false),
        // Intermediates and one final byte, such as the `ESC ( B` of `tput sgr0`.
        ' '..='/' => {
            let body = after.trim_start_matches(|c| matches!(c, ' '..='/'));
            let end = body.chars().next().filter(|c| matches!(c, '0'..='~'))?;
            Some((Event::Other, body.get(end.len_utf8()..)?))
        }
        '0'..='~' => Some((Event::Other, after)),
        _ => None,
    }
}

/// Parameters, intermediates, a final byte.
fn control_sequence(text: &str) -> Option<(Event<'_>, &str)> {
    let behind = text.trim_start_matches(|c| matches!(c, '0'..='?'));
    let parameters = text.get(..text.len() - behind.len())?;
    let end = behind.trim_start_matches(|c| matches!(c, ' '..='/'));
    let intermediates = behind.len() - end.len();
    let kind = end.chars().next().filter(|c| matches!(c, '@'..='~'))?;
    let rest = end.get(kind.len_utf8()..)?;
    // `<`, `=`, `>` and `?` mark private sequences, which share the letters.
    let public = intermediates == 0 && !parameters.starts_with(['<', '=', '>', '?']);
    let event = match (kind, parameters) {
        ('m', parameters) if public => Event::Style(parameters),
        ('K', "" | "0") => Event::Erase(0),
        ('K', "1") => Event::Erase(1),
        ('K', "2") => Event::Erase(2),
        _ => Event::Other,
    };
    Some((event, rest))
}

/// A command with a text of any length, ended by `ESC \`; an operating system
/// command may end in BEL too. Another escape inside says that it never ended,
/// which also keeps the search for the end linear over a hostile line.
fn control_string(text: &str, operating_system: bool) -> Option<(Event<'_>, &str)> {
    let end = text.find(|c| c == '\u{1b}' || (operating_system && c == '\u{7}'))?;
    let (body, tail) = (text.get(..end)?, text.get(end..)?);
    let rest = tail
        .strip_prefix('\u{7}')
        .or_else(|| tail.strip_prefix("\u{1b}\\"))?;
    let link = operating_system && body.starts_with("8;");
    Some((if link { Event::Link } else { Event::Other }, rest))
}
