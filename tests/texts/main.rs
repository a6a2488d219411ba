//! Previews as data: each module of `text` by tables of cases.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed, which is what it is for"
)]

mod ansi;
mod amounts;
mod lines;
mod markdown;
mod python;
mod tracebacks;

/// A reply crosses a thread by postcard, so whatever `text` returns must survive it.
#[track_caller]
fn survives_the_door<T>(value: &T)
where
    T: serde::Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug,
{
    let bytes = postcard::to_stdvec(value).unwrap();
    assert_eq!(&postcard::from_bytes::<T>(&bytes).unwrap(), value);
}
