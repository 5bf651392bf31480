//! `sample`: prints a random sample of documents.

use std::io::{self, Write};

use clap::Args;

use crate::args::inputs::InputArgs;
use crate::args::progress::ProgressArgs;
use crate::failure::Failure;
use crate::printer::print_bytes;

#[derive(Debug, Args)]
pub(crate) struct Sample {
    #[command(flatten)]
    inputs: InputArgs,
    /// How many documents.
    #[arg(short, default_value_t = 10, value_name = "N")]
    n: usize,
    /// Seed of the draws.
    #[arg(long, default_value_t = 0, value_name = "N")]
    seed: u64,
    #[command(flatten)]
    progress: ProgressArgs,
}

impl Sample {
    pub(crate) fn run(&self, interrupted: &dyn Fn() -> bool) -> Result<(), Failure> {
        let inputs = self.inputs.open()?;
        let drawn = self.progress.watch(interrupted, |watch| {
            assay_pipeline::sample(&inputs, self.n, self.seed, watch)
        })?;
        if drawn.bad > 0 {
            // A note that cannot be shown must not stop the work.
            let _ = writeln!(
                io::stderr(),
                "drawn from {} documents; bad lines left out: {}",
                drawn.documents,
                drawn.bad
            );
        }
        print_bytes(&drawn.lines)
    }
}
