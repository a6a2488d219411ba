//! On `wasm32` the page, natively the command line.

#[cfg(target_arch = "wasm32")]
fn main() {
    runglass::browser::start_page(runglass::ui::mount);
}

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    runglass::cli::main()
}
