//! Which earlier sources the documents of a source are compared with.

use std::fmt;

use schemars::JsonSchema;
use serde::de::value::SeqAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};

use crate::check::Check;
use crate::error::SchemaError;

/// Which earlier sources the documents of a source are compared with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Across {
    /// All of them: of duplicates the first source's copy stays. `true`.
    #[default]
    All,
    /// None: duplicates between sources stay. `false`.
    Apart,
    /// Those named, which are the first of the recipe, and no others: the rest are alternatives to
    /// each other, of which each is cleaned as if it stood alone beside those named. How much the
    /// alternatives share is in the manifest.
    Named(Vec<String>),
}

/// The JSON schema of [`Across`].
#[derive(JsonSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "describes the accepted forms to schemars only")]
pub(crate) enum AcrossForm {
    /// `true` for all earlier sources, `false` for none.
    All(bool),
    /// The sources that are compared with all later ones; they come first in the recipe.
    Named(Vec<String>),
}

impl Across {
    /// How many sources at the start of the recipe all later ones are compared with, where the
    /// later ones are not compared with each other.
    #[must_use]
    pub fn named(&self) -> Option<usize> {
        match self {
            Self::Named(names) => Some(names.len()),
            Self::All | Self::Apart => None,
        }
    }

    /// Whether later sources are compared with the one at this place of the recipe.
    #[must_use]
    pub fn leads(&self, place: usize) -> bool {
        match self {
            Self::All => true,
            Self::Apart => false,
            Self::Named(names) => place < names.len(),
        }
    }

    /// Checks that the sources named are the first of `sources`, the names in the recipe's order.
    pub(crate) fn validate<'a>(
        &self,
        check: &Check<'_>,
        sources: impl Iterator<Item = &'a str>,
    ) -> Result<(), SchemaError> {
        let Self::Named(names) = self else {
            return Ok(());
        };
        let found = format!("{names:?}");
        if names.is_empty() {
            let expected = "true, false, or the names of sources";
            return Err(check.fail("dedup.across", found, expected));
        }
        let first: Vec<&str> = sources.take(names.len()).collect();
        if names.iter().all(|name| first.contains(&name.as_str()))
            && first.iter().all(|name| names.iter().any(|one| one == name))
        {
            return Ok(());
        }
        let expected = format!("the first sources of the recipe, such as {first:?}");
        Err(check.fail("dedup.across", found, &expected))
    }
}

impl Serialize for Across {
    fn serialize<S: Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::All => output.serialize_bool(true),
            Self::Apart => output.serialize_bool(false),
            Self::Named(names) => names.serialize(output),
        }
    }
}

impl<'de> Deserialize<'de> for Across {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct Forms;
        impl<'de> Visitor<'de> for Forms {
            type Value = Across;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("true, false, or a list of names of sources")
            }

            fn visit_bool<E: Error>(self, all: bool) -> Result<Across, E> {
                Ok(if all { Across::All } else { Across::Apart })
            }

            fn visit_seq<A: SeqAccess<'de>>(self, names: A) -> Result<Across, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(names)).map(Across::Named)
            }
        }
        input.deserialize_any(Forms)
    }
}
