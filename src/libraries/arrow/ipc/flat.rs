//! FlatBuffers, as far as the heads of Arrow's messages need them: tables whose fields are
//! found by number, vectors and texts. Every offset comes from the file, and is checked.

/// A buffer of tables.
#[derive(Clone, Copy)]
pub(super) struct Flat<'a>(pub &'a [u8]);

/// A table by its place in the buffer.
#[derive(Clone, Copy)]
pub(super) struct Table<'a> {
    flat: Flat<'a>,
    at: usize,
}

impl<'a> Flat<'a> {
    fn bytes<const N: usize>(self, at: usize) -> Option<[u8; N]> {
        self.0.get(at..)?.first_chunk::<N>().copied()
    }

    fn u32(self, at: usize) -> Option<usize> {
        usize::try_from(u32::from_le_bytes(self.bytes(at)?)).ok()
    }

    /// Where an offset leads that counts from its own place.
    fn followed(self, at: usize) -> Option<usize> {
        at.checked_add(self.u32(at)?)
    }

    pub fn root(self) -> Option<Table<'a>> {
        Some(Table {
            flat: self,
            at: self.followed(0)?,
        })
    }
}

impl<'a> Table<'a> {
    /// Where a field lies; `None` where it has its default.
    fn field(self, number: usize) -> Option<usize> {
        let back = i32::from_le_bytes(self.flat.bytes(self.at)?);
        let fields = i64::try_from(self.at).ok()?.checked_sub(i64::from(back))?;
        let fields = usize::try_from(fields).ok()?;
        let slot = 4 + 2 * number;
        if slot + 2 > usize::from(u16::from_le_bytes(self.flat.bytes(fields)?)) {
            return None;
        }
        match u16::from_le_bytes(self.flat.bytes(fields.checked_add(slot)?)?) {
            0 => None,
            offset => self.at.checked_add(usize::from(offset)),
        }
    }

    pub fn byte(self, number: usize) -> Option<u8> {
        let [byte] = self.flat.bytes(self.field(number)?)?;
        Some(byte)
    }

    pub fn i16(self, number: usize) -> Option<i16> {
        Some(i16::from_le_bytes(self.flat.bytes(self.field(number)?)?))
    }

    pub fn i32(self, number: usize) -> Option<i32> {
        Some(i32::from_le_bytes(self.flat.bytes(self.field(number)?)?))
    }

    pub fn i64(self, number: usize) -> Option<i64> {
        Some(i64::from_le_bytes(self.flat.bytes(self.field(number)?)?))
    }

    pub fn table(self, number: usize) -> Option<Table<'a>> {
        let at = self.flat.followed(self.field(number)?)?;
        Some(Table { at, ..self })
    }

    /// A text of at most so many bytes.
    pub fn text(self, number: usize, most: usize) -> Option<&'a str> {
        let at = self.flat.followed(self.field(number)?)?;
        let length = self.flat.u32(at).filter(|length| *length <= most)?;
        let start = at.checked_add(4)?;
        let bytes = self.flat.0.get(start..start.checked_add(length)?)?;
        std::str::from_utf8(bytes).ok()
    }

    /// The tables of a vector; `None` where there are more than so many.
    pub fn tables(self, number: usize, most: usize) -> Option<Vec<Table<'a>>> {
        let Some(at) = self.field(number) else {
            return Some(Vec::new());
        };
        let at = self.flat.followed(at)?;
        let count = self.flat.u32(at)?;
        if count > most {
            return None;
        }
        let table = |number: usize| {
            let at = at.checked_add(4 + 4 * number)?;
            let at = self.flat.followed(at)?;
            Some(Table { at, ..self })
        };
        (0..count).map(table).collect()
    }

    /// The parts of a vector that have so many bytes each.
    pub fn structs<const N: usize>(self, number: usize) -> Option<&'a [[u8; N]]> {
        let at = self.flat.followed(self.field(number)?)?;
        let length = self.flat.u32(at)?.checked_mul(N)?;
        let start = at.checked_add(4)?;
        let bytes = self.flat.0.get(start..start.checked_add(length)?)?;
        Some(bytes.as_chunks().0)
    }
}
