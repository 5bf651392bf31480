//! Documents in and out: JSON Lines, Parquet, Arrow; shards; tables; atomic files and folders.
//!
//! A [`Reader`] cuts an input into [`Batch`]es, on one thread. [`Batch::record`] parses a document
//! and [`encode`] makes bytes or rows of those that are [`Kept`], on any thread. A [`ShardWriter`]
//! puts them into files, in order. Memory is bounded by the batches in flight and the longest
//! accepted line. [`TableWriter`] writes tables of decisions. [`atomic_write`] and [`AtomicDir`]
//! put a file or folder in place when it is finished, and otherwise nothing.
//!
//! `input` and `output` have the files, `documents` what lies between them, and `json` the parts of
//! a JSON line.

mod digest;
mod documents;
mod error;
mod fields;
mod format;
mod input;
mod json;
mod output;

pub use digest::{FileDigest, blake3_file, hexadecimal, sha256_file};
pub use documents::batch::{Batch, Record};
pub use documents::kept::Kept;
pub use error::{BadLine, CorpusError};
pub use fields::{FieldValue, Fields};
pub use format::Format;
pub use input::list::{STANDARD_INPUT, list_inputs};
pub use input::reader::Reader;
pub use output::atomic::{AtomicDir, atomic_write};
pub use output::encode::{Encoded, encode};
pub use output::shards::{Shard, ShardWriter};
pub use output::table::{Cell, Column, TableWriter};
