//! Answers read back from the bytes in which they crossed the thread.
//!
//! The bytes are postcard's, version 1 of its wire format. Its own reader reports for
//! each field what may be wrong with it, which is most of the code of reading; here
//! nothing can be wrong but everything at once: page and engine come from two versions
//! of Runglass. So the error is a type without values, what would make one is a panic,
//! and the compiler removes the rest. Never give it bytes that come from anywhere but
//! [`encode`](super::encode).

use serde::de::{
    DeserializeOwned, DeserializeSeed, EnumAccess, Expected, IntoDeserializer, MapAccess,
    SeqAccess, Unexpected, VariantAccess, Visitor,
};
use std::fmt::Display;

/// Reads an answer.
///
/// # Panics
///
/// If the bytes are not such an answer.
pub fn decode<A: DeserializeOwned>(bytes: &[u8]) -> A {
    match A::deserialize(&mut Reader { bytes }) {
        Ok(answer) => answer,
        Err(never) => match never {},
    }
}

fn mismatch() -> ! {
    panic!(
        "page and engine do not understand each other: they come from two versions of \
         Runglass. Reload the page without its cache"
    )
}

#[derive(Debug)]
enum Never {}

impl Display for Never {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {}
    }
}

impl std::error::Error for Never {}

impl serde::de::Error for Never {
    fn custom<T: Display>(_: T) -> Self {
        mismatch()
    }

    // Without these, the words of each failure would be kept for nobody.

    fn invalid_type(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        mismatch()
    }

    fn invalid_value(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        mismatch()
    }

    fn invalid_length(_: usize, _: &dyn Expected) -> Self {
        mismatch()
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        mismatch()
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        mismatch()
    }

    fn missing_field(_: &'static str) -> Self {
        mismatch()
    }

    fn duplicate_field(_: &'static str) -> Self {
        mismatch()
    }
}

struct Reader<'b> {
    bytes: &'b [u8],
}

impl Reader<'_> {
    // What all fields come down to: compiled once.

    #[inline(never)]
    fn byte(&mut self) -> u8 {
        match self.bytes.split_first() {
            Some((byte, rest)) => {
                self.bytes = rest;
                *byte
            }
            None => mismatch(),
        }
    }

    /// Seven bits in a byte, the lowest first; the eighth says that more follow.
    #[inline(never)]
    fn number(&mut self) -> u64 {
        let mut number = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte();
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return number;
            }
        }
        mismatch()
    }

    /// Zero, then by turns the negative and the positive numbers.
    #[inline(never)]
    fn signed(&mut self) -> i64 {
        let number = self.number();
        (number >> 1) as i64 ^ -((number & 1) as i64)
    }

    #[inline(never)]
    fn length(&mut self) -> usize {
        self.number() as usize
    }

    #[inline(never)]
    fn taken(&mut self) -> Vec<u8> {
        let length = self.length();
        match self.bytes.split_at_checked(length) {
            Some((taken, rest)) => {
                self.bytes = rest;
                taken.to_vec()
            }
            None => mismatch(),
        }
    }

    #[inline(never)]
    fn text(&mut self) -> String {
        String::from_utf8(self.taken()).unwrap_or_else(|_| mismatch())
    }

    fn array<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| self.byte())
    }
}

macro_rules! read {
    ($($method:ident => $visit:ident, |$reader:ident| $read:expr;)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
            let $reader = self;
            visitor.$visit($read)
        })*
    };
}

impl<'de> serde::Deserializer<'de> for &mut Reader<'_> {
    type Error = Never;

    read! {
        deserialize_bool => visit_bool, |reader| reader.byte() != 0;
        deserialize_u8 => visit_u8, |reader| reader.byte();
        deserialize_u16 => visit_u16, |reader| reader.number() as u16;
        deserialize_u32 => visit_u32, |reader| reader.number() as u32;
        deserialize_u64 => visit_u64, |reader| reader.number();
        deserialize_i8 => visit_i8, |reader| reader.byte() as i8;
        deserialize_i16 => visit_i16, |reader| reader.signed() as i16;
        deserialize_i32 => visit_i32, |reader| reader.signed() as i32;
        deserialize_i64 => visit_i64, |reader| reader.signed();
        deserialize_f32 => visit_f32, |reader| f32::from_le_bytes(reader.array());
        deserialize_f64 => visit_f64, |reader| f64::from_le_bytes(reader.array());
        deserialize_str => visit_string, |reader| reader.text();
        deserialize_string => visit_string, |reader| reader.text();
        deserialize_bytes => visit_byte_buf, |reader| reader.taken();
        deserialize_byte_buf => visit_byte_buf, |reader| reader.taken();
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        match self.text().chars().next() {
            Some(letter) => visitor.visit_char(letter),
            None => mismatch(),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        match self.byte() {
            0 => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Never> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Never> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        let left = self.length();
        visitor.visit_seq(Values { reader: self, left })
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        left: usize,
        visitor: V,
    ) -> Result<V::Value, Never> {
        visitor.visit_seq(Values { reader: self, left })
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        left: usize,
        visitor: V,
    ) -> Result<V::Value, Never> {
        visitor.visit_seq(Values { reader: self, left })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Never> {
        let left = fields.len();
        visitor.visit_seq(Values { reader: self, left })
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        let left = self.length();
        visitor.visit_map(Values { reader: self, left })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Never> {
        visitor.visit_enum(self)
    }

    // The bytes do not say what they are, so nothing can be skipped or guessed.

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Never> {
        mismatch()
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Never> {
        mismatch()
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Never> {
        mismatch()
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

/// So many values as are left.
struct Values<'r, 'b> {
    reader: &'r mut Reader<'b>,
    left: usize,
}

impl<'de> SeqAccess<'de> for Values<'_, '_> {
    type Error = Never;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Never> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        seed.deserialize(&mut *self.reader).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left)
    }
}

impl<'de> MapAccess<'de> for Values<'_, '_> {
    type Error = Never;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Never> {
        self.next_element_seed(seed)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Never> {
        seed.deserialize(&mut *self.reader)
    }
}

impl<'de> EnumAccess<'de> for &mut Reader<'_> {
    type Error = Never;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Never> {
        let number = self.number() as u32;
        let variant = seed.deserialize(IntoDeserializer::<Never>::into_deserializer(number))?;
        Ok((variant, self))
    }
}

impl<'de> VariantAccess<'de> for &mut Reader<'_> {
    type Error = Never;

    fn unit_variant(self) -> Result<(), Never> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Never> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, left: usize, visitor: V) -> Result<V::Value, Never> {
        visitor.visit_seq(Values { reader: self, left })
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Never> {
        self.tuple_variant(fields.len(), visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::decode;
    use proptest::prelude::*;
    use serde::de::DeserializeOwned;
    use serde::{Deserialize, Serialize};
    use std::collections::BTreeMap;
    use std::fmt::Debug;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    enum Kind {
        Unit,
        New(String),
        Pair(i32, char),
        Named { a: Option<u8>, b: f64 },
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Everything {
        on: bool,
        small: (u8, i8, u16, i16),
        large: (u32, i64, u64, f32),
        text: String,
        kinds: Vec<Kind>,
        map: BTreeMap<String, Option<Kind>>,
        unit: (),
    }

    fn check<A: Serialize + DeserializeOwned + PartialEq + Debug>(answer: &A) {
        let bytes = postcard::to_stdvec(answer).unwrap();
        assert_eq!(decode::<A>(&bytes), *answer);
    }

    fn kind() -> impl Strategy<Value = Kind> {
        prop_oneof![
            Just(Kind::Unit),
            any::<String>().prop_map(Kind::New),
            any::<(i32, char)>().prop_map(|(a, b)| Kind::Pair(a, b)),
            (any::<Option<u8>>(), -1e300..1e300f64).prop_map(|(a, b)| Kind::Named { a, b }),
        ]
    }

    proptest! {
        #[test]
        fn reads_what_postcard_writes(
            on: bool,
            small: (u8, i8, u16, i16),
            large in (any::<u32>(), any::<i64>(), any::<u64>(), -1e30..1e30f32),
            text: String,
            kinds in prop::collection::vec(kind(), 0..300),
            map in prop::collection::btree_map(any::<String>(), prop::option::of(kind()), 0..9),
        ) {
            check(&Everything { on, small, large, text, kinds, map, unit: () });
        }

        #[test]
        #[should_panic(expected = "two versions")]
        fn bytes_of_something_else_are_not_taken_for_an_answer(length in 0usize..8) {
            // A text that is longer than the bytes that follow.
            let bytes = vec![200; length];
            let _: String = decode(&bytes);
        }
    }
}
