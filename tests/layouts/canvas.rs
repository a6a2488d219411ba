//! A drawing as characters, one for 12 × 16 pixels.

use runglass::layout::dag::{Drawing, Node, Path, Point, Segment};
use std::cmp::Ordering;

pub struct Canvas {
    cells: Vec<Vec<Cell>>,
}

#[derive(Clone, Copy)]
enum Cell {
    /// Where lines leave the cell: up, right, down, left.
    Lines([bool; 4]),
    Text(char),
}

impl Canvas {
    const CELL: (f32, f32) = (12.0, 16.0);

    pub fn draw(drawing: &Drawing, names: &[&str]) -> String {
        // The arcs of loops stand a little over the last box.
        let columns = (drawing.width / Self::CELL.0) as usize + 3;
        let rows = (drawing.height / Self::CELL.1) as usize + 1;
        let mut canvas = Self {
            cells: vec![vec![Cell::Lines([false; 4]); columns]; rows],
        };
        for edge in &drawing.edges {
            canvas.path(&edge.path);
        }
        for (node, name) in drawing.nodes.iter().zip(names) {
            canvas.node(node, name);
        }
        for edge in &drawing.edges {
            let towards = edge.tip.towards;
            let (column, row) = Self::cell(Point {
                x: edge.tip.at.x - towards.x * 6.0,
                y: edge.tip.at.y - towards.y * 8.0,
            });
            canvas.cells[row][column] = Cell::Text(match (towards.x, towards.y) {
                (_, 1.0) => '▼',
                (_, -1.0) => '▲',
                (-1.0, _) => '◀',
                _ => '▶',
            });
        }
        canvas.text()
    }

    fn cell(point: Point) -> (usize, usize) {
        (
            (point.x / Self::CELL.0) as usize,
            (point.y / Self::CELL.1) as usize,
        )
    }

    fn path(&mut self, path: &Path) {
        let mut at = path.start;
        for segment in &path.segments {
            for corner in corners(at, *segment) {
                self.line(at, corner);
                at = corner;
            }
        }
    }

    /// A line to the left, right, up or down.
    fn line(&mut self, from: Point, to: Point) {
        let (mut cell, end) = (Self::cell(from), Self::cell(to));
        while cell != end {
            let ((column, row), (to_column, to_row)) = (cell, end);
            let (next, out) = match (to_column.cmp(&column), to_row.cmp(&row)) {
                (Ordering::Equal, Ordering::Less) => ((column, row - 1), 0),
                (Ordering::Equal, _) => ((column, row + 1), 2),
                (Ordering::Greater, _) => ((column + 1, row), 1),
                (Ordering::Less, _) => ((column - 1, row), 3),
            };
            self.leave(cell, out);
            self.leave(next, (out + 2) % 4);
            cell = next;
        }
    }

    fn leave(&mut self, (column, row): (usize, usize), side: usize) {
        let cell = self.cells.get_mut(row).and_then(|row| row.get_mut(column));
        if let Some(Cell::Lines(sides)) = cell {
            sides[side] = true;
        }
    }

    fn node(&mut self, node: &Node, name: &str) {
        let (left, top) = Self::cell(Point {
            x: node.x,
            y: node.y,
        });
        let width = (node.width / Self::CELL.0) as usize;
        let height = (node.height / Self::CELL.1) as usize;
        for row in 0..height {
            let text = match row {
                0 => format!("╭{}╮", "─".repeat(width - 2)),
                1 => format!("│{name:^width$}│", width = width - 2),
                _ => format!("╰{}╯", "─".repeat(width - 2)),
            };
            for (column, letter) in text.chars().enumerate() {
                self.cells[top + row][left + column] = Cell::Text(letter);
            }
        }
    }

    fn text(&self) -> String {
        let lines = self.cells.iter().map(|row| {
            let line: String = row.iter().map(|cell| cell.letter()).collect();
            line.trim_end().to_owned()
        });
        lines.collect::<Vec<_>>().join("\n").trim_end().to_owned()
    }
}

impl Cell {
    fn letter(self) -> char {
        match self {
            Self::Text(letter) => letter,
            Self::Lines([up, right, down, left]) => match (up, right, down, left) {
                (false, false, false, false) => ' ',
                (_, false, _, false) => '│',
                (false, _, false, _) => '─',
                (true, true, false, false) => '╰',
                (true, false, false, true) => '╯',
                (false, true, true, false) => '╭',
                (false, false, true, true) => '╮',
                (true, true, true, false) => '├',
                (true, false, true, true) => '┤',
                (false, true, true, true) => '┬',
                (true, true, false, true) => '┴',
                (true, true, true, true) => '┼',
            },
        }
    }
}

/// A segment as lines with corners: curves between layers cross over half-way down,
/// arcs turn at three quarters of their reach.
fn corners(start: Point, segment: Segment) -> Vec<Point> {
    match segment {
        Segment::Line(end) => vec![end],
        Segment::Cubic(first, _, end) if first.y == start.y => {
            let reach = start.x + (first.x - start.x) * 0.75;
            let turn = |y| Point { x: reach, y };
            vec![turn(start.y), turn(end.y), end]
        }
        Segment::Cubic(_, _, end) => {
            let middle = (start.y + end.y) / 2.0;
            let cross = |x| Point { x, y: middle };
            vec![cross(start.x), cross(end.x), end]
        }
    }
}
