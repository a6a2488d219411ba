//! The toolbar of a timeline, and where in the run one looks.

use super::address::{Clock, Says, with_grouping, with_order, word_of};
use super::look::told_stretch;
use super::state::Timeline;
use crate::engine::timeline::{Grouping, Order};
use crate::layout::timeline::Stretch;
use crate::model::Span;
use crate::text::human;
use crate::ui::dom::prelude::*;
use crate::ui::parts::controls::{choice, filter_field, segments, status_filter};
use crate::ui::parts::marks::icon;

pub(super) fn tools(timeline: Timeline) -> View {
    let app = timeline.app;
    let set = move |key: &'static str, value: Option<&'static str>| {
        app.change(|route| route.with_extra(key, value));
    };
    let toggle = move |name: &'static str, on: fn(&Says) -> bool, key, value: &'static str, off| {
        let is_on = move || timeline.says.with(on);
        let click = move |_| {
            // A key that stands for what is usual is left out.
            let is_said = timeline.says.with_untracked(on) == off;
            set(key, is_said.then_some(value));
        };
        el::button()
            .class("btn btn-s")
            .attr("aria-pressed", move || is_on().to_string())
            .on_click(click)
            .child(name)
    };
    let as_table = Signal::derive(move || timeline.says.with(|says| says.as_table));
    let statuses = move || {
        let view = timeline.found.value()?;
        (view.statuses.len() > 1).then(|| status_filter(app, &view.statuses))
    };
    let zoom = move || {
        el::div()
            .class("zoom")
            .child(zoom_button(timeline, "Zoom out", "S", "minus", 1.4))
            .child(zoom_button(timeline, "Zoom in", "W", "plus", 1.0 / 1.4))
    };
    let fit = move || {
        el::button()
            .class("btn btn-s")
            .attr("aria-keyshortcuts", "F")
            .attr("aria-label", "Fit F")
            .on_click(move |_| timeline.fit())
            .child(icon("fit", ""))
            .child(el::kbd().class("only-wide").child("F"))
    };
    let bar = el::div()
        .class("tools of-time")
        .child(segments(
            "View",
            &[(false, "Picture"), (true, "Table")],
            as_table,
            move |table| set("as", table.then_some("table")),
            "",
        ))
        .child(move || group_choice(timeline))
        .child(move || order_choice(timeline))
        .child(toggle("Critical path", |says| says.path, "path", "hidden", true))
        .child(move || {
            let gaps = timeline.found.value().map_or(0, |view| view.idle.len());
            let is_cut = timeline.says.with(|says| says.cut);
            ((gaps > 0 || is_cut) && !as_table.get()).then(|| {
                toggle("Collapse idle", |says| says.cut, "idle", "cut", false).attr(
                    "title",
                    format!(
                        "Cuts what is longer than a twentieth of the run and in which nothing ran: {}",
                        human::counted(gaps as u64, "gap", "gaps")
                    ),
                )
            })
        })
        .child(move || {
            let label = match timeline.has_hosts.get() {
                true => "Step, value, id or host",
                false => "Step, value or id",
            };
            filter_field(app, label, true)
        })
        .child(move || duration_choice(timeline))
        .child(statuses)
        .child(el::span().class("push"))
        .child(in_view(timeline))
        .child(move || {
            let pictured = !as_table.get();
            pictured.then(|| el::div().class("zooming").child(zoom()).child(fit()))
        });
    bar.into_view()
}

/// There also where it does nothing yet: who zooms finds the rows where they were.
fn in_view(timeline: Timeline) -> Element {
    let is_on = move || timeline.says.with(|says| says.rows.in_view);
    let is_off = move || timeline.look.is_whole() && !is_on();
    let flip = move |_| {
        if !is_off() {
            let word = (!is_on()).then_some("view");
            timeline.app.change(|route| route.with_extra("rows", word));
        }
    };
    let title = move || match is_off() {
        true => "Only rows that waited or were at work in what is looked at: now the whole run",
        false => "Only rows that waited or were at work in what is looked at",
    };
    el::button()
        .class("btn btn-s")
        .attr("aria-pressed", move || is_on().to_string())
        .attr("aria-disabled", move || is_off().then_some("true"))
        .attr("title", title)
        .on_click(flip)
        .child("In view")
}

fn zoom_button(
    timeline: Timeline,
    name: &'static str,
    key: &'static str,
    sign: &str,
    factor: f64,
) -> Element {
    el::button()
        .class("btn btn-icon")
        .attr("aria-label", name)
        .attr("aria-keyshortcuts", key)
        .attr(
            "title",
            format!("{name}: {key}, or the wheel above the rows, with Ctrl everywhere"),
        )
        .on_click(move |_| timeline.zoom(factor, 0.5))
        .child(icon(sign, ""))
}

fn group_choice(timeline: Timeline) -> View {
    let app = timeline.app;
    let chosen = timeline.says.with(|says| says.rows.group.clone());
    let mut options = vec![
        ("step".to_owned(), "By step".to_owned()),
        ("status".to_owned(), "By status".to_owned()),
    ];
    let view = timeline.found.value();
    let has_hosts = view.as_ref().is_some_and(|view| view.has_hosts);
    if has_hosts || chosen == Grouping::Host {
        options.push(("host".to_owned(), "By host".to_owned()));
    }
    let mut foreach = view.map(|view| view.foreach.clone()).unwrap_or_default();
    if let Grouping::Foreach(name) = &chosen
        && !foreach.contains(name)
    {
        foreach.push(name.clone());
    }
    let by = |name: String| {
        (
            word_of(&Grouping::Foreach(name.clone())),
            format!("By {name}"),
        )
    };
    options.extend(foreach.into_iter().map(by));
    options.push(("none".to_owned(), "One list".to_owned()));
    choice("Group", options, &word_of(&chosen), move |word| {
        app.change(|route| with_grouping(route, &word));
    })
}

fn order_choice(timeline: Timeline) -> View {
    let app = timeline.app;
    let (order, descending) = timeline
        .says
        .with(|says| (says.rows.order, says.rows.descending));
    let sign = if descending { "-" } else { "" };
    let chosen = match order {
        Order::Flow => sign.to_owned(),
        Order::Start => format!("{sign}start"),
        Order::End => format!("{sign}end"),
        Order::Duration => format!("{sign}duration"),
    };
    let option = |value: &str, name: &str| (value.to_owned(), name.to_owned());
    let options = vec![
        option("", "Flow order"),
        option("-", "Reversed"),
        option("start", "By start"),
        option("-start", "Latest start"),
        option("end", "By end"),
        option("-end", "Latest end"),
        option("-duration", "Longest"),
        option("duration", "Shortest"),
    ];
    choice("Order", options, &chosen, move |word| {
        let (by, descending) = match word.strip_prefix('-') {
            Some("") => (Some("flow"), true),
            Some(by) => (Some(by), true),
            None if word.is_empty() => (None, false),
            None => (Some(word.as_str()), false),
        };
        app.change(|route| with_order(route, by, descending));
    })
}

fn duration_choice(timeline: Timeline) -> View {
    let app = timeline.app;
    let (over, under) = app.route.with(|route| {
        let of = |key: &str| route.extra(key).map(str::to_owned);
        (of("over"), of("under"))
    });
    let chosen = match (&over, &under) {
        (Some(over), _) => format!("over {over}"),
        (None, Some(under)) => format!("under {under}"),
        (None, None) => String::new(),
    };
    let usual = [
        "over 100ms",
        "over 1s",
        "over 10s",
        "over 1m",
        "over 10m",
        "over 1h",
    ];
    let usual = usual
        .into_iter()
        .chain(["under 100ms", "under 1s", "under 10s", "under 1m"]);
    let mut options = vec![(String::new(), "Any duration".to_owned())];
    options.extend(usual.map(|one| (one.to_owned(), one.to_owned())));
    if !options.iter().any(|(word, _)| *word == chosen) {
        options.push((chosen.clone(), chosen.clone()));
    }
    choice("Duration", options, &chosen, move |word| {
        let (over, under) = (word.strip_prefix("over "), word.strip_prefix("under "));
        app.change(|route| route.with_extra("over", over).with_extra("under", under));
    })
}

/// Beside the small picture of the run: where in it one looks, as breadcrumbs.
pub(super) fn place(timeline: Timeline) -> View {
    let seen = move || {
        let (view, scale) = timeline.drawing()?;
        if timeline.look.is_whole() {
            return None;
        }
        let clock = timeline.says.with(|says| says.clock);
        let seen = scale.view.stretch(&scale.cuts).common(view.whole);
        let words = told_stretch(timeline.app, &scale, clock, seen);
        // Parts that one came through by their lengths: there is little room.
        let around = timeline.says.with(|says| says.around.clone());
        let around = around.into_iter().map(|(from, to)| {
            let since = |micros: i64| Span(micros.saturating_sub(view.zero.0));
            let part = Stretch::new(since(from), since(to)).common(view.whole);
            let button = el::button()
                .class("link")
                .attr("title", told_stretch(timeline.app, &scale, clock, part))
                .on_click(move |_| timeline.back_to((from, to)))
                .child(human::span(part.length().0));
            group().child(" › ").child(button)
        });
        let around = around.collect_view();
        let crumbs = group()
            .child(
                el::button()
                    .class("link")
                    .on_click(move |_| timeline.fit())
                    .child("Whole run"),
            )
            .child(around)
            .child(" › ")
            .child(el::b().attr("aria-current", "true").child(words));
        Some(crumbs)
    };
    let whole = move || timeline.look.is_whole().then_some("Whole run");
    el::nav()
        .class("label time-place")
        .attr("aria-label", "Part of the run")
        .child(el::span().child(whole).child(seen))
        .into_view()
}

/// The selected range: what it is, how to drop it, and to look at it alone.
pub(super) fn chip(timeline: Timeline, words: String) -> View {
    let drop = el::button()
        .attr("aria-label", "Drop the range")
        .attr("title", "Drop the range (Esc)")
        .on_click(move |_| timeline.select(None))
        .child(icon("close", "icon-s"));
    let zoom = el::button()
        .class("btn btn-s btn-link")
        .on_click(move |_| {
            timeline.zoom_to_range();
        })
        .child("Zoom to it")
        .child(" ")
        .child(el::kbd().class("only-wide").child("↵"));
    group()
        .child(el::span().class("chip chip-on").child(words).child(drop))
        .child(zoom)
        .into_view()
}

/// Beside the curve: what it shows, and how times are told.
pub(super) fn curve_label(timeline: Timeline) -> View {
    let app = timeline.app;
    let clocks = move || {
        let chosen = match timeline.says.with(|says| says.clock) {
            Clock::Start => "",
            Clock::Local => "local",
            Clock::Utc => "utc",
        };
        let option = |value: &str, name: &str| (value.to_owned(), name.to_owned());
        let options = vec![
            option("", "Since the start"),
            option("local", "Local time"),
            option("utc", "UTC"),
        ];
        choice("Times", options, chosen, move |word| {
            let word = Some(word.as_str()).filter(|word| !word.is_empty());
            app.change(|route| route.with_extra("clock", word));
        })
    };
    el::div()
        .class("label")
        .child(el::b().child("Tasks at once"))
        .child(el::span().child(move || {
            let view = timeline.found.value();
            let shape = view.as_ref().and_then(|view| view.shape.as_ref());
            let most = shape.map_or(0, |shape| shape.most_at_once);
            let queued = shape.map_or(0.0, |shape| {
                shape.queued.iter().copied().fold(0.0, f32::max)
            });
            match queued.round() as u64 {
                0 => format!("up to {}", human::count(most)),
                queued => format!(
                    "up to {}, {} queued on top",
                    human::count(most),
                    human::count(queued)
                ),
            }
        }))
        .child(clocks)
        .into_view()
}
