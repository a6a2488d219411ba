//! Programs of opcodes in any order, and bytes of any kind.

use crate::look::look_around;
use proptest::prelude::*;
use runglass::pickle::{Limits, Machine, Progress, What, decode, opcode};

/// Opcodes with arguments that are plausible more often than not.
fn instruction() -> impl Strategy<Value = Vec<u8>> {
    let with = |code: u8, argument: Vec<u8>| [vec![code], argument].concat();
    prop_oneof![
        8 => prop::sample::select(opcode::ALL).prop_map(|(code, ..)| vec![code]),
        4 => prop::sample::select(b"()]}\x8fNK\x85\x86\x87tleusadob0R\x81\x92\x94\x902(1.".to_vec())
            .prop_map(|code| vec![code]),
        4 => any::<u8>().prop_map(move |number| with(b'K', vec![number])),
        3 => (0_u8..12).prop_map(move |number| with(b'h', vec![number])),
        2 => (0_u8..12).prop_map(move |number| with(b'q', vec![number])),
        2 => Just(b"X\x01\x00\x00\x00a".to_vec()),
        2 => prop::sample::select(vec![
            &b"cm\nC\n"[..], b"cbuiltins\nset\n", b"cbuiltins\nbytearray\n", b"c_codecs\nencode\n",
            b"ccollections\nCounter\n", b"ccollections\ndeque\n", b"ccollections\nOrderedDict\n",
            b"ccollections\ndefaultdict\n", b"cdatetime\ndatetime\n", b"cdatetime\ntimezone\n",
            b"cbuiltins\nslice\n", b"carray\narray\n", b"cre\n_compile\n", b"cbuiltins\nOSError\n",
            b"cdecimal\nDecimal\n", b"cpathlib\nPosixPath\n", b"cuuid\nUUID\n",
            b"ctypes\nSimpleNamespace\n", b"cfunctools\npartial\n", b"ccopyreg\n__newobj__\n",
        ])
        .prop_map(<[u8]>::to_vec),
        1 => Just(b"C\x0a\x07\xe8\x02\x1d\x0c\x22\x38\x0c\x09\x14".to_vec()),
        1 => any::<f64>().prop_map(move |number| with(b'G', number.to_be_bytes().to_vec())),
        1 => prop::collection::vec(any::<u8>(), 0..6),
    ]
}

/// The program with as much put in and left out as it takes to come to a STOP: where
/// something is missing, it is put there; what cannot be read is taken away.
fn repaired(mut program: Vec<u8>) -> Vec<u8> {
    for _ in 0..400 {
        let pickle = decode(program.clone(), &Limits::default());
        let fault = pickle
            .problems()
            .iter()
            .find(|one| one.what.ended_decoding());
        let Some((fault, at)) = fault.and_then(|fault| Some((fault, fault.offset? as usize)))
        else {
            break;
        };
        let missing: &[u8] = match &fault.what {
            What::NoStop => b".",
            What::NoMark => b"(",
            What::StackEmpty => match program.get(at) {
                Some(b'e' | b'u' | 0x90) => b"](",
                _ => b"]",
            },
            What::OddItems => b"N",
            What::Needs { .. } => match program.get(at) {
                Some(0x92) => b"cm\nC\n)}",
                Some(0x93) => b"\x8c\x01m\x8c\x01C",
                Some(b'o') => b"(cm\nC\n",
                _ => b"cm\nC\n)",
            },
            What::MemoMissing(0..=20) => b"N\x94N\x94N\x94N\x94000",
            _ => b"",
        };
        let at = at.min(program.len());
        if missing.is_empty() {
            program.remove(at.min(program.len() - 1));
        } else {
            program.splice(at..at, missing.iter().copied());
        }
    }
    program
}

fn check(program: Vec<u8>, slice: u64) -> Result<(), TestCaseError> {
    let pickle = decode(program.clone(), &Limits::default());
    look_around(&pickle);
    for problem in pickle.problems() {
        prop_assert!(problem.to_string().len() < 300);
    }
    // In slices, it comes to the same.
    let mut machine = Machine::new(program, Limits::default());
    while machine.advance(slice) == Progress::More {}
    let again = machine.finish();
    prop_assert_eq!(again.problems(), pickle.problems());
    prop_assert_eq!(again.root(), pickle.root());
    // Small limits hold.
    let tight = Limits {
        steps: 20,
        nodes: 8,
        memo: 3,
        stack: 6,
        memory: 2000,
    };
    look_around(&decode(pickle.bytes().to_vec(), &tight));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn no_program_does_harm(program in prop::collection::vec(instruction(), 0..60), slice in 1_u64..40) {
        check(program.concat(), slice)?;
    }

    #[test]
    fn no_program_that_comes_to_its_end_does_harm(
        program in prop::collection::vec(instruction(), 0..60),
        slice in 1_u64..40,
    ) {
        let program = repaired(program.concat());
        let pickle = decode(program.clone(), &Limits::default());
        // A few go round in circles.
        prop_assume!(pickle.problems().iter().all(|one| !one.what.ended_decoding()));
        check(program, slice)?;
    }

    #[test]
    fn no_bytes_do_harm(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        look_around(&decode(bytes, &Limits::default()));
    }
}
