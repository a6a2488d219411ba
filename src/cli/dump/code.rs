//! The code package of a task, and the environment that it tells of.
//!
//! Packages are read as the page has them read; one that cannot be read is null here and
//! stands among the problems. Start with [`Dumper::code`].

use super::run::Dumper;
use crate::engine::package::LoadedPackage;
use crate::formats::metaflow::client::ClientTask;
use crate::formats::metaflow::package::PackageNote;
use crate::model::{Place, Problem};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::rc::Rc;

/// How much of the flow's source is printed.
const FIRST: usize = 120;

/// What the client says of a task's code.
#[derive(Clone, Default)]
pub(super) struct Code {
    pub code: Value,
    pub environment: Value,
}

impl Dumper<'_> {
    pub(super) async fn code(&self, client: &ClientTask<'_>) -> Code {
        let dict = client.metadata_dict();
        let text = dict.get("code-package").map(|entry| entry.value.text());
        let Some(note) = text.as_deref().and_then(PackageNote::parse) else {
            return Code::default();
        };
        let loaded = self.loaded;
        let flow = &loaded.path.flow;
        let found = self
            .engine
            .package(&loaded.source, self.store, flow, &note, self.work)
            .await;
        match found {
            Ok(package) => {
                let place = Place::file(self.store.blob(flow, &note.sha));
                for problem in &package.package.problems {
                    let hint = "What could be read of the code package is shown.";
                    self.note(Problem::damage(place.clone(), problem, hint));
                }
                let prefix = dict.get("conda_env_prefix");
                let prefix = prefix.map(|entry| entry.value.text());
                let environment = package
                    .package
                    .environment(&package.bytes, prefix.as_deref());
                Code {
                    code: told(&package, &note),
                    environment: environment.unwrap_or_default(),
                }
            }
            Err(failure) => {
                self.note(failure.as_problem(None));
                Code::default()
            }
        }
    }
}

fn told(loaded: &Rc<LoadedPackage>, note: &PackageNote) -> Value {
    let package = &loaded.package;
    let script = package.script();
    let flow = script.and_then(|script| package.content(&loaded.bytes, script));
    let first = flow.map(|flow| {
        let text = String::from_utf8_lossy(flow);
        text.chars().take(FIRST).collect::<String>()
    });
    let names: Vec<&str> = package
        .files
        .iter()
        .map(|file| file.path.as_str())
        .collect();
    json!({
        "path": note.location,
        "info": package.info,
        "script_name": script,
        "str": script.map(|script| format!("<MetaflowCode: {script}>")),
        "flowspec_sha256": flow.map(|flow| format!("{:x}", Sha256::digest(flow))),
        "flowspec_type": flow.map(|_| "bytes"),
        "flowspec_first": first,
        "tarball_members": names.len(),
        "tarball_names": names,
    })
}
