//! `verify`: recomputes every digest of something finished.

use std::path::{Path, PathBuf};

use assay_pipeline::Verified;
use clap::Args;

use crate::args::progress::watch_quietly;
use crate::failure::Failure;
use crate::printer::{grouped, print};

#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// The folder of an output, a token store, a mixture or an export.
    folder: PathBuf,
    /// Print the manifest as JSON instead of a summary.
    #[arg(long)]
    json: bool,
}

impl Verify {
    pub(crate) fn run(&self, interrupted: &dyn Fn() -> bool) -> Result<(), Failure> {
        let verified = watch_quietly(interrupted, |watch| {
            assay_pipeline::verify(&self.folder, watch)
        })?;
        print(&if self.json {
            verified.to_json()
        } else {
            summary(&verified, &self.folder)
        })
    }
}

/// One line that says the folder is as it should be, and how much is in it.
fn summary(verified: &Verified, folder: &Path) -> String {
    let (count, what, tokens) = match verified {
        Verified::Output(manifest) => {
            let reports = || manifest.evals.iter().chain(&manifest.sources);
            let documents = reports().map(|report| report.kept.documents).sum();
            let stores = reports().filter_map(|report| report.store.as_ref());
            let tokens = stores.map(|store| store.tokens).sum();
            (documents, "documents", tokens)
        }
        Verified::Store(store) => (store.documents, "documents", store.tokens),
        Verified::Mixture(mixture) => {
            let tokens = mixture.sources.iter().map(|source| source.tokens).sum();
            (mixture.sequences, "sequences", tokens)
        }
        Verified::Export(export) => (export.items, "items", export.tokens),
    };
    format!(
        "{}: every digest agrees: {} {what}, {} tokens\n",
        folder.display(),
        grouped(count),
        grouped(tokens)
    )
}
