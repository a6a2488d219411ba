//! How far packing is, in one line of the terminal; where there is none, nothing is drawn.
//!
//! What is not known yet has no bar: how many runs there are is known when they have been
//! looked for, how many files are to be packed when runs have been compared with what was
//! packed before.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

#[derive(Clone)]
pub struct Shown {
    line: ProgressBar,
    /// Files that are to be packed, as far as that is known.
    files: Arc<AtomicU64>,
}

const LOOKING: &str = "{spinner} Looking for runs… {human_pos} found";
const LEARNING: &str = "{spinner} Looking for names and secrets… {human_pos} files";
const COMPARING: &str = "{spinner} Comparing with what is there… {human_pos} of {human_len} runs";
const PACKING: &str = "{spinner} {msg} {human_pos} of {human_len} files {wide_bar} {eta}";

impl Default for Shown {
    /// In the terminal, beside what is printed.
    fn default() -> Self {
        Self::on(ProgressDrawTarget::stderr())
    }
}

impl Shown {
    fn on(target: ProgressDrawTarget) -> Self {
        Self {
            line: ProgressBar::with_draw_target(None, target),
            files: Arc::default(),
        }
    }

    fn phase(&self, template: &str, most: Option<u64>) {
        let style = |template| {
            let style = ProgressStyle::with_template(template);
            style.unwrap_or_else(|_| ProgressStyle::default_spinner())
        };
        // Numbers of one phase are never seen in the words of another.
        self.line.set_style(style("{spinner}"));
        match most {
            Some(most) => self.line.set_length(most),
            None => self.line.unset_length(),
        }
        self.line.reset();
        self.line.set_style(style(template));
        self.line.tick();
    }

    pub fn looking(&self) {
        self.phase(LOOKING, None);
    }

    pub fn learning(&self) {
        self.phase(LEARNING, None);
    }

    pub fn comparing(&self, runs: u64) {
        self.phase(COMPARING, Some(runs));
    }

    /// There are so many more files to be packed. The bar begins with the first.
    pub fn expect(&self, files: u64) {
        if files == 0 {
            return;
        }
        match self.files.fetch_add(files, Ordering::Relaxed) {
            0 => self.phase(PACKING, Some(files)),
            _ => self.line.inc_length(files),
        }
    }

    /// What is packed now.
    pub fn name(&self, of: String) {
        self.line.set_message(of);
    }

    pub fn inc(&self, more: u64) {
        self.line.inc(more);
    }

    /// Leaves the terminal as it was.
    pub fn clear(&self) {
        self.line.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use indicatif::TermLike;
    use std::io;
    use std::sync::Mutex;

    /// A terminal that keeps all that was ever written on it.
    #[derive(Clone, Debug, Default)]
    struct Paper(Arc<Mutex<String>>);

    impl TermLike for Paper {
        fn width(&self) -> u16 {
            80
        }
        fn move_cursor_up(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_down(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_right(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_left(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn write_line(&self, text: &str) -> io::Result<()> {
            self.write_str(&format!("{text}\n"))
        }
        fn write_str(&self, text: &str) -> io::Result<()> {
            self.0.lock().unwrap().push_str(text);
            Ok(())
        }
        fn clear_line(&self) -> io::Result<()> {
            self.write_str("\n")
        }
        fn flush(&self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn nothing_has_a_bar_before_it_is_known_how_much_it_is() {
        let paper = Paper::default();
        let shown = Shown::on(ProgressDrawTarget::term_like_with_hz(
            Box::new(paper.clone()),
            255,
        ));
        let written = || paper.0.lock().unwrap().clone();
        shown.looking();
        shown.inc(2);
        shown.comparing(2);
        shown.name("F/1:".to_owned());
        shown.expect(0);
        shown.inc(1);
        assert!(
            written().contains("Looking for runs… 0 found"),
            "{}",
            written()
        );
        assert!(written().contains("0 of 2 runs"), "{}", written());
        assert!(!written().contains("files"), "{}", written());
        shown.expect(3);
        assert!(written().contains("F/1: 0 of 3 files"), "{}", written());
        assert!(!written().contains("0 of 0"), "{}", written());
    }
}
