//! Paragraphs or lines that occurred before, as a whole or by most of their n-grams.
//!
//! A *passage* is a paragraph or a line, whichever the settings ask for. `passages` is the parallel
//! half: it splits a text into passages and hashes them. `index` is the sequential half, which
//! takes documents in order: the first occurrence of a passage stays, later ones go. It remembers
//! what it has seen in an exact table or in a Bloom filter (`seen`).

mod bloom;
pub(crate) mod checked_filter;
pub(crate) mod index;
pub(crate) mod passages;
mod sample;
mod seen;
#[cfg(test)]
mod tests;
