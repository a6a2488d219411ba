//! What the user gave by hand, as the engine reads it.
//!
//! [`files`](super::files) is the page's side of it; a folder that is not listed beforehand
//! is a [`LiveFolder`](super::live_folder::LiveFolder).

use crate::source::listing::Listing;
use crate::source::tree::{Tree, TreeBuilder};
use crate::source::{Blob as SourceBlob, Folder, Range64, ReadError, Waiting, Want, limits};
use futures_util::StreamExt as _;
use js_sys::{Array, Uint8Array};
use std::ops::Range;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File};

/// How many files are read at a time.
const AT_ONCE: usize = 32;

/// One `File` as bytes that can be read in pieces.
pub struct FileBlob {
    file: File,
}

impl FileBlob {
    pub fn new(file: File) -> Self {
        Self { file }
    }
}

impl SourceBlob for FileBlob {
    fn name(&self) -> String {
        self.file.name()
    }

    fn size(&self) -> u64 {
        self.file.size() as u64
    }

    fn read(&self, range: Range<u64>) -> Waiting<'_, Result<Vec<u8>, ReadError>> {
        Box::pin(async move {
            let name = self.file.name();
            let bytes = read_blob(&self.file, Some(range.clone().into()), &name).await?;
            if bytes.len() as u64 != range.end - range.start {
                return Err(ReadError::Damaged(format!("{name} has become shorter.")));
            }
            Ok(bytes)
        })
    }
}

async fn read_blob(file: &Blob, range: Option<Range64>, name: &str) -> Result<Vec<u8>, ReadError> {
    // A file that was changed after it was given cannot be read any more.
    let lost = |_: JsValue| {
        ReadError::Unreachable(format!(
            "{name} was moved or changed since it was opened. Open it again."
        ))
    };
    let size = match range {
        Some(range) => range.end.saturating_sub(range.start),
        None => file.size() as u64,
    };
    if size > limits::UNPACKED_FILE {
        let limit = limits::UNPACKED_FILE;
        return Err(ReadError::TooLarge { size, limit });
    }
    let part = match range {
        Some(range) => file
            .slice_with_f64_and_f64(range.start as f64, range.end as f64)
            .map_err(lost)?,
        None => file.clone(),
    };
    let buffer = JsFuture::from(part.array_buffer()).await.map_err(lost)?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// A folder of which all files are known: the browser has listed it.
pub struct PickedFolder {
    name: String,
    /// As they came: a large folder has half a million of them.
    files: Array,
    tree: Tree<Picked>,
}

/// A file by its place in the list.
#[derive(Clone, Copy)]
struct Picked {
    at: u32,
    size: u64,
}

impl PickedFolder {
    /// From pairs of a path and a file.
    pub fn new(name: String, pairs: &Array) -> Self {
        let files = Array::new();
        let mut tree = TreeBuilder::new(|picked: &Picked| picked.size);
        for pair in pairs.iter() {
            let pair: Array = pair.unchecked_into();
            if let (Some(path), Ok(file)) = (pair.get(0).as_string(), pair.get(1).dyn_into()) {
                let file: File = file;
                let size = file.size() as u64;
                let at = files.push(&file) - 1;
                tree.add(&path, Picked { at, size });
            }
        }
        let tree = tree.finish(&name);
        Self { name, files, tree }
    }
}

impl Folder for PickedFolder {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn list<'a>(&'a self, folder: &'a str) -> Waiting<'a, Result<Listing, ReadError>> {
        Box::pin(std::future::ready(Ok(self.tree.list(folder))))
    }

    fn read<'a>(&'a self, wants: &'a [Want]) -> Waiting<'a, Vec<Result<Vec<u8>, ReadError>>> {
        let file = |want: &Want| {
            let picked = self.tree.find(&want.path).ok_or(ReadError::Missing)?;
            let file = self.files.get(picked.at).dyn_into().ok();
            file.ok_or(ReadError::Missing)
        };
        Box::pin(read_all(wants, wants.iter().map(file).collect()))
    }

    fn can_grow(&self) -> bool {
        // The browser made the list when the folder was picked; it does not change.
        false
    }
}

/// Reads what is wanted of each file, some at a time.
pub(super) async fn read_all(
    wants: &[Want],
    files: Vec<Result<File, ReadError>>,
) -> Vec<Result<Vec<u8>, ReadError>> {
    let reads = wants
        .iter()
        .zip(files)
        .map(|(want, file)| async move { read_blob(&*file?, want.range, &want.path).await });
    futures_util::stream::iter(reads)
        .buffered(AT_ONCE)
        .collect()
        .await
}
