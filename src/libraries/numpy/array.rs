//! Arrays and scalars: where the elements lie, and in which order.

use super::dtype::{Dtype, Field, Kind, shape_of};
use super::element;
use crate::libraries::cell::{Cell, from_half};
use crate::pickle::{Global, NodeId, Object, Pickle, Value};

/// An array of any number of axes, or a part of one. Its elements stay where they are.
#[derive(Clone, Debug)]
pub struct Array<'a> {
    /// `numpy.ndarray`, or a class of the user's on it.
    pub class: Option<Global<'a>>,
    pub dtype: Dtype,
    pub shape: Vec<usize>,
    /// In which order the elements are stored.
    pub order: Order,
    pub(super) data: Data<'a>,
    /// Of each element whether it is left out (`numpy.ma`), in the order of the data.
    mask: Option<&'a [u8]>,
    /// Where the first element is.
    offset: usize,
    /// How many elements further the next one along each axis is.
    strides: Vec<isize>,
}

/// The elements one after the other.
#[derive(Clone, Copy, Debug)]
pub enum Data<'a> {
    Bytes(&'a [u8]),
    /// Values of the pickle.
    Values(&'a [NodeId]),
}

/// What an axis of an array is in a table of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    At(usize),
    Rows,
    Columns,
}

/// Which of an array's axes are the rows and the columns of its table: those that are said
/// to be, else the last of which nothing is said. `None` where there are fewer than two.
pub fn rows_and_columns(axes: usize, shown: &[Shown]) -> Option<(usize, usize)> {
    let said = |axis: usize| shown.get(axis).copied();
    let find = |wanted: Shown| (0..axes).find(|axis| said(*axis) == Some(wanted));
    let last = |other: Option<usize>| {
        let mut free = (0..axes).rev().filter(|axis| Some(*axis) != other);
        let open = free.clone().find(|axis| said(*axis).is_none());
        open.or_else(|| free.next())
    };
    let rows = find(Shown::Rows);
    let columns = find(Shown::Columns).or_else(|| last(rows))?;
    Some((rows.or_else(|| last(Some(columns)))?, columns))
}

/// The place on an axis that is neither rows nor columns.
pub fn place_on(axis: usize, shown: &[Shown]) -> usize {
    match shown.get(axis) {
        Some(Shown::At(place)) => *place,
        _ => 0,
    }
}

/// The last axis runs fastest in C, the first one in Fortran.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    C,
    Fortran,
}

/// The array that an object stands for.
pub fn array(pickle: &Pickle, id: NodeId) -> Option<Array<'_>> {
    let object = pickle.as_object(id)?;
    let function = object.class()?;
    if !function.module().starts_with("numpy") {
        return None;
    }
    match function.name() {
        "_reconstruct" => reconstructed(pickle, object, false),
        "_mareconstruct" => reconstructed(pickle, object, true),
        "_frombuffer" => from_buffer(pickle, object),
        _ => None,
    }
}

/// The type that `numpy.dtype(…)` stands for, as a value of its own.
pub fn dtype_of(pickle: &Pickle, id: NodeId) -> Option<Dtype> {
    Dtype::read(pickle, id)
}

/// The scalar that an object stands for, as an array without axes.
pub fn scalar(pickle: &Pickle, id: NodeId) -> Option<Array<'_>> {
    let object = pickle.as_object(id)?;
    let function = object.class()?;
    if !function.module().starts_with("numpy") || function.name() != "scalar" {
        return None;
    }
    let &[dtype, ref value @ ..] = object.args() else {
        return None;
    };
    let dtype = Dtype::read(pickle, dtype)?;
    let data = match (value.first(), dtype.holds_objects()) {
        (Some(_), true) => Data::Values(value),
        (Some(&value), false) => Data::Bytes(raw(pickle, value)?),
        (None, _) => Data::Bytes(&[]),
    };
    Array::new(None, dtype, Vec::new(), Order::C, data, None)
}

/// `_reconstruct(class, (0,), b'b')` with the state `(version, shape, dtype, fortran,
/// data)`; a masked one has its mask and fill value behind that.
fn reconstructed<'a>(pickle: &'a Pickle, object: Object<'a>, masked: bool) -> Option<Array<'a>> {
    let class = pickle.as_global(*object.args().first()?);
    let state = object.states().first()?.value;
    let state = pickle.as_list(state)?;
    let (shape, dtype, fortran, data, mask) = match *state {
        [_, shape, dtype, fortran, data, mask, _] if masked => {
            (shape, dtype, fortran, data, Some(mask))
        }
        // Subclasses may put something of their own behind it.
        [_, shape, dtype, fortran, data, ..] => (shape, dtype, fortran, data, None),
        // Before NumPy 1.0 there was no version.
        [shape, dtype, fortran, data] => (shape, dtype, fortran, data, None),
        _ => return None,
    };
    let dtype = Dtype::read(pickle, dtype)?;
    let shape = shape_of(pickle, shape)?;
    let order = match pickle.value(fortran) {
        Value::Bool(true) | Value::Int(1) => Order::Fortran,
        _ => Order::C,
    };
    let data = match pickle.value(data) {
        Value::List(values) => Data::Values(values),
        _ => Data::Bytes(raw(pickle, data)?),
    };
    let mask = mask.and_then(|mask| raw(pickle, mask));
    Array::new(class, dtype, shape, order, data, mask)
}

/// What an array is, as the head of a pickle says that ends in its elements.
#[derive(Clone, Debug)]
pub struct Head<'a> {
    pub class: &'a str,
    pub dtype: Dtype,
    pub shape: Vec<usize>,
}

/// The class that `_reconstruct` is to make an array of, and the state for it.
pub(super) fn begun(pickle: &Pickle, id: NodeId) -> Option<(Global<'_>, &[NodeId])> {
    let object = pickle.as_object(id)?;
    let function = object.class()?;
    if !function.module().starts_with("numpy") || function.name() != "_reconstruct" {
        return None;
    }
    let class = pickle.as_global(*object.args().first()?)?;
    let state = pickle.as_list(object.states().first()?.value)?;
    Some((class, state))
}

/// The array that a pickle began to make when it ended: `_reconstruct`, with what was there
/// of the state.
pub fn head(pickle: &Pickle, id: NodeId) -> Option<Head<'_>> {
    let (class, state) = begun(pickle, id)?;
    let &[_, shape, dtype, ..] = state else {
        return None;
    };
    Some(Head {
        class: class.name(),
        dtype: Dtype::read(pickle, dtype)?,
        shape: shape_of(pickle, shape)?,
    })
}

/// `_frombuffer(buffer, dtype, shape, order)` of protocol 5.
fn from_buffer<'a>(pickle: &'a Pickle, object: Object<'a>) -> Option<Array<'a>> {
    let &[buffer, dtype, shape, order, ..] = object.args() else {
        return None;
    };
    let dtype = Dtype::read(pickle, dtype)?;
    let order = match pickle.as_str(order) {
        Some("F") => Order::Fortran,
        _ => Order::C,
    };
    let data = Data::Bytes(raw(pickle, buffer)?);
    Array::new(None, dtype, shape_of(pickle, shape)?, order, data, None)
}

/// Bytes; protocols 0 and 1 of Python 2 wrote them as text.
pub(super) fn raw(pickle: &Pickle, id: NodeId) -> Option<&[u8]> {
    match pickle.value(id) {
        Value::Bytes(bytes) | Value::ByteArray(bytes) => Some(bytes),
        // Text of Latin-1 below 128 is the same bytes.
        Value::Text(text) if text.bytes().is_ascii() => Some(text.bytes()),
        _ => None,
    }
}

impl<'a> Array<'a> {
    /// `None` where the elements do not fit the shape.
    fn new(
        class: Option<Global<'a>>,
        dtype: Dtype,
        mut shape: Vec<usize>,
        order: Order,
        data: Data<'a>,
        mask: Option<&'a [u8]>,
    ) -> Option<Self> {
        // An array of small arrays is an array with more axes.
        let dtype = match dtype.kind {
            Kind::Sub(base, inner) if order == Order::C => {
                shape.extend(inner);
                *base
            }
            _ => dtype,
        };
        let count = shape
            .iter()
            .try_fold(1usize, |count, length| count.checked_mul(*length))?;
        let there = match data {
            Data::Bytes(_) if dtype.holds_objects() => return None,
            Data::Bytes(bytes) => bytes.len() / dtype.size.max(1),
            Data::Values(values) => values.len(),
        };
        let empty = matches!(data, Data::Bytes(_)) && dtype.size == 0;
        if there < count && !empty {
            return None;
        }
        let mask = mask.filter(|mask| mask.len() >= count);
        let strides = strides_of(&shape, order)?;
        Some(Self {
            class,
            dtype,
            shape,
            order,
            data,
            mask,
            offset: 0,
            strides,
        })
    }

    /// Bytes that lie one after the other, as an array of one axis.
    pub fn of_bytes(bytes: &'a [u8], dtype: Dtype, length: usize) -> Option<Self> {
        Self::new(
            None,
            dtype,
            vec![length],
            Order::C,
            Data::Bytes(bytes),
            None,
        )
    }

    /// Bytes, with the number of the first element, and how many further the next one along
    /// each axis is. `None` where a place lies outside of the bytes, and where so many lie
    /// on one another that there are far more of them than bytes.
    pub fn with_strides(
        bytes: &'a [u8],
        dtype: Dtype,
        shape: Vec<usize>,
        steps: &[usize],
        offset: usize,
    ) -> Option<Self> {
        /// An array of one number that is spread this far is still looked through at once.
        const SPREAD: usize = 1 << 24;
        let strides: Option<Vec<isize>> = steps
            .iter()
            .map(|&step| isize::try_from(step).ok())
            .collect();
        let count = shape
            .iter()
            .try_fold(1usize, |count, length| count.checked_mul(*length))?;
        let there = bytes.len().checked_div(dtype.size)?;
        if steps.len() != shape.len() || dtype.holds_objects() || count > there.max(SPREAD) {
            return None;
        }
        // An array without elements has no last one.
        if count > 0 {
            let mut last = offset;
            for (length, step) in shape.iter().zip(steps) {
                last = last.checked_add((length - 1).checked_mul(*step)?)?;
            }
            if last >= there || isize::try_from(last).is_err() {
                return None;
            }
        }
        Some(Self {
            class: None,
            dtype,
            shape,
            order: Order::C,
            data: Data::Bytes(bytes),
            mask: None,
            offset,
            strides: strides?,
        })
    }

    /// How many elements there are.
    pub fn len(&self) -> usize {
        // That the product is a number was checked when the array was made.
        self.shape.iter().product()
    }

    pub fn is_empty(&self) -> bool {
        self.shape.contains(&0)
    }

    pub fn is_masked(&self) -> bool {
        self.mask.is_some()
    }

    /// The element at a place along each axis.
    pub fn at(&self, place: &[usize]) -> Option<Cell<'a>> {
        if place.len() != self.shape.len() {
            return None;
        }
        let mut at = self.offset as isize;
        for ((index, length), stride) in place.iter().zip(&self.shape).zip(&self.strides) {
            if index >= length {
                return None;
            }
            at += *index as isize * stride;
        }
        self.stored(usize::try_from(at).ok()?)
    }

    /// An element by its number in C order.
    pub fn get(&self, number: usize) -> Option<Cell<'a>> {
        if number >= self.len() {
            return None;
        }
        self.stored(self.place_of(number))
    }

    /// Where the elements begin, if they lie one after the other in C order.
    pub(super) fn contiguous(&self) -> Option<usize> {
        let mut expected = 1isize;
        for (length, stride) in self.shape.iter().zip(&self.strides).rev() {
            if *length != 1 && *stride != expected {
                return None;
            }
            expected = expected.checked_mul(isize::try_from(*length).ok()?)?;
        }
        Some(self.offset)
    }

    pub(super) fn place_of(&self, number: usize) -> usize {
        let mut rest = number;
        let mut at = self.offset as isize;
        for (length, stride) in self.shape.iter().zip(&self.strides).rev() {
            at += (rest % length) as isize * stride;
            rest /= length;
        }
        at.max(0) as usize
    }

    /// The elements in C order.
    pub fn iter(&self) -> impl Iterator<Item = Cell<'a>> + '_ {
        (0..self.len()).filter_map(|number| self.get(number))
    }

    /// The number at a place along each axis; NaN for what is none, or is left out.
    pub fn number_at(&self, place: &[usize]) -> f64 {
        self.at(place).map_or(f64::NAN, |cell| plain_number(&cell))
    }

    /// The numbers in C order, as [`number_at`](Self::number_at) has them.
    pub fn numbers(&self) -> impl Iterator<Item = f64> + '_ {
        self.iter().map(|cell| plain_number(&cell))
    }

    /// Where the elements begin, and how far apart they are, in the order in which they
    /// are stored; `None` where they do not lie evenly one after the other.
    pub(super) fn line(&self) -> Option<(usize, isize)> {
        let step = match self.strides.as_slice() {
            [step] => *step,
            strides => {
                let even = |order| strides_of(&self.shape, order).as_deref() == Some(strides);
                (even(Order::C) || even(Order::Fortran)).then_some(1)?
            }
        };
        Some((self.offset, step))
    }

    pub(super) fn stored(&self, at: usize) -> Option<Cell<'a>> {
        if self.mask.is_some_and(|mask| mask.get(at) == Some(&1)) {
            return Some(Cell::Null("--"));
        }
        match self.data {
            Data::Values(values) => values.get(at).map(|id| Cell::Value(*id)),
            Data::Bytes(bytes) => {
                let start = at.checked_mul(self.dtype.size)?;
                let bytes = bytes.get(start..start.checked_add(self.dtype.size)?)?;
                Some(element::read(bytes, &self.dtype))
            }
        }
    }

    /// The part of the array at one place of its first axis.
    pub fn row(&self, index: usize) -> Option<Self> {
        self.pick(0, index)
    }

    /// The part of the array at one place of an axis: it has an axis less.
    pub fn pick(&self, axis: usize, index: usize) -> Option<Self> {
        let (length, stride) = (*self.shape.get(axis)?, *self.strides.get(axis)?);
        if index >= length {
            return None;
        }
        let offset = self.offset as isize + index as isize * stride;
        let mut part = self.clone();
        part.shape.remove(axis);
        part.strides.remove(axis);
        part.offset = usize::try_from(offset).ok()?;
        Some(part)
    }

    /// Two axes of it as rows and columns, the others each at a place; of an array with
    /// fewer than two all there is.
    pub fn plane(&self, shown: &[Shown]) -> Option<Self> {
        let axes = self.shape.len();
        if axes < 2 {
            return Some(self.clone());
        }
        let (rows, columns) = rows_and_columns(axes, shown)?;
        let mut offset = self.offset as isize;
        for axis in (0..axes).filter(|axis| ![rows, columns].contains(axis)) {
            // An address may be of another array, or of other axes: the last place is shown.
            let last = self.shape.get(axis)?.checked_sub(1)?;
            let place = place_on(axis, shown).min(last);
            offset += place as isize * self.strides.get(axis)?;
        }
        let both = |of: &[usize]| Some(vec![*of.get(rows)?, *of.get(columns)?]);
        let mut plane = self.clone();
        plane.shape = both(&self.shape)?;
        plane.strides = vec![*self.strides.get(rows)?, *self.strides.get(columns)?];
        plane.offset = usize::try_from(offset).ok()?;
        Some(plane)
    }

    /// The fields of records, each as a column of its own.
    pub fn fields(&self) -> Vec<FieldOf<'a>> {
        let Kind::Record { fields, .. } = &self.dtype.kind else {
            return Vec::new();
        };
        let one = |at| FieldOf {
            array: self.clone(),
            at,
        };
        (0..fields.len()).map(one).collect()
    }
}

/// A number that is no value of the pickle.
pub(super) fn plain_number(cell: &Cell<'_>) -> f64 {
    match cell {
        Cell::Bool(value) => f64::from(u8::from(*value)),
        Cell::Int(value) => *value as f64,
        Cell::Uint(value) => *value as f64,
        Cell::Float(value) => *value,
        Cell::Single(value) => f64::from(*value),
        Cell::Half(bits) => f64::from(from_half(*bits)),
        _ => f64::NAN,
    }
}

/// One field of all the records of an array.
#[derive(Clone, Debug)]
pub struct FieldOf<'a> {
    array: Array<'a>,
    at: usize,
}

impl<'a> FieldOf<'a> {
    fn field(&self) -> Option<&Field> {
        match &self.array.dtype.kind {
            Kind::Record { fields, .. } => fields.get(self.at),
            _ => None,
        }
    }

    pub fn name(&self) -> &str {
        self.field().map_or("", |field| field.name.as_str())
    }

    pub fn dtype(&self) -> String {
        self.field()
            .map(|field| field.dtype.name())
            .unwrap_or_default()
    }

    pub fn len(&self) -> usize {
        self.array.len()
    }

    pub fn is_empty(&self) -> bool {
        self.array.is_empty()
    }

    pub fn get(&self, number: usize) -> Option<Cell<'a>> {
        match self.array.get(number)? {
            Cell::Parts(mut parts, _) if self.at < parts.len() => Some(parts.swap_remove(self.at)),
            other => Some(other),
        }
    }
}

/// How far apart neighbours are along each axis, in elements.
fn strides_of(shape: &[usize], order: Order) -> Option<Vec<isize>> {
    let mut strides = vec![0isize; shape.len()];
    let mut next = 1isize;
    let mut step = |stride: &mut isize, length: usize| {
        *stride = next;
        next = next.checked_mul(isize::try_from(length.max(1)).ok()?)?;
        Some(())
    };
    let pairs = strides.iter_mut().zip(shape);
    match order {
        Order::Fortran => pairs
            .into_iter()
            .try_for_each(|(stride, length)| step(stride, *length))?,
        Order::C => pairs
            .rev()
            .try_for_each(|(stride, length)| step(stride, *length))?,
    }
    Some(strides)
}
