//! Settings of the removal of repeated substrings, wherever they begin and end.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::check::Check;
use crate::error::SchemaError;

/// Removal of text that occurred before, wherever it begins and ends (Lee et al. 2022, arXiv
/// 2107.06499).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Substring {
    /// Shortest text that is cut, in bytes. Lee et al. cut from 50 tokens on, and a token of
    /// English text is 4 bytes or a little more.
    pub length: u32,
    /// A document is dropped when fewer bytes than this are left of it, white space at its ends
    /// not counted; one of which nothing is left is always dropped. What is left then goes, too,
    /// even where a later document repeats it.
    pub least_left: u32,
}

impl Default for Substring {
    fn default() -> Self {
        Self {
            length: 200,
            least_left: 1,
        }
    }
}

/// Shorter windows would be common words and phrases, and have anchors everywhere.
const LEAST_LENGTH: u32 = 16;

impl Substring {
    pub(crate) fn validate(&self, check: &Check<'_>) -> Result<(), SchemaError> {
        if self.length >= LEAST_LENGTH {
            return Ok(());
        }
        let expected = format!("at least {LEAST_LENGTH}");
        Err(check.fail("dedup.substrings.length", self.length, &expected))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECIPE: Check<'_> = Check { origin: "recipe" };

    #[test]
    fn short_substrings_are_refused() {
        let settings = Substring {
            length: 15,
            ..Substring::default()
        };
        assert_eq!(
            settings.validate(&RECIPE).unwrap_err().to_string(),
            "recipe: dedup.substrings.length is 15, expected at least 16"
        );
        assert_eq!(Substring::default().validate(&RECIPE), Ok(()));
    }
}
