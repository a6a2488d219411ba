//! All tasks of a step as cells on one canvas: a grid over two values of a foreach, else a
//! strip. Pointed at, or walked to by the keyboard, a cell tells of its task and leads there.

mod legend;
mod paint;
mod palette;
mod screen;
mod tip;

use super::Seen;
use crate::engine::siblings::Chosen;
use crate::engine::siblings::cells::{Cell, CellsQuery, CellsView, Form};
use crate::engine::siblings::sibling::{SiblingQuery, Spot};
use crate::layout::cells::{Cells, Room};
use crate::model::Status;
use crate::text::human;
use crate::ui::ask::{Found, answer};
use crate::ui::dom::prelude::*;
use crate::ui::parts;
use crate::ui::state::App;
use paint::Plot;
use palette::Palette;
pub(super) use screen::width_of;
use std::rc::Rc;
pub(super) use tip::{Beside, Tip};
use web_sys::{HtmlCanvasElement, HtmlElement, MouseEvent};

/// What a figure is of.
#[derive(Clone, Copy)]
pub(super) struct Asked {
    pub chosen: Memo<Chosen>,
    pub seen: Memo<Option<Seen>>,
    /// Tasks in all, and what the foreach is over.
    pub total: Memo<u64>,
    /// Those that are known to come.
    pub coming: Memo<u64>,
    pub foreach: Memo<Vec<String>>,
}

/// Beside the cells of a grid, at most.
const WIDEST_LABEL: f64 = 120.0;

/// Where the cells stand on the canvas: a failed one is larger than its place.
const EDGE: f64 = 2.0;
const ABOVE: f64 = 22.0;

#[derive(Clone, Copy)]
struct Figure {
    app: App,
    asked: Asked,
    found: Found<CellsView>,
    /// What was asked for the cells that are shown.
    query: Memo<Option<CellsQuery>>,
    pane: Reference,
    canvas: Reference,
    probe: Reference,
    width: RwSignal<Option<f64>>,
    by_duration: Memo<bool>,
    /// The cell under the pointer.
    pointed: RwSignal<Option<usize>>,
    /// The cell that the keyboard has walked to, while the figure has the focus.
    walked: RwSignal<Option<usize>>,
    has_focus: RwSignal<bool>,
}

pub(super) fn figure(app: App, asked: Asked, by_duration: Memo<bool>) -> View {
    let pane = Reference::new();
    let width = screen::width_of(pane);
    let query = Memo::new(move |_| {
        let form = match asked.seen.get()? {
            Seen::Grid => Form::Grid,
            Seen::Strip => Form::Strip,
            Seen::List => return None,
        };
        let room = room(width.get()?);
        let total = asked.total.get().saturating_add(asked.coming.get());
        // In steps, so that not each pixel asks anew; where all have room, none does.
        let columns = room.columns() / 20 * 20;
        let most = room.cells() / 500 * 500;
        Some(CellsQuery {
            of: asked.chosen.get(),
            form,
            columns: columns.max(20),
            most: most.max(500).min(total.max(1)),
        })
    });
    let figure = Figure {
        app,
        asked,
        found: answer(move || query.get()),
        query,
        pane,
        canvas: Reference::new(),
        probe: Reference::new(),
        width,
        by_duration,
        pointed: RwSignal::new(None),
        walked: RwSignal::new(None),
        has_focus: RwSignal::new(false),
    };
    figure.keep_drawn();
    figure.begin_walk();
    figure.view()
}

fn room(width: f64) -> Room {
    // About half of the window: what is below is seen without scrolling.
    Room::of(
        width - 2.0 * EDGE,
        (screen::height() * 0.46).clamp(180.0, 560.0),
    )
}

/// Where everything is on the canvas.
#[derive(Clone, Copy)]
struct Laid {
    cells: Cells,
    left: f64,
    top: f64,
}

fn laid(view: &CellsView, width: f64) -> Laid {
    let whole = room(width);
    match view.form {
        Form::Strip => Laid {
            cells: Cells::of_strip(view.cells.len(), whole),
            left: EDGE,
            top: EDGE,
        },
        Form::Grid => {
            let labels = view.down.iter().map(|label| paint::width_of(&label.text));
            let left = labels
                .fold(16.0, f64::max)
                .min(WIDEST_LABEL)
                .min(width / 3.0)
                + 12.0;
            let count = |cells: u64| usize::try_from(cells).unwrap_or(1);
            let room = Room::of(whole.width - left, whole.height - ABOVE);
            Laid {
                cells: Cells::of_grid(count(view.rows), count(view.columns), room),
                left,
                top: ABOVE,
            }
        }
    }
}

impl Figure {
    fn laid(self, view: &CellsView) -> Option<Laid> {
        Some(laid(view, self.width.get()?))
    }

    /// Draws whenever what is shown has changed, or how it looks.
    fn keep_drawn(self) {
        let looks = screen::looks(self.app);
        let draw = move || {
            let (Some(canvas), Some(probe)) = (
                self.canvas.get_as::<HtmlCanvasElement>(),
                self.probe.get_as::<HtmlElement>(),
            ) else {
                return;
            };
            let view = self.found.value_untracked();
            let width = self.width.try_get_untracked().flatten();
            let by_duration = self.by_duration.try_get_untracked().unwrap_or_default();
            if let (Some(view), Some(width)) = (view, width) {
                let laid = laid(&view, width);
                let plot = Plot {
                    view: &view,
                    cells: laid.cells,
                    left: laid.left,
                    top: laid.top,
                    by_duration,
                };
                plot.draw(&canvas, &Palette::read(&probe), screen::dots());
            }
        };
        react(move || {
            let there = self.canvas.get().is_some() && self.found.value().is_some();
            self.width.track();
            self.by_duration.track();
            looks.track();
            if there {
                request_animation_frame(draw);
            }
        });
    }

    /// The keyboard begins at the first cell, also where cells come after the focus.
    fn begin_walk(self) {
        react(move || {
            let is_there = self.has_focus.get() && self.found.value().is_some();
            if is_there && self.walked.get_untracked().is_none() {
                self.walked.set(self.first());
            }
        });
    }

    /// The cell at a point of the window.
    fn under(self, event: &MouseEvent) -> Option<usize> {
        let canvas = self.canvas.get_untracked()?;
        let corner = canvas.get_bounding_client_rect();
        let view = self.found.value_untracked()?;
        let laid = laid(&view, self.width.get_untracked()?);
        let x = f64::from(event.client_x()) - corner.left() - laid.left;
        let y = f64::from(event.client_y()) - corner.top() - laid.top;
        let cell = laid.cells.under(x, y)?;
        let byte = view.cells.get(cell).copied()?;
        Cell::read(byte).map(|_| cell)
    }

    /// The first cell that did not go as planned, else the first.
    fn first(self) -> Option<usize> {
        let view = self.found.value_untracked()?;
        let cells = || view.cells.iter().enumerate();
        let cells = || cells().filter_map(|(at, byte)| Some((at, Cell::read(*byte)?)));
        let is = |status| cells().find(move |(_, cell)| cell.status == status && !cell.is_out);
        let found = is(Status::Failed).or_else(|| is(Status::Retried));
        let left = || {
            cells()
                .find(|(_, cell)| !cell.is_out)
                .or_else(|| cells().next())
        };
        found.or_else(left).map(|(at, _)| at)
    }

    /// Goes to the next cell in which there is a task.
    fn walk(self, key: &str) -> bool {
        let (Some(view), Some(width)) = (self.found.value_untracked(), self.width.get_untracked())
        else {
            return false;
        };
        let cells = laid(&view, width).cells;
        let Some(mut at) = self.walked.get_untracked().or_else(|| self.first()) else {
            return false;
        };
        loop {
            let Some(next) = cells.walked(at, key) else {
                return false;
            };
            let is_task = view
                .cells
                .get(next)
                .is_some_and(|byte| Cell::read(*byte).is_some());
            if next == at || is_task {
                if is_task {
                    self.walked.set(Some(next));
                    self.show_walked(next);
                }
                return true;
            }
            at = next;
        }
    }

    /// Scrolls as far as it takes to see a cell.
    fn show_walked(self, cell: usize) {
        let (Some(canvas), Some(view), Some(width)) = (
            self.canvas.get_untracked(),
            self.found.value_untracked(),
            self.width.get_untracked(),
        ) else {
            return;
        };
        let Some(pane) = canvas.closest(".scroll").ok().flatten() else {
            return;
        };
        let laid = laid(&view, width);
        let (_, y) = laid.cells.at(cell);
        let top = canvas.get_bounding_client_rect().top() + laid.top + y;
        let (seen, room) = (pane.get_bounding_client_rect(), 24.0);
        let above = top - room - seen.top();
        let below = top + laid.cells.step_y + room - seen.bottom();
        let by = if above < 0.0 { above } else { below.max(0.0) };
        if by != 0.0 {
            pane.set_scroll_top(pane.scroll_top() + by as i32);
        }
    }

    fn spot(self, cell: usize) -> Option<SiblingQuery> {
        Some(SiblingQuery {
            spot: Spot::Cell(self.query.get()?, cell as u64),
            column: None,
        })
    }

    fn view(self) -> View {
        // The pointer before the keyboard: it was moved last, or it is elsewhere.
        let told = Memo::new(move |_| {
            let walked = self.walked.get().filter(|_| self.has_focus.get());
            self.pointed.get().or(walked)
        });
        let sibling = answer(move || self.spot(told.get()?));
        let place = move |cell: u64| {
            let view = self.found.value()?;
            let laid = self.laid(&view)?;
            let cell = usize::try_from(cell).ok()?;
            let (x, y) = laid.cells.at(cell);
            Some((laid.left + x, laid.top + y, laid.cells))
        };
        let tip = Tip::new(self.app, self.asked.chosen, sibling);
        let canvas = Element::new("canvas")
            .reference(self.canvas)
            .attr("id", "plot")
            .attr("tabindex", "0")
            .attr("role", "application")
            .attr("aria-roledescription", "picture")
            .attr("aria-label", move || self.label())
            .attr("aria-describedby", "plot-told")
            .style("width", move || {
                self.size(|laid| laid.left + laid.cells.width() + EDGE)
            })
            .style("height", move || {
                self.size(|laid| laid.top + laid.cells.height() + EDGE)
            })
            .on_mouse("mousemove", move |event| {
                let under = self.under(&event);
                if self.pointed.get_untracked() != under {
                    self.pointed.set(under);
                }
            })
            .on_mouse("mouseleave", move |_| self.pointed.set(None))
            .on("focus", move |_| self.has_focus.set(true))
            .on("blur", move |_| self.has_focus.set(false))
            .on_click(move |event| {
                if let Some(cell) = self.under(&event) {
                    self.walked.set(Some(cell));
                    if let Some(question) = self.spot(cell) {
                        tip.open(question);
                    }
                }
            })
            .on_key(move |event| {
                let is_other = event.ctrl_key() || event.meta_key() || event.alt_key();
                let key = event.key();
                let heard = match key.as_str() {
                    _ if is_other => false,
                    "Enter" => {
                        let question = self.walked.get_untracked().and_then(|cell| self.spot(cell));
                        let heard = question.is_some();
                        if let Some(question) = question {
                            tip.open(question);
                        }
                        heard
                    }
                    key => self.walk(key),
                };
                if heard {
                    event.prevent_default();
                }
            });
        // A frame around the cell that is told of, without drawing all of them again.
        let ring = move || {
            let (x, y, cells) = place(told.get()? as u64)?;
            let px = |length: f64| format!("{}px", crate::layout::number::number(length));
            Some(
                el::i()
                    .class("plot-ring")
                    .style("--x", px(x))
                    .style("--y", px(y))
                    .style("--w", px(cells.step_x - cells.gap()))
                    .style("--h", px(cells.step_y - cells.gap())),
            )
        };
        let floating = move || {
            told.get()?;
            let view = tip.value()?;
            let (x, y, cells) = place(view.at)?;
            let corner = self.canvas.get()?.get_bounding_client_rect();
            Some(tip.floating(
                &view,
                Beside {
                    left: corner.left() + x,
                    right: corner.left() + x + cells.step_x,
                    top: corner.top() + y,
                    bottom: corner.top() + y + cells.step_y,
                },
            ))
        };
        // What the tip says, for who walks by the keyboard and does not see it.
        let spoken = move || {
            let is_here = self.has_focus.get() && self.pointed.get().is_none();
            let view = tip.value().filter(|_| is_here)?;
            Some(tip.words(&view))
        };
        let caption = move || {
            let view = self.found.value()?;
            Some(legend::caption(
                &view,
                &self.asked.foreach.get(),
                self.by_duration.get(),
            ))
        };
        el::figure()
            .class("figure")
            .attr("aria-label", "All tasks")
            .child(
                el::div()
                    .reference(self.pane)
                    .class("plot-pane")
                    .child(parts::failed_or_waiting(self.found))
                    .child(el::div().class("plot-of").child(canvas).child(ring))
                    .child(
                        el::i()
                            .class("plot-probe")
                            .attr("aria-hidden", "true")
                            .reference(self.probe),
                    ),
            )
            .child(super::columns::progress(self.app, self.found))
            .child(
                el::p()
                    .class("sr")
                    .attr("id", "plot-told")
                    .attr("aria-live", "polite")
                    .child(spoken),
            )
            .child(floating)
            .child(caption)
            .into_view()
    }

    fn label(self) -> String {
        let tasks = human::counted(self.asked.total.get(), "task", "tasks");
        let keys = "arrow keys walk over the cells, Enter opens a task";
        format!("{tasks} as cells; {keys}. The list says the same.")
    }

    fn size(self, of: impl Fn(Laid) -> f64) -> Option<String> {
        let view: Rc<CellsView> = self.found.value()?;
        let laid = self.laid(&view)?;
        Some(format!("{}px", crate::layout::number::number(of(laid))))
    }
}
