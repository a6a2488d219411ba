//! The engine in a browser: a program of its own, in a worker of its own.
//!
//! The page shows something before this one has arrived, and loads it only when a
//! source is opened. Natively the engine is part of the command line.

fn main() {
    #[cfg(target_arch = "wasm32")]
    runglass::browser::start_engine();
}
