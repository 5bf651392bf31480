//! Reads files as batches of documents.
//!
//! `list` finds the files of a path, `reader` opens one of any format, and `lines`, `parquet` and
//! `arrow` read the formats.

mod arrow;
mod lines;
pub(crate) mod list;
mod parquet;
pub(crate) mod reader;
mod row_pieces;
