//! The order in which Python prints a set: that of its hash table.
//!
//! Hashes of texts and bytes change from process to process, but those of numbers
//! and of tuples of numbers do not, so their order can be worked out. It is not the
//! order of the pickle: putting the elements into a fresh table moves those that
//! collide.
//!
//! Source: `set_add_entry` and `set_table_resize` of CPython's `Objects/setobject.c`,
//! `_Py_HashDouble` and `long_hash` (all numbers modulo 2^61 − 1), `tuplehash`.

#![expect(
    clippy::indexing_slicing,
    reason = "places are masked by the size of the table, which is a power of two"
)]

use crate::pickle::node::NodeId;
use crate::pickle::value::{Pickle, Value};

/// Larger sets stay in the order of the pickle.
const MOST: usize = 100_000;

/// Tuples of more elements are not hashed; they may not nest.
const MOST_PARTS: usize = 16;

/// The elements in the order of a table into which they were put one after the other.
/// `None` if some hash is not the same in every process.
pub(super) fn set_order(pickle: &Pickle, items: &[NodeId]) -> Option<Vec<NodeId>> {
    if items.len() > MOST {
        return None;
    }
    let hashes: Vec<u64> = items
        .iter()
        .map(|&item| hash(pickle, item))
        .collect::<Option<Vec<u64>>>()?;
    let mut table = Table {
        places: vec![0; 8],
        fill: 0,
        patience: 64 * hashes.len() as u64 + 1024,
    };
    for number in 0..hashes.len() {
        table.add(number, &hashes);
        // So many that are equal by their hashes have no order that would be worth it.
        if table.patience == 0 {
            return None;
        }
    }
    let order = table
        .places
        .iter()
        .filter_map(|&place| place.checked_sub(1));
    Some(
        order
            .filter_map(|number| items.get(number as usize).copied())
            .collect(),
    )
}

struct Table {
    /// Numbers of elements plus one; 0 is free.
    places: Vec<u32>,
    fill: usize,
    /// How many places may still be looked at.
    patience: u64,
}

impl Table {
    /// Puts an element in. The elements are known to differ, so only free places count.
    fn add(&mut self, number: usize, hashes: &[u64]) {
        self.place(number, hashes[number]);
        self.fill += 1;
        let mask = self.places.len() - 1;
        if self.fill * 5 < mask * 3 {
            return;
        }
        let least = if self.fill > 50_000 {
            self.fill * 2
        } else {
            self.fill * 4
        };
        let mut size = 8;
        while size <= least {
            size *= 2;
        }
        let old = std::mem::replace(&mut self.places, vec![0; size]);
        for number in old.into_iter().filter_map(|place| place.checked_sub(1)) {
            self.place(number as usize, hashes[number as usize]);
        }
    }

    fn place(&mut self, number: usize, hash: u64) {
        const LINEAR_PROBES: usize = 9;
        let mask = self.places.len() - 1;
        let mut perturb = hash;
        let mut at = hash as usize & mask;
        loop {
            let more = if at + LINEAR_PROBES <= mask {
                LINEAR_PROBES
            } else {
                0
            };
            if let Some(free) = (at..=at + more).find(|&place| self.places[place] == 0) {
                self.places[free] = number as u32 + 1;
                return;
            }
            self.patience = self.patience.saturating_sub(1 + more as u64);
            if self.patience == 0 {
                return;
            }
            perturb >>= 5;
            at = at
                .wrapping_mul(5)
                .wrapping_add(1)
                .wrapping_add(perturb as usize)
                & mask;
        }
    }
}

/// `hash()` of a number or a tuple of numbers, as 64 bits.
fn hash(pickle: &Pickle, id: NodeId) -> Option<u64> {
    match pickle.value(id) {
        Value::Tuple(parts) if parts.len() <= MOST_PARTS => {
            const PRIME_1: u64 = 11_400_714_785_074_694_791;
            const PRIME_2: u64 = 14_029_467_366_897_019_727;
            const PRIME_5: u64 = 2_870_177_450_012_600_261;
            let mut sum = PRIME_5;
            for &part in parts {
                let lane = number_hash(pickle, part)?;
                sum = sum.wrapping_add(lane.wrapping_mul(PRIME_2));
                sum = sum.rotate_left(31).wrapping_mul(PRIME_1);
            }
            sum = sum.wrapping_add(parts.len() as u64 ^ (PRIME_5 ^ 3_527_539));
            Some(if sum == u64::MAX { 1_546_275_796 } else { sum })
        }
        _ => number_hash(pickle, id),
    }
}

fn number_hash(pickle: &Pickle, id: NodeId) -> Option<u64> {
    const MODULUS: u64 = (1 << 61) - 1;
    let (magnitude, negative) = match pickle.value(id) {
        Value::Bool(value) => (u64::from(value), false),
        Value::Int(value) => (value.unsigned_abs() % MODULUS, value < 0),
        Value::Float(value) if value.is_infinite() => (314_159, value < 0.0),
        Value::Float(value) if value.is_finite() => {
            let bits = value.to_bits();
            let fraction = bits & ((1 << 52) - 1);
            let exponent = (bits >> 52 & 0x7ff) as i64;
            let (mantissa, exponent) = match exponent {
                0 => (fraction, -1074),
                _ => (fraction | 1 << 52, exponent - 1075),
            };
            // 2^61 is 1 here, so a power of two turns the 61 bits around.
            let turn = exponent.rem_euclid(61) as u32;
            let turned = u128::from(mantissa) << turn;
            ((turned % u128::from(MODULUS)) as u64, value < 0.0)
        }
        _ => return None,
    };
    let hash = if negative {
        magnitude.wrapping_neg()
    } else {
        magnitude
    };
    // −1 means an error in C.
    Some(if hash == u64::MAX { hash - 1 } else { hash })
}
