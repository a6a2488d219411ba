//! The code that went with a run: its files as a tree, and the one that is looked at.
//!
//! [`tree`] draws the files, [`file`] one of them, [`facts`] the package itself. Which one
//! is shown stands in the address as `select=`, marked lines as `lines=code:7-9`.

mod facts;
mod file;
mod tree;

use super::ask::{answer, once, shown};
use super::parts::{self, controls};
use super::state::App;
use crate::browser::clipboard;
use crate::engine::code::{CodeBytesQuery, CodeQuery, CodeView, PackageView};
use crate::model::{RunPath, TaskPath};
use crate::route::Route;
use crate::ui::dom::prelude::*;
use std::rc::Rc;

/// What is selected when the package itself is looked at. No file has this path.
const PACKAGE: &str = "/";

/// The code of a run, or the one that a task noted.
pub fn tab(app: App, run: RunPath, task: Option<(String, String)>) -> View {
    let query = CodeQuery { run, task };
    let asked = query.clone();
    let found = answer(move || Some(asked.clone()));
    let draw = shown(found, move |view: &CodeView| match &view.package {
        Some(package) => drawn(app, &query, &Rc::new(package.clone())),
        None => {
            let told = "Metaflow packs the code only where steps run on other machines, as with @batch, @kubernetes or @conda.";
            let empty = parts::empty("No code went with this run", told, None);
            el::div().class("pane").child(empty).into_view()
        }
    });
    group().child(draw).into_view()
}

/// The route of a file in the code of a task, at a line.
pub fn place(app: App, task: &TaskPath, attempt: u32, file: &str, line: Option<u64>) -> Route {
    // Another attempt first: its lines are not those of the one before.
    let route = app.task_route(task).with_attempt(Some(attempt));
    let route = route.with_tab("code");
    file::at_line(route.with_select(Some(file)), line)
}

fn drawn(app: App, query: &CodeQuery, package: &Rc<PackageView>) -> View {
    let first = package
        .script
        .clone()
        .or_else(|| package.files.first().map(|file| file.path.clone()))
        .unwrap_or_else(|| PACKAGE.to_owned());
    let chosen = Memo::new(move |_| {
        let selected = app.route.with(|route| route.select.clone());
        selected.unwrap_or_else(|| first.clone())
    });
    let pane = {
        let (query, package) = (query.clone(), package.clone());
        move || match chosen.get() {
            path if path == PACKAGE => facts::page(app, &query, &package),
            path => file::pane(app, query.clone(), path),
        }
    };
    group()
        .child(tree::side(app, package.clone(), chosen))
        .child(
            el::section()
                .class("pane")
                .attr("aria-label", "File")
                .child(pane),
        )
        .into_view()
}

/// On a narrow screen: back to the tree.
fn back(app: App) -> View {
    controls::back("All files", move || {
        let here = |route: &Route| route.clone().with_select(None).with_lines(None).to_hash();
        app.route.with(here)
    })
}

/// A button that saves a file, or the whole package.
fn save_button(app: App, query: CodeQuery, path: Option<String>, label: &'static str) -> View {
    let question = CodeBytesQuery { code: query, path };
    controls::button("download", label, "btn btn-s", move || {
        once(app, question.clone(), |view| {
            clipboard::save(&view.bytes, &view.mime, &view.file);
        });
    })
}
