//! A folder of this machine's disk, and nothing outside of it.
//!
//! `dump` reads a folder through it, and `serve` gives away no file that it does not
//! give: there is one place where a path from outside becomes a path of the disk. Such a
//! path is relative, with `/` between its parts. A link is followed where it stays in the
//! folder; one that leads out is told and never opened. Nothing is ever written.
//!
//! Start with [`Disk::place`].

use crate::source::Range64;
use std::fs::{self, File, Metadata};
use std::io::{self, Read as _, Seek as _};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// A folder, and what may be reached in it.
#[derive(Clone, Debug)]
pub struct Disk {
    /// Without links.
    root: PathBuf,
    name: String,
    /// The one name at the top that can be seen; all when `None`.
    only: Option<String>,
}

/// Why a path leads to nothing.
#[derive(Debug)]
pub enum Refused {
    Missing,
    /// It is no path within a folder: the text says why not.
    NoPath(&'static str),
    /// It is a link, or goes through one, to somewhere else.
    LeadsOut,
    Failed(io::Error),
}

impl From<io::Error> for Refused {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            // A file in the place of a folder: below it there is nothing.
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Refused::Missing,
            _ => Refused::Failed(error),
        }
    }
}

impl Refused {
    /// The words for it, of this path.
    pub fn words(&self, path: &str) -> String {
        match self {
            Refused::Missing => format!("There is no {path}."),
            Refused::NoPath(why) => format!("This is no path: {why}."),
            Refused::LeadsOut => {
                format!("{path} is a link that leads out of the folder. It is not followed.")
            }
            Refused::Failed(error) => format!("{path}: {error}"),
        }
    }
}

/// What lies in a folder.
#[derive(Debug, PartialEq, Eq)]
pub struct Found {
    pub name: String,
    pub kind: FoundKind,
}

#[derive(Debug, PartialEq, Eq)]
pub enum FoundKind {
    Folder,
    File(Version),
    /// A link that leads out of the folder.
    LeadsOut,
}

/// What tells a file from what it was before, as far as the disk says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Version {
    pub size: u64,
    /// Nanoseconds since 1970, cut to what a number holds; 0 where that is not known.
    pub modified: u64,
}

impl Version {
    pub fn of(data: &Metadata) -> Self {
        let since = data.modified().ok();
        let since = since.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        Self {
            size: data.len(),
            modified: since.map_or(0, |since| since.as_nanos() as u64),
        }
    }

    /// All of it in one number, for who only asks whether it is another.
    pub fn number(self) -> u64 {
        self.modified ^ self.size.rotate_left(32)
    }
}

/// The name of a file or a folder, as the user gave it.
pub fn name_of(path: &Path) -> String {
    let name = path.file_name().map(|name| name.to_string_lossy());
    let real = || {
        let real = fs::canonicalize(path).ok()?;
        let name = real.file_name()?.to_string_lossy().into_owned();
        Some(name)
    };
    match name {
        Some(name) => name.into_owned(),
        // `.` and `..` have a name too.
        None => real().unwrap_or_else(|| "root".to_owned()),
    }
}

impl Disk {
    pub fn at(folder: &Path) -> io::Result<Self> {
        Ok(Self {
            root: fs::canonicalize(folder)?,
            name: name_of(folder),
            only: None,
        })
    }

    /// The same with one name at its top, as if nothing else were there.
    pub fn only(self, name: &str) -> Self {
        Self {
            only: Some(name.to_owned()),
            ..self
        }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where a path lies; it is there, and in the folder.
    pub fn place(&self, path: &str) -> Result<PathBuf, Refused> {
        let mut place = self.root.clone();
        if path.is_empty() {
            return Ok(place);
        }
        for part in path.split('/') {
            place.push(part_of_path(part)?);
        }
        if let Some(only) = &self.only
            && path.split('/').next() != Some(only)
        {
            return Err(Refused::Missing);
        }
        let real = fs::canonicalize(&place)?;
        match real.starts_with(&self.root) {
            true => Ok(real),
            false => Err(Refused::LeadsOut),
        }
    }

    /// What lies directly in a folder, in no order.
    pub fn list(&self, folder: &str) -> Result<Vec<Found>, Refused> {
        let place = self.place(folder)?;
        let mut all = Vec::new();
        for entry in fs::read_dir(&place)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if folder.is_empty() && self.only.as_ref().is_some_and(|only| *only != name) {
                continue;
            }
            if let Some(kind) = self.kind(&entry) {
                all.push(Found { name, kind });
            }
        }
        Ok(all)
    }

    /// `None` for what is gone by now, and for what is neither file nor folder: a pipe
    /// would let its reader wait for ever.
    fn kind(&self, entry: &fs::DirEntry) -> Option<FoundKind> {
        let kind = entry.file_type().ok()?;
        let data = match kind.is_symlink() {
            false if kind.is_dir() => return Some(FoundKind::Folder),
            false => entry.metadata().ok()?,
            true => {
                let real = fs::canonicalize(entry.path()).ok()?;
                if !real.starts_with(&self.root) {
                    return Some(FoundKind::LeadsOut);
                }
                fs::metadata(real).ok()?
            }
        };
        if data.is_dir() {
            Some(FoundKind::Folder)
        } else {
            data.is_file().then(|| FoundKind::File(Version::of(&data)))
        }
    }

    /// A file to read, and what it is at this moment.
    pub fn open(&self, path: &str) -> Result<(File, Version), Refused> {
        let place = self.place(path)?;
        // Asked before it is opened: opening a pipe waits for somebody who writes.
        if !fs::metadata(&place)?.is_file() {
            return Err(Refused::Missing);
        }
        let file = File::open(&place)?;
        let version = Version::of(&file.metadata()?);
        Ok((file, version))
    }
}

/// A file or part of it, cut at its end.
pub fn read_part(file: &mut File, range: Option<Range64>) -> io::Result<Vec<u8>> {
    let Some(range) = range else {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        return Ok(bytes);
    };
    file.seek(io::SeekFrom::Start(range.start))?;
    let mut bytes = Vec::new();
    let wanted = range.end.saturating_sub(range.start);
    file.take(wanted).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// One name of a path, if it is the name of something in a folder on every system.
fn part_of_path(part: &str) -> Result<&str, Refused> {
    let why = match part {
        "" => "a part of it has no name",
        "." | ".." => "it climbs",
        part if part.contains(['/', '\\']) => "there is a separator in a name",
        part if part.contains('\0') => "there is a NUL in it",
        // `C:`, `file:stream`, and names that Windows takes for others or for devices.
        part if cfg!(windows) && (part.contains(':') || part.ends_with(['.', ' '])) => {
            "it is a name that Windows takes for another one"
        }
        part => return Ok(part),
    };
    Err(Refused::NoPath(why))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    /// A folder of this test's own, gone with it.
    struct Lab(PathBuf);

    impl Lab {
        fn new() -> Self {
            static COUNT: AtomicU32 = AtomicU32::new(0);
            let number = COUNT.fetch_add(1, Ordering::Relaxed);
            let name = format!("runglass-disk-{}-{number}", std::process::id());
            let root = std::env::temp_dir().join(name);
            for folder in ["lab/a", "lab/.metaflow", "outside"] {
                fs::create_dir_all(root.join(folder)).unwrap();
            }
            for file in ["lab/a/b.txt", "lab/.metaflow/c", "outside/secret"] {
                fs::write(root.join(file), file).unwrap();
            }
            Self(root)
        }

        fn disk(&self) -> Disk {
            Disk::at(&self.0.join("lab")).unwrap()
        }
    }

    impl Drop for Lab {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).unwrap();
        }
    }

    fn told(disk: &Disk, path: &str) -> String {
        match disk.open(path) {
            Ok((mut file, _)) => String::from_utf8(read_part(&mut file, None).unwrap()).unwrap(),
            Err(refused) => refused.words(path),
        }
    }

    #[test]
    fn no_path_leads_out() {
        let lab = Lab::new();
        let disk = lab.disk();
        assert_eq!(told(&disk, "a/b.txt"), "lab/a/b.txt");
        let absolute = lab.0.join("outside/secret");
        for path in [
            "../outside/secret",
            "a/../../outside/secret",
            "a/..",
            "./a/b.txt",
            "/a/b.txt",
            "a//b.txt",
            "a/b.txt/",
            "..\\outside\\secret",
            "a\\b.txt",
            "a/b.txt\0",
            absolute.to_str().unwrap(),
        ] {
            let told = told(&disk, path);
            assert!(told.starts_with("This is no path"), "{path:?}: {told}");
        }
        for path in ["C:", "a/b.txt/c", "a/none", "a", "con"] {
            let told = told(&disk, path);
            assert!(told.starts_with("There is no "), "{path:?}: {told}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_followed_only_within_the_folder() {
        use std::os::unix::fs::symlink;
        let lab = Lab::new();
        let disk = lab.disk();
        let at = |path: &str| lab.0.join("lab").join(path);
        symlink(lab.0.join("outside"), at("out")).unwrap();
        symlink(lab.0.join("outside/secret"), at("a/out")).unwrap();
        symlink("../a/b.txt", at("a/in")).unwrap();
        symlink("..", at("a/up")).unwrap();
        symlink("nowhere", at("a/lost")).unwrap();
        let leads_out = "is a link that leads out of the folder. It is not followed.";
        assert!(told(&disk, "out/secret").ends_with(leads_out));
        assert!(told(&disk, "a/out").ends_with(leads_out));
        assert_eq!(told(&disk, "a/in"), "lab/a/b.txt");
        assert_eq!(told(&disk, "a/up/a/b.txt"), "lab/a/b.txt");
        assert_eq!(told(&disk, "a/lost"), "There is no a/lost.");
        let mut kinds: Vec<_> = disk
            .list("a")
            .unwrap()
            .into_iter()
            .map(|found| (found.name, matches!(found.kind, FoundKind::LeadsOut)))
            .collect();
        kinds.sort();
        let names = [
            ("b.txt", false),
            ("in", false),
            ("out", true),
            ("up", false),
        ];
        assert_eq!(kinds, names.map(|(name, out)| (name.to_owned(), out)));
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_lets_nobody_wait() {
        let lab = Lab::new();
        let pipe = lab.0.join("lab/a/pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.unwrap().success());
        assert_eq!(told(&lab.disk(), "a/pipe"), "There is no a/pipe.");
        assert_eq!(lab.disk().list("a").unwrap().len(), 1);
    }

    #[test]
    fn one_name_at_the_top_can_be_all_that_is_seen() {
        let lab = Lab::new();
        let disk = lab.disk().only(".metaflow");
        assert_eq!(told(&disk, ".metaflow/c"), "lab/.metaflow/c");
        assert_eq!(told(&disk, "a/b.txt"), "There is no a/b.txt.");
        let names: Vec<_> = disk.list("").unwrap().into_iter().collect();
        assert_eq!(names.len(), 1);
        assert_eq!(names[0].name, ".metaflow");
    }
}
