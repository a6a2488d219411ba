//! What a run is called: by the name that its engine gave it, which the engine is asked for,
//! else by its id.

use crate::engine::runs::RunNameQuery;
use crate::model::RunPath;
use crate::model::pathspec::shown_run;
use crate::ui::ask::answer;
use crate::ui::dom::prelude::*;

/// The name of a run, as soon as it is known.
pub fn run_name(run: RunPath) -> View {
    let asked = run.clone();
    let found = answer(move || Some(RunNameQuery { run: asked.clone() }));
    let name = move || {
        let now = found.get();
        let is_told = now.value.is_some() || now.failure.is_some();
        let name = now.value.and_then(|view| view.name.clone());
        is_told.then(|| shown_run(&run.run, name.as_deref()))
    };
    el::span().child(name).into_view()
}
