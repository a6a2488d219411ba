//! What is packed of a run beside its files: its line in the index, and its manifest.

use super::ask::Failure;
use super::opened::{OpenedStore, Reading};
use super::{Engine, Work};
use crate::model::RunPath;
use crate::pack::index::RunLine;
use crate::pack::run::PackedRun;

impl Engine {
    /// The line of a run as an index of packed runs has it, but for where it is packed.
    pub async fn line_to_pack(&self, path: &RunPath, work: &Work) -> Result<RunLine, Box<Failure>> {
        let brief = self.brief_of(path, work).await?;
        let (opened, _) = self.find_run(path)?;
        Ok(RunLine {
            record: brief.record.clone(),
            status: brief.status,
            ended: brief.ended,
            only_seen: brief.only_seen,
            failed_step: brief.failed_step.clone(),
            failed: brief.failed,
            last_step: brief.last_step.clone(),
            tasks: brief.tasks,
            retried: brief.retried,
            spun: brief.spun,
            proof: brief.proof.clone(),
            problems: opened.noted(&Reading::Brief(path.clone())),
            manifest: String::new(),
            mark: String::new(),
        })
    }

    /// Whether it is this datastore that a run is read from.
    pub fn is_held_by(&self, path: &RunPath, in_store: &OpenedStore) -> bool {
        let found = self.find_run(path).ok();
        let store = found
            .as_ref()
            .and_then(|(opened, at)| opened.stores.get(*at));
        store.is_some_and(|store| std::ptr::eq(store, in_store))
    }

    /// A run as it is to be packed, but for its records.
    pub async fn run_to_pack(
        &self,
        path: &RunPath,
        work: &Work,
    ) -> Result<PackedRun, Box<Failure>> {
        let (opened, at) = self.find_run(path)?;
        let in_store = opened.stores.get(at);
        let Some((in_store, store)) = in_store.and_then(|one| Some((one, one.metaflow()?))) else {
            return Err(self.no_such_run(path));
        };
        let mut flows = in_store.flows.iter();
        let has_values = flows.any(|flow| flow.name == path.flow && flow.has_values);
        let (found, _) = self
            .read_records(&opened, in_store, store, path, has_values, work)
            .await;
        Ok(found)
    }
}
