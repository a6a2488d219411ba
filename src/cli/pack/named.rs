//! The values that records name, by their SHA-1.
//!
//! Records name values in many places: artifacts, code packages, tables. Each name is forty
//! hexadecimal digits, and what only looks like one names no value that is there.

use flate2::read::GzDecoder;
use std::collections::HashSet;
use std::io::Read as _;

#[derive(Clone, Debug, Default)]
pub struct Named(HashSet<[u8; 40]>);

impl Named {
    pub fn add(&mut self, text: &[u8]) {
        self.0.extend(names_in(text));
    }

    /// The names in a small value, which may be packed.
    pub fn add_packed(&mut self, bytes: &[u8]) {
        /// What describes a file has some hundred bytes.
        const MOST: u64 = 1 << 20;
        self.add(bytes);
        let mut plain = Vec::new();
        // What came out before a fault counts too.
        let _read = GzDecoder::new(bytes).take(MOST).read_to_end(&mut plain);
        self.add(&plain);
    }

    pub fn contains(&self, name: &[u8; 40]) -> bool {
        self.0.contains(name)
    }
}

/// Every run of exactly forty hexadecimal digits.
pub fn names_in(text: &[u8]) -> impl Iterator<Item = [u8; 40]> {
    let is_digit = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let runs = text.split(move |byte| !is_digit(byte));
    runs.filter_map(|run| run.try_into().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_forty_digits() {
        let sha = "0123456789abcdef0123456789abcdef01234567";
        let text = format!("{{\"sha\": \"{sha}\", \"x\": \"{sha}8\", \"y\": \"abc\"}}/{sha}");
        let found: Vec<[u8; 40]> = names_in(text.as_bytes()).collect();
        assert_eq!(found, [sha.as_bytes(), sha.as_bytes()]);
    }

    #[test]
    fn names_in_packed_values_are_found() {
        use std::io::Write as _;
        let sha = [b'a'; 40];
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(&sha).unwrap();
        let mut named = Named::default();
        named.add_packed(&encoder.finish().unwrap());
        assert!(named.contains(&sha));
    }
}
