use super::header::{DESCRIPTOR, FIXED_RECORD, LOCAL, RECORD};
use super::*;
use proptest::prelude::*;
use std::io::Write as _;

/// How a packer writes a file down.
#[derive(Clone, Copy, Debug)]
enum Written {
    /// It knows the sizes before.
    Sized,
    /// The same, in an extra field.
    SizedWide,
    /// It writes them behind, with a signature or without, in 64 bits or in 32.
    Behind { signed: bool, wide: bool },
    /// It writes them both before and behind, as Info-ZIP does of what it encrypts.
    Twice,
}

#[derive(Clone, Debug)]
struct Packed {
    name: String,
    content: Vec<u8>,
    method: u16,
    written: Written,
}

fn deflate(content: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::new(6));
    packer.write_all(content).unwrap();
    packer.finish().unwrap()
}

fn crc(content: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(content);
    crc.sum()
}

impl Packed {
    fn of(name: &str, content: &[u8], method: u16, written: Written) -> Self {
        let (name, content) = (name.to_owned(), content.to_vec());
        Self {
            name,
            content,
            method,
            written,
        }
    }

    fn body(&self) -> Vec<u8> {
        match self.method {
            8 => deflate(&self.content),
            // No method that is known here: any bytes.
            _ => self.content.clone(),
        }
    }

    fn bytes(&self) -> Vec<u8> {
        let body = self.body();
        let crc = crc(&self.content);
        let (packed, size) = (body.len() as u64, self.content.len() as u64);
        let mut flags = 0u16;
        let mut extra = Vec::new();
        let narrow = |number: u64| (number as u32).to_le_bytes();
        let mut sums = [crc.to_le_bytes(), narrow(packed), narrow(size)];
        let mut behind = Vec::new();
        match self.written {
            Written::Sized => {}
            Written::SizedWide => {
                // Another field stands before it.
                extra.extend(b"UT\x01\x00x\x01\x00\x10\x00");
                extra.extend(size.to_le_bytes());
                extra.extend(packed.to_le_bytes());
                sums = [sums[0], [0xff; 4], [0xff; 4]];
            }
            Written::Behind { signed, wide } => {
                flags = 8;
                if signed {
                    behind.extend(DESCRIPTOR);
                }
                behind.extend(sums[0]);
                match wide {
                    true => behind.extend([packed.to_le_bytes(), size.to_le_bytes()].concat()),
                    false => behind.extend([sums[1], sums[2]].concat()),
                }
                sums = [[0; 4]; 3];
            }
            Written::Twice => {
                flags = 8;
                behind.extend(DESCRIPTOR);
                behind.extend(sums.concat());
            }
        }
        let mut bytes = LOCAL.to_vec();
        for number in [20, flags, self.method, 0, 0x21] {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend(sums.concat());
        bytes.extend((self.name.len() as u16).to_le_bytes());
        bytes.extend((extra.len() as u16).to_le_bytes());
        bytes.extend(self.name.as_bytes());
        bytes.extend(extra);
        bytes.extend(body);
        bytes.extend(behind);
        bytes
    }
}

fn record(name: &str) -> Vec<u8> {
    let mut bytes = RECORD.to_vec();
    bytes.resize(FIXED_RECORD as usize, 0);
    bytes[28] = name.len() as u8;
    bytes.extend(name.as_bytes());
    bytes
}

/// What a walk tells, out of no more than `more` bytes beyond what it asks for.
fn walked(bytes: &[u8], more: usize) -> Vec<Step> {
    let mut walk = Walk::new(bytes.len() as u64, 1 << 20);
    let mut here = 0..0;
    let mut told = Vec::new();
    // Each step goes on by a byte at the least, or asks for one.
    for _ in 0..20 * bytes.len() + 100 {
        match walk.step(here.start as u64, &bytes[here.clone()]) {
            Step::Nothing => {}
            Step::Needs(range) => {
                let range = range.start as usize..range.end as usize;
                assert!(range.end <= bytes.len(), "{range:?} of {}", bytes.len());
                assert!(
                    range.start < here.start || range.end > here.end,
                    "{range:?} is here: {here:?}"
                );
                here = range.start..bytes.len().min(range.end + more);
            }
            Step::End(end) => {
                told.push(Step::End(end));
                return told;
            }
            step => told.push(step),
        }
    }
    panic!("a walk without an end")
}

/// The files of a walk: name, state, and the packed bytes.
fn files(bytes: &[u8], more: usize) -> Vec<(String, State, Vec<u8>)> {
    let told = walked(bytes, more).into_iter();
    told.filter_map(|step| match step {
        Step::Entry(local) => {
            let content = local.content.start as usize..local.content.end as usize;
            let name = String::from_utf8_lossy(&local.raw_name).into_owned();
            Some((name, local.state, bytes[content].to_vec()))
        }
        _ => None,
    })
    .collect()
}

fn written() -> impl Strategy<Value = Written> {
    let behind = |signed, wide| Just(Written::Behind { signed, wide });
    prop_oneof![
        Just(Written::Sized),
        Just(Written::SizedWide),
        Just(Written::Twice),
        behind(true, false),
        behind(true, true),
        behind(false, false),
        behind(false, true),
    ]
}

/// Letters of which many signatures are made.
fn content() -> impl Strategy<Value = Vec<u8>> {
    let letter = prop::sample::select(b"PPKK\x01\x02\x03\x04\x07\x08\x00a".to_vec());
    prop::collection::vec(letter, 0..300)
}

fn packed() -> impl Strategy<Value = Packed> {
    let method = prop::sample::select(vec![0u16, 8, 8, 12]);
    ("[a-z]{1,9}", content(), method, written()).prop_map(|(name, content, method, written)| {
        Packed {
            name,
            content,
            method,
            written,
        }
    })
}

proptest! {
    #[test]
    fn what_came_before_the_cut_is_found(
        parts in prop::collection::vec(packed(), 0..6),
        cut in any::<prop::sample::Index>(),
        more in 0usize..200,
    ) {
        let mut bytes = Vec::new();
        let mut ends = Vec::new();
        for part in &parts {
            bytes.extend(part.bytes());
            ends.push(bytes.len());
        }
        let before = bytes.len();
        for part in &parts {
            bytes.extend(record(&part.name));
        }
        let cut = cut.index(bytes.len() + 1);
        let found = files(&bytes[..cut], more);
        prop_assert_eq!(&found, &files(&bytes[..cut], usize::MAX / 2));
        let whole: Vec<_> = parts.iter().zip(&ends).filter(|(_, end)| **end <= cut).collect();
        for (at, (part, _)) in whole.iter().enumerate() {
            let expected = (part.name.clone(), State::Whole, part.body());
            prop_assert_eq!(found.get(at), Some(&expected));
        }
        // One more at the most: that in which it ends.
        prop_assert!(found.len() <= whole.len() + 1, "{found:?}");
        if cut >= before {
            prop_assert_eq!(found.len(), parts.len());
        }
    }

    #[test]
    fn any_bytes_come_to_an_end(
        bytes in prop::collection::vec(prop_oneof![any::<u8>(), prop::sample::select(b"PK\x01\x02\x03\x04\x07\x08\x00\xff".to_vec())], 0..2000),
        more in 0usize..200,
    ) {
        walked(&bytes, more);
    }

    #[test]
    fn any_bytes_among_sound_files_come_to_an_end(
        parts in prop::collection::vec((packed(), content()), 1..5),
        flipped in any::<prop::sample::Index>(),
        more in 0usize..200,
    ) {
        let mut bytes: Vec<u8> = parts.iter().flat_map(|(part, junk)| [part.bytes(), junk.clone()].concat()).collect();
        walked(&bytes, more);
        let at = flipped.index(bytes.len());
        bytes[at] ^= 0xff;
        walked(&bytes, more);
    }
}

#[test]
fn a_cut_at_each_byte() {
    let behind = |signed, wide| Written::Behind { signed, wide };
    let text = b"started\n".repeat(40);
    let parts = [
        Packed::of("a", &text, 8, Written::Sized),
        Packed::of("b", &text, 8, behind(true, false)),
        Packed::of("c", &text, 0, behind(false, true)),
        Packed::of("d", &text, 12, Written::SizedWide),
        Packed::of("e/", b"", 0, behind(true, false)),
        Packed::of("f", &text, 8, Written::Twice),
    ];
    let bytes: Vec<u8> = parts.iter().flat_map(Packed::bytes).collect();
    let mut ends = 0..0;
    let ends: Vec<usize> = parts
        .iter()
        .map(|part| {
            ends.end += part.bytes().len();
            ends.end
        })
        .collect();
    for cut in 0..=bytes.len() {
        let found = files(&bytes[..cut], 40);
        let whole = found.iter().filter(|(_, state, _)| *state == State::Whole);
        let whole: Vec<&str> = whole.map(|(name, _, _)| name.as_str()).collect();
        let before = ends.iter().filter(|end| **end <= cut).count();
        let expected: Vec<&str> = parts.iter().map(|part| part.name.as_str()).collect();
        // What a descriptor repeats, and that of a folder, may be missing.
        assert!(
            whole == expected[..before] || whole == expected[..before + 1],
            "{cut}: {whole:?} of {before}, {ends:?}"
        );
    }
}

#[track_caller]
fn check(bytes: &[u8], expected: &[&str]) {
    let told: Vec<String> = walked(bytes, 100)
        .into_iter()
        .map(|step| match step {
            Step::Entry(local) => {
                let name = String::from_utf8_lossy(&local.raw_name).into_owned();
                let here = local.content.end - local.content.start;
                format!("{name}: {:?}, {here} bytes", local.state)
            }
            Step::Skipped(range) => format!("{} bytes skipped", range.end - range.start),
            step => format!("{step:?}"),
        })
        .collect();
    assert_eq!(told, expected);
}

#[test]
fn how_it_ends_is_told() {
    let one = Packed::of("one", b"1", 0, Written::Sized).bytes();
    let two = Packed::of("two", &[b'2'; 100], 0, Written::Sized).bytes();
    check(&one, &["one: Whole, 1 bytes", "End(Between)"]);
    check(
        &[&one[..], &two[..80]].concat(),
        &["one: Whole, 1 bytes", "two: Cut, 47 bytes", "End(InFile)"],
    );
    check(
        &[&one[..], &two[..20]].concat(),
        &["one: Whole, 1 bytes", "End(InHeader(34))"],
    );
    check(
        &[&one[..], &record("one"), &record("two")[..9]].concat(),
        &[
            "one: Whole, 1 bytes",
            "End(InDirectory { start: 34, records: 1 })",
        ],
    );
    check(
        &[&one[..], &record("one"), b"PK\x05\x06 and so on"].concat(),
        &[
            "one: Whole, 1 bytes",
            "End(BehindDirectory { start: 34, records: 1 })",
        ],
    );
}

#[test]
fn what_is_no_file_is_skipped() {
    let one = Packed::of("one", b"1", 0, Written::Sized).bytes();
    check(
        &[&one[..], b"between, PK\x03\x04 and more", &one[..]].concat(),
        &[
            "one: Whole, 1 bytes",
            "22 bytes skipped",
            "one: Whole, 1 bytes",
            "End(Between)",
        ],
    );
    check(&[7; 40], &["40 bytes skipped", "End(Between)"]);
}

#[test]
fn a_damaged_file_loses_no_other() {
    let streamed = Written::Behind {
        signed: true,
        wide: false,
    };
    let noise: Vec<u8> = (0..400u32)
        .flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes())
        .collect();
    let mut bad = Packed::of("bad", &noise, 8, streamed).bytes();
    bad.drain(100..140);
    let good = Packed::of("good", &noise, 8, streamed);
    let told = walked(&[bad, good.bytes()].concat(), 100);
    let [
        Step::Entry(bad),
        Step::Entry(after),
        Step::End(End::Between),
    ] = &told[..]
    else {
        panic!("{told:?}")
    };
    assert_eq!((bad.state, after.state), (State::Lost, State::Whole));
    assert_eq!(after.size, Some(1600));
}

#[test]
fn a_stored_zip_in_a_pipe_is_one_file() {
    let inside = [
        Packed::of("inner", b"1", 0, Written::Sized).bytes(),
        Packed::of("other", b"2", 0, Written::Sized).bytes(),
        record("inner"),
    ];
    let streamed = Written::Behind {
        signed: true,
        wide: false,
    };
    let outer = Packed::of("inner.zip", &inside.concat(), 0, streamed);
    let after = Packed::of("after", b"3", 0, Written::Sized);
    check(
        &[outer.bytes(), after.bytes()].concat(),
        &[
            "inner.zip: Whole, 123 bytes",
            "after: Whole, 1 bytes",
            "End(Between)",
        ],
    );
}

#[test]
fn what_unpacks_without_bounds_is_not_unpacked_to_its_end() {
    let streamed = Written::Behind {
        signed: true,
        wide: false,
    };
    // Four times what a walk here may unpack.
    let bomb = Packed::of("bomb", &vec![0; 4 << 20], 8, streamed);
    let after = Packed::of("after", b"3", 0, Written::Sized);
    let bytes = [bomb.bytes(), after.bytes()].concat();
    let told = walked(&bytes, 100);
    let [Step::Entry(bomb), Step::Entry(_), Step::End(End::Between)] = &told[..] else {
        panic!("{told:?}")
    };
    assert_eq!((bomb.state, bomb.size), (State::Whole, Some(4 << 20)));
}

#[test]
fn sizes_that_cannot_be_are_no_sizes() {
    let mut bytes = Packed::of("huge", b"1", 0, Written::SizedWide).bytes();
    let at = bytes.len() - 9;
    bytes[at..at + 8].fill(0xff);
    check(&bytes, &["huge: Cut, 1 bytes", "End(InFile)"]);
}
