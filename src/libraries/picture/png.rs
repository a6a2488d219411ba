//! Pixels as a PNG (W3C PNG 1.2), not packed: it is to be drawn at once, and a packer would
//! be more program than it saves.

use super::Rgba;

/// The file; `None` for pixels that are none, or not as many as they say.
pub fn png(pixels: &Rgba) -> Option<Vec<u8>> {
    let (width, height) = (
        u32::try_from(pixels.width).ok()?,
        u32::try_from(pixels.height).ok()?,
    );
    let line = pixels.width.checked_mul(4)?;
    if line == 0 || pixels.height == 0 || pixels.pixels.len() != line.checked_mul(pixels.height)? {
        return None;
    }
    let crc = Crc::new();
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    // Eight bits for each of red, green, blue and alpha.
    let mut head = [width.to_be_bytes(), height.to_be_bytes()].concat();
    head.extend([8, 6, 0, 0, 0]);
    crc.chunk(&mut file, b"IHDR", &head);
    crc.chunk(&mut file, b"IDAT", &stored(pixels, line));
    crc.chunk(&mut file, b"IEND", &[]);
    Some(file)
}

/// The lines, each with the number of its filter, which is none, in the blocks of zlib that
/// are stored as they are (RFC 1950, RFC 1951 3.2.4).
fn stored(pixels: &Rgba, line: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(pixels.pixels.len() + pixels.height);
    for line in pixels.pixels.chunks(line) {
        bytes.push(0);
        bytes.extend_from_slice(line);
    }
    const BLOCK: usize = 0xffff;
    let count = bytes.len().div_ceil(BLOCK);
    let mut packed = Vec::with_capacity(bytes.len() + count * 5 + 6);
    packed.extend([0x78, 0x01]);
    for (at, block) in bytes.chunks(BLOCK).enumerate() {
        packed.push(u8::from(at + 1 == count));
        let length = block.len() as u16;
        packed.extend(length.to_le_bytes());
        packed.extend((!length).to_le_bytes());
        packed.extend_from_slice(block);
    }
    packed.extend(adler(&bytes).to_be_bytes());
    packed
}

fn adler(bytes: &[u8]) -> u32 {
    const PRIME: u32 = 65_521;
    let (mut a, mut b) = (1u32, 0u32);
    // So many may be added up before the sums are too large.
    for some in bytes.chunks(5552) {
        for byte in some {
            a += u32::from(*byte);
            b += a;
        }
        (a, b) = (a % PRIME, b % PRIME);
    }
    b << 16 | a
}

/// The sums of the chunks.
struct Crc {
    table: [u32; 256],
}

impl Crc {
    fn new() -> Self {
        let mut table = [0u32; 256];
        for (slot, number) in table.iter_mut().zip(0u32..) {
            *slot = (0..8).fold(number, |value, _| match value & 1 {
                1 => 0xedb8_8320 ^ (value >> 1),
                _ => value >> 1,
            });
        }
        Self { table }
    }

    fn chunk(&self, file: &mut Vec<u8>, name: &[u8; 4], data: &[u8]) {
        file.extend((data.len() as u32).to_be_bytes());
        let start = file.len();
        file.extend_from_slice(name);
        file.extend_from_slice(data);
        let summed = file.get(start..).unwrap_or_default();
        let sum = summed.iter().fold(u32::MAX, |sum, byte| {
            let at = (sum as u8 ^ byte) as usize;
            self.table.get(at).copied().unwrap_or_default() ^ (sum >> 8)
        });
        file.extend((!sum).to_be_bytes());
    }
}
