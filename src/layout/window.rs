//! Which rows of a long list are visible, so that only these are in the page.
//!
//! It knows heights and a scroll position, nothing of what is in a row. All numbers
//! are CSS pixels. Start with [`Rows::window`].
//!
//! Browsers do not draw elements higher than some 17 to 33 million pixels (Firefox
//! stops at 17.9, Chromium at 33.5). A list beyond [`HIGHEST`] gets an element of that
//! height, and its scroll position counts for proportionally more.

/// The highest element that a list asks for.
pub const HIGHEST: f64 = 15_000_000.0;

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
        let measures = self.measures();
        let Measures {
            row,
            viewport,
            element,
            ..
        } = measures;
        let scroll = measures.within(scroll);
        let top = scroll * measures.scale();
        // The list is longer than its element: where a row is in the list, less this,
        // is where it is in the element.
        let ahead = top - scroll;

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

    /// The scroll position at which `top`, counted in the list, is the first pixel that
    /// is seen.
    pub fn scroll_at(&self, top: f64) -> f64 {
        let measures = self.measures();
        measures.within(top / measures.scale())
    }

    /// The scroll position that brings a row wholly into view with the least movement:
    /// `scroll` itself if it is in view already. A row past the end counts as the last.
    pub fn scroll_to(&self, row: usize, scroll: f64) -> f64 {
        let measures = self.measures();
        let scroll = measures.within(scroll);
        let scale = measures.scale();
        let top = scroll * scale;
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
        measures.within(target / scale)
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

    /// Pixels of the list for each pixel of the element. 1 for all lists that fit.
    fn scale(&self) -> f64 {
        if self.list <= self.element {
            return 1.0;
        }
        (self.list - self.viewport) / (self.element - self.viewport)
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
}
