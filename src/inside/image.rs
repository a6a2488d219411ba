//! Images that every browser draws, by how their bytes begin: the kind, and the size in
//! pixels where it stands there.
//!
//! Source of the places: PNG 1.2 (`IHDR`), GIF89a (logical screen), ITU T.81 (the frame
//! header of JPEG), and the WebP container of RFC 9649. Start with [`image`].

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Image {
    pub mime: &'static str,
    pub extension: &'static str,
    /// In a word, for people.
    pub name: &'static str,
    /// Width and height, where they are known.
    pub size: Option<(u32, u32)>,
}

/// The image that bytes, or a text, are.
pub fn image(bytes: &[u8]) -> Option<Image> {
    let made = |mime, extension, name, size| Image {
        mime,
        extension,
        name,
        size,
    };
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        let size = big(bytes, 16).zip(big(bytes, 20));
        return Some(made("image/png", "png", "PNG", size));
    }
    if bytes.starts_with(b"GIF8") {
        let size = little(bytes, 6).zip(little(bytes, 8));
        return Some(made("image/gif", "gif", "GIF", size));
    }
    if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
        return Some(made("image/jpeg", "jpg", "JPEG", jpeg(bytes)));
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Some(made("image/webp", "webp", "WebP", webp(bytes)));
    }
    is_svg(bytes).then(|| made("image/svg+xml", "svg", "SVG", None))
}

fn big(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_be_bytes(four.try_into().ok()?))
}

fn little(bytes: &[u8], at: usize) -> Option<u32> {
    let two = bytes.get(at..at.checked_add(2)?)?;
    Some(u32::from(u16::from_le_bytes(two.try_into().ok()?)))
}

/// The size stands in the first frame header, behind segments of any length.
fn jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
    /// Before it stand colours, previews and notes.
    const SEGMENTS: usize = 1000;
    let mut at = 2usize;
    for _ in 0..SEGMENTS {
        let &[0xff, code] = bytes.get(at..at.checked_add(2)?)? else {
            return None;
        };
        let number = |from: usize| {
            let two = bytes.get(from..from.checked_add(2)?)?;
            Some(u32::from(u16::from_be_bytes(two.try_into().ok()?)))
        };
        let is_frame = matches!(code, 0xc0..=0xcf) && !matches!(code, 0xc4 | 0xc8 | 0xcc);
        if is_frame {
            return number(at + 7).zip(number(at + 5));
        }
        at = at.checked_add(2 + number(at + 2)? as usize)?;
    }
    None
}

fn webp(bytes: &[u8]) -> Option<(u32, u32)> {
    match bytes.get(12..16)? {
        b"VP8X" => {
            let three = |at: usize| {
                let low = little(bytes, at)?;
                Some(1 + (low | u32::from(*bytes.get(at + 2)?) << 16))
            };
            three(24).zip(three(27))
        }
        b"VP8 " => {
            let side = |at| little(bytes, at).map(|side| side & 0x3fff);
            side(26).zip(side(28))
        }
        b"VP8L" => {
            let bits = little(bytes, 21)? | little(bytes, 23)? << 16;
            Some((1 + (bits & 0x3fff), 1 + (bits >> 14 & 0x3fff)))
        }
        _ => None,
    }
}

/// Whether bytes are an SVG: what stands before its element is looked through.
fn is_svg(bytes: &[u8]) -> bool {
    const HEAD: usize = 1000;
    let head = bytes.get(..HEAD.min(bytes.len())).unwrap_or_default();
    let names_it = || {
        head.windows(5)
            .any(|five| matches!(five, b"<svg " | b"<svg>" | b"<svg\n"))
    };
    begins(bytes, "<svg") || begins(bytes, "<?xml") && names_it()
}

/// Whether a text begins with a word, in any case, behind spaces.
pub fn begins(bytes: &[u8], word: &str) -> bool {
    let head = bytes.trim_ascii_start().get(..word.len());
    head.is_some_and(|head| head.eq_ignore_ascii_case(word.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], name: &str, size: Option<(u32, u32)>) {
        let found = image(bytes);
        let told = found.map(|image| (image.name, image.size));
        assert_eq!(told, Some((name, size)));
    }

    #[test]
    fn sizes_stand_at_the_start() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x02\0\0\0\0\x03";
        check(png, "PNG", Some((512, 3)));
        check(b"\x89PNG\r\n\x1a\n", "PNG", None);
        check(b"GIF89a\x04\x01\x02\0", "GIF", Some((260, 2)));
        // A segment of notes, then the frame.
        let jpeg = b"\xff\xd8\xff\xe0\0\x04ab\xff\xc2\0\x0b\x08\x01\0\0\x40\x03";
        check(jpeg, "JPEG", Some((64, 256)));
        check(b"\xff\xd8\xff\xe0\xff\xff", "JPEG", None);
        let webp = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x3f\0\0\x1f\x01\0";
        check(webp, "WebP", Some((64, 288)));
        check(b"RIFF\0\0\0\0WEBP", "WebP", None);
    }

    #[test]
    fn an_svg_is_told_by_its_element() {
        check(b" <svg xmlns='x'/>", "SVG", None);
        check(b"<?xml version='1.0'?>\n<svg \n/>", "SVG", None);
        assert_eq!(image(b"<?xml version='1.0'?>\n<notes/>"), None);
        assert_eq!(image(b""), None);
    }
}
