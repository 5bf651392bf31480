//! The verbs of the command line, one file for each; this is the list of them.

mod curve;
mod diff;
mod export;
mod features;
mod filters;
mod mix;
mod recipe_file;
mod report;
mod run;
mod sample;
mod single_stage;
mod stats;
mod tokenize;
mod verify;

use clap::Subcommand;

use crate::commands::curve::Curve;
use crate::commands::diff::Diff;
use crate::commands::export::Export;
use crate::commands::features::Features;
use crate::commands::filters::Filters;
use crate::commands::mix::Mix;
use crate::commands::report::Report;
use crate::commands::run::Run;
use crate::commands::sample::Sample;
use crate::commands::single_stage::{DecontaminateArgs, FilterArgs, StageArgs};
use crate::commands::stats::Stats;
use crate::commands::tokenize::Tokenize;
use crate::commands::verify::Verify;
use crate::failure::Failure;

/// A verb with its arguments; the comments are its line in the help.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run a recipe; run it again to resume it.
    Run(Run),
    /// Drop or change documents by filter rules.
    Filter(FilterArgs),
    /// Drop documents whose text was seen before.
    Exact(StageArgs),
    /// Drop documents that nearly repeat an earlier one.
    Near(StageArgs),
    /// Cut out paragraphs that were seen before.
    Paragraphs(StageArgs),
    /// Cut out long passages that were seen before.
    Substrings(StageArgs),
    /// Drop or cut documents that contain evaluation text.
    Decontaminate(DecontaminateArgs),
    /// Write documents as token ids, without any other stage.
    Tokenize(Tokenize),
    /// Draw a mixture: the order in which training reads the sequences of token stores.
    Mix(Mix),
    /// Write a token store or a mixture in the format of a training engine.
    Export(Export),
    /// Recompute every digest of a finished output, token store, mixture or export.
    Verify(Verify),
    /// List the rules that filters may name.
    Filters(Filters),
    /// Count documents, text and bad lines, and show how long texts are.
    Stats(Stats),
    /// Print a random sample of documents as JSON Lines.
    Sample(Sample),
    /// Measure what filter rules compare with their thresholds, as a Parquet table.
    Features(Features),
    /// Compare the decisions of two outputs.
    Diff(Diff),
    /// Show what was removed from an output, why, and examples.
    Report(Report),
    /// Show how likely `near` is to compare two documents, by their similarity.
    Curve(Curve),
}

impl Command {
    /// Does what the verb says; `interrupted` is asked often, and true stops the work.
    pub(crate) fn run(&self, interrupted: &dyn Fn() -> bool) -> Result<(), Failure> {
        match self {
            Self::Run(run) => run.run(interrupted),
            Self::Filter(stage) => stage.run(interrupted),
            Self::Exact(stage) => stage.exact(interrupted),
            Self::Near(stage) => stage.near(interrupted),
            Self::Paragraphs(stage) => stage.paragraphs(interrupted),
            Self::Substrings(stage) => stage.substrings(interrupted),
            Self::Decontaminate(stage) => stage.run(interrupted),
            Self::Tokenize(tokenize) => tokenize.run(interrupted),
            Self::Mix(mix) => mix.run(interrupted),
            Self::Export(export) => export.run(interrupted),
            Self::Verify(verify) => verify.run(interrupted),
            Self::Filters(filters) => filters.run(),
            Self::Stats(stats) => stats.run(interrupted),
            Self::Sample(sample) => sample.run(interrupted),
            Self::Features(features) => features.run(interrupted),
            Self::Diff(diff) => diff.run(interrupted),
            Self::Report(report) => report.run(interrupted),
            Self::Curve(curve) => curve.run(),
        }
    }
}
