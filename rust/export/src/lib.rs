//! Token stores and mixtures in the formats of training engines.
//!
//! [`open`] gives the [`Items`] of a folder one by one: the documents of a token store, or the
//! sequences of a mixture as a run draws them. An [`Exporter`] writes them in one [`ExportFormat`];
//! what it holds in memory is one item and one block of output.
//!
//! `input` has the items, `formats` a file for each format, and `load` the lines of configuration
//! that read them.

mod error;
mod exporter;
mod formats;
mod input;
mod load;
mod settings;

pub use assay_schema::{Export, ExportDtype, ExportFile, ExportFormat, ExportSource};
pub use error::ExportError;
pub use exporter::{Exporter, RECORD};
pub use input::items::Items;
pub use input::open::open;
pub use settings::Settings;
