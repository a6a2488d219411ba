//! The tasks of a step in the order of its foreach, and where each stands in a grid of its
//! values. Kept for the steps looked at last, with what was read of them since.

use super::super::ask::Failure;
use super::super::loaded::LoadedRun;
use super::super::rail::step_order;
use super::super::{Engine, Work};
use super::names::Names;
use super::scalar::{Scalar, ScalarKind};
use crate::layout::spread::Spread;
use crate::model::{
    ForeachFrame, Moment, RunPath, Span, Status, Task, TaskPath, pathspec::natural,
};
use crate::sorting::{SortedMap, SortedSet, sort_by};
use std::cell::RefCell;
use std::rc::{Rc, Weak};

/// A step with its tasks in order.
pub(in crate::engine) struct Siblings {
    pub loaded: Rc<LoadedRun>,
    pub order: Rc<Order>,
    /// When this was asked: what still runs has taken until then.
    pub now: Moment,
}

/// Places, without the tasks themselves.
pub(in crate::engine) struct Order {
    of: Weak<LoadedRun>,
    run: RunPath,
    pub step: String,
    /// For each place the number of its task in the step.
    tasks: Vec<u32>,
    /// What the foreach is over.
    pub foreach: Vec<String>,
    /// The names of what tells the tasks apart: those, and the number of an iteration.
    pub parts: Vec<String>,
    pub grid: Option<Grid>,
    /// How long the tasks took that run no more, in microseconds.
    pub spread: Option<Spread>,
    /// What tasks raised, by place, as far as it was read; `None` where nothing is known of it.
    pub raised: RefCell<SortedMap<usize, Option<String>>>,
    /// What artifacts hold, by name and then by place, as far as it was read.
    pub columns: RefCell<SortedMap<String, Vec<Option<Scalar>>>>,
    /// The same by what they hold, whichever task has it.
    pub by_sha: RefCell<SortedMap<String, Scalar>>,
    /// How artifacts are called, as far as tasks were asked.
    pub names: RefCell<Names>,
}

/// Where the tasks stand: all outer values down, the innermost one across.
pub(in crate::engine) struct Grid {
    /// Row and column by place.
    pub places: Vec<(u32, u32)>,
    pub down: Vec<String>,
    pub across: Vec<String>,
}

#[derive(Default)]
pub(in crate::engine) struct Orders(RefCell<Vec<Rc<Order>>>);

impl Orders {
    /// Steps that are kept; the one looked at longest ago goes first.
    const KEPT: usize = 4;

    pub fn clear(&self) {
        self.0.borrow_mut().clear();
    }
}

impl Siblings {
    pub fn len(&self) -> usize {
        self.order.tasks.len()
    }

    fn all(&self) -> &[Task] {
        let step = self.loaded.run.step(&self.order.step);
        step.map(|step| step.tasks.as_slice()).unwrap_or_default()
    }

    pub fn task(&self, place: usize) -> Option<&Task> {
        self.all().get(*self.order.tasks.get(place)? as usize)
    }

    /// In order.
    pub fn tasks(&self) -> impl Iterator<Item = &Task> {
        let all = self.all();
        let places = self.order.tasks.iter();
        places.filter_map(move |at| all.get(*at as usize))
    }

    /// The longest of all, also of what still runs.
    pub fn longest(&self) -> Option<Span> {
        let ended = self.order.spread.map(|spread| Span(spread.high as i64));
        let running = self.tasks().filter(|task| task.status == Status::Running);
        running
            .filter_map(|task| task.took(self.now))
            .chain(ended)
            .max()
    }

    pub fn path(&self, task: &Task) -> TaskPath {
        self.loaded.path.task(&self.order.step, &task.id)
    }
}

impl Engine {
    pub(in crate::engine) async fn siblings_of(
        &self,
        run: &RunPath,
        step: &str,
        work: &Work,
    ) -> Result<Siblings, Box<Failure>> {
        let loaded = self.load_run(run, work).await?;
        let now = work.host.now();
        let mut kept = self.siblings.0.borrow_mut();
        let same = |order: &Rc<Order>| order.step == step && order.run == *run;
        let before = kept.iter().position(same).map(|at| kept.remove(at));
        let is_current = |order: &Rc<Order>| order.of.ptr_eq(&Rc::downgrade(&loaded));
        if let Some(order) = before.as_ref().filter(|order| is_current(order)) {
            kept.push(order.clone());
            let order = order.clone();
            return Ok(Siblings { loaded, order, now });
        }
        let steps = step_order(&loaded.run);
        if !steps.iter().any(|known| known == step) {
            return Err(Failure::not_found(
                "step",
                &format!("{run}/{step}"),
                &format!("the steps {}", steps.join(", ")),
            ));
        }
        let mut order = Order::of(&loaded, step, now);
        if let Some(before) = before {
            // What has a name by its content is what it was; what could not be read may have
            // been on its way.
            let known = before.by_sha.take().into_iter();
            let known = known.filter(|(_, scalar)| scalar.kind == ScalarKind::Value);
            order.by_sha = RefCell::new(known.collect());
        }
        order.of = Rc::downgrade(&loaded);
        let order = Rc::new(order);
        kept.push(order.clone());
        if kept.len() > Orders::KEPT {
            kept.remove(0);
        }
        Ok(Siblings { loaded, order, now })
    }
}

impl Order {
    fn of(loaded: &LoadedRun, step: &str, now: Moment) -> Self {
        let tasks = loaded.run.step(step).map(|step| step.tasks.as_slice());
        let tasks = tasks.unwrap_or_default();
        // The keys once, not for each comparison.
        let keyed = tasks.iter().zip(0u32..).map(|(task, at)| {
            let place: Vec<Option<u64>> = task.foreach.iter().map(|frame| frame.index).collect();
            (place, task.iteration, task.id.as_str(), at)
        });
        let mut keyed: Vec<_> = keyed.collect();
        sort_by(&mut keyed, |a, b| {
            let order = a.0.cmp(&b.0).then_with(|| a.1.cmp(&b.1));
            order.then_with(|| natural(a.2, b.2))
        });
        let sorted: Vec<u32> = keyed.iter().map(|(.., at)| *at).collect();
        let in_order = || sorted.iter().filter_map(|at| tasks.get(*at as usize));
        let widest = in_order().max_by_key(|task| parts_of(task).len());
        let labelled = |frame: &ForeachFrame| Some(frame.label.as_ref()?.0.clone());
        let first = in_order().next();
        Self {
            of: Weak::new(),
            run: loaded.path.clone(),
            step: step.to_owned(),
            foreach: first
                .map(|task| task.foreach.iter().filter_map(labelled).collect())
                .unwrap_or_default(),
            parts: widest
                .map(|task| parts_of(task).into_iter().map(|(name, _)| name).collect())
                .unwrap_or_default(),
            grid: Grid::of(in_order()),
            spread: Spread::of(lengths(in_order(), now).map(|(length, _)| length.0 as f64)),
            tasks: sorted,
            raised: RefCell::default(),
            columns: RefCell::default(),
            by_sha: RefCell::default(),
            names: RefCell::default(),
        }
    }
}

/// How long the tasks took that run no more, and whether they failed.
pub(super) fn lengths<'a>(
    tasks: impl Iterator<Item = &'a Task>,
    now: Moment,
) -> impl Iterator<Item = (Span, bool)> {
    let ended = tasks.filter(|task| task.status != Status::Running);
    ended.filter_map(move |task| Some((task.took(now)?, task.status == Status::Failed)))
}

/// What tells a task from the others of its step: names and values, outermost first.
pub(in crate::engine) fn parts_of(task: &Task) -> Vec<(String, String)> {
    let frame = |frame: &ForeachFrame| match (&frame.label, frame.index) {
        (Some((name, value)), _) => (name.clone(), value.clone()),
        (None, Some(index)) => (frame.step.clone(), format!("[{index}]")),
        (None, None) => (frame.step.clone(), String::new()),
    };
    let iteration = task
        .iteration
        .map(|number| ("iteration".to_owned(), number.to_string()));
    task.foreach.iter().map(frame).chain(iteration).collect()
}

impl Grid {
    fn of<'a>(tasks: impl Iterator<Item = &'a Task> + Clone) -> Option<Self> {
        let count = tasks.clone().count();
        let depth = tasks.clone().next()?.foreach.len();
        if depth < 2 {
            return None;
        }
        let mut innermost = SortedSet::default();
        let mut indices = Vec::with_capacity(count);
        for task in tasks.clone() {
            let (last, outer) = task.foreach.split_last()?;
            // Of what stands elsewhere in a foreach nobody could say which row it is in.
            let is_placed = task
                .foreach
                .iter()
                .all(|frame| frame.index.is_some() && frame.label.is_some());
            if task.foreach.len() != depth || task.iteration.is_some() || !is_placed {
                return None;
            }
            indices.push(last.index?);
            if outer.is_empty() {
                return None;
            }
        }
        innermost.extend(indices.iter().copied());
        let innermost: Vec<u64> = innermost.into_vec();
        let mut grid = Self {
            places: Vec::with_capacity(count),
            down: Vec::new(),
            across: vec![String::new(); innermost.len()],
        };
        let mut differs = vec![false; innermost.len()];
        let mut before: Option<&[ForeachFrame]> = None;
        for (task, index) in tasks.zip(&indices) {
            let (last, outer) = task.foreach.split_last()?;
            let place = |frame: &ForeachFrame| frame.index;
            if before.is_none_or(|before| !before.iter().map(place).eq(outer.iter().map(place))) {
                let values = outer
                    .iter()
                    .filter_map(|frame| Some(frame.label.as_ref()?.1.as_str()));
                grid.down
                    .push(short(&values.collect::<Vec<_>>().join(" / ")));
                before = Some(outer);
            }
            let column = innermost.binary_search(index).ok()?;
            let value = last.label.as_ref().map_or("", |(_, value)| value.as_str());
            let label = grid.across.get_mut(column)?;
            if label.is_empty() {
                *label = short(value);
            } else if *label != short(value) {
                *differs.get_mut(column)? = true;
            }
            let row = u32::try_from(grid.down.len()).ok()?.checked_sub(1)?;
            grid.places.push((row, u32::try_from(column).ok()?));
        }
        for ((label, differs), index) in grid.across.iter_mut().zip(differs).zip(&innermost) {
            if differs {
                *label = format!("[{index}]");
            }
        }
        let (rows, columns) = (grid.down.len(), grid.across.len());
        // Mostly empty, it would be a worse picture than a strip.
        let is_full = rows.saturating_mul(columns) <= count.saturating_mul(4);
        (rows > 1 && columns > 1 && is_full).then_some(grid)
    }
}

/// A value as it can stand beside a row.
fn short(value: &str) -> String {
    const CHARS: usize = 40;
    let value = value.trim().trim_matches('\'');
    match value.char_indices().nth(CHARS) {
        None => value.to_owned(),
        Some(_) => value.chars().take(CHARS - 1).chain(['…']).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample;
    use proptest::prelude::*;

    /// A task over two values, by their numbers.
    fn task(row: u64, column: u64, name: &str) -> Task {
        Task {
            foreach: vec![
                sample::frame("outer", row, &format!("o{row}")),
                sample::frame("inner", column, name),
            ],
            ..sample::task(row * 1000 + column, Status::Succeeded)
        }
    }

    #[test]
    fn a_column_is_named_by_its_value_where_all_rows_have_the_same() {
        let tasks = [
            task(0, 0, "a"),
            task(0, 1, "b"),
            task(1, 0, "a"),
            task(1, 1, "c"),
        ];
        let grid = Grid::of(tasks.iter()).unwrap();
        assert_eq!(grid.down, ["o0", "o1"]);
        assert_eq!(grid.across, ["a", "[1]"]);
    }

    #[test]
    fn what_is_no_grid_is_none() {
        let one_row = [task(0, 0, "a"), task(0, 1, "b")];
        assert!(Grid::of(one_row.iter()).is_none());
        let mut unplaced = [
            task(0, 0, "a"),
            task(0, 1, "b"),
            task(1, 0, "a"),
            task(1, 1, "b"),
        ];
        unplaced[2].foreach[1].index = None;
        assert!(Grid::of(unplaced.iter()).is_none());
        // Each inner value once: a row for each would be empty but for one cell.
        let steps: Vec<Task> = (0..20).map(|at| task(at, at, "a")).collect();
        assert!(Grid::of(steps.iter()).is_none());
        assert!(Grid::of([].iter()).is_none());
    }

    proptest! {
        #[test]
        fn every_task_stands_where_its_values_cross(
            rows in 2..8u64, columns in 2..8u64, lost in prop::collection::vec((0..8u64, 0..8u64), 0..6),
        ) {
            let places = (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column)));
            let tasks: Vec<Task> = places
                .filter(|place| !lost.contains(place))
                .map(|(row, column)| task(row, column, &format!("i{column}")))
                .collect();
            let Some(grid) = Grid::of(tasks.iter()) else {
                return Ok(());
            };
            prop_assert_eq!(grid.places.len(), tasks.len());
            for (task, (row, column)) in tasks.iter().zip(&grid.places) {
                let values: Vec<String> = parts_of(task).into_iter().map(|(_, value)| value).collect();
                prop_assert_eq!(&grid.down[*row as usize], &values[0]);
                prop_assert_eq!(&grid.across[*column as usize], &values[1]);
            }
        }
    }
}
