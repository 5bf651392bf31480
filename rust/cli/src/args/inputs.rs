//! The arguments that say which documents to read.

use assay_pipeline::{Inputs, PipelineError};
use clap::Args;

#[derive(Debug, Args)]
pub(crate) struct InputArgs {
    /// Files, folders or globs; `-` for standard input.
    #[arg(required = true, value_name = "INPUT")]
    pub(crate) inputs: Vec<String>,
    /// Key or column of the text; a.b for one inside another.
    #[arg(long, default_value = "text", value_name = "NAME")]
    pub(crate) text_field: String,
    /// Key or column of the identifier.
    #[arg(long, default_value = "id", value_name = "NAME")]
    pub(crate) id_field: String,
}

impl InputArgs {
    /// Opens the documents for a command that only shows them, without a recipe.
    pub(crate) fn open(&self) -> Result<Inputs, PipelineError> {
        Inputs::open(&self.inputs, &self.text_field, &self.id_field)
    }
}
