//! `features`: measures what filter rules compare with their thresholds.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::args::inputs::InputArgs;
use crate::args::progress::ProgressArgs;
use crate::args::settings;
use crate::failure::Failure;
use crate::printer::{grouped, print};

#[derive(Debug, Args)]
pub(crate) struct Features {
    #[command(flatten)]
    inputs: InputArgs,
    /// The Parquet file to write.
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// A rule or preset, as in `filter`; none of them drops a document here.
    #[arg(long = "filter", required = true, value_name = "RULE")]
    rules: Vec<String>,
    #[command(flatten)]
    progress: ProgressArgs,
}

impl Features {
    pub(crate) fn run(&self, interrupted: &dyn Fn() -> bool) -> Result<(), Failure> {
        let rules = settings::filters(&self.rules)?;
        let inputs = self.inputs.open()?;
        let written = self.progress.watch(interrupted, |watch| {
            assay_pipeline::features(&inputs, &rules, &self.output, watch)
        })?;
        print(&summary(&written, &self.output))
    }
}

/// The columns of the table that was written, and how many rows it has.
fn summary(written: &assay_pipeline::Features, output: &Path) -> String {
    let mut text = written.columns.join("\n");
    let documents = grouped(written.documents);
    let _ = writeln!(
        text,
        "\n{documents} documents written to {}",
        output.display()
    );
    if written.bad > 0 {
        let bad = grouped(written.bad);
        let _ = writeln!(text, "{bad} of them are bad lines, whose numbers are empty");
    }
    text
}
