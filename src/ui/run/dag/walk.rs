//! The drawing by keyboard: from step to step along the edges.

use crate::engine::picture::PictureView;
use crate::ui::dom::prelude::*;

/// Down and up follow edges, left and right go along the layer.
pub(super) fn neighbour(view: &PictureView, at: usize, key: &str) -> Option<String> {
    let here = view.drawing.nodes.get(at)?;
    let linked = |at: usize, forward: bool| {
        let edges = view.drawing.edges.iter();
        edges
            .filter(move |edge| (if forward { edge.from } else { edge.to }) as usize == at)
            .map(move |edge| (if forward { edge.to } else { edge.from }) as usize)
            .filter(move |other| *other != at)
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
    let next = match key {
        "ArrowDown" => near(linked(at, true).collect()),
        "ArrowUp" => near(linked(at, false).collect()),
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
        _ => None,
    };
    view.steps.get(next?).map(|step| step.name.clone())
}

/// Gives the focus to a step once it is drawn again.
pub(super) fn focus_step(name: String) {
    request_animation_frame(move || {
        let found = document().query_selector_all(".node[data-step]").ok();
        let Some(nodes) = found else { return };
        for at in 0..nodes.length() {
            let node = nodes
                .get(at)
                .and_then(|node| wasm_bindgen::JsCast::dyn_into::<web_sys::SvgElement>(node).ok());
            if let Some(node) = node
                .filter(|node| node.get_attribute("data-step").as_deref() == Some(name.as_str()))
            {
                let _focused = node.focus();
            }
        }
    });
}
