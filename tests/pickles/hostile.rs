//! Files of a megabyte that want more than a megabyte's worth of memory, time or stack.
//!
//! Bounded is what is counted: the estimated memory, the steps, the characters that are
//! told. Every one is decoded, printed, summarised and stepped into.

mod calls;
mod containers;
mod files;

use self::calls::{names_and_calls, of_libraries, scalars};
use self::containers::{containers, copies, keys};
use self::files::MEGABYTE;
use crate::look::{look_around, look_at};
use runglass::cli::host::Terminal;
use runglass::cli::value::{LIMITS, facts, limits};
use runglass::engine::Host as _;
use runglass::libraries::words;
use runglass::pickle::{Limit, Limits, Outcome, Pickle, What, decode, repr};

fn opened(bytes: Vec<u8>, limits: &Limits) -> Pickle {
    decode(bytes, limits).with_words(words(|_, _| None))
}

#[test]
fn a_hostile_megabyte_stays_within_its_limits() {
    const MOST_TOLD: usize = 8 << 20;
    let mut wrong = Vec::new();
    let [containers, keys, calls, scalars, libraries] = [
        containers(),
        keys(),
        names_and_calls(),
        scalars(),
        of_libraries(),
    ];
    for (name, bytes) in [containers, keys, calls, scalars, libraries].concat() {
        let size = bytes.len();
        assert!(size <= MEGABYTE + 2048, "{name}: {size} bytes");
        let pickle = opened(bytes, &LIMITS);
        look_at(&pickle, 20);
        let told = facts(&pickle, pickle.root()).to_string();
        // One opcode may go beyond the limit by what it takes itself.
        if pickle.memory() > LIMITS.memory + (8 << 20) {
            wrong.push(format!("{name}: {} bytes of memory", pickle.memory()));
        }
        if told.len() > MOST_TOLD {
            wrong.push(format!("{name}: {} bytes are told", told.len()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_larger_file_may_take_more() {
    assert_eq!(limits(0), LIMITS);
    // An artifact is as large as it is packed.
    assert_eq!(Terminal::new().limits(0), LIMITS);
    assert_eq!(limits(MEGABYTE as u64), LIMITS);
    let larger = limits(11 << 20);
    assert!(larger.memory > 3 * LIMITS.memory && larger.steps > LIMITS.steps);
    assert_eq!(limits(u64::MAX).memory, Limits::default().memory);
    assert_eq!(limits(u64::MAX).steps, Limits::default().steps);
}

#[test]
fn copies_end_where_the_limit_is() {
    // A twentieth of what the command line allows.
    let small = Limits {
        steps: LIMITS.steps / 20,
        memory: LIMITS.memory / 20,
        ..LIMITS
    };
    for (name, bytes) in copies() {
        let pickle = opened(bytes, &small);
        let ended = pickle.problems().iter().any(|problem| {
            matches!(
                problem.what,
                What::LimitReached(Limit::Memory | Limit::Steps, _)
            )
        });
        assert!(ended, "{name}: {:?}", pickle.problems());
        assert!(pickle.memory() <= small.memory + (8 << 20), "{name}");
        look_at(&pickle, 20);
        facts(&pickle, pickle.root());
    }
}

#[test]
fn deep_nesting_is_no_trouble() {
    for depth in [1_000, 100_000] {
        let mut lists = vec![b']'; depth];
        lists.extend(vec![b'a'; depth - 1]);
        lists.push(b'.');
        let tuples = [b")".to_vec(), vec![0x85; depth], b".".to_vec()].concat();
        let marks = [vec![b'('; depth], vec![b't'; depth], b".".to_vec()].concat();
        let unclosed = vec![b'('; depth];
        for program in [lists, tuples, marks, unclosed] {
            let pickle = decode(program, &Limits::default());
            look_around(&pickle);
            let printed = repr(&pickle, pickle.root().unwrap(), 300_000);
            assert!(printed.text.len() <= 300_000);
        }
    }
}

#[test]
fn a_small_pickle_cannot_take_much_memory() {
    // Thirty levels of tuples of ten references each: 10^30 elements if they were copied.
    let mut laughs = b"X\x03\x00\x00\x00lol\x94".to_vec();
    for level in 0..30_u8 {
        laughs.push(b'(');
        laughs.extend([b'h', level].repeat(10));
        laughs.extend_from_slice(b"t\x94");
    }
    laughs.push(b'.');
    let pickle = decode(laughs, &Limits::default());
    look_around(&pickle);
    assert!(pickle.memory() < 100_000, "{pickle:?}");

    // A list that is copied into a set over and over.
    let mut copies = b"](".to_vec();
    copies.extend(vec![b'N'; 20_000]);
    copies.extend_from_slice(b"eq\x000cbuiltins\nset\nq\x010]");
    for _ in 0..20_000 {
        copies.extend_from_slice(b"h\x01h\x00\x85Ra");
    }
    copies.push(b'.');
    let limits = Limits {
        memory: 10 << 20,
        ..Limits::default()
    };
    let pickle = decode(copies, &limits);
    assert!(pickle.memory() < 12 << 20, "{pickle:?}");
    assert!(
        pickle
            .problems()
            .iter()
            .any(|problem| problem.to_string().contains("bytes of memory"))
    );
    look_around(&pickle);

    // Memo numbers far apart.
    let mut far = Vec::new();
    for shift in 0..32_u32 {
        far.extend_from_slice(b"]r");
        far.extend_from_slice(&(1_u32 << shift).to_le_bytes());
    }
    far.push(b'.');
    let pickle = decode(far, &Limits::default());
    assert_eq!(pickle.outcome(), Outcome::Value);
}

#[test]
fn colliding_keys_cost_no_quadratic_time() {
    // Numbers whose hashes share their low bits.
    let mut program = b"}(".to_vec();
    for number in 0..200_000_i64 {
        program.extend_from_slice(&[0x8a, 8]);
        program.extend_from_slice(&(number << 45).to_le_bytes());
        program.push(b'N');
    }
    program.extend_from_slice(b"u.");
    let pickle = decode(program, &Limits::default());
    assert!(matches!(
        pickle.outcome(),
        Outcome::Value | Outcome::ValueWithWarning
    ));
}

#[test]
fn a_hundred_megabytes_are_not_copied() {
    let mut program = b"\x8e".to_vec();
    program.extend_from_slice(&100_000_000_u64.to_le_bytes());
    program.resize(program.len() + 100_000_000, b'x');
    program.push(b'.');
    let start = program.as_ptr();
    let pickle = decode(program, &Limits::default());
    let bytes = pickle.as_bytes(pickle.root().unwrap()).unwrap();
    assert_eq!(bytes.as_ptr(), start.wrapping_add(9));
    assert!(pickle.memory() < 1000);
}
