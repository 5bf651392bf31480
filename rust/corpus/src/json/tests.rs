//! The quick parser against `serde_json`: the same outcome, text and identifier for every line.

use std::borrow::Cow;

use proptest::prelude::*;
use serde_json::Value;

use crate::fields::{FieldValue, Fields};
use crate::json::document::{field, parse, raw_text};
use crate::json::lookup::type_name;
use crate::json::{checked, edit, string};

fn fields(text: &str) -> Fields {
    Fields {
        text: text.to_owned(),
        id: "id".to_owned(),
        max_line_bytes: 1 << 20,
    }
}

/// Text and identifier, or the reason against the line.
type Outcome = Result<(String, Option<String>), &'static str>;

fn quick(line: &str, fields: &Fields) -> Outcome {
    match parse(line.as_bytes(), fields) {
        Ok(document) => Ok((document.text.into_owned(), document.id.map(Cow::into_owned))),
        Err(problem) => Err(problem.reason()),
    }
}

/// The slow twin, for paths of one key.
fn slow(line: &str, fields: &Fields) -> Outcome {
    let json = |raw: &str| serde_json::from_str::<String>(raw).map_err(|_| "not-json");
    let found = checked::members(line, [&fields.text, &fields.id]);
    let [text, id] = found.map_err(|_| "not-json")?;
    let text = text.ok_or("no-text")?;
    if type_name(text) != "a string" {
        return Err("text-not-string");
    }
    let id = match id {
        Some(raw) if raw.starts_with('"') => Some(json(raw)?),
        Some(raw) if type_name(raw) == "a number" && !raw.contains(['.', 'e', 'E']) => {
            Some(raw.to_owned())
        }
        _ => None,
    };
    Ok((json(text)?, id))
}

/// The value at a path, as it is defined.
fn at<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    value.get(path).or_else(|| {
        let (outer, rest) = path.split_once('.')?;
        at(value.get(outer)?, rest)
    })
}

/// What a whole parse says of the text. It is stricter than this crate about fields beside it.
fn text_by_value(line: &str, path: &str) -> Option<Result<String, &'static str>> {
    let value: Value = serde_json::from_str(line).ok()?;
    if !value.is_object() {
        return Some(Err("not-json"));
    }
    Some(match at(&value, path) {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(_) => Err("text-not-string"),
        None => Err("no-text"),
    })
}

/// Pieces that make lines which are almost JSON.
const PIECES: [&str; 44] = [
    "{",
    "{",
    "{",
    "}",
    "}",
    "}",
    "[",
    "]",
    ":",
    ":",
    ",",
    ",",
    "\"text\":",
    "\"text\":",
    "\"text\":\"",
    "\"id\":",
    "\"meta\":{",
    "\"meta.text\":",
    "\"a\"",
    "\"\"",
    "\"b\\n\"",
    "\"\\u00e9\"",
    "\"\\ud83d\\ude00\"",
    "\"\\ud800\"",
    "\"\\ud800\\u0041\"",
    "\"\\udc00\"",
    "\"\\q\"",
    "\"\\u12\"",
    "\"\\\\\"",
    "\"\\\\\\\"\"",
    "\"\u{e9}\"",
    "\"\u{0}\"",
    "\"\u{7f}\"",
    "\"te\\u0078t\":",
    "1",
    "-0",
    "01",
    "1.5e-3",
    "1e999",
    "true",
    "nul",
    " ",
    "\t",
    "\r",
];

fn almost_json() -> impl Strategy<Value = String> {
    let piece = proptest::sample::select(&PIECES[..]);
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

/// An object around pieces, so that more lines are valid.
fn almost_object() -> impl Strategy<Value = String> {
    let key = proptest::sample::select(
        &["\"text\"", "\"id\"", "\"x\"", "\"meta\"", "\"te\\u0078t\""][..],
    );
    let value = proptest::sample::select(&PIECES[18..42]);
    let nested = value
        .clone()
        .prop_map(|value| format!("{{\"text\" : {value}}}"));
    let list = value
        .clone()
        .prop_map(|value| format!("[ [{value}], {value}]"));
    let value = prop_oneof![4 => value.prop_map(str::to_owned), 1 => nested, 1 => list];
    let member = (key, value).prop_map(|(key, value)| format!("{key}:{value}"));
    let members = proptest::collection::vec(member, 0..5);
    members.prop_map(|members| format!("{{{}}}", members.join(", ")))
}

fn lines() -> impl Strategy<Value = String> {
    prop_oneof![almost_json(), almost_object(), almost_object()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn agrees_with_its_slow_twin(line in lines()) {
        prop_assert_eq!(quick(&line, &fields("text")), slow(&line, &fields("text")));
    }

    #[test]
    fn agrees_with_a_whole_parse(line in lines(), path in "text|meta.text") {
        if let Some(expected) = text_by_value(&line, &path) {
            let found = quick(&line, &fields(&path)).map(|(text, _)| text);
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn agrees_on_any_text(text in any::<String>(), id in any::<Option<String>>(), cut in 0_usize..60) {
        let line = serde_json::json!({"a": [&text], "text": &text, "id": &id}).to_string();
        prop_assert_eq!(quick(&line, &fields("text")), Ok((text, id)));
        let cut = line.get(..cut).unwrap_or("");
        prop_assert_eq!(quick(cut, &fields("text")), slow(cut, &fields("text")));
    }

    #[test]
    fn a_new_text_changes_nothing_else(line in lines(), text in any::<String>(), path in "text|meta.text") {
        let fields = fields(&path);
        if let Ok(document) = parse(line.as_bytes(), &fields) {
            let raw = raw_text(line.as_bytes(), &fields).unwrap();
            let changed = edit::replace(line.as_bytes(), raw, &text);
            let again = parse(&changed, &fields).unwrap();
            prop_assert_eq!(&again.text, &text);
            prop_assert_eq!(again.id, document.id.clone());
            let raw_again = raw_text(&changed, &fields).unwrap();
            let back = edit::replace(&changed, raw_again, &document.text);
            let restored = parse(&back, &fields).unwrap();
            prop_assert_eq!(restored.text, document.text);
            let raw_back = raw_text(&back, &fields).unwrap();
            prop_assert_eq!(back.len() - raw_back.len(), line.len() - raw.len());
        }
    }

    #[test]
    fn strings_are_decoded_as_by_serde(
        parts in prop::collection::vec(
            prop_oneof![
                20 => "[a-zé]{0,40}|[a-z]{60,66}",
                20 => r#"\\["\\/bfnrt]"#,
                8 => r"\\u[0-9a-cA-F]{4}|\\ud83d\\ude0[0-9]",
                1 => r"\\[qu]|\\ud8[0-9a-f]{2}|\\u1",
            ],
            0..20,
        ),
    ) {
        let raw = format!("\"{}\"", parts.concat());
        let expected = serde_json::from_str::<String>(&raw).ok();
        prop_assert_eq!(string::decode(&raw).map(Cow::into_owned), expected);
    }

    #[test]
    fn texts_are_escaped_as_by_serde(text in "([\\x00-\\x7f]|\\PC|[a-z]{20}){0,60}") {
        let mut encoded = Vec::new();
        string::encode(&text, &mut encoded);
        prop_assert_eq!(encoded, serde_json::to_vec(&text).unwrap());
    }
}

#[test]
fn each_bad_line_has_its_reason() {
    for (line, reason, message) in [
        (
            "{\"text\": \"a",
            "not-json",
            "EOF while parsing a string at column 11",
        ),
        ("text", "not-json", "at column 2"),
        ("[\"text\"]", "not-json", "expected an object"),
        ("{\"text\": \"a\"} {}", "not-json", "trailing characters"),
        ("{\"text\": \"\\ud800\"}", "not-json", "at column 17"),
        ("{\"text\": \"a\u{0}\"}", "not-json", "control character"),
        ("{\"Text\": \"a\"}", "no-text", "no \"text\" field"),
        ("{\"text\": [\"a\"]}", "text-not-string", "holds a list"),
        ("{\"text\": null}", "text-not-string", "holds null"),
        ("{\"text\": 1}", "text-not-string", "holds a number"),
        ("{\"text\": {}}", "text-not-string", "holds an object"),
        ("{\"text\": true}", "text-not-string", "holds a boolean"),
    ] {
        let problem = parse(line.as_bytes(), &fields("text")).unwrap_err();
        assert_eq!(problem.reason(), reason, "{line}");
        assert!(problem.to_string().contains(message), "{problem}");
    }
}

#[test]
fn bad_utf8_is_found_in_any_field() {
    let problem = parse(b"{\"other\": \"\xff\", \"text\": \"\"}", &fields("text")).unwrap_err();
    assert_eq!(
        problem.to_string().split(':').next(),
        Some("not valid UTF-8 at byte 12 of the line")
    );
}

#[test]
fn a_lone_surrogate_beside_the_text_is_passed_on() {
    let line = "{\"a\": \"\\ud800\", \"text\": \"b\"}";
    assert_eq!(quick(line, &fields("text")), Ok(("b".to_owned(), None)));
}

#[test]
fn the_last_of_two_equal_keys_counts() {
    let line = "{\"text\": 5, \"text\": \"a\", \"id\": 1, \"id\": \"b\"}";
    let expected = ("a".to_owned(), Some("b".to_owned()));
    assert_eq!(quick(line, &fields("text")), Ok(expected));
}

#[test]
fn a_literal_key_wins_over_a_path() {
    let nested = "{\"meta\": {\"text\": \"inside\"}}";
    let both = "{\"meta.text\": \"literal\", \"meta\": {\"text\": \"inside\"}}";
    for (line, text) in [(nested, "inside"), (both, "literal")] {
        assert_eq!(quick(line, &fields("meta.text")).unwrap().0, text);
    }
    let text_alone = edit::without(both.as_bytes(), &["meta.text"]).unwrap();
    assert_eq!(text_alone, "{\"meta\":{\"text\": \"inside\"}}");
}

#[test]
fn nesting_of_any_depth_is_read() {
    for depth in [10, 31, 32, 33, 200, 200_000] {
        let (open, close) = ("[".repeat(depth), "]".repeat(depth));
        let line = format!("{{\"a\": {open}{close}, \"text\": \"b\"}}");
        assert_eq!(quick(&line, &fields("text")), Ok(("b".to_owned(), None)));
        let unclosed = format!("{{\"a\": {open}, \"text\": \"b\"}}");
        assert_eq!(quick(&unclosed, &fields("text")), Err("not-json"));
    }
}

#[test]
fn identifiers_are_strings_and_whole_numbers() {
    let long = "123456789012345678901234567890";
    for (id, expected) in [
        ("7", Some("7")),
        (long, Some(long)),
        ("null", None),
        ("1.5", None),
    ] {
        let line = format!("{{\"text\": \"\", \"id\": {id}}}");
        assert_eq!(
            quick(&line, &fields("text")).unwrap().1.as_deref(),
            expected
        );
    }
}

#[test]
fn other_fields_are_found_by_path() {
    let line =
        b"{\"text\": \"\", \"n\": 3, \"m\": {\"score\": 0.5, \"url\": \"a\\/b\", \"ok\": true}}";
    let string = |text: &str| Some(FieldValue::String(text.to_owned().into()));
    assert_eq!(field(line, "n"), Some(FieldValue::Integer(3)));
    assert_eq!(field(line, "m.score"), Some(FieldValue::Float(0.5)));
    assert_eq!(field(line, "m.url"), string("a/b"));
    assert_eq!(field(line, "m.ok"), Some(FieldValue::Bool(true)));
    assert_eq!(field(line, "m"), None);
    assert_eq!(field(line, "none.of.these"), None);
}

#[test]
fn what_is_beside_text_and_id_stands_as_it_was() {
    let line = b"{\"id\": 1, \"n\": 1.00, \"text\": \"a\", \"m\": {\"id\": 2, \"x\":1e999}, \"text\": \"b\"}";
    let beside = edit::without(line, &["text", "id"]).unwrap();
    assert_eq!(beside, "{\"n\":1.00,\"m\":{\"id\": 2, \"x\":1e999}}");
    let beside = edit::without(line, &["text", "m.id"]).unwrap();
    assert_eq!(beside, "{\"id\":1,\"n\":1.00,\"m\":{\"x\":1e999}}");
}
