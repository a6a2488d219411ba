//! What a test lends to the engine: files by name, a clock that stands still, and
//! HTTP where the test brings it.

use runglass::engine::ask::Failure;
use runglass::engine::sources::{Open, SourceSpec, SourcesView};
use runglass::engine::{Engine, Given, Host};
use runglass::model::Moment;
use runglass::pickle::ZoneOffset;
use runglass::source::failure::UnreachableHint;
use runglass::source::{Ask, Http, HttpAnswer, HttpFailure, Waiting};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

/// 2026-12-01, 12:00 UTC: some days after the youngest record.
pub const NOW: Moment = Moment(1_796_126_400_000_000);

/// A host with one source, under whatever key it is asked for, or with several.
#[derive(Default)]
pub struct TestHost {
    pub given: Option<Given>,
    /// Those that have a key of their own.
    pub by_key: BTreeMap<String, Given>,
    /// Nothing answers without it.
    pub http: Option<Rc<dyn Http>>,
    /// A clock that the test moves on; [`NOW`] without it.
    pub now: Option<Rc<Cell<Moment>>>,
    /// What can still be read of an archive that is not whole is opened.
    pub anyway: bool,
}

impl TestHost {
    pub fn given(given: Given) -> Self {
        Self {
            given: Some(given),
            ..Self::default()
        }
    }

    /// An engine on this host, and what came of opening the source: a file by its
    /// name, or a URL.
    pub fn open(self, key: &str) -> (Engine, Result<SourcesView, Failure>) {
        let question = Open {
            sources: vec![self.source(key)],
            again: false,
            anyway: self.anyway,
        };
        let engine = Engine::new(Rc::new(self));
        let opened = pollster::block_on(engine.ask(question));
        (engine, opened)
    }

    fn source(&self, key: &str) -> SourceSpec {
        SourceSpec {
            key: key.to_owned(),
            given: self
                .given
                .is_some()
                .then(|| key.rsplit('/').next().unwrap_or_default().to_owned()),
            whole: false,
            unlock: None,
            signature: None,
        }
    }
}

impl Host for TestHost {
    fn http(&self) -> Rc<dyn Http> {
        self.http.clone().unwrap_or_else(|| Rc::new(Offline))
    }

    fn absolute(&self, address: &str) -> Result<String, String> {
        Ok(address.to_owned())
    }

    fn now(&self) -> Moment {
        self.now.as_ref().map_or(NOW, |clock| clock.get())
    }

    /// Work is taken up again at once, but it was laid down: what must not be held
    /// over a breath shows itself.
    fn breathe(&self) -> Waiting<'_, ()> {
        Box::pin(Breath { taken: false })
    }

    fn zone_offset(&self) -> ZoneOffset {
        runglass::cli::zones::offset
    }

    fn given(&self, key: &str) -> Option<Given> {
        self.by_key.get(key).or(self.given.as_ref()).cloned()
    }
}

struct Breath {
    taken: bool,
}

impl Future for Breath {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.taken, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

struct Offline;

impl Http for Offline {
    fn get<'a>(
        &'a self,
        _: Ask<'a>,
        _: &'a dyn Fn(u64, Option<u64>),
    ) -> Waiting<'a, Result<HttpAnswer, HttpFailure>> {
        Box::pin(std::future::ready(Err(HttpFailure {
            detail: "This test has no network".to_owned(),
            hint: UnreachableHint::NoAnswer,
        })))
    }
}
