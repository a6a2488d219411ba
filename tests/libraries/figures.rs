//! What is told of figures: axes, and every number that they show.

use runglass::libraries::matplotlib::{Axes, Axis, Figure, Points, Series, Shape, Space};
use serde_json::{Value as Json, json};

pub fn of_figure(figure: &Figure<'_>) -> Json {
    json!({
        "size": [figure.width, figure.height],
        "title": figure.title,
        "version": figure.version,
        "axes": figure.axes.iter().map(of_axes).collect::<Json>(),
    })
}

fn of_axes(axes: &Axes<'_>) -> Json {
    let mut left_out = axes.left_out.clone();
    left_out.sort_unstable();
    json!({
        "place": axes.place,
        "title": axes.title,
        "x": of_axis(&axes.x),
        "y": of_axis(&axes.y),
        "equal": axes.equal,
        "framed": axes.framed,
        "legend": axes.legend,
        "series": axes.series.iter().map(of_series).collect::<Json>(),
        "left_out": left_out,
    })
}

fn of_axis(axis: &Axis) -> Json {
    json!({"limits": [axis.from, axis.to], "scale": axis.scale, "label": axis.label})
}

fn of_series(series: &Series<'_>) -> Json {
    let label = &series.label;
    let colour = &series.colour;
    let space = match series.space {
        Space::Data => "data",
        Space::Across => "across",
        Space::Up => "up",
        Space::Axes => "axes",
    };
    match &series.shape {
        Shape::Line {
            points,
            style,
            marker,
            ..
        } => json!({
            "kind": "line", "label": label, "space": space, "colour": colour,
            "width": series.width, "points": all(points), "style": style, "marker": marker,
        }),
        Shape::Bars(bars) => {
            let bars = bars
                .iter()
                .map(|bar| json!([bar.x, bar.y, bar.width, bar.height]));
            json!({
                "kind": "bars", "label": label, "space": space, "colour": colour,
                "bars": bars.collect::<Json>(),
            })
        }
        Shape::Scatter {
            points,
            colours,
            sizes,
            values,
        } => {
            let values = values
                .as_ref()
                .map(|values| values.numbers().collect::<Vec<f64>>());
            json!({
                "kind": "scatter", "label": label, "points": all(points), "sizes": sizes,
                "colours": colours, "values": values,
            })
        }
        Shape::Areas(pieces) => json!({
            "kind": "areas", "label": label, "colour": colour,
            "pieces": pieces.iter().map(all).collect::<Json>(),
        }),
        Shape::Segments(pieces) => json!({
            "kind": "segments", "label": label, "colour": colour,
            "pieces": pieces.iter().map(all).collect::<Json>(),
        }),
        Shape::Image {
            array,
            extent,
            from_top,
        } => json!({
            "kind": "image", "label": label, "shape": array.shape, "extent": extent,
            "from_top": from_top,
        }),
        Shape::Text { text, x, y } => json!({
            "kind": "text", "label": label, "text": text, "x": x, "y": y, "colour": colour,
            "space": space,
        }),
    }
}

/// A gap is null.
fn all(points: &Points) -> Json {
    assert_eq!((points.step, points.count), (1, points.points.len()));
    points.points.iter().map(|(x, y)| json!([x, y])).collect()
}
