//! From kept documents to files that appear whole or not at all.
//!
//! `encode` makes bytes or rows of a batch, `shards` puts them into numbered files, of which
//! `sink` is one; `table` writes what was decided about documents.

pub(crate) mod atomic;
pub(crate) mod encode;
mod parquet;
pub(crate) mod shards;
mod sink;
pub(crate) mod table;
