//! JSON as text: the parts of a line that are used, found without building a value.
//!
//! [`scan`] is quick and gives up on whatever is unusual; [`checked`] asks `serde_json` and has
//! the last word. Both return a value as the slice of the line that holds it.

mod checked;
mod document;
mod edit;
mod scan;
mod string;
#[cfg(test)]
mod tests;

pub(crate) use document::{field, parse, raw_text};
pub(crate) use edit::{replace, without};

/// The values of some keys of an object, as they stand; of a key that occurs twice the last
/// counts. The escapes in a string under the first key may be wrong: decode it.
fn members<'a, const N: usize>(
    object: &'a str,
    keys: [&str; N],
) -> serde_json::Result<[Option<&'a str>; N]> {
    match scan::members(object, keys) {
        Some(found) => Ok(found),
        None => checked::members(object, keys),
    }
}

/// The value at a path; a key that is literally the path wins.
fn lookup<'a>(object: &'a str, path: &str) -> serde_json::Result<Option<&'a str>> {
    let Some((outer, rest)) = path.split_once('.') else {
        return members(object, [path]).map(|[found]| found);
    };
    match members(object, [path, outer])? {
        [Some(literal), _] => Ok(Some(literal)),
        [None, Some(value)] if value.starts_with('{') => lookup(value, rest),
        _ => Ok(None),
    }
}

/// What a value is, in words.
fn type_name(value: &str) -> &'static str {
    match value.as_bytes().first() {
        Some(b'"') => "a string",
        Some(b'{') => "an object",
        Some(b'[') => "a list",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        _ => "a number",
    }
}
