//! A drawing as SVG that stands by itself: colours, fonts and marks are in it, and every
//! text of the run is escaped.

mod writer;

use super::fan::Fan;
use super::file::Palette;
use super::glyphs::glyph;
use super::legend::{Entry, Mark, entries};
use super::seen::{letters, name_letters, short};
use super::shapes::{cross, outline};
use super::{LETTER, PictureView, StandsFor, StepNode};
use crate::layout::dag::{Align, EdgeKind, Node};
use crate::model::Status;
use writer::{Set, Writer, text_of};

/// Around the drawing.
const EDGE: f32 = 24.0;
/// A file is not narrower, so that its legend has some room.
const LEAST_WIDTH: f32 = 320.0;
/// A row of the legend, and the room of a mark in it.
const LEGEND: f32 = 20.0;
const MARK: f32 = 20.0;
const SANS: &str =
    "Inter, ui-sans-serif, system-ui, -apple-system, &quot;Segoe UI&quot;, Roboto, sans-serif";

/// The file, and its width and height.
pub(super) fn written(view: &PictureView, title: &str, palette: &Palette) -> (String, f32, f32) {
    let (before, after) = beyond(view);
    let width = (view.drawing.width + before + after + 2.0 * EDGE).max(LEAST_WIDTH);
    let legend = legend(view, width - 2.0 * EDGE);
    let below = legend.last().map_or(0.0, |(_, _, y)| EDGE + y + LEGEND);
    let height = view.drawing.height + 2.0 * EDGE + below;
    let mut svg = Writer {
        out: String::new(),
        palette,
    };
    svg.open("svg", &[("xmlns", "http://www.w3.org/2000/svg")]);
    svg.numbers(&[("width", width), ("height", height)]);
    let all = [0.0, 0.0, width, height].map(text_of).join(" ");
    svg.attribute("viewBox", &all);
    svg.attribute_as_is("font-family", SANS);
    svg.attribute("fill", &palette.fg);
    svg.within();
    svg.element("title", &[], title);
    svg.marks(view);
    svg.open("rect", &[("fill", &palette.bg)]);
    svg.numbers(&[("width", width), ("height", height)]);
    svg.close();
    svg.open("g", &[]);
    let (x, y) = (text_of(EDGE + before), text_of(EDGE));
    svg.attribute("transform", &format!("translate({x} {y})"));
    svg.within();
    svg.frames(view);
    svg.edges(view, false);
    for (node, place) in view.nodes.iter().zip(&view.drawing.nodes) {
        svg.node(node, place);
    }
    // From a box to itself a line runs over the sheets behind it.
    svg.edges(view, true);
    svg.edge_words(view);
    svg.end("g");
    for (entry, x, y) in &legend {
        let top = view.drawing.height + 2.0 * EDGE;
        svg.legend_entry(entry, EDGE + x, top + y);
    }
    svg.end("svg");
    (svg.out, width, height)
}

/// What explains the drawing, each with its place below it: in as many rows as it needs.
fn legend(view: &PictureView, width: f32) -> Vec<(Entry, f32, f32)> {
    let (mut x, mut y) = (0.0, 0.0);
    let mut placed = Vec::new();
    for entry in entries(view) {
        let mark = if entry.mark == Mark::Words { 0.0 } else { MARK };
        let wide = mark + letters(&entry.words) as f32 * LETTER + 16.0;
        if x > 0.0 && x + wide > width {
            (x, y) = (0.0, y + LEGEND);
        }
        placed.push((entry, x, y));
        x += wide;
    }
    placed
}

/// How far words stand out at the left and at the right of what they stand beside.
fn beyond(view: &PictureView) -> (f32, f32) {
    let (mut before, mut after) = (0.0_f32, 0.0_f32);
    for (edge, note) in view.drawing.edges.iter().zip(&view.edges) {
        if note.words.is_empty() || !edge.is_drawn() {
            continue;
        }
        let length = note.words.chars().count() as f32 * LETTER;
        let left = match edge.label.align {
            Align::Start => edge.label.at.x,
            Align::Middle => edge.label.at.x - length / 2.0,
            Align::End => edge.label.at.x - length,
        };
        before = before.max(-left);
        after = after.max(left + length - view.drawing.width);
    }
    for frame in &view.frames {
        before = before.max(-frame.x);
        after = after.max(frame.x + frame.width - view.drawing.width);
    }
    // Words are the run's: as long as somebody likes.
    const MOST: f32 = 600.0;
    (before.min(MOST), after.min(MOST))
}

impl Writer<'_> {
    /// The marks of the statuses that occur.
    fn marks(&mut self, view: &PictureView) {
        let statuses = view.nodes.iter().flat_map(|node| {
            let tiles = node.fan.iter().flat_map(|fan| &fan.tiles);
            let mix = node.mix.iter().map(|(status, _)| *status);
            let all = mix.chain(tiles.map(|tile| tile.status));
            all.chain(node.mark())
        });
        let statuses: Vec<Status> = Status::tally(statuses)
            .into_iter()
            .map(|(status, _)| status)
            .collect();
        self.open("defs", &[]);
        self.within();
        let mut known = "";
        for status in statuses {
            let (name, drawn) = glyph(status);
            // Two that stand beside one another have the same.
            if std::mem::replace(&mut known, name) == name {
                continue;
            }
            let lines = r#"fill="none" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" stroke="#;
            let cut = format!("{lines}\"{}\"", self.palette.bg);
            let ink = format!("{lines}\"currentColor\"");
            let drawn = drawn
                .replace("class=\"cut\"", &cut)
                .replace("class=\"ink\"", &ink);
            self.out.push_str(&format!(
                "<symbol id=\"{name}\" viewBox=\"0 0 16 16\" fill=\"currentColor\">{drawn}</symbol>\n"
            ));
        }
        self.end("defs");
    }

    fn frames(&mut self, view: &PictureView) {
        let palette = self.palette;
        for frame in &view.frames {
            let ground = [
                ("fill", palette.ground.as_str()),
                ("stroke", &palette.line_2),
                ("rx", "8"),
            ];
            self.open("rect", &ground);
            self.numbers(&[
                ("x", frame.x),
                ("y", frame.y),
                ("width", frame.width),
                ("height", frame.height),
            ]);
            self.close();
            let set = Set {
                size: "11",
                fill: &palette.fg_3,
                anchor: frame.align,
            };
            self.words(set, false, frame.words_x, frame.words_y + 4.0, &frame.words);
        }
    }

    fn edges(&mut self, view: &PictureView, loops: bool) {
        let palette = self.palette;
        let kinds = [(false, true), (false, false), (true, false)];
        for (taken, is_long) in kinds {
            let of_kind = view.drawing.edges.iter().zip(&view.edges);
            let of_kind = of_kind.filter(|(edge, note)| {
                let is_long = is_long == (!taken && edge.is_long());
                let is_loop = edge.kind == EdgeKind::Loop;
                note.taken == taken && edge.is_drawn() && is_long && is_loop == loops
            });
            let (mut lines, mut heads) = (String::new(), String::new());
            for (edge, _) in of_kind {
                lines.push_str(&edge.path.d());
                heads.push_str(&edge.tip.head());
            }
            if lines.is_empty() {
                continue;
            }
            let colour = if taken { &palette.fg_2 } else { &palette.line };
            self.open("path", &[("fill", "none"), ("stroke", colour)]);
            self.attribute("stroke-width", if taken { "1.5" } else { "1.2" });
            match (taken, is_long) {
                (true, _) => {}
                (false, false) => self.attribute("stroke-dasharray", "3 3"),
                // Dashes would be too many.
                (false, true) => self.attribute("stroke-opacity", "0.35"),
            }
            self.attribute("d", &lines);
            self.close();
            self.open("path", &[("fill", colour), ("d", &heads)]);
            self.close();
        }
    }

    fn edge_words(&mut self, view: &PictureView) {
        let palette = self.palette;
        for (edge, note) in view.drawing.edges.iter().zip(&view.edges) {
            if note.words.is_empty() || !edge.is_drawn() {
                continue;
            }
            let (x, y) = (edge.label.at.x, edge.label.at.y + 4.0);
            self.open("text", &[("font-size", "11"), ("fill", &palette.fg_3)]);
            self.attribute("paint-order", "stroke");
            self.attribute("stroke", &palette.bg);
            self.attribute("stroke-width", "3");
            self.anchor(edge.label.align);
            self.numbers(&[("x", x), ("y", y)]);
            self.out.push('>');
            self.escaped(&note.words);
            self.end("text");
        }
    }

    fn node(&mut self, node: &StepNode, place: &Node) {
        let palette = self.palette;
        self.open("g", &[]);
        self.within();
        let told = node.told();
        self.element("title", &[], &told);
        let is_dashed =
            node.status == Status::Skipped || matches!(node.stands_for, StandsFor::More { .. });
        let (edge, width) = match node.mark() {
            Some(Status::Failed) => (&palette.fail, "1.5"),
            _ => (&palette.line, "1"),
        };
        for sheet in (1..=node.sheets()).rev() {
            let away = 4.0 * f32::from(sheet);
            let fade = if sheet == 1 { "0.75" } else { "0.45" };
            self.frame(place, away, edge, "1");
            self.attribute("stroke-opacity", fade);
            self.close();
        }
        self.frame(place, 0.0, edge, width);
        if is_dashed {
            self.attribute("stroke-dasharray", "3 3");
        }
        self.close();
        let (x, y) = (place.x, place.y);
        match node.mark() {
            Some(status) => self.mark(status, x + 10.0, y + 9.0, 14.0),
            None => self.dots(x + 10.0, y + 9.0),
        }
        let (left, right) = (x + 32.0, x + place.width - 10.0);
        let quiet = node.status == Status::Skipped;
        let named = Set {
            size: "13",
            fill: if quiet { &palette.fg_2 } else { &palette.fg },
            anchor: Align::Start,
        };
        let timed = Set {
            fill: &palette.fg_2,
            anchor: Align::End,
            ..named
        };
        let room = name_letters(place.width, &node.took(), 1.0);
        self.words(named, true, left, y + 21.0, &node.called(room));
        self.words(timed, false, right, y + 21.0, &node.took());
        let line = node.second_line();
        let small = Set {
            size: "11",
            fill: if quiet { &palette.fg_2 } else { &palette.fg_3 },
            anchor: Align::Start,
        };
        let at_end = Set {
            anchor: Align::End,
            ..small
        };
        match &line.failed {
            None => self.words(small, false, left, y + 37.0, &line.left),
            Some(failed) => {
                self.open("text", &[("font-size", "11"), ("fill", &palette.fg_3)]);
                self.numbers(&[("x", left), ("y", y + 37.0)]);
                self.out.push('>');
                self.escaped(&format!("{} · ", line.left));
                let bold = [("fill", palette.fail.as_str()), ("font-weight", "500")];
                self.open("tspan", &bold);
                self.out.push('>');
                self.escaped(failed);
                self.out.push_str("</tspan>");
                self.end("text");
            }
        }
        self.words(at_end, false, right, y + 37.0, &line.right);
        match &node.fan {
            Some(fan) => self.tiles(fan, place),
            None => {
                for part in node.parts(x + 10.0, y + 43.0, place.width - 20.0) {
                    let spot = [part.x, part.y, part.width, part.height];
                    self.bar(part.status, spot, "1");
                }
            }
        }
        self.end("g");
    }

    fn frame(&mut self, place: &Node, away: f32, edge: &str, width: &str) {
        let ground = &self.palette.bg;
        self.open(
            "rect",
            &[
                ("fill", ground),
                ("stroke", edge),
                ("stroke-width", width),
                ("rx", "5"),
            ],
        );
        self.numbers(&[
            ("x", place.x + away),
            ("y", place.y + away),
            ("width", place.width),
            ("height", place.height),
        ]);
    }

    fn mark(&mut self, status: Status, x: f32, y: f32, size: f32) {
        let (name, _) = glyph(status);
        let colour = self.status(status).0.to_owned();
        self.open("use", &[("href", &format!("#{name}")), ("color", &colour)]);
        self.numbers(&[("x", x), ("y", y), ("width", size), ("height", size)]);
        self.close();
    }

    /// The colour of a mark, and that of a bar.
    fn status(&self, status: Status) -> (&str, &str) {
        let all = self.palette;
        match status {
            Status::Failed => (&all.fail, &all.fail_bar),
            Status::Running => (&all.run, &all.run_bar),
            Status::Cancelled => (&all.stop, &all.stop_bar),
            Status::Waiting => (&all.wait, &all.wait_bar),
            Status::Unfinished | Status::Unknown => (&all.unf, &all.unf_bar),
            Status::Retried => (&all.retry, &all.retry_bar),
            Status::Succeeded => (&all.ok, &all.ok_bar),
            Status::Cached => (&all.cache, &all.cache_bar),
            Status::Skipped => (&all.skip, &all.skip),
        }
    }

    fn bar(&mut self, status: Status, [x, y, width, height]: [f32; 4], round: &str) {
        let colour = self.status(status).1.to_owned();
        let is_open = matches!(
            status,
            Status::Unfinished | Status::Unknown | Status::Skipped
        );
        let has_shape = matches!(
            status,
            Status::Retried
                | Status::Running
                | Status::Cached
                | Status::Cancelled
                | Status::Waiting
        );
        if has_shape {
            self.open("path", &[("fill", &colour)]);
            self.attribute("d", &outline(status, [x, y, width, height]));
            return self.close();
        }
        match is_open {
            true => self.open(
                "rect",
                &[
                    ("fill", "none"),
                    ("stroke", &colour),
                    ("stroke-dasharray", "3 2"),
                    ("rx", round),
                ],
            ),
            false => self.open("rect", &[("fill", &colour), ("rx", round)]),
        }
        self.numbers(&[("x", x), ("y", y), ("width", width), ("height", height)]);
        self.close();
    }

    /// The mark of several statuses.
    fn dots(&mut self, x: f32, y: f32) {
        let colour = self.palette.fg_2.clone();
        for at in [2.0, 7.0, 12.0] {
            self.open("circle", &[("fill", &colour), ("r", "1.6")]);
            self.numbers(&[("cx", x + at), ("cy", y + 7.0)]);
            self.close();
        }
    }

    fn legend_entry(&mut self, entry: &Entry, x: f32, y: f32) {
        let palette = self.palette;
        let mut left = x + MARK;
        match entry.mark {
            Mark::Status(status) => self.mark(status, x, y - 2.0, 14.0),
            Mark::Several => self.dots(x, y - 2.0),
            Mark::Line { taken } => {
                let colour = if taken { &palette.fg_2 } else { &palette.line };
                self.open("path", &[("stroke", colour), ("stroke-width", "1.5")]);
                if !taken {
                    self.attribute("stroke-dasharray", "3 3");
                }
                let d = format!("M{} {}h14", text_of(x), text_of(y + 5.0));
                self.attribute("d", &d);
                self.close();
            }
            Mark::Words => left = x,
        }
        let set = Set {
            size: "11",
            fill: &palette.fg_2,
            anchor: Align::Start,
        };
        self.words(set, false, left, y + 9.0, &entry.words);
    }

    fn tiles(&mut self, fan: &Fan, place: &Node) {
        let palette = self.palette;
        for (at, tile) in fan.tiles.iter().enumerate() {
            let spot = fan.spot(at);
            let (x, y) = (place.x + spot.x, place.y + spot.y);
            self.open("g", &[]);
            self.within();
            let told = tile.told();
            self.element("title", &[], &told);
            match fan.has_words {
                true => {
                    let edge = match tile.status {
                        Status::Failed => &palette.fail,
                        _ => &palette.line,
                    };
                    self.open(
                        "rect",
                        &[("fill", &palette.bg), ("stroke", edge), ("rx", "3")],
                    );
                    self.numbers(&[
                        ("x", x),
                        ("y", y),
                        ("width", spot.width),
                        ("height", spot.height),
                    ]);
                    self.close();
                    self.mark(tile.status, x + 4.0, y + 4.0, 12.0);
                    let set = Set {
                        size: "11",
                        fill: &palette.fg,
                        anchor: Align::Start,
                    };
                    self.words(
                        set,
                        false,
                        x + 20.0,
                        y + 14.0,
                        &short(&tile.short, fan.letters as usize),
                    );
                }
                false => {
                    self.bar(tile.status, [x, y, spot.width, spot.height], "2");
                    if tile.status == Status::Failed {
                        let d = cross([x, y, spot.width, spot.height]);
                        let lines = [("stroke", palette.bg.as_str()), ("stroke-width", "1.6")];
                        self.open("path", &lines);
                        self.attribute("d", &d);
                        self.close();
                    }
                }
            }
            self.end("g");
        }
        if fan.left > 0 {
            let (x, y) = fan.foot();
            let set = Set {
                size: "11",
                fill: &palette.fg_3,
                anchor: Align::Start,
            };
            self.words(set, false, place.x + x, place.y + y, &fan.foot_words());
        }
    }
}
