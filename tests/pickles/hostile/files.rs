//! How a file of a megabyte is put together.

pub const MEGABYTE: usize = 1 << 20;

pub fn text(bytes: &[u8]) -> Vec<u8> {
    [b"X", &(bytes.len() as u32).to_le_bytes()[..], bytes].concat()
}

/// `head`, then `part` as often as a megabyte holds it, then `tail`.
pub fn filled(head: &[u8], part: &[u8], tail: &[u8]) -> Vec<u8> {
    let times = (MEGABYTE - head.len() - tail.len()) / part.len();
    [head, &part.repeat(times), tail].concat()
}

/// The same with a part that is different each time.
pub fn numbered(head: &[u8], part: impl Fn(u32) -> Vec<u8>, tail: &[u8]) -> Vec<u8> {
    let mut bytes = head.to_vec();
    for number in 0.. {
        bytes.extend(part(number));
        if bytes.len() + tail.len() > MEGABYTE {
            break;
        }
    }
    bytes.extend(tail);
    bytes
}

/// So many levels, each made of the one below: `head`, `open` as often, `close` as often.
pub fn nested(head: &[u8], open: &[u8], close: &[u8]) -> Vec<u8> {
    let depth = (MEGABYTE - head.len()) / (open.len() + close.len());
    [head, &open.repeat(depth), &close.repeat(depth), b"."].concat()
}

pub fn long_text(len: usize) -> Vec<u8> {
    text(&vec![b'x'; len])
}
