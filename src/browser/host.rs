//! What a browser lends to the engine, on the page or in the worker.

use super::{clock, fetch};
use crate::engine::{Given, Host};
use crate::model::Moment;
use crate::source::{Http, Waiting};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

#[derive(Default)]
pub struct BrowserHost {
    given: RefCell<BTreeMap<String, Given>>,
}

impl BrowserHost {
    /// Keeps what the user gave by hand, until the page is closed.
    pub fn give(&self, key: String, given: Given) {
        self.given.borrow_mut().insert(key, given);
    }
}

impl Host for BrowserHost {
    fn http(&self) -> Rc<dyn Http> {
        Rc::new(fetch::BrowserHttp)
    }

    fn now(&self) -> Moment {
        clock::now()
    }

    fn breathe(&self) -> Waiting<'_, ()> {
        clock::breathe()
    }

    fn given(&self, key: &str) -> Option<Given> {
        self.given.borrow().get(key).cloned()
    }
}
