//! The keys, and what they do.

use super::frame;
use crate::ui::dom::prelude::*;
use crate::ui::keys::command_key;
use crate::ui::state::Dialog;

/// What a key does, and the keys, parted by blanks; none stands for that of the command
/// on this machine.
type Keys = &'static [(&'static str, &'static str)];

const KEYS: [(&str, Keys); 7] = [
    (
        "Everywhere",
        &[
            ("Go to", ""),
            ("Nearest filter", "/"),
            ("Keys", "?"),
            ("Show or hide the rail", "["),
            ("Copy link", "Y"),
            ("Copy Python", "P"),
            ("Open a file", "O"),
            ("Read everything again", "R"),
            ("Theme", "T"),
            ("Close", "Esc"),
        ],
    ),
    (
        "In a run",
        &[
            ("Next failure", "."),
            ("Next and previous task", "J K"),
            ("Tabs", "1 to 9"),
            ("One level up", "U"),
        ],
    ),
    (
        "In a tree or a list",
        &[
            ("Move", "↑ ↓"),
            ("Open and close", "→ ←"),
            ("First and last", "Home End"),
            ("Follow", "Enter"),
            ("Open a part of a value alone", "Ctrl Enter"),
        ],
    ),
    (
        "In a table of values",
        &[
            ("Move", "← ↑ ↓ →"),
            ("First and last column", "Home End"),
            ("A screenful", "PageUp PageDown"),
            ("Open what is in the cell", "Enter"),
            ("Leave the cell", "Esc"),
        ],
    ),
    (
        "DAG",
        &[
            ("Fit", "F"),
            ("Along the edges", "← ↑ ↓ →"),
            ("First and last step", "Home End"),
            ("Choose the step", "Space"),
            ("Open the step", "Enter"),
            ("To the next that is found", "Enter"),
        ],
    ),
    (
        "Timeline",
        &[
            ("Zoom in, out", "W S"),
            ("Zoom at the pointer", "Ctrl Wheel"),
            ("Earlier, later", "A D"),
            ("The whole run", "F"),
            ("Select a bar, a row or the view", "M"),
            ("Move the range's end", "Shift ← →"),
            ("Move the range's begin", "< >"),
            ("Look at the range alone", "Enter"),
            ("Drop the range, close a list", "Esc"),
            ("Parts of a bar, or open and close", "← →"),
        ],
    ),
    (
        "Cells of a step",
        &[
            ("Move", "← ↑ ↓ →"),
            ("First and last of a row", "Home End"),
            ("Open the task", "Enter"),
        ],
    ),
];

/// The keys, and what they do.
pub fn keys() -> View {
    let row = |(name, pressed): &(&'static str, &'static str)| {
        let pressed = match *pressed {
            "" => el::kbd().child(command_key()).into_view(),
            pressed => pressed
                .split(' ')
                .map(|key| match key {
                    "to" => " to ".into_view(),
                    key => el::kbd().child(key).into_view(),
                })
                .collect_view(),
        };
        el::div()
            .child(el::dt().child(*name))
            .child(el::dd().child(pressed))
    };
    let sections = KEYS
        .iter()
        .map(|(title, rows)| {
            el::section()
                .child(el::h3().child(*title))
                .child(el::dl().child(rows.iter().map(row).collect_view()))
        })
        .collect_view();
    frame(
        Dialog::Keys,
        "Keys",
        el::div().class("keys").child(sections).into_view(),
        ().into_view(),
    )
}
