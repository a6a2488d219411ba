//! What is stored and what refers to it, added up.

use super::read::{Refers, Stored};
use super::{Amount, ArtifactStorage, ROWS, RunStorage, SharedValue, StorageView};
use crate::sorting::{SortedMap, SortedSet, sort_by};

/// The runs are given by their ids, the newest first.
pub(super) fn summed_up(runs: &[(String, Refers)], stored: &Stored) -> StorageView {
    let sizes = &stored.sizes;
    let all = runs.iter().flat_map(|(_, refers)| refers.shas.iter());
    let mut referred: Vec<&String> = all.collect();
    sort_by(&mut referred, |a, b| a.cmp(b));
    // Each value with the number of runs that refer to it.
    let by_sha = referred.chunk_by(|a, b| a == b);
    let users: SortedMap<&str, usize> = by_sha
        .filter_map(|same| Some((same.first()?.as_str(), same.len())))
        .collect();
    let size = |sha: &str| sizes.get(sha).copied();
    let amount = |shas: &mut dyn Iterator<Item = &str>| {
        let mut amount = Amount::default();
        for bytes in shas.filter_map(size) {
            amount.count += 1;
            amount.bytes += bytes;
        }
        amount
    };
    let is_used = |sha: &str| users.contains_key(sha);
    let mut unused: Vec<(String, u64)> = sizes
        .iter()
        .filter(|(sha, _)| !is_used(sha))
        .map(|(sha, size)| (sha.clone(), *size))
        .collect();
    sort_by(&mut unused, |a, b| {
        b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0))
    });
    let named = runs.iter().flat_map(|(_, refers)| refers.named.iter());
    let named: SortedSet<&(String, String)> = named.collect();
    let values: SortedSet<&str> = named.iter().map(|(_, sha)| sha.as_str()).collect();
    let pairs: Vec<&(String, String)> = named.into_iter().collect();
    let by_name = pairs.chunk_by(|a, b| a.0 == b.0);
    let mut artifacts: Vec<ArtifactStorage> = by_name
        .filter_map(|of_one| {
            Some(ArtifactStorage {
                name: of_one.first()?.0.clone(),
                values: amount(&mut of_one.iter().map(|(_, sha)| sha.as_str())),
            })
        })
        .collect();
    sort_by(&mut artifacts, |a, b| {
        let order = b.values.bytes.cmp(&a.values.bytes);
        order.then_with(|| a.name.cmp(&b.name))
    });
    let artifacts_total = artifacts.len() as u64;
    artifacts.truncate(ROWS);
    let of_run = |(run, refers): &(String, Refers)| {
        let alone = |sha: &&str| users.get(sha).is_some_and(|users| *users == 1);
        RunStorage {
            run: run.clone(),
            refers: amount(&mut refers.shas.iter().map(String::as_str)),
            alone: amount(&mut refers.shas.iter().map(String::as_str).filter(alone)),
            logs: refers.logs,
            cards: refers.cards,
        }
    };
    let shared: Vec<(&str, usize)> = users
        .iter()
        .filter(|(_, users)| **users > 1)
        .map(|(sha, users)| (*sha, *users))
        .collect();
    let referred_to = users.iter().map(|(sha, _)| *sha);
    let mut packages = referred_to.filter(|sha| !values.contains(sha));
    StorageView {
        runs: runs.iter().map(of_run).collect(),
        artifacts,
        artifacts_total,
        values: amount(&mut values.iter().copied()),
        packages: amount(&mut packages),
        logs: runs.iter().map(|(_, refers)| refers.logs).sum(),
        cards: runs.iter().map(|(_, refers)| refers.cards).sum(),
        shared: amount(&mut shared.iter().map(|(sha, _)| *sha)),
        shared_values: shared_values(&shared, &pairs, sizes),
        included: stored.included,
        unused: Amount {
            count: unused.len() as u64,
            bytes: unused.iter().map(|(_, size)| size).sum(),
        },
        missing: users.iter().filter(|(sha, _)| size(sha).is_none()).count() as u64,
        unused_shas: unused.into_iter().take(ROWS).collect(),
        unread: runs.iter().map(|(_, refers)| refers.unread).sum(),
        listed: stored.listed,
        has_sizes: stored.has_sizes,
    }
}

/// Of what several runs refer to, each with how many do, what takes most; `named` are all
/// pairs of a name and a SHA-1.
fn shared_values(
    shared: &[(&str, usize)],
    named: &[&(String, String)],
    sizes: &SortedMap<String, u64>,
) -> Vec<SharedValue> {
    let there = shared.iter().filter_map(|(sha, runs)| {
        Some(SharedValue {
            sha: (*sha).to_owned(),
            bytes: *sizes.get(*sha)?,
            runs: *runs as u64,
            name: None,
            more_names: 0,
        })
    });
    let mut values: Vec<SharedValue> = there.collect();
    sort_by(&mut values, |a, b| {
        let order = b.bytes.cmp(&a.bytes).then_with(|| b.runs.cmp(&a.runs));
        order.then_with(|| a.sha.cmp(&b.sha))
    });
    values.truncate(ROWS);
    for value in &mut values {
        let mut names = named.iter().filter(|(_, sha)| *sha == value.sha);
        value.name = names.next().map(|(name, _)| name.clone());
        value.more_names = names.count() as u64;
    }
    values
}
