//! Any bytes as a pickle: decoded, printed, summarised, stepped into, and told at a
//! terminal, with the words of the libraries and without.

#![no_main]

#[path = "../../pickles/look.rs"]
#[allow(dead_code, reason = "the tests look at more of a value than there is time for here")]
mod look;

use libfuzzer_sys::fuzz_target;
use runglass::cli::value::facts;
use runglass::libraries::words;
use runglass::pickle::{Limits, decode};

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits {
        steps: 1_000_000,
        memory: 10 << 20,
        ..Limits::default()
    };
    let pickle = decode(bytes.to_vec(), &limits);
    look::look_at(&pickle, 40);
    let pickle = pickle.with_words(words(|_, second| Some((second % 86_400) as i32)));
    look::look_at(&pickle, 40);
    facts(&pickle, pickle.root());
});
