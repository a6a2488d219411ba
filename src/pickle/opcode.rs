//! The names of the opcodes of protocols 0 to 5, and which protocol brought them.
//!
//! Source: the docstrings of CPython's `Lib/pickletools.py`, whose names these are.

macro_rules! opcodes {
    ($($byte:literal $name:ident $protocol:literal,)*) => {
        $(pub const $name: u8 = $byte;)*

        /// The name of an opcode, as `pickletools` prints it; `None` for a byte that is none.
        pub fn name(byte: u8) -> Option<&'static str> {
            match byte {
                $($byte => Some(stringify!($name)),)*
                _ => None,
            }
        }

        /// Every opcode: its byte, its name and the protocol that introduced it.
        pub const ALL: &[(u8, &str, u8)] = &[$(($byte, stringify!($name), $protocol),)*];
    };
}

opcodes! {
    b'I' INT 0,
    b'J' BININT 1,
    b'K' BININT1 1,
    b'M' BININT2 1,
    b'L' LONG 0,
    0x8a LONG1 2,
    0x8b LONG4 2,
    b'S' STRING 0,
    b'T' BINSTRING 1,
    b'U' SHORT_BINSTRING 1,
    b'B' BINBYTES 3,
    b'C' SHORT_BINBYTES 3,
    0x8e BINBYTES8 4,
    0x96 BYTEARRAY8 5,
    0x97 NEXT_BUFFER 5,
    0x98 READONLY_BUFFER 5,
    b'N' NONE 0,
    0x88 NEWTRUE 2,
    0x89 NEWFALSE 2,
    b'V' UNICODE 0,
    0x8c SHORT_BINUNICODE 4,
    b'X' BINUNICODE 1,
    0x8d BINUNICODE8 4,
    b'F' FLOAT 0,
    b'G' BINFLOAT 1,
    b']' EMPTY_LIST 1,
    b'a' APPEND 0,
    b'e' APPENDS 1,
    b'l' LIST 0,
    b')' EMPTY_TUPLE 1,
    b't' TUPLE 0,
    0x85 TUPLE1 2,
    0x86 TUPLE2 2,
    0x87 TUPLE3 2,
    b'}' EMPTY_DICT 1,
    b'd' DICT 0,
    b's' SETITEM 0,
    b'u' SETITEMS 1,
    0x8f EMPTY_SET 4,
    0x90 ADDITEMS 4,
    0x91 FROZENSET 4,
    b'0' POP 0,
    b'2' DUP 0,
    b'(' MARK 0,
    b'1' POP_MARK 1,
    b'g' GET 0,
    b'h' BINGET 1,
    b'j' LONG_BINGET 1,
    b'p' PUT 0,
    b'q' BINPUT 1,
    b'r' LONG_BINPUT 1,
    0x94 MEMOIZE 4,
    0x82 EXT1 2,
    0x83 EXT2 2,
    0x84 EXT4 2,
    b'c' GLOBAL 0,
    0x93 STACK_GLOBAL 4,
    b'R' REDUCE 0,
    b'b' BUILD 0,
    b'i' INST 0,
    b'o' OBJ 1,
    0x81 NEWOBJ 2,
    0x92 NEWOBJ_EX 4,
    0x80 PROTO 2,
    b'.' STOP 0,
    0x95 FRAME 4,
    b'P' PERSID 0,
    b'Q' BINPERSID 1,
}
