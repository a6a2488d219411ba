//! Containers, copies of them, and keys: each file with a name that says what is odd.

use super::files::{MEGABYTE, filled, long_text, nested, numbered, text};

pub fn containers() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("empty lists", filled(b"](", b"]", b"e.")),
        ("memoized lists", filled(b"](", b"]\x94", b"e.")),
        ("empty dicts", filled(b"](", b"}", b"e.")),
        ("empty sets", filled(b"(", b"\x8f", b"t.")),
        ("lists of one", filled(b"](", b"]Na", b"e.")),
        (
            "objects with state",
            filled(b"cm\nC\n\x94](", b"h\x00)\x81}b", b"e."),
        ),
        (
            "objects with items",
            filled(b"cm\nC\n\x94](", b"h\x00)\x81(Ne", b"e."),
        ),
        (
            "sets of sets",
            filled(b"(\x91\x94](", b"(h\x00\x91\x94", b"e."),
        ),
        ("frozensets in frozensets", nested(b"", b"(", b"\x91")),
        ("lists in lists", nested(b"N", b"", b"\x85")),
        ("marks", vec![b'('; MEGABYTE]),
        ("marks and tuples", nested(b"", b"(", b"t")),
        ("dicts in dicts", nested(b"", b"}N", b"s")),
        ("lists, filled later", nested(b"]", b"]", b"a")),
        (
            "objects in states",
            nested(b"cm\nC\n\x940", b"h\x00)\x81", b"b"),
        ),
        (
            "objects as arguments",
            nested(b"cm\nC\n\x940", b"h\x00", b"\x85R"),
        ),
        ("calls of calls", filled(b"cm\nC\n", b")R", b".")),
        (
            "two lists, by turns",
            filled(b"]\x94]\x94", b"h\x00Na0h\x01Na0", b"."),
        ),
        (
            "growing while another grows",
            filled(b"]\x94]\x94", b"h\x00(NNNe0h\x01(NNNe0", b"."),
        ),
        ("one list in itself", filled(b"]\x94(", b"h\x00", b"e.")),
        ("memo flood", filled(b"N", b"\x94", b".")),
        (
            "far memo numbers",
            numbered(
                b"N",
                |n| [b"r", &n.wrapping_mul(2_654_435_761).to_le_bytes()[..]].concat(),
                b".",
            ),
        ),
        ("stack of None", filled(b"", b"N", b".")),
        ("duplicates", filled(b"N", b"2", b".")),
        ("protocols", filled(b"", b"\x80\x09", b"N.")),
        (
            "frames",
            filled(b"", &[b"\x95".as_slice(), &[0xff; 8]].concat(), b"N."),
        ),
        ("persistent ids", filled(b"", b"P\n", b".")),
        ("extensions", filled(b"", b"\x82\x01", b".")),
        ("buffers", filled(b"(", b"\x97\x98", b"t.")),
        ("wrong targets", filled(b"N", b"Na", b".")),
    ]
}

pub fn copies() -> Vec<(&'static str, Vec<u8>)> {
    let half = [b"](".as_slice(), &vec![b'N'; MEGABYTE / 2], b"e\x94"].concat();
    let numbers: Vec<u8> = (0..100_000_u32)
        .flat_map(|n| [b"J".as_slice(), &n.to_le_bytes()].concat())
        .collect();
    let keys: Vec<u8> = (0..80_000_u32)
        .flat_map(|n| [b"J".as_slice(), &n.to_le_bytes(), b"N"].concat())
        .collect();
    let with = |head: &[&[u8]]| head.concat();
    vec![
        (
            "copies of a list",
            filled(
                &with(&[&half, b"0cbuiltins\nlist\n\x940]("]),
                b"h\x01h\x00\x85R",
                b"e.",
            ),
        ),
        (
            "sets of a list",
            filled(
                &with(&[b"](", &numbers, b"e\x940cbuiltins\nset\n\x940]("]),
                b"h\x01h\x00\x85R",
                b"e.",
            ),
        ),
        (
            "copies of a dict",
            filled(
                &with(&[b"}(", &keys, b"u\x940cbuiltins\ndict\n\x940]("]),
                b"h\x01h\x00\x85R",
                b"e.",
            ),
        ),
        (
            "copies of keywords",
            filled(
                &with(&[b"}(", &keys, b"u\x940cm\nC\n\x940]("]),
                b"h\x01)h\x00\x92",
                b"e.",
            ),
        ),
        (
            "pairs of an OrderedDict",
            filled(
                &with(&[
                    b"](",
                    &b"NN\x86".repeat(100_000),
                    b"e\x940ccollections\nOrderedDict\n\x940](",
                ]),
                b"h\x01h\x00\x85R",
                b"e.",
            ),
        ),
        (
            "text as Latin-1",
            filled(
                &with(&[
                    &text("ÿ".repeat(MEGABYTE / 4).as_bytes()),
                    b"\x940c_codecs\nencode\n\x940Vlatin1\n\x940](",
                ]),
                b"h\x01h\x00h\x02\x86R",
                b"e.",
            ),
        ),
        (
            "ASCII as Latin-1",
            filled(
                &with(&[
                    &long_text(MEGABYTE / 2),
                    b"\x940c_codecs\nencode\n\x940Vlatin1\n\x940](",
                ]),
                b"h\x01h\x00h\x02\x86R",
                b"e.",
            ),
        ),
        (
            "no Latin-1 at its end",
            filled(
                &with(&[
                    &text(
                        ["é".repeat(MEGABYTE / 4), "ž".to_owned()]
                            .concat()
                            .as_bytes(),
                    ),
                    b"\x940c_codecs\nencode\n\x940Vlatin1\n\x940](",
                ]),
                b"h\x01h\x00h\x02\x86R",
                b"e.",
            ),
        ),
    ]
}

pub fn keys() -> Vec<(&'static str, Vec<u8>)> {
    let long = [long_text(MEGABYTE / 2), b"\x94".to_vec()].concat();
    let twins = [
        long_text(MEGABYTE / 4),
        b"\x94".to_vec(),
        long_text(MEGABYTE / 4),
        b"\x94".to_vec(),
    ]
    .concat();
    // Python's hash of 1 and of 2**61 is the same.
    let same_hashes = |n: u32| {
        let parts = (0..16).map(|bit| [b'h', (n >> bit & 1) as u8]);
        [
            b"(".to_vec(),
            parts.collect::<Vec<_>>().concat(),
            b"t".to_vec(),
        ]
        .concat()
    };
    let two = [
        b"G".as_slice(),
        &1f64.to_be_bytes(),
        b"\x94G",
        &2f64.powi(61).to_be_bytes(),
        b"\x94",
    ]
    .concat();
    vec![
        (
            "integers of one low half",
            numbered(
                b"}(",
                |n| {
                    [
                        b"\x8a\x08".as_slice(),
                        &(u64::from(n) << 40).to_le_bytes(),
                        b"N",
                    ]
                    .concat()
                },
                b"u.",
            ),
        ),
        (
            "floats as keys",
            numbered(
                b"}(",
                |n| {
                    [
                        b"G".as_slice(),
                        &f64::from_bits(u64::from(n) << 32).to_be_bytes(),
                        b"N",
                    ]
                    .concat()
                },
                b"u.",
            ),
        ),
        (
            "tuples of equal hashes",
            numbered(&[&two, b"\x8f(".as_slice()].concat(), same_hashes, b"\x90."),
        ),
        (
            "long tuples alike at first",
            numbered(
                b"(NNNNNNNNt\x94}(",
                |n| [b"(NNNNNNNNJ".as_slice(), &n.to_le_bytes(), b"tN"].concat(),
                b"u.",
            ),
        ),
        (
            "one long key in many dicts",
            filled(
                &[&long, b"](".as_slice()].concat(),
                b"}(h\x00NK\x01Nu",
                b"e.",
            ),
        ),
        (
            "two equal long keys in many dicts",
            filled(
                &[&twins, b"](".as_slice()].concat(),
                b"}(h\x00Nh\x01Nu",
                b"e.",
            ),
        ),
        (
            "equal long keys in tuples",
            filled(
                &[&twins, b"](".as_slice()].concat(),
                b"\x8f(h\x00h\x00\x86h\x01h\x01\x86\x90",
                b"e.",
            ),
        ),
        (
            "nested tuples as keys",
            filled(
                &[b")".as_slice(), &b"2\x86".repeat(100), b"\x94]("].concat(),
                b"}h\x00Ns",
                b"e.",
            ),
        ),
        ("one key again and again", filled(b"}(", b"NN", b"u.")),
        (
            "numbers in a set",
            numbered(
                b"\x8f(",
                |n| {
                    [
                        b"J".as_slice(),
                        &n.wrapping_mul(2_654_435_761).to_le_bytes(),
                    ]
                    .concat()
                },
                b"\x90.",
            ),
        ),
        (
            "long integers as keys",
            numbered(
                b"}(",
                |n| [b"\x8a\x14".as_slice(), &n.to_le_bytes(), &[1; 16], b"N"].concat(),
                b"u.",
            ),
        ),
    ]
}
