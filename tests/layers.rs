//! Who may use whom: the table at the top of `src/lib.rs`, held against the code.
//!
//! Every file of `src/` is read and its paths are compared with [`rules::LAYERS`], those
//! of other modules and those of other crates. Beside that: who may wait, who may
//! start what waits, and how no text becomes HTML. A rule that gets in the way is
//! changed here and in `src/lib.rs`, with the reason, not worked around.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed, which is what it is for"
)]

#[path = "layers/rules.rs"]
mod rules;
#[path = "layers/scan.rs"]
mod scan;

use rules::{EXCEPTIONS, LAYERS, faults};
use std::path::{Path, PathBuf};

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = repository().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn rust_files(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, out);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            out.push(path);
        }
    }
}

#[test]
fn every_file_keeps_to_its_layer() {
    let crates = dependencies(&read("Cargo.toml"));
    let mut files = Vec::new();
    rust_files(&repository().join("src"), &mut files);
    files.sort();
    assert!(files.len() > LAYERS.len(), "src/ was not found");
    let faults: Vec<String> = files
        .iter()
        .flat_map(|file| {
            let inside = file.strip_prefix(repository()).unwrap();
            let inside = inside.to_string_lossy().replace('\\', "/");
            faults(&inside, &read(file), &crates)
        })
        .collect();
    let (excused, faults): (Vec<String>, Vec<String>) = faults
        .into_iter()
        .partition(|fault| EXCEPTIONS.iter().any(|one| one.excuses(fault)));
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
    for exception in EXCEPTIONS {
        let needed = excused.iter().any(|fault| exception.excuses(fault));
        assert!(
            needed,
            "no longer needed in rules::EXCEPTIONS: {exception:?}"
        );
    }
}

#[test]
fn the_table_is_that_of_the_crate() {
    let source = read("src/lib.rs");
    let declared: Vec<&str> = source
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .collect();
    let here: Vec<&str> = LAYERS.iter().map(|layer| layer.name).collect();
    assert_eq!(
        declared, here,
        "the modules of src/lib.rs and of LAYERS, in their order"
    );

    let documented: Vec<&str> = source
        .lines()
        .filter_map(|line| line.strip_prefix("//! | ")?.split('`').nth(1))
        .collect();
    assert_eq!(documented, here, "the rows of the table in src/lib.rs");

    for (at, layer) in LAYERS.iter().enumerate() {
        for module in layer.modules {
            let above = here[..at].contains(module);
            assert!(
                above,
                "`{}` uses `{module}`, which stands below it",
                layer.name
            );
        }
    }
}

/// Snippets of a file, each with the faults that it must have, by line and word.
#[track_caller]
fn check(file: &str, source: &str, expected: &[(usize, &str)]) {
    let crates = [
        "serde",
        "serde_json",
        "leptos",
        "web_sys",
        "proptest",
        "chrono",
    ];
    let found = faults(file, source, &crates.map(str::to_owned));
    assert_eq!(found.len(), expected.len(), "in {source}\nfound {found:#?}");
    for (found, (line, word)) in found.iter().zip(expected) {
        assert!(found.starts_with(&format!("{file}:{line}: ")), "{found}");
        assert!(found.contains(word), "{found} does not name {word}");
    }
}

#[test]
fn foreign_modules_are_found_wherever_they_are_named() {
    let file = "src/text/ansi/mod.rs";
    for (source, expected) in [
        ("use crate::model::Run;", &[][..]),
        ("use crate::text::human;", &[]),
        ("use crate::engine::Ask;", &[(1, "crate::engine::Ask")]),
        (
            "use crate::{model::Run, engine::{Ask, self}};",
            &[(1, "crate::engine::Ask"), (1, "crate::engine::self")],
        ),
        (
            "use crate::{\n    model,\n    source as bytes,\n};",
            &[(3, "crate::source")],
        ),
        ("pub use crate::route::*;", &[(1, "crate::route::*")]),
        (
            "fn f(x: &crate::formats::Found) {}",
            &[(1, "crate::formats::Found")],
        ),
        (
            "fn f() -> Vec<crate::ui::App> { crate::cli::main() }",
            &[(1, "crate::ui::App"), (1, "crate::cli::main")],
        ),
        (
            "let x = runglass::browser::start();",
            &[(1, "runglass::browser::start")],
        ),
        // Upwards and out of the module; inner modules are one step deeper.
        ("use super::human;", &[]),
        (
            "use super::super::engine::Ask;",
            &[(1, "crate::engine::Ask")],
        ),
        (
            "mod tests {\n    use super::super::super::engine;\n}",
            &[(2, "crate::engine")],
        ),
        (
            "mod tests {\n    use super::super::human;\n}\nuse super::super::model;",
            &[],
        ),
        (
            "fn f() { super::super::pickle::decode() }",
            &[(1, "crate::pickle::decode")],
        ),
        ("pub(crate) fn f() {} pub(in crate::text) fn g() {}", &[]),
        ("fn f<'a>() -> impl Sized + use<'a> {}", &[]),
    ] {
        check(file, source, expected);
    }
    check("src/main.rs", "fn main() { runglass::cli::main() }", &[]);
    check("src/main.rs", "use runglass::pickle;", &[(1, "pickle")]);
}

#[test]
fn foreign_crates_are_found_wherever_they_are_named() {
    let file = "src/layout/axis.rs";
    for (source, expected) in [
        ("use serde::Serialize;", &[][..]),
        ("use std::fmt; use core::mem; use alloc::vec;", &[]),
        ("use leptos::prelude::*;", &[(1, "leptos::prelude::*")]),
        ("use serde_json;", &[(1, "serde_json")]),
        (
            "use {serde::Serialize, web_sys::Window as W};",
            &[(1, "web_sys::Window")],
        ),
        ("use ::chrono::Utc;", &[(1, "chrono::Utc")]),
        (
            "#[derive(serde::Serialize)]\nstruct S(web_sys::File);",
            &[(2, "web_sys::File")],
        ),
        (
            "let x = serde_json::from_str::<web_sys::Url>(y);",
            &[(1, "serde_json::from_str"), (1, "web_sys::Url")],
        ),
        // Not the crate: a field, a variable, somebody's associated name.
        (
            "self.leptos.x(); let leptos = 1; a::leptos::b(); <T as X>::leptos::y();",
            &[],
        ),
        ("#[cfg(test)] mod tests { use proptest::prelude::*; }", &[]),
    ] {
        check(file, source, expected);
    }
    check(
        file,
        "use proptest::prelude::*; mod tests {} fn f() { proptest::x() }",
        &[(1, "proptest::prelude"), (1, "proptest::x")],
    );
    check(
        "src/pickle/mod.rs",
        "use serde::Serialize;",
        &[(1, "nothing else")],
    );
}

#[test]
fn waiting_is_for_those_who_may() {
    for (source, expected) in [
        (
            "async fn f() { g().await }",
            &[(1, "async"), (1, "await")][..],
        ),
        ("fn f() -> impl Future<Output = ()> {}", &[(1, "Future")]),
        ("let r#async = 1; let awaited = FutureLine;", &[]),
    ] {
        check("src/formats/taps.rs", source, expected);
        check("src/source/mod.rs", source, &[]);
    }
    check(
        "src/ui/mod.rs",
        "\nspawn_local(f());",
        &[(2, "spawn_local")],
    );
    check("src/browser/spawn.rs", "spawn_local(f());", &[]);
}

#[test]
fn text_stays_text() {
    for (source, expected) in [
        ("view! { <p inner_html=x/> }", &[(1, "inner_html")][..]),
        ("element.set_inner_html(x);", &[(1, "set_inner_html")]),
        ("view! { <p style=x class=\"style=\"/> }", &[(1, "style=")]),
        (
            "view! {\n  <p\n    style=\"color: red\"\n  />\n}",
            &[(3, "style=")],
        ),
        ("view! { <Part attr:style=x/> }", &[(1, "style=")]),
        (
            "view! { <p>{move || view! { <b style = y/> }}</p> }",
            &[(1, "style=")],
        ),
        (
            "view! { <p style:width=x class:style=y data-style=z/> }",
            &[],
        ),
        ("view! { {let style = 1; (style == 1)} }", &[]),
        ("let style=1; fn view(style: u8) {}", &[]),
    ] {
        check("src/ui/part.rs", source, expected);
    }
}

#[test]
fn comments_and_strings_name_nothing() {
    for source in [
        "// use crate::engine;\n/// crate::engine::Ask, async\n//! leptos::prelude",
        "/* use crate::ui; /* nested */ async */",
        "\"crate::ui\" \"\\\" crate::ui\" \"two\nlines async\"",
        "r\"crate::ui\\\" r#\"a \" crate::ui \"# br##\"async \"# \"## b\"await\" c\"leptos::x\"",
        "'\"' '\\'' b'\"' '\\u{1f}' \"crate::ui\"",
        "impl<'async> X<'async> for Y<'_> { fn f(c: char) -> &'static str { \"async\" } }",
    ] {
        check("src/layout/axis.rs", source, &[]);
    }
    // What stands behind them is code again.
    for source in [
        "/* a */ use crate::ui;",
        "let a = '\"'; use crate::ui;",
        "let a = \"//\"; use crate::ui;",
        "let a = r#\"\"\"#; use crate::ui;",
        "fn f<'a>(x: &'a str) { crate::ui::x(x, '\\\\') }",
    ] {
        check("src/layout/axis.rs", source, &[(1, "crate::ui")]);
    }
    check(
        "src/layout/axis.rs",
        "\"\n\n\"; /*\n*/ use crate::ui;",
        &[(4, "crate::ui")],
    );
}

#[test]
fn dependencies_are_read_from_the_manifest() {
    let manifest = r#"
[package]
name = "x"
[dependencies]
# serde_old = "1"
futures-util = { version = "0.3" }
serde = "1"
[target.'cfg(target_arch = "wasm32")'.dependencies.web-sys]
version = "0.3"
features = [
  "Blob",
]
[dev-dependencies]
insta = "1"
[profile.release]
lto = "fat"
"#;
    assert_eq!(
        dependencies(manifest),
        ["futures_util", "serde", "web_sys", "insta"]
    );
    let real = dependencies(&read("Cargo.toml"));
    for known in ["serde", "leptos", "web_sys", "clap", "proptest"] {
        assert!(real.iter().any(|name| name == known), "{known} in {real:?}");
    }
}

/// The names of all dependencies as they stand in paths.
fn dependencies(manifest: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut inside = false;
    for line in manifest.lines().map(str::trim) {
        if let Some(section) = line.strip_prefix('[') {
            let section = section.trim_end_matches(']');
            inside = section.ends_with("dependencies");
            // `[target.….dependencies.web-sys]` is one dependency with a section of its own.
            if let Some((_, name)) = section.rsplit_once("dependencies.") {
                names.push(name.replace('-', "_"));
            }
        } else if let Some((name, _)) = line.split_once('=').filter(|_| inside) {
            let name = name.trim();
            if !name.starts_with(['#', '"']) && !name.contains(' ') {
                names.push(name.replace('-', "_"));
            }
        }
    }
    names
}
