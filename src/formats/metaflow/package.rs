//! The code that went with a run: a tar of the flow's folder, Metaflow itself, and notes
//! on both (Metaflow `packaging_sys/__init__.py`, `packaging_sys/v1.py`).
//!
//! Where the package lies is noted by each task; [`PackageNote`] reads that. What is in
//! it is told by [`read`], from bytes that are unpacked already.

use crate::archive::tar;
use serde_json::{Map, Value};
use std::ops::Range;

/// The note of a task on its package: metadata `code-package`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageNote {
    /// The SHA-1 of the package as it is stored, which is also its place.
    pub sha: String,
    /// Where it lay on the machine that made it: never followed.
    pub location: String,
}

impl PackageNote {
    /// Reads the text of the metadata entry.
    pub fn parse(text: &str) -> Option<Self> {
        let note: Map<String, Value> = serde_json::from_str(text).ok()?;
        let field = |key: &str| note.get(key).and_then(Value::as_str).map(str::to_owned);
        Some(Self {
            sha: field("sha")?,
            location: field("location").unwrap_or_default(),
        })
    }
}

/// What a package holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CodePackage {
    /// In the order of the tar.
    pub files: Vec<PackagedFile>,
    /// `INFO`: who packed it, with what, and the name of the flow's own file.
    pub info: Option<Map<String, Value>>,
    /// What is wrong with the package, in sentences.
    pub problems: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackagedFile {
    pub path: String,
    /// Where its content stands in the unpacked tar.
    pub content: Range<usize>,
    /// What it is a link to; a link has no content.
    pub link: Option<String>,
    pub part: Part,
}

/// Whose a file of a package is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Lay in the flow's folder.
    User,
    /// Metaflow and its extensions.
    Library,
    /// Metaflow's notes on the package.
    Record,
}

/// Marks the layout of releases since 2.16, and lists Python modules that were added.
const MARKER: &str = ".mf_install";

/// Reads a package out of its unpacked tar.
pub fn read(bytes: &[u8]) -> CodePackage {
    let index = tar::index(bytes);
    let marked = index.find(MARKER).is_some();
    let mut package = CodePackage::default();
    package.problems.extend(index.fault);
    if index.refused > 0 {
        let names = match index.refused {
            1 => "A name in it leads out of it and is".to_owned(),
            count => format!("{count} names in it lead out of it and are"),
        };
        package.problems.push(format!("{names} left out."));
    }
    for entry in index.entries {
        let part = match marked {
            true => part_of_marked(&entry.path),
            false => part_of_old(&entry.path),
        };
        package.files.push(PackagedFile {
            path: entry.path,
            // Within the bytes that are here.
            content: entry.content.start as usize..entry.content.end as usize,
            link: entry.link.map(|link| link.target().to_owned()),
            part,
        });
    }
    let info = match marked {
        true => ".mf_meta/INFO",
        false => "INFO",
    };
    match package.content(bytes, info) {
        None => package.problems.push(format!("It holds no file {info}.")),
        Some(content) => match serde_json::from_slice(content) {
            Ok(info) => package.info = Some(info),
            Err(_) => package
                .problems
                .push(format!("Its file {info} is no JSON object.")),
        },
    }
    package
}

fn part_of_marked(path: &str) -> Part {
    match path {
        MARKER => Part::Record,
        path if path.starts_with(".mf_meta") => Part::Record,
        path if path.starts_with(".mf_code") => Part::Library,
        _ => Part::User,
    }
}

fn part_of_old(path: &str) -> Part {
    const RECORDS: [&str; 6] = [
        "INFO",
        "CONFIG",
        // What releases 2.13 to 2.15 called it.
        "CONFIG_PARAMETERS",
        MANIFEST,
        "uv.lock",
        "pyproject.toml",
    ];
    let library = ["metaflow/", "metaflow_extensions/"];
    match path {
        path if RECORDS.contains(&path) => Part::Record,
        path if library.iter().any(|folder| path.starts_with(folder)) => Part::Library,
        _ => Part::User,
    }
}

/// What Conda and PyPI environments were resolved to (Metaflow `plugins/pypi/__init__.py`).
const MANIFEST: &str = "conda.manifest";

impl CodePackage {
    /// The name of the file that holds the flow.
    pub fn script(&self) -> Option<&str> {
        self.info.as_ref()?.get("script")?.as_str()
    }

    /// `INFO` as rows: the texts as they are, all else as JSON.
    pub fn info_rows(&self) -> Vec<(String, String)> {
        let rows = self.info.iter().flatten();
        rows.map(|(key, value)| (key.clone(), plain(value)))
            .collect()
    }

    /// A file by its path; of several with one path the last, as unpacking leaves it.
    pub fn file(&self, path: &str) -> Option<&PackagedFile> {
        self.files.iter().rev().find(|file| file.path == path)
    }

    /// The content of a file that is no link, out of the unpacked tar.
    pub fn content<'a>(&self, bytes: &'a [u8], path: &str) -> Option<&'a [u8]> {
        let file = self.file(path).filter(|file| file.link.is_none())?;
        bytes.get(file.content.clone())
    }

    /// `Task.environment_info`: what was resolved for a Conda or PyPI environment, found
    /// by the `conda_env_prefix` of the task's metadata; for any other a bare text.
    pub fn environment(&self, bytes: &[u8], prefix: Option<&str>) -> Option<Value> {
        let kind = self.info.as_ref()?.get("environment_type")?.as_str()?;
        match kind {
            "" => None,
            "conda" | "pypi" => Some(
                self.resolved(bytes, prefix)
                    .unwrap_or_else(|| Value::Object(Map::new())),
            ),
            _ => Some(Value::String("Local environment".to_owned())),
        }
    }

    fn resolved(&self, bytes: &[u8], prefix: Option<&str>) -> Option<Value> {
        let manifest = self
            .content(bytes, MANIFEST)
            .or_else(|| self.content(bytes, ".mf_meta/conda.manifest"))?;
        let manifest: Value = serde_json::from_slice(manifest).ok()?;
        // `/<id>/<platform>/…`
        let mut parts = prefix?.split('/').skip(1);
        let (id, platform) = (parts.next()?, parts.next()?);
        manifest.get(platform)?.get(id).cloned()
    }
}

/// A text without its quotes, anything else as JSON.
pub fn plain(value: &Value) -> String {
    match value.as_str() {
        Some(text) => text.to_owned(),
        None => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_names_the_blob() {
        let text =
            r#"{"ds_type": "local", "sha": "60ab", "location": "/home/ana/x", "metadata": null}"#;
        let note = PackageNote::parse(text);
        assert_eq!(note.map(|note| note.sha), Some("60ab".to_owned()));
        assert_eq!(PackageNote::parse("{}"), None);
        assert_eq!(PackageNote::parse("null"), None);
    }

    #[test]
    fn files_belong_to_the_user_unless_the_layout_says_otherwise() {
        for (path, part) in [
            ("flow.py", Part::User),
            ("metaflow/util.py", Part::User),
            (".mf_code/metaflow/util.py", Part::Library),
            (".mf_meta/INFO", Part::Record),
            (".mf_install", Part::Record),
        ] {
            assert_eq!(part_of_marked(path), part, "{path}");
        }
        for (path, part) in [
            ("flow.py", Part::User),
            ("data/INFO", Part::User),
            ("metaflow/util.py", Part::Library),
            ("metaflow_extensions/x.py", Part::Library),
            ("INFO", Part::Record),
            ("CONFIG_PARAMETERS", Part::Record),
        ] {
            assert_eq!(part_of_old(path), part, "{path}");
        }
    }

    #[test]
    fn bytes_that_are_no_package_say_why() {
        let package = read(b"");
        assert_eq!(package.info, None);
        assert_eq!(package.problems.len(), 2);
    }
}
