//! Documents in and out: jsonl, gzip, zstd; atomic folders.
//!
//! Reading is a stream: [`open`] yields one document at a time and its memory is bounded by the
//! longest accepted line. [`Lines`] and [`parse_line`] are the two halves of it, for callers that
//! parse in parallel. Writing is atomic: [`atomic_write`] and [`AtomicDir`] put a finished file
//! or folder in place, or nothing.

mod atomic;
mod error;
mod input;
mod line;
mod list;
mod reader;

pub use atomic::{AtomicDir, atomic_write};
pub use error::{BadLine, CorpusError};
pub use input::{InputDigest, digest_file};
pub use line::{Fields, ParsedLine, parse_line};
pub use list::list_inputs;
pub use reader::{Document, Documents, Lines, RawLine, open};
