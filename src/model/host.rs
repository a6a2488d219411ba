//! The machine that an attempt ran on, by the name that was recorded of it.

use serde::{Deserialize, Serialize};
use std::borrow::Borrow;
use std::cmp::Ordering;
use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

/// A machine (Metaflow: the address of a node, or the id of an instance; TaPS: a worker's
/// host name). A run of a hundred thousand attempts has few, whose names they share.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Host(Arc<str>);

/// Names are no longer than this (RFC 1035); what is longer names no machine.
const LONGEST: usize = 253;

impl Host {
    /// `None` for what names no machine.
    pub fn named(name: &str) -> Option<Self> {
        let name = name.trim();
        (!name.is_empty() && name.len() <= LONGEST).then(|| Self(name.into()))
    }

    pub fn name(&self) -> &str {
        &self.0
    }

    /// In the order in which people count: numbers within names by their value.
    pub fn in_order(&self, other: &Self) -> Ordering {
        let (mut left, mut right) = (parts(&self.0), parts(&other.0));
        loop {
            let order = match (left.next(), right.next()) {
                (None, None) => return self.0.cmp(&other.0),
                (one, another) => one.cmp(&another),
            };
            if order.is_ne() {
                return order;
            }
        }
    }
}

/// A part of a name: digits without leading zeros, of which more are a larger number, or a
/// text between such.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Part<'a> {
    Number(usize, &'a str),
    Text(&'a str),
}

fn parts(name: &str) -> impl Iterator<Item = Part<'_>> {
    let mut rest = name;
    std::iter::from_fn(move || {
        let is_number = rest.chars().next()?.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != is_number);
        let (part, after) = rest.split_at(end.unwrap_or(rest.len()));
        rest = after;
        Some(match is_number {
            true => {
                let digits = part.trim_start_matches('0');
                Part::Number(digits.len(), digits)
            }
            false => Part::Text(part),
        })
    })
}

impl From<String> for Host {
    fn from(name: String) -> Self {
        Self(name.into())
    }
}

impl From<Host> for String {
    fn from(host: Host) -> Self {
        host.0.as_ref().to_owned()
    }
}

impl Borrow<str> for Host {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The hosts of a run, each once.
#[derive(Default)]
pub struct Hosts(HashSet<Host>);

impl Hosts {
    /// The host of this name, as it is known already.
    pub fn named(&mut self, name: &str) -> Option<Host> {
        if let Some(known) = self.0.get(name) {
            return Some(known.clone());
        }
        let host = Host::named(name)?;
        Some(self.shared(host))
    }

    /// The same host, in the memory of the one that is known already.
    pub fn shared(&mut self, host: Host) -> Host {
        match self.0.get(&host) {
            Some(known) => known.clone(),
            None => {
                self.0.insert(host.clone());
                host
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_ordered_as_people_count() {
        let names = [
            "10.0.2.9",
            "10.0.2.17",
            "10.0.12.4",
            "i-0b51c7d20f6a94e83",
            "node",
            "node-2.lab",
            "node-007.lab",
            "node-10.lab",
            "node-99999999999999999999999999999999999999999999.lab",
        ];
        let mut hosts: Vec<Host> = names.iter().rev().filter_map(|n| Host::named(n)).collect();
        hosts.sort_by(Host::in_order);
        assert_eq!(hosts.iter().map(Host::name).collect::<Vec<_>>(), names);
    }

    #[test]
    fn what_names_no_machine_is_none() {
        assert_eq!(Host::named(" \n"), None);
        assert_eq!(Host::named(&"x".repeat(254)), None);
        assert_eq!(Host::named(" a ").as_ref().map(Host::name), Some("a"));
    }

    #[test]
    fn a_name_is_kept_once() {
        let mut hosts = Hosts::default();
        let one = hosts.named("a").unwrap();
        let other = hosts.shared(Host::named("a").unwrap());
        assert!(Arc::ptr_eq(&one.0, &other.0));
        assert!(!Arc::ptr_eq(&one.0, &hosts.named("b").unwrap().0));
    }
}
