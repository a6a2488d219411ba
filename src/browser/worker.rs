//! The worker's life: it owns the engine, answers requests, and stops those that
//! nobody waits for.

use super::files::FileBlob;
use super::host::BrowserHost;
use super::protocol::{self, Message};
use super::remote::{RemoteFolder, Waiters};
use super::spawn::{Task, spawn};
use crate::engine::{Engine, Given, Listener, encode};
use crate::source::Progress;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use web_sys::{DedicatedWorkerGlobalScope, File, MessageEvent};

struct Worker {
    scope: DedicatedWorkerGlobalScope,
    host: Rc<BrowserHost>,
    engine: Engine,
    waiters: Rc<Waiters>,
    running: RefCell<BTreeMap<u32, Task>>,
}

/// Starts to listen; the page is told.
pub fn run(scope: &DedicatedWorkerGlobalScope) {
    let host = Rc::new(BrowserHost::default());
    let worker = Rc::new(Worker {
        scope: scope.clone(),
        engine: Engine::new(host.clone()),
        host,
        waiters: Rc::default(),
        running: RefCell::default(),
    });
    let heard = {
        let worker = worker.clone();
        Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(message) = Message::of(&event.data()) {
                worker.clone().hear(message);
            }
        })
    };
    scope.set_onmessage(Some(heard.as_ref().unchecked_ref()));
    // It listens as long as the worker lives.
    heard.forget();
    worker.say(protocol::READY, 0, &[]);
}

impl Worker {
    fn say(&self, word: &str, number: u32, bytes: &[u8]) {
        say(&self.scope, word, number, bytes);
    }

    fn hear(self: Rc<Self>, message: Message) {
        match message.word.as_str() {
            protocol::ASK => self.start(message.number, message.bytes()),
            protocol::STOP => drop(self.running.borrow_mut().remove(&message.number)),
            protocol::FILE => {
                if let Ok(file) = message.load.dyn_into::<File>() {
                    self.host
                        .give(message.key, Given::File(Rc::new(FileBlob::new(file))));
                }
            }
            protocol::FOLDER => {
                let name = message.load.as_string().unwrap_or_default();
                let folder = RemoteFolder {
                    scope: self.scope.clone(),
                    waiters: self.waiters.clone(),
                    key: message.key.clone(),
                    name,
                };
                self.host.give(message.key, Given::Folder(Rc::new(folder)));
            }
            protocol::FOLDER_ANSWER => self.waiters.answered(message.number, message.bytes()),
            _ => {}
        }
    }

    fn start(self: Rc<Self>, number: u32, request: Vec<u8>) {
        let worker = self.clone();
        let task = spawn(async move {
            let listener = Rc::new(Teller {
                scope: worker.scope.clone(),
                number,
            });
            match worker.engine.answer(&request, listener).await {
                Ok(answer) => worker.say(protocol::DONE, number, &answer),
                Err(failure) => {
                    let bytes = encode(&failure).unwrap_or_default();
                    worker.say(protocol::FAILED, number, &bytes);
                }
            }
            // Dropping the handle of work that has ended does nothing.
            worker.running.borrow_mut().remove(&number);
        });
        self.running.borrow_mut().insert(number, task);
    }
}

fn say(scope: &DedicatedWorkerGlobalScope, word: &str, number: u32, bytes: &[u8]) {
    let (parts, handed) = protocol::bytes_message(word, number, bytes, "");
    if scope.post_message_with_transfer(&parts, &handed).is_err() {
        let _told = scope.post_message(&JsValue::from(parts));
    }
}

/// Tells the page how far a request is.
struct Teller {
    scope: DedicatedWorkerGlobalScope,
    number: u32,
}

impl Listener for Teller {
    fn progress(&self, progress: Progress) {
        let bytes = encode(&progress).unwrap_or_default();
        say(&self.scope, protocol::PROGRESS, self.number, &bytes);
    }

    fn partial(&self, answer: Vec<u8>) {
        say(&self.scope, protocol::PARTIAL, self.number, &answer);
    }
}
