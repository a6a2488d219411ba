//! What a flow's values take, by run and by name. Nothing is deleted here; it is told
//! what deleting would free.

use super::ask::{answer, shown};
use super::parts;
use super::parts::facts::{pair, pairs, section};
use super::parts::marks::{bar, percent};
use super::state::App;
use crate::engine::storage::{Amount, RunStorage, StorageQuery, StorageView};
use crate::model::RunPath;
use crate::text::human;
use crate::ui::dom::prelude::*;

pub fn tab(app: App, flow: String) -> View {
    let asked = flow.clone();
    let found = answer(move || {
        Some(StorageQuery {
            flow: asked.clone(),
        })
    });
    let draw = shown(found, move |view: &StorageView| drawn(app, &flow, view));
    el::div()
        .class("scroll")
        .attr("tabindex", "0")
        .child(el::div().class("page storage").child(draw))
        .into_view()
}

fn drawn(app: App, flow: &str, view: &StorageView) -> View {
    let stored = [view.values, view.packages, view.included, view.unused];
    let all = Amount {
        count: stored.iter().map(|amount| amount.count).sum(),
        bytes: stored.iter().map(|amount| amount.bytes).sum(),
    };
    if !view.listed && all.count == 0 {
        return parts::empty(
            "What is stored cannot be told",
            "The folder of values could not be listed.",
            None,
        );
    }
    if all.count == 0 && view.missing == 0 {
        return parts::empty(
            "No values are stored",
            "The runs of this flow left no artifacts.",
            None,
        );
    }
    let told =
        |name, amount: Amount, one, many| pair(name, told(amount, view.has_sizes, one, many));
    let mut sums = vec![
        told("Artifacts", view.values, "value", "values"),
        told("Code packages", view.packages, "package", "packages"),
        told("Included files", view.included, "file", "files"),
        told("Named by no run", view.unused, "value", "values"),
    ];
    if view.has_sizes {
        let sum = |name, bytes| pair(name, size(bytes));
        sums.push(sum("Logs", view.logs));
        sums.push(sum("Cards", view.cards));
        sums.push(sum("In all", all.bytes + view.logs + view.cards));
    }
    sums.push(told("Shared by runs", view.shared, "value", "values"));
    if view.missing > 0 {
        let missing = human::counted(view.missing, "value", "values");
        let missing = el::span().class("fail").child(missing);
        sums.push(pair("Missing", missing.into_view()));
    }
    let in_part = (view.unread > 0 || !view.listed).then(|| {
        let unread = human::counted(view.unread, "record", "records");
        el::p().class("note").child(match view.listed {
            true => format!("{unread} could not be read: values that only they name count as named by no run."),
            false => format!("Some folders of values could not be listed, and {unread} could not be read: values may be missing here that are there."),
        })
    });
    let without = (!view.has_sizes).then(|| {
        el::p()
            .class("note")
            .child("This source does not tell how large its files are: things are only counted.")
    });
    let most = most(
        view.runs.iter().map(|run| whole(run, run.refers)),
        view.has_sizes,
    );
    /// The newest runs; more would make a page of nothing else.
    const RUNS: usize = 200;
    let more_runs = view.runs.len().saturating_sub(RUNS);
    let more_runs = (more_runs > 0).then(|| {
        let told = format!("{} older ones", human::count(more_runs as u64));
        el::p().class("note").child(told)
    });
    let runs = view.runs.iter().take(RUNS).map(|run| {
        let path = RunPath::new(flow, run.run.as_str());
        let note = format!("{} its own", brief(whole(run, run.alone), view.has_sizes));
        let parts = view.has_sizes.then(|| {
            format!(
                "Values and code {}, logs {}, cards {}",
                human::size(run.refers.bytes),
                human::size(run.logs),
                human::size(run.cards)
            )
        });
        let name = el::a()
            .class("whole mono")
            .attr("href", app.run_href(&path))
            .attr("title", parts)
            .child(run.run.clone());
        let amount = whole(run, run.refers);
        row(name, amount, note, most, view.has_sizes)
    });
    let most = self::most(
        view.artifacts.iter().map(|artifact| artifact.values),
        view.has_sizes,
    );
    let artifacts = view.artifacts.iter().map(|artifact| {
        let count = artifact.values.count;
        let note = human::counted(count, "value", "values");
        let name = el::span()
            .class("mono cut-end")
            .child(artifact.name.clone());
        row(name, artifact.values, note, most, view.has_sizes)
    });
    let more = view
        .artifacts_total
        .saturating_sub(view.artifacts.len() as u64);
    let more = (more > 0).then(|| {
        let told = format!("{} that take less", human::count(more));
        el::p().class("note").child(told)
    });
    let unused = (!view.unused_shas.is_empty()).then(|| {
        let rows = view.unused_shas.iter();
        let rows = rows.map(|(sha, size)| (sha, *size, None, String::new()));
        let list = values(rows, view.unused.count, view.has_sizes);
        section("Named by no run", 0, list)
    });
    let shared = (!view.shared_values.is_empty()).then(|| {
        let rows = view.shared_values.iter().map(|value| {
            let more = match value.more_names {
                0 => String::new(),
                more => format!(" +{more}"),
            };
            let name = value.name.as_ref();
            let name = name.map_or("code package".to_owned(), |name| format!("{name}{more}"));
            let runs = human::counted(value.runs, "run", "runs");
            (&value.sha, value.bytes, Some(name), runs)
        });
        let list = values(rows, view.shared.count, view.has_sizes);
        section("Shared by runs", view.shared.count as usize, list)
    });
    let list = |rows: View| el::ul().class("amounts").child(rows).into_view();
    let artifacts = group().child(list(artifacts.collect_view())).child(more);
    let of_runs = group().child(list(runs.collect_view())).child(more_runs);
    group()
        .child(in_part)
        .child(without)
        .child(section("Stored", 0, pairs(sums)))
        .child(section("By run", view.runs.len(), of_runs.into_view()))
        .child(section(
            "By artifact",
            view.artifacts_total as usize,
            artifacts.into_view(),
        ))
        .child(shared)
        .child(unused)
        .into_view()
}

/// Single values by their SHA-1: size, name and a note, and how many more there are.
fn values<'a>(
    rows: impl Iterator<Item = (&'a String, u64, Option<String>, String)>,
    total: u64,
    has_sizes: bool,
) -> View {
    let mut shown = 0;
    let rows = rows.map(|(sha, size, name, note)| {
        shown += 1;
        let size = match has_sizes {
            true => human::size(size),
            false => String::new(),
        };
        let place = name.as_ref().map(|_| sha.clone());
        let name = el::span()
            .class("mono cut-end")
            .attr("title", sha.clone())
            .child(name.unwrap_or_else(|| sha.clone()));
        el::li()
            .child(name)
            .child(el::span().class("mono faint cut-end").child(place))
            .child(el::span().class("faint cut-end").child(note))
            .child(el::span().class("n").child(size))
    });
    let rows = rows.collect_view();
    let left = total.saturating_sub(shown);
    let left = (left > 0).then(|| {
        let told = format!("{} more", human::count(left));
        el::p().class("note").child(told)
    });
    group()
        .child(el::ul().class("amounts").child(rows))
        .child(left)
        .into_view()
}

/// One amount against the largest of its list.
fn row(name: Element, amount: Amount, note: String, most: u64, has_sizes: bool) -> View {
    let part = percent(weight(amount, has_sizes) as i64, most as i64);
    el::li()
        .child(name)
        .child(el::span().class("span").child(bar(None, part)))
        .child(el::span().class("faint cut-end").child(note))
        .child(el::span().class("n").child(brief(amount, has_sizes)))
        .into_view()
}

fn weight(amount: Amount, has_sizes: bool) -> u64 {
    match has_sizes {
        true => amount.bytes,
        false => amount.count,
    }
}

fn most(amounts: impl Iterator<Item = Amount>, has_sizes: bool) -> u64 {
    amounts
        .map(|amount| weight(amount, has_sizes))
        .max()
        .unwrap_or(0)
}

fn brief(amount: Amount, has_sizes: bool) -> String {
    match has_sizes {
        true => human::size(amount.bytes),
        false => human::count(amount.count),
    }
}

/// Values of a run with what else it left, which no other run has.
fn whole(run: &RunStorage, values: Amount) -> Amount {
    Amount {
        bytes: values.bytes + run.logs + run.cards,
        ..values
    }
}

fn told(amount: Amount, has_sizes: bool, one: &str, many: &str) -> View {
    let count = human::counted(amount.count, one, many);
    match (amount.count, has_sizes) {
        (0, _) => size(0),
        (_, true) => format!("{}, {count}", human::size(amount.bytes)).into_view(),
        (_, false) => count.into_view(),
    }
}

fn size(bytes: u64) -> View {
    match bytes {
        0 => el::span().class("faint").child("none").into_view(),
        bytes => human::size(bytes).into_view(),
    }
}
