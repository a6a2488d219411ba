//! The first page as a program of its own: there at once, and gone when the whole page
//! comes, which draws the same screens.

use super::given::{self, Given};
use super::state::{App, Dialog};
use super::{dialogs, dom, frame, keys, open};
use crate::browser::{files::Gift, programs};
use crate::ui::dom::prelude::*;
use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast as _;
use web_sys::HtmlElement;

/// Puts the first page in the place of the boot splash.
pub fn mount_first_page() {
    let app = App::start(take, |_| ());
    // What is drawn stands in one element, and so can be taken away again.
    let Some(ground) = ground() else { return };
    let drawing: Rc<RefCell<Option<Box<dyn Any>>>> = Rc::default();
    let ends = drawing.clone();
    let inside: HtmlElement = ground.clone().unchecked_into();
    let mounted = leptos::mount::mount_to(inside, move || {
        provide_context(app);
        keys::listen(app);
        open::accept_drops(app);
        StoredValue::new_local(dom::show(&ground, root(app)));
        let left = StoredValue::new(false);
        react(move || {
            if app.route.with(|route| route.sources.is_empty()) || left.get_value() {
                return;
            }
            left.set_value(true);
            let (ends, ground) = (ends.clone(), ground.clone());
            programs::start_whole_page(move || {
                if app.link_awaited.get_value() {
                    programs::keep_link_wish();
                }
                drop(ends.take());
                ground.remove();
            });
        });
    });
    *drawing.borrow_mut() = Some(Box::new(mounted));
    super::end_splash();
}

/// Keeps what was given for the whole page, which the address calls.
fn take(app: App, gifts: Vec<Gift>) {
    let keep = |gift: Gift| {
        let key = given::new_key(app, &gift.name());
        app.given.update(|all| all.push(Given::of(&key, &gift)));
        programs::keep(&key, gift);
        key
    };
    let keys: Vec<String> = gifts.into_iter().map(keep).collect();
    app.open_all(&keys);
}

fn ground() -> Option<web_sys::Element> {
    let ground = document().create_element("div").ok()?;
    ground.set_class_name("first-page");
    document().body()?.append_child(&ground).ok()?;
    Some(ground)
}

fn root(app: App) -> View {
    // What else opens in a dialog is a matter of the whole page.
    react(move || {
        if !matches!(app.dialog.get(), Dialog::None | Dialog::Keys) {
            app.dialog.set(Dialog::None);
        }
    });
    let opening = Memo::new(move |_| app.route.with(|route| !route.sources.is_empty()));
    group()
        .child(
            el::div()
                .class("app")
                .child(frame::skip_link())
                .child(frame::header(app))
                .child(move || match opening.get() {
                    true => open::opening(app),
                    false => open::page(app),
                }),
        )
        .child(move || (app.dialog.get() == Dialog::Keys).then(dialogs::keys))
        .child(frame::toast(app))
        .into_view()
}
