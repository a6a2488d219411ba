//! Recorded runs and what is expected of them, from the checkout.

use std::fs;
use std::path::PathBuf;

pub fn path(below_the_top: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(below_the_top)
}

#[track_caller]
pub fn bytes(below_the_top: &str) -> Vec<u8> {
    fs::read(path(below_the_top)).unwrap_or_else(|error| panic!("{below_the_top}: {error}"))
}
