//! The page's side of the door: questions out, answers in.
//!
//! Two carriers look the same from here: a worker, and, where none can be started,
//! the engine on the page itself.

use super::files::{FileBlob, Gift};
use super::host::BrowserHost;
use super::protocol::{self, Message};
use super::remote;
use super::spawn::{Task, spawn};
use crate::engine::ask::{Failure, FailureKind, Question};
use crate::engine::{Engine, Given, Listener, encode};
use crate::source::{Folder, Progress};
use js_sys::Reflect;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};

/// What one hears of a question.
pub enum News<A> {
    Progress(Progress),
    /// Right, but not yet whole.
    Partial(A),
    Done(Result<A, Failure>),
}

/// A question that is open. Dropping it stops the work on it.
pub struct Ticket {
    number: u32,
}

impl Drop for Ticket {
    fn drop(&mut self) {
        with(|door| door.stop(self.number));
    }
}

type Hear = Rc<dyn Fn(Raw)>;

/// News before they have a type.
enum Raw {
    Progress(Progress),
    Partial(Vec<u8>),
    Done(Vec<u8>),
    Failed(Failure),
}

#[derive(Default)]
struct Door {
    carrier: RefCell<Carrier>,
    next: RefCell<u32>,
    open: RefCell<BTreeMap<u32, Hear>>,
    folders: RefCell<BTreeMap<String, Rc<dyn Folder>>>,
}

#[derive(Default)]
enum Carrier {
    #[default]
    None,
    Worker(Worker),
    Direct {
        host: Rc<BrowserHost>,
        engine: Rc<Engine>,
        running: BTreeMap<u32, Task>,
    },
}

thread_local! {
    static DOOR: Rc<Door> = Rc::default();
}

fn with<T>(use_it: impl FnOnce(&Rc<Door>) -> T) -> T {
    DOOR.with(|door| use_it(door))
}

/// Opens the door: by a worker, else directly.
pub fn open() {
    with(|door| {
        let carrier = match start_worker(door) {
            Ok(worker) => Carrier::Worker(worker),
            Err(_) => direct(),
        };
        *door.carrier.borrow_mut() = carrier;
    });
}

/// Whether the engine runs beside the page, not on it.
pub fn is_worker() -> bool {
    with(|door| matches!(*door.carrier.borrow(), Carrier::Worker(_)))
}

fn direct() -> Carrier {
    let host = Rc::new(BrowserHost::default());
    Carrier::Direct {
        engine: Rc::new(Engine::new(host.clone())),
        host,
        running: BTreeMap::new(),
    }
}

/// Starts the worker from the program that the page has already: `boot.js` says where
/// its script lies, and the compiled module goes over as it is.
fn start_worker(door: &Rc<Door>) -> Result<Worker, JsValue> {
    let boot = Reflect::get(&js_sys::global(), &"runglassBoot".into())?;
    let place = |name: &str| {
        Reflect::get(&boot, &name.into())
            .ok()
            .and_then(|place| place.as_string())
    };
    let (Some(script), Some(program)) = (place("worker"), place("js")) else {
        return Err(JsValue::from_str(
            "boot.js did not say where the worker lies",
        ));
    };
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    let worker = Worker::new_with_options(&script, &options)?;
    let heard = {
        let door = door.clone();
        Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(message) = Message::of(&event.data()) {
                door.hear(message);
            }
        })
    };
    worker.set_onmessage(Some(heard.as_ref().unchecked_ref()));
    // It listens as long as the page lives.
    heard.forget();
    let failed = Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| {
        let message = Reflect::get(&event, &"message".into())
            .ok()
            .and_then(|message| message.as_string());
        crash(&message.unwrap_or_else(|| "the worker could not be loaded".to_owned()));
    });
    worker.set_onerror(Some(failed.as_ref().unchecked_ref()));
    failed.forget();
    // Messages wait in the worker until it listens: nothing has to wait for it here.
    let start = js_sys::Array::of2(&JsValue::from_str(&program), &wasm_bindgen::module());
    worker.post_message(&start)?;
    Ok(worker)
}

fn crash(details: &str) {
    let screen = Reflect::get(&js_sys::global(), &"runglassCrash".into());
    if let Ok(screen) = screen.and_then(JsValue::dyn_into::<js_sys::Function>) {
        let _shown = screen.call1(&JsValue::NULL, &JsValue::from_str(details));
    }
}

/// Asks; `hear` is called with everything that comes of it, the last time with `Done`.
pub fn ask<Q: Question>(question: Q, hear: impl Fn(News<Q::Answer>) + 'static) -> Ticket {
    let request = encode(&question.into_request()).unwrap_or_default();
    let hear: Hear = Rc::new(move |raw| {
        let read =
            |bytes: &[u8]| postcard::from_bytes::<Q::Answer>(bytes).map_err(Failure::of_protocol);
        match raw {
            Raw::Progress(progress) => hear(News::Progress(progress)),
            Raw::Partial(bytes) => {
                if let Ok(answer) = read(&bytes) {
                    hear(News::Partial(answer));
                }
            }
            Raw::Done(bytes) => hear(News::Done(read(&bytes))),
            Raw::Failed(failure) => hear(News::Done(Err(failure))),
        }
    });
    with(|door| door.ask(request, hear))
}

/// Hands over what the user gave, under the key by which a question will name it.
pub fn give(key: &str, gift: Gift) {
    with(|door| door.give(key, gift));
}

impl Door {
    fn ask(self: &Rc<Self>, request: Vec<u8>, hear: Hear) -> Ticket {
        let number = {
            let mut next = self.next.borrow_mut();
            *next = next.wrapping_add(1);
            *next
        };
        self.open.borrow_mut().insert(number, hear);
        let mut carrier = self.carrier.borrow_mut();
        match &mut *carrier {
            Carrier::None => {}
            Carrier::Worker(worker) => {
                let (parts, handed) = protocol::bytes_message(protocol::ASK, number, &request, "");
                if worker.post_message_with_transfer(&parts, &handed).is_err() {
                    drop(carrier);
                    self.tell(number, Raw::Failed(lost()));
                }
            }
            Carrier::Direct {
                engine, running, ..
            } => {
                let (door, engine) = (self.clone(), engine.clone());
                let task = spawn(async move {
                    // Never in the middle of drawing: an answer is always news.
                    super::clock::turn().await;
                    let listener = Rc::new(DirectListener {
                        door: door.clone(),
                        number,
                    });
                    let raw = match engine.answer(&request, listener).await {
                        Ok(answer) => Raw::Done(answer),
                        Err(failure) => Raw::Failed(failure),
                    };
                    door.tell(number, raw);
                });
                running.insert(number, task);
            }
        }
        Ticket { number }
    }

    fn stop(&self, number: u32) {
        if self.open.borrow_mut().remove(&number).is_none() {
            return;
        }
        match &mut *self.carrier.borrow_mut() {
            Carrier::None => {}
            Carrier::Worker(worker) => {
                let (parts, _) = protocol::message(protocol::STOP, number, &JsValue::NULL, "");
                // A worker that cannot be reached does no work either.
                let _told = worker.post_message(&parts);
            }
            Carrier::Direct { running, .. } => drop(running.remove(&number)),
        }
    }

    fn give(&self, key: &str, gift: Gift) {
        match (&*self.carrier.borrow(), gift) {
            (Carrier::None, _) => {}
            (Carrier::Worker(worker), Gift::File(file)) => {
                let (parts, _) = protocol::message(protocol::FILE, 0, &file, key);
                let _told = worker.post_message(&parts);
            }
            (Carrier::Worker(worker), Gift::Folder(folder)) => {
                let (parts, _) = protocol::message(protocol::FOLDER, 0, &folder.name().into(), key);
                self.folders.borrow_mut().insert(key.to_owned(), folder);
                let _told = worker.post_message(&parts);
            }
            (Carrier::Direct { host, .. }, Gift::File(file)) => {
                host.give(key.to_owned(), Given::File(Rc::new(FileBlob::new(file))));
            }
            (Carrier::Direct { host, .. }, Gift::Folder(folder)) => {
                host.give(key.to_owned(), Given::Folder(folder));
            }
        }
    }

    fn hear(self: &Rc<Self>, message: Message) {
        let number = message.number;
        match message.word.as_str() {
            protocol::PROGRESS => {
                if let Ok(progress) = postcard::from_bytes(&message.bytes()) {
                    self.tell_more(number, Raw::Progress(progress));
                }
            }
            protocol::PARTIAL => self.tell_more(number, Raw::Partial(message.bytes())),
            protocol::DONE => self.tell(number, Raw::Done(message.bytes())),
            protocol::FAILED => {
                let failure = postcard::from_bytes(&message.bytes()).unwrap_or_else(|_| lost());
                self.tell(number, Raw::Failed(failure));
            }
            protocol::FOLDER_ASK => self.answer_folder(message),
            protocol::CRASHED => crash(&message.load.as_string().unwrap_or_default()),
            _ => {}
        }
    }

    /// The last news of a question.
    fn tell(&self, number: u32, raw: Raw) {
        let hear = self.open.borrow_mut().remove(&number);
        if let Some(hear) = hear {
            hear(raw);
        }
    }

    fn tell_more(&self, number: u32, raw: Raw) {
        let hear = self.open.borrow().get(&number).cloned();
        if let Some(hear) = hear {
            hear(raw);
        }
    }

    fn answer_folder(self: &Rc<Self>, message: Message) {
        let door = self.clone();
        spawn(async move {
            let folder = door.folders.borrow().get(&message.key).cloned();
            let ask = postcard::from_bytes(&message.bytes());
            let (Some(folder), Ok(ask)) = (folder, ask) else {
                return;
            };
            let answer = remote::answer(&*folder, ask).await;
            let bytes = encode(&answer).unwrap_or_default();
            if let Carrier::Worker(worker) = &*door.carrier.borrow() {
                let (parts, handed) = protocol::bytes_message(
                    protocol::FOLDER_ANSWER,
                    message.number,
                    &bytes,
                    &message.key,
                );
                let _told = worker.post_message_with_transfer(&parts, &handed);
            }
        })
        .detach();
    }
}

struct DirectListener {
    door: Rc<Door>,
    number: u32,
}

impl Listener for DirectListener {
    fn progress(&self, progress: Progress) {
        self.door.tell_more(self.number, Raw::Progress(progress));
    }

    fn partial(&self, answer: Vec<u8>) {
        self.door.tell_more(self.number, Raw::Partial(answer));
    }
}

fn lost() -> Failure {
    Failure {
        kind: FailureKind::Fault,
        headline: "The worker cannot be reached".to_owned(),
        explanation: "The part of Runglass that reads the records has ended.".to_owned(),
        advice: vec!["Reload the page.".to_owned()],
        details: Vec::new(),
    }
}
