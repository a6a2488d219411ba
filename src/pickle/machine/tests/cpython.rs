//! Odd forms, which CPython's unpickler reads in one way only. Each was read otherwise
//! here once, or is easily read otherwise; `Modules/_pickle.c` of 3.11 to 3.14 agree.

use super::*;

#[test]
fn numbers_of_protocol_0_have_the_forms_of_c() {
    // `load_int` goes by the length of the line to tell a boolean.
    check(b"I 1\n.", "value: True");
    check(b"I+0\n.", "value: False");
    check(b"I001\n.", "value: 1");
    check(b"I010\n.", "value: 8");
    check(b"I0_7\n.", "error\nnot a number: \"0_7\" (byte 0, INT)");
    check(b"L010L\n.", "error\nnot a number: \"010L\" (byte 0, LONG)");
    check(b"L00L\n.", "value: 0");
    check(b"L0x10L\n.", "value: 16");
    check(b"L5LL\n.", "error\nnot a number: \"5LL\" (byte 0, LONG)");
    check(b"LL\n.", "error\nnot a number: \"L\" (byte 0, LONG)");
    check(b"F 1\n.", "error\nnot a number: \" 1\" (byte 0, FLOAT)");
    check(
        b"F1e400\n.",
        "error\nnot a number: \"1e400\" (byte 0, FLOAT)",
    );
    check(b"F1_0\n.", "error\nnot a number: \"1_0\" (byte 0, FLOAT)");
    check(b"F-NaN\n.", "value: nan");
    check(b"Kap007\ng7\n\x86.", "value: (97, 97)");
    check(
        b"Nq\x07g0x7\n.",
        "partial: None\nnot a number: \"0x7\" (byte 3, GET)",
    );
    check(
        b"Np-1\n.",
        "partial: None\nnot a number: \"-1\" (byte 1, PUT)",
    );
}

#[test]
fn strings_of_protocol_0_end_with_their_quote() {
    let refused = "error\nthe text is not quoted or escaped as it should be (byte 0, STRING)";
    check(b"S'a' \n.", refused);
    check(b"S'a'\r\n.", refused);
    check(b"S'\n.", refused);
    check(b"S'\\x4'\n.", refused);
    check(b"S''\n.", "value: ''");
    check(b"S'\\400'\n.", "value: '\\x00'");
}

#[test]
fn counts_and_lengths_have_a_sign_only_where_c_reads_one() {
    check(
        b"\x8b\xff\xff\xff\xffab",
        "error\na length of -1 (byte 0, LONG4)",
    );
    check(
        b"\x8b\x00\x00\x00\x80ab",
        "error\na length of -2147483648 (byte 0, LONG4)",
    );
    check(
        b"B\xff\xff\xff\xffab",
        "partial: b'ab'\n4,294,967,295 bytes should follow, but only 2 are left (byte 0, BINBYTES)",
    );
    check(
        b"\x8d\x00\x00\x00\x80\x00\x00\x00\x00ab",
        "partial: 'ab'\n2,147,483,648 bytes should follow, but only 2 are left (byte 0, BINUNICODE8)",
    );
    check(
        b"\x96\x00\x00\x00\x00\x00\x00\x00\x80ab",
        "partial: bytearray(b'ab')\n\
         9,223,372,036,854,775,808 bytes should follow, but only 2 are left (byte 0, BYTEARRAY8)",
    );
    check(
        b"\x80\x04\x95\x00\x00\x00\x00\x00\x00\x00\x80N.",
        "value-with-warning: None\n\
         the frame has 9,223,372,036,854,775,808 bytes, but only 2 are left (byte 2, FRAME)",
    );
}

#[test]
fn a_proto_in_the_middle_changes_what_names_mean() {
    check(
        b"c__builtin__\nint\n\x80\x03c__builtin__\nint\n\x86.",
        "value: (<class 'int'>, <function __builtin__.int>)",
    );
    check(b"N\x80\x02\x80\x05.", "value: None");
}

#[test]
fn marks_fence_off_what_lies_below() {
    check(
        b"K\x01(\x85.",
        "partial: (1, ())\nthe stack holds too few values (byte 3, TUPLE1)",
    );
    check(
        b"K\x01(.",
        "partial: (1, ())\nthe stack holds too few values (byte 3, STOP)",
    );
    check(
        b"K\x01(2.",
        "partial: (1, ())\nthe stack holds too few values (byte 3, DUP)",
    );
    check(
        b"K\x01(\x94.",
        "partial: (1, ())\nthe stack holds too few values (byte 3, MEMOIZE)",
    );
    check(b"K\x01((00.", "value: 1");
    check(
        b"(K\x01e.",
        "partial: 1\nthe stack holds too few values (byte 3, APPENDS)",
    );
    // An opcode that gets no items looks at nothing, but there must be something below.
    check(b"K\x01(e.", "value: 1");
    check(b"K\x01(u.", "value: 1");
    check(
        b"(\x90.",
        "error\nthe stack holds too few values (byte 1, ADDITEMS)",
    );
}

#[test]
fn a_list_takes_items_by_index() {
    check(b"](K\x01K\x02e\x88K\x09s.", "value: [1, 9]");
    check(b"](K\x01K\x02eJ\xff\xff\xff\xffK\x09s.", "value: [1, 9]");
    check(
        b"](K\x01eK\x01K\x09s.",
        "partial: [1]\n\
         needs an index inside the list, got another; what it was to take is dropped (byte 9, SETITEM)",
    );
}

#[test]
fn a_call_takes_the_keywords_that_are_there() {
    // The dict is filled after the call.
    check(
        b"cm\nC\n)}\x94\x92h\x00X\x01\x00\x00\x00kK\x02s\x86.",
        "value: (m.C(), {'k': 2})",
    );
}

#[test]
fn tuples_of_what_changes_are_no_keys() {
    check(
        b"}]\x85K\x01s.",
        "value-with-warning: {([],): 1}\nPython cannot use a list as a key",
    );
    check(
        b"\x8f(K\x01}\x85\x86\x90.",
        "value-with-warning: {(1, ({},))}\nPython cannot use a dict as a key",
    );
}

#[test]
fn exceptions_notice_a_cycle_only_in_what_they_hold() {
    check(
        b"cbuiltins\nValueError\n]\x94\x85R\x94h\x00h\x01a0.",
        "value: ValueError([ValueError([...])])",
    );
    check(
        b"cbuiltins\nValueError\n(K\x01]\x94tR\x94h\x00h\x01a0.",
        "value: ValueError(1, [ValueError(...)])",
    );
    // An object of another class is told from a container by nobody, and
    // Python would never come to an end.
    check(
        b"cbuiltins\nValueError\ncm\nC\n)\x81\x94\x85R\x94h\x00h\x01b0.",
        "value: ValueError(m.C() {ValueError(...)})",
    );
    check(
        b"cbuiltins\nValueError\ncbuiltins\nslice\n)R\x94\x85R\x94h\x00h\x01b0.",
        "value: ValueError(builtins.slice() {ValueError(...)})",
    );
}

#[test]
fn a_known_class_hides_nothing_that_it_was_given() {
    check(
        b"cbuiltins\ncomplex\nK\x01K\x02\x86R(K\x07e.",
        "value: builtins.complex(1, 2) [7]",
    );
    check(
        b"ccollections\nOrderedDict\n)R(K\x07e.",
        "value: collections.OrderedDict() [7]",
    );
}

#[test]
fn attributes_of_attributes_are_names_of_their_own() {
    let pickle = decode(
        b"\x80\x04cbuiltins\nstr.upper\n.".to_vec(),
        &Limits::default(),
    );
    let printed = repr(&pickle, pickle.root().unwrap(), 100);
    assert_eq!(printed.text, "<built-in function str.upper>");
    assert!(!printed.exact);
}

#[test]
fn what_follows_stop_is_not_read() {
    check(
        b"N.\xff",
        "value-with-warning: None\n1 byte follows the end of the pickle (byte 2)",
    );
    check(
        b"K\x01N..",
        "value-with-warning: None\n1 unused value lies on the stack (byte 3, STOP)\n1 byte follows the end of the pickle (byte 4)",
    );
}
