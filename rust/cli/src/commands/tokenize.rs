//! `tokenize`: writes documents as token ids, without any other stage.

use std::path::Path;

use assay_schema::{Recipe, SpecialTokens};
use clap::Args;

use crate::args::run_options::RunOptions;
use crate::args::settings::ORIGIN;
use crate::commands::single_stage::{SOURCE, SourceArgs};
use crate::failure::Failure;
use crate::run_recipe::run_recipe;

#[derive(Debug, Args)]
pub(crate) struct Tokenize {
    #[command(flatten)]
    source: SourceArgs,
    /// The tokenizer.json of a model.
    #[arg(long, value_name = "FILE")]
    tokenizer: String,
    /// The token put after each document.
    #[arg(long, default_value = "<|endoftext|>", value_name = "TOKEN")]
    separator: String,
    /// Read the names of special tokens in documents as these tokens, not as text.
    #[arg(long)]
    parse_special_tokens: bool,
    /// Name of the token store, which is a folder of that name in the output.
    #[arg(long, default_value = SOURCE, value_name = "NAME")]
    name: String,
    #[command(flatten)]
    options: RunOptions,
}

impl Tokenize {
    pub(crate) fn run(&self, interrupted: &dyn Fn() -> bool) -> Result<(), Failure> {
        run_recipe(self.recipe()?, Path::new(""), &self.options, interrupted)
    }

    fn recipe(&self) -> Result<Recipe, Failure> {
        let mut recipe = self.source.recipe(&self.name);
        recipe.tokenizer = Some(self.tokenizer.clone());
        recipe.separator.clone_from(&self.separator);
        if self.parse_special_tokens {
            recipe.special_tokens = SpecialTokens::Parse;
        }
        recipe.validate(ORIGIN)?;
        Ok(recipe)
    }
}
