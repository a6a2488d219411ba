//! Which run a path belongs to, and which folders there are above the runs.

use crate::pack::index::Index;
use crate::sorting::{SortedMap, SortedSet};

/// A run, by its store's number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Owner {
    pub store: usize,
    pub flow: String,
    pub run: String,
}

/// Where stores and runs stand among the paths.
pub struct Places {
    /// The deepest first, so that a store in another's folder is found.
    roots: Vec<(String, usize)>,
    /// For each store the patterns of its runs' folders, part by part.
    patterns: Vec<Vec<Vec<Part>>>,
    runs: SortedSet<Owner>,
    /// For each store what lies in the folders above its runs' folders.
    folders: Vec<SortedMap<String, Vec<String>>>,
}

#[derive(Clone, Debug, PartialEq)]
enum Part {
    Flow,
    Run,
    Named(String),
}

impl Places {
    pub fn of(index: &Index) -> Self {
        let mut roots: Vec<(String, usize)> = Vec::new();
        let mut patterns = Vec::new();
        let mut runs = Vec::new();
        let mut folders = Vec::new();
        for (at, store) in index.stores.iter().enumerate() {
            roots.push((store.root.clone(), at));
            let of_store: Vec<Vec<Part>> = store.run_folders.iter().map(|one| parts(one)).collect();
            let mut above: Vec<(String, String)> = Vec::new();
            for flow in &store.flows {
                for line in &flow.runs {
                    let run = &line.record.id;
                    for pattern in &of_store {
                        let mut folder = String::new();
                        for part in pattern {
                            let name = match part {
                                Part::Flow => &flow.name,
                                Part::Run => run,
                                Part::Named(name) => name,
                            };
                            above.push((folder.clone(), name.clone()));
                            if !folder.is_empty() {
                                folder.push('/');
                            }
                            folder.push_str(name);
                        }
                    }
                    runs.push(Owner {
                        store: at,
                        flow: flow.name.clone(),
                        run: run.clone(),
                    });
                }
            }
            let mut by_folder: SortedMap<String, Vec<String>> = SortedMap::default();
            for (folder, name) in above.into_iter().collect::<SortedSet<_>>() {
                by_folder.value_or_insert_with(folder, Vec::new).push(name);
            }
            folders.push(by_folder);
            patterns.push(of_store);
        }
        crate::sorting::sort_by_key(&mut roots, |(root, _)| std::cmp::Reverse(root.len()));
        Self {
            roots,
            patterns,
            runs: runs.into_iter().collect(),
            folders,
        }
    }

    /// The store that a path of the source lies in, and the path in it.
    pub fn in_store<'a>(&self, path: &'a str) -> Option<(usize, &'a str)> {
        self.roots.iter().find_map(|(root, store)| {
            let inside = inside_of(path, root)?;
            Some((*store, inside))
        })
    }

    /// What lies in a folder above the stores.
    pub fn above(&self, folder: &str) -> Vec<String> {
        let names = self.roots.iter().filter_map(|(root, _)| {
            let below = inside_of(root, folder).filter(|below| !below.is_empty())?;
            below.split('/').next().map(str::to_owned)
        });
        names.collect::<SortedSet<String>>().into_vec()
    }

    /// What lies in a folder of a store on the way to runs.
    pub fn folders_in(&self, store: usize, folder: &str) -> Vec<String> {
        let names = self.folders.get(store).and_then(|above| above.get(folder));
        names.cloned().unwrap_or_default()
    }

    /// The run whose folder a path of a store is, or lies in.
    pub fn owner(&self, store: usize, path: &str) -> Option<Owner> {
        let patterns = self.patterns.get(store)?;
        patterns.iter().find_map(|pattern| {
            let mut owner = Owner {
                store,
                flow: String::new(),
                run: String::new(),
            };
            let mut names = path.split('/');
            for part in pattern {
                let name = names.next()?;
                match part {
                    Part::Flow => owner.flow = name.to_owned(),
                    Part::Run => owner.run = name.to_owned(),
                    Part::Named(expected) if expected == name => {}
                    Part::Named(_) => return None,
                }
            }
            self.runs.contains(&owner).then_some(owner)
        })
    }
}

/// What is left of a path below a folder; empty for the folder itself.
fn inside_of<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    match (folder, path.strip_prefix(folder)?) {
        ("", rest) | (_, rest @ "") => Some(rest),
        (_, rest) => rest.strip_prefix('/'),
    }
}

fn parts(pattern: &str) -> Vec<Part> {
    let part = |part: &str| match part {
        "{flow}" => Part::Flow,
        "{run}" => Part::Run,
        name => Part::Named(name.to_owned()),
    };
    pattern.split('/').map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RunRecord;
    use crate::pack::index::{PackedFlow, PackedStore, RunLine};

    fn places() -> Places {
        let line = |id: &str| RunLine {
            record: RunRecord {
                id: id.to_owned(),
                ..RunRecord::default()
            },
            ..RunLine::default()
        };
        let flow = PackedFlow {
            name: "Flow".to_owned(),
            runs: vec![line("2"), line("1")],
            ..PackedFlow::default()
        };
        let store = |root: &str| PackedStore {
            root: root.to_owned(),
            run_folders: vec![
                "{flow}/{run}".to_owned(),
                "cards/{flow}/runs/{run}".to_owned(),
            ],
            flows: vec![flow.clone()],
            ..PackedStore::default()
        };
        Places::of(&Index {
            stores: vec![store("a/.metaflow"), store("b")],
            ..Index::default()
        })
    }

    #[test]
    fn paths_belong_to_runs() {
        let places = places();
        let run = |path| places.owner(1, path).map(|owner| owner.run);
        assert_eq!(run("Flow/2/start/1").as_deref(), Some("2"));
        assert_eq!(run("cards/Flow/runs/1").as_deref(), Some("1"));
        assert_eq!(run("Flow/3/start"), None);
        assert_eq!(run("Flow"), None);
        assert_eq!(run("Flow/data/ab"), None);
    }

    #[test]
    fn folders_lead_to_runs() {
        let places = places();
        assert_eq!(places.above(""), ["a", "b"]);
        assert_eq!(places.above("a"), [".metaflow"]);
        assert_eq!(places.above("a/.metaflow"), [""; 0]);
        assert_eq!(places.in_store("a/.metaflow/Flow/1"), Some((0, "Flow/1")));
        assert_eq!(places.in_store("a/.metaflowX"), None);
        assert_eq!(places.in_store("b"), Some((1, "")));
        assert_eq!(places.folders_in(1, ""), ["Flow", "cards"]);
        assert_eq!(places.folders_in(1, "Flow"), ["1", "2"]);
        assert_eq!(places.folders_in(1, "cards/Flow"), ["runs"]);
    }
}
