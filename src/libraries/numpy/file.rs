//! An array as the file that `numpy.save` writes of it (NumPy `lib/_format_impl.py`,
//! version 1.0).

use super::array::{Array, Data};
use super::dtype::Kind;
use super::tuple;

/// Whether an array can be written: not what NumPy itself would write as a pickle, and not
/// records, whose type takes more than a word.
pub fn can_be_file(array: &Array<'_>) -> bool {
    let plain = !matches!(
        array.dtype.kind,
        Kind::Record { .. } | Kind::Sub(..) | Kind::VariableText | Kind::BFloat
    );
    plain && !array.is_masked() && matches!(array.data, Data::Bytes(_))
}

/// The bytes of the file, in C order; `None` for what [cannot be one](can_be_file).
pub fn npy(array: &Array<'_>) -> Option<Vec<u8>> {
    let Data::Bytes(bytes) = array.data else {
        return None;
    };
    if !can_be_file(array) {
        return None;
    }
    let size = array.dtype.size;
    let total = array.len().checked_mul(size)?;
    let header = format!(
        "{{'descr': '{}', 'fortran_order': False, 'shape': {}, }}",
        array.dtype.code(),
        tuple(&array.shape)
    );
    // So that the data begins at a multiple of 64.
    const BEFORE: usize = 10;
    let padded = (BEFORE + header.len() + 1).next_multiple_of(64) - BEFORE;
    let mut file = Vec::with_capacity(BEFORE + padded + total.min(bytes.len()));
    file.extend_from_slice(b"\x93NUMPY\x01\x00");
    file.extend_from_slice(&u16::try_from(padded).ok()?.to_le_bytes());
    file.extend_from_slice(header.as_bytes());
    file.resize(BEFORE + padded - 1, b' ');
    file.push(b'\n');
    match array.contiguous() {
        Some(start) => {
            let start = start.checked_mul(size)?;
            file.extend_from_slice(bytes.get(start..start.checked_add(total)?)?);
        }
        None => {
            for number in 0..array.len() {
                let start = array.place_of(number).checked_mul(size)?;
                file.extend_from_slice(bytes.get(start..start.checked_add(size)?)?);
            }
        }
    }
    Some(file)
}
