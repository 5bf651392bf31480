//! `stats`: counts what inputs hold.

use std::fmt::Write;

use clap::Args;

use crate::args::inputs::InputArgs;
use crate::args::progress::ProgressArgs;
use crate::failure::Failure;
use crate::printer::{grouped, show};

#[derive(Debug, Args)]
pub(crate) struct Stats {
    #[command(flatten)]
    inputs: InputArgs,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    progress: ProgressArgs,
}

impl Stats {
    pub(crate) fn run(&self, interrupted: &dyn Fn() -> bool) -> Result<(), Failure> {
        let inputs = self.inputs.open()?;
        let stats = self
            .progress
            .watch(interrupted, |watch| assay_pipeline::stats(&inputs, watch))?;
        show(self.json, &stats, || table(&stats))
    }
}

/// A table of what inputs hold.
fn table(stats: &assay_pipeline::Stats) -> String {
    let mut text = String::new();
    for (name, count) in [
        ("documents", stats.documents),
        ("text bytes", stats.text_bytes),
        ("characters", stats.characters),
        ("words", stats.words),
        ("lines", stats.lines),
        ("longest text", stats.longest),
    ] {
        let _ = writeln!(text, "{name:24} {:>18}", grouped(count));
    }
    for (percent, bytes) in &stats.percentiles {
        let name = format!("{percent}% are at most");
        let _ = writeln!(text, "{name:24} {:>18} bytes", grouped(*bytes));
    }
    for (reason, count) in &stats.bad {
        let _ = writeln!(
            text,
            "{:24} {:>18}",
            format!("bad: {reason}"),
            grouped(*count)
        );
    }
    text
}
