//! A failure, as a terminal tells it.
//!
//! What went wrong is said as on the page. What to try is not: a page has fields, tabs and
//! room to drop a file, a terminal has options and paths. Start with [`told`].

use crate::engine::ask::{Failure, FailureKind};
use crate::source::of_pages;
use std::borrow::Cow;

/// All that is printed of it; each line ends.
pub fn told(failure: &Failure) -> String {
    let explanation = &failure.explanation;
    let mut lines = vec![failure.headline.clone(), explanation.clone()];
    // On the page the details are folded away, here they would say it twice.
    let is_said = |label: &str, value: &str| {
        label == "what" && explanation.contains(value.trim_end_matches('.'))
    };
    let details = failure.details.iter();
    let details = details.filter(|(label, value)| !is_said(label, value));
    lines.extend(details.map(|(label, value)| format!("  {label}: {value}")));
    let advice = failure.advice.iter().filter_map(|advice| here(advice));
    let mut advice: Vec<Cow<'_, str>> = advice.collect();
    if failure.recovered().is_some_and(|view| view.has_runs()) {
        advice.push("Read what is there: runglass dump --recover".into());
    }
    if failure.kind == FailureKind::Asks {
        advice.push("Read it all the same: runglass dump --anyway".into());
    }
    lines.extend(advice.iter().map(|advice| format!("  try: {advice}")));
    lines.join("\n") + "\n"
}

/// What to try, where it is tried at a terminal; nothing, where only a page can.
fn here(advice: &str) -> Option<Cow<'_, str>> {
    const DOWNLOAD: &str = "Or download it, and give the path of the file.";
    let own = match advice {
        of_pages::KEY => {
            "Tell the host who asks: --header 'Authorization: Bearer …', or --header @FILE for a file that holds that."
        }
        of_pages::KEY_TOO => {
            "If the host wants to know who asks: --header 'Authorization: Bearer …', or --header @FILE for a file that holds that."
        }
        of_pages::OTHER_KEY => "Give another key: --header 'Authorization: Bearer …'.",
        of_pages::DROP_FILE | of_pages::DROP_IT | of_pages::OTHER_TAB => DOWNLOAD,
        of_pages::ADDRESS => "An address begins with https:// or http://.",
        of_pages::LOCAL_NETWORK => return None,
        of_pages::INSIDE_NETWORK => "Or do it from inside that network.",
        of_pages::HIDDEN => {
            "Metaflow writes to a folder named .metaflow beside the flow: `ls -a` shows it."
        }
        of_pages::CHOOSE => {
            "Give the path of the folder that holds .metaflow, of .metaflow itself, or of a zip of either."
        }
        of_pages::OTHER_SOURCE => "It may lie in another source: give that one.",
        other => return Some(Cow::Borrowed(other)),
    };
    Some(Cow::Borrowed(own))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::OpenError;
    use crate::source::failure::UnreachableHint;

    #[track_caller]
    fn check(error: &OpenError, expected: &str) {
        let failure = Failure::of_source(error, "key", "runs.zip");
        assert_eq!(told(&failure), expected);
    }

    fn refused(status: u16, url: &str) -> OpenError {
        OpenError::Refused {
            url: url.to_owned(),
            status,
            said: None,
        }
    }

    #[test]
    fn who_is_asked_for_a_key_is_told_of_the_option() {
        check(
            &refused(401, "https://lab.example/runs.zip"),
            "The server asks who you are
https://lab.example/runs.zip was answered with status 401.
  where: https://lab.example/runs.zip
  server: status 401
  try: Tell the host who asks: --header 'Authorization: Bearer …', or --header @FILE for a file that holds that.
  try: Or use an address that carries its own permission (a presigned URL).
  try: Or download it, and give the path of the file.
",
        );
        for url in ["https://lab.example/runs.zip", "https://lab.example/runs/"] {
            let failure = Failure::of_source(&refused(403, url), url, url);
            assert!(told(&failure).contains("--header @FILE"), "{url}");
        }
    }

    #[test]
    fn what_is_explained_is_not_told_again() {
        let failure = Failure::unreadable("It is wrong", "/x", "It is broken.", "Mend it.");
        assert_eq!(
            told(&failure),
            "It is wrong\nIt is broken.\n  where: /x\n  try: Mend it.\n"
        );
        // What the explanation does not say is told.
        let unreachable = OpenError::Unreachable {
            url: "https://lab.example/".to_owned(),
            detail: "connection refused".to_owned(),
            hint: UnreachableHint::NoAnswer,
        };
        let failure = Failure::of_source(&unreachable, "key", "lab");
        assert!(told(&failure).contains("\n  what: connection refused\n"));
    }

    /// Whatever a terminal can meet.
    #[test]
    fn no_advice_speaks_of_a_page() {
        let unreachable = |hint| OpenError::Unreachable {
            url: "https://lab.example/".to_owned(),
            detail: "connection refused".to_owned(),
            hint,
        };
        let at = |path: &str| format!("https://lab.example/{path}");
        let all = [
            OpenError::Empty,
            OpenError::NoEntries,
            OpenError::NoRuns(Box::default()),
            OpenError::NotAnArchive {
                first_bytes: "00".to_owned(),
            },
            OpenError::NotAFolder {
                url: at(""),
                answered: "text/html".to_owned(),
            },
            OpenError::BadAddress {
                url: "http://".to_owned(),
                detail: "no host".to_owned(),
            },
            refused(401, &at("x.zip")),
            refused(403, &at("x.zip")),
            refused(403, &at("runs/")),
            refused(404, &at("x.zip")),
            refused(500, &at("x.zip")),
            unreachable(UnreachableHint::NoAnswer),
            unreachable(UnreachableHint::BrokeOff),
            unreachable(UnreachableHint::PrivateNetwork),
        ];
        for error in all {
            let told = told(&Failure::of_source(&error, "key", "runs.zip"));
            assert!(told.contains("  try: "), "{told}");
            for word in [
                "drop it",
                "this tab",
                "another tab",
                "this page",
                "browser",
                "dialogs",
            ] {
                let mut advice = told.lines().filter(|line| line.contains("try:"));
                assert!(!advice.any(|line| line.contains(word)), "{told}");
            }
        }
    }
}
