//! What each opcode does, and what stays when something is wrong, as short programs.

use super::*;
use crate::pickle::{Limits, Outcome, Severity, Value, repr};

/// Outcome, printed root and problems, one per line.
fn show(pickle: &Pickle) -> String {
    let mut out = pickle.outcome().word().to_owned();
    if let Some(root) = pickle.root() {
        out += ": ";
        out += &repr(pickle, root, 200).text;
    }
    for problem in pickle.problems() {
        out += &format!("\n{problem}");
    }
    out
}

#[track_caller]
fn check(program: &[u8], expected: &str) {
    let limits = Limits::default();
    assert_eq!(show(&decode(program.to_vec(), &limits)), expected);
    // Cut into slices of one opcode, it must come to the same.
    let mut machine = Machine::new(program.to_vec(), limits);
    while machine.advance(1) == Progress::More {}
    assert_eq!(show(&machine.finish()), expected, "in slices of one");
}

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

#[test]
fn what_lies_outside_the_pickle_is_named() {
    check(
        b"Pobject-7\n.",
        "value-with-warning: <persistent id 'object-7'>\n\
         a value that was stored outside the pickle (byte 0, PERSID)",
    );
    check(
        b"K\x07Q}X\x01\x00\x00\x00aK\x01sb.",
        "value-with-warning: <persistent id 7> {a: 1}\n\
         a value that was stored outside the pickle (byte 2, BINPERSID)",
    );
    check(
        b"\x82\x05.",
        "value-with-warning: <extension 5>\n\
         a name that only the writer's registry knows, number 5 (byte 0, EXT1)",
    );
    check(
        b"\x83\x00\x00.",
        "error\nextension number 0 is not positive (byte 0, EXT2)",
    );
    check(
        b"\x84\xff\xff\xff\xff.",
        "error\nextension number -1 is not positive (byte 0, EXT4)",
    );
    check(
        b"\x97\x98\x97\x86.",
        "value-with-warning: (<buffer 0 outside the pickle>, <buffer 1 outside the pickle>)\n\
         bytes that were stored outside the pickle (byte 0, NEXT_BUFFER, 2 times)",
    );
    check(b"C\x01a\x98.", "value: b'a'");
}

#[test]
fn harmful_calls_are_told_and_not_made() {
    check(
        b"cos\nsystem\nX\x02\x00\x00\x00ls\x85R.",
        "value-with-warning: os.system('ls')\n\
         a call that was not made: os.system (byte 19, REDUCE)",
    );
    check(
        b"\x8c\x08builtins\x8c\x04eval\x93.",
        "value-with-warning: <built-in function eval>\n\
         builtins.eval is named; it was not looked up (byte 16, STACK_GLOBAL)",
    );
    check(
        b"c__builtin__\neval\n(S'1'\ntR.",
        "value-with-warning: builtins.eval('1')\n\
         a call that was not made: builtins.eval (byte 25, REDUCE)",
    );
}

#[test]
fn oddities_that_python_would_refuse_are_told() {
    check(
        b"U\x02\xff\xfe.",
        "value-with-warning: b'\\xff\\xfe'\n\
         a Python 2 string is not ASCII and is kept as bytes (byte 0, SHORT_BINSTRING)",
    );
    check(
        b"\x8c\x02a\xff.",
        "value-with-warning: 'a\\xff'\na text is not valid UTF-8 (byte 0, SHORT_BINUNICODE)",
    );
    check(
        b"\x80\x09K\x01.",
        "value-with-warning: 1\nprotocol 9 is newer than the newest known, 5 (byte 0, PROTO)",
    );
    check(
        b"\x80\x04\x95\xff\x00\x00\x00\x00\x00\x00\x00K\x01.",
        "value-with-warning: 1\nthe frame has 255 bytes, but only 3 are left (byte 2, FRAME)",
    );
    check(
        b"K\x01.rest",
        "value-with-warning: 1\n4 bytes follow the end of the pickle (byte 3)",
    );
    check(
        b"K\x01K\x02a.",
        "partial: 1\nneeds a list, got int; what it was to take is dropped (byte 4, APPEND)",
    );
    check(
        b"]}b.",
        "partial: []\nneeds an object that can take a state, got list; \
         what it was to take is dropped (byte 2, BUILD)",
    );
    check(
        b"}]K\x01s.",
        "value-with-warning: {[]: 1}\nPython cannot use a list as a key",
    );
    check(b"](K\x01K\x02eK\x00K\x09s.", "value: [9, 2]");
}

#[test]
fn a_failure_names_place_opcode_and_fault() {
    check(b"", "error\nthe data ends without STOP (byte 0)");
    check(b"\xff", "error\nno opcode has the byte 0xff (byte 0)");
    check(
        b"a",
        "error\nthe stack holds too few values (byte 0, APPEND)",
    );
    check(b".", "error\nthe stack holds too few values (byte 0, STOP)");
    check(b"e", "error\nno MARK is set (byte 0, APPENDS)");
    check(
        b"h\x07.",
        "error\nnothing was memoized as number 7 (byte 0, BINGET)",
    );
    check(b"Ix\n.", "error\nnot a number: \"x\" (byte 0, INT)");
    check(
        b"\x8b\xff\xff\xff\xff.",
        "error\na length of -1 (byte 0, LONG4)",
    );
    check(
        b"T\xff\xff\xff\xff.",
        "error\na length of -1 (byte 0, BINSTRING)",
    );
    check(
        b"Sx\n.",
        "error\nthe text is not quoted or escaped as it should be (byte 0, STRING)",
    );
    check(
        b"K\x01)R.",
        "error\nneeds a class or function, got int (byte 3, REDUCE)",
    );
    check(
        b"}(K\x01u.",
        "partial: {1: <missing>}\na key has no value (byte 4, SETITEMS)",
    );
    check(
        b"(K\x01d.",
        "partial: (1,)\na key has no value (byte 3, DICT)",
    );
    check(
        b"cm\nC\n]R.",
        "error\nneeds a tuple of arguments, got list (byte 6, REDUCE)",
    );
    check(
        b"K\x01K\x02\x93.",
        "error\nneeds a module and a name as text, got int and int (byte 4, STACK_GLOBAL)",
    );
    check(
        b"X\xff\xff\xff\x7fab",
        "partial: 'ab'\n2,147,483,647 bytes should follow, but only 2 are left (byte 0, BINUNICODE)",
    );
    check(
        b"\x8e\xff\xff\xff\xff\xff\xff\xff\xffab",
        "partial: b'ab'\n\
         18,446,744,073,709,551,615 bytes should follow, but only 2 are left (byte 0, BINBYTES8)",
    );
    check(
        b"\x8e\xff\xff",
        "error\n8 bytes should follow, but only 2 are left (byte 0, BINBYTES8)",
    );
    check(
        b"cos",
        "error\n3 bytes should follow, but only 2 are left (byte 0, GLOBAL)",
    );
}

#[test]
fn what_was_being_filled_stays() {
    check(
        b"](K\x01K\x02",
        "partial: [1, 2]\nthe data ends without STOP (byte 6)",
    );
    check(
        b"}(X\x01\x00\x00\x00aK\x01X\x01\x00\x00\x00b",
        "partial: {'a': 1, 'b': <missing>}\nthe data ends without STOP (byte 16)",
    );
    check(
        b"}(X\x01\x00\x00\x00a](K\x01K\x02",
        "partial: {'a': [1, 2]}\nthe data ends without STOP (byte 14)",
    );
    check(
        b"\x8f(K\x01",
        "partial: {1}\nthe data ends without STOP (byte 4)",
    );
    check(
        b"cm\nC\n)\x81}(X\x01\x00\x00\x00aK\x01",
        "partial: m.C() {a: 1}\nthe data ends without STOP (byte 17)",
    );
    check(
        b"(K\x01K\x02K\x03K\x04",
        "partial: (1, 2, 3, 4)\nthe data ends without STOP (byte 9)",
    );
    check(
        b"cm\nC\n(K\x01K\x02K\x03K\x04",
        "partial: m.C(1, 2, 3, 4)\nthe data ends without STOP (byte 14)",
    );
    check(
        b"ccollections\ndeque\n)R(K\x01K\x02",
        "partial: deque([1, 2])\nthe data ends without STOP (byte 26)",
    );
}

#[test]
fn unfinished_values_are_known() {
    let pickle = decode(b"](K\x01](K\x02".to_vec(), &Limits::default());
    let root = pickle.root().unwrap();
    let Value::List(&[one, inner]) = pickle.value(root) else {
        panic!()
    };
    assert!(pickle.is_unfinished(root));
    assert!(pickle.is_unfinished(inner));
    assert!(!pickle.is_unfinished(one));
}

#[test]
fn every_limit_ends_decoding_by_name() {
    let free = Limits::default();
    let mut long = b"](".to_vec();
    for _ in 0..50 {
        long.extend_from_slice(b"]\x94");
    }
    long.extend_from_slice(b"e.");
    for (limits, name) in [
        (
            Limits { steps: 20, ..free },
            "the limit of 20 steps is reached",
        ),
        (
            Limits { nodes: 20, ..free },
            "the limit of 20 values is reached",
        ),
        (
            Limits { memo: 20, ..free },
            "the limit of 20 memo entries is reached",
        ),
        (
            Limits { stack: 20, ..free },
            "the limit of 20 values on the stack is reached",
        ),
        (
            Limits {
                memory: 900,
                ..free
            },
            "the limit of 900 bytes of memory is reached",
        ),
    ] {
        let pickle = decode(long.clone(), &limits);
        assert_eq!(pickle.outcome(), Outcome::Partial, "{name}");
        let problem = pickle.problems().first().unwrap();
        assert_eq!(problem.what.to_string(), name);
        assert_eq!(problem.severity(), Severity::Damage);
        let len = pickle.as_list(pickle.root().unwrap()).unwrap().len();
        assert!((10..=40).contains(&len), "{name}: {len} elements");
    }
    assert_eq!(decode(long, &free).outcome(), Outcome::Value);
}

#[test]
fn stopping_early_keeps_what_there_is() {
    let mut machine = Machine::new(b"](K\x01K\x02K\x03e.".to_vec(), Limits::default());
    assert_eq!(machine.advance(4), Progress::More);
    assert_eq!(machine.progress(), (6, 10));
    assert_eq!(
        show(&machine.finish()),
        "partial: [1, 2]\ndecoding was stopped (byte 4, BININT1)"
    );
}
