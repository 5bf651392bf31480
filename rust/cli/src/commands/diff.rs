//! `diff`: compares what two outputs decided about the same documents.

use std::fmt::Write;
use std::path::PathBuf;

use clap::Args;

use crate::args::progress::watch_quietly;
use crate::failure::Failure;
use crate::printer::{grouped, show};

#[derive(Debug, Args)]
pub(crate) struct Diff {
    /// An output folder with decisions.
    first: PathBuf,
    /// Another one, made from the same documents.
    second: PathBuf,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
}

impl Diff {
    pub(crate) fn run(&self, interrupted: &dyn Fn() -> bool) -> Result<(), Failure> {
        let found = watch_quietly(interrupted, |watch| {
            assay_pipeline::diff(&self.first, &self.second, watch)
        })?;
        show(self.json, &found, || table(&found))
    }
}

/// The changes between two outputs, each with some of its documents.
fn table(diff: &assay_pipeline::Diff) -> String {
    let mut text = format!("{:>13}  the same\n", grouped(diff.same));
    for change in &diff.changes {
        let count = grouped(change.documents);
        let _ = writeln!(text, "{count:>13}  {} -> {}", change.first, change.second);
        for example in &change.examples {
            let id = example.id.as_deref().unwrap_or("");
            let place = format!("{}: {}:{}", example.source, example.file, example.number);
            let _ = writeln!(text, "{:15}{}", "", format!("{place} {id}").trim_end());
        }
    }
    for (count, which) in [(diff.only_first, "first"), (diff.only_second, "second")] {
        if count > 0 {
            let _ = writeln!(text, "{:>13}  only in the {which} output", grouped(count));
        }
    }
    text
}
