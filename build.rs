//! Puts the app into the command line's program, where it has been built.
//!
//! `./dev install` builds the site into `dist/` and then this program with optimization:
//! only then is it taken in, so that a new site costs no test a new program. Nothing is
//! built from here, and without a site the command `serve` says what to do.

use std::path::Path;
use std::{env, fs};

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let of_target = env::var("CARGO_CFG_TARGET_ARCH").unwrap_or_default();
    let is_release = env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let root = env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    let dist = Path::new(&root).join("dist");
    let mut files = Vec::new();
    // The site itself is built as a release too, of which it can be no part.
    if of_target != "wasm32" && is_release {
        println!("cargo:rerun-if-changed=dist");
        if dist.join("index.html").exists() {
            collect(&dist, &dist, &mut files);
        }
    }
    files.sort();
    let mut table = "&[\n".to_owned();
    for name in &files {
        let place = dist.join(name);
        table.push_str(&format!("    ({name:?}, include_bytes!({place:?})),\n"));
    }
    table.push_str("]\n");
    let out = env::var("OUT_DIR").unwrap_or_default();
    if let Err(error) = fs::write(Path::new(&out).join("app.rs"), table) {
        println!("cargo:error={out}: {error}");
    }
}

/// The files below a folder, by their paths with `/`.
fn collect(root: &Path, folder: &Path, files: &mut Vec<String>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(root, &path, files);
        } else if let Ok(name) = path.strip_prefix(root) {
            let parts = name.components().map(|part| part.as_os_str());
            let parts: Vec<_> = parts.map(|part| part.to_string_lossy()).collect();
            files.push(parts.join("/"));
        }
    }
}
