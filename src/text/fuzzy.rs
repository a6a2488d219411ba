//! How well a few typed letters fit a name, for *go to…*.
//!
//! The letters must all stand in the name, in their order. Among the ways to
//! place them the best is found, not the first: letters side by side and letters
//! that begin a word count most, so that `fi` is *Fit to screen* before
//! *profile*, and `tf17` finds `TrainFlow/1795…`. A name that begins with what
//! was typed comes before all others, and the name itself before these.
//!
//! One or two letters stand somewhere in nearly every name. They have to stand side by
//! side, or begin words side by side, as `tf` does in `TrainFlow`.
//!
//! Start with [`rank`]; [`fit`] is for one name.

use super::case::fold;
use crate::sorting::sort_by_key;
use serde::{Deserialize, Serialize};

/// A name that fits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fit {
    /// Higher is better; comparable for one query only.
    pub score: i32,
    /// The characters that were matched, counted in the name from 0, ascending.
    pub positions: Vec<u32>,
}

/// A name that fits, and which one of the given ones it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ranked {
    pub index: usize,
    pub fit: Fit,
}

/// Fewer letters than these are looked for together.
const FEW: usize = 3;

/// Letters beyond these are not looked at: nobody types more, and the cost grows
/// with the product of the two.
const MAX_QUERY: usize = 64;
const MAX_NAME: usize = 512;

const MATCH: i32 = 16;
const SIDE_BY_SIDE: i32 = 20;
const WORD_START: i32 = 24;
/// A part of a word that begins with a capital: `trainFlow`.
const CAPITAL: i32 = 20;
/// The first digit behind letters: `gpu3`.
const DIGIT: i32 = 8;
const SAME_CASE: i32 = 1;
const GAP: i32 = 3;
const GAP_GOES_ON: i32 = 1;
/// More than [`MAX_QUERY`] letters can earn in any other way.
const PREFIX: i32 = 10_000;
const WHOLE: i32 = 20_000;
const NEVER: i32 = i32::MIN / 2;

/// The names that fit, best first, at most `limit` of them. Among equally good
/// ones the shorter comes first, then the one that was given first.
pub fn rank<'n>(
    query: &str,
    names: impl IntoIterator<Item = &'n str>,
    limit: usize,
) -> Vec<Ranked> {
    let mut found: Vec<(usize, Ranked)> = names
        .into_iter()
        .enumerate()
        .filter_map(|(index, name)| {
            Some((
                name.len(),
                Ranked {
                    index,
                    fit: fit(query, name)?,
                },
            ))
        })
        .collect();
    sort_by_key(&mut found, |(length, one)| {
        (std::cmp::Reverse(one.fit.score), *length, one.index)
    });
    found.truncate(limit);
    found.into_iter().map(|(_, one)| one).collect()
}

/// How a query fits a name; `None` if it does not. Blanks in the query are not
/// looked for, so `features 10` fits `features/10`. An empty query fits
/// everything equally.
pub fn fit(query: &str, name: &str) -> Option<Fit> {
    let letters: Vec<char> = query
        .chars()
        .filter(|c| !c.is_whitespace())
        .take(MAX_QUERY)
        .collect();
    let name_letters: Vec<char> = name.chars().take(MAX_NAME).collect();
    let folded: Vec<char> = name_letters.iter().copied().map(fold).collect();
    let typed: Vec<char> = query.trim().chars().map(fold).collect();
    if letters.is_empty() {
        return Some(Fit {
            score: 0,
            positions: Vec::new(),
        });
    }
    if folded.starts_with(&typed) {
        let whole = name.chars().nth(typed.len()).is_none();
        return Some(Fit {
            score: if whole { WHOLE } else { PREFIX },
            positions: (0..u32::try_from(typed.len()).unwrap_or(u32::MAX)).collect(),
        });
    }
    if letters.len() < FEW {
        return close_places(&letters, &name_letters, &folded);
    }
    best_places(&letters, &name_letters, &folded)
}

/// The best place of one or two letters that stand side by side, or begin neighbouring
/// words.
fn close_places(letters: &[char], name: &[char], folded: &[char]) -> Option<Fit> {
    let typed: Vec<char> = letters.iter().copied().map(fold).collect();
    let worth = worth_of_places(name);
    let worth_at = |at: usize| worth.get(at).copied().unwrap_or(0);
    let beside = folded.windows(typed.len()).enumerate();
    let beside = beside
        .filter(|(_, some)| *some == typed)
        .map(|(at, _)| (worth_at(at) + SIDE_BY_SIDE, at, at + typed.len() - 1));
    let begins: Vec<usize> = (0..name.len()).filter(|at| worth_at(*at) > DIGIT).collect();
    let apart = begins.windows(typed.len()).filter_map(|places| {
        let there = places.iter().filter_map(|at| folded.get(*at));
        let (first, last) = (*places.first()?, *places.last()?);
        there.eq(&typed).then_some((WORD_START, first, last))
    });
    let (score, first, last) = beside
        .chain(apart)
        // Of equal ones the first: the eye begins at the left.
        .max_by_key(|(score, first, _)| (*score, std::cmp::Reverse(*first)))?;
    let mut positions = vec![u32::try_from(first).ok()?, u32::try_from(last).ok()?];
    positions.dedup();
    Some(Fit { score, positions })
}

/// For each typed letter in turn, the best score of all ways to have come this
/// far with that letter on each place of the name.
fn best_places(letters: &[char], name: &[char], folded: &[char]) -> Option<Fit> {
    let worth = worth_of_places(name);
    let mut came_from: Vec<Vec<usize>> = Vec::with_capacity(letters.len());
    let mut scores: Vec<i32> = Vec::new();
    for letter in letters {
        let mut next = Vec::with_capacity(name.len());
        let mut from = Vec::with_capacity(name.len());
        // The best place of the letter before, at least one place further back.
        let mut across_gap = (NEVER, 0);
        let mut beside = NEVER;
        for (at, (place, own)) in folded.iter().zip(name).enumerate() {
            let (before, origin) = if scores.is_empty() {
                (0, at)
            } else if beside > NEVER && beside + SIDE_BY_SIDE >= across_gap.0 {
                (beside + SIDE_BY_SIDE, at.saturating_sub(1))
            } else {
                across_gap
            };
            let fits = *place == fold(*letter) && before > NEVER;
            let case = if own == letter { SAME_CASE } else { 0 };
            let bonus = worth.get(at).copied().unwrap_or(0);
            next.push(if fits {
                before + MATCH + bonus + case
            } else {
                NEVER
            });
            from.push(origin);
            across_gap.0 = (across_gap.0 - GAP_GOES_ON).max(NEVER);
            if beside > NEVER && beside - GAP > across_gap.0 {
                across_gap = (beside - GAP, at.saturating_sub(1));
            }
            beside = scores.get(at).copied().unwrap_or(NEVER);
        }
        scores = next;
        came_from.push(from);
    }
    let (mut at, score) = scores
        .iter()
        .copied()
        .enumerate()
        .filter(|(_, score)| *score > NEVER)
        // Of equal ones the first: the eye begins at the left.
        .max_by_key(|(at, score)| (*score, std::cmp::Reverse(*at)))?;
    let mut positions = Vec::with_capacity(letters.len());
    for from in came_from.iter().rev() {
        positions.push(u32::try_from(at).unwrap_or(u32::MAX));
        at = from.get(at).copied().unwrap_or(0);
    }
    positions.reverse();
    Some(Fit { score, positions })
}

/// What a match earns on each place of a name, beyond being one.
fn worth_of_places(name: &[char]) -> Vec<i32> {
    let mut before = ' ';
    let worth = |here: &char| {
        let earlier = std::mem::replace(&mut before, *here);
        if !here.is_alphanumeric() {
            0
        } else if !earlier.is_alphanumeric() {
            WORD_START
        } else if here.is_uppercase() && !earlier.is_uppercase() {
            CAPITAL
        } else if here.is_numeric() && !earlier.is_numeric() {
            DIGIT
        } else {
            0
        }
    };
    name.iter().map(worth).collect()
}
