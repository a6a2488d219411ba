//! The marks of the statuses, as they stand in the sprite of the page: a file that is
//! saved has to bring its own.

use crate::model::Status;

/// The name of the mark, and what is in it, on a grid of 16. What has the class `cut` is
/// cut out in the colour of the ground, and `ink` is drawn in lines.
pub(super) fn glyph(status: Status) -> (&'static str, &'static str) {
    match status {
        Status::Succeeded => (
            "g-ok",
            r#"<circle cx="8" cy="8" r="7"/><path class="cut" d="m4.8 8.3 2.2 2.2 4.3-4.7"/>"#,
        ),
        Status::Failed => (
            "g-fail",
            r#"<rect x="1.25" y="1.25" width="13.5" height="13.5" rx="2.5"/><path class="cut" d="m5.2 5.2 5.6 5.6m0-5.6-5.6 5.6"/>"#,
        ),
        Status::Running => (
            "g-run",
            r#"<path class="ink" d="M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8Z"/><path d="M8 4.4a3.6 3.6 0 0 0 0 7.2Z"/>"#,
        ),
        Status::Retried => (
            "g-retry",
            r#"<path class="ink" d="M13.6 8.2A5.6 5.6 0 1 1 11.9 4.1"/><path d="M14.6 1.4v4.8H9.8Z"/>"#,
        ),
        Status::Cancelled => (
            "g-stop",
            r#"<circle class="ink" cx="8" cy="8" r="6.2"/><path class="ink" d="m3.8 12.2 8.4-8.4"/>"#,
        ),
        Status::Waiting => (
            "g-hold",
            r#"<rect x="2.8" y="2" width="3.9" height="12" rx="1.2"/><rect x="9.3" y="2" width="3.9" height="12" rx="1.2"/>"#,
        ),
        Status::Unfinished | Status::Unknown => (
            "g-unf",
            r#"<circle class="ink" cx="8" cy="8" r="6.2" stroke-dasharray="4.9 2.891" transform="rotate(-112 8 8)"/>"#,
        ),
        Status::Cached => (
            "g-cache",
            r#"<ellipse cx="8" cy="3.6" rx="5.6" ry="2.3"/><path d="M2.4 6.1c.8 1.2 3 2 5.6 2s4.8-.8 5.6-2v2.1c0 1.3-2.5 2.3-5.6 2.3s-5.6-1-5.6-2.3Zm0 4.3c.8 1.2 3 2 5.6 2s4.8-.8 5.6-2v2.1c0 1.3-2.5 2.3-5.6 2.3s-5.6-1-5.6-2.3Z"/>"#,
        ),
        Status::Skipped => (
            "g-skip",
            r#"<rect x="2.6" y="7" width="10.8" height="2" rx="1"/>"#,
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_marks_are_those_of_the_page() {
        let page = include_str!("../../../index.html");
        for status in Status::ALL {
            let (name, drawn) = glyph(status);
            let symbol = format!(r#"<symbol id="{name}" viewBox="0 0 16 16">{drawn}</symbol>"#);
            assert!(page.contains(&symbol), "{symbol}");
        }
    }
}
