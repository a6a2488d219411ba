//! The key of a private host: where it is typed in, on the first page and where a host has
//! asked for it. It stays in the memory of this tab.

use super::state::App;
use crate::browser::private;
use crate::source::http::key::Key;
use crate::source::http::signed::parted;
use crate::ui::dom::prelude::*;
use web_sys::HtmlInputElement;

/// Two fields, and what was typed into them.
#[derive(Clone, Copy)]
pub struct Fields {
    header: Reference,
    value: Reference,
    /// A presigned address, where one was not enough.
    address: Reference,
}

/// What most hosts want.
const HEADER: &str = "Authorization";

impl Fields {
    pub fn new() -> Self {
        Self {
            header: Reference::new(),
            value: Reference::new(),
            address: Reference::new(),
        }
    }

    pub fn view(self) -> Element {
        let field = |reference, label: &'static str| {
            el::input()
                .reference(reference)
                .attr("type", "text")
                .attr("autocomplete", "off")
                .attr("autocapitalize", "off")
                .attr("spellcheck", "false")
                .attr("aria-label", label)
        };
        el::div()
            .class("unlock")
            .child(
                el::label()
                    .class("field")
                    .child(field(self.header, "Header").property("value", HEADER)),
            )
            .child(
                el::label().class("field").child(
                    field(self.value, "Key")
                        // Nobody reads it over a shoulder.
                        .attr("type", "password")
                        .attr("autocomplete", "new-password")
                        .attr("placeholder", "Bearer …"),
                ),
            )
    }

    /// The way for who has a presigned address of the same file.
    fn presigned(self) -> Element {
        el::label().class("field").child(
            el::input()
                .reference(self.address)
                .attr("type", "password")
                .attr("autocomplete", "off")
                .attr("spellcheck", "false")
                .attr("aria-label", "Presigned address")
                .attr(
                    "placeholder",
                    "or its presigned address: https://…?…Signature=…",
                ),
        )
    }

    /// Keeps what was typed for a source; says so where it can be no header. Whether one may
    /// go on.
    pub fn keep(self, app: App, source: &str) -> bool {
        let typed = |reference: Reference| {
            let field = reference.get_as::<HtmlInputElement>();
            let typed = field.map(|field| field.value());
            typed.unwrap_or_default().trim().to_owned()
        };
        let address = typed(self.address);
        if !address.is_empty() {
            let place = parted(source).map_or_else(|| source.to_owned(), |(bare, _)| bare);
            match parted(&address) {
                Some((bare, query)) if bare == place => private::sign(source, &query),
                Some(_) => {
                    app.say(
                        "That is the address of something else. Open it by itself",
                        false,
                    );
                    return false;
                }
                None => {
                    app.say("That address has no signature", false);
                    return false;
                }
            }
        }
        let key = Key {
            header: typed(self.header),
            value: typed(self.value),
        };
        if key.value.is_empty() {
            return true;
        }
        if key.is_forbidden() {
            app.say(
                format!(
                    "No page may send {}: browsers keep that header for themselves",
                    key.header
                ),
                false,
            );
            return false;
        }
        if !key.is_sound() {
            app.say(
                "A header has a name of letters and a value in one line",
                false,
            );
            return false;
        }
        private::unlock(source, &key);
        true
    }
}

/// On the first page, below the address.
pub fn offer(fields: Fields) -> Element {
    el::details()
        .class("unlock-offer")
        .child(el::summary().child("Needs a key?"))
        .child(fields.view())
        .child(el::p().class("hint").child(
            "Sent to this address and what lies below it, kept in this tab’s memory, in no link.",
        ))
}

/// Where a host has asked for it.
pub fn asked(app: App, source: String) -> Element {
    let fields = Fields::new();
    let again = move |event: web_sys::Event| {
        event.prevent_default();
        if fields.keep(app, &source) {
            app.retry();
        }
    };
    el::form()
        .class("unlock-asked")
        .on("submit", again)
        .child(el::h2().child("A key for it"))
        .child(fields.view())
        .child(fields.presigned())
        .child(el::p().class("hint").child(
            "Sent to this address and what lies below it, kept in this tab’s memory, in no link.",
        ))
        .child(
            el::button()
                .class("btn btn-primary")
                .child("Open with this key"),
        )
}
