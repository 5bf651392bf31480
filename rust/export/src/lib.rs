//! Token stores and mixtures in the formats of training engines.
//!
//! An [`Exporter`] takes items one by one, documents or sequences, and writes them in one
//! [`ExportFormat`]; what it holds in memory is one item and one block of output. A
//! [`StoreDocuments`] gives the documents of a token store and checks every byte that it reads.
//! A module each for the formats: `olmo`, `megatron`, `nanotron`, `table` (Parquet and Arrow) and
//! `mds`; `load` has the lines of configuration that read them.

mod dtype;
mod error;
mod exporter;
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
pub use store::StoreDocuments;

/// Name of the record in the folder of an export.
pub const RECORD: &str = "export.json";
