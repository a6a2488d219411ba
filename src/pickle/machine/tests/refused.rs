//! What is told, and what stays, where CPython would refuse or stop.

use super::*;

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
