//! The formats both languages read: recipe, manifest, token store, mixture.
//!
//! Every type here is plain data with serde and schemars derives; nothing in this crate touches a
//! file. The JSON schemas in `python/assay/schema` are written from these types by
//! `cargo x schema`, and a test fails when they drift.

mod check;
mod decontaminate;
mod dedup;
mod documents;
mod error;
mod export;
mod filter;
mod kind;
mod manifest;
mod mixture;
mod mixture_recipe;
mod paragraphs;
mod recipe;
mod serde_help;
mod store;
mod substring;
mod validate;

pub use decontaminate::{Decontaminate, DecontaminateAction};
pub use dedup::{Dedup, Exact, Keep, MinHash, Unit};
pub use documents::{DocumentFormat, DocumentShard, Documents};
pub use error::SchemaError;
pub use export::{Export, ExportDtype, ExportFile, ExportFormat, ExportSource};
pub use filter::{
    C4, Classifier, DclmAddresses, DclmLines, DclmQuality, DclmRepetition, Expression, FilterSpec,
    FineWeb, GopherQuality, GopherRepetition, Language, Length, Lines, Paragraphs, Pii, Preset,
    PresetName, ProseLimits, Ratios, TextPart, UrlList, UrlMode, WordRule,
};
pub use kind::{Kind, json_schemas};
pub use manifest::{
    FoundItems, InputReport, Manifest, SourceReport, StageReport, TokenizerReport, Totals,
};
pub use mixture::{MANY_EPOCHS, Mixture, MixtureFile, MixturePhase, MixtureSource};
pub use mixture_recipe::{MixtureInput, MixtureRecipe, Packing, PhaseInput};
pub use paragraphs::{Bloom, Passage, PassageNgrams, RepeatedParagraphs};
pub use recipe::{EvalInput, OnBadLine, Recipe, SourceInput, SpecialTokens};
pub use store::{Shard, TokenDtype, TokenStore};
pub use substring::Substring;

/// The version every file written by this build carries in `schema_version`.
pub const SCHEMA_VERSION: u32 = 1;
