//! The modes of an image: what the bytes of a pixel are, and which colour they mean.
//!
//! Source: the packers of `libImaging/Pack.c` and the conversions of `Convert.c` and
//! `ConvertYCbCr.c` of Pillow 13.0.

/// What a pixel is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// A bit, the highest of a byte first; rows begin with a byte of their own.
    Bits,
    Grey,
    GreyAlpha,
    /// Grey that was multiplied by its alpha.
    GreyTimesAlpha,
    Palette,
    PaletteAlpha,
    Rgb,
    /// With a byte of no meaning behind it.
    RgbPadded,
    Rgba,
    /// Colours that were multiplied by their alpha.
    RgbTimesAlpha,
    Cmyk,
    YCbCr,
    Hsv,
    Lab,
    /// A signed integer of 32 bits.
    Integer,
    Float,
    /// An unsigned integer of 16 bits, the low byte first or last.
    Short,
    ShortBigEndian,
}

const NAMES: [(&str, Mode); 20] = [
    ("1", Mode::Bits),
    ("L", Mode::Grey),
    ("LA", Mode::GreyAlpha),
    ("La", Mode::GreyTimesAlpha),
    ("P", Mode::Palette),
    ("PA", Mode::PaletteAlpha),
    ("RGB", Mode::Rgb),
    ("RGBX", Mode::RgbPadded),
    ("RGBA", Mode::Rgba),
    ("RGBa", Mode::RgbTimesAlpha),
    ("CMYK", Mode::Cmyk),
    ("YCbCr", Mode::YCbCr),
    ("HSV", Mode::Hsv),
    ("LAB", Mode::Lab),
    ("I", Mode::Integer),
    ("F", Mode::Float),
    ("I;16", Mode::Short),
    ("I;16B", Mode::ShortBigEndian),
    // Both are written with the low byte first on the machines that are in use.
    ("I;16L", Mode::Short),
    ("I;16N", Mode::Short),
];

impl Mode {
    pub(super) fn named(name: &str) -> Option<Mode> {
        let mut names = NAMES.iter();
        names
            .find(|(known, _)| *known == name)
            .map(|(_, mode)| *mode)
    }

    /// Bytes of a pixel; of bits it takes eight to one.
    pub(super) fn bytes(self) -> usize {
        match self {
            Mode::Bits | Mode::Grey | Mode::Palette => 1,
            Mode::GreyAlpha | Mode::GreyTimesAlpha | Mode::PaletteAlpha => 2,
            Mode::Short | Mode::ShortBigEndian => 2,
            Mode::Rgb | Mode::YCbCr | Mode::Hsv | Mode::Lab => 3,
            Mode::RgbPadded | Mode::Rgba | Mode::RgbTimesAlpha | Mode::Cmyk => 4,
            Mode::Integer | Mode::Float => 4,
        }
    }

    /// Bytes of a row of so many pixels.
    pub(super) fn row_bytes(self, width: usize) -> Option<usize> {
        match self {
            Mode::Bits => Some(width.div_ceil(8)),
            mode => width.checked_mul(mode.bytes()),
        }
    }

    /// Whether its numbers are no colours, and are stretched between black and white.
    pub(super) fn is_stretched(self) -> bool {
        use Mode::{Float, Integer, Short, ShortBigEndian};
        matches!(self, Integer | Float | Short | ShortBigEndian)
    }

    /// The number that a pixel is.
    pub(super) fn number(self, bytes: &[u8]) -> Option<f64> {
        Some(match self {
            Mode::Integer => f64::from(i32::from_le_bytes(bytes.try_into().ok()?)),
            Mode::Float => f64::from(f32::from_le_bytes(bytes.try_into().ok()?)),
            Mode::Short => f64::from(u16::from_le_bytes(bytes.try_into().ok()?)),
            Mode::ShortBigEndian => f64::from(u16::from_be_bytes(bytes.try_into().ok()?)),
            _ => return None,
        })
    }

    /// The colour of a pixel whose bytes say all of it.
    pub(super) fn colour(self, bytes: &[u8]) -> [u8; 4] {
        match (self, bytes) {
            (Mode::GreyAlpha, &[grey, alpha]) => [grey, grey, grey, alpha],
            (Mode::GreyTimesAlpha, &[grey, alpha]) => {
                let grey = divided(grey, alpha);
                [grey, grey, grey, alpha]
            }
            (Mode::RgbPadded, &[red, green, blue, _]) => [red, green, blue, 255],
            (Mode::Rgba, &[red, green, blue, alpha]) => [red, green, blue, alpha],
            (Mode::RgbTimesAlpha, &[red, green, blue, alpha]) => {
                let [red, green, blue] = [red, green, blue].map(|part| divided(part, alpha));
                [red, green, blue, alpha]
            }
            (Mode::Cmyk, &[cyan, magenta, yellow, black]) => {
                let white = 255 - i32::from(black);
                let part = |ink: u8| {
                    let product = i32::from(ink) * white + 128;
                    (white - (((product >> 8) + product) >> 8)) as u8
                };
                [part(cyan), part(magenta), part(yellow), 255]
            }
            (Mode::YCbCr, &[luma, blue, red]) => of_luma(luma, blue, red),
            (Mode::Hsv, &[hue, saturation, value]) => of_hue(hue, saturation, value),
            _ => [0; 4],
        }
    }
}

/// A colour that was multiplied by its alpha, as it was before.
fn divided(part: u8, alpha: u8) -> u8 {
    match alpha {
        0 | 255 => part,
        _ => (255 * u32::from(part) / u32::from(alpha)).min(255) as u8,
    }
}

/// The colour of JPEG's luma and two differences, with Pillow's rounding: products in
/// sixty-fourths, cut towards zero after a half was added, their sum cut downwards.
fn of_luma(luma: u8, blue: u8, red: u8) -> [u8; 4] {
    // Sixty-four times 1.402, 0.34414, 0.71414 and 1.772, in hundred-thousandths.
    const RED: i32 = 8_972_800;
    const GREEN_OF_BLUE: i32 = -2_202_496;
    const GREEN_OF_RED: i32 = -4_570_496;
    const BLUE: i32 = 11_340_800;
    let (luma, blue, red) = (i32::from(luma), i32::from(blue) - 128, i32::from(red) - 128);
    let times = |factor: i32, part: i32| (factor * part + 50_000) / 100_000;
    let part = |difference: i32| (luma + (difference >> 6)).clamp(0, 255) as u8;
    [
        part(times(RED, red)),
        part(times(GREEN_OF_BLUE, blue) + times(GREEN_OF_RED, red)),
        part(times(BLUE, blue)),
        255,
    ]
}

/// The hue goes once around in 255 steps.
fn of_hue(hue: u8, saturation: u8, value: u8) -> [u8; 4] {
    if saturation == 0 {
        return [value, value, value, 255];
    }
    let turn = f32::from(hue) * 6.0 / 255.0;
    let (sixth, part) = (turn as u8, f64::from(turn.fract()));
    let saturation = f64::from(f32::from(saturation) / 255.0);
    let times = |factor: f64| (f64::from(value) * factor).round().clamp(0.0, 255.0) as u8;
    let low = times(1.0 - saturation);
    let falling = times(1.0 - saturation * part);
    let rising = times(1.0 - saturation * (1.0 - part));
    let [red, green, blue] = match sixth % 6 {
        0 => [value, rising, low],
        1 => [falling, value, low],
        2 => [low, value, rising],
        3 => [low, falling, value],
        4 => [rising, low, value],
        _ => [value, low, falling],
    };
    [red, green, blue, 255]
}
