//! Time with its idle stretches cut: what is left of each is a short piece of the axis.
//!
//! Time that is counted with the cuts is called *drawn* time: all zooming and panning
//! happens in it, so that a cut is no wider than what lies beside it. Without cuts the
//! two are the same.

use super::Stretch;
use crate::model::Span;
use crate::sorting::sort;

/// Where time is cut. The default is nowhere.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cuts {
    /// In the order of time; none meets another.
    cuts: Vec<Cut>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cut {
    /// What is cut out.
    pub idle: Stretch,
    /// Where what is left of it begins in drawn time, and how long that is, both in
    /// microseconds.
    pub at: f64,
    pub length: f64,
}

/// What is left of a cut stretch, as a part of the time that is not cut: 24 pixels of an
/// axis of 1,200.
const LEFT: f64 = 0.02;

/// All that is left of cut stretches takes no more than this part.
const LEFT_OF_ALL: f64 = 0.4;

impl Cuts {
    /// Cuts these stretches out of a whole. Those that meet one another are one; what is
    /// left of a stretch is never longer than it was.
    pub fn new(mut idle: Vec<Stretch>, whole: Stretch) -> Self {
        idle.retain(|one| one.meets(whole));
        sort(&mut idle);
        let mut apart: Vec<Stretch> = Vec::new();
        for one in idle {
            let one = one.common(whole);
            match apart.last_mut() {
                Some(last) if last.meets(one) => *last = last.with(one),
                _ => apart.push(one),
            }
        }
        apart.retain(|one| one.length() > Span(0));
        let out: f64 = apart.iter().map(|one| one.length().0 as f64).sum();
        let work = (whole.length().0 as f64 - out).max(0.0);
        let all = (LEFT * apart.len() as f64).min(LEFT_OF_ALL);
        // Where nothing else is left, each keeps the same.
        let each = match work > 0.0 {
            true => work * all / apart.len() as f64,
            false => 1.0,
        };
        let mut cut_out = 0.0;
        let cuts = apart.into_iter().map(|idle| {
            let length = each.min(idle.length().0 as f64);
            let cut = Cut {
                idle,
                at: idle.from.0 as f64 - cut_out,
                length,
            };
            cut_out += idle.length().0 as f64 - length;
            cut
        });
        Self {
            cuts: cuts.collect(),
        }
    }

    pub fn all(&self) -> &[Cut] {
        &self.cuts
    }

    /// A time as it is drawn.
    pub fn drawn(&self, at: Span) -> f64 {
        let after = self.cuts.partition_point(|cut| cut.idle.from < at);
        let Some(cut) = after.checked_sub(1).and_then(|last| self.cuts.get(last)) else {
            return at.0 as f64;
        };
        let into = at.0 as f64 - cut.idle.from.0 as f64;
        let whole = cut.idle.length().0 as f64;
        match into < whole {
            true => cut.at + into / whole * cut.length,
            false => cut.at + cut.length + (into - whole),
        }
    }

    /// The time that is drawn there.
    pub fn real(&self, drawn: f64) -> Span {
        let after = self.cuts.partition_point(|cut| cut.at < drawn);
        let Some(cut) = after.checked_sub(1).and_then(|last| self.cuts.get(last)) else {
            return Span(drawn.round() as i64);
        };
        let into = drawn - cut.at;
        let whole = cut.idle.length().0 as f64;
        let real = match into < cut.length {
            true => into / cut.length * whole,
            false => whole + (into - cut.length),
        };
        Span((cut.idle.from.0 as f64 + real).round() as i64)
    }
}
