//! Checks that several formats share, and the errors they raise.

use std::collections::BTreeSet;
use std::fmt::Display;

use crate::error::SchemaError;

/// The version every file written by this build carries in `schema_version`.
pub const SCHEMA_VERSION: u32 = 1;

/// Builds errors about one document.
pub(crate) struct Check<'a> {
    pub(crate) origin: &'a str,
}

impl Check<'_> {
    pub(crate) fn fail(&self, key: &str, found: impl Display, expected: &str) -> SchemaError {
        SchemaError::Value {
            origin: self.origin.to_owned(),
            key: key.to_owned(),
            found: found.to_string(),
            expected: expected.to_owned(),
        }
    }

    pub(crate) fn version(&self, found: u32) -> Result<(), SchemaError> {
        if found == SCHEMA_VERSION {
            return Ok(());
        }
        Err(SchemaError::Version {
            origin: self.origin.to_owned(),
            found,
            expected: SCHEMA_VERSION,
        })
    }

    pub(crate) fn at_least_one(&self, key: &str, value: u64) -> Result<(), SchemaError> {
        if value >= 1 {
            return Ok(());
        }
        Err(self.fail(key, value, "at least 1"))
    }

    pub(crate) fn not_empty(&self, key: &str, value: &str) -> Result<(), SchemaError> {
        if !value.is_empty() {
            return Ok(());
        }
        Err(self.fail(key, "empty", "some text"))
    }

    pub(crate) fn fraction(&self, key: &str, value: f64) -> Result<(), SchemaError> {
        if (0.0..=1.0).contains(&value) {
            return Ok(());
        }
        Err(self.fail(key, value, "a number from 0 to 1"))
    }

    pub(crate) fn not_negative(&self, key: &str, value: f64) -> Result<(), SchemaError> {
        if value.is_finite() && value >= 0.0 {
            return Ok(());
        }
        Err(self.fail(key, value, "a number from 0"))
    }

    /// A name becomes a folder, so it must be safe as one on every system.
    pub(crate) fn name(&self, key: &str, name: &str) -> Result<(), SchemaError> {
        let safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        if !name.is_empty() && !name.starts_with('.') && name.chars().all(safe) {
            return Ok(());
        }
        let expected = "letters, digits, '.', '_' and '-', not starting with '.'";
        Err(self.fail(key, format!("{name:?}"), expected))
    }

    /// A name that is not there yet; it is put into `names`.
    ///
    /// Names of files and folders differ only in case on some systems: they are compared without
    /// it.
    pub(crate) fn new_name(
        &self,
        key: &str,
        name: &str,
        names: &mut BTreeSet<String>,
    ) -> Result<(), SchemaError> {
        if names.insert(name.to_ascii_lowercase()) {
            return Ok(());
        }
        Err(self.fail(key, format!("{name:?} twice"), "unique names"))
    }

    /// Weights of which at least one is above zero.
    pub(crate) fn some_positive(
        &self,
        key: &str,
        weights: impl IntoIterator<Item = f64>,
    ) -> Result<(), SchemaError> {
        if weights.into_iter().any(|weight| weight > 0.0) {
            return Ok(());
        }
        let expected = "a positive number for at least one source";
        Err(self.fail(key, "0 everywhere", expected))
    }

    pub(crate) fn paths(&self, key: &str, paths: &[String]) -> Result<(), SchemaError> {
        if paths.is_empty() {
            return Err(self.fail(key, "an empty list", "at least one file or folder"));
        }
        paths.iter().try_for_each(|path| self.not_empty(key, path))
    }

    /// A minimum of zero or more that is not above the maximum.
    pub(crate) fn ordered(&self, key: &str, min: f64, max: f64) -> Result<(), SchemaError> {
        if min >= 0.0 && min <= max {
            return Ok(());
        }
        Err(self.fail(
            key,
            format!("a minimum of {min} and a maximum of {max}"),
            "minimum <= maximum",
        ))
    }
}
