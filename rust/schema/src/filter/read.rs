//! The forms in which a recipe names filters: a rule, a table of settings, a preset.

use std::fmt;

use schemars::JsonSchema;
use serde::de::value::{MapAccessDeserializer, MapDeserializer, StrDeserializer};
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::filter::presets::PresetName;
use crate::filter::spec::{FilterSpec, RuleName, Table};

/// The JSON schema of an entry in a recipe's list of filters.
#[derive(JsonSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "describes the accepted forms to schemars only")]
pub(crate) enum FilterForm {
    /// The rule with every default.
    Name(RuleName),
    /// The rules of a preset, in its order.
    Preset(PresetName),
    /// The rule with its thresholds.
    Table(Box<FilterSpec>),
}

/// One entry: a preset stands for several rules.
struct Entry(Vec<FilterSpec>);

impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct Form;
        impl<'de> Visitor<'de> for Form {
            type Value = Entry;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a rule or preset, or a table with the key `rule`")
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<Entry, E> {
                let preset: Result<PresetName, E> =
                    PresetName::deserialize(StrDeserializer::new(name));
                if let Ok(preset) = preset {
                    return Ok(Entry(preset.filters()));
                }
                let only_rule = MapDeserializer::new(std::iter::once(("rule", name)));
                Table::deserialize(only_rule).map(|table| Entry(vec![table.into()]))
            }

            fn visit_map<A: MapAccess<'de>>(self, table: A) -> Result<Entry, A::Error> {
                Table::deserialize(MapAccessDeserializer::new(table))
                    .map(|table| Entry(vec![table.into()]))
            }
        }
        input.deserialize_any(Form)
    }
}

/// A list of filters whose presets have become their rules.
#[derive(Deserialize)]
pub(crate) struct Filters(#[serde(deserialize_with = "read_filters")] pub(crate) Vec<FilterSpec>);

/// Reads a list of filters; presets become their rules.
pub(crate) fn read_filters<'de, D>(input: D) -> Result<Vec<FilterSpec>, D::Error>
where
    D: Deserializer<'de>,
{
    let entries = Vec::<Entry>::deserialize(input)?;
    Ok(entries.into_iter().flat_map(|entry| entry.0).collect())
}

impl<'de> Deserialize<'de> for FilterSpec {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let Entry(mut filters) = Entry::deserialize(input)?;
        match (filters.pop(), filters.is_empty()) {
            (Some(only), true) => Ok(only),
            _ => Err(D::Error::custom("a preset stands for several rules")),
        }
    }
}
