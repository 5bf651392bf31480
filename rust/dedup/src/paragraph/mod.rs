//! Paragraphs and lines that occurred before, as a whole or by most of their n-grams.
//!
//! `passages` is the parallel half: it splits a text and hashes its passages. `index` is the
//! sequential one, which takes documents in order: the first occurrence of a passage stays, later
//! ones go. It remembers what it has seen in an exact table or in a Bloom filter (`seen`).

mod bloom;
pub(crate) mod checked_filter;
pub(crate) mod index;
pub(crate) mod passages;
mod sample;
mod seen;
#[cfg(test)]
mod tests;
