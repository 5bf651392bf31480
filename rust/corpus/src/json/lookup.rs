//! Values of an object by key or by path, as they stand in the line.

use crate::json::{checked, scan};

/// The values of some keys of an object, as they stand; if a key is repeated, its last value
/// counts. The escapes in a string under the first key may be wrong: decode it.
pub(super) fn members<'a, const N: usize>(
    object: &'a str,
    keys: [&str; N],
) -> serde_json::Result<[Option<&'a str>; N]> {
    match scan::members(object, keys) {
        Some(found) => Ok(found),
        None => checked::members(object, keys),
    }
}

/// The value at a path; a key that is literally the path wins.
pub(super) fn lookup<'a>(object: &'a str, path: &str) -> serde_json::Result<Option<&'a str>> {
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
pub(super) fn type_name(value: &str) -> &'static str {
    match value.as_bytes().first() {
        Some(b'"') => "a string",
        Some(b'{') => "an object",
        Some(b'[') => "a list",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        _ => "a number",
    }
}
