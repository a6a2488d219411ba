//! The ways into arrays and tables: written as Python would, and read again.

use crate::{pickle_of, pickled, rows};
use flate2::Compression;
use flate2::write::GzEncoder;
use runglass::cli::zones::offset;
use runglass::engine::values::{Most, Unread, read_inside, too_large};
use runglass::libraries::place::{End, Ended, Inner, Within, follow, steps_to, walk, why};
use runglass::libraries::table::table;
use runglass::pickle::explore::Path;
use runglass::pickle::{Limits, Pickle, decode};
use runglass::source::NoPace;
use std::io::Write as _;

/// The first and the last cells of each column lead back to themselves.
#[test]
fn the_way_to_a_cell_leads_there() {
    let mut cells = 0;
    for row in rows("2026.json") {
        let pickle = pickle_of(&row);
        let Some(root) = pickle.root() else { continue };
        let Some(table) = table(&pickle, root, &Within::default(), &[]) else {
            continue;
        };
        let of_two = runglass::libraries::numpy::array(&pickle, root);
        if of_two.is_some_and(|array| array.shape.len() > 2) {
            continue;
        }
        for column in 0..table.columns.min(20) {
            for line in [0, table.rows.saturating_sub(1)] {
                if line >= table.rows || row["kind"] == "damaged" {
                    continue;
                }
                let steps = steps_to(&pickle, root, &Within::default(), &[], (line, column));
                let way: String = steps.iter().map(ToString::to_string).collect();
                let read = way.parse::<Path>().unwrap().steps;
                let found = follow(&pickle, root, &read);
                let Some((
                    Inner::Cell {
                        row: at,
                        column: of,
                        ..
                    },
                    used,
                )) = found
                else {
                    panic!("{}: {way}: {found:?}", row["name"]);
                };
                assert_eq!(
                    (used, at, of),
                    (read.len(), line, column),
                    "{}: {way}",
                    row["name"]
                );
                cells += 1;
            }
        }
    }
    assert!(cells > 500, "{cells}");
}

fn named(name: &str) -> Pickle {
    decode(pickled("2026.json", name), &Limits::default())
}

fn steps(way: &str) -> Vec<runglass::pickle::explore::Step> {
    way.parse::<Path>().unwrap().steps
}

/// What stands where a way leads, and how the way there is told.
#[track_caller]
fn cell_at(pickle: &Pickle, way: &str) -> String {
    let steps = steps(way);
    let walk = walk(pickle, pickle.root().unwrap(), &steps);
    assert_eq!(walk.end, End::There, "{way}");
    let Some((row, column)) = walk.cell else {
        return runglass::pickle::repr(pickle, walk.node, 1_000).text;
    };
    let table = table(pickle, walk.node, &walk.within, &[]).unwrap();
    let column = table.column(column).unwrap().column.unwrap();
    column.get(pickle, row).unwrap().text(pickle)
}

#[track_caller]
fn check_lost(pickle: &Pickle, way: &str, expected: &str) {
    let steps = steps(way);
    let walk = walk(pickle, pickle.root().unwrap(), &steps);
    let End::Lost(rest) = walk.end else {
        panic!("{way}: {:?}", walk.end);
    };
    let place: String = walk.way.iter().map(ToString::to_string).collect();
    let ended = Ended {
        node: walk.node,
        within: &walk.within,
        is_cell: walk.cell.is_some(),
        is_row: walk.row.is_some(),
        place: &format!("it{place}"),
    };
    assert_eq!(why(pickle, &ended, rest), expected, "{way}");
}

#[test]
fn a_record_is_all_of_its_fields() {
    let pickle = named("array of records");
    let root = pickle.root().unwrap();
    let whole = table(&pickle, root, &Within::default(), &[]).unwrap();
    let steps = steps("[1]");
    let found = walk(&pickle, root, &steps);
    assert_eq!((found.cell, found.within.axes.as_slice()), (None, &[1][..]));
    let record = table(&pickle, root, &found.within, &[]).unwrap();
    assert_eq!((record.rows, record.columns), (1, whole.columns));
    for at in 0..whole.columns {
        let (one, all) = (record.column(at).unwrap(), whole.column(at).unwrap());
        assert_eq!(one.name, all.name);
        let text = all.column.unwrap().get(&pickle, 1).unwrap().text(&pickle);
        assert_eq!(
            one.column.unwrap().get(&pickle, 0).unwrap().text(&pickle),
            text
        );
        let name = &all.name;
        for way in [
            format!("[\"{name}\"][1]"),
            format!("[1][\"{name}\"]"),
            format!("[\"{name}\"].iloc[1]"),
        ] {
            assert_eq!(cell_at(&pickle, &way), text, "{way}");
        }
        // The cell of the record's own table has its way, too.
        let ways = steps_to(&pickle, root, &found.within, &[], (0, at));
        let way: String = ways.iter().map(ToString::to_string).collect();
        assert_eq!(way, format!("[1][\"{name}\"]"));
    }
}

#[test]
fn columns_of_one_name_are_told_by_their_place() {
    let bytes = pickled("2025.json", "frame of blocks");
    let pickle = decode(bytes.clone(), &Limits::default());
    let root = pickle.root().unwrap();
    let whole = table(&pickle, root, &Within::default(), &[]).unwrap();
    let names: Vec<String> = (0..2).map(|at| whole.column(at).unwrap().name).collect();
    assert_eq!(names[0].len(), names[1].len(), "{names:?}");
    // The second gets the name of the first.
    let written = |name: &str| {
        [
            format!("V{name}\n").into_bytes(),
            format!("X\u{1}\0\0\0{name}").into_bytes(),
            [&[0x8c, 1], name.as_bytes()].concat(),
        ]
    };
    let mut changed = bytes;
    let (old, new) = (written(&names[1]), written(&names[0]));
    for (old, new) in old.iter().zip(&new) {
        for at in 0..changed.len() - old.len() {
            if changed[at..].starts_with(old) {
                changed[at..at + new.len()].copy_from_slice(new);
            }
        }
    }
    let pickle = decode(changed, &Limits::default());
    let root = pickle.root().unwrap();
    let whole = table(&pickle, root, &Within::default(), &[]).unwrap();
    let name = |at: usize| whole.column(at).unwrap().name;
    assert_eq!(name(0), name(1));
    for at in 0..2 {
        let steps = steps_to(&pickle, root, &Within::default(), &[], (0, at));
        let way: String = steps.iter().map(ToString::to_string).collect();
        assert_eq!(way, format!(".iloc[0, {at}]"));
        let column = whole.column(at).unwrap().column.unwrap();
        assert_eq!(
            cell_at(&pickle, &way),
            column.get(&pickle, 0).unwrap().text(&pickle)
        );
    }
}

#[test]
fn a_column_of_several_levels_is_a_tuple() {
    let pickle = named("frame with levels above");
    let root = pickle.root().unwrap();
    let way = steps_to(&pickle, root, &Within::default(), &[], (0, 0));
    let way: String = way.iter().map(ToString::to_string).collect();
    assert!(
        way.starts_with("[(\"") && way.ends_with(".iloc[0]"),
        "{way}"
    );
    let other = way.replace('"', "'").replace(", ", ",");
    assert_eq!(cell_at(&pickle, &other), cell_at(&pickle, &way));
    let outer = way.split('"').nth(1).unwrap();
    check_lost(
        &pickle,
        &format!("[\"{outer}\"]"),
        "The columns of it have 2 levels: name all of them, as [(\"a\", \"b\")].",
    );
}

#[test]
fn what_is_past_the_end_is_said() {
    let pickle = named("frame of one block");
    let root = pickle.root().unwrap();
    let whole = table(&pickle, root, &Within::default(), &[]).unwrap();
    let name = whole.column(0).unwrap().name;
    let rows = whole.rows;
    let way = steps_to(&pickle, root, &Within::default(), &[], (0, 0));
    let column = way[0].to_string();
    check_lost(
        &pickle,
        &format!("{column}.iloc[9999]"),
        &format!("{name} has {rows} rows; 9999 is past the end."),
    );
    check_lost(
        &pickle,
        &format!("{column}.iloc[0:2]"),
        "Slices such as [0:2] are not read: name one place.",
    );
    let cell = cell_at(&pickle, &format!("{column}.iloc[0]"));
    assert_eq!(cell_at(&pickle, ".iloc[0, 0]"), cell);
    assert!(cell_at(&pickle, ".columns").contains("Index"));
    assert!(cell_at(&pickle, ".index").contains("Index"));
}

/// An array that says of itself to have more elements than there are.
#[test]
fn a_shape_that_does_not_fit_is_said() {
    let of = |shape: &str| {
        let text = format!(
            "cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntS'b'\ntR(I1\n({shape}t\
             cnumpy\ndtype\n(S'f8'\nI0\nI1\ntR(I3\nS'<'\nNNNI-1\nI-1\nI0\ntbI00\nS'12345678'\ntb."
        );
        let pickle = decode(text.into_bytes(), &Limits::default());
        let pickle = pickle.with_words(runglass::libraries::words(offset));
        let root = pickle.root().unwrap();
        let line = runglass::pickle::summary::summary(&pickle, root);
        let facts = runglass::cli::value::facts(&pickle, Some(root));
        (line, facts["problems"].clone())
    };
    assert_eq!(
        of("I1000000000\nI1000000000\n"),
        (
            "ndarray float64 (1000000000, 1000000000), damaged".to_owned(),
            serde_json::json!([
                "The shape (1000000000, 1000000000) of float64 needs 8,000,000,000,000,000,000 bytes; 8 are there."
            ]),
        )
    );
    let (line, problems) = of("I-3\n");
    assert_eq!(line, "ndarray float64 (-3,), damaged");
    assert_eq!(
        problems[0],
        "The shape (-3,) of float64 is none: no axis is shorter than nothing."
    );
    assert_eq!(
        of("I1\n"),
        ("ndarray float64 (1,)".to_owned(), serde_json::json!([]))
    );
}

#[test]
fn what_is_missing_in_pandas_has_its_class() {
    let class = |bytes: &[u8]| {
        let pickle = decode(bytes.to_vec(), &Limits::default());
        let pickle = pickle.with_words(runglass::libraries::words(offset));
        runglass::pickle::type_name(&pickle, pickle.root().unwrap())
    };
    assert_eq!(
        class(b"cpandas._libs.tslibs.nattype\n_nat_unpickle\n(NtR."),
        "pandas._libs.tslibs.nattype.NaTType"
    );
    assert_eq!(
        class(b"cpandas._libs.missing\nNA\n."),
        "pandas._libs.missing.NAType"
    );
}

#[test]
fn what_is_too_large_when_unpacked_is_said() {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    let zeros = vec![0; 1 << 20];
    for _ in 0..=128 {
        packed.write_all(&zeros).unwrap();
    }
    let packed = packed.finish().unwrap();
    let contents = runglass::inside::of_bytes(&packed).unwrap();
    let read = pollster::block_on(read_inside(&contents, Most::Default, &NoPace));
    assert_eq!(read.unwrap_err(), Unread::TooLarge(128 << 20));
    assert_eq!(
        too_large("pickled", 128 << 20),
        "What is inside of pickled is larger than 134 MB when it is unpacked, which is the limit here."
    );
}

/// The row that a way leads to.
#[track_caller]
fn row_at(pickle: &Pickle, way: &str) -> usize {
    let steps = steps(way);
    let walk = walk(pickle, pickle.root().unwrap(), &steps);
    assert_eq!((&walk.end, walk.cell), (&End::There, None), "{way}");
    assert!(walk.way.is_empty() && walk.within == Within::default());
    walk.row.unwrap()
}

/// The first and the last rows of every frame, by the labels that pandas prints.
#[test]
fn a_row_is_found_by_its_place_and_by_its_label() {
    let (mut found, mut told) = (0, 0);
    for frame in rows("2026.json") {
        let labels = &frame["index"];
        if frame["kind"] != "frame" || labels["class"] == "MultiIndex" {
            continue;
        }
        let pickle = pickle_of(&frame);
        let whole = table(&pickle, pickle.root().unwrap(), &Within::default(), &[]).unwrap();
        let texts = |name: &str| {
            let texts = labels[name].as_array().unwrap().iter();
            texts
                .map(|text| text.as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        for (at, label) in texts("first5").into_iter().enumerate() {
            assert_eq!(row_at(&pickle, &format!(".iloc[{at}]")), at);
            assert_eq!(whole.labels(at), [label]);
        }
        for (behind, label) in texts("last5").into_iter().rev().enumerate() {
            let at = row_at(&pickle, &format!(".iloc[-{}]", behind + 1));
            assert_eq!(at, whole.rows - 1 - behind);
            assert_eq!(whole.labels(at), [label.as_str()]);
            let quoted = format!(".loc[\"{label}\"]");
            let way = match label.parse::<f64>() {
                Ok(_) => format!(".loc[{label}]"),
                Err(_) => quoted,
            };
            // Of equal labels the first is meant.
            let first = row_at(&pickle, &way);
            assert_eq!(whole.labels(first), [label.as_str()], "{}", frame["name"]);
            told += usize::from(labels["class"] != "RangeIndex");
            found += 1;
        }
    }
    assert!(found > 150 && told >= 5, "{found} {told}");
}

#[test]
fn a_row_of_several_levels_is_found_by_a_tuple() {
    let pickle = named("frame with levels beside");
    for (way, row) in [
        (".loc[(2, \"a\")]", 2),
        (".loc[(1, 'b')]", 1),
        (".loc[1, \"b\"]", 1),
        (".iloc[-3]", 0),
    ] {
        assert_eq!(row_at(&pickle, way), row, "{way}");
    }
    for way in [
        ".loc[(2, \"a\"), \"v\"]",
        ".loc[(2, \"a\")][\"v\"]",
        "[\"v\"].loc[(2, \"a\")]",
        ".iloc[2][\"v\"]",
        ".iloc[2].iloc[-1]",
        ".iat[2, 0]",
        ".iloc[-1, -1]",
    ] {
        assert_eq!(cell_at(&pickle, way), "3.5", "{way}");
    }
    let index = named("index of levels");
    assert_eq!(row_at(&index, "[0]"), 0);
    assert_eq!(row_at(&index, "[-1]"), 3);
    assert_eq!(cell_at(&index, "[-1][1]"), "b");
    let sparse = named("sparse csr in no order");
    assert_eq!(row_at(&sparse, "[-1]"), 2);
    let series = named("series with labels");
    let root = series.root().unwrap();
    let whole = table(&series, root, &Within::default(), &[]).unwrap();
    let label = whole.labels(1).concat();
    let second = cell_at(&series, ".iloc[1]");
    assert_eq!(cell_at(&series, &format!(".loc[\"{label}\"]")), second);
    assert_eq!(cell_at(&series, &format!("[\"{label}\"]")), second);
}

#[test]
fn what_lies_behind_either_end_is_said() {
    let frame = named("frame with levels beside");
    check_lost(&frame, ".iloc[3]", "it has 3 rows; 3 is past the end.");
    check_lost(
        &frame,
        ".iloc[-9]",
        "it has 3 rows; -9 is before the first.",
    );
    check_lost(
        &frame,
        ".loc[\"zz\"]",
        "No row of it has the label [\"zz\"]; it has 3 rows.",
    );
    check_lost(
        &frame,
        ".iloc[0][\"zz\"]",
        "There is no [\"zz\"] in a row of it.",
    );
    let array = named("array <i4 (5,)");
    check_lost(
        &array,
        "[-9]",
        "it has the shape (5,); -9 is before the first.",
    );
    let list = |program: &str| decode(program.into(), &Limits::default());
    let three = list("(I1\nI2\nI3\nl.");
    assert_eq!(cell_at(&three, "[-3]"), "1");
    check_lost(
        &three,
        "[-9]",
        "There is no [-9] in it: there are 3 elements.",
    );
    check_lost(
        &list("(I1\nt."),
        "[1]",
        "There is no [1] in it: there is 1 element.",
    );
    check_lost(&list("(l."), "[0]", "There is no [0] in it: it is empty.");
    check_lost(&list("(d."), "[0]", "There is no [0] in it.");
}
