//! `mix`: draws a mixture, the order in which training reads the sequences of token stores.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use assay_schema::{MANY_EPOCHS, Mixture, MixtureRecipe, MixtureSource};
use clap::Args;

use crate::args::progress::watch_quietly;
use crate::commands::recipe_file;
use crate::failure::Failure;
use crate::printer::{grouped, percent, print};

#[derive(Debug, Args)]
pub(crate) struct Mix {
    /// The recipe (TOML); its relative paths start from its folder.
    recipe: PathBuf,
    /// Write nothing: print what would be drawn.
    #[arg(long)]
    dry_run: bool,
    /// Print the manifest as JSON instead of a summary.
    #[arg(long)]
    json: bool,
}

impl Mix {
    pub(crate) fn run(&self, interrupted: &dyn Fn() -> bool) -> Result<(), Failure> {
        let (text, origin) = recipe_file::read(&self.recipe)?;
        let recipe = MixtureRecipe::from_toml(&text, &origin)?;
        let base = self.recipe.parent().unwrap_or(Path::new(""));
        let mixture = watch_quietly(interrupted, |watch| {
            if self.dry_run {
                assay_pipeline::plan_mixture(&recipe, base, watch)
            } else {
                assay_pipeline::mix(&recipe, base, watch)
            }
        })?;
        if self.json {
            return print(&mixture.to_json());
        }
        let mut text = table(&mixture);
        let _ = match self.dry_run {
            true => writeln!(text, "nothing was written"),
            false => writeln!(text, "written to {}", base.join(&recipe.output).display()),
        };
        print(&text)
    }
}

/// A table of what a run draws from each source.
fn table(mixture: &Mixture) -> String {
    let names = mixture.sources.iter().map(|source| source.name.len());
    let width = names.max().unwrap_or(0).max("name".len());
    let drawn: u64 = mixture.sources.iter().map(|source| source.tokens).sum();
    let mut text = format!(
        "{:width$}   planned     drawn {:>17} {:>11} {:>9}   fill\n",
        "name", "tokens", "sequences", "epochs"
    );
    for source in &mixture.sources {
        let _ = writeln!(
            text,
            "{:width$} {} {} {:>17} {:>11} {:>9.2} {}{}",
            source.name,
            percent(source.quota_tokens, mixture.recipe.tokens, 4),
            percent(source.tokens, drawn, 4),
            grouped(source.tokens),
            grouped(source.sequences),
            source.epochs,
            format_args!("{:6.2}%", 100.0 * source.fill),
            flag(source),
        );
    }
    let _ = writeln!(
        text,
        "{} sequences of {} tokens, {} without padding",
        grouped(mixture.sequences),
        grouped(mixture.sequence_tokens.into()),
        grouped(drawn)
    );
    text
}

fn flag(source: &MixtureSource) -> String {
    match source.many_epochs {
        true => format!("  more than {MANY_EPOCHS} epochs"),
        false => String::new(),
    }
}
