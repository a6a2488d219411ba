//! What changes in a folder behind a URL: its lists, asked for again.
//!
//! No server tells it, so what is watched is listed anew now and then, and the seldomer the
//! more lists that are. A list has names, and most servers' also sizes: what is written over in
//! the same size is noticed when somebody reads all anew. Start with
//! [`WebFolder::next_changes`].

use super::super::{ReadError, Watched, join, limits};
use super::folder::WebFolder;
use crate::sorting::SortedSet;
use futures_util::StreamExt as _;

/// Between two looks, in milliseconds.
const PAUSE: u32 = 3000;

/// And so many for each list that a look has asked for: a server has other things to do.
const EACH: u32 = 150;

/// Lists that one look asks for.
const LISTS: usize = 1000;

impl WebFolder {
    /// Looks until something has changed. Whoever asks has just looked at something, so the
    /// first look can wait as well.
    pub(super) async fn next_changes(&self, watched: &[Watched]) -> Result<Vec<String>, ReadError> {
        loop {
            let rest = (self.lists_of_look.get() as u32).saturating_mul(EACH);
            self.pace.pause(PAUSE.max(rest)).await;
            let looked = self.look(watched).await;
            // What was found is told, also by a look that somebody stopped or that failed.
            let changed = self.unheard.take().into_vec();
            if !changed.is_empty() {
                return Ok(changed);
            }
            looked?;
        }
    }

    /// Notes the folders whose lists are not as they were told before.
    async fn look(&self, watched: &[Watched]) -> Result<(), ReadError> {
        let within = |one: &Watched| Some((self.inside(&one.folder)?.to_owned(), one.deep));
        let mut level: Vec<(String, bool)> = watched.iter().filter_map(within).collect();
        let mut seen = SortedSet::default();
        let mut lists = 0;
        while !level.is_empty() {
            level.retain(|(folder, deep)| seen.insert((folder.clone(), *deep)));
            level.truncate(LISTS.saturating_sub(lists));
            lists += level.len();
            let looks = level.iter().map(|(folder, _)| self.ask_anew(folder));
            let looks = futures_util::stream::iter(looks).buffered(limits::AT_ONCE);
            let looks: Vec<Result<(), ReadError>> = looks.collect().await;
            self.lists_of_look.set(lists);
            looks.into_iter().collect::<Result<(), ReadError>>()?;
            let mut below = Vec::new();
            for (folder, _) in level.iter().filter(|(_, deep)| *deep) {
                let listing = self.known(folder).unwrap_or_default();
                below.extend(listing.folders().map(|name| (join(folder, name), true)));
            }
            level = below;
        }
        Ok(())
    }

    /// Asks for a list again, and notes whether it is another one than was told before.
    async fn ask_anew(&self, folder: &str) -> Result<(), ReadError> {
        let before = self.known(folder);
        // What the list around does not name is not asked for: a watched folder may not be
        // there yet.
        let listed = match self.is_listed(folder, true).unwrap_or(true) || folder.is_empty() {
            true => self.told(folder).await,
            false => Err(ReadError::Missing),
        };
        match listed {
            Ok(told) if folder.is_empty() => self.take_root(told).await,
            Ok(told) => {
                self.take(folder, told.listed);
            }
            Err(ReadError::Missing) => self.forget_listing(folder),
            Err(error) => return Err(error),
        }
        if self.known(folder) != before {
            self.kept.borrow_mut().forget_in(folder);
            let shown = join(self.name(), folder);
            self.unheard.borrow_mut().insert(shown);
        }
        Ok(())
    }
}
