//! What an attempt raised: frames and text.

use super::super::ask::{answer, shown};
use super::super::parts::controls::{copy_button, segments};
use super::super::parts::marks::icon;
use super::super::parts::{self, lines};
use super::super::state::App;
use crate::engine::failure_card::{ExceptionView, FailureCardQuery, FailureCardView};
use crate::model::TaskPath;
use crate::text::human;
use crate::text::traceback::{Frame, Raised, Relation};
use leptos::prelude::*;

pub fn tab(app: App, task: TaskPath, attempt: u32) -> AnyView {
    let asked = task.clone();
    let found = answer(move || {
        Some(FailureCardQuery {
            task: asked.clone(),
            attempt: Some(attempt),
        })
    });
    let as_text = Memo::new(move |_| app.route.with(|route| route.extra("as") == Some("text")));
    view! { {shown(found, move |view: FailureCardView| draw(app, &task, &view, as_text))} }
        .into_any()
}

fn draw(app: App, task: &TaskPath, view: &FailureCardView, as_text: Memo<bool>) -> AnyView {
    let Some(exception) = view.exception.clone() else {
        let failed = view
            .attempts
            .iter()
            .find(|attempt| attempt.number == view.attempt)
            .is_some_and(|attempt| attempt.status == crate::model::Status::Failed);
        let (headline, text) = if failed {
            (
                "No exception was recorded",
                format!("{} Its last lines may tell more.", view.how),
            )
        } else {
            (
                "Nothing was raised",
                format!("Attempt {} ended without an exception.", view.attempt),
            )
        };
        let logs = app
            .task_route(task)
            .with_attempt(Some(view.attempt))
            .with_tab("logs")
            .to_hash();
        let way_out = view! { <a class="link" href=logs>"Show its logs"</a> }.into_any();
        return view! { <div class="pane">{parts::empty(headline, text, Some(way_out))}</div> }
            .into_any();
    };
    let text = exception.text.clone();
    let no_frames = exception.traceback.is_none();
    let chosen = Signal::derive(move || as_text.get() || no_frames);
    let shown = exception.clone();
    let from = from(app, task, view, &exception);
    let body = move || {
        if chosen.get() {
            whole(&shown)
        } else {
            frames(&shown)
        }
    };
    let short = exception
        .kind
        .rsplit('.')
        .next()
        .unwrap_or_default()
        .to_owned();
    view! {
        <div class="pane">
            <div class="tools">
                {segments("View", &[(false, "Frames"), (true, "Text")], chosen, move |text| app.change(|route| route.with_extra("as", text.then_some("text"))), "")}
                <span class="push"></span>
                {copy_button(app, "Copy traceback", "Traceback", "btn btn-s btn-quiet", move || text.clone())}
            </div>
            <div class="scroll"><div class="exception page">
                <div class="exc"><b title=exception.kind.clone()>{short}</b><p>{exception.message.clone()}</p></div>
                {from}
                {body}
            </div></div>
        </div>
    }
    .into_any()
}

fn from(app: App, task: &TaskPath, view: &FailureCardView, exception: &ExceptionView) -> AnyView {
    let same = view.same_in_all.then_some(" The same in every attempt.");
    let caught = exception
        .caught
        .then_some(" @catch took it, and the run went on.");
    if exception.from == "stderr" {
        return view! { <p class="dim">{format!("From the end of stderr of attempt {}: no exception was stored.", view.attempt)}{same}</p> }.into_any();
    }
    let href = app
        .artifact_route(task, &exception.from)
        .with_attempt(Some(view.attempt))
        .to_hash();
    view! { <p class="dim">"From the artifact "<a class="link mono" href=href>{exception.from.clone()}</a>{format!(" of attempt {}.", view.attempt)}{same}{caught}</p> }.into_any()
}

fn whole(exception: &ExceptionView) -> AnyView {
    let count = exception.text.lines().count() as u64;
    let rows = exception
        .text
        .lines()
        .enumerate()
        .map(|(at, line)| view! { <div class="line"><span class="no">{at + 1}</span><span class="txt">{line.to_owned()}</span></div> })
        .collect_view();
    view! { <div class="code" tabindex="0" role="region" aria-label="Traceback">{lines::lines_of(count, rows.into_any())}</div> }.into_any()
}

fn frames(exception: &ExceptionView) -> AnyView {
    let Some(traceback) = &exception.traceback else {
        return whole(exception);
    };
    let last = traceback.raised.len().saturating_sub(1);
    traceback
        .raised
        .iter()
        .enumerate()
        .map(|(at, raised)| chain(raised, at == last))
        .collect_view()
        .into_any()
}

fn chain(raised: &Raised, is_last: bool) -> AnyView {
    let relation = raised.relation.map(|relation| match relation {
        Relation::Cause => "This was the direct cause of",
        Relation::During => "While this was handled, there came",
    });
    let relation = relation.map(|text| view! { <p class="dim">{text}</p> });
    let head = (!is_last).then(|| {
        raised.exception.as_ref().map(|exception| view! { <p class="mono"><b>{exception.kind.clone()}</b>" "{exception.message.clone()}</p> })
    });
    let place = raised.place().cloned();
    let count = raised.frames.len();
    let frames = raised
        .frames
        .iter()
        .enumerate()
        .map(|(at, frame)| {
            let own = place.as_ref() == Some(frame);
            drawn_frame(frame, own || at + 1 == count, at + 1 == count)
        })
        .collect_view();
    let left_out = (raised.left_out > 0).then(|| view! { <p class="note">{format!("{} frames in the middle are left out here; the text has them.", human::count(raised.left_out as u64))}</p> });
    let group = raised
        .group
        .clone()
        .map(|text| view! { <pre class="pre mono">{text}</pre> });
    view! {
        {relation}
        {head}
        <div class="sect-head"><h2>"Traceback"</h2><span class="faint">{format!("{}, the last call below", human::counted(count as u64, "frame", "frames"))}</span></div>
        {left_out}
        <div class="frames">{frames}</div>
        {group}
    }
    .into_any()
}

fn drawn_frame(frame: &Frame, open: bool, raised_here: bool) -> AnyView {
    let number = u64::from(frame.line.unwrap_or(0));
    let place = frame.line.map_or_else(
        || frame.file.clone(),
        |line| format!("{}:{line}", frame.file),
    );
    let function = frame
        .function
        .clone()
        .map(|name| view! { <span class="faint">"in "{name}</span> });
    let library = frame
        .library
        .clone()
        .map(|name| view! { <span class="chip">{name}</span> });
    let here =
        raised_here.then(|| view! { <span class="chip chip-fail push">"raised here"</span> });
    let repeated = (frame.repeated > 0).then(|| view! { <span class="faint">{format!("{} more times", human::count(u64::from(frame.repeated)))}</span> });
    let source = if frame.source.is_empty() {
        view! { <p class="note">"The source of this line was not at hand when it was raised."</p> }
            .into_any()
    } else {
        let rows = frame
            .source
            .iter()
            .enumerate()
            .map(|(at, line)| lines::code_line(number + at as u64, &line.text, at == 0))
            .collect_view();
        view! { <div class="code" tabindex="0" role="group" aria-label="Source">{lines::lines_of(number, rows.into_any())}</div> }.into_any()
    };
    view! {
        <details open=open>
            <summary>{icon("right", "icon-s")}<span class="mono cut-start"><bdi>{place}</bdi></span>{function}{repeated}{library}{here}</summary>
            {source}
        </details>
    }
    .into_any()
}
