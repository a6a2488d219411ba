//! One pack at a time into one OUT.
//!
//! Two would begin with the same index, and who writes it last would lose what the other
//! has packed. So who packs holds a file that the system has locked, from before OUT is
//! looked into until all is done. The system unlocks it when the program ends, however it
//! ends: what a crash leaves blocks nobody, and the next pack takes it over.
//!
//! | file | who holds it |
//! |---|---|
//! | `runglass.packing` in OUT | who packs into that folder; of a volume of its own nothing beside it is shared |
//! | `OUT.packing` beside OUT | who puts something in its place: a zip, or redacted runs |
//!
//! Who holds one looks at the other after that, so that of two different packs at least one
//! sees the other. A file system that locks nothing is no reason not to pack: the summary
//! tells ([`Lock::missing`]). Start with [`Lock::take`].

use super::before::{self, Form};
use super::gate::Gate;
use super::target::beside;
use crate::engine::ask::Failure;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// What is held in the folder that is packed into.
pub const INSIDE: &str = "runglass.packing";

/// What a file that is held begins with; one that begins with anything else is not ours.
const OURS: &str = "runglass pack, process ";

/// Held until it is dropped.
#[derive(Debug)]
pub struct Lock {
    held: Mutex<Held>,
    /// Why there is none.
    missing: Option<String>,
}

#[derive(Debug, Default)]
struct Held {
    files: Vec<(PathBuf, File)>,
    /// Folders that were made for them, the innermost first.
    made: Vec<PathBuf>,
}

/// Why a file is not held.
enum NotHeld {
    /// By whom, where that can be read.
    Taken(Option<u32>),
    Foreign(PathBuf),
    Failed(io::Error),
}

impl From<io::Error> for NotHeld {
    fn from(error: io::Error) -> Self {
        NotHeld::Failed(error)
    }
}

impl Lock {
    /// Holds OUT, or says who does. Who stops at the gate lets go of it.
    pub fn take(
        out: &Path,
        form: Form,
        is_anew: bool,
        gate: &Gate,
    ) -> Result<Arc<Self>, Box<Failure>> {
        let _pass = gate.pass();
        let mut held = Held::default();
        let (inside, around) = (out.join(INSIDE), beside(out, ".packing"));
        let taken = match (form, is_anew) {
            (Form::Zip, _) => held.take(&around),
            (Form::Folder, false) => held.take(&inside).and_then(|()| refuse_taken(&around)),
            (Form::Folder, true) => held.take(&around).and_then(|()| match out.is_dir() {
                true => held.take(&inside),
                false => Ok(()),
            }),
        };
        let missing = match taken {
            Ok(()) => None,
            Err(NotHeld::Failed(error)) => Some(error.to_string()),
            Err(NotHeld::Taken(by)) => {
                held.let_go();
                return Err(before::refuse_another(out, by));
            }
            Err(NotHeld::Foreign(path)) => {
                held.let_go();
                return Err(before::refuse_name(out, &path));
            }
        };
        let lock = Arc::new(Self {
            held: Mutex::new(held),
            missing,
        });
        gate.is_locked_by(&lock);
        Ok(lock)
    }

    /// Why OUT is not held, where the file system cannot do that.
    pub fn missing(&self) -> Option<&str> {
        self.missing.as_deref()
    }

    /// Lets others pack; nothing is written any more.
    pub fn let_go(&self) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.let_go();
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        self.let_go();
    }
}

impl Held {
    fn take(&mut self, path: &Path) -> Result<(), NotHeld> {
        /// Each time somebody else has just let go of it.
        const TIMES: usize = 100;
        for _ in 0..TIMES {
            self.make_folders(path)?;
            let mut options = OpenOptions::new();
            options.read(true).write(true).create(true);
            let mut file = match options.open(path) {
                Ok(file) => file,
                // The folder was made by who did not need it in the end.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error.into()),
            };
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(NotHeld::Taken(who(&mut file))),
                Err(TryLockError::Error(error)) => {
                    // Where no file is locked, it is of no use to anybody.
                    if is_ours(&mut file).unwrap_or(false) {
                        let _deleted = fs::remove_file(path);
                    }
                    return Err(error.into());
                }
            }
            // Who held it deletes it: locked is then what nobody else will ever see.
            if !is_at(&file, path) {
                continue;
            }
            if !is_ours(&mut file)? {
                return Err(NotHeld::Foreign(path.to_owned()));
            }
            // For who looks into it. On a full disk it stays empty, and is locked all the same.
            let _told = write_who(&mut file);
            self.files.push((path.to_owned(), file));
            return Ok(());
        }
        Err(NotHeld::Taken(None))
    }

    fn make_folders(&mut self, path: &Path) -> io::Result<()> {
        let Some(folder) = path.parent() else {
            return Ok(());
        };
        let missing = folder.ancestors();
        let missing = missing.take_while(|folder| !folder.as_os_str().is_empty());
        let missing: Vec<PathBuf> = missing
            .take_while(|folder| !folder.exists())
            .map(Path::to_owned)
            .collect();
        if !missing.is_empty() {
            fs::create_dir_all(folder)?;
            self.made.splice(0..0, missing);
        }
        Ok(())
    }

    fn let_go(&mut self) {
        for (path, file) in std::mem::take(&mut self.files) {
            // It may have moved away with the folder that it was in. Deleted first, then
            // unlocked: who holds it next has a file that is there.
            if is_at(&file, &path) {
                let _deleted = fs::remove_file(path);
            }
        }
        for folder in std::mem::take(&mut self.made) {
            // Where anything is in it, it stays.
            let _removed = fs::remove_dir(folder);
        }
    }
}

/// That nobody holds a file; it is not held here either.
fn refuse_taken(path: &Path) -> Result<(), NotHeld> {
    // What cannot be opened is held by nobody who could put something in OUT's place.
    let Ok(mut file) = File::open(path) else {
        return Ok(());
    };
    match file.try_lock_shared() {
        Err(TryLockError::WouldBlock) => Err(NotHeld::Taken(who(&mut file))),
        _ => Ok(()),
    }
}

/// Whether this file is the one that has this name now.
fn is_at(file: &File, path: &Path) -> bool {
    let file = file.try_clone().and_then(same_file::Handle::from_file);
    let named = same_file::Handle::from_path(path);
    matches!((file, named), (Ok(file), Ok(named)) if file == named)
}

/// What a file begins with that may be of ours.
fn beginning(file: &mut File) -> io::Result<String> {
    /// Ours are shorter.
    const MOST: u64 = 64;
    let mut bytes = Vec::new();
    file.rewind()?;
    file.take(MOST).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// A file is empty for the moment between being made and being written.
fn is_ours(file: &mut File) -> io::Result<bool> {
    let text = beginning(file)?;
    Ok(text.is_empty() || text.starts_with(OURS))
}

fn write_who(file: &mut File) -> io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{OURS}{}", std::process::id())
}

/// Who has written that a file is held.
fn who(file: &mut File) -> Option<u32> {
    let text = beginning(file).ok()?;
    text.strip_prefix(OURS)?.trim_end().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of a test's own, deleted when it is left.
    struct Scratch(PathBuf);

    impl Scratch {
        fn of(test: &str) -> Self {
            let name = format!("runglass-lock-{test}-{}", std::process::id());
            let folder = std::env::temp_dir().join(name);
            fs::create_dir_all(&folder).unwrap();
            Self(folder)
        }

        fn path(&self) -> &Path {
            &self.0
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).unwrap();
        }
    }

    fn take(out: &Path, form: Form, is_anew: bool) -> Result<Arc<Lock>, String> {
        let taken = Lock::take(out, form, is_anew, &Gate::default());
        taken.map_err(|failure| failure.headline)
    }

    const TAKEN: &str = "Another pack is writing to this place";

    #[test]
    fn each_kind_of_pack_sees_the_others() {
        let scratch = Scratch::of("kinds");
        let kinds = [(Form::Folder, false), (Form::Folder, true)];
        for is_there in [false, true] {
            let out = scratch.path().join(format!("deep/down/{is_there}"));
            if is_there {
                fs::create_dir_all(&out).unwrap();
            }
            for first in kinds {
                let held = take(&out, first.0, first.1).unwrap();
                for second in kinds {
                    assert_eq!(take(&out, second.0, second.1).unwrap_err(), TAKEN);
                }
                drop(held);
                // It can be had again, and nothing is left of it.
                drop(take(&out, first.0, first.1).unwrap());
                assert_eq!(out.exists(), is_there);
            }
        }
        assert_eq!(
            fs::read_dir(scratch.path().join("deep/down/true"))
                .unwrap()
                .count(),
            0
        );
        let zip = scratch.path().join("runs.zip");
        let held = take(&zip, Form::Zip, false).unwrap();
        assert_eq!(take(&zip, Form::Zip, true).unwrap_err(), TAKEN);
        assert!(held.missing().is_none());
        held.let_go();
        take(&zip, Form::Zip, true).unwrap();
    }

    #[test]
    fn what_a_crash_has_left_is_taken_over() {
        let scratch = Scratch::of("crash");
        for left in ["", "runglass pack, process 4294967295\n"] {
            fs::write(scratch.path().join(INSIDE), left).unwrap();
            drop(take(scratch.path(), Form::Folder, false).unwrap());
            assert_eq!(fs::read_dir(scratch.path()).unwrap().count(), 0);
        }
    }

    #[test]
    fn a_file_of_somebody_else_stays() {
        let scratch = Scratch::of("foreign");
        let (out, mine) = (
            scratch.path().join("x.zip"),
            scratch.path().join("x.zip.packing"),
        );
        fs::write(&mine, "what to take along").unwrap();
        assert_eq!(
            take(&out, Form::Zip, false).unwrap_err(),
            "A file has the name of one that is needed"
        );
        assert_eq!(fs::read_to_string(&mine).unwrap(), "what to take along");
    }

    #[test]
    fn where_nothing_can_be_locked_it_is_told() {
        let scratch = Scratch::of("unlocked");
        let out = scratch.path().join("x.zip");
        fs::create_dir(scratch.path().join("x.zip.packing")).unwrap();
        let lock = take(&out, Form::Zip, false).unwrap();
        assert!(lock.missing().is_some());
    }
}
