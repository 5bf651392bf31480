//! The members of an object by `serde_json`: the slow twin of [`super::scan`], and its fallback.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The values of some keys of an object; if a key is repeated, its last value counts.
pub(super) fn members<'a, const N: usize>(
    object: &'a str,
    keys: [&str; N],
) -> serde_json::Result<[Option<&'a str>; N]> {
    let mut parser = serde_json::Deserializer::from_str(object);
    let found = (&mut parser).deserialize_map(Wanted(keys))?;
    parser.end()?;
    Ok(found)
}

struct Wanted<'k, const N: usize>([&'k str; N]);

impl<'de, const N: usize> Visitor<'de> for Wanted<'_, N> {
    type Value = [Option<&'de str>; N];

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        let mut found = [None; N];
        while let Some((key, value)) = object.next_entry::<Cow<'de, str>, &'de RawValue>()? {
            for (wanted, slot) in self.0.iter().zip(&mut found) {
                if *wanted == key {
                    *slot = Some(value.get());
                }
            }
        }
        Ok(found)
    }
}
