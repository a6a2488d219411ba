//! What a reader worked out of a value, kept beside the pickle for the next time it is
//! looked at: an order of its elements, which takes long to find and is asked for again
//! with every part that is shown.

use super::{NodeId, Pickle};
use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;

/// The last of these alone: each may be as large as the value.
#[derive(Default)]
pub(super) struct Kept(RefCell<Option<(NodeId, Rc<dyn Any>)>>);

impl Pickle {
    /// What was made of a value before, if it was the last for which this was asked;
    /// otherwise it is made now. It must follow from the value alone.
    pub fn kept<T: Any>(&self, id: NodeId, make: impl FnOnce() -> T) -> Rc<T> {
        let known = self.kept.0.borrow().clone();
        if let Some((of, known)) = known
            && of == id
            && let Ok(known) = known.downcast()
        {
            return known;
        }
        let made = Rc::new(make());
        self.kept.0.replace(Some((id, made.clone())));
        made
    }
}
