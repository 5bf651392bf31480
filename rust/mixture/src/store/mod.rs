//! Token stores: the tokens of documents in shards, and a header.
//!
//! `writer` makes a store, and `reader` opens one and checks it. No shard is loaded to read a part
//! of it: `documents` tells where documents lie, `document_tokens` reads them in order and checks
//! digests on the way, and `tokens` reads spans anywhere.

pub(crate) mod document_tokens;
pub(crate) mod documents;
pub(crate) mod files;
mod hashed_file;
pub(crate) mod names;
pub(crate) mod numbers;
pub(crate) mod reader;
pub(crate) mod shard_documents;
mod shard_writer;
pub(crate) mod tokens;
pub(crate) mod writer;
