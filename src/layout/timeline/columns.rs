//! How much runs at each pixel of a view, on average over the pixel.
//!
//! Each piece of work costs the same however long it is, so that a hundred thousand are
//! counted anew for every view.

use super::{Cuts, Stretch, View};

/// The columns of a view: begun by [`Columns::new`], filled by [`Columns::add`], read by
/// [`Columns::heights`].
#[derive(Clone, Debug)]
pub struct Columns<'c> {
    view: View,
    cuts: &'c Cuts,
    /// In drawn microseconds.
    width: f64,
    /// Parts of columns that are covered.
    parts: Vec<f64>,
    /// Where pieces begin and end that cover columns from edge to edge.
    steps: Vec<f64>,
}

/// No view is wider than this, whatever was measured.
const WIDEST: usize = 10_000;

impl<'c> Columns<'c> {
    pub fn new(view: View, count: usize, cuts: &'c Cuts) -> Self {
        let count = count.clamp(1, WIDEST);
        Self {
            view,
            cuts,
            width: view.length() / count as f64,
            parts: vec![0.0; count],
            steps: vec![0.0; count + 1],
        }
    }

    /// Which column a place of drawn time is in, and what part of that column lies before it.
    fn place(&self, drawn: f64) -> (usize, f64) {
        let last = self.parts.len() - 1;
        let column = (drawn - self.view.from) / self.width;
        let at = (column.max(0.0) as usize).min(last);
        (at, (column - at as f64).clamp(0.0, 1.0))
    }

    /// Counts a piece of work.
    pub fn add(&mut self, work: Stretch) {
        let (from, to) = (self.cuts.drawn(work.from), self.cuts.drawn(work.to));
        // Not a number is in no view.
        let is_seen = from < self.view.to && to > self.view.from && self.width > 0.0;
        if !is_seen {
            return;
        }
        let (first, before) = self.place(from);
        let (last, until) = self.place(to);
        if first == last {
            add(&mut self.parts, first, until - before);
            return;
        }
        add(&mut self.parts, first, 1.0 - before);
        add(&mut self.parts, last, until);
        add(&mut self.steps, first + 1, 1.0);
        add(&mut self.steps, last, -1.0);
    }

    /// How many there were in each column on average.
    pub fn heights(self) -> Vec<f32> {
        let mut through = 0.0;
        let columns = self.parts.iter().zip(&self.steps);
        columns
            .map(|(part, step)| {
                through += step;
                (part + through).max(0.0) as f32
            })
            .collect()
    }

    /// The column of a moment; `None` for one that is not in the view.
    pub fn column(&self, at: crate::model::Span) -> Option<usize> {
        let drawn = self.cuts.drawn(at);
        let inside = drawn >= self.view.from && drawn <= self.view.to;
        inside.then(|| self.place(drawn).0)
    }
}

fn add(list: &mut [f64], at: usize, value: f64) {
    if let Some(place) = list.get_mut(at) {
        *place += value;
    }
}
