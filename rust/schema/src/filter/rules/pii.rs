//! Settings of the filter rule `pii`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::check::Check;
use crate::error::SchemaError;
use crate::filter::settings::Settings;

/// What stands in the place of personal data; an empty list leaves that kind as it is. Several
/// replacements are taken in turn, from the first in every document.
///
/// Source of the default replacements: e-mail addresses, datatrove 0.10.1; IP addresses, those
/// kept for documentation (RFC 5737); telephone numbers, those kept for fiction in North America.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Pii {
    /// For e-mail addresses.
    pub email_replacements: Vec<String>,
    /// For IP addresses.
    pub ip_replacements: Vec<String>,
    /// For telephone numbers.
    pub phone_replacements: Vec<String>,
    /// Leaves private, documentation and other special IP addresses as they are.
    pub public_ips_only: bool,
}

impl Default for Pii {
    fn default() -> Self {
        let owned = |replacements: &[&str]| replacements.iter().map(|&text| text.into()).collect();
        Self {
            email_replacements: owned(&["email@example.com", "firstname.lastname@example.org"]),
            ip_replacements: owned(&["192.0.2.1", "198.51.100.1", "203.0.113.1"]),
            phone_replacements: owned(&["+1 202-555-0100", "+1 202-555-0199"]),
            public_ips_only: true,
        }
    }
}

impl Settings for Pii {
    fn validate(&self, check: &Check<'_>, key: &str) -> Result<(), SchemaError> {
        let kinds = [
            &self.email_replacements,
            &self.ip_replacements,
            &self.phone_replacements,
        ];
        if kinds.iter().all(|replacements| replacements.is_empty()) {
            return Err(check.fail(key, "without replacements", "replacements of one kind"));
        }
        Ok(())
    }
}
