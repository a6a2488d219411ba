//! The drawing by keyboard: from box to box along the edges.

use crate::engine::picture::PictureView;
use crate::ui::dom::prelude::*;

/// Down and up follow edges, rather that by which one came `from` another box, and those that
/// the run took; left and right go along the layer; Home and End are the first and the last box.
pub(super) fn neighbour(
    view: &PictureView,
    from: Option<usize>,
    at: usize,
    key: &str,
) -> Option<usize> {
    let here = view.drawing.nodes.get(at)?;
    let linked = |forward: bool| {
        let edges = view.drawing.edges.iter().zip(&view.edges);
        let linked = edges
            .filter(|(edge, _)| (if forward { edge.from } else { edge.to }) as usize == at)
            .map(|(edge, note)| {
                (
                    (if forward { edge.to } else { edge.from }) as usize,
                    note.taken,
                )
            })
            .filter(|(other, _)| *other != at);
        let linked: Vec<(usize, bool)> = linked.collect();
        if let Some(back) = linked.iter().find(|(other, _)| Some(*other) == from) {
            return vec![back.0];
        }
        // The way that the run took, if it took one.
        let has_path = linked.iter().any(|(_, taken)| *taken);
        let on_path = linked.into_iter().filter(|(_, taken)| *taken || !has_path);
        on_path.map(|(other, _)| other).collect::<Vec<usize>>()
    };
    let near = |others: Vec<usize>| {
        let distance = |other: &usize| {
            view.drawing
                .nodes
                .get(*other)
                .map_or(i64::MAX, |node| ((node.x - here.x).abs() * 2.0) as i64)
        };
        others.into_iter().min_by_key(distance)
    };
    match key {
        "ArrowDown" => near(linked(true)),
        "ArrowUp" => near(linked(false)),
        "ArrowLeft" | "ArrowRight" => {
            let right = key == "ArrowRight";
            let others = view.drawing.nodes.iter().enumerate().filter(|(_, node)| {
                node.y == here.y
                    && (if right {
                        node.x > here.x
                    } else {
                        node.x < here.x
                    })
            });
            near(others.map(|(other, _)| other).collect())
        }
        "Home" => in_reading_order(view).next(),
        "End" => in_reading_order(view).next_back(),
        _ => None,
    }
}

/// From above to below, and from left to right.
pub(super) fn in_reading_order(view: &PictureView) -> impl DoubleEndedIterator<Item = usize> {
    let nodes = view.drawing.nodes.iter().enumerate();
    let mut order: Vec<(i64, i64, usize)> = nodes
        .map(|(at, node)| ((node.y * 2.0) as i64, (node.x * 2.0) as i64, at))
        .collect();
    crate::sorting::sort(&mut order);
    order.into_iter().map(|(_, _, at)| at)
}

fn focus(selector: &'static str, name: &'static str, value: String) {
    request_animation_frame(move || {
        let found = document().query_selector_all(selector).ok();
        let Some(nodes) = found else { return };
        for at in 0..nodes.length() {
            let node = nodes
                .get(at)
                .and_then(|node| wasm_bindgen::JsCast::dyn_into::<web_sys::SvgElement>(node).ok());
            if let Some(node) =
                node.filter(|node| node.get_attribute(name).as_deref() == Some(value.as_str()))
            {
                let _focused = node.focus();
            }
        }
    });
}

/// Gives the focus to a box once it is drawn again.
pub(super) fn focus_step(name: String) {
    focus(".node[data-step]", "data-step", name);
}

/// Gives it to a tile of an opened step.
pub(super) fn focus_leaf(step: &str, at: usize) {
    focus(".leaf", "data-leaf", format!("{at} {step}"));
}
