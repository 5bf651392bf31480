//! The normal form of a text, in which case, spacing and punctuation no longer matter; and the words
//! of a normal form.
//!
//! `definition.rs` says what it is; `by_blocks.rs` makes the same, 64 bytes at a time.

mod block;
pub(crate) mod by_blocks;
mod char_normal;
pub(crate) mod definition;
pub(crate) mod segments;
pub(crate) mod words;
