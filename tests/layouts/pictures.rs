//! What typical flows look like, with one character for 12 × 16 pixels.
//!
//! To change a picture on purpose, run `cargo insta review` or paste what the failing
//! test prints.

use super::canvas::Canvas;
use super::rules::check;
use super::{BOX, GAPS, TRAIN_FLOW, flow};
use runglass::layout::dag::Outline;

fn picture(text: &str) -> String {
    let (names, edges) = flow(text);
    let outline = Outline {
        nodes: vec![BOX; names.len()],
        edges,
        settings: GAPS,
    };
    Canvas::draw(&check(&outline), &names)
}

#[test]
fn steps_in_a_row() {
    insta::assert_snapshot!(picture("start: middle, middle: end, end:"), @r"
    ╭─────────╮
    │  start  │
    ╰─────────╯
         │
         │
         ▼
    ╭─────────╮
    │ middle  │
    ╰─────────╯
         │
         │
         ▼
    ╭─────────╮
    │   end   │
    ╰─────────╯
    ");
}

#[test]
fn branches_that_join() {
    insta::assert_snapshot!(
        picture("start: a b c, a: join, b: join, c: join, join: end, end:"), @r"
                    ╭─────────╮
                    │  start  │
                    ╰─────────╯
                         │
         ╭───────────────┼───────────────╮
         ▼               ▼               ▼
    ╭─────────╮     ╭─────────╮     ╭─────────╮
    │    a    │     │    b    │     │    c    │
    ╰─────────╯     ╰─────────╯     ╰─────────╯
         │               │               │
         ╰─────────────╮ │ ╭─────────────╯
                       ▼ ▼ ▼
                    ╭─────────╮
                    │  join   │
                    ╰─────────╯
                         │
                         │
                         ▼
                    ╭─────────╮
                    │   end   │
                    ╰─────────╯
    ");
}

#[test]
fn a_foreach_is_a_row_of_steps() {
    insta::assert_snapshot!(picture("start: work, work: join, join: end, end:"), @r"
    ╭─────────╮
    │  start  │
    ╰─────────╯
         │
         │
         ▼
    ╭─────────╮
    │  work   │
    ╰─────────╯
         │
         │
         ▼
    ╭─────────╮
    │  join   │
    ╰─────────╯
         │
         │
         ▼
    ╭─────────╮
    │   end   │
    ╰─────────╯
    ");
}

#[test]
fn branches_within_branches() {
    insta::assert_snapshot!(
        picture(
            "start: a b, a: a1 a2, a1: a3, a2: a3, a3: join, b: b1 b2 b3, b1: b4, b2: b4, \
             b3: b4, b4: join, join: end, end:"
        ), @r"
                                ╭─────────╮
                                │  start  │
                                ╰─────────╯
                                     │
                 ╭───────────────────┴───────────────────╮
                 ▼                                       ▼
            ╭─────────╮                             ╭─────────╮
            │    a    │                             │    b    │
            ╰─────────╯                             ╰─────────╯
                 │                                       │
         ╭───────┴───────╮               ╭───────────────┼───────────────╮
         ▼               ▼               ▼               ▼               ▼
    ╭─────────╮     ╭─────────╮     ╭─────────╮     ╭─────────╮     ╭─────────╮
    │   a1    │     │   a2    │     │   b1    │     │   b2    │     │   b3    │
    ╰─────────╯     ╰─────────╯     ╰─────────╯     ╰─────────╯     ╰─────────╯
         │               │               │               │               │
         ╰─────╮   ╭─────╯               ╰─────────────╮ │ ╭─────────────╯
               ▼   ▼                                   ▼ ▼ ▼
            ╭─────────╮                             ╭─────────╮
            │   a3    │                             │   b4    │
            ╰─────────╯                             ╰─────────╯
                 │                                       │
                 ╰─────────────────╮   ╭─────────────────╯
                                   ▼   ▼
                                ╭─────────╮
                                │  join   │
                                ╰─────────╯
                                     │
                                     │
                                     ▼
                                ╭─────────╮
                                │   end   │
                                ╰─────────╯
    ");
}

#[test]
fn a_switch_with_a_step_that_repeats_itself_and_a_branch_that_is_skipped() {
    insta::assert_snapshot!(
        picture("start: try, try: try check, check: fix report end, fix: end, report: end, end:"),
        @r"
                    ╭─────────╮
                    │  start  │
                    ╰─────────╯
                         │
                         │
                         ▼
                    ╭─────────╮──╮
                    │   try   │  │
                    ╰─────────╯◀─╯
                         │
                         │
                         ▼
                    ╭─────────╮
                    │  check  │
                    ╰─────────╯
                         │
         ╭───────────────┼───────╮
         ▼               ▼       │
    ╭─────────╮     ╭─────────╮  │
    │   fix   │     │ report  │  │
    ╰─────────╯     ╰─────────╯  │
         │               │       │
         ╰─────────────╮ │ ╭─────╯
                       ▼ ▼ ▼
                    ╭─────────╮
                    │   end   │
                    ╰─────────╯
    ");
}

#[test]
fn the_train_flow() {
    insta::assert_snapshot!(picture(TRAIN_FLOW), @r"
            ╭─────────╮
            │  start  │
            ╰─────────╯
                 │
         ╭───────┴───────╮
         ▼               ▼
    ╭─────────╮     ╭─────────╮
    │  load   │     │reference│
    ╰─────────╯     ╰─────────╯
         │               │
         │               │
         ▼               │
    ╭─────────╮          │
    │features │          │
    ╰─────────╯          │
         │               │
         │               │
         ▼               │
    ╭─────────╮          │
    │  join   │          │
    ╰─────────╯          │
         │               │
         ╰─────╮   ╭─────╯
               ▼   ▼
            ╭─────────╮
            │  train  │
            ╰─────────╯
                 │
                 │
                 ▼
            ╭─────────╮
            │evaluate │
            ╰─────────╯
                 │
         ╭───────┤
         ▼       │
    ╭─────────╮  │
    │ publish │  │
    ╰─────────╯  │
         │       │
         ╰─────╮ │
               ▼ ▼
            ╭─────────╮
            │   end   │
            ╰─────────╯
    ");
}

#[test]
fn a_branch_that_does_nothing_is_a_straight_line() {
    insta::assert_snapshot!(
        picture("start: big end, big: p q, p: m, q: m, m: end, end:"), @r"
                            ╭─────────╮
                            │  start  │
                            ╰─────────╯
                                 │
                 ╭───────────────┤
                 ▼               │
            ╭─────────╮          │
            │   big   │          │
            ╰─────────╯          │
                 │               │
         ╭───────┴───────╮       │
         ▼               ▼       │
    ╭─────────╮     ╭─────────╮  │
    │    p    │     │    q    │  │
    ╰─────────╯     ╰─────────╯  │
         │               │       │
         ╰─────╮   ╭─────╯       │
               ▼   ▼             │
            ╭─────────╮          │
            │    m    │          │
            ╰─────────╯          │
                 │               │
                 ╰─────────────╮ │
                               ▼ ▼
                            ╭─────────╮
                            │   end   │
                            ╰─────────╯
    ");
}

#[test]
fn edges_that_lead_back_stand_beside_the_way_down() {
    insta::assert_snapshot!(picture("a: b, b: c, c: d a, d: b"), @r"
      ╭─────────╮
      │    a    │
      ╰─────────╯
            │▲
            │╰──────╮
            ▼       │
      ╭─────────╮   │
      │    b    │   │
      ╰─────────╯   │
          ▲ │       │
    ╭─────╯ │╭──────╯
    │       ▼│
    │ ╭─────────╮
    │ │    c    │
    │ ╰─────────╯
    │       │
    ╰─────╮ │
          │ ▼
      ╭─────────╮
      │    d    │
      ╰─────────╯
    ");
}

#[test]
fn parts_stand_side_by_side_and_single_steps_last() {
    insta::assert_snapshot!(picture("x:, a: b, b:, c: d e, d:, e:, y:, z:"), @r"
    ╭─────────╮             ╭─────────╮
    │    a    │             │    c    │
    ╰─────────╯             ╰─────────╯
         │                       │
         │               ╭───────┴───────╮
         ▼               ▼               ▼
    ╭─────────╮     ╭─────────╮     ╭─────────╮
    │    b    │     │    d    │     │    e    │
    ╰─────────╯     ╰─────────╯     ╰─────────╯



    ╭─────────╮     ╭─────────╮     ╭─────────╮
    │    x    │     │    y    │     │    z    │
    ╰─────────╯     ╰─────────╯     ╰─────────╯
    ");
}
