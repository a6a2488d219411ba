//! The way to what was found: to a box, to the tile of a task in an opened step, to the page of
//! a task that is not drawn, or to the list of its step where more such were found.

use super::canvas::Canvas;
use super::drawn::place_of;
use super::find::Sought;
use crate::engine::picture::sought::{Drawn, Hit};
use crate::engine::picture::{Depth, PictureView};
use crate::model::RunPath;
use crate::ui::ask::Found;
use crate::ui::dom::prelude::*;
use crate::ui::state::App;

pub(super) fn go(
    app: App,
    run: RunPath,
    found: Found<PictureView>,
    depth: Memo<Depth>,
    canvas: Canvas,
    sought: Sought,
) -> impl Fn(&Hit) + Clone + 'static {
    // A task whose step is being opened: its step, its id, and how many were found there.
    let awaited: StoredValue<Option<(String, String, u64)>> = StoredValue::new(None);
    let reach = move |view: &PictureView, at: usize, task: Option<&str>, alike: u64| {
        let Some((node, place)) = view.nodes.get(at).zip(view.drawing.nodes.get(at)) else {
            return;
        };
        let drawn = task.map(|id| (id, Drawn::of(node, id, &depth.get_untracked())));
        app.change(|route| {
            let route = route.with_select(Some(&node.name));
            match drawn {
                Some((_, Drawn::Closed)) => route.with_extra("depth", Some("tasks")),
                _ => route,
            }
        });
        let Some((id, drawn)) = drawn else {
            return canvas.centre(place);
        };
        let named = (node.name.clone(), id.to_owned());
        match drawn {
            Drawn::Box => canvas.centre(place),
            Drawn::Tile(tile) => {
                if let Some(fan) = &node.fan {
                    let spot = fan.spot(tile);
                    let (x, y) = (
                        f64::from(place.x + spot.x + spot.width / 2.0),
                        f64::from(place.y + spot.y + spot.height / 2.0),
                    );
                    canvas.centre_near((x, y));
                }
            }
            Drawn::Closed => return awaited.set_value(Some((named.0, named.1, alike))),
            // One page for each of many would be a long way.
            Drawn::Left if alike > 1 => {
                let mut route = app.step_route(&run, &node.name, None);
                route.filters.text = Some(sought.text());
                return app.go(route);
            }
            Drawn::Left => return app.go(app.task_route(&run.task(&node.name, id))),
        }
        sought.task.set(Some(named));
    };
    let reached = reach.clone();
    react(move || {
        let Some(view) = found.value() else { return };
        let is_opened = depth.get_untracked() == Depth::Tasks;
        let Some((step, id, alike)) = awaited.get_value().filter(|_| is_opened) else {
            return;
        };
        awaited.set_value(None);
        let reached = reached.clone();
        // Behind what the new drawing begins with.
        request_animation_frame(move || {
            if let Some(at) = place_of(&view, Some(&step)) {
                reached(&view, at, Some(&id), alike);
            }
        });
    });
    move |hit| {
        awaited.set_value(None);
        if let Some(view) = found.value_untracked() {
            if hit.task.is_none() {
                sought.task.set(None);
            }
            reach(&view, hit.at, hit.task.as_deref(), hit.alike);
        }
    }
}
