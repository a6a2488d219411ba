//! Asking again what failed in passing.
//!
//! A line that breaks off, a server that is busy (429, 503) or has a fault of its own (other
//! 5xx) may be well a moment later. What a server refuses stays refused. The pauses are the
//! outside's: tests take none. Start with [`ask`].

use super::super::Pace;
use super::super::failure::UnreachableHint;
use super::{Ask, Http, HttpAnswer, HttpFailure};
use std::cell::Cell;

/// Before each further try, in milliseconds.
const PAUSES: [u32; 3] = [200, 600, 1800];

/// A server that wants to be left alone for longer, in seconds, is not waited for.
const LONGEST: u64 = 5;

/// Whether a server is there, as far as its last answer tells: all who ask it share this. Who
/// is not there at first is told at once, since the address may be wrong; and who has gone is
/// not waited for by each of a thousand questions.
pub(in crate::source) struct Line {
    answers: Cell<bool>,
    /// The status of its last answer.
    status: Cell<u16>,
}

impl Line {
    /// To a server that has not been asked yet.
    pub fn new() -> Self {
        Self {
            answers: Cell::new(false),
            status: Cell::default(),
        }
    }

    /// To a server that has just answered.
    pub fn open() -> Self {
        Self {
            answers: Cell::new(true),
            ..Self::new()
        }
    }

    /// The status of the last answer; 0 while there is none.
    pub fn status(&self) -> u16 {
        self.status.get()
    }
}

/// Asks, and asks again where that may help; the last answer counts.
pub(in crate::source) async fn ask(
    http: &dyn Http,
    pace: &dyn Pace,
    line: &Line,
    question: Ask<'_>,
    arrived: &dyn Fn(u64, Option<u64>),
) -> Result<HttpAnswer, HttpFailure> {
    let mut pauses = PAUSES.into_iter();
    loop {
        let answer = http.get(question.clone(), arrived).await;
        let (true, Some(pause)) = (may_pass(&answer, line), pauses.next()) else {
            line.answers.set(has_answered(&answer));
            line.status
                .set(answer.as_ref().map_or(0, |answer| answer.status));
            return answer;
        };
        let wanted = answer.ok().and_then(|answer| answer.retry_after);
        let wanted = wanted.unwrap_or_default() as u32 * 1000;
        pace.pause(pause.max(wanted)).await;
    }
}

fn has_answered(answer: &Result<HttpAnswer, HttpFailure>) -> bool {
    let silent = [UnreachableHint::NoAnswer, UnreachableHint::BrokeOff];
    answer
        .as_ref()
        .map_or_else(|failure| !silent.contains(&failure.hint), |_| true)
}

fn may_pass(answer: &Result<HttpAnswer, HttpFailure>, line: &Line) -> bool {
    match answer {
        Ok(answer) => {
            let busy = matches!(answer.status, 408 | 425 | 429 | 500 | 502..=504);
            busy && answer.retry_after.unwrap_or_default() <= LONGEST
        }
        // Who has begun to answer is there.
        Err(failure) => match failure.hint {
            UnreachableHint::BrokeOff => true,
            UnreachableHint::NoAnswer => line.answers.get(),
            _ => false,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::failure::Missing;
    use super::super::super::{NoPace, Waiting};
    use super::*;

    /// Fails so many times, then is well.
    struct Ailing {
        fails: u32,
        answer: Result<HttpAnswer, HttpFailure>,
        asked: Cell<u32>,
    }

    impl Http for Ailing {
        fn get<'a>(
            &'a self,
            _: Ask<'a>,
            _: &'a dyn Fn(u64, Option<u64>),
        ) -> Waiting<'a, Result<HttpAnswer, HttpFailure>> {
            self.asked.set(self.asked.get() + 1);
            let well = HttpAnswer {
                status: 200,
                ..HttpAnswer::default()
            };
            Box::pin(std::future::ready(match self.asked.get() > self.fails {
                true => Ok(well),
                false => self.answer.clone(),
            }))
        }
    }

    fn status(status: u16, retry_after: Option<u64>) -> Result<HttpAnswer, HttpFailure> {
        Ok(HttpAnswer {
            status,
            retry_after,
            ..HttpAnswer::default()
        })
    }

    fn failed(hint: UnreachableHint) -> Result<HttpAnswer, HttpFailure> {
        Err(HttpFailure {
            detail: "no".to_owned(),
            hint,
        })
    }

    /// How often it was asked until it was given up.
    fn asked(fails: u32, answer: Result<HttpAnswer, HttpFailure>) -> (u32, bool) {
        asked_at(&Line::open(), fails, answer)
    }

    fn asked_at(line: &Line, fails: u32, answer: Result<HttpAnswer, HttpFailure>) -> (u32, bool) {
        let http = Ailing {
            fails,
            answer,
            asked: Cell::new(0),
        };
        let question = Ask::whole("http://x/", 1);
        let told = pollster::block_on(ask(&http, &NoPace, line, question, &|_, _| {}));
        (http.asked.get(), told.is_ok_and(|told| told.status == 200))
    }

    #[test]
    fn what_passes_is_asked_again() {
        assert_eq!(asked(0, status(503, None)), (1, true));
        assert_eq!(asked(2, status(503, None)), (3, true));
        assert_eq!(asked(1, status(429, Some(2))), (2, true));
        assert_eq!(asked(3, failed(UnreachableHint::NoAnswer)), (4, true));
        assert_eq!(asked(9, status(500, None)), (4, false));
    }

    #[test]
    fn what_stays_is_not() {
        for answer in [
            status(404, None),
            status(403, None),
            status(501, None),
            status(503, Some(3600)),
            failed(UnreachableHint::NotShared(Missing::AllowOrigin)),
            failed(UnreachableHint::MixedContent),
        ] {
            assert_eq!(asked(9, answer), (1, false));
        }
        let nobody = failed(UnreachableHint::NoAnswer);
        assert_eq!(asked_at(&Line::new(), 9, nobody), (1, false));
        assert_eq!(asked_at(&Line::new(), 1, status(503, None)), (2, true));
        let cut = failed(UnreachableHint::BrokeOff);
        assert_eq!(asked_at(&Line::new(), 1, cut), (2, true));
    }

    #[test]
    fn who_has_gone_is_not_waited_for_again() {
        let line = Line::open();
        let nobody = || failed(UnreachableHint::NoAnswer);
        assert_eq!(asked_at(&line, 9, nobody()), (4, false));
        assert_eq!(asked_at(&line, 9, nobody()), (1, false));
        // Who has come back is.
        assert_eq!(asked_at(&line, 0, nobody()), (1, true));
        assert_eq!(asked_at(&line, 1, nobody()), (2, true));
    }
}
