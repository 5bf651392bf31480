//! JSON as text: the parts of a line that are used, found without building a value.
//!
//! `document` takes a line apart and `edit` changes it in one place. Values are found by `lookup`,
//! as the slices of the line that hold them: `scan` is quick and gives up on whatever is unusual;
//! `checked` asks `serde_json` and has the last word.

mod checked;
pub(crate) mod document;
pub(crate) mod edit;
mod lookup;
mod scan;
mod string;
#[cfg(test)]
mod tests;
