//! What each opcode does.

use super::*;

#[test]
fn numbers() {
    check(b"K\x07.", "value: 7");
    check(b"M\x01\x02.", "value: 513");
    check(b"J\xfe\xff\xff\xff.", "value: -2");
    check(b"I42\n.", "value: 42");
    check(b"I01\n.", "value: True");
    check(b"I00\n.", "value: False");
    check(b"I1\n.", "value: 1");
    check(
        b"I123456789012345678901234567890\n.",
        "value: 123456789012345678901234567890",
    );
    check(b"L-5L\n.", "value: -5");
    check(b"L5\n.", "value: 5");
    check(b"\x8a\x00.", "value: 0");
    check(b"\x8a\x02\x00\x80.", "value: -32768");
    check(
        b"\x8a\x09\x00\x00\x00\x00\x00\x00\x00\x80\x00.",
        "value: 9223372036854775808",
    );
    check(b"\x8b\x01\x00\x00\x00\xff.", "value: -1");
    check(b"F1.5\n.", "value: 1.5");
    check(b"G?\xf8\x00\x00\x00\x00\x00\x00.", "value: 1.5");
    check(b"\x88.", "value: True");
    check(b"\x89.", "value: False");
    check(b"N.", "value: None");
}

#[test]
fn texts_and_bytes() {
    check(b"X\x03\x00\x00\x00\xc5\xbea.", "value: 'ža'");
    check(b"\x8c\x03\xed\xa0\x80.", "value: '\\ud800'");
    check(b"\x8d\x01\x00\x00\x00\x00\x00\x00\x00a.", "value: 'a'");
    check(b"V\\u017ea\\\\\n.", "value: 'ža\\\\\\\\'");
    check(b"S'it\\'s'\n.", "value: \"it's\"");
    check(b"T\x02\x00\x00\x00ab.", "value: 'ab'");
    check(b"U\x02ab.", "value: 'ab'");
    check(b"B\x02\x00\x00\x00ab.", "value: b'ab'");
    check(b"C\x02a\xff.", "value: b'a\\xff'");
    check(b"\x8e\x02\x00\x00\x00\x00\x00\x00\x00ab.", "value: b'ab'");
    check(
        b"\x96\x02\x00\x00\x00\x00\x00\x00\x00ab.",
        "value: bytearray(b'ab')",
    );
}

#[test]
fn containers() {
    check(b"].", "value: []");
    check(b"]K\x01aK\x02a.", "value: [1, 2]");
    check(b"](K\x01K\x02e(K\x03e.", "value: [1, 2, 3]");
    check(b"](e.", "value: []");
    check(b"(K\x01K\x02l.", "value: [1, 2]");
    check(b").", "value: ()");
    check(b"(t.", "value: ()");
    check(b"(K\x01K\x02K\x03K\x04t.", "value: (1, 2, 3, 4)");
    check(b"K\x01\x85.", "value: (1,)");
    check(b"K\x01K\x02\x86.", "value: (1, 2)");
    check(b"K\x01K\x02K\x03\x87.", "value: (1, 2, 3)");
    check(b"}.", "value: {}");
    check(b"}K\x01K\x02s.", "value: {1: 2}");
    check(b"}(K\x01K\x02K\x03Nu.", "value: {1: 2, 3: None}");
    check(b"(K\x01K\x02d.", "value: {1: 2}");
    check(b"\x8f(K\x01K\x02\x90.", "value: {1, 2}");
    check(b"(K\x01\x91.", "value: frozenset({1})");
}

#[test]
fn the_stack_and_the_memo() {
    check(b"K\x01K\x020.", "value: 1");
    check(b"K\x01(0.", "value: 1");
    check(b"K\x01(K\x02K\x031.", "value: 1");
    check(b"K\x012\x86.", "value: (1, 1)");
    check(b"]\x94h\x00\x86.", "value: ([], [])");
    check(b"]q\x05h\x05\x86.", "value: ([], [])");
    check(
        b"]r\x00\x00\x01\x00j\x00\x00\x01\x00\x86.",
        "value: ([], [])",
    );
    check(b"]p100000\ng100000\n\x86.", "value: ([], [])");
    // MEMOIZE counts entries, not numbers.
    check(b"K\x01q\x07K\x02\x94h\x01\x87.", "value: (1, 2, 2)");
    check(b"]\x94h\x00a.", "value: [[...]]");
    check(b"]\x94h\x00\x85ah\x000.", "value: [([...],)]");
    check(
        b"K\x01K\x02.",
        "value: 2\n1 unused value lies on the stack (byte 4, STOP)",
    );
}

#[test]
fn a_key_that_comes_again_keeps_its_place() {
    check(b"}(K\x01K\x02K\x03K\x04K\x01K\x05u.", "value: {1: 5, 3: 4}");
    // 1 == 1.0 == True, and the first spelling stays.
    check(
        b"}(\x88NK\x01K\x02G?\xf0\x00\x00\x00\x00\x00\x00K\x03u.",
        "value: {True: 3}",
    );
    check(b"}(K\x02\x85NK\x02\x85K\x07u.", "value: {(2,): 7}");
    check(b"\x8f(K\x01K\x02K\x01\x90.", "value: {1, 2}");
    check(
        b"ccollections\nOrderedDict\n)R(K\x01NK\x02NK\x01\x88u.",
        "value: OrderedDict([(1, True), (2, None)])",
    );
}

#[test]
fn many_keys_are_compared_too() {
    let mut program = b"}(".to_vec();
    for round in 0..3_u8 {
        for key in 0..=200_u8 {
            program.extend_from_slice(&[0x8c, 3, b'k', b'0' + key / 100, b'0' + key % 100]);
            program.extend_from_slice(&[b'K', round]);
        }
    }
    program.extend_from_slice(b"u.");
    let pickle = decode(program, &Limits::default());
    let Value::Dict(dict) = pickle.value(pickle.root().unwrap()) else {
        panic!()
    };
    assert_eq!(dict.len(), 201);
    assert!(
        dict.iter()
            .all(|(_, value)| pickle.as_int(value) == Some(2))
    );
}

#[test]
fn names_and_objects() {
    check(b"cm\nC\n.", "value: <class 'm.C'>");
    check(b"\x8c\x01m\x8c\x01C\x93.", "value: <class 'm.C'>");
    check(b"cm\nC\nK\x01\x85R.", "value: m.C(1)");
    check(b"cm\nC\n)\x81.", "value: m.C()");
    check(
        b"cm\nC\nK\x01\x85}(X\x01\x00\x00\x00kK\x02u\x92.",
        "value: m.C(1, k=2)",
    );
    check(b"(K\x01im\nC\n.", "value: m.C(1)");
    check(b"(cm\nC\nK\x01o.", "value: m.C(1)");
    check(
        b"cm\nC\n)\x81}X\x01\x00\x00\x00aK\x01sb.",
        "value: m.C() {a: 1}",
    );
    check(
        b"cm\nC\n)\x81N}X\x01\x00\x00\x00aK\x01s\x86b.",
        "value: m.C() {a: 1}",
    );
    check(
        b"cm\nC\n)\x81}X\x01\x00\x00\x00aK\x01s}X\x01\x00\x00\x00bK\x02s\x86b.",
        "value: m.C() {a: 1, b: 2}",
    );
    check(b"cm\nC\n)\x81]K\x07ab.", "value: m.C() {[7]}");
    check(b"cm\nC\n)\x81}b]K\x01ab.", "value: m.C() {} {[1]}");
    check(b"cm\nC\n)\x81(K\x01K\x02e.", "value: m.C() [1, 2]");
    check(b"cm\nC\n)\x81(K\x01K\x02u.", "value: m.C() {1: 2}");
    check(b"cm\nC\n)\x81(K\x01\x90.", "value: m.C() {1}");
    check(
        b"cm\nC\n)\x81\x94}X\x02\x00\x00\x00meh\x00sb.",
        "value: m.C() {me: ...}",
    );
    // The result of a call may be called.
    check(b"cm\nf\nK\x01\x85R)R.", "value: m.f(1)()");
}

#[test]
fn a_state_setter_is_kept_with_its_object() {
    check(
        b"cm\nC\n)\x81\x94cm\nset_state\nh\x00}X\x01\x00\x00\x00aK\x01s\x86R0.",
        "value: m.C() {a: 1}",
    );
}

#[test]
fn constructors_of_plain_values_are_values() {
    check(b"c__builtin__\nset\n](K\x01K\x02e\x85R.", "value: {1, 2}");
    check(b"cbuiltins\nfrozenset\n)R.", "value: frozenset()");
    check(
        b"\x80\x03cbuiltins\nbytearray\nC\x02ab\x85R.",
        "value: bytearray(b'ab')",
    );
    check(
        b"c_codecs\nencode\nV\\xe9\\u00ff\nVlatin1\n\x86R.",
        "value: b'\\\\xe9\\xff'",
    );
    check(
        b"c_codecs\nencode\nVa\nVutf-8\n\x86R.",
        "value: _codecs.encode('a', 'utf-8')",
    );
    check(
        b"ccopy_reg\n_reconstructor\n(cm\nC\nc__builtin__\nobject\nNtR.",
        "value: m.C()",
    );
    check(
        b"ccopy_reg\n_reconstructor\n(cm\nC\nc__builtin__\nint\nI5\ntR.",
        "value: m.C(5)",
    );
    check(b"ccopyreg\n__newobj__\ncm\nC\nK\x01\x86R.", "value: m.C(1)");
}

#[test]
fn names_of_python_2_are_those_of_python_3() {
    check(
        b"c__builtin__\nxrange\n(I0\nI3\nI1\ntR.",
        "value: range(0, 3)",
    );
    check(
        b"cexceptions\nIOError\n(I2\nS'no'\ntR.",
        "value: FileNotFoundError(2, 'no')",
    );
    // From protocol 3 on the names are as they are.
    check(
        b"\x80\x03c__builtin__\nint\n.",
        "value: <function __builtin__.int>",
    );
}
