//! Names, calls and scalars: each file with a name that says what is odd.

use super::files::{MEGABYTE, filled, long_text, nested, numbered, text};

pub fn names_and_calls() -> Vec<(&'static str, Vec<u8>)> {
    let long = [long_text(MEGABYTE / 2), b"\x94](".to_vec()].concat();
    let known = |name: &str, args: &[u8]| {
        [b"c".as_slice(), name.as_bytes(), b"\n", args, b"R\x94]("].concat()
    };
    vec![
        (
            "names",
            numbered(b"](", |n| format!("cm\n{n:x}\n").into_bytes(), b"e."),
        ),
        (
            "names of a long text",
            numbered(
                &long,
                |n| {
                    [
                        b"h\x00\x8c\x04".as_slice(),
                        format!("{:04x}", n & 0xffff).as_bytes(),
                        b"\x93",
                    ]
                    .concat()
                },
                b"e.",
            ),
        ),
        ("a name of a megabyte", filled(b"c", b"x", b"\ny\n.")),
        (
            "os.system",
            filled(b"cos\nsystem\n\x94](", b"h\x00)R", b"e."),
        ),
        (
            "types of types",
            nested(b"cbuiltins\ntype\n\x940", b"h\x00", b"\x85R"),
        ),
        (
            "partials of partials",
            nested(b"cfunctools\npartial\n\x940", b"h\x00)R(", b")}Ntb"),
        ),
        (
            "exceptions in exceptions",
            nested(b"cbuiltins\nValueError\n\x940", b"h\x00", b"\x85R"),
        ),
        (
            "OrderedDicts in one another",
            nested(b"ccollections\nOrderedDict\n\x940", b"h\x00)RN", b"s"),
        ),
        (
            "zones of moments",
            nested(
                b"cdatetime\ntime\n\x940C\x06\x01\x02\x03\x00\x00\x00\x940N",
                b"h\x00h\x01",
                b"\x86R",
            ),
        ),
        (
            "one object everywhere",
            filled(b"cm\nC\n)\x81\x94](", b"h\x00", b"e."),
        ),
        ("many states, printed often", {
            let states = [
                b"cm\nC\n)\x81\x94".as_slice(),
                &b"Nb".repeat(MEGABYTE / 4),
                b"](",
            ]
            .concat();
            filled(&states, b"h\x00", b"e.")
        }),
        (
            "states by setters",
            filled(
                b"cm\nC\n)\x81\x94cm\nset\n\x940",
                b"h\x01h\x00N\x86R0",
                b".",
            ),
        ),
        (
            "arguments of an exception",
            filled(
                &[
                    &long_text(20_000),
                    b"\x94cbuiltins\nValueError\n(".as_slice(),
                ]
                .concat(),
                b"h\x00",
                b"tR.",
            ),
        ),
        (
            "attributes",
            numbered(
                &[&long_text(20_000), b"\x94cm\nC\n)\x81}(".as_slice()].concat(),
                |n| {
                    [
                        b"\x8c\x04".as_slice(),
                        format!("{:04x}", n & 0xffff).as_bytes(),
                        b"h\x00",
                    ]
                    .concat()
                },
                b"ub.",
            ),
        ),
        ("a long path, printed often", {
            let parts = [
                b"cpathlib\nPosixPath\n(".as_slice(),
                &b"h\x00".repeat(60_000),
                b"t",
            ]
            .concat();
            filled(
                &[b"V.\n\x94".as_slice(), &parts, b"R\x94]("].concat(),
                b"h\x01",
                b"e.",
            )
        }),
        (
            "a Counter",
            numbered(
                b"ccollections\nCounter\n)R(",
                |n| [b"J".as_slice(), &n.to_le_bytes(), b"K\x01"].concat(),
                b"u.",
            ),
        ),
        (
            "one zone everywhere",
            filled(
                &known(
                    "datetime\ntimezone",
                    b"cdatetime\ntimedelta\nK\x00K\x01K\x00\x87R\x85",
                ),
                b"h\x00",
                b"e.",
            ),
        ),
        (
            "ranges without end",
            filled(
                b"cbuiltins\nrange\n\x94](",
                b"h\x00J\x00\x00\x00\x80\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7fK\x01\x87R",
                b"e.",
            ),
        ),
    ]
}

pub fn scalars() -> Vec<(&'static str, Vec<u8>)> {
    let long4 = [
        b"\x8b".as_slice(),
        &(MEGABYTE as u32).to_le_bytes(),
        &vec![0x7f; MEGABYTE],
        b".",
    ]
    .concat();
    vec![
        ("an integer of a megabyte", long4),
        ("decimal digits", filled(b"L", b"9", b"L\n.")),
        ("hexadecimal digits", filled(b"L-0x", b"f", b"L\n.")),
        ("octal digits", filled(b"I0", b"7", b"\n.")),
        (
            "integers of 4,300 digits",
            numbered(
                b"](",
                |n| {
                    [
                        b"\x8b\xf9\x06\x00\x00".as_slice(),
                        &[0x11; 1784],
                        &[n as u8 & 0x7f],
                    ]
                    .concat()
                },
                b"e.",
            ),
        ),
        ("escapes", filled(b"V", b"\\u0041", b"\n.")),
        (
            "surrogates",
            filled(b"X\x00\x00\x10\x00", b"\xed\xa0\x80", b"."),
        ),
        ("quotes", filled(b"X\xf0\xff\x0f\x00", b"'", b".")),
        ("control characters", text(&vec![1; MEGABYTE])),
        (
            "floats",
            filled(
                b"](",
                &[b"G".as_slice(), &5e-324f64.to_be_bytes()].concat(),
                b"e.",
            ),
        ),
        ("broken numbers", filled(b"", b"I", b"")),
        ("no UTF-8", filled(b"(", b"\x8c\x01\xff", b"t.")),
        ("Python 2 strings", filled(b"(", b"U\x01\xff", b"t.")),
    ]
}

pub fn of_libraries() -> Vec<(&'static str, Vec<u8>)> {
    let array =
        b"cnumpy._core.multiarray\n_reconstruct\n(cnumpy\nndarray\nK\x00\x85C\x01bt\x94R\x94";
    let dtype = |code: &str| {
        format!("cnumpy\ndtype\n(V{code}\nK\x00K\x01tR(K\x03V|\nNNNJ\x7f\x7f\x7f\x7fJ\x7f\x7f\x7f\x7fK?tbq\x63").into_bytes()
    };
    let huge = b"\x8a\x07\x00\x00\x00\x00\x00\x00\x10";
    // An array of objects that holds itself, shown many times.
    let own = [
        array.as_slice(),
        b"(K\x01K\x01\x85",
        &dtype("O8"),
        b"\x89]h\x01atb",
    ]
    .concat();
    let nothing = |code: &str| {
        let shape = [huge.as_slice(), b"\x85"].concat();
        [
            array.as_slice(),
            b"(K\x01",
            &shape,
            &dtype(code),
            b"\x89C\x00tb.",
        ]
        .concat()
    };
    vec![
        ("an array in itself", filled(&[&own, b"0](".as_slice()].concat(), b"h\x01", b"e.")),
        ("an array of nothing, without end", nothing("V0")),
        ("a text array of nothing", nothing("S0")),
        ("dtypes in dtypes", nested(b"cnumpy\ndtype\n\x940", b"h\x00", b"\x89\x88\x87R")),
        ("scalars in scalars", nested(b"cnumpy._core.multiarray\nscalar\n\x94cnumpy\ndtype\n(VO8\nK\x00K\x01tR\x9400", b"h\x00h\x01", b"\x86R")),
        ("arrays of bytes", filled(b"cnumpy._core.numeric\n_frombuffer\n\x94](", b"h\x00(C\x01aVu1\nK\x01\x85VC\ntR", b"e.")),
        ("an index without end", [b"cpandas._libs.internals\n_unpickle_block\n0cpandas.core.indexes.base\n_new_Index\n(cpandas.core.indexes.range\nRangeIndex\n}(Vname\nNVstart\nK\x00Vstop\n".as_slice(), huge, b"Vstep\nK\x01utR."].concat()),
    ]
}
