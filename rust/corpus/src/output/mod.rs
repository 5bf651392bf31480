//! Writes kept documents to files that appear whole or not at all (`atomic`).
//!
//! `encode` makes bytes or rows from a batch, and `shards` puts them into numbered files; `sink` is
//! one of these files, of any format, and `parquet` one of Parquet. `table` writes what was decided
//! about documents.

pub(crate) mod atomic;
pub(crate) mod encode;
mod parquet;
pub(crate) mod shards;
mod sink;
pub(crate) mod table;
