//! The table of layers, and what is wrong with a file that does not keep to it.

use super::scan;
use std::collections::BTreeSet;

/// One module at the top of the crate.
pub struct Layer {
    pub name: &'static str,
    /// Modules of this crate that it may use, beside itself.
    pub modules: &'static [&'static str],
    /// Crates that it may use, beside `std`.
    pub crates: &'static [&'static str],
    /// Whether it may wait: `async`, `await`, futures.
    pub waits: bool,
}

/// All that is neither a screen nor a terminal.
const CORE: &[&str] = &[
    "counts",
    "sorting",
    "model",
    "pack",
    "pickle",
    "archive",
    "inside",
    "libraries",
    "source",
    "formats",
    "layout",
    "text",
    "route",
    "engine",
];

/// In the order of `src/lib.rs`: a module may use those above it, if its line says so.
pub const LAYERS: &[Layer] = &[
    Layer {
        name: "counts",
        modules: &[],
        crates: &[],
        waits: false,
    },
    Layer {
        name: "sorting",
        modules: &[],
        crates: &[],
        waits: false,
    },
    Layer {
        name: "model",
        modules: &["sorting"],
        crates: &["serde", "chrono"],
        waits: false,
    },
    Layer {
        name: "pack",
        modules: &["counts", "sorting", "model"],
        crates: &["serde", "serde_json"],
        waits: false,
    },
    Layer {
        name: "pickle",
        modules: &["counts", "sorting"],
        crates: &[],
        waits: false,
    },
    Layer {
        name: "archive",
        modules: &["counts"],
        // The last two find the end of a file that does not say where it ends.
        crates: &["rawzip", "miniz_oxide", "flate2"],
        waits: false,
    },
    Layer {
        name: "inside",
        modules: &["counts", "pickle", "archive"],
        crates: &[],
        waits: false,
    },
    Layer {
        name: "libraries",
        modules: &["counts", "sorting", "pickle", "inside"],
        crates: &[],
        waits: false,
    },
    Layer {
        name: "source",
        modules: &["counts", "sorting", "model", "pack", "archive"],
        crates: &[
            "rawzip",
            "flate2",
            "miniz_oxide",
            "bzip2",
            "deflate64",
            "lzma_rust2",
            "ruzstd",
            "sha2",
            "futures_util",
            "serde",
            // Listings of folders.
            "serde_json",
        ],
        waits: true,
    },
    Layer {
        name: "formats",
        modules: &["counts", "sorting", "model", "pickle", "archive", "source"],
        crates: &["serde_json", "sha1_smol", "chrono", "serde"],
        waits: false,
    },
    Layer {
        name: "layout",
        modules: &["sorting", "model"],
        crates: &["serde"],
        waits: false,
    },
    Layer {
        name: "text",
        modules: &["counts", "sorting", "model"],
        crates: &["serde", "chrono", "pulldown_cmark"],
        waits: false,
    },
    Layer {
        name: "route",
        modules: &["model"],
        crates: &[],
        waits: false,
    },
    Layer {
        name: "engine",
        modules: &[
            "counts",
            "sorting",
            "model",
            "pack",
            "pickle",
            "inside",
            "libraries",
            "source",
            "formats",
            "layout",
            "text",
            "route",
        ],
        crates: &["serde", "postcard", "futures_util", "chrono"],
        waits: true,
    },
    Layer {
        name: "browser",
        modules: CORE,
        crates: &[
            "web_sys",
            "js_sys",
            "wasm_bindgen",
            "wasm_bindgen_futures",
            "gloo_net",
            "futures_util",
            // The last words of a program that broke down.
            "console_error_panic_hook",
            // What goes through the door to the worker and back.
            "serde",
            "postcard",
            "serde_json",
            "futures_channel",
        ],
        waits: true,
    },
    Layer {
        name: "ui",
        modules: &[
            "counts",
            "sorting",
            "model",
            "pickle",
            "libraries",
            "source",
            "formats",
            "layout",
            "text",
            "route",
            "engine",
            "browser",
        ],
        crates: &["leptos", "web_sys", "wasm_bindgen", "js_sys"],
        waits: true,
    },
    Layer {
        name: "cli",
        modules: CORE,
        crates: &[
            "chrono",
            "chrono_tz",
            "clap",
            "pollster",
            "serde_json",
            "futures_util",
            "sha2",
            "sha1_smol",
            "indicatif",
            "flate2",
            "rawzip",
            "ureq",
            // Two names of one file.
            "same_file",
            // The server.
            "axum",
            "flate2",
            "tokio",
        ],
        waits: true,
    },
];

/// `main.rs`, `first_page_main.rs` and `engine_main.rs` only start the programs.
const MAIN: Layer = Layer {
    name: "main",
    modules: &["browser", "ui", "cli"],
    crates: &[],
    waits: false,
};

/// A path that stands where the table forbids it, with a reason.
#[derive(Debug)]
pub struct Exception {
    file: &'static str,
    path: &'static str,
}

impl Exception {
    pub fn excuses(&self, fault: &str) -> bool {
        fault.starts_with(&format!("{}:", self.file))
            && fault.ends_with(&format!("`{}`", self.path))
    }
}

/// Each is one line of code, and the test fails as soon as one is not needed.
pub const EXCEPTIONS: &[Exception] = &[];

/// What any `mod tests` may use besides.
const TEST_CRATES: &[&str] = &["insta", "proptest", "pollster"];

/// The one place that starts what nobody waits for: errors would get lost anywhere
/// else, and nobody could stop it.
const SPAWNER: &str = "src/browser/spawn.rs";

/// Ways to make HTML out of text.
const HTML_SETTERS: &[&str] = &[
    "inner_html",
    "set_inner_html",
    "outer_html",
    "set_outer_html",
    "insert_adjacent_html",
    "set_html_unsafe",
];

/// What is wrong with one file, each with its line. `file` is its path from the
/// top of the repository, `crates` the names of all dependencies.
pub fn faults(file: &str, source: &str, crates: &[String]) -> Vec<String> {
    let inside = file.strip_prefix("src/").unwrap_or(file);
    let names: Vec<&str> = inside.trim_end_matches(".rs").split('/').collect();
    let module: Vec<&str> = names
        .iter()
        .copied()
        .filter(|name| !matches!(*name, "mod" | "main" | "lib"))
        .collect();
    let layer = match names[0] {
        "main" | "first_page_main" | "engine_main" => &MAIN,
        // It only lists the modules.
        "lib" => return Vec::new(),
        name => LAYERS
            .iter()
            .find(|layer| layer.name == name)
            .unwrap_or_else(|| panic!("{file}: `{name}` has no line in LAYERS")),
    };
    let tokens = scan::tokens(source);
    let mut faults = Vec::new();
    let mut fault = |line: usize, what: String| faults.push(format!("{file}:{line}: {what}"));

    for path in scan::paths(&tokens, &module) {
        let first = path.segments[0].as_str();
        let second = path.segments.get(1).map_or("", String::as_str);
        let shown = path.segments.join("::");
        if matches!(first, "crate" | "runglass") {
            let known = LAYERS.iter().any(|layer| layer.name == second);
            if known && second != layer.name && !layer.modules.contains(&second) {
                let may = listed(layer.modules);
                fault(
                    path.line,
                    format!("`{}` may use {may}, not `{shown}`", layer.name),
                );
            }
        } else if crates.iter().any(|name| name == first)
            && !layer.crates.contains(&first)
            && !(path.in_tests && TEST_CRATES.contains(&first))
        {
            let may = listed(layer.crates);
            fault(
                path.line,
                format!("`{}` may use {may}, not the crate `{shown}`", layer.name),
            );
        }
    }
    for token in &tokens {
        let text = token.text;
        if matches!(text, "async" | "await" | "Future") && !layer.waits {
            fault(
                token.line,
                format!("`{}` may not wait, so no `{text}`", layer.name),
            );
        }
        if text == "spawn_local" && file != SPAWNER {
            fault(
                token.line,
                format!("`spawn_local` loses errors; go through {SPAWNER}"),
            );
        }
        if HTML_SETTERS.contains(&text) {
            fault(
                token.line,
                format!("`{text}` makes HTML out of text that may be hostile"),
            );
        }
    }
    if layer.name == "ui" {
        // One view often stands inside of another.
        let lines: BTreeSet<usize> = scan::macro_bodies(&tokens, "view")
            .into_iter()
            .flat_map(style_attributes)
            .collect();
        for line in lines {
            let what = "`style=` is refused by the page's CSP; use a class or `style:name=`";
            fault(line, what.to_owned());
        }
    }
    faults
}

fn listed(names: &[&str]) -> String {
    match names {
        [] => "nothing else".to_owned(),
        names => names.join(", "),
    }
}

/// The lines of all `style=` and `attr:style=`, but not of `style:width=`,
/// `class:style=` or `let style = …`.
fn style_attributes(body: &[scan::Token<'_>]) -> Vec<usize> {
    let text = |at: Option<usize>| at.and_then(|at| body.get(at)).map_or("", |t| t.text);
    let is_attribute = |at: &usize| {
        let before = text(at.checked_sub(1));
        let plain = !matches!(before, ":" | "-" | "." | "let" | "mut");
        let by_name = before == ":" && text(at.checked_sub(2)) == "attr";
        text(Some(*at)) == "style"
            && text(Some(at + 1)) == "="
            && text(Some(at + 2)) != "="
            && (plain || by_name)
    };
    (0..body.len())
        .filter(is_attribute)
        .map(|at| body[at].line)
        .collect()
}
