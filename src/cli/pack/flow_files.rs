//! The files of a flow that are no run's: its values, each once, and its own record.
//!
//! Of a flow whose runs are not all packed, only the values that the packed ones name go
//! along. What an earlier pack has stays, also where the source has lost it since.

use super::named::{Named, names_in};
use super::packing::Packing;
use super::run_files::{Press, is_record, take};
use super::walk::{Found, Walk};
use crate::engine::ask::Failure;
use crate::engine::opened::{Opened, OpenedStore};
use crate::model::Flow;
use crate::pack::ranges::compare;
use crate::pack::records::{Content, Records};
use crate::source::{EntryKind, ReadError, Source, Want, join};
use std::collections::HashMap;

/// Files that are read at once.
const AT_ONCE: usize = 512;

enum Item {
    /// In the source.
    New(Found),
    /// Packed before, and no longer in the source.
    Old(String, Content),
}

impl Item {
    fn path(&self) -> &str {
        match self {
            Item::New(found) => &found.path,
            Item::Old(path, _) => path,
        }
    }
}

impl Packing<'_> {
    /// Packs what the runs of a flow share. `named` are the values that those runs name
    /// which were packed, where not all of the flow's are.
    pub(super) async fn flow(
        &mut self,
        opened: &Opened,
        in_store: &OpenedStore,
        store: usize,
        flow: &Flow,
        named: Option<Named>,
    ) -> Result<(), Box<Failure>> {
        let root = in_store.records.root();
        let source = &*opened.source;
        let folder = self.folder_of(store).to_owned();
        let mut old = self.packed_before(store, &flow.name);
        let (found, unlisted) = files_of(source, root, flow).await;
        self.note_unlisted(root, unlisted);
        let found = match named {
            None => found,
            Some(named) => chosen(source, root, found, named, &old).await,
        };
        let mut items: Vec<Item> = Vec::with_capacity(found.len());
        for found in found {
            old.remove(&found.path);
            items.push(Item::New(found));
        }
        items.extend(
            old.into_iter()
                .map(|(path, content)| Item::Old(path, content)),
        );
        items.sort_by(|a, b| compare(a.path(), b.path()));
        self.shown.expect(items.len() as u64);
        let mut press = Press::start(self.target, format!("{folder}/{}", flow.name));
        let mut batch = Vec::new();
        for item in items {
            self.shown.inc(1);
            match item {
                Item::New(found) => batch.push(found),
                Item::Old(path, content) => {
                    let before = std::mem::take(&mut batch);
                    take(self, source, root, &folder, before, &mut press).await?;
                    press.add(path, content);
                }
            }
            if batch.len() >= AT_ONCE {
                let full = std::mem::take(&mut batch);
                take(self, source, root, &folder, full, &mut press).await?;
            }
        }
        take(self, source, root, &folder, batch, &mut press).await?;
        let records = press.finish()?;
        let entry = self.flow_entry(store, &flow.name);
        entry.records = records;
        entry.has_values = flow.has_values;
        entry.has_metadata = flow.has_metadata;
        Ok(())
    }

    /// What an earlier pack has of a flow's own files.
    fn packed_before(&self, store: usize, name: &str) -> HashMap<String, Content> {
        let Some(packed) = self.index.stores.get(store) else {
            return HashMap::new();
        };
        let flow = packed.flows.iter().find(|flow| flow.name == name);
        let mut old = HashMap::new();
        for file in flow.into_iter().flat_map(|flow| &flow.records) {
            let path = format!("{}/{name}/{}", packed.folder, file.file);
            let records = self
                .target
                .read(&path)
                .and_then(|bytes| Records::parse(&bytes).ok());
            let Some(records) = records else { continue };
            for (path, at, _) in records.files() {
                if let Some(content) = records.content(at) {
                    old.insert(path.into_owned(), content);
                }
            }
        }
        old
    }
}

/// The flow's files in the source that are no run's.
async fn files_of(
    source: &dyn Source,
    root: &str,
    flow: &Flow,
) -> (Vec<Found>, Vec<(String, ReadError)>) {
    let mut found = Vec::new();
    let mut unlisted = Vec::new();
    let mut folders = vec![format!("data/{}", flow.name)];
    let listing = source.list(&join(root, &flow.name)).await;
    for entry in listing.unwrap_or_default().iter() {
        let path = join(&flow.name, &entry.name);
        match entry.kind {
            EntryKind::File { size } => found.push(Found { path, size }),
            EntryKind::Folder if flow.runs.iter().any(|run| **run == *entry.name) => {}
            EntryKind::Folder => folders.push(path),
        }
    }
    for folder in folders {
        let mut walk = Walk::of(source, root, &folder);
        while let Some(next) = walk.next().await {
            found.push(next);
        }
        unlisted.append(&mut walk.unlisted);
    }
    (found, unlisted)
}

/// Of the values those that are named, by runs or by such values; and all that is no value.
async fn chosen(
    source: &dyn Source,
    root: &str,
    found: Vec<Found>,
    mut named: Named,
    old: &HashMap<String, Content>,
) -> Vec<Found> {
    let mut taken = Vec::new();
    let mut later = Vec::new();
    for file in found {
        let name = file.path.rsplit('/').next().unwrap_or_default();
        let sha = name.strip_suffix("_meta").unwrap_or(name);
        let of_value = names_in(sha.as_bytes()).next();
        let is_note = name.ends_with("_meta");
        match of_value {
            None => taken.push(file),
            // Content of included files is named by values: it comes after them.
            Some(sha) if file.path.starts_with("data/") => later.push((sha, file)),
            Some(sha) => {
                if !named.contains(&sha) && !old.contains_key(&file.path) {
                    continue;
                }
                // What describes an included file is small.
                if is_record(&file) && !is_note {
                    let want = Want {
                        path: join(root, &file.path),
                        range: None,
                    };
                    if let Some(Ok(bytes)) = source.read(&[want]).await.pop() {
                        named.add_packed(&bytes);
                    }
                }
                taken.push(file);
            }
        }
    }
    let later = later.into_iter().filter(|(sha, _)| named.contains(sha));
    taken.extend(later.map(|(_, file)| file));
    taken
}
