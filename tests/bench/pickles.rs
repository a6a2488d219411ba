//! How long decoding takes beside CPython's `pickle.loads`, and beside a copy of the
//! same bytes: `./dev bench pickles`.
//!
//! The pickles and CPython's times are those of `tests/bench/pickles.py`, in the folder
//! that is given. Freeing is not measured on either side.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a bench that cannot read its input has nothing to print"
)]

use runglass::pickle::{Limits, Outcome, decode};
use serde_json::Value as Json;
use std::hint::black_box;
use std::path::PathBuf;
use std::time::Instant;

/// What each may take at most: as often the time of CPython, and of a copy.
const GOALS: &[(&str, f64, f64)] = &[
    ("1 M ints", 2.0, f64::INFINITY),
    ("1 M short texts as keys", 2.0, f64::INFINITY),
    ("200,000 objects with state", 2.0, f64::INFINITY),
    ("100 MB of float64", f64::INFINITY, 1.2),
];

fn main() {
    // Cargo adds `--bench`.
    let Some(folder) = std::env::args().skip(1).find(|word| !word.starts_with('-')) else {
        println!("This needs a folder with pickles; `./dev bench pickles` makes one.");
        return;
    };
    let folder = PathBuf::from(folder);
    let told = std::fs::read(folder.join("cpython.json")).unwrap();
    let told: Json = serde_json::from_slice(&told).unwrap();
    println!(
        "decoding pickles, medians of five; CPython is {}",
        told["version"].as_str().unwrap()
    );
    let mut missed = 0;
    for &(name, beside_cpython, beside_copy) in GOALS {
        let Some(cpython) = told["seconds"][name].as_f64() else {
            continue;
        };
        let bytes = std::fs::read(folder.join(format!("{name}.pkl"))).unwrap();
        let copy = median(|| {
            let start = Instant::now();
            let copied = black_box(bytes.clone());
            (start.elapsed().as_secs_f64(), copied)
        });
        // A copy is part of it: CPython's value does not keep the pickle's bytes either.
        let ours = median(|| {
            let start = Instant::now();
            let pickle = decode(black_box(bytes.clone()), &Limits::default());
            let taken = start.elapsed().as_secs_f64();
            assert_eq!(pickle.outcome(), Outcome::Value);
            (taken, pickle)
        });
        let (by_cpython, by_copy) = (ours / cpython, ours / copy);
        let met = by_cpython <= beside_cpython && by_copy <= beside_copy;
        missed += u32::from(!met);
        println!(
            "  {name:<28} {:>8.2} ms, CPython {:>8.2} ms: {by_cpython:>5.2} times; a copy {:>6.2} ms: {by_copy:>6.2} times{}",
            ours * 1e3,
            cpython * 1e3,
            copy * 1e3,
            if met { "" } else { "  (more than the goal)" }
        );
    }
    if missed > 0 {
        std::process::exit(1);
    }
}

/// The median of five, after one that is not counted.
fn median<T>(mut run: impl FnMut() -> (f64, T)) -> f64 {
    run();
    let mut times: Vec<f64> = (0..5).map(|_| run().0).collect();
    times.sort_by(f64::total_cmp);
    times[2]
}
