//! What the settings of every filter rule can do: be checked, and name the files they read.

use crate::check::Check;
use crate::error::SchemaError;

/// The settings of a rule can be checked.
pub(crate) trait Settings {
    /// Checks the thresholds; `key` names the rule in errors.
    fn validate(&self, check: &Check<'_>, key: &str) -> Result<(), SchemaError>;

    /// The paths of the files that the rule reads.
    fn files_mut(&mut self) -> Vec<&mut String> {
        Vec::new()
    }
}
