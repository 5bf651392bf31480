//! Short forms that a recipe may use: one path for a list of paths, `false` for a stage turned off.

use std::fmt;
use std::marker::PhantomData;

use schemars::JsonSchema;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};

/// The JSON schema of a value that is one string or a list of strings.
#[derive(JsonSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "describes the accepted forms to schemars only")]
pub(crate) enum OneOrMany {
    /// One path.
    One(String),
    /// Several paths, read in this order.
    Many(Vec<String>),
}

/// Reads one string or a list of strings as a list.
pub(crate) fn one_or_many<'de, D: Deserializer<'de>>(input: D) -> Result<Vec<String>, D::Error> {
    struct Paths;
    impl<'de> Visitor<'de> for Paths {
        type Value = Vec<String>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a path or a list of paths")
        }

        fn visit_str<E: Error>(self, path: &str) -> Result<Self::Value, E> {
            Ok(vec![path.to_owned()])
        }

        fn visit_seq<A: SeqAccess<'de>>(self, paths: A) -> Result<Self::Value, A::Error> {
            Vec::deserialize(SeqAccessDeserializer::new(paths))
        }
    }
    input.deserialize_any(Paths)
}

/// The JSON schema of a stage that is a table of settings, or `false` for "off".
#[derive(JsonSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "describes the accepted forms to schemars only")]
pub(crate) enum Switch<T> {
    /// `false` turns the stage off, `true` runs it with its defaults.
    Flag(bool),
    /// The stage's settings.
    Settings(T),
}

/// The settings of a stage that runs unless it is turned off.
pub(crate) fn on_by_default<T: Default>() -> Option<T> {
    Some(T::default())
}

/// Reads a table of settings, or a boolean: `false` is "off", `true` is all defaults.
pub(crate) fn read_switch<'de, D, T>(input: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    struct Settings<T>(PhantomData<T>);
    impl<'de, T: Deserialize<'de> + Default> Visitor<'de> for Settings<T> {
        type Value = Option<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a table of settings, or false to turn the stage off")
        }

        fn visit_bool<E: Error>(self, on: bool) -> Result<Self::Value, E> {
            Ok(on.then(T::default))
        }

        fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_map<A: MapAccess<'de>>(self, table: A) -> Result<Self::Value, A::Error> {
            T::deserialize(MapAccessDeserializer::new(table)).map(Some)
        }
    }
    input.deserialize_any(Settings(PhantomData))
}

/// Writes the settings, or `false` for "off": TOML has no null.
pub(crate) fn write_switch<S, T>(settings: &Option<T>, output: S) -> Result<S::Ok, S::Error>
where
    S: Serializer,
    T: Serialize,
{
    match settings {
        Some(settings) => settings.serialize(output),
        None => output.serialize_bool(false),
    }
}
