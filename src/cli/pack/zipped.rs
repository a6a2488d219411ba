//! A packed folder as one zip, and back.
//!
//! What is packed already is stored as it is: its parts can then be read by ranges.

use super::gate::Gate;
use crate::cli::host::DiskFile;
use crate::source::{NoPace, ReadError, Source, open_blob};
use flate2::write::DeflateEncoder;
use flate2::{Compress, Compression, Crc, FlushCompress, Status};
use rawzip::{CompressionMethod, DataDescriptorOutput, ZipArchiveWriter};
use std::fs;
use std::io::{self, BufWriter, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// Writes a folder as a zip; its size.
pub fn write(folder: &Path, zip: &Path, gate: &Gate) -> io::Result<u64> {
    let mut files = Vec::new();
    files_below(folder, folder, &mut files)?;
    files.sort();
    let pass = gate.pass();
    let out = BufWriter::new(fs::File::create(zip)?);
    // Written on, it may be deleted at any moment.
    drop(pass);
    let mut adding = Adding {
        archive: ZipArchiveWriter::new(out),
        packer: Compress::new(Compression::default(), false),
    };
    for (name, path) in &files {
        adding.add(name, path).map_err(io::Error::other)?;
    }
    let mut out = adding.archive.finish().map_err(io::Error::other)?;
    out.flush()?;
    Ok(out.get_ref().metadata()?.len())
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

type Failed = Box<dyn std::error::Error + Send + Sync>;

/// Files up to this size are packed in memory, to see whether they become smaller.
const TRIED: u64 = 1 << 20;

/// Adds files one after the other; making a packer takes longer than packing a small file.
struct Adding<W> {
    archive: ZipArchiveWriter<W>,
    packer: Compress,
}

impl<W: io::Write> Adding<W> {
    fn add(&mut self, name: &str, path: &Path) -> Result<(), Failed> {
        let mut file = fs::File::open(path)?;
        let mut beginning = Vec::new();
        (&mut file).take(TRIED).read_to_end(&mut beginning)?;
        let packed = self.packed(&beginning)?;
        // A little less is not worth that parts cannot be read by themselves.
        let shrinks = packed.len() * 100 < beginning.len() * 95;
        let is_whole = beginning.len() as u64 == file.metadata()?.len();
        let method = match shrinks {
            true => CompressionMethod::DEFLATE,
            false => CompressionMethod::STORE,
        };
        let builder = self.archive.new_file(name).compression_method(method);
        let (mut entry, config) = builder.start()?;
        let output = match (shrinks, is_whole) {
            (true, true) => {
                let mut crc = Crc::new();
                crc.update(&beginning);
                entry.write_all(&packed)?;
                DataDescriptorOutput::new(crc.sum(), beginning.len() as u64)
            }
            (true, false) => {
                let mut writer =
                    config.wrap(DeflateEncoder::new(&mut entry, Compression::default()));
                io::copy(&mut beginning.as_slice().chain(file), &mut writer)?;
                let (encoder, output) = writer.finish()?;
                encoder.finish()?;
                output
            }
            (false, _) => {
                let mut writer = config.wrap(&mut entry);
                io::copy(&mut beginning.as_slice().chain(file), &mut writer)?;
                writer.finish()?.1
            }
        };
        entry.finish(output)?;
        Ok(())
    }

    fn packed(&mut self, content: &[u8]) -> Result<Vec<u8>, Failed> {
        /// Over what does not become smaller deflate writes a few bytes for each 64 KiB.
        const SLACK: usize = 1 << 10;
        self.packer.reset();
        let mut packed = Vec::with_capacity(content.len() + content.len() / 1000 + SLACK);
        let status = self
            .packer
            .compress_vec(content, &mut packed, FlushCompress::Finish)?;
        match status {
            Status::StreamEnd => Ok(packed),
            _ => Err("deflate needs more room than it should".into()),
        }
    }
}

/// The files of a zip on disk, of which only what is asked for is read.
fn opened(zip: &Path) -> io::Result<Rc<dyn Source>> {
    let file = Rc::new(DiskFile::at(zip)?);
    let source = pollster::block_on(open_blob(file, Rc::new(NoPace)));
    source.map_err(|error| io::Error::other(error.explanation("the zip")))
}

fn read(source: &dyn Source, path: String) -> Result<Vec<u8>, ReadError> {
    let want = crate::source::Want { path, range: None };
    let answer = pollster::block_on(source.read(&[want])).pop();
    let bytes = answer.unwrap_or(Err(ReadError::Missing))?;
    Ok(Rc::unwrap_or_clone(bytes))
}

/// The index in a zip, if it was packed here.
pub fn index(zip: &Path) -> io::Result<Option<Vec<u8>>> {
    // What cannot be opened is none of ours.
    let file = Rc::new(DiskFile::at(zip)?);
    let Ok(source) = pollster::block_on(open_blob(file, Rc::new(NoPace))) else {
        return Ok(None);
    };
    match read(&*source, crate::pack::index::FILE.to_owned()) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(ReadError::Missing) => Ok(None),
        Err(error) => Err(io::Error::other(error.to_string())),
    }
}

/// Unpacks a zip that was packed here into a folder.
pub fn unpack(zip: &Path, folder: &Path, gate: &Gate) -> io::Result<()> {
    unpack_below(&*opened(zip)?, "", folder, gate)
}

fn unpack_below(source: &dyn Source, folder: &str, to: &Path, gate: &Gate) -> io::Result<()> {
    let pass = gate.pass();
    fs::create_dir_all(to)?;
    drop(pass);
    let listing = pollster::block_on(source.list(folder));
    let listing = listing.map_err(|error| io::Error::other(error.to_string()))?;
    for (name, _) in listing.files() {
        let bytes = read(source, crate::source::join(folder, name));
        let bytes = bytes.map_err(|error| io::Error::other(error.to_string()))?;
        let _pass = gate.pass();
        fs::write(to.join(name), bytes)?;
    }
    for name in listing.folders() {
        unpack_below(
            source,
            &crate::source::join(folder, name),
            &to.join(name),
            gate,
        )?;
    }
    Ok(())
}
