//! What the first bytes say that a file is: in words, and the end of its name.
//!
//! Only what begins in a way of its own is known here; what is read of some of these
//! formats is its parent's. Start with [`magic`].

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Magic {
    pub kind: &'static str,
    /// Without its dot.
    pub extension: &'static str,
}

/// Where the bytes stand that tell a file, these bytes, what it is, and its extension.
type Known = (usize, &'static [u8], &'static str, &'static str);

const KNOWN: [Known; 38] = [
    (0, b"%PDF-", "PDF document", "pdf"),
    (0, b"PK\x03\x04", "zip archive", "zip"),
    (0, b"PK\x05\x06", "zip archive", "zip"),
    (0, b"\x1f\x8b", "gzip data", "gz"),
    (0, b"BZh", "bzip2 data", "bz2"),
    (0, b"\xfd7zXZ\0", "xz data", "xz"),
    (0, b"\x28\xb5\x2f\xfd", "zstd data", "zst"),
    (0, b"\x04\x22\x4d\x18", "LZ4 data", "lz4"),
    (0, b"7z\xbc\xaf\x27\x1c", "7z archive", "7z"),
    (0, b"Rar!\x1a\x07", "RAR archive", "rar"),
    (257, b"ustar", "tar archive", "tar"),
    (0, b"PAR1", "Parquet file", "parquet"),
    (0, b"ARROW1", "Arrow file", "arrow"),
    (0, b"ORC", "ORC file", "orc"),
    (0, b"Obj\x01", "Avro file", "avro"),
    (0, b"\x93NUMPY", "NumPy array (.npy)", "npy"),
    (0, b"\x89HDF\r\n\x1a\n", "HDF5 file", "h5"),
    (0, b"CDF\x01", "NetCDF file", "nc"),
    (0, b"CDF\x02", "NetCDF file", "nc"),
    (0, b"MATLAB 5.0 MAT-file", "MATLAB file", "mat"),
    (0, b"SQLite format 3\0", "SQLite database", "sqlite"),
    (8, b"DUCK", "DuckDB database", "duckdb"),
    (0, b"GGUF", "GGUF model", "gguf"),
    // The length of the header, which is JSON, comes first.
    (5, b"\0\0\0{\"", "safetensors file", "safetensors"),
    (0, b"II*\0", "TIFF image", "tiff"),
    (0, b"MM\0*", "TIFF image", "tiff"),
    (4, b"ftypavif", "AVIF image", "avif"),
    (4, b"ftypheic", "HEIC image", "heic"),
    (4, b"ftyp", "MPEG-4 media", "mp4"),
    (8, b"WAVE", "WAVE audio", "wav"),
    (8, b"AVI ", "AVI video", "avi"),
    (0, b"OggS", "Ogg media", "ogg"),
    (0, b"fLaC", "FLAC audio", "flac"),
    (0, b"ID3", "MP3 audio", "mp3"),
    (0, b"\x1a\x45\xdf\xa3", "Matroska media", "mkv"),
    (0, b"\x7fELF", "ELF program", "elf"),
    (0, b"\0asm", "WebAssembly program", "wasm"),
    (
        0,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "Office document",
        "doc",
    ),
];

/// What a file is, as far as its bytes tell.
pub fn magic(bytes: &[u8]) -> Option<Magic> {
    // Every protocol that says its number, and the end that every pickle has.
    if matches!(bytes, [0x80, 2..=5, .., b'.']) {
        return Some(Magic {
            kind: "pickle",
            extension: "pkl",
        });
    }
    let stands = |(at, magic, ..): &&Known| {
        let rest = bytes.get(*at..);
        rest.is_some_and(|rest| rest.starts_with(magic))
    };
    let (.., kind, extension) = *KNOWN.iter().find(stands)?;
    Some(Magic { kind, extension })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], kind: &str) {
        assert_eq!(magic(bytes).map_or("", |magic| magic.kind), kind);
    }

    #[test]
    fn files_are_told_by_what_stands_in_them() {
        check(b"%PDF-1.7\n", "PDF document");
        check(b"PK\x05\x06\0\0", "zip archive");
        check(b"BZh91AY&SY", "bzip2 data");
        check(b"\xfd7zXZ\0\0\x04", "xz data");
        check(b"ARROW1\0\0", "Arrow file");
        check(b"\x89HDF\r\n\x1a\n\0", "HDF5 file");
        let mut tar = vec![0; 257];
        check(&tar, "");
        tar.extend(b"ustar\0");
        check(&tar, "tar archive");
        check(b"\x40\0\0\0\0\0\0\0{\"w\":", "safetensors file");
        check(b"RIFF\0\0\0\0WAVEfmt ", "WAVE audio");
        for protocol in 2..=5 {
            check(&[0x80, protocol, b'N', b'.'], "pickle");
        }
        check(&[0x80, 6, b'N', b'.'], "");
        check(&[0x80, 4, b'N'], "");
        check(b"", "");
    }
}
