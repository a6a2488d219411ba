//! `runglass pack`: runs in few files, for any web server.
//!
//! What is written is told in [`crate::pack`]. Which runs are to be packed is known before
//! anything is written ([`wanted`]). Each run's files are read once for its manifest and once
//! for its records, which are made into tables as they come: memory does not grow with the
//! run ([`packing`]). Every file is complete when it gets its name, and the index comes
//! last, so that a reader never sees half; a list of what is done already is kept meanwhile,
//! and who packs again goes on from there ([`target`]). Nobody else packs into the same place
//! at the same time ([`lock`]). Start with [`pack`].

mod before;
mod chosen;
mod flow_files;
mod gate;
mod lock;
mod named;
mod packing;
mod progress;
pub mod redact;
mod run_files;
mod summary;
mod target;
mod walk;
mod wanted;
mod zipped;

pub use chosen::Chosen;
pub use gate::{Gate, listen};
pub use progress::Shown;
pub use summary::Summary;

use self::packing::Packing;
use self::redact::view::View;
use self::redact::{Redact, report};
use self::target::Target;
use self::wanted::look;
use super::host::Terminal;
use crate::engine::Engine;
use crate::engine::ask::Failure;
use crate::engine::opened::Opened;
use crate::engine::sources::SourceSpec;
use crate::model::{RunPath, RunRecord};
use crate::source::http::key::Key;
use crate::source::shown::shown_url;
use std::collections::HashSet;
use std::path::Path;
use std::rc::Rc;

/// What is asked for.
pub struct Asked<'a> {
    pub source: &'a str,
    pub out: &'a Path,
    pub chosen: Chosen,
    /// What the source's host wants.
    pub key: Option<Key>,
    /// So that it can be shown to strangers.
    pub redact: Option<Redact>,
}

impl Asked<'_> {
    /// The source as it may be shown.
    fn source_shown(&self) -> String {
        shown_url(self.source)
    }
}

/// Packs runs, and says what came of it.
pub async fn pack(asked: &Asked<'_>) -> Result<Summary, Box<Failure>> {
    pack_through(asked, &Gate::default(), &Shown::default()).await
}

/// The same through a gate that may be closed, telling how far it is.
pub async fn pack_through(
    asked: &Asked<'_>,
    gate: &Gate,
    shown: &Shown,
) -> Result<Summary, Box<Failure>> {
    let packed = match &asked.redact {
        None => pack_as_it_is(asked, gate, shown).await,
        Some(how) => pack_redacted(asked, how, Target::anew(asked.out, gate)?, shown).await,
    };
    shown.clear();
    packed
}

async fn pack_as_it_is(
    asked: &Asked<'_>,
    gate: &Gate,
    shown: &Shown,
) -> Result<Summary, Box<Failure>> {
    let mut target = Target::at(asked.out, gate)?;
    // What cannot be written over is told before a source is opened, which takes its time.
    target.before()?;
    let engine = opened(asked, shown).await?;
    let sources = engine.opened();
    let is_redacted = sources.iter().any(|opened| opened.redacted().is_some());
    if is_redacted {
        // It stays what it is: a word of theirs stands for somebody else in another pack.
        drop(target);
        target = Target::anew(asked.out, gate)?;
    }
    let takes = |_: &RunPath, record: &RunRecord| asked.chosen.takes(record);
    let looked = look(&engine, &sources, shown, takes).await?;
    looked.refuse_nothing(asked)?;
    let before = match is_redacted {
        true => target.before()?,
        false => target.before_of_plain()?,
    };
    let target = target.start()?;
    let mut packing = Packing::new(&engine, &target, shown, before).redacted_before(&sources);
    packing.all_of(&looked).await?;
    packing.finish(asked, &looked, None)
}

async fn opened(asked: &Asked<'_>, shown: &Shown) -> Result<Engine, Box<Failure>> {
    shown.looking();
    let key = asked.key.as_ref();
    let (engine, _) = super::dump::opened_by(asked.source, key, false, Terminal::still).await?;
    // Of several archives, each has its own words, and some may be of runs as they are.
    let is_one_of_several =
        |opened: &Rc<Opened>| opened.source.is_redacted() && opened.redacted().is_none();
    match engine.opened().iter().any(is_one_of_several) {
        true => Err(before::refuse_several(asked.source)),
        false => Ok(engine),
    }
}

/// Packs what may be shown of what is open. It is all written anew and then put in the place
/// of what was packed before: an earlier time may have known fewer names.
async fn pack_redacted(
    asked: &Asked<'_>,
    how: &Redact,
    target: Target,
    shown: &Shown,
) -> Result<Summary, Box<Failure>> {
    let names = match &how.report {
        None => redact::Names::default(),
        Some(report) => {
            report::refuse_inside(report, asked.out)?;
            report::before(report)?
        }
    };
    let engine = opened(asked, shown).await?;
    // Chosen by what they were: a tag may tell a name.
    let sources = engine.opened();
    let takes = |_: &RunPath, record: &RunRecord| asked.chosen.takes(record);
    let looked = look(&engine, &sources, shown, takes).await?;
    looked.refuse_nothing(asked)?;
    let [opened] = &*sources else {
        return Err(looked.nothing(asked));
    };
    shown.learning();
    let view = View::of(opened, how.keep, &how.machine, names, || shown.inc(1)).await;
    let view = Rc::new(view);
    let chosen: HashSet<RunPath> = looked.wanted().map(|path| view.run_here(path)).collect();

    let spec = SourceSpec {
        key: "redacted".to_owned(),
        given: Some("redacted".to_owned()),
        whole: true,
        unlock: None,
        signature: None,
    };
    let redacted = super::dump::opened_on(Terminal::lending(view.clone()), spec, false).await?;
    shown.looking();
    let opened_here = redacted.opened();
    let takes = |path: &RunPath, _: &RunRecord| chosen.contains(path);
    let here = look(&redacted, &opened_here, shown, takes).await?;
    here.refuse_nothing(asked)?;
    let before = target.before()?;
    let target = target.start()?;
    let packing = Packing::new(&redacted, &target, shown, before);
    let mut packing = packing.redacted_before(&sources).through(view.clone());
    packing.all_of(&here).await?;
    packing.finish(asked, &here, Some((&view, how)))
}
