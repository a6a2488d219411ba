//! What a browser lends to the engine, on the page or in the worker.

use super::{clock, fetch, zones};
use crate::engine::{Given, Host};
use crate::model::Moment;
use crate::pickle::{Limits, ZoneOffset};
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
        Rc::<fetch::BrowserHttp>::default()
    }

    /// Relative addresses are beside the app, as is the script of the worker.
    fn absolute(&self, address: &str) -> Result<String, String> {
        let place = js_sys::Reflect::get(&js_sys::global(), &"location".into());
        let base = place
            .ok()
            .and_then(|place| js_sys::Reflect::get(&place, &"href".into()).ok())
            .and_then(|href| href.as_string())
            .unwrap_or_default();
        match web_sys::Url::new_with_base(address, &base) {
            Ok(url) => Ok(url.href()),
            // The browser's own words are in no order that one could rely on.
            Err(_) => Err("it has no server, or a character that no address may have".to_owned()),
        }
    }

    fn now(&self) -> Moment {
        clock::now()
    }

    fn breathe(&self) -> Waiting<'_, ()> {
        clock::breathe()
    }

    fn pause(&self, milliseconds: u32) -> Waiting<'_, ()> {
        Box::pin(clock::pause(milliseconds))
    }

    fn zone_offset(&self) -> ZoneOffset {
        zones::offset
    }

    /// A page shares its memory with everything else that is open: a small file gets a
    /// quarter of what is there for who asks for more.
    fn limits(&self, stored: u64) -> Limits {
        let most = Limits::default();
        let within = |least: u64, each: u64, most: u64| {
            least.saturating_add(stored.saturating_mul(each)).min(most)
        };
        Limits {
            steps: within(200_000_000, 100, most.steps),
            memory: within(256 << 20, 32, most.memory),
            ..most
        }
    }

    fn given(&self, key: &str) -> Option<Given> {
        self.given.borrow().get(key).cloned()
    }
}
