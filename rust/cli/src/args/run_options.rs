//! The arguments of every verb that runs a recipe: threads, memory, a dry run, JSON.

use clap::Args;

use crate::args::progress::ProgressArgs;

#[derive(Debug, Args)]
pub(crate) struct RunOptions {
    /// Worker threads, 0 for one per core; the output does not depend on it.
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub(crate) threads: usize,
    /// Memory limit in MiB for the stages that see all documents before they decide, `substrings`
    /// and clusters of near-duplicates; the rest goes to temporary files. The output does not
    /// depend on it.
    #[arg(long, value_name = "MIB")]
    pub(crate) memory: Option<u64>,
    /// Write nothing: try a sample of up to 16 MB and estimate what the run would take and leave.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Print the manifest as JSON instead of a summary.
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) progress: ProgressArgs,
}
