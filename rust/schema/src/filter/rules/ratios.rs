//! Settings of the filter rule `ratios`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::check::Check;
use crate::error::SchemaError;
use crate::filter::settings::Settings;

/// Bounds on shares of the characters of a text; each may be left out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Ratios {
    /// Smallest share of letters among all characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_letters: Option<f64>,
    /// Largest share of letters among all characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_letters: Option<f64>,
    /// Smallest share of digits among all characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_digits: Option<f64>,
    /// Largest share of digits among all characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_digits: Option<f64>,
    /// Smallest share of characters that are no letters, digits or white space.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_symbols: Option<f64>,
    /// Largest share of characters that are no letters, digits or white space.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_symbols: Option<f64>,
    /// Smallest share of white space among all characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_white_space: Option<f64>,
    /// Largest share of white space among all characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_white_space: Option<f64>,
    /// Smallest share of capitals among letters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_capitals: Option<f64>,
    /// Largest share of capitals among letters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_capitals: Option<f64>,
}

impl Settings for Ratios {
    fn validate(&self, check: &Check<'_>, key: &str) -> Result<(), SchemaError> {
        let bounds = [
            (self.min_letters, self.max_letters),
            (self.min_digits, self.max_digits),
            (self.min_symbols, self.max_symbols),
            (self.min_white_space, self.max_white_space),
            (self.min_capitals, self.max_capitals),
        ];
        if bounds.iter().all(|bounds| *bounds == (None, None)) {
            return Err(check.fail(key, "without bounds", "at least one"));
        }
        for (least, most) in bounds {
            let (least, most) = (least.unwrap_or(0.0), most.unwrap_or(1.0));
            check.fraction(key, least)?;
            check.fraction(key, most)?;
            check.ordered(key, least, most)?;
        }
        Ok(())
    }
}
