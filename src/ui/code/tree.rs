//! The files of a package: the flow's own first, then all as a tree of folders.

use super::PACKAGE;
use crate::browser::letters::lower;
use crate::engine::code::{FileRow, Owner, PackageView};
use crate::layout::folders;
use crate::text::human;
use crate::ui::dom::prelude::*;
use crate::ui::parts::controls::text_filter;
use crate::ui::parts::marks::icon;
use crate::ui::state::App;
use std::cell::Cell;
use std::rc::Rc;

/// Rows that are drawn; a filter finds the rest.
const ROWS: usize = 1000;

/// Which folders were opened or closed by hand.
type Folds = RwSignal<Vec<(String, bool)>>;

pub fn side(app: App, package: Rc<PackageView>, chosen: Memo<String>) -> View {
    let typed = RwSignal::new(String::new());
    let folds: Folds = RwSignal::new(Vec::new());
    let total = human::counted(package.files.len() as u64, "file", "files");
    let rows = move || {
        let text = typed.with(|text| lower(text.trim()));
        match text.is_empty() {
            true => tree(app, &package, folds, chosen),
            false => found(app, &package, &text, chosen),
        }
    };
    el::section()
        .class("side")
        .attr("aria-label", "Files")
        .child(
            el::div()
                .class("pane-head")
                .child(el::span().class("n").child(total))
                .child(text_filter("Filter files", typed)),
        )
        .child(
            el::div()
                .class("tree files scroll")
                .attr("role", "tree")
                .attr("aria-label", "Files")
                .child(rows),
        )
        .child(
            el::div()
                .class("package tree")
                .child(package_row(app, chosen)),
        )
        .into_view()
}

fn tree(app: App, package: &PackageView, folds: Folds, chosen: Memo<String>) -> View {
    let script = package.files.first();
    let script = script.filter(|file| Some(&file.path) == package.script.as_ref());
    // The first row is where the keyboard comes in.
    let entry = Cell::new(true);
    let script_row =
        script.map(|one| file_row(app, one, &one.path, 0, entry.replace(false), chosen));
    // What is not the user's is not what one looks for: it comes last, and closed.
    let owners = [Owner::User, Owner::Notes, Owner::Library];
    let parts = owners.map(|owner| {
        let own = |file: &&FileRow| file.owner == owner && script != Some(*file);
        // The engine has them in the order of their paths.
        let files: Vec<&FileRow> = package.files.iter().filter(own).collect();
        let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
        let is_open = |path: &str| {
            let by_hand = folds.with(|folds| {
                let known = folds.iter().find(|(known, _)| known == path);
                known.map(|(_, open)| *open)
            });
            by_hand.unwrap_or_else(|| {
                let holds = |chosen: &String| {
                    let rest = chosen.strip_prefix(path);
                    rest.is_some_and(|rest| rest.starts_with('/'))
                };
                owner == Owner::User || chosen.with_untracked(holds)
            })
        };
        let rows = folders::rows(&paths, &is_open);
        let left = rows.len().saturating_sub(ROWS);
        let drawn = rows.iter().take(ROWS).map(|row| match row.files {
            Some(count) => folder(
                row,
                count,
                is_open(row.path),
                owner,
                entry.replace(false),
                folds,
            ),
            None => {
                let one = files.get(row.at);
                one.map(|one| file_row(app, one, row.name, row.level, entry.replace(false), chosen))
                    .into_view()
            }
        });
        group().child(drawn.collect_view()).child(more(left))
    });
    group()
        .child(script_row)
        .child(parts.into_iter().collect_view())
        .into_view()
}

/// The files in whose path a text is, with their whole paths.
fn found(app: App, package: &PackageView, text: &str, chosen: Memo<String>) -> View {
    let matching = |file: &&FileRow| lower(&file.path).contains(text);
    let all: Vec<&FileRow> = package.files.iter().filter(matching).collect();
    if all.is_empty() {
        return el::p()
            .class("note")
            .child("No file has this in its path. The text of files is not searched.")
            .into_view();
    }
    let drawn = all.iter().take(ROWS);
    let drawn = drawn
        .enumerate()
        .map(|(at, file)| file_row(app, file, &file.path, 0, at == 0, chosen));
    group()
        .child(drawn.collect_view())
        .child(more(all.len().saturating_sub(ROWS)))
        .into_view()
}

fn more(left: usize) -> Option<Element> {
    (left > 0).then(|| {
        let told = format!("{} more: filter by name", human::count(left as u64));
        el::p().class("note").child(told)
    })
}

fn folder(
    row: &folders::Row<'_>,
    count: usize,
    open: bool,
    owner: Owner,
    first: bool,
    folds: Folds,
) -> View {
    let path = row.path.to_owned();
    let toggle = move |_| {
        folds.update(|folds| {
            folds.retain(|(known, _)| *known != path);
            folds.push((path.clone(), !open));
        });
    };
    el::div()
        .key(row.path.to_owned())
        .attr("role", "treeitem")
        .class("tree-row")
        .class_if("faint", owner != Owner::User)
        .attr("aria-level", row.level + 1)
        .attr("aria-expanded", open.to_string())
        .attr("tabindex", if first { "0" } else { "-1" })
        .style("--l", row.level)
        .on_click(toggle)
        .child(el::span().class("twist").child(icon("right", "icon-s")))
        .child(icon("folder", ""))
        .child(el::span().class("name").child(row.name.to_owned()))
        .child(el::span().class("n").child(human::count(count as u64)))
        .into_view()
}

/// `first` is where the keyboard comes into the tree.
fn file_row(
    app: App,
    file: &FileRow,
    name: &str,
    level: u32,
    first: bool,
    chosen: Memo<String>,
) -> View {
    let path = file.path.clone();
    let own = path.clone();
    let mark = match file.owner {
        _ if file.link.is_some() => "link",
        Owner::User => "code",
        Owner::Notes | Owner::Library => "file",
    };
    let size = match &file.link {
        Some(_) => "link".to_owned(),
        None => human::size(file.size),
    };
    el::a()
        .key(file.path.clone())
        .attr("role", "treeitem")
        .class("tree-row")
        .class_if("faint", file.owner != Owner::User)
        .attr("href", move || href(app, &path))
        .attr("title", file.path.clone())
        .attr("aria-level", level + 1)
        .attr("aria-selected", move || {
            chosen.with(|chosen| *chosen == own).to_string()
        })
        .attr("tabindex", if first { "0" } else { "-1" })
        .style("--l", level)
        .child(
            el::span()
                .class("twist none")
                .child(icon("right", "icon-s")),
        )
        .child(icon(mark, ""))
        .child(el::span().class("name").child(name.to_owned()))
        .child(el::span().class("n").child(size))
        .into_view()
}

/// What is known of the package itself.
fn package_row(app: App, chosen: Memo<String>) -> View {
    el::a()
        .class("tree-row")
        .attr("href", move || href(app, PACKAGE))
        .attr("aria-current", move || {
            chosen.with(|chosen| chosen == PACKAGE).then_some("page")
        })
        .child(icon("pack", ""))
        .child(el::span().class("name").child("About this package"))
        .into_view()
}

fn href(app: App, path: &str) -> String {
    app.route.with(|route| {
        let here = route.clone().with_select(Some(path)).with_lines(None);
        here.to_hash()
    })
}
