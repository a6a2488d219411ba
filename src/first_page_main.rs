//! The first page in a browser: a program of its own, small enough to be there at once.
//!
//! The whole page follows when something is opened. Natively there is none.

fn main() {
    #[cfg(target_arch = "wasm32")]
    runglass::browser::start_page(runglass::ui::mount_first_page);
}
