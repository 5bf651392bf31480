//! `report`: shows what was removed from an output, why, and examples.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use assay_pipeline::{Losses, LostDocument};
use clap::Args;

use crate::args::progress::ProgressArgs;
use crate::failure::Failure;
use crate::printer::{grouped, percent, show};

#[derive(Debug, Args)]
pub(crate) struct Report {
    /// An output folder with decisions. The inputs are read again; call this from the folder where
    /// their relative paths start.
    output: PathBuf,
    /// Also count by the values of this field of the documents, such as a domain.
    #[arg(long, value_name = "FIELD")]
    by: Option<String>,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    progress: ProgressArgs,
}

impl Report {
    pub(crate) fn run(&self, interrupted: &dyn Fn() -> bool) -> Result<(), Failure> {
        let here = Path::new("");
        let found = self.progress.watch(interrupted, |watch| {
            assay_pipeline::report(&self.output, here, self.by.as_deref(), watch)
        })?;
        show(self.json, &found, || table(&found))
    }
}

/// The losses of each source, with their shares and some of the documents.
fn table(sources: &[Losses]) -> String {
    let mut text = String::new();
    for source in sources {
        let read = grouped(source.documents);
        let _ = writeln!(text, "{}: {read} read", source.source);
        for loss in &source.losses {
            let share = percent(loss.documents, source.documents, 1);
            let lost = grouped(loss.documents);
            let _ = writeln!(text, "{lost:>13} {share} {}: {}", loss.stage, loss.reason);
            for (value, documents) in &loss.by {
                let of = source.by.get(value).copied().unwrap_or(*documents);
                let share = percent(*documents, of, 1);
                let _ = writeln!(text, "{:>13} {share}   of {value}", grouped(*documents));
            }
            for example in &loss.examples {
                let _ = writeln!(text, "{}", lost_document(example));
            }
        }
    }
    text
}

/// One line: place, identifier, what was measured, and the text with its white space as spaces.
fn lost_document(example: &LostDocument) -> String {
    let mut line = format!("{:15}{}:{}", "", example.file, example.number);
    if let Some(id) = &example.id {
        let _ = write!(line, " {id}");
    }
    if !example.detail.is_empty() {
        let detail: String = example.detail.chars().take(80).collect();
        let _ = write!(line, " ({detail})");
    }
    let words: Vec<_> = example.text.split_whitespace().collect();
    let text = words.join(" ").replace(char::is_control, "\u{fffd}");
    format!("{line} {text}").trim_end().to_owned()
}
