//! The text being printed, with an end to it.

/// Takes text up to a number of characters; what goes beyond is dropped and noted.
#[derive(Debug)]
pub(super) struct Out {
    pub text: String,
    left: usize,
    pub cut: bool,
    /// Whether everything so far is what Python prints.
    pub exact: bool,
}

impl Out {
    pub fn new(max_chars: usize) -> Out {
        Out {
            text: String::new(),
            left: max_chars,
            cut: false,
            exact: true,
        }
    }

    /// Whether something has been dropped: more need not be tried.
    pub fn is_full(&self) -> bool {
        self.cut
    }

    pub fn left(&self) -> usize {
        self.left
    }

    pub fn put_char(&mut self, char: char) {
        match self.left.checked_sub(1) {
            Some(left) => {
                self.left = left;
                self.text.push(char);
            }
            None => self.cut = true,
        }
    }

    pub fn put(&mut self, text: &str) {
        if text.len() <= self.left {
            // At most as many characters as bytes.
            self.left -= if text.is_ascii() {
                text.len()
            } else {
                text.chars().count()
            };
            self.text.push_str(text);
            return;
        }
        for char in text.chars() {
            if self.cut {
                return;
            }
            self.put_char(char);
        }
    }
}
