//! How much is read without asking. Each number carries its reason.

/// The largest archive that is held in memory whole, when a server sends no
/// ranges: a 32-bit program has 4 GiB in all and must decode beside it.
pub const WHOLE_ARCHIVE: u64 = 1 << 30;

/// The most that an archive may unpack to at all, whoever asks for it: half of what a 32-bit
/// program has.
pub const WHOLE_ARCHIVE_MOST: u64 = 2 << 30;

/// Up to this size an archive may grow by any ratio without asking.
pub const ARCHIVE_FREE: u64 = 32 << 20;

/// Beyond that, an archive may grow so many times without asking: records and logs of runs
/// stay under fifty.
pub const ARCHIVE_RATIO: u64 = 200;

/// The most that an archive of so many packed bytes unpacks to without asking.
pub fn unasked(packed: u64) -> u64 {
    let grown = packed.saturating_mul(ARCHIVE_RATIO).max(ARCHIVE_FREE);
    grown.min(WHOLE_ARCHIVE)
}
/// The largest file that is fetched whole without asking, where a server sends no ranges:
/// some minutes of a usual line.
pub const WHOLE_UNASKED: u64 = 256 << 20;

/// The longest answer that is taken for the list of a folder, and how many names are taken of
/// one: a list of runs that nobody could look through.
pub const LISTING: u64 = 64 << 20;
pub const LISTED_NAMES: usize = 100_000;

/// Of a log that is larger than a file may be, so much of its end is read.
pub const LOG_TAIL: u64 = 64 << 20;

/// The most that one file may unpack to. A log of a run ends at 10 MiB by
/// Metaflow's default (`--max-log-size`); artifacts may be larger.
pub const UNPACKED_FILE: u64 = 1 << 30;

/// The lines of a log that are shown, of each stream: in a 32-bit program one takes some 170
/// bytes beside its text, so that empty ones alone would fill it.
pub const LOG_LINES: usize = 4_000_000;

/// The most that one file may grow by unpacking, over [`RATIO_FREE`] bytes.
/// Deflate reaches 1,032:1 on zeros at most; real logs stay under 50:1.
pub const RATIO: u64 = 1100;

/// Up to this size any ratio is fine.
pub const RATIO_FREE: u64 = 1 << 20;

/// The most that files of a zip may unpack to whose bytes are those of others too, all
/// together: no packer writes such, so that nothing real is lost.
pub const OVERLAPPING: u64 = 64 << 20;

/// The most that archives in an archive may take in memory, all together.
pub const INNER_ARCHIVES: u64 = 1 << 30;

/// Archives in an archive that are opened: the artifacts of some builds.
pub const INNER_AT_MOST: usize = 64;

/// How deep archives are opened in one another: a build's zip around a zip around a tar.
pub const INNER_DEPTH: usize = 3;

/// The largest zip directory: 3 million entries at some 100 bytes; ten times as many where
/// there is room for them.
pub const ZIP_DIRECTORY: u64 = if cfg!(target_pointer_width = "64") {
    4000 << 20
} else {
    400 << 20
};

/// Reads that lie closer than this are made as one: a request costs about as much
/// as these bytes do.
pub const JOIN_GAP: u64 = 16 << 10;

/// Parts of an archive behind a URL that are kept: the records of some runs, so that a
/// later pass over one does not fetch them again.
pub const KEPT_PARTS: u64 = 32 << 20;

/// Reads that run at once: what browsers allow to one server.
pub const AT_ONCE: usize = 6;

/// One joined read is no longer than this, so that progress shows and cancelling helps.
pub const JOIN_MOST: u64 = 4 << 20;
