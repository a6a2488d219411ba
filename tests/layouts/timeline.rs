//! What holds for every timeline: time and its drawing, what ran at once, idle times, and
//! the critical path.

use proptest::prelude::*;
use runglass::layout::axis::Labels;
use runglass::layout::timeline::columns::Columns;
use runglass::layout::timeline::critical::{self, Need, Part, Reason, Work};
use runglass::layout::timeline::ticks::{Style, ticks};
use runglass::layout::timeline::{Cuts, Stretch, View, at_once, idle::idle};
use runglass::model::{Moment, Span};

const SECOND: i64 = 1_000_000;

fn stretch(from: i64, to: i64) -> Stretch {
    Stretch::new(Span(from * SECOND), Span(to * SECOND))
}

fn sorted(mut work: Vec<Stretch>) -> Vec<Stretch> {
    work.sort();
    work
}

/// Pieces of work as they come: also without length, also the same one twice.
fn work(most: usize) -> impl Strategy<Value = Vec<Stretch>> {
    let one = (0..1000_i64, 0..200_i64).prop_map(|(from, length)| stretch(from, from + length));
    proptest::collection::vec(one, 0..most)
}

fn whole_of(work: &[Stretch]) -> Stretch {
    work.iter()
        .fold(stretch(0, 1), |whole, one| whole.with(*one))
}

#[test]
fn idle_time_is_what_lies_between_work() {
    let whole = stretch(0, 100);
    let of = |work: &[Stretch]| idle(work.iter().copied(), whole, 0.05);
    // Four seconds are too short, and what begins within another piece is not before it.
    let work = [
        stretch(10, 40),
        stretch(12, 14),
        stretch(44, 50),
        stretch(70, 90),
    ];
    assert_eq!(
        of(&work),
        [stretch(0, 10), stretch(50, 70), stretch(90, 100)]
    );
    assert_eq!(of(&[]), [whole]);
    assert_eq!(of(&[whole]), []);
}

#[test]
fn what_ends_as_another_begins_is_not_beside_it() {
    let most = |work: &[Stretch]| {
        let begins = work.iter().map(|one| one.from);
        let mut ends: Vec<Span> = work.iter().map(|one| one.to).collect();
        ends.sort();
        at_once::most(begins, ends)
    };
    assert_eq!(most(&[]), 0);
    assert_eq!(most(&[stretch(0, 5), stretch(5, 9)]), 1);
    assert_eq!(most(&[stretch(0, 6), stretch(5, 9)]), 2);
}

#[test]
fn a_cut_keeps_a_fiftieth_of_the_rest() {
    let cuts = Cuts::new(vec![stretch(50, 950)], stretch(0, 1000));
    assert_eq!(cuts.drawn(Span(50 * SECOND)), 50e6);
    assert_eq!(cuts.drawn(Span(950 * SECOND)), 52e6);
    assert_eq!(cuts.drawn(Span(1000 * SECOND)), 102e6);
    assert_eq!(cuts.real(51e6), Span(500 * SECOND));
    assert_eq!(cuts.drawn(Span(-3 * SECOND)), -3e6);
}

/// Work that was handed out a second before it began: its time to start.
fn handed_out(work: &[Stretch]) -> Vec<Work> {
    let one = |time: &Stretch| Work {
        created: Some(Span(time.from.0 - SECOND)),
        time: *time,
    };
    work.iter().map(one).collect()
}

/// Of what a piece of work needed, this one ended last, and there is nothing between them.
fn needed(work: usize) -> Option<Need> {
    let is_gap = false;
    Some(Need { work, is_gap })
}

/// The path as text: `0 First, 3 Needed +2s`.
fn told(parts: &[Part]) -> String {
    let told = parts.iter().map(|part| {
        let wait = part.wait.length().0 / SECOND;
        format!("{} {:?} +{wait}s", part.work, part.reason)
    });
    told.collect::<Vec<_>>().join(", ")
}

#[test]
fn the_path_goes_through_what_held_the_place() {
    // Two at a time: 3 is ready with 1 and 2, and comes as 1 ends.
    let times = [
        stretch(1, 10),
        stretch(11, 30),
        stretch(11, 50),
        stretch(31, 60),
        stretch(61, 62),
    ];
    let need = |at: usize| match at {
        0 => None,
        1..=3 => needed(0),
        _ => needed(3),
    };
    let told_of = |work: &[Work]| told(&critical::path(work, 4, Some(Span(SECOND)), need));
    let path = "0 First +1s, 1 Needed +1s, 3 Place +1s, 4 Needed +1s";
    let mut work = handed_out(&times);
    assert_eq!(told_of(&work), path);
    // The same where all of it was handed out as soon as it was ready.
    work[3].created = Some(Span(10 * SECOND));
    assert_eq!(told_of(&work), path);
    // And where nobody knows when it was.
    work[3].created = None;
    assert_eq!(told_of(&work), path);
}

#[test]
fn a_program_that_takes_long_to_start_waits_for_no_place() {
    let times = [stretch(3, 10), stretch(13, 15), stretch(16, 20)];
    let mut work = handed_out(&times);
    work[1].created = Some(Span(10 * SECOND));
    work[2].created = Some(Span(10 * SECOND));
    let path = critical::path(&work, 2, Some(Span(3 * SECOND)), |at| {
        needed(0).filter(|_| at > 0)
    });
    assert_eq!(told(&path), "0 First +3s, 2 Needed +6s");
}

#[test]
fn a_place_that_was_free_for_long_was_not_waited_for() {
    let work = [
        stretch(2, 10),
        stretch(10, 12),
        stretch(60, 70),
        stretch(70, 71),
    ];
    let need = |at: usize| match at {
        0 => None,
        1 | 2 => needed(0),
        _ => needed(2),
    };
    let path = critical::path(&handed_out(&work), 3, Some(Span(SECOND)), need);
    assert_eq!(told(&path), "0 First +2s, 2 Needed +50s, 3 Needed +0s");
}

#[test]
fn clocks_that_disagree_end_the_path() {
    let work = [stretch(0, 10), stretch(5, 8)];
    let work = handed_out(&work);
    let path = critical::path(&work, 1, Some(Span(0)), |at| needed(1 - at));
    assert_eq!(told(&path), "0 First +0s, 1 Needed +0s");
    assert_eq!(critical::path(&work, 7, Some(Span(0)), |_| None), []);
}

proptest! {
    #[test]
    fn drawn_time_goes_forward_and_back_to_where_it_was(
        idle in work(20),
        times in proptest::collection::vec(-50..1300_i64, 2..20),
    ) {
        let whole = stretch(0, 1200);
        let cuts = Cuts::new(idle, whole);
        let mut times: Vec<Span> = times.into_iter().map(|at| Span(at * SECOND)).collect();
        times.sort();
        for pair in times.windows(2) {
            prop_assert!(cuts.drawn(pair[0]) <= cuts.drawn(pair[1]));
            // What is cut is shorter, never longer.
            let drawn = cuts.drawn(pair[1]) - cuts.drawn(pair[0]);
            prop_assert!(drawn <= (pair[1].0 - pair[0].0) as f64 + 1.0);
        }
        for at in times {
            let back = cuts.real(cuts.drawn(at));
            // A second of a cut may be less than a microsecond of the drawing.
            let most = match cuts.all().iter().any(|cut| cut.idle.from <= at && at <= cut.idle.to) {
                true => 1000,
                false => 1,
            };
            prop_assert!((back.0 - at.0).abs() <= most, "{at:?} came back as {back:?}");
        }
        for pair in cuts.all().windows(2) {
            prop_assert!(pair[0].idle.to < pair[1].idle.from);
            prop_assert!(pair[0].at + pair[0].length <= pair[1].at);
        }
    }

    #[test]
    fn a_view_stays_in_the_whole(
        steps in proptest::collection::vec((0.01..50.0_f64, -2.0..3.0_f64, any::<bool>()), 0..30),
    ) {
        let whole = View::of_whole(stretch(0, 900), &Cuts::default());
        let mut view = whole;
        for (factor, part, pans) in steps {
            let before = view;
            view = if pans { view.panned(part, whole) } else { view.zoomed(factor, part, whole) };
            prop_assert!(view.from >= whole.from - 1.0 && view.to <= whole.to + 1.0, "{view:?}");
            prop_assert!(view.length() >= 99.0);
            if pans {
                prop_assert!((view.length() - before.length()).abs() < 1.0);
            }
        }
    }

    #[test]
    fn columns_hold_as_much_as_there_was(work in work(40), count in 1..300_usize) {
        let whole = whole_of(&work);
        let cuts = Cuts::default();
        let view = View { from: whole.from.0 as f64, to: whole.to.0 as f64 };
        let mut columns = Columns::new(view, count, &cuts);
        for one in &work {
            columns.add(*one);
        }
        let heights = columns.heights();
        prop_assert_eq!(heights.len(), count);
        let width = view.length() / count as f64;
        let held: f64 = heights.iter().map(|height| f64::from(*height) * width).sum();
        let there: f64 = work.iter().map(|one| one.length().0 as f64).sum();
        prop_assert!((held - there).abs() <= there * 1e-5 + 1.0, "{held} of {there}");
        let most = at_once::most(
            sorted(work.clone()).iter().map(|one| one.from),
            { let mut ends: Vec<Span> = work.iter().map(|one| one.to).collect(); ends.sort(); ends },
        );
        prop_assert!(heights.iter().all(|height| *height <= most as f32 + 0.001));
    }

    #[test]
    fn a_part_of_the_view_shows_what_the_whole_shows(work in work(40), from in 0..900_i64) {
        // The columns of a part are those that the whole has there.
        let cuts = Cuts::default();
        let heights = |view: View, count: usize| {
            let mut columns = Columns::new(view, count, &cuts);
            for one in &work {
                columns.add(*one);
            }
            columns.heights()
        };
        let second = SECOND as f64;
        let whole = heights(View { from: 0.0, to: 1200.0 * second }, 1200);
        let from = from as usize;
        let part = View { from: from as f64 * second, to: (from + 100) as f64 * second };
        for (one, other) in heights(part, 100).iter().zip(&whole[from..]) {
            prop_assert!((one - other).abs() < 0.001);
        }
    }

    #[test]
    fn the_mean_is_that_of_the_columns(work in work(40), from in 0..500_i64, length in 1..500_i64) {
        let within = stretch(from, from + length);
        let cuts = Cuts::default();
        let mut columns = Columns::new(View::of(within, &cuts), 1, &cuts);
        for one in &work {
            columns.add(*one);
        }
        let mean = at_once::mean(work.iter().copied(), within);
        prop_assert!((mean - f64::from(columns.heights()[0])).abs() < 0.001);
    }

    #[test]
    fn nothing_runs_in_idle_time_and_all_the_rest_is_work(work in work(30)) {
        let work = sorted(work);
        let whole = whole_of(&work);
        let gaps = idle(work.iter().copied(), whole, 0.01);
        for gap in &gaps {
            prop_assert!(gap.length().0 as f64 > whole.length().0 as f64 * 0.01);
            for one in &work {
                prop_assert_eq!(gap.common(*one).length(), Span(0));
            }
        }
        for pair in gaps.windows(2) {
            prop_assert!(pair[0].to <= pair[1].from);
        }
    }

    #[test]
    fn the_path_goes_forward_in_time_and_ends_where_it_should(
        work in work(40),
        needs in proptest::collection::vec(any::<prop::sample::Index>(), 40),
    ) {
        prop_assume!(!work.is_empty());
        // Each needs one that began before it.
        let work = sorted(work);
        let need = |at: usize| (at > 0).then(|| needed(needs[at].index(at)))?;
        let last = work.len() - 1;
        let path = critical::path(&handed_out(&work), last, Some(Span(SECOND)), need);
        prop_assert_eq!(path.last().map(|part| part.work), Some(last));
        prop_assert_eq!(path[0].reason, Reason::First);
        for pair in path.windows(2) {
            let (before, part) = (work[pair[0].work], work[pair[1].work]);
            prop_assert!(pair[0].work != pair[1].work);
            match pair[1].reason {
                Reason::First => prop_assert!(false, "only the first has none before it"),
                Reason::Needed => prop_assert_eq!(need(pair[1].work), needed(pair[0].work)),
                Reason::Place => prop_assert!(before.to <= part.from && before.from < part.from),
            }
            prop_assert_eq!(pair[1].wait, Stretch::new(before.to.min(part.from), part.from));
        }
    }

    #[test]
    fn ticks_stand_apart_and_in_the_view(
        idle in work(8),
        from in 0..1000_i64,
        length in 1..1200_i64,
        width in 100.0..3000.0_f64,
    ) {
        let cuts = Cuts::new(idle, stretch(0, 1200));
        let view = View::of(stretch(from, from + length), &cuts);
        let style = Style {
            zero: Moment(1_795_209_164 * SECOND),
            labels: Labels::SinceStart,
            ahead_of_utc: Span(0),
            width,
            apart: 90.0,
        };
        let (_, ticks) = ticks(view, &cuts, &style);
        prop_assert!(!ticks.is_empty());
        for (part, tick) in &ticks {
            prop_assert!((-0.001..=1.001).contains(part), "{part} of {tick:?}");
            prop_assert!((view.part(tick.at, &cuts) - part).abs() < 1e-3);
        }
        for pair in ticks.windows(2) {
            prop_assert!((pair[1].0 - pair[0].0) * width >= 89.9);
        }
    }

    #[test]
    fn times_that_make_no_sense_are_held(from: i64, to: i64, at: i64, count in 0..2000_usize) {
        let one = Stretch::new(Span(from), Span(to));
        prop_assert!(one.length() >= Span(0));
        let cuts = Cuts::new(vec![one], Stretch::new(Span(0), Span(at)));
        let view = View::of(one, &cuts);
        prop_assert!(view.length() > 0.0);
        let mut columns = Columns::new(view, count, &cuts);
        columns.add(one);
        columns.add(Stretch::new(Span(at), Span(i64::MAX)));
        prop_assert!(columns.heights().iter().all(|height| height.is_finite()));
        let _drawn = cuts.real(cuts.drawn(Span(at)));
        let _gaps = idle([one], Stretch::new(Span(at), Span(to)), 0.05);
        let _mean = at_once::mean([one], Stretch::new(Span(at), Span(to)));
        let work = Work { created: Some(Span(at)), time: one };
        let _path = critical::path(&[work, work], 0, Some(Span(to)), |_| needed(1));
    }
}
