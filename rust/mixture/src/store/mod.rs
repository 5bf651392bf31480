//! Token stores: the tokens of documents in shards, and a header.
//!
//! `writer` makes a store. `reader` opens one and checks it; `documents` and `tokens` read parts of
//! it without loading a shard.

pub(crate) mod documents;
pub(crate) mod files;
pub(crate) mod names;
pub(crate) mod numbers;
pub(crate) mod reader;
mod shard_writer;
pub(crate) mod tokens;
pub(crate) mod writer;
