//! Pillow: images with all their pixels.
//!
//! The state is `[info, mode, size, palette, data]`, behind which the classes of files put
//! something of their own: `Image.__getstate__` of Pillow 9.5, 11.3 and 13.0
//! (`PIL/Image.py`). The data are those of `tobytes()`, packed as `mode` says. Start with
//! [`image`].

mod mode;

use super::picture::{self, Rgba, Window};
use crate::pickle::{Dict, NodeId, Pickle, Value};
use mode::Mode;

/// An image; its pixels stay where they are.
#[derive(Clone, Debug)]
pub struct Image<'a> {
    /// `Image`, or the class of the file that it came from: `PngImageFile`.
    pub class: &'a str,
    /// As Pillow calls it: `RGB`, `I;16`.
    pub mode: &'a str,
    pub width: usize,
    pub height: usize,
    /// What its file said beside the pixels: resolution, comments, profiles.
    pub info: Dict<'a>,
    /// The colours that the numbers of the pixels mean.
    pub palette: Vec<[u8; 3]>,
    packing: Mode,
    transparency: Transparency<'a>,
    data: &'a [u8],
}

/// What of an image is seen through, where its pixels do not say so themselves.
#[derive(Clone, Copy, Debug)]
enum Transparency<'a> {
    Nothing,
    /// One number of the palette, or one shade of grey.
    Number(i64),
    Colour([i64; 3]),
    /// The alpha of each number of the palette.
    Alphas(&'a [u8]),
}

/// The image that an object stands for.
pub fn image(pickle: &Pickle, id: NodeId) -> Option<Image<'_>> {
    let object = pickle.as_object(id)?;
    let class = object.class()?;
    if !class.module().starts_with("PIL.") {
        return None;
    }
    let state = object.states().first()?.value;
    let &[info, mode, size, palette, data, ..] = pickle.as_list(state)? else {
        return None;
    };
    let info = pickle.as_dict(info)?;
    let mode = pickle.as_str(mode)?;
    let packing = Mode::named(mode)?;
    let length = |id| usize::try_from(pickle.as_int(id)?).ok();
    let &[width, height] = pickle.as_list(size)? else {
        return None;
    };
    let (width, height) = (length(width)?, length(height)?);
    let data = match pickle.value(data) {
        Value::Bytes(data) | Value::ByteArray(data) => data,
        _ => return None,
    };
    // A size that the data do not have is none.
    if packing.row_bytes(width)?.checked_mul(height)? > data.len() {
        return None;
    }
    Some(Image {
        class: class.name(),
        mode,
        width,
        height,
        info,
        palette: colours(pickle, palette),
        packing,
        transparency: transparency(pickle, info),
        data,
    })
}

/// Red, green and blue by turns, of up to 256 colours.
fn colours(pickle: &Pickle, palette: NodeId) -> Vec<[u8; 3]> {
    let parts = pickle.as_list(palette).unwrap_or(&[]);
    let part = |id| u8::try_from(pickle.as_int(id).unwrap_or(0)).unwrap_or(0);
    let threes = parts.as_chunks::<3>().0.iter().take(256);
    threes.map(|three| three.map(part)).collect()
}

fn transparency<'a>(pickle: &'a Pickle, info: Dict<'a>) -> Transparency<'a> {
    let Some(found) = pickle.get(info, "transparency") else {
        return Transparency::Nothing;
    };
    match pickle.value(found) {
        Value::Int(number) => Transparency::Number(number),
        Value::Bytes(alphas) => Transparency::Alphas(alphas),
        Value::Tuple(&[red, green, blue]) => {
            let parts = [red, green, blue].map(|part| pickle.as_int(part).unwrap_or(-1));
            Transparency::Colour(parts)
        }
        _ => Transparency::Nothing,
    }
}

impl Image<'_> {
    /// Whether there is a way from its mode to colours.
    pub fn can_be_drawn(&self) -> bool {
        !matches!(self.packing, Mode::Lab)
    }

    /// The smallest and largest number of an image whose numbers are no colours: they are
    /// black and white when it is drawn. Looks at every pixel.
    pub fn range(&self) -> Option<(f64, f64)> {
        if !self.packing.is_stretched() {
            return None;
        }
        let columns = 0..self.width;
        let numbers = (0..self.height)
            .flat_map(|y| columns.clone().map(move |x| (x, y)))
            .filter_map(|(x, y)| self.packing.number(self.raw(x, y)));
        // An image without any number is black.
        Some(picture::range(numbers).unwrap_or((0.0, 0.0)))
    }

    /// The pixels of a window of the image, at most so many, in colours as
    /// `convert("RGBA")` gives them; numbers that are no colours are stretched over their
    /// [`range`](Self::range), and what is no number is clear. `None` for a mode that has
    /// no way to colours.
    pub fn rgba(&self, window: Window, most: usize) -> Option<Rgba> {
        if !self.can_be_drawn() {
            return None;
        }
        let range = self.range();
        let pixel = |x, y| self.pixel(x, y, range);
        let drawn = picture::draw((self.width, self.height), window, most, &pixel);
        Some(Rgba { range, ..drawn })
    }

    fn pixel(&self, x: usize, y: usize, range: Option<(f64, f64)>) -> [u8; 4] {
        if let Some(range) = range {
            let number = self.packing.number(self.raw(x, y));
            return match number.and_then(|number| picture::shade(number, range)) {
                Some(grey) => [grey, grey, grey, 255],
                None => [0; 4],
            };
        }
        match self.packing {
            Mode::Bits => {
                let row = self.row(y);
                let byte = row.get(x / 8).copied().unwrap_or(0);
                let set = byte & (0x80 >> (x % 8)) != 0;
                self.keyed([if set { 255 } else { 0 }; 3])
            }
            Mode::Grey => match self.raw(x, y) {
                &[grey] => self.keyed([grey; 3]),
                _ => [0; 4],
            },
            Mode::Rgb => match self.raw(x, y) {
                &[red, green, blue] => self.keyed([red, green, blue]),
                _ => [0; 4],
            },
            Mode::Palette => match self.raw(x, y) {
                &[number] => self.numbered(number),
                _ => [0; 4],
            },
            Mode::PaletteAlpha => match self.raw(x, y) {
                &[number, alpha] => {
                    let [red, green, blue] = self.colour(number);
                    [red, green, blue, alpha]
                }
                _ => [0; 4],
            },
            mode => mode.colour(self.raw(x, y)),
        }
    }

    /// A colour, clear if it is the one that is.
    fn keyed(&self, [red, green, blue]: [u8; 3]) -> [u8; 4] {
        let is = |parts: [i64; 3]| parts == [red, green, blue].map(i64::from);
        let clear = match self.transparency {
            Transparency::Number(number) => self.packing != Mode::Rgb && is([number; 3]),
            Transparency::Colour(parts) => self.packing == Mode::Rgb && is(parts),
            Transparency::Nothing | Transparency::Alphas(_) => false,
        };
        [red, green, blue, if clear { 0 } else { 255 }]
    }

    /// A colour of the palette.
    fn numbered(&self, number: u8) -> [u8; 4] {
        let [red, green, blue] = self.colour(number);
        let alpha = match self.transparency {
            Transparency::Number(clear) if clear == i64::from(number) => 0,
            Transparency::Alphas(alphas) => alphas.get(usize::from(number)).copied().unwrap_or(255),
            _ => 255,
        };
        [red, green, blue, alpha]
    }

    /// Black for what the palette does not have, as it is since Pillow 10; before it was
    /// the number as a shade of grey.
    fn colour(&self, number: u8) -> [u8; 3] {
        let colour = self.palette.get(usize::from(number));
        colour.copied().unwrap_or_default()
    }

    fn row(&self, y: usize) -> &[u8] {
        let length = self.packing.row_bytes(self.width).unwrap_or(0);
        // That the rows are there was checked when the image was made.
        self.data.get(y * length..(y + 1) * length).unwrap_or(&[])
    }

    /// The bytes of a pixel, for modes of whole bytes.
    fn raw(&self, x: usize, y: usize) -> &[u8] {
        let size = self.packing.bytes();
        self.row(y).get(x * size..(x + 1) * size).unwrap_or(&[])
    }
}
