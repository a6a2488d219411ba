//! What lies where runs are to be packed to: known before anything is written, and refused
//! where it is not ours.

use super::lock;
use super::zipped;
use crate::engine::ask::Failure;
use crate::pack::index::{self, DONE_SO_FAR, Index};
use std::fs;
use std::io;
use std::path::Path;

/// What OUT becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Folder,
    Zip,
}

/// Endings by which people name archives that are not written here.
const OTHERS: [&str; 13] = [
    ".tar", ".gz", ".tgz", ".bz2", ".tbz", ".tbz2", ".xz", ".txz", ".zst", ".tzst", ".zstd", ".7z",
    ".rar",
];

/// Told by its name, unless a pack is there already.
pub fn form_of(out: &Path) -> Result<Form, Box<Failure>> {
    let name = out.file_name().unwrap_or_default().to_string_lossy();
    let lower = name.to_ascii_lowercase();
    if lower.ends_with(".zip") {
        return match out.is_dir() {
            false => Ok(Form::Zip),
            true => Err(refused(
                "A folder has this name",
                out,
                "A name that ends in .zip is for one file, and this is a folder.",
                "Name another file.",
            )),
        };
    }
    if out.exists() && !out.is_dir() {
        return Err(refused(
            "A file has this name",
            out,
            "Runs are packed into a folder, or into a file whose name ends in .zip.",
            "Name a folder that is empty or not there yet, or a .zip.",
        ));
    }
    let ending = OTHERS.iter().find(|ending| lower.ends_with(**ending));
    let Some(mut stem) = ending.and_then(|ending| lower.strip_suffix(ending)) else {
        return Ok(Form::Folder);
    };
    if is_ours(out) {
        return Ok(Form::Folder);
    }
    stem = stem.strip_suffix(".tar").unwrap_or(stem);
    // With the capital letters that it has.
    let stem = name.get(..stem.len()).unwrap_or_default();
    let stem = out.with_file_name(if stem.is_empty() { "runs" } else { stem });
    let mut failure = refused(
        "Runs are packed into a folder or a zip",
        out,
        "This is the name of an archive of another kind, and none of those is written here.",
        &format!("A zip: -o {}.zip", stem.display()),
    );
    failure
        .advice
        .push(format!("A folder: -o {}", stem.display()));
    Err(failure)
}

fn refused(headline: &str, path: &Path, what: &str, advice: &str) -> Box<Failure> {
    Failure::unreadable(headline, &path.display().to_string(), what, advice)
}

/// Whether a folder was packed here, or begun to be.
pub fn is_ours(folder: &Path) -> bool {
    [index::FILE, DONE_SO_FAR]
        .iter()
        .any(|name| folder.join(name).exists())
}

/// A folder that holds something else is not written into.
pub fn refuse_foreign(folder: &Path) -> Result<(), Box<Failure>> {
    if is_ours(folder) {
        return Ok(());
    }
    let is_free = match fs::read_dir(folder) {
        // What a pack leaves that has crashed at its very beginning.
        Ok(mut entries) => {
            entries.all(|entry| entry.is_ok_and(|entry| entry.file_name() == lock::INSIDE))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => true,
        Err(error) => return Err(unread(folder, &format!("{error}."))),
    };
    match is_free {
        true => Ok(()),
        false => Err(refused(
            "This folder holds something else",
            folder,
            "It is not empty, and nothing in it was packed by Runglass.",
            "Name a folder that is empty or not there yet.",
        )),
    }
}

/// The index of what was packed into a folder, or of what has been done of it.
pub fn index_in(folder: &Path) -> Result<Index, Box<Failure>> {
    for name in [DONE_SO_FAR, index::FILE] {
        let path = folder.join(name);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(unread(&path, &format!("{error}."))),
        };
        return index::decode(&bytes).map_err(|fault| unread(&path, &fault));
    }
    Ok(Index::default())
}

/// The index of what was packed into a zip; one that was packed by something else is not
/// written over.
pub fn index_of_zip(zip: &Path) -> Result<Index, Box<Failure>> {
    match zipped::index(zip) {
        Ok(Some(bytes)) => index::decode(&bytes).map_err(|fault| unread(zip, &fault)),
        Ok(None) => Err(refused(
            "This zip holds something else",
            zip,
            "It is there already, and was not packed by Runglass.",
            "Name another file: this one would be written over.",
        )),
        Err(error) => Err(unread(zip, &format!("{error}."))),
    }
}

fn unread(path: &Path, why: &str) -> Box<Failure> {
    refused(
        "What was packed before cannot be read",
        path,
        why,
        "Delete it to pack everything anew.",
    )
}

/// That runs as they are and redacted ones are not packed into one place.
pub fn refuse_mixing(out: &Path, is_redacted: bool) -> Box<Failure> {
    let what = match is_redacted {
        true => "What was packed there is redacted, and these runs would not be.",
        false => "What was packed there is not redacted: strangers would see it.",
    };
    refused(
        "Redacted runs are not mixed with others",
        out,
        what,
        "Name another folder or zip.",
    )
}

/// That redacted runs lie in one of several archives that are to be packed together.
pub fn refuse_several(source: &str) -> Box<Failure> {
    refused(
        "Redacted runs are not mixed with others",
        Path::new(source),
        "The runs in one of its archives are redacted, and a word of theirs stands for somebody else in another one.",
        "Pack each archive by itself, into a folder or zip of its own.",
    )
}

/// That somebody else is packing into OUT.
pub fn refuse_another(out: &Path, by: Option<u32>) -> Box<Failure> {
    let who = by.map(|process| format!(" (process {process})"));
    let mut failure = refused(
        "Another pack is writing to this place",
        out,
        &format!(
            "A `runglass pack`{} has begun to pack into it and is not done: of two at once, one would lose what the other has packed.",
            who.unwrap_or_default()
        ),
        "Wait until it is done, and give the same command again.",
    );
    failure
        .advice
        .push("Or name another folder or zip.".to_owned());
    failure
}

/// That a name is taken by which packs would see each other.
pub fn refuse_name(out: &Path, taken: &Path) -> Box<Failure> {
    refused(
        "A file has the name of one that is needed",
        taken,
        &format!(
            "By a file of this name packs into {} see each other, and this one holds something else.",
            out.display()
        ),
        "Give it another name, or name another folder or zip.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, expected: Result<Form, &[&str]>) {
        let told = form_of(Path::new(name)).map_err(|failure| failure.advice.clone());
        let expected =
            expected.map_err(|advice| advice.iter().map(|text| text.to_string()).collect());
        assert_eq!(told, expected, "{name}");
    }

    #[test]
    fn names_of_other_archives_are_refused() {
        check("nightly", Ok(Form::Folder));
        check("nowhere/runs.v1.2/", Ok(Form::Folder));
        check("nightly.zip", Ok(Form::Zip));
        check("Nightly.ZIP", Ok(Form::Zip));
        for name in ["x.tar", "x.tar.gz", "x.TGZ", "x.tar.zst", "x.7z", "x.tbz2"] {
            check(&format!("nowhere/{name}"), {
                Err(&["A zip: -o nowhere/x.zip", "A folder: -o nowhere/x"])
            });
        }
        check(
            "Lab.Tar.Xz",
            Err(&["A zip: -o Lab.zip", "A folder: -o Lab"]),
        );
        check(".gz", Err(&["A zip: -o runs.zip", "A folder: -o runs"]));
    }

    #[test]
    fn a_folder_that_was_packed_before_keeps_its_name() {
        let scratch = std::env::temp_dir().join(format!("runglass-before-{}", std::process::id()));
        fs::create_dir_all(&scratch).unwrap();
        let out = scratch.join("x.tar");
        fs::create_dir(&out).unwrap();
        assert!(form_of(&out).is_err());
        fs::write(out.join(index::FILE), "{}").unwrap();
        assert_eq!(form_of(&out).unwrap(), Form::Folder);
        fs::remove_dir_all(scratch).unwrap();
    }
}
