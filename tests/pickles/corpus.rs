//! What the fuzzer found once, and what it starts from: `tests/fuzz/corpus`.

use crate::look::look_around;
use runglass::cli::value::facts;
use runglass::libraries::words;
use runglass::pickle::{Limits, decode};
use std::fs;
use std::path::PathBuf;

#[test]
fn no_file_of_the_fuzzer_does_harm() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus/decode");
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let pickle = decode(fs::read(entry.unwrap().path()).unwrap(), &Limits::default());
        look_around(&pickle);
        let pickle = pickle.with_words(words(|_, _| None));
        look_around(&pickle);
        facts(&pickle, pickle.root());
        count += 1;
    }
    assert!(count >= 40, "{count}");
}
