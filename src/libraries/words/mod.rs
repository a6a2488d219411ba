//! What a value of a library is called, in a line and as `repr()` prints it.
//!
//! The line of a value is that of the library which knows it: [`line`]. What holds other
//! values is told by what it is and how many they are, never by what they print as: they
//! might hold it again.

mod line;

use super::cell::Cell;
use super::numpy::{self, Array, Kind};
use super::{pandas, sklearn, tblib, torch};
use crate::pickle::repr;
use crate::pickle::{NodeId, Pickle, Printed, Words, ZoneOffset};
use line::line;

/// What this module tells the printer of pickles, and what somebody else of time zones.
pub fn words(offset: ZoneOffset) -> Words {
    Words {
        printed,
        line,
        class,
        offset,
    }
}

/// Longer texts are cut by who asked.
const MOST_CHARS: usize = 10_000;

fn printed(pickle: &Pickle, id: NodeId) -> Option<Printed> {
    if let Some(scalar) = numpy::scalar(pickle, id) {
        return Some(printed_scalar(pickle, &scalar));
    }
    if let Some(cell) = pandas::scalar::scalar(pickle, id) {
        return Some(printed_cell(pickle, &cell));
    }
    let text = match sklearn::estimator(pickle, id) {
        Some(estimator) => estimator.printed(pickle),
        None => format!("<{}>", line(pickle, id)?),
    };
    Some(Printed { text, exact: false })
}

/// NumPy 2 says what kind of number it is, NumPy 1 does not.
fn printed_scalar(pickle: &Pickle, scalar: &Array<'_>) -> Printed {
    let cell = scalar.get(0).unwrap_or(Cell::Null("None"));
    // An object in there might hold this scalar again.
    if matches!(cell, Cell::Value(_) | Cell::Parts(..)) {
        return Printed {
            text: format!("<scalar {}>", scalar.dtype.name()),
            exact: false,
        };
    }
    let text = cell.text(pickle);
    let named = numpy::is_second(pickle);
    let name = scalar.dtype.name();
    let of = |text: String| match named {
        true => format!("np.{name}({text})"),
        false => text,
    };
    let exact = |text| Printed { text, exact: true };
    match &cell {
        Cell::Bool(_) if named => exact(format!("np.{text}_")),
        Cell::Text(own) => match named {
            true => exact(format!("np.str_({})", repr::text(own, MOST_CHARS))),
            false => exact(repr::text(own, MOST_CHARS)),
        },
        Cell::Bytes(_) if named => exact(format!("np.bytes_({text})")),
        Cell::Bool(_) | Cell::Bytes(_) => exact(text),
        Cell::Int(_)
        | Cell::Uint(_)
        | Cell::Float(_)
        | Cell::Single(_)
        | Cell::Half(_)
        | Cell::Complex(..)
        | Cell::ComplexSingle(..) => exact(of(text)),
        Cell::DateTime(..) => {
            let module = if named { "np" } else { "numpy" };
            exact(format!("{module}.datetime64('{text}')"))
        }
        _ => Printed { text, exact: false },
    }
}

fn printed_cell(pickle: &Pickle, cell: &Cell<'_>) -> Printed {
    let text = cell.text(pickle);
    match cell {
        Cell::Timestamp(moment) if moment.zone.is_none() && text != "NaT" => Printed {
            text: format!("Timestamp('{text}')"),
            exact: true,
        },
        Cell::Timedelta(..) if text != "NaT" => Printed {
            text: format!("Timedelta('{text}')"),
            exact: true,
        },
        Cell::Null(_) => Printed { text, exact: true },
        _ => Printed { text, exact: false },
    }
}

/// `module.qualname`, where the function that made it does not say so.
fn class(pickle: &Pickle, id: NodeId) -> Option<String> {
    if let Some(scalar) = numpy::scalar(pickle, id) {
        let name = match scalar.dtype.kind {
            Kind::Bool => "bool".to_owned(),
            Kind::Text => "str_".to_owned(),
            Kind::Bytes => "bytes_".to_owned(),
            Kind::Void | Kind::Record { .. } => "void".to_owned(),
            Kind::DateTime(..) => "datetime64".to_owned(),
            Kind::TimeDelta(..) => "timedelta64".to_owned(),
            _ => scalar.dtype.name().trim_start_matches('>').to_owned(),
        };
        return Some(format!("numpy.{name}"));
    }
    if let Some(raised) = tblib::carried(pickle, id) {
        return Some(raised.class.to_string());
    }
    match pandas::scalar::scalar(pickle, id) {
        Some(Cell::Null("NaT")) => return Some("pandas._libs.tslibs.nattype.NaTType".to_owned()),
        Some(Cell::Null("<NA>")) => return Some("pandas._libs.missing.NAType".to_owned()),
        _ => {}
    }
    let function = pickle.as_object(id)?.class()?;
    match (function.module(), function.name()) {
        (module, "_frombuffer") if module.starts_with("numpy") => Some("numpy.ndarray".to_owned()),
        (module, "_mareconstruct") if module.starts_with("numpy.ma") => {
            Some("numpy.ma.MaskedArray".to_owned())
        }
        (module, name) if module.starts_with("pandas") && name.starts_with("_new_") => {
            let &[class, ..] = pickle.as_object(id)?.args() else {
                return None;
            };
            pickle.as_global(class).map(|class| class.to_string())
        }
        (_, "_unpickle_timestamp") => Some("pandas.Timestamp".to_owned()),
        (_, "_timedelta_unpickle") => Some("pandas.Timedelta".to_owned()),
        ("pyarrow.lib", "_reconstruct_table") | ("pyarrow.ipc", "open_stream" | "open_file") => {
            Some("pyarrow.lib.Table".to_owned())
        }
        ("pyarrow.lib", "_reconstruct_record_batch") => Some("pyarrow.lib.RecordBatch".to_owned()),
        ("pyarrow.lib", "chunked_array") => Some("pyarrow.lib.ChunkedArray".to_owned()),
        ("pyarrow.lib", "_restore_array") => Some("pyarrow.lib.Array".to_owned()),
        ("torch._utils", _) => {
            let tensor = torch::tensor(pickle, id)?;
            let module = match tensor.class {
                "Parameter" => "torch.nn.parameter",
                _ => "torch",
            };
            Some(format!("{module}.{}", tensor.class))
        }
        _ => None,
    }
}
