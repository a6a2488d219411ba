//! Ways to look at an array as a picture, by its shape and the type of its elements.
//!
//! What is made is bounded and says what it left out: a heat map has the mean of a
//! rectangle of elements in each of its cells, a line the smallest and largest of a
//! stretch, an image the mean colour of a square. Elements are looked at where they lie,
//! each once; an image of floats is gone through before for its range. Start with [`views`].

mod heat;
mod lines;

pub use heat::{Heat, MOST_CELLS, heat};
pub use lines::{Bucket, Line, Lines, MOST_BUCKETS, lines};

use super::array::{Array, plain_number};
use super::dtype::Kind;
use crate::libraries::cell::Cell;
use crate::libraries::picture::{self, Rgba, Window};

/// A way to look at an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    Image(Layout),
    /// Numbers of two axes as colours.
    Heat,
    /// One line, or one for each place of an axis.
    Lines(Along),
}

/// How an array's axes are those of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Rows, columns: shades of grey.
    Grey,
    /// Rows, columns, channels.
    ChannelsLast,
    /// Channels, rows, columns.
    ChannelsFirst,
}

/// Where an array's lines are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Along {
    /// The array has one axis.
    Whole,
    /// Each row is a line.
    Rows,
    /// Each column is a line.
    Columns,
}

/// No more lines are drawn over one another.
pub const MOST_LINES: usize = 8;

/// The ways to look at an array, the likeliest first; none for what has no numbers, or
/// not two of them. Looks at no element. Of an array of more axes each
/// [`row`](Array::row) may have some.
pub fn views(array: &Array<'_>) -> Vec<View> {
    let mut views = Vec::new();
    let number = array.dtype.is_number() || array.dtype.kind == Kind::Bool;
    if !number || array.len() < 2 {
        return views;
    }
    // Bytes are what images are made of; a square of floats is rather something else.
    let bytes = array.dtype.kind == Kind::Uint && array.dtype.size == 1;
    let floats = matches!(array.dtype.kind, Kind::Float | Kind::BFloat);
    let colours = bytes || floats;
    let channels = |length: usize| matches!(length, 1 | 3 | 4);
    match *array.shape.as_slice() {
        [_] => views.push(View::Lines(Along::Whole)),
        [rows, columns] => {
            if bytes && rows > 1 && columns > 1 {
                views.push(View::Image(Layout::Grey));
            }
            if rows <= MOST_LINES && columns > MOST_LINES {
                views.push(View::Lines(Along::Rows));
            }
            if columns <= MOST_LINES && rows > MOST_LINES {
                views.push(View::Lines(Along::Columns));
            }
            views.push(View::Heat);
            if floats && rows > 1 && columns > 1 {
                views.push(View::Image(Layout::Grey));
            }
        }
        [first, _, last] if colours => {
            if channels(last) {
                views.push(View::Image(Layout::ChannelsLast));
            }
            if channels(first) {
                views.push(View::Image(Layout::ChannelsFirst));
            }
        }
        _ => {}
    }
    views
}

/// The pixels of a window of an array that is seen as an image, at most so many.
///
/// Bytes are shades from 0 to 255. Floats are shades from 0 to 1 if none is outside of
/// that; otherwise they are stretched over their range, which is then said. What is no
/// number is clear, also where only one channel is none.
pub fn rgba(array: &Array<'_>, layout: Layout, window: Window, most: usize) -> Option<Rgba> {
    if !views(array).contains(&View::Image(layout)) {
        return None;
    }
    let (height, width, channels) = match (layout, array.shape.as_slice()) {
        (Layout::Grey, &[height, width]) => (height, width, 1),
        (Layout::ChannelsLast, &[height, width, channels])
        | (Layout::ChannelsFirst, &[channels, height, width]) => (height, width, channels),
        _ => return None,
    };
    let bytes = array.dtype.kind == Kind::Uint;
    let range = match bytes {
        true => (0.0, 255.0),
        false => match picture::range(array.numbers()) {
            Some((low, high)) if low < 0.0 || high > 1.0 => (low, high),
            _ => (0.0, 1.0),
        },
    };
    let part = |y: usize, x: usize, channel: usize| {
        let cell = match layout {
            Layout::Grey => array.at(&[y, x]),
            Layout::ChannelsLast => array.at(&[y, x, channel]),
            Layout::ChannelsFirst => array.at(&[channel, y, x]),
        };
        match cell? {
            // A byte, as it is.
            Cell::Uint(shade) => u8::try_from(shade).ok(),
            cell => picture::shade(plain_number(&cell), range),
        }
    };
    let pixel = |x: usize, y: usize| {
        let mut colour = [0, 0, 0, 255];
        for (channel, shown) in colour.iter_mut().enumerate().take(channels) {
            match part(y, x, channel) {
                Some(shade) => *shown = shade,
                None => return [0; 4],
            }
        }
        match (channels, colour) {
            (1, [grey, ..]) => [grey, grey, grey, 255],
            _ => colour,
        }
    };
    let drawn = picture::draw((width, height), window, most, &pixel);
    let stretched = !bytes && range != (0.0, 1.0);
    Some(Rgba {
        range: stretched.then_some(range),
        ..drawn
    })
}
