//! Which part of an array is looked at: two of its axes as rows and columns, the others each
//! at a place. It stands in the address as `slice=`, an axis after the other: a number, `r`
//! for the rows, `c` for the columns.

use crate::engine::values::{AxisAs, all_axes};
use crate::route::Route;
use crate::ui::dom::prelude::*;
use crate::ui::parts::controls::choice;
use crate::ui::state::App;
use wasm_bindgen::JsCast as _;

/// What the address says of the axes.
pub(super) fn slice(route: &Route) -> Vec<AxisAs> {
    /// NumPy itself has no more axes.
    const AXES: usize = 64;
    let axes = route.extra("slice").unwrap_or_default().split(',');
    let axes = axes.take(AXES).map(|axis| match axis {
        "r" => Some(AxisAs::Rows),
        "c" => Some(AxisAs::Columns),
        place => place.parse().ok().map(AxisAs::At),
    });
    axes.map_while(|axis| axis).collect()
}

fn word(slice: &[AxisAs]) -> String {
    let axes = slice.iter().map(|axis| match axis {
        AxisAs::At(place) => place.to_string(),
        AxisAs::Rows => "r".to_owned(),
        AxisAs::Columns => "c".to_owned(),
    });
    axes.collect::<Vec<String>>().join(",")
}

/// Fields for the places, and which two axes are shown, of an array with more than two.
pub(super) fn axes(app: App, lengths: &[u64]) -> View {
    if lengths.len() < 3 {
        return group().into_view();
    }
    let count = lengths.len();
    let lengths = lengths.to_vec();
    let within = lengths.clone();
    let now = Memo::new(move |_| {
        let all = app.route.with(|route| all_axes(&slice(route), count));
        let all = all
            .into_iter()
            .zip(&within)
            .map(|(axis, length)| match axis {
                // An address may be of other axes: the last place is shown.
                AxisAs::At(place) => AxisAs::At(place.min(length.saturating_sub(1))),
                other => other,
            });
        all.collect::<Vec<AxisAs>>()
    });
    let draw = move || {
        let all = now.get();
        let plane = [("Rows", AxisAs::Rows), ("Columns", AxisAs::Columns)];
        let choices = plane.map(|(name, which)| {
            let chosen = all.iter().position(|axis| *axis == which).unwrap_or(0);
            let options = (0..count).map(|axis| (axis.to_string(), format!("axis {axis}")));
            let pick = move |value: String| {
                let Ok(axis) = value.parse::<usize>() else {
                    return;
                };
                let mut next = now.get_untracked();
                // What was there takes the place that becomes free.
                let before = next.iter().position(|axis| *axis == which);
                if let Some(before) = before.filter(|before| *before < count && axis < count) {
                    next.swap(before, axis);
                    set(app, &next);
                }
            };
            el::label().class("axis").child(name).child(choice(
                name,
                options.collect(),
                &chosen.to_string(),
                pick,
            ))
        });
        let places = all.iter().zip(&lengths).enumerate();
        let places = places.filter_map(|(axis, (is, length))| {
            let AxisAs::At(place) = *is else { return None };
            Some(place_field(app, now, axis, place, *length))
        });
        group()
            .child(places.collect_view())
            .child(choices.collect_view())
            .into_view()
    };
    el::div().class("axes").child(draw).into_view()
}

fn place_field(app: App, now: Memo<Vec<AxisAs>>, axis: usize, place: u64, length: u64) -> View {
    let last = length.saturating_sub(1);
    let change = move |event: web_sys::Event| {
        let place = event_target_value(&event).parse().unwrap_or(0u64).min(last);
        let mut next = now.get_untracked();
        if let Some(slot) = next.get_mut(axis) {
            *slot = AxisAs::At(place);
        }
        // What was typed may be beyond the end.
        if let Some(input) = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok())
        {
            input.set_value(&place.to_string());
        }
        set(app, &next);
    };
    el::label()
        .class("field s axis")
        .child(format!("axis {axis}"))
        .child(
            el::input()
                .attr("type", "number")
                .attr("min", "0")
                .attr("max", last)
                .property("value", place.to_string())
                .on("change", change),
        )
        .child(el::span().class("faint").child(format!("of {length}")))
        .into_view()
}

fn set(app: App, slice: &[AxisAs]) {
    let word = word(slice);
    app.change(|route| route.with_extra("slice", Some(&word)));
}
