//! One line of JSON as a document.

use std::borrow::Cow;

use crate::error::BadLine;
use crate::fields::{FieldValue, Fields};
use crate::json::lookup::{lookup, members, type_name};
use crate::json::string;

/// The parts of a line that are used.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Document<'a> {
    /// The identifier, when the line has one that is a string or a whole number.
    pub(crate) id: Option<Cow<'a, str>>,
    pub(crate) text: Cow<'a, str>,
}

/// Parses one line.
pub(crate) fn parse<'a>(line: &'a [u8], fields: &Fields) -> Result<Document<'a>, BadLine> {
    let line = utf8(line)?;
    let (text, id) = raw_parts(line, fields)?;
    Ok(Document {
        id: id.map_or(Ok(None), |id| identifier(line, id))?,
        text: decode(line, text)?,
    })
}

/// The text of a line that [`parse`] accepted, as it stands there.
pub(crate) fn raw_text<'a>(line: &'a [u8], fields: &Fields) -> Result<&'a str, BadLine> {
    Ok(raw_parts(utf8(line)?, fields)?.0)
}

/// The value at a path of a line that [`parse`] accepted.
pub(crate) fn field<'a>(line: &'a [u8], path: &str) -> Option<FieldValue<'a>> {
    let line = utf8(line).ok()?;
    let raw = lookup(line, path).ok()??;
    match raw.as_bytes().first()? {
        b'"' => decode(line, raw).ok().map(FieldValue::String),
        b't' => Some(FieldValue::Bool(true)),
        b'f' => Some(FieldValue::Bool(false)),
        b'n' | b'{' | b'[' => None,
        _ => match raw.parse() {
            Ok(whole) => Some(FieldValue::Integer(whole)),
            Err(_) => raw.parse().ok().map(FieldValue::Float),
        },
    }
}

pub(super) fn utf8(line: &[u8]) -> Result<&str, BadLine> {
    simdutf8::basic::from_utf8(line).map_err(|_| BadLine::NotUtf8 {
        column: std::str::from_utf8(line).map_or_else(|error| error.valid_up_to() + 1, str::len),
    })
}

/// The raw text, which is a string, and the raw identifier.
fn raw_parts<'a>(line: &'a str, fields: &Fields) -> Result<(&'a str, Option<&'a str>), BadLine> {
    let (text, id) = parts(line, fields).map_err(|error| not_json(&error, 0))?;
    let field = || fields.text.clone();
    let text = text.ok_or_else(|| BadLine::NoText { field: field() })?;
    if !text.starts_with('"') {
        return Err(BadLine::TextNotString {
            field: field(),
            found: type_name(text),
        });
    }
    Ok((text, id))
}

type Parts<'a> = (Option<&'a str>, Option<&'a str>);

/// The raw text and identifier.
fn parts<'a>(line: &'a str, fields: &Fields) -> serde_json::Result<Parts<'a>> {
    if fields.text.contains('.') || fields.id.contains('.') {
        return Ok((lookup(line, &fields.text)?, lookup(line, &fields.id)?));
    }
    members(line, [&fields.text, &fields.id]).map(|[text, id]| (text, id))
}

fn identifier<'a>(line: &str, raw: &'a str) -> Result<Option<Cow<'a, str>>, BadLine> {
    let whole = || {
        raw.bytes()
            .all(|byte| byte == b'-' || byte.is_ascii_digit())
    };
    match raw.as_bytes().first() {
        Some(b'"') => decode(line, raw).map(Some),
        Some(_) if whole() => Ok(Some(Cow::Borrowed(raw))),
        _ => Ok(None),
    }
}

fn decode<'a>(line: &str, raw: &'a str) -> Result<Cow<'a, str>, BadLine> {
    if let Some(text) = string::decode(raw) {
        return Ok(text);
    }
    let start = raw.as_ptr().addr() - line.as_ptr().addr();
    let text: String = serde_json::from_str(raw).map_err(|error| not_json(&error, start))?;
    Ok(Cow::Owned(text))
}

/// The parser counts from line 1 of what it was given: tell the column of the whole line alone.
pub(super) fn not_json(error: &serde_json::Error, start: usize) -> BadLine {
    let told = error.to_string();
    let reason = told.split(" at line ").next().unwrap_or_default();
    BadLine::NotJson {
        detail: format!("{reason} at column {}", start + error.column()),
    }
}
