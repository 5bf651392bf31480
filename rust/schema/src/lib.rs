//! The formats both languages read: recipe, manifest, token store, mixture.
//!
//! Every type here is plain data with serde and schemars derives; nothing in this crate touches a
//! file. The JSON schemas in `python/assay/schema` are written from these types by
//! `cargo x schema`, and a test fails when they drift.

mod check;
mod error;
mod export;
mod filter;
mod forms;
mod kind;
mod manifest;
mod mixture;
mod recipe;
mod store;
mod text;

pub use check::SCHEMA_VERSION;
pub use error::SchemaError;
pub use export::{Export, ExportDtype, ExportFile, ExportFormat, ExportSource};
pub use filter::{
    C4, Classifier, DclmAddresses, DclmLines, DclmQuality, DclmRepetition, Expression, FilterSpec,
    FineWeb, GopherQuality, GopherRepetition, Language, Length, Lines, Paragraphs, Pii, Preset,
    PresetName, ProseLimits, Ratios, TextPart, UrlList, UrlMode, WordRule,
};
pub use kind::{Kind, json_schemas};
pub use manifest::{
    DocumentShard, FoundItems, InputReport, Manifest, Overlap, SourceReport, StageReport,
    TokenizerReport, Totals,
};
pub use mixture::{
    MANY_EPOCHS, Mixture, MixtureFile, MixtureInput, MixturePhase, MixtureRecipe, MixtureSource,
    Packing, PhaseInput,
};
pub use recipe::{
    Across, BatchRecipe, Bloom, Decontaminate, DecontaminateAction, Dedup, DocumentFormat,
    Documents, EvalInput, Exact, Keep, Near, OnBadLine, Passage, PassageNgrams, Recipe,
    RepeatedParagraphs, SourceInput, SpecialTokens, Substring, Unit,
};
pub use store::{Shard, TokenDtype, TokenStore};
