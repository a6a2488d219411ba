//! The records of a real server, held against what Prefect's own client says of them
//! ([`oracle`], [`legacy`]), what a person is told of some ([`told`]), and files that are not
//! as they should be ([`files`]).

mod files;
mod legacy;
mod oracle;
mod told;

use crate::source::{MemoryBlob, NoPace, Want, open_blob};
use serde_json::Value;
use std::fs;
use std::path::PathBuf;
use std::rc::Rc;

fn fixture(name: &str) -> Vec<u8> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/prefect");
    fs::read(folder.join(name)).unwrap()
}

fn expected(name: &str) -> Value {
    serde_json::from_slice(&fixture(name)).unwrap()
}

/// The files of the export: what the fixture lacks is `None`.
struct Export(Rc<dyn crate::source::Source>);

impl Export {
    fn open() -> Self {
        let blob = MemoryBlob::new("basics.zip", fixture("basics.zip"));
        Self(pollster::block_on(open_blob(Rc::new(blob), Rc::new(NoPace))).unwrap())
    }

    fn read(&self, path: &str) -> Option<Vec<u8>> {
        let want = Want {
            path: path.to_owned(),
            range: None,
        };
        let mut answers = pollster::block_on(self.0.read(&[want]));
        answers.pop()?.ok().map(|bytes| bytes.to_vec())
    }

    fn files(&self, folder: &str) -> Vec<String> {
        let listing = pollster::block_on(self.0.list(folder)).unwrap();
        let inside = |name: &str| format!("{folder}/{name}");
        let mut files: Vec<String> = listing.files().map(|(name, _)| inside(name)).collect();
        for name in listing.folders() {
            files.extend(self.files(&inside(name)));
        }
        files
    }
}
