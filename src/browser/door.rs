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
use js_sys::Reflect;
use std::cell::{Cell, OnceCell, RefCell};
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
    port: OnceCell<Option<MessagePort>>,
    next: Cell<u32>,
    open: RefCell<Vec<(u32, Hear)>>,
    folders: RefCell<Vec<(String, Rc<DroppedFolder>)>>,
}

thread_local! {
    static DOOR: Rc<Door> = Rc::default();
}

fn with<T>(use_it: impl FnOnce(&Rc<Door>) -> T) -> T {
    DOOR.with(|door| use_it(door))
}

fn start(door: &Rc<Door>) -> Result<MessagePort, JsValue> {
    let start = Reflect::get(&js_sys::global(), &START.into())?;
    let start: js_sys::Function = start.dyn_into()?;
    let channel = MessageChannel::new()?;
    let port = channel.port1();
    let door = door.clone();
    let heard = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        if let Some(message) = Message::of(&event.data()) {
            door.hear(message);
        }
    });
    port.set_onmessage(Some(heard.as_ref().unchecked_ref()));
    // It listens as long as the page lives.
    heard.forget();
    start.call1(&JsValue::NULL, &channel.port2())?;
    Ok(port)
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
        self.port()
            .is_some_and(|port| protocol::send(port, word, number, load, key))
    }

    fn port(self: &Rc<Self>) -> Option<&MessagePort> {
        self.port.get_or_init(|| start(self).ok()).as_ref()
    }

    fn ask(self: &Rc<Self>, request: Vec<u8>, hear: Hear) -> Ticket {
        let number = self.next.get().wrapping_add(1);
        self.next.set(number);
        self.open.borrow_mut().push((number, hear));
        if !self.say(protocol::ASK, number, &protocol::bytes(&request), "") {
            self.tell(number, News::Failed(lost()));
        }
        Ticket { number }
    }

    fn stop(self: &Rc<Self>, number: u32) {
        if self.taken(number).is_some() {
            self.say(protocol::STOP, number, &JsValue::NULL, "");
        }
    }

    fn give(self: &Rc<Self>, key: &str, gift: Gift) {
        match gift {
            Gift::File(file, _) => self.say(protocol::FILE, 0, &file, key),
            Gift::Files { name, files } => {
                files.unshift(&name.into());
                self.say(protocol::FILES, 0, &files, key)
            }
            Gift::Folder(folder) => {
                let name = JsValue::from(&folder.name);
                let mut folders = self.folders.borrow_mut();
                folders.retain(|(other, _)| other != key);
                folders.push((key.to_owned(), folder));
                self.say(protocol::FOLDER, 0, &name, key)
            }
        };
    }

    fn hear(self: &Rc<Self>, message: Message) {
        let number = message.number;
        match message.word.as_str() {
            protocol::PROGRESS => {
                self.tell_more(number, News::Progress(decode(&message.bytes())));
            }
            protocol::PARTIAL => self.tell_more(number, News::Partial(message.bytes())),
            protocol::DONE => self.tell(number, News::Done(message.bytes())),
            protocol::FAILED => {
                self.tell(number, News::Failed(decode(&message.bytes())));
            }
            protocol::FOLDER_ASK => self.answer_folder(message),
            _ => {}
        }
    }

    fn taken(&self, number: u32) -> Option<Hear> {
        let mut open = self.open.borrow_mut();
        let at = open.iter().position(|(other, _)| *other == number)?;
        Some(open.swap_remove(at).1)
    }

    /// The last news of a question.
    fn tell(&self, number: u32, news: News) {
        if let Some(hear) = self.taken(number) {
            hear(news);
        }
    }

    fn tell_more(&self, number: u32, news: News) {
        let open = self.open.borrow();
        let hear = open.iter().find(|(other, _)| *other == number);
        let hear = hear.map(|(_, hear)| hear.clone());
        // What is heard may ask anew.
        drop(open);
        if let Some(hear) = hear {
            hear(news);
        }
    }

    fn answer_folder(self: &Rc<Self>, message: Message) {
        let Some(folder) = self.folder(&message.key) else {
            return;
        };
        let door = self.clone();
        spawn(async move {
            let answer = folder.answer(message.load).await;
            door.say(
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
