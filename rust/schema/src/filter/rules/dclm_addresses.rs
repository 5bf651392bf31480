//! Settings of the filter rule `dclm-addresses`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::check::Check;
use crate::error::SchemaError;
use crate::filter::settings::Settings;

/// Which texts of DCLM-Baseline lose their web addresses.
///
/// Source: `url_removal_modifier` of the DCLM repository (Li et al. 2024, arXiv:2406.11794).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DclmAddresses {
    /// Takes web addresses out of all texts. By default only those that begin with the name of a
    /// top-level domain lose them, as a text that begins with "The" does; IP addresses always go.
    pub every_text: bool,
}

impl Settings for DclmAddresses {
    fn validate(&self, _check: &Check<'_>, _key: &str) -> Result<(), SchemaError> {
        Ok(())
    }
}
