//! One line of JSON as a document.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::BadLine;

/// Where in a JSON object a document's parts are, and how long a line may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    /// Key of the text.
    pub text: String,
    /// Key of the optional identifier.
    pub id: String,
    /// Longest accepted line, in bytes.
    pub max_line_bytes: u64,
}

/// The parts of a line that are used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedLine {
    /// The identifier, when the line has one that is a string or an integer.
    pub id: Option<String>,
    /// The text, exactly as in the file.
    pub text: String,
}

/// Parses one line.
///
/// # Errors
/// [`BadLine`] when the line is not UTF-8, not a JSON object, or has no string under the text key.
pub fn parse_line(line: &[u8], fields: &Fields) -> Result<ParsedLine, BadLine> {
    let line = std::str::from_utf8(line).map_err(|error| BadLine::NotUtf8 {
        column: error.valid_up_to() + 1,
    })?;
    let mut parser = serde_json::Deserializer::from_str(line);
    let (text, id) = ObjectSeed(fields)
        .deserialize(&mut parser)
        .and_then(|found| parser.end().map(|()| found))
        .map_err(|error| BadLine::NotJson {
            detail: detail(&error),
        })?;
    let field = || fields.text.clone();
    match text {
        Some(Value::String(text)) => Ok(ParsedLine {
            id: id.and_then(Value::into_id),
            text,
        }),
        Some(other) => Err(BadLine::TextNotString {
            field: field(),
            found: other.name(),
        }),
        None => Err(BadLine::NoText { field: field() }),
    }
}

/// The parser counts from line 1 of the one line that it was given: tell the column alone.
fn detail(error: &serde_json::Error) -> String {
    error
        .to_string()
        .replace(" at line 1 column ", " at column ")
}

/// As much of a JSON value as the errors need.
enum Value {
    String(String),
    Integer(String),
    Other(&'static str),
}

impl Value {
    fn name(&self) -> &'static str {
        match self {
            Self::String(_) => "a string",
            Self::Integer(_) => "a number",
            Self::Other(name) => name,
        }
    }

    fn into_id(self) -> Option<String> {
        match self {
            Self::String(id) | Self::Integer(id) => Some(id),
            Self::Other(_) => None,
        }
    }
}

/// Reads an object; of keys that occur twice the last counts.
struct ObjectSeed<'a>(&'a Fields);

type TextAndId = (Option<Value>, Option<Value>);

impl<'de> DeserializeSeed<'de> for ObjectSeed<'_> {
    type Value = TextAndId;

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<TextAndId, D::Error> {
        input.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for ObjectSeed<'_> {
    type Value = TextAndId;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<TextAndId, A::Error> {
        let (mut text, mut id) = (None, None);
        while let Some(key) = object.next_key::<std::borrow::Cow<'de, str>>()? {
            if key == self.0.text {
                text = Some(object.next_value_seed(ValueSeed)?);
            } else if key == self.0.id {
                id = Some(object.next_value_seed(ValueSeed)?);
            } else {
                object.next_value::<IgnoredAny>()?;
            }
        }
        Ok((text, id))
    }
}

struct ValueSeed;

impl<'de> DeserializeSeed<'de> for ValueSeed {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<Value, D::Error> {
        input.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ValueSeed {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Integer(value.to_string()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Integer(value.to_string()))
    }

    fn visit_f64<E: Error>(self, _value: f64) -> Result<Value, E> {
        Ok(Value::Other("a number"))
    }

    fn visit_bool<E: Error>(self, _value: bool) -> Result<Value, E> {
        Ok(Value::Other("a boolean"))
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Other("null"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value::Other("a list"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Value::Other("an object"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fields() -> Fields {
        Fields {
            text: "text".into(),
            id: "id".into(),
            max_line_bytes: 1 << 20,
        }
    }

    fn parse(line: &str) -> Result<ParsedLine, String> {
        parse_line(line.as_bytes(), &fields()).map_err(|problem| problem.to_string())
    }

    #[test]
    fn other_fields_are_passed_over() {
        let line = r#" {"meta": {"text": [1, {"id": 2}]}, "id": 7, "text": "a\nb\u00e9"}  "#;
        let document = parse(line).unwrap();
        assert_eq!(document.id.as_deref(), Some("7"));
        assert_eq!(document.text, "a\nb\u{e9}");
    }

    #[test]
    fn an_id_is_optional() {
        for line in [r#"{"text": ""}"#, r#"{"text": "", "id": null}"#] {
            assert_eq!(parse(line).unwrap().id, None);
        }
    }

    #[test]
    fn each_bad_line_has_its_reason() {
        for (line, reason, message) in [
            ("{\"text\": \"a", "not-json", "EOF while parsing a string"),
            ("text", "not-json", "at column"),
            ("[\"text\"]", "not-json", "expected an object"),
            ("{\"text\": \"a\"} {}", "not-json", "trailing characters"),
            ("{\"text\": \"\\ud800\"}", "not-json", "hex escape"),
            ("{\"Text\": \"a\"}", "no-text", "no \"text\" field"),
            ("{\"text\": [\"a\"]}", "text-not-string", "holds a list"),
            ("{\"text\": null}", "text-not-string", "holds null"),
            ("{\"text\": 1}", "text-not-string", "holds a number"),
            ("{\"text\": {}}", "text-not-string", "holds an object"),
        ] {
            let problem = parse_line(line.as_bytes(), &fields()).unwrap_err();
            assert_eq!(problem.reason(), reason, "{line}");
            assert!(problem.to_string().contains(message), "{problem}");
        }
    }

    #[test]
    fn bad_utf8_is_found_in_any_field() {
        let problem = parse_line(b"{\"other\": \"\xff\", \"text\": \"\"}", &fields()).unwrap_err();
        assert_eq!(problem, BadLine::NotUtf8 { column: 12 });
    }

    proptest! {
        #[test]
        fn agrees_with_a_whole_parse(text in ".*", id in proptest::option::of(".*")) {
            let line = serde_json::json!({"a": [text], "text": text, "id": id}).to_string();
            let whole: serde_json::Value = serde_json::from_str(&line).unwrap();
            let document = parse(&line).unwrap();
            prop_assert_eq!(Some(document.text.as_str()), whole["text"].as_str());
            prop_assert_eq!(document.id.as_deref(), whole["id"].as_str());
        }
    }
}
