//! What lies where in a zip or a tar.
//!
//! Both are read for two ends: as a source of files, and as a value that somebody wants to
//! know the contents of. Bytes in, entries out; nothing is unpacked here. Start with
//! [`zip::entries`] and [`tar::index`].

pub mod locals;
pub mod tar;
pub mod zip;

/// When a file was changed last, as whoever packed it wrote it down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Modified {
    pub year: u16,
    pub month: u8,
    pub day: u8,
    pub hour: u8,
    pub minute: u8,
    pub second: u8,
}

/// Appends the path without empty and `.` parts, `\` read as `/`. A name that
/// climbs out (`..`), names a drive, or is empty is refused.
pub(crate) fn push_clean_path(out: &mut String, name: &str) -> bool {
    if is_clean(name) {
        out.push_str(name);
        return true;
    }
    let start = out.len();
    for part in name.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => return false,
            part if part.len() == 2 && part.ends_with(':') => return false,
            part => {
                if out.len() > start {
                    out.push('/');
                }
                out.push_str(part);
            }
        }
    }
    out.len() > start
}

/// Whether a path is right as it stands, as nearly all are: an archive has half a million of
/// them, and one look at each byte tells.
fn is_clean(name: &str) -> bool {
    let is_part = |length: usize, dots: usize| length > 0 && (length > 2 || dots < length);
    let (mut length, mut dots) = (0, 0);
    for byte in name.bytes() {
        match byte {
            b'/' if !is_part(length, dots) => return false,
            b'/' => (length, dots) = (0, 0),
            b'\\' | b':' => return false,
            _ => {
                length += 1;
                dots += usize::from(byte == b'.');
            }
        }
    }
    is_part(length, dots)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(name: &str, expected: Option<&str>) {
        let mut out = String::new();
        let is_taken = push_clean_path(&mut out, name);
        assert_eq!(is_taken.then_some(out.as_str()), expected, "{name}");
    }

    #[test]
    fn paths_are_cleaned() {
        for name in ["a", "a/b", ".hidden/x", "a/..b/...", "größe/b.c"] {
            assert!(is_clean(name), "{name}");
            check(name, Some(name));
        }
        check("/a//b/./c/", Some("a/b/c"));
        check("a\\b", Some("a/b"));
        check("a:b/c", Some("a:b/c"));
        for name in ["", "/", "a/../b", "..", "../a", "a/..", "C:/a", "C:\\a"] {
            check(name, None);
        }
        check("./.", None);
    }

    proptest! {
        #[test]
        fn what_is_clean_stays_as_it_is(name in "[a./\\\\:]{0,8}") {
            if is_clean(&name) {
                let parts: Vec<&str> = name.split(['/', '\\']).collect();
                prop_assert!(parts.iter().all(|part| !["", ".", ".."].contains(part)));
                prop_assert!(!name.contains(['\\', ':']));
            }
        }
    }
}
