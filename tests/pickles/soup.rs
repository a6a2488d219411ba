//! Programs of opcodes in any order, and bytes of any kind.

use crate::look::look_around;
use proptest::prelude::*;
use runglass::pickle::{Limits, Machine, Progress, decode, opcode};

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

proptest! {
    #![proptest_config(ProptestConfig { cases: 800, ..ProptestConfig::default() })]

    #[test]
    fn no_program_does_harm(program in prop::collection::vec(instruction(), 0..60), slice in 1_u64..40) {
        let program = program.concat();
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
        let tight = Limits { steps: 20, nodes: 8, memo: 3, stack: 6, memory: 2000 };
        look_around(&decode(pickle.bytes().to_vec(), &tight));
    }

    #[test]
    fn no_bytes_do_harm(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        look_around(&decode(bytes, &Limits::default()));
    }
}
