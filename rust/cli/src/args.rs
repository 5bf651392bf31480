//! What was typed.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};

/// Prepare text for training: filter, decontaminate, deduplicate, tokenise.
#[derive(Debug, Parser)]
#[command(version, term_width = 100, disable_help_subcommand = true)]
pub(crate) struct Typed {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run a recipe; run it again to resume it.
    Run(Run),
    /// Recompute every digest of a finished output.
    Verify(Verify),
    /// List the rules that a recipe's filters may name.
    Filters(Filters),
}

/// `run`.
#[derive(Debug, Args)]
pub(crate) struct Run {
    /// The recipe (TOML); its relative paths start from its folder.
    pub(crate) recipe: PathBuf,
    /// Worker threads, 0 for one per core; the output does not depend on it.
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub(crate) threads: usize,
    /// Print the manifest as JSON instead of a summary.
    #[arg(long)]
    pub(crate) json: bool,
    /// Show no progress.
    #[arg(long)]
    pub(crate) no_progress: bool,
}

/// `verify`.
#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// The output folder of a recipe.
    pub(crate) folder: PathBuf,
    /// Print the manifest as JSON instead of a summary.
    #[arg(long)]
    pub(crate) json: bool,
}

/// `filters`.
#[derive(Debug, Args)]
pub(crate) struct Filters {
    /// Print a JSON list.
    #[arg(long)]
    pub(crate) json: bool,
}

const EXIT_CODES: &str = "exit codes: 0 done, 1 failed, 2 usage, 3 bad data or failed verify,
            4 stopped but resumable, 130 interrupted";

/// Parses the arguments; help and version are errors that print themselves.
pub(crate) fn parse(program: &'static str, arguments: &[OsString]) -> Result<Command, clap::Error> {
    let name = OsString::from(program);
    let words = std::iter::once(&name).chain(arguments);
    let mut command = Typed::command()
        .name(program)
        .bin_name(program)
        .after_help(after_help(program));
    let matches = command.try_get_matches_from_mut(words)?;
    Typed::from_arg_matches(&matches)
        .map(|typed| typed.command)
        .map_err(|error| error.format(&mut command))
}

fn after_help(program: &str) -> String {
    format!(
        "examples:
  {program} run recipe.toml               prepare the sources of a recipe
  {program} run recipe.toml --json        the same, with the manifest on standard output
  {program} verify prepared               check every file of an output
  {program} filters                       the rules that filters = [...] may name

a recipe:
  schema_version = 1
  output = \"prepared\"
  tokenizer = \"tokenizer.json\"

  [[source]]
  name = \"web\"
  path = [\"web/\", \"more.jsonl.zst\"]
  filters = [\"gopher-quality\"]

  [[eval]]
  name = \"target\"
  path = \"target.jsonl\"

{EXIT_CODES}"
    )
}
