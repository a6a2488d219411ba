//! The field that finds a box by its name: what does not match fades, and Enter goes from
//! one that matches to the next.

use super::walk::in_reading_order;
use crate::browser::letters::lower;
use crate::engine::picture::{PictureView, StandsFor, StepNode, Tile};
use crate::text::human;
use crate::ui::dom::prelude::*;
use crate::ui::parts::controls::search_input;
use crate::ui::parts::marks::icon;

/// Whether a box has this text, which is in small letters, in its name or in its value, or
/// in those of a task that is shown in it.
pub(super) fn has_text(node: &StepNode, text: &str) -> bool {
    let label = match &node.stands_for {
        StandsFor::Task { label, .. } => label.as_deref().unwrap_or_default(),
        _ => "",
    };
    let mut tiles = node.fan.iter().flat_map(|fan| &fan.tiles);
    lower(&node.name).contains(text)
        || lower(label).contains(text)
        || tiles.any(|tile| tile_has_text(tile, text))
}

pub(super) fn tile_has_text(tile: &Tile, text: &str) -> bool {
    lower(&tile.label).contains(text) || lower(&tile.id).contains(text)
}

/// Those that match, from above to below: found once for a text, of very many boxes too.
fn matching(
    sought: RwSignal<String>,
    view: impl Fn() -> Option<std::rc::Rc<PictureView>> + Clone + 'static,
) -> Memo<Vec<usize>> {
    let all = view.clone();
    let in_order = StoredValue::new_local(all);
    let order = Memo::new(move |_| {
        let view = in_order.with_value(|view| view());
        view.map_or_else(Vec::new, |view| in_reading_order(&view).collect::<Vec<_>>())
    });
    let view = StoredValue::new_local(view);
    Memo::new(move |_| {
        let text = lower(sought.get().trim());
        let view = view.with_value(|view| view());
        let Some(view) = view.filter(|_| !text.is_empty()) else {
            return Vec::new();
        };
        let fits = |at: &usize| {
            view.nodes
                .get(*at)
                .is_some_and(|node| has_text(node, &text))
        };
        order.with(|order| order.iter().copied().filter(fits).collect())
    })
}

/// The one that comes after the one that is looked at, or before it.
fn next_of(matching: &[usize], here: Option<usize>, back: bool) -> Option<usize> {
    let at = matching.iter().position(|one| Some(*one) == here);
    let next = match (at, back) {
        (None, false) => 0,
        (None, true) => matching.len().checked_sub(1)?,
        (Some(at), false) if at + 1 < matching.len() => at + 1,
        (Some(_), false) => 0,
        (Some(0), true) => matching.len().checked_sub(1)?,
        (Some(at), true) => at - 1,
    };
    matching.get(next).copied()
}

pub(super) fn find(
    label: &'static str,
    sought: RwSignal<String>,
    view: impl Fn() -> Option<std::rc::Rc<PictureView>> + Clone + 'static,
    here: impl Fn() -> Option<usize> + Clone + 'static,
    go: impl Fn(usize) + 'static,
) -> View {
    let told_here = here.clone();
    let all = matching(sought, view.clone());
    let told = move || {
        view().filter(|_| !sought.get().trim().is_empty())?;
        let here = told_here();
        Some(all.with(|all| {
            let at = here.and_then(|here| all.iter().position(|one| *one == here));
            let count = human::count(all.len() as u64);
            match at {
                _ if all.is_empty() => "none".to_owned(),
                Some(at) => format!("{} of {count}", human::count(at as u64 + 1)),
                None => count,
            }
        }))
    };
    el::label()
        .class("field s")
        .child(icon("search", ""))
        .child(
            search_input(label, move |text| sought.set(text)).on_key(move |event| {
                if event.key() != "Enter" {
                    return;
                }
                event.prevent_default();
                let next = all.with_untracked(|all| next_of(all, here(), event.shift_key()));
                if let Some(next) = next {
                    go(next);
                }
            }),
        )
        .child(el::output().class("faint small").child(told))
        .into_view()
}
