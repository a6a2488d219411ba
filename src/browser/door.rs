//! The page's side of the door: questions out, answers in.
//!
//! The engine is loaded when the first question is asked, or by [`programs::warm`](super::programs::warm) before.
//! `boot.js` starts it in a worker, or beside the page where none can be started; from here both are one port.

use super::files::{DroppedFolder, Gift};
use super::protocol::{self, Message};
use super::spawn::spawn;
use super::writing;
use crate::engine::ask::{Failure, FailureKind};
use crate::engine::tags::Rewrite;
use crate::engine::wire::decode;
use crate::source::Progress;
use js_sys::{Function, Object, Reflect};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use web_sys::{MessageChannel, MessageEvent, MessagePort};

/// What one hears of a question; answers are bytes, as they crossed the thread.
pub enum News {
    Progress(Progress),
    /// Right, but not yet whole.
    Partial(Vec<u8>),
    Done(Vec<u8>),
    Failed(Failure),
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

type Hear = Rc<dyn Fn(News)>;

/// The function that `boot.js` leaves in the global scope: it starts the engine.
const START: &str = "runglassEngine";

#[derive(Default)]
struct Door {
    /// None when there is no way to an engine.
    engine: RefCell<Option<Option<Running>>>,
    next: Cell<u32>,
    open: RefCell<Vec<Asked>>,
    folders: RefCell<Vec<(String, Rc<DroppedFolder>)>>,
    /// What was given by hand, for an engine that takes the place of another: word, load
    /// and key.
    gifts: RefCell<Vec<(&'static str, JsValue, String)>>,
    /// A value is looked into, which may be large.
    looks_into_value: Cell<bool>,
    /// Bytes that the engine's memory has grown by meanwhile.
    swollen: Cell<f64>,
    /// The engine that is to take the other's place.
    next_engine: RefCell<Option<Next>>,
}

/// An engine that opens the sources before it takes the place of another.
struct Next {
    engine: Running,
    /// The question that opens them.
    number: u32,
    /// Whether these are still the sources.
    right: Rc<dyn Fn() -> bool>,
}

/// A question that is open, as it was asked.
struct Asked {
    number: u32,
    request: Vec<u8>,
    hear: Hear,
}

/// An engine, and the way to it.
#[derive(Clone)]
struct Running {
    port: MessagePort,
    /// Ends its worker; beside the page there is none.
    end: Option<Function>,
}

impl Running {
    fn end(&self) {
        self.port.close();
        if let Some(end) = &self.end {
            // A worker that is gone has ended.
            let _ended = end.call0(&JsValue::NULL);
        }
    }
}

/// Memory that is not worth a new engine.
const SWOLLEN: f64 = 64e6;

thread_local! {
    static DOOR: Rc<Door> = Rc::default();
}

fn with<T>(use_it: impl FnOnce(&Rc<Door>) -> T) -> T {
    DOOR.with(|door| use_it(door))
}

fn start(door: &Rc<Door>) -> Result<Running, JsValue> {
    let start = Reflect::get(&js_sys::global(), &START.into())?;
    let start: Function = start.dyn_into()?;
    let channel = MessageChannel::new()?;
    let port = channel.port1();
    let (door, from) = (door.clone(), port.clone());
    let heard = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        if let Some(message) = Message::of(&event.data()) {
            door.hear(message, &from);
        }
    });
    port.set_onmessage(Some(heard.as_ref().unchecked_ref()));
    // It listens as long as the page lives.
    heard.forget();
    let end = start.call1(&JsValue::NULL, &channel.port2())?;
    Ok(Running {
        port,
        end: end.dyn_into().ok(),
    })
}

/// Asks by an encoded request; `hear` is called with everything that comes of it, the
/// last time with `Done` or `Failed`.
pub fn ask(request: Vec<u8>, hear: Hear) -> Ticket {
    with(|door| door.ask(request, hear))
}

/// Hands over what the user gave, under the key by which a question will name it.
pub fn give(key: &str, gift: Gift) {
    with(|door| door.give(key, gift));
}

/// Whether a value is looked into: what the engine's memory grows by until it is closed, it
/// does not need any longer.
pub fn looks_into_value(looks: bool) {
    with(|door| door.looks_into_value.set(looks));
}

/// Whether the engine holds much memory that it does not need any longer.
pub fn is_swollen() -> bool {
    with(|door| door.swollen.get() >= SWOLLEN && !door.looks_into_value.get())
}

/// Gives back memory: another engine takes the place of the one that holds too much, as soon
/// as it has answered `opening`, by which it opens the same sources. Until then the one goes
/// on; what is asked then is asked anew. It takes the place only if it is `right` by then.
pub fn renew(opening: Vec<u8>, right: impl Fn() -> bool + 'static) {
    with(|door| door.renew(&opening, Rc::new(right)));
}

/// Whether the page can write into a source.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Writable {
    /// If the user allows it.
    Yes,
    /// It is a folder that was dropped, in a browser that writes into none.
    NotHere,
    /// It is no folder that was dropped.
    No,
}

pub fn writable(key: &str) -> Writable {
    with(|door| match door.folder(key) {
        Some(folder) if folder.handles().length() > 0 => Writable::Yes,
        Some(_) => Writable::NotHere,
        None => Writable::No,
    })
}

/// Asks the user whether a file may be written; must be called while a click is handled.
pub fn permit(key: &str, path: String, done: impl FnOnce(Result<(), String>) + 'static) {
    let folder = with(|door| door.folder(key));
    spawn(async move {
        done(match folder {
            Some(folder) => writing::permit(folder.handles(), &path).await,
            None => Err(NOT_DROPPED.to_owned()),
        });
    })
    .detach();
}

const NOT_DROPPED: &str = "The folder was not dropped on this page.";

/// Replaces a file in a folder that was dropped; `done` hears why that was not possible.
pub fn replace(file: Rewrite, done: impl FnOnce(Result<(), String>) + 'static) {
    let folder = with(|door| door.folder(&file.source));
    spawn(async move {
        let done_so = match folder {
            Some(folder) => {
                let handles = folder.handles();
                writing::replace(handles, &file.path, &file.before, &file.after).await
            }
            None => Err(NOT_DROPPED.to_owned()),
        };
        done(done_so);
    })
    .detach();
}

impl Door {
    fn folder(&self, key: &str) -> Option<Rc<DroppedFolder>> {
        let folders = self.folders.borrow();
        let found = folders.iter().find(|(known, _)| known == key);
        found.map(|(_, folder)| folder.clone())
    }

    fn say(self: &Rc<Self>, word: &str, number: u32, load: &JsValue, key: &str) -> bool {
        self.engine()
            .is_some_and(|engine| protocol::send(&engine.port, word, number, load, key))
    }

    fn engine(self: &Rc<Self>) -> Option<Running> {
        let known = self.engine.borrow().clone();
        known.unwrap_or_else(|| {
            let started = start(self).ok();
            *self.engine.borrow_mut() = Some(started.clone());
            started
        })
    }

    fn number(&self) -> u32 {
        let number = self.next.get().wrapping_add(1);
        self.next.set(number);
        number
    }

    fn ask(self: &Rc<Self>, request: Vec<u8>, hear: Hear) -> Ticket {
        let number = self.number();
        let load = protocol::bytes(&request);
        self.open.borrow_mut().push(Asked {
            number,
            request,
            hear,
        });
        if !self.say(protocol::ASK, number, &load, "") {
            self.tell(number, News::Failed(lost()));
        }
        Ticket { number }
    }

    fn renew(self: &Rc<Self>, opening: &[u8], right: Rc<dyn Fn() -> bool>) {
        let has_worker = self.engine().is_some_and(|engine| engine.end.is_some());
        if !has_worker || self.next_engine.borrow().is_some() {
            return;
        }
        let Ok(engine) = start(self) else { return };
        for (word, load, key) in self.gifts.borrow().iter() {
            protocol::send(&engine.port, word, 0, load, key);
        }
        let number = self.number();
        let load = protocol::bytes(opening);
        protocol::send(&engine.port, protocol::ASK, number, &load, "");
        *self.next_engine.borrow_mut() = Some(Next {
            engine,
            number,
            right,
        });
    }

    /// The next engine has opened the sources, or cannot.
    fn renewed(self: &Rc<Self>, next: &Next, has_opened: bool) {
        if !has_opened || self.looks_into_value.get() || !(next.right)() {
            next.engine.end();
            return;
        }
        let before = self.engine.replace(Some(Some(next.engine.clone())));
        if let Some(before) = before.flatten() {
            before.end();
        }
        self.swollen.set(0.0);
        for asked in self.open.borrow().iter() {
            let load = protocol::bytes(&asked.request);
            self.say(protocol::ASK, asked.number, &load, "");
        }
    }

    /// Whether a message is the last word on the question that opens the sources for the next
    /// engine.
    fn is_of_next(self: &Rc<Self>, message: &Message) -> bool {
        let is_next = |next: &mut Next| next.number == message.number;
        let has_opened = match message.word.as_str() {
            protocol::DONE => true,
            protocol::FAILED => false,
            _ => return false,
        };
        let next = self.next_engine.borrow_mut().take_if(is_next);
        if let Some(next) = &next {
            self.renewed(next, has_opened);
        }
        next.is_some()
    }

    fn stop(self: &Rc<Self>, number: u32) {
        if self.taken(number).is_some() {
            self.say(protocol::STOP, number, &JsValue::NULL, "");
        }
    }

    fn give(self: &Rc<Self>, key: &str, gift: Gift) {
        let (word, load) = match gift {
            Gift::File(file, _) => (protocol::FILE, JsValue::from(file)),
            Gift::Files { name, files } => {
                files.unshift(&name.into());
                (protocol::FILES, JsValue::from(files))
            }
            Gift::Folder(folder) => {
                let name = JsValue::from(&folder.name);
                let mut folders = self.folders.borrow_mut();
                folders.retain(|(other, _)| other != key);
                folders.push((key.to_owned(), folder));
                (protocol::FOLDER, name)
            }
        };
        self.say(word, 0, &load, key);
        let mut gifts = self.gifts.borrow_mut();
        gifts.retain(|(_, _, other)| other != key);
        gifts.push((word, load, key.to_owned()));
    }

    fn hear(self: &Rc<Self>, message: Message, from: &MessagePort) {
        let number = message.number;
        // Whichever engine asks is answered.
        if message.word == protocol::FOLDER_ASK {
            self.answer_folder(message, from.clone());
            return;
        }
        if self.is_of_next(&message) {
            return;
        }
        let current = self.engine.borrow().clone().flatten();
        if current.is_none_or(|current| !Object::is(&current.port, from)) {
            return;
        }
        match message.word.as_str() {
            protocol::GREW if self.looks_into_value.get() => {
                let more = message.load.as_f64().unwrap_or_default();
                self.swollen.set(self.swollen.get() + more);
            }
            protocol::PROGRESS => {
                self.tell_more(number, News::Progress(decode(&message.bytes())));
            }
            protocol::PARTIAL => self.tell_more(number, News::Partial(message.bytes())),
            protocol::DONE => self.tell(number, News::Done(message.bytes())),
            protocol::FAILED => {
                self.tell(number, News::Failed(decode(&message.bytes())));
            }
            _ => {}
        }
    }

    fn taken(&self, number: u32) -> Option<Hear> {
        let mut open = self.open.borrow_mut();
        let at = open.iter().position(|other| other.number == number)?;
        Some(open.swap_remove(at).hear)
    }

    /// The last news of a question.
    fn tell(&self, number: u32, news: News) {
        if let Some(hear) = self.taken(number) {
            hear(news);
        }
    }

    fn tell_more(&self, number: u32, news: News) {
        let open = self.open.borrow();
        let hear = open.iter().find(|other| other.number == number);
        let hear = hear.map(|other| other.hear.clone());
        // What is heard may ask anew.
        drop(open);
        if let Some(hear) = hear {
            hear(news);
        }
    }

    fn answer_folder(self: &Rc<Self>, message: Message, from: MessagePort) {
        let Some(folder) = self.folder(&message.key) else {
            return;
        };
        spawn(async move {
            let answer = folder.answer(message.load).await;
            protocol::send(
                &from,
                protocol::FOLDER_ANSWER,
                message.number,
                &answer,
                &message.key,
            );
        })
        .detach();
    }
}

fn lost() -> Failure {
    Failure {
        kind: FailureKind::Fault,
        headline: "The worker cannot be reached".to_owned(),
        explanation: "The part of Runglass that reads the records has ended.".to_owned(),
        advice: vec!["Reload the page.".to_owned()],
        details: Vec::new(),
        source: None,
        newest: None,
    }
}
