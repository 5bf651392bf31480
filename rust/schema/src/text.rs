//! Values read from JSON, TOML or a table that is parsed already, with errors that say where.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::SchemaError;

/// Indented JSON with a final newline.
pub(crate) fn to_json<T: Serialize>(value: &T) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

pub(crate) fn parse_json<T: DeserializeOwned>(text: &str, origin: &str) -> Result<T, SchemaError> {
    serde_json::from_str(text).map_err(|error| SchemaError::Syntax {
        origin: origin.to_owned(),
        line: error.line(),
        detail: without_position(&error.to_string()),
    })
}

/// Reads JSON that a program wrote in one piece: nobody can look up its lines.
pub(crate) fn parse_json_of_a_program<T: DeserializeOwned>(
    text: &str,
    origin: &str,
) -> Result<T, SchemaError> {
    serde_json::from_str(text).map_err(|error| SchemaError::Settings {
        origin: origin.to_owned(),
        detail: without_position(&error.to_string()),
    })
}

/// serde_json ends its messages with the position; an error that has a line names it in front.
fn without_position(message: &str) -> String {
    match message.rfind(" at line ") {
        Some(end) => message[..end].to_owned(),
        None => message.to_owned(),
    }
}

pub(crate) fn parse_toml<T: DeserializeOwned>(text: &str, origin: &str) -> Result<T, SchemaError> {
    toml::from_str(text).map_err(|error| SchemaError::Syntax {
        origin: origin.to_owned(),
        line: error.span().map_or(1, |span| line_of(text, span.start)),
        detail: error.message().replace('\n', ", "),
    })
}

/// Reads a part of a recipe from a value, which has no lines that an error could name.
pub(crate) fn parse_value<T: DeserializeOwned>(
    value: impl Into<toml::Value>,
    origin: &str,
) -> Result<T, SchemaError> {
    T::deserialize(value.into()).map_err(|error| SchemaError::Settings {
        origin: origin.to_owned(),
        detail: error.message().replace('\n', ", "),
    })
}

fn line_of(text: &str, offset: usize) -> usize {
    let before = text.as_bytes().iter().take(offset);
    before.filter(|byte| **byte == b'\n').count() + 1
}
