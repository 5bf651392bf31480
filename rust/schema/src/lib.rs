//! The formats both languages read: recipe, manifest, token store.
//!
//! Every type here is plain data with serde and schemars derives; nothing in this crate touches a
//! file. The JSON schemas in `python/assay/schema` are written from these types by
//! `cargo x schema`, and a test fails when they drift.

mod check;
mod decontaminate;
mod dedup;
mod error;
mod filter;
mod kind;
mod manifest;
mod recipe;
mod serde_help;
mod store;
mod validate;

pub use decontaminate::Decontaminate;
pub use dedup::{Dedup, MinHash};
pub use error::SchemaError;
pub use filter::{FilterSpec, GopherQuality, GopherRepetition, Length};
pub use kind::{Kind, json_schemas};
pub use manifest::{InputReport, Manifest, SourceReport, StageReport, TokenizerReport, Totals};
pub use recipe::{EvalInput, OnBadLine, Recipe, SourceInput};
pub use store::{Shard, TokenDtype, TokenStore};

/// The version every file written by this build carries in `schema_version`.
pub const SCHEMA_VERSION: u32 = 1;
