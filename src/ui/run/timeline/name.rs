//! How a task is named in little room: by the values of its foreach, which are never cut
//! while anything else can give way.

use crate::engine::timeline::{Grouping, TaskBar};
use crate::model::pathspec::shown_task;
use crate::ui::dom::prelude::*;

/// So many letters stand beside a mark and a duration, and fewer in a row of a group.
const ROOM: usize = 21;
const INSIDE: usize = 19;

/// A name in parts: what comes first gives way first.
pub(super) struct Name {
    /// Where tasks of several steps stand together.
    step: Option<String>,
    /// Variables, while there is room for them, and values.
    values: Vec<(String, String)>,
}

impl Name {
    pub fn of(task: &TaskBar, grouping: &Grouping) -> Self {
        let is_alone = *grouping == Grouping::Step && !task.is_inside;
        let is_mixed = *grouping != Grouping::Step || is_alone;
        let mut values: Vec<(String, String)> = (task.values.iter())
            .map(|(variable, value)| (variable.clone(), in_a_line(value)))
            .collect();
        // By host, or by another value, a task that is alone has the name of its group too.
        let is_named = task.name != task.step && task.values.is_empty();
        if is_named && !task.name.starts_with(&format!("{}/", task.step)) {
            values.push((String::new(), in_a_line(&task.name)));
        }
        if values.is_empty() {
            let name = match is_alone || task.name == task.step {
                true => task.step.clone(),
                false => shown_task(&task.step, &task.id),
            };
            return Self {
                step: None,
                values: vec![(String::new(), name)],
            };
        }
        let step = is_mixed.then(|| task.step.clone());
        let mut name = Self { step, values };
        let room = match task.is_inside && *grouping != Grouping::None {
            true => INSIDE,
            false => ROOM,
        };
        if name.words().chars().count() > room {
            for (variable, _) in &mut name.values {
                variable.clear();
            }
        }
        name
    }

    /// All of it as it is seen.
    pub fn words(&self) -> String {
        let mut words = self.step.clone().unwrap_or_default();
        for (at, (variable, value)) in self.values.iter().enumerate() {
            if at > 0 {
                words.push_str(" / ");
            } else if !words.is_empty() {
                words.push(' ');
            }
            if !variable.is_empty() {
                words.push_str(&format!("{variable}="));
            }
            words.push_str(value);
        }
        words
    }

    pub fn view(self) -> Element {
        let step = self.step.map(|step| {
            group()
                .child(el::span().class("dim").child(step))
                .child(" ")
        });
        let mut values = group();
        for (at, (variable, value)) in self.values.into_iter().enumerate() {
            let variable = (!variable.is_empty())
                .then(|| el::span().class("faint").child(format!("{variable}=")));
            values = values
                .child((at > 0).then(|| el::span().class("faint").child(" / ")))
                .child(variable)
                .child(value);
        }
        el::span()
            .class("name in-parts")
            .child(step)
            .child(el::span().class("value").child(values))
    }
}

/// A row is one line.
fn in_a_line(text: &str) -> String {
    text.replace(['\n', '\r'], "⏎").replace('\t', " ")
}
