//! What was typed.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::export::ExportArgs;
use crate::looking::{Curve, Diff, Features, Report, Sample, Stats};
use crate::mix::Mix;
use crate::stage::{HowArgs, StageArgs, TokenizeArgs};

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
    /// Drop documents by rules.
    Filter(Filter),
    /// Drop documents whose text was seen before.
    Exact(StageArgs),
    /// Drop documents that nearly repeat an earlier one.
    Near(StageArgs),
    /// Cut out paragraphs that were seen before.
    Paragraphs(StageArgs),
    /// Cut out long passages that were seen before.
    Substrings(StageArgs),
    /// Drop or cut documents that hold evaluation text.
    Decontaminate(Decontaminate),
    /// Write documents as token ids, and do nothing else.
    Tokenize(TokenizeArgs),
    /// Say which sequences of which token stores a training run reads.
    Mix(Mix),
    /// Write a token store or a mixture in the format of a training engine.
    Export(ExportArgs),
    /// Recompute every digest of a finished output, token store, mixture or export.
    Verify(Verify),
    /// List the rules that filters may name.
    Filters(Filters),
    /// Count documents, text and bad lines, and tell how long texts are.
    Stats(Stats),
    /// Print some documents as JSON Lines, each as likely as any other.
    Sample(Sample),
    /// Write every number that rules compare with a threshold, as a Parquet table.
    Features(Features),
    /// Compare the decisions of two outputs.
    Diff(Diff),
    /// Tell what an output lost and why, with some of the texts.
    Report(Report),
    /// Tell how likely `near` compares two documents, by their similarity.
    Curve(Curve),
}

/// `filter`.
#[derive(Debug, Args)]
pub(crate) struct Filter {
    #[command(flatten)]
    pub(crate) stage: StageArgs,
    /// A rule or preset by name, or with settings as {rule = "length", min_words = 50}; in this
    /// order.
    #[arg(long = "filter", required = true, value_name = "RULE")]
    pub(crate) rules: Vec<String>,
}

/// `decontaminate`.
#[derive(Debug, Args)]
pub(crate) struct Decontaminate {
    #[command(flatten)]
    pub(crate) stage: StageArgs,
    /// A file or folder of evaluation documents; repeat it for more.
    #[arg(long = "evals", required = true, value_name = "PATH")]
    pub(crate) evals: Vec<String>,
}

/// `run`.
#[derive(Debug, Args)]
pub(crate) struct Run {
    /// The recipe (TOML); its relative paths start from its folder.
    pub(crate) recipe: PathBuf,
    #[command(flatten)]
    pub(crate) how: HowArgs,
}

/// `verify`.
#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// The folder of an output, a token store, a mixture or an export.
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
  {program} mix mixture.toml --dry-run    what a run would draw from each token store
  {program} filters                       the rules that filters = [...] may name
  {program} filter web/ -o kept --filter gopher-quality --decisions
  {program} near web/ -o kept --set threshold=0.8 --dry-run
  {program} tokenize kept -o tokens --tokenizer tokenizer.json
  {program} report kept --by domain        what was lost and why, with texts

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
