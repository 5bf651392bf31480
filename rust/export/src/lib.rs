//! Token stores and mixtures in the formats of training engines.
//!
//! [`open`] gives the [`Items`] of a folder one by one: the documents of a token store, or the
//! sequences of a mixture as a run draws them. An [`Exporter`] writes them in one [`ExportFormat`];
//! what it holds in memory is one item and one block of output.
//! A module each for the formats: `olmo`, `megatron`, `nanotron`, `table` (Parquet and Arrow) and
//! `mds`; `load` has the lines of configuration that read them.

mod dtype;
mod error;
mod exporter;
mod items;
mod load;
mod mds;
mod megatron;
mod nanotron;
mod olmo;
mod out;
mod store;
mod table;

pub use assay_schema::{Export, ExportDtype, ExportFile, ExportFormat, ExportSource};
pub use error::ExportError;
pub use exporter::{Exporter, Settings};
pub use items::{Items, open};

/// Name of the record in the folder of an export.
pub const RECORD: &str = "export.json";
