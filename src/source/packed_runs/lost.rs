//! An index that cannot be read, made up for by what lies in its folder: the runs are told by
//! their manifests' names, and what an index says of each is read from the run itself.
//!
//! Start with [`made_up`]. Where the files of a run lie in a datastore, somebody else knows.

use crate::pack::index::{Index, PackedFlow, PackedStore, RunLine};
use crate::pack::ranges::RecordsFile;
use crate::source::{Listing, ReadError, Source, join};

/// Folders that are looked into: more runs than anybody packs, fewer than a site may list.
const FOLDERS: usize = 20_000;

/// The index of what lies in a folder; one without runs where nothing there was packed.
pub(super) async fn made_up(below: &dyn Source, root: &str, run_folders: &[&str]) -> Index {
    let mut left = FOLDERS;
    let mut index = Index::default();
    for (name, inside) in folders_in(below, root, &mut left).await {
        let mut store = PackedStore {
            root: name.clone(),
            run_folders: run_folders.iter().map(|one| (*one).to_owned()).collect(),
            folder: name,
            flows: Vec::new(),
        };
        let path = join(root, &store.folder);
        for name in inside.folders() {
            let flow = flow_in(below, &join(&path, name), name, &mut left).await;
            store.flows.extend(flow);
        }
        if !store.flows.is_empty() {
            index.stores.push(store);
        }
    }
    index
}

async fn flow_in(
    below: &dyn Source,
    path: &str,
    name: &str,
    left: &mut usize,
) -> Option<PackedFlow> {
    let listing = below.list(path).await.ok()?;
    let records = listing.files().map(|(name, _)| name);
    let records: Vec<&str> = records.filter(|name| is_json(name, "records-")).collect();
    // A flow that was packed has records of its own; others are not looked into.
    if records.is_empty() {
        return None;
    }
    let mut runs: Vec<RunLine> = Vec::new();
    for (run, inside) in inside_of(below, path, &listing, left).await {
        // Of several the last is as good as any: each has all of the run at its time.
        let manifests = inside.files().map(|(name, _)| name);
        let manifest = manifests.filter(|name| is_json(name, "run-")).last();
        if let Some(manifest) = manifest {
            let mut line = RunLine {
                manifest: manifest.to_owned(),
                ..RunLine::default()
            };
            line.record.id = run;
            runs.push(line);
        }
    }
    if runs.is_empty() {
        return None;
    }
    // Newest first, as in an index.
    crate::sorting::sort_by(&mut runs, |a, b| {
        crate::model::pathspec::natural(&b.record.id, &a.record.id)
    });
    Some(PackedFlow {
        name: name.to_owned(),
        has_values: listing.has_folder("data"),
        has_metadata: true,
        records: records.into_iter().map(RecordsFile::named).collect(),
        runs,
    })
}

fn is_json(name: &str, begins: &str) -> bool {
    name.starts_with(begins) && name.ends_with(".json")
}

async fn folders_in(below: &dyn Source, folder: &str, left: &mut usize) -> Vec<(String, Listing)> {
    match below.list(folder).await {
        Ok(listing) => inside_of(below, folder, &listing, left).await,
        Err(_) => Vec::new(),
    }
}

/// What lies in each folder that a listing names.
async fn inside_of(
    below: &dyn Source,
    folder: &str,
    listing: &Listing,
    left: &mut usize,
) -> Vec<(String, Listing)> {
    let names: Vec<String> = listing.folders().take(*left).map(str::to_owned).collect();
    *left -= names.len();
    let paths: Vec<String> = names.iter().map(|name| join(folder, name)).collect();
    let listings = below.list_all(&paths).await.into_iter();
    let there = names.into_iter().zip(listings);
    there
        .filter_map(|(name, listing): (String, Result<Listing, ReadError>)| {
            Some((name, listing.ok()?))
        })
        .collect()
}
