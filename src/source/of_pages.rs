//! Advice that only helps before a page: it speaks of fields, tabs and of what is dropped.
//!
//! A terminal says each of these in its own way (`cli::told`), so they have names.

/// A page asks for it in a field.
pub const KEY: &str = "Give the key that the host wants: it stays in this tab.";
pub const KEY_TOO: &str = "If the host wants a key, give it: it stays in this tab.";
pub const OTHER_KEY: &str = "Give the key, or another one: what is open is then read with it.";
pub const DROP_FILE: &str = "Or download the file and drop it here.";
pub const DROP_IT: &str = "Or download it and drop it here.";
pub const OTHER_TAB: &str = "Download the file in another tab and drop it here.";
pub const ADDRESS: &str =
    "An address begins with https:// or http://, or is relative to this page.";
pub const LOCAL_NETWORK: &str =
    "Let the browser reach the local network, if it asks or has been told not to (site settings).";
pub const INSIDE_NETWORK: &str = "Or open Runglass from inside that network, or from this machine.";
pub const HIDDEN: &str = "Metaflow writes to a folder named .metaflow beside the flow; file dialogs hide it until hidden files are shown.";
pub const CHOOSE: &str =
    "Choose the folder that holds .metaflow, .metaflow itself, or a zip of either.";
pub const OTHER_SOURCE: &str = "The link may belong to another source: open that one.";
