//! Lines changed in one place, every other byte as it was.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::error::BadLine;
use crate::json::document::{not_json, utf8};
use crate::json::string;

/// The line with another string in the place of `raw`, which is a slice of it.
pub(crate) fn replace(line: &[u8], raw: &str, text: &str) -> Vec<u8> {
    let start = raw.as_ptr().addr() - line.as_ptr().addr();
    let mut output = Vec::with_capacity(line.len().max(text.len()));
    output.extend_from_slice(&line[..start]);
    string::encode(text, &mut output);
    output.extend_from_slice(&line[start + raw.len()..]);
    output
}

/// Text as a JSON string.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A line without what is at these paths; every other value is as it stands there.
pub(crate) fn without(line: &[u8], paths: &[&str]) -> Result<String, BadLine> {
    without_members(utf8(line)?, paths).map_err(|error| not_json(&error, 0))
}

fn without_members(object: &str, paths: &[&str]) -> serde_json::Result<String> {
    let members = serde_json::Deserializer::from_str(object).deserialize_map(Members)?;
    let is_there = |key: &str| members.iter().any(|(there, _)| there == key);
    let mut kept = String::from("{");
    for (key, value) in &members {
        if paths.contains(&key.as_ref()) {
            continue;
        }
        if kept.len() > 1 {
            kept.push(',');
        }
        kept.push_str(&quoted(key));
        kept.push(':');
        // A path leads inside this value unless a literal key has won.
        let inside = paths.iter().filter(|path| !is_there(path));
        let inside = inside.filter_map(|path| path.strip_prefix(key.as_ref())?.strip_prefix('.'));
        let inside: Vec<_> = inside.collect();
        if inside.is_empty() || !value.starts_with('{') {
            kept.push_str(value);
        } else {
            kept.push_str(&without_members(value, &inside)?);
        }
    }
    kept.push('}');
    Ok(kept)
}

/// Every member of an object, in order.
struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Vec<(Cow<'de, str>, &'de str)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some((key, value)) = object.next_entry::<Cow<'de, str>, &'de RawValue>()? {
            members.push((key, value.get()));
        }
        Ok(members)
    }
}
