//! The write-ahead log: made here frame by frame, and fed in pieces of any size.

use super::super::wal::{Ending, Wal, WalReader};
use proptest::prelude::*;

const PAGE: usize = 512;

fn sums(before: (u32, u32), bytes: &[u8]) -> (u32, u32) {
    bytes.chunks(8).fold(before, |(one, other), pair| {
        let number = |at: usize| u32::from_be_bytes(pair[at..at + 4].try_into().unwrap());
        let one = one.wrapping_add(number(0)).wrapping_add(other);
        (one, other.wrapping_add(number(4)).wrapping_add(one))
    })
}

fn push(out: &mut Vec<u8>, numbers: &[u32]) {
    out.extend(numbers.iter().flat_map(|number| number.to_be_bytes()));
}

/// Frames as (page, pages of the database where it ends a transaction).
fn log(frames: &[(u32, u32)]) -> Vec<u8> {
    let mut out = Vec::new();
    push(&mut out, &[0x377f_0683, 3_007_000, PAGE as u32, 0, 11, 22]);
    let mut now = sums((0, 0), &out);
    push(&mut out, &[now.0, now.1]);
    for (nth, (page, pages)) in frames.iter().enumerate() {
        let start = out.len();
        push(&mut out, &[*page, *pages]);
        let bytes = [nth as u8; PAGE];
        now = sums(sums(now, &out[start..]), &bytes);
        push(&mut out, &[11, 22, now.0, now.1]);
        out.extend(bytes);
    }
    out
}

fn read(log: &[u8], piece: usize) -> (Option<Wal>, usize) {
    let mut reader = WalReader::default();
    for piece in log.chunks(piece.max(1)) {
        reader.feed(piece);
    }
    let (wal, faults) = reader.finish();
    (wal, faults.len())
}

fn place(nth: u64) -> u64 {
    32 + nth * (24 + PAGE as u64) + 24
}

#[test]
fn the_last_of_equal_pages_counts_up_to_the_last_end_of_a_transaction() {
    let log = log(&[(1, 0), (2, 2), (1, 0), (3, 3), (1, 0), (4, 0)]);
    let wal = read(&log, usize::MAX).0.unwrap();
    assert_eq!(wal.page_size, 512);
    assert_eq!(wal.pages, Some(3));
    assert_eq!((wal.frames, wal.transactions, wal.unfinished), (4, 2, 2));
    assert_eq!(wal.place(1), Some(place(2)));
    assert_eq!(wal.place(2), Some(place(1)));
    assert_eq!(wal.place(3), Some(place(3)));
    assert_eq!(wal.place(4), None);
    assert_eq!(wal.ending, Ending::Whole);
}

#[test]
fn a_log_without_a_finished_transaction_counts_for_nothing() {
    for frames in [&[][..], &[(1, 0), (2, 0)]] {
        assert!(read(&log(frames), 700).0.is_none());
    }
}

#[test]
fn what_follows_a_torn_frame_does_not_count() {
    let whole = log(&[(1, 1), (2, 2), (3, 3)]);
    let second = 32 + 24 + PAGE;
    for (at, ending) in [
        (second, Ending::Torn(second as u64)),
        (second + 8, Ending::Older),
        (second + 15, Ending::Older),
        (second + 16, Ending::Torn(second as u64)),
        (second + 24 + PAGE - 1, Ending::Torn(second as u64)),
    ] {
        let mut torn = whole.clone();
        torn[at] ^= 1;
        let wal = read(&torn, usize::MAX).0.unwrap();
        assert_eq!((wal.pages, wal.ending), (Some(1), ending));
    }
    // The number of no page.
    let wal = read(&log(&[(1, 1), (0, 2)]), usize::MAX).0.unwrap();
    assert_eq!(wal.pages, Some(1));
}

#[test]
fn a_header_that_is_none_is_told() {
    let whole = log(&[(1, 1)]);
    for at in 0..32 {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x10;
        let (wal, told) = read(&damaged, usize::MAX);
        assert_eq!((wal.is_none(), told), (true, 1), "{at}");
    }
}

proptest! {
    #[test]
    fn pieces_of_any_size_are_the_same(
        frames in prop::collection::vec((1_u32..9, 0_u32..3), 0..12),
        piece in 1_usize..1400,
        cut in any::<prop::sample::Index>(),
    ) {
        let log = log(&frames);
        let log = &log[..cut.index(log.len() + 1)];
        let facts = |piece| {
            let (wal, told) = read(log, piece);
            let facts = wal.map(|wal| {
                let places: Vec<_> = (0..10).map(|page| wal.place(page)).collect();
                (places, wal.pages, wal.frames, wal.unfinished, wal.ending)
            });
            (facts, told)
        };
        prop_assert_eq!(facts(piece), facts(usize::MAX));
        // By what was written, as far as it is there.
        let there = log.len().saturating_sub(32) / (24 + PAGE);
        let last = frames[..there.min(frames.len())].iter().rposition(|(_, pages)| *pages > 0);
        let wal = read(log, piece).0;
        prop_assert_eq!(wal.as_ref().map(|wal| wal.frames), last.map(|last| last as u64 + 1));
        for page in 0..10 {
            let nth = last.and_then(|last| frames[..=last].iter().rposition(|(number, _)| *number == page));
            let found = wal.as_ref().and_then(|wal| wal.place(page));
            prop_assert_eq!(found, nth.map(|nth| place(nth as u64)));
        }
    }

    #[test]
    fn nothing_breaks_over_any_bytes(mut bytes in prop::collection::vec(any::<u8>(), 0..1500), piece in 1_usize..600, is_begun in any::<bool>()) {
        if is_begun {
            let start = log(&[(1, 1)]);
            for (byte, sound) in bytes.iter_mut().zip(start) {
                *byte = sound;
            }
        }
        read(&bytes, piece);
    }
}
