//! Which rows of a long list are visible, so that only these are in the page.
//!
//! It knows heights and a scroll position, nothing of what is in a row. All numbers
//! are CSS pixels. Start with [`Rows::window_at`].
//!
//! Browsers do not draw elements higher than some 17 to 33 million pixels (Firefox
//! stops at 17.9, Chromium at 33.5). A list beyond [`HIGHEST`] gets an element of that
//! height, and its scroll position counts for proportionally more, except near its ends.
//! A small step, as of the wheel or of a key, is a small step in the list all the same:
//! where such a list is, a [`Place`] knows, and the scroll position follows when it rests
//! ([`Rows::settled`]).

/// The highest element that a list asks for.
pub const HIGHEST: f64 = 15_000_000.0;

/// So much of each end of a list is as high in its element as it is.
const ENDS: f64 = 100_000.0;

/// A smaller step is one of the wheel or of a key: no bar is so high that a pixel of it is
/// less.
const STEP: f64 = 3000.0;

/// A viewport is taken to be no higher than this, so that a wrong measurement does not
/// put a million rows into the page.
const HIGHEST_VIEWPORT: f64 = 20_000.0;

/// A list of rows of one height, and what it is seen through.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rows {
    pub count: usize,
    /// Of one row.
    pub height: f64,
    /// Height of what is visible at a time.
    pub viewport: f64,
    /// How many rows are kept ready above and below what is visible.
    pub overscan: usize,
}

/// Where a list is that is scrolled.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Place {
    /// As the browser reports it.
    pub scroll: f64,
    /// How much further that is in the list than in its element.
    pub ahead: f64,
    /// The bar is dragged, or what is like it.
    is_far: bool,
}

impl Place {
    /// The first pixel of the list that is seen.
    pub fn top(&self) -> f64 {
        self.scroll + self.ahead
    }
}

/// The rows to draw.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    pub first: usize,
    /// One after the last.
    pub end: usize,
    /// Where the first row begins, from the top of the element that scrolls. In a list
    /// beyond [`HIGHEST`] up to one row above that top, and the last row may reach as
    /// far below its end: the element has to clip.
    pub offset: f64,
    /// Height of the element that scrolls.
    pub height: f64,
}

impl Rows {
    /// The rows to draw when the list is scrolled to `scroll`, as the browser reports
    /// it. Positions outside the list, as in a bounce at its end, count as its ends.
    pub fn window(&self, scroll: f64) -> Window {
        let scroll = self.measures().within(scroll);
        let ahead = self.measures().ahead_at(scroll);
        self.window_at(Place {
            scroll,
            ahead,
            is_far: false,
        })
    }

    /// The rows to draw at a place.
    pub fn window_at(&self, place: Place) -> Window {
        let measures = self.measures();
        let Measures {
            row,
            viewport,
            element,
            ..
        } = measures;
        // The list is longer than its element: where a row is in the list, less this,
        // is where it is in the element.
        let ahead = measures.beyond().min(place.ahead.max(0.0));
        let top = measures.within(place.scroll) + ahead;

        let first_visible = ((top / row).floor() as usize).min(self.count);
        let end_visible =
            (((top + viewport) / row).ceil() as usize).clamp(first_visible, self.count);
        let first_inside = (ahead / row).ceil() as usize;
        let end_inside = ((ahead + element) / row).floor() as usize;
        let first = first_visible
            .saturating_sub(self.overscan)
            .max(first_inside)
            .min(first_visible);
        let end = end_visible
            .saturating_add(self.overscan)
            .min(end_inside)
            .clamp(end_visible, self.count);
        Window {
            first,
            end,
            offset: first as f64 * row - ahead,
            height: element,
        }
    }

    /// The place after a step of the scroll position. A small one is as long in the list,
    /// until one is not; then the list is where its bar is until it rests.
    pub fn moved(&self, from: Place, scroll: f64) -> Place {
        let measures = self.measures();
        let step = (scroll - from.scroll).abs();
        let is_far = from.is_far || step > STEP.max(measures.viewport * 1.5);
        let ahead = match is_far {
            true => measures.ahead_at(scroll),
            false => measures.beyond().min(from.ahead.max(0.0)),
        };
        Place {
            scroll,
            ahead,
            is_far,
        }
    }

    /// Whether small steps have led to an end of the element that is none of the list.
    pub fn is_stuck(&self, place: Place) -> bool {
        let measures = self.measures();
        let most = measures.element - measures.viewport;
        let at_top = place.scroll <= 0.0 && place.ahead > 0.0;
        at_top || place.scroll >= most && place.ahead < measures.beyond()
    }

    /// The same rows at the same height, with the bar where it belongs: the scroll position
    /// is to be set.
    pub fn settled(&self, place: Place) -> Place {
        let measures = self.measures();
        // A list that fits is where its bar is.
        match measures.beyond() > 0.0 {
            true => self.place_at(place.top()),
            false => Place {
                ahead: 0.0,
                is_far: false,
                ..place
            },
        }
    }

    /// Where `top`, counted in the list, is the first pixel that is seen. What stands above
    /// the rows may make that a little further than the list is long.
    pub fn place_at(&self, top: f64) -> Place {
        let measures = self.measures();
        let top = top.max(0.0);
        // Browsers keep whole pixels.
        let scroll = measures.scroll_at(top).round();
        Place {
            scroll,
            ahead: match measures.is_end(top) {
                true => measures.ahead_at(scroll),
                false => (top - scroll).clamp(0.0, measures.beyond()),
            },
            is_far: false,
        }
    }

    /// The scroll position that brings a row wholly into view with the least movement:
    /// `scroll` itself if it is in view already. A row past the end counts as the last.
    pub fn scroll_to(&self, row: usize, scroll: f64) -> f64 {
        let measures = self.measures();
        let scroll = measures.within(scroll);
        let top = scroll + measures.ahead_at(scroll);
        let row_top = row.min(self.count.saturating_sub(1)) as f64 * measures.row;
        let row_bottom = row_top + measures.row;
        let target = if row_top < top {
            row_top
        } else if row_bottom > top + measures.viewport {
            // In a viewport lower than a row the row's top is worth more.
            (row_bottom - measures.viewport).min(row_top)
        } else {
            return scroll;
        };
        measures.within(measures.scroll_at(target))
    }

    fn measures(&self) -> Measures {
        let row = if self.height.is_finite() {
            self.height.max(1.0)
        } else {
            1.0
        };
        let viewport = if self.viewport.is_nan() {
            0.0
        } else {
            self.viewport.clamp(0.0, HIGHEST_VIEWPORT)
        };
        let list = self.count as f64 * row;
        Measures {
            row,
            viewport,
            list,
            element: list.min(HIGHEST),
        }
    }
}

/// Checked heights: of a row, the viewport, all rows, and the element that stands for
/// them.
struct Measures {
    row: f64,
    viewport: f64,
    list: f64,
    element: f64,
}

impl Measures {
    fn within(&self, scroll: f64) -> f64 {
        // `max` also turns what is not a number into 0.
        let most = (self.element - self.viewport).max(0.0);
        most.min(scroll.max(0.0))
    }

    /// What of the list has no room in the element.
    fn beyond(&self) -> f64 {
        (self.list - self.element).max(0.0)
    }

    /// How much further a scroll position is in the list than in the element.
    fn ahead_at(&self, scroll: f64) -> f64 {
        let beyond = self.beyond();
        if beyond <= 0.0 {
            return 0.0;
        }
        beyond * ((scroll - ENDS) / self.between()).clamp(0.0, 1.0)
    }

    /// Scroll positions that are not near an end of the element.
    fn between(&self) -> f64 {
        (self.element - self.viewport - 2.0 * ENDS).max(1.0)
    }

    /// Whether a place in the list is near one of its ends, or past it.
    fn is_end(&self, top: f64) -> bool {
        top <= ENDS || top >= self.list - self.viewport - ENDS
    }

    /// The scroll position of a place in the list.
    fn scroll_at(&self, top: f64) -> f64 {
        let beyond = self.beyond();
        if beyond <= 0.0 || top <= ENDS {
            return top;
        }
        if self.is_end(top) {
            return top - beyond;
        }
        let between = self.between();
        ENDS + (top - ENDS) * between / (between + beyond)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LOG: Rows = Rows {
        count: 1000,
        height: 18.0,
        viewport: 400.0,
        overscan: 5,
    };

    #[track_caller]
    fn check(rows: Rows, scroll: f64, first: usize, end: usize, offset: f64) {
        let window = rows.window(scroll);
        assert_eq!(
            (window.first, window.end, window.offset),
            (first, end, offset)
        );
    }

    #[test]
    fn a_window_holds_what_is_visible_and_some_rows_around_it() {
        check(LOG, 0.0, 0, 28, 0.0);
        check(LOG, 179.0, 4, 38, 72.0);
        check(LOG, 180.0, 5, 38, 90.0);
        check(LOG, 17_600.0, 972, 1000, 17_496.0);
        assert_eq!(LOG.window(0.0).height, 18_000.0);
    }

    #[test]
    fn a_scroll_position_past_an_end_is_that_end() {
        assert_eq!(LOG.window(-80.0), LOG.window(0.0));
        assert_eq!(LOG.window(1e12), LOG.window(17_600.0));
        assert_eq!(LOG.window(f64::NAN), LOG.window(0.0));
    }

    #[test]
    fn a_short_list_is_drawn_whole() {
        check(Rows { count: 3, ..LOG }, 0.0, 0, 3, 0.0);
        check(Rows { count: 0, ..LOG }, 7.0, 0, 0, 0.0);
    }

    #[test]
    fn a_wrong_measurement_draws_a_bounded_number_of_rows() {
        for (height, viewport) in [
            (0.0, 400.0),
            (f64::NAN, f64::NAN),
            (-5.0, f64::INFINITY),
            (f64::INFINITY, -1.0),
        ] {
            let rows = Rows {
                count: usize::MAX,
                height,
                viewport,
                overscan: 10,
            };
            let window = rows.window(1000.0);
            assert!(window.end - window.first <= 20_030, "{height} {viewport}");
        }
    }

    #[test]
    fn ten_million_rows_fit_an_element_and_both_ends_can_be_reached() {
        let rows = Rows {
            count: 10_000_000,
            height: 28.0,
            ..LOG
        };
        assert_eq!(rows.window(0.0).height, HIGHEST);
        assert_eq!(rows.window(0.0).first, 0);
        let last = rows.window(HIGHEST - 400.0);
        assert_eq!(last.end, 10_000_000);
        let bottom = last.offset + (last.end - last.first) as f64 * 28.0;
        assert!((bottom - HIGHEST).abs() < 0.01);
    }

    proptest! {
        #[test]
        fn what_is_in_view_is_drawn_and_stands_where_it_should(
            count in 0_usize..10_000_000,
            height in 10.0..60.0_f64,
            viewport in 0.0..3000.0_f64,
            overscan in 0_usize..40,
            share in 0.0..1.0_f64,
        ) {
            let rows = Rows { count, height, viewport, overscan };
            let most = (rows.window(0.0).height - viewport).max(0.0);
            let scroll = share * most;
            let window = rows.window(scroll);
            let bottom = window.offset + (window.end - window.first) as f64 * height;

            prop_assert!(window.first <= window.end && window.end <= count);
            prop_assert!(window.height <= HIGHEST);
            prop_assert!(window.end - window.first <= (viewport / height) as usize + 2 + 2 * overscan);
            prop_assert!(window.first == 0 || window.offset <= scroll + 0.01);
            prop_assert!(window.end == count || bottom >= scroll + viewport - 0.01);
            prop_assert!(window.offset > -height && bottom < window.height + height);
        }

        #[test]
        fn every_row_can_be_brought_into_view(
            count in 1_usize..10_000_000,
            row in 0_usize..10_000_000,
            share in 0.0..1.0_f64,
        ) {
            let rows = Rows { count, ..LOG };
            let row = row.min(count - 1);
            let most = (rows.window(0.0).height - rows.viewport).max(0.0);
            let scroll = rows.scroll_to(row, share * most);
            let window = rows.window(scroll);
            let top = window.offset + (row as f64 - window.first as f64) * rows.height;

            prop_assert!(window.first <= row && row < window.end);
            prop_assert!(top >= scroll - 0.01);
            prop_assert!(top + rows.height <= scroll + rows.viewport + 0.01);
            prop_assert!((rows.scroll_to(row, scroll) - scroll).abs() < 0.01, "once there, it stays");
        }

        #[test]
        fn scrolling_down_never_shows_earlier_rows(
            count in 0_usize..10_000_000,
            from in 0.0..1e7_f64,
            by in 0.0..1e5_f64,
        ) {
            let rows = Rows { count, ..LOG };
            prop_assert!(rows.window(from).first <= rows.window(from + by).first);
            prop_assert!(rows.window(from).end <= rows.window(from + by).end);
        }
    }

    /// Beyond any element: 140 million pixels.
    const LONG: Rows = Rows {
        count: 5_000_000,
        height: 28.0,
        viewport: 800.0,
        overscan: 20,
    };

    fn first_seen(rows: Rows, place: Place) -> f64 {
        let window = rows.window_at(place);
        // Where the first row begins is as much above the top as the list says.
        window.first as f64 + (place.scroll - window.offset) / rows.height
    }

    #[test]
    fn a_small_step_is_as_long_in_a_long_list() {
        let mut place = LONG.moved(Place::default(), 7_000_000.0);
        let from = first_seen(LONG, place);
        assert!((from - place.top() / 28.0).abs() < 0.01 && from > 2_000_000.0);
        place = LONG.settled(place);
        for step in 1..=200 {
            place = LONG.moved(place, place.scroll + 56.0);
            let now = first_seen(LONG, place);
            assert!((now - from - f64::from(step) * 2.0).abs() < 0.01, "{now}");
        }
        // Where it rests, it stays.
        let rests = LONG.settled(place);
        assert!((first_seen(LONG, rests) - first_seen(LONG, place)).abs() < 0.01);
        assert_eq!(LONG.moved(rests, rests.scroll), rests);
    }

    #[test]
    fn both_ends_of_a_long_list_are_reached_by_small_steps_and_by_large_ones() {
        let near = LONG.place_at(40_000.0);
        assert_eq!(near.ahead, 0.0);
        let most = HIGHEST - 800.0;
        let end = LONG.moved(near, most);
        assert_eq!(LONG.window_at(end).end, LONG.count);
        assert!(!LONG.is_stuck(end));
        let start = LONG.moved(LONG.settled(end), 0.0);
        assert_eq!((start.ahead, LONG.window_at(start).first), (0.0, 0));
        // The bar is dragged to the middle, and the wheel turned without a rest.
        let mut place = LONG.settled(LONG.moved(start, 2_000_000.0));
        let mut turns = 0;
        while place.top() > 0.0 {
            place = LONG.moved(place, (place.scroll - 2000.0).max(0.0));
            if LONG.is_stuck(place) {
                place = LONG.settled(place);
            }
            turns += 1;
            assert!(turns < 20_000, "{place:?}");
        }
        assert_eq!(LONG.window_at(place).first, 0);
    }

    #[test]
    fn the_end_may_be_a_little_further_than_the_list() {
        let list = 5_000_000.0 * 28.0;
        let place = LONG.place_at(list - 800.0 + 60.0);
        assert_eq!(place.scroll, HIGHEST - 800.0 + 60.0);
        assert_eq!(LONG.window_at(place).end, LONG.count);
        let short = LOG.place_at(17_660.0);
        assert_eq!((short.scroll, short.ahead), (17_660.0, 0.0));
    }

    proptest! {
        #[test]
        fn every_place_of_a_long_list_can_be_gone_to(
            count in 1_usize..100_000_000,
            height in 10.0..60.0_f64,
            share in 0.0..1.0_f64,
        ) {
            let rows = Rows { count, height, ..LONG };
            let most = (count as f64 * height - rows.viewport).max(0.0);
            let top = (share * most).floor();
            let place = rows.place_at(top);
            let window = rows.window_at(place);
            let bottom = window.offset + (window.end - window.first) as f64 * height;

            prop_assert!((place.top() - top).abs() <= 0.51, "{} {}", place.top(), top);
            prop_assert!(window.first < window.end && window.end <= count);
            prop_assert!(window.first == 0 || window.offset <= place.scroll + 0.01);
            prop_assert!(window.end == count || bottom >= place.scroll + rows.viewport - 0.01);
            prop_assert!((rows.settled(place).scroll - place.scroll).abs() <= 1.0);
        }

        #[test]
        fn a_bar_that_is_dragged_down_never_shows_earlier_rows(
            count in 0_usize..100_000_000,
            from in 0.0..1.5e7_f64,
            by in 0.0..1.5e7_f64,
        ) {
            let rows = Rows { count, ..LONG };
            let far = |scroll| rows.window_at(rows.moved(Place { is_far: true, ..Place::default() }, scroll));
            prop_assert!(far(from).first <= far(from + by).first);
            prop_assert!(far(from).end <= far(from + by).end);
        }
    }
}
