//! Parses the words that were typed into a command; makes help and version too.

use std::ffi::OsString;

use clap::{CommandFactory, FromArgMatches, Parser};

use crate::commands::Command;
use crate::exit_code::ExitCode;

/// Prepare text for training: filter, decontaminate, deduplicate, tokenise.
#[derive(Debug, Parser)]
#[command(version, term_width = 100, disable_help_subcommand = true)]
struct Typed {
    #[command(subcommand)]
    command: Command,
}

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
  {program} mix mixture.toml --dry-run    what a run would draw from each token store
  {program} filters                       the rules that filters = [...] may name
  {program} filter web/ -o kept --filter gopher-quality --decisions
  {program} near web/ -o kept --set threshold=0.8 --dry-run
  {program} tokenize kept -o tokens --tokenizer tokenizer.json
  {program} report kept --by domain       what was removed and why, with examples

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

{}",
        ExitCode::help()
    )
}
