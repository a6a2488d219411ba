//! A packed folder as one zip, and back.
//!
//! What is packed already is stored as it is: its parts can then be read by ranges.

use crate::source::{MemoryBlob, NoPace, Source, open_blob};
use flate2::Compression;
use flate2::write::DeflateEncoder;
use rawzip::{CompressionMethod, ZipArchiveWriter};
use std::fs;
use std::io::{self, BufWriter, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// Writes a folder as a zip, which gets its name when it is whole; its size.
pub fn write(folder: &Path, zip: &Path) -> io::Result<u64> {
    let unfinished = zip.with_extension("zip.unfinished");
    let mut files = Vec::new();
    files_below(folder, folder, &mut files)?;
    files.sort();
    let out = BufWriter::new(fs::File::create(&unfinished)?);
    let mut archive = ZipArchiveWriter::new(out);
    for (name, path) in &files {
        add(&mut archive, name, path).map_err(io::Error::other)?;
    }
    let mut out = archive.finish().map_err(io::Error::other)?;
    out.flush()?;
    let size = out.get_ref().metadata()?.len();
    drop(out);
    fs::rename(&unfinished, zip)?;
    Ok(size)
}

fn files_below(root: &Path, folder: &Path, found: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        let kind = entry.file_type()?;
        if kind.is_dir() {
            files_below(root, &path, found)?;
        } else if kind.is_file() {
            let below = path.strip_prefix(root).map_err(io::Error::other)?;
            let parts = below.iter().map(|part| part.to_string_lossy());
            found.push((parts.collect::<Vec<_>>().join("/"), path));
        }
    }
    Ok(())
}

fn add<W: io::Write>(
    archive: &mut ZipArchiveWriter<W>,
    name: &str,
    path: &Path,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let mut file = fs::File::open(path)?;
    let method = match shrinks(&mut file)? {
        true => CompressionMethod::DEFLATE,
        false => CompressionMethod::STORE,
    };
    let builder = archive.new_file(name).compression_method(method);
    let (mut entry, config) = builder.start()?;
    let output = if method == CompressionMethod::DEFLATE {
        let mut writer = config.wrap(DeflateEncoder::new(&mut entry, Compression::default()));
        io::copy(&mut file, &mut writer)?;
        let (encoder, output) = writer.finish()?;
        encoder.finish()?;
        output
    } else {
        let mut writer = config.wrap(&mut entry);
        io::copy(&mut file, &mut writer)?;
        writer.finish()?.1
    };
    entry.finish(output)?;
    Ok(())
}

/// Whether a file becomes smaller by packing: told by its beginning.
fn shrinks(file: &mut fs::File) -> io::Result<bool> {
    const TRIED: u64 = 64 << 10;
    let mut beginning = Vec::new();
    file.take(TRIED).read_to_end(&mut beginning)?;
    file.rewind()?;
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(&beginning)?;
    let packed = encoder.finish()?.len();
    // A little less is not worth that parts cannot be read by themselves.
    Ok(packed * 100 < beginning.len() * 95)
}

/// Unpacks a zip that was packed here into a folder.
pub fn unpack(zip: &Path, folder: &Path) -> io::Result<()> {
    let blob = MemoryBlob::new("packed.zip", fs::read(zip)?);
    let source = pollster::block_on(open_blob(Rc::new(blob), Rc::new(NoPace)));
    let source = source.map_err(|error| io::Error::other(error.explanation("the zip")))?;
    unpack_below(&*source, "", folder)
}

fn unpack_below(source: &dyn Source, folder: &str, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    let listing = pollster::block_on(source.list(folder));
    let listing = listing.map_err(|error| io::Error::other(error.to_string()))?;
    for (name, _) in listing.files() {
        let want = crate::source::Want {
            path: crate::source::join(folder, name),
            range: None,
        };
        let answer = pollster::block_on(source.read(&[want])).pop();
        let bytes = answer.ok_or_else(|| io::Error::other("there is no answer"))?;
        let bytes = bytes.map_err(|error| io::Error::other(error.to_string()))?;
        fs::write(to.join(name), &**bytes)?;
    }
    for name in listing.folders() {
        unpack_below(source, &crate::source::join(folder, name), &to.join(name))?;
    }
    Ok(())
}
