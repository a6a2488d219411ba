//! The engine's life: it answers questions that come through a port, and stops those
//! that nobody waits for.

use super::given::{FileBlob, PickedFolder};
use super::host::BrowserHost;
use super::live_folder::{LiveFolder, Waiters};
use super::protocol::{self, Message};
use super::spawn::{Task, spawn};
use crate::engine::{Engine, Given, Listener, encode};
use crate::source::Progress;
use js_sys::{Array, Reflect};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use web_sys::{File, MessageEvent, MessagePort};

/// The port that `worker.js` leaves in the global scope.
const PORT: &str = "runglassPort";

struct Worker {
    port: MessagePort,
    host: Rc<BrowserHost>,
    engine: Engine,
    waiters: Rc<Waiters>,
    running: RefCell<BTreeMap<u32, Task>>,
    /// Bytes of memory, as the page was told last.
    memory: Cell<usize>,
}

/// Starts to listen; what was said before is heard now.
pub fn run() {
    let port = Reflect::get(&js_sys::global(), &JsValue::from_str(PORT));
    // Without a port nobody is there who could ask.
    let Ok(port) = port.and_then(JsValue::dyn_into::<MessagePort>) else {
        return;
    };
    let host = Rc::new(BrowserHost::default());
    let worker = Rc::new(Worker {
        port: port.clone(),
        engine: Engine::new(host.clone()),
        host,
        waiters: Rc::default(),
        running: RefCell::default(),
        memory: Cell::new(memory()),
    });
    let heard = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        if let Some(message) = Message::of(&event.data()) {
            worker.hear(message);
        }
    });
    port.set_onmessage(Some(heard.as_ref().unchecked_ref()));
    // It listens as long as the page lives.
    heard.forget();
}

impl Worker {
    fn hear(self: &Rc<Self>, message: Message) {
        match message.word.as_str() {
            protocol::ASK => self.start(message.number, message.bytes()),
            protocol::STOP => drop(self.running.borrow_mut().remove(&message.number)),
            protocol::FILE => {
                if let Ok(file) = message.load.dyn_into::<File>() {
                    self.host
                        .give(message.key, Given::File(Rc::new(FileBlob::new(file))));
                }
            }
            protocol::FILES => {
                // The name, then the files.
                let parts: Array = message.load.unchecked_into();
                let name = parts.shift().as_string().unwrap_or_default();
                let folder = PickedFolder::new(name, &parts);
                self.host.give(message.key, Given::Folder(Rc::new(folder)));
            }
            protocol::FOLDER => {
                let name = message.load.as_string().unwrap_or_default();
                let (port, waiters) = (self.port.clone(), self.waiters.clone());
                let folder = LiveFolder::new(port, waiters, message.key.clone(), name);
                self.host.give(message.key, Given::Folder(Rc::new(folder)));
            }
            protocol::FOLDER_ANSWER => self.waiters.answered(message.number, message.load),
            _ => {}
        }
    }

    fn start(self: &Rc<Self>, number: u32, request: Vec<u8>) {
        let worker = self.clone();
        let teller = Rc::new(Teller {
            port: self.port.clone(),
            number,
        });
        let task = spawn(async move {
            let answer = worker.engine.answer(&request, teller.clone()).await;
            worker.tell_growth();
            match answer {
                Ok(answer) => teller.say(protocol::DONE, &answer),
                Err(failure) => teller.say(protocol::FAILED, &encode(&failure).unwrap_or_default()),
            }
            // Dropping the handle of work that has ended does nothing.
            worker.running.borrow_mut().remove(&number);
        });
        self.running.borrow_mut().insert(number, task);
    }
}

impl Worker {
    /// Memory is never given back to the browser but with all of the worker.
    fn tell_growth(&self) {
        let now = memory();
        let more = now.saturating_sub(self.memory.replace(now));
        if more > 0 {
            let more = JsValue::from_f64(more as f64);
            let _told = protocol::send(&self.port, protocol::GREW, 0, &more, "");
        }
    }
}

/// Bytes of this program's memory.
fn memory() -> usize {
    /// WebAssembly core specification, “Memory Instances”.
    const PAGE: usize = 65_536;
    core::arch::wasm32::memory_size(0) * PAGE
}

/// Tells the page what comes of a question.
struct Teller {
    port: MessagePort,
    number: u32,
}

impl Teller {
    fn say(&self, word: &str, bytes: &[u8]) {
        // A page that is gone needs no answer.
        let _told = protocol::send(&self.port, word, self.number, &protocol::bytes(bytes), "");
    }
}

impl Listener for Teller {
    fn progress(&self, progress: Progress) {
        self.say(protocol::PROGRESS, &encode(&progress).unwrap_or_default());
    }

    fn partial(&self, answer: Vec<u8>) {
        self.say(protocol::PARTIAL, &answer);
    }
}
