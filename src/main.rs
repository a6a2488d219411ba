//! One program, two lives: on `wasm32` it is the page and its worker, natively the
//! command line.

#[cfg(target_arch = "wasm32")]
fn main() {
    runglass::browser::start(runglass::ui::mount);
}

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    runglass::cli::main()
}
