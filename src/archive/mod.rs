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
