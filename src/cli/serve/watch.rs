//! What has changed in the folders that somebody looks at.
//!
//! The folders are walked again and again, and of each one a number is kept that says
//! what was in it: names, sizes, times. Where the system would tell of changes by itself
//! it wants a place in memory for each folder, of which a large run has tens of thousands
//! and the system few; and on a disk of another machine it tells of nothing. The page
//! names only what can change, unfinished runs and their tasks, so a walk is short; the
//! longer it takes, the seldomer it is done. Folders that nobody asks for any more are
//! forgotten, so memory stays flat.
//!
//! Nothing is lost: a folder that was not watched before counts as changed, and so does
//! one that was written to at the moment of looking, once more at the next look.
//!
//! Start with [`Watcher::wait`].

use crate::cli::disk::{Disk, FoundKind};
use crate::source::Watched;
use crate::source::join;
use crate::source::served::wire::Heard;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::sync::watch as signal;
use tokio::task::spawn_blocking;

/// Between two looks at least so long, and so many times as long as a look takes.
const PAUSE: Duration = Duration::from_millis(500);
const RESTS: u32 = 10;

/// An answer that has nothing to say comes after so long; proxies end what takes longer.
const PATIENCE: Duration = Duration::from_secs(20);

/// What nobody has asked for so long is not watched any more.
const FORGOTTEN: Duration = Duration::from_secs(120);

/// Folders below one that is watched: more are not looked into.
const FOLDERS: usize = 100_000;

/// A disk whose clock ticks slowly gives two versions of a file one time: what was
/// written so shortly before a look may be written once more.
const UNSETTLED: u64 = 100_000_000;

pub struct Watcher {
    /// Other watchers, of which somebody may still have heard, have another number.
    life: u64,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Counts the looks that found something.
    count: u64,
    watches: BTreeMap<Watched, Watch>,
}

struct Watch {
    /// When it was new: it counts as changed then.
    since: u64,
    asked: Instant,
    next_look: Instant,
    folders: BTreeMap<String, Known>,
}

/// What was in a folder.
#[derive(Clone, Copy)]
struct Known {
    stamp: u64,
    /// Something in it is as young as the look itself.
    unsettled: bool,
    /// When it was found to have changed.
    changed: u64,
}

impl Watcher {
    pub fn new() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        Self {
            life: now.map_or(1, |now| now.as_nanos() as u64),
            state: Mutex::default(),
        }
    }

    /// Waits until something in the watched folders is another than when somebody heard
    /// of it last; not for ever.
    pub async fn wait(
        self: Arc<Self>,
        disk: &Disk,
        heard: Heard,
        watched: &[Watched],
        mut ends: signal::Receiver<bool>,
    ) -> (Heard, Vec<String>) {
        let begun = Instant::now();
        loop {
            let (watcher, disk, asked) = (self.clone(), disk.clone(), watched.to_vec());
            let looked = spawn_blocking(move || watcher.look(&disk, heard, &asked)).await;
            let Ok((now, folders, next)) = looked else {
                return (heard, Vec::new());
            };
            if !folders.is_empty() || begun.elapsed() > PATIENCE || *ends.borrow() {
                return (now, folders);
            }
            let pause = next
                .saturating_duration_since(Instant::now())
                .max(PAUSE / 10);
            // Either it is time to look again, or all is over.
            let over = ends.wait_for(|over| *over);
            drop(tokio::time::timeout(pause, over).await);
        }
    }

    /// Looks where it is time to; says what has changed since, and when to look again.
    fn look(
        &self,
        disk: &Disk,
        heard: Heard,
        watched: &[Watched],
    ) -> (Heard, Vec<String>, Instant) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let state = &mut *state;
        let now = Instant::now();
        state
            .watches
            .retain(|_, watch| now.duration_since(watch.asked) < FORGOTTEN);
        let since = match heard.life == self.life {
            true => heard.up_to,
            false => 0,
        };
        let mut changed = Vec::new();
        let mut next_look = now + PATIENCE;
        for one in watched {
            let count = state.count + 1;
            let watch = state.watches.entry(one.clone()).or_insert_with(|| Watch {
                since: count,
                asked: now,
                next_look: now,
                folders: BTreeMap::new(),
            });
            watch.asked = now;
            if watch.next_look <= now {
                let found = watch.look(disk, one, count) || watch.since == count;
                state.count += u64::from(found);
            }
            next_look = next_look.min(watch.next_look);
            if watch.since > since {
                changed.push(one.folder.clone());
                continue;
            }
            let folders = watch.folders.iter();
            let folders = folders.filter(|(_, known)| known.changed > since);
            changed.extend(folders.map(|(folder, _)| folder.clone()));
        }
        changed.sort();
        changed.dedup();
        let heard = Heard {
            life: self.life,
            up_to: state.count,
        };
        (heard, changed, next_look)
    }
}

impl Watch {
    /// Walks the folder; whether something is another than before. What is, gets the count.
    fn look(&mut self, disk: &Disk, watched: &Watched, count: u64) -> bool {
        let begun = Instant::now();
        let clock = SystemTime::now().duration_since(UNIX_EPOCH);
        let clock = clock.map_or(0, |clock| clock.as_nanos() as u64);
        let before = std::mem::take(&mut self.folders);
        let mut any = false;
        let mut left = vec![watched.folder.clone()];
        while let Some(folder) = left.pop() {
            if self.folders.len() >= FOLDERS {
                break;
            }
            let mut found = match disk.list(&folder) {
                Ok(found) => found,
                // What is gone is told by the folder that it was in, or by this:
                Err(_) if folder == watched.folder => Vec::new(),
                Err(_) => continue,
            };
            found.sort_by(|a, b| a.name.cmp(&b.name));
            let mut hasher = DefaultHasher::new();
            let mut newest = 0;
            for one in &found {
                one.name.hash(&mut hasher);
                match &one.kind {
                    FoundKind::Folder if watched.deep => left.push(join(&folder, &one.name)),
                    FoundKind::File(version) => {
                        version.hash(&mut hasher);
                        newest = newest.max(version.modified);
                    }
                    FoundKind::Folder | FoundKind::LeadsOut => {}
                }
            }
            let stamp = hasher.finish();
            let known = before.get(&folder);
            let same = known.is_some_and(|known| known.stamp == stamp && !known.unsettled);
            any |= !same;
            let changed = match (known, same) {
                (Some(known), true) => known.changed,
                _ => count,
            };
            let known = Known {
                stamp,
                unsettled: newest.saturating_add(UNSETTLED) > clock,
                changed,
            };
            self.folders.insert(folder, known);
        }
        self.next_look = Instant::now() + PAUSE.max(begun.elapsed() * RESTS);
        any
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::{Path, PathBuf};
    use std::process;

    /// A folder of this test's own, gone with it. Its files are as old as the test says.
    struct Lab(PathBuf);

    impl Lab {
        fn new(name: &str) -> Self {
            let root =
                std::env::temp_dir().join(format!("runglass-watch-{name}-{}", process::id()));
            fs::create_dir_all(&root).unwrap();
            Self(root)
        }

        fn write(&self, path: &str, text: &str, at: u64) {
            let place = self.0.join(path);
            fs::create_dir_all(place.parent().unwrap()).unwrap();
            fs::write(&place, text).unwrap();
            let file = fs::File::options().append(true).open(&place).unwrap();
            file.set_modified(UNIX_EPOCH + Duration::from_secs(at))
                .unwrap();
        }
    }

    impl Drop for Lab {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).unwrap();
        }
    }

    /// A watcher that looks whenever it is asked.
    struct Reader {
        disk: Disk,
        watcher: Watcher,
        heard: Heard,
    }

    impl Reader {
        fn new(root: &Path) -> Self {
            Self {
                disk: Disk::at(root).unwrap(),
                watcher: Watcher::new(),
                heard: Heard::default(),
            }
        }

        fn hears(&mut self, watched: &[(&str, bool)]) -> Vec<String> {
            for watch in self.watcher.state.lock().unwrap().watches.values_mut() {
                watch.next_look = Instant::now();
            }
            let watched: Vec<Watched> = watched
                .iter()
                .map(|(folder, deep)| Watched {
                    folder: (*folder).to_owned(),
                    deep: *deep,
                })
                .collect();
            let (heard, folders, _) = self.watcher.look(&self.disk, self.heard, &watched);
            self.heard = heard;
            folders
        }
    }

    const RUN: [(&str, bool); 2] = [("", false), ("run", true)];

    #[test]
    fn a_change_is_heard_once_and_named_by_its_folder() {
        let lab = Lab::new("change");
        lab.write("run/start/1/0.data.json", "{}", 1000);
        lab.write("run/start/1/_meta/a.json", "{}", 1000);
        lab.write("other/start/1/0.data.json", "{}", 1000);
        let mut reader = Reader::new(&lab.0);
        // Nobody knows what was there before.
        assert_eq!(reader.hears(&RUN), ["", "run"]);
        assert!(reader.hears(&RUN).is_empty());
        lab.write("run/start/1/_meta/b.json", "{}", 1001);
        assert_eq!(reader.hears(&RUN), ["run/start/1/_meta"]);
        assert!(reader.hears(&RUN).is_empty());
        // Another text of the same length, another length at the same time.
        lab.write("run/start/1/0.data.json", "[]", 1002);
        assert_eq!(reader.hears(&RUN), ["run/start/1"]);
        lab.write("run/start/1/0.data.json", "[ ]", 1002);
        assert_eq!(reader.hears(&RUN), ["run/start/1"]);
        // A time that lies before.
        lab.write("run/start/1/0.data.json", "[ ]", 500);
        assert_eq!(reader.hears(&RUN), ["run/start/1"]);
        // A new folder is told by the one that it is in, and by itself.
        lab.write("run/start/2/0.data.json", "{}", 1000);
        assert_eq!(reader.hears(&RUN), ["run/start", "run/start/2"]);
        fs::remove_dir_all(lab.0.join("run/start/2")).unwrap();
        assert_eq!(reader.hears(&RUN), ["run/start"]);
        // What lies below a folder that is not watched deeply is not heard of.
        lab.write("other/start/1/0.data.json", "[]", 1003);
        assert!(reader.hears(&RUN).is_empty());
        lab.write("third/start/1/0.data.json", "{}", 1000);
        assert_eq!(reader.hears(&RUN), [""]);
    }

    #[test]
    fn what_is_written_while_somebody_looks_is_heard_of_again() {
        let lab = Lab::new("unsettled");
        lab.write("run/a", "1", 1000);
        let mut reader = Reader::new(&lab.0);
        reader.hears(&RUN);
        // As far as the clock of a disk goes, it is of this moment for ever.
        lab.write("run/a", "2", 99_999_999_999);
        assert_eq!(reader.hears(&RUN), ["run"]);
        assert_eq!(reader.hears(&RUN), ["run"]);
        lab.write("run/a", "2", 1000);
        assert_eq!(reader.hears(&RUN), ["run"]);
        assert!(reader.hears(&RUN).is_empty());
    }

    #[test]
    fn each_reader_hears_what_it_has_not_heard() {
        let lab = Lab::new("readers");
        lab.write("run/a", "1", 1000);
        let mut reader = Reader::new(&lab.0);
        reader.hears(&RUN);
        let before = reader.heard;
        lab.write("run/a", "22", 1001);
        assert_eq!(reader.hears(&RUN), ["run"]);
        // An answer that did not arrive is given again.
        reader.heard = before;
        assert_eq!(reader.hears(&RUN), ["run"]);
        // Who has heard from another server knows nothing of this one.
        reader.heard.life += 1;
        assert_eq!(reader.hears(&RUN), ["", "run"]);
        // What is watched in addition was not watched before.
        let more = [RUN[0], RUN[1], ("third", true)];
        assert_eq!(reader.hears(&more), ["third"]);
        lab.write("third/b", "1", 1000);
        assert_eq!(reader.hears(&more), ["", "third"]);
    }

    #[test]
    fn what_nobody_asks_for_is_forgotten() {
        let lab = Lab::new("forgotten");
        lab.write("run/a", "1", 1000);
        let mut reader = Reader::new(&lab.0);
        reader.hears(&RUN);
        for watch in reader.watcher.state.lock().unwrap().watches.values_mut() {
            watch.asked -= FORGOTTEN;
        }
        assert_eq!(reader.hears(&RUN[..1]), [""]);
        assert_eq!(reader.watcher.state.lock().unwrap().watches.len(), 1);
    }
}
