//! The address in the reader's browser: tried, and never waited for.

use std::process::{Command, Stdio};

/// Opens an address in a browser, or says that none could be opened.
pub fn open(address: &str) {
    let Some(mut command) = opener(address) else {
        return note();
    };
    let quiet = command.stdin(Stdio::null());
    let quiet = quiet.stdout(Stdio::null()).stderr(Stdio::null());
    let Ok(mut child) = quiet.spawn() else {
        return note();
    };
    // Some openers stay as long as the browser does.
    std::thread::spawn(move || {
        if !child.wait().is_ok_and(|status| status.success()) {
            note();
        }
    });
}

fn note() {
    eprintln!("No browser could be opened here: open the address yourself.");
}

#[cfg(target_os = "macos")]
fn opener(address: &str) -> Option<Command> {
    let mut command = Command::new("open");
    command.arg(address);
    Some(command)
}

#[cfg(target_os = "windows")]
fn opener(address: &str) -> Option<Command> {
    let mut command = Command::new("rundll32");
    // Unlike `start`, it takes no character of an address for one of its own.
    command.arg("url.dll,FileProtocolHandler").arg(address);
    Some(command)
}

#[cfg(not(any(target_os = "macos", target_os = "windows")))]
fn opener(address: &str) -> Option<Command> {
    // Without a screen it would open a browser made of text in this terminal.
    let has_screen = ["DISPLAY", "WAYLAND_DISPLAY", "BROWSER"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()));
    let mut command = Command::new("xdg-open");
    command.arg(address);
    has_screen.then_some(command)
}
