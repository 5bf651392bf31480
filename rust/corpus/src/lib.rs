//! Documents in and out: JSON Lines, Parquet, Arrow; shards; tables; atomic files and folders.
//!
//! A [`Reader`] cuts an input into [`Batch`]es, on one thread. [`Batch::record`] parses a document
//! and [`encode`] makes bytes or rows of those that are [`Kept`], on any thread. A [`ShardWriter`]
//! puts them into files, in order. Memory is bounded by the batches in flight and the longest
//! accepted line. [`TableWriter`] writes tables of decisions, [`atomic_write`] and [`AtomicDir`]
//! put a finished file or folder in place, or nothing.

mod arrow_input;
mod atomic;
mod batch;
mod columns;
mod digest;
mod encode;
mod error;
mod fields;
mod format;
mod json;
mod lines;
mod list;
mod parquet_input;
mod reader;
mod rows;
mod shards;
mod sink;
mod table;

pub use atomic::{AtomicDir, atomic_write};
pub use batch::{Batch, Kept, Record};
pub use digest::{FileDigest, blake3_file, hexadecimal, sha256_file};
pub use encode::{Encoded, encode};
pub use error::{BadLine, CorpusError};
pub use fields::{FieldValue, Fields};
pub use format::Format;
pub use list::list_inputs;
pub use reader::Reader;
pub use shards::{Shard, ShardWriter};
pub use table::{Cell, Column, TableWriter};
